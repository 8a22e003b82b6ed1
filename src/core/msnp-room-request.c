/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One XFR SB, and the switchboard that it leads to. See msnp-conversation-private.h.
 */
#include "core/msnp-conversation-private.h"
#include "net/msnp-link.h"
#include "wire/msnp-address.h"

struct _MsnpRoomRequest {
	MsnpConversationsShared *shared;
	char **callees;
	MsnpRoomRequestDone done; /* NULL once it is given up */
	gpointer data;
	GCancellable *cancellable;
	guint deadline;
};

static void
clear(gpointer data)
{
	MsnpRoomRequest *request = data;

	g_strfreev(request->callees);
	g_object_unref(request->cancellable);
}

static void
unref(gpointer request)
{
	g_rc_box_release_full(request, clear);
}

static MsnpSwitchboard *
switchboard_from(MsnpRoomRequest *request, const MsnpCommand *xfr, GError **error)
{
	MsnpConversationsShared *shared = request->shared;
	const char *cookie = msnp_command_param(xfr, 4);
	g_autofree char *host = NULL;
	guint16 port;

	if (g_ascii_strcasecmp(msnp_command_param(xfr, 1), "SB") != 0 ||
	    g_ascii_strcasecmp(msnp_command_param(xfr, 3), "CKI") != 0 || !*cookie ||
	    !msnp_host_port_parse(msnp_command_param(xfr, 2), &host, &port)) {
		g_set_error_literal(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL,
				    "an XFR without address or cookie");
		return NULL;
	}
	return msnp_switchboard_new_call(
	    msnp_conversations_connector(shared, msnp_command_param(xfr, 7)), shared->clock,
	    shared->own_handle, host, port, cookie, (const char *const *)request->callees);
}

/* Tells once; the request is the caller's to free from within. */
static void
finish(MsnpRoomRequest *request, MsnpSwitchboard *sb, const GError *error)
{
	MsnpRoomRequestDone done = g_steal_pointer(&request->done);

	msnp_clock_remove(request->shared->clock, &request->deadline);
	done(request->data, sb, error);
}

static void
answered(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
	MsnpRoomRequest *request = data;

	/* Given up meanwhile: then the host may not even be there any more. */
	if (request->done) {
		MsnpConversationsShared *shared = request->shared;
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpCommand) xfr =
		    shared->host->request_room_finish(shared->host_data, result, &error);
		MsnpSwitchboard *sb = xfr ? switchboard_from(request, xfr, &error) : NULL;

		finish(request, sb, error);
	}
	unref(request);
}

static gboolean
is_late(gpointer data)
{
	MsnpRoomRequest *request = data;
	g_autoptr(GCancellable) cancellable = g_object_ref(request->cancellable);
	g_autoptr(GError) error =
	    g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT, "no answer to XFR");

	request->deadline = 0;
	finish(request, NULL, error);
	g_cancellable_cancel(cancellable);
	return G_SOURCE_REMOVE;
}

MsnpRoomRequest *
msnp_room_request_new(MsnpConversationsShared *shared, const char *const *callees,
		      MsnpRoomRequestDone done, gpointer data)
{
	MsnpRoomRequest *request = g_rc_box_new0(MsnpRoomRequest);

	request->shared = shared;
	request->callees = g_strdupv((char **)callees);
	request->done = done;
	request->data = data;
	request->cancellable = g_cancellable_new();
	request->deadline =
	    msnp_clock_add(shared->clock, MSNP_SB_STEP_DEADLINE_MS, is_late, request);
	shared->host->request_room_async(shared->host_data, request->cancellable, answered,
					 g_rc_box_acquire(request));
	return request;
}

void
msnp_room_request_free(MsnpRoomRequest *request)
{
	if (request->done) {
		msnp_clock_remove(request->shared->clock, &request->deadline);
		request->done = NULL;
		g_cancellable_cancel(request->cancellable);
	}
	unref(request);
}
