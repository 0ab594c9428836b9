/*
 * pskc.c - reading a key container. Elements are known by their names; namespaces other than the
 * root's are passed over, since no name is used twice.
 */
#include "proto/pskc.h"

#include "base/codec.h"
#include "crypto/equal.h"
#include "crypto/foreign.h"
#include "crypto/xmlenc.h"
#include "proto/xml.h"

#define SPACE CS_STR("urn:ietf:params:xml:ns:keyprov:pskc")
#define DERIVED_MAX 32
#define MAC_KEY_MAX 256
#define SALT_MAX 256

static const char WRONG_KEY[] =
    "the key or password does not open it, or it was changed on its way";

struct reading {
	struct cs_arena *arena;
	const struct cs_pskc_opener *with;
	const struct cs_xml_node *root;
	cs_span key; /* empty: not known */
	uint8_t derived[DERIVED_MAX];
	bool has_mac;
	enum cs_digest mac;
	struct cs_buf mac_key;
	struct cs_pskc *out;
};

bool
cs_pskc_is_mine(cs_span text)
{
	cs_str head = { (const char *)text.p, text.len < 4096 ? text.len : 4096 };

	for (size_t i = 0; i < head.len; i++) {
		if (head.p[i] != 'K' && head.p[i] != 'u')
			continue;
		cs_str rest = cs_str_slice(head, i, head.len);
		if (cs_str_starts(rest, SPACE) || cs_str_starts(rest, CS_STR("KeyContainer")))
			return true;
	}
	return false;
}

static cs_err
problem(struct reading *r, enum cs_code code, const char *why)
{
	r->out->problem = why;
	return (cs_err){ code };
}

/* Base64 as XML has it: with line breaks. */
static cs_err
base64(cs_str text, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf dense;

	cs_buf_init_sensitive(&dense, text.len);
	for (size_t i = 0; i < text.len; i++)
		if (cs_xml_trim(cs_str_slice(text, i, i + 1)).len != 0)
			cs_buf_add_byte(&dense, (uint8_t)text.p[i]);
	CS_TRY(cs_buf_finish(&dense, NULL));
	return cs_base64_decode(cs_buf_str(&dense), out);
}

/* The cipher of something encrypted, and its bytes. */
static cs_err
cipher_value(
    struct reading *r, const struct cs_xml_node *n, enum cs_xmlenc *cipher, struct cs_buf *out)
{
	const struct cs_xml_node *method = cs_xml_child(n, "EncryptionMethod");
	cs_str text = cs_xml_child_text(cs_xml_child(n, "CipherData"), "CipherValue");

	if (cs_failed(cs_xmlenc_decode(cs_xml_attribute(method, "Algorithm"), cipher)))
		return problem(
		    r, CS_E_INVALID, "it is encrypted with a cipher that is not supported");
	if (text.len == 0 || cs_failed(base64(text, out)))
		return problem(r, CS_E_INVALID, "what is encrypted in it is not whole");
	return CS_OK;
}

static cs_err
open_value(struct reading *r, enum cs_xmlenc cipher, cs_span sealed, struct cs_buf *out)
{
	cs_err e = cs_xmlenc_open(cipher, r->key, sealed, out);

	if (cs_is(e, CS_E_FORBIDDEN))
		return problem(r, CS_E_FORBIDDEN, WRONG_KEY);
	if (cs_is(e, CS_E_INVALID))
		return problem(r, CS_E_INVALID, "what is encrypted in it is not whole");
	return e;
}

static cs_err
pbkdf2_hash(const struct cs_xml_node *params, enum cs_hash *out)
{
	cs_str uri = cs_xml_attribute(cs_xml_child(params, "PRF"), "Algorithm");
	enum cs_digest d = CS_DIGEST_SHA1;

	*out = CS_SHA1;
	/* PKCS #5: HMAC-SHA-1 when nothing is said. Some write a name of PKCS #5 instead of a URI. */
	if (uri.len == 0 || cs_str_ends(uri, CS_STR("hmacWithSHA1")))
		return CS_OK;
	CS_TRY(cs_xmlenc_mac_decode(uri, &d));
	if (d == CS_DIGEST_SHA384)
		return CS_FAIL(INVALID);
	*out = d == CS_DIGEST_SHA1 ? CS_SHA1 : d == CS_DIGEST_SHA256 ? CS_SHA256 : CS_SHA512;
	return CS_OK;
}

/* RFC 6030 §6.2; PKCS #5 (RFC 8018) §5.2. */
static cs_err
derive(struct reading *r, const struct cs_xml_node *method)
{
	const struct cs_xml_node *params = cs_xml_child(method, "PBKDF2-params");
	CS_AUTO(cs_buf_clear) struct cs_buf salt;
	int64_t iterations, len;
	enum cs_hash h;

	cs_buf_init(&salt, SALT_MAX);
	if (!cs_str_ends(cs_xml_attribute(method, "Algorithm"), CS_STR("#pbkdf2")) ||
	    cs_failed(pbkdf2_hash(params, &h)))
		return problem(
		    r, CS_E_INVALID, "its key is derived from a password in a way not supported");
	if (cs_failed(
		base64(cs_xml_child_text(cs_xml_child(params, "Salt"), "Specified"), &salt)) ||
	    !cs_str_to_i64(cs_xml_child_text(params, "IterationCount"), &iterations) ||
	    !cs_str_to_i64(cs_xml_child_text(params, "KeyLength"), &len) ||
	    (len != 16 && len != 24 && len != 32))
		return problem(r, CS_E_INVALID, "how its key is derived is not whole");
	if (iterations > CS_PSKC_ITERATIONS_MAX)
		return problem(r, CS_E_LIMIT, "deriving its key would take too long");
	if (r->with->password.len == 0)
		return problem(r, CS_E_FORBIDDEN, "its password is needed");
	CS_TRY(cs_foreign_pbkdf2(
	    h, r->with->password, cs_buf_span(&salt), iterations, (size_t)len, r->derived));
	r->key = CS_SPAN(r->derived, (size_t)len);
	return CS_OK;
}

/* Which key opens it: called where something encrypted is met, and not before. */
static cs_err
find_key(struct reading *r)
{
	const struct cs_xml_node *how = cs_xml_child(r->root, "EncryptionKey");
	const struct cs_xml_node *derived = cs_xml_child(how, "DerivedKey");

	r->out->is_encrypted = true;
	if (r->key.len != 0)
		return CS_OK;
	if (derived != NULL)
		return derive(r, cs_xml_child(derived, "KeyDerivationMethod"));
	if (cs_xml_child(how, "X509Data") != NULL)
		return problem(r, CS_E_INVALID,
		    "it is encrypted for a certificate: only its owner's program opens it");
	if (r->with->key.len == 0)
		return problem(r, CS_E_FORBIDDEN, "the key agreed upon with its sender is needed");
	r->key = r->with->key;
	return CS_OK;
}

/* RFC 6030 §6.1.1: without a key of its own the MAC has the encryption's. */
static cs_err
read_mac_method(struct reading *r)
{
	const struct cs_xml_node *method = cs_xml_child(r->root, "MACMethod");
	const struct cs_xml_node *mac_key = cs_xml_child(method, "MACKey");
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	enum cs_xmlenc cipher;

	cs_buf_init(&sealed, MAC_KEY_MAX);
	if (method == NULL)
		return CS_OK;
	if (cs_failed(cs_xmlenc_mac_decode(cs_xml_attribute(method, "Algorithm"), &r->mac)))
		return problem(r, CS_E_INVALID, "it is protected by a MAC that is not supported");
	CS_TRY(find_key(r));
	r->has_mac = true;
	if (mac_key == NULL) {
		cs_buf_add(&r->mac_key, r->key);
		return cs_buf_finish(&r->mac_key, NULL);
	}
	CS_TRY(cipher_value(r, mac_key, &cipher, &sealed));
	return open_value(r, cipher, cs_buf_span(&sealed), &r->mac_key);
}

static cs_err
check_mac(struct reading *r, const struct cs_xml_node *value, enum cs_xmlenc cipher, cs_span sealed)
{
	cs_str text = cs_xml_child_text(value, "ValueMAC");
	uint8_t right[CS_DIGEST_MAX];
	CS_AUTO(cs_buf_clear) struct cs_buf given;

	cs_buf_init(&given, CS_DIGEST_MAX);
	if (text.len == 0 && !cs_xmlenc_is_cbc(cipher))
		return CS_OK;
	if (text.len == 0 || !r->has_mac)
		return problem(r, CS_E_INVALID,
		    "it is encrypted without a MAC, so that nobody can tell whether it is right");
	CS_TRY(cs_xmlenc_mac(r->mac, cs_buf_span(&r->mac_key), sealed, right));
	if (cs_failed(base64(text, &given)) || given.len != cs_digest_len(r->mac) ||
	    !cs_equal(given.p, right, given.len))
		return problem(r, CS_E_FORBIDDEN, WRONG_KEY);
	return CS_OK;
}

/* An EncryptedValue within value. */
static cs_err
decrypt(struct reading *r, const struct cs_xml_node *value, const struct cs_xml_node *encrypted,
    struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	enum cs_xmlenc cipher;

	cs_buf_init(&sealed, CS_PSKC_SECRET_MAX + 64);
	CS_TRY(find_key(r));
	CS_TRY(cipher_value(r, encrypted, &cipher, &sealed));
	CS_TRY(check_mac(r, value, cipher, cs_buf_span(&sealed)));
	return open_value(r, cipher, cs_buf_span(&sealed), out);
}

static cs_err
read_secret(struct reading *r, const struct cs_xml_node *value, struct cs_pskc_key *k)
{
	const struct cs_xml_node *encrypted = cs_xml_child(value, "EncryptedValue");
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	cs_err e = CS_OK;

	cs_buf_init_sensitive(&bytes, CS_PSKC_SECRET_MAX);
	if (encrypted != NULL)
		CS_TRY(decrypt(r, value, encrypted, &bytes));
	else if (value != NULL)
		e = base64(cs_xml_child_text(value, "PlainValue"), &bytes);
	if (cs_failed(e))
		k->problem = cs_is(e, CS_E_LIMIT) ? "its secret is longer than any token's"
						  : "its secret is not whole";
	else if (bytes.len != 0)
		k->secret = cs_arena_span(r->arena, cs_buf_span(&bytes));
	return CS_OK;
}

/* RFC 6030 §4.2.1: 4 or 8 bytes, most significant first, when encrypted. */
static bool
big_endian(cs_span bytes, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < bytes.len; i++)
		*out = *out << 8 | bytes.p[i];
	return (bytes.len == 4 || bytes.len == 8) && *out <= INT64_MAX;
}

static cs_err
read_number(struct reading *r, const struct cs_xml_node *data, const char *name,
    struct cs_pskc_key *k, uint64_t *out)
{
	const struct cs_xml_node *value = cs_xml_child(data, name);
	const struct cs_xml_node *encrypted = cs_xml_child(value, "EncryptedValue");
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	int64_t n = 0;
	bool is_right = true;

	*out = 0;
	cs_buf_init_sensitive(&bytes, CS_PSKC_SECRET_MAX);
	if (encrypted != NULL) {
		CS_TRY(decrypt(r, value, encrypted, &bytes));
		is_right = big_endian(cs_buf_span(&bytes), out);
	} else if (value != NULL) {
		is_right = cs_str_to_i64(cs_xml_child_text(value, "PlainValue"), &n);
		*out = (uint64_t)n;
	}
	if (!is_right)
		k->problem = "its counter or its time is no number";
	return CS_OK;
}

static cs_err
read_data(struct reading *r, const struct cs_xml_node *data, struct cs_pskc_key *k)
{
	uint64_t time, interval;

	CS_TRY(read_secret(r, cs_xml_child(data, "Secret"), k));
	CS_TRY(read_number(r, data, "Counter", k, &k->counter));
	CS_TRY(read_number(r, data, "Time", k, &time));
	CS_TRY(read_number(r, data, "TimeInterval", k, &interval));
	k->time = (int64_t)time;
	k->interval_s = (int64_t)interval;
	return CS_OK;
}

static enum cs_pskc_kind
kind_of(cs_str uri)
{
	if (uri.len == 0)
		return CS_PSKC_UNSAID;
	if (cs_str_starts(uri, SPACE) ||
	    cs_str_starts(uri, CS_STR("http://www.ietf.org/keyprov/pskc"))) {
		if (cs_str_ends(uri, CS_STR(":hotp")) || cs_str_ends(uri, CS_STR("#hotp")))
			return CS_PSKC_HOTP;
		if (cs_str_ends(uri, CS_STR(":totp")) || cs_str_ends(uri, CS_STR("#totp")))
			return CS_PSKC_TOTP;
	}
	return CS_PSKC_OTHER;
}

static void
read_policy(const struct cs_xml_node *policy, struct cs_pskc_key *k)
{
	cs_str start = cs_xml_child_text(policy, "StartDate");
	cs_str expiry = cs_xml_child_text(policy, "ExpiryDate");
	const struct cs_xml_node *pin = cs_xml_child(policy, "PINPolicy");
	cs_str usage = cs_xml_attribute(pin, "PINUsageMode");

	/* A date that is none says nothing: the code does not depend on it. */
	if (cs_failed(cs_time_decode(start, &k->start)))
		k->start = (cs_time){ 0 };
	if (cs_failed(cs_time_decode(expiry, &k->expiry)))
		k->expiry = (cs_time){ 0 };
	/* Local: the device asks for it, and the code is the same. */
	k->has_pin = pin != NULL && usage.len != 0 && !cs_str_equal(usage, CS_STR("Local"));
}

static void
read_words(const struct cs_xml_node *n, struct cs_pskc_key *k)
{
	const struct cs_xml_node *params = cs_xml_child(n, "AlgorithmParameters");
	const struct cs_xml_node *format = cs_xml_child(params, "ResponseFormat");
	cs_str length = cs_xml_attribute(format, "Length");
	cs_str check = cs_xml_attribute(format, "CheckDigits");

	k->algorithm = cs_xml_attribute(n, "Algorithm");
	k->kind = kind_of(k->algorithm);
	k->id = cs_xml_attribute(n, "Id");
	k->issuer = cs_xml_child_text(n, "Issuer");
	k->friendly_name = cs_xml_child_text(n, "FriendlyName");
	if (cs_xml_child_text(n, "UserId").len != 0)
		k->user_id = cs_xml_child_text(n, "UserId");
	k->suite = cs_xml_child_text(params, "Suite");
	k->encoding = cs_xml_attribute(format, "Encoding");
	k->has_check_digit =
	    cs_str_equal(check, CS_STR("true")) || cs_str_equal(check, CS_STR("1"));
	if (length.len != 0 && !cs_str_to_i64(length, &k->digits))
		k->problem = "the length of its codes is no number";
}

static void
read_device(const struct cs_xml_node *package, struct cs_pskc_key *k)
{
	const struct cs_xml_node *device = cs_xml_child(package, "DeviceInfo");

	k->manufacturer = cs_xml_child_text(device, "Manufacturer");
	k->model = cs_xml_child_text(device, "Model");
	k->serial = cs_xml_child_text(device, "SerialNo");
	k->user_id = cs_xml_child_text(device, "UserId");
}

static cs_err
read_package(struct reading *r, const struct cs_xml_node *package, struct cs_pskc_key *k)
{
	const struct cs_xml_node *n = cs_xml_child(package, "Key");

	read_device(package, k);
	if (n == NULL) {
		k->problem = "there is a device without a key";
		return CS_OK;
	}
	read_words(n, k);
	read_policy(cs_xml_child(n, "Policy"), k);
	return read_data(r, cs_xml_child(n, "Data"), k);
}

static size_t
count_packages(const struct cs_xml_node *root)
{
	size_t n = 0;

	for (const struct cs_xml_node *p = cs_xml_child(root, "KeyPackage"); p != NULL;
	     p = cs_xml_again(p))
		n++;
	return n;
}

static cs_err
read_keys(struct reading *r)
{
	size_t count = count_packages(r->root);
	void *keys = NULL;

	if (count == 0)
		return problem(r, CS_E_INVALID, "there is no key in it");
	if (count > CS_PSKC_KEYS_MAX ||
	    cs_failed(cs_arena_try(r->arena, count * sizeof(*r->out->keys), &keys)))
		return problem(r, CS_E_LIMIT, "it holds more keys than can be read");
	r->out->keys = keys;
	CS_TRY(read_mac_method(r));
	for (const struct cs_xml_node *p = cs_xml_child(r->root, "KeyPackage"); p != NULL;
	     p = cs_xml_again(p)) {
		CS_TRY(read_package(r, p, &r->out->keys[r->out->count]));
		r->out->count++;
	}
	return CS_OK;
}

static cs_err
read_container(struct reading *r, const struct cs_xml *xml)
{
	r->root = xml->root;
	r->out->is_cut = xml->is_cut;
	if (!cs_str_equal(xml->root->name, CS_STR("KeyContainer")) ||
	    !cs_str_starts(xml->root->space, SPACE))
		return problem(r, CS_E_INVALID, "it is XML, but not a key container");
	return read_keys(r);
}

cs_err
cs_pskc_decode(
    struct cs_arena *a, cs_span text, const struct cs_pskc_opener *with, struct cs_pskc *out)
{
	struct reading r = { .arena = a, .with = with, .out = out };
	struct cs_xml xml;

	*out = (struct cs_pskc){ 0 };
	cs_err e = cs_xml_decode(a, text, &xml);
	if (cs_failed(e))
		return problem(&r, e.code,
		    cs_is(e, CS_E_LIMIT) ? "it is too large or too deep"
					 : "it is not well-formed XML, or it has a DOCTYPE");
	cs_buf_init_sensitive(&r.mac_key, MAC_KEY_MAX);
	e = read_container(&r, &xml);
	cs_buf_clear(&r.mac_key);
	cs_wipe(r.derived, sizeof(r.derived));
	if (cs_failed(e)) {
		out->keys = NULL;
		out->count = 0;
		if (out->problem == NULL)
			out->problem = "it cannot be read";
	}
	return e;
}
