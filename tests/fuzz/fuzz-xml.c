/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML whole and in pieces, and text of every charset.
 */
#include <stdint.h>
#include <stdlib.h>

#include "util/msnp-text.h"
#include "util/msnp-xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *bytes, gsize length, const char *charset)
{
	g_autofree char *text = msnp_text_decode(bytes, length, charset, 0, MSNP_TEXT_LINE);
	g_autofree char *again = msnp_text_clean(text, -1, 0, MSNP_TEXT_LINE);

	if (!g_utf8_validate(text, -1, NULL) || !g_str_equal(text, again))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	g_autoptr(xmlDoc) doc = msnp_xml_parse(bytes, (gssize)size, NULL);
	xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC };
	xmlParserCtxt *parser = msnp_xml_push_new(&handler, NULL);
	g_autofree char *text = doc ? msnp_xml_text(xmlDocGetRootElement(doc)) : NULL;
	g_autoptr(GError) error = NULL;

	for (gsize at = 0; at < size; at += 7)
		msnp_xml_push(parser, bytes + at, MIN(7, size - at), NULL);
	msnp_xml_push_end(parser, &error);
	msnp_xml_push_free(parser);
	if ((doc == NULL) != (error != NULL) || (text && !g_utf8_validate(text, -1, NULL)))
		abort();
	check_text(bytes, size, NULL);
	check_text(bytes, size, "utf-8");
	check_text(bytes, size, "shift_jis");
	return 0;
}
