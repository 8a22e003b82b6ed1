/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people listen to, play or work at: one's own, and that of others. */
#include "list-fixture.h"

static void
play(PurpleStatus *tune)
{
	prpl->set_status(account, tune);
}

static void
test_own(void)
{
	begin();
	load();
	play(fake_account_play(account, "tune_title", "Harbour <Lights>", "tune_artist",
			       "The Ferrymen", "tune_album", "Quay", NULL));
	play(fake_account_play(account, "tune_title", "Alone", NULL));
	play(fake_account_play(account, "game", "Chess", NULL));
	play(fake_account_play(account, "office", "Letter", "tune_title", "", NULL));
	/* A player that says nothing of what it plays. */
	play(fake_account_play(account, "tune_artist", "Somebody", NULL));
	/* lesson_085: cleared when it stops. */
	play(fake_account_play(account, NULL));
	expect_events("core media music: Harbour <Lights> / The Ferrymen / Quay",
		      "core media music: Alone /  / ", "core media game: Chess /  / ",
		      "core media office: Letter /  / ", "core media none", "core media none",
		      NULL);
	end();
}

/* lesson_087: what has begun to play before is told, and is no status. */
static void
test_own_at_sign_on(void)
{
	fake_purple_start();
	account = fake_account_new("alice@example.com");
	fake_account_set(account, "service", "escargot");
	fake_account_choose_status(account, "busy", "here");
	fake_account_play(account, "tune_title", "Alone", NULL);
	prpl->login(account);
	g_assert_cmpint(fake_config.status, ==, MSNP_STATUS_BUSY);
	forget_events();
	fake_progress(MSNP_STEP_SIGNED_ON);
	expect_events("progress 5 Signed on", "core media music: Alone /  / ",
		      "connection state connected", NULL);
	fake_sign_on_done(NULL);
	end();
}

static MsnpContact *bob;

static void
bob_has(MsnpStatus status, const char *media)
{
	bob->status = status;
	fake_contact_text(&bob->media, media);
	fake_contact_changed(bob, MSNP_CHANGE_STATUS | MSNP_CHANGE_PERSONAL);
	run_main_loop();
}

#define MUSIC "\\0Music\\01\\0{0} - {1}\\0Harbour <Lights>\\0The Ferrymen\\0\\0"
#define GAME  "\\0Games\\01\\0Spielt {0}\\0Chess\\0"

static void
expect_text(const char *expected)
{
	g_autofree char *text = prpl->status_text(fake_buddy_find("Buddies", "bob@example.com"));

	g_assert_cmpstr(text, ==, expected);
}

static void
test_of_others(void)
{
	begin();
	bob = fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	load();
	bob_has(MSNP_STATUS_ONLINE, MUSIC);
	expect_events("status bob@example.com available",
		      "status bob@example.com tune tune_title Harbour <Lights>", NULL);
	expect_text("Harbour &lt;Lights&gt; - The Ferrymen");
	/* Nothing new of it. */
	bob_has(MSNP_STATUS_BUSY, MUSIC);
	expect_events("status bob@example.com busy", NULL);
	bob_has(MSNP_STATUS_BUSY, GAME);
	expect_events("status bob@example.com busy", "status bob@example.com tune game Chess",
		      NULL);
	expect_text("Playing Chess");
	bob_has(MSNP_STATUS_BUSY, "\\0Office\\01\\0{0}\\0A & B\\0");
	expect_events("status bob@example.com busy", "status bob@example.com tune office A & B",
		      NULL);
	expect_text("Working on A &amp; B");
	/* lesson_085 */
	bob_has(MSNP_STATUS_BUSY, "\\0Office\\00\\0{0}\\0A & B\\0");
	expect_events("status bob@example.com busy", "tune ends", NULL);
	expect_text("Busy");
	bob_has(MSNP_STATUS_BUSY, "");
	expect_events("status bob@example.com busy", NULL);
	/* lesson_092: and with somebody's leaving, which is told once. */
	bob_has(MSNP_STATUS_ONLINE, MUSIC);
	forget_events();
	bob_has(MSNP_STATUS_OFFLINE, MUSIC);
	expect_events("status bob@example.com offline", "tune ends", NULL);
	end();
}

/* Each status costs memory: only who plays something has this one. At sign-off nobody does. */
static void
test_only_where_needed(void)
{
	begin();
	fake_group("g1", "Friends");
	fake_group("g2", "Work");
	bob = fake_contact("bob@example.com", FL, NULL, NULL, "g1 g2");
	load();
	bob_has(MSNP_STATUS_ONLINE, "");
	g_assert_cmpuint(fake_buddy_n_statuses(fake_buddy_find("Friends", "bob@example.com")), ==,
			 2);
	bob_has(MSNP_STATUS_ONLINE, MUSIC);
	g_assert_cmpuint(fake_buddy_n_statuses(fake_buddy_find("Friends", "bob@example.com")), ==,
			 3);
	g_assert_cmpuint(fake_buddy_n_statuses(fake_buddy_find("Work", "bob@example.com")), ==, 3);
	forget_events();
	fake_account_free(account);
	account = NULL;
	expect_events("tune ends", "tune ends", "core close", NULL);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/media/own", test_own);
	g_test_add_func("/adapter/media/lesson_087_own-at-sign-on", test_own_at_sign_on);
	g_test_add_func("/adapter/media/lesson_085_of-others", test_of_others);
	g_test_add_func("/adapter/media/only-where-needed", test_only_where_needed);
	return g_test_run();
}
