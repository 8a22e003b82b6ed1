/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bodies of the writes, element by element in the order of the published schemas, and the two
 * ids that answers give (services.md 7, 8). Knows nothing of HTTP, nor of the order of writes.
 */
#include "soap/msnp-list-write.h"

#include "soap/msnp-soap-client.h"
#include "util/msnp-text.h"

/* Of every group: services.md 7.4. */
#define GROUP_TYPE "C8529CE2-6EAD-434d-881F-341E17DB3FF8"

/* services.md 14.2. */
#define ID_MAX_BYTES 128
#define BODY_MAX     (1024 * 1024)
#define DEADLINE_MS  30000

typedef struct {
	const char *role;
	guint list;
	/* PartnerScenario of adding and of deleting; NULL for what is never sent (services.md 8).
	 */
	const char *add, *remove;
} Role;

static const Role roles[] = {
	{ "Allow", MSNP_LIST_ALLOW, "BlockUnblock", "BlockUnblock" },
	{ "Block", MSNP_LIST_BLOCK, "BlockUnblock", "BlockUnblock" },
	{ "Reverse", MSNP_LIST_REVERSE, "ContactMsgrAPI", NULL },
	{ "Pending", MSNP_LIST_PENDING, NULL, "ContactMsgrAPI" },
};

typedef enum { KIND_PASSPORT, KIND_EMAIL, KIND_PHONE } Kind;

/* How the service calls a kind of person as a member, and the element that has the address. */
static const struct {
	const char *xsi_type, *type, *address;
} kinds[] = {
	[KIND_PASSPORT] = { "PassportMember", "Passport", "PassportName" },
	[KIND_EMAIL] = { "EmailMember", "Email", "Email" },
	[KIND_PHONE] = { "PhoneMember", "Phone", "PhoneNumber" },
};

static Kind
kind_of(const MsnpListWrite *args)
{
	switch (args->network) {
	case 0: /* none named: the server's own */
	case MSNP_NETWORK_PASSPORT:
		return KIND_PASSPORT;
	case MSNP_NETWORK_PHONE:
		return KIND_PHONE;
	default:
		return KIND_EMAIL;
	}
}

/* ---- pieces ---- */

static gboolean
is_given(const char *text)
{
	return text != NULL && *text != '\0';
}

static void
leaf(MsnpXmlBuilder *builder, const char *name, const char *text)
{
	msnp_xml_leaf(builder, name, text == NULL ? "" : text);
}

/* What a user has typed. Without the hint there are servers that take "007" for a number:
 * services.md 1.4. */
static void
text_leaf(MsnpXmlBuilder *builder, const char *name, const char *text)
{
	msnp_xml_open(builder, name);
	msnp_xml_attr(builder, "xsi:type", "xsd:string");
	msnp_xml_add_text(builder, text == NULL ? "" : text);
	msnp_xml_close(builder);
}

typedef void (*AddLeaf)(MsnpXmlBuilder *builder, const char *name, const char *text);

/* add_value: leaf for words of the protocol, text_leaf for those of a user. */
static void
annotation(MsnpXmlBuilder *builder, const char *around, const char *name, AddLeaf add_value,
	   const char *value)
{
	msnp_xml_open(builder, around);
	msnp_xml_open(builder, "Annotation");
	leaf(builder, "Name", name);
	add_value(builder, "Value", value);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

/* The operation and what all those of the address book begin with. */
static void
open_ab(MsnpXmlBuilder *builder, const char *operation)
{
	msnp_xml_open_ns(builder, operation, NULL, MSNP_NS_ADDRESSBOOK);
	leaf(builder, "abId", MSNP_ZERO_GUID);
}

static void
close_all(MsnpXmlBuilder *builder, guint n)
{
	while (n-- > 0)
		msnp_xml_close(builder);
}

static void
contact_filter(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	msnp_xml_open(builder, "contacts");
	msnp_xml_open(builder, "Contact");
	leaf(builder, "contactId", args->contact_id);
	close_all(builder, 2);
}

static void
group_filter(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	msnp_xml_open(builder, "groupFilter");
	msnp_xml_open(builder, "groupIds");
	leaf(builder, "guid", args->group_id);
	close_all(builder, 2);
}

/* ---- contacts: services.md 7.1 to 7.3 ---- */

static void
email_of_contact(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	g_autofree char *capability = g_strdup_printf("%u", args->network);

	msnp_xml_open(builder, "emails");
	msnp_xml_open(builder, "ContactEmail");
	leaf(builder, "contactEmailType", "Messenger2");
	leaf(builder, "email", args->handle);
	leaf(builder, "isMessengerEnabled", "true");
	leaf(builder, "Capability", capability);
	leaf(builder, "MessengerEnabledExternally", "false");
	leaf(builder, "propertiesChanged", "");
	close_all(builder, 2);
}

/* In the form in which such contacts come back: services.md 5.2, rule 3. */
static void
phone_of_contact(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	const char *handle = args->handle == NULL ? "" : args->handle;

	msnp_xml_open(builder, "phones");
	msnp_xml_open(builder, "ContactPhone");
	leaf(builder, "contactPhoneType", "ContactPhoneMobile");
	leaf(builder, "number", g_str_has_prefix(handle, "tel:") ? handle + 4 : handle);
	leaf(builder, "isMessengerEnabled", "true");
	leaf(builder, "propertiesChanged", "");
	close_all(builder, 2);
}

/* What the other one's prompt shows of us. */
static void
invitation(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	if (!is_given(args->text) && !is_given(args->own_name))
		return;
	msnp_xml_open(builder, "MessengerMemberInfo");
	if (is_given(args->text))
		annotation(builder, "PendingAnnotations", "MSN.IM.InviteMessage", text_leaf,
			   args->text);
	text_leaf(builder, "DisplayName", args->own_name);
	msnp_xml_close(builder);
}

static void
contact_info(MsnpXmlBuilder *builder, const MsnpListWrite *args)
{
	switch (kind_of(args)) {
	case KIND_PASSPORT:
		leaf(builder, "contactType", "LivePending");
		leaf(builder, "passportName", args->handle);
		leaf(builder, "isMessengerUser", "true");
		break;
	case KIND_EMAIL:
		email_of_contact(builder, args);
		leaf(builder, "contactType", "Regular");
		break;
	case KIND_PHONE:
		phone_of_contact(builder, args);
		leaf(builder, "contactType", "Regular");
		leaf(builder, "isMobileIMEnabled", "true");
		break;
	}
	invitation(builder, args);
}

static void
contact_add_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	open_ab(builder, "ABContactAdd");
	msnp_xml_open(builder, "contacts");
	msnp_xml_open(builder, "Contact");
	msnp_xml_open(builder, "contactInfo");
	contact_info(builder, data);
	close_all(builder, 3);
	msnp_xml_open(builder, "options");
	leaf(builder, "EnableAllowListManagement", "true");
	close_all(builder, 2);
}

static void
contact_delete_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	open_ab(builder, "ABContactDelete");
	contact_filter(builder, data);
	msnp_xml_close(builder);
}

/* Up to the open contactInfo. contact_id NULL: of oneself. */
static void
open_contact_update(MsnpXmlBuilder *builder, const char *contact_id)
{
	open_ab(builder, "ABContactUpdate");
	msnp_xml_open(builder, "contacts");
	msnp_xml_open(builder, "Contact");
	if (contact_id != NULL)
		leaf(builder, "contactId", contact_id);
	msnp_xml_open(builder, "contactInfo");
}

/* changed is a list, each name followed by a blank. */
static void
close_contact_update(MsnpXmlBuilder *builder, const char *changed)
{
	msnp_xml_close(builder);
	leaf(builder, "propertiesChanged", changed);
	close_all(builder, 3);
}

static void
contact_alias_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;

	open_contact_update(builder, args->contact_id == NULL ? "" : args->contact_id);
	annotation(builder, "annotations", "AB.NickName", text_leaf, args->text);
	close_contact_update(builder, "Annotation ");
}

static void
privacy_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;

	open_contact_update(builder, NULL);
	annotation(builder, "annotations", "MSN.IM.BLP", leaf, args->blp == 2 ? "2" : "1");
	leaf(builder, "contactType", "Me");
	close_contact_update(builder, "Annotation ");
}

static void
own_name_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;

	open_contact_update(builder, NULL);
	leaf(builder, "contactType", "Me");
	text_leaf(builder, "displayName", args->own_name);
	close_contact_update(builder, "DisplayName ");
}

/* ---- groups: services.md 7.4 ---- */

static void
group_add_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;

	open_ab(builder, "ABGroupAdd");
	msnp_xml_open(builder, "groupAddOptions");
	leaf(builder, "fRenameOnMsgrConflict", "false");
	msnp_xml_close(builder);
	msnp_xml_open(builder, "groupInfo");
	msnp_xml_open(builder, "GroupInfo");
	leaf(builder, "groupType", GROUP_TYPE);
	text_leaf(builder, "name", args->text);
	close_all(builder, 3);
}

static void
group_rename_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;

	open_ab(builder, "ABGroupUpdate");
	msnp_xml_open(builder, "groups");
	msnp_xml_open(builder, "Group");
	leaf(builder, "groupId", args->group_id);
	msnp_xml_open(builder, "groupInfo");
	text_leaf(builder, "name", args->text);
	msnp_xml_close(builder);
	leaf(builder, "propertiesChanged", "GroupName ");
	close_all(builder, 3);
}

static void
group_delete_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	open_ab(builder, "ABGroupDelete");
	group_filter(builder, data);
	msnp_xml_close(builder);
}

static void
group_contact_add_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	open_ab(builder, "ABGroupContactAdd");
	group_filter(builder, data);
	contact_filter(builder, data);
	msnp_xml_close(builder);
}

/* The other way round than adding: so it is in the schema. */
static void
group_contact_delete_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	open_ab(builder, "ABGroupContactDelete");
	contact_filter(builder, data);
	group_filter(builder, data);
	msnp_xml_close(builder);
}

/* ---- members: services.md 8 ---- */

/* Lists come from our own code: one that is not there is a mistake in it. */
static const Role *
role_of(const MsnpListWrite *args)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (roles[i].list == args->list)
			return &roles[i];
	}
	return NULL;
}

/* membership_id NULL: it is not given. */
static void
add_member(MsnpXmlBuilder *builder, const MsnpListWrite *args, const char *membership_id)
{
	Kind kind = kind_of(args);

	msnp_xml_open(builder, "Member");
	msnp_xml_attr(builder, "xsi:type", kinds[kind].xsi_type);
	if (is_given(membership_id))
		leaf(builder, "MembershipId", membership_id);
	leaf(builder, "Type", kinds[kind].type);
	leaf(builder, "State", "Accepted");
	if (kind == KIND_EMAIL) {
		g_autofree char *network = g_strdup_printf("%u:", args->network);

		annotation(builder, "Annotations", "MSN.IM.BuddyType", leaf, network);
	}
	leaf(builder, kinds[kind].address, args->handle);
	msnp_xml_close(builder);
}

static void
member_build(MsnpXmlBuilder *builder, const char *operation, const MsnpListWrite *args,
	     const Role *role, const char *membership_id)
{
	msnp_xml_open_ns(builder, operation, NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_open(builder, "serviceHandle");
	leaf(builder, "Id", "0");
	leaf(builder, "Type", "Messenger");
	leaf(builder, "ForeignId", "");
	msnp_xml_close(builder);
	msnp_xml_open(builder, "memberships");
	msnp_xml_open(builder, "Membership");
	leaf(builder, "MemberRole", role->role);
	msnp_xml_open(builder, "Members");
	add_member(builder, args, membership_id);
	close_all(builder, 4);
}

static void
add_member_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const Role *role = role_of(data);

	g_return_if_fail(role != NULL && role->add != NULL);
	member_build(builder, "AddMember", data, role, NULL);
}

static void
delete_member_build(MsnpXmlBuilder *builder, gconstpointer data)
{
	const MsnpListWrite *args = data;
	const Role *role = role_of(args);

	g_return_if_fail(role != NULL && role->remove != NULL);
	member_build(builder, "DeleteMember", args, role, args->membership_id);
}

static const char *
add_member_scenario(gconstpointer data)
{
	const Role *role = role_of(data);

	return role == NULL ? NULL : role->add;
}

static const char *
delete_member_scenario(gconstpointer data)
{
	const Role *role = role_of(data);

	return role == NULL ? NULL : role->remove;
}

/* ---- answers ---- */

static gpointer
parse_guid(xmlNode *response, const char *result, GError **error)
{
	g_autofree char *text = msnp_xml_text(msnp_xml_path(response, result, "guid", NULL));

	if (*text == '\0') {
		g_set_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_ANSWER,
			    "%s names no id of what was made", result);
		return NULL;
	}
	return msnp_text_clean(text, -1, ID_MAX_BYTES, MSNP_TEXT_LINE);
}

static gpointer
contact_add_parse(xmlNode *response, GError **error)
{
	return parse_guid(response, "ABContactAddResult", error);
}

static gpointer
group_add_parse(xmlNode *response, GError **error)
{
	return parse_guid(response, "ABGroupAddResult", error);
}

/* ---- the operations ---- */

static gpointer
write_copy(gconstpointer data)
{
	MsnpListWrite *copy = g_memdup2(data, sizeof(MsnpListWrite));

	copy->handle = g_strdup(copy->handle);
	copy->membership_id = g_strdup(copy->membership_id);
	copy->contact_id = g_strdup(copy->contact_id);
	copy->group_id = g_strdup(copy->group_id);
	copy->text = g_strdup(copy->text);
	copy->own_name = g_strdup(copy->own_name);
	return copy;
}

static void
write_free(gpointer data)
{
	MsnpListWrite *args = data;

	g_free((char *)args->handle);
	g_free((char *)args->membership_id);
	g_free((char *)args->contact_id);
	g_free((char *)args->group_id);
	g_free((char *)args->text);
	g_free((char *)args->own_name);
	g_free(args);
}

static const MsnpSoapArgs write_args = { write_copy, write_free };

/* What all have in common. is_read stays FALSE: a lost answer does not say that nothing was done.
 */
#define WRITE(operation, to)                                                                       \
	.name = operation, .soap_action = MSNP_NS_ADDRESSBOOK "/" operation, .service = to,        \
	.ticket = MSNP_TICKET_CONTACTS, .body_max = BODY_MAX, .deadline_ms = DEADLINE_MS,          \
	.response = operation "Response", .args = &write_args
#define AB_WRITE(operation) WRITE(operation, MSNP_SERVICE_ADDRESSBOOK)

const MsnpSoapOp msnp_op_ab_contact_add = {
	AB_WRITE("ABContactAdd"),   .scenario = "ContactSave", .build = contact_add_build,
	.parse = contact_add_parse, .free_result = g_free,
};

const MsnpSoapOp msnp_op_ab_contact_delete = {
	AB_WRITE("ABContactDelete"),
	.scenario = "Timer",
	.is_delete = TRUE,
	.build = contact_delete_build,
};

const MsnpSoapOp msnp_op_ab_contact_alias = {
	AB_WRITE("ABContactUpdate"),
	.scenario = "ContactSave",
	.build = contact_alias_build,
};

const MsnpSoapOp msnp_op_ab_privacy = {
	AB_WRITE("ABContactUpdate"),
	.scenario = "PrivacyApply",
	.build = privacy_build,
};

const MsnpSoapOp msnp_op_ab_own_name = {
	AB_WRITE("ABContactUpdate"),
	.scenario = "ContactSave",
	.build = own_name_build,
};

const MsnpSoapOp msnp_op_ab_group_add = {
	AB_WRITE("ABGroupAdd"),   .scenario = "GroupSave", .build = group_add_build,
	.parse = group_add_parse, .free_result = g_free,
};

const MsnpSoapOp msnp_op_ab_group_rename = {
	AB_WRITE("ABGroupUpdate"),
	.scenario = "Timer",
	.build = group_rename_build,
};

const MsnpSoapOp msnp_op_ab_group_delete = {
	AB_WRITE("ABGroupDelete"),
	.scenario = "Timer",
	.is_delete = TRUE,
	.build = group_delete_build,
};

const MsnpSoapOp msnp_op_ab_group_contact_add = {
	AB_WRITE("ABGroupContactAdd"),
	.scenario = "ContactSave",
	.build = group_contact_add_build,
};

const MsnpSoapOp msnp_op_ab_group_contact_delete = {
	AB_WRITE("ABGroupContactDelete"),
	.scenario = "Timer",
	.is_delete = TRUE,
	.build = group_contact_delete_build,
};

const MsnpSoapOp msnp_op_add_member = {
	WRITE("AddMember", MSNP_SERVICE_SHARING),
	.scenario = "BlockUnblock",
	.choose_scenario = add_member_scenario,
	.build = add_member_build,
};

const MsnpSoapOp msnp_op_delete_member = {
	WRITE("DeleteMember", MSNP_SERVICE_SHARING),
	.scenario = "BlockUnblock",
	.choose_scenario = delete_member_scenario,
	.is_delete = TRUE,
	.build = delete_member_build,
};
