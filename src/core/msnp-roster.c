/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster: merging two answers into one list of people, and keeping what presence tells. No
 * input or output, no signals: callers learn what changed from what the functions return.
 */
#include "core/msnp-roster.h"

#include <string.h>

struct _MsnpRoster {
	GPtrArray *contacts;  /* owned MsnpContact */
	GPtrArray *groups;    /* owned MsnpGroup */
	GHashTable *by_key;   /* contact_key() -> MsnpContact */
	GHashTable *by_group; /* id in lower case -> MsnpGroup */
	char *own_name;
	int blp;
};

/* Networks other than Passport on which a handle is looked for, the commonest first. */
static const guint OTHER_NETWORKS[] = { MSNP_NETWORK_YAHOO, MSNP_NETWORK_OFFICE,
					MSNP_NETWORK_MOBILE, MSNP_NETWORK_MAIL };

/* An entry that Microsoft's servers made in every block list; nobody has it as a contact. */
static const char SERVER_MADE_HANDLE[] = "messenger@microsoft.com";

static void
contact_free(MsnpContact *contact)
{
	g_free(contact->handle);
	g_free(contact->contact_id);
	g_free(contact->display_name);
	g_free(contact->nickname);
	g_strfreev(contact->group_ids);
	g_free(contact->phone_home);
	g_free(contact->phone_work);
	g_free(contact->phone_mobile);
	g_free(contact->invite_message);
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		g_free(contact->membership_ids[i]);
	g_free(contact->name);
	g_free(contact->object);
	g_free(contact->message);
	g_free(contact->media);
	g_free(contact);
}

static void
group_free(MsnpGroup *group)
{
	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

/* The same handle may stand on the list once for each network. Phones are told by their handle. */
static char *
contact_key(const char *handle, guint network)
{
	if (network == MSNP_NETWORK_PASSPORT || network == 0 || msnp_handle_is_phone(handle))
		return g_strdup(handle);
	return g_strdup_printf("%u %s", network, handle);
}

/* Moves a string out of an answer; NULL becomes "". */
static char *
take(char **string)
{
	char *taken = g_steal_pointer(string);

	return taken ? taken : g_strdup("");
}

static MsnpContact *
find(MsnpRoster *roster, const char *handle, guint network)
{
	g_autofree char *key = contact_key(handle, network);

	return g_hash_table_lookup(roster->by_key, key);
}

static MsnpContact *
find_or_add(MsnpRoster *roster, const char *handle, guint network)
{
	MsnpContact *contact = find(roster, handle, network);

	if (contact)
		return contact;
	contact = g_new0(MsnpContact, 1);
	contact->handle = g_strdup(handle);
	contact->network = network ? network : MSNP_NETWORK_PASSPORT;
	contact->contact_id = g_strdup("");
	contact->display_name = g_strdup("");
	contact->nickname = g_strdup("");
	contact->group_ids = g_new0(char *, 1);
	contact->phone_home = g_strdup("");
	contact->phone_work = g_strdup("");
	contact->phone_mobile = g_strdup("");
	contact->invite_message = g_strdup("");
	contact->name = g_strdup("");
	contact->message = g_strdup("");
	contact->media = g_strdup("");
	contact->status = MSNP_STATUS_OFFLINE;
	g_ptr_array_add(roster->contacts, contact);
	g_hash_table_insert(roster->by_key, contact_key(handle, network), contact);
	return contact;
}

static void
move(char **to, char **from)
{
	g_free(*to);
	*to = take(from);
}

static void
add_book_contact(MsnpRoster *roster, MsnpAbContact *entry)
{
	MsnpContact *contact = find_or_add(roster, entry->handle, entry->network);

	if (contact->lists & MSNP_LIST_FORWARD)
		return; /* the address book holds the same person twice: the first entry counts */
	contact->lists |= MSNP_LIST_FORWARD;
	move(&contact->contact_id, &entry->id);
	move(&contact->display_name, &entry->display_name);
	move(&contact->nickname, &entry->nickname);
	move(&contact->phone_home, &entry->phone_home);
	move(&contact->phone_work, &entry->phone_work);
	move(&contact->phone_mobile, &entry->phone_mobile);
	contact->mobile_enabled = entry->mobile_enabled;
	if (entry->group_ids) {
		g_strfreev(contact->group_ids);
		contact->group_ids = g_steal_pointer(&entry->group_ids);
	}
}

static void
add_book(MsnpRoster *roster, MsnpAddressBook *book, const char *own_handle)
{
	for (guint i = 0; i < book->groups->len; i++) {
		MsnpAbGroup *entry = g_ptr_array_index(book->groups, i);
		MsnpGroup *group = g_new0(MsnpGroup, 1);

		group->id = take(&entry->id);
		group->name = take(&entry->name);
		g_ptr_array_add(roster->groups, group);
		g_hash_table_insert(roster->by_group, g_ascii_strdown(group->id, -1), group);
	}
	for (guint i = 0; i < book->contacts->len; i++) {
		MsnpAbContact *entry = g_ptr_array_index(book->contacts, i);

		if (entry->handle && *entry->handle && strcmp(entry->handle, own_handle))
			add_book_contact(roster, entry);
	}
	roster->own_name = take(&book->own_name);
	roster->blp = book->blp;
}

/* ALLOW, BLOCK, REVERSE, PENDING are 2, 4, 8, 16. */
static guint
role_index(guint list)
{
	guint index = 0;

	while (index < MSNP_N_ROLES - 1 && !(list & (MSNP_LIST_ALLOW << index)))
		index++;
	return index;
}

static void
keep_membership_id(MsnpContact *contact, MsnpMember *member)
{
	char **id = &contact->membership_ids[role_index(member->list)];

	g_free(*id);
	*id = member->membership_id && *member->membership_id
		  ? g_steal_pointer(&member->membership_id)
		  : NULL;
}

static void
add_membership(MsnpRoster *roster, MsnpMembership *membership, const char *own_handle)
{
	for (guint i = 0; i < membership->members->len; i++) {
		MsnpMember *member = g_ptr_array_index(membership->members, i);
		MsnpContact *contact;

		if (member->deleted || !strcmp(member->handle, own_handle) ||
		    !strcmp(member->handle, SERVER_MADE_HANDLE))
			continue;
		contact = find_or_add(roster, member->handle, member->network);
		contact->lists |= member->list;
		keep_membership_id(contact, member);
		if (member->list == MSNP_LIST_PENDING) {
			move(&contact->invite_message, &member->invite_message);
			if (!*contact->display_name)
				move(&contact->display_name, &member->display_name);
		}
	}
}

/* Some servers list people on both sides, or hardly anybody on Allow (services.md 6.1). */
static void
mend_lists(MsnpContact *contact)
{
	guint lists = contact->lists;

	if (lists & MSNP_LIST_BLOCK)
		lists &= ~MSNP_LIST_ALLOW;
	if ((lists & MSNP_LIST_FORWARD) && !(lists & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK)) &&
	    !(lists & MSNP_LIST_PENDING))
		lists |= MSNP_LIST_ALLOW;
	if (lists & MSNP_LIST_FORWARD)
		lists &= ~MSNP_LIST_PENDING;
	contact->lists = lists;
}

MsnpRoster *
msnp_roster_new(MsnpAddressBook *book, MsnpMembership *membership, const char *own_handle)
{
	g_autofree char *own = msnp_handle_normalize(own_handle);
	MsnpRoster *roster = g_new0(MsnpRoster, 1);

	roster->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	roster->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	roster->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	roster->by_group = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (book)
		add_book(roster, book, own);
	else
		roster->own_name = g_strdup("");
	if (membership)
		add_membership(roster, membership, own);
	for (guint i = 0; i < roster->contacts->len; i++)
		mend_lists(g_ptr_array_index(roster->contacts, i));
	return roster;
}

void
msnp_roster_free(MsnpRoster *roster)
{
	if (!roster)
		return;
	g_hash_table_unref(roster->by_key);
	g_hash_table_unref(roster->by_group);
	g_ptr_array_unref(roster->contacts);
	g_ptr_array_unref(roster->groups);
	g_free(roster->own_name);
	g_free(roster);
}

GPtrArray *
msnp_roster_contacts(MsnpRoster *roster)
{
	return roster->contacts;
}

GPtrArray *
msnp_roster_groups(MsnpRoster *roster)
{
	return roster->groups;
}

MsnpGroup *
msnp_roster_group(MsnpRoster *roster, const char *id)
{
	g_autofree char *lower = g_ascii_strdown(id, -1);

	return g_hash_table_lookup(roster->by_group, lower);
}

MsnpContact *
msnp_roster_find(MsnpRoster *roster, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	MsnpContact *contact = find(roster, normal, MSNP_NETWORK_PASSPORT);

	for (guint i = 0; !contact && i < G_N_ELEMENTS(OTHER_NETWORKS); i++)
		contact = find(roster, normal, OTHER_NETWORKS[i]);
	return contact;
}

const char *
msnp_roster_own_name(MsnpRoster *roster)
{
	return roster->own_name;
}

int
msnp_roster_blp(MsnpRoster *roster)
{
	return roster->blp;
}

const char *
msnp_contact_shown_name(const MsnpContact *contact)
{
	if (*contact->nickname)
		return contact->nickname;
	if (*contact->name)
		return contact->name;
	if (*contact->display_name)
		return contact->display_name;
	return contact->handle;
}

GPtrArray *
msnp_roster_initial_lists(MsnpRoster *roster, MsnpDialect dialect)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < roster->contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(roster->contacts, i);
		MsnpListEntry *entry;

		if (dialect == MSNP_DIALECT_13 && contact->network != MSNP_NETWORK_PASSPORT &&
		    contact->network != MSNP_NETWORK_PHONE)
			continue;
		entry = g_new0(MsnpListEntry, 1);
		entry->handle = contact->handle; /* borrowed: the array frees the entry alone */
		entry->lists = contact->lists;
		entry->network = contact->network;
		g_ptr_array_add(entries, entry);
	}
	return msnp_list_payload_initial(entries);
}

/* Puts a new value into a field; the change bit if it was one. */
static guint
replace(char **field, const char *value, guint change)
{
	if (!g_strcmp0(*field, value))
		return 0;
	g_free(*field);
	*field = g_strdup(value);
	return change;
}

/* Those who leave take with them what was only true while they were here. */
static guint
forget_presence(MsnpContact *contact)
{
	guint changes = 0;

	if (contact->status != MSNP_STATUS_OFFLINE)
		changes |= MSNP_CHANGE_STATUS;
	contact->status = MSNP_STATUS_OFFLINE;
	if (contact->caps)
		changes |= MSNP_CHANGE_CAPS;
	contact->caps = 0;
	changes |= replace(&contact->object, NULL, MSNP_CHANGE_OBJECT);
	changes |= replace(&contact->message, "", MSNP_CHANGE_PERSONAL);
	changes |= replace(&contact->media, "", MSNP_CHANGE_PERSONAL);
	return changes;
}

MsnpContact *
msnp_roster_set_presence(MsnpRoster *roster, const MsnpPresence *presence, guint *changes)
{
	g_autofree char *handle = msnp_handle_normalize(presence->handle);
	MsnpContact *contact = find(roster, handle, presence->network);

	*changes = 0;
	if (!contact || !(contact->lists & MSNP_LIST_FORWARD))
		return NULL;
	if (presence->status == MSNP_STATUS_OFFLINE) {
		*changes = forget_presence(contact);
		return contact;
	}
	if (contact->status != presence->status)
		*changes |= MSNP_CHANGE_STATUS;
	contact->status = presence->status;
	if (presence->nickname && *presence->nickname)
		*changes |= replace(&contact->name, presence->nickname, MSNP_CHANGE_NAME);
	if (contact->caps != presence->caps)
		*changes |= MSNP_CHANGE_CAPS;
	contact->caps = presence->caps;
	*changes |= replace(&contact->object, presence->object, MSNP_CHANGE_OBJECT);
	return contact;
}

MsnpContact *
msnp_roster_set_personal(MsnpRoster *roster, const char *handle, const MsnpPersonal *personal,
			 guint *changes)
{
	MsnpContact *contact = msnp_roster_find(roster, handle);

	*changes = 0;
	if (!contact || !(contact->lists & MSNP_LIST_FORWARD))
		return NULL;
	*changes |= replace(&contact->message, personal->message, MSNP_CHANGE_PERSONAL);
	*changes |= replace(&contact->media, personal->current_media, MSNP_CHANGE_PERSONAL);
	return contact;
}

MsnpContact *
msnp_roster_change_lists(MsnpRoster *roster, const MsnpListEntry *entry, gboolean add)
{
	g_autofree char *handle = msnp_handle_normalize(entry->handle);
	MsnpContact *contact = find(roster, handle, entry->network);

	if (!contact && (!add || roster->contacts->len >= MSNP_ROSTER_MAX))
		return NULL;
	if (!contact) {
		contact = find_or_add(roster, handle, entry->network);
		if (entry->friendly_name)
			replace(&contact->display_name, entry->friendly_name, 0);
	}
	if (add)
		contact->lists |= entry->lists;
	else
		contact->lists &= ~entry->lists;
	return contact;
}

MsnpContact *
msnp_roster_ensure(MsnpRoster *roster, const char *handle, guint network)
{
	g_autofree char *normal = msnp_handle_normalize(handle);

	if (!find(roster, normal, network) && roster->contacts->len >= MSNP_ROSTER_MAX)
		return NULL;
	return find_or_add(roster, normal, network);
}

void
msnp_contact_change_lists(MsnpContact *contact, guint add, guint remove)
{
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		if ((add | remove) & (MSNP_LIST_ALLOW << i))
			g_clear_pointer(&contact->membership_ids[i], g_free);
	contact->lists = (contact->lists | add) & ~remove;
}

void
msnp_contact_set_id(MsnpContact *contact, const char *contact_id)
{
	replace(&contact->contact_id, contact_id, 0);
	if (!*contact_id) {
		g_strfreev(contact->group_ids);
		contact->group_ids = g_new0(char *, 1);
	}
}

void
msnp_contact_set_nickname(MsnpContact *contact, const char *nickname)
{
	replace(&contact->nickname, nickname, 0);
}

const char *
msnp_contact_membership_id(const MsnpContact *contact, guint list)
{
	const char *id = contact->membership_ids[role_index(list)];

	return id ? id : "";
}

static char **
find_group_id(const MsnpContact *contact, const char *id)
{
	for (char **at = contact->group_ids; *at; at++)
		if (!g_ascii_strcasecmp(*at, id))
			return at;
	return NULL;
}

gboolean
msnp_contact_is_in_group(const MsnpContact *contact, const MsnpGroup *group)
{
	return find_group_id(contact, group->id) != NULL;
}

void
msnp_contact_put_in_group(MsnpContact *contact, const MsnpGroup *group)
{
	guint n = g_strv_length(contact->group_ids);

	if (msnp_contact_is_in_group(contact, group))
		return;
	contact->group_ids = g_renew(char *, contact->group_ids, n + 2);
	contact->group_ids[n] = g_strdup(group->id);
	contact->group_ids[n + 1] = NULL;
}

void
msnp_contact_take_from_group(MsnpContact *contact, const MsnpGroup *group)
{
	char **at = find_group_id(contact, group->id);

	if (!at)
		return;
	g_free(*at);
	for (; *at; at++)
		at[0] = at[1];
}

MsnpGroup *
msnp_roster_find_group(MsnpRoster *roster, const char *name)
{
	for (guint i = 0; i < roster->groups->len; i++) {
		MsnpGroup *group = g_ptr_array_index(roster->groups, i);

		if (!strcmp(group->name, name))
			return group;
	}
	return NULL;
}

MsnpGroup *
msnp_roster_add_group(MsnpRoster *roster, const char *id, const char *name)
{
	MsnpGroup *group = g_new0(MsnpGroup, 1);

	group->id = g_strdup(id);
	group->name = g_strdup(name);
	g_ptr_array_add(roster->groups, group);
	g_hash_table_insert(roster->by_group, g_ascii_strdown(id, -1), group);
	return group;
}

void
msnp_group_rename(MsnpGroup *group, const char *name)
{
	replace(&group->name, name, 0);
}

void
msnp_roster_remove_group(MsnpRoster *roster, MsnpGroup *group)
{
	g_autofree char *lower = g_ascii_strdown(group->id, -1);

	for (guint i = 0; i < roster->contacts->len; i++)
		msnp_contact_take_from_group(g_ptr_array_index(roster->contacts, i), group);
	g_hash_table_remove(roster->by_group, lower);
	g_ptr_array_remove(roster->groups, group);
}

void
msnp_roster_set_blp(MsnpRoster *roster, int blp)
{
	roster->blp = blp;
}

/* A field of the address book moves from the fresh contact to the one that is kept. */
static guint
take_over(char **field, char **fresh, guint change)
{
	guint changes = g_strcmp0(*field, *fresh) ? change : 0;

	g_free(*field);
	*field = g_steal_pointer(fresh);
	return changes;
}

static guint
adopt_contact(MsnpContact *contact, MsnpContact *fresh)
{
	guint changes = 0;

	if (contact->lists != fresh->lists)
		changes |= MSNP_CHANGE_LISTS;
	contact->lists = fresh->lists;
	if (!g_strv_equal((const char *const *)contact->group_ids,
			  (const char *const *)fresh->group_ids))
		changes |= MSNP_CHANGE_GROUPS;
	g_strfreev(contact->group_ids);
	contact->group_ids = g_steal_pointer(&fresh->group_ids);
	fresh->group_ids = g_new0(char *, 1);
	changes |= take_over(&contact->contact_id, &fresh->contact_id, 0);
	changes |= take_over(&contact->display_name, &fresh->display_name, MSNP_CHANGE_NAME);
	changes |= take_over(&contact->nickname, &fresh->nickname, MSNP_CHANGE_ALIAS);
	changes |= take_over(&contact->phone_home, &fresh->phone_home, 0);
	changes |= take_over(&contact->phone_work, &fresh->phone_work, 0);
	changes |= take_over(&contact->phone_mobile, &fresh->phone_mobile, 0);
	changes |= take_over(&contact->invite_message, &fresh->invite_message, 0);
	for (guint i = 0; i < MSNP_N_ROLES; i++)
		take_over(&contact->membership_ids[i], &fresh->membership_ids[i], 0);
	contact->mobile_enabled = fresh->mobile_enabled;
	return changes;
}

/* Nobody whom a host may still look at goes away: who is on no list any more stays as such. */
static MsnpContact *
leave_out(MsnpContact *contact)
{
	contact->lists = 0;
	msnp_contact_set_id(contact, "");
	forget_presence(contact);
	return contact;
}

void
msnp_roster_adopt(MsnpRoster *roster, MsnpRoster *fresh,
		  void (*changed)(MsnpContact *contact, guint changes, gpointer data),
		  gpointer data)
{
	guint n_old = roster->contacts->len;

	g_ptr_array_unref(roster->groups);
	roster->groups = g_steal_pointer(&fresh->groups);
	fresh->groups = g_ptr_array_new();
	g_hash_table_remove_all(roster->by_group);
	for (guint i = 0; i < roster->groups->len; i++) {
		MsnpGroup *group = g_ptr_array_index(roster->groups, i);

		g_hash_table_insert(roster->by_group, g_ascii_strdown(group->id, -1), group);
	}
	g_hash_table_remove_all(fresh->by_group);
	roster->blp = fresh->blp;
	for (guint i = 0; i < fresh->contacts->len; i++) {
		MsnpContact *theirs = g_ptr_array_index(fresh->contacts, i);
		MsnpContact *ours = msnp_roster_ensure(roster, theirs->handle, theirs->network);
		guint changes = ours ? adopt_contact(ours, theirs) : 0;

		if (changes)
			changed(ours, changes, data);
	}
	for (guint i = 0; i < n_old; i++) {
		MsnpContact *ours = g_ptr_array_index(roster->contacts, i);

		if (ours->lists && !find(fresh, ours->handle, ours->network))
			changed(leave_out(ours), MSNP_CHANGE_LISTS, data);
	}
}
