/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markup to text with a format and back: the vectors, markup of any quality, formats of any kind.
 */
#include "purple/msnp-purple.h"

#include <string.h>

#include "util/msnp-random.h"
#include "util/msnp-text.h"
#include "util/msnp-xml.h"
#include "vectors.h"
#include "wire/msnp-message.h"

#define N_ROUNDS     4000
#define HOSTILE_TAGS 100000
/* Generous, for slow machines and sanitizers; in the square of the length it would be minutes. */
#define HOSTILE_US (5 * G_USEC_PER_SEC)

/* A message of others, as it comes. header NULL: none. */
static char *
shown(const char *header, const char *body, gsize length)
{
	g_autoptr(GString) bytes =
	    g_string_new("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n");
	g_autoptr(MsnpMessage) message = NULL;
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = NULL;

	if (header)
		g_string_append_printf(bytes, "X-MMS-IM-Format: %s\r\n", header);
	g_string_append(bytes, "\r\n");
	g_string_append_len(bytes, body, (gssize)length);
	message = msnp_message_parse(bytes->str, bytes->len);
	format = msnp_text_format_parse(msnp_message_header(message, MSNP_TEXT_FORMAT_HEADER));
	text = msnp_message_text(message);
	return msnp_purple_text_to_markup(text, format, MSNP_PURPLE_PLUS_SHOW);
}

#define BYTES(text) text, sizeof text - 1

/* F1 to F8 of switchboard.md 8. */
static const struct {
	const char *header, *body;
	gsize length;
	const char *html;
} incoming[] = {
	{ "FN=MS%20Shell%20Dlg; EF=; CO=0; CS=0; PF=0", BYTES("hello"),
	  "<font face=\"MS Shell Dlg\">hello</font>" },
	{ "FN=Arial; EF=IB; CO=ff; CS=0; PF=22", BYTES("a < b & c"),
	  "<font face=\"Arial\"><b><i><font color=\"#ff0000\">a &lt; b &amp; "
	  "c</font></i></b></font>" },
	{ "FN=Segoe%20UI; EF=U; CO=8000; CS=1; PF=0; RL=1", BYTES("שלום"),
	  "<font face=\"Segoe UI\"><u><font color=\"#008000\"><span "
	  "style=\"direction:rtl;text-align:right;\">שלום</span></font></u></font>" },
	{ "FN=; EF=S; CO=f00; CS=0; PF=0", BYTES("one\r\ntwo"),
	  "<s><font color=\"#000f00\">one<br>two</font></s>" },
	{ "FN=%22%3E%3Cscript%3E; EF=B<x>; CO=0; CS=0; PF=0", BYTES("<img src=x>&lt;"),
	  "<font face=\"&quot;&gt;&lt;script&gt;\"><b>&lt;img "
	  "src=x&gt;&amp;lt;</b></font>" },
	{ ";;=;FN;ef=bxB;CO=zz;CO=ff;RL=2", BYTES("x\0y\x1b[0m"), "<b>xy[0m</b>" },
	{ "FN=%ff%fe; EF=; CO=00c0c0c0; CS=0; PF=0", BYTES("caf\xe9!"),
	  "<font color=\"#c0c0c0\">caf\xef\xbf\xbd!</font>" },
	{ NULL, BYTES("no header"), "no header" },
	{ "FN=Arial; EF=B", BYTES(""), "" },
	{ "FN=a%26b%27c; CO=1", BYTES("\"'\r\r\n\n\t"),
	  "<font face=\"a&amp;b&apos;c\"><font "
	  "color=\"#010000\">&quot;&apos;<br><br><br>\t</font></font>" },
};

static void
test_vectors_in(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(incoming); i++) {
		g_autofree char *html =
		    shown(incoming[i].header, incoming[i].body, incoming[i].length);

		vectors_note(incoming[i].html);
		g_assert_cmpstr(html, ==, incoming[i].html);
	}
}

static void
test_vectors_out(void)
{
	g_autoptr(GPtrArray) rows = vectors_table("markup.txt");

	for (guint i = 0; i < rows->len; i++) {
		char **row = rows->pdata[i];
		g_autoptr(MsnpTextFormat) format = NULL;
		g_autofree char *text = msnp_purple_text_from_markup(row[0], &format);
		g_autofree char *only_text = msnp_purple_text_from_markup(row[0], NULL);
		g_autofree char *value = msnp_text_format_write(format);

		vectors_note(row[0]);
		g_assert_cmpstr(text, ==, row[2]);
		g_assert_cmpstr(value, ==, row[1]);
		g_assert_cmpstr(only_text, ==, row[2]);
	}
}

/* What goes out for F11 and F14: breaks as CRLF. */
static void
test_on_the_wire(void)
{
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = msnp_purple_text_from_markup("a<br>\n<b>b</b>", &format);
	g_autoptr(MsnpMessage) message = msnp_message_new_formatted(text, format);
	gsize length;
	const char *body = msnp_message_body(message, &length);

	g_assert_cmpmem(body, length, "a\r\n\r\nb", strlen("a\r\n\r\nb"));
}

static void
test_lesson_122_plus(void)
{
	static const MsnpTextFormat bold = { .bold = TRUE };
	g_autofree char *hidden =
	    msnp_purple_text_to_markup("[c=12]<Mia>[/c] \xc2\xb7$3x", &bold, MSNP_PURPLE_PLUS_HIDE);
	g_autofree char *shown_codes =
	    msnp_purple_text_to_markup("[c=12]<Mia>[/c]", NULL, MSNP_PURPLE_PLUS_SHOW);
	g_autofree char *nothing =
	    msnp_purple_text_to_markup("[c=12][/c]", &bold, MSNP_PURPLE_PLUS_HIDE);

	g_assert_cmpstr(hidden, ==, "<b>&lt;Mia&gt; x</b>");
	g_assert_cmpstr(shown_codes, ==, "[c=12]&lt;Mia&gt;[/c]");
	g_assert_cmpstr(nothing, ==, "");
}

/* A format that is not from a header. */
static void
test_any_format_struct(void)
{
	g_autoptr(GString) font = g_string_new("\n\xff\x01");
	g_autoptr(GString) expected = g_string_new("<font face=\" \xef\xbf\xbd");
	MsnpTextFormat format = { .has_colour = TRUE, .colour = 0xFF000000 };
	g_autofree char *html = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append(font, "\xc3\xa4");
	for (guint i = 2; i < MSNP_FONT_MAX_READ; i++)
		g_string_append(expected, "\xc3\xa4");
	g_string_append(expected, "\">x</font>");
	format.font = font->str;
	html = msnp_purple_text_to_markup("x", &format, MSNP_PURPLE_PLUS_SHOW);
	g_assert_cmpstr(html, ==, expected->str);
}

/* HTML leaves <br> open, as user interfaces want it. */
static void
assert_well_formed(const char *html)
{
	g_autoptr(GString) document = g_string_new(html);
	g_autoptr(xmlDoc) parsed = NULL;
	g_autoptr(GError) error = NULL;

	g_string_replace(document, "<br>", "<br/>", 0);
	g_string_prepend(document, "<message>");
	g_string_append(document, "</message>");
	parsed = msnp_xml_parse(document->str, (gssize)document->len, &error);
	g_assert_no_error(error);
	g_assert_nonnull(parsed);
}

/* Markup of our making comes back as what it was made of. */
static void
assert_round_trip(const char *text, MsnpTextFormat *format)
{
	g_autofree char *clean = msnp_text_clean(text, -1, 0, MSNP_TEXT_KEEP_BREAKS);
	g_autofree char *html = NULL;
	g_autofree char *again = NULL;
	g_autoptr(MsnpTextFormat) format_again = NULL;

	/* HTML has no name for such a font: it would be a list, or in quotes. */
	if (format->font && (strchr("\"'", *format->font) || strchr(format->font, ',')))
		g_clear_pointer(&format->font, g_free);
	html = msnp_purple_text_to_markup(text, format, MSNP_PURPLE_PLUS_SHOW);
	vectors_note(html);
	assert_well_formed(html);
	g_assert_cmpuint(strlen(html), <=, 6 * (strlen(clean) + 4 * MSNP_FONT_MAX_READ) + 200);
	again = msnp_purple_text_from_markup(html, &format_again);
	if (!*again)
		return;
	g_assert_cmpstr(again, ==, clean);
	g_assert_true(msnp_text_format_equal(format, format_again));
}

static const char *
pick(MsnpRandom *random, const char *const *from, guint n)
{
	return from[msnp_random_below(random, n)];
}

static const char *const pieces[] = {
	"<b>",
	"</b>",
	"<i>",
	"</i>",
	"<u",
	"</u>",
	"<s/>",
	"<font face=\"",
	"<font color=#12ab9F>",
	"<font color='",
	"</font>",
	"<span style=\"color:#fff;",
	"font-family:'",
	"direction:rtl",
	"</span>",
	"\"",
	"'",
	">",
	"<",
	"/",
	"=",
	"&",
	";",
	"&amp;",
	"&lt;",
	"&#",
	"&#x41;",
	"&#0;",
	"&nbsp;",
	"<a href=\"",
	"<a href=u>",
	"</a>",
	"http://x.example",
	"<br>",
	"<p>",
	"</p>",
	"<div dir=rtl>",
	"<img alt='",
	"<!--",
	"-->",
	"<script>",
	"</script>",
	"<style",
	"\n",
	"\r",
	" ",
	"\t",
	"x",
	"word",
	"\xff",
	"\xc3",
	"\xc3\xa4",
	"\xe2\x80\xae",
	"\xef\xbf\xbf",
	"\x01",
	"\xf0\x9f\x98\x80",
	"<!DOCTYPE",
	"<?",
	"<\xc3\xa4>",
	"</",
	"<3",
};

/* Any markup: an answer, clean and bounded, that can be shown again. */
static void
test_any_markup(void)
{
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(118);

	for (guint round = 0; round < N_ROUNDS; round++) {
		g_autoptr(GString) html = g_string_new(NULL);
		g_autoptr(MsnpTextFormat) format = NULL;
		g_autofree char *text = NULL;
		g_autofree char *clean = NULL;

		for (guint n = msnp_random_below(random, 40); n > 0; n--)
			g_string_append(html, pick(random, pieces, G_N_ELEMENTS(pieces)));
		vectors_note(html->str);
		text = msnp_purple_text_from_markup(html->str, &format);
		clean = msnp_text_clean(text, -1, 0, MSNP_TEXT_KEEP_BREAKS);
		g_assert_cmpstr(text, ==, clean);
		/* A byte that is no text becomes three, a link gets " ()". */
		g_assert_cmpuint(strlen(text), <=, 3 * html->len);
		g_assert_nonnull(format);
		g_assert_cmphex(format->colour, <=, 0xFFFFFF);
		assert_round_trip(text, format);
	}
}

/* However tags lie, all words that are in none of them come out, in order. */
static void
test_no_word_is_lost(void)
{
	static const char *const tags[] = {
		"<b>",         "</b>",
		"<i>",         "</u>",
		"<s/>",        "<font face='a>b' color=#123456>",
		"</font>",     "<span style=\"color:#fff\">",
		"</span>",     "<a href='u'>",
		"</a>",        "<a>",
		"<br>",        "<p>",
		"</p>",        "<div>",
		"</table>",    "<nonsense x=\"<\">",
		"</nonsense>", "<!-- <b> -->",
		"<3",          "< ",
		"<>",          "&",
		"&amp;",       "&#1;",
		"<img>",       "<script>x</b></script>",
		"\n",          " ",
	};
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(121);

	for (guint round = 0; round < N_ROUNDS; round++) {
		g_autoptr(GString) html = g_string_new(NULL);
		g_autofree char *text = NULL;
		const char *found;
		guint n_words = 1 + msnp_random_below(random, 20);

		for (guint i = 0; i < n_words; i++) {
			for (guint n = msnp_random_below(random, 4); n > 0; n--)
				g_string_append(html, pick(random, tags, G_N_ELEMENTS(tags)));
			g_string_append_printf(html, "(word%u)", i);
		}
		text = msnp_purple_text_from_markup(html->str, NULL);
		found = text;
		for (guint i = 0; i < n_words; i++) {
			g_autofree char *word = g_strdup_printf("(word%u)", i);

			found = strstr(found, word);
			if (!found)
				g_error("\"%s\" is lost or not in order in \"%s\", from \"%s\"",
					word, text, html->str);
		}
	}
}

/* Any header and any text of a peer. */
static void
test_any_header(void)
{
	static const char *const parts[] = {
		"FN=", "EF=", "CO=", "RL=", "fn=",    "B",         "I",     "U",   "S",   ";",
		"; ",  "=",   "1",   "ff",  "c0ffee", "Arial",     "%20",   "%22", "%3C", "%3E",
		"%26", "%27", "%2C", "%00", "%0A",    "%E2%80%AE", "%ff",   "%",   "\"",  "'",
		"<",   ">",   "&",   "&#",  "%C3%A4", "CS=86",     "PF=22",
	};
	g_autoptr(MsnpRandom) random = msnp_random_new_seeded(117);

	for (guint round = 0; round < N_ROUNDS; round++) {
		g_autoptr(GString) header = g_string_new(NULL);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(MsnpTextFormat) format = NULL;

		for (guint n = msnp_random_below(random, 30); n > 0; n--)
			g_string_append(header, pick(random, parts, G_N_ELEMENTS(parts)));
		for (guint n = msnp_random_below(random, 20); n > 0; n--)
			g_string_append(text, pick(random, pieces, G_N_ELEMENTS(pieces)));
		format = msnp_text_format_parse(header->str);
		assert_round_trip(text->str, format);
	}
}

/* lesson_118: 1,000 of each kind of tag, and the format still known. */
static void
test_lesson_118(void)
{
	g_autoptr(GString) html = g_string_new(NULL);
	g_autoptr(MsnpTextFormat) format = NULL;
	g_autofree char *text = NULL;
	g_autofree char *value = NULL;

	for (guint i = 0; i < 1000; i++)
		g_string_append_printf(html, "<b><i><u><s><font face=\"f%u\" color=\"#%06x\">", i,
				       i);
	g_string_append(html, "x");
	for (guint i = 0; i < 1000; i++)
		g_string_append(html, "</font></s></u></i></b>");
	text = msnp_purple_text_from_markup(html->str, &format);
	value = msnp_text_format_write(format);
	g_assert_cmpstr(text, ==, "x");
	g_assert_cmpstr(value, ==, "FN=f999; EF=BIUS; CO=e70300; CS=0; PF=0");
}

/* The same over and over: no stack overflows, and time grows with the length only. */
static void
test_hostile(void)
{
	static const char *const units[] = {
		"<b>",
		"</b>",
		"<b><i></b>",
		"<b></b>",
		"<x>",
		"<font face=a>",
		"<span style='a:b;c'>",
		"<a href=u>",
		"<a href=u></a>",
		"<a x='",
		"<a x=\"",
		"<a x=\"<\" y='>",
		"\" <a x=",
		"<b ",
		"<b =\"\" ",
		"<",
		"<!--",
		"<!-- -->",
		"<!-- >",
		"<a ''='",
		"=\"<a \"=''",
		"<a =\"='",
		"<a =\"='=\"",
		"<a =\" =' \"",
		"<!a",
		"<script>",
		"<style></style>",
		"&",
		"&#",
		"&#1",
		"&#65;",
		"&amp;",
		"&bogus;",
		"<p>",
		"<p> ",
		"<br>",
		"\n",
		" ",
		"\xff",
		"'",
		"=\"",
		"<img alt=x>",
		"<b x='<b y=\"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) html = g_string_new(NULL);
		g_autofree char *text = NULL;
		g_autofree char *back = NULL;
		g_autoptr(MsnpTextFormat) format = NULL;
		gint64 start = g_get_monotonic_time();

		vectors_note(units[i]);
		for (guint n = 0; n < HOSTILE_TAGS; n++)
			g_string_append(html, units[i]);
		g_string_append(html, "end");
		text = msnp_purple_text_from_markup(html->str, &format);
		back = msnp_purple_text_to_markup(html->str, format, MSNP_PURPLE_PLUS_HIDE);
		g_assert_cmpint(g_get_monotonic_time() - start, <, HOSTILE_US);
		if (!g_str_has_prefix(units[i], "<script"))
			g_assert_true(g_str_has_suffix(text, "end") ||
				      g_str_has_suffix(text, "end (u)"));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/vectors-in", test_vectors_in);
	g_test_add_func("/text/vectors-out", test_vectors_out);
	g_test_add_func("/text/on-the-wire", test_on_the_wire);
	g_test_add_func("/text/lesson_122/plus", test_lesson_122_plus);
	g_test_add_func("/text/any-format", test_any_format_struct);
	g_test_add_func("/text/any-markup", test_any_markup);
	g_test_add_func("/text/no-word-is-lost", test_no_word_is_lost);
	g_test_add_func("/text/any-header", test_any_header);
	g_test_add_func("/text/lesson_118", test_lesson_118);
	g_test_add_func("/text/hostile", test_hostile);
	return g_test_run();
}
