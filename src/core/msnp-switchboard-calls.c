/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is called into a room, from CAL to JOI. See msnp-switchboard-private.h.
 */
#include "core/msnp-error.h"
#include "core/msnp-switchboard-private.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-errcode.h"

typedef struct {
	MsnpSwitchboard *sb; /* not owned; NULL once it has ended */
	char *handle;
	GTask *task; /* NULL for one of callees */
	guint timer; /* from RINGING to JOI */
	gboolean asked;
} Call;

static void
call_clear(gpointer data)
{
	Call *call = data;

	g_clear_object(&call->task);
	g_free(call->handle);
}

void
msnp_switchboard_call_unref(gpointer call)
{
	g_rc_box_release_full(call, call_clear);
}

/* error NULL: the one who was called has come. */
static void
call_end(Call *call, const GError *error)
{
	MsnpSwitchboard *sb = g_steal_pointer(&call->sb);
	g_autoptr(GTask) task = g_steal_pointer(&call->task);

	if (!sb)
		return;
	msnp_clock_remove(sb->clock, &call->timer);
	if (error)
		msnp_info("switchboard", "an invitation failed: %s", error->message);
	g_ptr_array_remove(sb->calls, call);
	if (task && error)
		g_task_return_error(task, g_error_copy(error));
	else if (task)
		g_task_return_boolean(task, TRUE);
}

void
msnp_switchboard_end_calls(MsnpSwitchboard *sb)
{
	g_autoptr(GError) error =
	    sb->error
		? g_error_copy(sb->error)
		: g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "we have left");

	while (sb->calls->len)
		call_end(sb->calls->pdata[0], error);
}

static Call *
find_call(MsnpSwitchboard *sb, const char *handle)
{
	for (guint i = 0; i < sb->calls->len; i++) {
		Call *call = sb->calls->pdata[i];

		if (g_str_equal(call->handle, handle))
			return call;
	}
	return NULL;
}

void
msnp_switchboard_callee_came(MsnpSwitchboard *sb, const char *handle)
{
	Call *call;

	while ((call = find_call(sb, handle)))
		call_end(call, NULL);
}

/* A call has come to nothing; an own room that nobody comes into any more is over. */
static void
call_fails(Call *call, GError *error)
{
	MsnpSwitchboard *sb = call->sb;

	sb->may_come = sb->may_come || error->domain != MSNP_SERVER_ERROR;
	call_end(call, error);
	if (sb->state == MSNP_SB_CALLING && sb->calls->len == 0)
		msnp_switchboard_end(sb, error);
	else
		g_error_free(error);
}

static gboolean
callee_is_late(gpointer data)
{
	Call *call = data;
	G_GNUC_UNUSED g_autoptr(MsnpSwitchboard) sb = g_object_ref(call->sb);

	call->timer = 0;
	call_fails(call, msnp_error_new(MSNP_ERROR_OFFLINE, 0, "%s was rung for and did not come",
					call->handle));
	return G_SOURCE_REMOVE;
}

typedef struct {
	MsnpSwitchboard *sb;
	Call *call;
} CallAnswer;

static void
called(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree CallAnswer *answer = data;
	g_autoptr(MsnpSwitchboard) sb = answer->sb;
	Call *call = answer->call;
	g_autoptr(GError) error = NULL;
	G_GNUC_UNUSED g_autoptr(MsnpCommand) command =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	sb->asked--;
	sb->may_come = sb->may_come || (error && error->domain != MSNP_SERVER_ERROR);
	/* 215: already in the room; then the JOI is on its way, or nobody comes. */
	if (call->sb && (!error || g_error_matches(error, MSNP_SERVER_ERROR, 215)))
		call->timer =
		    msnp_clock_add(sb->clock, MSNP_SB_JOIN_DEADLINE_MS, callee_is_late, call);
	else if (call->sb)
		call_fails(call, g_steal_pointer(&error));
	msnp_switchboard_call_unref(call);
}

static void
call_now(MsnpSwitchboard *sb, Call *call)
{
	const char *params[] = { call->handle, NULL };
	CallAnswer *answer = g_new(CallAnswer, 1);

	*answer = (CallAnswer){ g_object_ref(sb), g_rc_box_acquire(call) };
	call->asked = TRUE;
	sb->asked++;
	msnp_link_request_async(sb->link, "CAL", params, NULL, 0, MSNP_SB_STEP_DEADLINE_MS, NULL,
				NULL, called, answer);
}

static Call *
call_new(MsnpSwitchboard *sb, const char *handle, GTask *task)
{
	Call *call = g_rc_box_new0(Call);

	call->sb = sb;
	call->handle = g_strdup(handle);
	call->task = task;
	g_ptr_array_add(sb->calls, call);
	return call;
}

void
msnp_switchboard_add_callee(MsnpSwitchboard *sb, const char *handle)
{
	call_new(sb, handle, NULL);
}

void
msnp_switchboard_start_calls(MsnpSwitchboard *sb)
{
	for (guint i = 0; i < sb->calls->len; i++) {
		Call *call = sb->calls->pdata[i];

		if (!call->asked)
			call_now(sb, call);
	}
}

gboolean
msnp_switchboard_is_calling(MsnpSwitchboard *sb)
{
	return sb->calls->len || sb->asked;
}

void
msnp_switchboard_call_async(MsnpSwitchboard *sb, const char *handle, GAsyncReadyCallback callback,
			    gpointer data)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	g_autoptr(GTask) task = g_task_new(sb, NULL, callback, data);
	Call *call;

	g_task_set_source_tag(task, msnp_switchboard_call_async);
	if (!msnp_handle_is_valid(normal) || msnp_handle_equal(normal, sb->own_handle)) {
		g_task_return_error(task,
				    msnp_error_new(MSNP_ERROR_ADDRESS, 0, "not one to invite"));
	} else if (msnp_switchboard_has(sb, normal)) {
		g_task_return_boolean(task, TRUE);
	} else if (msnp_switchboard_state(sb) == MSNP_SB_CLOSED) {
		g_task_return_new_error(task, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED,
					"the room is closed");
	} else {
		call = call_new(sb, normal, g_steal_pointer(&task));
		if (sb->state >= MSNP_SB_CALLING)
			call_now(sb, call);
	}
}

gboolean
msnp_switchboard_call_finish(G_GNUC_UNUSED MsnpSwitchboard *sb, GAsyncResult *result,
			     GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}
