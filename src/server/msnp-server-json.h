/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading of the accounts file: members of an object that may be missing or of another kind, and
 * the errors that name their place. May know json-glib.
 */
#pragma once

#include <json-glib/json-glib.h>

/* Sets the error; always FALSE. */
gboolean msnp_server_json_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* That the object has no other keys than these, which NULL ends. */
gboolean msnp_server_json_keys(JsonObject *object, const char *where, const char *const *keys,
			       GError **error);
/* The member's text, NULL if it is missing or no text. */
const char *msnp_server_json_text(JsonObject *object, const char *name);
JsonArray *msnp_server_json_array(JsonObject *object, const char *name);
JsonObject *msnp_server_json_object(JsonObject *object, const char *name);
gint64 msnp_server_json_int(JsonObject *object, const char *name, gint64 missing);
gboolean msnp_server_json_boolean(JsonObject *object, const char *name, gboolean missing);
/* NULL: no object. */
JsonObject *msnp_server_json_element(JsonArray *array, guint index);
/* Writes a member unless text is NULL. */
void msnp_server_json_add_text(JsonObject *object, const char *name, const char *text);
