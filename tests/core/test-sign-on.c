/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sign-on with a scripted notification server: the worked session that the project began with byte
 * for byte, cut off at every byte, left at every byte, and every refusal on the way.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "core/msnp-session.h"
#include "support/canned-soap.h"
#include "support/test-support.h"

#define GUID     "{9C1D2E50-7A34-4B0F-8D61-2F0A6C55E3B7}"
#define CAPS     "1610612768"
#define POLICIES "<Policies><Policy type=\"SHIELDS\"></Policy></Policies>"
#define PROFILE                                                                                    \
	"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"               \
	"LoginTime: 1796000004\r\nMSPAuth: 5sampleTicket*OnlyForThisPage$$\r\n\r\n"
#define ADL                                                                                        \
	"<ml l=\"1\"><d n=\"hotmail.com\"><c n=\"anotheruser\" l=\"3\" t=\"1\" /></d>"             \
	"<t><c n=\"tel:+15551111222\" l=\"3\" /></t></ml>"
#define UUX                                                                                        \
	"<Data><PSM></PSM><CurrentMedia></CurrentMedia><MachineGuid>" GUID "</MachineGuid></Data>"

/* The dispatch server sends us on; TrIDs go on. */
static const TestStep DISPATCH[] = {
	{ 'C', "VER 1 MSNP14 MSNP13 CVR0\r\n"
	       "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs example@hotmail.com\r\n"
	       "USR 3 TWN I example@hotmail.com\r\n" },
	{ 'S', "VER 1 MSNP14\r\n" },
	{ 'S', "CVR 2 8.0.0566 8.0.0566 8.0.0566 http://dl.example/ http://www.example/\r\n" },
	{ 'S', "XFR 3 NS 10.0.0.5:1863 U D\r\n" },
	{ 0, NULL },
};

static const TestStep SESSION[] = {
	{ 'C', "VER 4 MSNP14 MSNP13 CVR0\r\n"
	       "CVR 5 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs example@hotmail.com\r\n"
	       "USR 6 TWN I example@hotmail.com\r\n" },
	{ 'S', "VER 4 MSNP14\r\n" },
	{ 'S', "CVR 5 8.0.0566 8.0.0566 8.0.0566 http://dl.example/ http://www.example/\r\n" },
	{ 'S', "USR 6 TWN S passport=parameters,neat=huh,lc=1033,id=507\r\n" },
	{ 'S', "GCF 0 53\r\n" POLICIES },
	{ 'C', "USR 7 TWN S " CANNED_TICKET "\r\n" },
	{ 'S', "USR 7 OK example@hotmail.com 1 0\r\n" },
	{ 'S', "SBS 0 null\r\n" },
	{ 'S', "MSG Hotmail Hotmail 137\r\n" PROFILE },
	{ 'C', "BLP 8 AL\r\nADL 9 110\r\n" ADL "PRP 10 MFN example%20user\r\n" },
	{ 'S', "BLP 8 AL\r\n" },
	{ 'S', "ADL 9 OK\r\n" },
	{ 'S', "PRP 10 MFN example%20user\r\n" },
	{ 'C', "CHG 11 NLN " CAPS " 0\r\nUUX 12 118\r\n" UUX },
	{ 'S', "CHG 11 NLN " CAPS " 0\r\n" },
	{ 'S', "ILN 11 AWY anotheruser@hotmail.com 1 Another%20one 0 0\r\n" },
	{ 'S', "UUX 12 0\r\n" },
	{ 0, NULL },
};
G_STATIC_ASSERT(sizeof POLICIES - 1 == 53);
G_STATIC_ASSERT(sizeof PROFILE - 1 == 137);
G_STATIC_ASSERT(sizeof ADL - 1 == 110);
G_STATIC_ASSERT(sizeof UUX - 1 == 118);

/* A session with everything around it. */
typedef struct {
	CannedSoap *soap;
	MsnpConnector *connector;
	MsnpClock *clock;
	MsnpRandom *random;
	MsnpPreset *preset;
	MsnpSecret *password;
	MsnpSession *session;
	TestResult result;
	GString *events; /* signals, a word each */
	const char *roster_file;
} Fixture;

static void
on_progress(MsnpSession *session G_GNUC_UNUSED, int step, gpointer data)
{
	g_string_append_printf(data, "%d ", step);
}

static void
on_roster(MsnpSession *session, gpointer data)
{
	g_assert_nonnull(msnp_session_roster(session));
	g_string_append(data, "roster ");
}

static void
on_confirmed(MsnpSession *session G_GNUC_UNUSED, gpointer data)
{
	g_string_append(data, "confirmed ");
}

static void
on_own_name(MsnpSession *session G_GNUC_UNUSED, const char *name, gpointer data)
{
	g_string_append_printf(data, "name=%s ", name);
}

static void
on_changed(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, guint changes, gpointer data)
{
	g_string_append_printf(data, "%s:%u ", contact->handle, changes);
}

static void
on_server_stops(MsnpSession *session G_GNUC_UNUSED, guint minutes, gpointer data)
{
	g_string_append_printf(data, "stops-in-%u ", minutes);
}

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, GError *error, gpointer data)
{
	g_assert_true(error->domain == MSNP_ERROR);
	g_string_append_printf(data, "closed-%d ", error->code);
}

static void
fixture_init(Fixture *fixture)
{
	memset(fixture, 0, sizeof *fixture);
	fixture->soap = canned_soap_new();
	fixture->connector = test_connector_new();
	fixture->clock = msnp_clock_new_manual();
	fixture->random = msnp_random_new_seeded(1);
	fixture->preset = canned_soap_preset(fixture->soap);
	fixture->password = msnp_secret_new("secret");
	fixture->events = g_string_new(NULL);
}

static void
fixture_start(Fixture *fixture, const char *handle, MsnpStatus status)
{
	MsnpSessionConfig config = {
		.handle = handle,
		.password = fixture->password,
		.preset = fixture->preset,
		.connector = fixture->connector,
		.clock = fixture->clock,
		.random = fixture->random,
		.machine_guid = GUID,
		.capabilities = MSNP_CAPS_OURS,
		.status = status,
		.roster_file = fixture->roster_file,
	};
	MsnpSession *session = msnp_session_new(&config);

	fixture->session = session;
	g_signal_connect(session, "progress", G_CALLBACK(on_progress), fixture->events);
	g_signal_connect(session, "roster-loaded", G_CALLBACK(on_roster), fixture->events);
	g_signal_connect(session, "roster-confirmed", G_CALLBACK(on_confirmed), fixture->events);
	g_signal_connect(session, "own-name", G_CALLBACK(on_own_name), fixture->events);
	g_signal_connect(session, "contact-changed", G_CALLBACK(on_changed), fixture->events);
	g_signal_connect(session, "server-stops", G_CALLBACK(on_server_stops), fixture->events);
	g_signal_connect(session, "closed", G_CALLBACK(on_closed), fixture->events);
	msnp_session_sign_on_async(session, test_result_take, &fixture->result);
}

/* A session ends where its timers and sockets live. */
static void
assert_main_thread(gpointer main_thread, GObject *session G_GNUC_UNUSED)
{
	g_assert_true(g_thread_self() == main_thread);
}

/* Ends the session as a host does, and proves that nothing of it is left. */
static void
fixture_end_session(Fixture *fixture)
{
	gsize length = fixture->events->len;

	msnp_session_close(fixture->session);
	test_settle();
	g_assert_cmpuint(fixture->events->len, ==, length);
	g_assert_cmpuint(msnp_clock_pending(fixture->clock), ==, 0);
	test_result_clear(&fixture->result);
	/* What a worker thread still has in hand may hold a reference for a moment. */
	g_object_weak_ref(G_OBJECT(fixture->session), assert_main_thread, g_thread_self());
	g_object_add_weak_pointer(G_OBJECT(fixture->session), (gpointer *)&fixture->session);
	g_object_unref(fixture->session);
	test_until(fixture->session == NULL);
}

static void
fixture_clear(Fixture *fixture)
{
	if (fixture->session)
		fixture_end_session(fixture);
	g_object_unref(fixture->connector);
	canned_soap_free(fixture->soap);
	msnp_preset_unref(fixture->preset);
	msnp_secret_unref(fixture->password);
	msnp_random_unref(fixture->random);
	msnp_clock_unref(fixture->clock);
	g_string_free(fixture->events, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static void
fixture_assert_error(Fixture *fixture, int code, guint number)
{
	g_autoptr(GError) error = NULL;
	gboolean signed_on = msnp_session_sign_on_finish(
	    fixture->session, test_result_wait(&fixture->result), &error);

	g_assert_false(signed_on);
	g_assert_error(error, MSNP_ERROR, code);
	g_assert_cmpuint(msnp_error_number(error), ==, number);
}

static void
fixture_assert_signed_on(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	msnp_session_sign_on_finish(fixture->session, test_result_wait(&fixture->result), &error);
	g_assert_no_error(error);
	g_assert_true(msnp_session_is_signed_on(fixture->session));
}

static void
test_worked_session(void)
{
	g_auto(Fixture) fixture;
	MsnpContact *contact;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	g_assert_cmpstr(test_connector_target(fixture.connector, 0), ==, "ns.example:1863");
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 0), DISPATCH, -1));
	g_assert_cmpstr(test_connector_target(fixture.connector, 1), ==, "10.0.0.5:1863");
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 1), SESSION, -1));
	fixture_assert_signed_on(&fixture);
	test_settle();
	g_assert_cmpstr(
	    fixture.events->str, ==,
	    "0 1 2 3 roster name=example user confirmed 4 5 anotheruser@hotmail.com:3 ");
	contact = msnp_roster_find(msnp_session_roster(fixture.session), "anotheruser@hotmail.com");
	g_assert_cmpint(contact->status, ==, MSNP_STATUS_AWAY);
	test_peer_expect_nothing(test_connector_peer(fixture.connector, 1));
	msnp_session_close(fixture.session);
	test_peer_expect(test_connector_peer(fixture.connector, 1), "OUT\r\n");
	test_peer_expect_closed(test_connector_peer(fixture.connector, 1));
}

static void
test_one_flight(void)
{
	g_auto(Fixture) fixture;
	g_autofree char *segment = NULL;

	fixture_init(&fixture);
	test_connector_set_packets(fixture.connector, TRUE);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	segment = test_peer_take_segment(test_connector_peer(fixture.connector, 0));
	g_assert_cmpstr(segment, ==, DISPATCH[0].bytes);
}

/* The dispatch or the session cut off after so many bytes: an error in words, and nothing left. */
static void
cut(Fixture *fixture, gssize dispatch_cut, gssize session_cut)
{
	guint hops = test_connector_n_peers(fixture->connector);
	TestPeer *peer;
	g_autoptr(GError) error = NULL;

	fixture_start(fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = test_connector_peer(fixture->connector, hops);
	if (!test_peer_play(peer, DISPATCH, dispatch_cut)) {
		/* In the flight: it is tried once more, step by step, and refused. */
		peer = test_connector_peer(fixture->connector, hops + 1);
		test_peer_close(peer);
	} else if (!test_peer_play(test_connector_peer(fixture->connector, hops + 1), SESSION,
				   session_cut)) {
		test_settle();
		if (!fixture->result.result && !msnp_session_is_signed_on(fixture->session) &&
		    test_connector_n_peers(fixture->connector) == hops + 2)
			test_until(fixture->result.result ||
				   test_connector_n_peers(fixture->connector) > hops + 2);
		if (test_connector_n_peers(fixture->connector) > hops + 2)
			test_peer_close(test_connector_peer(fixture->connector, hops + 2));
	}
	if (!msnp_session_sign_on_finish(fixture->session, test_result_wait(&fixture->result),
					 &error))
		g_assert_true(error->domain == MSNP_ERROR);
	else
		test_until(!msnp_session_is_signed_on(fixture->session));
	fixture_end_session(fixture);
	g_string_truncate(fixture->events, 0);
}

static void
test_cut_at_every_byte(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	for (gsize i = 0; i < test_steps_length(DISPATCH); i++)
		cut(&fixture, (gssize)i, -1);
	for (gsize i = 0; i < test_steps_length(SESSION); i++)
		cut(&fixture, -1, (gssize)i);
}

/* Plays a script until so many bytes were sent, and then says nothing more. */
static gboolean
play_part(TestPeer *peer, const TestStep *steps, gsize bytes)
{
	for (; steps->who; steps++) {
		gsize length = strlen(steps->bytes);

		if (steps->who == 'C') {
			test_peer_expect(peer, steps->bytes);
			continue;
		}
		test_peer_send_bytes(peer, steps->bytes, (gssize)MIN(length, bytes));
		if (length > bytes)
			return FALSE;
		bytes -= length;
	}
	return TRUE;
}

/* Signs off after so many bytes of the server. */
static void
leave(Fixture *fixture, gsize after)
{
	guint hops = test_connector_n_peers(fixture->connector);
	gsize dispatch = test_steps_length(DISPATCH);
	g_autoptr(GError) error = NULL;

	fixture_start(fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	if (play_part(test_connector_peer(fixture->connector, hops), DISPATCH,
		      MIN(after, dispatch)) &&
	    after >= dispatch)
		play_part(test_connector_peer(fixture->connector, hops + 1), SESSION,
			  after - dispatch);
	test_settle();
	msnp_session_close(fixture->session);
	if (!msnp_session_sign_on_finish(fixture->session, test_result_wait(&fixture->result),
					 &error))
		g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	fixture_end_session(fixture);
	g_string_truncate(fixture->events, 0);
}

static void
test_leave_at_every_byte(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	for (gsize i = 0; i < test_steps_length(DISPATCH) + test_steps_length(SESSION); i++)
		leave(&fixture, i);
}

/* One byte a segment, and all at once. */
static void
test_chopped(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	test_peer_set_chopped(test_connector_peer(fixture.connector, 0), TRUE);
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 0), DISPATCH, -1));
	test_peer_set_chopped(test_connector_peer(fixture.connector, 1), TRUE);
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 1), SESSION, -1));
	fixture_assert_signed_on(&fixture);
}

/* What a server says to the flight, and what becomes of it. */
static const struct {
	const char *what;
	const char *answer;
	int code;
	guint number;
} REFUSALS[] = {
	{ "lesson_001: nothing in common", "VER 1 0\r\n", MSNP_ERROR_INCOMPATIBLE, 0 },
	{ "lesson_001: not what we offered", "VER 1 MSNP15\r\n", MSNP_ERROR_INCOMPATIBLE, 0 },
	{ "version refused", "VER 1 MSNP14\r\n420 2\r\n", MSNP_ERROR_INCOMPATIBLE, 420 },
	{ "another way of signing on",
	  "VER 1 MSNP14\r\nCVR 2 a b c d e\r\nUSR 3 SSO S MBI nonce\r\n", MSNP_ERROR_INCOMPATIBLE,
	  0 },
	{ "busy", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n921 3\r\n", MSNP_ERROR_BUSY, 921 },
	{ "maintenance", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n604 3\r\n", MSNP_ERROR_MAINTENANCE,
	  604 },
	{ "suspended", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n927 3\r\n", MSNP_ERROR_ACCOUNT, 927 },
	{ "no such account", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n205 3\r\n", MSNP_ERROR_ACCOUNT,
	  205 },
	{ "too many sign-ons", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n800 3\r\n", MSNP_ERROR_BUSY,
	  800 },
	{ "a number for messages", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\n217 3\r\n",
	  MSNP_ERROR_SERVER, 217 },
	{ "XFR to nowhere", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\nXFR 3 NS host:0 U D\r\n",
	  MSNP_ERROR_SERVER, 0 },
	{ "XFR to a switchboard", "VER 1 MSNP14\r\nCVR 2 a b c d e\r\nXFR 3 SB h:1 CKI x\r\n",
	  MSNP_ERROR_SERVER, 0 },
	{ "lesson_033: signed on elsewhere", "VER 1 MSNP14\r\nOUT OTH\r\n", MSNP_ERROR_ELSEWHERE,
	  0 },
	{ "going down", "OUT SSD\r\n", MSNP_ERROR_MAINTENANCE, 0 },
};

static void
test_refusals(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++) {
		g_auto(Fixture) fixture;

		g_test_message("%s", REFUSALS[i].what);
		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		test_peer_expect(test_connector_peer(fixture.connector, 0), DISPATCH[0].bytes);
		test_peer_send(test_connector_peer(fixture.connector, 0), REFUSALS[i].answer);
		fixture_assert_error(&fixture, REFUSALS[i].code, REFUSALS[i].number);
		test_peer_expect_closed(test_connector_peer(fixture.connector, 0));
	}
}

/* A server that hangs up on three commands at once gets them one by one. */
static void
test_step_by_step(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	test_peer_expect(test_connector_peer(fixture.connector, 0), DISPATCH[0].bytes);
	test_peer_close(test_connector_peer(fixture.connector, 0));
	peer = test_connector_peer(fixture.connector, 1);
	g_assert_cmpstr(test_connector_target(fixture.connector, 1), ==, "ns.example:1863");
	test_peer_expect(peer, "VER 1 MSNP14 MSNP13 CVR0\r\n");
	test_peer_expect_nothing(peer);
	test_peer_send(peer, "VER 1 MSNP13\r\n");
	test_peer_expect(
	    peer, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msmsgs example@hotmail.com\r\n");
	test_peer_expect_nothing(peer);
	test_peer_send(peer, "CVR 2 a b c d e\r\n");
	test_peer_expect(peer, "USR 3 TWN I example@hotmail.com\r\n");
	/* Now a hang-up is one. */
	test_peer_close(peer);
	fixture_assert_error(&fixture, MSNP_ERROR_NETWORK, 0);
	g_assert_cmpuint(test_connector_n_targets(fixture.connector), ==, 2);
}

/* ... and so does one that finds a command of the flight out of place. */
static void
test_flight_disliked(void)
{
	static const char *const ANSWERS[] = { "715 1\r\n", "VER 1 MSNP14\r\n731 2\r\n",
					       "VER 1 MSNP14\r\n200 3\r\n" };

	for (guint i = 0; i < G_N_ELEMENTS(ANSWERS); i++) {
		g_auto(Fixture) fixture;

		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		test_peer_expect(test_connector_peer(fixture.connector, 0), DISPATCH[0].bytes);
		test_peer_send(test_connector_peer(fixture.connector, 0), ANSWERS[i]);
		test_peer_expect(test_connector_peer(fixture.connector, 1),
				 "VER 1 MSNP14 MSNP13 CVR0\r\n");
		test_peer_expect_nothing(test_connector_peer(fixture.connector, 1));
	}
}

/* Silence: first in the flight, then step by step; then it is over. */
static void
test_silence(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	test_peer_expect(test_connector_peer(fixture.connector, 0), DISPATCH[0].bytes);
	test_settle();
	msnp_clock_advance(fixture.clock, 20000);
	test_peer_expect(test_connector_peer(fixture.connector, 1), "VER 1 MSNP14 MSNP13 CVR0\r\n");
	test_settle();
	msnp_clock_advance(fixture.clock, 59999);
	test_settle();
	g_assert_null(fixture.result.result);
	msnp_clock_advance(fixture.clock, 1);
	fixture_assert_error(&fixture, MSNP_ERROR_NETWORK, 0);
}

static void
test_no_connection(void)
{
	g_auto(Fixture) refused, hanging;

	fixture_init(&refused);
	test_connector_refuse_next(refused.connector);
	fixture_start(&refused, "example@hotmail.com", MSNP_STATUS_ONLINE);
	fixture_assert_error(&refused, MSNP_ERROR_NETWORK, 0);

	fixture_init(&hanging);
	test_connector_hang_next(hanging.connector);
	fixture_start(&hanging, "example@hotmail.com", MSNP_STATUS_ONLINE);
	test_settle();
	msnp_clock_advance(hanging.clock, 30000);
	fixture_assert_error(&hanging, MSNP_ERROR_NETWORK, 0);
}

static void
test_circle(void)
{
	g_auto(Fixture) fixture;
	guint trid = 1;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	for (guint hop = 0; hop <= 5; hop++, trid += 3) {
		TestPeer *peer = test_connector_peer(fixture.connector, hop);
		g_autofree char *xfr = g_strdup_printf(
		    "VER %u MSNP14\r\nXFR %u NS ns.example:1863 U D\r\n", trid, trid + 2);

		g_free(test_peer_expect_line(peer, "VER *"));
		g_free(test_peer_expect_line(peer, "CVR *"));
		g_free(test_peer_expect_line(peer, "USR * TWN I *"));
		test_peer_send(peer, xfr);
	}
	fixture_assert_error(&fixture, MSNP_ERROR_SERVER, 0);
	g_assert_cmpuint(test_connector_n_targets(fixture.connector), ==, 6);
}

/* Plays the flight, and the ticket that is asked for behind it. */
static TestPeer *
play_to_ticket(Fixture *fixture, guint connection, guint trid, const char *handle,
	       const char *version)
{
	TestPeer *peer = test_connector_peer(fixture->connector, connection);
	g_autofree char *usr = g_strdup_printf("USR %u TWN I %s", trid + 2, handle);
	g_autofree char *answer =
	    g_strdup_printf("VER %u %s\r\nCVR %u a b c d e\r\nUSR %u TWN S ct=1,id=1\r\n", trid,
			    version, trid + 1, trid + 2);
	g_autofree char *ticket = g_strdup_printf("USR %u TWN S " CANNED_TICKET, trid + 3);

	g_free(test_peer_expect_line(peer, "VER *"));
	g_free(test_peer_expect_line(peer, "CVR *"));
	g_free(test_peer_expect_line(peer, usr));
	test_peer_send(peer, answer);
	g_free(test_peer_expect_line(peer, ticket));
	return peer;
}

/* 911 to a ticket: once more with new ones, and in lower case; then it is the password. */
static void
test_ticket_refused(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	fixture_start(&fixture, " Example@Hotmail.com ", MSNP_STATUS_ONLINE);
	test_peer_send(play_to_ticket(&fixture, 0, 1, "Example@Hotmail.com", "MSNP14"),
		       "911 4\r\n");
	test_peer_send(play_to_ticket(&fixture, 1, 1, "example@hotmail.com", "MSNP14"),
		       "911 4\r\n");
	fixture_assert_error(&fixture, MSNP_ERROR_PASSWORD, 911);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_RST), ==, 2);
	g_assert_cmpuint(test_connector_n_targets(fixture.connector), ==, 2);
}

static const char WRONG_PASSWORD[] =
    "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\""
    " xmlns:wsse=\"http://schemas.xmlsoap.org/ws/2003/06/secext\"><S:Fault>"
    "<faultcode>wsse:FailedAuthentication</faultcode>"
    "<faultstring>Authentication Failure</faultstring></S:Fault></S:Envelope>";

static TestPeer *
play_policy(Fixture *fixture)
{
	TestPeer *peer = test_connector_peer(fixture->connector, 0);

	test_peer_expect(peer, DISPATCH[0].bytes);
	test_peer_send(peer, "VER 1 MSNP14\r\nCVR 2 a b c d e\r\nUSR 3 TWN S ct=1,id=1\r\n");
	return peer;
}

static void
test_wrong_password(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	canned_soap_set(fixture.soap, CANNED_RST, 200, WRONG_PASSWORD, 0);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	play_policy(&fixture);
	fixture_assert_error(&fixture, MSNP_ERROR_PASSWORD, 0);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_RST), ==, 1);
}

/* lesson_014: a ticket server that is down says nothing about the password. */
static void
test_ticket_server_down(void)
{
	g_auto(Fixture) fixture;
	g_autoptr(GError) error = NULL;

	fixture_init(&fixture);
	canned_soap_set(fixture.soap, CANNED_RST, 503, "busy", 0);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	play_policy(&fixture);
	g_assert_false(msnp_session_sign_on_finish(fixture.session,
						   test_result_wait(&fixture.result), &error));
	g_assert_true(g_error_matches(error, MSNP_ERROR, MSNP_ERROR_BUSY) ||
		      g_error_matches(error, MSNP_ERROR, MSNP_ERROR_MAINTENANCE));
}

/* The server hangs up while the tickets are fetched: noticed at once. */
static void
test_hang_up_while_fetching_tickets(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	canned_soap_hold(fixture.soap, TRUE);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_policy(&fixture);
	test_until(canned_soap_n_held(fixture.soap) == 1);
	test_peer_close(peer);
	fixture_assert_error(&fixture, MSNP_ERROR_NETWORK, 0);
}

/* Signs on as far as the lists. */
static TestPeer *
play_to_lists(Fixture *fixture, const char *version)
{
	TestPeer *peer = play_to_ticket(fixture, 0, 1, "example@hotmail.com", version);

	test_peer_send(peer, "USR 4 OK example@hotmail.com 1 0\r\n");
	return peer;
}

static void
test_both_lists_at_once(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_ticket(&fixture, 0, 1, "example@hotmail.com", "MSNP14");
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_FIND_MEMBERSHIP), ==, 0);
	canned_soap_hold(fixture.soap, TRUE);
	test_peer_send(peer, "USR 4 OK example@hotmail.com 1 0\r\n");
	test_until(canned_soap_n_held(fixture.soap) == 2);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_FIND_MEMBERSHIP), ==, 1);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_AB_FIND_ALL), ==, 1);
	test_peer_expect_nothing(peer);
	canned_soap_hold(fixture.soap, FALSE);
	test_peer_expect(peer, "BLP 5 AL\r\nADL 6 110\r\n" ADL "PRP 7 MFN example%20user\r\n");
}

#define FAULT(code)                                                                                \
	"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"      \
	"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>no</faultstring><detail>"      \
	"<errorcode xmlns=\"http://www.msn.com/webservices/AddressBook\">" code                    \
	"</errorcode></detail></soap:Fault></soap:Body></soap:Envelope>"

/* lesson_003: an account without an address book gets one, and both lists are read again. */
static void
test_no_address_book(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	canned_soap_set(fixture.soap, CANNED_AB_FIND_ALL, 500, FAULT("ABDoesNotExist"), 1);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_lists(&fixture, "MSNP14");
	test_peer_expect(peer, "BLP 5 AL\r\nADL 6 110\r\n" ADL "PRP 7 MFN example%20user\r\n");
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_AB_ADD), ==, 1);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_FIND_MEMBERSHIP), ==, 2);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_AB_FIND_ALL), ==, 2);
}

/* ... and signs on with empty lists where the server cannot make one. */
static void
test_no_address_book_to_be_had(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	canned_soap_set(fixture.soap, CANNED_FIND_MEMBERSHIP, 500, FAULT("ABDoesNotExist"), 0);
	canned_soap_set(fixture.soap, CANNED_AB_FIND_ALL, 500, FAULT("ABDoesNotExist"), 0);
	canned_soap_set(fixture.soap, CANNED_AB_ADD, 200, FAULT("Forbidden"), 0);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_lists(&fixture, "MSNP14");
	test_peer_expect(peer, "BLP 5 AL\r\nADL 6 15\r\n<ml l=\"1\"></ml>"
			       "PRP 7 MFN example%40hotmail.com\r\n");
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_AB_ADD), ==, 1);
	/* 240 to an empty list is as good as OK. */
	test_peer_send(peer, "BLP 5 AL\r\n240 6\r\n");
	g_free(test_peer_expect_line(peer, "CHG 8 NLN " CAPS " 0"));
}

/* lesson_040: what fails and fails is an error, not a loop; what succeeded is not read again. */
static void
test_lists_fail(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	canned_soap_set(fixture.soap, CANNED_AB_FIND_ALL, 500, "<oops/>", 0);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	play_to_lists(&fixture, "MSNP14");
	/* The pauses between the tries pass while the loop runs; a request in between does not last
	 * long enough to miss its deadline. */
	while (!fixture.result.result) {
		test_turn();
		msnp_clock_advance(fixture.clock, 500);
	}
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_AB_FIND_ALL), ==, 3);
	fixture_assert_error(&fixture, MSNP_ERROR_LISTS, 0);
	g_assert_cmpuint(canned_soap_count(fixture.soap, CANNED_FIND_MEMBERSHIP), ==, 1);
	g_assert_null(msnp_session_roster(fixture.session));
}

static TestPeer *
play_to_chg(Fixture *fixture, const char *version)
{
	TestPeer *peer = play_to_lists(fixture, version);

	test_peer_expect(peer, "BLP 5 AL\r\nADL 6 110\r\n" ADL "PRP 7 MFN example%20user\r\n");
	return peer;
}

/* lessons 5, 9: CHG waits for ADL's answer, but not for ever. */
static void
test_adl_never_answered(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_chg(&fixture, "MSNP14");
	test_peer_send(peer, "BLP 5 AL\r\nPRP 7 MFN x\r\n");
	test_peer_expect_nothing(peer);
	msnp_clock_advance(fixture.clock, 30000);
	g_free(test_peer_expect_line(peer, "CHG 8 NLN *"));
}

/* lessons 10, 11: a refused ADL with its payload does not keep us from signing on. */
static void
test_adl_refused(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_chg(&fixture, "MSNP14");
	test_peer_send(peer, "218 5\r\n208 6 54\r\n<ml><d n=\"tram.example\"><c n=\"nobody\" "
			     "t=\"1\"/></d></ml>209 7\r\n");
	g_free(test_peer_expect_line(peer, "CHG 8 NLN *"));
	test_peer_send(peer, "CHG 8 NLN " CAPS " 0\r\n");
	fixture_assert_signed_on(&fixture);
}

/* The first status is refused: that is about the account, not about a message. */
static void
test_status_refused(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_to_chg(&fixture, "MSNP14");
	test_peer_send(peer, "BLP 5 AL\r\nADL 6 OK\r\nPRP 7 MFN x\r\n");
	g_free(test_peer_expect_line(peer, "CHG 8 NLN *"));
	test_peer_send(peer, "800 8\r\n");
	fixture_assert_error(&fixture, MSNP_ERROR_BUSY, 800);
}

/* Signed on, all answered. */
static TestPeer *
play_signed_on(Fixture *fixture, const char *version, const char *status)
{
	TestPeer *peer = play_to_chg(fixture, version);
	g_autofree char *chg = g_strdup_printf("CHG 8 %s " CAPS " 0", status);
	g_autofree char *echo = g_strconcat(chg, "\r\n", NULL);

	test_peer_send(peer, "BLP 5 AL\r\nADL 6 OK\r\nPRP 7 MFN x\r\n");
	g_free(test_peer_expect_line(peer, chg));
	test_peer_send(peer, echo);
	fixture_assert_signed_on(fixture);
	g_string_truncate(fixture->events, 0);
	return peer;
}

/* lesson_090: invisible from the first moment, and no UUX until that ends. */
static void
test_hidden(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_HIDDEN);
	peer = play_signed_on(&fixture, "MSNP14", "HDN");
	msnp_session_set_status(fixture.session, MSNP_STATUS_HIDDEN, "quiet");
	test_peer_expect_nothing(peer);
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "a & b");
	test_peer_expect(peer,
			 "CHG 9 BSY " CAPS " 0\r\nUUX 10 127\r\n<Data><PSM>a &amp; b</PSM>"
			 "<CurrentMedia></CurrentMedia><MachineGuid>" GUID "</MachineGuid></Data>");
	/* The same text is due once more: peers dropped it. */
	msnp_session_set_status(fixture.session, MSNP_STATUS_HIDDEN, "a & b");
	test_peer_expect(peer, "CHG 11 HDN " CAPS " 0\r\n");
	msnp_session_set_status(fixture.session, MSNP_STATUS_ONLINE, "a & b");
	g_free(test_peer_expect_line(peer, "CHG 12 NLN " CAPS " 0"));
	g_free(test_peer_expect_line(peer, "UUX 13 127"));
}

/* lesson_089: idle shows only on those who are available. */
static void
test_idle(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP14", "NLN");
	test_peer_expect(peer, "UUX 9 118\r\n" UUX);
	msnp_session_set_idle(fixture.session, TRUE);
	test_peer_expect(peer, "CHG 10 IDL " CAPS " 0\r\n");
	msnp_session_set_idle(fixture.session, FALSE);
	test_peer_expect(peer, "CHG 11 NLN " CAPS " 0\r\n");
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, NULL);
	test_peer_expect(peer, "CHG 12 BSY " CAPS " 0\r\n");
	msnp_session_set_idle(fixture.session, TRUE);
	msnp_session_set_idle(fixture.session, FALSE);
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "");
	test_peer_expect_nothing(peer);
}

/* lesson_079: a status that was refused is sent again when it is wanted again. */
static void
test_status_refused_later(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP14", "NLN");
	test_peer_expect(peer, "UUX 9 118\r\n" UUX);
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "");
	test_peer_expect(peer, "CHG 10 BSY " CAPS " 0\r\n");
	test_peer_send(peer, "800 10\r\n");
	test_settle();
	g_assert_true(msnp_session_is_signed_on(fixture.session));
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "");
	test_peer_expect(peer, "CHG 11 BSY " CAPS " 0\r\n");
	test_peer_send(peer, "CHG 11 BSY " CAPS " 0\r\n");
	test_settle();
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "");
	test_peer_expect_nothing(peer);
}

/* lesson_023: a change of mind while signing on counts for the first CHG. */
static void
test_status_while_signing_on(void)
{
	g_auto(Fixture) fixture;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	msnp_session_set_status(fixture.session, MSNP_STATUS_LUNCH, "soup");
	play_signed_on(&fixture, "MSNP14", "LUN");
}

#define PUSHED_BY_STRANGER                                                                         \
	"<ml><d n=\"tram.example\"><c n=\"rosa\" l=\"8\" t=\"1\" f=\"Rosa%20K.\"/></d></ml>"

/* What a server says unasked, and what the host hears of it. */
static const struct {
	const char *what;
	const char *bytes;
	const char *events;
	const char *answer;
} PUSHES[] = {
	{ "a status", "NLN BSY anotheruser@hotmail.com 1 A%20B 32 0\r\n",
	  "anotheruser@hotmail.com:7 ", "" },
	{ "the form of MSNP13 all the same",
	  "NLN BSY anotheruser@hotmail.com A%20B 32 %3Cmsnobj%2F%3E\r\n",
	  "anotheruser@hotmail.com:7 ", "" },
	{ "gone who was not here", "FLN anotheruser@hotmail.com 1 0\r\n", "", "" },
	{ "lesson_094: a stranger", "NLN NLN eve@hotmail.com 1 Eve 0 0\r\n", "", "" },
	{ "servers_5: malformed UBX",
	  "UBX anotheruser@hotmail.com 1 71\r\n<Data><PSM>1 < 2 &#x26; 3 > "
	  "2</PSM><CurrentMedia></CurrentMedia></Data>",
	  "anotheruser@hotmail.com:16 ", "" },
	{ "lesson_083: an empty UBX", "UBX anotheruser@hotmail.com 1 0\r\n", "", "" },
	{ "too few words", "NLN\r\nILN 3\r\nFLN\r\nCHL 0\r\nRNG\r\nADL 0\r\nXFR\r\n", "", "" },
	{ "a challenge", "CHL 0 40561728394015263748\r\n", "",
	  "QRY 10 PROD01065C%ZFN6F 32\r\nefbb8196e08cb27a183737d3f71b2c28" },
	{ "added by a stranger", "ADL 0 72\r\n" PUSHED_BY_STRANGER, "rosa@tram.example:32 ", "" },
	{ "errors and words nobody knows", "999 77\r\nXYZ 1 2\r\nQNG 50\r\n715 4\r\n", "", "" },
	{ "an operator's word",
	  "MSG Hotmail Hotmail 88\r\nMIME-Version: 1.0\r\nContent-Type: "
	  "application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n",
	  "stops-in-5 ", "" },
	{ "somebody playing operator",
	  "MSG eve@hotmail.com Eve 88\r\nMIME-Version: 1.0\r\nContent-Type: "
	  "application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n",
	  "", "" },
	{ "lesson_033: signed on elsewhere", "OUT OTH\r\n", "closed-3 ", "" },
	{ "going down", "OUT SSD\r\n", "closed-4 ", "" },
	{ "kicked", "OUT\r\n", "closed-0 ", "" },
	{ "no protocol at all", "HTTP/1.1 400 Bad Request\r\n", "closed-7 ", "" },
	{ "lesson_034: the first reason counts", "OUT OTH\r\nOUT SSD\r\n", "closed-3 ", "" },
};
G_STATIC_ASSERT(MSNP_ERROR_NETWORK == 0 && MSNP_ERROR_ELSEWHERE == 3 &&
		MSNP_ERROR_MAINTENANCE == 4 && MSNP_ERROR_SERVER == 7);
G_STATIC_ASSERT(sizeof PUSHED_BY_STRANGER - 1 == 72);

static void
test_pushes(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(PUSHES); i++) {
		g_auto(Fixture) fixture;
		TestPeer *peer;

		g_test_message("%s", PUSHES[i].what);
		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		peer = play_signed_on(&fixture, "MSNP14", "NLN");
		test_peer_expect(peer, "UUX 9 118\r\n" UUX);
		test_peer_send(peer, PUSHES[i].bytes);
		test_settle();
		g_assert_cmpstr(fixture.events->str, ==, PUSHES[i].events);
		if (*PUSHES[i].answer)
			test_peer_expect(peer, PUSHES[i].answer);
	}
}

/* Sent on in mid-session, to where nothing is right: the session ends. test-move.c has the rest. */
static void
test_move_in_vain(void)
{
	static const struct {
		const char *xfr;
		gboolean connects;
		const char *events;
	} ROWS[] = {
		{ "XFR 0 NS 10.0.0.6:1863 U D\r\n", TRUE, "closed-0 " },
		{ "XFR 0 NS 10.0.0.6:1863 U D\r\n", FALSE, "closed-0 " },
		{ "XFR 0 NS nowhere:0 U D\r\n", FALSE, "closed-7 " },
		{ "XFR 0 NS\r\n", FALSE, "closed-7 " },
	};

	for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
		g_auto(Fixture) fixture;
		TestPeer *peer;

		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		peer = play_signed_on(&fixture, "MSNP14", "NLN");
		test_peer_expect(peer, "UUX 9 118\r\n" UUX);
		if (!ROWS[i].connects)
			test_connector_refuse_next(fixture.connector);
		test_peer_send(peer, ROWS[i].xfr);
		if (ROWS[i].connects) {
			g_assert_cmpstr(test_connector_target(fixture.connector, 1), ==,
					"10.0.0.6:1863");
			g_autofree char *ver G_GNUC_UNUSED = test_peer_expect_line(
			    test_connector_peer(fixture.connector, 1), "VER *");
			g_autofree char *old = test_peer_take(peer);

			g_assert_cmpstr(old, ==, "");
			g_assert_cmpstr(fixture.events->str, ==, "");
			/* Half an answer, and once more step by step the same. */
			test_peer_send(test_connector_peer(fixture.connector, 1), "VER 1");
			test_peer_close(test_connector_peer(fixture.connector, 1));
			test_peer_close(test_connector_peer(fixture.connector, 2));
		}
		test_until(!msnp_session_is_signed_on(fixture.session));
		test_settle();
		g_assert_cmpstr(fixture.events->str, ==, ROWS[i].events);
	}
}

/* Waits for a command of this verb and answers it; the answer is what follows its TrID. Payloads
 * that came before it are passed over. */
static void
answer_command(TestPeer *peer, const char *verb, const char *answer)
{
	g_autofree char *pattern = g_strconcat(verb, " *", NULL);
	g_autofree char *line = test_peer_expect_line(peer, pattern);
	g_auto(GStrv) words = g_strsplit(line, " ", 3);
	g_autofree char *reply = g_strconcat(verb, " ", words[1], " ", answer, "\r\n", NULL);

	test_peer_send(peer, reply);
}

static void
pass_payload(TestPeer *peer, const char *verb, const char *answer)
{
	g_autofree char *pattern = g_strconcat(verb, " *", NULL);
	g_autofree char *line = test_peer_expect_line(peer, pattern);
	g_auto(GStrv) words = g_strsplit(line, " ", 3);
	g_autofree char *reply = g_strconcat(verb, " ", words[1], " ", answer, "\r\n", NULL);
	g_autofree char *payload G_GNUC_UNUSED =
	    test_peer_expect_bytes(peer, (gsize)g_ascii_strtoull(words[2], NULL, 10));

	test_peer_send(peer, reply);
}

/* Moved: who was online and is not named by the new server has gone meanwhile. */
static void
test_gone_while_moving(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP14", "NLN");
	test_peer_expect(peer, "UUX 9 118\r\n" UUX);
	test_peer_send(peer, "NLN NLN anotheruser@hotmail.com 1 Another 0 0\r\n"
			     "XFR 0 NS 10.0.0.6:1863 U D\r\n");
	peer = test_connector_peer(fixture.connector, 1);
	answer_command(peer, "VER", "MSNP14");
	answer_command(peer, "CVR", "8.0.0812 8.0.0812 8.0.0812 http://a.example http://b.example");
	answer_command(peer, "USR", "TWN S ct=1,rver=1");
	answer_command(peer, "USR", "OK example@hotmail.com 1 0");
	answer_command(peer, "BLP", "AL");
	pass_payload(peer, "ADL", "OK");
	answer_command(peer, "PRP", "MFN example%20user");
	g_string_truncate(fixture.events, 0);
	answer_command(peer, "CHG", "NLN 1342193708 0");
	pass_payload(peer, "UUX", "0");
	test_peer_expect(peer, "PNG\r\n");
	g_assert_cmpstr(fixture.events->str, ==, "");
	test_peer_send(peer, "QNG 60\r\n");
	test_until(fixture.events->len > 0);
	g_assert_cmpstr(fixture.events->str, ==, "anotheruser@hotmail.com:1 ");
	g_assert_cmpint(
	    msnp_roster_find(msnp_session_roster(fixture.session), "anotheruser@hotmail.com")
		->status,
	    ==, MSNP_STATUS_OFFLINE);
}

/* What a server says before it hangs up, and why the session has ended then. */
static const struct {
	const char *bytes;
	const char *events;
} FAREWELLS[] = {
	{ "540 10\r\n", "closed-6 " }, /* the challenge answered wrongly: again the next time */
	{ "604 0\r\n", "closed-4 " },
	{ "600 77\r\n", "closed-5 " },
	{ "540 10\r\nSBS 0 null\r\n", "closed-0 " }, /* that was not why */
	{ "715 77\r\n", "closed-0 " },
	{ "", "closed-0 " },
};
G_STATIC_ASSERT(MSNP_ERROR_BUSY == 5 && MSNP_ERROR_INCOMPATIBLE == 6);

static void
lesson_034_first_error(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(FAREWELLS); i++) {
		g_auto(Fixture) fixture;
		TestPeer *peer;

		g_test_message("%s", FAREWELLS[i].bytes);
		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		peer = play_signed_on(&fixture, "MSNP14", "NLN");
		test_peer_expect(peer, "UUX 9 118\r\n" UUX);
		test_peer_send(peer, FAREWELLS[i].bytes);
		test_peer_close(peer);
		test_until(!msnp_session_is_signed_on(fixture.session));
		g_assert_cmpstr(fixture.events->str, ==, FAREWELLS[i].events);
	}
}

/* What the host hears of, and closes the session on: nothing comes after it. */
static const struct {
	const char *signal;
	const char *bytes; /* what the server says once we are signed on; NULL: it comes before */
	const char *events;
} LAST_WORDS[] = {
	{ "roster-loaded", NULL, "0 1 2 3 roster " },
	{ "own-name", NULL, "0 1 2 3 roster name=example user " },
	{ "roster-confirmed", NULL, "0 1 2 3 roster name=example user confirmed " },
	{ "contact-changed",
	  "ADL 0 108\r\n<ml><d n=\"tram.example\"><c n=\"rosa\" l=\"8\" t=\"1\"/>"
	  "<c n=\"quim\" l=\"8\" t=\"1\"/><c n=\"olaf\" l=\"8\" t=\"1\"/></d></ml>",
	  "rosa@tram.example:32 " },
	{ "server-stops",
	  "MSG Hotmail Hotmail 88\r\nMIME-Version: 1.0\r\nContent-Type: "
	  "application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\nOUT OTH\r\n",
	  "stops-in-5 " },
};

static void
test_close_in_signal(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(LAST_WORDS); i++) {
		g_auto(Fixture) fixture;
		TestPeer *peer;

		g_test_message("%s", LAST_WORDS[i].signal);
		fixture_init(&fixture);
		fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
		if (LAST_WORDS[i].bytes) {
			peer = play_signed_on(&fixture, "MSNP14", "NLN");
			test_peer_expect(peer, "UUX 9 118\r\n" UUX);
		}
		g_signal_connect(fixture.session, LAST_WORDS[i].signal,
				 G_CALLBACK(msnp_session_close), NULL);
		if (LAST_WORDS[i].bytes)
			test_peer_send(peer, LAST_WORDS[i].bytes);
		else
			peer = play_to_lists(&fixture, "MSNP14");
		test_peer_expect(peer, "OUT\r\n");
		test_settle();
		g_assert_cmpstr(fixture.events->str, ==, LAST_WORDS[i].events);
	}
}

/* Anybody can give himself such a name, and a picture to match: notification.md 1.3, 17.19. */
static void
test_huge_name(void)
{
	g_auto(Fixture) fixture;
	g_autofree char *huge = g_strnfill(100000, 'x');
	g_autofree char *line =
	    g_strdup_printf("NLN NLN anotheruser@hotmail.com 1 %%E2%%80%%AE%s 0 "
			    "%%3Cmsnobj%%20Type=%%223%%22%%20Location=%%220%%22%%20SHA1D=%%22%s%%22"
			    "%%2F%%3E\r\n",
			    huge, huge);
	MsnpContact *contact;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP14", "NLN");
	test_peer_send(peer, line);
	contact = msnp_roster_find(msnp_session_roster(fixture.session), "anotheruser@hotmail.com");
	test_until(contact->status == MSNP_STATUS_ONLINE);
	g_assert_cmpuint(strlen(contact->name), ==, 1024);
	g_assert_true(g_str_has_prefix(contact->name, "xxx"));
	g_assert_null(contact->object);
}

/* A numeric nickname in MSNP13 looks like a network id, but is none. */
static void
test_msnp13(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;
	MsnpContact *contact;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP13", "NLN");
	test_peer_send(peer, "ILN 8 AWY anotheruser@hotmail.com 2007 32 0\r\n"
			     "UBX anotheruser@hotmail.com 53\r\n"
			     "<Data><PSM></PSM><CurrentMedia></CurrentMedia></Data>"
			     "NLN PHN anotheruser@hotmail.com 2007 32 0\r\n");
	test_settle();
	contact = msnp_roster_find(msnp_session_roster(fixture.session), "anotheruser@hotmail.com");
	g_assert_cmpint(contact->status, ==, MSNP_STATUS_PHONE);
	g_assert_cmpstr(contact->name, ==, "2007");
	test_peer_send(peer, "FLN anotheruser@hotmail.com\r\n");
	test_settle();
	g_assert_cmpint(contact->status, ==, MSNP_STATUS_OFFLINE);
}

/* lesson_035 */
static void
test_keepalive(void)
{
	g_auto(Fixture) fixture;
	TestPeer *peer;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	peer = play_signed_on(&fixture, "MSNP14", "NLN");
	test_peer_expect(peer, "UUX 9 118\r\n" UUX);
	test_peer_send(peer, "UUX 9 0\r\n");
	test_settle();
	msnp_clock_advance(fixture.clock, 44999);
	test_peer_expect_nothing(peer);
	msnp_clock_advance(fixture.clock, 1);
	test_peer_expect(peer, "PNG\r\n");
	test_peer_send(peer, "QNG 60\r\n");
	test_settle();
	/* Any command counts as a sign of life of ours. */
	msnp_clock_advance(fixture.clock, 59000);
	msnp_session_set_status(fixture.session, MSNP_STATUS_BUSY, "");
	test_peer_expect(peer, "CHG 10 BSY " CAPS " 0\r\n");
	test_peer_send(peer, "CHG 10 BSY " CAPS " 0\r\n");
	test_settle();
	msnp_clock_advance(fixture.clock, 59999);
	test_peer_expect_nothing(peer);
	msnp_clock_advance(fixture.clock, 1);
	test_peer_expect(peer, "PNG\r\n");
	/* No QNG, but the server lives. */
	msnp_clock_advance(fixture.clock, 20000);
	test_peer_send(peer, "SBS 0 null\r\n");
	test_settle();
	msnp_clock_advance(fixture.clock, 10000);
	test_settle();
	g_assert_true(msnp_session_is_signed_on(fixture.session));
	msnp_clock_advance(fixture.clock, 60000);
	test_peer_expect(peer, "PNG\r\n");
	msnp_clock_advance(fixture.clock, 30000);
	g_assert_cmpstr(fixture.events->str, ==, "closed-0 ");
}

static void
test_used_once(void)
{
	g_auto(Fixture) fixture;
	g_auto(TestResult) second = { NULL };
	g_autoptr(GError) error = NULL;

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	msnp_session_sign_on_async(fixture.session, test_result_take, &second);
	g_assert_false(
	    msnp_session_sign_on_finish(fixture.session, test_result_wait(&second), &error));
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

/* Neither password nor ticket is in the log of a sign-on. */
static void
test_log_has_no_secrets(void)
{
	g_auto(Fixture) fixture;
	const GString *log = test_log_begin();

	fixture_init(&fixture);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	play_signed_on(&fixture, "MSNP14", "NLN");
	g_assert_nonnull(strstr(log->str, "USR"));
	g_assert_null(strstr(log->str, "secret"));
	g_assert_null(strstr(log->str, "EwEXAMPLE"));
	test_log_end();
}

/* A ring before the server has let us in: the roster of last time is there, conversations are not.
 */
static void
test_ring_too_early(void)
{
	g_auto(Fixture) fixture;
	g_autofree char *folder = g_dir_make_tmp("msnp14-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "roster.json", NULL);
	TestPeer *peer;

	fixture_init(&fixture);
	fixture.roster_file = file;
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 0), DISPATCH, -1));
	g_assert_true(test_peer_play(test_connector_peer(fixture.connector, 1), SESSION, -1));
	fixture_assert_signed_on(&fixture);
	fixture_end_session(&fixture);
	g_string_truncate(fixture.events, 0);
	fixture_start(&fixture, "example@hotmail.com", MSNP_STATUS_ONLINE);
	test_until(strstr(fixture.events->str, "roster ") != NULL);
	peer = test_connector_peer(fixture.connector, 2);
	test_peer_expect(peer, DISPATCH[0].bytes);
	test_peer_send(peer, "RNG 1 127.0.0.1:1 CKI 1.2 anotheruser@hotmail.com Another U x 1\r\n"
			     "VER 1 MSNP14\r\n");
	test_settle();
	g_assert_cmpuint(test_connector_n_targets(fixture.connector), ==, 3);
	g_assert_null(msnp_session_conversations(fixture.session));
	fixture_end_session(&fixture);
	g_remove(file);
	g_rmdir(folder);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sign-on/worked-session", test_worked_session);
	g_test_add_func("/sign-on/one-flight", test_one_flight);
	g_test_add_func("/sign-on/cut-at-every-byte", test_cut_at_every_byte);
	g_test_add_func("/sign-on/leave-at-every-byte", test_leave_at_every_byte);
	g_test_add_func("/sign-on/chopped", test_chopped);
	g_test_add_func("/sign-on/refusals", test_refusals);
	g_test_add_func("/sign-on/step-by-step", test_step_by_step);
	g_test_add_func("/sign-on/flight-disliked", test_flight_disliked);
	g_test_add_func("/sign-on/silence", test_silence);
	g_test_add_func("/sign-on/no-connection", test_no_connection);
	g_test_add_func("/sign-on/circle", test_circle);
	g_test_add_func("/sign-on/ticket-refused", test_ticket_refused);
	g_test_add_func("/sign-on/wrong-password", test_wrong_password);
	g_test_add_func("/sign-on/ticket-server-down", test_ticket_server_down);
	g_test_add_func("/sign-on/hang-up-while-fetching-tickets",
			test_hang_up_while_fetching_tickets);
	g_test_add_func("/sign-on/both-lists-at-once", test_both_lists_at_once);
	g_test_add_func("/sign-on/no-address-book", test_no_address_book);
	g_test_add_func("/sign-on/no-address-book-to-be-had", test_no_address_book_to_be_had);
	g_test_add_func("/sign-on/lists-fail", test_lists_fail);
	g_test_add_func("/sign-on/adl-never-answered", test_adl_never_answered);
	g_test_add_func("/sign-on/adl-refused", test_adl_refused);
	g_test_add_func("/sign-on/status-refused", test_status_refused);
	g_test_add_func("/sign-on/hidden", test_hidden);
	g_test_add_func("/sign-on/idle", test_idle);
	g_test_add_func("/sign-on/status-refused-later", test_status_refused_later);
	g_test_add_func("/sign-on/status-while-signing-on", test_status_while_signing_on);
	g_test_add_func("/sign-on/move-in-vain", test_move_in_vain);
	g_test_add_func("/sign-on/gone-while-moving", test_gone_while_moving);
	g_test_add_func("/sign-on/pushes", test_pushes);
	g_test_add_func("/sign-on/lesson_034_first-error", lesson_034_first_error);
	g_test_add_func("/sign-on/close-in-signal", test_close_in_signal);
	g_test_add_func("/sign-on/huge-name", test_huge_name);
	g_test_add_func("/sign-on/msnp13", test_msnp13);
	g_test_add_func("/sign-on/keepalive", test_keepalive);
	g_test_add_func("/sign-on/ring-too-early", test_ring_too_early);
	g_test_add_func("/sign-on/used-once", test_used_once);
	g_test_add_func("/sign-on/log-has-no-secrets", test_log_has_no_secrets);
	return g_test_run();
}
