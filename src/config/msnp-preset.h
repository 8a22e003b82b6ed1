/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Server presets: which hosts a service has. Read from data/servers.json, compiled in, to which a
 * user's own file may add; unknown keys are refused with a message that names them.
 */
#pragma once

#include <glib.h>

#define MSNP_PRESET_ERROR (msnp_preset_error_quark())
GQuark msnp_preset_error_quark(void);

typedef enum {
	MSNP_PRESET_ERROR_SYNTAX, /* no JSON, or not of the expected shape */
	MSNP_PRESET_ERROR_VALUE,  /* a key or value that is not known or not valid */
} MsnpPresetError;

typedef struct {
	char *id;     /* "escargot", "crosstalk", "custom" */
	char *name;   /* shown in the account page: "Escargot" */
	char *server; /* notification server; "" only for custom */
	guint16 port;
	char *passport_url;             /* RST */
	char *addressbook_url;          /* abservice.asmx */
	char *sharing_url;              /* SharingService.asmx */
	char *oim_url;                  /* OimWS/oim.asmx; "" if the service has none */
	char *rsi_url;                  /* rsi/rsi.asmx; "" if none */
	char *config_url;               /* MsgrConfig; "" if none */
	char *gateway_url;              /* HTTP gateway; "" if none */
	char *webmail_url;              /* inbox; "" if none */
	char **domains;                 /* hosts may be redirected to below these domains only */
	gboolean plain_http;            /* plain http is what this service speaks */
	gboolean session_bound_tickets; /* a renewed ticket is worthless (services.md 2.5) */
} MsnpPreset;

MsnpPreset *msnp_preset_ref(MsnpPreset *preset);
void msnp_preset_unref(MsnpPreset *preset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MsnpPreset, msnp_preset_unref)

/* All presets in the order of the file; user_file (may be NULL or missing) adds and overrides. An
 * error in the user's file is given back, the built-in ones are in the answer all the same.
 * An array of MsnpPreset. */
GPtrArray *msnp_presets_load(const char *user_file, GError **error);
/* By id, NULL if there is none. */
MsnpPreset *msnp_presets_find(GPtrArray *presets, const char *id);
/* For tests and the user's file. */
GPtrArray *msnp_presets_parse(const char *json, gssize length, GError **error);

/* The preset with what the user entered put over it: server, port and base_url count where they are
 * not empty and not 0; base_url ("http://127.0.0.1:8080") moves every web service to its standard
 * path below it and makes its host the only domain. A preset without web services (custom) gets
 * those of https://SERVER if there is no base_url. VALUE error, with words for the log, if the
 * result names no server or a URL is not http(s). New reference. */
MsnpPreset *msnp_preset_resolve(const MsnpPreset *preset, const char *server, int port,
				const char *base_url, GError **error);
/* The URL of the HTTP gateway: the preset's, or, where the user entered a server (NULL and "":
 * none), that of it: a host, perhaps with a port, or a URL, with the standard path where it has
 * none. A host alone is reached as the preset's gateway is, by https if it has none. VALUE error if
 * there is no gateway, or it is not valid. Free the answer. */
char *msnp_preset_gateway(const MsnpPreset *preset, const char *server, GError **error);
