/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands as a client reads them.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says in which pieces the stream comes; whole and in pieces must agree. */
static guint
read_stream(const char *bytes, gsize length, gsize piece)
{
	g_autoptr(MsnpReader) reader = msnp_reader_new(MSNP_FROM_SERVER, 2048, 2048);
	guint hash = 0;

	for (gsize at = 0; at < length; at += piece) {
		MsnpCommand *command;

		msnp_reader_push(reader, bytes + at, MIN(piece, length - at));
		while ((command = msnp_reader_pop(reader, NULL))) {
			hash = hash * 31 + g_str_hash(msnp_command_line(command));
			if (msnp_command_payload(command))
				hash = hash * 31 + g_bytes_hash(msnp_command_payload(command));
			(void)msnp_command_trid(command);
			msnp_command_unref(command);
		}
	}
	return hash;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (read_stream((const char *)data + 1, size - 1, size) !=
	    read_stream((const char *)data + 1, size - 1, (gsize)data[0] + 1))
		abort();
	return 0;
}
