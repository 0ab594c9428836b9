/* mac_test.c runs with mac_alone.c as well; here is what only hashes of our own have to show. */
#include "crypto/equal.h"
#include "crypto/mac.h"

#include "test.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define LEN_MAX 300

static const EVP_MD *
openssl_hash(enum cs_hash h)
{
	return h == CS_SHA1 ? EVP_sha1() : h == CS_SHA256 ? EVP_sha256() : EVP_sha512();
}

static void
fill(uint8_t *out, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525 + 1013904223;
		out[i] = (uint8_t)(seed >> 24);
	}
}

static void
check_mac(enum cs_hash h, cs_span key, cs_span message)
{
	CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
	uint8_t got[CS_HASH_MAX], want[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	CHECK(
	    HMAC(openssl_hash(h), key.p, (int)key.len, message.p, message.len, want, &len) != NULL);
	CHECK_OK(cs_mac_new(h, key, &m));
	for (int again = 0; again < 2; again++) {
		CHECK_OK(cs_mac_compute(m, message, got));
		CHECK_INT(cs_hash_len(h), len);
		CHECK(cs_equal(got, want, len));
	}
}

TEST(a_message_of_any_length_has_the_mac_that_openssl_makes)
{
	uint8_t key[32], message[LEN_MAX];

	fill(key, sizeof(key), 1);
	fill(message, sizeof(message), 2);
	for (enum cs_hash h = CS_SHA1; h <= CS_SHA512; h++)
		for (size_t len = 0; len <= LEN_MAX; len++)
			check_mac(h, CS_SPAN(key, sizeof(key)), CS_SPAN(message, len));
}

TEST(a_key_of_any_length_makes_the_mac_that_openssl_makes)
{
	uint8_t key[LEN_MAX];

	fill(key, sizeof(key), 3);
	for (enum cs_hash h = CS_SHA1; h <= CS_SHA512; h++)
		for (size_t len = 0; len <= LEN_MAX; len++)
			check_mac(h, CS_SPAN(key, len), CS_SPAN("\0\0\0\0\0\0\0\1", 8));
}

TEST(sha256_of_any_length_is_what_openssl_makes)
{
	uint8_t message[LEN_MAX], got[CS_SHA256_LEN], want[EVP_MAX_MD_SIZE];

	fill(message, sizeof(message), 4);
	for (size_t len = 0; len <= LEN_MAX; len++) {
		CHECK(EVP_Digest(message, len, want, NULL, EVP_sha256(), NULL) == 1);
		cs_sha256(CS_SPAN(message, len), got);
		CHECK(cs_equal(got, want, sizeof(got)));
	}
}

/* FIPS 180-4's own example of a long message ("one million a") as the answer files give it. */
TEST(a_million_letters_have_the_published_digest)
{
	static uint8_t message[1000000];
	static const uint8_t want[] = { 0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92, 0x81, 0xa1,
		0xc7, 0xe2, 0x84, 0xd7, 0x3e, 0x67, 0xf1, 0x80, 0x9a, 0x48, 0xa4, 0x97, 0x20, 0x0e,
		0x04, 0x6d, 0x39, 0xcc, 0xc7, 0x11, 0x2c, 0xd0 };
	uint8_t got[CS_SHA256_LEN];

	memset(message, 'a', sizeof(message));
	cs_sha256(CS_SPAN(message, sizeof(message)), got);
	CHECK(cs_equal(got, want, sizeof(got)));
}

TEST_MAIN("crypto/mac_alone")
