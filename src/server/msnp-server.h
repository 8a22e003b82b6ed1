/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bundled loopback service: notification server, switchboards and web services for the accounts
 * of a JSON file, in one process and one main loop. For trying the plugin, and for its tests: it is
 * strict about what clients send, says why it refuses, and can imitate the servers that people use
 * and the faults that networks have. Shares src/wire with the client and nothing else.
 */
#pragma once

#include <gio/gio.h>

#define MSNP_TYPE_SERVER (msnp_server_get_type())
G_DECLARE_FINAL_TYPE(MsnpServer, msnp_server, MSNP, SERVER, GObject)

typedef struct {
	const char *bind_address; /* NULL: 127.0.0.1 */
	guint16 ns_port;          /* 0: any free one; so below */
	guint16 sb_port;
	guint16 http_port;
	gboolean dispatch; /* the first connection of each client is sent on by XFR */
	gboolean msnp13;   /* speak MSNP13 only */
	gboolean verbose;  /* log every command (redacted) */
	/* Where the accounts are written after each change, atomically; NULL: nowhere. */
	const char *save_file;
} MsnpServerOptions;

/* accounts_json: the text of an accounts file (data/demo/README.md has its form). */
MsnpServer *msnp_server_new(const MsnpServerOptions *options, const char *accounts_json,
			    GError **error);
gboolean msnp_server_start(MsnpServer *server, GError **error);
/* Ends all connections. */
void msnp_server_stop(MsnpServer *server);

guint16 msnp_server_ns_port(MsnpServer *server);
guint16 msnp_server_sb_port(MsnpServer *server);
/* "http://127.0.0.1:PORT" */
const char *msnp_server_base_url(MsnpServer *server);

/* Turns a behaviour on; the words of --help's list, for example "gcf-first", "cut=NS:120",
 * "error=ADL:241", "error=ADL#2:241" (the second), "silence=CHG", "delay=RST:200", "out=OTH". Error
 * if it is unknown. */
gboolean msnp_server_add_fault(MsnpServer *server, const char *fault, GError **error);
/* Takes all behaviours back. */
void msnp_server_clear_faults(MsnpServer *server);
/* The list of behaviours with their meaning, for --help. */
char *msnp_server_describe_faults(void);

/* What clients did wrong so far: one sentence each, naming the rule. Never reset. */
GPtrArray *msnp_server_complaints(MsnpServer *server);

/* The accounts as they are now, in the form of the accounts file: the lists of each account in the
 * order in which they grew. Free with g_free(). */
char *msnp_server_to_json(MsnpServer *server);
/* Changes an account's list as another client of it would that is not signed on here (a page of the
 * web): puts the contact on exactly these lists (bits as in ADL), and tells the account's session
 * by NOT. FALSE: no such account, or nobody of that address. */
gboolean msnp_server_change_elsewhere(MsnpServer *server, const char *handle, const char *contact,
				      guint lists);

/* The same for the address book; FALSE: there is no such account, contact or group, or the name is
 * taken. */
typedef enum {
	MSNP_SERVER_EDIT_ADD_GROUP,    /* name */
	MSNP_SERVER_EDIT_RENAME_GROUP, /* name, new name */
	MSNP_SERVER_EDIT_DELETE_GROUP, /* name; its members stay */
	MSNP_SERVER_EDIT_MOVE,         /* contact, group: into this one only; "": into none */
	MSNP_SERVER_EDIT_ALIAS,        /* contact, alias; "": none */
	MSNP_SERVER_EDIT_PRIVACY,      /* "AL" or "BL" */
} MsnpServerEdit;
gboolean msnp_server_edit_elsewhere(MsnpServer *server, const char *handle, MsnpServerEdit edit,
				    const char *what, const char *to);

/* How often this was received since the beginning: an operation ("ABContactAdd", "RST"), a command
 * of the notification server ("ADL") or of a switchboard ("SB/CAL"), or a request of the web
 * services to a host by this name ("localhost"). Refused ones count, too. */
guint msnp_server_n_requests(MsnpServer *server, const char *name);

/* ---- Mail, other networks, telephones ---- */

/* A mail comes: the counts of the mailbox grow, and the account's session is told by
 * emailnotification. id: of its page; NULL: one is made. FALSE: there is no such account, or it has
 * no mailbox. */
gboolean msnp_server_deliver_mail(MsnpServer *server, const char *handle, const char *from,
				  const char *from_name, const char *subject, const char *id);
/* n mails of the inbox are read or thrown away ("ACTIVE" to "trAsH"): the session is told by
 * activemailnotification. */
gboolean msnp_server_move_mail(MsnpServer *server, const char *handle, const char *from_folder,
			       const char *to_folder, guint n);

/* What clients sent that leaves the service: by UUM to another network, by PGD to a telephone. */
typedef struct {
	char *from; /* handle of the account */
	char *to;   /* address or "tel:+..." */
	guint network;
	guint type;    /* of UUM: 1 text, 2 typing, 3 nudge; of PGD: 1 mobile, 2 watch */
	char *payload; /* of UUM; of PGD the text */
	guint32 trid;
} MsnpServerPassed;
/* All of it since the beginning, in order. Never reset. */
GPtrArray *msnp_server_passed(MsnpServer *server);
/* Somebody of another network sends by UBM. FALSE: the account is not signed on. */
gboolean msnp_server_send_ubm(MsnpServer *server, const char *handle, const char *from,
			      guint network, guint type, const char *payload);
/* A contact without an account comes, changes or goes (status NULL). FALSE: no such contact. */
gboolean msnp_server_set_presence(MsnpServer *server, const char *handle, const char *contact,
				  const char *status, const char *message);
/* A telephone writes: IPG. trid and reason: 0 and 1 for a message; for a page that failed its TrID
 * and why (407: too long). FALSE: the account is not signed on. */
gboolean msnp_server_send_ipg(MsnpServer *server, const char *handle, const char *telephone,
			      const char *text, guint32 trid, guint reason);

/* An offline message comes that no client of this service wrote; mime: the whole of it as
 * GetMessage gives it (services.md 10.3). FALSE: there is no such account. */
gboolean msnp_server_deliver_offline(MsnpServer *server, const char *handle, const char *from,
				     const char *mime);
/* How many wait for the account. */
guint msnp_server_n_offline(MsnpServer *server, const char *handle);

/* ---- Time ---- */

/* The service's clock (of idle rooms, cookies, limits and deadlines) goes ahead by so much. */
void msnp_server_pass_time(MsnpServer *server, guint seconds);
/* XFR 0 NS to the account's session, at any moment. The old connection is closed at once, or a
 * second later by the service's clock. FALSE: it is not signed on. */
gboolean msnp_server_move(MsnpServer *server, const char *handle, gboolean at_once);

/* Signals: "log" (const char *line): what happens, secrets masked. */

/* Ends the NS session of an account as "OUT reason" does ("OTH", "SSD", ""). */
void msnp_server_kick(MsnpServer *server, const char *handle, const char *reason);
/* How many NS sessions and switchboard connections are open. */
guint msnp_server_n_sessions(MsnpServer *server);
guint msnp_server_n_rooms(MsnpServer *server);
