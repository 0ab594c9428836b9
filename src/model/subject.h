/*
 * subject.h - people, and what they prove themselves with.
 */
#ifndef CS_MODEL_SUBJECT_H
#define CS_MODEL_SUBJECT_H

#include "base/id.h"
#include "base/span.h"
#include "base/time.h"

enum cs_user_status { CS_USER_ACTIVE = 0, CS_USER_DISABLED };

/* An end user of one account's applications. The user's id is also its subject id. */
struct cs_user {
	cs_id account;
	cs_id id;
	cs_str email; /* lower-case domain, local part as proved */
	cs_str name; /* may be empty */
	enum cs_user_status status;
	cs_time created;
	cs_time last_sign_in; /* 0: never */
	cs_time frozen; /* since then they cannot change their own devices; 0: they can */
};

/* (account, provider, sub): who a user is at one provider. For e-mailed PINs sub is the address. */
struct cs_user_identity {
	cs_id account;
	cs_id provider;
	cs_str sub;
	cs_id user;
};

enum cs_authenticator_state { CS_AUTHENTICATOR_PENDING = 0, CS_AUTHENTICATOR_ACTIVE };

#define CS_REPLAY_MAX 64
#define CS_AAGUID_LEN 16
#define CS_CREDENTIAL_ID_MAX 1023 /* bytes (WebAuthn L3 §7.1) */

/* What vouches for an authenticator's model; kept as a number in the store. */
enum cs_evidence {
	CS_EVIDENCE_NONE = 0, /* no statement: the AAGUID is what the authenticator says */
	CS_EVIDENCE_SELF = 1, /* signed by the credential itself: no more than NONE */
	CS_EVIDENCE_UNTRUSTED = 2, /* a valid chain that ends in no root we know */
	CS_EVIDENCE_VERIFIED = 3, /* a valid chain to a root of ours, or of the FIDO metadata */
};

/* One enrolled means of proof. */
struct cs_authenticator {
	cs_id account;
	cs_id id;
	cs_id subject;
	cs_str factor; /* registry name: "totp", "webauthn" */
	unsigned method; /* one of enum cs_mfa_method: what a proof made with it counts as */
	cs_str name; /* what its owner calls it, at most 64 characters */
	enum cs_authenticator_state state;
	bool is_issued; /* of a factor whose answers we make (backup codes): in no list of them */
	cs_id replaces; /* pending: the one that goes when this is confirmed; else zero */
	cs_span sealed; /* purpose "authenticator.secret", row = id, owner = subject */
	cs_str params; /* the factor's public parameters, JSON of at most 2 KiB */
	uint8_t replay[CS_REPLAY_MAX]; /* the factor's replay state; advanced by compare-and-swap */
	size_t replay_len;
	int64_t version; /* counts the advances; the swap compares this */
	cs_time created;
	cs_time last_used; /* 0: never */
	/* WebAuthn only; else empty and zero */
	cs_span credential_id; /* 1..CS_CREDENTIAL_ID_MAX bytes */
	bool has_aaguid;
	uint8_t aaguid[CS_AAGUID_LEN]; /* zero: of a U2F key, or withheld */
	cs_str format; /* of the attestation statement: "packed", "none" */
	enum cs_evidence evidence;
	bool is_backup_eligible; /* may live on several devices */
	bool is_backed_up; /* does, as of its last use */
	cs_span attestation; /* the attestation object as it came, and … */
	cs_span client_hash; /* … SHA-256 of its client data: to judge it again with new metadata */
};

/* The stored fact that a subject answered with an authenticator, from a browser, at a time. */
struct cs_proof {
	cs_id account;
	cs_id id;
	cs_id subject;
	cs_id device; /* the browser: known_device */
	cs_id authenticator;
	unsigned method; /* one of enum cs_mfa_method */
	cs_time at;
	cs_id session; /* not zero: belongs to this one application session (duration 0m) */
};

#endif
