#include "proto/mds_jws.h"

#include "base/codec.h"
#include "crypto/der.h"
#include "crypto/public_key.h"

#include <jansson.h>

#define HEADER_MAX 131072 /* bytes: certificates are in it */
#define SIGNATURE_MAX 1024
#define ES256_LEN 64
#define ES256_DER_MAX 80

static void
free_json(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_err
decode_part(struct cs_arena *a, cs_str text, size_t max, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	*out = CS_SPAN_NONE;
	cs_buf_init(&b, max);
	CS_TRY(cs_base64url_decode(text, &b));
	*out = cs_arena_span(a, cs_buf_span(&b));
	return CS_OK;
}

/* --- the header --- */

struct header {
	int64_t alg;
	cs_span ders[CS_CHAIN_MAX];
	struct cs_certificate chain[CS_CHAIN_MAX];
	size_t count;
};

static int64_t
algorithm_of(const json_t *header)
{
	const char *alg = json_string_value(json_object_get(header, "alg"));

	if (alg == NULL)
		return 0;
	if (cs_str_equal(cs_str_c(alg), CS_STR("RS256")))
		return CS_SIG_RS256;
	return cs_str_equal(cs_str_c(alg), CS_STR("ES256")) ? CS_SIG_ES256 : 0;
}

/* x5c is plain base64, padded (RFC 7515 §4.1.6). */
static bool
read_certificate(struct cs_arena *a, const json_t *text, struct header *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf der;
	const char *base64 = json_string_value(text);

	cs_buf_init(&der, CS_CERTIFICATE_MAX + 3);
	if (base64 == NULL || cs_failed(cs_base64_decode(cs_str_c(base64), &der)))
		return false;
	out->ders[out->count] = cs_arena_span(a, cs_buf_span(&der));
	return !cs_failed(cs_certificate_decode(out->ders[out->count], &out->chain[out->count]));
}

static bool
read_chain(struct cs_arena *a, const json_t *x5c, struct header *out)
{
	size_t count = json_array_size(x5c);

	if (count == 0 || count > CS_CHAIN_MAX)
		return false;
	for (out->count = 0; out->count < count; out->count++) {
		if (!read_certificate(a, json_array_get(x5c, out->count), out))
			return false;
	}
	return true;
}

static enum cs_mds_refusal
read_header(struct cs_arena *a, cs_str text, struct header *out)
{
	CS_AUTO(free_json) json_t *j = NULL;
	cs_span bytes;

	if (cs_failed(decode_part(a, text, HEADER_MAX, &bytes)))
		return CS_MDS_REFUSAL_HEADER;
	j = json_loadb((const char *)bytes.p, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	/* crit names what must be understood, and nothing of that kind is (RFC 7515 §4.1.11) */
	if (!json_is_object(j) || json_object_get(j, "crit") != NULL)
		return CS_MDS_REFUSAL_HEADER;
	out->alg = algorithm_of(j);
	if (out->alg == 0)
		return CS_MDS_REFUSAL_ALGORITHM;
	return read_chain(a, json_object_get(j, "x5c"), out) ? CS_MDS_REFUSAL_NONE
							     : CS_MDS_REFUSAL_CHAIN;
}

/* --- who signed --- */

static cs_err
judge_signer(
    const struct cs_mds_expected *expected, const struct header *h, enum cs_mds_refusal *why)
{
	enum cs_path_verdict verdict;

	CS_TRY(cs_certificate_path_check(
	    expected->roots, h->chain, h->count, expected->at, &verdict, NULL));
	*why = CS_MDS_REFUSAL_NONE;
	if (verdict == CS_PATH_REFUSED)
		*why = CS_MDS_REFUSAL_PATH;
	else if (verdict == CS_PATH_NO_ANCHOR)
		*why = CS_MDS_REFUSAL_ROOT;
	else if (expected->signer.len != 0 &&
		 !cs_certificate_has_host(&h->chain[0], expected->signer))
		*why = CS_MDS_REFUSAL_SIGNER;
	return CS_OK;
}

/* An INTEGER out of 32 unsigned octets. */
static void
add_integer(struct cs_buf *b, const uint8_t *p)
{
	size_t len = 32;

	for (; len > 1 && *p == 0; len--)
		p++;
	bool is_high = (*p & 0x80) != 0;
	cs_buf_add_byte(b, 0x02);
	cs_buf_add_byte(b, (uint8_t)(len + (is_high ? 1 : 0)));
	if (is_high)
		cs_buf_add_byte(b, 0);
	cs_buf_add(b, CS_SPAN(p, len));
}

/* JWS has r and s side by side (RFC 7518 §3.4), X9.62 a SEQUENCE of INTEGERs. */
static bool
der_of(cs_span raw, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf pair;

	cs_buf_init(&pair, ES256_DER_MAX);
	if (raw.len != ES256_LEN)
		return false;
	add_integer(&pair, raw.p);
	add_integer(&pair, raw.p + ES256_LEN / 2);
	cs_buf_add_byte(out, 0x30);
	cs_buf_add_byte(out, (uint8_t)pair.len);
	cs_buf_add(out, cs_buf_span(&pair));
	return !cs_failed(cs_buf_finish(out, NULL));
}

static bool
is_signed(const struct header *h, cs_span message, cs_span signature)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf der;

	cs_buf_init(&der, ES256_DER_MAX);
	if (cs_failed(cs_certificate_key(&h->chain[0], &key)) ||
	    !cs_signature_alg_fits(h->alg, cs_public_key_kind(key)))
		return false;
	if (h->alg == CS_SIG_ES256) {
		if (!der_of(signature, &der))
			return false;
		signature = cs_buf_span(&der);
	}
	return cs_public_key_verify(key, h->alg, message, signature);
}

/* header '.' payload '.' signature */
static bool
cut(cs_str blob, cs_str *header, cs_str *payload, cs_str *signature)
{
	size_t first = cs_str_find(blob, '.', 0);
	size_t second = cs_str_find(blob, '.', first + 1);

	if (first == 0 || first >= blob.len || second >= blob.len)
		return false;
	*header = cs_str_slice(blob, 0, first);
	*payload = cs_str_slice(blob, first + 1, second);
	*signature = cs_str_slice(blob, second + 1, blob.len);
	return cs_str_find(*signature, '.', 0) == signature->len;
}

cs_err
cs_mds_jws_verify(struct cs_arena *a, const struct cs_mds_expected *expected, cs_str blob,
    cs_str *payload, enum cs_mds_refusal *why)
{
	cs_str header_text, signature_text;
	struct header h = { 0 };
	cs_span signature;

	*payload = CS_STR_NONE;
	*why = CS_MDS_REFUSAL_FORM;
	if (!cut(blob, &header_text, payload, &signature_text))
		return CS_OK;
	*why = read_header(a, header_text, &h);
	if (*why != CS_MDS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge_signer(expected, &h, why));
	if (*why != CS_MDS_REFUSAL_NONE)
		return CS_OK;
	*why = CS_MDS_REFUSAL_SIGNATURE;
	if (cs_failed(decode_part(a, signature_text, SIGNATURE_MAX, &signature)))
		return CS_OK;
	cs_str message = cs_str_slice(blob, 0, header_text.len + 1 + payload->len);
	if (is_signed(&h, cs_str_span(message), signature))
		*why = CS_MDS_REFUSAL_NONE;
	return CS_OK;
}
