/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bot's behaviour: one answer for each text, with a typing notice before it, as a person would.
 * Knows the core's session and conversations only.
 */
#include "bot/msnp-bot.h"

#include <string.h>

#include "util/msnp-log.h"

struct _MsnpBot {
	MsnpSession *session;
	MsnpBotHandlers handlers;
	gpointer data;
};

/* The first row whose word stands in the text gives the answer. */
static const struct {
	const char *word;
	const char *answer;
} ANSWERS[] = {
	{ "hello", "Hello %s! I am a bot, but a polite one." },
	{ "how are you", "My queue is empty and my switchboard is open, %s: never better." },
	{ "help", "Write anything, %s: I answer every line. Try \"hello\" or \"bye\"." },
	{ "bye", "See you, %s. I will be here." },
};

char *
msnp_bot_answer(const char *name, const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);

	g_strstrip(lower);
	if (!*lower)
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(ANSWERS); i++)
		if (strstr(lower, ANSWERS[i].word)) {
			char **parts = g_strsplit(ANSWERS[i].answer, "%s", 2);
			char *answer = g_strjoinv(name, parts);

			g_strfreev(parts);
			return answer;
		}
	return g_strconcat("You said: ", text, NULL);
}

static void
on_answered(GObject *source, GAsyncResult *result, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	if (!msnp_conversation_send_text_finish(MSNP_CONVERSATION(source), result, &error))
		msnp_warning("bot", "an answer was not delivered: %s", error->message);
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation,
	   const char *handle G_GNUC_UNUSED, const char *name, MsnpMessage *message,
	   gpointer data G_GNUC_UNUSED)
{
	g_autofree char *text = NULL;
	g_autofree char *answer = NULL;

	if (strcmp(msnp_message_type(message), "text/plain"))
		return;
	text = msnp_message_text(message);
	answer = msnp_bot_answer(name, text);
	if (!answer)
		return;
	msnp_conversation_send_typing(conversation);
	msnp_conversation_send_text_async(conversation, answer, on_answered, NULL);
}

static void
on_roster_loaded(MsnpSession *session, gpointer data)
{
	g_signal_connect(msnp_session_conversations(session), "message", G_CALLBACK(on_message),
			 data);
}

static void
on_closed(MsnpSession *session G_GNUC_UNUSED, const GError *error, gpointer data)
{
	MsnpBot *bot = data;

	bot->handlers.ended(bot, error, bot->data);
}

static void
on_signed_on(GObject *source, GAsyncResult *result, gpointer data)
{
	MsnpBot *bot = data;
	g_autoptr(GError) error = NULL;

	if (msnp_session_sign_on_finish(MSNP_SESSION(source), result, &error))
		bot->handlers.ready(bot, bot->data);
	else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		bot->handlers.ended(bot, error, bot->data);
}

MsnpBot *
msnp_bot_new(const MsnpSessionConfig *config, const MsnpBotHandlers *handlers, gpointer data)
{
	MsnpBot *bot = g_new0(MsnpBot, 1);

	bot->handlers = *handlers;
	bot->data = data;
	bot->session = msnp_session_new(config);
	g_signal_connect(bot->session, "roster-loaded", G_CALLBACK(on_roster_loaded), bot);
	g_signal_connect(bot->session, "closed", G_CALLBACK(on_closed), bot);
	msnp_session_sign_on_async(bot->session, on_signed_on, bot);
	return bot;
}

void
msnp_bot_free(MsnpBot *bot)
{
	if (!bot)
		return;
	g_signal_handlers_disconnect_by_data(bot->session, bot);
	msnp_session_close(bot->session);
	g_object_unref(bot->session);
	g_free(bot);
}
