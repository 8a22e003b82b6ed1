/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rung 3: the core with the bundled loopback service, its behaviours and faults: whatever the
 * server does, a sign-on ends, well or in an error that fits; and the strict server has nothing to
 * complain about.
 */
#include <string.h>

#include "bot/msnp-bot.h"
#include "server/msnp-server.h"
#include "support/test-support.h"
#include "util/msnp-log.h"

static const char ACCOUNTS[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"a<&>\\\"'b 0123\", \"name\": \"Alice\","
    "  \"groups\": [\"Friends & co\"], \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"],"
    "    \"groups\": [\"Friends & co\"] },"
    "  { \"handle\": \"carol@example.com\", \"name\": \"Carol\", \"lists\": [\"FL\", \"AL\", \"RL\"] },"
    "  { \"handle\": \"mallory@example.com\", \"name\": \"Mallory\", \"lists\": [\"BL\", \"RL\"] } ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"0123456\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ],"
    "  \"presence\": { \"status\": \"AWY\", \"message\": \"1 < 2 & so on\" } },"
    "{ \"handle\": \"mallory@example.com\", \"password\": \"mallory\", \"name\": \"Mallory\" } ] }";

#define ALICE    "alice@example.com"
#define ALICE_PW "a<&>\"'b 0123"
#define BOB      "bob@example.com"
#define BOB_PW   "0123456"
#define MALLORY  "mallory@example.com"

typedef struct {
	MsnpServer *server;
	MsnpConnector *connector;
	MsnpClock *clock;
	MsnpRandom *random;
	MsnpPreset *preset;
} Service;

static void
service_init(Service *service, const MsnpServerOptions *options)
{
	static const MsnpServerOptions DEFAULTS = { 0 };
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);
	g_autoptr(GError) error = NULL;

	memset(service, 0, sizeof *service);
	service->server = msnp_server_new(options ? options : &DEFAULTS, ACCOUNTS, &error);
	g_assert_no_error(error);
	msnp_server_start(service->server, &error);
	g_assert_no_error(error);
	service->connector = msnp_direct_connector_new();
	service->clock = msnp_clock_new_manual();
	service->random = msnp_random_new_seeded(7);
	service->preset = msnp_preset_resolve(msnp_presets_find(presets, "custom"), "127.0.0.1",
					      msnp_server_ns_port(service->server),
					      msnp_server_base_url(service->server), &error);
	g_assert_no_error(error);
}

static void
service_clear(Service *service)
{
	msnp_server_stop(service->server);
	g_object_unref(service->server);
	g_object_unref(service->connector);
	msnp_random_unref(service->random);
	msnp_preset_unref(service->preset);
	g_assert_cmpuint(msnp_clock_pending(service->clock), ==, 0);
	msnp_clock_unref(service->clock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Service, service_clear)

static void
assert_no_complaints(Service *service)
{
	GPtrArray *complaints = msnp_server_complaints(service->server);

	for (guint i = 0; i < complaints->len; i++)
		g_test_message("%s", (char *)g_ptr_array_index(complaints, i));
	g_assert_cmpuint(complaints->len, ==, 0);
}

static void
add_fault(Service *service, const char *fault)
{
	g_autoptr(GError) error = NULL;

	msnp_server_add_fault(service->server, fault, &error);
	g_assert_no_error(error);
}

/* A client: a session, and what it was told. */
typedef struct {
	MsnpSession *session;
	MsnpClock *clock; /* the service's */
	TestResult result;
	GString *said; /* "handle: text|" */
	GError *closed;
} Client;

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, GError *error, gpointer data)
{
	Client *client = data;

	g_assert_null(client->closed);
	client->closed = g_error_copy(error);
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	   const char *handle, const char *name G_GNUC_UNUSED, MsnpMessage *message,
	   const MsnpContent *content, gpointer data)
{
	Client *client = data;
	g_autofree char *text = msnp_message_text(message);

	const char *format = msnp_message_header(message, MSNP_TEXT_FORMAT_HEADER);

	g_string_append_printf(
	    client->said, "%s: %s%s|", handle, format && strstr(format, "EF=B;") ? "bold " : "",
	    content->kind == MSNP_CONTENT_TEXT ? text : msnp_content_name(content->kind));
}

static void
on_typing(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	  const char *handle, gpointer data)
{
	Client *client = data;

	g_string_append_printf(client->said, "%s types|", handle);
}

static void
on_roster(MsnpSession *session, gpointer data)
{
	MsnpConversations *set = msnp_session_conversations(session);

	g_signal_connect(set, "message", G_CALLBACK(on_message), data);
	g_signal_connect(set, "typing", G_CALLBACK(on_typing), data);
}

static void
client_start_as(Client *client, Service *service, const char *handle, const char *password,
		MsnpStatus status, const char *message)
{
	g_autoptr(MsnpSecret) secret = msnp_secret_new(password);
	MsnpSessionConfig config = {
		.handle = handle,
		.password = secret,
		.preset = service->preset,
		.connector = service->connector,
		.clock = service->clock,
		.random = service->random,
		.capabilities = MSNP_CAPS_OURS,
		.status = status,
		.message = message,
	};

	memset(client, 0, sizeof *client);
	client->clock = service->clock;
	client->said = g_string_new(NULL);
	client->session = msnp_session_new(&config);
	g_signal_connect(client->session, "closed", G_CALLBACK(on_closed), client);
	g_signal_connect(client->session, "roster-loaded", G_CALLBACK(on_roster), client);
	msnp_session_sign_on_async(client->session, test_result_take, &client->result);
}

static void
client_start(Client *client, Service *service, const char *handle, const char *password)
{
	client_start_as(client, service, handle, password, MSNP_STATUS_ONLINE, NULL);
}

static void
client_clear(Client *client)
{
	if (!client->session)
		return;
	msnp_session_close(client->session);
	test_result_wait(&client->result);
	test_result_clear(&client->result);
	g_object_unref(client->session);
	g_string_free(client->said, TRUE);
	g_clear_error(&client->closed);
	client->session = NULL;
	test_settle();
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Client, client_clear)

static void
client_assert_signed_on(Client *client)
{
	g_autoptr(GError) error = NULL;

	msnp_session_sign_on_finish(client->session, test_result_wait(&client->result), &error);
	g_assert_no_error(error);
}

static MsnpContact *
client_contact(Client *client, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(msnp_session_roster(client->session), handle);

	g_assert_nonnull(contact);
	return contact;
}

/* Behaviours with which a sign-on must succeed. */
static const char *const FINE[] = {
	"",
	"escargot",
	"gcf-first",
	"gcf-late",
	"gcf-never",
	"huge-gcf",
	"no-sbs",
	"profile-late",
	"malformed-ubx",
	"chopped",
	"glued",
	"challenge",
	"huge-nickname",
	"silence=UUX",
	"silence=BLP",
	"silence=PRP",
	"error=BLP:218",
	"error=PRP:209",
	"error=PRP:800",
	"delay=ADL:20",
	"delay=FindMembership:20",
	"tokens-shuffled",
	"no-tb",
	"token-without-p",
	"token-empty-p",
	"equal-tokens",
	"no-service-header",
	"gzip",
	"raw-nicknames",
	"empty-object",
	"odd-lines",
	"rst-redirect=1",
};

static void
test_fine(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(FINE); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;

		g_test_message("behaviour \"%s\"", FINE[i]);
		service_init(&service, NULL);
		if (*FINE[i])
			add_fault(&service, FINE[i]);
		client_start(&alice, &service, ALICE, ALICE_PW);
		client_assert_signed_on(&alice);
		test_until(client_contact(&alice, "carol@example.com")->status == MSNP_STATUS_AWAY);
		test_until(
		    !strcmp(client_contact(&alice, "carol@example.com")->message, "1 < 2 & so on"));
		g_assert_cmpint(
		    client_contact(&alice, "mallory@example.com")->lists & MSNP_LIST_BLOCK, !=, 0);
		g_assert_cmpstr(msnp_session_own_name(alice.session), ==, "Alice");
		/* A server that does not hear or take BLP misses it. */
		if (!strstr(FINE[i], "BLP") && !strstr(FINE[i], "PRP"))
			assert_no_complaints(&service);
	}
}

static void
test_dialects_and_dispatch(void)
{
	static const MsnpServerOptions OPTIONS[] = {
		{ .dispatch = TRUE },
		{ .msnp13 = TRUE },
		{ .dispatch = TRUE, .msnp13 = TRUE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(OPTIONS); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		g_auto(Client) bob;

		service_init(&service, &OPTIONS[i]);
		client_start(&alice, &service, ALICE, ALICE_PW);
		client_start_as(&bob, &service, BOB, BOB_PW, MSNP_STATUS_LUNCH, "fish");
		client_assert_signed_on(&alice);
		client_assert_signed_on(&bob);
		test_until(client_contact(&alice, BOB)->status == MSNP_STATUS_LUNCH);
		test_until(!strcmp(client_contact(&alice, BOB)->message, "fish"));
		client_clear(&bob);
		test_until(client_contact(&alice, BOB)->status == MSNP_STATUS_OFFLINE);
		g_assert_cmpstr(client_contact(&alice, BOB)->message, ==, "");
		assert_no_complaints(&service);
	}
}

/* Behaviours with which it must fail, and how. */
static const struct {
	const char *fault;
	int code;
} FAILURES[] = {
	{ "rst=wrong-password", MSNP_ERROR_PASSWORD }, { "rst=503", MSNP_ERROR_BUSY },
	{ "error=USR:924", MSNP_ERROR_ACCOUNT },       { "error=USR:921", MSNP_ERROR_BUSY },
	{ "error=CVR:710", MSNP_ERROR_INCOMPATIBLE },
};

static void
test_failures(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(FAILURES); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		g_autoptr(GError) error = NULL;

		g_test_message("behaviour \"%s\"", FAILURES[i].fault);
		service_init(&service, NULL);
		add_fault(&service, FAILURES[i].fault);
		client_start(&alice, &service, ALICE, ALICE_PW);
		g_assert_false(msnp_session_sign_on_finish(
		    alice.session, test_result_wait(&alice.result), &error));
		g_assert_error(error, MSNP_ERROR, FAILURES[i].code);
	}
}

/* lesson_003: a new account without an address book. */
static void
test_no_address_book(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;

	service_init(&service, NULL);
	add_fault(&service, "ab-missing=1");
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&alice);
	assert_no_complaints(&service);
}

/* lesson_015, lesson_012: markup in passwords passes; a wrong one is refused as such. */
static void
test_wrong_password(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;
	g_autoptr(GError) error = NULL;

	service_init(&service, NULL);
	client_start(&alice, &service, ALICE, "a<&>\"'b 01234");
	g_assert_false(
	    msnp_session_sign_on_finish(alice.session, test_result_wait(&alice.result), &error));
	g_assert_error(error, MSNP_ERROR, MSNP_ERROR_PASSWORD);
}

/* The notification server's side cut after so many bytes, for many lengths up to that of a whole
 * sign-on: each attempt ends. */
static void
test_cut_everywhere(void)
{
	g_auto(Service) service;
	guint cut = 0;
	gboolean through = FALSE;

	service_init(&service, NULL);
	while (!through) {
		g_auto(Client) alice;
		g_autoptr(GError) error = NULL;
		g_autofree char *fault = g_strdup_printf("cut=NS:%u", cut);

		msnp_server_clear_faults(service.server);
		add_fault(&service, fault);
		client_start(&alice, &service, ALICE, ALICE_PW);
		if (msnp_session_sign_on_finish(alice.session, test_result_wait(&alice.result),
						&error))
			through = TRUE;
		else
			g_assert_true(error->domain == MSNP_ERROR);
		cut += 37;
		g_assert_cmpuint(cut, <, 20000);
	}
	g_assert_cmpuint(cut, >, 500);
}

/* lesson_021, servers.md 10: a server that minds capitals is asked once more, in lower case. */
static void
test_capitals(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;

	service_init(&service, NULL);
	add_fault(&service, "escargot");
	client_start(&alice, &service, " Alice@Example.COM", ALICE_PW);
	client_assert_signed_on(&alice);
	g_assert_cmpstr(msnp_session_handle(alice.session), ==, ALICE);
	assert_no_complaints(&service);
}

static void
test_elsewhere(void)
{
	g_auto(Service) service;
	g_auto(Client) first;
	g_auto(Client) second;

	service_init(&service, NULL);
	client_start(&first, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&first);
	client_start(&second, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&second);
	test_until(first.closed != NULL);
	g_assert_error(first.closed, MSNP_ERROR, MSNP_ERROR_ELSEWHERE);
	g_assert_true(msnp_session_is_signed_on(second.session));
}

static void
test_server_stops(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;

	service_init(&service, NULL);
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&alice);
	msnp_server_kick(service.server, ALICE, "SSD");
	test_until(alice.closed != NULL);
	g_assert_error(alice.closed, MSNP_ERROR, MSNP_ERROR_MAINTENANCE);
}

/* Sends a text and runs the loop, and the clock along with it, until its outcome: deadlines are
 * long against what the service needs for an answer. */
static void
send_text(Client *client, const char *to, const char *text, GError **error)
{
	MsnpConversation *conversation =
	    msnp_conversations_with(msnp_session_conversations(client->session), to);
	g_auto(TestResult) result = { NULL };

	msnp_conversation_send_text_async(conversation, text, NULL, 0, test_result_take, &result);
	while (!result.result) {
		test_settle();
		test_turn();
		if (!result.result)
			msnp_clock_advance(client->clock, 1000);
	}
	msnp_conversation_send_text_finish(conversation, result.result, error);
}

static void
test_chat(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;
	g_auto(Client) bob;
	g_autoptr(GError) error = NULL;

	service_init(&service, NULL);
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_start(&bob, &service, BOB, BOB_PW);
	client_assert_signed_on(&alice);
	client_assert_signed_on(&bob);
	test_until(client_contact(&alice, BOB)->status == MSNP_STATUS_ONLINE);
	send_text(&alice, BOB, "grüße <b>\nzweite Zeile", &error);
	g_assert_no_error(error);
	test_until(bob.said->len > 0);
	g_assert_cmpstr(bob.said->str, ==, "alice@example.com: grüße <b>\nzweite Zeile|");
	send_text(&bob, ALICE, "zurück", &error);
	g_assert_no_error(error);
	test_until(alice.said->len > 0);
	g_assert_cmpstr(alice.said->str, ==, "bob@example.com: zurück|");
	g_string_truncate(bob.said, 0);
	g_assert_true(msnp_conversation_send_typing(
	    msnp_conversations_with(msnp_session_conversations(alice.session), BOB)));
	test_until(bob.said->len > 0);
	g_assert_cmpstr(bob.said->str, ==, "alice@example.com types|");
	/* One room did for all of it; idle for a minute it goes, and the next text opens another.
	 */
	g_assert_cmpuint(msnp_server_n_rooms(service.server), ==, 2); /* connections */
	for (guint seconds = 0; seconds < 90; seconds++) {
		msnp_clock_advance(service.clock, 1000);
		test_settle();
	}
	test_until(msnp_server_n_rooms(service.server) == 0);
	g_string_truncate(bob.said, 0);
	send_text(&alice, BOB, "again", &error);
	g_assert_no_error(error);
	test_until(!strcmp(bob.said->str, "alice@example.com: again|"));
	assert_no_complaints(&service);
}

/* Where nothing can be left for somebody who is away. */
static void
leave_nothing(Service *service)
{
	g_free(service->preset->oim_url);
	service->preset->oim_url = g_strdup("");
}

/* Who is not there, and who is blocked, cannot be told apart; both are told to the writer. */
static void
test_not_delivered(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;
	g_auto(Client) mallory;
	g_autoptr(GError) offline = NULL;
	g_autoptr(GError) blocked = NULL;

	service_init(&service, NULL);
	leave_nothing(&service);
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_start(&mallory, &service, "mallory@example.com", "mallory");
	client_assert_signed_on(&alice);
	client_assert_signed_on(&mallory);
	send_text(&alice, BOB, "are you there?", &offline);
	g_assert_error(offline, MSNP_ERROR, MSNP_ERROR_OFFLINE);
	send_text(&mallory, ALICE, "hey", &blocked);
	g_assert_error(blocked, MSNP_ERROR, MSNP_ERROR_OFFLINE);
	assert_no_complaints(&service);
}

/* What a switchboard can do to a text, and what its writer is told; nobody gets one twice. */
static const struct {
	const char *fault;
	int code; /* -1: delivered */
} ROOMS[] = {
	{ "join-before-ringing", -1 },
	{ "chopped", -1 },
	{ "nak", MSNP_ERROR_NOT_DELIVERED },
	{ "error=XFR:800", MSNP_ERROR_TOO_FAST },
	{ "error=XFR:913", MSNP_ERROR_HIDDEN },
	{ "error=CAL:217", MSNP_ERROR_OFFLINE },
	{ "join-twice", -1 },
	{ "iro-twice", -1 },
	{ "hex-session-ids", -1 },
	{ "error=USR:911:1", -1 },
	{ "error=XFR:281:1", -1 },
	{ "ack-never", MSNP_ERROR_UNSURE },
	{ "bye-before-ack", MSNP_ERROR_NOT_DELIVERED },
	{ "dead-room", MSNP_ERROR_NOT_DELIVERED },
	{ "silence=XFR", MSNP_ERROR_NOT_DELIVERED },
};

static void
test_rooms(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ROOMS); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		g_auto(Client) bob;
		g_autoptr(GError) error = NULL;

		g_test_message("behaviour \"%s\"", ROOMS[i].fault);
		service_init(&service, NULL);
		leave_nothing(&service);
		client_start(&alice, &service, ALICE, ALICE_PW);
		client_start(&bob, &service, BOB, BOB_PW);
		client_assert_signed_on(&alice);
		client_assert_signed_on(&bob);
		add_fault(&service, ROOMS[i].fault);
		send_text(&alice, BOB, "once", &error);
		if (ROOMS[i].code >= 0) {
			g_assert_error(error, MSNP_ERROR, ROOMS[i].code);
			continue;
		}
		g_assert_no_error(error);
		test_until(!strcmp(bob.said->str, "alice@example.com: once|"));
	}
}

/* Invisible from the first moment: nobody sees anything, and writing still works. */
static void
test_hidden(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;
	g_auto(Client) bob;

	service_init(&service, NULL);
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&alice);
	client_start_as(&bob, &service, BOB, BOB_PW, MSNP_STATUS_HIDDEN, "secret");
	client_assert_signed_on(&bob);
	test_settle();
	g_assert_cmpint(client_contact(&alice, BOB)->status, ==, MSNP_STATUS_OFFLINE);
	g_assert_cmpstr(client_contact(&alice, BOB)->message, ==, "");
	msnp_session_set_status(bob.session, MSNP_STATUS_AWAY, "visible");
	test_until(client_contact(&alice, BOB)->status == MSNP_STATUS_AWAY);
	test_until(!strcmp(client_contact(&alice, BOB)->message, "visible"));
	assert_no_complaints(&service);
}

static void
on_bot_ready(MsnpBot *bot G_GNUC_UNUSED, gpointer data)
{
	*(gboolean *)data = TRUE;
}

static void
on_bot_ended(MsnpBot *bot G_GNUC_UNUSED, const GError *error, gpointer data G_GNUC_UNUSED)
{
	g_error("the bot ended: %s", error->message);
}

/* A nudge for a nudge, bold for bold. */
static void
check_bot_manners(Client *alice)
{
	MsnpConversation *bob =
	    msnp_conversations_with(msnp_session_conversations(alice->session), BOB);
	g_autoptr(MsnpTextFormat) bold = msnp_text_format_new();

	bold->bold = TRUE;
	msnp_conversation_send_nudge_async(bob, NULL, NULL);
	test_until(strstr(alice->said->str, "bob@example.com: nudge|") != NULL);
	msnp_conversation_send_text_async(bob, "bye", bold, 0, NULL, NULL);
	test_until(strstr(alice->said->str, "bob@example.com: bold See you, Alice.") != NULL);
}

/* It greets in a chat, and answers who calls it. */
static void
on_chat_message(G_GNUC_UNUSED MsnpConversations *set, MsnpChat *chat, const char *handle,
		G_GNUC_UNUSED const char *name, MsnpMessage *message,
		G_GNUC_UNUSED const MsnpContent *content, gpointer data)
{
	Client *client = data;
	g_autofree char *text = msnp_message_text(message);

	if (strstr(text, "Hello everybody!")) {
		msnp_chat_send_text_async(chat, "what a nice room", NULL, 0, NULL, NULL);
		msnp_chat_send_text_async(chat, "Bot, how are you?", NULL, 0, NULL, NULL);
	}
	g_string_append_printf(client->said, "chat/%s: %s|", handle, text);
}

static void
check_bot_in_chat(Service *service, Client *alice)
{
	MsnpConversations *set = msnp_session_conversations(alice->session);
	g_auto(Client) mallory;

	client_start(&mallory, service, MALLORY, "mallory");
	client_assert_signed_on(&mallory);
	g_signal_connect(set, "chat-message", G_CALLBACK(on_chat_message), alice);
	msnp_conversation_invite_async(msnp_conversations_with(set, BOB), MALLORY, NULL, NULL);
	test_until(strstr(alice->said->str, "chat/bob@example.com: My queue is empty") != NULL);
	g_assert_null(strstr(alice->said->str, "chat/bob@example.com: You said"));
}

static void
test_bot(void)
{
	static const MsnpBotHandlers HANDLERS = { .ready = on_bot_ready, .ended = on_bot_ended };
	g_auto(Service) service;
	g_auto(Client) alice;
	g_autoptr(MsnpSecret) secret = msnp_secret_new(BOB_PW);
	g_autoptr(GError) error = NULL;
	g_autofree char *silence = msnp_bot_answer("Alice", " \n");
	gboolean ready = FALSE;
	MsnpBot *bot;
	MsnpSessionConfig config;

	service_init(&service, NULL);
	config = (MsnpSessionConfig){
		.handle = BOB,
		.password = secret,
		.preset = service.preset,
		.connector = service.connector,
		.clock = service.clock,
		.random = service.random,
		.capabilities = MSNP_CAPS_OURS | MSNP_CAP_ROBOT,
		.status = MSNP_STATUS_ONLINE,
	};
	bot = msnp_bot_new(&config, &HANDLERS, &ready);
	client_start(&alice, &service, ALICE, ALICE_PW);
	client_assert_signed_on(&alice);
	test_until(ready);
	send_text(&alice, BOB, "hello", &error);
	g_assert_no_error(error);
	test_until(strstr(alice.said->str, "bob@example.com: Hello Alice!") != NULL);
	g_assert_null(silence);
	check_bot_manners(&alice);
	check_bot_in_chat(&service, &alice);
	msnp_bot_free(bot);
	assert_no_complaints(&service);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/service/fine", test_fine);
	g_test_add_func("/service/dialects-and-dispatch", test_dialects_and_dispatch);
	g_test_add_func("/service/failures", test_failures);
	g_test_add_func("/service/no-address-book", test_no_address_book);
	g_test_add_func("/service/wrong-password", test_wrong_password);
	g_test_add_func("/service/cut-everywhere", test_cut_everywhere);
	g_test_add_func("/service/capitals", test_capitals);
	g_test_add_func("/service/elsewhere", test_elsewhere);
	g_test_add_func("/service/server-stops", test_server_stops);
	g_test_add_func("/service/chat", test_chat);
	g_test_add_func("/service/not-delivered", test_not_delivered);
	g_test_add_func("/service/rooms", test_rooms);
	g_test_add_func("/service/hidden", test_hidden);
	g_test_add_func("/service/bot", test_bot);
	return g_test_run();
}
