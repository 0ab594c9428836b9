/*
 * trust.h - whether an attestation's chain leads to a root we believe (WebAuthn L3 §7.1 steps 22-24,
 * standards R20, R21).
 *
 * The statement's signature and its format's rules for the leaf are the format's own
 * (attestation.h); this looks at the path alone. Pure: the roots and the moment are given.
 */
#ifndef CS_PROTO_TRUST_H
#define CS_PROTO_TRUST_H

#include "base/err.h"
#include "base/span.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "proto/attestation.h"

/* What the path came to. Zeroed memory is not trusted. */
enum cs_trust {
	CS_TRUST_REFUSED = 0, /* no path at all: a broken link, or out of its time */
	CS_TRUST_UNKNOWN, /* a path, to nobody we know */
	CS_TRUST_ANCHORED,
};

/*
 *   x5c   the certificates of the statement, leaf first, as they came; 1..CS_CHAIN_MAX
 *   at    the moment for which they must be valid; NULL: dates are not looked at
 * A chain that cannot be read is REFUSED. Errors: what could not work.
 */
cs_err cs_trust_judge(const struct cs_anchors *roots, const cs_span *x5c, size_t count,
    const cs_time *at, enum cs_trust *out);

/*
 * What the leaf itself says about the model: the extension id-fido-gen-ce-aaguid
 * (1.3.6.1.4.1.45724.1.1.4, an OCTET STRING in the extension's OCTET STRING).
 * Errors: NOT_FOUND, INVALID (malformed, or critical).
 */
#define CS_TRUST_AAGUID_LEN 16
cs_err cs_trust_leaf_aaguid(
    const struct cs_certificate *leaf, uint8_t out[static CS_TRUST_AAGUID_LEN]);

/*
 * Whether a statement with a chain speaks for this AAGUID. U2F's signature does not cover it, so
 * whoever carries such an answer could write any into it: there the leaf must have it too.
 */
bool cs_trust_covers_aaguid(
    const struct cs_attestation *part, const uint8_t aaguid[static CS_TRUST_AAGUID_LEN]);

#endif
