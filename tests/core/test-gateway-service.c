/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rung 3: the core over the HTTP gateway of the bundled loopback service: what goes over sockets
 * goes over the gateway too, and what the gateway can do wrong ends in an error that fits.
 */
#include <string.h>

#include "core/msnp-session.h"
#include "net/msnp-gateway.h"
#include "server/msnp-server.h"
#include "support/test-support.h"

static const char ACCOUNTS[] =
    "{ \"accounts\": ["
    "{ \"handle\": \"alice@example.com\", \"password\": \"alice\", \"name\": \"Alice\","
    "  \"contacts\": ["
    "  { \"handle\": \"bob@example.com\", \"name\": \"Bob\", \"lists\": [\"FL\", \"AL\", \"RL\"] },"
    "  { \"handle\": \"carol@example.com\", \"name\": \"Carol\", \"lists\": [\"FL\", \"AL\", \"RL\"] }"
    "  ] },"
    "{ \"handle\": \"bob@example.com\", \"password\": \"bob\", \"name\": \"Bob\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ] },"
    "{ \"handle\": \"carol@example.com\", \"password\": \"carol\", \"name\": \"Carol\","
    "  \"contacts\": [ { \"handle\": \"alice@example.com\", \"name\": \"Alice\","
    "  \"lists\": [\"FL\", \"AL\", \"RL\"] } ],"
    "  \"presence\": { \"status\": \"AWY\", \"message\": \"1 < 2 & so on\" } } ] }";

#define ALICE "alice@example.com"
#define BOB   "bob@example.com"

typedef struct {
	MsnpServer *server;
	MsnpConnector *direct;
	MsnpGateway *gateway;
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
	MsnpGatewayConfig config = { 0 };

	memset(service, 0, sizeof *service);
	service->server = msnp_server_new(options ? options : &DEFAULTS, ACCOUNTS, &error);
	g_assert_no_error(error);
	msnp_server_start(service->server, &error);
	g_assert_no_error(error);
	service->clock = msnp_clock_new_manual();
	service->random = msnp_random_new_seeded(7);
	service->preset = msnp_preset_resolve(msnp_presets_find(presets, "custom"), "127.0.0.1",
					      msnp_server_ns_port(service->server),
					      msnp_server_base_url(service->server), &error);
	g_assert_no_error(error);
	config.url = service->preset->gateway_url;
	service->direct = msnp_direct_connector_new();
	service->gateway = msnp_gateway_new(&config, service->clock);
}

/* Lets the gateway poll: time passes, but never while something is ready to be done. */
#define poll_until(service, condition)                                                             \
	G_STMT_START                                                                               \
	{                                                                                          \
		TestWait poll_wait = { 0 };                                                        \
		while (!(condition)) {                                                             \
			test_wait_turn(&poll_wait, __FILE__, __LINE__, #condition);                \
			test_settle();                                                             \
			if (!(condition))                                                          \
				test_advance((service)->clock, 500);                               \
		}                                                                                  \
	}                                                                                          \
	G_STMT_END

static void
service_clear(Service *service)
{
	poll_until(service, msnp_gateway_n_sessions(service->gateway) == 0);
	msnp_server_stop(service->server);
	g_object_unref(service->server);
	g_object_unref(service->direct);
	g_object_unref(service->gateway);
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

typedef struct {
	MsnpSession *session;
	Service *service;
	TestResult result;
	GString *said;
	GError *closed;
} Client;

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, GError *error, gpointer data)
{
	((Client *)data)->closed = g_error_copy(error);
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	   const char *handle, const char *name G_GNUC_UNUSED, MsnpMessage *message,
	   const MsnpContent *content G_GNUC_UNUSED, gpointer data)
{
	g_autofree char *text = msnp_message_text(message);

	g_string_append_printf(((Client *)data)->said, "%s: %s|", handle, text);
}

static void
on_typing(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation G_GNUC_UNUSED,
	  const char *handle, gpointer data)
{
	g_string_append_printf(((Client *)data)->said, "%s types|", handle);
}

static void
on_roster(MsnpSession *session, gpointer data)
{
	MsnpConversations *set = msnp_session_conversations(session);

	g_signal_connect(set, "message", G_CALLBACK(on_message), data);
	g_signal_connect(set, "typing", G_CALLBACK(on_typing), data);
}

static void
client_start(Client *client, Service *service, const char *handle, MsnpConnector *connector)
{
	g_autofree char *password = g_strndup(handle, strcspn(handle, "@"));
	g_autoptr(MsnpSecret) secret = msnp_secret_new(password);
	MsnpSessionConfig config = {
		.handle = handle,
		.password = secret,
		.preset = service->preset,
		.connector = connector,
		.clock = service->clock,
		.random = service->random,
		.capabilities = MSNP_CAPS_OURS,
		.status = MSNP_STATUS_ONLINE,
	};

	memset(client, 0, sizeof *client);
	client->service = service;
	client->said = g_string_new(NULL);
	client->session = msnp_session_new(&config);
	g_signal_connect(client->session, "closed", G_CALLBACK(on_closed), client);
	g_signal_connect(client->session, "roster-loaded", G_CALLBACK(on_roster), client);
	msnp_session_sign_on_async(client->session, test_result_take, &client->result);
}

static void
client_clear(Client *client)
{
	if (!client->session)
		return;
	msnp_session_close(client->session);
	poll_until(client->service, client->result.result != NULL);
	test_result_clear(&client->result);
	g_object_unref(client->session);
	g_string_free(client->said, TRUE);
	g_clear_error(&client->closed);
	client->session = NULL;
	test_settle();
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Client, client_clear)

static gboolean
client_finish(Client *client, GError **error)
{
	poll_until(client->service, client->result.result != NULL);
	return msnp_session_sign_on_finish(client->session, client->result.result, error);
}

static void
client_assert_signed_on(Client *client)
{
	g_autoptr(GError) error = NULL;

	client_finish(client, &error);
	g_assert_no_error(error);
}

static void
client_start_on_gateway(Client *client, Service *service, const char *handle)
{
	client_start(client, service, handle, MSNP_CONNECTOR(service->gateway));
}

static MsnpStatus
client_sees(Client *client, const char *handle)
{
	return msnp_roster_find(msnp_session_roster(client->session), handle)->status;
}

/* Behaviours with which all must go well. */
static const char *const FINE[] = {
	"",
	"escargot",
	"gateway-ids",
	"gateway-ip=evil.example",
	"gateway-quiet",
	"delay=gateway:20:4",
	"http=gateway:503:1",
	"huge-gcf",
	"chopped",
	"glued",
	"profile-late",
	"delay=ADL:20",
	"challenge",
	"odd-lines",
};

/* Who signs on over the gateway sees those who come later, by polling, and is gone after OUT. */
static void
test_sign_on(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(FINE); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		g_auto(Client) bob;
		gboolean later = g_str_has_prefix(FINE[i], "http=");

		g_test_message("behaviour \"%s\"", FINE[i]);
		service_init(&service, NULL);
		if (*FINE[i] && !later)
			add_fault(&service, FINE[i]);
		client_start_on_gateway(&alice, &service, ALICE);
		client_assert_signed_on(&alice);
		g_assert_cmpuint(msnp_gateway_n_sessions(service.gateway), ==, 1);
		poll_until(&service, client_sees(&alice, "carol@example.com") == MSNP_STATUS_AWAY);
		/* Of polls only: what is sent is not repeated. */
		if (later)
			add_fault(&service, FINE[i]);
		client_start(&bob, &service, BOB, service.direct);
		client_assert_signed_on(&bob);
		poll_until(&service, client_sees(&alice, BOB) == MSNP_STATUS_ONLINE);
		poll_until(&service, client_sees(&bob, ALICE) == MSNP_STATUS_ONLINE);
		assert_no_complaints(&service);
		client_clear(&alice);
		poll_until(&service, client_sees(&bob, ALICE) == MSNP_STATUS_OFFLINE);
		g_assert_cmpuint(msnp_server_n_sessions(service.server), ==, 1);
		assert_no_complaints(&service);
	}
}

/* lesson_029: XFR NS opens another session of the gateway. */
static void
test_dispatch(void)
{
	static const MsnpServerOptions OPTIONS = { .dispatch = TRUE };
	g_auto(Service) service;
	g_auto(Client) alice;

	service_init(&service, &OPTIONS);
	client_start_on_gateway(&alice, &service, ALICE);
	client_assert_signed_on(&alice);
	assert_no_complaints(&service);
}

static void
send_text(Client *client, const char *to, const char *text, GError **error)
{
	MsnpConversation *conversation =
	    msnp_conversations_with(msnp_session_conversations(client->session), to);
	g_auto(TestResult) result = { NULL };

	msnp_conversation_send_text_async(conversation, text, NULL, MSNP_SEND_NORMAL,
					  test_result_take, &result);
	poll_until(client->service, result.result != NULL);
	msnp_conversation_send_text_finish(conversation, result.result, error);
}

/* A conversation over two gateway sessions that are switchboards, and two that are not. */
static void
test_chat(void)
{
	static const char *const BEHAVIOURS[] = { "", "gateway-ids", "escargot", "chopped" };

	for (guint i = 0; i < G_N_ELEMENTS(BEHAVIOURS); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		g_auto(Client) bob;
		g_autoptr(GError) error = NULL;
		g_autofree char *text = g_strnfill(1000, 'x');
		g_autofree char *expected = g_strdup_printf("alice@example.com: %sä<&>|", text);
		g_autofree char *whole = g_strconcat(text, "ä<&>", NULL);

		g_test_message("behaviour \"%s\"", BEHAVIOURS[i]);
		service_init(&service, NULL);
		if (*BEHAVIOURS[i])
			add_fault(&service, BEHAVIOURS[i]);
		client_start_on_gateway(&alice, &service, ALICE);
		client_start_on_gateway(&bob, &service, BOB);
		client_assert_signed_on(&alice);
		client_assert_signed_on(&bob);
		poll_until(&service, client_sees(&alice, BOB) == MSNP_STATUS_ONLINE);
		send_text(&alice, BOB, whole, &error);
		g_assert_no_error(error);
		poll_until(&service, bob.said->len > 0);
		g_assert_cmpstr(bob.said->str, ==, expected);
		g_assert_cmpuint(msnp_gateway_n_sessions(service.gateway), ==, 4);
		send_text(&bob, ALICE, "zurück", &error);
		g_assert_no_error(error);
		poll_until(&service, alice.said->len > 0);
		g_assert_cmpstr(alice.said->str, ==, "bob@example.com: zurück|");
		g_string_truncate(bob.said, 0);
		g_assert_true(msnp_conversation_send_typing(
		    msnp_conversations_with(msnp_session_conversations(alice.session), BOB)));
		poll_until(&service, bob.said->len > 0);
		g_assert_cmpstr(bob.said->str, ==, "alice@example.com types|");
		assert_no_complaints(&service);
	}
}

/* One side by socket, the other one by gateway. */
static void
test_mixed_chat(void)
{
	g_auto(Service) service;
	g_auto(Client) alice;
	g_auto(Client) bob;
	g_autoptr(GError) error = NULL;

	service_init(&service, NULL);
	client_start_on_gateway(&alice, &service, ALICE);
	client_start(&bob, &service, BOB, service.direct);
	client_assert_signed_on(&alice);
	client_assert_signed_on(&bob);
	poll_until(&service, client_sees(&bob, ALICE) == MSNP_STATUS_ONLINE);
	send_text(&bob, ALICE, "hello", &error);
	g_assert_no_error(error);
	poll_until(&service, !strcmp(alice.said->str, "bob@example.com: hello|"));
	assert_no_complaints(&service);
}

/* Lets both attempts of a poll run into their deadline. */
static void
wait_long(Service *service, Client *client)
{
	for (guint i = 0; i < 100 && !client->closed; i++) {
		test_turn();
		test_settle();
		test_advance(service->clock, 2000);
	}
}

/* What ends a session that is signed on. */
static void
test_lost(void)
{
	static const struct {
		const char *fault;
		int code; /* of MSNP_GATEWAY_ERROR; -1: none */
	} ROWS[] = {
		{ "gateway-end=1", -1 },
		{ "http=gateway:400:1", MSNP_GATEWAY_ERROR_REFUSED },
		{ "http=gateway:500:2", MSNP_GATEWAY_ERROR_ANSWER },
		{ "silence=gateway:2", MSNP_GATEWAY_ERROR_TIMEOUT },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;
		const GError *error;

		g_test_message("behaviour \"%s\"", ROWS[i].fault);
		service_init(&service, NULL);
		client_start_on_gateway(&alice, &service, ALICE);
		client_assert_signed_on(&alice);
		add_fault(&service, ROWS[i].fault);
		if (ROWS[i].code == MSNP_GATEWAY_ERROR_TIMEOUT)
			wait_long(&service, &alice);
		poll_until(&service, alice.closed != NULL);
		g_assert_error(alice.closed, MSNP_ERROR, MSNP_ERROR_NETWORK);
		error = msnp_gateway_last_error(service.gateway);
		if (ROWS[i].code < 0)
			g_assert_no_error(error);
		else
			g_assert_error(error, MSNP_GATEWAY_ERROR, ROWS[i].code);
		g_assert_cmpuint(msnp_gateway_n_sessions(service.gateway), ==, 0);
	}
}

/* The server ends the session by itself: what it says before is heard. */
static void
test_server_stops(void)
{
	static const char *const BEHAVIOURS[] = { "", "gateway-quiet" };

	for (guint i = 0; i < G_N_ELEMENTS(BEHAVIOURS); i++) {
		g_auto(Service) service;
		g_auto(Client) alice;

		service_init(&service, NULL);
		if (*BEHAVIOURS[i])
			add_fault(&service, BEHAVIOURS[i]);
		client_start_on_gateway(&alice, &service, ALICE);
		client_assert_signed_on(&alice);
		msnp_server_kick(service.server, ALICE, "SSD");
		poll_until(&service, alice.closed != NULL);
		g_assert_error(alice.closed, MSNP_ERROR, MSNP_ERROR_MAINTENANCE);
	}
}

/* The connection behind the gateway is cut after so many bytes, up to a whole sign-on: each attempt
 * ends. */
static void
test_cut_everywhere(void)
{
	g_auto(Service) service;
	gboolean through = FALSE;
	guint cut = 0;

	service_init(&service, NULL);
	for (; !through; cut += 97) {
		g_auto(Client) alice;
		g_autoptr(GError) error = NULL;
		g_autofree char *fault = g_strdup_printf("cut=NS:%u", cut);

		g_assert_cmpuint(cut, <, 20000);
		msnp_server_clear_faults(service.server);
		add_fault(&service, fault);
		client_start_on_gateway(&alice, &service, ALICE);
		through = client_finish(&alice, &error);
		if (!through)
			g_assert_true(error->domain == MSNP_ERROR);
	}
	g_assert_cmpuint(cut, >, 500);
}

/* The session is closed in each turn of a sign-on. */
static void
test_cancel(void)
{
	gboolean through = FALSE;

	for (guint turns = 0; !through; turns += 7) {
		g_auto(Service) service;
		g_auto(Client) alice;

		g_assert_cmpuint(turns, <, 20000);
		service_init(&service, NULL);
		client_start_on_gateway(&alice, &service, ALICE);
		for (guint i = 0; i < turns && !alice.result.result; i++) {
			test_turn();
			msnp_clock_advance(service.clock, 10);
		}
		through = alice.result.result != NULL;
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gateway-service/sign-on", test_sign_on);
	g_test_add_func("/gateway-service/dispatch", test_dispatch);
	g_test_add_func("/gateway-service/chat", test_chat);
	g_test_add_func("/gateway-service/mixed-chat", test_mixed_chat);
	g_test_add_func("/gateway-service/lost", test_lost);
	g_test_add_func("/gateway-service/server-stops", test_server_stops);
	g_test_add_func("/gateway-service/cut-everywhere", test_cut_everywhere);
	g_test_add_func("/gateway-service/cancel", test_cancel);
	return g_test_run();
}
