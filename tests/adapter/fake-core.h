/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the core made of paper share. */
#pragma once

#include "adapter-test.h"

/* fake-core.c */
/* On its way until fake_text_done(), or the end of the session, completes it. */
void fake_underway(gpointer source, GAsyncReadyCallback callback, gpointer data);
/* Records a text. */
void fake_sending(const char *to, const char *text, const MsnpTextFormat *format,
		  MsnpSendFlags flags);
/* As fake_message() says. */
void fake_message_fill(MsnpMessage *message, const char *body);

/* fake-rooms.c */
void fake_chat_signals(GType type);
void fake_rooms_stop(void);
