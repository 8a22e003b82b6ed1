/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSNP is read by the reader that client and server share; of HTTP, what their libsoup sends:
 * HTTP/1.1 with Content-Length or in chunks.
 */
#include "bench-scan.h"

#include <string.h>

#include "wire/msnp-reader.h"

#define HEAD_MAX (64 * 1024)

struct _BenchScan {
	BenchSeen seen;
	gpointer data;
	gboolean lost; /* it is not what we can read */
	/* MSNP. */
	MsnpReader *reader;
	/* HTTP: what came and has not been told. */
	gboolean from_client;
	GByteArray *pending;
};

BenchScan *
bench_scan_new(BenchKind kind, gboolean from_client, BenchSeen seen, gpointer data)
{
	BenchScan *scan = g_new0(BenchScan, 1);

	scan->seen = seen;
	scan->data = data;
	scan->from_client = from_client;
	if (kind == BENCH_HTTP)
		scan->pending = g_byte_array_new();
	else
		scan->reader = msnp_reader_new(from_client ? MSNP_FROM_CLIENT : MSNP_FROM_SERVER,
					       MSNP_READER_LINE_MAX, MSNP_READER_PAYLOAD_MAX);
	return scan;
}

void
bench_scan_free(BenchScan *scan)
{
	if (scan->pending)
		g_byte_array_unref(scan->pending);
	g_clear_pointer(&scan->reader, msnp_reader_free);
	g_free(scan);
}

static void
push_msnp(BenchScan *scan, const char *bytes, gsize length)
{
	g_autoptr(GError) error = NULL;

	msnp_reader_push(scan->reader, bytes, length);
	for (;;) {
		g_autoptr(MsnpCommand) command = msnp_reader_pop(scan->reader, &error);

		if (!command)
			break;
		scan->seen(msnp_command_verb(command), NULL, scan->data);
	}
	scan->lost = error != NULL;
}

/* The value of a header, NULL if it is missing. */
static char *
header(const char *head, const char *name)
{
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	gsize length = strlen(name);

	for (guint i = 0; lines[i]; i++)
		if (!g_ascii_strncasecmp(lines[i], name, length) && lines[i][length] == ':')
			return g_strstrip(g_strdup(lines[i] + length + 1));
	return NULL;
}

/* Of a body in chunks: its size with all that frames it, 0 if it is not whole; body gets it. */
static gsize
read_chunks(const char *text, gsize length, GByteArray *body)
{
	gsize at = 0;

	for (;;) {
		const char *end = g_strstr_len(text + at, (gssize)(length - at), "\r\n");
		guint64 size;

		if (!end)
			return 0;
		size = g_ascii_strtoull(text + at, NULL, 16);
		at = (gsize)(end - text) + 2;
		if (size > length || length - at < size + 2)
			return 0;
		g_byte_array_append(body, (const guint8 *)text + at, (guint)size);
		at += size + 2;
		if (!size)
			return at;
	}
}

/* The body behind a head: as read_chunks(); TRUE if it is whole. */
static gboolean
read_body(const char *head, const char *text, gsize length, GByteArray *body, gsize *used)
{
	g_autofree char *encoding = header(head, "Transfer-Encoding");
	g_autofree char *size_text = header(head, "Content-Length");
	guint64 size = size_text ? g_ascii_strtoull(size_text, NULL, 10) : 0;

	if (encoding && !g_ascii_strcasecmp(encoding, "chunked")) {
		*used = read_chunks(text, length, body);
		return *used > 0;
	}
	if (length < size)
		return FALSE;
	g_byte_array_append(body, (const guint8 *)text, (guint)size);
	*used = size;
	return TRUE;
}

/* "POST /path Operation", or the status of an answer. */
static char *
describe(BenchScan *scan, const char *head)
{
	g_auto(GStrv) words = g_strsplit_set(head, " \r", 4);
	g_autofree char *action = header(head, "SOAPAction");
	const char *operation = action ? strrchr(action, '/') : NULL;

	if (g_strv_length(words) < 3)
		return g_strdup("?");
	if (!scan->from_client)
		return g_strdup(words[1]);
	return g_strdup_printf("%s %s%s%.*s", words[0], words[1], operation ? " " : "",
			       operation ? (int)strcspn(operation + 1, "\"") : 0,
			       operation ? operation + 1 : "");
}

/* Tells one whole request or answer and takes it off; FALSE if there is none. */
static gboolean
pop_http(BenchScan *scan)
{
	const char *text = (const char *)scan->pending->data;
	gsize length = scan->pending->len, used;
	const char *end = length ? g_strstr_len(text, (gssize)length, "\r\n\r\n") : NULL;
	g_autofree char *head = NULL;
	g_autofree char *what = NULL;
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autoptr(GBytes) bytes = NULL;

	if (!end) {
		scan->lost = length > HEAD_MAX;
		return FALSE;
	}
	head = g_strndup(text, (gsize)(end - text));
	end += 4;
	if (!read_body(head, end, length - (gsize)(end - text), body, &used))
		return FALSE;
	what = describe(scan, head);
	bytes = g_byte_array_free_to_bytes(g_steal_pointer(&body));
	scan->seen(what, scan->from_client ? NULL : bytes, scan->data);
	g_byte_array_remove_range(scan->pending, 0, (guint)(end - text) + (guint)used);
	return TRUE;
}

void
bench_scan_push(BenchScan *scan, const char *bytes, gsize length)
{
	if (scan->lost)
		return;
	if (scan->reader) {
		push_msnp(scan, bytes, length);
		return;
	}
	g_byte_array_append(scan->pending, (const guint8 *)bytes, (guint)length);
	while (pop_http(scan))
		;
}
