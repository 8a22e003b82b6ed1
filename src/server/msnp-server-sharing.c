/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sharing service: FindMembership. The answer is made once per account, as large as that of the
 * server that people use (1.5 kB for each contact). Source: services.md 4 and 15 (row 12).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

/* How far members are indented: so that 1,000 contacts make 1.5 MB (servers.md, lists). */
#define MEMBER_DEPTH 5

static const struct {
	const char *name;
	guint bit;
} roles[] = {
	{ "Allow", MSNP_LIST_ALLOW },
	{ "Block", MSNP_LIST_BLOCK },
	{ "Reverse", MSNP_LIST_REVERSE },
	{ "Pending", MSNP_LIST_PENDING },
};
G_STATIC_ASSERT(G_N_ELEMENTS(roles) == MSNP_SERVER_N_ROLES);

gboolean
msnp_server_address_book_missing(MsnpServerRequest *request)
{
	MsnpServerAccount *account = request->account;

	if (!account->no_address_book &&
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_AB_MISSING))
		account->no_address_book = TRUE;
	if (account->no_address_book)
		msnp_server_request_fault(request, "ABDoesNotExist", "AB does not exist");
	return account->no_address_book;
}

/* The elements that name the person, by the kind of member. */
static void
write_address(MsnpXmlBuilder *builder, const MsnpServerContact *contact, gboolean odd)
{
	g_autofree char *cid = g_strdup_printf("%" G_GINT64_FORMAT, contact->cid);
	g_autofree char *passport = odd ? g_ascii_strup(contact->handle, -1) : NULL;
	guint depth = MEMBER_DEPTH + 1;

	if (contact->network == MSNP_NETWORK_PHONE) {
		msnp_server_leaf(builder, depth, "PhoneNumber", contact->handle);
	} else if (contact->network != MSNP_NETWORK_PASSPORT) {
		msnp_server_leaf(builder, depth, "Email", contact->handle);
	} else {
		msnp_server_leaf(builder, depth, "PassportName", odd ? passport : contact->handle);
		msnp_server_leaf(builder, depth, "IsPassportNameHidden", "false");
		msnp_server_leaf(builder, depth, "PassportId", "0");
		msnp_server_leaf(builder, depth, "CID", cid);
		msnp_server_leaf(builder, depth, "PassportChanges", "");
		msnp_server_leaf(builder, depth, "LookedupByCID", "false");
	}
}

static void
write_annotation(MsnpXmlBuilder *builder, const char *name, const char *value)
{
	msnp_xml_open(builder, "Annotation");
	msnp_xml_leaf(builder, "Name", name);
	msnp_xml_leaf(builder, "Value", value);
	msnp_xml_close(builder);
}

static void
write_annotations(MsnpXmlBuilder *builder, const MsnpServerContact *contact, gboolean pending)
{
	g_autofree char *type = g_strdup_printf("%u:", contact->network);
	gboolean foreign =
	    contact->network != MSNP_NETWORK_PASSPORT && contact->network != MSNP_NETWORK_PHONE;
	gboolean invited = pending && contact->invitation != NULL;

	if (!foreign && !invited)
		return;
	msnp_xml_open(builder, "Annotations");
	if (foreign)
		write_annotation(builder, "MSN.IM.BuddyType", type);
	if (invited)
		write_annotation(builder, "MSN.IM.InviteMessage", contact->invitation);
	msnp_xml_close(builder);
}

static void
write_member(MsnpXmlBuilder *builder, const MsnpServerContact *contact, const char *role,
	     gboolean deleted, gboolean odd)
{
	g_autofree char *id = g_strconcat(role, "/", contact->id, NULL);
	const char *kind = contact->network == MSNP_NETWORK_PHONE      ? "Phone"
			   : contact->network == MSNP_NETWORK_PASSPORT ? "Passport"
								       : "Email";
	g_autofree char *type = g_strconcat(kind, "Member", NULL);
	guint depth = MEMBER_DEPTH + 1;
	gboolean pending = strcmp(role, "Pending") == 0;

	msnp_server_indent(builder, MEMBER_DEPTH);
	msnp_xml_open(builder, "Member");
	msnp_xml_attr(builder, "xsi:type", type);
	msnp_server_leaf(builder, depth, "MembershipId", id);
	msnp_server_leaf(builder, depth, "Type", kind);
	if (contact->name != NULL && pending)
		msnp_server_leaf(builder, depth, "DisplayName",
				 odd ? msnp_server_odd_name() : contact->name);
	msnp_server_leaf(builder, depth, "State", "Accepted");
	write_annotations(builder, contact, pending);
	msnp_server_leaf(builder, depth, "Deleted", deleted ? "true" : "false");
	msnp_server_leaf(builder, depth, "LastChanged", "2026-03-14T09:26:53Z");
	msnp_server_leaf(builder, depth, "JoinedDate", "2025-01-02T03:04:05Z");
	msnp_server_leaf(builder, depth, "ExpirationDate", "0001-01-01T00:00:00");
	msnp_server_leaf(builder, depth, "Changes", "");
	write_address(builder, contact, odd);
	msnp_server_indent(builder, MEMBER_DEPTH);
	msnp_xml_close(builder);
}

/* Does the role tell of this contact? In a delta also that it is gone. */
static gboolean
is_told(const MsnpServerRequest *request, const MsnpServerContact *contact, guint role)
{
	return request->since == 0
		   ? (msnp_server_shown_lists(request->server, contact) & roles[role].bit) != 0
		   : contact->roles[role] > request->since;
}

static gboolean
has_news(const MsnpServerRequest *request, guint role)
{
	GPtrArray *contacts = request->account->contacts;

	for (guint i = 0; request->since > 0 && i < contacts->len; i++) {
		if (is_told(request, contacts->pdata[i], role))
			return TRUE;
	}
	return request->since == 0;
}

static void
write_role(MsnpXmlBuilder *builder, MsnpServerRequest *request, guint role)
{
	GPtrArray *contacts = request->account->contacts;
	gboolean odd = msnp_server_lists_are_odd(request->server);

	msnp_server_indent(builder, MEMBER_DEPTH - 2);
	msnp_xml_open(builder, "Membership");
	msnp_server_leaf(builder, MEMBER_DEPTH - 1, "MemberRole", roles[role].name);
	msnp_server_indent(builder, MEMBER_DEPTH - 1);
	msnp_xml_open(builder, "Members");
	for (guint i = 0; i < contacts->len; i++) {
		const MsnpServerContact *contact = contacts->pdata[i];
		guint shown = msnp_server_shown_lists(request->server, contact);

		if (is_told(request, contact, role))
			write_member(builder, contact, roles[role].name, !(shown & roles[role].bit),
				     odd);
	}
	if (odd)
		msnp_server_write_odd_members(builder);
	msnp_xml_close(builder);
	msnp_server_leaf(builder, MEMBER_DEPTH - 1, "MembershipIsComplete", "true");
	msnp_xml_close(builder);
}

static void
write_handle(MsnpXmlBuilder *builder)
{
	msnp_xml_open(builder, "Info");
	msnp_xml_open(builder, "Handle");
	msnp_xml_leaf(builder, "Id", "1");
	msnp_xml_leaf(builder, "Type", "Messenger");
	msnp_xml_leaf(builder, "ForeignId", "");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "DisplayRoles", "");
	msnp_xml_leaf(builder, "InverseRequired", "false");
	msnp_xml_leaf(builder, "IsBot", "false");
	msnp_xml_close(builder);
}

static void
write_service(MsnpXmlBuilder *builder, MsnpServerRequest *request)
{
	g_autofree char *change = msnp_server_last_change(request, MSNP_SERVER_SHARING);

	msnp_xml_open(builder, "Services");
	msnp_xml_open(builder, "Service");
	msnp_xml_open(builder, "Memberships");
	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (has_news(request, i))
			write_role(builder, request, i);
	}
	if (msnp_server_lists_are_odd(request->server))
		msnp_server_write_odd_memberships(builder);
	msnp_xml_close(builder);
	write_handle(builder);
	msnp_xml_leaf(builder, "Changes", "");
	msnp_xml_leaf(builder, "LastChange", change);
	msnp_xml_leaf(builder, "Deleted", "false");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

GBytes *
msnp_server_make_membership(MsnpServerRequest *request)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();

	msnp_server_envelope_open(request, builder);
	msnp_xml_open_ns(builder, "FindMembershipResponse", NULL, MSNP_NS_AB);
	msnp_xml_open(builder, "FindMembershipResult");
	/* A delta without news is empty (services.md 4). */
	if (request->since < request->account->stamps[MSNP_SERVER_SHARING])
		write_service(builder, request);
	return msnp_server_envelope_close(builder);
}

void
msnp_server_op_find_membership(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *types = msnp_xml_path(body, "serviceFilter", "Types", NULL);

	if (!msnp_server_request_children(request, body, MSNP_NS_AB,
					  "serviceFilter View deltasOnly lastChange") ||
	    !msnp_server_request_children(request, types, MSNP_NS_AB, "ServiceType ServiceType*") ||
	    !msnp_server_request_text_is(request, types, "ServiceType", "Messenger") ||
	    !msnp_server_request_text_is(request, body, "View", "Full") ||
	    !msnp_server_check_delta(request, body, MSNP_SERVER_SHARING) ||
	    msnp_server_address_book_missing(request))
		return;
	msnp_server_answer_read(request, MSNP_SERVER_SHARING);
}
