#include "notify/mail.h"

#include "base/codec.h"
#include "test.h"

#include "letter.h"

/* The mail of m, terminated, to be freed by cs_buf_clear. */
static void
compose(const struct cs_message *m, struct cs_buf *out)
{
	struct cs_mail_config cfg = settings();

	cs_buf_init_sensitive(out, CS_MAIL_MAX_BYTES);
	CHECK_OK(cs_mail_compose(&cfg, m, out));
	cs_buf_add_byte(out, '\0');
}

static void
check_refused(const struct cs_mail_config *cfg, const struct cs_message *m)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, CS_MAIL_MAX_BYTES);
	CHECK_ERR(cs_mail_compose(cfg, m, &b), INVALID);
	CHECK_INT(b.len, 0);
}

TEST(a_mail_has_its_headers_and_its_text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	compose(&m, &b);
	assert_string_equal((const char *)b.p,
	    "From: =?utf-8?B?SGFsZGVu?=\r\n <no-reply@auth.example.test>\r\n"
	    "To: <ada@example.test>\r\n"
	    "Subject: Your PIN\r\n"
	    "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n"
	    "Message-ID: <abcdef00-0000-0000-0000-000000000000@auth.example.test>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n"
	    "Hello,\r\n\r\n123456\r\n");
}

TEST(the_same_message_is_the_same_mail_each_time)
{
	CS_AUTO(cs_buf_clear) struct cs_buf a;
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	compose(&m, &a);
	compose(&m, &b);
	CHECK(cs_str_equal(cs_buf_str(&a), cs_buf_str(&b)));
}

TEST(a_header_value_cannot_leave_its_line)
{
	static const char *const bad[] = { "a\r\nBcc: b@x.test", "a\nBcc: b@x.test", "a\rb", "\t",
		"a\x7f", "\xff", "a\x1b[2J" };
	struct cs_mail_config cfg = settings();

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		struct cs_message m = letter();
		struct cs_mail_config named = cfg;

		m.subject = cs_str_c(bad[i]);
		check_refused(&cfg, &m);
		m = letter();
		m.to = cs_str_c(bad[i]);
		check_refused(&cfg, &m);
		m = letter();
		named.from_name = cs_str_c(bad[i]);
		check_refused(&named, &m);
	}
}

TEST(addresses_that_could_be_more_than_one_are_none)
{
	static const char *const bad[] = { "", "a", "@x.test", "a@", "a@x.test,b@x.test",
		"a@x.test b@x.test", "<a@x.test>", "a@b@x.test", "\"a b\"@x.test", "a@x..test",
		".a@x.test", "a.@x.test", "a..b@x.test", "a@x.test.", "a@[127.0.0.1]",
		"a(b)@x.test", "a@x.test\r\nRCPT TO:<b@x.test>", "a@x.test>", "a:b@x.test",
		"\xc3\xa5@x.test", "a@x_y.test", "a@x.test;b", "a@-%.test" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (cs_mail_address_is_valid(cs_str_c(bad[i])))
			fail_msg("taken: %s", bad[i]);
	}
	CHECK(!cs_mail_address_is_valid((cs_str){ "a@x\0.test", 9 }));
}

TEST(usual_addresses_are_valid)
{
	static const char *const good[] = { "ada@example.test", "a.b+c@x-y.example.test",
		"o'neil@example.test", "root@localhost", "a=b/c?d@x.test", "A_B{c}|d~e@X.TEST" };

	for (size_t i = 0; i < CS_COUNT(good); i++) {
		if (!cs_mail_address_is_valid(cs_str_c(good[i])))
			fail_msg("refused: %s", good[i]);
	}
}

TEST(an_address_beyond_the_limits_is_none)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	memcpy(text + 64, "@x.test", 7);
	CHECK(cs_mail_address_is_valid((cs_str){ text, 71 }));
	memset(text, 'a', sizeof(text));
	memcpy(text + 65, "@x.test", 7);
	CHECK(!cs_mail_address_is_valid((cs_str){ text, 72 }));
	memset(text, 'a', sizeof(text));
	text[1] = '@';
	for (size_t i = 60; i < sizeof(text); i += 60)
		text[i] = '.';
	CHECK(!cs_mail_address_is_valid((cs_str){ text, 255 }));
	CHECK(cs_mail_address_is_valid((cs_str){ text, 254 }));
}

TEST(a_subject_beyond_ascii_becomes_encoded_words_cut_between_characters)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	m.subject =
	    CS_STR("Påmelding til Halden — ny nøkkel for innlogging, gjelder i ti minutter");
	compose(&m, &b);
	const char *from = strstr((const char *)b.p, "Subject: ");
	const char *to = strstr(from, "\r\nDate:");
	CHECK(from != NULL && to != NULL);
	for (const char *line = from; line < to;) {
		const char *end = strstr(line, "\r\n");

		CHECK(end - line <= 76);
		CHECK(strstr(line, "=?utf-8?B?") < end);
		line = end + 2;
	}
	for (const char *p = from; p < to; p++)
		CHECK((unsigned char)*p < 0x80);
}

/* RFC 2047 §5: "Each 'encoded-word' MUST represent an integral number of characters." */
TEST(each_encoded_word_holds_whole_characters)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	CS_AUTO(cs_buf_clear) struct cs_buf whole;
	struct cs_message m = letter();
	size_t words = 0;

	cs_buf_init(&whole, 1024);
	m.subject = CS_STR("a€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€");
	compose(&m, &b);
	const char *at = strstr((const char *)b.p, "Subject: ");
	const char *end = strstr(at, "\r\nDate:");
	for (at = strstr(at, "?B?"); at != NULL && at < end; at = strstr(at, "?B?")) {
		size_t before = whole.len;

		at += 3;
		CHECK_OK(cs_base64_decode((cs_str){ at, strcspn(at, "?") }, &whole));
		CHECK(cs_utf8_is_valid(CS_SPAN(whole.p + before, whole.len - before)));
		words++;
	}
	CHECK(words >= 4);
	CHECK(cs_str_equal(cs_buf_str(&whole), m.subject));
}

TEST(a_subject_that_looks_like_an_encoded_word_is_encoded)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	m.subject = CS_STR("=?utf-8?Q?x?=");
	compose(&m, &b);
	CHECK(strstr((const char *)b.p, "Subject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n") != NULL);
}

TEST(the_body_is_seven_bit_with_short_lines_and_keeps_every_character)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	static char text[3000];
	struct cs_message m = letter();

	for (size_t i = 0; i + 2 < sizeof(text); i += 3)
		memcpy(text + i, i % 7 == 0 ? "=\xc3\xa5" : "abc", 3);
	m.text = (cs_str){ text, sizeof(text) };
	compose(&m, &b);
	const char *line = strstr((const char *)b.p, "\r\n\r\n") + 4;
	while (*line != '\0') {
		const char *end = strstr(line, "\r\n");

		CHECK(end != NULL && end - line <= 76);
		for (const char *p = line; p < end; p++)
			CHECK((unsigned char)*p < 0x80);
		line = end + 2;
	}
	CHECK(strstr((const char *)b.p, "=3D=C3=A5") != NULL);
}

TEST(blanks_at_the_end_of_a_line_and_dots_at_its_beginning_survive)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	m.text = CS_STR("a \nb\t\n.\r\n..c");
	compose(&m, &b);
	CHECK(strstr((const char *)b.p, "\r\n\r\na=20\r\nb=09\r\n.\r\n..c\r\n") != NULL);
}

TEST(a_lone_carriage_return_in_the_text_is_quoted)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_message m = letter();

	m.text = CS_STR("a\rb\n");
	compose(&m, &b);
	CHECK(strstr((const char *)b.p, "\r\n\r\na=0Db\r\n") != NULL);
}

TEST(a_text_that_is_not_utf8_is_refused)
{
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();

	m.text = CS_STR("\xc3");
	check_refused(&cfg, &m);
}

TEST(a_mail_beyond_the_limit_is_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	static char text[CS_MAIL_MAX_BYTES];
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();

	memset(text, 'x', sizeof(text));
	m.text = (cs_str){ text, sizeof(text) };
	cs_buf_init_sensitive(&b, CS_MAIL_MAX_BYTES);
	CHECK_ERR(cs_mail_compose(&cfg, &m, &b), LIMIT);
}

TEST(settings_that_are_good_are_taken)
{
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	struct cs_mail_config c = settings();

	CHECK_OK(cs_mail_config_check(&c));
	CHECK_OK(cs_secret_from(CS_SPAN("pw", 2), &password));
	c.user = CS_STR("relay");
	c.password = password;
	CHECK_OK(cs_mail_config_check(&c));
	c.host = CS_STR("localhost");
	CHECK_OK(cs_mail_config_check(&c));
	c.host = CS_STR("mail.example.test");
	c.tls = CS_MAIL_STARTTLS;
	CHECK_OK(cs_mail_config_check(&c));
	c.tls = CS_MAIL_TLS;
	CHECK_OK(cs_mail_config_check(&c));
}

TEST(a_password_never_travels_in_the_clear_beyond_this_machine)
{
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	struct cs_mail_config c = settings();

	CHECK_OK(cs_secret_from(CS_SPAN("pw", 2), &password));
	c.user = CS_STR("relay");
	c.password = password;
	c.host = CS_STR("mail.example.test");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c.host = CS_STR("192.0.2.7");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c.host = CS_STR("localhost.example.test");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c.tls = CS_MAIL_TLS_IF_OFFERED;
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
}

TEST(settings_that_are_wrong_are_refused)
{
	struct cs_mail_config c = settings();

	c.host = CS_STR_NONE;
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c.host = CS_STR("mail.example.test/x@y");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c = settings();
	c.port = 0;
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c = settings();
	c.from_address = CS_STR("nobody");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c = settings();
	c.helo = CS_STR("a b");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c = settings();
	c.user = CS_STR("relay");
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
	c = settings();
	c.timeout_ms = 0;
	CHECK_ERR(cs_mail_config_check(&c), INVALID);
}

TEST_MAIN("notify/compose")
