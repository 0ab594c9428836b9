/*
 * certificate_path.c - from a leaf to somebody who is believed (RFC 5280 §6.1).
 */
#include "crypto/certificate.h"

#include "crypto/der.h"
#include "crypto/public_key.h"

#include <stdlib.h>

#define ANCHORS_MAX 4096

/* Keys are imported when a name fits: of many anchors one is asked, and importing costs most. */
struct cs_anchors {
	uint8_t *bytes;
	struct cs_certificate *items;
	size_t count;
};

cs_err
cs_anchors_new(const cs_span *ders, size_t count, struct cs_anchors **out)
{
	size_t total = 0;

	*out = NULL;
	if (count > ANCHORS_MAX)
		return CS_FAIL(LIMIT);
	for (size_t i = 0; i < count; i++) {
		if (ders[i].len <= CS_CERTIFICATE_MAX)
			total += ders[i].len;
	}
	CS_AUTO(cs_anchors_free) struct cs_anchors *a = calloc(1, sizeof(*a));
	CS_ASSERT(a != NULL);
	a->bytes = malloc(total + 1);
	a->items = calloc(count + 1, sizeof(*a->items));
	CS_ASSERT(a->bytes != NULL && a->items != NULL);
	uint8_t *at = a->bytes;
	for (size_t i = 0; i < count; i++) {
		if (ders[i].len == 0 || ders[i].len > CS_CERTIFICATE_MAX)
			continue;
		memcpy(at, ders[i].p, ders[i].len);
		if (cs_failed(cs_certificate_decode(CS_SPAN(at, ders[i].len), &a->items[a->count])))
			continue;
		at += ders[i].len;
		a->count++;
	}
	*out = CS_TAKE(a);
	return CS_OK;
}

void
cs_anchors_free(struct cs_anchors **a)
{
	if (*a == NULL)
		return;
	free((*a)->items);
	free((*a)->bytes);
	free(*a);
	*a = NULL;
}

size_t
cs_anchors_count(const struct cs_anchors *a)
{
	return a->count;
}

/* --- who signed what --- */

/* RFC 8017 A.2.4, RFC 5758 §3.2, RFC 8410 §3. ECDSA with SHA-1 is for nobody any more. */
static int64_t
algorithm_of(cs_span algorithm)
{
	static const struct {
		const char *oid;
		size_t len;
		int64_t alg;
	} rows[] = {
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", 9, CS_SIG_RS1 },
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9, CS_SIG_RS256 },
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c", 9, CS_SIG_RS384 },
		{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d", 9, CS_SIG_RS512 },
		{ "\x2a\x86\x48\xce\x3d\x04\x03\x02", 8, CS_SIG_ES256 },
		{ "\x2a\x86\x48\xce\x3d\x04\x03\x03", 8, CS_SIG_ES384 },
		{ "\x2a\x86\x48\xce\x3d\x04\x03\x04", 8, CS_SIG_ES512 },
		{ "\x2b\x65\x70", 3, CS_SIG_EDDSA },
	};
	cs_span content, oid;

	if (cs_failed(cs_der_take(&algorithm, CS_DER_SEQUENCE, &content)) ||
	    cs_failed(cs_der_take(&content, CS_DER_OID, &oid)))
		return 0;
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		if (cs_der_equal(oid, CS_SPAN(rows[i].oid, rows[i].len)))
			return rows[i].alg;
	}
	return 0;
}

static bool
is_signed_by(const struct cs_certificate *c, const struct cs_public_key *key)
{
	int64_t alg = algorithm_of(c->signature_algorithm);

	return alg != 0 && cs_public_key_verify(key, alg, c->tbs, c->signature);
}

/* --- what each must be --- */

static bool
is_in_time(const struct cs_certificate *c, const cs_time *at)
{
	return at == NULL || (c->not_before.ms <= at->ms && at->ms < c->not_after.ms + 1000);
}

static bool
is_usable(const struct cs_certificate *c, const cs_time *at)
{
	return !c->has_unknown_critical && is_in_time(c, at);
}

/* below: certificates between it and the leaf that are not self-issued. */
static bool
may_issue(const struct cs_certificate *c, int below)
{
	if (c->has_key_usage && !c->may_sign_certificates)
		return false;
	return c->is_ca && (c->path_len < 0 || c->path_len >= below);
}

/* Version 1 knows no basicConstraints: an anchor may be so old, nobody else. */
static bool
may_anchor(const struct cs_certificate *c, int below, const cs_time *at)
{
	return is_usable(c, at) && (c->version < 3 || may_issue(c, below));
}

static bool
is_self_issued(const struct cs_certificate *c)
{
	return cs_der_equal(c->subject, c->issuer);
}

/* --- the walk --- */

static bool
find_same(const struct cs_anchors *anchors, const struct cs_certificate *c, size_t *index)
{
	for (size_t i = 0; i < anchors->count; i++) {
		if (cs_der_equal(anchors->items[i].der, c->der)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool
is_signed_with(const struct cs_certificate *c, const struct cs_certificate *issuer)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;

	return cs_der_equal(issuer->subject, c->issuer) &&
	       !cs_failed(cs_certificate_key(issuer, &key)) && is_signed_by(c, key);
}

static bool
find_signer(const struct cs_anchors *anchors, const struct cs_certificate *c, int below,
    const cs_time *at, size_t *index)
{
	for (size_t i = 0; i < anchors->count; i++) {
		const struct cs_certificate *a = &anchors->items[i];
		if (may_anchor(a, below, at) && is_signed_with(c, a)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool
is_issued_by(const struct cs_certificate *c, const struct cs_certificate *issuer, int below,
    const cs_time *at)
{
	return is_usable(issuer, at) && may_issue(issuer, below) && is_signed_with(c, issuer);
}

cs_err
cs_certificate_path_check(const struct cs_anchors *anchors, const struct cs_certificate *chain,
    size_t count, const cs_time *at, enum cs_path_verdict *verdict, size_t *anchor)
{
	size_t index = 0;

	*verdict = CS_PATH_REFUSED;
	if (anchor != NULL)
		*anchor = 0;
	if (count == 0)
		return CS_FAIL(INVALID);
	if (count > CS_CHAIN_MAX)
		return CS_FAIL(LIMIT);
	if (!is_usable(&chain[0], at))
		return CS_OK;
	int below = 0;
	for (size_t i = 0;; i++) {
		if (find_same(anchors, &chain[i], &index) ||
		    find_signer(anchors, &chain[i], below, at, &index))
			break;
		if (i + 1 == count) {
			*verdict = CS_PATH_NO_ANCHOR;
			return CS_OK;
		}
		if (!is_issued_by(&chain[i], &chain[i + 1], below, at))
			return CS_OK;
		if (!is_self_issued(&chain[i + 1]))
			below++;
	}
	*verdict = CS_PATH_ANCHORED;
	if (anchor != NULL)
		*anchor = index;
	return CS_OK;
}
