/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the tests of the adapter: a libpurple and a core made of paper. Every call of either that
 * has an effect is recorded as one line of text; a test says which lines it expects, in order, and
 * that there was nothing else.
 */
#pragma once

#include <purple.h>

#include "core/msnp-session.h"

/* events.c */
void event(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The lines since the last look, in order: exactly these. NULL ends the list. */
void expect_events(const char *first, ...) G_GNUC_NULL_TERMINATED;
void expect_no_events(void);
/* Where a test cannot know all of it; NULL if there is none. */
const char *last_event(void);
void forget_events(void);
/* Runs the main loop until nothing is due any more. */
void run_main_loop(void);

/* fake-purple.c */
extern PurplePluginProtocolInfo *prpl;
extern PurplePlugin *fake_plugin;
extern const char *fake_user_dir; /* NULL: one that does not exist */
void fake_purple_start(void);
void fake_purple_stop(void);

/* fake-accounts.c */
/* An account and its connection, connecting, with a password. */
PurpleAccount *fake_account_new(const char *username);
/* As in a program that keeps its accounts in a list of its own. */
void fake_account_unlist(PurpleAccount *account);
/* The program closes the connection and then forgets the account. */
void fake_account_free(PurpleAccount *account);
/* The same, when the user deletes the account. */
void fake_account_delete(PurpleAccount *account);
void fake_account_set(PurpleAccount *account, const char *key, const char *value);
/* The user's own status; message may be NULL. */
PurpleStatus *fake_account_choose_status(PurpleAccount *account, const char *id,
					 const char *message);
void fake_status_set_active(PurpleStatus *status, gboolean active);
/* The account's "tune"; attributes and their values, NULL ends the list. */
PurpleStatus *fake_account_play(PurpleAccount *account, ...) G_GNUC_NULL_TERMINATED;
void fake_proxy_set(PurpleProxyType type, const char *host, int port, const char *user,
		    const char *password);
/* What purple_proxy_connect() does: waits (the default), refuses at once, answers within. */
typedef enum { FAKE_PROXY_WAITS, FAKE_PROXY_REFUSES, FAKE_PROXY_ANSWERS } FakeProxy;
extern FakeProxy fake_proxy;
extern PurpleProxyConnectFunction fake_proxy_callback; /* of the waiting one; NULL if cancelled */
extern gpointer fake_proxy_data;

/* fake-blist.c */
/* A buddy and group that were there before the sign-on. */
PurpleBuddy *fake_buddy_add(PurpleAccount *account, const char *group, const char *name,
			    const char *alias);
PurpleBuddy *fake_buddy_find(const char *group, const char *name);
guint fake_buddy_n_statuses(PurpleBuddy *buddy);
guint fake_buddies_count(void);
/* What a user does in the buddy list. The group is made if it is not there. */
PurpleBuddy *fake_user_adds(PurpleAccount *account, const char *group, const char *name,
			    const char *alias, const char *invitation);
void fake_user_removes(PurpleBuddy *buddy);
/* A plugin that hears of the next removal from the list; NULL: none. */
extern void (*fake_hears_removal)(void);
/* Two groups become one, and it is in the other as well: the real one has taken it off the list by
 * then. */
void fake_merge_drops(PurpleBuddy *buddy);
void fake_user_moves(PurpleBuddy *buddy, const char *group);
void fake_user_renames(const char *group, const char *name);
void fake_user_deletes(PurpleAccount *account, const char *group);
void fake_user_aliases(PurpleBuddy *buddy, const char *alias);

/* fake-windows.c */
/* Answers to the latest question of each kind, also when nobody listens any more. */
void fake_request_answer(gboolean yes);
void fake_action_choose(guint which);
void fake_input(const char *text);
void fake_input_cancel(void);
void fake_conversation_open(PurpleAccount *account, const char *who);
void fake_conversations_close_all(void);
PurpleConversation *fake_window(const char *name);
/* The user interface is this one, not Pidgin; until fake_windows_stop(). */
void fake_interface_set(const char *name);

/* fake-core.c */
void fake_core_stop(void);
MsnpSession *fake_session(void);
/* What the session was made with; strings are copies. */
extern MsnpSessionConfig fake_config;
void fake_sign_on_done(GError *error); /* takes the error; NULL: success */
void fake_progress(MsnpStep step);

/* fake-session.c: what a session offers beside the list and the conversations. */
extern const char *fake_inbox_url;
extern gboolean fake_allows_pages;
void fake_offline_message(const MsnpOfflineMessage *message);
/* How the oldest change of a number, or page, ends; takes the error. */
void fake_asked_done(GError *error);
/* For fake-core.c. */
void fake_session_signals(GType type);
void fake_session_close(void);
void fake_session_stop(void);

/* fake-roster.c */
MsnpRoster *fake_roster(void);
void fake_roster_stop(void);
void fake_group(const char *id, const char *name);
/* Names may be NULL; group ids are separated by blanks. */
MsnpContact *fake_contact(const char *handle, guint lists, const char *name, const char *nickname,
			  const char *groups);
void fake_contact_text(char **field, const char *text);
void fake_set_blp(int blp);
/* Group ids are separated by blanks. */
void fake_contact_set_groups(MsnpContact *contact, const char *groups);
void fake_group_rename(const char *id, const char *name);
void fake_group_remove(const char *id);

/* fake-core.c again */
/* That of last time, before the server has answered. */
void fake_roster_loaded(void);
void fake_roster_confirmed(void);
/* The server's without one of last time: both. */
void fake_roster_fetched(void);
void fake_contact_changed(MsnpContact *contact, guint changes);
void fake_request(MsnpContact *contact);
/* How the oldest change that is under way ends; takes the error. The roster stays as it is. */
void fake_edit_done(GError *error);
/* The body may begin with lines "!HEADER:VALUE". */
void fake_message(const char *handle, const char *type, const char *body);
MsnpConversation *fake_conversation(const char *handle);
/* How the oldest text that is on its way ends; takes the error. */
void fake_text_done(GError *error);
/* That of the oldest chat that is being opened; takes the error, or without one begins the chat. */
void fake_chat_opened(MsnpChat *chat, GError *error);

/* fake-rooms.c: the core's chats, with numbers from 1 on. */
/* handles are separated by blanks. */
MsnpChat *fake_chat_new(const char *handles);
void fake_chat_began(MsnpChat *chat, const char *from, const char *by);
void fake_chat_joined(MsnpChat *chat, const char *handle);
void fake_chat_left(MsnpChat *chat, const char *handle);
void fake_chat_ended(MsnpChat *chat);
void fake_chat_message(MsnpChat *chat, const char *handle, const char *type, const char *body);

/* fake-chats.c */
/* The user closes it. */
void fake_chat_close(PurpleConversation *conv);
/* The user types the command of the protocol. */
PurpleCmdRet fake_command(PurpleConversation *conv);
