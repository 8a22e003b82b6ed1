/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list editor with the loopback service: each change of the list, seen by the one who makes it,
 * by the one it is about, and at the next sign-on; and what is left when a step fails.
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
