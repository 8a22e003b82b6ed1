/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML written: a tree of libxml2, so that no caller ever escapes anything. May know nothing of the
 * protocol.
 */
#include "util/msnp-xml.h"

#include <libxml/xmlsave.h>
#include <string.h>

struct _MsnpXmlBuilder {
	xmlDoc *doc;
	xmlNode *open; /* the innermost open element; NULL before the root and after it */
};

MsnpXmlBuilder *
msnp_xml_builder_new(void)
{
	MsnpXmlBuilder *builder = g_new0(MsnpXmlBuilder, 1);

	builder->doc = xmlNewDoc((const xmlChar *)"1.0");
	/* Or libxml2 would write attributes in ASCII with character references. */
	builder->doc->encoding = xmlStrdup((const xmlChar *)"UTF-8");
	return builder;
}

void
msnp_xml_builder_free(MsnpXmlBuilder *builder)
{
	if (!builder)
		return;
	xmlFreeDoc(builder->doc);
	g_free(builder);
}

/* Splits "p:name"; prefix is to be freed, and NULL where there is none. */
static const char *
split_prefix(const char *name, char **prefix)
{
	const char *colon = strchr(name, ':');

	*prefix = colon ? g_strndup(name, colon - name) : NULL;
	return colon ? colon + 1 : name;
}

void
msnp_xml_open(MsnpXmlBuilder *builder, const char *name)
{
	msnp_xml_open_ns(builder, name, NULL, NULL);
}

void
msnp_xml_open_ns(MsnpXmlBuilder *builder, const char *name, const char *prefix, const char *uri)
{
	g_autofree char *own_prefix = NULL;
	const char *local = split_prefix(name, &own_prefix);
	xmlNode *node = xmlNewDocNode(builder->doc, NULL, (const xmlChar *)local, NULL);

	if (builder->open)
		xmlAddChild(builder->open, node);
	else
		xmlDocSetRootElement(builder->doc, node);
	if (uri)
		xmlNewNs(node, (const xmlChar *)uri, (const xmlChar *)prefix);
	xmlSetNs(node, xmlSearchNs(builder->doc, node, (const xmlChar *)own_prefix));
	builder->open = node;
}

void
msnp_xml_declare(MsnpXmlBuilder *builder, const char *prefix, const char *uri)
{
	g_return_if_fail(builder->open);
	xmlNewNs(builder->open, (const xmlChar *)uri, (const xmlChar *)prefix);
}

void
msnp_xml_attr(MsnpXmlBuilder *builder, const char *name, const char *value)
{
	g_autofree char *prefix = NULL;
	g_autofree char *clean = msnp_xml_clean(value);
	const char *local = split_prefix(name, &prefix);
	xmlNs *ns;

	g_return_if_fail(builder->open);
	/* An attribute without prefix has no namespace, whatever the default is. */
	ns = prefix ? xmlSearchNs(builder->doc, builder->open, (const xmlChar *)prefix) : NULL;
	xmlNewNsProp(builder->open, ns, (const xmlChar *)local, (const xmlChar *)clean);
}

void
msnp_xml_add_text(MsnpXmlBuilder *builder, const char *text)
{
	g_autofree char *clean = msnp_xml_clean(text);

	g_return_if_fail(builder->open);
	if (*clean)
		xmlAddChild(builder->open, xmlNewDocText(builder->doc, (const xmlChar *)clean));
}

void
msnp_xml_close(MsnpXmlBuilder *builder)
{
	g_return_if_fail(builder->open);
	builder->open =
	    builder->open->parent->type == XML_ELEMENT_NODE ? builder->open->parent : NULL;
}

void
msnp_xml_leaf(MsnpXmlBuilder *builder, const char *name, const char *text)
{
	msnp_xml_open(builder, name);
	msnp_xml_add_text(builder, text);
	msnp_xml_close(builder);
}

void
msnp_xml_blank_comment(MsnpXmlBuilder *builder)
{
	g_return_if_fail(builder->open);
	xmlAddChild(builder->open, xmlNewDocComment(builder->doc, (const xmlChar *)" "));
}

static char *
save(MsnpXmlBuilder *builder, int options, gboolean whole)
{
	xmlBuffer *buffer = xmlBufferCreate();
	xmlSaveCtxt *saver = xmlSaveToBuffer(buffer, "UTF-8", options);
	xmlNode *root = xmlDocGetRootElement(builder->doc);
	char *text;

	if (whole)
		xmlSaveDoc(saver, builder->doc);
	else if (root)
		xmlSaveTree(saver, root);
	xmlSaveClose(saver);
	text = g_strndup((const char *)xmlBufferContent(buffer), xmlBufferLength(buffer));
	xmlBufferFree(buffer);
	return text;
}

char *
msnp_xml_builder_document(MsnpXmlBuilder *builder)
{
	char *text = save(builder, 0, TRUE);
	char *end_of_declaration = strstr(text, "?>\n");

	/* libxml2 puts a line break after the declaration and one at the end. */
	if (end_of_declaration)
		memmove(end_of_declaration + 2, end_of_declaration + 3,
			strlen(end_of_declaration + 3) + 1);
	return g_strchomp(text);
}

char *
msnp_xml_builder_fragment(MsnpXmlBuilder *builder, gboolean expand_empty)
{
	return save(builder, XML_SAVE_NO_DECL | (expand_empty ? XML_SAVE_NO_EMPTY : 0), FALSE);
}

/* Char of XML 1.0, production 2. */
static gboolean
is_xml_char(gunichar c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
	       (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

char *
msnp_xml_clean(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
	GString *out = g_string_sized_new(strlen(valid));

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (is_xml_char(c))
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}
