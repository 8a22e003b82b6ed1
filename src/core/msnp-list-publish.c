/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * List publish: the notification server is told the roster, in one flight: BLP, ADL (1..n), PRP.
 * Done when every ADL is answered or given up. Source: notification.md 3.2, 4.3.
 */
#include "core/msnp-session-private.h"

#include "util/msnp-log.h"
#include "wire/msnp-percent.h"

#define ADL_DEADLINE_MS 30000 /* a lost answer must not keep the user from signing on */

/* Reference-counted: one reference for each ADL. */
typedef struct {
	MsnpSession *session; /* owned */
	MsnpThen done;
	guint pending;
} Publication;

static void
clear(gpointer data)
{
	g_object_unref(((Publication *)data)->session);
}

static void
unref(Publication *publication)
{
	g_rc_box_release_full(publication, clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Publication, unref)

/* Each answer counts, whatever it says (lessons 8 and 10). */
static void
on_adl(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(Publication) publication = data;
	MsnpSession *session = publication->session;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (g_cancellable_is_cancelled(session->cancellable))
		return;
	if (error && g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		return; /* the link's closed handler ends the session */
	if (error)
		msnp_warning("roster", "a part of the list was not accepted: %s", error->message);
	if (--publication->pending == 0)
		publication->done(session);
}

/* BLP and PRP: 218 says that it is so already, 209 and 800 leave the old name. */
static void
on_echo(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);
	const char *verb = data;

	if (error && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		msnp_info("roster", "%s was not accepted: %s", verb, error->message);
}

static void
send_privacy(MsnpSession *session)
{
	const char *params[] = { msnp_roster_blp(session->roster) == 2 ? "BL" : "AL", NULL };

	msnp_link_request_async(session->link, "BLP", params, NULL, 0, 0, NULL,
				session->cancellable, on_echo, (gpointer) "BLP");
}

static void
send_own_name(MsnpSession *session)
{
	g_autofree char *name = msnp_percent_encode_max(session->own_name, MSNP_NICKNAME_MAX);
	const char *params[] = { "MFN", name, NULL };

	msnp_link_request_async(session->link, "PRP", params, NULL, 0, 0, NULL,
				session->cancellable, on_echo, (gpointer) "PRP");
}

void
msnp_list_publish(MsnpSession *session, GPtrArray *lists, MsnpThen done)
{
	g_autoptr(Publication) publication = g_rc_box_new0(Publication);

	publication->session = g_object_ref(session);
	publication->done = done;
	publication->pending = lists->len;
	send_privacy(session);
	for (guint i = 0; i < lists->len; i++)
		msnp_link_request_async(session->link, "ADL", NULL, g_ptr_array_index(lists, i), -1,
					ADL_DEADLINE_MS, NULL, session->cancellable, on_adl,
					g_rc_box_acquire(publication));
	send_own_name(session);
}
