/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sharing service's writes: AddMember and DeleteMember. Source: services.md 8 and 15 (row 15).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

static const struct {
	const char *name;
	guint list;
	gboolean add, remove; /* what a client may do */
} roles[] = {
	{ "Allow", MSNP_LIST_ALLOW, TRUE, TRUE },
	{ "Block", MSNP_LIST_BLOCK, TRUE, TRUE },
	{ "Reverse", MSNP_LIST_REVERSE, TRUE, FALSE },
	{ "Pending", MSNP_LIST_PENDING, FALSE, TRUE },
};

enum { KIND_PASSPORT, KIND_EMAIL, KIND_PHONE, N_KINDS };

static const struct {
	const char *type;
	const char *children;
	const char *address;
} kinds[N_KINDS] = {
	[KIND_PASSPORT] = { "Passport", "MembershipId? Type State PassportName", "PassportName" },
	[KIND_EMAIL] = { "Email", "MembershipId? Type State Annotations? Email", "Email" },
	[KIND_PHONE] = { "Phone", "MembershipId? Type State PhoneNumber", "PhoneNumber" },
};

/* What a request is about. */
typedef struct {
	guint role; /* index of roles */
	guint kind; /* index of kinds */
	char *handle;
	char *membership_id;
	MsnpServerContact *contact;
} Membership;

static void
membership_clear(Membership *membership)
{
	g_free(membership->handle);
	g_free(membership->membership_id);
}

static gboolean
read_role(MsnpServerRequest *request, xmlNode *node, gboolean adding, Membership *membership)
{
	g_autofree char *name = msnp_xml_child_text(node, "MemberRole");

	for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (strcmp(roles[i].name, name) != 0 || !(adding ? roles[i].add : roles[i].remove))
			continue;
		membership->role = i;
		return TRUE;
	}
	msnp_server_request_reject(request, "services.md 15.15", "the role %s", name);
	return FALSE;
}

/* xsi:type, Type and the address child say the same of the member. */
static gboolean
read_member(MsnpServerRequest *request, xmlNode *member, Membership *membership)
{
	g_autofree char *type = msnp_xml_attribute(member, "type");
	g_autofree char *kind = msnp_xml_child_text(member, "Type");
	g_autofree char *wanted = g_strconcat(kind, "Member", NULL);
	const char *colon = type == NULL ? NULL : strchr(type, ':');
	guint i = 0;

	while (i < N_KINDS && strcmp(kinds[i].type, kind) != 0)
		i++;
	if (i == N_KINDS || g_strcmp0(colon == NULL ? type : colon + 1, wanted) != 0) {
		msnp_server_request_reject(request, "services.md 15.15",
					   "xsi:type %s and Type %s do not match",
					   type == NULL ? "(none)" : type, kind);
		return FALSE;
	}
	if (!msnp_server_request_children(request, member, MSNP_NS_AB, kinds[i].children) ||
	    !msnp_server_request_text_is(request, member, "State", "Accepted"))
		return FALSE;
	membership->kind = i;
	membership->handle = msnp_xml_child_text(member, kinds[i].address);
	membership->membership_id = msnp_xml_child_text(member, "MembershipId");
	return TRUE;
}

static gboolean
read_membership(MsnpServerRequest *request, xmlNode *body, gboolean adding, Membership *membership)
{
	xmlNode *handle = msnp_xml_child(body, "serviceHandle");
	xmlNode *list = msnp_xml_child(body, "memberships"), *node, *member;

	if (!msnp_server_request_children(request, body, MSNP_NS_AB, "serviceHandle memberships") ||
	    !msnp_server_request_children(request, handle, MSNP_NS_AB, "Id Type ForeignId") ||
	    !msnp_server_request_text_is(request, handle, "Id", "0") ||
	    !msnp_server_request_text_is(request, handle, "Type", "Messenger") ||
	    !msnp_server_request_text_is(request, handle, "ForeignId", ""))
		return FALSE;
	node = msnp_server_request_only(request, list, "Membership");
	if (node == NULL ||
	    !msnp_server_request_children(request, node, MSNP_NS_AB, "MemberRole Members") ||
	    !read_role(request, node, adding, membership))
		return FALSE;
	member = msnp_server_request_only(request, msnp_xml_child(node, "Members"), "Member");
	return member != NULL && read_member(request, member, membership);
}

/* The MembershipId that FindMembership gave; "" is no statement. FALSE: rejected. */
static gboolean
check_id(MsnpServerRequest *request, const Membership *membership)
{
	g_autofree char *wanted = NULL;

	if (*membership->membership_id == '\0')
		return TRUE;
	if (membership->contact != NULL)
		wanted =
		    g_strconcat(roles[membership->role].name, "/", membership->contact->id, NULL);
	if (g_strcmp0(wanted, membership->membership_id) == 0)
		return TRUE;
	msnp_server_request_reject(request, "services.md 15.15",
				   "the MembershipId is not that of this role and person");
	return FALSE;
}

static gboolean
escargot(MsnpServerRequest *request)
{
	return msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_WRITES);
}

/* ---- AddMember ---- */

static void
add_member(MsnpServerRequest *request, const Membership *membership)
{
	MsnpServer *server = request->server;
	MsnpServerContact *contact = membership->contact;
	guint list = roles[membership->role].list;
	guint n = msnp_server_count_list(request->account, list);

	if (contact->lists & list && !escargot(request)) {
		msnp_server_request_fault(request, "MemberAlreadyExists", "Member already exists");
		return;
	}
	if (!(contact->lists & list) && msnp_server_list_is_full(server, n, list)) {
		msnp_server_request_crash(request, "QuotaLimitReached", "The list is full.");
		return;
	}
	if (list == MSNP_LIST_BLOCK && (contact->lists & MSNP_LIST_ALLOW))
		msnp_server_request_warn(request, "services.md 15.15",
					 "blocked while still on Allow: %s", contact->handle);
	msnp_server_put_on(server, request->account, contact, list, NULL, NULL);
	msnp_server_request_done(request, NULL);
}

/* The person's entry, made if need be; NULL: answered. */
static MsnpServerContact *
find_person(MsnpServerRequest *request, const Membership *membership)
{
	MsnpServerContact *contact;

	if (!msnp_handle_is_valid(membership->handle) ||
	    msnp_handle_equal(membership->handle, request->account->handle)) {
		msnp_server_request_reject(request, "services.md 15.16",
					   "an invalid address, or oneself");
		return NULL;
	}
	contact = msnp_server_contact_of(request->server, request->account, membership->handle);
	if (contact == NULL || (membership->kind == KIND_PHONE && escargot(request))) {
		msnp_server_request_fault(request, "UserDoesNotExist", "User does not exist");
		return NULL;
	}
	return contact;
}

void
msnp_server_op_add_member(MsnpServerRequest *request, xmlNode *body)
{
	Membership membership = { 0 };

	if (read_membership(request, body, TRUE, &membership))
		membership.contact = find_person(request, &membership);
	if (membership.contact != NULL && check_id(request, &membership))
		add_member(request, &membership);
	membership_clear(&membership);
}

/* ---- DeleteMember ---- */

static void
delete_member(MsnpServerRequest *request, const Membership *membership)
{
	MsnpServerContact *contact = membership->contact;
	guint list = roles[membership->role].list;

	if (contact == NULL &&
	    msnp_server_network_of(request->server, request->account, membership->handle) == 0) {
		msnp_server_request_crash(request, "MemberDoesNotExist", "Member does not exist");
	} else if (contact == NULL || (!(contact->lists & list) && !escargot(request))) {
		msnp_server_request_fault(request, "MemberDoesNotExist", "Member does not exist");
	} else {
		msnp_server_take_off(request->server, request->account, contact, list);
		msnp_server_request_done(request, NULL);
	}
}

void
msnp_server_op_delete_member(MsnpServerRequest *request, xmlNode *body)
{
	Membership membership = { 0 };

	if (read_membership(request, body, FALSE, &membership)) {
		membership.contact =
		    msnp_server_account_contact(request->account, membership.handle);
		if (check_id(request, &membership))
			delete_member(request, &membership);
	}
	membership_clear(&membership);
}
