/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the session share: its fields, and the steps that each file contributes. For
 * the files named here only.
 *
 *   session       owns everything, is the public face, ends it all in one place
 *   sign-on       from nothing to an authenticated link (one shot)
 *   list-sync     from an authenticated link to a published roster (one shot); later reads
 *   list-publish  the roster as the notification server is told it
 *   roster-store  the roster in a file, from one session to the next
 *   list-editor   what the user changes, one change after the other
 *   own-presence  what of our status, text and idleness the server is told
 *   notification  what the server tells unasked
 *   keepalive     PNG and QNG
 *   move          to another notification server, without anybody noticing
 *   ask           a command of which somebody outside wants to know what became of it
 *   federated     messages to and from other networks
 *   phones        one's own numbers, pages to and from mobile phones
 *   mail-notices  what the service says about mail
 *   offline       texts that were left for us
 *   offline-send  texts that we leave for others
 */
#pragma once

#include "core/msnp-roster-cache.h"
#include "core/msnp-session.h"
#include "soap/msnp-soap-client.h"
#include "wire/msnp-mail-data.h"

typedef struct _MsnpSignOn MsnpSignOn;
typedef struct _MsnpListSync MsnpListSync;
typedef struct _MsnpRosterStore MsnpRosterStore;
typedef struct _MsnpOffline MsnpOffline;
typedef struct _MsnpOfflineSend MsnpOfflineSend;

/* UUX in a row, before a pause is due. */
#define MSNP_UUX_BURST 3
/* What is to happen when a part has done its work. */
typedef void (*MsnpThen)(MsnpSession *session);

struct _MsnpSession {
	GObject parent;

	/* The configuration, copied. */
	char *typed_handle;
	MsnpSecret *password;
	MsnpPreset *preset;
	MsnpConnector *connector;
	MsnpConnector *gateway; /* may be NULL */
	MsnpClock *clock;
	MsnpRandom *random;
	char *machine_guid;
	guint32 capabilities;
	gboolean step_by_step;

	/* How far it has come. */
	GCancellable *cancellable; /* cancelled by close(): no callback does anything after it */
	GTask *task;               /* of sign_on_async(), while that is under way */
	MsnpSignOn *sign_on;       /* while under way */
	MsnpListSync *list_sync;   /* likewise */
	MsnpRosterStore *store;    /* NULL if the roster is not kept */
	GQueue edits;              /* MsnpListEdit: the first one is under way */
	GHashTable *untold;  /* handle -> lists that the server knows; NULL if as the roster */
	guint refresh_timer; /* until the lists are read again */
	int step;            /* the last one told, -1 for none */
	gboolean used;
	gboolean signed_on;
	gboolean closed;

	/* What it owns. */
	MsnpSoapClient *soap;
	MsnpLink *link; /* the notification server; NULL before and after */
	guint32 next_trid;
	guint link_error; /* the server's last word, if a number that may end a link; else 0 */
	MsnpDialect dialect;
	char *handle; /* as the server spells it, once signed on */
	char *own_name;
	MsnpRoster *roster;
	MsnpConversations *conversations;

	/* Our presence: what the user wants, and what the server was told last. */
	MsnpStatus status;
	char *message;
	gboolean idle;
	gboolean published; /* the first CHG has been sent */
	MsnpStatus sent_status;
	char *sent_message;       /* NULL: a UUX is due at the next status that is not hidden */
	char *media, *sent_media; /* CurrentMedia */
	gint64 uux_times[MSNP_UUX_BURST]; /* of the last ones, in turn */
	guint n_uux;                      /* sent to this server */
	guint uux_timer;                  /* until the next one may be sent */

	/* Asks: GTask. */
	GQueue asks;  /* they wait for the new server */
	GQueue asked; /* they wait for an answer */

	/* Phones, mail, offline messages. */
	char *phones[MSNP_N_PHONES]; /* NULL: unknown */
	gboolean allows_pages;
	gboolean has_no_mailbox; /* the profile says so */
	gboolean mail_told;
	MsnpOffline *offline;          /* made when the first one waits */
	MsnpOfflineSend *offline_send; /* made for the first one */
	gboolean offline_told;         /* the conversations know who of the contacts is not there */

	/* Moving to another server in mid-session. */
	gboolean moving;
	guint moves;          /* so far */
	GQueue room_requests; /* GTask, for an MsnpCommand: they wait for the new server */
	MsnpThen interrupted_refresh;
	gboolean edits_held; /* the first edit waits for the new server */
	GHashTable *unseen;  /* MsnpContact, those not yet named by it; NULL: nothing is open */
	guint named_timer;

	/* Keep-alive. */
	guint ping_timer;
	guint ping_interval_ms;
	gboolean ping_pending;
};

/* msnp-session.c */
extern const MsnpLinkHandlers msnp_session_link_handlers;
/* Tells the host how far the sign-on is; steps never go back. FALSE: it has closed the session. */
gboolean msnp_session_progress(MsnpSession *session, MsnpStep step);
/* Ends the session for a reason (taken): the sign-on fails with it, or "closed" is emitted. Only
 * the first reason counts. */
void msnp_session_fail(MsnpSession *session, GError *reason);
void msnp_session_emit_changed(MsnpSession *session, MsnpContact *contact, guint changes);
void msnp_session_set_own_name(MsnpSession *session, const char *name);
/* Not if blocked, or, where only the allowed may, not allowed. */
gboolean msnp_session_may_write(MsnpSession *session, const char *handle);
/* All who are online have been named: tells the conversations of the others, once. */
void msnp_session_tell_offline(MsnpSession *session);
/* XFR SB; task (taken) gets the MsnpCommand. */
void msnp_session_request_room(MsnpSession *session, GTask *task);
/* Drops the link; its TrID counter is kept. */
void msnp_session_drop_link(MsnpSession *session);

/* msnp-sign-on.c */
/* Ends with session->link authenticated, or session_fail()ed; then calls done. host NULL: the
 * account's server. */
void msnp_sign_on_start(MsnpSession *session, const char *host, guint16 port, MsnpThen done);
/* The link was lost at a moment when no transaction was pending. */
void msnp_sign_on_link_closed(MsnpSession *session, const GError *error);
void msnp_sign_on_free(MsnpSignOn *sign_on);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpSignOn, msnp_sign_on_free)

/* msnp-list-sync.c */
/* Fetches, merges and publishes the lists; ends in session_fail() or in a call of done. */
void msnp_list_sync_start(MsnpSession *session, MsnpThen done);
void msnp_list_sync_stop(MsnpSession *session);
/* Ends a refresh that is under way; answer: its done, which is due all the same. NULL if none is.
 */
MsnpThen msnp_list_sync_interrupt(MsnpSession *session);

/* Reads the lists again and takes over what has changed; done comes in any case. Only while no edit
 * is under way. */
void msnp_list_sync_refresh(MsnpSession *session, MsnpThen done);

/* msnp-list-publish.c */
/* Tells the notification server of the roster; lists: the payloads of ADL, at least one. */
void msnp_list_publish(MsnpSession *session, GPtrArray *lists, MsnpThen done);

/* msnp-roster-store.c */
void msnp_roster_store_open(MsnpSession *session, const char *file);
/* Reads the file in a worker thread; "roster-loaded" if there is a good one. */
void msnp_roster_store_load(MsnpSession *session);
/* Calls loaded, now or once the file has been read. */
void msnp_roster_store_when_loaded(MsnpSession *session, MsnpThen loaded);
/* NULL if the roster is not kept. */
MsnpRosterPlace *msnp_roster_store_place(MsnpSession *session);
/* The roster is not what the file holds: it is written soon. */
void msnp_roster_store_changed(MsnpSession *session);
/* Writes what is not yet written; at_once: nothing is written any more when it returns. */
void msnp_roster_store_close(MsnpSession *session, gboolean at_once);

/* msnp-list-editor.c */
/* Somebody else has changed the lists: they are read again soon, and once for many such hints. */
void msnp_list_editor_hint(MsnpSession *session);
/* Tells the host of everybody who waits for an answer and of whom it has not been told. */
void msnp_list_editor_tell_requests(MsnpSession *session);
/* Brings the services' lists in line with what counts (services.md 6.1), in the background. */
void msnp_list_editor_repair(MsnpSession *session);
/* The notification server can be spoken to again, and knows the roster as it is. */
void msnp_list_editor_resume(MsnpSession *session);
/* Ends what is under way and what waits, with G_IO_ERROR_CANCELLED. */
void msnp_list_editor_stop(MsnpSession *session);

/* msnp-own-presence.c */
/* The first CHG, and UUX behind it; session_fail()s if it is refused, else calls done at the echo.
 */
void msnp_own_presence_publish(MsnpSession *session, MsnpThen done);
/* Sends what has changed, once published. */
void msnp_own_presence_update(MsnpSession *session);
/* The server that was told is not ours any more. */
void msnp_own_presence_unpublish(MsnpSession *session);
void msnp_own_presence_stop(MsnpSession *session);

/* msnp-move.c */
/* XFR NS in mid-session; address "0": the account's own server again. */
void msnp_move_start(MsnpSession *session, const char *address);
/* The new server has told of this one. */
void msnp_move_seen(MsnpSession *session, MsnpContact *contact);
/* It has told of all who are online. */
void msnp_move_all_named(MsnpSession *session);
void msnp_move_stop(MsnpSession *session);

/* msnp-notification.c */
void msnp_notification_dispatch(MsnpSession *session, MsnpCommand *command);

/* msnp-keepalive.c */
void msnp_keepalive_start(MsnpSession *session);
/* PNG at once. */
void msnp_keepalive_ping(MsnpSession *session);
void msnp_keepalive_pong(MsnpSession *session, MsnpCommand *qng);
void msnp_keepalive_stop(MsnpSession *session);

/* msnp-ask.c */
/* What wait for an answer or for a new server at once: nobody types that fast. */
#define MSNP_ASKS_MAX 500
typedef struct {
	guint number; /* of the server; 0 ends a table */
	MsnpErrorCode code;
} MsnpAskRefusal;
typedef struct {
	const char *verb;
	guint deadline_ms;
	gboolean again;        /* may be said twice; what may not is UNSURE when the link is lost */
	gboolean silent;       /* no answer within the deadline is a good one */
	MsnpErrorCode timeout; /* what it means otherwise */
	const MsnpAskRefusal *refusals; /* numbers with a meaning of their own; NULL: none */
} MsnpAskKind;
/* Errors of finish: MSNP_ERROR, G_IO_ERROR_CANCELLED. The source object is the session. */
void msnp_ask_async(MsnpSession *session, const MsnpAskKind *kind, const char *const *params,
		    const char *payload, gssize length, GAsyncReadyCallback callback,
		    gpointer data);
gboolean msnp_ask_finish(GAsyncResult *result, GError **error);
/* The one of this TrID has failed after all; takes error. FALSE if there is none. */
gboolean msnp_ask_refuse(MsnpSession *session, const MsnpAskKind *kind, guint32 trid,
			 GError *error);
void msnp_ask_resume(MsnpSession *session);
void msnp_ask_stop(MsnpSession *session);

/* msnp-federated.c; host is the session, see MsnpConversationsHost. */
gboolean msnp_federated_is(gpointer host, const char *handle);
void msnp_federated_send_async(gpointer host, const char *handle, MsnpMessage *message,
			       GAsyncReadyCallback callback, gpointer data);
gboolean msnp_federated_send_finish(gpointer host, GAsyncResult *result, GError **error);
void msnp_federated_take(MsnpSession *session, MsnpCommand *ubm);

/* msnp-phones.c */
void msnp_phones_take_property(MsnpSession *session, MsnpCommand *prp);
void msnp_phones_take_page(MsnpSession *session, MsnpCommand *ipg);

/* msnp-mail-notices.c */
void msnp_mail_notices_take(MsnpSession *session, const MsnpMessage *message);

/* msnp-offline.c */
/* What waits: takes the entries out of data (may be NULL); fetch: there is a list to be read. */
void msnp_offline_take(MsnpSession *session, MsnpMailData *data, gboolean fetch);
/* The services can be asked (again). */
void msnp_offline_resume(MsnpSession *session);
void msnp_offline_stop(MsnpSession *session);

/* msnp-offline-send.c; host is the session, see MsnpConversationsHost. */
void msnp_offline_send_async(gpointer host, const char *handle, const char *text,
			     GAsyncReadyCallback callback, gpointer data);
gboolean msnp_offline_send_finish(gpointer host, GAsyncResult *result, GError **error);
void msnp_offline_send_resume(MsnpSession *session);
void msnp_offline_send_stop(MsnpSession *session);
