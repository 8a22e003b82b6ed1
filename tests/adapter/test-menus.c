/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu of the account and of a buddy: names, messages, numbers, pages, mail. */
#include "list-fixture.h"

static GList *actions;

static void
open_menu(void)
{
	actions = fake_plugin->info->actions(fake_plugin, account->gc);
	for (GList *l = actions; l; l = l->next) {
		PurplePluginAction *action = l->data;

		action->plugin = fake_plugin;
		action->context = account->gc;
	}
}

static void
close_menu(void)
{
	g_list_free_full(g_steal_pointer(&actions), (GDestroyNotify)purple_plugin_action_free);
}

static void
choose(const char *label)
{
	open_menu();
	for (GList *l = actions; l; l = l->next) {
		PurplePluginAction *action = l->data;

		if (g_str_equal(action->label, label)) {
			action->callback(action);
			close_menu();
			return;
		}
	}
	g_error("there is no \"%s\"", label);
}

static void
expect_menu(const char *labels)
{
	g_autoptr(GString) found = g_string_new(NULL);

	open_menu();
	for (GList *l = actions; l; l = l->next)
		g_string_append_printf(found, "%s%s", found->len ? "|" : "",
				       ((PurplePluginAction *)l->data)->label);
	close_menu();
	g_assert_cmpstr(found->str, ==, labels);
}

#define NAMES  "Set display name...|Set personal message..."
#define PHONES "Set home phone number...|Set work phone number...|Set mobile phone number..."

static void
test_menu(void)
{
	begin();
	expect_menu(NAMES);
	load();
	expect_menu(NAMES "|" PHONES "|Allow messages to your mobile phone");
	fake_allows_pages = TRUE;
	/* lesson_169: only where there is one. */
	fake_inbox_url = "https://mail.example/";
	expect_menu(NAMES "|" PHONES "|Forbid messages to your mobile phone|Open inbox");
	forget_events();
	choose("Open inbox");
	expect_events("open https://mail.example/", NULL);
	end();
}

static void
test_display_name(void)
{
	begin();
	load();
	choose("Set display name...");
	expect_events("input Set display name: Alice <3", NULL);
	fake_input("New & name");
	expect_events("edit own name \"New & name\"", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_SERVER, 302, "x"));
	expect_events("notify Contact list: Your display name was not changed | The server did not "
		      "do it. Try again later. (Error 302)",
		      NULL);
	/* The dialog outlives the account. */
	fake_account_free(account);
	account = NULL;
	forget_events();
	fake_input("Late");
	expect_no_events();
	end();
}

static void
test_personal_message(void)
{
	begin();
	load();
	fake_account_choose_status(account, "lunch", "<b>back</b> at 2 &lt;3");
	choose("Set personal message...");
	expect_events("input Set personal message: back at 2 <3", NULL);
	/* It goes by way of libpurple, whose statuses are markup. */
	fake_input("1 < 2 & so on");
	expect_events("own status lunch message=1 &lt; 2 &amp; so on", NULL);
	fake_input(NULL);
	expect_events("own status lunch message=", NULL);
	fake_account_free(account);
	account = NULL;
	forget_events();
	fake_input("Late");
	expect_no_events();
	end();
}

/* lesson_172 */
static void
test_numbers(void)
{
	begin();
	load();
	choose("Set work phone number...");
	fake_input(" +1 555 <1> ");
	choose("Set home phone number...");
	fake_input("");
	choose("Set mobile phone number...");
	fake_input(NULL);
	expect_events("input Set work phone number: +1 555 <0>", "core phone 1 \"+1 555 <1>\"",
		      "input Set home phone number: ", "core phone 0 \"\"",
		      "input Set mobile phone number: ", "core phone 2 \"\"", NULL);
	fake_asked_done(NULL);
	expect_no_events();
	fake_asked_done(msnp_error_new(MSNP_ERROR_ADDRESS, 0, "x"));
	fake_asked_done(msnp_error_new(MSNP_ERROR_NOT_OFFERED, 715, "x"));
	expect_events("notify Phone numbers: Your phone number was not changed | The service takes "
		      "no such number. It may be too long.",
		      "notify Phone numbers: Your phone number was not changed | The service does "
		      "not offer this. (Error 715)",
		      NULL);
	/* Signing off is no failure. */
	choose("Set mobile phone number...");
	fake_input("5");
	forget_events();
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	fake_input("6");
	expect_events("core close", NULL);
	end();
}

static void
test_allow_pages(void)
{
	begin();
	load();
	choose("Allow messages to your mobile phone");
	fake_allows_pages = TRUE;
	choose("Forbid messages to your mobile phone");
	expect_events("core pages 1", "core pages 0", NULL);
	fake_asked_done(NULL);
	fake_asked_done(msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "x"));
	expect_events("notify Phone numbers: Who may send messages to your mobile phone was not "
		      "changed | Those were too many changes in a short time. Try again in a "
		      "minute.",
		      NULL);
	end();
}

/* Chooses "Send to mobile..." of a buddy; FALSE if it is not there. */
static gboolean
page(const char *who)
{
	PurpleBuddy *buddy = fake_buddy_find("Buddies", who);
	GList *menu = prpl->blist_node_menu(&buddy->node);
	gboolean found = FALSE;

	for (GList *l = menu; l; l = l->next) {
		PurpleMenuAction *action = l->data;

		if (!g_str_equal(action->label, "Send to mobile..."))
			continue;
		((void (*)(PurpleBlistNode *, gpointer))action->callback)(&buddy->node,
									  action->data);
		found = TRUE;
	}
	g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	return found;
}

#define ASKED                                                                                      \
	"input Send to mobile: It is sent as a text message, which may cost you or the other "     \
	"side money."

/* lesson_171 */
static void
test_pages(void)
{
	MsnpContact *bob, *taxi;

	begin();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	taxi = fake_contact("tel:+15550100", FL, NULL, NULL, NULL);
	taxi->network = MSNP_NETWORK_PHONE;
	load();
	g_assert_false(page("bob@example.com"));
	g_assert_null(prpl->list_emblem(fake_buddy_find("Buddies", "bob@example.com")));
	bob->mobile_enabled = TRUE;
	g_assert_cmpstr(prpl->list_emblem(fake_buddy_find("Buddies", "bob@example.com")), ==,
			"mobile");
	g_assert_true(page("bob@example.com"));
	fake_input("  ");
	g_assert_true(page("bob@example.com"));
	fake_input_cancel();
	expect_events(ASKED, ASKED, NULL);
	g_assert_true(page("bob@example.com"));
	fake_input("a <b>\nc ");
	/* The window is gone with its answer. */
	fake_input("twice");
	g_assert_true(page("tel:+15550100"));
	fake_input("taxi!");
	expect_events(ASKED, "core page bob@example.com: a <b>\nc", ASKED,
		      "core page tel:+15550100: taxi!", NULL);
	fake_asked_done(msnp_error_new(MSNP_ERROR_TOO_LONG, 0, "x"));
	/* The text is not lost. */
	expect_events("notify Message to a mobile phone: Your message was not sent to the mobile "
		      "phone of bob@example.com | It is too long for a mobile phone.\n\na <b>\nc",
		      NULL);
	fake_asked_done(NULL);
	expect_no_events();
	end();
}

static void
test_page_errors(void)
{
	static const struct {
		MsnpErrorCode code;
		const char *words;
	} rows[] = {
		{ MSNP_ERROR_NOT_OFFERED, "This contact takes no messages on a mobile phone, or "
					  "the service sends none." },
		{ MSNP_ERROR_TOO_FAST,
		  "Those were too many messages in a short time. Try again in a minute." },
		{ MSNP_ERROR_ADDRESS, "The number is not one that takes messages." },
		{ MSNP_ERROR_NOT_DELIVERED, "The service could not pass it on." },
		{ MSNP_ERROR_UNSURE, "The connection broke before it was certain. It may have "
				     "arrived all the same." },
		{ MSNP_ERROR_NETWORK, "There is no connection to the server at the moment." },
	};

	begin();
	fake_contact("bob@example.com", FL, NULL, NULL, NULL)->mobile_enabled = TRUE;
	load();
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = g_strdup_printf(
		    "notify Message to a mobile phone: Your message was not sent to the mobile "
		    "phone of bob@example.com | %s\n\nhello",
		    rows[i].words);

		g_assert_true(page("bob@example.com"));
		fake_input("hello");
		forget_events();
		fake_asked_done(msnp_error_new(rows[i].code, 0, "secret"));
		expect_events(line, NULL);
	}
	end();
}

/* A dialog that the user interface keeps, and an answer that never came. */
static void
test_page_after_the_end(void)
{
	begin();
	fake_contact("bob@example.com", FL, NULL, NULL, NULL)->mobile_enabled = TRUE;
	load();
	g_assert_true(page("bob@example.com"));
	fake_input("on its way");
	g_assert_true(page("bob@example.com"));
	fake_account_free(account);
	account = NULL;
	run_main_loop();
	forget_events();
	fake_input("late");
	fake_input_cancel();
	expect_no_events();
	end();
}

static void
test_mail(void)
{
	begin();
	load();
	g_assert_true(prpl->options & OPT_PROTO_MAIL_CHECK);
	/* lesson_169: who has not asked for it hears nothing. */
	g_signal_emit_by_name(fake_session(), "mail-waiting", 2u, 1u);
	g_signal_emit_by_name(fake_session(), "mail-arrived", "Bob", "bob@example.com", "Hi");
	expect_no_events();
	fake_account_set(account, "check-mail", "true");
	g_signal_emit_by_name(fake_session(), "mail-waiting", 0u, 3u);
	expect_no_events();
	g_signal_emit_by_name(fake_session(), "mail-waiting", 2u, 1u);
	fake_inbox_url = "https://mail.example/";
	g_signal_emit_by_name(fake_session(), "mail-waiting", 7u, 0u);
	g_signal_emit_by_name(fake_session(), "mail-arrived", "Bob", "bob@example.com", "Hi");
	g_signal_emit_by_name(fake_session(), "mail-arrived", "", "bob@example.com", "");
	g_signal_emit_by_name(fake_session(), "mail-arrived", "", "", "x");
	expect_events(
	    "2 mails to alice@example.com at nowhere",
	    "7 mails to alice@example.com at https://mail.example/",
	    "mail to alice@example.com from Bob <bob@example.com>: Hi at https://mail.example/",
	    "mail to alice@example.com from bob@example.com: (no subject) at https://mail.example/",
	    "mail to alice@example.com from somebody: x at https://mail.example/", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/menus/menu", test_menu);
	g_test_add_func("/adapter/menus/display-name", test_display_name);
	g_test_add_func("/adapter/menus/personal-message", test_personal_message);
	g_test_add_func("/adapter/menus/lesson_172_numbers", test_numbers);
	g_test_add_func("/adapter/menus/allow-pages", test_allow_pages);
	g_test_add_func("/adapter/menus/lesson_171_pages", test_pages);
	g_test_add_func("/adapter/menus/page-errors", test_page_errors);
	g_test_add_func("/adapter/menus/page-after-the-end", test_page_after_the_end);
	g_test_add_func("/adapter/menus/lesson_169_mail", test_mail);
	return g_test_run();
}
