/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin, its preferences, its beginning and its end. See fake-purple.h. */
#include "fake-purple.h"

PurplePluginProtocolInfo *prpl;
PurplePlugin *fake_plugin;
const char *fake_user_dir;

static GHashTable *prefs;

gboolean purple_init_plugin(PurplePlugin *plugin);

gboolean
purple_plugin_register(PurplePlugin *plugin)
{
	prpl = PURPLE_PLUGIN_PROTOCOL_INFO(plugin);
	return TRUE;
}

const char *
purple_user_dir(void)
{
	return fake_user_dir ? fake_user_dir : "/nonexistent";
}

void
purple_debug(PurpleDebugLevel level G_GNUC_UNUSED, const char *category G_GNUC_UNUSED,
	     const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_debug_info(const char *category G_GNUC_UNUSED, const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_debug_warning(const char *category G_GNUC_UNUSED, const char *format G_GNUC_UNUSED, ...)
{
}

void
purple_prefs_add_none(const char *name G_GNUC_UNUSED)
{
}

void
purple_prefs_add_string(const char *name, const char *value)
{
	if (!g_hash_table_contains(prefs, name))
		g_hash_table_insert(prefs, g_strdup(name), g_strdup(value));
}

const char *
purple_prefs_get_string(const char *name)
{
	return g_hash_table_lookup(prefs, name);
}

void
purple_prefs_set_string(const char *name, const char *value)
{
	g_hash_table_insert(prefs, g_strdup(name), g_strdup(value));
}

/* ---- */

void
fake_purple_start(void)
{
	prefs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	fake_plugin = g_new0(PurplePlugin, 1);
	g_assert_true(purple_init_plugin(fake_plugin));
	g_assert_true(fake_plugin->info->load(fake_plugin));
	fake_accounts_start();
}

void
fake_purple_stop(void)
{
	fake_windows_stop();
	fake_blist_stop();
	g_assert_true(fake_plugin->info->unload(fake_plugin));
	fake_accounts_stop();
	fake_chats_stop();
	g_list_free_full(prpl->protocol_options, (GDestroyNotify)purple_account_option_destroy);
	prpl->protocol_options = NULL;
	g_clear_pointer(&fake_plugin, g_free);
	g_clear_pointer(&prefs, g_hash_table_unref);
	fake_user_dir = NULL;
}
