/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jar: a SoupServer that tells requests apart by the element in their Body, no more.
 */
#include "support/canned-soap.h"

#include <libsoup/soup.h>
#include <string.h>

#define ENVELOPE CANNED_ENVELOPE

#define TOKEN(address, id)                                                                         \
	"<wst:RequestSecurityTokenResponse>"                                                       \
	"<wst:TokenType>urn:passport:compact</wst:TokenType>"                                      \
	"<wsp:AppliesTo><wsa:EndpointReference><wsa:Address>" address                              \
	"</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"                                   \
	"<wst:LifeTime><wsu:Created>2026-03-14T09:26:53Z</wsu:Created>"                            \
	"<wsu:Expires>2026-03-15T09:26:53Z</wsu:Expires></wst:LifeTime>"                           \
	"<wst:RequestedSecurityToken><wsse:BinarySecurityToken Id=\"" id                           \
	"\">t=EwEXAMPLEa1B2+/c3d4==&amp;p=EwPROFILE</wsse:BinarySecurityToken>"                    \
	"</wst:RequestedSecurityToken></wst:RequestSecurityTokenResponse>"

static const char RST_ANSWER[] = ENVELOPE(
    "<wst:RequestSecurityTokenResponseCollection"
    " xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\""
    " xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\""
    " xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2002/12/policy\""
    " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/03/addressing\""
    " xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/"
    "oasis-200401-wss-wssecurity-utility-1.0.xsd\">" TOKEN("http://Passport.NET/tb", "Compact1")
	TOKEN("messenger.msn.com", "Compact2")
	    TOKEN("contacts.msn.com", "Compact3") "</wst:RequestSecurityTokenResponseCollection>");

#define AB "xmlns=\"http://www.msn.com/webservices/AddressBook\""

static const char MEMBERSHIP_ANSWER[] = ENVELOPE(
    "<FindMembershipResponse " AB "><FindMembershipResult><Services><Service><Memberships>"
    "<Membership><MemberRole>Allow</MemberRole><Members>"
    "<Member xsi:type=\"PassportMember\"><MembershipId>1</MembershipId><Type>Passport</Type>"
    "<State>Accepted</State><PassportName>anotheruser@hotmail.com</PassportName></Member>"
    "<Member xsi:type=\"PhoneMember\"><MembershipId>2</MembershipId><Type>Phone</Type>"
    "<State>Accepted</State><PhoneNumber>tel:+15551111222</PhoneNumber></Member>"
    "</Members></Membership></Memberships>"
    "<Info><Handle><Id>1</Id><Type>Messenger</Type><ForeignId/></Handle></Info>"
    "<LastChange>2026-03-14T09:26:53.4470000-07:00</LastChange></Service></Services>"
    "</FindMembershipResult></FindMembershipResponse>");

static const char BOOK_ANSWER[] = ENVELOPE(
    "<ABFindAllResponse " AB "><ABFindAllResult><contacts>"
    "<Contact><contactId>9a0b7c1e-52d4-4c3f-8a61-0d2f4b6c8e10</contactId><contactInfo>"
    "<contactType>Regular</contactType><passportName>anotheruser@hotmail.com</passportName>"
    "<displayName>Another user</displayName><isMessengerUser>true</isMessengerUser>"
    "</contactInfo></Contact>"
    "<Contact><contactId>c77d1b52-9e04-4f3a-b6a8-15f0e2d3c4b5</contactId><contactInfo>"
    "<phones><ContactPhone><contactPhoneType>ContactPhoneMobile</contactPhoneType>"
    "<number>+15551111222</number><isMessengerEnabled>true</isMessengerEnabled></ContactPhone>"
    "</phones><contactType>Regular</contactType><isMobileIMEnabled>true</isMobileIMEnabled>"
    "</contactInfo></Contact>"
    "<Contact><contactId>0d4e6f80-1a2b-4c3d-8e5f-60718293a4b5</contactId><contactInfo>"
    "<annotations><Annotation><Name>MSN.IM.BLP</Name><Value>1</Value></Annotation></annotations>"
    "<contactType>Me</contactType><passportName>example@hotmail.com</passportName>"
    "<displayName>example user</displayName></contactInfo></Contact>"
    "</contacts><ab><lastChange>2026-03-14T09:26:53Z</lastChange></ab></ABFindAllResult>"
    "</ABFindAllResponse>");

static const char ADD_ANSWER[] =
    ENVELOPE("<ABAddResponse " AB "><ABAddResult>00000000-0000-0000-0000-000000000000"
	     "</ABAddResult></ABAddResponse>");

#define RSI "xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\""

static const char LIST_ANSWER[] =
    ENVELOPE("<GetMetadataResponse " RSI ">&lt;MD&gt;&lt;/MD&gt;</GetMetadataResponse>");
static const char GET_ANSWER[] =
    ENVELOPE("<GetMessageResponse " RSI "><GetMessageResult></GetMessageResult>"
	     "</GetMessageResponse>");
static const char DELETE_ANSWER[] = ENVELOPE("<DeleteMessagesResponse " RSI "/>");
static const char STORE_ANSWER[] =
    ENVELOPE("<StoreResponse xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\"/>");

static const struct {
	const char *element;
	const char *body;
} CANNED[] = {
	[CANNED_RST] = { "RequestMultipleSecurityTokens", RST_ANSWER },
	[CANNED_FIND_MEMBERSHIP] = { "<FindMembership", MEMBERSHIP_ANSWER },
	[CANNED_AB_FIND_ALL] = { "<ABFindAll", BOOK_ANSWER },
	[CANNED_AB_ADD] = { "<ABAdd", ADD_ANSWER },
	[CANNED_OIM_LIST] = { "<GetMetadata", LIST_ANSWER },
	[CANNED_OIM_GET] = { "<GetMessage", GET_ANSWER },
	[CANNED_OIM_DELETE] = { "<DeleteMessages", DELETE_ANSWER },
	[CANNED_OIM_STORE] = { "<MessageType", STORE_ANSWER },
};
G_STATIC_ASSERT(G_N_ELEMENTS(CANNED) == N_CANNED);

typedef struct {
	guint status;
	const char *body; /* NULL: the usual one */
	guint times;      /* 0: for ever */
	guint count;
} Jar;

struct _CannedSoap {
	SoupServer *server;
	Jar jars[N_CANNED];
	CannedHook hook;
	gpointer hook_data;
	gboolean hold;
	GPtrArray *held; /* SoupServerMessage: paused */
};

static void
answer(CannedSoap *soap, SoupServerMessage *message, CannedAnswer which, const char *request)
{
	Jar *jar = &soap->jars[which];
	const char *body = jar->body ? jar->body : CANNED[which].body;
	guint status = 200;
	g_autofree char *hooked =
	    soap->hook ? soap->hook(which, request, &status, soap->hook_data) : NULL;

	jar->count++;
	if (hooked)
		body = hooked;
	else if (jar->body)
		status = jar->status;
	soup_server_message_set_status(message, status, NULL);
	soup_server_message_set_response(message, "text/xml; charset=utf-8", SOUP_MEMORY_COPY, body,
					 strlen(body));
	if (jar->body && jar->times && --jar->times == 0)
		jar->body = NULL;
	if (soap->hold) {
		g_ptr_array_add(soap->held, g_object_ref(message));
		soup_server_pause_message(soap->server, message);
	}
}

static void
on_request(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message,
	   const char *path G_GNUC_UNUSED, GHashTable *query G_GNUC_UNUSED, gpointer data)
{
	g_autoptr(GBytes) bytes =
	    soup_message_body_flatten(soup_server_message_get_request_body(message));
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	for (CannedAnswer which = 0; which < N_CANNED; which++)
		if (strstr(text, CANNED[which].element)) {
			answer(data, message, which, text);
			return;
		}
	soup_server_message_set_status(message, 404, NULL);
}

CannedSoap *
canned_soap_new(void)
{
	CannedSoap *soap = g_new0(CannedSoap, 1);
	g_autoptr(GError) error = NULL;

	soap->held = g_ptr_array_new_with_free_func(g_object_unref);
	soap->server = soup_server_new(NULL, NULL);
	soup_server_add_handler(soap->server, NULL, on_request, soap, NULL);
	soup_server_listen_local(soap->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	return soap;
}

void
canned_soap_free(CannedSoap *soap)
{
	canned_soap_hold(soap, FALSE);
	g_ptr_array_unref(soap->held);
	soup_server_disconnect(soap->server);
	g_object_unref(soap->server);
	g_free(soap);
}

void
canned_soap_set(CannedSoap *soap, CannedAnswer which, guint status, const char *body, guint times)
{
	soap->jars[which].status = status;
	soap->jars[which].body = body;
	soap->jars[which].times = times;
}

void
canned_soap_set_hook(CannedSoap *soap, CannedHook hook, gpointer data)
{
	soap->hook = hook;
	soap->hook_data = data;
}

guint
canned_soap_count(CannedSoap *soap, CannedAnswer which)
{
	return soap->jars[which].count;
}

void
canned_soap_hold(CannedSoap *soap, gboolean hold)
{
	soap->hold = hold;
	for (guint i = 0; !hold && i < soap->held->len; i++)
		soup_server_unpause_message(soap->server, g_ptr_array_index(soap->held, i));
	if (!hold)
		g_ptr_array_set_size(soap->held, 0);
}

guint
canned_soap_n_held(CannedSoap *soap)
{
	return soap->held->len;
}

MsnpPreset *
canned_soap_preset(CannedSoap *soap)
{
	GSList *uris = soup_server_get_uris(soap->server);
	g_autofree char *base = g_strdup_printf("http://127.0.0.1:%d", g_uri_get_port(uris->data));
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);
	g_autoptr(GError) error = NULL;
	MsnpPreset *preset = msnp_preset_resolve(msnp_presets_find(presets, "custom"), "ns.example",
						 1863, base, &error);

	g_assert_no_error(error);
	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	return preset;
}
