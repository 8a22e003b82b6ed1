/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The contact list in the real libpurple: what a user does on one account, what the other one is
 * told, and that a fresh sign-on, with nothing kept here, shows the same.
 */
#include <string.h>

#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\" },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"

static MsnpServer *server;
static PurpleAccount *alice, *carol;
static guint asked;
static int answer; /* above 0: yes, below: no */

static int
on_request(PurpleAccount *account, const char *who, gpointer data G_GNUC_UNUSED)
{
	g_assert_true(account == carol);
	g_assert_cmpstr(who, ==, ALICE);
	asked++;
	return answer;
}

static PurpleBuddy *
buddy_in(const char *who, const char *group_name)
{
	PurpleGroup *group = purple_find_group(group_name);

	return group ? purple_find_buddy_in_group(alice, who, group) : NULL;
}

/* As the dialog of a user interface does it. */
static void
add(PurpleAccount *account, const char *who, const char *group_name)
{
	PurpleGroup *group = purple_find_group(group_name);
	PurpleBuddy *buddy = purple_buddy_new(account, who, NULL);

	if (!group) {
		group = purple_group_new(group_name);
		purple_blist_add_group(group, NULL);
	}
	purple_blist_add_buddy(buddy, NULL, group, NULL);
	purple_account_add_buddy(account, buddy);
}

static void
begin(int answer_of_carol)
{
	asked = 0;
	answer = answer_of_carol;
	server = headless_serve(accounts, NULL);
	alice = headless_account(server, ALICE, "alice");
	carol = headless_account(server, CAROL, "carol");
	purple_signal_connect(purple_accounts_get_handle(), "account-authorization-requested",
			      &asked, PURPLE_CALLBACK(on_request), NULL);
	headless_sign_on(alice);
	headless_sign_on(carol);
	wait_until(purple_account_is_connected(alice) && purple_account_is_connected(carol));
	wait_until(buddy_in(BOB, "Friends"));
}

static void
end(void)
{
	purple_signals_disconnect_by_handle(&asked);
	headless_clear(server);
}

/* Alice's list as a machine that knows nothing yet gets it. */
static void
sign_alice_on_afresh(void)
{
	headless_sign_off(alice);
	purple_accounts_delete(alice);
	alice = headless_account(server, ALICE, "alice");
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
}

static gboolean
is_online(PurpleAccount *account, const char *who)
{
	return g_str_equal(headless_status(account, who), "available");
}

static void
test_added_and_accepted(void)
{
	begin(1);
	add(alice, CAROL, "Choir & band");
	wait_until(asked == 1);
	/* The permit list follows when the answer is through. */
	wait_until(carol->permit && g_str_equal(carol->permit->data, ALICE));
	wait_until(is_online(alice, CAROL));
	headless_sign_off(carol);
	headless_sign_on(carol);
	wait_until(purple_account_is_connected(carol));
	wait_until(is_online(alice, CAROL));
	g_assert_cmpuint(asked, ==, 1);
	sign_alice_on_afresh();
	wait_until(buddy_in(CAROL, "Choir & band"));
	end();
}

static void
test_declined(void)
{
	begin(-1);
	add(alice, CAROL, "Friends");
	wait_until(asked == 1);
	wait_until(carol->deny && g_str_equal(carol->deny->data, ALICE));
	headless_sign_off(carol);
	headless_sign_on(carol);
	wait_until(purple_account_is_connected(carol));
	g_assert_cmpuint(asked, ==, 1);
	end();
}

static void
test_no_such_account(void)
{
	begin(1);
	add(alice, "nobody@example.com", "Friends");
	wait_until(!purple_find_buddy(alice, "nobody@example.com"));
	add(alice, "no address", "Friends");
	wait_until(!purple_find_buddy(alice, "no address"));
	end();
}

static void
test_moved_renamed_aliased(void)
{
	PurpleBuddy *bob;
	PurpleGroup *group;

	begin(1);
	bob = buddy_in(BOB, "Friends");
	group = purple_group_new("New & shiny");
	purple_blist_add_group(group, NULL);
	purple_blist_add_buddy(bob, NULL, group, NULL);
	purple_blist_alias_buddy(bob, "Bobby <B>");
	serv_alias_buddy(bob);
	purple_blist_rename_group(group, "Pals");
	/* What was asked for last is through when the list is put right behind it. */
	add(alice, "nobody@example.com", "Pals");
	wait_until(!purple_find_buddy(alice, "nobody@example.com"));
	sign_alice_on_afresh();
	wait_until(buddy_in(BOB, "Pals"));
	g_assert_null(buddy_in(BOB, "Friends"));
	g_assert_cmpstr(purple_buddy_get_alias(buddy_in(BOB, "Pals")), ==, "Bobby <B>");
	end();
}

static void
test_blocked_and_removed(void)
{
	PurpleBuddy *bob;

	begin(1);
	bob = buddy_in(BOB, "Friends");
	purple_privacy_deny_add(alice, BOB, FALSE);
	purple_account_remove_buddy(alice, bob, purple_buddy_get_group(bob));
	purple_blist_remove_buddy(bob);
	add(alice, "nobody@example.com", "Friends");
	wait_until(!purple_find_buddy(alice, "nobody@example.com"));
	sign_alice_on_afresh();
	wait_until(alice->deny && g_str_equal(alice->deny->data, BOB));
	g_assert_null(purple_find_buddy(alice, BOB));
	end();
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/lists/added-and-accepted", test_added_and_accepted);
	g_test_add_func("/endtoend/lists/declined", test_declined);
	g_test_add_func("/endtoend/lists/no-such-account", test_no_such_account);
	g_test_add_func("/endtoend/lists/moved-renamed-aliased", test_moved_renamed_aliased);
	g_test_add_func("/endtoend/lists/blocked-and-removed", test_blocked_and_removed);
	status = g_test_run();
	headless_stop();
	return status;
}
