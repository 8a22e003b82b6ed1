/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framing and reader: the sessions of the reference whole, byte by byte and cut everywhere; what
 * is hostile ends in an error that stays.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-reader.h"

#define MIB (1024 * 1024)

static MsnpReader *
new_reader(gboolean from_server)
{
	return msnp_reader_new(from_server ? MSNP_FROM_SERVER : MSNP_FROM_CLIENT,
			       MSNP_READER_LINE_MAX, MSNP_READER_PAYLOAD_MAX);
}

static void
assert_command(MsnpCommand *command, const VectorCommand *expected)
{
	GBytes *payload = msnp_command_payload(command);

	g_assert_cmpstr(msnp_command_line(command), ==, expected->line->str);
	if (!expected->payload) {
		g_assert_null(payload);
		return;
	}
	g_assert_nonnull(payload);
	g_assert_cmpmem(g_bytes_get_data(payload, NULL), g_bytes_get_size(payload),
			expected->payload->str, expected->payload->len);
}

/* Pops all that is there; *next is the next expected command of the direction. */
static void
pop_all(MsnpReader *reader, GPtrArray *session, gboolean from_server, guint *next)
{
	for (;;) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpCommand) command = msnp_reader_pop(reader, &error);

		g_assert_no_error(error);
		if (!command)
			return;
		while (((VectorCommand *)session->pdata[*next])->from_server != from_server)
			(*next)++;
		assert_command(command, session->pdata[(*next)++]);
	}
}

static GString *
session_bytes(GPtrArray *session, gboolean from_server)
{
	GString *bytes = g_string_new(NULL);

	for (guint i = 0; i < session->len; i++)
		if (((VectorCommand *)session->pdata[i])->from_server == from_server)
			vectors_append(bytes, session->pdata[i]);
	return bytes;
}

static guint
n_commands(GPtrArray *session, gboolean from_server)
{
	guint count = 0;

	for (guint i = 0; i < session->len; i++)
		count += ((VectorCommand *)session->pdata[i])->from_server == from_server;
	return count;
}

static void
read_pieces(GPtrArray *session, gboolean from_server, const GString *bytes, gsize first,
	    gsize piece)
{
	g_autoptr(MsnpReader) reader = new_reader(from_server);
	guint next = 0, seen = 0;

	for (gsize at = 0, length; at < bytes->len; at += length) {
		length = MIN(at == 0 ? first : piece, bytes->len - at);
		msnp_reader_push(reader, bytes->str + at, length);
		pop_all(reader, session, from_server, &next);
	}
	for (guint i = 0; i < next; i++)
		seen += ((VectorCommand *)session->pdata[i])->from_server == from_server;
	g_assert_cmpuint(seen, ==, n_commands(session, from_server));
	g_assert_cmpuint(msnp_reader_pending(reader), ==, 0);
}

static void
test_session(gconstpointer file)
{
	g_autoptr(GPtrArray) session = vectors_session(file);

	for (int from_server = 0; from_server < 2; from_server++) {
		GString *bytes = session_bytes(session, from_server);

		g_assert_cmpuint(bytes->len, >, 500);
		read_pieces(session, from_server, bytes, bytes->len, 1);
		for (gsize piece = 1; piece < 20; piece++)
			read_pieces(session, from_server, bytes, piece, piece);
		for (gsize cut = 1; cut < bytes->len; cut++)
			read_pieces(session, from_server, bytes, cut, bytes->len);
		g_string_free(bytes, TRUE);
	}
}

/* A stream that ends anywhere gives no error, and shows that something is missing. */
static void
test_cut_off(void)
{
	static const char stream[] = "NOT 5\r\nhelloUBX a@b 1 0\r\nQNG 47\r\n";

	for (gsize length = 0; length < strlen(stream); length++) {
		g_autoptr(MsnpReader) reader = new_reader(TRUE);
		g_autoptr(GError) error = NULL;
		MsnpCommand *command;
		gboolean at_end = length == 0 || length == 12 || length == 25;

		msnp_reader_push(reader, stream, length);
		while ((command = msnp_reader_pop(reader, &error)))
			msnp_command_unref(command);
		g_assert_no_error(error);
		if (at_end)
			g_assert_cmpuint(msnp_reader_pending(reader), ==, 0);
		else
			g_assert_cmpuint(msnp_reader_pending(reader), >, 0);
	}
}

static void
assert_stream_error(gboolean from_server, const char *bytes, gsize length, MsnpWireError code)
{
	g_autoptr(MsnpReader) reader = new_reader(from_server);

	msnp_reader_push(reader, bytes, length);
	for (guint i = 0; i < 3; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpCommand) command = msnp_reader_pop(reader, &error);

		if (!error)
			g_error("no error for \"%.*s\"", (int)MIN(length, 60), bytes);
		g_assert_null(command);
		g_assert_error(error, MSNP_WIRE_ERROR, (gint)code);
		/* The same again, whatever follows. */
		msnp_reader_push(reader, "QNG 47\r\n", 8);
	}
}

/* CAN-2005-1934: a length that is negative, huge or no number must not reach an allocation. */
static void
test_can_2005_1934(void)
{
	static const struct {
		const char *line;
		MsnpWireError code;
	} lines[] = {
		{ "MSG a@b c -1\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG a@b c 4294967295\r\n", MSNP_WIRE_ERROR_LIMIT },
		{ "MSG a@b c 4294967296\r\n", MSNP_WIRE_ERROR_LIMIT },
		{ "MSG a@b c 18446744073709551616\r\n", MSNP_WIRE_ERROR_LIMIT },
		{ "MSG a@b c 99999999999999999999\r\n", MSNP_WIRE_ERROR_LIMIT },
		{ "MSG a@b c 1048577\r\n", MSNP_WIRE_ERROR_LIMIT },
		{ "MSG a@b c x\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG a@b c 0x10\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG a@b c 1 \r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG a@b c +1\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG a@b 12\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "MSG\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "NOT\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "UBX a@b\r\n", MSNP_WIRE_ERROR_SYNTAX },
		{ "208 31 9999999999\r\n", MSNP_WIRE_ERROR_LIMIT },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		assert_stream_error(TRUE, lines[i].line, strlen(lines[i].line), lines[i].code);
	assert_stream_error(FALSE, "MSG 1 N -1\r\n", 12, MSNP_WIRE_ERROR_SYNTAX);
	assert_stream_error(FALSE, "ADL 1\r\n", 7, MSNP_WIRE_ERROR_SYNTAX);
	assert_stream_error(FALSE, "QRY 1 x\r\n", 9, MSNP_WIRE_ERROR_SYNTAX);
	assert_stream_error(FALSE, "UUX 1 99999999999\r\n", 19, MSNP_WIRE_ERROR_LIMIT);
}

static void
test_not_msnp(void)
{
	static const char *const lines[] = { "\r\n",        "\n",           " NLN\r\n",
					     "nln\r\n",     "NLNX a\r\n",   "NL\r\n",
					     "N L\r\n",     "HTTP/1.1\r\n", "\xff\xfe\n",
					     "NL\xc3 a\r\n" };

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		assert_stream_error(TRUE, lines[i], strlen(lines[i]), MSNP_WIRE_ERROR_SYNTAX);
		assert_stream_error(FALSE, lines[i], strlen(lines[i]), MSNP_WIRE_ERROR_SYNTAX);
	}
	assert_stream_error(TRUE, "N\0N a\r\n", 7, MSNP_WIRE_ERROR_SYNTAX);
}

/* The payload of each form that the table knows: -1 for none. */
static void
test_framing_table(void)
{
	static const struct {
		gboolean from_server;
		const char *line;
		int length;
	} forms[] = {
		{ TRUE, "ADL 9 OK", -1 },
		{ TRUE, "ADL 0 72", 72 },
		{ TRUE, "ADL 9", -1 },
		{ TRUE, "RML 21 OK", -1 },
		{ TRUE, "RML 0 62", 62 },
		{ TRUE, "FQY 23 52", 52 },
		{ TRUE, "FQY 23", -1 },
		{ TRUE, "UUX 12 0", 0 },
		{ TRUE, "UUX 12", -1 },
		{ TRUE, "UBX a@b 1 130", 130 },
		{ TRUE, "UBX a@b 130", 130 },
		{ TRUE, "UBX a@b 1 0", 0 },
		{ TRUE, "UBM a@b 32 1 72", 72 },
		{ TRUE, "UBN a@b 1 78", 78 },
		{ TRUE, "UUN 42 OK", -1 },
		{ TRUE, "UUN 42 5", 5 },
		{ TRUE, "NOT 597", 597 },
		{ TRUE, "IPG 325", 325 },
		{ TRUE, "GCF 0 207", 207 },
		{ TRUE, "GCF 5 Shields.xml 145", 145 },
		{ TRUE, "MSG Hotmail Hotmail 432", 432 },
		{ TRUE, "MSG a@b 12 5", 5 },
		{ TRUE, "QRY 13", -1 },
		{ TRUE, "QRY 13 32", -1 },
		{ TRUE, "208 31 54", 54 },
		{ TRUE, "241 31 0", 0 },
		{ TRUE, "911 7", -1 },
		{ TRUE, "911", -1 },
		{ TRUE, "911 7 x", -1 },
		{ TRUE, "911 7 8 9", -1 },
		{ TRUE, "FLN a@b 1 0", -1 },
		{ TRUE, "XYZ 1 2 3", -1 },
		{ TRUE, "ILN 5 NLN a@b 1 n 5", -1 },
		{ TRUE, "CHL 0 12345", -1 },
		{ TRUE, "QNG 47", -1 },
		{ FALSE, "ADL 9 178", 178 },
		{ FALSE, "RML 21 58", 58 },
		{ FALSE, "FQY 23 46", 46 },
		{ FALSE, "UUX 12 140", 140 },
		{ FALSE, "QRY 13 PROD 32", 32 },
		{ FALSE, "UUN 42 a@b 1 85", 85 },
		{ FALSE, "PGD 43 tel:+4 1 56", 56 },
		{ FALSE, "UUM 40 a@b 32 1 127", 127 },
		{ FALSE, "SDC 5 a@b 0x0409 L M X X nick 9", 9 },
		{ FALSE, "MSG 3 A 138", 138 },
		{ FALSE, "PNG", -1 },
		{ FALSE, "XFR 14 SB", -1 },
		{ FALSE, "208 31 54", -1 },
		{ FALSE, "CHG 11 NLN 1 0", -1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(MsnpCommand) command =
		    msnp_command_new(forms[i].line, strlen(forms[i].line), NULL, NULL);
		g_autoptr(GError) error = NULL;
		gboolean has_payload;
		gsize length;

		msnp_framing_payload(command,
				     forms[i].from_server ? MSNP_FROM_SERVER : MSNP_FROM_CLIENT,
				     MIB, &has_payload, &length, &error);
		g_assert_no_error(error);
		if ((has_payload ? (int)length : -1) != forms[i].length)
			g_error("\"%s\": payload of %d expected, not %d", forms[i].line,
				forms[i].length, has_payload ? (int)length : -1);
	}
}

/* lesson_011: an error's payload is consumed, or the stream is out of step for ever. */
static void
test_lesson_011(void)
{
	static const char stream[] = "241 31 9\r\n<ml></ml>QNG 47\r\n";
	g_autoptr(MsnpReader) reader = new_reader(TRUE);
	g_autoptr(MsnpCommand) refused = NULL;
	g_autoptr(MsnpCommand) next = NULL;

	msnp_reader_push(reader, stream, strlen(stream));
	refused = msnp_reader_pop(reader, NULL);
	next = msnp_reader_pop(reader, NULL);
	g_assert_cmpuint(msnp_command_error_number(refused), ==, 241);
	g_assert_cmpuint(g_bytes_get_size(msnp_command_payload(refused)), ==, 9);
	g_assert_true(msnp_command_is(next, "QNG"));
}

static void
test_limits(void)
{
	static const gsize max = 100;

	for (gsize length = max - 2; length <= max + 2; length++) {
		for (guint ending = 0; ending < 3; ending++) {
			static const char *const endings[] = { "\r\n", "\n", "" };
			g_autoptr(MsnpReader) reader = msnp_reader_new(MSNP_FROM_SERVER, max, max);
			g_autoptr(GError) error = NULL;
			g_autoptr(MsnpCommand) command = NULL;
			GString *line = g_string_new("NLN ");

			while (line->len < length)
				g_string_append_c(line, 'x');
			g_string_append(line, endings[ending]);
			msnp_reader_push(reader, line->str, line->len);
			command = msnp_reader_pop(reader, &error);
			g_assert_cmpint(error != NULL, ==, length > max);
			g_assert_cmpint(command != NULL, ==, length <= max && ending < 2);
			g_string_free(line, TRUE);
		}
	}
}

/* Section 1.3: any contact can give itself a huge nickname, which must not lock us out. */
static void
test_nickname_of_100000_bytes(void)
{
	g_autoptr(MsnpReader) reader = new_reader(TRUE);
	g_autoptr(MsnpCommand) command = NULL;
	GString *line = g_string_new("NLN NLN a@b.example 1 ");

	for (guint i = 0; i < 100000; i++)
		g_string_append_c(line, 'n');
	g_string_append(line, " 0 0\r\n");
	msnp_reader_push(reader, line->str, line->len);
	command = msnp_reader_pop(reader, NULL);
	g_assert_cmpuint(strlen(msnp_command_param(command, 3)), ==, 100000);
	g_string_free(line, TRUE);
}

/* Ten megabytes in pieces, also byte by byte and as one endless line in pieces: if it were not
 * linear it would take hours. */
static void
test_linear(void)
{
	static const gsize pieces[] = { 1, 1460, 65536, 10 * MIB };
	GString *stream = g_string_new(NULL);
	guint expected = 0;

	while (stream->len < 10 * MIB) {
		g_string_append(stream, "NLN NLN olaf@nordwind.example 1 Olaf 1342226476 0\r\n");
		g_string_append(stream, "NOT 10\r\n0123456789");
		expected += 2;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		g_autoptr(MsnpReader) reader = new_reader(TRUE);
		guint count = 0;

		for (gsize at = 0; at < stream->len; at += pieces[i]) {
			MsnpCommand *command;

			msnp_reader_push(reader, stream->str + at,
					 MIN(pieces[i], stream->len - at));
			while ((command = msnp_reader_pop(reader, NULL))) {
				count++;
				msnp_command_unref(command);
			}
		}
		g_assert_cmpuint(count, ==, expected);
	}
	g_string_free(stream, TRUE);
}

/* Long lines and payloads that arrive byte by byte, with a pop after each. */
static void
test_linear_inside(void)
{
	g_autoptr(MsnpReader) reader = new_reader(TRUE);
	GString *stream = g_string_new("NOT 1000000\r\n");
	guint count = 0;

	for (guint i = 0; i < 1000000; i++)
		g_string_append_c(stream, 'p');
	g_string_append(stream, "NLN ");
	for (guint i = 0; i < 1000000; i++)
		g_string_append_c(stream, 'n');
	g_string_append(stream, "\r\n");
	for (gsize at = 0; at < stream->len; at++) {
		MsnpCommand *command;

		msnp_reader_push(reader, stream->str + at, 1);
		command = msnp_reader_pop(reader, NULL);
		count += command != NULL;
		msnp_command_unref(command);
	}
	g_assert_cmpuint(count, ==, 2);
	g_string_free(stream, TRUE);
}

/* Random bytes, and random bytes put into good streams: commands or an error, never more. */
static void
test_random_bytes(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(20061201);
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");
	GString *good = session_bytes(session, TRUE);

	for (guint round = 0; round < 3000; round++) {
		g_autoptr(MsnpReader) reader = new_reader(round % 2 == 0);
		g_autoptr(GError) error = NULL;
		GString *bytes = g_string_new_len(good->str, (gssize)good->len);
		MsnpCommand *command;

		for (guint i = msnp_random_below(random, 8); i > 0; i--)
			msnp_random_bytes(random,
					  (guint8 *)bytes->str +
					      msnp_random_below(random, (guint32)bytes->len),
					  1);
		if (round % 3 == 0)
			msnp_random_bytes(random, (guint8 *)bytes->str, bytes->len);
		msnp_reader_push(reader, bytes->str, bytes->len);
		while ((command = msnp_reader_pop(reader, &error)))
			msnp_command_unref(command);
		g_string_free(bytes, TRUE);
	}
	g_string_free(good, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/reader/session/notification", "notification.txt", test_session);
	g_test_add_data_func("/reader/session/switchboard", "switchboard.txt", test_session);
	g_test_add_func("/reader/cut-off", test_cut_off);
	g_test_add_func("/reader/can_2005_1934", test_can_2005_1934);
	g_test_add_func("/reader/not-msnp", test_not_msnp);
	g_test_add_func("/reader/framing-table", test_framing_table);
	g_test_add_func("/reader/lesson_011", test_lesson_011);
	g_test_add_func("/reader/limits", test_limits);
	g_test_add_func("/reader/nickname-of-100000-bytes", test_nickname_of_100000_bytes);
	g_test_add_func("/reader/linear", test_linear);
	g_test_add_func("/reader/linear-inside", test_linear_inside);
	g_test_add_func("/reader/random-bytes", test_random_bytes);
	return g_test_run();
}
