/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of calls, and what a test says about it. */
#include "adapter-test.h"

static GPtrArray *lines;

void
event(const char *format, ...)
{
	va_list args;

	if (!lines)
		lines = g_ptr_array_new_with_free_func(g_free);
	va_start(args, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, args));
	va_end(args);
}

void
forget_events(void)
{
	g_clear_pointer(&lines, g_ptr_array_unref);
}

static char *
joined(GPtrArray *array)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; array && i < array->len; i++)
		g_string_append_printf(text, "\n    %s", (char *)g_ptr_array_index(array, i));
	return g_string_free(text, FALSE);
}

static void
compare(GPtrArray *expected)
{
	g_autofree char *want = joined(expected);
	g_autofree char *got = joined(lines);

	if (strcmp(want, got) != 0)
		g_error("expected:%s\n  but there was:%s", want, got);
	forget_events();
}

void
expect_events(const char *first, ...)
{
	g_autoptr(GPtrArray) expected = g_ptr_array_new();
	va_list args;

	va_start(args, first);
	for (const char *line = first; line; line = va_arg(args, const char *))
		g_ptr_array_add(expected, (gpointer)line);
	va_end(args);
	compare(expected);
}

void
expect_no_events(void)
{
	compare(NULL);
}

const char *
last_event(void)
{
	return lines && lines->len ? g_ptr_array_index(lines, lines->len - 1) : NULL;
}

void
run_main_loop(void)
{
	while (g_main_context_iteration(NULL, FALSE))
		;
}
