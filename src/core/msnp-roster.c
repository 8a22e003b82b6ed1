/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster: contacts and groups with their indexes. No input or output, no signals: callers learn
 * what changed from what the functions return.
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
	MsnpRosterState state;
};

/* Networks other than Passport on which a handle is looked for, the commonest first. */
static const guint OTHER_NETWORKS[] = { MSNP_NETWORK_YAHOO, MSNP_NETWORK_OFFICE,
					MSNP_NETWORK_MOBILE, MSNP_NETWORK_MAIL };

static void
group_free(MsnpGroup *group)
{
	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

static void
set_text(char **field, const char *value)
{
	char *copy = g_strdup(value);

	g_free(*field);
	*field = copy;
}

MsnpRoster *
msnp_roster_new(void)
{
	MsnpRoster *roster = g_new0(MsnpRoster, 1);

	roster->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_contact_free);
	roster->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	roster->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	roster->by_group = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	roster->own_name = g_strdup("");
	roster->state = (MsnpRosterState){ .book = g_strdup(""), .membership = g_strdup("") };
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
	g_free(roster->state.book);
	g_free(roster->state.membership);
	g_free(roster);
}

/* ---- contacts ---- */

GPtrArray *
msnp_roster_contacts(MsnpRoster *roster)
{
	return roster->contacts;
}

/* The same handle may stand on the list once for each network. Phones are told by their handle. */
static gboolean
needs_no_network(const char *handle, guint network)
{
	return network == MSNP_NETWORK_PASSPORT || network == 0 || msnp_handle_is_phone(handle);
}

static char *
contact_key(const char *handle, guint network)
{
	return needs_no_network(handle, network) ? g_strdup(handle)
						 : g_strdup_printf("%u %s", network, handle);
}

MsnpContact *
msnp_roster_find_on(MsnpRoster *roster, const char *handle, guint network)
{
	g_autofree char *key = NULL;

	if (needs_no_network(handle, network))
		return g_hash_table_lookup(roster->by_key, handle);
	key = contact_key(handle, network);
	return g_hash_table_lookup(roster->by_key, key);
}

MsnpContact *
msnp_roster_find(MsnpRoster *roster, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	MsnpContact *contact = msnp_roster_find_on(roster, normal, MSNP_NETWORK_PASSPORT);

	for (guint i = 0; !contact && i < G_N_ELEMENTS(OTHER_NETWORKS); i++)
		contact = msnp_roster_find_on(roster, normal, OTHER_NETWORKS[i]);
	return contact;
}

MsnpContact *
msnp_roster_ensure(MsnpRoster *roster, const char *handle, guint network)
{
	MsnpContact *contact = msnp_roster_find_on(roster, handle, network);

	if (contact || roster->contacts->len >= MSNP_ROSTER_MAX)
		return contact;
	contact = msnp_contact_new(handle, network);
	g_ptr_array_add(roster->contacts, contact);
	g_hash_table_insert(roster->by_key, contact_key(handle, network), contact);
	return contact;
}

MsnpContact *
msnp_roster_set_presence(MsnpRoster *roster, const MsnpPresence *presence, guint *changes)
{
	g_autofree char *handle = msnp_handle_normalize(presence->handle);
	MsnpContact *contact = msnp_roster_find_on(roster, handle, presence->network);

	*changes = 0;
	if (!contact || !(contact->lists & MSNP_LIST_FORWARD))
		return NULL;
	*changes = msnp_contact_set_presence(contact, presence);
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
	*changes = msnp_contact_set_personal(contact, personal);
	return contact;
}

MsnpContact *
msnp_roster_change_lists(MsnpRoster *roster, const MsnpListEntry *entry, gboolean add)
{
	g_autofree char *handle = msnp_handle_normalize(entry->handle);
	MsnpContact *contact = msnp_roster_find_on(roster, handle, entry->network);

	if (!contact && add) {
		contact = msnp_roster_ensure(roster, handle, entry->network);
		if (contact && entry->friendly_name)
			set_text(&contact->display_name, entry->friendly_name);
	}
	if (contact)
		msnp_contact_change_lists(contact, add ? entry->lists : 0, add ? 0 : entry->lists);
	return contact;
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

/* ---- groups ---- */

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
msnp_roster_rename_group(MsnpRoster *roster G_GNUC_UNUSED, MsnpGroup *group, const char *name)
{
	set_text(&group->name, name);
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

/* ---- what is said about oneself, and about the reads ---- */

const char *
msnp_roster_own_name(MsnpRoster *roster)
{
	return roster->own_name;
}

void
msnp_roster_set_own_name(MsnpRoster *roster, const char *name)
{
	set_text(&roster->own_name, name);
}

int
msnp_roster_blp(MsnpRoster *roster)
{
	return roster->blp;
}

void
msnp_roster_set_blp(MsnpRoster *roster, int blp)
{
	roster->blp = blp;
}

const MsnpRosterState *
msnp_roster_state(MsnpRoster *roster)
{
	return &roster->state;
}

void
msnp_roster_set_state(MsnpRoster *roster, const MsnpRosterState *state)
{
	set_text(&roster->state.book, state->book);
	set_text(&roster->state.membership, state->membership);
	roster->state.deltas = state->deltas;
	roster->state.refused = state->refused;
}

void
msnp_roster_leave_state(MsnpRoster *roster)
{
	set_text(&roster->state.book, "");
	set_text(&roster->state.membership, "");
}

/* ---- taking over a fresh one ---- */

struct _MsnpAdoption {
	MsnpRoster *roster, *fresh; /* borrowed */
	guint next_fresh, next_old; /* how many have been gone through */
	guint n_old;                /* contacts of roster at the beginning */
};

static void
adopt_groups(MsnpRoster *roster, MsnpRoster *fresh)
{
	g_hash_table_remove_all(roster->by_group);
	g_ptr_array_set_size(roster->groups, 0);
	for (guint i = 0; i < fresh->groups->len; i++) {
		MsnpGroup *group = g_ptr_array_index(fresh->groups, i);

		msnp_roster_add_group(roster, group->id, group->name);
	}
}

MsnpAdoption *
msnp_adoption_new(MsnpRoster *roster, MsnpRoster *fresh)
{
	MsnpAdoption *adoption = g_new(MsnpAdoption, 1);

	*adoption = (MsnpAdoption){ roster, fresh, 0, 0, roster->contacts->len };
	adopt_groups(roster, fresh);
	msnp_roster_set_own_name(roster, fresh->own_name);
	roster->blp = fresh->blp;
	msnp_roster_set_state(roster, &fresh->state);
	return adoption;
}

static void
adopt_one(MsnpAdoption *adoption, MsnpContact *theirs, MsnpAdopted changed, gpointer data)
{
	MsnpContact *ours = msnp_roster_ensure(adoption->roster, theirs->handle, theirs->network);
	guint changes = ours ? msnp_contact_adopt(ours, theirs) : 0;

	if (changes)
		changed(ours, changes, data);
}

static void
drop_if_gone(MsnpAdoption *adoption, MsnpContact *ours, MsnpAdopted changed, gpointer data)
{
	if (!(ours->lists | ours->stored) ||
	    msnp_roster_find_on(adoption->fresh, ours->handle, ours->network))
		return;
	msnp_contact_drop(ours);
	changed(ours, MSNP_CHANGE_LISTS, data);
}

gboolean
msnp_adoption_step(MsnpAdoption *adoption, guint n, MsnpAdopted changed, gpointer data)
{
	GPtrArray *theirs = adoption->fresh->contacts;
	GPtrArray *ours = adoption->roster->contacts;

	for (; n && adoption->next_fresh < theirs->len; n--)
		adopt_one(adoption, g_ptr_array_index(theirs, adoption->next_fresh++), changed,
			  data);
	for (; n && adoption->next_old < adoption->n_old; n--)
		drop_if_gone(adoption, g_ptr_array_index(ours, adoption->next_old++), changed,
			     data);
	return adoption->next_fresh < theirs->len || adoption->next_old < adoption->n_old;
}

void
msnp_adoption_free(MsnpAdoption *adoption)
{
	g_free(adoption);
}
