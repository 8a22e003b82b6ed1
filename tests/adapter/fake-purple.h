/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the libpurple made of paper share. Each has one topic, and of that what the
 * adapter calls and what has an effect; pure functions (markup, account options, proxy settings,
 * names of files) are the real library's.
 */
#pragma once

#include "adapter-test.h"

/* fake-accounts.c */
PurplePresence *fake_presence_new(void);
void fake_presence_free(PurplePresence *presence);
guint fake_presence_n_statuses(PurplePresence *presence);
void fake_accounts_start(void);
void fake_accounts_stop(void);

/* fake-blist.c */
void fake_blist_stop(void);

/* fake-windows.c */
extern GList *fake_conversations; /* PurpleConversation, the latest first */
void fake_conversation_close(PurpleConversation *conv);
void fake_windows_stop(void);

/* fake-chats.c */
void fake_chat_free(PurpleConvChat *chat);
void fake_chats_stop(void);
