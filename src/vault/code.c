#include "vault/code.h"

#include "proto/steam.h"
#include "proto/totp.h"
#include "vault/capsule.h"

static cs_err
make_code(const struct cs_entry *e, uint64_t counter, struct cs_code_shown *out)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	out->len = (size_t)e->hotp.digits;
	CS_TRY(cs_mac_new(e->hotp.hash, e->secret, &mac));
	return e->kind == CS_ENTRY_STEAM ? cs_steam_code(mac, counter, out->text)
					 : cs_hotp_code(&e->hotp, mac, counter, out->text);
}

static cs_err
code_of_time(const struct cs_entry *e, cs_time now, struct cs_code_shown *out)
{
	struct cs_totp totp = { .hotp = e->hotp, .period_s = e->period_s };
	int64_t step = cs_totp_step(&totp, now);

	if (step < 0)
		return CS_FAIL(INVALID);
	out->from = cs_seconds(step * e->period_s);
	out->until = cs_seconds((step + 1) * e->period_s);
	return make_code(e, (uint64_t)step, out);
}

static cs_err
code_of_counter(const struct cs_entry *e, struct cs_code_shown *out)
{
	out->counter = e->counter;
	return make_code(e, e->counter, out);
}

/*
 * Which code of a capsule counts at now; its count when none does. In whole seconds: where it begins
 * was written by somebody else, and may be any number.
 */
static size_t
place_in(const struct cs_capsule *c, cs_time now)
{
	int64_t now_s = now.ms / CS_SECOND_MS;

	if (now.ms < 0 || now.ms >= c->until.ms)
		return c->count;
	if (c->of == CS_ENTRY_HOTP)
		return c->used < c->count ? (size_t)c->used : c->count;
	if (now_s < c->start_s || (now_s - c->start_s) / c->period_s >= (int64_t)c->count)
		return c->count;
	return (size_t)((now_s - c->start_s) / c->period_s);
}

static cs_err
code_of_capsule(const struct cs_capsule *c, cs_time now, struct cs_code_shown *out)
{
	size_t at = place_in(c, now);

	if (at == c->count)
		return CS_FAIL(NOT_FOUND);
	CS_ASSERT(c->code_len <= CS_CODE_MAX);
	out->len = c->code_len;
	memcpy(out->text, c->codes + at * c->code_len, c->code_len);
	out->ends = c->until;
	if (c->of == CS_ENTRY_HOTP) {
		out->counter = c->first + at;
		return CS_OK;
	}
	out->from = cs_seconds(c->start_s + (int64_t)at * c->period_s);
	out->until = cs_time_add(out->from, c->period_s * CS_SECOND_MS);
	if (out->until.ms > c->until.ms)
		out->until = c->until;
	return CS_OK;
}

cs_err
cs_code_at(const struct cs_entry *e, cs_time now, struct cs_code_shown *out)
{
	*out = (struct cs_code_shown){ 0 };
	switch (e->kind) {
	case CS_ENTRY_TOTP:
	case CS_ENTRY_STEAM:
		return code_of_time(e, now, out);
	case CS_ENTRY_HOTP:
		return code_of_counter(e, out);
	case CS_ENTRY_CAPSULE:
		return code_of_capsule(e->capsule, now, out);
	case CS_ENTRY_YUBIKEY:
	case CS_ENTRY_KINDS:
		break;
	}
	return CS_FAIL(INVALID);
}
