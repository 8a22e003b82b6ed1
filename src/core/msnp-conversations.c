/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conversations of a session, by handle, its chats, by number, and the rings of others.
 */
#include "core/msnp-conversations.h"

#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"

/* An invitation is declined once during this. */
#define COOKIE_MEMORY_MS 600000
#define MINUTE_MS        60000

struct _MsnpConversations {
	GObject parent;
	MsnpConversationsShared shared;
	GHashTable *conversations; /* handle -> MsnpConversation */
	GHashTable *chats;         /* id -> MsnpChat */
	gboolean closed;
};

G_DEFINE_TYPE(MsnpConversations, msnp_conversations, G_TYPE_OBJECT)

MsnpConnector *
msnp_conversations_connector(MsnpConversationsShared *shared, const char *direct)
{
	return shared->gateway && g_str_equal(direct, "0") ? shared->gateway : shared->connector;
}

void
msnp_conversations_set_gateway(MsnpConversations *set, MsnpConnector *gateway)
{
	g_set_object(&set->shared.gateway, gateway);
}

MsnpConversationsShared *
msnp_conversations_shared(MsnpConversations *set)
{
	return &set->shared;
}

/* Rooms of all conversations and chats together. */
static guint
count_rooms(MsnpConversations *set)
{
	GHashTableIter iter;
	gpointer value;
	guint n = 0;

	g_hash_table_iter_init(&iter, set->conversations);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		n += msnp_conversation_n_rooms(value);
	g_hash_table_iter_init(&iter, set->chats);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		n += msnp_chat_n_rooms(value);
	return n;
}

void
msnp_conversations_close_idle_rooms(MsnpConversations *set)
{
	GHashTableIter iter;
	gpointer conversation;

	g_hash_table_iter_init(&iter, set->conversations);
	while (g_hash_table_iter_next(&iter, NULL, &conversation))
		msnp_conversation_close_idle_rooms(conversation);
}

gboolean
msnp_conversations_have_room(MsnpConversations *set)
{
	if (count_rooms(set) >= MSNP_SB_MAX)
		msnp_conversations_close_idle_rooms(set);
	return count_rooms(set) < MSNP_SB_MAX;
}

void
msnp_conversations_hold(MsnpConversations *set)
{
	set->shared.hold_until =
	    msnp_clock_now(set->shared.clock) + MSNP_CONVERSATION_HOLD_MS * G_TIME_SPAN_MILLISECOND;
}

/* Who is there */

static void
note_offline(MsnpConversations *set, const char *handle, gint64 until)
{
	gint64 *known = g_hash_table_lookup(set->shared.offline, handle);

	if (known && *known >= until)
		return;
	known = g_new(gint64, 1);
	*known = until;
	g_hash_table_replace(set->shared.offline, g_strdup(handle), known);
}

void
msnp_conversations_note_offline(MsnpConversations *set, const char *handle)
{
	note_offline(set, handle,
		     msnp_clock_now(set->shared.clock) +
			 MSNP_CONVERSATION_OFFLINE_MS * G_TIME_SPAN_MILLISECOND);
}

void
msnp_conversations_note_online(MsnpConversations *set, const char *handle)
{
	g_hash_table_remove(set->shared.offline, handle);
}

gboolean
msnp_conversations_is_offline(MsnpConversations *set, const char *handle)
{
	const gint64 *until = g_hash_table_lookup(set->shared.offline, handle);

	return until && *until > msnp_clock_now(set->shared.clock);
}

void
msnp_conversations_presence(MsnpConversations *set, const char *handle, gboolean reachable)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	MsnpConversation *conversation = g_hash_table_lookup(set->conversations, normal);

	if (reachable)
		msnp_conversations_note_online(set, normal);
	else
		note_offline(set, normal, G_MAXINT64);
	if (conversation)
		msnp_conversation_wake(conversation);
}

/* Conversations */

/* One that is asked for after the sign-off can do nothing. */
static void
close_at_once(MsnpConversation *conversation)
{
	g_autoptr(GError) reason = msnp_error_new(MSNP_ERROR_NETWORK, 0, "signed off");

	msnp_conversation_close(conversation, reason);
}

MsnpConversation *
msnp_conversations_get(MsnpConversations *set, const char *handle)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	MsnpConversation *conversation = g_hash_table_lookup(set->conversations, normal);

	if (!conversation) {
		conversation = msnp_conversation_new(set, normal);
		if (set->closed)
			close_at_once(conversation);
		g_hash_table_insert(set->conversations, g_steal_pointer(&normal), conversation);
	}
	return conversation;
}

void
msnp_conversations_prune(MsnpConversations *set, MsnpConversation *conversation)
{
	g_autoptr(GError) reason = NULL;

	if (set->closed || !msnp_conversation_is_superfluous(conversation))
		return;
	reason = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CLOSED, "not needed");
	msnp_conversation_close(conversation, reason);
	g_hash_table_remove(set->conversations, msnp_conversation_handle(conversation));
}

MsnpConversation *
msnp_conversations_with(MsnpConversations *set, const char *handle)
{
	MsnpConversation *conversation = msnp_conversations_get(set, handle);

	msnp_conversation_set_known(conversation);
	return conversation;
}

void
msnp_conversations_federated(MsnpConversations *set, const char *handle, const char *name,
			     MsnpMessage *message)
{
	g_autofree char *normal = msnp_handle_normalize(handle);
	g_autoptr(MsnpContent) content = NULL;

	if (set->closed || !msnp_handle_is_valid(normal) ||
	    msnp_handle_equal(normal, set->shared.own_handle))
		return;
	content = msnp_content_read(message, normal);
	if (content->kind == MSNP_CONTENT_TYPING)
		g_signal_emit_by_name(set, "typing", msnp_conversations_with(set, normal), normal);
	else if (msnp_incoming_is_wanted(&set->shared, normal, message, content))
		msnp_conversation_take(msnp_conversations_get(set, normal), normal, name, message,
				       content);
}

/* Chats */

void
msnp_conversations_add_chat(MsnpConversations *set, MsnpChat *chat)
{
	g_hash_table_insert(set->chats, GINT_TO_POINTER(msnp_chat_id(chat)), g_object_ref(chat));
}

void
msnp_conversations_remove_chat(MsnpConversations *set, MsnpChat *chat)
{
	g_hash_table_remove(set->chats, GINT_TO_POINTER(msnp_chat_id(chat)));
}

MsnpChat *
msnp_conversations_find_chat(MsnpConversations *set, int id)
{
	MsnpChat *chat = g_hash_table_lookup(set->chats, GINT_TO_POINTER(id));

	return chat && msnp_chat_is_live(chat) ? chat : NULL;
}

/* Those who can be called, each once. Free with g_strfreev(). */
static char **
people_to_call(MsnpConversations *set, const char *const *handles)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; handles[i]; i++) {
		g_autofree char *handle = msnp_handle_normalize(handles[i]);

		if (msnp_handle_is_valid(handle) && !msnp_handle_is_phone(handle) &&
		    !msnp_handle_equal(handle, set->shared.own_handle) &&
		    !g_ptr_array_find_with_equal_func(people, handle, g_str_equal, NULL))
			g_ptr_array_add(people, g_steal_pointer(&handle));
	}
	g_ptr_array_add(people, NULL);
	return (char **)g_ptr_array_steal(people, NULL);
}

void
msnp_conversations_open_chat_async(MsnpConversations *set, const char *const *handles,
				   GAsyncReadyCallback callback, gpointer data)
{
	g_auto(GStrv) people = people_to_call(set, handles);

	if (set->closed)
		g_task_report_new_error(set, callback, data, NULL, MSNP_ERROR, MSNP_ERROR_NETWORK,
					"signed off");
	else if (!people[0])
		g_task_report_new_error(set, callback, data, NULL, MSNP_ERROR, MSNP_ERROR_ADDRESS,
					"nobody to call");
	else
		msnp_chat_open(set, (const char *const *)people, callback, data);
}

MsnpChat *
msnp_conversations_open_chat_finish(G_GNUC_UNUSED MsnpConversations *set, GAsyncResult *result,
				    GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

/* Rings */

/* Why this ring is not answered; NULL if it is. */
static const char *
reason_to_ignore(MsnpConversations *set, const char *inviter)
{
	if (!msnp_handle_is_valid(inviter))
		return "no address";
	if (msnp_handle_equal(inviter, set->shared.own_handle))
		return "our own address";
	if (!set->shared.host->may_ring(set->shared.host_data, inviter))
		return "blocked";
	if (count_rooms(set) >= MSNP_SB_MAX)
		return "too many rooms";
	if (!msnp_rate_take(set->shared.rings, inviter, msnp_clock_now(set->shared.clock)))
		return "too often";
	return NULL;
}

void
msnp_conversations_ring(MsnpConversations *set, const MsnpCommand *ring)
{
	const char *session = msnp_command_param(ring, 0);
	const char *cookie = msnp_command_param(ring, 3);
	g_autofree char *inviter = msnp_handle_normalize(msnp_command_param(ring, 4));
	g_autofree char *host = NULL;
	const char *reason;
	guint16 port;

	if (set->closed)
		return;
	if (!*session || !*cookie || g_ascii_strcasecmp(msnp_command_param(ring, 2), "CKI") != 0 ||
	    !msnp_host_port_parse(msnp_command_param(ring, 1), &host, &port)) {
		msnp_info("conversation", "a ring without session, address or cookie");
		return;
	}
	reason = reason_to_ignore(set, inviter);
	if (reason) {
		msnp_info("conversation", "a ring is not answered: %s", reason);
		return;
	}
	msnp_conversations_note_online(set, inviter);
	msnp_conversation_answer(
	    msnp_conversations_get(set, inviter),
	    msnp_conversations_connector(&set->shared, msnp_command_param(ring, 8)), host, port,
	    cookie, session);
}

/* The end */

void
msnp_conversations_close(MsnpConversations *set, const GError *reason)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversations) self = g_object_ref(set);
	g_autoptr(GHashTable) conversations = NULL, chats = NULL;
	GHashTableIter iter;
	gpointer value;

	if (set->closed)
		return;
	set->closed = TRUE;
	/* Callbacks may ask the set for a conversation: it gets another, closed like these. */
	conversations = g_steal_pointer(&set->conversations);
	set->conversations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	g_hash_table_iter_init(&iter, conversations);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		msnp_conversation_close(value, reason);
	chats = g_steal_pointer(&set->chats);
	set->chats = g_hash_table_new_full(NULL, NULL, NULL, g_object_unref);
	g_hash_table_iter_init(&iter, chats);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		msnp_chat_close(value, reason);
}

MsnpConversations *
msnp_conversations_new(MsnpConnector *connector, MsnpClock *clock, MsnpRandom *random,
		       const char *own_handle, const MsnpConversationsHost *host,
		       gpointer host_data)
{
	MsnpConversations *set = g_object_new(MSNP_TYPE_CONVERSATIONS, NULL);

	set->shared.random = msnp_random_ref(random);
	set->shared.connector = g_object_ref(connector);
	set->shared.clock = msnp_clock_ref(clock);
	set->shared.own_handle = g_strdup(own_handle);
	set->shared.host = host;
	set->shared.host_data = host_data;
	return set;
}

static void
msnp_conversations_dispose(GObject *object)
{
	g_autoptr(GError) reason =
	    g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CLOSED, "the session is gone");

	msnp_conversations_close(MSNP_CONVERSATIONS(object), reason);
	G_OBJECT_CLASS(msnp_conversations_parent_class)->dispose(object);
}

static void
msnp_conversations_finalize(GObject *object)
{
	MsnpConversations *set = MSNP_CONVERSATIONS(object);

	g_hash_table_unref(set->conversations);
	g_hash_table_unref(set->chats);
	g_hash_table_unref(set->shared.offline);
	msnp_rate_free(set->shared.rings);
	msnp_rate_free(set->shared.nudges);
	msnp_rate_free(set->shared.declines);
	msnp_rate_free(set->shared.cookies);
	msnp_random_unref(set->shared.random);
	g_object_unref(set->shared.connector);
	g_clear_object(&set->shared.gateway);
	msnp_clock_unref(set->shared.clock);
	g_free(set->shared.own_handle);
	G_OBJECT_CLASS(msnp_conversations_parent_class)->finalize(object);
}

static void
add_signal(MsnpConversationsClass *klass, const char *name, guint n_params, const GType *params)
{
	g_signal_newv(name, G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
		      G_TYPE_NONE, n_params, (GType *)params);
}

static void
msnp_conversations_class_init(MsnpConversationsClass *klass)
{
	const GType message[] = { MSNP_TYPE_CONVERSATION, G_TYPE_STRING, G_TYPE_STRING,
				  G_TYPE_POINTER, G_TYPE_POINTER };
	const GType chat_message[] = { MSNP_TYPE_CHAT, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_POINTER,
				       G_TYPE_POINTER };
	const GType began[] = { MSNP_TYPE_CHAT, MSNP_TYPE_CONVERSATION, G_TYPE_STRING };
	const GType left[] = { MSNP_TYPE_CHAT, G_TYPE_STRING, G_TYPE_BOOLEAN };

	G_OBJECT_CLASS(klass)->dispose = msnp_conversations_dispose;
	G_OBJECT_CLASS(klass)->finalize = msnp_conversations_finalize;
	add_signal(klass, "message", 5, message);
	add_signal(klass, "typing", 2, message);
	add_signal(klass, "chat-began", 3, began);
	add_signal(klass, "chat-joined", 3, chat_message);
	add_signal(klass, "chat-left", 3, left);
	add_signal(klass, "chat-message", 5, chat_message);
	add_signal(klass, "chat-ended", 1, chat_message);
}

static void
msnp_conversations_init(MsnpConversations *set)
{
	set->conversations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	set->chats = g_hash_table_new_full(NULL, NULL, NULL, g_object_unref);
	set->shared.offline = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	set->shared.rings = msnp_rate_new(MSNP_RINGS_PER_MINUTE, MINUTE_MS);
	set->shared.nudges = msnp_rate_new(1, MSNP_NUDGE_INTERVAL_MS);
	set->shared.declines = msnp_rate_new(MSNP_DECLINES_PER_MINUTE, MINUTE_MS);
	set->shared.cookies = msnp_rate_new(1, COOKIE_MEMORY_MS);
}
