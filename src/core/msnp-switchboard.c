/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One switchboard; the chart is in the header. Knows the room, its roster and its transactions.
 */
#include "core/msnp-switchboard.h"

#include <glib/gstdio.h>

#include "core/msnp-error.h"
#include "core/msnp-switchboard-private.h"
#include "util/msnp-log.h"
#include "wire/msnp-address.h"
#include "wire/msnp-errcode.h"
#include "wire/msnp-percent.h"
#include "wire/msnp-presence.h"

enum {
	SIGNAL_STATE,
	SIGNAL_JOINED,
	SIGNAL_LEFT,
	SIGNAL_MESSAGE,
	N_SIGNALS,
};
static guint signals[N_SIGNALS];

G_DEFINE_TYPE(MsnpSwitchboard, msnp_switchboard, G_TYPE_OBJECT)

/* State */

static void
set_state(MsnpSwitchboard *sb, MsnpSwitchboardState state)
{
	if (sb->state == state)
		return;
	sb->state = state;
	if (state == MSNP_SB_OPEN) {
		msnp_clock_remove(sb->clock, &sb->timer);
		sb->last_message = msnp_clock_now(sb->clock);
	}
	g_signal_emit(sb, signals[SIGNAL_STATE], 0);
}

static gboolean
is_callee(MsnpSwitchboard *sb, const char *handle)
{
	return sb->callees && g_strv_contains((const char *const *)sb->callees, handle);
}

/* Ends everything, without a word to the outside. */
static void
shut(MsnpSwitchboard *sb)
{
	msnp_clock_remove(sb->clock, &sb->timer);
	if (sb->cancellable)
		g_cancellable_cancel(sb->cancellable);
	if (sb->link)
		msnp_link_close(sb->link);
}

/* The room ends with this error, which is taken. */
void
msnp_switchboard_end(MsnpSwitchboard *sb, GError *error)
{
	if (sb->state == MSNP_SB_CLOSED) {
		g_error_free(error);
		return;
	}
	msnp_info("switchboard", "room ends: %s", error->message);
	sb->error = error;
	shut(sb);
	set_state(sb, MSNP_SB_CLOSED);
	msnp_switchboard_end_calls(sb);
}

/* Nobody is left who might have written to us, or there was time enough. */
static void
end_parted(MsnpSwitchboard *sb)
{
	msnp_switchboard_end(
	    sb, g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED, "we have left"));
}

/* The roster */

/* An own room opens with the first of those whom it is for, another one with anybody. */
static void
become_open(MsnpSwitchboard *sb)
{
	const char *const *roster = msnp_switchboard_roster(sb);
	gboolean open = sb->state == MSNP_SB_EMPTY;

	for (guint i = 0; sb->state == MSNP_SB_CALLING && roster[i]; i++)
		open = open || is_callee(sb, roster[i]);
	if (open)
		set_state(sb, MSNP_SB_OPEN);
}

static void
come(MsnpSwitchboard *sb, const char *handle, const char *encoded_name, const char *capabilities)
{
	g_autofree char *normal = g_strdup(
	    msnp_participants_add(sb->others, handle, encoded_name, msnp_caps_parse(capabilities)));

	if (!normal)
		return;
	g_signal_emit(sb, signals[SIGNAL_JOINED], 0, normal,
		      msnp_participants_name(sb->others, normal));
	become_open(sb);
	/* Who comes when we have left has not come to us. */
	if (sb->state != MSNP_SB_PARTING)
		msnp_switchboard_callee_came(sb, normal);
}

static void
go(MsnpSwitchboard *sb, const char *handle, gboolean idle)
{
	g_autofree char *normal = msnp_participants_remove(sb->others, handle);
	gboolean nobody = msnp_switchboard_n_others(sb) == 0;

	if (!normal)
		return;
	if (nobody && sb->state == MSNP_SB_OPEN)
		sb->state = MSNP_SB_EMPTY;
	if (nobody)
		msnp_switchboard_fail_sends_to_nobody(sb);
	g_signal_emit(sb, signals[SIGNAL_LEFT], 0, normal, idle);
	if (nobody && sb->state == MSNP_SB_EMPTY)
		g_signal_emit(sb, signals[SIGNAL_STATE], 0);
	else if (nobody && sb->state == MSNP_SB_PARTING)
		end_parted(sb);
}

/* Commands: the few that end no transaction */

static void
on_joi(MsnpSwitchboard *sb, const MsnpCommand *command)
{
	come(sb, msnp_command_param(command, 0), msnp_command_param(command, 1),
	     msnp_command_param(command, 2));
}

static void
on_iro(MsnpSwitchboard *sb, const MsnpCommand *command)
{
	come(sb, msnp_command_param(command, 3), msnp_command_param(command, 4),
	     msnp_command_param(command, 5));
}

static void
on_bye(MsnpSwitchboard *sb, const MsnpCommand *command)
{
	go(sb, msnp_command_param(command, 0), g_str_equal(msnp_command_param(command, 1), "1"));
}

static void
on_msg(MsnpSwitchboard *sb, const MsnpCommand *command)
{
	g_autofree char *handle = msnp_handle_normalize(msnp_command_param(command, 0));
	g_autofree char *name = msnp_name_decode(msnp_command_param(command, 1));
	GBytes *payload = msnp_command_payload(command);
	g_autoptr(MsnpMessage) message = NULL;
	gsize length = 0;
	const char *bytes = payload ? g_bytes_get_data(payload, &length) : NULL;

	if (!bytes || msnp_handle_equal(handle, sb->own_handle) || !msnp_handle_is_valid(handle))
		return;
	sb->last_message = msnp_clock_now(sb->clock);
	message = msnp_message_parse(bytes, length);
	g_signal_emit(sb, signals[SIGNAL_MESSAGE], 0, handle, name, message);
}

static void
on_out(MsnpSwitchboard *sb, G_GNUC_UNUSED const MsnpCommand *command)
{
	msnp_switchboard_end(sb, g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED,
						     "the server closes the room"));
}

static const struct {
	char verb[4];
	void (*handle)(MsnpSwitchboard *sb, const MsnpCommand *command);
} commands[] = {
	{ "BYE", on_bye }, { "IRO", on_iro }, { "JOI", on_joi },
	{ "MSG", on_msg }, { "OUT", on_out },
};
G_STATIC_ASSERT(G_N_ELEMENTS(commands) == 5);

static void
on_command(G_GNUC_UNUSED MsnpLink *link, MsnpCommand *command, gpointer data)
{
	g_autoptr(MsnpSwitchboard) sb = g_object_ref(data);

	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (msnp_command_is(command, commands[i].verb)) {
			commands[i].handle(sb, command);
			return;
		}
	}
}

static void
on_closed(G_GNUC_UNUSED MsnpLink *link, const GError *error, gpointer data)
{
	g_autoptr(MsnpSwitchboard) sb = g_object_ref(data);

	msnp_switchboard_end(sb, g_error_copy(error));
}

static const MsnpLinkHandlers handlers = { on_command, on_closed };

/* Coming in */

/* We are in: an own room calls, one of others is as full as the IRO lines have said. */
static void
enter(MsnpSwitchboard *sb)
{
	gboolean own = sb->callees != NULL;

	set_state(sb, own                                 ? MSNP_SB_CALLING
		      : msnp_switchboard_n_others(sb) > 0 ? MSNP_SB_OPEN
							  : MSNP_SB_EMPTY);
	msnp_switchboard_start_calls(sb);
	if (own)
		become_open(sb);
}

static void
authenticated(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSwitchboard) sb = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) command =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (sb->state != MSNP_SB_AUTH)
		return;
	if (!error && !g_str_equal(msnp_command_param(command, 1), "OK"))
		g_set_error_literal(&error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_PROTOCOL,
				    "an answer that is not OK");
	if (error)
		msnp_switchboard_end(sb, g_steal_pointer(&error));
	else
		enter(sb);
}

static void
authenticate(MsnpSwitchboard *sb, int fd)
{
	const char *params[] = { sb->own_handle, sb->cookie, sb->session, NULL };
	MsnpReader *reader =
	    msnp_reader_new(MSNP_FROM_SERVER, MSNP_READER_SB_LINE_MAX, MSNP_READER_SB_PAYLOAD_MAX);

	sb->link = msnp_link_new("SB", fd, reader, sb->clock, 1, &handlers, sb);
	msnp_link_request_async(sb->link, sb->session ? "ANS" : "USR", params, NULL, 0,
				MSNP_SB_STEP_DEADLINE_MS, NULL, NULL, authenticated,
				g_object_ref(sb));
	set_state(sb, MSNP_SB_AUTH);
}

static void
connected(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSwitchboard) sb = data;
	g_autoptr(GError) error = NULL;
	int fd = msnp_connector_connect_finish(MSNP_CONNECTOR(source), result, &error);

	msnp_clock_remove(sb->clock, &sb->timer);
	if (sb->state != MSNP_SB_CONNECTING) {
		if (fd >= 0)
			g_close(fd, NULL);
		return;
	}
	if (fd < 0)
		msnp_switchboard_end(sb, g_steal_pointer(&error));
	else
		authenticate(sb, fd);
}

static gboolean
connecting_takes_too_long(gpointer data)
{
	g_autoptr(MsnpSwitchboard) sb = g_object_ref(data);

	sb->timer = 0;
	msnp_switchboard_end(sb, g_error_new_literal(MSNP_LINK_ERROR, MSNP_LINK_ERROR_TIMEOUT,
						     "connecting to the room took too long"));
	return G_SOURCE_REMOVE;
}

static MsnpSwitchboard *
switchboard_new(MsnpConnector *connector, MsnpClock *clock, const char *own_handle,
		const char *host, guint16 port, const char *cookie)
{
	MsnpSwitchboard *sb = g_object_new(MSNP_TYPE_SWITCHBOARD, NULL);

	sb->connector = g_object_ref(connector);
	sb->clock = msnp_clock_ref(clock);
	sb->own_handle = g_strdup(own_handle);
	sb->others = msnp_participants_new(own_handle);
	sb->cookie = g_strdup(cookie);
	sb->last_message = msnp_clock_now(clock);
	sb->timer = msnp_clock_add(clock, MSNP_SB_STEP_DEADLINE_MS, connecting_takes_too_long, sb);
	msnp_connector_connect_async(connector, host, port, sb->cancellable, connected,
				     g_object_ref(sb));
	return sb;
}

MsnpSwitchboard *
msnp_switchboard_new_call(MsnpConnector *connector, MsnpClock *clock, const char *own_handle,
			  const char *host, guint16 port, const char *cookie,
			  const char *const *callees)
{
	MsnpSwitchboard *sb = switchboard_new(connector, clock, own_handle, host, port, cookie);
	guint n = g_strv_length((char **)callees);

	sb->callees = g_new0(char *, n + 1);
	for (guint i = 0; i < n; i++) {
		sb->callees[i] = msnp_handle_normalize(callees[i]);
		msnp_switchboard_add_callee(sb, sb->callees[i]);
	}
	return sb;
}

MsnpSwitchboard *
msnp_switchboard_new_answer(MsnpConnector *connector, MsnpClock *clock, const char *own_handle,
			    const char *host, guint16 port, const char *cookie, const char *session)
{
	MsnpSwitchboard *sb = switchboard_new(connector, clock, own_handle, host, port, cookie);

	sb->session = g_strdup(session);
	return sb;
}

/* The public rest */

MsnpClock *
msnp_switchboard_clock(MsnpSwitchboard *sb)
{
	return sb->clock;
}

MsnpSwitchboardState
msnp_switchboard_state(MsnpSwitchboard *sb)
{
	/* A link that is lost may still have commands to tell; nothing goes out any more. */
	if (sb->link && !msnp_link_is_open(sb->link))
		return MSNP_SB_CLOSED;
	return sb->state;
}

const GError *
msnp_switchboard_error(MsnpSwitchboard *sb)
{
	return sb->error;
}

const char *const *
msnp_switchboard_roster(MsnpSwitchboard *sb)
{
	return msnp_participants_handles(sb->others);
}

guint
msnp_switchboard_n_others(MsnpSwitchboard *sb)
{
	return msnp_participants_count(sb->others);
}

const char *
msnp_switchboard_name(MsnpSwitchboard *sb, const char *handle)
{
	return msnp_participants_name(sb->others, handle);
}

gboolean
msnp_switchboard_has(MsnpSwitchboard *sb, const char *handle)
{
	return msnp_switchboard_name(sb, handle) != NULL;
}

guint32
msnp_switchboard_common_caps(MsnpSwitchboard *sb)
{
	return msnp_participants_common_caps(sb->others);
}

gint64
msnp_switchboard_idle(MsnpSwitchboard *sb)
{
	return msnp_clock_now(sb->clock) - sb->last_message;
}

static gboolean
on_parted(gpointer data)
{
	MsnpSwitchboard *sb = data;

	sb->timer = 0;
	end_parted(sb);
	return G_SOURCE_REMOVE;
}

/* With ANS we are in the room, before we are told so; into one of ours somebody may just come. */
static gboolean
may_be_written_to(MsnpSwitchboard *sb)
{
	return sb->state == MSNP_SB_OPEN || sb->state == MSNP_SB_CALLING ||
	       (sb->state == MSNP_SB_AUTH && sb->session);
}

gboolean
msnp_switchboard_part(MsnpSwitchboard *sb)
{
	if (!may_be_written_to(sb)) {
		msnp_switchboard_close(sb);
		return FALSE;
	}
	if (msnp_link_is_open(sb->link))
		msnp_link_send_bare(sb->link, "OUT", NULL, NULL, 0);
	sb->timer = msnp_clock_add(sb->clock, MSNP_SB_PART_MS, on_parted, sb);
	set_state(sb, MSNP_SB_PARTING);
	return TRUE;
}

void
msnp_switchboard_close(MsnpSwitchboard *sb)
{
	gboolean parting = sb->state == MSNP_SB_PARTING;

	if (sb->state == MSNP_SB_CLOSED)
		return;
	sb->state = MSNP_SB_CLOSED;
	if (sb->link && msnp_link_is_open(sb->link) && !parting)
		msnp_link_send_bare(sb->link, "OUT", NULL, NULL, 0);
	shut(sb);
	msnp_switchboard_end_calls(sb);
}

/* The object */

static void
msnp_switchboard_dispose(GObject *object)
{
	msnp_switchboard_close(MSNP_SWITCHBOARD(object));
	G_OBJECT_CLASS(msnp_switchboard_parent_class)->dispose(object);
}

static void
msnp_switchboard_finalize(GObject *object)
{
	MsnpSwitchboard *sb = MSNP_SWITCHBOARD(object);

	g_clear_object(&sb->link);
	g_object_unref(sb->connector);
	g_object_unref(sb->cancellable);
	msnp_clock_unref(sb->clock);
	g_free(sb->own_handle);
	g_free(sb->cookie);
	g_free(sb->session);
	g_strfreev(sb->callees);
	g_clear_error(&sb->error);
	msnp_participants_free(sb->others);
	g_ptr_array_unref(sb->calls);
	g_ptr_array_unref(sb->sends);
	G_OBJECT_CLASS(msnp_switchboard_parent_class)->finalize(object);
}

static void
msnp_switchboard_class_init(MsnpSwitchboardClass *klass)
{
	GType type = G_TYPE_FROM_CLASS(klass);

	G_OBJECT_CLASS(klass)->dispose = msnp_switchboard_dispose;
	G_OBJECT_CLASS(klass)->finalize = msnp_switchboard_finalize;
	signals[SIGNAL_STATE] =
	    g_signal_new("state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
	signals[SIGNAL_JOINED] = g_signal_new("joined", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
					      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
	signals[SIGNAL_LEFT] = g_signal_new("left", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
					    G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
	signals[SIGNAL_MESSAGE] =
	    g_signal_new("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
			 G_TYPE_STRING, G_TYPE_STRING, G_TYPE_POINTER);
}

static void
msnp_switchboard_init(MsnpSwitchboard *sb)
{
	sb->cancellable = g_cancellable_new();
	sb->calls = g_ptr_array_new_with_free_func(msnp_switchboard_call_unref);
	sb->sends = g_ptr_array_new_with_free_func(msnp_switchboard_send_free);
}
