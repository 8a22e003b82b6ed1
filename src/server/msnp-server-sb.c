/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switchboards: XFR SB on the notification server, and the rooms with USR, ANS, CAL, MSG and OUT.
 * Source: switchboard.md 1 to 4, 14 and 18.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "wire/msnp-address.h"

static MsnpServer *
server_of(MsnpServerSeat *seat)
{
	return seat->client->server;
}

static gboolean
fault(MsnpServerSeat *seat, MsnpFaultId id)
{
	return msnp_server_faults_take(server_of(seat)->faults, id);
}

static void
answer_error(MsnpServerSeat *seat, MsnpServerCommand *command, guint number)
{
	msnp_server_client_send(seat->client, "%u %u", number, command->trid);
}

/* ---- Cookies and addresses ---- */

static char *
make_cookie(MsnpServer *server, MsnpServerAccount *account, MsnpServerRoom *room)
{
	MsnpServerCookie *cookie = g_new0(MsnpServerCookie, 1);
	char *text = msnp_server_random_text(server, "0123456789abcdef", 20);

	cookie->account = account;
	cookie->room = room;
	cookie->expires =
	    msnp_server_now(server) + MSNP_SERVER_COOKIE_SECONDS * (gint64)G_USEC_PER_SEC;
	g_hash_table_replace(server->cookies, g_strdup(text), cookie);
	return text;
}

static char *
switchboard_address(MsnpServer *server)
{
	int port = 0;
	const char *host =
	    msnp_server_faults_take_any(server->faults, MSNP_FAULT_SB_ADDRESS, &port);

	if (host != NULL)
		return g_strdup_printf("%s:%d", host, port);
	return g_strdup_printf("%s:%u", server->bind_address, server->sb_port);
}

void
msnp_server_ns_xfr(MsnpServerSession *session, MsnpServerCommand *command)
{
	MsnpServerClient *client = session->client;
	g_autofree char *address = NULL, *cookie = NULL;
	gboolean hidden = session->status != NULL && !msnp_server_session_visible(session);
	int limit = 0;

	if (command->n != 2 || strcmp(command->params[1], "SB") != 0) {
		msnp_server_client_complain(client, "switchboard.md 1.1", "XFR is not XFR n SB");
		msnp_server_client_send(client, "201 %u", command->trid);
		return;
	}
	if (session->status == NULL ||
	    (hidden &&
	     !msnp_server_faults_take(client->server->faults, MSNP_FAULT_HIDDEN_MAY_CALL))) {
		msnp_server_client_send(client, "913 %u", command->trid);
		return;
	}
	if (msnp_server_faults_peek(client->server->faults, MSNP_FAULT_ROOM_LIMIT, NULL, &limit) &&
	    msnp_server_count_seats(client->server, session->account) >= (guint)MAX(limit, 0)) {
		msnp_server_client_send(client, "714 %u", command->trid);
		return;
	}
	address = switchboard_address(client->server);
	cookie = make_cookie(client->server, session->account, NULL);
	msnp_server_client_send(client, "XFR %u SB %s CKI %s U messenger.msn.com%s", command->trid,
				address, cookie, session->dialect == 13 ? "" : " 1");
}

/* ---- Rooms ---- */

void
msnp_server_room_free(MsnpServerRoom *room)
{
	g_ptr_array_unref(room->seats);
	g_free(room->id);
	g_free(room);
}

static MsnpServerRoom *
make_room(MsnpServer *server)
{
	MsnpServerRoom *room = g_new0(MsnpServerRoom, 1);

	if (msnp_server_faults_take(server->faults, MSNP_FAULT_HEX_SESSION_IDS))
		room->id = msnp_server_random_text(server, "0123456789abcdef", 31);
	else
		room->id =
		    g_strdup_printf("%u", 100000 + msnp_random_below(server->random, 1u << 30));
	room->seats = g_ptr_array_new();
	room->last_active = msnp_server_now(server);
	g_hash_table_replace(server->rooms, room->id, room);
	return room;
}

static gboolean
cookie_is_for_room(gpointer key G_GNUC_UNUSED, gpointer value, gpointer room)
{
	return ((MsnpServerCookie *)value)->room == room;
}

static void
sit_down(MsnpServerSeat *seat, MsnpServerAccount *account, MsnpServerRoom *room)
{
	MsnpServerSession *session = account->session;

	seat->account = account;
	seat->room = room;
	seat->nick = msnp_server_encoded_name(server_of(seat), account);
	seat->caps = g_strdup(session != NULL && session->caps != NULL ? session->caps : "0");
	g_free(seat->client->who);
	seat->client->who = g_strdup_printf("%s/%s", account->handle, room->id);
	msnp_server_client_authenticated(seat->client);
	g_ptr_array_add(room->seats, seat);
	room->last_active = msnp_server_now(server_of(seat));
}

/* Who sits there, as others are told. Free with g_free(). */
static char *
shown_address(MsnpServerSeat *seat)
{
	g_autofree char *id = g_ascii_strup(seat->account->id, -1);

	return fault(seat, MSNP_FAULT_GUID_ADDRESSES)
		   ? g_strdup_printf("%s;{%s}", seat->account->handle, id)
		   : g_strdup(seat->account->handle);
}

/* A room that stands empty is closed; invitations into it stay good (switchboard.md 2: ANS after
 * the inviter has gone is answered by ANS OK alone), so it goes when they do. */
static void
leave_room(MsnpServerSeat *seat)
{
	MsnpServerRoom *room = seat->room;
	MsnpServer *server = server_of(seat);
	gboolean idle = msnp_server_faults_take(server->faults, MSNP_FAULT_BYE_IDLE);
	g_autofree char *address = room == NULL ? NULL : shown_address(seat);

	if (room == NULL)
		return;
	seat->room = NULL;
	g_ptr_array_remove(room->seats, seat);
	for (guint i = 0; i < room->seats->len; i++) {
		MsnpServerSeat *other = room->seats->pdata[i];

		msnp_server_client_send(other->client, idle ? "BYE %s 1" : "BYE %s", address);
	}
	if (room->seats->len == 0 &&
	    g_hash_table_find(server->cookies, cookie_is_for_room, room) == NULL)
		g_hash_table_remove(server->rooms, room->id);
}

/* Who shows a cookie, and of which kind: with or without a room. NULL: refused with 911. */
static MsnpServerCookie *
take_cookie(MsnpServerSeat *seat, MsnpServerCommand *command, gboolean with_room)
{
	const char *handle = msnp_server_command_param(command, 1);
	const char *text = msnp_server_command_param(command, 2);
	MsnpServerCookie *cookie = g_hash_table_lookup(server_of(seat)->cookies, text);
	const char *why = NULL;

	if (strchr(handle, ';') != NULL)
		why = "an address with ;{guid}";
	else if (cookie == NULL)
		why = "an unknown or used cookie";
	else if (cookie->expires < msnp_server_now(server_of(seat)))
		why = "an expired cookie";
	else if (!msnp_handle_equal(handle, cookie->account->handle))
		why = "somebody else's cookie";
	else if ((cookie->room != NULL) != with_room)
		why = "a cookie of the other kind";
	if (why == NULL) {
		cookie = g_memdup2(cookie, sizeof *cookie);
		g_hash_table_remove(server_of(seat)->cookies, text);
		return cookie;
	}
	msnp_server_client_complain(seat->client, "switchboard.md 18.1", "%s with %s",
				    command->verb, why);
	answer_error(seat, command, 911);
	msnp_server_client_end(seat->client);
	return NULL;
}

static void
on_usr(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	g_autofree MsnpServerCookie *cookie = take_cookie(seat, command, FALSE);

	if (cookie == NULL)
		return;
	sit_down(seat, cookie->account, make_room(server_of(seat)));
	msnp_server_client_send(seat->client, "USR %u OK %s %s", command->trid,
				cookie->account->handle, seat->nick);
}

static void
send_roster(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	MsnpServerRoom *room = seat->room;
	guint times = fault(seat, MSNP_FAULT_IRO_TWICE) ? 2 : 1;
	guint count = (room->seats->len - 1) * times;

	for (guint i = 0, index = 1; i < room->seats->len; i++) {
		MsnpServerSeat *other = room->seats->pdata[i];
		g_autofree char *address = shown_address(other);

		for (guint j = 0; other != seat && j < times; j++, index++)
			msnp_server_client_send(seat->client, "IRO %u %u %u %s %s %s",
						command->trid, index, count, address, other->nick,
						other->caps);
	}
	msnp_server_client_send(seat->client, "ANS %u OK", command->trid);
}

static void
tell_join(MsnpServerSeat *seat)
{
	guint times = fault(seat, MSNP_FAULT_JOIN_TWICE) ? 2 : 1;
	g_autofree char *address = shown_address(seat);

	for (guint i = 0; i < seat->room->seats->len; i++) {
		MsnpServerSeat *other = seat->room->seats->pdata[i];

		for (guint j = 0; other != seat && j < times; j++)
			msnp_server_client_send(other->client, "JOI %s %s %s", address, seat->nick,
						seat->caps);
		if (other != seat && other->ringing_trid != 0) {
			msnp_server_client_send(other->client, "CAL %u RINGING %s",
						other->ringing_trid, seat->room->id);
			other->ringing_trid = 0;
		}
	}
}

static void
on_ans(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	g_autofree MsnpServerCookie *cookie = take_cookie(seat, command, TRUE);

	if (cookie == NULL)
		return;
	if (strcmp(msnp_server_command_param(command, 3), cookie->room->id) != 0) {
		/* Closed without a word, as was seen (switchboard.md 1.2). */
		msnp_server_client_refuse(seat->client, "switchboard.md 18.1",
					  "ANS with the wrong session");
		return;
	}
	sit_down(seat, cookie->account, cookie->room);
	send_roster(seat, command);
	tell_join(seat);
}

/* ---- CAL ---- */

static MsnpServerSeat *
find_seat(MsnpServerRoom *room, MsnpServerAccount *account)
{
	for (guint i = 0; i < room->seats->len; i++) {
		MsnpServerSeat *seat = room->seats->pdata[i];

		if (seat->account == account)
			return seat;
	}
	return NULL;
}

static void
ring(MsnpServerSeat *seat, MsnpServerSession *target)
{
	MsnpServer *server = server_of(seat);
	g_autofree char *address = switchboard_address(server);
	g_autofree char *cookie = make_cookie(server, target->account, seat->room);

	msnp_server_client_send(target->client, "RNG %s %s CKI %s %s %s U messenger.hotmail.com%s",
				seat->room->id, address, cookie, seat->account->handle, seat->nick,
				target->dialect == 13 ? "" : " 1");
}

/* The session that may be rung; NULL: offline, hidden, unknown, or blocks the caller. */
static MsnpServerSession *
find_target(MsnpServerSeat *seat, MsnpServerAccount *account)
{
	MsnpServerSession *session = account == NULL ? NULL : account->session;
	guint bits;

	if (session == NULL || !msnp_server_session_visible(session))
		return NULL;
	/* Strangers may ring also under BLP BL (switchboard.md 2); the blocked may not. */
	bits = GPOINTER_TO_UINT(g_hash_table_lookup(session->lists, seat->account->key));
	return bits & 4 ? NULL : session;
}

static void
on_cal(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	MsnpServer *server = server_of(seat);
	const char *handle = msnp_server_command_param(command, 1);
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);
	MsnpServerSession *target = find_target(seat, account);

	if (msnp_server_too_often(server, seat->account, "CAL")) {
		answer_error(seat, command, 713);
	} else if (command->n != 2 || !msnp_handle_is_valid(handle)) {
		msnp_server_client_complain(seat->client, "switchboard.md 1.2",
					    "CAL of no address");
		answer_error(seat, command, 208);
	} else if (account != NULL && find_seat(seat->room, account) != NULL) {
		msnp_server_client_complain(seat->client, "switchboard.md 18.3",
					    "CAL of somebody who is in the room: %s", handle);
		answer_error(seat, command, 215);
	} else if (target == NULL) {
		answer_error(seat, command, 217);
	} else if (fault(seat, MSNP_FAULT_NO_JOIN)) {
		msnp_server_client_send(seat->client, "CAL %u RINGING %s", command->trid,
					seat->room->id);
	} else {
		if (fault(seat, MSNP_FAULT_JOIN_BEFORE_RINGING))
			seat->ringing_trid = command->trid;
		else
			msnp_server_client_send(seat->client, "CAL %u RINGING %s", command->trid,
						seat->room->id);
		ring(seat, target);
	}
}

/* ---- MSG ---- */

static void
relay(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	g_autofree char *head = g_strdup_printf("MSG %s %s", seat->account->handle, seat->nick);

	for (guint i = 0; i < seat->room->seats->len; i++) {
		MsnpServerSeat *other = seat->room->seats->pdata[i];

		if (other != seat)
			msnp_server_client_send_payload(other->client, head, command->payload,
							(gssize)command->payload_length);
	}
}

/* The others go before the message can be relayed. */
static void
empty_room(MsnpServerSeat *seat)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	for (guint i = 0; i < seat->room->seats->len; i++) {
		if (seat->room->seats->pdata[i] != seat)
			g_ptr_array_add(others, seat->room->seats->pdata[i]);
	}
	for (guint i = 0; i < others->len; i++) {
		MsnpServerSeat *other = others->pdata[i];

		leave_room(other);
		msnp_server_client_end(other->client);
	}
}

static void
on_msg(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	char class = msnp_server_command_param(command, 1)[0];
	MsnpServerVerdict verdict = msnp_server_check_message(seat, command);
	gboolean empty = seat->room->seats->len < 2;

	seat->room->last_active = msnp_server_now(server_of(seat));
	if (verdict == MSNP_SERVER_MESSAGE_CLOSE)
		msnp_server_client_end(seat->client);
	if (verdict == MSNP_SERVER_MESSAGE_NAK && class != 'U')
		msnp_server_client_send(seat->client, "NAK %u", command->trid);
	if (verdict != MSNP_SERVER_MESSAGE_OK)
		return;
	if (empty)
		msnp_server_client_complain(seat->client, "switchboard.md 18.3",
					    "MSG into an empty room");
	if (fault(seat, MSNP_FAULT_NAK) || (empty && !fault(seat, MSNP_FAULT_ACK_EMPTY_ROOM))) {
		if (class != 'U')
			msnp_server_client_send(seat->client, "NAK %u", command->trid);
		return;
	}
	if ((class == 'A' || class == 'D') && fault(seat, MSNP_FAULT_BYE_BEFORE_ACK))
		empty_room(seat);
	relay(seat, command);
	if ((class == 'A' || class == 'D') && !fault(seat, MSNP_FAULT_ACK_NEVER))
		msnp_server_client_send(seat->client, "ACK %u", command->trid);
}

/* ---- Idle rooms ---- */

/* Each is told that the others were timed out, and is timed out itself. */
static void
close_idle_room(MsnpServerRoom *room)
{
	g_autoptr(GPtrArray) seats = g_ptr_array_copy(room->seats, NULL, NULL);

	for (guint i = 0; i < seats->len; i++) {
		MsnpServerSeat *seat = seats->pdata[i];

		for (guint j = 0; j < seats->len; j++) {
			g_autofree char *address = shown_address(seats->pdata[j]);

			if (j != i)
				msnp_server_client_send(seat->client, "BYE %s 1", address);
		}
	}
	/* They leave without a further BYE. */
	for (guint i = 0; i < seats->len; i++)
		msnp_server_client_end(((MsnpServerSeat *)seats->pdata[i])->client);
}

void
msnp_server_close_idle_rooms(MsnpServer *server, int seconds)
{
	gint64 before = msnp_server_now(server) - (gint64)seconds * G_USEC_PER_SEC;
	GHashTableIter iter;
	gpointer room;

	g_hash_table_iter_init(&iter, server->rooms);
	while (g_hash_table_iter_next(&iter, NULL, &room)) {
		if (((MsnpServerRoom *)room)->last_active <= before)
			close_idle_room(room);
	}
}

guint
msnp_server_count_seats(MsnpServer *server, const MsnpServerAccount *account)
{
	GHashTableIter iter;
	gpointer value;
	guint n = 0;

	g_hash_table_iter_init(&iter, server->rooms);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		MsnpServerRoom *room = value;

		for (guint i = 0; i < room->seats->len; i++)
			n += ((MsnpServerSeat *)room->seats->pdata[i])->account == account;
	}
	return n;
}

static void
on_out(MsnpServerSeat *seat, MsnpServerCommand *command G_GNUC_UNUSED)
{
	leave_room(seat);
	msnp_server_client_end(seat->client);
}

/* ---- The table ---- */

static const struct {
	const char *verb;
	void (*handler)(MsnpServerSeat *seat, MsnpServerCommand *command);
	gboolean inside; /* after USR or ANS, else before */
} commands[] = {
	{ "USR", on_usr, FALSE },
	{ "ANS", on_ans, FALSE },
	{ "CAL", on_cal, TRUE },
	{ "MSG", on_msg, TRUE },
};

static void
sb_command(MsnpServerClient *client, MsnpServerCommand *command)
{
	MsnpServerSeat *seat = client->data;

	if (fault(seat, MSNP_FAULT_DEAD_ROOM)) {
		msnp_server_client_end(client);
		return;
	}
	if (strcmp(command->verb, "OUT") == 0) {
		on_out(seat, command);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(commands[i].verb, command->verb) != 0)
			continue;
		if (commands[i].inside == (seat->room != NULL))
			commands[i].handler(seat, command);
		else
			msnp_server_client_refuse(
			    client, "switchboard.md 18.1", "%s %s", command->verb,
			    seat->room == NULL ? "before USR or ANS" : "for the second time");
		return;
	}
	msnp_server_client_refuse(client, "switchboard.md 18.3", "%s is no switchboard command",
				  command->verb);
}

static void
sb_opened(MsnpServerClient *client)
{
	MsnpServerSeat *seat = g_new0(MsnpServerSeat, 1);

	seat->client = client;
	client->data = seat;
}

static void
sb_closed(MsnpServerClient *client)
{
	MsnpServerSeat *seat = client->data;

	leave_room(seat);
	g_free(seat->nick);
	g_free(seat->caps);
	g_free(seat);
	client->data = NULL;
}

const MsnpServerRole msnp_server_role_sb = { "SB", sb_opened, sb_command, sb_closed };
