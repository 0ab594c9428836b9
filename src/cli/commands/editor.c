/* An entry in the person's editor: what is no secret, as text, and back. */
#include "cli/commands/editing.h"

#include "cli/program/file_in.h"
#include "cli/program/program.h"
#include "cli/program/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FORM_MAX 65536

/* A file of the form's own, where nobody else looks; memory, if the system has such a place. */
struct form_file {
	char path[4096];
	int fd;
};

static bool
make_file(struct form_file *f)
{
	const char *folder = cs_program_env("XDG_RUNTIME_DIR");

	for (int i = 0; i < 2; i++) {
		snprintf(f->path, sizeof(f->path), "%s/countersign-XXXXXX.txt",
		    i == 0 && folder != NULL ? folder : "/tmp");
		f->fd = mkostemps(f->path, 4, O_CLOEXEC);
		if (f->fd != -1)
			return true;
	}
	cs_complain("no file for the editor can be made: %s", strerror(errno));
	return false;
}

static void
drop_file(struct form_file *f)
{
	if (f->fd != -1)
		close(f->fd);
	unlink(f->path);
}

static void
write_row(struct cs_buf *out, const char *name, cs_str value)
{
	cs_buf_printf(out, "%s:%s%.*s\n", name, value.len > 0 ? " " : "", CS_STR_ARG(value));
}

static void
write_form(const struct cs_entry *e, struct cs_buf *out)
{
	cs_buf_add_c(out, "# What this entry is called. Lines with # are passed over; everything\n"
			  "# below \"note:\" is the note. Nothing changed: nothing is done.\n");
	write_row(out, "service", e->issuer);
	write_row(out, "account", e->account);
	write_row(out, "icon", e->icon);
	for (size_t i = 0; i < e->tag_count; i++)
		write_row(out, "tag", e->tags[i]);
	write_row(out, "tag", CS_STR(""));
	cs_buf_add_c(out, "note:\n");
	cs_buf_add_str(out, e->note);
	cs_buf_add_c(out, "\n");
}

static int
wrong_line(size_t number)
{
	cs_complain("line %zu is not as it has to be; nothing was changed", number);
	return CS_CLI_FAILED;
}

static void
take_row(struct cs_entry *e, cs_str name, cs_str value, bool *out_is_known)
{
	*out_is_known = true;
	if (cs_str_equal(name, CS_STR("service")))
		e->issuer = value;
	else if (cs_str_equal(name, CS_STR("account")))
		e->account = value;
	else if (cs_str_equal(name, CS_STR("icon")))
		e->icon = value;
	else if (!cs_str_equal(name, CS_STR("tag")) || e->tag_count == CS_ENTRY_TAGS_MAX)
		*out_is_known = value.len == 0 && cs_str_equal(name, CS_STR("tag"));
	else if (value.len > 0)
		e->tags[e->tag_count++] = value;
}

static int
read_form(struct cs_arena *a, cs_str form, struct cs_entry *e)
{
	cs_str line;
	size_t number = 0;
	bool is_known = false;

	e->issuer = e->account = e->icon = e->note = CS_STR("");
	e->tags = CS_NEW_ARRAY(a, cs_str, CS_ENTRY_TAGS_MAX);
	e->tag_count = 0;
	while (cs_str_cut(&form, '\n', &line)) {
		size_t colon = cs_str_find(line, ':', 0);
		cs_str name = cs_str_trim(cs_str_slice(line, 0, colon));
		number++;
		if (cs_str_trim(line).len == 0 || line.p[0] == '#')
			continue;
		if (colon == line.len)
			return wrong_line(number);
		if (cs_str_equal(name, CS_STR("note"))) {
			while (form.len > 0 && strchr(" \t\r\n", form.p[form.len - 1]) != NULL)
				form.len--;
			e->note = form;
			return CS_CLI_OK;
		}
		take_row(e, name, cs_str_trim(cs_str_slice(line, colon + 1, line.len)), &is_known);
		if (!is_known)
			return wrong_line(number);
	}
	return CS_CLI_OK;
}

/* By the shell, since VISUAL may be "code --wait". ^C is the editor's, not ours. */
static int
run_editor(const char *path)
{
	const char *editor = cs_program_env("VISUAL");
	char *argv[] = { (char *)"sh", (char *)"-c", NULL, (char *)"editor", (char *)path, NULL };
	char command[4096];
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction interrupt, quit;
	int status = 0;

	if (editor == NULL)
		editor = cs_program_env("EDITOR");
	snprintf(command, sizeof(command), "%s \"$1\"", editor != NULL ? editor : "vi");
	argv[2] = command;
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execv("/bin/sh", argv);
		_exit(127);
	}
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return CS_CLI_OK;
	cs_complain("the editor (%s) did not end well; nothing was changed",
	    editor != NULL ? editor : "vi");
	return CS_CLI_FAILED;
}

static int
edit_file(struct form_file *file, cs_str form, struct cs_buf *out)
{
	if (write(file->fd, form.p, form.len) != (ssize_t)form.len) {
		cs_complain("%s: %s", file->path, strerror(errno));
		return CS_CLI_DISK;
	}
	int status = run_editor(file->path);
	/* By its path: editors write another file and rename it. */
	return status == CS_CLI_OK ? cs_file_read(file->path, out) : status;
}

int
cs_editing_in_editor(struct cs_editing *editing)
{
	CS_AUTO(cs_buf_clear) struct cs_buf before;
	CS_AUTO(cs_buf_clear) struct cs_buf after;
	struct cs_arena *a = editing->session->arena;
	struct form_file file;

	cs_buf_init(&before, FORM_MAX);
	cs_buf_init(&after, FORM_MAX);
	write_form(editing->before, &before);
	if (!make_file(&file))
		return CS_CLI_DISK;
	int status = edit_file(&file, cs_buf_str(&before), &after);
	drop_file(&file);
	if (status != CS_CLI_OK)
		return status;
	if (cs_str_equal(cs_buf_str(&before), cs_buf_str(&after))) {
		cs_complain("nothing was changed");
		return CS_CLI_FAILED;
	}
	if (!cs_utf8_is_valid(cs_buf_span(&after))) {
		cs_complain("that is not UTF-8 any more; nothing was changed");
		return CS_CLI_FAILED;
	}
	return read_form(a, cs_arena_str(a, cs_buf_str(&after)), &editing->after);
}
