#include "test.h"

#include <stdio.h>

#include "domain/password.h"

static struct cs_refusal
judged(const char *password, unsigned least)
{
	const struct cs_password_rule rule = {
		.least = least, .email = CS_STR("ana.lee@one.test"), .name = CS_STR("Ana Maria Lee")
	};
	struct cs_refusal why;

	cs_password_judge(cs_str_c(password), &rule, &why);
	return why;
}

static const char *
reason(const char *password, unsigned least)
{
	struct cs_refusal why = judged(password, least);

	if (why.kind == CS_REFUSAL_NONE)
		return "good";
	CHECK_INT(why.kind, CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(why.least, least);
	return why.reason;
}

#define CHECK_REASON(PASSWORD, LEAST, REASON) CHECK_TEXT(cs_str_c(reason(PASSWORD, LEAST)), REASON)

TEST(fifteen_characters_are_enough_alone_and_eight_beside_a_second_factor)
{
	CHECK_REASON("", 15, "short");
	CHECK_REASON("14 characters.", 15, "short");
	CHECK_REASON("fifteen letters", 15, "good");
	CHECK_REASON("seven77", 8, "short");
	CHECK_REASON("eight 88", 8, "good");
}

TEST(characters_count_and_not_bytes)
{
	/* seven in fourteen bytes; eight */
	CHECK_REASON("\xc3\xa5\xc3\xa6\xc3\xa5\xc3\xa6\xc3\xa5\xc3\xa6\xc3\xa5", 8, "short");
	CHECK_REASON(
	    "\xc3\xa5\xc3\xa6\xc3\xa5\xc3\xa6\xc3\xa5\xc3\xa6\xc3\xa5\xf0\x9f\x94\x91", 8, "good");
}

TEST(there_are_no_rules_of_composition_and_long_ones_are_welcome)
{
	char text[CS_PASSWORD_MAX + 2];

	CHECK_REASON("lower case only", 15, "good");
	CHECK_REASON("                ", 15, "good");
	memset(text, 'x', sizeof(text));
	text[64] = '\0';
	CHECK_REASON(text, 15, "good");
	text[64] = 'x';
	text[CS_PASSWORD_MAX] = '\0';
	CHECK_REASON(text, 15, "good");
	text[CS_PASSWORD_MAX] = 'x';
	text[CS_PASSWORD_MAX + 1] = '\0';
	CHECK_INT(judged(text, 15).kind, CS_REFUSAL_BODY);
}

TEST(what_is_no_text_is_refused)
{
	CHECK_INT(judged("fifteen characters\xff", 15).kind, CS_REFUSAL_BODY);
	CHECK_INT(judged("fifteen characters\xc0\x80", 15).kind, CS_REFUSAL_BODY);
}

TEST(what_many_people_take_is_refused_whatever_its_case)
{
	static const char *const many[] = { "password", "Password", "PASSWORD1", "12345678",
		"qwertyuiop", "iloveyou", "football", "1qaz2wsx", "trustno1", "sunshine",
		"princess", "starwars" };

	for (size_t i = 0; i < CS_COUNT(many); i++)
		CHECK_REASON(many[i], 8, "common");
	CHECK_REASON("password and more", 8, "good");
	CHECK_REASON("1qaz2wsx3edc4rfv", 15, "common");
}

TEST(ones_own_address_and_name_are_refused)
{
	CHECK_REASON("ana.lee@one.test", 15, "own");
	CHECK_REASON("ANA.LEE@one.TEST", 15, "own");
	CHECK_REASON("anamarialee", 8, "own");
	CHECK_REASON("Ana Maria Lee", 8, "own");
	CHECK_REASON("anamarialeee", 8, "good");
	CHECK_REASON("ana.lee@one.tes", 15, "good");
}

TEST(nobody_who_has_no_name_is_refused_for_it)
{
	const struct cs_password_rule rule = { .least = 8 };
	struct cs_refusal why;

	cs_password_judge(CS_STR("        x"), &rule, &why);
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
}

static const char *const rows[] = {
#define P(TEXT) TEXT,
#include "domain/common_passwords.def"
#undef P
};

TEST(the_common_ones_are_ten_thousand_in_order_and_all_found)
{
	CHECK_INT(CS_COUNT(rows), 10000);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK(strlen(rows[i]) >= 8);
		CHECK(i == 0 || strcmp(rows[i - 1], rows[i]) < 0);
		for (const char *p = rows[i]; *p != '\0'; p++)
			CHECK(*p < 'A' || *p > 'Z');
		CHECK_REASON(rows[i], 8, "common");
	}
}

TEST_MAIN("domain/password")
