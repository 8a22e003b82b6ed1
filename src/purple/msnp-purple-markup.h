/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTML as user interfaces hand it over, cut into tags and text, and the format that tags give to
 * the text inside them. Total: any text has an answer, in time and space in proportion to its
 * length, however deep its elements nest; nothing here recurses. Knows no libpurple and no MSNP.
 *
 * Why not libxml2's HTML parser: without XML_PARSE_HUGE it loses all that is nested deeper than 256
 * elements, and it loses what people mean as text: blanks at the beginning, "<joe@example.com>".
 * Why not libpurple's purple_markup_*: they know text or format, not which format a text has, and
 * decode the entities of four signs.
 */
#pragma once

#include "wire/msnp-textformat.h"

/* Longer names are none of those that we know. */
#define MSNP_MARKUP_MAX_NAME 11

typedef enum {
	MSNP_MARKUP_END,  /* of all */
	MSNP_MARKUP_TEXT, /* start to end, still with entities */
	MSNP_MARKUP_OPEN, /* start to end are the attributes */
	MSNP_MARKUP_CLOSE,
} MsnpMarkupKind;

/* The pointers are into the markup that is read. */
typedef struct {
	MsnpMarkupKind kind;
	char name[MSNP_MARKUP_MAX_NAME + 1]; /* in lower case; "" for longer ones */
	const char *start, *end;
} MsnpMarkupToken;

typedef struct {
	const char *at;
	const char *plain_until;  /* up to here a quote in a tag is only a character */
	gboolean no_comment_ends; /* from here on */
} MsnpMarkupReader;

/* markup must be clean (util/msnp-text.h) and stay. */
void msnp_markup_reader_init(MsnpMarkupReader *reader, const char *markup);
/* The next token; scripts, styles, comments and declarations are skipped. */
void msnp_markup_next(MsnpMarkupReader *reader, MsnpMarkupToken *token);
/* Entities decoded once, clean, line breaks as LF. Free the answer. */
char *msnp_markup_decode(const char *start, const char *end);
/* An attribute of an opening tag, decoded, on one line and trimmed; NULL if it has none of this
 * name. Of several the first counts. Free the answer. */
char *msnp_markup_attribute(const MsnpMarkupToken *tag, const char *name);

/* The elements that are open and say something of the format (msnp-purple-markup-style.c). */
typedef struct _MsnpMarkupStyle MsnpMarkupStyle;
MsnpMarkupStyle *msnp_markup_style_new(void);
void msnp_markup_style_free(MsnpMarkupStyle *style);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpMarkupStyle, msnp_markup_style_free)
/* A tag of any name, opening or closing. An end closes the innermost open element of its name and
 * no other, whatever lies between. */
void msnp_markup_style_note(MsnpMarkupStyle *style, const MsnpMarkupToken *tag);
/* What all that are open make together: inner elements over outer ones. */
MsnpTextFormat *msnp_markup_style_format(const MsnpMarkupStyle *style);
