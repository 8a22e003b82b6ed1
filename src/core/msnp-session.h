/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session: one account, signed on. It owns the link, the web services, the roster and the
 * conversations, and is the face of the core: hosts (the libpurple adapter, the bot, tests) include
 * this header and the ones that it names.
 *
 * A session is used once: sign on, live, close. To come back, make a new one.
 */
#pragma once

#include "config/msnp-preset.h"
#include "core/msnp-conversations.h"
#include "core/msnp-error.h"
#include "core/msnp-list-editor.h"
#include "core/msnp-roster.h"
#include "util/msnp-random.h"
#include "util/msnp-secret.h"

typedef struct {
	const char *handle; /* as typed */
	MsnpSecret *password;
	MsnpPreset *preset; /* resolved: msnp_preset_resolve() */
	MsnpConnector *connector;
	MsnpConnector *gateway; /* for switchboards that take no direct connection; may be NULL */
	GProxyResolver *proxy_resolver; /* for the web services; NULL: the system's */
	MsnpClock *clock;
	MsnpRandom *random;
	gboolean allow_plain_password; /* the user's explicit wish */
	const char *machine_guid; /* "{...}", one per installation; NULL: made for this session */
	guint32 capabilities;     /* MSNP_CAPS_OURS for a person */
	MsnpStatus status;        /* the first one; HIDDEN is kept from the first moment */
	const char *message;      /* personal message; NULL is "" */
	const char *display_name; /* the name kept from last time; NULL or "" if unknown */
	gboolean step_by_step;    /* wait for each answer of the handshake */
	/* Where the roster is kept for next time, in a folder of its own; made and written without
	 * blocking, readable by the user only. NULL: nowhere. */
	const char *roster_file;
} MsnpSessionConfig;

typedef enum {
	MSNP_STEP_CONNECTING,
	MSNP_STEP_HANDSHAKE,
	MSNP_STEP_AUTHENTICATING,
	MSNP_STEP_FETCHING_LISTS,
	MSNP_STEP_SENDING_LISTS,
	MSNP_STEP_SIGNED_ON,
} MsnpStep;
#define MSNP_N_STEPS (MSNP_STEP_SIGNED_ON + 1)

/* A text that was left for us while we were away. Borrowed, valid during the signal. */
typedef struct {
	const char *handle; /* normalised; "tel:+..." of a phone that is nobody's we know */
	const char *name;   /* clean text; "" */
	const char *text;   /* breaks are LF; "" if there is none that can be shown */
	gint64 when;        /* when it was sent, microseconds since 1970; 0: unknown */
	gboolean from_phone;
	gboolean damaged; /* there was a text, but it cannot be read */
} MsnpOfflineMessage;

typedef enum {
	MSNP_PHONE_HOME,
	MSNP_PHONE_WORK,
	MSNP_PHONE_MOBILE,
} MsnpPhone;
#define MSNP_N_PHONES (MSNP_PHONE_MOBILE + 1)
/* Longer numbers are nobody's: services.md and notification.md name no limit. */
#define MSNP_PHONE_MAX_BYTES 95
/* A page is a line on a small screen; phone networks took less, and then say so. */
#define MSNP_PAGE_MAX_BYTES 1024

typedef enum {
	MSNP_MEDIA_MUSIC,
	MSNP_MEDIA_GAME,
	MSNP_MEDIA_OFFICE,
} MsnpMediaKind;
#define MSNP_N_MEDIA (MSNP_MEDIA_OFFICE + 1)

/* What the user listens to, plays or works at. */
typedef struct {
	MsnpMediaKind kind;
	const char *title;          /* of the song, the game, the document; NULL or "": nothing */
	const char *artist, *album; /* of music; NULL or "" if unknown */
} MsnpMedia;

#define MSNP_TYPE_SESSION (msnp_session_get_type())
G_DECLARE_FINAL_TYPE(MsnpSession, msnp_session, MSNP, SESSION, GObject)

/* Signals:
 *   "progress" (int step)                        MsnpStep, in order, each at most once
 *   "roster-loaded" ()                           there is a roster; perhaps that of last time,
 *                                                from its file, before the server has answered
 *   "roster-confirmed" ()                        the roster is what the server has: at sign-on,
 *                                                before the first presence, and after each read
 *                                                that changes made elsewhere have caused; what is
 *                                                different was told by "contact-changed" before,
 *                                                but for groups, BLP and one's own name
 *   "contact-changed" (MsnpContact *, guint changes)
 *   "request" (MsnpContact *)                    somebody has added us and waits for an answer:
 *                                                at sign-on and while online
 *   "own-name" (const char *name)                what the server has as our name
 *   "server-stops" (guint minutes)               an operator's announcement
 *   "offline-message" (const MsnpOfflineMessage *)
 *                                                in order of time and sequence, each once; when
 *                                                the signal has returned it is deleted on the
 *                                                server. Never from people who are blocked
 *   "mail-waiting" (guint inbox, guint folders)  mails that are unread, at sign-on; not if none
 *   "mail-arrived" (const char *from_name, const char *from_address, const char *subject)
 *                                                a mail has come; clean text of one line each, ""
 *                                                if unknown
 *   "page" (const char *handle, const char *text)
 *                                                from a mobile phone; handle of the contact whose
 *                                                it is, else "tel:+..."
 *   "closed" (GError *)                          the signed-on session has ended; not by close()
 */
MsnpSession *msnp_session_new(const MsnpSessionConfig *config);

/* Once. Errors of finish: MSNP_ERROR, G_IO_ERROR_CANCELLED after msnp_session_close(). */
void msnp_session_sign_on_async(MsnpSession *session, GAsyncReadyCallback callback, gpointer data);
gboolean msnp_session_sign_on_finish(MsnpSession *session, GAsyncResult *result, GError **error);

/* Says OUT, closes everything, cancels what is under way. No signal comes after it. Idempotent. */
void msnp_session_close(MsnpSession *session);
gboolean msnp_session_is_signed_on(MsnpSession *session);

/* The handle as the server spells it. */
const char *msnp_session_handle(MsnpSession *session);
const char *msnp_session_own_name(MsnpSession *session);
/* NULL before "roster-loaded"; then always the same. */
MsnpRoster *msnp_session_roster(MsnpSession *session);
/* NULL before "roster-confirmed"; connect to its signals there. */
MsnpConversations *msnp_session_conversations(MsnpSession *session);

/* Status, personal message and idleness as the user has them; also while signing on, when they
 * count for the first CHG. What is sent follows notification.md 5 and 6.2: IDL only from ONLINE, no
 * UUX while hidden, nothing that is not new. */
void msnp_session_set_status(MsnpSession *session, MsnpStatus status, const char *message);
void msnp_session_set_idle(MsnpSession *session, gboolean idle);

/* What is shown beside the personal message; NULL: nothing (any more). Copied. Many changes in a
 * row are told to the server a few at a time, the last one always. May be set before the sign-on.
 */
void msnp_session_set_media(MsnpSession *session, const MsnpMedia *media);

/* The page where the user reads mail: always https, of the preset and never out of a message. NULL
 * where the service names none, or the account has no mailbox. */
const char *msnp_session_inbox_url(MsnpSession *session);

/* One's own numbers as far as the server has told them or was told in this session; "" if unknown
 * or none. */
const char *msnp_session_phone(MsnpSession *session, MsnpPhone which);
/* number: NULL or "" takes it away. Errors: MSNP_ERROR_ADDRESS for one that is too long,
 * NOT_OFFERED if the server knows no such thing, TOO_FAST, NETWORK, SERVER. Only while signed on.
 */
void msnp_session_set_phone_async(MsnpSession *session, MsnpPhone which, const char *number,
				  GAsyncReadyCallback callback, gpointer data);
gboolean msnp_session_set_phone_finish(MsnpSession *session, GAsyncResult *result, GError **error);
/* Whether contacts may send pages to our mobile phone. Errors as above. */
gboolean msnp_session_allows_pages(MsnpSession *session);
void msnp_session_set_allows_pages_async(MsnpSession *session, gboolean allow,
					 GAsyncReadyCallback callback, gpointer data);
gboolean msnp_session_set_allows_pages_finish(MsnpSession *session, GAsyncResult *result,
					      GError **error);

/* A text to somebody's mobile phone; handle: a contact with mobile_enabled, or "tel:+...". Servers
 * say nothing when all is well: it completes after half a minute without an error. Errors:
 * NOT_OFFERED (the contact allows no pages, the server knows none), TOO_LONG, TOO_FAST, ADDRESS,
 * NOT_DELIVERED, UNSURE. Only while signed on. */
void msnp_session_send_page_async(MsnpSession *session, const char *handle, const char *text,
				  GAsyncReadyCallback callback, gpointer data);
gboolean msnp_session_send_page_finish(MsnpSession *session, GAsyncResult *result, GError **error);

/* Changes the contact list, once the changes asked for before are through. When finish says TRUE
 * the server has it and the roster shows it; "contact-changed" has told of it. Errors: MSNP_ERROR,
 * those of a list change or NETWORK, SERVER; what was done before a step failed stays, the roster
 * shows what is so. G_IO_ERROR_CANCELLED after msnp_session_close(). Only while signed on. */
void msnp_session_edit_async(MsnpSession *session, const MsnpEdit *edit,
			     GAsyncReadyCallback callback, gpointer data);
gboolean msnp_session_edit_finish(MsnpSession *session, GAsyncResult *result, GError **error);
