/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address book's groups: adding, renaming, deleting them, and who is in them.
 * Source: services.md 7.4 and 15 (rows 12 and 16).
 */
#include <string.h>

#include "server/msnp-server-http.h"

#define GROUP_TYPE     "C8529CE2-6EAD-434d-881F-341E17DB3FF8"
#define GROUP_NAME_MAX 61 /* characters */
#define NO_GROUP       "(No Group)"

/* FALSE: answered. present: the group that gets the name; NULL: a new one. */
static gboolean
check_name(MsnpServerRequest *request, const char *name, const MsnpServerGroup *present)
{
	MsnpServerGroup *same = msnp_server_account_group_named(request->account, name);

	if (*name == '\0') {
		msnp_server_request_reject(request, "services.md 15.16", "a group without a name");
		return FALSE;
	}
	if (g_utf8_strlen(name, -1) > GROUP_NAME_MAX) {
		msnp_server_request_warn(request, "services.md 15.16", "a group name of %u bytes",
					 (guint)strlen(name));
		msnp_server_request_fault_with(request, "BadArgumentLength",
					       "The name is too long.", "parameterFault", "name");
		return FALSE;
	}
	if (same == NULL && strcmp(name, NO_GROUP) != 0)
		return TRUE;
	if (same != NULL && same == present &&
	    !msnp_server_faults_take(request->server->faults, MSNP_FAULT_ESCARGOT_WRITES))
		return TRUE;
	msnp_server_request_warn(request, "services.md 15.16", "the group name \"%s\" is taken",
				 name);
	msnp_server_request_fault(request, "GroupAlreadyExists", "The group already exists.");
	return FALSE;
}

void
msnp_server_op_ab_group_add(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *options = msnp_xml_child(body, "groupAddOptions");
	xmlNode *list = msnp_xml_child(body, "groupInfo"), *info;
	g_autofree char *type = NULL, *name = NULL;
	MsnpServerGroup *group;
	int limit = 0;

	if (!msnp_server_request_children(request, body, MSNP_NS_AB,
					  "abId groupAddOptions groupInfo") ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID) ||
	    !msnp_server_request_children(request, options, MSNP_NS_AB, "fRenameOnMsgrConflict") ||
	    !msnp_server_request_text_is(request, options, "fRenameOnMsgrConflict", "false"))
		return;
	info = msnp_server_request_only(request, list, "GroupInfo");
	if (info == NULL ||
	    !msnp_server_request_children(request, info, MSNP_NS_AB,
					  "annotations? groupType name fMessenger?"))
		return;
	type = msnp_xml_child_text(info, "groupType");
	if (g_ascii_strcasecmp(type, GROUP_TYPE) != 0) {
		msnp_server_request_reject(request, "services.md 7.4", "the groupType %s", type);
		return;
	}
	name = msnp_server_request_user_text(request, info, "name");
	if (!check_name(request, name, NULL))
		return;
	if (msnp_server_faults_take_any(request->server->faults, MSNP_FAULT_GROUP_LIMIT, &limit) !=
		NULL &&
	    request->account->groups->len >= (guint)MAX(limit, 0)) {
		msnp_server_request_fault(request, "QuotaLimitReached",
					  "There are too many groups.");
		return;
	}
	group = msnp_server_add_group(request->server, request->account, name);
	msnp_server_request_done(request, group->id);
}

void
msnp_server_op_ab_group_update(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *list = msnp_xml_child(body, "groups"), *node, *info;
	g_autofree char *name = NULL;
	MsnpServerGroup *group;

	if (!msnp_server_request_children(request, body, MSNP_NS_AB, "abId groups") ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID))
		return;
	node = msnp_server_request_only(request, list, "Group");
	info = msnp_xml_child(node, "groupInfo");
	if (node == NULL ||
	    !msnp_server_request_children(request, node, MSNP_NS_AB,
					  "groupId groupInfo propertiesChanged") ||
	    msnp_server_request_only(request, info, "name") == NULL ||
	    !msnp_server_request_text_is(request, node, "propertiesChanged", "GroupName"))
		return;
	group = msnp_server_request_group(request, node, "groupId");
	if (group == NULL)
		return;
	name = msnp_server_request_user_text(request, info, "name");
	if (!check_name(request, name, group))
		return;
	msnp_server_rename_group(request->server, request->account, group, name);
	msnp_server_request_done(request, NULL);
}

/* groupFilter/groupIds/guid of body; NULL: answered. */
static MsnpServerGroup *
filtered_group(MsnpServerRequest *request, xmlNode *body)
{
	xmlNode *filter = msnp_xml_child(body, "groupFilter");
	xmlNode *ids = msnp_server_request_only(request, filter, "groupIds");

	if (ids == NULL || msnp_server_request_only(request, ids, "guid") == NULL)
		return NULL;
	return msnp_server_request_group(request, ids, "guid");
}

void
msnp_server_op_ab_group_delete(MsnpServerRequest *request, xmlNode *body)
{
	MsnpServerGroup *group;

	if (!msnp_server_request_children(request, body, MSNP_NS_AB, "abId groupFilter") ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID))
		return;
	group = filtered_group(request, body);
	if (group == NULL)
		return;
	msnp_server_delete_group(request->server, request->account, group);
	msnp_server_request_done(request, NULL);
}

/* ---- Members ---- */

/* Both ends of a membership. FALSE: answered. */
static gboolean
read_pair(MsnpServerRequest *request, xmlNode *body, const char *order, MsnpServerGroup **group,
	  MsnpServerContact **contact)
{
	xmlNode *node;

	if (!msnp_server_request_children(request, body, MSNP_NS_AB, order) ||
	    !msnp_server_request_text_is(request, body, "abId", MSNP_ZERO_GUID))
		return FALSE;
	node = msnp_server_request_only(request, msnp_xml_child(body, "contacts"), "Contact");
	if (node == NULL || msnp_server_request_only(request, node, "contactId") == NULL)
		return FALSE;
	*group = filtered_group(request, body);
	*contact = *group == NULL ? NULL : msnp_server_request_contact(request, node);
	return *contact != NULL;
}

void
msnp_server_op_ab_group_contact_add(MsnpServerRequest *request, xmlNode *body)
{
	MsnpServerGroup *group;
	MsnpServerContact *contact;

	if (!read_pair(request, body, "abId groupFilter contacts groupContactAddOptions?", &group,
		       &contact))
		return;
	if (!msnp_server_join_group(request->server, request->account, contact, group)) {
		msnp_server_request_warn(request, "services.md 7.4", "is in the group already");
		msnp_server_request_crash(request, "ContactAlreadyExists",
					  "The contact is in the group already.");
		return;
	}
	msnp_server_request_done(request, contact->id);
}

void
msnp_server_op_ab_group_contact_delete(MsnpServerRequest *request, xmlNode *body)
{
	MsnpServerGroup *group;
	MsnpServerContact *contact;

	if (!read_pair(request, body, "abId contacts groupFilter", &group, &contact))
		return;
	if (!msnp_server_leave_group(request->server, request->account, contact, group)) {
		msnp_server_request_warn(request, "services.md 7.4", "is not in the group");
		msnp_server_request_crash(request, "ContactDoesNotExist",
					  "The contact is not in the group.");
		return;
	}
	msnp_server_request_done(request, NULL);
}
