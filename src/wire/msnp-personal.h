/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Personal data: the <Data> of UUX and UBX, with the personal message and the current media.
 * Source: notification.md 5.
 */
#pragma once

#include <glib.h>

/* The official client allowed 129 characters; servers relay more. What is longer is cut. */
#define MSNP_PSM_MAX_BYTES 1024

typedef struct {
	char *message;       /* personal message; never NULL */
	char *current_media; /* the raw string with its \0 dividers; never NULL */
	char *machine_guid;  /* "{...}"; "" if missing */
} MsnpPersonal;

void msnp_personal_free(MsnpPersonal *personal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPersonal, msnp_personal_free)

/* The payload to send; NULL counts as "". Breaks in message become blanks. */
char *msnp_personal_write(const char *message, const char *current_media, const char *machine_guid);
/* Total: what is no XML is read between its tags (servers send "1 < 2" unescaped); what is neither
 * gives empty strings. */
MsnpPersonal *msnp_personal_parse(const char *bytes, gsize length);
/* What the media string says to people: "{0} - {1}" with its arguments put in; NULL if nothing
 * plays. type, if not NULL, gets "Music", "Games", "Office". Free both. */
char *msnp_current_media_text(const char *current_media, char **type);
/* An argument of it: title, artist, album; the game; the document. Clean text, "" if there is none.
 * Free it. */
char *msnp_current_media_argument(const char *current_media, guint which);
