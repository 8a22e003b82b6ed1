/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it means that no room was to be had: for the texts that wait, and for another try. Only for
 * msnp-conversation.c. Source: switchboard.md 14, 15.
 */
#pragma once

#include <glib.h>

/* Why a text was not delivered, for which there are fewer codes than for what goes wrong below: one
 * of MSNP_ERROR's codes for messages, with the server's number. */
GError *msnp_room_error_for_texts(const GError *cause);
/* Whether a second try is worth it; then how many milliseconds before it. */
gboolean msnp_room_error_is_worth_a_retry(const GError *cause, guint *pause_ms);
