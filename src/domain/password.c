#include "domain/password.h"

/* --- what everybody takes --- */

static const char *const common[] = {
#define P(TEXT) TEXT,
#include "domain/common_passwords.def"
#undef P
};

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* As strcmp, of text in lower case (ASCII) against a row. */
static int
compare(cs_str text, const char *row)
{
	for (size_t i = 0; i < text.len; i++) {
		int difference = lower(text.p[i]) - (unsigned char)row[i];

		if (difference != 0)
			return difference;
	}
	return row[text.len] == '\0' ? 0 : -1;
}

static bool
is_common(cs_str password)
{
	size_t from = 0;
	size_t to = CS_COUNT(common);

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = compare(password, common[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}

/* --- one's own --- */

/* The address whole, what is before its @, or the name; with or without what separates its words. */
static bool
is_own(cs_str password, cs_str own)
{
	size_t at = 0;

	if (own.len == 0)
		return false;
	if (cs_str_equal_nocase(password, own))
		return true;
	for (size_t i = 0; i < own.len; i++) {
		if (own.p[i] == ' ')
			continue;
		if (at == password.len || lower(password.p[at]) != lower(own.p[i]))
			return false;
		at++;
	}
	return at == password.len;
}

/* Characters, not bytes: people count what they type. */
static size_t
count_characters(cs_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static const char *
weakness(cs_str password, const struct cs_password_rule *rule)
{
	cs_str local = cs_str_slice(rule->email, 0, cs_str_find(rule->email, '@', 0));

	if (count_characters(password) < rule->least)
		return "short";
	if (is_common(password))
		return "common";
	if (is_own(password, rule->email) || is_own(password, local) ||
	    is_own(password, rule->name))
		return "own";
	return NULL;
}

void
cs_password_judge(cs_str password, const struct cs_password_rule *rule, struct cs_refusal *why)
{
	const char *reason;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (password.len > CS_PASSWORD_MAX || !cs_utf8_is_valid(cs_str_span(password))) {
		why->kind = CS_REFUSAL_BODY;
		return;
	}
	reason = weakness(password, rule);
	if (reason == NULL)
		return;
	*why = (struct cs_refusal){
		.kind = CS_REFUSAL_WEAK_PASSWORD, .reason = reason, .least = rule->least
	};
}
