/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of last time: on the screen before the network has answered, in a file that only the
 * user can read and that goes with the account; and what was changed at other places since, or is
 * changed there while we are online.
 */
#include "list-user.h"

#include <glib/gstdio.h>
#include <string.h>

#include "wire/msnp-list-payload.h"

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"
#define DAN   "dan@example.com"
#define ERIN  "erin@example.com"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"a\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Work\", \"Empty\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob <3\", \"alias\": \"Bobby\","
    "    \"groups\": [\"Friends\"] },"
    "  { \"handle\": \"carol@example.com\", \"name\": \"Carol\","
    "    \"lists\": [\"FL\", \"BL\", \"RL\"], \"groups\": [\"Friends\", \"Work\"] },"
    "  { \"handle\": \"erin@example.com\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"b\", \"name\": \"Bob\" },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"c\", \"name\": \"Carol\" },"
    "{ \"handle\": \"dan@example.com\", \"password\": \"d\", \"name\": \"Dan\" },"
    "{ \"handle\": \"erin@example.com\", \"password\": \"e\" } ] }";

#define GROUPS        "group Friends", "group Work", "group Empty"
#define BOB_AS_EVER   "in Friends: " BOB, "alias " BOB ": Bobby", "allow " BOB
#define CAROL_AS_EVER "in Friends: " CAROL, "in Work: " CAROL, "block " CAROL
#define ERIN_AS_EVER  "in " HOME ": " ERIN, "allow " ERIN
#define AS_EVER       GROUPS, BOB_AS_EVER, CAROL_AS_EVER, ERIN_AS_EVER

static MsnpServer *server;
static PurpleAccount *alice;

static void
sign_on(void)
{
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
}

/* Alice has been signed on once, and is away. */
static void
begin(const char *behaviour)
{
	server = headless_serve(accounts, behaviour);
	alice = headless_account(server, ALICE, "a");
	sign_on();
	expect_lists(server, alice, AS_EVER, NULL);
}

static void
behave(const char *behaviour)
{
	g_autoptr(GError) error = NULL;

	msnp_server_add_fault(server, behaviour, &error);
	g_assert_no_error(error);
}

static char *
folder_new(void)
{
	return g_build_filename(purple_user_dir(), "msnp14", NULL);
}

/* The only file in our folder; NULL if there is none. */
static char *
file_new(void)
{
	g_autofree char *folder = folder_new();
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name = dir ? g_dir_read_name(dir) : NULL;
	char *file = name ? g_build_filename(folder, name, NULL) : NULL;

	if (name)
		g_assert_null(g_dir_read_name(dir));
	return file;
}

static void
test_file(void)
{
	g_autofree char *folder = folder_new();
	g_autofree char *file = NULL;
	g_autofree char *text = NULL;
	GStatBuf info;

	begin(NULL);
	headless_sign_off(alice);
	file = file_new();
	g_assert_nonnull(file);
	g_assert_true(g_str_has_prefix(file, purple_user_dir()));
	g_assert_cmpint(g_stat(file, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0600);
	g_assert_cmpint(g_stat(folder, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0700);
	/* Nothing secret. */
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_nonnull(strstr(text, BOB));
	g_assert_null(strstr(text, "password"));
	g_assert_null(strstr(text, "t="));
	purple_accounts_delete(alice);
	g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
	headless_clear(server);
}

static void
forget_buddies(void)
{
	GSList *buddies = purple_find_buddies(alice, NULL);

	for (GSList *l = buddies; l; l = l->next)
		purple_blist_remove_buddy(l->data);
	g_slist_free(buddies);
	while (alice->deny)
		purple_privacy_deny_remove(alice, alice->deny->data, TRUE);
}

static void
test_shown_before_answers(void)
{
	begin(NULL);
	headless_sign_off(alice);
	forget_buddies();
	behave("silence=ABFindAll");
	behave("silence=FindMembership");
	headless_sign_on(alice);
	wait_until(user_finds(alice, BOB, "Friends") && user_finds(alice, CAROL, "Work") &&
		   user_finds(alice, CAROL, "Friends") && user_finds(alice, ERIN, HOME));
	g_assert_true(purple_account_is_connecting(alice));
	g_assert_cmpstr(purple_buddy_get_local_buddy_alias(user_finds(alice, BOB, "Friends")), ==,
			"Bobby");
	g_assert_cmpstr(purple_buddy_get_server_alias(user_finds(alice, BOB, "Friends")), ==,
			"Bob <3");
	g_assert_cmpstr(headless_status(alice, BOB), ==, "offline");
	g_assert_false(purple_privacy_check(alice, CAROL) && alice->deny == NULL);
	/* Closed before anything came of it; then all is well. */
	headless_sign_off(alice);
	msnp_server_clear_faults(server);
	sign_on();
	expect_lists(server, alice, AS_EVER, NULL);
	g_assert_cmpstr(headless_question(), ==, "");
	headless_clear(server);
}

/* lesson_039: a read that ends in the middle changes nothing; the core has the other faults. */
static void
test_failed_read(void)
{
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	begin(NULL);
	before = list_here(alice);
	headless_sign_off(alice);
	msnp_server_change_elsewhere(server, ALICE, BOB, 0);
	behave("cut=ABFindAll:2000");
	headless_sign_on(alice);
	wait_until(headless_error(alice) >= 0);
	wait_until(purple_account_is_disconnected(alice));
	after = list_here(alice);
	g_assert_cmpstr(after, ==, before);
	msnp_server_clear_faults(server);
	sign_on();
	expect_lists(server, alice, GROUPS, CAROL_AS_EVER, ERIN_AS_EVER, NULL);
	headless_clear(server);
}

/* All of them, and none is of use; the core has the test of every byte. */
static void
test_corrupt_file(void)
{
	static const char *const texts[] = { "", "{", "{}", "[1, 2, 3]", "null", "\xff\xfe" };

	begin(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *file = NULL;

		headless_sign_off(alice);
		file = file_new();
		g_assert_true(g_file_set_contents(file, texts[i], -1, NULL));
		sign_on();
		expect_lists(server, alice, AS_EVER, NULL);
		g_assert_cmpstr(headless_question(), ==, "");
	}
	headless_clear(server);
}

/* ---- Changed at another place ---- */

static void
edit(MsnpServerEdit kind, const char *what, const char *to)
{
	if (!msnp_server_edit_elsewhere(server, ALICE, kind, what, to))
		g_error("the server does not do this: %s -> %s", what, to);
}

static void
lists(const char *who, guint bits)
{
	if (!msnp_server_change_elsewhere(server, ALICE, who, bits))
		g_error("the server does not know %s", who);
}

static void
change_everything(void)
{
	edit(MSNP_SERVER_EDIT_ADD_GROUP, "New & shiny", NULL);
	edit(MSNP_SERVER_EDIT_RENAME_GROUP, "Friends", "Pals");
	edit(MSNP_SERVER_EDIT_DELETE_GROUP, "Empty", NULL);
	edit(MSNP_SERVER_EDIT_MOVE, CAROL, "New & shiny");
	edit(MSNP_SERVER_EDIT_ALIAS, BOB, "Rob");
	edit(MSNP_SERVER_EDIT_PRIVACY, "BL", NULL);
	lists(CAROL, MSNP_LIST_FORWARD | MSNP_LIST_ALLOW | MSNP_LIST_REVERSE);
	lists(ERIN, MSNP_LIST_BLOCK);
	lists(DAN, MSNP_LIST_FORWARD | MSNP_LIST_ALLOW);
}

#define CHANGED                                                                                    \
	"group New & shiny", "group Pals", "group Work", "in Pals: " BOB, "alias " BOB ": Rob",    \
	    "allow " BOB, "in New & shiny: " CAROL, "allow " CAROL, "block " ERIN,                 \
	    "in " HOME ": " DAN, "allow " DAN, "only the allowed"

/* lesson_055: without a question, and nothing goes back to the server. */
static void
test_changed_while_away(void)
{
	guint writes;

	begin(NULL);
	headless_sign_off(alice);
	change_everything();
	sign_on();
	expect_lists(server, alice, CHANGED, NULL);
	g_assert_cmpstr(headless_question(), ==, "");
	writes = msnp_server_n_requests(server, "ABContactAdd") +
		 msnp_server_n_requests(server, "ABGroupAdd") +
		 msnp_server_n_requests(server, "ABGroupUpdate") +
		 msnp_server_n_requests(server, "ABGroupDelete") +
		 msnp_server_n_requests(server, "AddMember") +
		 msnp_server_n_requests(server, "DeleteMember");
	g_assert_cmpuint(writes, ==, 0);
	headless_clear(server);
}

static void
test_changed_while_online(void)
{
	begin(NULL);
	change_everything();
	expect_lists(server, alice, CHANGED, NULL);
	g_assert_cmpstr(headless_question(), ==, "");
	/* And the next sign-on sees no difference. */
	headless_sign_off(alice);
	sign_on();
	expect_lists(server, alice, CHANGED, NULL);
	headless_clear(server);
}

/* Somebody who was removed elsewhere goes; whoever is only here is asked about, in one question. */
static void
test_unknown_here(void)
{
	begin(NULL);
	headless_sign_off(alice);
	lists(BOB, 0);
	user_adds(alice, DAN, "Friends", NULL);
	user_adds(alice, "nobody@example.com", "Friends", NULL);
	sign_on();
	wait_until(*headless_question());
	g_assert_cmpstr(headless_question(), ==, DAN "\nnobody@example.com");
	g_assert_null(purple_find_buddy(alice, BOB));
	headless_choose(0);
	wait_until(*headless_notices());
	/* They were here before, so they stay. */
	wait_until(user_finds(alice, DAN, "Friends") &&
		   user_finds(alice, "nobody@example.com", "Friends"));
	g_assert_nonnull(strstr(headless_notices(), "Nobody at this service has this address."));
	headless_sign_off(alice);
	sign_on();
	wait_until(*headless_question());
	g_assert_cmpstr(headless_question(), ==, "nobody@example.com");
	headless_choose(1);
	expect_lists(server, alice, GROUPS, "in Friends: " DAN, "allow " DAN, CAROL_AS_EVER,
		     ERIN_AS_EVER, NULL);
	headless_clear(server);
}

/* A server that has lost everything: nothing goes here until the user says so, and can go back. */
static void
test_server_lost_all(void)
{
	static const char *const who[] = { BOB, CAROL, ERIN };

	begin(NULL);
	headless_sign_off(alice);
	for (guint i = 0; i < G_N_ELEMENTS(who); i++)
		lists(who[i], 0);
	edit(MSNP_SERVER_EDIT_DELETE_GROUP, "Friends", NULL);
	edit(MSNP_SERVER_EDIT_DELETE_GROUP, "Work", NULL);
	edit(MSNP_SERVER_EDIT_DELETE_GROUP, "Empty", NULL);
	sign_on();
	wait_until(*headless_question());
	g_assert_cmpstr(headless_question(), ==, BOB "\n" CAROL "\n" ERIN);
	g_assert_nonnull(user_finds(alice, BOB, "Friends"));
	headless_choose(0);
	expect_lists(server, alice, "group Friends", "group Work", BOB_AS_EVER,
		     "in Friends: " CAROL, "in Work: " CAROL, "allow " CAROL, ERIN_AS_EVER, NULL);
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/kept/file", test_file);
	g_test_add_func("/endtoend/kept/shown-before-answers", test_shown_before_answers);
	g_test_add_func("/endtoend/kept/lesson_039_failed-read", test_failed_read);
	g_test_add_func("/endtoend/kept/corrupt-file", test_corrupt_file);
	g_test_add_func("/endtoend/kept/lesson_055_changed-while-away", test_changed_while_away);
	g_test_add_func("/endtoend/kept/lesson_055_changed-while-online",
			test_changed_while_online);
	g_test_add_func("/endtoend/kept/lesson_038_unknown-here", test_unknown_here);
	g_test_add_func("/endtoend/kept/server-lost-all", test_server_lost_all);
	status = g_test_run();
	headless_stop();
	return status;
}
