/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session: it owns the parts, passes the sign-on from one to the next, and ends it all in one
 * place. Knows no command by name.
 *
 *   sign-on --> list-sync --> own-presence (first CHG) --> signed on, until fail() or close()
 */
#include "core/msnp-session-private.h"

#include "util/msnp-log.h"
#include "wire/msnp-errcode.h"

G_DEFINE_FINAL_TYPE(MsnpSession, msnp_session, G_TYPE_OBJECT)

enum {
	PROGRESS,
	ROSTER_LOADED,
	ROSTER_CONFIRMED,
	CONTACT_CHANGED,
	OWN_NAME,
	SERVER_STOPS,
	OFFLINE_MESSAGE,
	MAIL_WAITING,
	MAIL_ARRIVED,
	PAGE,
	REQUEST,
	CLOSED,
	N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* Lets go of everything that could call back. The parts that hosts may still look at (roster,
 * conversations) stay until the session itself goes. */
static void
shut_down(MsnpSession *session, const GError *reason, gboolean by_user)
{
	g_cancellable_cancel(session->cancellable);
	g_clear_pointer(&session->sign_on, msnp_sign_on_free);
	msnp_list_sync_stop(session);
	msnp_list_editor_stop(session);
	msnp_move_stop(session);
	msnp_own_presence_stop(session);
	msnp_roster_store_close(session, by_user);
	if (session->conversations)
		msnp_conversations_close(session->conversations, reason);
	msnp_ask_stop(session);
	msnp_offline_stop(session);
	msnp_offline_send_stop(session);
	msnp_session_drop_link(session);
	msnp_soap_client_abort(session->soap);
	msnp_soap_client_set_tickets(session->soap, NULL);
	msnp_soap_client_set_renewal(session->soap, NULL);
}

/* What ends a session is about the account, also if the same number would mean a message elsewhere:
 * an address that is refused is one's own. Takes the reason. */
static GError *
as_account_error(GError *reason)
{
	g_autoptr(GError) error = reason;
	MsnpErrorCode code = MSNP_ERROR_SERVER;

	if (error->domain != MSNP_ERROR || error->code < MSNP_ERROR_NOT_DELIVERED)
		return g_steal_pointer(&error);
	if (error->code == MSNP_ERROR_ADDRESS)
		code = MSNP_ERROR_ACCOUNT;
	else if (error->code == MSNP_ERROR_TOO_FAST)
		code = MSNP_ERROR_BUSY;
	return msnp_error_new(code, msnp_error_number(error), "%s", error->message);
}

void
msnp_session_fail(MsnpSession *session, GError *reason)
{
	g_autoptr(GError) error = as_account_error(reason);
	g_autoptr(MsnpSession) alive G_GNUC_UNUSED = g_object_ref(session);
	g_autoptr(GTask) task = g_steal_pointer(&session->task);
	gboolean was_signed_on = session->signed_on;

	if (session->closed)
		return;
	msnp_info("session", "ended: %s", error->message);
	session->closed = TRUE;
	session->signed_on = FALSE;
	shut_down(session, error, FALSE);
	if (task)
		g_task_return_error(task, g_error_copy(error));
	else if (was_signed_on)
		g_signal_emit(session, signals[CLOSED], 0, error);
}

void
msnp_session_close(MsnpSession *session)
{
	g_autoptr(MsnpSession) alive G_GNUC_UNUSED = g_object_ref(session);
	g_autoptr(GTask) task = g_steal_pointer(&session->task);
	g_autoptr(GError) reason =
	    g_error_new_literal(MSNP_ERROR, MSNP_ERROR_NETWORK, "signed off");

	if (session->closed)
		return;
	session->closed = TRUE;
	session->signed_on = FALSE;
	if (session->link)
		msnp_link_send_bare(session->link, "OUT", NULL, NULL, 0);
	shut_down(session, reason, TRUE);
	if (task)
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "signed off");
}

gboolean
msnp_session_progress(MsnpSession *session, MsnpStep step)
{
	if ((int)step > session->step) {
		session->step = (int)step;
		g_signal_emit(session, signals[PROGRESS], 0, (int)step);
	}
	return !session->closed;
}

/* The same address may be there on another network, too; conversations are with one of them. */
static void
tell_presence(MsnpSession *session, MsnpContact *contact)
{
	if (session->conversations && msnp_roster_find(session->roster, contact->handle) == contact)
		msnp_conversations_presence(session->conversations, contact->handle,
					    contact->status != MSNP_STATUS_OFFLINE);
}

void
msnp_session_tell_offline(MsnpSession *session)
{
	GPtrArray *contacts;

	if (session->offline_told || !session->signed_on)
		return;
	session->offline_told = TRUE;
	contacts = msnp_roster_contacts(session->roster);
	for (guint i = 0; i < contacts->len && !session->closed; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);

		if ((contact->lists & MSNP_LIST_FORWARD) && contact->status == MSNP_STATUS_OFFLINE)
			tell_presence(session, contact);
	}
}

void
msnp_session_emit_changed(MsnpSession *session, MsnpContact *contact, guint changes)
{
	static const guint KEPT =
	    MSNP_CHANGE_NAME | MSNP_CHANGE_LISTS | MSNP_CHANGE_GROUPS | MSNP_CHANGE_ALIAS;

	if (changes & KEPT)
		msnp_roster_store_changed(session);
	if (changes & MSNP_CHANGE_STATUS)
		tell_presence(session, contact);
	/* Whoever heard of the last one may have closed the session. */
	if (changes && !session->closed)
		g_signal_emit(session, signals[CONTACT_CHANGED], 0, contact, changes);
}

void
msnp_session_set_own_name(MsnpSession *session, const char *name)
{
	char *copy = g_strdup(name);

	g_free(session->own_name);
	session->own_name = copy;
	g_signal_emit(session, signals[OWN_NAME], 0, copy);
}

void
msnp_session_drop_link(MsnpSession *session)
{
	msnp_keepalive_stop(session);
	session->link_error = 0;
	if (!session->link)
		return;
	session->next_trid = msnp_link_next_trid(session->link);
	msnp_link_close(session->link);
	g_clear_object(&session->link);
}

static void
on_link_command(MsnpLink *link G_GNUC_UNUSED, MsnpCommand *command, gpointer data)
{
	g_autoptr(MsnpSession) session = g_object_ref(data);

	msnp_notification_dispatch(session, command);
}

static void
on_link_closed(MsnpLink *link G_GNUC_UNUSED, const GError *error, gpointer data)
{
	g_autoptr(MsnpSession) session = g_object_ref(data);
	g_autoptr(GError) refusal = NULL;

	/* A number and then the end: the number is the reason (notification.md 1.6, lesson 34). */
	if (session->link_error)
		refusal =
		    g_error_new(MSNP_SERVER_ERROR, (int)session->link_error, "error %u: %s",
				session->link_error, msnp_errcode_lookup(session->link_error)->log);
	if (session->sign_on)
		msnp_sign_on_link_closed(session, refusal ? refusal : error);
	else
		msnp_session_fail(session, msnp_error_from(refusal ? refusal : error));
}

const MsnpLinkHandlers msnp_session_link_handlers = {
	.command = on_link_command,
	.closed = on_link_closed,
};

/* What the conversations need of the notification server. */
static void
on_room(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	MsnpSession *session = MSNP_SESSION(g_task_get_source_object(task));
	GError *error = NULL;
	MsnpCommand *xfr = msnp_link_request_finish(MSNP_LINK(source), result, &error);

	if (xfr) {
		g_task_return_pointer(task, xfr, (GDestroyNotify)msnp_command_unref);
	} else if (session->moving && !session->closed &&
		   g_error_matches(error, MSNP_LINK_ERROR, MSNP_LINK_ERROR_CLOSED)) {
		g_queue_push_tail(&session->room_requests, g_steal_pointer(&task));
		g_error_free(error);
	} else {
		g_task_return_error(task, error);
	}
}

void
msnp_session_request_room(MsnpSession *session, GTask *task)
{
	static const char *const PARAMS[] = { "SB", NULL };

	msnp_link_request_async(session->link, "XFR", PARAMS, NULL, 0, MSNP_SB_STEP_DEADLINE_MS,
				NULL, g_task_get_cancellable(task), on_room, task);
}

static void
request_room_async(gpointer host, GCancellable *cancellable, GAsyncReadyCallback callback,
		   gpointer data)
{
	MsnpSession *session = host;
	GTask *task = g_task_new(session, cancellable, callback, data);

	if (session->moving)
		g_queue_push_tail(&session->room_requests, task);
	else
		msnp_session_request_room(session, task);
}

static MsnpCommand *
request_room_finish(gpointer host G_GNUC_UNUSED, GAsyncResult *result, GError **error)
{
	return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean
msnp_session_may_write(MsnpSession *session, const char *handle)
{
	MsnpContact *contact = msnp_roster_find(session->roster, handle);
	gboolean only_allowed = msnp_roster_blp(session->roster) == 2;

	if (contact && (contact->lists & MSNP_LIST_BLOCK))
		return FALSE;
	return !only_allowed || (contact && (contact->lists & MSNP_LIST_ALLOW));
}

static gboolean
may_ring(gpointer host, const char *handle)
{
	return msnp_session_may_write(host, handle);
}

static const MsnpConversationsHost CONVERSATIONS_HOST = {
	.request_room_async = request_room_async,
	.request_room_finish = request_room_finish,
	.may_ring = may_ring,
	.send_offline_async = msnp_offline_send_async,
	.send_offline_finish = msnp_offline_send_finish,
	.is_federated = msnp_federated_is,
	.send_federated_async = msnp_federated_send_async,
	.send_federated_finish = msnp_federated_send_finish,
};

/* A service without the store of offline messages: nobody is told that one was left. */
static const MsnpConversationsHost HOST_WITHOUT_STORE = {
	.request_room_async = request_room_async,
	.request_room_finish = request_room_finish,
	.may_ring = may_ring,
	.is_federated = msnp_federated_is,
	.send_federated_async = msnp_federated_send_async,
	.send_federated_finish = msnp_federated_send_finish,
};

static void
on_published(MsnpSession *session)
{
	g_autoptr(GTask) task = g_steal_pointer(&session->task);

	session->signed_on = TRUE;
	/* Whoever hears of it may close the session at once. */
	if (!msnp_session_progress(session, MSNP_STEP_SIGNED_ON)) {
		if (task)
			g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
						"signed off");
		return;
	}
	if (task)
		g_task_return_boolean(task, TRUE);
	/* The user may have changed the status while the first one was on its way. */
	msnp_own_presence_update(session);
	msnp_list_editor_tell_requests(session);
	if (!session->closed)
		msnp_list_editor_repair(session);
	if (!session->closed)
		msnp_offline_resume(session);
}

static void
on_lists_sent(MsnpSession *session)
{
	msnp_own_presence_publish(session, on_published);
}

static void
start_lists(MsnpSession *session)
{
	msnp_list_sync_start(session, on_lists_sent);
}

static void
on_authenticated(MsnpSession *session)
{
	msnp_info("session", "signed on as %s, MSNP%d", session->handle, (int)session->dialect);
	session->conversations = msnp_conversations_new(
	    session->connector, session->clock, session->random, session->handle,
	    *session->preset->oim_url ? &CONVERSATIONS_HOST : &HOST_WITHOUT_STORE, session);
	msnp_conversations_set_gateway(session->conversations, session->gateway);
	msnp_keepalive_start(session);
	msnp_roster_store_when_loaded(session, start_lists);
}

void
msnp_session_sign_on_async(MsnpSession *session, GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(session, NULL, callback, data);

	if (session->used || session->closed) {
		g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_PENDING,
					"a session is signed on once");
		g_object_unref(task);
		return;
	}
	session->used = TRUE;
	session->task = task;
	msnp_roster_store_load(session);
	msnp_sign_on_start(session, NULL, 0, on_authenticated);
}

gboolean
msnp_session_sign_on_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
			    GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

gboolean
msnp_session_is_signed_on(MsnpSession *session)
{
	return session->signed_on;
}

const char *
msnp_session_handle(MsnpSession *session)
{
	return session->handle;
}

const char *
msnp_session_own_name(MsnpSession *session)
{
	return session->own_name;
}

MsnpRoster *
msnp_session_roster(MsnpSession *session)
{
	return session->roster;
}

MsnpConversations *
msnp_session_conversations(MsnpSession *session)
{
	return session->conversations;
}

void
msnp_session_set_status(MsnpSession *session, MsnpStatus status, const char *message)
{
	char *copy = g_strdup(message ? message : "");

	session->status = status;
	g_free(session->message);
	session->message = copy;
	msnp_own_presence_update(session);
}

void
msnp_session_set_idle(MsnpSession *session, gboolean idle)
{
	session->idle = idle;
	msnp_own_presence_update(session);
}

static MsnpSoapClient *
make_soap_client(const MsnpSessionConfig *config)
{
	const MsnpPreset *preset = config->preset;
	MsnpSoapConfig soap = {
		.urls = {
			[MSNP_SERVICE_PASSPORT] = preset->passport_url,
			[MSNP_SERVICE_ADDRESSBOOK] = preset->addressbook_url,
			[MSNP_SERVICE_SHARING] = preset->sharing_url,
			[MSNP_SERVICE_RSI] = preset->rsi_url,
			[MSNP_SERVICE_OIM] = preset->oim_url,
		},
		.domains = (const char *const *)preset->domains,
		.allow_plain_password = config->allow_plain_password,
		.proxy_resolver = config->proxy_resolver,
	};

	return msnp_soap_client_new(&soap, config->clock);
}

MsnpSession *
msnp_session_new(const MsnpSessionConfig *config)
{
	MsnpSession *session = g_object_new(MSNP_TYPE_SESSION, NULL);

	session->typed_handle = g_strdup(config->handle);
	session->handle = msnp_handle_normalize(config->handle);
	session->password = msnp_secret_ref(config->password);
	session->preset = msnp_preset_ref(config->preset);
	session->connector = g_object_ref(config->connector);
	g_set_object(&session->gateway, config->gateway);
	session->clock = msnp_clock_ref(config->clock);
	session->random = msnp_random_ref(config->random);
	session->machine_guid = config->machine_guid && *config->machine_guid
				    ? g_strdup(config->machine_guid)
				    : msnp_random_guid(config->random);
	session->capabilities = config->capabilities;
	session->status = config->status;
	session->message = g_strdup(config->message ? config->message : "");
	session->media = g_strdup("");
	session->own_name = g_strdup(config->display_name ? config->display_name : "");
	session->step_by_step = config->step_by_step;
	session->soap = make_soap_client(config);
	if (config->roster_file)
		msnp_roster_store_open(session, config->roster_file);
	return session;
}

static void
msnp_session_dispose(GObject *object)
{
	MsnpSession *session = MSNP_SESSION(object);

	if (session->soap)
		msnp_session_close(session);
	g_clear_object(&session->conversations);
	g_clear_pointer(&session->roster, msnp_roster_free);
	g_clear_object(&session->soap);
	g_clear_object(&session->connector);
	g_clear_object(&session->gateway);
	G_OBJECT_CLASS(msnp_session_parent_class)->dispose(object);
}

static void
msnp_session_finalize(GObject *object)
{
	MsnpSession *session = MSNP_SESSION(object);

	g_free(session->typed_handle);
	g_free(session->handle);
	g_free(session->own_name);
	g_free(session->machine_guid);
	g_free(session->message);
	g_free(session->sent_message);
	g_free(session->media);
	g_free(session->sent_media);
	for (guint i = 0; i < MSNP_N_PHONES; i++)
		g_free(session->phones[i]);
	g_clear_pointer(&session->password, msnp_secret_unref);
	g_clear_pointer(&session->preset, msnp_preset_unref);
	g_clear_pointer(&session->random, msnp_random_unref);
	g_clear_pointer(&session->clock, msnp_clock_unref);
	g_object_unref(session->cancellable);
	G_OBJECT_CLASS(msnp_session_parent_class)->finalize(object);
}

static guint
new_signal(const char *name, guint n_params, GType first, GType second)
{
	return g_signal_new(name, MSNP_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			    G_TYPE_NONE, n_params, first, second);
}

static void
msnp_session_class_init(MsnpSessionClass *class)
{
	G_OBJECT_CLASS(class)->dispose = msnp_session_dispose;
	G_OBJECT_CLASS(class)->finalize = msnp_session_finalize;
	signals[PROGRESS] = new_signal("progress", 1, G_TYPE_INT, 0);
	signals[ROSTER_LOADED] = new_signal("roster-loaded", 0, 0, 0);
	signals[ROSTER_CONFIRMED] = new_signal("roster-confirmed", 0, 0, 0);
	signals[CONTACT_CHANGED] = new_signal("contact-changed", 2, G_TYPE_POINTER, G_TYPE_UINT);
	signals[OWN_NAME] = new_signal("own-name", 1, G_TYPE_STRING, 0);
	signals[SERVER_STOPS] = new_signal("server-stops", 1, G_TYPE_UINT, 0);
	signals[OFFLINE_MESSAGE] = new_signal("offline-message", 1, G_TYPE_POINTER, 0);
	signals[MAIL_WAITING] = new_signal("mail-waiting", 2, G_TYPE_UINT, G_TYPE_UINT);
	signals[MAIL_ARRIVED] =
	    g_signal_new("mail-arrived", MSNP_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
			 G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
	signals[PAGE] = new_signal("page", 2, G_TYPE_STRING, G_TYPE_STRING);
	signals[REQUEST] = new_signal("request", 1, G_TYPE_POINTER, 0);
	signals[CLOSED] = new_signal("closed", 1, G_TYPE_ERROR, 0);
}

static void
msnp_session_init(MsnpSession *session)
{
	session->cancellable = g_cancellable_new();
	g_queue_init(&session->edits);
	g_queue_init(&session->room_requests);
	g_queue_init(&session->asks);
	g_queue_init(&session->asked);
	session->step = -1;
	session->next_trid = 1;
}
