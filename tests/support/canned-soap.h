/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The web services of a sign-on as a jar of fixed answers on loopback: RST, FindMembership and
 * ABFindAll of one account, example@hotmail.com, whose lists are those of the worked session that
 * the project began with. For tests that script the notification server by hand.
 */
#pragma once

#include "config/msnp-preset.h"

#define CANNED_ENVELOPE(body)                                                                      \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>"                                               \
	"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\""                  \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>" body                \
	"</soap:Body></soap:Envelope>"

typedef enum {
	CANNED_RST,
	CANNED_FIND_MEMBERSHIP,
	CANNED_AB_FIND_ALL,
	CANNED_AB_ADD,
	CANNED_OIM_LIST, /* the four of offline messages: nothing waits, everything is stored */
	CANNED_OIM_GET,
	CANNED_OIM_DELETE,
	CANNED_OIM_STORE,
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
/* Is asked first for every answer: gives the body (taken) and may change status, which is 200;
 * NULL: the usual one. */
typedef char *(*CannedHook)(CannedAnswer which, const char *request, guint *status, gpointer data);
void canned_soap_set_hook(CannedSoap *soap, CannedHook hook, gpointer data);
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
