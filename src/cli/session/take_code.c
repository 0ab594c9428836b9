#include "cli/session/take_code.h"

#include "cli/program/terminal.h"
#include "vault/capsule.h"

bool
cs_code_is_used_up(const struct cs_entry *e)
{
	return e->kind == CS_ENTRY_HOTP ||
	       (e->kind == CS_ENTRY_CAPSULE && e->capsule->of == CS_ENTRY_HOTP);
}

int64_t
cs_code_seconds_left(const struct cs_code_shown *code, cs_time now)
{
	return (code->until.ms - now.ms + CS_SECOND_MS - 1) / CS_SECOND_MS;
}

/* Why there is no code. */
static int
tell_no_code(struct cs_session *s, const struct cs_entry *e, cs_time at, cs_err err)
{
	const char *name = cs_session_name(s, e);

	if (e->kind == CS_ENTRY_YUBIKEY) {
		cs_complain("%s: the YubiKey itself makes its codes", name);
		return CS_CLI_FAILED;
	}
	if (!cs_is(err, CS_E_NOT_FOUND) || e->kind != CS_ENTRY_CAPSULE) {
		cs_complain("%s: no code can be made (%s)", name, cs_code_name(err.code));
		return CS_CLI_FAILED;
	}
	if (at.ms >= e->capsule->until.ms)
		cs_complain("%s: the codes that were lent ended at %s", name,
		    cs_terminal_time(s->arena, e->capsule->until).p);
	else if (e->capsule->of == CS_ENTRY_HOTP)
		cs_complain("%s: all %zu codes that were lent are used", name, e->capsule->count);
	else
		cs_complain("%s: the codes that were lent do not begin yet", name);
	return CS_CLI_EXPIRED;
}

/* What a change of the book is to take. */
struct taking {
	cs_id id;
	cs_time at;
	bool is_gone;
	cs_err err; /* why there is no code */
	struct cs_code_shown *out;
};

/* The code at the counter as it is on the disk, and the counter one further. */
static cs_err
take_one(void *ctx, struct cs_book *book)
{
	struct taking *t = ctx;
	struct cs_entry *e = cs_book_entry(book, t->id);

	t->is_gone = e == NULL;
	if (e == NULL)
		return CS_FAIL(NOT_FOUND);
	t->err = cs_code_at(e, t->at, t->out);
	CS_TRY(t->err);
	if (e->kind == CS_ENTRY_HOTP) {
		if (e->counter == INT64_MAX) {
			t->err = CS_FAIL(LIMIT);
			return t->err;
		}
		e->counter++;
		return CS_OK;
	}
	struct cs_capsule *used = CS_NEW(book->arena, struct cs_capsule);
	*used = *e->capsule;
	used->used++;
	e->capsule = used;
	return CS_OK;
}

int
cs_code_take(struct cs_session *s, const struct cs_entry *e, cs_time at, struct cs_code_shown *out)
{
	struct taking t = { .id = e->id, .at = at, .out = out };

	*out = (struct cs_code_shown){ 0 };
	if (!cs_code_is_used_up(e)) {
		cs_err err = cs_code_at(e, at, out);
		return cs_failed(err) ? tell_no_code(s, e, at, err) : CS_CLI_OK;
	}
	int status = cs_session_edit(s, CS_STR_NONE, take_one, &t);
	if (status == CS_CLI_OK)
		return status;
	/* It was not kept: it is not shown. */
	cs_wipe(out, sizeof(*out));
	if (t.is_gone) {
		cs_complain("%s was removed just now", cs_session_name(s, e));
		return CS_CLI_NOT_FOUND;
	}
	return cs_failed(t.err) ? tell_no_code(s, e, at, t.err) : status;
}
