/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The example requests of the reference (services.md 2.7, 3.1, 4 and 5.1), copied, with marks where
 * a test puts its own words; and the sign-on that uses them.
 */
#include "server/raw-client.h"

#include <string.h>

static const char rst[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Envelope xmlns=\"http://schemas.xmlso"
    "ap.org/soap/envelope/\" xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secex"
    "t\"\n"
    " xmlns:wsp=\"http://schemas.xmlsoap.org/ws/2002/12/policy\" xmlns:wsa=\"http://s"
    "chemas.xmlsoap.org/ws/2004/03/addressing\"\n"
    " xmlns:wst=\"http://schemas.xmlsoap.org/ws/2004/04/trust\" xmlns:ps=\"http://sch"
    "emas.microsoft.com/Passport/SoapServices/PPCRL\" xmlns:xsi=\"http://www.w3.org/2"
    "001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><Header>\n"
    " <ps:AuthInfo Id=\"PPAuthInfo\"><ps:HostingApp>{7108E71A-9926-4FCB-BCC9-9A9D3F32"
    "E423}</ps:HostingApp><ps:BinaryVersion>4</ps:BinaryVersion>\n"
    " <ps:UIVersion>1</ps:UIVersion><ps:Cookies></ps:Cookies><ps:RequestParams>AQAAAA"
    "IAAABsYwQAAAAxMDMz</ps:RequestParams></ps:AuthInfo><wsse:Security><wsse:Username"
    "Token Id=\"user\"><wsse:Username>@HANDLE@</wsse:Username>\n"
    " <wsse:Password xsi:type=\"xsd:string\">@PASSWORD@</wsse:Password></wsse:Usernam"
    "eToken></wsse:Security></Header><Body><ps:RequestMultipleSecurityTokens Id=\"RST"
    "S\">\n"
    " <wst:RequestSecurityToken Id=\"RST0\"><wst:RequestType>http://schemas.xmlsoap.o"
    "rg/ws/2004/04/security/trust/Issue</wst:RequestType>\n"
    " <wsp:AppliesTo><wsa:EndpointReference><wsa:Address>http://Passport.NET/tb</wsa:"
    "Address></wsa:EndpointReference></wsp:AppliesTo></wst:RequestSecurityToken>\n"
    " <wst:RequestSecurityToken Id=\"RST1\"><wst:RequestType>http://schemas.xmlsoap.o"
    "rg/ws/2004/04/security/trust/Issue</wst:RequestType>\n"
    " <wsp:AppliesTo><wsa:EndpointReference><wsa:Address>messenger.msn.com</wsa:Addre"
    "ss></wsa:EndpointReference></wsp:AppliesTo>\n"
    " <wsse:PolicyReference URI=\"@POLICY@\"/></wst:RequestSecurityToken>\n"
    " <wst:RequestSecurityToken Id=\"RST2\"><wst:RequestType>http://schemas.xmlsoap.o"
    "rg/ws/2004/04/security/trust/Issue</wst:RequestType>\n"
    " <wsp:AppliesTo><wsa:EndpointReference><wsa:Address>contacts.msn.com</wsa:Addres"
    "s></wsa:EndpointReference></wsp:AppliesTo><wsse:PolicyReference URI=\"MBI\"/></w"
    "st:RequestSecurityToken></ps:RequestMultipleSecurityTokens></Body>\n"
    " </Envelope>";

static const char envelope[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://sch"
    "emas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-i"
    "nstance\"\n"
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:soapenc=\"http://schemas.x"
    "mlsoap.org/soap/encoding/\"><soap:Header>\n"
    " <ABApplicationHeader xmlns=\"http://www.msn.com/webservices/AddressBook\"><Appl"
    "icationId>09607671-1C32-421F-A6A6-CBFAA51AB5F4</ApplicationId>\n"
    " <IsMigration>false</IsMigration><PartnerScenario>Initial</PartnerScenario>@KEY@"
    "</ABApplicationHeader>\n"
    " <ABAuthHeader xmlns=\"http://www.msn.com/webservices/AddressBook\"><ManagedGrou"
    "pRequest>false</ManagedGroupRequest><TicketToken>@TICKET@</TicketToken></ABAuthH"
    "eader></soap:Header>\n"
    " <soap:Body>@BODY@</soap:Body></soap:Envelope>";

const char raw_find_membership[] =
    "<FindMembership xmlns=\"http://www.msn.com/webservices/AddressBook\"><serviceFil"
    "ter><Types><ServiceType>Messenger</ServiceType></Types></serviceFilter>\n"
    " <View>Full</View><deltasOnly>false</deltasOnly><lastChange>0001-01-01T00:00:00."
    "0000000-08:00</lastChange></FindMembership>";

const char raw_ab_find_all[] =
    "<ABFindAll xmlns=\"http://www.msn.com/webservices/AddressBook\"><abId>00000000-0"
    "000-0000-0000-000000000000</abId><abView>Full</abView><deltasOnly>false</deltasO"
    "nly><lastChange>0001-01-01T00:00:00.0000000-08:00</lastChange></ABFindAll>";

static char *
put(char *text, const char *mark, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value, -1);
	g_auto(GStrv) parts = g_strsplit(text, mark, -1);

	g_free(text);
	return g_strjoinv(escaped, parts);
}

char *
raw_rst(const char *handle, const char *password, const char *policy)
{
	g_autofree char *uri = g_strconcat("?", policy, NULL);
	char *text = g_strdup(rst);

	text = put(text, "@HANDLE@", handle);
	text = put(text, "@PASSWORD@", password);
	return put(text, "@POLICY@", uri);
}

/* ---- CacheKey (services.md 3.3) ---- */

/* TicketToken, as it stands in requests -> CacheKey of the last answer. */
static GHashTable *cache_keys;

/* What stands between two marks; NULL: they are not there. To be freed. */
static char *
between(const char *text, const char *from, const char *to)
{
	const char *start = strstr(text, from);
	const char *end = start == NULL ? NULL : strstr(start, to);

	return end == NULL ? NULL
			   : g_strndup(start + strlen(from), (gsize)(end - start) - strlen(from));
}

void
raw_heed_cache_key(const char *request, const RawAnswer *answer)
{
	char *ticket = between(request, "<TicketToken>", "</TicketToken>");
	char *key = between(answer->body, "<CacheKey>", "</CacheKey>");

	if (cache_keys == NULL)
		cache_keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (ticket != NULL && key != NULL)
		g_hash_table_replace(cache_keys, ticket, key);
	else
		g_free(ticket), g_free(key);
}

char *
raw_soap(const char *ticket, const char *body)
{
	g_autofree char *escaped = g_markup_escape_text(ticket, -1);
	const char *key = cache_keys == NULL ? NULL : g_hash_table_lookup(cache_keys, escaped);
	g_autofree char *element =
	    key == NULL ? g_strdup("") : g_strconcat("<CacheKey>", key, "</CacheKey>", NULL);
	g_autofree char *text = put(g_strdup(envelope), "@TICKET@", ticket);
	g_auto(GStrv) halves = g_strsplit(text, "@KEY@", 2);
	g_autofree char *whole = g_strjoinv(element, halves);
	g_auto(GStrv) parts = g_strsplit(whole, "@BODY@", 2);

	return g_strjoinv(body, parts);
}

char *
raw_soap_headers(const char *action, const char *ticket)
{
	const char *end = strstr(ticket, "&p=");

	return g_strdup_printf(
	    "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"%s\"\r\n"
	    "Cookie: MSPAuth=%.*s\r\n",
	    action, (int)(end == NULL ? strlen(ticket) : (gsize)(end - ticket)) - 2, ticket + 2);
}

char *
raw_token(const RawAnswer *answer, const char *address)
{
	g_autofree char *mark = g_strdup_printf(">%s<", address);
	const char *start = strstr(answer->body, mark);
	const char *end;
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	start = start == NULL ? NULL : strstr(start, "BinarySecurityToken Id=");
	start = start == NULL ? NULL : strchr(start, '>');
	end = start == NULL ? NULL : strchr(start, '<');
	if (end == NULL)
		g_error("no token for %s in %s", address, answer->body);
	text = g_strndup(start + 1, (gsize)(end - start) - 1);
	parts = g_strsplit(text, "&amp;", -1);
	return g_strjoinv("&", parts);
}

/* ---- Lists ---- */

static const struct {
	const char *operation, *scenario;
	gboolean sharing;
} operations[] = {
	{ "FindMembership", "Initial", TRUE },
	{ "ABFindAll", "Initial", FALSE },
	{ "ABContactAdd", "ContactSave", FALSE },
	{ "ABContactUpdate", "ContactSave", FALSE },
	{ "ABContactDelete", "Timer", FALSE },
	{ "ABGroupAdd", "GroupSave", FALSE },
	{ "ABGroupUpdate", "Timer", FALSE },
	{ "ABGroupDelete", "Timer", FALSE },
	{ "ABGroupContactAdd", "ContactSave", FALSE },
	{ "ABGroupContactDelete", "Timer", FALSE },
	{ "ABAdd", "Initial", FALSE },
	{ "AddMember", "BlockUnblock", TRUE },
	{ "DeleteMember", "BlockUnblock", TRUE },
};

RawAnswer *
raw_write(MsnpServer *server, RawSession *session, const char *operation, const char *body)
{
	g_autofree char *action =
	    g_strconcat("http://www.msn.com/webservices/AddressBook/", operation, NULL);
	g_autofree char *headers = raw_soap_headers(action, session->contacts);
	g_autofree char *whole = raw_soap(session->contacts, body);
	g_autofree char *request = NULL;
	g_auto(GStrv) parts = g_strsplit(whole, "<PartnerScenario>Initial", 2);
	guint i = 0;

	while (strcmp(operations[i].operation, operation) != 0)
		g_assert_cmpuint(++i, <, G_N_ELEMENTS(operations));
	request =
	    g_strconcat(parts[0], "<PartnerScenario>", operations[i].scenario, parts[1], NULL);
	return raw_post(server,
			operations[i].sharing ? "/abservice/SharingService.asmx"
					      : "/abservice/abservice.asmx",
			headers, request);
}

RawAnswer *
raw_read(MsnpServer *server, RawSession *session, const char *operation)
{
	return raw_write(server, session, operation,
			 strcmp(operation, "ABFindAll") == 0 ? raw_ab_find_all
							     : raw_find_membership);
}

void
raw_written(MsnpServer *server, RawSession *session, const char *operation, const char *format, ...)
{
	g_autofree char *body = NULL;
	g_autoptr(RawAnswer) answer = NULL;
	va_list args;

	va_start(args, format);
	body = g_strdup_vprintf(format, args);
	va_end(args);
	answer = raw_write(server, session, operation, body);
	raw_expect_answer(answer, 200, NULL);
}

char *
raw_contact_id(MsnpServer *server, RawSession *session, const char *handle)
{
	g_autoptr(RawAnswer) answer = raw_read(server, session, "ABFindAll");
	g_autofree char *mark = g_strdup_printf("<passportName>%s<", handle);
	const char *place = strstr(answer->body, mark), *id;

	if (place == NULL)
		g_error("no contact %s in %s", handle, answer->body);
	id = g_strrstr_len(answer->body, place - answer->body, "<contactId>");
	return g_strndup(id + strlen("<contactId>"), 36);
}

void
raw_expect_answer(RawAnswer *answer, guint status, const char *text)
{
	if (answer->status != status || (text != NULL && strstr(answer->body, text) == NULL))
		g_error("%u with \"%s\" expected, but %u came: %s", status,
			text == NULL ? "" : text, answer->status, answer->body);
}

/* ---- Sign-on ---- */

RawSession *
raw_hello(MsnpServer *server, const char *handle)
{
	RawSession *session = g_new0(RawSession, 1);
	RawClient *ns = session->ns = raw_connect(msnp_server_ns_port(server));

	raw_line(ns, "VER 1 MSNP14 MSNP13 CVR0");
	raw_expect(ns, "VER 1 MSNP1?");
	raw_line(ns, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs %s", handle);
	raw_expect(ns, "CVR 2 8.0.0812 8.0.0812 1.0.0000 http://* http://*");
	raw_line(ns, "USR 3 TWN I %s", handle);
	session->policy = g_strdup(raw_skip_to(ns, "USR 3 TWN S *") + strlen("USR 3 TWN S "));
	session->trid = 3;
	return session;
}

RawSession *
raw_sign_on_begin(MsnpServer *server, const char *handle, const char *password)
{
	RawSession *session = raw_hello(server, handle);
	g_autoptr(RawAnswer) answer = NULL;
	g_autofree char *request = NULL;

	request = raw_rst(handle, password, session->policy);
	answer = raw_post(server, "/RST.srf", RAW_RST_HEADERS, request);
	g_assert_cmpuint(answer->status, ==, 200);
	session->messenger = raw_token(answer, "messenger.msn.com");
	session->contacts = raw_token(answer, "contacts.msn.com");
	return session;
}

void
raw_sign_on_ticket(RawSession *session)
{
	raw_line(session->ns, "USR 4 TWN S %s", session->messenger);
	raw_skip_to(session->ns, "USR 4 OK *");
	raw_expect(session->ns, "SBS 0 null");
	raw_expect(session->ns, "MSG Hotmail Hotmail *");
	session->trid = 4;
}

void
raw_sign_on_lists(RawSession *session, const char *adl, const char *status)
{
	raw_line(session->ns, "BLP 5 AL");
	raw_expect(session->ns, "BLP 5 AL");
	raw_payload(session->ns, adl, "ADL 6");
	raw_expect(session->ns, "ADL 6 OK");
	raw_line(session->ns, "CHG 7 %s 1610612768 0", status);
	raw_skip_to(session->ns, "CHG 7 *");
	raw_skip_to(session->ns, "MSG Hotmail Hotmail *");
	session->trid = 7;
}

RawSession *
raw_sign_on(MsnpServer *server, const char *handle, const char *password, const char *adl)
{
	RawSession *session = raw_sign_on_begin(server, handle, password);

	raw_sign_on_ticket(session);
	raw_sign_on_lists(session, adl, "NLN");
	return session;
}

void
raw_session_free(RawSession *session)
{
	raw_free(session->ns);
	g_free(session->policy);
	g_free(session->messenger);
	g_free(session->contacts);
	g_free(session);
}

/* ---- Rooms ---- */

RawClient *
raw_open_room(MsnpServer *server, RawSession *session)
{
	RawClient *seat = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) words = NULL;

	raw_line(session->ns, "XFR %u SB", ++session->trid);
	words = g_strsplit(
	    raw_skip_to(session->ns, "XFR * SB 127.0.0.1:* CKI * U messenger.msn.com*"), " ", -1);
	raw_line(seat, "USR 1 mia@nordwind.example %s", words[5]);
	raw_expect(seat, "USR 1 OK mia@nordwind.example *");
	return seat;
}

RawClient *
raw_call(MsnpServer *server, RawClient *caller, guint trid, const char *handle, RawSession *other)
{
	RawClient *seat = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) words = NULL;

	raw_line(caller, "CAL %u %s", trid, handle);
	words = g_strsplit(
	    raw_skip_to(other->ns, "RNG * 127.0.0.1:* CKI * mia@nordwind.example * U *"), " ", -1);
	raw_line(seat, "ANS 1 %s %s %s", handle, words[4], words[1]);
	raw_skip_to(seat, "ANS 1 OK");
	raw_skip_to(caller, "JOI *");
	return seat;
}
