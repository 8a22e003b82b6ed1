/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the loopback service share: accounts, connections, sessions, rooms, tickets.
 * Everything runs in the default main context. May know wire, util, libsoup and json-glib.
 */
#pragma once

#include "server/msnp-server-extras.h"
#include "server/msnp-server-faults.h"
#include "server/msnp-server.h"
#include "util/msnp-random.h"
#include "util/msnp-secret.h"

/* A client that does not sign on is dropped after this (switchboard.md 2: about 57 s). */
#define MSNP_SERVER_UNAUTHENTICATED_MS 60000
/* How long a cookie of XFR SB or RNG is good: seconds (servers.md, conversations). */
#define MSNP_SERVER_COOKIE_SECONDS 120
/* More than any client's command line needs: a CHG with a long MSNObject. */
#define MSNP_SERVER_LINE_MAX 8192
/* Above what ADL may carry, so that its own rule speaks first. */
#define MSNP_SERVER_PAYLOAD_MAX 65536
/* What clients of this dialect announce, and simulated ones too (notification.md 6.3). */
#define MSNP_SERVER_CAPS 1610612768u
/* What is put between PNG and the next: seconds, for QNG. */
#define MSNP_SERVER_QNG_SECONDS 50

/* ---- Accounts (msnp-server-account.c) ---- */

typedef struct {
	char *id; /* GUID in lower case */
	char *name;
	guint64 changed; /* stamp; 0: not since the start */
} MsnpServerGroup;

/* A group that is gone, or that somebody has left. */
typedef struct {
	char *id;
	guint64 stamp;
} MsnpServerLoss;

/* What of an entry of the address book changes for itself. */
typedef enum {
	MSNP_SERVER_PART_WHOLE, /* it came or went */
	MSNP_SERVER_PART_NAME,
	MSNP_SERVER_PART_ALIAS,
	MSNP_SERVER_PART_GROUPS,
	MSNP_SERVER_N_PARTS,
} MsnpServerPart;

/* AL, BL, RL, PL, in the order of their bits. */
#define MSNP_SERVER_N_ROLES 4

/* The list services that tell deltas, each with a lastChange of its own. */
typedef enum {
	MSNP_SERVER_BOOK,    /* ABFindAll */
	MSNP_SERVER_SHARING, /* FindMembership */
	MSNP_SERVER_N_READS,
} MsnpServerRead;

typedef struct {
	char *id; /* GUID: contactId and part of MembershipId */
	char *handle;
	char *key; /* normalised handle */
	char *name;
	char *alias; /* the owner's own name for the contact; NULL: none */
	guint lists; /* MsnpLists */
	guint network;
	gint64 cid;
	GPtrArray *groups; /* MsnpServerGroup, owned by the account */
	/* Stamps; 0: not since the start. */
	guint64 parts[MSNP_SERVER_N_PARTS];
	guint64 roles[MSNP_SERVER_N_ROLES];
	GPtrArray *losses; /* MsnpServerLoss: groups that it was in */
	char *invitation;  /* what came with a request that waits; NULL: nothing */
	char *status;      /* simulated presence of somebody without an account; NULL: none */
	char *message;
	MsnpServerPhones phones;
} MsnpServerContact;

typedef struct _MsnpServerClient MsnpServerClient;
typedef struct _MsnpServerTickets MsnpServerTickets;

struct _MsnpServerAccount {
	char *id;
	char *handle;
	char *key;
	char *name;
	MsnpSecret *password;
	gint64 cid;
	gboolean block_others; /* BLP BL */
	gboolean no_address_book;
	GPtrArray *groups;     /* MsnpServerGroup */
	GPtrArray *contacts;   /* MsnpServerContact */
	GHashTable *by_key;    /* key -> MsnpServerContact, not owned */
	GHashTable *group_ids; /* of all groups that there ever were */
	char *status;          /* simulated presence while no client is signed on; NULL: none */
	char *message;
	MsnpServerPhones phones;
	MsnpServerMailbox *mailbox; /* NULL: none */
	GPtrArray *offline;         /* MsnpServerOffline, as they came */
	/* What the running server knows about it. */
	GHashTable *times;          /* verb -> GArray of when it came: see limit= */
	MsnpServerSession *session; /* signed on, or NULL */
	gboolean dispatched;        /* was sent on by XFR; the next USR is answered */
	guint32 last_trid;          /* of the connection before; 0: there was none */
	char *machine_guid;         /* of the last UUX, to see that it stays */
	GBytes *data;               /* last UUX payload */
	char *redirected_body;      /* the RST that was redirected, to see that it comes again */
	char *cache_key;            /* last one sent */
	MsnpServerTickets *newest;  /* that RST gave last; not owned */
	gboolean renewal_due;       /* newest was good, and then refused: RST may come once */
	GBytes *answers[MSNP_SERVER_N_READS]; /* made once: large */
	/* For deltas (msnp-server-delta.c). */
	guint64 stamps[MSNP_SERVER_N_READS]; /* of the last change */
	guint64 me_changed;
	GPtrArray *gone_groups; /* MsnpServerLoss */
	GArray *deletions;      /* guint64: stamps of those that are remembered, in order */
	guint64 covered;        /* deletions are known since this stamp */
	GHashTable *given;      /* lastChange that was given, with its read -> stamp */
};

typedef struct {
	GPtrArray *accounts; /* MsnpServerAccount, owned */
	GHashTable *by_key;
} MsnpServerAccounts;

MsnpServerAccounts *msnp_server_accounts_parse(const char *json, GError **error);
void msnp_server_accounts_free(MsnpServerAccounts *accounts);
/* Compares handles without regard to case; NULL if there is none. */
MsnpServerAccount *msnp_server_accounts_find(MsnpServerAccounts *accounts, const char *handle);
MsnpServerContact *msnp_server_account_contact(MsnpServerAccount *account, const char *handle);
/* By contactId, without regard to case; NULL if there is none. */
MsnpServerContact *msnp_server_account_contact_by_id(MsnpServerAccount *account, const char *id);
/* A contact on no list yet; there must be none of that handle. */
MsnpServerContact *msnp_server_account_add_contact(MsnpServerAccount *account, const char *handle,
						   guint network);
/* By groupId, without regard to case, and by name. */
MsnpServerGroup *msnp_server_account_group(MsnpServerAccount *account, const char *id);
MsnpServerGroup *msnp_server_account_group_named(MsnpServerAccount *account, const char *name);
/* A group with an id that no group of the account has; id NULL: one is made of the name. */
MsnpServerGroup *msnp_server_account_add_group(MsnpServerAccount *account, const char *name,
					       const char *id);
/* The id that a group of this name gets if nothing else is said. Free with g_free(). */
char *msnp_server_account_group_id(MsnpServerAccount *account, const char *name);
/* It must have no members. */
void msnp_server_account_remove_group(MsnpServerAccount *account, MsnpServerGroup *group);
MsnpServerLoss *msnp_server_loss_new(const char *id, guint64 stamp);
void msnp_server_loss_free(MsnpServerLoss *loss);

/* ---- What changes (msnp-server-change.c, -save.c) ---- */

/* Has to be called after each change of what the accounts file holds: old answers are thrown away,
 * and the file is written if that was asked for. */
void msnp_server_changed(MsnpServer *server, MsnpServerAccount *account);
void msnp_server_save(MsnpServer *server);
/* The network on which somebody of that address can be found by the account; 0: nowhere. */
guint msnp_server_network_of(MsnpServer *server, MsnpServerAccount *account, const char *handle);
/* The contact, made if it is not there; NULL: nobody has this address. */
MsnpServerContact *msnp_server_contact_of(MsnpServer *server, MsnpServerAccount *account,
					  const char *handle);
/* May nobody more be put on this list of the account? */
gboolean msnp_server_list_is_full(MsnpServer *server, guint n, guint list);
guint msnp_server_count_list(MsnpServerAccount *account, guint list);
/* The lists as FindMembership and ABFindAll tell them: see pending-hides. */
guint msnp_server_shown_lists(MsnpServer *server, const MsnpServerContact *contact);

/* Puts a contact on lists, or takes it off them. Where the contact list is concerned, the other one
 * gets to know (services.md 7.1, 7.3); invitation and name (how one calls oneself) may be NULL. */
void msnp_server_put_on(MsnpServer *server, MsnpServerAccount *account, MsnpServerContact *contact,
			guint lists, const char *invitation, const char *name);
void msnp_server_take_off(MsnpServer *server, MsnpServerAccount *account,
			  MsnpServerContact *contact, guint lists);
/* NOT: the address book was changed, and not by this session. */
void msnp_server_push_change(MsnpServer *server, MsnpServerAccount *account);

/* ---- Changes of the address book, whoever makes them (msnp-server-edit.c) ---- */

MsnpServerGroup *msnp_server_add_group(MsnpServer *server, MsnpServerAccount *account,
				       const char *name);
void msnp_server_rename_group(MsnpServer *server, MsnpServerAccount *account,
			      MsnpServerGroup *group, const char *name);
/* Its members stay on the contact list. */
void msnp_server_delete_group(MsnpServer *server, MsnpServerAccount *account,
			      MsnpServerGroup *group);
/* FALSE: it was so already. */
gboolean msnp_server_join_group(MsnpServer *server, MsnpServerAccount *account,
				MsnpServerContact *contact, MsnpServerGroup *group);
gboolean msnp_server_leave_group(MsnpServer *server, MsnpServerAccount *account,
				 MsnpServerContact *contact, MsnpServerGroup *group);
/* NULL or "": none. */
void msnp_server_set_alias(MsnpServer *server, MsnpServerAccount *account,
			   MsnpServerContact *contact, const char *alias);
void msnp_server_set_contact_name(MsnpServer *server, MsnpServerAccount *account,
				  MsnpServerContact *contact, const char *name);
void msnp_server_set_privacy(MsnpServer *server, MsnpServerAccount *account, gboolean block_others);
void msnp_server_set_name(MsnpServer *server, MsnpServerAccount *account, const char *name);

/* ---- Stamps of changes, and what was told of them (msnp-server-delta.c) ---- */

/* An account's stamps and memory of deletions, empty. */
void msnp_server_deltas_begin(MsnpServer *server);
/* Each to be called after the change that it names, before msnp_server_changed(). lists: bits that
 * were added or taken away. */
void msnp_server_touch_contact(MsnpServer *server, MsnpServerAccount *account,
			       MsnpServerContact *contact, MsnpServerPart part);
void msnp_server_touch_lists(MsnpServer *server, MsnpServerAccount *account,
			     MsnpServerContact *contact, guint lists);
void msnp_server_touch_group(MsnpServer *server, MsnpServerAccount *account,
			     MsnpServerGroup *group);
void msnp_server_touch_group_gone(MsnpServer *server, MsnpServerAccount *account,
				  const MsnpServerGroup *group);
void msnp_server_touch_loss(MsnpServer *server, MsnpServerAccount *account,
			    MsnpServerContact *contact, const MsnpServerGroup *group);
void msnp_server_touch_me(MsnpServer *server, MsnpServerAccount *account);

/* ---- The server itself (msnp-server.c) ---- */

typedef struct _MsnpServerRoom MsnpServerRoom;

struct _MsnpServer {
	GObject parent_instance;
	char *bind_address;
	char *save_file;           /* NULL: nothing is written */
	MsnpServerOptions options; /* its strings are not used after construction */
	MsnpServerAccounts *accounts;
	MsnpServerFaults *faults;
	MsnpRandom *random;
	GPtrArray *complaints; /* char * */
	GPtrArray *passed;     /* MsnpServerPassed */
	gint64 ahead;          /* of the monotonic clock: microseconds */
	guint tick;
	GHashTable *requests; /* lower-case name -> how often it was received */
	guint64 start, stamp; /* of deltas: that of the start, and the last one */
	GSocket *ns_listener, *sb_listener;
	GSource *ns_source, *sb_source;
	guint16 ns_port, sb_port;
	struct _SoupServer *http;
	char *base_url;
	GPtrArray *clients;  /* MsnpServerClient, one reference each */
	GPtrArray *tickets;  /* MsnpServerTickets, all that RST ever gave */
	GHashTable *rooms;   /* id -> MsnpServerRoom */
	GHashTable *cookies; /* text -> MsnpServerCookie */
	GPtrArray *paused;   /* MsnpServerPaused: answers of HTTP that wait */
	/* key -> MsnpServerGateway */
	GHashTable *gateways;
};

void msnp_server_log(MsnpServer *server, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Somebody broke a rule: rule is a place in the reference, "notification.md 17.3". */
void msnp_server_complain(MsnpServer *server, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* For msnp_server_n_requests(). */
void msnp_server_count_request(MsnpServer *server, const char *name);
/* Random text: n characters of the alphabet. Free with g_free(). */
char *msnp_server_random_text(MsnpServer *server, const char *alphabet, guint n);

/* ---- Time and limits (msnp-server-limits.c) ---- */

/* The service's clock: monotonic, microseconds. */
gint64 msnp_server_now(MsnpServer *server);
void msnp_server_limits_start(MsnpServer *server);
void msnp_server_limits_stop(MsnpServer *server);
/* Did the account send this more often than limit= allows? Counts. */
gboolean msnp_server_too_often(MsnpServer *server, MsnpServerAccount *account, const char *verb);
/* Says XFR NS to a session, in its middle. */
void msnp_server_send_xfr(MsnpServerSession *session);

/* ---- A TCP connection (msnp-server-client.c) ---- */

typedef struct {
	char *line; /* without CRLF */
	char verb[4];
	char **params; /* after the verb; NULL ends them */
	guint n;
	guint32 trid;  /* 0 for PNG and OUT */
	char *payload; /* NUL-terminated copy; NULL if the verb has none */
	gsize payload_length;
} MsnpServerCommand;

/* Parameter from 0 (the TrID); "" if there are not so many. */
const char *msnp_server_command_param(const MsnpServerCommand *command, guint index);

void msnp_server_command_free(MsnpServerCommand *command);

typedef struct {
	const char *name; /* "NS" or "SB": for the log and for cut= */
	void (*opened)(MsnpServerClient *client);
	void (*command)(MsnpServerClient *client, MsnpServerCommand *command);
	void (*closed)(MsnpServerClient *client);
} MsnpServerRole;

struct _MsnpServerClient {
	gatomicrefcount refs;
	MsnpServer *server; /* NULL when it has stopped */
	const MsnpServerRole *role;
	gpointer data; /* MsnpServerSession or MsnpServerSeat */
	char *who;     /* handle, once known; else address; for the log */
	GSocket *socket;
	GSource *read_source, *write_source;
	guint flush_timer, auth_timer;
	GSList *delayed; /* commands that wait: see delay= */
	GByteArray *in;
	MsnpServerCommand *partial; /* its payload is still to come */
	gsize payload_due;
	GByteArray *out;
	gsize sent;
	guint32 last_trid;
	gboolean wedged; /* an empty line came: the imitated server reads no more */
	gboolean ending; /* close when all is written */
	gboolean closed;
	gint64 end_at; /* when it is closed by the service's clock; 0: never */
};

MsnpServerClient *msnp_server_client_new(MsnpServer *server, GSocket *socket,
					 const MsnpServerRole *role);
MsnpServerClient *msnp_server_client_ref(MsnpServerClient *client);
void msnp_server_client_unref(MsnpServerClient *client);
/* A line; CRLF is added. */
void msnp_server_client_send(MsnpServerClient *client, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A line with the length of payload behind it, and the payload. length -1: NUL-terminated. */
void msnp_server_client_send_payload(MsnpServerClient *client, const char *head,
				     const char *payload, gssize length);
/* Closes at once, or when all that was sent is out. */
void msnp_server_client_close(MsnpServerClient *client);
void msnp_server_client_end(MsnpServerClient *client);
/* A complaint about this client, and the end of its connection. */
void msnp_server_client_refuse(MsnpServerClient *client, const char *rule, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void msnp_server_client_complain(MsnpServerClient *client, const char *rule, const char *format,
				 ...) G_GNUC_PRINTF(3, 4);
/* The next whole command that has come in; NULL: none yet, or the connection is lost
 * (msnp-server-input.c). */
MsnpServerCommand *msnp_server_client_next(MsnpServerClient *client);
/* Whether a command of this verb is held back by delay=. */
gboolean msnp_server_client_has_delayed(MsnpServerClient *client, const char *verb);
/* The client has signed on: no more deadline. */
void msnp_server_client_authenticated(MsnpServerClient *client);

/* ---- Notification sessions (msnp-server-ns.c, -lists.c, -presence.c) ---- */

typedef enum {
	MSNP_SERVER_STAGE_VER,
	MSNP_SERVER_STAGE_CVR,
	MSNP_SERVER_STAGE_USR_I,
	MSNP_SERVER_STAGE_USR_S,
	MSNP_SERVER_STAGE_ON,
	MSNP_SERVER_STAGE_SENT_ON, /* XFR was sent: nothing more may come */
} MsnpServerStage;

struct _MsnpServerSession {
	MsnpServerClient *client;
	MsnpServerStage stage;
	MsnpServerAccount *account; /* NULL until USR OK */
	guint dialect;              /* 13 or 14 */
	char *handle;               /* as CVR and USR named it */
	char *policy;               /* text of USR n TWN S */
	MsnpServerTickets *tickets; /* those of USR OK */
	guint32 first_trid;
	gint64 ready_time; /* of the first CHG, monotonic */
	/* Lists as ADL told them: key -> bits. */
	GHashTable *lists;
	GHashTable *networks; /* key -> network */
	gboolean block_others;
	gboolean blp_seen, adl_seen, prp_seen, chg_seen, uux_seen;
	char *nick;   /* encoded, as PRP brought it */
	char *status; /* NULL before the first CHG */
	char *caps;
	char *object;    /* encoded; NULL: none */
	char *challenge; /* that waits for QRY */
	gint64 last_ping;
	guint rst_served; /* how often RST gave tickets for it */
	/* The list services, as they know the session. */
	gboolean tickets_lost;
	char *cache_keys[3]; /* the last ones sent, the newest first; NULL: none */
	GHashTable *refused; /* hash of a request -> how often its ticket was refused in a row */
	guint full_syncs[MSNP_SERVER_N_READS]; /* FullSyncRequired in a row */
	guint books_added;                     /* ABAdd */
	MsnpServerOfflineState *offline;
	gboolean moved; /* was sent on by XFR: another connection takes over */
};

extern const MsnpServerRole msnp_server_role_ns;
extern const MsnpServerRole msnp_server_role_sb;

/* The session that waits for the ticket of this handle, or NULL. */
MsnpServerSession *msnp_server_session_waiting(MsnpServer *server, const char *handle);
/* Ends a session with OUT and a reason (NULL or "": none). */
void msnp_server_session_out(MsnpServerSession *session, const char *reason);

typedef void (*MsnpServerNsHandler)(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_blp(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_adl(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_rml(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_fqy(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_prp(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_chg(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_uux(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_uum(MsnpServerSession *session, MsnpServerCommand *command);
void msnp_server_ns_pgd(MsnpServerSession *session, MsnpServerCommand *command);
/* Before the first CHG: do the lists agree with those that the web services gave? */
void msnp_server_check_lists(MsnpServerSession *session);
/* Whether the session lets this person see it and write to it. */
gboolean msnp_server_session_allows(MsnpServerSession *session, const char *key);
/* Online and not hidden. */
gboolean msnp_server_session_visible(MsnpServerSession *session);
/* Tells everybody who may know: NLN, or FLN. */
void msnp_server_announce(MsnpServerSession *session, gboolean online);
/* Tells viewer about somebody without a session, as announce does. */
void msnp_server_announce_contact(MsnpServerSession *viewer, const MsnpServerContact *contact);
/* Tells viewer about session alone, as announce does. */
void msnp_server_announce_to(MsnpServerSession *session, MsnpServerSession *viewer,
			     gboolean online);
/* The initial presence of one contact under a TrID, if it is online. */
void msnp_server_send_iln(MsnpServerSession *viewer, guint32 trid, const char *key);
/* The name of an account as it goes on the wire: encoded. Free with g_free(). */
char *msnp_server_encoded_name(MsnpServer *server, MsnpServerAccount *account);
/* The <ml> of one contact; lists 0 and name NULL are left out. Free with g_free(). */
char *msnp_server_list_text(const char *handle, guint lists, guint network, const char *name);
/* Sessions that see this one, as the lists are now. Free with g_ptr_array_unref(). */
GPtrArray *msnp_server_watchers(MsnpServerSession *session);
/* The personal data of session for viewer, if there are any. */
void msnp_server_send_ubx_to(MsnpServerSession *session, MsnpServerSession *viewer);

/* ---- Switchboards (msnp-server-sb.c, -message.c) ---- */

typedef struct {
	MsnpServerAccount *account;
	MsnpServerRoom *room; /* NULL for a cookie of XFR */
	gint64 expires;       /* monotonic */
} MsnpServerCookie;

typedef struct {
	MsnpServerClient *client;
	MsnpServerAccount *account; /* NULL before USR or ANS */
	MsnpServerRoom *room;
	char *nick; /* encoded */
	char *caps;
	guint32 ringing_trid; /* of a RINGING that is held back */
	gint64 last_typing;
} MsnpServerSeat;

struct _MsnpServerRoom {
	char *id;
	GPtrArray *seats;   /* MsnpServerSeat, not owned */
	gint64 last_active; /* by the service's clock */
};

void msnp_server_room_free(MsnpServerRoom *room);
/* XFR n SB. */
void msnp_server_ns_xfr(MsnpServerSession *session, MsnpServerCommand *command);
/* Complains about a payload that no careful client sends. FALSE: the server closes, or drops it. */
typedef enum {
	MSNP_SERVER_MESSAGE_OK,
	MSNP_SERVER_MESSAGE_DROP,
	MSNP_SERVER_MESSAGE_NAK,
	MSNP_SERVER_MESSAGE_CLOSE,
} MsnpServerVerdict;
MsnpServerVerdict msnp_server_check_message(MsnpServerSeat *seat, MsnpServerCommand *command);
/* The same for the payload of UUM of this type. */
MsnpServerVerdict msnp_server_check_uum(MsnpServerSession *session, guint type,
					MsnpServerCommand *command);
/* Closes the rooms in which nothing was said for so many seconds. */
void msnp_server_close_idle_rooms(MsnpServer *server, int seconds);
/* How many switchboards the account has open. */
guint msnp_server_count_seats(MsnpServer *server, const MsnpServerAccount *account);

/* ---- Tickets (msnp-server-tickets.c) ---- */

typedef enum {
	MSNP_SERVER_TOKEN_TB,
	MSNP_SERVER_TOKEN_MESSENGER,
	MSNP_SERVER_TOKEN_CONTACTS,
	MSNP_SERVER_TOKEN_OTHER,
	MSNP_SERVER_N_TOKENS,
} MsnpServerToken;

struct _MsnpServerTickets {
	MsnpServerAccount *account;
	char *tokens[MSNP_SERVER_N_TOKENS]; /* whole, "t=...&p=..." */
	MsnpServerSession *session;         /* that showed it in USR */
	MsnpServerSession *renewed_for;     /* that RST was made in the middle of */
	gboolean expired;
	gboolean proved; /* was good for a request, or for USR */
};
/* A new set, the account's newest. */
MsnpServerTickets *msnp_server_tickets_new(MsnpServer *server, MsnpServerAccount *account);
void msnp_server_tickets_free(MsnpServerTickets *tickets);
/* The set whose token of that kind is text, or NULL. */
MsnpServerTickets *msnp_server_tickets_find(MsnpServer *server, MsnpServerToken kind,
					    const char *text);
/* What stands between "t=" and "&p=". Free with g_free(). */
char *msnp_server_ticket_t(const char *ticket);
/* The session is gone: its tickets are good for nothing. */
void msnp_server_tickets_end(MsnpServer *server, MsnpServerSession *session);

/* ---- The HTTP gateway (msnp-server-gateway.c) ---- */

typedef struct _MsnpServerGateway MsnpServerGateway;

void msnp_server_gateway_free(MsnpServerGateway *gateway);
/* After HTTP was started, and before it is stopped. */
void msnp_server_gateway_start(MsnpServer *server);
void msnp_server_gateway_stop(MsnpServer *server);

gboolean msnp_server_http_start(MsnpServer *server, GError **error);
void msnp_server_http_stop(MsnpServer *server);
