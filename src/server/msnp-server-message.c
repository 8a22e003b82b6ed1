/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a switchboard looks at in the payload of MSG: raw bytes again, not through src/wire.
 * Source: switchboard.md 3, 6 to 10 and 18.
 */
#include <string.h>

#include "server/msnp-server-private.h"
#include "wire/msnp-address.h"

/* Headers included; one byte more and the server hangs up (switchboard.md 6). */
#define PAYLOAD_MAX 1664
/* Typing notices come no closer than this (switchboard.md 18.3). */
#define TYPING_SECONDS 4

typedef struct {
	MsnpServerClient *client;
	MsnpServerAccount *sender;
	MsnpServerSeat *seat; /* NULL: UUM */
	char **lines;         /* of the header */
	char *type;           /* Content-Type up to ";", lower case; "" if there is none */
	const char *body;
	gsize body_length;
	gboolean first; /* not a later part of a long message */
} Message;

static void
complain(Message *message, const char *rule, const char *text)
{
	msnp_server_client_complain(message->client, rule, "%s: %s",
				    message->seat == NULL ? "UUM" : "MSG", text);
}

/* The value of a header; NULL if it is missing. */
static const char *
header(Message *message, const char *name)
{
	gsize length = strlen(name);

	for (char **line = message->lines; *line != NULL; line++) {
		if (g_ascii_strncasecmp(*line, name, length) == 0 && (*line)[length] == ':')
			return *line + length + ((*line)[length + 1] == ' ' ? 2 : 1);
	}
	return NULL;
}

/* Order and form of the header lines. */
static void
check_headers(Message *message)
{
	for (char **line = message->lines; *line != NULL; line++) {
		const char *colon = strchr(*line, ':');

		if (colon == NULL || colon == *line || colon[1] != ' ')
			complain(message, "switchboard.md 18.4", "a header is not \"Name: value\"");
		else if (!g_utf8_validate(*line, -1, NULL) || strchr(*line, '\n') != NULL)
			complain(message, "switchboard.md 18.4", "a header holds bad characters");
	}
	if (!message->first)
		return;
	if (g_strcmp0(message->lines[0], "MIME-Version: 1.0") != 0)
		complain(message, "switchboard.md 6", "the first header is not MIME-Version: 1.0");
	else if (message->lines[1] == NULL ||
		 !g_str_has_prefix(message->lines[1], "Content-Type: "))
		complain(message, "switchboard.md 6", "the second header is not Content-Type");
}

static void
check_chunk(Message *message)
{
	const char *id = header(message, "Message-ID");
	const char *chunks = header(message, "Chunks");
	const char *chunk = header(message, "Chunk");
	guint64 n;

	if (id == NULL && chunks == NULL && chunk == NULL)
		return;
	if (id == NULL || (chunks == NULL) == (chunk == NULL) ||
	    !g_ascii_string_to_unsigned(chunks == NULL ? chunk : chunks, 10, 1, 256, &n, NULL))
		complain(message, "switchboard.md 18.4", "the headers of a part are wrong");
	if (chunk != NULL && g_strv_length(message->lines) != 2)
		complain(message, "switchboard.md 18.4",
			 "a later part has more headers than Message-ID and Chunk");
}

static gboolean
matches(const char *pattern, const char *text)
{
	return g_utf8_validate(text, -1, NULL) && g_regex_match_simple(pattern, text, 0, 0);
}

/* word-filter: what is done with a text that has a certain word in it. */
static MsnpServerVerdict
filter_words(Message *message)
{
	static const struct {
		const char *how;
		MsnpServerVerdict verdict;
	} ways[] = {
		{ "nak", MSNP_SERVER_MESSAGE_NAK },
		{ "drop", MSNP_SERVER_MESSAGE_DROP },
		{ "close", MSNP_SERVER_MESSAGE_CLOSE },
	};
	MsnpServerFaults *faults = message->client->server->faults;

	for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
		const char *word =
		    msnp_server_faults_peek_second(faults, MSNP_FAULT_WORD_FILTER, ways[i].how);

		if (word != NULL &&
		    g_strstr_len(message->body, (gssize)message->body_length, word) != NULL) {
			msnp_server_faults_take_second(faults, MSNP_FAULT_WORD_FILTER, ways[i].how);
			return ways[i].verdict;
		}
	}
	return MSNP_SERVER_MESSAGE_OK;
}

static MsnpServerVerdict
check_text(Message *message)
{
	const char *format = header(message, "X-MMS-IM-Format");
	const char *type = header(message, "Content-Type");

	if (!g_utf8_validate_len(message->body, message->body_length, NULL)) {
		complain(message, "switchboard.md 18.3",
			 "text that is not UTF-8, or cut in a character");
		return MSNP_SERVER_MESSAGE_DROP;
	}
	if (message->first && g_strcmp0(type, "text/plain; charset=UTF-8") != 0)
		complain(message, "switchboard.md 7", "text/plain without charset=UTF-8");
	if (message->body_length == 0)
		complain(message, "switchboard.md 8", "a text without any character");
	if (format != NULL &&
	    !matches(
		"^FN=([A-Za-z0-9._-]|%[0-9A-F]{2})*; EF=B?I?U?S?; CO=(0|[1-9a-f][0-9a-f]{0,5}); "
		"CS=[0-9a-f]{1,2}; PF=[0-9a-f]{1,2}(; RL=1)?$",
		format))
		complain(message, "switchboard.md 18.4", "X-MMS-IM-Format is malformed");
	return filter_words(message);
}

static MsnpServerVerdict
check_typing(Message *message)
{
	MsnpServerSeat *seat = message->seat;
	const char *user = header(message, "TypingUser");
	gint64 now = msnp_server_now(message->client->server);

	if (header(message, "RecordingUser") != NULL)
		return MSNP_SERVER_MESSAGE_OK;
	if (user == NULL || !msnp_handle_equal(user, message->sender->handle))
		complain(message, "switchboard.md 9", "a typing notice does not name its sender");
	if (seat == NULL)
		return MSNP_SERVER_MESSAGE_OK;
	if (seat->room->seats->len > 2)
		complain(message, "switchboard.md 18.3", "a typing notice in a room of three");
	if (seat->last_typing != 0 && now - seat->last_typing < TYPING_SECONDS * G_USEC_PER_SEC &&
	    msnp_server_faults_take(message->client->server->faults, MSNP_FAULT_STRICT_TIMES))
		complain(message, "switchboard.md 18.3", "typing notices too close to each other");
	seat->last_typing = now;
	return MSNP_SERVER_MESSAGE_OK;
}

static MsnpServerVerdict
check_datacast(Message *message)
{
	g_autofree char *body = g_strndup(message->body, message->body_length);

	if (matches("^ID: [0-9]+\r\n", body))
		return MSNP_SERVER_MESSAGE_OK;
	complain(message, "switchboard.md 10", "a datacast without ID");
	return MSNP_SERVER_MESSAGE_DROP;
}

/* In the order of the types of UUM, from 1. */
static const struct {
	const char *type;
	MsnpServerVerdict (*check)(Message *message);
} types[] = {
	{ "text/plain", check_text },
	{ "text/x-msmsgscontrol", check_typing },
	{ "text/x-msnmsgr-datacast", check_datacast },
};

/* Class against type. */
static MsnpServerVerdict
check_class(Message *message, const char *class)
{
	gboolean p2p = strcmp(message->type, "application/x-msnmsgrp2p") == 0;

	if (strlen(class) != 1 || strchr("UNAD", class[0]) == NULL) {
		complain(message, "switchboard.md 18.2", "an ack class that is none of U, N, A, D");
		return MSNP_SERVER_MESSAGE_CLOSE;
	}
	if (p2p != (class[0] == 'D')) {
		complain(message, "switchboard.md 18.2",
			 p2p ? "P2P that is not of class D" : "class D without P2P");
		return MSNP_SERVER_MESSAGE_CLOSE;
	}
	return MSNP_SERVER_MESSAGE_OK;
}

static MsnpServerVerdict
check_parsed(Message *message)
{
	check_headers(message);
	check_chunk(message);
	if (message->first && *message->type == '\0')
		complain(message, "switchboard.md 7", "no Content-Type");
	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(types[i].type, message->type) == 0)
			return types[i].check(message);
	}
	return MSNP_SERVER_MESSAGE_OK;
}

/* Splits a payload; what goes wrong is complained about. */
static MsnpServerVerdict
message_init(Message *message, MsnpServerCommand *command)
{
	const char *end =
	    g_strstr_len(command->payload, (gssize)command->payload_length, "\r\n\r\n");
	g_autofree char *head = NULL;
	const char *value;

	if (command->payload_length > PAYLOAD_MAX) {
		complain(message, "switchboard.md 18.2", "a payload of more than 1,664 bytes");
		return MSNP_SERVER_MESSAGE_CLOSE;
	}
	if (end == NULL) {
		complain(message, "switchboard.md 3", "no empty line after the headers");
		return MSNP_SERVER_MESSAGE_DROP;
	}
	head = g_strndup(command->payload, (gsize)(end - command->payload));
	message->lines = g_strsplit(head, "\r\n", -1);
	message->body = end + 4;
	message->body_length = command->payload_length - (gsize)(message->body - command->payload);
	message->first = header(message, "Chunk") == NULL;
	value = header(message, "Content-Type");
	message->type = g_ascii_strdown(value == NULL ? "" : value, -1);
	message->type[strcspn(message->type, "; \t")] = '\0';
	return MSNP_SERVER_MESSAGE_OK;
}

static void
message_clear(Message *message)
{
	g_strfreev(message->lines);
	g_free(message->type);
}

MsnpServerVerdict
msnp_server_check_message(MsnpServerSeat *seat, MsnpServerCommand *command)
{
	Message message = { .client = seat->client, .sender = seat->account, .seat = seat };
	MsnpServerVerdict verdict = message_init(&message, command);

	if (verdict == MSNP_SERVER_MESSAGE_OK)
		verdict = check_class(&message, msnp_server_command_param(command, 1));
	if (verdict == MSNP_SERVER_MESSAGE_OK)
		verdict = check_parsed(&message);
	message_clear(&message);
	return verdict;
}

MsnpServerVerdict
msnp_server_check_uum(MsnpServerSession *session, guint type, MsnpServerCommand *command)
{
	Message message = { .client = session->client, .sender = session->account };
	MsnpServerVerdict verdict = message_init(&message, command);

	if (verdict == MSNP_SERVER_MESSAGE_OK &&
	    (type < 1 || type > G_N_ELEMENTS(types) ||
	     strcmp(types[type - 1].type, message.type) != 0)) {
		complain(&message, "notification.md 7.1", "the type is not that of the payload");
		verdict = MSNP_SERVER_MESSAGE_DROP;
	}
	if (verdict == MSNP_SERVER_MESSAGE_OK)
		verdict = check_parsed(&message);
	message_clear(&message);
	return verdict;
}
