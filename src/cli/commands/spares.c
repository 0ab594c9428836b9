#include "cli/commands/spares.h"

#include "cli/program/terminal.h"

static bool
add_code(cs_str code, cs_str *codes, size_t *count)
{
	code = cs_str_trim(code);
	if (code.len == 0)
		return true;
	if (code.len > CS_ENTRY_TEXT_MAX || *count == CS_ENTRY_SPARES_MAX) {
		cs_complain("at most %d backup codes of %d characters are kept",
		    CS_ENTRY_SPARES_MAX, CS_ENTRY_TEXT_MAX);
		return false;
	}
	codes[(*count)++] = code;
	return true;
}

int
cs_spares_ask(struct cs_arena *a, const char *prompt, cs_str **out, size_t *out_count)
{
	*out = CS_NEW_ARRAY(a, cs_str, CS_ENTRY_SPARES_MAX);
	*out_count = 0;
	for (;;) {
		CS_AUTO(cs_buf_clear) struct cs_buf line;
		cs_buf_init_sensitive(&line, CS_TERMINAL_ANSWER_MAX);
		cs_err err = cs_terminal_ask(*out_count == 0 ? prompt : "", &line);
		if (cs_failed(err) && !cs_is(err, CS_E_NOT_FOUND)) {
			cs_complain("nothing could be read from the terminal");
			return CS_CLI_FAILED;
		}
		if (cs_failed(err) || cs_str_trim(cs_buf_str(&line)).len == 0)
			return CS_CLI_OK;
		if (!add_code(cs_arena_str(a, cs_buf_str(&line)), *out, out_count))
			return CS_CLI_USAGE;
	}
}

bool
cs_spares_split(struct cs_arena *a, cs_str text, cs_str **out, size_t *out_count)
{
	cs_str line;

	*out = CS_NEW_ARRAY(a, cs_str, CS_ENTRY_SPARES_MAX);
	*out_count = 0;
	text = cs_arena_str(a, text);
	while (cs_str_cut(&text, '\n', &line)) {
		if (cs_str_ends(line, CS_STR("\r")))
			line.len--;
		if (!add_code(line, *out, out_count))
			return false;
	}
	return true;
}

struct keeping {
	cs_id entry;
	const cs_str *codes;
	size_t count;
};

static bool
has_spare(const struct cs_entry *e, cs_str code)
{
	for (size_t i = 0; i < e->spare_count; i++)
		if (cs_str_equal(e->spares[i].code, code))
			return true;
	return false;
}

static cs_err
keep(void *ctx, struct cs_book *book)
{
	const struct keeping *k = ctx;
	struct cs_entry *e = cs_book_entry(book, k->entry);

	if (e == NULL) {
		cs_complain("the entry has been removed meanwhile");
		return CS_FAIL(NOT_FOUND);
	}
	struct cs_entry_spare *spares =
	    CS_NEW_ARRAY(book->arena, struct cs_entry_spare, CS_ENTRY_SPARES_MAX);
	for (size_t i = 0; i < e->spare_count; i++)
		spares[i] = e->spares[i];
	e->spares = spares;
	for (size_t i = 0; i < k->count; i++) {
		if (has_spare(e, k->codes[i]))
			continue;
		if (e->spare_count == CS_ENTRY_SPARES_MAX) {
			cs_complain(
			    "at most %d backup codes are kept; nothing was", CS_ENTRY_SPARES_MAX);
			return CS_FAIL(LIMIT);
		}
		e->spares[e->spare_count++].code = cs_arena_str(book->arena, k->codes[i]);
	}
	return CS_OK;
}

int
cs_spares_keep(struct cs_session *s, cs_id entry, cs_str name, const cs_str *codes, size_t count)
{
	struct keeping k = { entry, codes, count };
	int status = cs_session_edit(s,
	    cs_arena_printf(s->arena, "kept %zu backup code%s of %.*s", count,
		count == 1 ? "" : "s", CS_STR_ARG(name)),
	    keep, &k);

	if (status == CS_CLI_OK && !s->line->is_json)
		cs_say(stdout, "%zu backup code%s kept beside %.*s.", count,
		    count == 1 ? " is" : "s are", CS_STR_ARG(name));
	return status;
}
