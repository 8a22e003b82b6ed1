/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a connection is made: host and port in, a connected non-blocking descriptor out. An
 * interface, so that the plugin goes through the account's proxy and a test through a socket pair.
 */
#pragma once

#include <gio/gio.h>

#define MSNP_TYPE_CONNECTOR (msnp_connector_get_type())
G_DECLARE_INTERFACE(MsnpConnector, msnp_connector, MSNP, CONNECTOR, GObject)

struct _MsnpConnectorInterface {
	GTypeInterface parent;

	/* Must call back, later than the call, exactly once, also after a cancel. */
	void (*connect_async)(MsnpConnector *connector, const char *host, guint16 port,
			      GCancellable *cancellable, GAsyncReadyCallback callback,
			      gpointer data);
	/* The descriptor, owned by the caller; -1 and error. */
	int (*connect_finish)(MsnpConnector *connector, GAsyncResult *result, GError **error);
	/* Its connections are kept alive by themselves; see below. */
	gboolean keeps_alive;
};

void msnp_connector_connect_async(MsnpConnector *connector, const char *host, guint16 port,
				  GCancellable *cancellable, GAsyncReadyCallback callback,
				  gpointer data);
int msnp_connector_connect_finish(MsnpConnector *connector, GAsyncResult *result, GError **error);
/* Whether nobody need write anything just to keep its connections open, or to find out whether they
 * still are: no PNG. */
gboolean msnp_connector_keeps_alive(MsnpConnector *connector);

/* The plain one: GLib's own resolver and sockets, no proxy. For the bot and for tests. */
MsnpConnector *msnp_direct_connector_new(void);
