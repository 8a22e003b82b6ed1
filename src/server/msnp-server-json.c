/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading of the accounts file: see the header.
 */
#include "server/msnp-server-json.h"

#define ACCOUNTS_ERROR g_quark_from_static_string("msnp-server-accounts-error")

gboolean
msnp_server_json_fail(GError **error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (error != NULL)
		*error = g_error_new_valist(ACCOUNTS_ERROR, 0, format, args);
	va_end(args);
	return FALSE;
}

gboolean
msnp_server_json_keys(JsonObject *object, const char *where, const char *const *keys,
		      GError **error)
{
	g_autoptr(GList) members = json_object_get_members(object);

	for (GList *l = members; l != NULL; l = l->next) {
		if (!g_strv_contains(keys, l->data))
			return msnp_server_json_fail(error, "%s has an unknown key \"%s\".", where,
						     (const char *)l->data);
	}
	return TRUE;
}

const char *
msnp_server_json_text(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

JsonArray *
msnp_server_json_array(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

JsonObject *
msnp_server_json_object(JsonObject *object, const char *name)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonObject *
msnp_server_json_element(JsonArray *array, guint index)
{
	JsonNode *node = json_array_get_element(array, index);

	return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

gint64
msnp_server_json_int(JsonObject *object, const char *name, gint64 missing)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : missing;
}

gboolean
msnp_server_json_boolean(JsonObject *object, const char *name, gboolean missing)
{
	JsonNode *node = json_object_get_member(object, name);

	return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_boolean(node) : missing;
}

void
msnp_server_json_add_text(JsonObject *object, const char *name, const char *text)
{
	if (text != NULL)
		json_object_set_string_member(object, name, text);
}
