/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * X-MMS-IM-Format, read and written. Source: switchboard.md 8.
 */
#include "wire/msnp-textformat.h"

#include <string.h>

#include "util/msnp-text.h"

/* What official clients send when nothing is chosen. */
#define DEFAULT_FONT "MS Shell Dlg"
#define BLANKS       " \t"
/* A COLORREF has 24 bits; official clients write at most 8 digits for it. */
#define MAX_COLOUR_DIGITS 8
#define COLOUR_MASK       0xFFFFFF
#define ESCAPE_LENGTH     3

static const struct {
	char letter;
	gsize offset;
} effects[] = {
	{ 'B', G_STRUCT_OFFSET(MsnpTextFormat, bold) },
	{ 'I', G_STRUCT_OFFSET(MsnpTextFormat, italic) },
	{ 'U', G_STRUCT_OFFSET(MsnpTextFormat, underline) },
	{ 'S', G_STRUCT_OFFSET(MsnpTextFormat, strike) },
};
G_STATIC_ASSERT(G_N_ELEMENTS(effects) == 4);

MsnpTextFormat *
msnp_text_format_new(void)
{
	return g_new0(MsnpTextFormat, 1);
}

MsnpTextFormat *
msnp_text_format_copy(const MsnpTextFormat *format)
{
	MsnpTextFormat *copy = g_memdup2(format, sizeof *format);

	copy->font = g_strdup(format->font);
	return copy;
}

void
msnp_text_format_free(MsnpTextFormat *format)
{
	if (!format)
		return;
	g_free(format->font);
	g_free(format);
}

gboolean
msnp_text_format_equal(const MsnpTextFormat *a, const MsnpTextFormat *b)
{
	return g_strcmp0(a->font, b->font) == 0 && !a->bold == !b->bold &&
	       !a->italic == !b->italic && !a->underline == !b->underline &&
	       !a->strike == !b->strike && !a->has_colour == !b->has_colour &&
	       (!a->has_colour || a->colour == b->colour) && !a->right_to_left == !b->right_to_left;
}

/* CO is blue, green, red; a colour is red, green, blue. The same swap both ways. */
static guint32
swap_red_and_blue(guint32 colour)
{
	return (colour & 0xFF) << 16 | (colour & 0xFF00) | (colour >> 16 & 0xFF);
}

/* A font's name as it may be shown or sent: valid UTF-8 made clean, of at most max characters;
 * NULL if nothing is left. */
static char *
clean_font(const char *name, glong max)
{
	g_autoptr(GString) kept = g_string_new(NULL);
	g_autofree char *clean = NULL;
	g_autofree char *cut = NULL;

	for (const char *p = name; *p; p = g_utf8_next_char(p))
		if (!g_unichar_iscntrl(g_utf8_get_char(p)))
			g_string_append_unichar(kept, g_utf8_get_char(p));
	clean = msnp_text_clean(kept->str, (gssize)kept->len, 0, MSNP_TEXT_DROP_BIDI);
	g_strstrip(clean);
	cut = g_utf8_substring(clean, 0, MIN(max, g_utf8_strlen(clean, -1)));
	return *g_strchomp(cut) ? g_steal_pointer(&cut) : NULL;
}

static void
read_font(MsnpTextFormat *format, const char *value, const char *end)
{
	g_autoptr(GString) bytes = g_string_new(NULL);

	for (; value < end; value++) {
		char c = *value;

		if (c == '%' && end - value >= ESCAPE_LENGTH && g_ascii_isxdigit(value[1]) &&
		    g_ascii_isxdigit(value[2])) {
			c = (char)(g_ascii_xdigit_value(value[1]) << 4 |
				   g_ascii_xdigit_value(value[2]));
			value += ESCAPE_LENGTH - 1;
		}
		if (c != '\0')
			g_string_append_c(bytes, c);
	}
	if (g_utf8_validate_len(bytes->str, bytes->len, NULL))
		format->font = clean_font(bytes->str, MSNP_FONT_MAX_READ);
}

static void
read_effects(MsnpTextFormat *format, const char *value, const char *end)
{
	for (gsize i = 0; i < G_N_ELEMENTS(effects); i++)
		G_STRUCT_MEMBER(gboolean, format, effects[i].offset) =
		    memchr(value, effects[i].letter, (gsize)(end - value)) != NULL;
}

static void
read_colour(MsnpTextFormat *format, const char *value, const char *end)
{
	guint32 colour = 0;

	if (value == end || end - value > MAX_COLOUR_DIGITS)
		return;
	for (; value < end; value++) {
		if (!g_ascii_isxdigit(*value))
			return;
		colour = colour << 4 | (guint32)g_ascii_xdigit_value(*value);
	}
	format->colour = swap_red_and_blue(colour & COLOUR_MASK);
	format->has_colour = format->colour != 0;
}

static void
read_direction(MsnpTextFormat *format, const char *value, const char *end)
{
	format->right_to_left = end - value == 1 && *value == '1';
}

static const struct {
	char key[3];
	void (*read)(MsnpTextFormat *format, const char *value, const char *end);
} fields[] = {
	{ "FN", read_font },
	{ "EF", read_effects },
	{ "CO", read_colour },
	{ "RL", read_direction },
};

static void
trim(const char **start, const char **end)
{
	while (*start < *end && strchr(BLANKS, **start))
		(*start)++;
	while (*end > *start && strchr(BLANKS, (*end)[-1]))
		(*end)--;
}

/* "key=value"; seen has a bit for each of fields that came before. */
static void
read_field(MsnpTextFormat *format, const char *start, const char *end, guint *seen)
{
	const char *key_end = memchr(start, '=', (gsize)(end - start));
	const char *value = key_end ? key_end + 1 : NULL;

	if (!key_end)
		return;
	trim(&start, &key_end);
	trim(&value, &end);
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if ((gsize)(key_end - start) != strlen(fields[i].key) ||
		    g_ascii_strncasecmp(start, fields[i].key, strlen(fields[i].key)) != 0)
			continue;
		if (!(*seen & 1U << i))
			fields[i].read(format, value, end);
		*seen |= 1U << i;
	}
}

MsnpTextFormat *
msnp_text_format_parse(const char *value)
{
	MsnpTextFormat *format = msnp_text_format_new();
	guint seen = 0;

	while (value && *value) {
		const char *end = value + strcspn(value, ";");

		read_field(format, value, end, &seen);
		value = *end ? end + 1 : end;
	}
	return format;
}

/* Stricter than msnp_percent_encode(): the tilde, too, is escaped (switchboard.md 8). */
static void
append_font(GString *out, const char *font)
{
	for (const char *p = font; *p; p++) {
		if (g_ascii_isalnum(*p) || strchr("._-", *p))
			g_string_append_c(out, *p);
		else
			g_string_append_printf(out, "%%%02X", (guint8)*p);
	}
}

char *
msnp_text_format_write(const MsnpTextFormat *format)
{
	static const MsnpTextFormat plain = { .font = NULL };
	GString *out = g_string_new("FN=");
	g_autofree char *valid = NULL;
	g_autofree char *font = NULL;

	format = format ? format : &plain;
	valid = format->font ? g_utf8_make_valid(format->font, -1) : NULL;
	font = valid ? clean_font(valid, MSNP_FONT_MAX_WRITE) : NULL;
	append_font(out, font ? font : DEFAULT_FONT);
	g_string_append(out, "; EF=");
	for (gsize i = 0; i < G_N_ELEMENTS(effects); i++)
		if (G_STRUCT_MEMBER(gboolean, format, effects[i].offset))
			g_string_append_c(out, effects[i].letter);
	g_string_append_printf(out, "; CO=%x",
			       format->has_colour ? swap_red_and_blue(format->colour & COLOUR_MASK)
						  : 0);
	g_string_append(out, "; CS=0; PF=0");
	if (format->right_to_left)
		g_string_append(out, "; RL=1");
	return g_string_free(out, FALSE);
}
