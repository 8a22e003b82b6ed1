/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Beyond the service: people of other networks (UUM, UBM, their presence) and telephones (PGD,
 * IPG). What clients send there is kept, what comes from there is scripted.
 * Source: notification.md 7.1, 7.3, switchboard.md 13, servers.md.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"
#include "wire/msnp-address.h"
#include "wire/msnp-list-payload.h"

/* Of IPG: a page that was too long. */
#define PAGE_TOO_LONG 407

void
msnp_server_passed_free(MsnpServerPassed *passed)
{
	g_free(passed->from);
	g_free(passed->to);
	g_free(passed->payload);
	g_free(passed);
}

GPtrArray *
msnp_server_passed(MsnpServer *server)
{
	return server->passed;
}

static void
pass(MsnpServerSession *session, const MsnpServerCommand *command, guint network, guint type,
     const char *payload)
{
	MsnpServerPassed *passed = g_new0(MsnpServerPassed, 1);

	passed->from = g_strdup(session->account->handle);
	passed->to = g_strdup(command->params[1]);
	passed->network = network;
	passed->type = type;
	passed->payload = g_strdup(payload);
	passed->trid = command->trid;
	g_ptr_array_add(session->client->server->passed, passed);
}

static gboolean
read_number(const char *text, guint *number)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &value, NULL))
		return FALSE;
	*number = (guint)value;
	return TRUE;
}

static void
answer_error(MsnpServerSession *session, const MsnpServerCommand *command, guint number)
{
	msnp_server_client_send(session->client, "%u %u", number, command->trid);
}

/* The session's account may be asked for by handle; NULL: it is not signed on. */
static MsnpServerSession *
session_of(MsnpServer *server, const char *handle)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerSession *session = account == NULL ? NULL : account->session;

	return session == NULL || session->status == NULL ? NULL : session;
}

/* ---- Other networks ---- */

/* What is wrong with whom it is for: an error number, 0: nothing. */
static guint
check_address(MsnpServerSession *session, const char *handle, guint network)
{
	MsnpServerContact *contact = msnp_server_account_contact(session->account, handle);

	if (contact == NULL || !(contact->lists & MSNP_LIST_FORWARD) ||
	    contact->network != network) {
		msnp_server_client_complain(session->client, "notification.md 7.1",
					    "UUM to somebody who is not on the list, or of "
					    "another network: %s",
					    handle);
		return 508;
	}
	return contact->status == NULL ? 217 : 0;
}

void
msnp_server_ns_uum(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *handle = msnp_server_command_param(command, 1);
	gboolean silent =
	    msnp_server_faults_take(session->client->server->faults, MSNP_FAULT_ESCARGOT_UUM);
	MsnpServerVerdict verdict;
	guint network, type, number;

	if (session->dialect == 13) {
		msnp_server_client_refuse(session->client, "notification.md 17.4", "UUM in MSNP13");
		return;
	}
	if (!read_number(command->params[2], &network) || !read_number(command->params[3], &type)) {
		msnp_server_client_refuse(session->client, "notification.md 7.1",
					  "UUM without network and type");
		return;
	}
	if (network == MSNP_NETWORK_PASSPORT) {
		msnp_server_client_complain(session->client, "notification.md 7.1",
					    "UUM to network 1");
		if (silent)
			msnp_server_client_end(session->client);
		else
			answer_error(session, command, 508);
		return;
	}
	verdict = msnp_server_check_uum(session, type, command);
	if (verdict == MSNP_SERVER_MESSAGE_CLOSE) {
		msnp_server_client_end(session->client);
		return;
	}
	number = check_address(session, handle, network);
	if (verdict == MSNP_SERVER_MESSAGE_OK && (number == 0 || silent))
		pass(session, command, network, type, command->payload);
	else if (!silent)
		answer_error(session, command, number == 0 ? 509 : number);
}

gboolean
msnp_server_send_ubm(MsnpServer *server, const char *handle, const char *from, guint network,
		     guint type, const char *payload)
{
	MsnpServerSession *session = session_of(server, handle);
	g_autofree char *head = g_strdup_printf("UBM %s %u %u", from, network, type);

	if (session == NULL)
		return FALSE;
	msnp_server_client_send_payload(session->client, head, payload, -1);
	return TRUE;
}

gboolean
msnp_server_set_presence(MsnpServer *server, const char *handle, const char *contact,
			 const char *status, const char *message)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerContact *found =
	    account == NULL ? NULL : msnp_server_account_contact(account, contact);
	MsnpServerSession *session = session_of(server, handle);

	if (found == NULL)
		return FALSE;
	g_free(found->status);
	found->status = g_strdup(status);
	g_free(found->message);
	found->message = g_strdup(message);
	if (session != NULL &&
	    (GPOINTER_TO_UINT(g_hash_table_lookup(session->lists, found->key)) & MSNP_LIST_FORWARD))
		msnp_server_announce_contact(session, found);
	return TRUE;
}

/* ---- Telephones ---- */

/* The text of <TEXT>, still escaped as it came; NULL: the payload is not as documented. */
static char *
page_text(const char *payload)
{
	g_autoptr(GRegex) regex =
	    g_regex_new("^(<PHONE pri=\"1\"><LOC></LOC><NUM>[^<>&]*</NUM></PHONE>)?"
			"<TEXT xml:space=\"preserve\" enc=\"utf-8\">"
			"(([^<>&;^]|&#x(26|3B|3C|3E|5E);)*)</TEXT>$",
			G_REGEX_DOTALL | G_REGEX_DOLLAR_ENDONLY, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	return g_utf8_validate(payload, -1, NULL) && g_regex_match(regex, payload, 0, &match)
		   ? g_match_info_fetch(match, 2)
		   : NULL;
}

/* May somebody be reached by telephone: a number of the contact list, or a person who allows it? */
static gboolean
takes_pages(MsnpServerSession *session, const char *handle)
{
	MsnpServer *server = session->client->server;
	MsnpServerContact *contact = msnp_server_account_contact(session->account, handle);
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);

	if (msnp_handle_is_phone(handle))
		return contact != NULL && (contact->lists & MSNP_LIST_FORWARD);
	return account != NULL ? account->phones.pages : contact != NULL && contact->phones.pages;
}

static void
send_ipg(MsnpServerSession *session, const char *telephone, const char *text, guint32 trid,
	 guint reason)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *id = g_strdup_printf("%u", trid);
	g_autofree char *why = g_strdup_printf("%u", reason);
	g_autofree char *url = g_strconcat(session->client->server->base_url, "/", NULL);
	static const struct {
		const char *element, *name, *value;
	} rest[] = {
		{ "CAT", "Id", "110110001" },
		{ "ACTION", "url", "2wayIM.asp" },
		{ "SUBSCR", "url", "2wayIM.asp" },
	};
	g_autofree char *xml = NULL;

	msnp_xml_open(builder, "NOTIFICATION");
	msnp_xml_attr(builder, "id", id);
	msnp_xml_attr(builder, "siteid", "111100400");
	msnp_xml_attr(builder, "siteurl", url);
	msnp_xml_open(builder, "TO");
	msnp_xml_attr(builder, "name", session->account->handle);
	msnp_xml_open(builder, "VIA");
	msnp_xml_attr(builder, "agent", "mobile");
	msnp_xml_close(builder);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "FROM");
	msnp_xml_attr(builder, "name", telephone);
	msnp_xml_close(builder);
	msnp_xml_open(builder, "MSG");
	msnp_xml_attr(builder, "pri", "1");
	msnp_xml_attr(builder, "id", why);
	for (guint i = 0; i < G_N_ELEMENTS(rest); i++) {
		msnp_xml_open(builder, rest[i].element);
		msnp_xml_attr(builder, rest[i].name, rest[i].value);
		msnp_xml_close(builder);
	}
	msnp_xml_open(builder, "BODY");
	msnp_xml_attr(builder, "lcid", "1033");
	msnp_xml_leaf(builder, "TEXT", text);
	xml = msnp_xml_builder_fragment(builder, FALSE);
	msnp_server_client_send_payload(session->client, "IPG", xml, -1);
}

void
msnp_server_ns_pgd(MsnpServerSession *session, MsnpServerCommand *command)
{
	const char *handle = msnp_server_command_param(command, 1);
	g_autofree char *text = page_text(command->payload);
	int limit = G_MAXINT;
	guint device;

	if (text == NULL || strlen(command->payload) != command->payload_length ||
	    !read_number(command->params[2], &device) || device < 1 || device > 2) {
		msnp_server_client_complain(session->client, "notification.md 7.3",
					    "PGD is not device 1 or 2 and <TEXT>");
		answer_error(session, command, 201);
		return;
	}
	if (!takes_pages(session, handle)) {
		answer_error(session, command, 232);
		return;
	}
	msnp_server_faults_take_any(session->client->server->faults, MSNP_FAULT_PAGE_LIMIT, &limit);
	if (strlen(text) > (gsize)MAX(limit, 0)) {
		send_ipg(session, handle, "", command->trid, PAGE_TOO_LONG);
		return;
	}
	pass(session, command, MSNP_NETWORK_PHONE, device, text);
}

gboolean
msnp_server_send_ipg(MsnpServer *server, const char *handle, const char *telephone,
		     const char *text, guint32 trid, guint reason)
{
	MsnpServerSession *session = session_of(server, handle);

	if (session == NULL)
		return FALSE;
	send_ipg(session, telephone, text, trid, reason);
	return TRUE;
}
