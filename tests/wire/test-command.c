/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands taken apart and written: the lines of the reference, and all that must not get out.
 */
#include <string.h>

#include "vectors.h"
#include "wire/msnp-command.h"
#include "wire/msnp-percent.h"
#include "wire/msnp-presence.h"

static MsnpCommand *
parse(const char *line)
{
	g_autoptr(GError) error = NULL;
	MsnpCommand *command = msnp_command_new(line, strlen(line), NULL, &error);

	g_assert_no_error(error);
	return command;
}

static void
test_parameters(void)
{
	g_autoptr(MsnpCommand) command = parse("ILN 11 AWY olaf@nordwind.example 1 Olaf%20B. 5");

	g_assert_cmpstr(msnp_command_verb(command), ==, "ILN");
	g_assert_cmpuint(msnp_command_n_params(command), ==, 6);
	g_assert_cmpuint(msnp_command_trid(command), ==, 11);
	g_assert_cmpstr(msnp_command_param(command, 1), ==, "AWY");
	g_assert_cmpstr(msnp_command_param(command, 5), ==, "5");
	g_assert_cmpstr(msnp_command_param(command, 6), ==, "");
	g_assert_cmpstr(msnp_command_param(command, G_MAXUINT), ==, "");
	g_assert_cmpuint(msnp_command_error_number(command), ==, 0);
	g_assert_null(msnp_command_payload(command));
}

/* Section 1.1: empty parameters count, other white space divides nothing. */
static void
test_blanks(void)
{
	g_autoptr(MsnpCommand) empty = parse("NLN NLN a@b 1  0 ");
	g_autoptr(MsnpCommand) wide = parse("NLN NLN a@b 1 x\xe3\x80\x80\xc2\xa0\ty 0");
	g_autoptr(MsnpCommand) none = parse("PNG");
	g_autoptr(MsnpCommand) one = parse("OUT ");

	g_assert_cmpuint(msnp_command_n_params(empty), ==, 6);
	g_assert_cmpstr(msnp_command_param(empty, 3), ==, "");
	g_assert_cmpstr(msnp_command_param(empty, 5), ==, "");
	g_assert_cmpuint(msnp_command_n_params(wide), ==, 5);
	g_assert_cmpstr(msnp_command_param(wide, 3), ==, "x\xe3\x80\x80\xc2\xa0\ty");
	g_assert_cmpuint(msnp_command_n_params(none), ==, 0);
	g_assert_cmpuint(msnp_command_n_params(one), ==, 1);
}

static void
test_nul_inside(void)
{
	static const char line[] = "NLN NLN a@b 1 ni\0ck 5 0";
	g_autoptr(MsnpCommand) command = msnp_command_new(line, sizeof line - 1, NULL, NULL);
	g_autoptr(MsnpPresence) presence = msnp_presence_parse(command, MSNP_DIALECT_14);

	g_assert_cmpuint(msnp_command_n_params(command), ==, 6);
	g_assert_cmpstr(msnp_command_param(command, 5), ==, "0");
	g_assert_cmpstr(presence->nickname, ==, "nick");
	g_assert_cmpuint(presence->caps, ==, 5);
}

static void
test_numbers(void)
{
	static const struct {
		const char *line;
		guint32 trid;
	} lines[] = {
		{ "QRY 13", 13 },
		{ "QRY 4294967295", 4294967295u },
		{ "QRY 4294967296", 0 },
		{ "QRY -1", 0 },
		{ "QRY +1", 0 },
		{ "QRY 1x", 0 },
		{ "QRY 0x1", 0 },
		{ "QRY  1", 0 },
		{ "QRY", 0 },
		{ "QRY 99999999999999999999", 0 },
		{ "QRY 007", 7 },
	};
	guint64 value = 77;
	g_autoptr(MsnpCommand) command = parse("QNG 300");

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(MsnpCommand) one = parse(lines[i].line);

		g_assert_cmpuint(msnp_command_trid(one), ==, lines[i].trid);
	}
	g_assert_false(msnp_command_uint(command, 0, 299, &value));
	g_assert_false(msnp_command_uint(command, 1, 299, &value));
	g_assert_cmpuint(value, ==, 77);
	g_assert_true(msnp_command_uint(command, 0, 300, &value));
	g_assert_cmpuint(value, ==, 300);
}

static void
test_error_numbers(void)
{
	g_autoptr(MsnpCommand) error = parse("911 7");
	g_autoptr(MsnpCommand) zero = parse("000 7");
	g_autoptr(MsnpCommand) mixed = parse("9A1 7");

	g_assert_cmpuint(msnp_command_error_number(error), ==, 911);
	g_assert_cmpuint(msnp_command_error_number(zero), ==, 0);
	g_assert_cmpuint(msnp_command_error_number(mixed), ==, 0);
}

static void
test_too_many_parameters(void)
{
	GString *line = g_string_new("NLN");
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 64; i++)
		g_string_append(line, " x");
	msnp_command_unref(parse(line->str));
	g_string_append(line, " x");
	g_assert_null(msnp_command_new(line->str, line->len, NULL, &error));
	g_assert_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_LIMIT);
	g_string_free(line, TRUE);
}

/* Every line of the reference comes out of the writer as it stands there. */
static void
test_write_reference(gconstpointer file)
{
	g_autoptr(GPtrArray) session = vectors_session(file);

	for (guint i = 0; i < session->len; i++) {
		VectorCommand *vector = session->pdata[i];
		g_auto(GStrv) words = g_strsplit(vector->line->str, " ", -1);
		guint n_words = g_strv_length(words);
		g_autoptr(GError) error = NULL;
		GString *out = g_string_new(NULL), *expected = g_string_new(NULL);

		if (vector->payload)
			g_clear_pointer(&words[n_words - 1], g_free);
		vectors_append(expected, vector);
		msnp_command_write(out, words[0], 0, (const char *const *)words + 1,
				   vector->payload ? vector->payload->str : NULL,
				   vector->payload ? (gssize)vector->payload->len : 0, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(out->str, ==, expected->str);
		g_string_free(out, TRUE);
		g_string_free(expected, TRUE);
	}
}

static void
test_write_forms(void)
{
	static const char *const chg[] = { "NLN", "1610612768", "0", NULL };
	GString *out = g_string_new(NULL);

	g_assert_true(msnp_command_write(out, "PNG", 0, NULL, NULL, 0, NULL));
	g_assert_true(msnp_command_write(out, "CHG", 11, chg, NULL, 0, NULL));
	g_assert_true(msnp_command_write(out, "UUX", 4294967295u, NULL, "", -1, NULL));
	g_assert_true(msnp_command_write(out, "UUX", 5, NULL, "a\0b", 3, NULL));
	g_assert_cmpmem(out->str, out->len,
			"PNG\r\nCHG 11 NLN 1610612768 0\r\nUUX 4294967295 0\r\nUUX 5 3\r\na\0b",
			60);
	g_string_free(out, TRUE);
}

static void
assert_refused(const char *verb, const char *param)
{
	const char *const params[] = { "first", param, NULL };
	GString *out = g_string_new("kept");
	g_autoptr(GError) error = NULL;

	if (msnp_command_write(out, verb, 1, params, NULL, 0, &error))
		g_error("%s with \"%s\" was written", verb, param);
	g_assert_error(error, MSNP_WIRE_ERROR, MSNP_WIRE_ERROR_VALUE);
	g_assert_cmpstr(out->str, ==, "kept");
	g_string_free(out, TRUE);
}

static void
test_write_refuses(void)
{
	assert_refused("PRP", "");
	assert_refused("PRP", "a b");
	assert_refused("PRP", "a\tb");
	assert_refused("PRP", "a\rb");
	assert_refused("PRP", "a\nb");
	assert_refused("PRP", "a\x7f");
	assert_refused("PRP", "a\xc2\x85");
	assert_refused("PRP", "a\xff");
	assert_refused("prp", "a");
	assert_refused("PRPX", "a");
	assert_refused("PR", "a");
	assert_refused("", "a");
}

/* security.md B, newline in a name: one command on the wire, or none. */
static void
test_name_with_line_breaks(void)
{
	g_autofree char *encoded = msnp_percent_encode("a\r\nOUT\r\n");
	const char *const raw[] = { "MFN", "a\r\nOUT\r\n", NULL };
	const char *const safe[] = { "MFN", encoded, NULL };
	GString *out = g_string_new(NULL);

	g_assert_false(msnp_command_write(out, "PRP", 10, raw, NULL, 0, NULL));
	g_assert_cmpuint(out->len, ==, 0);
	g_assert_true(msnp_command_write(out, "PRP", 10, safe, NULL, 0, NULL));
	g_assert_cmpstr(out->str, ==, "PRP 10 MFN a%0D%0AOUT%0D%0A\r\n");
	g_string_free(out, TRUE);
}

/* security.md B: every command with fewer parameters than it should have, and with empty ones. */
static void
test_too_few_parameters(void)
{
	g_autoptr(GPtrArray) session = vectors_session("notification.txt");

	for (guint i = 0; i < session->len; i++) {
		VectorCommand *vector = session->pdata[i];
		g_auto(GStrv) words = g_strsplit(vector->line->str, " ", -1);

		for (guint n = g_strv_length(words); n > 0; n--) {
			g_autofree char *line = NULL;
			g_autofree char *doubled = NULL;
			g_autoptr(MsnpCommand) shorter = NULL;
			g_autoptr(MsnpCommand) wider = NULL;

			g_clear_pointer(&words[n], g_free);
			line = g_strjoinv(" ", words);
			doubled = g_strjoinv("  ", words);
			shorter = parse(line);
			wider = parse(doubled);
			g_assert_cmpuint(msnp_command_n_params(shorter), ==, n - 1);
			g_assert_cmpuint(msnp_command_n_params(wider), ==, 2 * (n - 1));
			for (int d = MSNP_DIALECT_13; d <= MSNP_DIALECT_14; d++) {
				msnp_presence_free(msnp_presence_parse(shorter, d));
				msnp_presence_free(msnp_presence_parse(wider, d));
			}
		}
	}
}

static void
test_with_payload(void)
{
	g_autoptr(MsnpCommand) line = parse("NOT 5");
	g_autoptr(MsnpCommand) whole =
	    msnp_command_with_payload(line, g_bytes_new_static("hello", 5));

	g_assert_null(msnp_command_payload(line));
	g_assert_cmpuint(g_bytes_get_size(msnp_command_payload(whole)), ==, 5);
	g_assert_cmpstr(msnp_command_line(whole), ==, "NOT 5");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/command/parameters", test_parameters);
	g_test_add_func("/command/blanks", test_blanks);
	g_test_add_func("/command/nul-inside", test_nul_inside);
	g_test_add_func("/command/numbers", test_numbers);
	g_test_add_func("/command/error-numbers", test_error_numbers);
	g_test_add_func("/command/too-many-parameters", test_too_many_parameters);
	g_test_add_func("/command/too-few-parameters", test_too_few_parameters);
	g_test_add_func("/command/with-payload", test_with_payload);
	g_test_add_data_func("/command/write/notification", "notification.txt",
			     test_write_reference);
	g_test_add_data_func("/command/write/switchboard", "switchboard.txt", test_write_reference);
	g_test_add_func("/command/write/forms", test_write_forms);
	g_test_add_func("/command/write/refuses", test_write_refuses);
	g_test_add_func("/command/write/name-with-line-breaks", test_name_with_line_breaks);
	return g_test_run();
}
