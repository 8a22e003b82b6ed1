/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changes at another place, and buddies that only stand here. */
#include "list-fixture.h"

static void
changed(MsnpContact *contact, guint changes)
{
	fake_contact_changed(contact, changes);
	run_main_loop();
}

static void
confirmed(void)
{
	fake_roster_confirmed();
	run_main_loop();
}

/* lesson_055: nothing of it goes back to the server. */
static void
test_appear_move_disappear(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_contact("carol@example.com", FL, NULL, NULL, "g1");
	load();
	bob = fake_contact("bob@example.com", FL | AL, "Bob", "Bobby", "g1");
	changed(bob, MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS | MSNP_CHANGE_ALIAS);
	expect_events("buddy bob@example.com in Friends alias Bobby",
		      "server alias bob@example.com Bob", "save", NULL);
	fake_contact_set_groups(bob, "g2");
	changed(bob, MSNP_CHANGE_GROUPS);
	expect_events("move bob@example.com Friends Work", "server alias bob@example.com Bob",
		      NULL);
	fake_contact_set_groups(bob, "g1 g2");
	changed(bob, MSNP_CHANGE_GROUPS);
	expect_events("server alias bob@example.com Bob",
		      "buddy bob@example.com in Friends alias Bobby",
		      "server alias bob@example.com Bob", NULL);
	/* In no group any more: home, and once. */
	fake_contact_set_groups(bob, "");
	changed(bob, MSNP_CHANGE_GROUPS);
	expect_events("group Buddies", "move bob@example.com Friends Buddies",
		      "server alias bob@example.com Bob", "remove bob@example.com from Work", NULL);
	fake_contact_text(&bob->nickname, "Rob");
	changed(bob, MSNP_CHANGE_ALIAS);
	expect_events("alias bob@example.com Rob", "server alias bob@example.com Bob", NULL);
	bob->lists = BL;
	changed(bob, MSNP_CHANGE_LISTS);
	/* lesson_039: who goes, goes when the whole list has been read. */
	expect_events("save", "save", NULL);
	g_assert_null(account->permit);
	g_assert_cmpstr(account->deny->data, ==, "bob@example.com");
	confirmed();
	expect_events("remove bob@example.com from Buddies", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 1);
	end();
}

/* lesson_039, lesson_055: the server's groups count at sign-on. */
static void
test_moved_while_offline(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_buddy_add(account, "Friends", "bob@example.com", "Mine");
	fake_buddy_add(account, "Old", "bob@example.com", NULL);
	fake_buddy_add(account, "Work", "dan@example.com", NULL);
	fake_contact("bob@example.com", FL, NULL, NULL, "g2");
	fake_contact("dan@example.com", FL, NULL, NULL, NULL);
	fake_roster_fetched();
	run_main_loop();
	expect_events("core sign on", "group Buddies", "move dan@example.com Work Buddies",
		      "move bob@example.com Old Work", "remove bob@example.com from Friends", NULL);
	end();
}

static void
test_status_of_who_appears(void)
{
	MsnpContact *bob;

	begin();
	load();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	bob->status = MSNP_STATUS_BUSY;
	changed(bob, MSNP_CHANGE_LISTS);
	expect_events("group Buddies", "buddy bob@example.com in Buddies",
		      "status bob@example.com busy", NULL);
	end();
}

static void
test_same_address_on_two_networks(void)
{
	MsnpContact *passport, *yahoo;

	begin();
	passport = fake_contact("bob@example.com", AL, NULL, NULL, NULL);
	yahoo = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	yahoo->network = MSNP_NETWORK_YAHOO;
	load();
	changed(passport, MSNP_CHANGE_LISTS);
	expect_no_events();
	g_assert_cmpuint(fake_buddies_count(), ==, 1);
	end();
}

static void
local_buddies(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	fake_contact("eve@example.com", RL | PL, NULL, NULL, NULL);
	fake_buddy_add(account, "Friends", "Bob@Example.com", NULL);
	fake_buddy_add(account, "Friends", "carol@example.com", "Caz");
	fake_buddy_add(account, "Work", "carol@example.com", "Caz");
	fake_buddy_add(account, "Work", "eve@example.com", NULL);
	/* lesson_056: oneself is not on the server's list. */
	fake_buddy_add(account, "Work", "Alice@example.com", NULL);
	fake_roster_fetched();
	run_main_loop();
	expect_events("core sign on", NULL);
	fake_progress(MSNP_STEP_SIGNED_ON);
	/* lesson_038: one dialog, and nothing without an answer. */
	expect_events("progress 5 Signed on", "connection state connected",
		      "question 2: carol@example.com\neve@example.com",
		      "answer _Add them to the server", "answer _Remove them here",
		      "answer Ask me _later", NULL);
	fake_sign_on_done(NULL);
	run_main_loop();
	expect_no_events();
}

static void
test_unknown_are_added(void)
{
	local_buddies();
	fake_action_choose(0);
	expect_events("edit add eve@example.com -> Work", "edit add carol@example.com -> Work",
		      "edit put carol@example.com -> Friends", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_NO_SUCH_ACCOUNT, 0, "x"));
	fake_edit_done(msnp_error_new(MSNP_ERROR_NOT_ON_LIST, 0, "x"));
	fake_edit_done(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"));
	forget_events();
	/* They were here before, so they stay. */
	g_assert_nonnull(fake_buddy_find("Friends", "carol@example.com"));
	g_assert_nonnull(fake_buddy_find("Work", "eve@example.com"));
	end();
}

static void
test_unknown_are_removed(void)
{
	local_buddies();
	fake_action_choose(1);
	expect_events("remove eve@example.com from Work", "remove carol@example.com from Work",
		      "remove carol@example.com from Friends", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 2);
	end();
}

static void
sign_off(void)
{
	prpl->close(account->gc);
}

/* What hears of the first one signs the account off: the rest stays as it is. */
static void
test_sign_off_while_removed(void)
{
	local_buddies();
	fake_hears_removal = sign_off;
	fake_action_choose(1);
	expect_events("remove eve@example.com from Work", "core close", NULL);
	end();
}

static void
test_unknown_stay(void)
{
	MsnpContact *carol;

	local_buddies();
	fake_action_choose(2);
	expect_no_events();
	/* A stranger to the server may well be on other lists of it. */
	carol = fake_contact("carol@example.com", RL | PL, NULL, NULL, NULL);
	changed(carol, MSNP_CHANGE_LISTS);
	expect_no_events();
	/* Once known, the server counts. */
	carol->lists |= FL;
	fake_contact_set_groups(carol, "g1");
	changed(carol, MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS);
	expect_events("remove carol@example.com from Work", NULL);
	carol->lists = RL;
	changed(carol, MSNP_CHANGE_LISTS);
	confirmed();
	expect_events("remove carol@example.com from Friends", NULL);
	end();
}

static void
test_answer_after_close(void)
{
	local_buddies();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	forget_events();
	fake_action_choose(0);
	fake_action_choose(1);
	expect_no_events();
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/elsewhere/lesson_055_appear-move-disappear",
			test_appear_move_disappear);
	g_test_add_func("/adapter/elsewhere/lesson_039_moved-while-offline",
			test_moved_while_offline);
	g_test_add_func("/adapter/elsewhere/status-of-who-appears", test_status_of_who_appears);
	g_test_add_func("/adapter/elsewhere/same-address-on-two-networks",
			test_same_address_on_two_networks);
	g_test_add_func("/adapter/elsewhere/lesson_038_unknown-are-added", test_unknown_are_added);
	g_test_add_func("/adapter/elsewhere/unknown-are-removed", test_unknown_are_removed);
	g_test_add_func("/adapter/elsewhere/sign-off-while-removed", test_sign_off_while_removed);
	g_test_add_func("/adapter/elsewhere/unknown-stay", test_unknown_stay);
	g_test_add_func("/adapter/elsewhere/answer-after-close", test_answer_after_close);
	return g_test_run();
}
