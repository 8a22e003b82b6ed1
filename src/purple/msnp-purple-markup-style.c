/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format that elements of HTML give to a text. Attributes are not looked at before the format
 * is asked for, which is once. Source: switchboard.md 8 ("From HTML").
 */
#include "msnp-purple-markup.h"

#include <string.h>

#include "util/msnp-text.h"

#define BOLD_WEIGHT 600
#define NONE        (-1)
#define OFFSET(f)   G_STRUCT_OFFSET(MsnpTextFormat, f)
#define NO_EFFECT   (-1)

/* Any of them may have dir and style; other elements are passed over. */
static const struct {
	char name[MSNP_MARKUP_MAX_NAME + 1];
	gssize effect;
} elements[] = {
	{ "b", OFFSET(bold) },    { "strong", OFFSET(bold) },   { "i", OFFSET(italic) },
	{ "em", OFFSET(italic) }, { "u", OFFSET(underline) },   { "ins", OFFSET(underline) },
	{ "s", OFFSET(strike) },  { "strike", OFFSET(strike) }, { "del", OFFSET(strike) },
	{ "font", NO_EFFECT },    { "span", NO_EFFECT },        { "a", NO_EFFECT },
	{ "p", NO_EFFECT },       { "div", NO_EFFECT },         { "body", NO_EFFECT },
	{ "html", NO_EFFECT },
};

typedef struct {
	guint row;       /* in elements */
	gint outer_same; /* the element of the same name around it, or NONE */
	gboolean open;
	const char *start, *end; /* of the attributes */
} Element;

struct _MsnpMarkupStyle {
	GArray *seen;                           /* all Elements, outer ones before inner ones */
	gint innermost[G_N_ELEMENTS(elements)]; /* open one of each name, in seen; or NONE */
};

MsnpMarkupStyle *
msnp_markup_style_new(void)
{
	MsnpMarkupStyle *style = g_new(MsnpMarkupStyle, 1);

	style->seen = g_array_new(FALSE, FALSE, sizeof(Element));
	for (gsize i = 0; i < G_N_ELEMENTS(style->innermost); i++)
		style->innermost[i] = NONE;
	return style;
}

void
msnp_markup_style_free(MsnpMarkupStyle *style)
{
	g_array_unref(style->seen);
	g_free(style);
}

void
msnp_markup_style_note(MsnpMarkupStyle *style, const MsnpMarkupToken *tag)
{
	guint row = 0;

	while (row < G_N_ELEMENTS(elements) && !g_str_equal(tag->name, elements[row].name))
		row++;
	if (row == G_N_ELEMENTS(elements))
		return;
	if (tag->kind == MSNP_MARKUP_OPEN) {
		Element element = { row, style->innermost[row], TRUE, tag->start, tag->end };

		style->innermost[row] = (gint)style->seen->len;
		g_array_append_val(style->seen, element);
	} else if (style->innermost[row] != NONE) {
		Element *element =
		    &g_array_index(style->seen, Element, (guint)style->innermost[row]);

		element->open = FALSE;
		style->innermost[row] = element->outer_same;
	}
}

/* The readers of values: what they cannot read leaves the format as it is. */

/* The first of several families, without its quotes. */
static void
read_font(MsnpTextFormat *format, const char *value)
{
	const char *end = *value && strchr("\"'", *value) ? strchr(value + 1, *value) : NULL;
	g_autofree char *font = NULL;
	g_autofree char *cut = NULL;

	if (end)
		value++;
	else
		end = value + strcspn(value, ",");
	font = g_strstrip(msnp_text_clean(value, end - value, 0, MSNP_TEXT_DROP_BIDI));
	cut = g_utf8_substring(font, 0, MIN(g_utf8_strlen(font, -1), MSNP_FONT_MAX_READ));
	if (!*g_strchomp(cut))
		return;
	g_free(format->font);
	format->font = g_steal_pointer(&cut);
}

/* "#rrggbb", or "#rgb" for the same with each digit twice. */
static void
read_colour(MsnpTextFormat *format, const char *value)
{
	gsize digits = strspn(value + (*value ? 1 : 0), "0123456789abcdefABCDEF");
	guint32 colour = 0;

	if (*value != '#' || value[1 + digits] || (digits != 3 && digits != 6))
		return;
	for (gsize i = 0; i < 6; i++)
		colour = colour << 4 |
			 (guint32)g_ascii_xdigit_value(value[1 + (digits == 3 ? i / 2 : i)]);
	/* Black is what nobody chose. */
	format->has_colour = colour != 0;
	format->colour = colour;
}

static void
read_direction(MsnpTextFormat *format, const char *value)
{
	if (g_ascii_strcasecmp(value, "rtl") == 0)
		format->right_to_left = TRUE;
	else if (g_ascii_strcasecmp(value, "ltr") == 0)
		format->right_to_left = FALSE;
}

static void
read_weight(MsnpTextFormat *format, const char *value)
{
	static const char *const light[] = { "normal", "lighter" };

	if (g_ascii_isdigit(*value))
		format->bold = g_ascii_strtoull(value, NULL, 10) >= BOLD_WEIGHT;
	else if (g_ascii_strncasecmp(value, "bold", strlen("bold")) == 0)
		format->bold = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(light); i++)
		if (g_ascii_strcasecmp(value, light[i]) == 0)
			format->bold = FALSE;
}

static void
read_slant(MsnpTextFormat *format, const char *value)
{
	if (g_ascii_strcasecmp(value, "normal") == 0)
		format->italic = FALSE;
	else if (g_ascii_strcasecmp(value, "italic") == 0 ||
		 g_ascii_strncasecmp(value, "oblique", strlen("oblique")) == 0)
		format->italic = TRUE;
}

/* An inner element cannot take away a line of an outer one. */
static void
read_decoration(MsnpTextFormat *format, const char *value)
{
	g_autofree char *lower = g_ascii_strdown(value, -1);

	format->underline = format->underline || strstr(lower, "underline");
	format->strike = format->strike || strstr(lower, "line-through");
}

typedef struct {
	char name[21];
	void (*read)(MsnpTextFormat *format, const char *value);
} Property;

static const Property properties[] = {
	{ "font-weight", read_weight },         { "font-style", read_slant },
	{ "text-decoration", read_decoration }, { "text-decoration-line", read_decoration },
	{ "font-family", read_font },           { "color", read_colour },
	{ "direction", read_direction },
};

/* Attributes in the order in which they count: CSS over what it has replaced. */
static void read_css(MsnpTextFormat *format, const char *css);

static const struct {
	const char *element; /* NULL: any */
	Property property;
} attributes[] = {
	{ "font", { "face", read_font } },
	{ "font", { "color", read_colour } },
	{ NULL, { "dir", read_direction } },
	{ NULL, { "style", read_css } },
};

static void
read_css(MsnpTextFormat *format, const char *css)
{
	g_auto(GStrv) declarations = g_strsplit(css, ";", -1);

	for (char **declaration = declarations; *declaration; declaration++) {
		char *value = strchr(*declaration, ':');

		if (!value)
			continue;
		*value++ = '\0';
		g_strstrip(value);
		g_strstrip(*declaration);
		for (gsize i = 0; i < G_N_ELEMENTS(properties); i++)
			if (g_ascii_strcasecmp(*declaration, properties[i].name) == 0)
				properties[i].read(format, value);
	}
}

static void
apply(const Element *element, MsnpTextFormat *format)
{
	const MsnpMarkupToken tag = { .start = element->start, .end = element->end };

	if (elements[element->row].effect != NO_EFFECT)
		G_STRUCT_MEMBER(gboolean, format, elements[element->row].effect) = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
		const char *of = attributes[i].element;
		g_autofree char *value = NULL;

		if (of && !g_str_equal(of, elements[element->row].name))
			continue;
		value = msnp_markup_attribute(&tag, attributes[i].property.name);
		if (value)
			attributes[i].property.read(format, value);
	}
}

MsnpTextFormat *
msnp_markup_style_format(const MsnpMarkupStyle *style)
{
	MsnpTextFormat *format = msnp_text_format_new();

	for (guint i = 0; i < style->seen->len; i++) {
		const Element *element = &g_array_index(style->seen, Element, i);

		if (element->open)
			apply(element, format);
	}
	return format;
}
