/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People who have added us: asked once, answered once, whatever becomes of the connection. */
#include "list-fixture.h"

static MsnpContact *
request_of_bob(void)
{
	MsnpContact *bob = fake_contact("bob@example.com", RL | PL, "Bob <b>", NULL, NULL);

	fake_contact_text(&bob->invite_message, "Hi & hello");
	fake_request(bob);
	expect_events("request alice@example.com: bob@example.com (Bob <b>) Hi & hello", NULL);
	return bob;
}

/* lesson_061, lesson_062, lesson_064 */
static void
test_accept(void)
{
	MsnpContact *bob;

	begin();
	load();
	bob = request_of_bob();
	fake_request(bob);
	expect_no_events();
	fake_request_answer(TRUE);
	expect_events("edit accept bob@example.com", NULL);
	bob->lists = RL | AL;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	fake_edit_done(NULL);
	expect_events("save", NULL);
	g_assert_cmpstr(account->permit->data, ==, "bob@example.com");
	/* One answer is enough. */
	fake_request_answer(FALSE);
	expect_no_events();
	end();
}

/* bitlbee */
static void
test_accept_of_unlisted_account(void)
{
	begin();
	fake_account_unlist(account);
	load();
	request_of_bob();
	fake_request_answer(TRUE);
	expect_events("edit accept bob@example.com", NULL);
	end();
}

static void
test_decline(void)
{
	MsnpContact *bob;

	begin();
	load();
	bob = fake_contact("bob@example.com", FL | RL | PL, "bob@example.com", NULL, NULL);
	fake_request(bob);
	expect_events("request alice@example.com: bob@example.com (no name) no message on list",
		      NULL);
	fake_request_answer(FALSE);
	expect_events("edit decline bob@example.com", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 0, "x"));
	expect_events("notify Contact list: bob@example.com: the request was not declined | The "
		      "server did not do it. Try again later.",
		      "group Buddies", "buddy bob@example.com in Buddies", NULL);
	end();
}

static void
test_answered_elsewhere(void)
{
	MsnpContact *bob;

	begin();
	load();
	bob = request_of_bob();
	bob->lists = RL | AL;
	fake_request_answer(FALSE);
	expect_no_events();
	end();
}

static void
test_accept_and_add(void)
{
	begin();
	load();
	request_of_bob();
	fake_request_answer(TRUE);
	fake_user_adds(account, "Buddies", "bob@example.com", NULL, NULL);
	expect_events("edit accept bob@example.com", "edit add bob@example.com", NULL);
	end();
}

/* lesson_063 */
static void
test_dialog_outlives_account(void)
{
	begin();
	load();
	request_of_bob();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	forget_events();
	fake_request_answer(TRUE);
	expect_no_events();
	end();
}

static void
test_dialog_outlives_connection(void)
{
	begin();
	load();
	request_of_bob();
	fake_account_free(account);
	run_main_loop();
	fake_core_stop();
	/* The same account, signed on again. */
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", "escargot");
	prpl->login(account);
	load();
	fake_contact("bob@example.com", RL | PL, NULL, NULL, NULL);
	fake_request_answer(TRUE);
	expect_events("edit accept bob@example.com", NULL);
	end();
}

/* Not answered: asked again, and only one of the two answers counts. */
static void
test_asked_again_at_next_sign_on(void)
{
	begin();
	load();
	request_of_bob();
	fake_account_free(account);
	run_main_loop();
	fake_core_stop();
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", "escargot");
	prpl->login(account);
	load();
	request_of_bob();
	fake_request_answer(TRUE);
	fake_request_answer(TRUE);
	expect_events("edit accept bob@example.com", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/requests/lesson_061_accept", test_accept);
	g_test_add_func("/adapter/requests/accept-of-unlisted-account",
			test_accept_of_unlisted_account);
	g_test_add_func("/adapter/requests/decline", test_decline);
	g_test_add_func("/adapter/requests/answered-elsewhere", test_answered_elsewhere);
	g_test_add_func("/adapter/requests/accept-and-add", test_accept_and_add);
	g_test_add_func("/adapter/requests/lesson_063_dialog-outlives-account",
			test_dialog_outlives_account);
	g_test_add_func("/adapter/requests/dialog-outlives-connection",
			test_dialog_outlives_connection);
	g_test_add_func("/adapter/requests/asked-again", test_asked_again_at_next_sign_on);
	return g_test_run();
}
