/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor with the loopback service: each change of the list, seen by the one who makes it,
 * by the one it is about, and at the next sign-on, as usual and as the servers of servers.md do it.
 * What is left when a step fails is in test-list-faults.c.
 */
#include "list-world.h"

/* Here, and at a fresh sign-on, which replaces this one. */
static void
assert_groups(World *world, const char *handle, const char *expected)
{
	g_autofree char *now = client_groups(&world->alice, handle);
	g_autofree char *later = NULL;

	g_assert_cmpstr(now, ==, expected);
	client_sign_off(&world->alice);
	client_sign_on(world, &world->alice, ALICE);
	later = client_groups(&world->alice, handle);
	g_assert_cmpstr(later, ==, expected);
}

static void
assert_lists(World *world, const char *handle, guint expected)
{
	const guint ours = MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_BLOCK;

	g_assert_cmpuint(client_lists(&world->alice, handle) & ours, ==, expected);
	client_sign_off(&world->alice);
	client_sign_on(world, &world->alice, ALICE);
	g_assert_cmpuint(client_lists(&world->alice, handle) & ours, ==, expected);
}

/* lessons 61 to 65: added, asked once, accepted, and both see each other at once. */
static void
test_add_and_accept(void)
{
	g_auto(World) world;

	world_init(&world, NULL, NULL);
	client_sign_on(&world, &world.carol, CAROL);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = "Carol@Example.com",
	     .group = "Choir & band", .text = "hello <from> the choir");
	g_assert_cmpuint(client_lists(&world.alice, CAROL), ==,
			 MSNP_LIST_FORWARD | MSNP_LIST_ALLOW);
	for (guint i = 0; i < 60 && !world.carol.requests->len; i++)
		world_pass(&world, 1);
	g_assert_cmpstr(world.carol.requests->str, ==,
			"alice@example.com: hello <from> the choir|");
	MUST(world.carol, .kind = MSNP_EDIT_ACCEPT, .handle = ALICE);
	MUST(world.carol, .kind = MSNP_EDIT_ADD, .handle = ALICE);
	test_until(msnp_roster_find(msnp_session_roster(world.alice.session), CAROL)->status ==
		   MSNP_STATUS_ONLINE);
	g_assert_cmpuint(client_lists(&world.carol, ALICE) & MSNP_LIST_PENDING, ==, 0);
	/* lesson_064: not again at the next sign-on. */
	client_sign_off(&world.carol);
	client_sign_on(&world, &world.carol, CAROL);
	world_pass(&world, 5);
	g_assert_cmpstr(world.carol.requests->str, ==, "");
	assert_groups(&world, CAROL, "Choir & band");
}

/* A request made while one was away is told at sign-on; declined, it does not come again. */
static void
test_decline(void)
{
	g_auto(World) world;

	world_init(&world, NULL, NULL);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = CAROL, .text = "hi");
	client_sign_on(&world, &world.carol, CAROL);
	test_until(world.carol.requests->len > 0);
	g_assert_cmpstr(world.carol.requests->str, ==, "alice@example.com: hi|");
	MUST(world.carol, .kind = MSNP_EDIT_DECLINE, .handle = ALICE);
	g_assert_cmpuint(client_lists(&world.carol, ALICE) & MSNP_LIST_BLOCK, !=, 0);
	client_sign_off(&world.carol);
	client_sign_on(&world, &world.carol, CAROL);
	world_pass(&world, 5);
	g_assert_cmpstr(world.carol.requests->str, ==, "");
}

static void
test_block(void)
{
	g_auto(World) world;

	world_init(&world, NULL, NULL);
	client_sign_on(&world, &world.bob, BOB);
	test_until(msnp_roster_find(msnp_session_roster(world.bob.session), ALICE)->status ==
		   MSNP_STATUS_ONLINE);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	test_until(msnp_roster_find(msnp_session_roster(world.bob.session), ALICE)->status ==
		   MSNP_STATUS_OFFLINE);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	g_assert_cmpuint(client_lists(&world.alice, BOB) & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK), ==,
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

	world_init(&world, NULL, NULL);
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

	world_init(&world, NULL, NULL);
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

	world_init(&world, NULL, NULL);
	MUST(world.alice, .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "007 & <co>");
	MUST(world.alice, .kind = MSNP_EDIT_OWN_NAME, .text = "Alice <3 ☕");
	client_sign_off(&world.alice);
	client_sign_on(&world, &world.alice, ALICE);
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

	world_init(&world, NULL, NULL);
	MUST(world.alice, .kind = MSNP_EDIT_ALLOW_LISTED);
	client_sign_off(&world.alice);
	client_sign_on(&world, &world.alice, ALICE);
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

	world_init(&world, NULL, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("row %u", i);
		client_edit(&world.alice, &ROWS[i].edit, &error);
		g_assert_error(error, MSNP_ERROR, ROWS[i].code);
	}
	g_assert_cmpuint(client_lists(&world.alice, "nobody@example.com"), ==, 0);
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

	world_init(&world, NULL, NULL);
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

	world_init(&world, NULL, NULL);
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

typedef struct {
	World *world;
	TestResult results[3];
	guint asked;
} Chain;

static void
ask_for_more(MsnpSession *session, MsnpContact *contact G_GNUC_UNUSED, guint changes G_GNUC_UNUSED,
	     gpointer data)
{
	static const char *const NAMES[] = { "one", "two", "three" };
	Chain *chain = data;

	if (chain->asked < G_N_ELEMENTS(NAMES)) {
		MsnpEdit what = { .kind = MSNP_EDIT_ADD_GROUP, .group = NAMES[chain->asked] };

		msnp_session_edit_async(session, &what, test_result_take,
					&chain->results[chain->asked++]);
	}
}

static void
on_alias_set(GObject *source, GAsyncResult *result, gpointer data)
{
	Chain *chain = data;

	g_assert_true(msnp_session_edit_finish(MSNP_SESSION(source), result, NULL));
	ask_for_more(MSNP_SESSION(source), NULL, 0, data);
	ask_for_more(chain->world->alice.session, NULL, 0, data);
}

/* Who hears of the end of a change asks for the next: each runs once. */
static void
test_more_at_the_end(void)
{
	g_auto(World) world;
	Chain chain = { .world = &world };

	world_init(&world, NULL, NULL);
	g_signal_connect(world.alice.session, "contact-changed", G_CALLBACK(ask_for_more), &chain);
	msnp_session_edit_async(
	    world.alice.session,
	    &(MsnpEdit){ .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "Bobby" }, on_alias_set,
	    &chain);
	for (guint i = 0; i < G_N_ELEMENTS(chain.results); i++) {
		test_until(chain.asked > i);
		g_assert_true(msnp_session_edit_finish(world.alice.session,
						       test_result_wait(&chain.results[i]), NULL));
		test_result_clear(&chain.results[i]);
	}
	g_assert_cmpuint(msnp_server_n_requests(world.server, "ABGroupAdd"), ==, 3);
}

/* Signing off in the middle of each change, at each turn of the loop: one end, and nothing left. */
static void
test_leave(void)
{
	for (guint turns = 0; turns < 40; turns++) {
		g_auto(World) world;
		g_auto(TestResult) result = { NULL };
		g_autoptr(GError) error = NULL;

		world_init(&world, NULL, NULL);
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

/* ---- the whole suite, on each kind of server ---- */

static const char MANY_PEOPLE[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Choir & band\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] },"
    "  { \"handle\": \"dave@example.com\", \"lists\": [\"RL\", \"PL\"] },"
    "  { \"handle\": \"erin@example.com\", \"lists\": [\"RL\", \"PL\"] },"
    "  { \"handle\": \"gina@example.com\", \"lists\": [\"RL\", \"PL\"] },"
    "  { \"handle\": \"ivan@example.com\", \"lists\": [\"RL\", \"PL\"] },"
    "  { \"handle\": \"greg@example.com\", \"lists\": [\"FL\", \"AL\"],"
    "    \"groups\": [\"Choir & band\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\" }, { \"handle\": \"dave@example.com\" },"
    "{ \"handle\": \"erin@example.com\" }, { \"handle\": \"frank@example.com\" },"
    "{ \"handle\": \"gina@example.com\" }, { \"handle\": \"ivan@example.com\" },"
    "{ \"handle\": \"mallory@example.com\" } ] }";

static const MsnpEdit SUITE[] = {
	{ .kind = MSNP_EDIT_ADD, .handle = CAROL, .group = "New", .text = "hi" },
	/* lesson_052: at once, with the id that adding gave */
	{ .kind = MSNP_EDIT_MOVE, .handle = CAROL, .old_group = "New", .group = "Friends" },
	{ .kind = MSNP_EDIT_MOVE, .handle = CAROL, .old_group = "Friends", .group = "Friends" },
	{ .kind = MSNP_EDIT_ALIAS, .handle = BOB, .text = "007" },
	{ .kind = MSNP_EDIT_MOVE, .handle = BOB, .old_group = "Friends", .group = "Choir & band" },
	{ .kind = MSNP_EDIT_ACCEPT, .handle = "dave@example.com" },
	{ .kind = MSNP_EDIT_ADD, .handle = "dave@example.com" },
	{ .kind = MSNP_EDIT_DECLINE, .handle = "erin@example.com" },
	{ .kind = MSNP_EDIT_ADD, .handle = "gina@example.com", .group = "New" },
	{ .kind = MSNP_EDIT_BLOCK, .handle = "ivan@example.com" },
	{ .kind = MSNP_EDIT_BLOCK, .handle = "mallory@example.com" },
	{ .kind = MSNP_EDIT_BLOCK, .handle = BOB },
	{ .kind = MSNP_EDIT_UNBLOCK, .handle = BOB },
	{ .kind = MSNP_EDIT_ADD_GROUP, .group = "2024" },
	{ .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "2024", .group = "2024" },
	{ .kind = MSNP_EDIT_RENAME_GROUP, .old_group = "2024", .group = "<&>" },
	{ .kind = MSNP_EDIT_DELETE_GROUP, .old_group = "Friends" },
	{ .kind = MSNP_EDIT_ALLOW, .handle = "frank@example.com" },
	{ .kind = MSNP_EDIT_REMOVE, .handle = "greg@example.com" },
	{ .kind = MSNP_EDIT_DISALLOW, .handle = CAROL }, /* a contact: blocked */
	{ .kind = MSNP_EDIT_OWN_NAME, .text = "Alice <3" },
	{ .kind = MSNP_EDIT_ALLOW_LISTED },
};

static const char SUITE_ENDS_IN[] = "blp 2;"
				    "bob@example.com FL AL [Choir & band] 007;"
				    "carol@example.com FL BL;"
				    "dave@example.com FL AL;"
				    "erin@example.com BL;"
				    "frank@example.com AL;"
				    "gina@example.com FL AL [New];"
				    "greg@example.com AL;"
				    "group <&>;group Choir & band;group New;"
				    "ivan@example.com BL;"
				    "mallory@example.com BL";

static void
assert_suite_has_ended(World *world)
{
	g_autofree char *theirs = without_reverse(server_state(world, ALICE));
	g_autofree char *ours = without_reverse(client_state(&world->alice));

	g_assert_cmpstr(theirs, ==, SUITE_ENDS_IN);
	g_assert_cmpstr(ours, ==, SUITE_ENDS_IN);
	g_assert_false(client_is_in_disorder(&world->alice));
	g_assert_cmpstr(msnp_session_own_name(world->alice.session), ==, "Alice <3");
}

static void
test_suite(gconstpointer behaviours)
{
	g_auto(World) world;

	world_init(&world, MANY_PEOPLE, behaviours);
	for (guint i = 0; i < G_N_ELEMENTS(SUITE); i++) {
		g_test_message("change %u", i);
		client_must(&world.alice, &SUITE[i]);
	}
	assert_suite_has_ended(&world);
	/* Whatever the server has told us of our own changes. */
	world_pass(&world, 5);
	assert_suite_has_ended(&world);
	client_sign_off(&world.alice);
	client_sign_on(&world, &world.alice, ALICE);
	assert_suite_has_ended(&world);
	g_assert_cmpstr(world.alice.requests->str, ==, "");
}

/* lesson_053: all at once, and each gets its own end, in the order of the asking. */
static void
test_suite_at_once(gconstpointer behaviours)
{
	g_auto(World) world;
	TestResult results[G_N_ELEMENTS(SUITE)] = { { NULL } };

	world_init(&world, MANY_PEOPLE, behaviours);
	for (guint i = 0; i < G_N_ELEMENTS(SUITE); i++)
		msnp_session_edit_async(world.alice.session, &SUITE[i], test_result_take,
					&results[i]);
	for (guint i = 0; i < G_N_ELEMENTS(SUITE); i++) {
		g_autoptr(GError) error = NULL;

		msnp_session_edit_finish(world.alice.session, test_result_wait(&results[i]),
					 &error);
		g_assert_no_error(error);
		test_result_clear(&results[i]);
	}
	assert_suite_has_ended(&world);
}

/* lesson_059: who cannot be placed is of the server's own network; others are of theirs. */
static void
test_network(void)
{
	g_auto(World) world;
	MsnpRoster *roster;

	world_init(&world, NULL, NULL);
	roster = msnp_session_roster(world.alice.session);
	world_add_fault(&world, "error=FQY:403:1");
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = CAROL);
	g_assert_cmpuint(msnp_roster_find(roster, CAROL)->network, ==, MSNP_NETWORK_PASSPORT);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = "yan@yahoo.example");
	g_assert_cmpuint(msnp_roster_find(roster, "yan@yahoo.example")->network, ==,
			 MSNP_NETWORK_YAHOO);
	MUST(world.alice, .kind = MSNP_EDIT_ADD, .handle = "tel:+4930555010");
	g_assert_cmpuint(msnp_roster_find(roster, "tel:+4930555010")->network, ==,
			 MSNP_NETWORK_PHONE);
	/* lesson_052: deleted by the ids that adding gave. */
	MUST(world.alice, .kind = MSNP_EDIT_REMOVE, .handle = "yan@yahoo.example");
	MUST(world.alice, .kind = MSNP_EDIT_REMOVE, .handle = "tel:+4930555010");
	assert_lists(&world, "yan@yahoo.example", MSNP_LIST_ALLOW);
	assert_lists(&world, "tel:+4930555010", MSNP_LIST_ALLOW);
}

/* lesson_066: a conversation with somebody who is blocked ends. */
static void
test_block_ends_conversation(void)
{
	g_auto(World) world;
	g_auto(TestResult) sent = { NULL };
	g_autoptr(GError) error = NULL;
	MsnpConversation *conversation;

	world_init(&world, NULL, NULL);
	client_sign_on(&world, &world.bob, BOB);
	conversation =
	    msnp_conversations_with(msnp_session_conversations(world.alice.session), BOB);
	msnp_conversation_send_text_async(conversation, "hello", NULL, MSNP_SEND_NORMAL,
					  test_result_take, &sent);
	msnp_conversation_send_text_finish(conversation, test_result_wait(&sent), &error);
	g_assert_no_error(error);
	g_assert_cmpuint(msnp_server_n_rooms(world.server), ==, 2);
	MUST(world.alice, .kind = MSNP_EDIT_BLOCK, .handle = BOB);
	test_until(msnp_server_n_rooms(world.server) < 2);
}

static const struct {
	const char *name, *behaviours;
} SERVERS[] = {
	{ "usual", NULL },
	{ "escargot", "escargot" },
	{ "escargot-writes", "escargot-writes" },
	{ "pending-hides", "pending-hides" },
	{ "write-through", "write-through" },
	{ "own-changes", "own-changes" },
	{ "error-payload", "error-payload" },
	{ "escargot-own-changes", "escargot own-changes" },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list-editor/lesson_061_lesson_064_lesson_065_add_and_accept",
			test_add_and_accept);
	g_test_add_func("/list-editor/lesson_061_lesson_064_decline", test_decline);
	g_test_add_func("/list-editor/lesson_066_lesson_067_block", test_block);
	g_test_add_func("/list-editor/lesson_069_remove", test_remove);
	g_test_add_func("/list-editor/lesson_072_lesson_075_groups", test_groups);
	g_test_add_func("/list-editor/alias-and-name", test_alias_and_name);
	g_test_add_func("/list-editor/lesson_071_privacy", test_privacy);
	g_test_add_func("/list-editor/lesson_058_lesson_060_refused", test_refused);
	g_test_add_func("/list-editor/lesson_053_in_order", test_in_order);
	g_test_add_func("/list-editor/lesson_052_lesson_074_one_on_another", test_one_on_another);
	g_test_add_func("/list-editor/more-at-the-end", test_more_at_the_end);
	g_test_add_func("/list-editor/leave", test_leave);
	g_test_add_func("/list-editor/lesson_059_network", test_network);
	g_test_add_func("/list-editor/lesson_066_block_ends_conversation",
			test_block_ends_conversation);
	for (guint i = 0; i < G_N_ELEMENTS(SERVERS); i++) {
		g_autofree char *one = g_strconcat("/list-editor/suite/", SERVERS[i].name, NULL);
		g_autofree char *all =
		    g_strconcat("/list-editor/suite-at-once/", SERVERS[i].name, NULL);

		g_test_add_data_func(one, SERVERS[i].behaviours, test_suite);
		g_test_add_data_func(all, SERVERS[i].behaviours, test_suite_at_once);
	}
	return g_test_run();
}
