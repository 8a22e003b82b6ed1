/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation. Whatever happens (a text is queued, a room changes, an answer comes) only notes
 * it and asks for work(), which runs in a turn of its own, looks at the whole and does the next
 * step: so there is one place that decides, and nobody is called back from where he did not expect.
 */
#include "core/msnp-conversation.h"

#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "core/msnp-outbox.h"
#include "core/msnp-room-error.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-errcode.h"

struct _MsnpConversation {
	GObject parent;
	char *handle;
	MsnpConversations *set; /* not owned; NULL once closed */
	MsnpOutbox *outbox;
	GPtrArray *rooms; /* MsnpRoom */
	guint work;       /* the source of work() */

	GCancellable *asking; /* XFR is under way */
	guint deadline;       /* its timer */
	guint pause;          /* the timer before the next XFR */
	gboolean retried;     /* the room that is wanted now was refused, lost or left once */

	gboolean known, leaving;
	gint64 last_typing;
};

G_DEFINE_TYPE(MsnpConversation, msnp_conversation, G_TYPE_OBJECT)

static MsnpConversationsShared *
shared(MsnpConversation *conversation)
{
	return msnp_conversations_shared(conversation->set);
}

static MsnpClock *
clock_of(MsnpConversation *conversation)
{
	return shared(conversation)->clock;
}

/* Rooms */

/* The open room with the other in it that was used last; NULL if there is none. */
static MsnpRoom *
room_to_use(MsnpConversation *conversation)
{
	MsnpRoom *best = NULL;

	for (guint i = 0; i < conversation->rooms->len; i++) {
		MsnpRoom *room = conversation->rooms->pdata[i];

		if (msnp_switchboard_state(room->sb) == MSNP_SB_OPEN &&
		    msnp_switchboard_has(room->sb, conversation->handle) &&
		    (!best || room->last_used >= best->last_used))
			best = room;
	}
	return best;
}

static gboolean
a_room_is_coming(MsnpConversation *conversation)
{
	if (conversation->asking || conversation->pause)
		return TRUE;
	for (guint i = 0; i < conversation->rooms->len; i++) {
		MsnpRoom *room = conversation->rooms->pdata[i];

		if (msnp_switchboard_state(room->sb) < MSNP_SB_OPEN)
			return TRUE;
	}
	return FALSE;
}

static void
drop_room(MsnpConversation *conversation, MsnpRoom *room)
{
	msnp_room_let_go(room);
	g_ptr_array_remove(conversation->rooms, room);
}

static void
drop_all_rooms(MsnpConversation *conversation)
{
	while (conversation->rooms->len)
		drop_room(conversation, conversation->rooms->pdata[0]);
}

/* No room was to be had */

static gboolean
end_pause(gpointer data)
{
	MsnpConversation *conversation = data;

	conversation->pause = 0;
	msnp_conversation_room_changed(conversation);
	return G_SOURCE_REMOVE;
}

static void
pause_for(MsnpConversation *conversation, guint ms)
{
	conversation->pause = msnp_clock_add(clock_of(conversation), ms, end_pause, conversation);
}

/* The room that we asked for has failed before anybody came. */
static void
room_failed(MsnpConversation *conversation, const GError *cause)
{
	g_autoptr(GError) error = msnp_room_error_for_texts(cause);
	guint pause_ms;

	msnp_info("conversation", "no room: %s", cause->message);
	if (error->code == MSNP_ERROR_TOO_FAST)
		shared(conversation)->hold_until =
		    msnp_clock_now(clock_of(conversation)) +
		    MSNP_CONVERSATION_HOLD_MS * G_TIME_SPAN_MILLISECOND;
	/* Another room may still take the queue, or does already. */
	if (room_to_use(conversation) || a_room_is_coming(conversation))
		return;
	if (!conversation->retried && msnp_room_error_is_worth_a_retry(cause, &pause_ms)) {
		conversation->retried = TRUE;
		if (g_error_matches(cause, MSNP_SERVER_ERROR, 714))
			msnp_conversations_close_idle_rooms(conversation->set);
		if (pause_ms)
			pause_for(conversation, pause_ms);
		return;
	}
	conversation->retried = FALSE;
	msnp_outbox_fail_waiting(conversation->outbox, error);
}

/* Asking for a room */

static gboolean
open_own_room(MsnpConversation *conversation, const MsnpCommand *xfr, GError **error)
{
	MsnpConversationsShared *all = shared(conversation);
	const char *cookie = msnp_command_param(xfr, 4);
	g_autofree char *host = NULL;
	guint16 port;
	MsnpSwitchboard *sb;

	if (g_ascii_strcasecmp(msnp_command_param(xfr, 1), "SB") != 0 ||
	    g_ascii_strcasecmp(msnp_command_param(xfr, 3), "CKI") != 0 || !*cookie ||
	    !msnp_host_port_parse(msnp_command_param(xfr, 2), &host, &port)) {
		g_set_error_literal(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL,
				    "an XFR without address or cookie");
		return FALSE;
	}
	sb = msnp_switchboard_new_call(all->connector, all->clock, all->own_handle, host, port,
				       cookie, conversation->handle);
	g_ptr_array_add(conversation->rooms, msnp_room_new(conversation, sb, TRUE));
	return TRUE;
}

static void
stop_asking(MsnpConversation *conversation)
{
	msnp_clock_remove(clock_of(conversation), &conversation->deadline);
	g_clear_object(&conversation->asking);
}

typedef struct {
	MsnpConversation *conversation;
	GCancellable *cancellable; /* tells this question from a later one */
} Question;

static void
room_answered(G_GNUC_UNUSED GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Question *question = data;
	g_autoptr(MsnpConversation) conversation = question->conversation;
	g_autoptr(GCancellable) cancellable = question->cancellable;
	g_autoptr(MsnpCommand) xfr = NULL;
	g_autoptr(GError) error = NULL;

	/* Given up meanwhile: then the host may not even be there any more. */
	if (conversation->asking != cancellable)
		return;
	stop_asking(conversation);
	xfr = shared(conversation)
		  ->host->request_room_finish(shared(conversation)->host_data, result, &error);
	if (!xfr || !open_own_room(conversation, xfr, &error))
		room_failed(conversation, error);
	msnp_conversation_room_changed(conversation);
}

static gboolean
room_is_late(gpointer data)
{
	MsnpConversation *conversation = data;
	g_autoptr(GCancellable) cancellable = g_steal_pointer(&conversation->asking);
	g_autoptr(GError) error =
	    g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT, "no answer to XFR");

	conversation->deadline = 0;
	g_cancellable_cancel(cancellable);
	room_failed(conversation, error);
	msnp_conversation_room_changed(conversation);
	return G_SOURCE_REMOVE;
}

static void
ask_for_room(MsnpConversation *conversation)
{
	MsnpConversationsShared *all = shared(conversation);
	gint64 hold = all->hold_until - msnp_clock_now(all->clock);
	Question *question;

	if (hold > 0) {
		pause_for(conversation, (guint)(hold / G_TIME_SPAN_MILLISECOND + 1));
		return;
	}
	if (msnp_conversations_n_rooms(conversation->set) >= MSNP_SB_MAX)
		msnp_conversations_close_idle_rooms(conversation->set);
	if (msnp_conversations_n_rooms(conversation->set) >= MSNP_SB_MAX) {
		g_autoptr(GError) error =
		    msnp_error_new(MSNP_ERROR_TOO_FAST, 0, "too many rooms are open");

		msnp_outbox_fail_waiting(conversation->outbox, error);
		return;
	}
	conversation->asking = g_cancellable_new();
	conversation->deadline =
	    msnp_clock_add(all->clock, MSNP_SB_STEP_DEADLINE_MS, room_is_late, conversation);
	question = g_new(Question, 1);
	*question = (Question){ g_object_ref(conversation), g_object_ref(conversation->asking) };
	all->host->request_room_async(all->host_data, conversation->asking, room_answered,
				      question);
}

/* Sending */

typedef struct {
	MsnpConversation *conversation;
	MsnpRoom *room;
	MsnpText *text;
	guint piece;
} Flight;

/* Tells the outbox what became of a piece: where the room is no more and certainly nobody got it,
 * it goes again; a refusal in a room that lives is final. */
static void
note_outcome(MsnpConversation *conversation, Flight *flight, const GError *error)
{
	MsnpPieceOutcome outcome = MSNP_PIECE_FAILED;
	g_autoptr(GError) translated = NULL;

	if (!error)
		outcome = MSNP_PIECE_DELIVERED;
	else if (g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED))
		outcome = MSNP_PIECE_AGAIN;
	if (error)
		translated = msnp_room_error_for_texts(error);
	msnp_outbox_done(conversation->outbox, flight->text, flight->piece, outcome, translated);
}

static void
piece_answered(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Flight *flight = data;
	g_autoptr(MsnpConversation) conversation = flight->conversation;
	MsnpRoom *room = flight->room;
	g_autoptr(GError) error = NULL;

	msnp_switchboard_send_finish(MSNP_SWITCHBOARD(source), result, &error);
	room->in_flight--;
	note_outcome(conversation, flight, error);
	/* Half a minute without a word: the room is dead, and the next text wants a living one. */
	if (g_error_matches(error, MSNP_ERROR, MSNP_ERROR_UNSURE) && room->conversation &&
	    !room->chat)
		drop_room(room->conversation, room);
	if (room->conversation && room->conversation != conversation)
		msnp_conversation_room_changed(room->conversation);
	msnp_room_unref(room);
	msnp_conversation_room_changed(conversation);
}

static void
send_waiting(MsnpConversation *conversation, MsnpRoom *room)
{
	MsnpMessage *message;
	MsnpText *text;
	guint piece;

	while ((message = msnp_outbox_next(conversation->outbox, room->id, &text, &piece))) {
		Flight *flight = g_new(Flight, 1);

		*flight =
		    (Flight){ g_object_ref(conversation), g_rc_box_acquire(room), text, piece };
		room->in_flight++;
		room->used = TRUE;
		room->last_used = msnp_clock_now(clock_of(conversation));
		msnp_switchboard_send_async(room->sb, message, piece_answered, flight);
		conversation->retried = FALSE;
	}
}

/* The work */

/* Why a room that is over was of no use: it failed before anybody came, or nobody stayed for long
 * enough to be sent what waits. NULL for any other. */
static GError *
reason_of_uselessness(MsnpConversation *conversation, MsnpRoom *room)
{
	const GError *error = msnp_switchboard_error(room->sb);

	if (!room->own || room->used)
		return NULL;
	if (!room->was_open && error)
		return g_error_copy(error);
	if (!msnp_outbox_has_waiting(conversation->outbox))
		return NULL;
	return g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "nobody has stayed");
}

/* Rooms that are over: forget them, and see what that means for the queue. */
static void
reap_rooms(MsnpConversation *conversation)
{
	for (guint i = 0; i < conversation->rooms->len;) {
		MsnpRoom *room = conversation->rooms->pdata[i];
		MsnpSwitchboardState state = msnp_switchboard_state(room->sb);
		const GError *error = msnp_switchboard_error(room->sb);
		g_autoptr(GError) cause = NULL;

		/* A link that is lost tells the last commands first: then there is an error. */
		if (state < MSNP_SB_EMPTY || (state == MSNP_SB_CLOSED && !error)) {
			i++;
			continue;
		}
		cause = reason_of_uselessness(conversation, room);
		drop_room(conversation, room);
		if (cause)
			room_failed(conversation, cause);
	}
}

static void
serve_queue(MsnpConversation *conversation)
{
	MsnpRoom *room = room_to_use(conversation);

	if (!msnp_outbox_has_waiting(conversation->outbox))
		return;
	if (!room && !a_room_is_coming(conversation))
		ask_for_room(conversation);
	/* What is under way in another room may come back to be sent again, and goes first. */
	else if (room && msnp_outbox_in_flight(conversation->outbox) == room->in_flight)
		send_waiting(conversation, room);
}

static gboolean
work(gpointer data)
{
	g_autoptr(MsnpConversation) conversation = g_object_ref(data);

	conversation->work = 0;
	reap_rooms(conversation);
	serve_queue(conversation);
	msnp_outbox_settle(conversation->outbox);
	if (!conversation->set || conversation->work)
		return G_SOURCE_REMOVE;
	if (conversation->leaving && msnp_outbox_is_empty(conversation->outbox)) {
		conversation->leaving = FALSE;
		drop_all_rooms(conversation);
	}
	msnp_conversations_prune(conversation->set, conversation);
	return G_SOURCE_REMOVE;
}

static void
ask_for_work(MsnpConversation *conversation)
{
	if (conversation->set && !conversation->work)
		conversation->work = g_idle_add_full(G_PRIORITY_DEFAULT, work, conversation, NULL);
}

/* What rooms tell */

void
msnp_conversation_room_changed(MsnpConversation *conversation)
{
	ask_for_work(conversation);
}

void
msnp_conversation_room_message(MsnpConversation *conversation, MsnpRoom *room, const char *handle,
			       const char *name, MsnpMessage *message)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);

	conversation->leaving = FALSE;
	conversation->known = TRUE;
	if (!g_str_equal(msnp_message_type(message), "text/x-msmsgscontrol"))
		g_signal_emit_by_name(self->set, "message", self, handle, name, message);
	else if (!room->chat && (msnp_message_header(message, "TypingUser") ||
				 msnp_message_header(message, "RecordingUser")))
		g_signal_emit_by_name(self->set, "typing", self, handle);
}

void
msnp_conversation_room_joined(MsnpConversation *conversation, const char *handle, const char *name)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);

	conversation->known = TRUE;
	g_signal_emit_by_name(self->set, "joined", self, handle, name);
}

void
msnp_conversation_room_left(MsnpConversation *conversation, const char *handle)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);

	g_signal_emit_by_name(self->set, "left", self, handle);
}

void
msnp_conversation_room_moved(MsnpConversation *conversation, MsnpRoom *room, const char *handle)
{
	MsnpConversation *other = msnp_conversations_get(conversation->set, handle);
	guint index;

	if (!g_ptr_array_find(conversation->rooms, room, &index))
		return;
	g_ptr_array_add(other->rooms, g_ptr_array_steal_index(conversation->rooms, index));
	room->conversation = other;
	ask_for_work(conversation);
	ask_for_work(other);
}

void
msnp_conversation_room_idle(MsnpConversation *conversation, MsnpRoom *room)
{
	msnp_debug("conversation", "a room is closed: nobody has used it for a while");
	drop_room(conversation, room);
	ask_for_work(conversation);
}

/* What the set wants */

MsnpConversation *
msnp_conversation_new(MsnpConversations *set, const char *handle)
{
	MsnpConversation *conversation = g_object_new(MSNP_TYPE_CONVERSATION, NULL);

	conversation->set = set;
	conversation->handle = msnp_handle_normalize(handle);
	conversation->last_typing = G_MININT64;
	return conversation;
}

void
msnp_conversation_answer(MsnpConversation *conversation, const char *host, guint16 port,
			 const char *cookie, const char *session)
{
	MsnpConversationsShared *all = shared(conversation);
	MsnpSwitchboard *sb = msnp_switchboard_new_answer(
	    all->connector, all->clock, all->own_handle, host, port, cookie, session);

	g_ptr_array_add(conversation->rooms, msnp_room_new(conversation, sb, FALSE));
}

void
msnp_conversation_close(MsnpConversation *conversation, const GError *reason)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversation) self = g_object_ref(conversation);
	GCancellable *asking = g_steal_pointer(&conversation->asking);

	msnp_clock_remove(clock_of(conversation), &conversation->deadline);
	msnp_clock_remove(clock_of(conversation), &conversation->pause);
	g_clear_handle_id(&conversation->work, g_source_remove);
	drop_all_rooms(conversation);
	conversation->set = NULL;
	if (asking)
		g_cancellable_cancel(asking);
	g_clear_object(&asking);
	msnp_outbox_fail_all(conversation->outbox, reason);
}

guint
msnp_conversation_n_rooms(MsnpConversation *conversation)
{
	return conversation->rooms->len;
}

void
msnp_conversation_close_idle_rooms(MsnpConversation *conversation)
{
	for (guint i = conversation->rooms->len; i-- > 0;) {
		if (msnp_room_is_idle(conversation->rooms->pdata[i]))
			drop_room(conversation, conversation->rooms->pdata[i]);
	}
}

gboolean
msnp_conversation_is_superfluous(MsnpConversation *conversation)
{
	return !conversation->known && !conversation->rooms->len &&
	       msnp_outbox_is_empty(conversation->outbox);
}

void
msnp_conversation_set_known(MsnpConversation *conversation)
{
	conversation->known = TRUE;
}

/* What the outside wants */

const char *
msnp_conversation_handle(MsnpConversation *conversation)
{
	return conversation->handle;
}

/* Why a text cannot go out whatever happens; NULL if it can. */
static GError *
reason_to_refuse(MsnpConversation *conversation)
{
	if (!msnp_handle_is_valid(conversation->handle) ||
	    msnp_handle_is_phone(conversation->handle))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "not an address to write to");
	if (msnp_handle_equal(conversation->handle, shared(conversation)->own_handle))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "our own address");
	return NULL;
}

void
msnp_conversation_send_text_async(MsnpConversation *conversation, const char *text,
				  GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *valid = NULL;
	GError *refusal;

	if (!conversation->set) {
		g_task_report_new_error(conversation, callback, data, NULL, MSNP_ERROR,
					MSNP_ERROR_NETWORK, "signed off");
		return;
	}
	refusal = reason_to_refuse(conversation);
	valid = g_utf8_make_valid(text, -1);
	if (refusal)
		msnp_outbox_refuse(conversation->outbox, refusal, callback, data);
	else
		msnp_outbox_push(conversation->outbox, valid, callback, data);
	conversation->leaving = FALSE;
	ask_for_work(conversation);
}

gboolean
msnp_conversation_send_text_finish(G_GNUC_UNUSED MsnpConversation *conversation,
				   GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
msnp_conversation_send_typing(MsnpConversation *conversation)
{
	MsnpRoom *room = conversation->set ? room_to_use(conversation) : NULL;
	g_autoptr(MsnpMessage) message = NULL;
	gint64 now;

	if (!room || room->chat)
		return FALSE;
	now = msnp_clock_now(clock_of(conversation));
	if (conversation->last_typing > now - MSNP_TYPING_INTERVAL_MS * G_TIME_SPAN_MILLISECOND)
		return FALSE;
	conversation->last_typing = now;
	message = msnp_message_new_typing(shared(conversation)->own_handle);
	msnp_switchboard_send_unacked(room->sb, message);
	return TRUE;
}

void
msnp_conversation_leave(MsnpConversation *conversation)
{
	conversation->leaving = TRUE;
	ask_for_work(conversation);
}

/* The object */

static void
msnp_conversation_finalize(GObject *object)
{
	MsnpConversation *conversation = MSNP_CONVERSATION(object);

	g_free(conversation->handle);
	msnp_outbox_free(conversation->outbox);
	g_ptr_array_unref(conversation->rooms);
	G_OBJECT_CLASS(msnp_conversation_parent_class)->finalize(object);
}

static void
msnp_conversation_class_init(MsnpConversationClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_conversation_finalize;
}

static void
msnp_conversation_init(MsnpConversation *conversation)
{
	conversation->outbox = msnp_outbox_new(G_OBJECT(conversation));
	conversation->rooms = g_ptr_array_new_with_free_func((GDestroyNotify)msnp_room_unref);
}
