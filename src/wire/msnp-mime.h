/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mail puts around text: encoded words, transfer encodings, parameters, dates (RFC 2047, 2045,
 * 5322), as offline messages and mail notices have them. Base64 and charsets are GLib's; the rest
 * is done here because GLib has none of it, and the libraries that do (libpurple, libsoup, GMime)
 * may not be used by this folder or are no dependency. Knows no header by name.
 * Source: services.md 10.1, 10.3.
 */
#pragma once

#include <glib.h>

/* Total: any value of a header gives one clean line of at most max_bytes (0: no limit). Words
 * "=?charset?B?...?=" and "...?Q?..." are decoded, also with the blank that some servers leave
 * before "?="; what is no proper word stays as it is. At most 8 KiB of value are looked at.
 * Free with g_free(). */
char *msnp_mime_decode_words(const char *value, gsize max_bytes);
/* One word in UTF-8 and base64, of as many whole characters of text as fit into max_bytes, trimmed.
 * NULL if that leaves nothing: an encoded word may not be empty. Free with g_free(). */
char *msnp_mime_encode_word(const char *text, gsize max_bytes);

/* Base64 with breaks and blanks anywhere, padding optional. FALSE if it is none; out then has
 * nothing more than before. */
gboolean msnp_mime_decode_base64(const char *bytes, gsize length, GString *out);
/* Quoted-printable as in bodies; what is malformed stays as it is. */
void msnp_mime_decode_quoted(const char *bytes, gsize length, GString *out);

/* A parameter of a value such as "multipart/mixed; boundary=\"a b\"", quotes undone (the closing
 * one may be missing); NULL if it is not there. Free with g_free(). */
char *msnp_mime_parameter(const char *value, const char *name);

/* "Sat, 14 Mar 2026 01:26:53 -0800" in microseconds since 1970. Weekday, seconds and zone may be
 * missing; without a numeric zone it is UTC. 0 if it is no date. */
gint64 msnp_mime_parse_date(const char *value);
