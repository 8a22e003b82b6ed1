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
#define MSNP_NS_OIM    "http://messenger.msn.com/ws/2004/09/oim/"
#define MSNP_NS_RSI    "http://www.hotmail.msn.com/ws/2004/09/oim/rsi"
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
	/* Of offline messages: header, ticket and faults are its own. */
	gboolean offline;
} MsnpServerOp;

struct _MsnpServerRequest {
	MsnpServer *server;
	SoupServerMessage *message;
	const MsnpServerOp *op;
	const char *text; /* of the request */
	gsize length;
	xmlDoc *doc;
	MsnpServerAccount *account; /* whose ticket it is; NULL without */
	MsnpServerTickets *tickets; /* that came with it; NULL: unknown ones */
	guint64 since;              /* stamp from which a delta is told; 0: the whole list */
	gboolean ticket_refused;    /* by a fault */
	char *recipient;            /* of a Store; NULL: none */
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

/* A SOAP fault that says so by its faultcode alone: "BadContextToken". */
void msnp_server_request_ticket_fault(MsnpServerRequest *request, const char *faultcode);

/* The name by which behaviours call an operation. */
const char *msnp_server_op_word(const MsnpServerOp *op);
/* Behaviours that need no answer of the operation. TRUE: dealt with. */
gboolean msnp_server_disturb_before(MsnpServerRequest *request);
/* Behaviours on the answer that stands ready. */
void msnp_server_disturb_after(MsnpServerRequest *request);
/* Does a write of the account wait for its answer? */
gboolean msnp_server_write_is_open(MsnpServer *server, const MsnpServerAccount *account);
/* Does a Store of the account to this recipient wait for its answer? */
gboolean msnp_server_store_is_open(MsnpServer *server, const MsnpServerAccount *account,
				   const char *recipient);
/* Forgets all answers that wait. */
void msnp_server_drop_paused(MsnpServer *server);

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

/* The first element in Body of a request that is fit to be looked at, of as many as there must be;
 * NULL: rejected. */
xmlNode *msnp_server_check_envelope(MsnpServerRequest *request, guint n);
gboolean msnp_server_in_namespace(const xmlNode *node, const char *ns);
xmlNode *msnp_server_first_element(const xmlNode *node);
gboolean msnp_server_check_soap_action(MsnpServerRequest *request, const MsnpServerOp *op);
/* The headers of the list services; finds the account by its ticket. FALSE: answered. */
gboolean msnp_server_check_ab_headers(MsnpServerRequest *request);
/* The ticket decides who asks. FALSE: answered. */
gboolean msnp_server_check_ticket(MsnpServerRequest *request, const char *ticket);
/* The set of a ticket that came with a request about offline messages. FALSE: it is refused, which
 * is still to be answered. */
gboolean msnp_server_offline_ticket(MsnpServerRequest *request, MsnpServerTickets *tickets);
/* After the answer of a service: what it says of the ticket is remembered. */
void msnp_server_ticket_judged(MsnpServerRequest *request);
/* RST in mid-session: a complaint unless a refusal called for it. */
void msnp_server_check_renewal(MsnpServerRequest *request, MsnpServerAccount *account);
/* An errorcode of a fault: what the client has to do, or not to do again, is remembered. */
void msnp_server_note_fault(MsnpServerRequest *request, const char *errorcode);

/* ---- Envelopes ---- */

/* Opens Envelope, header and Body, ready for the answer's element. */
void msnp_server_envelope_open(MsnpServerRequest *request, MsnpXmlBuilder *builder);
GBytes *msnp_server_envelope_close(MsnpXmlBuilder *builder);
/* What indents large answers as servers of today do: a line break and 2 * depth blanks. */
void msnp_server_indent(MsnpXmlBuilder *builder, guint depth);
/* A leaf on a line of its own. */
void msnp_server_leaf(MsnpXmlBuilder *builder, guint depth, const char *name, const char *text);

/* The answer of a read: the whole list, which is made once for all, or a delta. */
void msnp_server_answer_read(MsnpServerRequest *request, MsnpServerRead read);
/* The whole list, made if it is not there; new reference. The envelope's header is always new. */
GBytes *msnp_server_answer_once(MsnpServerRequest *request, MsnpServerRead read);

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
void msnp_server_op_store(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_get_metadata(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_get_message(MsnpServerRequest *request, xmlNode *body);
void msnp_server_op_delete_messages(MsnpServerRequest *request, xmlNode *body);
/* TRUE: the account has no address book (yet), and that was answered. */
gboolean msnp_server_address_book_missing(MsnpServerRequest *request);
/* deltasOnly and lastChange of a read; sets since. FALSE: answered. */
gboolean msnp_server_check_delta(MsnpServerRequest *request, xmlNode *body, MsnpServerRead read);
/* lastChange as it is now, to be told; from then on it counts as given. Free with g_free(). */
char *msnp_server_last_change(MsnpServerRequest *request, MsnpServerRead read);
#define MSNP_SERVER_NEVER "0001-01-01T00:00:00.0000000-08:00"

/* ---- odd-lists (msnp-server-odd.c) ---- */

#define MSNP_SERVER_UNKNOWN_CONTACT "0f0e0d0c-0b0a-4908-8706-050403020100"
#define MSNP_SERVER_UNKNOWN_GROUP   "1f1e1d1c-1b1a-4918-9716-151413121110"

gboolean msnp_server_lists_are_odd(MsnpServer *server);
/* A name of 10 kB with markup, control characters and overrides of direction. */
const char *msnp_server_odd_name(void);
/* Members and memberships, and contacts, that nobody is to see. */
void msnp_server_write_odd_members(MsnpXmlBuilder *builder);
void msnp_server_write_odd_memberships(MsnpXmlBuilder *builder);
void msnp_server_write_odd_contacts(MsnpXmlBuilder *builder);
/* delta-unknown. */
void msnp_server_write_unknown_contact(MsnpXmlBuilder *builder);
