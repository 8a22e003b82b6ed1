/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rest of the session made of paper: media, mail, numbers, pages, offline messages.
 */
#include "adapter-test.h"

const char *fake_inbox_url;
gboolean fake_allows_pages;

static GQueue asked = G_QUEUE_INIT; /* GTask */

void
fake_session_signals(GType type)
{
	g_signal_new("offline-message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		     1, G_TYPE_POINTER);
	g_signal_new("mail-waiting", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
		     G_TYPE_UINT, G_TYPE_UINT);
	g_signal_new("mail-arrived", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
		     G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
	g_signal_new("page", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
		     G_TYPE_STRING, G_TYPE_STRING);
}

void
fake_offline_message(const MsnpOfflineMessage *message)
{
	g_signal_emit_by_name(fake_session(), "offline-message", message);
}

void
msnp_session_set_media(MsnpSession *session G_GNUC_UNUSED, const MsnpMedia *media)
{
	static const char *const kinds[] = { "music", "game", "office" };

	if (media)
		event("core media %s: %s / %s / %s", kinds[media->kind], media->title,
		      media->artist ? media->artist : "", media->album ? media->album : "");
	else
		event("core media none");
}

const char *
msnp_session_inbox_url(MsnpSession *session G_GNUC_UNUSED)
{
	return fake_inbox_url;
}

/* ---- What is asked of the server ---- */

static void
ask(MsnpSession *session, GAsyncReadyCallback callback, gpointer data)
{
	g_assert_true(msnp_session_is_signed_on(session));
	g_queue_push_tail(&asked, g_task_new(session, NULL, callback, data));
}

static gboolean
finish(GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
fake_asked_done(GError *error)
{
	g_autoptr(GTask) task = g_queue_pop_head(&asked);

	g_assert_nonnull(task);
	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
	run_main_loop();
}

void
fake_session_close(void)
{
	while (!g_queue_is_empty(&asked)) {
		g_autoptr(GTask) task = g_queue_pop_head(&asked);

		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
	}
}

void
fake_session_stop(void)
{
	fake_inbox_url = NULL;
	fake_allows_pages = FALSE;
}

const char *
msnp_session_phone(MsnpSession *session G_GNUC_UNUSED, MsnpPhone which)
{
	return which == MSNP_PHONE_WORK ? "+1 555 <0>" : "";
}

void
msnp_session_set_phone_async(MsnpSession *session, MsnpPhone which, const char *number,
			     GAsyncReadyCallback callback, gpointer data)
{
	event("core phone %d \"%s\"", which, number);
	ask(session, callback, data);
}

gboolean
msnp_session_set_phone_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
			      GError **error)
{
	return finish(result, error);
}

gboolean
msnp_session_allows_pages(MsnpSession *session G_GNUC_UNUSED)
{
	return fake_allows_pages;
}

void
msnp_session_set_allows_pages_async(MsnpSession *session, gboolean allow,
				    GAsyncReadyCallback callback, gpointer data)
{
	event("core pages %d", allow);
	ask(session, callback, data);
}

gboolean
msnp_session_set_allows_pages_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
				     GError **error)
{
	return finish(result, error);
}

void
msnp_session_send_page_async(MsnpSession *session, const char *handle, const char *text,
			     GAsyncReadyCallback callback, gpointer data)
{
	event("core page %s: %s", handle, text);
	ask(session, callback, data);
}

gboolean
msnp_session_send_page_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
			      GError **error)
{
	return finish(result, error);
}
