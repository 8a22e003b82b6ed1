/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is in a room, without oneself: handles in the order of coming, each with a display name and
 * capabilities. Only for msnp-switchboard.c. Source: switchboard.md 1.2, 16.
 */
#pragma once

#include <glib.h>

typedef struct _MsnpParticipants MsnpParticipants;

MsnpParticipants *msnp_participants_new(const char *own_handle);
void msnp_participants_free(MsnpParticipants *participants);

/* Notes somebody who is not in yet; the name is percent-encoded. One who comes from a second place
 * ("bob@example.com;{guid}") is the same person, who can what both places can. Answer: the handle,
 * normalised, valid as long as that one is in; NULL for one who is in already, for oneself, for
 * what is no handle and beyond MSNP_SB_ROSTER_MAX. */
const char *msnp_participants_add(MsnpParticipants *participants, const char *handle,
				  const char *encoded_name, guint32 capabilities);
/* Answer: the handle, normalised, to be freed; NULL for one who is not in, or still is, at another
 * place. */
char *msnp_participants_remove(MsnpParticipants *participants, const char *handle);
guint msnp_participants_count(const MsnpParticipants *participants);
/* NULL-terminated, valid until the next change. */
const char *const *msnp_participants_handles(const MsnpParticipants *participants);
/* NULL for one who is not in. */
const char *msnp_participants_name(const MsnpParticipants *participants, const char *handle);
/* The capabilities that everybody has; none if nobody is in. */
guint32 msnp_participants_common_caps(const MsnpParticipants *participants);
