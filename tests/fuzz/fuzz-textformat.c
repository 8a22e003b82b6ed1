/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The format of a text: what was read, written and read again stays the same.
 */
#include <stdint.h>
#include <stdlib.h>

#include "wire/msnp-textformat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *value = g_strndup((const char *)data, size);
	g_autoptr(MsnpTextFormat) format = msnp_text_format_parse(value);
	g_autofree char *written = msnp_text_format_write(format);
	g_autoptr(MsnpTextFormat) again = msnp_text_format_parse(written);
	g_autofree char *written_again = msnp_text_format_write(again);

	if (!g_str_equal(written, written_again) || !g_str_is_ascii(written) ||
	    (format->font && !g_utf8_validate(format->font, -1, NULL)))
		abort();
	return 0;
}
