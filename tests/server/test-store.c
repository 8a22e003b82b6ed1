/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sending of offline messages: Store2 as services.md 10.4 shows it, all that rows 19 to 21 of its
 * section 15 ask, and the faults.
 */
#include <string.h>

#include "server/raw-offline.h"

#define MIA  "mia@nordwind.example"
#define OLAF "olaf@nordwind.example"
#define TEXT "QmFjayBhdCBub29uIOKAkyBjYWxsIG1lLg=="

static MsnpServer *
serve(void)
{
	return raw_server_of(raw_offline_accounts, NULL);
}

static RawSession *
sign_on_mia(MsnpServer *server)
{
	return raw_sign_on(server, MIA, "mia", RAW_MIA_OLAF_ADL);
}

/* The empty key is refused, the answer to the challenge is good for the whole session. */
static void
test_lock_key(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	g_autoptr(RawAnswer) first = NULL, second = NULL;

	first = raw_store(server, mia, &(RawStore){ .key = key });
	raw_expect_answer(first, 200,
			  "<StoreResponse xmlns=\"http://messenger.live.com/ws/2006/09/oim/\"/>");
	raw_expect_answer(first, 200, "<AcknowledgmentRange Upper=\"1\" Lower=\"1\"/>");
	second = raw_store(server, mia, &(RawStore){ .key = key, .number = 2, .old = TRUE });
	raw_expect_answer(second, 200,
			  "<StoreResponse xmlns=\"http://messenger.msn.com/ws/2004/09/oim/\"/>");
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, 2);
	g_assert_cmpuint(msnp_server_n_requests(server, "Store2"), ==, 2);
	g_assert_cmpuint(msnp_server_n_requests(server, "Store"), ==, 1);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- What is refused ---- */

#define HEAD                                                                                       \
	"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"                             \
	"Content-Transfer-Encoding: base64\nX-OIM-Message-Type: OfflineMessage\n"
#define IDS "X-OIM-Run-Id: @RUN@\nX-OIM-Sequence-Num: @SEQUENCE@\n"
#define C19 "AAAAAAAAAAAAAAAAAAA"
#define C77 C19 C19 C19 C19 "A"
#define N49 "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"

static const struct {
	const char *name;
	RawStore store;
	guint status;
	const char *answer, *complaint;
} rows[] = {
	{ "from", { .from = "MIA@nordwind.example" }, 500, "q0:SystemUnavailable", "From is not" },
	{ "plain-name", { .friendly = " friendlyName=\"Mia\"" }, 500, "InvalidContent", "2047" },
	{ "empty-name", { .friendly = " friendlyName=\"\"" }, 500, "InvalidContent", "2047" },
	{ "broken-name",
	  { .friendly = " friendlyName=\"=?utf-8?B?QWxp*2U=?=\"" },
	  500,
	  "InvalidContent",
	  "2047" },
	{ "long-name",
	  { .friendly = " friendlyName=\"=?utf-8?B?" N49 "?=\"" },
	  500,
	  "InvalidContent",
	  "48 characters" },
	{ "appid", { .appid = "PROD0112J1LW7%NB" }, 200, "StoreResponse", "appid" },
	{ "wrong-key",
	  { .key = "0c6981d9b8c9599dcf5fb8d6d9a726e4" },
	  500,
	  "LockKeyChallenge",
	  "lockkey is not" },
	{ "no-t", { .passport = "EwEXAMPLE" }, 500, "TweenerChallenge", "passport" },
	{ "extra-header", { .extra = "<More/>" }, 400, "services.md 15.3", "More" },
	{ "unknown-attribute", { .friendly = " x=\"y\"" }, 400, "services.md 15.3", "attribute" },
	{ "number", { .sequence = 2 }, 500, "InvalidContent", "MessageNumber" },
	{ "begin-at-two", { .number = 2 }, 200, "StoreResponse", "number 2 follows 0" },
	{ "run-id",
	  { .run = "3A3BE82C-684D-4F4F-8005-CBE8D4F82BAD" },
	  500,
	  "InvalidContent",
	  "GUID" },
	{ "no-header",
	  { .content = HEAD "X-OIM-Run-Id: @RUN@\n\n" TEXT },
	  500,
	  "Invalid",
	  "missing" },
	{ "unknown-header", { .content = HEAD IDS "X-A: b\n\n" TEXT }, 500, "Invalid", "unknown" },
	{ "twice", { .content = HEAD IDS "MIME-Version: 1.0\n\n" TEXT }, 500, "Invalid", "twice" },
	{ "no-empty-line", { .content = HEAD IDS TEXT }, 500, "Invalid", "Name: value" },
	{ "long-line", { .content = HEAD IDS "\n" C77 "AAA" }, 500, "Invalid", "76" },
	{ "not-base64", { .content = HEAD IDS "\nBack at noon" }, 500, "Invalid", "base64" },
	{ "padding", { .content = HEAD IDS "\nQmFjayBhdA" }, 500, "Invalid", "base64" },
	{ "latin-1", { .content = HEAD IDS "\n//8=" }, 500, "Invalid", "UTF-8" },
	{ "empty", { .content = HEAD IDS "\n" }, 500, "Invalid", "empty" },
	{ "gap", { .content = HEAD IDS "\nQmFj\n\nQmFj" }, 500, "Invalid", "an empty line" },
};

static void
test_row(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	RawStore store = rows[i].store;
	g_autoptr(RawAnswer) answer = NULL;

	if (store.key == NULL)
		store.key = key;
	answer = raw_store(server, mia, &store);
	raw_expect_answer(answer, rows[i].status, rows[i].answer);
	raw_complaints(server, 1, rows[i].complaint);
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, rows[i].status == 200);
	raw_server_free(server);
}

/* What is good: CRLF, no name, many lines, a run for each conversation. */
static void
test_good(void)
{
	static const RawStore good[] = {
		{ .content = HEAD IDS "\r\n" TEXT },
		{ .friendly = "", .number = 2 },
		{ .number = 3,
		  .content =
		      HEAD IDS "\nQmFjayBhdCBub29uQmFjayBhdCBub29uQmFjayBhdCBub29uQmFjayBhdCBu"
			       "b29uQmFjayBh\nb29u" },
		{ .number = 4, .content = HEAD IDS "\nQmFj\n" TEXT "\n" },
		{ .run = "{7F2D9B1C-3A40-4C1E-8B55-0E6A91D7C2F4}" },
	};
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);

	for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
		RawStore store = good[i];
		g_autoptr(RawAnswer) answer = NULL;

		store.key = key;
		answer = raw_store(server, mia, &store);
		raw_expect_answer(answer, 200, "StoreResponse");
	}
	raw_complaints(server, 0, NULL);
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, G_N_ELEMENTS(good));
	raw_server_free(server);
}

/* Row 20: a repeat and a gap after success; the same number after a fault, or a lost answer. */
static void
test_sequence(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	static const struct {
		const char *fault;
		guint number, complaints;
	} steps[] = {
		{ NULL, 1, 0 }, { "fault=Store2:SystemUnavailable:1", 2, 0 },
		{ NULL, 2, 0 }, { "lost=Store2:1", 3, 0 },
		{ NULL, 3, 0 }, { NULL, 3, 1 },
		{ NULL, 5, 2 }, { NULL, 6, 2 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
		RawStore store = { .key = key, .number = steps[i].number };
		g_autoptr(RawAnswer) answer = NULL;

		if (steps[i].fault != NULL)
			raw_fault(server, steps[i].fault);
		answer = raw_store(server, mia, &store);
		g_assert_cmpuint(msnp_server_complaints(server)->len, ==, steps[i].complaints);
	}
	raw_complaints(server, 2, "the sequence number 5 follows 3");
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, 7);
	{
		RawStore store = { .key = key, .number = 7, .to = "zoe@example.com" };
		g_autoptr(RawAnswer) answer = raw_store(server, mia, &store);

		raw_expect_answer(answer, 200, NULL);
		raw_complaints(server, 3, "one Run-Id for two people");
	}
	raw_server_free(server);
}

/* ---- Whom it reaches ---- */

static void
test_recipients(void)
{
	static const char *const nobody[] = { "quim@tram.example", "rosa@tram.example",
					      "nobody@example.com" };
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);

	for (guint i = 0; i < G_N_ELEMENTS(nobody); i++) {
		RawStore store = { .key = key, .to = nobody[i] };
		g_autoptr(RawAnswer) answer = raw_store(server, mia, &store);

		raw_expect_answer(answer, 500, "q0:SystemUnavailable</faultcode>");
	}
	g_assert_cmpuint(msnp_server_n_offline(server, "quim@tram.example"), ==, 0);
	/* Escargot lets the blocked through. */
	raw_fault(server, "escargot-offline");
	{
		RawStore store = { .key = key, .to = "quim@tram.example" };
		g_autoptr(RawAnswer) answer = raw_store(server, mia, &store);

		raw_expect_answer(answer, 200, "StoreResponse");
	}
	g_assert_cmpuint(msnp_server_n_offline(server, "quim@tram.example"), ==, 1);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* ---- Faults on request ---- */

static const struct {
	const char *fault, *challenge;
	gboolean tweener, lock, policy;
} challenges[] = {
	{ "fault=Store2:AuthenticationFailed:1", NULL, TRUE, FALSE, FALSE },
	{ "fault=Store2:AuthenticationFailed:1", "oim-challenge=lock", FALSE, TRUE, FALSE },
	{ "fault=Store2:AuthenticationFailed:1", "oim-challenge=both", TRUE, TRUE, FALSE },
	{ "fault=Store2:AuthenticationFailed:1", "oim-challenge=policy", FALSE, FALSE, TRUE },
	{ "fault=Store2:AuthenticationFailed:1", "oim-challenge=none", FALSE, FALSE, FALSE },
	{ "fault=Store2:SenderThrottleLimitExceeded:1", NULL, FALSE, FALSE, FALSE },
	{ "fault=Store2:InvalidContent:1", NULL, FALSE, FALSE, FALSE },
	{ "fault=Store2:MessageTooLarge:1", NULL, FALSE, FALSE, FALSE },
	{ "expire-tickets=Store2", NULL, TRUE, FALSE, FALSE },
	{ "new-lock-key=1", NULL, FALSE, TRUE, FALSE },
};

static void
test_fault(gconstpointer data)
{
	guint i = GPOINTER_TO_UINT(data);
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	g_autoptr(RawAnswer) answer = NULL;
	const char *code = strstr(challenges[i].fault, "Store2:");
	g_auto(GStrv) words = g_strsplit(code == NULL ? "::" : code, ":", -1);

	raw_fault(server, challenges[i].fault);
	if (challenges[i].challenge != NULL)
		raw_fault(server, challenges[i].challenge);
	answer = raw_store(server, mia, &(RawStore){ .key = key });
	raw_expect_answer(answer, 500, *words[1] == '\0' ? "AuthenticationFailed" : words[1]);
	g_assert_cmpint(strstr(answer->body, "<TweenerChallenge ") != NULL, ==,
			challenges[i].tweener);
	g_assert_cmpint(strstr(answer->body, "<LockKeyChallenge ") != NULL, ==, challenges[i].lock);
	g_assert_cmpint(strstr(answer->body, "<RequiredAuthPolicy ") != NULL, ==,
			challenges[i].policy);
	g_assert_cmpuint(msnp_server_n_offline(server, OLAF), ==, 0);
	if (challenges[i].lock) {
		g_autofree char *other = raw_lock_key(answer);
		g_autoptr(RawAnswer) again = raw_store(server, mia, &(RawStore){ .key = other });

		raw_expect_answer(again, 200, "StoreResponse");
	}
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* Row 21, by the service's clock. */
static void
test_throttle(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	g_autoptr(RawAnswer) refused = NULL, early = NULL, late = NULL;

	raw_fault(server, "strict-times");
	raw_fault(server, "fault=Store2:SenderThrottleLimitExceeded:1");
	refused = raw_store(server, mia, &(RawStore){ .key = key });
	early = raw_store(server, mia, &(RawStore){ .key = key });
	raw_complaints(server, 1, "services.md 15.21");
	msnp_server_pass_time(server, 11);
	late = raw_store(server, mia, &(RawStore){ .key = key, .number = 2 });
	raw_complaints(server, 1, NULL);
	raw_expect_answer(late, 200, NULL);
	raw_server_free(server);
}

/* The session that is over, and the one that is not there yet. */
static void
test_tickets(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autoptr(RawAnswer) answer = NULL, second = NULL;

	answer = raw_store(server, mia, &(RawStore){ .passport = mia->contacts });
	raw_expect_answer(answer, 500, "AuthenticationFailed");
	raw_complaints(server, 1, "passport is not the whole ticket");
	raw_line(mia->ns, "OUT");
	raw_expect_closed(mia->ns);
	second = raw_store(server, mia, &(RawStore){ 0 });
	raw_expect_answer(second, 500, "AuthenticationFailed");
	raw_complaints(server, 2, "past USR OK");
	raw_server_free(server);
}

/* services.md 2.5: after a refusal RST may come once, and its ticket is good. */
static void
test_renewal(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	g_autofree char *request = raw_rst(MIA, "mia", mia->policy), *ticket = NULL;
	g_autoptr(RawAnswer) refused = NULL, tickets = NULL, stored = NULL;

	raw_fault(server, "expire-tickets=Store2");
	refused = raw_store(server, mia, &(RawStore){ .key = key });
	raw_expect_answer(refused, 500, "<TweenerChallenge ");
	tickets = raw_post(server, "/RST.srf", RAW_RST_HEADERS, request);
	ticket = raw_token(tickets, "messenger.msn.com");
	stored = raw_store(server, mia, &(RawStore){ .key = key, .passport = ticket });
	raw_expect_answer(stored, 200, "StoreResponse");
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* One at a time for each recipient; others may go beside it. */
static void
test_one_at_a_time(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autofree char *key = raw_unlock(server, mia);
	static const char other_run[] = "{7F2D9B1C-3A40-4C1E-8B55-0E6A91D7C2F4}";
	g_autoptr(RawClient) open = NULL;
	g_autoptr(RawAnswer) beside = NULL, same = NULL;

	raw_fault(server, "delay=Store2:100000:1");
	open = raw_store_begin(server, mia, &(RawStore){ .key = key });
	raw_until(msnp_server_n_offline(server, OLAF) == 1);
	beside = raw_store(server, mia,
			   &(RawStore){ .key = key, .to = "zoe@example.com", .run = other_run });
	raw_expect_answer(beside, 200, NULL);
	raw_complaints(server, 0, NULL);
	same = raw_store(server, mia, &(RawStore){ .key = key, .number = 2 });
	raw_complaints(server, 1, "not answered yet");
	raw_server_free(server);
}

/* Row 4: no cookie goes along. */
static void
test_cookie(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawAnswer) answer =
	    raw_post(server, "/rsi/rsi.asmx",
		     "Content-Type: text/xml; charset=utf-8\r\nCookie: MSPAuth=x\r\nSOAPAction: "
		     "\"http://www.hotmail.msn.com/ws/2004/09/oim/rsi/GetMetadata\"\r\n",
		     "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header/>"
		     "<s:Body><GetMetadata/></s:Body></s:Envelope>");

	raw_expect_answer(answer, 400, "another namespace");
	g_assert_nonnull(strstr(msnp_server_complaints(server)->pdata[0], "a cookie"));
	raw_complaints(server, 2, "another namespace");
	raw_server_free(server);
}

/* ---- Escargot ---- */

static void
test_escargot(void)
{
	MsnpServer *server = serve();
	g_autoptr(RawSession) mia = sign_on_mia(server);
	g_autoptr(RawAnswer) locked = NULL, plain = NULL, empty = NULL, any = NULL;

	raw_fault(server, "escargot-offline");
	locked = raw_store(server, mia, &(RawStore){ 0 });
	raw_expect_answer(locked, 500, "<LockKeyChallenge ");
	raw_expect_answer(locked, 500, "<TweenerChallenge ");
	plain = raw_store(server, mia,
			  &(RawStore){ .key = "any", .friendly = " friendlyName=\"Mia\"" });
	raw_expect_answer(plain, 500, "Internal Server Error");
	g_assert_nonnull(strstr(plain->head, "text/plain"));
	empty =
	    raw_store(server, mia, &(RawStore){ .key = "any", .friendly = " friendlyName=\"\"" });
	raw_expect_answer(empty, 500, "Internal Server Error");
	any = raw_store(server, mia, &(RawStore){ .key = "any" });
	raw_expect_answer(any, 200, "StoreResponse");
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/store/lock-key", test_lock_key);
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_strconcat("/server/store/rows/", rows[i].name, NULL);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
	}
	g_test_add_func("/server/store/good", test_good);
	g_test_add_func("/server/store/sequence", test_sequence);
	g_test_add_func("/server/store/recipients", test_recipients);
	for (guint i = 0; i < G_N_ELEMENTS(challenges); i++) {
		g_autofree char *path = g_strdup_printf("/server/store/faults/%u", i);

		g_test_add_data_func(path, GUINT_TO_POINTER(i), test_fault);
	}
	g_test_add_func("/server/store/throttle", test_throttle);
	g_test_add_func("/server/store/tickets", test_tickets);
	g_test_add_func("/server/store/renewal", test_renewal);
	g_test_add_func("/server/store/one-at-a-time", test_one_at_a_time);
	g_test_add_func("/server/store/cookie", test_cookie);
	g_test_add_func("/server/store/escargot", test_escargot);
	return g_test_run();
}
