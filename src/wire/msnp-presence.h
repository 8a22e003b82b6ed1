/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presence: status codes, capabilities, and the lines ILN, NLN and FLN in both dialects.
 * Source: notification.md 2.4, 6.
 */
#pragma once

#include "wire/msnp-command.h"

typedef enum {
	MSNP_DIALECT_13 = 13,
	MSNP_DIALECT_14 = 14,
} MsnpDialect;

typedef enum {
	MSNP_STATUS_OFFLINE, /* FLN */
	MSNP_STATUS_ONLINE,  /* NLN */
	MSNP_STATUS_BUSY,    /* BSY */
	MSNP_STATUS_IDLE,    /* IDL */
	MSNP_STATUS_BRB,     /* BRB */
	MSNP_STATUS_AWAY,    /* AWY */
	MSNP_STATUS_PHONE,   /* PHN */
	MSNP_STATUS_LUNCH,   /* LUN */
	MSNP_STATUS_HIDDEN,  /* HDN */
} MsnpStatus;
#define MSNP_N_STATUS (MSNP_STATUS_HIDDEN + 1)

const char *msnp_status_code(MsnpStatus status);
/* Unknown codes count as online; HDN from a server as offline. */
MsnpStatus msnp_status_from_code(const char *code);
/* FALSE for a code that is not in the table, for a strict server. */
gboolean msnp_status_code_is_known(const char *code);

/* Capability bits, as decimal number in CHG, ILN, NLN. */
#define MSNP_CAP_MOBILE_DEVICE 0x00000001u
#define MSNP_CAP_CHUNKS        0x00000020u
#define MSNP_CAP_PAGER         0x00000040u
#define MSNP_CAP_WEB           0x00000200u
#define MSNP_CAP_FEDERATED     0x00000800u
#define MSNP_CAP_ROBOT         0x00020000u
#define MSNP_CAP_LEVEL_MASK    0xF0000000u
#define MSNP_CAP_LEVEL_8_0     0x60000000u
/* What the client of this dialect announces: level 6 and messages in chunks. */
#define MSNP_CAPS_OURS (MSNP_CAP_LEVEL_8_0 | MSNP_CAP_CHUNKS)

/* Unsigned 32 bits, up to the first character that is no digit; 0 if there is none. */
guint32 msnp_caps_parse(const char *text);

typedef struct {
	MsnpStatus status;
	char *handle;   /* as it came, without a "1:" before it */
	guint network;  /* 1 where the dialect has none */
	char *nickname; /* decoded; "" if empty; NULL for FLN */
	guint32 caps;
	char *object; /* MSNObject, decoded; NULL if none ("0", empty, an icon URL) */
} MsnpPresence;

void msnp_presence_free(MsnpPresence *presence);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPresence, msnp_presence_free)

/* Reads ILN, NLN or FLN; NULL if there is no handle in it. Missing parameters are tolerated. */
MsnpPresence *msnp_presence_parse(const MsnpCommand *command, MsnpDialect dialect);
