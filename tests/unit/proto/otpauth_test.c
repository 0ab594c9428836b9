#include "proto/otpauth.h"

#include "test.h"
#include "vectors.h"

static struct cs_arena *arena;

static cs_err
decode(cs_str uri, struct cs_otpauth *out)
{
	if (arena == NULL)
		arena = cs_arena_new(1 << 20);
	cs_arena_reset(arena);
	return cs_otpauth_decode(arena, uri, out);
}

static void
check_encoded(const struct cs_otpauth *o, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, CS_OTPAUTH_MAX_BYTES);
	cs_otpauth_encode(o, &b);
	CHECK_TEXT(cs_buf_str(&b), want);
}

TEST(a_uri_is_written_with_everything_an_app_may_ask_for)
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	struct cs_otpauth o = {
		.issuer = CS_STR("Halden Maritime"),
		.account = CS_STR("åse+x@example.test"),
		.hotp = cs_totp_usual.hotp,
		.period_s = 30,
	};

	CHECK_OK(cs_secret_from(CS_SPAN("Hello!\xde\xad\xbe\xef", 10), &secret));
	o.secret = secret;
	check_encoded(&o,
	    "otpauth://totp/Halden%20Maritime:%C3%A5se%2Bx%40example.test?secret=JBSWY3DPEHPK3PXP"
	    "&issuer=Halden%20Maritime&algorithm=SHA1&digits=6&period=30");
	o.issuer = CS_STR_NONE;
	o.account = CS_STR("a");
	o.type = CS_OTPAUTH_HOTP;
	o.counter = 42;
	check_encoded(
	    &o, "otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&counter=42");
}

TEST(colons_in_names_come_back_as_they_were)
{
	static const char *const names[][2] = {
		{ "A:B", "c:d" },
		{ "", "c:d" },
		{ "", ":c" },
		{ "A", ":" },
		{ "A:", "d" },
		{ ":A", "" },
		{ "A", "" },
		{ "A%3AB", "c%3Ad" },
	};
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;

	CHECK_OK(cs_secret_from(CS_SPAN("0123456789", 10), &secret));
	for (size_t i = 0; i < CS_COUNT(names); i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;
		struct cs_otpauth back;
		struct cs_otpauth o = {
			.secret = secret,
			.issuer = cs_str_c(names[i][0]),
			.account = cs_str_c(names[i][1]),
			.hotp = cs_totp_usual.hotp,
			.period_s = 30,
		};

		cs_buf_init_sensitive(&b, CS_OTPAUTH_MAX_BYTES);
		cs_otpauth_encode(&o, &b);
		CHECK_OK(decode(cs_buf_str(&b), &back));
		CHECK_TEXT(back.issuer, names[i][0]);
		CHECK_TEXT(back.account, names[i][1]);
		cs_otpauth_clear(&back);
	}
}

TEST(a_colon_of_the_issuer_is_a_space_in_the_label)
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	struct cs_otpauth o = {
		.issuer = CS_STR("A:B"),
		.account = CS_STR("c:d"),
		.hotp = cs_totp_usual.hotp,
		.period_s = 30,
	};

	CHECK_OK(cs_secret_from(CS_SPAN("0123456789", 10), &secret));
	o.secret = secret;
	check_encoded(&o,
	    "otpauth://totp/A%20B:c%3Ad?secret=GAYTEMZUGU3DOOBZ&issuer=A%3AB&algorithm=SHA1"
	    "&digits=6&period=30");
}

TEST(steams_codes_have_a_type_of_their_own)
{
	static const char *const same[] = {
		"otpauth://steam/Steam:sophia?secret=JBSWY3DPEHPK3PXP&issuer=Steam",
		("otpauth://totp/Steam:sophia?secret=JBSWY3DPEHPK3PXP&issuer=Steam&digits=5"
		 "&encoder=steam"),
		"otpauth://totp/Steam:sophia?secret=JBSWY3DPEHPK3PXP&encoder=STEAM&algorithm=sha1",
		"OTPAUTH://Steam/Steam:sophia?secret=JBSWY3DPEHPK3PXP&period=30&encoder=steam",
	};

	for (size_t i = 0; i < CS_COUNT(same); i++) {
		struct cs_otpauth o;

		CHECK_OK(decode(cs_str_c(same[i]), &o));
		CHECK_INT(o.type, CS_OTPAUTH_STEAM);
		CHECK_INT(o.hotp.digits, 5);
		CHECK_INT(o.period_s, 30);
		check_encoded(&o,
		    "otpauth://steam/Steam:sophia?secret=JBSWY3DPEHPK3PXP&issuer=Steam"
		    "&algorithm=SHA1&digits=5&period=30");
		cs_otpauth_clear(&o);
	}
}

static void
check_key(const char *text, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, CS_SECRET_MAX);
	CHECK_OK(cs_otpauth_key_decode(cs_str_c(text), &b));
	CHECK_TEXT(cs_buf_str(&b), want);
}

TEST(a_key_is_read_as_people_type_it)
{
	check_key("MZXW6YTBOI", "foobar");
	check_key("mzxw6ytboi", "foobar");
	check_key("mzxw 6ytb oi", "foobar");
	check_key("MZXW-6YTB-OI", "foobar");
	check_key(" MZXW6YTBOI====== ", "foobar");
	check_key("MZXW6YTBOI=", "foobar");
	check_key("MZXW6YTBOJ", "foobar"); /* a bit left over */
	check_key("MY", "f");
}

TEST(what_cannot_be_a_key_is_refused_and_leaves_nothing)
{
	static const char *const bad[] = { "", "=", "M", "MZX", "MZXW6Y", "MZXW6YTBO", "MZXW1YTB",
		"MZ=XW6YT", "MZXW6YT\n", "M\xc3\xbcZXW6Y" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;

		cs_buf_init_sensitive(&b, CS_SECRET_MAX);
		CHECK_ERR(cs_otpauth_key_decode(cs_str_c(bad[i]), &b), INVALID);
		CHECK_INT(b.len, 0);
	}
}

TEST(a_parameter_given_twice_is_refused)
{
	struct cs_otpauth o;

	CHECK_ERR(
	    decode(CS_STR("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&secret=JBSWY3DPEHPK3PXP"), &o),
	    INVALID);
	CHECK_ERR(decode(CS_STR("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=6&digits=8"), &o),
	    INVALID);
	CHECK(o.secret == NULL);
}

TEST(bad_encodings_are_refused)
{
	static const char *const bad[] = {
		"otpauth://totp/%zz?secret=JBSWY3DPEHPK3PXP",
		"otpauth://totp/%C3?secret=JBSWY3DPEHPK3PXP",
		"otpauth://totp/a%00b?secret=JBSWY3DPEHPK3PXP",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PX%",
		"otpauth://totp/a?secret=JBSW%0AY3DP",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3P",
		"otpauth://totp/a#?secret=JBSWY3DPEHPK3PXP",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=11",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=5",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=+6",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&period=3601",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=",
		"otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&encoder=base64",
		"otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&encoder=steam",
		"otpauth://steam/a?secret=JBSWY3DPEHPK3PXP&digits=6",
		"otpauth://steam/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256",
		"otpauth://steam/a?secret=JBSWY3DPEHPK3PXP&period=0",
		"otpauth://steam/a?secret=",
		"otpauth:/totp/a?secret=JBSWY3DPEHPK3PXP",
		" otpauth://totp/a?secret=JBSWY3DPEHPK3PXP",
		"",
	};
	struct cs_otpauth o;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(cs_str_c(bad[i]), &o), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK(o.secret == NULL);
	}
}

TEST(what_is_too_long_is_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_otpauth o;

	cs_buf_init(&b, 8192);
	cs_buf_add_c(&b, "otpauth://totp/a?secret=");
	for (int i = 0; i < 900; i++)
		cs_buf_add_byte(&b, 'A');
	CHECK_ERR(decode(cs_buf_str(&b), &o), LIMIT);
	for (int i = 0; i < 3200; i++)
		cs_buf_add_byte(&b, 'A');
	CHECK_ERR(decode(cs_buf_str(&b), &o), LIMIT);
}

TEST(every_cut_of_a_good_uri_is_refused_or_read_without_harm)
{
	const cs_str good = CS_STR("otpauth://totp/Example:alice%40x.test?secret=JBSWY3DPEHPK3PXP"
				   "&issuer=Example&algorithm=SHA256&digits=8&period=60");
	struct cs_otpauth o;

	for (size_t i = 0; i < good.len; i++) {
		if (!cs_failed(decode(cs_str_slice(good, 0, i), &o)))
			CHECK(o.secret != NULL);
		cs_otpauth_clear(&o);
	}
}

static void
check_secret(const struct cs_otpauth *o, cs_str base32)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 1024);
	cs_base32_encode(cs_secret_span(o->secret), &b);
	CHECK_TEXT(cs_buf_str(&b), base32.p);
}

static void
check_accepted(const json_t *row, const struct cs_otpauth *o)
{
	static const char *const types[] = { "totp", "hotp", "steam" };

	CHECK_TEXT(o->issuer, vector_text(row, "issuer").p);
	CHECK_TEXT(o->account, vector_text(row, "account").p);
	if (json_object_get(row, "type") == NULL) {
		CHECK_INT(o->type, CS_OTPAUTH_STEAM);
		return;
	}
	CHECK_TEXT(vector_text(row, "type"), types[o->type]);
	CHECK_TEXT(vector_text(row, "algorithm"), cs_otp_hash_name(o->hotp.hash).p);
	CHECK_INT(o->hotp.digits, vector_int(row, "digits"));
	if (o->type == CS_OTPAUTH_TOTP)
		CHECK_INT(o->period_s, vector_int(row, "period"));
	else
		CHECK_INT(o->counter, vector_int(row, "counter"));
	check_secret(o, vector_text(row, "secret"));
}

TEST(the_vectors_are_accepted_and_refused_as_they_say)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otpauth.json");
	const json_t *row;
	size_t i, accepted = 0, refused = 0, either = 0;

	json_array_foreach(json_object_get(all, "uris"), i, row)
	{
		struct cs_otpauth o;
		cs_str expect = vector_text(row, "expect");
		cs_err e = decode(vector_text(row, "uri"), &o);

		if (cs_str_equal(expect, CS_STR("reject"))) {
			CHECK(cs_is(e, CS_E_INVALID));
			refused++;
		} else if (cs_str_equal(expect, CS_STR("accept"))) {
			CHECK_OK(e);
			check_accepted(row, &o);
			accepted++;
		} else {
			either++; /* see the next test */
		}
		cs_otpauth_clear(&o);
	}
	CHECK_INT(accepted, 15);
	CHECK_INT(refused, 12);
	CHECK_INT(either, 2);
}

TEST(where_the_vectors_leave_a_choice_ours_is_the_documented_one)
{
	struct cs_otpauth o;

	CHECK_OK(decode(CS_STR("otpauth://totp/Big:bob?secret=JBSWY3DPEHPK3PXP&issuer=Other"), &o));
	CHECK_TEXT(o.issuer, "Other");
	CHECK_TEXT(o.account, "bob");
	cs_otpauth_clear(&o);
	CHECK_OK(decode(CS_STR("otpauth://hotp/Example:alice?secret=JBSWY3DPEHPK3PXP"), &o));
	CHECK_INT(o.counter, 0);
	cs_otpauth_clear(&o);
}

static void
check_short(const char *uri, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(65536);
	struct cs_otpauth o;

	cs_buf_init_sensitive(&out, 1024);
	CHECK_OK(cs_otpauth_decode(a, cs_str_c(uri), &o));
	cs_otpauth_encode_short(&o, &out);
	CHECK_TEXT(cs_buf_str(&out), want);
	cs_otpauth_clear(&o);
}

TEST(the_short_form_leaves_out_what_is_usual_and_nothing_else)
{
	check_short(
	    "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example&algorithm=SHA1"
	    "&digits=6&period=30",
	    "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example");
	check_short(
	    "otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8&period=60",
	    "otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8&period=60");
	check_short("otpauth://hotp/alice?secret=JBSWY3DPEHPK3PXP&counter=0",
	    "otpauth://hotp/alice?secret=JBSWY3DPEHPK3PXP&counter=0");
}

TEST_MAIN("proto/otpauth")
