/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bot's behaviour: one answer for each text, with a typing notice before it, as a person would,
 * in bold to what is bold; a nudge for a nudge. In a chat it greets, and answers who calls it: two
 * bots in one chat must not talk for ever. Knows the core's session, conversations and chats only.
 */
#include "bot/msnp-bot.h"

#include <string.h>

#include "core/msnp-error.h"
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

/* How a line begins that is for the bot, in a chat. */
#define CALL     "bot"
#define GREETING "Hello everybody! Begin a line with \"bot\", and I will answer it."

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

/* What is said in a chat to the bot; NULL if it is not for it. */
static const char *
called(const char *text)
{
	gsize length = strlen(CALL);

	if (g_ascii_strncasecmp(text, CALL, length) != 0 || g_ascii_isalnum(text[length]))
		return NULL;
	for (text += length; *text && !g_ascii_isalnum(*text) && (guint8)*text < 0x80; text++)
		;
	return *text ? text : "hello";
}

/* Plain, or bold to who writes in bold. */
static MsnpTextFormat *
format_of_answer(const MsnpMessage *message)
{
	g_autoptr(MsnpTextFormat) asked =
	    msnp_text_format_parse(msnp_message_header(message, MSNP_TEXT_FORMAT_HEADER));
	MsnpTextFormat *format = msnp_text_format_new();

	format->bold = asked->bold;
	return format;
}

/* All outcomes are of the same kind: text or nudge, in a conversation or a chat. */
static void
on_answered(GObject *source, GAsyncResult *result, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(GError) error = NULL;

	if (MSNP_IS_CHAT(source))
		msnp_chat_send_text_finish(MSNP_CHAT(source), result, &error);
	else
		msnp_conversation_send_text_finish(MSNP_CONVERSATION(source), result, &error);
	/* Who nudges more often than one may gets fewer answers. */
	if (error && !g_error_matches(error, MSNP_ERROR, MSNP_ERROR_TOO_FAST))
		msnp_warning("bot", "an answer was not delivered: %s", error->message);
}

static void
on_message(MsnpConversations *set G_GNUC_UNUSED, MsnpConversation *conversation,
	   const char *handle G_GNUC_UNUSED, const char *name, MsnpMessage *message,
	   const MsnpContent *content, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = NULL;
	g_autofree char *answer = NULL;

	if (content->kind == MSNP_CONTENT_NUDGE)
		msnp_conversation_send_nudge_async(conversation, on_answered, NULL);
	if (content->kind != MSNP_CONTENT_TEXT)
		return;
	text = msnp_message_text(message);
	answer = msnp_bot_answer(name, text);
	if (!answer)
		return;
	format = format_of_answer(message);
	msnp_conversation_send_typing(conversation);
	msnp_conversation_send_text_async(conversation, answer, format, MSNP_SEND_NORMAL,
					  on_answered, NULL);
}

static void
on_chat_began(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat,
	      MsnpConversation *from G_GNUC_UNUSED, const char *by G_GNUC_UNUSED,
	      gpointer data G_GNUC_UNUSED)
{
	msnp_chat_send_text_async(chat, GREETING, NULL, MSNP_SEND_NORMAL, on_answered, NULL);
}

static void
on_chat_message(MsnpConversations *set G_GNUC_UNUSED, MsnpChat *chat,
		const char *handle G_GNUC_UNUSED, const char *name, MsnpMessage *message,
		const MsnpContent *content, gpointer data G_GNUC_UNUSED)
{
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = NULL;
	g_autofree char *answer = NULL;

	if (content->kind == MSNP_CONTENT_NUDGE)
		msnp_chat_send_nudge_async(chat, on_answered, NULL);
	if (content->kind != MSNP_CONTENT_TEXT)
		return;
	text = msnp_message_text(message);
	if (!called(text))
		return;
	answer = msnp_bot_answer(name, called(text));
	format = format_of_answer(message);
	msnp_chat_send_text_async(chat, answer, format, MSNP_SEND_NORMAL, on_answered, NULL);
}

static void
on_roster_loaded(MsnpSession *session, gpointer data)
{
	MsnpConversations *set = msnp_session_conversations(session);

	g_signal_connect(set, "message", G_CALLBACK(on_message), data);
	g_signal_connect(set, "chat-began", G_CALLBACK(on_chat_began), data);
	g_signal_connect(set, "chat-message", G_CALLBACK(on_chat_message), data);
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
