/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text from the network made safe to hand on: always valid UTF-8, without NUL and control
 * characters, of bounded length. May know nothing of the protocol.
 */
#pragma once

#include <glib.h>

typedef enum {
	MSNP_TEXT_LINE = 0,             /* line breaks and tabs become blanks */
	MSNP_TEXT_KEEP_BREAKS = 1 << 0, /* line breaks stay, as LF; tabs stay */
	MSNP_TEXT_DROP_BIDI = 1 << 1,   /* without bidi overrides and isolates, for names */
} MsnpTextFlags;

/* Valid UTF-8 from any bytes: bad sequences become U+FFFD, NUL and other control characters go.
 * max_bytes 0 means no limit; a cut never falls inside a character. length -1: NUL-terminated. */
char *msnp_text_clean(const char *bytes, gssize length, gsize max_bytes, MsnpTextFlags flags);
/* The same for bytes of a named charset (NULL or unknown: UTF-8 if valid, else ISO-8859-1). */
char *msnp_text_decode(const char *bytes, gsize length, const char *charset, gsize max_bytes,
		       MsnpTextFlags flags);
