/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work that is measured, each in a process of its own: a sign-on by the module in the real
 * libpurple, and the floor below it, which is what no plugin can do without.
 */
#pragma once

#include "bench-probe.h"

/* The generated list: friend00001@DOMAIN and so on, divided among the groups in turn; the first
 * ones are online (data/demo/README.md, "generate"). */
typedef struct {
	int contacts;
	int groups;
	int online;
	char *domain;
} BenchList;

#define BENCH_LIST_GROUPS 20

typedef struct {
	BenchList list;
	char *module_dir; /* of the built module */
	char *user_dir;   /* for libpurple's files; empty */
	/* Of the sign-on. */
	char *handle, *password;
	int port;       /* of the notification server, on this machine */
	char *base_url; /* of the web services */
	/* Of the floor: files with the answers of the services. */
	char *membership, *address_book;
} BenchWork;

/* From the moment the account is enabled, which connects it, until it is signed on, all contacts
 * are on the list and those who are online are seen online. */
gboolean bench_work_sign_on(const BenchWork *work, BenchCost *cost, GError **error);
/* Parses both answers, and makes as many buddies, in an empty libpurple. */
gboolean bench_work_floor(const BenchWork *work, BenchCost *cost, GError **error);
