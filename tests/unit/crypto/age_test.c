#include "crypto/age.h"

#include "test.h"

#include "age_files.h"

#include <sys/resource.h>
#include <time.h>

/* Fast, and what a test of the passphrase itself does not need. */
#define CHEAP 2

static struct cs_secret *
identity_in(const char *name)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 0 };
	struct cs_secret *identity = NULL;
	char path[1024];
	cs_str rest, line;

	snprintf(path, sizeof(path), "%s/age/%s", getenv("CS_TEST_VECTORS"), name);
	read_whole(path, &text);
	rest = cs_buf_str(&text);
	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, CS_STR("AGE-SECRET-KEY-1")))
			CHECK_OK(cs_age_identity_decode(line, &identity));
	return identity;
}

static cs_err
decrypt_with(cs_span file, struct cs_secret *identity, struct cs_buf *out)
{
	struct cs_age_identities who = { &identity, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);

	return cs_age_decrypt(file, &opener, out);
}

static cs_err
decrypt_passphrase(cs_span file, const char *passphrase, int work_factor_max, struct cs_buf *out)
{
	struct cs_age_passphrase who = { cs_str_c(passphrase), work_factor_max };
	struct cs_age_opener opener = cs_age_passphrase_opener(&who);

	return cs_age_decrypt(file, &opener, out);
}

static void
read_vector(const char *name, struct cs_buf *out)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/age/%s", getenv("CS_TEST_VECTORS"), name);
	read_whole(path, out);
}

/* --- what age of Debian wrote --- */

static void
check_debian(const char *name, const char *key, const char *want, size_t len)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 0 }, out;
	CS_AUTO(cs_secret_free) struct cs_secret *identity = identity_in(key);

	cs_buf_init_sensitive(&out, 1 << 20);
	read_vector(name, &file);
	CHECK_OK(decrypt_with(cs_buf_span(&file), identity, &out));
	CHECK_INT(out.len, len);
	for (size_t i = 0; i < len; i++)
		CHECK_INT(out.p[i], want == NULL ? 0 : want[i]);
}

TEST(files_of_debians_age_open)
{
	const char *plain = "hello countersign shared\n";

	check_debian("one.age", "key1.txt", plain, strlen(plain));
	check_debian("two_armored.age", "key1.txt", plain, strlen(plain));
	check_debian("two_armored.age", "key2.txt", plain, strlen(plain));
	check_debian("empty.age", "key1.txt", NULL, 0);
	check_debian("exact64k_zero.age", "key2.txt", NULL, 65536);
	check_debian("exact64k_plus1_zero.age", "key2.txt", NULL, 65537);
}

TEST(a_passphrase_of_debians_age_opens)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 0 }, out;

	cs_buf_init_sensitive(&out, 1 << 20);
	read_vector("pass_correcthorse.age", &file);
	CHECK_OK(decrypt_passphrase(cs_buf_span(&file), "correct horse", 18, &out));
	CHECK_TEXT(cs_buf_str(&out), "hello countersign shared\n");
}

TEST(recipients_are_those_of_debians_age_keygen)
{
	CS_AUTO(cs_secret_free) struct cs_secret *identity = identity_in("key1.txt");
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 128 };
	cs_age_recipient of_key = cs_age_recipient_of(identity), decoded;

	cs_age_recipient_encode(&of_key, &text);
	CHECK_TEXT(
	    cs_buf_str(&text), "age106d6a800ggm3ye70csnzsyy7n6anvs9zkugflgrtjyjvphts85nqplc9zc");
	CHECK_OK(cs_age_recipient_decode(cs_buf_str(&text), &decoded));
	CHECK(memcmp(&decoded, &of_key, sizeof(decoded)) == 0);
}

/* --- keys as text --- */

TEST(an_identity_is_read_and_written_in_capitals)
{
	static const char text[] =
	    "AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U46";
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf again;

	cs_buf_init_sensitive(&again, 128);
	CHECK_OK(cs_age_identity_decode(cs_str_c(text), &identity));
	cs_age_identity_encode(identity, &again);
	CHECK_TEXT(cs_buf_str(&again), text);
}

TEST(keys_that_are_mistyped_are_refused)
{
	static const char *const wrong[] = {
		"",
		"AGE-SECRET-KEY-1",
		"AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U47",
		"AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U4",
		"AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U466",
		"AGE-SECRET-KEY-13ls9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U46",
		"AGE-SECRET-KEX-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U46",
		"AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022UB6",
		"age106d6a800ggm3ye70csnzsyy7n6anvs9zkugflgrtjyjvphts85nqplc9zc",
	};
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	cs_age_recipient r;

	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		CHECK_ERR(cs_age_identity_decode(cs_str_c(wrong[i]), &identity), INVALID);
		CHECK(identity == NULL);
	}
	CHECK_ERR(cs_age_recipient_decode(
		      CS_STR("age106d6a800ggm3ye70csnzsyy7n6anvs9zkugflgrtjyjvphts85nqplc9zz"), &r),
	    INVALID);
}

/* --- there and back --- */

static void
check_round_trip(size_t len, bool is_armored)
{
	CS_AUTO(cs_secret_free) struct cs_secret *first = NULL, *second = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 1 << 22 }, file = { .max = 1 << 22 };
	CS_AUTO(cs_buf_clear) struct cs_buf armor = { .max = 1 << 23 }, out;

	cs_buf_init_sensitive(&out, 1 << 22);
	for (size_t i = 0; i < len; i++)
		cs_buf_add_byte(&plain, (uint8_t)(i * 131 >> 3));
	CHECK_OK(cs_age_identity_new(&cs_random_system, &first));
	CHECK_OK(cs_age_identity_new(&cs_random_system, &second));
	cs_age_recipient to[2] = { cs_age_recipient_of(first), cs_age_recipient_of(second) };
	CHECK_OK(cs_age_encrypt(&cs_random_system, to, 2, cs_buf_span(&plain), &file));
	cs_age_armor(cs_buf_span(&file), &armor);
	CHECK_OK(decrypt_with(cs_buf_span(is_armored ? &armor : &file), second, &out));
	CHECK_INT(out.len, len);
	CHECK(len == 0 || memcmp(out.p, plain.p, len) == 0);
}

TEST(what_is_written_is_read_at_every_boundary)
{
	static const size_t lengths[] = { 0, 1, 47, 48, 49, 65535, 65536, 65537, 131071, 131072,
		131073, 3 << 20 };

	for (size_t i = 0; i < CS_COUNT(lengths); i++) {
		check_round_trip(lengths[i], false);
		check_round_trip(lengths[i], true);
	}
}

struct sample {
	struct cs_secret *identity;
	struct cs_buf file;
};

static void
sample_free(struct sample *s)
{
	cs_secret_free(&s->identity);
	cs_buf_clear(&s->file);
}

static void
sample_new(struct sample *s, size_t len)
{
	static const uint8_t plain[70000];

	cs_buf_init(&s->file, 1 << 20);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &s->identity));
	cs_age_recipient to = cs_age_recipient_of(s->identity);
	CHECK_OK(cs_age_encrypt(&cs_random_system, &to, 1, CS_SPAN(plain, len), &s->file));
}

TEST(a_flipped_bit_anywhere_gives_no_byte)
{
	CS_AUTO(sample_free) struct sample s = { .identity = NULL };
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 1 << 20);
	cs_buf_add_c(&out, "before");
	sample_new(&s, 300);
	for (size_t i = 0; i < s.file.len; i++) {
		s.file.p[i] ^= (uint8_t)(1 << i % 8);
		CHECK(cs_failed(decrypt_with(cs_buf_span(&s.file), s.identity, &out)));
		CHECK_TEXT(cs_buf_str(&out), "before");
		s.file.p[i] ^= (uint8_t)(1 << i % 8);
	}
	CHECK_OK(decrypt_with(cs_buf_span(&s.file), s.identity, &out));
}

TEST(a_file_cut_anywhere_gives_no_byte)
{
	CS_AUTO(sample_free) struct sample s = { .identity = NULL };
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 1 << 20);
	sample_new(&s, 300);
	for (size_t len = 0; len < s.file.len; len++)
		CHECK_ERR(decrypt_with(CS_SPAN(s.file.p, len), s.identity, &out), INVALID);
	CHECK_INT(out.len, 0);
}

TEST(the_second_of_two_chunks_is_needed)
{
	CS_AUTO(sample_free) struct sample s = { .identity = NULL };
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 1 << 20);
	sample_new(&s, 70000);
	CHECK_ERR(
	    decrypt_with(CS_SPAN(s.file.p, s.file.len - (70000 - 65536) - 16), s.identity, &out),
	    INVALID);
	s.file.p[s.file.len - 1] ^= 1;
	CHECK_ERR(decrypt_with(cs_buf_span(&s.file), s.identity, &out), INVALID);
	CHECK_INT(out.len, 0);
}

TEST(a_key_that_it_was_not_written_for_does_not_open_it)
{
	CS_AUTO(sample_free) struct sample s = { .identity = NULL };
	CS_AUTO(cs_secret_free) struct cs_secret *other = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 1 << 20);
	sample_new(&s, 3);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &other));
	CHECK_ERR(decrypt_with(cs_buf_span(&s.file), other, &out), NOT_FOUND);
	CHECK_ERR(decrypt_passphrase(cs_buf_span(&s.file), "x", 20, &out), NOT_FOUND);
}

TEST(what_does_not_fit_is_refused_before_it_is_opened)
{
	CS_AUTO(sample_free) struct sample s = { .identity = NULL };
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 299);
	sample_new(&s, 300);
	CHECK_ERR(decrypt_with(cs_buf_span(&s.file), s.identity, &out), LIMIT);
	CHECK(!out.has_failed);
}

TEST(a_later_version_says_so)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	cs_str file = CS_STR("age-encryption.org/v2\n-> X25519 A\nA\n--- A\n");

	cs_buf_init_sensitive(&out, 16);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &identity));
	CHECK_ERR(decrypt_with(cs_str_span(file), identity, &out), CONFLICT);
	CHECK_ERR(decrypt_with(cs_str_span(CS_STR("PK\003\004")), identity, &out), INVALID);
}

TEST(recipients_are_one_to_sixty_four)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 1 << 20 };
	cs_age_recipient to[65] = { { { 9 } } };

	for (size_t i = 1; i < CS_COUNT(to); i++)
		to[i] = to[0];
	CHECK_ERR(cs_age_encrypt(&cs_random_system, to, 0, CS_SPAN_NONE, &file), LIMIT);
	CHECK_ERR(cs_age_encrypt(&cs_random_system, to, 65, CS_SPAN_NONE, &file), LIMIT);
	CHECK_INT(file.len, 0);
	CHECK_OK(cs_age_encrypt(&cs_random_system, to, 64, CS_SPAN_NONE, &file));
}

TEST(a_recipient_of_low_order_is_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 1 << 20 };
	cs_age_recipient zero = { { 0 } };

	CHECK_ERR(cs_age_encrypt(&cs_random_system, &zero, 1, CS_SPAN_NONE, &file), CRYPTO);
	CHECK_INT(file.len, 0);
}

/* --- passphrases --- */

TEST(a_passphrase_opens_what_it_closed_and_no_other_does)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 1 << 16 }, out;
	bool is_passphrase = false;

	cs_buf_init_sensitive(&out, 64);
	CHECK_OK(cs_age_encrypt_passphrase(
	    &cs_random_system, CS_STR("four words"), CHEAP, cs_str_span(CS_STR("text")), &file));
	CHECK_ERR(decrypt_passphrase(cs_buf_span(&file), "four word", 20, &out), FORBIDDEN);
	CHECK_ERR(decrypt_passphrase(cs_buf_span(&file), "", 20, &out), FORBIDDEN);
	CHECK_INT(out.len, 0);
	CHECK_OK(decrypt_passphrase(cs_buf_span(&file), "four words", 20, &out));
	CHECK_TEXT(cs_buf_str(&out), "text");
	CHECK_OK(cs_age_is_passphrase(cs_buf_span(&file), &is_passphrase));
	CHECK(is_passphrase);
}

TEST(a_factor_that_would_eat_the_machine_costs_nothing)
{
	/* 2^30 would be 1 TiB, and hours. */
	static const char file[] = "age-encryption.org/v1\n"
				   "-> scrypt rF0/NwblUHHTpgQgRpe5CQ 30\n"
				   "gUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY\n"
				   "--- IOTAPIBnSSZ1EzVSxg0RNDXp8UOCXNVYFLWSzJZCgCE\n"
				   "0123456789abcdef0123456789abcdef0123456789abcdef";
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	struct rusage before, after;

	cs_buf_init_sensitive(&out, 64);
	getrusage(RUSAGE_SELF, &before);
	CHECK_ERR(decrypt_passphrase(CS_SPAN(file, sizeof(file) - 1), "x", 20, &out), LIMIT);
	getrusage(RUSAGE_SELF, &after);
	CHECK(after.ru_utime.tv_sec - before.ru_utime.tv_sec <= 1);
	CHECK(after.ru_maxrss - before.ru_maxrss < 32 << 10);
}

TEST(factors_are_one_to_twenty_two)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 1 << 16 };

	CHECK_ERR(cs_age_encrypt_passphrase(&cs_random_system, CS_STR("x"), 0, CS_SPAN_NONE, &file),
	    LIMIT);
	CHECK_ERR(
	    cs_age_encrypt_passphrase(&cs_random_system, CS_STR("x"), 23, CS_SPAN_NONE, &file),
	    LIMIT);
	CHECK_INT(file.len, 0);
}

/* --- hostile headers --- */

TEST(a_header_without_end_is_refused_before_it_is_kept)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file = { .max = 1 << 23 }, out;
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;

	cs_buf_init_sensitive(&out, 64);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &identity));
	cs_buf_add_c(&file, "age-encryption.org/v1\n-> a\n");
	while (file.len < 2 << 20)
		cs_buf_add_c(
		    &file, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	CHECK(cs_failed(decrypt_with(cs_buf_span(&file), identity, &out)));
	cs_buf_reset(&file);
	cs_buf_add_c(&file, "age-encryption.org/v1\n");
	while (file.len < 1 << 19)
		cs_buf_add_c(&file, "-> a\n\n");
	CHECK_ERR(decrypt_with(cs_buf_span(&file), identity, &out), LIMIT);
}

TEST_MAIN("crypto/age")
