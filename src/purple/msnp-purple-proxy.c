/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libpurple's proxy settings as a GProxyResolver, so that the web services go the same way as the
 * notification server.
 */
#include "msnp-purple.h"

#include <gio/gio.h>

static const char *
scheme(PurpleProxyType type)
{
	switch (type) {
	case PURPLE_PROXY_HTTP:
	/* libpurple has read the variable; what it found is an HTTP proxy. */
	case PURPLE_PROXY_USE_ENVVAR:
		return "http";
	case PURPLE_PROXY_SOCKS4:
		return "socks4";
	case PURPLE_PROXY_SOCKS5:
	case PURPLE_PROXY_TOR:
		return "socks5";
	case PURPLE_PROXY_USE_GLOBAL:
	case PURPLE_PROXY_NONE:
	default:
		return NULL;
	}
}

static char *
proxy_uri(const PurpleProxyInfo *info)
{
	PurpleProxyInfo *pi = (PurpleProxyInfo *)info; /* its getters take no const */
	const char *name = scheme(purple_proxy_info_get_type(pi));
	const char *host = purple_proxy_info_get_host(pi);
	const char *user = purple_proxy_info_get_username(pi);
	const char *password = purple_proxy_info_get_password(pi);
	int port = purple_proxy_info_get_port(pi);

	if (!name || !host || !*host)
		return g_strdup("direct://");
	if (user && !*user)
		user = NULL;
	return g_uri_join_with_user(G_URI_FLAGS_HAS_PASSWORD, name, user,
				    user && password && *password ? password : NULL, NULL, host,
				    port > 0 ? port : -1, "", NULL, NULL);
}

GProxyResolver *
msnp_purple_proxy_resolver_new(const PurpleProxyInfo *info)
{
	/* What may pass in the clear because it stays on this machine shall stay on it. */
	static char *loopback[] = { (char *)"localhost", (char *)"127.0.0.0/8", (char *)"::1",
				    NULL };
	g_autofree char *uri = info ? proxy_uri(info) : g_strdup("direct://");

	return g_simple_proxy_resolver_new(uri, loopback);
}
