/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presence: CHG, UUX and PRP of a session, and what the others get to see of it (ILN, NLN, FLN,
 * UBX). Source: notification.md 2.4, 5, 6 and 17 (rows 15 to 18).
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-percent.h"
#include "wire/msnp-presence.h"

/* What clients of this dialect announce, and the bits that some may add: shows ink, robot. */
#define CAPS_EXPECTED 1610612768u
#define CAPS_OPTIONAL (0x4u | 0x20000u)
#define HUGE_NICKNAME 100000

/* How one person looks to another. Strings are owned. */
typedef struct {
	char *handle;
	guint network;
	char *status;
	char *nick;
	char *caps;
	char *object;
	GBytes *data; /* for UBX; NULL: none */
} View;

static void
view_clear(View *view)
{
	g_free(view->handle);
	g_free(view->status);
	g_free(view->nick);
	g_free(view->caps);
	g_free(view->object);
	g_clear_pointer(&view->data, g_bytes_unref);
}

static MsnpServer *
server_of(MsnpServerSession *session)
{
	return session->client->server;
}

static gboolean
fault(MsnpServerSession *session, MsnpFaultId id)
{
	return msnp_server_faults_take(server_of(session)->faults, id);
}

/* ---- Names ---- */

/* Only what would break the line is escaped, as servers of today do (notification.md 1.4). */
static char *
encode_raw(const char *name)
{
	GString *out = g_string_new(NULL);

	for (const char *p = name; *p != '\0'; p++) {
		if (strchr("% \r\n", *p) != NULL)
			g_string_append_printf(out, "%%%02X", (guint8)*p);
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

static char *
encode_name(MsnpServer *server, const char *name)
{
	if (msnp_server_faults_take(server->faults, MSNP_FAULT_HUGE_NICKNAME)) {
		char *huge = g_malloc(HUGE_NICKNAME + 1);

		memset(huge, 'N', HUGE_NICKNAME);
		huge[HUGE_NICKNAME] = '\0';
		return huge;
	}
	if (msnp_server_faults_take(server->faults, MSNP_FAULT_EMPTY_NICKNAME))
		return g_strdup("");
	if (msnp_server_faults_take(server->faults, MSNP_FAULT_RAW_NICKNAMES))
		return encode_raw(name);
	return msnp_percent_encode(name);
}

char *
msnp_server_encoded_name(MsnpServer *server, MsnpServerAccount *account)
{
	return encode_name(server, account->name);
}

/* ---- Who sees whom ---- */

gboolean
msnp_server_session_visible(MsnpServerSession *session)
{
	return session->status != NULL && strcmp(session->status, "HDN") != 0;
}

gboolean
msnp_server_session_allows(MsnpServerSession *session, const char *key)
{
	guint bits = GPOINTER_TO_UINT(g_hash_table_lookup(session->lists, key));

	if (bits & MSNP_LIST_BLOCK)
		return FALSE;
	return (bits & MSNP_LIST_ALLOW) != 0 || !session->block_others;
}

static gboolean
has_on_list(MsnpServerSession *session, const char *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(session->lists, key)) & MSNP_LIST_FORWARD;
}

/* Sessions that get this one's presence, as its lists are now. */
GPtrArray *
msnp_server_watchers(MsnpServerSession *session)
{
	MsnpServer *server = server_of(session);
	GPtrArray *watchers = g_ptr_array_new();

	for (guint i = 0; i < server->accounts->accounts->len; i++) {
		MsnpServerAccount *other = server->accounts->accounts->pdata[i];

		if (other->session != NULL && other->session != session &&
		    other->session->status != NULL &&
		    has_on_list(other->session, session->account->key) &&
		    msnp_server_session_allows(session, other->key))
			g_ptr_array_add(watchers, other->session);
	}
	return watchers;
}

static GBytes *
message_data(const char *message)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	char *text;

	if (message == NULL)
		return NULL;
	msnp_xml_open(builder, "Data");
	msnp_xml_leaf(builder, "PSM", message);
	msnp_xml_leaf(builder, "CurrentMedia", "");
	msnp_xml_close(builder);
	text = msnp_xml_builder_fragment(builder, TRUE);
	return g_bytes_new_take(text, strlen(text));
}

static void
view_session(MsnpServerSession *session, View *view)
{
	MsnpServer *server = server_of(session);
	gboolean empty = msnp_server_faults_take(server->faults, MSNP_FAULT_EMPTY_OBJECT);

	view->handle = g_strdup(session->account->handle);
	view->network = MSNP_NETWORK_PASSPORT;
	view->status = g_strdup(session->status);
	view->nick = g_strdup(session->nick);
	view->caps = g_strdup(session->caps);
	view->object = g_strdup(session->object != NULL ? session->object
				: empty                 ? "%3Cmsnobj%2F%3E"
							: "0");
	if (session->account->data != NULL)
		view->data = g_bytes_ref(session->account->data);
}

static void
view_simulated(MsnpServer *server, const char *handle, guint network, const char *name,
	       const char *status, const char *message, View *view)
{
	view->handle = g_strdup(handle);
	view->network = network;
	view->status = g_strdup(status);
	view->nick = encode_name(server, name == NULL ? handle : name);
	view->caps = g_strdup_printf("%u", CAPS_EXPECTED);
	view->object = g_strdup("0");
	view->data = message_data(message);
}

/* What viewer may see of somebody; FALSE: offline to it. */
static gboolean
view_contact(MsnpServerSession *viewer, const char *key, View *view)
{
	MsnpServer *server = server_of(viewer);
	MsnpServerAccount *account = g_hash_table_lookup(server->accounts->by_key, key);
	MsnpServerContact *contact = g_hash_table_lookup(viewer->account->by_key, key);

	if (account != NULL && account->session != NULL) {
		if (!msnp_server_session_visible(account->session) ||
		    !msnp_server_session_allows(account->session, viewer->account->key))
			return FALSE;
		view_session(account->session, view);
		return TRUE;
	}
	if (account != NULL && account->status != NULL) {
		MsnpServerContact *back =
		    g_hash_table_lookup(account->by_key, viewer->account->key);

		if (back != NULL && (back->lists & MSNP_LIST_BLOCK) != 0)
			return FALSE;
		view_simulated(server, account->handle, MSNP_NETWORK_PASSPORT, account->name,
			       account->status, account->message, view);
		return TRUE;
	}
	if (contact != NULL && contact->status != NULL) {
		view_simulated(server, contact->handle, contact->network, contact->name,
			       contact->status, contact->message, view);
		return TRUE;
	}
	return FALSE;
}

/* ---- Lines ---- */

/* prefix is "NLN" or "ILN n". */
static void
send_presence(MsnpServerSession *viewer, const char *prefix, const View *view)
{
	if (viewer->dialect == 13)
		msnp_server_client_send(viewer->client, "%s %s %s %s %s %s", prefix, view->status,
					view->handle, view->nick, view->caps, view->object);
	else
		msnp_server_client_send(viewer->client, "%s %s %s %u %s %s %s", prefix,
					view->status, view->handle, view->network, view->nick,
					view->caps, view->object);
}

static void
append_half_escaped(GString *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '&')
			g_string_append(out, "&#x26;");
		else
			g_string_append_c(out, *p);
	}
}

/* As servers of today send it: unescaped but for "&" (notification.md 5). That this is no XML is
 * its purpose, so no builder can make it. */
static char *
malformed_data(const char *bytes, gsize length)
{
	g_autoptr(xmlDoc) doc = msnp_xml_parse(bytes, (gssize)length, NULL);
	xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);
	g_autofree char *message = msnp_xml_child_text(root, "PSM");
	g_autofree char *media = msnp_xml_child_text(root, "CurrentMedia");
	GString *out = g_string_new("<Data><PSM>");

	append_half_escaped(out, message);
	g_string_append(out, "</PSM><CurrentMedia>");
	append_half_escaped(out, media);
	g_string_append(out, "</CurrentMedia></Data>");
	return g_string_free(out, FALSE);
}

static void
send_ubx(MsnpServerSession *viewer, const View *view)
{
	g_autofree char *head = NULL, *malformed = NULL;
	gsize length;
	const char *bytes;

	if (view->data == NULL)
		return;
	bytes = g_bytes_get_data(view->data, &length);
	head = viewer->dialect == 13 ? g_strdup_printf("UBX %s", view->handle)
				     : g_strdup_printf("UBX %s %u", view->handle, view->network);
	if (fault(viewer, MSNP_FAULT_MALFORMED_UBX)) {
		malformed = malformed_data(bytes, length);
		msnp_server_client_send_payload(viewer->client, head, malformed, -1);
	} else {
		msnp_server_client_send_payload(viewer->client, head, bytes, (gssize)length);
	}
}

void
msnp_server_send_iln(MsnpServerSession *viewer, guint32 trid, const char *key)
{
	g_autofree char *prefix = g_strdup_printf("ILN %u", trid);
	View view = { 0 };

	if (view_contact(viewer, key, &view)) {
		send_presence(viewer, prefix, &view);
		send_ubx(viewer, &view);
	}
	view_clear(&view);
}

void
msnp_server_announce_to(MsnpServerSession *session, MsnpServerSession *viewer, gboolean online)
{
	View view = { 0 };

	if (online) {
		view_session(session, &view);
		send_presence(viewer, "NLN", &view);
		view_clear(&view);
	} else if (viewer->dialect == 13) {
		msnp_server_client_send(viewer->client, "FLN %s", session->account->handle);
	} else {
		msnp_server_client_send(viewer->client, "FLN %s 1 0", session->account->handle);
	}
}

void
msnp_server_announce(MsnpServerSession *session, gboolean online)
{
	g_autoptr(GPtrArray) watchers = msnp_server_watchers(session);

	for (guint i = 0; i < watchers->len; i++)
		msnp_server_announce_to(session, watchers->pdata[i], online);
}

void
msnp_server_send_ubx_to(MsnpServerSession *session, MsnpServerSession *viewer)
{
	View view = { 0 };

	view_session(session, &view);
	send_ubx(viewer, &view);
	view_clear(&view);
}

/* ---- CHG ---- */

static char *
object_hash(char **values)
{
	static const char *const names[] = { "Creator",  "Size",     "Type",
					     "Location", "Friendly", "SHA1D" };
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
	guint8 digest[20];
	gsize length = sizeof digest;

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_checksum_update(sum, (const guchar *)names[i], -1);
		g_checksum_update(sum, (const guchar *)values[i], -1);
	}
	g_checksum_get_digest(sum, digest, &length);
	return g_base64_encode(digest, length);
}

/* Row 15: attributes in their order, own Creator, right SHA1C. */
static void
check_object(MsnpServerSession *session, const char *encoded)
{
	g_autofree char *text = g_uri_unescape_string(encoded, NULL);
	g_autofree char *hash = NULL;
	g_autoptr(GRegex) regex = g_regex_new(
	    "^<msnobj Creator=\"([^\"]*)\" Size=\"([0-9]+)\" Type=\"(3)\" Location=\"([^\"]+)\" "
	    "Friendly=\"([^\"]*)\" SHA1D=\"([^\"]+)\" SHA1C=\"([^\"]+)\" ?/>$",
	    0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_auto(GStrv) values = NULL;

	if (text == NULL || strpbrk(encoded, "<>\" ") != NULL ||
	    !g_regex_match(regex, text, 0, &match)) {
		msnp_server_client_complain(session->client, "notification.md 17.15",
					    "the MSNObject in CHG is not as documented");
		return;
	}
	values = g_match_info_fetch_all(match);
	hash = object_hash(values + 1);
	if (!msnp_handle_equal(values[1], session->account->handle))
		msnp_server_client_complain(session->client, "notification.md 17.15",
					    "the MSNObject has a foreign Creator");
	if (strcmp(hash, values[7]) != 0)
		msnp_server_client_complain(session->client, "notification.md 17.15",
					    "the MSNObject has a wrong SHA1C");
}

/* FALSE: answered, and nothing more to do. */
static gboolean
check_chg(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *status = msnp_server_command_param(command, 1);
	const char *caps = msnp_server_command_param(command, 2);
	guint64 value;

	if (strcmp(status, "FLN") == 0) {
		msnp_server_client_complain(session->client, "notification.md 17.16", "CHG FLN");
		msnp_server_client_send(session->client, "201 %u", command->trid);
		return FALSE;
	}
	if (!msnp_status_code_is_known(status)) {
		msnp_server_client_refuse(session->client, "notification.md 17.16",
					  "CHG with the status %s", status);
		return FALSE;
	}
	if (command->n < 3 || command->n > 4 ||
	    !g_ascii_string_to_unsigned(caps, 10, 0, G_MAXUINT32, &value, NULL)) {
		/* The servers that people use do not answer it either. */
		msnp_server_client_complain(session->client, "notification.md 17.15",
					    "CHG without decimal capabilities");
		return FALSE;
	}
	if ((value & ~(guint64)CAPS_OPTIONAL) != CAPS_EXPECTED)
		msnp_server_client_complain(session->client, "notification.md 17.15",
					    "CHG with the capabilities %s", caps);
	if (command->n == 4 && strcmp(command->params[3], "0") != 0)
		check_object(session, command->params[3]);
	return TRUE;
}

/* Rows 9 and 13: what must have come before the first CHG. */
static void
check_before_chg(MsnpServerSession *session)
{
	if (!session->blp_seen)
		msnp_server_client_complain(session->client, "notification.md 17.9",
					    "CHG before BLP");
	if (msnp_server_client_has_delayed(session->client, "ADL"))
		msnp_server_client_complain(session->client, "notification.md 17.9",
					    "CHG before every ADL was answered");
	else if (!session->adl_seen)
		msnp_server_client_complain(session->client, "notification.md 17.9",
					    "CHG before ADL");
	else
		msnp_server_check_lists(session);
}

/* What a reader must survive: notification.md 17, row 19. */
static void
send_odd_lines(MsnpServerSession *session)
{
	MsnpServerClient *client = session->client;
	gboolean old = session->dialect == 13;

	msnp_server_client_send(client, "ZZZ 0 what is this");
	msnp_server_client_send(client, "299 999999");
	msnp_server_client_send(client, "NLN NLN stranger@nowhere.example%s No%%E3%%80%%80body 0 0",
				old ? "" : " 1");
	msnp_server_client_send(client, "NLN XYZ stranger@nowhere.example%s  4294967295",
				old ? "" : " 1");
	msnp_server_client_send(client, "FLN stranger@nowhere.example");
	msnp_server_client_send_payload(
	    client, old ? "UBX stranger@nowhere.example" : "UBX stranger@nowhere.example 1", "", 0);
	msnp_server_client_send_payload(client, "UBN stranger@nowhere.example 3", "\0\1\2\r\n\r\n",
					7);
	msnp_server_client_send_payload(client, "NOT", "<NOTIFICATION", -1);
	msnp_server_client_send_payload(client, "MSG Hotmail Hotmail",
					"Content-Type: text/x-unheard-of\r\n\r\nx", -1);
	msnp_server_client_send_payload(
	    client, "ADL 0",
	    "<ml><d n=\"a.example\"><c n=\"x\" l=\"8\" t=\"1\" f=\"X%20&amp;\"/></d>"
	    "<d n=\"b.example\"><c n=\"y\" l=\"8\" t=\"1\"/></d></ml>",
	    -1);
}

static void
send_mail_data(MsnpServerSession *session)
{
	static const char text[] =
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/x-msmsgsinitialmdatanotification; charset=UTF-8\r\n\r\n"
	    "Mail-Data: <MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM>"
	    "<QNM>204800</QNM></Q></MD>\r\nInbox-URL: /cgi-bin/HoTMaiL\r\n"
	    "Folders-URL: /cgi-bin/folders\r\nPost-URL: http://127.0.0.1/\r\n";

	msnp_server_client_send_payload(session->client, "MSG Hotmail Hotmail", text, -1);
}

/* ILN and UBX for all who are online, and what else follows the first CHG. */
static void
after_first_chg(MsnpServerSession *session, guint32 trid)
{
	MsnpServer *server = server_of(session);
	const char *reason;
	GHashTableIter iter;
	gpointer key, bits;

	session->ready_time = g_get_monotonic_time();
	g_hash_table_iter_init(&iter, session->lists);
	while (g_hash_table_iter_next(&iter, &key, &bits)) {
		if (GPOINTER_TO_UINT(bits) & MSNP_LIST_FORWARD)
			msnp_server_send_iln(session, trid, key);
	}
	send_mail_data(session);
	if (fault(session, MSNP_FAULT_ODD_LINES))
		send_odd_lines(session);
	if (fault(session, MSNP_FAULT_CHALLENGE)) {
		session->challenge = msnp_server_random_text(server, "0123456789", 20);
		msnp_server_client_send(session->client, "CHL 0 %s", session->challenge);
	}
	if (fault(session, MSNP_FAULT_XFR))
		msnp_server_client_send(session->client, "XFR 0 NS %s:%u U D", server->bind_address,
					server->ns_port);
	reason = msnp_server_faults_take_any(server->faults, MSNP_FAULT_OUT, NULL);
	if (reason != NULL)
		msnp_server_session_out(session, reason);
}

void
msnp_server_ns_chg(MsnpServerSession *session, MsnpServerCommand *command)
{
	gboolean first = session->status == NULL, was_visible, is_visible;
	const char *object = msnp_server_command_param(command, 3);

	if (!check_chg(session, command))
		return;
	if (first)
		check_before_chg(session);
	was_visible = msnp_server_session_visible(session);
	g_free(session->status);
	session->status = g_strdup(command->params[1]);
	g_free(session->caps);
	session->caps = g_strdup(command->params[2]);
	g_free(session->object);
	session->object = *object == '\0' || strcmp(object, "0") == 0 ? NULL : g_strdup(object);
	session->chg_seen = TRUE;
	is_visible = msnp_server_session_visible(session);
	if (is_visible && !was_visible)
		session->uux_seen = FALSE;
	msnp_server_client_send(session->client, "%s", command->line);
	if (is_visible || was_visible)
		msnp_server_announce(session, is_visible);
	if (first)
		after_first_chg(session, command->trid);
}

/* ---- UUX and PRP ---- */

/* Row 17, on the raw bytes. */
static void
check_uux(MsnpServerSession *session, const MsnpServerCommand *command)
{
	static const char guid[] = "\\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\\}";
	g_autofree char *pattern = g_strconcat(
	    "^<Data><PSM>([^<]*)</PSM><CurrentMedia>([^<]*)</CurrentMedia><MachineGuid>(", guid,
	    ")</MachineGuid></Data>$", NULL);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_DOTALL, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(xmlDoc) doc =
	    msnp_xml_parse(command->payload, (gssize)command->payload_length, NULL);
	g_autofree char *machine = NULL;

	if (doc == NULL || !g_regex_match(regex, command->payload, 0, &match)) {
		msnp_server_client_complain(
		    session->client, "notification.md 17.17",
		    "UUX is not <Data> with PSM, CurrentMedia and MachineGuid");
		return;
	}
	for (const char *p = command->payload; *p != '\0'; p++) {
		if ((guchar)*p < 0x20) {
			msnp_server_client_complain(session->client, "notification.md 17.17",
						    "a control character in UUX");
			break;
		}
	}
	machine = g_match_info_fetch(match, 3);
	if (session->account->machine_guid != NULL &&
	    strcmp(session->account->machine_guid, machine) != 0)
		msnp_server_client_complain(session->client, "notification.md 17.17",
					    "another MachineGuid than in the UUX before");
	g_free(session->account->machine_guid);
	session->account->machine_guid = g_steal_pointer(&machine);
}

void
msnp_server_ns_uux(MsnpServerSession *session, MsnpServerCommand *command)
{
	if (!session->chg_seen)
		msnp_server_client_complain(session->client, "notification.md 17.9",
					    "UUX before CHG");
	else if (!msnp_server_session_visible(session))
		msnp_server_client_complain(session->client, "notification.md 17.17",
					    "UUX while hidden");
	if (strlen(command->payload) != command->payload_length ||
	    !g_utf8_validate(command->payload, -1, NULL)) {
		msnp_server_client_refuse(session->client, "notification.md 17.17",
					  "UUX is not UTF-8 text");
		return;
	}
	check_uux(session, command);
	session->uux_seen = TRUE;
	g_clear_pointer(&session->account->data, g_bytes_unref);
	session->account->data = g_bytes_new(command->payload, command->payload_length);
	msnp_server_client_send(session->client, "UUX %u 0", command->trid);
	if (msnp_server_session_visible(session)) {
		g_autoptr(GPtrArray) watchers = msnp_server_watchers(session);

		for (guint i = 0; i < watchers->len; i++)
			msnp_server_send_ubx_to(session, watchers->pdata[i]);
	}
}

/* Row 18. */
static gboolean
check_name(MsnpServerSession *session, const char *name)
{
	g_autofree char *decoded = g_uri_unescape_string(name, NULL);

	if (*name == '\0' || strlen(name) > MSNP_NICKNAME_MAX) {
		msnp_server_client_refuse(session->client, "notification.md 17.18",
					  "PRP MFN with a name of %u bytes", (guint)strlen(name));
		return FALSE;
	}
	if (decoded == NULL || !g_utf8_validate(decoded, -1, NULL) || !g_str_is_ascii(name))
		msnp_server_client_complain(session->client, "notification.md 17.18",
					    "PRP MFN is not percent-encoded UTF-8");
	if (session->prp_seen && strcmp(name, session->nick) == 0)
		msnp_server_client_complain(session->client, "notification.md 17.18",
					    "PRP MFN with the name that is already set");
	return TRUE;
}

void
msnp_server_ns_prp(MsnpServerSession *session, MsnpServerCommand *command)
{
	static const char *const keys[] = { "MFN", "PHH", "PHW", "PHM", "MOB", NULL };
	const char *key = msnp_server_command_param(command, 1);
	const char *value = msnp_server_command_param(command, 2);

	if (!g_strv_contains(keys, key) || command->n > 3) {
		msnp_server_client_complain(session->client, "notification.md 2.1",
					    "PRP with the key %s", key);
		msnp_server_client_send(session->client, "715 %u", command->trid);
		return;
	}
	if (strcmp(key, "MFN") == 0) {
		if (!check_name(session, value))
			return;
		session->prp_seen = TRUE;
		g_free(session->nick);
		session->nick = g_strdup(value);
		g_free(session->account->name);
		session->account->name = msnp_percent_decode(value);
		if (msnp_server_session_visible(session))
			msnp_server_announce(session, TRUE);
	}
	msnp_server_client_send(session->client, "%s", command->line);
}
