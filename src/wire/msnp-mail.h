/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the server says about mail: the MSG of "Hotmail" with offline messages, counts of the inbox,
 * new mail. Source: notification.md 13, services.md 10.1.
 */
#pragma once

#include "wire/msnp-mail-data.h"
#include "wire/msnp-message.h"

/* Longer Mail-Data is not read but fetched: services.md 14.2. */
#define MSNP_MAIL_FIELD_MAX_BYTES (64 * 1024)

typedef enum {
	MSNP_MAIL_INITIAL, /* after sign-on: counts, and offline messages that wait */
	MSNP_MAIL_NEW,     /* a mail has come */
	MSNP_MAIL_MOVED,   /* mail was moved, read, deleted */
	MSNP_MAIL_OIM,     /* offline messages have come */
} MsnpMailKind;

typedef struct {
	MsnpMailKind kind;
	MsnpMailData *data;  /* NULL if there is none */
	gboolean must_fetch; /* by GetMetadata: "too-large", or data that cannot be read */
	/* -1 if not told. Of INITIAL, from Mail-Data or fields of their own. */
	int inbox_unread, folders_unread;
	/* Clean, decoded, "" if missing. URLs are as the server wrote them: data, not to be opened
	 * (notification.md 12, 13). */
	char *inbox_url, *folders_url, *post_url, *message_url;
	char *from, *from_address, *subject;
	char *source, *destination; /* folders */
	int delta;                  /* how many mails moved; 0 if not told */
} MsnpMail;

void msnp_mail_free(MsnpMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpMail, msnp_mail_free)

/* NULL if the message is not about mail. Fields are found after the empty line, and before it. */
MsnpMail *msnp_mail_parse(const MsnpMessage *message);
