/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user interface that libpurple needs, and what the tests ask of it. */
#include "headless.h"

#include <glib/gstdio.h>
#include <time.h>

#ifdef HEADLESS_SANITIZED
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

/* Stacks across libraries without frame pointers, so that the suppressions find their names. */
const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0:malloc_context_size=40";
}

/* What libpurple and the plugins of others set up once and never free, and what it forgets at each
 * connection that NO_PROXY excepts from the proxy. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:purple_core_init\nleak:_dl_init\nleak:purple_proxy_connect\n";
}
#endif

static char *directory;
static GHashTable *errors;      /* PurpleAccount* -> PurpleConnectionErrorInfo-like Failure */
static GHashTable *transcripts; /* "user who" -> GString */
static GHashTable *delayed;     /* the same */
static gint64 longest_turn;

typedef struct {
	PurpleConnectionError reason;
	char *words;
} Failure;

/* ---- Event loop ---- */

typedef struct {
	PurpleInputFunction function;
	gpointer data;
} Input;

static gboolean
input_ready(GIOChannel *channel, GIOCondition condition, gpointer data)
{
	Input *input = data;
	PurpleInputCondition ready = 0;

	if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
		ready |= PURPLE_INPUT_READ;
	if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR))
		ready |= PURPLE_INPUT_WRITE;
	input->function(input->data, g_io_channel_unix_get_fd(channel), ready);
	return G_SOURCE_CONTINUE;
}

static guint
input_add(int fd, PurpleInputCondition condition, PurpleInputFunction function, gpointer data)
{
	g_autoptr(GIOChannel) channel = g_io_channel_unix_new(fd);
	Input *input = g_new(Input, 1);
	GIOCondition wanted = G_IO_HUP | G_IO_ERR;

	input->function = function;
	input->data = data;
	if (condition & PURPLE_INPUT_READ)
		wanted |= G_IO_IN;
	if (condition & PURPLE_INPUT_WRITE)
		wanted |= G_IO_OUT;
	return g_io_add_watch_full(channel, G_PRIORITY_DEFAULT, wanted, input_ready, input, g_free);
}

static PurpleEventLoopUiOps event_loop_ops = {
	.timeout_add = g_timeout_add,
	.timeout_remove = g_source_remove,
	.input_add = input_add,
	.input_remove = g_source_remove,
	.timeout_add_seconds = g_timeout_add_seconds,
};

static gboolean
wake_up(gpointer data G_GNUC_UNUSED)
{
	return G_SOURCE_REMOVE;
}

/* Of this thread, in microseconds: what else the machine does is no matter. */
static gint64
cpu_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

void
headless_turn(gint64 limit, const char *what)
{
	gint64 before;
	guint alarm;

	if (g_get_monotonic_time() >= limit)
		g_error("in %d seconds this did not come true: %s", HEADLESS_LIMIT, what);
	if (!g_main_context_pending(NULL)) {
		/* So that waiting ends although nothing happens; it does not count as a turn. */
		alarm = g_timeout_add(100, wake_up, NULL);
		g_main_context_iteration(NULL, TRUE);
		if (g_main_context_find_source_by_id(NULL, alarm))
			g_source_remove(alarm);
		return;
	}
	before = cpu_time();
	g_main_context_iteration(NULL, FALSE);
	longest_turn = MAX(longest_turn, cpu_time() - before);
}

gint64
headless_longest_turn(void)
{
	gint64 longest = longest_turn;

	longest_turn = 0;
	return longest;
}

/* ---- What happens ---- */

static void
failure_free(gpointer data)
{
	Failure *failure = data;

	g_free(failure->words);
	g_free(failure);
}

static void
on_failure(PurpleConnection *gc, PurpleConnectionError reason, const char *words)
{
	Failure *failure = g_new(Failure, 1);

	failure->reason = reason;
	failure->words = g_strdup(words);
	g_hash_table_insert(errors, purple_connection_get_account(gc), failure);
}

static PurpleConnectionUiOps connection_ops = { .report_disconnect_reason = on_failure };

static void
free_string(gpointer data)
{
	g_string_free(data, TRUE);
}

static GString *
text_of(GHashTable *texts, PurpleAccount *account, const char *who)
{
	char *key = g_strconcat(purple_account_get_username(account), " ",
				purple_normalize(account, who), NULL);
	GString *text = g_hash_table_lookup(texts, key);

	if (text) {
		g_free(key);
		return text;
	}
	text = g_string_new(NULL);
	g_hash_table_insert(texts, key, text);
	return text;
}

static GString *
transcript(PurpleAccount *account, const char *who)
{
	return text_of(transcripts, account, who);
}

static void
note_delayed(PurpleConversation *conv, const char *shown, time_t when)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(when);
	g_autofree char *iso = g_date_time_format(time, "%FT%TZ");

	g_string_append_printf(text_of(delayed, purple_conversation_get_account(conv),
				       purple_conversation_get_name(conv)),
			       "%s %s\n", iso, shown);
}

/* The font that is sent where nobody chose one says nothing: switchboard.md 8. */
static char *
without_default_font(const char *markup)
{
	static const char open[] = "<font face=\"MS Shell Dlg\">", close[] = "</font>";

	if (!g_str_has_prefix(markup, open) || !g_str_has_suffix(markup, close))
		return g_strdup(markup);
	return g_strndup(markup + strlen(open), strlen(markup) - strlen(open) - strlen(close));
}

static void
on_write(PurpleConversation *conv, const char *name G_GNUC_UNUSED, const char *alias G_GNUC_UNUSED,
	 const char *markup, PurpleMessageFlags flags, time_t when)
{
	const char *mark = "*";
	g_autofree char *shown = without_default_font(markup);

	if (flags & PURPLE_MESSAGE_ERROR)
		mark = "!";
	else if (flags & PURPLE_MESSAGE_RECV)
		mark = "<";
	else if (flags & PURPLE_MESSAGE_SEND)
		mark = ">";
	g_string_append_printf(
	    transcript(purple_conversation_get_account(conv), purple_conversation_get_name(conv)),
	    "%s %s\n", mark, shown);
	if (flags & PURPLE_MESSAGE_DELAYED)
		note_delayed(conv, shown, when);
}

static PurpleConversationUiOps conversation_ops = { .write_conv = on_write };

static void
install_ui(void)
{
	purple_connections_set_ui_ops(&connection_ops);
	purple_conversations_set_ui_ops(&conversation_ops);
	headless_windows_install();
}

static PurpleCoreUiOps core_ops = { .ui_init = install_ui };

/* ---- Start and stop ---- */

static void
write_services(const char *json)
{
	g_autofree char *path = g_build_filename(directory, "msnp14-servers.json", NULL);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, json, -1, &error);
	g_assert_no_error(error);
}

void
headless_start(const char *module_directory)
{
	headless_start_with(module_directory, NULL);
}

void
headless_start_with(const char *module_directory, const char *services_json)
{
	directory = g_dir_make_tmp("msnp14-test-XXXXXX", NULL);
	g_assert_nonnull(directory);
	if (services_json)
		write_services(services_json);
	g_setenv("HOME", directory, TRUE);
	/* Without one, what libpurple has loaded for sounds makes itself another. */
	g_setenv("XDG_RUNTIME_DIR", directory, TRUE);
	errors = g_hash_table_new_full(NULL, NULL, NULL, failure_free);
	transcripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_string);
	delayed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_string);
	purple_util_set_user_dir(directory);
	purple_debug_set_enabled(g_getenv("PURPLE_TEST_DEBUG") != NULL);
	purple_core_set_ui_ops(&core_ops);
	purple_eventloop_set_ui_ops(&event_loop_ops);
	purple_plugins_add_search_path(module_directory);
	if (!purple_core_init(HEADLESS_UI))
		g_error("libpurple does not start");
	if (!purple_find_prpl(HEADLESS_PRPL))
		g_error("%s was not found in %s", HEADLESS_PRPL, module_directory);
	purple_set_blist(purple_blist_new());
	purple_prefs_set_bool("/purple/logging/log_ims", FALSE);
	purple_prefs_set_bool("/purple/logging/log_chats", FALSE);
	purple_prefs_set_string("/purple/away/idle_reporting", "none");
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		if (g_remove(child) != 0)
			remove_tree(child);
	}
	g_rmdir(path);
}

void
headless_stop(void)
{
	purple_core_quit();
	headless_windows_stop();
	remove_tree(directory);
	g_clear_pointer(&directory, g_free);
	g_clear_pointer(&errors, g_hash_table_unref);
	g_clear_pointer(&transcripts, g_hash_table_unref);
	g_clear_pointer(&delayed, g_hash_table_unref);
}

MsnpServer *
headless_serve_as(const MsnpServerOptions *options, const char *accounts_json,
		  const char *behaviour)
{
	g_autoptr(GError) error = NULL;
	MsnpServer *server = msnp_server_new(options, accounts_json, &error);

	g_assert_no_error(error);
	if (behaviour)
		msnp_server_add_fault(server, behaviour, &error);
	g_assert_no_error(error);
	msnp_server_start(server, &error);
	g_assert_no_error(error);
	return server;
}

MsnpServer *
headless_serve(const char *accounts_json, const char *behaviour)
{
	MsnpServerOptions options = { 0 };

	return headless_serve_as(&options, accounts_json, behaviour);
}

PurpleAccount *
headless_account_at(int ns_port, const char *base_url, const char *username, const char *password)
{
	PurpleAccount *account = purple_account_new(username, HEADLESS_PRPL);
	PurpleProxyInfo *proxy = purple_proxy_info_new();

	purple_proxy_info_set_type(proxy, PURPLE_PROXY_NONE);
	purple_account_set_proxy_info(account, proxy);
	purple_account_set_remember_password(account, TRUE);
	purple_account_set_password(account, password);
	purple_account_set_string(account, "service", "custom");
	purple_account_set_string(account, "server", "127.0.0.1");
	purple_account_set_int(account, "port", ns_port);
	purple_account_set_string(account, "base_url", base_url);
	purple_accounts_add(account);
	return account;
}

PurpleAccount *
headless_account(MsnpServer *server, const char *username, const char *password)
{
	return headless_account_at(msnp_server_ns_port(server), msnp_server_base_url(server),
				   username, password);
}

void
headless_sign_on(PurpleAccount *account)
{
	g_hash_table_remove(errors, account);
	if (!purple_account_get_enabled(account, HEADLESS_UI))
		purple_account_set_enabled(account, HEADLESS_UI, TRUE);
	else
		purple_account_connect(account);
}

void
headless_sign_off(PurpleAccount *account)
{
	purple_account_set_enabled(account, HEADLESS_UI, FALSE);
}

static void
remove_groups(void)
{
	PurpleBlistNode *node;

	while ((node = purple_blist_get_root()))
		purple_blist_remove_group((PurpleGroup *)node);
}

void
headless_forget(void)
{
	while (purple_get_conversations())
		purple_conversation_destroy(purple_get_conversations()->data);
	while (purple_accounts_get_all())
		purple_accounts_delete(purple_accounts_get_all()->data);
	remove_groups();
	headless_windows_forget();
}

void
headless_clear(MsnpServer *server)
{
	GPtrArray *complaints = msnp_server_complaints(server);

	if (complaints->len > 0)
		g_error("the server complained: %s", (char *)g_ptr_array_index(complaints, 0));
	headless_clear_in_flight(server);
}

void
headless_clear_in_flight(MsnpServer *server)
{
	headless_forget();
	wait_until(msnp_server_n_sessions(server) == 0 && msnp_server_n_rooms(server) == 0);
	msnp_server_stop(server);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_object_unref(server);
	g_hash_table_remove_all(errors);
	g_hash_table_remove_all(transcripts);
	g_hash_table_remove_all(delayed);
}

/* ---- Questions ---- */

int
headless_error(PurpleAccount *account)
{
	Failure *failure = g_hash_table_lookup(errors, account);

	return failure ? (int)failure->reason : -1;
}

const char *
headless_error_words(PurpleAccount *account)
{
	Failure *failure = g_hash_table_lookup(errors, account);

	return failure ? failure->words : "";
}

const char *
headless_status(PurpleAccount *account, const char *who)
{
	PurpleBuddy *buddy = purple_find_buddy(account, who);
	PurplePresence *presence;
	static char answer[64];

	if (!buddy)
		return "";
	presence = purple_buddy_get_presence(buddy);
	g_snprintf(answer, sizeof answer, "%s%s",
		   purple_status_get_id(purple_presence_get_active_status(presence)),
		   purple_presence_is_idle(presence) ? "/idle" : "");
	return answer;
}

const char *
headless_message(PurpleAccount *account, const char *who)
{
	PurpleBuddy *buddy = purple_find_buddy(account, who);
	const char *message = NULL;

	if (buddy)
		message = purple_status_get_attr_string(
		    purple_presence_get_active_status(purple_buddy_get_presence(buddy)), "message");
	return message ? message : "";
}

const char *
headless_transcript(PurpleAccount *account, const char *who)
{
	return transcript(account, who)->str;
}

const char *
headless_delayed(PurpleAccount *account, const char *who)
{
	return text_of(delayed, account, who)->str;
}

static PurpleConversation *
conversation(PurpleAccount *account, const char *who)
{
	return purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, who, account);
}

gboolean
headless_is_typing(PurpleAccount *account, const char *who)
{
	PurpleConversation *conv = conversation(account, who);

	return conv && purple_conv_im_get_typing_state(PURPLE_CONV_IM(conv)) == PURPLE_TYPING;
}

void
headless_say(PurpleAccount *account, const char *who, const char *html)
{
	PurpleConversation *conv = conversation(account, who);

	if (!conv)
		conv = purple_conversation_new(PURPLE_CONV_TYPE_IM, account, who);
	purple_conv_im_send(PURPLE_CONV_IM(conv), html);
}
