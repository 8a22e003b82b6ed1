/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message on a switchboard is: a text, a nudge, handwriting, an invitation, ... Whole
 * messages only: parts go through msnp-chunks.h first.
 * Source: switchboard.md 7, 9 to 12.
 */
#pragma once

#include "wire/msnp-invitation.h"
#include "wire/msnp-message.h"
#include "wire/msnp-object.h"

/* Characters of an action message, which is shown as a status line. */
#define MSNP_ACTION_MAX_CHARS 400
/* Above it a datacast is ignored: it could not have come in one message. */
#define MSNP_DATACAST_MAX_BYTES 1400
/* Characters of the name that an add-in puts in place of the sender's. */
#define MSNP_SPEAKER_MAX_CHARS 130
/* Of a decoded picture of handwriting: bytes; pixels of a side, which a few bytes can claim
 * thousands of. */
#define MSNP_INK_MAX_BYTES (256 * 1024)
#define MSNP_INK_MAX_SIDE  4096

typedef enum {
	MSNP_CONTENT_NOTHING, /* known, and nothing to do: keepalives, broken datacasts, ... */
	MSNP_CONTENT_UNKNOWN, /* of a type that is not known, or never shown: worth a line in the
				 log */
	MSNP_CONTENT_TEXT,
	MSNP_CONTENT_TYPING, /* or recording a voice clip */
	MSNP_CONTENT_NUDGE,
	MSNP_CONTENT_WINK,
	MSNP_CONTENT_VOICE_CLIP,
	MSNP_CONTENT_ACTION,
	MSNP_CONTENT_EMOTICONS, /* definitions for the text that follows */
	MSNP_CONTENT_INK,
	MSNP_CONTENT_INVITATION,
	MSNP_CONTENT_INVITATION_ANSWER, /* ACCEPT or CANCEL: never answered */
	MSNP_CONTENT_P2P,
	MSNP_CONTENT_LAST
} MsnpContentKind;

typedef struct {
	MsnpContentKind kind;
	char *action;               /* ACTION: clean text of one line; else NULL */
	char *speaker;              /* TEXT: the name to show beside the sender's; mostly NULL */
	MsnpObject *object;         /* WINK, VOICE_CLIP: what could be fetched from the sender */
	GBytes *image;              /* INK: a GIF; NULL for what cannot be shown */
	MsnpInvitation *invitation; /* INVITATION, INVITATION_ANSWER */
} MsnpContent;

void msnp_content_free(MsnpContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpContent, msnp_content_free)

/* Total. sender is the address of the MSG line: objects of anybody else do not count. */
MsnpContent *msnp_content_read(const MsnpMessage *message, const char *sender);
/* Whether a message of this kind may begin a conversation; the others wait for one that does. */
gboolean msnp_content_may_begin(MsnpContentKind kind);
/* A word for the log. */
const char *msnp_content_name(MsnpContentKind kind);
