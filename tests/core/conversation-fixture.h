/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations and chats of alice@example.com against scripted rooms. The host is scripted too: a
 * test answers each XFR by hand. What is heard and what is told is collected as a line of events.
 */
#pragma once

#include <string.h>

#include "core/msnp-conversations.h"
#include "core/msnp-error.h"
#include "support/test-support.h"
#include "wire/msnp-errcode.h"

#define XFR  "XFR 9 SB 127.0.0.1:1864 CKI 5ceaf118b27522ce5f81 U messenger.msn.com 1"
#define RING "RNG 75c5 127.0.0.1:1865 CKI 0d9f bob@example.com Bob U messenger.hotmail.com 1"
#define HEAD                                                                                       \
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"                         \
	"X-MMS-IM-Format: FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0\r\n\r\n"
#define HEAD_LENGTH 123

typedef struct {
	MsnpClock *clock;
	MsnpConnector *connector;
	MsnpRandom *random;
	MsnpConversationsHost host;
	MsnpConversations *set;
	MsnpConversation *bob; /* the conversation with bob@example.com */
	MsnpChat *chat;        /* the last one that began; a reference */
	GString *events;
	GPtrArray *xfrs; /* GTask* that wait for their answer */
	guint n_xfrs;    /* ever */
	gboolean nobody_may_ring, closed;
	/* Offline messages and those of other networks, if set_up_ways() was called. */
	GPtrArray *offline; /* GTask* that wait for their outcome */
	GPtrArray *federated;
} Fixture;

void set_up(Fixture *f, gconstpointer data);
void tear_down(Fixture *f, gconstpointer data);
/* The host takes offline messages ("oim bob@example.com:text;") and knows that yan@example.net is
 * of another network ("uum yan@example.net:payload's text;"). */
void set_up_ways(Fixture *f);
void sign_off(Fixture *f);

/* Answers the oldest XFR: with a line, or with an error number. */
void answer_xfr(Fixture *f, const char *line);
/* Settles, compares all events since the last time, and forgets them. */
void expect_events(Fixture *f, const char *expected);

/* "a ok;", or "a 14/217;": code and number of MSNP_ERROR. data is from labelled(). */
gpointer labelled(Fixture *f, const char *label);
void on_told(GObject *source, GAsyncResult *result, gpointer data);
/* To bob. In send_text() the text is its own label. */
void send_labelled(Fixture *f, const char *label, const char *text);
void send_text(Fixture *f, const char *text);
char *failed(const char *label, int code, guint number);
void expect_failed(Fixture *f, const char *label, int code, guint number);

void ring(Fixture *f, const char *line);
TestPeer *peer(Fixture *f, guint n);

/* Rooms: the peer n plays the server up to the point where bob is in. */
void play_call(Fixture *f, guint n);
void play_call_with(Fixture *f, guint n, const char *capabilities);
void play_answer(Fixture *f, guint n);
/* Up to the point where he is rung for. */
void play_ringing(Fixture *f, guint n);
void expect_text(Fixture *f, guint n, guint trid, const char *text);
void say(Fixture *f, guint n, const char *handle, const char *text);
/* A payload of any type. */
void say_payload(Fixture *f, guint n, const char *handle, const char *payload);
/* A room of ours with bob in it, in which "a" was delivered: its next TrID is 4. */
void open_room(Fixture *f);
/* The same, with capabilities of bob. */
void open_room_with(Fixture *f, const char *capabilities);
