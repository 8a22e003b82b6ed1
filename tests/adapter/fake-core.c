/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A core made of paper, behind the headers of src/core that the adapter sees: it records what it is
 * asked, and says what the test tells it to say.
 */
#include "fake-core.h"

struct _MsnpSession {
	GObject parent;
	GTask *sign_on;
	gboolean closed;
	gboolean signed_on;
	MsnpConversations *conversations;
};
G_DEFINE_TYPE(MsnpSession, msnp_session, G_TYPE_OBJECT)

struct _MsnpConversations {
	GObject parent;
	GHashTable *by_handle;
};
G_DEFINE_TYPE(MsnpConversations, msnp_conversations, G_TYPE_OBJECT)

struct _MsnpConversation {
	GObject parent;
	char *handle;
};
G_DEFINE_TYPE(MsnpConversation, msnp_conversation, G_TYPE_OBJECT)

MsnpSessionConfig fake_config;
static MsnpSession *session;
static gboolean roster_is_loaded;
static GQueue texts = G_QUEUE_INIT; /* GTask: whatever is on its way to others */
static GQueue edits = G_QUEUE_INIT; /* GTask */

/* ---- Conversations ---- */

static void
msnp_conversation_finalize(GObject *object)
{
	g_free(MSNP_CONVERSATION(object)->handle);
	G_OBJECT_CLASS(msnp_conversation_parent_class)->finalize(object);
}

static void
msnp_conversation_class_init(MsnpConversationClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_conversation_finalize;
}

static void
msnp_conversation_init(MsnpConversation *self G_GNUC_UNUSED)
{
}

static void
msnp_conversations_finalize(GObject *object)
{
	g_hash_table_unref(MSNP_CONVERSATIONS(object)->by_handle);
	G_OBJECT_CLASS(msnp_conversations_parent_class)->finalize(object);
}

static void
msnp_conversations_class_init(MsnpConversationsClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = msnp_conversations_finalize;
	g_signal_new("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
		     MSNP_TYPE_CONVERSATION, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_POINTER,
		     G_TYPE_POINTER);
	g_signal_new("typing", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
		     MSNP_TYPE_CONVERSATION, G_TYPE_STRING);
	fake_chat_signals(type);
}

static void
msnp_conversations_init(MsnpConversations *self)
{
	self->by_handle = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
}

MsnpConversation *
msnp_conversations_with(MsnpConversations *set, const char *handle)
{
	MsnpConversation *conversation = g_hash_table_lookup(set->by_handle, handle);

	if (!conversation) {
		conversation = g_object_new(MSNP_TYPE_CONVERSATION, NULL);
		conversation->handle = g_strdup(handle);
		g_hash_table_insert(set->by_handle, g_strdup(handle), conversation);
	}
	return conversation;
}

MsnpConversation *
fake_conversation(const char *handle)
{
	return msnp_conversations_with(session->conversations, handle);
}

const char *
msnp_conversation_handle(MsnpConversation *conversation)
{
	return conversation->handle;
}

void
fake_underway(gpointer source, GAsyncReadyCallback callback, gpointer data)
{
	g_queue_push_tail(&texts, g_task_new(source, NULL, callback, data));
}

void
fake_sending(const char *to, const char *text, const MsnpTextFormat *format, MsnpSendFlags flags)
{
	g_autofree char *shown = g_strescape(text, "\xc3\xa4\xe2\x82\xac");
	g_autofree char *plain = msnp_text_format_write(NULL);
	g_autofree char *looks = msnp_text_format_write(format);

	event("core send %s: %s%s%s%s", to, shown, g_str_equal(looks, plain) ? "" : " | ",
	      g_str_equal(looks, plain) ? "" : looks,
	      flags & MSNP_SEND_AUTOMATIC ? " (automatic)" : "");
}

void
msnp_conversation_send_text_async(MsnpConversation *conversation, const char *text,
				  const MsnpTextFormat *format, MsnpSendFlags flags,
				  GAsyncReadyCallback callback, gpointer data)
{
	fake_sending(conversation->handle, text, format, flags);
	fake_underway(conversation, callback, data);
}

void
msnp_conversation_send_nudge_async(MsnpConversation *conversation, GAsyncReadyCallback callback,
				   gpointer data)
{
	event("core nudge %s", conversation->handle);
	fake_underway(conversation, callback, data);
}

gboolean
msnp_conversation_send_nudge_finish(MsnpConversation *conversation G_GNUC_UNUSED,
				    GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_conversation_invite_async(MsnpConversation *conversation, const char *handle,
			       GAsyncReadyCallback callback, gpointer data)
{
	event("core invite %s to %s", handle, conversation->handle);
	fake_underway(conversation, callback, data);
}

gboolean
msnp_conversation_invite_finish(MsnpConversation *conversation G_GNUC_UNUSED, GAsyncResult *result,
				GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
msnp_conversation_send_text_finish(MsnpConversation *conversation G_GNUC_UNUSED,
				   GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
fake_text_done(GError *error)
{
	g_autoptr(GTask) task = g_queue_pop_head(&texts);

	g_assert_nonnull(task);
	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
	run_main_loop();
}

void
fake_chat_opened(MsnpChat *chat, GError *error)
{
	g_autoptr(GTask) task = g_queue_pop_head(&texts);

	g_assert_nonnull(task);
	if (error) {
		g_task_return_error(task, error);
	} else {
		fake_chat_began(chat, NULL, NULL);
		g_task_return_pointer(task, g_object_ref(chat), g_object_unref);
	}
	run_main_loop();
}

gboolean
msnp_conversation_send_typing(MsnpConversation *conversation)
{
	event("core typing %s", conversation->handle);
	return TRUE;
}

void
msnp_conversation_leave(MsnpConversation *conversation)
{
	event("core leave %s", conversation->handle);
}

/* ---- Session ---- */

static void
msnp_session_finalize(GObject *object)
{
	MsnpSession *self = MSNP_SESSION(object);

	g_assert_true(self->closed);
	g_assert_null(self->sign_on);
	g_clear_object(&self->conversations);
	session = NULL;
	G_OBJECT_CLASS(msnp_session_parent_class)->finalize(object);
}

static void
msnp_session_class_init(MsnpSessionClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->finalize = msnp_session_finalize;
	g_signal_new("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_INT);
	g_signal_new("roster-loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	g_signal_new("roster-confirmed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		     0);
	g_signal_new("contact-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
		     2, G_TYPE_POINTER, G_TYPE_UINT);
	g_signal_new("request", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_POINTER);
	g_signal_new("own-name", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_STRING);
	g_signal_new("server-stops", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_UINT);
	g_signal_new("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
		     G_TYPE_ERROR);
	fake_session_signals(type);
}

static void
msnp_session_init(MsnpSession *self G_GNUC_UNUSED)
{
}

static void
config_clear(void)
{
	g_free((char *)fake_config.handle);
	g_clear_pointer(&fake_config.password, msnp_secret_unref);
	g_clear_pointer(&fake_config.preset, msnp_preset_unref);
	g_clear_object(&fake_config.proxy_resolver);
	g_clear_object(&fake_config.connector);
	g_free((char *)fake_config.machine_guid);
	g_free((char *)fake_config.message);
	g_free((char *)fake_config.display_name);
	g_free((char *)fake_config.roster_file);
	memset(&fake_config, 0, sizeof fake_config);
}

MsnpSession *
msnp_session_new(const MsnpSessionConfig *config)
{
	config_clear();
	fake_config = *config;
	fake_config.handle = g_strdup(config->handle);
	msnp_secret_ref(fake_config.password);
	msnp_preset_ref(fake_config.preset);
	g_object_ref(fake_config.connector);
	if (fake_config.proxy_resolver)
		g_object_ref(fake_config.proxy_resolver);
	fake_config.machine_guid = g_strdup(config->machine_guid);
	fake_config.message = g_strdup(config->message);
	fake_config.display_name = g_strdup(config->display_name);
	fake_config.roster_file = g_strdup(config->roster_file);
	session = g_object_new(MSNP_TYPE_SESSION, NULL);
	return session;
}

MsnpSession *
fake_session(void)
{
	return session;
}

void
msnp_session_sign_on_async(MsnpSession *self, GAsyncReadyCallback callback, gpointer data)
{
	event("core sign on");
	self->sign_on = g_task_new(self, NULL, callback, data);
}

gboolean
msnp_session_sign_on_finish(MsnpSession *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
fake_sign_on_done(GError *error)
{
	g_autoptr(GTask) task = g_steal_pointer(&session->sign_on);

	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
	run_main_loop();
}

static void
need_conversations(void)
{
	if (!session->conversations)
		session->conversations = g_object_new(MSNP_TYPE_CONVERSATIONS, NULL);
}

void
fake_progress(MsnpStep step)
{
	if (step == MSNP_STEP_SIGNED_ON) {
		need_conversations();
		session->signed_on = TRUE;
	}
	g_signal_emit_by_name(session, "progress", (int)step);
}

void
fake_roster_loaded(void)
{
	roster_is_loaded = TRUE;
	g_signal_emit_by_name(session, "roster-loaded");
}

void
fake_roster_confirmed(void)
{
	need_conversations();
	g_signal_emit_by_name(session, "roster-confirmed");
}

void
fake_roster_fetched(void)
{
	fake_roster_loaded();
	fake_roster_confirmed();
}

void
fake_contact_changed(MsnpContact *contact, guint changes)
{
	g_signal_emit_by_name(session, "contact-changed", contact, changes);
}

void
fake_request(MsnpContact *contact)
{
	g_signal_emit_by_name(session, "request", contact);
}

void
fake_message_fill(MsnpMessage *message, const char *body)
{
	const char *header = body[0] == '!' ? strchr(body, '\n') : NULL;
	g_autofree char *value = header ? g_strndup(body + 1, (gsize)(header - body) - 1) : NULL;
	char *colon = value ? strchr(value, ':') : NULL;

	if (colon) {
		*colon = '\0';
		msnp_message_add_header(message, value, colon + 1);
		fake_message_fill(message, header + 1);
		return;
	}
	msnp_message_set_body(message, body, -1);
}

void
fake_message(const char *handle, const char *type, const char *body)
{
	g_autoptr(MsnpMessage) message = msnp_message_new(type);
	g_autoptr(MsnpContent) content = NULL;

	fake_message_fill(message, body);
	content = msnp_content_read(message, handle);
	if (content->kind == MSNP_CONTENT_INVITATION)
		content->invitation->declined = *content->invitation->cookie != '\0';
	g_signal_emit_by_name(session->conversations, "message", fake_conversation(handle), handle,
			      "A Name", message, content);
}

void
msnp_session_close(MsnpSession *self)
{
	if (self->closed)
		return;
	event("core close");
	self->closed = TRUE;
	if (self->sign_on) {
		g_autoptr(GTask) task = g_steal_pointer(&self->sign_on);

		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
	}
	while (!g_queue_is_empty(&texts)) {
		g_autoptr(GTask) task = g_queue_pop_head(&texts);

		g_task_return_new_error(task, MSNP_ERROR, MSNP_ERROR_NETWORK, "closed");
	}
	while (!g_queue_is_empty(&edits)) {
		g_autoptr(GTask) task = g_queue_pop_head(&edits);

		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed");
	}
	fake_session_close();
}

gboolean
msnp_session_is_signed_on(MsnpSession *self)
{
	return self->signed_on && !self->closed;
}

const char *
msnp_session_handle(MsnpSession *self G_GNUC_UNUSED)
{
	return fake_config.handle;
}

const char *
msnp_session_own_name(MsnpSession *self G_GNUC_UNUSED)
{
	return "Alice <3";
}

static const char *const edit_names[] = {
	"add",     "remove", "put",      "take",     "move",     "block",
	"unblock", "allow",  "disallow", "accept",   "decline",  "alias",
	"group",   "rename", "delete",   "own name", "everyone", "listed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(edit_names) == MSNP_N_EDITS);

/* edit KIND HANDLE OLD_GROUP -> GROUP "TEXT", of which what is not there is left out. */
void
msnp_session_edit_async(MsnpSession *self, const MsnpEdit *edit, GAsyncReadyCallback callback,
			gpointer data)
{
	g_autoptr(GString) line = g_string_new("edit ");

	g_assert_true(self->signed_on && !self->closed);
	g_string_append(line, edit_names[edit->kind]);
	if (edit->handle)
		g_string_append_printf(line, " %s", edit->handle);
	if (edit->old_group)
		g_string_append_printf(line, " %s", edit->old_group);
	if (edit->group)
		g_string_append_printf(line, " -> %s", edit->group);
	if (edit->text)
		g_string_append_printf(line, " \"%s\"", edit->text);
	event("%s", line->str);
	g_queue_push_tail(&edits, g_task_new(self, NULL, callback, data));
}

gboolean
msnp_session_edit_finish(MsnpSession *self G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
fake_edit_done(GError *error)
{
	g_autoptr(GTask) task = g_queue_pop_head(&edits);

	g_assert_nonnull(task);
	if (error)
		g_task_return_error(task, error);
	else
		g_task_return_boolean(task, TRUE);
	run_main_loop();
}

MsnpRoster *
msnp_session_roster(MsnpSession *self G_GNUC_UNUSED)
{
	return roster_is_loaded ? fake_roster() : NULL;
}

MsnpConversations *
msnp_session_conversations(MsnpSession *self)
{
	return self->conversations;
}

void
msnp_session_set_status(MsnpSession *self G_GNUC_UNUSED, MsnpStatus status, const char *message)
{
	event("core status %s %s", msnp_status_code(status), message);
}

void
msnp_session_set_idle(MsnpSession *self G_GNUC_UNUSED, gboolean idle)
{
	event("core idle %d", idle);
}

void
fake_core_stop(void)
{
	run_main_loop();
	g_assert_null(session);
	fake_session_stop();
	config_clear();
	fake_roster_stop();
	fake_rooms_stop();
	roster_is_loaded = FALSE;
}
