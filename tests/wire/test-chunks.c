/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long messages: cut where nobody sees it, sent in parts or one by one, and joined again; parts as
 * no honest client sends them.
 */
#include <string.h>

#include "util/msnp-random.h"
#include "vectors.h"
#include "wire/msnp-chunks.h"
#include "wire/msnp-cut.h"

#define BOB   "bob@example.com"
#define CAROL "carol@example.com"
#define ID    "{3FA1C2D4-0B5E-4C6F-8A90-112233445566}"

/* What people see as one sign: none may be cut. */
static const char *const signs[] = {
	"e\xcc\x81",         /* e and its accent */
	"a\xcc\x82\xcc\xa3", /* two marks */
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", /* family */
	"\xe2\x9d\xa4\xef\xb8\x8f",         /* heart, as a picture */
	"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", /* thumb, skin tone */
	"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", /* flag: two letters */
	"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf", /* black flag, tags */
	"1\xef\xb8\x8f\xe2\x83\xa3",                                        /* keycap */
	"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",                             /* Korean letters */
	"\xe0\xb8\x81\xe0\xb8\xb3",                         /* Thai, spacing vowel */
	"\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7", /* Devanagari, joiner */
	"\r\n",
};

static void
test_signs(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
		gsize length = strlen(signs[i]);

		for (gsize max = length; max < 4 * length; max++) {
			g_autofree char *text = g_strconcat(signs[i], signs[i], signs[i], NULL);
			gsize cut = msnp_cut_first(text, max, MSNP_CUT_ANYWHERE);

			g_test_message("sign %" G_GSIZE_FORMAT ", max %" G_GSIZE_FORMAT, i, max);
			g_assert_cmpuint(cut, <=, max);
			g_assert_true(g_utf8_validate(text, (gssize)cut, NULL));
			g_assert_cmpuint(cut, ==, MIN(3, max / length) * length);
		}
	}
}

/* A sign longer than a piece: cut between characters, and the text goes on. */
static void
test_huge_sign(void)
{
	g_autoptr(GString) text = g_string_new("e");
	g_auto(GStrv) pieces = NULL;
	g_autofree char *joined = NULL;

	while (text->len < 100000)
		g_string_append(text, "\xcc\x81");
	pieces = msnp_cut_all(text->str, 100, MSNP_CUT_AT_WORDS);
	joined = g_strjoinv("", pieces);
	g_assert_cmpstr(joined, ==, text->str);
	for (char **piece = pieces; *piece; piece++) {
		g_assert_cmpuint(strlen(*piece), <=, 100);
		g_assert_true(g_utf8_validate(*piece, -1, NULL));
	}
	g_assert_cmpuint(g_strv_length(pieces), <=, text->len / 98);
}

static void
test_words(void)
{
	static const struct {
		const char *text;
		gsize max, cut;
	} cases[] = {
		{ "", 10, 0 },
		{ "one two", 7, 7 },
		{ "one two", 6, 4 },
		{ "one two", 4, 4 },
		{ "one two", 3, 3 },
		{ "one\ttwo", 5, 4 },
		{ "one\ntwo", 5, 4 }, /* the break takes two bytes on the wire */
		{ "one\ntwo", 4, 3 },
		{ "one\r\ntwo", 6, 5 },
		{ "one \xcc\x81two", 7, 7 }, /* a blank with an accent is a sign */
		{ "\xe2\x98\x95", 1, 3 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		vectors_note(cases[i].text);
		g_assert_cmpuint(msnp_cut_first(cases[i].text, cases[i].max, MSNP_CUT_AT_WORDS), ==,
				 cases[i].cut);
	}
}

/* Any text: letters, marks, joiners, breaks, signs. */
static char *
random_text(MsnpRandom *random, gsize length)
{
	GString *text = g_string_new(NULL);

	while (text->len < length) {
		gunichar c = msnp_random_below(random, 0x30000);

		switch (msnp_random_below(random, 6)) {
		case 0:
			g_string_append(text,
					signs[msnp_random_below(random, G_N_ELEMENTS(signs))]);
			break;
		case 1:
			g_string_append_unichar(text, 0x300 + c % 0x70);
			break;
		case 2:
			g_string_append(text, c % 3 ? " " : c % 2 ? "\n" : "\r");
			break;
		case 3:
			g_string_append_unichar(text, c && g_unichar_validate(c) ? c : 0x200D);
			break;
		default:
			g_string_append_c(text, (char)('a' + c % 26));
		}
	}
	return g_string_free(text, FALSE);
}

static void
assert_sendable(GPtrArray *messages)
{
	for (guint i = 0; i < messages->len; i++) {
		g_autoptr(GString) bytes = msnp_message_write(messages->pdata[i]);
		const char *count = msnp_message_header(messages->pdata[i], "Chunks");
		gsize length;
		const char *body = msnp_message_body(messages->pdata[i], &length);

		/* Section 6: "at most 32 parts". */
		g_assert_cmpuint(count ? g_ascii_strtoull(count, NULL, 10) : 0, <=, 32);
		g_assert_cmpuint(bytes->len, <=, 1664);
		g_assert_true(g_utf8_validate(body, (gssize)length, NULL));
		g_assert_cmpuint(length, >, 0);
	}
}

/* All that comes out of msnp_chunks_add() for these messages, one after the other. */
static char *
receive(GPtrArray *messages, guint *count)
{
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	GString *text = g_string_new(NULL);

	*count = 0;
	for (guint i = 0; i < messages->len; i++) {
		g_autoptr(GString) bytes = msnp_message_write(messages->pdata[i]);
		g_autoptr(MsnpMessage) message = msnp_message_parse(bytes->str, bytes->len);
		g_autoptr(MsnpMessage) whole = NULL;

		if (msnp_chunks_add(chunks, BOB, message, i, &whole) == MSNP_CHUNKS_WHOLE) {
			g_assert_cmpstr(msnp_message_type(whole), ==, "text/plain");
			g_assert_cmpstr(msnp_message_charset(whole), ==, "UTF-8");
			g_string_append(text, msnp_message_body(whole, NULL));
			(*count)++;
		}
	}
	g_assert_cmpint(msnp_chunks_deadline(chunks), ==, -1);
	return g_string_free(text, FALSE);
}

static void
test_any_text(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(112);
	g_autoptr(MsnpTextFormat) longest = msnp_text_format_parse("EF=BIUS; CO=ffffff; RL=1");

	longest->font = g_strnfill(31 * 4, '\xf0');
	for (guint i = 0; i < 31; i++)
		g_unichar_to_utf8(0x1F600, longest->font + i * 4);
	for (guint round = 0; round < 300; round++) {
		gsize length = msnp_random_below(random, round % 30 == 0 ? 60000 : 6000);
		g_autofree char *text = random_text(random, length);
		g_autofree char *wire = msnp_cut_to_wire(text);

		for (guint way = 0; way < 4; way++) {
			g_autoptr(GPtrArray) messages = msnp_chunks_split(
			    text, way & 1 ? longest : NULL, way & 2 ? random : NULL);
			guint count;
			g_autofree char *received = receive(messages, &count);

			assert_sendable(messages);
			g_assert_cmpstr(received, ==, wire);
			if (way & 2)
				g_assert_cmpuint(count, <=,
						 1 + messages->len / MSNP_CHUNKS_MAX_SENT);
			else
				g_assert_cmpuint(count, ==, messages->len);
		}
	}
}

/* lesson_097: at the limit, and one byte above, both ways. */
static void
test_lesson_097(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(97);
	gsize max = msnp_message_formatted_max(NULL);

	for (gsize length = 0; length < 3 * max;
	     length += length + 2 < max || length > max + 2 ? 97 : 1) {
		g_autofree char *text = g_strnfill(length, 'x');
		g_autoptr(GPtrArray) apart = msnp_chunks_split(text, NULL, NULL);
		g_autoptr(GPtrArray) parts = msnp_chunks_split(text, NULL, random);

		g_assert_cmpuint(apart->len, ==, (length + max - 1) / max);
		g_assert_cmpuint(parts->len, ==,
				 length == 0     ? 0
				 : length <= max ? 1
						 : (length + 1201) / 1202);
		assert_sendable(apart);
		assert_sendable(parts);
	}
}

/* The headers of the parts are those of the reference, byte by byte. */
static void
test_wire_form(void)
{
	g_autoptr(GPtrArray) session = vectors_session("switchboard.txt");
	static const char *const lines[] = { "MSG 4 A 197", "MSG 5 A 79" };
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(6);
	g_autofree char *text = g_strnfill(2000, 'x');
	g_autoptr(GPtrArray) parts = msnp_chunks_split(text, NULL, random);

	g_assert_cmpuint(parts->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const GString *expected = vectors_payload(session, lines[i]);
		g_autoptr(GString) written = NULL;
		const char *id = msnp_message_header(parts->pdata[i], "Message-ID");
		const char *body = strstr(expected->str, "\r\n\r\n") + 4;

		g_assert_cmpuint(strlen(id), ==, strlen(ID));
		g_assert_cmpstr(id, ==, msnp_message_header(parts->pdata[0], "Message-ID"));
		msnp_message_set_body(parts->pdata[i], body, -1);
		written = msnp_message_write(parts->pdata[i]);
		g_string_replace(written, id, ID, 0);
		g_assert_cmpstr(written->str, ==, expected->str);
	}
}

static MsnpMessage *
part(const char *id, const char *header, const char *value, const char *body)
{
	g_autoptr(GString) bytes = g_string_new(NULL);

	if (g_str_equal(header, "Chunks"))
		g_string_append(bytes, "MIME-Version: 1.0\r\nContent-Type: text/plain; "
				       "charset=UTF-8\r\nX-MMS-IM-Format: FN=Arial\r\n");
	g_string_append_printf(bytes, "Message-ID: %s\r\n%s: %s\r\n\r\n%s", id, header, value,
			       body);
	return msnp_message_parse(bytes->str, bytes->len);
}

/* lesson_112 and section 6: a script of parts, "sender id header=value", and what comes of each:
 * w(ait), d(rop) or the text. */
static const struct {
	const char *what;
	const char *parts[8];
	const char *answers[8];
} scripts[] = {
	{ "in order", { "b 1 Chunks=3", "b 1 Chunk=1", "b 1 Chunk=2" }, { "w", "w", "012" } },
	{ "case of the sender", { "b 1 Chunks=2", "B 1 Chunk=1" }, { "w", "01" } },
	{ "one part", { "b 1 Chunks=1" }, { "0" } },
	{ "no first part", { "b 1 Chunk=1", "b 1 Chunk=2" }, { "d", "d" } },
	{ "out of order", { "b 1 Chunks=3", "b 1 Chunk=2", "b 1 Chunk=1" }, { "w", "d", "d" } },
	{ "repeated", { "b 1 Chunks=3", "b 1 Chunk=1", "b 1 Chunk=1" }, { "w", "w", "d" } },
	{ "repeated first", { "b 1 Chunks=2", "b 1 Chunks=2", "b 1 Chunk=1" }, { "w", "d", "d" } },
	{ "bad first part again",
	  { "b 1 Chunks=2", "b 1 Chunks=0", "b 1 Chunk=1" },
	  { "w", "d", "d" } },
	{ "after the end", { "b 1 Chunks=2", "b 1 Chunk=1", "b 1 Chunk=2" }, { "w", "01", "d" } },
	{ "above the count", { "b 1 Chunks=2", "b 1 Chunk=2" }, { "w", "d" } },
	{ "index 0", { "b 1 Chunks=2", "b 1 Chunk=0" }, { "w", "d" } },
	{ "no index", { "b 1 Chunks=2", "b 1 Chunk=x" }, { "w", "d" } },
	{ "empty index", { "b 1 Chunks=2", "b 1 Chunk=" }, { "w", "d" } },
	{ "signs", { "b 1 Chunks=2", "b 1 Chunk=+1" }, { "w", "d" } },
	{ "count 0", { "b 1 Chunks=0", "b 1 Chunk=1" }, { "d", "d" } },
	{ "count 257", { "b 1 Chunks=257" }, { "d" } },
	{ "count 256", { "b 1 Chunks=256" }, { "w" } },
	{ "count -1", { "b 1 Chunks=-1" }, { "d" } },
	{ "huge count", { "b 1 Chunks=99999999999999999999" }, { "d" } },
	{ "another sender, same id",
	  { "b 1 Chunks=2", "c 1 Chunk=1", "b 1 Chunk=1" },
	  { "w", "d", "01" } },
	{ "two senders, same id",
	  { "b 1 Chunks=2", "c 1 Chunks=2", "c 1 Chunk=1", "b 1 Chunk=1" },
	  { "w", "w", "01", "01" } },
	{ "mixed messages of one sender",
	  { "b 1 Chunks=2", "b 2 Chunks=3", "b 1 Chunk=1", "b 2 Chunk=1", "b 2 Chunk=2" },
	  { "w", "w", "01", "w", "012" } },
	{ "five at once",
	  { "b 1 Chunks=2", "b 2 Chunks=2", "b 3 Chunks=2", "b 4 Chunks=2", "b 5 Chunks=2",
	    "b 5 Chunk=1", "b 1 Chunk=1", "b 5 Chunks=2" },
	  { "w", "w", "w", "w", "d", "d", "01", "w" } },
	{ "id is compared exactly", { "b a Chunks=2", "b A Chunk=1" }, { "w", "d" } },
	{ "no id", { "b  Chunks=2", "b  Chunk=1" }, { "d", "d" } },
};

static void
test_lesson_112(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(MsnpChunks) chunks = msnp_chunks_new();

		for (guint step = 0; step < 8 && scripts[i].parts[step]; step++) {
			g_auto(GStrv) words = g_strsplit(scripts[i].parts[step], " ", 3);
			g_auto(GStrv) field = g_strsplit(words[2], "=", 2);
			gboolean first = g_str_equal(field[0], "Chunks");
			g_autoptr(MsnpMessage) message =
			    part(words[1], field[0], field[1], first ? "0" : field[1]);
			g_autoptr(MsnpMessage) whole = NULL;
			const char *sender = *words[0] == 'c'   ? CAROL
					     : *words[0] == 'B' ? "Bob@EXAMPLE.com"
								: BOB;
			MsnpChunksAnswer answer =
			    msnp_chunks_add(chunks, sender, message, 5, &whole);

			g_test_message("%s: %s", scripts[i].what, scripts[i].parts[step]);
			g_assert_cmpstr(answer == MSNP_CHUNKS_WAITING ? "w"
					: answer == MSNP_CHUNKS_DROPPED
					    ? "d"
					    : msnp_message_body(whole, NULL),
					==, scripts[i].answers[step]);
			g_assert_true((whole != NULL) == (answer == MSNP_CHUNKS_WHOLE));
			if (whole)
				g_assert_cmpstr(msnp_message_header(whole, "X-MMS-IM-Format"), ==,
						"FN=Arial");
		}
	}
}

/* What is no part goes straight through, also with an id of its own. */
static void
test_no_part(void)
{
	static const char payload[] = "Content-Type: text/plain\r\nMessage-ID: x\r\n\r\nhello";
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	g_autoptr(MsnpMessage) message = msnp_message_parse(payload, strlen(payload));
	g_autoptr(MsnpMessage) whole = NULL;

	g_assert_cmpint(msnp_chunks_add(chunks, BOB, message, 0, &whole), ==, MSNP_CHUNKS_WHOLE);
	g_assert_true(whole == message);
}

/* A character cut by the parts is whole again: they are joined as bytes. */
static void
test_cut_character(void)
{
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	g_autoptr(MsnpMessage) first = part(ID, "Chunks", "2", "caf\xc3");
	g_autoptr(MsnpMessage) second = part(ID, "Chunk", "1", "\xa9!");
	g_autoptr(MsnpMessage) whole = NULL;
	g_autofree char *text = NULL;

	g_assert_cmpint(msnp_chunks_add(chunks, BOB, first, 0, &whole), ==, MSNP_CHUNKS_WAITING);
	g_assert_cmpint(msnp_chunks_add(chunks, BOB, second, 0, &whole), ==, MSNP_CHUNKS_WHOLE);
	text = msnp_message_text(whole);
	g_assert_cmpstr(text, ==, "caf\xc3\xa9!");
}

static void
test_deadline(void)
{
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	g_autoptr(MsnpMessage) first = part(ID, "Chunks", "3", "0");
	g_autoptr(MsnpMessage) second = part(ID, "Chunk", "1", "1");
	g_autoptr(MsnpMessage) third = part(ID, "Chunk", "2", "2");
	g_autoptr(MsnpMessage) whole = NULL;

	g_assert_cmpint(msnp_chunks_deadline(chunks), ==, -1);
	msnp_chunks_add(chunks, BOB, first, 1000, &whole);
	g_assert_cmpint(msnp_chunks_deadline(chunks), ==, 1000 + 60 * G_USEC_PER_SEC);
	/* Each part gives the next one a whole minute. */
	g_assert_cmpint(msnp_chunks_add(chunks, BOB, second, 999 + 60 * G_USEC_PER_SEC, &whole), ==,
			MSNP_CHUNKS_WAITING);
	msnp_chunks_expire(chunks, 998 + 120 * G_USEC_PER_SEC);
	g_assert_cmpint(msnp_chunks_deadline(chunks), ==, 999 + 120 * G_USEC_PER_SEC);
	g_assert_cmpint(msnp_chunks_add(chunks, BOB, third, 999 + 120 * G_USEC_PER_SEC, &whole), ==,
			MSNP_CHUNKS_DROPPED);
	g_assert_cmpint(msnp_chunks_deadline(chunks), ==, -1);
}

static void
test_forget(void)
{
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	g_autoptr(MsnpMessage) first = part(ID, "Chunks", "2", "0");
	g_autoptr(MsnpMessage) second = part(ID, "Chunk", "1", "1");
	g_autoptr(MsnpMessage) whole = NULL;

	msnp_chunks_add(chunks, BOB, first, 0, &whole);
	msnp_chunks_add(chunks, CAROL, first, 0, &whole);
	msnp_chunks_forget(chunks, "BOB@example.com");
	g_assert_cmpint(msnp_chunks_add(chunks, BOB, second, 0, &whole), ==, MSNP_CHUNKS_DROPPED);
	g_assert_cmpint(msnp_chunks_add(chunks, CAROL, second, 0, &whole), ==, MSNP_CHUNKS_WHOLE);
}

/* 384 KiB, and not a byte more; one part alone may not pass it, either. */
static void
test_byte_limit(void)
{
	g_autofree char *body = g_strnfill(4096, 'x');
	g_autofree char *huge = g_strnfill(MSNP_CHUNKS_MAX_BYTES + 1, 'x');

	for (guint extra = 0; extra < 2; extra++) {
		g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
		g_autoptr(MsnpMessage) first = part(ID, "Chunks", "97", extra ? "y" : "");

		for (guint i = 0; i <= 96; i++) {
			g_autofree char *index = g_strdup_printf("%u", i);
			g_autoptr(MsnpMessage) later = part(ID, "Chunk", index, body);
			g_autoptr(MsnpMessage) whole = NULL;
			MsnpChunksAnswer answer =
			    msnp_chunks_add(chunks, BOB, i ? later : first, 0, &whole);

			g_assert_cmpint(answer, ==,
					i < 96  ? MSNP_CHUNKS_WAITING
					: extra ? MSNP_CHUNKS_DROPPED
						: MSNP_CHUNKS_WHOLE);
		}
	}
	{
		g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
		g_autoptr(MsnpMessage) first = part(ID, "Chunks", "2", huge);
		g_autoptr(MsnpMessage) whole = NULL;

		g_assert_cmpint(msnp_chunks_add(chunks, BOB, first, 0, &whole), ==,
				MSNP_CHUNKS_DROPPED);
		g_assert_cmpint(msnp_chunks_deadline(chunks), ==, -1);
	}
}

static void
test_long_id(void)
{
	for (gsize length = MSNP_CHUNKS_MAX_ID; length <= MSNP_CHUNKS_MAX_ID + 1; length++) {
		g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
		g_autofree char *id = g_strnfill(length, 'x');
		g_autoptr(MsnpMessage) first = part(id, "Chunks", "2", "0");
		g_autoptr(MsnpMessage) whole = NULL;

		g_assert_cmpint(msnp_chunks_add(chunks, BOB, first, 0, &whole), ==,
				length > MSNP_CHUNKS_MAX_ID ? MSNP_CHUNKS_DROPPED
							    : MSNP_CHUNKS_WAITING);
	}
}

/* Any parts in any order: bounded, and a whole has the bytes of its parts. */
static void
test_any_parts(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(113);
	g_autoptr(MsnpChunks) chunks = msnp_chunks_new();
	guint wholes = 0;

	for (guint i = 0; i < 50000; i++) {
		g_autofree char *id = g_strdup_printf("%u", msnp_random_below(random, 6));
		g_autofree char *number = g_strdup_printf("%u", msnp_random_below(random, 4));
		g_autoptr(MsnpMessage) message =
		    part(id, msnp_random_below(random, 3) ? "Chunk" : "Chunks", number, "x");
		g_autoptr(MsnpMessage) whole = NULL;
		MsnpChunksAnswer answer =
		    msnp_chunks_add(chunks, msnp_random_below(random, 2) ? BOB : CAROL, message,
				    (gint64)i * G_USEC_PER_SEC, &whole);
		gsize length = 0;

		g_assert_true((answer == MSNP_CHUNKS_WHOLE) == (whole != NULL));
		if (!whole)
			continue;
		wholes++;
		msnp_message_body(whole, &length);
		g_assert_cmpuint(length, ==,
				 g_ascii_strtoull(msnp_message_header(whole, "Chunks"), NULL, 10));
	}
	g_assert_cmpuint(wholes, >, 1000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chunks/signs", test_signs);
	g_test_add_func("/chunks/huge-sign", test_huge_sign);
	g_test_add_func("/chunks/words", test_words);
	g_test_add_func("/chunks/any-text", test_any_text);
	g_test_add_func("/chunks/lesson_097", test_lesson_097);
	g_test_add_func("/chunks/wire-form", test_wire_form);
	g_test_add_func("/chunks/lesson_112", test_lesson_112);
	g_test_add_func("/chunks/no-part", test_no_part);
	g_test_add_func("/chunks/cut-character", test_cut_character);
	g_test_add_func("/chunks/deadline", test_deadline);
	g_test_add_func("/chunks/forget", test_forget);
	g_test_add_func("/chunks/byte-limit", test_byte_limit);
	g_test_add_func("/chunks/long-id", test_long_id);
	g_test_add_func("/chunks/any-parts", test_any_parts);
	return g_test_run();
}
