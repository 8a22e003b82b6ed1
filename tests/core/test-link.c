/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MsnpLink against a scripted peer: answers by TrID, segments, slices, deadlines, every way to end.
 */
#include <string.h>
#include <unistd.h>

#include "net/msnp-link.h"
#include "support/test-support.h"
#include "wire/msnp-errcode.h"

typedef struct {
	MsnpClock *clock;
	TestPeer *peer;
	MsnpLink *link;
	GString *events; /* "NLN NLN bob@example.com;", "closed 0;", "done;" */
	guint n_commands;
	guint burn_us; /* what handling a command costs */
	gboolean close_in_handler;
} Fixture;

static void
on_command(MsnpLink *link, MsnpCommand *command, gpointer data)
{
	Fixture *f = data;
	gint64 end = g_get_monotonic_time() + f->burn_us;

	f->n_commands++;
	if (f->events->len < 10000)
		g_string_append_printf(f->events, "%s;", msnp_command_line(command));
	while (g_get_monotonic_time() < end)
		;
	if (f->close_in_handler)
		msnp_link_close(link);
}

static void
on_closed(G_GNUC_UNUSED MsnpLink *link, const GError *error, gpointer data)
{
	g_assert_true(error->domain == MSNP_LINK_ERROR);
	g_string_append_printf(((Fixture *)data)->events, "closed %d;", error->code);
}

static const MsnpLinkHandlers handlers = { on_command, on_closed };

static void
set_up_with(Fixture *f, gboolean packets, guint32 first_trid)
{
	int fd;

	f->clock = msnp_clock_new_manual();
	f->events = g_string_new(NULL);
	f->peer = test_peer_new(&fd, packets);
	f->link = msnp_link_new(
	    "NS", fd,
	    msnp_reader_new(MSNP_FROM_SERVER, MSNP_READER_LINE_MAX, MSNP_READER_PAYLOAD_MAX),
	    f->clock, first_trid, &handlers, f);
}

static void
set_up(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	set_up_with(f, FALSE, 1);
}

static void
tear_down(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	if (f->link) {
		msnp_link_close(f->link);
		g_assert_finalize_object(f->link);
	}
	test_settle();
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
	test_peer_free(f->peer);
	msnp_clock_unref(f->clock);
	g_string_free(f->events, TRUE);
}

static void
expect_events(Fixture *f, const char *expected)
{
	test_settle();
	g_assert_cmpstr(f->events->str, ==, expected);
	g_string_truncate(f->events, 0);
}

static void
request(Fixture *f, const char *verb, const char *param, TestResult *result)
{
	const char *params[] = { param, NULL };

	msnp_link_request_async(f->link, verb, params, NULL, 0, 0, NULL, NULL, test_result_take,
				result);
}

/* Waits for the answer, and gives its line, or "domain code". */
static char *
answer(Fixture *f, TestResult *result)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) command =
	    msnp_link_request_finish(f->link, test_result_wait(result), &error);

	g_assert_true((command != NULL) != (error != NULL));
	if (command)
		return g_strdup(msnp_command_line(command));
	return g_strdup_printf("%s %d", g_quark_to_string(error->domain), error->code);
}

#define assert_answer(f, result, expected)                                                         \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *got = answer(f, result);                                          \
		g_assert_cmpstr(got, ==, expected);                                                \
	}                                                                                          \
	G_STMT_END

/* What an error of this domain and code looks like in answer(). */
static char *
failure(GQuark domain, int code)
{
	return g_strdup_printf("%s %d", g_quark_to_string(domain), code);
}

static void
assert_failure(Fixture *f, TestResult *result, GQuark domain, int code)
{
	g_autofree char *expected = failure(domain, code);

	assert_answer(f, result, expected);
}

static void
test_handshake_is_one_segment(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) ver = { 0 }, cvr = { 0 }, usr = { 0 };
	const char *const dialects[] = { "MSNP14", "MSNP13", "CVR0", NULL };
	g_autofree char *segment = NULL;

	tear_down(f, NULL);
	set_up_with(f, TRUE, 1);
	msnp_link_request_async(f->link, "VER", dialects, NULL, 0, 0, NULL, NULL, test_result_take,
				&ver);
	request(f, "CVR", "0x0409", &cvr);
	request(f, "USR", "TWN", &usr);
	g_assert_false(msnp_link_is_written(f->link, 1));
	segment = test_peer_take_segment(f->peer);
	g_assert_cmpstr(segment, ==, "VER 1 MSNP14 MSNP13 CVR0\r\nCVR 2 0x0409\r\nUSR 3 TWN\r\n");
	g_assert_true(msnp_link_is_written(f->link, 3));
	test_peer_send(f->peer, "VER 1 MSNP14\r\nCVR 2 8.0\r\nXFR 3 NS 10.0.0.5:1863 U D\r\n");
	assert_answer(f, &ver, "VER 1 MSNP14");
	assert_answer(f, &cvr, "CVR 2 8.0");
	assert_answer(f, &usr, "XFR 3 NS 10.0.0.5:1863 U D");
}

static void
test_answers_by_trid(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) chg = { 0 }, adl = { 0 }, prp = { 0 };

	request(f, "CHG", "NLN", &chg);
	request(f, "ADL", "x", &adl);
	request(f, "PRP", "MFN", &prp);
	test_peer_expect(f->peer, "CHG 1 NLN\r\nADL 2 x\r\nPRP 3 MFN\r\n");
	test_peer_send(f->peer, "ILN 1 NLN bob@example.com 1 Bob 0\r\n"
				"208 2\r\n"
				"CHG 0 BSY\r\nPRP 9 MFN\r\nPRP 1 MFN\r\n"
				"NLN 3 x@example.com\r\n"
				"PRP 3 MFN\r\nCHG 1 NLN\r\n"
				"CHG 1 NLN\r\n");
	assert_answer(f, &prp, "PRP 3 MFN");
	assert_answer(f, &chg, "CHG 1 NLN");
	assert_failure(f, &adl, MSNP_SERVER_ERROR, 208);
	expect_events(f, "ILN 1 NLN bob@example.com 1 Bob 0;CHG 0 BSY;PRP 9 MFN;PRP 1 MFN;"
			 "NLN 3 x@example.com;CHG 1 NLN;");
}

static void
test_answers_of_messages(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) first = { 0 }, second = { 0 };
	const char *const params[] = { "A", NULL };

	msnp_link_request_async(f->link, "MSG", params, "x", 1, 0, NULL, NULL, test_result_take,
				&first);
	msnp_link_request_async(f->link, "MSG", params, "", 0, 0, NULL, NULL, test_result_take,
				&second);
	test_peer_expect(f->peer, "MSG 1 A 1\r\nxMSG 2 A 0\r\n");
	/* A message of one who calls himself "1" answers nothing. */
	test_peer_send(f->peer, "MSG 1 Eve 2\r\nhiNAK 2\r\nACK 1\r\nACK 1\r\n");
	assert_answer(f, &first, "ACK 1");
	assert_answer(f, &second, "NAK 2");
	expect_events(f, "MSG 1 Eve 2;ACK 1;");
}

static void
test_error_with_payload(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	request(f, "ADL", "x", &result);
	test_peer_expect(f->peer, "ADL 1 x\r\n");
	/* notification.md 1.6 */
	test_peer_send(f->peer, "208 1 54\r\n"
				"<ml><d n=\"tram.example\"><c n=\"nobody\" t=\"1\"/></d></ml>"
				"217 77\r\nQNG 60\r\n");
	assert_failure(f, &result, MSNP_SERVER_ERROR, 208);
	expect_events(f, "217 77;QNG 60;");
}

static void
test_refusal_then_end(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) usr = { 0 }, other = { 0 };

	request(f, "USR", "x", &usr);
	request(f, "PRP", "x", &other);
	test_peer_expect(f->peer, "USR 1 x\r\nPRP 2 x\r\n");
	test_peer_send(f->peer, "911 1\r\n");
	test_peer_close(f->peer);
	assert_failure(f, &usr, MSNP_SERVER_ERROR, 911);
	assert_failure(f, &other, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	expect_events(f, "closed 0;");
	g_assert_false(msnp_link_is_open(f->link));
}

/* The other side has hung up before we write: what it said is still heard. */
static void
test_write_after_end(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	test_peer_send(f->peer, "OUT OTH\r\n");
	test_peer_close(f->peer);
	request(f, "CHG", "NLN", &result);
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	expect_events(f, "OUT OTH;closed 0;");
	g_assert_cmpuint(msnp_link_send(f->link, "CHG", NULL, NULL, 0), ==, 0);
}

static void
test_request_on_closed_link(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	msnp_link_close(f->link);
	request(f, "CHG", "NLN", &result);
	g_assert_null(result.result);
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	expect_events(f, "");
}

static void
test_protocol_error(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	request(f, "CHG", "NLN", &result);
	test_peer_expect(f->peer, "CHG 1 NLN\r\n");
	test_peer_send(f->peer, "NLN a\r\nthis is no command\r\nNLN b\r\n");
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL);
	expect_events(f, "NLN a;closed 1;");
	test_peer_expect_closed(f->peer);
}

static void
test_bad_values_are_not_sent(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };
	const char *const params[] = { "two words", NULL };

	request(f, "PRP", "x\r\nOUT", &result);
	assert_failure(f, &result, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE);
	g_assert_cmpuint(msnp_link_send(f->link, "PRP", params, NULL, 0), ==, 0);
	msnp_link_send_bare(f->link, "PNG", NULL, NULL, 0);
	g_assert_cmpuint(msnp_link_send(f->link, "CHG", NULL, NULL, 0), ==, 1);
	test_peer_expect(f->peer, "PNG\r\nCHG 1\r\n");
	expect_events(f, "");
}

static void
test_deadline(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) early = { 0 }, late = { 0 };

	msnp_link_request_async(f->link, "CHG", NULL, NULL, 0, 1000, NULL, NULL, test_result_take,
				&early);
	request(f, "PRP", "x", &late);
	test_peer_expect(f->peer, "CHG 1\r\nPRP 2 x\r\n");
	msnp_clock_advance(f->clock, 999);
	test_settle();
	g_assert_null(early.result);
	msnp_clock_advance(f->clock, 1);
	assert_failure(f, &early, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
	msnp_clock_advance(f->clock, MSNP_LINK_DEADLINE_MS - 1001);
	test_settle();
	g_assert_null(late.result);
	msnp_clock_advance(f->clock, 1);
	assert_failure(f, &late, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
	/* The link is still there; a late answer is just a command. */
	test_peer_send(f->peer, "CHG 1\r\n");
	expect_events(f, "CHG 1;");
}

/* The other side takes nothing: the deadline waits as long as bytes move, then ends. */
static void
test_deadline_waits_for_writing(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };
	g_autofree char *big = g_strnfill(3 * 1024 * 1024, 'x');
	g_autofree char *taken = NULL;
	const char *const params[] = { "A", NULL };
	guint32 trid;

	msnp_link_request_async(f->link, "MSG", params, big, -1, 30000, &trid, NULL,
				test_result_take, &result);
	test_settle();
	g_assert_false(msnp_link_is_written(f->link, trid));
	msnp_clock_advance(f->clock, 20000);
	taken = test_peer_take(f->peer);
	test_settle(); /* bytes move */
	g_assert_false(msnp_link_is_written(f->link, trid));
	msnp_clock_advance(f->clock, 20000);
	test_settle();
	g_assert_null(result.result);
	msnp_clock_advance(f->clock, 60000);
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT);
}

static void
test_overflow(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };
	g_autofree char *big = g_strnfill(MSNP_LINK_QUEUE_MAX, 'x');
	const char *const params[] = { "A", NULL };

	request(f, "CHG", "NLN", &result);
	g_assert_cmpuint(msnp_link_send(f->link, "MSG", params, big, -1), ==, 0);
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_OVERFLOW);
	expect_events(f, "closed 3;");
}

static void
test_cancel(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 }, never_sent = { 0 };
	g_autoptr(GCancellable) cancellable = g_cancellable_new();

	msnp_link_request_async(f->link, "CHG", NULL, NULL, 0, 0, NULL, cancellable,
				test_result_take, &result);
	test_peer_expect(f->peer, "CHG 1\r\n");
	g_cancellable_cancel(cancellable);
	g_assert_null(result.result);
	assert_failure(f, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	msnp_link_request_async(f->link, "CHG", NULL, NULL, 0, 0, NULL, cancellable,
				test_result_take, &never_sent);
	assert_failure(f, &never_sent, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	test_peer_expect_nothing(f->peer);
	g_assert_cmpuint(msnp_clock_pending(f->clock), ==, 0);
}

static void
test_close_in_handler(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	f->close_in_handler = TRUE;
	request(f, "CHG", "NLN", &result);
	msnp_link_send_bare(f->link, "OUT", NULL, NULL, 0);
	test_peer_send(f->peer, "NLN a\r\nNLN b\r\nCHG 1\r\n");
	assert_failure(f, &result, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED);
	expect_events(f, "NLN a;");
	g_assert_false(msnp_link_is_open(f->link));
}

static void
close_and_drop(GObject *source, GAsyncResult *result, gpointer data)
{
	Fixture *f = data;
	g_autoptr(MsnpCommand) command = msnp_link_request_finish(MSNP_LINK(source), result, NULL);

	g_string_append(f->events, command ? "answered;" : "failed;");
	if (f->link)
		msnp_link_close(f->link);
	g_clear_object(&f->link);
}

/* The owner drops the link from within the callback of an answer. */
static void
test_drop_in_callback(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	for (guint i = 0; i < 2; i++)
		msnp_link_request_async(f->link, "CHG", NULL, NULL, 0, 0, NULL, NULL,
					close_and_drop, f);
	test_peer_send(f->peer, "CHG 1\r\nNLN a\r\n");
	expect_events(f, "answered;failed;");
	g_assert_null(f->link);
}

/* The same when the link is lost: the closed handler is not wanted any more. */
static void
test_drop_in_failure(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	for (guint i = 0; i < 2; i++)
		msnp_link_request_async(f->link, "CHG", NULL, NULL, 0, 0, NULL, NULL,
					close_and_drop, f);
	test_settle();
	test_peer_close(f->peer);
	expect_events(f, "failed;failed;");
}

/* What close() still writes. */
static void
test_close_flushes(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	msnp_link_send_bare(f->link, "OUT", NULL, NULL, 0);
	msnp_link_close(f->link);
	test_peer_expect(f->peer, "OUT\r\n");
	test_peer_expect_closed(f->peer);
	expect_events(f, "");
}

static void
test_trids_go_on_and_wrap(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	tear_down(f, NULL);
	set_up_with(f, FALSE, G_MAXUINT32);
	g_assert_cmpuint(msnp_link_next_trid(f->link), ==, G_MAXUINT32);
	request(f, "CHG", "NLN", &result);
	g_assert_cmpuint(msnp_link_next_trid(f->link), ==, 1);
	test_peer_expect(f->peer, "CHG 4294967295 NLN\r\n");
	test_peer_send(f->peer, "CHG 4294967295 NLN\r\n");
	assert_answer(f, &result, "CHG 4294967295 NLN");
}

static void
test_chopped(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_auto(TestResult) result = { 0 };

	request(f, "USR", "x", &result);
	test_peer_expect(f->peer, "USR 1 x\r\n");
	test_peer_set_chopped(f->peer, TRUE);
	test_peer_send(f->peer,
		       "GCF 0 3\r\nabcUSR 1 TWN S x\r\nUBX b@example.com 1 2\r\nhiQNG 5\r\n");
	assert_answer(f, &result, "USR 1 TWN S x");
	expect_events(f, "GCF 0 3;UBX b@example.com 1 2;QNG 5;");
}

static void
test_cut_in_command(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	test_peer_send(f->peer, "QNG 5\r\nUBX b@example.com 1 200\r\nhalf");
	test_peer_close(f->peer);
	expect_events(f, "QNG 5;closed 0;");
}

static gboolean
count_turn(gpointer data)
{
	++*(guint *)data;
	return G_SOURCE_CONTINUE;
}

/* 5,000 lines that cost 50 us each may not keep the user interface from its turns. */
static void
test_slices(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(GString) flood = g_string_new(NULL);
	guint turns = 0, source;

	f->burn_us = 50;
	for (guint i = 0; i < 5000; i++)
		g_string_append_printf(flood, "ILN 11 NLN c%u@example.com 1 Contact%%20%u 0\r\n", i,
				       i);
	g_string_append(flood, "QNG 60\r\n");
	source = g_idle_add(count_turn, &turns);
	test_peer_send_bytes(f->peer, flood->str, (gssize)flood->len);
	test_until(f->n_commands == 5001);
	g_source_remove(source);
	/* 250 ms in slices of 2 ms. */
	g_assert_cmpuint(turns, >=, 60);
}

static void
test_idle_times(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	msnp_clock_advance(f->clock, 5000);
	g_assert_cmpint(msnp_link_idle_read(f->link), ==, 5000000);
	test_peer_send(f->peer, "QNG 60\r\n");
	test_settle();
	g_assert_cmpint(msnp_link_idle_read(f->link), ==, 0);
	g_assert_cmpint(msnp_link_idle_write(f->link), ==, 5000000);
	msnp_link_send_bare(f->link, "PNG", NULL, NULL, 0);
	test_settle();
	g_assert_cmpint(msnp_link_idle_write(f->link), ==, 0);
}

static void
test_log_is_redacted(Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
	const GString *log = test_log_begin();
	const char *const params[] = { "TWN", "S", "t=SECRETTICKET&p=", NULL };

	msnp_link_send(f->link, "USR", params, NULL, 0);
	test_peer_expect(f->peer, "USR 1 TWN S t=SECRETTICKET&p=\r\n");
	test_peer_send(f->peer,
		       "XFR 9 SB 127.0.0.1:1864 CKI SECRETCOOKIE U messenger.msn.com 1\r\n");
	test_settle();
	g_assert_nonnull(strstr(log->str, "NS > USR 1 TWN S"));
	g_assert_nonnull(strstr(log->str, "NS < XFR 9 SB 127.0.0.1:1864"));
	g_assert_null(strstr(log->str, "SECRET"));
	test_log_end();
}

static void
direct_accepted(GObject *source, GAsyncResult *result, gpointer data)
{
	*(GSocketConnection **)data =
	    g_socket_listener_accept_finish(G_SOCKET_LISTENER(source), result, NULL, NULL);
}

static void
test_direct_connector(void)
{
	g_autoptr(GSocketListener) listener = g_socket_listener_new();
	guint16 port = g_socket_listener_add_any_inet_port(listener, NULL, NULL);
	g_autoptr(MsnpConnector) connector = msnp_direct_connector_new();
	g_autoptr(GSocketConnection) accepted = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(TestResult) good = { 0 }, bad = { 0 };
	char buffer[8] = "";
	int fd;

	g_socket_listener_accept_async(listener, NULL, direct_accepted, &accepted);
	msnp_connector_connect_async(connector, "127.0.0.1", port, NULL, test_result_take, &good);
	fd = msnp_connector_connect_finish(connector, test_result_wait(&good), &error);
	g_assert_no_error(error);
	g_assert_cmpint(read(fd, buffer, 1), ==, -1); /* non-blocking: it would wait here */
	test_until(accepted != NULL);
	g_assert_cmpint(write(fd, "hello", 5), ==, 5);
	g_assert_true(g_input_stream_read_all(g_io_stream_get_input_stream(G_IO_STREAM(accepted)),
					      buffer, 5, NULL, NULL, NULL));
	g_assert_cmpstr(buffer, ==, "hello");
	close(fd);

	g_socket_listener_close(listener);
	msnp_connector_connect_async(connector, "127.0.0.1", port, NULL, test_result_take, &bad);
	fd = msnp_connector_connect_finish(connector, test_result_wait(&bad), &error);
	g_assert_cmpint(fd, ==, -1);
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*func)(Fixture *, gconstpointer);
	} tests[] = {
		{ "handshake-is-one-segment", test_handshake_is_one_segment },
		{ "answers-by-trid", test_answers_by_trid },
		{ "answers-of-messages", test_answers_of_messages },
		{ "error-with-payload", test_error_with_payload },
		{ "refusal-then-end", test_refusal_then_end },
		{ "write-after-end", test_write_after_end },
		{ "request-on-closed-link", test_request_on_closed_link },
		{ "protocol-error", test_protocol_error },
		{ "bad-values-are-not-sent", test_bad_values_are_not_sent },
		{ "deadline", test_deadline },
		{ "deadline-waits-for-writing", test_deadline_waits_for_writing },
		{ "overflow", test_overflow },
		{ "cancel", test_cancel },
		{ "close-in-handler", test_close_in_handler },
		{ "drop-in-callback", test_drop_in_callback },
		{ "drop-in-failure", test_drop_in_failure },
		{ "close-flushes", test_close_flushes },
		{ "trids-go-on-and-wrap", test_trids_go_on_and_wrap },
		{ "chopped", test_chopped },
		{ "cut-in-command", test_cut_in_command },
		{ "slices", test_slices },
		{ "idle-times", test_idle_times },
		{ "log-is-redacted", test_log_is_redacted },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/link/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].func, tear_down);
	}
	g_test_add_func("/connector/direct", test_direct_connector);
	return g_test_run();
}
