/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may write: permit, deny and mode both ways, Block and Unblock in the menu. */
#include "list-fixture.h"

static void
changed(MsnpContact *contact, guint lists)
{
	contact->lists = lists;
	fake_contact_changed(contact, MSNP_CHANGE_LISTS);
	run_main_loop();
}

static void
deny(const char *who)
{
	account->deny = g_slist_prepend(account->deny, g_strdup(who));
	prpl->add_deny(account->gc, who);
}

/* lesson_066, lesson_067: also of strangers. */
static void
test_block(void)
{
	MsnpContact *bob;

	begin();
	bob = fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	load();
	deny("Bob@Example.com");
	deny("stranger@example.com");
	expect_events("edit block bob@example.com", "edit block stranger@example.com", NULL);
	/* A step on the way does not flicker. */
	changed(bob, FL);
	g_assert_nonnull(account->deny);
	forget_events();
	changed(bob, FL | BL);
	fake_contact("stranger@example.com", BL, NULL, NULL, NULL);
	fake_edit_done(NULL);
	fake_edit_done(NULL);
	g_assert_cmpuint(g_slist_length(account->deny), ==, 2);
	g_assert_null(account->permit);
	forget_events();
	/* Twice is once. */
	prpl->add_deny(account->gc, "bob@example.com");
	expect_no_events();
	prpl->rem_deny(account->gc, "bob@example.com");
	prpl->rem_deny(account->gc, "bob@example.com");
	expect_events("edit unblock bob@example.com", NULL);
	end();
}

static void
test_refused_block(void)
{
	begin();
	fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	load();
	deny("bob@example.com");
	forget_events();
	fake_edit_done(msnp_error_new(MSNP_ERROR_NETWORK, 0, "x"));
	expect_events("notify Contact list: bob@example.com: not blocked | There is no connection "
		      "to the server at the moment.",
		      "save", NULL);
	g_assert_null(account->deny);
	deny("nobody");
	run_main_loop();
	expect_events("notify Contact list: nobody: not blocked | This is not a valid address. An "
		      "address looks like name@example.com.",
		      "save", NULL);
	g_assert_null(account->deny);
	end();
}

static void
test_permit(void)
{
	begin();
	fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	fake_contact("carol@example.com", AL, NULL, NULL, NULL);
	fake_contact("dan@example.com", BL, NULL, NULL, NULL);
	load();
	prpl->add_permit(account->gc, "bob@example.com");
	expect_no_events();
	prpl->add_permit(account->gc, "dan@example.com");
	prpl->add_permit(account->gc, "erin@example.com");
	prpl->rem_permit(account->gc, "carol@example.com");
	/* lesson_047: else the next sign-on would allow him again. */
	prpl->rem_permit(account->gc, "bob@example.com");
	prpl->rem_permit(account->gc, "nobody@example.com");
	expect_events("edit unblock dan@example.com", "edit allow erin@example.com",
		      "edit disallow carol@example.com", "edit block bob@example.com", NULL);
	end();
}

/* lesson_071 */
static void
test_mode(void)
{
	begin();
	fake_set_blp(2);
	load();
	/* libpurple has called at sign-on, and no edit was made of it. */
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_ALLOW_USERS);
	account->perm_deny = PURPLE_PRIVACY_ALLOW_BUDDYLIST;
	prpl->set_permit_deny(account->gc);
	expect_no_events();
	account->perm_deny = PURPLE_PRIVACY_DENY_USERS;
	prpl->set_permit_deny(account->gc);
	account->perm_deny = PURPLE_PRIVACY_ALLOW_ALL;
	prpl->set_permit_deny(account->gc);
	expect_events("edit everyone", NULL);
	fake_edit_done(msnp_error_new(MSNP_ERROR_NOT_OFFERED, 0, "x"));
	expect_events("notify Contact list: Who may write to you was not changed | The service "
		      "does not offer this.",
		      NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_ALLOW_USERS);
	account->perm_deny = PURPLE_PRIVACY_ALLOW_ALL;
	prpl->set_permit_deny(account->gc);
	fake_set_blp(1);
	fake_edit_done(NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_DENY_USERS);
	end();
}

/* At sign-on nothing is sent, whatever libpurple had. */
static void
test_mode_at_sign_on(void)
{
	begin();
	account->perm_deny = PURPLE_PRIVACY_DENY_ALL;
	fake_set_blp(1);
	fake_roster_fetched();
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	expect_events("core sign on", "progress 5 Signed on", "connection state connected", NULL);
	g_assert_cmpint(account->perm_deny, ==, PURPLE_PRIVACY_DENY_USERS);
	end();
}

/* Pidgin and Finch offer to block somebody themselves: a second entry of ours would stand beside
 * theirs. */
static void
test_menu(void)
{
	PurpleBlistNode group = { .type = PURPLE_BLIST_GROUP_NODE };
	PurpleBuddy *buddy;
	GList *menu;

	begin();
	fake_contact("bob@example.com", FL | AL, NULL, NULL, NULL);
	fake_contact("eve@example.com", FL | BL, NULL, NULL, NULL);
	fake_roster_fetched();
	run_main_loop();
	buddy = fake_buddy_find("Buddies", "bob@example.com");
	g_assert_null(prpl->blist_node_menu(&buddy->node));
	fake_progress(MSNP_STEP_SIGNED_ON);
	fake_sign_on_done(NULL);
	g_assert_null(prpl->blist_node_menu(&group));
	for (guint i = 0; i < 2; i++) {
		buddy = fake_buddy_find("Buddies", i ? "eve@example.com" : "bob@example.com");
		menu = prpl->blist_node_menu(&buddy->node);
		g_assert_nonnull(menu);
		for (GList *l = menu; l; l = l->next)
			g_assert_null(strstr(((PurpleMenuAction *)l->data)->label, "lock"));
		g_list_free_full(menu, (GDestroyNotify)purple_menu_action_free);
	}
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/privacy/lesson_066_block", test_block);
	g_test_add_func("/adapter/privacy/refused-block", test_refused_block);
	g_test_add_func("/adapter/privacy/permit", test_permit);
	g_test_add_func("/adapter/privacy/lesson_071_mode", test_mode);
	g_test_add_func("/adapter/privacy/mode-at-sign-on", test_mode_at_sign_on);
	g_test_add_func("/adapter/privacy/menu", test_menu);
	return g_test_run();
}
