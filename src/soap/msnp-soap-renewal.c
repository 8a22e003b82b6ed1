/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of tickets have numbers, so that "refused with these" and "others now" are comparisons. The
 * RST is a call of the client like any other; its task holds the client and so this.
 */
#include "soap/msnp-soap-renewal.h"

#include "util/msnp-log.h"

/* So much before their end tickets count as expired: services.md 2.5. */
#define EARLY_SECONDS 60

typedef enum {
	STATE_SETTLED,
	STATE_ASKING,
	STATE_TRIAL,
} State;

typedef struct {
	MsnpSecret *tickets[MSNP_N_TICKETS];
	guint number;  /* never 0 */
	gint64 expiry; /* microseconds of the clock; G_MAXINT64: not known, or not heeded */
} TicketSet;

struct _MsnpSoapRenewal {
	MsnpSoapClient *client; /* its owner */
	MsnpClock *clock;
	MsnpRstArgs *args; /* NULL: none */
	State state;
	gboolean lost[MSNP_N_SERVICES];
	TicketSet present;
	TicketSet old;     /* on trial only */
	guint last_number; /* that was given to a set */
	GCancellable *rst; /* while asking */
	GQueue waiting;    /* MsnpSoapUse */
	guint n_trying;    /* calls under way on trial */
	guint n_refused;   /* those that were refused */
};

static void
set_clear(TicketSet *set)
{
	for (guint i = 0; i < MSNP_N_TICKETS; i++)
		g_clear_pointer(&set->tickets[i], msnp_secret_unref);
}

static void
set_ticket(TicketSet *set, MsnpTicket which, MsnpSecret *ticket)
{
	MsnpSecret *former = set->tickets[which];

	set->tickets[which] = ticket == NULL ? NULL : msnp_secret_ref(ticket);
	if (former != NULL)
		msnp_secret_unref(former);
}

MsnpSoapRenewal *
msnp_soap_renewal_new(MsnpSoapClient *client, MsnpClock *clock)
{
	MsnpSoapRenewal *renewal = g_new0(MsnpSoapRenewal, 1);

	renewal->client = client;
	renewal->clock = msnp_clock_ref(clock);
	renewal->present.number = renewal->last_number = 1;
	renewal->present.expiry = G_MAXINT64;
	g_queue_init(&renewal->waiting);
	return renewal;
}

void
msnp_soap_renewal_free(MsnpSoapRenewal *renewal)
{
	if (renewal == NULL)
		return;
	/* Each of them would hold the client. */
	g_assert(g_queue_is_empty(&renewal->waiting) && renewal->rst == NULL);
	g_clear_pointer(&renewal->args, msnp_rst_args.free);
	set_clear(&renewal->present);
	set_clear(&renewal->old);
	msnp_clock_unref(renewal->clock);
	g_free(renewal);
}

/* ---- going on ---- */

static void
take_ticket(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	MsnpSecret *ticket = renewal->present.tickets[use->ticket];

	g_clear_pointer(&use->secret, msnp_secret_unref);
	use->secret = ticket == NULL ? NULL : msnp_secret_ref(ticket);
	use->sent = renewal->present.number;
	use->trying = renewal->state == STATE_TRIAL;
	if (use->trying)
		renewal->n_trying++;
}

static void
enqueue(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	use->waiting = use->has_waited = TRUE;
	g_queue_push_tail(&renewal->waiting, use);
}

/* Lets all go on that wait now. Answers may be given meanwhile, and their receivers may do
 * anything; only what they make wait stays. */
static void
release(MsnpSoapRenewal *renewal)
{
	for (guint n = renewal->waiting.length; n > 0; n--) {
		MsnpSoapUse *use = g_queue_pop_head(&renewal->waiting);
		gboolean go;

		if (use == NULL)
			return;
		use->waiting = FALSE;
		go = use->refused != renewal->present.number;
		if (go) {
			use->repeated = use->refused != 0;
			take_ticket(renewal, use);
		}
		use->resume(use->call, go);
	}
}

/* ---- asking ---- */

static gboolean
may_ask(const MsnpSoapRenewal *renewal, const MsnpSoapUse *use)
{
	return renewal->args != NULL && !renewal->lost[use->service] && !use->has_waited;
}

static gint64
expiry_of(MsnpSoapRenewal *renewal, gint64 lifetime)
{
	return lifetime <= 0 ? G_MAXINT64
			     : msnp_clock_now(renewal->clock) +
				   MAX(lifetime - EARLY_SECONDS, 1) * G_USEC_PER_SEC;
}

/* A ticket that was not given this time stays what it was. */
static void
try_new(MsnpSoapRenewal *renewal, const MsnpTickets *tickets)
{
	msnp_info("soap", "new tickets, on trial");
	renewal->old = renewal->present;
	renewal->present = (TicketSet){ .number = ++renewal->last_number,
					.expiry = expiry_of(renewal, tickets->lifetime) };
	for (guint i = 0; i < MSNP_N_TICKETS; i++)
		set_ticket(&renewal->present, i,
			   tickets->tickets[i] != NULL ? tickets->tickets[i]
						       : renewal->old.tickets[i]);
	renewal->state = STATE_TRIAL;
	renewal->n_trying = renewal->n_refused = 0;
}

/* No new tickets. Whatever the reason, it is not the error of those who wait. */
static void
give_up(MsnpSoapRenewal *renewal, const GError *error)
{
	renewal->state = STATE_SETTLED;
	msnp_info("soap", "no new tickets: %s", error->message);
	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	/* The old ones may be good still; only a refusal asks again. */
	renewal->present.expiry = G_MAXINT64;
	if (!g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_NETWORK) &&
	    !g_error_matches(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_UNAVAILABLE))
		msnp_soap_renewal_set_args(renewal, NULL);
}

static void
on_tickets(GObject *client, GAsyncResult *result, gpointer data)
{
	MsnpSoapRenewal *renewal = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpTickets) tickets =
	    msnp_soap_client_call_finish(MSNP_SOAP_CLIENT(client), result, &error);

	g_clear_object(&renewal->rst);
	if (tickets != NULL)
		try_new(renewal, tickets);
	else
		give_up(renewal, error);
	release(renewal);
}

static void
ask(MsnpSoapRenewal *renewal)
{
	msnp_info("soap", "renewing the tickets");
	renewal->state = STATE_ASKING;
	renewal->rst = g_cancellable_new();
	msnp_soap_client_call_async(renewal->client, &msnp_op_rst, renewal->args, renewal->rst,
				    on_tickets, renewal);
}

/* ---- on trial ---- */

/* Nobody is under way with the new tickets any more, and nobody was accepted. */
static void
conclude(MsnpSoapRenewal *renewal)
{
	if (renewal->state != STATE_TRIAL || renewal->n_trying > 0)
		return;
	if (renewal->n_refused > 0) {
		msnp_info("soap", "the new tickets are refused; the old ones again");
		set_clear(&renewal->present);
		renewal->present = renewal->old;
		renewal->present.expiry = G_MAXINT64;
		renewal->old = (TicketSet){ 0 };
		renewal->state = STATE_SETTLED;
	}
	/* Where nothing is known yet, those who wait are the next to try. */
	release(renewal);
}

static void
keep_new(MsnpSoapRenewal *renewal)
{
	msnp_info("soap", "the new tickets are good");
	set_clear(&renewal->old);
	renewal->state = STATE_SETTLED;
	release(renewal);
}

/* Whether the call was one of those that decide, which it is no more. */
static gboolean
end_try(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	gboolean counts =
	    use->trying && renewal->state == STATE_TRIAL && use->sent == renewal->present.number;

	use->trying = FALSE;
	if (counts)
		renewal->n_trying--;
	return counts;
}

/* ---- what calls say ---- */

gboolean
msnp_soap_renewal_begin(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	if (use->ticket == MSNP_TICKET_NONE)
		return TRUE;
	if (renewal->state == STATE_SETTLED && may_ask(renewal, use) &&
	    msnp_clock_now(renewal->clock) >= renewal->present.expiry)
		ask(renewal);
	if (renewal->state == STATE_ASKING ||
	    (renewal->state == STATE_TRIAL && renewal->n_trying > 0)) {
		enqueue(renewal, use);
		return FALSE;
	}
	take_ticket(renewal, use);
	return TRUE;
}

void
msnp_soap_renewal_accepted(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	if (end_try(renewal, use))
		keep_new(renewal);
}

gboolean
msnp_soap_renewal_refused(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	gboolean tried = end_try(renewal, use);
	gboolean waits = !use->repeated;

	if (use->ticket == MSNP_TICKET_NONE)
		return FALSE;
	use->refused = use->sent;
	if (tried)
		renewal->n_refused++;
	if (tried || use->repeated)
		renewal->lost[use->service] = TRUE;
	if (waits && renewal->state == STATE_SETTLED && use->refused == renewal->present.number) {
		if (!may_ask(renewal, use))
			return FALSE;
		ask(renewal);
	}
	if (waits)
		enqueue(renewal, use);
	if (renewal->state == STATE_SETTLED)
		release(renewal);
	else
		conclude(renewal);
	return waits;
}

void
msnp_soap_renewal_leave(MsnpSoapRenewal *renewal, MsnpSoapUse *use)
{
	if (use->waiting)
		g_queue_remove(&renewal->waiting, use);
	/* The password is not sent for nobody. */
	if (use->waiting && renewal->state == STATE_ASKING && g_queue_is_empty(&renewal->waiting))
		g_cancellable_cancel(renewal->rst);
	use->waiting = FALSE;
	g_clear_pointer(&use->secret, msnp_secret_unref);
	if (end_try(renewal, use))
		conclude(renewal);
}

/* ---- what the account says ---- */

void
msnp_soap_renewal_set_args(MsnpSoapRenewal *renewal, const MsnpRstArgs *args)
{
	MsnpRstArgs *copy = args == NULL ? NULL : msnp_rst_args.copy(args);

	if (copy == NULL && renewal->rst != NULL)
		g_cancellable_cancel(renewal->rst);
	g_clear_pointer(&renewal->args, msnp_rst_args.free);
	renewal->args = copy;
}

/* A renewal under way is stopped; when it says so, those who wait go on. */
static void
settle(MsnpSoapRenewal *renewal)
{
	gboolean was_trial = renewal->state == STATE_TRIAL;

	for (guint i = 0; i < MSNP_N_SERVICES; i++)
		renewal->lost[i] = FALSE;
	if (renewal->rst != NULL)
		g_cancellable_cancel(renewal->rst);
	if (!was_trial)
		return;
	renewal->state = STATE_SETTLED;
	set_clear(&renewal->old);
	release(renewal);
}

void
msnp_soap_renewal_set_ticket(MsnpSoapRenewal *renewal, MsnpTicket which, MsnpSecret *ticket)
{
	set_ticket(&renewal->present, which, ticket);
	renewal->present.number = ++renewal->last_number;
	renewal->present.expiry = G_MAXINT64;
	settle(renewal);
}

void
msnp_soap_renewal_set_lifetime(MsnpSoapRenewal *renewal, gint64 seconds)
{
	renewal->present.expiry = expiry_of(renewal, seconds);
}
