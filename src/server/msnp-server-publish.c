/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a session says of itself: CHG, UUX and PRP, checked strictly, and what follows the first
 * CHG. Source: notification.md 3.4, 5, 6 and 17 (rows 9 and 15 to 19).
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"
#include "wire/msnp-percent.h"
#include "wire/msnp-presence.h"

/* What some clients announce beside MSNP_SERVER_CAPS: shows ink, robot. */
#define CAPS_OPTIONAL (0x4u | 0x20000u)

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
	if ((value & ~(guint64)CAPS_OPTIONAL) != MSNP_SERVER_CAPS)
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
		if (!(GPOINTER_TO_UINT(bits) & MSNP_LIST_FORWARD))
			continue;
		msnp_server_send_iln(session, trid, key);
		msnp_server_send_bpr(session, key);
	}
	msnp_server_send_mail_data(session);
	if (fault(session, MSNP_FAULT_ODD_LINES))
		send_odd_lines(session);
	if (fault(session, MSNP_FAULT_CHALLENGE)) {
		session->challenge = msnp_server_random_text(server, "0123456789", 20);
		msnp_server_client_send(session->client, "CHL 0 %s", session->challenge);
	}
	if (fault(session, MSNP_FAULT_XFR))
		msnp_server_send_xfr(session);
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

/* PRP MFN. */
static void
set_name(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *value = msnp_server_command_param(command, 2);
	g_autofree char *name = msnp_percent_decode(value);

	if (!check_name(session, value))
		return;
	session->prp_seen = TRUE;
	g_free(session->nick);
	session->nick = g_strdup(value);
	msnp_server_set_name(server_of(session), session->account, name);
	if (msnp_server_session_visible(session))
		msnp_server_announce(session, TRUE);
	msnp_server_client_send(session->client, "%s", command->line);
}

void
msnp_server_ns_prp(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *key = msnp_server_command_param(command, 1);

	if (command->n <= 3 && strcmp(key, "MFN") == 0) {
		set_name(session, command);
	} else if (command->n > 3 ||
		   !msnp_server_prp_phone(session, command->line, key,
					  msnp_server_command_param(command, 2))) {
		msnp_server_client_complain(session->client, "notification.md 2.1",
					    "PRP with the key %s", key);
		msnp_server_client_send(session->client, "715 %u", command->trid);
	}
}
