/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages that we send, and text cut to fit into them. Source: switchboard.md 6, 8, 9.
 */
#include <string.h>

#include "wire/msnp-message.h"

#define TEXT_TYPE   "text/plain; charset=UTF-8"
#define FORMAT_NAME "X-MMS-IM-Format"
/* Our text has no font of its own: what official clients send when nothing is chosen. */
#define FORMAT_VALUE "FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0"

/* A piece of text: what it has here, and what it has on the wire, where a break is CRLF. */
typedef struct {
	gsize bytes, wire_bytes;
	gboolean blank; /* text may be cut after it */
} Unit;

static Unit
next_unit(const char *text)
{
	Unit unit = { 1, 1, FALSE };

	if (*text == '\r' || *text == '\n') {
		unit.bytes = *text == '\r' && text[1] == '\n' ? 2 : 1;
		unit.wire_bytes = 2;
		unit.blank = TRUE;
	} else {
		unit.bytes = unit.wire_bytes = (gsize)(g_utf8_next_char(text) - text);
		unit.blank = *text == ' ' || *text == '\t';
	}
	return unit;
}

static char *
to_wire(const char *text)
{
	GString *wire = g_string_new(NULL);

	while (*text) {
		Unit unit = next_unit(text);

		if (*text == '\r' || *text == '\n')
			g_string_append(wire, "\r\n");
		else
			g_string_append_len(wire, text, (gssize)unit.bytes);
		text += unit.bytes;
	}
	return g_string_free(wire, FALSE);
}

MsnpMessage *
msnp_message_new_text(const char *text)
{
	MsnpMessage *message = msnp_message_new(TEXT_TYPE);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *wire = to_wire(valid);

	msnp_message_add_header(message, FORMAT_NAME, FORMAT_VALUE);
	msnp_message_set_body(message, wire, -1);
	return message;
}

MsnpMessage *
msnp_message_new_typing(const char *own_handle)
{
	MsnpMessage *message = msnp_message_new("text/x-msmsgscontrol");

	msnp_message_add_header(message, "TypingUser", own_handle);
	msnp_message_set_body(message, "\r\n", -1);
	return message;
}

gsize
msnp_message_text_max(void)
{
	g_autoptr(MsnpMessage) empty = msnp_message_new_text("");
	GString *headers = msnp_message_write(empty);
	gsize length = headers->len;

	g_string_free(headers, TRUE);
	return MSNP_MESSAGE_MAX - length;
}

/* How many bytes of text go into the next piece. */
static gsize
piece_length(const char *text, gsize max)
{
	gsize length = 0, wire_length = 0, after_blank = 0;

	while (text[length]) {
		Unit unit = next_unit(text + length);

		if (wire_length + unit.wire_bytes > max)
			return after_blank > 0 ? after_blank : length;
		length += unit.bytes;
		wire_length += unit.wire_bytes;
		if (unit.blank)
			after_blank = length;
	}
	return length;
}

char **
msnp_message_split_text(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GPtrArray *pieces = g_ptr_array_new();
	gsize max = msnp_message_text_max();

	for (const char *rest = valid; *rest;) {
		gsize length = piece_length(rest, max);

		g_ptr_array_add(pieces, g_strndup(rest, length));
		rest += length;
	}
	g_ptr_array_add(pieces, NULL);
	return (char **)g_ptr_array_free(pieces, FALSE);
}
