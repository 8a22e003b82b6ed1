/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markup of user interfaces: what was made of it can be shown, and is the same when it comes back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "purple/msnp-purple.h"
#include "util/msnp-xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(gboolean holds, const char *what)
{
	if (holds)
		return;
	g_printerr("%s\n", what);
	abort();
}

static gboolean
is_well_formed(const char *html)
{
	g_autoptr(GString) document = g_string_new(html);
	g_autoptr(xmlDoc) parsed = NULL;

	/* HTML leaves it open. */
	g_string_replace(document, "<br>", "<br/>", 0);
	g_string_prepend(document, "<message>");
	g_string_append(document, "</message>");
	parsed = msnp_xml_parse(document->str, (gssize)document->len, NULL);
	return parsed != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *input = g_strndup((const char *)data, size);
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autoptr(MsnpTextFormat) format_again = NULL;
	g_autofree char *text = msnp_purple_text_from_markup(input, &format);
	g_autofree char *raw = msnp_purple_text_to_markup(input, format, MSNP_PURPLE_PLUS_HIDE);
	g_autofree char *html = NULL;
	g_autofree char *again = NULL;

	/* HTML has no name for such a font: it would be a list, or in quotes. */
	if (format->font && (strchr("\"'", *format->font) || strchr(format->font, ',')))
		g_clear_pointer(&format->font, g_free);
	html = msnp_purple_text_to_markup(text, format, MSNP_PURPLE_PLUS_SHOW);
	again = msnp_purple_text_from_markup(html, &format_again);
	check(g_utf8_validate(text, -1, NULL), "the text is not UTF-8");
	check(strlen(text) <= 3 * size, "the text is too long");
	check(is_well_formed(raw), "the markup of the input is not well-formed");
	check(is_well_formed(html), "the markup of the text is not well-formed");
	check(g_str_equal(text, again), "the text has changed");
	check(!*text || msnp_text_format_equal(format, format_again), "the format has changed");
	return 0;
}
