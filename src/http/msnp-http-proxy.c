/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A resolver around another one, which takes user and password out of the URIs of HTTP proxies and
 * keeps them for the "authenticate" signal. Each session has its own.
 */
#include "http/msnp-http-proxy.h"

#include <string.h>

#include "util/msnp-secret.h"

#define MSNP_TYPE_HTTP_PROXY (msnp_http_proxy_get_type())
G_DECLARE_FINAL_TYPE(MsnpHttpProxy, msnp_http_proxy, MSNP, HTTP_PROXY, GObject)

struct _MsnpHttpProxy {
	GObject parent;
	GProxyResolver *inner;
	GMutex lock; /* lookups may come from threads */
	char *user, *password;
};

static void msnp_http_proxy_iface_init(GProxyResolverInterface *iface);

G_DEFINE_TYPE_WITH_CODE(MsnpHttpProxy, msnp_http_proxy, G_TYPE_OBJECT,
			G_IMPLEMENT_INTERFACE(G_TYPE_PROXY_RESOLVER, msnp_http_proxy_iface_init))

static void
forget(char **secret)
{
	if (*secret)
		msnp_secret_wipe(*secret, strlen(*secret));
	g_clear_pointer(secret, g_free);
}

static void
keep(MsnpHttpProxy *proxy, GUri *uri)
{
	const char *password = g_uri_get_password(uri);

	g_mutex_lock(&proxy->lock);
	forget(&proxy->user);
	forget(&proxy->password);
	proxy->user = g_strdup(g_uri_get_user(uri));
	proxy->password = g_strdup(password ? password : "");
	g_mutex_unlock(&proxy->lock);
}

/* The URI of a proxy as libsoup may see it. Takes text. */
static char *
strip(MsnpHttpProxy *proxy, char *text)
{
	g_autofree char *whole = text;
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD, NULL);

	/* Those of SOCKS are GLib's business. */
	if (!uri || !g_uri_get_user(uri) ||
	    (strcmp(g_uri_get_scheme(uri), "http") && strcmp(g_uri_get_scheme(uri), "https")))
		return g_steal_pointer(&whole);
	keep(proxy, uri);
	return g_uri_join(G_URI_FLAGS_NONE, g_uri_get_scheme(uri), NULL, g_uri_get_host(uri),
			  g_uri_get_port(uri), "", NULL, NULL);
}

static char **
strip_all(MsnpHttpProxy *proxy, char **uris)
{
	for (char **uri = uris; uri && *uri; uri++)
		*uri = strip(proxy, *uri);
	return uris;
}

static char **
http_proxy_lookup(GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
		  GError **error)
{
	MsnpHttpProxy *proxy = MSNP_HTTP_PROXY(resolver);

	return strip_all(proxy, g_proxy_resolver_lookup(proxy->inner, uri, cancellable, error));
}

static void
on_found(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	GError *error = NULL;
	char **uris = g_proxy_resolver_lookup_finish(G_PROXY_RESOLVER(source), result, &error);

	if (uris)
		g_task_return_pointer(task, strip_all(g_task_get_source_object(task), uris),
				      (GDestroyNotify)g_strfreev);
	else
		g_task_return_error(task, error);
}

static void
http_proxy_lookup_async(GProxyResolver *resolver, const char *uri, GCancellable *cancellable,
			GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(resolver, cancellable, callback, data);

	g_proxy_resolver_lookup_async(MSNP_HTTP_PROXY(resolver)->inner, uri, cancellable, on_found,
				      task);
}

static char **
http_proxy_lookup_finish(G_GNUC_UNUSED GProxyResolver *resolver, GAsyncResult *result,
			 GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

static gboolean
http_proxy_is_supported(GProxyResolver *resolver)
{
	return g_proxy_resolver_is_supported(MSNP_HTTP_PROXY(resolver)->inner);
}

static void
msnp_http_proxy_iface_init(GProxyResolverInterface *iface)
{
	iface->is_supported = http_proxy_is_supported;
	iface->lookup = http_proxy_lookup;
	iface->lookup_async = http_proxy_lookup_async;
	iface->lookup_finish = http_proxy_lookup_finish;
}

static void
msnp_http_proxy_finalize(GObject *object)
{
	MsnpHttpProxy *proxy = MSNP_HTTP_PROXY(object);

	forget(&proxy->user);
	forget(&proxy->password);
	g_mutex_clear(&proxy->lock);
	g_clear_object(&proxy->inner);
	G_OBJECT_CLASS(msnp_http_proxy_parent_class)->finalize(object);
}

static void
msnp_http_proxy_class_init(MsnpHttpProxyClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_http_proxy_finalize;
}

static void
msnp_http_proxy_init(MsnpHttpProxy *proxy)
{
	g_mutex_init(&proxy->lock);
}

/* A password that was refused is not shown again. */
static gboolean
on_authenticate(G_GNUC_UNUSED SoupMessage *message, SoupAuth *auth, gboolean retrying,
		gpointer data)
{
	MsnpHttpProxy *proxy = data;
	gboolean answered = FALSE;

	g_mutex_lock(&proxy->lock);
	if (soup_auth_is_for_proxy(auth) && !retrying && proxy->user) {
		soup_auth_authenticate(auth, proxy->user, proxy->password);
		answered = TRUE;
	}
	g_mutex_unlock(&proxy->lock);
	return answered;
}

static void
on_queued(G_GNUC_UNUSED SoupSession *session, SoupMessage *message, gpointer data)
{
	g_signal_connect_object(message, "authenticate", G_CALLBACK(on_authenticate), data, 0);
}

void
msnp_http_proxy_attach(SoupSession *session, GProxyResolver *resolver)
{
	g_autoptr(MsnpHttpProxy) proxy = g_object_new(MSNP_TYPE_HTTP_PROXY, NULL);

	proxy->inner = g_object_ref(resolver);
	soup_session_set_proxy_resolver(session, G_PROXY_RESOLVER(proxy));
	g_signal_connect_object(session, "request-queued", G_CALLBACK(on_queued), proxy, 0);
}
