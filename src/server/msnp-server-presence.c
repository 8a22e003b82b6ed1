/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presence as others see it: who sees whom, and the lines ILN, NLN, FLN and UBX in both
 * dialects. Source: notification.md 2.4, 5, 6.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-percent.h"
#include "wire/msnp-presence.h"

#define HUGE_NICKNAME 100000
/* Can be paged on a mobile (notification.md 6.3). */
#define CAPS_PAGED 0x40u

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
	       const char *status, const char *message, const MsnpServerPhones *phones, View *view)
{
	view->handle = g_strdup(handle);
	view->network = network;
	view->status = g_strdup(status);
	view->nick = encode_name(server, name == NULL ? handle : name);
	view->caps = g_strdup_printf("%u", MSNP_SERVER_CAPS | (phones->pages ? CAPS_PAGED : 0u));
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
			       account->status, account->message, &account->phones, view);
		return TRUE;
	}
	if (contact != NULL && contact->status != NULL) {
		view_simulated(server, contact->handle, contact->network, contact->name,
			       contact->status, contact->message, &contact->phones, view);
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
msnp_server_announce_contact(MsnpServerSession *viewer, const MsnpServerContact *contact)
{
	View view = { 0 };

	if (view_contact(viewer, contact->key, &view)) {
		send_presence(viewer, "NLN", &view);
		send_ubx(viewer, &view);
	} else if (viewer->dialect == 13) {
		msnp_server_client_send(viewer->client, "FLN %s", contact->handle);
	} else {
		msnp_server_client_send(viewer->client, "FLN %s %u 0", contact->handle,
					contact->network);
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
