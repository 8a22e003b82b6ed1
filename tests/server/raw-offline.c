/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests about offline messages: see the header.
 */
#include "server/raw-offline.h"

#include <string.h>

#include "wire/msnp-challenge.h"

const char raw_offline_accounts[] =
    "{ \"accounts\": ["
    "  { \"handle\": \"mia@nordwind.example\", \"password\": \"mia\", \"name\": \"Mia\","
    "    \"contacts\": [ { \"handle\": \"olaf@nordwind.example\" } ] },"
    "  { \"handle\": \"olaf@nordwind.example\", \"password\": \"olaf\", \"name\": \"Olaf B.\","
    "    \"contacts\": [ { \"handle\": \"mia@nordwind.example\" } ] },"
    "  { \"handle\": \"quim@tram.example\", \"password\": \"quim\","
    "    \"contacts\": [ { \"handle\": \"mia@nordwind.example\", \"lists\": [\"BL\"] } ] },"
    "  { \"handle\": \"rosa@tram.example\", \"password\": \"rosa\", \"blp\": \"BL\" },"
    "  { \"handle\": \"zoe@example.com\", \"password\": \"zoe\","
    "    \"contacts\": [ { \"handle\": \"quim@tram.example\", \"lists\": [\"BL\"] } ],"
    "    \"offline-messages\": ["
    "      { \"id\": \"2364C4B4-4F37-404B-AE86-F4B8B74A9020\", \"from\": \"bob@example.com\","
    "        \"name\": \"B\xc3\xb4"
    "b\", \"text\": \"Back at noon \xe2\x80\x93 call me.\","
    "        \"time\": \"2026-03-14T09:26:53Z\", \"sequence\": 3 },"
    "      { \"id\": \"A1\", \"from\": \"mia@nordwind.example\", \"text\": \"first\","
    "        \"time\": \"2026-03-14T09:20:00Z\", \"sequence\": 1 },"
    "      { \"id\": \"A2\", \"from\": \"mia@nordwind.example\", \"text\": \"second\","
    "        \"time\": \"2026-03-14T09:21:00Z\", \"sequence\": 2 },"
    "      { \"id\": \"A3\", \"from\": \"mia@nordwind.example\", \"text\": \"read\","
    "        \"time\": \"2026-03-14T09:22:00Z\", \"read\": true },"
    "      { \"id\": \"A4\", \"from\": \"quim@tram.example\", \"mime\": \"From: x\\n\\nhi\","
    "        \"time\": \"2026-03-14T09:23:00Z\" } ] } ] }";

/* services.md 10.4. */
static const char store_text[] =
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>\n"
    " <From xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\" memberName=\"@FROM@\"@FRIENDLY@ "
    "xml:lang=\"en-US\" proxy=\"MSNMSGR\" msnpVer=\"MSNP14\" buildVer=\"8.0.0812\"/>\n"
    " <To xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\" memberName=\"@TO@\"/>\n"
    " <Ticket xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\" passport=\"@TICKET@\" "
    "appid=\"@APPID@\" lockkey=\"@KEY@\"/>\n"
    " <Sequence xmlns=\"http://schemas.xmlsoap.org/ws/2003/03/rm\"><Identifier "
    "xmlns=\"http://schemas.xmlsoap.org/ws/2002/07/utility\">http://messenger.msn.com"
    "</Identifier><MessageNumber>@NUMBER@</MessageNumber></Sequence>@EXTRA@\n"
    "</soap:Header><soap:Body><MessageType "
    "xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\">text</MessageType>\n"
    "<Content xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\">@CONTENT@</Content>"
    "</soap:Body></soap:Envelope>";

static const char content_text[] = "MIME-Version: 1.0\n"
				   "Content-Type: text/plain; charset=UTF-8\n"
				   "Content-Transfer-Encoding: base64\n"
				   "X-OIM-Message-Type: OfflineMessage\n"
				   "X-OIM-Run-Id: @RUN@\n"
				   "X-OIM-Sequence-Num: @SEQUENCE@\n"
				   "\n"
				   "QmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg==";

/* services.md 10.2. */
static const char rsi_text[] =
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>"
    "<PassportCookie xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\">\n"
    " <t>@T@</t><p>@P@</p></PassportCookie></soap:Header><soap:Body>@BODY@</soap:Body>"
    "</soap:Envelope>";

/* value is XML already. */
static void
put(char **text, const char *mark, const char *value)
{
	g_auto(GStrv) parts = g_strsplit(*text, mark, -1);

	g_free(*text);
	*text = g_strjoinv(value, parts);
}

static void
put_text(char **text, const char *mark, const char *value)
{
	g_autofree char *escaped = g_markup_escape_text(value, -1);

	put(text, mark, escaped);
}

static const char *
either(const char *text, const char *missing)
{
	return text == NULL ? missing : text;
}

static char *
store_content(const RawStore *store, guint number)
{
	g_autofree char *sequence =
	    g_strdup_printf("%u", store->sequence == 0 ? number : store->sequence);
	char *content = g_strdup(either(store->content, content_text));

	put(&content, "@RUN@", either(store->run, RAW_RUN));
	put(&content, "@SEQUENCE@", sequence);
	return content;
}

static char *
store_headers(const RawStore *store)
{
	return g_strdup_printf("Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"%s\"\r\n",
			       store->old ? "http://messenger.msn.com/ws/2004/09/oim/Store"
					  : "http://messenger.live.com/ws/2006/09/oim/Store2");
}

static char *
store_request(RawSession *session, const RawStore *store)
{
	guint n = store->number == 0 ? 1 : store->number;
	g_autofree char *number = g_strdup_printf("%u", n);
	g_autofree char *content = store_content(store, n);
	char *text = g_strdup(store_text);

	put_text(&text, "@FROM@", either(store->from, "mia@nordwind.example"));
	put(&text, "@FRIENDLY@", either(store->friendly, " friendlyName=\"=?utf-8?B?QWxpY2U=?=\""));
	put_text(&text, "@TO@", either(store->to, "olaf@nordwind.example"));
	put_text(&text, "@TICKET@", either(store->passport, session->messenger));
	put_text(&text, "@APPID@", either(store->appid, "PROD01065C%ZFN6F"));
	put_text(&text, "@KEY@", either(store->key, ""));
	put(&text, "@NUMBER@", number);
	put(&text, "@EXTRA@", either(store->extra, ""));
	put_text(&text, "@CONTENT@", content);
	return text;
}

RawAnswer *
raw_store(MsnpServer *server, RawSession *session, const RawStore *store)
{
	g_autofree char *headers = store_headers(store), *text = store_request(session, store);

	return raw_post(server, "/OimWS/oim.asmx", headers, text);
}

RawClient *
raw_store_begin(MsnpServer *server, RawSession *session, const RawStore *store)
{
	g_autofree char *headers = store_headers(store), *text = store_request(session, store);

	return raw_post_begin(server, "/OimWS/oim.asmx", headers, text);
}

char *
raw_between(const char *text, const char *from, const char *to)
{
	const char *start = strstr(text, from);
	const char *end = start == NULL ? NULL : strstr(start + strlen(from), to);

	if (end == NULL)
		g_error("no \"%s\" ... \"%s\" in %s", from, to, text);
	return g_strndup(start + strlen(from), (gsize)(end - start) - strlen(from));
}

char *
raw_unescape(const char *text)
{
	char *out = g_strdup(text);

	put(&out, "&lt;", "<");
	put(&out, "&gt;", ">");
	put(&out, "&quot;", "\"");
	put(&out, "&#13;", "\r");
	put(&out, "&amp;", "&");
	return out;
}

char *
raw_lock_key(const RawAnswer *fault)
{
	g_autofree char *element = raw_between(fault->body, "<LockKeyChallenge", "<");
	const char *challenge = strchr(element, '>') + 1;

	return msnp_challenge_answer(challenge, "PROD01065C%ZFN6F", "O4BG@C7BWLYQX?5G");
}

char *
raw_unlock(MsnpServer *server, RawSession *session)
{
	g_autoptr(RawAnswer) answer = raw_store(server, session, &(RawStore){ 0 });

	raw_expect_answer(answer, 500, "q0:AuthenticationFailed</faultcode>");
	return raw_lock_key(answer);
}

RawAnswer *
raw_rsi(MsnpServer *server, const char *ticket, const char *operation, const char *body)
{
	g_auto(GStrv) parts = g_strsplit(ticket, "&p=", 2);
	g_autofree char *text = g_strdup(rsi_text);
	g_autofree char *headers =
	    g_strdup_printf("Content-Type: text/xml; charset=utf-8\r\n"
			    "SOAPAction: \"http://www.hotmail.msn.com/ws/2004/09/oim/rsi/%s\"\r\n",
			    operation);

	put_text(&text, "@T@", g_str_has_prefix(parts[0], "t=") ? parts[0] + 2 : parts[0]);
	put_text(&text, "@P@", either(parts[1], ""));
	put(&text, "@BODY@", body);
	return raw_post(server, "/rsi/rsi.asmx", headers, text);
}

RawAnswer *
raw_get_metadata(MsnpServer *server, RawSession *session)
{
	return raw_rsi(server, session->messenger, "GetMetadata",
		       "<GetMetadata xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\">"
		       "<!-- --></GetMetadata>");
}

RawAnswer *
raw_get_message(MsnpServer *server, RawSession *session, const char *id)
{
	g_autofree char *body = g_strdup_printf(
	    "<GetMessage xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\"><messageId>%s"
	    "</messageId><alsoMarkAsRead>false</alsoMarkAsRead></GetMessage>",
	    id);

	return raw_rsi(server, session->messenger, "GetMessage", body);
}

RawAnswer *
raw_delete_messages(MsnpServer *server, RawSession *session, const char *ids)
{
	g_autoptr(GString) body = g_string_new(
	    "<DeleteMessages xmlns=\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi\"><messageIds>");
	g_auto(GStrv) list = g_strsplit(ids, " ", -1);

	for (char **id = list; *id != NULL; id++)
		g_string_append_printf(body, "<messageId>%s</messageId>", *id);
	g_string_append(body, "</messageIds></DeleteMessages>");
	return raw_rsi(server, session->messenger, "DeleteMessages", body->str);
}
