/*
 * webauthn_bench.c - what judging a sign-in costs beside the bare signature, and a registration with a
 * chain beside several of them.
 *
 *     webauthn_bench [ROUNDS]
 *
 * The floor is OpenSSL alone: the key imported from its numbers (EVP_PKEY_fromdata, or as raw bytes),
 * EVP_DigestVerify over the message that lies ready, both freed. Ours is everything from the browser's
 * JSON to the verdict. In turn, medians; processor time of the one thread. Prints
 *
 *     es256 0.93 (77.1 µs, bare 71.9)		the floor's time ÷ ours
 *     registration 3.31 (285.2 µs, bare 86.1)	ours ÷ the floor's time
 */
#include "base/codec.h"
#include "crypto/mac.h"
#include "proto/trust.h"
#include "proto/webauthn.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUND_MS 200
#define ROUNDS_MAX 99
#define RP_ID "login.example.test"
#define ORIGIN "https://login.example.test"

/* What is signed, by whom, and how the browser says it. */
struct bench {
	struct cs_arena *arena;
	struct cs_webauthn_expected expected;
	struct cs_webauthn_credential known;
	struct cs_anchors *roots;
	EVP_PKEY *key;
	const char *digest; /* NULL of Ed25519 */
	cs_span n, e, point; /* the public key's numbers */
	cs_span message;
	cs_span signature;
	cs_span json;
};

static void
must(bool is_good)
{
	if (!is_good) {
		fputs("webauthn_bench: it does not work\n", stderr);
		exit(1);
	}
}

static cs_span
kept(struct bench *b, const void *p, size_t len)
{
	return cs_arena_span(b->arena, CS_SPAN(p, len));
}

/* --- making --- */

static cs_span
sign(struct bench *b, EVP_PKEY *key, const char *digest, cs_span message)
{
	uint8_t sig[512];
	size_t len = sizeof(sig);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(EVP_DigestSignInit_ex(ctx, NULL, digest, NULL, NULL, key, NULL) == 1 &&
	     EVP_DigestSign(ctx, sig, &len, message.p, message.len) == 1);
	EVP_MD_CTX_free(ctx);
	return kept(b, sig, len);
}

static cs_span
number_of(struct bench *b, const char *name)
{
	uint8_t bytes[512];
	BIGNUM *bn = NULL;

	must(EVP_PKEY_get_bn_param(b->key, name, &bn) == 1);
	int len = BN_bn2bin(bn, bytes);
	BN_free(bn);
	return kept(b, bytes, (size_t)len);
}

static cs_span
padded(struct bench *b, const char *name)
{
	uint8_t bytes[32];
	BIGNUM *bn = NULL;

	must(EVP_PKEY_get_bn_param(b->key, name, &bn) == 1 && BN_bn2binpad(bn, bytes, 32) == 32);
	BN_free(bn);
	return kept(b, bytes, 32);
}

static void
put(struct cs_buf *out, const char *head, size_t head_len, cs_span bytes)
{
	cs_buf_add(out, CS_SPAN(head, head_len));
	cs_buf_add(out, bytes);
}

static cs_span
cose_es256(struct bench *b)
{
	struct cs_buf out;
	cs_span x = padded(b, OSSL_PKEY_PARAM_EC_PUB_X), y = padded(b, OSSL_PKEY_PARAM_EC_PUB_Y);
	uint8_t point[65] = { 4 };

	memcpy(point + 1, x.p, 32);
	memcpy(point + 33, y.p, 32);
	b->point = kept(b, point, sizeof(point));
	cs_buf_init(&out, 1024);
	put(&out, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10, x);
	put(&out, "\x22\x58\x20", 3, y);
	cs_span copy = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	return copy;
}

static cs_span
cose_eddsa(struct bench *b)
{
	struct cs_buf out;
	uint8_t raw[32];
	size_t len = sizeof(raw);

	must(EVP_PKEY_get_raw_public_key(b->key, raw, &len) == 1);
	b->point = kept(b, raw, len);
	cs_buf_init(&out, 1024);
	put(&out, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10, b->point);
	cs_span copy = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	return copy;
}

static cs_span
cose_rs256(struct bench *b)
{
	struct cs_buf out;

	b->n = number_of(b, OSSL_PKEY_PARAM_RSA_N);
	b->e = number_of(b, OSSL_PKEY_PARAM_RSA_E);
	must(b->n.len == 256 && b->e.len == 3);
	cs_buf_init(&out, 1024);
	put(&out, "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11, b->n);
	put(&out, "\x21\x43", 2, b->e);
	cs_span copy = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	return copy;
}

static void
put_auth_data(struct cs_buf *out, uint8_t flags)
{
	uint8_t hash[CS_SHA256_LEN];

	cs_sha256(CS_SPAN(RP_ID, sizeof(RP_ID) - 1), hash);
	cs_buf_add(out, CS_SPAN(hash, sizeof(hash)));
	cs_buf_add_byte(out, flags);
	cs_buf_add_be32(out, 42);
}

static void
put_member(struct cs_buf *out, const char *name, cs_span bytes)
{
	cs_buf_printf(out, "\"%s\":\"", name);
	cs_base64url_encode(bytes, out);
	cs_buf_add_c(out, "\",");
}

/* As Chromium writes it; sets the message that is to be signed as well. */
static cs_span
client_data(struct bench *b, const char *type, cs_span auth_data)
{
	cs_str challenge = cs_base64url_text(b->arena, b->expected.challenge);
	cs_str text = cs_arena_printf(b->arena,
	    "{\"type\":\"%s\",\"challenge\":\"%.*s\",\"origin\":\"" ORIGIN
	    "\",\"crossOrigin\":false}",
	    type, CS_STR_ARG(challenge));
	uint8_t *message = cs_arena_alloc(b->arena, auth_data.len + CS_SHA256_LEN);

	memcpy(message, auth_data.p, auth_data.len);
	cs_sha256(cs_str_span(text), message + auth_data.len);
	b->message = CS_SPAN(message, auth_data.len + CS_SHA256_LEN);
	return cs_str_span(text);
}

static void
begin(struct bench *b)
{
	static const cs_str origin = { ORIGIN, sizeof(ORIGIN) - 1 };
	static const uint8_t challenge[32] = { 7 }, id[64] = { 9 };

	*b = (struct bench){ .arena = cs_arena_new(1 << 20) };
	b->known.id = CS_SPAN(id, sizeof(id));
	b->known.user_handle = CS_SPAN("0123456789abcdef", 16);
	b->expected = (struct cs_webauthn_expected){
		.rp_id = CS_STR(RP_ID),
		.origins = &origin,
		.origin_count = 1,
		.challenge = CS_SPAN(challenge, sizeof(challenge)),
	};
}

static void
finish(struct bench *b)
{
	EVP_PKEY_free(b->key);
	cs_anchors_free(&b->roots);
	cs_arena_free(&b->arena);
}

static void
make_assertion(struct bench *b)
{
	struct cs_buf out;

	cs_buf_init(&out, 64);
	put_auth_data(&out, CS_AUTH_UP | CS_AUTH_UV);
	cs_span auth_data = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	cs_span data = client_data(b, "webauthn.get", auth_data);
	b->signature = sign(b, b->key, b->digest, b->message);
	b->expected.allowed = &b->known.id;
	b->expected.allowed_count = 1;
	cs_buf_init(&out, 1 << 16);
	cs_buf_add_c(&out, "{\"authenticatorAttachment\":\"cross-platform\","
			   "\"clientExtensionResults\":{},");
	put_member(&out, "id", b->known.id);
	put_member(&out, "rawId", b->known.id);
	cs_buf_add_c(&out, "\"response\":{");
	put_member(&out, "authenticatorData", auth_data);
	put_member(&out, "clientDataJSON", data);
	put_member(&out, "signature", b->signature);
	put_member(&out, "userHandle", b->known.user_handle);
	out.len--; /* the last comma */
	cs_buf_add_c(&out, "},\"type\":\"public-key\"}");
	b->json = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
}

/* --- the floor --- */

static EVP_PKEY *
import_params(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	must(EVP_PKEY_fromdata_init(ctx) == 1 &&
	     EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* Into the machine's order, as OSSL_PARAM has numbers. */
static OSSL_PARAM
number_param(const char *name, cs_span number, uint8_t *native)
{
	BIGNUM *bn = BN_bin2bn(number.p, (int)number.len, NULL);

	must(BN_bn2nativepad(bn, native, (int)number.len) == (int)number.len);
	BN_free(bn);
	return OSSL_PARAM_construct_BN(name, native, number.len);
}

static EVP_PKEY *
import_rsa(const struct bench *b)
{
	uint8_t n[512], e[8];
	OSSL_PARAM params[] = {
		number_param(OSSL_PKEY_PARAM_RSA_N, b->n, n),
		number_param(OSSL_PKEY_PARAM_RSA_E, b->e, e),
		OSSL_PARAM_construct_end(),
	};

	return import_params("RSA", params);
}

static EVP_PKEY *
import_ec(const struct bench *b)
{
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)b->point.p, b->point.len),
		OSSL_PARAM_construct_end(),
	};

	return import_params("EC", params);
}

static void
verify_bare(struct bench *b)
{
	EVP_PKEY *key = b->digest == NULL ? EVP_PKEY_new_raw_public_key(
						EVP_PKEY_ED25519, NULL, b->point.p, b->point.len)
			: b->n.len != 0 ? import_rsa(b)
					: import_ec(b);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	must(EVP_DigestVerifyInit(ctx, NULL, b->digest == NULL ? NULL : EVP_sha256(), NULL, key) ==
		 1 &&
	     EVP_DigestVerify(
		 ctx, b->signature.p, b->signature.len, b->message.p, b->message.len) == 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
}

/* --- ours --- */

static struct cs_arena *operation;

static void
judge_assertion(struct bench *b)
{
	struct cs_webauthn_asserted out;

	must(!cs_failed(cs_webauthn_assert(operation, &b->expected, &b->known, b->json, &out)) &&
	     out.verdict == CS_WA_ACCEPTED);
	cs_arena_reset(operation);
}

static void
judge_registration(struct bench *b)
{
	const cs_time now = cs_seconds(INT64_C(1795000000));
	struct cs_webauthn_registered out;
	enum cs_trust trust;

	must(!cs_failed(cs_webauthn_register(operation, &b->expected, b->json, &out)) &&
	     out.verdict == CS_WA_ACCEPTED && out.attestation.x5c_count == 2);
	must(!cs_failed(cs_trust_judge(
		 b->roots, out.attestation.x5c, out.attestation.x5c_count, &now, &trust)) &&
	     trust == CS_TRUST_ANCHORED);
	cs_arena_reset(operation);
}

/* --- measuring --- */

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
one_round(void (*work)(struct bench *), struct bench *b)
{
	double begun = now_us(), took;
	size_t count = 0;

	do {
		for (int i = 0; i < 20; i++)
			work(b);
		count += 20;
		took = now_us() - begun;
	} while (took < ROUND_MS * 1000.0);
	return took / (double)count;
}

static int
order(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double
median(double *v, int count)
{
	qsort(v, (size_t)count, sizeof(*v), order);
	return v[count / 2];
}

/* is_share: the floor ÷ ours, else ours ÷ the floor. */
static void
compare(const char *name, void (*ours)(struct bench *), struct bench *b, int rounds, bool is_share)
{
	double a[ROUNDS_MAX], f[ROUNDS_MAX], ratio[ROUNDS_MAX];

	ours(b);
	verify_bare(b);
	for (int i = 0; i < rounds; i++) {
		if (i % 2 == 0)
			a[i] = one_round(ours, b);
		f[i] = one_round(verify_bare, b);
		if (i % 2 != 0)
			a[i] = one_round(ours, b);
		ratio[i] = is_share ? f[i] / a[i] : a[i] / f[i];
	}
	printf("%s %.3f (%.1f µs, bare %.1f)\n", name, median(ratio, rounds), median(a, rounds),
	    median(f, rounds));
}

static void
bench_assertion(const char *name, EVP_PKEY *key, const char *digest,
    cs_span (*cose)(struct bench *), int rounds)
{
	struct bench b;

	begin(&b);
	b.key = key;
	b.digest = digest;
	b.known.key_bytes = cose(&b);
	make_assertion(&b);
	compare(name, judge_assertion, &b, rounds, true);
	finish(&b);
}

/* --- a registration with a chain of two --- */

static X509 *
certificate(EVP_PKEY *key, const char *name, const char *issuer, EVP_PKEY *signer, bool is_ca)
{
	X509 *c = X509_new();
	X509_NAME *subject = X509_get_subject_name(c), *by = X509_NAME_new();
	const char *parts[] = { "C", "SE", "O", "Bench", "OU", "Authenticator Attestation" };

	for (size_t i = 0; i < CS_COUNT(parts); i += 2) {
		X509_NAME_add_entry_by_txt(subject, parts[i], MBSTRING_ASC,
		    (const unsigned char *)parts[i + 1], -1, -1, 0);
		X509_NAME_add_entry_by_txt(
		    by, parts[i], MBSTRING_ASC, (const unsigned char *)parts[i + 1], -1, -1, 0);
	}
	X509_NAME_add_entry_by_txt(
	    subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_NAME_add_entry_by_txt(
	    by, "CN", MBSTRING_ASC, (const unsigned char *)issuer, -1, -1, 0);
	X509_set_issuer_name(c, by);
	X509_NAME_free(by);
	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), 7);
	ASN1_TIME_set_string(X509_getm_notBefore(c), "20240101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(c), "20540101000000Z");
	X509_set_pubkey(c, key);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(
	    NULL, NULL, NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	must(e != NULL && X509_add_ext(c, e, -1) == 1);
	X509_EXTENSION_free(e);
	must(X509_sign(c, signer, EVP_sha256()) > 0);
	return c;
}

static cs_span
der_of(struct bench *b, X509 *c)
{
	uint8_t *der = NULL;
	int len = i2d_X509(c, &der);

	must(len > 0);
	cs_span copy = kept(b, der, (size_t)len);
	OPENSSL_free(der);
	X509_free(c);
	return copy;
}

static void
put_cbor_bytes(struct cs_buf *out, cs_span bytes)
{
	cs_buf_add_byte(out, 0x59);
	cs_buf_add_be16(out, (uint16_t)bytes.len);
	cs_buf_add(out, bytes);
}

static cs_span
attested_data(struct bench *b)
{
	struct cs_buf out;
	cs_span key = cose_es256(b);

	cs_buf_init(&out, 4096);
	put_auth_data(&out, CS_AUTH_UP | CS_AUTH_UV | CS_AUTH_AT);
	cs_buf_add_c(&out, "model of a bench");
	cs_buf_add_be16(&out, (uint16_t)b->known.id.len);
	cs_buf_add(&out, b->known.id);
	cs_buf_add(&out, key);
	cs_span copy = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	return copy;
}

static cs_span
attestation_object(struct bench *b, cs_span auth_data, cs_span leaf, cs_span above)
{
	struct cs_buf out;

	cs_buf_init(&out, 1 << 16);
	cs_buf_add_c(&out, "\xa3\x63"
			   "fmt\x66packed\x67"
			   "attStmt\xa3\x63"
			   "alg\x26\x63sig");
	put_cbor_bytes(&out, b->signature);
	cs_buf_add_c(&out, "\x63x5c\x82");
	put_cbor_bytes(&out, leaf);
	put_cbor_bytes(&out, above);
	cs_buf_add_c(&out, "\x68"
			   "authData");
	put_cbor_bytes(&out, auth_data);
	cs_span copy = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	return copy;
}

static EVP_PKEY *
ec_key(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

static void
make_registration(struct bench *b)
{
	EVP_PKEY *root = ec_key(), *middle = ec_key(), *leaf = ec_key();
	cs_span anchor = der_of(b, certificate(root, "root", "root", root, true));
	cs_span above = der_of(b, certificate(middle, "middle", "root", root, true));
	cs_span own = der_of(b, certificate(leaf, "leaf", "middle", middle, false));
	struct cs_buf out;

	must(!cs_failed(cs_anchors_new(&anchor, 1, &b->roots)));
	cs_span auth_data = attested_data(b);
	cs_span data = client_data(b, "webauthn.create", auth_data);
	b->signature = sign(b, leaf, "SHA256", b->message);
	cs_span object = attestation_object(b, auth_data, own, above);
	cs_buf_init(&out, 1 << 16);
	cs_buf_add_c(&out, "{\"authenticatorAttachment\":\"cross-platform\","
			   "\"clientExtensionResults\":{},");
	put_member(&out, "id", b->known.id);
	put_member(&out, "rawId", b->known.id);
	cs_buf_add_c(&out, "\"response\":{");
	put_member(&out, "attestationObject", object);
	put_member(&out, "authenticatorData", auth_data);
	put_member(&out, "clientDataJSON", data);
	cs_buf_add_c(&out, "\"publicKeyAlgorithm\":-7,\"transports\":[\"nfc\",\"usb\"]},"
			   "\"type\":\"public-key\"}");
	b->json = cs_arena_span(b->arena, cs_buf_span(&out));
	cs_buf_clear(&out);
	/* The floor verifies the statement's signature, by the leaf's key. */
	EVP_PKEY_free(b->key);
	b->key = leaf;
	cose_es256(b);
	EVP_PKEY_free(root);
	EVP_PKEY_free(middle);
}

static void
bench_registration(int rounds)
{
	struct bench b;

	begin(&b);
	b.key = ec_key();
	b.digest = "SHA256";
	make_registration(&b);
	compare("registration", judge_registration, &b, rounds, false);
	finish(&b);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5;

	if (rounds < 1 || rounds > ROUNDS_MAX)
		return 2;
	operation = cs_arena_new(1 << 20);
	bench_assertion("es256", ec_key(), "SHA256", cose_es256, rounds);
	bench_assertion(
	    "eddsa", EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, cose_eddsa, rounds);
	bench_assertion("rs256", EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048), "SHA256",
	    cose_rs256, rounds);
	bench_registration(rounds);
	cs_arena_free(&operation);
	return 0;
}
