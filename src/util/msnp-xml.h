/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML both ways over libxml2. Reading: no DTD, entities, network, recovery or endless depth, and
 * getters that answer "" rather than NULL. Writing: a builder on xmlDoc, so that escaping is never
 * the caller's job. May know nothing of the protocol.
 */
#pragma once

#include <glib.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#define MSNP_XML_ERROR (msnp_xml_error_quark())
GQuark msnp_xml_error_quark(void);

typedef enum {
	MSNP_XML_ERROR_MALFORMED, /* not well-formed, not UTF-8 */
	MSNP_XML_ERROR_FORBIDDEN, /* a DOCTYPE, or nested too deeply */
} MsnpXmlError;

/* How deep elements may nest: the deepest known answer has 14 levels. */
#define MSNP_XML_MAX_DEPTH 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

/* Parses a whole document (white space around it is fine). length -1: NUL-terminated.
 * Free the answer with xmlFreeDoc(). */
xmlDoc *msnp_xml_parse(const char *text, gssize length, GError **error);

/* Push parsing, for text that comes in pieces. */
/* handler NULL builds a document; else the SAX2 handler gets the events, with user_data. */
xmlParserCtxt *msnp_xml_push_new(xmlSAXHandler *handler, gpointer user_data);
gboolean msnp_xml_push(xmlParserCtxt *parser, const char *bytes, gsize length, GError **error);
/* Ends the text. With the building handler the answer is the document, else NULL without error. */
xmlDoc *msnp_xml_push_end(xmlParserCtxt *parser, GError **error);
void msnp_xml_push_free(xmlParserCtxt *parser);

/* Walking. Elements are matched by local name, whatever their prefix; node may be NULL. */
gboolean msnp_xml_is(const xmlNode *node, const char *name);
xmlNode *msnp_xml_child(const xmlNode *node, const char *name);
/* The next sibling element of the same name; NULL name: of any. */
xmlNode *msnp_xml_next(const xmlNode *node, const char *name);
/* The first element below node along the names, which NULL ends: msnp_xml_path(n, "ab",
 * "lastChange", NULL). */
xmlNode *msnp_xml_path(const xmlNode *node, ...) G_GNUC_NULL_TERMINATED;
/* Text of an element, trimmed; "" if there is none. Free with g_free(). */
char *msnp_xml_text(const xmlNode *node);
/* Text of the named child; "" if missing. */
char *msnp_xml_child_text(const xmlNode *node, const char *name);
/* Attribute by local name, NULL if missing. Free with g_free(). */
char *msnp_xml_attribute(const xmlNode *node, const char *name);

/* Building: open, fill, close, and take the text. */
typedef struct _MsnpXmlBuilder MsnpXmlBuilder;
MsnpXmlBuilder *msnp_xml_builder_new(void);
void msnp_xml_builder_free(MsnpXmlBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpXmlBuilder, msnp_xml_builder_free)

/* Opens an element below the present one. "p:name" needs the prefix declared on it or above;
 * a name without prefix takes the default namespace in force. */
void msnp_xml_open(MsnpXmlBuilder *builder, const char *name);
/* Opens an element and declares a namespace on it: prefix NULL is the default one. */
void msnp_xml_open_ns(MsnpXmlBuilder *builder, const char *name, const char *prefix,
		      const char *uri);
/* Declares a further namespace on the open element. */
void msnp_xml_declare(MsnpXmlBuilder *builder, const char *prefix, const char *uri);
void msnp_xml_attr(MsnpXmlBuilder *builder, const char *name, const char *value);
/* Adds text; characters that XML forbids are dropped. */
void msnp_xml_add_text(MsnpXmlBuilder *builder, const char *text);
void msnp_xml_close(MsnpXmlBuilder *builder);
/* <name>text</name>, also with empty text. */
void msnp_xml_leaf(MsnpXmlBuilder *builder, const char *name, const char *text);
/* <!-- -->, for servers that stumble over an element without anything in it. */
void msnp_xml_blank_comment(MsnpXmlBuilder *builder);
/* The document so far (all elements closed), on one line: with "<?xml ...?>", or only the element,
 * where the protocol wants no declaration. Empty elements are written <a></a> if expand_empty.
 * Free with g_free(). */
char *msnp_xml_builder_document(MsnpXmlBuilder *builder);
char *msnp_xml_builder_fragment(MsnpXmlBuilder *builder, gboolean expand_empty);

/* A copy without the characters that XML 1.0 forbids. */
char *msnp_xml_clean(const char *text);
