/*
 * pskc_encode.c - writing a key container. With a password the key is derived as the strongest that
 * others read: PBKDF2 with HMAC-SHA-256.
 */
#include "proto/pskc.h"

#include "base/codec.h"
#include "crypto/foreign.h"
#include "crypto/xmlenc.h"
#include "proto/xml.h"

#define ITERATIONS 600000
#define KEY_LEN 32
#define SALT_LEN 16
#define IV_LEN 16
#define NS "urn:ietf:params:xml:ns:keyprov:pskc"

struct writing {
	struct cs_buf *out;
	const struct cs_random *rng;
	cs_span key; /* empty: plain */
	uint8_t derived[KEY_LEN];
	uint8_t mac_key[KEY_LEN];
	enum cs_xmlenc cipher;
};

static void
add_element(struct writing *w, const char *indent, const char *name, cs_str text)
{
	if (text.len == 0)
		return;
	cs_buf_printf(w->out, "%s<%s>", indent, name);
	cs_xml_escape(text, w->out);
	cs_buf_printf(w->out, "</%s>\n", name);
}

/* EncryptionMethod and CipherData of what is sealed, as children of the element that is open. */
static void
add_cipher_value(struct writing *w, cs_span sealed)
{
	cs_str uri = cs_xmlenc_uri(w->cipher);

	cs_buf_printf(w->out, "<xenc:EncryptionMethod Algorithm=\"%.*s\"/>", CS_STR_ARG(uri));
	cs_buf_add_c(w->out, "<xenc:CipherData><xenc:CipherValue>");
	cs_base64_encode(sealed, w->out);
	cs_buf_add_c(w->out, "</xenc:CipherValue></xenc:CipherData>");
}

static cs_err
seal(struct writing *w, cs_span plain, struct cs_buf *sealed)
{
	uint8_t iv[IV_LEN];

	cs_random_fill(w->rng, iv, sizeof(iv));
	return cs_xmlenc_seal(w->cipher, w->key, iv, plain, sealed);
}

static cs_err
add_mac_method(struct writing *w)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;

	cs_buf_init(&sealed, 256);
	cs_random_fill(w->rng, w->mac_key, sizeof(w->mac_key));
	CS_TRY(seal(w, CS_SPAN(w->mac_key, KEY_LEN), &sealed));
	cs_buf_add_c(w->out,
	    " <MACMethod "
	    "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"><MACKey>");
	add_cipher_value(w, cs_buf_span(&sealed));
	cs_buf_add_c(w->out, "</MACKey></MACMethod>\n");
	return CS_OK;
}

/* RFC 6030 §6.2, figure 7. */
static cs_err
add_derived_key(struct writing *w, cs_span password)
{
	uint8_t salt[SALT_LEN];

	cs_random_fill(w->rng, salt, sizeof(salt));
	CS_TRY(cs_foreign_pbkdf2(
	    CS_SHA256, password, CS_SPAN(salt, SALT_LEN), ITERATIONS, KEY_LEN, w->derived));
	w->key = CS_SPAN(w->derived, KEY_LEN);
	cs_buf_add_c(w->out,
	    " <EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod "
	    "Algorithm=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2\">"
	    "<pkcs5:PBKDF2-params><Salt><Specified>");
	cs_base64_encode(CS_SPAN(salt, SALT_LEN), w->out);
	cs_buf_printf(w->out,
	    "</Specified></Salt><IterationCount>%d</IterationCount><KeyLength>%d</KeyLength>"
	    "<PRF Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"/>"
	    "</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey>"
	    "</EncryptionKey>\n",
	    ITERATIONS, KEY_LEN);
	return CS_OK;
}

static cs_err
add_protection(struct writing *w, const struct cs_pskc_opener *with)
{
	if (with == NULL)
		return CS_OK;
	if (with->key.len == 0) {
		CS_TRY(add_derived_key(w, with->password));
	} else {
		w->key = with->key;
		cs_buf_add_c(w->out,
		    " <EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>\n");
	}
	CS_TRY(cs_xmlenc_cbc_for(w->key.len, &w->cipher));
	return add_mac_method(w);
}

static cs_err
add_secret(struct writing *w, cs_span secret)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	uint8_t mac[CS_DIGEST_MAX];

	cs_buf_init(&sealed, CS_PSKC_SECRET_MAX + 2 * IV_LEN);
	cs_buf_add_c(w->out, "    <Secret>");
	if (w->key.len == 0) {
		cs_buf_add_c(w->out, "<PlainValue>");
		cs_base64_encode(secret, w->out);
		cs_buf_add_c(w->out, "</PlainValue>");
	} else {
		CS_TRY(seal(w, secret, &sealed));
		CS_TRY(cs_xmlenc_mac(
		    CS_DIGEST_SHA256, CS_SPAN(w->mac_key, KEY_LEN), cs_buf_span(&sealed), mac));
		cs_buf_add_c(w->out, "<EncryptedValue>");
		add_cipher_value(w, cs_buf_span(&sealed));
		cs_buf_add_c(w->out, "</EncryptedValue><ValueMAC>");
		cs_base64_encode(CS_SPAN(mac, cs_digest_len(CS_DIGEST_SHA256)), w->out);
		cs_buf_add_c(w->out, "</ValueMAC>");
	}
	cs_buf_add_c(w->out, "</Secret>\n");
	return CS_OK;
}

static void
add_number(struct writing *w, const char *name, int64_t n)
{
	cs_buf_printf(w->out, "    <%s><PlainValue>", name);
	cs_buf_add_i64(w->out, n);
	cs_buf_printf(w->out, "</PlainValue></%s>\n", name);
}

static void
add_device(struct writing *w, const struct cs_pskc_key *k)
{
	if (k->manufacturer.len == 0 && k->serial.len == 0 && k->model.len == 0)
		return;
	cs_buf_add_c(w->out, "  <DeviceInfo>\n");
	add_element(w, "   ", "Manufacturer", k->manufacturer);
	add_element(w, "   ", "SerialNo", k->serial);
	add_element(w, "   ", "Model", k->model);
	cs_buf_add_c(w->out, "  </DeviceInfo>\n");
}

/* In the order of the schema (RFC 6030 §11). */
static cs_err
add_key(struct writing *w, const struct cs_pskc_key *k)
{
	bool is_totp = k->kind == CS_PSKC_TOTP;

	cs_buf_add_c(w->out, " <KeyPackage>\n");
	add_device(w, k);
	cs_buf_add_c(w->out, "  <Key Id=\"");
	cs_xml_escape(k->id, w->out);
	cs_buf_printf(w->out, "\" Algorithm=\"" NS ":%s\">\n", is_totp ? "totp" : "hotp");
	add_element(w, "   ", "Issuer", k->issuer);
	cs_buf_add_c(w->out, "   <AlgorithmParameters>");
	if (k->suite.len != 0) {
		cs_buf_add_c(w->out, "<Suite>");
		cs_xml_escape(k->suite, w->out);
		cs_buf_add_c(w->out, "</Suite>");
	}
	cs_buf_add_c(w->out, "<ResponseFormat Encoding=\"DECIMAL\" Length=\"");
	cs_buf_add_i64(w->out, k->digits);
	cs_buf_add_c(w->out, "\"/></AlgorithmParameters>\n");
	add_element(w, "   ", "FriendlyName", k->friendly_name);
	cs_buf_add_c(w->out, "   <Data>\n");
	CS_TRY(add_secret(w, k->secret));
	if (is_totp) {
		add_number(w, "Time", 0);
		add_number(w, "TimeInterval", k->interval_s);
	} else {
		add_number(w, "Counter", (int64_t)k->counter);
	}
	cs_buf_add_c(w->out, "   </Data>\n");
	add_element(w, "   ", "UserId", k->user_id);
	cs_buf_add_c(w->out, "  </Key>\n </KeyPackage>\n");
	return CS_OK;
}

static cs_err
add_container(struct writing *w, const struct cs_pskc_key *keys, size_t count,
    const struct cs_pskc_opener *with)
{
	cs_buf_add_c(w->out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<KeyContainer Version=\"1.0\" "
	    "xmlns=\"" NS "\"");
	if (with != NULL)
		cs_buf_add_c(w->out,
		    " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
		    " xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\""
		    " xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\""
		    " xmlns:pkcs5=\"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#\"");
	cs_buf_add_c(w->out, ">\n");
	CS_TRY(add_protection(w, with));
	for (size_t i = 0; i < count; i++)
		CS_TRY(add_key(w, &keys[i]));
	cs_buf_add_c(w->out, "</KeyContainer>\n");
	return cs_buf_finish(w->out, NULL);
}

cs_err
cs_pskc_encode(const struct cs_pskc_key *keys, size_t count, const struct cs_pskc_opener *with,
    const struct cs_random *rng, struct cs_buf *out)
{
	struct writing w = { .out = out, .rng = rng };
	cs_err e = add_container(&w, keys, count, with);

	cs_wipe(w.derived, sizeof(w.derived));
	cs_wipe(w.mac_key, sizeof(w.mac_key));
	return e;
}
