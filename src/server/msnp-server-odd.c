/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lists may hold beside contacts: entries of unknown kinds, hidden and deleted ones, addresses
 * that are none, annotations without name or value, and names that try to break a display. No
 * client shows any of these entries. Source: services.md 4, 5.2, 14.2.
 */
#include "server/msnp-server-http.h"

#define ODD_NAME_LENGTH 10240

static const char *const bad_addresses[] = { "no at sign.example", "two words@odd.example",
					     "two@at@odd.example", "<b>@odd.example", "" };

gboolean
msnp_server_lists_are_odd(MsnpServer *server)
{
	return msnp_server_faults_peek(server->faults, MSNP_FAULT_ODD_LISTS, NULL, NULL);
}

const char *
msnp_server_odd_name(void)
{
	/* U+202E turns the line round, U+0085 and U+009B are control characters that XML allows. */
	static const char part[] = "<b>&amp;\"'\xe2\x80\xae live \xc2\x85\xc2\x9b\x7f\t\n%20</b> ";
	static char *name;

	if (name == NULL) {
		GString *text = g_string_new(NULL);

		while (text->len < ODD_NAME_LENGTH)
			g_string_append(text, part);
		name = g_string_free(text, FALSE);
	}
	return name;
}

/* type NULL: without xsi:type and Type. */
static void
write_member(MsnpXmlBuilder *builder, const char *type, const char *address, const char *state,
	     const char *deleted, const char *hidden)
{
	g_autofree char *xsi_type = type == NULL ? NULL : g_strconcat(type, "Member", NULL);

	msnp_xml_open(builder, "Member");
	if (type != NULL)
		msnp_xml_attr(builder, "xsi:type", xsi_type);
	msnp_xml_leaf(builder, "MembershipId", "odd");
	if (type != NULL)
		msnp_xml_leaf(builder, "Type", type);
	msnp_xml_leaf(builder, "State", state);
	msnp_xml_leaf(builder, "Deleted", deleted);
	msnp_xml_leaf(builder, "PassportName", address);
	msnp_xml_leaf(builder, "IsPassportNameHidden", hidden);
	msnp_xml_close(builder);
}

void
msnp_server_write_odd_members(MsnpXmlBuilder *builder)
{
	static const char *const kinds[] = { "Circle",  "Everyone", "Role",
					     "Service", "Domain",   "Unheard" };

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		write_member(builder, kinds[i], "kind@odd.example", "Accepted", "false", "false");
	write_member(builder, NULL, "no-kind@odd.example", "Accepted", "false", "false");
	write_member(builder, "Passport", "state@odd.example", "Dropped", "false", "false");
	write_member(builder, "Passport", "deleted@odd.example", "Accepted", "true", "false");
	write_member(builder, "Passport", "hidden@odd.example", "Accepted", "false", "true");
	for (guint i = 0; i < G_N_ELEMENTS(bad_addresses); i++)
		write_member(builder, "Passport", bad_addresses[i], "Accepted", "false", "false");
}

void
msnp_server_write_odd_memberships(MsnpXmlBuilder *builder)
{
	msnp_xml_open(builder, "Membership");
	msnp_xml_leaf(builder, "MemberRole", "ProfileExpression");
	msnp_xml_open(builder, "Members");
	write_member(builder, "Passport", "role@odd.example", "Accepted", "false", "false");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	/* Without members, and without anything. */
	msnp_xml_open(builder, "Membership");
	msnp_xml_leaf(builder, "MemberRole", "Allow");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "Membership", "");
}

/* annotations: one without a name, one without a value, one without both. */
static void
write_annotations(MsnpXmlBuilder *builder)
{
	msnp_xml_open(builder, "annotations");
	msnp_xml_open(builder, "Annotation");
	msnp_xml_leaf(builder, "Value", "of nothing");
	msnp_xml_close(builder);
	msnp_xml_open(builder, "Annotation");
	msnp_xml_leaf(builder, "Name", "AB.NickName");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "Annotation", "");
	msnp_xml_close(builder);
}

static void
write_contact(MsnpXmlBuilder *builder, guint n, const char *type, const char *address,
	      const char *deleted, const char *hidden)
{
	g_autofree char *id = g_strdup_printf("2f2e2d2c-2b2a-4928-a726-2524232221%02x", n);

	msnp_xml_open(builder, "Contact");
	msnp_xml_leaf(builder, "contactId", id);
	msnp_xml_open(builder, "contactInfo");
	write_annotations(builder);
	msnp_xml_open(builder, "groupIds");
	msnp_xml_leaf(builder, "guid", MSNP_SERVER_UNKNOWN_GROUP);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "contactType", type);
	if (address != NULL)
		msnp_xml_leaf(builder, "passportName", address);
	msnp_xml_leaf(builder, "IsPassportNameHidden", hidden);
	msnp_xml_leaf(builder, "displayName", msnp_server_odd_name());
	msnp_xml_leaf(builder, "isMessengerUser", "true");
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", "");
	msnp_xml_leaf(builder, "fDeleted", deleted);
	msnp_xml_close(builder);
}

void
msnp_server_write_odd_contacts(MsnpXmlBuilder *builder)
{
	guint n = 0;

	write_contact(builder, n++, "Circle", "circle@odd.example", "false", "false");
	write_contact(builder, n++, "Regular", "deleted@odd.example", "true", "false");
	write_contact(builder, n++, "Regular", "hidden@odd.example", "false", "true");
	write_contact(builder, n++, "Regular", NULL, "false", "false");
	for (guint i = 0; i < G_N_ELEMENTS(bad_addresses); i++)
		write_contact(builder, n++, "Regular", bad_addresses[i], "false", "false");
	/* Without anything. */
	msnp_xml_leaf(builder, "Contact", "");
}

void
msnp_server_write_unknown_contact(MsnpXmlBuilder *builder)
{
	msnp_xml_open(builder, "Contact");
	msnp_xml_leaf(builder, "contactId", MSNP_SERVER_UNKNOWN_CONTACT);
	msnp_xml_open(builder, "contactInfo");
	msnp_xml_open(builder, "annotations");
	msnp_xml_open(builder, "Annotation");
	msnp_xml_leaf(builder, "Name", "AB.NickName");
	msnp_xml_leaf(builder, "Value", "Who is it");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "groupIds");
	msnp_xml_leaf(builder, "guid", MSNP_SERVER_UNKNOWN_GROUP);
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_leaf(builder, "propertiesChanged", "Annotation ");
	msnp_xml_leaf(builder, "fDeleted", "false");
	msnp_xml_leaf(builder, "lastChange", "2026-03-14T09:26:53Z");
	msnp_xml_close(builder);
}
