/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers without HTTP: what the reference's answers say, pieces, cuts, mutations, limits.
 */
#include <string.h>

#include "soap-vectors.h"

static char *
replace(const char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, -1);

	g_assert_cmpuint(g_strv_length(parts), >, 1);
	return g_strjoinv(to, parts);
}

static void
assert_membership(const MsnpMembership *m)
{
	const MsnpMember *bob = m->members->pdata[0];
	const MsnpMember *erin = m->members->pdata[1];

	g_assert_cmpuint(m->members->len, ==, 2);
	g_assert_cmpstr(m->last_change, ==, "2026-03-14T09:26:53.4470000-07:00");
	g_assert_cmpstr(bob->handle, ==, "bob@example.com");
	g_assert_cmpuint(bob->network, ==, MSNP_NETWORK_PASSPORT);
	g_assert_cmpuint(bob->list, ==, MSNP_LIST_ALLOW);
	g_assert_cmpstr(bob->membership_id, ==, "Allow/9a0b7c1e-52d4-4c3f-8a61-0d2f4b6c8e10");
	g_assert_cmpstr(bob->display_name, ==, "");
	g_assert_false(bob->deleted);
	g_assert_cmpstr(erin->handle, ==, "erin@example.com");
	g_assert_cmpuint(erin->list, ==, MSNP_LIST_PENDING);
	g_assert_cmpstr(erin->membership_id, ==, "42");
	g_assert_cmpstr(erin->display_name, ==, "Erin");
	g_assert_cmpstr(erin->invite_message, ==, "Hi, it is me");
}

static void
assert_address_book(const MsnpAddressBook *b)
{
	const MsnpAbGroup *group = b->groups->pdata[0];
	const MsnpAbContact *bob = b->contacts->pdata[0];
	const MsnpAbContact *yan = b->contacts->pdata[1];

	g_assert_cmpuint(b->groups->len, ==, 1);
	g_assert_cmpuint(b->contacts->len, ==, 2);
	g_assert_cmpstr(b->own_name, ==, "Alice");
	g_assert_cmpint(b->blp, ==, 1);
	g_assert_cmpstr(b->last_change, ==, "2026-03-14T09:26:53Z");
	g_assert_cmpstr(group->id, ==, "5e8c1f0a-3d27-4b96-a4f1-6c2e9d70b834");
	g_assert_cmpstr(group->name, ==, "Friends & co");
	g_assert_cmpstr(bob->id, ==, "9a0b7c1e-52d4-4c3f-8a61-0d2f4b6c8e10");
	g_assert_cmpstr(bob->handle, ==, "bob@example.com");
	g_assert_cmpstr(bob->nickname, ==, "Bobby");
	g_assert_cmpstr(bob->display_name, ==, "Bôb");
	g_assert_cmpuint(g_strv_length(bob->group_ids), ==, 1);
	g_assert_cmpstr(bob->group_ids[0], ==, group->id);
	g_assert_cmpstr(yan->handle, ==, "yan@yahoo.example");
	g_assert_cmpuint(yan->network, ==, MSNP_NETWORK_YAHOO);
	g_assert_cmpuint(g_strv_length(yan->group_ids), ==, 0);
	g_assert_cmpstr(yan->phone_mobile, ==, "");
}

static void
assert_tickets(const MsnpTickets *t)
{
	g_assert_cmpstr(msnp_secret_peek(t->tickets[MSNP_TICKET_MESSENGER]), ==,
			"t=EwEXAMPLEa1B2+/c3d4==&p=EwPROFILE");
	g_assert_cmpstr(msnp_secret_peek(t->tickets[MSNP_TICKET_CONTACTS]), ==,
			"t=EwCONTACTSe5F6+/g7h8==&p=EwPROFILE");
	g_assert_null(t->tickets[MSNP_TICKET_NONE]);
	g_assert_cmpint(t->lifetime, ==, 86400);
}

static void
assert_contact_id(const char *id)
{
	g_assert_cmpstr(id, ==, "2f6d0c84-1b7a-4e59-9c3d-7e1a5b903f22");
}

static void
assert_group_id(const char *id)
{
	g_assert_cmpstr(id, ==, "b3f0a9d2-77c1-4d58-9e2a-4c6b8d0f1e23");
}

static void
assert_nothing(gconstpointer result)
{
	g_assert_null(result);
}

typedef struct {
	const MsnpSoapOp *op;
	const char *vector;
	void (*check)(gconstpointer result);
} Good;

static const Good goods[] = {
	{ &msnp_op_rst, "rst-answer.xml", (gpointer)assert_tickets },
	{ &msnp_op_find_membership, "find-membership-body.xml", (gpointer)assert_membership },
	{ &msnp_op_ab_find_all, "ab-find-all-body.xml", (gpointer)assert_address_book },
	{ &msnp_op_ab_contact_add, "ab-contact-add-body.xml", (gpointer)assert_contact_id },
	{ &msnp_op_ab_group_add, "ab-group-add-body.xml", (gpointer)assert_group_id },
	{ &msnp_op_delete_member, "delete-member-body.xml", assert_nothing },
};

static void
test_good(void)
{
	static const gsize steps[] = { 0, 1, 7, 1000 };

	for (guint i = 0; i < G_N_ELEMENTS(goods); i++) {
		g_autofree char *text = soap_answer(goods[i].vector);

		for (guint s = 0; s < G_N_ELEMENTS(steps); s++) {
			g_autoptr(MsnpSoapReader) reader =
			    soap_read(goods[i].op, text, -1, steps[s]);
			MsnpSoapAnswer *answer = msnp_soap_reader_end(reader);

			g_assert_no_error(answer->error);
			g_assert_true(answer->is_response);
			g_assert_null(answer->fault);
			goods[i].check(answer->result);
			g_assert_cmpstr(answer->cache_key, ==,
					goods[i].op == &msnp_op_rst ? NULL : "12r1:KEY");
		}
	}
}

/* Cut anywhere, an answer is never a result: half a list would delete the other half. */
static void
test_cut(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(goods); i++) {
		g_autofree char *text = g_strchomp(soap_answer(goods[i].vector));

		for (gsize n = 0; n < strlen(text); n++) {
			g_autoptr(MsnpSoapReader) reader = soap_read(goods[i].op, text, n, 0);

			if (msnp_soap_reader_end(reader)->result != NULL)
				g_error("%s cut to %" G_GSIZE_FORMAT " bytes gives a result",
					goods[i].vector, n);
		}
	}
}

/* Given up at any byte, nothing leaks and nothing is freed twice. */
static void
test_abandoned(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(goods); i++) {
		g_autofree char *text = soap_answer(goods[i].vector);
		const MsnpSoapOp *op = goods[i].op;
		MsnpSoapReading reading = { op->response, op->parse, op->stream, op->free_result };

		for (gsize n = 0; n <= strlen(text); n += 13) {
			g_autoptr(MsnpSoapReader) reader = msnp_soap_reader_new(&reading);

			msnp_soap_reader_push(reader, text, n);
		}
	}
}

/* ---- mutations: CVE-2013-6482 and what comes near it ---- */

static void
check_result(const MsnpSoapOp *op, gconstpointer result)
{
	if (result == NULL)
		return;
	if (op == &msnp_op_rst) {
		const MsnpTickets *t = result;

		g_assert_false(msnp_secret_is_empty(t->tickets[MSNP_TICKET_MESSENGER]));
		g_assert_cmpint(t->lifetime, >=, 60);
	} else if (op == &msnp_op_find_membership) {
		const MsnpMembership *m = result;

		g_assert_nonnull(m->last_change);
		for (guint i = 0; i < m->members->len; i++) {
			const MsnpMember *member = m->members->pdata[i];

			g_assert_true(msnp_handle_is_valid(member->handle));
			g_assert_cmpuint(member->list, !=, 0);
			g_assert_nonnull(member->membership_id);
			g_assert_nonnull(member->display_name);
			g_assert_nonnull(member->invite_message);
		}
	} else if (op == &msnp_op_ab_contact_add || op == &msnp_op_ab_group_add) {
		g_assert_cmpstr(result, !=, "");
	} else if (op == &msnp_op_oim_list) {
		const MsnpMailData *data = result;

		for (guint i = 0; i < data->entries->len; i++)
			g_assert_nonnull(((MsnpMailEntry *)data->entries->pdata[i])->id);
	} else {
		const MsnpAddressBook *b = result;

		g_assert_nonnull(b->own_name);
		g_assert_nonnull(b->last_change);
		for (guint i = 0; i < b->contacts->len; i++) {
			const MsnpAbContact *contact = b->contacts->pdata[i];

			g_assert_true(*contact->handle == '\0' ||
				      msnp_handle_is_valid(contact->handle));
			g_assert_nonnull(contact->id);
			g_assert_nonnull(contact->display_name);
			g_assert_nonnull(contact->nickname);
			g_assert_nonnull(contact->group_ids);
			g_assert_nonnull(contact->phone_home);
			g_assert_nonnull(contact->phone_work);
			g_assert_nonnull(contact->phone_mobile);
		}
	}
}

static void
check_fault(const MsnpSoapFault *fault)
{
	if (fault == NULL)
		return;
	g_assert_nonnull(fault->code);
	g_assert_nonnull(fault->string);
	g_assert_nonnull(fault->errorcode);
	g_assert_nonnull(fault->redirect);
	g_assert_nonnull(fault->lock_key);
	g_assert_nonnull(fault->conflict);
	g_assert_nonnull(fault->reqstatus);
}

typedef enum { EMPTIED, REMOVED, DOUBLED, NESTED, N_MUTATIONS } Mutation;

/* The n-th element of the document in document order, NULL behind the last. */
static xmlNode *
nth_element(xmlNode *node, guint *n)
{
	for (; node != NULL; node = node->next) {
		xmlNode *found;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		if ((*n)-- == 0)
			return node;
		found = nth_element(node->children, n);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static void
mutate(xmlNode *node, Mutation mutation)
{
	switch (mutation) {
	case EMPTIED:
		xmlNodeSetContent(node, (const xmlChar *)"");
		break;
	case REMOVED:
		xmlUnlinkNode(node);
		xmlFreeNode(node);
		break;
	case DOUBLED:
		xmlAddNextSibling(node, xmlCopyNode(node, 1));
		break;
	case NESTED:
		xmlAddChild(node, xmlCopyNode(node, 1));
		break;
	default:
		break;
	}
}

static gboolean
try_mutation(const MsnpSoapOp *op, const char *text, guint n, Mutation mutation)
{
	g_autoptr(xmlDoc) doc = msnp_xml_parse(text, -1, NULL);
	xmlNode *root = xmlDocGetRootElement(doc);
	xmlNode *node = nth_element(root, &n);
	xmlChar *mutated = NULL;
	int size = 0;

	if (node == NULL)
		return FALSE;
	if (node == root && mutation == DOUBLED)
		return TRUE;
	mutate(node, mutation);
	xmlDocDumpMemory(doc, &mutated, &size);
	{
		g_autoptr(MsnpSoapReader) reader = soap_read(op, (char *)mutated, size, 0);
		MsnpSoapAnswer *answer = msnp_soap_reader_end(reader);

		check_result(op, answer->result);
		check_fault(answer->fault);
	}
	xmlFree(mutated);
	return TRUE;
}

static void
test_mutations(void)
{
	static const struct {
		const MsnpSoapOp *op;
		const char *vector;
	} rows[] = {
		{ &msnp_op_rst, "rst-answer.xml" },
		{ &msnp_op_rst, "rst-fault-password.xml" },
		{ &msnp_op_rst, "rst-fault-redirect.xml" },
		{ &msnp_op_find_membership, "find-membership-body.xml" },
		{ &msnp_op_find_membership, "fault-full-sync.xml" },
		{ &msnp_op_ab_find_all, "ab-find-all-body.xml" },
		{ &msnp_op_ab_add, "fault-full-sync.xml" },
		{ &msnp_op_ab_contact_add, "ab-contact-add-body.xml" },
		{ &msnp_op_ab_contact_add, "fault-group-exists.xml" },
		{ &msnp_op_ab_group_add, "ab-group-add-body.xml" },
		{ &msnp_op_ab_group_add, "fault-group-exists.xml" },
		{ &msnp_op_add_member, "fault-group-exists.xml" },
		{ &msnp_op_delete_member, "delete-member-body.xml" },
		{ &msnp_op_oim_list, "oim-list-body.xml" },
		{ &msnp_op_oim_store, "oim-fault-lock-key.xml" },
	};
	guint n_mutations = 0;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = soap_answer(rows[i].vector);

		for (Mutation mutation = EMPTIED; mutation < N_MUTATIONS; mutation++) {
			for (guint n = 0; try_mutation(rows[i].op, text, n, mutation); n++)
				n_mutations++;
		}
	}
	g_test_message("%u mutations", n_mutations);
	g_assert_cmpuint(n_mutations, >, 400);
}

/* ---- RST ---- */

static MsnpSoapReader *
read_rst(const char *text)
{
	return soap_read(&msnp_op_rst, text, -1, 0);
}

/* Tokens are found by address, wherever they stand and whatever they are called. */
static void
test_tokens_by_address(void)
{
	g_autofree char *text = soap_answer("rst-answer.xml");
	g_autofree char *renamed = replace(text, "Compact2", "Compact1");
	g_autofree char *cased = replace(renamed, ">messenger.msn.com<", ">Messenger.MSN.com<");
	const char *open = "<wst:RequestSecurityTokenResponse>";
	const char *first = strstr(cased, open);
	const char *second = strstr(first + 1, open);
	const char *third = strstr(second + 1, open);
	const char *end = strstr(third, "</wst:RequestSecurityTokenResponseCollection>");
	g_autofree char *shuffled = g_strdup_printf(
	    "%.*s%.*s%.*s%.*s%s", (int)(first - cased), cased, (int)(end - third), third,
	    (int)(third - second), second, (int)(second - first), first, end);
	g_autofree char *without_tb =
	    g_strdup_printf("%.*s%s", (int)(first - cased), cased, second);
	g_autofree char *only_messenger = g_strdup_printf("%.*s%.*s%s", (int)(first - cased), cased,
							  (int)(third - second), second, end);
	g_autoptr(MsnpSoapReader) one = read_rst(shuffled);
	g_autoptr(MsnpSoapReader) two = read_rst(without_tb);
	g_autoptr(MsnpSoapReader) three = read_rst(only_messenger);
	MsnpTickets *tickets = msnp_soap_reader_end(three)->result;

	assert_tickets(msnp_soap_reader_end(one)->result);
	assert_tickets(msnp_soap_reader_end(two)->result);
	g_assert_nonnull(tickets->tickets[MSNP_TICKET_MESSENGER]);
	g_assert_null(tickets->tickets[MSNP_TICKET_CONTACTS]);
}

static void
test_token_values(void)
{
	static const struct {
		const char *token; /* as XML */
		gboolean good;
	} rows[] = {
		{ "t=abc&amp;p=", TRUE },
		{ "t=abc", TRUE },
		{ " t=abc&amp;p=d\n", TRUE },
		{ "", FALSE },
		{ "t=a b", FALSE },
		{ "t=a;b", FALSE },
		{ "t=a,b", FALSE },
		{ "t=a&quot;b", FALSE },
		{ "t=a&#13;&#10;X: y", FALSE },
		{ "t=a&#9;b", FALSE },
		{ "t=\xc3\xa4", FALSE },
	};
	g_autofree char *text = soap_answer("rst-answer.xml");
	g_autofree char *long_token = g_strnfill(8193, 'a');
	g_autofree char *with_long =
	    replace(text, "t=EwEXAMPLEa1B2+/c3d4==&amp;p=EwPROFILE", long_token);
	g_autoptr(MsnpSoapReader) too_long = read_rst(with_long);

	g_assert_error(msnp_soap_reader_end(too_long)->error, MSNP_SOAP_ERROR,
		       MSNP_SOAP_ERROR_ANSWER);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *changed =
		    replace(text, "t=EwEXAMPLEa1B2+/c3d4==&amp;p=EwPROFILE", rows[i].token);
		g_autoptr(MsnpSoapReader) reader = read_rst(changed);
		MsnpSoapAnswer *answer = msnp_soap_reader_end(reader);

		g_test_message("token row %u", i);
		g_assert_cmpint(answer->result != NULL, ==, rows[i].good);
		if (!rows[i].good)
			g_assert_error(answer->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER);
	}
}

static void
test_lifetimes(void)
{
	static const struct {
		const char *expires;
		gint64 seconds;
	} rows[] = {
		{ "2026-03-14T10:26:53Z", 3600 },
		{ "2026-03-14T10:26:53.1234567Z", 3600 },
		{ "2026-03-14T10:26:53", 3600 },
		{ "2026-03-14T02:26:53-08:00", 3600 },
		{ "2026-03-14T09:26:53Z", 8 * 3600 },
		{ "2026-03-14T09:27:52Z", 8 * 3600 },
		{ "2026-03-13T09:26:53Z", 8 * 3600 },
		{ "9999-12-31T23:59:59Z", 8 * 3600 },
		{ "never", 8 * 3600 },
		{ "", 8 * 3600 },
	};
	g_autofree char *text = soap_answer("rst-answer.xml");

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *changed = replace(text, "2026-03-15T09:26:53Z", rows[i].expires);
		g_autoptr(MsnpSoapReader) reader = read_rst(changed);
		MsnpTickets *tickets = msnp_soap_reader_end(reader)->result;

		g_assert_cmpint(tickets->lifetime, ==, rows[i].seconds);
	}
}

/* ---- what is no good answer ---- */

#define ENTITY "<!DOCTYPE e [<!ENTITY a \"aa\">]>"

static void
test_refused(void)
{
	static const char *const rows[] = {
		"",
		" ",
		"Forbidden",
		"<html><body>Error</body></html>",
		"<Envelope/>",
		"<Envelope><Body/></Envelope>",
		"<Envelope><Body><Other/></Body></Envelope>",
		"<Envelope><X><ABFindAllResponse/></X></Envelope>",
		"<X><Body><ABFindAllResponse/></Body></X>",
		"<!DOCTYPE Envelope><Envelope><Body><ABFindAllResponse/></Body></Envelope>",
		ENTITY
		"<Envelope><Body><ABFindAllResponse>&a;</ABFindAllResponse></Body></Envelope>",
		"<Envelope><Body><ABFindAllResponse>&nbsp;</ABFindAllResponse></Body></Envelope>",
		"<Envelope><Body><ABFindAllResponse>\xff</ABFindAllResponse></Body></Envelope>",
		"<Envelope><Body><ABFindAllResponse>\x01</ABFindAllResponse></Body></Envelope>",
		"<Envelope><Body><ABFindAllResponse/></Body></Envelope>x",
		"<Envelope><Body><ABFindAllResponse/><Fault/></Body></Envelope>",
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (gsize step = 0; step < 2; step++) {
			g_autoptr(MsnpSoapReader) reader =
			    soap_read(&msnp_op_ab_find_all, rows[i], -1, step);

			if (msnp_soap_reader_end(reader)->result != NULL)
				g_error("row %u gives a result", i);
		}
	}
}

static void
test_depth(void)
{
	g_autoptr(GString) deep = g_string_new("<ABFindAllResponse>");

	for (guint i = 0; i < 5000; i++)
		g_string_append(deep, "<contactInfo>");
	{
		g_autofree char *text = soap_envelope(deep->str);
		g_autoptr(MsnpSoapReader) reader = soap_read(&msnp_op_ab_find_all, text, -1, 0);

		g_assert_null(msnp_soap_reader_end(reader)->result);
	}
}

static void
test_faults(void)
{
	static const struct {
		const char *vector;
		const char *code, *errorcode, *redirect, *reqstatus;
	} rows[] = {
		{ "rst-fault-password.xml", "FailedAuthentication", "", "", "0x80048821" },
		{ "rst-fault-redirect.xml", "Redirect", "",
		  "https://login2.example.com/pp550/RST.srf", "" },
		{ "fault-full-sync.xml", "Client", "FullSyncRequired", "", "" },
		{ "fault-group-exists.xml", "Client", "GroupAlreadyExists", "", "" },
	};
	/* The same for documents and for streams. */
	static const MsnpSoapOp *const ops[] = { &msnp_op_rst, &msnp_op_find_membership };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = soap_vector(rows[i].vector);

		for (guint o = 0; o < G_N_ELEMENTS(ops); o++) {
			for (gsize step = 0; step < 2; step++) {
				g_autoptr(MsnpSoapReader) reader =
				    soap_read(ops[o], text, -1, step);
				const MsnpSoapFault *fault = msnp_soap_reader_end(reader)->fault;

				g_assert_nonnull(fault);
				g_assert_cmpstr(fault->code, ==, rows[i].code);
				g_assert_cmpstr(fault->errorcode, ==, rows[i].errorcode);
				g_assert_cmpstr(fault->redirect, ==, rows[i].redirect);
				g_assert_cmpstr(fault->reqstatus, ==, rows[i].reqstatus);
			}
		}
	}
}

/* ---- members and contacts one by one ---- */

static MsnpSoapReader *
read_body(const MsnpSoapOp *op, const char *format, const char *inner)
{
	g_auto(GStrv) parts = g_strsplit(format, "@", 2);
	g_autofree char *body = g_strjoinv(inner, parts);
	g_autofree char *text = soap_envelope(body);

	return soap_read(op, text, -1, 0);
}

static void
test_member_kinds(void)
{
	static const struct {
		const char *member;
		const char *handle; /* "": nobody to talk to; NULL: left out */
		guint network;
	} rows[] = {
		{ "<Member xsi:type=\"x:PassportMember\"><State>Accepted</State><PassportName>"
		  " BOB@Example.com </PassportName></Member>",
		  "bob@example.com", 1 },
		{ "<Member><Type>Passport</Type><State>Pending</State><PassportName>b@example.com"
		  "</PassportName></Member>",
		  "b@example.com", 1 },
		{ "<Member xsi:type=\"EmailMember\"><State>Accepted</State><Email>y@example.com"
		  "</Email></Member>",
		  "y@example.com", 32 },
		{ "<Member xsi:type=\"EmailMember\"><State>Accepted</State><Email>y@example.com"
		  "</Email><Annotations><Annotation><Name>MSN.IM.BuddyType</Name><Value>2:</Value>"
		  "</Annotation></Annotations></Member>",
		  "y@example.com", 2 },
		{ "<Member xsi:type=\"PhoneMember\"><State>Accepted</State><PhoneNumber>"
		  "+15551111222</PhoneNumber></Member>",
		  "tel:+15551111222", 4 },
		{ "<Member xsi:type=\"RoleMember\"><State>Accepted</State><PassportName>"
		  "b@example.com</PassportName></Member>",
		  NULL, 0 },
		{ "<Member xsi:type=\"PassportMember\"><State>Denied</State><PassportName>"
		  "b@example.com</PassportName></Member>",
		  NULL, 0 },
		{ "<Member xsi:type=\"PassportMember\"><State>Accepted</State><PassportName>"
		  "b@example.com</PassportName><IsPassportNameHidden>1</IsPassportNameHidden>"
		  "</Member>",
		  NULL, 0 },
		{ "<Member xsi:type=\"PassportMember\"><State>Accepted</State><PassportName>"
		  "nobody</PassportName></Member>",
		  NULL, 0 },
		{ "<Member xsi:type=\"PassportMember\"><State>Accepted</State></Member>", NULL, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MsnpSoapReader) reader = read_body(
		    &msnp_op_find_membership,
		    "<FindMembershipResponse><FindMembershipResult><Services><Service><Memberships>"
		    "<Membership><Members>@</Members><MemberRole>Block</MemberRole></Membership>"
		    "</Memberships><Info><Handle><Type>Messenger</Type></Handle></Info></Service>"
		    "</Services></FindMembershipResult></FindMembershipResponse>",
		    rows[i].member);
		const MsnpMembership *m = msnp_soap_reader_end(reader)->result;

		g_test_message("member row %u", i);
		g_assert_cmpuint(m->members->len, ==, rows[i].handle != NULL);
		if (rows[i].handle == NULL)
			continue;
		g_assert_cmpstr(((MsnpMember *)m->members->pdata[0])->handle, ==, rows[i].handle);
		g_assert_cmpuint(((MsnpMember *)m->members->pdata[0])->network, ==,
				 rows[i].network);
		g_assert_cmpuint(((MsnpMember *)m->members->pdata[0])->list, ==, MSNP_LIST_BLOCK);
	}
}

/* Other services, unknown roles, and an account that has no service at all. */
static void
test_other_services(void)
{
	static const char member[] =
	    "<Membership><MemberRole>Allow</MemberRole><Members><Member xsi:type=\"PassportMember\">"
	    "<State>Accepted</State><PassportName>b@example.com</PassportName></Member></Members>"
	    "</Membership>";
	g_autofree char *other = replace(member, "Allow", "ProfileExpression");
	g_autofree char *services = g_strconcat(
	    "<Services><Service><Memberships>", member,
	    "</Memberships><Info><Handle><Type>Profile</Type></Handle></Info></Service><Service>"
	    "<Memberships>",
	    other, member,
	    "</Memberships><Info><Handle><Type>Messenger</Type></Handle></Info></Service>"
	    "</Services>",
	    NULL);
	const char *format = "<FindMembershipResponse><FindMembershipResult>@"
			     "</FindMembershipResult></FindMembershipResponse>";
	g_autoptr(MsnpSoapReader) two = read_body(&msnp_op_find_membership, format, services);
	g_autoptr(MsnpSoapReader) none = read_body(&msnp_op_find_membership, format, "");

	g_assert_cmpuint(((MsnpMembership *)msnp_soap_reader_end(two)->result)->members->len, ==,
			 1);
	g_assert_cmpuint(((MsnpMembership *)msnp_soap_reader_end(none)->result)->members->len, ==,
			 0);
}

static const char contacts_format[] =
    "<ABFindAllResponse><ABFindAllResult><contacts>@</contacts></ABFindAllResult>"
    "</ABFindAllResponse>";

static void
test_contact_addresses(void)
{
#define CONTACT(info)                                                                              \
	"<Contact><contactId>i</contactId><contactInfo>" info "</contactInfo></Contact>"
#define MAIL(enabled, more)                                                                        \
	"<emails><ContactEmail><email>m@example.com</email><isMessengerEnabled>" enabled           \
	"</isMessengerEnabled>" more "</ContactEmail></emails>"
#define MOBILE                                                                                     \
	"<phones><ContactPhone><contactPhoneType>ContactPhoneMobile</contactPhoneType><number>"    \
	"+15551111222</number><isMessengerEnabled>true</isMessengerEnabled></ContactPhone></phones>"
	static const struct {
		const char *contact;
		const char *handle; /* "": nobody to talk to; NULL: left out */
		guint network;
	} rows[] = {
		{ CONTACT("<passportName>A@example.com</passportName>"), "a@example.com", 1 },
		{ CONTACT("<passportName>a@example.com</passportName>"
			  "<isMessengerUser>false</isMessengerUser>"),
		  "", 0 },
		{ CONTACT("<passportName>a@example.com</passportName>"
			  "<IsPassportNameHidden>true</IsPassportNameHidden>"),
		  "", 0 },
		{ CONTACT("<passportName>nobody</passportName>"), "", 0 },
		{ CONTACT(""), "", 0 },
		{ CONTACT(MAIL("true", "")), "m@example.com", 1 },
		{ CONTACT(MAIL("true", "<Capability>32</Capability>")), "m@example.com", 32 },
		{ CONTACT(MAIL("true", "<contactEmailType>Messenger2</contactEmailType>")),
		  "m@example.com", 32 },
		{ CONTACT(MAIL("false", "")), "", 0 },
		{ CONTACT(MAIL("true", "") "<passportName>a@example.com</passportName>"),
		  "a@example.com", 1 },
		{ CONTACT(MOBILE "<isMobileIMEnabled>true</isMobileIMEnabled>"), "tel:+15551111222",
		  4 },
		{ CONTACT(MOBILE), "", 0 },
		{ CONTACT("<contactType>Circle</contactType>"
			  "<passportName>a@example.com</passportName>"),
		  NULL, 0 },
		{ CONTACT("<contactType>Me</contactType><passportName>a@example.com"
			  "</passportName>"),
		  NULL, 0 },
		{ "<Contact><fDeleted>true</fDeleted><contactInfo><passportName>a@example.com"
		  "</passportName></contactInfo></Contact>",
		  "a@example.com", 1 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MsnpSoapReader) reader =
		    read_body(&msnp_op_ab_find_all, contacts_format, rows[i].contact);
		const MsnpAddressBook *b = msnp_soap_reader_end(reader)->result;

		g_test_message("contact row %u", i);
		g_assert_cmpuint(b->contacts->len, ==, rows[i].handle != NULL);
		if (rows[i].handle == NULL)
			continue;
		g_assert_cmpstr(((MsnpAbContact *)b->contacts->pdata[0])->handle, ==,
				rows[i].handle);
		g_assert_cmpuint(((MsnpAbContact *)b->contacts->pdata[0])->network, ==,
				 rows[i].network);
	}
}

/* The id of what an addition has made. */
static void
test_made_ids(void)
{
	static const struct {
		const char *inner; /* of ABGroupAddResponse */
		const char *id;    /* NULL: an error */
	} rows[] = {
		{ "<ABGroupAddResult><guid> g-1\n</guid></ABGroupAddResult>", "g-1" },
		{ "<x:ABGroupAddResult xmlns:x='urn:x'><x:guid>g</x:guid></x:ABGroupAddResult>",
		  "g" },
		{ "<Other/><ABGroupAddResult><Other/><guid>g</guid></ABGroupAddResult>", "g" },
		{ "<ABGroupAddResult><guid>g</guid><guid>h</guid></ABGroupAddResult>", "g" },
		{ "<ABGroupAddResult><guid>a&#10;b</guid></ABGroupAddResult>", "a b" },
		{ "<ABGroupAddResult><guid> </guid></ABGroupAddResult>", NULL },
		{ "<ABGroupAddResult><guid/></ABGroupAddResult>", NULL },
		{ "<ABGroupAddResult/>", NULL },
		{ "<guid>g</guid>", NULL },
		{ "<ABContactAddResult><guid>g</guid></ABContactAddResult>", NULL },
		{ "", NULL },
	};
	g_autofree char *long_id = g_strnfill(5000, 'g');
	g_autofree char *long_inner =
	    g_strconcat("<ABGroupAddResult><guid>", long_id, "</guid></ABGroupAddResult>", NULL);
	const char *format = "<ABGroupAddResponse>@</ABGroupAddResponse>";
	g_autoptr(MsnpSoapReader) too_long = read_body(&msnp_op_ab_group_add, format, long_inner);

	/* As long as reading lets ids be: services.md 14.2. */
	g_assert_cmpuint(strlen(msnp_soap_reader_end(too_long)->result), ==, 128);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MsnpSoapReader) reader =
		    read_body(&msnp_op_ab_group_add, format, rows[i].inner);
		MsnpSoapAnswer *answer = msnp_soap_reader_end(reader);

		g_test_message("id row %u", i);
		g_assert_cmpstr(answer->result, ==, rows[i].id);
		if (rows[i].id == NULL)
			g_assert_error(answer->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER);
	}
}

static char *
repeat(const char *text, guint n)
{
	GString *all = g_string_new(NULL);

	while (n-- > 0)
		g_string_append(all, text);
	return g_string_free(all, FALSE);
}

static void
test_limits(void)
{
	g_autofree char *contacts = repeat("<Contact/>", MSNP_CONTACTS_MAX + 2);
	g_autofree char *groups =
	    repeat("<Group><groupId>g</groupId></Group>", MSNP_GROUPS_MAX + 1);
	g_autofree char *ids = repeat("<guid>g</guid>", MSNP_CONTACT_GROUPS_MAX + 5);
	g_autofree char *one = g_strconcat("<Contact><contactInfo><groupIds>", ids,
					   "</groupIds><passportName>a@example.com</passportName>"
					   "</contactInfo></Contact>",
					   NULL);
	g_autofree char *members = soap_large_membership(MSNP_MEMBERS_MAX + 1);
	g_autoptr(MsnpSoapReader) a = read_body(&msnp_op_ab_find_all, contacts_format, contacts);
	g_autoptr(MsnpSoapReader) b = read_body(&msnp_op_ab_find_all, contacts_format, groups);
	g_autoptr(MsnpSoapReader) c = read_body(&msnp_op_ab_find_all, contacts_format, one);
	g_autoptr(MsnpSoapReader) d = soap_read(&msnp_op_find_membership, members, -1, 65536);
	MsnpAddressBook *book = msnp_soap_reader_end(c)->result;

	g_assert_error(msnp_soap_reader_end(a)->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE);
	g_assert_error(msnp_soap_reader_end(b)->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE);
	g_assert_error(msnp_soap_reader_end(d)->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE);
	g_assert_cmpuint(g_strv_length(((MsnpAbContact *)book->contacts->pdata[0])->group_ids), ==,
			 MSNP_CONTACT_GROUPS_MAX);
}

/* ---- the large answers, against a bare parse ---- */

static void
no_start(void *data G_GNUC_UNUSED, const xmlChar *name G_GNUC_UNUSED,
	 const xmlChar *prefix G_GNUC_UNUSED, const xmlChar *uri G_GNUC_UNUSED,
	 int n_namespaces G_GNUC_UNUSED, const xmlChar **namespaces G_GNUC_UNUSED,
	 int n_attributes G_GNUC_UNUSED, int n_defaulted G_GNUC_UNUSED,
	 const xmlChar **attributes G_GNUC_UNUSED)
{
}

static double
bare_parse(const char *text)
{
	xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC, .startElementNs = no_start };
	gint64 begun = g_get_monotonic_time();
	xmlParserCtxt *parser = xmlCreatePushParserCtxt(&handler, NULL, NULL, 0, NULL);
	gsize left = strlen(text);

	for (; left > 0; left -= MIN(left, 65536)) {
		xmlParseChunk(parser, text, MIN(left, 65536), 0);
		text += MIN(left, 65536);
	}
	xmlParseChunk(parser, text, 0, 1);
	g_assert_true(parser->wellFormed);
	xmlFreeParserCtxt(parser);
	return (g_get_monotonic_time() - begun) / 1000.0;
}

static void
test_large(void)
{
	g_autofree char *book_text = soap_large_address_book(5000);
	g_autofree char *member_text = soap_large_membership(5000);
	double bare = bare_parse(book_text) + bare_parse(member_text);
	gint64 begun = g_get_monotonic_time();
	g_autoptr(MsnpSoapReader) book = soap_read(&msnp_op_ab_find_all, book_text, -1, 65536);
	g_autoptr(MsnpSoapReader) members =
	    soap_read(&msnp_op_find_membership, member_text, -1, 65536);
	double ours = (g_get_monotonic_time() - begun) / 1000.0;
	const MsnpAddressBook *b = msnp_soap_reader_end(book)->result;
	const MsnpMembership *m = msnp_soap_reader_end(members)->result;

	g_test_message("%" G_GSIZE_FORMAT " bytes: bare parse %.1f ms, ours %.1f ms",
		       strlen(book_text) + strlen(member_text), bare, ours);
	g_assert_cmpuint(b->contacts->len, ==, 5000);
	g_assert_cmpuint(m->members->len, ==, 10000);
	g_assert_cmpstr(((MsnpAbContact *)b->contacts->pdata[4999])->nickname, ==, "Nick 4999");
	g_assert_cmpstr(((MsnpMember *)m->members->pdata[9999])->handle, ==,
			"user4999@example.com");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answers/good", test_good);
	g_test_add_func("/answers/cut", test_cut);
	g_test_add_func("/answers/abandoned", test_abandoned);
	g_test_add_func("/answers/cve_2013_6482", test_mutations);
	g_test_add_func("/answers/tokens-by-address", test_tokens_by_address);
	g_test_add_func("/answers/token-values", test_token_values);
	g_test_add_func("/answers/lifetimes", test_lifetimes);
	g_test_add_func("/answers/refused", test_refused);
	g_test_add_func("/answers/depth", test_depth);
	g_test_add_func("/answers/faults", test_faults);
	g_test_add_func("/answers/lesson_043/member-kinds", test_member_kinds);
	g_test_add_func("/answers/lesson_042/other-services", test_other_services);
	g_test_add_func("/answers/lesson_041/contact-addresses", test_contact_addresses);
	g_test_add_func("/answers/made-ids", test_made_ids);
	g_test_add_func("/answers/limits", test_limits);
	g_test_add_func("/answers/large", test_large);
	return g_test_run();
}
