/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor: the queue of changes. One is under way at a time, its steps one after the other
 * (servers lose one of two writes at once); a step is left out where the roster says that it is so
 * already, and the roster learns what it has done as soon as it is done. So whatever fails, the
 * roster shows what is so on the server, and the next change goes on from there.
 *
 * Source: services.md 1.3, 3.4, 9.
 */
#include "core/msnp-list-edit-private.h"

#include "util/msnp-log.h"

#define EDITS_MAX        10000 /* waiting ones: more than a list has contacts */
#define REFRESH_PAUSE_MS 2000  /* hints come in bursts (notification.md 8) */

static void run(MsnpListEdit *edit);

/* ---- an edit, and what it is about ---- */

MsnpListEdit *
msnp_list_edit_new(MsnpSession *session, guint kind)
{
	MsnpListEdit *edit = g_rc_box_new0(MsnpListEdit);

	edit->session = g_object_ref(session);
	edit->kind = kind;
	edit->network = MSNP_NETWORK_PASSPORT;
	return edit;
}

static void
edit_clear(gpointer data)
{
	MsnpListEdit *edit = data;

	g_clear_object(&edit->task);
	g_clear_error(&edit->error);
	g_object_unref(edit->session);
	g_free(edit->handle);
	g_free(edit->group);
	g_free(edit->old_group);
	g_free(edit->text);
}

void
msnp_list_edit_unref(MsnpListEdit *edit)
{
	g_rc_box_release_full(edit, edit_clear);
}

MsnpRoster *
msnp_list_edit_roster(const MsnpListEdit *edit)
{
	return edit->session->roster;
}

MsnpContact *
msnp_list_edit_contact(const MsnpListEdit *edit)
{
	if (!edit->handle)
		return NULL;
	/* Users name people by their address alone. */
	return edit->kind == MSNP_EDIT_REPAIR
		   ? msnp_roster_find_on(msnp_list_edit_roster(edit), edit->handle, edit->network)
		   : msnp_roster_find(msnp_list_edit_roster(edit), edit->handle);
}

guint
msnp_list_edit_stored(const MsnpListEdit *edit)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	return contact ? contact->stored : 0;
}

guint
msnp_list_edit_lists(const MsnpListEdit *edit)
{
	MsnpContact *contact = msnp_list_edit_contact(edit);

	return contact ? contact->lists : 0;
}

MsnpGroup *
msnp_list_edit_group(const MsnpListEdit *edit)
{
	return edit->group ? msnp_roster_find_group(msnp_list_edit_roster(edit), edit->group)
			   : NULL;
}

MsnpGroup *
msnp_list_edit_old_group(const MsnpListEdit *edit)
{
	const char *name = edit->kind == MSNP_EDIT_TAKE_FROM_GROUP ? edit->group : edit->old_group;

	return name ? msnp_roster_find_group(msnp_list_edit_roster(edit), name) : NULL;
}

const MsnpListStep *
msnp_list_edit_current_step(const MsnpListEdit *edit)
{
	return &msnp_list_change_steps(edit->kind)[edit->next - 1];
}

/* ---- what the notification server does not know ---- */

/* Its view of the person is what counts in the roster, but after a change that broke off. */
static void
recall_told(MsnpListEdit *edit)
{
	GHashTable *untold = edit->session->untold;
	gpointer told;

	edit->told = msnp_list_edit_lists(edit) & MSNP_LISTS_SENT;
	if (edit->handle && untold &&
	    g_hash_table_lookup_extended(untold, edit->handle, NULL, &told))
		edit->told = GPOINTER_TO_UINT(told);
}

static void
keep_told(MsnpListEdit *edit)
{
	MsnpSession *session = edit->session;

	if (!edit->handle || edit->kind == MSNP_EDIT_REPAIR)
		return;
	if (!session->untold)
		session->untold = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (edit->told == (msnp_list_edit_lists(edit) & MSNP_LISTS_SENT))
		g_hash_table_remove(session->untold, edit->handle);
	else
		g_hash_table_replace(session->untold, g_strdup(edit->handle),
				     GUINT_TO_POINTER(edit->told));
}

/* ---- the end of an edit ---- */

static void
begin_next(MsnpSession *session)
{
	MsnpListEdit *edit = g_queue_peek_head(&session->edits);

	/* Whoever was told of the last one may have asked for the next, which has begun then. */
	if (edit && edit->next == 0)
		run(edit);
}

static void
answer(MsnpListEdit *edit)
{
	g_autoptr(GTask) task = g_steal_pointer(&edit->task);

	if (task && edit->error)
		g_task_return_error(task, g_steal_pointer(&edit->error));
	else if (task)
		g_task_return_boolean(task, TRUE);
	else if (edit->error)
		msnp_info("roster", "a repair of the lists failed: %s", edit->error->message);
}

/* Ends the first edit; error (taken) may be NULL. */
static void
finish(MsnpListEdit *edit, GError *error)
{
	g_autoptr(MsnpSession) session = g_object_ref(edit->session);
	g_autoptr(MsnpListEdit) ended = g_queue_pop_head(&session->edits);
	MsnpContact *contact = msnp_list_edit_contact(edit);

	g_assert(ended == edit);
	if (error) {
		g_clear_error(&edit->error);
		edit->error = error;
	}
	keep_told(edit);
	if (edit->wrote) {
		msnp_roster_leave_state(session->roster);
		msnp_roster_store_changed(session);
	}
	if (contact)
		msnp_session_emit_changed(session, contact, edit->changes);
	answer(edit);
	if (edit->reread && !session->closed)
		msnp_list_editor_tell_requests(session);
	if (!session->closed)
		begin_next(session);
}

/* ---- the end of a step ---- */

void
msnp_list_edit_step_done(MsnpListEdit *edit, gpointer result, GError *error)
{
	const MsnpListStep *step = msnp_list_edit_current_step(edit);

	if (error && step->failure == MSNP_FAILURE_ENDS) {
		finish(edit, error);
		return;
	}
	if (error && step->failure == MSNP_FAILURE_LATER && !edit->error)
		edit->error = g_steal_pointer(&error);
	else if (error)
		msnp_info("roster", "a change was made only in part: %s", error->message);
	else if (step->type->apply)
		step->type->apply(edit, step->lists, result);
	g_clear_error(&error);
	run(edit);
}

/* On some servers Pending hides people from all other lists, and Forward hides Pending: whoever is
 * on the contact list alone may still be pending (services.md 4). */
static void
look_for_pending(MsnpListEdit *edit)
{
	guint stored = msnp_list_edit_stored(edit);

	if (!(stored & MSNP_LIST_PENDING) && stored != MSNP_LIST_FORWARD)
		edit->pending = FALSE;
}

/* The lists are as fresh as can be: is it so, then? */
static void
on_reread(MsnpSession *session)
{
	MsnpListEdit *edit = g_queue_peek_head(&session->edits);
	const MsnpListStep *step = msnp_list_edit_current_step(edit);
	g_autoptr(GError) doubt = g_steal_pointer(&edit->error);

	look_for_pending(edit);
	if (!step->type->is_so(edit, step->lists)) {
		msnp_list_edit_step_done(edit, NULL, g_steal_pointer(&doubt));
		return;
	}
	msnp_info("roster", "it is so all the same: %s", doubt->message);
	run(edit);
}

void
msnp_list_edit_step_in_doubt(MsnpListEdit *edit, GError *error)
{
	const MsnpListStep *step = msnp_list_edit_current_step(edit);

	/* Once a change: a server on which all writes fail is not asked for the lists after each.
	 * What nobody asked for is not worth reading everything again. */
	if (edit->reread || edit->error || !step->type->is_so ||
	    step->failure == MSNP_FAILURE_LOGGED || edit->kind == MSNP_EDIT_REPAIR) {
		msnp_list_edit_step_done(edit, NULL, error);
		return;
	}
	edit->reread = TRUE;
	edit->error = error;
	msnp_roster_leave_state(edit->session->roster);
	msnp_list_sync_refresh(edit->session, on_reread);
}

/* ---- running ---- */

static gboolean
is_needed(const MsnpListEdit *edit, const MsnpListStep *step)
{
	const MsnpStepType *type = step->type;

	return (!type->applies || type->applies(edit, step->lists)) &&
	       (!type->is_so || !type->is_so(edit, step->lists));
}

/* Conversations with somebody who is blocked now end. */
static void
leave_conversation(MsnpListEdit *edit)
{
	if ((edit->kind == MSNP_EDIT_BLOCK || edit->kind == MSNP_EDIT_DECLINE) && edit->handle)
		msnp_conversation_leave(
		    msnp_conversations_with(edit->session->conversations, edit->handle));
}

/* It begins only now: the changes before it may have changed what it stands on. */
static GError *
begin(MsnpListEdit *edit)
{
	/* Somebody of the contact list who is neither allowed nor blocked would be allowed again by
	 * the next sign-on (services.md 6.1): what is meant is to block. */
	if (edit->kind == MSNP_EDIT_DISALLOW && (msnp_list_edit_stored(edit) & MSNP_LIST_FORWARD)) {
		edit->kind = MSNP_EDIT_BLOCK;
		leave_conversation(edit);
	}
	recall_told(edit);
	edit->pending = (msnp_list_edit_stored(edit) & MSNP_LIST_PENDING) != 0;
	return msnp_list_change_check(edit);
}

/* Starts the next step that is needed, or ends the edit. */
static void
run(MsnpListEdit *edit)
{
	const MsnpListStep *steps;
	GError *error = edit->next == 0 ? begin(edit) : NULL;

	if (error) {
		finish(edit, error);
		return;
	}
	steps = msnp_list_change_steps(edit->kind);
	while (edit->next < MSNP_STEPS_MAX && steps[edit->next].type) {
		const MsnpListStep *step = &steps[edit->next++];

		if (!is_needed(edit, step))
			continue;
		step->type->start(edit, step);
		return;
	}
	finish(edit, NULL);
}

void
msnp_list_edit_enqueue(MsnpListEdit *edit)
{
	GQueue *edits = &edit->session->edits;
	gboolean idle = g_queue_is_empty(edits);
	GList *before = NULL;

	/* Repairs wait at the end, and are few. The first of the queue is under way. */
	if (edit->kind != MSNP_EDIT_REPAIR)
		for (GList *l = edits->tail; l && l != edits->head; l = l->prev) {
			if (((MsnpListEdit *)l->data)->kind != MSNP_EDIT_REPAIR)
				break;
			before = l;
		}
	g_queue_insert_before(edits, before, edit);
	if (idle)
		run(edit);
}

/* ---- what the user asks for ---- */

void
msnp_session_edit_async(MsnpSession *session, const MsnpEdit *request, GAsyncReadyCallback callback,
			gpointer data)
{
	g_autoptr(GTask) task = g_task_new(session, NULL, callback, data);
	g_autoptr(MsnpListEdit) edit = NULL;

	if (!session->signed_on) {
		g_task_return_error(task, msnp_error_new(MSNP_ERROR_NETWORK, 0, "not signed on"));
		return;
	}
	if (g_queue_get_length(&session->edits) >= EDITS_MAX) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too many changes are waiting"));
		return;
	}
	edit = msnp_list_edit_new(session, request->kind);
	edit->handle = request->handle ? msnp_handle_normalize(request->handle) : NULL;
	edit->group = g_strdup(request->group);
	edit->old_group = g_strdup(request->old_group);
	edit->text = g_strdup(request->text ? request->text : "");
	if (edit->handle && msnp_handle_is_phone(edit->handle))
		edit->network = MSNP_NETWORK_PHONE;
	leave_conversation(edit);
	edit->task = g_steal_pointer(&task);
	msnp_list_edit_enqueue(g_steal_pointer(&edit));
}

gboolean
msnp_session_edit_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* ---- what others have changed ---- */

static void
on_refreshed(MsnpSession *session)
{
	finish(g_queue_peek_head(&session->edits), NULL);
}

static void
refresh(MsnpListEdit *edit, const MsnpListStep *step G_GNUC_UNUSED)
{
	edit->reread = TRUE;
	msnp_list_sync_refresh(edit->session, on_refreshed);
}

const MsnpStepType msnp_step_refresh = { .start = refresh };

static gboolean
on_refresh_due(gpointer data)
{
	MsnpSession *session = data;

	if (!session->signed_on)
		return G_SOURCE_CONTINUE; /* the hint came while signing on */
	session->refresh_timer = 0;
	msnp_list_edit_enqueue(msnp_list_edit_new(session, MSNP_EDIT_REFRESH));
	return G_SOURCE_REMOVE;
}

void
msnp_list_editor_hint(MsnpSession *session)
{
	if (session->roster && !session->closed && !session->refresh_timer)
		session->refresh_timer =
		    msnp_clock_add(session->clock, REFRESH_PAUSE_MS, on_refresh_due, session);
}

void
msnp_list_editor_tell_requests(MsnpSession *session)
{
	const guint deciding = MSNP_LIST_PENDING | MSNP_LIST_FORWARD | MSNP_LIST_BLOCK;
	GPtrArray *contacts = msnp_roster_contacts(session->roster);

	for (guint i = 0; i < contacts->len && !session->closed; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if ((contact->lists & deciding) != MSNP_LIST_PENDING)
			contact->asked = FALSE;
		else if (!contact->asked) {
			contact->asked = TRUE;
			g_signal_emit_by_name(session, "request", contact);
		}
	}
}

/* ---- signing off ---- */

void
msnp_list_editor_stop(MsnpSession *session)
{
	msnp_clock_remove(session->clock, &session->refresh_timer);
	g_clear_pointer(&session->untold, g_hash_table_unref);
	while (!g_queue_is_empty(&session->edits)) {
		g_autoptr(MsnpListEdit) edit = g_queue_pop_head(&session->edits);

		if (edit->task)
			g_task_return_new_error(edit->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
						"signed off");
	}
}
