/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups made, renamed and deleted at another place. What the server had when we looked last is
 * kept here, so that a group of its own can be told from one that only stands in libpurple's list:
 * the former goes when the server has it no more and nobody is in it, the latter never does.
 */
#include "msnp-purple.h"

typedef struct {
	char *from, *to; /* to is NULL where the group is gone */
} Change;

struct _MsnpPurpleGroups {
	GHashTable *names; /* id -> name, as the server had it last */
	GQueue renamed;    /* Change */
	GQueue vanished;   /* Change, after all the others have been seen to */
};

static void
change_free(gpointer data)
{
	Change *change = data;

	g_free(change->from);
	g_free(change->to);
	g_free(change);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Change, change_free)

static GHashTable *
names_of(MsnpRoster *roster)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GPtrArray *groups = msnp_roster_groups(roster);

	for (guint i = 0; i < groups->len; i++) {
		const MsnpGroup *group = g_ptr_array_index(groups, i);

		if (*group->name)
			g_hash_table_insert(names, g_strdup(group->id), g_strdup(group->name));
	}
	return names;
}

MsnpPurpleGroups *
msnp_purple_groups_new(MsnpRoster *roster)
{
	MsnpPurpleGroups *groups = g_new0(MsnpPurpleGroups, 1);

	groups->names = names_of(roster);
	return groups;
}

void
msnp_purple_groups_free(MsnpPurpleGroups *groups)
{
	g_hash_table_unref(groups->names);
	g_queue_clear_full(&groups->renamed, change_free);
	g_queue_clear_full(&groups->vanished, change_free);
	g_free(groups);
}

void
msnp_purple_groups_learn(MsnpPurpleGroups *groups, MsnpRoster *roster)
{
	g_hash_table_unref(groups->names);
	groups->names = names_of(roster);
}

static void
note(GQueue *queue, const char *from, const char *to)
{
	Change *change = g_new0(Change, 1);

	change->from = g_strdup(from);
	change->to = g_strdup(to);
	g_queue_push_tail(queue, change);
}

gboolean
msnp_purple_groups_compare(MsnpPurpleGroups *groups, MsnpRoster *roster)
{
	g_autoptr(GHashTable) before = g_steal_pointer(&groups->names);
	gboolean different = FALSE;
	GHashTableIter iter;
	gpointer id, name;

	groups->names = names_of(roster);
	g_hash_table_iter_init(&iter, before);
	while (g_hash_table_iter_next(&iter, &id, &name)) {
		const char *now = g_hash_table_lookup(groups->names, id);

		if (g_strcmp0(now, name) == 0)
			continue;
		different = TRUE;
		if (now)
			note(&groups->renamed, name, now);
		note(&groups->vanished, name, NULL);
	}
	return different || g_hash_table_size(before) != g_hash_table_size(groups->names);
}

void
msnp_purple_rename_here(MsnpLogin *login, const char *from, const char *to)
{
	PurpleGroup *group = purple_find_group(from);
	PurpleGroup *other = purple_find_group(to);
	g_autoptr(GSList) accounts = group ? purple_group_get_accounts(group) : NULL;

	if (!accounts || accounts->next || accounts->data != login->account ||
	    (other && other != group))
		return;
	login->echo++;
	purple_blist_rename_group(group, to);
	login->echo--;
}

gboolean
msnp_purple_groups_rename_one(MsnpPurpleGroups *groups, MsnpLogin *login)
{
	g_autoptr(Change) change = g_queue_pop_head(&groups->renamed);
	MsnpRoster *roster = msnp_session_roster(login->session);

	/* Not where two of them have swapped their names: then the contacts move. */
	if (change && (!msnp_purple_server_has_group(roster, change->from) ||
		       purple_find_group(change->from) == purple_find_group(change->to)))
		msnp_purple_rename_here(login, change->from, change->to);
	return change != NULL;
}

/* libpurple tells every account of a group that goes, and to some it means their server's. */
static gboolean
matters_to(PurpleConnection *gc, const char *name)
{
	PurplePluginProtocolInfo *protocol = PURPLE_PLUGIN_PROTOCOL_INFO(gc->prpl);
	MsnpLogin *other;

	if (!protocol->remove_group)
		return FALSE;
	if (!msnp_purple_is_ours(purple_connection_get_account(gc)))
		return TRUE;
	other = msnp_login_of_connection(gc);
	return other && msnp_purple_will_have_group(other, name);
}

static gboolean
matters_to_others(MsnpLogin *login, const char *name)
{
	for (GList *l = purple_connections_get_all(); l; l = l->next)
		if (l->data != login->gc && matters_to(l->data, name))
			return TRUE;
	return FALSE;
}

gboolean
msnp_purple_groups_drop_one(MsnpPurpleGroups *groups, MsnpLogin *login)
{
	g_autoptr(Change) change = g_queue_pop_head(&groups->vanished);
	PurpleGroup *group = change ? purple_find_group(change->from) : NULL;

	if (group && !purple_blist_node_get_first_child(PURPLE_BLIST_NODE(group)) &&
	    !msnp_purple_will_have_group(login, change->from) &&
	    !matters_to_others(login, change->from)) {
		login->echo++;
		purple_blist_remove_group(group);
		login->echo--;
	}
	return change != NULL;
}
