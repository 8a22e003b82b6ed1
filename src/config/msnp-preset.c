/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Server presets from JSON: one table says which keys there are and where they go. Knows the
 * standard paths of the web services (services.md 1.1), nothing else of the protocol.
 */
#include "config/msnp-preset.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "msnp-presets.h"

G_DEFINE_QUARK(msnp_preset_error_quark, msnp_preset_error)

/* A user's file is some lines; beyond this it is something else. */
#define FILE_MAX     (256 * 1024)
#define DEFAULT_PORT 1863
#define RESOURCE     "/msnp14/servers.json"
#define GATEWAY_PATH "/gateway/gateway.dll"

typedef enum { KEY_ID, KEY_TEXT, KEY_HOST, KEY_PORT, KEY_URL, KEY_BOOLEAN, KEY_DOMAINS } KeyKind;

typedef struct {
	const char *key;
	KeyKind kind;
	gsize offset;
	const char *path; /* of a web service, below a base URL; NULL if it has none there */
} Key;

#define KEY(name, kind, path)                                                                      \
	{                                                                                          \
#name, kind, G_STRUCT_OFFSET(MsnpPreset, name), path                               \
	}

/* Paths as on the server code that people run: services.md 1.1, 13. */
static const Key keys[] = {
	KEY(id, KEY_ID, NULL),
	KEY(name, KEY_TEXT, NULL),
	KEY(server, KEY_HOST, NULL),
	KEY(port, KEY_PORT, NULL),
	KEY(passport_url, KEY_URL, "/RST.srf"),
	KEY(addressbook_url, KEY_URL, "/abservice/abservice.asmx"),
	KEY(sharing_url, KEY_URL, "/abservice/SharingService.asmx"),
	KEY(oim_url, KEY_URL, "/OimWS/oim.asmx"),
	KEY(rsi_url, KEY_URL, "/rsi/rsi.asmx"),
	KEY(config_url, KEY_URL, "/Config/MsgrConfig.asmx"),
	KEY(gateway_url, KEY_URL, GATEWAY_PATH),
	KEY(webmail_url, KEY_URL, NULL),
	KEY(domains, KEY_DOMAINS, NULL),
	KEY(plain_http, KEY_BOOLEAN, NULL),
	KEY(session_bound_tickets, KEY_BOOLEAN, NULL),
};

#define AT(type, preset, key) (*(type *)G_STRUCT_MEMBER_P(preset, (key)->offset))

static gboolean
is_string(const Key *key)
{
	return key->kind <= KEY_HOST || key->kind == KEY_URL;
}

static MsnpPreset *
preset_new(void)
{
	MsnpPreset *preset = g_atomic_rc_box_new0(MsnpPreset);

	preset->port = DEFAULT_PORT;
	return preset;
}

static void
preset_clear(gpointer data)
{
	MsnpPreset *preset = data;

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (is_string(&keys[i]))
			g_free(AT(char *, preset, &keys[i]));
	}
	g_strfreev(preset->domains);
}

MsnpPreset *
msnp_preset_ref(MsnpPreset *preset)
{
	return g_atomic_rc_box_acquire(preset);
}

void
msnp_preset_unref(MsnpPreset *preset)
{
	if (preset != NULL)
		g_atomic_rc_box_release_full(preset, preset_clear);
}

/* Fields that nobody filled: "" and an empty list, so that no reader meets NULL. */
static void
preset_complete(MsnpPreset *preset)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (is_string(&keys[i]) && AT(char *, preset, &keys[i]) == NULL)
			AT(char *, preset, &keys[i]) = g_strdup("");
	}
	if (preset->domains == NULL)
		preset->domains = g_new0(char *, 1);
}

static gboolean
host_is_valid(const char *host)
{
	g_autofree char *ascii = NULL;

	if (g_hostname_is_ip_address(host))
		return TRUE;
	ascii = g_hostname_to_ascii(host);
	return ascii != NULL && *ascii != '\0' && strlen(ascii) <= 253 &&
	       strspn(ascii, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
		   strlen(ascii);
}

/* http or https, a host, and nobody's name or password in it. */
static GUri *
parse_url(const char *url, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);
	const char *host = uri == NULL ? NULL : g_uri_get_host(uri);

	if (host == NULL || !host_is_valid(host) || g_uri_get_userinfo(uri) != NULL ||
	    (!g_str_equal(g_uri_get_scheme(uri), "http") &&
	     !g_str_equal(g_uri_get_scheme(uri), "https"))) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "\"%s\" is not an http or https URL", url);
		return NULL;
	}
	return g_steal_pointer(&uri);
}

static gboolean
check_text(const Key *key, const char *text, GError **error)
{
	gboolean ok = TRUE;

	switch (key->kind) {
	case KEY_ID:
		ok = *text != '\0' &&
		     strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(text);
		break;
	case KEY_TEXT:
		ok = *text != '\0';
		break;
	case KEY_HOST:
		ok = *text == '\0' || host_is_valid(text);
		break;
	case KEY_URL: {
		g_autoptr(GUri) uri = *text == '\0' ? NULL : parse_url(text, NULL);

		ok = *text == '\0' || uri != NULL;
		break;
	}
	default:
		break;
	}
	if (!ok)
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "\"%s\" is not valid as %s", text, key->key);
	return ok;
}

static gboolean
wrong_type(const Key *key, const char *expected, GError **error)
{
	g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE, "%s must be %s", key->key,
		    expected);
	return FALSE;
}

static gboolean
read_domains(MsnpPreset *preset, const Key *key, JsonNode *node, GError **error)
{
	g_autoptr(GStrvBuilder) domains = g_strv_builder_new();
	JsonArray *array;

	if (!JSON_NODE_HOLDS_ARRAY(node))
		return wrong_type(key, "a list of host names", error);
	array = json_node_get_array(node);
	for (guint i = 0; i < json_array_get_length(array); i++) {
		JsonNode *element = json_array_get_element(array, i);
		const char *domain = json_node_get_value_type(element) == G_TYPE_STRING
					 ? json_node_get_string(element)
					 : "";

		if (!host_is_valid(domain))
			return wrong_type(key, "a list of host names", error);
		g_strv_builder_add(domains, domain);
	}
	g_strfreev(preset->domains);
	preset->domains = g_strv_builder_end(domains);
	return TRUE;
}

static gboolean
read_value(MsnpPreset *preset, const Key *key, JsonNode *node, GError **error)
{
	GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;
	gint64 port;

	switch (key->kind) {
	case KEY_BOOLEAN:
		if (type != G_TYPE_BOOLEAN)
			return wrong_type(key, "true or false", error);
		AT(gboolean, preset, key) = json_node_get_boolean(node);
		return TRUE;
	case KEY_PORT:
		port = type == G_TYPE_INT64 ? json_node_get_int(node) : 0;
		if (port < 1 || port > G_MAXUINT16)
			return wrong_type(key, "a number from 1 to 65535", error);
		AT(guint16, preset, key) = port;
		return TRUE;
	case KEY_DOMAINS:
		return read_domains(preset, key, node, error);
	default:
		if (type != G_TYPE_STRING)
			return wrong_type(key, "a text", error);
		if (!check_text(key, json_node_get_string(node), error))
			return FALSE;
		g_free(AT(char *, preset, key));
		AT(char *, preset, key) = json_node_dup_string(node);
		return TRUE;
	}
}

static gboolean
read_member(MsnpPreset *preset, const char *name, JsonNode *node, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (g_str_equal(keys[i].key, name))
			return read_value(preset, &keys[i], node, error);
	}
	g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE, "unknown key \"%s\"", name);
	return FALSE;
}

/* What one key cannot know of another. */
static gboolean
check_preset(const MsnpPreset *preset, GError **error)
{
	const char *missing = NULL;

	if (*preset->id == '\0')
		missing = "id";
	else if (*preset->name == '\0')
		missing = "name";
	else if (*preset->server != '\0' && *preset->passport_url == '\0')
		missing = "passport_url";
	else if (*preset->server != '\0' && *preset->addressbook_url == '\0')
		missing = "addressbook_url";
	else if (*preset->server != '\0' && *preset->sharing_url == '\0')
		missing = "sharing_url";
	if (missing != NULL) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE, "%s is missing",
			    missing);
		return FALSE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(keys) && !preset->plain_http; i++) {
		if (keys[i].kind == KEY_URL &&
		    g_ascii_strncasecmp(AT(char *, preset, &keys[i]), "http:", 5) == 0) {
			g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
				    "%s is plain http, but plain_http is not true", keys[i].key);
			return FALSE;
		}
	}
	return TRUE;
}

static MsnpPreset *
read_preset(JsonNode *node, GError **error)
{
	g_autoptr(MsnpPreset) preset = preset_new();
	JsonObjectIter iter;
	const char *name;
	JsonNode *value;
	gboolean ok = TRUE;

	if (!JSON_NODE_HOLDS_OBJECT(node)) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_SYNTAX,
			    "a preset must be an object");
		return NULL;
	}
	json_object_iter_init(&iter, json_node_get_object(node));
	while (ok && json_object_iter_next(&iter, &name, &value))
		ok = read_member(preset, name, value, error);
	preset_complete(preset);
	if (ok && check_preset(preset, error))
		return g_steal_pointer(&preset);
	g_prefix_error(error, "preset \"%s\": ", preset->id);
	return NULL;
}

/* A later preset takes the place of an earlier one of the same id. */
static void
put_preset(GPtrArray *presets, MsnpPreset *preset)
{
	for (guint i = 0; i < presets->len; i++) {
		if (g_str_equal(((MsnpPreset *)presets->pdata[i])->id, preset->id)) {
			msnp_preset_unref(presets->pdata[i]);
			presets->pdata[i] = preset;
			return;
		}
	}
	g_ptr_array_add(presets, preset);
}

static gboolean
syntax_error(GError **error, const char *message)
{
	g_set_error_literal(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_SYNTAX, message);
	return FALSE;
}

static gboolean
read_root(GPtrArray *presets, JsonNode *root, GError **error)
{
	JsonObject *object = NULL;
	JsonArray *array = NULL;

	if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
		object = json_node_get_object(root);
	if (object == NULL || !json_object_has_member(object, "presets"))
		return syntax_error(error, "not an object with \"presets\"");
	if (json_object_get_size(object) != 1) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "unknown key beside \"presets\"");
		return FALSE;
	}
	if (JSON_NODE_HOLDS_ARRAY(json_object_get_member(object, "presets")))
		array = json_object_get_array_member(object, "presets");
	if (array == NULL)
		return syntax_error(error, "\"presets\" is not a list");
	for (guint i = 0; i < json_array_get_length(array); i++) {
		MsnpPreset *preset = read_preset(json_array_get_element(array, i), error);

		if (preset == NULL)
			return FALSE;
		put_preset(presets, preset);
	}
	return TRUE;
}

GPtrArray *
msnp_presets_parse(const char *json, gssize length, GError **error)
{
	g_autoptr(GPtrArray) presets =
	    g_ptr_array_new_with_free_func((GDestroyNotify)msnp_preset_unref);
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	g_autoptr(GError) local = NULL;

	if (length < 0)
		length = strlen(json);
	if (length > FILE_MAX) {
		syntax_error(error, "the file is too large");
		return NULL;
	}
	if (!g_utf8_validate(json, length, NULL)) {
		syntax_error(error, "not UTF-8");
		return NULL;
	}
	if (!json_parser_load_from_data(parser, json, length, &local)) {
		syntax_error(error, local->message);
		return NULL;
	}
	if (!read_root(presets, json_parser_get_root(parser), error))
		return NULL;
	return g_steal_pointer(&presets);
}

static GPtrArray *
load_builtin(void)
{
	/* Naming it also makes the linker take it out of the archive. */
	GResource *resource = msnp_presets_get_resource();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes =
	    g_resource_lookup_data(resource, RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
	GPtrArray *presets = NULL;

	if (bytes != NULL)
		presets = msnp_presets_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
					     &error);
	/* It is part of the program: a broken one is a broken build, and a test reads it. */
	if (presets == NULL)
		g_error("built-in presets: %s", error->message);
	return presets;
}

GPtrArray *
msnp_presets_load(const char *user_file, GError **error)
{
	GPtrArray *presets = load_builtin();
	g_autoptr(GPtrArray) own = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) local = NULL;
	gsize length = 0;

	if (user_file == NULL)
		return presets;
	if (!g_file_get_contents(user_file, &text, &length, &local)) {
		if (!g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			syntax_error(error, local->message);
		return presets;
	}
	own = msnp_presets_parse(text, length, error);
	if (own == NULL) {
		g_prefix_error(error, "%s: ", user_file);
		return presets;
	}
	for (guint i = 0; i < own->len; i++)
		put_preset(presets, msnp_preset_ref(own->pdata[i]));
	return presets;
}

MsnpPreset *
msnp_presets_find(GPtrArray *presets, const char *id)
{
	for (guint i = 0; i < presets->len; i++) {
		if (g_strcmp0(((MsnpPreset *)presets->pdata[i])->id, id) == 0)
			return presets->pdata[i];
	}
	return NULL;
}

static MsnpPreset *
preset_copy(const MsnpPreset *preset)
{
	MsnpPreset *copy = preset_new();

	*copy = *preset;
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (is_string(&keys[i]))
			AT(char *, copy, &keys[i]) = g_strdup(AT(char *, preset, &keys[i]));
	}
	copy->domains = g_strdupv(preset->domains);
	return copy;
}

/* Moves every web service below base. */
static gboolean
apply_base(MsnpPreset *preset, const char *base, GError **error)
{
	g_autoptr(GUri) uri = parse_url(base, error);
	g_autofree char *stem = NULL;

	if (uri == NULL)
		return FALSE;
	if (g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "\"%s\" has more than a host and a path", base);
		return FALSE;
	}
	stem = g_uri_to_string(uri);
	for (gsize n = strlen(stem); n > 0 && stem[n - 1] == '/'; n--)
		stem[n - 1] = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (keys[i].path == NULL)
			continue;
		g_free(AT(char *, preset, &keys[i]));
		AT(char *, preset, &keys[i]) = g_strconcat(stem, keys[i].path, NULL);
	}
	g_strfreev(preset->domains);
	preset->domains = g_new0(char *, 2);
	preset->domains[0] = g_strdup(g_uri_get_host(uri));
	preset->plain_http = g_str_equal(g_uri_get_scheme(uri), "http");
	return TRUE;
}

static gboolean
apply_server(MsnpPreset *preset, const char *server, int port, GError **error)
{
	if (server != NULL && *server != '\0') {
		g_free(preset->server);
		preset->server = g_strdup(server);
	}
	if (*preset->server == '\0' || !host_is_valid(preset->server)) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "\"%s\" is not the name of a server", preset->server);
		return FALSE;
	}
	if (port < 0 || port > G_MAXUINT16) {
		g_set_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE,
			    "%d is not a port number", port);
		return FALSE;
	}
	if (port != 0)
		preset->port = port;
	return TRUE;
}

MsnpPreset *
msnp_preset_resolve(const MsnpPreset *preset, const char *server, int port, const char *base_url,
		    GError **error)
{
	g_autoptr(MsnpPreset) copy = preset_copy(preset);
	g_autofree char *trimmed_server = g_strstrip(g_strdup(server == NULL ? "" : server));
	g_autofree char *base = g_strstrip(g_strdup(base_url == NULL ? "" : base_url));

	if (!apply_server(copy, trimmed_server, port, error))
		return NULL;
	/* Own servers have their services on the same machine; https unless the user says else. */
	if (*base == '\0' && *copy->passport_url == '\0') {
		g_free(base);
		base = strchr(copy->server, ':') != NULL
			   ? g_strconcat("https://[", copy->server, "]", NULL)
			   : g_strconcat("https://", copy->server, NULL);
	}
	if (*base != '\0' && !apply_base(copy, base, error))
		return NULL;
	return g_steal_pointer(&copy);
}

char *
msnp_preset_gateway(const MsnpPreset *preset, const char *server, GError **error)
{
	g_autofree char *entered = g_strstrip(g_strdup(server == NULL ? "" : server));
	gboolean plain = g_ascii_strncasecmp(preset->gateway_url, "http:", 5) == 0;
	g_autofree char *url = NULL;
	g_autoptr(GUri) uri = NULL;

	if (*entered == '\0')
		url = g_strdup(preset->gateway_url);
	else if (strstr(entered, "://") != NULL)
		url = g_strdup(entered);
	else
		url = g_strconcat(plain ? "http://" : "https://", entered, NULL);
	uri = parse_url(url, error);
	if (uri == NULL)
		return NULL;
	if (strlen(g_uri_get_path(uri)) > 1)
		return g_steal_pointer(&url);
	return g_uri_join(G_URI_FLAGS_ENCODED, g_uri_get_scheme(uri), NULL, g_uri_get_host(uri),
			  g_uri_get_port(uri), GATEWAY_PATH, NULL, NULL);
}
