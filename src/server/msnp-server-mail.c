/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mailboxes: their form in the accounts file, and what the notification server says of mails.
 * Source: notification.md 13, services.md 10.1.
 */
#include <string.h>

#include "server/msnp-server-json.h"
#include "server/msnp-server-private.h"

/* Folder names of the notifications. */
#define INBOX "ACTIVE"

void
msnp_server_mailbox_free(MsnpServerMailbox *mailbox)
{
	g_free(mailbox->inbox_url);
	g_free(mailbox->folders_url);
	g_free(mailbox->post_url);
	g_free(mailbox);
}

/* ---- The accounts file ---- */

static gboolean
read_urls(JsonObject *mail, const char *where, MsnpServerMailbox *mailbox, GError **error)
{
	static const char *const keys[] = { "inbox", "folders", "post", NULL };
	JsonObject *urls = msnp_server_json_object(mail, "urls");

	if (urls == NULL)
		return !json_object_has_member(mail, "urls") ||
		       msnp_server_json_fail(error, "%s: urls is no object.", where);
	if (!msnp_server_json_keys(urls, where, keys, error))
		return FALSE;
	mailbox->inbox_url = g_strdup(msnp_server_json_text(urls, "inbox"));
	mailbox->folders_url = g_strdup(msnp_server_json_text(urls, "folders"));
	mailbox->post_url = g_strdup(msnp_server_json_text(urls, "post"));
	return TRUE;
}

gboolean
msnp_server_mailbox_read(JsonObject *owner, const char *where, MsnpServerMailbox **mailbox,
			 GError **error)
{
	static const char *const keys[] = { "inbox",          "inbox-unread", "folders",
					    "folders-unread", "urls",         NULL };
	JsonObject *mail = msnp_server_json_object(owner, "mail");

	if (mail == NULL)
		return !json_object_has_member(owner, "mail") ||
		       msnp_server_json_fail(error, "%s: mail is no object.", where);
	if (!msnp_server_json_keys(mail, where, keys, error))
		return FALSE;
	*mailbox = g_new0(MsnpServerMailbox, 1);
	(*mailbox)->inbox = (guint)msnp_server_json_int(mail, "inbox", 0);
	(*mailbox)->inbox_unread = (guint)msnp_server_json_int(mail, "inbox-unread", 0);
	(*mailbox)->folders = (guint)msnp_server_json_int(mail, "folders", 0);
	(*mailbox)->folders_unread = (guint)msnp_server_json_int(mail, "folders-unread", 0);
	return read_urls(mail, where, *mailbox, error);
}

void
msnp_server_mailbox_write(JsonObject *owner, const MsnpServerMailbox *mailbox)
{
	JsonObject *mail, *urls;

	if (mailbox == NULL)
		return;
	mail = json_object_new();
	urls = json_object_new();
	json_object_set_int_member(mail, "inbox", mailbox->inbox);
	json_object_set_int_member(mail, "inbox-unread", mailbox->inbox_unread);
	json_object_set_int_member(mail, "folders", mailbox->folders);
	json_object_set_int_member(mail, "folders-unread", mailbox->folders_unread);
	msnp_server_json_add_text(urls, "inbox", mailbox->inbox_url);
	msnp_server_json_add_text(urls, "folders", mailbox->folders_url);
	msnp_server_json_add_text(urls, "post", mailbox->post_url);
	json_object_set_object_member(mail, "urls", urls);
	json_object_set_object_member(owner, "mail", mail);
}

/* ---- Notifications ---- */

void
msnp_server_send_notification(MsnpServerSession *session, const char *type, const char *body)
{
	MsnpServerFaults *faults = session->client->server->faults;
	gboolean inside = msnp_server_faults_take(faults, MSNP_FAULT_MAIL_DATA_IN_HEADER);
	g_autofree char *text =
	    g_strconcat("MIME-Version: 1.0\r\nContent-Type: ", type, "; charset=UTF-8\r\n",
			inside ? "" : "\r\n", body, inside ? "\r\n" : "", NULL);

	msnp_server_client_send_payload(session->client, "MSG Hotmail Hotmail", text, -1);
}

static void
append_line(GString *body, const char *name, const char *value)
{
	if (value != NULL)
		g_string_append_printf(body, "%s: %s\r\n", name, value);
}

static void
append_urls(GString *body, const MsnpServerMailbox *mailbox)
{
	if (mailbox == NULL)
		return;
	append_line(body, "Inbox-URL", mailbox->inbox_url);
	append_line(body, "Folders-URL", mailbox->folders_url);
	append_line(body, "Post-URL", mailbox->post_url);
}

void
msnp_server_send_mail_data(MsnpServerSession *session)
{
	MsnpServer *server = session->client->server;
	MsnpServerMailbox *mailbox = session->account->mailbox;
	g_autofree char *data =
	    msnp_server_mail_data_or_large(server, session->account, NULL, TRUE);
	g_autoptr(GString) body = g_string_new(NULL);

	append_line(body, "Mail-Data", data);
	append_urls(body, mailbox);
	msnp_server_send_notification(session, "text/x-msmsgsinitialmdatanotification", body->str);
	if (mailbox == NULL || !msnp_server_faults_take(server->faults, MSNP_FAULT_OLD_MAIL))
		return;
	g_string_printf(body, "Inbox-Unread: %u\r\nFolders-Unread: %u\r\n", mailbox->inbox_unread,
			mailbox->folders_unread);
	append_urls(body, mailbox);
	msnp_server_send_notification(session, "text/x-msmsgsinitialemailnotification", body->str);
}

void
msnp_server_send_moved(MsnpServerSession *session, const char *from, const char *to, guint n)
{
	g_autofree char *body = g_strdup_printf(
	    "Src-Folder: %s\r\nDest-Folder: %s\r\nMessage-Delta: %u\r\n", from, to, n);

	msnp_server_send_notification(session, "text/x-msmsgsactivemailnotification", body);
}

/* The account with a mailbox; NULL: none. */
static MsnpServerAccount *
find_mailbox(MsnpServer *server, const char *handle)
{
	MsnpServerAccount *account = msnp_server_accounts_find(server->accounts, handle);

	return account == NULL || account->mailbox == NULL ? NULL : account;
}

static gboolean
hears(const MsnpServerAccount *account)
{
	return account->session != NULL && account->session->status != NULL;
}

gboolean
msnp_server_deliver_mail(MsnpServer *server, const char *handle, const char *from,
			 const char *from_name, const char *subject, const char *id)
{
	MsnpServerAccount *account = find_mailbox(server, handle);
	g_autofree char *name = msnp_server_encoded_word(from_name, FALSE);
	g_autofree char *title = msnp_server_encoded_word(subject, FALSE);
	g_autofree char *url =
	    g_strdup_printf("/cgi-bin/getmsg?msg=%s", id == NULL ? "MSG1796000300.0" : id);
	g_autoptr(GString) body = g_string_new(NULL);

	if (account == NULL)
		return FALSE;
	account->mailbox->inbox++;
	account->mailbox->inbox_unread++;
	msnp_server_save(server);
	if (!hears(account))
		return TRUE;
	append_line(body, "From", name);
	append_line(body, "Message-URL", url);
	append_line(body, "Post-URL", account->mailbox->post_url);
	append_line(body, "Subject", title);
	append_line(body, "Dest-Folder", INBOX);
	append_line(body, "From-Addr", from);
	append_line(body, "id", "2");
	msnp_server_send_notification(account->session, "text/x-msmsgsemailnotification",
				      body->str);
	return TRUE;
}

gboolean
msnp_server_move_mail(MsnpServer *server, const char *handle, const char *from_folder,
		      const char *to_folder, guint n)
{
	MsnpServerAccount *account = find_mailbox(server, handle);
	gboolean gone = strcmp(from_folder, INBOX) == 0;

	if (account == NULL)
		return FALSE;
	if (gone) {
		/* Within the inbox it is read, and stays. */
		if (strcmp(to_folder, INBOX) != 0)
			account->mailbox->inbox -= MIN(n, account->mailbox->inbox);
		account->mailbox->inbox_unread -= MIN(n, account->mailbox->inbox_unread);
		msnp_server_save(server);
	}
	if (hears(account))
		msnp_server_send_moved(account->session, from_folder, to_folder, n);
	return TRUE;
}
