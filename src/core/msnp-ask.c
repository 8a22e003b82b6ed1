/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks: commands to the notification server that somebody outside waits for. While the session
 * moves to another server they wait; what may be said twice is said again there, of the rest nobody
 * knows whether it has arrived. See msnp-session-private.h.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "wire/msnp-errcode.h"

/* The data of a task. */
typedef struct {
	const MsnpAskKind *kind;
	char **params;
	GBytes *payload; /* NULL if there is none */
	guint32 trid;
} Ask;

static void
ask_free(Ask *ask)
{
	g_strfreev(ask->params);
	g_clear_pointer(&ask->payload, g_bytes_unref);
	g_free(ask);
}

static void
fail(GTask *task, const Ask *ask, const GError *cause)
{
	gboolean lost = g_error_matches(cause, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	g_autoptr(GError) error = NULL;

	if (lost && !ask->kind->again)
		error = msnp_error_new(MSNP_ERROR_UNSURE, 0, "%s", cause->message);
	else if (g_error_matches(cause, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT))
		error = msnp_error_new(ask->kind->timeout, 0, "%s", cause->message);
	else
		error = msnp_error_from(cause);
	for (const MsnpAskRefusal *at = ask->kind->refusals; at && at->number; at++)
		if (g_error_matches(cause, MSNP_SERVER_ERROR, (int)at->number)) {
			g_error_free(error);
			error = msnp_error_new(at->code, at->number, "%s", cause->message);
		}
	g_task_return_error(task, g_steal_pointer(&error));
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	MsnpSession *session = MSNP_SESSION(g_task_get_source_object(task));
	Ask *ask = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer = msnp_link_request_finish(MSNP_LINK(source), result, &error);

	g_queue_remove(&session->asked, task);
	if (g_task_get_completed(task))
		return;
	if (answer ||
	    (ask->kind->silent && g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT)))
		g_task_return_boolean(task, TRUE);
	else if (session->moving && !session->closed && ask->kind->again &&
		 g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		g_queue_push_tail(&session->asks, g_steal_pointer(&task));
	else
		fail(task, ask, error);
}

/* Takes the task. */
static void
send(MsnpSession *session, GTask *task)
{
	Ask *ask = g_task_get_task_data(task);
	gsize length = 0;
	const char *bytes = ask->payload ? g_bytes_get_data(ask->payload, &length) : NULL;

	g_queue_push_tail(&session->asked, task);
	msnp_link_request_async(session->link, ask->kind->verb, (const char *const *)ask->params,
				bytes, (gssize)length, ask->kind->deadline_ms, &ask->trid,
				session->cancellable, on_answer, task);
}

void
msnp_ask_async(MsnpSession *session, const MsnpAskKind *kind, const char *const *params,
	       const char *payload, gssize length, GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(session, NULL, callback, data);
	Ask *ask = g_new0(Ask, 1);

	ask->kind = kind;
	ask->params = g_strdupv((char **)params);
	if (payload)
		ask->payload = g_bytes_new(payload, length < 0 ? strlen(payload) : (gsize)length);
	g_task_set_task_data(task, ask, (GDestroyNotify)ask_free);
	if (!session->signed_on) {
		g_task_return_error(task, msnp_error_new(MSNP_ERROR_NETWORK, 0, "not signed on"));
		g_object_unref(task);
	} else if (session->asks.length + session->asked.length >= MSNP_ASKS_MAX) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too much is asked at once"));
		g_object_unref(task);
	} else if (session->moving) {
		g_queue_push_tail(&session->asks, task);
	} else {
		send(session, task);
	}
}

gboolean
msnp_ask_finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
msnp_ask_refuse(MsnpSession *session, const MsnpAskKind *kind, guint32 trid, GError *error)
{
	for (GList *at = session->asked.head; at; at = at->next) {
		Ask *ask = g_task_get_task_data(at->data);

		if (ask->kind == kind && ask->trid == trid && !g_task_get_completed(at->data)) {
			g_task_return_error(at->data, error);
			return TRUE;
		}
	}
	g_error_free(error);
	return FALSE;
}

void
msnp_ask_resume(MsnpSession *session)
{
	GTask *task;

	while (session->signed_on && !session->moving && (task = g_queue_pop_head(&session->asks)))
		send(session, task);
}

void
msnp_ask_stop(MsnpSession *session)
{
	GTask *task;

	while ((task = g_queue_pop_head(&session->asks))) {
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
		g_object_unref(task);
	}
}
