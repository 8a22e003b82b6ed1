/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Moving: the server sends a session that is signed on to another address. To the host nothing
 * happens: conversations keep their rooms, what is asked for meanwhile waits, and the new server is
 * told everything that the old one knew.
 *
 *   XFR NS --> sign-on there --> lists, as at any sign-on --> CHG, UUX --> PNG
 *                                                                          |
 *     who was online and has not been named since is offline <-- QNG ------+
 *
 * A move that fails ends the session. Source: notification.md 3.1, lessons 28 and 87.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "util/msnp-log.h"
#include "wire/msnp-address.h"

/* A server that answers no PNG has named everybody by then. */
#define NAMED_MS 10000

static void
remember_who_is_online(MsnpSession *session)
{
	GPtrArray *contacts = msnp_roster_contacts(session->roster);

	session->unseen = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->status != MSNP_STATUS_OFFLINE)
			g_hash_table_add(session->unseen, contact);
	}
}

void
msnp_move_seen(MsnpSession *session, MsnpContact *contact)
{
	if (session->unseen)
		g_hash_table_remove(session->unseen, contact);
}

void
msnp_move_all_named(MsnpSession *session)
{
	g_autoptr(MsnpSession) alive G_GNUC_UNUSED = g_object_ref(session);
	g_autoptr(GHashTable) unseen = g_steal_pointer(&session->unseen);
	GHashTableIter iter;
	gpointer contact;

	msnp_clock_remove(session->clock, &session->named_timer);
	if (!unseen)
		return;
	/* The roster never forgets anybody: the pointers hold. */
	g_hash_table_iter_init(&iter, unseen);
	while (!session->closed && g_hash_table_iter_next(&iter, &contact, NULL))
		msnp_session_emit_changed(session, contact, msnp_contact_go_offline(contact));
}

static gboolean
on_time_over(gpointer data)
{
	MsnpSession *session = data;

	session->named_timer = 0;
	msnp_move_all_named(session);
	return G_SOURCE_REMOVE;
}

/* What has waited for the new server. */
static void
resume(MsnpSession *session)
{
	MsnpThen interrupted = session->interrupted_refresh;
	GTask *request;

	session->interrupted_refresh = NULL;
	while (!session->closed && (request = g_queue_pop_head(&session->room_requests)))
		msnp_session_request_room(session, request);
	msnp_ask_resume(session);
	msnp_offline_resume(session);
	msnp_offline_send_resume(session);
	if (!session->closed && interrupted)
		interrupted(session);
	if (!session->closed)
		msnp_list_editor_resume(session);
}

static void
on_published(MsnpSession *session)
{
	msnp_info("session", "moved");
	session->moving = FALSE;
	session->named_timer = msnp_clock_add(session->clock, NAMED_MS, on_time_over, session);
	msnp_keepalive_ping(session);
	msnp_own_presence_update(session);
	resume(session);
}

static void
on_lists_sent(MsnpSession *session)
{
	msnp_own_presence_publish(session, on_published);
}

static void
on_authenticated(MsnpSession *session)
{
	msnp_keepalive_start(session);
	msnp_list_sync_start(session, on_lists_sent);
}

void
msnp_move_start(MsnpSession *session, const char *address)
{
	g_autofree char *host = NULL;
	guint16 port = 0;

	if (strcmp(address, "0") && !msnp_host_port_parse(address, &host, &port)) {
		msnp_session_fail(session,
				  msnp_error_new(MSNP_ERROR_SERVER, 0,
						 "sent on to something that is no address"));
		return;
	}
	msnp_info("session", "the server sends us to another one");
	session->moving = TRUE;
	session->moves++;
	msnp_own_presence_unpublish(session);
	msnp_move_all_named(session);
	/* Whoever heard of it may have closed the session. */
	if (session->closed)
		return;
	remember_who_is_online(session);
	session->interrupted_refresh = msnp_list_sync_interrupt(session);
	msnp_sign_on_start(session, host, port, on_authenticated);
}

void
msnp_move_stop(MsnpSession *session)
{
	GTask *request;

	msnp_clock_remove(session->clock, &session->named_timer);
	g_clear_pointer(&session->unseen, g_hash_table_unref);
	while ((request = g_queue_pop_head(&session->room_requests))) {
		g_task_return_new_error(request, G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
		g_object_unref(request);
	}
}
