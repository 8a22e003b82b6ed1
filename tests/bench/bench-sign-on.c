/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One sign-on of the module, watched by libpurple's own signals.
 */
#include "bench-purple.h"
#include "bench-work.h"

#include <gio/gio.h>

/* What the plugin puts off counts all the same: the measure ends when it has been quiet so long. */
#define QUIET_MS   500
#define DEADLINE_S 120

typedef struct {
	GMainLoop *loop;
	const BenchList *list;
	gboolean signed_on;
	int added, online;
	gboolean complete;
	char *failure;
} Watcher;

static gboolean
on_quiet(gpointer data)
{
	Watcher *watcher = data;

	g_main_loop_quit(watcher->loop);
	return G_SOURCE_REMOVE;
}

static void
look(Watcher *watcher)
{
	if (watcher->complete || !watcher->signed_on || watcher->added < watcher->list->contacts ||
	    watcher->online < watcher->list->online)
		return;
	watcher->complete = TRUE;
	bench_probe_reached();
	g_timeout_add(QUIET_MS, on_quiet, watcher);
}

static void
fail(Watcher *watcher, char *failure)
{
	if (watcher->failure)
		g_free(failure);
	else
		watcher->failure = failure;
	g_main_loop_quit(watcher->loop);
}

static gboolean
on_deadline(gpointer data)
{
	Watcher *watcher = data;

	fail(watcher,
	     g_strdup_printf("not complete after %d s: %s, %d of %d contacts, %d of %d "
			     "online",
			     DEADLINE_S, watcher->signed_on ? "signed on" : "not signed on",
			     watcher->added, watcher->list->contacts, watcher->online,
			     watcher->list->online));
	return G_SOURCE_REMOVE;
}

static void
on_signed_on(PurpleConnection *gc G_GNUC_UNUSED, gpointer data)
{
	Watcher *watcher = data;

	watcher->signed_on = TRUE;
	look(watcher);
}

static void
on_error(PurpleConnection *gc G_GNUC_UNUSED, PurpleConnectionError reason G_GNUC_UNUSED,
	 const char *text, gpointer data)
{
	fail(data, g_strdup_printf("connection error: %s", text));
}

static void
on_buddy_added(PurpleBuddy *buddy G_GNUC_UNUSED, gpointer data)
{
	Watcher *watcher = data;

	watcher->added++;
	look(watcher);
}

static void
on_buddy_online(PurpleBuddy *buddy G_GNUC_UNUSED, gpointer data)
{
	Watcher *watcher = data;

	watcher->online++;
	look(watcher);
}

static void
watch(Watcher *watcher)
{
	void *blist = purple_blist_get_handle();
	void *connections = purple_connections_get_handle();

	purple_signal_connect(connections, "signed-on", watcher, PURPLE_CALLBACK(on_signed_on),
			      watcher);
	purple_signal_connect(connections, "connection-error", watcher, PURPLE_CALLBACK(on_error),
			      watcher);
	purple_signal_connect(blist, "buddy-added", watcher, PURPLE_CALLBACK(on_buddy_added),
			      watcher);
	purple_signal_connect(blist, "buddy-signed-on", watcher, PURPLE_CALLBACK(on_buddy_online),
			      watcher);
}

static PurpleAccount *
make_account(const BenchWork *work)
{
	PurpleAccount *account = bench_purple_account(work->handle, work->password);

	purple_account_set_string(account, "service", "custom");
	purple_account_set_string(account, "server", "127.0.0.1");
	purple_account_set_int(account, "port", work->port);
	purple_account_set_string(account, "base_url", work->base_url);
	return account;
}

gboolean
bench_work_sign_on(const BenchWork *work, BenchCost *cost, GError **error)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Watcher watcher = { .loop = loop, .list = &work->list };
	PurpleAccount *account;

	if (!bench_purple_start(work->module_dir, work->user_dir, error))
		return FALSE;
	account = make_account(work);
	watch(&watcher);
	g_timeout_add_seconds(DEADLINE_S, on_deadline, &watcher);
	bench_probe_begin();
	/* This connects it. */
	purple_account_set_enabled(account, BENCH_UI_ID, TRUE);
	g_main_loop_run(loop);
	*cost = bench_probe_end();
	purple_signals_disconnect_by_handle(&watcher);
	purple_core_quit();
	if (!watcher.failure)
		return TRUE;
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, watcher.failure);
	g_free(watcher.failure);
	return FALSE;
}
