/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keep-alive: PNG after a pause without anything sent, and the verdict on a link that answers
 * nothing. Source: notification.md 10; lesson 35.
 */
#include "core/msnp-session-private.h"

#include "util/msnp-log.h"

#define FIRST_PAUSE_MS 45000
#define MIN_PAUSE_S    15
#define MAX_PAUSE_S    300
#define PONG_MS        30000 /* no QNG, nor anything else, for so long: the link is dead */

static gboolean on_pause_over(gpointer data);

static void
wait(MsnpSession *session, guint ms, GSourceFunc then)
{
	msnp_clock_remove(session->clock, &session->ping_timer);
	session->ping_timer = msnp_clock_add(session->clock, ms, then, session);
}

static gboolean
on_no_answer(gpointer data)
{
	MsnpSession *session = data;

	session->ping_timer = 0;
	if (msnp_link_idle_read(session->link) >= (gint64)PONG_MS * 1000) {
		msnp_session_fail(
		    session, msnp_error_new(MSNP_ERROR_NETWORK, 0, "the server has fallen silent"));
		return G_SOURCE_REMOVE;
	}
	wait(session, session->ping_interval_ms, on_pause_over);
	return G_SOURCE_REMOVE;
}

static gboolean
on_pause_over(gpointer data)
{
	MsnpSession *session = data;
	gint64 quiet_ms = msnp_link_idle_write(session->link) / 1000;

	session->ping_timer = 0;
	if (quiet_ms < session->ping_interval_ms)
		wait(session, session->ping_interval_ms - (guint)quiet_ms, on_pause_over);
	else
		msnp_keepalive_ping(session);
	return G_SOURCE_REMOVE;
}

void
msnp_keepalive_ping(MsnpSession *session)
{
	if (msnp_connector_keeps_alive(session->connector))
		return;
	msnp_link_send_bare(session->link, "PNG", NULL, NULL, 0);
	session->ping_pending = TRUE;
	wait(session, PONG_MS, on_no_answer);
}

void
msnp_keepalive_start(MsnpSession *session)
{
	/* None over the gateway, which is polled anyway: notification.md 10. */
	if (msnp_connector_keeps_alive(session->connector))
		return;
	session->ping_pending = FALSE;
	session->ping_interval_ms = FIRST_PAUSE_MS;
	wait(session, session->ping_interval_ms, on_pause_over);
}

void
msnp_keepalive_pong(MsnpSession *session, MsnpCommand *qng)
{
	guint64 seconds = 0;

	if (!session->ping_pending)
		return;
	session->ping_pending = FALSE;
	msnp_move_all_named(session);
	if (session->closed)
		return;
	msnp_session_tell_offline(session);
	if (msnp_command_uint(qng, 0, G_MAXUINT32, &seconds) && seconds > 0)
		session->ping_interval_ms = (guint)CLAMP(seconds, MIN_PAUSE_S, MAX_PAUSE_S) * 1000;
	else
		session->ping_interval_ms = FIRST_PAUSE_MS;
	wait(session, session->ping_interval_ms, on_pause_over);
}

void
msnp_keepalive_stop(MsnpSession *session)
{
	msnp_clock_remove(session->clock, &session->ping_timer);
}
