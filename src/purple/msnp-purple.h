/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the libpurple adapter share: one sign-on of one account, and the entry points
 * of each file, which is named after its libpurple topic. The adapter translates between libpurple
 * and core/msnp-session.h, and chooses the words; it decides nothing and knows no protocol.
 */
#pragma once

#include <glib/gi18n-lib.h>
#include <purple.h>

#include "core/msnp-session.h"
#include "net/msnp-gateway.h"
#include "wire/msnp-textformat.h"

#define MSNP_PURPLE_ID   "prpl-msnp14"
#define MSNP_PURPLE_ICON "msnp14"

typedef struct _MsnpPurpleBlist MsnpPurpleBlist;
typedef struct _MsnpPurpleEdits MsnpPurpleEdits;
typedef struct _MsnpPurpleGroups MsnpPurpleGroups;
typedef struct _MsnpPurpleConnector MsnpPurpleConnector;

/* One sign-on, from prpl login to prpl close. Reference-counted, because an answer may still come
 * after close; gc is then NULL, account stays as a value to compare with. */
typedef struct {
	PurpleAccount *account;
	PurpleConnection *gc;
	MsnpSession *session;
	MsnpPurpleConnector *connector;
	MsnpGateway *gateway;   /* of the HTTP method; connector is then NULL */
	MsnpPurpleBlist *blist; /* from "roster-loaded" on */
	MsnpPurpleEdits *edits;
	GHashTable *requests; /* handles that have been asked about */
	GHashTable
	    *unknown; /* handles of buddies that the server does not know; NULL until known */
	gboolean unknown_asked;
	/* Not 0 while we change libpurple's list ourselves in a way that it tells the protocol
	 * about: what comes from there is no wish of the user's. */
	guint echo;
	gboolean hears_messages;
} MsnpLogin;

/* msnp-purple-login.c */
MsnpLogin *msnp_login_ref(MsnpLogin *login);
void msnp_login_unref(MsnpLogin *login);
gboolean msnp_purple_is_ours(PurpleAccount *account);
/* The account is one of ours; NULL unless it has a session. */
MsnpLogin *msnp_login_of_connection(PurpleConnection *gc);
MsnpLogin *msnp_login_of_account(PurpleAccount *account);
/* Of an account that may be gone; NULL then, or if it is offline. */
MsnpLogin *msnp_login_find(gconstpointer account);
MsnpLogin *msnp_login_find_by_name(const char *username);
/* The contact behind a buddy; NULL while its account is not signed on, or for a stranger. */
MsnpContact *msnp_login_find_contact(PurpleBuddy *buddy);
/* Somebody on the contact list, by handle; NULL for all others. */
MsnpContact *msnp_login_find_listed(MsnpLogin *login, const char *handle);
void msnp_purple_login(PurpleAccount *account);
void msnp_purple_close(PurpleConnection *gc);

/* msnp-purple-account.c */
GList *msnp_purple_options_new(void);
void msnp_purple_presets_free(void);
GHashTable *msnp_purple_account_text_table(PurpleAccount *account);
const char *msnp_purple_normalize(const PurpleAccount *account, const char *who);
/* The account's service with the user's own settings over it. NULL: told to the user, as the
 * connection's error. */
MsnpPreset *msnp_purple_preset(PurpleAccount *account, PurpleConnection *gc);
gboolean msnp_purple_allows_plain_password(PurpleAccount *account);
/* For the HTTP method: the gateway's URL. FALSE: told to the user, as the connection's error. NULL
 * if the account uses sockets. Free it. */
gboolean msnp_purple_gateway_url(PurpleAccount *account, const MsnpPreset *preset,
				 PurpleConnection *gc, char **url);
gboolean msnp_purple_shows_plus(PurpleAccount *account);
/* A name or personal message of somebody's as it is shown: without codes of Messenger Plus!, unless
 * the account wants them or nothing else is there. Free the answer. */
char *msnp_purple_shown_words(PurpleAccount *account, const char *words);
/* One per installation, made once and kept in the preferences. */
const char *msnp_purple_machine_guid(MsnpRandom *random);
const char *msnp_purple_kept_display_name(PurpleAccount *account);
void msnp_purple_keep_display_name(PurpleAccount *account, const char *name);

/* msnp-purple-kept.c: where the roster is kept for next time. Free the answer. */
char *msnp_purple_kept_file(PurpleAccount *account, const MsnpPreset *preset);
/* The files of an account go with it. To be called once there is an account of ours: when plugins
 * are loaded, libpurple has none yet to listen to. */
void msnp_purple_kept_watch(void);
void msnp_purple_kept_unwatch(void);

/* msnp-purple-connector.c: through the account's proxy. */
#define MSNP_TYPE_PURPLE_CONNECTOR (msnp_purple_connector_get_type())
G_DECLARE_FINAL_TYPE(MsnpPurpleConnector, msnp_purple_connector, MSNP, PURPLE_CONNECTOR, GObject)
MsnpPurpleConnector *msnp_purple_connector_new(PurpleAccount *account);
/* The account goes: gives up what is under way, each with G_IO_ERROR_CANCELLED in a later turn. */
void msnp_purple_connector_shutdown(MsnpPurpleConnector *connector);

/* msnp-purple-proxy.c: the same proxy for the web services. */
GProxyResolver *msnp_purple_proxy_resolver_new(const PurpleProxyInfo *info);

/* msnp-purple-blist.c */
MsnpPurpleBlist *msnp_purple_blist_new(MsnpLogin *login);
void msnp_purple_blist_free(MsnpPurpleBlist *blist);
/* What is shown of one, by MsnpChange bits, becomes what the roster says; in a later turn. */
void msnp_purple_blist_changed(MsnpPurpleBlist *blist, const char *handle, guint changes);
/* The same after a change of the user's: who is not on the server's list then goes at once. */
void msnp_purple_blist_edited(MsnpPurpleBlist *blist, const char *handle, guint changes);
/* The roster is what the server has: what was said of it before counts now. */
void msnp_purple_blist_confirmed(MsnpPurpleBlist *blist);
/* Makes the status object that one of this id is shown with. */
void msnp_purple_blist_ensure_status(PurpleAccount *account, PurpleBuddy *buddy, const char *id);
/* Groups have been changed from here. */
void msnp_purple_blist_groups_edited(MsnpPurpleBlist *blist);
/* All groups and contacts become what the roster says. */
void msnp_purple_blist_refresh(MsnpPurpleBlist *blist);
/* Permit, deny and the mode become the server's. */
void msnp_purple_blist_refresh_privacy(MsnpPurpleBlist *blist);

/* msnp-purple-place.c: where in libpurple's list a contact stands, and under which names. */
/* libpurple's own group for those who are in none; it does not exist on the server. */
const char *msnp_purple_default_group(void);
/* The form in which names of groups compare. Free the answer. */
char *msnp_purple_fold_group(const char *name);
gboolean msnp_purple_server_has_group(MsnpRoster *roster, const char *name);
PurpleGroup *msnp_purple_ensure_group(const char *name);
/* In each of its groups, once, and nowhere else. server_alias: the server's alias counts, even
 * where another one was given here. */
void msnp_purple_place(MsnpLogin *login, const MsnpContact *contact, gboolean server_alias);
/* From last time's roster: who stands nowhere is added, and nobody is moved or taken away. */
void msnp_purple_place_at_first(MsnpLogin *login, const MsnpContact *contact);
/* Adds somebody who writes before the list has been gone through up to there: libpurple names
 * people by their buddies. */
void msnp_purple_place_writer(MsnpLogin *login, const char *handle);
/* The server has no such contact: it goes, unless it never had (msnp-purple-unknown.c). */
void msnp_purple_unplace(MsnpLogin *login, const char *handle);

/* msnp-purple-groups.c: groups changed at another place. */
MsnpPurpleGroups *msnp_purple_groups_new(MsnpRoster *roster);
void msnp_purple_groups_free(MsnpPurpleGroups *groups);
/* Takes the groups of now for those of last time, without a look at what is different. */
void msnp_purple_groups_learn(MsnpPurpleGroups *groups, MsnpRoster *roster);
/* The same, and notes the differences; FALSE if there are none. */
gboolean msnp_purple_groups_compare(MsnpPurpleGroups *groups, MsnpRoster *roster);
/* See to one of the differences; FALSE if there was none. A group is renamed if only this account
 * is in it, and dropped if nothing is. */
gboolean msnp_purple_groups_rename_one(MsnpPurpleGroups *groups, MsnpLogin *login);
gboolean msnp_purple_groups_drop_one(MsnpPurpleGroups *groups, MsnpLogin *login);
/* Only here, if nobody but this account is in it and the name is free. */
void msnp_purple_rename_here(MsnpLogin *login, const char *from, const char *to);

/* msnp-purple-edit.c: what the user changes, on its way to the server. */
MsnpPurpleEdits *msnp_purple_edits_new(void);
void msnp_purple_edits_free(MsnpPurpleEdits *edits);
/* Asks for it. A failure is told to the user, and the list here becomes what the roster says. */
void msnp_purple_edit(MsnpLogin *login, const MsnpEdit *edit);
/* As above, but done tells of a failure, unless the account is closed before; error is NULL for
 * success. data is freed with g_free(). */
typedef void (*MsnpPurpleEditDone)(MsnpLogin *login, const GError *error, gpointer data);
void msnp_purple_edit_then(MsnpLogin *login, const MsnpEdit *edit, MsnpPurpleEditDone done,
			   gpointer data);
/* The same as if the server had refused it for this reason. */
void msnp_purple_edit_refuse(MsnpLogin *login, const MsnpEdit *edit, const GError *error);
/* Whether changes of this contact, or of who may write, are under way. */
gboolean msnp_purple_edit_is_busy(MsnpLogin *login, const char *handle);
gboolean msnp_purple_edit_mode_is_busy(MsnpLogin *login);

/* How somebody will stand once all that is under way has succeeded. */
typedef struct {
	gboolean listed, allowed, blocked;
	GHashTable *groups; /* folded names */
} MsnpPurpleProspect;
MsnpPurpleProspect *msnp_purple_prospect_new(MsnpLogin *login, const char *handle);
void msnp_purple_prospect_free(MsnpPurpleProspect *prospect);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPurpleProspect, msnp_purple_prospect_free)
gboolean msnp_purple_prospect_in_group(const MsnpPurpleProspect *prospect, const char *name);
/* Whether the server will then have a group of this name. */
gboolean msnp_purple_will_have_group(MsnpLogin *login, const char *name);
gboolean msnp_purple_will_allow_listed(MsnpLogin *login);

/* msnp-purple-refusal.c: the words for changes that were not made. Free the answers. */
char *msnp_purple_refusal_what(const MsnpEdit *edit);
char *msnp_purple_refusal_why(const GError *error);

/* msnp-purple-change.c: contacts and groups, as the user changes them in the buddy list. */
void msnp_purple_add_buddy(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group);
void msnp_purple_add_buddy_with_invite(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group,
				       const char *message);
void msnp_purple_remove_buddy(PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group);
void msnp_purple_group_buddy(PurpleConnection *gc, const char *who, const char *old_group,
			     const char *new_group);
void msnp_purple_rename_group(PurpleConnection *gc, const char *old_name, PurpleGroup *group,
			      GList *moved_buddies);
void msnp_purple_remove_group(PurpleConnection *gc, PurpleGroup *group);
void msnp_purple_alias_buddy(PurpleConnection *gc, const char *who, const char *alias);

/* msnp-purple-unknown.c: buddies here that the server does not know. */
/* Looks for them. known: handles that the server had before; these go without a question, unless
 * it has nobody at all any more. Whoever is to go is put into gone, copied. */
void msnp_purple_unknown_find(MsnpLogin *login, GHashTable *known, GQueue *gone);
/* One dialog for all of them, once changes are possible and there are new ones. */
void msnp_purple_unknown_ask(MsnpLogin *login);
gboolean msnp_purple_unknown_has(MsnpLogin *login, const char *handle);

/* msnp-purple-request.c: people who have added us and wait for an answer. */
void msnp_purple_request(MsnpLogin *login, const MsnpContact *contact);
void msnp_purple_requests_forget(void);

/* msnp-purple-privacy.c: makes libpurple's lists the server's, and asks for the user's changes. */
void msnp_purple_privacy_sync_mode(MsnpLogin *login);
void msnp_purple_privacy_sync_permit(MsnpLogin *login);
/* only_add: nobody is taken off it, the server has not answered yet. */
void msnp_purple_privacy_sync_deny(MsnpLogin *login, gboolean only_add);
void msnp_purple_add_permit(PurpleConnection *gc, const char *who);
void msnp_purple_add_deny(PurpleConnection *gc, const char *who);
void msnp_purple_rem_permit(PurpleConnection *gc, const char *who);
void msnp_purple_rem_deny(PurpleConnection *gc, const char *who);
void msnp_purple_set_permit_deny(PurpleConnection *gc);

/* msnp-purple-name.c: one's own display name. */
void msnp_purple_set_public_alias(PurpleConnection *gc, const char *alias,
				  PurpleSetPublicAliasSuccessCallback success,
				  PurpleSetPublicAliasFailureCallback failure);
void msnp_purple_get_public_alias(PurpleConnection *gc, PurpleGetPublicAliasSuccessCallback success,
				  PurpleGetPublicAliasFailureCallback failure);
GList *msnp_purple_name_actions(void);

/* msnp-purple-actions.c: the menu of the account. */
GList *msnp_purple_actions(PurplePlugin *plugin, gpointer context);

/* msnp-purple-phone.c, msnp-purple-page.c: numbers, and messages to mobile phones and from them. */
GList *msnp_purple_phone_actions(MsnpLogin *login);
gboolean msnp_purple_page_is_offered(const MsnpContact *contact);
GList *msnp_purple_page_menu(PurpleBuddy *buddy);
void msnp_purple_page_listen(MsnpLogin *login);
/* Before close: of its open dialogs. */
void msnp_purple_page_forget(MsnpLogin *login);

/* msnp-purple-mail.c */
GList *msnp_purple_mail_actions(MsnpLogin *login);
void msnp_purple_mail_listen(MsnpLogin *login);

/* msnp-purple-offline.c: messages that are left for somebody. */
gboolean msnp_purple_offline_message(const PurpleBuddy *buddy);
void msnp_purple_offline_listen(MsnpLogin *login);

/* msnp-purple-media.c: what people listen to, play or work at. */
PurpleStatusType *msnp_purple_media_status_type(void);
gboolean msnp_purple_media_is(PurpleStatus *status);
/* One's own, from libpurple's status; at sign-on only if there is something. */
void msnp_purple_media_tell(MsnpLogin *login, PurpleStatus *tune);
void msnp_purple_media_begin(MsnpLogin *login);
/* What to say of a contact's; NULL if nothing. Plain text, free it. */
char *msnp_purple_media_words(const MsnpContact *contact);
/* The same in two: whether it is music, and what. */
char *msnp_purple_media_pair(const MsnpContact *contact, const char **label);
/* Makes it the status of its buddies. */
void msnp_purple_media_show(PurpleAccount *account, const MsnpContact *contact, GSList *buddies);
/* At sign-off: nobody is known to do anything any more. */
void msnp_purple_media_end(PurpleAccount *account);

/* msnp-purple-status.c */
GList *msnp_purple_status_types(PurpleAccount *account);
void msnp_purple_set_status(PurpleAccount *account, PurpleStatus *status);
void msnp_purple_set_idle(PurpleConnection *gc, int seconds);
/* The id of the status type; IDLE is that of available, HIDDEN from others does not exist. */
const char *msnp_purple_status_id(MsnpStatus status);
const char *msnp_purple_status_name(MsnpStatus status);
/* What the user has chosen; message is plain text, to be freed. */
MsnpStatus msnp_purple_status_read(PurpleStatus *status, char **message);

/* msnp-purple-buddy.c: what the list shows about one. */
const char *msnp_purple_list_icon(PurpleAccount *account, PurpleBuddy *buddy);
const char *msnp_purple_list_emblem(PurpleBuddy *buddy);
char *msnp_purple_status_text(PurpleBuddy *buddy);

/* msnp-purple-info.c: what is known about one, in the tooltip and in a window of its own. */
void msnp_purple_tooltip(PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full);
void msnp_purple_get_info(PurpleConnection *gc, const char *who);

/* msnp-purple-im.c */
int msnp_purple_send_im(PurpleConnection *gc, const char *who, const char *html,
			PurpleMessageFlags flags);
unsigned int msnp_purple_send_typing(PurpleConnection *gc, const char *who,
				     PurpleTypingState state);
void msnp_purple_conversation_closed(PurpleConnection *gc, const char *who);
/* Once the session has its conversations: listens to them, and to its chats. */
void msnp_purple_im_listen(MsnpLogin *login);
void msnp_purple_im_unlisten(MsnpLogin *login);

/* msnp-purple-content.c: what came in a message, as a window shows it. */
typedef struct {
	char *markup;
	gboolean said; /* by the sender; else a line about him */
	int image;     /* in libpurple's store, of which this holds a reference; 0: none */
} MsnpPurpleLine;
/* NULL for what is not shown, and for nudges, which libpurple shows. */
MsnpPurpleLine *msnp_purple_line_new(MsnpLogin *login, const char *handle,
				     const MsnpMessage *message, const MsnpContent *content);
void msnp_purple_line_free(MsnpPurpleLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPurpleLine, msnp_purple_line_free)
/* With what else libpurple wants to know of a line that was said. */
PurpleMessageFlags msnp_purple_line_flags(const MsnpPurpleLine *line);
/* Under which name somebody stands in the user's list, or the handle; plain text of one line that
 * steers no other. Free the answer. */
char *msnp_purple_shown_name(PurpleAccount *account, const char *handle);
/* A line about something in a window, from plain text. */
void msnp_purple_note(PurpleConversation *conv, const char *text);
/* The same with markup. */
void msnp_purple_note_markup(PurpleConversation *conv, const char *markup);
/* For what is in a window already, but may not be seen there. */
void msnp_purple_note_elsewhere(PurpleConversation *conv, const char *markup);

/* msnp-purple-undelivered.c: what became of what was sent. Plain text; free the answers. */
char *msnp_purple_undelivered_words(const char *text, const GError *error);
char *msnp_purple_not_nudged_words(const GError *error);
char *msnp_purple_not_invited_words(PurpleAccount *account, const char *handle,
				    const GError *error);
/* Why there is no chat. */
char *msnp_purple_no_chat_words(const GError *error);
/* Something on its way, from a window that may be closed before it arrives. */
typedef struct {
	MsnpLogin *login;
	PurpleConversationType type;
	char *window;       /* its name in libpurple */
	char *what;         /* the text, or whom it is about; NULL: a nudge */
	gboolean automatic; /* nobody waits for it */
} MsnpPurpleSending;
MsnpPurpleSending *msnp_purple_sending_new(MsnpLogin *login, PurpleConversationType type,
					   const char *window, const char *what);
void msnp_purple_sending_free(MsnpPurpleSending *sending);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPurpleSending, msnp_purple_sending_free)
/* It did not arrive; words are plain text. Told in its window: one of two opens again for it while
 * signed on, a chat that was left or is over does not, and has a notice instead. */
void msnp_purple_sending_failed(const MsnpPurpleSending *sending, const char *words);
/* As above, but only where its window is. */
void msnp_purple_sending_failed_here(const MsnpPurpleSending *sending, const char *words);

/* msnp-purple-attention.c: nudges. */
GList *msnp_purple_attention_types(PurpleAccount *account);
gboolean msnp_purple_send_attention(PurpleConnection *gc, const char *who, guint type);
void msnp_purple_got_nudge(MsnpLogin *login, const char *handle);
void msnp_purple_got_nudge_in_chat(MsnpLogin *login, int id, const char *handle);
void msnp_purple_attention_start(void);
void msnp_purple_attention_stop(void);

/* msnp-purple-chat.c: what happens in chats. */
/* The name of a chat's window. Free the answer. */
char *msnp_purple_chat_window(int id);
void msnp_purple_chat_listen(MsnpLogin *login, MsnpConversations *set);
int msnp_purple_chat_send(PurpleConnection *gc, int id, const char *html, PurpleMessageFlags flags);
void msnp_purple_chat_leave(PurpleConnection *gc, int id);
/* FALSE: there is no such chat. */
gboolean msnp_purple_chat_nudge(PurpleConnection *gc, int id);

/* msnp-purple-invite.c: how chats begin and grow. */
GList *msnp_purple_chat_info(PurpleConnection *gc);
GHashTable *msnp_purple_chat_info_defaults(PurpleConnection *gc, const char *name);
char *msnp_purple_chat_name(GHashTable *components);
void msnp_purple_join_chat(PurpleConnection *gc, GHashTable *components);
void msnp_purple_chat_invite(PurpleConnection *gc, int id, const char *message, const char *who);
/* What the menu of a buddy offers of chats; NULL if nothing. */
GList *msnp_purple_buddy_menu(PurpleBlistNode *node);

/* msnp-purple-error.c */
/* What to tell libpurple about an error that ended a sign-on or a session. Free the answer. */
char *msnp_purple_error_words(const GError *error, PurpleConnectionError *reason);
/* Why the connection was lost, as the gateway knows it; error may be NULL. */
const char *msnp_purple_gateway_words(const GError *error);

/* msnp-purple-text.c */
/* Whether the colour codes of Messenger Plus! in a text are shown as they are. */
typedef enum {
	MSNP_PURPLE_PLUS_SHOW,
	MSNP_PURPLE_PLUS_HIDE,
} MsnpPurplePlus;
/* Markup as user interfaces hand it over, of any kind and quality, as plain text with LF for line
 * breaks; "" if nothing of it is visible. format, which may be NULL, becomes that of the first
 * visible character, and never NULL. Free both. Source: switchboard.md 8. */
char *msnp_purple_text_from_markup(const char *html, MsnpTextFormat **format);
/* Anybody's plain text as markup: escaped, with <br> for line breaks, in the tags of the format
 * (NULL: none). Free the answer. Source: switchboard.md 8. */
char *msnp_purple_text_to_markup(const char *text, const MsnpTextFormat *format,
				 MsnpPurplePlus plus);

/* msnp-purple-guard.c */
/* FALSE, and the connection's error is set, if this process cannot use libsoup 3. */
gboolean msnp_purple_guard(PurpleConnection *gc);

/* msnp-purple-log.c */
void msnp_purple_log_start(void);
void msnp_purple_log_stop(void);
