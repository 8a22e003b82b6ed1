/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs, from the kernel's books of this process (proc(5)) and from a poll function of our own.
 */
#include "bench-probe.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* clear_refs: "5" makes the present resident size the peak (proc(5)). */
#define RESET_PEAK "5\n"

static gint64 awake_since; /* when poll last returned; 0 before the first time */
static gint64 work_since;  /* CPU time of the main thread at that moment */
static gint64 longest_turn, most_work, told_from;
static gint64 began_at, reached_at, cpu_before;
static double rss_before;

static gint64
cpu_now(clockid_t of_what)
{
	struct timespec now;

	clock_gettime(of_what, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* A line of /proc/self/status such as "VmHWM:   1234 kB", in MB; 0 if there is none. */
static double
memory_mb(const char *name)
{
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return 0;
	line = strstr(status, name);
	return line ? (double)g_ascii_strtoll(line + strlen(name), NULL, 10) / 1024 : 0;
}

static void
turn_ends(void)
{
	gint64 turn = g_get_monotonic_time() - awake_since;
	gint64 work = cpu_now(CLOCK_THREAD_CPUTIME_ID) - work_since;

	longest_turn = MAX(longest_turn, turn);
	most_work = MAX(most_work, work);
	if (told_from && turn >= told_from)
		g_printerr("  turn of %.1f ms, %.1f ms of CPU, at %.1f ms\n", (double)turn / 1000,
			   (double)work / 1000, (double)(awake_since - began_at) / 1000);
}

static void
turn_begins(void)
{
	awake_since = g_get_monotonic_time();
	work_since = cpu_now(CLOCK_THREAD_CPUTIME_ID);
}

static gint
poll_and_measure(GPollFD *fds, guint n, gint timeout)
{
	gint ready;

	if (awake_since)
		turn_ends();
	ready = g_poll(fds, n, timeout);
	turn_begins();
	return ready;
}

void
bench_probe_install(void)
{
	g_main_context_set_poll_func(NULL, poll_and_measure);
}

void
bench_probe_tell_turns(double from_ms)
{
	told_from = (gint64)(from_ms * 1000);
}

void
bench_probe_begin(void)
{
	FILE *clear_refs = fopen("/proc/self/clear_refs", "w");

	if (clear_refs) {
		fputs(RESET_PEAK, clear_refs);
		fclose(clear_refs);
	}
	rss_before = memory_mb("VmRSS:");
	longest_turn = most_work = 0;
	reached_at = 0;
	/* The turn under way counts from here. */
	turn_begins();
	began_at = awake_since;
	cpu_before = cpu_now(CLOCK_PROCESS_CPUTIME_ID);
}

void
bench_probe_reached(void)
{
	if (!reached_at)
		reached_at = g_get_monotonic_time();
}

BenchCost
bench_probe_end(void)
{
	BenchCost cost = { .cpu_ms =
			       (double)(cpu_now(CLOCK_PROCESS_CPUTIME_ID) - cpu_before) / 1000 };

	bench_probe_reached();
	cost.wall_ms = (double)(reached_at - began_at) / 1000;
	cost.turn_ms = (double)longest_turn / 1000;
	cost.work_ms = (double)most_work / 1000;
	cost.growth_mb = memory_mb("VmHWM:") - rss_before;
	return cost;
}

void
bench_cost_print(const BenchCost *cost)
{
	g_print("cost %.3f %.3f %.3f %.3f %.3f\n", cost->wall_ms, cost->cpu_ms, cost->turn_ms,
		cost->work_ms, cost->growth_mb);
}

gboolean
bench_cost_parse(const char *text, BenchCost *cost, GError **error)
{
	double *const fields[] = { &cost->wall_ms, &cost->cpu_ms, &cost->turn_ms, &cost->work_ms,
				   &cost->growth_mb };
	g_auto(GStrv) words = NULL;
	const char *line = strstr(text, "cost ");

	words = g_strsplit_set(line ? line : "", " \n", -1);
	if (g_strv_length(words) <= G_N_ELEMENTS(fields)) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
			    "a measurement printed no costs but \"%s\"", text);
		return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		*fields[i] = g_ascii_strtod(words[i + 1], NULL);
	return TRUE;
}
