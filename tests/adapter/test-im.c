/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages both ways, typing, and what is said about messages that did not arrive. */
#include "list-fixture.h"
#include "purple/msnp-purple.h"

static void
test_outgoing(void)
{
	static const struct {
		const char *html, *line;
	} rows[] = {
		{ "hello", "core send bob@example.com: hello" },
		{ "one<br>two<BR/>three", "core send bob@example.com: one\\ntwo\\nthree" },
		{ "one\ntwo\r\nthree", "core send bob@example.com: one\\ntwo\\nthree" },
		{ "one<br><br>three", "core send bob@example.com: one\\n\\nthree" },
		/* lesson_117 */
		{ "<font\nface=\"x\"><b>bold</b></font>",
		  "core send bob@example.com: bold | FN=x; EF=B; CO=0; CS=0; PF=0" },
		{ "<b><i><u><s><font color=\"#0000ff\">all</font></s></u></i></b>",
		  "core send bob@example.com: all | FN=MS%20Shell%20Dlg; EF=BIUS; CO=ff0000; CS=0; "
		  "PF=0" },
		/* lesson_121 */
		{ "&lt;b&gt; &amp;amp; &quot;", "core send bob@example.com: <b> &amp; \\\"" },
		{ "i <3 you\nand you", "core send bob@example.com: i <3 you\\nand you" },
		{ "a < b > c", "core send bob@example.com: a < b > c" },
		{ "  indented", "core send bob@example.com:   indented" },
		{ "\xc3\xa4 \xe2\x82\xac", "core send bob@example.com: \xc3\xa4 \xe2\x82\xac" },
	};

	begin_signed_on();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpint(prpl->send_im(account->gc, "Bob@Example.com", rows[i].html, 0), ==,
				1);
		expect_events(rows[i].line, NULL);
		fake_text_done(NULL);
	}
	/* lesson_113 */
	g_assert_cmpint(prpl->send_im(account->gc, "bob@example.com", "<b></b>", 0), ==, 0);
	expect_no_events();
	end();
}

static void
test_incoming(void)
{
	begin_signed_on();
	fake_message("bob@example.com", "text/plain", "1 < 2 & <b>x</b>\r\ntwo\r\n\r\nfour");
	expect_events("im bob@example.com: 1 &lt; 2 &amp; &lt;b&gt;x&lt;/b&gt;<br>two<br><br>four",
		      NULL);
	/* lesson_110: nothing to show opens no window. */
	fake_message("bob@example.com", "text/plain", "");
	fake_message("bob@example.com", "text/plain", "\x01\x02");
	expect_no_events();
	end();
}

/* Lesson 114. */
static void
test_oneself(void)
{
	begin_signed_on();
	g_assert_cmpint(prpl->send_im(account->gc, "Alice@Example.com", "a &lt; <b>b</b>", 0), ==,
			1);
	expect_no_events();
	run_main_loop();
	expect_events("im Alice@Example.com: a &lt; b", NULL);
	g_assert_cmpint(
	    prpl->send_im(account->gc, "alice@example.com", "away", PURPLE_MESSAGE_AUTO_RESP), ==,
	    1);
	run_main_loop();
	expect_no_events();
	/* Signed off before it comes back. */
	prpl->send_im(account->gc, "alice@example.com", "hi", 0);
	prpl->close(account->gc);
	run_main_loop();
	expect_events("core close", NULL);
	end();
}

static void
test_typing(void)
{
	begin_signed_on();
	g_assert_cmpuint(prpl->send_typing(account->gc, "bob@example.com", PURPLE_TYPING), ==, 5);
	prpl->send_typing(account->gc, "bob@example.com", PURPLE_TYPED);
	prpl->send_typing(account->gc, "bob@example.com", PURPLE_NOT_TYPING);
	prpl->convo_closed(account->gc, "bob@example.com");
	g_signal_emit_by_name(msnp_session_conversations(fake_session()), "typing",
			      fake_conversation("bob@example.com"), "bob@example.com");
	expect_events("core typing bob@example.com", "core leave bob@example.com",
		      "typing bob@example.com 6", NULL);
	end();
}

static void
send_in_vain(const char *markup, MsnpErrorCode code, guint number)
{
	fake_conversation_open(account, "bob@example.com");
	prpl->send_im(account->gc, "bob@example.com", markup, 0);
	forget_events();
	fake_text_done(msnp_error_new(code, number, "detail"));
}

static void
expect_undelivered(MsnpErrorCode code, const char *line)
{
	send_in_vain("a &lt;b&gt;<br>c", code, 0);
	expect_events(line, NULL);
	fake_conversations_close_all();
}

static void
test_undelivered_in_bitlbee(void)
{
	begin_signed_on();
	fake_interface_set("BitlBee");
	send_in_vain("a &lt;b&gt;", MSNP_ERROR_OFFLINE, 0);
	expect_events("notice bob@example.com: This message was not delivered:<br>a "
		      "&lt;b&gt;<br>The other side is offline or does not want to be reached.",
		      "error in bob@example.com: This message was not delivered:<br>a "
		      "&lt;b&gt;<br>The other side is offline or does not want to be reached.",
		      NULL);
	end();
}

static void
test_lesson_099_undelivered(void)
{
	begin_signed_on();
	expect_undelivered(MSNP_ERROR_NOT_DELIVERED,
			   "error in bob@example.com: This message was not delivered:<br>a "
			   "&lt;b&gt;<br>c<br>The server could not pass it on.");
	expect_undelivered(
	    MSNP_ERROR_UNSURE,
	    "error in bob@example.com: This message may not have arrived:<br>a "
	    "&lt;b&gt;<br>c<br>The connection broke before the other side had confirmed "
	    "it.");
	expect_undelivered(MSNP_ERROR_OFFLINE,
			   "error in bob@example.com: This message was not delivered:<br>a "
			   "&lt;b&gt;<br>c<br>The other side is offline or does not want to be "
			   "reached.");
	expect_undelivered(MSNP_ERROR_SERVER,
			   "error in bob@example.com: This message was not delivered:<br>a "
			   "&lt;b&gt;<br>c<br>The server refused it.");
	/* lesson_182: the server's number helps those who help. */
	send_in_vain("hi", MSNP_ERROR_NOT_DELIVERED, 282);
	expect_events("error in bob@example.com: This message was not delivered:<br>hi<br>The "
		      "server could not pass it on. (Error 282)",
		      NULL);
	fake_conversations_close_all();
	/* The window was closed meanwhile: it opens again. */
	prpl->send_im(account->gc, "bob@example.com", "hi", 0);
	forget_events();
	fake_text_done(msnp_error_new(MSNP_ERROR_TOO_MUCH, 0, "x"));
	expect_events(
	    "conversation bob@example.com",
	    "error in bob@example.com: This message was not sent:<br>hi<br>Too many messages "
	    "are waiting to be delivered.",
	    NULL);
	end();
}

/* Those that a message, or one that is left for somebody, can end with: each has words of its own,
 * with the text. */
static void
test_reasons(void)
{
	static const MsnpErrorCode codes[] = {
		MSNP_ERROR_NOT_DELIVERED,
		MSNP_ERROR_UNSURE,
		MSNP_ERROR_OFFLINE,
		MSNP_ERROR_HIDDEN,
		MSNP_ERROR_TOO_FAST,
		MSNP_ERROR_ADDRESS,
		MSNP_ERROR_TOO_MUCH,
		MSNP_ERROR_NETWORK,
		MSNP_ERROR_BUSY,
		MSNP_ERROR_TLS,
		MSNP_ERROR_INSECURE,
		MSNP_ERROR_CONFIG,
		MSNP_ERROR_NO_SUCH_ACCOUNT,
		MSNP_ERROR_EXPIRED,
		MSNP_ERROR_OTHER_NETWORK,
		MSNP_ERROR_LIST_FULL,
		MSNP_ERROR_NOT_OFFERED,
	};
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	begin_signed_on();
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autoptr(GError) error = msnp_error_new(codes[i], 0, "detail");
		char *words = msnp_purple_undelivered_words("the text", error);

		g_assert_nonnull(strstr(words, "\nthe text\n"));
		g_assert_null(strstr(words, "refused"));
		g_assert_null(strstr(words, "detail"));
		g_assert_true(g_hash_table_add(seen, words));
	}
	end();
}

static void
test_lesson_100_automatic(void)
{
	begin_signed_on();
	prpl->send_im(account->gc, "bob@example.com", "I am away", PURPLE_MESSAGE_AUTO_RESP);
	expect_events("core send bob@example.com: I am away (automatic)", NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_OFFLINE, 0, "x"));
	expect_no_events();
	end();
}

static void
test_sign_off_with_messages(void)
{
	/* The account stays: its open conversation tells. */
	begin_signed_on();
	fake_conversation_open(account, "bob@example.com");
	prpl->send_im(account->gc, "bob@example.com", "hi", 0);
	prpl->send_im(account->gc, "carol@example.com", "hi", 0);
	forget_events();
	prpl->close(account->gc);
	run_main_loop();
	expect_events("core close",
		      "error in bob@example.com: This message was not delivered:<br>hi<br>The "
		      "connection to the server was lost.",
		      NULL);
	end();
	/* The account is deleted: nothing of it may be touched. */
	begin_signed_on();
	prpl->send_im(account->gc, "bob@example.com", "hi", 0);
	forget_events();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	expect_events("core close", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/im/outgoing", test_outgoing);
	g_test_add_func("/adapter/im/incoming", test_incoming);
	g_test_add_func("/adapter/im/lesson_114_oneself", test_oneself);
	g_test_add_func("/adapter/im/every-reason-has-words", test_reasons);
	g_test_add_func("/adapter/im/typing", test_typing);
	g_test_add_func("/adapter/im/lesson_099_undelivered", test_lesson_099_undelivered);
	g_test_add_func("/adapter/im/undelivered-in-bitlbee", test_undelivered_in_bitlbee);
	g_test_add_func("/adapter/im/lesson_100_automatic", test_lesson_100_automatic);
	g_test_add_func("/adapter/im/sign-off-with-messages", test_sign_off_with_messages);
	return g_test_run();
}
