/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strings that are wiped when they go. May know nothing of the protocol.
 */
#include "util/msnp-secret.h"

#include <string.h>

struct _MsnpSecret {
	gatomicrefcount refs;
	gsize length;
	char text[];
};

MsnpSecret *
msnp_secret_new_len(const char *text, gsize length)
{
	MsnpSecret *secret = g_malloc(sizeof(MsnpSecret) + length + 1);

	g_atomic_ref_count_init(&secret->refs);
	secret->length = length;
	if (length > 0)
		memcpy(secret->text, text, length);
	secret->text[length] = '\0';
	return secret;
}

MsnpSecret *
msnp_secret_new(const char *text)
{
	return msnp_secret_new_len(text, text ? strlen(text) : 0);
}

MsnpSecret *
msnp_secret_ref(MsnpSecret *secret)
{
	g_atomic_ref_count_inc(&secret->refs);
	return secret;
}

void
msnp_secret_unref(MsnpSecret *secret)
{
	if (!secret || !g_atomic_ref_count_dec(&secret->refs))
		return;
	msnp_secret_wipe(secret->text, secret->length);
	g_free(secret);
}

const char *
msnp_secret_peek(MsnpSecret *secret)
{
	return secret->text;
}

gboolean
msnp_secret_is_empty(MsnpSecret *secret)
{
	return secret->length == 0;
}

void
msnp_secret_wipe(gpointer bytes, gsize length)
{
	if (length > 0)
		explicit_bzero(bytes, length);
}
