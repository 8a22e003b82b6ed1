/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads along with one direction of a connection: says which commands, requests and answers pass.
 * Changes nothing; what it cannot read it is silent about. Tells verbs and paths only, since the
 * rest may be secret.
 */
#pragma once

#include <glib.h>

typedef enum {
	BENCH_NS,   /* notification server */
	BENCH_HTTP, /* web services */
	BENCH_N_KINDS,
} BenchKind;

/* what: a verb, "POST /path Operation", "200". body: of an answer of HTTP, else NULL. Both are
 * valid during the call only. */
typedef void (*BenchSeen)(const char *what, GBytes *body, gpointer data);

typedef struct _BenchScan BenchScan;

BenchScan *bench_scan_new(BenchKind kind, gboolean from_client, BenchSeen seen, gpointer data);
void bench_scan_push(BenchScan *scan, const char *bytes, gsize length);
void bench_scan_free(BenchScan *scan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchScan, bench_scan_free)
