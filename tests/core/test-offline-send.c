/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages for others, with a scripted notification server and a store that looks at every
 * request. Source: services.md 10.4, 10.5; lessons 164 to 168.
 */
#include <string.h>

#include "peer-session.h"

#define HEAD "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
#define FOOT "</soap:Body></soap:Envelope>"
/* services.md 10.4: the first answer of a session. */
#define LOCK_FAULT                                                                                 \
	HEAD "<soap:Fault><faultcode xmlns:q0=\"http://messenger.msn.com/ws/2004/09/oim/\">"       \
	     "q0:AuthenticationFailed</faultcode>"                                                 \
	     "<faultstring>Exception of type System.Web.Services.Protocols.SoapException was "     \
	     "thrown.</faultstring><detail>"                                                       \
	     "<TweenerChallenge xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\">"               \
	     "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1</TweenerChallenge>"                      \
	     "<LockKeyChallenge xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\">1850937852"     \
	     "</LockKeyChallenge></detail></soap:Fault>" FOOT
/* services.md 10.5, for the product id of this dialect. */
#define LOCK_KEY "e745d4e406790fb5c5ca70041fbe06df"

typedef struct {
	Peered peered;
	TestPeer *peer;
	gboolean lock;     /* asks for the lock key, and wants the right one */
	guint locks;       /* asks whatever it gets; so many times */
	const char *fault; /* a faultcode; NULL: none */
	guint faults;      /* so many times */
	GString *log;      /* "TO NUMBER RUN LOCKKEY TEXT\n" of each request */
	GPtrArray *runs;   /* the run ids, in the order in which they came */
	GString *last;     /* the last request */
} Store;

/* What stands between two strings; "" if nothing does. */
static char *
between(const char *text, const char *open, const char *close)
{
	const char *start = strstr(text, open);
	const char *end = start ? strstr(start + strlen(open), close) : NULL;

	return end ? g_strndup(start + strlen(open), (gsize)(end - start) - strlen(open))
		   : g_strdup("");
}

static guint
run_number(Store *store, const char *id)
{
	guint index;

	if (!g_ptr_array_find_with_equal_func(store->runs, id, g_str_equal, &index)) {
		index = store->runs->len;
		g_ptr_array_add(store->runs, g_strdup(id));
	}
	return index;
}

static char *
fault(const char *code)
{
	return g_strdup_printf(HEAD "<soap:Fault><faultcode>q0:%s</faultcode>"
				    "<faultstring>no</faultstring></soap:Fault>" FOOT,
			       code);
}

/* A field of the mail inside. */
static char *
mail_field(const char *content, const char *name)
{
	g_autofree char *rest = between(content, name, "\n");

	rest[strspn(rest, "{}-0123456789ABCDEF")] = '\0';
	return g_steal_pointer(&rest);
}

static char *
mail_text(const char *content)
{
	const char *body = strstr(content, "\n\n");
	g_autofree guchar *bytes = NULL;
	gsize length;

	g_assert_nonnull(body);
	bytes = g_base64_decode(body, &length);
	return g_strndup((char *)bytes, length);
}

static void
note(Store *store, const char *request)
{
	g_autofree char *to = between(strstr(request, "<To "), "memberName=\"", "\"");
	g_autofree char *number = between(request, "<MessageNumber>", "<");
	g_autofree char *key = between(request, "lockkey=\"", "\"");
	g_autofree char *content = between(request, "<Content ", "</Content>");
	g_autofree char *inner = mail_field(content, "X-OIM-Sequence-Num: ");
	g_autofree char *run = mail_field(content, "X-OIM-Run-Id: ");
	g_autofree char *text = mail_text(content);

	g_assert_cmpstr(number, ==, inner);
	g_string_assign(store->last, request);
	g_string_append_printf(store->log, "%s %s run%u [%s] %s\n", to, number,
			       run_number(store, run), key, text);
}

static gboolean
asks_for_lock(Store *store, const char *request)
{
	if (store->locks) {
		store->locks--;
		return TRUE;
	}
	return store->lock && !strstr(request, "lockkey=\"" LOCK_KEY "\"");
}

static char *
on_request(CannedAnswer which, const char *request, guint *status, gpointer data)
{
	Store *store = data;

	if (which != CANNED_OIM_STORE)
		return NULL;
	note(store, request);
	*status = 500;
	if (asks_for_lock(store, request))
		return g_strdup(LOCK_FAULT);
	if (store->faults) {
		store->faults--;
		return fault(store->fault);
	}
	*status = 200;
	return NULL;
}

static void
store_init(Store *store)
{
	memset(store, 0, sizeof *store);
	peered_init(&store->peered);
	store->log = g_string_new(NULL);
	store->last = g_string_new(NULL);
	store->runs = g_ptr_array_new_with_free_func(g_free);
	canned_soap_set_hook(store->peered.soap, on_request, store);
	store->peer = peered_sign_on(&store->peered, MSNP_STATUS_ONLINE);
	/* There for a moment, and gone. */
	test_peer_send(store->peer, "NLN NLN " OTHER " 1 Another 0 0\r\nFLN " OTHER " 1\r\n");
	test_settle();
}

static void
store_clear(Store *store)
{
	peered_clear(&store->peered);
	g_string_free(store->log, TRUE);
	g_string_free(store->last, TRUE);
	g_ptr_array_unref(store->runs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Store, store_clear)

static void
send(Store *store, const char *handle, const char *text, TestResult *result)
{
	MsnpConversations *set = msnp_session_conversations(store->peered.session);

	msnp_conversation_send_text_async(msnp_conversations_with(set, handle), text, NULL, 0,
					  test_result_take, result);
}

static void
assert_sent(TestResult *result)
{
	g_autoptr(GError) error = NULL;
	MsnpConversation *conversation;
	GAsyncResult *answer = test_result_wait(result);

	conversation = MSNP_CONVERSATION(g_async_result_get_source_object(answer));
	msnp_conversation_send_text_finish(conversation, answer, &error);
	g_assert_no_error(error);
	g_object_unref(conversation);
	test_result_clear(result);
}

static void
assert_failed(TestResult *result, int code)
{
	g_autoptr(GError) error = NULL;
	GAsyncResult *answer = test_result_wait(result);
	MsnpConversation *conversation =
	    MSNP_CONVERSATION(g_async_result_get_source_object(answer));

	g_assert_false(msnp_conversation_send_text_finish(conversation, answer, &error));
	g_assert_error(error, MSNP_ERROR, code);
	g_object_unref(conversation);
	test_result_clear(result);
}

static void
test_lock_key(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	g_autofree char *name = NULL, *from = NULL;

	store_init(&store);
	store.lock = TRUE;
	send(&store, OTHER, "Back at noon – call me.", &result);
	assert_sent(&result);
	/* The key is kept, the run goes on. */
	send(&store, OTHER, "second", &result);
	assert_sent(&result);
	g_assert_cmpstr(store.log->str, ==,
			OTHER " 1 run0 [] Back at noon – call me.\n" OTHER " 1 run0 [" LOCK_KEY
			      "] Back at noon – call me.\n" OTHER " 2 run0 [" LOCK_KEY
			      "] second\n");
	name = between(store.last->str, "friendlyName=\"", "\"");
	from = between(store.last->str, "memberName=\"", "\"");
	/* base64 of "example user" */
	g_assert_cmpstr(name, ==, "=?utf-8?B?ZXhhbXBsZSB1c2Vy?=");
	g_assert_cmpstr(from, ==, SELF);
	/* Nobody was rung up for it. */
	test_peer_expect_nothing(store.peer);
}

static void
test_lock_twice(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };

	store_init(&store);
	store.locks = 100;
	send(&store, OTHER, "hello", &result);
	assert_failed(&result, MSNP_ERROR_NOT_DELIVERED);
	g_assert_cmpuint(store.locks, ==, 100 - 3);
	/* It is asked anew for the next one, whose number is still the first. */
	store.locks = 1;
	send(&store, OTHER, "again", &result);
	assert_sent(&result);
	g_assert_true(g_str_has_suffix(store.log->str, OTHER " 1 run0 [" LOCK_KEY "] again\n"));
}

static void
test_faults(void)
{
	static const struct {
		const char *code;
		int error;
	} FAULTS[] = {
		{ "SystemUnavailable", MSNP_ERROR_NOT_ACCEPTED },
		{ "InvalidContent", MSNP_ERROR_INVALID_TEXT },
		{ "MessageTooLarge", MSNP_ERROR_TOO_LONG },
		{ "SomethingNew", MSNP_ERROR_NOT_DELIVERED },
	};
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };

	store_init(&store);
	for (guint i = 0; i < G_N_ELEMENTS(FAULTS); i++) {
		store.fault = FAULTS[i].code;
		store.faults = 1;
		send(&store, OTHER, "hello", &result);
		assert_failed(&result, FAULTS[i].error);
	}
	/* What has failed has no number. */
	send(&store, OTHER, "hello", &result);
	assert_sent(&result);
	g_assert_true(g_str_has_suffix(store.log->str, OTHER " 1 run0 [] hello\n"));
}

/* Runs the loop until so many requests have been answered, and nothing waits but a pause. */
static void
await_throttle(const GString *log, guint times)
{
	for (guint n = 0; n < times;) {
		const char *at = log->str;

		for (n = 0; (at = strstr(at, "was not stored")); at++)
			n++;
		if (n < times)
			test_turn();
	}
}

static void
test_throttle(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	const GString *log = test_log_begin();

	store_init(&store);
	store.fault = "SenderThrottleLimitExceeded";
	store.faults = 1;
	send(&store, OTHER, "hello", &result);
	await_throttle(log, 1);
	test_advance(store.peered.clock, 10999);
	test_settle();
	g_assert_cmpuint(canned_soap_count(store.peered.soap, CANNED_OIM_STORE), ==, 1);
	test_advance(store.peered.clock, 1);
	assert_sent(&result);
	g_assert_cmpstr(store.log->str, ==, OTHER " 1 run0 [] hello\n" OTHER " 1 run0 [] hello\n");
	/* For ever: it is told. */
	store.faults = 100;
	send(&store, OTHER, "too much", &result);
	for (guint i = 0; i < 3; i++) {
		await_throttle(log, i + 2);
		test_advance(store.peered.clock, 11000);
	}
	assert_failed(&result, MSNP_ERROR_THROTTLED);
	g_assert_cmpuint(store.faults, ==, 100 - 4);
	test_log_end();
}

static void
test_long(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	g_auto(GStrv) lines = NULL;
	GString *text = g_string_new(NULL);
	GString *joined = g_string_new(NULL);

	store_init(&store);
	while (text->len < 3500)
		g_string_append(text, "zwölf Wörter und nichts dazwischen ");
	send(&store, OTHER, text->str, &result);
	assert_sent(&result);
	lines = g_strsplit(store.log->str, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 3 + 1);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *prefix = g_strdup_printf(OTHER " %u run0 [] ", i + 1);

		g_assert_true(g_str_has_prefix(lines[i], prefix));
		g_assert_cmpuint(strlen(lines[i]) - strlen(prefix), <=, 1400);
		g_string_append(joined, lines[i] + strlen(prefix));
	}
	g_assert_cmpstr(joined->str, ==, text->str);
	g_string_free(text, TRUE);
	g_string_free(joined, TRUE);
}

/* Each person has a run; one Store at a time. */
static void
test_two_people(void)
{
	g_auto(Store) store;
	g_auto(TestResult) first = { NULL }, second = { NULL }, third = { NULL };

	store_init(&store);
	msnp_conversations_presence(msnp_session_conversations(store.peered.session),
				    "carol@example.com", FALSE);
	canned_soap_hold(store.peered.soap, TRUE);
	send(&store, OTHER, "one", &first);
	send(&store, "carol@example.com", "two", &second);
	send(&store, OTHER, "three", &third);
	test_until(canned_soap_n_held(store.peered.soap) == 1);
	for (guint i = 0; i < 20; i++)
		test_turn();
	g_assert_cmpuint(canned_soap_n_held(store.peered.soap), ==, 1);
	canned_soap_hold(store.peered.soap, FALSE);
	assert_sent(&first);
	assert_sent(&second);
	assert_sent(&third);
	g_assert_cmpuint(store.runs->len, ==, 2);
	g_assert_nonnull(strstr(store.log->str, OTHER " 1 run0 [] one\n"));
	g_assert_nonnull(strstr(store.log->str, "carol@example.com 1 run1 [] two\n"));
	g_assert_nonnull(strstr(store.log->str, OTHER " 2 run0 [] three\n"));
}

/* Who comes back is rung up again. */
static void
test_presence(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	g_autofree char *line = NULL;

	store_init(&store);
	test_peer_send(store.peer, "NLN NLN " OTHER " 1 Another 0 0\r\n");
	test_settle();
	send(&store, OTHER, "there you are", &result);
	line = test_peer_expect_line(store.peer, "XFR * SB");
	msnp_session_close(store.peered.session);
	test_result_wait(&result);
	g_assert_cmpstr(store.log->str, ==, "");
}

/* Whoever has not been named by the first QNG is not there. */
static void
test_never_seen(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	MsnpContact *carol;

	store_init(&store);
	carol =
	    msnp_roster_ensure(msnp_session_roster(store.peered.session), "carol@example.com", 1);
	msnp_contact_change_lists(carol, MSNP_LIST_FORWARD | MSNP_LIST_ALLOW, 0);
	test_advance(store.peered.clock, 45000);
	test_peer_expect(store.peer, "PNG\r\n");
	test_peer_send(store.peer, "QNG 50\r\n");
	test_settle();
	send(&store, "carol@example.com", "hello", &result);
	assert_sent(&result);
	g_assert_cmpstr(store.log->str, ==, "carol@example.com 1 run0 [] hello\n");
	test_peer_expect_nothing(store.peer);
}

/* A service without a store. */
static void
test_no_store(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };

	store_init(&store);
	canned_soap_set_hook(store.peered.soap, NULL, NULL);
	canned_soap_set(store.peered.soap, CANNED_OIM_STORE, 404, "Not Found", 0);
	send(&store, OTHER, "hello", &result);
	assert_failed(&result, MSNP_ERROR_OFFLINE);
}

/* XFR while the server makes a pause: it goes out from the new one. */
static void
test_move(void)
{
	g_auto(Store) store;
	g_auto(TestResult) result = { NULL };
	const GString *log = test_log_begin();

	store_init(&store);
	store.fault = "SenderThrottleLimitExceeded";
	store.faults = 1;
	send(&store, OTHER, "hello", &result);
	await_throttle(log, 1);
	test_log_end();
	test_peer_send(store.peer, "XFR 0 NS 10.0.0.5:1863 U D\r\n");
	test_until(test_connector_n_peers(store.peered.connector) == 2);
	test_advance(store.peered.clock, 11000);
	g_assert_cmpuint(canned_soap_count(store.peered.soap, CANNED_OIM_STORE), ==, 1);
	peered_greet(&store.peered, MSNP_STATUS_ONLINE);
	assert_sent(&result);
	g_assert_cmpuint(canned_soap_count(store.peered.soap, CANNED_OIM_STORE), ==, 2);
}

/* Signs off after so many turns of the main loop: every text gets its answer. */
static void
test_leave(void)
{
	gboolean through = FALSE;

	for (guint turns = 0; !through; turns++) {
		g_auto(Store) store;
		g_auto(TestResult) first = { NULL }, second = { NULL };

		store_init(&store);
		store.lock = TRUE;
		send(&store, OTHER, "one", &first);
		send(&store, OTHER, "two", &second);
		for (guint i = 0; i < turns && !through; i++) {
			test_turn();
			through = second.result != NULL;
		}
		peered_end(&store.peered);
		g_assert_nonnull(first.result);
		g_assert_nonnull(second.result);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/offline-send/lesson_164/lock-key", test_lock_key);
	g_test_add_func("/offline-send/lock-twice", test_lock_twice);
	g_test_add_func("/offline-send/lesson_165/faults", test_faults);
	g_test_add_func("/offline-send/lesson_165/throttle", test_throttle);
	g_test_add_func("/offline-send/long", test_long);
	g_test_add_func("/offline-send/lesson_164/two-people", test_two_people);
	g_test_add_func("/offline-send/presence", test_presence);
	g_test_add_func("/offline-send/never-seen", test_never_seen);
	g_test_add_func("/offline-send/no-store", test_no_store);
	g_test_add_func("/offline-send/move", test_move);
	g_test_add_func("/offline-send/leave", test_leave);
	return g_test_run();
}
