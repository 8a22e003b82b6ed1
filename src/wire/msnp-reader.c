/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reader: a buffer, a place up to which it has been searched, perhaps a command that waits for
 * its payload. Every byte is looked at once, however it was cut.
 */
#include "wire/msnp-reader.h"

#include <string.h>

/* What has been popped is moved out of the buffer when it is the larger part, and not tiny. */
#define COMPACT_BYTES 4096

struct _MsnpReader {
	MsnpDirection direction;
	gsize line_max, payload_max;
	GByteArray *buffer;
	gsize start;          /* first byte not popped */
	gsize searched;       /* bytes from start that hold no LF */
	MsnpCommand *waiting; /* its line has been read, its payload not */
	gsize payload_length;
	GError *error; /* set once, for good */
};

MsnpReader *
msnp_reader_new(MsnpDirection direction, gsize line_max, gsize payload_max)
{
	MsnpReader *reader = g_new0(MsnpReader, 1);

	reader->direction = direction;
	reader->line_max = line_max;
	reader->payload_max = payload_max;
	reader->buffer = g_byte_array_sized_new(COMPACT_BYTES);
	return reader;
}

void
msnp_reader_free(MsnpReader *reader)
{
	if (!reader)
		return;
	g_clear_pointer(&reader->waiting, msnp_command_unref);
	g_clear_error(&reader->error);
	g_byte_array_unref(reader->buffer);
	g_free(reader);
}

static const char *
unread(const MsnpReader *reader)
{
	return (const char *)reader->buffer->data + reader->start;
}

static gsize
n_unread(const MsnpReader *reader)
{
	return reader->buffer->len - reader->start;
}

static void
consume(MsnpReader *reader, gsize length)
{
	reader->start += length;
	reader->searched = 0;
	if (reader->start == reader->buffer->len) {
		g_byte_array_set_size(reader->buffer, 0);
		reader->start = 0;
	} else if (reader->start >= COMPACT_BYTES && reader->start > reader->buffer->len / 2) {
		g_byte_array_remove_range(reader->buffer, 0, (guint)reader->start);
		reader->start = 0;
	}
}

void
msnp_reader_push(MsnpReader *reader, const char *bytes, gsize length)
{
	/* A lost stream keeps nothing, and the buffer's length is a guint. */
	if (reader->error || length == 0)
		return;
	if (length > G_MAXINT - (gsize)reader->buffer->len) {
		g_set_error_literal(&reader->error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT,
				    "more bytes than the reader can hold");
		return;
	}
	g_byte_array_append(reader->buffer, (const guint8 *)bytes, (guint)length);
}

/* The length of the next line without its end, or FALSE: none yet, or an error. */
static gboolean
find_line(MsnpReader *reader, gsize *length, gsize *with_end)
{
	const char *bytes = unread(reader);
	gsize available = n_unread(reader);
	const char *end = NULL;

	if (available > reader->searched)
		end = memchr(bytes + reader->searched, '\n', available - reader->searched);
	reader->searched = available;
	*with_end = end ? (gsize)(end - bytes) + 1 : 0;
	*length = end ? (gsize)(end - bytes) : available;
	if (*length > 0 && bytes[*length - 1] == '\r')
		(*length)--;
	if (*length > reader->line_max) {
		g_set_error(&reader->error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT,
			    "a line of more than %" G_GSIZE_FORMAT " bytes", reader->line_max);
		return FALSE;
	}
	return end != NULL;
}

/* Reads a line into reader->waiting; FALSE if there is none or it is an error. */
static gboolean
read_line(MsnpReader *reader, gboolean *has_payload)
{
	gsize length, with_end;

	if (!find_line(reader, &length, &with_end))
		return FALSE;
	reader->waiting = msnp_command_new(unread(reader), length, NULL, &reader->error);
	if (!reader->waiting)
		return FALSE;
	consume(reader, with_end);
	return msnp_framing_payload(reader->waiting, reader->direction, reader->payload_max,
				    has_payload, &reader->payload_length, &reader->error);
}

static MsnpCommand *
read_payload(MsnpReader *reader)
{
	g_autoptr(MsnpCommand) waiting = NULL;
	GBytes *payload;

	if (n_unread(reader) < reader->payload_length)
		return NULL;
	payload = g_bytes_new(unread(reader), reader->payload_length);
	consume(reader, reader->payload_length);
	waiting = g_steal_pointer(&reader->waiting);
	return msnp_command_with_payload(waiting, payload);
}

static MsnpCommand *
read_command(MsnpReader *reader)
{
	gboolean has_payload = TRUE;

	if (!reader->waiting && !read_line(reader, &has_payload))
		return NULL;
	if (!has_payload)
		return g_steal_pointer(&reader->waiting);
	return read_payload(reader);
}

MsnpCommand *
msnp_reader_pop(MsnpReader *reader, GError **error)
{
	MsnpCommand *command = reader->error ? NULL : read_command(reader);

	if (reader->error && error)
		*error = g_error_copy(reader->error);
	return command;
}

gsize
msnp_reader_pending(const MsnpReader *reader)
{
	return n_unread(reader) + (reader->waiting ? 1 : 0);
}
