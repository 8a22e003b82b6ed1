/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * X-MMS-IM-Format: how the whole text of one message looks. Knows nothing of markup.
 * Source: switchboard.md 8.
 */
#pragma once

#include <glib.h>

#define MSNP_TEXT_FORMAT_HEADER "X-MMS-IM-Format"
/* Characters of a font's name: of others' at most so many, and of what official clients take. */
#define MSNP_FONT_MAX_READ  64
#define MSNP_FONT_MAX_WRITE 31

/* The charset and the pitch of the header (CS, PF) say nothing that holds: the text is UTF-8
 * whatever they say. They are not read, and written as 0. */
typedef struct {
	char *font; /* clean UTF-8; NULL if none is named */
	gboolean bold, italic, underline, strike;
	gboolean has_colour; /* FALSE also for black: it is what nobody chose */
	guint32 colour;      /* 0xRRGGBB */
	gboolean right_to_left;
} MsnpTextFormat;

MsnpTextFormat *msnp_text_format_new(void);
MsnpTextFormat *msnp_text_format_copy(const MsnpTextFormat *format);
void msnp_text_format_free(MsnpTextFormat *format);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpTextFormat, msnp_text_format_free)

gboolean msnp_text_format_equal(const MsnpTextFormat *a, const MsnpTextFormat *b);
/* Total: the value of a header, any bytes or NULL. What cannot be read counts as not said; of
 * fields that come twice the first counts, also if it cannot be read. */
MsnpTextFormat *msnp_text_format_parse(const char *value);
/* The value to send, pure ASCII; NULL is the plain format. A long font name is cut. */
char *msnp_text_format_write(const MsnpTextFormat *format);
