/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of conversations share. See conversation-fixture.h.
 */
#include "conversation-fixture.h"

/* The host */

static void
request_room_async(gpointer host, GCancellable *cancellable, GAsyncReadyCallback callback,
		   gpointer data)
{
	Fixture *f = host;

	g_assert_false(f->closed);
	f->n_xfrs++;
	g_ptr_array_add(f->xfrs, g_task_new(f->connector, cancellable, callback, data));
}

static MsnpCommand *
request_room_finish(gpointer host, GAsyncResult *result, GError **error)
{
	g_assert_false(((Fixture *)host)->closed);
	return g_task_propagate_pointer(G_TASK(result), error);
}

static gboolean
may_ring(gpointer host, G_GNUC_UNUSED const char *handle)
{
	g_assert_false(((Fixture *)host)->closed);
	return !((Fixture *)host)->nobody_may_ring;
}

static void
send_offline_async(gpointer host, const char *handle, const char *text,
		   GAsyncReadyCallback callback, gpointer data)
{
	Fixture *f = host;

	g_assert_false(f->closed);
	g_string_append_printf(f->events, "oim %s:%s;", handle, text);
	g_ptr_array_add(f->offline, g_task_new(f->connector, NULL, callback, data));
}

static gboolean
is_federated(G_GNUC_UNUSED gpointer host, const char *handle)
{
	return g_str_equal(handle, "yan@example.net");
}

static void
send_federated_async(gpointer host, const char *handle, MsnpMessage *message,
		     GAsyncReadyCallback callback, gpointer data)
{
	Fixture *f = host;
	g_autofree char *text = msnp_message_text(message);

	g_assert_false(f->closed);
	g_strstrip(text);
	g_string_append_printf(f->events, "uum %s:%s;", handle,
			       *text ? text : msnp_message_type(message));
	g_ptr_array_add(f->federated, g_task_new(f->connector, NULL, callback, data));
}

static gboolean
way_finish(gpointer host, GAsyncResult *result, GError **error)
{
	g_assert_false(((Fixture *)host)->closed);
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
set_up_ways(Fixture *f)
{
	f->host.send_offline_async = send_offline_async;
	f->host.send_offline_finish = way_finish;
	f->host.is_federated = is_federated;
	f->host.send_federated_async = send_federated_async;
	f->host.send_federated_finish = way_finish;
}

/* Answers the oldest XFR: with a line, or with an error number. */
void
answer_xfr(Fixture *f, const char *line)
{
	g_autoptr(GTask) task = NULL;
	guint number = (guint)g_ascii_strtoull(line, NULL, 10);

	test_until(f->xfrs->len > 0);
	task = g_ptr_array_steal_index(f->xfrs, 0);
	if (number)
		g_task_return_new_error(task, MSNP_SERVER_ERROR, (int)number, "error %u", number);
	else
		g_task_return_pointer(task, msnp_command_new(line, strlen(line), NULL, NULL),
				      (GDestroyNotify)msnp_command_unref);
}

/* What is heard of the set */

static const char *
what(const MsnpContent *content, const char *text)
{
	if (content->kind == MSNP_CONTENT_TEXT)
		return text;
	if (content->kind == MSNP_CONTENT_INVITATION && content->invitation->declined)
		return "invitation, declined";
	return msnp_content_name(content->kind);
}

static void
on_message(MsnpConversations *set, MsnpConversation *conversation, const char *handle,
	   const char *name, MsnpMessage *message, const MsnpContent *content, gpointer data)
{
	Fixture *f = data;
	g_autofree char *text = msnp_message_text(message);

	g_assert_true(MSNP_IS_CONVERSATIONS(set));
	g_string_append_printf(f->events, "%s/%s(%s):%s;", msnp_conversation_handle(conversation),
			       handle, name, what(content, text));
}

static void
on_typing(G_GNUC_UNUSED MsnpConversations *set, MsnpConversation *conversation, const char *handle,
	  gpointer data)
{
	g_string_append_printf(((Fixture *)data)->events, "%s/%s types;",
			       msnp_conversation_handle(conversation), handle);
}

/* What is heard of chats */

static void
on_chat_began(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat, MsnpConversation *from,
	      const char *by, gpointer data)
{
	Fixture *f = data;
	const GPtrArray *members = msnp_chat_members(chat);

	g_set_object(&f->chat, chat);
	g_string_append_printf(f->events, "chat(from %s, by %s",
			       from ? msnp_conversation_handle(from) : "-", by ? by : "-");
	for (guint i = 0; i < members->len; i++) {
		const MsnpChatMember *member = members->pdata[i];

		g_string_append_printf(f->events, " %s=%s", member->handle, member->name);
	}
	g_string_append(f->events, ");");
}

static void
on_chat_joined(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat, const char *handle,
	       const char *name, gpointer data)
{
	Fixture *f = data;

	g_assert_true(chat == f->chat);
	g_string_append_printf(f->events, "+%s(%s);", handle, name);
}

static void
on_chat_left(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat, const char *handle,
	     gboolean idle, gpointer data)
{
	Fixture *f = data;

	g_assert_true(chat == f->chat);
	g_string_append_printf(f->events, "-%s%s;", handle, idle ? "(idle)" : "");
}

static void
on_chat_message(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat, const char *handle,
		const char *name, MsnpMessage *message, const MsnpContent *content, gpointer data)
{
	Fixture *f = data;
	g_autofree char *text = msnp_message_text(message);

	g_assert_true(chat == f->chat);
	g_string_append_printf(f->events, "chat/%s(%s):%s;", handle, name, what(content, text));
}

static void
on_chat_ended(MsnpConversations *set, MsnpChat *chat, gpointer data)
{
	Fixture *f = data;

	g_assert_null(msnp_conversations_find_chat(set, msnp_chat_id(chat)));
	g_string_append(f->events, "chat ended;");
}

void
set_up(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	f->host.request_room_async = request_room_async;
	f->host.request_room_finish = request_room_finish;
	f->host.may_ring = may_ring;
	f->offline = g_ptr_array_new_with_free_func(g_object_unref);
	f->federated = g_ptr_array_new_with_free_func(g_object_unref);
	f->clock = msnp_clock_new_manual();
	f->connector = test_connector_new();
	f->events = g_string_new(NULL);
	f->xfrs = g_ptr_array_new_with_free_func(g_object_unref);
	f->random = msnp_random_new_seeded(1);
	f->set = msnp_conversations_new(f->connector, f->clock, f->random, "alice@example.com",
					&f->host, f);
	f->bob = g_object_ref(msnp_conversations_with(f->set, "Bob@Example.com"));
	g_signal_connect(f->set, "message", G_CALLBACK(on_message), f);
	g_signal_connect(f->set, "typing", G_CALLBACK(on_typing), f);
	g_signal_connect(f->set, "chat-began", G_CALLBACK(on_chat_began), f);
	g_signal_connect(f->set, "chat-joined", G_CALLBACK(on_chat_joined), f);
	g_signal_connect(f->set, "chat-left", G_CALLBACK(on_chat_left), f);
	g_signal_connect(f->set, "chat-message", G_CALLBACK(on_chat_message), f);
	g_signal_connect(f->set, "chat-ended", G_CALLBACK(on_chat_ended), f);
}

void
sign_off(Fixture *f)
{
	g_autoptr(GError) reason = msnp_error_new(MSNP_ERROR_NETWORK, 0, "signed off");

	msnp_conversations_close(f->set, reason);
	f->closed = TRUE;
}

/* Answers that come too late. */
static void
fail_all(GPtrArray *tasks)
{
	for (guint i = 0; i < tasks->len; i++)
		g_task_return_new_error(tasks->pdata[i], G_IO_ERROR, G_IO_ERROR_FAILED, "late");
	g_ptr_array_unref(tasks);
}

void
tear_down(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	gsize events;

	sign_off(f);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	events = f->events->len;
	fail_all(f->xfrs);
	fail_all(f->offline);
	fail_all(f->federated);
	test_settle();
	/* Nothing is called after the close. */
	g_assert_cmpuint(f->events->len, ==, events);
	g_assert_finalize_object(f->bob);
	if (f->chat)
		g_assert_finalize_object(f->chat);
	g_assert_finalize_object(f->set);
	g_object_unref(f->connector);
	msnp_clock_unref(f->clock);
	msnp_random_unref(f->random);
	g_string_free(f->events, TRUE);
}

void
expect_events(Fixture *f, const char *expected)
{
	test_settle();
	g_assert_cmpstr(f->events->str, ==, expected);
	g_string_truncate(f->events, 0);
}

typedef struct {
	Fixture *f;
	char *label;
} Label;

gpointer
labelled(Fixture *f, const char *label)
{
	Label *labelled = g_new(Label, 1);

	*labelled = (Label){ f, g_strdup(label) };
	return labelled;
}

/* All outcomes are GTasks; only that of a new chat has a value. */
void
on_told(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autofree Label *told = data;
	g_autofree char *label = told->label;
	g_autoptr(GError) error = NULL;
	gboolean ok;

	if (MSNP_IS_CONVERSATIONS(source)) {
		g_autoptr(MsnpChat) chat =
		    msnp_conversations_open_chat_finish(MSNP_CONVERSATIONS(source), result, &error);

		ok = chat != NULL;
	} else {
		ok = g_task_propagate_boolean(G_TASK(result), &error);
	}
	if (ok) {
		g_string_append_printf(told->f->events, "%s ok;", label);
		return;
	}
	g_assert_true(error->domain == MSNP_ERROR);
	g_string_append_printf(told->f->events, "%s %d/%u;", label, error->code,
			       msnp_error_number(error));
}

void
send_labelled(Fixture *f, const char *label, const char *text)
{
	msnp_conversation_send_text_async(f->bob, text, NULL, 0, on_told, labelled(f, label));
}

/* The text is its own label. */
void
send_text(Fixture *f, const char *text)
{
	send_labelled(f, text, text);
}

void
ring(Fixture *f, const char *line)
{
	g_autoptr(MsnpCommand) command = msnp_command_new(line, strlen(line), NULL, NULL);

	msnp_conversations_ring(f->set, command);
}

TestPeer *
peer(Fixture *f, guint n)
{
	return test_connector_peer(f->connector, n);
}

/* Rooms: the peer n plays the server up to the point where bob is in. */

void
play_ringing(Fixture *f, guint n)
{
	static const TestStep steps[] = {
		{ 'C', "USR 1 alice@example.com 5ceaf118b27522ce5f81\r\n" },
		{ 'S', "USR 1 OK alice@example.com Alice\r\n" },
		{ 'C', "CAL 2 bob@example.com\r\n" },
		{ 'S', "CAL 2 RINGING 75c5651fecded6d7b831c36028067e2\r\n" },
		{ 0 },
	};

	test_peer_play(peer(f, n), steps, -1);
}

void
play_call_with(Fixture *f, guint n, const char *capabilities)
{
	g_autofree char *join = g_strdup_printf("JOI bob@example.com Bob %s\r\n", capabilities);

	play_ringing(f, n);
	test_peer_send(peer(f, n), join);
}

void
play_call(Fixture *f, guint n)
{
	play_call_with(f, n, "1073791020");
}

void
play_answer(Fixture *f, guint n)
{
	static const TestStep steps[] = {
		{ 'C', "ANS 1 alice@example.com 0d9f 75c5\r\n" },
		{ 'S', "IRO 1 1 1 bob@example.com Bob 1073791020\r\n" },
		{ 'S', "ANS 1 OK\r\n" },
		{ 0 },
	};

	test_peer_play(peer(f, n), steps, -1);
}

void
expect_text(Fixture *f, guint n, guint trid, const char *text)
{
	g_autofree char *line = g_strdup_printf("MSG %u A %" G_GSIZE_FORMAT "\r\n%s%s", trid,
						HEAD_LENGTH + strlen(text), HEAD, text);

	test_peer_expect(peer(f, n), line);
}

void
say_payload(Fixture *f, guint n, const char *handle, const char *payload)
{
	g_autofree char *line = g_strdup_printf("MSG %s Name %" G_GSIZE_FORMAT "\r\n%s", handle,
						strlen(payload), payload);

	test_peer_send(peer(f, n), line);
}

void
say(Fixture *f, guint n, const char *handle, const char *text)
{
	g_autofree char *payload = g_strconcat(HEAD, text, NULL);

	say_payload(f, n, handle, payload);
}

void
open_room_with(Fixture *f, const char *capabilities)
{
	send_text(f, "a");
	answer_xfr(f, XFR);
	play_call_with(f, 0, capabilities);
	expect_text(f, 0, 3, "a");
	test_peer_send(peer(f, 0), "ACK 3\r\n");
	expect_events(f, "a ok;");
}

void
open_room(Fixture *f)
{
	open_room_with(f, "1073791020");
}

char *
failed(const char *label, int code, guint number)
{
	return g_strdup_printf("%s %d/%u;", label, code, number);
}

void
expect_failed(Fixture *f, const char *label, int code, guint number)
{
	g_autofree char *expected = failed(label, code, number);

	expect_events(f, expected);
}
