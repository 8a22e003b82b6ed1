/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MIME message of MSG, UUM and UBM: headers, an empty line, the body.
 * Source: switchboard.md 6; notification.md 13.
 */
#pragma once

#include <glib.h>

#include "wire/msnp-textformat.h"

/* A switchboard closes above this, headers included. */
#define MSNP_MESSAGE_MAX 1664
/* More headers than any client sends; the rest is ignored. */
#define MSNP_MESSAGE_MAX_HEADERS 64

typedef struct _MsnpMessage MsnpMessage;

MsnpMessage *msnp_message_ref(MsnpMessage *message);
void msnp_message_unref(MsnpMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpMessage, msnp_message_unref)

/* Total: any bytes give a message. Without an empty line all is header. CRLF and LF, missing blank
 * after the colon, folded lines, repeated headers (the first wins), lines without colon (skipped).
 */
MsnpMessage *msnp_message_parse(const char *bytes, gsize length);
/* A message to send: "MIME-Version: 1.0" and Content-Type are written first. */
MsnpMessage *msnp_message_new(const char *content_type);
/* name and value must not hold CR or LF: such a header is left out. */
void msnp_message_add_header(MsnpMessage *message, const char *name, const char *value);
/* A message with the same headers and no body. */
MsnpMessage *msnp_message_copy_headers(const MsnpMessage *message);
void msnp_message_set_body(MsnpMessage *message, const char *body, gssize length);

/* Value by name, without regard to case; NULL if missing. May hold any bytes but NUL and breaks. */
const char *msnp_message_header(const MsnpMessage *message, const char *name);
/* How many headers have the name. */
guint msnp_message_count_headers(const MsnpMessage *message, const char *name);
/* The type before ";", in lower case; "" if there is none. */
const char *msnp_message_type(const MsnpMessage *message);
/* The charset parameter, NULL if there is none. */
const char *msnp_message_charset(const MsnpMessage *message);
const char *msnp_message_body(const MsnpMessage *message, gsize *length);
/* The body as clean UTF-8, by charset, line breaks as LF. Free with g_free(). */
char *msnp_message_text(const MsnpMessage *message);
/* The bytes as they go on the wire. */
GString *msnp_message_write(const MsnpMessage *message);

/* The messages that we send. text is UTF-8; breaks become CRLF. Without format: the plain one. */
MsnpMessage *msnp_message_new_text(const char *text);
MsnpMessage *msnp_message_new_formatted(const char *text, const MsnpTextFormat *format);
MsnpMessage *msnp_message_new_typing(const char *own_handle);
MsnpMessage *msnp_message_new_nudge(void);
/* The most bytes of text (in wire form) that fit into one message of this format, which may be
 * NULL.
 */
gsize msnp_message_formatted_max(const MsnpTextFormat *format);
