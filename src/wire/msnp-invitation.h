/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Old invitations, text/x-msmsgsinvite: what somebody wants to start, and the answer that we
 * cannot. Source: switchboard.md 12.
 */
#pragma once

#include "wire/msnp-message.h"

#define MSNP_INVITATION_TYPE "text/x-msmsgsinvite"
/* A cookie is a number of 32 bits in decimal digits. */
#define MSNP_COOKIE_MAX_DIGITS 10
/* Of the name of an application, which is shown. */
#define MSNP_APPLICATION_MAX_BYTES 128

typedef enum {
	MSNP_INVITATION_OTHER, /* none of the commands below */
	MSNP_INVITATION_INVITE,
	MSNP_INVITATION_ACCEPT,
	MSNP_INVITATION_CANCEL,
} MsnpInvitationCommand;

typedef enum {
	MSNP_APPLICATION_UNKNOWN,
	MSNP_APPLICATION_FILE, /* the transfer before MSNSLP */
	MSNP_APPLICATION_VOICE,
	MSNP_APPLICATION_NETMEETING,
	MSNP_APPLICATION_ASSISTANCE,
	MSNP_APPLICATION_WEBCAM_SHOW, /* the sender wants to show the own camera */
	MSNP_APPLICATION_WEBCAM_SEE,  /* the sender wants to see ours */
} MsnpApplication;

typedef struct {
	MsnpInvitationCommand command;
	MsnpApplication application;
	char *name; /* of the application, for people, clean; "" if not said */
	char cookie[MSNP_COOKIE_MAX_DIGITS + 1]; /* digits only; "" if there is no valid one */
	gboolean declined; /* for whoever answers it: the answer has gone out */
} MsnpInvitation;

void msnp_invitation_free(MsnpInvitation *invitation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpInvitation, msnp_invitation_free)

/* The application of a GUID with its braces; NULL is none. MSNSLP names the same ones. */
MsnpApplication msnp_application_by_guid(const char *guid);
/* Total: reads the body of a message, whatever its type. */
MsnpInvitation *msnp_invitation_read(const MsnpMessage *message);

typedef enum {
	MSNP_DECLINE_NOT_INSTALLED, /* we cannot */
	MSNP_DECLINE_REJECTED,      /* the user said no */
} MsnpDecline;

/* The answer, class U; NULL for what must not be answered: anything but an INVITE with a cookie.
 * How often may be answered is the caller's to know. */
MsnpMessage *msnp_invitation_decline(const MsnpInvitation *invitation, MsnpDecline why);
