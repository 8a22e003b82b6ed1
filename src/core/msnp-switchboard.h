/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A switchboard: one room, one connection, everybody in it hears everything. Its life:
 *
 *   an own one:     CONNECTING -USR-> AUTH -CAL-> CALLING -JOI of the callee-> OPEN
 *   one of others:  CONNECTING -ANS-> AUTH -IRO*, ANS OK-> OPEN, or EMPTY
 *   its end:        OPEN -last BYE-> EMPTY
 *                   AUTH after ANS, CALLING, OPEN -OUT-> PARTING -end of stream, last BYE-> CLOSED
 *                   any -end of stream, refusal, deadline-> CLOSED
 *
 * Knows the room, its roster and its transactions; queues, repeats and people are the
 * conversation's. Source: switchboard.md 1 to 5, 14, 16.
 */
#pragma once

#include "net/msnp-connector.h"
#include "net/msnp-link.h"
#include "wire/msnp-message.h"

#define MSNP_SB_STEP_DEADLINE_MS 15000 /* connect, USR, ANS, CAL: interactive */
#define MSNP_SB_JOIN_DEADLINE_MS 30000 /* from RINGING to JOI: the other side may be slow */
#define MSNP_SB_ACK_DEADLINE_MS  30000
#define MSNP_SB_ROSTER_MAX       50
/* After OUT: a server that does not hang up has sent everything by then. */
#define MSNP_SB_PART_MS 2000

typedef enum {
	MSNP_SB_CONNECTING,
	MSNP_SB_AUTH,
	MSNP_SB_CALLING,
	MSNP_SB_OPEN,
	MSNP_SB_PARTING, /* we have said OUT; what was on its way to us still comes */
	MSNP_SB_EMPTY,
	MSNP_SB_CLOSED,
} MsnpSwitchboardState;

#define MSNP_TYPE_SWITCHBOARD (msnp_switchboard_get_type())
G_DECLARE_FINAL_TYPE(MsnpSwitchboard, msnp_switchboard, MSNP, SWITCHBOARD, GObject)

/* Signals:
 *   "state" ()                                     the state has changed; not by close()
 *   "joined" (const char *handle, const char *name)
 *   "left" (const char *handle, gboolean idle)
 *   "message" (const char *handle, const char *name, MsnpMessage *message)
 */

/* An own room: address and cookie of XFR; calls callees (NULL-terminated, one at least) once it is
 * in, and is open when the first of them comes. */
MsnpSwitchboard *msnp_switchboard_new_call(MsnpConnector *connector, MsnpClock *clock,
					   const char *own_handle, const char *host, guint16 port,
					   const char *cookie, const char *const *callees);
/* A room we are rung for: address, cookie and session of RNG. */
MsnpSwitchboard *msnp_switchboard_new_answer(MsnpConnector *connector, MsnpClock *clock,
					     const char *own_handle, const char *host, guint16 port,
					     const char *cookie, const char *session);
/* The clock it was given. */
MsnpClock *msnp_switchboard_clock(MsnpSwitchboard *sb);
MsnpSwitchboardState msnp_switchboard_state(MsnpSwitchboard *sb);
/* Why it is CLOSED; NULL if by ourselves. An error as it came from below (MSNP_SERVER_ERROR,
 * MSNP_LINK_ERROR, G_IO_ERROR of the connector), for msnp_error_from(); or MSNP_ERROR_OFFLINE: the
 * (last) callee was rung for and did not come. */
const GError *msnp_switchboard_error(MsnpSwitchboard *sb);
/* The others: handles, normalised, in the order of coming; NULL-terminated, valid until the next
 * join or leave. */
const char *const *msnp_switchboard_roster(MsnpSwitchboard *sb);
guint msnp_switchboard_n_others(MsnpSwitchboard *sb);
gboolean msnp_switchboard_has(MsnpSwitchboard *sb, const char *handle);
/* The display name with which somebody in the roster came; NULL if he is not there. */
const char *msnp_switchboard_name(MsnpSwitchboard *sb, const char *handle);
/* The capabilities that all others have; 0 if nobody is in. */
guint32 msnp_switchboard_common_caps(MsnpSwitchboard *sb);
/* Invites one more person, now or as soon as we are in. Completes when that one has come, after
 * "joined". Errors as msnp_switchboard_error(), of this call or of the room; MSNP_ERROR_ADDRESS. */
void msnp_switchboard_call_async(MsnpSwitchboard *sb, const char *handle,
				 GAsyncReadyCallback callback, gpointer data);
gboolean msnp_switchboard_call_finish(MsnpSwitchboard *sb, GAsyncResult *result, GError **error);

/* Somebody is being called. */
gboolean msnp_switchboard_is_calling(MsnpSwitchboard *sb);

/* Sends with class A and waits for ACK. Errors: MSNP_ERROR_NOT_DELIVERED (NAK, or a number);
 * MSNP_LINK_ERROR_CLOSED: the room is no more, and certainly nobody got it (never written, or the
 * room was empty before the ACK); MSNP_ERROR_UNSURE. */
void msnp_switchboard_send_async(MsnpSwitchboard *sb, MsnpMessage *message,
				 GAsyncReadyCallback callback, gpointer data);
gboolean msnp_switchboard_send_finish(MsnpSwitchboard *sb, GAsyncResult *result, GError **error);
/* Sends with class U: nobody answers. Returns whether it went on its way. */
gboolean msnp_switchboard_send_unacked(MsnpSwitchboard *sb, MsnpMessage *message);
/* Microseconds without a message in or out. */
gint64 msnp_switchboard_idle(MsnpSwitchboard *sb);
/* OUT, and the end when the server has hung up: what others wrote before they knew of it is told
 * until then, for the server has acknowledged it to them. A room where nobody can have written is
 * closed: returns FALSE. */
gboolean msnp_switchboard_part(MsnpSwitchboard *sb);
/* OUT, and close. No signal comes any more; sends that wait end in a later turn. */
void msnp_switchboard_close(MsnpSwitchboard *sb);
