/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services' side of the loopback service: a request, its strict checks, and the ways to
 * answer. One table of operations; adding one is adding a row and a function.
 */
#pragma once

#include <libsoup/soup.h>

#include "server/msnp-server-private.h"
#include "util/msnp-xml.h"

#define MSNP_NS_SOAP   "http://schemas.xmlsoap.org/soap/envelope/"
#define MSNP_NS_AB     "http://www.msn.com/webservices/AddressBook"
#define MSNP_ZERO_GUID "00000000-0000-0000-0000-000000000000"

typedef struct _MsnpServerRequest MsnpServerRequest;

typedef struct {
	const char *path;
	const char *name;        /* local name of the element in Body */
	const char *soap_action; /* "": none may be sent */
	/* Whether the headers of the list services are there to be checked, and the ticket. */
	gboolean needs_ticket;
	/* The scenarios in which a write belongs (services.md 3.2), divided by blanks; NULL: a
	 * read. */
	const char *scenarios;
	/* body is the element; answers by one of the functions below, or leaves it to a fault. */
	void (*handle)(MsnpServerRequest *request, xmlNode *body);
} MsnpServerOp;

struct _MsnpServerRequest {
	MsnpServer *server;
	SoupServerMessage *message;
	const MsnpServerOp *op;
	const char *text; /* of the request */
	gsize length;
	xmlDoc *doc;
	MsnpServerAccount *account; /* whose ticket it is; NULL without */
	gboolean answered;
};

extern const MsnpServerOp msnp_server_ops[];
extern const guint msnp_server_n_ops;

/* ---- Answers; the first one counts. ---- */

/* 400 text/plain naming the rule, and a complaint. */
void msnp_server_request_reject(MsnpServerRequest *request, const char *rule, const char *format,
				...) G_GNUC_PRINTF(3, 4);
/* A complaint only. */
void msnp_server_request_warn(MsnpServerRequest *request, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void msnp_server_request_plain(MsnpServerRequest *request, guint status, const char *text);
/* XML; takes the bytes. */
void msnp_server_request_answer(MsnpServerRequest *request, guint status, GBytes *xml);
/* A SOAP fault of the list services with this errorcode. */
void msnp_server_request_fault(MsnpServerRequest *request, const char *errorcode, const char *text);
/* The same with one detail more: "conflictObjectId" or "parameterFault", and its text. */
void msnp_server_request_fault_with(MsnpServerRequest *request, const char *errorcode,
				    const char *text, const char *detail, const char *value);
/* A write that goes wrong: a fault, or, where the server that people use breaks down, 500 and plain
 * text (see escargot-writes). */
void msnp_server_request_crash(MsnpServerRequest *request, const char *errorcode, const char *text);
/* The answer of a write: <operationResponse>, with <operationResult><guid> in it unless id is
 * NULL. */
void msnp_server_request_done(MsnpServerRequest *request, const char *id);

/* ---- Checks ---- */

/* That the children of node are elements of this namespace, in the order of names, which are
 * divided by blanks; "?" behind a name: may be missing, "*": any number. FALSE: rejected. */
gboolean msnp_server_request_children(MsnpServerRequest *request, const xmlNode *node,
				      const char *ns, const char *names);
/* That the text of a child is this. FALSE: rejected. */
gboolean msnp_server_request_text_is(MsnpServerRequest *request, const xmlNode *node,
				     const char *name, const char *text);

/* The one child of node, which must have this name and no sibling; NULL: rejected. */
xmlNode *msnp_server_request_only(MsnpServerRequest *request, const xmlNode *node,
				  const char *name);
/* The text of a child that holds what a user wrote: a complaint unless it carries xsi:type string
 * (services.md 1.4). Free with g_free(). */
char *msnp_server_request_user_text(MsnpServerRequest *request, const xmlNode *node,
				    const char *name);
/* The Value of the annotation of that name among the children of node; NULL: there is none. Free
 * with g_free(). */
char *msnp_server_request_annotation(MsnpServerRequest *request, const xmlNode *annotations,
				     const char *name, gboolean user_text);
/* The contact that contactId in node names, and the group that the child called name does: NULL
 * after a complaint and a fault. */
MsnpServerContact *msnp_server_request_contact(MsnpServerRequest *request, const xmlNode *contact);
MsnpServerGroup *msnp_server_request_group(MsnpServerRequest *request, const xmlNode *node,
					   const char *name);

/* The element in Body of a request that is fit to be looked at; NULL: rejected. */
xmlNode *msnp_server_check_envelope(MsnpServerRequest *request);
gboolean msnp_server_check_soap_action(MsnpServerRequest *request, const MsnpServerOp *op);
/* The headers of the list services; finds the account by its ticket. FALSE: answered. */
gboolean msnp_server_check_ab_headers(MsnpServerRequest *request);

/* ---- Envelopes ---- */

/* Opens Envelope, header and Body, ready for the answer's element. */
void msnp_server_envelope_open(MsnpServerRequest *request, MsnpXmlBuilder *builder);
GBytes *msnp_server_envelope_close(MsnpXmlBuilder *builder);
/* What indents large answers as servers of today do: a line break and 2 * depth blanks. */
void msnp_server_indent(MsnpXmlBuilder *builder, guint depth);
/* A leaf on a line of its own. */
void msnp_server_leaf(MsnpXmlBuilder *builder, guint depth, const char *name, const char *text);

/* The answer in the cache, made if it is not there; new reference. A behaviour that changes its
 * header goes past the cache. */
GBytes *msnp_server_answer_once(MsnpServerRequest *request, GBytes **cache,
				GBytes *(*make)(MsnpServerRequest *request));

/* ---- The operations ---- */

GBytes *msnp_server_make_membership(MsnpServerRequest *request);
GBytes *msnp_server_make_address_book(MsnpServerRequest *request);

void msnp_server_op_rst(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_find_membership(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_find_all(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_add(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_contact_add(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_contact_update(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_contact_delete(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_group_add(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_group_update(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_group_delete(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_group_contact_add(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_ab_group_contact_delete(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_add_member(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_delete_member(MsnpServerRequest *request, xmlNode *body);
/* TRUE: the account has no address book (yet), and that was answered. */
gboolean msnp_server_address_book_missing(MsnpServerRequest *request);
/* deltasOnly and lastChange of a read. FALSE: answered. */
gboolean msnp_server_check_delta(MsnpServerRequest *request, xmlNode *body);
/* When lists were last changed, as both reads say it. */
#define MSNP_SERVER_LAST_CHANGE "2026-03-14T09:26:53.4470000-07:00"
#define MSNP_SERVER_NEVER       "0001-01-01T00:00:00.0000000-08:00"
