/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets: those that RST gave, how long the list services take them, and whether the client renews
 * them as it should. Source: services.md 2.4, 2.5, 14.5 and 15 (rows 5, 8, 11), servers.md 1.
 */
#include <string.h>

#include "server/msnp-server-http.h"

#define TOKEN_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
/* As long as the tickets of the server that people use (servers.md, sign-on). */
#define T_LENGTH 1020
#define P_LENGTH 24
/* How often the same request may be refused for its ticket: with the old one and the new one. */
#define REFUSALS_MAX 2

void
msnp_server_tickets_free(MsnpServerTickets *tickets)
{
	for (guint i = 0; i < MSNP_SERVER_N_TOKENS; i++)
		g_free(tickets->tokens[i]);
	g_free(tickets);
}

MsnpServerTickets *
msnp_server_tickets_find(MsnpServer *server, MsnpServerToken kind, const char *text)
{
	for (guint i = 0; i < server->tickets->len; i++) {
		MsnpServerTickets *tickets = server->tickets->pdata[i];

		if (strcmp(tickets->tokens[kind], text) == 0)
			return tickets;
	}
	return NULL;
}

char *
msnp_server_ticket_t(const char *ticket)
{
	const char *start = g_str_has_prefix(ticket, "t=") ? ticket + 2 : ticket;
	const char *end = strstr(start, "&p=");

	return end == NULL ? g_strdup(start) : g_strndup(start, (gsize)(end - start));
}

static char *
make_token(MsnpServer *server)
{
	g_autofree char *t = msnp_server_random_text(server, TOKEN_CHARS, T_LENGTH);
	g_autofree char *p = msnp_server_random_text(server, TOKEN_CHARS, P_LENGTH);

	if (msnp_server_faults_take(server->faults, MSNP_FAULT_TOKEN_WITHOUT_P))
		return g_strconcat("t=", t, "==", NULL);
	if (msnp_server_faults_take(server->faults, MSNP_FAULT_TOKEN_EMPTY_P))
		return g_strconcat("t=", t, "==&p=", NULL);
	return g_strconcat("t=", t, "==&p=", p, NULL);
}

MsnpServerTickets *
msnp_server_tickets_new(MsnpServer *server, MsnpServerAccount *account)
{
	MsnpServerTickets *tickets = g_new0(MsnpServerTickets, 1);
	gboolean equal = msnp_server_faults_take(server->faults, MSNP_FAULT_EQUAL_TOKENS);

	tickets->account = account;
	for (guint i = 0; i < MSNP_SERVER_N_TOKENS; i++)
		tickets->tokens[i] =
		    equal && i > 0 ? g_strdup(tickets->tokens[0]) : make_token(server);
	g_ptr_array_add(server->tickets, tickets);
	account->newest = tickets;
	return tickets;
}

void
msnp_server_tickets_end(MsnpServer *server, MsnpServerSession *session)
{
	for (guint i = 0; i < server->tickets->len; i++) {
		MsnpServerTickets *tickets = server->tickets->pdata[i];

		if (tickets->session == session)
			tickets->session = NULL;
		if (tickets->renewed_for == session)
			tickets->renewed_for = NULL;
	}
}

/* ---- With a request ---- */

static void
check_cookie(MsnpServerRequest *request, const char *ticket)
{
	SoupMessageHeaders *headers = soup_server_message_get_request_headers(request->message);
	const char *cookie = soup_message_headers_get_list(headers, "Cookie");
	g_autofree char *t = msnp_server_ticket_t(ticket);
	g_autofree char *wanted = g_strdup_printf("MSPAuth=%s", t);

	if (g_strcmp0(cookie, wanted) != 0)
		msnp_server_request_warn(request, "services.md 15.11",
					 "the cookie is not MSPAuth with the ticket's t part");
}

/* The request without what changes from one try to the next: its headers. */
static char *
request_hash(MsnpServerRequest *request)
{
	const char *body = g_strstr_len(request->text, (gssize)request->length, "Body>");
	gsize skip = body == NULL ? 0 : (gsize)(body - request->text);

	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)request->text + skip,
					   request->length - skip);
}

/* Row 5. */
static void
check_repeat(MsnpServerRequest *request, MsnpServerSession *session)
{
	g_autofree char *hash = session == NULL ? NULL : request_hash(request);

	if (hash != NULL &&
	    GPOINTER_TO_UINT(g_hash_table_lookup(session->refused, hash)) >= REFUSALS_MAX)
		msnp_server_request_warn(request, "services.md 15.5",
					 "again, after its ticket had been refused twice");
}

/* The session's tickets are good for nothing any more, by a behaviour. */
static gboolean
is_lost(MsnpServerRequest *request, MsnpServerTickets *tickets)
{
	MsnpServerFaults *faults = request->server->faults;
	MsnpServerSession *session = tickets->account->session;

	if (session != NULL && !session->tickets_lost)
		session->tickets_lost = msnp_server_faults_take(faults, MSNP_FAULT_TICKETS_LOST);
	return (session != NULL && session->tickets_lost) ||
	       (tickets->session == NULL &&
		msnp_server_faults_take(faults, MSNP_FAULT_SESSION_BOUND));
}

static gboolean
has_expired(MsnpServerRequest *request, MsnpServerTickets *tickets)
{
	if (!tickets->expired)
		tickets->expired =
		    msnp_server_faults_take_word(request->server->faults, MSNP_FAULT_EXPIRE_TICKETS,
						 msnp_server_op_word(request->op), NULL);
	return tickets->expired;
}

/* Behaviours that refuse a ticket that is right. TRUE: answered. */
static gboolean
refuse_ticket(MsnpServerRequest *request, MsnpServerTickets *tickets)
{
	if (is_lost(request, tickets)) {
		msnp_server_request_plain(request, 403, "Forbidden");
		return TRUE;
	}
	if (!has_expired(request, tickets))
		return FALSE;
	msnp_server_request_ticket_fault(request, "BadContextToken");
	return TRUE;
}

gboolean
msnp_server_offline_ticket(MsnpServerRequest *request, MsnpServerTickets *tickets)
{
	MsnpServerSession *session = tickets->account->session;

	if (session == NULL || (tickets->session != session && tickets->renewed_for != session)) {
		msnp_server_request_warn(request, "services.md 15.11",
					 "the ticket is not that of a session that is past USR OK");
		return FALSE;
	}
	request->account = tickets->account;
	request->tickets = tickets;
	check_repeat(request, session);
	return !is_lost(request, tickets) && !has_expired(request, tickets);
}

gboolean
msnp_server_check_ticket(MsnpServerRequest *request, const char *ticket)
{
	MsnpServerTickets *tickets =
	    msnp_server_tickets_find(request->server, MSNP_SERVER_TOKEN_CONTACTS, ticket);
	const char *why = NULL;

	if (tickets == NULL)
		why = "TicketToken is not the ticket that RST gave for contacts.msn.com";
	else if (tickets->session == NULL && tickets->renewed_for == NULL)
		why = "the ticket is not that of a session that is past USR OK";
	if (why != NULL) {
		msnp_server_request_warn(request, "services.md 15.11", "%s", why);
		msnp_server_request_plain(request, 403, "Forbidden");
		return FALSE;
	}
	request->account = tickets->account;
	request->tickets = tickets;
	check_cookie(request, ticket);
	check_repeat(request, tickets->account->session);
	return !refuse_ticket(request, tickets);
}

void
msnp_server_ticket_judged(MsnpServerRequest *request)
{
	guint status = soup_server_message_get_status(request->message);
	MsnpServerTickets *tickets = request->tickets;
	gboolean refused = request->ticket_refused || status == 401 || status == 403;
	MsnpServerSession *session = tickets == NULL ? NULL : tickets->account->session;
	g_autofree char *hash = session == NULL ? NULL : request_hash(request);

	if (session == NULL)
		return;
	if (refused) {
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(session->refused, hash));

		g_hash_table_replace(session->refused, g_steal_pointer(&hash),
				     GUINT_TO_POINTER(n + 1));
		/* New ones that never were good do not call for newer ones. */
		if (tickets == tickets->account->newest && tickets->proved)
			tickets->account->renewal_due = TRUE;
	} else if (status == 200) {
		g_hash_table_remove(session->refused, hash);
		tickets->proved = TRUE;
	}
}

void
msnp_server_check_renewal(MsnpServerRequest *request, MsnpServerAccount *account)
{
	if (!account->renewal_due)
		msnp_server_request_warn(request, "services.md 15.8",
					 "RST in the middle of a session, for %s, and no refusal "
					 "of a ticket calls for it",
					 account->handle);
	account->renewal_due = FALSE;
}

void
msnp_server_note_fault(MsnpServerRequest *request, const char *errorcode)
{
	static const char *const ticket_faults[] = { "BadContextToken", "AuthenticationFailed",
						     "FailedAuthentication", NULL };
	MsnpServerSession *session = request->account == NULL ? NULL : request->account->session;

	if (g_strv_contains(ticket_faults, errorcode))
		request->ticket_refused = TRUE;
	if (session == NULL || strcmp(errorcode, "FullSyncRequired") != 0)
		return;
	if (strcmp(request->op->name, "ABFindAll") == 0)
		session->full_syncs[MSNP_SERVER_BOOK]++;
	else if (strcmp(request->op->name, "FindMembership") == 0)
		session->full_syncs[MSNP_SERVER_SHARING]++;
}
