/*
 * entry_uri.c - a URI as cs_otpauth_encode writes it, read where it lies.
 *
 * proto/otpauth.h reads every URI; it costs a hundred times as much, and a vault of ten thousand is
 * read for every code. What differs in anything from the one form is left to it, untouched.
 */
#include "vault/entry_uri.h"

#include "base/codec.h"
#include "proto/totp.h"

struct form {
	enum cs_entry_kind kind;
	cs_str issuer; /* still encoded */
	cs_str account;
	cs_str secret;
	struct cs_hotp hotp;
	int64_t last; /* period or counter */
};

static bool
skip(cs_str *rest, cs_str what)
{
	if (!cs_str_starts(*rest, what))
		return false;
	*rest = cs_str_slice(*rest, what.len, rest->len);
	return true;
}

/* Up to sep, which is passed over; false when it is not there. */
static bool
take_to(cs_str *rest, char sep, cs_str *out)
{
	size_t at = cs_str_find(*rest, sep, 0);

	if (at == rest->len)
		return false;
	*out = cs_str_slice(*rest, 0, at);
	*rest = cs_str_slice(*rest, at + 1, rest->len);
	return true;
}

static bool
take_kind(cs_str *rest, enum cs_entry_kind *out)
{
	*out = CS_ENTRY_TOTP;
	if (skip(rest, CS_STR("otpauth://totp/")))
		return true;
	*out = CS_ENTRY_HOTP;
	if (skip(rest, CS_STR("otpauth://hotp/")))
		return true;
	*out = CS_ENTRY_STEAM;
	return skip(rest, CS_STR("otpauth://steam/"));
}

static bool
take_hash(cs_str *rest, enum cs_hash *out)
{
	cs_str name;

	return take_to(rest, '&', &name) && !cs_failed(cs_otp_hash_decode(name, out));
}

/* Unreserved characters and %XX of anything but a colon, which the label has another meaning for. */
static bool
is_plain(cs_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '+' || c == '&' || c == '=' || c == '#' || c == ':' || (uint8_t)c >= 0x80)
			return false;
		if (c == '%' && (i + 2 >= text.len || text.p[i + 1] == '0' ||
				    (text.p[i + 1] == '3' && (text.p[i + 2] | 32) == 'a')))
			return false;
	}
	return true;
}

static bool
take_label(cs_str label, cs_str *rest, struct form *out)
{
	if (!skip(rest, CS_STR("issuer="))) {
		out->account = label;
		return is_plain(label);
	}
	if (!take_to(rest, '&', &out->issuer) || !take_to(&label, ':', &out->account) ||
	    out->issuer.len == 0 || !cs_str_equal(out->issuer, out->account))
		return false;
	out->account = label;
	return is_plain(out->issuer) && is_plain(label);
}

static bool
take_form(cs_str uri, struct form *out)
{
	cs_str label;
	int64_t digits;

	if (!take_kind(&uri, &out->kind) || !take_to(&uri, '?', &label) ||
	    !skip(&uri, CS_STR("secret=")) || !take_to(&uri, '&', &out->secret) ||
	    !take_label(label, &uri, out) || !skip(&uri, CS_STR("algorithm=")) ||
	    !take_hash(&uri, &out->hotp.hash) || !skip(&uri, CS_STR("digits=")) ||
	    !take_to(&uri, '&', &label) || !cs_str_to_i64(label, &digits) || digits > 10 ||
	    !skip(&uri, out->kind == CS_ENTRY_HOTP ? CS_STR("counter=") : CS_STR("period=")) ||
	    !cs_str_to_i64(uri, &out->last))
		return false;
	out->hotp.digits = (int)digits;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
is_encoded(cs_str text)
{
	for (size_t i = cs_str_find(text, '%', 0); i < text.len;
	     i = cs_str_find(text, '%', i + 3)) {
		if (hex_digit(text.p[i + 1]) < 0 || hex_digit(text.p[i + 2]) < 0)
			return false;
	}
	return true;
}

/* Shorter, where it lies: the text is nobody else's. */
static cs_str
decode_in_place(cs_str text)
{
	char *to = (char *)(uintptr_t)text.p;
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '%') {
			c = (char)(hex_digit(text.p[i + 1]) << 4 | hex_digit(text.p[i + 2]));
			i += 2;
		}
		to[len++] = c;
	}
	return (cs_str){ text.p, len };
}

static cs_err
take_secret(struct cs_arena *a, cs_str text, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	void *p;

	cs_buf_init_sensitive(&bytes, CS_ENTRY_SECRET_MAX);
	CS_TRY(cs_base32_decode(text, &bytes));
	if (bytes.len == 0)
		return CS_FAIL(INVALID);
	CS_TRY(cs_arena_try(a, bytes.len, &p));
	memcpy(p, bytes.p, bytes.len);
	*out = CS_SPAN(p, bytes.len);
	return CS_OK;
}

bool
cs_entry_uri_decode(struct cs_arena *a, cs_str uri, struct cs_entry *e)
{
	struct form f = { 0 };
	cs_span secret;

	if (!take_form(uri, &f) || !is_encoded(f.issuer) || !is_encoded(f.account) ||
	    cs_failed(take_secret(a, f.secret, &secret)))
		return false;
	e->kind = f.kind;
	e->hotp = f.hotp;
	e->secret = secret;
	e->period_s = f.kind == CS_ENTRY_HOTP ? 0 : f.last;
	e->counter = f.kind == CS_ENTRY_HOTP ? (uint64_t)f.last : 0;
	e->issuer = decode_in_place(f.issuer);
	e->account = cs_str_trim(decode_in_place(f.account));
	return true;
}
