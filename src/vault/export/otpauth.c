/* otpauth:// addresses, one a line. */
#include "proto/otpauth.h"

#include "vault/export/parts.h"

static enum cs_otpauth_type
type_of(enum cs_entry_kind kind)
{
	return kind == CS_ENTRY_HOTP    ? CS_OTPAUTH_HOTP
	       : kind == CS_ENTRY_STEAM ? CS_OTPAUTH_STEAM
					: CS_OTPAUTH_TOTP;
}

static cs_err
add_line(struct cs_export *x, const struct cs_entry *e)
{
	CS_AUTO(cs_otpauth_clear)
	struct cs_otpauth o = {
		.type = type_of(e->kind),
		.issuer = e->issuer,
		.account = e->account,
		.hotp = e->hotp,
		.period_s = e->period_s,
		.counter = e->counter,
	};

	CS_TRY(cs_secret_from(e->secret, &o.secret));
	cs_otpauth_encode(&o, x->out);
	cs_buf_add_byte(x->out, '\n');
	return CS_OK;
}

cs_err
cs_export_otpauth_write(struct cs_export *x)
{
	static const struct cs_export_room room = { 0 };

	for (size_t i = 0; i < x->count; i++) {
		if (!cs_export_has_code(x, i, true))
			continue;
		CS_TRY(add_line(x, &x->entries[i]));
		cs_export_lose_rest(x, i, &room, NULL);
	}
	return CS_OK;
}
