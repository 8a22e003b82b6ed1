/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One session of the gateway: a descriptor on this side, POSTs on the other. Only for
 * msnp-gateway.c.
 */
#pragma once

#include <libsoup/soup.h>

#include "util/msnp-clock.h"

typedef struct _MsnpGatewaySession MsnpGatewaySession;

/* What the sessions of one gateway have in common, and whom they tell. */
typedef struct {
	GUri *uri; /* of gateway.dll */
	char **follow_domains;
	gboolean allow_plain;
	MsnpClock *clock;
	/* The session is over, and gone. error NULL: as it should be. */
	void (*ended)(MsnpGatewaySession *session, const GError *error, gpointer data);
	gpointer data;
} MsnpGatewayShared;

/* Whether tickets may be sent to a host by the scheme of uri. */
gboolean msnp_gateway_is_private(const MsnpGatewayShared *shared, GUri *uri, const char *host);

/* Takes the descriptor; soup is for this session alone. host: what IP= shall name. shared must
 * outlive the session. */
MsnpGatewaySession *msnp_gateway_session_new(const MsnpGatewayShared *shared, SoupSession *soup,
					     const char *host, int fd);
