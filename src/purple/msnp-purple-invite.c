/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How chats begin and grow: "Join a chat" with people's addresses, "Initiate chat" and "Invite to
 * chat" from the menu of a contact, invitations from the window of a chat. Where others call us,
 * the core answers, and there is nothing to ask.
 */
#include "msnp-purple.h"

#include "wire/msnp-address.h"

/* Of what libpurple keeps and hands around about a chat: addresses, with blanks or commas. */
#define KEY_PEOPLE "people"

GList *
msnp_purple_chat_info(PurpleConnection *gc G_GNUC_UNUSED)
{
	struct proto_chat_entry *entry = g_new0(struct proto_chat_entry, 1);

	entry->label = _("_People (addresses):");
	entry->identifier = KEY_PEOPLE;
	entry->required = TRUE;
	return g_list_append(NULL, entry);
}

static GHashTable *
components_new(const char *people)
{
	GHashTable *components = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	g_hash_table_insert(components, (gpointer)KEY_PEOPLE, g_strdup(people));
	return components;
}

/* Those in the window of a chat, but oneself. */
static char *
people_in(PurpleConvChat *chat)
{
	g_autoptr(GString) people = g_string_new(NULL);

	for (GList *l = purple_conv_chat_get_users(chat); l; l = l->next) {
		const char *name = purple_conv_chat_cb_get_name(l->data);

		if (!purple_strequal(name, purple_conv_chat_get_nick(chat)))
			g_string_append_printf(people, "%s%s", people->len ? " " : "", name);
	}
	return g_string_free(g_steal_pointer(&people), FALSE);
}

/* name is that of a window, when its chat is put into the buddy list, or what the user has typed.
 * Some user interfaces also come back with the windows of chats that a sign-off has ended: those
 * people are not called again unasked. */
GHashTable *
msnp_purple_chat_info_defaults(PurpleConnection *gc, const char *name)
{
	PurpleConversation *conv;
	g_autofree char *people = NULL;

	if (!name)
		return components_new("");
	conv = purple_find_conversation_with_account(PURPLE_CONV_TYPE_CHAT, name,
						     purple_connection_get_account(gc));
	if (!conv)
		return components_new(strchr(name, '@') ? name : "");
	if (purple_conv_chat_has_left(PURPLE_CONV_CHAT(conv)))
		return components_new("");
	people = people_in(PURPLE_CONV_CHAT(conv));
	return components_new(people);
}

char *
msnp_purple_chat_name(GHashTable *components)
{
	const char *people = components ? g_hash_table_lookup(components, KEY_PEOPLE) : NULL;

	return g_strdup(people ? people : "");
}

/* ---- A new chat ---- */

typedef struct {
	MsnpLogin *login;
	char *people; /* of join_chat; NULL from a menu */
} Opening;

static void
opened(GObject *source, GAsyncResult *result, gpointer data)
{
	Opening *opening = data;
	PurpleConnection *gc = opening->login->gc;
	g_autoptr(GError) error = NULL;
	g_autoptr(MsnpChat) chat =
	    msnp_conversations_open_chat_finish(MSNP_CONVERSATIONS(source), result, &error);

	if (!chat && gc) {
		g_autofree char *words = msnp_purple_no_chat_words(error);
		g_autoptr(GHashTable) components =
		    opening->people ? components_new(opening->people) : NULL;

		purple_notify_error(gc, _("Chat"), _("The chat could not be started."), words);
		/* Others hear of it, and may close the account. */
		if (components && opening->login->gc)
			purple_serv_got_join_chat_failed(gc, components);
	}
	msnp_login_unref(opening->login);
	g_free(opening->people);
	g_free(opening);
}

static void
open_chat(MsnpLogin *login, const char *const *handles, const char *people)
{
	MsnpConversations *set = msnp_session_conversations(login->session);
	Opening *opening;

	if (!set)
		return;
	opening = g_new0(Opening, 1);
	opening->login = msnp_login_ref(login);
	opening->people = g_strdup(people);
	msnp_conversations_open_chat_async(set, handles, opened, opening);
}

/* Without people nobody has asked for it: see msnp_purple_chat_info_defaults(). */
void
msnp_purple_join_chat(PurpleConnection *gc, GHashTable *components)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	g_autofree char *people = msnp_purple_chat_name(components);
	g_auto(GStrv) words = g_strsplit_set(people, " ,;\t\r\n", -1);
	g_autoptr(GPtrArray) handles = g_ptr_array_new();

	for (char **word = words; *word; word++)
		if (**word)
			g_ptr_array_add(handles, *word);
	if (!login || handles->len == 0) {
		purple_serv_got_join_chat_failed(gc, components);
		return;
	}
	g_ptr_array_add(handles, NULL);
	open_chat(login, (const char *const *)handles->pdata, people);
}

/* ---- One more ---- */

static void
tell_not_invited(MsnpPurpleSending *sending, const GError *error)
{
	g_autofree char *words = NULL;

	if (!sending->login->gc)
		return;
	words = msnp_purple_not_invited_words(sending->login->account, sending->what, error);
	msnp_purple_sending_failed_here(sending, words);
}

static void
invited_to_chat(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_chat_invite_finish(MSNP_CHAT(source), result, &error))
		tell_not_invited(sending, error);
}

static void
invited_to_conversation(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(MsnpPurpleSending) sending = data;
	g_autoptr(GError) error = NULL;

	if (!msnp_conversation_invite_finish(MSNP_CONVERSATION(source), result, &error))
		tell_not_invited(sending, error);
}

static void
note_who(MsnpLogin *login, PurpleConversation *conv, const char *handle, const char *format)
{
	g_autofree char *name = msnp_purple_shown_name(login->account, handle);
	g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
	g_autofree char *words = g_strjoinv(name, parts);

	msnp_purple_note(conv, words);
}

/* What one may write to those whom one calls, this protocol has no place for. */
void
msnp_purple_chat_invite(PurpleConnection *gc, int id, const char *message G_GNUC_UNUSED,
			const char *who)
{
	MsnpLogin *login = msnp_login_of_connection(gc);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;
	MsnpChat *chat = set ? msnp_conversations_find_chat(set, id) : NULL;
	PurpleConversation *conv = chat ? purple_find_chat(gc, id) : NULL;
	g_autofree char *handle = msnp_handle_normalize(who);

	if (!conv)
		return;
	if (purple_conv_chat_find_user(PURPLE_CONV_CHAT(conv), handle)) {
		note_who(login, conv, handle, _("%s is here already."));
		return;
	}
	msnp_chat_invite_async(chat, handle, invited_to_chat,
			       msnp_purple_sending_new(login, PURPLE_CONV_TYPE_CHAT,
						       purple_conversation_get_name(conv), handle));
	note_who(login, conv, handle, _("Calling %s..."));
}

/* ---- The menu of a contact ---- */

static MsnpLogin *
login_of_node(PurpleBlistNode *node)
{
	return msnp_login_of_account(purple_buddy_get_account((PurpleBuddy *)node));
}

static void
start_chat(PurpleBlistNode *node, gpointer data G_GNUC_UNUSED)
{
	MsnpLogin *login = login_of_node(node);
	const char *handles[] = { purple_buddy_get_name((PurpleBuddy *)node), NULL };

	if (login)
		open_chat(login, handles, NULL);
}

static void
invite_to_chat(PurpleBlistNode *node, gpointer data)
{
	MsnpLogin *login = login_of_node(node);

	if (login)
		msnp_purple_chat_invite(login->gc, GPOINTER_TO_INT(data), NULL,
					purple_buddy_get_name((PurpleBuddy *)node));
}

/* data is the window as it was when the menu opened: it may be gone, and the account may be signing
 * on anew. */
static void
invite_to_conversation(PurpleBlistNode *node, gpointer data)
{
	MsnpLogin *login = login_of_node(node);
	MsnpConversations *set = login ? msnp_session_conversations(login->session) : NULL;
	PurpleConversation *conv = data;
	MsnpConversation *conversation;
	g_autofree char *handle = msnp_handle_normalize(purple_buddy_get_name((PurpleBuddy *)node));

	if (!set || !g_list_find(purple_get_ims(), conv) ||
	    purple_conversation_get_account(conv) != login->account)
		return;
	conversation = msnp_conversations_with(
	    set, msnp_purple_normalize(login->account, purple_conversation_get_name(conv)));
	msnp_conversation_invite_async(conversation, handle, invited_to_conversation,
				       msnp_purple_sending_new(login, PURPLE_CONV_TYPE_IM,
							       purple_conversation_get_name(conv),
							       handle));
	note_who(login, conv, handle, _("Calling %s..."));
}

static GList *
append_action(GList *list, const char *label, void (*callback)(PurpleBlistNode *, gpointer),
	      gpointer data)
{
	return g_list_append(list,
			     purple_menu_action_new(label, PURPLE_CALLBACK(callback), data, NULL));
}

/* The windows into which somebody can be called: chats without him, and conversations with others.
 */
static GList *
places(MsnpLogin *login, const char *handle)
{
	MsnpConversations *set = msnp_session_conversations(login->session);
	GList *list = NULL;

	for (GList *l = purple_get_chats(); l; l = l->next) {
		PurpleConversation *conv = l->data;
		PurpleConvChat *chat = PURPLE_CONV_CHAT(conv);
		int id = purple_conv_chat_get_id(chat);

		if (purple_conversation_get_account(conv) == login->account &&
		    msnp_conversations_find_chat(set, id) &&
		    !purple_conv_chat_find_user(chat, handle))
			list = append_action(list, purple_conversation_get_name(conv),
					     invite_to_chat, GINT_TO_POINTER(id));
	}
	for (GList *l = purple_get_ims(); l; l = l->next) {
		PurpleConversation *conv = l->data;
		const char *other = purple_conversation_get_name(conv);
		g_autofree char *name = NULL;
		g_autofree char *label = NULL;

		if (purple_conversation_get_account(conv) != login->account ||
		    msnp_handle_equal(other, handle))
			continue;
		name = msnp_purple_shown_name(login->account, other);
		/* The other one of a conversation */
		label = g_strdup_printf(_("Conversation with %s"), name);
		list = append_action(list, label, invite_to_conversation, conv);
	}
	return list;
}

static GList *
chat_menu(MsnpLogin *login, PurpleBuddy *buddy)
{
	g_autofree char *handle = msnp_handle_normalize(purple_buddy_get_name(buddy));
	GList *menu, *submenu;

	if (!msnp_session_conversations(login->session) || msnp_handle_is_phone(handle))
		return NULL;
	/* In other words, bitlbee would not find it for its "chat with". */
	menu = append_action(NULL, _("Initiate chat"), start_chat, NULL);
	submenu = places(login, handle);
	if (submenu)
		menu = g_list_append(
		    menu, purple_menu_action_new(_("Invite to chat"), NULL, NULL, submenu));
	return menu;
}

/* Blocking is not among it: Pidgin and Finch offer that themselves. */
GList *
msnp_purple_buddy_menu(PurpleBlistNode *node)
{
	PurpleBuddy *buddy = (PurpleBuddy *)node;
	MsnpLogin *login = PURPLE_BLIST_NODE_IS_BUDDY(node) ? login_of_node(node) : NULL;

	if (!login || !login->blist || !msnp_session_is_signed_on(login->session))
		return NULL;
	return g_list_concat(chat_menu(login, buddy), msnp_purple_page_menu(buddy));
}
