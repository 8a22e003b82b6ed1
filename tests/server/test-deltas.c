/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deltas of FindMembership and ABFindAll: what they tell after which change, from which lastChange
 * on they can be told, the behaviours that spoil them, and the lists that hold odd things.
 * Source: services.md 4, 5.1, 5.2, 6.1 and 15 (rows 5, 12 and 13).
 */
#include <string.h>

#include "server/list-requests.h"
#include "server/raw-client.h"

#define MIA  "mia@nordwind.example"
#define OLAF "olaf@nordwind.example"
#define PIA  "pia@tram.example"
#define ROSA "rosa@tram.example"
#define ZOE  "zoe@example.com"

#define FIND "FindMembership"
#define BOOK "ABFindAll"

static MsnpServer *server;
static RawSession *mia;

static void
begin(const char *fault)
{
	server = raw_server(NULL);
	if (fault != NULL)
		raw_fault(server, fault);
	mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
}

static void
end(guint complaints, const char *text)
{
	raw_complaints(server, complaints, text);
	raw_session_free(mia);
	raw_server_free(server);
}

/* lastChange of an answer: of the service, or of ab. To be freed. */
static char *
change_of(const RawAnswer *answer)
{
	gboolean book = strstr(answer->body, "<ABFindAllResult>") != NULL;
	const char *mark = book ? "<lastChange>" : "<LastChange>";
	const char *ab = book ? strstr(answer->body, "<ab>") : answer->body;
	const char *start = ab == NULL ? NULL : strstr(ab, mark);

	if (start == NULL)
		g_error("no %s in %s", mark, answer->body);
	start += strlen(mark);
	return g_strndup(start, strcspn(start, "<"));
}

/* From a full read. */
static char *
full(RawSession *who, const char *operation)
{
	g_autoptr(RawAnswer) answer = raw_read(server, who, operation);

	raw_expect_answer(answer, 200, NULL);
	return change_of(answer);
}

static RawAnswer *
delta(RawSession *who, const char *operation, const char *since)
{
	const char *whole = strcmp(operation, BOOK) == 0 ? raw_ab_find_all : raw_find_membership;
	g_auto(GStrv) parts = g_strsplit(whole, "<deltasOnly>", 2);
	g_autofree char *body = g_strdup_printf(
	    "%s<deltasOnly>true</deltasOnly><lastChange>%s</lastChange>%s", parts[0], since,
	    strstr(parts[1], "</lastChange>") + strlen("</lastChange>"));

	return raw_write(server, who, operation, body);
}

/* The result alone: without its element's brackets, "" if it is empty. */
static char *
result(RawSession *who, const char *operation, const char *since)
{
	g_autoptr(RawAnswer) answer = delta(who, operation, since);
	g_autofree char *mark = g_strdup_printf("<%sResult", operation);
	g_autofree char *end_mark = g_strdup_printf("</%sResult>", operation);
	const char *start, *stop;

	raw_expect_answer(answer, 200, mark);
	start = strchr(strstr(answer->body, mark), '>') + 1;
	stop = strstr(start, end_mark);
	return stop == NULL ? g_strdup("") : g_strndup(start, (gsize)(stop - start));
}

static void
expect(const char *text, const char *part, gboolean there)
{
	if ((strstr(text, part) != NULL) != there)
		g_error("\"%s\" %s in: %s", part, there ? "expected" : "not expected", text);
}

static guint
count(const char *text, const char *part)
{
	guint n = 0;

	for (const char *p = strstr(text, part); p != NULL; p = strstr(p + 1, part))
		n++;
	return n;
}

static char *
add_group(const char *name)
{
	g_autofree char *body = g_strdup_printf(GROUP_ADD, name);
	g_autoptr(RawAnswer) answer = raw_write(server, mia, "ABGroupAdd", body);

	raw_expect_answer(answer, 200, "<guid>");
	return g_strndup(strstr(answer->body, "<guid>") + strlen("<guid>"), 36);
}

static void
refused(RawSession *who, const char *operation, const char *since, guint complaints,
	const char *text)
{
	g_autoptr(RawAnswer) answer = delta(who, operation, since);

	raw_expect_answer(answer, 500, ">FullSyncRequired</errorcode>");
	raw_complaints(server, complaints, text);
}

/* ---- What a delta tells ---- */

static void
test_nothing(void)
{
	g_autofree char *members = NULL, *book = NULL, *a = NULL, *b = NULL;

	begin(NULL);
	members = full(mia, FIND);
	book = full(mia, BOOK);
	a = result(mia, FIND, members);
	g_assert_cmpstr(a, ==, "");
	b = result(mia, BOOK, book);
	g_assert_true(g_str_has_prefix(b, "<ab><abId>"));
	expect(b, book, TRUE);
	end(0, NULL);
}

static void
test_members(void)
{
	g_autofree char *first = NULL, *second = NULL, *a = NULL, *b = NULL, *c = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	begin(NULL);
	first = full(mia, FIND);
	raw_written(server, mia, "AddMember", ADD_MEMBER, "Block", ZOE);
	answer = delta(mia, FIND, first);
	second = change_of(answer);
	/* It grows as a text, and looks like the reference's dates. */
	g_assert_cmpstr(second, >, first);
	g_assert_cmpuint(strlen(second), ==, strlen("2026-03-14T09:26:53.4470000-07:00"));
	g_assert_true(g_pattern_match_simple("20*-*-*T*:*:*.*-07:00", second));
	a = result(mia, FIND, first);
	g_assert_cmpuint(count(a, "<MemberRole>"), ==, 1);
	g_assert_cmpuint(count(a, "<Member "), ==, 1);
	expect(a, "<MemberRole>Block</MemberRole>", TRUE);
	expect(a, "<PassportName>" ZOE "</PassportName>", TRUE);
	expect(a, "<Deleted>true", FALSE);
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Block", "", ZOE);
	/* Gone since either of them, also for who never heard that it was there. */
	for (guint i = 0; i < 2; i++) {
		g_autofree char *text = result(mia, FIND, i == 0 ? first : second);

		g_assert_cmpuint(count(text, "<Member "), ==, 1);
		expect(text, "<Deleted>true</Deleted>", TRUE);
		expect(text, ZOE, TRUE);
	}
	c = full(mia, FIND);
	b = result(mia, FIND, c);
	g_assert_cmpstr(b, ==, "");
	end(0, NULL);
}

/* Contacts and groups are whole entries; what did not change is not there. */
static void
test_book(void)
{
	g_autofree char *first = NULL, *second = NULL, *third = NULL, *id = NULL, *group = NULL;
	g_autofree char *a = NULL, *b = NULL, *c = NULL, *members = NULL, *m = NULL;

	begin(NULL);
	first = full(mia, BOOK);
	members = full(mia, FIND);
	id = raw_contact_id(server, mia, OLAF);
	raw_written(server, mia, "ABContactUpdate", ALIAS, id, "007");
	group = add_group("Choir");
	raw_written(server, mia, "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	a = result(mia, BOOK, first);
	g_assert_cmpuint(count(a, "<Contact>"), ==, 1);
	g_assert_cmpuint(count(a, "<Group>"), ==, 1);
	expect(a, "<passportName>" OLAF "</passportName>", TRUE);
	expect(a, "<Value>007</Value>", TRUE);
	expect(a, group, TRUE);
	expect(a, "<propertiesChanged/>", TRUE);
	expect(a, "<fDeleted>true", FALSE);
	second = full(mia, BOOK);
	raw_written(server, mia, "ABGroupUpdate", GROUP_UPDATE, group, "Band");
	b = result(mia, BOOK, second);
	expect(b, "<contacts>", FALSE);
	expect(b, "<name>Band</name>", TRUE);
	third = full(mia, BOOK);
	raw_written(server, mia, "ABContactUpdate", PRIVACY, "2");
	c = result(mia, BOOK, third);
	g_assert_cmpuint(count(c, "<Contact>"), ==, 1);
	expect(c, "<contactType>Me</contactType>", TRUE);
	/* The other service has seen none of it. */
	m = result(mia, FIND, members);
	g_assert_cmpstr(m, ==, "");
	end(0, NULL);
}

static void
test_book_deletions(void)
{
	g_autofree char *first = NULL, *second = NULL, *id = NULL, *group = NULL, *a = NULL,
			*b = NULL;
	g_autofree char *gone = NULL, *member = NULL, *now = NULL;

	begin(NULL);
	id = raw_contact_id(server, mia, OLAF);
	group = add_group("Choir");
	raw_written(server, mia, "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	first = full(mia, BOOK);
	raw_written(server, mia, "ABGroupDelete", GROUP_DELETE, group);
	a = result(mia, BOOK, first);
	gone = g_strdup_printf("<groupId>%s</groupId><groupInfo/>", group);
	expect(a, gone, TRUE);
	expect(a, "<fDeleted>true</fDeleted>", TRUE);
	/* Its member is told of, and is in it no more. */
	expect(a, "<passportName>" OLAF "</passportName>", TRUE);
	expect(a, "<groupIds>", FALSE);
	second = full(mia, BOOK);
	raw_written(server, mia, "ABContactDelete", CONTACT_DELETE, id);
	b = result(mia, BOOK, second);
	member = g_strdup_printf("<contactId>%s</contactId>", id);
	expect(b, member, TRUE);
	expect(b, "<fDeleted>true</fDeleted>", TRUE);
	expect(b, "<Group>", FALSE);
	/* There again: whole, and not deleted. */
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, OLAF);
	now = result(mia, BOOK, second);
	expect(now, "<fDeleted>true", FALSE);
	expect(now, "<passportName>" OLAF "</passportName>", TRUE);
	end(0, NULL);
}

/* Somebody adds the account: Reverse and Pending. */
static void
test_added_by_another(void)
{
	g_autofree char *first = NULL, *text = NULL;
	g_autoptr(RawSession) zoe = NULL;

	begin(NULL);
	zoe = raw_sign_on(server, ZOE, "zoe", RAW_NOBODY_ADL);
	first = full(zoe, FIND);
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ZOE);
	text = result(zoe, FIND, first);
	g_assert_cmpuint(count(text, "<Member "), ==, 2);
	expect(text, "<MemberRole>Reverse</MemberRole>", TRUE);
	expect(text, "<Value>Hello from the choir</Value>", TRUE);
	end(0, NULL);
}

/* ---- From where it can be told ---- */

/* Row 12: verbatim, of this service and this account. */
static void
test_never_given(void)
{
	g_autofree char *members = NULL, *book = NULL, *changed = NULL;
	g_autoptr(RawSession) olaf = NULL;

	begin(NULL);
	olaf = raw_sign_on(server, OLAF, "olaf", RAW_OLAF_ADL);
	members = full(mia, FIND);
	book = full(mia, BOOK);
	changed = g_strdup(members);
	changed[strlen(changed) - 1] = '1';
	refused(mia, FIND, changed, 1, "never given");
	g_free(full(mia, FIND));
	refused(mia, FIND, book, 2, "never given");
	g_free(full(mia, FIND));
	refused(olaf, FIND, members, 3, "never given");
	g_free(full(olaf, FIND));
	refused(mia, BOOK, "", 4, "never given");
	end(4, "never given");
}

/* What an earlier run told was right then: no complaint. */
static void
test_restarted(void)
{
	g_autofree char *members = NULL, *book = NULL;

	begin(NULL);
	members = full(mia, FIND);
	g_free(add_group("Choir"));
	book = full(mia, BOOK);
	end(0, NULL);
	begin(NULL);
	refused(mia, FIND, members, 0, NULL);
	refused(mia, BOOK, book, 0, NULL);
	end(0, NULL);
}

static void
test_tombstones(void)
{
	g_autofree char *first = NULL, *second = NULL, *text = NULL;

	begin("tombstones=1");
	first = full(mia, FIND);
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Allow", "", OLAF);
	second = full(mia, FIND);
	raw_written(server, mia, "DeleteMember", DELETE_MEMBER, "Allow", "", PIA);
	text = result(mia, FIND, second);
	expect(text, PIA, TRUE);
	expect(text, OLAF, FALSE);
	refused(mia, FIND, first, 0, NULL);
	end(0, NULL);
}

/* Rows 5 and 13: a full read follows, and is not repeated for ever. */
static void
test_after_refusal(void)
{
	g_autofree char *members = NULL;
	g_autoptr(RawAnswer) second = NULL, third = NULL, fourth = NULL;

	begin("no-deltas");
	members = full(mia, FIND);
	refused(mia, FIND, members, 0, NULL);
	refused(mia, FIND, members, 1, "although FullSyncRequired was the answer");
	g_free(full(mia, FIND));
	raw_complaints(server, 2, "FullSyncRequired had come twice");
	raw_fault(server, "fault=ABFindAll:FullSyncRequired:2");
	second = raw_read(server, mia, BOOK);
	third = raw_read(server, mia, BOOK);
	raw_complaints(server, 2, "twice");
	fourth = raw_read(server, mia, BOOK);
	raw_expect_answer(fourth, 200, NULL);
	end(3, "FullSyncRequired had come twice");
}

/* ---- Behaviours ---- */

static void
test_escargot(void)
{
	g_autofree char *members = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	server = raw_server(NULL);
	raw_fault(server, "escargot");
	mia = raw_sign_on(server, MIA, "p&ss<word> 0", RAW_MIA_ADL);
	members = full(mia, FIND);
	answer = delta(mia, FIND, members);
	raw_expect_answer(answer, 200, ">FullSyncRequired</errorcode>");
	end(0, NULL);
}

static void
test_ignores(void)
{
	g_autofree char *members = NULL, *book = NULL, *a = NULL, *b = NULL;

	begin("ignores-deltas");
	members = full(mia, FIND);
	book = full(mia, BOOK);
	a = result(mia, FIND, members);
	g_assert_cmpuint(count(a, "<MemberRole>"), ==, 4);
	b = result(mia, BOOK, book);
	expect(b, OLAF, TRUE);
	expect(b, PIA, TRUE);
	end(0, NULL);
}

static void
test_partial(void)
{
	g_autofree char *first = NULL, *second = NULL, *id = NULL, *group = NULL, *a = NULL;
	g_autofree char *lost = NULL, *b = NULL, *c = NULL;

	begin("partial-deltas");
	id = raw_contact_id(server, mia, OLAF);
	group = add_group("Choir");
	first = full(mia, BOOK);
	raw_written(server, mia, "ABContactUpdate", ALIAS, id, "O.");
	a = result(mia, BOOK, first);
	expect(a, "<Value>O.</Value>", TRUE);
	expect(a, "<propertiesChanged>Annotation </propertiesChanged>", TRUE);
	expect(a, "passportName", FALSE);
	expect(a, "groupIds", FALSE);
	raw_written(server, mia, "ABGroupContactAdd", GROUP_CONTACT_ADD, group, id);
	second = full(mia, BOOK);
	raw_written(server, mia, "ABGroupContactDelete", GROUP_CONTACT_DELETE, id, group);
	b = result(mia, BOOK, second);
	lost = g_strdup_printf("<groupIdsDeleted><guid>%s</guid></groupIdsDeleted>", group);
	expect(b, lost, TRUE);
	expect(b, "Annotation", FALSE);
	/* Who is new is told of whole. */
	raw_written(server, mia, "ABContactAdd", CONTACT_ADD, ZOE);
	c = result(mia, BOOK, second);
	expect(c, "<passportName>" ZOE "</passportName>", TRUE);
	expect(c, "<passportName>" OLAF "</passportName>", FALSE);
	end(0, NULL);
}

static void
test_unknown(void)
{
	g_autofree char *book = NULL, *text = NULL;

	begin("delta-unknown");
	book = full(mia, BOOK);
	text = result(mia, BOOK, book);
	expect(text, "<contactId>0f0e0d0c-0b0a-4908-8706-050403020100</contactId>", TRUE);
	expect(text, "<groupIds><guid>1f1e1d1c-1b1a-4918-9716-151413121110</guid></groupIds>",
	       TRUE);
	end(0, NULL);
}

/* ---- Odd lists ---- */

static void
test_odd(void)
{
	g_autoptr(RawAnswer) members = NULL, book = NULL;
	const char *name;

	begin("odd-lists");
	members = raw_read(server, mia, FIND);
	expect(members->body, "xsi:type=\"CircleMember\"", TRUE);
	expect(members->body, "xsi:type=\"UnheardMember\"", TRUE);
	expect(members->body, "<MemberRole>ProfileExpression</MemberRole>", TRUE);
	expect(members->body, "<Deleted>true</Deleted>", TRUE);
	expect(members->body, "<PassportName>no at sign.example</PassportName>", TRUE);
	expect(members->body, "<PassportName>two words@odd.example</PassportName>", TRUE);
	expect(members->body, "<PassportName>OLAF@NORDWIND.EXAMPLE</PassportName>", TRUE);
	book = raw_read(server, mia, BOOK);
	expect(book->body, "<Annotation><Value>of nothing</Value></Annotation>", TRUE);
	expect(book->body, "<Annotation><Name>AB.NickName</Name></Annotation>", TRUE);
	expect(book->body, "<passportName>OLAF@NORDWIND.EXAMPLE</passportName>", TRUE);
	expect(book->body, "<contactType>Circle</contactType>", TRUE);
	name = strstr(book->body, "<displayName>&lt;b&gt;&amp;amp;");
	g_assert_nonnull(name);
	g_assert_cmpuint(strcspn(name + strlen("<displayName>"), "<"), >, 10240);
	expect(name, "\xe2\x80\xae", TRUE);
	g_assert_true(g_utf8_validate(book->body, -1, NULL));
	msnp_server_clear_faults(server);
	raw_answer_free(g_steal_pointer(&book));
	book = raw_read(server, mia, BOOK);
	expect(book->body, "<displayName>&lt;b", FALSE);
	end(0, NULL);
}

/* services.md 6.1: what the accounts file can say already. */
static const char odd_accounts[] =
    "{\"accounts\": [{\"handle\": \"" MIA "\", \"password\": \"x\", \"contacts\": ["
    "{\"handle\": \"" OLAF "\", \"lists\": [\"FL\", \"AL\", \"BL\"]},"
    "{\"handle\": \"" PIA "\", \"lists\": [\"FL\"]},"
    "{\"handle\": \"nowhere@tram.example\", \"lists\": []},"
    "{\"handle\": \"" ROSA "\", \"lists\": [\"AL\"]}]}]}";

static void
test_accounts_file(void)
{
	g_autoptr(RawAnswer) members = NULL, book = NULL;

	server = raw_server_of(odd_accounts, NULL);
	mia =
	    raw_sign_on(server, MIA, "x",
			"<ml l=\"1\"><d n=\"nordwind.example\"><c n=\"olaf\" l=\"5\" t=\"1\"/></d>"
			"<d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"1\"/>"
			"<c n=\"rosa\" l=\"2\" t=\"1\"/></d></ml>");
	members = raw_read(server, mia, FIND);
	g_assert_cmpuint(count(members->body, "<PassportName>" OLAF "<"), ==, 2);
	expect(members->body, PIA, FALSE);
	expect(members->body, "nowhere@", FALSE);
	book = raw_read(server, mia, BOOK);
	expect(book->body, PIA, TRUE);
	expect(book->body, "nowhere@", FALSE);
	end(0, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/deltas/nothing", test_nothing);
	g_test_add_func("/server/deltas/members", test_members);
	g_test_add_func("/server/deltas/book", test_book);
	g_test_add_func("/server/deltas/book-deletions", test_book_deletions);
	g_test_add_func("/server/deltas/added-by-another", test_added_by_another);
	g_test_add_func("/server/deltas/never-given", test_never_given);
	g_test_add_func("/server/deltas/restarted", test_restarted);
	g_test_add_func("/server/deltas/tombstones", test_tombstones);
	g_test_add_func("/server/deltas/after-refusal", test_after_refusal);
	g_test_add_func("/server/deltas/escargot", test_escargot);
	g_test_add_func("/server/deltas/ignores", test_ignores);
	g_test_add_func("/server/deltas/partial", test_partial);
	g_test_add_func("/server/deltas/unknown", test_unknown);
	g_test_add_func("/server/deltas/odd", test_odd);
	g_test_add_func("/server/deltas/accounts-file", test_accounts_file);
	return g_test_run();
}
