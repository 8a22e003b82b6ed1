/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See http-proxy.h.
 */
#include "http-proxy.h"

#include <libsoup/soup.h>

struct _HttpProxy {
	SoupServer *server;
	SoupSession *client;
	char *target, *credentials;
	GPtrArray *passed; /* paths */
	guint refused;
};

typedef struct {
	SoupServer *server;
	SoupServerMessage *message;
	SoupMessage *forwarded;
} Exchange;

static void
copy_header(const char *name, const char *value, gpointer data)
{
	static const char *const own[] = { "Connection", "Content-Length", "Host",
					   "Proxy-Authorization", "Transfer-Encoding" };

	for (guint i = 0; i < G_N_ELEMENTS(own); i++)
		if (g_ascii_strcasecmp(own[i], name) == 0)
			return;
	soup_message_headers_append(data, name, value);
}

static void
answered(GObject *source, GAsyncResult *result, gpointer data)
{
	Exchange *exchange = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) body =
	    soup_session_send_and_read_finish(SOUP_SESSION(source), result, &error);
	SoupMessageHeaders *headers = soup_server_message_get_response_headers(exchange->message);

	if (body) {
		soup_message_headers_foreach(soup_message_get_response_headers(exchange->forwarded),
					     copy_header, headers);
		soup_message_body_append_bytes(
		    soup_server_message_get_response_body(exchange->message), body);
	}
	soup_server_message_set_status(
	    exchange->message,
	    body ? soup_message_get_status(exchange->forwarded) : SOUP_STATUS_BAD_GATEWAY, NULL);
	soup_server_unpause_message(exchange->server, exchange->message);
	g_object_unref(exchange->forwarded);
	g_object_unref(exchange->message);
	g_object_unref(exchange->server);
	g_free(exchange);
}

static void
pass_on(HttpProxy *proxy, SoupServerMessage *message, const char *path)
{
	GUri *uri = soup_server_message_get_uri(message);
	const char *query = g_uri_get_query(uri);
	g_autofree char *url =
	    g_strconcat(proxy->target, path, query ? "?" : "", query ? query : "", NULL);
	SoupMessageBody *body = soup_server_message_get_request_body(message);
	g_autoptr(GBytes) bytes = soup_message_body_flatten(body);
	Exchange *exchange = g_new0(Exchange, 1);

	g_ptr_array_add(proxy->passed, g_strdup(path));
	exchange->server = g_object_ref(proxy->server);
	exchange->message = g_object_ref(message);
	exchange->forwarded = soup_message_new(soup_server_message_get_method(message), url);
	soup_message_headers_foreach(soup_server_message_get_request_headers(message), copy_header,
				     soup_message_get_request_headers(exchange->forwarded));
	soup_message_set_request_body_from_bytes(exchange->forwarded, NULL, bytes);
	soup_server_pause_message(proxy->server, message);
	soup_session_send_and_read_async(proxy->client, exchange->forwarded, G_PRIORITY_DEFAULT,
					 NULL, answered, exchange);
}

static void
on_request(SoupServer *server G_GNUC_UNUSED, SoupServerMessage *message, const char *path,
	   GHashTable *query G_GNUC_UNUSED, gpointer data)
{
	HttpProxy *proxy = data;
	const char *credentials = soup_message_headers_get_one(
	    soup_server_message_get_request_headers(message), "Proxy-Authorization");

	if (g_strcmp0(credentials, proxy->credentials) == 0) {
		pass_on(proxy, message, path);
		return;
	}
	proxy->refused++;
	soup_message_headers_append(soup_server_message_get_response_headers(message),
				    "Proxy-Authenticate", "Basic realm=\"test\"");
	soup_server_message_set_status(message, SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED, NULL);
}

HttpProxy *
http_proxy_new(const char *target, const char *user, const char *password)
{
	HttpProxy *proxy = g_new0(HttpProxy, 1);
	g_autofree char *pair = g_strconcat(user, ":", password, NULL);
	g_autofree char *encoded = g_base64_encode((const guchar *)pair, strlen(pair));
	g_autoptr(GError) error = NULL;

	proxy->server = soup_server_new(NULL, NULL);
	/* Not by way of anybody else's proxy. */
	proxy->client = soup_session_new_with_options("proxy-resolver", NULL, NULL);
	proxy->target = g_strdup(target);
	proxy->credentials = g_strconcat("Basic ", encoded, NULL);
	proxy->passed = g_ptr_array_new_with_free_func(g_free);
	soup_server_add_handler(proxy->server, NULL, on_request, proxy, NULL);
	soup_server_listen_local(proxy->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
	g_assert_no_error(error);
	return proxy;
}

void
http_proxy_free(HttpProxy *proxy)
{
	soup_session_abort(proxy->client);
	soup_server_disconnect(proxy->server);
	g_object_unref(proxy->client);
	g_object_unref(proxy->server);
	g_ptr_array_unref(proxy->passed);
	g_free(proxy->target);
	g_free(proxy->credentials);
	g_free(proxy);
}

guint16
http_proxy_port(HttpProxy *proxy)
{
	GSList *uris = soup_server_get_uris(proxy->server);
	guint16 port = (guint16)g_uri_get_port(uris->data);

	g_slist_free_full(uris, (GDestroyNotify)g_uri_unref);
	return port;
}

guint
http_proxy_n_passed(HttpProxy *proxy, const char *path)
{
	guint count = 0;

	for (guint i = 0; i < proxy->passed->len; i++)
		count += g_str_has_prefix(g_ptr_array_index(proxy->passed, i), path);
	return count;
}

guint
http_proxy_n_refused(HttpProxy *proxy)
{
	return proxy->refused;
}
