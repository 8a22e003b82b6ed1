/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer to CHL, and to the lock key challenge of offline messages.
 * Source: notification.md 11, services.md 10.5.
 */
#pragma once

#include <glib.h>

/* The pair that goes with MSNP13 and 14. */
#define MSNP_PRODUCT_ID  "PROD01065C%ZFN6F"
#define MSNP_PRODUCT_KEY "O4BG@C7BWLYQX?5G"
/* Longer challenges are not answered. */
#define MSNP_CHALLENGE_MAX 200

/* 32 lower-case hex digits, NULL for a longer challenge. Free with g_free(). */
char *msnp_challenge_answer(const char *challenge, const char *product_id, const char *product_key);
