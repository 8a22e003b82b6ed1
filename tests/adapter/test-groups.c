/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups made, renamed and deleted at another place, while online. */
#include "list-fixture.h"

static void
confirm(void)
{
	fake_roster_confirmed();
	run_main_loop();
}

/* Friends with bob in it, Work with carol, Empty. */
static void
begin_with_groups(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	fake_group("g3", "Empty");
	fake_contact("bob@example.com", FL, NULL, NULL, "g1");
	fake_contact("carol@example.com", FL, NULL, NULL, "g2");
	load();
}

static void
test_made_and_deleted(void)
{
	begin_with_groups();
	fake_buddy_add(account, "Mine", "local@example.com", NULL);
	fake_group("g4", "New & shiny");
	fake_group_remove("g3");
	confirm();
	expect_events("group New & shiny", "drop group Empty", NULL);
	/* Nothing new: nothing happens. */
	confirm();
	expect_no_events();
	/* Who was in it is in none, and stays: the group is only here from now on. */
	fake_contact_set_groups(msnp_roster_find(fake_roster(), "carol@example.com"), "");
	fake_group_remove("g2");
	confirm();
	expect_no_events();
	g_assert_nonnull(fake_buddy_find("Work", "carol@example.com"));
	g_assert_nonnull(fake_buddy_find("Mine", "local@example.com"));
	end();
}

static void
test_renamed(void)
{
	begin_with_groups();
	fake_group_rename("g1", "Pals");
	fake_group_rename("g3", "Still empty");
	confirm();
	expect_events("rename group Friends Pals", "group Still empty", "drop group Empty", NULL);
	g_assert_nonnull(fake_buddy_find("Pals", "bob@example.com"));
	end();
}

/* Where the new name is here already, the contacts move. */
static void
test_renamed_to_taken(void)
{
	begin_with_groups();
	fake_buddy_add(account, "Pals", "local@example.com", NULL);
	fake_group_rename("g1", "Pals");
	confirm();
	expect_events("move bob@example.com Friends Pals", "drop group Friends", NULL);
	end();
}

static void
test_swapped(void)
{
	begin_with_groups();
	fake_group_rename("g1", "Work");
	fake_group_rename("g2", "Friends");
	confirm();
	expect_events("move carol@example.com Work Friends", "move bob@example.com Friends Work",
		      NULL);
	end();
}

/* One's own changes are no changes made elsewhere. */
static void
test_own_changes(void)
{
	begin_with_groups();
	fake_user_renames("Friends", "Pals");
	fake_group_rename("g1", "Pals");
	fake_edit_done(NULL);
	fake_user_deletes(account, "Empty");
	fake_group_remove("g3");
	fake_edit_done(NULL);
	forget_events();
	/* And later something is here under the old names. */
	fake_buddy_add(account, "Friends", "local@example.com", NULL);
	fake_user_removes(fake_buddy_find("Friends", "local@example.com"));
	forget_events();
	confirm();
	expect_no_events();
	g_assert_nonnull(purple_find_group("Friends"));
	end();
}

/* Groups are libpurple's, and not one account's. */
static void
test_of_other_accounts(void)
{
	PurpleAccount *other;

	begin_with_groups();
	other = fake_account_new("other@example.com");
	fake_buddy_add(other, "Friends", "xavier@example.com", NULL);
	/* Somebody of another protocol, whose server has groups, too. */
	g_free(other->protocol_id);
	other->protocol_id = g_strdup("prpl-other");
	fake_group_rename("g1", "Pals");
	fake_group_remove("g3");
	confirm();
	expect_events("group Pals", "move bob@example.com Friends Pals", NULL);
	g_assert_nonnull(purple_find_group("Friends"));
	g_assert_nonnull(purple_find_group("Empty"));
	fake_account_free(other);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/groups/lesson_075_made-and-deleted", test_made_and_deleted);
	g_test_add_func("/adapter/groups/renamed", test_renamed);
	g_test_add_func("/adapter/groups/renamed-to-taken", test_renamed_to_taken);
	g_test_add_func("/adapter/groups/swapped", test_swapped);
	g_test_add_func("/adapter/groups/own-changes", test_own_changes);
	g_test_add_func("/adapter/groups/of-other-accounts", test_of_other_accounts);
	return g_test_run();
}
