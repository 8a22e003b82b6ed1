/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor: changes as tables of steps. A step is one call, to a web service or to the
 * notification server; it is left out where the roster says that it is so already (servers crash
 * on repeats), and the roster learns what it has done as soon as it is done. So whatever fails, the
 * roster shows what is so on the server, and the next change goes on from there.
 *
 * Source: services.md 9 for the order, notification.md 4 for ADL and RML.
 */
#include "core/msnp-list-editor.h"

#include <string.h>

#include "core/msnp-session-private.h"
#include "soap/msnp-list-write.h"
#include "util/msnp-log.h"
#include "wire/msnp-errcode.h"
#include "wire/msnp-percent.h"

#define EDITS_MAX         10000 /* waiting ones: more than a list has contacts */
#define REFRESH_PAUSE_MS  2000  /* hints come in bursts (notification.md 8) */
#define QUERY_DEADLINE_MS 30000

#define FL MSNP_LIST_FORWARD
#define AL MSNP_LIST_ALLOW
#define BL MSNP_LIST_BLOCK
#define RL MSNP_LIST_REVERSE
#define PL MSNP_LIST_PENDING

typedef enum {
	STEP_NONE, /* ends a table */
	/* Web services. */
	STEP_ADD_CONTACT,
	STEP_DELETE_CONTACT,
	STEP_ADD_MEMBER,
	STEP_DELETE_MEMBER,
	STEP_ADD_GROUP,
	STEP_PUT_IN_GROUP,
	STEP_TAKE_FROM_GROUP,
	STEP_RENAME_GROUP,
	STEP_DELETE_GROUP,
	STEP_ALIAS,
	STEP_STORE_NAME,
	STEP_STORE_PRIVACY,
	/* The notification server. */
	STEP_QUERY_NETWORK,
	STEP_TELL_ADDED,
	STEP_TELL_REMOVED,
	STEP_TELL_NAME,
	STEP_TELL_PRIVACY,
	/* Both lists once more. */
	STEP_REFRESH,
	N_STEPS,
} StepKind;

typedef struct {
	StepKind kind;
	guint lists; /* which ones it is about */
} Step;

/* No table has more steps than the first. */
static const Step CHANGES[][8] = {
	[MSNP_EDIT_ADD] = { { STEP_QUERY_NETWORK, 0 },
			    { STEP_ADD_CONTACT, FL },
			    { STEP_ADD_GROUP, 0 },
			    { STEP_PUT_IN_GROUP, 0 },
			    { STEP_DELETE_MEMBER, PL },
			    { STEP_ADD_MEMBER, AL },
			    { STEP_TELL_ADDED, FL | AL } },
	[MSNP_EDIT_REMOVE] = { { STEP_DELETE_CONTACT, FL }, { STEP_TELL_REMOVED, FL } },
	[MSNP_EDIT_PUT_IN_GROUP] = { { STEP_ADD_GROUP, 0 }, { STEP_PUT_IN_GROUP, 0 } },
	[MSNP_EDIT_TAKE_FROM_GROUP] = { { STEP_TAKE_FROM_GROUP, 0 } },
	/* First in, then out: a failure in between leaves the contact in both, never in none. */
	[MSNP_EDIT_MOVE] = { { STEP_ADD_GROUP, 0 },
			     { STEP_PUT_IN_GROUP, 0 },
			     { STEP_TAKE_FROM_GROUP, 0 } },
	[MSNP_EDIT_BLOCK] = { { STEP_DELETE_MEMBER, AL },
			      { STEP_ADD_MEMBER, BL },
			      { STEP_TELL_REMOVED, AL },
			      { STEP_TELL_ADDED, BL } },
	[MSNP_EDIT_UNBLOCK] = { { STEP_DELETE_MEMBER, BL },
				{ STEP_ADD_MEMBER, AL },
				{ STEP_TELL_REMOVED, BL },
				{ STEP_TELL_ADDED, AL } },
	[MSNP_EDIT_ALLOW] = { { STEP_DELETE_MEMBER, BL },
			      { STEP_ADD_MEMBER, AL },
			      { STEP_TELL_REMOVED, BL },
			      { STEP_TELL_ADDED, AL } },
	[MSNP_EDIT_DISALLOW] = { { STEP_DELETE_MEMBER, AL }, { STEP_TELL_REMOVED, AL } },
	/* Pending first: until it is gone some servers hide the person from every other list. */
	[MSNP_EDIT_ACCEPT] = { { STEP_DELETE_MEMBER, PL },
			       { STEP_ADD_MEMBER, RL },
			       { STEP_ADD_MEMBER, AL },
			       { STEP_TELL_ADDED, AL } },
	[MSNP_EDIT_DECLINE] = { { STEP_DELETE_MEMBER, PL },
				{ STEP_ADD_MEMBER, RL },
				{ STEP_DELETE_MEMBER, AL },
				{ STEP_ADD_MEMBER, BL },
				{ STEP_TELL_REMOVED, AL },
				{ STEP_TELL_ADDED, BL } },
	[MSNP_EDIT_ALIAS] = { { STEP_ALIAS, 0 } },
	[MSNP_EDIT_ADD_GROUP] = { { STEP_ADD_GROUP, 0 } },
	[MSNP_EDIT_RENAME_GROUP] = { { STEP_RENAME_GROUP, 0 } },
	[MSNP_EDIT_DELETE_GROUP] = { { STEP_DELETE_GROUP, 0 } },
	[MSNP_EDIT_OWN_NAME] = { { STEP_TELL_NAME, 0 }, { STEP_STORE_NAME, 0 } },
	[MSNP_EDIT_ALLOW_EVERYONE] = { { STEP_TELL_PRIVACY, 0 }, { STEP_STORE_PRIVACY, 0 } },
	[MSNP_EDIT_ALLOW_LISTED] = { { STEP_TELL_PRIVACY, 0 }, { STEP_STORE_PRIVACY, 0 } },
	/* Not the user's: somebody else has changed the lists. */
	[MSNP_N_EDITS] = { { STEP_REFRESH, 0 } },
};
G_STATIC_ASSERT(G_N_ELEMENTS(CHANGES) == MSNP_N_EDITS + 1);

/* One change, from the asking to its end. */
typedef struct {
	MsnpSession *session; /* owned */
	GTask *task;          /* NULL for a refresh */
	guint kind;           /* MsnpEditKind, or MSNP_N_EDITS */
	char *handle, *group, *old_group, *text;
	guint next;           /* the next step */
	guint network;        /* of a handle that is not in the roster yet */
	guint added, removed; /* what the web services did; the server is told of just that */
	guint changes;        /* MsnpChange bits */
} Edit;

typedef struct {
	const MsnpSoapOp *op; /* NULL: the notification server's */
	/* A failure is only logged: what counts was the step before. */
	gboolean optional;
	gboolean (*needed)(const Edit *edit, guint lists);
	void (*apply)(Edit *edit, guint lists, gpointer result);
	void (*start)(Edit *edit, guint lists); /* instead of op */
} StepType;

static const StepType STEP_TYPES[N_STEPS];

static void run(Edit *edit);

static void
edit_clear(gpointer data)
{
	Edit *edit = data;

	g_clear_object(&edit->task);
	g_object_unref(edit->session);
	g_free(edit->handle);
	g_free(edit->group);
	g_free(edit->old_group);
	g_free(edit->text);
}

static void
edit_unref(Edit *edit)
{
	g_rc_box_release_full(edit, edit_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Edit, edit_unref)

static MsnpRoster *
roster_of(const Edit *edit)
{
	return edit->session->roster;
}

static MsnpContact *
contact_of(const Edit *edit)
{
	return edit->handle ? msnp_roster_find(roster_of(edit), edit->handle) : NULL;
}

static guint
lists_of(const Edit *edit)
{
	MsnpContact *contact = contact_of(edit);

	return contact ? contact->lists : 0;
}

static MsnpGroup *
group_of(const Edit *edit)
{
	return edit->group ? msnp_roster_find_group(roster_of(edit), edit->group) : NULL;
}

static MsnpGroup *
old_group_of(const Edit *edit)
{
	const char *name = edit->kind == MSNP_EDIT_TAKE_FROM_GROUP ? edit->group : edit->old_group;

	return name ? msnp_roster_find_group(roster_of(edit), name) : NULL;
}

/* ---- the end of an edit ---- */

static void
begin_next(MsnpSession *session)
{
	Edit *edit = g_queue_peek_head(&session->edits);

	if (edit)
		run(edit);
}

/* Ends the first edit; error may be NULL. */
static void
finish(Edit *edit, GError *error)
{
	g_autoptr(MsnpSession) session = g_object_ref(edit->session);
	g_autoptr(Edit) ended = g_queue_pop_head(&session->edits);
	MsnpContact *contact = contact_of(edit);

	g_assert(ended == edit);
	if (contact)
		msnp_session_emit_changed(session, contact, edit->changes);
	if (edit->task && error)
		g_task_return_error(edit->task, error);
	else if (edit->task)
		g_task_return_boolean(edit->task, TRUE);
	else
		g_clear_error(&error);
	if (!session->closed)
		begin_next(session);
}

static void
step_done(Edit *edit, const Step *step, gpointer result, GError *error)
{
	const StepType *type = &STEP_TYPES[step->kind];

	if (error && !type->optional) {
		finish(edit, g_steal_pointer(&error));
		return;
	}
	if (error)
		msnp_info("roster", "the server keeps another value: %s", error->message);
	else if (type->apply)
		type->apply(edit, step->lists, result);
	g_clear_error(&error);
	run(edit);
}

/* ---- web services ---- */

/* What a callback needs: a step of an edit. */
typedef struct {
	Edit *edit; /* owned */
	const Step *step;
} Call;

static Call *
call_new(Edit *edit, const Step *step)
{
	Call *call = g_new(Call, 1);

	*call = (Call){ g_rc_box_acquire(edit), step };
	return call;
}

/* Takes the reference that the call holds; NULL if the session has been closed. */
static Edit *
call_end(Call *call, const Step **step)
{
	Edit *edit = call->edit;

	*step = call->step;
	g_free(call);
	if (!g_cancellable_is_cancelled(edit->session->cancellable))
		return edit;
	edit_unref(edit);
	return NULL;
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	const Step *step;
	g_autoptr(Edit) edit = call_end(data, &step);
	g_autoptr(GError) error = NULL;
	gpointer answer = msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	const MsnpSoapOp *op;

	if (!edit) {
		g_free(answer);
		return;
	}
	op = STEP_TYPES[step->kind].op;
	if (g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_EXISTS) &&
	    step->kind == STEP_ADD_CONTACT) {
		/* Another client was faster: what it made is on the lists. */
		msnp_list_editor_hint(edit->session);
		finish(edit, NULL);
		return;
	}
	step_done(edit, step, answer, error ? msnp_error_from(error) : NULL);
	if (answer && op->free_result)
		op->free_result(answer);
}

static void
write_lists(Edit *edit, const Step *step)
{
	MsnpSession *session = edit->session;
	MsnpContact *contact = contact_of(edit);
	MsnpGroup *group = step->kind == STEP_TAKE_FROM_GROUP || step->kind == STEP_RENAME_GROUP ||
				   step->kind == STEP_DELETE_GROUP
			       ? old_group_of(edit)
			       : group_of(edit);
	gboolean names_group = step->kind == STEP_ADD_GROUP || step->kind == STEP_RENAME_GROUP;
	MsnpListWrite args = {
		.handle = edit->handle,
		.network = contact ? contact->network : edit->network,
		.list = step->lists,
		.membership_id = contact ? msnp_contact_membership_id(contact, step->lists) : "",
		.contact_id = contact ? contact->contact_id : "",
		.group_id = group ? group->id : "",
		.text = names_group ? edit->group : edit->text,
		.own_name = step->kind == STEP_STORE_NAME ? edit->text : session->own_name,
		.blp = edit->kind == MSNP_EDIT_ALLOW_LISTED ? 2 : 1,
	};

	msnp_soap_client_call_async(session->soap, STEP_TYPES[step->kind].op, &args,
				    session->cancellable, on_written, call_new(edit, step));
}

static gboolean
has_not(const Edit *edit, guint lists)
{
	/* Whoever is blocked is not allowed by being added. */
	if (lists == AL && edit->kind == MSNP_EDIT_ADD && (lists_of(edit) & BL))
		return FALSE;
	return !(lists_of(edit) & lists);
}

static gboolean
has(const Edit *edit, guint lists)
{
	return (lists_of(edit) & lists) != 0;
}

static gboolean
needs_new_group(const Edit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->group && !group_of(edit);
}

static gboolean
is_to_be_put(const Edit *edit, guint lists G_GNUC_UNUSED)
{
	MsnpContact *contact = contact_of(edit);
	MsnpGroup *group = group_of(edit);

	return contact && group && !msnp_contact_is_in_group(contact, group);
}

static gboolean
is_to_be_taken(const Edit *edit, guint lists G_GNUC_UNUSED)
{
	MsnpContact *contact = contact_of(edit);
	MsnpGroup *group = old_group_of(edit);

	return contact && group && msnp_contact_is_in_group(contact, group);
}

static void
mark_added(Edit *edit, guint lists)
{
	MsnpContact *contact = msnp_roster_ensure(roster_of(edit), edit->handle, edit->network);

	if (!contact)
		return;
	msnp_contact_change_lists(contact, lists, 0);
	edit->added |= lists;
	edit->removed &= ~lists;
	edit->changes |= MSNP_CHANGE_LISTS;
}

static void
mark_removed(Edit *edit, guint lists)
{
	MsnpContact *contact = contact_of(edit);

	if (!contact)
		return;
	msnp_contact_change_lists(contact, 0, lists);
	edit->removed |= lists;
	edit->added &= ~lists;
	edit->changes |= MSNP_CHANGE_LISTS;
}

static void
contact_added(Edit *edit, guint lists, gpointer result)
{
	MsnpContact *contact;

	mark_added(edit, lists);
	contact = contact_of(edit);
	if (contact)
		msnp_contact_set_id(contact, result ? result : "");
}

static void
contact_deleted(Edit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	mark_removed(edit, lists);
	if (contact_of(edit))
		msnp_contact_set_id(contact_of(edit), "");
}

static void
member_added(Edit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	mark_added(edit, lists);
}

static void
member_deleted(Edit *edit, guint lists, gpointer result G_GNUC_UNUSED)
{
	mark_removed(edit, lists);
}

static void
group_added(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result)
{
	if (result)
		msnp_roster_add_group(roster_of(edit), result, edit->group);
}

static void
put_in_group(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_contact_put_in_group(contact_of(edit), group_of(edit));
	edit->changes |= MSNP_CHANGE_GROUPS;
}

static void
taken_from_group(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_contact_take_from_group(contact_of(edit), old_group_of(edit));
	edit->changes |= MSNP_CHANGE_GROUPS;
}

static void
group_renamed(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_group_rename(old_group_of(edit), edit->group);
}

static void
group_deleted(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_roster_remove_group(roster_of(edit), old_group_of(edit));
}

static void
alias_set(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_contact_set_nickname(contact_of(edit), edit->text);
	edit->changes |= MSNP_CHANGE_ALIAS;
}

/* ---- the notification server ---- */

/* The codes that an answer to ADL, RML, PRP or BLP has for a change of the list. */
static GError *
error_of_answer(const GError *error)
{
	static const struct {
		int number;
		MsnpErrorCode code;
	} NUMBERS[] = {
		{ 201, MSNP_ERROR_NO_SUCH_ACCOUNT }, { 205, MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ 208, MSNP_ERROR_NO_SUCH_ACCOUNT }, { 204, MSNP_ERROR_OTHER_NETWORK },
		{ 209, MSNP_ERROR_NAME_INVALID },    { 210, MSNP_ERROR_LIST_FULL },
	};

	for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++)
		if (g_error_matches(error, MSNP_SERVER_ERROR, NUMBERS[i].number))
			return msnp_error_new(NUMBERS[i].code, (guint)NUMBERS[i].number, "%s",
					      error->message);
	return msnp_error_from(error);
}

/* 215: on it already; 216: not on it; 218: so already. */
static gboolean
is_so_already(const GError *error)
{
	return g_error_matches(error, MSNP_SERVER_ERROR, 215) ||
	       g_error_matches(error, MSNP_SERVER_ERROR, 216) ||
	       g_error_matches(error, MSNP_SERVER_ERROR, 218);
}

static void
on_told(GObject *source, GAsyncResult *result, gpointer data)
{
	const Step *step;
	g_autoptr(Edit) edit = call_end(data, &step);
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (!edit)
		return;
	if (error && is_so_already(error))
		g_clear_error(&error);
	step_done(edit, step, NULL, error ? error_of_answer(error) : NULL);
}

static const Step *
current_step(const Edit *edit)
{
	return &CHANGES[edit->kind][edit->next - 1];
}

static void
tell(Edit *edit, const char *verb, const char *const *params, const char *payload,
     GAsyncReadyCallback callback, guint deadline_ms)
{
	msnp_link_request_async(edit->session->link, verb, params, payload, -1, deadline_ms, NULL,
				edit->session->cancellable, callback,
				call_new(edit, current_step(edit)));
}

static gboolean
was_added(const Edit *edit, guint lists)
{
	return (edit->added & lists) != 0;
}

static gboolean
was_removed(const Edit *edit, guint lists)
{
	return (edit->removed & lists) != 0;
}

static void
tell_list(Edit *edit, const char *verb, guint lists)
{
	MsnpContact *contact = contact_of(edit);
	g_autofree char *payload =
	    msnp_list_payload_single(contact->handle, lists, contact->network);

	tell(edit, verb, NULL, payload, on_told, 0);
}

static void
tell_added(Edit *edit, guint lists)
{
	tell_list(edit, "ADL", edit->added & lists);
}

static void
tell_removed(Edit *edit, guint lists)
{
	tell_list(edit, "RML", edit->removed & lists);
}

static void
tell_name(Edit *edit, guint lists G_GNUC_UNUSED)
{
	g_autofree char *name = msnp_percent_encode_max(edit->text, MSNP_NICKNAME_MAX);
	const char *params[] = { "MFN", name, NULL };

	tell(edit, "PRP", params, NULL, on_told, 0);
}

static void
name_told(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_session_set_own_name(edit->session, edit->text);
}

static void
tell_privacy(Edit *edit, guint lists G_GNUC_UNUSED)
{
	const char *params[] = { edit->kind == MSNP_EDIT_ALLOW_LISTED ? "BL" : "AL", NULL };

	tell(edit, "BLP", params, NULL, on_told, 0);
}

static void
privacy_told(Edit *edit, guint lists G_GNUC_UNUSED, gpointer result G_GNUC_UNUSED)
{
	msnp_roster_set_blp(roster_of(edit), edit->kind == MSNP_EDIT_ALLOW_LISTED ? 2 : 1);
}

/* FQY says on which network an address is. Where nobody can tell, it is this one. */
static void
on_network(GObject *source, GAsyncResult *result, gpointer data)
{
	const Step *step;
	g_autoptr(Edit) edit = call_end(data, &step);
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer = msnp_link_request_finish(MSNP_LINK(source), result, &error);
	GBytes *payload = answer ? msnp_command_payload(answer) : NULL;
	g_autoptr(GPtrArray) entries = NULL;
	gsize length;

	if (!edit)
		return;
	if (payload) {
		const char *bytes = g_bytes_get_data(payload, &length);

		entries = msnp_list_payload_parse(bytes, length, NULL, NULL);
	}
	if (entries && entries->len && ((MsnpListEntry *)entries->pdata[0])->network)
		edit->network = ((MsnpListEntry *)entries->pdata[0])->network;
	if (error && !g_error_matches(error, MSNP_SERVER_ERROR, 208) &&
	    !g_error_matches(error, MSNP_SERVER_ERROR, 205))
		g_clear_error(&error);
	step_done(edit, step, NULL, error ? error_of_answer(error) : NULL);
}

static gboolean
is_of_unknown_network(const Edit *edit, guint lists G_GNUC_UNUSED)
{
	return edit->session->dialect == MSNP_DIALECT_14 && !contact_of(edit) &&
	       !msnp_handle_is_phone(edit->handle);
}

static void
query_network(Edit *edit, guint lists G_GNUC_UNUSED)
{
	g_autofree char *payload = msnp_list_payload_single(edit->handle, 0, 0);

	tell(edit, "FQY", NULL, payload, on_network, QUERY_DEADLINE_MS);
}

/* ---- reading the lists again ---- */

static void
on_refreshed(MsnpSession *session)
{
	Edit *edit = g_queue_peek_head(&session->edits);

	finish(edit, NULL);
	msnp_list_editor_tell_requests(session);
}

static void
refresh(Edit *edit, guint lists G_GNUC_UNUSED)
{
	msnp_list_sync_refresh(edit->session, on_refreshed);
}

static const StepType STEP_TYPES[N_STEPS] = {
	[STEP_ADD_CONTACT] = { .op = &msnp_op_ab_contact_add,
			       .needed = has_not,
			       .apply = contact_added },
	[STEP_DELETE_CONTACT] = { .op = &msnp_op_ab_contact_delete,
				  .needed = has,
				  .apply = contact_deleted },
	[STEP_ADD_MEMBER] = { .op = &msnp_op_add_member, .needed = has_not, .apply = member_added },
	[STEP_DELETE_MEMBER] = { .op = &msnp_op_delete_member,
				 .needed = has,
				 .apply = member_deleted },
	[STEP_ADD_GROUP] = { .op = &msnp_op_ab_group_add,
			     .needed = needs_new_group,
			     .apply = group_added },
	[STEP_PUT_IN_GROUP] = { .op = &msnp_op_ab_group_contact_add,
				.needed = is_to_be_put,
				.apply = put_in_group },
	[STEP_TAKE_FROM_GROUP] = { .op = &msnp_op_ab_group_contact_delete,
				   .needed = is_to_be_taken,
				   .apply = taken_from_group },
	[STEP_RENAME_GROUP] = { .op = &msnp_op_ab_group_rename, .apply = group_renamed },
	[STEP_DELETE_GROUP] = { .op = &msnp_op_ab_group_delete, .apply = group_deleted },
	[STEP_ALIAS] = { .op = &msnp_op_ab_contact_alias, .apply = alias_set },
	[STEP_STORE_NAME] = { .op = &msnp_op_ab_own_name, .optional = TRUE },
	[STEP_STORE_PRIVACY] = { .op = &msnp_op_ab_privacy, .optional = TRUE },
	[STEP_QUERY_NETWORK] = { .needed = is_of_unknown_network, .start = query_network },
	[STEP_TELL_ADDED] = { .needed = was_added, .start = tell_added },
	[STEP_TELL_REMOVED] = { .needed = was_removed, .start = tell_removed },
	[STEP_TELL_NAME] = { .start = tell_name, .apply = name_told },
	[STEP_TELL_PRIVACY] = { .start = tell_privacy, .apply = privacy_told },
	[STEP_REFRESH] = { .start = refresh },
};

/* ---- what the user may ask for ---- */

static gboolean
is_group_name(const char *name)
{
	glong length = name ? g_utf8_strlen(name, -1) : 0;

	return length >= 1 && length <= MSNP_GROUP_NAME_MAX && strcmp(name, MSNP_NO_GROUP_NAME);
}

static gboolean
is_on_list(const Edit *edit)
{
	return (lists_of(edit) & FL) != 0;
}

/* What can be told to be impossible without asking the server, once the changes before it are
 * through; NULL if nothing. */
static GError *
check(const Edit *edit)
{
	gboolean for_contact = edit->kind <= MSNP_EDIT_ALIAS;
	g_autofree char *own = msnp_handle_normalize(edit->session->handle);

	if (for_contact &&
	    (!edit->handle || !msnp_handle_is_valid(edit->handle) || !strcmp(edit->handle, own)))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no address for a contact");
	switch (edit->kind) {
	case MSNP_EDIT_PUT_IN_GROUP:
	case MSNP_EDIT_TAKE_FROM_GROUP:
	case MSNP_EDIT_MOVE:
	case MSNP_EDIT_ALIAS:
		if (!is_on_list(edit))
			return msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "not on the list");
		break;
	case MSNP_EDIT_RENAME_GROUP:
	case MSNP_EDIT_DELETE_GROUP:
		if (!old_group_of(edit))
			return msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "no such group");
		break;
	case MSNP_EDIT_OWN_NAME:
		if (!edit->text || !*edit->text)
			return msnp_error_new(MSNP_ERROR_NAME_INVALID, 0, "an empty name");
		break;
	default:
		break;
	}
	if (edit->group && edit->kind != MSNP_EDIT_TAKE_FROM_GROUP && !is_group_name(edit->group))
		return msnp_error_new(MSNP_ERROR_NAME_INVALID, 0, "no name for a group");
	if (edit->kind == MSNP_EDIT_RENAME_GROUP && group_of(edit))
		return msnp_error_new(MSNP_ERROR_NAME_TAKEN, 0, "there is such a group");
	return NULL;
}

/* ---- running ---- */

/* Starts the next step that is needed, or ends the edit. */
static void
run(Edit *edit)
{
	const Step *steps = CHANGES[edit->kind];
	GError *error = edit->next == 0 ? check(edit) : NULL;

	if (error) {
		finish(edit, error);
		return;
	}
	while (edit->next < G_N_ELEMENTS(CHANGES[0]) && steps[edit->next].kind != STEP_NONE) {
		const Step *step = &steps[edit->next++];
		const StepType *type = &STEP_TYPES[step->kind];

		if (type->needed && !type->needed(edit, step->lists))
			continue;
		if (type->op)
			write_lists(edit, step);
		else
			type->start(edit, step->lists);
		return;
	}
	finish(edit, NULL);
}

static void
enqueue(MsnpSession *session, Edit *edit)
{
	gboolean idle = g_queue_is_empty(&session->edits);

	g_queue_push_tail(&session->edits, edit);
	if (idle)
		run(edit);
}

static Edit *
edit_new(MsnpSession *session, guint kind)
{
	Edit *edit = g_rc_box_new0(Edit);

	edit->session = g_object_ref(session);
	edit->kind = kind;
	edit->network = MSNP_NETWORK_PASSPORT;
	return edit;
}

/* Conversations with somebody who is blocked now end. */
static void
leave_conversation(Edit *edit)
{
	if ((edit->kind == MSNP_EDIT_BLOCK || edit->kind == MSNP_EDIT_DECLINE) && edit->handle)
		msnp_conversation_leave(
		    msnp_conversations_with(edit->session->conversations, edit->handle));
}

void
msnp_session_edit_async(MsnpSession *session, const MsnpEdit *request, GAsyncReadyCallback callback,
			gpointer data)
{
	g_autoptr(GTask) task = g_task_new(session, NULL, callback, data);
	g_autoptr(Edit) edit = NULL;

	if (!session->signed_on) {
		g_task_return_error(task, msnp_error_new(MSNP_ERROR_NETWORK, 0, "not signed on"));
		return;
	}
	edit = edit_new(session, request->kind);
	edit->handle = request->handle ? msnp_handle_normalize(request->handle) : NULL;
	edit->group = g_strdup(request->group);
	edit->old_group = g_strdup(request->old_group);
	edit->text = g_strdup(request->text ? request->text : "");
	if (g_queue_get_length(&session->edits) >= EDITS_MAX) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too many changes are waiting"));
		return;
	}
	leave_conversation(edit);
	edit->task = g_steal_pointer(&task);
	enqueue(session, g_steal_pointer(&edit));
}

gboolean
msnp_session_edit_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

static gboolean
on_refresh_due(gpointer data)
{
	MsnpSession *session = data;

	if (!session->signed_on)
		return G_SOURCE_CONTINUE; /* the hint came while signing on */
	session->refresh_timer = 0;
	enqueue(session, edit_new(session, MSNP_N_EDITS));
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
	GPtrArray *contacts = msnp_roster_contacts(session->roster);

	for (guint i = 0; i < contacts->len && !session->closed; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if ((contact->lists & (PL | FL | BL)) != PL)
			contact->asked = FALSE;
		else if (!contact->asked) {
			contact->asked = TRUE;
			g_signal_emit_by_name(session, "request", contact);
		}
	}
}

void
msnp_list_editor_stop(MsnpSession *session)
{
	msnp_clock_remove(session->clock, &session->refresh_timer);
	while (!g_queue_is_empty(&session->edits)) {
		g_autoptr(Edit) edit = g_queue_pop_head(&session->edits);

		if (edit->task)
			g_task_return_new_error(edit->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
						"signed off");
	}
}
