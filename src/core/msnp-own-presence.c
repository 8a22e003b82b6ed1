/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Own presence: what the server is told of our status, personal message and idleness. What the
 * user wants stands in the session; this compares it with what was sent last and sends what is new.
 * While hidden no UUX goes out, for servers pass it on and so betray that we are there; it is due
 * when hiding ends. Source: notification.md 5, 6.
 */
#include "core/msnp-session-private.h"

#include "util/msnp-log.h"

/* Idleness shows only on those who are available: going idle while busy changes nothing. */
static MsnpStatus
effective_status(MsnpSession *session)
{
	return session->idle && session->status == MSNP_STATUS_ONLINE ? MSNP_STATUS_IDLE
								      : session->status;
}

static void
on_uux(GObject *source, GAsyncResult *result, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (error && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		msnp_info("presence", "the personal message was not accepted: %s", error->message);
}

static void
send_uux(MsnpSession *session)
{
	g_autofree char *payload =
	    msnp_personal_write(session->message, NULL, session->machine_guid);

	g_free(session->sent_message);
	session->sent_message = g_strdup(session->message);
	msnp_link_request_async(session->link, "UUX", NULL, payload, -1, 0, NULL,
				session->cancellable, on_uux, NULL);
}

static void
send_chg(MsnpSession *session, MsnpStatus status, GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *caps = g_strdup_printf("%u", session->capabilities);
	const char *params[] = { msnp_status_code(status), caps, "0", NULL };

	session->sent_status = status;
	msnp_link_request_async(session->link, "CHG", params, NULL, 0, 0, NULL,
				session->cancellable, callback, data);
}

static void
send_due_uux(MsnpSession *session, MsnpStatus status)
{
	if (status == MSNP_STATUS_HIDDEN)
		g_clear_pointer(&session->sent_message, g_free);
	else if (g_strcmp0(session->sent_message, session->message))
		send_uux(session);
}

static void
on_chg(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSession) session = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (!error || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	msnp_warning("presence", "the status was not accepted: %s", error->message);
	/* Others see an older one: whatever is wanted next is new to the server. */
	session->sent_status = MSNP_STATUS_OFFLINE;
}

void
msnp_own_presence_update(MsnpSession *session)
{
	MsnpStatus status = effective_status(session);

	if (!session->published || !session->link)
		return;
	if (status != session->sent_status)
		send_chg(session, status, on_chg, g_object_ref(session));
	send_due_uux(session, status);
}

typedef struct {
	MsnpSession *session;
	MsnpThen done;
} Publish;

static void
on_first_chg(GObject *source, GAsyncResult *result, gpointer data)
{
	Publish *publish = data;
	g_autoptr(MsnpSession) session = publish->session;
	MsnpThen done = publish->done;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	g_free(publish);
	if (g_cancellable_is_cancelled(session->cancellable))
		return;
	if (error)
		msnp_session_fail(session, msnp_error_from(error));
	else
		done(session);
}

void
msnp_own_presence_publish(MsnpSession *session, MsnpThen done)
{
	MsnpStatus status = effective_status(session);
	Publish *publish = g_new0(Publish, 1);

	publish->session = g_object_ref(session);
	publish->done = done;
	session->published = TRUE;
	send_chg(session, status, on_first_chg, publish);
	send_due_uux(session, status);
}
