/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each rule of services.md 15 (rows 5, 10 and 12 to 16) that a write of the lists can break: an
 * example request with a small change is refused, or answered and complained about.
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define ZOE  "zoe@example.com"
#define PIA  "pia@tram.example"
#define GUID "b3f0a9d2-77c1-4d58-9e2a-4c6b8d0f1e23"

/* "@OLAF@" and "@CHOIR@" in from, to and request stand for the ids of a contact and a group. */
typedef struct {
	const char *name;
	const char *operation;
	const char *request;
	const char *from, *to;
	guint status;
	const char *complaint; /* a part of it */
} Row;

#define OLAF_ALLOWED                                                                               \
	"<DeleteMember xmlns=\"" AB "\">" SERVICE_HANDLE                                           \
	"<memberships><Membership><MemberRole>Allow</MemberRole><Members>"                         \
	"<Member xsi:type=\"PassportMember\"><MembershipId>Allow/@OLAF@</MembershipId>"            \
	"<Type>Passport</Type><State>Accepted</State>"                                             \
	"<PassportName>olaf@nordwind.example</PassportName></Member></Members></Membership>"       \
	"</memberships></DeleteMember>"

static const Row rows[] = {
	/* 10 and 12: scenario, abId, ids. */
	{ "scenario", "ABContactDelete", CONTACT_DELETE, NULL, NULL, 200, "PartnerScenario" },
	{ "book", "ABContactDelete", CONTACT_DELETE, "<abId>0", "<abId>1", 400, "abId" },
	{ "contact-id", "ABContactDelete", CONTACT_DELETE, "@OLAF@", GUID, 500, "contactId" },
	{ "no-contact-id", "ABContactDelete", CONTACT_DELETE, "@OLAF@", "", 500, "contactId" },
	{ "group-id", "ABGroupDelete", GROUP_DELETE, "@CHOIR@", GUID, 500, "groupId" },
	{ "group-id-of-member", "ABGroupContactAdd", GROUP_CONTACT_ADD, "@CHOIR@", GUID, 500,
	  "groupId" },
	{ "renamed-group-id", "ABGroupUpdate", GROUP_UPDATE, "@CHOIR@", GUID, 500, "groupId" },
	/* 3: order and shape. */
	{ "order-of-pair", "ABGroupContactDelete", GROUP_CONTACT_ADD, "ABGroupContactAdd",
	  "ABGroupContactDelete", 400, "contacts expected" },
	{ "two-contacts", "ABContactDelete", CONTACT_DELETE, "</contacts>", "<Contact/></contacts>",
	  400, "unexpected Contact" },
	{ "namespace", "ABContactDelete", CONTACT_DELETE, "<contacts>", "<contacts xmlns=\"x\">",
	  400, "contacts expected" },
	{ "not-in-group", "ABGroupContactDelete", GROUP_CONTACT_DELETE, NULL, NULL, 500,
	  "not in the group" },
	/* ABContactAdd. */
	{ "oneself", "ABContactAdd", CONTACT_ADD, ZOE, MIA, 400, "oneself" },
	{ "address", "ABContactAdd", CONTACT_ADD, ZOE, "zoe at example", 500, "invalid address" },
	{ "no-address", "ABContactAdd", CONTACT_ADD, "<passportName>" ZOE "</passportName>", "",
	  400, "not one of" },
	{ "contact-type", "ABContactAdd", CONTACT_ADD, "LivePending", "Live", 200, "contactType" },
	{ "messenger-user", "ABContactAdd", CONTACT_ADD, "User>true", "User>false", 400,
	  "isMessengerUser" },
	{ "info-order", "ABContactAdd", CONTACT_ADD, "<contactType>LivePending</contactType>",
	  "<isMessengerUser>true</isMessengerUser>", 400, "15.3" },
	{ "hint-of-invitation", "ABContactAdd", CONTACT_ADD, "<Value" HINT ">", "<Value>", 200,
	  "Value does not carry" },
	{ "hint-of-name", "ABContactAdd", CONTACT_ADD, "<DisplayName" HINT ">", "<DisplayName>",
	  200, "DisplayName does not carry" },
	{ "capability", "ABContactAdd", EMAIL_ADD, ">32<", ">x<", 400, "Capability" },
	{ "email-type", "ABContactAdd", EMAIL_ADD, "Messenger2", "Messenger3", 400,
	  "contactEmailType" },
	/* 14. */
	{ "nothing-changed", "ABContactUpdate", ALIAS, "Annotation </prop", "</prop", 400,
	  "15.14" },
	{ "other-changed", "ABContactUpdate", ALIAS, "Annotation </prop", "DisplayName </prop", 400,
	  "15.14" },
	{ "unknown-changed", "ABContactUpdate", ALIAS, "Annotation </prop", "Annotation X </prop",
	  400, "15.14" },
	{ "more-in-it", "ABContactUpdate", ALIAS, "</contactInfo>",
	  "<comment>x</comment></contactInfo>", 200, "does not name Comment" },
	{ "hint-of-alias", "ABContactUpdate", ALIAS, HINT, "", 200, "Value does not carry" },
	{ "me-with-id", "ABContactUpdate", PRIVACY, "<contactInfo>",
	  "<contactId>@OLAF@</contactId><contactInfo>", 400, "contactInfo expected" },
	{ "me-without-type", "ABContactUpdate", PRIVACY, "<contactType>Me</contactType>", "", 400,
	  "contactId expected" },
	{ "privacy", "ABContactUpdate", PRIVACY, "<Value>2", "<Value>3", 400, "MSN.IM.BLP" },
	/* 16. */
	{ "group-type", "ABGroupAdd", GROUP_ADD, "C8529CE2", "D8529CE2", 400, "groupType" },
	{ "group-name", "ABGroupAdd", GROUP_ADD, "NAME", "", 400, "without a name" },
	{ "group-name-long", "ABGroupAdd", GROUP_ADD, "NAME",
	  "12345678901234567890123456789012345678901234567890123456789012", 500, "62 bytes" },
	{ "group-name-taken", "ABGroupAdd", GROUP_ADD, "NAME", "Choir", 500, "is taken" },
	{ "group-name-reserved", "ABGroupAdd", GROUP_ADD, "NAME", "(No Group)", 500, "is taken" },
	{ "hint-of-group", "ABGroupAdd", GROUP_ADD, HINT, "", 200, "name does not carry" },
	{ "group-renamed", "ABGroupUpdate", GROUP_UPDATE, "NAME", "Band", 500, "is taken" },
	{ "group-changed", "ABGroupUpdate", GROUP_UPDATE, "GroupName ", "", 400,
	  "propertiesChanged" },
	/* 15. */
	{ "service", "AddMember", ADD_MEMBER, "<Id>0", "<Id>1", 400, "Id is not 0" },
	{ "service-type", "AddMember", ADD_MEMBER, "<Type>Messenger", "<Type>0", 400,
	  "Type is not Messenger" },
	{ "foreign-id", "AddMember", ADD_MEMBER, "<ForeignId></ForeignId>", "", 400,
	  "ForeignId expected" },
	{ "type-differs", "AddMember", ADD_MEMBER, "\"PassportMember", "\"EmailMember", 400,
	  "do not match" },
	{ "no-type", "AddMember", ADD_MEMBER, " xsi:type=\"PassportMember\"", "", 400,
	  "do not match" },
	{ "address-differs", "AddMember", ADD_MEMBER, "PassportName", "Email", 400,
	  "PassportName expected" },
	{ "state", "AddMember", ADD_MEMBER, "Accepted", "Pending", 400, "State is not Accepted" },
	{ "add-pending", "AddMember", ADD_MEMBER, "Role>Block", "Role>Pending", 400,
	  "the role Pending" },
	{ "add-forward", "AddMember", ADD_MEMBER, "Role>Block", "Role>Forward", 400,
	  "the role Forward" },
	{ "block-oneself", "AddMember", ADD_MEMBER, ZOE, MIA, 400, "oneself" },
	{ "block-allowed", "AddMember", ADD_MEMBER, ZOE, PIA, 200, "still on Allow" },
	{ "delete-reverse", "DeleteMember", OLAF_ALLOWED, ">Allow<", ">Reverse<", 400,
	  "the role Reverse" },
	{ "other-role", "DeleteMember", OLAF_ALLOWED, "Allow/", "Block/", 400, "MembershipId" },
	{ "other-person", "DeleteMember", OLAF_ALLOWED, "olaf@nordwind.example", PIA, 400,
	  "MembershipId" },
};

static char *
replace(char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, -1);

	g_free(text);
	return g_strjoinv(to, parts);
}

/* The ids and names instead of printf's arguments. */
static char *
fill(const char *request)
{
	const char *first = "", *second = "";
	g_auto(GStrv) parts = g_strsplit(request, "%s", -1);

	if (strstr(request, "<ABContactAdd") != NULL)
		first = strstr(request, "emails") ? "yan@yahoo.example" : ZOE;
	else if (strstr(request, "<ABGroupContactAdd") != NULL)
		first = "@CHOIR@", second = "@OLAF@";
	else if (strstr(request, "<ABGroupContactDelete") != NULL)
		first = "@OLAF@", second = "@CHOIR@";
	else if (strstr(request, "<ABGroupUpdate") != NULL)
		first = "@CHOIR@", second = "NAME";
	else if (strstr(request, "<ABGroupDelete") != NULL)
		first = "@CHOIR@";
	else if (strstr(request, "<ABGroupAdd") != NULL)
		first = "NAME";
	else if (strstr(request, "<AddMember") != NULL)
		first = "Block", second = ZOE;
	else if (strstr(request, "Me</contactType>") != NULL)
		first = "2";
	else
		first = "@OLAF@", second = "O.";
	if (g_strv_length(parts) == 3)
		return g_strconcat(parts[0], first, parts[1], second, parts[2], NULL);
	return g_strv_length(parts) == 2 ? g_strconcat(parts[0], first, parts[1], NULL)
					 : g_strdup(request);
}

static char *
id_in(RawAnswer *answer)
{
	raw_expect_answer(answer, 200, "<guid>");
	return g_strndup(strstr(answer->body, "<guid>") + strlen("<guid>"), 36);
}

/* Mia, signed on, with the groups Choir and Band. */
static RawSession *
sign_on(MsnpServer *server, char **olaf, char **choir)
{
	RawSession *mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	g_autofree char *first = replace(g_strdup(GROUP_ADD), "%s", "Choir");
	g_autofree char *second = replace(g_strdup(GROUP_ADD), "%s", "Band");
	g_autoptr(RawAnswer) a = raw_write(server, mia, "ABGroupAdd", first);
	g_autoptr(RawAnswer) b = raw_write(server, mia, "ABGroupAdd", second);

	raw_expect_answer(b, 200, NULL);
	*choir = id_in(a);
	*olaf = raw_contact_id(server, mia, "olaf@nordwind.example");
	raw_complaints(server, 0, NULL);
	return mia;
}

static void
test_row(gconstpointer data)
{
	const Row *row = data;
	MsnpServer *server = raw_server(NULL);
	g_autofree char *olaf = NULL, *choir = NULL;
	g_autoptr(RawSession) mia = sign_on(server, &olaf, &choir);
	char *body = fill(row->request);
	g_autoptr(RawAnswer) answer = NULL;

	if (row->from != NULL) {
		if (strstr(body, row->from) == NULL)
			g_error("%s is not in %s", row->from, body);
		body = replace(body, row->from, row->to);
	}
	body = replace(replace(body, "@OLAF@", olaf), "@CHOIR@", choir);
	if (strcmp(row->name, "scenario") == 0) {
		g_autofree char *headers = raw_soap_headers(AB "/ABContactDelete", mia->contacts);
		g_autofree char *request = raw_soap(mia->contacts, body);

		answer = raw_post(server, "/abservice/abservice.asmx", headers, request);
	} else {
		answer = raw_write(server, mia, row->operation, body);
	}
	g_free(body);
	if (answer->status != row->status)
		g_error("%u expected, %u came: %s", row->status, answer->status, answer->body);
	raw_complaints(server, 1, row->complaint);
	raw_server_free(server);
}

/* Row 5: a second write while the first is open. */
static void
test_two_writes(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autofree char *olaf = NULL, *choir = NULL;
	g_autoptr(RawSession) mia = sign_on(server, &olaf, &choir);
	g_autofree char *headers = raw_soap_headers(AB "/ABGroupDelete", mia->contacts);
	g_autofree char *body = replace(g_strdup(GROUP_DELETE), "%s", choir);
	g_autofree char *soap = raw_soap(mia->contacts, body);
	g_autofree char *request = replace(g_steal_pointer(&soap), ">Initial<", ">Timer<");
	g_autofree char *alias =
	    replace(replace(g_strdup(ALIAS), "<contactId>%s", "<contactId>@OLAF@"), "%s", "x");
	guint16 port =
	    (guint16)g_ascii_strtoull(strrchr(msnp_server_base_url(server), ':') + 1, NULL, 10);
	g_autoptr(RawClient) first = raw_connect(port);
	g_autoptr(RawAnswer) second = NULL;

	raw_fault(server, "silence=ABGroupDelete");
	raw_line(first,
		 "POST /abservice/abservice.asmx HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Length: "
		 "%u\r\n\r\n%s",
		 headers, (guint)strlen(request), request);
	raw_expect_nothing(first);
	alias = replace(g_steal_pointer(&alias), "@OLAF@", olaf);
	second = raw_write(server, mia, "ABContactUpdate", alias);
	raw_expect_answer(second, 200, NULL);
	raw_complaints(server, 1, "not answered yet");
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strdup_printf("/server/lists-rules/%s", rows[i].name);

		g_test_add_data_func(path, &rows[i], test_row);
	}
	g_test_add_func("/server/lists-rules/two-writes", test_two_writes);
	return g_test_run();
}
