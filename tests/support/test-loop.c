/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main loop, asynchronous results and the log of a test. See test-support.h.
 */
#include "support/test-support.h"
#include "util/msnp-log.h"

#define PATIENCE_US (10 * G_USEC_PER_SEC)
/* More turns than any test needs: something re-arms itself. */
#define SETTLE_TURNS_MAX 1000000

static gboolean
wake_up(G_GNUC_UNUSED gpointer data)
{
	return G_SOURCE_CONTINUE;
}

gboolean
test_wait_is_over(TestWait *wait)
{
	if (!wait->end)
		wait->end = g_get_monotonic_time() + PATIENCE_US;
	return g_get_monotonic_time() > wait->end;
}

void
test_turn(void)
{
	guint alarm;

	if (g_main_context_iteration(NULL, FALSE))
		return;
	/* Nothing is ready: a thread or the system has to do something first. */
	alarm = g_timeout_add(100, wake_up, NULL);
	g_main_context_iteration(NULL, TRUE);
	g_source_remove(alarm);
}

void
test_wait_turn(TestWait *wait, const char *file, int line, const char *condition)
{
	if (test_wait_is_over(wait))
		g_error("%s:%d: waited in vain for: %s", file, line, condition);
	test_turn();
}

void
test_settle(void)
{
	for (guint i = 0; g_main_context_iteration(NULL, FALSE); i++)
		g_assert_cmpuint(i, <, SETTLE_TURNS_MAX);
}

typedef struct {
	MsnpClock *clock;
	guint ms;
	gboolean done;
} Advance;

static gboolean
advance_inside(gpointer data)
{
	Advance *advance = data;

	msnp_clock_advance(advance->clock, advance->ms);
	advance->done = TRUE;
	return G_SOURCE_REMOVE;
}

void
test_advance(MsnpClock *clock, guint ms)
{
	Advance advance = { clock, ms, FALSE };

	g_idle_add_full(G_PRIORITY_HIGH, advance_inside, &advance, NULL);
	test_until(advance.done);
}

void
test_result_take(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
	TestResult *taken = data;

	if (taken->result)
		g_error("an operation has completed twice");
	taken->result = g_object_ref(result);
}

GAsyncResult *
test_result_wait(TestResult *result)
{
	test_until(result->result != NULL);
	return result->result;
}

void
test_result_clear(TestResult *result)
{
	g_clear_object(&result->result);
}

static GString *log_lines;

static void
collect(G_GNUC_UNUSED MsnpLogLevel level, const char *category, const char *line, gpointer data)
{
	g_string_append_printf(data, "%s: %s\n", category, line);
}

const GString *
test_log_begin(void)
{
	g_assert_null(log_lines);
	log_lines = g_string_new(NULL);
	msnp_log_set_sink(collect, log_lines);
	return log_lines;
}

void
test_log_end(void)
{
	msnp_log_set_sink(NULL, NULL);
	g_string_free(g_steal_pointer(&log_lines), TRUE);
}
