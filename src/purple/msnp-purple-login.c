/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From prpl login to prpl close: makes the session, hands its signals to the other files, and
 * takes everything back.
 *
 *   login -> session -progress*-> CONNECTED -> ... -> close (by the user, or after an error)
 *
 * prpl close may come at any moment, also in the middle of a callback of the session: from then on
 * login->gc is NULL and nothing of libpurple is touched.
 */
#include "msnp-purple.h"

static const char *const steps[] = {
	[MSNP_STEP_CONNECTING] = N_("Connecting"),
	[MSNP_STEP_HANDSHAKE] = N_("Greeting the server"),
	[MSNP_STEP_AUTHENTICATING] = N_("Checking the password"),
	[MSNP_STEP_FETCHING_LISTS] = N_("Fetching the contact list"),
	[MSNP_STEP_SENDING_LISTS] = N_("Announcing the contact list"),
	[MSNP_STEP_SIGNED_ON] = N_("Signed on"),
};
G_STATIC_ASSERT(G_N_ELEMENTS(steps) == MSNP_N_STEPS);

MsnpLogin *
msnp_login_ref(MsnpLogin *login)
{
	return g_rc_box_acquire(login);
}

static void
login_clear(gpointer data)
{
	MsnpLogin *login = data;

	g_clear_object(&login->session);
	g_clear_object(&login->connector);
	g_clear_object(&login->gateway);
	msnp_purple_edits_free(login->edits);
	g_hash_table_unref(login->requests);
	g_clear_pointer(&login->unknown, g_hash_table_unref);
}

void
msnp_login_unref(MsnpLogin *login)
{
	g_rc_box_release_full(login, login_clear);
}

MsnpLogin *
msnp_login_of_connection(PurpleConnection *gc)
{
	return gc ? purple_connection_get_protocol_data(gc) : NULL;
}

MsnpLogin *
msnp_login_of_account(PurpleAccount *account)
{
	return msnp_login_of_connection(purple_account_get_connection(account));
}

gboolean
msnp_purple_is_ours(PurpleAccount *account)
{
	return g_strcmp0(purple_account_get_protocol_id(account), MSNP_PURPLE_ID) == 0;
}

/* Among the connections: bitlbee does not tell libpurple's list of accounts about its own. */
MsnpLogin *
msnp_login_find(gconstpointer account)
{
	for (GList *l = purple_connections_get_all(); l; l = l->next) {
		PurpleAccount *other = purple_connection_get_account(l->data);

		if (other == account && msnp_purple_is_ours(other))
			return msnp_login_of_connection(l->data);
	}
	return NULL;
}

MsnpLogin *
msnp_login_find_by_name(const char *username)
{
	for (GList *l = purple_connections_get_all(); l; l = l->next) {
		PurpleAccount *account = purple_connection_get_account(l->data);

		if (msnp_purple_is_ours(account) &&
		    g_strcmp0(purple_account_get_username(account), username) == 0)
			return msnp_login_of_connection(l->data);
	}
	return NULL;
}

MsnpContact *
msnp_login_find_contact(PurpleBuddy *buddy)
{
	MsnpLogin *login = msnp_login_of_account(purple_buddy_get_account(buddy));
	MsnpRoster *roster = login ? msnp_session_roster(login->session) : NULL;

	return roster ? msnp_roster_find(roster, purple_buddy_get_name(buddy)) : NULL;
}

/* Two networks may have the same address, of which one is on the contact list. */
MsnpContact *
msnp_login_find_listed(MsnpLogin *login, const char *handle)
{
	MsnpRoster *roster = msnp_session_roster(login->session);
	MsnpContact *contact = roster ? msnp_roster_find(roster, handle) : NULL;
	GPtrArray *contacts;

	if (!contact || contact->lists & MSNP_LIST_FORWARD)
		return contact;
	contacts = msnp_roster_contacts(roster);
	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *other = g_ptr_array_index(contacts, i);

		if (other->lists & MSNP_LIST_FORWARD && g_str_equal(other->handle, contact->handle))
			return other;
	}
	return NULL;
}

static void
fail(MsnpLogin *login, const GError *error)
{
	PurpleConnectionError reason;
	g_autofree char *words = msnp_purple_error_words(error, &reason);

	purple_debug_info("msnp14", "the session ended: %s\n", error->message);
	if (login->gateway && g_error_matches(error, MSNP_ERROR, MSNP_ERROR_NETWORK)) {
		g_free(words);
		words =
		    g_strdup(msnp_purple_gateway_words(msnp_gateway_last_error(login->gateway)));
	}
	purple_connection_error_reason(login->gc, reason, words);
}

static void
on_progress(MsnpSession *session G_GNUC_UNUSED, int step, gpointer data)
{
	MsnpLogin *login = msnp_login_ref(data);

	purple_connection_update_progress(login->gc, _(steps[step]), (size_t)step, MSNP_N_STEPS);
	/* Others hear of it, and may close the account at once. */
	if (login->gc && step == MSNP_STEP_SIGNED_ON) {
		msnp_purple_im_listen(login);
		msnp_purple_media_begin(login);
		purple_connection_set_state(login->gc, PURPLE_CONNECTED);
	}
	if (login->gc && step == MSNP_STEP_SIGNED_ON)
		msnp_purple_unknown_ask(login);
	msnp_login_unref(login);
}

static void
on_roster_loaded(MsnpSession *session G_GNUC_UNUSED, gpointer data)
{
	MsnpLogin *login = data;

	if (!login->blist)
		login->blist = msnp_purple_blist_new(login);
}

static void
on_roster_confirmed(MsnpSession *session G_GNUC_UNUSED, gpointer data)
{
	MsnpLogin *login = data;

	if (login->blist)
		msnp_purple_blist_confirmed(login->blist);
}

static void
on_contact_changed(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, guint changes,
		   gpointer data)
{
	MsnpLogin *login = data;

	if (login->blist)
		msnp_purple_blist_changed(login->blist, contact->handle, changes);
}

static void
on_request(MsnpSession *session G_GNUC_UNUSED, MsnpContact *contact, gpointer data)
{
	msnp_purple_request(data, contact);
}

static void
on_own_name(MsnpSession *session G_GNUC_UNUSED, const char *name, gpointer data)
{
	MsnpLogin *login = data;

	if (!name || !*name)
		return;
	purple_connection_set_display_name(login->gc, name);
	msnp_purple_keep_display_name(login->account, name);
}

static void
on_server_stops(MsnpSession *session G_GNUC_UNUSED, guint minutes, gpointer data)
{
	MsnpLogin *login = data;
	g_autofree char *words =
	    g_strdup_printf(g_dngettext(GETTEXT_PACKAGE,
					"The server goes down for maintenance in %u minute. Your "
					"account will then go offline for a while.",
					"The server goes down for maintenance in %u minutes. Your "
					"account will then go offline for a while.",
					minutes),
			    minutes);

	purple_notify_warning(login->gc, _("MSN maintenance"), words, NULL);
}

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, const GError *error, gpointer data)
{
	fail(data, error);
}

static void
signed_on(GObject *source, GAsyncResult *result, gpointer data)
{
	MsnpLogin *login = data;
	g_autoptr(GError) error = NULL;

	gboolean ok = msnp_session_sign_on_finish(MSNP_SESSION(source), result, &error);

	if (!ok && login->gc)
		fail(login, error);
	else if (ok && login->gc)
		msnp_purple_im_listen(login);
	msnp_login_unref(login);
}

static void
connect_signals(MsnpLogin *login)
{
	MsnpSession *session = login->session;

	g_signal_connect(session, "progress", G_CALLBACK(on_progress), login);
	g_signal_connect(session, "roster-loaded", G_CALLBACK(on_roster_loaded), login);
	g_signal_connect(session, "roster-confirmed", G_CALLBACK(on_roster_confirmed), login);
	g_signal_connect(session, "contact-changed", G_CALLBACK(on_contact_changed), login);
	g_signal_connect(session, "request", G_CALLBACK(on_request), login);
	g_signal_connect(session, "own-name", G_CALLBACK(on_own_name), login);
	g_signal_connect(session, "server-stops", G_CALLBACK(on_server_stops), login);
	g_signal_connect(session, "closed", G_CALLBACK(on_closed), login);
	msnp_purple_offline_listen(login);
	msnp_purple_mail_listen(login);
	msnp_purple_page_listen(login);
}

/* Sockets through libpurple, or, with a URL, the HTTP method. */
static MsnpConnector *
new_connector(MsnpLogin *login, const char *gateway_url, GProxyResolver *resolver, MsnpClock *clock)
{
	MsnpGatewayConfig config = {
		.url = gateway_url,
		.allow_plain = msnp_purple_allows_plain_password(login->account),
		.proxy_resolver = resolver,
	};

	if (!gateway_url) {
		login->connector = msnp_purple_connector_new(login->account);
		return MSNP_CONNECTOR(login->connector);
	}
	login->gateway = msnp_gateway_new(&config, clock);
	return MSNP_CONNECTOR(login->gateway);
}

/* Some servers want single switchboards to be reached that way, whatever the account says. */
static MsnpConnector *
new_spare_gateway(MsnpLogin *login, const MsnpPreset *preset, GProxyResolver *resolver,
		  MsnpClock *clock)
{
	MsnpGatewayConfig config = {
		.url = preset->gateway_url,
		.allow_plain = msnp_purple_allows_plain_password(login->account),
		.proxy_resolver = resolver,
	};

	return login->gateway || !*preset->gateway_url
		   ? NULL
		   : MSNP_CONNECTOR(msnp_gateway_new(&config, clock));
}

static MsnpSession *
new_session(MsnpLogin *login, MsnpPreset *preset, const char *gateway_url)
{
	PurpleAccount *account = login->account;
	g_autoptr(MsnpSecret) password = msnp_secret_new(purple_connection_get_password(login->gc));
	g_autoptr(GProxyResolver) resolver =
	    msnp_purple_proxy_resolver_new(purple_proxy_get_setup(account));
	g_autoptr(MsnpClock) clock = msnp_clock_new();
	g_autoptr(MsnpRandom) random = msnp_random_new();
	g_autofree char *message = NULL;
	g_autofree char *roster_file = msnp_purple_kept_file(account, preset);
	g_autoptr(MsnpConnector) spare = NULL;
	MsnpSessionConfig config = {
		.handle = purple_account_get_username(account),
		.password = password,
		.preset = preset,
		.connector = new_connector(login, gateway_url, resolver, clock),
		.proxy_resolver = resolver,
		.clock = clock,
		.random = random,
		.allow_plain_password = msnp_purple_allows_plain_password(account),
		.machine_guid = msnp_purple_machine_guid(random),
		.capabilities = MSNP_CAPS_OURS,
		.display_name = msnp_purple_kept_display_name(account),
		.roster_file = roster_file,
	};

	spare = new_spare_gateway(login, preset, resolver, clock);
	config.gateway = spare;
	config.status =
	    msnp_purple_status_read(purple_account_get_active_status(account), &message);
	config.message = message;
	return msnp_session_new(&config);
}

void
msnp_purple_login(PurpleAccount *account)
{
	PurpleConnection *gc = purple_account_get_connection(account);
	g_autoptr(MsnpPreset) preset = NULL;
	g_autofree char *gateway_url = NULL;
	MsnpLogin *login;

	/* What a text cannot carry, the user interface shall not offer. */
	gc->flags |= PURPLE_CONNECTION_HTML | PURPLE_CONNECTION_NO_IMAGES |
		     PURPLE_CONNECTION_NO_URLDESC | PURPLE_CONNECTION_NO_BGCOLOR |
		     PURPLE_CONNECTION_NO_FONTSIZE;
	if (!msnp_purple_guard(gc))
		return;
	preset = msnp_purple_preset(account, gc);
	if (!preset || !msnp_purple_gateway_url(account, preset, gc, &gateway_url))
		return;
	login = g_rc_box_new0(MsnpLogin);
	login->account = account;
	login->gc = gc;
	login->edits = msnp_purple_edits_new();
	login->requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	login->session = new_session(login, preset, gateway_url);
	purple_connection_set_protocol_data(gc, login);
	connect_signals(login);
	msnp_session_sign_on_async(login->session, signed_on, msnp_login_ref(login));
}

void
msnp_purple_close(PurpleConnection *gc)
{
	MsnpLogin *login = msnp_login_of_connection(gc);

	if (!login)
		return;
	purple_connection_set_protocol_data(gc, NULL);
	login->gc = NULL;
	g_signal_handlers_disconnect_by_data(login->session, login);
	msnp_purple_im_unlisten(login);
	msnp_purple_page_forget(login);
	msnp_purple_media_end(login->account);
	g_clear_pointer(&login->blist, msnp_purple_blist_free);
	msnp_session_close(login->session);
	if (login->connector)
		msnp_purple_connector_shutdown(login->connector);
	msnp_login_unref(login);
}
