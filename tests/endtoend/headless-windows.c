/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What opens on the screen of a user: notices, questions, requests of others. */
#include "headless.h"

typedef struct {
	char *text;
	PurpleAccountRequestAuthorizationCb yes, no;
	gpointer data;
} Request;

typedef struct {
	char *text;
	GPtrArray *callbacks;
	gpointer data;
} Question;

typedef struct {
	char *text;
	PurpleRequestInputCb ok;
	gpointer data;
} Prompt;

static GString *notices, *mails;
static GPtrArray *requests; /* Request */
static Question *question;
static Prompt *prompt;
static char *info;

static void
request_free(gpointer data)
{
	Request *request = data;

	g_free(request->text);
	g_free(request);
}

static void
question_free(Question *old)
{
	if (!old)
		return;
	g_free(old->text);
	g_ptr_array_unref(old->callbacks);
	g_free(old);
}

static void
prompt_free(Prompt *old)
{
	if (!old)
		return;
	g_free(old->text);
	g_free(old);
}

static void *
on_notice(PurpleNotifyMsgType type G_GNUC_UNUSED, const char *title G_GNUC_UNUSED,
	  const char *primary, const char *secondary)
{
	g_string_append_printf(notices, "%s | %s\n", primary, secondary ? secondary : "");
	return NULL;
}

static void *
on_info(PurpleConnection *gc G_GNUC_UNUSED, const char *who G_GNUC_UNUSED,
	PurpleNotifyUserInfo *user_info)
{
	g_free(info);
	info = purple_notify_user_info_get_text_with_newline(user_info, "\n");
	return NULL;
}

static void *
on_request(PurpleAccount *account, const char *who, const char *id G_GNUC_UNUSED, const char *alias,
	   const char *message, gboolean on_list G_GNUC_UNUSED,
	   PurpleAccountRequestAuthorizationCb yes, PurpleAccountRequestAuthorizationCb no,
	   void *data)
{
	Request *request = g_new0(Request, 1);

	request->text = g_strdup_printf("%s: %s (%s) %s", purple_account_get_username(account), who,
					alias ? alias : "", message ? message : "");
	request->yes = yes;
	request->no = no;
	request->data = data;
	g_ptr_array_add(requests, request);
	return request;
}

/* libpurple has forgotten it: nobody may answer any more. */
static void
on_request_closed(void *handle)
{
	((Request *)handle)->yes = NULL;
}

static void *
on_question(const char *title G_GNUC_UNUSED, const char *primary G_GNUC_UNUSED,
	    const char *secondary, int default_action G_GNUC_UNUSED,
	    PurpleAccount *account G_GNUC_UNUSED, const char *who G_GNUC_UNUSED,
	    PurpleConversation *conv G_GNUC_UNUSED, void *data, size_t count, va_list answers)
{
	question_free(question);
	question = g_new0(Question, 1);
	question->text = g_strdup(secondary);
	question->callbacks = g_ptr_array_new();
	question->data = data;
	for (size_t i = 0; i < count; i++) {
		(void)va_arg(answers, const char *);
		g_ptr_array_add(question->callbacks, (gpointer)va_arg(answers, GCallback));
	}
	return question;
}

static void *
on_prompt(const char *title G_GNUC_UNUSED, const char *primary, const char *secondary G_GNUC_UNUSED,
	  const char *value G_GNUC_UNUSED, gboolean multiline G_GNUC_UNUSED,
	  gboolean masked G_GNUC_UNUSED, gchar *hint G_GNUC_UNUSED,
	  const char *ok_text G_GNUC_UNUSED, GCallback ok, const char *cancel_text G_GNUC_UNUSED,
	  GCallback cancel G_GNUC_UNUSED, PurpleAccount *account G_GNUC_UNUSED,
	  const char *who G_GNUC_UNUSED, PurpleConversation *conv G_GNUC_UNUSED, void *data)
{
	prompt_free(prompt);
	prompt = g_new0(Prompt, 1);
	prompt->text = g_strdup(primary);
	prompt->ok = (PurpleRequestInputCb)ok;
	prompt->data = data;
	return prompt;
}

static void *
on_mails(PurpleConnection *gc G_GNUC_UNUSED, size_t count, gboolean detailed, const char **subjects,
	 const char **froms, const char **tos, const char **urls)
{
	const char *to = tos ? *tos : "", *url = urls ? *urls : "";

	if (detailed)
		g_string_append_printf(mails, "%s | %s | %s | %s\n", *subjects, *froms, to, url);
	else
		g_string_append_printf(mails, "%u | %s | %s\n", (guint)count, to, url);
	return NULL;
}

static void *
on_mail(PurpleConnection *gc, const char *subject, const char *from, const char *to,
	const char *url)
{
	return on_mails(gc, 1, subject != NULL, &subject, &from, to ? &to : NULL,
			url ? &url : NULL);
}

static void
on_question_closed(PurpleRequestType type G_GNUC_UNUSED, void *handle)
{
	if (handle == prompt)
		g_clear_pointer(&prompt, prompt_free);
	if (handle == question)
		g_clear_pointer(&question, question_free);
}

static PurpleNotifyUiOps notify_ops = { .notify_message = on_notice,
					.notify_email = on_mail,
					.notify_emails = on_mails,
					.notify_userinfo = on_info };
static PurpleRequestUiOps request_ops = { .request_input = on_prompt,
					  .request_action = on_question,
					  .close_request = on_question_closed };
static PurpleAccountUiOps account_ops = { .request_authorize = on_request,
					  .close_account_request = on_request_closed };

void
headless_windows_install(void)
{
	notices = g_string_new(NULL);
	mails = g_string_new(NULL);
	requests = g_ptr_array_new_with_free_func(request_free);
	purple_notify_set_ui_ops(&notify_ops);
	purple_request_set_ui_ops(&request_ops);
	purple_accounts_set_ui_ops(&account_ops);
}

void
headless_windows_forget(void)
{
	g_string_truncate(notices, 0);
	g_string_truncate(mails, 0);
	g_ptr_array_set_size(requests, 0);
	g_clear_pointer(&question, question_free);
	g_clear_pointer(&prompt, prompt_free);
	g_clear_pointer(&info, g_free);
}

void
headless_windows_stop(void)
{
	g_string_free(g_steal_pointer(&notices), TRUE);
	g_string_free(g_steal_pointer(&mails), TRUE);
	g_clear_pointer(&requests, g_ptr_array_unref);
}

const char *
headless_notices(void)
{
	return notices->str;
}

const char *
headless_mails(void)
{
	return mails->str;
}

const char *
headless_info(void)
{
	return info ? info : "";
}

guint
headless_n_requests(void)
{
	return requests->len;
}

const char *
headless_request(guint which)
{
	g_assert_cmpuint(which, <, requests->len);
	return ((Request *)g_ptr_array_index(requests, which))->text;
}

gboolean
headless_request_is_open(guint which)
{
	return ((Request *)g_ptr_array_index(requests, which))->yes != NULL;
}

void
headless_answer(guint which, gboolean yes)
{
	Request *request = g_ptr_array_index(requests, which);
	PurpleAccountRequestAuthorizationCb callback = yes ? request->yes : request->no;

	g_assert_true(headless_request_is_open(which));
	request->yes = NULL;
	callback(request->data);
}

const char *
headless_question(void)
{
	return question ? question->text : "";
}

void
headless_choose(guint which)
{
	PurpleRequestActionCb callback;

	g_assert_nonnull(question);
	callback = (PurpleRequestActionCb)g_ptr_array_index(question->callbacks, which);
	callback(question->data, (int)which);
	purple_request_close(PURPLE_REQUEST_ACTION, question);
}

const char *
headless_prompt(void)
{
	return prompt ? prompt->text : "";
}

void
headless_type(const char *text)
{
	g_assert_nonnull(prompt);
	prompt->ok(prompt->data, text);
	purple_request_close(PURPLE_REQUEST_INPUT, prompt);
}
