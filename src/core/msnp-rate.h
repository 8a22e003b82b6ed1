/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often something may happen for one key, mostly a handle: rings, nudges, refusals. Remembers
 * only what it has permitted, so a flood costs nothing.
 */
#pragma once

#include <glib.h>

typedef struct _MsnpRate MsnpRate;

/* max times for each key within period_ms. */
MsnpRate *msnp_rate_new(guint max, guint period_ms);
void msnp_rate_free(MsnpRate *rate);
/* Whether it may happen once more; counts it if so. now: monotonic, in microseconds. */
gboolean msnp_rate_take(MsnpRate *rate, const char *key, gint64 now);
