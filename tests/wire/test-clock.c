/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both clocks: order, repetition, removal from inside, and nothing left behind.
 */
#include "util/msnp-clock.h"

typedef struct {
	MsnpClock *clock;
	GString *log;
	char name;
	guint repeats;
	guint id, other;
	GMainLoop *loop;
} Timer;

static gboolean
on_timer(gpointer data)
{
	Timer *timer = data;

	g_string_append_printf(timer->log, "%c@%d ", timer->name,
			       (int)(msnp_clock_now(timer->clock) / 1000));
	if (timer->other)
		msnp_clock_remove(timer->clock, &timer->other);
	return timer->repeats-- > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
test_manual_order(void)
{
	g_autoptr(MsnpClock) clock = msnp_clock_new_manual();
	GString *log = g_string_new(NULL);
	Timer a = { .clock = clock, .log = log, .name = 'a' };
	Timer b = { .clock = clock, .log = log, .name = 'b', .repeats = 2 };
	Timer c = { .clock = clock, .log = log, .name = 'c' };

	g_assert_cmpint(msnp_clock_now(clock), ==, G_USEC_PER_SEC);
	msnp_clock_add(clock, 50, on_timer, &a);
	msnp_clock_add(clock, 20, on_timer, &b);
	msnp_clock_add(clock, 50, on_timer, &c);
	g_assert_cmpuint(msnp_clock_pending(clock), ==, 3);
	msnp_clock_advance(clock, 19);
	g_assert_cmpstr(log->str, ==, "");
	msnp_clock_advance(clock, 100);
	g_assert_cmpstr(log->str, ==, "b@1020 b@1040 a@1050 c@1050 b@1060 ");
	g_assert_cmpuint(msnp_clock_pending(clock), ==, 0);
	g_assert_cmpint(msnp_clock_now(clock), ==, 1119000);
	g_string_free(log, TRUE);
}

static gboolean
on_remove_self(gpointer data)
{
	Timer *timer = data;

	timer->repeats++;
	msnp_clock_remove(timer->clock, &timer->id);
	return G_SOURCE_CONTINUE;
}

static void
test_manual_removal(void)
{
	g_autoptr(MsnpClock) clock = msnp_clock_new_manual();
	GString *log = g_string_new(NULL);
	Timer self = { .clock = clock };
	Timer killer = { .clock = clock, .log = log, .name = 'k' };
	Timer victim = { .clock = clock, .log = log, .name = 'v' };
	Timer zero = { .clock = clock, .log = log, .name = 'z', .repeats = 3 };
	guint none = 0;

	self.id = msnp_clock_add(clock, 1, on_remove_self, &self);
	msnp_clock_add(clock, 1, on_timer, &killer);
	killer.other = msnp_clock_add(clock, 1, on_timer, &victim);
	msnp_clock_remove(clock, &none);
	msnp_clock_advance(clock, 10);
	g_assert_cmpuint(self.repeats, ==, 1);
	g_assert_cmpuint(self.id, ==, 0);
	g_assert_cmpstr(log->str, ==, "k@1001 ");
	g_assert_cmpuint(msnp_clock_pending(clock), ==, 0);
	/* A repeating timer without delay goes on a millisecond later, and not for ever. */
	msnp_clock_add(clock, 0, on_timer, &zero);
	msnp_clock_advance(clock, 0);
	g_assert_cmpuint(zero.repeats, ==, 2);
	msnp_clock_remove(clock, &none);
	g_string_free(log, TRUE);
}

static gboolean
on_quit(gpointer data)
{
	Timer *timer = data;

	g_main_loop_quit(timer->loop);
	return G_SOURCE_REMOVE;
}

static gboolean
on_drop_clock(gpointer data)
{
	Timer *timer = data;

	g_clear_pointer(&timer->clock, msnp_clock_unref);
	g_main_loop_quit(timer->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_never(gpointer data G_GNUC_UNUSED)
{
	g_assert_not_reached();
}

static void
test_real(void)
{
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	MsnpClock *clock = msnp_clock_new();
	Timer quit = { .clock = clock, .loop = loop };
	guint removed = msnp_clock_add(clock, 0, on_never, NULL);
	gint64 before = msnp_clock_now(clock);

	msnp_clock_remove(clock, &removed);
	msnp_clock_add(clock, 1, on_quit, &quit);
	g_main_loop_run(loop);
	g_assert_cmpint(msnp_clock_now(clock), >, before);
	g_assert_cmpuint(msnp_clock_pending(clock), ==, 0);
	/* The last reference may go inside a timer, and takes the other timers along. */
	msnp_clock_add(clock, 60000, on_never, NULL);
	msnp_clock_add(clock, 0, on_drop_clock, &quit);
	g_main_loop_run(loop);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_null(quit.clock);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/clock/manual-order", test_manual_order);
	g_test_add_func("/clock/manual-removal", test_manual_removal);
	g_test_add_func("/clock/real", test_real);
	return g_test_run();
}
