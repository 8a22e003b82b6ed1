/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The roster as JSON. What is empty is left out; what is read is checked as if it came from the
 * network.
 */
#include "core/msnp-roster-cache.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "util/msnp-text.h"

#define VERSION 1
/* MSNP_ROSTER_MAX contacts with names of an ordinary length. */
#define FILE_MAX (32 * 1024 * 1024)
/* As in the answers of the services: services.md 14.2. */
#define TEXT_MAX   1024
#define GROUPS_MAX 500
/* Where the checksum goes while it is computed. */
#define NO_CHECKSUM "0000000000000000000000000000000000000000000000000000000000000000"

/* The texts of a contact that are kept as they are. */
static const struct {
	const char *member;
	gsize offset;
} TEXTS[] = {
	{ "id", G_STRUCT_OFFSET(MsnpContact, contact_id) },
	{ "display_name", G_STRUCT_OFFSET(MsnpContact, display_name) },
	{ "name", G_STRUCT_OFFSET(MsnpContact, name) },
	{ "nickname", G_STRUCT_OFFSET(MsnpContact, nickname) },
	{ "phone_home", G_STRUCT_OFFSET(MsnpContact, phone_home) },
	{ "phone_work", G_STRUCT_OFFSET(MsnpContact, phone_work) },
	{ "phone_mobile", G_STRUCT_OFFSET(MsnpContact, phone_mobile) },
	{ "invite_message", G_STRUCT_OFFSET(MsnpContact, invite_message) },
};

static const struct {
	const char *member;
	guint list;
} ROLES[] = {
	{ "allow", MSNP_LIST_ALLOW },
	{ "block", MSNP_LIST_BLOCK },
	{ "reverse", MSNP_LIST_REVERSE },
	{ "pending", MSNP_LIST_PENDING },
};
G_STATIC_ASSERT(G_N_ELEMENTS(ROLES) == MSNP_N_ROLES);

static char **
text_of(MsnpContact *contact, guint i)
{
	return G_STRUCT_MEMBER_P(contact, TEXTS[i].offset);
}

/* ---- the place ---- */

static void
place_clear(gpointer data)
{
	MsnpRosterPlace *place = data;

	g_free(place->file);
	g_free(place->account);
	g_free(place->server);
}

MsnpRosterPlace *
msnp_roster_place_new(const char *file, const char *account, const char *server)
{
	MsnpRosterPlace *place = g_atomic_rc_box_new0(MsnpRosterPlace);

	place->file = g_strdup(file);
	place->account = g_strdup(account);
	place->server = g_strdup(server);
	return place;
}

MsnpRosterPlace *
msnp_roster_place_ref(MsnpRosterPlace *place)
{
	return g_atomic_rc_box_acquire(place);
}

void
msnp_roster_place_unref(MsnpRosterPlace *place)
{
	g_atomic_rc_box_release_full(place, place_clear);
}

/* ---- reading ---- */

static const char *
get_text(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);
	const char *text = node && json_node_get_value_type(node) == G_TYPE_STRING
			       ? json_node_get_string(node)
			       : NULL;

	return text && strlen(text) <= TEXT_MAX ? text : "";
}

static gint64
get_number(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);

	return node && json_node_get_value_type(node) == G_TYPE_INT64 ? json_node_get_int(node) : 0;
}

static gboolean
get_flag(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);

	return node && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
	       json_node_get_boolean(node);
}

static JsonObject *
get_object(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);

	return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static JsonArray *
get_array(JsonObject *object, const char *member)
{
	JsonNode *node = json_object_get_member(object, member);

	return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

/* Element i if it is an object, else NULL. */
static JsonObject *
get_element(JsonArray *array, guint i)
{
	JsonNode *node = json_array_get_element(array, i);

	return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static gboolean
doubt(GError **error, const char *what)
{
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the kept contact list: %s", what);
	return FALSE;
}

static gboolean
read_groups(MsnpRoster *roster, JsonArray *groups, GError **error)
{
	guint n = groups ? json_array_get_length(groups) : 0;

	if (n > GROUPS_MAX)
		return doubt(error, "too many groups");
	for (guint i = 0; i < n; i++) {
		JsonObject *group = get_element(groups, i);

		if (!group || !*get_text(group, "id"))
			return doubt(error, "a group without an id");
		msnp_roster_add_group(roster, get_text(group, "id"), get_text(group, "name"));
	}
	return TRUE;
}

static void
read_group_ids(MsnpContact *contact, JsonArray *ids)
{
	guint n = ids ? json_array_get_length(ids) : 0;
	g_autoptr(GPtrArray) array = g_ptr_array_new();

	for (guint i = 0; i < MIN(n, GROUPS_MAX); i++) {
		JsonNode *node = json_array_get_element(ids, i);

		if (json_node_get_value_type(node) == G_TYPE_STRING)
			g_ptr_array_add(array, g_strdup(json_node_get_string(node)));
	}
	g_ptr_array_add(array, NULL);
	g_strfreev(contact->group_ids);
	contact->group_ids = (char **)g_ptr_array_free(g_steal_pointer(&array), FALSE);
}

static gboolean
read_contact(MsnpRoster *roster, JsonObject *object, GError **error)
{
	const char *handle = object ? get_text(object, "handle") : "";
	g_autofree char *normal = msnp_handle_normalize(handle);
	gint64 network = object ? get_number(object, "network") : 0;
	gint64 lists = object ? get_number(object, "lists") : 0;
	JsonObject *ids = object ? get_object(object, "membership_ids") : NULL;
	MsnpContact *contact;

	if (!msnp_handle_is_valid(normal) || network < 0 || network > 128 || lists < 1 ||
	    lists > 31)
		return doubt(error, "somebody without an address, or on no list");
	contact = msnp_roster_ensure(roster, normal, (guint)network);
	if (!contact || contact->stored)
		return doubt(error, "too many contacts, or somebody twice");
	msnp_contact_set_stored(contact, (guint)lists);
	for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++) {
		g_free(*text_of(contact, i));
		*text_of(contact, i) = msnp_text_clean(get_text(object, TEXTS[i].member), -1,
						       TEXT_MAX, MSNP_TEXT_DROP_BIDI);
	}
	for (guint i = 0; ids && i < G_N_ELEMENTS(ROLES); i++)
		msnp_contact_set_membership_id(contact, ROLES[i].list,
					       get_text(ids, ROLES[i].member));
	read_group_ids(contact, get_array(object, "groups"));
	contact->mobile_enabled = get_flag(object, "mobile_enabled");
	return TRUE;
}

static gboolean
read_contacts(MsnpRoster *roster, JsonArray *contacts, GError **error)
{
	guint n = contacts ? json_array_get_length(contacts) : 0;

	for (guint i = 0; i < n; i++)
		if (!read_contact(roster, get_element(contacts, i), error))
			return FALSE;
	return TRUE;
}

static gboolean
read_roster(MsnpRoster *roster, const MsnpRosterPlace *place, JsonObject *root, GError **error)
{
	MsnpRosterState state = {
		.book = (char *)get_text(root, "book_change"),
		.membership = (char *)get_text(root, "membership_change"),
		.deltas = (guint)CLAMP(get_number(root, "deltas"), 0, 1000),
		.refused = get_flag(root, "deltas_refused"),
	};

	if (get_number(root, "version") != VERSION)
		return doubt(error, "of another version");
	if (strcmp(get_text(root, "account"), place->account) ||
	    strcmp(get_text(root, "server"), place->server))
		return doubt(error, "of another account or service");
	msnp_roster_set_own_name(roster, get_text(root, "own_name"));
	msnp_roster_set_blp(roster, (int)CLAMP(get_number(root, "blp"), 0, 2));
	msnp_roster_set_state(roster, &state);
	return read_groups(roster, get_array(root, "groups"), error) &&
	       read_contacts(roster, get_array(root, "contacts"), error);
}

static char *
checksum_of(const char *text, gsize length)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, (gssize)length);
}

/* The checksum is that of the text with NO_CHECKSUM in its place. */
static gboolean
is_as_written(const char *text, gsize length, const char *checksum)
{
	g_autofree char *copy = g_strndup(text, length);
	g_autofree char *computed = NULL;
	char *at = strlen(checksum) == strlen(NO_CHECKSUM) ? strstr(copy, checksum) : NULL;

	if (!at)
		return FALSE;
	memcpy(at, NO_CHECKSUM, strlen(NO_CHECKSUM));
	computed = checksum_of(copy, length);
	return !strcmp(computed, checksum);
}

MsnpRoster *
msnp_roster_cache_parse(const MsnpRosterPlace *place, const char *text, gsize length,
			GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(MsnpRoster) roster = msnp_roster_new();
	JsonNode *root;

	if (length > FILE_MAX || !g_utf8_validate_len(text, length, NULL)) {
		doubt(error, "too large, or not UTF-8");
		return NULL;
	}
	if (!json_parser_load_from_data(parser, text, (gssize)length, error))
		return NULL;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root) ||
	    !is_as_written(text, length, get_text(json_node_get_object(root), "checksum"))) {
		doubt(error, "not as it was written");
		return NULL;
	}
	if (!read_roster(roster, place, json_node_get_object(root), error))
		return NULL;
	return g_steal_pointer(&roster);
}

MsnpRoster *
msnp_roster_cache_load(const MsnpRosterPlace *place, GError **error)
{
	g_autofree char *text = NULL;
	GStatBuf info;
	gsize length;

	if (g_stat(place->file, &info) == 0 && info.st_size > FILE_MAX) {
		doubt(error, "too large");
		return NULL;
	}
	if (!g_file_get_contents(place->file, &text, &length, error))
		return NULL;
	return msnp_roster_cache_parse(place, text, length, error);
}

/* ---- writing ---- */

struct _MsnpRosterWriter {
	MsnpRosterPlace *place; /* owned */
	MsnpRoster *roster;     /* borrowed */
	guint next;             /* contact */
	JsonBuilder *builder;   /* in the middle of the array of contacts */
};

static void
add_text(JsonBuilder *builder, const char *member, const char *text)
{
	if (!text || !*text)
		return;
	json_builder_set_member_name(builder, member);
	json_builder_add_string_value(builder, text);
}

static void
add_number(JsonBuilder *builder, const char *member, gint64 number)
{
	json_builder_set_member_name(builder, member);
	json_builder_add_int_value(builder, number);
}

static void
add_flag(JsonBuilder *builder, const char *member, gboolean flag)
{
	if (!flag)
		return;
	json_builder_set_member_name(builder, member);
	json_builder_add_boolean_value(builder, TRUE);
}

static void
write_head(JsonBuilder *builder, MsnpRoster *roster, const MsnpRosterPlace *place)
{
	const MsnpRosterState *state = msnp_roster_state(roster);

	add_number(builder, "version", VERSION);
	add_text(builder, "checksum", NO_CHECKSUM);
	add_text(builder, "account", place->account);
	add_text(builder, "server", place->server);
	add_text(builder, "own_name", msnp_roster_own_name(roster));
	add_number(builder, "blp", msnp_roster_blp(roster));
	add_text(builder, "book_change", state->book);
	add_text(builder, "membership_change", state->membership);
	add_number(builder, "deltas", state->deltas);
	add_flag(builder, "deltas_refused", state->refused);
}

static void
write_groups(JsonBuilder *builder, MsnpRoster *roster)
{
	GPtrArray *groups = msnp_roster_groups(roster);

	json_builder_set_member_name(builder, "groups");
	json_builder_begin_array(builder);
	for (guint i = 0; i < groups->len; i++) {
		const MsnpGroup *group = g_ptr_array_index(groups, i);

		json_builder_begin_object(builder);
		add_text(builder, "id", group->id);
		add_text(builder, "name", group->name);
		json_builder_end_object(builder);
	}
	json_builder_end_array(builder);
}

static void
write_membership_ids(JsonBuilder *builder, const MsnpContact *contact)
{
	json_builder_set_member_name(builder, "membership_ids");
	json_builder_begin_object(builder);
	for (guint i = 0; i < G_N_ELEMENTS(ROLES); i++)
		add_text(builder, ROLES[i].member,
			 msnp_contact_membership_id(contact, ROLES[i].list));
	json_builder_end_object(builder);
}

static void
write_group_ids(JsonBuilder *builder, const MsnpContact *contact)
{
	if (!*contact->group_ids)
		return;
	json_builder_set_member_name(builder, "groups");
	json_builder_begin_array(builder);
	for (char **id = contact->group_ids; *id; id++)
		json_builder_add_string_value(builder, *id);
	json_builder_end_array(builder);
}

static void
write_contact(JsonBuilder *builder, MsnpContact *contact)
{
	if (!contact->stored)
		return;
	json_builder_begin_object(builder);
	add_text(builder, "handle", contact->handle);
	add_number(builder, "network", contact->network);
	add_number(builder, "lists", contact->stored);
	for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++)
		add_text(builder, TEXTS[i].member, *text_of(contact, i));
	write_group_ids(builder, contact);
	write_membership_ids(builder, contact);
	add_flag(builder, "mobile_enabled", contact->mobile_enabled);
	json_builder_end_object(builder);
}

MsnpRosterWriter *
msnp_roster_writer_new(MsnpRoster *roster, MsnpRosterPlace *place)
{
	MsnpRosterWriter *writer = g_new0(MsnpRosterWriter, 1);

	writer->place = msnp_roster_place_ref(place);
	writer->roster = roster;
	writer->builder = json_builder_new();
	json_builder_begin_object(writer->builder);
	write_head(writer->builder, roster, place);
	write_groups(writer->builder, roster);
	json_builder_set_member_name(writer->builder, "contacts");
	json_builder_begin_array(writer->builder);
	return writer;
}

gboolean
msnp_roster_writer_step(MsnpRosterWriter *writer, guint n)
{
	GPtrArray *contacts = msnp_roster_contacts(writer->roster);

	for (; n && writer->next < contacts->len; n--)
		write_contact(writer->builder, g_ptr_array_index(contacts, writer->next++));
	return writer->next < contacts->len;
}

char *
msnp_roster_writer_text(MsnpRosterWriter *writer, gsize *length)
{
	g_autoptr(JsonGenerator) generator = json_generator_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *checksum = NULL;
	char *text;

	json_builder_end_array(writer->builder);
	json_builder_end_object(writer->builder);
	root = json_builder_get_root(writer->builder);
	json_generator_set_root(generator, root);
	text = json_generator_to_data(generator, length);
	checksum = checksum_of(text, *length);
	memcpy(strstr(text, NO_CHECKSUM), checksum, strlen(NO_CHECKSUM));
	return text;
}

gboolean
msnp_roster_writer_save(MsnpRosterWriter *writer, GError **error)
{
	gsize length;
	g_autofree char *text = msnp_roster_writer_text(writer, &length);
	g_autofree char *folder = g_path_get_dirname(writer->place->file);

	/* Where this fails, so does the next. */
	g_mkdir_with_parents(folder, 0700);
	return g_file_set_contents_full(writer->place->file, text, (gssize)length,
					G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

void
msnp_roster_writer_free(MsnpRosterWriter *writer)
{
	g_object_unref(writer->builder);
	msnp_roster_place_unref(writer->place);
	g_free(writer);
}
