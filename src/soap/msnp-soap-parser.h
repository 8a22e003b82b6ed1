/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of an answer to its result, off the main loop. Small answers become a document
 * (xmlDoc), large ones a stream of leaves, so that 10,000 contacts never stand in memory as a tree.
 * Faults are recognised wherever servers put them. Source: services.md 1.3, 1.4, 3.4.
 */
#pragma once

#include <gio/gio.h>

#include "util/msnp-xml.h"

/* A sink for a large answer. Names are local names; depth 0 is the child of Body. Strings are valid
 * during the call only. Runs in a worker thread. */
typedef struct {
	gpointer (*begin)(void);
	/* type is the part after ":" of xsi:type, "" if there is none. */
	void (*open)(gpointer state, const char *name, const char *type);
	/* Leaving an element; text is its own character data, trimmed, "" for elements with children. */
	void (*close)(gpointer state, const char *name, const char *text, GError **error);
	/* The result, or NULL and error; frees state. state is freed with it also after a failure. */
	gpointer (*end)(gpointer state, GError **error);
	void (*abandon)(gpointer state);
} MsnpSoapStream;

/* What a fault said; texts are for the log only. */
typedef struct {
	char *code;       /* local part of faultcode; "" */
	char *string;     /* faultstring, at most 512 bytes; "" */
	char *errorcode;  /* detail/errorcode; "" */
	char *redirect;   /* psf:redirectUrl; "" */
	char *lock_key;   /* LockKeyChallenge; "" */
	char *conflict;   /* conflictObjectId; "" */
	char *reqstatus;  /* psf:reqstatus of the header; "" */
} MsnpSoapFault;

void msnp_soap_fault_free(MsnpSoapFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSoapFault, msnp_soap_fault_free)

/* The fault of a document, below Body or directly below Envelope; NULL if it is none. */
MsnpSoapFault *msnp_soap_fault_find(const xmlDoc *doc);
/* The first element in Body, NULL if there is none. */
xmlNode *msnp_soap_body(const xmlDoc *doc);
