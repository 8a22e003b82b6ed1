/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call from the inside: msnp-soap-call.c leads it, msnp-soap-call-read.c reads its answers. For
 * these two files only.
 */
#pragma once

#include "soap/msnp-soap-call.h"

struct _MsnpSoapCall {
	MsnpSoapShared *shared; /* valid while there is a task */
	GTask *task;            /* NULL once answered */
	const MsnpSoapOp *op;
	gpointer args; /* a copy; NULL if there are none */
	MsnpSoapUse use;
	GError *refusal; /* while it waits for a renewal: what the server said */
	GUri *uri;
	GUri *preferred; /* the preferred host, while that is where uri came from; else NULL */
	guint redirects;
	gboolean repeated;
	gulong cancelled_id;
	guint cancel_source;
	guint timer;
	/* Microseconds; the deadline runs from allowed; last_byte 0 before there is an answer. */
	gint64 begun, allowed, last_byte;
	/* For the log. */
	gsize sent, received;
	guint status;

	/* Of the present attempt. */
	GCancellable *cancellable;
	SoupMessage *message;
	GInputStream *stream;
	MsnpSoapReader *reader;
	GByteArray *waiting; /* for the worker */
	gboolean reading, parsing;
	gboolean ended;  /* no more bytes are to come */
	gboolean closed; /* and the worker knows */
};

/* Whatever is under way holds a reference to the call. */
MsnpSoapCall *msnp_soap_call_ref(MsnpSoapCall *call);
void msnp_soap_call_unref(MsnpSoapCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSoapCall, msnp_soap_call_unref)

/* Whether an answer to this call is still wanted; asynchronous steps ask before they go on. */
gboolean msnp_soap_call_is_wanted(const MsnpSoapCall *call);
/* The answer is an error: it ends the call. */
void msnp_soap_call_fail_with(MsnpSoapCall *call, MsnpSoapError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* Something below HTTP, or in it, went wrong. */
void msnp_soap_call_network_failed(MsnpSoapCall *call, const GError *error);
/* The answer is complete, or no more of it is needed. */
void msnp_soap_call_decide(MsnpSoapCall *call);

/* Reads the stream of the answer until it can be decided upon. */
void msnp_soap_call_read(MsnpSoapCall *call);
