/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin as libpurple sees it: two tables, and what happens when it is loaded and unloaded.
 */
#include "msnp-purple.h"

static PurplePluginProtocolInfo protocol = {
	.options = OPT_PROTO_INVITE_MESSAGE | OPT_PROTO_MAIL_CHECK,
	.list_icon = msnp_purple_list_icon,
	.list_emblem = msnp_purple_list_emblem,
	.status_text = msnp_purple_status_text,
	.tooltip_text = msnp_purple_tooltip,
	.status_types = msnp_purple_status_types,
	.blist_node_menu = msnp_purple_buddy_menu,
	.chat_info = msnp_purple_chat_info,
	.chat_info_defaults = msnp_purple_chat_info_defaults,
	.login = msnp_purple_login,
	.close = msnp_purple_close,
	.send_im = msnp_purple_send_im,
	.send_typing = msnp_purple_send_typing,
	.get_info = msnp_purple_get_info,
	.set_status = msnp_purple_set_status,
	.set_idle = msnp_purple_set_idle,
	.add_buddy = msnp_purple_add_buddy,
	.remove_buddy = msnp_purple_remove_buddy,
	.add_permit = msnp_purple_add_permit,
	.add_deny = msnp_purple_add_deny,
	.rem_permit = msnp_purple_rem_permit,
	.rem_deny = msnp_purple_rem_deny,
	.set_permit_deny = msnp_purple_set_permit_deny,
	.join_chat = msnp_purple_join_chat,
	.get_chat_name = msnp_purple_chat_name,
	.chat_invite = msnp_purple_chat_invite,
	.chat_leave = msnp_purple_chat_leave,
	.chat_send = msnp_purple_chat_send,
	.alias_buddy = msnp_purple_alias_buddy,
	.group_buddy = msnp_purple_group_buddy,
	.rename_group = msnp_purple_rename_group,
	.convo_closed = msnp_purple_conversation_closed,
	.normalize = msnp_purple_normalize,
	.remove_group = msnp_purple_remove_group,
	.offline_message = msnp_purple_offline_message,
	.send_attention = msnp_purple_send_attention,
	.get_attention_types = msnp_purple_attention_types,
	.get_account_text_table = msnp_purple_account_text_table,
	.set_public_alias = msnp_purple_set_public_alias,
	.get_public_alias = msnp_purple_get_public_alias,
	.add_buddy_with_invite = msnp_purple_add_buddy_with_invite,
	.struct_size = sizeof(PurplePluginProtocolInfo),
};

/* libpurple frees the options when the plugin is unloaded, and may load it again. */
static gboolean
load(PurplePlugin *plugin G_GNUC_UNUSED)
{
	if (!protocol.protocol_options)
		protocol.protocol_options = msnp_purple_options_new();
	msnp_purple_log_start();
	msnp_purple_attention_start();
	return TRUE;
}

/* Its accounts are signed off by then, but a session's last answers may still be under way. */
static gboolean
unload(PurplePlugin *plugin G_GNUC_UNUSED)
{
	msnp_purple_attention_stop();
	msnp_purple_kept_unwatch();
	msnp_purple_log_stop();
	msnp_purple_presets_free();
	msnp_purple_requests_forget();
	return TRUE;
}

static PurplePluginInfo info = {
	.magic = PURPLE_PLUGIN_MAGIC,
	.major_version = PURPLE_MAJOR_VERSION,
	.minor_version = PURPLE_MINOR_VERSION,
	.type = PURPLE_PLUGIN_PROTOCOL,
	.priority = PURPLE_PRIORITY_DEFAULT,
	.id = (char *)MSNP_PURPLE_ID,
	.name = (char *)"MSN (MSNP14)",
	.version = (char *)PACKAGE_VERSION,
	.author = (char *)"The purple-msnp14 authors",
	.load = load,
	.unload = unload,
	.extra_info = &protocol,
	.actions = msnp_purple_actions,
};

static void
init(PurplePlugin *plugin G_GNUC_UNUSED)
{
	bindtextdomain(GETTEXT_PACKAGE, LOCALEDIR);
	bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
	info.summary = _("MSN Messenger protocol, version 14");
	info.description = _("Talks to the servers that carry on MSN Messenger, in the dialect of "
			     "Windows Live Messenger 8.0.");
	protocol.protocol_options = msnp_purple_options_new();
}

PURPLE_INIT_PLUGIN(msnp14, init, info)
