/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs one piece of work in a fresh process of this program, with nothing of the user's around it.
 */
#pragma once

#include "bench-work.h"

/* The hidden options by which the child knows its work, for g_option_context_add_group(). */
GOptionGroup *bench_run_options(void);
/* In a child: does the work, prints its cost, and gives the exit status. */
int bench_run_child(void);
gboolean bench_run_is_child(void);

/* what: "sign-on" or "floor". Lets the main loop run meanwhile. */
gboolean bench_run(const char *what, const BenchWork *work, BenchCost *cost, GError **error);

/* For g_subprocess_launcher_set_child_setup(): a child never outlives an interrupted bench. */
void bench_die_with_parent(gpointer unused);
/* Ends the measurement under way, which then fails, as does each later one. */
void bench_run_interrupt(void);
