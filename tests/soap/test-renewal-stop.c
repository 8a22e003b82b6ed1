/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Renewals that come to an end before they are done: cancelled, aborted, let go of, overtaken by a
 * sign-on.
 */
#include "ticket-server.h"

static const MsnpSoapOp *const both_lists[] = { &msnp_op_find_membership, &msnp_op_ab_find_all };

static void
assert_refused(const TestCall *call)
{
	g_assert_error(call->error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_TICKET);
	g_assert_null(call->result);
}

static void
assert_cancelled(const TestCall *call)
{
	g_assert_error(call->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
	g_assert_null(call->result);
}

/* The old ticket is refused, RST gives one that is taken. */
static void
expect_renewal(TicketServer *f)
{
	ticket_server_set_renewal(f);
	f->accepted[0] = "NEW1";
}

static void
test_cancel_waiting(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *stays, *goes, *fresh;

	expect_renewal(f);
	f->hold = "RST";
	goes = ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	stays = ticket_server_start(f, &msnp_op_ab_find_all);
	fresh = ticket_server_start(f, &msnp_op_add_member);
	g_cancellable_cancel(goes->cancellable);
	g_cancellable_cancel(fresh->cancellable);
	g_assert_false(goes->answered);
	ticket_server_wait(goes);
	ticket_server_wait(fresh);
	assert_cancelled(goes);
	assert_cancelled(fresh);
	ticket_server_let_go(f);
	ticket_server_wait(stays);
	g_assert_no_error(stays->error);
	g_assert_cmpuint(ticket_server_count(f, "AddMember", NULL), ==, 0);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
}

/* When nobody waits any more, RST is not waited for either: teardown finds neither client nor
 * timer. And the client goes on. */
static void
test_cancel_last(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call;

	expect_renewal(f);
	f->hold = "RST";
	call = ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	g_cancellable_cancel(call->cancellable);
	ticket_server_wait(call);
	assert_cancelled(call);
	while (msnp_clock_pending(f->clock) > 0)
		g_main_context_iteration(NULL, TRUE);
	ticket_server_let_go(f);
	f->accepted[0] = "NEW2";
	call = ticket_server_call(f, &msnp_op_find_membership);
	g_assert_no_error(call->error);
}

/* The call that was to try the new tickets is gone; the next one tries them. */
static void
test_cancel_trial(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *call, *waits;

	expect_renewal(f);
	f->hold = "RST";
	call = ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	ticket_server_let_go(f);
	f->hold = "FindMembership";
	ticket_server_wait_held(f, 1);
	waits = ticket_server_start(f, &msnp_op_ab_find_all);
	ticket_server_turn(50);
	g_cancellable_cancel(call->cancellable);
	ticket_server_wait(call);
	assert_cancelled(call);
	ticket_server_wait(waits);
	g_assert_no_error(waits->error);
	g_assert_cmpuint(ticket_server_count(f, "ABFindAll", "NEW1"), ==, 1);
	g_assert_cmpuint(ticket_server_count(f, "ABFindAll", NULL), ==, 1);
	ticket_server_let_go(f);
}

typedef enum { STOP_ABORT, STOP_CANCEL, STOP_DESTROY, STOP_SIGN_ON } Stop;

static void
stop(TicketServer *f, Stop how)
{
	switch (how) {
	case STOP_ABORT:
		/* As a session that ends does it. */
		msnp_soap_client_abort(f->client);
		msnp_soap_client_set_tickets(f->client, NULL);
		break;
	case STOP_CANCEL:
		for (guint i = 0; i < f->calls->len; i++)
			g_cancellable_cancel(((TestCall *)f->calls->pdata[i])->cancellable);
		break;
	case STOP_DESTROY:
		g_clear_object(&f->client);
		break;
	case STOP_SIGN_ON:
		ticket_server_set_tickets(f, 3600);
		break;
	}
}

/* After every number of turns of the main loop, in every state: whoever waits hears of it. */
static void
test_stop(TicketServer *f, gconstpointer data)
{
	Stop how = GPOINTER_TO_UINT(data);
	gboolean finished = FALSE;

	for (guint turns = 0; !finished && turns < 1000; turns++) {
		guint n_answered = 0;

		ticket_server_forget(f);
		g_ptr_array_set_size(f->calls, 0);
		ticket_server_client(f, "127.0.0.1", "127.0.0.1");
		f->n_given = 0;
		expect_renewal(f);
		/* With the next sign-on's ticket all may go well, too. */
		f->accepted[1] = NULL;
		for (guint i = 0; i < 3; i++)
			ticket_server_start(f, both_lists[i % 2]);
		ticket_server_turn(turns);
		for (guint i = 0; i < f->calls->len; i++)
			n_answered += ((TestCall *)f->calls->pdata[i])->answered;
		finished = n_answered == f->calls->len;
		stop(f, how);
		ticket_server_wait_all(f);
		/* Cancelled, or done before; a new sign-on may cost an answer, nothing else. */
		for (guint i = 0; i < f->calls->len; i++) {
			const TestCall *call = f->calls->pdata[i];

			if (call->error != NULL && how != STOP_SIGN_ON)
				assert_cancelled(call);
			else if (call->error != NULL)
				assert_refused(call);
		}
		while (msnp_clock_pending(f->clock) > 0)
			g_main_context_iteration(NULL, TRUE);
		while (g_main_context_iteration(NULL, FALSE))
			;
		if (f->client != NULL)
			g_assert_finalize_object(g_steal_pointer(&f->client));
	}
	g_assert_true(finished);
}

/* A sign-on while calls wait: they go on with what it gave. */
static void
test_sign_on_while_waiting(TicketServer *f, gconstpointer data G_GNUC_UNUSED)
{
	TestCall *refused, *fresh;

	ticket_server_set_renewal(f);
	f->hold = "RST";
	refused = ticket_server_start(f, &msnp_op_find_membership);
	ticket_server_wait_held(f, 1);
	fresh = ticket_server_start(f, &msnp_op_ab_find_all);
	f->accepted[0] = OLD_TICKET;
	ticket_server_set_tickets(f, 3600);
	ticket_server_wait_all(f);
	g_assert_no_error(refused->error);
	g_assert_no_error(fresh->error);
	g_assert_cmpuint(ticket_server_count(f, "RST", NULL), ==, 1);
	ticket_server_let_go(f);
}

#define ADD(name, data, func)                                                                      \
	g_test_add("/renewal-stop/" name, TicketServer, data, ticket_server_setup, func,           \
		   ticket_server_teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("cancel-waiting", NULL, test_cancel_waiting);
	ADD("cancel-last", NULL, test_cancel_last);
	ADD("cancel-trial", NULL, test_cancel_trial);
	ADD("abort", GUINT_TO_POINTER(STOP_ABORT), test_stop);
	ADD("cancel", GUINT_TO_POINTER(STOP_CANCEL), test_stop);
	ADD("destroy", GUINT_TO_POINTER(STOP_DESTROY), test_stop);
	ADD("sign-on", GUINT_TO_POINTER(STOP_SIGN_ON), test_stop);
	ADD("sign-on-while-waiting", NULL, test_sign_on_while_waiting);
	return g_test_run();
}
