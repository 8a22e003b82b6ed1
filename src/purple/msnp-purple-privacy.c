/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may write, both ways: libpurple's permit and deny lists become the server's Allow and Block
 * lists. What only stands in libpurple's would silently swallow messages, so it goes.
 *
 * The lists are set directly: purple_privacy_permit_add() walks its list at every call, which for
 * thousands of contacts takes seconds.
 */
#include "msnp-purple.h"

typedef struct {
	MsnpLogin *login;
	PurpleAccount *account;
	GSList **list;
	void (*added)(PurpleAccount *account, const char *name); /* may be NULL */
	void (*removed)(PurpleAccount *account, const char *name);
	gboolean only_add;
	gboolean changed;
} Side;

/* Those whom the user is just changing stand as the user wants them. */
static GHashTable *
wanted_handles(MsnpLogin *login, guint bit)
{
	GHashTable *wanted = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *contacts = msnp_roster_contacts(msnp_session_roster(login->session));

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->lists & bit && !msnp_purple_edit_is_busy(login, contact->handle))
			g_hash_table_add(wanted, contact->handle);
	}
	return wanted;
}

/* Keeps of the list what is wanted, once, and strikes it from wanted. */
static void
drop_unwanted(Side *side, GHashTable *wanted)
{
	GSList **at = side->list;

	while (*at) {
		GSList *node = *at;
		const char *handle = msnp_purple_normalize(side->account, node->data);
		g_autofree char *name = NULL;

		if (g_hash_table_remove(wanted, handle) || side->only_add ||
		    msnp_purple_edit_is_busy(side->login, handle)) {
			at = &node->next;
			continue;
		}
		name = node->data;
		*at = node->next;
		g_slist_free_1(node);
		side->changed = TRUE;
		if (side->removed)
			side->removed(side->account, name);
	}
}

static void
add_missing(Side *side, GHashTable *wanted)
{
	GHashTableIter iter;
	gpointer handle;

	g_hash_table_iter_init(&iter, wanted);
	while (g_hash_table_iter_next(&iter, &handle, NULL)) {
		*side->list = g_slist_prepend(*side->list, g_strdup(handle));
		side->changed = TRUE;
		if (side->added)
			side->added(side->account, handle);
	}
}

static void
sync_side(Side *side, guint bit)
{
	g_autoptr(GHashTable) wanted = wanted_handles(side->login, bit);

	drop_unwanted(side, wanted);
	add_missing(side, wanted);
	if (side->changed)
		purple_blist_schedule_save();
}

void
msnp_purple_privacy_sync_permit(MsnpLogin *login)
{
	PurplePrivacyUiOps *ops = purple_privacy_get_ui_ops();
	Side side = { .login = login,
		      .account = login->account,
		      .list = &login->account->permit,
		      .added = ops ? ops->permit_added : NULL,
		      .removed = ops ? ops->permit_removed : NULL };

	sync_side(&side, MSNP_LIST_ALLOW);
}

void
msnp_purple_privacy_sync_deny(MsnpLogin *login, gboolean only_add)
{
	PurplePrivacyUiOps *ops = purple_privacy_get_ui_ops();
	Side side = { .login = login,
		      .account = login->account,
		      .list = &login->account->deny,
		      .added = ops ? ops->deny_added : NULL,
		      .removed = ops ? ops->deny_removed : NULL,
		      .only_add = only_add };

	sync_side(&side, MSNP_LIST_BLOCK);
}

void
msnp_purple_privacy_sync_mode(MsnpLogin *login)
{
	if (!msnp_purple_edit_mode_is_busy(login))
		login->account->perm_deny = msnp_purple_will_allow_listed(login)
						? PURPLE_PRIVACY_ALLOW_USERS
						: PURPLE_PRIVACY_DENY_USERS;
}

/* ---- What the user changes ---- */

/* NULL unless there is a list to change. */
static MsnpLogin *
login_with_list(PurpleConnection *gc)
{
	MsnpLogin *login = msnp_login_of_connection(gc);

	return login && !login->echo && login->blist ? login : NULL;
}

static void
ask(MsnpLogin *login, MsnpEditKind kind, const char *handle)
{
	MsnpEdit edit = { .kind = kind, .handle = handle };

	if (!msnp_handle_is_valid(handle)) {
		g_autoptr(GError) error = msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no address");

		msnp_purple_edit_refuse(login, &edit, error);
		return;
	}
	msnp_purple_edit(login, &edit);
}

void
msnp_purple_add_permit(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = login_with_list(gc);
	g_autofree char *handle = msnp_handle_normalize(who);
	g_autoptr(MsnpPurpleProspect) prospect = NULL;

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	if (prospect->blocked)
		ask(login, MSNP_EDIT_UNBLOCK, handle);
	else if (!prospect->allowed)
		ask(login, MSNP_EDIT_ALLOW, handle);
}

void
msnp_purple_add_deny(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = login_with_list(gc);
	g_autofree char *handle = msnp_handle_normalize(who);
	g_autoptr(MsnpPurpleProspect) prospect = NULL;

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	if (!prospect->blocked)
		ask(login, MSNP_EDIT_BLOCK, handle);
}

/* Somebody of the contact list who is neither allowed nor blocked would be allowed again by the
 * next sign-on (lesson 47): what is meant is to block. */
void
msnp_purple_rem_permit(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = login_with_list(gc);
	g_autofree char *handle = msnp_handle_normalize(who);
	g_autoptr(MsnpPurpleProspect) prospect = NULL;

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	if (prospect->allowed)
		ask(login, prospect->listed ? MSNP_EDIT_BLOCK : MSNP_EDIT_DISALLOW, handle);
}

void
msnp_purple_rem_deny(PurpleConnection *gc, const char *who)
{
	MsnpLogin *login = login_with_list(gc);
	g_autofree char *handle = msnp_handle_normalize(who);
	g_autoptr(MsnpPurpleProspect) prospect = NULL;

	if (!login)
		return;
	prospect = msnp_purple_prospect_new(login, handle);
	if (prospect->blocked)
		ask(login, MSNP_EDIT_UNBLOCK, handle);
}

/* The server knows two of libpurple's five modes. libpurple also calls this at sign-on, with what
 * we have told it. */
void
msnp_purple_set_permit_deny(PurpleConnection *gc)
{
	MsnpLogin *login = login_with_list(gc);
	MsnpEdit edit = { 0 };
	gboolean listed;

	if (!login)
		return;
	listed = login->account->perm_deny != PURPLE_PRIVACY_ALLOW_ALL &&
		 login->account->perm_deny != PURPLE_PRIVACY_DENY_USERS;
	edit.kind = listed ? MSNP_EDIT_ALLOW_LISTED : MSNP_EDIT_ALLOW_EVERYONE;
	if (listed != msnp_purple_will_allow_listed(login))
		msnp_purple_edit(login, &edit);
}
