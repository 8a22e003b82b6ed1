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

#define MSNP_PURPLE_ID   "prpl-msnp14"
#define MSNP_PURPLE_ICON "msnp14"

typedef struct _MsnpPurpleBlist MsnpPurpleBlist;
typedef struct _MsnpPurpleConnector MsnpPurpleConnector;

/* One sign-on, from prpl login to prpl close. Reference-counted, because an answer may still come
 * after close; gc is then NULL, account stays as a value to compare with. */
typedef struct {
	PurpleAccount *account;
	PurpleConnection *gc;
	MsnpSession *session;
	MsnpPurpleConnector *connector;
	MsnpPurpleBlist *blist; /* from "roster-loaded" on */
	gboolean hears_messages;
} MsnpLogin;

/* msnp-purple-login.c */
MsnpLogin *msnp_login_ref(MsnpLogin *login);
void msnp_login_unref(MsnpLogin *login);
/* NULL unless the account is one of ours and has a session. */
MsnpLogin *msnp_login_of_connection(PurpleConnection *gc);
MsnpLogin *msnp_login_of_account(PurpleAccount *account);
/* The contact behind a buddy; NULL while its account is not signed on, or for a stranger. */
MsnpContact *msnp_login_find_contact(PurpleBuddy *buddy);
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
/* One per installation, made once and kept in the preferences. */
const char *msnp_purple_machine_guid(MsnpRandom *random);
const char *msnp_purple_kept_display_name(PurpleAccount *account);
void msnp_purple_keep_display_name(PurpleAccount *account, const char *name);

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
void msnp_purple_blist_changed(MsnpPurpleBlist *blist, MsnpContact *contact, guint changes);

/* msnp-purple-privacy.c: makes libpurple's lists the server's. */
void msnp_purple_privacy_sync_mode(PurpleAccount *account, MsnpRoster *roster);
void msnp_purple_privacy_sync_permit(PurpleAccount *account, MsnpRoster *roster);
void msnp_purple_privacy_sync_deny(PurpleAccount *account, MsnpRoster *roster);

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
void msnp_purple_tooltip(PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full);

/* msnp-purple-im.c */
int msnp_purple_send_im(PurpleConnection *gc, const char *who, const char *html,
			PurpleMessageFlags flags);
unsigned int msnp_purple_send_typing(PurpleConnection *gc, const char *who,
				     PurpleTypingState state);
void msnp_purple_conversation_closed(PurpleConnection *gc, const char *who);
/* Once the session has its conversations: listens to them. */
void msnp_purple_im_listen(MsnpLogin *login);
void msnp_purple_im_unlisten(MsnpLogin *login);

/* msnp-purple-error.c */
/* What to tell libpurple about an error that ended a sign-on or a session. Free the answer. */
char *msnp_purple_error_words(const GError *error, PurpleConnectionError *reason);
/* Why text was not delivered, with the text, as markup for its conversation. Free the answer. */
char *msnp_purple_undelivered_markup(const char *text, const GError *error);

/* msnp-purple-text.c */
/* Markup as user interfaces hand it over, as plain text: no line break is lost. Free the answer. */
char *msnp_purple_text_from_markup(const char *html);
/* Plain text as markup: escaped, with <br> for line breaks. Free the answer. */
char *msnp_purple_text_to_markup(const char *text);

/* msnp-purple-guard.c */
/* FALSE, and the connection's error is set, if this process cannot use libsoup 3. */
gboolean msnp_purple_guard(PurpleConnection *gc);

/* msnp-purple-log.c */
void msnp_purple_log_start(void);
void msnp_purple_log_stop(void);
