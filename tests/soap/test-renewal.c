/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Renewal of tickets: services.md 2.5, as far as it goes and no further.
 */
#include <string.h>

#include "ticket-server.h"

static const MsnpSoapOp *const both_lists[] = { &msnp_op_find_membership, &msnp_op_ab_find_all };

static void
assert_refused(const TestCall *call)
{
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET);
	g_assert_null(call->result);
}

/* The old ticket is refused, RST gives one that is taken. */
static void
expect_renewal(TicketServer *f)
{
	ticket_server_set_renewal(f);
	f->accepted[0] = "NEW1";
}

/* ---- renewed ---- */

static void
test_one(TicketServer *f, gconstpointer data)
{
	TestCall *call;
	const Asked *first, *rst, *second;
	g_autofree char *with_new = NULL;
	g_auto(GStrv) parts = NULL;

	expect_renewal(f);
	call = ticket_server_call(f, data);
	g_assert_no_error(call->error);
	g_assert_cmpuint(f->asked->len, ==, 3);
	first = ticket_server_asked(f, 0);
	rst = ticket_server_asked(f, 1);
	second = ticket_server_asked(f, 2);
	g_assert_cmpstr(first->ticket, ==, OLD_TICKET);
	g_assert_cmpstr(rst->operation, ==, "RST");
	g_assert_nonnull(strstr(rst->body, "alice@example.com"));
	g_assert_nonnull(strstr(rst->body, "secret"));
	g_assert_nonnull(strstr(rst->body, "?ct=1&amp;id=1"));
	/* The same request but for the ticket, although the arguments are long gone. */
	parts = g_strsplit(first->body, "t=" OLD_TICKET, -1);
	with_new = g_strjoinv("t=NEW1", parts);
	g_assert_cmpuint(g_strv_length(parts), ==, 2);
	g_assert_cmpstr(second->body, ==, with_new);
	/* They stay. */
	call = ticket_server_call(f, data);
	g_assert_no_error(call->error);
	g_assert_cmpuint(f->asked->len, ==, 4);
	g_assert_cmpstr(ticket_server_asked(f, 3)->ticket, ==, "NEW1");
}

/* However the server says it. */
static void
test_refusals(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	static const char *const tickets[] = { "NEW1", "NEW2", "NEW3", "NEW4" };

	ticket_server_set_renewal(f);
	for (f->refusal = 0; f->refusal < N_REFUSALS; f->refusal++) {
		TestCall *call;

		f->accepted[0] = tickets[f->refusal];
		call = ticket_server_call(f, &msnp_op_add_member);
		g_assert_no_error(call->error);
		g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, f->refusal + 1);
		g_assert_cmpuint(ticket_server_count(f, "AddMember", NULL), ==,
				 2 * (f->refusal + 1));
	}
}

static void
test_parallel(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	static const MsnpSoapOp *const ops[] = { &msnp_op_find_membership, &msnp_op_ab_find_all,
						 &msnp_op_add_member, &msnp_op_ab_group_rename,
						 &msnp_op_ab_contact_delete };

	expect_renewal(f);
	for (guint i = 0; i < G_N_ELEMENTS(ops); i++)
		ticket_server_start(f, ops[i]);
	ticket_server_wait_all(f);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(ops); i++) {
		g_assert_no_error(((TestCall *)f->calls->pdata[i])->error);
		g_assert_cmpuint(ticket_server_count(f, ops[i]->name, "NEW1"), ==, 1);
		g_assert_cmpuint(ticket_server_count(f, ops[i]->name, OLD_TICKET), <=, 1);
	}
}

/* Whoever starts while RST is under way waits: never tried with what is refused. */
static void
test_started_during_rst(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	expect_renewal(f);
	f->hold = "RST";
	ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	call = ticket_server_start(f, &msnp_op_ab_group_delete);
	ticket_server_turn(100);
	g_assert_false(call->answered);
	ticket_server_let_go(f);
	ticket_server_wait_all(f);
	g_assert_no_error(call->error);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupDelete", NULL), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupDelete", "NEW1"), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
}

/* Nor with what may be bad. */
static void
test_started_during_trial(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	ticket_server_set_renewal(f);
	f->hold = "RST";
	ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	ticket_server_let_go(f);
	f->hold = "FindMembership";
	ticket_server_wait_held(f, 1);
	call = ticket_server_start(f, &msnp_op_ab_group_rename);
	ticket_server_turn(100);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupUpdate", NULL), ==, 0);
	/* The new ones are: it goes with the old ones. */
	f->accepted[0] = OLD_TICKET;
	ticket_server_let_go(f);
	ticket_server_wait_all(f);
	g_assert_no_error(call->error);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupUpdate", NULL), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupUpdate", OLD_TICKET), ==, 1);
	assert_refused(f->calls->pdata[0]);
}

/* Refused with the old ticket after the new one has proved good: just repeated. */
static void
test_late_refusal(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *slow, *quick;

	expect_renewal(f);
	f->hold = "ABFindAll";
	slow = ticket_server_start(f, &msnp_op_ab_find_all);
	ticket_server_wait_held(f, 1);
	quick = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(quick->error);
	g_assert_false(slow->answered);
	ticket_server_let_go(f);
	ticket_server_wait(slow);
	g_assert_no_error(slow->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABFindAll", OLD_TICKET), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABFindAll", "NEW1"), ==, 1);
}

/* ---- refused again ---- */

/* The server of one ticket per session: what RST gives later is no good (servers.md 1). */
static void
test_refused_again(TicketServer *f, gconstpointer data)
{
	const MsnpSoapOp *op = data;
	TestCall *call;

	ticket_server_set_renewal(f);
	call = ticket_server_call(f, op);
	assert_refused(call);
	g_assert_cmpuint(f->asked->len, ==, 3);
	g_assert_cmpstr(ticket_server_asked(f, 0)->ticket, ==, OLD_TICKET);
	g_assert_cmpstr(ticket_server_asked(f, 2)->ticket, ==, "NEW1");
	/* The old one again, and never a loop. */
	ticket_server_forget(f);
	assert_refused(ticket_server_call(f, op));
	g_assert_cmpuint(f->asked->len, ==, 1);
	g_assert_cmpstr(ticket_server_asked(f, 0)->ticket, ==, OLD_TICKET);
	f->accepted[0] = OLD_TICKET;
	call = ticket_server_call(f, op);
	g_assert_no_error(call->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 0);
}

/* Five in parallel: one renewal, five errors, no more than two tries each. */
static void
test_all_refused_again(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	ticket_server_set_renewal(f);
	for (guint i = 0; i < 5; i++)
		ticket_server_start(f, both_lists[i % 2]);
	ticket_server_wait_all(f);
	for (guint i = 0; i < 5; i++)
		assert_refused(f->calls->pdata[i]);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	g_assert_cmpuint(f->asked->len, <=, 11);
	ticket_server_forget(f);
	assert_refused(ticket_server_call(f, both_lists[0]));
	assert_refused(ticket_server_call(f, both_lists[1]));
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 0);
	g_assert_cmpuint(f->asked->len, ==, 2);
}

/* One service takes the new tickets: they stay, and the other is lost alone. */
static void
test_one_service_lost(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *members, *book;

	expect_renewal(f);
	f->partial = "FindMembership";
	members = ticket_server_start(f, &msnp_op_find_membership);
	book = ticket_server_start(f, &msnp_op_ab_find_all);
	ticket_server_wait_all(f);
	assert_refused(members);
	g_assert_no_error(book->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	ticket_server_forget(f);
	assert_refused(ticket_server_call(f, &msnp_op_find_membership));
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", "NEW1"), ==, 1);
	g_assert_cmpuint(f->asked->len, ==, 1);
	/* The other may renew again, and by that no new hope is raised for the lost one. */
	f->accepted[0] = "NEW2";
	book = ticket_server_call(f, &msnp_op_ab_find_all);
	g_assert_no_error(book->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	assert_refused(ticket_server_call(f, &msnp_op_find_membership));
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	/* A new sign-on makes good what was lost. */
	ticket_server_forget(f);
	f->partial = NULL;
	f->accepted[0] = "NEW3";
	ticket_server_set_tickets(f, 0);
	members = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(members->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
}

static void
test_unanswered_trial(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *first, *second;

	expect_renewal(f);
	f->hold = "RST";
	first = ticket_server_start(f, &msnp_op_add_member);
	ticket_server_wait_held(f, 1);
	ticket_server_let_go(f);
	f->hold = "AddMember";
	ticket_server_wait_held(f, 1);
	/* The repeated write is not decided upon: nothing is known of the new tickets. */
	f->bad_host = "127.0.0.1";
	f->bad_status = 503;
	ticket_server_let_go(f);
	ticket_server_wait(first);
	g_assert_error(first->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_UNAVAILABLE);
	/* The next call decides, here against them. */
	f->bad_host = NULL;
	f->accepted[0] = OLD_TICKET;
	second = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(second->error);
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", "NEW1"), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", OLD_TICKET), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
}

/* ---- RST says no ---- */

static void
test_rst_fails(TicketServer *f, gconstpointer data)
{
	static const struct {
		RstMode mode;
		gboolean again; /* whether it is worth asking once more later */
	} rows[] = {
		{ RST_PASSWORD, FALSE },   { RST_FAULT, FALSE }, { RST_GARBAGE, FALSE },
		{ RST_UNAVAILABLE, TRUE }, { RST_DROPS, TRUE },
	};
	guint row = GPOINTER_TO_UINT(data);
	TestCall *call;

	ticket_server_set_renewal(f);
	f->rst = rows[row].mode;
	ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_start(f, &msnp_op_ab_group_delete);
	ticket_server_wait_all(f);
	/* Their own error, whatever happened to the renewal: nobody's password is wrong. */
	assert_refused(f->calls->pdata[0]);
	assert_refused(f->calls->pdata[1]);
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", NULL), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABGroupDelete", OLD_TICKET), ==, 1);
	ticket_server_forget(f);
	f->rst = RST_GIVES;
	f->accepted[0] = "NEW1";
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, rows[row].again);
	if (rows[row].again)
		g_assert_no_error(call->error);
	else
		assert_refused(call);
}

/* What was not given anew stays what it was. */
static void
test_ticket_missing(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	ticket_server_set_renewal(f);
	f->rst = RST_GIVES_NO_CONTACTS;
	assert_refused(ticket_server_call(f, &msnp_op_find_membership));
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", OLD_TICKET), ==, 2);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
}

static void
test_no_renewal(TicketServer *f, gconstpointer data)
{
	if (data != NULL) {
		ticket_server_set_renewal(f);
		msnp_soap_client_set_renewal(f->client, NULL);
	}
	assert_refused(ticket_server_call(f, &msnp_op_find_membership));
	assert_refused(ticket_server_call(f, &msnp_op_add_member));
	g_assert_cmpuint(f->asked->len, ==, 2);
}

/* The wait ends with RST's deadline, and then with the refusal, not as a silent service. */
static void
test_rst_hangs(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *refused, *fresh;

	ticket_server_set_renewal(f);
	f->hold = "RST";
	refused = ticket_server_start(f, &msnp_op_add_member);
	ticket_server_wait_held(f, 1);
	msnp_clock_advance(f->clock, 20000);
	f->accepted[0] = OLD_TICKET;
	fresh = ticket_server_start(f, &msnp_op_ab_group_delete);
	msnp_clock_advance(f->clock, 9999);
	g_assert_false(refused->answered);
	msnp_clock_advance(f->clock, 1);
	ticket_server_wait(refused);
	assert_refused(refused);
	/* One that was never tried is tried with what there is. */
	ticket_server_wait(fresh);
	g_assert_no_error(fresh->error);
	ticket_server_let_go(f);
}

/* The deadline of a repeated call begins when it is sent again. */
static void
test_deadline(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	expect_renewal(f);
	f->hold = "RST";
	call = ticket_server_start(f, &msnp_op_add_member);
	ticket_server_wait_held(f, 1);
	msnp_clock_advance(f->clock, 29000);
	ticket_server_let_go(f);
	f->hold = "AddMember";
	ticket_server_wait_held(f, 1);
	msnp_clock_advance(f->clock, 29999);
	ticket_server_turn(20);
	g_assert_false(call->answered);
	msnp_clock_advance(f->clock, 1);
	ticket_server_wait(call);
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK);
	ticket_server_let_go(f);
}

/* ---- lifetimes ---- */

static void
test_expired(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	ticket_server_set_renewal(f);
	ticket_server_set_tickets(f, 3600);
	f->accepted[0] = OLD_TICKET;
	msnp_clock_advance(f->clock, 3539 * 1000);
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
	g_assert_cmpuint(f->asked->len, ==, 1);
	/* A minute before its end a ticket is not tried any more; both calls wait for the same. */
	msnp_clock_advance(f->clock, 1000);
	f->accepted[0] = "NEW1";
	ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_start(f, &msnp_op_ab_find_all);
	ticket_server_wait_all(f);
	g_assert_no_error(((TestCall *)f->calls->pdata[1])->error);
	g_assert_no_error(((TestCall *)f->calls->pdata[2])->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	g_assert_cmpuint(f->asked->len, ==, 4);
	/* The lifetime of the new ones, a day, began with them. */
	ticket_server_forget(f);
	msnp_clock_advance(f->clock, (86400 - 61) * 1000);
	ticket_server_call(f, &msnp_op_find_membership);
	g_assert_cmpuint(f->asked->len, ==, 1);
	msnp_clock_advance(f->clock, 1000);
	f->accepted[0] = "NEW2";
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
	g_assert_cmpstr(ticket_server_asked(f, 1)->operation, ==, "RST");
}

/* There are servers on which the old ticket goes on working: it gets its chance, and is not renewed
 * by the clock again. */
static void
test_expired_in_vain(TicketServer *f, gconstpointer data)
{
	TestCall *call;

	ticket_server_set_renewal(f);
	ticket_server_set_tickets(f, 3600);
	f->accepted[0] = OLD_TICKET;
	f->rst = GPOINTER_TO_UINT(data);
	msnp_clock_advance(f->clock, 4000 * 1000);
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), >=, 1);
	g_assert_cmpuint(ticket_server_count(f, "FindMembership", OLD_TICKET), ==, 1);
	ticket_server_forget(f);
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
	g_assert_cmpuint(f->asked->len, ==, 1);
}

static void
test_lifetime_without_renewal(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	ticket_server_set_tickets(f, 3600);
	f->accepted[0] = OLD_TICKET;
	msnp_clock_advance(f->clock, 4000 * 1000);
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
	g_assert_cmpuint(f->asked->len, ==, 1);
	/* Nor where nobody knows how long they last. */
	ticket_server_set_renewal(f);
	ticket_server_set_tickets(f, 0);
	msnp_clock_advance(f->clock, 100u * 86400 * 1000 / 4);
	ticket_server_call(f, &msnp_op_find_membership);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 0);
}

#define ADD(name, data, func)                                                                      \
	g_test_add("/renewal/lesson_054/" name, TicketServer, data, ticket_server_setup, func,                \
		   ticket_server_teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("read", &msnp_op_find_membership, test_one);
	ADD("book", &msnp_op_ab_find_all, test_one);
	ADD("write", &msnp_op_ab_group_rename, test_one);
	ADD("member", &msnp_op_delete_member, test_one);
	ADD("alias", &msnp_op_ab_contact_alias, test_one);
	ADD("ab-add", &msnp_op_ab_add, test_one);
	ADD("refusals", NULL, test_refusals);
	ADD("parallel", NULL, test_parallel);
	ADD("started-during-rst", NULL, test_started_during_rst);
	ADD("started-during-trial", NULL, test_started_during_trial);
	ADD("late-refusal", NULL, test_late_refusal);
	ADD("refused-again", &msnp_op_find_membership, test_refused_again);
	ADD("write-refused-again", &msnp_op_add_member, test_refused_again);
	ADD("all-refused-again", NULL, test_all_refused_again);
	ADD("one-service-lost", NULL, test_one_service_lost);
	ADD("unanswered-trial", NULL, test_unanswered_trial);
	ADD("rst-password", GUINT_TO_POINTER(0), test_rst_fails);
	ADD("rst-fault", GUINT_TO_POINTER(1), test_rst_fails);
	ADD("rst-garbage", GUINT_TO_POINTER(2), test_rst_fails);
	ADD("rst-unavailable", GUINT_TO_POINTER(3), test_rst_fails);
	ADD("rst-drops", GUINT_TO_POINTER(4), test_rst_fails);
	ADD("ticket-missing", NULL, test_ticket_missing);
	ADD("none", NULL, test_no_renewal);
	ADD("forgotten", "", test_no_renewal);
	ADD("rst-hangs", NULL, test_rst_hangs);
	ADD("deadline", NULL, test_deadline);
	ADD("expired", NULL, test_expired);
	ADD("expired-new-refused", GUINT_TO_POINTER(RST_GIVES), test_expired_in_vain);
	ADD("expired-rst-password", GUINT_TO_POINTER(RST_PASSWORD), test_expired_in_vain);
	ADD("expired-rst-drops", GUINT_TO_POINTER(RST_DROPS), test_expired_in_vain);
	ADD("lifetime-without-renewal", NULL, test_lifetime_without_renewal);
	return g_test_run();
}
