/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An HTTP proxy on loopback that wants a user and a password, and takes every host for one server
 * on this machine: so that names which nobody has can be used.
 */
#pragma once

#include <glib.h>

typedef struct _HttpProxy HttpProxy;

/* target: "http://127.0.0.1:PORT". */
HttpProxy *http_proxy_new(const char *target, const char *user, const char *password);
void http_proxy_free(HttpProxy *proxy);
guint16 http_proxy_port(HttpProxy *proxy);
/* Requests for a path of this beginning that were passed on, and those that were refused. */
guint http_proxy_n_passed(HttpProxy *proxy, const char *path);
guint http_proxy_n_refused(HttpProxy *proxy);
