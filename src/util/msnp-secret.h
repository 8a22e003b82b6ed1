/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A string that must not leak: a password, a ticket. It is wiped when the last reference goes, and
 * there is no way to print it by accident; msnp_secret_peek() marks each place where it is used.
 */
#pragma once

#include <glib.h>

typedef struct _MsnpSecret MsnpSecret;

/* Copies text; NULL counts as "". */
MsnpSecret *msnp_secret_new(const char *text);
MsnpSecret *msnp_secret_new_len(const char *text, gsize length);
MsnpSecret *msnp_secret_ref(MsnpSecret *secret);
void msnp_secret_unref(MsnpSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSecret, msnp_secret_unref)

/* The text, valid as long as the reference; never log it, never copy it without wiping. */
const char *msnp_secret_peek(MsnpSecret *secret);
gboolean msnp_secret_is_empty(MsnpSecret *secret);
/* Overwrites bytes in a way that the compiler does not remove. */
void msnp_secret_wipe(gpointer bytes, gsize length);
