/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nudges: libpurple's attention both ways, in conversations and in chats, and the command /nudge.
 */
#include "msnp-purple.h"

static GList *types; /* PurpleAttentionType; the first one is all there is */
static PurpleCmdId command;

/* libpurple puts a buddy's name into its words as if it were markup, so there is no room for one
 * here. Whether a nudge has arrived is not known when it says that one goes out. */
GList *
msnp_purple_attention_types(PurpleAccount *account G_GNUC_UNUSED)
{
	if (!types)
		types = g_list_append(NULL, purple_attention_type_new("Nudge", _("Nudge"),
								      _("You have been nudged!"),
								      _("Sending a nudge...")));
	return types;
}

static void
nudged(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;
	g_autofree char *words = NULL;

	if (msnp_conversation_send_nudge_finish(MSNP_CONVERSATION(source), result, &error))
		return;
	words = msnp_purple_not_nudged_words(error);
	msnp_purple_sending_failed_here(sending, words);
}

gboolean
msnp_purple_send_attention(PurpleConnection *gc, const char *who, guint type G_GNUC_UNUSED)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;

	if (!set)
		return FALSE;
	msnp_conversation_send_nudge_async(
	    msnp_conversations_with(set, msnp_purple_normalize(login->account, who)), nudged,
	    msnp_purple_sending_new(login, PURPLE_CONV_TYPE_IM, who, NULL));
	return TRUE;
}

void
msnp_purple_got_nudge(MsnpLogin *login, const char *handle)
{
	purple_prpl_got_attention(login->gc, handle, 0);
}

/* As purple_prpl_got_attention_in_chat() does it, whose words would not say who it was. */
void
msnp_purple_got_nudge_in_chat(MsnpLogin *login, int id, const char *handle)
{
	PurpleConnection *gc = login->gc;
	PurpleConversation *conv = purple_find_chat(gc, id);
	g_autofree char *name = msnp_purple_shown_name(login->account, handle);
	/* Who */
	g_autofree char *words = g_strdup_printf(_("%s has nudged everybody!"), name);
	g_autofree char *markup = msnp_purple_text_to_markup(words, NULL, MSNP_PURPLE_PLUS_SHOW);

	if (!conv)
		return;
	msnp_login_ref(login);
	serv_got_chat_in(gc, id, handle,
			 PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NOTIFY | PURPLE_MESSAGE_RECV,
			 markup, time(NULL));
	/* Others hear of it, and may close anything. */
	if (login->gc && purple_find_chat(gc, id) == conv)
		purple_signal_emit(purple_conversations_get_handle(), "got-attention",
				   login->account, handle, conv, 0);
	msnp_login_unref(login);
}

static PurpleCmdRet
on_command(PurpleConversation *conv, const char *name G_GNUC_UNUSED, char **args G_GNUC_UNUSED,
	   char **error, void *data G_GNUC_UNUSED)
{
	PurpleConnection *gc = purple_conversation_get_gc(conv);
	PurpleConvChat *chat;

	if (!msnp_login_of_connection(gc)) {
		*error = g_markup_escape_text(
		    _("There is no connection to the server at the moment."), -1);
		return PURPLE_CMD_RET_FAILED;
	}
	if (purple_conversation_get_type(conv) == PURPLE_CONV_TYPE_IM) {
		purple_prpl_send_attention(gc, purple_conversation_get_name(conv), 0);
		return PURPLE_CMD_RET_OK;
	}
	chat = purple_conversation_get_chat_data(conv);
	if (msnp_purple_chat_nudge(gc, purple_conv_chat_get_id(chat)))
		return PURPLE_CMD_RET_OK;
	*error = g_markup_escape_text(_("This chat is over."), -1);
	return PURPLE_CMD_RET_FAILED;
}

void
msnp_purple_attention_start(void)
{
	command = purple_cmd_register(
	    "nudge", "", PURPLE_CMD_P_PRPL,
	    PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_PRPL_ONLY, MSNP_PURPLE_ID,
	    on_command, _("nudge: shakes the window of the others, to wake them up"), NULL);
}

void
msnp_purple_attention_stop(void)
{
	if (command)
		purple_cmd_unregister(command);
	command = 0;
	g_list_free_full(g_steal_pointer(&types), g_free);
}
