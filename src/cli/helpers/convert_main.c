/*
 * libexec/countersign/convert: other programs' files into entries, and entries into theirs
 * (docs/protocol/vault.md §4). The file is a stranger's, and the libraries that take it apart are
 * large: from the first byte on this process can read, write and end, and nothing else.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/program/command.h"
#include "cli/helpers/convert_export.h"
#include "cli/session/json_heap.h"
#include "cli/program/sandbox.h"
#include "vault/import_wire.h"

#define PASSWORD_FD 3
#define PASSWORD_MAX (1 << 17) /* one read's room: what is taken of it is judged below */
#define PASSWORD_TAKEN 4096
#define EXIT_PROBLEM 3

/* Argon2's gibibyte, the file, what JSON makes of it, and the items. */
static const struct cs_sandbox limits = { .memory_max = (size_t)3 << 30, .cpu_s = 120 };

static int
write_out(struct cs_buf *out)
{
	if (fwrite(out->p, 1, out->len, stdout) != out->len || fflush(stdout) != 0)
		return CS_CLI_FAILED;
	return CS_CLI_OK;
}

/* Everything that is read, read. LIMIT: more of it than there may be. */
static cs_err
read_input(struct cs_buf *file, struct cs_buf *password)
{
	CS_TRY(cs_sandbox_read(PASSWORD_FD, password));
	if (password->len > PASSWORD_TAKEN)
		return CS_FAIL(LIMIT);
	return cs_sandbox_read(STDIN_FILENO, file);
}

static int
answer(const struct cs_import_answer *a)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	int status;

	cs_buf_init_sensitive(&out, CS_IMPORT_WIRE_MAX);
	if (cs_failed(cs_import_wire_encode(a, &out))) {
		struct cs_import_answer shorter = {
			.outcome = CS_IMPORT_LIMIT,
			.format = a->format,
			.problem = CS_STR("it holds more than can be read"),
		};

		return a->outcome == CS_IMPORT_READ ? answer(&shorter) : CS_CLI_FAILED;
	}
	status = write_out(&out);
	if (status != CS_CLI_OK)
		return status;
	return a->outcome == CS_IMPORT_READ ? CS_CLI_OK : EXIT_PROBLEM;
}

static int
run_import(const char *format)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	CS_AUTO(cs_buf_clear) struct cs_buf password;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = NULL;
	const struct cs_import_format *found = NULL;

	cs_buf_init_sensitive(&file, CS_IMPORT_BYTES_MAX);
	cs_buf_init_sensitive(&password, PASSWORD_MAX);
	cs_import_prepare();
	if (cs_failed(cs_sandbox_enter(&limits)))
		return CS_CLI_FAILED;
	arena = cs_arena_new_locked(CS_IMPORT_ARENA_MAX);
	cs_err e = read_input(&file, &password);
	if (cs_failed(e))
		return answer(&(struct cs_import_answer){ .outcome = CS_IMPORT_LIMIT,
		    .problem = cs_is(e, CS_E_LIMIT) ? CS_STR("it is larger than 32 MiB")
						    : CS_STR("it could not be read") });
	struct cs_import in = {
		.arena = arena,
		.file = cs_buf_span(&file),
		.password = cs_buf_span(&password),
	};
	e = cs_import_read(&in, format, &found);
	struct cs_import_answer a = cs_import_answer_of(&in, found, e);

	return answer(&a);
}

/* "NAME TITLE", one a line. */
static int
list_formats(void)
{
	for (size_t i = 0; cs_import_formats[i] != NULL; i++)
		printf("%s %s\n", cs_import_formats[i]->name, cs_import_formats[i]->title);
	return fflush(stdout) == 0 ? CS_CLI_OK : CS_CLI_FAILED;
}

int
main(int argc, char **argv)
{
	bool is_import = argc > 1 && strcmp(argv[1], "import") == 0;

	cs_json_begin();
	if (argc == 2 && strcmp(argv[1], "formats") == 0)
		return list_formats();
	if (is_import && argc == 2)
		return run_import(NULL);
	if (is_import && argc == 4 && strcmp(argv[2], "--format") == 0)
		return run_import(argv[3]);
	if (argc == 4 && strcmp(argv[1], "export") == 0 && strcmp(argv[2], "--format") == 0)
		return cs_convert_export(argv[3]);
	fputs("convert is run by countersign, not by people\n", stderr);
	return CS_CLI_USAGE;
}
