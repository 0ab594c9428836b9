#include "proto/yubikey_cases.h"

#include "proto/modhex.h"
#include "test.h"
#include "vectors.h"

/* The key of libyubikey's test vector. */
static const struct cs_yubikey_key known = {
	.public_id = { (const uint8_t *)"\x2d\x34\x4e\x83", 4 },
	.private_id = { 0x87, 0x92, 0xeb, 0xfe, 0x26, 0xcc },
	.aes = { 0xec, 0xde, 0x18, 0xdb, 0xe7, 0x6f, 0xbd, 0x0c, 0x33, 0x33, 0x0f, 0x1c, 0x35, 0x48,
	    0x71, 0xdb },
};
static const char known_otp[] = "dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh";

static enum cs_yubikey_verdict
judge(const struct cs_yubikey_key *key, const struct cs_yubikey_token *seen, const char *text,
    struct cs_yubikey_token *out)
{
	enum cs_yubikey_verdict v = CS_YUBIKEY_ACCEPTED;

	CHECK_OK(cs_yubikey_judge(key, seen, cs_str_c(text), &v, out));
	return v;
}

TEST(the_published_vector_is_taken_apart)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("yubikey_otp.json");
	const json_t *v = json_object_get(all, "libyubikey");
	struct cs_yubikey_token t;

	CHECK_TEXT(vector_text(v, "otp"), known_otp);
	CHECK_INT(judge(&known, NULL, known_otp, &t), CS_YUBIKEY_ACCEPTED);
	CHECK_INT(t.use_counter, vector_int(v, "useCounter"));
	CHECK_INT(t.timestamp, vector_int(v, "timestamp"));
	CHECK_INT(t.session_counter, vector_int(v, "sessionCounter"));
	CHECK_INT(t.random, vector_int(v, "random"));
}

TEST(only_what_has_the_form_of_a_code_is_read)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("yubikey_otp.json");
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(all, "format"), i, row)
	{
		struct cs_yubikey_otp otp;
		cs_str input = vector_text(row, "input");
		bool is_ok = json_is_true(json_object_get(row, "ok"));

		if (cs_failed(cs_yubikey_decode(input, &otp)) == is_ok)
			fail_msg("wrong about \"%.*s\"", CS_STR_ARG(input));
	}
	CHECK_INT(i, 6);
}

TEST(a_public_id_has_at_most_sixteen_bytes)
{
	char text[67];
	struct cs_yubikey_otp otp;

	memset(text, 'c', sizeof(text));
	CHECK_OK(cs_yubikey_decode((cs_str){ text, 64 }, &otp));
	CHECK_INT(otp.public_len, 16);
	CHECK_OK(cs_yubikey_decode((cs_str){ text, 32 }, &otp));
	CHECK_INT(otp.public_len, 0);
	CHECK_ERR(cs_yubikey_decode((cs_str){ text, 66 }, &otp), INVALID);
	CHECK_ERR(cs_yubikey_decode((cs_str){ text, 63 }, &otp), INVALID);
}

TEST(a_code_is_refused_when_replayed_and_when_older)
{
	struct cs_yubikey_token t, seen = { .use_counter = 19, .session_counter = 16 };

	CHECK_INT(judge(&known, &seen, known_otp, &t), CS_YUBIKEY_ACCEPTED);
	CHECK_INT(judge(&known, &t, known_otp, &seen), CS_YUBIKEY_REPLAYED);
	CHECK_INT(seen.use_counter, 0);
	seen = (struct cs_yubikey_token){ .use_counter = 19, .session_counter = 18 };
	CHECK_INT(judge(&known, &seen, known_otp, &t), CS_YUBIKEY_WENT_BACK);
	seen = (struct cs_yubikey_token){ .use_counter = 20 };
	CHECK_INT(judge(&known, &seen, known_otp, &t), CS_YUBIKEY_WENT_BACK);
	seen = (struct cs_yubikey_token){ .use_counter = 18, .session_counter = 255 };
	CHECK_INT(judge(&known, &seen, known_otp, &t), CS_YUBIKEY_ACCEPTED);
}

TEST(another_keys_code_is_refused)
{
	struct cs_yubikey_key other = known;
	struct cs_yubikey_token t;

	other.private_id[5] ^= 1;
	CHECK_INT(judge(&other, NULL, known_otp, &t), CS_YUBIKEY_PRIVATE_ID);
	other.aes[0] ^= 0x80;
	CHECK_INT(judge(&other, NULL, known_otp, &t), CS_YUBIKEY_CHECKSUM);
	other = known;
	other.public_id = CS_SPAN("\x2d\x34\x4e\x84", 4);
	CHECK_INT(judge(&other, NULL, known_otp, &t), CS_YUBIKEY_OTHER_KEY);
	other.public_id = CS_SPAN("\x2d\x34\x4e", 3);
	CHECK_INT(judge(&other, NULL, known_otp, &t), CS_YUBIKEY_OTHER_KEY);
	CHECK_INT(t.use_counter, 0);
}

TEST(no_letter_can_be_changed)
{
	char text[sizeof(known_otp)];
	struct cs_yubikey_token t;

	for (size_t i = 0; i + 1 < sizeof(known_otp); i++) {
		memcpy(text, known_otp, sizeof(text));
		text[i] = text[i] == 'c' ? 'b' : 'c';
		CHECK(judge(&known, NULL, text, &t) != CS_YUBIKEY_ACCEPTED);
		text[i] = 'a';
		CHECK_INT(judge(&known, NULL, text, &t), CS_YUBIKEY_MALFORMED);
	}
}

/* --- files of cases --- */

struct told {
	const json_t *cases;
	size_t count, accepted;
};

/* What the file expects is read here, and only here. */
static enum cs_yubikey_verdict
expected(const json_t *row)
{
	static const struct {
		const char *reason;
		enum cs_yubikey_verdict verdict;
	} reasons[] = {
		{ "replay: counters equal", CS_YUBIKEY_REPLAYED },
		{ "use counter went back", CS_YUBIKEY_WENT_BACK },
		{ "CRC", CS_YUBIKEY_CHECKSUM },
		{ "wrong AES key", CS_YUBIKEY_CHECKSUM },
		{ "private id mismatch", CS_YUBIKEY_PRIVATE_ID },
	};

	if (cs_str_equal(vector_text(row, "expect"), CS_STR("accept")))
		return CS_YUBIKEY_ACCEPTED;
	for (size_t i = 0; i < CS_COUNT(reasons); i++) {
		if (cs_str_equal(vector_text(row, "reason"), cs_str_c(reasons[i].reason)))
			return reasons[i].verdict;
	}
	fail_msg("an unknown reason");
	return CS_YUBIKEY_MALFORMED;
}

static void
tell(void *ctx, cs_str id, enum cs_yubikey_verdict verdict)
{
	struct told *told = ctx;
	const json_t *row = json_array_get(told->cases, told->count++);

	CHECK(cs_str_equal(id, vector_text(row, "id")));
	if (verdict != expected(row))
		fail_msg("%.*s: %s", CS_STR_ARG(id), cs_yubikey_verdict_name(verdict));
	told->accepted += verdict == CS_YUBIKEY_ACCEPTED;
}

TEST(every_case_of_the_file_is_judged_as_it_says)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("yubikey_otp.json");
	struct told told = { .cases = json_object_get(all, "cases") };
	const char *problem;
	char *text = json_dumps(all, 0);

	CHECK_OK(cs_yubikey_cases_judge(CS_SPAN(text, strlen(text)), tell, &told, &problem));
	free(text);
	CHECK_INT(told.count, 24);
	CHECK_INT(told.accepted, 9);
	CHECK(problem == NULL);
}

static void
tell_nobody(void *ctx, cs_str id, enum cs_yubikey_verdict verdict)
{
	(*(int *)ctx)++;
}

#define CASE(MORE) \
	"{\"cases\":[{\"id\":\"a\",\"otp\":\"dteffujehknhfjbrjnlnldnhcujvddbikngjrtgh\"," \
	"\"privateIdHex\":\"8792ebfe26cc\",\"aesKeyHex\":" \
	"\"ecde18dbe76fbd0c33330f1c354871db\"" MORE "}]}"

TEST(a_file_of_another_shape_is_refused_with_a_sentence)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		"{\"cases\":{}}",
		"{\"cases\":[1]}",
		"{\"cases\":[{}]}",
		"{\"cases\":[{\"id\":\"a\"}]}",
		"{\"cases\":[{\"id\":\"a\",\"otp\":\"c\"}]}",
		CASE(",\"publicId\":\"xy\""),
		CASE(",\"publicId\":7"),
		CASE(",\"stored\":{\"useCounter\":1}"),
		CASE(",\"stored\":{\"useCounter\":32768,\"sessionCounter\":0}"),
		CASE(",\"stored\":{\"useCounter\":1,\"sessionCounter\":256}"),
		CASE(",\"stored\":{\"useCounter\":-1,\"sessionCounter\":0}"),
	};
	static const char *const good[] = { CASE(""), CASE(",\"stored\":null"),
		CASE(",\"publicId\":\"dteffuje\""), "{\"cases\":[]}" };
	int told = 0;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		const char *problem = NULL;

		CHECK_ERR(cs_yubikey_cases_judge(
			      CS_SPAN(bad[i], strlen(bad[i])), tell_nobody, &told, &problem),
		    INVALID);
		CHECK(problem != NULL && told == 0);
	}
	for (size_t i = 0; i < CS_COUNT(good); i++) {
		const char *problem = NULL;

		CHECK_OK(cs_yubikey_cases_judge(
		    CS_SPAN(good[i], strlen(good[i])), tell_nobody, &told, &problem));
	}
	CHECK_INT(told, 3);
}

TEST_MAIN("proto/yubikey")
