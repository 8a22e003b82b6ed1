/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codes of Messenger Plus!, an add-in that wrote colours and effects into names and texts,
 * where everybody without it sees them. Source: lessons.md 122; the add-in has no public grammar.
 *
 *   [c=COLOUR] [/c] [/c=COLOUR] [a=COLOUR] [/a] [/a=COLOUR]  letters and ground, the end of a
 * gradient [b] [/b] [i] [/i] [u] [/u] [s] [/s]                      effects ·$COLOUR
 * ·$COLOUR,COLOUR                                 letters, ground (the dot is U+00B7) ·# ·& ·@ ·'
 * ·0                                           effects, and their end
 *
 * A COLOUR is a number of one or two digits, #RRGGBB, a name (in brackets only), or r,g,b (after a
 * dot in parentheses).
 */
#pragma once

#include <glib.h>

/* text without the codes; all else stays byte by byte, also what only looks like a code. The add-in
 * lets a colour last to the end, so [c=] and [a=] need no end; an end needs its beginning, and [b],
 * [i], [u] and [s], which people also type, need both. Free with g_free(). */
char *msnp_plus_strip(const char *text);
