/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Percent-encoding as MSNP has it: for nicknames, phone values and MSNObjects only.
 * Source: notification.md 1.4.
 */
#pragma once

#include <glib.h>

/* The longest nickname in PRP MFN, counted after encoding. */
#define MSNP_NICKNAME_MAX 387
/* Of somebody else's name: a server may let through any length (notification.md 1.3, services.md
 * 14.2). */
#define MSNP_NAME_MAX_BYTES 1024

/* Every byte but A-Z a-z 0-9 - _ . ~ becomes %XX, so the answer is one pure ASCII parameter. */
char *msnp_percent_encode(const char *text);
/* The same, cut before the character that would pass max_encoded bytes. */
char *msnp_percent_encode_max(const char *text, gsize max_encoded);
/* Decodes; a "%" without two hex digits stays, "+" is a plus. The answer is clean UTF-8
 * (msnp_text_clean as a line). */
char *msnp_percent_decode(const char *text);
/* The name of somebody else, decoded: cut at MSNP_NAME_MAX_BYTES, and without the controls that
 * would turn round what stands behind it. */
char *msnp_name_decode(const char *text);
