/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for people who are away, in the real libpurple: they are left, whatever the service asks
 * for in between, found at the next sign-on in their order and with their time, once; and what
 * cannot be left is told of with its text.
 */
#include "headless.h"

#include <string.h>

#define ALICE   "alice@example.com"
#define BOB     "bob@example.com"
#define MALLORY "mallory@example.com"

/* Of alice's %s are the messages that wait. */
static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"" ALICE "\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"" BOB "\", \"name\": \"Bob\" },"
    "    { \"handle\": \"" MALLORY "\", \"lists\": [\"FL\", \"BL\", \"RL\"] } ],"
    "  \"offline-messages\": [ %s ] },"
    "{ \"handle\": \"" BOB "\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"" ALICE "\", \"name\": \"Alice\" } ] },"
    "{ \"handle\": \"" MALLORY "\", \"password\": \"mallory\" } ] }";

/* In no order; the last two came within the same second. */
static const char waiting[] =
    "{ \"from\": \"" BOB "\", \"name\": \"Bob\", \"time\": \"2026-03-14T09:28:10Z\","
    "  \"sequence\": 2, \"text\": \"the maps \xe2\x80\x93 & tea \xe2\x98\x95\" },"
    "{ \"from\": \"" MALLORY "\", \"name\": \"Bob\", \"time\": \"2026-03-14T09:00:00Z\","
    "  \"text\": \"let me in\" },"
    "{ \"from\": \"" BOB "\", \"name\": \"Bob\", \"time\": \"2026-03-14T09:26:53Z\","
    "  \"sequence\": 1, \"text\": \"on Saturday <b>?\" },"
    "{ \"from\": \"" BOB "\", \"name\": \"Bob\", \"time\": \"2026-03-15T23:59:59Z\","
    "  \"sequence\": 4, \"text\": \"last\" },"
    "{ \"from\": \"" BOB "\", \"name\": \"Bob\", \"time\": \"2026-03-15T23:59:59Z\","
    "  \"sequence\": 3, \"text\": \"last\\nbut one\" }";

#define FIRST "2026-03-14T09:26:53Z on Saturday &lt;b&gt;?\n"
#define ALL                                                                                        \
	FIRST "2026-03-14T09:28:10Z the maps \xe2\x80\x93 &amp; tea \xe2\x98\x95\n"                \
	      "2026-03-15T23:59:59Z last<br>but one\n2026-03-15T23:59:59Z last\n"

static MsnpServer *server;
static PurpleAccount *alice, *bob;

/* behaviours: by blanks. */
static void
serve(const char *messages, const char *behaviours)
{
	g_autofree char *json = g_strdup_printf(accounts, messages);
	g_auto(GStrv) words = g_strsplit(behaviours, " ", -1);

	server = headless_serve(json, NULL);
	for (char **word = words; *word; word++)
		g_assert_true(msnp_server_add_fault(server, *word, NULL));
	alice = headless_account(server, ALICE, "alice");
	bob = headless_account(server, BOB, "bob");
}

static void
sign_on(PurpleAccount *account)
{
	headless_sign_on(account);
	wait_until(purple_account_is_connected(account) || headless_error(account) >= 0);
	g_assert_cmpstr(headless_error_words(account), ==, "");
}

static void
sign_off(PurpleAccount *account)
{
	headless_sign_off(account);
	wait_until(msnp_server_n_sessions(server) == 0);
}

/* A whole sign-on and sign-off: nothing may be shown by it but what should. */
static void
come_and_go(PurpleAccount *account, PurpleAccount *other)
{
	sign_on(account);
	headless_sign_on(other);
	wait_until(
	    g_str_equal(headless_status(account, purple_account_get_username(other)), "available"));
	headless_sign_off(other);
	sign_off(account);
}

/* Lessons 161, 162, 163, 166, 167; servers.md, "Offline messages". */
static void
test_received(void)
{
	static const char *const behaviours[] = {
		"",
		"escargot",
		"oim-too-large",
		"escargot oim-too-large",
		"metadata-as-element oim-too-large",
		"mail-data-in-header",
		"chopped",
	};

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		g_test_message("behaviours \"%s\"", behaviours[i]);
		serve(waiting, behaviours[i]);
		headless_sign_on(alice);
		wait_until(msnp_server_n_offline(server, ALICE) == 0);
		g_assert_cmpstr(headless_delayed(alice, BOB), ==, ALL);
		/* lesson_172: who is blocked is not heard. */
		g_assert_cmpstr(headless_transcript(alice, MALLORY), ==, "");
		sign_off(alice);
		come_and_go(alice, bob);
		g_assert_cmpstr(headless_delayed(alice, BOB), ==, ALL);
		headless_clear(server);
	}
}

#define N_MANY 130

/* As the server has them: the other way round. */
static char *
many_waiting(void)
{
	GString *text = g_string_new(NULL);

	for (guint n = N_MANY; n-- > 0;)
		g_string_append_printf(text,
				       "%s{ \"from\": \"" BOB "\", \"sequence\": %u, \"time\": "
				       "\"2026-03-14T%02u:%02u:00Z\", \"text\": \"n%u\" }",
				       text->len ? ", " : "", n + 1, n / 60, n % 60, n);
	return g_string_free(text, FALSE);
}

static char *
many_shown(void)
{
	GString *text = g_string_new(NULL);

	for (guint n = 0; n < N_MANY; n++)
		g_string_append_printf(text, "2026-03-14T%02u:%02u:00Z n%u\n", n / 60, n % 60, n);
	return g_string_free(text, FALSE);
}

/* Lesson 68: more than the notification names. */
static void
test_many(void)
{
	static const char *const behaviours[] = { "", "escargot" };
	g_autofree char *messages = many_waiting();
	g_autofree char *shown = many_shown();

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		serve(messages, behaviours[i]);
		headless_sign_on(alice);
		wait_until(msnp_server_n_offline(server, ALICE) == 0);
		g_assert_cmpstr(headless_delayed(alice, BOB), ==, shown);
		headless_clear(server);
	}
}

/* Who appears offline is written to as somebody who is, and reads it at once. */
static void
test_while_online(void)
{
	static const char *const behaviours[] = { "", "escargot", "oim-too-large" };

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		serve("", behaviours[i]);
		purple_account_set_status(alice, "invisible", TRUE, NULL);
		sign_on(alice);
		sign_on(bob);
		headless_say(bob, ALICE, "psst");
		headless_say(bob, ALICE, "psst &amp; again");
		wait_until(
		    g_str_equal(headless_transcript(alice, BOB), "< psst\n< psst &amp; again\n"));
		g_assert_nonnull(strstr(headless_delayed(alice, BOB), "Z psst\n"));
		wait_until(msnp_server_n_offline(server, ALICE) == 0);
		g_assert_null(strstr(headless_transcript(bob, ALICE), "! "));
		headless_clear(server);
	}
}

/* Whatever cannot be had now stays there, and is shown by another sign-on. */
static void
test_kept_by_failures(void)
{
	static const char *const behaviours[] = {
		"http=GetMessage:500",
		"fault=GetMessage:SystemUnavailable",
		"cut=GetMessage:300",
	};

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		g_autofree char *once = g_strdup_printf("%s:1", behaviours[i]);

		g_test_message("behaviour \"%s\"", behaviours[i]);
		serve(waiting, once);
		headless_sign_on(alice);
		/* Of the four one may come another time; what was shown is not shown again. */
		wait_until(msnp_server_n_offline(server, ALICE) <= 1);
		sign_off(alice);
		headless_sign_on(alice);
		wait_until(msnp_server_n_offline(server, ALICE) == 0);
		for (const char *line = ALL; *line; line = strchr(line, '\n') + 1) {
			g_autofree char *whole = g_strndup(line, strcspn(line, "\n") + 1);
			const char *at = strstr(headless_delayed(alice, BOB), whole);

			if (!at || strstr(at + 1, whole))
				g_error("not once: %s in %s", whole, headless_delayed(alice, BOB));
		}
		headless_clear(server);
	}
}

/* ---- Leaving them ---- */

#define SAYS_ALL "> one &lt;1&gt;\n> two \xe2\x98\x95\n> three\n"

static void
say_three(void)
{
	headless_say(alice, BOB, "one &lt;1&gt;");
	headless_say(alice, BOB, "two \xe2\x98\x95");
	headless_say(alice, BOB, "three");
}

/* Lessons 164, 165: the lock key, new tickets, and both. */
static void
test_left(void)
{
	static const char *const behaviours[] = {
		"",
		"escargot",
		"fault=Store2:AuthenticationFailed:1 oim-challenge=lock",
		"fault=Store2:AuthenticationFailed:1 oim-challenge=both",
		"escargot fault=Store2:AuthenticationFailed:1 oim-challenge=lock",
		"escargot fault=Store2:AuthenticationFailed:1 oim-challenge=both",
		"new-lock-key=1",
	};

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		g_test_message("behaviours \"%s\"", behaviours[i]);
		serve("", behaviours[i]);
		sign_on(alice);
		say_three();
		wait_until(msnp_server_n_offline(server, BOB) == 3 ||
			   strstr(headless_transcript(alice, BOB), "! "));
		g_assert_cmpstr(headless_transcript(alice, BOB), ==, SAYS_ALL);
		headless_sign_on(bob);
		wait_until(msnp_server_n_offline(server, BOB) == 0);
		g_assert_cmpstr(headless_transcript(bob, ALICE), ==,
				"< one &lt;1&gt;\n< two \xe2\x98\x95\n< three\n");
		headless_clear(server);
	}
}

/* The ticket is refused: another one helps where the service allows one, else the text is told of.
 */
static void
test_ticket_refused(void)
{
	static const char *const whats[] = { "tweener", "policy", "none" };

	for (guint i = 0; i < 2 * G_N_ELEMENTS(whats); i++) {
		gboolean renewable = i % 2;
		g_autofree char *behaviours = g_strdup_printf(
		    "fault=Store2:AuthenticationFailed:1 oim-challenge=%s", whats[i / 2]);

		g_test_message("behaviours \"%s\", %d", behaviours, renewable);
		serve("", behaviours);
		if (renewable)
			purple_account_set_string(alice, "service", "nordwind");
		sign_on(alice);
		headless_say(alice, BOB, "one");
		wait_until(msnp_server_n_offline(server, BOB) == 1 ||
			   strstr(headless_transcript(alice, BOB), "! "));
		g_assert_cmpstr(headless_transcript(alice, BOB), ==,
				renewable
				    ? "> one\n"
				    : "> one\n! This message was not delivered:<br>one<br>The "
				      "service does not accept this sign-on any more. Sign "
				      "off, and on again.\n");
		headless_clear(server);
	}
}

static void
test_long(void)
{
	g_autoptr(GString) html = g_string_new(NULL);
	g_autofree char *came = NULL;

	serve("", "");
	sign_on(alice);
	for (guint i = 0; i < 700; i++)
		g_string_append_printf(html, "w\xc3\xb6rt%u ", i);
	g_string_append(html, "end");
	headless_say(alice, BOB, html->str);
	wait_until(msnp_server_n_offline(server, BOB) > 1);
	headless_sign_on(bob);
	wait_until(strstr(headless_transcript(bob, ALICE), "end\n"));
	came = g_strdup(headless_transcript(bob, ALICE));
	for (guint i = 0; i < 700; i++) {
		g_autofree char *word = g_strdup_printf("w\xc3\xb6rt%u", i);

		g_assert_nonnull(strstr(came, word));
	}
	g_assert_null(strstr(came, "\xef\xbf\xbd"));
	wait_until(msnp_server_n_offline(server, BOB) == 0);
	headless_clear(server);
}

/* lesson_165: faults in words, and the text with them. */
static const struct {
	const char *fault, *words;
} refusals[] = {
	{ "fault=Store2:SystemUnavailable", "Nobody has this address, or the service" },
	{ "fault=Store2:InvalidContent", "The service finds something in it that it does not" },
	{ "fault=Store2:MessageTooLarge", "It is longer than the service takes." },
	{ "http=Store2:404", "The other side is offline" },
};

static void
test_refused(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		const char *text;

		g_test_message("behaviour \"%s\"", refusals[i].fault);
		serve("", refusals[i].fault);
		sign_on(alice);
		headless_say(alice, BOB, "keep &lt;me&gt;");
		wait_until(strstr(headless_transcript(alice, BOB), "! "));
		text = headless_transcript(alice, BOB);
		g_test_message("%s", text);
		g_assert_nonnull(strstr(text, "! This message was not delivered:<br>keep "
					      "&lt;me&gt;<br>"));
		if (!strstr(text, refusals[i].words))
			g_error("\"%s\" expected in %s", refusals[i].words, text);
		g_assert_true(purple_account_is_connected(alice));
		/* It was about that one only. */
		msnp_server_clear_faults(server);
		headless_say(alice, BOB, "next");
		wait_until(msnp_server_n_offline(server, BOB) == 1);
		headless_clear(server);
	}
}

/* Too many in a short time: they wait, and who does not wait for them is told of each. */
static void
test_throttled(void)
{
	static const char *const texts[] = { "one &lt;1&gt;", "two \xe2\x98\x95", "three" };

	serve("", "fault=Store2:SenderThrottleLimitExceeded strict-times");
	sign_on(alice);
	say_three();
	wait_until(msnp_server_n_requests(server, "Store2") > 0);
	for (guint i = 0; i < 50; i++)
		g_main_context_iteration(NULL, FALSE);
	g_assert_cmpstr(headless_transcript(alice, BOB), ==, SAYS_ALL);
	headless_sign_off(alice);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *told = g_strdup_printf(":<br>%s<br>", texts[i]);

		wait_until(strstr(headless_transcript(alice, BOB), told));
	}
	headless_clear(server);
}

/* A store that never answers, or whose answer is lost: the text is told of, as not certain. */
static void
test_unanswered(void)
{
	serve("", "lost=Store2");
	sign_on(alice);
	headless_say(alice, BOB, "perhaps");
	wait_until(strstr(headless_transcript(alice, BOB),
			  "! This message may not have arrived:<br>perhaps<br>"));
	headless_clear(server);
	serve("", "silence=Store2");
	sign_on(alice);
	headless_say(alice, BOB, "perhaps");
	wait_until(msnp_server_n_requests(server, "Store2") > 0);
	headless_sign_off(alice);
	wait_until(strstr(headless_transcript(alice, BOB), "<br>perhaps<br>"));
	headless_clear_in_flight(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start_with(MODULE_DIRECTORY, HEADLESS_SERVICES);
	g_test_add_func("/endtoend/offline/received", test_received);
	g_test_add_func("/endtoend/offline/lesson_068_many", test_many);
	g_test_add_func("/endtoend/offline/while-online", test_while_online);
	g_test_add_func("/endtoend/offline/kept-by-failures", test_kept_by_failures);
	g_test_add_func("/endtoend/offline/lesson_164_left", test_left);
	g_test_add_func("/endtoend/offline/ticket-refused", test_ticket_refused);
	g_test_add_func("/endtoend/offline/long", test_long);
	g_test_add_func("/endtoend/offline/lesson_165_refused", test_refused);
	g_test_add_func("/endtoend/offline/throttled", test_throttled);
	g_test_add_func("/endtoend/offline/unanswered", test_unanswered);
	status = g_test_run();
	headless_stop();
	return status;
}
