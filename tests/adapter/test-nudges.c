/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nudges: libpurple's attention both ways, the command, and what is said when one does not go. */
#include "list-fixture.h"

#define BOB "bob@example.com"

static void
test_type(void)
{
	PurpleAttentionType *type;

	begin_signed_on();
	g_assert_cmpuint(g_list_length(prpl->get_attention_types(account)), ==, 1);
	g_assert_true(prpl->get_attention_types(account) == prpl->get_attention_types(account));
	type = prpl->get_attention_types(account)->data;
	g_assert_cmpstr(purple_attention_type_get_unlocalized_name(type), ==, "Nudge");
	/* libpurple would put a name there unescaped. */
	g_assert_null(strchr(purple_attention_type_get_incoming_desc(type), '%'));
	g_assert_null(strchr(purple_attention_type_get_outgoing_desc(type), '%'));
	end();
}

static void
test_lesson_124_both_ways(void)
{
	begin_signed_on();
	g_assert_true(prpl->send_attention(account->gc, "Bob@Example.com", 0));
	expect_events("core nudge " BOB, NULL);
	fake_text_done(NULL);
	expect_no_events();
	/* lesson_125: also from a stranger, and it may open a window. */
	fake_message("dan@example.com", "text/x-msnmsgr-datacast", "ID: 1\r\n\r\n");
	expect_events("attention from dan@example.com", NULL);
	/* lesson_123 */
	fake_message("dan@example.com", "text/x-msnmsgr-datacast", "ID: 10\r\n\r\n");
	fake_message("dan@example.com", "text/x-msnmsgr-datacast", "ID: 1\r\nID: 1\r\n\r\n");
	expect_no_events();
	end();
}

static void
expect_failure(GError *error, const char *line)
{
	prpl->send_attention(account->gc, BOB, 0);
	forget_events();
	fake_text_done(error);
	expect_events(line, NULL);
}

static void
test_failures(void)
{
	begin_signed_on();
	fake_conversation_open(account, BOB);
	expect_failure(msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "x"),
		       "error in " BOB ": The nudge was not sent: not so many in a short time, "
		       "please. Wait a moment.");
	/* lesson_126: it is not left for somebody who is offline. */
	expect_failure(msnp_error_new(MSNP_ERROR_OFFLINE, 0, "x"),
		       "error in " BOB ": The nudge did not arrive. The other side is offline or "
		       "does not want to be reached.");
	expect_failure(msnp_error_new(MSNP_ERROR_UNSURE, 0, "x"),
		       "error in " BOB ": The nudge may not have arrived. The connection broke "
		       "before the other side had confirmed it.");
	/* The window was closed: for a nudge it does not open again. */
	fake_conversations_close_all();
	prpl->send_attention(account->gc, BOB, 0);
	forget_events();
	fake_text_done(msnp_error_new(MSNP_ERROR_OFFLINE, 0, "x"));
	expect_no_events();
	end();
}

static void
test_sign_off(void)
{
	begin_signed_on();
	fake_conversation_open(account, BOB);
	prpl->send_attention(account->gc, BOB, 0);
	forget_events();
	prpl->close(account->gc);
	run_main_loop();
	expect_events("core close",
		      "error in " BOB
		      ": The nudge did not arrive. The connection to the server was "
		      "lost.",
		      NULL);
	g_assert_false(prpl->send_attention(account->gc, BOB, 0));
	expect_no_events();
	end();
	begin_signed_on();
	prpl->send_attention(account->gc, BOB, 0);
	forget_events();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	expect_events("core close", NULL);
	end();
}

static void
test_command(void)
{
	MsnpChat *chat;

	begin_signed_on();
	fake_conversation_open(account, BOB);
	g_assert_cmpint(fake_command(fake_window(BOB)), ==, PURPLE_CMD_RET_OK);
	expect_events("core nudge " BOB, "attention to " BOB, NULL);
	fake_text_done(NULL);
	chat = fake_chat_new("bob@example.com carol@example.com");
	fake_chat_began(chat, NULL, NULL);
	forget_events();
	g_assert_cmpint(fake_command(fake_window("Chat 1")), ==, PURPLE_CMD_RET_OK);
	expect_events("core nudge chat 1", "note in Chat 1: Sending a nudge...", NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "x"));
	expect_events("error in Chat 1: The nudge was not sent: not so many in a short time, "
		      "please. Wait a moment.",
		      NULL);
	fake_chat_ended(chat);
	forget_events();
	g_assert_cmpint(fake_command(fake_window("Chat 1")), ==, PURPLE_CMD_RET_FAILED);
	expect_events("command failed: This chat is over.", NULL);
	prpl->close(account->gc);
	forget_events();
	g_assert_cmpint(fake_command(fake_window(BOB)), ==, PURPLE_CMD_RET_FAILED);
	expect_events("command failed: There is no connection to the server at the moment.", NULL);
	end();
}

/* lesson_124, lesson_135: in the window of the chat, by name. */
static void
test_in_chat(void)
{
	MsnpChat *chat;

	begin_signed_on();
	fake_buddy_add(account, "Friends", BOB, "<b>B</b>");
	chat = fake_chat_new("bob@example.com carol@example.com");
	fake_chat_began(chat, NULL, NULL);
	forget_events();
	fake_chat_message(chat, BOB, "text/x-msnmsgr-datacast", "ID: 1\r\n\r\n");
	expect_events("chat 1 system notify " BOB ": &lt;b&gt;B&lt;/b&gt; has nudged everybody!",
		      "signal got-attention " BOB " in Chat 1 of alice@example.com", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/nudges/type", test_type);
	g_test_add_func("/adapter/nudges/lesson_124_both-ways", test_lesson_124_both_ways);
	g_test_add_func("/adapter/nudges/failures", test_failures);
	g_test_add_func("/adapter/nudges/sign-off", test_sign_off);
	g_test_add_func("/adapter/nudges/command", test_command);
	g_test_add_func("/adapter/nudges/lesson_135_in-chat", test_in_chat);
	return g_test_run();
}
