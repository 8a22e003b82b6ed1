/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long messages: one text in several MSG commands, and parts from others put together again.
 *
 * There are two ways to send a long text. A multi-packet message (Message-ID, Chunks, Chunk)
 * arrives as one, but clients without the capability bit 0x20 would show its first part and drop
 * the others. Separate complete messages are understood by everybody, so these are sent unless
 * every participant has the bit. Source: switchboard.md 6.
 */
#pragma once

#include "util/msnp-random.h"
#include "wire/msnp-message.h"

/* The capability bit of clients that join parts. */
#define MSNP_CAPABILITY_CHUNKS 0x20
/* Body of a part that we send: what other clients use, too. */
#define MSNP_CHUNK_BODY_MAX 1202
/* Parts of one message that we send; a longer text becomes several messages. */
#define MSNP_CHUNKS_MAX_SENT 32

/* What to send for text (UTF-8), in this order: an array of MsnpMessage, each at most
 * MSNP_MESSAGE_MAX bytes; empty for an empty text. With random, text too long for one message goes
 * in parts under a new Message-ID; random NULL: in separate messages, cut at words. */
GPtrArray *msnp_chunks_split(const char *text, const MsnpTextFormat *format, MsnpRandom *random);

/* Of others, for one switchboard: parts of a message, open messages, bytes of a message's body,
 * time from a part to the next in microseconds, length of a Message-ID. */
#define MSNP_CHUNKS_MAX_PARTS 256
#define MSNP_CHUNKS_MAX_OPEN  4
#define MSNP_CHUNKS_MAX_BYTES (384 * 1024)
#define MSNP_CHUNKS_TIMEOUT   (60 * G_USEC_PER_SEC)
#define MSNP_CHUNKS_MAX_ID    128

/* The messages of one switchboard that are not whole yet. */
typedef struct _MsnpChunks MsnpChunks;

MsnpChunks *msnp_chunks_new(void);
void msnp_chunks_free(MsnpChunks *chunks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpChunks, msnp_chunks_free)

typedef enum {
	MSNP_CHUNKS_WHOLE,   /* there is a message to show */
	MSNP_CHUNKS_WAITING, /* more parts must come */
	MSNP_CHUNKS_DROPPED, /* the part fits nowhere; its message, if there was one, is given up */
} MsnpChunksAnswer;

/* Every message that came goes through here. whole gets a reference to what is to be read: the
 * message itself if it is no part of another, or one with the headers of the first part and all
 * bodies; else NULL. Parts must come in order, as a switchboard keeps it; those of one sender have
 * nothing to do with another's, whatever their Message-ID. now is monotonic, in microseconds. */
MsnpChunksAnswer msnp_chunks_add(MsnpChunks *chunks, const char *sender, MsnpMessage *message,
				 gint64 now, MsnpMessage **whole);
/* Gives up what has waited too long. msnp_chunks_add() does it, too. */
void msnp_chunks_expire(MsnpChunks *chunks, gint64 now);
/* Gives up what this sender began: the sender has left. */
void msnp_chunks_forget(MsnpChunks *chunks, const char *sender);
/* When the next one is to be given up; -1 if nothing waits. */
gint64 msnp_chunks_deadline(const MsnpChunks *chunks);
