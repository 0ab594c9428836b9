/*
 * soft_key.h - a security key in software, and the browser in front of it: what toJSON() gives for
 * the options of a ceremony. Include after test.h.
 *
 * It signs with ES256. What it says of itself (model, flags, counter, format) and what the browser
 * adds (origin, attachment, transports) are plain members: change them to play a broken one.
 */
#ifndef CS_TESTS_SOFT_KEY_H
#define CS_TESTS_SOFT_KEY_H

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"

#define SOFT_UP 0x01
#define SOFT_UV 0x04
#define SOFT_BE 0x08
#define SOFT_BS 0x10
#define SOFT_AT 0x40

enum soft_format { SOFT_NONE = 0, SOFT_SELF, SOFT_CHAIN };

/* Who makes keys of one model, and vouches for them: a root, and a leaf that signs attestations. */
struct soft_maker {
	EVP_PKEY *root_key;
	X509 *root;
	EVP_PKEY *leaf_key;
	X509 *leaf;
};

struct soft_key {
	EVP_PKEY *key;
	uint8_t id[32];
	uint8_t aaguid[16];
	uint8_t flags; /* in answers; AT is added at registration */
	uint32_t count;
	uint32_t step; /* of the counter; 0: it has none */
	enum soft_format format;
	const struct soft_maker *maker; /* SOFT_CHAIN */
	const char *origin;
	const char *attachment; /* NULL: the browser does not say */
	const char *transports; /* JSON */
	bool breaks_signature;
	/* in place of what the options say */
	const char *rp_id;
	const char *challenge;
	const char *type;
};

static inline void
soft_key_open(struct soft_key *k)
{
	*k = (struct soft_key){
		.key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"),
		.flags = SOFT_UP,
		.step = 1,
		.origin = "https://auth.example.test",
		.attachment = "cross-platform",
		.transports = "[\"usb\"]",
	};
	CHECK(k->key != NULL);
	CHECK_INT(RAND_bytes(k->id, sizeof(k->id)), 1);
}

static inline void
soft_key_close(struct soft_key *k)
{
	EVP_PKEY_free(k->key);
	k->key = NULL;
}

/* Touch ID and its like: no counter, verifies the person. */
static inline void
soft_key_open_built_in(struct soft_key *k)
{
	soft_key_open(k);
	k->flags = SOFT_UP | SOFT_UV;
	k->step = 0;
	k->attachment = "platform";
	k->transports = "[\"internal\"]";
}

/* --- bytes --- */

static inline void
soft_sign(EVP_PKEY *key, cs_span message, struct cs_buf *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[96];
	size_t len = sizeof(der);

	CHECK_INT(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	CHECK_INT(EVP_DigestSign(ctx, der, &len, message.p, message.len), 1);
	EVP_MD_CTX_free(ctx);
	cs_buf_add(out, CS_SPAN(der, len));
}

/* A CBOR head: RFC 8949 §3, lengths below 65536. */
static inline void
soft_head(struct cs_buf *b, int major, size_t n)
{
	if (n < 24) {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | (int)n));
	} else if (n < 256) {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | 24));
		cs_buf_add_byte(b, (uint8_t)n);
	} else {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | 25));
		cs_buf_add_be16(b, (uint16_t)n);
	}
}

static inline void
soft_text(struct cs_buf *b, const char *text)
{
	soft_head(b, 3, strlen(text));
	cs_buf_add_c(b, text);
}

static inline void
soft_bytes(struct cs_buf *b, cs_span bytes)
{
	soft_head(b, 2, bytes.len);
	cs_buf_add(b, bytes);
}

/* {1: 2, 3: -7, -1: 1, -2: x, -3: y} */
static inline void
soft_cose(EVP_PKEY *key, struct cs_buf *b)
{
	uint8_t point[65];
	size_t len = 0;

	CHECK_INT(EVP_PKEY_get_octet_string_param(
		      key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len),
	    1);
	CHECK_INT(len, sizeof(point));
	cs_buf_add(b, CS_SPAN("\xa5\x01\x02\x03\x26\x20\x01\x21", 8));
	soft_bytes(b, CS_SPAN(point + 1, 32));
	cs_buf_add_byte(b, 0x22);
	soft_bytes(b, CS_SPAN(point + 33, 32));
}

static inline void
soft_auth_data(const struct soft_key *k, const char *rp_id, bool registers, struct cs_buf *b)
{
	uint8_t hash[32];

	SHA256((const uint8_t *)rp_id, strlen(rp_id), hash);
	cs_buf_add(b, CS_SPAN(hash, sizeof(hash)));
	cs_buf_add_byte(b, (uint8_t)(k->flags | (registers ? SOFT_AT : 0)));
	cs_buf_add_be32(b, k->count);
	if (!registers)
		return;
	cs_buf_add(b, CS_SPAN(k->aaguid, sizeof(k->aaguid)));
	cs_buf_add_be16(b, sizeof(k->id));
	cs_buf_add(b, CS_SPAN(k->id, sizeof(k->id)));
	soft_cose(k->key, b);
}

/* authData || SHA-256(clientDataJSON), signed. */
static inline void
soft_statement(EVP_PKEY *key, cs_span auth_data, cs_str client_data, struct cs_buf *out)
{
	struct cs_buf message;
	uint8_t hash[32];

	SHA256((const uint8_t *)client_data.p, client_data.len, hash);
	cs_buf_init(&message, 4096);
	cs_buf_add(&message, auth_data);
	cs_buf_add(&message, CS_SPAN(hash, sizeof(hash)));
	soft_sign(key, cs_buf_span(&message), out);
	cs_buf_clear(&message);
}

/* --- makers --- */

static inline void
soft_name(X509_NAME *name, const char *unit, const char *common)
{
	static const char *const all[][2] = { { "C", "NO" }, { "O", "Soft Keys" } };

	for (size_t i = 0; i < CS_COUNT(all); i++)
		X509_NAME_add_entry_by_txt(
		    name, all[i][0], MBSTRING_ASC, (const uint8_t *)all[i][1], -1, -1, 0);
	if (unit != NULL)
		X509_NAME_add_entry_by_txt(
		    name, "OU", MBSTRING_ASC, (const uint8_t *)unit, -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)common, -1, -1, 0);
}

static inline void
soft_extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(e != NULL);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
}

/* id-fido-gen-ce-aaguid: an OCTET STRING of 16 bytes within the extension's own. */
static inline void
soft_extend_aaguid(X509 *cert, const uint8_t aaguid[static 16])
{
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	uint8_t der[18] = { 0x04, 0x10 };
	X509_EXTENSION *e;

	memcpy(der + 2, aaguid, 16);
	ASN1_OCTET_STRING_set(value, der, sizeof(der));
	e = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
	X509_add_ext(cert, e, -1);
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
}

static inline X509 *
soft_cert(EVP_PKEY *key, long serial, const char *unit, const char *common)
{
	X509 *cert = X509_new();

	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
	ASN1_TIME_set_string(X509_getm_notBefore(cert), "20200101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(cert), "20991231235959Z");
	X509_set_pubkey(cert, key);
	soft_name(X509_get_subject_name(cert), unit, common);
	return cert;
}

static inline void
soft_maker_open(struct soft_maker *m, const uint8_t aaguid[static 16])
{
	m->root_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	m->leaf_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	m->root = soft_cert(m->root_key, 1, NULL, "Soft Keys Root");
	X509_set_issuer_name(m->root, X509_get_subject_name(m->root));
	soft_extend(m->root, m->root, NID_basic_constraints, "critical,CA:TRUE");
	soft_extend(m->root, m->root, NID_key_usage, "critical,keyCertSign");
	CHECK(X509_sign(m->root, m->root_key, EVP_sha256()) > 0);
	m->leaf = soft_cert(m->leaf_key, 2, "Authenticator Attestation", "Soft Key");
	X509_set_issuer_name(m->leaf, X509_get_subject_name(m->root));
	soft_extend(m->leaf, m->root, NID_basic_constraints, "critical,CA:FALSE");
	soft_extend_aaguid(m->leaf, aaguid);
	CHECK(X509_sign(m->leaf, m->root_key, EVP_sha256()) > 0);
}

static inline void
soft_maker_close(struct soft_maker *m)
{
	X509_free(m->root);
	X509_free(m->leaf);
	EVP_PKEY_free(m->root_key);
	EVP_PKEY_free(m->leaf_key);
}

static inline cs_span
soft_der(struct cs_arena *a, X509 *cert)
{
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);
	cs_span copy;

	CHECK(len > 0);
	copy = cs_arena_span(a, CS_SPAN(der, (size_t)len));
	OPENSSL_free(der);
	return copy;
}

/* --- the browser's JSON --- */

static inline cs_str
soft_option(struct cs_arena *a, const json_t *options, const char *outer, const char *name)
{
	const json_t *at = outer != NULL ? json_object_get(options, outer) : options;
	const char *text = json_string_value(json_object_get(at, name));

	CHECK(text != NULL);
	return cs_arena_str(a, cs_str_c(text));
}

static inline cs_str
soft_client_data(const struct soft_key *k, struct cs_arena *a, const char *type, cs_str challenge)
{
	if (k->challenge != NULL)
		challenge = cs_str_c(k->challenge);
	return cs_arena_printf(a,
	    "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\",\"crossOrigin\":false}",
	    k->type != NULL ? k->type : type, CS_STR_ARG(challenge), k->origin);
}

static inline const char *
soft_rp(const struct soft_key *k, struct cs_arena *a, cs_str rp_id)
{
	return k->rp_id != NULL ? k->rp_id : cs_arena_c(a, rp_id);
}

static inline cs_str
soft_attachment(const struct soft_key *k, struct cs_arena *a)
{
	return k->attachment != NULL
		   ? cs_arena_printf(a, ",\"authenticatorAttachment\":\"%s\"", k->attachment)
		   : CS_STR("");
}

static inline void
soft_attestation(const struct soft_key *k, struct cs_arena *a, cs_span auth_data,
    cs_str client_data, struct cs_buf *out)
{
	struct cs_buf signature;

	cs_buf_init(&signature, 128);
	soft_head(out, 5, 3);
	soft_text(out, "fmt");
	soft_text(out, k->format == SOFT_NONE ? "none" : "packed");
	soft_text(out, "attStmt");
	soft_head(out, 5, k->format == SOFT_NONE ? 0 : k->format == SOFT_SELF ? 2 : 3);
	if (k->format != SOFT_NONE) {
		soft_statement(k->format == SOFT_CHAIN ? k->maker->leaf_key : k->key, auth_data,
		    client_data, &signature);
		soft_text(out, "alg");
		cs_buf_add_byte(out, 0x26);
		soft_text(out, "sig");
		soft_bytes(out, cs_buf_span(&signature));
	}
	if (k->format == SOFT_CHAIN) {
		soft_text(out, "x5c");
		soft_head(out, 4, 1);
		soft_bytes(out, soft_der(a, k->maker->leaf));
	}
	soft_text(out, "authData");
	soft_bytes(out, auth_data);
	cs_buf_clear(&signature);
}

/* What parseCreationOptionsFromJSON(), create() and toJSON() come to. */
static inline cs_str
soft_key_register(struct soft_key *k, struct cs_arena *a, const json_t *options)
{
	cs_str client_data =
	    soft_client_data(k, a, "webauthn.create", soft_option(a, options, NULL, "challenge"));
	cs_str id = cs_base64url_text(a, CS_SPAN(k->id, sizeof(k->id)));
	struct cs_buf auth_data;
	struct cs_buf object;
	cs_str text;

	cs_buf_init(&auth_data, 1024);
	cs_buf_init(&object, 8192);
	soft_auth_data(k, soft_rp(k, a, soft_option(a, options, "rp", "id")), true, &auth_data);
	soft_attestation(k, a, cs_buf_span(&auth_data), client_data, &object);
	text = cs_arena_printf(a,
	    "{\"id\":\"%.*s\",\"rawId\":\"%.*s\",\"type\":\"public-key\","
	    "\"clientExtensionResults\":{},\"response\":{\"clientDataJSON\":\"%.*s\","
	    "\"attestationObject\":\"%.*s\",\"transports\":%s}%.*s}",
	    CS_STR_ARG(id), CS_STR_ARG(id),
	    CS_STR_ARG(cs_base64url_text(a, cs_str_span(client_data))),
	    CS_STR_ARG(cs_base64url_text(a, cs_buf_span(&object))), k->transports,
	    CS_STR_ARG(soft_attachment(k, a)));
	cs_buf_clear(&auth_data);
	cs_buf_clear(&object);
	return text;
}

/* The same for parseRequestOptionsFromJSON() and get(); only what is signed, and nothing more. */
static inline cs_str
soft_key_assert(struct soft_key *k, struct cs_arena *a, const json_t *options)
{
	cs_str client_data =
	    soft_client_data(k, a, "webauthn.get", soft_option(a, options, NULL, "challenge"));
	cs_str id = cs_base64url_text(a, CS_SPAN(k->id, sizeof(k->id)));
	struct cs_buf auth_data;
	struct cs_buf signature;
	cs_str text;

	k->count += k->step;
	cs_buf_init(&auth_data, 64);
	cs_buf_init(&signature, 128);
	soft_auth_data(k, soft_rp(k, a, soft_option(a, options, NULL, "rpId")), false, &auth_data);
	soft_statement(k->key, cs_buf_span(&auth_data), client_data, &signature);
	if (k->breaks_signature)
		signature.p[signature.len - 1] ^= 1;
	text = cs_arena_printf(a,
	    "{\"id\":\"%.*s\",\"rawId\":\"%.*s\",\"type\":\"public-key\","
	    "\"response\":{\"clientDataJSON\":\"%.*s\","
	    "\"authenticatorData\":\"%.*s\",\"signature\":\"%.*s\"}}",
	    CS_STR_ARG(id), CS_STR_ARG(id),
	    CS_STR_ARG(cs_base64url_text(a, cs_str_span(client_data))),
	    CS_STR_ARG(cs_base64url_text(a, cs_buf_span(&auth_data))),
	    CS_STR_ARG(cs_base64url_text(a, cs_buf_span(&signature))));
	cs_buf_clear(&auth_data);
	cs_buf_clear(&signature);
	return text;
}

#endif
