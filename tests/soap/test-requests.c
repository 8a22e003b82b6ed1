/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests against the reference's examples, element by element.
 */
#include <string.h>

#include "soap-vectors.h"

/* White space between elements in the examples is for the reader's eye. */
static xmlNode *
skip_blank(xmlNode *node)
{
	while (node != NULL && (node->type != XML_ELEMENT_NODE &&
				!(node->type == XML_TEXT_NODE && !xmlIsBlankNode(node))))
		node = node->next;
	return node;
}

static void
dump_attributes(const xmlNode *node, GString *out)
{
	for (const xmlAttr *a = node->properties; a != NULL; a = a->next) {
		g_autofree char *value = msnp_xml_attribute(node, (const char *)a->name);

		g_string_append_printf(out, " {%s}%s=%s",
				       a->ns == NULL ? "" : (const char *)a->ns->href, a->name,
				       value);
	}
}

/* A form in which equal documents are equal texts: names with namespaces, no prefixes. */
static void
dump(xmlNode *node, GString *out)
{
	for (node = skip_blank(node); node != NULL; node = skip_blank(node->next)) {
		if (node->type == XML_TEXT_NODE) {
			g_string_append(out, (const char *)node->content);
			continue;
		}
		g_string_append_printf(out, "\n<{%s}%s",
				       node->ns == NULL ? "" : (const char *)node->ns->href,
				       node->name);
		dump_attributes(node, out);
		g_string_append(out, ">");
		dump(node->children, out);
		g_string_append(out, "</>");
	}
}

static void
assert_same(const char *text, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(xmlDoc) a = msnp_xml_parse(text, -1, &error);
	g_autoptr(xmlDoc) b = msnp_xml_parse(expected, -1, NULL);
	g_autoptr(GString) got = g_string_new(NULL);
	g_autoptr(GString) want = g_string_new(NULL);

	g_assert_no_error(error);
	g_assert_nonnull(b);
	dump(a->children, got);
	dump(b->children, want);
	g_assert_cmpstr(got->str, ==, want->str);
}

static char *
request(const MsnpSoapOp *op, gconstpointer args, const char *ticket, const char *cache_key)
{
	g_autoptr(GBytes) bytes = msnp_soap_op_request(op, args, ticket, cache_key);

	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static char *
rst_request(const char *handle, const char *password, const char *policy)
{
	g_autoptr(MsnpSecret) secret = msnp_secret_new(password);
	MsnpRstArgs args = { handle, secret, policy };

	return request(&msnp_op_rst, &args, NULL, NULL);
}

static void
test_rst(void)
{
	g_autofree char *got = rst_request(" alice@example.com ", "p&ss<word>",
					   "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1");
	g_autofree char *want = soap_vector("rst-request.xml");

	assert_same(got, want);
}

/* Whole, of any length, with every character: nothing is cut, nothing is interpreted. */
static void
test_passwords(void)
{
	g_autofree char *hundred = g_strnfill(100, 'x');
	const char *passwords[] = { "a",
				    "0123456",
				    "true",
				    "<&>\"'",
				    "]]>",
				    "p\xc3\xa4ss\xe2\x82\xac",
				    "with space",
				    "1234567890123456",
				    "12345678901234567",
				    "&amp;",
				    hundred };

	for (guint i = 0; i < G_N_ELEMENTS(passwords); i++) {
		g_autofree char *text = rst_request("a@example.com", passwords[i], "");
		g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);
		xmlNode *node = msnp_xml_path(xmlDocGetRootElement(doc), "Header", "Security",
					      "UsernameToken", "Password", NULL);
		g_autofree char *got = msnp_xml_text(node);
		g_autofree char *type = msnp_xml_attribute(node, "type");

		g_assert_cmpstr(got, ==, passwords[i]);
		g_assert_cmpstr(type, ==, "xsd:string");
	}
}

static void
test_policies(void)
{
	static const struct {
		const char *policy, *uri;
	} rows[] = {
		{ "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1",
		  "?ct=1&rver=1&wp=FS_40SEC_0_COMPACT&lc=1&id=1" },
		{ "lc=1033,id=507,ru=http%3A%2F%2Fmessenger%2Emsn%2Ecom,ct=1",
		  "?lc=1033&id=507&ru=http://messenger.msn.com&ct=1" },
		{ "passport=parameters,neat=huh,lc=1033,id=507",
		  "?passport=parameters&neat=huh&lc=1033&id=507" },
		{ "", "?" },
		{ "100%", "?100%" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *uri = msnp_rst_policy_uri(rows[i].policy);

		g_assert_cmpstr(uri, ==, rows[i].uri);
	}
}

static void
test_ticket_parts(void)
{
	static const struct {
		const char *ticket, *t, *p;
	} rows[] = {
		{ "t=abc==&p=def", "abc==", "def" },
		{ "t=abc&p=", "abc", "" },
		{ "t=abc", "abc", "" },
		{ "abc", "abc", "" },
		{ "", "", "" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MsnpSecret) ticket = msnp_secret_new(rows[i].ticket);
		g_autoptr(MsnpSecret) p = NULL;
		g_autoptr(MsnpSecret) t = msnp_ticket_t(ticket, &p);

		g_assert_cmpstr(msnp_secret_peek(t), ==, rows[i].t);
		g_assert_cmpstr(msnp_secret_peek(p), ==, rows[i].p);
	}
}

static void
test_find_membership(void)
{
	g_autofree char *got = request(&msnp_op_find_membership, NULL,
				       "t=EwEXAMPLEa1B2+/c3d4==&p=EwPROFILE", "12r1:QkFTRTY0");
	g_autofree char *want = soap_vector("find-membership-request.xml");

	assert_same(got, want);
	g_assert_true(g_str_has_prefix(got, "<?xml"));
}

static void
assert_body(const MsnpSoapOp *op, gconstpointer args, const char *vector)
{
	g_autofree char *text = request(op, args, "t=x", NULL);
	g_autofree char *want = soap_vector(vector);
	g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);
	xmlBuffer *buffer = xmlBufferCreate();

	xmlNodeDump(buffer, doc, msnp_soap_body(doc), 0, 0);
	assert_same((const char *)xmlBufferContent(buffer), want);
	xmlBufferFree(buffer);
	/* Without a CacheKey none is claimed. */
	g_assert_null(strstr(text, "CacheKey"));
}

static void
test_bodies(void)
{
	assert_body(&msnp_op_ab_find_all, NULL, "ab-find-all-request-body.xml");
	assert_body(&msnp_op_ab_add, "alice@example.com", "ab-add-request-body.xml");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/requests/rst", test_rst);
	g_test_add_func("/requests/passwords", test_passwords);
	g_test_add_func("/requests/policies", test_policies);
	g_test_add_func("/requests/ticket-parts", test_ticket_parts);
	g_test_add_func("/requests/find-membership", test_find_membership);
	g_test_add_func("/requests/bodies", test_bodies);
	return g_test_run();
}
