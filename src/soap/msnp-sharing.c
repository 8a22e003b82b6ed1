/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FindMembership: request, and the sink that makes members of its answer (services.md 4). A member
 * is complete at its end tag, its role at that of Membership, its service at that of Service, so
 * that their order inside does not matter.
 */
#include "soap/msnp-sharing.h"

#include <string.h>

#include "soap/msnp-soap-client.h"
#include "util/msnp-text.h"

/* services.md 14.2. */
#define NAME_MAX_BYTES   1024
#define ID_MAX_BYTES     128
#define CHANGE_MAX_BYTES 64

/* 10,000 contacts on Allow and Reverse are 17 MB, somewhat more than the 16 MiB of services.md
 * 14.2; a list that the address book's limit lets through must not fail here. */
#define BODY_MAX (24 * 1024 * 1024)

enum {
	EL_SERVICE,
	EL_MEMBERSHIP,
	EL_MEMBER_ROLE,
	EL_MEMBER,
	EL_MEMBERSHIP_ID,
	EL_TYPE,
	EL_DISPLAY_NAME,
	EL_STATE,
	EL_DELETED,
	EL_PASSPORT_NAME,
	EL_HIDDEN,
	EL_EMAIL,
	EL_PHONE_NUMBER,
	EL_ANNOTATION,
	EL_NAME,
	EL_VALUE,
	EL_HANDLE,
	EL_LAST_CHANGE,
	N_ELEMENTS,
};

static const char *const names[] = {
	[EL_SERVICE] = "Service",
	[EL_MEMBERSHIP] = "Membership",
	[EL_MEMBER_ROLE] = "MemberRole",
	[EL_MEMBER] = "Member",
	[EL_MEMBERSHIP_ID] = "MembershipId",
	[EL_TYPE] = "Type",
	[EL_DISPLAY_NAME] = "DisplayName",
	[EL_STATE] = "State",
	[EL_DELETED] = "Deleted",
	[EL_PASSPORT_NAME] = "PassportName",
	[EL_HIDDEN] = "IsPassportNameHidden",
	[EL_EMAIL] = "Email",
	[EL_PHONE_NUMBER] = "PhoneNumber",
	[EL_ANNOTATION] = "Annotation",
	[EL_NAME] = "Name",
	[EL_VALUE] = "Value",
	[EL_HANDLE] = "Handle",
	[EL_LAST_CHANGE] = "LastChange",
	[N_ELEMENTS] = NULL,
};

G_STATIC_ASSERT(N_ELEMENTS <= MSNP_SOAP_NAMES_MAX);

typedef struct {
	const char *kind; /* part of xsi:type before "Member", and the text of Type */
	guint address;    /* element that holds it */
	guint network;
} Kind;

static const Kind kinds[] = {
	{ "Passport", EL_PASSPORT_NAME, MSNP_NETWORK_PASSPORT },
	{ "Email", EL_EMAIL, MSNP_NETWORK_YAHOO },
	{ "Phone", EL_PHONE_NUMBER, MSNP_NETWORK_PHONE },
};

static const struct {
	const char *role;
	guint list;
} roles[] = {
	{ "Allow", MSNP_LIST_ALLOW },
	{ "Block", MSNP_LIST_BLOCK },
	{ "Reverse", MSNP_LIST_REVERSE },
	{ "Pending", MSNP_LIST_PENDING },
};

typedef struct {
	MsnpMembership *membership;
	guint service_start, role_start; /* first member of the open Service and Membership */
	gboolean in_role;                /* whether a Membership is open */
	guint list;                      /* its list, 0 while unknown */
	gboolean is_messenger;           /* of the open Service */
	char *service_change;

	/* Of the open Member; strings are kept from one to the next and only grow. */
	char xsi_type[32];
	GString *fields[N_ELEMENTS];
	GString *annotation_name, *annotation_value;
	GString *buddy_type, *invite;
} Sink;

static void
member_free(gpointer data)
{
	MsnpMember *member = data;

	g_free(member->handle);
	g_free(member->membership_id);
	g_free(member->display_name);
	g_free(member->invite_message);
	g_free(member);
}

MsnpMembership *
msnp_membership_new(void)
{
	MsnpMembership *membership = g_new0(MsnpMembership, 1);

	membership->members = g_ptr_array_new_with_free_func(member_free);
	membership->last_change = g_strdup("");
	return membership;
}

void
msnp_membership_free(MsnpMembership *membership)
{
	if (membership == NULL)
		return;
	g_ptr_array_unref(membership->members);
	g_free(membership->last_change);
	g_free(membership);
}

static gpointer
sink_begin(void)
{
	Sink *sink = g_new0(Sink, 1);

	sink->membership = msnp_membership_new();
	sink->service_change = g_strdup("");
	for (guint i = EL_MEMBERSHIP_ID; i <= EL_PHONE_NUMBER; i++)
		sink->fields[i] = g_string_new(NULL);
	sink->annotation_name = g_string_new(NULL);
	sink->annotation_value = g_string_new(NULL);
	sink->buddy_type = g_string_new(NULL);
	sink->invite = g_string_new(NULL);
	return sink;
}

static void
sink_abandon(gpointer state)
{
	Sink *sink = state;

	msnp_membership_free(sink->membership);
	g_free(sink->service_change);
	for (guint i = EL_MEMBERSHIP_ID; i <= EL_PHONE_NUMBER; i++)
		g_string_free(sink->fields[i], TRUE);
	g_string_free(sink->annotation_name, TRUE);
	g_string_free(sink->annotation_value, TRUE);
	g_string_free(sink->buddy_type, TRUE);
	g_string_free(sink->invite, TRUE);
	g_free(sink);
}

static gpointer
sink_end(gpointer state, GError **error G_GNUC_UNUSED)
{
	MsnpMembership *membership = g_steal_pointer(&((Sink *)state)->membership);

	sink_abandon(state);
	return membership;
}

/* Takes back the members from start on. Elements nested as they never should be may have left
 * start behind the end. */
static void
drop_from(Sink *sink, guint start)
{
	if (start < sink->membership->members->len)
		g_ptr_array_set_size(sink->membership->members, start);
}

static void
sink_open(gpointer state, guint id, guint parent G_GNUC_UNUSED, const char *type)
{
	Sink *sink = state;

	switch (id) {
	case EL_SERVICE:
		sink->service_start = sink->membership->members->len;
		sink->is_messenger = FALSE;
		g_free(sink->service_change);
		sink->service_change = g_strdup("");
		break;
	case EL_MEMBERSHIP:
		/* One inside another: the members so far would never get a list. */
		if (sink->in_role)
			drop_from(sink, sink->role_start);
		sink->role_start = sink->membership->members->len;
		sink->list = 0;
		sink->in_role = TRUE;
		break;
	case EL_MEMBER:
		g_strlcpy(sink->xsi_type, type, sizeof sink->xsi_type);
		for (guint i = EL_MEMBERSHIP_ID; i <= EL_PHONE_NUMBER; i++)
			g_string_truncate(sink->fields[i], 0);
		g_string_truncate(sink->buddy_type, 0);
		g_string_truncate(sink->invite, 0);
		break;
	case EL_ANNOTATION:
		g_string_truncate(sink->annotation_name, 0);
		g_string_truncate(sink->annotation_value, 0);
		break;
	default:
		break;
	}
}

static gboolean
is_true(const char *text)
{
	return strcmp(text, "1") == 0 || g_ascii_strcasecmp(text, "true") == 0;
}

/* xsi:type says what a member is; where it is missing, Type does. */
static const Kind *
member_kind(const Sink *sink)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		gsize length = strlen(kinds[i].kind);

		if (*sink->xsi_type == '\0' ? strcmp(sink->fields[EL_TYPE]->str, kinds[i].kind) == 0
					    : strncmp(sink->xsi_type, kinds[i].kind, length) == 0 &&
						  strcmp(sink->xsi_type + length, "Member") == 0)
			return &kinds[i];
	}
	return NULL;
}

/* "32:" and the like, of an e-mail member. */
static guint
buddy_network(const Sink *sink, guint otherwise)
{
	const char *text = sink->buddy_type->str;
	char *end = NULL;
	guint64 network = g_ascii_strtoull(text, &end, 10);

	return end != text && *end == ':' && network > 0 && network <= 128 ? network : otherwise;
}

/* The address as the lists know it, NULL if it is none. */
static char *
member_handle(const Sink *sink, const Kind *kind)
{
	const char *text = sink->fields[kind->address]->str;
	g_autofree char *prefixed = NULL;
	g_autofree char *handle = NULL;

	if (kind->network == MSNP_NETWORK_PHONE && !g_str_has_prefix(text, "tel:"))
		text = prefixed = g_strconcat("tel:", text, NULL);
	handle = msnp_handle_normalize(text);
	if (!msnp_handle_is_valid(handle) ||
	    msnp_handle_is_phone(handle) != (kind->network == MSNP_NETWORK_PHONE))
		return NULL;
	return g_steal_pointer(&handle);
}

static void
add_member(Sink *sink, GError **error)
{
	const Kind *kind = member_kind(sink);
	const char *state = sink->fields[EL_STATE]->str;
	char *handle;
	MsnpMember *member;

	if (!sink->in_role || kind == NULL || is_true(sink->fields[EL_HIDDEN]->str) ||
	    (strcmp(state, "Accepted") != 0 && strcmp(state, "Pending") != 0))
		return;
	handle = member_handle(sink, kind);
	if (handle == NULL)
		return;
	if (sink->membership->members->len >= sink->role_start + MSNP_MEMBERS_MAX) {
		g_free(handle);
		g_set_error_literal(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE,
				    "a list has too many members");
		return;
	}
	member = g_new0(MsnpMember, 1);
	member->handle = handle;
	member->network =
	    kind->address == EL_EMAIL ? buddy_network(sink, kind->network) : kind->network;
	member->deleted = is_true(sink->fields[EL_DELETED]->str);
	member->membership_id =
	    msnp_text_clean(sink->fields[EL_MEMBERSHIP_ID]->str, -1, ID_MAX_BYTES, MSNP_TEXT_LINE);
	member->display_name = msnp_text_clean(sink->fields[EL_DISPLAY_NAME]->str, -1,
					       NAME_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
	member->invite_message =
	    msnp_text_clean(sink->invite->str, -1, NAME_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
	g_ptr_array_add(sink->membership->members, member);
}

static void
end_annotation(Sink *sink)
{
	const char *name = sink->annotation_name->str;

	if (strcmp(name, "MSN.IM.BuddyType") == 0)
		g_string_assign(sink->buddy_type, sink->annotation_value->str);
	else if (strcmp(name, "MSN.IM.InviteMessage") == 0)
		g_string_assign(sink->invite, sink->annotation_value->str);
}

static guint
list_of_role(const char *role)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (strcmp(roles[i].role, role) == 0)
			return roles[i].list;
	}
	return 0;
}

/* Members of a role that we do not know are dropped. */
static void
end_role(Sink *sink)
{
	GPtrArray *members = sink->membership->members;

	if (sink->list == 0)
		drop_from(sink, sink->role_start);
	for (guint i = sink->role_start; i < members->len; i++)
		((MsnpMember *)members->pdata[i])->list = sink->list;
	sink->role_start = members->len;
	sink->list = 0;
	sink->in_role = FALSE;
}

/* Of all services only Messenger is ours. */
static void
end_service(Sink *sink)
{
	MsnpMembership *membership = sink->membership;

	if (!sink->is_messenger) {
		drop_from(sink, sink->service_start);
		return;
	}
	g_free(membership->last_change);
	membership->last_change =
	    msnp_text_clean(sink->service_change, -1, CHANGE_MAX_BYTES, MSNP_TEXT_LINE);
}

static void
close_leaf(Sink *sink, guint id, guint parent, const char *text)
{
	if (parent == EL_MEMBER && id < N_ELEMENTS && sink->fields[id] != NULL) {
		g_string_assign(sink->fields[id], text);
	} else if (parent == EL_ANNOTATION && id == EL_NAME) {
		g_string_assign(sink->annotation_name, text);
	} else if (parent == EL_ANNOTATION && id == EL_VALUE) {
		g_string_assign(sink->annotation_value, text);
	} else if (parent == EL_MEMBERSHIP && id == EL_MEMBER_ROLE) {
		sink->list = list_of_role(text);
	} else if (parent == EL_HANDLE && id == EL_TYPE) {
		sink->is_messenger = strcmp(text, "Messenger") == 0;
	} else if (parent == EL_SERVICE && id == EL_LAST_CHANGE) {
		g_free(sink->service_change);
		sink->service_change = g_strdup(text);
	}
}

static void
sink_close(gpointer state, guint id, guint parent, const char *text, GError **error)
{
	Sink *sink = state;

	switch (id) {
	case EL_MEMBER:
		add_member(sink, error);
		break;
	case EL_ANNOTATION:
		end_annotation(sink);
		break;
	case EL_MEMBERSHIP:
		end_role(sink);
		break;
	case EL_SERVICE:
		end_service(sink);
		break;
	default:
		close_leaf(sink, id, parent, text);
		break;
	}
}

static const MsnpSoapStream sink_stream = {
	.names = names,
	.begin = sink_begin,
	.open = sink_open,
	.close = sink_close,
	.end = sink_end,
	.abandon = sink_abandon,
};

static void
find_membership_build(MsnpXmlBuilder *builder, gconstpointer args)
{
	msnp_xml_open_ns(builder, "FindMembership", NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_open(builder, "serviceFilter");
	msnp_xml_open(builder, "Types");
	msnp_xml_leaf(builder, "ServiceType", "Messenger");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "View", "Full");
	msnp_soap_build_range(builder, args);
	msnp_xml_close(builder);
}

const MsnpSoapOp msnp_op_find_membership = {
	.name = "FindMembership",
	.soap_action = MSNP_NS_ADDRESSBOOK "/FindMembership",
	.service = MSNP_SERVICE_SHARING,
	.ticket = MSNP_TICKET_CONTACTS,
	.scenario = "Initial",
	.choose_scenario = msnp_soap_read_scenario,
	.body_max = BODY_MAX,
	.deadline_ms = 120000,
	.is_read = TRUE,
	.args = &msnp_list_read_args,
	.build = find_membership_build,
	.response = "FindMembershipResponse",
	.stream = &sink_stream,
	.free_result = (GDestroyNotify)msnp_membership_free,
};
