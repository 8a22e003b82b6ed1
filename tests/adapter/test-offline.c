/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages that were left, and those from phones. */
#include "list-fixture.h"

/* lesson_166 */
static void
test_to_whom(void)
{
	MsnpContact *taxi;

	begin();
	fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	taxi = fake_contact("tel:+15550100", FL, NULL, NULL, NULL);
	taxi->network = MSNP_NETWORK_PHONE;
	load();
	fake_buddy_add(account, "Buddies", "stranger@example.com", NULL);
	g_assert_true(prpl->offline_message(fake_buddy_find("Buddies", "bob@example.com")));
	g_assert_true(prpl->offline_message(fake_buddy_find("Buddies", "stranger@example.com")));
	g_assert_false(prpl->offline_message(fake_buddy_find("Buddies", "tel:+15550100")));
	end();
}

/* lesson_161: with the time at which it was written. */
static void
test_received(void)
{
	MsnpOfflineMessage message = {
		.handle = "bob@example.com",
		.name = "Bob",
		.text = "1 < 2\nso",
		.when = G_GINT64_CONSTANT(1132661718999999),
	};

	begin();
	fake_contact("bob@example.com", FL, NULL, NULL, NULL);
	load();
	fake_offline_message(&message);
	expect_events("im of 1132661718 bob@example.com: 1 &lt; 2<br>so", NULL);
	message.from_phone = TRUE;
	fake_offline_message(&message);
	expect_events("im of 1132661718 bob@example.com: (from a mobile phone) 1 &lt; 2<br>so",
		      NULL);
	message.text = "";
	fake_offline_message(&message);
	expect_no_events();
	message.damaged = TRUE;
	fake_offline_message(&message);
	expect_events("im of 1132661718 bob@example.com: (This person has left you a message that "
		      "cannot be read.)",
		      NULL);
	end();
}

/* The list is gone through in idle time: who writes before that is on it all the same, and named.
 */
static void
test_before_the_list(void)
{
	MsnpOfflineMessage message = {
		.handle = "bob@example.com",
		.name = "Bob",
		.text = "so early",
		.when = G_GINT64_CONSTANT(1132661718999999),
	};

	begin();
	fake_contact("bob@example.com", FL, "Bob", NULL, NULL);
	fake_roster_fetched();
	g_assert_null(fake_buddy_find("Buddies", "bob@example.com"));
	fake_offline_message(&message);
	g_assert_nonnull(fake_buddy_find("Buddies", "bob@example.com"));
	run_main_loop();
	forget_events();
	end();
}

/* Who is on no list has a name beside the address, and cannot have another's instead. */
static void
test_stranger(void)
{
	MsnpOfflineMessage message = {
		.handle = "rosa@example.com",
		.name = "bob@example.com",
		.text = "hi",
		.when = G_USEC_PER_SEC,
	};

	begin();
	load();
	fake_conversation_open(account, "rosa@example.com");
	fake_offline_message(&message);
	expect_events("im of 1 rosa@example.com: hi",
		      "title rosa@example.com: bob@example.com (rosa@example.com)", NULL);
	end();
}

/* Without a time it is of now. */
static void
test_unknown_time(void)
{
	MsnpOfflineMessage message = { .handle = "b@example.com", .name = "", .text = "hi" };
	gint64 before = time(NULL);
	gboolean found = FALSE;

	begin();
	load();
	fake_offline_message(&message);
	for (gint64 now = before; now <= (gint64)time(NULL) && !found; now++) {
		g_autofree char *line =
		    g_strdup_printf("im of %" G_GINT64_FORMAT " b@example.com: hi", now);

		found = g_str_equal(line, last_event());
	}
	g_assert_true(found);
	forget_events();
	end();
}

static void
test_page(void)
{
	begin();
	load();
	g_signal_emit_by_name(fake_session(), "page", "tel:+15550100", "a <b> c");
	g_signal_emit_by_name(fake_session(), "page", "tel:+15550100", "");
	expect_events("im tel:+15550100: (from a mobile phone) a &lt;b&gt; c", NULL);
	end();
}

/* lesson_165: each fault in its own words, with the text. */
static void
test_not_left(void)
{
	static const struct {
		MsnpErrorCode code;
		const char *line;
	} rows[] = {
		{ MSNP_ERROR_NOT_ACCEPTED,
		  "error in bob@example.com: This message was not delivered:<br>hi<br>Nobody has "
		  "this address, or the service takes no offline messages for it from you." },
		{ MSNP_ERROR_THROTTLED,
		  "error in bob@example.com: This message was not sent:<br>hi<br>Those were too many "
		  "offline messages in a short time. Wait some minutes." },
		{ MSNP_ERROR_INVALID_TEXT,
		  "error in bob@example.com: This message was not delivered:<br>hi<br>The service "
		  "finds something in it that it does not take." },
		{ MSNP_ERROR_TOO_LONG,
		  "error in bob@example.com: This message was not delivered:<br>hi<br>It is longer "
		  "than the service takes." },
	};

	begin();
	load();
	fake_conversation_open(account, "bob@example.com");
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		prpl->send_im(account->gc, "bob@example.com", "hi", PURPLE_MESSAGE_SEND);
		forget_events();
		fake_text_done(msnp_error_new(rows[i].code, 0, "secret"));
		expect_events(rows[i].line, NULL);
	}
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/adapter/offline/lesson_166_to-whom", test_to_whom);
	g_test_add_func("/adapter/offline/lesson_161_received", test_received);
	g_test_add_func("/adapter/offline/before-the-list", test_before_the_list);
	g_test_add_func("/adapter/offline/stranger", test_stranger);
	g_test_add_func("/adapter/offline/unknown-time", test_unknown_time);
	g_test_add_func("/adapter/offline/page", test_page);
	g_test_add_func("/adapter/offline/lesson_165_not-left", test_not_left);
	return g_test_run();
}
