/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Behaviours that are switched on by name: imitations of real servers, and faults. One const table.
 * May know nothing of the rest of the service.
 */
#pragma once

#include <glib.h>

typedef enum {
	/* Sign-on. */
	MSNP_FAULT_GCF_FIRST,
	MSNP_FAULT_GCF_LATE,
	MSNP_FAULT_GCF_NEVER,
	MSNP_FAULT_HUGE_GCF,
	MSNP_FAULT_NO_SBS,
	MSNP_FAULT_SBS_LATE,
	MSNP_FAULT_PROFILE_LATE,
	MSNP_FAULT_PROFILE_NEVER,
	MSNP_FAULT_ESCARGOT_POLICY,
	MSNP_FAULT_EXACT_CASE,
	MSNP_FAULT_XFR,
	MSNP_FAULT_XFR_LOOP,
	MSNP_FAULT_OUT,
	MSNP_FAULT_CHALLENGE,
	MSNP_FAULT_NO_QRY,
	MSNP_FAULT_QNG,
	MSNP_FAULT_STRICT_TIMES,
	/* Presence. */
	MSNP_FAULT_MALFORMED_UBX,
	MSNP_FAULT_RAW_NICKNAMES,
	MSNP_FAULT_HUGE_NICKNAME,
	MSNP_FAULT_EMPTY_NICKNAME,
	MSNP_FAULT_EMPTY_OBJECT,
	MSNP_FAULT_KEEP_MESSAGE,
	MSNP_FAULT_ODD_LINES,
	MSNP_FAULT_BPR,
	MSNP_FAULT_MOB_NEEDS_MBE,
	/* Offline messages and mail. */
	MSNP_FAULT_ESCARGOT_OFFLINE,
	MSNP_FAULT_OIM_TOO_LARGE,
	MSNP_FAULT_OIM_CHALLENGE,
	MSNP_FAULT_NEW_LOCK_KEY,
	MSNP_FAULT_METADATA_ELEMENT,
	MSNP_FAULT_MAIL_DATA_IN_HEADER,
	MSNP_FAULT_OLD_MAIL,
	/* Other networks and telephones. */
	MSNP_FAULT_ESCARGOT_UUM,
	MSNP_FAULT_PAGE_LIMIT,
	/* Lists. */
	MSNP_FAULT_ERROR_PAYLOAD,
	MSNP_FAULT_ESCARGOT_WRITES,
	MSNP_FAULT_WRITE_THROUGH,
	MSNP_FAULT_PENDING_HIDES,
	MSNP_FAULT_OWN_CHANGES,
	MSNP_FAULT_LIST_LIMIT,
	MSNP_FAULT_GROUP_LIMIT,
	MSNP_FAULT_EVERYONE_EXISTS,
	MSNP_FAULT_ODD_LISTS,
	MSNP_FAULT_NO_DELTAS,
	MSNP_FAULT_IGNORES_DELTAS,
	MSNP_FAULT_PARTIAL_DELTAS,
	MSNP_FAULT_DELTA_UNKNOWN,
	MSNP_FAULT_TOMBSTONES,
	/* Any connection. */
	MSNP_FAULT_SILENCE,
	MSNP_FAULT_LOST,
	MSNP_FAULT_DELAY,
	MSNP_FAULT_CUT,
	MSNP_FAULT_ERROR,
	MSNP_FAULT_LENGTH,
	MSNP_FAULT_CHOPPED,
	MSNP_FAULT_GLUED,
	MSNP_FAULT_WEDGE,
	MSNP_FAULT_LIMIT,
	/* Switchboards. */
	MSNP_FAULT_ACK_EMPTY_ROOM,
	MSNP_FAULT_ACK_NEVER,
	MSNP_FAULT_NAK,
	MSNP_FAULT_BYE_BEFORE_ACK,
	MSNP_FAULT_BYE_IDLE,
	MSNP_FAULT_JOIN_BEFORE_RINGING,
	MSNP_FAULT_JOIN_TWICE,
	MSNP_FAULT_IRO_TWICE,
	MSNP_FAULT_NO_JOIN,
	MSNP_FAULT_DEAD_ROOM,
	MSNP_FAULT_HEX_SESSION_IDS,
	MSNP_FAULT_HIDDEN_MAY_CALL,
	MSNP_FAULT_SB_ADDRESS,
	MSNP_FAULT_IDLE_ROOMS,
	MSNP_FAULT_ROOM_LIMIT,
	MSNP_FAULT_GUID_ADDRESSES,
	MSNP_FAULT_WORD_FILTER,
	/* Web services. */
	MSNP_FAULT_RST,
	MSNP_FAULT_RST_REDIRECT,
	MSNP_FAULT_EQUAL_TOKENS,
	MSNP_FAULT_TOKENS_SHUFFLED,
	MSNP_FAULT_NO_TB,
	MSNP_FAULT_TOKEN_WITHOUT_P,
	MSNP_FAULT_TOKEN_EMPTY_P,
	MSNP_FAULT_TEXT_403,
	MSNP_FAULT_EXPIRE_TICKETS,
	MSNP_FAULT_TICKETS_LOST,
	MSNP_FAULT_SESSION_BOUND,
	MSNP_FAULT_HTTP,
	MSNP_FAULT_FAULT,
	MSNP_FAULT_FAULT_200,
	MSNP_FAULT_FAULT_OUTSIDE_BODY,
	MSNP_FAULT_FAULT_IN_BODY,
	MSNP_FAULT_AB_MISSING,
	MSNP_FAULT_HUGE_ANSWER,
	MSNP_FAULT_SLOW_ANSWER,
	MSNP_FAULT_DOCTYPE,
	MSNP_FAULT_BAD_UTF8,
	MSNP_FAULT_EMPTY_LEAVES,
	MSNP_FAULT_NO_SERVICE_HEADER,
	MSNP_FAULT_NEW_CACHE_KEY,
	MSNP_FAULT_PREFERRED_HOST,
	MSNP_FAULT_REDIRECT_302,
	MSNP_FAULT_GZIP,
	/* HTTP gateway. */
	MSNP_FAULT_GATEWAY_IDS,
	MSNP_FAULT_GATEWAY_IP,
	MSNP_FAULT_GATEWAY_END,
	MSNP_FAULT_GATEWAY_QUIET,
	/* All that makes the server that people use. */
	MSNP_FAULT_ESCARGOT,
	MSNP_N_FAULTS
} MsnpFaultId;

typedef struct _MsnpServerFaults MsnpServerFaults;

#define MSNP_SERVER_FAULT_ERROR (msnp_server_fault_error_quark())
GQuark msnp_server_fault_error_quark(void);

MsnpServerFaults *msnp_server_faults_new(void);
void msnp_server_faults_free(MsnpServerFaults *faults);
/* text is a word of the table with its argument. Error 0 with a message if it is not. */
gboolean msnp_server_faults_add(MsnpServerFaults *faults, const char *text, GError **error);
void msnp_server_faults_clear(MsnpServerFaults *faults);
/* The table for --help. Free with g_free(). */
char *msnp_server_faults_describe(void);

/* Is it on? Asking uses up one of its times. */
gboolean msnp_server_faults_take(MsnpServerFaults *faults, MsnpFaultId id);
/* The same for the behaviours with a word: only if the word is this one (without regard to case).
 * number, if not NULL, gets their number. */
gboolean msnp_server_faults_take_word(MsnpServerFaults *faults, MsnpFaultId id, const char *word,
				      int *number);
/* The word of a behaviour that is on; NULL: off. Uses up one of its times. Valid until the next
 * call. */
const char *msnp_server_faults_take_any(MsnpServerFaults *faults, MsnpFaultId id, int *number);
/* The second word of "name=WORD:WORD", by its first; NULL: off. Otherwise as take_any(). */
const char *msnp_server_faults_take_second(MsnpServerFaults *faults, MsnpFaultId id,
					   const char *word);
/* The same, but uses up nothing. */
const char *msnp_server_faults_peek_second(MsnpServerFaults *faults, MsnpFaultId id,
					   const char *word);
/* Like take_word(), but uses up nothing. */
gboolean msnp_server_faults_peek(MsnpServerFaults *faults, MsnpFaultId id, const char *word,
				 int *number);
