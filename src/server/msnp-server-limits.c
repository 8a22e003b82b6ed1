/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service's clock and what goes by it: commands that come too often, rooms in which nothing is
 * said, and connections that are sent on. Source: switchboard.md 2, 14, notification.md 2.1, 17.
 */
#include "server/msnp-server-private.h"

/* The stretch of time in which limit= counts. */
#define LIMIT_SECONDS 60

gint64
msnp_server_now(MsnpServer *server)
{
	return g_get_monotonic_time() + server->ahead;
}

/* ---- What comes too often ---- */

gboolean
msnp_server_too_often(MsnpServer *server, MsnpServerAccount *account, const char *verb)
{
	gint64 now = msnp_server_now(server);
	GArray *times;
	int limit;

	if (!msnp_server_faults_peek(server->faults, MSNP_FAULT_LIMIT, verb, &limit))
		return FALSE;
	times = g_hash_table_lookup(account->times, verb);
	if (times == NULL) {
		times = g_array_new(FALSE, FALSE, sizeof(gint64));
		g_hash_table_insert(account->times, g_strdup(verb), times);
	}
	while (times->len > 0 &&
	       now - g_array_index(times, gint64, 0) >= LIMIT_SECONDS * G_USEC_PER_SEC)
		g_array_remove_index(times, 0);
	g_array_append_val(times, now);
	return times->len > (guint)MAX(limit, 0) &&
	       msnp_server_faults_take_word(server->faults, MSNP_FAULT_LIMIT, verb, NULL);
}

/* ---- Sent on ---- */

void
msnp_server_send_xfr(MsnpServerSession *session)
{
	MsnpServer *server = session->client->server;

	session->moved = TRUE;
	session->account->dispatched = TRUE;
	msnp_server_client_send(session->client, "XFR 0 NS %s:%u U D", server->bind_address,
				server->ns_port);
}

gboolean
msnp_server_move(MsnpServer *server, const char *handle, gboolean at_once)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerSession *session = account == NULL ? NULL : account->session;

	if (session == NULL)
		return FALSE;
	msnp_server_send_xfr(session);
	if (at_once)
		msnp_server_client_end(session->client);
	else
		session->client->end_at = msnp_server_now(server) + G_USEC_PER_SEC;
	return TRUE;
}

/* ---- The clock ---- */

static void
close_due(MsnpServer *server)
{
	gint64 now = msnp_server_now(server);

	/* Only marked: the list stays as it is. */
	for (guint i = 0; i < server->clients->len; i++) {
		MsnpServerClient *client = server->clients->pdata[i];

		if (client->end_at != 0 && client->end_at <= now)
			msnp_server_client_end(client);
	}
}

static void
tick(MsnpServer *server)
{
	int seconds;

	close_due(server);
	if (msnp_server_faults_peek(server->faults, MSNP_FAULT_IDLE_ROOMS, NULL, &seconds))
		msnp_server_close_idle_rooms(server, seconds);
}

static gboolean
on_tick(gpointer server)
{
	tick(server);
	return G_SOURCE_CONTINUE;
}

void
msnp_server_limits_start(MsnpServer *server)
{
	server->tick = g_timeout_add(1000, on_tick, server);
}

void
msnp_server_limits_stop(MsnpServer *server)
{
	if (server->tick != 0)
		g_source_remove(server->tick);
	server->tick = 0;
}

void
msnp_server_pass_time(MsnpServer *server, guint seconds)
{
	server->ahead += (gint64)seconds * G_USEC_PER_SEC;
	tick(server);
}
