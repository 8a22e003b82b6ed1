/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ABFindAll and ABAdd: requests, and the sink that makes contacts and groups of the large answer
 * (services.md 5). Knows nothing of HTTP.
 */
#include "soap/msnp-addressbook.h"

#include <string.h>

#include "soap/msnp-soap-client.h"
#include "util/msnp-text.h"

/* services.md 14.2. */
#define NAME_MAX_BYTES   1024
#define GROUP_MAX_BYTES  256
#define PHONE_MAX_BYTES  128
#define ID_MAX_BYTES     128
#define CHANGE_MAX_BYTES 64

/* Elements, each told apart from its namesakes by the one above it. */
enum {
	EL_GROUP,
	EL_GROUP_INFO,
	EL_GROUP_ID,
	EL_GROUP_NAME,
	EL_CONTACT,
	EL_CONTACT_INFO,
	EL_CONTACT_ID,
	EL_CONTACT_TYPE,
	EL_QUICK_NAME,
	EL_DISPLAY_NAME,
	EL_PASSPORT_NAME,
	EL_HIDDEN,
	EL_MESSENGER_USER,
	EL_MOBILE_ENABLED,
	EL_GROUP_IDS,
	EL_GUID,
	EL_ANNOTATION,
	EL_ANNOTATION_NAME,
	EL_ANNOTATION_VALUE,
	EL_CONTACT_EMAIL,
	EL_EMAIL_TYPE,
	EL_EMAIL,
	EL_CAPABILITY,
	EL_ENABLED,
	EL_CONTACT_PHONE,
	EL_PHONE_TYPE,
	EL_NUMBER,
	EL_DELETED,
	EL_CHANGED,
	EL_AB,
	EL_LAST_CHANGE,
	N_ELEMENTS,
};

static const char *const names[] = {
	[EL_GROUP] = "Group",
	[EL_GROUP_INFO] = "groupInfo",
	[EL_GROUP_ID] = "groupId",
	[EL_GROUP_NAME] = "name",
	[EL_CONTACT] = "Contact",
	[EL_CONTACT_INFO] = "contactInfo",
	[EL_CONTACT_ID] = "contactId",
	[EL_CONTACT_TYPE] = "contactType",
	[EL_QUICK_NAME] = "quickName",
	[EL_DISPLAY_NAME] = "displayName",
	[EL_PASSPORT_NAME] = "passportName",
	[EL_HIDDEN] = "IsPassportNameHidden",
	[EL_MESSENGER_USER] = "isMessengerUser",
	[EL_MOBILE_ENABLED] = "isMobileIMEnabled",
	[EL_GROUP_IDS] = "groupIds",
	[EL_GUID] = "guid",
	[EL_ANNOTATION] = "Annotation",
	[EL_ANNOTATION_NAME] = "Name",
	[EL_ANNOTATION_VALUE] = "Value",
	[EL_CONTACT_EMAIL] = "ContactEmail",
	[EL_EMAIL_TYPE] = "contactEmailType",
	[EL_EMAIL] = "email",
	[EL_CAPABILITY] = "Capability",
	[EL_ENABLED] = "isMessengerEnabled",
	[EL_CONTACT_PHONE] = "ContactPhone",
	[EL_PHONE_TYPE] = "contactPhoneType",
	[EL_NUMBER] = "number",
	[EL_DELETED] = "fDeleted",
	[EL_CHANGED] = "propertiesChanged",
	[EL_AB] = "ab",
	[EL_LAST_CHANGE] = "lastChange",
	[N_ELEMENTS] = NULL,
};

G_STATIC_ASSERT(N_ELEMENTS <= MSNP_SOAP_NAMES_MAX);

typedef struct {
	guint id, parent;
} Place;

/* Leaves whose text is kept until the element around them ends. */
enum {
	LEAF_GROUP_ID,
	LEAF_GROUP_NAME,
	LEAF_GROUP_DELETED,
	LEAF_CONTACT_ID,
	LEAF_CONTACT_DELETED,
	LEAF_CONTACT_CHANGED,
	LEAF_CONTACT_TYPE,
	LEAF_QUICK_NAME,
	LEAF_DISPLAY_NAME,
	LEAF_PASSPORT_NAME,
	LEAF_HIDDEN,
	LEAF_MESSENGER_USER,
	LEAF_MOBILE_ENABLED,
	LEAF_ANNOTATION_NAME,
	LEAF_ANNOTATION_VALUE,
	LEAF_EMAIL_TYPE,
	LEAF_EMAIL,
	LEAF_EMAIL_ENABLED,
	LEAF_CAPABILITY,
	LEAF_PHONE_TYPE,
	LEAF_NUMBER,
	LEAF_PHONE_ENABLED,
	N_LEAVES,
	/* Those of one element stand together. */
	LEAF_GROUP_FIRST = LEAF_GROUP_ID,
	LEAF_GROUP_LAST = LEAF_GROUP_DELETED,
	LEAF_CONTACT_FIRST = LEAF_CONTACT_ID,
	LEAF_CONTACT_LAST = LEAF_MOBILE_ENABLED,
	LEAF_ANNOTATION_FIRST = LEAF_ANNOTATION_NAME,
	LEAF_ANNOTATION_LAST = LEAF_ANNOTATION_VALUE,
	LEAF_EMAIL_FIRST = LEAF_EMAIL_TYPE,
	LEAF_EMAIL_LAST = LEAF_CAPABILITY,
	LEAF_PHONE_FIRST = LEAF_PHONE_TYPE,
	LEAF_PHONE_LAST = LEAF_PHONE_ENABLED,
};

static const Place leaves[] = {
	[LEAF_GROUP_ID] = { EL_GROUP_ID, EL_GROUP },
	[LEAF_GROUP_NAME] = { EL_GROUP_NAME, EL_GROUP_INFO },
	[LEAF_GROUP_DELETED] = { EL_DELETED, EL_GROUP },
	[LEAF_CONTACT_ID] = { EL_CONTACT_ID, EL_CONTACT },
	[LEAF_CONTACT_DELETED] = { EL_DELETED, EL_CONTACT },
	[LEAF_CONTACT_CHANGED] = { EL_CHANGED, EL_CONTACT },
	[LEAF_CONTACT_TYPE] = { EL_CONTACT_TYPE, EL_CONTACT_INFO },
	[LEAF_QUICK_NAME] = { EL_QUICK_NAME, EL_CONTACT_INFO },
	[LEAF_DISPLAY_NAME] = { EL_DISPLAY_NAME, EL_CONTACT_INFO },
	[LEAF_PASSPORT_NAME] = { EL_PASSPORT_NAME, EL_CONTACT_INFO },
	[LEAF_HIDDEN] = { EL_HIDDEN, EL_CONTACT_INFO },
	[LEAF_MESSENGER_USER] = { EL_MESSENGER_USER, EL_CONTACT_INFO },
	[LEAF_MOBILE_ENABLED] = { EL_MOBILE_ENABLED, EL_CONTACT_INFO },
	[LEAF_ANNOTATION_NAME] = { EL_ANNOTATION_NAME, EL_ANNOTATION },
	[LEAF_ANNOTATION_VALUE] = { EL_ANNOTATION_VALUE, EL_ANNOTATION },
	[LEAF_EMAIL_TYPE] = { EL_EMAIL_TYPE, EL_CONTACT_EMAIL },
	[LEAF_EMAIL] = { EL_EMAIL, EL_CONTACT_EMAIL },
	[LEAF_EMAIL_ENABLED] = { EL_ENABLED, EL_CONTACT_EMAIL },
	[LEAF_CAPABILITY] = { EL_CAPABILITY, EL_CONTACT_EMAIL },
	[LEAF_PHONE_TYPE] = { EL_PHONE_TYPE, EL_CONTACT_PHONE },
	[LEAF_NUMBER] = { EL_NUMBER, EL_CONTACT_PHONE },
	[LEAF_PHONE_ENABLED] = { EL_ENABLED, EL_CONTACT_PHONE },
};

G_STATIC_ASSERT(G_N_ELEMENTS(leaves) == N_LEAVES);

typedef struct {
	MsnpAddressBook *book;
	guint seen;                /* contacts in the answer, also those left out */
	GString *leaves[N_LEAVES]; /* of the open elements; kept from one to the next */

	/* Of the open Contact, beside its leaves. */
	GPtrArray *group_ids;
	char *nickname; /* NULL if none was given */
	int blp;
	char *mail; /* the first usable address, NULL if there is none */
	guint mail_network;
	char *mobile; /* the same for phones that take messages */
	char *phone_home, *phone_work, *phone_mobile;
} Sink;

static void
group_free(gpointer data)
{
	MsnpAbGroup *group = data;

	g_free(group->id);
	g_free(group->name);
	g_free(group);
}

static void
contact_free(gpointer data)
{
	MsnpAbContact *contact = data;

	g_free(contact->id);
	g_free(contact->handle);
	g_free(contact->display_name);
	g_free(contact->nickname);
	g_strfreev(contact->group_ids);
	g_free(contact->phone_home);
	g_free(contact->phone_work);
	g_free(contact->phone_mobile);
	g_free(contact);
}

MsnpAddressBook *
msnp_address_book_new(void)
{
	MsnpAddressBook *book = g_new0(MsnpAddressBook, 1);

	book->groups = g_ptr_array_new_with_free_func(group_free);
	book->contacts = g_ptr_array_new_with_free_func(contact_free);
	book->own_name = g_strdup("");
	book->last_change = g_strdup("");
	return book;
}

void
msnp_address_book_free(MsnpAddressBook *book)
{
	if (book == NULL)
		return;
	g_ptr_array_unref(book->groups);
	g_ptr_array_unref(book->contacts);
	g_free(book->own_name);
	g_free(book->last_change);
	g_free(book);
}

static gpointer
sink_begin(void)
{
	Sink *sink = g_new0(Sink, 1);

	sink->book = msnp_address_book_new();
	for (guint i = 0; i < N_LEAVES; i++)
		sink->leaves[i] = g_string_new(NULL);
	sink->group_ids = g_ptr_array_new_with_free_func(g_free);
	return sink;
}

static void
clear_leaves(Sink *sink, guint first, guint last)
{
	for (guint i = first; i <= last; i++)
		g_string_truncate(sink->leaves[i], 0);
}

static void
clear_contact(Sink *sink)
{
	clear_leaves(sink, LEAF_CONTACT_FIRST, LEAF_CONTACT_LAST);
	g_ptr_array_set_size(sink->group_ids, 0);
	g_clear_pointer(&sink->nickname, g_free);
	sink->blp = 0;
	g_clear_pointer(&sink->mail, g_free);
	g_clear_pointer(&sink->mobile, g_free);
	g_clear_pointer(&sink->phone_home, g_free);
	g_clear_pointer(&sink->phone_work, g_free);
	g_clear_pointer(&sink->phone_mobile, g_free);
}

static void
sink_abandon(gpointer state)
{
	Sink *sink = state;

	clear_contact(sink);
	msnp_address_book_free(sink->book);
	for (guint i = 0; i < N_LEAVES; i++)
		g_string_free(sink->leaves[i], TRUE);
	g_ptr_array_unref(sink->group_ids);
	g_free(sink);
}

static gpointer
sink_end(gpointer state, GError **error G_GNUC_UNUSED)
{
	MsnpAddressBook *book = g_steal_pointer(&((Sink *)state)->book);

	sink_abandon(state);
	return book;
}

static void
sink_open(gpointer state, guint id, guint parent G_GNUC_UNUSED, const char *type G_GNUC_UNUSED)
{
	Sink *sink = state;

	switch (id) {
	case EL_GROUP:
		clear_leaves(sink, LEAF_GROUP_FIRST, LEAF_GROUP_LAST);
		break;
	case EL_CONTACT:
		clear_contact(sink);
		break;
	case EL_ANNOTATION:
		clear_leaves(sink, LEAF_ANNOTATION_FIRST, LEAF_ANNOTATION_LAST);
		break;
	case EL_CONTACT_EMAIL:
		clear_leaves(sink, LEAF_EMAIL_FIRST, LEAF_EMAIL_LAST);
		break;
	case EL_CONTACT_PHONE:
		clear_leaves(sink, LEAF_PHONE_FIRST, LEAF_PHONE_LAST);
		break;
	default:
		break;
	}
}

/* ---- what the elements mean ---- */

static const char *
leaf(const Sink *sink, guint which)
{
	return sink->leaves[which]->str;
}

static gboolean
leaf_is(const Sink *sink, guint which, gboolean value)
{
	const char *text = leaf(sink, which);

	return value ? strcmp(text, "1") == 0 || g_ascii_strcasecmp(text, "true") == 0
		     : strcmp(text, "0") == 0 || g_ascii_strcasecmp(text, "false") == 0;
}

static void
too_many(GError **error, const char *what)
{
	g_set_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TOO_LARGE, "too many %s", what);
}

static void
end_group(Sink *sink, GError **error)
{
	MsnpAbGroup *group;

	if (*leaf(sink, LEAF_GROUP_ID) == '\0')
		return;
	if (sink->book->groups->len >= MSNP_GROUPS_MAX) {
		too_many(error, "groups");
		return;
	}
	group = g_new0(MsnpAbGroup, 1);
	group->id = msnp_text_clean(leaf(sink, LEAF_GROUP_ID), -1, ID_MAX_BYTES, MSNP_TEXT_LINE);
	group->deleted = leaf_is(sink, LEAF_GROUP_DELETED, TRUE);
	group->name =
	    msnp_text_clean(leaf(sink, LEAF_GROUP_NAME), -1, GROUP_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
	g_ptr_array_add(sink->book->groups, group);
}

static void
end_annotation(Sink *sink)
{
	const char *name = leaf(sink, LEAF_ANNOTATION_NAME);
	const char *value = leaf(sink, LEAF_ANNOTATION_VALUE);

	if (strcmp(name, "AB.NickName") == 0) {
		g_free(sink->nickname);
		sink->nickname = msnp_text_clean(value, -1, NAME_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
	} else if (strcmp(name, "MSN.IM.BLP") == 0) {
		/* 0 means different things on different servers: no statement. */
		sink->blp = strcmp(value, "1") == 0 ? 1 : strcmp(value, "2") == 0 ? 2 : 0;
	}
}

static char *
mail_handle(const char *text)
{
	g_autofree char *handle = msnp_handle_normalize(text);

	return msnp_handle_is_valid(handle) && !msnp_handle_is_phone(handle)
		   ? g_steal_pointer(&handle)
		   : NULL;
}

/* The network of a ContactEmail: services.md 5.2, rule 2. */
static guint
mail_network(const Sink *sink)
{
	guint64 capability = 0;

	g_ascii_string_to_unsigned(leaf(sink, LEAF_CAPABILITY), 10, 0, 128, &capability, NULL);
	if (capability != 0)
		return capability;
	return strcmp(leaf(sink, LEAF_EMAIL_TYPE), "Messenger2") == 0 ? MSNP_NETWORK_YAHOO
								      : MSNP_NETWORK_PASSPORT;
}

static void
end_email(Sink *sink)
{
	if (sink->mail != NULL || !leaf_is(sink, LEAF_EMAIL_ENABLED, TRUE))
		return;
	sink->mail = mail_handle(leaf(sink, LEAF_EMAIL));
	sink->mail_network = mail_network(sink);
}

static void
keep_phone(char **slot, const char *number)
{
	if (*slot == NULL)
		*slot = msnp_text_clean(number, -1, PHONE_MAX_BYTES, MSNP_TEXT_LINE);
}

static void
end_phone(Sink *sink)
{
	const char *type = leaf(sink, LEAF_PHONE_TYPE);
	const char *number = leaf(sink, LEAF_NUMBER);

	if (strcmp(type, "ContactPhonePersonal") == 0) {
		keep_phone(&sink->phone_home, number);
	} else if (strcmp(type, "ContactPhoneBusiness") == 0) {
		keep_phone(&sink->phone_work, number);
	} else if (strcmp(type, "ContactPhoneMobile") == 0) {
		keep_phone(&sink->phone_mobile, number);
		if (sink->mobile == NULL && leaf_is(sink, LEAF_PHONE_ENABLED, TRUE))
			sink->mobile = g_strconcat("tel:", number, NULL);
	}
}

/* The address and network by which a contact is talked to, NULL for an entry that is only in the
 * address book: services.md 5.2, rules 1 to 4. */
static char *
contact_handle(Sink *sink, guint *network)
{
	char *handle = NULL;

	if (!leaf_is(sink, LEAF_HIDDEN, TRUE) && !leaf_is(sink, LEAF_MESSENGER_USER, FALSE))
		handle = mail_handle(leaf(sink, LEAF_PASSPORT_NAME));
	*network = MSNP_NETWORK_PASSPORT;
	if (handle == NULL && sink->mail != NULL) {
		handle = g_steal_pointer(&sink->mail);
		*network = sink->mail_network;
	}
	if (handle == NULL && sink->mobile != NULL && leaf_is(sink, LEAF_MOBILE_ENABLED, TRUE)) {
		handle = msnp_handle_normalize(sink->mobile);
		*network = MSNP_NETWORK_PHONE;
		if (!msnp_handle_is_valid(handle) || !msnp_handle_is_phone(handle))
			g_clear_pointer(&handle, g_free);
	}
	return handle;
}

static char *
clean_name(const Sink *sink, guint which)
{
	return msnp_text_clean(leaf(sink, which), -1, NAME_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
}

static void
end_me(Sink *sink)
{
	g_free(sink->book->own_name);
	sink->book->own_name = clean_name(sink, LEAF_DISPLAY_NAME);
	sink->book->has_me = TRUE;
	sink->book->blp = sink->blp;
}

static char *
take(char **slot)
{
	return *slot == NULL ? g_strdup("") : g_steal_pointer(slot);
}

static char **
take_groups(Sink *sink)
{
	GPtrArray *ids = sink->group_ids;
	char **taken = g_new(char *, ids->len + 1);

	for (guint i = 0; i < ids->len; i++)
		taken[i] = g_steal_pointer(&ids->pdata[i]);
	taken[ids->len] = NULL;
	g_ptr_array_set_size(ids, 0);
	return taken;
}

static void
add_contact(Sink *sink, char *handle, guint network)
{
	MsnpAbContact *contact = g_new0(MsnpAbContact, 1);
	guint name = *leaf(sink, LEAF_DISPLAY_NAME) != '\0' ? LEAF_DISPLAY_NAME : LEAF_QUICK_NAME;

	contact->id =
	    msnp_text_clean(leaf(sink, LEAF_CONTACT_ID), -1, ID_MAX_BYTES, MSNP_TEXT_LINE);
	contact->handle = handle != NULL ? handle : g_strdup("");
	contact->network = handle != NULL ? network : 0;
	contact->deleted = leaf_is(sink, LEAF_CONTACT_DELETED, TRUE);
	contact->partial = *leaf(sink, LEAF_CONTACT_CHANGED) != '\0';
	contact->display_name = clean_name(sink, name);
	contact->nickname = take(&sink->nickname);
	contact->group_ids = take_groups(sink);
	contact->phone_home = take(&sink->phone_home);
	contact->phone_work = take(&sink->phone_work);
	contact->phone_mobile = take(&sink->phone_mobile);
	contact->mobile_enabled = leaf_is(sink, LEAF_MOBILE_ENABLED, TRUE);
	g_ptr_array_add(sink->book->contacts, contact);
}

static void
end_contact(Sink *sink, GError **error)
{
	const char *type = leaf(sink, LEAF_CONTACT_TYPE);
	guint network;
	char *handle;

	if (++sink->seen > MSNP_CONTACTS_MAX + 1) { /* oneself is one of them */
		too_many(error, "contacts");
		return;
	}
	if (strcmp(type, "Circle") == 0)
		return;
	if (strcmp(type, "Me") == 0) {
		end_me(sink);
		return;
	}
	handle = contact_handle(sink, &network);
	add_contact(sink, handle, network);
}

static void
end_leaf(Sink *sink, guint id, guint parent, const char *text)
{
	if (id == EL_GUID && parent == EL_GROUP_IDS) {
		if (*text != '\0' && sink->group_ids->len < MSNP_CONTACT_GROUPS_MAX)
			g_ptr_array_add(sink->group_ids,
					msnp_text_clean(text, -1, ID_MAX_BYTES, MSNP_TEXT_LINE));
		return;
	}
	if (id == EL_LAST_CHANGE && parent == EL_AB) {
		g_free(sink->book->last_change);
		sink->book->last_change =
		    msnp_text_clean(text, -1, CHANGE_MAX_BYTES, MSNP_TEXT_LINE);
		return;
	}
	for (guint i = 0; i < N_LEAVES; i++) {
		if (leaves[i].id == id && leaves[i].parent == parent) {
			g_string_assign(sink->leaves[i], text);
			return;
		}
	}
}

static void
sink_close(gpointer state, guint id, guint parent, const char *text, GError **error)
{
	Sink *sink = state;

	switch (id) {
	case EL_GROUP:
		end_group(sink, error);
		break;
	case EL_CONTACT:
		end_contact(sink, error);
		break;
	case EL_ANNOTATION:
		end_annotation(sink);
		break;
	case EL_CONTACT_EMAIL:
		end_email(sink);
		break;
	case EL_CONTACT_PHONE:
		end_phone(sink);
		break;
	default:
		end_leaf(sink, id, parent, text);
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

/* ---- requests ---- */

static void
find_all_build(MsnpXmlBuilder *builder, gconstpointer args)
{
	msnp_xml_open_ns(builder, "ABFindAll", NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_leaf(builder, "abId", MSNP_ZERO_GUID);
	msnp_xml_leaf(builder, "abView", "Full");
	msnp_soap_build_range(builder, args);
	msnp_xml_close(builder);
}

static void
ab_add_build(MsnpXmlBuilder *builder, gconstpointer args)
{
	msnp_xml_open_ns(builder, "ABAdd", NULL, MSNP_NS_ADDRESSBOOK);
	msnp_xml_open(builder, "abInfo");
	msnp_xml_leaf(builder, "name", "");
	msnp_xml_leaf(builder, "ownerPuid", "0");
	msnp_xml_leaf(builder, "ownerEmail", args);
	msnp_xml_leaf(builder, "fDefault", "true");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

const MsnpSoapOp msnp_op_ab_find_all = {
	.name = "ABFindAll",
	.soap_action = MSNP_NS_ADDRESSBOOK "/ABFindAll",
	.service = MSNP_SERVICE_ADDRESSBOOK,
	.ticket = MSNP_TICKET_CONTACTS,
	.scenario = "Initial",
	.choose_scenario = msnp_soap_read_scenario,
	.body_max = 16 * 1024 * 1024,
	.deadline_ms = 120000,
	.is_read = TRUE,
	.args = &msnp_list_read_args,
	.build = find_all_build,
	.response = "ABFindAllResponse",
	.stream = &sink_stream,
	.free_result = (GDestroyNotify)msnp_address_book_free,
};

const MsnpSoapOp msnp_op_ab_add = {
	.name = "ABAdd",
	.soap_action = MSNP_NS_ADDRESSBOOK "/ABAdd",
	.service = MSNP_SERVICE_ADDRESSBOOK,
	.ticket = MSNP_TICKET_CONTACTS,
	.scenario = "Initial",
	.body_max = 1024 * 1024,
	.deadline_ms = 30000,
	.args = &msnp_soap_text_args,
	.build = ab_add_build,
	.response = "ABAddResponse",
};
