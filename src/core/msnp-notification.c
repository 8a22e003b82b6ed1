/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notification: what the server tells unasked, one small handler for each verb, found in a const
 * table. Unknown verbs are logged and dropped; the framing table has seen to their payloads.
 * Source: notification.md 2, 6, 8, 10, 11, 13.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "util/msnp-log.h"
#include "util/msnp-xml.h"
#include "wire/msnp-challenge.h"
#include "wire/msnp-errcode.h"

static const char *
payload_bytes(MsnpCommand *command, gsize *length)
{
	GBytes *payload = msnp_command_payload(command);

	*length = 0;
	return payload ? g_bytes_get_data(payload, length) : "";
}

/* ILN, NLN, FLN */
static void
on_presence(MsnpSession *session, MsnpCommand *command)
{
	g_autoptr(MsnpPresence) presence = msnp_presence_parse(command, session->dialect);
	MsnpContact *contact;
	guint changes;

	if (!presence || !session->roster)
		return;
	contact = msnp_roster_set_presence(session->roster, presence, &changes);
	if (!contact)
		return;
	msnp_move_seen(session, contact);
	msnp_session_emit_changed(session, contact, changes);
}

static void
on_ubx(MsnpSession *session, MsnpCommand *command)
{
	g_autoptr(MsnpPersonal) personal = NULL;
	MsnpContact *contact;
	guint changes;
	gsize length;
	const char *bytes = payload_bytes(command, &length);

	if (!session->roster)
		return;
	personal = msnp_personal_parse(bytes, length);
	contact = msnp_roster_set_personal(session->roster, msnp_command_param(command, 0),
					   personal, &changes);
	if (contact)
		msnp_session_emit_changed(session, contact, changes);
}

static void
change_lists(MsnpSession *session, MsnpCommand *command, gboolean add)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) entries = NULL;
	gsize length;
	const char *bytes = payload_bytes(command, &length);

	if (!session->roster || length == 0)
		return;
	entries = msnp_list_payload_parse(bytes, length, NULL, &error);
	if (!entries)
		msnp_info("roster", "a list change could not be read: %s", error->message);
	for (guint i = 0; entries && i < entries->len; i++) {
		MsnpContact *contact =
		    msnp_roster_change_lists(session->roster, g_ptr_array_index(entries, i), add);

		if (contact)
			msnp_session_emit_changed(session, contact, MSNP_CHANGE_LISTS);
		/* Whether they wait for an answer, and what they wrote, only the lists tell. */
		if (contact && add && !(contact->lists & MSNP_LIST_FORWARD))
			msnp_list_editor_hint(session);
	}
}

static void
on_adl(MsnpSession *session, MsnpCommand *command)
{
	change_lists(session, command, TRUE);
}

static void
on_rml(MsnpSession *session, MsnpCommand *command)
{
	change_lists(session, command, FALSE);
}

static void
on_chl(MsnpSession *session, MsnpCommand *command)
{
	const char *params[] = { MSNP_PRODUCT_ID, NULL };
	const char *challenge = msnp_command_param(command, 1);
	g_autofree char *answer = NULL;

	if (!*challenge || strlen(challenge) > MSNP_CHALLENGE_MAX)
		return;
	answer = msnp_challenge_answer(challenge, MSNP_PRODUCT_ID, MSNP_PRODUCT_KEY);
	msnp_link_send(session->link, "QRY", params, answer, -1);
}

/* Why a server hangs up. */
static const struct {
	const char *reason;
	MsnpErrorCode code;
	const char *log;
} OUT_REASONS[] = {
	{ "OTH", MSNP_ERROR_ELSEWHERE, "signed on elsewhere" },
	{ "SSD", MSNP_ERROR_MAINTENANCE, "the server is going down" },
	{ "RCT", MSNP_ERROR_MAINTENANCE, "the server asks to come back later" },
	{ "TOU", MSNP_ERROR_ACCOUNT, "the terms of use have to be accepted first" },
	{ "MIG", MSNP_ERROR_NETWORK, "the address book has been moved" },
	{ "", MSNP_ERROR_NETWORK, "the server has closed the session" },
};

static void
on_out(MsnpSession *session, MsnpCommand *command)
{
	const char *reason = msnp_command_param(command, 0);
	guint i = 0;

	while (*OUT_REASONS[i].reason && strcmp(OUT_REASONS[i].reason, reason))
		i++;
	msnp_session_fail(session,
			  msnp_error_new(OUT_REASONS[i].code, 0, "%s", OUT_REASONS[i].log));
}

/* The server wants us at another address. In the middle of a sign-on that means: once more. */
static void
on_xfr(MsnpSession *session, MsnpCommand *command)
{
	if (strcmp(msnp_command_param(command, 1), "NS"))
		return;
	if (session->signed_on && !session->moving)
		msnp_move_start(session, msnp_command_param(command, 2));
	else
		msnp_session_fail(session, msnp_error_new(MSNP_ERROR_NETWORK, 0,
							  "the server sends us to another one"));
}

static void
on_rng(MsnpSession *session, MsnpCommand *command)
{
	/* The roster of last time may be there before the server has let us in. */
	if (session->roster && session->conversations)
		msnp_conversations_ring(session->conversations, command);
}

/* The address book was changed, by another client or by ourselves: the document names no contact.
 * Its body is a document of its own, as text. */
static void
on_not(MsnpSession *session, MsnpCommand *command)
{
	gsize length;
	const char *bytes = payload_bytes(command, &length);
	g_autoptr(xmlDoc) doc = msnp_xml_parse(bytes, (gssize)length, NULL);
	xmlNode *body = doc ? msnp_xml_path(xmlDocGetRootElement(doc), "MSG", "BODY", NULL) : NULL;
	g_autofree char *text = msnp_xml_text(body);
	g_autoptr(xmlDoc) data = msnp_xml_parse(text, -1, NULL);
	g_autofree char *service =
	    msnp_xml_child_text(data ? xmlDocGetRootElement(data) : NULL, "Service");

	if (!strcmp(service, "ABCHInternal"))
		msnp_list_editor_hint(session);
}

/* A line "Name: value" of a body in header form. */
static gboolean
body_number(const MsnpMessage *message, const char *name, guint *value)
{
	g_autofree char *text = msnp_message_text(message);
	g_autoptr(MsnpMessage) fields = msnp_message_parse(text, strlen(text));
	const char *field = msnp_message_header(fields, name);
	guint64 number;

	if (!field || !g_ascii_string_to_unsigned(field, 10, 0, G_MAXUINT32, &number, NULL))
		return FALSE;
	*value = (guint)number;
	return TRUE;
}

static void
on_msg(MsnpSession *session, MsnpCommand *command)
{
	g_autoptr(MsnpMessage) message = NULL;
	guint type, minutes;
	gsize length;
	const char *bytes = payload_bytes(command, &length);

	/* Nobody but the service itself can speak here; it always signs so. */
	if (strcmp(msnp_command_param(command, 0), "Hotmail"))
		return;
	message = msnp_message_parse(bytes, length);
	if (!g_str_has_suffix(msnp_message_type(message), "/x-msmsgssystemmessage")) {
		msnp_mail_notices_take(session, message);
		return;
	}
	if (body_number(message, "Type", &type) && type == 1 &&
	    body_number(message, "Arg1", &minutes))
		g_signal_emit_by_name(session, "server-stops", minutes);
}

/* Known, and of no consequence: GCF's policies, SBS, the answer to QRY, small data between other
 * clients, phone numbers as older servers told them, an echo of what we did. */
static void
ignore(MsnpSession *session G_GNUC_UNUSED, MsnpCommand *command G_GNUC_UNUSED)
{
}

static const struct {
	const char *verb;
	void (*handle)(MsnpSession *session, MsnpCommand *command);
} HANDLERS[] = {
	{ "ADL", on_adl },
	{ "BPR", ignore },
	{ "CHG", ignore },
	{ "CHL", on_chl },
	{ "FLN", on_presence },
	{ "GCF", ignore },
	{ "ILN", on_presence },
	{ "IPG", msnp_phones_take_page },
	{ "MSG", on_msg },
	{ "NLN", on_presence },
	{ "NOT", on_not },
	{ "OUT", on_out },
	{ "PRP", msnp_phones_take_property },
	{ "QNG", msnp_keepalive_pong },
	{ "QRY", ignore },
	{ "RML", on_rml },
	{ "RNG", on_rng },
	{ "SBS", ignore },
	{ "UBM", msnp_federated_take },
	{ "UBN", ignore },
	{ "UBX", on_ubx },
	{ "XFR", on_xfr },
};

void
msnp_notification_dispatch(MsnpSession *session, MsnpCommand *command)
{
	guint number = msnp_command_error_number(command);

	session->link_error =
	    number && msnp_errcode_lookup(number)->errclass == MSNP_ERRCLASS_LINK ? number : 0;
	for (guint i = 0; i < G_N_ELEMENTS(HANDLERS); i++)
		if (msnp_command_is(command, HANDLERS[i].verb)) {
			HANDLERS[i].handle(session, command);
			return;
		}
	if (number)
		msnp_info("notification", "error %u for no request that waits", number);
	else
		msnp_info("notification", "unknown command %s", msnp_command_verb(command));
}
