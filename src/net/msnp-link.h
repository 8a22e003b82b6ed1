/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection to a notification server or switchboard, over a GIOChannel: the reader in front,
 * a buffered send queue behind, and transactions: a TrID that waits for its answer is a GTask with
 * a deadline. Knows framing and transactions, not what commands mean.
 *
 * A transaction ends with a command of its own verb and TrID, with an error number and its TrID, or
 * with one of the few other answers of the table in msnp-link.c (XFR for USR, ACK and NAK for MSG).
 * Everything else goes to the command handler. When the link is lost every pending transaction
 * fails with the reason, then the closed handler is called, once.
 */
#pragma once

#include <gio/gio.h>

#include "util/msnp-clock.h"
#include "wire/msnp-reader.h"

#define MSNP_LINK_ERROR (msnp_link_error_quark())
GQuark msnp_link_error_quark(void);

typedef enum {
	MSNP_LINK_ERROR_CLOSED,   /* end of stream, or the system's error */
	MSNP_LINK_ERROR_PROTOCOL, /* what came is not MSNP, or beyond a limit */
	MSNP_LINK_ERROR_TIMEOUT,  /* no answer in time */
	MSNP_LINK_ERROR_OVERFLOW, /* the other side takes nothing, the send queue is full */
} MsnpLinkError;

/* Every answer of a notification server must come within this. */
#define MSNP_LINK_DEADLINE_MS 60000
/* More than the longest initial list (5,000 contacts take some 200 KiB). */
#define MSNP_LINK_QUEUE_MAX (4 * 1024 * 1024)

#define MSNP_TYPE_LINK (msnp_link_get_type())
G_DECLARE_FINAL_TYPE(MsnpLink, msnp_link, MSNP, LINK, GObject)

typedef struct {
	/* A command that ends no transaction. */
	void (*command)(MsnpLink *link, MsnpCommand *command, gpointer data);
	/* The link is lost; not called after msnp_link_close(). */
	void (*closed)(MsnpLink *link, const GError *error, gpointer data);
} MsnpLinkHandlers;

/* Takes the connected, non-blocking descriptor. name goes into the log: "NS", "SB". first_trid: the
 * TrIDs of a session go on over its connections; 1 for a new one. handlers must stay valid until
 * msnp_link_close(); data is not owned. */
MsnpLink *msnp_link_new(const char *name, int fd, MsnpReader *reader, MsnpClock *clock,
			guint32 first_trid, const MsnpLinkHandlers *handlers, gpointer data);

/* The TrID that the next command will get. */
guint32 msnp_link_next_trid(MsnpLink *link);

/* Queues a command with a TrID and no answer awaited; returns that TrID, 0 if it was refused (bad
 * value, closed link). params: NULL-terminated. payload may be NULL. */
guint32 msnp_link_send(MsnpLink *link, const char *verb, const char *const *params,
		       const char *payload, gssize payload_length);
/* The same without a TrID: PNG, OUT, and what a server says. */
void msnp_link_send_bare(MsnpLink *link, const char *verb, const char *const *params,
			 const char *payload, gssize payload_length);

/* Queues a command and waits for its answer. deadline_ms 0: MSNP_LINK_DEADLINE_MS. Errors of
 * finish: MSNP_SERVER_ERROR (the number), MSNP_LINK_ERROR, MSNP_WIRE_ERROR, G_IO_ERROR_CANCELLED.
 * trid, if not NULL, gets the TrID at once. Completes in a later main-loop turn or from within
 * reading, never before the call returns. */
void msnp_link_request_async(MsnpLink *link, const char *verb, const char *const *params,
			     const char *payload, gssize payload_length, guint deadline_ms,
			     guint32 *trid, GCancellable *cancellable, GAsyncReadyCallback callback,
			     gpointer data);
MsnpCommand *msnp_link_request_finish(MsnpLink *link, GAsyncResult *result, GError **error);

gboolean msnp_link_is_open(MsnpLink *link);
/* Whether a command of this TrID has left for the system to the last byte. */
gboolean msnp_link_is_written(MsnpLink *link, guint32 trid);
/* Microseconds, by the clock, since something was last read or last sent. */
gint64 msnp_link_idle_read(MsnpLink *link);
gint64 msnp_link_idle_write(MsnpLink *link);
/* Closes at once after writing what the system takes without blocking; pending transactions end
 * with CLOSED, handlers are not called again. */
void msnp_link_close(MsnpLink *link);
