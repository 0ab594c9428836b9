/*
 * mint.h - certificates for tests, made by OpenSSL: as right or as wrong as a test wishes.
 */
#ifndef CS_TESTS_MINT_H
#define CS_TESTS_MINT_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/time.h"

#define MINT_FROM 1700000000 /* 2023-11-14 */
#define MINT_UNTIL 2000000000 /* 2033-05-18 */
#define MINT_NOW ((cs_time){ INT64_C(1795340467000) }) /* 2026-11-22 */

struct mint_extension {
	const char *oid; /* dotted */
	const char *value; /* bytes */
	size_t len;
	bool is_critical;
};

struct mint_wish {
	const char *subject; /* "C=SE/O=Maker/OU=Authenticator Attestation/CN=Key"; NULL: empty */
	const char *basic; /* "critical,CA:TRUE,pathlen:0"; NULL: none */
	const char *usage; /* "keyCertSign" */
	const char *purpose; /* "2.23.133.8.3" */
	const char *constraints; /* nameConstraints: "permitted;DNS:example.test" */
	struct mint_extension extensions[4];
	long from, until; /* seconds; 0: MINT_FROM, MINT_UNTIL */
	int version; /* 0: 3 */
	const char *issuer; /* instead of the issuer's subject */
	EVP_PKEY *key; /* instead of a fresh one; borrowed */
	bool is_rsa;
};

struct minted {
	X509 *x;
	EVP_PKEY *key;
	cs_span der;
};

static inline EVP_PKEY *
mint_key(bool is_rsa)
{
	EVP_PKEY *key = is_rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");

	CS_ASSERT(key != NULL);
	return key;
}

static inline X509_NAME *
mint_name(const char *text)
{
	X509_NAME *name = X509_NAME_new();
	char copy[512], *rest = copy, *part;

	CS_ASSERT(name != NULL && (text == NULL || strlen(text) < sizeof(copy)));
	if (text == NULL)
		return name;
	memcpy(copy, text, strlen(text) + 1);
	while ((part = strsep(&rest, "/")) != NULL) {
		char *value = strchr(part, '=');
		CS_ASSERT(value != NULL);
		*value++ = '\0';
		CS_ASSERT(X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8,
			      (const unsigned char *)value, -1, -1, 0) == 1);
	}
	return name;
}

static inline void
mint_add(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	if (value == NULL)
		return;
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CS_ASSERT(e != NULL && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static inline void
mint_add_raw(X509 *x, const struct mint_extension *wish)
{
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *oid = OBJ_txt2obj(wish->oid, 1);
	X509_EXTENSION *e;

	CS_ASSERT(
	    value != NULL && oid != NULL &&
	    ASN1_OCTET_STRING_set(value, (const unsigned char *)wish->value, (int)wish->len) == 1);
	e = X509_EXTENSION_create_by_OBJ(NULL, oid, wish->is_critical, value);
	CS_ASSERT(e != NULL && X509_add_ext(x, e, -1) == 1);
	X509_EXTENSION_free(e);
	ASN1_OBJECT_free(oid);
	ASN1_OCTET_STRING_free(value);
}

/* issuer NULL: signs itself. */
static inline struct minted
mint(const struct mint_wish *wish, const struct minted *issuer)
{
	struct minted m = { .x = X509_new() };
	X509_NAME *subject = mint_name(wish->subject), *name = NULL;
	unsigned char *der = NULL;

	CS_ASSERT(m.x != NULL);
	m.key = wish->key != NULL ? wish->key : mint_key(wish->is_rsa);
	if (wish->key != NULL)
		CS_ASSERT(EVP_PKEY_up_ref(wish->key) == 1);
	CS_ASSERT(X509_set_version(m.x, (wish->version == 0 ? 3 : wish->version) - 1) == 1);
	CS_ASSERT(ASN1_INTEGER_set(X509_get_serialNumber(m.x), 7) == 1);
	CS_ASSERT(X509_set_subject_name(m.x, subject) == 1);
	if (wish->issuer != NULL)
		name = mint_name(wish->issuer);
	CS_ASSERT(X509_set_issuer_name(m.x, name != NULL     ? name
					    : issuer != NULL ? X509_get_subject_name(issuer->x)
							     : subject) == 1);
	CS_ASSERT(ASN1_TIME_set(
		      X509_getm_notBefore(m.x), wish->from == 0 ? MINT_FROM : wish->from) != NULL);
	CS_ASSERT(ASN1_TIME_set(X509_getm_notAfter(m.x),
		      wish->until == 0 ? MINT_UNTIL : wish->until) != NULL);
	CS_ASSERT(X509_set_pubkey(m.x, m.key) == 1);
	X509 *by = issuer != NULL ? issuer->x : m.x;
	mint_add(m.x, by, NID_basic_constraints, wish->basic);
	mint_add(m.x, by, NID_key_usage, wish->usage);
	mint_add(m.x, by, NID_ext_key_usage, wish->purpose);
	mint_add(m.x, by, NID_name_constraints, wish->constraints);
	for (size_t i = 0; i < CS_COUNT(wish->extensions); i++) {
		if (wish->extensions[i].oid != NULL)
			mint_add_raw(m.x, &wish->extensions[i]);
	}
	CS_ASSERT(X509_sign(m.x, issuer != NULL ? issuer->key : m.key, EVP_sha256()) > 0);
	int len = i2d_X509(m.x, &der);
	CS_ASSERT(len > 0);
	m.der = CS_SPAN(der, (size_t)len);
	X509_NAME_free(subject);
	X509_NAME_free(name);
	return m;
}

static inline void
minted_clear(struct minted *m)
{
	X509_free(m->x);
	EVP_PKEY_free(m->key);
	OPENSSL_free((void *)(uintptr_t)m->der.p);
	*m = (struct minted){ 0 };
}

/* A root, by which others are signed. */
#define MINT_CA "critical,CA:TRUE"
static inline struct minted
mint_root(const char *subject)
{
	const struct mint_wish wish = {
		.subject = subject, .basic = MINT_CA, .usage = "critical,keyCertSign"
	};

	return mint(&wish, NULL);
}

#endif
