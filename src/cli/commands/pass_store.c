#include "cli/commands/pass_store.h"

#include "cli/commands/gpg.h"
#include "cli/program/terminal.h"
#include "vault/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 32
#define FAILURES_MAX 3 /* of gpg, before any file was opened: then it opens none */

struct store {
	struct cs_session *session;
	const char *root;
	cs_span password;
	struct cs_buf *out;
	cs_str *names; /* below the root, with their ends */
	size_t count;
	bool is_full;
	bool has_gpg_opened;
	int gpg_failures;
};

bool
cs_pass_store_is_folder(const char *path)
{
	struct stat st;

	return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_gpg(cs_str name)
{
	return cs_str_ends(name, CS_STR(".gpg"));
}

static bool
is_sealed(cs_str name)
{
	return is_gpg(name) || cs_str_ends(name, CS_STR(".age"));
}

static void
add_name(struct store *st, cs_str name)
{
	if (st->count == CS_PASS_STORE_FILES_MAX || cs_arena_room(st->session->arena) < PATH_MAX) {
		st->is_full = true;
		return;
	}
	st->names[st->count++] = cs_arena_str(st->session->arena, name);
}

static void walk(struct store *st, int folder, const char *below, int depth);

static void
look_at(struct store *st, int folder, const char *below, const char *name, int depth)
{
	char path[PATH_MAX];
	struct stat what;
	int len = snprintf(path, sizeof(path), "%s%s%s", below, below[0] != '\0' ? "/" : "", name);

	if (len < 0 || (size_t)len >= sizeof(path) ||
	    fstatat(folder, name, &what, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (S_ISREG(what.st_mode) && is_sealed(cs_str_c(name)))
		add_name(st, cs_str_c(path));
	if (!S_ISDIR(what.st_mode) || depth == DEPTH_MAX)
		return;
	int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (inner != -1)
		walk(st, inner, path, depth + 1);
}

/* Closes folder. */
static void
walk(struct store *st, int folder, const char *below, int depth)
{
	DIR *d = fdopendir(folder);
	const struct dirent *entry;

	if (d == NULL) {
		close(folder);
		return;
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			look_at(st, folder, below, entry->d_name, depth);
	closedir(d);
}

static int
by_name(const void *a, const void *b)
{
	return cs_str_order(*(const cs_str *)a, *(const cs_str *)b);
}

static int
list(struct store *st)
{
	int folder = open(st->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder == -1) {
		cs_complain("%s: %s", st->root, strerror(errno));
		return CS_CLI_DISK;
	}
	st->names = CS_NEW_ARRAY(st->session->arena, cs_str, CS_PASS_STORE_FILES_MAX);
	walk(st, folder, "", 0);
	if (st->is_full) {
		cs_complain("%s: it holds more files than can be read", st->root);
		return CS_CLI_FAILED;
	}
	if (st->count == 0) {
		cs_complain(
		    "%s: there is no .gpg and no .age file in it: is it a pass or gopass store?",
		    st->root);
		return CS_CLI_NOT_FOUND;
	}
	qsort(st->names, st->count, sizeof(*st->names), by_name);
	return CS_CLI_OK;
}

/* NULL, or why not. */
static const char *
read_whole(const char *path, struct cs_buf *out)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got = 1;

	if (fd == -1)
		return "it cannot be read";
	while (got > 0) {
		uint8_t *room = cs_buf_reserve(out, 4096);

		got = room == NULL ? -1 : read(fd, room, 4096);
		if (room != NULL)
			out->len -= 4096 - (got > 0 ? (size_t)got : 0);
	}
	close(fd);
	if (out->has_failed)
		return "it is too large";
	return got == 0 ? NULL : "it cannot be read";
}

static const char *
open_age(struct store *st, const char *path, struct cs_buf *plain)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	const char *why;

	cs_buf_init(&file, CS_PASS_STORE_FILE_MAX);
	why = read_whole(path, &file);
	if (why != NULL)
		return why;
	cs_err e = cs_session_decrypt(st->session, cs_buf_span(&file), plain);
	if (cs_is(e, CS_E_NOT_FOUND))
		return "it is encrypted for somebody else than this vault";
	return cs_failed(e) ? "it is damaged" : NULL;
}

static const char *
open_gpg(struct store *st, const char *path, struct cs_buf *plain)
{
	if (!st->has_gpg_opened && st->gpg_failures >= FAILURES_MAX)
		return "it was not tried, since gpg opened none of those before it";
	if (cs_gpg_decrypt(path, st->password, plain)) {
		st->has_gpg_opened = true;
		return NULL;
	}
	st->gpg_failures++;
	return plain->has_failed ? "it is too large" : "gpg did not open it";
}

static void
add_lines(struct cs_buf *out, cs_str rest)
{
	cs_str line;

	while (cs_str_cut(&rest, '\n', &line))
		cs_text_add(out, "line", cs_str_trim(line));
}

static void
add_file(struct store *st, cs_str name)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	char path[PATH_MAX];
	const char *why = "its name is too long";
	int len = snprintf(path, sizeof(path), "%s/%.*s", st->root, CS_STR_ARG(name));

	cs_buf_init_sensitive(&plain, CS_PASS_STORE_FILE_MAX);
	if (len > 0 && (size_t)len < sizeof(path))
		why = is_gpg(name) ? open_gpg(st, path, &plain) : open_age(st, path, &plain);
	if (why == NULL && !cs_utf8_is_valid(cs_buf_span(&plain)))
		why = "what is in it is no text";
	if (!cs_utf8_is_valid(cs_str_span(name)))
		name = CS_STR("a file whose name is no text");
	else
		name = cs_str_slice(name, 0, name.len - sizeof(".gpg") + 1);
	cs_text_add(st->out, "file", name);
	if (why != NULL)
		cs_text_add(st->out, "refused", cs_str_c(why));
	else
		add_lines(st->out, cs_buf_str(&plain));
}

static int
prepare(struct store *st)
{
	bool has_gpg = false, has_age = false;

	for (size_t i = 0; i < st->count; i++) {
		has_gpg |= is_gpg(st->names[i]);
		has_age |= !is_gpg(st->names[i]);
	}
	if (has_gpg && !cs_gpg_is_there()) {
		cs_complain("%s: its files are opened by gpg, which is not installed", st->root);
		return CS_CLI_FAILED;
	}
	return has_age ? cs_session_unlock(st->session) : CS_CLI_OK;
}

int
cs_pass_store_read(struct cs_session *s, const char *folder, cs_span password, struct cs_buf *out)
{
	struct store st = { .session = s, .root = folder, .password = password, .out = out };
	int status = list(&st);

	if (status == CS_CLI_OK)
		status = prepare(&st);
	if (status != CS_CLI_OK)
		return status;
	cs_text_add(out, "countersign", CS_STR("store 1"));
	for (size_t i = 0; i < st.count; i++)
		add_file(&st, st.names[i]);
	if (!out->has_failed)
		return CS_CLI_OK;
	cs_complain("%s: it holds more than can be read", folder);
	return CS_CLI_FAILED;
}
