/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP method: a connector whose connections are sessions of an HTTP gateway. What it hands out
 * is one end of a socket pair; what is written there travels in POSTs, what their answers carry
 * comes out. So neither link nor core know the difference. Source: notification.md 14.
 *
 * A connection attempt ends when the gateway, or the proxy before it, has taken a connection. The
 * session itself begins with the first command, whose verb tells whether it is one of a
 * notification server (VER) or of a switchboard (anything else); the port counts for nothing.
 */
#pragma once

#include "net/msnp-connector.h"
#include "util/msnp-clock.h"

#define MSNP_GATEWAY_ERROR (msnp_gateway_error_quark())
GQuark msnp_gateway_error_quark(void);

typedef enum {
	MSNP_GATEWAY_ERROR_URL,      /* none, or no http(s) URL with a host */
	MSNP_GATEWAY_ERROR_INSECURE, /* tickets would travel over plain http */
	MSNP_GATEWAY_ERROR_TLS,      /* no TLS on this machine */
	MSNP_GATEWAY_ERROR_PROXY,    /* the proxy wants another password, or opens no tunnel */
	MSNP_GATEWAY_ERROR_REFUSED,  /* HTTP 4xx: no such session (any more), or no gateway */
	MSNP_GATEWAY_ERROR_ANSWER,  /* another status, no session id, or not the gateway's answer */
	MSNP_GATEWAY_ERROR_NETWORK, /* no connection, or it broke */
	MSNP_GATEWAY_ERROR_TIMEOUT, /* no answer in time */
	MSNP_GATEWAY_ERROR_TOO_LARGE,
} MsnpGatewayError;

typedef struct {
	/* Of gateway.dll, as the preset has it. */
	const char *url;
	/* Plain http may carry tickets although the host is not this machine. */
	gboolean allow_plain;
	/* Domains (NULL-terminated) of which GW-IP may name a host, to which the session then goes,
	 * scheme and port unchanged. NULL: the session stays with the host of url, which is right
	 * for every server of today. */
	const char *const *follow_domains;
	/* NULL: the system's. Owned by the caller. Credentials are taken from the proxy's URI. */
	GProxyResolver *proxy_resolver;
} MsnpGatewayConfig;

#define MSNP_TYPE_GATEWAY (msnp_gateway_get_type())
G_DECLARE_FINAL_TYPE(MsnpGateway, msnp_gateway, MSNP, GATEWAY, GObject)

/* A connector; copies what it needs of config. Errors of its msnp_connector_connect_finish():
 * MSNP_GATEWAY_ERROR, G_IO_ERROR, G_RESOLVER_ERROR, G_TLS_ERROR, G_PROXY_ERROR. Sessions outlive
 * the caller's reference: they end when their descriptor is closed and the last bytes are sent,
 * which takes MSNP_GATEWAY_LAST_WORD_MS at most. */
MsnpGateway *msnp_gateway_new(const MsnpGatewayConfig *config, MsnpClock *clock);

/* Why a session was lost last, or could not be begun, in words for the log: the descriptor only
 * tells that it was. NULL: none was, other than by Session=close or from this side. Valid until the
 * next turn. */
const GError *msnp_gateway_last_error(MsnpGateway *gateway);
/* Sessions that are not over yet. */
guint msnp_gateway_n_sessions(MsnpGateway *gateway);

/* For taking a connection, for the beginning of an answer, and for silence within one: 30 s of
 * notification.md 14. */
#define MSNP_GATEWAY_SILENCE_MS 30000
/* For one answer as a whole: a trickle must not keep what is to be sent for ever. */
#define MSNP_GATEWAY_EXCHANGE_MS 120000
/* The first poll after traffic, and the longest pause: both far below the 60 s after which servers
 * forget a session. */
#define MSNP_GATEWAY_POLL_MS     1000
#define MSNP_GATEWAY_POLL_MAX_MS 5000
/* For OUT, after the descriptor was closed. */
#define MSNP_GATEWAY_LAST_WORD_MS 5000
/* What one POST carries, and what waits for the next; more waits in the link. */
#define MSNP_GATEWAY_BODY_MAX (32 * 1024)
/* More than the initial presence of the largest contact list. */
#define MSNP_GATEWAY_ANSWER_MAX (16 * 1024 * 1024)
