/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address book: ABFindAll and ABAdd. The large answer is made once per account, 1.2 kB for each
 * contact like that of the server that people use. Source: services.md 5 and 15 (row 12).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

#define GROUP_TYPE "c8529ce2-6ead-434d-881f-341e17db3ff8"
/* Of entries: nobody reads it. */
#define ENTRY_CHANGE "2026-03-14T09:26:53Z"

/* What each contact has and nobody reads: it makes the answer as long as it is in life. */
static const struct {
	const char *name;
	const char *text;
} constants[] = {
	{ "firstName", "" },
	{ "MiddleName", "" },
	{ "lastName", "" },
	{ "isFavorite", "false" },
	{ "isSmtp", "false" },
	{ "hasSpace", "false" },
	{ "spotWatchState", "NoDevice" },
	{ "birthdate", "0001-01-01T00:00:00" },
	{ "primaryEmailType", "ContactEmailPersonal" },
	{ "PrimaryLocation", "ContactLocationPersonal" },
	{ "PrimaryPhone", "ContactPhonePersonal" },
	{ "IsPrivate", "false" },
	{ "Gender", "Unspecified" },
	{ "TimeZone", "None" },
	{ "comment", "" },
	{ "IsAutoUpdateDisabled", "false" },
	{ "IsHidden", "false" },
};

static void
write_annotation(MsnpXmlBuilder *builder, const char *name, const char *value)
{
	msnp_xml_open(builder, "Annotation");
	msnp_xml_leaf(builder, "Name", name);
	msnp_xml_leaf(builder, "Value", value);
	msnp_xml_close(builder);
}

static void
write_group(MsnpXmlBuilder *builder, const MsnpServerGroup *group)
{
	msnp_xml_open(builder, "Group");
	msnp_xml_leaf(builder, "groupId", group->id);
	msnp_xml_open(builder, "groupInfo");
	msnp_xml_open(builder, "annotations");
	write_annotation(builder, "MSN.IM.Display", "1");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "groupType", GROUP_TYPE);
	msnp_xml_leaf(builder, "name", group->name);
	msnp_xml_leaf(builder, "IsNotMobileVisible", "false");
	msnp_xml_leaf(builder, "IsPrivate", "false");
	msnp_xml_leaf(builder, "IsFavorite", "false");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_leaf(builder, "fDeleted", "false");
	msnp_xml_leaf(builder, "lastChange", ENTRY_CHANGE);
	msnp_xml_close(builder);
}

/* Addresses of other networks stand in emails, telephones in phones (services.md 5.2). */
static void
write_other_address(MsnpXmlBuilder *builder, const MsnpServerContact *contact)
{
	g_autofree char *network = g_strdup_printf("%u", contact->network);

	if (contact->network == MSNP_NETWORK_PHONE) {
		msnp_xml_open(builder, "phones");
		msnp_xml_open(builder, "ContactPhone");
		msnp_xml_leaf(builder, "contactPhoneType", "ContactPhoneMobile");
		msnp_xml_leaf(builder, "number",
			      g_str_has_prefix(contact->handle, "tel:") ? contact->handle + 4
									: contact->handle);
		msnp_xml_leaf(builder, "isMessengerEnabled", "true");
	} else {
		msnp_xml_open(builder, "emails");
		msnp_xml_open(builder, "ContactEmail");
		msnp_xml_leaf(builder, "contactEmailType", "Messenger2");
		msnp_xml_leaf(builder, "email", contact->handle);
		msnp_xml_leaf(builder, "isMessengerEnabled", "true");
		msnp_xml_leaf(builder, "Capability", network);
		msnp_xml_leaf(builder, "MessengerEnabledExternally", "false");
	}
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
}

/* Numbers of a person: nobody is reached by them here. */
static void
write_phones(MsnpXmlBuilder *builder, const MsnpServerPhones *phones)
{
	static const char *const types[] = { "ContactPhonePersonal", "ContactPhoneBusiness",
					     "ContactPhoneMobile" };
	gboolean open = FALSE;

	for (guint i = 0; i < MSNP_SERVER_N_PHONES; i++) {
		if (phones->numbers[i] == NULL)
			continue;
		if (!open)
			msnp_xml_open(builder, "phones");
		open = TRUE;
		msnp_xml_open(builder, "ContactPhone");
		msnp_xml_leaf(builder, "contactPhoneType", types[i]);
		msnp_xml_leaf(builder, "number", phones->numbers[i]);
		msnp_xml_leaf(builder, "isMessengerEnabled",
			      i == MSNP_SERVER_PHONE_MOBILE && phones->pages ? "true" : "false");
		msnp_xml_leaf(builder, "propertiesChanged", "");
		msnp_xml_close(builder);
	}
	if (open)
		msnp_xml_close(builder);
}

/* Those of the account, if the contact has one. */
static const MsnpServerPhones *
phones_of(MsnpServer *server, const MsnpServerContact *contact)
{
	MsnpServerAccount *account = g_hash_table_lookup(server->accounts->by_key, contact->key);

	return account == NULL ? &contact->phones : &account->phones;
}

static gboolean
is_in_group(const MsnpServerContact *contact, const char *id)
{
	for (guint i = 0; i < contact->groups->len; i++) {
		if (strcmp(((MsnpServerGroup *)contact->groups->pdata[i])->id, id) == 0)
			return TRUE;
	}
	return FALSE;
}

static void
write_groups_of(MsnpXmlBuilder *builder, const MsnpServerContact *contact)
{
	if (contact->groups->len == 0)
		return;
	msnp_xml_open(builder, "groupIds");
	for (guint i = 0; i < contact->groups->len; i++) {
		const MsnpServerGroup *group = contact->groups->pdata[i];

		msnp_xml_leaf(builder, "guid", group->id);
	}
	msnp_xml_close(builder);
}

/* In a delta that holds only what changed. */
static void
write_losses(MsnpXmlBuilder *builder, const MsnpServerContact *contact, guint64 since)
{
	msnp_xml_open(builder, "groupIdsDeleted");
	for (guint i = 0; i < contact->losses->len; i++) {
		const MsnpServerLoss *loss = contact->losses->pdata[i];

		if (loss->stamp > since && !is_in_group(contact, loss->id))
			msnp_xml_leaf(builder, "guid", loss->id);
	}
	msnp_xml_close(builder);
}

static void
write_alias(MsnpXmlBuilder *builder, const char *alias)
{
	msnp_xml_open(builder, "annotations");
	write_annotation(builder, "AB.NickName", alias);
	msnp_xml_close(builder);
}

static void
write_info(MsnpXmlBuilder *builder, MsnpServer *server, const MsnpServerContact *contact,
	   gboolean odd)
{
	const MsnpServerPhones *phones = phones_of(server, contact);
	gboolean passport = contact->network == MSNP_NETWORK_PASSPORT;
	const char *name = odd                     ? msnp_server_odd_name()
			   : contact->name == NULL ? contact->handle
						   : contact->name;
	g_autofree char *cid = g_strdup_printf("%" G_GINT64_FORMAT, contact->cid);
	g_autofree char *upper = g_ascii_strup(contact->handle, -1);

	if (!passport)
		write_other_address(builder, contact);
	else
		write_phones(builder, phones);
	if (contact->alias != NULL)
		write_alias(builder, contact->alias);
	write_groups_of(builder, contact);
	msnp_xml_leaf(builder, "contactType", "Regular");
	msnp_xml_leaf(builder, "quickName", name);
	if (passport)
		msnp_xml_leaf(builder, "passportName", odd ? upper : contact->handle);
	msnp_xml_leaf(builder, "IsPassportNameHidden", "false");
	msnp_xml_leaf(builder, "displayName", name);
	msnp_xml_leaf(builder, "puid", "0");
	msnp_xml_leaf(builder, "CID", cid);
	msnp_xml_leaf(builder, "IsNotMobileVisible", "false");
	msnp_xml_leaf(builder, "isMobileIMEnabled",
		      contact->network == MSNP_NETWORK_PHONE || phones->pages ? "true" : "false");
	msnp_xml_leaf(builder, "isMessengerUser", passport ? "true" : "false");
	for (guint i = 0; i < G_N_ELEMENTS(constants); i++)
		msnp_xml_leaf(builder, constants[i].name, constants[i].text);
}

static void
write_contact(MsnpXmlBuilder *builder, MsnpServer *server, const MsnpServerContact *contact,
	      gboolean odd)
{
	msnp_xml_open(builder, "Contact");
	msnp_xml_leaf(builder, "contactId", contact->id);
	msnp_xml_open(builder, "contactInfo");
	write_info(builder, server, contact, odd);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_leaf(builder, "fDeleted", "false");
	msnp_xml_leaf(builder, "lastChange", ENTRY_CHANGE);
	msnp_xml_close(builder);
}

/* partial-deltas: what changed since, and nothing else. */
static void
write_changed_parts(MsnpXmlBuilder *builder, const MsnpServerContact *contact, guint64 since)
{
	GString *names = g_string_new(NULL);

	msnp_xml_open(builder, "Contact");
	msnp_xml_leaf(builder, "contactId", contact->id);
	msnp_xml_open(builder, "contactInfo");
	if (contact->parts[MSNP_SERVER_PART_ALIAS] > since) {
		write_alias(builder, contact->alias == NULL ? "" : contact->alias);
		g_string_append(names, "Annotation ");
	}
	if (contact->parts[MSNP_SERVER_PART_GROUPS] > since) {
		write_groups_of(builder, contact);
		write_losses(builder, contact, since);
		g_string_append(names, "GroupIds ");
	}
	msnp_xml_leaf(builder, "contactType", "Regular");
	if (contact->parts[MSNP_SERVER_PART_NAME] > since) {
		msnp_xml_leaf(builder, "quickName", contact->name);
		msnp_xml_leaf(builder, "displayName", contact->name);
		g_string_append(names, "DisplayName ");
	}
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", names->str);
	msnp_xml_leaf(builder, "fDeleted", "false");
	msnp_xml_leaf(builder, "lastChange", ENTRY_CHANGE);
	msnp_xml_close(builder);
	g_string_free(names, TRUE);
}

/* An entry that is gone: its id is all that there is to know. */
static void
write_gone(MsnpXmlBuilder *builder, const char *element, const char *id_name, const char *info,
	   const char *id)
{
	msnp_xml_open(builder, element);
	msnp_xml_leaf(builder, id_name, id);
	msnp_xml_leaf(builder, info, "");
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_leaf(builder, "fDeleted", "true");
	msnp_xml_leaf(builder, "lastChange", ENTRY_CHANGE);
	msnp_xml_close(builder);
}

/* Oneself: last, and no messenger user, as on the server that people use. */
static void
write_me(MsnpXmlBuilder *builder, const MsnpServerAccount *account)
{
	g_autofree char *cid = g_strdup_printf("%" G_GINT64_FORMAT, account->cid);

	msnp_xml_open(builder, "Contact");
	msnp_xml_leaf(builder, "contactId", account->id);
	msnp_xml_open(builder, "contactInfo");
	write_phones(builder, &account->phones);
	msnp_xml_open(builder, "annotations");
	write_annotation(builder, "MSN.IM.GTC", "1");
	write_annotation(builder, "MSN.IM.BLP", account->block_others ? "2" : "1");
	if (account->phones.device)
		write_annotation(builder, "MSN.IM.MBEA", "1");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "contactType", "Me");
	msnp_xml_leaf(builder, "passportName", account->handle);
	msnp_xml_leaf(builder, "IsPassportNameHidden", "false");
	msnp_xml_leaf(builder, "displayName", account->name);
	msnp_xml_leaf(builder, "CID", cid);
	msnp_xml_leaf(builder, "isMessengerUser", "false");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_leaf(builder, "fDeleted", "false");
	msnp_xml_leaf(builder, "lastChange", ENTRY_CHANGE);
	msnp_xml_close(builder);
}

static void
write_book(MsnpXmlBuilder *builder, MsnpServerRequest *request)
{
	const MsnpServerAccount *account = request->account;
	g_autofree char *change = msnp_server_last_change(request, MSNP_SERVER_BOOK);

	msnp_xml_open(builder, "ab");
	msnp_xml_leaf(builder, "abId", MSNP_ZERO_GUID);
	msnp_xml_open(builder, "abInfo");
	msnp_xml_leaf(builder, "ownerPuid", "0");
	msnp_xml_leaf(builder, "ownerEmail", account->handle);
	msnp_xml_leaf(builder, "fDefault", "true");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "lastChange", change);
	msnp_xml_leaf(builder, "DynamicItemLastChanged", "0001-01-01T00:00:00");
	msnp_xml_close(builder);
}

static void
write_groups(MsnpXmlBuilder *builder, const MsnpServerAccount *account, guint64 since)
{
	gboolean open = FALSE;

	for (guint i = 0; i < account->groups->len; i++) {
		const MsnpServerGroup *group = account->groups->pdata[i];

		if (since > 0 && group->changed <= since)
			continue;
		if (!open)
			msnp_xml_open(builder, "groups");
		open = TRUE;
		write_group(builder, group);
	}
	for (guint i = 0; since > 0 && i < account->gone_groups->len; i++) {
		const MsnpServerLoss *loss = account->gone_groups->pdata[i];

		if (loss->stamp <= since)
			continue;
		if (!open)
			msnp_xml_open(builder, "groups");
		open = TRUE;
		write_gone(builder, "Group", "groupId", "groupInfo", loss->id);
	}
	if (open)
		msnp_xml_close(builder);
}

static void
write_contacts(MsnpXmlBuilder *builder, MsnpServerRequest *request)
{
	MsnpServerAccount *account = request->account;
	gboolean odd = msnp_server_lists_are_odd(request->server);

	msnp_xml_open(builder, "contacts");
	for (guint i = 0; i < account->contacts->len; i++) {
		const MsnpServerContact *contact = account->contacts->pdata[i];

		if (contact->lists & MSNP_LIST_FORWARD)
			write_contact(builder, request->server, contact, odd);
	}
	if (odd)
		msnp_server_write_odd_contacts(builder);
	write_me(builder, account);
	msnp_xml_close(builder);
}

static guint64
last_part(const MsnpServerContact *contact)
{
	guint64 last = 0;

	for (guint i = 0; i < MSNP_SERVER_N_PARTS; i++)
		last = MAX(last, contact->parts[i]);
	return last;
}

static void
write_changed_contact(MsnpXmlBuilder *builder, MsnpServerRequest *request,
		      const MsnpServerContact *contact)
{
	if (!(contact->lists & MSNP_LIST_FORWARD))
		write_gone(builder, "Contact", "contactId", "contactInfo", contact->id);
	else if (contact->parts[MSNP_SERVER_PART_WHOLE] <= request->since &&
		 msnp_server_faults_take(request->server->faults, MSNP_FAULT_PARTIAL_DELTAS))
		write_changed_parts(builder, contact, request->since);
	else
		write_contact(builder, request->server, contact,
			      msnp_server_lists_are_odd(request->server));
}

static void
write_changed_contacts(MsnpXmlBuilder *builder, MsnpServerRequest *request)
{
	MsnpServerAccount *account = request->account;
	gboolean unknown =
	    msnp_server_faults_take(request->server->faults, MSNP_FAULT_DELTA_UNKNOWN);
	gboolean me = account->me_changed > request->since, news = me || unknown;

	for (guint i = 0; i < account->contacts->len; i++)
		news = news || last_part(account->contacts->pdata[i]) > request->since;
	if (!news)
		return;
	msnp_xml_open(builder, "contacts");
	for (guint i = 0; i < account->contacts->len; i++) {
		const MsnpServerContact *contact = account->contacts->pdata[i];

		if (last_part(contact) > request->since)
			write_changed_contact(builder, request, contact);
	}
	if (unknown)
		msnp_server_write_unknown_contact(builder);
	if (me)
		write_me(builder, account);
	msnp_xml_close(builder);
}

GBytes *
msnp_server_make_address_book(MsnpServerRequest *request)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();

	msnp_server_envelope_open(request, builder);
	msnp_xml_open_ns(builder, "ABFindAllResponse", NULL, MSNP_NS_AB);
	msnp_xml_open(builder, "ABFindAllResult");
	write_groups(builder, request->account, request->since);
	if (request->since == 0)
		write_contacts(builder, request);
	else
		write_changed_contacts(builder, request);
	write_book(builder, request);
	return msnp_server_envelope_close(builder);
}

void
msnp_server_op_ab_find_all(MsnpServerRequest *request, xmlNode *body)
{
	if (!msnp_server_request_children(request, body, MSNP_NS_AB,
					  "abId abView deltasOnly lastChange dynamicItemView? "
					  "dynamicItemLastChange?") ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID) ||
	    !msnp_server_request_text_is(request, body, "abView", "Full") ||
	    !msnp_server_check_delta(request, body, MSNP_SERVER_BOOK) ||
	    msnp_server_address_book_missing(request))
		return;
	msnp_server_answer_read(request, MSNP_SERVER_BOOK);
}

void
msnp_server_op_ab_add(MsnpServerRequest *request, xmlNode *body)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	xmlNode *info = msnp_xml_child(body, "abInfo");

	if (!msnp_server_request_children(request, body, MSNP_NS_AB, "abInfo") ||
	    !msnp_server_request_children(request, info, MSNP_NS_AB,
					  "name ownerPuid ownerEmail fDefault") ||
	    !msnp_server_request_text_is(request, info, "ownerEmail", request->account->handle) ||
	    !msnp_server_request_text_is(request, info, "fDefault", "true"))
		return;
	if (!request->account->no_address_book) {
		msnp_server_request_warn(request, "services.md 15.13",
					 "ABAdd without ABDoesNotExist before it");
		msnp_server_request_fault(request, "ABAlreadyExists", "AB already exists");
		return;
	}
	if (request->account->session != NULL && request->account->session->books_added++ > 0)
		msnp_server_request_warn(request, "services.md 15.13", "ABAdd for the second time");
	request->account->no_address_book = FALSE;
	msnp_server_changed(request->server, request->account);
	msnp_server_envelope_open(request, builder);
	msnp_xml_open_ns(builder, "ABAddResponse", NULL, MSNP_NS_AB);
	msnp_xml_leaf(builder, "ABAddResult", "6b1d9f7c-2c7e-4f70-9d1e-53a7c4b8e901");
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}
