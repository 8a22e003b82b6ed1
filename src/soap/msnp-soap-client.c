/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client: one SoupSession, tickets, addresses, and the calls under way. What one call does is
 * in msnp-soap-call.c.
 */
#include "soap/msnp-soap-client.h"

#include "soap/msnp-soap-call.h"
#include "util/msnp-log.h"

/* Both lists at once, and a write beside them. */
#define CONNECTIONS_PER_HOST 4
/* A silent connection dies after so many seconds by itself; calls have deadlines of their own. */
#define SILENCE_SECONDS 150
/* No server looks at it (services.md 1.3). */
#define USER_AGENT "MSMSGS"

struct _MsnpSoapClient {
	GObject parent_instance;
	MsnpSoapShared shared;
	GCancellable *preconnects;
};

G_DEFINE_TYPE(MsnpSoapClient, msnp_soap_client, G_TYPE_OBJECT)
G_DEFINE_QUARK(msnp_soap_error_quark, msnp_soap_error)

static void
msnp_soap_client_dispose(GObject *object)
{
	MsnpSoapClient *self = MSNP_SOAP_CLIENT(object);

	g_cancellable_cancel(self->preconnects);
	if (self->shared.session != NULL)
		soup_session_abort(self->shared.session);
	G_OBJECT_CLASS(msnp_soap_client_parent_class)->dispose(object);
}

static void
msnp_soap_client_finalize(GObject *object)
{
	MsnpSoapClient *self = MSNP_SOAP_CLIENT(object);
	MsnpSoapShared *shared = &self->shared;

	/* Each call's task holds the client. */
	g_assert(shared->calls->len == 0);
	g_ptr_array_unref(shared->calls);
	msnp_soap_renewal_free(shared->renewal);
	msnp_soap_hosts_clear(&shared->hosts);
	g_clear_pointer(&shared->clock, msnp_clock_unref);
	g_clear_object(&shared->session);
	g_clear_object(&self->preconnects);
	G_OBJECT_CLASS(msnp_soap_client_parent_class)->finalize(object);
}

static void
msnp_soap_client_class_init(MsnpSoapClientClass *class)
{
	G_OBJECT_CLASS(class)->dispose = msnp_soap_client_dispose;
	G_OBJECT_CLASS(class)->finalize = msnp_soap_client_finalize;
}

static void
msnp_soap_client_init(MsnpSoapClient *self)
{
	self->preconnects = g_cancellable_new();
	self->shared.calls = g_ptr_array_new();
	msnp_soap_hosts_init(&self->shared.hosts);
}

/* No cookie jar; certificates are checked against the system's store; the content decoder is the
 * session's own, and what it gives is counted by each call. */
static SoupSession *
session_new(GProxyResolver *resolver)
{
	SoupSession *session =
	    soup_session_new_with_options("max-conns-per-host", CONNECTIONS_PER_HOST, "timeout",
					  SILENCE_SECONDS, "user-agent", USER_AGENT, NULL);

	if (resolver != NULL)
		soup_session_set_proxy_resolver(session, resolver);
	return session;
}

MsnpSoapClient *
msnp_soap_client_new(const MsnpSoapConfig *config, MsnpClock *clock)
{
	MsnpSoapClient *self = g_object_new(MSNP_TYPE_SOAP_CLIENT, NULL);
	MsnpSoapShared *shared = &self->shared;

	shared->session = session_new(config->proxy_resolver);
	shared->clock = msnp_clock_ref(clock);
	shared->renewal = msnp_soap_renewal_new(self, clock);
	for (guint i = 0; i < MSNP_N_SERVICES; i++)
		shared->hosts.urls.urls[i] = msnp_soap_url_parse(config->urls[i]);
	shared->hosts.urls.domains = g_strdupv((char **)config->domains);
	shared->hosts.urls.allow_plain_password = config->allow_plain_password;
	return self;
}

void
msnp_soap_client_set_ticket(MsnpSoapClient *client, MsnpTicket which, MsnpSecret *ticket)
{
	msnp_soap_renewal_set_ticket(client->shared.renewal, which, ticket);
}

void
msnp_soap_client_set_tickets(MsnpSoapClient *client, const MsnpTickets *tickets)
{
	MsnpSoapRenewal *renewal = client->shared.renewal;

	for (MsnpTicket which = MSNP_TICKET_NONE + 1; which < MSNP_N_TICKETS; which++)
		msnp_soap_renewal_set_ticket(renewal, which,
					     tickets == NULL ? NULL : tickets->tickets[which]);
	msnp_soap_renewal_set_lifetime(renewal, tickets == NULL ? 0 : tickets->lifetime);
}

void
msnp_soap_client_set_renewal(MsnpSoapClient *client, const MsnpRstArgs *args)
{
	msnp_soap_renewal_set_args(client->shared.renewal, args);
}

static void
on_preconnected(GObject *session, GAsyncResult *result, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	/* Not worth more than a line: the request itself will say what is wrong. */
	if (!soup_session_preconnect_finish(SOUP_SESSION(session), result, &error))
		msnp_debug("soap", "connecting ahead: %s", error->message);
}

void
msnp_soap_client_preconnect(MsnpSoapClient *client, MsnpService service, guint n)
{
	GUri *uri = msnp_soap_hosts_url(&client->shared.hosts, service);

	if (uri == NULL || (msnp_soap_url_is_https(uri) &&
			    !g_tls_backend_supports_tls(g_tls_backend_get_default())))
		return;
	for (guint i = 0; i < MIN(n, CONNECTIONS_PER_HOST); i++) {
		g_autoptr(SoupMessage) message = soup_message_new_from_uri("POST", uri);

		soup_message_add_flags(message, SOUP_MESSAGE_NO_REDIRECT);
		soup_session_preconnect_async(client->shared.session, message, G_PRIORITY_DEFAULT,
					      client->preconnects, on_preconnected, NULL);
	}
}

void
msnp_soap_client_call_async(MsnpSoapClient *client, const MsnpSoapOp *op, gconstpointer args,
			    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(client, cancellable, callback, data);

	g_task_set_source_tag(task, (gpointer)op);
	msnp_soap_call_start(&client->shared, task, op, args);
}

gpointer
msnp_soap_client_call_finish(MsnpSoapClient *client, GAsyncResult *result, GError **error)
{
	g_return_val_if_fail(g_task_is_valid(result, client), NULL);
	return g_task_propagate_pointer(G_TASK(result), error);
}

void
msnp_soap_client_abort(MsnpSoapClient *client)
{
	GPtrArray *calls = client->shared.calls;

	g_cancellable_cancel(client->preconnects);
	g_object_unref(client->preconnects);
	client->preconnects = g_cancellable_new();
	for (guint i = 0; i < calls->len; i++)
		msnp_soap_call_cancel(calls->pdata[i]);
}
