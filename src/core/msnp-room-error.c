/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reasons for which there is no room. See msnp-room-error.h.
 */
#include "core/msnp-room-error.h"

#include "core/msnp-error.h"
#include "net/msnp-link.h"
#include "wire/msnp-errcode.h"

/* What the server's trouble is given before the one retry. */
#define RETRY_MS 3000

/* What is worth a second try, once, and after what pause: switchboard.md 14. */
static const struct {
	guint number;
	guint pause_ms;
} retries[] = {
	{ 280, RETRY_MS }, { 281, RETRY_MS }, { 500, RETRY_MS }, { 501, RETRY_MS },
	{ 600, RETRY_MS }, { 601, RETRY_MS }, { 603, RETRY_MS }, { 604, RETRY_MS },
	{ 714, RETRY_MS }, { 910, RETRY_MS }, { 911, 0 },        { 921, RETRY_MS },
};

GError *
msnp_room_error_for_texts(const GError *cause)
{
	g_autoptr(GError) error = msnp_error_from(cause);

	if (error->domain == MSNP_ERROR && error->code >= MSNP_ERROR_NOT_DELIVERED)
		return g_steal_pointer(&error);
	return msnp_error_new(MSNP_ERROR_NOT_DELIVERED, msnp_error_number(error), "%s",
			      error->message);
}

gboolean
msnp_room_error_is_worth_a_retry(const GError *cause, guint *pause_ms)
{
	*pause_ms = 0;
	if (g_error_matches(cause, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		return TRUE;
	if (cause->domain != MSNP_SERVER_ERROR)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(retries); i++) {
		if (retries[i].number == (guint)cause->code) {
			*pause_ms = retries[i].pause_ms;
			return TRUE;
		}
	}
	return FALSE;
}
