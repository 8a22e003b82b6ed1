/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: what costs nothing but a parser that looks at nothing, and libpurple itself.
 */
#include "bench-purple.h"
#include "bench-work.h"

#include <gio/gio.h>
#include <libxml/parser.h>
#include <string.h>

typedef struct {
	guint elements;
	gsize text;
} Count;

static void
on_element(void *data, const xmlChar *name G_GNUC_UNUSED, const xmlChar *prefix G_GNUC_UNUSED,
	   const xmlChar *uri G_GNUC_UNUSED, int n_namespaces G_GNUC_UNUSED,
	   const xmlChar **namespaces G_GNUC_UNUSED, int n_attributes G_GNUC_UNUSED,
	   int n_defaulted G_GNUC_UNUSED, const xmlChar **attributes G_GNUC_UNUSED)
{
	Count *count = data;

	count->elements++;
}

static void
on_text(void *data, const xmlChar *text G_GNUC_UNUSED, int length)
{
	Count *count = data;

	count->text += (gsize)length;
}

static gboolean
parse(const char *path, GError **error)
{
	xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC,
				  .startElementNs = on_element,
				  .characters = on_text };
	g_autofree char *text = NULL;
	gsize length;
	Count count = { 0 };
	xmlParserCtxt *parser;
	int failed;

	if (!g_file_get_contents(path, &text, &length, error))
		return FALSE;
	parser = xmlCreatePushParserCtxt(&handler, &count, NULL, 0, NULL);
	failed = xmlParseChunk(parser, text, (int)length, 1);
	xmlFreeParserCtxt(parser);
	if (failed || !count.elements) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s is no XML", path);
		return FALSE;
	}
	return TRUE;
}

/* At the head of its group, since libpurple would walk to the end of it each time. */
static void
add_buddy(PurpleBuddy *buddy, PurpleGroup *group)
{
	PurpleContact *contact = purple_contact_new();

	purple_blist_add_contact(contact, group, NULL);
	purple_blist_add_buddy(buddy, contact, group, NULL);
}

static void
add_buddies(const BenchList *list, PurpleAccount *account)
{
	PurpleGroup *groups[BENCH_LIST_GROUPS];

	for (int i = 0; i < list->groups; i++) {
		g_autofree char *name = g_strdup_printf("Group %02d", i + 1);

		groups[i] = purple_group_new(name);
		purple_blist_add_group(groups[i], NULL);
	}
	for (int i = 0; i < list->contacts; i++) {
		g_autofree char *handle = g_strdup_printf("friend%05d@%s", i + 1, list->domain);

		add_buddy(purple_buddy_new(account, handle, NULL), groups[i % list->groups]);
	}
}

gboolean
bench_work_floor(const BenchWork *work, BenchCost *cost, GError **error)
{
	PurpleAccount *account;
	gboolean ok;

	if (!bench_purple_start(work->module_dir, work->user_dir, error))
		return FALSE;
	account = bench_purple_account(work->handle, work->password);
	xmlInitParser();
	bench_probe_begin();
	ok = parse(work->membership, error) && parse(work->address_book, error);
	if (ok)
		add_buddies(&work->list, account);
	*cost = bench_probe_end();
	purple_core_quit();
	return ok;
}
