/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call of an operation, from the request to the result. Internal to src/soap.
 */
#pragma once

#include <libsoup/soup.h>

#include "soap/msnp-soap-client.h"
#include "soap/msnp-soap-hosts.h"
#include "soap/msnp-soap-renewal.h"

/* What the calls of one client share; the client owns it and outlives them. */
typedef struct {
	SoupSession *session;
	MsnpClock *clock;
	MsnpSoapHosts hosts;
	MsnpSoapRenewal *renewal; /* and the tickets */
	GPtrArray *calls;         /* MsnpSoapCall, those under way; borrowed */
} MsnpSoapShared;

typedef struct _MsnpSoapCall MsnpSoapCall;

/* Starts; the task gets the result or an error, in a later turn of the main loop. */
void msnp_soap_call_start(MsnpSoapShared *shared, GTask *task, const MsnpSoapOp *op,
			  gconstpointer args);
/* The task gets G_IO_ERROR_CANCELLED, in a later turn of the main loop. */
void msnp_soap_call_cancel(MsnpSoapCall *call);
