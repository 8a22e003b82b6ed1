/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the header of answers says about hosts: CacheKey and PreferredHostName (services.md 3.3,
 * 14.3).
 */
#include <string.h>

#include "soap/msnp-soap-hosts.h"
#include "ticket-server.h"

#define HERE  "127.0.0.1"
#define THERE "localhost"

#define KEY(key)     "<CacheKey>" key "</CacheKey><CacheKeyChanged>true</CacheKeyChanged>"
#define PREFER(host) "<PreferredHostName>" host "</PreferredHostName>"

static void
call_well(TicketServer *f, const MsnpSoapOp *op)
{
	g_assert_no_error(ticket_server_call(f, op)->error);
}

static const Asked *
last(TicketServer *f)
{
	return ticket_server_asked(f, f->asked->len - 1);
}

/* ---- CacheKey ---- */

static void
test_cache_key(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	static const struct {
		const char *header;
		const char *next; /* what the request after that has */
	} rows[] = {
		{ NULL, "" },
		{ "<CacheKey>a</CacheKey>", "" },
		{ "<CacheKey>b</CacheKey><CacheKeyChanged>false</CacheKeyChanged>", "" },
		{ KEY("12r1:K&lt;&amp;&gt;="), "12r1:K<&>=" },
		{ NULL, "12r1:K<&>=" },
		{ "<CacheKeyChanged>1</CacheKeyChanged><CacheKey>14r2;x</CacheKey>", "14r2;x" },
		{ KEY(""), "14r2;x" },
		{ "<CacheKeyChanged>true</CacheKeyChanged>", "14r2;x" },
	};

	f->accepted[0] = OLD_TICKET;
	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		/* Of a stream and of a document. */
		const MsnpSoapOp *op = i % 2 == 0 ? &msnp_op_ab_find_all : &msnp_op_add_member;

		g_test_message("row %u", i);
		f->header = rows[i].header;
		call_well(f, op);
		f->header = NULL;
		call_well(f, &msnp_op_ab_group_rename);
		g_assert_cmpstr(last(f)->cache_key, ==, rows[i].next);
		call_well(f, &msnp_op_find_membership);
		g_assert_cmpstr(last(f)->cache_key, ==, rows[i].next);
	}
}

static void
test_cache_key_too_long(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	g_autofree char *key = g_strnfill(1025, 'k');
	g_autofree char *header = g_strconcat(
	    "<CacheKey>", key, "</CacheKey><CacheKeyChanged>true</CacheKeyChanged>", NULL);

	f->accepted[0] = OLD_TICKET;
	f->header = header;
	for (guint i = 0; i < 2; i++) {
		call_well(f, i == 0 ? &msnp_op_ab_find_all : &msnp_op_add_member);
		call_well(f, &msnp_op_find_membership);
		g_assert_cmpstr(last(f)->cache_key, ==, "");
	}
}

/* A key names the partition of one host. */
static void
test_cache_key_per_host(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	ticket_server_client(f, HERE, THERE);
	f->accepted[0] = OLD_TICKET;
	f->header = KEY("of-here");
	call_well(f, &msnp_op_ab_group_rename);
	f->header = KEY("of-there");
	call_well(f, &msnp_op_find_membership);
	g_assert_cmpstr(last(f)->host, ==, THERE);
	g_assert_cmpstr(last(f)->cache_key, ==, "");
	f->header = NULL;
	call_well(f, &msnp_op_ab_find_all);
	g_assert_cmpstr(last(f)->host, ==, HERE);
	g_assert_cmpstr(last(f)->cache_key, ==, "of-here");
	call_well(f, &msnp_op_delete_member);
	g_assert_cmpstr(last(f)->cache_key, ==, "of-there");
}

/* A repeated call has the key of the moment, also one that the refusal itself has brought. */
static void
test_cache_key_renewed(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *slow;

	ticket_server_set_renewal(f);
	f->accepted[0] = "NEW1";
	f->hold = "ABGroupUpdate";
	slow = ticket_server_start(f, &msnp_op_ab_group_rename);
	ticket_server_wait_held(f, 1);
	f->header = KEY("young");
	call_well(f, &msnp_op_find_membership);
	f->header = NULL;
	ticket_server_let_go(f);
	ticket_server_wait(slow);
	g_assert_no_error(slow->error);
	g_assert_cmpstr(last(f)->operation, ==, "ABGroupUpdate");
	g_assert_cmpstr(last(f)->cache_key, ==, "young");
}

/* ---- PreferredHostName ---- */

static void
test_preferred(TicketServer *f, gconstpointer data)
{
	const MsnpSoapOp *op = data;

	f->accepted[0] = OLD_TICKET;
	f->header = PREFER(THERE) KEY("of-here");
	call_well(f, op);
	g_assert_cmpstr(last(f)->host, ==, HERE);
	/* That service, at the same path; not the other one. */
	f->header = NULL;
	call_well(f, op);
	g_assert_cmpstr(last(f)->host, ==, THERE);
	g_assert_cmpstr(last(f)->path, ==, ticket_server_asked(f, 0)->path);
	g_assert_cmpstr(last(f)->cache_key, ==, "");
	call_well(f, op->service == MSNP_SERVICE_SHARING ? &msnp_op_ab_group_rename
							 : &msnp_op_add_member);
	g_assert_cmpstr(last(f)->host, ==, HERE);
	/* It may send back. */
	f->header = PREFER(HERE);
	call_well(f, op);
	g_assert_cmpstr(last(f)->host, ==, THERE);
	call_well(f, op);
	g_assert_cmpstr(last(f)->host, ==, HERE);
}

static void
test_not_preferred(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const headers[] = {
		PREFER("evil.example"),
		PREFER("localhost.evil.example"),
		/* Of the family, but reached by plain http, and not this machine. */
		PREFER("family.example"),
		PREFER("db1.family.example"),
		PREFER("u@localhost"),
		PREFER("localhost:1"),
		PREFER("localhost/elsewhere"),
		PREFER("http://localhost/"),
		PREFER("//localhost"),
		PREFER("local host"),
		PREFER("localhost?"),
		PREFER("::1"),
		PREFER(""),
		PREFER("%6cocalhost"),
		PREFER("l\xc3\xb6"
		       "calhost"),
	};

	f->accepted[0] = OLD_TICKET;
	for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_test_message("header %s", headers[i]);
		f->header = headers[i];
		call_well(f, &msnp_op_find_membership);
		g_assert_cmpstr(last(f)->host, ==, HERE);
		call_well(f, &msnp_op_add_member);
		g_assert_cmpstr(last(f)->host, ==, HERE);
		call_well(f, &msnp_op_find_membership);
		g_assert_cmpstr(last(f)->host, ==, HERE);
		g_assert_cmpstr(last(f)->path, ==, "/SharingService.asmx");
	}
}

/* The rules of services.md 14.3 without a network. */
static void
test_urls(void)
{
	char *domains[] = { (char *)"family.example", NULL };
	static const struct {
		const char *from, *name;
		gboolean plain;
		const char *to; /* NULL: breaks a rule */
	} rows[] = {
		{ "https://family.example/a.asmx?x", "db1.family.example", FALSE,
		  "https://db1.family.example/a.asmx?x" },
		{ "https://family.example:8443/a", "db1.family.example", FALSE,
		  "https://db1.family.example:8443/a" },
		{ "https://family.example/a", "DB1.Family.Example", FALSE,
		  "https://DB1.Family.Example/a" },
		{ "https://family.example/a", "db1.other.example", FALSE, NULL },
		{ "https://family.example/a", "xfamily.example", FALSE, NULL },
		{ "https://family.example/a", "family.example.evil.example", FALSE, NULL },
		{ "https://family.example/a", "", FALSE, NULL },
		{ "http://family.example/a", "db1.family.example", FALSE, NULL },
		{ "http://family.example/a", "db1.family.example", TRUE,
		  "http://db1.family.example/a" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GUri) from = msnp_soap_url_parse(rows[i].from);
		MsnpSoapUrls urls = { { [MSNP_SERVICE_SHARING] = from }, domains, rows[i].plain };
		g_autoptr(GUri) to = msnp_soap_url_on_host(&urls, from, rows[i].name);
		g_autofree char *got = to == NULL ? NULL : g_uri_to_string(to);

		g_test_message("row %u", i);
		g_assert_cmpstr(got, ==, rows[i].to);
	}
}

/* A preferred host that fails is left, and not taken again; what only reads does not notice. */
static void
test_preferred_fails(TicketServer *f, gconstpointer data)
{
	int code = data == NULL ? MSNP_SOAP_ERROR_NETWORK : MSNP_SOAP_ERROR_WRONG_URL;
	TestCall *call;

	f->accepted[0] = OLD_TICKET;
	f->header = PREFER(THERE);
	call_well(f, &msnp_op_find_membership);
	f->bad_host = THERE;
	f->bad_status = GPOINTER_TO_UINT(data);
	ticket_server_forget(f);
	call_well(f, &msnp_op_find_membership);
	g_assert_cmpuint(f->asked->len, ==, 2);
	g_assert_cmpstr(ticket_server_asked(f, 0)->host, ==, THERE);
	g_assert_cmpstr(ticket_server_asked(f, 1)->host, ==, HERE);
	call_well(f, &msnp_op_find_membership);
	g_assert_cmpuint(f->asked->len, ==, 3);
	g_assert_cmpstr(last(f)->host, ==, HERE);

	/* A write may have happened: it is not repeated. */
	ticket_server_client(f, HERE, HERE);
	f->bad_host = NULL;
	call_well(f, &msnp_op_find_membership);
	f->bad_host = THERE;
	ticket_server_forget(f);
	call = ticket_server_call(f, &msnp_op_add_member);
	g_assert_error(call->error, MSNP_SOAP_ERROR, code);
	g_assert_cmpuint(f->asked->len, ==, 1);
	call_well(f, &msnp_op_add_member);
	g_assert_cmpstr(last(f)->host, ==, HERE);
}

/* Both fail: two tries, one error. */
static void
test_both_fail(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	f->accepted[0] = OLD_TICKET;
	f->header = PREFER(THERE);
	call_well(f, &msnp_op_find_membership);
	ticket_server_forget(f);
	f->bad_host = THERE;
	f->hold = "FindMembership";
	call = ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	ticket_server_let_go(f);
	f->hold = "FindMembership";
	ticket_server_wait_held(f, 1);
	f->bad_host = HERE;
	ticket_server_let_go(f);
	ticket_server_wait(call);
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	g_assert_cmpuint(f->asked->len, ==, 2);
}

/* One that never answers is left with the deadline of the call. */
static void
test_preferred_hangs(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	f->accepted[0] = OLD_TICKET;
	f->header = PREFER(THERE);
	call_well(f, &msnp_op_ab_group_rename);
	f->hold = "ABGroupUpdate";
	call = ticket_server_start(f, &msnp_op_ab_group_rename);
	ticket_server_wait_held(f, 1);
	g_assert_cmpstr(last(f)->host, ==, THERE);
	msnp_clock_advance(f->clock, 30000);
	ticket_server_wait(call);
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	ticket_server_let_go(f);
	call_well(f, &msnp_op_ab_group_rename);
	g_assert_cmpstr(last(f)->host, ==, HERE);
}

/* Other errors are not the host's: it stays. */
static void
test_preferred_refuses(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	f->accepted[0] = OLD_TICKET;
	f->header = PREFER(THERE);
	call_well(f, &msnp_op_find_membership);
	f->accepted[0] = NULL;
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET);
	f->accepted[0] = OLD_TICKET;
	call_well(f, &msnp_op_find_membership);
	g_assert_cmpstr(last(f)->host, ==, THERE);
}

/* A server that names ever new hosts gives no more keys than can be needed. */
static void
test_many_keys(void)
{
	MsnpSoapHosts hosts = { 0 };

	msnp_soap_hosts_init(&hosts);
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("https://h%u.family.example/", i);
		g_autoptr(GUri) uri = msnp_soap_url_parse(text);
		MsnpSoapAnswer answer = { .cache_key = text };

		msnp_soap_hosts_learn(&hosts, MSNP_SERVICE_SHARING, uri, &answer);
		g_assert_cmpstr(msnp_soap_hosts_cache_key(&hosts, uri), ==, text);
		g_assert_cmpuint(g_hash_table_size(hosts.cache_keys), <=, 32);
	}
	msnp_soap_hosts_clear(&hosts);
}

#define ADD(name, data, func)                                                                      \
	g_test_add("/hosts/" name, TicketServer, data, ticket_server_setup, func,                  \
		   ticket_server_teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("cache-key", NULL, test_cache_key);
	ADD("cache-key-too-long", NULL, test_cache_key_too_long);
	ADD("cache-key-per-host", NULL, test_cache_key_per_host);
	ADD("cache-key-renewed", NULL, test_cache_key_renewed);
	g_test_add_func("/hosts/many-keys", test_many_keys);
	g_test_add_func("/hosts/urls", test_urls);
	ADD("preferred-sharing", &msnp_op_find_membership, test_preferred);
	ADD("preferred-book", &msnp_op_ab_find_all, test_preferred);
	ADD("preferred-write", &msnp_op_ab_group_rename, test_preferred);
	ADD("not-preferred", NULL, test_not_preferred);
	ADD("preferred-drops", GUINT_TO_POINTER(0), test_preferred_fails);
	ADD("preferred-404", GUINT_TO_POINTER(404), test_preferred_fails);
	ADD("preferred-405", GUINT_TO_POINTER(405), test_preferred_fails);
	ADD("both-fail", NULL, test_both_fail);
	ADD("preferred-hangs", NULL, test_preferred_hangs);
	ADD("preferred-refuses", NULL, test_preferred_refuses);
	return g_test_run();
}
