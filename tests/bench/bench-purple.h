/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real libpurple without a screen, with the built module and nothing of the user's: its files
 * are in a directory that the caller made.
 */
#pragma once

#include <purple.h>

#define BENCH_PRPL_ID "prpl-msnp14"
#define BENCH_UI_ID   "msnp14-bench"

/* Starts libpurple with the module of module_dir. */
gboolean bench_purple_start(const char *module_dir, const char *user_dir, GError **error);
/* An account of the module's protocol, not connected; libpurple owns it. */
PurpleAccount *bench_purple_account(const char *handle, const char *password);
