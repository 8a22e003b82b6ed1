/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MIME message: headers in order, a body of bytes. What content types mean is not known here.
 * Source: switchboard.md 6, notification.md 13.
 */
#include "wire/msnp-message.h"

#include <string.h>

#include "util/msnp-text.h"
#include "wire/msnp-mime.h"

#define CONTENT_TYPE "Content-Type"

typedef struct {
	char *name;
	GString *value;
} Header;

struct _MsnpMessage {
	gatomicrefcount refs;
	GPtrArray *headers; /* Header */
	GString *body;
	char *type;
	char *charset;
};

static void
header_free(gpointer data)
{
	Header *header = data;

	g_free(header->name);
	g_string_free(header->value, TRUE);
	g_free(header);
}

static MsnpMessage *
message_new_empty(void)
{
	MsnpMessage *message = g_new0(MsnpMessage, 1);

	g_atomic_ref_count_init(&message->refs);
	message->headers = g_ptr_array_new_with_free_func(header_free);
	message->body = g_string_new(NULL);
	message->type = g_strdup("");
	return message;
}

MsnpMessage *
msnp_message_ref(MsnpMessage *message)
{
	g_atomic_ref_count_inc(&message->refs);
	return message;
}

void
msnp_message_unref(MsnpMessage *message)
{
	if (!message || !g_atomic_ref_count_dec(&message->refs))
		return;
	g_ptr_array_unref(message->headers);
	g_string_free(message->body, TRUE);
	g_free(message->type);
	g_free(message->charset);
	g_free(message);
}

const char *
msnp_message_header(const MsnpMessage *message, const char *name)
{
	for (guint i = 0; i < message->headers->len; i++) {
		Header *header = message->headers->pdata[i];

		if (g_ascii_strcasecmp(header->name, name) == 0)
			return header->value->str;
	}
	return NULL;
}

guint
msnp_message_count_headers(const MsnpMessage *message, const char *name)
{
	guint count = 0;

	for (guint i = 0; i < message->headers->len; i++)
		if (g_ascii_strcasecmp(((Header *)message->headers->pdata[i])->name, name) == 0)
			count++;
	return count;
}

/* Takes type and charset out of the Content-Type header, once all headers are there. */
static void
read_content_type(MsnpMessage *message)
{
	const char *value = msnp_message_header(message, CONTENT_TYPE);
	gsize length = value ? strcspn(value, ";") : 0;

	g_free(message->type);
	g_free(message->charset);
	message->type = g_strstrip(g_ascii_strdown(value ? value : "", (gssize)length));
	message->charset = value ? msnp_mime_parameter(value, "charset") : NULL;
}

/* Text of a header, trimmed, without the bytes that its readers could not bear. */
static void
append_value(GString *value, const char *bytes, const char *end)
{
	while (bytes < end && g_ascii_isspace(*bytes))
		bytes++;
	while (end > bytes && g_ascii_isspace(end[-1]))
		end--;
	for (; bytes < end; bytes++)
		if (*bytes != '\0')
			g_string_append_c(value, *bytes == '\r' ? ' ' : *bytes);
}

/* One header line, without its end. last is the header that a folded line belongs to. */
static Header *
parse_header(MsnpMessage *message, const char *line, const char *end, Header *last)
{
	const char *colon = memchr(line, ':', (gsize)(end - line));
	Header *header;

	if (*line == ' ' || *line == '\t') {
		if (last) {
			g_string_append_c(last->value, ' ');
			append_value(last->value, line, end);
		}
		return last;
	}
	if (!colon || message->headers->len >= MSNP_MESSAGE_MAX_HEADERS)
		return NULL;
	header = g_new0(Header, 1);
	header->name = g_strstrip(g_strndup(line, (gsize)(colon - line)));
	header->value = g_string_new(NULL);
	append_value(header->value, colon + 1, end);
	g_ptr_array_add(message->headers, header);
	return header;
}

MsnpMessage *
msnp_message_parse(const char *bytes, gsize length)
{
	MsnpMessage *message = message_new_empty();
	const char *all_end;
	Header *last = NULL;

	bytes = length > 0 ? bytes : "";
	all_end = bytes + length;
	while (bytes < all_end) {
		const char *feed = memchr(bytes, '\n', (gsize)(all_end - bytes));
		const char *end = feed ? feed : all_end;
		const char *line = bytes;

		bytes = feed ? feed + 1 : all_end;
		if (end > line && end[-1] == '\r')
			end--;
		if (end == line)
			break;
		last = parse_header(message, line, end, last);
	}
	if (bytes < all_end)
		g_string_append_len(message->body, bytes, all_end - bytes);
	read_content_type(message);
	return message;
}

MsnpMessage *
msnp_message_new(const char *content_type)
{
	MsnpMessage *message = message_new_empty();

	msnp_message_add_header(message, "MIME-Version", "1.0");
	msnp_message_add_header(message, CONTENT_TYPE, content_type);
	return message;
}

void
msnp_message_add_header(MsnpMessage *message, const char *name, const char *value)
{
	Header *header;

	if (!*name || strpbrk(name, "\r\n: ") || strpbrk(value, "\r\n"))
		return;
	header = g_new0(Header, 1);
	header->name = g_strdup(name);
	header->value = g_string_new(value);
	g_ptr_array_add(message->headers, header);
	if (g_ascii_strcasecmp(name, CONTENT_TYPE) == 0)
		read_content_type(message);
}

MsnpMessage *
msnp_message_copy_headers(const MsnpMessage *message)
{
	MsnpMessage *copy = message_new_empty();

	for (guint i = 0; i < message->headers->len; i++) {
		const Header *header = message->headers->pdata[i];
		Header *same = g_new0(Header, 1);

		same->name = g_strdup(header->name);
		same->value = g_string_new_len(header->value->str, (gssize)header->value->len);
		g_ptr_array_add(copy->headers, same);
	}
	read_content_type(copy);
	return copy;
}

void
msnp_message_set_body(MsnpMessage *message, const char *body, gssize length)
{
	g_string_truncate(message->body, 0);
	g_string_append_len(message->body, body, length);
}

const char *
msnp_message_type(const MsnpMessage *message)
{
	return message->type;
}

const char *
msnp_message_charset(const MsnpMessage *message)
{
	return message->charset;
}

const char *
msnp_message_body(const MsnpMessage *message, gsize *length)
{
	if (length)
		*length = message->body->len;
	return message->body->str;
}

char *
msnp_message_text(const MsnpMessage *message)
{
	return msnp_text_decode(message->body->str, message->body->len, message->charset, 0,
				MSNP_TEXT_KEEP_BREAKS);
}

GString *
msnp_message_write(const MsnpMessage *message)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < message->headers->len; i++) {
		Header *header = message->headers->pdata[i];

		g_string_append_printf(out, "%s: %s\r\n", header->name, header->value->str);
	}
	g_string_append(out, "\r\n");
	return g_string_append_len(out, message->body->str, (gssize)message->body->len);
}
