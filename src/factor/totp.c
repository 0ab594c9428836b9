/*
 * totp.c - codes of an authenticator app (RFC 6238).
 *
 * Replay state, 11 bytes: version (1) | last step used, 8 bytes | drift in steps, 2 bytes, both
 * big-endian two's complement. No bytes at all: nothing was used yet.
 */
#include "base/codec.h"
#include "base/reader.h"
#include "factor/factor.h"
#include "factor/rows.h"
#include "model/access.h"
#include "proto/otpauth.h"
#include "proto/qr.h"
#include "proto/totp.h"
#include "proto/totp_params.h"

/* RFC 4226 §4, R6: "we RECOMMEND a shared secret length of 160 bits". */
#define SECRET_LEN 20
#define REPLAY_VERSION 1
#define ISSUER_MAX 120 /* bytes of it in the URI */
#define REPLAY_LEN (1 + 8 + 2)

struct replay {
	int64_t last;
	int64_t drift;
};

static cs_err
replay_decode(const struct cs_authenticator *a, struct replay *out)
{
	struct cs_reader r = cs_reader_of(CS_SPAN(a->replay, a->replay_len));
	uint8_t version;
	uint64_t last;
	uint16_t drift;

	*out = (struct replay){ .last = CS_STEP_NONE };
	if (a->replay_len == 0)
		return CS_OK;
	CS_TRY(cs_read_u8(&r, &version));
	CS_TRY(cs_read_be64(&r, &last));
	CS_TRY(cs_read_be16(&r, &drift));
	CS_TRY(cs_read_end(&r));
	if (version != REPLAY_VERSION)
		return CS_FAIL(INVALID);
	*out = (struct replay){ .last = (int64_t)last, .drift = (int16_t)drift };
	return CS_OK;
}

static void
replay_encode(const struct cs_totp_found *found, struct cs_factor_result *out)
{
	uint64_t step = (uint64_t)found->step;
	uint16_t drift = (uint16_t)found->drift;

	out->replay[0] = REPLAY_VERSION;
	for (int i = 8; i >= 1; i--, step >>= 8)
		out->replay[i] = (uint8_t)step;
	out->replay[9] = (uint8_t)(drift >> 8);
	out->replay[10] = (uint8_t)drift;
	out->replay_len = REPLAY_LEN;
}

static cs_err
enrol_begin(const struct cs_factor_env *env, struct cs_authenticator *a)
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	CS_AUTO(cs_buf_clear) struct cs_buf params;
	struct cs_binding binding = cs_factor_binding(a);

	cs_buf_init(&sealed, SECRET_LEN + CS_SEAL_OVERHEAD);
	cs_buf_init(&params, 256);
	CS_TRY(cs_secret_random(env->rng, SECRET_LEN, &secret));
	CS_TRY(cs_seal(env->keyring, env->rng, cs_secret_span(secret), &binding, &sealed));
	cs_totp_params_encode(&cs_totp_usual, &params);
	a->sealed = cs_arena_span(env->arena, cs_buf_span(&sealed));
	a->params = cs_arena_str(env->arena, cs_buf_str(&params));
	a->replay_len = 0;
	return CS_OK;
}

/* An organisation may have a name that no URI of CS_QR_TEXT_MAX bytes holds twice, percent-encoded. */
static cs_str
shortened(cs_str issuer)
{
	cs_str cut = cs_str_slice(issuer, 0, ISSUER_MAX);

	return cs_str_trim(cs_str_slice(cut, 0, cs_utf8_prefix(cs_str_span(cut))));
}

static cs_err
enrol_show(const struct cs_factor_env *env, const struct cs_authenticator *a,
    const struct cs_factor_label *label, struct cs_factor_shown *out)
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	struct cs_binding binding = cs_factor_binding(a);
	struct cs_totp t;

	*out = (struct cs_factor_shown){ 0 };
	cs_buf_init_sensitive(&out->key, CS_SECRET_MAX * 2);
	cs_buf_init_sensitive(&out->uri, CS_QR_TEXT_MAX);
	CS_TRY(cs_totp_params_decode(a->params, &t));
	CS_TRY(cs_unseal_secret(env->keyring, a->sealed, &binding, &secret));
	cs_base32_encode(cs_secret_span(secret), &out->key);
	cs_otpauth_encode(
	    &(struct cs_otpauth){
		.type = CS_OTPAUTH_TOTP,
		.secret = secret,
		.issuer = shortened(label->issuer),
		.account = label->account,
		.hotp = t.hotp,
		.period_s = t.period_s,
	    },
	    &out->uri);
	out->algorithm = cs_otp_hash_name(t.hotp.hash);
	out->digits = t.hotp.digits;
	out->period_s = t.period_s;
	CS_TRY(cs_buf_finish(&out->key, NULL));
	return cs_buf_finish(&out->uri, NULL);
}

static void
say(const struct cs_totp *t, const struct cs_factor_env *env, const struct replay *before,
    const struct cs_totp_found *found, struct cs_factor_result *out)
{
	if (found->is_used) {
		out->reason = CS_REASON_REPLAYED;
		out->retry_after_ms = cs_totp_wait_ms(t, env->now, before->drift, before->last);
	} else if (found->step == CS_STEP_NONE) {
		out->reason = CS_REASON_MISMATCH;
	} else {
		replay_encode(found, out);
		out->reason = CS_REASON_NONE;
		out->verdict = CS_GRANTED;
	}
}

static cs_err
verify(const struct cs_factor_env *env, const struct cs_authenticator *a, cs_span answer,
    struct cs_factor_result *out)
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	struct cs_binding binding = cs_factor_binding(a);
	cs_str code = { (const char *)answer.p, answer.len };
	struct cs_totp t;
	struct replay before;
	struct cs_totp_found found;

	*out = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH };
	CS_TRY(cs_totp_params_decode(a->params, &t));
	if (!cs_otp_is_well_formed(&t.hotp, code)) {
		out->reason = CS_REASON_MALFORMED;
		return CS_OK;
	}
	CS_TRY(replay_decode(a, &before));
	CS_TRY(cs_unseal_secret(env->keyring, a->sealed, &binding, &secret));
	CS_TRY(cs_totp_match(
	    &t, cs_secret_span(secret), env->now, before.drift, before.last, code, &found));
	if (cs_factor_is_decoy(a)) /* by chance a code may fit: it must not count */
		found = (struct cs_totp_found){ .step = CS_STEP_NONE };
	say(&t, env, &before, &found, out);
	return CS_OK;
}

/* Nothing more is known of the app than before: the record stays as it is. */
static cs_err
enrol_finish(const struct cs_factor_env *env, struct cs_authenticator *a, cs_span answer,
    struct cs_factor_result *out)
{
	return verify(env, a, answer, out);
}

const struct cs_factor cs_factor_totp = {
	.name = "totp",
	.methods = CS_MFA_TOTP,
	.amr = "otp",
	.is_single = true,
	.is_guessable = true,
	.pending_ms = CS_HOUR_MS,
	.enrol_begin = enrol_begin,
	.enrol_show = enrol_show,
	.enrol_finish = enrol_finish,
	.verify = verify,
};
