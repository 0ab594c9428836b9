/*
 * certificate.h - X.509 certificates as attestation and metadata use them (RFC 5280).
 *
 * One DER certificate is read, with everything bounded, into a struct of borrowed spans: nothing is
 * allocated, nothing need be freed, and the bytes must outlive the struct. Reading is own code,
 * because the library's costs more than the signature it is wanted for (docs/decisions/0410).
 *
 * What a certificate claims means nothing until cs_certificate_path_check says so.
 */
#ifndef CS_CRYPTO_CERTIFICATE_H
#define CS_CRYPTO_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/time.h"

struct cs_public_key; /* crypto/public_key.h */

#define CS_CERTIFICATE_MAX 16384 /* bytes of one certificate */
#define CS_CHAIN_MAX 10 /* certificates of one chain, without its anchor */
#define CS_CERTIFICATE_EXTENSIONS_MAX 32
#define CS_CERTIFICATE_KEY_ID_LEN 20 /* SHA-1 */

struct cs_certificate {
	cs_span der; /* whole */
	cs_span tbs; /* what is signed */
	cs_span signature_algorithm; /* AlgorithmIdentifier */
	cs_span signature;
	int version; /* 1, 2, 3 */
	cs_span serial; /* content of the INTEGER */
	cs_span issuer; /* Name, whole */
	cs_span subject;
	bool has_empty_subject; /* a Name without any part */
	cs_time not_before;
	cs_time not_after;
	cs_span spki; /* SubjectPublicKeyInfo, whole */
	cs_span key_bits; /* the bits in it: a point, an RSAPublicKey, 32 bytes */
	cs_span extensions; /* content of the SEQUENCE; empty: none */
	bool has_basic_constraints;
	bool is_ca; /* false when the extension is absent */
	int path_len; /* -1: no limit */
	bool has_key_usage;
	bool may_sign_certificates; /* keyCertSign */
	bool has_unknown_critical; /* a critical extension that this module does not honour */
};

/* Errors: INVALID (not one certificate, or one that is malformed), LIMIT (too big). */
cs_err cs_certificate_decode(cs_span der, struct cs_certificate *out);

/*
 * The certificates of a text in PEM (RFC 7468), or one in DER; each decoded once, so that what comes
 * back is whole. At most max. Errors: INVALID (anything that is neither, none at all), LIMIT.
 */
cs_err cs_certificate_decode_file(
    struct cs_arena *a, cs_span file, size_t max, cs_span **ders, size_t *count);

/* --- its parts --- */

/* Object identifiers are the content octets of their DER, as CS_SPAN("\x55\x04\x06", 3). */
#define CS_OID_COUNTRY "\x55\x04\x06"
#define CS_OID_ORGANIZATION "\x55\x04\x0a"
#define CS_OID_ORGANIZATIONAL_UNIT "\x55\x04\x0b"
#define CS_OID_COMMON_NAME "\x55\x04\x03"
#define CS_OID(TEXT) CS_SPAN((TEXT), sizeof(TEXT) - 1)

/*
 * One attribute of the subject, borrowed from the certificate when it is UTF-8 or ASCII there.
 * Errors: NOT_FOUND (absent), CONFLICT (there more than once), INVALID (not a text we read:
 * UTF8String, PrintableString, IA5String, and T61String within ASCII).
 */
cs_err cs_certificate_subject(const struct cs_certificate *c, cs_span oid, cs_str *out);
/* The same of the directoryName in subjectAltName (TPMv2 EK profile §3.2.9). */
cs_err cs_certificate_alt_name(const struct cs_certificate *c, cs_span oid, cs_str *out);
/* Whether subjectAltName has this dNSName, without wildcards; name in lower case. */
bool cs_certificate_has_host(const struct cs_certificate *c, cs_str name);
/* Whether extKeyUsage is there and names this purpose. */
bool cs_certificate_has_purpose(const struct cs_certificate *c, cs_span oid);
/* The extension's value (content of its OCTET STRING). Errors: NOT_FOUND. */
cs_err cs_certificate_extension(
    const struct cs_certificate *c, cs_span oid, cs_span *out, bool *is_critical);
/* For crypto/public_key.h's free. Errors: INVALID (a kind of key we do not know, off the curve). */
cs_err cs_certificate_key(const struct cs_certificate *c, struct cs_public_key **out);
/* SHA-256 of the whole: what people compare. */
void cs_certificate_fingerprint(const struct cs_certificate *c, uint8_t out[static 32]);
/* SHA-1 of the key's bits (RFC 5280 §4.2.1.2 method 1), as the FIDO metadata names U2F keys. */
void cs_certificate_key_id(
    const struct cs_certificate *c, uint8_t out[static CS_CERTIFICATE_KEY_ID_LEN]);
/* The subject for people: "C=SE, O=Yubico AB, CN=…"; at most 256 characters, always printable. */
cs_str cs_certificate_subject_text(struct cs_arena *a, const struct cs_certificate *c);

/* --- whom it leads to --- */

/* Certificates that are believed without asking further. Immutable; safe from several threads. */
struct cs_anchors;

/* ders are copied; those that cannot be read are passed over. */
cs_err cs_anchors_new(const cs_span *ders, size_t count, struct cs_anchors **out);
void cs_anchors_free(struct cs_anchors **a);
/* How many could be read. */
size_t cs_anchors_count(const struct cs_anchors *a);

enum cs_path_verdict {
	CS_PATH_REFUSED = 0, /* not a path: a signature, a name, a CA flag, pathLen, a critical
				extension, or the dates */
	CS_PATH_NO_ANCHOR, /* a path, that ends in nobody we know */
	CS_PATH_ANCHORED,
};

/*
 * Judge the path from chain[0], the leaf, upwards (RFC 5280 §6.1 without policies and revocation).
 *
 * Each certificate must be signed by the next, which must be a CA (version 3, basicConstraints,
 * keyCertSign where keyUsage is there, pathLen not exceeded). An anchor is the leaf itself, byte for
 * byte, or any certificate of the chain, or one that has signed the last one looked at; it need not be
 * self-signed. Certificates behind the anchor are not looked at.
 *   at        NULL: dates are not looked at
 *   anchor    may be NULL: set to the index of the anchor, when there is one
 * Errors: LIMIT (more than CS_CHAIN_MAX), INVALID (an empty chain).
 */
cs_err cs_certificate_path_check(const struct cs_anchors *anchors,
    const struct cs_certificate *chain, size_t count, const cs_time *at,
    enum cs_path_verdict *verdict, size_t *anchor);

#endif
