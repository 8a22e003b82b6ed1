/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every action on the contact list, with two clients in the real libpurple, on the service as it is
 * documented and as people use it: afterwards the server's list, the list here, and that of a
 * sign-on which knows nothing yet are the same.
 */
#include <string.h>

#include "list-user.h"

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"
#define DAN   "dan@example.com"
#define ERIN  "erin@example.com"
#define FRANK "frank@example.com"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"a\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Work\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"groups\": [\"Friends\", \"Work\"] },"
    "  { \"handle\": \"erin@example.com\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"b\", \"name\": \"Bob\","
    "  \"groups\": [\"Bob's\"], \"contacts\": ["
    "  { \"handle\": \"alice@example.com\", \"groups\": [\"Bob's\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"c\", \"name\": \"Carol\" },"
    "{ \"handle\": \"dan@example.com\", \"password\": \"d\", \"name\": \"Dan\" },"
    "{ \"handle\": \"erin@example.com\", \"password\": \"e\" },"
    "{ \"handle\": \"frank@example.com\", \"password\": \"f\" } ] }";

/* What the lists begin with, but for who is in which group. */
#define ALLOWED "allow " BOB, "allow " ERIN
#define AT_HOME "in " HOME ": " ERIN

static MsnpServer *server;
static PurpleAccount *alice, *bob;

static void
sign_on(PurpleAccount *account)
{
	headless_sign_on(account);
	wait_until(purple_account_is_connected(account));
}

static void
begin(gconstpointer behaviour)
{
	server = headless_serve(accounts, behaviour);
	alice = headless_account(server, ALICE, "a");
	bob = headless_account(server, BOB, "b");
	sign_on(alice);
	sign_on(bob);
	expect_lists(server, alice, "group Friends", "group Work", "in Friends: " BOB,
		     "in Work: " BOB, AT_HOME, ALLOWED, NULL);
	expect_lists(server, bob, "group Bob's", "in Bob's: " ALICE, "allow " ALICE, NULL);
}

/* As on a machine that knows nothing: neither libpurple nor the core has kept anything. */
static void
afresh(void)
{
	purple_accounts_delete(alice);
	alice = headless_account(server, ALICE, "a");
	sign_on(alice);
}

/* There, here, and afresh. */
#define expect_everywhere(...)                                                                     \
	G_STMT_START                                                                               \
	{                                                                                          \
		expect_lists(server, alice, __VA_ARGS__);                                          \
		g_assert_cmpstr(headless_notices(), ==, "");                                       \
		afresh();                                                                          \
		expect_lists(server, alice, __VA_ARGS__);                                          \
	}                                                                                          \
	G_STMT_END

static void
expect_notice(const char *part)
{
	wait_until(*headless_notices());
	if (!strstr(headless_notices(), part))
		g_error("\"%s\" does not say \"%s\"", headless_notices(), part);
	headless_windows_forget();
}

static gboolean
is_online(PurpleAccount *account, const char *who)
{
	return g_str_equal(headless_status(account, who), "available");
}

/* ---- Adding and being added ---- */

/* lesson_061, lesson_062, lesson_064, lesson_065 */
static void
test_add_online(gconstpointer behaviour)
{
	PurpleAccount *carol;

	begin(behaviour);
	carol = headless_account(server, CAROL, "c");
	sign_on(carol);
	user_adds(alice, CAROL, "&<>\"'", "Hi & <hello>");
	wait_until(headless_n_requests() == 1);
	g_assert_cmpstr(headless_request(0), ==, CAROL ": " ALICE " (Alice) Hi & <hello>");
	headless_answer(0, TRUE);
	expect_lists(server, carol, "allow " ALICE, NULL);
	user_adds(carol, ALICE, "Carol's", NULL);
	wait_until(is_online(alice, CAROL) && is_online(carol, ALICE));
	headless_say(alice, CAROL, "hello");
	wait_until(g_str_equal(headless_transcript(carol, ALICE), "< hello\n"));
	expect_lists(server, carol, "group Carol's", "in Carol's: " ALICE, "allow " ALICE, NULL);
	/* Alice is not asked about Carol, who is on her list, and Carol not twice. */
	headless_sign_off(carol);
	sign_on(carol);
	expect_lists(server, carol, "group Carol's", "in Carol's: " ALICE, "allow " ALICE, NULL);
	g_assert_cmpuint(headless_n_requests(), ==, 1);
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, "group &<>\"'", "in &<>\"': " CAROL, "allow " CAROL,
			  NULL);
	headless_clear(server);
}

static void
test_add_offline(gconstpointer behaviour)
{
	PurpleAccount *dan;

	begin(behaviour);
	user_adds(alice, DAN,
		  "Gr\xc3\xbc\xc3\x9f"
		  "e \xe6\x97\xa5\xe6\x9c\xac",
		  "It's me");
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED,
			  "group Gr\xc3\xbc\xc3\x9f"
			  "e \xe6\x97\xa5\xe6\x9c\xac",
			  "in Gr\xc3\xbc\xc3\x9f"
			  "e \xe6\x97\xa5\xe6\x9c\xac: " DAN,
			  "allow " DAN, NULL);
	dan = headless_account(server, DAN, "d");
	sign_on(dan);
	wait_until(headless_n_requests() == 1);
	g_assert_cmpstr(headless_request(0), ==, DAN ": " ALICE " (Alice) It's me");
	headless_answer(0, FALSE);
	expect_lists(server, dan, "block " ALICE, NULL);
	headless_sign_off(dan);
	sign_on(dan);
	expect_lists(server, dan, "block " ALICE, NULL);
	g_assert_cmpuint(headless_n_requests(), ==, 1);
	headless_clear(server);
}

/* lesson_063: whoever was not answered is asked about again; windows that outlive their connection
 * in spite of libpurple are for the tests of the adapter. */
static void
test_window_closed_by_sign_off(gconstpointer behaviour)
{
	PurpleAccount *dan;

	begin(behaviour);
	dan = headless_account(server, DAN, "d");
	sign_on(dan);
	user_adds(alice, DAN, "Friends", NULL);
	wait_until(headless_n_requests() == 1);
	headless_sign_off(dan);
	g_assert_false(headless_request_is_open(0));
	sign_on(dan);
	wait_until(headless_n_requests() == 2);
	expect_lists(server, dan, NULL);
	/* And with the account. */
	purple_accounts_delete(dan);
	g_assert_false(headless_request_is_open(1));
	dan = headless_account(server, DAN, "d");
	sign_on(dan);
	wait_until(headless_n_requests() == 3);
	headless_answer(2, TRUE);
	expect_lists(server, dan, "allow " ALICE, NULL);
	headless_clear(server);
}

/* lesson_058, lesson_060: in words, and no ghost stays. */
static void
test_add_refused(gconstpointer behaviour)
{
	begin(behaviour);
	user_adds(alice, "nobody@example.com", "Friends", NULL);
	expect_notice("Nobody at this service has this address.");
	user_adds(alice, "no address", "New", NULL);
	expect_notice("This is not a valid address.");
	user_adds(alice, "with space@example.com", HOME, NULL);
	expect_notice("This is not a valid address.");
	wait_until(!purple_find_buddy(alice, "nobody@example.com") &&
		   !purple_find_buddy(alice, "no address") &&
		   !purple_find_buddy(alice, "with space@example.com"));
	purple_blist_remove_group(purple_find_group("New"));
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

/* lesson_073: nothing is made on the server for those who are in no group. */
static void
test_add_without_group(gconstpointer behaviour)
{
	begin(behaviour);
	user_adds(alice, "Carol@Example.COM", HOME, NULL);
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, "in " HOME ": " CAROL, "allow " CAROL, NULL);
	headless_clear(server);
}

/* ---- Removing and moving ---- */

static void
test_remove(gconstpointer behaviour)
{
	begin(behaviour);
	/* lesson_069: from one of two, then altogether. */
	user_removes(alice, BOB, "Work");
	expect_lists(server, alice, "group Friends", "group Work", "in Friends: " BOB, AT_HOME,
		     ALLOWED, NULL);
	user_removes(alice, BOB, "Friends");
	user_removes(alice, ERIN, HOME);
	expect_everywhere("group Friends", "group Work", ALLOWED, NULL);
	/* And back. */
	user_adds(alice, BOB, "Work", NULL);
	expect_everywhere("group Friends", "group Work", "in Work: " BOB, ALLOWED, NULL);
	headless_clear(server);
}

static void
test_move(gconstpointer behaviour)
{
	begin(behaviour);
	/* lesson_075: to one that the server does not have; all digits. */
	user_moves(alice, BOB, "Friends", "12345");
	user_moves(alice, ERIN, HOME, "Work");
	expect_lists(server, alice, "group Friends", "group Work", "group 12345", "in 12345: " BOB,
		     "in Work: " BOB, "in Work: " ERIN, ALLOWED, NULL);
	/* Faster than the server. */
	user_moves(alice, ERIN, "Work", "Friends");
	user_moves(alice, ERIN, "Friends", "12345");
	user_moves(alice, ERIN, "12345", HOME);
	user_removes(alice, BOB, "Work");
	user_moves(alice, BOB, "12345", "Friends");
	expect_everywhere("group Friends", "group Work", "group 12345", "in Friends: " BOB, AT_HOME,
			  ALLOWED, NULL);
	headless_clear(server);
}

/* ---- Groups ---- */

#define LONGEST "0123456789abcdefghijABCDEFGHIJ0123456789abcdefghijABCDEFGHIJ\xc3\xa4"

/* lesson_072 */
static void
test_rename_group(gconstpointer behaviour)
{
	begin(behaviour);
	user_renames("Work", "B\xc3\xbcro & <Co> \"'");
	user_renames("Friends", "007");
	expect_lists(server, alice, "group 007", "group B\xc3\xbcro & <Co> \"'", "in 007: " BOB,
		     "in B\xc3\xbcro & <Co> \"': " BOB, AT_HOME, ALLOWED, NULL);
	user_renames("007", LONGEST);
	expect_everywhere("group " LONGEST, "group B\xc3\xbcro & <Co> \"'", "in " LONGEST ": " BOB,
			  "in B\xc3\xbcro & <Co> \"': " BOB, AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

static void
test_rename_refused(gconstpointer behaviour)
{
	static const char too_long[] = LONGEST "x";
	static const char *const names[] = { too_long, "(No Group)" };

	begin(behaviour);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		user_renames("Work", names[i]);
		expect_notice("The name is empty, too long, or one that the service keeps for "
			      "itself.");
		wait_until(user_finds(alice, BOB, "Work"));
		g_assert_null(purple_find_group(names[i]));
	}
	user_adds(alice, CAROL, too_long, NULL);
	expect_notice("The name is empty");
	wait_until(!purple_find_buddy(alice, CAROL));
	purple_blist_remove_group(purple_find_group(too_long));
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

/* One group under two names: libpurple moves the contacts and drops the old group. Before, bob is
 * dragged to where he is already: the one in the old group goes, and he stays. (Both at once, and
 * libpurple 2.14 reads what it has freed.) */
static void
test_rename_to_other(gconstpointer behaviour)
{
	begin(behaviour);
	user_moves(alice, ERIN, HOME, "Work");
	user_drags(alice, BOB, "Work", "Friends");
	expect_lists(server, alice, "group Friends", "group Work", "in Friends: " BOB,
		     "in Work: " ERIN, ALLOWED, NULL);
	user_renames("Work", "Friends");
	expect_everywhere("group Friends", "in Friends: " BOB, "in Friends: " ERIN, ALLOWED, NULL);
	headless_clear(server);
}

static void
test_delete_group(gconstpointer behaviour)
{
	begin(behaviour);
	user_moves(alice, ERIN, HOME, "Work");
	user_moves(alice, ERIN, "Work", "Friends");
	/* With bob, who stays in the other one; then with the last who are in it; then empty. */
	user_deletes("Work");
	expect_lists(server, alice, "group Friends", "in Friends: " BOB, "in Friends: " ERIN,
		     ALLOWED, NULL);
	user_moves(alice, ERIN, "Friends", "Empty");
	user_moves(alice, ERIN, "Empty", HOME);
	user_deletes("Friends");
	expect_lists(server, alice, "group Empty", AT_HOME, ALLOWED, NULL);
	user_deletes("Empty");
	expect_everywhere(AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

/* ---- Names ---- */

/* lesson_081 */
static void
test_alias(gconstpointer behaviour)
{
	begin(behaviour);
	user_aliases(alice, BOB, "Bobby <B> & \"co\"");
	user_aliases(alice, ERIN, "007");
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, "alias " BOB ": Bobby <B> & \"co\"",
			  "alias " ERIN ": 007", NULL);
	user_aliases(alice, BOB, "");
	user_aliases(alice, ERIN, NULL);
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

static char *told;

static void
on_name(PurpleAccount *account, const char *name)
{
	g_assert_true(account == alice);
	g_free(told);
	told = g_strdup(name);
}

static void
on_no_name(PurpleAccount *account G_GNUC_UNUSED, const char *words)
{
	g_error("the name was refused: %s", words);
}

static void
choose_name(const char *name, const char *seen)
{
	g_clear_pointer(&told, g_free);
	purple_account_set_public_alias(alice, name, on_name, on_no_name);
	wait_until(told);
	g_assert_cmpstr(told, ==, name);
	wait_until(g_strcmp0(purple_buddy_get_server_alias(purple_find_buddy(bob, ALICE)), seen) ==
		   0);
	g_clear_pointer(&told, g_free);
	purple_account_get_public_alias(alice, on_name, on_no_name);
	wait_until(told);
	g_assert_cmpstr(told, ==, seen);
}

/* lesson_077, lesson_078, lesson_080 */
static void
test_own_name(gconstpointer behaviour)
{
	begin(behaviour);
	choose_name("007", "007");
	choose_name("Alice <&> \xe2\x98\xba 100%", "Alice <&> \xe2\x98\xba 100%");
	headless_sign_off(alice);
	sign_on(alice);
	g_assert_cmpstr(purple_connection_get_display_name(purple_account_get_connection(alice)),
			==, "Alice <&> \xe2\x98\xba 100%");
	wait_until(g_str_equal(purple_buddy_get_server_alias(purple_find_buddy(bob, ALICE)),
			       "Alice <&> \xe2\x98\xba 100%"));
	g_clear_pointer(&told, g_free);
	headless_clear(server);
}

/* ---- Who may write ---- */

/* lesson_066, lesson_067 */
static void
test_block(gconstpointer behaviour)
{
	begin(behaviour);
	wait_until(is_online(bob, ALICE));
	purple_privacy_deny_add(alice, BOB, FALSE);
	purple_privacy_deny_add(alice, FRANK, FALSE);
	wait_until(!is_online(bob, ALICE));
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, "allow " ERIN, "block " BOB, "block " FRANK, NULL);
	purple_privacy_deny_remove(alice, BOB, FALSE);
	purple_privacy_deny_remove(alice, FRANK, FALSE);
	wait_until(is_online(bob, ALICE));
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, "allow " FRANK, NULL);
	/* Who is removed stays blocked. */
	purple_privacy_deny_add(alice, BOB, FALSE);
	user_removes(alice, BOB, "Friends");
	user_removes(alice, BOB, "Work");
	expect_everywhere("group Friends", "group Work", AT_HOME, "allow " ERIN, "allow " FRANK,
			  "block " BOB, NULL);
	headless_clear(server);
}

/* lesson_071 */
static void
test_modes(gconstpointer behaviour)
{
	begin(behaviour);
	user_chooses_mode(alice, PURPLE_PRIVACY_ALLOW_USERS);
	purple_privacy_permit_add(alice, FRANK, FALSE);
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, "allow " FRANK, "only the allowed", NULL);
	purple_privacy_permit_remove(alice, FRANK, FALSE);
	user_chooses_mode(alice, PURPLE_PRIVACY_DENY_USERS);
	expect_everywhere("group Friends", "group Work", "in Friends: " BOB, "in Work: " BOB,
			  AT_HOME, ALLOWED, NULL);
	headless_clear(server);
}

/* ---- What is shown ---- */

static gboolean
info_has(const char *line)
{
	serv_get_info(purple_account_get_connection(alice), BOB);
	return strstr(headless_info(), line) != NULL;
}

/* lesson_070, and what the issue names: each line of Get Info in the real libpurple. */
static void
test_info(gconstpointer behaviour)
{
	static const char *const lines[] = {
		"Address</b>: bob@example.com",
		"Display name</b>: Bob",
		"Alias</b>: Bobby",
		"Status</b>: Busy",
		"Message</b>: 1 &lt; 2",
		"Client</b>: Windows Live",
		"Groups</b>: Friends, Work",
		"Network</b>: MSN Messenger",
		"Has you on their list</b>: Yes",
	};

	begin(behaviour);
	user_aliases(alice, BOB, "Bobby");
	purple_account_set_status(bob, "busy", TRUE, "message", "1 &lt; 2", NULL);
	wait_until(g_str_equal(headless_message(alice, BOB), "1 < 2"));
	expect_lists(server, alice, "group Friends", "group Work", "in Friends: " BOB,
		     "in Work: " BOB, AT_HOME, ALLOWED, "alias " BOB ": Bobby", NULL);
	/* Once the answer is there, too. */
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		wait_until(info_has(lines[i]));
	headless_clear(server);
}

static const struct {
	const char *name;
	GTestDataFunc run;
} rows[] = {
	{ "add-online", test_add_online },
	{ "add-offline", test_add_offline },
	{ "lesson_063_window-closed-by-sign-off", test_window_closed_by_sign_off },
	{ "add-refused", test_add_refused },
	{ "lesson_073_add-without-group", test_add_without_group },
	{ "lesson_069_remove", test_remove },
	{ "lesson_074_move", test_move },
	{ "lesson_072_rename-group", test_rename_group },
	{ "rename-refused", test_rename_refused },
	{ "rename-to-other", test_rename_to_other },
	{ "delete-group", test_delete_group },
	{ "lesson_081_alias", test_alias },
	{ "lesson_080_own-name", test_own_name },
	{ "lesson_066_block", test_block },
	{ "lesson_071_modes", test_modes },
	{ "info", test_info },
};

int
main(int argc, char **argv)
{
	static const char *const behaviours[] = { NULL, "escargot" };
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	for (guint b = 0; b < G_N_ELEMENTS(behaviours); b++)
		for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
			g_autofree char *path = g_strdup_printf(
			    "/endtoend/actions/%s/%s", behaviours[b] ? behaviours[b] : "documented",
			    rows[i].name);

			g_test_add_data_func(path, behaviours[b], rows[i].run);
		}
	status = g_test_run();
	headless_stop();
	return status;
}
