/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address book's contacts: adding them, changing what the account's owner says of them and of
 * himself, deleting them. Source: services.md 7.1 to 7.3 and 15 (rows 12, 14, 16).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

#define ALIAS  "AB.NickName"
#define INVITE "MSN.IM.InviteMessage"
#define BLP    "MSN.IM.BLP"

static gboolean
escargot(MsnpServerRequest *request)
{
	return msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_WRITES);
}

/* body/contacts/Contact, with body's children in this order; NULL: rejected. */
static xmlNode *
read_contact_node(MsnpServerRequest *request, xmlNode *body, const char *order)
{
	if (!msnp_server_request_children(request, body, MSNP_NS_AB, order) ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID))
		return NULL;
	return msnp_server_request_only(request, msnp_xml_child(body, "contacts"), "Contact");
}

/* ---- ABContactAdd ---- */

typedef struct {
	char *handle;
	guint network;
	char *alias, *invitation, *name; /* NULL: not given */
	gboolean allow;
} Addition;

static void
addition_clear(Addition *addition)
{
	g_free(addition->handle);
	g_free(addition->alias);
	g_free(addition->invitation);
	g_free(addition->name);
}

static gboolean
read_email(MsnpServerRequest *request, xmlNode *emails, Addition *addition)
{
	xmlNode *email = msnp_server_request_only(request, emails, "ContactEmail");
	g_autofree char *capability = msnp_xml_child_text(email, "Capability");
	guint64 network;

	if (email == NULL ||
	    !msnp_server_request_children(request, email, MSNP_NS_AB,
					  "contactEmailType email isMessengerEnabled Capability "
					  "MessengerEnabledExternally propertiesChanged") ||
	    !msnp_server_request_text_is(request, email, "contactEmailType", "Messenger2") ||
	    !msnp_server_request_text_is(request, email, "isMessengerEnabled", "true") ||
	    !msnp_server_request_text_is(request, email, "MessengerEnabledExternally", "false") ||
	    !msnp_server_request_text_is(request, email, "propertiesChanged", ""))
		return FALSE;
	if (!g_ascii_string_to_unsigned(capability, 10, 2, 32, &network, NULL)) {
		msnp_server_request_reject(request, "services.md 7.1", "the Capability %s",
					   capability);
		return FALSE;
	}
	addition->handle = msnp_xml_child_text(email, "email");
	addition->network = (guint)network;
	return TRUE;
}

static gboolean
read_phone(MsnpServerRequest *request, xmlNode *phones, Addition *addition)
{
	xmlNode *phone = msnp_server_request_only(request, phones, "ContactPhone");
	g_autofree char *number = msnp_xml_child_text(phone, "number");

	if (phone == NULL ||
	    !msnp_server_request_children(
		request, phone, MSNP_NS_AB,
		"contactPhoneType number isMessengerEnabled propertiesChanged") ||
	    !msnp_server_request_text_is(request, phone, "contactPhoneType",
					 "ContactPhoneMobile") ||
	    !msnp_server_request_text_is(request, phone, "isMessengerEnabled", "true"))
		return FALSE;
	addition->handle = g_strconcat("tel:", number, NULL);
	addition->network = MSNP_NETWORK_PHONE;
	return TRUE;
}

/* Who is to be added: by one of three kinds of address. */
static gboolean
read_address(MsnpServerRequest *request, xmlNode *info, Addition *addition)
{
	xmlNode *emails = msnp_xml_child(info, "emails"), *phones = msnp_xml_child(info, "phones");
	gboolean passport = msnp_xml_child(info, "passportName") != NULL;
	g_autofree char *type = msnp_xml_child_text(info, "contactType");

	if (passport + (emails != NULL) + (phones != NULL) != 1) {
		msnp_server_request_reject(request, "services.md 7.1",
					   "not one of passportName, emails and phones");
		return FALSE;
	}
	if (strcmp(type, passport ? "LivePending" : "Regular") != 0 && (passport || *type != '\0'))
		msnp_server_request_warn(request, "services.md 7.1", "the contactType %s", type);
	if (emails != NULL)
		return read_email(request, emails, addition);
	if (phones != NULL)
		return read_phone(request, phones, addition);
	addition->handle = msnp_xml_child_text(info, "passportName");
	addition->network = MSNP_NETWORK_PASSPORT;
	return msnp_server_request_text_is(request, info, "isMessengerUser", "true");
}

static gboolean
read_member_info(MsnpServerRequest *request, xmlNode *info, Addition *addition)
{
	if (info == NULL)
		return TRUE;
	if (!msnp_server_request_children(request, info, MSNP_NS_AB,
					  "PendingAnnotations? DisplayName"))
		return FALSE;
	addition->invitation = msnp_server_request_annotation(
	    request, msnp_xml_child(info, "PendingAnnotations"), INVITE, TRUE);
	addition->name = msnp_server_request_user_text(request, info, "DisplayName");
	return TRUE;
}

static gboolean
read_addition(MsnpServerRequest *request, xmlNode *body, Addition *addition)
{
	xmlNode *node = read_contact_node(request, body, "abId contacts options?");
	xmlNode *options = msnp_xml_child(body, "options");
	xmlNode *info =
	    node == NULL ? NULL : msnp_server_request_only(request, node, "contactInfo");

	if (info == NULL ||
	    !msnp_server_request_children(request, info, MSNP_NS_AB,
					  "emails? phones? annotations? contactType? passportName? "
					  "isMobileIMEnabled? "
					  "isMessengerUser? MessengerMemberInfo?") ||
	    !read_address(request, info, addition) ||
	    !read_member_info(request, msnp_xml_child(info, "MessengerMemberInfo"), addition))
		return FALSE;
	addition->alias = msnp_server_request_annotation(
	    request, msnp_xml_child(info, "annotations"), ALIAS, TRUE);
	addition->allow = options != NULL;
	return options == NULL ||
	       (msnp_server_request_only(request, options, "EnableAllowListManagement") != NULL &&
		msnp_server_request_text_is(request, options, "EnableAllowListManagement", "true"));
}

/* Row 16, and who there is: NULL: answered. */
static MsnpServerContact *
find_person(MsnpServerRequest *request, const Addition *addition)
{
	MsnpServer *server = request->server;
	const char *handle = addition->handle;
	guint network;

	if (msnp_handle_equal(handle, request->account->handle)) {
		msnp_server_request_reject(request, "services.md 15.16", "oneself");
		return NULL;
	}
	if (!msnp_handle_is_valid(handle))
		msnp_server_request_warn(request, "services.md 15.16", "an invalid address");
	if (!msnp_handle_is_valid(handle) || (!strchr(handle, '.') && strchr(handle, '@')) ||
	    (addition->network == MSNP_NETWORK_YAHOO && escargot(request))) {
		msnp_server_request_fault(request, "BadEmailArgument", "The address is bad.");
		return NULL;
	}
	network = msnp_server_network_of(server, request->account, handle);
	if (network == 0 || (addition->network != network && network == MSNP_NETWORK_PASSPORT)) {
		msnp_server_request_fault(request, "InvalidPassportUser",
					  "There is no such account.");
		return NULL;
	}
	if (addition->network != network) {
		msnp_server_request_fault(request, "EmailDomainIsFederated",
					  "The domain belongs to another network.");
		return NULL;
	}
	return msnp_server_contact_of(server, request->account, handle);
}

static void
add_person(MsnpServerRequest *request, const Addition *addition, MsnpServerContact *contact)
{
	MsnpServer *server = request->server;
	guint lists = MSNP_LIST_FORWARD;

	if (contact->lists & MSNP_LIST_FORWARD && !escargot(request)) {
		msnp_server_request_fault_with(request, "ContactAlreadyExists",
					       "The contact already exists.", "conflictObjectId",
					       contact->id);
		return;
	}
	if (!(contact->lists & MSNP_LIST_FORWARD) &&
	    msnp_server_list_is_full(server,
				     msnp_server_count_list(request->account, MSNP_LIST_FORWARD),
				     MSNP_LIST_FORWARD)) {
		msnp_server_request_crash(request, "QuotaLimitReached", "The list is full.");
		return;
	}
	/* As the official service did: unless the person is on either list. */
	if (addition->allow && !(contact->lists & (MSNP_LIST_ALLOW | MSNP_LIST_BLOCK)) &&
	    !escargot(request))
		lists |= MSNP_LIST_ALLOW;
	msnp_server_put_on(server, request->account, contact, lists, addition->invitation,
			   addition->name);
	if (addition->alias != NULL && *addition->alias != '\0')
		msnp_server_set_alias(server, request->account, contact, addition->alias);
	msnp_server_request_done(request, contact->id);
}

void
msnp_server_op_ab_contact_add(MsnpServerRequest *request, xmlNode *body)
{
	Addition addition = { 0 };
	MsnpServerContact *contact =
	    read_addition(request, body, &addition) ? find_person(request, &addition) : NULL;

	if (contact != NULL)
		add_person(request, &addition, contact);
	addition_clear(&addition);
}

/* ---- ABContactUpdate ---- */

/* What propertiesChanged may name, and the child of contactInfo that goes with it. */
static const struct {
	const char *property;
	const char *child;
} properties[] = {
	{ "Annotation", "annotations" },
	{ "DisplayName", "displayName" },
	{ "IsMessengerUser", "isMessengerUser" },
	{ "Comment", "comment" },
	{ "ContactFirstName", "firstName" },
	{ "ContactLastName", "lastName" },
	{ "MiddleName", "MiddleName" },
	{ "ContactEmail", "emails" },
	{ "ContactPhone", "phones" },
	{ "ContactLocation", "locations" },
	{ "ContactWebSite", "webSites" },
	{ "ContactPrimaryEmailType", "primaryEmailType" },
	{ "ContactBirthDate", "birthdate" },
	{ "HasSpace", "hasSpace" },
};

/* Row 14: each property has its child, and each child is named. FALSE: rejected. */
static gboolean
check_properties(MsnpServerRequest *request, xmlNode *node)
{
	xmlNode *info = msnp_xml_child(node, "contactInfo");
	g_autofree char *text = msnp_xml_child_text(node, "propertiesChanged");
	g_auto(GStrv) names = g_strsplit_set(text, " ", -1);
	gboolean good = *text != '\0';

	for (char **name = names; good && *name != NULL; name++) {
		good = FALSE;
		for (guint i = 0; i < G_N_ELEMENTS(properties); i++)
			good = good || (strcmp(properties[i].property, *name) == 0 &&
					msnp_xml_child(info, properties[i].child) != NULL);
	}
	if (!good) {
		msnp_server_request_reject(
		    request, "services.md 15.14",
		    "propertiesChanged is empty, or names what is not in contactInfo: %s", text);
		return FALSE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(properties); i++) {
		if (msnp_xml_child(info, properties[i].child) != NULL &&
		    !g_strv_contains((const char *const *)names, properties[i].property))
			msnp_server_request_warn(request, "services.md 15.14",
						 "propertiesChanged does not name %s",
						 properties[i].property);
	}
	return TRUE;
}

static void
update_me(MsnpServerRequest *request, xmlNode *info)
{
	MsnpServerAccount *account = request->account;
	g_autofree char *blp = msnp_server_request_annotation(
	    request, msnp_xml_child(info, "annotations"), BLP, FALSE);

	if (blp != NULL && strcmp(blp, "1") != 0 && strcmp(blp, "2") != 0) {
		msnp_server_request_reject(request, "services.md 5.2", "%s with the value %s", BLP,
					   blp);
		return;
	}
	if (blp != NULL)
		msnp_server_set_privacy(request->server, account, strcmp(blp, "2") == 0);
	if (msnp_xml_child(info, "displayName") != NULL) {
		g_autofree char *name = msnp_server_request_user_text(request, info, "displayName");

		/* Accepted, but not kept, on the server that people use. */
		if (*name != '\0' && !escargot(request))
			msnp_server_set_name(request->server, account, name);
	}
	msnp_server_request_done(request, NULL);
}

/* Of what an update can say only the alias is kept: nothing else is asked for again. */
static void
update_contact(MsnpServerRequest *request, xmlNode *info, MsnpServerContact *contact)
{
	g_autofree char *alias = msnp_server_request_annotation(
	    request, msnp_xml_child(info, "annotations"), ALIAS, TRUE);

	if (alias != NULL)
		msnp_server_set_alias(request->server, request->account, contact, alias);
	msnp_server_request_done(request, NULL);
}

void
msnp_server_op_ab_contact_update(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *node = read_contact_node(request, body, "abId contacts");
	xmlNode *info = msnp_xml_child(node, "contactInfo");
	g_autofree char *type = msnp_xml_child_text(info, "contactType");
	gboolean me = strcmp(type, "Me") == 0;
	MsnpServerContact *contact;

	if (node == NULL ||
	    !msnp_server_request_children(request, node, MSNP_NS_AB,
					  me ? "contactInfo propertiesChanged"
					     : "contactId contactInfo propertiesChanged") ||
	    !check_properties(request, node))
		return;
	if (me) {
		update_me(request, info);
		return;
	}
	contact = msnp_server_request_contact(request, node);
	if (contact != NULL)
		update_contact(request, info, contact);
}

/* ---- ABContactDelete ---- */

void
msnp_server_op_ab_contact_delete(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *node = read_contact_node(request, body, "abId contacts");
	MsnpServerContact *contact;

	if (node == NULL || msnp_server_request_only(request, node, "contactId") == NULL)
		return;
	contact = msnp_server_request_contact(request, node);
	if (contact == NULL)
		return;
	msnp_server_take_off(request->server, request->account, contact, MSNP_LIST_FORWARD);
	msnp_server_request_done(request, NULL);
}
