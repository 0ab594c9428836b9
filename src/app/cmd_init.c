#include "app/command.h"
#include "app/parts.h"

#include "domain/config/account.h"
#include "domain/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * `countersignd init`: everything that must be there before the first start. What exists is kept:
 * run again with another name and origin it makes a second account.
 */

struct wanted {
	struct cs_new_account account;
	const char *api_token_file;
	const char *account_id_file;
};

static int
say(struct cs_buf *problem)
{
	fprintf(stderr, "countersignd init: %.*s\n", (int)problem->len, (const char *)problem->p);
	return CS_EXIT_FAILED;
}

static bool
take_options(struct cs_command_line *line, struct wanted *w)
{
	w->account.name = cs_str_c(cs_option(line, "account", false));
	w->account.auth_origin = cs_str_c(cs_option(line, "auth-origin", false));
	w->account.console_origin = cs_str_c(cs_option(line, "console-origin", false));
	w->account.owner_email = cs_str_c(cs_option(line, "owner", false));
	w->api_token_file = cs_option(line, "api-token-file", false);
	w->account_id_file = cs_option(line, "account-id-file", false);
	if (w->account.name.len > 0 && w->account.auth_origin.len > 0 &&
	    w->account.owner_email.len > 0)
		return cs_no_words_left(line);
	fputs("countersignd init: --account, --auth-origin and --owner are needed; "
	      "see countersignd help\n",
	    stderr);
	return false;
}

/* A new file that only we can read. It is made before the token, which exists only once. */
static int
make_file(const char *path, struct cs_buf *problem)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		cs_buf_printf(problem, "cannot make %s: %s", path, strerror(errno));
	return fd;
}

static bool
fill_file(int fd, cs_str text)
{
	bool is_written = write(fd, text.p, text.len) == (ssize_t)text.len &&
			  write(fd, "\n", 1) == 1 && fsync(fd) == 0;

	return close(fd) == 0 && is_written;
}

static cs_err
make_keyring(const struct cs_settings *c, const struct cs_clock *clock, struct cs_buf *problem)
{
	const char *path = cs_arena_c(c->arena, c->keyring);
	cs_err e = cs_keyring_create(path, &cs_random_system, cs_clock_now(clock));

	if (!cs_failed(e) || cs_is(e, CS_E_CONFLICT))
		return CS_OK; /* the one that is there goes on */
	cs_buf_printf(problem, "cannot make the keyring %s: %s", path, cs_code_name(e.code));
	return e;
}

static cs_err
make_account(struct cs_parts *p, struct cs_op *op, const struct cs_new_account *wanted,
    struct cs_created_account *out, struct cs_buf *problem)
{
	struct cs_fault fault = { 0 };
	cs_time next;
	cs_err e = cs_account_create(&p->domain, op, wanted, out, &fault);

	if (cs_failed(e)) {
		cs_buf_printf(problem, "no account was made: %.*s", (int)fault.len, fault.text);
		if (fault.len == 0)
			cs_buf_add_c(problem, cs_code_name(e.code));
		return e;
	}
	op->account = out->account;
	return cs_keys_rotate(&p->domain, op, &next);
}

static void
tell(const struct wanted *w, const struct cs_created_account *made, struct cs_arena *a)
{
	cs_str id = cs_id_hex_text(a, made->account);

	printf("account      %.*s\n", CS_STR_ARG(id));
	printf("owner        %.*s\n", CS_STR_ARG(w->account.owner_email));
	printf("invitation   %.*s\n", CS_STR_ARG(made->invitation_token));
	if (w->account.console_origin.len > 0)
		printf("             open %.*s/invitation#%.*s within seven days\n",
		    CS_STR_ARG(w->account.console_origin), CS_STR_ARG(made->invitation_token));
	if (w->api_token_file != NULL)
		printf("API token    in %s\n", w->api_token_file);
	else
		printf(
		    "API token    %.*s\n             shown this once; it is kept as a hash only\n",
		    CS_STR_ARG(made->api_token));
}

/* Opened before anything is made, so that what is shown once is not lost to a full disk. */
struct outputs {
	int token_fd;
	int id_fd;
};

static bool
open_outputs(const struct wanted *w, struct outputs *o, struct cs_buf *problem)
{
	o->token_fd = w->api_token_file != NULL ? make_file(w->api_token_file, problem) : -1;
	if (w->api_token_file != NULL && o->token_fd < 0)
		return false;
	o->id_fd = w->account_id_file != NULL ? make_file(w->account_id_file, problem) : -1;
	return w->account_id_file == NULL || o->id_fd >= 0;
}

static bool
fill_outputs(const struct outputs *o, const struct cs_created_account *made, struct cs_arena *a)
{
	bool is_written = o->token_fd < 0 || fill_file(o->token_fd, made->api_token);

	return (o->id_fd < 0 || fill_file(o->id_fd, cs_id_hex_text(a, made->account))) &&
	       is_written;
}

static int
init(struct cs_settings **config, const struct cs_clock *clock, const struct wanted *w,
    struct cs_buf *problem)
{
	CS_AUTO(cs_parts_close) struct cs_parts *parts = NULL;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(4 << 20);
	struct cs_created_account made = { 0 };
	struct outputs outputs;

	if (cs_failed(make_keyring(*config, clock, problem)) ||
	    cs_failed(cs_parts_open(config, clock, &parts, problem)) ||
	    !open_outputs(w, &outputs, problem))
		return say(problem);
	struct cs_op op = cs_parts_op(parts, arena);
	cs_err e = make_account(parts, &op, &w->account, &made, problem);
	bool is_written = fill_outputs(&outputs, &made, arena);
	if (!cs_failed(e) && is_written) {
		tell(w, &made, arena);
		return CS_EXIT_OK;
	}
	if (w->api_token_file != NULL)
		unlink(w->api_token_file);
	if (w->account_id_file != NULL)
		unlink(w->account_id_file);
	if (problem->len == 0)
		cs_buf_add_c(problem, "the account exists, but its files could not be written");
	return say(problem);
}

int
cs_cmd_init(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;
	struct wanted w = { 0 };

	cs_buf_init(&problem, 4096);
	if (!take_options(line, &w))
		return CS_EXIT_USAGE;
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem))) {
		say(&problem);
		return CS_EXIT_CONFIG;
	}
	return init(&config, line->clock, &w, &problem);
}
