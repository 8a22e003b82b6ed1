/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP gateway of the loopback service, with requests as they stand in notification.md 14: what
 * is right gets through to a notification server or a switchboard, what is wrong is refused.
 */
#include <string.h>

#include "server/raw-client.h"

#define PATH "/gateway/gateway.dll"
#define TYPE "Content-Type: application/x-msn-messenger\r\n"
#define VER  "VER 1 MSNP14 MSNP13 CVR0\r\n"
#define OPEN PATH "?Action=open&Server=NS&IP=messenger.nordwind.example"

/* The value of a field of X-MSN-Messenger, NULL if it is not there; to be freed. */
static char *
field(const RawAnswer *answer, const char *name)
{
	const char *header = strstr(answer->head, "\r\nX-MSN-Messenger: ");
	g_autofree char *line = NULL;
	g_auto(GStrv) fields = NULL;

	if (header == NULL)
		return NULL;
	header += strlen("\r\nX-MSN-Messenger: ");
	line = g_strndup(header, strcspn(header, "\r"));
	fields = g_strsplit(line, ";", -1);
	for (char **f = fields; *f != NULL; f++) {
		char *equals = strchr(*f, '=');

		g_assert_nonnull(equals);
		*equals = '\0';
		if (strcmp(g_strstrip(*f), name) == 0)
			return g_strdup(equals + 1);
	}
	return NULL;
}

/* One that is answered by 200, with this body (NULL: any); id gets the session's. */
static void
post(MsnpServer *server, const char *path, const char *body, char **id, const char *expected)
{
	g_autoptr(RawAnswer) answer = raw_post(server, path, *body ? TYPE : "", body);

	raw_expect_answer(answer, 200, NULL);
	if (expected != NULL)
		g_assert_cmpstr(answer->body, ==, expected);
	g_assert_nonnull(strstr(answer->head, "application/x-msn-messenger"));
	g_free(*id);
	*id = field(answer, "SessionID");
	g_assert_nonnull(*id);
}

static void
post_to(MsnpServer *server, const char *query, char **id, const char *body, const char *expected)
{
	g_autofree char *path = g_strconcat(PATH "?", query, "SessionID=", *id, NULL);

	post(server, path, body, id, expected);
}

static void
refused(MsnpServer *server, const char *path, const char *headers, const char *body,
	guint complaints, const char *complaint)
{
	g_autoptr(RawAnswer) answer = raw_post(server, path, headers, body);

	raw_expect_answer(answer, 400, NULL);
	raw_complaints(server, complaints, complaint);
}

/* What a session's answer to its last words says of Session; to be freed. */
static char *
close_of(MsnpServer *server, const char *id, const char *body)
{
	g_autofree char *path = g_strconcat(PATH "?SessionID=", id, NULL);
	g_autoptr(RawAnswer) answer = raw_post(server, path, TYPE, body);

	raw_expect_answer(answer, 200, NULL);
	return field(answer, "Session");
}

/* The example of notification.md 14, on this server. */
static void
test_session(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawAnswer) answer = raw_post(server, OPEN, TYPE, VER);
	g_autofree char *id = field(answer, "SessionID"), *host = field(answer, "GW-IP");

	raw_expect_answer(answer, 200, NULL);
	g_assert_cmpstr(answer->body, ==, "VER 1 MSNP14\r\n");
	g_assert_cmpstr(host, ==, "messenger.nordwind.example");
	g_assert_cmpuint(msnp_server_n_sessions(server), ==, 1);
	post_to(server, "Action=poll&", &id, "", "");
	/* A command in two bodies, and two commands in one; the answers to both. */
	post_to(server, "", &id, "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.0.0812 msm", "");
	post_to(server, "", &id, "sgs rosa@tram.example\r\nUSR 3 TWN I rosa@tram.example\r\n",
		NULL);
	post_to(server, "Action=poll&", &id, "", "");
	/* OUT: an end that is told. */
	g_free(host);
	host = close_of(server, id, "OUT\r\n");
	g_assert_cmpstr(host, ==, "close");
	g_assert_cmpuint(msnp_server_n_sessions(server), ==, 0);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

/* The behaviours of the table. */
static void
test_behaviours(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autofree char *id = NULL, *first = NULL, *old = NULL, *host = NULL, *close = NULL;
	g_autoptr(RawAnswer) answer = NULL;

	raw_fault(server, "gateway-ids");
	post(server, OPEN, VER, &id, "VER 1 MSNP14\r\n");
	first = g_strdup(id);
	post_to(server, "Action=poll&", &id, "", "");
	g_assert_cmpstr(first, !=, id);
	old = g_strconcat(PATH "?Action=poll&SessionID=", first, NULL);
	refused(server, old, "", "", 1, "not the SessionID of the last answer");
	post_to(server, "Action=poll&", &id, "", "");
	msnp_server_clear_faults(server);

	raw_fault(server, "gateway-ip=evil.example:1");
	answer = raw_post(server, OPEN, TYPE, VER);
	host = field(answer, "GW-IP");
	g_assert_cmpstr(host, ==, "evil.example");
	g_free(id);
	id = field(answer, "SessionID");

	raw_fault(server, "http=gateway:503:1");
	raw_answer_free(answer);
	g_free(old);
	old = g_strconcat(PATH "?Action=poll&SessionID=", id, NULL);
	answer = raw_post(server, old, "", "");
	raw_expect_answer(answer, 503, "As asked for.");
	post_to(server, "Action=poll&", &id, "", "");

	raw_fault(server, "strict-times");
	post_to(server, "Action=poll&", &id, "", "");
	raw_complaints(server, 2, "polled too soon");
	msnp_server_clear_faults(server);

	raw_fault(server, "gateway-end=1");
	close = close_of(server, id, "OUT\r\n");
	g_assert_cmpstr(close, ==, "close");
	g_free(old);
	old = g_strconcat(PATH "?Action=poll&SessionID=", id, NULL);
	refused(server, old, "", "", 2, NULL);

	raw_fault(server, "gateway-quiet");
	post(server, OPEN, VER, &id, "VER 1 MSNP14\r\n");
	g_free(close);
	close = close_of(server, id, "OUT\r\n");
	g_assert_null(close);
	g_free(old);
	old = g_strconcat(PATH "?Action=poll&SessionID=", id, NULL);
	refused(server, old, "", "", 2, NULL);
	raw_server_free(server);
}

/* Each breaks one rule; %s is the id of an open session. */
static const struct {
	const char *query, *headers, *body, *complaint;
} WRONG[] = {
	{ "Action=open&Server=XX&IP=a", TYPE, VER, "neither NS nor SB" },
	{ "Action=open&IP=a", TYPE, VER, "neither NS nor SB" },
	{ "Action=open&Server=NS", TYPE, VER, "without IP" },
	{ "Action=open&Server=NS&IP=", TYPE, VER, "without IP" },
	{ "Action=open&Server=NS&IP=a&SessionID=%s", TYPE, VER, "with a SessionID" },
	{ "Action=open&Server=NS&IP=a", TYPE, "USR 1 x\r\n", "first command" },
	{ "Action=open&Server=SB&IP=a", TYPE, VER, "first command" },
	{ "Action=open&Server=NS&IP=a", TYPE, "", "nothing to send" },
	{ "Action=open&Server=NS&IP=a", "Content-Type: text/plain\r\n", VER, "Content-Type" },
	{ "Action=open&Server=NS&IP=a", "", VER, "Content-Type" },
	{ "Action=close&SessionID=%s", TYPE, VER, "unknown Action" },
	{ "Action=poll&SessionID=%s", TYPE, "x", "a poll with a body" },
	{ "SessionID=%s", "", "", "nothing to send" },
	{ "SessionID=%s", TYPE, "PNG\r\n", "PNG" },
	{ "SessionID=%s", TYPE, "CVR 2\r\nPNG\r\n", "PNG" },
	{ "SessionID=%s9", TYPE, "OUT\r\n", "not the SessionID" },
	{ "SessionID=1.1", TYPE, "OUT\r\n", NULL },
	{ "SessionID=", TYPE, "OUT\r\n", NULL },
	{ "", TYPE, "OUT\r\n", NULL },
};

static void
test_wrong(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(WRONG); i++) {
		MsnpServer *server = raw_server(NULL);
		g_autofree char *id = NULL;
		g_auto(GStrv) parts = g_strsplit(WRONG[i].query, "%s", 2);
		g_autofree char *query = NULL, *path = NULL;

		g_test_message("%s", WRONG[i].query);
		post(server, OPEN, VER, &id, "VER 1 MSNP14\r\n");
		query = parts[0] != NULL && parts[1] != NULL
			    ? g_strconcat(parts[0], id, parts[1], NULL)
			    : g_strdup(WRONG[i].query);
		path = g_strconcat(PATH, *query == '\0' ? "" : "?", query, NULL);
		refused(server, path, WRONG[i].headers, WRONG[i].body,
			WRONG[i].complaint == NULL ? 0 : 1, WRONG[i].complaint);
		/* The session has not suffered. */
		post_to(server, "Action=poll&", &id, "", "");
		raw_server_free(server);
	}
}

/* Two at a time: the second one is refused, the first one answered. */
static void
test_two_at_a_time(void)
{
	MsnpServer *server = raw_server(NULL);
	guint16 port =
	    (guint16)g_ascii_strtoull(strrchr(msnp_server_base_url(server), ':') + 1, NULL, 10);
	g_autoptr(RawClient) first = raw_connect(port);
	g_autofree char *id = NULL, *path = NULL, *text = NULL, *head = NULL;

	post(server, OPEN, VER, &id, "VER 1 MSNP14\r\n");
	raw_fault(server, "delay=gateway:1000:1");
	path = g_strconcat(PATH "?Action=poll&SessionID=", id, NULL);
	head = g_strdup_printf("POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
			       "Content-Length: 0\r\n\r\n",
			       path);
	raw_bytes(first, head, -1);
	/* It is read before the other one is there. */
	while (g_main_context_iteration(NULL, FALSE))
		;
	refused(server, path, "", "", 1, "before the one before was answered");
	text = raw_read_to_end(first);
	g_assert_true(g_str_has_prefix(text, "HTTP/1.1 200 "));
	raw_server_free(server);
}

/* A switchboard over the gateway: a picture's data both ways, whatever its bytes are. */
static void
test_switchboard(void)
{
	MsnpServer *server = raw_server(NULL);
	g_autoptr(RawSession) mia =
	    raw_sign_on(server, "mia@nordwind.example", "p&ss<word> 0", RAW_MIA_ADL);
	g_autoptr(RawSession) olaf =
	    raw_sign_on(server, "olaf@nordwind.example", "olaf", RAW_OLAF_ADL);
	g_autoptr(RawClient) seat = raw_connect(msnp_server_sb_port(server));
	g_auto(GStrv) xfr = NULL, rng = NULL;
	g_autofree char *id = NULL, *usr = NULL, *msg = NULL, *from = NULL;
	g_autoptr(GString) data =
	    g_string_new("MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\n"
			 "P2P-Dest: olaf@nordwind.example\r\n\r\n");

	for (guint i = 0; i < 1020; i++)
		g_string_append_c(data, (char)(1 + i % 255));
	raw_line(mia->ns, "XFR %u SB", ++mia->trid);
	xfr = g_strsplit(raw_skip_to(mia->ns, "XFR * SB 127.0.0.1:* CKI *"), " ", -1);
	usr = g_strdup_printf("USR 1 mia@nordwind.example %s\r\n", xfr[5]);
	post(server, PATH "?Action=open&Server=SB&IP=127.0.0.1", usr, &id,
	     "USR 1 OK mia@nordwind.example Mia\r\n");
	post_to(server, "", &id, "CAL 2 olaf@nordwind.example\r\n", NULL);
	rng = g_strsplit(raw_skip_to(olaf->ns, "RNG * CKI * mia@nordwind.example *"), " ", -1);
	raw_line(seat, "ANS 1 olaf@nordwind.example %s %s", rng[4], rng[1]);
	raw_skip_to(seat, "ANS 1 OK");
	post_to(server, "Action=poll&", &id, "", NULL);
	msg = g_strdup_printf("MSG 3 D %u\r\n%s", (guint)data->len, data->str);
	post_to(server, "", &id, msg, "ACK 3\r\n");
	raw_skip_to(seat, "MSG mia@nordwind.example Mia *");
	g_assert_cmpstr(raw_payload_of(seat), ==, data->str);
	raw_payload(seat, data->str, "MSG 2 D");
	raw_skip_to(seat, "ACK 2");
	from = g_strdup_printf("MSG olaf@nordwind.example Olaf%%20B. %u\r\n%s", (guint)data->len,
			       data->str);
	post_to(server, "Action=poll&", &id, "", from);
	raw_complaints(server, 0, NULL);
	raw_server_free(server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/gateway/session", test_session);
	g_test_add_func("/server/gateway/behaviours", test_behaviours);
	g_test_add_func("/server/gateway/wrong", test_wrong);
	g_test_add_func("/server/gateway/two-at-a-time", test_two_at_a_time);
	g_test_add_func("/server/gateway/switchboard", test_switchboard);
	return g_test_run();
}
