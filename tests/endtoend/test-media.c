/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people listen to, play and work at, from the player to the contact list of others. */
#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"

static MsnpServer *server;
static PurpleAccount *alice, *bob;

static gboolean
status_is(PurpleAccount *account, const char *who, const char *status)
{
	return g_str_equal(headless_status(account, who), status);
}

/* An attribute of the tune that bob sees of alice; "" if none plays. */
static const char *
seen(const char *attribute)
{
	PurpleBuddy *buddy = purple_find_buddy(bob, ALICE);
	PurpleStatus *tune = NULL;
	const char *text = NULL;

	if (buddy)
		tune = purple_presence_get_status(purple_buddy_get_presence(buddy), "tune");
	if (tune && purple_status_is_active(tune))
		text = purple_status_get_attr_string(tune, attribute);
	return text ? text : "";
}

#define sees(attribute, text) g_str_equal(seen(attribute), text)

static char *
list_text(void)
{
	PurplePlugin *plugin = purple_find_prpl(HEADLESS_PRPL);
	PurpleBuddy *buddy = purple_find_buddy(bob, ALICE);

	return PURPLE_PLUGIN_PROTOCOL_INFO(plugin)->status_text(buddy);
}

static void
serve(const char *behaviour)
{
	server = headless_serve(accounts, behaviour);
	alice = headless_account(server, ALICE, "alice");
	bob = headless_account(server, BOB, "bob");
}

static void
play(PurpleAccount *account, const char *attribute, const char *text)
{
	PurpleStatus *tune =
	    purple_presence_get_status(purple_account_get_presence(account), "tune");
	GList *attributes = NULL;

	attributes = g_list_append(attributes, (gpointer)attribute);
	attributes = g_list_append(attributes, (gpointer)text);
	purple_status_set_active_with_attrs_list(tune, TRUE, attributes);
	g_list_free(attributes);
}

static void
both_on(const char *behaviour)
{
	serve(behaviour);
	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(status_is(alice, BOB, "available") && status_is(bob, ALICE, "available"));
}

static void
expect_list_text(const char *expected)
{
	g_autofree char *text = list_text();

	g_assert_cmpstr(text, ==, expected);
}

static void
test_music(void)
{
	both_on(NULL);
	/* As players do it. */
	purple_util_set_current_song("Harbour <Lights> & {0}", "The Ferrymen", "Quay");
	wait_until(sees(PURPLE_TUNE_TITLE, "Harbour <Lights> & {0}"));
	g_assert_cmpstr(seen(PURPLE_TUNE_ARTIST), ==, "The Ferrymen");
	g_assert_cmpstr(seen(PURPLE_TUNE_ALBUM), ==, "Quay");
	expect_list_text("Harbour &lt;Lights&gt; &amp; {0} - The Ferrymen");
	/* It is no status of its own: this one has stayed. */
	g_assert_true(status_is(bob, ALICE, "available"));
	purple_util_set_current_song(NULL, NULL, NULL);
	wait_until(sees(PURPLE_TUNE_TITLE, ""));
	expect_list_text(NULL);
	headless_clear(server);
}

/* Games and documents have forms of their own; here with a server that escapes as Escargot does. */
static void
test_game_and_office(void)
{
	both_on("escargot");
	play(alice, "game", "Chess & <Go>");
	wait_until(sees("game", "Chess & <Go>"));
	g_assert_cmpstr(seen(PURPLE_TUNE_TITLE), ==, "");
	expect_list_text("Playing Chess &amp; &lt;Go&gt;");
	play(alice, "office", "Letter");
	wait_until(sees("office", "Letter"));
	expect_list_text("Working on Letter");
	headless_clear(server);
}

/* lesson_086, lesson_092: what played before the sign-on, and nothing of it after the sign-off. */
static void
test_before_and_after(void)
{
	serve(NULL);
	headless_sign_on(bob);
	wait_until(purple_account_is_connected(bob));
	play(alice, PURPLE_TUNE_TITLE, "Alone");
	headless_sign_on(alice);
	wait_until(sees(PURPLE_TUNE_TITLE, "Alone"));
	g_assert_true(status_is(bob, ALICE, "available"));
	headless_sign_off(alice);
	wait_until(status_is(bob, ALICE, "offline"));
	g_assert_cmpstr(seen(PURPLE_TUNE_TITLE), ==, "");
	headless_clear(server);
}

/* Who signs off sees nobody play any more, and counts nobody twice. */
static void
test_own_sign_off(void)
{
	both_on(NULL);
	play(alice, PURPLE_TUNE_TITLE, "Alone");
	wait_until(sees(PURPLE_TUNE_TITLE, "Alone"));
	/* One of each list. */
	g_assert_cmpint(purple_find_group("Buddies")->online, ==, 2);
	headless_sign_off(bob);
	g_assert_cmpstr(seen(PURPLE_TUNE_TITLE), ==, "");
	headless_sign_off(alice);
	g_assert_cmpint(purple_find_group("Buddies")->online, ==, 0);
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/media/lesson_085_music", test_music);
	g_test_add_func("/endtoend/media/game-and-office", test_game_and_office);
	g_test_add_func("/endtoend/media/lesson_086_before-and-after", test_before_and_after);
	g_test_add_func("/endtoend/media/own-sign-off", test_own_sign_off);
	status = g_test_run();
	headless_stop();
	return status;
}
