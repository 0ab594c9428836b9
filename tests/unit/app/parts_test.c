/*
 * Settings that a part refuses are refused by check-config and before anything is opened at a start.
 */
#include "app/parts.h"

#include "test.h"

/* What is wrong with this file's text, as one sentence; empty when nothing is. */
static const char *
fault(const char *text)
{
	static char said[256];
	CS_AUTO(cs_settings_free) struct cs_settings *c = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem = { .max = 4096 };

	CHECK_OK(cs_settings_decode(CS_STR("test.conf"), cs_str_c(text), &c, &problem));
	cs_err e = cs_parts_check(c, &problem);
	CHECK(cs_is(e, CS_E_INVALID) == (problem.len > 0));
	snprintf(said, sizeof(said), "%.*s", (int)problem.len, (const char *)problem.p);
	return said;
}

#define CHECK_FAULT(TEXT, PART) CHECK(strstr(fault(TEXT), PART) != NULL)

TEST(no_mail_and_complete_mail_are_right)
{
	CHECK_TEXT(cs_str_c(fault("")), "");
	CHECK_TEXT(
	    cs_str_c(fault("mail { server = \"smtp://m.example\" from = \"a@b.test\" }")), "");
	CHECK_TEXT(
	    cs_str_c(fault("mail { server = \"smtps://[::1]:465\" from = \"a@b.test\" }")), "");
}

TEST(a_mail_server_that_is_no_address_is_refused)
{
	CHECK_FAULT(
	    "mail { server = \"m.example\" from = \"a@b.test\" }", "mail.server = 'm.example'");
	CHECK_FAULT("mail { server = \"smtp://\" from = \"a@b.test\" }", "names no host");
	CHECK_FAULT("mail { server = \"smtp://m:99999\" from = \"a@b.test\" }", "the port");
	CHECK_FAULT("mail { server = \"smtp://m:x\" from = \"a@b.test\" }", "the port");
}

TEST(brackets_belong_to_an_address_with_colons_alone)
{
	CHECK_FAULT("mail { server = \"smtp://[]\" from = \"a@b.test\" }", "names no host");
	CHECK_FAULT("mail { server = \"smtp://[::1\" from = \"a@b.test\" }", "a name is malformed");
}

TEST(a_sender_that_is_no_mail_address_is_refused)
{
	CHECK_FAULT("mail { server = \"smtp://m.example\" from = \"nobody\" }", "mail.from");
}

TEST(a_mail_password_that_cannot_be_read_is_refused)
{
	CHECK_FAULT("mail { server = \"smtps://m.example\" from = \"a@b.test\" user = \"u\"\n"
		    "password_file = \"/nonexistent/password\" }",
	    "/nonexistent/password");
	CHECK_FAULT("mail { server = \"smtps://m.example\" from = \"a@b.test\" user = \"u\"\n"
		    "password_file = \"/dev/null\" }",
	    "holds no password");
}

TEST_MAIN("app/parts")
