/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML over libxml2: reading with a guard between parser and handler, walking, building. May know
 * nothing of the protocol. Traps of the library: services.md 1.5.
 */
#include "util/msnp-xml.h"

#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlsave.h>
#include <string.h>

/* NONET is the policy, the next two keep libxml2 off standard error, and IGNORE_ENC reads all as
 * UTF-8 whatever the declaration says, so that what is not UTF-8 fails. */
#define PARSE_OPTIONS                                                                              \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC)

/* The push parser gets slices of at least this size: it looks through what it holds again at each
 * call, which byte by byte would be quadratic. */
#define SLICE_BYTES (16 * 1024)
/* One tag or comment may not be longer, for the same reason; the longest known has 2 KiB. */
#define TOKEN_MAX_BYTES (1024 * 1024)

static const char byte_order_mark[] = "\xEF\xBB\xBF";

G_DEFINE_QUARK(msnp_xml_error_quark, msnp_xml_error)

/* ---- the guard: it sees each event first, and stops what is forbidden ---- */

typedef struct {
	xmlSAXHandler target; /* where events go */
	gpointer target_data; /* NULL: the parser itself, for the building handler */
	gboolean builds;
	guint depth;
	const char *forbidden; /* why it was stopped, or NULL */
	GString *held;         /* pushed, and not yet given to the parser */
	gboolean begun;        /* the first bytes have been checked */
	GError *error;         /* given again by each later call */
} Guard;

static Guard *
guard_of(void *ctx)
{
	return ((xmlParserCtxt *)ctx)->_private;
}

static void *
target_of(void *ctx)
{
	Guard *guard = guard_of(ctx);

	return guard->builds ? ctx : guard->target_data;
}

static void
guard_forbid(xmlParserCtxt *parser, const char *why)
{
	Guard *guard = guard_of(parser);

	if (!guard->forbidden)
		guard->forbidden = why;
	xmlStopParser(parser);
}

static void
on_doctype(void *ctx, const xmlChar *name G_GNUC_UNUSED, const xmlChar *external G_GNUC_UNUSED,
	   const xmlChar *system G_GNUC_UNUSED)
{
	guard_forbid(ctx, "it has a DOCTYPE");
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	 int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
	 const xmlChar **attributes)
{
	Guard *guard = guard_of(ctx);

	if (++guard->depth > MSNP_XML_MAX_DEPTH)
		guard_forbid(ctx, "its elements are nested too deeply");
	else if (guard->target.startElementNs)
		guard->target.startElementNs(target_of(ctx), name, prefix, uri, n_namespaces,
					     namespaces, n_attributes, n_defaulted, attributes);
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	Guard *guard = guard_of(ctx);

	guard->depth--;
	if (guard->target.endElementNs)
		guard->target.endElementNs(target_of(ctx), name, prefix, uri);
}

static void
on_characters(void *ctx, const xmlChar *text, int length)
{
	Guard *guard = guard_of(ctx);

	if (guard->target.characters)
		guard->target.characters(target_of(ctx), text, length);
}

static void
on_cdata(void *ctx, const xmlChar *text, int length)
{
	Guard *guard = guard_of(ctx);

	if (guard->target.cdataBlock)
		guard->target.cdataBlock(target_of(ctx), text, length);
	else if (guard->target.characters)
		guard->target.characters(target_of(ctx), text, length);
}

static void
on_start_document(void *ctx)
{
	Guard *guard = guard_of(ctx);

	if (guard->target.startDocument)
		guard->target.startDocument(target_of(ctx));
}

static void
on_end_document(void *ctx)
{
	Guard *guard = guard_of(ctx);

	if (guard->target.endDocument)
		guard->target.endDocument(target_of(ctx));
}

#if LIBXML_VERSION >= 21200
typedef const xmlError ReportedError;
#else
typedef xmlError ReportedError;
#endif

/* The parser's own error state says all that we need. */
static void
on_error(void *data G_GNUC_UNUSED, ReportedError *error G_GNUC_UNUSED)
{
}

/* Comments and processing instructions have no callback: nobody here wants them. */
static const xmlSAXHandler guard_handler = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.startDocument = on_start_document,
	.endDocument = on_end_document,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_characters,
	.ignorableWhitespace = on_characters,
	.cdataBlock = on_cdata,
	.serror = on_error,
};

static void
init_library(void)
{
	static gsize done;

	/* By hand, because the first use of libxml2 in several threads at once is not safe. */
	if (g_once_init_enter(&done)) {
		xmlInitParser();
		g_once_init_leave(&done, 1);
	}
}

xmlParserCtxt *
msnp_xml_push_new(xmlSAXHandler *handler, gpointer user_data)
{
	Guard *guard = g_new0(Guard, 1);
	xmlSAXHandler sax = guard_handler;
	xmlParserCtxt *parser;

	init_library();
	parser = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
	if (!parser)
		g_error("out of memory for an XML parser");
	guard->builds = handler == NULL;
	if (handler)
		guard->target = *handler;
	else
		xmlSAXVersion(&guard->target, 2);
	guard->target_data = user_data;
	guard->held = g_string_new(NULL);
	parser->_private = guard;
	xmlCtxtUseOptions(parser, PARSE_OPTIONS);
	return parser;
}

void
msnp_xml_push_free(xmlParserCtxt *parser)
{
	Guard *guard;

	if (!parser)
		return;
	guard = guard_of(parser);
	g_string_free(guard->held, TRUE);
	g_clear_error(&guard->error);
	g_free(guard);
	g_clear_pointer(&parser->myDoc, xmlFreeDoc);
	xmlFreeParserCtxt(parser);
}

static gboolean
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Drops white space and a byte order mark before the document and looks at its first two bytes:
 * "<" and no NUL rules out UTF-16 and its like, which libxml2 would detect. FALSE: more is needed,
 * or error is set. */
static gboolean
check_begin(GString *held, gboolean last, GError **error)
{
	gsize skip = 0;
	gsize mark = strlen(byte_order_mark);

	if (held->len >= mark && memcmp(held->str, byte_order_mark, mark) == 0)
		skip = mark;
	while (skip < held->len && is_space(held->str[skip]))
		skip++;
	g_string_erase(held, 0, skip);
	if (held->len < 2 && !last)
		return FALSE;
	if (held->len >= 2 && held->str[0] == '<' && held->str[1] != '\0')
		return TRUE;
	g_set_error_literal(error, MSNP_XML_ERROR, MSNP_XML_ERROR_MALFORMED,
			    held->len == 0 ? "no XML: empty" : "no XML in UTF-8");
	return FALSE;
}

/* Some limits of libxml2 stop it without calling the text malformed. */
static gboolean
is_stopped(xmlParserCtxt *parser)
{
#if LIBXML_VERSION >= 21400
	return xmlCtxtIsStopped(parser) != 0;
#else
	return parser->disableSAX != 0;
#endif
}

static gboolean
check_state(xmlParserCtxt *parser, int result, GError **error)
{
	Guard *guard = guard_of(parser);
	const xmlError *last;

	if (guard->forbidden) {
		g_set_error(error, MSNP_XML_ERROR, MSNP_XML_ERROR_FORBIDDEN, "XML refused: %s",
			    guard->forbidden);
		return FALSE;
	}
	if (parser->wellFormed && !is_stopped(parser))
		return TRUE;
	last = xmlCtxtGetLastError(parser);
	/* Not libxml2's message: it quotes the text, which may hold a ticket. */
	g_set_error(error, MSNP_XML_ERROR, MSNP_XML_ERROR_MALFORMED,
		    "XML not well-formed: error %d in line %d", last ? last->code : result,
		    last ? last->line : 0);
	return FALSE;
}

/* Gives bytes to the parser, in slices. */
static gboolean
feed(xmlParserCtxt *parser, const char *bytes, gsize length, gboolean last, GError **error)
{
	Guard *guard = guard_of(parser);

	do {
		gsize slice = MIN(length, SLICE_BYTES);
		int result = xmlParseChunk(parser, bytes, (int)slice, last && slice == length);

		bytes += slice;
		length -= slice;
		if (parser->input && !guard->forbidden && parser->wellFormed &&
		    parser->input->end - parser->input->cur > TOKEN_MAX_BYTES)
			guard_forbid(parser, "a tag or comment is too long");
		if (!check_state(parser, result, error))
			return FALSE;
	} while (length > 0);
	return TRUE;
}

static gboolean
flush(xmlParserCtxt *parser, gboolean last, GError **error)
{
	Guard *guard = guard_of(parser);
	gboolean ok;

	if (!guard->begun) {
		g_autoptr(GError) begin_error = NULL;

		guard->begun = check_begin(guard->held, last, &begin_error);
		if (!guard->begun && !begin_error)
			return TRUE;
		if (begin_error) {
			g_propagate_error(error, g_steal_pointer(&begin_error));
			return FALSE;
		}
	}
	ok = feed(parser, guard->held->str, guard->held->len, last, error);
	g_string_truncate(guard->held, 0);
	return ok;
}

static gboolean
keep_error(xmlParserCtxt *parser, GError **error)
{
	Guard *guard = guard_of(parser);

	if (!guard->error)
		return TRUE;
	if (error)
		*error = g_error_copy(guard->error);
	return FALSE;
}

gboolean
msnp_xml_push(xmlParserCtxt *parser, const char *bytes, gsize length, GError **error)
{
	Guard *guard = guard_of(parser);

	/* Step by step, so that a large piece is not copied whole. */
	while (length > 0 && !guard->error) {
		gsize step = MIN(length, SLICE_BYTES);

		g_string_append_len(guard->held, bytes, step);
		bytes += step;
		length -= step;
		if (guard->held->len >= SLICE_BYTES)
			flush(parser, FALSE, &guard->error);
	}
	return keep_error(parser, error);
}

xmlDoc *
msnp_xml_push_end(xmlParserCtxt *parser, GError **error)
{
	Guard *guard = guard_of(parser);

	if (!guard->error)
		flush(parser, TRUE, &guard->error);
	if (!keep_error(parser, error) || !guard->builds)
		return NULL;
	return g_steal_pointer(&parser->myDoc);
}

xmlDoc *
msnp_xml_parse(const char *text, gssize length, GError **error)
{
	xmlParserCtxt *parser = msnp_xml_push_new(NULL, NULL);
	xmlDoc *doc = NULL;

	if (msnp_xml_push(parser, text, length < 0 ? strlen(text) : (gsize)length, error))
		doc = msnp_xml_push_end(parser, error);
	msnp_xml_push_free(parser);
	return doc;
}

/* ---- walking ---- */

static gboolean
local_name_is(const xmlChar *name, const char *wanted)
{
	/* An element whose prefix is not declared keeps it in its name. */
	const char *colon = strchr((const char *)name, ':');

	return strcmp((const char *)name, wanted) == 0 || (colon && strcmp(colon + 1, wanted) == 0);
}

gboolean
msnp_xml_is(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE && (!name || local_name_is(node->name, name));
}

static xmlNode *
first_of(xmlNode *node, const char *name)
{
	while (node && !msnp_xml_is(node, name))
		node = node->next;
	return node;
}

xmlNode *
msnp_xml_child(const xmlNode *node, const char *name)
{
	return node && node->type == XML_ELEMENT_NODE ? first_of(node->children, name) : NULL;
}

xmlNode *
msnp_xml_next(const xmlNode *node, const char *name)
{
	return node ? first_of(node->next, name) : NULL;
}

xmlNode *
msnp_xml_path(const xmlNode *node, ...)
{
	va_list names;
	const char *name;
	xmlNode *found = (xmlNode *)node;

	va_start(names, node);
	while (found && (name = va_arg(names, const char *)))
		found = msnp_xml_child(found, name);
	va_end(names);
	return found;
}

char *
msnp_xml_text(const xmlNode *node)
{
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	char *text = g_strdup(content ? (const char *)content : "");

	xmlFree(content);
	return g_strstrip(text);
}

char *
msnp_xml_child_text(const xmlNode *node, const char *name)
{
	return msnp_xml_text(msnp_xml_child(node, name));
}

char *
msnp_xml_attribute(const xmlNode *node, const char *name)
{
	if (!msnp_xml_is(node, NULL))
		return NULL;
	for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		xmlChar *value;
		char *copy;

		if (!local_name_is(attr->name, name))
			continue;
		value = xmlNodeGetContent((const xmlNode *)attr);
		copy = g_strdup(value ? (const char *)value : "");
		xmlFree(value);
		return copy;
	}
	return NULL;
}
