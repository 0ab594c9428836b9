/*
 * webauthn.h - the relying party's side of WebAuthn: judging a registration and an assertion.
 *
 * Pure: no clock, store or network. The browser's JSON (PublicKeyCredential.toJSON()) goes in, a
 * verdict comes out, and with it what has to be stored. Steps run in the order of WebAuthn L3 §7.1
 * and §7.2 as docs/protocol/webauthn.md numbers them (R1..R24, A1..A11); the first that fails is
 * the verdict. Left to the caller, because they need more than the answer:
 *
 *     R20, R21	the trust path of registered.attestation.x5c to a root: proto/trust.h
 *     R23	no other credential has this id: the store's unique index
 *     R24, A11	storing; the counter and BS by compare-and-swap
 *     expiry and single use of the challenge: the domain
 *
 * Verdicts are not errors: bad input of any kind is a refusal, cs_err only says what could not work
 * (CRYPTO). An arena that is too small refuses with RESPONSE_TOO_BIG; 512 KiB hold the largest
 * response. Everything that comes out lives in the arena. Threads: any.
 */
#ifndef CS_PROTO_WEBAUTHN_H
#define CS_PROTO_WEBAUTHN_H

#include "proto/attestation.h"

/* The browser's JSON; an attestationObject is at most CS_CBOR_MAX_BYTES of it, decoded. */
#define CS_WEBAUTHN_JSON_MAX_BYTES 131072

/* response.transports (WebAuthn L3 §5.8.4); what is unknown is dropped. */
enum cs_transport {
	CS_TRANSPORT_USB = 1 << 0,
	CS_TRANSPORT_NFC = 1 << 1,
	CS_TRANSPORT_BLE = 1 << 2,
	CS_TRANSPORT_SMART_CARD = 1 << 3,
	CS_TRANSPORT_HYBRID = 1 << 4, /* also "cable", its old name */
	CS_TRANSPORT_INTERNAL = 1 << 5,
};
#define CS_TRANSPORT_COUNT 6
/* "usb" of one bit; NULL of what is not one. Static storage. */
const char *cs_transport_name(enum cs_transport t);

enum cs_attachment {
	CS_ATTACHMENT_UNKNOWN = 0,
	CS_ATTACHMENT_PLATFORM,
	CS_ATTACHMENT_CROSS_PLATFORM,
};

/* What the challenge asked for, and what this site allows. Zero is the strictest everywhere. */
struct cs_webauthn_expected {
	cs_str rp_id; /* "login.example.test": rpIdHash must be its SHA-256 */
	const cs_str *origins; /* serialised, compared exactly: "https://login.example.test" */
	size_t origin_count;
	bool may_be_embedded; /* crossOrigin true is taken (steps R6, A3) */
	const cs_str *top_origins; /* and topOrigin, when sent, is one of these (step R7) */
	size_t top_origin_count;
	cs_span challenge; /* the bytes that were issued; an empty one matches nothing */
	bool needs_uv;

	/* registration alone */
	const int64_t
	    *algorithms; /* as offered in pubKeyCredParams; none: cs_webauthn_algorithms */
	size_t algorithm_count;
	bool is_conditional; /* mediation "conditional": UP may be 0 (step R11) */
	bool refuses_backup_eligible; /* synced credentials are not wanted (step R14) */
	bool needs_attestation; /* none and self are refused (step R21); the trust path is yours */

	/* assertion alone */
	const cs_span *allowed; /* ids sent as allowCredentials */
	size_t allowed_count; /* 0: none was sent, so the credential named the person */
	cs_str app_id; /* of a credential made by U2F's API; empty: there is none (step A4) */
	bool tolerates_counter; /* a counter that stands still is only reported (step A10) */
};

/* What is offered when nothing else is said, best first: -8, -7, -257, -35, -36, -37. */
extern const int64_t cs_webauthn_algorithms[];
extern const size_t cs_webauthn_algorithm_count;

struct cs_webauthn_registered {
	enum cs_webauthn_verdict verdict; /* the rest is set only when it is CS_WA_ACCEPTED … */
	cs_span credential_id; /* … but these three, as soon as they are known, for the log */
	uint8_t aaguid[CS_AUTH_DATA_AAGUID_LEN];
	bool has_aaguid; /* decoded; an all-zero AAGUID says nothing about the model */
	cs_span key_bytes; /* COSE_Key, to be stored */
	struct cs_cose_key key; /* the same, decoded; key.alg */
	uint32_t sign_count;
	bool is_user_verified; /* UV, and so uvInitialized */
	bool is_backup_eligible;
	bool is_backed_up;
	unsigned transports; /* OR of enum cs_transport */
	enum cs_attachment attachment; /* what the browser said */
	struct cs_attestation attestation; /* format, kind, x5c */
	cs_span attestation_object; /* as it came, and … */
	uint8_t client_hash[32]; /* … SHA-256 of clientDataJSON: to judge the statement again */
};

cs_err cs_webauthn_register(struct cs_arena *a, const struct cs_webauthn_expected *expected,
    cs_span response_json, struct cs_webauthn_registered *out);

/*
 * A stored attestation object once more (steps R9, R18, R19): for a new look at its trust path. No
 * other step is judged.
 */
cs_err cs_webauthn_attestation(struct cs_arena *a, cs_span attestation_object, cs_span client_hash,
    struct cs_attestation *out);

/* A credential as it is stored. */
struct cs_webauthn_credential {
	cs_span id;
	cs_span key_bytes; /* COSE_Key */
	cs_span user_handle; /* user.id of its owner, 1..64 bytes */
	uint32_t sign_count;
	bool is_backup_eligible;
};

struct cs_webauthn_asserted {
	enum cs_webauthn_verdict verdict; /* the rest is set only when it is CS_WA_ACCEPTED … */
	uint32_t
	    sign_count; /* … but this one also with COUNTER, for the audit trail. Never lower it */
	bool is_user_verified;
	bool is_backed_up; /* to be stored; may differ from before */
	bool counter_stood_still; /* only with tolerates_counter: a sign of a clone */
	enum cs_attachment attachment;
};

cs_err cs_webauthn_assert(struct cs_arena *a, const struct cs_webauthn_expected *expected,
    const struct cs_webauthn_credential *known, cs_span response_json,
    struct cs_webauthn_asserted *out);

/*
 * rawId and userHandle of an assertion, unjudged: to find the stored credential with. *out_handle
 * is empty when there is none. Errors: INVALID, LIMIT.
 */
cs_err cs_webauthn_assertion_id(
    struct cs_arena *a, cs_span response_json, cs_span *out_id, cs_span *out_handle);

/* What a registration counts as (docs/protocol/webauthn.md, "Security key or biometrics"). */
enum cs_webauthn_method { CS_WEBAUTHN_SECURITY_KEY = 0, CS_WEBAUTHN_BIOMETRICS };

/*
 * The browser's attachment first, then the transports; a phone (hybrid) is biometrics only when it
 * verified the person; what says nothing is a security key, the weaker claim.
 */
enum cs_webauthn_method cs_webauthn_method(const struct cs_webauthn_registered *r);

#endif
