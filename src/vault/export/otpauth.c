/* otpauth:// addresses, one a line. */
#include "vault/entry_otpauth.h"
#include "vault/export/parts.h"

static cs_err
add_line(struct cs_export *x, const struct cs_entry *e)
{
	struct cs_otpauth o;

	if (!cs_entry_to_otpauth(e, &o))
		return CS_FAIL(INVALID);
	cs_otpauth_encode(&o, x->out);
	cs_buf_add_byte(x->out, '\n');
	cs_otpauth_clear(&o);
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
