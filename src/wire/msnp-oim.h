/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages: the mail that GetMessage brings, and the one that Store2 takes.
 * Source: services.md 10.1 and 10.3, servers.md "Offline messages".
 */
#pragma once

#include "wire/msnp-mail-data.h"

/* Text beyond this is cut: services.md 10.3. */
#define MSNP_OIM_TEXT_MAX_BYTES (64 * 1024)
/* Longer text goes out in pieces: no server says what it takes, this is what one message has room
 * for elsewhere (services.md 10.4). */
#define MSNP_OIM_PIECE_MAX_BYTES 1400
/* The friendly name in Store2's From, before it is encoded: 48 characters at most, and the servers
 * of the time counted bytes. */
#define MSNP_OIM_NAME_MAX_BYTES 48

typedef enum {
	MSNP_OIM_TEXT,    /* text is what was said */
	MSNP_OIM_NO_TEXT, /* a mail without a part of text, as phones send them; text is "" */
	MSNP_OIM_DAMAGED, /* its base64 is none; text is "" */
} MsnpOimContent;

/* A received one. Strings are clean UTF-8 and never NULL. */
typedef struct {
	char *id;       /* of the entry; "" */
	char *sender;   /* handle, normalised; "" if nobody says */
	char *name;     /* the sender's; "" */
	char *run_id;   /* a conversation window of the sender, "{GUID}"; "" */
	guint sequence; /* in the run, from 1; 0 if unknown */
	gint64 time;    /* when it was sent, microseconds since 1970; 0 if unknown */
	MsnpOimContent content;
	char *text; /* breaks are LF */
	gboolean from_phone;
	char *phone; /* "tel:+..." of the sender; "" */
} MsnpOim;

void msnp_oim_free(MsnpOim *oim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpOim, msnp_oim_free)

/* Total. entry is the one by which it was fetched, NULL for none: the sender is that of the entry,
 * whatever the mail says, and name and time are where the mail has none. */
MsnpOim *msnp_oim_parse(const char *bytes, gsize length, const MsnpMailEntry *entry);

/* Sorts an array of MsnpOim: runs by the time of their earliest message, in a run by sequence. Not
 * a comparison of two, because "by sequence in a run, else by time" alone would go in circles. */
void msnp_oim_sort(GPtrArray *oims);

/* The Content of Store2. run_id is "{GUID}" (msnp_random_guid()), sequence that of the header
 * Sequence. Text longer than MSNP_OIM_PIECE_MAX_BYTES is to be cut before, with msnp_cut_all().
 * Free with g_free(). */
char *msnp_oim_write(const char *text, const char *run_id, guint sequence);
