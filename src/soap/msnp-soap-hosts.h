/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the answers of address book and sharing have said about hosts: the CacheKey of each, and
 * where a service would rather be asked (services.md 3.3, 14.3). Internal to src/soap; no I/O.
 */
#pragma once

#include "soap/msnp-soap-url.h"

typedef struct {
	MsnpSoapUrls urls;                /* as configured */
	GUri *preferred[MSNP_N_SERVICES]; /* NULL: as configured */
	char *failed[MSNP_N_SERVICES];    /* the last one that did not work; not taken again */
	GHashTable *cache_keys;           /* host in lower case -> CacheKey */
} MsnpSoapHosts;

void msnp_soap_hosts_init(MsnpSoapHosts *hosts);
void msnp_soap_hosts_clear(MsnpSoapHosts *hosts);

/* Where a request to service goes now; NULL for a service without a usable URL. Borrowed. */
GUri *msnp_soap_hosts_url(const MsnpSoapHosts *hosts, MsnpService service);
/* The CacheKey for a request to uri, NULL if that host has given none. */
const char *msnp_soap_hosts_cache_key(const MsnpSoapHosts *hosts, GUri *uri);
/* What an answer of service says, that came from uri. */
void msnp_soap_hosts_learn(MsnpSoapHosts *hosts, MsnpService service, GUri *uri,
			   const MsnpSoapAnswer *answer);
/* A preferred host has failed: as configured again. */
void msnp_soap_hosts_forget(MsnpSoapHosts *hosts, MsnpService service, GUri *preferred);
