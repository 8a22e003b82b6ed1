/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The service to sign on to: msnp14-server as a child process, with one account for each length of
 * the list. And a directory for everything that is written.
 */
#pragma once

#include "bench-work.h"

typedef struct _BenchService BenchService;

/* Waits until it is ready. lists: an array of BenchList. */
BenchService *bench_service_start(const char *program, GArray *lists, GError **error);
/* Ends it, and removes the directory. */
void bench_service_free(BenchService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchService, bench_service_free)

guint16 bench_service_ns_port(BenchService *service);
guint16 bench_service_http_port(BenchService *service);
/* The path of a file or directory that is removed at the end. Free the answer. */
char *bench_service_path(BenchService *service, const char *name);
/* Prints the end of its log to standard error. */
void bench_service_explain(BenchService *service);
/* Who has a list. Free the answer. */
char *bench_list_owner(const BenchList *list);
const char *bench_list_password(void);
