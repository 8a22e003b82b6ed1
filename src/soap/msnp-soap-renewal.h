/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tickets of an account, and how they are renewed (services.md 2.5). Internal to src/soap.
 *
 *              a refusal, or expired at the next use
 *    SETTLED -----------------------------------------> ASKING   one RST; all calls wait
 *     ^ ^ ^                                              |  |
 *     | | +--- RST refused or failed: all as before -----+  | new tickets; the old ones are kept
 *     | |                                                   v
 *     | +----- a call is accepted: the new ones stay ----- TRIAL  those that waited are under way;
 *     +------- all are refused: the old ones come back ----+      the others wait
 *
 * A call that was refused is repeated once if the tickets are others now than those it was refused
 * with; else, and if it is refused again, its own error stands. A service that has refused new
 * tickets is lost: it causes no further renewal. Servers that bind tickets to the session take no
 * new ones, which is why the old ones are never given up on trust.
 */
#pragma once

#include "soap/msnp-soap-client.h"

typedef struct _MsnpSoapUse MsnpSoapUse;

/* What a call has to do with the tickets: a part of the call, made by msnp_soap_use_init(). The
 * fields after the first four belong to the renewal. */
struct _MsnpSoapUse {
	MsnpService service;
	MsnpTicket ticket;
	/* The wait is over: go: send; else the call was refused for good. */
	void (*resume)(gpointer call, gboolean go);
	gpointer call;

	MsnpSecret
	    *secret;   /* the ticket that it was, or is to be, sent with; NULL: there is none */
	guint sent;    /* the number of the set that secret belongs to */
	guint refused; /* that which it was refused with; 0: it was not */
	gboolean waiting;
	gboolean has_waited;
	gboolean repeated;
	gboolean trying; /* under way with tickets that are on trial */
};

typedef struct _MsnpSoapRenewal MsnpSoapRenewal;

/* client owns it. */
MsnpSoapRenewal *msnp_soap_renewal_new(MsnpSoapClient *client, MsnpClock *clock);
void msnp_soap_renewal_free(MsnpSoapRenewal *renewal);

/* NULL: there is no renewal. Copied. */
void msnp_soap_renewal_set_args(MsnpSoapRenewal *renewal, const MsnpRstArgs *args);
/* What a sign-on gave: ends what is under way and makes good what was lost. */
void msnp_soap_renewal_set_ticket(MsnpSoapRenewal *renewal, MsnpTicket which, MsnpSecret *ticket);
/* seconds from now; 0: unknown. Of all tickets together. */
void msnp_soap_renewal_set_lifetime(MsnpSoapRenewal *renewal, gint64 seconds);

/* Before the first try. FALSE: the call is to wait for resume. */
gboolean msnp_soap_renewal_begin(MsnpSoapRenewal *renewal, MsnpSoapUse *use);
/* The server took the ticket, whatever else it said. */
void msnp_soap_renewal_accepted(MsnpSoapRenewal *renewal, MsnpSoapUse *use);
/* The server refused the ticket. TRUE: the call is to wait for resume, which may have come already.
 */
gboolean msnp_soap_renewal_refused(MsnpSoapRenewal *renewal, MsnpSoapUse *use);
/* The call has ended, in whatever way: resume does not come any more. */
void msnp_soap_renewal_leave(MsnpSoapRenewal *renewal, MsnpSoapUse *use);
