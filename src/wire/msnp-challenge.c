/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The challenge's arithmetic, step by step as notification.md 11 numbers it.
 */
#include "wire/msnp-challenge.h"

#include <string.h>

#define MODULUS      G_GUINT64_CONSTANT(0x7FFFFFFF)
#define FACTOR       G_GUINT64_CONSTANT(0x0E79A9C1)
#define DIGEST_BYTES 16
#define PAIR_BYTES   8

/* Four bytes, little-endian on every machine. */
static guint64
read_le(const guint8 *bytes)
{
	return (guint64)bytes[0] | (guint64)bytes[1] << 8 | (guint64)bytes[2] << 16 |
	       (guint64)bytes[3] << 24;
}

static void
write_le(guint8 *bytes, guint64 value)
{
	for (guint i = 0; i < 4; i++)
		bytes[i] = (guint8)(value >> (8 * i));
}

/* Step 1 */
static void
md5(const char *challenge, const char *key, guint8 digest[DIGEST_BYTES])
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_MD5);
	gsize length = DIGEST_BYTES;

	g_checksum_update(checksum, (const guchar *)challenge, -1);
	g_checksum_update(checksum, (const guchar *)key, -1);
	g_checksum_get_digest(checksum, digest, &length);
}

/* Step 2. A text that already is a multiple of eight gets eight more. */
static GString *
padded(const char *challenge, const char *product_id)
{
	GString *text = g_string_new(challenge);

	g_string_append(text, product_id);
	do
		g_string_append_c(text, '0');
	while (text->len % PAIR_BYTES != 0);
	return text;
}

char *
msnp_challenge_answer(const char *challenge, const char *product_id, const char *product_key)
{
	guint8 digest[DIGEST_BYTES], mask[PAIR_BYTES];
	guint64 part[4], high = 0, low = 0;
	GString *text, *hex;

	if (strlen(challenge) > MSNP_CHALLENGE_MAX)
		return NULL;
	md5(challenge, product_key, digest);
	for (guint i = 0; i < 4; i++)
		part[i] = read_le(digest + 4 * i) & MODULUS;
	text = padded(challenge, product_id);
	for (gsize i = 0; i < text->len; i += PAIR_BYTES) { /* step 3 */
		const guint8 *pair = (const guint8 *)text->str + i;
		guint64 t =
		    (part[0] * ((read_le(pair) * FACTOR) % MODULUS + high) + part[1]) % MODULUS;

		high = (part[2] * ((read_le(pair + 4) + t) % MODULUS) + part[3]) % MODULUS;
		low += high + t;
	}
	g_string_free(text, TRUE);
	write_le(mask, (high + part[1]) % MODULUS); /* steps 4 and 5 */
	write_le(mask + 4, (low + part[3]) % MODULUS);
	hex = g_string_new(NULL);
	for (guint i = 0; i < DIGEST_BYTES; i++) /* step 6 */
		g_string_append_printf(hex, "%02x", digest[i] ^ mask[i % PAIR_BYTES]);
	return g_string_free(hex, FALSE);
}
