/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client that sends bytes as the test wrote them, against the loopback service in the same
 * process: everything runs in the default main context, nothing sleeps. Knows src/server's public
 * face only; nothing of src/wire helps it, so that a mistake there does not hide here.
 *
 * Everything here fails the test by itself, with what was expected and what came.
 */
#pragma once

#include "server/msnp-server.h"

/* The accounts of the tests: those of notification.md 3.5, and three for switchboards. */
extern const char raw_accounts[];

/* A started service; options may be NULL. */
MsnpServer *raw_server(const MsnpServerOptions *options);
/* The same with other accounts. */
MsnpServer *raw_server_of(const char *accounts, const MsnpServerOptions *options);
/* Stops it, and lets what is left come to its end. */
void raw_server_free(MsnpServer *server);
/* The number of complaints must be n; the last one holds text (NULL: n is 0). */
void raw_complaints(MsnpServer *server, guint n, const char *text);
/* Switches a behaviour on. */
void raw_fault(MsnpServer *server, const char *fault);

typedef struct _RawClient RawClient;

/* Somebody who signs on. */
typedef struct {
	RawClient *ns;
	guint trid; /* the last one used */
	char *policy, *messenger, *contacts;
} RawSession;

RawClient *raw_connect(guint16 port);
void raw_free(RawClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawClient, raw_free)

/* Bytes as they are; length -1: up to the NUL. */
void raw_bytes(RawClient *client, const char *bytes, gssize length);
/* A line; CRLF is added. */
void raw_line(RawClient *client, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A line with the length of the payload behind it, and the payload. */
void raw_payload(RawClient *client, const char *payload, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The next line, which must match the pattern (* and ?). Valid until the next call. */
const char *raw_expect(RawClient *client, const char *pattern);
/* Lines (with payloads) are read until one matches. */
const char *raw_skip_to(RawClient *client, const char *pattern);
/* The payload of the line that was read last; NULL if it had none. */
const char *raw_payload_of(RawClient *client);
/* The server closes; what it sent before is thrown away. */
void raw_expect_closed(RawClient *client);
/* All that comes until the server closes; to be freed. */
char *raw_read_to_end(RawClient *client);
/* Lets the server do what it can do now; nothing may have come. */
void raw_expect_nothing(RawClient *client);
/* Runs the main context until the expression is so, ten seconds at most. */
#define raw_until(condition)                                                                       \
	G_STMT_START                                                                               \
	{                                                                                          \
		gint64 raw_end = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;                     \
		while (!(condition))                                                               \
			raw_turn(raw_end, #condition);                                             \
	}                                                                                          \
	G_STMT_END
void raw_turn(gint64 end, const char *condition);

/* ---- Web services ---- */

typedef struct {
	guint status;
	char *head;
	char *body;
} RawAnswer;

/* Sends a POST as it is written; headers is the text after the request line up to the empty line,
 * without Host and Content-Length ("Name: value\r\n..."). */
RawAnswer *raw_post(MsnpServer *server, const char *path, const char *headers, const char *body);
/* The same without waiting for the answer, which is what the client reads. */
RawClient *raw_post_begin(MsnpServer *server, const char *path, const char *headers,
			  const char *body);
void raw_answer_free(RawAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawAnswer, raw_answer_free)

/* The example requests of the reference, with their variable parts; to be freed. */
char *raw_rst(const char *handle, const char *password, const char *policy);
char *raw_soap(const char *ticket, const char *body);
/* raw_post() does it: what the answer's header says goes into the next raw_soap() of that ticket.
 */
void raw_heed_cache_key(const char *request, const RawAnswer *answer);
extern const char raw_find_membership[];
extern const char raw_ab_find_all[];
/* A write of the list services, at its address and with its scenario; body is the element. xsi and
 * xsd are declared around it. */
RawAnswer *raw_write(MsnpServer *server, RawSession *session, const char *operation,
		     const char *body);
/* A write, its body by a format, that succeeds. */
void raw_written(MsnpServer *server, RawSession *session, const char *operation, const char *format,
		 ...) G_GNUC_PRINTF(4, 5);
/* The same for a read: "FindMembership" or "ABFindAll". */
RawAnswer *raw_read(MsnpServer *server, RawSession *session, const char *operation);
/* The contactId of somebody on the session's contact list; to be freed. */
char *raw_contact_id(MsnpServer *server, RawSession *session, const char *handle);
/* The answer has this status, and text in its body (NULL: any). */
void raw_expect_answer(RawAnswer *answer, guint status, const char *text);
/* The headers that go with them; to be freed. */
char *raw_soap_headers(const char *action, const char *ticket);
#define RAW_RST_HEADERS "Content-Type: text/xml; charset=utf-8\r\n"
/* The token for an address of an RST answer, unescaped; to be freed. */
char *raw_token(const RawAnswer *answer, const char *address);

/* ---- Sign-on ---- */

/* VER, CVR, USR I; the answers are checked. */
RawSession *raw_hello(MsnpServer *server, const char *handle);
/* The same, and RST. */
RawSession *raw_sign_on_begin(MsnpServer *server, const char *handle, const char *password);
/* USR S, up to the profile. */
void raw_sign_on_ticket(RawSession *session);
/* BLP, ADL (adl: the whole payload), CHG with this status, up to the mail data. */
void raw_sign_on_lists(RawSession *session, const char *adl, const char *status);
/* All of it. */
RawSession *raw_sign_on(MsnpServer *server, const char *handle, const char *password,
			const char *adl);
void raw_session_free(RawSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawSession, raw_session_free)

#define RAW_MIA_ADL                                                                                \
	"<ml l=\"1\"><d n=\"nordwind.example\"><c n=\"olaf\" l=\"3\" t=\"1\"/></d>"                \
	"<d n=\"tram.example\"><c n=\"pia\" l=\"3\" t=\"1\"/><c n=\"quim\" l=\"4\" t=\"1\"/></d>"  \
	"<t><c n=\"tel:+4930555010\" l=\"3\"/></t></ml>"
#define RAW_OLAF_ADL   "<ml l=\"1\"><d n=\"nordwind.example\"><c n=\"mia\" l=\"3\" t=\"1\"/></d></ml>"
#define RAW_NOBODY_ADL "<ml l=\"1\"></ml>"

/* A room on the switchboard: the caller is in, the others were called and came. */
RawClient *raw_open_room(MsnpServer *server, RawSession *session);
/* The caller's session calls another, who answers. Answer: the other's seat. */
RawClient *raw_call(MsnpServer *server, RawClient *caller, guint trid, const char *handle,
		    RawSession *other);
