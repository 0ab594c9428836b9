/*
 * jws.c - other people's tokens and keys.
 *
 * cjose does the signature. Everything a token could use to talk it into something else is judged
 * here first: sizes, encoding, the header's members, and which key may be used for what.
 */
#include "crypto/jws.h"
#include "base/codec.h"
#include "crypto/equal.h"
#include "crypto/mac.h"

#include <cjose/cjose.h>
#include <jansson.h>
#include <openssl/err.h>
#include <stdlib.h>

#define JWKS_MAX_BYTES 65536
#define JWKS_MAX_KEYS 64
#define KID_MAX_BYTES 256
#define RSA_MIN_BYTES 256
#define RSA_MAX_BYTES 1024
#define HMAC_MIN_BYTES 32

static const struct alg {
	cs_str name;
	enum cs_jws_alg alg;
	size_t signature_len; /* 0: as long as the modulus */
} algs[] = {
	{ CS_STR("RS256"), CS_ALG_RS256, 0 },
	{ CS_STR("PS256"), CS_ALG_PS256, 0 },
	{ CS_STR("ES256"), CS_ALG_ES256, 64 },
	{ CS_STR("ES384"), CS_ALG_ES384, 96 },
	{ CS_STR("HS256"), CS_ALG_HS256, 32 },
	{ CS_STR("HS512"), CS_ALG_HS512, 64 },
};

static const struct alg *
find_alg(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(algs); i++)
		if (cs_str_equal(algs[i].name, name))
			return &algs[i];
	return NULL;
}

static void
free_json(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

/* Empty when there is no such member or it is no string. */
static cs_str
member(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);

	return (cs_str){ json_string_value(v), json_string_length(v) };
}

/* --- key sets --- */

struct key {
	cs_str kid; /* owned */
	cjose_jwk_t *jwk;
	unsigned algs; /* what it may verify */
	size_t modulus_len;
};

struct cs_jwks {
	size_t count;
	struct key key[JWKS_MAX_KEYS];
};

/* RFC 7517 §4.2 and §4.3: absent means that nothing is said. */
static bool
may_verify(const json_t *jwk)
{
	const json_t *use = json_object_get(jwk, "use"), *ops = json_object_get(jwk, "key_ops"),
		     *op;
	bool is_there = ops == NULL;
	size_t i;

	json_array_foreach(ops, i,
	    op) if (json_is_string(op) && strcmp(json_string_value(op), "verify") == 0) is_there =
	    true;
	return is_there && (use == NULL || cs_str_equal(member(jwk, "use"), CS_STR("sig")));
}

/*
 * Bytes of a number (RFC 7518 §2 Base64urlUInt) and the last of them; leading zeros, which some write,
 * do not count.
 */
static cs_err
number_len(const json_t *jwk, const char *name, size_t *out_len, uint8_t *out_last)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	size_t zeros = 0;

	cs_buf_init(&b, RSA_MAX_BYTES + 8);
	*out_len = 0;
	*out_last = 0;
	CS_TRY(cs_base64url_decode(member(jwk, name), &b));
	while (zeros < b.len && b.p[zeros] == 0)
		zeros++;
	*out_len = b.len - zeros;
	if (*out_len != 0)
		*out_last = b.p[b.len - 1];
	return CS_OK;
}

/* The public members alone, so that cjose sees nothing else: NULL when the key cannot be used. */
static json_t *
public_rsa(const json_t *jwk, struct key *k)
{
	size_t e_len;
	uint8_t n_last, e_last;

	if (cs_failed(number_len(jwk, "n", &k->modulus_len, &n_last)) ||
	    cs_failed(number_len(jwk, "e", &e_len, &e_last)) || k->modulus_len < RSA_MIN_BYTES ||
	    k->modulus_len > RSA_MAX_BYTES || (n_last & 1) == 0 || (e_last & 1) == 0 || e_len > 8 ||
	    (e_len == 1 && e_last == 1))
		return NULL;
	k->algs = CS_ALG_RS256 | CS_ALG_PS256;
	return json_pack("{s:s, s:O, s:O}", "kty", "RSA", "n", json_object_get(jwk, "n"), "e",
	    json_object_get(jwk, "e"));
}

/* RFC 7518 §6.2.1.2: coordinates have the full length of the curve. */
static json_t *
public_ec(const json_t *jwk, struct key *k)
{
	cs_str crv = member(jwk, "crv");
	bool is_256 = cs_str_equal(crv, CS_STR("P-256"));
	uint8_t coordinate[48];
	size_t len = is_256 ? 32 : 48;

	if ((!is_256 && !cs_str_equal(crv, CS_STR("P-384"))) ||
	    cs_failed(cs_base64url_exact(member(jwk, "x"), len, coordinate)) ||
	    cs_failed(cs_base64url_exact(member(jwk, "y"), len, coordinate)))
		return NULL;
	k->algs = is_256 ? CS_ALG_ES256 : CS_ALG_ES384;
	return json_pack("{s:s, s:s, s:O, s:O}", "kty", "EC", "crv", is_256 ? "P-256" : "P-384",
	    "x", json_object_get(jwk, "x"), "y", json_object_get(jwk, "y"));
}

static json_t *
public_part(const json_t *jwk, struct key *k)
{
	cs_str kty = member(jwk, "kty");

	if (cs_str_equal(kty, CS_STR("RSA")))
		return public_rsa(jwk, k);
	/* No "oct": a shared secret does not come in a public set (RFC 8725 §3.2). */
	return cs_str_equal(kty, CS_STR("EC")) ? public_ec(jwk, k) : NULL;
}

/* False when the key is of no use to us. */
static bool
import_key(const json_t *jwk, struct key *k)
{
	cs_str kid = member(jwk, "kid");

	if (!json_is_object(jwk) || !may_verify(jwk) || kid.len > KID_MAX_BYTES)
		return false;
	CS_AUTO(free_json) json_t *public = public_part(jwk, k);
	if (json_object_get(jwk, "alg") != NULL) {
		const struct alg *only = find_alg(member(jwk, "alg"));

		k->algs &= only == NULL ? 0u : (unsigned)only->alg;
	}
	if (public == NULL || k->algs == 0)
		return false;
	k->jwk = cjose_jwk_import_json((cjose_header_t *)public, NULL);
	ERR_clear_error();
	if (k->jwk == NULL)
		return false;
	char *copy = strndup(kid.len == 0 ? "" : kid.p, kid.len);
	CS_ASSERT(copy != NULL);
	k->kid = (cs_str){ copy, kid.len };
	return true;
}

cs_err
cs_jwks_decode(cs_span json, struct cs_jwks **out)
{
	size_t i;
	const json_t *jwk;

	*out = NULL;
	if (json.len > JWKS_MAX_BYTES)
		return CS_FAIL(LIMIT);
	CS_AUTO(free_json)
	json_t *root = json_loadb((const char *)json.p, json.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *keys = json_object_get(root, "keys");
	if (!json_is_array(keys))
		return CS_FAIL(INVALID);
	if (json_array_size(keys) > JWKS_MAX_KEYS)
		return CS_FAIL(LIMIT);
	CS_AUTO(cs_jwks_free) struct cs_jwks *set = calloc(1, sizeof(*set));
	CS_ASSERT(set != NULL);
	json_array_foreach(keys, i, jwk)
	{
		struct key k = { .algs = 0 };

		if (import_key(jwk, &k))
			set->key[set->count++] = k;
	}
	*out = CS_TAKE(set);
	return CS_OK;
}

void
cs_jwks_free(struct cs_jwks **j)
{
	struct cs_jwks *set = CS_TAKE(*j);

	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		cjose_jwk_release(set->key[i].jwk);
		free((char *)(uintptr_t)set->key[i].kid.p);
	}
	free(set);
}

bool
cs_jwks_has_kid(const struct cs_jwks *j, cs_str kid)
{
	for (size_t i = 0; i < j->count; i++)
		if (cs_str_equal(j->key[i].kid, kid))
			return true;
	return false;
}

/* --- tokens --- */

struct token {
	cs_str text;
	cs_str signed_text; /* header.payload, as signed */
	const struct alg *alg;
	cs_str kid;
	cs_span claims, signature;
};

static cs_err
decode_part(struct cs_arena *a, cs_str part, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	void *copy;

	cs_buf_init_sensitive(&b, CS_JWS_MAX_BYTES);
	CS_TRY(cs_base64url_decode(part, &b));
	CS_TRY(cs_arena_try(a, b.len + 1, &copy));
	if (b.len != 0)
		memcpy(copy, b.p, b.len);
	*out = CS_SPAN(copy, b.len);
	return CS_OK;
}

/*
 * Members that bring their own key or point to one, and those that change how the token is read
 * (RFC 7515 §4.1.2 to §4.1.6 and §4.1.11, RFC 7797): RFC 8725 §3.10 tells what they were used for.
 */
static bool
has_forbidden_member(const json_t *head)
{
	static const char *const forbidden[] = { "crit", "jku", "jwk", "x5u", "x5c", "b64" };

	for (size_t i = 0; i < CS_COUNT(forbidden); i++)
		if (json_object_get(head, forbidden[i]) != NULL)
			return true;
	return false;
}

static cs_err
decode_head(struct cs_arena *a, cs_span bytes, unsigned allowed, struct token *t)
{
	CS_AUTO(free_json)
	json_t *head = json_loadb((const char *)bytes.p, bytes.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *kid = json_object_get(head, "kid");

	if (!json_is_object(head) || has_forbidden_member(head) ||
	    (kid != NULL && (!json_is_string(kid) || json_string_length(kid) > KID_MAX_BYTES)))
		return CS_FAIL(INVALID);
	t->alg = find_alg(member(head, "alg"));
	if (t->alg == NULL || (t->alg->alg & allowed) == 0)
		return CS_FAIL(INVALID);
	t->kid = cs_arena_str(a, member(head, "kid"));
	return CS_OK;
}

static cs_err
decode_token(struct cs_arena *a, unsigned allowed, cs_str text, struct token *t)
{
	size_t first = cs_str_find(text, '.', 0);
	size_t second = cs_str_find(text, '.', first + 1);
	cs_span head;

	*t = (struct token){ .text = text };
	if (text.len > CS_JWS_MAX_BYTES || second >= text.len)
		return CS_FAIL(INVALID);
	t->signed_text = cs_str_slice(text, 0, second);
	CS_TRY(decode_part(a, cs_str_slice(text, 0, first), &head));
	CS_TRY(decode_part(a, cs_str_slice(text, first + 1, second), &t->claims));
	CS_TRY(decode_part(a, cs_str_slice(text, second + 1, text.len), &t->signature));
	return decode_head(a, head, allowed, t);
}

static void
free_jws(cjose_jws_t **j)
{
	cjose_jws_release(*j);
	*j = NULL;
}

static bool
is_signed_by(const struct token *t, const struct key *k)
{
	size_t len = t->alg->signature_len != 0 ? t->alg->signature_len : k->modulus_len;

	/* cjose halves whatever it is given for r and s. */
	if ((k->algs & (unsigned)t->alg->alg) == 0 || t->signature.len != len)
		return false;
	CS_AUTO(free_jws) cjose_jws_t *jws = cjose_jws_import(t->text.p, t->text.len, NULL);
	bool is_signed = jws != NULL && cjose_jws_verify(jws, k->jwk, NULL);
	ERR_clear_error();
	return is_signed;
}

cs_err
cs_jws_verify(struct cs_arena *a, const struct cs_jwks *keys, unsigned allowed, cs_str token,
    cs_str *kid, cs_span *claims)
{
	const unsigned asymmetric = CS_ALG_RS256 | CS_ALG_PS256 | CS_ALG_ES256 | CS_ALG_ES384;
	bool has_candidate = false;
	struct token t;

	*kid = CS_STR_NONE;
	*claims = CS_SPAN_NONE;
	CS_TRY(decode_token(a, allowed & asymmetric, token, &t));
	for (size_t i = 0; i < keys->count; i++) {
		const struct key *k = &keys->key[i];

		/* A token that names no key may be by any. */
		if (t.kid.len != 0 && !cs_str_equal(t.kid, k->kid))
			continue;
		has_candidate = true;
		if (is_signed_by(&t, k)) {
			*kid = t.kid;
			*claims = t.claims;
			return CS_OK;
		}
	}
	return has_candidate ? CS_FAIL(INVALID) : CS_FAIL(NOT_FOUND);
}

cs_err
cs_jws_verify_hmac(
    struct cs_arena *a, cs_span secret, unsigned allowed, cs_str token, cs_span *claims)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	uint8_t want[CS_HASH_MAX];
	struct token t;

	*claims = CS_SPAN_NONE;
	if (secret.len < HMAC_MIN_BYTES)
		return CS_FAIL(INVALID);
	CS_TRY(decode_token(a, allowed & (CS_ALG_HS256 | CS_ALG_HS512), token, &t));
	CS_TRY(cs_mac_new(t.alg->alg == CS_ALG_HS256 ? CS_SHA256 : CS_SHA512, secret, &mac));
	CS_TRY(cs_mac_compute(mac, cs_str_span(t.signed_text), want));
	if (t.signature.len != t.alg->signature_len ||
	    !cs_equal(t.signature.p, want, t.alg->signature_len))
		return CS_FAIL(INVALID);
	*claims = t.claims;
	return CS_OK;
}
