/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can go wrong with an account or a message, as the host of the core must know it: a few
 * codes, each with its own consequence. The words for users are the adapter's; the message of a
 * GError is English, for the log.
 */
#pragma once

#include <glib.h>

#define MSNP_ERROR (msnp_error_quark())
GQuark msnp_error_quark(void);

typedef enum {
	/* The account: what ended the session or the sign-on. */
	MSNP_ERROR_NETWORK,      /* connection refused, lost, silent: come back */
	MSNP_ERROR_PASSWORD,     /* address or password not accepted: do not come back */
	MSNP_ERROR_ACCOUNT,      /* the service refuses this account (number says why): do not */
	MSNP_ERROR_ELSEWHERE,    /* signed on at another place: do not */
	MSNP_ERROR_MAINTENANCE,  /* the server is going or gone down: come back later */
	MSNP_ERROR_BUSY,         /* the server takes no more for now: come back */
	MSNP_ERROR_INCOMPATIBLE, /* the server does not speak our protocol: do not */
	MSNP_ERROR_SERVER,       /* the server misbehaved: come back */
	MSNP_ERROR_LISTS,        /* the contact list could not be fetched: come back */
	MSNP_ERROR_TLS,          /* certificate refused, or no TLS: do not */
	MSNP_ERROR_INSECURE,     /* would have sent the password in the clear: do not */
	MSNP_ERROR_CONFIG,       /* a wrong address in the account's settings: do not */
	/* A message: what became of it. */
	MSNP_ERROR_NOT_DELIVERED, /* certainly nobody got it */
	MSNP_ERROR_UNSURE,        /* it may or may not have arrived */
	MSNP_ERROR_OFFLINE,       /* the other is offline, hidden, or blocks us */
	MSNP_ERROR_HIDDEN,        /* not while appearing offline */
	MSNP_ERROR_TOO_FAST,      /* too many conversations or messages: wait a little */
	MSNP_ERROR_ADDRESS,       /* no valid address */
	MSNP_ERROR_TOO_MUCH,      /* the queue of this conversation is full */
	/* A change of the contact list: why it was not made. */
	MSNP_ERROR_NO_SUCH_ACCOUNT, /* nobody has this address */
	MSNP_ERROR_OTHER_NETWORK, /* the address belongs to a network that this server cannot reach
				   */
	MSNP_ERROR_NAME_TAKEN,    /* a group of this name exists */
	MSNP_ERROR_NAME_INVALID,  /* the name of a group is empty, too long or reserved */
	MSNP_ERROR_LIST_FULL,     /* the list or its groups are at the server's limit */
	MSNP_ERROR_NOT_ON_LIST,   /* the contact or group is not there (any more) */
	MSNP_ERROR_NOT_OFFERED,   /* the server does not offer this */
	MSNP_ERROR_EXPIRED, /* the services do not accept this sign-on any more: sign on again */
	/* A text that was to be left for somebody (besides TOO_LONG also of a page). */
	MSNP_ERROR_NOT_ACCEPTED, /* the address is nobody's, or takes no offline messages from us */
	MSNP_ERROR_THROTTLED,    /* too many offline messages at once: wait some minutes */
	MSNP_ERROR_INVALID_TEXT, /* the server found the text malformed */
	MSNP_ERROR_TOO_LONG,     /* longer than the server takes */
} MsnpErrorCode;

/* A GError with the server's error number (0 if none) beside the code. */
GError *msnp_error_new(MsnpErrorCode code, guint number, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The number that msnp_error_new() got; 0 for any other error. */
guint msnp_error_number(const GError *error);
/* Translates an error of the layers below (link, soap, server number, wire) into MSNP_ERROR; one of
 * MSNP_ERROR or a cancellation is copied. Never NULL. */
GError *msnp_error_from(const GError *error);
