/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user interface for libpurple that shows nothing: an event loop on GLib's main loop, and no
 * other part of it, so that only libpurple and the module are measured.
 */
#include "bench-purple.h"

#include <gio/gio.h>

typedef struct {
	PurpleInputFunction callback;
	gpointer data;
} Watch;

static gboolean
on_ready(GIOChannel *channel, GIOCondition condition, gpointer data)
{
	Watch *watch = data;
	PurpleInputCondition what = 0;

	/* The end of a connection must be seen by whoever waits, for whichever side. */
	if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
		what |= PURPLE_INPUT_READ;
	if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR))
		what |= PURPLE_INPUT_WRITE;
	watch->callback(watch->data, g_io_channel_unix_get_fd(channel), what);
	return G_SOURCE_CONTINUE;
}

static guint
add_input(int fd, PurpleInputCondition what, PurpleInputFunction callback, gpointer data)
{
	GIOChannel *channel = g_io_channel_unix_new(fd);
	Watch *watch = g_new0(Watch, 1);
	GIOCondition condition = G_IO_HUP | G_IO_ERR;
	guint id;

	if (what & PURPLE_INPUT_READ)
		condition |= G_IO_IN;
	if (what & PURPLE_INPUT_WRITE)
		condition |= G_IO_OUT;
	watch->callback = callback;
	watch->data = data;
	id = g_io_add_watch_full(channel, G_PRIORITY_DEFAULT, condition, on_ready, watch, g_free);
	g_io_channel_unref(channel);
	return id;
}

static PurpleEventLoopUiOps event_loop_ops = {
	.timeout_add = g_timeout_add,
	.timeout_remove = g_source_remove,
	.input_add = add_input,
	.input_remove = g_source_remove,
	.timeout_add_seconds = g_timeout_add_seconds,
};

/* With nothing of its own it gets libpurple's ways of saving the list, as every interface has. */
static PurpleBlistUiOps blist_ops;

static void
set_preferences(void)
{
	static const char *const logs[] = { "/purple/logging/log_ims", "/purple/logging/log_chats",
					    "/purple/logging/log_system" };

	for (guint i = 0; i < G_N_ELEMENTS(logs); i++)
		purple_prefs_set_bool(logs[i], FALSE);
	purple_prefs_set_string("/purple/away/idle_reporting", "none");
}

gboolean
bench_purple_start(const char *module_dir, const char *user_dir, GError **error)
{
	purple_util_set_user_dir(user_dir);
	purple_debug_set_enabled(FALSE);
	purple_eventloop_set_ui_ops(&event_loop_ops);
	purple_blist_set_ui_ops(&blist_ops);
	purple_plugins_add_search_path(module_dir);
	if (!purple_core_init(BENCH_UI_ID)) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
				    "libpurple does not start");
		return FALSE;
	}
	if (!purple_find_prpl(BENCH_PRPL_ID)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no module for %s in %s",
			    BENCH_PRPL_ID, module_dir);
		return FALSE;
	}
	purple_set_blist(purple_blist_new());
	purple_blist_load();
	set_preferences();
	return TRUE;
}

PurpleAccount *
bench_purple_account(const char *handle, const char *password)
{
	PurpleAccount *account = purple_account_new(handle, BENCH_PRPL_ID);
	PurpleProxyInfo *proxy = purple_proxy_info_new();

	purple_proxy_info_set_type(proxy, PURPLE_PROXY_NONE);
	purple_account_set_proxy_info(account, proxy);
	purple_account_set_password(account, password);
	purple_accounts_add(account);
	return account;
}
