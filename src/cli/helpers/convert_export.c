#include "cli/helpers/convert_export.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/program/command.h"
#include "cli/program/sandbox.h"
#include "vault/book.h"
#include "vault/export_wire.h"
#include "vault/import.h"

#define PASSWORD_FD 3
#define PASSWORD_MAX (1 << 17)
#define EXIT_PROBLEM 3

/* The entries, what JSON makes of them, and the file twice. */
static const struct cs_sandbox limits = { .memory_max = (size_t)2 << 30, .cpu_s = 120 };

static int
answer(const struct cs_export *x, const char *problem, cs_span file)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, CS_EXPORT_WIRE_MAX);
	if (cs_failed(cs_export_wire_encode(x, problem, file, &out)))
		return CS_CLI_FAILED;
	if (fwrite(out.p, 1, out.len, stdout) != out.len || fflush(stdout) != 0)
		return CS_CLI_FAILED;
	return problem == NULL ? CS_CLI_OK : EXIT_PROBLEM;
}

static int
write_entries(struct cs_book *book, cs_span password, cs_str format)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	struct cs_export x = {
		.arena = book->arena,
		.entries = book->entries,
		.count = book->entry_count,
		.password = password,
		.rng = &cs_random_system,
		.out = &file,
	};

	cs_buf_init_sensitive(&file, CS_EXPORT_BYTES_MAX);
	if (cs_failed(cs_export_write(&x, format)))
		return answer(
		    &x, x.problem != NULL ? x.problem : "it cannot be written", CS_SPAN_NONE);
	return answer(&x, NULL, cs_buf_span(&file));
}

int
cs_convert_export(const char *format)
{
	CS_AUTO(cs_buf_clear) struct cs_buf entries;
	CS_AUTO(cs_buf_clear) struct cs_buf password;
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	struct cs_export nothing = { 0 };

	cs_buf_init_sensitive(&entries, CS_BOOK_BYTES_MAX);
	cs_buf_init_sensitive(&password, PASSWORD_MAX);
	cs_import_prepare();
	if (cs_failed(cs_sandbox_enter(&limits)))
		return CS_CLI_FAILED;
	if (cs_failed(cs_sandbox_read(PASSWORD_FD, &password)) ||
	    cs_failed(cs_sandbox_read(STDIN_FILENO, &entries)))
		return answer(&nothing, "it is more than can be written", CS_SPAN_NONE);
	book = cs_book_new(&cs_random_system);
	if (cs_failed(cs_entries_decode(book, cs_buf_span(&entries))))
		return answer(&nothing, "the entries cannot be read", CS_SPAN_NONE);
	return write_entries(book, cs_buf_span(&password), cs_str_c(format));
}
