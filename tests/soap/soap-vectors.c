/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See soap-vectors.h. What stands here as text is the shape of real answers: services.md 3 to 5.
 */
#include "soap-vectors.h"

#include <string.h>

char *
soap_vector(const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "soap", name, NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

char *
soap_envelope(const char *body)
{
	return g_strconcat(
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope "
	    "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Header>"
	    "<ServiceHeader xmlns=\"http://www.msn.com/webservices/AddressBook\">"
	    "<Version>15.01.1408.0000</Version><CacheKey>12r1:KEY</CacheKey>"
	    "<CacheKeyChanged>true</CacheKeyChanged></ServiceHeader></soap:Header><soap:Body>",
	    body, "</soap:Body></soap:Envelope>", NULL);
}

char *
soap_answer(const char *name)
{
	g_autofree char *text = soap_vector(name);

	return strstr(text, "Envelope") != NULL ? g_steal_pointer(&text) : soap_envelope(text);
}

char *
soap_large_address_book(guint n)
{
	g_autoptr(GString) body =
	    g_string_new("<ABFindAllResponse xmlns=\"http://www.msn.com/webservices/AddressBook\">"
			 "<ABFindAllResult><groups/><contacts>");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(
		    body,
		    "<Contact><contactId>9a0b7c1e-52d4-4c3f-8a61-%012u</contactId><contactInfo>"
		    "<annotations><Annotation><Name>AB.NickName</Name><Value>Nick %u</Value>"
		    "</Annotation></annotations><groupIds><guid>"
		    "5e8c1f0a-3d27-4b96-a4f1-6c2e9d70b834</guid></groupIds>"
		    "<contactType>Regular</contactType><quickName>Name %u</quickName>"
		    "<passportName>user%u@example.com</passportName>"
		    "<IsPassportNameHidden>false</IsPassportNameHidden>"
		    "<displayName>Name %u</displayName><puid>0</puid><CID>-71432991236500%u</CID>"
		    "<IsNotMobileVisible>false</IsNotMobileVisible>"
		    "<isMobileIMEnabled>false</isMobileIMEnabled>"
		    "<isMessengerUser>true</isMessengerUser><isFavorite>false</isFavorite>"
		    "<isSmtp>false</isSmtp><hasSpace>false</hasSpace>"
		    "<spotWatchState>NoDevice</spotWatchState>"
		    "<birthdate>0001-01-01T00:00:00</birthdate>"
		    "<primaryEmailType>ContactEmailPersonal</primaryEmailType>"
		    "<PrimaryLocation>ContactLocationPersonal</PrimaryLocation>"
		    "<PrimaryPhone>ContactPhonePersonal</PrimaryPhone><IsPrivate>false</IsPrivate>"
		    "<Gender>Unspecified</Gender><TimeZone>None</TimeZone></contactInfo>"
		    "<propertiesChanged/><fDeleted>false</fDeleted>"
		    "<lastChange>2026-03-14T09:26:53Z</lastChange></Contact>\n",
		    i, i, i, i, i, i);
	g_string_append(body, "</contacts><ab><lastChange>2026-03-14T09:26:53Z</lastChange></ab>"
			      "</ABFindAllResult></ABFindAllResponse>");
	return soap_envelope(body->str);
}

char *
soap_large_membership(guint n)
{
	g_autoptr(GString) body = g_string_new(
	    "<FindMembershipResponse xmlns=\"http://www.msn.com/webservices/AddressBook\">"
	    "<FindMembershipResult><Services><Service><Memberships>");

	for (guint role = 0; role < 2; role++) {
		const char *name = role == 0 ? "Allow" : "Reverse";

		g_string_append_printf(body, "<Membership><MemberRole>%s</MemberRole><Members>",
				       name);
		for (guint i = 0; i < n; i++)
			g_string_append_printf(
			    body,
			    "<Member xsi:type=\"PassportMember\"><MembershipId>%s/9a0b7c1e-52d4-"
			    "4c3f-8a61-%012u</MembershipId><Type>Passport</Type>"
			    "<State>Accepted</State><Deleted>false</Deleted>"
			    "<LastChanged>2026-03-14T09:26:53Z</LastChanged>"
			    "<JoinedDate>2025-01-02T03:04:05Z</JoinedDate>"
			    "<ExpirationDate>0001-01-01T00:00:00</ExpirationDate><Changes/>"
			    "<PassportName>user%u@example.com</PassportName>"
			    "<IsPassportNameHidden>false</IsPassportNameHidden>"
			    "<PassportId>0</PassportId><CID>-7143299123650021377</CID>"
			    "<PassportChanges/><LookedupByCID>false</LookedupByCID></Member>\n",
			    name, i, i);
		g_string_append(body, "</Members></Membership>");
	}
	g_string_append(body, "</Memberships><Info><Handle><Id>1</Id><Type>Messenger</Type>"
			      "</Handle></Info><LastChange>x</LastChange></Service></Services>"
			      "</FindMembershipResult></FindMembershipResponse>");
	return soap_envelope(body->str);
}

MsnpSoapReader *
soap_read(const MsnpSoapOp *op, const char *text, gssize length, gsize step)
{
	MsnpSoapReading reading = { op->response, op->parse, op->stream, op->free_result };
	MsnpSoapReader *reader = msnp_soap_reader_new(&reading);
	gsize left = length < 0 ? strlen(text) : (gsize)length;

	while (left > 0) {
		gsize n = step == 0 ? left : MIN(step, left);

		if (!msnp_soap_reader_push(reader, text, n))
			break;
		text += n;
		left -= n;
	}
	msnp_soap_reader_end(reader);
	return reader;
}
