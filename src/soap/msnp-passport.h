/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Passport: RST, which turns address and password into tickets. Source: services.md 2.
 */
#pragma once

#include "soap/msnp-soap-op.h"
#include "util/msnp-secret.h"

typedef struct {
	const char *handle;   /* as typed, trimmed */
	MsnpSecret *password; /* whole */
	const char *policy;   /* the text of USR n TWN S, as the server sent it */
} MsnpRstArgs;

typedef struct {
	MsnpSecret
	    *tickets[MSNP_N_TICKETS]; /* NULL where none was given; MESSENGER is never NULL */
	gint64 lifetime;              /* seconds, 60 to 30 days */
} MsnpTickets;

extern const MsnpSoapArgs msnp_rst_args;

void msnp_tickets_free(MsnpTickets *tickets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpTickets, msnp_tickets_free)

/* Args: MsnpRstArgs. Result: MsnpTickets. */
extern const MsnpSoapOp msnp_op_rst;

/* "?ct=1&rver=1&..." from the policy of USR: percent-decoded, "," becomes "&". */
char *msnp_rst_policy_uri(const char *policy);
/* What stands between "t=" and "&p=", for MSPAuth; p, if not NULL, gets the rest. */
MsnpSecret *msnp_ticket_t(MsnpSecret *ticket, MsnpSecret **p);
