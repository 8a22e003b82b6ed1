/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor with the loopback service: each change of the list, seen by the one who makes it,
 * by the one it is about, and at the next sign-on; and what is left when a step fails.
 */
#include <string.h>

#include "core/msnp-session.h"
#include "server/msnp-server.h"
#include "support/test-support.h"

static const char ACCOUNTS[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Choir & band\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"

typedef struct {
	MsnpSession *session;
	TestResult result;
	GString *requests; /* "handle: message|" */
} Client;

typedef struct {
	MsnpServer *server;
	MsnpConnector *connector;
	MsnpClock *clock;
	MsnpRandom *random;
	MsnpPreset *preset;
	Client alice, bob, carol;
} World;

static void
on_request(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, gpointer data)
{
	g_string_append_printf(data, "%s: %s|", contact->handle, contact->invite_message);
}

static void
sign_on(World *world, Client *client, const char *handle)
{
	g_auto(GStrv) parts = g_strsplit(handle, "@", 2);
	g_autoptr(MsnpSecret) password = msnp_secret_new(parts[0]);
	g_autoptr(GError) error = NULL;
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
	g_signal_connect(client->session, "request", G_CALLBACK(on_request), client->requests);
	msnp_session_sign_on_async(client->session, test_result_take, &client->result);
	msnp_session_sign_on_finish(client->session, test_result_wait(&client->result), &error);
	g_assert_no_error(error);
	test_settle();
}

static void
sign_off(Client *client)
{
	if (!client->session)
		return;
	msnp_session_close(client->session);
	test_result_clear(&client->result);
	g_clear_object(&client->session);
	g_string_free(client->requests, TRUE);
	test_settle();
}

static void
world_init(World *world)
{
	static const MsnpServerOptions OPTIONS = { 0 };
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);
	g_autoptr(GError) error = NULL;

	memset(world, 0, sizeof *world);
	world->server = msnp_server_new(&OPTIONS, ACCOUNTS, &error);
	g_assert_no_error(error);
	msnp_server_start(world->server, &error);
	g_assert_no_error(error);
	world->connector = msnp_direct_connector_new();
	world->clock = msnp_clock_new_manual();
	world->random = msnp_random_new_seeded(3);
	world->preset = msnp_preset_resolve(msnp_presets_find(presets, "custom"), "127.0.0.1",
					    msnp_server_ns_port(world->server),
					    msnp_server_base_url(world->server), &error);
	g_assert_no_error(error);
	sign_on(world, &world->alice, ALICE);
}

static void
world_clear(World *world)
{
	GPtrArray *complaints = msnp_server_complaints(world->server);

	for (guint i = 0; i < complaints->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(complaints, i));
	g_assert_cmpuint(complaints->len, ==, 0);
	sign_off(&world->alice);
	sign_off(&world->bob);
	sign_off(&world->carol);
	msnp_server_stop(world->server);
	g_object_unref(world->server);
	g_object_unref(world->connector);
	msnp_random_unref(world->random);
	msnp_preset_unref(world->preset);
	g_assert_cmpuint(msnp_clock_pending(world->clock), ==, 0);
	msnp_clock_unref(world->clock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static void
edit(Client *client, const MsnpEdit *what, GError **error)
{
	g_auto(TestResult) result = { NULL };

	msnp_session_edit_async(client->session, what, test_result_take, &result);
	msnp_session_edit_finish(client->session, test_result_wait(&result), error);
}

static void
must(Client *client, const MsnpEdit *what)
{
	g_autoptr(GError) error = NULL;

	edit(client, what, &error);
	g_assert_no_error(error);
}

#define MUST(client, ...) must(&(client), &(MsnpEdit){ __VA_ARGS__ })

static guint
lists(Client *client, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(msnp_session_roster(client->session), handle);

	return contact ? contact->lists : 0;
}

/* The names of a contact's groups, with blanks between. */
static char *
groups(Client *client, const char *handle)
{
	MsnpRoster *roster = msnp_session_roster(client->session);
	MsnpContact *contact = msnp_roster_find(roster, handle);
	GString *names = g_string_new(NULL);

	for (char **id = contact->group_ids; *id; id++)
		g_string_append_printf(names, "%s%s", names->len ? "," : "",
				       msnp_roster_group(roster, *id)->name);
	return g_string_free(names, FALSE);
}

/* Here, and at a fresh sign-on, which replaces this one. */
static void
assert_groups(World *world, const char *handle, const char *expected)
{
	g_autofree char *now = groups(&world->alice, handle);
	g_autofree char *later = NULL;

	g_assert_cmpstr(now, ==, expected);
	sign_off(&world->alice);
	sign_on(world, &world->alice, ALICE);
	later = groups(&world->alice, handle);
	g_assert_cmpstr(later, ==, expected);
}

static void
assert_lists(World *world, const char *handle, guint expected)
{
	const guint ours = MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_BLOCK;

	g_assert_cmpuint(lists(&world->alice, handle) & ours, ==, expected);
	sign_off(&world->alice);
	sign_on(world, &world->alice, ALICE);
	g_assert_cmpuint(lists(&world->alice, handle) & ours, ==, expected);
}

static void
pass(World *world, guint seconds)
{
	while (seconds--) {
		test_settle();
		test_turn();
		msnp_clock_advance(world->clock, 1000);
	}
	test_settle();
}

/* lessons 61 to 65: added, asked once, accepted, and both see each other at once. */
static void
test_add_and_accept(void)
{
	g_auto(World) world;

	world_init(&world);
	sign_on(&world, &world.carol, CAROL);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = "Carol@Example.com",
	     .group = "Choir & band", .text = "hello <from> the choir");
	g_assert_cmpuint(lists(&world.alice, CAROL), ==, MSNP_LIST_FORWARD | MSNP_LIST_ALLOW);
	for (guint i = 0; i < 60 && !world.carol.requests->len; i++)
		pass(&world, 1);
	g_assert_cmpstr(world.carol.requests->str, ==,
			"alice@example.com: hello <from> the choir|");
	MUST(world.carol, .kind = MSNP_EDIT_ACCEPT, .handle = ALICE);
	MUST(world.carol, .kind = MSNP_EDIT_ADD, .handle = ALICE);
	test_until(msnp_roster_find(msnp_session_roster(world.alice.session), CAROL)->status ==
		   MSNP_STATUS_ONLINE);
	g_assert_cmpuint(lists(&world.carol, ALICE) & MSNP_LIST_PENDING, ==, 0);
	/* lesson_064: not again at the next sign-on. */
	sign_off(&world.carol);
	sign_on(&world, &world.carol, CAROL);
	pass(&world, 5);
	g_assert_cmpstr(world.carol.requests->str, ==, "");
	assert_groups(&world, CAROL, "Choir & band");
}

/* A request made while one was away is told at sign-on; declined, it does not come again. */
static void
test_decline(void)
{
	g_auto(World) world;

	world_init(&world);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = CAROL, .text = "hi");
	sign_on(&world, &world.carol, CAROL);
	test_until(world.carol.requests->len > 0);
	g_assert_cmpstr(world.carol.requests->str, ==, "alice@example.com: hi|");
	MUST(world.carol, .kind = MSNP_EDIT_DECLINE, .handle = ALICE);
	g_assert_cmpuint(lists(&world.carol, ALICE) & MSNP_LIST_BLOCK, !=, 0);
	sign_off(&world.carol);
	sign_on(&world, &world.carol, CAROL);
	pass(&world, 5);
	g_assert_cmpstr(world.carol.requests->str, ==, "");
}

static void
test_block(void)
{
	g_auto(World) world;

	world_init(&world);
	sign_on(&world, &world.bob, BOB);
	test_until(msnp_roster_find(msnp_session_roster(world.bob.session), ALICE)->status ==
		   MSNP_STATUS_ONLINE);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	test_until(msnp_roster_find(msnp_session_roster(world.bob.session), ALICE)->status ==
		   MSNP_STATUS_OFFLINE);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	g_assert_cmpuint(lists(&world.alice, BOB) & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK), ==,
			 MSNP_LIST_BLOCK);
	MUST(world.alice, .kind = MSNP_EDIT_UNBLOCK, .handle = BOB);
	test_until(msnp_roster_find(msnp_session_roster(world.bob.session), ALICE)->status ==
		   MSNP_STATUS_ONLINE);
	/* lesson_067: also a stranger */
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = CAROL);
	assert_lists(&world, CAROL, MSNP_LIST_BLOCK);
	MUST(world.alice, .kind = MSNP_EDIT_UNBLOCK, .handle = CAROL);
	MUST(world.alice, .kind = MSNP_EDIT_DISALLOW, .handle = CAROL);
	assert_lists(&world, CAROL, 0);
}

static void
test_remove(void)
{
	g_auto(World) world;

	world_init(&world);
	MUST(world.alice, .kind = MSNP_EDIT_PUT_IN_GROUP, .handle = BOB, .group = "Choir & band");
	MUST(world.alice, .kind = MSNP_EDIT_TAKE_FROM_GROUP, .handle = BOB, .group = "Friends");
	/* lesson_069 */
	assert_groups(&world, BOB, "Choir & band");
	MUST(world.alice, .kind = MSNP_EDIT_REMOVE, .handle = BOB);
	assert_lists(&world, BOB, MSNP_LIST_ALLOW);
}

static void
test_groups(void)
{
	g_auto(World) world;

	world_init(&world);
	/* lessons 72, 75 */
	MUST(world.alice, .kind = MSNP_EDIT_MOVE, .handle = BOB, .old_group = "Friends",
	     .group = "<2024> & \"ümläute\"");
	assert_groups(&world, BOB, "<2024> & \"ümläute\"");
	MUST(world.alice, .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "<2024> & \"ümläute\"",
	     .group = "2024");
	assert_groups(&world, BOB, "2024");
	MUST(world.alice, .kind = MSNP_EDIT_DELETE_GROUP, .old_group = "2024");
	assert_groups(&world, BOB, "");
	MUST(world.alice, .kind = MSNP_EDIT_ADD_GROUP, .group = "Empty");
	g_assert_nonnull(msnp_roster_find_group(msnp_session_roster(world.alice.session), "Empty"));
}

static void
test_alias_and_name(void)
{
	g_auto(World) world;
	MsnpContact *bob;

	world_init(&world);
	MUST(world.alice, .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "007 & <co>");
	MUST(world.alice, .kind = MSNP_EDIT_OWN_NAME, .text = "Alice <3 ☕");
	sign_off(&world.alice);
	sign_on(&world, &world.alice, ALICE);
	bob = msnp_roster_find(msnp_session_roster(world.alice.session), BOB);
	g_assert_cmpstr(bob->nickname, ==, "007 & <co>");
	g_assert_cmpstr(msnp_session_own_name(world.alice.session), ==, "Alice <3 ☕");
	/* lesson_081 */
	MUST(world.alice, .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "");
	g_assert_cmpstr(bob->nickname, ==, "");
}

static void
test_privacy(void)
{
	g_auto(World) world;

	world_init(&world);
	MUST(world.alice, .kind = MSNP_EDIT_ALLOW_LISTED);
	sign_off(&world.alice);
	sign_on(&world, &world.alice, ALICE);
	g_assert_cmpint(msnp_roster_blp(msnp_session_roster(world.alice.session)), ==, 2);
	MUST(world.alice, .kind = MSNP_EDIT_ALLOW_EVERYONE);
	g_assert_cmpint(msnp_roster_blp(msnp_session_roster(world.alice.session)), ==, 1);
}

/* What cannot be, and how the user hears of it. */
static void
test_refused(void)
{
	static const struct {
		MsnpEdit edit;
		int code;
	} ROWS[] = {
		{ { .kind = MSNP_EDIT_ADD, .handle = "no address" }, MSNP_ERROR_ADDRESS },
		{ { .kind = MSNP_EDIT_ADD, .handle = ALICE }, MSNP_ERROR_ADDRESS },
		{ { .kind = MSNP_EDIT_ADD, .handle = "nobody@example.com" },
		  MSNP_ERROR_NO_SUCH_ACCOUNT },
		{ { .kind = MSNP_EDIT_ADD_GROUP, .group = "" }, MSNP_ERROR_NAME_INVALID },
		{ { .kind = MSNP_EDIT_ADD_GROUP, .group = "(No Group)" }, MSNP_ERROR_NAME_INVALID },
		{ { .kind = MSNP_EDIT_ADD_GROUP,
		    .group = "12345678901234567890123456789012345678901234567890123456789012" },
		  MSNP_ERROR_NAME_INVALID },
		{ { .kind = MSNP_EDIT_RENAME_GROUP,
		    .old_group = "Friends",
		    .group = "Choir & band" },
		  MSNP_ERROR_NAME_TAKEN },
		{ { .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "Nowhere", .group = "x" },
		  MSNP_ERROR_NOT_ON_LIST },
		{ { .kind = MSNP_EDIT_ALIAS, .handle = CAROL, .text = "x" },
		  MSNP_ERROR_NOT_ON_LIST },
		{ { .kind = MSNP_EDIT_OWN_NAME, .text = "" }, MSNP_ERROR_NAME_INVALID },
	};
	g_auto(World) world;

	world_init(&world);
	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("row %u", i);
		edit(&world.alice, &ROWS[i].edit, &error);
		g_assert_error(error, MSNP_ERROR, ROWS[i].code);
	}
	g_assert_cmpuint(lists(&world.alice, "nobody@example.com"), ==, 0);
	g_assert_true(msnp_session_is_signed_on(world.alice.session));
}

/* Many at once: one after the other, each with its own end, in the order of the asking. */
static void
test_in_order(void)
{
	static const char *const NAMES[] = { "one", "two", "three", "four", "five" };
	g_auto(World) world;
	TestResult results[G_N_ELEMENTS(NAMES)] = { { NULL } };
	GPtrArray *all;

	world_init(&world);
	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
		msnp_session_edit_async(
		    world.alice.session,
		    &(MsnpEdit){ .kind = MSNP_EDIT_ADD_GROUP, .group = NAMES[i] }, test_result_take,
		    &results[i]);
	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++) {
		g_autoptr(GError) error = NULL;

		msnp_session_edit_finish(world.alice.session, test_result_wait(&results[i]),
					 &error);
		g_assert_no_error(error);
		test_result_clear(&results[i]);
	}
	all = msnp_roster_groups(msnp_session_roster(world.alice.session));
	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
		g_assert_cmpstr(
		    ((MsnpGroup *)g_ptr_array_index(all, all->len - G_N_ELEMENTS(NAMES) + i))->name,
		    ==, NAMES[i]);
}

/* A change may stand on one that is still on its way. */
static void
test_one_on_another(void)
{
	static const MsnpEdit EDITS[] = {
		{ .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "New" },
		{ .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "New", .group = "Newer" },
		{ .kind = MSNP_EDIT_ALIAS, .handle = CAROL, .text = "Caro" },
		{ .kind = MSNP_EDIT_MOVE,
		  .handle = CAROL,
		  .old_group = "Newer",
		  .group = "Friends" },
		{ .kind = MSNP_EDIT_DELETE_GROUP, .old_group = "Newer" },
	};
	g_auto(World) world;
	TestResult results[G_N_ELEMENTS(EDITS)] = { { NULL } };

	world_init(&world);
	for (guint i = 0; i < G_N_ELEMENTS(EDITS); i++)
		msnp_session_edit_async(world.alice.session, &EDITS[i], test_result_take,
					&results[i]);
	for (guint i = 0; i < G_N_ELEMENTS(EDITS); i++) {
		g_autoptr(GError) error = NULL;

		msnp_session_edit_finish(world.alice.session, test_result_wait(&results[i]),
					 &error);
		g_assert_no_error(error);
		test_result_clear(&results[i]);
	}
	assert_groups(&world, CAROL, "Friends");
}

/* Signing off in the middle of each change, at each turn of the loop: one end, and nothing left. */
static void
test_leave(void)
{
	for (guint turns = 0; turns < 40; turns++) {
		g_auto(World) world;
		g_auto(TestResult) result = { NULL };
		g_autoptr(GError) error = NULL;

		world_init(&world);
		msnp_session_edit_async(
		    world.alice.session,
		    &(MsnpEdit){ .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "New" },
		    test_result_take, &result);
		for (guint i = 0; i < turns && !result.result; i++)
			test_turn();
		msnp_session_close(world.alice.session);
		if (!msnp_session_edit_finish(world.alice.session, test_result_wait(&result),
					      &error))
			g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list-editor/add-and-accept", test_add_and_accept);
	g_test_add_func("/list-editor/decline", test_decline);
	g_test_add_func("/list-editor/block", test_block);
	g_test_add_func("/list-editor/remove", test_remove);
	g_test_add_func("/list-editor/groups", test_groups);
	g_test_add_func("/list-editor/alias-and-name", test_alias_and_name);
	g_test_add_func("/list-editor/privacy", test_privacy);
	g_test_add_func("/list-editor/refused", test_refused);
	g_test_add_func("/list-editor/in-order", test_in_order);
	g_test_add_func("/list-editor/one-on-another", test_one_on_another);
	g_test_add_func("/list-editor/leave", test_leave);
	return g_test_run();
}
