/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain text with one format to markup and back: libpurple hands over messages as HTML and wants
 * HTML, MSNP carries text and a format for all of it. Source: switchboard.md 8.
 */
#include "msnp-purple.h"

#include <string.h>

#include "msnp-purple-markup.h"
#include "util/msnp-text.h"
#include "wire/msnp-plus.h"

#define COLOUR_MASK   0xFFFFFF
#define RIGHT_TO_LEFT "<span style=\"direction:rtl;text-align:right;\">"

/* What stands on lines of its own: its beginning and end are breaks, unless there is one. */
static const char *const blocks[] = {
	"address", "blockquote", "body",  "center", "dd", "div",   "dl", "dt", "form",
	"h1",      "h2",         "h3",    "h4",     "h5", "h6",    "hr", "li", "ol",
	"p",       "pre",        "table", "td",     "th", "title", "tr", "ul",
};

typedef struct {
	GString *out;
	MsnpMarkupStyle *style;
	MsnpTextFormat *format; /* from the first visible character on */
	gboolean break_due;
	char *link; /* of the open one; NULL if there is none */
	gsize link_start;
} Reading;

static void
append_break(Reading *reading)
{
	if (reading->break_due && reading->out->len > 0 &&
	    reading->out->str[reading->out->len - 1] != '\n')
		g_string_append_c(reading->out, '\n');
	reading->break_due = FALSE;
}

/* Characters that only steer others (byte order mark, direction, joiners) show nothing. */
static gboolean
is_visible(const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (!g_unichar_isspace(c) && g_unichar_type(c) != G_UNICODE_FORMAT)
			return TRUE;
	}
	return FALSE;
}

/* text is clean. */
static void
append_text(Reading *reading, const char *text)
{
	gboolean visible = is_visible(text);

	/* Between two blocks: how the markup is laid out. */
	if (reading->break_due && !visible)
		return;
	append_break(reading);
	g_string_append(reading->out, text);
	if (visible && !reading->format)
		reading->format = msnp_markup_style_format(reading->style);
}

/* Whether the text of a link says where it leads. */
static gboolean
says_link(const char *text, const char *link)
{
	static const char *const implied[] = { "mailto:", "http://" };

	if (g_str_equal(text, link))
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(implied); i++)
		if (g_ascii_strncasecmp(link, implied[i], strlen(implied[i])) == 0 &&
		    g_str_equal(text, link + strlen(implied[i])))
			return TRUE;
	return FALSE;
}

static void
end_link(Reading *reading)
{
	g_autofree char *link = g_steal_pointer(&reading->link);
	g_autofree char *text = NULL;
	g_autofree char *address = NULL;

	if (!link)
		return;
	text = g_strstrip(g_strdup(reading->out->str + reading->link_start));
	if (!says_link(text, link)) {
		address = *text ? g_strdup_printf(" (%s)", link) : g_strdup(link);
		append_text(reading, address);
	}
}

static void
begin_link(Reading *reading, const MsnpMarkupToken *tag)
{
	end_link(reading);
	reading->link = msnp_markup_attribute(tag, "href");
	reading->link_start = reading->out->len;
	if (reading->link && !*reading->link)
		g_clear_pointer(&reading->link, g_free);
}

static void
read_tag(Reading *reading, const MsnpMarkupToken *tag)
{
	gboolean opens = tag->kind == MSNP_MARKUP_OPEN;
	g_autofree char *alternative = NULL;

	if (!reading->format)
		msnp_markup_style_note(reading->style, tag);
	for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++)
		if (g_str_equal(tag->name, blocks[i]))
			reading->break_due = TRUE;
	if (g_str_equal(tag->name, "br") && opens) {
		append_break(reading);
		g_string_append_c(reading->out, '\n');
	} else if (g_str_equal(tag->name, "a") && opens) {
		begin_link(reading, tag);
	} else if (g_str_equal(tag->name, "a")) {
		end_link(reading);
	} else if (g_str_equal(tag->name, "img") && opens) {
		alternative = msnp_markup_attribute(tag, "alt");
		append_text(reading, alternative ? alternative : "");
	}
}

/* No element is closed by the end of another and text is never moved, so that all text there is
 * comes out, in its order, whatever is wrong with the markup. */
char *
msnp_purple_text_from_markup(const char *html, MsnpTextFormat **format)
{
	g_autofree char *clean = msnp_text_clean(html, -1, 0, MSNP_TEXT_KEEP_BREAKS);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(MsnpMarkupStyle) style = msnp_markup_style_new();
	Reading reading = { .out = out, .style = style };
	MsnpMarkupReader reader;
	MsnpMarkupToken token;
	gboolean anything;

	msnp_markup_reader_init(&reader, clean);
	for (msnp_markup_next(&reader, &token); token.kind != MSNP_MARKUP_END;
	     msnp_markup_next(&reader, &token)) {
		g_autofree char *text = NULL;

		if (token.kind != MSNP_MARKUP_TEXT) {
			read_tag(&reading, &token);
			continue;
		}
		text = msnp_markup_decode(token.start, token.end);
		append_text(&reading, text);
	}
	end_link(&reading);
	anything = reading.format != NULL;
	if (format)
		*format = anything ? g_steal_pointer(&reading.format) : msnp_text_format_new();
	msnp_text_format_free(reading.format);
	return g_strdup(anything ? out->str : "");
}

static void
append_escaped(GString *out, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);
	const char *from = escaped;

	for (const char *end = strchr(from, '\n'); end; end = strchr(from, '\n')) {
		g_string_append_len(out, from, end - from);
		g_string_append(out, "<br>");
		from = end + 1;
	}
	g_string_append(out, from);
}

/* The tags of a format, outer ones first; their ends are put before closing. */
static void
append_tags(GString *out, GString *closing, const MsnpTextFormat *format)
{
	const struct {
		gboolean wanted;
		const char *open, *close;
	} tags[] = {
		{ format->bold, "<b>", "</b>" },
		{ format->italic, "<i>", "</i>" },
		{ format->underline, "<u>", "</u>" },
		{ format->strike, "<s>", "</s>" },
	};
	const guint32 colour = format->colour & COLOUR_MASK;
	g_autofree char *font = msnp_text_clean(format->font, -1, 0, MSNP_TEXT_DROP_BIDI);

	if (*font) {
		g_autofree char *cut =
		    g_utf8_substring(font, 0, MIN(g_utf8_strlen(font, -1), MSNP_FONT_MAX_READ));

		g_string_append(out, "<font face=\"");
		append_escaped(out, cut);
		g_string_append(out, "\">");
		g_string_prepend(closing, "</font>");
	}
	for (gsize i = 0; i < G_N_ELEMENTS(tags); i++)
		if (tags[i].wanted) {
			g_string_append(out, tags[i].open);
			g_string_prepend(closing, tags[i].close);
		}
	if (format->has_colour && colour != 0) {
		g_string_append_printf(out, "<font color=\"#%06x\">", colour);
		g_string_prepend(closing, "</font>");
	}
	if (format->right_to_left) {
		g_string_append(out, RIGHT_TO_LEFT);
		g_string_prepend(closing, "</span>");
	}
}

char *
msnp_purple_text_to_markup(const char *text, const MsnpTextFormat *format, MsnpPurplePlus plus)
{
	g_autofree char *stripped = plus == MSNP_PURPLE_PLUS_HIDE ? msnp_plus_strip(text) : NULL;
	g_autofree char *clean =
	    msnp_text_clean(stripped ? stripped : text, -1, 0, MSNP_TEXT_KEEP_BREAKS);
	g_autoptr(GString) closing = g_string_new(NULL);
	GString *out = g_string_sized_new(strlen(clean));

	if (*clean && format)
		append_tags(out, closing, format);
	append_escaped(out, clean);
	g_string_append_len(out, closing->str, (gssize)closing->len);
	return g_string_free(out, FALSE);
}
