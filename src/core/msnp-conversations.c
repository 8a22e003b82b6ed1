/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conversations of a session, by handle, and the rings of others.
 */
#include "core/msnp-conversations.h"

#include "core/msnp-conversation-private.h"
#include "core/msnp-error.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"

#define RING_MEMORY_US G_TIME_SPAN_MINUTE

struct _MsnpConversations {
	GObject parent;
	MsnpConversationsShared shared;
	GHashTable *conversations; /* handle -> MsnpConversation */
	GQueue rings;              /* Ring*, of the last minute, oldest first */
	gboolean closed;
};

typedef struct {
	char *handle;
	gint64 when;
} Ring;

G_DEFINE_TYPE(MsnpConversations, msnp_conversations, G_TYPE_OBJECT)

static void
ring_free(gpointer data)
{
	Ring *ring = data;

	g_free(ring->handle);
	g_free(ring);
}

MsnpConversationsShared *
msnp_conversations_shared(MsnpConversations *set)
{
	return &set->shared;
}

guint
msnp_conversations_n_rooms(MsnpConversations *set)
{
	GHashTableIter iter;
	gpointer conversation;
	guint n = 0;

	g_hash_table_iter_init(&iter, set->conversations);
	while (g_hash_table_iter_next(&iter, NULL, &conversation))
		n += msnp_conversation_n_rooms(conversation);
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

/* Whether this one rings too often; counts the ring if not. */
static gboolean
is_flood(MsnpConversations *set, const char *handle)
{
	gint64 now = msnp_clock_now(set->shared.clock);
	guint n = 0;
	Ring *ring;

	while ((ring = g_queue_peek_head(&set->rings)) && ring->when <= now - RING_MEMORY_US)
		ring_free(g_queue_pop_head(&set->rings));
	for (GList *l = set->rings.head; l; l = l->next)
		n += g_str_equal(((Ring *)l->data)->handle, handle);
	if (n >= MSNP_RINGS_PER_MINUTE)
		return TRUE;
	ring = g_new(Ring, 1);
	*ring = (Ring){ g_strdup(handle), now };
	g_queue_push_tail(&set->rings, ring);
	return FALSE;
}

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
	if (msnp_conversations_n_rooms(set) >= MSNP_SB_MAX)
		return "too many rooms";
	if (is_flood(set, inviter))
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
	msnp_conversation_answer(msnp_conversations_get(set, inviter), host, port, cookie, session);
}

void
msnp_conversations_close(MsnpConversations *set, const GError *reason)
{
	G_GNUC_UNUSED g_autoptr(MsnpConversations) self = g_object_ref(set);
	g_autoptr(GHashTable) conversations = NULL;
	GHashTableIter iter;
	gpointer conversation;

	if (set->closed)
		return;
	set->closed = TRUE;
	/* Callbacks may ask the set for a conversation: it gets another, closed like these. */
	conversations = g_steal_pointer(&set->conversations);
	set->conversations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	g_hash_table_iter_init(&iter, conversations);
	while (g_hash_table_iter_next(&iter, NULL, &conversation))
		msnp_conversation_close(conversation, reason);
}

MsnpConversations *
msnp_conversations_new(MsnpConnector *connector, MsnpClock *clock, const char *own_handle,
		       const MsnpConversationsHost *host, gpointer host_data)
{
	MsnpConversations *set = g_object_new(MSNP_TYPE_CONVERSATIONS, NULL);

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
	g_queue_clear_full(&set->rings, ring_free);
	g_object_unref(set->shared.connector);
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
	const GType params[] = { MSNP_TYPE_CONVERSATION, G_TYPE_STRING, G_TYPE_STRING,
				 G_TYPE_POINTER };

	G_OBJECT_CLASS(klass)->dispose = msnp_conversations_dispose;
	G_OBJECT_CLASS(klass)->finalize = msnp_conversations_finalize;
	add_signal(klass, "message", 4, params);
	add_signal(klass, "typing", 2, params);
	add_signal(klass, "joined", 3, params);
	add_signal(klass, "left", 2, params);
}

static void
msnp_conversations_init(MsnpConversations *set)
{
	set->conversations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
	g_queue_init(&set->rings);
}
