/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules about hosts that web services and gateway share.
 */
#include "util/msnp-host.h"

#include <arpa/inet.h>
#include <string.h>

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
msnp_host_is_in(char *const *domains, const char *host)
{
	for (char *const *domain = domains; domain != NULL && *domain != NULL; domain++) {
		if (is_below(host, *domain))
			return TRUE;
	}
	return FALSE;
}

gboolean
msnp_host_is_loopback(const char *host)
{
	struct in_addr four;
	struct in6_addr six;

	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return TRUE;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
