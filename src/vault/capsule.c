#include "vault/capsule.h"

#include "crypto/secret.h"
#include "vault/code.h"

static cs_err
copy_text(struct cs_arena *a, cs_str *inout)
{
	void *room;

	CS_TRY(cs_arena_try(a, inout->len + 1, &room));
	if (inout->len != 0)
		memcpy(room, inout->p, inout->len);
	inout->p = room;
	return CS_OK;
}

/* An entry that knows what it is for, and nothing else of e: built up, not crossed out. */
static cs_err
begin(struct cs_arena *a, const struct cs_entry *e, struct cs_capsule c, struct cs_entry *out,
    char **out_codes)
{
	void *room;

	*out = (struct cs_entry){ .kind = CS_ENTRY_CAPSULE,
		.issuer = e->issuer,
		.account = e->account,
		.icon = e->icon };
	CS_TRY(copy_text(a, &out->issuer));
	CS_TRY(copy_text(a, &out->account));
	CS_TRY(copy_text(a, &out->icon));
	CS_TRY(cs_arena_try(a, c.count * c.code_len, &room));
	*out_codes = room;
	c.codes = room;
	CS_TRY(cs_arena_try(a, sizeof(c), &room));
	memcpy(room, &c, sizeof(c));
	out->capsule = room;
	return CS_OK;
}

/* The code that e would show at when, or for hotp at its counter. */
static cs_err
put_code(const struct cs_entry *e, cs_time when, size_t code_len, char *out)
{
	struct cs_code_shown shown;

	cs_err err = cs_code_at(e, when, &shown);
	if (!cs_failed(err)) {
		CS_ASSERT(shown.len == code_len);
		memcpy(out, shown.text, code_len);
	}
	cs_wipe(&shown, sizeof(shown));
	return err;
}

cs_err
cs_capsule_of_time(
    struct cs_arena *a, const struct cs_entry *e, cs_time now, cs_time until, struct cs_entry *out)
{
	char *codes;

	*out = (struct cs_entry){ 0 };
	if ((e->kind != CS_ENTRY_TOTP && e->kind != CS_ENTRY_STEAM) || now.ms < 0 ||
	    until.ms <= now.ms)
		return CS_FAIL(INVALID);
	int64_t period_ms = e->period_s * CS_SECOND_MS;
	int64_t first = now.ms / period_ms, last = (until.ms - 1) / period_ms;
	if (last - first >= CS_CAPSULE_CODES_MAX)
		return CS_FAIL(LIMIT);
	struct cs_capsule c = { .of = e->kind,
		.code_len = (size_t)e->hotp.digits,
		.count = (size_t)(last - first + 1),
		.start_s = first * e->period_s,
		.period_s = e->period_s,
		.until = until };
	CS_TRY(begin(a, e, c, out, &codes));
	for (size_t i = 0; i < c.count; i++) {
		cs_time when = cs_seconds(c.start_s + (int64_t)i * c.period_s);

		CS_TRY(put_code(e, when, c.code_len, codes + i * c.code_len));
	}
	return CS_OK;
}

cs_err
cs_capsule_of_counter(struct cs_arena *a, struct cs_entry *e, size_t count, cs_time now,
    cs_time until, struct cs_entry *out)
{
	struct cs_entry at = *e;
	char *codes;

	*out = (struct cs_entry){ 0 };
	if (e->kind != CS_ENTRY_HOTP || count == 0 || now.ms < 0 || until.ms <= now.ms)
		return CS_FAIL(INVALID);
	if (count > CS_CAPSULE_HOTP_MAX || e->counter > INT64_MAX - count)
		return CS_FAIL(LIMIT);
	struct cs_capsule c = { .of = CS_ENTRY_HOTP,
		.code_len = (size_t)e->hotp.digits,
		.count = count,
		.first = e->counter,
		.until = until };
	CS_TRY(begin(a, e, c, out, &codes));
	for (size_t i = 0; i < count; i++, at.counter++)
		CS_TRY(put_code(&at, now, c.code_len, codes + i * c.code_len));
	e->counter = at.counter;
	return CS_OK;
}
