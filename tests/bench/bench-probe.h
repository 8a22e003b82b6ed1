/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stretch of work costs this process: wall and CPU time, the longest turn of the main loop,
 * and how far memory grew at its peak. Knows nothing of what is measured.
 */
#pragma once

#include <glib.h>

typedef struct {
	double wall_ms;   /* until bench_probe_reached() */
	double cpu_ms;    /* all threads, until bench_probe_end() */
	double turn_ms;   /* the longest time between two polls of the main loop */
	double work_ms;   /* the most that the main thread computed between two polls */
	double growth_mb; /* peak resident size less that at the beginning */
} BenchCost;

/* Must be called once before the main loop runs: wraps the poll function of the main context. */
void bench_probe_install(void);
/* From here on it counts; resets the peak of the resident size. */
void bench_probe_begin(void);
/* The work is done as seen from outside: wall time ends here. The first call counts. */
void bench_probe_reached(void);
/* All is quiet: everything else ends here. */
BenchCost bench_probe_end(void);

/* With each turn beyond this many milliseconds a line goes to standard error; 0: none. */
void bench_probe_tell_turns(double from_ms);

/* How the parent and the child pass a cost: one line of "key=value". */
void bench_cost_print(const BenchCost *cost);
gboolean bench_cost_parse(const char *text, BenchCost *cost, GError **error);
