/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The account: its options as the user sees them, and what they come to. Not every user interface
 * stores defaults: an empty string or a port of 0 means the value of the chosen service.
 */
#include "msnp-purple.h"

#include "wire/msnp-plus.h"

#include "util/msnp-host.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"

#define KEY_SERVICE        "service"
#define KEY_SERVER         "server"
#define KEY_PORT           "port"
#define KEY_BASE_URL       "base_url"
#define KEY_PLAIN_PASSWORD "plain_http_password"
#define KEY_PLUS_CODES     "plus_codes"
#define KEY_DISPLAY_NAME   "display-name"
#define KEY_HTTP           "http_method"
#define KEY_GATEWAY        "http_method_server"

#define PREF_ROOT "/plugins/prpl/msnp14"
#define PREF_GUID PREF_ROOT "/machine_guid"

/* In libpurple's user directory: services of the user's own, in the form of data/servers.json. */
#define USER_PRESETS "msnp14-servers.json"

/* Options with a plain default; the list of services is made from the presets. */
static const struct {
	PurplePrefType type;
	const char *key;
	const char *label;
} options[] = {
	{ PURPLE_PREF_STRING, KEY_SERVER, N_("Server (if not the service's)") },
	{ PURPLE_PREF_INT, KEY_PORT, N_("Port (if not the service's)") },
	{ PURPLE_PREF_STRING, KEY_BASE_URL, N_("Base URL of web services (if not the service's)") },
	{ PURPLE_PREF_BOOLEAN, KEY_PLAIN_PASSWORD,
	  N_("Send the password over plain http (everyone on the way can read it)") },
	{ PURPLE_PREF_BOOLEAN, KEY_HTTP, N_("Use HTTP method") },
	{ PURPLE_PREF_STRING, KEY_GATEWAY, N_("HTTP method server (if not the service's)") },
	{ PURPLE_PREF_BOOLEAN, KEY_PLUS_CODES, N_("Show the codes of Messenger Plus! in texts") },
};

static GPtrArray *presets;

static GPtrArray *
get_presets(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *file = NULL;

	if (presets)
		return presets;
	file = g_build_filename(purple_user_dir(), USER_PRESETS, NULL);
	presets = msnp_presets_load(file, &error);
	if (error)
		purple_debug_warning("msnp14", "%s: %s\n", file, error->message);
	return presets;
}

void
msnp_purple_presets_free(void)
{
	g_clear_pointer(&presets, g_ptr_array_unref);
}

/* Names of services are proper names, but for that of one's own. */
static const char *
preset_label(const MsnpPreset *preset)
{
	return g_str_equal(preset->id, "custom") ? _("My own server") : preset->name;
}

static PurpleAccountOption *
service_option(void)
{
	GPtrArray *all = get_presets();
	GList *choices = NULL;

	for (guint i = 0; i < all->len; i++) {
		const MsnpPreset *preset = g_ptr_array_index(all, i);
		PurpleKeyValuePair *pair = g_new0(PurpleKeyValuePair, 1);

		pair->key = g_strdup(preset_label(preset));
		pair->value = g_strdup(preset->id);
		choices = g_list_prepend(choices, pair);
	}
	return purple_account_option_list_new(_("Service"), KEY_SERVICE, g_list_reverse(choices));
}

static PurpleAccountOption *
plain_option(PurplePrefType type, const char *label, const char *key)
{
	switch (type) {
	case PURPLE_PREF_INT:
		return purple_account_option_int_new(label, key, 0);
	case PURPLE_PREF_BOOLEAN:
		return purple_account_option_bool_new(label, key, FALSE);
	default:
		return purple_account_option_string_new(label, key, "");
	}
}

GList *
msnp_purple_options_new(void)
{
	GList *list = g_list_prepend(NULL, service_option());

	for (guint i = 0; i < G_N_ELEMENTS(options); i++)
		list = g_list_prepend(
		    list, plain_option(options[i].type, _(options[i].label), options[i].key));
	return g_list_reverse(list);
}

GHashTable *
msnp_purple_account_text_table(PurpleAccount *account G_GNUC_UNUSED)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(table, (gpointer) "login_label", (gpointer)_("E-mail address..."));
	return table;
}

/* libpurple wants an answer that nobody frees, valid until the next call. */
const char *
msnp_purple_normalize(const PurpleAccount *account G_GNUC_UNUSED, const char *who)
{
	static char answer[MSNP_HANDLE_MAX * 4 + 1];
	g_autofree char *handle = NULL;

	if (!who)
		return NULL;
	handle = msnp_handle_normalize(who);
	g_strlcpy(answer, handle, sizeof answer);
	return answer;
}

static const MsnpPreset *
chosen_preset(PurpleAccount *account)
{
	GPtrArray *all = get_presets();
	const MsnpPreset *first = g_ptr_array_index(all, 0);
	const char *id = purple_account_get_string(account, KEY_SERVICE, first->id);

	return id && *id ? msnp_presets_find(all, id) : first;
}

static void
settings_error(PurpleConnection *gc, const char *words)
{
	purple_connection_error_reason(gc, PURPLE_CONNECTION_ERROR_INVALID_SETTINGS, words);
}

MsnpPreset *
msnp_purple_preset(PurpleAccount *account, PurpleConnection *gc)
{
	const MsnpPreset *preset = chosen_preset(account);
	const char *server = purple_account_get_string(account, KEY_SERVER, "");
	int port = purple_account_get_int(account, KEY_PORT, 0);
	const char *base_url = purple_account_get_string(account, KEY_BASE_URL, "");
	g_autoptr(GError) error = NULL;
	MsnpPreset *resolved;

	if (!preset) {
		settings_error(gc,
			       _("The service of this account is not known here. Choose another "
				 "one in the account's settings."));
		return NULL;
	}
	resolved = msnp_preset_resolve(preset, server, port, base_url, &error);
	if (resolved)
		return resolved;
	msnp_warning("account", "settings: %s", error->message);
	if (!*preset->server && !(server && *server))
		settings_error(
		    gc, _("Which server? Enter its name, and the base URL of its web services, "
			  "on the Advanced tab of the account, or choose a service."));
	else
		settings_error(gc,
			       _("The server, the port or the base URL on the Advanced tab of the "
				 "account is not valid. A base URL looks like "
				 "https://server.example."));
	return NULL;
}

/* Whether tickets may go there. */
static gboolean
is_private(PurpleAccount *account, const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

	return msnp_purple_allows_plain_password(account) ||
	       (uri && (g_str_equal(g_uri_get_scheme(uri), "https") ||
			msnp_host_is_loopback(g_uri_get_host(uri))));
}

gboolean
msnp_purple_gateway_url(PurpleAccount *account, const MsnpPreset *preset, PurpleConnection *gc,
			char **url)
{
	const char *server = purple_account_get_string(account, KEY_GATEWAY, "");
	g_autoptr(GError) error = NULL;

	*url = NULL;
	if (!purple_account_get_bool(account, KEY_HTTP, FALSE))
		return TRUE;
	*url = msnp_preset_gateway(preset, server, &error);
	if (*url && is_private(account, *url))
		return TRUE;
	if (*url)
		settings_error(
		    gc, _("The HTTP method would send secrets over plain http, where everyone on "
			  "the way can read them. Use an HTTP method server that begins with "
			  "https://, or, if you accept the risk, tick the option about plain http "
			  "on the Advanced tab of the account."));
	else if (server && *server)
		settings_error(gc, _("The HTTP method server on the Advanced tab of the account is "
				     "not valid. It is a name like gateway.example, or a URL."));
	else
		settings_error(gc, _("The service has no HTTP method server that is known here. "
				     "Enter one on the Advanced tab of the account, or do not use "
				     "the HTTP method."));
	if (error)
		msnp_warning("account", "gateway: %s", error->message);
	g_clear_pointer(url, g_free);
	return FALSE;
}

gboolean
msnp_purple_allows_plain_password(PurpleAccount *account)
{
	return purple_account_get_bool(account, KEY_PLAIN_PASSWORD, FALSE);
}

gboolean
msnp_purple_shows_plus(PurpleAccount *account)
{
	return purple_account_get_bool(account, KEY_PLUS_CODES, FALSE);
}

char *
msnp_purple_shown_words(PurpleAccount *account, const char *words)
{
	g_autofree char *stripped = msnp_purple_shows_plus(account) ? NULL : msnp_plus_strip(words);

	return stripped && *stripped ? g_steal_pointer(&stripped) : g_strdup(words);
}

const char *
msnp_purple_machine_guid(MsnpRandom *random)
{
	const char *guid;

	purple_prefs_add_none("/plugins");
	purple_prefs_add_none("/plugins/prpl");
	purple_prefs_add_none(PREF_ROOT);
	purple_prefs_add_string(PREF_GUID, "");
	guid = purple_prefs_get_string(PREF_GUID);
	if (!guid || !*guid) {
		g_autofree char *made = msnp_random_guid(random);

		purple_prefs_set_string(PREF_GUID, made);
		guid = purple_prefs_get_string(PREF_GUID);
	}
	return guid;
}

const char *
msnp_purple_kept_display_name(PurpleAccount *account)
{
	return purple_account_get_string(account, KEY_DISPLAY_NAME, "");
}

void
msnp_purple_keep_display_name(PurpleAccount *account, const char *name)
{
	if (g_strcmp0(msnp_purple_kept_display_name(account), name) != 0)
		purple_account_set_string(account, KEY_DISPLAY_NAME, name);
}
