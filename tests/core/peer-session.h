/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests of a signed-on session share: one session, a scripted notification server, canned web
 * services, and what the host hears of it all, a line each:
 *
 *   offline HANDLE NAME TEXT SECONDS     mail INBOX FOLDERS      arrived NAME ADDRESS SUBJECT
 *   page HANDLE TEXT                     closed CODE
 */
#pragma once

#include "core/msnp-session.h"
#include "support/canned-soap.h"
#include "support/test-support.h"

#define SELF  "example@hotmail.com"
#define OTHER "anotheruser@hotmail.com" /* a contact, allowed */
#define PHONE "tel:+15551111222"        /* a contact that is only a phone, and may be paged */
#define GUID  "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}"

typedef struct {
	CannedSoap *soap;
	MsnpConnector *connector;
	MsnpClock *clock;
	MsnpRandom *random;
	MsnpPreset *preset;
	MsnpSecret *password;
	MsnpSession *session;
	TestResult result; /* of the sign-on */
	GString *events;
	guint n_peers;     /* greeted so far */
	const char *early; /* what the server says before it answers CHG; NULL: nothing */
	char *uux;         /* the last payload that was greeted */
} Peered;

/* Sets all up, before a session is made. */
void peered_init(Peered *peered);
/* Begins to sign on. */
void peered_start(Peered *peered, MsnpStatus status);
/* The server's part of a sign-on at the next connection, whatever the TrIDs are. */
TestPeer *peered_greet(Peered *peered, MsnpStatus status);
/* All of it; answer: the server. */
TestPeer *peered_sign_on(Peered *peered, MsnpStatus status);
/* "MSG Hotmail Hotmail" of a body with its headers. */
void peered_send_msg(TestPeer *peer, const char *mime);
/* A command with a payload: "UBX a@b 1". */
void peered_send_payload(TestPeer *peer, const char *line, const char *payload);
/* Ends the session as a host does, and proves that nothing of it is left. */
void peered_end(Peered *peered);
/* Takes what was heard so far. */
char *peered_heard(Peered *peered);
#define peered_assert_heard(peered, expected)                                                      \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *heard = peered_heard(peered);                                     \
		g_assert_cmpstr(heard, ==, expected);                                              \
	}                                                                                          \
	G_STMT_END
void peered_clear(Peered *peered);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Peered, peered_clear)
