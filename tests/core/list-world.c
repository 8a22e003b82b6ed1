/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list-world.h"

#include <json-glib/json-glib.h>
#include <stdarg.h>
#include <string.h>

static const char THREE_PEOPLE[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Choir & band\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" } ] }";

static const char *const LIST_NAMES[] = { "FL", "AL", "BL", "RL", "PL" };

/* ---- people ---- */

static void
on_request(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, gpointer data)
{
	Client *client = data;

	g_string_append_printf(client->requests, "%s: %s|", contact->handle,
			       contact->invite_message);
}

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, const GError *error, gpointer data)
{
	Client *client = data;

	g_assert_null(client->ended);
	client->ended = g_strdup(error->message);
}

void
client_prepare(World *world, Client *client, const char *handle)
{
	g_auto(GStrv) parts = g_strsplit(handle, "@", 2);
	g_autoptr(MsnpSecret) password = msnp_secret_new(parts[0]);
	MsnpSessionConfig config = {
		.handle = handle,
		.password = password,
		.preset = world->preset,
		.connector = world->connector,
		.clock = world->clock,
		.random = world->random,
		.machine_guid = "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}",
		.capabilities = MSNP_CAPS_OURS,
		.status = MSNP_STATUS_ONLINE,
	};

	client->session = msnp_session_new(&config);
	client->requests = g_string_new(NULL);
	g_signal_connect(client->session, "request", G_CALLBACK(on_request), client);
	g_signal_connect(client->session, "closed", G_CALLBACK(on_closed), client);
}

void
client_sign_on(World *world, Client *client, const char *handle)
{
	g_autoptr(GError) error = NULL;

	if (!client->session)
		client_prepare(world, client, handle);
	msnp_session_sign_on_async(client->session, test_result_take, &client->result);
	msnp_session_sign_on_finish(client->session, test_result_wait(&client->result), &error);
	g_assert_no_error(error);
	test_settle();
}

void
client_sign_off(Client *client)
{
	if (!client->session)
		return;
	msnp_session_close(client->session);
	test_result_clear(&client->result);
	g_clear_object(&client->session);
	g_string_free(client->requests, TRUE);
	g_clear_pointer(&client->ended, g_free);
	test_settle();
}

void
client_edit(Client *client, const MsnpEdit *what, GError **error)
{
	g_auto(TestResult) result = { NULL };

	msnp_session_edit_async(client->session, what, test_result_take, &result);
	msnp_session_edit_finish(client->session, test_result_wait(&result), error);
	/* A second end would be taken here, and fail. */
	test_settle();
}

void
client_must(Client *client, const MsnpEdit *what)
{
	g_autoptr(GError) error = NULL;

	client_edit(client, what, &error);
	g_assert_no_error(error);
}

guint
client_lists(Client *client, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(msnp_session_roster(client->session), handle);

	return contact ? contact->lists : 0;
}

/* ---- the world ---- */

void
world_add_fault(World *world, const char *format, ...)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *fault = NULL;
	va_list args;

	va_start(args, format);
	fault = g_strdup_vprintf(format, args);
	va_end(args);
	msnp_server_add_fault(world->server, fault, &error);
	g_assert_no_error(error);
}

void
world_init(World *world, const char *accounts, const char *behaviours)
{
	static const MsnpServerOptions OPTIONS = { 0 };
	g_auto(GStrv) words = g_strsplit(behaviours ? behaviours : "", " ", -1);
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);
	g_autoptr(GError) error = NULL;

	memset(world, 0, sizeof *world);
	world->server = msnp_server_new(&OPTIONS, accounts ? accounts : THREE_PEOPLE, &error);
	g_assert_no_error(error);
	for (char **word = words; *word; word++)
		world_add_fault(world, "%s", *word);
	msnp_server_start(world->server, &error);
	g_assert_no_error(error);
	world->connector = msnp_direct_connector_new();
	world->clock = msnp_clock_new_manual();
	world->random = msnp_random_new_seeded(3);
	world->preset = msnp_preset_resolve(msnp_presets_find(presets, "custom"), "127.0.0.1",
					    msnp_server_ns_port(world->server),
					    msnp_server_base_url(world->server), &error);
	g_assert_no_error(error);
	client_sign_on(world, &world->alice, ALICE);
}

void
world_clear(World *world)
{
	GPtrArray *complaints = msnp_server_complaints(world->server);

	for (guint i = 0; i < complaints->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(complaints, i));
	g_assert_cmpuint(complaints->len, ==, 0);
	client_sign_off(&world->alice);
	client_sign_off(&world->bob);
	client_sign_off(&world->carol);
	msnp_server_stop(world->server);
	g_object_unref(world->server);
	g_object_unref(world->connector);
	msnp_random_unref(world->random);
	msnp_preset_unref(world->preset);
	g_assert_cmpuint(msnp_clock_pending(world->clock), ==, 0);
	msnp_clock_unref(world->clock);
}

void
world_pass(World *world, guint seconds)
{
	while (seconds--) {
		test_settle();
		test_turn();
		msnp_clock_advance(world->clock, 1000);
	}
	test_settle();
}

guint
world_n_writes(World *world)
{
	static const char *const NAMES[] = {
		"ABContactAdd",
		"ABContactUpdate",
		"ABContactDelete",
		"ABGroupAdd",
		"ABGroupUpdate",
		"ABGroupDelete",
		"AddMember",
		"DeleteMember",
		"ABGroupContactAdd",
		"ABGroupContactDelete",
		"FindMembership",
		"ABFindAll",
		"ADL",
		"RML",
		"FQY",
	};
	guint n = 0;

	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
		n += msnp_server_n_requests(world->server, NAMES[i]);
	return n;
}

/* ---- pictures of a list ---- */

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes the lines. */
static char *
join_sorted(GPtrArray *lines)
{
	char *text;

	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	text = g_strjoinv(";", (char **)lines->pdata);
	g_ptr_array_unref(lines);
	return text;
}

/* Takes the names. */
static void
add_contact(GPtrArray *lines, const char *handle, guint lists, GPtrArray *groups, const char *alias)
{
	GString *line = g_string_new(handle);
	g_autofree char *names = join_sorted(groups);

	for (guint i = 0; i < G_N_ELEMENTS(LIST_NAMES); i++)
		if (lists & (1u << i))
			g_string_append_printf(line, " %s", LIST_NAMES[i]);
	if (*names)
		g_string_append_printf(line, " [%s]", names);
	if (alias && *alias)
		g_string_append_printf(line, " %s", alias);
	g_ptr_array_add(lines, g_string_free(line, FALSE));
}

static GPtrArray *
strings_of(JsonArray *array)
{
	GPtrArray *strings = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; array && i < json_array_get_length(array); i++)
		g_ptr_array_add(strings, g_strdup(json_array_get_string_element(array, i)));
	return strings;
}

static JsonArray *
array_of(JsonObject *object, const char *name)
{
	return json_object_has_member(object, name) ? json_object_get_array_member(object, name)
						    : NULL;
}

static guint
lists_of_names(JsonArray *names)
{
	guint lists = 0;

	for (guint i = 0; i < json_array_get_length(names); i++)
		for (guint bit = 0; bit < G_N_ELEMENTS(LIST_NAMES); bit++)
			if (!strcmp(LIST_NAMES[bit], json_array_get_string_element(names, i)))
				lists |= 1u << bit;
	return lists;
}

static void
add_stored_group(JsonArray *array G_GNUC_UNUSED, guint i G_GNUC_UNUSED, JsonNode *node,
		 gpointer lines)
{
	const char *name = JSON_NODE_HOLDS_OBJECT(node)
			       ? json_object_get_string_member(json_node_get_object(node), "name")
			       : json_node_get_string(node);

	g_ptr_array_add(lines, g_strdup_printf("group %s", name));
}

static void
add_stored_contact(JsonArray *array G_GNUC_UNUSED, guint i G_GNUC_UNUSED, JsonNode *node,
		   gpointer lines)
{
	JsonObject *object = json_node_get_object(node);
	guint lists = lists_of_names(json_object_get_array_member(object, "lists"));

	if (lists)
		add_contact(lines, json_object_get_string_member(object, "handle"), lists,
			    strings_of(array_of(object, "groups")),
			    json_object_get_string_member_with_default(object, "alias", ""));
}

char *
server_state(World *world, const char *handle)
{
	g_autofree char *json = msnp_server_to_json(world->server);
	g_autoptr(JsonParser) parser = json_parser_new();
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	JsonArray *accounts;

	json_parser_load_from_data(parser, json, -1, NULL);
	accounts = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
						"accounts");
	for (guint i = 0; i < json_array_get_length(accounts); i++) {
		JsonObject *account = json_array_get_object_element(accounts, i);

		if (strcmp(handle, json_object_get_string_member(account, "handle")))
			continue;
		g_ptr_array_add(
		    lines, g_strdup(json_object_has_member(account, "blp") ? "blp 2" : "blp 1"));
		json_array_foreach_element(json_object_get_array_member(account, "groups"),
					   add_stored_group, lines);
		json_array_foreach_element(json_object_get_array_member(account, "contacts"),
					   add_stored_contact, lines);
	}
	return join_sorted(lines);
}

static GPtrArray *
group_names(MsnpRoster *roster, const MsnpContact *contact)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (char **id = contact->group_ids; *id; id++)
		g_ptr_array_add(names, g_strdup(msnp_roster_group(roster, *id)->name));
	return names;
}

char *
client_groups(Client *client, const char *handle)
{
	MsnpRoster *roster = msnp_session_roster(client->session);
	g_autoptr(GPtrArray) names = group_names(roster, msnp_roster_find(roster, handle));

	g_ptr_array_add(names, NULL);
	return g_strjoinv(",", (char **)names->pdata);
}

char *
client_state(Client *client)
{
	MsnpRoster *roster = msnp_session_roster(client->session);
	GPtrArray *contacts = msnp_roster_contacts(roster), *groups = msnp_roster_groups(roster);
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(lines, g_strdup(msnp_roster_blp(roster) == 2 ? "blp 2" : "blp 1"));
	for (guint i = 0; i < groups->len; i++)
		g_ptr_array_add(lines,
				g_strdup_printf("group %s", ((MsnpGroup *)groups->pdata[i])->name));
	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->stored)
			add_contact(lines, contact->handle, contact->stored,
				    group_names(roster, contact), contact->nickname);
	}
	return join_sorted(lines);
}

char *
without_reverse(char *state)
{
	GString *result = g_string_new(state);

	g_string_replace(result, " RL", "", 0);
	g_free(state);
	return g_string_free(result, FALSE);
}

gboolean
client_is_in_disorder(Client *client)
{
	GPtrArray *contacts = msnp_roster_contacts(msnp_session_roster(client->session));

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if (contact->stored != contact->lists)
			return TRUE;
	}
	return FALSE;
}
