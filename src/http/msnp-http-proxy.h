/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proxies that want a password, for whoever has a SoupSession. Knows HTTP, nothing of what is sent.
 */
#pragma once

#include <libsoup/soup.h>

/* Lets the session ask this resolver for proxies, and show an HTTP proxy that wants it the user and
 * password of the proxy's URI, once for each request. libsoup 3.2 by itself, when it finds them in
 * the URI, sends the request on to the proxy's own address, without its body. Has to be called
 * before the first message. */
void msnp_http_proxy_attach(SoupSession *session, GProxyResolver *resolver);
