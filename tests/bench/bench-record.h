/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What passed a line, in order of time as the client sees it.
 */
#pragma once

#include "bench-scan.h"

#define BENCH_RECORD_OPEN "opens a connection"

typedef struct _BenchRecord BenchRecord;

/* round_trip: microseconds. */
BenchRecord *bench_record_new(gint64 round_trip);
void bench_record_free(BenchRecord *record);

/* The monotonic time of what is added next. */
void bench_record_set_time(BenchRecord *record, gint64 when);
/* connection: its number. body: of an answer, kept; NULL for anything else. */
void bench_record_add(BenchRecord *record, BenchKind kind, guint connection, gboolean from_client,
		      const char *what, GBytes *body);

/* See bench-proxy.h. */
double bench_record_round_trips(BenchRecord *record);
void bench_record_print(BenchRecord *record);
GBytes *bench_record_answer(BenchRecord *record, const char *text);
