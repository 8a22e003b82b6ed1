/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging answers into a roster: full reads into a new one, deltas into one that was right at the
 * time from which they count. A delta that cannot be proved right is refused as a whole.
 */
#include "core/msnp-roster-merge.h"

#include <string.h>

/* An entry that Microsoft's servers made in every block list; nobody has it as a contact. */
static const char SERVER_MADE_HANDLE[] = "messenger@microsoft.com";

static void
set_text(char **field, const char *value)
{
	if (!g_strcmp0(*field, value))
		return;
	g_free(*field);
	*field = g_strdup(value ? value : "");
}

/* ---- what one entry says ---- */

static void
set_book_fields(MsnpContact *contact, const MsnpAbContact *entry)
{
	set_text(&contact->contact_id, entry->id);
	set_text(&contact->display_name, entry->display_name);
	set_text(&contact->nickname, entry->nickname);
	set_text(&contact->phone_home, entry->phone_home);
	set_text(&contact->phone_work, entry->phone_work);
	set_text(&contact->phone_mobile, entry->phone_mobile);
	contact->mobile_enabled = entry->mobile_enabled;
	if (entry->group_ids) {
		g_strfreev(contact->group_ids);
		contact->group_ids = g_strdupv(entry->group_ids);
	}
}

static void
set_member_fields(MsnpContact *contact, const MsnpMember *member)
{
	contact->stored |= member->list;
	msnp_contact_set_membership_id(contact, member->list, member->membership_id);
	if (member->list != MSNP_LIST_PENDING)
		return;
	set_text(&contact->invite_message, member->invite_message);
	if (!*contact->display_name)
		set_text(&contact->display_name, member->display_name);
}

static gboolean
is_somebody(const MsnpAbContact *entry, const char *own_handle)
{
	return entry->handle && *entry->handle && strcmp(entry->handle, own_handle);
}

static gboolean
is_member(const MsnpMember *member, const char *own_handle)
{
	return strcmp(member->handle, own_handle) && strcmp(member->handle, SERVER_MADE_HANDLE);
}

static void
mend_all(MsnpRoster *roster)
{
	GPtrArray *contacts = msnp_roster_contacts(roster);

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		msnp_contact_set_stored(contact, contact->stored);
	}
}

/* ---- full reads ---- */

static void
add_book(MsnpRoster *roster, const MsnpAddressBook *book, const char *own_handle)
{
	for (guint i = 0; i < book->groups->len; i++) {
		const MsnpAbGroup *entry = g_ptr_array_index(book->groups, i);

		if (!entry->deleted)
			msnp_roster_add_group(roster, entry->id, entry->name ? entry->name : "");
	}
	for (guint i = 0; i < book->contacts->len; i++) {
		const MsnpAbContact *entry = g_ptr_array_index(book->contacts, i);
		MsnpContact *contact;

		if (entry->deleted || !is_somebody(entry, own_handle))
			continue;
		contact = msnp_roster_ensure(roster, entry->handle, entry->network);
		/* The address book may hold the same person twice: the first entry counts. */
		if (!contact || contact->stored & MSNP_LIST_FORWARD)
			continue;
		contact->stored |= MSNP_LIST_FORWARD;
		set_book_fields(contact, entry);
	}
	msnp_roster_set_own_name(roster, book->own_name ? book->own_name : "");
	msnp_roster_set_blp(roster, book->blp);
}

static void
add_membership(MsnpRoster *roster, const MsnpMembership *membership, const char *own_handle)
{
	for (guint i = 0; i < membership->members->len; i++) {
		const MsnpMember *member = g_ptr_array_index(membership->members, i);
		MsnpContact *contact = NULL;

		if (!member->deleted && is_member(member, own_handle))
			contact = msnp_roster_ensure(roster, member->handle, member->network);
		if (contact)
			set_member_fields(contact, member);
	}
}

MsnpRoster *
msnp_roster_merge(const MsnpAddressBook *book, const MsnpMembership *membership,
		  const char *own_handle)
{
	g_autofree char *own = msnp_handle_normalize(own_handle);
	MsnpRoster *roster = msnp_roster_new();
	MsnpRosterState state = { .book = book ? book->last_change : NULL,
				  .membership = membership ? membership->last_change : NULL };

	if (book)
		add_book(roster, book, own);
	if (membership)
		add_membership(roster, membership, own);
	mend_all(roster);
	if (state.book && state.membership)
		msnp_roster_set_state(roster, &state);
	return roster;
}

/* ---- deltas ---- */

gboolean
msnp_roster_may_take_deltas(MsnpRoster *roster)
{
	const MsnpRosterState *state = msnp_roster_state(roster);

	return *state->book && *state->membership && !state->refused &&
	       state->deltas < MSNP_DELTAS_MAX &&
	       msnp_roster_contacts(roster)->len >= MSNP_DELTA_CONTACTS_MIN;
}

static gboolean
apply_groups(MsnpRoster *roster, const MsnpAddressBook *book)
{
	for (guint i = 0; i < book->groups->len; i++) {
		const MsnpAbGroup *entry = g_ptr_array_index(book->groups, i);
		MsnpGroup *group = msnp_roster_group(roster, entry->id);

		if (entry->deleted && !group)
			return FALSE;
		if (entry->deleted)
			msnp_roster_remove_group(roster, group);
		else if (group)
			msnp_roster_rename_group(roster, group, entry->name ? entry->name : "");
		else
			msnp_roster_add_group(roster, entry->id, entry->name ? entry->name : "");
	}
	return TRUE;
}

static gboolean
knows_groups(MsnpRoster *roster, const MsnpAbContact *entry)
{
	for (char **id = entry->group_ids; id && *id; id++)
		if (!msnp_roster_group(roster, *id))
			return FALSE;
	return TRUE;
}

/* Contacts of the address book by their id, in lower case. */
static GHashTable *
index_ids(MsnpRoster *roster)
{
	GHashTable *by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *contacts = msnp_roster_contacts(roster);

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (*contact->contact_id)
			g_hash_table_insert(by_id, g_ascii_strdown(contact->contact_id, -1),
					    contact);
	}
	return by_id;
}

static void
take_off_book(MsnpContact *contact)
{
	contact->stored &= ~MSNP_LIST_FORWARD;
	msnp_contact_set_id(contact, "");
	msnp_contact_set_nickname(contact, "");
}

/* known: who has this id now. */
static gboolean
apply_contact(MsnpRoster *roster, const MsnpAbContact *entry, MsnpContact *known)
{
	MsnpContact *contact;

	if (entry->partial && !entry->deleted)
		return FALSE;
	if (entry->deleted || !*entry->handle) {
		if (known)
			take_off_book(known);
		return known || !entry->deleted;
	}
	if (!knows_groups(roster, entry))
		return FALSE;
	contact = msnp_roster_ensure(roster, entry->handle, entry->network);
	if (!contact || (known && known != contact) ||
	    (!known && contact->stored & MSNP_LIST_FORWARD))
		return FALSE;
	contact->stored |= MSNP_LIST_FORWARD;
	set_book_fields(contact, entry);
	return TRUE;
}

static gboolean
apply_contacts(MsnpRoster *roster, const MsnpAddressBook *book, const char *own_handle)
{
	g_autoptr(GHashTable) by_id = index_ids(roster);

	for (guint i = 0; i < book->contacts->len; i++) {
		const MsnpAbContact *entry = g_ptr_array_index(book->contacts, i);
		g_autofree char *id = g_ascii_strdown(entry->id, -1);

		if (entry->handle && !strcmp(entry->handle, own_handle))
			continue;
		if (!apply_contact(roster, entry, g_hash_table_lookup(by_id, id)))
			return FALSE;
	}
	return TRUE;
}

static gboolean
apply_members(MsnpRoster *roster, const MsnpMembership *membership, const char *own_handle)
{
	for (guint i = 0; i < membership->members->len; i++) {
		const MsnpMember *member = g_ptr_array_index(membership->members, i);
		MsnpContact *contact;

		if (!is_member(member, own_handle))
			continue;
		contact = msnp_roster_ensure(roster, member->handle, member->network);
		if (!contact || (member->deleted && !(contact->stored & member->list)))
			return FALSE;
		if (member->deleted)
			msnp_contact_change_lists(contact, 0, member->list);
		else
			set_member_fields(contact, member);
	}
	return TRUE;
}

/* A server that gives all it has where a delta was asked for names most of the list, and does not
 * name who has gone. */
static gboolean
is_small(MsnpRoster *roster, const MsnpAddressBook *book, const MsnpMembership *membership)
{
	guint half = msnp_roster_contacts(roster)->len / 2;

	return book->contacts->len < half && membership->members->len < half;
}

gboolean
msnp_roster_apply(MsnpRoster *roster, const MsnpAddressBook *book, const MsnpMembership *membership,
		  const char *own_handle)
{
	g_autofree char *own = msnp_handle_normalize(own_handle);
	gboolean members_changed = membership->members->len || *membership->last_change;
	MsnpRosterState state = *msnp_roster_state(roster);

	/* An answer without its own lastChange leaves open what it covers; only a sharing service
	 * that has nothing new to say may say nothing at all. */
	if (!*book->last_change || (members_changed && !*membership->last_change) ||
	    !is_small(roster, book, membership))
		return FALSE;
	if (!apply_groups(roster, book) || !apply_contacts(roster, book, own) ||
	    !apply_members(roster, membership, own))
		return FALSE;
	mend_all(roster);
	if (*book->own_name)
		msnp_roster_set_own_name(roster, book->own_name);
	if (book->blp)
		msnp_roster_set_blp(roster, book->blp);
	state.book = book->last_change;
	if (members_changed)
		state.membership = membership->last_change;
	state.deltas++;
	msnp_roster_set_state(roster, &state);
	return TRUE;
}
