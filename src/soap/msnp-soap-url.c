/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules about hosts, ports and plain http (services.md 14.3), in one place and without I/O.
 */
#include "soap/msnp-soap-url.h"

#include <libsoup/soup.h>
#include <string.h>

#include "soap/msnp-soap-client.h"

/* Longer ones are nobody's. */
#define LOCATION_MAX 2048

static gboolean
is_usable(GUri *uri)
{
	const char *scheme = g_uri_get_scheme(uri);
	const char *host = g_uri_get_host(uri);

	for (const char *c = host; c != NULL && *c != '\0'; c++) {
		if (g_ascii_isspace(*c) || g_ascii_iscntrl(*c))
			return FALSE;
	}
	return (g_str_equal(scheme, "http") || g_str_equal(scheme, "https")) && host != NULL &&
	       *host != '\0' && g_uri_get_userinfo(uri) == NULL;
}

GUri *
msnp_soap_url_parse(const char *url)
{
	g_autoptr(GUri) uri = url == NULL ? NULL : g_uri_parse(url, SOUP_HTTP_URI_FLAGS, NULL);

	return uri != NULL && is_usable(uri) ? g_steal_pointer(&uri) : NULL;
}

gboolean
msnp_soap_url_is_https(GUri *uri)
{
	return g_str_equal(g_uri_get_scheme(uri), "https");
}

gboolean
msnp_soap_url_is_loopback(const char *host)
{
	g_autoptr(GInetAddress) address = NULL;

	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return TRUE;
	address = g_inet_address_new_from_string(host);
	return address != NULL && g_inet_address_get_is_loopback(address);
}

gboolean
msnp_soap_url_is_private(const MsnpSoapUrls *urls, GUri *uri)
{
	return msnp_soap_url_is_https(uri) || urls->allow_plain_password ||
	       msnp_soap_url_is_loopback(g_uri_get_host(uri));
}

static gboolean
is_below(const char *host, const char *domain)
{
	gsize h = strlen(host);
	gsize d = strlen(domain);

	if (g_ascii_strcasecmp(host, domain) == 0)
		return TRUE;
	return d > 0 && h > d + 1 && !g_hostname_is_ip_address(domain) && host[h - d - 1] == '.' &&
	       g_ascii_strcasecmp(host + h - d, domain) == 0;
}

gboolean
msnp_soap_url_is_in(char *const *domains, const char *host)
{
	for (char *const *domain = domains; domain != NULL && *domain != NULL; domain++) {
		if (is_below(host, *domain))
			return TRUE;
	}
	return FALSE;
}

static int
port_of(GUri *uri)
{
	int port = g_uri_get_port(uri);

	return port > 0 ? port : msnp_soap_url_is_https(uri) ? 443 : 80;
}

/* The scheme's own port, or one that the configuration names for the same scheme. */
static gboolean
port_is_allowed(const MsnpSoapUrls *urls, GUri *uri)
{
	int port = port_of(uri);

	if (port == (msnp_soap_url_is_https(uri) ? 443 : 80))
		return TRUE;
	for (guint i = 0; i < MSNP_N_SERVICES; i++) {
		if (urls->urls[i] != NULL && port_of(urls->urls[i]) == port &&
		    msnp_soap_url_is_https(urls->urls[i]) == msnp_soap_url_is_https(uri))
			return TRUE;
	}
	return FALSE;
}

static const char *
broken_rule(const MsnpSoapUrls *urls, GUri *from, GUri *to)
{
	if (msnp_soap_url_is_https(from) && !msnp_soap_url_is_https(to))
		return "from https to plain http";
	if (!msnp_soap_url_is_private(urls, to))
		return "to plain http on another machine";
	if (!msnp_soap_url_is_in(urls->domains, g_uri_get_host(to)))
		return "to a host that does not belong to this service";
	if (!port_is_allowed(urls, to))
		return "to an unusual port";
	return NULL;
}

GUri *
msnp_soap_url_redirect(const MsnpSoapUrls *urls, GUri *from, const char *location, GError **error)
{
	g_autoptr(GUri) to = NULL;
	const char *rule;

	if (location != NULL && *location != '\0' && strlen(location) <= LOCATION_MAX)
		to = g_uri_parse_relative(from, location, SOUP_HTTP_URI_FLAGS, NULL);
	if (to == NULL || !is_usable(to)) {
		g_set_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT,
			    "%s redirects to no usable address", g_uri_get_host(from));
		return NULL;
	}
	rule = broken_rule(urls, from, to);
	if (rule != NULL) {
		g_set_error(error, MSNP_SOAP_ERROR, MSNP_SOAP_ERROR_REDIRECT,
			    "%s redirects %s (%s)", g_uri_get_host(from), rule, g_uri_get_host(to));
		return NULL;
	}
	return g_steal_pointer(&to);
}

GUri *
msnp_soap_url_on_host(const MsnpSoapUrls *urls, GUri *from, const char *name)
{
	g_autoptr(GUri) to = NULL;

	for (const char *c = name; *c != '\0'; c++) {
		if (!g_ascii_isalnum(*c) && *c != '.' && *c != '-')
			return NULL;
	}
	to = soup_uri_copy(from, SOUP_URI_HOST, name, SOUP_URI_NONE);
	return is_usable(to) && broken_rule(urls, from, to) == NULL ? g_steal_pointer(&to) : NULL;
}
