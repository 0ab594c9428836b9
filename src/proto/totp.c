#include "proto/totp.h"

#include "crypto/equal.h"
#include "crypto/secret.h"

const struct cs_totp cs_totp_usual = {
	.hotp = { .hash = CS_SHA1, .digits = 6 },
	.period_s = 30,
	.start_s = 0,
	.window = 1,
};

static int64_t
divide_down(int64_t a, int64_t by)
{
	return a / by - (a % by < 0 ? 1 : 0);
}

int64_t
cs_totp_step(const struct cs_totp *t, cs_time now)
{
	return divide_down(divide_down(now.ms, CS_SECOND_MS) - t->start_s, t->period_s);
}

static int64_t
clamp(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* What one walk over the allowed steps remembers. */
struct walk {
	const struct cs_totp *t;
	struct cs_mac *mac;
	int64_t present;
	int64_t after;
	cs_str code;
	struct cs_totp_found found;
	bool has_used;
};

static cs_err
try_step(struct walk *w, int64_t step)
{
	char want[CS_OTP_DIGITS_MAX];

	if (step < 0)
		return CS_OK; /* before the scheme's own beginning */
	CS_TRY(cs_hotp_code(&w->t->hotp, w->mac, (uint64_t)step, want));
	bool is_match = cs_equal(want, w->code.p, w->code.len);
	cs_wipe(want, sizeof(want));
	/* No early end: same work for every step. Of two that match the later one is used up. */
	if (is_match && step > w->after && step > w->found.step) {
		w->found.step = step;
		w->found.drift = clamp(step - w->present, -CS_TOTP_DRIFT_MAX, CS_TOTP_DRIFT_MAX);
	}
	w->has_used |= is_match && step <= w->after;
	return CS_OK;
}

cs_err
cs_totp_match(const struct cs_totp *t, cs_span key, cs_time now, int64_t drift, int64_t after,
    cs_str code, struct cs_totp_found *out)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	*out = (struct cs_totp_found){ .step = CS_STEP_NONE, .drift = drift };
	if (!cs_otp_is_well_formed(&t->hotp, code))
		return CS_OK;
	CS_TRY(cs_mac_new(t->hotp.hash, key, &mac));
	struct walk w = {
		.t = t,
		.mac = mac,
		.present = cs_totp_step(t, now),
		.after = after,
		.code = code,
		.found = *out,
	};
	int64_t middle = w.present + clamp(drift, -CS_TOTP_DRIFT_MAX, CS_TOTP_DRIFT_MAX);
	for (int64_t s = middle - t->window; s <= middle + t->window; s++)
		CS_TRY(try_step(&w, s));
	if (w.present < middle - t->window || w.present > middle + t->window)
		CS_TRY(try_step(&w, w.present));
	*out = w.found;
	out->is_used = w.found.step == CS_STEP_NONE && w.has_used;
	return CS_OK;
}

int64_t
cs_totp_wait_ms(const struct cs_totp *t, cs_time now, int64_t drift, int64_t used)
{
	int64_t shown = cs_totp_step(t, now) + clamp(drift, -CS_TOTP_DRIFT_MAX, CS_TOTP_DRIFT_MAX);
	int64_t period_ms = t->period_s * CS_SECOND_MS;
	int64_t into_ms = (now.ms - t->start_s * CS_SECOND_MS) - cs_totp_step(t, now) * period_ms;

	/* shown < used + 1 as a rule; a later one means that the next code is there already */
	return clamp((used + 1 - shown) * period_ms - into_ms, 1, period_ms);
}

static const struct {
	enum cs_hash hash;
	const char *name;
} hash_names[] = {
	{ CS_SHA1, "SHA1" },
	{ CS_SHA256, "SHA256" },
	{ CS_SHA512, "SHA512" },
};

cs_str
cs_otp_hash_name(enum cs_hash h)
{
	for (size_t i = 0; i < CS_COUNT(hash_names); i++) {
		if (hash_names[i].hash == h)
			return cs_str_c(hash_names[i].name);
	}
	return CS_STR_NONE;
}

cs_err
cs_otp_hash_decode(cs_str name, enum cs_hash *out)
{
	*out = CS_SHA1;
	for (size_t i = 0; i < CS_COUNT(hash_names); i++) {
		if (cs_str_equal_nocase(name, cs_str_c(hash_names[i].name))) {
			*out = hash_names[i].hash;
			return CS_OK;
		}
	}
	return CS_FAIL(INVALID);
}
