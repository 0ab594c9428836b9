/*
 * xmlenc.h - what XML Encryption and XML Signature name and key containers use (W3C XML Encryption
 * §5.2.2 and §5.6.2; XML Signature §6.3): AES-CBC, AES key wrap (RFC 3394), HMAC by URI.
 *
 * CBC alone says nothing about who wrote it: whoever opens it has checked a MAC before.
 */
#ifndef CS_CRYPTO_XMLENC_H
#define CS_CRYPTO_XMLENC_H

#include "base/buf.h"
#include "crypto/digest.h"

enum cs_xmlenc {
	CS_XMLENC_CBC_128 = 1,
	CS_XMLENC_CBC_192,
	CS_XMLENC_CBC_256,
	CS_XMLENC_KW_128,
	CS_XMLENC_KW_192,
	CS_XMLENC_KW_256,
};

/* By URI. Errors: INVALID (another cipher). */
cs_err cs_xmlenc_decode(cs_str uri, enum cs_xmlenc *out);
/* AES-CBC for a key of 16, 24 or 32 bytes. Errors: INVALID. */
cs_err cs_xmlenc_cbc_for(size_t key_len, enum cs_xmlenc *out);
/* Static storage. */
cs_str cs_xmlenc_uri(enum cs_xmlenc c);
bool cs_xmlenc_is_cbc(enum cs_xmlenc c);

/*
 * Append what sealed holds (CBC: behind its IV) to out, which is sensitive.
 * Errors: FORBIDDEN (not sealed with this key), INVALID (a length that cannot be), LIMIT, CRYPTO.
 */
cs_err cs_xmlenc_open(enum cs_xmlenc c, cs_span key, cs_span sealed, struct cs_buf *out);
/* CBC alone. Appends iv and ciphertext. */
cs_err cs_xmlenc_seal(
    enum cs_xmlenc c, cs_span key, const uint8_t iv[static 16], cs_span plain, struct cs_buf *out);

/* "http://www.w3.org/2000/09/xmldsig#hmac-sha1" and its like. Errors: INVALID. */
cs_err cs_xmlenc_mac_decode(cs_str uri, enum cs_digest *out);
/* out: cs_digest_len bytes. Errors: CRYPTO. */
cs_err cs_xmlenc_mac(
    enum cs_digest d, cs_span key, cs_span message, uint8_t out[static CS_DIGEST_MAX]);

#endif
