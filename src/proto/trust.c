#include "proto/trust.h"

#include "crypto/der.h"
#include "crypto/equal.h"

#define OID_FIDO_AAGUID "\x2b\x06\x01\x04\x01\x82\xe5\x1c\x01\x01\x04"

cs_err
cs_trust_judge(const struct cs_anchors *roots, const cs_span *x5c, size_t count, const cs_time *at,
    enum cs_trust *out)
{
	struct cs_certificate chain[CS_CHAIN_MAX];
	enum cs_path_verdict verdict;

	*out = CS_TRUST_REFUSED;
	if (count == 0 || count > CS_CHAIN_MAX)
		return CS_OK;
	for (size_t i = 0; i < count; i++) {
		if (cs_failed(cs_certificate_decode(x5c[i], &chain[i])))
			return CS_OK;
	}
	CS_TRY(cs_certificate_path_check(roots, chain, count, at, &verdict, NULL));
	if (verdict == CS_PATH_NO_ANCHOR)
		*out = CS_TRUST_UNKNOWN;
	else if (verdict == CS_PATH_ANCHORED)
		*out = CS_TRUST_ANCHORED;
	return CS_OK;
}

cs_err
cs_trust_leaf_aaguid(const struct cs_certificate *leaf, uint8_t out[static CS_TRUST_AAGUID_LEN])
{
	cs_span value, aaguid;
	bool is_critical;

	memset(out, 0, CS_TRUST_AAGUID_LEN);
	CS_TRY(cs_certificate_extension(leaf, CS_OID(OID_FIDO_AAGUID), &value, &is_critical));
	CS_TRY(cs_der_take(&value, CS_DER_OCTET_STRING, &aaguid));
	if (is_critical || value.len != 0 || aaguid.len != CS_TRUST_AAGUID_LEN)
		return CS_FAIL(INVALID);
	memcpy(out, aaguid.p, CS_TRUST_AAGUID_LEN);
	return CS_OK;
}

bool
cs_trust_covers_aaguid(
    const struct cs_attestation *part, const uint8_t aaguid[static CS_TRUST_AAGUID_LEN])
{
	uint8_t named[CS_TRUST_AAGUID_LEN];
	struct cs_certificate leaf;

	if (!cs_str_equal(part->format, CS_STR("fido-u2f")))
		return true;
	return !cs_failed(cs_certificate_decode(part->x5c[0], &leaf)) &&
	       !cs_failed(cs_trust_leaf_aaguid(&leaf, named)) &&
	       cs_equal(named, aaguid, sizeof(named));
}
