/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading only what has changed: how the two lists are asked for it, and what their answers say
 * then (services.md 4, 5).
 */
#include <string.h>

#include "soap-vectors.h"

/* ---- requests ---- */

/* What stands in the body, as it is sent; the exact text after the reference's, with true and the
 * stored date in it. */
static void
assert_read(const MsnpSoapOp *op, const MsnpListRead *args, const char *scenario, const char *body)
{
	g_autoptr(GBytes) bytes = msnp_soap_op_request(op, args, "t=x", NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_autofree char *in_header =
	    g_strconcat("<PartnerScenario>", scenario, "</PartnerScenario>", NULL);
	g_autofree char *in_body = g_strconcat("<soap:Body>", body, "</soap:Body>", NULL);

	g_assert_nonnull(strstr(text, in_header));
	if (strstr(text, in_body) == NULL)
		g_error("%s is not in %s", in_body, text);
}

#define AB "http://www.msn.com/webservices/AddressBook"
#define MEMBERSHIP(range)                                                                          \
	"<FindMembership xmlns=\"" AB                                                              \
	"\"><serviceFilter><Types><ServiceType>Messenger</ServiceType>"                            \
	"</Types></serviceFilter><View>Full</View>" range "</FindMembership>"
#define BOOK(range)                                                                                \
	"<ABFindAll xmlns=\"" AB "\"><abId>00000000-0000-0000-0000-000000000000</abId>"            \
	"<abView>Full</abView>" range "</ABFindAll>"
#define FULL                                                                                       \
	"<deltasOnly>false</deltasOnly><lastChange>0001-01-01T00:00:00.0000000-08:00</lastChange>"
#define SINCE(date) "<deltasOnly>true</deltasOnly><lastChange>" date "</lastChange>"

static void
test_requests(void)
{
	static const struct {
		MsnpListRead args;
		const char *scenario;
		const char *membership, *book;
	} rows[] = {
		{ { NULL, NULL }, "Initial", MEMBERSHIP(FULL), BOOK(FULL) },
		{ { "", "Timer" }, "Timer", MEMBERSHIP(FULL), BOOK(FULL) },
		{ { NULL, "MessengerPendingList" },
		  "MessengerPendingList",
		  MEMBERSHIP(FULL),
		  BOOK(FULL) },
		{ { "2026-03-14T09:26:53.4470000-07:00", NULL },
		  "Initial",
		  MEMBERSHIP(SINCE("2026-03-14T09:26:53.4470000-07:00")),
		  BOOK(SINCE("2026-03-14T09:26:53.4470000-07:00")) },
		/* Echoed, whatever a server has made of it. */
		{ { "</x>&\"y\" ", "ABChangeNotifyAlert" },
		  "ABChangeNotifyAlert",
		  MEMBERSHIP(SINCE("&lt;/x&gt;&amp;\"y\" ")),
		  BOOK(SINCE("&lt;/x&gt;&amp;\"y\" ")) },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %u", i);
		assert_read(&msnp_op_find_membership, &rows[i].args, rows[i].scenario,
			    rows[i].membership);
		assert_read(&msnp_op_ab_find_all, &rows[i].args, rows[i].scenario, rows[i].book);
	}
	assert_read(&msnp_op_find_membership, NULL, "Initial", MEMBERSHIP(FULL));
	assert_read(&msnp_op_ab_find_all, NULL, "Initial", BOOK(FULL));
}

/* ---- answers ---- */

static MsnpSoapReader *
read_body(const MsnpSoapOp *op, const char *before, const char *inner, const char *after)
{
	g_autofree char *body = g_strconcat(before, inner, after, NULL);
	g_autofree char *text = soap_envelope(body);

	return soap_read(op, text, -1, 0);
}

static MsnpSoapReader *
read_book(const char *inner)
{
	return read_body(&msnp_op_ab_find_all,
			 "<ABFindAllResponse xmlns=\"" AB "\"><ABFindAllResult>", inner,
			 "</ABFindAllResult></ABFindAllResponse>");
}

static MsnpSoapReader *
read_membership(const char *inner)
{
	return read_body(&msnp_op_find_membership, "<FindMembershipResponse xmlns=\"" AB "\">",
			 inner, "</FindMembershipResponse>");
}

/* A group gone, a group renamed, a contact gone, one that has changed in part, one that is whole,
 * and nothing about oneself. */
static void
test_book(void)
{
	g_autoptr(MsnpSoapReader) reader = read_book(
	    "<groups><Group><groupId>g-1</groupId><fDeleted>true</fDeleted></Group>"
	    "<Group><groupId>g-2</groupId><groupInfo><name>Choir</name></groupInfo>"
	    "<propertiesChanged>GroupName</propertiesChanged><fDeleted>false</fDeleted></Group>"
	    "</groups><contacts>"
	    "<Contact><contactId>c-1</contactId><fDeleted>1</fDeleted></Contact>"
	    "<Contact><contactId>c-2</contactId><contactInfo><displayName>Bob</displayName>"
	    "</contactInfo><propertiesChanged>DisplayName</propertiesChanged></Contact>"
	    "<Contact><contactId>c-3</contactId><contactInfo><contactType>Regular</contactType>"
	    "<passportName>carol@example.com</passportName></contactInfo><propertiesChanged/>"
	    "<fDeleted>false</fDeleted></Contact>"
	    "</contacts><ab><lastChange>2026-03-15T09:26:53Z</lastChange></ab>");
	const MsnpAddressBook *book = msnp_soap_reader_end(reader)->result;
	MsnpAbGroup *const *groups = (MsnpAbGroup *const *)book->groups->pdata;
	MsnpAbContact *const *contacts = (MsnpAbContact *const *)book->contacts->pdata;

	g_assert_cmpuint(book->groups->len, ==, 2);
	g_assert_cmpstr(groups[0]->id, ==, "g-1");
	g_assert_true(groups[0]->deleted);
	g_assert_cmpstr(groups[1]->name, ==, "Choir");
	g_assert_false(groups[1]->deleted);
	g_assert_cmpuint(book->contacts->len, ==, 3);
	g_assert_cmpstr(contacts[0]->id, ==, "c-1");
	g_assert_cmpstr(contacts[0]->handle, ==, "");
	g_assert_cmpuint(contacts[0]->network, ==, 0);
	g_assert_true(contacts[0]->deleted);
	g_assert_false(contacts[0]->partial);
	g_assert_cmpstr(contacts[1]->id, ==, "c-2");
	g_assert_cmpstr(contacts[1]->display_name, ==, "Bob");
	g_assert_false(contacts[1]->deleted);
	g_assert_true(contacts[1]->partial);
	g_assert_cmpstr(contacts[2]->handle, ==, "carol@example.com");
	g_assert_false(contacts[2]->deleted);
	g_assert_false(contacts[2]->partial);
	g_assert_false(book->has_me);
	g_assert_cmpstr(book->own_name, ==, "");
	g_assert_cmpint(book->blp, ==, 0);
	g_assert_cmpstr(book->last_change, ==, "2026-03-15T09:26:53Z");
}

/* Nothing that one contact or group says is true of the next. */
static void
test_flags_end(void)
{
	g_autoptr(MsnpSoapReader) reader =
	    read_book("<groups><Group><groupId>g-1</groupId><fDeleted>true</fDeleted></Group>"
		      "<Group><groupId>g-2</groupId></Group></groups><contacts>"
		      "<Contact><contactId>c-1</contactId><fDeleted>true</fDeleted>"
		      "<propertiesChanged>x</propertiesChanged></Contact>"
		      "<Contact><contactId>c-2</contactId></Contact></contacts>");
	const MsnpAddressBook *book = msnp_soap_reader_end(reader)->result;

	g_assert_false(((MsnpAbGroup *)book->groups->pdata[1])->deleted);
	g_assert_false(((MsnpAbContact *)book->contacts->pdata[1])->deleted);
	g_assert_false(((MsnpAbContact *)book->contacts->pdata[1])->partial);
}

static void
test_me(void)
{
	g_autoptr(MsnpSoapReader) whole =
	    read_book("<contacts><Contact><contactInfo><contactType>Me</contactType><displayName>"
		      "Alice</displayName></contactInfo></Contact></contacts>");
	g_autoptr(MsnpSoapReader) bare = read_book("<contacts><Contact><contactInfo><contactType>"
						   "Me</contactType></contactInfo></Contact>"
						   "</contacts>");
	const MsnpAddressBook *book = msnp_soap_reader_end(whole)->result;

	g_assert_true(book->has_me);
	g_assert_cmpstr(book->own_name, ==, "Alice");
	book = msnp_soap_reader_end(bare)->result;
	g_assert_true(book->has_me);
	g_assert_cmpstr(book->own_name, ==, "");
}

/* Nothing has changed, in all the ways of saying so. */
static void
test_nothing_changed(void)
{
	static const char *const books[] = { "", "<groups/><contacts/>", "<ab/>" };
	static const char *const memberships[] = {
		"",
		"<FindMembershipResult/>",
		"<FindMembershipResult><Services/></FindMembershipResult>",
		"<FindMembershipResult xmlns:i='urn:i' i:nil='true'/>",
	};

	for (guint i = 0; i < G_N_ELEMENTS(books); i++) {
		g_autoptr(MsnpSoapReader) reader = read_book(books[i]);
		const MsnpAddressBook *book = msnp_soap_reader_end(reader)->result;

		g_assert_cmpuint(book->groups->len + book->contacts->len, ==, 0);
		g_assert_cmpstr(book->last_change, ==, "");
		g_assert_false(book->has_me);
	}
	for (guint i = 0; i < G_N_ELEMENTS(memberships); i++) {
		g_autoptr(MsnpSoapReader) reader = read_membership(memberships[i]);
		const MsnpMembership *membership = msnp_soap_reader_end(reader)->result;

		g_assert_cmpuint(membership->members->len, ==, 0);
		g_assert_cmpstr(membership->last_change, ==, "");
	}
}

#define SERVICE(type, inner)                                                                       \
	"<FindMembershipResult><Services><Service><Memberships>" inner                             \
	"</Memberships><Info><Handle><Type>" type "</Type></Handle></Info></Service></Services>"   \
	"</FindMembershipResult>"
#define ROLE(role, members)                                                                        \
	"<Membership><MemberRole>" role "</MemberRole><Members>" members "</Members></Membership>"
#define MEMBER(handle, more)                                                                       \
	"<Member><Type>Passport</Type>" more "<PassportName>" handle "</PassportName></Member>"

static void
test_members(void)
{
	g_autoptr(MsnpSoapReader) reader = read_membership(SERVICE(
	    "Messenger",
	    ROLE("Allow", MEMBER("a@example.com", "<State>Accepted</State><Deleted>true</Deleted>")
			      MEMBER("b@example.com", "<Deleted>1</Deleted>")
				  MEMBER("c@example.com", "<State>Accepted</State>")
				      MEMBER("d@example.com", "<Deleted>false</Deleted>"))));
	const MsnpMembership *membership = msnp_soap_reader_end(reader)->result;
	MsnpMember *const *members = (MsnpMember *const *)membership->members->pdata;

	/* Without a State nobody is a member, but may well be none any more. */
	g_assert_cmpuint(membership->members->len, ==, 3);
	g_assert_cmpstr(members[0]->handle, ==, "a@example.com");
	g_assert_true(members[0]->deleted);
	g_assert_cmpuint(members[0]->list, ==, MSNP_LIST_ALLOW);
	g_assert_cmpstr(members[1]->handle, ==, "b@example.com");
	g_assert_true(members[1]->deleted);
	g_assert_cmpstr(members[2]->handle, ==, "c@example.com");
	g_assert_false(members[2]->deleted);
}

/* Flags that are none, flags in the wrong place, ids as nobody writes them. */
static void
test_hostile(void)
{
	g_autofree char *long_id = g_strnfill(10000, 'i');
	g_autofree char *text = g_strconcat(
	    "<fDeleted>true</fDeleted><contacts><fDeleted>true</fDeleted>"
	    "<Contact><contactId>",
	    long_id,
	    "</contactId><contactInfo><fDeleted>true</fDeleted>"
	    "<propertiesChanged>x</propertiesChanged></contactInfo>"
	    "<fDeleted>maybe</fDeleted><propertiesChanged> \n </propertiesChanged></Contact>"
	    "<Contact><contactId>a&#10;b</contactId><fDeleted><b>true</b></fDeleted>"
	    "<propertiesChanged><p/></propertiesChanged></Contact>"
	    "<Contact><fDeleted>true</fDeleted></Contact></contacts>",
	    NULL);
	g_autoptr(MsnpSoapReader) reader = read_book(text);
	const MsnpAddressBook *book = msnp_soap_reader_end(reader)->result;
	MsnpAbContact *const *contacts = (MsnpAbContact *const *)book->contacts->pdata;

	g_assert_cmpuint(book->contacts->len, ==, 3);
	for (guint i = 0; i < 2; i++) {
		g_assert_false(contacts[i]->deleted);
		g_assert_false(contacts[i]->partial);
	}
	g_assert_cmpuint(strlen(contacts[0]->id), ==, 128);
	g_assert_cmpstr(contacts[1]->id, ==, "a b");
	g_assert_cmpstr(contacts[2]->id, ==, "");
	g_assert_true(contacts[2]->deleted);
}

/* What is deleted, or has no address, counts like anything else. */
static void
test_caps(void)
{
	static const struct {
		const char *element;
		guint max;
	} rows[] = {
		{ "<Contact><contactId>c</contactId><fDeleted>true</fDeleted></Contact>",
		  MSNP_CONTACTS_MAX + 1 },
		{ "<Group><groupId>g</groupId><fDeleted>true</fDeleted></Group>", MSNP_GROUPS_MAX },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) all = g_string_new(NULL);
		g_autoptr(MsnpSoapReader) within = NULL;
		g_autoptr(MsnpSoapReader) beyond = NULL;

		for (guint n = 0; n < rows[i].max; n++)
			g_string_append(all, rows[i].element);
		within = read_book(all->str);
		g_assert_no_error(msnp_soap_reader_end(within)->error);
		g_string_append(all, rows[i].element);
		beyond = read_book(all->str);
		g_assert_error(msnp_soap_reader_end(beyond)->error, MSNP_SOAP_ERROR,
			       MSNP_SOAP_ERROR_TOO_LARGE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deltas/requests", test_requests);
	g_test_add_func("/deltas/book", test_book);
	g_test_add_func("/deltas/flags-end", test_flags_end);
	g_test_add_func("/deltas/me", test_me);
	g_test_add_func("/deltas/nothing-changed", test_nothing_changed);
	g_test_add_func("/deltas/members", test_members);
	g_test_add_func("/deltas/hostile", test_hostile);
	g_test_add_func("/deltas/caps", test_caps);
	return g_test_run();
}
