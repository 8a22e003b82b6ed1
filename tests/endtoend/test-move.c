/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sent on to another server (XFR NS) at any moment of a conversation and of a chat, in the real
 * libpurple: nobody notices. Lessons 28, 87.
 */
#include "headless.h"

#include <string.h>

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"

#define PERSON(name, password, first, second)                                                      \
	"{ \"handle\": \"" name "\", \"password\": \"" password "\", \"name\": \"" password "\","  \
	"  \"contacts\": [ { \"handle\": \"" first "\" }, { \"handle\": \"" second "\" } ] }"

static const char accounts[] = "{ \"accounts\": [" PERSON(ALICE, "alice", BOB, CAROL) "," PERSON(
    BOB, "bob", ALICE, CAROL) "," PERSON(CAROL, "carol", ALICE, BOB) "] }";

/* Turns of the main loop between what is done and the order to go. */
static const guint moments[] = { 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 30 };

static MsnpServer *server;
static PurpleAccount *alice, *bob, *carol;
static GString *signs; /* of what was noticed */

static void
on_sign(PurpleBuddy *buddy, gpointer data)
{
	g_string_append_printf(signs, "%s: %s\n", (const char *)data, purple_buddy_get_name(buddy));
}

static void
on_signed(PurpleConnection *gc, gpointer data)
{
	g_string_append_printf(signs, "%s: %s\n", (const char *)data,
			       purple_account_get_username(purple_connection_get_account(gc)));
}

static void
listen_to_signs(void)
{
	signs = g_string_new(NULL);
	purple_signal_connect(purple_connections_get_handle(), "signed-off", &signs,
			      PURPLE_CALLBACK(on_signed), (gpointer) "signed off");
	purple_signal_connect(purple_blist_get_handle(), "buddy-signed-off", &signs,
			      PURPLE_CALLBACK(on_sign), (gpointer) "went");
}

static PurpleAccount *
sign_on(const char *who, const char *password)
{
	PurpleAccount *account = headless_account(server, who, password);

	headless_sign_on(account);
	wait_until(purple_account_is_connected(account));
	return account;
}

static void
all_on(void)
{
	server = headless_serve(accounts, NULL);
	alice = sign_on(ALICE, "alice");
	bob = sign_on(BOB, "bob");
	carol = sign_on(CAROL, "carol");
	purple_account_set_status(alice, "busy", TRUE, "message", "rehearsing", NULL);
	wait_until(g_str_equal(headless_status(bob, ALICE), "busy") &&
		   g_str_equal(headless_message(bob, ALICE), "rehearsing") &&
		   g_str_equal(headless_status(alice, CAROL), "available") &&
		   g_str_equal(headless_status(alice, BOB), "available"));
	g_string_truncate(signs, 0);
}

/* Alice is sent on so many turns after now; which: the old connection ends at once, or later. */
static void
move_after(guint turns, gboolean at_once)
{
	while (turns-- > 0)
		g_main_context_iteration(NULL, FALSE);
	g_assert_true(msnp_server_move(server, ALICE, at_once));
}

/* She has arrived, and is as she was. */
static void
expect_unnoticed(guint chg)
{
	wait_until(msnp_server_n_requests(server, "CHG") > chg);
	msnp_server_pass_time(server, 2);
	wait_until(msnp_server_n_sessions(server) == 3);
	wait_until(g_str_equal(headless_status(bob, ALICE), "busy") &&
		   g_str_equal(headless_message(bob, ALICE), "rehearsing"));
	g_assert_true(purple_account_is_connected(alice));
	g_assert_cmpstr(headless_status(alice, BOB), ==, "available");
	/* Others see her go and come, for the server tells them so; she sees nothing. */
	g_assert_null(strstr(signs->str, "signed off"));
	g_assert_null(strstr(signs->str, "went: " BOB));
	g_assert_null(strstr(signs->str, "went: " CAROL));
	g_assert_cmpint(headless_error(alice), ==, -1);
	g_assert_cmpstr(headless_notices(), ==, "");
}

static void
conversation(guint turns, gboolean at_once, gboolean open_before)
{
	const char *before = open_before ? "< before\n" : "";
	g_autofree char *bob_reads = g_strdup_printf("%s< one\n< two\n", before);
	guint chg;

	all_on();
	if (open_before) {
		headless_say(alice, BOB, "before");
		wait_until(g_str_equal(headless_transcript(bob, ALICE), before));
	}
	chg = msnp_server_n_requests(server, "CHG");
	headless_say(alice, BOB, "one");
	move_after(turns, at_once);
	headless_say(alice, BOB, "two");
	wait_until(strstr(headless_transcript(bob, ALICE), "< two\n"));
	expect_unnoticed(chg);
	headless_say(bob, ALICE, "three");
	wait_until(strstr(headless_transcript(alice, BOB), "< three\n"));
	g_assert_null(strstr(headless_transcript(alice, BOB), "!"));
	g_assert_null(strstr(headless_transcript(alice, BOB), "*"));
	g_assert_true(g_str_has_prefix(headless_transcript(bob, ALICE), bob_reads));
	headless_clear(server);
}

static void
test_conversation(void)
{
	for (guint i = 0; i < 4 * G_N_ELEMENTS(moments); i++)
		conversation(moments[i / 4], i % 2, (i / 2) % 2);
}

/* ---- The chat ---- */

static PurpleConversation *
chat_of(PurpleAccount *account)
{
	for (GList *item = purple_get_chats(); item; item = item->next)
		if (purple_conversation_get_account(item->data) == account)
			return item->data;
	return NULL;
}

static guint
n_inside(PurpleAccount *account)
{
	PurpleConversation *chat = chat_of(account);

	return chat ? g_list_length(purple_conv_chat_get_users(PURPLE_CONV_CHAT(chat))) : 0;
}

static gboolean
reads(PurpleAccount *account, const char *line)
{
	PurpleConversation *chat = chat_of(account);

	return chat &&
	       strstr(headless_transcript(account, purple_conversation_get_name(chat)), line);
}

static void
open_chat(void)
{
	g_autoptr(GHashTable) components = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(components, (gpointer) "people", (gpointer)(BOB ", " CAROL));
	serv_join_chat(purple_account_get_connection(alice), components);
	wait_until(n_inside(alice) == 3 && n_inside(bob) == 3 && n_inside(carol) == 3);
}

static void
test_chat(void)
{
	for (guint i = 0; i < 2 * G_N_ELEMENTS(moments); i++) {
		guint chg;

		all_on();
		open_chat();
		chg = msnp_server_n_requests(server, "CHG");
		purple_conv_chat_send(PURPLE_CONV_CHAT(chat_of(alice)), "one");
		move_after(moments[i / 2], i % 2);
		purple_conv_chat_send(PURPLE_CONV_CHAT(chat_of(alice)), "two");
		purple_conv_chat_send(PURPLE_CONV_CHAT(chat_of(bob)), "three");
		expect_unnoticed(chg);
		wait_until(reads(bob, "< one\n") && reads(bob, "< two\n"));
		wait_until(reads(carol, "< one\n") && reads(carol, "< two\n"));
		wait_until(reads(alice, "< three\n") && reads(carol, "< three\n"));
		g_assert_cmpuint(n_inside(alice), ==, 3);
		g_assert_cmpuint(n_inside(bob), ==, 3);
		g_assert_cmpuint(n_inside(carol), ==, 3);
		g_assert_false(reads(alice, "!"));
		headless_clear(server);
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	listen_to_signs();
	g_test_add_func("/endtoend/move/lesson_028_conversation", test_conversation);
	g_test_add_func("/endtoend/move/lesson_087_chat", test_chat);
	status = g_test_run();
	purple_signals_disconnect_by_handle(&signs);
	g_string_free(signs, TRUE);
	headless_stop();
	return status;
}
