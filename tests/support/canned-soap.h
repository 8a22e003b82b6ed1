/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services of a sign-on as a jar of fixed answers on loopback: RST, FindMembership and
 * ABFindAll of one account, example@hotmail.com, whose lists are those of the worked session that
 * the project began with. For tests that script the notification server by hand.
 */
#pragma once

#include "config/msnp-preset.h"

typedef enum {
	CANNED_RST,
	CANNED_FIND_MEMBERSHIP,
	CANNED_AB_FIND_ALL,
	CANNED_AB_ADD,
	N_CANNED,
} CannedAnswer;

typedef struct _CannedSoap CannedSoap;

CannedSoap *canned_soap_new(void);
void canned_soap_free(CannedSoap *soap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CannedSoap, canned_soap_free)

/* Replaces one answer for the next times requests, 0 for all; body NULL gives the usual one back.
 * Neither string is copied. */
void canned_soap_set(CannedSoap *soap, CannedAnswer which, guint status, const char *body,
		     guint times);
/* How often it was asked for. */
guint canned_soap_count(CannedSoap *soap, CannedAnswer which);
/* While held, answers are kept back; letting go sends them. */
void canned_soap_hold(CannedSoap *soap, gboolean hold);
/* How many requests wait for their answers. */
guint canned_soap_n_held(CannedSoap *soap);
/* A preset whose web services are these, and whose notification server is ns.example. */
MsnpPreset *canned_soap_preset(CannedSoap *soap);

/* The ticket that RST gives, as it must come back in USR. */
#define CANNED_TICKET "t=EwEXAMPLEa1B2+/c3d4==&p=EwPROFILE"
