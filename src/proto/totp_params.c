#include "proto/totp_params.h"

#include <jansson.h>

void
cs_totp_params_encode(const struct cs_totp *t, struct cs_buf *out)
{
	cs_buf_add_c(out, "{\"algorithm\":\"");
	cs_buf_add_str(out, cs_otp_hash_name(t->hotp.hash));
	cs_buf_add_c(out, "\",\"digits\":");
	cs_buf_add_i64(out, t->hotp.digits);
	cs_buf_add_c(out, ",\"period_s\":");
	cs_buf_add_i64(out, t->period_s);
	cs_buf_add_c(out, "}");
}

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

cs_err
cs_totp_params_decode(cs_str json, struct cs_totp *out)
{
	CS_AUTO(json_free) json_t *j = NULL;
	const char *algorithm = NULL;
	json_int_t digits = 0;
	json_int_t period_s = 0;

	*out = cs_totp_usual;
	j = json_loadb(json.p != NULL ? json.p : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	if (j == NULL || json_unpack(j, "{s:s, s:I, s:I}", "algorithm", &algorithm, "digits",
			     &digits, "period_s", &period_s) != 0)
		return CS_FAIL(INVALID);
	if (digits < CS_OTP_DIGITS_MIN || digits > CS_OTP_DIGITS_MAX || period_s < 1 ||
	    period_s > 3600)
		return CS_FAIL(INVALID);
	CS_TRY(cs_otp_hash_decode(cs_str_c(algorithm), &out->hotp.hash));
	out->hotp.digits = (int)digits;
	out->period_s = period_s;
	return CS_OK;
}
