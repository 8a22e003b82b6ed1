/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long text cut into pieces that fit, where people do not see it: not inside a character, a CRLF or
 * what is shown as one sign (a letter and its marks, a joined emoji, a flag), at blanks if wished.
 * Source: switchboard.md 6.
 */
#pragma once

#include <glib.h>

typedef enum {
	MSNP_CUT_ANYWHERE, /* between any two signs: what is cut is joined again */
	MSNP_CUT_AT_WORDS, /* after the last blank or break, if there is one: pieces are shown */
} MsnpCut;

/* The text as it travels: every break is CRLF. text is valid UTF-8. Free with g_free(). */
char *msnp_cut_to_wire(const char *text);
/* How many bytes of text the first piece has. The piece takes at most max bytes in wire form; only
 * a single character longer than max passes it, and a sign longer than max is cut between its
 * characters. 0 only for an empty text. */
gsize msnp_cut_first(const char *text, gsize max, MsnpCut where);
/* All pieces; together they are the text (none for an empty one). Free with g_strfreev(). */
char **msnp_cut_all(const char *text, gsize max, MsnpCut where);
