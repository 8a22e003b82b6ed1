/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The writes of the list services: the example requests of services.md 7 and 8 do what they should
 * to both accounts, get the faults of 3.4 where something is so already, and are not complained
 * about. The rules that they can break are in test-lists-rules.c.
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define OLAF "olaf@nordwind.example"
#define ROSA "rosa@tram.example"
#define ZOE  "zoe@example.com"

static MsnpServer *server;
static RawSession *mia;

/* A service with Mia signed on. */
static void
begin(const char *fault)
{
	server = raw_server(NULL);
	if (fault != NULL)
		raw_fault(server, fault);
	mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
}

static void
end(void)
{
	raw_complaints(server, 0, NULL);
	raw_session_free(mia);
	raw_server_free(server);
}

/* A write of Mia's; the answer has this status and text. The <guid> in it, to be freed. */
static char *write_as(RawSession *who, guint status, const char *text, const char *operation,
		      const char *format, ...) G_GNUC_PRINTF(5, 6);

static char *
write_as(RawSession *who, guint status, const char *text, const char *operation, const char *format,
	 ...)
{
	g_autoptr(RawAnswer) answer = NULL;
	g_autofree char *body = NULL;
	const char *guid;
	va_list args;

	va_start(args, format);
	body = g_strdup_vprintf(format, args);
	va_end(args);
	answer = raw_write(server, who, operation, body);
	raw_expect_answer(answer, status, text);
	guid = strstr(answer->body, "<guid>");
	return g_strndup(guid == NULL ? "" : guid + strlen("<guid>"), 36);
}

#define WRITE(status, text, ...) g_free(write_as(mia, status, text, __VA_ARGS__))

static void
expect_read(RawSession *who, const char *operation, const char *text, gboolean there)
{
	g_autoptr(RawAnswer) answer = raw_read(server, who, operation);

	if ((strstr(answer->body, text) != NULL) != there)
		g_error("\"%s\" %s in: %s", text, there ? "expected" : "not expected",
			answer->body);
}

/* What FindMembership says between a role's name and the end of its members. */
static char *
members(RawSession *who, const char *role)
{
	g_autoptr(RawAnswer) answer = raw_read(server, who, "FindMembership");
	g_autofree char *mark = g_strdup_printf("<MemberRole>%s<", role);
	const char *from = strstr(answer->body, mark);
	const char *to = from == NULL ? NULL : strstr(from, "</Membership>");

	g_assert_nonnull(to);
	return g_strndup(from, (gsize)(to - from));
}

static void
expect_member(RawSession *who, const char *role, const char *handle, gboolean there)
{
	g_autofree char *text = members(who, role);

	if ((strstr(text, handle) != NULL) != there)
		g_error("%s %s on %s: %s", handle, there ? "expected" : "not expected", role, text);
}

/* ---- Contacts ---- */

/* lesson 61: whom somebody adds hears of it at once, with name and text. */
static void
test_add(void)
{
	g_autoptr(RawSession) zoe = NULL;
	g_autofree char *id = NULL, *again = NULL, *pending = NULL;

	begin(NULL);
	zoe = raw_sign_on(server, ZOE, "zoe", RAW_NOBODY_ADL);
	id = write_as(mia, 200, "<ABContactAddResult><guid>", "ABContactAdd", CONTACT_ADD, ZOE);
	again = raw_contact_id(server, mia, ZOE);
	g_assert_cmpstr(id, ==, again);
	raw_expect(zoe->ns, "ADL 0 *");
	g_assert_cmpstr(raw_payload_of(zoe->ns), ==,
			"<ml><d n=\"nordwind.example\"><c n=\"mia\" l=\"8\" t=\"1\" f=\"Mia\"/></d>"
			"</ml>");
	raw_expect(zoe->ns, "NOT *");
	g_assert_nonnull(strstr(raw_payload_of(zoe->ns), "&lt;Service&gt;ABCHInternal&lt;"));
	pending = members(zoe, "Pending");
	g_assert_nonnull(strstr(pending, MIA));
	g_assert_nonnull(strstr(pending, "<DisplayName>Alice</DisplayName>"));
	g_assert_nonnull(strstr(pending, "<Value>Hello from the choir</Value>"));
	expect_member(zoe, "Reverse", MIA, TRUE);
	/* As the official service did, Allow comes with it. */
	expect_member(mia, "Allow", ZOE, TRUE);
	WRITE(500, "MemberAlreadyExists", "AddMember", ADD_MEMBER, "Allow", ZOE);
	/* Own changes are not pushed. */
	raw_expect_nothing(mia->ns);
	end();
}

static void
test_add_again(void)
{
	g_autofree char *id = NULL, *conflict = NULL;

	begin(NULL);
	id = raw_contact_id(server, mia, OLAF);
	conflict = g_strdup_printf("<conflictObjectId>%s</conflictObjectId>", id);
	WRITE(500, conflict, "ABContactAdd", CONTACT_ADD, OLAF);
	WRITE(500, "ContactAlreadyExists", "ABContactAdd", CONTACT_ADD, OLAF);
	end();
}

/* lesson 60: who is not there. */
static void
test_add_nobody(void)
{
	begin(NULL);
	WRITE(500, "InvalidPassportUser", "ABContactAdd", CONTACT_ADD, "nobody@nowhere.example");
	WRITE(500, "BadEmailArgument", "ABContactAdd", CONTACT_ADD, "nobody@nowhere");
	WRITE(500, "EmailDomainIsFederated", "ABContactAdd", CONTACT_ADD, "yan@yahoo.example");
	WRITE(500, "UserDoesNotExist", "AddMember", ADD_MEMBER, "Block", "nobody@nowhere.example");
	WRITE(500, "MemberDoesNotExist", "DeleteMember", DELETE_MEMBER, "Block", "",
	      "nobody@nowhere.example");
	expect_read(mia, "ABFindAll", "nobody@", FALSE);
	raw_fault(server, "everyone-exists");
	WRITE(200, "<guid>", "ABContactAdd", CONTACT_ADD, "nobody@nowhere.example");
	expect_read(mia, "ABFindAll", "nobody@nowhere.example", TRUE);
	end();
}

static void
test_add_email(void)
{
	begin(NULL);
	WRITE(200, "<guid>", "ABContactAdd", EMAIL_ADD, "yan@yahoo.example");
	expect_read(mia, "ABFindAll", "<Capability>32</Capability>", TRUE);
	expect_read(mia, "FindMembership", "xsi:type=\"EmailMember\"", TRUE);
	WRITE(500, "InvalidPassportUser", "ABContactAdd", EMAIL_ADD, ROSA);
	end();
}

/* services.md 7.3: groups and alias go, Allow stays; the other one loses Reverse. */
static void
test_delete(void)
{
	g_autoptr(RawSession) olaf = NULL;
	g_autofree char *id = NULL, *group = NULL;

	begin(NULL);
	olaf = raw_sign_on(server, OLAF, "olaf", RAW_OLAF_ADL);
	id = raw_contact_id(server, mia, OLAF);
	group = write_as(mia, 200, "<guid>", "ABGroupAdd", GROUP_ADD, "Choir");
	WRITE(200, id, "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	WRITE(200, "ABContactDeleteResponse", "ABContactDelete", CONTACT_DELETE, id);
	raw_expect(olaf->ns, "RML 0 *");
	g_assert_cmpstr(raw_payload_of(olaf->ns), ==,
			"<ml><d n=\"nordwind.example\"><c n=\"mia\" l=\"8\" t=\"1\"/></d></ml>");
	raw_expect(olaf->ns, "NOT *");
	expect_read(mia, "ABFindAll", OLAF, FALSE);
	expect_member(mia, "Allow", OLAF, TRUE);
	expect_member(olaf, "Reverse", MIA, FALSE);
	/* Who has us is not asked once more. */
	WRITE(200, id, "ABContactAdd", CONTACT_ADD, OLAF);
	raw_expect(olaf->ns, "ADL 0 *");
	expect_member(olaf, "Reverse", MIA, TRUE);
	expect_member(olaf, "Pending", MIA, FALSE);
	expect_read(mia, "ABFindAll", "<groupIds>", FALSE);
	end();
}

static void
test_update(void)
{
	g_autofree char *id = NULL;

	begin(NULL);
	id = raw_contact_id(server, mia, OLAF);
	WRITE(200, "ABContactUpdateResponse", "ABContactUpdate", ALIAS, id, "007");
	expect_read(mia, "ABFindAll",
		    "<Annotation><Name>AB.NickName</Name><Value>007</Value></Annotation>", TRUE);
	WRITE(200, NULL, "ABContactUpdate", ALIAS, id, "");
	expect_read(mia, "ABFindAll", "AB.NickName", FALSE);
	WRITE(200, NULL, "ABContactUpdate", PRIVACY, "2");
	expect_read(mia, "ABFindAll", "<Name>MSN.IM.BLP</Name><Value>2</Value>", TRUE);
	WRITE(200, NULL, "ABContactUpdate", PRIVACY, "1");
	expect_read(mia, "ABFindAll", "<Name>MSN.IM.BLP</Name><Value>1</Value>", TRUE);
	WRITE(200, NULL, "ABContactUpdate", OWN_NAME, "Mia &amp; co");
	expect_read(mia, "ABFindAll", "<displayName>Mia &amp; co</displayName>", TRUE);
	end();
}

/* ---- Groups ---- */

/* lesson 72: names with markup and in all letters, by characters rather than bytes. */
static void
test_groups(void)
{
	g_autofree char *choir = NULL, *band = NULL, *id = NULL;
	g_autoptr(GString) long_name = g_string_new(NULL);

	begin(NULL);
	id = raw_contact_id(server, mia, OLAF);
	/* 61 characters, 122 bytes. */
	for (guint i = 0; i < 61; i++)
		g_string_append(long_name, "\xc3\xa4");
	choir = write_as(mia, 200, "<ABGroupAddResult><guid>", "ABGroupAdd", GROUP_ADD,
			 "Choir &amp; &lt;band&gt;");
	band = write_as(mia, 200, "<guid>", "ABGroupAdd", GROUP_ADD, long_name->str);
	expect_read(mia, "ABFindAll", "<name>Choir &amp; &lt;band&gt;</name>", TRUE);
	/* lesson 74: in both, then in one. */
	WRITE(200, id, "ABGroupContactAdd", GROUP_CONTACT_ADD, choir, id);
	WRITE(200, id, "ABGroupContactAdd", GROUP_CONTACT_ADD, band, id);
	WRITE(200, "ABGroupContactDeleteResponse", "ABGroupContactDelete", GROUP_CONTACT_DELETE, id,
	      choir);
	expect_read(mia, "ABFindAll", band, TRUE);
	WRITE(200, "ABGroupUpdateResponse", "ABGroupUpdate", GROUP_UPDATE, choir, "Choir");
	/* The same name once more is no conflict. */
	WRITE(200, NULL, "ABGroupUpdate", GROUP_UPDATE, choir, "Choir");
	expect_read(mia, "ABFindAll", "<name>Choir</name>", TRUE);
	/* lesson 75: its members stay. */
	WRITE(200, "ABGroupDeleteResponse", "ABGroupDelete", GROUP_DELETE, band);
	expect_read(mia, "ABFindAll", band, FALSE);
	expect_read(mia, "ABFindAll", OLAF, TRUE);
	end();
}

/* A group that comes again is another one: old ids are not good for it. */
static void
test_group_ids(void)
{
	g_autofree char *first = NULL, *second = NULL;

	begin(NULL);
	first = write_as(mia, 200, "<guid>", "ABGroupAdd", GROUP_ADD, "Choir");
	WRITE(200, NULL, "ABGroupDelete", GROUP_DELETE, first);
	second = write_as(mia, 200, "<guid>", "ABGroupAdd", GROUP_ADD, "Choir");
	g_assert_cmpstr(first, !=, second);
	end();
}

/* ---- Members ---- */

/* lessons 61, 66 and 67: the steps of services.md 9 for block, unblock and accept. */
static void
test_members(void)
{
	g_autofree char *id = NULL, *membership = NULL;

	begin(NULL);
	id = raw_contact_id(server, mia, OLAF);
	membership = g_strconcat("Allow/", id, NULL);
	WRITE(200, "<DeleteMemberResponse", "DeleteMember", DELETE_MEMBER, "Allow", membership,
	      OLAF);
	WRITE(200, "<AddMemberResponse", "AddMember", ADD_MEMBER, "Block", OLAF);
	expect_member(mia, "Allow", OLAF, FALSE);
	expect_member(mia, "Block", OLAF, TRUE);
	WRITE(500, "MemberAlreadyExists", "AddMember", ADD_MEMBER, "Block", OLAF);
	WRITE(500, "MemberDoesNotExist", "DeleteMember", DELETE_MEMBER, "Allow", "", OLAF);
	/* A stranger. */
	WRITE(200, NULL, "AddMember", ADD_MEMBER, "Block", ZOE);
	expect_member(mia, "Block", ZOE, TRUE);
	expect_read(mia, "ABFindAll", ZOE, FALSE);
	end();
}

static void
test_accept(void)
{
	g_autoptr(RawSession) zoe = NULL;

	begin(NULL);
	zoe = raw_sign_on(server, ZOE, "zoe", RAW_NOBODY_ADL);
	WRITE(200, NULL, "ABContactAdd", CONTACT_ADD, ZOE);
	g_free(write_as(zoe, 200, NULL, "DeleteMember", DELETE_MEMBER, "Pending", "", MIA));
	g_free(write_as(zoe, 500, "MemberAlreadyExists", "AddMember", ADD_MEMBER, "Reverse", MIA));
	g_free(write_as(zoe, 200, NULL, "AddMember", ADD_MEMBER, "Allow", MIA));
	expect_member(zoe, "Pending", MIA, FALSE);
	expect_member(zoe, "Allow", MIA, TRUE);
	expect_member(zoe, "Reverse", MIA, TRUE);
	end();
}

/* ---- Behaviours ---- */

/* services.md 7 and 8, what is marked as that server's. */
static void
test_escargot_writes(void)
{
	g_autofree char *id = NULL, *group = NULL;

	begin("escargot-writes");
	id = raw_contact_id(server, mia, OLAF);
	WRITE(200, id, "ABContactAdd", CONTACT_ADD, OLAF);
	WRITE(500, "BadEmailArgument", "ABContactAdd", EMAIL_ADD, "yan@yahoo.example");
	WRITE(200, "<guid>", "ABContactAdd", CONTACT_ADD, ZOE);
	expect_member(mia, "Allow", ZOE, FALSE);
	WRITE(200, NULL, "AddMember", ADD_MEMBER, "Allow", OLAF);
	WRITE(200, NULL, "DeleteMember", DELETE_MEMBER, "Block", "", OLAF);
	WRITE(500, "MemberDoesNotExist", "DeleteMember", DELETE_MEMBER, "Block", "", ROSA);
	WRITE(500, "Internal Server Error", "DeleteMember", DELETE_MEMBER, "Block", "",
	      "nobody@nowhere.example");
	WRITE(200, NULL, "ABContactUpdate", OWN_NAME, "Other");
	expect_read(mia, "ABFindAll", "<displayName>Mia</displayName>", TRUE);
	group = write_as(mia, 200, "<guid>", "ABGroupAdd", GROUP_ADD, "Choir");
	WRITE(200, id, "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	raw_complaints(server, 0, NULL);
	/* What a client should not do, for its list says so: these are complained about. */
	WRITE(500, "Internal Server Error", "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	WRITE(500, "GroupAlreadyExists", "ABGroupUpdate", GROUP_UPDATE, group, "Choir");
	WRITE(200, NULL, "ABGroupDelete", GROUP_DELETE, group);
	WRITE(500, "Internal Server Error", "ABGroupDelete", GROUP_DELETE, group);
	raw_complaints(server, 3, "groupId");
	raw_session_free(mia);
	raw_server_free(server);
}

static void
test_limits(void)
{
	begin("list-limit=3");
	/* Three are on FL and three on AL: Olaf, Pia and the telephone. */
	WRITE(500, "QuotaLimitReached", "ABContactAdd", CONTACT_ADD, ZOE);
	WRITE(500, "QuotaLimitReached", "AddMember", ADD_MEMBER, "Allow", ZOE);
	WRITE(200, NULL, "AddMember", ADD_MEMBER, "Block", ZOE);
	raw_fault(server, "escargot-writes");
	WRITE(500, "Internal Server Error", "ABContactAdd", CONTACT_ADD, ZOE);
	expect_read(mia, "ABFindAll", ZOE, FALSE);
	end();
}

/* A fault for one operation, by its name; nothing is changed. */
static void
test_faults_by_name(void)
{
	begin("fault=ABGroupAdd:RequestLimitReached:1");
	WRITE(500, "RequestLimitReached", "ABGroupAdd", GROUP_ADD, "Choir");
	expect_read(mia, "ABFindAll", "Choir", FALSE);
	WRITE(200, "<guid>", "ABGroupAdd", GROUP_ADD, "Choir");
	end();
}

/* notification.md 17, row 22: own changes, pushed. */
static void
test_own_changes(void)
{
	begin("own-changes=1");
	WRITE(200, NULL, "ABGroupAdd", GROUP_ADD, "Choir");
	raw_expect(mia->ns, "NOT *");
	WRITE(200, NULL, "ABGroupAdd", GROUP_ADD, "Band");
	raw_expect_nothing(mia->ns);
	end();
}

/* servers.md: who is pending is in no other role, and with FL in none at all. */
static void
test_pending_hides(void)
{
	g_autoptr(RawSession) zoe = NULL;

	begin("pending-hides");
	WRITE(200, NULL, "ABContactAdd", CONTACT_ADD, ZOE);
	zoe = raw_sign_on(server, ZOE, "zoe", RAW_NOBODY_ADL);
	expect_member(zoe, "Pending", MIA, TRUE);
	expect_member(zoe, "Reverse", MIA, FALSE);
	g_free(write_as(zoe, 200, NULL, "AddMember", ADD_MEMBER, "Allow", MIA));
	expect_member(zoe, "Allow", MIA, FALSE);
	g_free(write_as(zoe, 200, NULL, "ABContactAdd", CONTACT_ADD, MIA));
	expect_member(zoe, "Pending", MIA, FALSE);
	g_free(write_as(zoe, 200, NULL, "DeleteMember", DELETE_MEMBER, "Pending", "", MIA));
	expect_member(zoe, "Allow", MIA, TRUE);
	expect_member(zoe, "Reverse", MIA, TRUE);
	end();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/lists/contact/add", test_add);
	g_test_add_func("/server/lists/contact/add-again", test_add_again);
	g_test_add_func("/server/lists/contact/add-nobody", test_add_nobody);
	g_test_add_func("/server/lists/contact/add-email", test_add_email);
	g_test_add_func("/server/lists/contact/delete", test_delete);
	g_test_add_func("/server/lists/contact/update", test_update);
	g_test_add_func("/server/lists/group/all", test_groups);
	g_test_add_func("/server/lists/group/ids", test_group_ids);
	g_test_add_func("/server/lists/member/block", test_members);
	g_test_add_func("/server/lists/member/accept", test_accept);
	g_test_add_func("/server/lists/behaviour/escargot-writes", test_escargot_writes);
	g_test_add_func("/server/lists/behaviour/list-limit", test_limits);
	g_test_add_func("/server/lists/behaviour/fault", test_faults_by_name);
	g_test_add_func("/server/lists/behaviour/own-changes", test_own_changes);
	g_test_add_func("/server/lists/behaviour/pending-hides", test_pending_hides);
	return g_test_run();
}
