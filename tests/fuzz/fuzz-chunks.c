/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of messages, divided by NULs in the input; and the input as a text that is split and
 * joined.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-chunks.h"
#include "wire/msnp-cut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
join_anything(const char *bytes, gsize size)
{
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	const char *end = bytes + size;

	for (gint64 now = 0; bytes < end; now += G_USEC_PER_SEC) {
		const char *stop = memchr(bytes, '\0', (gsize)(end - bytes));
		gsize length = (gsize)((stop ? stop : end) - bytes);
		g_autoptr(MsnpMessage) part = msnp_message_parse(bytes, length);
		g_autoptr(MsnpMessage) whole = NULL;
		MsnpChunksAnswer answer =
		    msnp_chunks_add(chunks, "bob@example.com", part, now, &whole);

		if ((answer == MSNP_CHUNKS_WHOLE) != (whole != NULL))
			abort();
		bytes += length + (stop ? 1 : 0);
	}
}

static void
split_and_join(const char *text, MsnpRandom *random)
{
	g_autoptr(GPtrArray) messages = msnp_chunks_split(text, NULL, random);
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	g_autoptr(GString) joined = g_string_new(NULL);
	g_autofree char *wire = msnp_cut_to_wire(text);

	for (guint i = 0; i < messages->len; i++) {
		g_autoptr(MsnpMessage) whole = NULL;
		g_autoptr(GString) bytes = msnp_message_write(messages->pdata[i]);

		if (bytes->len > MSNP_MESSAGE_MAX)
			abort();
		if (msnp_chunks_add(chunks, "bob@example.com", messages->pdata[i], 0, &whole) ==
		    MSNP_CHUNKS_WHOLE)
			g_string_append(joined, msnp_message_body(whole, NULL));
	}
	if (!g_str_equal(joined->str, wire))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(1);
	g_autofree char *bytes = g_strndup((const char *)data, size);
	g_autofree char *text = g_utf8_make_valid(bytes, -1);

	join_anything((const char *)data, size);
	split_and_join(text, NULL);
	split_and_join(text, random);
	return 0;
}
