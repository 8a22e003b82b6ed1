/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people do in a conversation of two besides plain words: looks, long texts, nudges. */
#include "headless.h"

/* Dan's name wants to be markup, and to turn the line around. */
static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" },"
    "    { \"handle\": \"dan@example.com\", \"name\": \"<b>D</b>\\u202e<img id=1>\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] },"
    "{ \"handle\": \"dan@example.com\", \"password\": \"dan\","
    "  \"name\": \"<b>D</b>\\u202e<img id=1>\" } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define DAN   "dan@example.com"

static MsnpServer *server;
static PurpleAccount *alice, *bob;

static PurpleAccount *
sign_on(const char *who, const char *password)
{
	PurpleAccount *account = headless_account(server, who, password);

	headless_sign_on(account);
	wait_until(purple_account_is_connected(account));
	return account;
}

static void
both_on(void)
{
	server = headless_serve(accounts, NULL);
	alice = sign_on(ALICE, "alice");
	bob = sign_on(BOB, "bob");
}

static gboolean
ends_with(PurpleAccount *account, const char *who, const char *text)
{
	return g_str_has_suffix(headless_transcript(account, who), text);
}

static guint
count(const char *text, const char *piece)
{
	guint n = 0;

	for (const char *at = strstr(text, piece); at; at = strstr(at + 1, piece))
		n++;
	return n;
}

static void
nudge(PurpleAccount *account, const char *who)
{
	purple_prpl_send_attention(purple_account_get_connection(account), who, 0);
}

static void
test_looks(void)
{
	both_on();
	headless_say(alice, BOB,
		     "<font face=\"Comic Sans MS\" color=\"#0080ff\"><b><i>Hi</i></b> &lt;3 "
		     "&amp;</font>");
	wait_until(ends_with(bob, ALICE,
			     "< <font face=\"Comic Sans MS\"><b><i><font color=\"#0080ff\">Hi "
			     "&lt;3 &amp;</font></i></b></font>\n"));
	headless_say(bob, ALICE, "<span style='direction: rtl'><u><s>\xd7\xa9</s></u></span>");
	wait_until(ends_with(alice, BOB,
			     "<u><s><span style=\"direction:rtl;text-align:right;\">\xd7\xa9</span>"
			     "</s></u>\n"));
	/* libpurple has made links of addresses: they arrive as they were typed. */
	headless_say(bob, ALICE, "see www.example.com/?a=1&amp;b=2 or https://example.com/");
	wait_until(strstr(headless_transcript(alice, BOB), "https://example.com/"));
	g_assert_null(strstr(headless_transcript(alice, BOB), "("));
	/* What cannot be text is none. */
	headless_say(alice, BOB,
		     "a\x01"
		     "b\xe2\x80\xae"
		     "c &#0;&#x202e; <script>no</script>end");
	wait_until(strstr(headless_transcript(bob, ALICE), "end"));
	g_assert_null(strstr(headless_transcript(bob, ALICE), "no<"));
	g_assert_true(g_utf8_validate(headless_transcript(bob, ALICE), -1, NULL));
	headless_clear(server);
}

/* Lesson 97: ten thousand bytes with lines, in one look. */
static void
test_long(void)
{
	g_autoptr(GString) html = g_string_new("<b>");
	const char *came;

	both_on();
	for (guint i = 0; html->len < 10240; i++)
		g_string_append_printf(html, "l\xc3\xb6ng %u \xf0\x9f\x8e\xb8<br>", i);
	g_string_append(html, "end</b>");
	headless_say(alice, BOB, html->str);
	wait_until(strstr(headless_transcript(bob, ALICE), "end</b>"));
	came = headless_transcript(bob, ALICE);
	g_assert_null(strstr(came, "\xef\xbf\xbd"));
	for (guint i = 0; i < 400; i++) {
		g_autofree char *word = g_strdup_printf("l\xc3\xb6ng %u \xf0\x9f\x8e\xb8", i);
		const char *at = strstr(came, word);

		g_assert_nonnull(at);
		came = at;
	}
	g_assert_null(strstr(headless_transcript(alice, BOB), "!"));
	/* lesson_102: the next one comes behind it. */
	headless_say(alice, BOB, "after");
	wait_until(ends_with(bob, ALICE, "< after\n"));
	headless_clear(server);
}

static void
test_nudges(void)
{
	both_on();
	/* lesson_124: also where nothing was said before. */
	nudge(alice, BOB);
	wait_until(ends_with(bob, ALICE, "< You have been nudged!\n"));
	g_assert_true(ends_with(alice, BOB, "> Sending a nudge...\n"));
	nudge(alice, BOB);
	wait_until(ends_with(alice, BOB,
			     "! The nudge was not sent: not so many in a short time, please. Wait "
			     "a moment.\n"));
	nudge(bob, ALICE);
	wait_until(ends_with(alice, BOB, "< You have been nudged!\n"));
	headless_say(alice, BOB, "behind them");
	wait_until(ends_with(bob, ALICE, "< behind them\n"));
	g_assert_cmpuint(count(headless_transcript(bob, ALICE), "You have been nudged"), ==, 1);
	headless_clear(server);
}

static void
test_command(void)
{
	char *error = NULL;
	PurpleConversation *conv;

	both_on();
	conv = purple_conversation_new(PURPLE_CONV_TYPE_IM, alice, BOB);
	g_assert_cmpint(purple_cmd_do_command(conv, "nudge", "nudge", &error), ==,
			PURPLE_CMD_STATUS_OK);
	wait_until(ends_with(bob, ALICE, "< You have been nudged!\n"));
	headless_sign_off(alice);
	g_assert_cmpint(purple_cmd_do_command(conv, "nudge", "nudge", &error), !=,
			PURPLE_CMD_STATUS_OK);
	g_free(error);
	headless_clear(server);
}

/* Lesson 126. */
static void
test_nudge_offline(void)
{
	server = headless_serve(accounts, NULL);
	alice = sign_on(ALICE, "alice");
	nudge(alice, BOB);
	wait_until(ends_with(alice, BOB,
			     "! The nudge did not arrive. The other side is offline or does not "
			     "want to be reached.\n"));
	headless_clear(server);
}

static void
test_hostile_name(void)
{
	PurpleAccount *dan;

	both_on();
	dan = sign_on(DAN, "dan");
	nudge(dan, ALICE);
	wait_until(ends_with(alice, DAN, "< You have been nudged!\n"));
	/* Bob does not know him. */
	nudge(dan, BOB);
	wait_until(ends_with(bob, DAN, "< You have been nudged!\n"));
	headless_clear(server);
}

static void
test_oneself(void)
{
	both_on();
	headless_say(alice, ALICE, "note: milk");
	wait_until(g_str_equal(headless_transcript(alice, ALICE), "> note: milk\n< note: milk\n"));
	headless_clear(server);
}

/* Whatever is on its way, the account may go. */
static void
test_end_at_any_moment(void)
{
	for (guint turns = 0; turns < 40; turns += 3) {
		both_on();
		headless_say(alice, BOB, "<b>one</b>");
		nudge(alice, BOB);
		headless_say(alice, ALICE, "two");
		for (guint i = 0; i < turns; i++)
			g_main_context_iteration(NULL, FALSE);
		if (turns % 2)
			headless_sign_off(alice);
		else
			purple_accounts_delete(alice);
		headless_clear_in_flight(server);
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/talk/lesson_117_looks", test_looks);
	g_test_add_func("/endtoend/talk/lesson_097_long", test_long);
	g_test_add_func("/endtoend/talk/lesson_124_nudges", test_nudges);
	g_test_add_func("/endtoend/talk/command", test_command);
	g_test_add_func("/endtoend/talk/lesson_126_nudge-offline", test_nudge_offline);
	g_test_add_func("/endtoend/talk/hostile-name", test_hostile_name);
	g_test_add_func("/endtoend/talk/lesson_114_oneself", test_oneself);
	g_test_add_func("/endtoend/talk/end-at-any-moment", test_end_at_any_moment);
	status = g_test_run();
	headless_stop();
	return status;
}
