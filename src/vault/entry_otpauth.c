#include "vault/entry_otpauth.h"

bool
cs_entry_to_otpauth(const struct cs_entry *e, struct cs_otpauth *out)
{
	static const enum cs_otpauth_type types[] = {
		[CS_ENTRY_TOTP] = CS_OTPAUTH_TOTP,
		[CS_ENTRY_HOTP] = CS_OTPAUTH_HOTP,
		[CS_ENTRY_STEAM] = CS_OTPAUTH_STEAM,
	};
	struct cs_secret *secret = NULL;

	*out = (struct cs_otpauth){ 0 };
	if (e->kind >= CS_COUNT(types) || cs_failed(cs_secret_from(e->secret, &secret)))
		return false;
	*out = (struct cs_otpauth){
		.type = types[e->kind],
		.secret = secret,
		.issuer = e->issuer,
		.account = e->account,
		.hotp = e->hotp,
		.period_s = e->period_s,
		.counter = e->counter,
	};
	return true;
}

cs_err
cs_entry_from_otpauth(struct cs_arena *a, const struct cs_otpauth *o, struct cs_entry *e)
{
	static const enum cs_entry_kind kinds[] = {
		[CS_OTPAUTH_TOTP] = CS_ENTRY_TOTP,
		[CS_OTPAUTH_HOTP] = CS_ENTRY_HOTP,
		[CS_OTPAUTH_STEAM] = CS_ENTRY_STEAM,
	};
	cs_span secret = cs_secret_span(o->secret);
	void *kept;

	CS_TRY(cs_arena_try(a, secret.len, &kept));
	memcpy(kept, secret.p, secret.len);
	e->kind = kinds[o->type];
	e->issuer = o->issuer;
	e->account = o->account;
	e->secret = CS_SPAN(kept, secret.len);
	e->hotp = o->hotp;
	e->period_s = o->type == CS_OTPAUTH_HOTP ? 0 : o->period_s;
	e->counter = o->type == CS_OTPAUTH_HOTP ? o->counter : 0;
	return CS_OK;
}

bool
cs_entry_to_migration(const struct cs_entry *e, struct cs_migration_item *out, const char **out_why)
{
	*out = (struct cs_migration_item){
		.type = e->kind == CS_ENTRY_HOTP ? CS_OTPAUTH_HOTP : CS_OTPAUTH_TOTP,
		.secret = e->secret,
		.issuer = e->issuer,
		.account = e->account,
		.hotp = e->hotp,
		.counter = e->counter,
	};
	*out_why = "the format knows no such kind of code";
	return e->kind <= CS_ENTRY_HOTP && cs_migration_can_carry(out, e->period_s, out_why);
}
