/*
 * FreeOTP 2's external backup: a Java map of texts. "masterKey" holds a key sealed under the
 * password (PBKDF2, AES-GCM); each token is two pairs, NAME-token (what it is) and NAME ({"key":
 * its secret, sealed under the master key}). The sealed key's name is authenticated with it.
 */
#include "crypto/foreign.h"
#include "crypto/secret.h"
#include "vault/import/freeotp.h"
#include "vault/import/java_map.h"

#define KEY_LEN 32
#define NONCE_LEN 12
#define CIPHER "AES/GCM/NoPadding"

/* Something sealed: {"mCipher","mCipherText","mParameters","mToken"}. */
struct sealed {
	cs_span nonce;
	cs_span text;
	cs_str token;
};

/*
 * AlgorithmParameters of AES-GCM in DER: SEQUENCE { OCTET STRING nonce, INTEGER tag length }, or
 * the octet string alone.
 */
static bool
find_nonce(cs_span der, cs_span *out)
{
	if (der.len >= 2 && der.p[0] == 0x30 && der.p[1] < 0x80)
		der = CS_SPAN(der.p + 2, der.len - 2);
	if (der.len < 2 + NONCE_LEN || der.p[0] != 0x04 || der.p[1] != NONCE_LEN)
		return false;
	*out = CS_SPAN(der.p + 2, NONCE_LEN);
	return true;
}

static bool
learn_sealed(struct cs_import *in, const json_t *key, struct sealed *out)
{
	cs_span der;

	if (!cs_str_equal(cs_import_text(key, "mCipher"), CS_STR(CIPHER)) ||
	    !cs_import_secret_numbers(in, json_object_get(key, "mParameters"), &der) ||
	    !cs_import_secret_numbers(in, json_object_get(key, "mCipherText"), &out->text))
		return false;
	out->token = cs_import_text(key, "mToken");
	return find_nonce(der, &out->nonce);
}

static bool
is_mine(cs_span file)
{
	return cs_java_map_is(file);
}

static cs_err
open_master(struct cs_import *in, cs_str text, struct cs_buf *out)
{
	CS_AUTO(cs_import_json_free) json_t *master = NULL;
	struct sealed sealed;
	uint8_t key[KEY_LEN];
	cs_span salt;
	int64_t iterations;

	CS_TRY(cs_import_json(cs_str_span(text), &master));
	cs_str kdf = cs_import_text(master, "mAlgorithm");
	bool is_sha1 = cs_str_equal_nocase(kdf, CS_STR("PBKDF2withHmacSHA1"));
	if (!is_sha1 && !cs_str_equal_nocase(kdf, CS_STR("PBKDF2withHmacSHA512")))
		return cs_import_problem(in, "its key derivation is not known here");
	if (!cs_import_number(master, "mIterations", 0, &iterations) ||
	    !cs_import_secret_numbers(in, json_object_get(master, "mSalt"), &salt) ||
	    !learn_sealed(in, json_object_get(master, "mEncryptedKey"), &sealed))
		return CS_FAIL(INVALID);
	if (in->password.len == 0)
		return cs_import_needs_password(in, "it is under FreeOTP's password");
	CS_TRY(cs_foreign_pbkdf2(
	    is_sha1 ? CS_SHA1 : CS_SHA512, in->password, salt, iterations, sizeof(key), key));
	cs_err e = cs_foreign_gcm_open_joined(
	    CS_SPAN(key, sizeof(key)), sealed.nonce, cs_str_span(sealed.token), sealed.text, out);
	cs_wipe(key, sizeof(key));
	return cs_is(e, CS_E_FORBIDDEN) ? cs_import_wrong_password(in) : e;
}

/* {"key": "{…}"}: JSON in a text in JSON. */
static cs_err
open_secret(struct cs_import *in, cs_span master, cs_str text, struct cs_buf *out)
{
	CS_AUTO(cs_import_json_free) json_t *outer = NULL;
	CS_AUTO(cs_import_json_free) json_t *key = NULL;
	struct sealed sealed;

	CS_TRY(cs_import_json(cs_str_span(text), &outer));
	CS_TRY(cs_import_json(cs_str_span(cs_import_text(outer, "key")), &key));
	if (!learn_sealed(in, key, &sealed))
		return CS_FAIL(INVALID);
	return cs_foreign_gcm_open_joined(
	    master, sealed.nonce, cs_str_span(sealed.token), sealed.text, out);
}

static cs_err
take_token(struct cs_import *in, cs_span master, cs_str sealed, cs_str text)
{
	CS_AUTO(cs_import_json_free) json_t *token = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf secret;

	cs_buf_init_sensitive(&secret, 4096);
	CS_TRY(cs_import_json(cs_str_span(text), &token));
	if (cs_failed(open_secret(in, master, sealed, &secret)) || secret.len == 0)
		return cs_import_freeotp_refuse(in, token, "its secret cannot be opened");
	return cs_import_freeotp_token(in, token, cs_buf_span(&secret), CS_FREEOTP_NEXT);
}

static const cs_str tail = CS_STR("-token");

static bool
has_token(const struct cs_java_pair *pairs, size_t count, cs_str name)
{
	for (size_t i = 0; i < count; i++)
		if (pairs[i].key.len == name.len + tail.len && cs_str_starts(pairs[i].key, name) &&
		    cs_str_ends(pairs[i].key, tail))
			return true;
	return false;
}

/* A sealed secret without its token: nobody knows whose it is, or how its codes are made. */
static cs_err
name_lone(struct cs_import *in, const struct cs_java_pair *pairs, size_t count)
{
	struct cs_entry e = cs_import_entry();

	for (size_t i = 0; i < count; i++) {
		e.account = pairs[i].key;
		if (cs_str_ends(e.account, tail) || cs_str_equal(e.account, CS_STR("masterKey")) ||
		    !cs_str_starts(pairs[i].value, CS_STR("{\"key\":")) ||
		    has_token(pairs, count, e.account))
			continue;
		CS_TRY(cs_import_take(
		    in, &e, "its secret is there, but not what kind of code it makes", NULL));
	}
	return CS_OK;
}

/* Every NAME-token, with NAME beside it. */
static cs_err
read_tokens(struct cs_import *in, cs_span master, const struct cs_java_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cs_str key = pairs[i].key;

		if (!cs_str_ends(key, tail))
			continue;
		const struct cs_java_pair *sealed =
		    cs_java_map_get(pairs, count, cs_str_slice(key, 0, key.len - tail.len));
		CS_TRY(take_token(
		    in, master, sealed != NULL ? sealed->value : CS_STR_NONE, pairs[i].value));
	}
	return name_lone(in, pairs, count);
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf master;
	struct cs_java_pair *pairs;
	size_t count;

	cs_buf_init_sensitive(&master, 256);
	CS_TRY(cs_java_map_decode(in->arena, in->file, &pairs, &count));
	const struct cs_java_pair *key = cs_java_map_get(pairs, count, CS_STR("masterKey"));
	if (key == NULL)
		return cs_import_problem(
		    in, "it is no FreeOTP backup: there is no master key in it");
	CS_TRY(open_master(in, key->value, &master));
	return read_tokens(in, cs_buf_span(&master), pairs, count);
}

const struct cs_import_format cs_import_freeotp2 = {
	.name = "freeotp2",
	.title = "FreeOTP 2, with its password",
	.is_mine = is_mine,
	.read = read_file,
};
