/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in libpurple's list a contact stands, and under which names. The server's word counts: what
 * stands in too many groups here is moved or taken away, what is missing is added.
 */
#include "msnp-purple.h"

/* The alias that the server had last time, kept with the buddy: an alias that differs from it was
 * given here, and stays. */
#define NODE_SERVER_ALIAS "msnp14-alias"

const char *
msnp_purple_default_group(void)
{
	return dgettext("pidgin", "Buddies");
}

/* libpurple knows groups by name, without regard to case. */
char *
msnp_purple_fold_group(const char *name)
{
	return g_utf8_casefold(name, -1);
}

gboolean
msnp_purple_server_has_group(MsnpRoster *roster, const char *name)
{
	GPtrArray *groups = msnp_roster_groups(roster);
	g_autofree char *wanted = msnp_purple_fold_group(name);

	for (guint i = 0; i < groups->len; i++) {
		const MsnpGroup *group = g_ptr_array_index(groups, i);
		g_autofree char *folded = msnp_purple_fold_group(group->name);

		if (g_str_equal(folded, wanted))
			return TRUE;
	}
	return FALSE;
}

static PurpleBlistNode *
last_group(void)
{
	PurpleBlistNode *last = NULL;

	for (PurpleBlistNode *node = purple_blist_get_root(); node;
	     node = purple_blist_node_get_sibling_next(node))
		last = node;
	return last;
}

PurpleGroup *
msnp_purple_ensure_group(const char *name)
{
	PurpleGroup *group = purple_find_group(name);

	if (!group) {
		group = purple_group_new(name);
		purple_blist_add_group(group, last_group());
	}
	return group;
}

/* Presence is made of one status object per type, each some 400 bytes; for thousands of contacts
 * that is most of what the list costs. So a new buddy gets the two that everybody needs, and each
 * other one when it is first shown (msnp-purple-blist.c). */
static PurpleBuddy *
new_buddy(PurpleAccount *account, const MsnpContact *contact)
{
	GList *all = account->status_types;
	GList *few = NULL;
	PurpleBuddy *buddy;

	for (GList *l = all; l; l = l->next) {
		const char *id = purple_status_type_get_id(l->data);

		if (g_str_equal(id, msnp_purple_status_id(MSNP_STATUS_ONLINE)) ||
		    g_str_equal(id, msnp_purple_status_id(MSNP_STATUS_OFFLINE)))
			few = g_list_append(few, l->data);
	}
	account->status_types = few;
	buddy = purple_buddy_new(account, contact->handle,
				 *contact->nickname ? contact->nickname : NULL);
	account->status_types = all;
	g_list_free(few);
	return buddy;
}

/* At the head of the group. Left alone, purple_blist_add_buddy() walks to its end each time, which
 * for long groups is most of what adding costs. Moves the buddy if it was elsewhere. */
static void
put_in_group(MsnpLogin *login, PurpleBuddy *buddy, PurpleGroup *group)
{
	PurpleContact *contact = purple_contact_new();

	login->echo++;
	purple_blist_add_contact(contact, group, NULL);
	purple_blist_add_buddy(buddy, contact, group, NULL);
	login->echo--;
}

static void
set_alias(PurpleBuddy *buddy, const MsnpContact *contact, gboolean server_alias)
{
	PurpleBlistNode *node = PURPLE_BLIST_NODE(buddy);
	const char *before = purple_blist_node_get_string(node, NODE_SERVER_ALIAS);
	const char *local = purple_buddy_get_local_buddy_alias(buddy);
	gboolean is_new = g_strcmp0(before ? before : "", contact->nickname) != 0;
	gboolean follows = !local || !*local || g_strcmp0(local, before) == 0;

	if ((server_alias || (is_new && follows)) &&
	    g_strcmp0(local ? local : "", contact->nickname) != 0)
		purple_blist_alias_buddy(buddy, contact->nickname);
	if (is_new)
		purple_blist_node_set_string(node, NODE_SERVER_ALIAS, contact->nickname);
}

/* An empty name says nothing: what was known before stays. */
static void
set_server_alias(PurpleBuddy *buddy, const MsnpContact *contact)
{
	const char *name = *contact->name ? contact->name : contact->display_name;
	g_autofree char *shown = msnp_purple_shown_words(purple_buddy_get_account(buddy), name);

	if (*shown && g_strcmp0(shown, contact->handle) != 0)
		purple_blist_server_alias_buddy(buddy, shown);
}

/* Who is in no group stays where it is, unless that is a group of the server's. */
static PurpleGroup *
home_of(MsnpRoster *roster, GSList *buddies)
{
	for (GSList *l = buddies; l; l = l->next) {
		PurpleGroup *group = purple_buddy_get_group(l->data);

		if (!msnp_purple_server_has_group(roster, purple_group_get_name(group)))
			return group;
	}
	return msnp_purple_ensure_group(msnp_purple_default_group());
}

/* The groups that it is to be in, each once: two of the server's may be one here. */
static GSList *
groups_of(MsnpRoster *roster, const MsnpContact *contact, GSList *buddies)
{
	GSList *groups = NULL;

	for (char **id = contact->group_ids; *id; id++) {
		MsnpGroup *group = msnp_roster_group(roster, *id);
		PurpleGroup *here =
		    group && *group->name ? msnp_purple_ensure_group(group->name) : NULL;

		if (here && !g_slist_find(groups, here))
			groups = g_slist_append(groups, here);
	}
	return groups ? groups : g_slist_append(NULL, home_of(roster, buddies));
}

static PurpleBuddy *
take_from_group(GSList **buddies, PurpleGroup *group)
{
	for (GSList *l = *buddies; l; l = l->next) {
		PurpleBuddy *buddy = l->data;

		if (purple_buddy_get_group(buddy) == group) {
			*buddies = g_slist_delete_link(*buddies, l);
			return buddy;
		}
	}
	return NULL;
}

/* The groups of the answer are those where it is missing. */
static GSList *
keep_placed(const MsnpContact *contact, GSList *groups, GSList **surplus, gboolean server_alias)
{
	GSList *missing = NULL;

	for (GSList *l = groups; l; l = l->next) {
		PurpleBuddy *buddy = take_from_group(surplus, l->data);

		if (buddy) {
			set_alias(buddy, contact, server_alias);
			set_server_alias(buddy, contact);
		} else {
			missing = g_slist_append(missing, l->data);
		}
	}
	return missing;
}

void
msnp_purple_place(MsnpLogin *login, const MsnpContact *contact, gboolean server_alias)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	GSList *surplus = purple_find_buddies(login->account, contact->handle);
	g_autoptr(GSList) groups = groups_of(roster, contact, surplus);
	g_autoptr(GSList) missing = keep_placed(contact, groups, &surplus, server_alias);

	for (GSList *l = missing; l; l = l->next) {
		PurpleBuddy *buddy = surplus ? surplus->data : new_buddy(login->account, contact);

		surplus = surplus ? g_slist_delete_link(surplus, surplus) : NULL;
		put_in_group(login, buddy, l->data);
		set_alias(buddy, contact, server_alias);
		set_server_alias(buddy, contact);
	}
	for (GSList *l = surplus; l; l = l->next)
		purple_blist_remove_buddy(l->data);
	g_slist_free(surplus);
	if (login->unknown)
		g_hash_table_remove(login->unknown, contact->handle);
}

void
msnp_purple_place_at_first(MsnpLogin *login, const MsnpContact *contact)
{
	GSList *buddies = purple_find_buddies(login->account, contact->handle);

	for (GSList *l = buddies; l; l = l->next)
		set_server_alias(l->data, contact);
	if (!buddies)
		msnp_purple_place(login, contact, FALSE);
	g_slist_free(buddies);
}

void
msnp_purple_place_writer(MsnpLogin *login, const char *handle)
{
	MsnpContact *contact = msnp_login_find_listed(login, handle);

	if (contact && contact->lists & MSNP_LIST_FORWARD &&
	    !purple_find_buddy(login->account, contact->handle))
		msnp_purple_place(login, contact, FALSE);
}

void
msnp_purple_unplace(MsnpLogin *login, const char *handle)
{
	GSList *buddies = msnp_purple_unknown_has(login, handle)
			      ? NULL
			      : purple_find_buddies(login->account, handle);

	for (GSList *l = buddies; l; l = l->next)
		purple_blist_remove_buddy(l->data);
	g_slist_free(buddies);
}
