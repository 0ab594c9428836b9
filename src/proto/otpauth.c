#include "proto/otpauth.h"

#include "base/codec.h"

/* Secrets beyond this are no use to any MAC here: 128 bytes is SHA-512's block. */
#define SECRET_TEXT_MAX ((CS_SECRET_MAX * 8 + 4) / 5 + 8)

void
cs_otpauth_clear(struct cs_otpauth *o)
{
	cs_secret_free(&o->secret);
	*o = (struct cs_otpauth){ 0 };
}

/* A parameter that may be missing: then *out is empty. */
static cs_err
find_param(struct cs_arena *a, cs_str query, const char *name, cs_str *out)
{
	cs_err e = cs_form_get(a, query, cs_str_c(name), out);

	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* A decimal parameter; stays as it is when missing. */
static cs_err
find_number(
    struct cs_arena *a, cs_str query, const char *name, int64_t low, int64_t high, int64_t *inout)
{
	cs_str text;
	int64_t n;

	CS_TRY(find_param(a, query, name, &text));
	if (text.p == NULL)
		return CS_OK;
	if (!cs_str_to_i64(text, &n) || n < low || n > high)
		return CS_FAIL(INVALID);
	*inout = n;
	return CS_OK;
}

static cs_err
secret_decode(struct cs_arena *a, cs_str query, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	cs_str text;

	cs_buf_init_sensitive(&bytes, CS_SECRET_MAX);
	CS_TRY(find_param(a, query, "secret", &text));
	if (text.len == 0)
		return CS_FAIL(INVALID);
	if (text.len > SECRET_TEXT_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_base32_decode(text, &bytes));
	return cs_secret_from(cs_buf_span(&bytes), out);
}

/* "[issuer:]account", percent-encoded. */
static cs_err
label_decode(struct cs_arena *a, cs_str encoded, struct cs_otpauth *out)
{
	cs_str label;

	CS_TRY(cs_percent_decode(a, encoded, &label));
	size_t colon = cs_str_find(label, ':', 0);
	if (colon < label.len)
		out->issuer = cs_str_trim(cs_str_slice(label, 0, colon));
	out->account =
	    cs_str_trim(cs_str_slice(label, colon < label.len ? colon + 1 : 0, label.len));
	return CS_OK;
}

static cs_err
params_decode(struct cs_arena *a, cs_str query, struct cs_otpauth *out)
{
	cs_str issuer, algorithm, encoder;
	int64_t digits = cs_totp_usual.hotp.digits;
	int64_t counter = 0;

	CS_TRY(find_param(a, query, "encoder", &encoder));
	if (encoder.len != 0)
		return CS_FAIL(INVALID);
	CS_TRY(find_param(a, query, "issuer", &issuer));
	if (issuer.len != 0)
		out->issuer = issuer;
	CS_TRY(find_param(a, query, "algorithm", &algorithm));
	if (algorithm.p != NULL)
		CS_TRY(cs_otp_hash_decode(algorithm, &out->hotp.hash));
	CS_TRY(find_number(a, query, "digits", CS_OTP_DIGITS_MIN, CS_OTP_DIGITS_MAX, &digits));
	out->hotp.digits = (int)digits;
	CS_TRY(find_number(a, query, "period", 1, 3600, &out->period_s));
	CS_TRY(find_number(a, query, "counter", 0, INT64_MAX, &counter));
	out->counter = (uint64_t)counter;
	return secret_decode(a, query, &out->secret);
}

static cs_err
type_decode(cs_str *rest, enum cs_otpauth_type *out)
{
	static const struct {
		const char *prefix;
		enum cs_otpauth_type type;
	} types[] = {
		{ "otpauth://totp/", CS_OTPAUTH_TOTP },
		{ "otpauth://hotp/", CS_OTPAUTH_HOTP },
	};

	for (size_t i = 0; i < CS_COUNT(types); i++) {
		cs_str prefix = cs_str_c(types[i].prefix);

		if (cs_str_equal_nocase(cs_str_slice(*rest, 0, prefix.len), prefix)) {
			*rest = cs_str_slice(*rest, prefix.len, rest->len);
			*out = types[i].type;
			return CS_OK;
		}
	}
	return CS_FAIL(INVALID);
}

cs_err
cs_otpauth_decode(struct cs_arena *a, cs_str uri, struct cs_otpauth *out)
{
	*out =
	    (struct cs_otpauth){ .hotp = cs_totp_usual.hotp, .period_s = cs_totp_usual.period_s };
	if (uri.len > CS_OTPAUTH_MAX_BYTES)
		return CS_FAIL(LIMIT);
	struct cs_otpauth o = *out;
	CS_TRY(type_decode(&uri, &o.type));
	uri = cs_str_slice(uri, 0, cs_str_find(uri, '#', 0));
	size_t mark = cs_str_find(uri, '?', 0);
	CS_TRY(label_decode(a, cs_str_slice(uri, 0, mark), &o));
	CS_TRY(params_decode(a, cs_str_slice(uri, mark + 1, uri.len), &o));
	*out = o;
	return CS_OK;
}

static void
add_label_part(struct cs_buf *out, cs_str text)
{
	while (text.len != 0) {
		size_t colon = cs_str_find(text, ':', 0);

		cs_percent_encode(cs_str_slice(text, 0, colon), out);
		if (colon < text.len)
			cs_buf_add_c(out, "%20");
		text = cs_str_slice(text, colon + 1, text.len);
	}
}

static void
add_param(struct cs_buf *out, const char *name, cs_str value)
{
	cs_buf_add_c(out, name);
	cs_percent_encode(value, out);
}

void
cs_otpauth_encode(const struct cs_otpauth *o, struct cs_buf *out)
{
	cs_buf_add_c(out, o->type == CS_OTPAUTH_TOTP ? "otpauth://totp/" : "otpauth://hotp/");
	if (o->issuer.len != 0) {
		add_label_part(out, o->issuer);
		cs_buf_add_c(out, ":");
	}
	add_label_part(out, o->account);
	cs_buf_add_c(out, "?secret=");
	cs_base32_encode(cs_secret_span(o->secret), out);
	if (o->issuer.len != 0)
		add_param(out, "&issuer=", o->issuer);
	add_param(out, "&algorithm=", cs_otp_hash_name(o->hotp.hash));
	cs_buf_add_c(out, "&digits=");
	cs_buf_add_i64(out, o->hotp.digits);
	cs_buf_add_c(out, o->type == CS_OTPAUTH_TOTP ? "&period=" : "&counter=");
	cs_buf_add_i64(out, o->type == CS_OTPAUTH_TOTP ? o->period_s : (int64_t)o->counter);
}
