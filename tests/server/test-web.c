/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services: the example requests of services.md get what they should, and each change to
 * them that breaks a rule of its checklist (section 15) is refused or complained about.
 */
#include <string.h>

#include "server/raw-client.h"

#define MIA     "mia@nordwind.example"
#define SECRET  "p&ss<word> 0"
#define AB      "http://www.msn.com/webservices/AddressBook"
#define SHARING "/abservice/SharingService.asmx"
#define BOOK    "/abservice/abservice.asmx"

typedef enum {
	RST,
	FIND,
} Kind;

/* A request with from replaced by to. */
typedef struct {
	const char *name;
	Kind kind;
	const char *from, *to;
	guint status;          /* of the answer */
	const char *complaint; /* a part of it */
} Row;

static const Row rst_rows[] = {
	{ "root", RST, "Envelope", "Envelop", 400, "15.3" },
	{ "doctype", RST, "<Envelope", "<!DOCTYPE a><Envelope", 400, "DOCTYPE" },
	{ "malformed", RST, "</Body>", "</body>", 400, "well-formed" },
	{ "not-utf8", RST, "AQAAAA", "\xff", 400, "not UTF-8" },
	{ "hosting-app", RST, "7108E71A", "0108E71A", 400, "HostingApp" },
	{ "auth-info-order", RST,
	  "<ps:BinaryVersion>4</ps:BinaryVersion>\n <ps:UIVersion>1</ps:UIVersion>",
	  "<ps:UIVersion>1</ps:UIVersion><ps:BinaryVersion>4</ps:BinaryVersion>", 400,
	  "BinaryVersion expected" },
	{ "no-type-hint", RST, " xsi:type=\"xsd:string\"", "", 200, "xsi:type" },
	{ "untrimmed", RST, "<wsse:Username>", "<wsse:Username> ", 200, "not trimmed" },
	{ "id-gap", RST, "Id=\"RST1\"", "Id=\"RST3\"", 400, "RST1 has a wrong Id" },
	{ "request-type", RST, "trust/Issue", "trust/Renew", 400, "RequestType" },
	{ "no-tb", RST, "http://Passport.NET/tb", "storage.msn.com", 400, "RST0" },
	{ "policy", RST, "wp=FS_40SEC_0_COMPACT", "wp=MBI", 400, "policy for messenger.msn.com" },
	{ "no-question-mark", RST, "URI=\"?", "URI=\"", 400, "policy for messenger.msn.com" },
	{ "contacts-policy", RST, "URI=\"MBI\"", "URI=\"MBI_SSL\"", 400,
	  "policy for contacts.msn.com" },
	{ "no-contacts", RST, "contacts.msn.com", "storage.msn.com", 400, "was not asked for" },
	{ "namespace", RST, "ws/2004/04/trust\"", "ws/2005/02/trust\"", 400, "15.3" },
	{ "foreign-user", RST, "<wsse:Username>mia", "<wsse:Username>olaf", 200,
	  "without a session" },
};

static const Row list_rows[] = {
	{ "ticket", FIND, "<TicketToken>t=", "<TicketToken>t=x", 403, "TicketToken" },
	{ "application-id", FIND, "09607671-1C32", "09607671+1C32", 400, "ApplicationId" },
	{ "application-name", FIND, "ApplicationId>", "ApplicationID>", 400,
	  "ApplicationId expected" },
	{ "migration", FIND, "<IsMigration>false", "<IsMigration>true", 400, "IsMigration" },
	{ "scenario", FIND, "Initial", "Whim", 200, "PartnerScenario" },
	{ "managed", FIND, "GroupRequest>false", "GroupRequest>true", 400, "ManagedGroupRequest" },
	{ "cache-key", FIND, "</PartnerScenario>", "</PartnerScenario><CacheKey>x</CacheKey>", 200,
	  "CacheKey" },
	{ "unknown-header", FIND, "</soap:Header>", "<X xmlns=\"" AB "\"/></soap:Header>", 400,
	  "unexpected X" },
	{ "namespace", FIND, "<FindMembership xmlns=\"http://www.msn.com/webservices/AddressBook\"",
	  "<FindMembership xmlns=\"http://www.msn.com/webservices/addressbook\"", 400,
	  "another namespace" },
	{ "order", FIND, "<View>Full</View><deltasOnly>false</deltasOnly>",
	  "<deltasOnly>false</deltasOnly><View>Full</View>", 400, "View expected" },
	{ "view", FIND, "<View>Full", "<View>None", 400, "View is not Full" },
	{ "service", FIND, "<ServiceType>Messenger", "<ServiceType>Space", 400, "ServiceType" },
	{ "zero-date", FIND, "0001-01-01", "2001-01-01", 400, "zero date" },
	{ "delta", FIND, "deltasOnly>false", "deltasOnly>true", 500, "never given" },
	{ "two-in-body", FIND, "</soap:Body>", "<a/></soap:Body>", 400, "not one element in Body" },
};

static char *
replace(const char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, -1);

	g_assert_cmpuint(g_strv_length(parts), >, 1);
	return g_strjoinv(to, parts);
}

static void
test_row(gconstpointer data)
{
	const Row *row = data;
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia =
	    row->kind == RST ? raw_hello(server, MIA) : raw_sign_on_begin(server, MIA, SECRET);
	g_autofree char *request = NULL, *changed = NULL, *headers = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	if (row->kind != RST)
		raw_sign_on_ticket(mia);
	request = row->kind == RST ? raw_rst(MIA, SECRET, mia->policy)
				   : raw_soap(mia->contacts, raw_find_membership);
	headers = row->kind == RST ? g_strdup(RAW_RST_HEADERS)
				   : raw_soap_headers(AB "/FindMembership", mia->contacts);
	changed = replace(request, row->from, row->to);
	answer = raw_post(server, row->kind == RST ? "/RST.srf" : SHARING, headers, changed);
	g_assert_cmpuint(answer->status, ==, row->status);
	raw_complaints(server, msnp_server_complaints(server)->len, row->complaint);
	g_assert_cmpuint(msnp_server_complaints(server)->len, >, 0);
	raw_server_free(server);
}

static void
add_rows(const char *group, const Row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("/server/web/%s/%s", group, rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
}

/* A post with headers of its own. */
static void
expect_status(MsnpServer *server, const char *path, const char *headers, const char *body,
	      guint status, const char *complaint)
{
	g_autoptr(RawAnswer) answer = raw_post(server, path, headers, body);

	g_assert_cmpuint(answer->status, ==, status);
	raw_complaints(server, msnp_server_complaints(server)->len, complaint);
}

/* Rows 1, 2, 4 and 11: what stands in the HTTP headers. */
static void
test_headers(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, SECRET);
	g_autoptr(RawSession) olaf = raw_hello(server, "olaf@nordwind.example");
	g_autofree char *rst = raw_rst(MIA, SECRET, mia->policy);
	g_autofree char *olafs = raw_rst("olaf@nordwind.example", "olaf", olaf->policy);
	g_autofree char *find = raw_soap(mia->contacts, raw_find_membership);
	g_autofree char *good = raw_soap_headers(AB "/FindMembership", mia->contacts);
	g_autofree char *unquoted = replace(good, "\"", "");
	g_autofree char *other = replace(good, "FindMembership", "ABFindAll");
	g_autofree char *bare = replace(good, "; charset=utf-8", "");
	g_autofree char *cookie = replace(good, "MSPAuth=", "MSPProf=");

	expect_status(server, "/rst.srf", RAW_RST_HEADERS, rst, 404, "no /rst.srf");
	expect_status(server, "//RST.srf", RAW_RST_HEADERS, rst, 404, "no //RST.srf");
	expect_status(server, "/RST.srf", "", rst, 400, "Content-Type");
	expect_status(server, "/RST.srf", RAW_RST_HEADERS "SOAPAction: \"x\"\r\n", rst, 400,
		      "SOAPAction");
	expect_status(server, "/RST.srf", RAW_RST_HEADERS "Cookie: a=b\r\n", olafs, 200,
		      "a cookie");
	expect_status(server, "/RST.srf", RAW_RST_HEADERS, olafs, 200, "RST again");
	/* SOAP before USR OK. */
	expect_status(server, SHARING, good, find, 403, "past USR OK");
	raw_sign_on_ticket(mia);
	expect_status(server, SHARING, unquoted, find, 400, "SOAPAction");
	expect_status(server, SHARING, other, find, 400, "SOAPAction");
	expect_status(server, SHARING, bare, find, 400, "Content-Type");
	expect_status(server, SHARING, cookie, find, 200, "cookie");
	/* The right operation at the other address. */
	expect_status(server, BOOK, good, find, 500, "no operation FindMembership");
	/* The ticket dies with the session. */
	raw_line(mia->ns, "OUT");
	raw_expect_closed(mia->ns);
	expect_status(server, SHARING, good, find, 403, "past USR OK");
	raw_server_free(server);
}

static void
expect_body(const RawAnswer *answer, const char *text)
{
	if (strstr(answer->body, text) == NULL)
		g_error("\"%s\" expected in: %s", text, answer->body);
}

/* Both reads; their answers agree with the accounts file, and nothing is complained about. */
static void
test_lists(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_sign_on_begin(server, MIA, SECRET);
	g_autoptr(RawAnswer) members = NULL, contacts = NULL;

	raw_sign_on_ticket(mia);
	contacts = raw_read(server, mia, "ABFindAll");
	members = raw_read(server, mia, "FindMembership");
	g_assert_cmpuint(members->status, ==, 200);
	g_assert_cmpuint(contacts->status, ==, 200);
	expect_body(members, "<MemberRole>Block</MemberRole>");
	expect_body(members, "<PassportName>quim@tram.example</PassportName>");
	expect_body(members, "<PhoneNumber>tel:+4930555010</PhoneNumber>");
	expect_body(members, "xsi:type=\"PhoneMember\"");
	expect_body(contacts, "<passportName>olaf@nordwind.example</passportName>");
	expect_body(contacts, "<number>+4930555010</number>");
	expect_body(contacts, "<contactType>Me</contactType>");
	expect_body(contacts, "<CacheKeyChanged>true</CacheKeyChanged>");
	g_assert_null(strstr(contacts->body, "quim@"));
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Row 13: ABDoesNotExist, one ABAdd, then the reads. */
static void
test_no_address_book(void)
{
	static const char add[] = "<ABAdd xmlns=\"" AB "\"><abInfo><name/><ownerPuid>0</ownerPuid>"
				  "<ownerEmail>new@example.com</ownerEmail>"
				  "<fDefault>true</fDefault></abInfo></ABAdd>";
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) session = raw_sign_on_begin(server, "new@example.com", "new");

	raw_sign_on_ticket(session);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(RawAnswer) members = raw_read(server, session, "FindMembership");
		g_autoptr(RawAnswer) contacts = raw_read(server, session, "ABFindAll");
		g_autoptr(RawAnswer) added = raw_write(server, session, "ABAdd", add);

		expect_body(members, i == 0 ? "ABDoesNotExist" : "FindMembershipResult");
		expect_body(contacts, i == 0 ? "ABDoesNotExist" : "ABFindAllResult");
		expect_body(added, i == 0 ? "ABAddResult" : "ABAlreadyExists");
	}
	raw_complaints(server, 1, "ABAdd without ABDoesNotExist");
	raw_server_free(server);
}

/* services.md 2.6: the fault stands below Envelope, with status 200. */
static void
test_wrong_password(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia = raw_hello(server, MIA);
	g_autofree char *request = raw_rst(MIA, "p&ss<word>", mia->policy);
	g_autoptr(RawAnswer) answer = raw_post(server, "/RST.srf", RAW_RST_HEADERS, request);

	g_assert_cmpuint(answer->status, ==, 200);
	expect_body(answer, "</S:Header><S:Fault><faultcode>wsse:FailedAuthentication</faultcode>");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* servers.md, lists: answers as long as those of the server that people use. */
static void
test_large(void)
{
	static const char accounts[] =
	    "{\"accounts\": [{\"handle\": \"mia@nordwind.example\", \"password\": \"x\","
	    "\"generate\": {\"contacts\": 1000, \"groups\": 10, \"online\": 5}}]}";
	g_autoptr(GError) error = NULL;
	MsnpServer *server = msnp_server_new(NULL, accounts, &error);
	g_autoptr(RawSession) mia = NULL;
	g_autoptr(RawAnswer) members = NULL, contacts = NULL;

	g_assert_no_error(error);
	msnp_server_start(server, &error);
	g_assert_no_error(error);
	mia = raw_sign_on_begin(server, MIA, "x");
	raw_sign_on_ticket(mia);
	members = raw_read(server, mia, "FindMembership");
	contacts = raw_read(server, mia, "ABFindAll");
	g_test_message("FindMembership %u bytes, ABFindAll %u", (guint)strlen(members->body),
		       (guint)strlen(contacts->body));
	g_assert_cmpuint(strlen(members->body), >, 1400000);
	g_assert_cmpuint(strlen(members->body), <, 1700000);
	g_assert_cmpuint(strlen(contacts->body), >, 1100000);
	g_assert_cmpuint(strlen(contacts->body), <, 1350000);
	raw_server_free(server);
}

/* A slip in the accounts file is named. */
static void
test_accounts_file(void)
{
	static const char *const bad[] = {
		"[]",
		"{}",
		"{\"accounts\": [{}]}",
		"{\"accounts\": [{\"handle\": \"no address\"}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"pasword\": \"x\"}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"contacts\": [{}]}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"contacts\": [{\"handle\": \"c@d.example\","
		"\"lists\": [\"XL\"]}]}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"contacts\": [{\"handle\": \"c@d.example\","
		"\"groups\": [\"nowhere\"]}]}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"presence\": {\"status\": \"XYZ\"}}]}",
		"{\"accounts\": [{\"handle\": \"a@b.example\", \"generate\": {\"contacts\": -1}}]}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(msnp_server_new(NULL, bad[i], &error));
		g_assert_nonnull(error);
	}
}

#define ADD_ROWS(group, rows) add_rows(group, rows, G_N_ELEMENTS(rows))

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD_ROWS("rst", rst_rows);
	ADD_ROWS("lists", list_rows);
	g_test_add_func("/server/web/headers", test_headers);
	g_test_add_func("/server/web/lists/both", test_lists);
	g_test_add_func("/server/web/lists/no-address-book", test_no_address_book);
	g_test_add_func("/server/web/rst/wrong-password", test_wrong_password);
	g_test_add_func("/server/web/lists/large", test_large);
	g_test_add_func("/server/web/accounts-file", test_accounts_file);
	return g_test_run();
}
