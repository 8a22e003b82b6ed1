/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From bytes to commands: push what came, pop what is complete. No I/O. Cuts may fall anywhere.
 * Source: notification.md 1.1 to 1.3.
 */
#pragma once

#include "wire/msnp-framing.h"

/* Any contact can give itself a huge nickname, and a reader that gave up at 8 KiB would be locked
 * out at each sign-on; 1 MiB is beyond all that was seen. */
#define MSNP_READER_LINE_MAX    (1024 * 1024)
#define MSNP_READER_PAYLOAD_MAX (1024 * 1024)
/* A switchboard relays what peers write: its lines and payloads are short (switchboard.md 16). */
#define MSNP_READER_SB_LINE_MAX    8192
#define MSNP_READER_SB_PAYLOAD_MAX 65536

typedef struct _MsnpReader MsnpReader;

MsnpReader *msnp_reader_new(MsnpDirection direction, gsize line_max, gsize payload_max);
void msnp_reader_free(MsnpReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpReader, msnp_reader_free)

void msnp_reader_push(MsnpReader *reader, const char *bytes, gsize length);
/* The next whole command; NULL without error: more bytes are needed. After an error the stream is
 * lost: every further call gives the same error. Lines end in LF, one CR before it goes; an empty
 * line is an error. */
MsnpCommand *msnp_reader_pop(MsnpReader *reader, GError **error);
/* Bytes pushed and not yet popped; above 0 at the end of a stream means that it was cut off. */
gsize msnp_reader_pending(const MsnpReader *reader);
