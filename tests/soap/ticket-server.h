/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services as a server that looks at tickets and hosts only: it takes the tickets that it
 * is told to take, gives new ones by RST, remembers who asked what with which of them, and may keep
 * answers back. And calls of a client of it, several at once.
 */
#pragma once

#include <libsoup/soup.h>

#include "soap-vectors.h"

/* The first ticket of the client. RST gives NEW1, NEW2, ... */
#define OLD_TICKET "OLD"

typedef enum {
	RST_GIVES,
	RST_GIVES_NO_CONTACTS, /* all but the ticket that the lists need */
	RST_PASSWORD,          /* wsse:FailedAuthentication */
	RST_FAULT,
	RST_GARBAGE,
	RST_UNAVAILABLE,
	RST_DROPS, /* the line */
} RstMode;

typedef enum {
	REFUSE_403,
	REFUSE_401,
	REFUSE_CONTEXT_TOKEN,
	REFUSE_AUTHENTICATION,
	N_REFUSALS,
} Refusal;

typedef struct {
	char *operation; /* "RST", or the element in Body */
	char *ticket;    /* between "t=" and "&p=" of TicketToken; "" */
	char *cookie;    /* all of it; "" */
	char *cache_key; /* "" */
	char *host;      /* without port */
	char *path;
	char *body;
} Asked;

typedef struct {
	gboolean answered;
	gpointer result;
	GError *error;
	const MsnpSoapOp *op;
	GCancellable *cancellable;
} TestCall;

typedef struct {
	SoupServer *server;
	guint port;
	GPtrArray *asked;        /* Asked */
	const char *accepted[4]; /* the tickets that are taken; NULL at the end */
	const char *partial;     /* of an operation that takes no ticket at all; NULL: none */
	Refusal refusal;
	RstMode rst;
	guint n_given;
	const char *hold;     /* the operation whose answers are kept back; NULL: none */
	GPtrArray *held;      /* SoupServerMessage */
	const char *header;   /* inside ServiceHeader; NULL: none */
	const char *bad_host; /* answers with bad_status, 0: not at all */
	guint bad_status;

	MsnpClock *clock;
	MsnpSoapClient *client;
	MsnpSecret *password;
	GPtrArray *calls; /* TestCall */
} TicketServer;

void ticket_server_setup(TicketServer *f, gconstpointer data);
void ticket_server_teardown(TicketServer *f, gconstpointer data);

/* A client whose hosts of address book and of sharing are these, instead of the one there is. */
void ticket_server_client(TicketServer *f, const char *ab_host, const char *sharing_host);
void ticket_server_set_renewal(TicketServer *f);
/* OLD_TICKET, and how long it lasts. */
void ticket_server_set_tickets(TicketServer *f, gint64 lifetime);

/* Starts a call with arguments that are gone when it returns; the server owns it. */
TestCall *ticket_server_start(TicketServer *f, const MsnpSoapOp *op);
/* Until call has its answer. */
void ticket_server_wait(const TestCall *call);
void ticket_server_wait_all(TicketServer *f);
/* Both. */
TestCall *ticket_server_call(TicketServer *f, const MsnpSoapOp *op);
/* Until so many answers are kept back. */
void ticket_server_wait_held(TicketServer *f, guint n);
/* Sends what was kept back, by what is accepted now. */
void ticket_server_let_go(TicketServer *f);
/* Some turns of the main loop. */
void ticket_server_turn(guint turns);

const Asked *ticket_server_asked(TicketServer *f, guint n);
/* How often operation was asked for, with ticket if that is not NULL. */
guint ticket_server_count(TicketServer *f, const char *operation, const char *ticket);
/* Of what was asked so far. */
void ticket_server_forget(TicketServer *f);
