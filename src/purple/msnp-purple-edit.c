/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user changes, on its way to the server. libpurple's list is changed already when we hear
 * of it; so what is under way is remembered here, the list is left alone as long as something is
 * (msnp_purple_edit_is_busy), and afterwards it becomes what the roster says, whatever came of it.
 *
 * Failures are told once nothing more is under way, all in one dialog.
 */
#include "msnp-purple.h"

/* How many failures a dialog names. */
#define FAILURES_MAX 10

typedef struct {
	MsnpLogin *login;
	MsnpEdit edit; /* its strings are owned */
	MsnpPurpleEditDone done;
	gpointer data;
} Pending;

struct _MsnpPurpleEdits {
	GQueue pending;   /* Pending, in the order of their execution */
	GHashTable *busy; /* handle -> how many of them are about it */
	guint modes;      /* how many are about the mode of privacy */
	GPtrArray *whats; /* of failures that have not been told */
	GPtrArray *whys;
};

MsnpPurpleEdits *
msnp_purple_edits_new(void)
{
	MsnpPurpleEdits *edits = g_new0(MsnpPurpleEdits, 1);

	edits->busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	edits->whats = g_ptr_array_new_with_free_func(g_free);
	edits->whys = g_ptr_array_new_with_free_func(g_free);
	return edits;
}

/* Each pending one holds its login, and so this. */
void
msnp_purple_edits_free(MsnpPurpleEdits *edits)
{
	g_queue_clear(&edits->pending);
	g_hash_table_unref(edits->busy);
	g_ptr_array_unref(edits->whats);
	g_ptr_array_unref(edits->whys);
	g_free(edits);
}

static void
pending_free(Pending *pending)
{
	g_free((char *)pending->edit.handle);
	g_free((char *)pending->edit.group);
	g_free((char *)pending->edit.old_group);
	g_free((char *)pending->edit.text);
	g_free(pending->data);
	msnp_login_unref(pending->login);
	g_free(pending);
}

static gboolean
is_mode(const MsnpEdit *edit)
{
	return edit->kind == MSNP_EDIT_ALLOW_EVERYONE || edit->kind == MSNP_EDIT_ALLOW_LISTED;
}

static gboolean
is_group(const MsnpEdit *edit)
{
	return edit->kind == MSNP_EDIT_ADD_GROUP || edit->kind == MSNP_EDIT_RENAME_GROUP ||
	       edit->kind == MSNP_EDIT_DELETE_GROUP;
}

gboolean
msnp_purple_edit_is_busy(MsnpLogin *login, const char *handle)
{
	return g_hash_table_contains(login->edits->busy, handle);
}

gboolean
msnp_purple_edit_mode_is_busy(MsnpLogin *login)
{
	return login->edits->modes > 0;
}

static void
remember(Pending *pending)
{
	MsnpPurpleEdits *edits = pending->login->edits;
	const char *handle = pending->edit.handle;

	g_queue_push_tail(&edits->pending, pending);
	edits->modes += is_mode(&pending->edit);
	if (handle)
		g_hash_table_insert(
		    edits->busy, g_strdup(handle),
		    GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(edits->busy, handle)) +
				     1));
}

static void
forget(Pending *pending)
{
	MsnpPurpleEdits *edits = pending->login->edits;
	const char *handle = pending->edit.handle;
	guint count = handle ? GPOINTER_TO_UINT(g_hash_table_lookup(edits->busy, handle)) : 0;

	g_queue_remove(&edits->pending, pending);
	edits->modes -= is_mode(&pending->edit);
	if (count > 1)
		g_hash_table_insert(edits->busy, g_strdup(handle), GUINT_TO_POINTER(count - 1));
	else if (count)
		g_hash_table_remove(edits->busy, handle);
}

/* ---- Failures ---- */

static char *
failure_lines(MsnpPurpleEdits *edits)
{
	GString *lines = g_string_new(NULL);
	guint shown = MIN(edits->whats->len, FAILURES_MAX);
	guint more = edits->whats->len - shown;

	for (guint i = 0; i < shown; i++) {
		if (i)
			g_string_append_c(lines, '\n');
		/* TRANSLATORS: what was not done, and why: two sentences. */
		g_string_append_printf(lines, _("%s. %s"),
				       (char *)g_ptr_array_index(edits->whats, i),
				       (char *)g_ptr_array_index(edits->whys, i));
	}
	if (more)
		g_string_append_printf(
		    lines, g_dngettext(GETTEXT_PACKAGE, "\nAnd %u more.", "\nAnd %u more.", more),
		    more);
	return g_string_free(lines, FALSE);
}

static void
tell_failures(MsnpLogin *login)
{
	MsnpPurpleEdits *edits = login->edits;
	g_autofree char *primary = NULL;
	g_autofree char *secondary = NULL;

	if (!login->gc || edits->whats->len == 0 || !g_queue_is_empty(&edits->pending))
		return;
	if (edits->whats->len == 1) {
		primary = g_strdup(g_ptr_array_index(edits->whats, 0));
		secondary = g_strdup(g_ptr_array_index(edits->whys, 0));
	} else {
		primary = g_strdup(_("Some changes of your contact list were not made"));
		secondary = failure_lines(edits);
	}
	g_ptr_array_set_size(edits->whats, 0);
	g_ptr_array_set_size(edits->whys, 0);
	purple_notify_error(login->gc, _("Contact list"), primary, secondary);
}

static void
note_failure(MsnpLogin *login, const MsnpEdit *edit, const GError *error)
{
	/* The account is going offline: that is told, and the next sign-on shows what is so. */
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	purple_debug_info("msnp14", "a change of the list failed: %s\n", error->message);
	g_ptr_array_add(login->edits->whats, msnp_purple_refusal_what(edit));
	g_ptr_array_add(login->edits->whys, msnp_purple_refusal_why(error));
}

/* ---- Afterwards ---- */

/* An alias that was given while adding is to be on the server as well. */
static void
alias_after_add(MsnpLogin *login, const char *handle)
{
	PurpleBuddy *buddy = purple_find_buddy(login->account, handle);
	const char *alias = buddy ? purple_buddy_get_local_buddy_alias(buddy) : NULL;

	if (alias && *alias)
		msnp_purple_alias_buddy(login->gc, handle, alias);
}

static void
settle(MsnpLogin *login, const MsnpEdit *edit, gboolean failed)
{
	guint changes = MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS;

	if (!login->blist)
		return;
	if (edit->kind == MSNP_EDIT_ALIAS)
		changes |= MSNP_CHANGE_ALIAS;
	if (edit->handle)
		msnp_purple_blist_edited(login->blist, edit->handle, changes);
	if (is_mode(edit))
		msnp_purple_blist_refresh_privacy(login->blist);
	if (is_group(edit) && failed)
		msnp_purple_blist_refresh(login->blist);
	else if (is_group(edit))
		msnp_purple_blist_groups_edited(login->blist);
}

void
msnp_purple_edit_refuse(MsnpLogin *login, const MsnpEdit *edit, const GError *error)
{
	note_failure(login, edit, error);
	settle(login, edit, TRUE);
	tell_failures(login);
}

static void
edited(GObject *source, GAsyncResult *result, gpointer data)
{
	Pending *pending = data;
	MsnpLogin *login = pending->login;
	const MsnpEdit *edit = &pending->edit;
	g_autoptr(GError) error = NULL;
	gboolean ok = msnp_session_edit_finish(MSNP_SESSION(source), result, &error);

	forget(pending);
	if (login->gc) {
		if (!ok && edit->kind == MSNP_EDIT_RENAME_GROUP)
			/* Where it cannot be undone, the contacts move. */
			msnp_purple_rename_here(login, edit->group, edit->old_group);
		if (ok && edit->kind == MSNP_EDIT_ADD)
			alias_after_add(login, edit->handle);
		if (!ok && !pending->done)
			note_failure(login, edit, error);
		settle(login, edit, !ok);
		/* Others hear of it, and may close the account at once. */
		if (pending->done)
			pending->done(login, error, pending->data);
		tell_failures(login);
	}
	pending_free(pending);
}

void
msnp_purple_edit_then(MsnpLogin *login, const MsnpEdit *edit, MsnpPurpleEditDone done,
		      gpointer data)
{
	Pending *pending = g_new0(Pending, 1);

	pending->login = msnp_login_ref(login);
	pending->edit.kind = edit->kind;
	pending->edit.handle = g_strdup(edit->handle);
	pending->edit.group = g_strdup(edit->group);
	pending->edit.old_group = g_strdup(edit->old_group);
	pending->edit.text = g_strdup(edit->text);
	pending->done = done;
	pending->data = data;
	remember(pending);
	msnp_session_edit_async(login->session, &pending->edit, edited, pending);
}

void
msnp_purple_edit(MsnpLogin *login, const MsnpEdit *edit)
{
	if (!msnp_session_is_signed_on(login->session)) {
		g_autoptr(GError) error = msnp_error_new(MSNP_ERROR_NETWORK, 0, "not signed on");

		msnp_purple_edit_refuse(login, edit, error);
		return;
	}
	msnp_purple_edit_then(login, edit, NULL, NULL);
}

/* ---- What will be ---- */

static void
join(MsnpPurpleProspect *prospect, const char *name)
{
	if (name && *name)
		g_hash_table_add(prospect->groups, msnp_purple_fold_group(name));
}

static gboolean
leave(MsnpPurpleProspect *prospect, const char *name)
{
	g_autofree char *folded = name ? msnp_purple_fold_group(name) : NULL;

	return folded && g_hash_table_remove(prospect->groups, folded);
}

static void
foresee_person(MsnpPurpleProspect *prospect, const MsnpEdit *edit)
{
	switch (edit->kind) {
	case MSNP_EDIT_ADD:
		prospect->listed = TRUE;
		join(prospect, edit->group);
		break;
	case MSNP_EDIT_REMOVE:
		prospect->listed = FALSE;
		g_hash_table_remove_all(prospect->groups);
		break;
	case MSNP_EDIT_PUT_IN_GROUP:
		join(prospect, edit->group);
		break;
	case MSNP_EDIT_TAKE_FROM_GROUP:
		leave(prospect, edit->group);
		break;
	case MSNP_EDIT_MOVE:
		leave(prospect, edit->old_group);
		join(prospect, edit->group);
		break;
	case MSNP_EDIT_BLOCK:
	case MSNP_EDIT_DECLINE:
		prospect->blocked = TRUE;
		prospect->allowed = FALSE;
		break;
	case MSNP_EDIT_UNBLOCK:
	case MSNP_EDIT_ALLOW:
	case MSNP_EDIT_ACCEPT:
		prospect->blocked = FALSE;
		prospect->allowed = TRUE;
		break;
	case MSNP_EDIT_DISALLOW:
		prospect->allowed = FALSE;
		break;
	default:
		break;
	}
}

static void
foresee_group(MsnpPurpleProspect *prospect, const MsnpEdit *edit)
{
	gboolean was_in = leave(prospect, edit->old_group);

	if (was_in && edit->kind == MSNP_EDIT_RENAME_GROUP)
		join(prospect, edit->group);
}

static void
begin_with_roster(MsnpPurpleProspect *prospect, MsnpLogin *login, const char *handle)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	const MsnpContact *contact = roster ? msnp_roster_find(roster, handle) : NULL;

	if (contact) {
		prospect->allowed = (contact->lists & MSNP_LIST_ALLOW) != 0;
		prospect->blocked = (contact->lists & MSNP_LIST_BLOCK) != 0;
	}
	contact = msnp_login_find_listed(login, handle);
	if (!contact)
		return;
	prospect->listed = TRUE;
	for (char **id = contact->group_ids; *id; id++) {
		MsnpGroup *group = msnp_roster_group(roster, *id);

		if (group)
			join(prospect, group->name);
	}
}

MsnpPurpleProspect *
msnp_purple_prospect_new(MsnpLogin *login, const char *handle)
{
	MsnpPurpleProspect *prospect = g_new0(MsnpPurpleProspect, 1);

	prospect->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	begin_with_roster(prospect, login, handle);
	for (GList *l = login->edits->pending.head; l; l = l->next) {
		const MsnpEdit *edit = &((Pending *)l->data)->edit;

		if (is_group(edit))
			foresee_group(prospect, edit);
		else if (edit->handle && g_str_equal(edit->handle, handle))
			foresee_person(prospect, edit);
	}
	return prospect;
}

void
msnp_purple_prospect_free(MsnpPurpleProspect *prospect)
{
	g_hash_table_unref(prospect->groups);
	g_free(prospect);
}

gboolean
msnp_purple_prospect_in_group(const MsnpPurpleProspect *prospect, const char *name)
{
	g_autofree char *folded = msnp_purple_fold_group(name);

	return g_hash_table_contains(prospect->groups, folded);
}

static gboolean
names(const char *group, const char *folded)
{
	g_autofree char *other = group ? msnp_purple_fold_group(group) : NULL;

	return g_strcmp0(other, folded) == 0;
}

gboolean
msnp_purple_will_have_group(MsnpLogin *login, const char *name)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	g_autofree char *folded = msnp_purple_fold_group(name);
	gboolean has = roster && msnp_purple_server_has_group(roster, name);

	for (GList *l = login->edits->pending.head; l; l = l->next) {
		const MsnpEdit *edit = &((Pending *)l->data)->edit;

		if (names(edit->group, folded))
			has = TRUE;
		else if (is_group(edit) && names(edit->old_group, folded))
			has = FALSE;
	}
	return has;
}

gboolean
msnp_purple_will_allow_listed(MsnpLogin *login)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	gboolean listed = roster && msnp_roster_blp(roster) == 2;

	for (GList *l = login->edits->pending.head; l; l = l->next) {
		const MsnpEdit *edit = &((Pending *)l->data)->edit;

		if (is_mode(edit))
			listed = edit->kind == MSNP_EDIT_ALLOW_LISTED;
	}
	return listed;
}
