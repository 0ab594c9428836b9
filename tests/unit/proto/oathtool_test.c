/* Our codes against those of Debian's oathtool, run live on keys of a fixed sequence. */
#include "proto/totp.h"

#include "base/codec.h"
#include "test.h"

#include <stdlib.h>

/* xorshift64: any sequence will do, but the same in every run. */
static uint64_t
next_random(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

/* The first line that command prints, without its end. */
static void
run(const char *command, char out[static 64])
{
	FILE *p = popen(command, "r");

	CHECK(p != NULL);
	if (fgets(out, 64, p) == NULL)
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	int status = pclose(p);
	if (status != 0)
		fail_msg("%s: status %d", command, status);
}

static bool
is_installed(void)
{
	return system("command -v oathtool >/dev/null 2>&1") == 0;
}

static void
check_one(uint64_t *seed)
{
	static const char *const modes[] = { "sha1", "sha256", "sha512" };
	static const int64_t periods[] = { 15, 30, 60, 90 };
	CS_AUTO(cs_buf_clear) struct cs_buf hex;
	uint8_t key[64];
	size_t key_len = 16 + next_random(seed) % 49;
	struct cs_totp t = cs_totp_usual;
	struct cs_totp_found found;
	char command[512];
	char line[64];

	for (size_t i = 0; i < key_len; i++)
		key[i] = (uint8_t)next_random(seed);
	t.hotp.hash = (enum cs_hash)(next_random(seed) % 3);
	t.hotp.digits = 6 + (int)(next_random(seed) % 3);
	t.period_s = periods[next_random(seed) % 4];
	t.window = 0;
	int64_t now_s = (int64_t)(next_random(seed) % 20000000000);
	cs_buf_init(&hex, 200);
	cs_hex_encode(CS_SPAN(key, key_len), &hex);
	cs_buf_add_byte(&hex, '\0');
	snprintf(command, sizeof(command), "oathtool --totp=%s -d %d -s %llds -N @%lld %s",
	    modes[t.hotp.hash], t.hotp.digits, (long long)t.period_s, (long long)now_s,
	    (const char *)hex.p);
	run(command, line);
	CHECK_OK(cs_totp_match(
	    &t, CS_SPAN(key, key_len), cs_seconds(now_s), 0, CS_STEP_NONE, cs_str_c(line), &found));
	if (found.step != cs_totp_step(&t, cs_seconds(now_s)))
		fail_msg("%s says %s, we disagree", command, line);
}

TEST(oathtool_and_we_agree_on_keys_hashes_digits_periods_and_times)
{
	uint64_t seed = UINT64_C(0x436f756e74657273);

	if (!is_installed())
		SKIP("oathtool is not installed");
	for (int i = 0; i < 60; i++)
		check_one(&seed);
}

TEST(oathtool_and_we_agree_on_counters)
{
	static const uint64_t counters[] = { 0, 1, 255, 256, 65536, UINT64_C(0x7fffffff),
		UINT64_C(0x80000000), UINT64_C(0x100000000), UINT64_C(0x7ffffffffffffffe) };
	static const char secret[] = "3132333435363738393031323334353637383930";
	const cs_span key = CS_SPAN("12345678901234567890", 20);

	if (!is_installed())
		SKIP("oathtool is not installed");
	for (size_t i = 0; i < CS_COUNT(counters); i++) {
		const struct cs_hotp h = { .hash = CS_SHA1, .digits = 8 };
		char command[256];
		char line[64];
		bool found;
		uint64_t next;

		snprintf(command, sizeof(command), "oathtool -d 8 -c %llu %s",
		    (unsigned long long)counters[i], secret);
		run(command, line);
		CHECK_OK(cs_hotp_match(&h, key, counters[i], 1, cs_str_c(line), &found, &next));
		if (!found)
			fail_msg("%s says %s, we disagree", command, line);
	}
}

TEST_MAIN("proto/oathtool")
