/*
 * age_samples_test.c - every file of the age project's own test kit has the outcome that it names.
 * The kit is another project's: it is read from where it lies.
 */
#include "crypto/age.h"

#include "test.h"

#include "base/codec.h"
#include "crypto/mac.h"

#include "age_files.h"

#include <dirent.h>
#include <unistd.h>
#include <zlib.h>

#define IDENTITIES_MAX 4
#define PLAIN_MAX (1 << 25)

struct sample {
	char expect[64];
	char payload[80];
	struct cs_secret *identities[IDENTITIES_MAX];
	size_t identity_count;
	char passphrase[128];
	bool has_passphrase;
	bool is_armored;
	bool is_compressed;
	cs_span file;
};

static void
find_folder(char *out, size_t len)
{
	const char *shared = getenv("CS_SHARED"), *vectors = getenv("CS_TEST_VECTORS");

	if (shared != NULL)
		snprintf(out, len, "%s/vectors/third-party/age_testkit", shared);
	else
		snprintf(out, len, "%s/../../../shared/vectors/third-party/age_testkit",
		    vectors != NULL ? vectors : "tests/vectors");
}

static void
read_field(struct sample *s, cs_str line)
{
	size_t colon = cs_str_find(line, ':', 0);
	cs_str name = cs_str_slice(line, 0, colon);
	cs_str value = cs_str_slice(line, colon + 2, line.len);

	if (cs_str_equal(name, CS_STR("expect")))
		snprintf(s->expect, sizeof(s->expect), "%.*s", CS_STR_ARG(value));
	else if (cs_str_equal(name, CS_STR("payload")))
		snprintf(s->payload, sizeof(s->payload), "%.*s", CS_STR_ARG(value));
	else if (cs_str_equal(name, CS_STR("passphrase"))) {
		snprintf(s->passphrase, sizeof(s->passphrase), "%.*s", CS_STR_ARG(value));
		s->has_passphrase = true;
	} else if (cs_str_equal(name, CS_STR("identity"))) {
		CHECK(s->identity_count < IDENTITIES_MAX);
		CHECK_OK(cs_age_identity_decode(value, &s->identities[s->identity_count++]));
	} else if (cs_str_equal(name, CS_STR("armored"))) {
		s->is_armored = true;
	} else if (cs_str_equal(name, CS_STR("compressed"))) {
		CHECK(cs_str_equal(value, CS_STR("zlib")));
		s->is_compressed = true;
	}
}

static void
read_sample(cs_span bytes, struct sample *s)
{
	cs_str rest = { (const char *)bytes.p, bytes.len }, line;

	*s = (struct sample){ .is_armored = false };
	while (cs_str_cut(&rest, '\n', &line) && line.len != 0)
		read_field(s, line);
	s->file = cs_str_span(rest);
}

static cs_span
inflate_file(cs_span file, struct cs_buf *room)
{
	cs_buf_init(room, PLAIN_MAX);
	uint8_t *at = cs_buf_reserve(room, PLAIN_MAX);
	uLongf len = PLAIN_MAX;

	CHECK(at != NULL);
	CHECK_INT(uncompress(at, &len, file.p, file.len), Z_OK);
	return CS_SPAN(at, len);
}

static cs_err
open_sample(const struct sample *s, cs_span file, struct cs_buf *out)
{
	struct cs_age_identities keys = { s->identities, s->identity_count };
	struct cs_age_passphrase words = { cs_str_c(s->passphrase), 22 };
	struct cs_age_opener opener = s->has_passphrase && s->identity_count == 0
					  ? cs_age_passphrase_opener(&words)
					  : cs_age_identities_opener(&keys);

	return cs_age_decrypt(file, &opener, out);
}

static bool
is_payload(const struct sample *s, cs_span plain)
{
	uint8_t digest[32];
	CS_AUTO(cs_buf_clear) struct cs_buf hex = { .max = 64 };

	cs_sha256(plain, digest);
	cs_hex_encode(CS_SPAN(digest, sizeof(digest)), &hex);
	return cs_str_equal(cs_buf_str(&hex), cs_str_c(s->payload));
}

/* A header that is refused, or not for us; whatever else is wrong is INVALID and gives no byte. */
static bool
is_as_expected(const struct sample *s, cs_err err, cs_span plain)
{
	cs_str expect = cs_str_c(s->expect);

	if (cs_str_equal(expect, CS_STR("success")))
		return !cs_failed(err) && is_payload(s, plain);
	if (plain.len != 0)
		return false;
	if (cs_str_equal(expect, CS_STR("no match")))
		return cs_is(err, CS_E_NOT_FOUND) || cs_is(err, CS_E_FORBIDDEN);
	if (cs_str_equal(expect, CS_STR("header failure")))
		return cs_is(err, CS_E_INVALID) || cs_is(err, CS_E_LIMIT) ||
		       cs_is(err, CS_E_CONFLICT);
	CHECK(cs_str_equal(expect, CS_STR("HMAC failure")) ||
	      cs_str_equal(expect, CS_STR("payload failure")) ||
	      cs_str_equal(expect, CS_STR("armor failure")));
	return cs_is(err, CS_E_INVALID);
}

static void
check_sample(const char *path)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes = { .max = 0 }, room = { .max = 0 }, out;
	struct sample s;

	cs_buf_init_sensitive(&out, PLAIN_MAX);
	read_whole(path, &bytes);
	read_sample(cs_buf_span(&bytes), &s);
	cs_span file = s.is_compressed ? inflate_file(s.file, &room) : s.file;
	cs_err err = open_sample(&s, file, &out);
	if (!is_as_expected(&s, err, cs_buf_span(&out)))
		fail_msg("%s: expected %s, got %s", path, s.expect, cs_code_name(err.code));
	for (size_t i = 0; i < s.identity_count; i++)
		cs_secret_free(&s.identities[i]);
}

TEST(every_file_of_the_kit_has_the_outcome_that_it_names)
{
	char folder[2048], path[4096];
	const struct dirent *entry;
	size_t count = 0;

	find_folder(folder, sizeof(folder));
	if (access(folder, R_OK) != 0)
		SKIP("the test kit of age is not here");
	DIR *d = opendir(folder);
	CHECK(d != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		check_sample(path);
		count++;
	}
	closedir(d);
	CHECK(count >= 80);
}

TEST_MAIN("crypto/age_samples")
