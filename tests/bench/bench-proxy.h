/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A long line between client and service: everything arrives late by a given time each way, and
 * opening a connection costs one round trip. Writes down what passes and when.
 *
 * The kernel accepts a connection on this machine at once, so the line makes up for it: what the
 * client sends within the first round trip counts as sent when the round trip is over, as on a real
 * line, where connect() takes that long.
 */
#pragma once

#include "bench-scan.h"

typedef struct _BenchProxy BenchProxy;

/* one_way_ms may be 0: then the proxy only reads along. */
BenchProxy *bench_proxy_new(guint one_way_ms);
void bench_proxy_free(BenchProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchProxy, bench_proxy_free)

/* Listens on a free port of this machine, in front of target_port. 0 and error if it cannot. */
guint16 bench_proxy_listen(BenchProxy *proxy, BenchKind kind, guint16 target_port, GError **error);

/* From the opening of the first connection to a notification server until the first ILN reached
 * the client, in round trips of the line; below 0 if none came. */
double bench_proxy_round_trips(BenchProxy *proxy);
/* What happened up to then, by round trips, to standard output. */
void bench_proxy_print(BenchProxy *proxy);
/* The last answer of a web service that holds this text; NULL if there was none. */
GBytes *bench_proxy_answer(BenchProxy *proxy, const char *text);
