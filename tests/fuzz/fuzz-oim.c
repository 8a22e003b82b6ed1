/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offline messages as mail, and encoded words.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/msnp-mime.h"
#include "wire/msnp-oim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL) || strchr(text, '\r'))
		abort();
}

/* What was read can be sent, and is then the same. */
static void
check_written(const MsnpOim *oim)
{
	g_autofree char *content = msnp_oim_write(oim->text, "{A}", 1);
	g_autoptr(MsnpOim) again = msnp_oim_parse(content, strlen(content), NULL);
	g_autofree char *word = msnp_mime_encode_word(oim->name, MSNP_OIM_NAME_MAX_BYTES);
	g_autofree char *name = word ? msnp_mime_decode_words(word, 0) : NULL;

	if (!g_str_equal(again->text, oim->text) || (name && !g_str_has_prefix(oim->name, name)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(MsnpOim) oim = msnp_oim_parse((const char *)data, size, NULL);
	g_autofree char *copy = g_strndup((const char *)data, size);
	g_autofree char *words = msnp_mime_decode_words(copy, 100);
	g_autofree char *boundary = msnp_mime_parameter(copy, "b");
	const char *texts[] = { oim->sender, oim->name, oim->run_id, oim->text, oim->phone, words };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		check_text(texts[i]);
	if ((boundary && strlen(boundary) > size) || oim->time < 0 ||
	    msnp_mime_parse_date(copy) < 0 || strlen(words) > 100)
		abort();
	check_written(oim);
	return 0;
}
