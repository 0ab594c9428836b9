#include "vault/entry.h"

#include "proto/otpauth.h"
#include "vault/entry_uri.h"

#include "sample.h"

#include "test.h"

TEST(kinds_have_names)
{
	for (int kind = 0; kind < CS_ENTRY_KINDS; kind++) {
		enum cs_entry_kind again;

		CHECK_OK(
		    cs_entry_kind_decode(cs_entry_kind_name((enum cs_entry_kind)kind), &again));
		CHECK_INT(again, kind);
	}
	enum cs_entry_kind none;
	CHECK_ERR(cs_entry_kind_decode(CS_STR("TOTP"), &none), INVALID);
	CHECK_ERR(cs_entry_kind_decode(CS_STR_NONE, &none), INVALID);
}

static const char *
reason(struct cs_entry e)
{
	const char *why;
	bool is_whole = cs_entry_is_whole(&e, &why);

	CHECK(is_whole == (why[0] == '\0'));
	return why;
}

#define REFUSED(CHANGE, WORD) \
	do { \
		struct cs_entry e = sample_totp("Example", "alice", "secret"); \
		CHANGE; \
		if (strstr(reason(e), WORD) == NULL) \
			print_error("%s: \"%s\"\n", #CHANGE, reason(e)); \
		CHECK(strstr(reason(e), WORD) != NULL); \
	} while (0)

TEST(what_is_whole_is_taken)
{
	CHECK_TEXT(cs_str_c(reason(sample_totp("Example", "alice", "s"))), "");
	CHECK_TEXT(cs_str_c(reason(sample_hotp("Example", "s", INT64_MAX))), "");
	CHECK_TEXT(cs_str_c(reason(sample_yubikey())), "");
	CHECK_TEXT(cs_str_c(reason(sample_capsule())), "");
}

TEST(what_is_not_whole_is_refused_with_a_reason)
{
	REFUSED(e.issuer = e.account = CS_STR_NONE, "neither");
	REFUSED((e.issuer = CS_STR(" "), e.account = CS_STR("\t")), "");
	REFUSED(e.issuer = CS_STR("a\nb"), "control");
	REFUSED(e.issuer = CS_STR("a\x1b[2J"), "control");
	REFUSED(e.account = CS_STR("\x7f"), "control");
	REFUSED(e.account = CS_STR("\xc2\x9b"), "control");
	REFUSED(e.account = CS_STR("\xff"), "control");
	REFUSED(e.note = CS_STR("a\rb"), "note");
	REFUSED(e.icon = CS_STR("a\nb"), "icon");
	REFUSED(e.secret = CS_SPAN_NONE, "no secret");
	REFUSED(e.secret.len = CS_ENTRY_SECRET_MAX + 1, "secret is too long");
	REFUSED(e.hotp.digits = 5, "digits");
	REFUSED(e.hotp.digits = 11, "digits");
	REFUSED(e.period_s = 0, "period");
	REFUSED(e.period_s = 3601, "period");
	REFUSED((e.kind = CS_ENTRY_HOTP, e.counter = 1ull << 63), "counter");
	REFUSED((e.kind = CS_ENTRY_STEAM), "digits");
	REFUSED((e.kind = CS_ENTRY_STEAM, e.hotp.digits = 5, e.hotp.hash = CS_SHA256), "SHA-1");
	REFUSED((e = sample_yubikey(), e.secret.len = 15), "AES");
	REFUSED((e = sample_yubikey(), e.private_id.len = 5), "private id");
	REFUSED((e = sample_yubikey(), e.counter = 0x8000), "counter");
	REFUSED((e = sample_capsule(), e.capsule = NULL), "no codes");
	REFUSED(e.tag_count = CS_ENTRY_TAGS_MAX + 1, "tags");
	REFUSED((e.tags = &(cs_str){ "", 0 }, e.tag_count = 1), "tag");
	REFUSED(e.spare_count = CS_ENTRY_SPARES_MAX + 1, "backup codes");
	REFUSED((e.spares = &(struct cs_entry_spare){ CS_STR("\n"), { 0 } }, e.spare_count = 1),
	    "backup code");
}

TEST(the_same_codes_are_told_by_what_makes_them)
{
	struct cs_entry a = sample_totp("A", "a", "secret");
	struct cs_entry b = sample_totp("B", "b", "secret");

	CHECK(cs_entry_makes_same_codes(&a, &b));
	b.period_s = 60;
	CHECK(!cs_entry_makes_same_codes(&a, &b));
	b = sample_totp("A", "a", "secreu");
	CHECK(!cs_entry_makes_same_codes(&a, &b));
	a = sample_hotp("A", "secret", 1);
	b = sample_hotp("A", "secret", 2);
	CHECK(cs_entry_makes_same_codes(&a, &b));
	b.hotp.digits = 6;
	CHECK(!cs_entry_makes_same_codes(&a, &b));
	a = b = sample_yubikey();
	b.counter++;
	CHECK(cs_entry_makes_same_codes(&a, &b));
	b.private_id = CS_SPAN("abcdeg", 6);
	CHECK(!cs_entry_makes_same_codes(&a, &b));
	a = b = sample_capsule();
	CHECK(cs_entry_makes_same_codes(&a, &b));
}

TEST(names_are_compared_without_case)
{
	static const char *const pairs[][2] = {
		{ "Example", "example" },
		{ " \tExample ", "example" },
		{ "ÄÖÜ", "äöü" },
		{ "ŁÓDŹ", "łódź" },
		{ "ΑΩ", "αω" },
		{ "ЁЖЯ", "ёжя" },
		{ "×÷ß日本", "×÷ß日本" },
	};

	for (size_t i = 0; i < CS_COUNT(pairs); i++) {
		char folded[64];
		size_t len = cs_entry_fold(cs_str_c(pairs[i][0]), folded);

		CHECK_TEXT(((cs_str){ folded, len }), pairs[i][1]);
	}
}

TEST(an_entry_is_spoken_of_by_what_it_has)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	struct cs_entry e = sample_totp("Example", "alice", "s");

	CHECK_TEXT(cs_entry_name(a, &e), "Example (alice)");
	e.account = CS_STR_NONE;
	CHECK_TEXT(cs_entry_name(a, &e), "Example");
	e = sample_totp("", "alice", "s");
	CHECK_TEXT(cs_entry_name(a, &e), "alice");
}

TEST(a_copy_does_not_share_memory)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(65536);
	char issuer[] = "Example";
	struct cs_entry e = sample_totp(issuer, "", "secret");
	struct cs_entry copy;

	CHECK_OK(cs_entry_copy(a, &e, &copy));
	memset(issuer, 'x', sizeof(issuer) - 1);
	CHECK_TEXT(copy.issuer, "Example");
	e = sample_capsule();
	CHECK_OK(cs_entry_copy(a, &e, &copy));
	CHECK(copy.capsule != e.capsule && copy.capsule->codes != e.capsule->codes);
	CHECK(cs_entry_makes_same_codes(&copy, &e));
}

TEST(what_an_importer_refused_is_written_as_far_as_it_goes)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	struct cs_entry e = sample_totp("Example", "alice", "");

	cs_buf_init_sensitive(&out, 4096);
	e.added = e.changed = (cs_time){ 0 };
	cs_entry_encode(&e, &out);
	CHECK_TEXT(cs_buf_str(&out), "entry -\nissuer Example\naccount alice\n");
}

/* Of a copy, since the quick way reads where the text lies. */
static bool
reads_quickly(struct cs_arena *a, const char *uri, struct cs_entry *out)
{
	*out = (struct cs_entry){ 0 };
	return cs_entry_uri_decode(a, cs_arena_str(a, cs_str_c(uri)), out);
}

TEST(the_quick_way_reads_what_the_long_way_reads)
{
	static const char *const parts[] = { "A", "b c", "%", "&", "=", "+", "#", "?", "/", ":",
		"@", "\xc3\xbc", "\xf0\x9f\x94\x91", " ", "~", "-", "" };
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);
	size_t quick = 0;

	for (size_t i = 0; i < 20000; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf uri;
		CS_AUTO(cs_otpauth_clear) struct cs_otpauth o = { 0 };
		struct cs_otpauth in = { .period_s = 1 + (int64_t)(i % 90), .counter = i * 7919 };
		struct cs_entry e;
		uint32_t r[8];

		sample_fill(&sample_state, (uint8_t *)r, sizeof(r));
		in.type = (enum cs_otpauth_type)(r[0] % 3);
		in.hotp.digits = in.type == CS_OTPAUTH_STEAM ? 5 : 6 + (int)(r[1] % 5);
		in.hotp.hash = in.type == CS_OTPAUTH_STEAM ? CS_SHA1 : (enum cs_hash)(r[2] % 3);
		in.issuer = cs_arena_printf(a, "%s%s", parts[r[3] % 17], parts[r[4] % 17]);
		in.account = cs_arena_printf(a, "%s%s", parts[r[5] % 17], parts[r[6] % 17]);
		CHECK_OK(cs_secret_from(CS_SPAN(r, 1 + r[7] % sizeof(r)), &in.secret));
		cs_buf_init_sensitive(&uri, 8192);
		cs_otpauth_encode(&in, &uri);
		CHECK_OK(cs_otpauth_decode(a, cs_buf_str(&uri), &o));
		cs_buf_add_byte(&uri, 0);
		if (reads_quickly(a, (char *)uri.p, &e)) {
			quick++;
			CHECK(
			    cs_str_equal(e.issuer, o.issuer) && cs_str_equal(e.account, o.account));
			CHECK(e.hotp.hash == o.hotp.hash && e.hotp.digits == o.hotp.digits);
			CHECK(o.type == CS_OTPAUTH_HOTP ? e.counter == o.counter
							: e.period_s == o.period_s);
			CHECK(e.secret.len == cs_secret_span(o.secret).len &&
			      memcmp(e.secret.p, cs_secret_span(o.secret).p, e.secret.len) == 0);
		}
		cs_secret_free(&in.secret);
	}
	CHECK(quick > 10000);
}

TEST(what_is_of_another_form_is_left_to_the_long_way)
{
	static const char *const others[] = {
		"",
		"otpauth://totp/A:b",
		"otpauth://totp/A:b?secret=GEZDGNBV",
		"otpauth://totp/A:b?secret=GEZDGNBV&issuer=B&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/A%3Ab?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/A:b?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a%0?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a%?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a%2?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a%00?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a%zz?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a?secret=&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a?secret=1&algorithm=SHA1&digits=6&period=30",
		"otpauth://totp/a?secret=GEZDGNBV&algorithm=SHA1&digits=6&period=30&more=1",
		"otpauth://totp/a?secret=GEZDGNBV&algorithm=SHA1&digits=6&counter=30",
		"otpauth://totp/a?secret=GEZDGNBV&algorithm=MD5&digits=6&period=30",
		"otpauth://totp/a?secret=GEZDGNBV&algorithm=SHA1&digits=99999999999&period=30",
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);

	for (size_t i = 0; i < CS_COUNT(others); i++) {
		struct cs_entry e;

		if (reads_quickly(a, others[i], &e))
			print_error("read: %s\n", others[i]);
		CHECK(!reads_quickly(a, others[i], &e));
	}
}

TEST_MAIN("vault/entry")
