/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages that we send, and text cut to fit into them. Source: switchboard.md 6, 8, 9, 10.
 */
#include "wire/msnp-cut.h"
#include "wire/msnp-message.h"

#define TEXT_TYPE "text/plain; charset=UTF-8"

MsnpMessage *
msnp_message_new_formatted(const char *text, const MsnpTextFormat *format)
{
	MsnpMessage *message = msnp_message_new(TEXT_TYPE);
	g_autofree char *value = msnp_text_format_write(format);
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	g_autofree char *wire = msnp_cut_to_wire(valid);

	msnp_message_add_header(message, MSNP_TEXT_FORMAT_HEADER, value);
	msnp_message_set_body(message, wire, -1);
	return message;
}

MsnpMessage *
msnp_message_new_text(const char *text)
{
	return msnp_message_new_formatted(text, NULL);
}

MsnpMessage *
msnp_message_new_typing(const char *own_handle)
{
	MsnpMessage *message = msnp_message_new("text/x-msmsgscontrol");

	msnp_message_add_header(message, "TypingUser", own_handle);
	msnp_message_set_body(message, "\r\n", -1);
	return message;
}

MsnpMessage *
msnp_message_new_nudge(void)
{
	MsnpMessage *message = msnp_message_new("text/x-msnmsgr-datacast");

	msnp_message_set_body(message, "ID: 1\r\n\r\n", -1);
	return message;
}

gsize
msnp_message_formatted_max(const MsnpTextFormat *format)
{
	g_autoptr(MsnpMessage) empty = msnp_message_new_formatted("", format);
	g_autoptr(GString) headers = msnp_message_write(empty);

	return MSNP_MESSAGE_MAX - headers->len;
}
