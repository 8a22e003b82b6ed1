/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connector of the HTTP method: connects ahead, so that what is wrong with network, proxy or
 * certificate is told as with any other connection, and then begins a session on a socket pair.
 */
#include "net/msnp-gateway.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#include "http/msnp-http-proxy.h"
#include "net/msnp-gateway-session.h"
#include "util/msnp-log.h"

/* No server looks at it (notification.md 14). */
#define USER_AGENT "MSMSGS"

struct _MsnpGateway {
	GObject parent;
	MsnpGatewayShared shared; /* uri NULL: no usable one */
	GProxyResolver *proxy_resolver;
	GPtrArray *sessions; /* MsnpGatewaySession, borrowed; each holds the gateway */
	GError *last_error;
};

static void msnp_gateway_iface_init(MsnpConnectorInterface *iface);

G_DEFINE_TYPE_WITH_CODE(MsnpGateway, msnp_gateway, G_TYPE_OBJECT,
			G_IMPLEMENT_INTERFACE(MSNP_TYPE_CONNECTOR, msnp_gateway_iface_init))
G_DEFINE_QUARK(msnp_gateway_error_quark, msnp_gateway_error)

/* An attempt: the task data of the call. */
typedef struct {
	SoupSession *soup;
	SoupMessage *message; /* which is not sent, but says where to */
	char *host;
	MsnpClock *clock;
	guint timer;
	gboolean late;
	GCancellable *cancellable; /* ours: of the caller's, and of the deadline */
	gulong cancelled_id;
} Attempt;

static void
attempt_free(gpointer data)
{
	Attempt *attempt = data;

	msnp_clock_remove(attempt->clock, &attempt->timer);
	msnp_clock_unref(attempt->clock);
	g_clear_object(&attempt->message);
	g_clear_object(&attempt->soup);
	g_clear_object(&attempt->cancellable);
	g_free(attempt->host);
	g_free(attempt);
}

static void
remember(MsnpGateway *gateway, const GError *error)
{
	g_clear_error(&gateway->last_error);
	gateway->last_error = g_error_copy(error);
}

/* 0 is a descriptor too: one more than it, so that NULL is none. */
static void
close_unclaimed(gpointer data)
{
	if (data)
		g_close(GPOINTER_TO_INT(data) - 1, NULL);
}

static void
begin_session(MsnpGateway *gateway, GTask *task, const Attempt *attempt)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) < 0) {
		int code = errno;

		g_task_return_new_error(task, G_IO_ERROR, (int)g_io_error_from_errno(code), "%s",
					g_strerror(code));
		return;
	}
	g_ptr_array_add(gateway->sessions, msnp_gateway_session_new(&gateway->shared, attempt->soup,
								    attempt->host, ends[0]));
	g_object_ref(gateway);
	g_task_return_pointer(task, GINT_TO_POINTER(ends[1] + 1), close_unclaimed);
}

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	MsnpGateway *gateway = g_task_get_source_object(task);
	Attempt *attempt = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;
	gboolean good = soup_session_preconnect_finish(SOUP_SESSION(source), result, &error);
	/* Of a tunnel that the proxy does not open; otherwise nobody has answered anything yet. */
	guint status = soup_message_get_status(attempt->message);

	g_cancellable_disconnect(g_task_get_cancellable(task), attempt->cancelled_id);
	msnp_clock_remove(attempt->clock, &attempt->timer);
	if (g_task_return_error_if_cancelled(task))
		return;
	if (attempt->late) {
		g_clear_error(&error);
		g_set_error(&error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_TIMEOUT,
			    "%s takes no connection in time", g_uri_get_host(gateway->shared.uri));
	} else if (good && status != SOUP_STATUS_NONE) {
		g_set_error(&error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_PROXY,
			    "the proxy answers HTTP %u", status);
	}
	if (!error) {
		begin_session(gateway, task, attempt);
		return;
	}
	remember(gateway, error);
	g_task_return_error(task, g_steal_pointer(&error));
}

static gboolean
on_late(gpointer data)
{
	Attempt *attempt = data;

	attempt->timer = 0;
	attempt->late = TRUE;
	g_cancellable_cancel(attempt->cancellable);
	return G_SOURCE_REMOVE;
}

static void
on_cancelled(G_GNUC_UNUSED GCancellable *cancellable, gpointer data)
{
	g_cancellable_cancel(data);
}

/* Why no session may be begun; FALSE with error. */
static gboolean
check_uri(MsnpGateway *gateway, GError **error)
{
	GUri *uri = gateway->shared.uri;

	if (!uri) {
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_URL,
			    "no usable URL of a gateway is configured");
		return FALSE;
	}
	if (!msnp_gateway_is_private(&gateway->shared, uri, g_uri_get_host(uri))) {
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_INSECURE,
			    "%s is reached by plain http, which anybody can read",
			    g_uri_get_host(uri));
		return FALSE;
	}
	if (!strcmp(g_uri_get_scheme(uri), "https") &&
	    !g_tls_backend_supports_tls(g_tls_backend_get_default())) {
		g_set_error(error, MSNP_GATEWAY_ERROR, MSNP_GATEWAY_ERROR_TLS,
			    "no TLS support on this machine: is glib-networking installed?");
		return FALSE;
	}
	return TRUE;
}

/* One for each session: its one connection, and nothing else, goes with it. Bodies are not
 * compressed, so that what is counted is what comes; no cookies, no cache. */
static SoupSession *
soup_new(MsnpGateway *gateway)
{
	SoupSession *soup = soup_session_new_with_options("user-agent", USER_AGENT, NULL);

	soup_session_remove_feature_by_type(soup, SOUP_TYPE_CONTENT_DECODER);
	if (gateway->proxy_resolver)
		msnp_http_proxy_attach(soup, gateway->proxy_resolver);
	return soup;
}

static Attempt *
attempt_new(MsnpGateway *gateway, const char *host)
{
	Attempt *attempt = g_new0(Attempt, 1);

	attempt->soup = soup_new(gateway);
	attempt->message = soup_message_new_from_uri("POST", gateway->shared.uri);
	attempt->host = g_strdup(host);
	attempt->cancellable = g_cancellable_new();
	attempt->clock = msnp_clock_ref(gateway->shared.clock);
	attempt->timer = msnp_clock_add(attempt->clock, MSNP_GATEWAY_SILENCE_MS, on_late, attempt);
	return attempt;
}

static void
gateway_connect_async(MsnpConnector *connector, const char *host, G_GNUC_UNUSED guint16 port,
		      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	MsnpGateway *gateway = MSNP_GATEWAY(connector);
	g_autoptr(GTask) task = g_task_new(gateway, cancellable, callback, data);
	GError *error = NULL;
	Attempt *attempt;

	g_task_set_source_tag(task, gateway_connect_async);
	if (!check_uri(gateway, &error)) {
		g_task_return_error(task, error);
		return;
	}
	attempt = attempt_new(gateway, host);
	g_task_set_task_data(task, attempt, attempt_free);
	if (cancellable)
		attempt->cancelled_id =
		    g_cancellable_connect(cancellable, G_CALLBACK(on_cancelled),
					  g_object_ref(attempt->cancellable), g_object_unref);
	soup_session_preconnect_async(attempt->soup, attempt->message, G_PRIORITY_DEFAULT,
				      attempt->cancellable, on_connected, g_steal_pointer(&task));
}

static int
gateway_connect_finish(G_GNUC_UNUSED MsnpConnector *connector, GAsyncResult *result, GError **error)
{
	return GPOINTER_TO_INT(g_task_propagate_pointer(G_TASK(result), error)) - 1;
}

static void
msnp_gateway_iface_init(MsnpConnectorInterface *iface)
{
	iface->connect_async = gateway_connect_async;
	iface->connect_finish = gateway_connect_finish;
	iface->keeps_alive = TRUE;
}

static void
on_session_ended(MsnpGatewaySession *session, const GError *error, gpointer data)
{
	MsnpGateway *gateway = data;

	if (error)
		remember(gateway, error);
	g_ptr_array_remove_fast(gateway->sessions, session);
	g_object_unref(gateway);
}

const GError *
msnp_gateway_last_error(MsnpGateway *gateway)
{
	return gateway->last_error;
}

guint
msnp_gateway_n_sessions(MsnpGateway *gateway)
{
	return gateway->sessions->len;
}

static void
msnp_gateway_finalize(GObject *object)
{
	MsnpGateway *gateway = MSNP_GATEWAY(object);

	g_ptr_array_unref(gateway->sessions);
	g_clear_pointer(&gateway->shared.uri, g_uri_unref);
	g_clear_pointer(&gateway->shared.clock, msnp_clock_unref);
	g_strfreev(gateway->shared.follow_domains);
	g_clear_object(&gateway->proxy_resolver);
	g_clear_error(&gateway->last_error);
	G_OBJECT_CLASS(msnp_gateway_parent_class)->finalize(object);
}

static void
msnp_gateway_class_init(MsnpGatewayClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_gateway_finalize;
}

static void
msnp_gateway_init(MsnpGateway *gateway)
{
	gateway->sessions = g_ptr_array_new();
	gateway->shared.ended = on_session_ended;
	gateway->shared.data = gateway;
}

/* An absolute http or https URL with a host, and nobody's name in it. */
static GUri *
parse_url(const char *url)
{
	g_autoptr(GUri) uri = url ? g_uri_parse(url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
	const char *scheme = uri ? g_uri_get_scheme(uri) : "";
	const char *host = uri ? g_uri_get_host(uri) : NULL;

	if ((strcmp(scheme, "http") && strcmp(scheme, "https")) || !host || !*host ||
	    g_uri_get_userinfo(uri))
		return NULL;
	return g_steal_pointer(&uri);
}

MsnpGateway *
msnp_gateway_new(const MsnpGatewayConfig *config, MsnpClock *clock)
{
	MsnpGateway *gateway = g_object_new(MSNP_TYPE_GATEWAY, NULL);
	MsnpGatewayShared *shared = &gateway->shared;

	shared->uri = parse_url(config->url);
	shared->allow_plain = config->allow_plain;
	shared->follow_domains = g_strdupv((char **)config->follow_domains);
	shared->clock = msnp_clock_ref(clock);
	if (config->proxy_resolver)
		gateway->proxy_resolver = g_object_ref(config->proxy_resolver);
	return gateway;
}
