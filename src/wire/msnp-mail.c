/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the server says about mail. Two layers: the body of the message is again headers.
 */
#include "wire/msnp-mail.h"

#include <string.h>

#include "util/msnp-text.h"
#include "wire/msnp-mime.h"

/* services.md 14.2; a URL is a line of text. */
#define NAME_MAX_BYTES    1024
#define URL_MAX_BYTES     2048
#define ADDRESS_MAX_BYTES 254
#define FOLDER_MAX_BYTES  128

static const struct {
	const char *type; /* as msnp_message_type() has it */
	MsnpMailKind kind;
} kinds[] = {
	{ "text/x-msmsgsinitialmdatanotification", MSNP_MAIL_INITIAL },
	{ "text/x-msmsgsinitialemailnotification", MSNP_MAIL_INITIAL },
	{ "text/x-msmsgsemailnotification", MSNP_MAIL_NEW },
	{ "text/x-msmsgsactivemailnotification", MSNP_MAIL_MOVED },
	{ "text/x-msmsgsoimnotification", MSNP_MAIL_OIM },
};

/* Where fields are looked for, the body first. */
typedef struct {
	const MsnpMessage *body, *head;
} Fields;

void
msnp_mail_free(MsnpMail *mail)
{
	if (!mail)
		return;
	msnp_mail_data_free(mail->data);
	g_free(mail->inbox_url);
	g_free(mail->folders_url);
	g_free(mail->post_url);
	g_free(mail->message_url);
	g_free(mail->from);
	g_free(mail->from_address);
	g_free(mail->subject);
	g_free(mail->source);
	g_free(mail->destination);
	g_free(mail);
}

static const char *
field(const Fields *fields, const char *name)
{
	const char *value = msnp_message_header(fields->body, name);

	if (!value)
		value = msnp_message_header(fields->head, name);
	return value ? value : "";
}

static char *
read_line(const Fields *fields, const char *name, gsize max_bytes)
{
	return msnp_text_clean(field(fields, name), -1, max_bytes, MSNP_TEXT_DROP_BIDI);
}

static char *
read_words(const Fields *fields, const char *name)
{
	return g_strstrip(msnp_mime_decode_words(field(fields, name), NAME_MAX_BYTES));
}

static int
read_number(const Fields *fields, const char *name, int min, int otherwise)
{
	gint64 number;

	return g_ascii_string_to_signed(field(fields, name), 10, min, G_MAXINT, &number, NULL)
		   ? (int)number
		   : otherwise;
}

/* The word "too-large", and whatever else is no list, means that there is one to fetch. */
static void
read_data(MsnpMail *mail, const Fields *fields)
{
	const char *text = field(fields, "Mail-Data");
	gsize length = strlen(text);

	if (length == 0)
		return;
	if (length <= MSNP_MAIL_FIELD_MAX_BYTES)
		mail->data = msnp_mail_data_parse(text, (gssize)length, NULL);
	mail->must_fetch = mail->data == NULL;
	if (mail->data && mail->data->has_counts) {
		mail->inbox_unread = (int)mail->data->inbox_unread;
		mail->folders_unread = (int)mail->data->folders_unread;
	}
}

static MsnpMail *
read_fields(const Fields *fields, MsnpMailKind kind)
{
	MsnpMail *mail = g_new0(MsnpMail, 1);

	mail->kind = kind;
	mail->inbox_unread = read_number(fields, "Inbox-Unread", 0, -1);
	mail->folders_unread = read_number(fields, "Folders-Unread", 0, -1);
	mail->inbox_url = read_line(fields, "Inbox-URL", URL_MAX_BYTES);
	mail->folders_url = read_line(fields, "Folders-URL", URL_MAX_BYTES);
	mail->post_url = read_line(fields, "Post-URL", URL_MAX_BYTES);
	mail->message_url = read_line(fields, "Message-URL", URL_MAX_BYTES);
	mail->from = read_words(fields, "From");
	mail->from_address = read_line(fields, "From-Addr", ADDRESS_MAX_BYTES);
	mail->subject = read_words(fields, "Subject");
	mail->source = read_line(fields, "Src-Folder", FOLDER_MAX_BYTES);
	mail->destination = read_line(fields, "Dest-Folder", FOLDER_MAX_BYTES);
	mail->delta = read_number(fields, "Message-Delta", G_MININT, 0);
	read_data(mail, fields);
	return mail;
}

MsnpMail *
msnp_mail_parse(const MsnpMessage *message)
{
	const char *type = msnp_message_type(message);

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		gsize length;
		const char *bytes = msnp_message_body(message, &length);
		g_autoptr(MsnpMessage) body = NULL;

		if (strcmp(kinds[i].type, type) != 0)
			continue;
		body = msnp_message_parse(bytes, length);
		return read_fields(&(Fields){ body, message }, kinds[i].kind);
	}
	return NULL;
}
