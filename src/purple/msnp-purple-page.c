/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages: messages to the mobile phone of a contact, from its menu, and those that come from one.
 */
#include "msnp-purple.h"

typedef struct {
	PurpleAccount *account;
	char *handle;
} Prompt;

typedef struct {
	MsnpLogin *login;
	char *handle;
	char *text;
} Page;

/* Open dialogs by number: libpurple does not say that it has closed one, and some user interfaces
 * keep one that belongs to a connection that is no more. */
static GHashTable *prompts;
static guint last_prompt;

static const struct {
	guint code; /* MsnpErrorCode */
	const char *words;
} whys[] = {
	{ MSNP_ERROR_NOT_OFFERED,
	  N_("This contact takes no messages on a mobile phone, or the service sends none.") },
	{ MSNP_ERROR_TOO_LONG, N_("It is too long for a mobile phone.") },
	{ MSNP_ERROR_TOO_FAST,
	  N_("Those were too many messages in a short time. Try again in a minute.") },
	{ MSNP_ERROR_ADDRESS, N_("The number is not one that takes messages.") },
	{ MSNP_ERROR_NOT_DELIVERED, N_("The service could not pass it on.") },
	{ MSNP_ERROR_UNSURE,
	  N_("The connection broke before it was certain. It may have arrived all the same.") },
};

static void
prompt_free(gpointer data)
{
	Prompt *prompt = data;

	g_free(prompt->handle);
	g_free(prompt);
}

static void
page_free(Page *page)
{
	msnp_login_unref(page->login);
	g_free(page->handle);
	g_free(page->text);
	g_free(page);
}

static void
tell_failure(const Page *page, const GError *error)
{
	g_autofree char *what =
	    g_strdup_printf(_("Your message was not sent to the mobile phone of %s"), page->handle);
	g_autofree char *why = NULL;
	g_autofree char *words = NULL;

	for (guint i = 0; error->domain == MSNP_ERROR && i < G_N_ELEMENTS(whys); i++)
		if (whys[i].code == (guint)error->code)
			why = g_strdup(_(whys[i].words));
	if (!why)
		why = msnp_purple_refusal_why(error);
	/* So that it need not be written again. */
	words = g_strdup_printf("%s\n\n%s", why, page->text);
	purple_notify_error(page->login->gc, _("Message to a mobile phone"), what, words);
}

static void
sent(GObject *source, GAsyncResult *result, gpointer data)
{
	Page *page = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_session_send_page_finish(MSNP_SESSION(source), result, &error) &&
	    page->login->gc && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		tell_failure(page, error);
	page_free(page);
}

static void
on_text(gpointer data, const char *text)
{
	Prompt *prompt = prompts ? g_hash_table_lookup(prompts, data) : NULL;
	MsnpLogin *login = prompt ? msnp_login_of_account(prompt->account) : NULL;
	g_autofree char *plain = g_strstrip(g_strdup(text ? text : ""));
	Page *page;

	if (login && *plain && msnp_session_is_signed_on(login->session)) {
		page = g_new0(Page, 1);
		page->login = msnp_login_ref(login);
		page->handle = g_strdup(prompt->handle);
		page->text = g_strdup(plain);
		msnp_session_send_page_async(login->session, page->handle, page->text, sent, page);
	}
	if (prompt)
		g_hash_table_remove(prompts, data);
}

static void
on_cancel(gpointer data, const char *text G_GNUC_UNUSED)
{
	if (prompts)
		g_hash_table_remove(prompts, data);
}

static void
ask_text(PurpleBlistNode *node, gpointer data G_GNUC_UNUSED)
{
	PurpleBuddy *buddy = (PurpleBuddy *)node;
	MsnpLogin *login = msnp_login_of_account(purple_buddy_get_account(buddy));
	MsnpContact *contact = msnp_login_find_contact(buddy);
	g_autofree char *primary = NULL;
	Prompt *prompt;

	if (!login || !contact)
		return;
	if (!prompts)
		prompts = g_hash_table_new_full(NULL, NULL, NULL, prompt_free);
	prompt = g_new0(Prompt, 1);
	prompt->account = login->account;
	prompt->handle = g_strdup(contact->handle);
	g_hash_table_insert(prompts, GUINT_TO_POINTER(++last_prompt), prompt);
	primary = g_strdup_printf(_("What do you want to send to the mobile phone of %s?"),
				  msnp_contact_shown_name(contact));
	purple_request_input(login->gc, _("Send to mobile"), primary,
			     _("It is sent as a text message, which may cost you or the other side "
			       "money."),
			     NULL, TRUE, FALSE, NULL, _("_Send"), G_CALLBACK(on_text), _("_Cancel"),
			     G_CALLBACK(on_cancel), login->account, contact->handle, NULL,
			     GUINT_TO_POINTER(last_prompt));
}

gboolean
msnp_purple_page_is_offered(const MsnpContact *contact)
{
	return contact->mobile_enabled || contact->network == MSNP_NETWORK_PHONE;
}

GList *
msnp_purple_page_menu(PurpleBuddy *buddy)
{
	MsnpContact *contact = msnp_login_find_contact(buddy);

	if (!contact || !msnp_purple_page_is_offered(contact))
		return NULL;
	return g_list_append(NULL, purple_menu_action_new(_("Send to mobile..."),
							  PURPLE_CALLBACK(ask_text), NULL, NULL));
}

static void
on_page(MsnpSession *session G_GNUC_UNUSED, const char *handle, const char *text, gpointer data)
{
	MsnpLogin *login = data;
	g_autofree char *markup = msnp_purple_text_to_markup(text, NULL, MSNP_PURPLE_PLUS_SHOW);
	g_autofree char *words = g_strdup_printf(_("(from a mobile phone) %s"), markup);

	if (*text)
		serv_got_im(login->gc, handle, words, PURPLE_MESSAGE_RECV, time(NULL));
}

void
msnp_purple_page_listen(MsnpLogin *login)
{
	g_signal_connect(login->session, "page", G_CALLBACK(on_page), login);
}

static gboolean
is_of(gpointer key G_GNUC_UNUSED, gpointer value, gpointer account)
{
	return ((Prompt *)value)->account == account;
}

void
msnp_purple_page_forget(MsnpLogin *login)
{
	if (!prompts)
		return;
	g_hash_table_foreach_remove(prompts, is_of, login->account);
	if (g_hash_table_size(prompts) == 0)
		g_clear_pointer(&prompts, g_hash_table_unref);
}
