/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scripted HTTP server on loopback: takes requests from any connection, in the order of their
 * ends, and answers with the bytes that the test wrote. Knows nothing of HTTP but where a request
 * ends.
 */
#pragma once

#include <gio/gio.h>

typedef struct _HttpPeer HttpPeer;

HttpPeer *http_peer_new(void);
void http_peer_free(HttpPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpPeer, http_peer_free)

guint16 http_peer_port(HttpPeer *peer);
/* Runs the loop until a whole request has come: its first line must be this. */
void http_peer_expect(HttpPeer *peer, const char *request_line);
/* Of the request that was expected last: whether its head has this line; its body. */
gboolean http_peer_has_header(HttpPeer *peer, const char *line);
void http_peer_expect_body(HttpPeer *peer, const char *bytes, gssize length);
GBytes *http_peer_body(HttpPeer *peer);
/* Settles; no request may have come that was not expected. */
void http_peer_expect_nothing(HttpPeer *peer);
/* Bytes on the connection of that request, as they are; length -1: up to the NUL. */
void http_peer_send(HttpPeer *peer, const char *bytes, gssize length);
/* 200, with Content-Length, and this text as X-MSN-Messenger (NULL: without). */
void http_peer_answer(HttpPeer *peer, const char *messenger, const char *body, gssize length);
/* How much of it the other side has not taken yet. */
gsize http_peer_unsent(HttpPeer *peer);
/* Closes the connection of that request. */
void http_peer_hang_up(HttpPeer *peer);
/* Connections that were taken so far, and those of them that the other side has not closed. */
guint http_peer_n_connections(HttpPeer *peer);
guint http_peer_n_open(HttpPeer *peer);
