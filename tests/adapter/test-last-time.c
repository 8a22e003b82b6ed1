/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roster of last time, shown before the server has answered, and what its answer changes. */
#include "list-fixture.h"

#include <glib/gstdio.h>

static void
last_time(void)
{
	fake_roster_loaded();
	run_main_loop();
}

static void
confirm(void)
{
	fake_roster_confirmed();
	run_main_loop();
}

static void
test_shown_at_once(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL | AL, "In the book", "Bobby", "g1");
	fake_contact_text(&bob->name, "Bob");
	fake_contact("carol@example.com", FL | BL, "Carol", "Caz", "g1");
	fake_contact("eve@example.com", BL, NULL, NULL, NULL);
	/* Where somebody stands, and under which alias, may be newer than last time. */
	fake_buddy_add(account, "Work", "carol@example.com", "Carrie");
	fake_buddy_add(account, "Work", "local@example.com", NULL);
	account->permit = g_slist_prepend(NULL, g_strdup("old@example.com"));
	account->deny = g_slist_prepend(NULL, g_strdup("mallory@example.com"));
	last_time();
	expect_events("core sign on", "save", "group Friends",
		      "server alias carol@example.com Carol",
		      "buddy bob@example.com in Friends alias Bobby",
		      "server alias bob@example.com Bob", NULL);
	/* Blocked marks; nobody is unblocked by what may be old. */
	g_assert_cmpuint(g_slist_length(account->deny), ==, 3);
	g_assert_cmpuint(g_slist_length(account->permit), ==, 1);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_ALLOW_ALL);
	end();
}

/* lesson_039 */
static void
test_failed_sign_on(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, "g1");
	fake_buddy_add(account, "Friends", "bob@example.com", NULL);
	fake_buddy_add(account, "Work", "local@example.com", NULL);
	last_time();
	forget_events();
	/* The server has begun to tell, and then the connection is lost. */
	bob->lists = BL;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	fake_group_remove("g1");
	run_main_loop();
	fake_sign_on_done(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"));
	expect_events("connection error 0: The connection to the server failed or was lost.", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 2);
	g_assert_null(account->deny);
	end();
}

/* lesson_039, lesson_055, lesson_075: somebody gone, somebody new, and groups. */
static void
test_confirmed_differently(void)
{
	MsnpContact *bob, *carol;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_group("g3", "Gone");
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, "g2");
	carol = fake_contact("carol@example.com", FL | AL, NULL, NULL, "g1");
	fake_buddy_add(account, "Work", "bob@example.com", NULL);
	fake_buddy_add(account, "Friends", "carol@example.com", NULL);
	fake_buddy_add(account, "Mine", "local@example.com", NULL);
	last_time();
	expect_events("core sign on", "group Gone", NULL);
	bob->lists = AL;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	fake_contact("dan@example.com", FL, "Dan", NULL, "g4");
	fake_contact_text(&carol->nickname, "Caz");
	fake_contact_changed(carol, MSNP_CHANGE_ALIAS);
	fake_group_rename("g1", "Pals");
	fake_group_remove("g3");
	fake_group("g4", "New");
	fake_set_blp(2);
	run_main_loop();
	expect_no_events();
	confirm();
	expect_events("save", "rename group Friends Pals", "group New",
		      "buddy dan@example.com in New", "server alias dan@example.com Dan",
		      "alias carol@example.com Caz", "remove bob@example.com from Work",
		      "drop group Gone", NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_ALLOW_USERS);
	g_assert_cmpuint(g_slist_length(account->permit), ==, 2);
	/* lesson_038: bob needs no question, and there is none before an answer is of use. */
	fake_progress(MSNP_STEP_SIGNED_ON);
	expect_events("progress 5 Signed on", "connection state connected",
		      "question 2: local@example.com", "answer _Add them to the server",
		      "answer _Remove them here", "answer Ask me _later", NULL);
	fake_sign_on_done(NULL);
	end();
}

/* A server that has lost its data does not empty the list here. */
static void
test_all_gone(void)
{
	MsnpContact *bob, *carol;

	begin();
	fake_group("g1", "Friends");
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, "g1");
	carol = fake_contact("carol@example.com", FL | AL, NULL, NULL, "g1");
	last_time();
	forget_events();
	bob->lists = carol->lists = 0;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	fake_contact_changed(carol, MSNP_CHANGE_LISTS);
	fake_group_remove("g1");
	confirm();
	expect_no_events();
	fake_progress(MSNP_STEP_SIGNED_ON);
	expect_events("progress 5 Signed on", "connection state connected",
		      "question 2: bob@example.com\ncarol@example.com",
		      "answer _Add them to the server", "answer _Remove them here",
		      "answer Ask me _later", NULL);
	fake_sign_on_done(NULL);
	/* Not by a later confirmation either. */
	confirm();
	expect_no_events();
	fake_action_choose(0);
	expect_events("edit add bob@example.com -> Friends",
		      "edit add carol@example.com -> Friends", NULL);
	end();
}

static void
test_all_gone_while_online(void)
{
	MsnpContact *bob;

	begin();
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	load();
	bob->lists = 0;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	run_main_loop();
	forget_events();
	confirm();
	expect_events("question 2: bob@example.com", "answer _Add them to the server",
		      "answer _Remove them here", "answer Ask me _later", NULL);
	end();
}

/* A last time that was empty, or none: what is only here is asked about, as ever. */
static void
test_nothing_kept(void)
{
	begin();
	fake_buddy_add(account, "Mine", "local@example.com", NULL);
	last_time();
	expect_events("core sign on", NULL);
	fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	confirm();
	expect_events("group Buddies", "buddy bob@example.com in Buddies", NULL);
	fake_progress(MSNP_STEP_SIGNED_ON);
	expect_events("progress 5 Signed on", "connection state connected",
		      "question 2: local@example.com", "answer _Add them to the server",
		      "answer _Remove them here", "answer Ask me _later", NULL);
	fake_sign_on_done(NULL);
	end();
}

static void
test_nothing_is_edited_before(void)
{
	PurpleBuddy *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("bob@example.com", FL | AL, NULL, NULL, "g1");
	last_time();
	forget_events();
	bob = fake_buddy_find("Friends", "bob@example.com");
	fake_user_moves(bob, "Work");
	run_main_loop();
	expect_events("notify Contact list: bob@example.com: not moved to the other group | There "
		      "is no connection to the server at the moment.",
		      NULL);
	fake_user_adds(account, "Work", "carol@example.com", NULL, NULL);
	run_main_loop();
	expect_events("notify Contact list: carol@example.com: not added to your contact list | "
		      "There is no connection to the server at the moment.",
		      NULL);
	g_assert_null(prpl->blist_node_menu(PURPLE_BLIST_NODE(bob)));
	prpl->get_info(account->gc, "bob@example.com");
	expect_events("tooltip Address: bob@example.com", "tooltip Status: Offline",
		      "tooltip Has you on their list: No", "tooltip Groups: Friends",
		      "tooltip Network: MSN Messenger", "info bob@example.com", NULL);
	confirm();
	expect_events("save", "move bob@example.com Work Friends", NULL);
	fake_progress(MSNP_STEP_SIGNED_ON);
	expect_events("progress 5 Signed on", "connection state connected",
		      "question 2: carol@example.com", "answer _Add them to the server",
		      "answer _Remove them here", "answer Ask me _later", NULL);
	fake_sign_on_done(NULL);
	end();
}

/* ---- The file ---- */

static void
expect_file(const char *username, const char *server, const char *name)
{
	g_autofree char *wanted = g_build_filename("/nonexistent/msnp14", name, NULL);

	fake_purple_start();
	account = fake_account_new(username);
	fake_account_set(account, "service", "custom");
	fake_account_set(account, "server", server);
	prpl->login(account);
	g_assert_cmpstr(fake_config.roster_file, ==, wanted);
	end();
}

static void
test_file_name(void)
{
	g_autofree char *many = g_strnfill(200, 'a');
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, many, -1);
	g_autofree char *hashed = g_strconcat(sum, ",msn.example%3a1863.json", NULL);

	expect_file("Alice@Example.com", "msn.example",
		    "alice@example.com,msn.example%3a1863.json");
	expect_file("../../.bashrc", "msn.example", "..%2f..%2f.bashrc,msn.example%3a1863.json");
	expect_file("a,b/c\\d:*@x", "msn.example", "a%2cb%2fc%5cd%3a%2a@x,msn.example%3a1863.json");
	expect_file("..", "msn.example", "..,msn.example%3a1863.json");
	expect_file(many, "msn.example", hashed);
}

static void
touch(const char *folder, const char *name)
{
	g_autofree char *file = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(file, "{}", -1, NULL));
}

static gboolean
remove_file(const char *folder, const char *name)
{
	g_autofree char *file = g_build_filename(folder, name, NULL);

	return g_unlink(file) == 0;
}

static void
test_file_goes_with_account(void)
{
	g_autofree char *user_dir = g_dir_make_tmp("msnp14-test-XXXXXX", NULL);
	g_autofree char *folder = g_build_filename(user_dir, "msnp14", NULL);
	PurpleAccount *bob;

	begin();
	fake_user_dir = user_dir;
	/* There is none yet. */
	bob = fake_account_new("bob@example.com");
	fake_account_delete(bob);
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	touch(folder, "alice@example.com,a%3a1863.json");
	touch(folder, "bob@example.com,a%3a1863.json");
	touch(folder, "bob@example.com,b%3a1863.json");
	touch(folder, "bob@example.company,a%3a1863.json");
	bob = fake_account_new("Bob@Example.com");
	g_free(bob->protocol_id);
	bob->protocol_id = g_strdup("prpl-jabber");
	fake_account_delete(bob);
	bob = fake_account_new("Bob@Example.com");
	fake_account_delete(bob);
	g_assert_false(remove_file(folder, "bob@example.com,a%3a1863.json"));
	g_assert_false(remove_file(folder, "bob@example.com,b%3a1863.json"));
	g_assert_true(remove_file(folder, "alice@example.com,a%3a1863.json"));
	g_assert_true(remove_file(folder, "bob@example.company,a%3a1863.json"));
	g_assert_cmpint(g_rmdir(folder), ==, 0);
	g_assert_cmpint(g_rmdir(user_dir), ==, 0);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/last-time/shown-at-once", test_shown_at_once);
	g_test_add_func("/adapter/last-time/lesson_039_failed-sign-on", test_failed_sign_on);
	g_test_add_func("/adapter/last-time/lesson_055_confirmed-differently",
			test_confirmed_differently);
	g_test_add_func("/adapter/last-time/all-gone", test_all_gone);
	g_test_add_func("/adapter/last-time/all-gone-while-online", test_all_gone_while_online);
	g_test_add_func("/adapter/last-time/nothing-kept", test_nothing_kept);
	g_test_add_func("/adapter/last-time/nothing-is-edited-before",
			test_nothing_is_edited_before);
	g_test_add_func("/adapter/last-time/file-name", test_file_name);
	g_test_add_func("/adapter/last-time/file-goes-with-account", test_file_goes_with_account);
	return g_test_run();
}
