/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contact list as the user changes it: what is asked of the core, in which order, and what
 * becomes of the list when it is refused. */
#include "list-fixture.h"

static void
changed(MsnpContact *contact, guint changes)
{
	fake_contact_changed(contact, changes);
	run_main_loop();
}

static void
test_add(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	load();
	/* lesson_065 */
	fake_user_adds(account, "Friends", "Bob@Example.com", "Bobby", "It is me");
	expect_events("edit add bob@example.com -> Friends \"It is me\"", NULL);
	/* What the core tells in between does not move the buddy about. */
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	changed(bob, MSNP_CHANGE_LISTS);
	expect_no_events();
	bob->status = MSNP_STATUS_ONLINE;
	changed(bob, MSNP_CHANGE_STATUS);
	expect_events("status bob@example.com available", NULL);
	fake_contact_set_groups(bob, "g1");
	changed(bob, MSNP_CHANGE_GROUPS);
	expect_no_events();
	fake_edit_done(NULL);
	/* The alias that was given with it goes to the server as well. */
	expect_events("edit alias bob@example.com \"Bobby\"", NULL);
	fake_contact_text(&bob->nickname, "Bobby");
	fake_edit_done(NULL);
	expect_events("status bob@example.com available", "save", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 1);
	end();
}

static void
test_add_without_group(void)
{
	begin();
	load();
	/* lesson_073: the home of those in no group is not made on the server. */
	fake_user_adds(account, "Buddies", "bob@example.com", NULL, "");
	fake_user_adds(account, "New", "carol@example.com", NULL, NULL);
	expect_events("edit add bob@example.com", "edit add carol@example.com -> New", NULL);
	end();
}

static void
test_add_to_real_group_of_that_name(void)
{
	begin();
	fake_group("g1", "buddies");
	load();
	fake_user_adds(account, "buddies", "bob@example.com", NULL, NULL);
	expect_events("edit add bob@example.com -> buddies", NULL);
	end();
}

static void
test_add_twice(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	fake_user_adds(account, "Work", "bob@example.com", NULL, "again");
	expect_events("edit put bob@example.com -> Work", NULL);
	/* While that is under way, and refused: only where the server has him. */
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 0, "x"));
	expect_events("notify Contact list: bob@example.com: not put in the group | The server "
		      "did not do it. Try again later.",
		      "remove bob@example.com from Work", NULL);
	g_assert_nonnull(fake_buddy_find("Friends", "bob@example.com"));
	end();
}

static void
test_invalid_address(void)
{
	begin();
	load();
	/* lesson_058 */
	fake_user_adds(account, "Buddies", "not an address", NULL, NULL);
	run_main_loop();
	expect_events("notify Contact list: not an address: not added to your contact list | This "
		      "is not a valid address. An address looks like name@example.com.",
		      "remove not an address from Buddies", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 0);
	end();
}

static void
test_refused_adds(void)
{
	static const struct {
		MsnpErrorCode code;
		const char *why;
	} rows[] = {
		{ MSNP_ERROR_ADDRESS,
		  "This is not a valid address. An address looks like name@example.com." },
		{ MSNP_ERROR_NO_SUCH_ACCOUNT, "Nobody at this service has this address." },
		{ MSNP_ERROR_OTHER_NETWORK,
		  "The address belongs to another network, which this service does not reach." },
		{ MSNP_ERROR_NAME_TAKEN, "There is a group of this name already." },
		{ MSNP_ERROR_NAME_INVALID,
		  "The name is empty, too long, or one that the service keeps for itself." },
		{ MSNP_ERROR_LIST_FULL,
		  "Your contact list is full: the service takes no more contacts or groups." },
		{ MSNP_ERROR_NOT_ON_LIST,
		  "It is not on your contact list any more. It may have been removed at another "
		  "place." },
		{ MSNP_ERROR_NOT_OFFERED, "The service does not offer this." },
		{ MSNP_ERROR_NETWORK, "There is no connection to the server at the moment." },
	};

	begin();
	load();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf(
		    "notify Contact list: bob@example.com: not added to your contact list | %s",
		    rows[i].why);

		/* lesson_060 */
		fake_user_adds(account, "Buddies", "bob@example.com", "Bobby", NULL);
		forget_events();
		fake_edit_done(msnp_error_new(rows[i].code, 0, "secret detail"));
		expect_events(line, "remove bob@example.com from Buddies", NULL);
		g_assert_cmpuint(fake_buddies_count(), ==, 0);
	}
	fake_user_adds(account, "Buddies", "bob@example.com", NULL, NULL);
	forget_events();
	fake_edit_done(msnp_error_new(MSNP_ERROR_LIST_FULL, 210, "x"));
	expect_events("notify Contact list: bob@example.com: not added to your contact list | "
		      "Your contact list is full: the service takes no more contacts or groups. "
		      "(Error 210)",
		      "remove bob@example.com from Buddies", NULL);
	end();
}

static void
test_many_failures(void)
{
	begin();
	load();
	for (guint i = 0; i < 12; i++) {
		g_autofree char *handle = g_strdup_printf("n%02u@example.com", i);

		fake_user_adds(account, "Buddies", handle, NULL, NULL);
	}
	forget_events();
	for (guint i = 0; i < 11; i++)
		fake_edit_done(msnp_error_new(MSNP_ERROR_NO_SUCH_ACCOUNT, 0, "x"));
	forget_events();
	fake_edit_done(msnp_error_new(MSNP_ERROR_NO_SUCH_ACCOUNT, 0, "x"));
#define LINE(n)                                                                                    \
	n "@example.com: not added to your contact list. Nobody at this service has this address.\n"
	expect_events(
	    "notify Contact list: Some changes of your contact list were not made | " LINE("n00")
		LINE("n01") LINE("n02") LINE("n03") LINE("n04") LINE("n05") LINE("n06") LINE("n07")
		    LINE("n08") LINE("n09") "And 2 more.",
	    "remove n11@example.com from Buddies", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 0);
	end();
}

static void
test_remove(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, "g1 g2");
	load();
	/* lesson_069: from one of several groups, then altogether. */
	fake_user_removes(fake_buddy_find("Work", "bob@example.com"));
	fake_user_removes(fake_buddy_find("Friends", "bob@example.com"));
	expect_events("edit take bob@example.com -> Work", "edit remove bob@example.com", NULL);
	fake_contact_set_groups(bob, "g1");
	changed(bob, MSNP_CHANGE_GROUPS);
	fake_edit_done(NULL);
	expect_no_events();
	bob->lists = AL;
	changed(bob, MSNP_CHANGE_LISTS);
	fake_edit_done(NULL);
	expect_no_events();
	g_assert_cmpuint(fake_buddies_count(), ==, 0);
	end();
}

/* In libpurple's list it stands only in the other group by then: that is not the last one. */
static void
test_removed_by_merge(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("bob@example.com", FL | AL, NULL, NULL, "g1 g2");
	load();
	fake_merge_drops(fake_buddy_find("Work", "bob@example.com"));
	expect_events("edit take bob@example.com -> Work", NULL);
	end();
}

static void
test_refused_removal(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, "Bob", "Bobby", "g1");
	load();
	fake_user_removes(fake_buddy_find("Friends", "bob@example.com"));
	expect_events("edit remove bob@example.com", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 0, "x"));
	expect_events("notify Contact list: bob@example.com: not removed from your contact list | "
		      "The server did not do it. Try again later.",
		      "buddy bob@example.com in Friends alias Bobby",
		      "server alias bob@example.com Bob", NULL);
	end();
}

static void
test_move(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	/* lesson_074: users are faster than servers. */
	fake_user_moves(fake_buddy_find("Friends", "bob@example.com"), "Work");
	fake_user_moves(fake_buddy_find("Work", "bob@example.com"), "New");
	fake_user_moves(fake_buddy_find("New", "bob@example.com"), "Buddies");
	expect_events("edit move bob@example.com Friends -> Work",
		      "edit move bob@example.com Work -> New", "edit move bob@example.com New",
		      NULL);
	fake_contact_set_groups(bob, "g2");
	changed(bob, MSNP_CHANGE_GROUPS);
	fake_edit_done(NULL);
	expect_no_events();
	fake_edit_done(NULL);
	fake_contact_set_groups(bob, "");
	fake_edit_done(NULL);
	expect_no_events();
	fake_user_moves(fake_buddy_find("Buddies", "bob@example.com"), "Friends");
	expect_events("edit move bob@example.com -> Friends", NULL);
	/* Back to where the server has him, without telling the server. */
	fake_edit_done(msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "x"));
	expect_events("notify Contact list: bob@example.com: not moved to the other group | It is "
		      "not on your contact list any more. It may have been removed at another "
		      "place.",
		      "move bob@example.com Friends Buddies", NULL);
	end();
}

static void
test_move_into_group_that_has_it(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1 g2");
	load();
	/* libpurple merges the two: what is left is that one goes. */
	prpl->group_buddy(account->gc, "bob@example.com", "Friends", "Work");
	expect_events("edit take bob@example.com -> Friends", NULL);
	end();
}

static void
test_groups(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	fake_contact("carol@example.com", FL, NULL, NULL, "g2");
	load();
	/* lesson_072, lesson_075 */
	fake_user_renames("Friends", "<Fr&unde>");
	expect_events("rename group Friends <Fr&unde>", "edit rename Friends -> <Fr&unde>", NULL);
	fake_group_rename("g1", "<Fr&unde>");
	changed(bob, MSNP_CHANGE_GROUPS);
	fake_edit_done(NULL);
	expect_no_events();

	fake_user_deletes(account, "Work");
	expect_events("edit remove carol@example.com", "edit delete Work", NULL);
	fake_edit_done(NULL);
	fake_edit_done(NULL);
	end();
}

static void
test_refused_rename(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	fake_user_renames("Friends", "Family");
	forget_events();
	fake_edit_done(msnp_error_new(MSNP_ERROR_NAME_INVALID, 229, "x"));
	expect_events("rename group Family Friends",
		      "notify Contact list: Friends: the group was not renamed | The name is "
		      "empty, too long, or one that the service keeps for itself. (Error 229)",
		      NULL);
	g_assert_nonnull(fake_buddy_find("Friends", "bob@example.com"));
	end();
}

static void
test_refused_deletion(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	fake_user_deletes(account, "Friends");
	forget_events();
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 0, "x"));
	/* Nobody is told before all is through. */
	expect_events("group Friends", "buddy bob@example.com in Friends", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 0, "x"));
	expect_events(
	    "notify Contact list: Some changes of your contact list were not made | "
	    "bob@example.com: not removed from your contact list. The server did not do it. Try "
	    "again later.\nFriends: the group was not deleted. The server did not do it. Try "
	    "again later.",
	    NULL);
	end();
}

static void
test_groups_of_no_server(void)
{
	begin();
	fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	load();
	/* lesson_073: the home gets a name, so it becomes a group. */
	fake_user_renames("Buddies", "Friends");
	expect_events("rename group Buddies Friends", "edit move bob@example.com -> Friends", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_LIST_FULL, 0, "x"));
	forget_events();
	fake_buddy_add(account, "Local", "local@example.com", NULL);
	fake_user_deletes(account, "Local");
	expect_no_events();
	end();
}

static void
test_group_to_home(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	fake_user_renames("Friends", "Buddies");
	expect_events("rename group Friends Buddies", "edit delete Friends", NULL);
	end();
}

static void
test_two_groups_become_one(void)
{
	g_autoptr(GList) moved = NULL;
	PurpleBuddy *bob;
	PurpleGroup gone = { .name = (char *)"Friends" };

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	/* As libpurple's purple_blist_rename_group() does it. */
	bob = fake_buddy_find("Friends", "bob@example.com");
	fake_user_moves(bob, "Work");
	prpl->remove_group(account->gc, &gone);
	moved = g_list_append(NULL, bob);
	prpl->rename_group(account->gc, "Friends", purple_find_group("Work"), moved);
	expect_events("edit move bob@example.com Friends -> Work", "edit delete Friends", NULL);
	end();
}

static void
test_alias(void)
{
	MsnpContact *bob;
	PurpleBuddy *buddy;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL, NULL, "Bobby", "g1 g2");
	load();
	buddy = fake_buddy_find("Friends", "bob@example.com");
	fake_user_aliases(buddy, "Bobby");
	expect_no_events();
	fake_user_aliases(buddy, "Robert <3");
	expect_events("edit alias bob@example.com \"Robert <3\"", NULL);
	fake_contact_text(&bob->nickname, "Robert <3");
	changed(bob, MSNP_CHANGE_ALIAS);
	fake_edit_done(NULL);
	expect_events("alias bob@example.com Robert <3", NULL);
	g_assert_cmpstr(
	    purple_buddy_get_local_buddy_alias(fake_buddy_find("Work", "bob@example.com")), ==,
	    "Robert <3");

	fake_user_aliases(buddy, NULL);
	expect_events("edit alias bob@example.com \"\"", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"));
	expect_events("notify Contact list: bob@example.com: the alias was not changed | There is "
		      "no connection to the server at the moment.",
		      "alias bob@example.com Robert <3", NULL);
	end();
}

static void
test_close_in_the_middle(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	fake_user_adds(account, "Friends", "carol@example.com", NULL, NULL);
	fake_user_renames("Friends", "Family");
	prpl->add_deny(account->gc, "bob@example.com");
	prpl->set_public_alias(account->gc, "Alice", NULL, NULL);
	forget_events();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	/* Nothing is told: the next sign-on shows what is so. */
	expect_events("core close", NULL);
	end();
}

static void
test_not_signed_on(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	fake_roster_fetched();
	run_main_loop();
	forget_events();
	fake_user_removes(fake_buddy_find("Friends", "bob@example.com"));
	run_main_loop();
	expect_events("notify Contact list: bob@example.com: not removed from your contact list | "
		      "There is no connection to the server at the moment.",
		      "buddy bob@example.com in Friends", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/changes/lesson_065_add", test_add);
	g_test_add_func("/adapter/changes/lesson_073_add-without-group", test_add_without_group);
	g_test_add_func("/adapter/changes/lesson_073_real-group-of-that-name",
			test_add_to_real_group_of_that_name);
	g_test_add_func("/adapter/changes/add-twice", test_add_twice);
	g_test_add_func("/adapter/changes/lesson_058_invalid-address", test_invalid_address);
	g_test_add_func("/adapter/changes/lesson_060_refused-adds", test_refused_adds);
	g_test_add_func("/adapter/changes/many-failures", test_many_failures);
	g_test_add_func("/adapter/changes/lesson_069_remove", test_remove);
	g_test_add_func("/adapter/changes/removed-by-merge", test_removed_by_merge);
	g_test_add_func("/adapter/changes/refused-removal", test_refused_removal);
	g_test_add_func("/adapter/changes/lesson_074_move", test_move);
	g_test_add_func("/adapter/changes/move-into-group-that-has-it",
			test_move_into_group_that_has_it);
	g_test_add_func("/adapter/changes/lesson_075_groups", test_groups);
	g_test_add_func("/adapter/changes/refused-rename", test_refused_rename);
	g_test_add_func("/adapter/changes/refused-deletion", test_refused_deletion);
	g_test_add_func("/adapter/changes/groups-of-no-server", test_groups_of_no_server);
	g_test_add_func("/adapter/changes/group-to-home", test_group_to_home);
	g_test_add_func("/adapter/changes/two-groups-become-one", test_two_groups_become_one);
	g_test_add_func("/adapter/changes/alias", test_alias);
	g_test_add_func("/adapter/changes/close-in-the-middle", test_close_in_the_middle);
	g_test_add_func("/adapter/changes/not-signed-on", test_not_signed_on);
	return g_test_run();
}
