/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whom the user calls into a room, each with one outcome: in, or why not. As the outbox is for
 * texts. Only for conversations and chats. Source: switchboard.md 4, 14.
 */
#pragma once

#include "core/msnp-switchboard.h"

typedef struct _MsnpInvites MsnpInvites;

/* owner is the source object of the callbacks, not owned; changed is called when an outcome is
 * known. */
MsnpInvites *msnp_invites_new(GObject *owner, void (*changed)(gpointer owner));
/* After msnp_invites_fail_all(). */
void msnp_invites_free(MsnpInvites *invites);

void msnp_invites_push(MsnpInvites *invites, const char *handle, GAsyncReadyCallback callback,
		       gpointer data);
gboolean msnp_invites_are_waiting(const MsnpInvites *invites);
gboolean msnp_invites_are_empty(const MsnpInvites *invites);
/* Calls all that wait into this room. */
void msnp_invites_call(MsnpInvites *invites, MsnpSwitchboard *sb);
void msnp_invites_fail_waiting(MsnpInvites *invites, const GError *error);
/* Tells the outcomes that are known; all. Callbacks come from within. */
void msnp_invites_settle(MsnpInvites *invites);
void msnp_invites_fail_all(MsnpInvites *invites, const GError *error);
