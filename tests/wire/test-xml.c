/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML read and written: what is refused, whole and in pieces, in threads, and the builder.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-xml.h"

#define NO_ERROR -1

static const struct {
	const char *text;
	int error;
} documents[] = {
	{ "<a/>", NO_ERROR },
	{ " \r\n\t<a/>\n ", NO_ERROR },
	{ "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><a>\xc3\xa9</a>", NO_ERROR },
	{ "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>ascii</a>", NO_ERROR },
	{ "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\xe9</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<p:a><p:b/></p:a>", NO_ERROR },
	{ "<a>&lt;&#65;&#x42;</a>", NO_ERROR },
	{ "<a><!-- c --><?p i?><![CDATA[<&]]></a>", NO_ERROR },
	{ "", MSNP_XML_ERROR_MALFORMED },
	{ "   ", MSNP_XML_ERROR_MALFORMED },
	{ "x", MSNP_XML_ERROR_MALFORMED },
	{ "<", MSNP_XML_ERROR_MALFORMED },
	{ "<a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a></b>", MSNP_XML_ERROR_MALFORMED },
	{ "<a/><b/>", MSNP_XML_ERROR_MALFORMED },
	{ "<a/>x", MSNP_XML_ERROR_MALFORMED },
	{ "<a>1 < 2</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a b='1' b='2'/>", MSNP_XML_ERROR_MALFORMED },
	{ "<a>&undeclared;</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a>&#1;</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a>\x01</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a>\xff</a>", MSNP_XML_ERROR_MALFORMED },
	{ "<a>\xed\xa0\x80</a>", MSNP_XML_ERROR_MALFORMED },
	{ "\xff\xfe<", MSNP_XML_ERROR_MALFORMED },
	{ "<!DOCTYPE a><a/>", MSNP_XML_ERROR_FORBIDDEN },
	{ "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", MSNP_XML_ERROR_FORBIDDEN },
	{ "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", MSNP_XML_ERROR_FORBIDDEN },
	{ "<!DOCTYPE a [<!ENTITY % b SYSTEM \"http://127.0.0.1/\"> %b;]><a/>",
	  MSNP_XML_ERROR_FORBIDDEN },
};

static void
assert_result(gsize i, gboolean ok, const GError *error)
{
	g_assert_cmpint(ok, ==, documents[i].error == NO_ERROR);
	if (!ok)
		g_assert_error(error, MSNP_XML_ERROR, documents[i].error);
	else
		g_assert_no_error(error);
}

static void
test_parse(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(xmlDoc) doc = msnp_xml_parse(documents[i].text, -1, &error);

		assert_result(i, doc != NULL, error);
	}
	g_assert_null(msnp_xml_parse("<\0a\0/\0>\0", 8, NULL));
	g_assert_null(msnp_xml_parse("<a\0/>", 5, NULL));
}

typedef struct {
	GString *text;
	guint starts, ends;
} Events;

static void
on_start(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
	 const xmlChar *uri G_GNUC_UNUSED, int n_namespaces G_GNUC_UNUSED,
	 const xmlChar **namespaces G_GNUC_UNUSED, int n_attributes G_GNUC_UNUSED,
	 int n_defaulted G_GNUC_UNUSED, const xmlChar **attributes G_GNUC_UNUSED)
{
	((Events *)data)->starts++;
}

static void
on_end(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
       const xmlChar *uri G_GNUC_UNUSED)
{
	((Events *)data)->ends++;
}

static void
on_characters(void *data, const xmlChar *text, int length)
{
	g_string_append_len(((Events *)data)->text, (const char *)text, length);
}

static xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_characters,
};

/* The same answers with an own handler, in pieces of every size; error and silence stay. */
static void
test_push(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) {
		gsize length = strlen(documents[i].text);

		for (gsize piece = 1; piece <= length + 1; piece++) {
			Events events = { g_string_new(NULL), 0, 0 };
			xmlParserCtxt *parser = msnp_xml_push_new(&handler, &events);
			g_autoptr(GError) error = NULL;
			gboolean ok = TRUE;

			for (gsize at = 0; ok && at < length; at += piece)
				ok = msnp_xml_push(parser, documents[i].text + at,
						   MIN(piece, length - at), &error);
			if (ok) {
				g_assert_null(msnp_xml_push_end(parser, &error));
				ok = error == NULL;
			}
			assert_result(i, ok, error);
			if (ok)
				g_assert_cmpuint(events.starts, ==, events.ends);
			else
				g_assert_false(msnp_xml_push(parser, "x", 1, NULL));
			msnp_xml_push_free(parser);
			g_string_free(events.text, TRUE);
		}
	}
}

static void
test_depth(void)
{
	for (guint depth = MSNP_XML_MAX_DEPTH - 1; depth <= MSNP_XML_MAX_DEPTH + 1; depth++) {
		GString *text = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(xmlDoc) doc = NULL;

		for (guint i = 0; i < depth; i++)
			g_string_append(text, "<a>");
		for (guint i = 0; i < depth; i++)
			g_string_append(text, "</a>");
		doc = msnp_xml_parse(text->str, (gssize)text->len, &error);
		g_assert_cmpint(doc != NULL, ==, depth <= MSNP_XML_MAX_DEPTH);
		if (!doc)
			g_assert_error(error, MSNP_XML_ERROR, MSNP_XML_ERROR_FORBIDDEN);
		g_string_free(text, TRUE);
	}
}

/* Ten megabytes, also byte by byte, also as one endless tag, comment or text: linear, or refused.
 */
static void
test_linear(void)
{
	static const gsize pieces[] = { 1, 4096, 16 * 1024 * 1024 };
	static const char *const endless[] = { "<a b='", "<a><!--", "<a>", "<a><![CDATA[", "  " };
	GString *text = g_string_new("<r>");
	guint elements = 1;

	for (; text->len < 10000000; elements += 2)
		g_string_append(text, "<c a=\"1\"><d>some &amp; text</d></c>\r\n");
	g_string_append(text, "</r>");
	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		Events events = { g_string_new(NULL), 0, 0 };
		xmlParserCtxt *parser = msnp_xml_push_new(&handler, &events);
		g_autoptr(GError) error = NULL;

		for (gsize at = 0; at < text->len; at += pieces[i])
			msnp_xml_push(parser, text->str + at, MIN(pieces[i], text->len - at),
				      &error);
		g_assert_no_error(error);
		msnp_xml_push_end(parser, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(events.starts, ==, elements);
		msnp_xml_push_free(parser);
		g_string_free(events.text, TRUE);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(endless); i++) {
		g_string_assign(text, endless[i]);
		while (text->len < 10000000)
			g_string_append(text, i == 4 ? "        " : "lorem ipsum dolor ");
		g_assert_null(msnp_xml_parse(text->str, (gssize)text->len, NULL));
	}
	g_string_free(text, TRUE);
}

static void
test_walking(void)
{
	static const char text[] =
	    "<s:a xmlns:s='urn:s' s:x='1' y='&lt;'><b> one </b><!-- --><c><b>two"
	    "</b></c><b><![CDATA[<3]]></b><e/></s:a>";
	g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);
	xmlNode *root = xmlDocGetRootElement(doc);
	g_autofree char *first = msnp_xml_child_text(root, "b");
	g_autofree char *second = msnp_xml_text(msnp_xml_next(msnp_xml_child(root, "b"), "b"));
	g_autofree char *deep = msnp_xml_text(msnp_xml_path(root, "c", "b", NULL));
	g_autofree char *missing = msnp_xml_child_text(root, "z");
	g_autofree char *empty = msnp_xml_child_text(root, "e");
	g_autofree char *x = msnp_xml_attribute(root, "x");
	g_autofree char *y = msnp_xml_attribute(root, "y");

	g_assert_true(msnp_xml_is(root, "a"));
	g_assert_cmpstr(first, ==, "one");
	g_assert_cmpstr(second, ==, "<3");
	g_assert_cmpstr(deep, ==, "two");
	g_assert_cmpstr(missing, ==, "");
	g_assert_cmpstr(empty, ==, "");
	g_assert_cmpstr(x, ==, "1");
	g_assert_cmpstr(y, ==, "<");
	g_assert_null(msnp_xml_attribute(root, "z"));
	g_assert_null(msnp_xml_attribute(NULL, "z"));
	g_assert_null(msnp_xml_path(root, "z", "b", NULL));
	g_assert_null(msnp_xml_child(NULL, "b"));
	g_assert_null(msnp_xml_next(NULL, NULL));
	g_assert_true(msnp_xml_is(msnp_xml_next(msnp_xml_child(root, NULL), NULL), "c"));
}

static void
test_builder(void)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *document = NULL, *fragment = NULL, *expanded = NULL;

	msnp_xml_open_ns(builder, "soap:Envelope", "soap", "urn:s");
	msnp_xml_declare(builder, "w", "urn:w");
	msnp_xml_open_ns(builder, "Body", NULL, "urn:b");
	msnp_xml_attr(builder, "w:id", "\xc3\xa9\"<&>\n\x01'");
	msnp_xml_leaf(builder, "A", "a&<>\r\n\"\xc3\xa9\xe2\x98\x95\x01\xff");
	msnp_xml_leaf(builder, "E", "");
	msnp_xml_leaf(builder, "N", NULL);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	document = msnp_xml_builder_document(builder);
	fragment = msnp_xml_builder_fragment(builder, FALSE);
	expanded = msnp_xml_builder_fragment(builder, TRUE);
	g_assert_cmpstr(fragment, ==,
			"<soap:Envelope xmlns:soap=\"urn:s\" xmlns:w=\"urn:w\"><Body "
			"xmlns=\"urn:b\" w:id=\"\xc3\xa9&quot;&lt;&amp;&gt;&#10;'\"><A>a&amp;&lt;"
			"&gt;&#13;\n\"\xc3\xa9\xe2\x98\x95\xef\xbf\xbd</A><E/><N/></Body>"
			"</soap:Envelope>");
	g_assert_true(
	    g_str_has_prefix(document, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soap:"));
	g_assert_true(g_str_has_suffix(document, fragment));
	g_assert_nonnull(strstr(expanded, "<E></E><N></N>"));
}

/* Whatever the text, what is built can be read, and gives the text that XML allows. */
static void
test_round_trip(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(3);

	for (guint round = 0; round < 3000; round++) {
		g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
		g_autofree char *text = g_malloc0(33), *clean = NULL, *again = NULL;
		g_autofree char *written = NULL, *read = NULL;
		g_autoptr(xmlDoc) doc = NULL;
		g_autoptr(GError) error = NULL;

		msnp_random_bytes(random, (guint8 *)text, msnp_random_below(random, 33));
		clean = msnp_xml_clean(text);
		again = msnp_xml_clean(clean);
		g_assert_cmpstr(again, ==, clean);
		msnp_xml_open(builder, "a");
		msnp_xml_attr(builder, "b", text);
		msnp_xml_add_text(builder, text);
		msnp_xml_close(builder);
		written = msnp_xml_builder_document(builder);
		doc = msnp_xml_parse(written, -1, &error);
		g_assert_no_error(error);
		read = msnp_xml_attribute(xmlDocGetRootElement(doc), "b");
		g_assert_cmpstr(read, ==, clean);
	}
}

static gpointer
parse_all(gpointer data G_GNUC_UNUSED)
{
	for (guint round = 0; round < 100; round++)
		test_parse();
	return NULL;
}

static void
test_threads(void)
{
	GThread *threads[4];

	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("parser", parse_all, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xml/threads", test_threads); /* first: it starts the library */
	g_test_add_func("/xml/parse", test_parse);
	g_test_add_func("/xml/push", test_push);
	g_test_add_func("/xml/depth", test_depth);
	g_test_add_func("/xml/linear", test_linear);
	g_test_add_func("/xml/walking", test_walking);
	g_test_add_func("/xml/builder", test_builder);
	g_test_add_func("/xml/round-trip", test_round_trip);
	return g_test_run();
}
