/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chats: three or four people, each in a real libpurple account, through the loopback service. */
#include "headless.h"

#define NAME_OF_DAN "<b>D</b>\\u202e"

static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"bob@example.com\", \"name\": \"Bob\" },"
    "    { \"handle\": \"carol@example.com\", \"name\": \"Carol\" },"
    "    { \"handle\": \"dan@example.com\", \"name\": \"" NAME_OF_DAN "\" } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\" } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\" },"
    "{ \"handle\": \"dan@example.com\", \"password\": \"dan\", \"name\": \"" NAME_OF_DAN "\" } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"
#define CAROL "carol@example.com"
#define DAN   "dan@example.com"
#define THREE ALICE " " BOB " " CAROL
#define OVER                                                                                       \
	"* This chat is over: everybody else has left it, or the connection to it was lost. To "   \
	"go on, start a new one from the menu of a contact.\n"

static MsnpServer *server;
static PurpleAccount *alice, *bob, *carol;

static PurpleAccount *
sign_on(const char *who, const char *password)
{
	PurpleAccount *account = headless_account(server, who, password);

	headless_sign_on(account);
	wait_until(purple_account_is_connected(account));
	return account;
}

static void
three_on(void)
{
	server = headless_serve(accounts, NULL);
	alice = sign_on(ALICE, "alice");
	bob = sign_on(BOB, "bob");
	carol = sign_on(CAROL, "carol");
	wait_until(g_str_equal(headless_status(alice, BOB), "available") &&
		   g_str_equal(headless_status(alice, CAROL), "available"));
}

/* The chat of an account that goes on; NULL if there is none. */
static PurpleConversation *
chat_of(PurpleAccount *account)
{
	for (GList *l = purple_get_chats(); l; l = l->next)
		if (purple_conversation_get_account(l->data) == account &&
		    !purple_conv_chat_has_left(PURPLE_CONV_CHAT(l->data)))
			return l->data;
	return NULL;
}

static guint
count_chats(PurpleAccount *account)
{
	guint n = 0;

	for (GList *l = purple_get_chats(); l; l = l->next)
		n += purple_conversation_get_account(l->data) == account;
	return n;
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Who is in it, sorted, with blanks; "" if there is no chat. */
static gboolean
members_are(PurpleAccount *account, const char *expected)
{
	PurpleConversation *conv = chat_of(account);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *text = NULL;

	for (GList *l = conv ? purple_conv_chat_get_users(PURPLE_CONV_CHAT(conv)) : NULL; l;
	     l = l->next)
		g_ptr_array_add(names, (gpointer)purple_conv_chat_cb_get_name(l->data));
	g_ptr_array_sort(names, compare);
	g_ptr_array_add(names, NULL);
	text = g_strjoinv(" ", (char **)names->pdata);
	return g_str_equal(text, expected);
}

static const char *
transcript(PurpleAccount *account)
{
	PurpleConversation *conv = chat_of(account);

	return conv ? headless_transcript(account, purple_conversation_get_name(conv)) : "";
}

static gboolean
has(PurpleAccount *account, const char *text)
{
	return strstr(transcript(account), text) != NULL;
}

static void
say(PurpleAccount *account, const char *html)
{
	purple_conv_chat_send(PURPLE_CONV_CHAT(chat_of(account)), html);
}

static void
invite(PurpleAccount *account, const char *who)
{
	serv_chat_invite(purple_account_get_connection(account),
			 purple_conv_chat_get_id(PURPLE_CONV_CHAT(chat_of(account))), "come", who);
}

static void
join(PurpleAccount *account, const char *people)
{
	g_autoptr(GHashTable) components =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	g_hash_table_insert(components, (gpointer) "people", g_strdup(people));
	serv_join_chat(purple_account_get_connection(account), components);
}

static GList *
find_action(GList *menu, const char *label)
{
	while (menu && !g_str_equal(((PurpleMenuAction *)menu->data)->label, label))
		menu = menu->next;
	g_assert_nonnull(menu);
	return menu;
}

/* The menu of a contact, as a user interface uses it. */
static void
choose(PurpleAccount *account, const char *who, const char *first, const char *second)
{
	PurpleBuddy *buddy = purple_find_buddy(account, who);
	PurplePlugin *plugin = purple_find_prpl(HEADLESS_PRPL);
	GList *menu =
	    PURPLE_PLUGIN_PROTOCOL_INFO(plugin)->blist_node_menu((PurpleBlistNode *)buddy);
	PurpleMenuAction *action = find_action(menu, first)->data;

	if (second)
		action = find_action(action->children, second)->data;
	((void (*)(PurpleBlistNode *, gpointer))action->callback)((PurpleBlistNode *)buddy,
								  action->data);
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
}

static void
three_in_chat(void)
{
	join(alice, BOB ", " CAROL);
	wait_until(members_are(alice, THREE) && members_are(bob, THREE) &&
		   members_are(carol, THREE));
}

/* Lesson 129: the room of a conversation becomes a chat. */
static void
test_from_conversation(void)
{
	three_on();
	headless_say(alice, BOB, "hi");
	wait_until(g_str_equal(headless_transcript(bob, ALICE), "< hi\n"));
	choose(alice, CAROL, "Invite to chat", "Conversation with Bob");
	wait_until(members_are(alice, THREE) && members_are(bob, THREE) &&
		   members_are(carol, THREE));
	wait_until(strstr(headless_transcript(alice, BOB), "It goes on in the window"));
	wait_until(strstr(headless_transcript(bob, ALICE), "It goes on in the window"));
	g_assert_true(has(carol, "has called you into this chat."));
	g_assert_cmpuint(count_chats(alice) + count_chats(bob) + count_chats(carol), ==, 3);
	/* lesson_130: and no conversations beside it. */
	g_assert_cmpuint(g_list_length(purple_get_ims()), ==, 2);
	/* The conversation of two goes on by itself. */
	headless_say(bob, ALICE, "only you");
	wait_until(g_str_has_suffix(headless_transcript(alice, BOB), "< only you\n"));
	g_assert_false(has(carol, "only you"));
	headless_clear(server);
}

/* Lesson 134. */
static void
test_talk(void)
{
	char *error = NULL;

	three_on();
	three_in_chat();
	say(alice, "<b>one</b> &lt;i&gt;");
	wait_until(has(bob, "<b>one &lt;i&gt;</b>") && has(carol, "<b>one &lt;i&gt;</b>"));
	say(carol, "two");
	wait_until(has(alice, "< two\n") && has(bob, "< two\n"));
	g_assert_true(has(carol, "> two\n"));
	g_assert_false(has(carol, "< two\n"));
	g_assert_true(has(alice, "> <b>one</b> &lt;i&gt;\n"));
	/* lesson_135 */
	g_assert_cmpint(purple_cmd_do_command(chat_of(bob), "nudge", "nudge", &error), ==,
			PURPLE_CMD_STATUS_OK);
	wait_until(has(alice, "< Bob has nudged everybody!\n"));
	wait_until(has(carol, "has nudged everybody!\n"));
	g_assert_false(has(bob, "everybody"));
	g_assert_cmpint(purple_cmd_do_command(chat_of(bob), "nudge", "nudge", &error), ==,
			PURPLE_CMD_STATUS_OK);
	wait_until(has(bob, "! The nudge was not sent"));
	/* Nobody has a window of another kind. */
	g_assert_null(purple_get_ims());
	headless_clear(server);
}

static void
test_long(void)
{
	g_autoptr(GString) html = g_string_new(NULL);

	three_on();
	three_in_chat();
	while (html->len < 10240)
		g_string_append(html, "l\xc3\xb6ng <br>");
	g_string_append(html, "end");
	say(bob, html->str);
	wait_until(has(alice, "end") && has(carol, "end"));
	g_assert_false(has(carol, "\xef\xbf\xbd"));
	g_assert_false(has(bob, "!"));
	headless_clear(server);
}

/* Lessons 132 and 133. */
static void
test_leave_and_come_back(void)
{
	three_on();
	three_in_chat();
	purple_conversation_destroy(chat_of(carol));
	wait_until(members_are(alice, ALICE " " BOB) && members_are(bob, ALICE " " BOB));
	say(alice, "two of us");
	wait_until(has(bob, "< two of us\n"));
	invite(bob, CAROL);
	wait_until(members_are(alice, THREE) && members_are(bob, THREE) &&
		   members_are(carol, THREE));
	say(carol, "back");
	wait_until(has(alice, "< back\n") && has(bob, "< back\n"));
	invite(bob, CAROL);
	g_assert_true(has(bob, CAROL " is here already.\n"));
	g_assert_true(members_are(bob, THREE));
	/* Dan is offline, and nobody could be called so. */
	invite(bob, DAN);
	wait_until(has(bob, "! " DAN " could not be invited."));
	invite(bob, "nobody at all");
	wait_until(has(bob, "could not be invited. This is not the address"));
	g_assert_true(members_are(bob, THREE));
	headless_clear(server);
}

static void
test_last_one(void)
{
	const char *window;

	three_on();
	three_in_chat();
	window = purple_conversation_get_name(chat_of(alice));
	purple_conversation_destroy(chat_of(bob));
	wait_until(members_are(alice, ALICE " " CAROL));
	purple_conversation_destroy(chat_of(carol));
	wait_until(!chat_of(alice));
	g_assert_true(g_str_has_suffix(headless_transcript(alice, window), OVER));
	g_assert_cmpuint(count_chats(alice), ==, 1);
	/* Not every user interface keeps one from it. */
	purple_conv_chat_send(PURPLE_CONV_CHAT(purple_get_chats()->data), "anybody?");
	g_assert_nonnull(strstr(headless_notices(), "This chat is over, so this message was not "
						    "sent:\nanybody?"));
	/* A new one is another window. */
	three_in_chat();
	g_assert_cmpuint(count_chats(alice), ==, 2);
	headless_clear(server);
}

static void
test_start(void)
{
	three_on();
	choose(alice, BOB, "Initiate chat", NULL);
	wait_until(members_are(alice, ALICE " " BOB));
	invite(alice, CAROL);
	wait_until(members_are(alice, THREE) && members_are(bob, THREE) &&
		   members_are(carol, THREE));
	headless_clear(server);
}

static void
test_nobody_comes(void)
{
	three_on();
	join(alice, DAN);
	wait_until(strstr(headless_notices(), "The chat could not be started."));
	g_assert_null(chat_of(alice));
	join(alice, "<&> nobody");
	wait_until(strstr(headless_notices(), "None of the addresses"));
	g_assert_null(chat_of(alice));
	g_assert_true(purple_account_is_connected(alice));
	headless_clear(server);
}

static void
test_hostile_name(void)
{
	PurpleAccount *dan;
	char *error = NULL;

	three_on();
	dan = sign_on(DAN, "dan");
	wait_until(g_str_equal(headless_status(alice, DAN), "available"));
	join(alice, BOB " " DAN);
	wait_until(members_are(dan, ALICE " " BOB " " DAN));
	purple_cmd_do_command(chat_of(dan), "nudge", "nudge", &error);
	wait_until(has(alice, "&lt;b&gt;D&lt;/b&gt; has nudged everybody!\n"));
	g_assert_false(has(alice, "<b>D"));
	say(dan, "\xe2\x80\xae&lt;img id=1&gt;");
	wait_until(has(alice, "&lt;img id=1&gt;"));
	purple_conversation_destroy(chat_of(dan));
	wait_until(members_are(alice, ALICE " " BOB));
	g_assert_false(has(alice, "<b>D"));
	headless_clear(server);
}

/* Signed off in a chat: its window stays and nothing can be said there. */
static void
test_sign_off(void)
{
	PurpleConversation *conv;

	three_on();
	three_in_chat();
	conv = chat_of(alice);
	headless_sign_off(alice);
	g_assert_null(chat_of(alice));
	g_assert_true(purple_conv_chat_has_left(PURPLE_CONV_CHAT(conv)));
	wait_until(members_are(bob, BOB " " CAROL));
	headless_sign_on(alice);
	wait_until(purple_account_is_connected(alice));
	purple_conversation_destroy(conv);
	headless_clear(server);
}

/* Whatever is on its way, a window or an account may go. */
static void
test_end_at_any_moment(void)
{
	for (guint turns = 0; turns < 60; turns += 5) {
		three_on();
		if (turns % 2)
			three_in_chat();
		join(alice, BOB " " CAROL);
		if (chat_of(bob)) {
			say(bob, "hi");
			invite(bob, DAN);
		}
		for (guint i = 0; i < turns; i++)
			g_main_context_iteration(NULL, FALSE);
		while (turns % 3 == 0 && purple_get_chats())
			purple_conversation_destroy(purple_get_chats()->data);
		if (turns % 3 == 1)
			headless_sign_off(bob);
		if (turns % 3 == 2)
			purple_accounts_delete(bob);
		headless_clear_in_flight(server);
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start(MODULE_DIRECTORY);
	g_test_add_func("/endtoend/groupchat/lesson_129_from-conversation", test_from_conversation);
	g_test_add_func("/endtoend/groupchat/lesson_134_talk", test_talk);
	g_test_add_func("/endtoend/groupchat/long", test_long);
	g_test_add_func("/endtoend/groupchat/lesson_132_leave-and-come-back",
			test_leave_and_come_back);
	g_test_add_func("/endtoend/groupchat/last-one", test_last_one);
	g_test_add_func("/endtoend/groupchat/start", test_start);
	g_test_add_func("/endtoend/groupchat/nobody-comes", test_nobody_comes);
	g_test_add_func("/endtoend/groupchat/hostile-name", test_hostile_name);
	g_test_add_func("/endtoend/groupchat/sign-off", test_sign_off);
	g_test_add_func("/endtoend/groupchat/end-at-any-moment", test_end_at_any_moment);
	status = g_test_run();
	headless_stop();
	return status;
}
