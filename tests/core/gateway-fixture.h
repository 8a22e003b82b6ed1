/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the gateway share: a gateway whose server is a scripted one, a manual clock,
 * and a bare descriptor where a link would be.
 */
#pragma once

#include "http-peer.h"
#include "net/msnp-gateway.h"
#include "support/test-support.h"

#define GATEWAY_PATH "/gateway/gateway.dll"
#define GATEWAY_OPEN                                                                               \
	"POST " GATEWAY_PATH "?Action=open&Server=NS&IP=messenger.nordwind.example HTTP/1.1"
#define GATEWAY_SEND(id)  "POST " GATEWAY_PATH "?SessionID=" id " HTTP/1.1"
#define GATEWAY_POLL(id)  "POST " GATEWAY_PATH "?Action=poll&SessionID=" id " HTTP/1.1"
#define GATEWAY_VER       "VER 1 MSNP14 MSNP13 CVR0\r\n"
#define GATEWAY_VER_REPLY "VER 1 MSNP14\r\n"

typedef struct {
	HttpPeer *http;
	MsnpClock *clock;
	MsnpGateway *gateway;
	int fd; /* the link's end; -1: none */
} Fixture;

/* The gateway is the scripted server. */
void fixture_init(Fixture *fixture);
/* url NULL: the scripted server's. proxy NULL: none, otherwise the scripted server is to be one,
 * with this text (user and password) before its address. */
void fixture_init_with(Fixture *fixture, const char *url, gboolean allow_plain,
		       const char *const *follow, const char *proxy);
/* Closes the descriptor; no session, connection or timer may be left. */
void fixture_clear(Fixture *fixture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

/* Makes the connection to messenger.nordwind.example. */
void fixture_connect(Fixture *fixture);
/* The error with which that fails, to be freed. */
GError *fixture_connect_fails(Fixture *fixture);
/* fixture_connect(), and the session is opened under this id. */
void fixture_open(Fixture *fixture, const char *id);

/* On the link's side. length -1: up to the NUL. */
void fixture_write(Fixture *fixture, const char *bytes, gssize length);
void fixture_expect(Fixture *fixture, const char *bytes, gssize length);
/* Runs the loop until the descriptor is closed, without a further byte; then checks what the
 * gateway says of it: a code of MSNP_GATEWAY_ERROR, -1: nothing. */
void fixture_expect_lost(Fixture *fixture, int code);
void fixture_hang_up(Fixture *fixture);
