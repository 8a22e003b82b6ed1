/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Old invitations. Source: switchboard.md 12.
 */
#include "wire/msnp-invitation.h"

#include <string.h>

#include "util/msnp-text.h"

static const struct {
	const char *word;
	MsnpInvitationCommand command;
} commands[] = {
	{ "INVITE", MSNP_INVITATION_INVITE },
	{ "ACCEPT", MSNP_INVITATION_ACCEPT },
	{ "CANCEL", MSNP_INVITATION_CANCEL },
};
G_STATIC_ASSERT(G_N_ELEMENTS(commands) == MSNP_INVITATION_CANCEL);

static const struct {
	const char *guid;
	MsnpApplication application;
} applications[] = {
	{ "{5D3E02AB-6190-11D3-BBBB-00C04F795683}", MSNP_APPLICATION_FILE },
	{ "{02D3C01F-BF30-4825-A83A-DE7AF41648AA}", MSNP_APPLICATION_VOICE },
	{ "{44BBA842-CC51-11CF-AAFA-00AA00B6015C}", MSNP_APPLICATION_NETMEETING },
	{ "{56B994A7-380F-410B-9985-C809D78C1BDC}", MSNP_APPLICATION_ASSISTANCE },
	{ "{4BD96FC0-AB17-4425-A14A-439185962DC8}", MSNP_APPLICATION_WEBCAM_SHOW },
	{ "{1C9AA97E-9C05-4583-A3BD-908A196F1E92}", MSNP_APPLICATION_WEBCAM_SEE },
};
G_STATIC_ASSERT(G_N_ELEMENTS(applications) == MSNP_APPLICATION_WEBCAM_SEE);

static const char *const cancel_codes[] = {
	[MSNP_DECLINE_NOT_INSTALLED] = "REJECT_NOT_INSTALLED",
	[MSNP_DECLINE_REJECTED] = "REJECT",
};

void
msnp_invitation_free(MsnpInvitation *invitation)
{
	if (!invitation)
		return;
	g_free(invitation->name);
	g_free(invitation);
}

MsnpApplication
msnp_application_by_guid(const char *guid)
{
	for (gsize i = 0; guid && i < G_N_ELEMENTS(applications); i++)
		if (g_ascii_strcasecmp(applications[i].guid, guid) == 0)
			return applications[i].application;
	return MSNP_APPLICATION_UNKNOWN;
}

static MsnpInvitationCommand
read_command(const char *word)
{
	for (gsize i = 0; word && i < G_N_ELEMENTS(commands); i++)
		if (g_ascii_strcasecmp(commands[i].word, word) == 0)
			return commands[i].command;
	return MSNP_INVITATION_OTHER;
}

/* Nothing but digits may come into the answer: "1\r\nX: y" is no cookie. */
static void
read_cookie(char cookie[MSNP_COOKIE_MAX_DIGITS + 1], const char *text)
{
	gsize digits = text ? strspn(text, "0123456789") : 0;

	if (digits > 0 && digits <= MSNP_COOKIE_MAX_DIGITS && text[digits] == '\0')
		memcpy(cookie, text, digits);
}

MsnpInvitation *
msnp_invitation_read(const MsnpMessage *message)
{
	MsnpInvitation *invitation = g_new0(MsnpInvitation, 1);
	gsize length;
	const char *body = msnp_message_body(message, &length);
	g_autoptr(MsnpMessage) fields = msnp_message_parse(body, length);

	invitation->command = read_command(msnp_message_header(fields, "Invitation-Command"));
	invitation->application =
	    msnp_application_by_guid(msnp_message_header(fields, "Application-GUID"));
	invitation->name = msnp_text_clean(msnp_message_header(fields, "Application-Name"), -1,
					   MSNP_APPLICATION_MAX_BYTES, MSNP_TEXT_DROP_BIDI);
	read_cookie(invitation->cookie, msnp_message_header(fields, "Invitation-Cookie"));
	return invitation;
}

MsnpMessage *
msnp_invitation_decline(const MsnpInvitation *invitation, MsnpDecline why)
{
	MsnpMessage *answer;
	g_autofree char *body = NULL;

	if (invitation->command != MSNP_INVITATION_INVITE || !*invitation->cookie)
		return NULL;
	body = g_strdup_printf("Invitation-Command: CANCEL\r\nInvitation-Cookie: %s\r\n"
			       "Cancel-Code: %s\r\n\r\n",
			       invitation->cookie, cancel_codes[why]);
	answer = msnp_message_new(MSNP_INVITATION_TYPE "; charset=UTF-8");
	msnp_message_set_body(answer, body, -1);
	return answer;
}
