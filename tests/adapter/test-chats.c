/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chats: how they begin and grow, who is there, what is said, how they end. */
#include "list-fixture.h"

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"
#define DAN   "dan@example.com"
#define OVER                                                                                       \
	"note in Chat 1: This chat is over: everybody else has left it, or the connection to it "  \
	"was lost. To go on, start a new one from the menu of a contact."

/* An address as people type it. */
static void
begin_as_typed(void)
{
	fake_purple_start();
	account = fake_account_new("Alice@Example.com");
	fake_account_set(account, "service", "escargot");
	prpl->login(account);
	fake_roster_fetched();
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	forget_events();
}

static MsnpChat *
begin_chat(void)
{
	MsnpChat *chat = fake_chat_new(BOB " " CAROL);

	fake_chat_began(chat, NULL, NULL);
	expect_events("chat 1 opens: Chat 1", "chat 1 as " ALICE " has " ALICE " " BOB " " CAROL,
		      NULL);
	return chat;
}

static GHashTable *
components(const char *people)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	if (people)
		g_hash_table_insert(table, (gpointer) "people", g_strdup(people));
	return table;
}

/* Lesson 129: everybody once, and oneself. */
static void
test_became_chat(void)
{
	begin_as_typed();
	fake_conversation_open(account, BOB);
	fake_chat_began(fake_chat_new(BOB " " CAROL), BOB, NULL);
	expect_events("chat 1 opens: Chat 1", "chat 1 as " ALICE " has " ALICE " " BOB " " CAROL,
		      "note in " BOB ": Others have come into this conversation. It goes on in the "
		      "window &quot;Chat 1&quot;; what is written here is for the two of you.",
		      NULL);
	/* Its window was closed. */
	fake_conversations_close_all();
	fake_chat_began(fake_chat_new(BOB " " CAROL), BOB, NULL);
	expect_events("chat 2 opens: Chat 2", "chat 2 as " ALICE " has " ALICE " " BOB " " CAROL,
		      NULL);
	end();
}

/* Lesson 130. */
static void
test_called(void)
{
	begin_as_typed();
	fake_buddy_add(account, "Friends", CAROL, "C<u>");
	fake_chat_began(fake_chat_new(BOB " " CAROL), NULL, CAROL);
	expect_events("chat 1 opens: Chat 1", "chat 1 as " ALICE " has " ALICE " " BOB " " CAROL,
		      "note in Chat 1: C&lt;u&gt; has called you into this chat.", NULL);
	end();
}

static void
test_coming_and_going(void)
{
	MsnpChat *chat;

	begin_as_typed();
	chat = begin_chat();
	fake_chat_joined(chat, DAN);
	fake_chat_joined(chat, DAN);
	fake_chat_left(chat, DAN);
	fake_chat_left(chat, DAN);
	/* lesson_132 */
	fake_chat_joined(chat, DAN);
	expect_events("chat 1 gets " DAN, "chat 1 loses " DAN, "chat 1 gets " DAN, NULL);
	end();
}

/* Lesson 134. */
static void
test_said(void)
{
	MsnpChat *chat;

	begin_as_typed();
	chat = begin_chat();
	g_assert_cmpint(prpl->chat_send(account->gc, 1, "<b>a &lt; b</b>", PURPLE_MESSAGE_SEND), ==,
			1);
	expect_events("core send chat 1: a < b | FN=MS%20Shell%20Dlg; EF=B; CO=0; CS=0; PF=0",
		      "chat 1 sent " ALICE ": <b>a &lt; b</b>", NULL);
	fake_text_done(NULL);
	expect_no_events();
	g_assert_cmpint(
	    prpl->chat_send(account->gc, 1, "away", PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_AUTO_RESP),
	    ==, 1);
	expect_events("core send chat 1: away (automatic)", "chat 1 sent automatic " ALICE ": away",
		      NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_UNSURE, 0, "x"));
	g_assert_cmpint(prpl->chat_send(account->gc, 1, "<b> </b>", PURPLE_MESSAGE_SEND), ==, 0);
	expect_no_events();
	fake_chat_message(chat, BOB, "text/plain; charset=UTF-8", "<i>hi</i>\r\nyou");
	fake_chat_message(chat, CAROL, "text/plain; charset=UTF-8",
			  "!X-MMS-IM-Format:EF=B\n!P4-Context:The <House>\nnews");
	expect_events("chat 1 " BOB ": &lt;i&gt;hi&lt;/i&gt;<br>you",
		      "chat 1 " CAROL ": <b>The &lt;House&gt; (" CAROL "):</b> <b>news</b>", NULL);
	/* Nobody answers invitations there: it is not said that one was declined. */
	fake_chat_message(chat, BOB, "text/x-msmsgsinvite; charset=UTF-8",
			  "Invitation-Command: INVITE\r\nInvitation-Cookie: 1\r\n\r\n");
	fake_chat_message(chat, BOB, "image/gif",
			  "base64:R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
	expect_events("note in Chat 1: " BOB " wants to start something that is not possible here.",
		      "image 42 bytes, ink.gif", "chat 1 images " BOB ": <img id=\"5\">", NULL);
	end();
}

static void
test_undelivered(void)
{
	begin_as_typed();
	begin_chat();
	prpl->chat_send(account->gc, 1, "a &lt;b&gt;", PURPLE_MESSAGE_SEND);
	forget_events();
	fake_text_done(msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "x"));
	expect_events("error in Chat 1: This message was not delivered:<br>a &lt;b&gt;<br>The "
		      "server could not pass it on.",
		      NULL);
	/* The window was closed meanwhile: it does not open again, as nobody is there any more. */
	prpl->chat_send(account->gc, 1, "a &lt;b&gt;", PURPLE_MESSAGE_SEND);
	forget_events();
	fake_chat_close(fake_window("Chat 1"));
	fake_text_done(msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "x"));
	expect_events("core leave chat 1",
		      "notify Chat: Chat 1 | This message was not delivered:\na <b>\nThe server "
		      "could not pass it on.",
		      NULL);
	end();
}

/* The core tells the end of a chat before the fate of its last texts. */
static void
test_undelivered_at_the_end(void)
{
	MsnpChat *chat;

	begin_as_typed();
	chat = begin_chat();
	prpl->chat_send(account->gc, 1, "hi", PURPLE_MESSAGE_SEND);
	prpl->chat_invite(account->gc, 1, NULL, DAN);
	fake_chat_ended(chat);
	forget_events();
	fake_text_done(msnp_error_new(MSNP_ERROR_UNSURE, 0, "x"));
	expect_events("notify Chat: Chat 1 | This message may not have arrived:\nhi\nThe "
		      "connection broke before the other side had confirmed it.",
		      NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "x"));
	expect_no_events();
	end();
}

static void
test_ended(void)
{
	MsnpChat *chat;

	begin_as_typed();
	chat = begin_chat();
	fake_chat_left(chat, CAROL);
	fake_chat_left(chat, BOB);
	fake_chat_ended(chat);
	expect_events("chat 1 loses " CAROL, "chat 1 loses " BOB, OVER, "chat 1 is left", NULL);
	/* The window is still there: the text is not lost. */
	g_assert_cmpint(prpl->chat_send(account->gc, 1, "anybody?", PURPLE_MESSAGE_SEND), ==, 0);
	expect_events("notify Chat: Chat 1 | This chat is over, so this message was not "
		      "sent:\nanybody?",
		      NULL);
	prpl->chat_invite(account->gc, 1, NULL, BOB);
	prpl->chat_leave(account->gc, 1);
	fake_chat_close(fake_window("Chat 1"));
	expect_no_events();
	end();
}

/* Whatever comes after the window was closed. */
static void
test_closed(void)
{
	MsnpChat *chat;

	begin_as_typed();
	chat = begin_chat();
	fake_chat_close(fake_window("Chat 1"));
	expect_events("core leave chat 1", NULL);
	fake_chat_message(chat, BOB, "text/plain", "hi");
	fake_chat_message(chat, BOB, "text/x-msnmsgr-datacast", "ID: 1\r\n\r\n");
	fake_chat_message(chat, BOB, "image/gif", "base64:R0lGODlh");
	fake_chat_joined(chat, DAN);
	fake_chat_left(chat, BOB);
	fake_chat_ended(chat);
	expect_no_events();
	end();
}

static void
test_invite(void)
{
	begin_as_typed();
	begin_chat();
	prpl->chat_invite(account->gc, 1, "come", "Dan@Example.com");
	expect_events("core invite " DAN " to chat 1", "note in Chat 1: Calling " DAN "...", NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_OFFLINE, 217, "x"));
	expect_events("error in Chat 1: " DAN " could not be invited. The other side is offline or "
		      "does not want to be reached.",
		      NULL);
	/* lesson_133 */
	prpl->chat_invite(account->gc, 1, NULL, BOB);
	expect_events("note in Chat 1: " BOB " is here already.", NULL);
	prpl->chat_invite(account->gc, 1, NULL, "%s<b>");
	forget_events();
	fake_text_done(msnp_error_new(MSNP_ERROR_ADDRESS, 0, "x"));
	expect_events("error in Chat 1: %s&lt;b&gt; could not be invited. This is not the address "
		      "of somebody who can receive messages.",
		      NULL);
	/* lesson_131: another number, another chat. */
	prpl->chat_invite(account->gc, 2, NULL, DAN);
	prpl->chat_leave(account->gc, 2);
	expect_no_events();
	end();
}

static void
join(const char *people)
{
	g_autoptr(GHashTable) table = components(people);

	prpl->join_chat(account->gc, table);
}

static void
test_join(void)
{
	g_autoptr(GHashTable) none = components(NULL);
	g_autofree char *name = NULL;
	GList *entries;
	struct proto_chat_entry *entry;

	begin_as_typed();
	entries = prpl->chat_info(account->gc);
	entry = entries->data;
	g_assert_true(g_str_equal(entry->identifier, "people") && entry->required);
	g_list_free_full(entries, g_free);
	name = prpl->get_chat_name(none);
	g_assert_cmpstr(name, ==, "");

	join(" " BOB ",\n" CAROL "; ");
	expect_events("core open chat: " BOB ", " CAROL, NULL);
	fake_chat_opened(fake_chat_new(BOB), NULL);
	expect_events("chat 1 opens: Chat 1", "chat 1 as " ALICE " has " ALICE " " BOB, NULL);
	join(DAN);
	forget_events();
	fake_chat_opened(NULL, msnp_error_new(MSNP_ERROR_OFFLINE, 0, "x"));
	expect_events("notify Chat: The chat could not be started. | Those whom you have called "
		      "are offline or do not want to be reached.",
		      "join failed: " DAN, NULL);
	join(" ,");
	expect_events("join failed:  ,", NULL);
	/* Signed off while they are called. */
	join(DAN);
	prpl->close(account->gc);
	run_main_loop();
	expect_events("core open chat: " DAN, "core close", NULL);
	join(DAN);
	expect_events("join failed: " DAN, NULL);
	end();
}

static void
expect_defaults(const char *name, const char *people)
{
	g_autoptr(GHashTable) table = prpl->chat_info_defaults(account->gc, name);

	g_assert_cmpstr(g_hash_table_lookup(table, "people"), ==, people);
}

static void
test_defaults(void)
{
	MsnpChat *chat;

	begin_as_typed();
	expect_defaults(NULL, "");
	expect_defaults(BOB " " CAROL, BOB " " CAROL);
	expect_defaults("Chat 1", "");
	chat = begin_chat();
	expect_defaults("Chat 1", BOB " " CAROL);
	/* When it is over, people are not called again unasked. */
	fake_chat_ended(chat);
	expect_defaults("Chat 1", "");
	end();
}

/* ---- The menu of a contact ---- */

static void
choose(PurpleBuddy *buddy, const char *first, const char *second)
{
	GList *menu = prpl->blist_node_menu(&buddy->node);
	GList *place = menu;
	PurpleMenuAction *action = NULL;

	for (; place && !g_str_equal(((PurpleMenuAction *)place->data)->label, first);)
		place = place->next;
	g_assert_nonnull(place);
	action = place->data;
	if (second) {
		for (place = action->children;
		     place && !g_str_equal(((PurpleMenuAction *)place->data)->label, second);)
			place = place->next;
		g_assert_nonnull(place);
		action = place->data;
	}
	((void (*)(PurpleBlistNode *, gpointer))action->callback)(&buddy->node, action->data);
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
}

/* The labels under "Invite to chat", with commas; "none" without such an entry. */
static char *
invitable(PurpleBuddy *buddy)
{
	GList *menu = prpl->blist_node_menu(&buddy->node);
	GString *labels = NULL;

	for (GList *l = menu; l; l = l->next) {
		PurpleMenuAction *action = l->data;

		if (!g_str_equal(action->label, "Invite to chat"))
			continue;
		labels = g_string_new(NULL);
		for (GList *child = action->children; child; child = child->next)
			g_string_append_printf(labels, "%s%s", labels->len ? ", " : "",
					       ((PurpleMenuAction *)child->data)->label);
	}
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	return labels ? g_string_free(labels, FALSE) : g_strdup("none");
}

static void
expect_invitable(PurpleBuddy *buddy, const char *labels)
{
	g_autofree char *found = invitable(buddy);

	g_assert_cmpstr(found, ==, labels);
}

static void
test_menu(void)
{
	PurpleBuddy *bob, *dan;
	MsnpChat *chat;

	begin_as_typed();
	bob = fake_buddy_add(account, "Friends", BOB, "B<o>b");
	dan = fake_buddy_add(account, "Friends", DAN, NULL);
	expect_invitable(dan, "none");
	choose(dan, "Initiate chat", NULL);
	expect_events("core open chat: " DAN, NULL);
	fake_chat_opened(NULL, msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "x"));
	expect_events("notify Chat: The chat could not be started. | Those were too many messages "
		      "or conversations in a short time. Wait half a minute.",
		      NULL);
	chat = begin_chat();
	fake_conversation_open(account, BOB);
	expect_invitable(bob, "none");
	expect_invitable(dan, "Chat 1, Conversation with B<o>b");
	choose(dan, "Invite to chat", "Chat 1");
	expect_events("core invite " DAN " to chat 1", "note in Chat 1: Calling " DAN "...", NULL);
	fake_text_done(NULL);
	choose(dan, "Invite to chat", "Conversation with B<o>b");
	expect_events("core invite " DAN " to " BOB, "note in " BOB ": Calling " DAN "...", NULL);
	fake_text_done(msnp_error_new(MSNP_ERROR_NOT_DELIVERED, 0, "x"));
	expect_events("error in " BOB ": " DAN " could not be invited. The server could not pass "
		      "it on.",
		      NULL);
	/* Somebody who is there is not offered, nor is a chat that is over. */
	fake_chat_joined(chat, DAN);
	expect_invitable(dan, "Conversation with B<o>b");
	fake_chat_ended(chat);
	fake_conversations_close_all();
	expect_invitable(dan, "none");
	forget_events();
	end();
}

/* A window that goes while the menu with it is open. */
static void
test_menu_outlives_window(void)
{
	PurpleBuddy *dan;
	GList *menu;
	PurpleMenuAction *action, *place;

	begin_as_typed();
	dan = fake_buddy_add(account, "Friends", DAN, NULL);
	fake_conversation_open(account, BOB);
	menu = prpl->blist_node_menu(&dan->node);
	action = menu->next->data;
	place = action->children->data;
	fake_conversations_close_all();
	((void (*)(PurpleBlistNode *, gpointer))place->callback)(&dan->node, place->data);
	expect_no_events();
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	end();
}

/* The account that signs on anew meanwhile: its windows are there, its conversations not yet. */
static void
test_menu_outlives_session(void)
{
	PurpleBuddy *dan;
	GList *menu;
	PurpleMenuAction *action, *place;

	begin_as_typed();
	dan = fake_buddy_add(account, "Friends", DAN, NULL);
	fake_conversation_open(account, BOB);
	menu = prpl->blist_node_menu(&dan->node);
	action = menu->next->data;
	place = action->children->data;
	prpl->close(account->gc);
	fake_core_stop();
	prpl->login(account);
	forget_events();
	((void (*)(PurpleBlistNode *, gpointer))place->callback)(&dan->node, place->data);
	expect_no_events();
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	fake_conversations_close_all();
	forget_events();
	end();
}

static void
test_phones_have_no_chats(void)
{
	PurpleBuddy *taxi;
	GList *menu;

	begin_as_typed();
	taxi = fake_buddy_add(account, "Friends", "tel:+4930555010", NULL);
	menu = prpl->blist_node_menu(&taxi->node);
	for (GList *l = menu; l; l = l->next)
		g_assert_null(strstr(((PurpleMenuAction *)l->data)->label, "chat"));
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	end();
}

/* ---- The end at any time ---- */

static void
test_sign_off(void)
{
	begin_as_typed();
	begin_chat();
	prpl->chat_send(account->gc, 1, "hi", PURPLE_MESSAGE_SEND);
	prpl->chat_invite(account->gc, 1, NULL, DAN);
	forget_events();
	prpl->close(account->gc);
	run_main_loop();
	expect_events(
	    "core close",
	    "notify Chat: Chat 1 | This message was not delivered:\nhi\nThe connection to "
	    "the server was lost.",
	    NULL);
	g_assert_cmpint(prpl->chat_send(account->gc, 1, "hi", PURPLE_MESSAGE_SEND), <, 0);
	prpl->chat_invite(account->gc, 1, NULL, DAN);
	prpl->chat_leave(account->gc, 1);
	expect_no_events();
	end();
	/* The account is deleted: nothing of it may be touched. */
	begin_as_typed();
	begin_chat();
	prpl->chat_send(account->gc, 1, "hi", PURPLE_MESSAGE_SEND);
	prpl->chat_invite(account->gc, 1, NULL, DAN);
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
	g_test_add_func("/adapter/chats/lesson_129_became-chat", test_became_chat);
	g_test_add_func("/adapter/chats/lesson_130_called", test_called);
	g_test_add_func("/adapter/chats/lesson_132_coming-and-going", test_coming_and_going);
	g_test_add_func("/adapter/chats/lesson_134_said", test_said);
	g_test_add_func("/adapter/chats/undelivered", test_undelivered);
	g_test_add_func("/adapter/chats/undelivered-at-the-end", test_undelivered_at_the_end);
	g_test_add_func("/adapter/chats/ended", test_ended);
	g_test_add_func("/adapter/chats/closed", test_closed);
	g_test_add_func("/adapter/chats/lesson_133_invite", test_invite);
	g_test_add_func("/adapter/chats/join", test_join);
	g_test_add_func("/adapter/chats/defaults", test_defaults);
	g_test_add_func("/adapter/chats/menu", test_menu);
	g_test_add_func("/adapter/chats/menu-outlives-window", test_menu_outlives_window);
	g_test_add_func("/adapter/chats/menu-outlives-session", test_menu_outlives_session);
	g_test_add_func("/adapter/chats/phones", test_phones_have_no_chats);
	g_test_add_func("/adapter/chats/sign-off", test_sign_off);
	return g_test_run();
}
