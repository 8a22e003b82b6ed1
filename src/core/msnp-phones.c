/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telephones: one's own numbers (PRP), and pages to and from mobile phones (PGD, IPG). Servers of
 * today have no phone network, and may not answer at all.
 * Source: notification.md 2.1, 2.2, 7.3; lessons 171, 172.
 */
#include "core/msnp-session-private.h"

#include <string.h>

#include "util/msnp-log.h"
#include "util/msnp-text.h"
#include "util/msnp-xml.h"
#include "wire/msnp-percent.h"

/* Servers answer a PGD only if it failed. */
#define SILENCE_MS 30000
/* A server that does not know a property may say nothing: sooner found out than after a minute. */
#define PROPERTY_MS 15000
#define DEVICE      "1" /* mobile; 2 would be a watch */
#define TOO_LONG    407 /* MSG id of an IPG */

static const MsnpAskRefusal NO_PHONES[] = {
	{ 502, MSNP_ERROR_NOT_OFFERED }, /* command disabled */
	{ 606, MSNP_ERROR_NOT_OFFERED }, /* no mobile service */
	{ 715, MSNP_ERROR_NOT_OFFERED }, /* unknown property */
	{ 0 },
};

static const MsnpAskKind PRP = {
	.verb = "PRP",
	.deadline_ms = PROPERTY_MS,
	.again = TRUE,
	.timeout = MSNP_ERROR_NOT_OFFERED,
	.refusals = NO_PHONES,
};

static const MsnpAskKind PGD = {
	.verb = "PGD",
	.deadline_ms = SILENCE_MS,
	.silent = TRUE,
	.refusals = NO_PHONES,
};

static const char *const KEYS[] = {
	[MSNP_PHONE_HOME] = "PHH",
	[MSNP_PHONE_WORK] = "PHW",
	[MSNP_PHONE_MOBILE] = "PHM",
};
G_STATIC_ASSERT(G_N_ELEMENTS(KEYS) == MSNP_N_PHONES);

/* Reading and remembering */

static char *
clean(const char *number)
{
	return g_strstrip(msnp_text_clean(number, -1, 0, MSNP_TEXT_LINE));
}

static void
remember(MsnpSession *session, const char *key, const char *value)
{
	for (guint i = 0; i < MSNP_N_PHONES; i++)
		if (!strcmp(KEYS[i], key) && strlen(value) <= MSNP_PHONE_MAX_BYTES) {
			g_free(session->phones[i]);
			session->phones[i] = g_strdup(value);
		}
	if (!strcmp(key, "MOB"))
		session->allows_pages = !strcmp(value, "Y");
}

/* PRP, with a TrID before the key or without. */
void
msnp_phones_take_property(MsnpSession *session, MsnpCommand *command)
{
	guint at = g_ascii_isdigit(*msnp_command_param(command, 0)) ? 1 : 0;
	g_autofree char *decoded = msnp_percent_decode(msnp_command_param(command, at + 1));
	g_autofree char *value = clean(decoded);

	remember(session, msnp_command_param(command, at), value);
}

const char *
msnp_session_phone(MsnpSession *session, MsnpPhone which)
{
	g_return_val_if_fail((guint)which < MSNP_N_PHONES, "");
	return session->phones[which] ? session->phones[which] : "";
}

gboolean
msnp_session_allows_pages(MsnpSession *session)
{
	return session->allows_pages;
}

/* One's own numbers */

typedef struct {
	char *key, *value;
} Property;

static void
property_free(Property *property)
{
	g_free(property->key);
	g_free(property->value);
	g_free(property);
}

static void
on_property(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	const Property *property = g_task_get_task_data(task);
	g_autoptr(GError) error = NULL;

	if (msnp_ask_finish(result, &error)) {
		remember(MSNP_SESSION(source), property->key, property->value);
		g_task_return_boolean(task, TRUE);
	} else {
		g_task_return_error(task, g_steal_pointer(&error));
	}
}

/* Takes value. An empty one is left out: that deletes it. */
static void
set_property(MsnpSession *session, const char *key, char *value, GAsyncReadyCallback callback,
	     gpointer data)
{
	g_autofree char *encoded = msnp_percent_encode(value);
	const char *params[] = { key, *encoded ? encoded : NULL, NULL };
	GTask *task = g_task_new(session, NULL, callback, data);
	Property *property = g_new0(Property, 1);

	property->key = g_strdup(key);
	property->value = value;
	g_task_set_task_data(task, property, (GDestroyNotify)property_free);
	if (strlen(value) > MSNP_PHONE_MAX_BYTES) {
		g_task_return_error(
		    task, msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no such number is that long"));
		g_object_unref(task);
		return;
	}
	msnp_ask_async(session, &PRP, params, NULL, 0, on_property, task);
}

void
msnp_session_set_phone_async(MsnpSession *session, MsnpPhone which, const char *number,
			     GAsyncReadyCallback callback, gpointer data)
{
	g_return_if_fail((guint)which < MSNP_N_PHONES);
	set_property(session, KEYS[which], clean(number ? number : ""), callback, data);
}

gboolean
msnp_session_set_phone_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
			      GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

void
msnp_session_set_allows_pages_async(MsnpSession *session, gboolean allow,
				    GAsyncReadyCallback callback, gpointer data)
{
	set_property(session, "MOB", g_strdup(allow ? "Y" : "N"), callback, data);
}

gboolean
msnp_session_set_allows_pages_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
				     GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

/* Pages */

/* Why none can be sent; NULL if one can. */
static GError *
check_page(MsnpSession *session, const char *handle, const char *text)
{
	MsnpContact *contact = session->roster ? msnp_roster_find(session->roster, handle) : NULL;

	if (!msnp_handle_is_valid(handle))
		return msnp_error_new(MSNP_ERROR_ADDRESS, 0, "no address to page");
	if (!msnp_handle_is_phone(handle) && (!contact || !contact->mobile_enabled))
		return msnp_error_new(MSNP_ERROR_NOT_OFFERED, 0, "takes no pages");
	if (strlen(text) > MSNP_PAGE_MAX_BYTES)
		return msnp_error_new(MSNP_ERROR_TOO_LONG, 0, "too long for a page");
	return NULL;
}

/* Phone gateways know these by their numbers only (switchboard.md 13). Free the answer. */
static char *
escape_page(const char *text)
{
	g_autofree char *clean_text = msnp_text_clean(text, -1, 0, MSNP_TEXT_KEEP_BREAKS);
	GString *escaped = g_string_new(NULL);

	for (const char *at = clean_text; *at; at++) {
		if (strchr("&;<>^", *at))
			g_string_append_printf(escaped, "&#x%02X;", (guint)*at);
		else
			g_string_append_c(escaped, *at);
	}
	return g_string_free(escaped, FALSE);
}

static char *
write_page(const char *text)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *empty = NULL, *escaped = escape_page(text);
	const char *end;

	msnp_xml_open(builder, "TEXT");
	msnp_xml_attr(builder, "xml:space", "preserve");
	msnp_xml_attr(builder, "enc", "utf-8");
	msnp_xml_close(builder);
	empty = msnp_xml_builder_fragment(builder, TRUE);
	end = strstr(empty, "</");
	return g_strdup_printf("%.*s%s%s", (int)(end - empty), empty, escaped, end);
}

static void
on_page_sent(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
	g_autoptr(GTask) task = data;
	g_autoptr(GError) error = NULL;

	if (msnp_ask_finish(result, &error))
		g_task_return_boolean(task, TRUE);
	else if (error->domain == MSNP_ERROR && error->code < MSNP_ERROR_NOT_DELIVERED &&
		 error->code != MSNP_ERROR_NETWORK)
		g_task_return_error(task,
				    msnp_error_new(MSNP_ERROR_NOT_DELIVERED,
						   msnp_error_number(error), "%s", error->message));
	else
		g_task_return_error(task, g_steal_pointer(&error));
}

void
msnp_session_send_page_async(MsnpSession *session, const char *handle, const char *text,
			     GAsyncReadyCallback callback, gpointer data)
{
	GTask *task = g_task_new(session, NULL, callback, data);
	g_autofree char *normal = msnp_handle_normalize(handle);
	const char *params[] = { normal, DEVICE, NULL };
	g_autofree char *payload = NULL;
	GError *error = check_page(session, normal, text);

	if (error) {
		g_task_return_error(task, error);
		g_object_unref(task);
		return;
	}
	payload = write_page(text);
	msnp_ask_async(session, &PGD, params, payload, -1, on_page_sent, task);
}

gboolean
msnp_session_send_page_finish(MsnpSession *session G_GNUC_UNUSED, GAsyncResult *result,
			      GError **error)
{
	return g_task_propagate_boolean(G_TASK(result), error);
}

static guint64
number_attribute(const xmlNode *node, const char *name)
{
	g_autofree char *text = msnp_xml_attribute(node, name);
	guint64 number;

	return text && g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32, &number, NULL) ? number
											   : 0;
}

/* A number as it compares: its digits. */
static char *
digits(const char *number)
{
	GString *out = g_string_new(NULL);

	for (; *number; number++)
		if (g_ascii_isdigit(*number))
			g_string_append_c(out, *number);
	return g_string_free(out, FALSE);
}

/* Whose mobile phone it is; NULL if nobody's. */
static MsnpContact *
owner_of(MsnpSession *session, const char *phone)
{
	GPtrArray *contacts = msnp_roster_contacts(session->roster);
	g_autofree char *wanted = digits(phone);

	for (guint i = 0; i < contacts->len; i++) {
		MsnpContact *contact = g_ptr_array_index(contacts, i);
		g_autofree char *theirs =
		    *contact->phone_mobile ? digits(contact->phone_mobile) : NULL;

		if (theirs && *theirs && !strcmp(wanted, theirs))
			return contact;
	}
	return NULL;
}

/* The handle to which a page belongs, free with g_free(); NULL if it is nobody's. */
static char *
sender_of(MsnpSession *session, const xmlNode *root)
{
	g_autofree char *from = msnp_xml_attribute(msnp_xml_child(root, "FROM"), "name");
	g_autofree char *handle = from ? msnp_handle_normalize(from) : NULL;
	MsnpContact *owner;

	if (!handle || !msnp_handle_is_valid(handle))
		return NULL;
	owner = msnp_handle_is_phone(handle) ? owner_of(session, handle) : NULL;
	return owner ? g_strdup(owner->handle) : g_steal_pointer(&handle);
}

/* A page, or why one of ours was not delivered. */
void
msnp_phones_take_page(MsnpSession *session, MsnpCommand *command)
{
	gsize length = 0;
	GBytes *payload = msnp_command_payload(command);
	const char *bytes = payload ? g_bytes_get_data(payload, &length) : "";
	g_autoptr(xmlDoc) doc = msnp_xml_parse(bytes, (gssize)length, NULL);
	xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	xmlNode *msg = msnp_xml_child(root, "MSG");
	g_autofree char *raw = msnp_xml_text(msnp_xml_path(msg, "BODY", "TEXT", NULL));
	g_autofree char *text =
	    msnp_text_clean(raw, -1, MSNP_PAGE_MAX_BYTES, MSNP_TEXT_KEEP_BREAKS);
	guint64 reason = number_attribute(msg, "id");
	g_autofree char *handle = NULL;

	if (!root || !session->signed_on)
		return;
	if (reason > 1) {
		msnp_info("phones", "a page was not delivered: %u", (guint)reason);
		msnp_ask_refuse(session, &PGD, (guint32)number_attribute(root, "id"),
				msnp_error_new(reason == TOO_LONG ? MSNP_ERROR_TOO_LONG
								  : MSNP_ERROR_NOT_DELIVERED,
					       (guint)reason, "the phone network refused it"));
		return;
	}
	handle = sender_of(session, root);
	if (handle && *text && msnp_session_may_write(session, handle))
		g_signal_emit_by_name(session, "page", handle, text);
}
