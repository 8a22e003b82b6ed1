/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes of the address book, each in one place, whoever makes them: the web services, ADL, or
 * another client of the account. Source: services.md 7.2, 7.4.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "wire/msnp-list-payload.h"

MsnpServerGroup *
msnp_server_add_group(MsnpServer *server, MsnpServerAccount *account, const char *name)
{
	MsnpServerGroup *group = msnp_server_account_add_group(account, name, NULL);

	msnp_server_touch_group(server, account, group);
	msnp_server_changed(server, account);
	return group;
}

void
msnp_server_rename_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerGroup *group,
			 const char *name)
{
	g_free(group->name);
	group->name = g_strdup(name);
	msnp_server_touch_group(server, account, group);
	msnp_server_changed(server, account);
}

void
msnp_server_delete_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerGroup *group)
{
	for (guint i = 0; i < account->contacts->len; i++) {
		MsnpServerContact *contact = account->contacts->pdata[i];

		if (g_ptr_array_remove(contact->groups, group))
			msnp_server_touch_loss(server, account, contact, group);
	}
	msnp_server_touch_group_gone(server, account, group);
	msnp_server_account_remove_group(account, group);
	msnp_server_changed(server, account);
}

gboolean
msnp_server_join_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
		       MsnpServerGroup *group)
{
	if (g_ptr_array_find(contact->groups, group, NULL))
		return FALSE;
	g_ptr_array_add(contact->groups, group);
	msnp_server_touch_contact(server, account, contact, MSNP_SERVER_PART_GROUPS);
	msnp_server_changed(server, account);
	return TRUE;
}

gboolean
msnp_server_leave_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
			MsnpServerGroup *group)
{
	if (!g_ptr_array_remove(contact->groups, group))
		return FALSE;
	msnp_server_touch_loss(server, account, contact, group);
	msnp_server_changed(server, account);
	return TRUE;
}

void
msnp_server_set_alias(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
		      const char *alias)
{
	g_free(contact->alias);
	contact->alias = alias == NULL || *alias == '\0' ? NULL : g_strdup(alias);
	msnp_server_touch_contact(server, account, contact, MSNP_SERVER_PART_ALIAS);
	msnp_server_changed(server, account);
}

void
msnp_server_set_contact_name(MsnpServer *server, MsnpServerAccount *account,
			     MsnpServerContact *contact, const char *name)
{
	g_free(contact->name);
	contact->name = g_strdup(name);
	msnp_server_touch_contact(server, account, contact, MSNP_SERVER_PART_NAME);
	msnp_server_changed(server, account);
}

void
msnp_server_set_privacy(MsnpServer *server, MsnpServerAccount *account, gboolean block_others)
{
	if (block_others == account->block_others)
		return;
	account->block_others = block_others;
	msnp_server_touch_me(server, account);
	msnp_server_changed(server, account);
}

void
msnp_server_set_name(MsnpServer *server, MsnpServerAccount *account, const char *name)
{
	if (strcmp(name, account->name) == 0)
		return;
	g_free(account->name);
	account->name = g_strdup(name);
	msnp_server_touch_me(server, account);
	msnp_server_changed(server, account);
}

/* ---- From elsewhere ---- */

gboolean
msnp_server_change_elsewhere(MsnpServer *server, const char *handle, const char *contact_handle,
			     guint lists)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerContact *contact =
	    account == NULL ? NULL : msnp_server_contact_of(server, account, contact_handle);

	if (contact == NULL)
		return FALSE;
	msnp_server_take_off(server, account, contact, ~lists);
	msnp_server_put_on(server, account, contact, lists, NULL, NULL);
	msnp_server_push_change(server, account);
	return TRUE;
}

/* Out of all groups but this one; NULL: out of all. */
static void
move_contact(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
	     MsnpServerGroup *group)
{
	if (group != NULL)
		msnp_server_join_group(server, account, contact, group);
	for (guint i = contact->groups->len; i > 0; i--) {
		if (contact->groups->pdata[i - 1] != group)
			msnp_server_leave_group(server, account, contact,
						contact->groups->pdata[i - 1]);
	}
}

static gboolean
edit_group(MsnpServer *server, MsnpServerAccount *account, MsnpServerEdit edit, const char *name,
	   const char *new_name)
{
	MsnpServerGroup *group = msnp_server_account_group_named(account, name);
	const char *wanted = edit == MSNP_SERVER_EDIT_ADD_GROUP ? name : new_name;

	if (edit == MSNP_SERVER_EDIT_DELETE_GROUP) {
		if (group != NULL)
			msnp_server_delete_group(server, account, group);
		return group != NULL;
	}
	if (wanted == NULL || msnp_server_account_group_named(account, wanted) != NULL)
		return FALSE;
	if (edit == MSNP_SERVER_EDIT_ADD_GROUP)
		msnp_server_add_group(server, account, wanted);
	else if (group == NULL)
		return FALSE;
	else
		msnp_server_rename_group(server, account, group, wanted);
	return TRUE;
}

static gboolean
edit_contact(MsnpServer *server, MsnpServerAccount *account, MsnpServerEdit edit,
	     const char *handle, const char *to)
{
	MsnpServerContact *contact = msnp_server_account_contact(account, handle);
	gboolean nothing = to == NULL || *to == '\0';
	MsnpServerGroup *group;

	if (contact == NULL || !(contact->lists & MSNP_LIST_FORWARD))
		return FALSE;
	if (edit == MSNP_SERVER_EDIT_ALIAS) {
		msnp_server_set_alias(server, account, contact, to);
		return TRUE;
	}
	group = nothing ? NULL : msnp_server_account_group_named(account, to);
	if (group == NULL && !nothing)
		return FALSE;
	move_contact(server, account, contact, group);
	return TRUE;
}

gboolean
msnp_server_edit_elsewhere(MsnpServer *server, const char *handle, MsnpServerEdit edit,
			   const char *what, const char *to)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	gboolean done;

	if (account == NULL || what == NULL)
		return FALSE;
	switch (edit) {
	case MSNP_SERVER_EDIT_ADD_GROUP:
	case MSNP_SERVER_EDIT_RENAME_GROUP:
	case MSNP_SERVER_EDIT_DELETE_GROUP:
		done = edit_group(server, account, edit, what, to);
		break;
	case MSNP_SERVER_EDIT_PRIVACY:
		done = strcmp(what, "AL") == 0 || strcmp(what, "BL") == 0;
		if (done)
			msnp_server_set_privacy(server, account, strcmp(what, "BL") == 0);
		break;
	default:
		done = edit_contact(server, account, edit, what, to);
	}
	if (done)
		msnp_server_push_change(server, account);
	return done;
}
