/*
 * webauthn.c - security keys and authenticators built into devices (WebAuthn Level 3).
 *
 * Sealed is what an answer is judged by, so that who can write to the database cannot put another
 * key in its place. Integers are big-endian.
 *
 *	pending		01 | nonce 32
 *	enrolled	02 | flags 1 (01: may be backed up, 02: verified the person when it was
 *			registered) | SHA-256 of rp.id, 32
 *			| SHA-256 of the credential id, 32 | COSE_Key as it came
 *
 * The credential id itself is a column: it is looked for. Replay state, 5 bytes: version (1) |
 * counter. What keeps one signature from counting twice is the challenge, which is answered once:
 * many authenticators have no counter.
 */
#include <jansson.h>

#include "base/codec.h"
#include "base/reader.h"
#include "crypto/equal.h"
#include "crypto/mac.h"
#include "factor/factor.h"
#include "factor/rows.h"
#include "factor/webauthn_options.h"
#include "model/access.h"
#include "proto/webauthn.h"

#define NONCE_LEN 32
#define FORM_PENDING 1
#define FORM_ENROLLED 2
#define FLAG_ELIGIBLE 1
#define FLAG_VERIFIED 2
#define PENDING_LEN (1 + NONCE_LEN)
#define ENROLLED_HEAD_LEN (2 + 2 * CS_SHA256_LEN)
#define SEALED_MAX 4096 /* an RSA key of 8192 bits fits */
#define REPLAY_VERSION 1
#define REPLAY_LEN 5
#define PARAMS_MAX 256
#define PENDING_MS (10 * CS_MINUTE_MS)

/* What is sealed, opened. Spans borrow from bytes. */
struct opened {
	struct cs_buf bytes;
	bool is_enrolled;
	cs_span nonce; /* pending */
	bool is_eligible;
	cs_span host_hash;
	cs_span id_hash;
	cs_span key_bytes;
};

static void
opened_clear(struct opened *o)
{
	cs_buf_clear(&o->bytes);
}

static cs_err
decode_enrolled(struct cs_reader *r, struct opened *out)
{
	uint8_t flags;

	CS_TRY(cs_read_u8(r, &flags));
	CS_TRY(cs_read_span(r, CS_SHA256_LEN, &out->host_hash));
	CS_TRY(cs_read_span(r, CS_SHA256_LEN, &out->id_hash));
	CS_TRY(cs_read_span(r, r->rest.len, &out->key_bytes));
	out->is_eligible = (flags & FLAG_ELIGIBLE) != 0;
	return out->key_bytes.len > 0 ? CS_OK : CS_FAIL(INVALID);
}

/* opened_clear also after a failure. */
static cs_err
unseal(const struct cs_factor_env *env, const struct cs_authenticator *a, struct opened *out)
{
	struct cs_binding binding = cs_factor_binding(a);
	struct cs_reader r;
	uint8_t form;

	*out = (struct opened){ .is_enrolled = false };
	cs_buf_init(&out->bytes, SEALED_MAX);
	CS_TRY(cs_unseal(env->keyring, a->sealed, &binding, &out->bytes));
	r = cs_reader_of(cs_buf_span(&out->bytes));
	CS_TRY(cs_read_u8(&r, &form));
	out->is_enrolled = form == FORM_ENROLLED;
	if (out->is_enrolled)
		return decode_enrolled(&r, out);
	if (form != FORM_PENDING)
		return CS_FAIL(INVALID);
	CS_TRY(cs_read_span(&r, NONCE_LEN, &out->nonce));
	return cs_read_end(&r);
}

static cs_err
seal(const struct cs_factor_env *env, struct cs_authenticator *a, const struct cs_buf *plain)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	struct cs_binding binding = cs_factor_binding(a);
	cs_span bytes;

	cs_buf_init(&sealed, SEALED_MAX + CS_SEAL_OVERHEAD);
	CS_TRY(cs_buf_finish(plain, &bytes));
	CS_TRY(cs_seal(env->keyring, env->rng, bytes, &binding, &sealed));
	a->sealed = cs_arena_span(env->arena, cs_buf_span(&sealed));
	return CS_OK;
}

/* --- enrolling --- */

static cs_err
enrol_begin(const struct cs_factor_env *env, struct cs_authenticator *a)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t *nonce;

	cs_buf_init(&plain, PENDING_LEN);
	cs_buf_add_byte(&plain, FORM_PENDING);
	nonce = cs_buf_reserve(&plain, NONCE_LEN);
	CS_ASSERT(nonce != NULL);
	cs_random_fill(env->rng, nonce, NONCE_LEN);
	a->params = CS_STR("{}");
	a->replay_len = 0;
	return seal(env, a, &plain);
}

static cs_err
enrol_show(const struct cs_factor_env *env, const struct cs_authenticator *a,
    const struct cs_factor_label *label, struct cs_factor_shown *out)
{
	CS_AUTO(opened_clear) struct opened o;

	*out = (struct cs_factor_shown){ .digits = 0 };
	CS_TRY(unseal(env, a, &o));
	if (o.is_enrolled)
		return CS_FAIL(INVALID);
	return cs_webauthn_creation_options(env, a, label, o.nonce, &out->options);
}

static enum cs_reason
reason_of(enum cs_webauthn_verdict v)
{
	switch ((int)v) {
	case CS_WA_ACCEPTED:
		return CS_REASON_NONE;
	case CS_WA_RESPONSE_MALFORMED:
	case CS_WA_RESPONSE_TOO_BIG:
	case CS_WA_CLIENT_DATA_MALFORMED:
	case CS_WA_ATTESTATION_OBJECT_MALFORMED:
	case CS_WA_AUTH_DATA_MALFORMED:
		return CS_REASON_MALFORMED;
	case CS_WA_USER_VERIFICATION:
		return CS_REASON_UNVERIFIED;
	case CS_WA_COUNTER:
		return CS_REASON_CLONED;
	}
	return CS_REASON_MISMATCH;
}

static void
say(enum cs_webauthn_verdict v, struct cs_factor_result *out)
{
	out->reason = reason_of(v);
	out->words = v == CS_WA_ACCEPTED ? NULL : cs_webauthn_name(v);
	out->verdict = v == CS_WA_ACCEPTED ? CS_GRANTED : CS_DENIED;
}

static void
keep_counter(uint32_t count, struct cs_factor_result *out)
{
	out->replay[0] = REPLAY_VERSION;
	for (int i = 4; i >= 1; i--, count >>= 8)
		out->replay[i] = (uint8_t)count;
	out->replay_len = REPLAY_LEN;
}

static cs_err
counter_of(const struct cs_authenticator *a, uint32_t *out)
{
	struct cs_reader r = cs_reader_of(CS_SPAN(a->replay, a->replay_len));
	uint8_t version;

	*out = 0;
	CS_TRY(cs_read_u8(&r, &version));
	CS_TRY(cs_read_be32(&r, out));
	CS_TRY(cs_read_end(&r));
	return version == REPLAY_VERSION ? CS_OK : CS_FAIL(INVALID);
}

static uint8_t
flags_of(const struct cs_webauthn_registered *r)
{
	int flags = r->is_backup_eligible ? FLAG_ELIGIBLE : 0;

	return (uint8_t)(flags | (r->is_user_verified ? FLAG_VERIFIED : 0));
}

static cs_err
seal_credential(const struct cs_factor_env *env, const struct cs_webauthn_registered *r,
    struct cs_authenticator *a)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t hash[CS_SHA256_LEN];

	cs_buf_init(&plain, SEALED_MAX);
	cs_buf_add_byte(&plain, FORM_ENROLLED);
	cs_buf_add_byte(&plain, flags_of(r));
	cs_sha256(cs_str_span(env->host), hash);
	cs_buf_add(&plain, CS_SPAN(hash, sizeof(hash)));
	cs_sha256(r->credential_id, hash);
	cs_buf_add(&plain, CS_SPAN(hash, sizeof(hash)));
	cs_buf_add(&plain, r->key_bytes);
	return seal(env, a, &plain);
}

static unsigned
method_of(const struct cs_webauthn_registered *r)
{
	return cs_webauthn_method(r) == CS_WEBAUTHN_BIOMETRICS ? CS_MFA_BIOMETRICS
							       : CS_MFA_SECURITY_KEY;
}

static cs_err
keep(const struct cs_factor_env *env, const struct cs_webauthn_registered *r,
    struct cs_authenticator *a)
{
	struct cs_arena *arena = env->arena;

	CS_TRY(seal_credential(env, r, a));
	a->params = cs_webauthn_params(arena, r);
	a->method = method_of(r);
	a->credential_id = cs_arena_span(arena, r->credential_id);
	a->has_aaguid = r->has_aaguid;
	memcpy(a->aaguid, r->aaguid, sizeof(a->aaguid));
	a->format = cs_arena_str(arena, r->attestation.format);
	a->evidence = r->attestation.kind == CS_ATTESTATION_CHAIN  ? CS_EVIDENCE_UNTRUSTED
		      : r->attestation.kind == CS_ATTESTATION_SELF ? CS_EVIDENCE_SELF
								   : CS_EVIDENCE_NONE;
	a->is_backup_eligible = r->is_backup_eligible;
	a->is_backed_up = r->is_backed_up;
	a->attestation = cs_arena_span(arena, r->attestation_object);
	a->client_hash = cs_arena_span(arena, CS_SPAN(r->client_hash, sizeof(r->client_hash)));
	return CS_OK;
}

/*
 * Who wanted a security key and answered with what is built in has biometrics, which are worth
 * their name only when they verified the person.
 */
static enum cs_webauthn_verdict
verdict_of(const struct cs_webauthn_registered *r)
{
	if (r->verdict == CS_WA_ACCEPTED && method_of(r) == CS_MFA_BIOMETRICS &&
	    !r->is_user_verified)
		return CS_WA_USER_VERIFICATION;
	return r->verdict;
}

static cs_err
enrol_finish(const struct cs_factor_env *env, struct cs_authenticator *a, cs_span answer,
    struct cs_factor_result *out)
{
	struct cs_webauthn_registered *r = CS_NEW(env->arena, struct cs_webauthn_registered);
	CS_AUTO(opened_clear) struct opened o;

	*out = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH };
	CS_TRY(unseal(env, a, &o));
	if (o.is_enrolled)
		return CS_FAIL(INVALID);
	CS_TRY(cs_webauthn_register(env->arena,
	    &(struct cs_webauthn_expected){
		.rp_id = env->host,
		.origins = &env->origin,
		.origin_count = 1,
		.challenge = o.nonce,
		.needs_uv = a->method == CS_MFA_BIOMETRICS,
	    },
	    answer, r));
	if (cs_factor_is_decoy(a))
		return CS_OK;
	say(verdict_of(r), out);
	if (out->verdict != CS_GRANTED)
		return CS_OK;
	out->verdict = CS_DENIED; /* until all of it is kept */
	CS_TRY(keep(env, r, a));
	keep_counter(r->sign_count, out);
	out->attestation = &r->attestation;
	out->is_backed_up = r->is_backed_up;
	out->is_user_verified = r->is_user_verified;
	out->verdict = CS_GRANTED;
	return CS_OK;
}

/* --- answering --- */

static cs_err
question(
    const struct cs_factor_env *env, const struct cs_authenticator *list, size_t count, cs_str *out)
{
	return cs_webauthn_request_options(env, list, count, out);
}

static cs_err
choose(const struct cs_factor_env *env, const struct cs_authenticator *list, size_t count,
    cs_span answer, const struct cs_authenticator **out)
{
	cs_span id;
	cs_span handle;

	*out = NULL;
	CS_TRY(cs_webauthn_assertion_id(env->arena, answer, &id, &handle));
	for (size_t i = 0; i < count; i++)
		if (list[i].credential_id.len == id.len && id.len > 0 &&
		    cs_equal(list[i].credential_id.p, id.p, id.len))
			*out = &list[i];
	return CS_OK;
}

/* The point G of P-256 as a COSE_Key: a real key for decoys, with which nothing is ever granted. */
static const uint8_t nobodys_key[] = { 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58,
	0x20, /* */
	0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
	0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98,
	0xc2, 0x96, 0x22, 0x58, 0x20, /* */
	0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
	0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
	0x51, 0xf5 };

static bool
hash_is(cs_span bytes, cs_span hash)
{
	uint8_t got[CS_SHA256_LEN];

	cs_sha256(bytes, got);
	return hash.len == sizeof(got) && cs_equal(got, hash.p, sizeof(got));
}

/* The credential as it was sealed; the columns beside it must say the same. */
static cs_err
credential_of(const struct cs_factor_env *env, const struct cs_authenticator *a,
    const struct opened *o, cs_span answer, struct cs_webauthn_credential *out)
{
	cs_span handle;
	cs_err e;

	*out = (struct cs_webauthn_credential){
		.id = a->credential_id,
		.key_bytes = o->key_bytes,
		.user_handle = cs_id_span(&a->subject),
		.is_backup_eligible = o->is_eligible,
	};
	if (cs_factor_is_decoy(a)) {
		out->key_bytes = CS_SPAN(nobodys_key, sizeof(nobodys_key));
		e = cs_webauthn_assertion_id(env->arena, answer, &out->id, &handle);
		return cs_is(e, CS_E_INVALID) ? CS_OK : e;
	}
	if (!o->is_enrolled)
		return CS_FAIL(INVALID);
	return counter_of(a, &out->sign_count);
}

static cs_err
verify(const struct cs_factor_env *env, const struct cs_authenticator *a, cs_span answer,
    struct cs_factor_result *out)
{
	CS_AUTO(opened_clear) struct opened o;
	struct cs_webauthn_credential known;
	struct cs_webauthn_asserted asserted;

	*out = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH };
	CS_TRY(unseal(env, a, &o));
	CS_TRY(credential_of(env, a, &o, answer, &known));
	CS_TRY(cs_webauthn_assert(env->arena,
	    &(struct cs_webauthn_expected){
		.rp_id = env->host,
		.origins = &env->origin,
		.origin_count = 1,
		.challenge = env->nonce,
		.needs_uv = a->method != CS_MFA_SECURITY_KEY,
		.allowed = &known.id,
		.allowed_count = 1,
	    },
	    &known, answer, &asserted));
	if (cs_factor_is_decoy(a))
		return CS_OK;
	say(asserted.verdict, out);
	if (!hash_is(a->credential_id, o.id_hash) ||
	    !hash_is(cs_str_span(env->host), o.host_hash)) {
		*out = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH, .words = "SEALED" };
	} else if (out->verdict == CS_GRANTED) {
		keep_counter(asserted.sign_count, out);
		out->is_backed_up = asserted.is_backed_up;
		out->is_user_verified = asserted.is_user_verified;
	}
	return CS_OK;
}

const struct cs_factor cs_factor_webauthn = {
	.name = "webauthn",
	.methods = CS_MFA_SECURITY_KEY | CS_MFA_BIOMETRICS,
	.amr = "hwk",
	.pending_ms = PENDING_MS,
	.shows_anew = true,
	.enrol_begin = enrol_begin,
	.enrol_show = enrol_show,
	.enrol_finish = enrol_finish,
	.question = question,
	.choose = choose,
	.verify = verify,
};
