/*
 * otpauth_fuzz.c - a set-up URI; what is accepted must mean the same when written and read again.
 */
#include "proto/otpauth.h"

#include "proto/steam.h"

#include "fuzz.h"

static bool
is_same_secret(const struct cs_otpauth *a, const struct cs_otpauth *b)
{
	cs_span x = cs_secret_span(a->secret), y = cs_secret_span(b->secret);

	return cs_str_equal(
	    (cs_str){ (const char *)x.p, x.len }, (cs_str){ (const char *)y.p, y.len });
}

static bool
is_trimmed(cs_str s)
{
	return cs_str_trim(s).len == s.len;
}

static void
check_written(struct cs_arena *a, const struct cs_otpauth *o)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_otpauth back;

	/* every byte may need three, and the issuer is written twice */
	cs_buf_init_sensitive(&text, 6 * CS_OTPAUTH_MAX_BYTES + 512);
	cs_otpauth_encode(o, &text);
	CS_ASSERT(!cs_failed(cs_buf_finish(&text, NULL)));
	if (text.len > CS_OTPAUTH_MAX_BYTES)
		return;
	CS_ASSERT(!cs_failed(cs_otpauth_decode(a, cs_buf_str(&text), &back)));
	CS_ASSERT(back.type == o->type && back.hotp.hash == o->hotp.hash);
	CS_ASSERT(back.hotp.digits == o->hotp.digits);
	CS_ASSERT(
	    o->type == CS_OTPAUTH_HOTP ? back.counter == o->counter : back.period_s == o->period_s);
	CS_ASSERT(is_same_secret(&back, o));
	/* spaces around are not kept, and a name may be nothing else */
	if (is_trimmed(o->issuer) && is_trimmed(o->account))
		CS_ASSERT(
		    cs_str_equal(back.issuer, o->issuer) && cs_str_equal(back.account, o->account));
	cs_otpauth_clear(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_otpauth o;

	if (cs_failed(cs_otpauth_decode(a, (cs_str){ (const char *)data, size }, &o))) {
		CS_ASSERT(o.secret == NULL);
		return 0;
	}
	if (o.type == CS_OTPAUTH_STEAM)
		CS_ASSERT(o.hotp.digits == CS_STEAM_LETTERS && o.hotp.hash == CS_SHA1);
	else
		CS_ASSERT(o.hotp.digits >= CS_OTP_DIGITS_MIN && o.hotp.digits <= CS_OTP_DIGITS_MAX);
	CS_ASSERT(o.period_s >= 1 && o.period_s <= 3600 && o.counter <= INT64_MAX);
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(o.issuer)));
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(o.account)));
	check_written(a, &o);
	cs_otpauth_clear(&o);
	return 0;
}
