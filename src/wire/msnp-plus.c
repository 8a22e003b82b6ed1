/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codes of Messenger Plus!, taken out in one pass: what their removal brings together is no
 * code.
 */
#include "wire/msnp-plus.h"

#include <string.h>

#define DOT            "\xc2\xb7"
#define HEX_DIGITS     6
#define NUMBER_DIGITS  2
#define CHANNEL_DIGITS 3
#define MAX_CHANNEL    255
/* The longest name of a colour in HTML has 20 letters, the shortest 3. */
#define MIN_NAME 3
#define MAX_NAME 20

/* A code of the text; those that are no codes after all are not removed. */
typedef struct {
	gsize start, length;
	gboolean removed;
} Code;

/* Letters of the bracket codes, and which of them stand alone: with a colour, and without an end.
 */
static const struct {
	char letter;
	gboolean coloured;
} tags[] = {
	{ 'c', TRUE },  { 'a', TRUE },  { 'b', FALSE },
	{ 'i', FALSE }, { 'u', FALSE }, { 's', FALSE },
};

/* The readers below answer how many bytes of text are what they are for; 0 if it is not that. */

static gsize
count_digits(const char *text, gsize max)
{
	gsize digits = 0;

	while (digits < max && g_ascii_isdigit(text[digits]))
		digits++;
	return digits;
}

static gsize
read_hex(const char *text)
{
	if (*text != '#')
		return 0;
	for (gsize i = 1; i <= HEX_DIGITS; i++)
		if (!g_ascii_isxdigit(text[i]))
			return 0;
	return 1 + HEX_DIGITS;
}

/* "r,g,b" */
static gsize
read_channels(const char *text)
{
	gsize length = 0;

	for (guint channel = 0; channel < 3; channel++) {
		gsize digits;

		if (channel > 0 && text[length++] != ',')
			return 0;
		digits = count_digits(text + length, CHANNEL_DIGITS);
		if (digits == 0 || g_ascii_strtoull(text + length, NULL, 10) > MAX_CHANNEL)
			return 0;
		length += digits;
	}
	return length;
}

static gsize
read_name(const char *text)
{
	gsize letters = 0;

	while (letters <= MAX_NAME && g_ascii_isalpha(text[letters]))
		letters++;
	return letters >= MIN_NAME && letters <= MAX_NAME ? letters : 0;
}

/* A colour in brackets, which end with it. */
static gsize
read_bracket_colour(const char *text)
{
	gsize (*const readers[])(const char *) = { read_hex, read_channels, read_name };
	gsize digits = count_digits(text, NUMBER_DIGITS);

	if (digits > 0 && text[digits] == ']')
		return digits;
	for (gsize i = 0; i < G_N_ELEMENTS(readers); i++) {
		gsize length = readers[i](text);

		if (length > 0 && text[length] == ']')
			return length;
	}
	return 0;
}

/* A colour after "·$". */
static gsize
read_dot_colour(const char *text)
{
	gsize length;

	if (*text == '#')
		return read_hex(text);
	if (*text != '(')
		return count_digits(text, NUMBER_DIGITS);
	length = read_channels(text + 1);
	return length > 0 && text[1 + length] == ')' ? length + 2 : 0;
}

static gsize
read_dot(const char *text)
{
	gsize length = strlen(DOT);
	gsize colour, ground;

	/* g_str_has_prefix() measures all the rest, in newer versions of GLib. */
	if (strncmp(text, DOT, length) != 0 || !text[length])
		return 0;
	if (strchr("#&@'0", text[length]))
		return length + 1;
	if (text[length++] != '$')
		return 0;
	colour = read_dot_colour(text + length);
	if (colour == 0)
		return 0;
	length += colour;
	ground = text[length] == ',' ? read_dot_colour(text + length + 1) : 0;
	return ground > 0 ? length + 1 + ground : length;
}

/* A code in brackets: tag is its row in tags, ends whether it has the slash. */
static gsize
read_bracket(const char *text, guint *tag, gboolean *ends)
{
	gsize length = 1;

	if (*text != '[')
		return 0;
	*ends = text[length] == '/';
	length += *ends ? 1 : 0;
	for (*tag = 0; *tag < G_N_ELEMENTS(tags); (*tag)++)
		if (g_ascii_tolower(text[length]) == tags[*tag].letter)
			break;
	if (*tag == G_N_ELEMENTS(tags))
		return 0;
	length++;
	if (tags[*tag].coloured && text[length] == '=') {
		gsize colour = read_bracket_colour(text + length + 1);

		return colour > 0 ? length + 1 + colour + 1 : 0;
	}
	return text[length] == ']' && (*ends || !tags[*tag].coloured) ? length + 1 : 0;
}

/* Notes a bracket code. open has, for each tag, the codes (by number) that wait for their end. */
static void
note_bracket(GArray *codes, Code code, GArray *open, gboolean ends, gboolean coloured)
{
	if (!ends) {
		guint number = codes->len;

		code.removed = coloured;
		g_array_append_val(open, number);
	} else if (open->len > 0) {
		guint number = g_array_index(open, guint, open->len - 1);

		g_array_index(codes, Code, number).removed = TRUE;
		g_array_set_size(open, open->len - 1);
		code.removed = TRUE;
	}
	g_array_append_val(codes, code);
}

static GArray *
find_codes(const char *text)
{
	GArray *codes = g_array_new(FALSE, FALSE, sizeof(Code));
	GArray *open[G_N_ELEMENTS(tags)];
	gsize step;

	for (gsize i = 0; i < G_N_ELEMENTS(tags); i++)
		open[i] = g_array_new(FALSE, FALSE, sizeof(guint));
	for (const char *p = text; *p; p += step) {
		Code code = { (gsize)(p - text), read_dot(p), TRUE };
		guint tag;
		gboolean ends;

		if (code.length > 0) {
			g_array_append_val(codes, code);
		} else {
			code.removed = FALSE;
			code.length = read_bracket(p, &tag, &ends);
			if (code.length > 0)
				note_bracket(codes, code, open[tag], ends, tags[tag].coloured);
		}
		step = MAX(code.length, 1);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(tags); i++)
		g_array_unref(open[i]);
	return codes;
}

char *
msnp_plus_strip(const char *text)
{
	g_autoptr(GArray) codes = NULL;
	GString *out;
	gsize done = 0;

	text = text ? text : "";
	codes = find_codes(text);
	out = g_string_sized_new(strlen(text));
	for (guint i = 0; i < codes->len; i++) {
		const Code *code = &g_array_index(codes, Code, i);

		if (!code->removed)
			continue;
		g_string_append_len(out, text + done, (gssize)(code->start - done));
		done = code->start + code->length;
	}
	g_string_append(out, text + done);
	return g_string_free(out, FALSE);
}
