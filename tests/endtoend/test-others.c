/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes from elsewhere, in the real libpurple: mail, people of another network, mobile phones.
 */
#include "headless.h"

#include <string.h>

#define ALICE "alice@example.com"
#define DAVE  "dave@example.com"
#define YUKI  "yuki@yahoo.example"
#define TAXI  "tel:+4930555010"

/* %s: the mailbox. */
static const char accounts[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"" ALICE "\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": [ { \"handle\": \"" DAVE "\", \"name\": \"Dave\" },"
    "    { \"handle\": \"" TAXI "\", \"name\": \"Taxi\", \"lists\": [\"FL\", \"AL\"] },"
    "    { \"handle\": \"" YUKI "\", \"network\": 32, \"name\": \"Yuki\","
    "      \"presence\": { \"status\": \"NLN\", \"message\": \"from elsewhere\" } } ] %s },"
    "{ \"handle\": \"" DAVE "\", \"password\": \"dave\", \"name\": \"Dave\","
    "  \"contacts\": [ { \"handle\": \"" ALICE "\", \"name\": \"Alice\" } ],"
    "  \"phones\": { \"mobile\": \"+49 171 555 0020\", \"device\": true, \"pages\": true },"
    "  \"presence\": { \"status\": \"BSY\" } } ] }";

static const char mailbox[] = ", \"mail\": { \"inbox\": 3, \"inbox-unread\": 2, \"urls\": "
			      "{ \"inbox\": \"/mail/inbox\" } }";

static MsnpServer *server;
static PurpleAccount *alice;

static void
serve(const char *mail, const char *behaviour)
{
	g_autofree char *json = g_strdup_printf(accounts, mail);

	server = headless_serve(json, behaviour);
	alice = headless_account(server, ALICE, "alice");
}

static gboolean
status_is(const char *who, const char *status)
{
	return g_str_equal(headless_status(alice, who), status);
}

/* With what follows the presence of others. */
static void
sign_on(void)
{
	headless_sign_on(alice);
	wait_until(status_is(DAVE, "busy"));
	/* Behind it nothing of the sign-on is on its way any more. */
	purple_account_set_status(alice, "lunch", TRUE, NULL);
	wait_until(msnp_server_n_requests(server, "CHG") == 2);
}

static gboolean
ends_with(const char *who, const char *text)
{
	return g_str_has_suffix(headless_transcript(alice, who), text);
}

/* ---- Mail ---- */

static gboolean
offers_inbox(void)
{
	PurplePlugin *plugin = purple_find_prpl(HEADLESS_PRPL);
	GList *actions = PURPLE_PLUGIN_ACTIONS(plugin, purple_account_get_connection(alice));
	gboolean found = FALSE;

	for (GList *item = actions; item; item = item->next)
		if (item->data &&
		    g_str_equal(((PurplePluginAction *)item->data)->label, "Open inbox"))
			found = TRUE;
	g_list_free_full(actions, (GDestroyNotify)purple_plugin_action_free);
	return found;
}

static void
deliver(const char *subject)
{
	g_assert_true(msnp_server_deliver_mail(server, ALICE, "zoe@example.com", "Zo\xc3\xab <3",
					       subject, NULL));
}

/* Lessons 169, 170. */
static void
test_mail(void)
{
	static const char *const behaviours[] = { "", "mail-data-in-header", "old-mail",
						  "escargot" };

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		g_autofree char *url = g_strdup(i % 2 ? HEADLESS_INBOX : "");
		g_autofree char *first = g_strdup_printf("2 | " ALICE " | %s\n", url);
		g_autofree char *all =
		    g_strdup_printf("%sMaps & <tea> \xe2\x98\x95 | Zo\xc3\xab <3 "
				    "<zoe@example.com> | " ALICE " | %s\n(no subject) | Zo\xc3\xab "
				    "<3 <zoe@example.com> | " ALICE " | %s\n",
				    first, url, url);

		g_test_message("behaviour \"%s\"", behaviours[i]);
		serve(mailbox, *behaviours[i] ? behaviours[i] : NULL);
		purple_account_set_check_mail(alice, TRUE);
		if (i % 2)
			purple_account_set_string(alice, "service", "nordwind");
		sign_on();
		wait_until(*headless_mails());
		g_assert_cmpstr(headless_mails(), ==, first);
		g_assert_cmpint(offers_inbox(), ==, i % 2);
		deliver("Maps & <tea> \xe2\x98\x95");
		deliver("");
		wait_until(strstr(headless_mails(), "(no subject)"));
		g_assert_cmpstr(headless_mails(), ==, all);
		/* Reading them is no news. */
		msnp_server_move_mail(server, ALICE, "ACTIVE", "trAsH", 1);
		msnp_server_send_ubm(server, ALICE, YUKI, 32, 3,
				     "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast"
				     "\r\n\r\nID: 1\r\n\r\n");
		wait_until(ends_with(YUKI, "nudged!\n"));
		g_assert_cmpstr(headless_mails(), ==, all);
		headless_clear(server);
	}
}

/* Who did not ask for it hears nothing of it, and an empty mailbox is no news. */
static void
test_no_mail(void)
{
	static const char *const boxes[] = { mailbox, ", \"mail\": { \"inbox\": 3 }", "" };

	for (guint i = 0; i < G_N_ELEMENTS(boxes); i++) {
		serve(boxes[i], NULL);
		purple_account_set_check_mail(alice, i > 0);
		purple_account_set_string(alice, "service", "nordwind");
		sign_on();
		if (i == 0)
			deliver("Maps");
		msnp_server_send_ipg(server, ALICE, "tel:+491715550020", "behind it", 0, 1);
		wait_until(strstr(headless_transcript(alice, DAVE), "behind it") ||
			   strstr(headless_transcript(alice, "tel:+491715550020"), "behind it"));
		g_assert_cmpstr(headless_mails(), ==, "");
		/* The page is there, unless the server says that there is no mailbox. */
		g_assert_cmpint(offers_inbox(), ==, i < 2);
		headless_clear(server);
	}
}

/* ---- Another network ---- */

static const MsnpServerPassed *
passed(guint n)
{
	wait_until(msnp_server_passed(server)->len > n);
	return g_ptr_array_index(msnp_server_passed(server), n);
}

static void
expect_passed(guint n, const char *to, guint network, guint type, const char *end)
{
	const MsnpServerPassed *what = passed(n);

	g_assert_cmpstr(what->to, ==, to);
	g_assert_cmpuint(what->network, ==, network);
	g_assert_cmpuint(what->type, ==, type);
	if (!g_str_has_suffix(what->payload, end))
		g_error("\"%s\" expected at the end of %s", end, what->payload);
}

static void
from_yuki(guint type, const char *payload)
{
	g_assert_true(msnp_server_send_ubm(server, ALICE, YUKI, 32, type, payload));
}

/* Lesson 173. */
static void
test_federated(void)
{
	static const char *const behaviours[] = { NULL, "escargot" };

	for (guint i = 0; i < G_N_ELEMENTS(behaviours); i++) {
		serve("", behaviours[i]);
		sign_on();
		wait_until(status_is(YUKI, "available") &&
			   g_str_equal(headless_message(alice, YUKI), "from elsewhere"));
		headless_say(alice, YUKI, "hi &lt;b&gt;<br>second \xe2\x98\x95");
		expect_passed(0, YUKI, 32, 1, "\r\n\r\nhi <b>\r\nsecond \xe2\x98\x95");
		serv_send_typing(purple_account_get_connection(alice), YUKI, PURPLE_TYPING);
		expect_passed(1, YUKI, 32, 2, "\r\nTypingUser: " ALICE "\r\n\r\n\r\n");
		purple_prpl_send_attention(purple_account_get_connection(alice), YUKI, 0);
		expect_passed(2, YUKI, 32, 3, "\r\n\r\nID: 1\r\n\r\n");
		from_yuki(2, "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\n"
			     "TypingUser: " YUKI "\r\n\r\n\r\n");
		wait_until(headless_is_typing(alice, YUKI));
		from_yuki(1, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
			     "X-MMS-IM-Format: FN=Arial; EF=B; CO=0; CS=0; PF=22\r\n\r\n"
			     "<i>yo</i>\r\nthere \xe2\x98\x95");
		wait_until(strstr(headless_transcript(alice, YUKI), "&lt;i&gt;yo&lt;/i&gt;<br>"));
		g_assert_false(headless_is_typing(alice, YUKI));
		from_yuki(3, "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\n"
			     "ID: 1\r\n\r\n");
		wait_until(ends_with(YUKI, "< You have been nudged!\n"));
		/* There is no switchboard for it. */
		g_assert_cmpuint(msnp_server_n_requests(server, "XFR"), ==, 0);
		g_assert_null(strstr(headless_transcript(alice, YUKI), "! "));
		msnp_server_set_presence(server, ALICE, YUKI, "AWY", "tea");
		wait_until(status_is(YUKI, "away"));
		headless_clear(server);
	}
}

/* What goes to somebody who is not there any more is told of. */
static void
test_federated_offline(void)
{
	serve("", NULL);
	sign_on();
	wait_until(status_is(YUKI, "available"));
	msnp_server_set_presence(server, ALICE, YUKI, NULL, NULL);
	wait_until(status_is(YUKI, "offline"));
	headless_say(alice, YUKI, "keep &lt;me&gt;");
	wait_until(strstr(headless_transcript(alice, YUKI),
			  "! This message was not delivered:<br>keep &lt;me&gt;<br>"));
	headless_clear(server);
}

/* ---- Mobile phones ---- */

static PurpleMenuAction *
find_action(GList *menu, const char *label)
{
	while (menu && !g_str_equal(((PurpleMenuAction *)menu->data)->label, label))
		menu = menu->next;
	return menu ? menu->data : NULL;
}

/* FALSE: there is nothing of this name in the contact's menu. */
static gboolean
choose(const char *who, const char *label)
{
	PurpleBuddy *buddy = purple_find_buddy(alice, who);
	PurplePlugin *plugin = purple_find_prpl(HEADLESS_PRPL);
	GList *menu =
	    PURPLE_PLUGIN_PROTOCOL_INFO(plugin)->blist_node_menu((PurpleBlistNode *)buddy);
	PurpleMenuAction *action = find_action(menu, label);
	gboolean found = action != NULL;

	if (found)
		((void (*)(PurpleBlistNode *, gpointer))action->callback)((PurpleBlistNode *)buddy,
									  action->data);
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	return found;
}

/* Lesson 171. */
static void
test_page_out(void)
{
	serve("", "page-limit=40");
	sign_on();
	g_assert_true(choose(DAVE, "Send to mobile..."));
	g_assert_cmpstr(headless_prompt(), ==,
			"What do you want to send to the mobile phone of Dave?");
	headless_type("bring <tea> & maps");
	/* Escaped as phone gateways take it. */
	expect_passed(0, DAVE, 4, 1, "bring &#x3C;tea&#x3E; &#x26; maps");
	g_assert_true(choose(TAXI, "Send to mobile..."));
	headless_type("come");
	expect_passed(1, TAXI, 4, 1, "come");
	/* Nobody asked those who have none. */
	g_assert_false(choose(YUKI, "Send to mobile..."));
	/* Too long, which only the service knows. */
	g_assert_true(choose(DAVE, "Send to mobile..."));
	headless_type("0123456789 0123456789 0123456789 0123456789 keep me");
	wait_until(strstr(headless_notices(), "keep me"));
	g_assert_nonnull(strstr(headless_notices(), "It is too long for a mobile phone."));
	g_assert_nonnull(strstr(headless_notices(), "to the mobile phone of " DAVE));
	headless_clear(server);
}

static void
test_page_in(void)
{
	serve("", NULL);
	sign_on();
	g_assert_true(msnp_server_send_ipg(server, ALICE, TAXI, "at the <door> & waiting", 0, 1));
	wait_until(g_str_equal(headless_transcript(alice, TAXI),
			       "< (from a mobile phone) at the &lt;door&gt; &amp; waiting\n"));
	/* A contact whose number it is. */
	g_assert_true(msnp_server_send_ipg(server, ALICE, "tel:+491715550020", "late", 0, 1));
	wait_until(g_str_equal(headless_transcript(alice, DAVE), "< (from a mobile phone) late\n"));
	headless_clear(server);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	headless_start_with(MODULE_DIRECTORY, HEADLESS_SERVICES);
	g_test_add_func("/endtoend/others/lesson_169_mail", test_mail);
	g_test_add_func("/endtoend/others/lesson_169_no-mail", test_no_mail);
	g_test_add_func("/endtoend/others/lesson_173_federated", test_federated);
	g_test_add_func("/endtoend/others/lesson_173_federated-offline", test_federated_offline);
	g_test_add_func("/endtoend/others/lesson_171_page-out", test_page_out);
	g_test_add_func("/endtoend/others/lesson_171_page-in", test_page_in);
	status = g_test_run();
	headless_stop();
	return status;
}
