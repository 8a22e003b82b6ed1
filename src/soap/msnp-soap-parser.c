/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading answers. A document is kept whole and walked; a stream is followed event by event: the
 * envelope is skipped, elements get their ids by the address of their interned name, and text is
 * collected for wanted leaves only. Knows nothing of HTTP or of particular services.
 */
#include "soap/msnp-soap-parser.h"

#include <string.h>

#include "util/msnp-text.h"

/* services.md 14.2: fault text of 512 bytes; codes and ids are shorter. */
#define FAULT_TEXT_MAX 512
#define FAULT_CODE_MAX 128
#define FAULT_URL_MAX  2048
#define CACHE_KEY_MAX  1024
/* The longest name that DNS has. */
#define HOST_MAX 253
/* Of a streamed answer only so much is kept, to read it again as a document if it is a fault. */
#define HEAD_MAX (64 * 1024)

/* ---- faults and documents ---- */

void
msnp_soap_fault_free(MsnpSoapFault *fault)
{
	if (fault == NULL)
		return;
	g_free(fault->code);
	g_free(fault->string);
	g_free(fault->errorcode);
	g_free(fault->redirect);
	g_free(fault->lock_key);
	g_free(fault->conflict);
	g_free(fault->reqstatus);
	g_free(fault);
}

static xmlNode *
envelope_of(const xmlDoc *doc)
{
	xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc);

	return msnp_xml_is(root, "Envelope") ? root : NULL;
}

xmlNode *
msnp_soap_body(const xmlDoc *doc)
{
	return msnp_xml_child(msnp_xml_child(envelope_of(doc), "Body"), NULL);
}

static char *
clean_text(const xmlNode *node, gsize max)
{
	g_autofree char *text = msnp_xml_text(node);

	return msnp_text_clean(text, -1, max, MSNP_TEXT_LINE);
}

/* The first element of that name anywhere below node: servers disagree about where in a fault
 * things stand, and the names are unmistakable. The parser has bounded the depth. */
static const xmlNode *
find_below(const xmlNode *node, const char *name)
{
	for (const xmlNode *child = msnp_xml_child(node, NULL); child != NULL;
	     child = msnp_xml_next(child, NULL)) {
		const xmlNode *found = msnp_xml_is(child, name) ? child : find_below(child, name);

		if (found != NULL)
			return found;
	}
	return NULL;
}

static const xmlNode *
fault_node(const xmlNode *envelope)
{
	for (const xmlNode *body = msnp_xml_child(envelope, "Body"); body != NULL;
	     body = msnp_xml_next(body, "Body")) {
		const xmlNode *fault = msnp_xml_child(body, "Fault");

		if (fault != NULL)
			return fault;
	}
	return msnp_xml_child(envelope, "Fault");
}

MsnpSoapFault *
msnp_soap_fault_find(const xmlDoc *doc)
{
	const xmlNode *envelope = envelope_of(doc);
	const xmlNode *node = fault_node(envelope);
	MsnpSoapFault *fault;
	g_autofree char *code = NULL;
	const char *colon;

	if (node == NULL)
		return NULL;
	fault = g_new0(MsnpSoapFault, 1);
	code = clean_text(msnp_xml_child(node, "faultcode"), FAULT_CODE_MAX);
	colon = strrchr(code, ':');
	fault->code = g_strdup(colon == NULL ? code : colon + 1);
	fault->string = clean_text(msnp_xml_child(node, "faultstring"), FAULT_TEXT_MAX);
	fault->errorcode = clean_text(find_below(node, "errorcode"), FAULT_CODE_MAX);
	fault->redirect = clean_text(find_below(node, "redirectUrl"), FAULT_URL_MAX);
	fault->lock_key = clean_text(find_below(node, "LockKeyChallenge"), FAULT_CODE_MAX);
	fault->conflict = clean_text(find_below(node, "conflictObjectId"), FAULT_CODE_MAX);
	fault->reqstatus = clean_text(find_below(envelope, "reqstatus"), FAULT_CODE_MAX);
	return fault;
}

/* ---- the reader ---- */

/* What an open element of a stream is. */
typedef enum {
	PLACE_DOCUMENT,
	PLACE_ENVELOPE,
	PLACE_HEADER, /* Header, or in it */
	PLACE_BODY,
	PLACE_RESPONSE, /* the expected element, or in it */
	PLACE_OTHER,    /* what nobody wants */
	PLACE_FAULT,    /* read again as a document */
} Place;

struct _MsnpSoapReader {
	gatomicrefcount refs;
	MsnpSoapReading reading;
	xmlParserCtxt *parser;
	GByteArray *head; /* of a stream, until the response is seen */
	gboolean stopped;
	gboolean ended;
	MsnpSoapAnswer answer;

	/* A stream's state. */
	gpointer sink; /* from begin to end or abandon */
	guint depth;   /* of open elements; the guard before us keeps it within the limit */
	struct {
		guint8 place;
		guint8 id;
	} open[MSNP_XML_MAX_DEPTH + 1]; /* by depth; 0 is the document */
	guint collecting;               /* depth of the leaf whose text is collected, or 0 */
	GString *text;
	gboolean key_changed;
	char *key;
	char *host;
	/* Interned names, by address: open addressing. */
	struct {
		const xmlChar *name;
		guint8 id;
	} table[256];
};

G_STATIC_ASSERT(MSNP_SOAP_NAMES_MAX < 128 && MSNP_SOAP_NAMES_MAX < MSNP_SOAP_OTHER);

static guint
slot_of(const xmlChar *name)
{
	return ((guint32)((gsize)name >> 2) * 2654435761u) >> 24;
}

static void
intern_names(MsnpSoapReader *reader)
{
	const char *const *names = reader->reading.stream->names;

	for (guint8 id = 0; names[id] != NULL && id < MSNP_SOAP_NAMES_MAX; id++) {
		const xmlChar *name =
		    xmlDictLookup(reader->parser->dict, (const xmlChar *)names[id], -1);
		guint slot = slot_of(name);

		while (reader->table[slot].name != NULL)
			slot = (slot + 1) % G_N_ELEMENTS(reader->table);
		reader->table[slot].name = name;
		reader->table[slot].id = id;
	}
}

static guint8
id_of(const MsnpSoapReader *reader, const xmlChar *name)
{
	for (guint slot = slot_of(name); reader->table[slot].name != NULL;
	     slot = (slot + 1) % G_N_ELEMENTS(reader->table)) {
		if (reader->table[slot].name == name)
			return reader->table[slot].id;
	}
	return MSNP_SOAP_OTHER;
}

static void
stop(MsnpSoapReader *reader)
{
	reader->stopped = TRUE;
	xmlStopParser(reader->parser);
}

static void
abandon_sink(MsnpSoapReader *reader)
{
	if (reader->sink != NULL)
		reader->reading.stream->abandon(g_steal_pointer(&reader->sink));
}

/* Attributes come as five pointers each: name, prefix, namespace, start and end of the value. */
static void
copy_type(char *type, gsize size, int n, const xmlChar **attributes)
{
	*type = '\0';
	for (int i = 0; i < n; i++, attributes += 5) {
		const char *value = (const char *)attributes[3];
		gsize length = attributes[4] - attributes[3];
		const char *colon;

		if (strcmp((const char *)attributes[0], "type") != 0 || length >= size)
			continue;
		memcpy(type, value, length);
		type[length] = '\0';
		colon = strrchr(type, ':');
		if (colon != NULL)
			memmove(type, colon + 1, strlen(colon));
		return;
	}
}

static void
collect(MsnpSoapReader *reader)
{
	reader->collecting = reader->depth;
	g_string_truncate(reader->text, 0);
}

static void
open_wanted(MsnpSoapReader *reader, guint8 id, int n_attributes, const xmlChar **attributes)
{
	char type[64] = "";

	collect(reader);
	if (n_attributes > 0)
		copy_type(type, sizeof type, n_attributes, attributes);
	reader->reading.stream->open(reader->sink, id, reader->open[reader->depth - 1].id, type);
}

static Place
place_below(const MsnpSoapReader *reader, Place parent, const char *name)
{
	switch (parent) {
	case PLACE_DOCUMENT:
		return strcmp(name, "Envelope") == 0 ? PLACE_ENVELOPE : PLACE_OTHER;
	case PLACE_ENVELOPE:
		return strcmp(name, "Header") == 0  ? PLACE_HEADER
		       : strcmp(name, "Body") == 0  ? PLACE_BODY
		       : strcmp(name, "Fault") == 0 ? PLACE_FAULT
						    : PLACE_OTHER;
	case PLACE_BODY:
		if (strcmp(name, "Fault") == 0)
			return PLACE_FAULT;
		/* Only one counts. */
		return strcmp(name, reader->reading.response) == 0 && !reader->answer.is_response
			   ? PLACE_RESPONSE
			   : PLACE_OTHER;
	default:
		return parent;
	}
}

/* An element that is not below the response. */
static void
open_envelope(MsnpSoapReader *reader, Place place, const char *name)
{
	switch (place) {
	case PLACE_RESPONSE:
		reader->answer.is_response = TRUE;
		reader->sink = reader->reading.stream->begin();
		g_byte_array_set_size(reader->head, 0);
		break;
	case PLACE_HEADER:
		if (strcmp(name, "CacheKey") == 0 || strcmp(name, "CacheKeyChanged") == 0 ||
		    strcmp(name, "PreferredHostName") == 0)
			collect(reader);
		break;
	case PLACE_FAULT:
		stop(reader);
		break;
	default:
		break;
	}
}

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix G_GNUC_UNUSED,
	 const xmlChar *uri G_GNUC_UNUSED, int n_namespaces G_GNUC_UNUSED,
	 const xmlChar **namespaces G_GNUC_UNUSED, int n_attributes, int n_defaulted G_GNUC_UNUSED,
	 const xmlChar **attributes)
{
	MsnpSoapReader *reader = data;
	Place parent = reader->open[reader->depth].place;
	guint8 id = MSNP_SOAP_OTHER;

	reader->depth++;
	reader->collecting = 0;
	if (parent == PLACE_RESPONSE) {
		id = id_of(reader, name);
		reader->open[reader->depth].place = PLACE_RESPONSE;
		reader->open[reader->depth].id = id;
		if (id != MSNP_SOAP_OTHER)
			open_wanted(reader, id, n_attributes, attributes);
	} else {
		Place place = place_below(reader, parent, (const char *)name);

		reader->open[reader->depth].place = place;
		reader->open[reader->depth].id = MSNP_SOAP_OTHER;
		open_envelope(reader, place, (const char *)name);
	}
}

static void
on_characters(void *data, const xmlChar *text, int length)
{
	MsnpSoapReader *reader = data;

	if (reader->collecting == reader->depth && reader->text->len < MSNP_SOAP_LEAF_MAX)
		g_string_append_len(reader->text, (const char *)text,
				    MIN((gsize)length, MSNP_SOAP_LEAF_MAX - reader->text->len));
}

/* The collected text of the element that ends, trimmed; "" if it had children. */
static const char *
take_text(MsnpSoapReader *reader)
{
	char *end;
	char *start = reader->text->str;

	if (reader->collecting != reader->depth)
		return "";
	end = start + reader->text->len;
	while (end > start && g_ascii_isspace(end[-1]))
		end--;
	*end = '\0';
	while (g_ascii_isspace(*start))
		start++;
	return start;
}

/* What is too long for what it is does not count. */
static void
keep(char **slot, const char *text, gsize max)
{
	if (strlen(text) > max)
		return;
	g_free(*slot);
	*slot = g_strdup(text);
}

static void
keep_header(MsnpSoapReader *reader, const char *name, const char *text)
{
	if (strcmp(name, "CacheKeyChanged") == 0)
		reader->key_changed = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	else if (strcmp(name, "CacheKey") == 0)
		keep(&reader->key, text, CACHE_KEY_MAX);
	else
		keep(&reader->host, text, HOST_MAX);
}

static void
close_header(MsnpSoapReader *reader, const char *name)
{
	const char *text = take_text(reader);

	if (reader->collecting == reader->depth)
		keep_header(reader, name, text);
}

static void
close_wanted(MsnpSoapReader *reader, guint8 id)
{
	reader->reading.stream->close(reader->sink, id, reader->open[reader->depth - 1].id,
				      take_text(reader), &reader->answer.error);
	if (reader->answer.error != NULL)
		stop(reader);
}

static void
on_end(void *data, const xmlChar *name, const xmlChar *prefix G_GNUC_UNUSED,
       const xmlChar *uri G_GNUC_UNUSED)
{
	MsnpSoapReader *reader = data;

	if (reader->stopped)
		return;
	if (reader->open[reader->depth].id != MSNP_SOAP_OTHER)
		close_wanted(reader, reader->open[reader->depth].id);
	else if (reader->open[reader->depth].place == PLACE_HEADER)
		close_header(reader, (const char *)name);
	reader->collecting = 0;
	reader->depth--;
}

static xmlSAXHandler stream_handler = {
	.initialized = XML_SAX2_MAGIC,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.characters = on_characters,
	.cdataBlock = on_characters,
};

MsnpSoapReader *
msnp_soap_reader_new(const MsnpSoapReading *reading)
{
	MsnpSoapReader *reader = g_new0(MsnpSoapReader, 1);

	g_atomic_ref_count_init(&reader->refs);
	reader->reading = *reading;
	reader->text = g_string_new(NULL);
	if (reading->stream == NULL) {
		reader->parser = msnp_xml_push_new(NULL, NULL);
		return reader;
	}
	reader->head = g_byte_array_new();
	reader->parser = msnp_xml_push_new(&stream_handler, reader);
	intern_names(reader);
	return reader;
}

MsnpSoapReader *
msnp_soap_reader_ref(MsnpSoapReader *reader)
{
	g_atomic_ref_count_inc(&reader->refs);
	return reader;
}

void
msnp_soap_reader_unref(MsnpSoapReader *reader)
{
	if (reader == NULL || !g_atomic_ref_count_dec(&reader->refs))
		return;
	abandon_sink(reader);
	if (reader->answer.result != NULL && reader->reading.free_result != NULL)
		reader->reading.free_result(reader->answer.result);
	g_clear_error(&reader->answer.error);
	msnp_soap_fault_free(reader->answer.fault);
	g_free(reader->answer.cache_key);
	g_free(reader->answer.preferred_host);
	g_free(reader->key);
	g_free(reader->host);
	msnp_xml_push_free(reader->parser);
	g_clear_pointer(&reader->head, g_byte_array_unref);
	g_string_free(reader->text, TRUE);
	g_free(reader);
}

gboolean
msnp_soap_reader_push(MsnpSoapReader *reader, const char *bytes, gsize length)
{
	gboolean stream = reader->reading.stream != NULL;

	if (stream && !reader->answer.is_response)
		g_byte_array_append(reader->head, (const guint8 *)bytes,
				    MIN(length, HEAD_MAX - reader->head->len));
	if (!reader->stopped && !msnp_xml_push(reader->parser, bytes, length, NULL))
		reader->stopped = TRUE;
	if (!reader->stopped)
		return TRUE;
	/* What is left of a fault is still wanted, up to the limit. */
	return stream && !reader->answer.is_response && reader->head->len < HEAD_MAX;
}

static void
read_header(MsnpSoapReader *reader, const xmlDoc *doc)
{
	static const char *const leaves[] = { "CacheKey", "CacheKeyChanged", "PreferredHostName" };
	const xmlNode *header = msnp_xml_path(envelope_of(doc), "Header", "ServiceHeader", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(leaves); i++) {
		g_autofree char *text = msnp_xml_child_text(header, leaves[i]);

		keep_header(reader, leaves[i], text);
	}
}

static void
end_document(MsnpSoapReader *reader)
{
	g_autoptr(xmlDoc) doc = msnp_xml_push_end(reader->parser, &reader->answer.error);
	xmlNode *body;

	if (doc == NULL)
		return;
	read_header(reader, doc);
	reader->answer.fault = msnp_soap_fault_find(doc);
	body = msnp_soap_body(doc);
	reader->answer.is_response = msnp_xml_is(body, reader->reading.response);
	if (reader->answer.fault == NULL && reader->answer.is_response &&
	    reader->reading.parse != NULL)
		reader->answer.result = reader->reading.parse(body, &reader->answer.error);
}

static void
end_stream(MsnpSoapReader *reader)
{
	MsnpSoapAnswer *answer = &reader->answer;
	g_autoptr(xmlDoc) doc = NULL;
	g_autoptr(GError) malformed = NULL;

	/* The parser may hold back a short answer until now. */
	if (answer->error == NULL)
		msnp_xml_push_end(reader->parser, &malformed);
	if (!answer->is_response) {
		doc = msnp_xml_parse((const char *)reader->head->data, reader->head->len, NULL);
		answer->fault = msnp_soap_fault_find(doc);
		return;
	}
	if (answer->error == NULL)
		answer->error = g_steal_pointer(&malformed);
	if (answer->error == NULL)
		answer->result =
		    reader->reading.stream->end(g_steal_pointer(&reader->sink), &answer->error);
	else
		abandon_sink(reader);
}

MsnpSoapAnswer *
msnp_soap_reader_end(MsnpSoapReader *reader)
{
	if (reader->ended)
		return &reader->answer;
	reader->ended = TRUE;
	if (reader->reading.stream != NULL)
		end_stream(reader);
	else
		end_document(reader);
	if (reader->key_changed && reader->key != NULL && *reader->key != '\0')
		reader->answer.cache_key = g_steal_pointer(&reader->key);
	if (reader->host != NULL && *reader->host != '\0')
		reader->answer.preferred_host = g_steal_pointer(&reader->host);
	return &reader->answer;
}
