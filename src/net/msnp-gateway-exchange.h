/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One POST to the gateway and its answer, which is passed on while it arrives. Only for
 * msnp-gateway-session.c.
 */
#pragma once

#include <libsoup/soup.h>

#include "util/msnp-clock.h"

typedef struct _MsnpGatewayExchange MsnpGatewayExchange;

typedef struct {
	/* The answer begins. header: X-MSN-Messenger, NULL if there is none. FALSE with error: the
	 * rest is not wanted, and ended follows with it. */
	gboolean (*begins)(guint status, const char *header, gpointer data, GError **error);
	/* Some of its body. FALSE: no more before msnp_gateway_exchange_go_on(). */
	gboolean (*bytes)(const guint8 *bytes, gsize length, gpointer data);
	/* It is over, and the exchange gone. error NULL: the answer is whole. Not called after
	 * msnp_gateway_exchange_drop(). */
	void (*ended)(const GError *error, gpointer data);
} MsnpGatewayExchangeHandlers;

typedef enum {
	MSNP_GATEWAY_ANY_CONNECTION, /* the one that was kept, if there is one */
	MSNP_GATEWAY_NO_KEPT_ONE,    /* one on which nothing was sent before */
} MsnpGatewayConnection;

/* soup is used by this exchange alone while it lasts. body may be empty. Handlers are called in
 * later turns. Errors: MSNP_GATEWAY_ERROR, and those of begins. */
MsnpGatewayExchange *msnp_gateway_exchange_new(SoupSession *soup, GUri *uri, GBytes *body,
					       MsnpGatewayConnection connection, MsnpClock *clock,
					       const MsnpGatewayExchangeHandlers *handlers,
					       gpointer data);
void msnp_gateway_exchange_go_on(MsnpGatewayExchange *exchange);
/* Ends it in whatever state, with its connection. */
void msnp_gateway_exchange_drop(MsnpGatewayExchange *exchange);
