/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the link writes is gathered, and sent when no request is under way; one at a time. What an
 * answer brings goes into the descriptor; while that is full, the answer is not read on.
 *
 *   (nothing) -- first verb --> open -> answer --+-> more to send: send -> answer ...
 *                                                +-> else, after a pause: poll -> answer ...
 *   Session=close, HTTP error, timeout: the descriptor is closed, after what came before
 *   the link has closed the descriptor: what it wrote last is sent, nothing polled
 */
#include "net/msnp-gateway-session.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/msnp-gateway-exchange.h"
#include "net/msnp-gateway-header.h"
#include "net/msnp-gateway.h"
#include "util/msnp-host.h"
#include "util/msnp-log.h"

/* Of a verb and the blank behind it: so much tells what kind of session it is. */
#define VERB_LENGTH 4
/* A connection that was idle for longer may be one that the server is just closing; what must not
 * be sent twice takes a new one. Polls are repeated. */
#define KEPT_MS 3000
/* Pauses do not grow any more. */
#define QUIET_MAX (MSNP_GATEWAY_POLL_MAX_MS / MSNP_GATEWAY_POLL_MS)

typedef enum {
	OPEN,
	SEND,
	POLL,
} Kind;

struct _MsnpGatewaySession {
	const MsnpGatewayShared *shared;
	SoupSession *soup;
	char *target; /* IP= */
	char *id;     /* of the last answer; NULL before the first */
	char *host;   /* of the gateway, after a GW-IP that is followed; NULL: the configured one */

	int fd;
	guint read_watch, write_watch;
	GByteArray *out; /* from the link */
	GByteArray *in;  /* for the link, which has not taken it yet */
	gboolean link_gone, closing;

	MsnpGatewayExchange *exchange;
	Kind kind;
	gboolean repeated, answered; /* the poll; its answer has begun */
	gsize received;
	guint quiet; /* answers without traffic in a row */
	gint64 last_answer;
	guint poll_timer, last_word_timer;
};

static void advance(MsnpGatewaySession *session);
static void update_watches(MsnpGatewaySession *session);

/* The end */

static void
end(MsnpGatewaySession *session, const GError *error)
{
	const MsnpGatewayShared *shared = session->shared;

	if (session->exchange)
		msnp_gateway_exchange_drop(g_steal_pointer(&session->exchange));
	msnp_clock_remove(shared->clock, &session->poll_timer);
	msnp_clock_remove(shared->clock, &session->last_word_timer);
	g_clear_handle_id(&session->read_watch, g_source_remove);
	g_clear_handle_id(&session->write_watch, g_source_remove);
	g_close(session->fd, NULL);
	soup_session_abort(session->soup);
	if (error)
		msnp_info("gateway", "lost: %s", error->message);
	shared->ended(session, error, shared->data);
	g_object_unref(session->soup);
	g_byte_array_unref(session->out);
	g_byte_array_unref(session->in);
	g_free(session->target);
	g_free(session->host);
	g_free(session->id);
	g_free(session);
}

static gboolean
on_last_word_over(gpointer data)
{
	MsnpGatewaySession *session = data;

	session->last_word_timer = 0;
	end(session, NULL);
	return G_SOURCE_REMOVE;
}

/* The link has closed its end. What it wrote before is still sent, after the answer that is under
 * way; a poll alone is of no use. */
static void
lose_link(MsnpGatewaySession *session)
{
	if (session->link_gone)
		return;
	session->link_gone = TRUE;
	g_byte_array_set_size(session->in, 0);
	if (session->exchange && session->kind == POLL && session->out->len == 0)
		msnp_gateway_exchange_drop(g_steal_pointer(&session->exchange));
	else if (session->exchange)
		msnp_gateway_exchange_go_on(session->exchange);
	session->last_word_timer = msnp_clock_add(session->shared->clock, MSNP_GATEWAY_LAST_WORD_MS,
						  on_last_word_over, session);
}

/* Answers */

gboolean
msnp_gateway_is_private(const MsnpGatewayShared *shared, GUri *uri, const char *host)
{
	return !strcmp(g_uri_get_scheme(uri), "https") || shared->allow_plain ||
	       msnp_host_is_loopback(host);
}

static void
follow(MsnpGatewaySession *session, const char *host)
{
	const MsnpGatewayShared *shared = session->shared;

	if (!shared->follow_domains)
		return;
	if (!msnp_host_is_in(shared->follow_domains, host) ||
	    !msnp_gateway_is_private(shared, shared->uri, host)) {
		msnp_info("gateway", "GW-IP names a foreign host, which is not followed");
		return;
	}
	g_free(session->host);
	session->host = g_strdup(host);
}

/* Whether an answer of this status is one; the error says what it means. */
static gboolean
check_status(guint status, Kind kind, GError **error)
{
	if (status == SOUP_STATUS_OK)
		return TRUE;
	if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_PROXY,
			    "the proxy wants a password, or another one");
	else if (status / 100 == 4)
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_REFUSED,
			    "the gateway answers HTTP %u: %s", status,
			    kind == OPEN ? "no session was opened" : "it has no such session");
	else
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_ANSWER,
			    "the gateway answers HTTP %u", status);
	return FALSE;
}

static gboolean
on_begins(guint status, const char *text, gpointer data, GError **error)
{
	MsnpGatewaySession *session = data;
	g_auto(MsnpGatewayHeader) header = { 0 };

	if (!check_status(status, session->kind, error))
		return FALSE;
	msnp_gateway_header_parse(&header, text);
	/* The page of a hotel's network, for one, has no such header. */
	if (!text || (!header.session_id && !session->id)) {
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_ANSWER,
			    text ? "the gateway names no session" : "no gateway answers there");
		return FALSE;
	}
	session->answered = TRUE;
	if (header.session_id) {
		g_free(session->id);
		session->id = g_steal_pointer(&header.session_id);
	}
	if (header.gw_ip)
		follow(session, header.gw_ip);
	session->closing = header.close;
	return TRUE;
}

/* How many bytes the link's side has taken; G_MAXSIZE: it is gone. */
static gsize
give(MsnpGatewaySession *session, const guint8 *bytes, gsize length)
{
	gsize done = 0;

	while (done < length) {
		gssize n = send(session->fd, bytes + done, length - done, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return G_MAXSIZE;
		if (n < 0)
			break;
		done += (gsize)n;
	}
	return done;
}

static gboolean
on_bytes(const guint8 *bytes, gsize length, gpointer data)
{
	MsnpGatewaySession *session = data;
	gsize done;

	session->received += length;
	if (session->link_gone)
		return TRUE;
	done = give(session, bytes, length);
	if (done == G_MAXSIZE) {
		/* What it wrote last may still be unread: the watch will find its end. */
		return TRUE;
	}
	g_byte_array_append(session->in, bytes + done, (guint)(length - done));
	update_watches(session);
	return session->in->len == 0;
}

static gboolean
on_link_writable(G_GNUC_UNUSED int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	MsnpGatewaySession *session = data;
	gsize done = give(session, session->in->data, session->in->len);

	g_byte_array_remove_range(session->in, 0, (guint)MIN(done, session->in->len));
	update_watches(session);
	if (session->in->len == 0 && session->exchange)
		msnp_gateway_exchange_go_on(session->exchange);
	return G_SOURCE_CONTINUE;
}

static void start(MsnpGatewaySession *session, Kind kind, MsnpGatewayConnection connection);

static void
on_ended(const GError *error, gpointer data)
{
	MsnpGatewaySession *session = data;
	gboolean poll = session->kind == POLL;

	session->exchange = NULL;
	session->last_answer = msnp_clock_now(session->shared->clock);
	if (!error) {
		session->quiet =
		    poll && !session->received ? MIN(session->quiet + 1, QUIET_MAX) : 0;
		session->repeated = FALSE;
		advance(session);
	} else if (poll && !session->repeated && !session->answered &&
		   !g_error_matches(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_REFUSED)) {
		/* Nothing is lost by asking again; what is sent may have been executed. */
		msnp_info("gateway", "asking again: %s", error->message);
		session->repeated = TRUE;
		start(session, session->out->len ? SEND : POLL, MSNP_GATEWAY_NO_KEPT_ONE);
	} else {
		end(session, error);
	}
}

/* Requests */

static GUri *
request_uri(MsnpGatewaySession *session, Kind kind)
{
	GUri *uri = session->shared->uri;
	g_autofree char *query = NULL;

	if (kind == OPEN) {
		g_autofree char *target = g_uri_escape_string(session->target, NULL, FALSE);
		gboolean ns = !memcmp(session->out->data, "VER ", VERB_LENGTH);

		query = g_strdup_printf("Action=open&Server=%s&IP=%s", ns ? "NS" : "SB", target);
	} else {
		query = g_strconcat(kind == POLL ? "Action=poll&" : "", "SessionID=", session->id,
				    NULL);
	}
	return g_uri_build(SOUP_HTTP_URI_FLAGS, g_uri_get_scheme(uri), NULL,
			   session->host ? session->host : g_uri_get_host(uri), g_uri_get_port(uri),
			   g_uri_get_path(uri), query, NULL);
}

static void
start(MsnpGatewaySession *session, Kind kind, MsnpGatewayConnection connection)
{
	static const MsnpGatewayExchangeHandlers HANDLERS = { on_begins, on_bytes, on_ended };
	g_autoptr(GUri) uri = request_uri(session, kind);
	g_autoptr(GBytes) body = NULL;

	msnp_clock_remove(session->shared->clock, &session->poll_timer);
	if (kind == POLL)
		body = g_bytes_new(NULL, 0);
	else {
		body = g_byte_array_free_to_bytes(session->out);
		session->out = g_byte_array_new();
	}
	msnp_debug("gateway", "%s, %u bytes",
		   kind == OPEN   ? "open"
		   : kind == SEND ? "send"
				  : "poll",
		   (guint)g_bytes_get_size(body));
	session->kind = kind;
	session->answered = FALSE;
	session->received = 0;
	session->exchange = msnp_gateway_exchange_new(session->soup, uri, body, connection,
						      session->shared->clock, &HANDLERS, session);
	update_watches(session);
}

static gboolean
on_poll_due(gpointer data)
{
	MsnpGatewaySession *session = data;

	session->poll_timer = 0;
	start(session, POLL, MSNP_GATEWAY_ANY_CONNECTION);
	return G_SOURCE_REMOVE;
}

static MsnpGatewayConnection
connection_for_send(MsnpGatewaySession *session)
{
	gint64 idle = msnp_clock_now(session->shared->clock) - session->last_answer;

	return idle < (gint64)KEPT_MS * 1000 ? MSNP_GATEWAY_ANY_CONNECTION
					     : MSNP_GATEWAY_NO_KEPT_ONE;
}

/* Does what is next. The session may be gone afterwards. */
static void
advance(MsnpGatewaySession *session)
{
	guint pause = MSNP_GATEWAY_POLL_MS * (session->quiet + 1);

	if (session->exchange)
		return;
	/* Who leaves before there was a session needs none. */
	if (session->closing || (session->link_gone && !session->id))
		end(session, NULL);
	else if (session->out->len >= (session->id ? 1 : VERB_LENGTH))
		start(session, session->id ? SEND : OPEN, connection_for_send(session));
	else if (session->link_gone)
		end(session, NULL);
	else if (session->id && !session->poll_timer)
		session->poll_timer =
		    msnp_clock_add(session->shared->clock, MIN(pause, MSNP_GATEWAY_POLL_MAX_MS),
				   on_poll_due, session);
}

/* The link's side */

static gboolean
on_link_readable(G_GNUC_UNUSED int fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	MsnpGatewaySession *session = data;
	guint before = session->out->len;
	gboolean gone;
	gssize n;

	g_byte_array_set_size(session->out, MSNP_GATEWAY_BODY_MAX);
	n = recv(session->fd, session->out->data + before, MSNP_GATEWAY_BODY_MAX - before, 0);
	gone = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
	g_byte_array_set_size(session->out, before + (guint)MAX(n, 0));
	if (gone)
		lose_link(session);
	update_watches(session);
	advance(session);
	return G_SOURCE_CONTINUE;
}

static void
update_watch(MsnpGatewaySession *session, guint *watch, gboolean want, GIOCondition condition,
	     GUnixFDSourceFunc func)
{
	if (!want)
		g_clear_handle_id(watch, g_source_remove);
	else if (!*watch)
		*watch = g_unix_fd_add(session->fd, condition, func, session);
}

static void
update_watches(MsnpGatewaySession *session)
{
	update_watch(session, &session->read_watch,
		     !session->link_gone && session->out->len < MSNP_GATEWAY_BODY_MAX,
		     G_IO_IN | G_IO_HUP | G_IO_ERR, on_link_readable);
	update_watch(session, &session->write_watch, session->in->len > 0,
		     G_IO_OUT | G_IO_HUP | G_IO_ERR, on_link_writable);
}

MsnpGatewaySession *
msnp_gateway_session_new(const MsnpGatewayShared *shared, SoupSession *soup, const char *host,
			 int fd)
{
	MsnpGatewaySession *session = g_new0(MsnpGatewaySession, 1);

	session->shared = shared;
	session->soup = g_object_ref(soup);
	session->target = g_strdup(host);
	session->fd = fd;
	session->out = g_byte_array_new();
	session->in = g_byte_array_new();
	/* The connection was opened ahead just now. */
	session->last_answer = msnp_clock_now(shared->clock);
	update_watches(session);
	return session;
}
