/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The link: reading in slices, writing when the system is ready, and transactions. Knows framing
 * and TrIDs, not what commands mean.
 *
 *   readable -> read_some -> reader -> dispatch (at most DISPATCH_SLICE_US per turn)
 *                                        | more left: reading pauses, the pump goes on when idle
 *   send -> queue -> the write watch of the next turn: all that one turn queued leaves together
 *   end of stream, error -> lose: what was received is dispatched, then the pump ends the link
 */
#include "net/msnp-link.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "net/msnp-pending.h"
#include "util/msnp-log.h"

GQuark
msnp_link_error_quark(void)
{
	return g_quark_from_static_string("msnp-link-error-quark");
}

/* One main-loop turn may take this long; then the user interface has its turn. */
#define DISPATCH_SLICE_US 2000
#define READ_CHUNK        16384
/* What one turn reads at most: more than a slice can dispatch. */
#define READ_CHUNKS_PER_TURN 4
/* After an error while writing, what the other side said before is still read, up to this. */
#define READ_CHUNKS_LAST 64

typedef struct {
	guint32 trid;
	guint64 end; /* of its last byte, counted from the start of the connection */
} Mark;

struct _MsnpLink {
	GObject parent;
	char *name;
	GIOChannel *channel;
	guint read_watch, write_watch, pump;
	MsnpReader *reader;
	MsnpClock *clock;
	guint32 next_trid;
	const MsnpLinkHandlers *handlers;
	gpointer data;

	GByteArray *queue;
	guint64 queued, written; /* bytes since the start of the connection */
	GQueue marks;            /* Mark*: commands with a TrID that have not left yet */
	MsnpPending *pending;
	gint64 last_read, last_write;

	GError *lost;    /* why the link ends, once what was received has been dispatched */
	gboolean closed; /* by msnp_link_close(), or the loss has been told */
};

G_DEFINE_TYPE(MsnpLink, msnp_link, G_TYPE_OBJECT)

static void start_pump(MsnpLink *link);
static void update_read_watch(MsnpLink *link, gboolean want);
static void update_write_watch(MsnpLink *link);

/* Whether a command still waits to be written while others leave: a slow line, no silence. */
static gboolean
is_moving(guint32 trid, guint deadline_ms, gpointer data)
{
	return !msnp_link_is_written(data, trid) &&
	       msnp_link_idle_write(data) < (gint64)deadline_ms * 1000;
}

static void
fail_tasks(GPtrArray *tasks, const GError *error)
{
	for (guint i = 0; i < tasks->len; i++)
		g_task_return_error(tasks->pdata[i], g_error_copy(error));
}

/* The end of the link */

static void
stop(MsnpLink *link)
{
	link->closed = TRUE;
	update_read_watch(link, FALSE);
	g_byte_array_set_size(link->queue, 0);
	update_write_watch(link);
	g_clear_handle_id(&link->pump, g_source_remove);
	if (link->channel) {
		g_io_channel_shutdown(link->channel, FALSE, NULL);
		g_clear_pointer(&link->channel, g_io_channel_unref);
	}
}

/* The link ends with this error, as soon as what was received has been dispatched: a server that
 * refuses and hangs up is to be heard. Takes the error. */
static void
lose(MsnpLink *link, GError *error)
{
	if (link->lost || link->closed) {
		g_error_free(error);
		return;
	}
	msnp_info("link", "%s: lost: %s", link->name, error->message);
	link->lost = error;
	update_read_watch(link, FALSE);
	g_byte_array_set_size(link->queue, 0);
	update_write_watch(link);
	start_pump(link);
}

static void
tell_loss(MsnpLink *link)
{
	g_autoptr(GPtrArray) tasks = msnp_pending_take(link->pending);

	stop(link);
	fail_tasks(tasks, link->lost);
	/* A callback may have closed the link: then nobody wants to hear of it any more. */
	if (link->handlers)
		link->handlers->closed(link, link->lost, link->data);
	link->handlers = NULL;
}

static gboolean
fail_later(gpointer data)
{
	g_autoptr(GError) error =
	    g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "closed by ourselves");

	fail_tasks(data, error);
	return G_SOURCE_REMOVE;
}

/* Reading */

static void
dispatch_one(MsnpLink *link, MsnpCommand *command)
{
	if (msnp_log_enabled()) {
		g_autofree char *line = msnp_log_redact(msnp_command_line(command), -1);

		msnp_debug("link", "%s < %s", link->name, line);
	}
	if (msnp_pending_answer(link->pending, command))
		return;
	if (msnp_command_error_number(command))
		msnp_info("link", "%s: error %u for nothing that waits", link->name,
			  msnp_command_error_number(command));
	link->handlers->command(link, command, link->data);
}

/* Dispatches what was read, for one slice of time; whether some may be left. */
static gboolean
dispatch(MsnpLink *link)
{
	gint64 end = g_get_monotonic_time() + DISPATCH_SLICE_US;

	do {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpCommand) command = msnp_reader_pop(link->reader, &error);

		if (error)
			lose(link, g_error_new(MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL, "%s",
					       error->message));
		if (!command)
			return FALSE;
		dispatch_one(link, command);
		if (link->closed)
			return FALSE;
	} while (g_get_monotonic_time() < end);
	return TRUE;
}

static gboolean
pump(gpointer data)
{
	g_autoptr(MsnpLink) link = g_object_ref(data);
	gboolean was_lost = link->lost != NULL;

	if (dispatch(link))
		return G_SOURCE_CONTINUE;
	if (link->closed)
		return G_SOURCE_REMOVE;
	/* A turn of its own for the loss: a task fails at once only in a later turn than its own,
	 * and all are to fail before the closed handler is called. */
	if (link->lost && !was_lost)
		return G_SOURCE_CONTINUE;
	link->pump = 0;
	if (link->lost)
		tell_loss(link);
	else
		update_read_watch(link, TRUE);
	return G_SOURCE_REMOVE;
}

/* At idle priority: redrawing a window comes before the five-thousandth contact. */
static void
start_pump(MsnpLink *link)
{
	if (!link->pump)
		link->pump = g_idle_add(pump, link);
}

/* Reads what is there, at most so many chunks. */
static void
read_some(MsnpLink *link, guint chunks)
{
	char buffer[READ_CHUNK];

	while (chunks--) {
		g_autoptr(GError) error = NULL;
		gsize length = 0;
		GIOStatus status =
		    g_io_channel_read_chars(link->channel, buffer, sizeof buffer, &length, &error);

		if (length) {
			link->last_read = msnp_clock_now(link->clock);
			msnp_reader_push(link->reader, buffer, length);
		}
		if (status == G_IO_STATUS_AGAIN)
			return;
		if (status == G_IO_STATUS_NORMAL)
			continue;
		lose(link, g_error_new(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "%s",
				       error ? error->message : "end of stream"));
		return;
	}
}

static gboolean
readable(G_GNUC_UNUSED GIOChannel *channel, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	g_autoptr(MsnpLink) link = g_object_ref(data);

	read_some(link, READ_CHUNKS_PER_TURN);
	/* Lost: what came before the end is told now, or a newer connection would overtake it; what is
	 * too much for one turn, and the end itself, by the pump in a later one. */
	if (link->lost) {
		dispatch(link);
		return G_SOURCE_REMOVE;
	}
	if (dispatch(link)) {
		update_read_watch(link, FALSE);
		start_pump(link);
	}
	/* The watch may be gone already; removing it here again would be an error. */
	return link->read_watch ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
update_read_watch(MsnpLink *link, gboolean want)
{
	if (want && !link->read_watch)
		link->read_watch =
		    g_io_add_watch(link->channel, G_IO_IN | G_IO_HUP | G_IO_ERR, readable, link);
	else if (!want)
		g_clear_handle_id(&link->read_watch, g_source_remove);
}

/* Writing */

static void
forget_written_marks(MsnpLink *link)
{
	Mark *mark;

	while ((mark = g_queue_peek_head(&link->marks)) && mark->end <= link->written)
		g_free(g_queue_pop_head(&link->marks));
}

/* Writes what the system takes; FALSE if it failed. */
static gboolean
write_some(MsnpLink *link, GError **error)
{
	gsize done = 0;

	while (done < link->queue->len) {
		gsize length = 0;
		GIOStatus status =
		    g_io_channel_write_chars(link->channel, (const char *)link->queue->data + done,
					     link->queue->len - done, &length, error);

		done += length;
		if (status == G_IO_STATUS_ERROR)
			return FALSE;
		if (status != G_IO_STATUS_NORMAL || length == 0)
			break;
	}
	if (done) {
		link->last_write = msnp_clock_now(link->clock);
		link->written += done;
		g_byte_array_remove_range(link->queue, 0, done);
		forget_written_marks(link);
	}
	return TRUE;
}

static gboolean
writable(G_GNUC_UNUSED GIOChannel *channel, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	MsnpLink *link = data;
	g_autoptr(GError) error = NULL;

	if (!write_some(link, &error)) {
		read_some(link, READ_CHUNKS_LAST);
		lose(link,
		     g_error_new(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "%s", error->message));
	}
	if (link->queue->len)
		return G_SOURCE_CONTINUE;
	link->write_watch = 0;
	return G_SOURCE_REMOVE;
}

static void
update_write_watch(MsnpLink *link)
{
	if (!link->queue->len)
		g_clear_handle_id(&link->write_watch, g_source_remove);
	else if (!link->write_watch)
		link->write_watch =
		    g_io_add_watch(link->channel, G_IO_OUT | G_IO_HUP | G_IO_ERR, writable, link);
}

static guint32
take_trid(MsnpLink *link)
{
	guint32 trid = link->next_trid++;

	if (!link->next_trid)
		link->next_trid = 1;
	return trid;
}

static void
log_sent(MsnpLink *link, const GString *bytes)
{
	g_autofree char *line = NULL;

	if (!msnp_log_enabled())
		return;
	line = msnp_log_redact(bytes->str, (gssize)strcspn(bytes->str, "\r\n"));
	msnp_debug("link", "%s > %s", link->name, line);
}

/* Queues one command; trid 0 is none. */
static gboolean
enqueue(MsnpLink *link, const char *verb, guint32 trid, const char *const *params,
	const char *payload, gssize payload_length, GError **error)
{
	g_autoptr(GString) bytes = g_string_new(NULL);

	if (!msnp_link_is_open(link)) {
		g_set_error_literal(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED,
				    link->lost ? link->lost->message : "the link is closed");
		return FALSE;
	}
	if (!msnp_command_write(bytes, verb, trid, params, payload, payload_length, error))
		return FALSE;
	if (link->queue->len + bytes->len > MSNP_LINK_QUEUE_MAX) {
		g_set_error_literal(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_OVERFLOW,
				    "the send queue is full");
		lose(link, g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_OVERFLOW,
					       "the send queue is full"));
		return FALSE;
	}
	log_sent(link, bytes);
	g_byte_array_append(link->queue, (const guint8 *)bytes->str, (guint)bytes->len);
	link->queued += bytes->len;
	if (trid) {
		Mark *mark = g_new(Mark, 1);

		*mark = (Mark){ trid, link->queued };
		g_queue_push_tail(&link->marks, mark);
	}
	update_write_watch(link);
	return TRUE;
}

/* The object */

static void
msnp_link_dispose(GObject *object)
{
	MsnpLink *link = MSNP_LINK(object);

	if (!link->closed)
		msnp_link_close(link);
	G_OBJECT_CLASS(msnp_link_parent_class)->dispose(object);
}

static void
msnp_link_finalize(GObject *object)
{
	MsnpLink *link = MSNP_LINK(object);

	g_free(link->name);
	msnp_reader_free(link->reader);
	g_byte_array_unref(link->queue);
	g_queue_clear_full(&link->marks, g_free);
	msnp_pending_free(link->pending);
	msnp_clock_unref(link->clock);
	g_clear_error(&link->lost);
	G_OBJECT_CLASS(msnp_link_parent_class)->finalize(object);
}

/* A write to a connection that the other side has closed must be an error, not the end of the
 * process; there is no way to tell a GIOChannel so. GSocket does the same when first used. */
static void
ignore_broken_pipes(void)
{
	struct sigaction action;

	if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

static void
msnp_link_class_init(MsnpLinkClass *klass)
{
	G_OBJECT_CLASS(klass)->dispose = msnp_link_dispose;
	G_OBJECT_CLASS(klass)->finalize = msnp_link_finalize;
	ignore_broken_pipes();
}

static void
msnp_link_init(MsnpLink *link)
{
	link->queue = g_byte_array_new();
	g_queue_init(&link->marks);
}

static GIOChannel *
open_channel(int fd)
{
	GIOChannel *channel = g_io_channel_unix_new(fd);
	const int on = 1;

	g_io_channel_set_close_on_unref(channel, TRUE);
	g_io_channel_set_encoding(channel, NULL, NULL);
	g_io_channel_set_buffered(channel, FALSE);
	g_io_channel_set_flags(channel, G_IO_FLAG_NONBLOCK, NULL);
	/* Commands are gathered here, the system need not wait for more. Not for socket pairs. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return channel;
}

MsnpLink *
msnp_link_new(const char *name, int fd, MsnpReader *reader, MsnpClock *clock, guint32 first_trid,
	      const MsnpLinkHandlers *handlers, gpointer data)
{
	MsnpLink *link = g_object_new(MSNP_TYPE_LINK, NULL);

	link->name = g_strdup(name);
	link->channel = open_channel(fd);
	link->reader = reader;
	link->clock = msnp_clock_ref(clock);
	link->pending = msnp_pending_new(clock, is_moving, link);
	link->next_trid = first_trid ? first_trid : 1;
	link->handlers = handlers;
	link->data = data;
	link->last_read = link->last_write = msnp_clock_now(clock);
	update_read_watch(link, TRUE);
	return link;
}

guint32
msnp_link_next_trid(MsnpLink *link)
{
	return link->next_trid;
}

guint32
msnp_link_send(MsnpLink *link, const char *verb, const char *const *params, const char *payload,
	       gssize payload_length)
{
	g_autoptr(GError) error = NULL;

	if (enqueue(link, verb, link->next_trid, params, payload, payload_length, &error))
		return take_trid(link);
	msnp_warning("link", "%s: %s not sent: %s", link->name, verb, error->message);
	return 0;
}

void
msnp_link_send_bare(MsnpLink *link, const char *verb, const char *const *params,
		    const char *payload, gssize payload_length)
{
	g_autoptr(GError) error = NULL;

	if (!enqueue(link, verb, 0, params, payload, payload_length, &error))
		msnp_warning("link", "%s: %s not sent: %s", link->name, verb, error->message);
}

void
msnp_link_request_async(MsnpLink *link, const char *verb, const char *const *params,
			const char *payload, gssize payload_length, guint deadline_ms,
			guint32 *trid, GCancellable *cancellable, GAsyncReadyCallback callback,
			gpointer data)
{
	g_autoptr(GTask) task = g_task_new(link, cancellable, callback, data);
	guint32 own_trid = link->next_trid;
	GError *error = NULL;

	g_task_set_source_tag(task, msnp_link_request_async);
	if (trid)
		*trid = 0;
	if (g_task_return_error_if_cancelled(task))
		return;
	if (!enqueue(link, verb, own_trid, params, payload, payload_length, &error)) {
		g_task_return_error(task, error);
		return;
	}
	take_trid(link);
	if (trid)
		*trid = own_trid;
	msnp_pending_add(link->pending, verb, own_trid,
			 deadline_ms ? deadline_ms : MSNP_LINK_DEADLINE_MS, g_steal_pointer(&task));
}

MsnpCommand *
msnp_link_request_finish(G_GNUC_UNUSED MsnpLink *link, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean
msnp_link_is_open(MsnpLink *link)
{
	return !link->closed && !link->lost;
}

gboolean
msnp_link_is_written(MsnpLink *link, guint32 trid)
{
	for (GList *l = link->marks.head; l; l = l->next) {
		if (((Mark *)l->data)->trid == trid)
			return FALSE;
	}
	return TRUE;
}

gint64
msnp_link_idle_read(MsnpLink *link)
{
	return msnp_clock_now(link->clock) - link->last_read;
}

gint64
msnp_link_idle_write(MsnpLink *link)
{
	return msnp_clock_now(link->clock) - link->last_write;
}

void
msnp_link_close(MsnpLink *link)
{
	GPtrArray *tasks;

	link->handlers = NULL;
	if (link->closed)
		return;
	if (!link->lost)
		write_some(link, NULL);
	tasks = msnp_pending_take(link->pending);
	stop(link);
	/* Later: nobody expects to be called back from within closing. */
	if (tasks->len)
		g_idle_add_full(G_PRIORITY_DEFAULT, fail_later, tasks,
				(GDestroyNotify)g_ptr_array_unref);
	else
		g_ptr_array_unref(tasks);
}
