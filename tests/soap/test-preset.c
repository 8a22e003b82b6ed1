/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Server presets: the built-in ones, a user's file, and what the account page puts over them.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "config/msnp-preset.h"
#include "soap/msnp-soap-url.h"
#include "util/msnp-host.h"

#define WEB                                                                                        \
	"\"passport_url\":\"https://a.example/RST.srf\","                                          \
	"\"addressbook_url\":\"https://a.example/ab\",\"sharing_url\":\"https://a.example/s\""
#define PRESET(more) "{\"presets\":[{\"id\":\"x\",\"name\":\"X\"" more "}]}"

static MsnpPreset *
resolve(const char *id, const char *server, int port, const char *base, GError **error)
{
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);

	return msnp_preset_resolve(msnp_presets_find(presets, id), server, port, base, error);
}

static void
test_builtin(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, &error);
	static const char *const ids[] = { "escargot", "crosstalk", "custom" };

	g_assert_no_error(error);
	g_assert_cmpuint(presets->len, ==, G_N_ELEMENTS(ids));
	for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
		MsnpPreset *preset = presets->pdata[i];

		g_assert_cmpstr(preset->id, ==, ids[i]);
		g_assert_cmpuint(preset->port, ==, 1863);
		g_assert_false(preset->plain_http);
		/* What is there is https: nobody's password in the clear by default. */
		g_assert_true(*preset->passport_url == '\0' ||
			      g_str_has_prefix(preset->passport_url, "https://"));
	}
	g_assert_cmpstr(((MsnpPreset *)presets->pdata[0])->server, ==, "msnmsgr.escargot.chat");
	g_assert_cmpstr(((MsnpPreset *)presets->pdata[2])->server, ==, "");
	g_assert_null(msnp_presets_find(presets, "nobody"));
	g_assert_null(msnp_presets_find(presets, NULL));
}

/* Each service of a built-in preset stands on a host that the preset itself allows. */
static void
test_builtin_hosts(void)
{
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);

	for (guint i = 0; i < presets->len; i++) {
		MsnpPreset *p = presets->pdata[i];
		const char *urls[] = { p->passport_url, p->addressbook_url, p->sharing_url,
				       p->oim_url,      p->rsi_url,         p->config_url,
				       p->gateway_url,  p->webmail_url };

		for (guint u = 0; u < G_N_ELEMENTS(urls); u++) {
			g_autoptr(GUri) uri =
			    *urls[u] == '\0' ? NULL : g_uri_parse(urls[u], G_URI_FLAGS_NONE, NULL);

			if (uri != NULL && !msnp_host_is_in(p->domains, g_uri_get_host(uri)))
				g_error("%s: %s is on a host that is not allowed", p->id, urls[u]);
		}
	}
}

typedef struct {
	const char *json;
	int code;            /* -1: fine */
	const char *message; /* that it must contain */
} Refusal;

static void
test_refusals(void)
{
	static const Refusal rows[] = {
		{ PRESET(",\"server\":\"a.example\"," WEB), -1, NULL },
		{ PRESET(""), -1, NULL },
		{ "", MSNP_PRESET_ERROR_SYNTAX, "presets" },
		{ "[]", MSNP_PRESET_ERROR_SYNTAX, "presets" },
		{ "{", MSNP_PRESET_ERROR_SYNTAX, "" },
		{ "{\"presets\":{}}", MSNP_PRESET_ERROR_SYNTAX, "list" },
		{ "{\"presets\":[1]}", MSNP_PRESET_ERROR_SYNTAX, "object" },
		{ "{\"presets\":[],\"more\":1}", MSNP_PRESET_ERROR_VALUE, "presets" },
		{ "{\"presets\":[]}\xff", MSNP_PRESET_ERROR_SYNTAX, "UTF-8" },
		{ PRESET(",\"sever\":\"a\""), MSNP_PRESET_ERROR_VALUE, "sever" },
		{ PRESET(",\"server\":7"), MSNP_PRESET_ERROR_VALUE, "server" },
		{ PRESET(",\"server\":null"), MSNP_PRESET_ERROR_VALUE, "server" },
		{ PRESET(",\"server\":\"a b\""), MSNP_PRESET_ERROR_VALUE, "server" },
		{ PRESET(",\"server\":\"a.example\""), MSNP_PRESET_ERROR_VALUE, "passport_url" },
		{ PRESET(",\"port\":0"), MSNP_PRESET_ERROR_VALUE, "port" },
		{ PRESET(",\"port\":65536"), MSNP_PRESET_ERROR_VALUE, "port" },
		{ PRESET(",\"port\":\"1863\""), MSNP_PRESET_ERROR_VALUE, "port" },
		{ PRESET(",\"plain_http\":1"), MSNP_PRESET_ERROR_VALUE, "plain_http" },
		{ PRESET(",\"domains\":\"a\""), MSNP_PRESET_ERROR_VALUE, "domains" },
		{ PRESET(",\"domains\":[\"\"]"), MSNP_PRESET_ERROR_VALUE, "domains" },
		{ PRESET(",\"domains\":[[]]"), MSNP_PRESET_ERROR_VALUE, "domains" },
		{ PRESET(",\"oim_url\":\"ftp://a.example/\""), MSNP_PRESET_ERROR_VALUE, "oim_url" },
		{ PRESET(",\"oim_url\":\"https://u:p@a.example/\""), MSNP_PRESET_ERROR_VALUE,
		  "oim_url" },
		{ PRESET(",\"oim_url\":\"http://a.example/\""), MSNP_PRESET_ERROR_VALUE,
		  "plain_http" },
		{ PRESET(",\"plain_http\":true,\"oim_url\":\"http://a.example/\""), -1, NULL },
		{ "{\"presets\":[{\"name\":\"X\"}]}", MSNP_PRESET_ERROR_VALUE, "id" },
		{ "{\"presets\":[{\"id\":\"X Y\",\"name\":\"X\"}]}", MSNP_PRESET_ERROR_VALUE,
		  "id" },
		{ "{\"presets\":[{\"id\":\"x\"}]}", MSNP_PRESET_ERROR_VALUE, "name" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) presets = msnp_presets_parse(rows[i].json, -1, &error);

		g_test_message("row %u", i);
		if (rows[i].code < 0) {
			g_assert_no_error(error);
			g_assert_cmpuint(presets->len, ==, 1);
			continue;
		}
		g_assert_null(presets);
		g_assert_error(error, MSNP_PRESET_ERROR, rows[i].code);
		if (strstr(error->message, rows[i].message) == NULL)
			g_error("\"%s\" does not name \"%s\"", error->message, rows[i].message);
	}
}

static void
test_user_file(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	const char *good =
	    "{\"presets\":[{\"id\":\"mine\",\"name\":\"Mine\"},"
	    "{\"id\":\"escargot\",\"name\":\"Other\",\"server\":\"a.example\"," WEB "}]}";
	g_autoptr(GPtrArray) presets = NULL;
	int fd = g_file_open_tmp("presets-XXXXXX", &path, &error);

	g_assert_no_error(error);
	g_close(fd, NULL);
	g_assert_true(g_file_set_contents(path, good, -1, NULL));
	presets = msnp_presets_load(path, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(presets->len, ==, 4);
	g_assert_cmpstr(msnp_presets_find(presets, "mine")->name, ==, "Mine");
	g_assert_cmpstr(msnp_presets_find(presets, "escargot")->server, ==, "a.example");

	g_clear_pointer(&presets, g_ptr_array_unref);
	g_assert_true(g_file_set_contents(path, "{\"presets\":[{\"no\":1}]}", -1, NULL));
	presets = msnp_presets_load(path, &error);
	g_assert_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE);
	g_assert_cmpuint(presets->len, ==, 3);
	g_clear_error(&error);

	g_unlink(path);
	g_clear_pointer(&presets, g_ptr_array_unref);
	presets = msnp_presets_load(path, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(presets->len, ==, 3);
}

static void
test_resolve(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpPreset) same = resolve("escargot", "", 0, NULL, &error);
	g_autoptr(MsnpPreset) own = NULL;
	g_autoptr(MsnpPreset) plain = NULL;

	g_assert_no_error(error);
	g_assert_cmpstr(same->server, ==, "msnmsgr.escargot.chat");
	g_assert_cmpstr(same->passport_url, ==, "https://msnmsgr.escargot.chat/RST.srf");

	own = resolve("custom", " chat.example ", 2000, "", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(own->server, ==, "chat.example");
	g_assert_cmpuint(own->port, ==, 2000);
	g_assert_cmpstr(own->passport_url, ==, "https://chat.example/RST.srf");
	g_assert_false(own->plain_http);

	plain = resolve("escargot", "127.0.0.1", 0, "http://127.0.0.1:8080/", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(plain->port, ==, 1863);
	g_assert_true(plain->plain_http);
	g_assert_cmpstr(plain->passport_url, ==, "http://127.0.0.1:8080/RST.srf");
	g_assert_cmpstr(plain->addressbook_url, ==,
			"http://127.0.0.1:8080/abservice/abservice.asmx");
	g_assert_cmpstr(plain->sharing_url, ==,
			"http://127.0.0.1:8080/abservice/SharingService.asmx");
	g_assert_cmpstr(plain->oim_url, ==, "http://127.0.0.1:8080/OimWS/oim.asmx");
	g_assert_cmpstr(plain->rsi_url, ==, "http://127.0.0.1:8080/rsi/rsi.asmx");
	g_assert_cmpstr(plain->config_url, ==, "http://127.0.0.1:8080/Config/MsgrConfig.asmx");
	g_assert_cmpstr(plain->gateway_url, ==, "http://127.0.0.1:8080/gateway/gateway.dll");
	g_assert_true(msnp_host_is_in(plain->domains, "127.0.0.1"));
	g_assert_false(msnp_host_is_in(plain->domains, "msnmsgr.escargot.chat"));
	g_assert_false(msnp_host_is_in(plain->domains, "1.127.0.0.1"));
}

static void
test_resolve_refusals(void)
{
	static const struct {
		const char *server;
		int port;
		const char *base;
	} rows[] = {
		{ "", 0, "" },
		{ NULL, 0, "https://a.example" },
		{ "a b", 0, "" },
		{ "a.example/x", 0, "" },
		{ "a.example", -1, "" },
		{ "a.example", 65536, "" },
		{ "a.example", 0, "a.example" },
		{ "a.example", 0, "ftp://a.example" },
		{ "a.example", 0, "https://" },
		{ "a.example", 0, "https://u:p@a.example" },
		{ "a.example", 0, "https://a.example/?q" },
		{ "a.example", 0, "https://a.example/#f" },
		{ "a.example", 0, "https://a.example:99999" },
		{ "a.example", 0, "file:///etc/passwd" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(MsnpPreset) preset =
		    resolve("custom", rows[i].server, rows[i].port, rows[i].base, &error);

		g_test_message("%s %d %s", rows[i].server, rows[i].port, rows[i].base);
		g_assert_null(preset);
		g_assert_error(error, MSNP_PRESET_ERROR, MSNP_PRESET_ERROR_VALUE);
	}
}

static void
test_hosts(void)
{
	static const struct {
		const char *host;
		gboolean allowed;
	} rows[] = {
		{ "escargot.chat", TRUE },         { "MSNMSGR.Escargot.Chat", TRUE },
		{ "xescargot.chat", FALSE },       { "escargot.chat.example", FALSE },
		{ "ds.escargot.nina.chat", TRUE }, { "nina.chat", FALSE },
		{ ".escargot.chat", FALSE },       { "", FALSE },
	};
	static const struct {
		const char *host;
		gboolean loopback;
	} loops[] = {
		{ "localhost", TRUE },
		{ "LOCALHOST", TRUE },
		{ "127.0.0.1", TRUE },
		{ "127.9.9.9", TRUE },
		{ "::1", TRUE },
		{ "10.0.0.1", FALSE },
		{ "0.0.0.0", FALSE },
		{ "localhost.example", FALSE },
		{ "127.0.0.1.example", FALSE },
		{ "128.0.0.1", FALSE },
		{ "", FALSE },
	};
	g_autoptr(GPtrArray) presets = msnp_presets_load(NULL, NULL);
	char **domains = ((MsnpPreset *)presets->pdata[0])->domains;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(msnp_host_is_in(domains, rows[i].host), ==, rows[i].allowed);
	for (guint i = 0; i < G_N_ELEMENTS(loops); i++)
		g_assert_cmpint(msnp_host_is_loopback(loops[i].host), ==, loops[i].loopback);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/preset/builtin", test_builtin);
	g_test_add_func("/preset/builtin-hosts", test_builtin_hosts);
	g_test_add_func("/preset/refusals", test_refusals);
	g_test_add_func("/preset/user-file", test_user_file);
	g_test_add_func("/preset/resolve", test_resolve);
	g_test_add_func("/preset/resolve-refusals", test_resolve_refusals);
	g_test_add_func("/preset/hosts", test_hosts);
	return g_test_run();
}
