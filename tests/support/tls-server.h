/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TLS server on loopback whose certificate nobody vouches for. It only listens: a client is right
 * if the server hears nothing.
 */
#pragma once

#include <gio/gio.h>

typedef struct _TlsServer TlsServer;

TlsServer *tls_server_new(void);
guint16 tls_server_port(TlsServer *server);
/* How many clients have sent something inside TLS. */
guint tls_server_n_heard(TlsServer *server);
void tls_server_free(TlsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsServer, tls_server_free)
