/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connector interface, and the plain implementation over GSocketClient. May know nothing of
 * the protocol.
 */
#include "net/msnp-connector.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>

G_DEFINE_INTERFACE(MsnpConnector, msnp_connector, G_TYPE_OBJECT)

static void
msnp_connector_default_init(G_GNUC_UNUSED MsnpConnectorInterface *iface)
{
}

void
msnp_connector_connect_async(MsnpConnector *connector, const char *host, guint16 port,
			     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	MSNP_CONNECTOR_GET_IFACE(connector)->connect_async(connector, host, port, cancellable,
							   callback, data);
}

int
msnp_connector_connect_finish(MsnpConnector *connector, GAsyncResult *result, GError **error)
{
	return MSNP_CONNECTOR_GET_IFACE(connector)->connect_finish(connector, result, error);
}

gboolean
msnp_connector_keeps_alive(MsnpConnector *connector)
{
	return MSNP_CONNECTOR_GET_IFACE(connector)->keeps_alive;
}

#define MSNP_TYPE_DIRECT_CONNECTOR (msnp_direct_connector_get_type())
G_DECLARE_FINAL_TYPE(MsnpDirectConnector, msnp_direct_connector, MSNP, DIRECT_CONNECTOR, GObject)

struct _MsnpDirectConnector {
	GObject parent;
	GSocketClient *client;
};

static void msnp_direct_connector_iface_init(MsnpConnectorInterface *iface);

G_DEFINE_TYPE_WITH_CODE(MsnpDirectConnector, msnp_direct_connector, G_TYPE_OBJECT,
			G_IMPLEMENT_INTERFACE(MSNP_TYPE_CONNECTOR,
					      msnp_direct_connector_iface_init))

/* The connection's own descriptor goes with the connection; a copy stays. GSocket has made it
 * non-blocking, and copies share that. */
static int
take_descriptor(GSocketConnection *connection, GError **error)
{
	GSocket *socket = g_socket_connection_get_socket(connection);
	int fd = fcntl(g_socket_get_fd(socket), F_DUPFD_CLOEXEC, 0);

	if (fd < 0) {
		int code = errno;

		g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(code),
				    g_strerror(code));
	}
	return fd;
}

static void
close_descriptor(gpointer data)
{
	if (GPOINTER_TO_INT(data) >= 0)
		g_close(GPOINTER_TO_INT(data), NULL);
}

static void
direct_connected(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(GSocketConnection) connection =
	    g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, &error);
	int fd = connection ? take_descriptor(connection, &error) : -1;

	if (fd < 0)
		g_task_return_error(task, g_steal_pointer(&error));
	else
		g_task_return_pointer(task, GINT_TO_POINTER(fd), close_descriptor);
}

static void
direct_connect_async(MsnpConnector *connector, const char *host, guint16 port,
		     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	MsnpDirectConnector *self = MSNP_DIRECT_CONNECTOR(connector);
	GTask *task = g_task_new(self, cancellable, callback, data);

	g_task_set_source_tag(task, direct_connect_async);
	g_socket_client_connect_to_host_async(self->client, host, port, cancellable,
					      direct_connected, task);
}

static int
direct_connect_finish(G_GNUC_UNUSED MsnpConnector *connector, GAsyncResult *result, GError **error)
{
	GError *failure = NULL;
	int fd = GPOINTER_TO_INT(g_task_propagate_pointer(G_TASK(result), &failure));

	if (!failure)
		return fd;
	g_propagate_error(error, failure);
	return -1;
}

static void
msnp_direct_connector_iface_init(MsnpConnectorInterface *iface)
{
	iface->connect_async = direct_connect_async;
	iface->connect_finish = direct_connect_finish;
}

static void
msnp_direct_connector_finalize(GObject *object)
{
	g_object_unref(MSNP_DIRECT_CONNECTOR(object)->client);
	G_OBJECT_CLASS(msnp_direct_connector_parent_class)->finalize(object);
}

static void
msnp_direct_connector_class_init(MsnpDirectConnectorClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = msnp_direct_connector_finalize;
}

static void
msnp_direct_connector_init(MsnpDirectConnector *self)
{
	self->client = g_socket_client_new();
	g_socket_client_set_enable_proxy(self->client, FALSE);
}

MsnpConnector *
msnp_direct_connector_new(void)
{
	return g_object_new(MSNP_TYPE_DIRECT_CONNECTOR, NULL);
}
