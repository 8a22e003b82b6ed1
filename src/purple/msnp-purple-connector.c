/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MsnpConnector over purple_proxy_connect(), so that the account's proxy setting counts.
 *
 * libpurple's answer may come before the call has returned, after a cancel it never comes, and the
 * account must not be touched once it is closed: so every attempt is ended here, exactly once, in a
 * turn of the main loop of its own.
 */
#include "msnp-purple.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#include "net/msnp-connector.h"

struct _MsnpPurpleConnector {
	GObject parent;
	PurpleAccount *account; /* NULL after shutdown */
	GList *attempts;        /* Attempt, of those that libpurple works on */
};

typedef struct {
	PurpleProxyConnectData *request;
	GSource *on_cancel;
	GError *error; /* the outcome: this, or fd */
	int fd;
} Attempt;

static void connector_interface_init(MsnpConnectorInterface *iface);
G_DEFINE_TYPE_WITH_CODE(MsnpPurpleConnector, msnp_purple_connector, G_TYPE_OBJECT,
			G_IMPLEMENT_INTERFACE(MSNP_TYPE_CONNECTOR, connector_interface_init))

static void
attempt_free(gpointer data)
{
	Attempt *attempt = data;

	if (attempt->fd >= 0)
		close(attempt->fd);
	g_clear_error(&attempt->error);
	g_free(attempt);
}

static gboolean
deliver(gpointer data)
{
	GTask *task = data;
	Attempt *attempt = g_task_get_task_data(task);

	if (attempt->error) {
		g_task_return_error(task, g_steal_pointer(&attempt->error));
	} else {
		int fd = attempt->fd;

		attempt->fd = -1;
		g_task_return_int(task, fd);
	}
	return G_SOURCE_REMOVE;
}

/* The outcome is known: takes the task off the list and answers in a later turn. */
static void
finish(GTask *task, int fd, GError *error)
{
	MsnpPurpleConnector *connector = g_task_get_source_object(task);
	Attempt *attempt = g_task_get_task_data(task);

	connector->attempts = g_list_remove(connector->attempts, task);
	attempt->request = NULL;
	attempt->fd = fd;
	attempt->error = error;
	if (attempt->on_cancel) {
		g_source_destroy(attempt->on_cancel);
		g_clear_pointer(&attempt->on_cancel, g_source_unref);
	}
	g_idle_add_full(G_PRIORITY_DEFAULT, deliver, task, g_object_unref);
}

static GError *
cancelled_error(void)
{
	return g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the account was closed");
}

static void
give_up(GTask *task)
{
	Attempt *attempt = g_task_get_task_data(task);

	if (attempt->request)
		purple_proxy_connect_cancel(attempt->request);
	finish(task, -1, cancelled_error());
}

static gboolean
cancelled(GCancellable *cancellable G_GNUC_UNUSED, gpointer data)
{
	give_up(data);
	return G_SOURCE_REMOVE;
}

static void
connected(gpointer data, gint fd, const gchar *message)
{
	GTask *task = data;
	g_autoptr(GError) error = NULL;

	if (fd >= 0 && g_unix_set_fd_nonblocking(fd, TRUE, &error))
		finish(task, fd, NULL);
	else if (fd >= 0)
		finish(task, fd, g_steal_pointer(&error));
	else
		finish(task, -1,
		       g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "no connection: %s",
				   message ? message : "no reason given"));
}

static void
connect_async(MsnpConnector *connector, const char *host, guint16 port, GCancellable *cancellable,
	      GAsyncReadyCallback callback, gpointer data)
{
	MsnpPurpleConnector *self = MSNP_PURPLE_CONNECTOR(connector);
	GTask *task = g_task_new(self, NULL, callback, data);
	Attempt *attempt = g_new0(Attempt, 1);
	PurpleProxyConnectData *request;

	g_task_set_source_tag(task, connect_async);
	attempt->fd = -1;
	g_task_set_task_data(task, attempt, attempt_free);
	if (!self->account) {
		finish(task, -1, cancelled_error());
		return;
	}
	self->attempts = g_list_prepend(self->attempts, task);
	g_object_ref(task);
	request = purple_proxy_connect(self, self->account, host, port, connected, task);
	if (!g_list_find(self->attempts, task)) {
		/* It has answered already. */
	} else if (!request) {
		finish(task, -1,
		       g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "no connection to %s", host));
	} else {
		attempt->request = request;
		if (cancellable) {
			attempt->on_cancel = g_cancellable_source_new(cancellable);
			g_source_set_callback(attempt->on_cancel, G_SOURCE_FUNC(cancelled), task,
					      NULL);
			g_source_attach(attempt->on_cancel, NULL);
		}
	}
	g_object_unref(task);
}

static int
connect_finish(MsnpConnector *connector G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return (int)g_task_propagate_int(G_TASK(result), error);
}

void
msnp_purple_connector_shutdown(MsnpPurpleConnector *connector)
{
	connector->account = NULL;
	while (connector->attempts)
		give_up(connector->attempts->data);
}

MsnpPurpleConnector *
msnp_purple_connector_new(PurpleAccount *account)
{
	MsnpPurpleConnector *connector = g_object_new(MSNP_TYPE_PURPLE_CONNECTOR, NULL);

	connector->account = account;
	return connector;
}

static void
connector_interface_init(MsnpConnectorInterface *iface)
{
	iface->connect_async = connect_async;
	iface->connect_finish = connect_finish;
}

static void
msnp_purple_connector_class_init(MsnpPurpleConnectorClass *klass G_GNUC_UNUSED)
{
}

static void
msnp_purple_connector_init(MsnpPurpleConnector *self G_GNUC_UNUSED)
{
}
