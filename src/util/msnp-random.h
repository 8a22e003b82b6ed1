/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers, injected so that tests are repeatable: the real source reads the kernel's, the
 * seeded one gives the same sequence each time. May know nothing of the protocol.
 */
#pragma once

#include <glib.h>

typedef struct _MsnpRandom MsnpRandom;

MsnpRandom *msnp_random_new(void);
MsnpRandom *msnp_random_new_seeded(guint32 seed);
MsnpRandom *msnp_random_ref(MsnpRandom *random);
void msnp_random_unref(MsnpRandom *random);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpRandom, msnp_random_unref)

void msnp_random_bytes(MsnpRandom *random, guint8 *bytes, gsize length);
/* A number from 0 up to and without limit; limit must be above 0. */
guint32 msnp_random_below(MsnpRandom *random, guint32 limit);
/* A random (version 4) GUID in upper case and braces: "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}". */
char *msnp_random_guid(MsnpRandom *random);
