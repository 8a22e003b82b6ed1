/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plain text to markup and back. libpurple hands over messages as HTML and wants HTML; MSNP carries
 * plain text.
 */
#include "msnp-purple.h"

#include <string.h>

/* Whether markup begins here. People and their programs also send a lone "<3". */
static gboolean
is_tag(const char *at)
{
	gsize length;

	if (!g_ascii_isalpha(at[1]) && at[1] != '/' && at[1] != '!')
		return FALSE;
	length = 1 + strcspn(at + 1, "<>");
	return at[length] == '>';
}

/* purple_markup_strip_html() turns line breaks of the source into blanks, as a browser would; but
 * what is typed in a conversation has them for line breaks. */
char *
msnp_purple_text_from_markup(const char *html)
{
	g_autoptr(GString) marked = g_string_new(NULL);
	const char *tag_end = html;

	for (const char *at = html; *at; at++) {
		if (*at == '<' && at >= tag_end && is_tag(at))
			tag_end = strchr(at, '>');
		if (at < tag_end)
			g_string_append_c(marked, g_ascii_isspace(*at) ? ' ' : *at);
		else if (*at == '\n')
			g_string_append(marked, "<br>");
		else if (*at == '<' && !is_tag(at))
			g_string_append(marked, "&lt;");
		else if (*at != '\r')
			g_string_append_c(marked, *at);
	}
	return purple_markup_strip_html(marked->str);
}

char *
msnp_purple_text_to_markup(const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	return purple_strdup_withhtml(escaped);
}
