#include "proto/otpauth.h"

#include "base/codec.h"
#include "proto/steam.h"

void
cs_otpauth_clear(struct cs_otpauth *o)
{
	cs_secret_free(&o->secret);
	*o = (struct cs_otpauth){ 0 };
}

static const char *const prefixes[] = {
	[CS_OTPAUTH_TOTP] = "otpauth://totp/",
	[CS_OTPAUTH_HOTP] = "otpauth://hotp/",
	[CS_OTPAUTH_STEAM] = "otpauth://steam/",
};

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

/* The text without what people and sites put between its letters, and without padding. */
static void
add_letters(cs_str text, struct cs_buf *out)
{
	while (text.len != 0 && (text.p[text.len - 1] == '=' || text.p[text.len - 1] == ' '))
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != ' ' && text.p[i] != '-')
			cs_buf_add_byte(out, (uint8_t)text.p[i]);
	}
}

cs_err
cs_otpauth_key_decode(cs_str text, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf letters;
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	cs_buf_init_sensitive(&letters, text.len + 8);
	cs_buf_init_sensitive(&bytes, text.len + 8);
	add_letters(text, &letters);
	size_t bits = letters.len * 5;
	if (bits < 8 || bits % 8 >= 5)
		return CS_FAIL(INVALID);
	/* Filled up to a whole group there is nothing left over that could be wrong. */
	while (letters.len % 8 != 0)
		cs_buf_add_byte(&letters, 'A');
	CS_TRY(cs_base32_decode(cs_buf_str(&letters), &bytes));
	cs_buf_add(out, CS_SPAN(bytes.p, bits / 8));
	return cs_buf_finish(out, NULL);
}

static cs_err
secret_decode(struct cs_arena *a, cs_str query, struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	cs_str text;

	cs_buf_init_sensitive(&bytes, CS_SECRET_MAX);
	CS_TRY(find_param(a, query, "secret", &text));
	CS_TRY(cs_otpauth_key_decode(text, &bytes));
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

/* A totp URI may say that its codes are Steam's; nobody else's are known. */
static cs_err
encoder_decode(struct cs_arena *a, cs_str query, enum cs_otpauth_type *inout)
{
	cs_str encoder;

	CS_TRY(find_param(a, query, "encoder", &encoder));
	if (encoder.len == 0)
		return CS_OK;
	if (*inout == CS_OTPAUTH_HOTP || !cs_str_equal_nocase(encoder, CS_STR("steam")))
		return CS_FAIL(INVALID);
	*inout = CS_OTPAUTH_STEAM;
	return CS_OK;
}

/* Steam's codes are of one make: a URI that says another is wrong. */
static cs_err
code_decode(struct cs_arena *a, cs_str query, enum cs_otpauth_type type, struct cs_hotp *out)
{
	bool is_steam = type == CS_OTPAUTH_STEAM;
	int64_t digits = is_steam ? CS_STEAM_LETTERS : cs_totp_usual.hotp.digits;
	cs_str algorithm;

	CS_TRY(find_param(a, query, "algorithm", &algorithm));
	if (algorithm.p != NULL)
		CS_TRY(cs_otp_hash_decode(algorithm, &out->hash));
	CS_TRY(find_number(a, query, "digits", is_steam ? CS_STEAM_LETTERS : CS_OTP_DIGITS_MIN,
	    is_steam ? CS_STEAM_LETTERS : CS_OTP_DIGITS_MAX, &digits));
	out->digits = (int)digits;
	return is_steam && out->hash != CS_SHA1 ? CS_FAIL(INVALID) : CS_OK;
}

static cs_err
params_decode(struct cs_arena *a, cs_str query, struct cs_otpauth *out)
{
	cs_str issuer;
	int64_t counter = 0;

	CS_TRY(encoder_decode(a, query, &out->type));
	CS_TRY(find_param(a, query, "issuer", &issuer));
	if (issuer.len != 0)
		out->issuer = issuer;
	CS_TRY(code_decode(a, query, out->type, &out->hotp));
	CS_TRY(find_number(a, query, "period", 1, 3600, &out->period_s));
	CS_TRY(find_number(a, query, "counter", 0, INT64_MAX, &counter));
	out->counter = (uint64_t)counter;
	return secret_decode(a, query, &out->secret);
}

static cs_err
type_decode(cs_str *rest, enum cs_otpauth_type *out)
{
	for (size_t i = 0; i < CS_COUNT(prefixes); i++) {
		cs_str prefix = cs_str_c(prefixes[i]);

		if (cs_str_equal_nocase(cs_str_slice(*rest, 0, prefix.len), prefix)) {
			*rest = cs_str_slice(*rest, prefix.len, rest->len);
			*out = (enum cs_otpauth_type)i;
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

/*
 * The first colon of a label ends the issuer: one in the issuer becomes a space, and an account that
 * has one needs another before it.
 */
static void
add_label(cs_str issuer, cs_str account, struct cs_buf *out)
{
	bool has_colon = issuer.len != 0 || cs_str_find(account, ':', 0) < account.len;
	cs_str part;

	while (cs_str_cut(&issuer, ':', &part)) {
		cs_percent_encode(part, out);
		if (issuer.len != 0)
			cs_buf_add_c(out, "%20");
	}
	if (has_colon)
		cs_buf_add_c(out, ":");
	cs_percent_encode(account, out);
}

static void
add_param(struct cs_buf *out, const char *name, cs_str value)
{
	cs_buf_add_c(out, name);
	cs_percent_encode(value, out);
}

static void
add_beginning(const struct cs_otpauth *o, struct cs_buf *out)
{
	cs_buf_add_c(out, prefixes[o->type]);
	add_label(o->issuer, o->account, out);
	cs_buf_add_c(out, "?secret=");
	cs_base32_encode(cs_secret_span(o->secret), out);
	if (o->issuer.len != 0)
		add_param(out, "&issuer=", o->issuer);
}

static void
add_number(struct cs_buf *out, const char *name, int64_t value)
{
	cs_buf_add_c(out, name);
	cs_buf_add_i64(out, value);
}

void
cs_otpauth_encode(const struct cs_otpauth *o, struct cs_buf *out)
{
	bool is_hotp = o->type == CS_OTPAUTH_HOTP;

	add_beginning(o, out);
	add_param(out, "&algorithm=", cs_otp_hash_name(o->hotp.hash));
	add_number(out, "&digits=", o->hotp.digits);
	add_number(
	    out, is_hotp ? "&counter=" : "&period=", is_hotp ? (int64_t)o->counter : o->period_s);
}

void
cs_otpauth_encode_short(const struct cs_otpauth *o, struct cs_buf *out)
{
	add_beginning(o, out);
	if (o->hotp.hash != cs_totp_usual.hotp.hash)
		add_param(out, "&algorithm=", cs_otp_hash_name(o->hotp.hash));
	if (o->type != CS_OTPAUTH_STEAM && o->hotp.digits != cs_totp_usual.hotp.digits)
		add_number(out, "&digits=", o->hotp.digits);
	if (o->type == CS_OTPAUTH_HOTP)
		add_number(out, "&counter=", (int64_t)o->counter);
	else if (o->period_s != cs_totp_usual.period_s)
		add_number(out, "&period=", o->period_s);
}
