/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The XML text MD ("Mail-Data", and the answer to GetMetadata): how much mail there is, and which
 * offline messages wait. Source: notification.md 13, services.md 10.1.
 */
#pragma once

#include "util/msnp-xml.h"

/* More waiting messages than these are not read; they come when those are gone. */
#define MSNP_MAIL_DATA_MAX_ENTRIES 1000
/* Longer texts are refused: the cap of GetMetadata (services.md 14.2). */
#define MSNP_MAIL_DATA_MAX_BYTES (512 * 1024)

/* What to do with an entry. */
typedef enum {
	MSNP_MAIL_ENTRY_SKIP,  /* no offline message for us: leave it alone */
	MSNP_MAIL_ENTRY_FETCH, /* fetch, show, delete */
	MSNP_MAIL_ENTRY_DROP,  /* has been read already: only delete */
} MsnpMailEntryUse;

/* One M. */
typedef struct {
	char *sender; /* handle, normalised; "" if it is none. The sender, whatever the mail says */
	char *id;     /* opaque, for GetMessage; "" */
	char *folder; /* "" */
	char *name;   /* the sender's, decoded; "" */
	gint64 received; /* microseconds since 1970; 0 if unknown */
	guint64 size;    /* bytes */
	guint type;      /* 11 offline message, 13 from another network */
	gboolean is_read;
} MsnpMailEntry;

typedef struct {
	gboolean has_counts; /* without them the four are 0 */
	guint inbox, inbox_unread, folders, folders_unread;
	GPtrArray *entries; /* MsnpMailEntry, as they came: not in order of time */
} MsnpMailData;

void msnp_mail_data_free(MsnpMailData *data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpMailData, msnp_mail_data_free)

/* Any leaf may be missing or empty. MSNP_XML_ERROR if it is no XML, too long, or no MD. length -1:
 * NUL-terminated. */
MsnpMailData *msnp_mail_data_parse(const char *text, gssize length, GError **error);
/* The same of an element MD. */
MsnpMailData *msnp_mail_data_read(const xmlNode *md);

MsnpMailEntryUse msnp_mail_entry_use(const MsnpMailEntry *entry);
