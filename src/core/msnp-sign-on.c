/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sign-on: from nothing to an authenticated link, in one shot.
 *
 *   connect --> VER, CVR, USR I --+-- XFR NS --> close, connect there, again (MAX_HOPS)
 *      ^        (one flight)      |
 *      |                          +-- USR S policy --> RST --> USR S ticket --> USR OK: done
 *      |                                                             |
 *      +-- closed or silent in the flight: once more, step by step   |
 *      +-- 911: once more, with new tickets and the handle in lower case
 *
 * Knows the order of things and what may go wrong; the lists and presence are not its business.
 * Source: notification.md 3, services.md 2.
 */
#include "core/msnp-session-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "soap/msnp-passport.h"
#include "util/msnp-log.h"
#include "wire/msnp-errcode.h"

#define MAX_HOPS            5 /* XFR in a row: more is a circle */
#define CONNECT_DEADLINE_MS 30000
/* A server that dislikes the flight may just be silent: find out sooner than after the 60 s of a
 * transaction, while slow lines still get through. */
#define FLIGHT_DEADLINE_MS 20000

/* What CVR tells of us: plausible values of the client of this dialect; servers only log them. */
#define CLIENT_NAME    "MSNMSGR"
#define CLIENT_VERSION "8.0.0812"

struct _MsnpSignOn {
	MsnpSession *session; /* not owned: the session owns this */
	MsnpThen done;
	char *host;
	guint16 port;
	guint hops;   /* XFRs followed in this chain */
	char *handle; /* as typed, or in lower case */
	char *policy;
	gboolean flight; /* VER, CVR and USR in one go */
	gboolean tried_again;
	gboolean fetches_tickets;
	GCancellable *attempt; /* of the present connection; cancelled when it is given up */
	guint connect_timer;
};

typedef void (*Answer)(MsnpSignOn *sign_on, MsnpCommand *answer, GError *error);

static void connect_to_server(MsnpSignOn *sign_on);

void
msnp_sign_on_free(MsnpSignOn *sign_on)
{
	if (!sign_on)
		return;
	msnp_clock_remove(sign_on->session->clock, &sign_on->connect_timer);
	g_cancellable_cancel(sign_on->attempt);
	g_clear_object(&sign_on->attempt);
	g_free(sign_on->host);
	g_free(sign_on->handle);
	g_free(sign_on->policy);
	g_free(sign_on);
}

/* A callback of the session's present attempt: NULL if that has been given up meanwhile. */
typedef struct {
	MsnpSession *session;
	GCancellable *attempt;
	Answer answer;
} Call;

static Call *
call_new(MsnpSignOn *sign_on, Answer answer)
{
	Call *call = g_new0(Call, 1);

	call->session = g_object_ref(sign_on->session);
	call->attempt = g_object_ref(sign_on->attempt);
	call->answer = answer;
	return call;
}

static void
call_free(Call *call)
{
	g_object_unref(call->session);
	g_object_unref(call->attempt);
	g_free(call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

static MsnpSignOn *
call_sign_on(Call *call)
{
	return g_cancellable_is_cancelled(call->attempt) ? NULL : call->session->sign_on;
}

static void
begin_attempt(MsnpSignOn *sign_on)
{
	if (sign_on->attempt)
		g_cancellable_cancel(sign_on->attempt);
	g_clear_object(&sign_on->attempt);
	sign_on->attempt = g_cancellable_new();
	msnp_session_drop_link(sign_on->session);
}

static void
go_to(MsnpSignOn *sign_on, const char *host, guint16 port)
{
	char *copy = g_strdup(host);

	g_free(sign_on->host);
	sign_on->host = copy;
	sign_on->port = port;
	connect_to_server(sign_on);
}

/* From the account's server again; to the server a first attempt like any other. */
static void
start_again(MsnpSignOn *sign_on)
{
	msnp_session_drop_link(sign_on->session);
	sign_on->session->next_trid = 1;
	sign_on->hops = 0;
	go_to(sign_on, sign_on->session->preset->server, sign_on->session->preset->port);
}

static void
fail(MsnpSignOn *sign_on, const GError *error)
{
	msnp_session_fail(sign_on->session, msnp_error_from(error));
}

/* Whether it may be the flight that the server did not like: it hung up, fell silent, or found a
 * command malformed or out of place. */
static gboolean
dislikes_flight(const GError *error)
{
	static const int NUMBERS[] = { 200, 207, 300, 302, 710, 715, 731 };

	for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++)
		if (g_error_matches(error, MSNP_SERVER_ERROR, NUMBERS[i]))
			return TRUE;
	return error->domain == MSNP_LINK_ERROR;
}

/* What an answer to the handshake means when it is an error. */
static void
fail_handshake(MsnpSignOn *sign_on, GError *error)
{
	gboolean refused = g_error_matches(error, MSNP_SERVER_ERROR, 911) ||
			   g_error_matches(error, MSNP_SERVER_ERROR, 928);

	if (sign_on->flight && dislikes_flight(error)) {
		msnp_info("sign-on", "the handshake in one flight failed: step by step now");
		sign_on->flight = FALSE;
		start_again(sign_on);
	} else if (refused && !sign_on->tried_again) {
		g_autofree char *lower = msnp_handle_normalize(sign_on->handle);

		msnp_info("sign-on", "refused: once more with new tickets");
		sign_on->tried_again = TRUE;
		g_free(sign_on->handle);
		sign_on->handle = g_steal_pointer(&lower);
		start_again(sign_on);
	} else {
		fail(sign_on, error);
	}
}

static void
on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(Call) call = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer = msnp_link_request_finish(MSNP_LINK(source), result, &error);
	MsnpSignOn *sign_on = call_sign_on(call);

	if (sign_on)
		call->answer(sign_on, answer, error);
}

static void
request(MsnpSignOn *sign_on, Answer answer, const char *verb, const char *const *params,
	guint deadline_ms)
{
	msnp_link_request_async(sign_on->session->link, verb, params, NULL, 0, deadline_ms, NULL,
				sign_on->attempt, on_answer, call_new(sign_on, answer));
}

/* VER, CVR, USR I */
static void
greet(MsnpSignOn *sign_on, Answer answer, const char *verb, const char *const *params)
{
	request(sign_on, answer, verb, params,
		sign_on->flight ? FLIGHT_DEADLINE_MS : MSNP_LINK_DEADLINE_MS);
}

/* 4: USR OK, or the ticket was refused. */
static void
on_authenticated(MsnpSignOn *sign_on, MsnpCommand *answer, GError *error)
{
	MsnpSession *session = sign_on->session;
	const char *handle = answer ? msnp_command_param(answer, 2) : "";
	MsnpThen done = sign_on->done;

	if (error && error->domain == MSNP_LINK_ERROR) {
		fail(sign_on, error);
		return;
	}
	if (error) {
		fail_handshake(sign_on, error);
		return;
	}
	if (strcmp(msnp_command_param(answer, 1), "OK")) {
		msnp_session_fail(session,
				  msnp_error_new(MSNP_ERROR_SERVER, 0,
						 "USR was answered with neither OK nor an error"));
		return;
	}
	g_free(session->handle);
	session->handle = g_strdup(msnp_handle_is_valid(handle) ? handle : sign_on->handle);
	g_clear_pointer(&session->sign_on, msnp_sign_on_free);
	done(session);
}

static void
send_ticket(MsnpSignOn *sign_on, MsnpSecret *ticket)
{
	const char *params[] = { "TWN", "S", msnp_secret_peek(ticket), NULL };

	request(sign_on, on_authenticated, "USR", params, MSNP_LINK_DEADLINE_MS);
}

static MsnpRstArgs
rst_args(const MsnpSignOn *sign_on)
{
	return (MsnpRstArgs){ .handle = sign_on->handle,
			      .password = sign_on->session->password,
			      .policy = sign_on->policy };
}

/* Where tickets are good for one session only, the next ones would be refused as well. */
static void
allow_renewal(MsnpSignOn *sign_on)
{
	MsnpRstArgs args = rst_args(sign_on);

	msnp_soap_client_set_renewal(sign_on->session->soap, &args);
}

/* 3: the tickets. */
static void
on_tickets(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(Call) call = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpTickets) tickets =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(source), result, &error);
	MsnpSignOn *sign_on = call_sign_on(call);

	if (!sign_on)
		return;
	if (!tickets) {
		fail(sign_on, error);
		return;
	}
	sign_on->fetches_tickets = FALSE;
	msnp_soap_client_set_tickets(sign_on->session->soap, tickets);
	if (!sign_on->session->preset->session_bound_tickets)
		allow_renewal(sign_on);
	send_ticket(sign_on, tickets->tickets[MSNP_TICKET_MESSENGER]);
}

static void
ask_for_tickets(MsnpSignOn *sign_on)
{
	MsnpSession *session = sign_on->session;
	MsnpRstArgs args = rst_args(sign_on);

	if (!msnp_session_progress(session, MSNP_STEP_AUTHENTICATING))
		return;
	sign_on->fetches_tickets = TRUE;
	msnp_soap_client_call_async(session->soap, &msnp_op_rst, &args, sign_on->attempt,
				    on_tickets, call_new(sign_on, NULL));
}

/* XFR n NS addr U D: another server is to be asked. */
static void
follow_xfr(MsnpSignOn *sign_on, MsnpCommand *xfr)
{
	g_autofree char *host = NULL;
	guint16 port;

	if (strcmp(msnp_command_param(xfr, 1), "NS") ||
	    !msnp_host_port_parse(msnp_command_param(xfr, 2), &host, &port)) {
		msnp_session_fail(sign_on->session,
				  msnp_error_new(MSNP_ERROR_SERVER, 0,
						 "sent on to something that is no address"));
		return;
	}
	/* A dispatch server may well send a client on to itself, so only the number of hops tells a
	 * circle. */
	if (++sign_on->hops > MAX_HOPS) {
		msnp_session_fail(
		    sign_on->session,
		    msnp_error_new(MSNP_ERROR_SERVER, 0, "sent from server to server in a circle"));
		return;
	}
	go_to(sign_on, host, port);
}

static void send_ver(MsnpSignOn *sign_on);

/* 2: the policy, or XFR. */
static void
on_usr(MsnpSignOn *sign_on, MsnpCommand *answer, GError *error)
{
	if (error) {
		fail_handshake(sign_on, error);
	} else if (msnp_command_is(answer, "XFR")) {
		/* "0" instead of an address: here again, from the start. */
		if (!strcmp(msnp_command_param(answer, 2), "0") && !sign_on->tried_again) {
			sign_on->tried_again = TRUE;
			sign_on->flight = FALSE;
			send_ver(sign_on);
		} else {
			follow_xfr(sign_on, answer);
		}
	} else if (!strcmp(msnp_command_param(answer, 1), "TWN") &&
		   !strcmp(msnp_command_param(answer, 2), "S")) {
		g_free(sign_on->policy);
		sign_on->policy = g_strdup(msnp_command_param(answer, 3));
		ask_for_tickets(sign_on);
	} else {
		msnp_session_fail(sign_on->session,
				  msnp_error_new(MSNP_ERROR_INCOMPATIBLE, 0,
						 "the server wants another way of signing on"));
	}
}

static void
send_usr(MsnpSignOn *sign_on)
{
	const char *params[] = { "TWN", "I", sign_on->handle, NULL };

	greet(sign_on, on_usr, "USR", params);
}

/* CVR is only looked at for a refusal; what it recommends is nobody's business. */
static void
on_cvr(MsnpSignOn *sign_on, MsnpCommand *answer G_GNUC_UNUSED, GError *error)
{
	gboolean refused = g_error_matches(error, MSNP_SERVER_ERROR, 420) ||
			   g_error_matches(error, MSNP_SERVER_ERROR, 710) ||
			   g_error_matches(error, MSNP_SERVER_ERROR, 731);

	if (refused && sign_on->flight && dislikes_flight(error))
		fail_handshake(sign_on, error);
	else if (refused)
		msnp_session_fail(sign_on->session,
				  msnp_error_new(MSNP_ERROR_INCOMPATIBLE, (guint)error->code,
						 "the server refuses this client's version"));
	else if (error && error->domain == MSNP_LINK_ERROR && !sign_on->flight)
		fail_handshake(sign_on, error);
	else if (!sign_on->flight)
		send_usr(sign_on);
}

static void
send_cvr(MsnpSignOn *sign_on)
{
	const char *params[] = { "0x0409",       "winnt",  "5.1",           "i386", CLIENT_NAME,
				 CLIENT_VERSION, "msmsgs", sign_on->handle, NULL };

	greet(sign_on, on_cvr, "CVR", params);
}

/* 1: the dialect. */
static void
on_ver(MsnpSignOn *sign_on, MsnpCommand *answer, GError *error)
{
	const char *dialect = answer ? msnp_command_param(answer, 1) : "";

	if (error) {
		fail_handshake(sign_on, error);
		return;
	}
	if (strcmp(dialect, "MSNP14") && strcmp(dialect, "MSNP13")) {
		msnp_session_fail(sign_on->session,
				  msnp_error_new(MSNP_ERROR_INCOMPATIBLE, 0,
						 "the server speaks neither MSNP14 nor MSNP13"));
		return;
	}
	sign_on->session->dialect = !strcmp(dialect, "MSNP14") ? MSNP_DIALECT_14 : MSNP_DIALECT_13;
	if (!sign_on->flight)
		send_cvr(sign_on);
}

static void
send_ver(MsnpSignOn *sign_on)
{
	static const char *const DIALECTS[] = { "MSNP14", "MSNP13", "CVR0", NULL };

	greet(sign_on, on_ver, "VER", DIALECTS);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(Call) call = data;
	g_autoptr(GError) error = NULL;
	int fd = msnp_connector_connect_finish(MSNP_CONNECTOR(source), result, &error);
	MsnpSignOn *sign_on = call_sign_on(call);
	MsnpSession *session = call->session;

	if (!sign_on) {
		if (fd >= 0)
			g_close(fd, NULL);
		return;
	}
	msnp_clock_remove(session->clock, &sign_on->connect_timer);
	if (fd < 0) {
		fail(sign_on, error);
		return;
	}
	session->link = msnp_link_new(
	    "NS", fd,
	    msnp_reader_new(MSNP_FROM_SERVER, MSNP_READER_LINE_MAX, MSNP_READER_PAYLOAD_MAX),
	    session->clock, session->next_trid, &msnp_session_link_handlers, session);
	if (!msnp_session_progress(session, MSNP_STEP_HANDSHAKE))
		return;
	send_ver(sign_on);
	if (sign_on->flight) {
		send_cvr(sign_on);
		send_usr(sign_on);
	}
}

static gboolean
on_connect_deadline(gpointer data)
{
	MsnpSignOn *sign_on = data;

	sign_on->connect_timer = 0;
	msnp_session_fail(sign_on->session,
			  msnp_error_new(MSNP_ERROR_NETWORK, 0, "no connection to %s within %d s",
					 sign_on->host, CONNECT_DEADLINE_MS / 1000));
	return G_SOURCE_REMOVE;
}

static void
connect_to_server(MsnpSignOn *sign_on)
{
	MsnpSession *session = sign_on->session;

	begin_attempt(sign_on);
	msnp_info("sign-on", "connecting to %s port %u", sign_on->host, sign_on->port);
	msnp_clock_remove(session->clock, &sign_on->connect_timer);
	sign_on->connect_timer =
	    msnp_clock_add(session->clock, CONNECT_DEADLINE_MS, on_connect_deadline, sign_on);
	msnp_connector_connect_async(session->connector, sign_on->host, sign_on->port,
				     sign_on->attempt, on_connected, call_new(sign_on, NULL));
}

void
msnp_sign_on_link_closed(MsnpSession *session, const GError *error)
{
	/* A pending transaction has been told already and knows better what to do. Between them,
	 * while the tickets are fetched, the link is simply lost. */
	if (session->sign_on->fetches_tickets)
		fail(session->sign_on, error);
}

void
msnp_sign_on_start(MsnpSession *session, const char *host, guint16 port, MsnpThen done)
{
	MsnpSignOn *sign_on = g_new0(MsnpSignOn, 1);

	sign_on->session = session;
	sign_on->done = done;
	sign_on->handle = g_strstrip(g_strdup(session->typed_handle));
	sign_on->flight = !session->step_by_step;
	session->sign_on = sign_on;
	if (!msnp_session_progress(session, MSNP_STEP_CONNECTING))
		return;
	msnp_soap_client_preconnect(session->soap, MSNP_SERVICE_PASSPORT, 1);
	msnp_soap_client_preconnect(session->soap, MSNP_SERVICE_SHARING, 1);
	msnp_soap_client_preconnect(session->soap, MSNP_SERVICE_ADDRESSBOOK, 1);
	if (host)
		go_to(sign_on, host, port);
	else
		start_again(sign_on);
}
