/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the bytes of an answer to its result, off the main loop. Small answers become a document
 * (xmlDoc), large ones a stream of leaves, so that 10,000 contacts never stand in memory as a tree.
 * Faults are recognised wherever servers put them. Knows nothing of HTTP.
 * Source: services.md 1.3, 1.4, 3.4.
 */
#pragma once

#include <gio/gio.h>

#include "util/msnp-xml.h"

/* Stands for the id of an element that the sink did not ask for. */
#define MSNP_SOAP_OTHER 255
/* How many names a sink may ask for. */
#define MSNP_SOAP_NAMES_MAX 100
/* Longer text of one leaf is cut here; the longest that anyone reads has 1 KiB. */
#define MSNP_SOAP_LEAF_MAX 8192

/* A sink for a large answer. It names the elements that it wants and is told of no other: an id is
 * an index into names; parent is the id of the element directly above, or MSNP_SOAP_OTHER. The
 * response element itself is not told, nor is what stands outside. Strings are valid during the
 * call only. Runs in a worker thread. */
typedef struct {
	const char *const *names; /* local names, NULL at the end */
	gpointer (*begin)(void);
	/* type is the part after ":" of xsi:type, "" if there is none. */
	void (*open)(gpointer state, guint id, guint parent, const char *type);
	/* Leaving an element; text is its character data, trimmed, "" for elements with children.
	 * An error ends the reading. */
	void (*close)(gpointer state, guint id, guint parent, const char *text, GError **error);
	/* The result, or NULL and error; frees state in both cases. */
	gpointer (*end)(gpointer state, GError **error);
	void (*abandon)(gpointer state);
} MsnpSoapStream;

/* What a fault said; texts are for the log only. */
typedef struct {
	char *code;      /* local part of faultcode; "" */
	char *string;    /* faultstring, at most 512 bytes; "" */
	char *errorcode; /* detail/errorcode; "" */
	char *redirect;  /* psf:redirectUrl; "" */
	char *lock_key;  /* LockKeyChallenge; "" */
	char *conflict;  /* conflictObjectId; "" */
	char *reqstatus; /* psf:reqstatus of the header; "" */
} MsnpSoapFault;

void msnp_soap_fault_free(MsnpSoapFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSoapFault, msnp_soap_fault_free)

/* The fault of a document, below Body or directly below Envelope; NULL if it is none. */
MsnpSoapFault *msnp_soap_fault_find(const xmlDoc *doc);
/* The first element in Body, NULL if there is none. */
xmlNode *msnp_soap_body(const xmlDoc *doc);

/* Reading one answer. Not for two threads at once; any thread may have it, one after the other. */
typedef struct _MsnpSoapReader MsnpSoapReader;

/* How the answer is to be read. */
typedef struct {
	const char *response; /* the element of a good answer in Body */
	gpointer (*parse)(xmlNode *response, GError **error); /* one of the two */
	const MsnpSoapStream *stream;
	GDestroyNotify free_result; /* may be NULL */
} MsnpSoapReading;

typedef struct {
	MsnpSoapFault *fault; /* NULL if it was none */
	gboolean is_response; /* the expected element was there */
	gpointer result;      /* what parse or end made of it */
	GError *error;        /* why there is no result; NULL for none of the expected */
	char *cache_key;      /* of ServiceHeader where it says that it has changed, else NULL */
	char *preferred_host; /* of ServiceHeader, as it came; NULL if none is named */
} MsnpSoapAnswer;

/* Copies reading. */
MsnpSoapReader *msnp_soap_reader_new(const MsnpSoapReading *reading);
MsnpSoapReader *msnp_soap_reader_ref(MsnpSoapReader *reader);
void msnp_soap_reader_unref(MsnpSoapReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSoapReader, msnp_soap_reader_unref)

/* Takes the next bytes. FALSE: no more are needed, what was read has decided. */
gboolean msnp_soap_reader_push(MsnpSoapReader *reader, const char *bytes, gsize length);
/* Ends the answer; the reader keeps what it gives back, but the result may be taken out. */
MsnpSoapAnswer *msnp_soap_reader_end(MsnpSoapReader *reader);
