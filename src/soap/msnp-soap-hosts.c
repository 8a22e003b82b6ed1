/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CacheKeys and preferred hosts. A preferred host is a suggestion: one that breaks a rule is passed
 * over with a line in the log, because there are servers that name a wrong one (services.md 3.3).
 */
#include "soap/msnp-soap-hosts.h"

#include "util/msnp-log.h"

/* More hosts than the services of one account can have; a server that names ever new ones must not
 * fill the memory. */
#define CACHE_KEYS_MAX 32

void
msnp_soap_hosts_init(MsnpSoapHosts *hosts)
{
	hosts->cache_keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
msnp_soap_hosts_clear(MsnpSoapHosts *hosts)
{
	for (guint i = 0; i < MSNP_N_SERVICES; i++) {
		g_clear_pointer(&hosts->urls.urls[i], g_uri_unref);
		g_clear_pointer(&hosts->preferred[i], g_uri_unref);
		g_clear_pointer(&hosts->failed[i], g_free);
	}
	g_clear_pointer(&hosts->urls.domains, g_strfreev);
	g_clear_pointer(&hosts->cache_keys, g_hash_table_unref);
}

GUri *
msnp_soap_hosts_url(const MsnpSoapHosts *hosts, MsnpService service)
{
	return hosts->preferred[service] != NULL ? hosts->preferred[service]
						 : hosts->urls.urls[service];
}

const char *
msnp_soap_hosts_cache_key(const MsnpSoapHosts *hosts, GUri *uri)
{
	g_autofree char *host = g_ascii_strdown(g_uri_get_host(uri), -1);

	return g_hash_table_lookup(hosts->cache_keys, host);
}

static void
learn_cache_key(MsnpSoapHosts *hosts, GUri *uri, const char *key)
{
	if (g_hash_table_size(hosts->cache_keys) >= CACHE_KEYS_MAX)
		g_hash_table_remove_all(hosts->cache_keys);
	g_hash_table_replace(hosts->cache_keys, g_ascii_strdown(g_uri_get_host(uri), -1),
			     g_strdup(key));
}

static GUri *
preferred_url(const MsnpSoapHosts *hosts, MsnpService service, const char *name)
{
	GUri *configured = hosts->urls.urls[service];
	const char *failed = hosts->failed[service];
	GUri *uri;

	if (g_ascii_strcasecmp(g_uri_get_host(configured), name) == 0 ||
	    (failed != NULL && g_ascii_strcasecmp(failed, name) == 0))
		return NULL;
	uri = msnp_soap_url_on_host(&hosts->urls, configured, name);
	if (uri == NULL)
		msnp_info("soap", "preferred host passed over: it does not belong to this service");
	else
		msnp_info("soap", "preferred host: %s", g_uri_get_host(uri));
	return uri;
}

static void
learn_host(MsnpSoapHosts *hosts, MsnpService service, const char *name)
{
	GUri *present = msnp_soap_hosts_url(hosts, service);

	if (present == NULL || g_ascii_strcasecmp(g_uri_get_host(present), name) == 0)
		return;
	g_clear_pointer(&hosts->preferred[service], g_uri_unref);
	hosts->preferred[service] = preferred_url(hosts, service, name);
}

void
msnp_soap_hosts_learn(MsnpSoapHosts *hosts, MsnpService service, GUri *uri,
		      const MsnpSoapAnswer *answer)
{
	/* Passport has no such header: a password does not move on anybody's word. */
	if (service == MSNP_SERVICE_PASSPORT)
		return;
	if (answer->cache_key != NULL)
		learn_cache_key(hosts, uri, answer->cache_key);
	if (answer->preferred_host != NULL)
		learn_host(hosts, service, answer->preferred_host);
}

void
msnp_soap_hosts_forget(MsnpSoapHosts *hosts, MsnpService service, GUri *preferred)
{
	g_free(hosts->failed[service]);
	hosts->failed[service] = g_strdup(g_uri_get_host(preferred));
	/* Meanwhile there may be another. */
	if (hosts->preferred[service] == preferred)
		g_clear_pointer(&hosts->preferred[service], g_uri_unref);
}
