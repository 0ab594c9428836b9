/*
 * keyring.c - sealing, unsealing, and the keyed digests that stand for values not kept.
 */
#include "crypto/keyring.h"
#include "base/log.h"
#include "crypto/equal.h"
#include "crypto/library.h"
#include "crypto/ring_file.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define VERSION 1
#define NONCE_LEN crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_LEN crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_LEN (1 + CS_KEY_ID_LEN + NONCE_LEN)
#define PLAIN_MAX 65536
#define PURPOSE_MAX 64
/* version, key id, length of the purpose, purpose, three ids */
#define BOUND_MAX (1 + CS_KEY_ID_LEN + 2 + PURPOSE_MAX + 3 * sizeof(cs_id))

_Static_assert(CS_SEAL_OVERHEAD == HEAD_LEN + TAG_LEN, "the head is as documented");
_Static_assert(CS_RING_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "keys fit");

struct cs_keyring {
	pthread_rwlock_t lock;
	char *path;
	struct cs_ring *ring; /* never changed, only exchanged */
};

cs_err
cs_keyring_create(const char *path, const struct cs_random *rng, cs_time now)
{
	CS_AUTO(cs_ring_writer_close) struct cs_ring_writer *w = NULL;
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;

	CS_TRY(cs_ring_writer_open(path, &w));
	CS_TRY(cs_ring_new(&ring));
	CS_TRY(cs_ring_add(ring, rng, now));
	return cs_ring_create(w, ring);
}

cs_err
cs_keyring_open(const char *path, struct cs_keyring **out)
{
	*out = NULL;
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;
	CS_TRY(cs_ring_read(path, &ring));
	struct cs_keyring *k = calloc(1, sizeof(*k));
	CS_ASSERT(k != NULL && (k->path = strdup(path)) != NULL);
	CS_ASSERT(pthread_rwlock_init(&k->lock, NULL) == 0);
	k->ring = CS_TAKE(ring);
	*out = k;
	return CS_OK;
}

void
cs_keyring_close(struct cs_keyring **k)
{
	struct cs_keyring *p = CS_TAKE(*k);

	if (p == NULL)
		return;
	cs_ring_free(&p->ring);
	pthread_rwlock_destroy(&p->lock);
	free(p->path);
	free(p);
}

cs_err
cs_keyring_reload(struct cs_keyring *k)
{
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;

	CS_TRY(cs_ring_read(k->path, &ring));
	pthread_rwlock_wrlock(&k->lock);
	struct cs_ring *old = k->ring;
	k->ring = CS_TAKE(ring);
	pthread_rwlock_unlock(&k->lock);
	cs_ring_free(&old);
	return CS_OK;
}

cs_err
cs_keyring_file_add(const char *path, const struct cs_random *rng, cs_time now,
    uint8_t key_id[static CS_KEY_ID_LEN])
{
	CS_AUTO(cs_ring_writer_close) struct cs_ring_writer *w = NULL;
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;

	memset(key_id, 0, CS_KEY_ID_LEN);
	CS_TRY(cs_ring_writer_open(path, &w));
	CS_TRY(cs_ring_read(path, &ring));
	CS_TRY(cs_ring_add(ring, rng, now));
	CS_TRY(cs_ring_replace(w, ring));
	memcpy(key_id, ring->key[ring->count - 1].id, CS_KEY_ID_LEN);
	return CS_OK;
}

cs_err
cs_keyring_file_use(const char *path, const uint8_t key_id[static CS_KEY_ID_LEN])
{
	CS_AUTO(cs_ring_writer_close) struct cs_ring_writer *w = NULL;
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;

	CS_TRY(cs_ring_writer_open(path, &w));
	CS_TRY(cs_ring_read(path, &ring));
	const struct cs_ring_key *key = cs_ring_find(ring, key_id);
	if (key == NULL)
		return CS_FAIL(NOT_FOUND);
	ring->in_use = (size_t)(key - ring->key);
	return cs_ring_replace(w, ring);
}

/* --- one key, copied out so that the lock is held for a moment only --- */

static struct cs_ring *
hold(const struct cs_keyring *k)
{
	/* The lock is no part of what the keyring says. */
	pthread_rwlock_rdlock((pthread_rwlock_t *)(uintptr_t)&k->lock);
	return k->ring;
}

static void
release(const struct cs_keyring *k)
{
	pthread_rwlock_unlock((pthread_rwlock_t *)(uintptr_t)&k->lock);
}

static void
wipe_key(struct cs_ring_key *key)
{
	cs_wipe(key, sizeof(*key));
}

static void
copy_key_in_use(const struct cs_keyring *k, struct cs_ring_key *out)
{
	const struct cs_ring *ring = hold(k);

	*out = ring->key[ring->in_use];
	release(k);
}

static bool
copy_key(const struct cs_keyring *k, const uint8_t *id, struct cs_ring_key *out)
{
	const struct cs_ring_key *key = cs_ring_find(hold(k), id);

	if (key != NULL)
		*out = *key;
	release(k);
	return key != NULL;
}

static cs_err
unknown(const uint8_t *id)
{
	char hex[2 * CS_KEY_ID_LEN + 1];

	sodium_bin2hex(hex, sizeof(hex), id, CS_KEY_ID_LEN);
	CS_LOG(NULL, KEY_UNKNOWN, CS_F_C("key", hex));
	return CS_FAIL(CRYPTO);
}

/* --- sealing --- */

static size_t
encode_binding(const uint8_t *head, const struct cs_binding *bind, uint8_t out[static BOUND_MAX])
{
	size_t purpose = strlen(bind->purpose);
	const cs_id *ids[] = { &bind->account, &bind->row, &bind->owner };
	uint8_t *at = out;

	CS_ASSERT(purpose >= 1 && purpose <= PURPOSE_MAX);
	memcpy(at, head, 1 + CS_KEY_ID_LEN);
	at += 1 + CS_KEY_ID_LEN;
	*at++ = 0;
	*at++ = (uint8_t)purpose;
	memcpy(at, bind->purpose, purpose);
	at += purpose;
	for (size_t i = 0; i < CS_COUNT(ids); i++, at += sizeof(cs_id))
		memcpy(at, ids[i]->b, sizeof(cs_id));
	return (size_t)(at - out);
}

cs_err
cs_seal(const struct cs_keyring *k, const struct cs_random *rng, cs_span plain,
    const struct cs_binding *bind, struct cs_buf *out)
{
	CS_AUTO(wipe_key) struct cs_ring_key key;
	uint8_t bound[BOUND_MAX];

	copy_key_in_use(k, &key);
	if (plain.len > PLAIN_MAX)
		return CS_FAIL(LIMIT);
	uint8_t *head = cs_buf_reserve(out, plain.len + CS_SEAL_OVERHEAD);
	if (head == NULL)
		return CS_FAIL(LIMIT);
	head[0] = VERSION;
	memcpy(head + 1, key.id, CS_KEY_ID_LEN);
	cs_random_fill(rng, head + 1 + CS_KEY_ID_LEN, NONCE_LEN);
	size_t bound_len = encode_binding(head, bind, bound);
	/* Cannot fail for lengths within the limit. */
	crypto_aead_xchacha20poly1305_ietf_encrypt(head + HEAD_LEN, NULL, plain.p, plain.len, bound,
	    bound_len, NULL, head + 1 + CS_KEY_ID_LEN, key.bytes);
	return CS_OK;
}

static cs_err
broken(const char *purpose)
{
	CS_LOG(NULL, SEAL_BROKEN, CS_F_C("purpose", purpose));
	return CS_FAIL(CRYPTO);
}

/* Who may have written a value: what is wrong with a stranger's is no event of ours. */
enum writer { STRANGER = 0, OURSELVES };

/* out: room for what sealed holds */
static cs_err
unseal_to(const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind,
    enum writer writer, uint8_t *out)
{
	CS_AUTO(wipe_key) struct cs_ring_key key = { .id = { 0 } };
	uint8_t bound[BOUND_MAX];

	if (!copy_key(k, sealed.p + 1, &key))
		return writer == OURSELVES ? unknown(sealed.p + 1) : CS_FAIL(CRYPTO);
	size_t bound_len = encode_binding(sealed.p, bind, bound);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p + HEAD_LEN,
		sealed.len - HEAD_LEN, bound, bound_len, sealed.p + 1 + CS_KEY_ID_LEN,
		key.bytes) != 0)
		return writer == OURSELVES ? broken(bind->purpose) : CS_FAIL(CRYPTO);
	return CS_OK;
}

static bool
has_shape(cs_span sealed)
{
	return sealed.len >= CS_SEAL_OVERHEAD && sealed.len <= PLAIN_MAX + CS_SEAL_OVERHEAD &&
	       sealed.p[0] == VERSION;
}

static cs_err
unseal(const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind,
    enum writer writer, struct cs_buf *out)
{
	if (!has_shape(sealed))
		return writer == OURSELVES ? broken(bind->purpose) : CS_FAIL(CRYPTO);
	size_t start = out->len;
	uint8_t *at = cs_buf_reserve(out, sealed.len - CS_SEAL_OVERHEAD);
	if (at == NULL)
		return CS_FAIL(LIMIT);
	cs_err err = unseal_to(k, sealed, bind, writer, at);
	if (cs_failed(err)) {
		cs_wipe(at, out->len - start);
		out->len = start;
	}
	return err;
}

cs_err
cs_unseal(
    const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind, struct cs_buf *out)
{
	return unseal(k, sealed, bind, OURSELVES, out);
}

cs_err
cs_unseal_foreign(
    const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind, struct cs_buf *out)
{
	return unseal(k, sealed, bind, STRANGER, out);
}

cs_err
cs_unseal_secret(const struct cs_keyring *k, cs_span sealed, const struct cs_binding *bind,
    struct cs_secret **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;

	*out = NULL;
	cs_buf_init_sensitive(&plain, PLAIN_MAX);
	CS_TRY(cs_unseal(k, sealed, bind, &plain));
	return cs_secret_from(cs_buf_span(&plain), out);
}

bool
cs_seal_is_current(const struct cs_keyring *k, cs_span sealed)
{
	const struct cs_ring *ring = hold(k);
	bool is_current = has_shape(sealed) &&
			  memcmp(sealed.p + 1, ring->key[ring->in_use].id, CS_KEY_ID_LEN) == 0;

	release(k);
	return is_current;
}

/* --- keyed digests --- */

/* RFC 5869 with SHA-256 and no salt; info is "countersign pepper " and the purpose. */
static cs_err
derive(const struct cs_ring_key *key, const char *purpose, uint8_t out[static CS_SHA256_LEN])
{
	char info[32 + PURPOSE_MAX];
	size_t len = strlen(purpose);

	CS_ASSERT(len >= 1 && len <= PURPOSE_MAX);
	snprintf(info, sizeof(info), "countersign pepper %s", purpose);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){ "SHA256" }, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key->bytes, sizeof(key->bytes)),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, strlen(info)),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(cs_library()->hkdf);
	bool is_done = ctx != NULL && EVP_KDF_derive(ctx, out, CS_SHA256_LEN, params) == 1;
	EVP_KDF_CTX_free(ctx);
	return is_done ? CS_OK : CS_FAIL(CRYPTO);
}

static cs_err
pepper_with(const struct cs_ring_key *key, const char *purpose, cs_span message,
    uint8_t out[static CS_PEPPERED_LEN])
{
	uint8_t derived[CS_SHA256_LEN];

	CS_TRY(derive(key, purpose, derived));
	memcpy(out, key->id, CS_KEY_ID_LEN);
	cs_err err =
	    cs_hmac_sha256(CS_SPAN(derived, sizeof(derived)), message, out + CS_KEY_ID_LEN);
	cs_wipe(derived, sizeof(derived));
	return err;
}

cs_err
cs_pepper(const struct cs_keyring *k, const char *purpose, cs_span message,
    uint8_t out[static CS_PEPPERED_LEN])
{
	CS_AUTO(wipe_key) struct cs_ring_key key;

	memset(out, 0, CS_PEPPERED_LEN);
	copy_key_in_use(k, &key);
	return pepper_with(&key, purpose, message, out);
}

cs_err
cs_pepper_check(const struct cs_keyring *k, const char *purpose, cs_span message,
    const uint8_t peppered[static CS_PEPPERED_LEN], bool *out_is_equal)
{
	CS_AUTO(wipe_key) struct cs_ring_key key = { .id = { 0 } };
	uint8_t again[CS_PEPPERED_LEN];

	*out_is_equal = false;
	if (!copy_key(k, peppered, &key))
		return unknown(peppered);
	CS_TRY(pepper_with(&key, purpose, message, again));
	*out_is_equal = cs_equal(again, peppered, sizeof(again));
	return CS_OK;
}
