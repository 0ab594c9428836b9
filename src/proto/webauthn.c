/*
 * webauthn.c - the steps, in their order. Each is a function that returns CS_WA_ACCEPTED or its own
 * reason; numbers are those of docs/protocol/webauthn.md.
 */
#include "proto/webauthn.h"

#include "base/codec.h"
#include "crypto/equal.h"
#include "crypto/mac.h"
#include "proto/client_data.h"
#include "proto/webauthn_response.h"

#define CHALLENGE_MAX_BYTES 1024

const int64_t cs_webauthn_algorithms[] = {
	CS_SIG_EDDSA,
	CS_SIG_ES256,
	CS_SIG_RS256,
	CS_SIG_ES384,
	CS_SIG_ES512,
	CS_SIG_PS256,
};
const size_t cs_webauthn_algorithm_count = CS_COUNT(cs_webauthn_algorithms);

static bool
is_same(cs_span a, cs_span b)
{
	return a.len == b.len && a.len != 0 && cs_equal(a.p, b.p, a.len);
}

static enum cs_webauthn_verdict
verdict_of(cs_err e, enum cs_webauthn_verdict malformed)
{
	if (!cs_failed(e))
		return CS_WA_ACCEPTED;
	return cs_is(e, CS_E_LIMIT) ? CS_WA_RESPONSE_TOO_BIG : malformed;
}

/* --- clientDataJSON: R2..R7, A3 --- */

/* R4. */
static bool
challenge_holds(const struct cs_webauthn_expected *e, const struct cs_client_data *c)
{
	uint8_t sent[CHALLENGE_MAX_BYTES];

	return e->challenge.len != 0 && e->challenge.len <= sizeof(sent) &&
	       !cs_failed(cs_base64url_exact(c->challenge, e->challenge.len, sent)) &&
	       cs_equal(sent, e->challenge.p, e->challenge.len);
}

static bool
is_one_of(cs_str text, const cs_str *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text.len != 0 && cs_str_equal(text, list[i]))
			return true;
	}
	return false;
}

static enum cs_webauthn_verdict
judge_client_data(struct cs_arena *a, const struct cs_webauthn_expected *e, cs_str type,
    cs_span json, uint8_t hash[static CS_SHA256_LEN])
{
	struct cs_client_data c;

	/* R2 */
	enum cs_webauthn_verdict v =
	    verdict_of(cs_client_data_decode(a, json, &c), CS_WA_CLIENT_DATA_MALFORMED);
	if (v != CS_WA_ACCEPTED)
		return v;
	if (!cs_str_equal(c.type, type)) /* R3 */
		return CS_WA_TYPE;
	if (!challenge_holds(e, &c)) /* R4 */
		return CS_WA_CHALLENGE;
	if (!is_one_of(c.origin, e->origins, e->origin_count)) /* R5 */
		return CS_WA_ORIGIN;
	if (c.is_cross_origin && !e->may_be_embedded) /* R6 */
		return CS_WA_CROSS_ORIGIN;
	if (c.has_top_origin && /* R7 */
	    (!e->may_be_embedded || !is_one_of(c.top_origin, e->top_origins, e->top_origin_count)))
		return CS_WA_TOP_ORIGIN;
	cs_sha256(json, hash); /* R8 */
	return CS_WA_ACCEPTED;
}

/* --- authenticatorData: R10..R15, A4..A7 --- */

static bool
is_hash_of(cs_span hash, cs_str text)
{
	uint8_t want[CS_SHA256_LEN];

	cs_sha256(cs_str_span(text), want);
	return text.len != 0 && is_same(hash, CS_SPAN(want, sizeof(want)));
}

static bool
has(const struct cs_auth_data *d, enum cs_auth_flag flag)
{
	return (d->flags & flag) != 0;
}

static enum cs_webauthn_verdict
judge_flags(const struct cs_webauthn_expected *e, const struct cs_auth_data *d, bool needs_up)
{
	if (needs_up && !has(d, CS_AUTH_UP)) /* R11, A5 */
		return CS_WA_USER_PRESENCE;
	if (e->needs_uv && !has(d, CS_AUTH_UV)) /* R12, A6 */
		return CS_WA_USER_VERIFICATION;
	if (has(d, CS_AUTH_BS) && !has(d, CS_AUTH_BE)) /* R13, A7 */
		return CS_WA_BACKUP_FLAGS;
	return CS_WA_ACCEPTED;
}

/* --- registration --- */

/* What lies between the attestation object and the verdict. */
struct registration {
	struct cs_arena *arena;
	const struct cs_webauthn_expected *expected;
	struct cs_webauthn_response response;
	struct cs_attestation_input in;
	struct cs_auth_data data;
	struct cs_public_key *key; /* owned */
};

static void
registration_clear(struct registration *r)
{
	cs_public_key_free(&r->key);
}

/* R9. */
static enum cs_webauthn_verdict
open_attestation_object(struct registration *r, cs_span bytes)
{
	const struct cs_cbor *object;

	enum cs_webauthn_verdict v = verdict_of(
	    cs_cbor_decode(r->arena, bytes, &object), CS_WA_ATTESTATION_OBJECT_MALFORMED);
	if (v != CS_WA_ACCEPTED)
		return v;
	r->in.statement = cs_cbor_get(object, "attStmt");
	if (!cs_cbor_is_text(cs_cbor_get(object, "fmt"), &r->in.format) ||
	    !cs_cbor_is_bytes(cs_cbor_get(object, "authData"), &r->in.auth_data) ||
	    (!cs_cbor_is_map(r->in.statement) && !cs_cbor_is_array(r->in.statement)))
		return CS_WA_ATTESTATION_OBJECT_MALFORMED;
	v = verdict_of(
	    cs_auth_data_decode(r->arena, r->in.auth_data, &r->data), CS_WA_AUTH_DATA_MALFORMED);
	if (v == CS_WA_ACCEPTED && !r->data.has_credential)
		v = CS_WA_AUTH_DATA_MALFORMED;
	r->in.data = &r->data;
	return v;
}

static bool
is_offered(const struct cs_webauthn_expected *e, int64_t alg)
{
	bool is_default = e->algorithm_count == 0;
	const int64_t *list = is_default ? cs_webauthn_algorithms : e->algorithms;
	size_t count = is_default ? cs_webauthn_algorithm_count : e->algorithm_count;

	for (size_t i = 0; i < count; i++) {
		if (list[i] == alg)
			return true;
	}
	return false;
}

/* The key's algorithm, though the rest of it may be of no use. */
static enum cs_webauthn_verdict
read_key(struct registration *r, struct cs_cose_key *out)
{
	cs_err e = cs_cose_key_of(r->data.key, out);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_WA_ALGORITHM;
	return cs_failed(e) ? CS_WA_PUBLIC_KEY : CS_WA_ACCEPTED;
}

/* R10..R16: our site, a person, a kind of key we asked for. */
static enum cs_webauthn_verdict
judge_credential(struct registration *r, struct cs_cose_key *key)
{
	const struct cs_webauthn_expected *e = r->expected;

	if (!is_hash_of(r->data.rp_id_hash, e->rp_id)) /* R10 */
		return CS_WA_RP_ID;
	enum cs_webauthn_verdict v = judge_flags(e, &r->data, !e->is_conditional);
	if (v != CS_WA_ACCEPTED)
		return v;
	if (e->refuses_backup_eligible && has(&r->data, CS_AUTH_BE)) /* R14 */
		return CS_WA_BACKUP_ELIGIBLE;
	v = read_key(r, key);
	if (v != CS_WA_ACCEPTED)
		return v;
	return is_offered(e, key->alg) ? CS_WA_ACCEPTED : CS_WA_ALGORITHM; /* R16 */
}

/* R18, R19. Errors: CRYPTO. */
static cs_err
judge_attestation(struct registration *r, const struct cs_cose_key *key, struct cs_attestation *out)
{
	*out = (struct cs_attestation){ .verdict = CS_WA_PUBLIC_KEY };
	cs_err e = cs_cose_key_import(key, &r->key);
	if (cs_is(e, CS_E_INVALID))
		return CS_OK;
	CS_TRY(e);
	r->in.cose = key;
	r->in.key = r->key;
	e = cs_attestation_verify(r->arena, &r->in, out);
	if (!cs_is(e, CS_E_LIMIT))
		return e;
	*out = (struct cs_attestation){ .verdict = CS_WA_RESPONSE_TOO_BIG };
	return CS_OK;
}

/* R21 without roots, and R22. */
static enum cs_webauthn_verdict
judge_evidence(const struct registration *r, const struct cs_attestation *attestation)
{
	if (r->expected->needs_attestation && attestation->kind != CS_ATTESTATION_CHAIN)
		return CS_WA_ATTESTATION_REQUIRED;
	return r->data.credential_id.len <= CS_AUTH_DATA_CREDENTIAL_ID_MAX
		   ? CS_WA_ACCEPTED
		   : CS_WA_CREDENTIAL_ID_LENGTH;
}

static void
describe(const struct registration *r, struct cs_webauthn_registered *out)
{
	out->credential_id = r->data.credential_id;
	out->has_aaguid = true;
	memcpy(out->aaguid, r->data.aaguid.p, sizeof(out->aaguid));
	out->key_bytes = r->data.key_bytes;
	out->sign_count = r->data.sign_count;
	out->is_user_verified = has(&r->data, CS_AUTH_UV);
	out->is_backup_eligible = has(&r->data, CS_AUTH_BE);
	out->is_backed_up = has(&r->data, CS_AUTH_BS);
	out->transports = r->response.transports;
	out->attachment = r->response.attachment;
	out->attestation_object = r->response.attestation_object;
}

static cs_err
judge_registration(struct registration *r, struct cs_webauthn_registered *out)
{
	out->verdict = judge_client_data(r->arena, r->expected, CS_STR("webauthn.create"),
	    r->response.client_data, out->client_hash);
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	r->in.client_hash = CS_SPAN(out->client_hash, sizeof(out->client_hash));
	out->verdict = open_attestation_object(r, r->response.attestation_object);
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	describe(r, out);
	out->verdict = is_same(r->response.id, r->data.credential_id)
			   ? judge_credential(r, &out->key)
			   : CS_WA_ID_MISMATCH;
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	/* R17: extension outputs that nobody asked for are ignored. */
	out->verdict = CS_WA_UNJUDGED;
	CS_TRY(judge_attestation(r, &out->key, &out->attestation));
	out->verdict = out->attestation.verdict;
	if (out->verdict == CS_WA_ACCEPTED)
		out->verdict = judge_evidence(r, &out->attestation);
	return CS_OK;
}

/* Nothing that was refused can be stored by mistake. */
static void
forget(struct cs_webauthn_registered *out)
{
	struct cs_webauthn_registered kept = {
		.verdict = out->verdict,
		.credential_id = out->credential_id,
		.has_aaguid = out->has_aaguid,
	};

	memcpy(kept.aaguid, out->aaguid, sizeof(kept.aaguid));
	*out = kept;
}

cs_err
cs_webauthn_register(struct cs_arena *a, const struct cs_webauthn_expected *expected,
    cs_span response_json, struct cs_webauthn_registered *out)
{
	CS_AUTO(registration_clear)
	struct registration r = { .arena = a, .expected = expected };

	*out = (struct cs_webauthn_registered){ 0 };
	/* R1 */
	out->verdict =
	    cs_webauthn_response_decode(a, CS_CEREMONY_CREATE, response_json, &r.response);
	cs_err e = out->verdict == CS_WA_ACCEPTED ? judge_registration(&r, out) : CS_OK;
	if (cs_failed(e))
		out->verdict = CS_WA_UNJUDGED;
	if (out->verdict != CS_WA_ACCEPTED)
		forget(out);
	return e;
}

cs_err
cs_webauthn_attestation(
    struct cs_arena *a, cs_span attestation_object, cs_span client_hash, struct cs_attestation *out)
{
	CS_AUTO(registration_clear)
	struct registration r = { .arena = a };
	struct cs_cose_key key;

	*out = (struct cs_attestation){ 0 };
	r.in.client_hash = client_hash;
	enum cs_webauthn_verdict v = client_hash.len == CS_SHA256_LEN
					 ? open_attestation_object(&r, attestation_object)
					 : CS_WA_CLIENT_DATA_MALFORMED;
	if (v == CS_WA_ACCEPTED)
		v = read_key(&r, &key);
	out->verdict = v;
	return v == CS_WA_ACCEPTED ? judge_attestation(&r, &key, out) : CS_OK;
}

/* --- assertion --- */

/* A1, A2. */
static enum cs_webauthn_verdict
judge_identity(const struct cs_webauthn_expected *e, const struct cs_webauthn_credential *known,
    const struct cs_webauthn_response *r)
{
	bool is_allowed = e->allowed_count == 0;

	for (size_t i = 0; i < e->allowed_count; i++)
		is_allowed |= is_same(e->allowed[i], r->id);
	if (!is_allowed)
		return CS_WA_CREDENTIAL_NOT_ALLOWED;
	if (!is_same(known->id, r->id))
		return CS_WA_CREDENTIAL_UNKNOWN;
	if (r->user_handle.len == 0)
		return e->allowed_count == 0 ? CS_WA_USER_HANDLE_MISSING : CS_WA_ACCEPTED;
	return is_same(known->user_handle, r->user_handle) ? CS_WA_ACCEPTED
							   : CS_WA_USER_HANDLE_MISMATCH;
}

/* A4: SHA-256(appid) is accepted of credentials alone that the browser says it used it for. */
static bool
site_holds(const struct cs_webauthn_expected *e, const struct cs_webauthn_response *r,
    const struct cs_auth_data *d)
{
	return is_hash_of(d->rp_id_hash, e->rp_id) ||
	       (r->used_app_id && is_hash_of(d->rp_id_hash, e->app_id));
}

/* A4..A7. */
static enum cs_webauthn_verdict
judge_auth_data(struct cs_arena *a, const struct cs_webauthn_expected *e,
    const struct cs_webauthn_credential *known, const struct cs_webauthn_response *r,
    struct cs_auth_data *d)
{
	enum cs_webauthn_verdict v =
	    verdict_of(cs_auth_data_decode(a, r->auth_data, d), CS_WA_AUTH_DATA_MALFORMED);

	if (v != CS_WA_ACCEPTED)
		return v;
	if (!site_holds(e, r, d)) /* A4 */
		return CS_WA_RP_ID;
	v = judge_flags(e, d, true);
	if (v != CS_WA_ACCEPTED)
		return v;
	return has(d, CS_AUTH_BE) == known->is_backup_eligible /* A7 */
		   ? CS_WA_ACCEPTED
		   : CS_WA_BACKUP_ELIGIBILITY_CHANGED;
}

/* A9. Errors: CRYPTO. */
static cs_err
judge_signature(struct cs_arena *a, const struct cs_webauthn_credential *known,
    const struct cs_webauthn_response *r, const uint8_t hash[static CS_SHA256_LEN],
    enum cs_webauthn_verdict *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	const struct cs_attestation_input in = {
		.auth_data = r->auth_data,
		.client_hash = CS_SPAN(hash, CS_SHA256_LEN),
	};
	struct cs_cose_key cose;
	cs_span message;

	*out = verdict_of(cs_cose_key_decode(a, known->key_bytes, &cose), CS_WA_PUBLIC_KEY);
	if (*out != CS_WA_ACCEPTED)
		return CS_OK;
	*out = CS_WA_PUBLIC_KEY;
	cs_err e = cs_cose_key_import(&cose, &key);
	if (cs_is(e, CS_E_INVALID))
		return CS_OK;
	CS_TRY(e);
	*out = CS_WA_RESPONSE_TOO_BIG;
	if (cs_failed(cs_attestation_message(a, &in, &message)))
		return CS_OK;
	*out = cs_public_key_verify(key, cose.alg, message, r->signature) ? CS_WA_ACCEPTED
									  : CS_WA_SIGNATURE;
	return CS_OK;
}

/* A10: both zero means that the authenticator does not count. */
static bool
did_advance(uint32_t before, uint32_t now)
{
	return (before == 0 && now == 0) || now > before;
}

static void
judge_counter(const struct cs_webauthn_expected *e, const struct cs_webauthn_credential *known,
    const struct cs_auth_data *d, struct cs_webauthn_asserted *out)
{
	out->sign_count = d->sign_count;
	if (did_advance(known->sign_count, d->sign_count))
		return;
	if (!e->tolerates_counter)
		out->verdict = CS_WA_COUNTER;
	out->counter_stood_still = true;
}

static cs_err
judge_assertion(struct cs_arena *a, const struct cs_webauthn_expected *e,
    const struct cs_webauthn_credential *known, const struct cs_webauthn_response *r,
    struct cs_webauthn_asserted *out)
{
	uint8_t hash[CS_SHA256_LEN];
	struct cs_auth_data d;

	out->verdict = judge_identity(e, known, r);
	if (out->verdict == CS_WA_ACCEPTED) /* A3 */
		out->verdict =
		    judge_client_data(a, e, CS_STR("webauthn.get"), r->client_data, hash);
	if (out->verdict == CS_WA_ACCEPTED)
		out->verdict = judge_auth_data(a, e, known, r, &d);
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	/* A8: extension outputs that nobody asked for are ignored. */
	out->verdict = CS_WA_UNJUDGED;
	CS_TRY(judge_signature(a, known, r, hash, &out->verdict));
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	judge_counter(e, known, &d, out);
	out->is_user_verified = has(&d, CS_AUTH_UV);
	out->is_backed_up = has(&d, CS_AUTH_BS);
	out->attachment = r->attachment;
	return CS_OK;
}

cs_err
cs_webauthn_assert(struct cs_arena *a, const struct cs_webauthn_expected *expected,
    const struct cs_webauthn_credential *known, cs_span response_json,
    struct cs_webauthn_asserted *out)
{
	struct cs_webauthn_response r;

	*out = (struct cs_webauthn_asserted){ 0 };
	out->verdict = cs_webauthn_response_decode(a, CS_CEREMONY_GET, response_json, &r);
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	cs_err e = judge_assertion(a, expected, known, &r, out);
	if (cs_failed(e))
		*out = (struct cs_webauthn_asserted){ 0 };
	return e;
}

cs_err
cs_webauthn_assertion_id(
    struct cs_arena *a, cs_span response_json, cs_span *out_id, cs_span *out_handle)
{
	struct cs_webauthn_response r;

	*out_id = *out_handle = CS_SPAN_NONE;
	switch (cs_webauthn_response_decode(a, CS_CEREMONY_GET, response_json, &r)) {
	case CS_WA_ACCEPTED:
		*out_id = r.id;
		*out_handle = r.user_handle;
		return CS_OK;
	case CS_WA_RESPONSE_TOO_BIG:
		return CS_FAIL(LIMIT);
	default:
		return CS_FAIL(INVALID);
	}
}

/* --- what it counts as --- */

/* What a phone does not have. It may have "ble": hybrid begins with it. */
#define PLUGGED (CS_TRANSPORT_USB | CS_TRANSPORT_NFC | CS_TRANSPORT_SMART_CARD)

enum cs_webauthn_method
cs_webauthn_method(const struct cs_webauthn_registered *r)
{
	bool is_phone =
	    (r->transports & CS_TRANSPORT_HYBRID) != 0 && (r->transports & PLUGGED) == 0;

	if (r->attachment == CS_ATTACHMENT_PLATFORM)
		return CS_WEBAUTHN_BIOMETRICS;
	/* A phone comes as "cross-platform" through hybrid; its verification is a finger or a face. */
	if (is_phone && r->is_user_verified)
		return CS_WEBAUTHN_BIOMETRICS;
	if (r->attachment == CS_ATTACHMENT_CROSS_PLATFORM)
		return CS_WEBAUTHN_SECURITY_KEY;
	return r->transports == CS_TRANSPORT_INTERNAL ? CS_WEBAUTHN_BIOMETRICS
						      : CS_WEBAUTHN_SECURITY_KEY;
}
