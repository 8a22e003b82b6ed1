/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The connector of the tests. See test-support.h.
 */
#include <unistd.h>

#include "support/test-support.h"

typedef enum {
	CONNECT,
	REFUSE,
	HANG,
	OUTRUN,
} Outcome;

#define TEST_TYPE_CONNECTOR (test_connector_get_type())
G_DECLARE_FINAL_TYPE(TestConnector, test_connector, TEST, CONNECTOR, GObject)

struct _TestConnector {
	GObject parent;
	gboolean packets;
	Outcome next;
	GPtrArray *targets; /* char* */
	GPtrArray *peers;   /* TestPeer* */
};

static void test_connector_iface_init(MsnpConnectorInterface *iface);

G_DEFINE_TYPE_WITH_CODE(TestConnector, test_connector, G_TYPE_OBJECT,
			G_IMPLEMENT_INTERFACE(MSNP_TYPE_CONNECTOR, test_connector_iface_init))

/* 0 is a descriptor too: one more than it, so that NULL is none. */
static void
close_unclaimed(gpointer data)
{
	if (data)
		close(GPOINTER_TO_INT(data) - 1);
}

static void
make_connection(TestConnector *self, GTask *task)
{
	int fd;

	g_ptr_array_add(self->peers, test_peer_new(&fd, self->packets));
	g_task_return_pointer(task, GINT_TO_POINTER(fd + 1), close_unclaimed);
}

static gboolean
after_cancel(GCancellable *cancellable, gpointer data)
{
	GTask *task = data;

	if (GPOINTER_TO_INT(g_task_get_task_data(task)) == OUTRUN)
		make_connection(g_task_get_source_object(task), task);
	else
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled: %s",
					g_cancellable_is_cancelled(cancellable) ? "yes" : "no");
	return G_SOURCE_REMOVE;
}

static void
wait_for_cancel(GTask *task, Outcome outcome)
{
	g_autoptr(GSource) source = NULL;

	g_assert_nonnull(g_task_get_cancellable(task));
	g_task_set_check_cancellable(task, FALSE);
	g_task_set_task_data(task, GINT_TO_POINTER(outcome), NULL);
	source = g_cancellable_source_new(g_task_get_cancellable(task));
	g_source_set_callback(source, G_SOURCE_FUNC(after_cancel), g_object_ref(task),
			      g_object_unref);
	g_source_attach(source, NULL);
}

static void
test_connector_connect_async(MsnpConnector *connector, const char *host, guint16 port,
			     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
	TestConnector *self = TEST_CONNECTOR(connector);
	g_autoptr(GTask) task = g_task_new(self, cancellable, callback, data);
	Outcome outcome = self->next;

	self->next = CONNECT;
	g_ptr_array_add(self->targets, g_strdup_printf("%s:%u", host, port));
	if (outcome == CONNECT)
		make_connection(self, task);
	else if (outcome == REFUSE)
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED,
					"refused, as the test wants it");
	else
		wait_for_cancel(task, outcome);
}

static int
test_connector_connect_finish(G_GNUC_UNUSED MsnpConnector *connector, GAsyncResult *result,
			      GError **error)
{
	return GPOINTER_TO_INT(g_task_propagate_pointer(G_TASK(result), error)) - 1;
}

static void
test_connector_iface_init(MsnpConnectorInterface *iface)
{
	iface->connect_async = test_connector_connect_async;
	iface->connect_finish = test_connector_connect_finish;
}

static void
test_connector_finalize(GObject *object)
{
	TestConnector *self = TEST_CONNECTOR(object);

	g_ptr_array_unref(self->targets);
	g_ptr_array_unref(self->peers);
	G_OBJECT_CLASS(test_connector_parent_class)->finalize(object);
}

static void
test_connector_class_init(TestConnectorClass *klass)
{
	G_OBJECT_CLASS(klass)->finalize = test_connector_finalize;
}

static void
test_connector_init(TestConnector *self)
{
	self->targets = g_ptr_array_new_with_free_func(g_free);
	self->peers = g_ptr_array_new_with_free_func((GDestroyNotify)test_peer_free);
}

MsnpConnector *
test_connector_new(void)
{
	return g_object_new(TEST_TYPE_CONNECTOR, NULL);
}

void
test_connector_set_packets(MsnpConnector *connector, gboolean packets)
{
	TEST_CONNECTOR(connector)->packets = packets;
}

void
test_connector_refuse_next(MsnpConnector *connector)
{
	TEST_CONNECTOR(connector)->next = REFUSE;
}

void
test_connector_hang_next(MsnpConnector *connector)
{
	TEST_CONNECTOR(connector)->next = HANG;
}

void
test_connector_outrun_next(MsnpConnector *connector)
{
	TEST_CONNECTOR(connector)->next = OUTRUN;
}

guint
test_connector_n_targets(MsnpConnector *connector)
{
	return TEST_CONNECTOR(connector)->targets->len;
}

const char *
test_connector_target(MsnpConnector *connector, guint n)
{
	test_until(test_connector_n_targets(connector) > n);
	return TEST_CONNECTOR(connector)->targets->pdata[n];
}

guint
test_connector_n_peers(MsnpConnector *connector)
{
	return TEST_CONNECTOR(connector)->peers->len;
}

TestPeer *
test_connector_peer(MsnpConnector *connector, guint n)
{
	test_until(test_connector_n_peers(connector) > n);
	return TEST_CONNECTOR(connector)->peers->pdata[n];
}
