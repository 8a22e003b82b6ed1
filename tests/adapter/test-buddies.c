/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server's list in libpurple's: groups, contacts, names, presence, privacy, what is shown. */
#include "adapter-test.h"

#define FL MSNP_LIST_FORWARD

static PurpleAccount *account;

static void
begin(void)
{
	fake_purple_start();
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", "escargot");
	prpl->login(account);
	forget_events();
}

static void
load(void)
{
	fake_roster_fetched();
	run_main_loop();
}

static void
end(void)
{
	fake_account_free(account);
	fake_core_stop();
	fake_purple_stop();
	forget_events();
}

static void
test_groups_and_contacts(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_group("g3", "Empty");
	fake_contact("bob@example.com", FL | MSNP_LIST_ALLOW, "Bob", NULL, "g1");
	fake_contact("carol@example.com", FL, "Carol", "Caz", "g1 g2");
	fake_contact("dan@example.com", FL, NULL, NULL, NULL);
	fake_contact("erin@example.com", FL, "erin@example.com", NULL, "unknown-group");
	fake_contact("stranger@example.com", MSNP_LIST_REVERSE, "Who", NULL, NULL);
	fake_contact("tel:+15551111222", FL, NULL, NULL, "g2");
	fake_roster_fetched();
	expect_no_events();
	run_main_loop();
	/* lesson_073: who is in no group is in libpurple's own one. Each goes to the head of its
	 * group, so the last comes first. */
	expect_events(
	    "save", "group Friends", "group Work", "group Empty", "buddy tel:+15551111222 in Work",
	    "group Buddies", "buddy erin@example.com in Buddies",
	    "buddy dan@example.com in Buddies", "buddy carol@example.com in Friends alias Caz",
	    "server alias carol@example.com Carol", "buddy carol@example.com in Work alias Caz",
	    "server alias carol@example.com Carol", "buddy bob@example.com in Friends",
	    "server alias bob@example.com Bob", NULL);
	end();
}

static void
test_second_time(void)
{
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	fake_buddy_add(account, "Friends", "bob@example.com", "Bobby");
	fake_buddy_add(account, "Elsewhere", "dan@example.com", NULL);
	fake_buddy_add(account, "Elsewhere", "local@example.com", NULL);
	bob = fake_contact("bob@example.com", FL, "Bob", "Robert", "g1");
	fake_contact("dan@example.com", FL, NULL, NULL, NULL);
	load();
	/* An alias given here stays, and nobody is listed twice or taken away. */
	expect_events("server alias bob@example.com Bob", NULL);
	g_assert_cmpuint(fake_buddies_count(), ==, 3);
	g_assert_cmpstr(
	    purple_buddy_get_local_buddy_alias(fake_buddy_find("Friends", "bob@example.com")), ==,
	    "Bobby");

	/* One that came from the server follows the server. */
	purple_blist_alias_buddy(fake_buddy_find("Friends", "bob@example.com"), "Robert");
	forget_events();
	fake_contact_text(&bob->nickname, "Rob");
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	run_main_loop();
	expect_events("alias bob@example.com Rob", "server alias bob@example.com Bob", NULL);
	fake_contact_text(&bob->nickname, "");
	fake_contact_changed(bob, MSNP_CHANGE_LISTS);
	run_main_loop();
	expect_events("alias bob@example.com ", "server alias bob@example.com Bob", NULL);
	end();
}

static void
set(MsnpContact *contact, MsnpStatus status, const char *message, guint changes)
{
	contact->status = status;
	fake_contact_text(&contact->message, message);
	fake_contact_changed(contact, changes);
	run_main_loop();
}

static void
test_presence(void)
{
	static const struct {
		MsnpStatus status;
		const char *line;
	} rows[] = {
		{ MSNP_STATUS_ONLINE, "status bob@example.com available" },
		{ MSNP_STATUS_BUSY, "status bob@example.com busy" },
		{ MSNP_STATUS_BRB, "status bob@example.com brb" },
		{ MSNP_STATUS_AWAY, "status bob@example.com away" },
		{ MSNP_STATUS_PHONE, "status bob@example.com phone" },
		{ MSNP_STATUS_LUNCH, "status bob@example.com lunch" },
		{ MSNP_STATUS_HIDDEN, "status bob@example.com offline" },
		{ MSNP_STATUS_OFFLINE, "status bob@example.com offline" },
	};
	MsnpContact *bob;

	begin();
	fake_group("g1", "Friends");
	bob = fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	load();
	forget_events();
	/* What each status costs is paid when it is first seen. */
	g_assert_cmpuint(fake_buddy_n_statuses(fake_buddy_find("Friends", "bob@example.com")), ==,
			 2);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		set(bob, rows[i].status, "", MSNP_CHANGE_STATUS);
		expect_events(rows[i].line, NULL);
	}
	g_assert_cmpuint(fake_buddy_n_statuses(fake_buddy_find("Friends", "bob@example.com")), ==,
			 7);

	/* lesson_088 */
	set(bob, MSNP_STATUS_IDLE, "gone <fishing>", MSNP_CHANGE_STATUS | MSNP_CHANGE_PERSONAL);
	expect_events("status bob@example.com available gone <fishing>", "idle 1", NULL);
	set(bob, MSNP_STATUS_BUSY, "gone <fishing>", MSNP_CHANGE_STATUS);
	expect_events("status bob@example.com busy gone <fishing>", "idle 0", NULL);
	set(bob, MSNP_STATUS_OFFLINE, "late", MSNP_CHANGE_PERSONAL);
	expect_events("status bob@example.com offline", NULL);
	set(bob, MSNP_STATUS_OFFLINE, "", MSNP_CHANGE_OBJECT);
	expect_no_events();
	end();
}

static void
test_presence_before_listing(void)
{
	MsnpContact *bob, *who;

	begin();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	who = fake_contact("who@example.com", MSNP_LIST_ALLOW, NULL, NULL, NULL);
	fake_set_blp(2);
	fake_roster_fetched();
	bob->status = MSNP_STATUS_AWAY;
	fake_contact_changed(bob, MSNP_CHANGE_STATUS);
	fake_contact_text(&bob->name, "Bob the Great");
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	fake_contact_changed(who, MSNP_CHANGE_STATUS);
	expect_no_events();
	run_main_loop();
	expect_events("save", "group Buddies", "buddy bob@example.com in Buddies",
		      "server alias bob@example.com Bob the Great", "status bob@example.com away",
		      NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_ALLOW_USERS);
	end();
}

static void
test_names(void)
{
	MsnpContact *bob;

	begin();
	bob = fake_contact("bob@example.com", FL, "Bob", NULL, NULL);
	load();
	forget_events();
	/* lesson_050: an empty name never erases one. */
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	run_main_loop();
	expect_no_events();
	fake_contact_text(&bob->name, "Bob 2");
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	run_main_loop();
	expect_events("got alias bob@example.com Bob 2", NULL);
	end();
}

static void
test_privacy(void)
{
	begin();
	account->permit = g_slist_prepend(NULL, g_strdup("Old@Example.com"));
	account->deny = g_slist_prepend(NULL, g_strdup("BAD@example.com"));
	account->deny = g_slist_prepend(account->deny, g_strdup("forgiven@example.com"));
	fake_contact("bad@example.com", MSNP_LIST_BLOCK, NULL, NULL, NULL);
	fake_contact("good@example.com", MSNP_LIST_ALLOW, NULL, NULL, NULL);
	load();
	expect_events("save", "save", NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_DENY_USERS);
	g_assert_cmpuint(g_slist_length(account->permit), ==, 1);
	g_assert_cmpstr(account->permit->data, ==, "good@example.com");
	g_assert_cmpuint(g_slist_length(account->deny), ==, 1);
	g_assert_cmpstr(account->deny->data, ==, "BAD@example.com");
	end();
}

static void
test_slices(void)
{
	guint turns = 0;

	begin();
	fake_group("g1", "Friends");
	for (guint i = 0; i < 4000; i++) {
		g_autofree char *handle = g_strdup_printf("contact%04u@example.com", i);

		fake_contact(handle, FL, "A Name", NULL, "g1");
	}
	fake_roster_fetched();
	while (g_main_context_iteration(NULL, FALSE))
		turns++;
	/* The paper list is slow: what counts is that no turn did it all. */
	g_assert_cmpuint(turns, >, 3);
	g_assert_cmpuint(fake_buddies_count(), ==, 4000);
	end();
}

static void
expect_status_text(PurpleBuddy *buddy, const char *expected)
{
	g_autofree char *text = prpl->status_text(buddy);

	g_assert_cmpstr(text, ==, expected);
}

static void
test_what_is_shown(void)
{
	MsnpContact *bob;
	PurpleBuddy *buddy;

	begin();
	fake_group("g1", "Friends");
	bob = fake_contact("bob@example.com", FL, "Bob", NULL, "g1");
	load();
	buddy = fake_buddy_find("Friends", "bob@example.com");
	g_assert_cmpstr(prpl->list_icon(account, buddy), ==, "msnp14");
	expect_status_text(buddy, NULL);
	bob->status = MSNP_STATUS_ONLINE;
	expect_status_text(buddy, NULL);
	bob->status = MSNP_STATUS_LUNCH;
	expect_status_text(buddy, "Out to Lunch");
	/* lesson_085, lesson_086 */
	fake_contact_text(&bob->media,
			  "\\0Music\\01\\0{0} - {1}\\0Harbour <Lights>\\0The Ferrymen\\0\\0");
	expect_status_text(buddy, "Harbour &lt;Lights&gt; - The Ferrymen");
	/* lesson_082 */
	fake_contact_text(&bob->message, "I <3 you & me");
	expect_status_text(buddy, "I &lt;3 you &amp; me");

	/* lesson_096 */
	g_assert_null(prpl->list_emblem(buddy));
	bob->caps = MSNP_CAP_MOBILE_DEVICE;
	g_assert_cmpstr(prpl->list_emblem(buddy), ==, "mobile");
	bob->caps = MSNP_CAP_WEB;
	g_assert_cmpstr(prpl->list_emblem(buddy), ==, "external");
	bob->caps = MSNP_CAP_ROBOT | MSNP_CAP_WEB;
	g_assert_cmpstr(prpl->list_emblem(buddy), ==, "bot");

	forget_events();
	bob->caps = MSNP_CAP_WEB;
	prpl->tooltip_text(buddy, NULL, FALSE);
	expect_events("tooltip Status: Out to Lunch", "tooltip Message: I <3 you & me",
		      "tooltip Listening to: Harbour <Lights> - The Ferrymen",
		      "tooltip Device: In a web browser", NULL);
	/* lesson_092 */
	bob->status = MSNP_STATUS_OFFLINE;
	g_assert_null(prpl->list_emblem(buddy));
	expect_status_text(buddy, NULL);
	prpl->tooltip_text(buddy, NULL, FALSE);
	expect_events("tooltip Status: Offline", NULL);
	end();
}

static void
test_shown_while_offline(void)
{
	PurpleBuddy *buddy;

	fake_purple_start();
	account = fake_account_new("alice@example.com");
	buddy = fake_buddy_add(account, "Friends", "bob@example.com", NULL);
	g_assert_null(prpl->status_text(buddy));
	g_assert_null(prpl->list_emblem(buddy));
	prpl->tooltip_text(buddy, NULL, TRUE);
	expect_no_events();
	end();
}

/* lesson_122: in names, too; but a name of nothing else stays. */
static void
test_plus_names(void)
{
	MsnpContact *bob;

	begin();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	load();
	run_main_loop();
	forget_events();
	fake_contact_text(&bob->name, "[c=12]Bob[/c]");
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	run_main_loop();
	expect_events("got alias bob@example.com Bob", NULL);
	fake_contact_text(&bob->name, "[c=12][/c]");
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	run_main_loop();
	expect_events("got alias bob@example.com [c=12][/c]", NULL);
	fake_account_set(account, "plus_codes", "true");
	fake_contact_text(&bob->name, "[c=12]Bob[/c]");
	fake_contact_changed(bob, MSNP_CHANGE_NAME);
	run_main_loop();
	expect_events("got alias bob@example.com [c=12]Bob[/c]", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/buddies/groups-and-contacts", test_groups_and_contacts);
	g_test_add_func("/adapter/buddies/second-time", test_second_time);
	g_test_add_func("/adapter/buddies/presence", test_presence);
	g_test_add_func("/adapter/buddies/presence-before-listing", test_presence_before_listing);
	g_test_add_func("/adapter/buddies/lesson_050_names", test_names);
	g_test_add_func("/adapter/buddies/privacy", test_privacy);
	g_test_add_func("/adapter/buddies/lesson_057_slices", test_slices);
	g_test_add_func("/adapter/buddies/what-is-shown", test_what_is_shown);
	g_test_add_func("/adapter/buddies/shown-while-offline", test_shown_while_offline);
	g_test_add_func("/adapter/buddies/lesson_122/plus-names", test_plus_names);
	return g_test_run();
}
