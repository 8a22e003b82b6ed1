/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long text cut into pieces. What belongs together follows Unicode's grapheme clusters as far as
 * GLib's tables of characters tell (UAX 29, rules GB3 to GB12; without the Indic conjuncts).
 */
#include "wire/msnp-cut.h"

#include <string.h>

#define CRLF                  "\r\n"
#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER     0x200D
#define FIRST_SKIN_TONE       0x1F3FB
#define LAST_SKIN_TONE        0x1F3FF
/* The letters inside a flag of a region, like Scotland's. */
#define FIRST_TAG 0xE0020
#define LAST_TAG  0xE007F
/* Vowels that stand beside their letter, and are letters to GLib. */
#define THAI_SARA_AM 0x0E33
#define LAO_VOWEL_AM 0x0EB3

/* A piece of text: what it has here, and what it has on the wire, where a break is CRLF. */
typedef struct {
	gsize bytes, wire_bytes;
	gboolean blank; /* text may be cut after it */
} Unit;

static gboolean
is_break(char c)
{
	return c == '\r' || c == '\n';
}

static Unit
next_character(const char *text)
{
	Unit unit = { 1, 1, FALSE };

	if (is_break(*text)) {
		unit.bytes = *text == '\r' && text[1] == '\n' ? 2 : 1;
		unit.wire_bytes = strlen(CRLF);
		unit.blank = TRUE;
	} else {
		unit.bytes = unit.wire_bytes = (gsize)(g_utf8_next_char(text) - text);
		unit.blank = *text == ' ' || *text == '\t';
	}
	return unit;
}

/* What changes the sign before it. */
static gboolean
is_extension(gunichar c)
{
	return g_unichar_ismark(c) || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER ||
	       (c >= FIRST_SKIN_TONE && c <= LAST_SKIN_TONE) || (c >= FIRST_TAG && c <= LAST_TAG) ||
	       c == THAI_SARA_AM || c == LAO_VOWEL_AM;
}

/* Korean letters that are written as one syllable. */
static gboolean
is_one_syllable(GUnicodeBreakType before, GUnicodeBreakType after)
{
	switch (before) {
	case G_UNICODE_BREAK_HANGUL_L_JAMO:
		return after == G_UNICODE_BREAK_HANGUL_L_JAMO ||
		       after == G_UNICODE_BREAK_HANGUL_V_JAMO ||
		       after == G_UNICODE_BREAK_HANGUL_LV_SYLLABLE ||
		       after == G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE;
	case G_UNICODE_BREAK_HANGUL_V_JAMO:
	case G_UNICODE_BREAK_HANGUL_LV_SYLLABLE:
		return after == G_UNICODE_BREAK_HANGUL_V_JAMO ||
		       after == G_UNICODE_BREAK_HANGUL_T_JAMO;
	case G_UNICODE_BREAK_HANGUL_T_JAMO:
	case G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE:
		return after == G_UNICODE_BREAK_HANGUL_T_JAMO;
	default:
		return FALSE;
	}
}

/* Whether c belongs to the sign that ends with before; flag_letters are those right before c. */
static gboolean
belongs(gunichar before, gunichar c, guint flag_letters)
{
	GUnicodeBreakType type;

	if (c < 0x80)
		return FALSE;
	if (is_extension(c))
		return TRUE;
	if (before == ZERO_WIDTH_JOINER)
		return !g_unichar_isspace(c);
	type = g_unichar_break_type(c);
	if (type == G_UNICODE_BREAK_REGIONAL_INDICATOR)
		return flag_letters % 2 == 1;
	return is_one_syllable(g_unichar_break_type(before), type);
}

/* The sign at text. Looks no further than it is longer than max. */
static Unit
next_sign(const char *text, gsize max)
{
	Unit sign = next_character(text);
	gunichar before = g_utf8_get_char(text);
	guint flag_letters = 0;

	if (is_break(*text))
		return sign;
	while (text[sign.bytes] && sign.wire_bytes <= max) {
		gunichar c = g_utf8_get_char(text + sign.bytes);
		gsize bytes;

		flag_letters = g_unichar_break_type(before) == G_UNICODE_BREAK_REGIONAL_INDICATOR
				   ? flag_letters + 1
				   : 0;
		if (!belongs(before, c, flag_letters))
			break;
		bytes = (gsize)g_unichar_to_utf8(c, NULL);
		sign.bytes += bytes;
		sign.wire_bytes += bytes;
		sign.blank = FALSE;
		before = c;
	}
	return sign;
}

/* As many characters of a sign as fit, and one at least. */
static gsize
cut_sign(const char *text, gsize max)
{
	Unit character = next_character(text);
	gsize length = 0, wire_length = 0;

	do {
		length += character.bytes;
		wire_length += character.wire_bytes;
		character = next_character(text + length);
	} while (text[length] && wire_length + character.wire_bytes <= max);
	return length;
}

gsize
msnp_cut_first(const char *text, gsize max, MsnpCut where)
{
	gsize length = 0, wire_length = 0, after_blank = 0;

	while (text[length]) {
		Unit sign = next_sign(text + length, max);

		if (wire_length + sign.wire_bytes > max)
			break;
		length += sign.bytes;
		wire_length += sign.wire_bytes;
		if (sign.blank)
			after_blank = length;
	}
	if (!text[length])
		return length;
	if (length == 0)
		return cut_sign(text, max);
	return where == MSNP_CUT_AT_WORDS && after_blank > 0 ? after_blank : length;
}

char **
msnp_cut_all(const char *text, gsize max, MsnpCut where)
{
	GPtrArray *pieces = g_ptr_array_new();

	while (*text) {
		gsize length = msnp_cut_first(text, max, where);

		g_ptr_array_add(pieces, g_strndup(text, length));
		text += length;
	}
	g_ptr_array_add(pieces, NULL);
	return (char **)g_ptr_array_free(pieces, FALSE);
}

char *
msnp_cut_to_wire(const char *text)
{
	GString *wire = g_string_new(NULL);

	while (*text) {
		Unit unit = next_character(text);

		if (is_break(*text))
			g_string_append(wire, CRLF);
		else
			g_string_append_len(wire, text, (gssize)unit.bytes);
		text += unit.bytes;
	}
	return g_string_free(wire, FALSE);
}
