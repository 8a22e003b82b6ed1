/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Presence lines. The dialects differ in the network id after the handle, which cannot be told from
 * a numeric nickname: so the caller says which one was agreed. Source: notification.md 2.4, 6.
 */
#include "wire/msnp-presence.h"

#include <string.h>

#include "util/msnp-text.h"
#include "wire/msnp-address.h"
#include "wire/msnp-object.h"
#include "wire/msnp-percent.h"

static const char status_codes[][4] = {
	[MSNP_STATUS_OFFLINE] = "FLN", [MSNP_STATUS_ONLINE] = "NLN", [MSNP_STATUS_BUSY] = "BSY",
	[MSNP_STATUS_IDLE] = "IDL",    [MSNP_STATUS_BRB] = "BRB",    [MSNP_STATUS_AWAY] = "AWY",
	[MSNP_STATUS_PHONE] = "PHN",   [MSNP_STATUS_LUNCH] = "LUN",  [MSNP_STATUS_HIDDEN] = "HDN",
};
G_STATIC_ASSERT(G_N_ELEMENTS(status_codes) == MSNP_N_STATUS);

const char *
msnp_status_code(MsnpStatus status)
{
	return status_codes[status];
}

gboolean
msnp_status_code_is_known(const char *code)
{
	for (gsize i = 0; i < MSNP_N_STATUS; i++)
		if (strcmp(status_codes[i], code) == 0)
			return TRUE;
	return FALSE;
}

MsnpStatus
msnp_status_from_code(const char *code)
{
	for (gsize i = 0; i < MSNP_N_STATUS; i++)
		if (strcmp(status_codes[i], code) == 0)
			return i == MSNP_STATUS_HIDDEN ? MSNP_STATUS_OFFLINE : (MsnpStatus)i;
	return MSNP_STATUS_ONLINE;
}

/* The digits that text starts with, as a number of 32 bits. */
static gboolean
leading_uint(const char *text, guint32 *value, const char **rest)
{
	guint64 number = 0;

	*value = 0;
	*rest = text;
	while (g_ascii_isdigit(**rest)) {
		number = number * 10 + (guint64)g_ascii_digit_value(**rest);
		if (number > G_MAXUINT32)
			return FALSE;
		(*rest)++;
	}
	*value = (guint32)number;
	return *rest > text;
}

guint32
msnp_caps_parse(const char *text)
{
	guint32 caps;
	const char *rest;

	return leading_uint(text, &caps, &rest) ? caps : 0;
}

/* A whole number, or one before the colon of later dialects ("caps:capsex"). */
static gboolean
is_number(const char *text)
{
	guint32 value;
	const char *rest;

	return leading_uint(text, &value, &rest) && (*rest == '\0' || *rest == ':');
}

/* The numbers that networks have: powers of two up to Yahoo's (notification.md 4.2). */
static gboolean
is_network(const char *text)
{
	guint32 value;
	const char *rest;

	return leading_uint(text, &value, &rest) && *rest == '\0' && value >= 1 &&
	       value <= MSNP_NETWORK_YAHOO && (value & (value - 1)) == 0;
}

static guint32
parse_network(const char *text)
{
	guint32 network = msnp_caps_parse(text);

	return network != 0 ? network : MSNP_NETWORK_PASSPORT;
}

/* Later dialects write "1:handle". */
static char *
parse_handle(const char *text)
{
	guint32 network;
	const char *rest;
	g_autofree char *clean = NULL;

	if (leading_uint(text, &network, &rest) && *rest == ':')
		text = rest + 1;
	clean = msnp_text_clean(text, -1, 0, MSNP_TEXT_LINE);
	return g_strdup(g_strstrip(clean));
}

/* NULL for all the ways of having no picture; the element itself is parsed where it is used. */
static char *
parse_object(const char *text)
{
	g_autofree char *object = NULL;

	if (strlen(text) < 2 || g_ascii_strncasecmp(text, "http", 4) == 0)
		return NULL;
	object = msnp_percent_decode(text);
	if (strlen(object) > MSNP_OBJECT_MAX || !g_str_has_prefix(object, "<msnobj") ||
	    !strstr(object, "Type=") || !strstr(object, "Location=") || !strstr(object, "SHA1D="))
		return NULL;
	return g_steal_pointer(&object);
}

/* FLN handle [network [caps [icon]]] */
static void
parse_offline(const MsnpCommand *command, MsnpDialect dialect, MsnpPresence *presence)
{
	presence->status = MSNP_STATUS_OFFLINE;
	presence->network = MSNP_NETWORK_PASSPORT;
	presence->handle = parse_handle(msnp_command_param(command, 0));
	if (dialect == MSNP_DIALECT_13)
		return;
	presence->network = parse_network(msnp_command_param(command, 1));
	presence->caps = msnp_caps_parse(msnp_command_param(command, 2));
}

/* status handle [network] nickname caps [object [icon]], from the parameter at first on. */
static void
parse_online(const MsnpCommand *command, guint first, MsnpDialect dialect, MsnpPresence *presence)
{
	const char *network = NULL, *nickname;
	guint next = first + 2;
	gboolean short_form = !is_number(msnp_command_param(command, first + 4)) &&
			      is_number(msnp_command_param(command, first + 3));

	presence->status = msnp_status_from_code(msnp_command_param(command, first));
	presence->handle = parse_handle(msnp_command_param(command, first + 1));
	if (dialect == MSNP_DIALECT_14 && !short_form)
		network = msnp_command_param(command, next++);
	nickname = msnp_command_param(command, next++);
	/* One parameter too few in 14 is the form of 13 (middleboxes); but what looks like a
	 * network id is one, and the nickname is missing (servers that have none stored). */
	if (dialect == MSNP_DIALECT_14 && short_form && is_network(nickname)) {
		network = nickname;
		nickname = "";
	}
	presence->network = network ? parse_network(network) : MSNP_NETWORK_PASSPORT;
	presence->nickname = msnp_name_decode(nickname);
	presence->caps = msnp_caps_parse(msnp_command_param(command, next));
	presence->object = parse_object(msnp_command_param(command, next + 1));
}

MsnpPresence *
msnp_presence_parse(const MsnpCommand *command, MsnpDialect dialect)
{
	g_autoptr(MsnpPresence) presence = g_new0(MsnpPresence, 1);

	if (msnp_command_is(command, "FLN"))
		parse_offline(command, dialect, presence);
	else if (msnp_command_is(command, "ILN"))
		parse_online(command, 1, dialect, presence);
	else if (msnp_command_is(command, "NLN"))
		parse_online(command, 0, dialect, presence);
	if (!presence->handle || !*presence->handle)
		return NULL;
	return g_steal_pointer(&presence);
}

void
msnp_presence_free(MsnpPresence *presence)
{
	if (!presence)
		return;
	g_free(presence->handle);
	g_free(presence->nickname);
	g_free(presence->object);
	g_free(presence);
}
