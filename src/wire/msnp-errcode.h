/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers with which servers refuse: what class each is and whether to come back after it.
 * A GError of domain MSNP_SERVER_ERROR has the number itself as its code.
 * Source: notification.md 15.
 */
#pragma once

#include <glib.h>

#define MSNP_SERVER_ERROR (msnp_server_error_quark())
GQuark msnp_server_error_quark(void);

typedef enum {
	MSNP_ERRCLASS_REQUEST, /* this request failed, the link stays */
	MSNP_ERRCLASS_LIST,    /* a list operation failed */
	MSNP_ERRCLASS_ACCOUNT, /* this account cannot be signed on */
	MSNP_ERRCLASS_LINK,    /* the link is or will be lost */
} MsnpErrclass;

typedef enum {
	MSNP_RETRY_NEVER,   /* only by the user */
	MSNP_RETRY_AUTO,    /* with back-off */
	MSNP_RETRY_LATER,   /* not before two minutes */
	MSNP_RETRY_TICKET,  /* once with new tickets, then never */
	MSNP_RETRY_REQUEST, /* the request, after a pause */
} MsnpRetry;

typedef struct {
	guint number;
	MsnpErrclass errclass;
	MsnpRetry retry;
	const char *log; /* what it means, in English, for the log */
} MsnpErrcode;

/* Never NULL: an unknown number is a refused request that leaves the link alone. */
const MsnpErrcode *msnp_errcode_lookup(guint number);
