/*
 * mds.h - the FIDO metadata: which models exist, which roots vouch for them, what is reported
 * (FIDO Metadata Service v3.0 §3.1, v3.1).
 *
 * A BLOB is a compact JWS, signed by a certificate that comes with it. Pure: roots and the moment are
 * given, nothing is fetched, and `no` is the caller's to compare with what it has.
 */
#ifndef CS_PROTO_MDS_H
#define CS_PROTO_MDS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/time.h"
#include "crypto/certificate.h"

#define CS_MDS_BLOB_MAX (64u << 20) /* bytes of the JWS; today's is about 6 MiB */
#define CS_MDS_ENTRIES_MAX 65536
#define CS_MDS_ROOTS_MAX 64 /* of one entry */
#define CS_MDS_DATE_LEN 10 /* "2026-11-22" */

/* Bits: a model may be reported as several things. */
enum cs_mds_status {
#define S(NAME, BIT, IS_REFUSED) CS_MDS_##NAME = 1 << (BIT),
#include "proto/mds_statuses.def"
#undef S
};

/* Those that refuse a model unless an organisation says otherwise (standards 1.6). */
enum {
	CS_MDS_REFUSED = 0
#define S(NAME, BIT, IS_REFUSED) | ((IS_REFUSED) ? 1 << (BIT) : 0)
#include "proto/mds_statuses.def"
#undef S
};

/* The bit of "REVOKED"; 0 for a name we do not know. */
unsigned cs_mds_status_bit(cs_str name);
/* Static storage; aborts unless exactly one bit of the table is set. */
cs_str cs_mds_status_name(unsigned bit);

/* One model. */
struct cs_mds_entry {
	bool has_aaguid;
	uint8_t aaguid[16];
	/* U2F: SHA-1 of attestation keys; 40 lower-case hex digits each */
	const cs_str *key_ids;
	size_t key_id_count;
	cs_str description; /* valid UTF-8, at most 200 bytes; may be empty */
	/*
	 * All that was ever reported: a key that left the factory weak is still in use, and one AAGUID
	 * stands for it and for the mended one.
	 */
	unsigned statuses;
	unsigned latest; /* the last report's one bit; 0: none that we know */
	const cs_span *roots; /* DER, as they came: not all need be readable */
	size_t root_count;
};

struct cs_mds_blob {
	int64_t no;
	char next_update[CS_MDS_DATE_LEN];
	struct cs_mds_entry *entries;
	size_t count;
	size_t ignored; /* UAF models, and entries without any key that we know */
};

enum cs_mds_refusal {
	CS_MDS_REFUSAL_NONE = 0,
#define R(NAME, WORDS) CS_MDS_REFUSAL_##NAME,
#include "proto/mds_refusals.def"
#undef R
	CS_MDS_REFUSAL_COUNT
};

/* In words, for operators; static storage. */
cs_str cs_mds_refusal_words(enum cs_mds_refusal r);

struct cs_mds_expected {
	const struct cs_anchors *roots;
	/*
	 * Who must have signed: a host in the signer's certificate. Empty: anybody under the roots,
	 * which is right for a root that signs nothing else, and wrong for a public one.
	 */
	cs_str signer;
	const cs_time *at; /* NULL: certificates' dates are not looked at */
};

/* GlobalSign Root R3, which the FIDO Alliance's signer chains to, and that signer's host. */
extern const cs_span cs_mds_public_root;
#define CS_MDS_PUBLIC_SIGNER CS_STR("mds.fidoalliance.org")

/*
 * Check signature and chain, then read. *out is meaningful with CS_OK and *why NONE; everything in it
 * lives in the arena. Errors: LIMIT (too big, too many), INTERNAL.
 */
cs_err cs_mds_decode(struct cs_arena *a, const struct cs_mds_expected *expected, cs_span blob,
    struct cs_mds_blob *out, enum cs_mds_refusal *why);

#endif
