/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an account of the loopback service has beside its lists: offline messages, a mailbox, phone
 * numbers; and what goes beyond the service: to other networks and to telephones. Included by
 * msnp-server-private.h.
 */
#pragma once

#include "server/msnp-server.h"

typedef struct _MsnpServerAccount MsnpServerAccount;
typedef struct _MsnpServerSession MsnpServerSession;
typedef struct _JsonObject JsonObject;

/* ---- Phone numbers (msnp-server-phones.c) ---- */

typedef enum {
	MSNP_SERVER_PHONE_HOME,
	MSNP_SERVER_PHONE_WORK,
	MSNP_SERVER_PHONE_MOBILE,
	MSNP_SERVER_N_PHONES,
} MsnpServerPhone;

typedef struct {
	char *numbers[MSNP_SERVER_N_PHONES]; /* NULL: none */
	gboolean device;                     /* MBE: there is a mobile device */
	gboolean pages;                      /* MOB: others may write to it */
} MsnpServerPhones;

void msnp_server_phones_clear(MsnpServerPhones *phones);
gboolean msnp_server_phones_are_empty(const MsnpServerPhones *phones);
/* The key "phones" of an account or a contact. */
gboolean msnp_server_phones_read(JsonObject *owner, const char *where, MsnpServerPhones *phones,
				 GError **error);
void msnp_server_phones_write(JsonObject *owner, const MsnpServerPhones *phones);
/* PRP with a key other than MFN. FALSE: there is no such key. */
gboolean msnp_server_prp_phone(MsnpServerSession *session, const char *line, const char *key,
			       const char *value);
/* BPR lines about somebody, if that behaviour is on. */
void msnp_server_send_bpr(MsnpServerSession *viewer, const char *key);

/* ---- Mailbox (msnp-server-mail.c) ---- */

typedef struct {
	guint inbox, inbox_unread, folders, folders_unread;
	char *inbox_url, *folders_url, *post_url;
} MsnpServerMailbox;

void msnp_server_mailbox_free(MsnpServerMailbox *mailbox);
/* The key "mail" of an account; *mailbox stays NULL without it. */
gboolean msnp_server_mailbox_read(JsonObject *owner, const char *where, MsnpServerMailbox **mailbox,
				  GError **error);
void msnp_server_mailbox_write(JsonObject *owner, const MsnpServerMailbox *mailbox);
/* What follows the first CHG: Mail-Data, and the older form if that behaviour is on. */
void msnp_server_send_mail_data(MsnpServerSession *session);
/* MSG Hotmail Hotmail of this type: body is of "Name: value" lines, each with its CRLF. */
void msnp_server_send_notification(MsnpServerSession *session, const char *type, const char *body);
/* activemailnotification. */
void msnp_server_send_moved(MsnpServerSession *session, const char *from, const char *to, guint n);

/* ---- Offline messages (msnp-server-offline.c, -mime.c) ---- */

typedef struct {
	char *id;
	char *from;   /* handle */
	char *name;   /* of the sender; NULL: none */
	char *run_id; /* "{...}" */
	guint sequence;
	char *text;
	char *mime;  /* the whole message instead of what is made of the above; NULL: none */
	gint64 time; /* seconds since 1970 */
	gboolean read;
} MsnpServerOffline;

/* What a session was told of a message, and did with it. */
enum {
	MSNP_SERVER_OFFLINE_LISTED = 1,
	MSNP_SERVER_OFFLINE_FETCHED = 2,
	MSNP_SERVER_OFFLINE_DELETED = 4,
};

/* Of a session: what the services of offline messages know of it. */
typedef struct {
	GHashTable *seen;      /* id -> the bits above */
	GHashTable *runs;      /* run id -> how far it has come */
	char *challenge;       /* of the lock key; NULL: not asked for yet */
	gboolean lock_is_good; /* it was answered */
	gint64 throttled;      /* when SenderThrottleLimitExceeded was said; 0: never */
} MsnpServerOfflineState;

MsnpServerOfflineState *msnp_server_offline_state_new(void);
void msnp_server_offline_state_free(MsnpServerOfflineState *state);

void msnp_server_offline_free(MsnpServerOffline *message);
/* The key "offline-messages" of an account. */
gboolean msnp_server_offline_read(JsonObject *owner, const char *where, GPtrArray *messages,
				  GError **error);
void msnp_server_offline_write(JsonObject *owner, GPtrArray *messages);
MsnpServerOffline *msnp_server_offline_find(MsnpServerAccount *account, const char *id);
/* Puts a message into the account's store, takes it, and tells a session of it. */
void msnp_server_offline_add(MsnpServer *server, MsnpServerAccount *account,
			     MsnpServerOffline *message);
/* The <MD> of all that wait, or of one; counts: with those of the mailbox. Free with g_free(). */
char *msnp_server_mail_data(MsnpServer *server, MsnpServerAccount *account,
			    const MsnpServerOffline *only, gboolean counts);
/* The same, or "too-large". */
char *msnp_server_mail_data_or_large(MsnpServer *server, MsnpServerAccount *account,
				     const MsnpServerOffline *only, gboolean counts);
/* The bits of a message for the account's session. */
void msnp_server_offline_mark(MsnpServerAccount *account, const char *id, guint bits);
guint msnp_server_offline_marks(MsnpServerAccount *account, const char *id);

/* The message as GetMessage gives it. Free with g_free(). */
char *msnp_server_offline_mime(MsnpServer *server, const MsnpServerAccount *account,
			       const MsnpServerOffline *message);
/* "=?utf-8?B?...?="; "" for NULL. Free with g_free(). */
char *msnp_server_encoded_word(const char *text, gboolean blank);
/* The text of such a word; NULL: it is none, or cannot be decoded. Free with g_free(). */
char *msnp_server_encoded_word_decode(const char *word);

/* What is in Content of a Store (msnp-server-content.c). */
typedef struct {
	char *run_id;
	guint sequence;
	char *text;
} MsnpServerContent;
/* NULL: it is as it should be, and content is filled; else what is wrong with it. */
const char *msnp_server_content_parse(const char *text, MsnpServerContent *content);
void msnp_server_content_clear(MsnpServerContent *content);

/* ---- Beyond the service (msnp-server-beyond.c) ---- */

void msnp_server_passed_free(MsnpServerPassed *passed);
