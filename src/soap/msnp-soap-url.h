/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where requests may go: services.md 14.3. Internal to src/soap; no I/O.
 */
#pragma once

#include "soap/msnp-soap-op.h"

typedef struct {
	GUri *urls[MSNP_N_SERVICES]; /* NULL for a service without a usable URL */
	char **domains;
	gboolean allow_plain_password;
} MsnpSoapUrls;

/* How often one call may be redirected. */
#define MSNP_SOAP_REDIRECTS_MAX 3

/* An absolute http or https URL with a host and nobody's name in it, or NULL. */
GUri *msnp_soap_url_parse(const char *url);
gboolean msnp_soap_url_is_https(GUri *uri);
/* localhost, 127.0.0.0/8, ::1. */
gboolean msnp_soap_url_is_loopback(const char *host);
/* Whether host is one of the domains or below one; addresses have nothing below them. */
gboolean msnp_soap_url_is_in(char *const *domains, const char *host);
/* Whether what must not be overheard may be sent there. */
gboolean msnp_soap_url_is_private(const MsnpSoapUrls *urls, GUri *uri);
/* The target of a redirect, resolved against from; NULL and MSNP_SOAP_ERROR_REDIRECT, with words
 * that name the host, if it breaks a rule. */
GUri *msnp_soap_url_redirect(const MsnpSoapUrls *urls, GUri *from, const char *location,
			     GError **error);
/* The same URL on the host that a PreferredHostName names; NULL if that breaks a rule, or is more
 * than a host. */
GUri *msnp_soap_url_on_host(const MsnpSoapUrls *urls, GUri *from, const char *name);
