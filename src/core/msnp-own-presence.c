/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Own presence: what the server is told of our status, personal message and idleness. What the
 * user wants stands in the session; this compares it with what was sent last and sends what is new.
 * While hidden no UUX goes out, for servers pass it on and so betray that we are there; it is due
 * when hiding ends. Source: notification.md 5, 6.
 *
 * Songs change by themselves, and a player may do it many times a second: so UUX has a rate, and
 * what does not fit into it is sent, as it is then, when there is room (lesson 79).
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "util/msnp-log.h"
#include "util/msnp-text.h"
#include "wire/msnp-errcode.h"

/* "Not more often than every few seconds": MSNP_UUX_BURST of them in this time. */
#define UUX_PERIOD_MS 15000
/* Of a title, an artist, an album: three and a format have room in a personal message. */
#define MEDIA_FIELD_MAX_BYTES 300
/* What divides the fields of the media string: two characters, no NUL. */
#define DIVIDER "\\0"

/* How the old client wrote each kind: notification.md 5. */
static const struct {
	const char *type, *format;
	const char *end; /* behind the arguments */
} MEDIA[] = {
	[MSNP_MEDIA_MUSIC] = { "Music", "{0} - {1}", DIVIDER DIVIDER },
	[MSNP_MEDIA_GAME] = { "Games", "Playing {0}", DIVIDER },
	[MSNP_MEDIA_OFFICE] = { "Office", "Editing {0}", DIVIDER },
};
G_STATIC_ASSERT(G_N_ELEMENTS(MEDIA) == MSNP_N_MEDIA);

/* Text of the user's as a field: one line, and no divider in it. */
static void
append_field(GString *out, const char *text)
{
	g_autofree char *line =
	    msnp_text_clean(text ? text : "", -1, MEDIA_FIELD_MAX_BYTES, MSNP_TEXT_LINE);
	gsize start;

	g_string_append(out, DIVIDER);
	start = out->len;
	for (const char *c = line; *c; c++) {
		if (*c == '0' && out->len > start && out->str[out->len - 1] == '\\')
			g_string_truncate(out, out->len - 1);
		else
			g_string_append_c(out, *c);
	}
}

static gboolean
is_given(const char *text)
{
	return text && *text;
}

/* The string of CurrentMedia; "" if nothing is on. */
static char *
write_media(const MsnpMedia *media)
{
	gboolean music = media && media->kind == MSNP_MEDIA_MUSIC;
	GString *out = g_string_new(NULL);

	if (!media || !is_given(media->title))
		return g_string_free(out, FALSE);
	g_string_append_printf(out, DIVIDER "%s" DIVIDER "1" DIVIDER "%s", MEDIA[media->kind].type,
			       music && !is_given(media->artist) ? "{0}"
								 : MEDIA[media->kind].format);
	append_field(out, media->title);
	if (music && (is_given(media->artist) || is_given(media->album)))
		append_field(out, media->artist);
	if (music && is_given(media->album))
		append_field(out, media->album);
	g_string_append(out, MEDIA[media->kind].end);
	return g_string_free(out, FALSE);
}

void
msnp_session_set_media(MsnpSession *session, const MsnpMedia *media)
{
	g_return_if_fail(!media || (guint)media->kind < MSNP_N_MEDIA);
	g_free(session->media);
	session->media = write_media(media);
	msnp_own_presence_update(session);
}

/* Idleness shows only on those who are available: going idle while busy changes nothing. */
static MsnpStatus
effective_status(MsnpSession *session)
{
	return session->idle && session->status == MSNP_STATUS_ONLINE ? MSNP_STATUS_IDLE
								      : session->status;
}

static void
forget_sent_personal(MsnpSession *session)
{
	g_clear_pointer(&session->sent_message, g_free);
	g_clear_pointer(&session->sent_media, g_free);
}

static gboolean
on_uux_due(gpointer data)
{
	MsnpSession *session = data;

	session->uux_timer = 0;
	msnp_own_presence_update(session);
	return G_SOURCE_REMOVE;
}

static void
wait_for_uux(MsnpSession *session, guint ms)
{
	if (!session->uux_timer)
		session->uux_timer = msnp_clock_add(session->clock, ms, on_uux_due, session);
}

static void
on_uux(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSession) session = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (!error || g_cancellable_is_cancelled(session->cancellable))
		return;
	msnp_info("presence", "the personal message was not accepted: %s", error->message);
	/* 800: too often. Once more later, with what is so then. */
	if (g_error_matches(error, MSNP_SERVER_ERROR, 800) && !session->moving) {
		forget_sent_personal(session);
		msnp_clock_remove(session->clock, &session->uux_timer);
		wait_for_uux(session, UUX_PERIOD_MS);
	}
}

/* How long to wait until one more may be sent; 0: not at all. */
static guint
uux_wait_ms(MsnpSession *session)
{
	gint64 oldest = session->uux_times[session->n_uux % MSNP_UUX_BURST];
	gint64 free_at = oldest + (gint64)UUX_PERIOD_MS * G_TIME_SPAN_MILLISECOND;
	gint64 left = free_at - msnp_clock_now(session->clock);

	if (session->n_uux < MSNP_UUX_BURST || left <= 0)
		return 0;
	return (guint)(left / G_TIME_SPAN_MILLISECOND) + 1;
}

static void
send_uux(MsnpSession *session)
{
	g_autofree char *payload =
	    msnp_personal_write(session->message, session->media, session->machine_guid);

	session->uux_times[session->n_uux++ % MSNP_UUX_BURST] = msnp_clock_now(session->clock);
	forget_sent_personal(session);
	session->sent_message = g_strdup(session->message);
	session->sent_media = g_strdup(session->media);
	msnp_link_request_async(session->link, "UUX", NULL, payload, -1, 0, NULL,
				session->cancellable, on_uux, g_object_ref(session));
}

static void
send_chg(MsnpSession *session, MsnpStatus status, GAsyncReadyCallback callback, gpointer data)
{
	g_autofree char *caps = g_strdup_printf("%u", session->capabilities);
	const char *params[] = { msnp_status_code(status), caps, "0", NULL };

	session->sent_status = status;
	msnp_link_request_async(session->link, "CHG", params, NULL, 0, 0, NULL,
				session->cancellable, callback, data);
}

static void
send_due_uux(MsnpSession *session, MsnpStatus status)
{
	guint wait_ms = uux_wait_ms(session);

	if (status == MSNP_STATUS_HIDDEN)
		forget_sent_personal(session);
	else if (!g_strcmp0(session->sent_message, session->message) &&
		 !g_strcmp0(session->sent_media, session->media))
		return;
	else if (session->uux_timer)
		return;
	else if (wait_ms)
		wait_for_uux(session, wait_ms);
	else
		send_uux(session);
}

static void
on_chg(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpSession) session = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (!error || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	msnp_warning("presence", "the status was not accepted: %s", error->message);
	/* Others see an older one: whatever is wanted next is new to the server. */
	session->sent_status = MSNP_STATUS_OFFLINE;
}

void
msnp_own_presence_update(MsnpSession *session)
{
	MsnpStatus status = effective_status(session);

	if (!session->published || !session->link)
		return;
	if (status != session->sent_status)
		send_chg(session, status, on_chg, g_object_ref(session));
	send_due_uux(session, status);
}

typedef struct {
	MsnpSession *session;
	MsnpThen done;
} Publish;

static void
on_first_chg(GObject *source, GAsyncResult *result, gpointer data)
{
	Publish *publish = data;
	g_autoptr(MsnpSession) session = publish->session;
	MsnpThen done = publish->done;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpCommand) answer G_GNUC_UNUSED =
	    msnp_link_request_finish(MSNP_LINK(source), result, &error);

	g_free(publish);
	if (g_cancellable_is_cancelled(session->cancellable))
		return;
	if (error)
		msnp_session_fail(session, msnp_error_from(error));
	else
		done(session);
}

void
msnp_own_presence_publish(MsnpSession *session, MsnpThen done)
{
	MsnpStatus status = effective_status(session);
	Publish *publish = g_new0(Publish, 1);

	publish->session = g_object_ref(session);
	publish->done = done;
	session->published = TRUE;
	/* A server that knows nothing of us yet has not been asked too often. */
	session->n_uux = 0;
	msnp_clock_remove(session->clock, &session->uux_timer);
	send_chg(session, status, on_first_chg, publish);
	send_due_uux(session, status);
}

void
msnp_own_presence_unpublish(MsnpSession *session)
{
	session->published = FALSE;
	forget_sent_personal(session);
	msnp_own_presence_stop(session);
}

void
msnp_own_presence_stop(MsnpSession *session)
{
	msnp_clock_remove(session->clock, &session->uux_timer);
}
