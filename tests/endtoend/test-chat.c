/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people do: two of them, each in a real libpurple account, through the loopback service. */
#include "headless.h"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"a<&>\\\"' \xc3\xa9\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends\", \"Choir & band\", \"Nobody\"],"
    "  \"contacts\": ["
    "    { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"groups\": [\"Friends\"] },"
    "    { \"handle\": \"carol@example.com\", \"name\": \"Carol\", \"alias\": \"Caz\","
    "      \"groups\": [\"Friends\", \"Choir & band\"] },"
    "    { \"handle\": \"frank@example.com\", \"name\": \"Frank\" },"
    "    { \"handle\": \"tel:+4930555010\", \"name\": \"Taxi\", \"lists\": [\"FL\", \"AL\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ],"
    "  \"presence\": { \"status\": \"AWY\", \"message\": \"maps & <tea>\" } },"
    "{ \"handle\": \"dan@example.com\", \"password\": \"dan\", \"name\": \"Dan\" },"
    "{ \"handle\": \"frank@example.com\", \"password\": \"frank\", \"name\": \"Frank\" } ] }";

#define ALICE    "alice@example.com"
#define BOB      "bob@example.com"
#define PASSWORD "a<&>\"' \xc3\xa9"

static MsnpServer *server;
static PurpleAccount *alice, *bob;

static gboolean
status_is(PurpleAccount *account, const char *who, const char *status)
{
	return g_str_equal(headless_status(account, who), status);
}

static gboolean
transcript_is(PurpleAccount *account, const char *who, const char *text)
{
	return g_str_equal(headless_transcript(account, who), text);
}

static void
serve(const char *behaviour)
{
	server = headless_serve(accounts, behaviour);
	alice = headless_account(server, ALICE, PASSWORD);
	bob = headless_account(server, BOB, "bob");
}

static void
both_on(const char *behaviour)
{
	serve(behaviour);
	headless_sign_on(alice);
	headless_sign_on(bob);
	wait_until(status_is(alice, BOB, "available") && status_is(bob, ALICE, "available"));
}

static PurpleBuddy *
in_group(const char *who, const char *group_name)
{
	PurpleGroup *group = purple_find_group(group_name);

	return group ? purple_find_buddy_in_group(alice, who, group) : NULL;
}

/* Of alice's list: carol is in two groups. */
#define LISTED 5

static guint
count_buddies(void)
{
	GSList *buddies = purple_find_buddies(alice, NULL);
	guint count = g_slist_length(buddies);

	g_slist_free(buddies);
	return count;
}

static void
test_list(void)
{
	serve(NULL);
	headless_sign_on(alice);
	wait_until(status_is(alice, "carol@example.com", "away") && count_buddies() == LISTED);
	g_assert_true(purple_account_is_connected(alice));
	g_assert_nonnull(in_group(BOB, "Friends"));
	g_assert_nonnull(in_group("carol@example.com", "Friends"));
	g_assert_nonnull(in_group("carol@example.com", "Choir & band"));
	g_assert_nonnull(purple_find_group("Nobody"));
	g_assert_nonnull(in_group("frank@example.com", "Buddies"));
	g_assert_nonnull(in_group("tel:+4930555010", "Buddies"));
	g_assert_null(purple_find_buddy(alice, "dan@example.com"));
	g_assert_cmpstr(purple_buddy_get_alias(purple_find_buddy(alice, "carol@example.com")), ==,
			"Caz");
	g_assert_cmpstr(purple_buddy_get_server_alias(in_group("carol@example.com", "Friends")), ==,
			"Carol");
	g_assert_true(status_is(alice, BOB, "offline"));
	wait_until(g_str_equal(headless_message(alice, "carol@example.com"), "maps & <tea>"));
	g_assert_cmpint(alice->perm_deny, ==, PURPLE_PRIVACY_DENY_USERS);
	g_assert_cmpstr(purple_connection_get_display_name(purple_account_get_connection(alice)),
			==, "Alice");
	headless_clear(server);
}

static void
test_second_sign_on(void)
{
	guint before;

	serve(NULL);
	headless_sign_on(alice);
	wait_until(status_is(alice, "carol@example.com", "away") && count_buddies() == LISTED);
	before = count_buddies();
	headless_sign_off(alice);
	wait_until(msnp_server_n_sessions(server) == 0);
	g_assert_true(status_is(alice, "carol@example.com", "offline"));
	headless_sign_on(alice);
	wait_until(status_is(alice, "carol@example.com", "away"));
	g_assert_cmpuint(count_buddies(), ==, before);
	headless_clear(server);
}

static void
test_status_both_ways(void)
{
	static const char *const ids[] = { "busy", "brb", "away", "phone", "lunch", "available" };

	both_on(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
		/* Messages, other than statuses, do not follow each other at any speed. */
		const char *word = ids[MIN(i, 1)];
		g_autofree char *message = g_strdup_printf("<b>now</b> %s &lt;3 &amp;", word);
		g_autofree char *seen = g_strdup_printf("now %s <3 &", word);

		purple_account_set_status(alice, ids[i], TRUE, "message", message, NULL);
		wait_until(status_is(bob, ALICE, ids[i]) &&
			   g_str_equal(headless_message(bob, ALICE), seen));
		purple_account_set_status(bob, ids[i], TRUE, NULL);
		wait_until(status_is(alice, BOB, ids[i]));
	}
	/* lesson_089 */
	purple_presence_set_idle(purple_account_get_presence(alice), TRUE, time(NULL) - 900);
	wait_until(status_is(bob, ALICE, "available/idle"));
	purple_presence_set_idle(purple_account_get_presence(alice), FALSE, 0);
	wait_until(status_is(bob, ALICE, "available"));
	headless_sign_off(bob);
	wait_until(status_is(alice, BOB, "offline"));
	headless_clear(server);
}

static void
test_invisible(void)
{
	/* lesson_090 */
	serve(NULL);
	headless_sign_on(bob);
	wait_until(purple_account_is_connected(bob));
	purple_account_set_status(alice, "invisible", TRUE, NULL);
	headless_sign_on(alice);
	wait_until(status_is(alice, BOB, "available"));
	g_assert_true(status_is(bob, ALICE, "offline"));
	purple_account_set_status(alice, "busy", TRUE, "message", "here", NULL);
	wait_until(status_is(bob, ALICE, "busy") &&
		   g_str_equal(headless_message(bob, ALICE), "here"));
	purple_account_set_status(alice, "invisible", TRUE, NULL);
	wait_until(status_is(bob, ALICE, "offline"));
	headless_clear(server);
}

static void
test_chat(void)
{
	both_on(NULL);
	headless_say(alice, BOB, "hello &lt;b&gt; &amp; <b>you</b><br>second line\nthird");
	wait_until(
	    transcript_is(bob, ALICE, "< hello &lt;b&gt; &amp; you<br>second line<br>third\n"));
	headless_say(bob, ALICE, "gr\xc3\xbc\xc3\x9f \xe2\x98\x95 \xf0\x9f\x8e\xb8 &lt;3");
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB),
				    "< gr\xc3\xbc\xc3\x9f \xe2\x98\x95 \xf0\x9f\x8e\xb8 &lt;3\n"));
	/* Many at once keep their order. */
	for (guint i = 0; i < 30; i++) {
		g_autofree char *text = g_strdup_printf("n%u", i);

		headless_say(bob, ALICE, text);
	}
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB), "< n28\n< n29\n"));
	g_assert_nonnull(strstr(headless_transcript(alice, BOB), "< n0\n< n1\n< n2\n"));
	g_assert_null(strstr(headless_transcript(bob, ALICE), "!"));
	headless_clear(server);
}

/* What came, without the marks and breaks between the parts of one long text. */
static char *
received(PurpleAccount *account, const char *who)
{
	g_auto(GStrv) lines = g_strsplit(headless_transcript(account, who), "\n", -1);
	GString *text = g_string_new(NULL);

	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, "< "))
			g_string_append(text, *line + 2);
	return g_string_free(text, FALSE);
}

static gboolean
received_length(PurpleAccount *account, const char *who, gsize length)
{
	g_autofree char *text = received(account, who);

	return strlen(text) >= length;
}

static void
test_long_text(void)
{
	/* lesson_097 */
	g_autoptr(GString) sent = g_string_new(NULL);
	g_autofree char *got = NULL;

	both_on(NULL);
	for (guint i = 0; i < 900; i++)
		g_string_append_printf(sent, "w\xc3\xb6rd%u ", i);
	g_string_append(sent, "end");
	headless_say(alice, BOB, sent->str);
	wait_until(received_length(bob, ALICE, sent->len));
	got = received(bob, ALICE);
	g_assert_cmpstr(got, ==, sent->str);
	headless_clear(server);
}

static void
test_typing(void)
{
	both_on(NULL);
	headless_say(alice, BOB, "hi");
	wait_until(transcript_is(bob, ALICE, "< hi\n"));
	serv_send_typing(purple_account_get_connection(bob), ALICE, PURPLE_TYPING);
	wait_until(headless_is_typing(alice, BOB));
	/* lesson_115: a message ends it. */
	headless_say(bob, ALICE, "ho");
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB), "< ho\n"));
	g_assert_false(headless_is_typing(alice, BOB));
	headless_clear(server);
}

static void
test_stranger(void)
{
	PurpleAccount *dan;

	both_on(NULL);
	dan = headless_account(server, "dan@example.com", "dan");
	headless_sign_on(dan);
	wait_until(purple_account_is_connected(dan));
	headless_say(dan, ALICE, "you do not know me");
	wait_until(transcript_is(alice, "dan@example.com", "< you do not know me\n"));
	headless_say(alice, "Dan@Example.com", "no");
	wait_until(g_str_has_suffix(headless_transcript(dan, ALICE), "< no\n"));
	headless_clear(server);
}

static void
test_undelivered(void)
{
	const char *end =
	    "! This message was not delivered:<br>are &lt;you&gt; there<br>The other side "
	    "is offline or does not want to be reached.\n";

	/* lesson_099, where nothing can be left for those who are away */
	serve("http=Store2:404");
	headless_sign_on(alice);
	wait_until(status_is(alice, "carol@example.com", "away"));
	headless_say(alice, BOB, "are &lt;you&gt; there");
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB), end));
	/* The window was closed before it was known. */
	headless_say(alice, "frank@example.com", "are &lt;you&gt; there");
	purple_conversation_destroy(
	    purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, "frank@example.com", alice));
	wait_until(g_str_has_suffix(headless_transcript(alice, "frank@example.com"), end));
	g_assert_true(purple_account_is_connected(alice));
	headless_clear(server);
}

/* Left for somebody who is away: shown once, with its time, and gone from the server then. */
static void
test_offline_messages(void)
{
	serve(NULL);
	headless_sign_on(alice);
	wait_until(status_is(alice, "carol@example.com", "away"));
	headless_say(alice, BOB, "are &lt;you&gt; there");
	headless_say(alice, BOB, "then later ☕");
	wait_until(msnp_server_n_offline(server, BOB) == 2);
	g_assert_null(strstr(headless_transcript(alice, BOB), "! "));
	headless_sign_on(bob);
	wait_until(msnp_server_n_offline(server, BOB) == 0);
	g_assert_cmpstr(headless_transcript(bob, ALICE), ==,
			"< are &lt;you&gt; there\n< then later ☕\n");
	headless_sign_off(bob);
	headless_sign_on(bob);
	wait_until(status_is(bob, ALICE, "available"));
	g_assert_cmpstr(headless_transcript(bob, ALICE), ==,
			"< are &lt;you&gt; there\n< then later ☕\n");
	headless_clear(server);
}

static void
test_message_while_signing_off(void)
{
	both_on(NULL);
	headless_say(alice, BOB, "never seen");
	headless_sign_off(alice);
	wait_until(strstr(headless_transcript(alice, BOB), "! This message"));
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/list", test_list);
	g_test_add_func("/endtoend/second-sign-on", test_second_sign_on);
	g_test_add_func("/endtoend/status-both-ways", test_status_both_ways);
	g_test_add_func("/endtoend/lesson_090_invisible", test_invisible);
	g_test_add_func("/endtoend/chat", test_chat);
	g_test_add_func("/endtoend/lesson_097_long_text", test_long_text);
	g_test_add_func("/endtoend/typing", test_typing);
	g_test_add_func("/endtoend/stranger", test_stranger);
	g_test_add_func("/endtoend/lesson_099_undelivered", test_undelivered);
	g_test_add_func("/endtoend/lesson_161/lesson_166/offline-messages", test_offline_messages);
	g_test_add_func("/endtoend/message-while-signing-off", test_message_while_signing_off);
	status = g_test_run();
	headless_stop();
	return status;
}
