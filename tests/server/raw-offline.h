/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests about offline messages for the raw client: the examples of services.md 10, copied, with
 * marks where a test puts its own words.
 */
#pragma once

#include "server/raw-client.h"

/* Mia and Olaf have each other on their lists, Quim blocks Mia, Rosa takes nothing from strangers,
 * Zoe has five messages waiting: three of Mia's out of order in two runs, one read, one of Quim's,
 * whom she blocks. */
extern const char raw_offline_accounts[];
#define RAW_MIA_OLAF_ADL                                                                           \
	"<ml l=\"1\"><d n=\"nordwind.example\"><c n=\"olaf\" l=\"3\" t=\"1\"/></d></ml>"
#define RAW_ZOE_ADL "<ml l=\"1\"><d n=\"tram.example\"><c n=\"quim\" l=\"4\" t=\"1\"/></d></ml>"
#define RAW_RUN     "{3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD}"

typedef struct {
	const char *from;     /* NULL: mia@nordwind.example */
	const char *friendly; /* the attribute with a blank before it; NULL: that of Alice */
	const char *to;       /* NULL: olaf@nordwind.example */
	const char *passport; /* NULL: the session's */
	const char *appid;    /* NULL: PROD01065C%ZFN6F */
	const char *key;      /* NULL: empty */
	guint number;         /* 0: 1 */
	guint sequence;       /* 0: number */
	const char *run;      /* NULL: RAW_RUN */
	const char *content;  /* NULL: the example's, with run and sequence */
	const char *extra;    /* stands behind Sequence; NULL: nothing */
	gboolean old;         /* Store, not Store2 */
} RawStore;

RawAnswer *raw_store(MsnpServer *server, RawSession *session, const RawStore *store);
/* Without waiting for the answer. */
RawClient *raw_store_begin(MsnpServer *server, RawSession *session, const RawStore *store);
/* The answer to the challenge that is in a fault; to be freed. */
char *raw_lock_key(const RawAnswer *fault);
/* Gets the session's lock key by a Store that is refused; to be freed. */
char *raw_unlock(MsnpServer *server, RawSession *session);
/* A request to rsi: body is the element; ticket NULL: the session's. */
RawAnswer *raw_rsi(MsnpServer *server, const char *ticket, const char *operation, const char *body);
RawAnswer *raw_get_metadata(MsnpServer *server, RawSession *session);
RawAnswer *raw_get_message(MsnpServer *server, RawSession *session, const char *id);
/* ids divided by blanks. */
RawAnswer *raw_delete_messages(MsnpServer *server, RawSession *session, const char *ids);
/* The text between two marks, XML-unescaped once; to be freed. */
char *raw_between(const char *text, const char *from, const char *to);
/* XML text unescaped; to be freed. */
char *raw_unescape(const char *text);
