/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client without libpurple: it signs on and answers what people write. The demo's company, the
 * tests' second client, and the proof that the core needs no user interface.
 */
#pragma once

#include "core/msnp-session.h"

typedef struct _MsnpBot MsnpBot;

typedef struct {
	/* The bot is signed on. */
	void (*ready)(MsnpBot *bot, gpointer data);
	/* It could not sign on, or its session has ended; it does nothing more. */
	void (*ended)(MsnpBot *bot, const GError *error, gpointer data);
} MsnpBotHandlers;

MsnpBot *msnp_bot_new(const MsnpSessionConfig *config, const MsnpBotHandlers *handlers,
		      gpointer data);
/* Signs off. */
void msnp_bot_free(MsnpBot *bot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpBot, msnp_bot_free)

/* What the bot says to a text; NULL if nothing. Free with g_free(). */
char *msnp_bot_answer(const char *name, const char *text);
