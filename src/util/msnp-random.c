/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers from the kernel, or from a seed for tests. May know nothing of the protocol.
 */
#include "util/msnp-random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

struct _MsnpRandom {
	gatomicrefcount refs;
	GRand *seeded; /* NULL: the kernel's */
};

static MsnpRandom *
random_new(GRand *seeded)
{
	MsnpRandom *random = g_new0(MsnpRandom, 1);

	g_atomic_ref_count_init(&random->refs);
	random->seeded = seeded;
	return random;
}

MsnpRandom *
msnp_random_new(void)
{
	return random_new(NULL);
}

MsnpRandom *
msnp_random_new_seeded(guint32 seed)
{
	return random_new(g_rand_new_with_seed(seed));
}

MsnpRandom *
msnp_random_ref(MsnpRandom *random)
{
	g_atomic_ref_count_inc(&random->refs);
	return random;
}

void
msnp_random_unref(MsnpRandom *random)
{
	if (!random || !g_atomic_ref_count_dec(&random->refs))
		return;
	g_clear_pointer(&random->seeded, g_rand_free);
	g_free(random);
}

static void
kernel_bytes(guint8 *bytes, gsize length)
{
	while (length > 0) {
		gssize got = getrandom(bytes, length, 0);

		if (got < 0 && errno == EINTR)
			continue;
		/* Only a kernel older than 3.17: nothing to fall back to that would be random. */
		if (got < 0)
			g_error("no random numbers: %s", g_strerror(errno));
		bytes += got;
		length -= got;
	}
}

void
msnp_random_bytes(MsnpRandom *random, guint8 *bytes, gsize length)
{
	if (!random->seeded) {
		kernel_bytes(bytes, length);
		return;
	}
	for (gsize i = 0; i < length; i++)
		bytes[i] = g_rand_int(random->seeded) >> 24;
}

guint32
msnp_random_below(MsnpRandom *random, guint32 limit)
{
	/* Numbers past the last whole multiple of limit are thrown away: no value is favoured. */
	guint32 number, excess;

	g_return_val_if_fail(limit > 0, 0);
	excess = (guint32)(-limit) % limit;
	do
		msnp_random_bytes(random, (guint8 *)&number, sizeof number);
	while (number < excess);
	return number % limit;
}

char *
msnp_random_guid(MsnpRandom *random)
{
	guint8 b[16];

	msnp_random_bytes(random, b, sizeof b);
	b[6] = (b[6] & 0x0f) | 0x40; /* version 4 */
	b[8] = (b[8] & 0x3f) | 0x80; /* variant of RFC 4122 */
	return g_strdup_printf("{%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-"
			       "%02X%02X%02X%02X%02X%02X}",
			       b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
			       b[11], b[12], b[13], b[14], b[15]);
}
