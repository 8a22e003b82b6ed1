/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts and groups as the user changes them in the buddy list: each call of libpurple becomes an
 * edit, or none where the server has nothing to change.
 *
 * libpurple has done its part before, but for remove_buddy. What counts as the state before is what
 * will be when everything under way has succeeded: users are faster than servers.
 */
#include "msnp-purple.h"

/* NULL if there is nothing to tell: not signed on, or it was we who changed the list. */
static MsnpLogin *
login_of(PurpleConnection *gc)
{
	MsnpLogin *login = msnp_login_of_connection(gc);

	return login && !login->echo ? login : NULL;
}

/* The server's name of a group to put people in; NULL for the home of those in none, unless the
 * server has a real group of that name (lesson 73). */
static const char *
target(MsnpLogin *login, const char *name)
{
	g_autofree char *folded = msnp_purple_fold_group(name);
	g_autofree char *home = msnp_purple_fold_group(msnp_purple_default_group());

	if (g_str_equal(folded, home) && !msnp_purple_will_have_group(login, name))
		return NULL;
	return name;
}

void
msnp_purple_add_buddy_with_invite(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group,
				  const char *message)
{
	MsnpLogin *login = login_of(gc);
	g_autofree char *handle = msnp_handle_normalize(purple_buddy_get_name(buddy));
	g_autoptr(MsnpPurpleProspect) prospect = NULL;
	PurpleGroup *in = group ? group : purple_buddy_get_group(buddy);
	MsnpEdit edit = { .kind = MSNP_EDIT_ADD, .handle = handle };

	if (!login)
		return;
	edit.group = in ? target(login, purple_group_get_name(in)) : NULL;
	if (!msnp_handle_is_valid(handle)) {
		g_autoptr(GError) error = msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no address");

		msnp_purple_edit_refuse(login, &edit, error);
		return;
	}
	prospect = msnp_purple_prospect_new(login, handle);
	if (prospect->listed)
		edit.kind = MSNP_EDIT_PUT_IN_GROUP;
	else
		edit.text = message && *message ? message : NULL;
	if (!prospect->listed ||
	    (edit.group && !msnp_purple_prospect_in_group(prospect, edit.group)))
		msnp_purple_edit(login, &edit);
	else if (login->blist)
		msnp_purple_blist_changed(login->blist, handle, MSNP_CHANGE_GROUPS);
}

void
msnp_purple_add_buddy(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group)
{
	msnp_purple_add_buddy_with_invite(gc, buddy, group, NULL);
}

static gboolean
is_elsewhere(MsnpLogin *login, PurpleBuddy *buddy, const char *handle)
{
	g_autoptr(GSList) buddies = purple_find_buddies(login->account, handle);

	for (GSList *l = buddies; l; l = l->next)
		if (l->data != buddy)
			return TRUE;
	return FALSE;
}

/* Another one of the same name, in another group, stays. The buddy itself is still listed, but not
 * when two groups become one and it was in both. */
void
msnp_purple_remove_buddy(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group)
{
	MsnpLogin *login = login_of(gc);
	g_autofree char *handle = msnp_handle_normalize(purple_buddy_get_name(buddy));
	g_autoptr(MsnpPurpleProspect) prospect = NULL;
	PurpleGroup *from = group ? group : purple_buddy_get_group(buddy);
	MsnpEdit edit = { .kind = MSNP_EDIT_REMOVE, .handle = handle };

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	if (!prospect->listed) {
		/* Only here: if it is added again, it is as new. */
		if (login->unknown)
			g_hash_table_remove(login->unknown, handle);
		return;
	}
	if (is_elsewhere(login, buddy, handle)) {
		edit.kind = MSNP_EDIT_TAKE_FROM_GROUP;
		edit.group = purple_group_get_name(from);
	}
	if (!edit.group || msnp_purple_prospect_in_group(prospect, edit.group))
		msnp_purple_edit(login, &edit);
}

static void
move(MsnpLogin *login, const char *handle, const char *old_group, const char *new_group)
{
	g_autoptr(MsnpPurpleProspect) prospect = msnp_purple_prospect_new(login, handle);
	MsnpEdit edit = { .kind = MSNP_EDIT_MOVE, .handle = handle };
	gboolean leaves, joins;

	leaves = msnp_purple_prospect_in_group(prospect, old_group);
	edit.old_group = leaves ? old_group : NULL;
	edit.group = target(login, new_group);
	joins = edit.group && !msnp_purple_prospect_in_group(prospect, edit.group);
	if (!joins && leaves && edit.group) {
		edit.kind = MSNP_EDIT_TAKE_FROM_GROUP;
		edit.group = old_group;
		edit.old_group = NULL;
	}
	if (prospect->listed && (leaves || joins))
		msnp_purple_edit(login, &edit);
}

void
msnp_purple_group_buddy(PurpleConnection *gc, const char *who, const char *old_group,
			const char *new_group)
{
	MsnpLogin *login = login_of(gc);
	g_autofree char *handle = msnp_handle_normalize(who);

	if (login)
		move(login, handle, old_group, new_group);
}

/* Two groups becoming one arrives as moves of the members, the end of the old group, and then this:
 * by now the server's old group counts as gone, and the members as moved. */
void
msnp_purple_rename_group(PurpleConnection *gc, const char *old_name, PurpleGroup *group,
			 GList *moved_buddies)
{
	MsnpLogin *login = login_of(gc);
	MsnpEdit edit = { .kind = MSNP_EDIT_RENAME_GROUP, .old_group = old_name };

	if (!login)
		return;
	if (msnp_purple_will_have_group(login, old_name)) {
		edit.group = target(login, purple_group_get_name(group));
		/* Who was in it is then in none. */
		if (!edit.group)
			edit.kind = MSNP_EDIT_DELETE_GROUP;
		msnp_purple_edit(login, &edit);
		return;
	}
	for (GList *l = moved_buddies; l; l = l->next) {
		g_autofree char *handle = msnp_handle_normalize(purple_buddy_get_name(l->data));

		move(login, handle, old_name, purple_group_get_name(group));
	}
}

/* libpurple tells every account, whether it has such a group or not. */
void
msnp_purple_remove_group(PurpleConnection *gc, PurpleGroup *group)
{
	MsnpLogin *login = login_of(gc);
	MsnpEdit edit = { .kind = MSNP_EDIT_DELETE_GROUP,
			  .old_group = purple_group_get_name(group) };

	if (login && msnp_purple_will_have_group(login, edit.old_group))
		msnp_purple_edit(login, &edit);
}

void
msnp_purple_alias_buddy(PurpleConnection *gc, const char *who, const char *alias)
{
	MsnpLogin *login = login_of(gc);
	g_autofree char *handle = msnp_handle_normalize(who);
	g_autoptr(MsnpPurpleProspect) prospect = NULL;
	MsnpEdit edit = { .kind = MSNP_EDIT_ALIAS, .handle = handle, .text = alias ? alias : "" };
	const MsnpContact *contact;

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	contact = msnp_login_find_listed(login, handle);
	if (!prospect->listed || (contact && !msnp_purple_edit_is_busy(login, handle) &&
				  g_str_equal(contact->nickname, edit.text)))
		return;
	msnp_purple_edit(login, &edit);
}
