/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the service tells in messages of its own: the profile, how much mail waits, new mail, and
 * offline messages, which are handed on. Source: notification.md 3.3, 12, 13.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "wire/msnp-mail.h"

/* What passes through a session that has moved has been told before. */
static void
tell_waiting(MsnpSession *session, const MsnpMail *mail)
{
	guint inbox = (guint)MAX(mail->inbox_unread, 0);
	guint folders = (guint)MAX(mail->folders_unread, 0);

	if (session->mail_told || (mail->inbox_unread < 0 && mail->folders_unread < 0))
		return;
	session->mail_told = TRUE;
	if (inbox + folders > 0)
		g_signal_emit_by_name(session, "mail-waiting", inbox, folders);
}

static void
take_mail(MsnpSession *session, const MsnpMail *mail)
{
	if (mail->kind == MSNP_MAIL_INITIAL)
		tell_waiting(session, mail);
	else if (mail->kind == MSNP_MAIL_NEW)
		g_signal_emit_by_name(session, "mail-arrived", mail->from, mail->from_address,
				      mail->subject);
}

static gboolean
is_oim_news(const MsnpMail *mail)
{
	return mail->kind == MSNP_MAIL_INITIAL || mail->kind == MSNP_MAIL_OIM;
}

void
msnp_mail_notices_take(MsnpSession *session, const MsnpMessage *message)
{
	g_autoptr(MsnpMail) mail = NULL;
	const char *enabled;

	if (g_str_has_suffix(msnp_message_type(message), "/x-msmsgsprofile")) {
		enabled = msnp_message_header(message, "EmailEnabled");
		session->has_no_mailbox = enabled && !strcmp(enabled, "0");
		return;
	}
	mail = msnp_mail_parse(message);
	if (!mail)
		return;
	take_mail(session, mail);
	/* Whoever heard of it may have closed the session. */
	if (!session->closed && is_oim_news(mail) && (mail->data || mail->must_fetch))
		msnp_offline_take(session, mail->data, mail->must_fetch);
}

const char *
msnp_session_inbox_url(MsnpSession *session)
{
	const char *url = session->preset->webmail_url;

	return url && g_str_has_prefix(url, "https://") && !session->has_no_mailbox ? url : NULL;
}
