/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Get Info, the full tooltip, and one's own display name. */
#include "list-fixture.h"

#define INFO_OF_BOB                                                                                \
	"tooltip Address: bob@example.com", "tooltip Display name: Bob <3",                        \
	    "tooltip Alias: Bobby", "tooltip Status: Busy", "tooltip Message: I <3 you & me",      \
	    "tooltip Listening to: Song - Band", "tooltip Client: Windows Live Messenger 8.0",     \
	    "tooltip Home phone: 1", "tooltip Work phone: 2", "tooltip Mobile phone: 3",           \
	    "tooltip Takes text messages: Yes", "tooltip Has you on their list: Yes",              \
	    "tooltip Blocked: Yes", "tooltip Waits for your answer: Yes",                          \
	    "tooltip Groups: Friends, Work", "tooltip Network: MSN Messenger"

static void
test_info(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL | BL | RL | PL, "Bob <3", "Bobby", "g1 g2");
	bob->status = MSNP_STATUS_BUSY;
	bob->caps = MSNP_CAPS_OURS;
	bob->mobile_enabled = TRUE;
	fake_contact_text(&bob->message, "I <3 you & me");
	fake_contact_text(&bob->media, "\\0Music\\01\\0{0} - {1}\\0Song\\0Band\\0\\0");
	fake_contact_text(&bob->phone_home, "1");
	fake_contact_text(&bob->phone_work, "2");
	fake_contact_text(&bob->phone_mobile, "3");
	load();
	prpl->get_info(account->gc, "Bob@Example.com");
	expect_events(INFO_OF_BOB, "info Bob@Example.com", NULL);
	prpl->tooltip_text(fake_buddy_find("Work", "bob@example.com"), NULL, TRUE);
	expect_events(INFO_OF_BOB, NULL);
	end();
}

static void
test_info_of_others(void)
{
	begin();
	fake_contact("tel:+15551111222", FL, NULL, NULL, NULL);
	fake_contact("known@example.com", AL, NULL, NULL, NULL);
	load();
	prpl->get_info(account->gc, "tel:+15551111222");
	expect_events("tooltip Address: tel:+15551111222", "tooltip Status: Offline",
		      "tooltip Has you on their list: No", "tooltip Network: Telephone",
		      "info tel:+15551111222", NULL);
	prpl->get_info(account->gc, "known@example.com");
	expect_events("tooltip Address: known@example.com", "tooltip Status: Offline",
		      "tooltip Has you on their list: No", "tooltip Network: MSN Messenger",
		      "tooltip On your contact list: No", "info known@example.com", NULL);
	prpl->get_info(account->gc, "stranger@example.com");
	expect_events("tooltip Address: stranger@example.com", "tooltip On your contact list: No",
		      "info stranger@example.com", NULL);
	end();
}

/* Telephones, people of other networks, and people with a mobile phone, as what they are. */
static void
test_info_of_networks(void)
{
	static const struct {
		guint network;
		const char *line, *emblem;
	} rows[] = {
		{ MSNP_NETWORK_PASSPORT, "tooltip Network: MSN Messenger", "mobile" },
		{ MSNP_NETWORK_OFFICE, "tooltip Network: Office Communicator", "external" },
		{ MSNP_NETWORK_PHONE, "tooltip Network: Telephone", "mobile" },
		{ MSNP_NETWORK_MOBILE, "tooltip Network: Mobile network", "mobile" },
		{ MSNP_NETWORK_MAIL, "tooltip Network: E-mail", "external" },
		{ MSNP_NETWORK_YAHOO, "tooltip Network: Yahoo! Messenger", "external" },
	};
	MsnpContact *bob;
	PurpleBuddy *buddy;

	begin();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	bob->mobile_enabled = TRUE;
	fake_contact_text(&bob->phone_mobile, "+1 555");
	load();
	buddy = fake_buddy_find("Buddies", "bob@example.com");
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		bob->network = rows[i].network;
		prpl->get_info(account->gc, "bob@example.com");
		expect_events("tooltip Address: bob@example.com", "tooltip Status: Offline",
			      "tooltip Mobile phone: +1 555", "tooltip Takes text messages: Yes",
			      "tooltip Has you on their list: No", rows[i].line,
			      "info bob@example.com", NULL);
		g_assert_cmpstr(prpl->list_emblem(buddy), ==, rows[i].emblem);
	}
	end();
}

/* lesson_070: it is shown, both ways, and nothing else comes of it. */
static void
test_reverse_list(void)
{
	MsnpContact *bob;

	begin();
	bob = fake_contact("bob@example.com", FL | AL | RL, NULL, NULL, NULL);
	load();
	bob->lists = FL | AL;
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	run_main_loop();
	expect_no_events();
	prpl->tooltip_text(fake_buddy_find("Buddies", "bob@example.com"), NULL, TRUE);
	expect_events("tooltip Address: bob@example.com", "tooltip Status: Offline",
		      "tooltip Has you on their list: No", "tooltip Network: MSN Messenger", NULL);
	end();
}

static void
on_success(PurpleAccount *of, const char *name)
{
	g_assert_true(of == account);
	event("success %s", name);
}

static void
on_failure(PurpleAccount *of, const char *words)
{
	g_assert_true(of == account);
	event("failure %s", words);
}

static void
test_public_alias(void)
{
	begin();
	/* Not yet. */
	prpl->set_public_alias(account->gc, "Alice", on_success, on_failure);
	expect_events("core sign on", "failure There is no connection to the server at the moment.",
		      NULL);
	load();
	g_assert_cmpuint(prpl->struct_size, ==, sizeof(PurplePluginProtocolInfo));
	prpl->get_public_alias(account->gc, on_success, on_failure);
	expect_events("success Alice <3", NULL);
	prpl->set_public_alias(account->gc, "Alice <b>", on_success, on_failure);
	prpl->set_public_alias(account->gc, NULL, on_success, on_failure);
	prpl->set_public_alias(account->gc, "x", NULL, NULL);
	expect_events("edit own name \"Alice <b>\"", "edit own name \"\"", "edit own name \"x\"",
		      NULL);
	fake_edit_done(NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_NOT_OFFERED, 0, "x"));
	fake_edit_done(msnp_error_new(MSNP_ERROR_NOT_OFFERED, 0, "x"));
	expect_events("success Alice <b>", "failure The service does not offer this.", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/info/get-info", test_info);
	g_test_add_func("/adapter/info/of-others", test_info_of_others);
	g_test_add_func("/adapter/info/of-networks", test_info_of_networks);
	g_test_add_func("/adapter/info/lesson_070_reverse-list", test_reverse_list);
	g_test_add_func("/adapter/info/public-alias", test_public_alias);
	return g_test_run();
}
