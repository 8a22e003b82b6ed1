/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which verb carries a payload, and which parameter is its length: one const table, known before
 * any handler runs. Source: notification.md 1.2, switchboard.md 1.2.
 */
#pragma once

#include "wire/msnp-command.h"

typedef enum {
	MSNP_FROM_SERVER, /* what a client reads */
	MSNP_FROM_CLIENT, /* what a server reads */
} MsnpDirection;

/* Sets length to the payload's bytes, 0 and FALSE in has_payload for a verb or form without one.
 * From a server the last parameter counts, if it is all digits; from a client the table's index
 * must hold a number (else SYNTAX). Above max: LIMIT. */
gboolean msnp_framing_payload(const MsnpCommand *command, MsnpDirection direction, gsize max,
			      gboolean *has_payload, gsize *length, GError **error);
