/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An operation of a web service as data: where it goes, what it needs, how its request is built and
 * its answer read. Adding an operation is adding one of these. Source: services.md 1.1, 3.
 */
#pragma once

#include "soap/msnp-soap-parser.h"

/* What address book and sharing have in common: the namespace of their bodies, the date before all
 * changes, and the id of the one address book that there is. Source: services.md 1.1, 4, 5.1. */
#define MSNP_NS_ADDRESSBOOK "http://www.msn.com/webservices/AddressBook"
#define MSNP_ZERO_DATE      "0001-01-01T00:00:00.0000000-08:00"
#define MSNP_ZERO_GUID      "00000000-0000-0000-0000-000000000000"

typedef enum {
	MSNP_SERVICE_PASSPORT,
	MSNP_SERVICE_ADDRESSBOOK,
	MSNP_SERVICE_SHARING,
	MSNP_SERVICE_RSI, /* offline messages: receiving */
	MSNP_SERVICE_OIM, /* and sending */
	MSNP_N_SERVICES,
} MsnpService;

/* Tickets by the address for which RST gave them. */
typedef enum {
	MSNP_TICKET_NONE,
	MSNP_TICKET_MESSENGER, /* messenger.msn.com */
	MSNP_TICKET_CONTACTS,  /* contacts.msn.com */
	MSNP_N_TICKETS,
} MsnpTicket;

/* How an operation's arguments are kept as long as a call lasts: the request is built anew each
 * time that it is sent, because tickets and CacheKeys may have changed meanwhile. */
typedef struct {
	gpointer (*copy)(gconstpointer args); /* args is never NULL */
	GDestroyNotify free;
} MsnpSoapArgs;

typedef struct {
	const char *name;        /* for the log, and the element in Body */
	const char *soap_action; /* "" if none is sent */
	MsnpService service;
	MsnpTicket ticket;
	const char *scenario; /* PartnerScenario; NULL for services without ABApplicationHeader */
	/* For an operation with several uses: the scenario of this one. NULL, or an answer of NULL:
	 * the one above. */
	const char *(*choose_scenario)(gconstpointer args);
	gsize body_max; /* of the answer, decoded bytes */
	guint deadline_ms;
	gboolean is_read;         /* may be repeated after a network failure */
	gboolean is_delete;       /* what is not there any more is as good as deleted */
	const MsnpSoapArgs *args; /* of what build takes */
	/* Adds what stands in Body; or, if whole_envelope, writes the whole document. */
	gboolean whole_envelope;
	void (*build)(MsnpXmlBuilder *builder, gconstpointer args);
	/* For a service without ABApplicationHeader: adds what stands in Header. NULL: nothing. */
	void (*build_header)(MsnpXmlBuilder *builder, gconstpointer args, const char *ticket);
	/* The element that a good answer has in Body. */
	const char *response;
	/* One of the two: response is that element; free result with free_result. */
	gpointer (*parse)(xmlNode *response, GError **error);
	const MsnpSoapStream *stream;
	/* A fault that is an answer like another: its result. NULL, or an answer of NULL: it is
	 * none. */
	gpointer (*read_fault)(const MsnpSoapFault *fault);
	GDestroyNotify free_result;
} MsnpSoapOp;

/* The arguments of the two reads of the lists; NULL instead of them: a full read, at sign-on. */
typedef struct {
	const char *since; /* only what has changed after this lastChange; NULL or "": everything */
	const char *scenario; /* PartnerScenario; NULL: that of sign-on */
} MsnpListRead;

extern const MsnpSoapArgs msnp_list_read_args;
/* For an operation whose arguments are one string. */
extern const MsnpSoapArgs msnp_soap_text_args;

/* The children by which both reads say what they are after: services.md 4, 5.1. */
void msnp_soap_build_range(MsnpXmlBuilder *builder, const MsnpListRead *read);
/* For choose_scenario. */
const char *msnp_soap_read_scenario(gconstpointer args);

/* The request of an operation as bytes that are wiped when freed. ticket is the whole
 * "t=...&p=...", NULL or "" without one; cache_key may be NULL. Source: services.md 3.1, 3.2. */
GBytes *msnp_soap_op_request(const MsnpSoapOp *op, gconstpointer args, const char *ticket,
			     const char *cache_key);
