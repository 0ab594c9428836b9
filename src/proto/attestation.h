/*
 * attestation.h - the contract of an attestation statement format, and the table of them.
 *
 * A format is one file, one const struct and one row of attestation_formats.def. It verifies that
 * the statement is its own, whole, and signed over this very registration (WebAuthn L3 §8); it
 * does not ask who signed: the trust path to a root needs roots and the time, and comes after
 * (proto/trust.h). Pure: no clock, store or network.
 */
#ifndef CS_PROTO_ATTESTATION_H
#define CS_PROTO_ATTESTATION_H

#include "proto/authenticator_data.h"
#include "proto/webauthn_verdict.h"

/* Certificates of one statement. Real chains have one to four. */
#define CS_X5C_MAX 8

/* Everything that a format may look at. All borrowed. */
struct cs_attestation_input {
	cs_str format; /* fmt, exactly as sent */
	const struct cs_cbor *statement; /* attStmt: a map, or an array for compound; never NULL */
	cs_span auth_data; /* as signed */
	cs_span client_hash; /* SHA-256 of clientDataJSON: 32 bytes */
	const struct cs_auth_data *data; /* auth_data decoded; has_credential */
	const struct cs_cose_key *cose; /* data->key decoded */
	const struct cs_public_key *key; /* and imported */
};

/* Who vouches. Numbers are not stored: model/subject.h's enum cs_evidence is. */
enum cs_attestation_kind {
	CS_ATTESTATION_NONE = 0, /* nobody */
	CS_ATTESTATION_SELF, /* the credential's own key */
	CS_ATTESTATION_CHAIN, /* the key of x5c[0]: basic, attestation CA or anonymisation CA */
};

struct cs_attestation {
	enum cs_webauthn_verdict verdict; /* CS_WA_ACCEPTED, or why the statement does not hold */
	enum cs_attestation_kind kind;
	cs_str format; /* set by cs_attestation_verify; of compound: "compound" */
	cs_span x5c[CS_X5C_MAX]; /* DER, leaf first; borrowed from the statement */
	size_t x5c_count; /* of CHAIN at least 1, else 0 */
	/* Of compound: each statement in it, all accepted. kind and x5c above are the first best's. */
	const struct cs_attestation *parts;
	size_t part_count;
};

struct cs_attestation_format {
	const char *name; /* "packed"; compared exactly, case and all (step R18) */
	/*
	 * *out comes in zeroed: set kind, x5c and verdict, and the verdict to CS_WA_ACCEPTED last.
	 * Errors: only for what could not work (LIMIT of the arena, CRYPTO); bad input is a verdict.
	 */
	cs_err (*verify)(
	    struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out);
};

/* cs_attestation_none, cs_attestation_packed, … */
#define F(IDENT) extern const struct cs_attestation_format cs_attestation_##IDENT;
#include "proto/attestation_formats.def"
#undef F

/* Looks in->format up and runs its verify. Unknown: FORMAT_UNKNOWN. */
cs_err cs_attestation_verify(
    struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out);

/* --- for formats --- */

/* authData || clientDataHash, in the arena: what most formats sign. */
cs_err cs_attestation_message(
    struct cs_arena *a, const struct cs_attestation_input *in, cs_span *out);
/*
 * statement.x5c into out->x5c: an array of 1 to CS_X5C_MAX non-empty byte strings.
 * False when it is anything else.
 */
bool cs_attestation_x5c(const struct cs_cbor *statement, struct cs_attestation *out);

#endif
