/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the writes of the list services have in common: reading what they name, and their answers.
 * Source: services.md 1.4, 3.4, 7 and 15 (rows 12 and 16).
 */
#include <string.h>

#include "server/msnp-server-http.h"
#include "wire/msnp-list-payload.h"

/* ---- Answers ---- */

void
msnp_server_request_crash(MsnpServerRequest *request, const char *errorcode, const char *text)
{
	if (msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_WRITES))
		msnp_server_request_plain(request, 500, "Internal Server Error");
	else
		msnp_server_request_fault(request, errorcode, text);
}

void
msnp_server_request_done(MsnpServerRequest *request, const char *id)
{
	g_autoptr(MsnpXmlBuilder) builder = msnp_xml_builder_new();
	g_autofree char *response = g_strconcat(request->op->name, "Response", NULL);
	g_autofree char *result = g_strconcat(request->op->name, "Result", NULL);

	msnp_server_envelope_open(request, builder);
	msnp_xml_open_ns(builder, response, NULL, MSNP_NS_AB);
	if (id != NULL) {
		msnp_xml_open(builder, result);
		msnp_xml_leaf(builder, "guid", id);
	}
	msnp_server_request_answer(request, 200, msnp_server_envelope_close(builder));
}

/* ---- Reading ---- */

xmlNode *
msnp_server_request_only(MsnpServerRequest *request, const xmlNode *node, const char *name)
{
	return msnp_server_request_children(request, node, MSNP_NS_AB, name)
		   ? msnp_xml_child(node, name)
		   : NULL;
}

char *
msnp_server_request_user_text(MsnpServerRequest *request, const xmlNode *node, const char *name)
{
	const xmlNode *leaf = msnp_xml_child(node, name);
	g_autofree char *hint = leaf == NULL ? NULL : msnp_xml_attribute(leaf, "type");
	char *text = msnp_xml_child_text(node, name);

	if (*text != '\0' && (hint == NULL || !g_str_has_suffix(hint, ":string")))
		msnp_server_request_warn(request, "services.md 15.16",
					 "%s does not carry xsi:type=\"xsd:string\"", name);
	return text;
}

char *
msnp_server_request_annotation(MsnpServerRequest *request, const xmlNode *annotations,
			       const char *name, gboolean user_text)
{
	for (xmlNode *a = msnp_xml_child(annotations, "Annotation"); a != NULL;
	     a = msnp_xml_next(a, "Annotation")) {
		g_autofree char *its_name = msnp_xml_child_text(a, "Name");

		if (strcmp(its_name, name) == 0)
			return user_text ? msnp_server_request_user_text(request, a, "Value")
					 : msnp_xml_child_text(a, "Value");
	}
	return NULL;
}

MsnpServerContact *
msnp_server_request_contact(MsnpServerRequest *request, const xmlNode *node)
{
	g_autofree char *id = msnp_xml_child_text(node, "contactId");
	MsnpServerContact *contact = msnp_server_account_contact_by_id(request->account, id);

	if (contact != NULL && (contact->lists & MSNP_LIST_FORWARD))
		return contact;
	msnp_server_request_warn(request, "services.md 15.12", "the contactId is not known");
	msnp_server_request_fault(request, "ContactDoesNotExist", "The contact does not exist.");
	return NULL;
}

MsnpServerGroup *
msnp_server_request_group(MsnpServerRequest *request, const xmlNode *node, const char *name)
{
	g_autofree char *id = msnp_xml_child_text(node, name);
	MsnpServerGroup *group = msnp_server_account_group(request->account, id);

	if (group != NULL)
		return group;
	msnp_server_request_warn(request, "services.md 15.12", "the groupId is not known");
	msnp_server_request_crash(request, "GroupDoesNotExist", "The group does not exist.");
	return NULL;
}
