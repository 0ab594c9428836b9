/* A key container; a password "hex:…" is a key agreed upon before. */
#include "proto/pskc.h"

#include "base/codec.h"
#include "proto/totp.h"
#include "vault/export/parts.h"

static const char *
cannot_carry(const struct cs_entry *e)
{
	if (e->kind == CS_ENTRY_HOTP && e->hotp.hash != CS_SHA1)
		return "that format counts with SHA-1 alone";
	return NULL;
}

static struct cs_pskc_key
key_of(struct cs_export *x, const struct cs_entry *e)
{
	return (struct cs_pskc_key){
		.kind = e->kind == CS_ENTRY_HOTP ? CS_PSKC_HOTP : CS_PSKC_TOTP,
		.id = cs_id_uuid_text(x->arena, cs_id_is_zero(e->id) ? cs_id_new(x->rng) : e->id),
		.issuer = e->issuer,
		.friendly_name = e->account,
		.suite = e->kind == CS_ENTRY_HOTP ? CS_STR_NONE
						  : cs_arena_printf(x->arena, "HMAC-%.*s",
							CS_STR_ARG(cs_otp_hash_name(e->hotp.hash))),
		.digits = e->hotp.digits,
		.secret = e->secret,
		.counter = e->counter,
		.interval_s = e->period_s,
	};
}

static size_t
choose(struct cs_export *x, struct cs_pskc_key *keys)
{
	static const struct cs_export_room room = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < x->count; i++) {
		const char *why = cannot_carry(&x->entries[i]);

		if (!cs_export_has_code(x, i, false))
			continue;
		if (why != NULL) {
			cs_export_leave_out(x, i, why);
			continue;
		}
		cs_export_lose_rest(x, i, &room, NULL);
		keys[count++] = key_of(x, &x->entries[i]);
	}
	return count;
}

/* False: not "hex:…". */
static bool
is_key(struct cs_export *x, struct cs_buf *key)
{
	cs_str typed = { (const char *)x->password.p, x->password.len };

	return cs_str_equal_nocase(cs_str_slice(typed, 0, 4), CS_STR("hex:")) &&
	       !cs_failed(cs_hex_decode(cs_str_slice(typed, 4, typed.len), key));
}

static cs_err
encode(struct cs_export *x, const struct cs_pskc_key *keys, size_t count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;
	struct cs_pskc_opener with = { .password = x->password };

	cs_buf_init_sensitive(&key, 256);
	if (is_key(x, &key))
		with.key = cs_buf_span(&key);
	return cs_pskc_encode(keys, count, x->password.len == 0 ? NULL : &with, x->rng, x->out);
}

cs_err
cs_export_pskc_write(struct cs_export *x)
{
	void *p = NULL;

	CS_TRY(cs_arena_try(x->arena, (x->count + 1) * sizeof(struct cs_pskc_key), &p));
	size_t count = choose(x, p);
	cs_err e = encode(x, p, count);
	if (cs_is(e, CS_E_INVALID))
		x->problem = "a key for it is 16, 24 or 32 bytes of hex";
	return e;
}
