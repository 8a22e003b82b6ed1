/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services of one account: one SoupSession, the tickets, the address of each service, and
 * the rules about redirects, sizes and plain http. Answers are parsed in a worker thread while they
 * arrive. Source: services.md 1.3, 2.5, 14.
 */
#pragma once

#include <gio/gio.h>

#include "soap/msnp-passport.h"
#include "util/msnp-clock.h"
#include "util/msnp-secret.h"

#define MSNP_SOAP_ERROR (msnp_soap_error_quark())
GQuark msnp_soap_error_quark(void);

typedef enum {
	MSNP_SOAP_ERROR_PASSWORD,       /* RST: address or password not accepted */
	MSNP_SOAP_ERROR_TICKET,         /* a ticket was refused */
	MSNP_SOAP_ERROR_UNAVAILABLE,    /* the server is down or overloaded; not the password */
	MSNP_SOAP_ERROR_NETWORK,        /* no connection, TLS apart; no answer in time */
	MSNP_SOAP_ERROR_TLS,            /* certificate not accepted, or no TLS on this machine */
	MSNP_SOAP_ERROR_INSECURE,       /* would have sent a password or ticket over plain http */
	MSNP_SOAP_ERROR_REDIRECT,       /* a redirect that breaks a rule */
	MSNP_SOAP_ERROR_TOO_LARGE,      /* answer beyond its cap */
	MSNP_SOAP_ERROR_WRONG_URL,      /* 404, 405 */
	MSNP_SOAP_ERROR_ANSWER,         /* no XML, or not the expected element */
	MSNP_SOAP_ERROR_FAULT,          /* any other fault; the message names its code */
	MSNP_SOAP_ERROR_NO_ADDRESSBOOK, /* ABDoesNotExist */
	MSNP_SOAP_ERROR_FULL_SYNC,      /* FullSyncRequired */
	/* Of writes; what is so already (a member who is one, a contact gone who is to go) is
	   success. */
	MSNP_SOAP_ERROR_NO_SUCH_ACCOUNT, /* InvalidPassportUser, UserDoesNotExist, BadEmailArgument
					  */
	MSNP_SOAP_ERROR_OTHER_NETWORK,   /* EmailDomainIsFederated, FederatedQueryFailure */
	MSNP_SOAP_ERROR_EXISTS,          /* GroupAlreadyExists, ContactAlreadyExists */
	MSNP_SOAP_ERROR_GONE,            /* ContactDoesNotExist, GroupDoesNotExist */
	MSNP_SOAP_ERROR_TOO_LONG,        /* BadArgumentLength */
	MSNP_SOAP_ERROR_FULL,            /* RequestLimitReached, QuotaLimitReached */
	MSNP_SOAP_ERROR_NOT_OFFERED,     /* Forbidden: the server lacks this operation */
	/* Of offline messages; one that is too large is TOO_LONG. */
	MSNP_SOAP_ERROR_NOT_DELIVERED,   /* SystemUnavailable: recipient unknown, or refuses */
	MSNP_SOAP_ERROR_THROTTLED,       /* SenderThrottleLimitExceeded: again after 11 seconds */
	MSNP_SOAP_ERROR_INVALID_CONTENT, /* InvalidContent: our fault */
} MsnpSoapError;

#define MSNP_TYPE_SOAP_CLIENT (msnp_soap_client_get_type())
G_DECLARE_FINAL_TYPE(MsnpSoapClient, msnp_soap_client, MSNP, SOAP_CLIENT, GObject)

typedef struct {
	const char *urls[MSNP_N_SERVICES];
	/* Hosts that redirects may go to, and all below them; NULL-terminated. */
	const char *const *domains;
	/* Plain http may carry the password and tickets although the host is not this machine. */
	gboolean allow_plain_password;
	/* NULL: the system's. Owned by the caller. */
	GProxyResolver *proxy_resolver;
} MsnpSoapConfig;

/* Copies what it needs of config. */
MsnpSoapClient *msnp_soap_client_new(const MsnpSoapConfig *config, MsnpClock *clock);

/* One of the tickets that RST gave; NULL forgets it. Their lifetime counts as unknown then. */
void msnp_soap_client_set_ticket(MsnpSoapClient *client, MsnpTicket which, MsnpSecret *ticket);
/* All that RST gave just now, and how long they last; NULL forgets them all. */
void msnp_soap_client_set_tickets(MsnpSoapClient *client, const MsnpTickets *tickets);

/* How tickets are renewed when one is refused, or has expired and is used again: by one more RST
 * with these, copied. NULL: not at all, for servers that bind tickets to the session; the password
 * is forgotten. A renewal is never an error of its own: a call that it does not help fails with its
 * own TICKET error. Source: services.md 2.5. */
void msnp_soap_client_set_renewal(MsnpSoapClient *client, const MsnpRstArgs *args);

/* Opens connections ahead, n of them to a service, so that the first request need not wait. */
void msnp_soap_client_preconnect(MsnpSoapClient *client, MsnpService service, guint n);

/* Runs an operation. args go to its build function, during the call. finish gives the result of its
 * parse function, to be freed with op->free_result. Errors: MSNP_SOAP_ERROR, G_IO_ERROR_CANCELLED.
 * A PASSWORD, TICKET or UNAVAILABLE error is decided by the table of services.md 1.3 and 2.6. */
void msnp_soap_client_call_async(MsnpSoapClient *client, const MsnpSoapOp *op, gconstpointer args,
				 GCancellable *cancellable, GAsyncReadyCallback callback,
				 gpointer data);
gpointer msnp_soap_client_call_finish(MsnpSoapClient *client, GAsyncResult *result, GError **error);

/* Cancels what is under way; every callback comes with G_IO_ERROR_CANCELLED. */
void msnp_soap_client_abort(MsnpSoapClient *client);
