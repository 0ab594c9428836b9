/*
 * judge_test.c - the rules that need more than an identity: lists, countries, what a provider said,
 * service tokens, linked applications.
 */
#include "test.h"

#include "gate/claims.h"
#include "gate/evaluate.h"
#include "gate/lists.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define OF(KIND, ID) \
	{ \
		.kind = CS_RULE_##KIND, .id = ID \
	}
#define COUNTRY(TEXT) \
	{ \
		.kind = CS_RULE_GEO, .text = CS_STR(TEXT) \
	}
#define SAID(NAME, VALUE) \
	{ \
		.kind = CS_RULE_OIDC, .id = OIDC, .name = CS_STR(NAME), .text = CS_STR(VALUE) \
	}
#define CONTEXT(VALUE) \
	{ \
		.kind = CS_RULE_AUTH_CONTEXT, .id = OIDC, .text = CS_STR(VALUE) \
	}

static struct cs_access_config config;
static struct cs_identity who;
static struct cs_asker asker;
static struct cs_list lists[2];

static const cs_str crew[] = { CS_STR("ann@example.test"), CS_STR("bob@example.test") };
static struct cs_network offices[4];

static void
begin(void)
{
	offices[0] = network_of("2001:db8::/32");
	offices[1] = network_of("198.51.100.0/24");
	offices[2] = network_of("192.0.2.7");
	offices[3] = network_of("2001:db8:ffff::1");
	lists[0] = (struct cs_list){
		.id = id_of(50), .type = CS_LIST_EMAIL, .texts = crew, .count = CS_COUNT(crew)
	};
	lists[1] = (struct cs_list){
		.id = id_of(51), .type = CS_LIST_IP, .networks = offices, .count = CS_COUNT(offices)
	};
	for (size_t i = 1; i < CS_COUNT(offices); i++)
		CHECK(cs_list_network_order(&offices[i - 1], &offices[i]) < 0);
	config = sample_config();
	config.lists = lists;
	config.list_count = CS_COUNT(lists);
	who = ann();
	asker = (struct cs_asker){ .identity = &who, .ip = addr_of("192.0.2.7") };
}

static enum cs_access_verdict
judge(enum cs_policy_decision decision, struct cs_rules rules)
{
	static const struct cs_rule everyone[] = { EVERYONE };
	struct cs_policy policies[] = {
		{ .id = id_of(40), .decision = decision, .rules = rules },
		{ .id = id_of(41),
		    .decision = CS_POLICY_ALLOW,
		    .rules.include = { everyone, decision == CS_POLICY_DENY } },
	};
	struct cs_application app = { .id = APP, .policies = policies, .policy_count = 2 };
	struct cs_access_answer answer;
	cs_access_evaluate(&config, &app, &asker, &answer);
	return answer.verdict;
}

/* What one rule says: as an include, as a require, as an exclude, and in a Block policy. */
enum said { HOLDS, DOES_NOT, CANNOT_BE_JUDGED };

static void
check_rule(struct cs_rule rule, enum said want)
{
	const struct cs_rule_list one = { &rule, 1 };
	const struct cs_rule everyone = EVERYONE;
	const struct cs_rule_list all = { &everyone, 1 };
	CHECK_INT(judge(CS_POLICY_ALLOW, (struct cs_rules){ .include = one }),
	    want == HOLDS ? CS_ACCESS_ALLOW : CS_ACCESS_DENY);
	CHECK_INT(judge(CS_POLICY_ALLOW, (struct cs_rules){ .include = all, .require = one }),
	    want == HOLDS ? CS_ACCESS_ALLOW : CS_ACCESS_DENY);
	CHECK_INT(judge(CS_POLICY_ALLOW, (struct cs_rules){ .include = all, .exclude = one }),
	    want == DOES_NOT ? CS_ACCESS_ALLOW : CS_ACCESS_DENY);
	CHECK_INT(judge(CS_POLICY_DENY, (struct cs_rules){ .include = one }),
	    want == DOES_NOT ? CS_ACCESS_ALLOW : CS_ACCESS_DENY);
}

/* --- lists --- */

TEST(an_address_in_an_email_list_counts_in_any_case)
{
	begin();
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(50)), HOLDS);
	who.email = CS_STR("BOB@EXAMPLE.TEST");
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(50)), HOLDS);
	who.email = CS_STR("cat@example.test");
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(50)), DOES_NOT);
	who.email = CS_STR("");
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(50)), DOES_NOT);
}

TEST(a_list_that_is_not_there_or_of_another_type_cannot_be_judged)
{
	begin();
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(99)), CANNOT_BE_JUDGED);
	check_rule((struct cs_rule)OF(EMAIL_LIST, id_of(51)), CANNOT_BE_JUDGED);
	check_rule((struct cs_rule)OF(IP_LIST, id_of(50)), CANNOT_BE_JUDGED);
}

TEST(an_ip_list_holds_what_any_of_its_networks_holds)
{
	static const struct {
		const char *ip;
		enum said want;
	} rows[] = {
		{ "192.0.2.7", HOLDS },
		{ "192.0.2.8", DOES_NOT },
		{ "198.51.100.0", HOLDS },
		{ "198.51.100.255", HOLDS },
		{ "198.51.101.0", DOES_NOT },
		{ "2001:db8::1", HOLDS },
		{ "2001:db8:ffff::1", HOLDS },
		{ "2001:db9::", DOES_NOT },
		{ "::", DOES_NOT },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", DOES_NOT },
	};
	begin();
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		asker.ip = addr_of(rows[i].ip);
		check_rule((struct cs_rule)OF(IP_LIST, id_of(51)), rows[i].want);
	}
	asker.ip = (struct cs_addr){ .family = 0 };
	check_rule((struct cs_rule)OF(IP_LIST, id_of(51)), CANNOT_BE_JUDGED);
}

TEST(an_ip_list_agrees_with_looking_at_every_network)
{
	struct cs_network many[300];
	size_t count = 0;
	uint32_t seed = 7;
	begin();
	for (size_t i = 0; i < CS_COUNT(many); i++) {
		seed = seed * 1664525U + 1013904223U;
		uint8_t bits = (uint8_t)(104 + seed % 25);
		struct cs_network n = { .bits = bits };
		n.ip[10] = n.ip[11] = 0xff;
		for (size_t k = 12; k < 16; k++)
			n.ip[k] = (uint8_t)(seed >> (8 * (k - 12)));
		for (size_t b = bits; b < 128; b++)
			n.ip[b / 8] &= (uint8_t) ~(0x80 >> (b % 8));
		/* by insertion, each once */
		size_t at = 0;
		while (at < count && cs_list_network_order(&many[at], &n) < 0)
			at++;
		if (at < count && cs_list_network_order(&many[at], &n) == 0)
			continue;
		memmove(&many[at + 1], &many[at], (count - at) * sizeof(n));
		many[at] = n;
		count++;
	}
	struct cs_list list = { .type = CS_LIST_IP, .networks = many, .count = count };
	size_t held = 0;
	for (size_t i = 0; i < 20000; i++) {
		seed = seed * 1664525U + 1013904223U;
		struct cs_addr a = { .family = 4, .ip = { [10] = 0xff, [11] = 0xff } };
		for (size_t k = 12; k < 16; k++)
			a.ip[k] = (uint8_t)(seed >> (8 * (k - 12)));
		bool want = false;
		for (size_t n = 0; n < count && !want; n++)
			want = cs_network_has(&many[n], &a);
		CHECK_INT(cs_list_has_address(&list, &a), want);
		held += want;
	}
	CHECK(held > 0 && held < 20000);
}

/* --- countries --- */

TEST(a_country_is_judged_when_it_is_known)
{
	begin();
	check_rule((struct cs_rule)COUNTRY("NO"), CANNOT_BE_JUDGED);
	memcpy(asker.country, "NO", 2);
	check_rule((struct cs_rule)COUNTRY("NO"), HOLDS);
	check_rule((struct cs_rule)COUNTRY("SE"), DOES_NOT);
	asker.ip = (struct cs_addr){ .family = 0 };
	check_rule((struct cs_rule)COUNTRY("NO"), CANNOT_BE_JUDGED);
}

/* --- what a provider said --- */

TEST(a_claim_is_found_in_the_text_that_is_kept)
{
	static const struct {
		const char *fields, *name, *wanted;
		enum cs_claim want;
	} rows[] = {
		{ "{\"team\":\"crew\"}", "team", "crew", CS_CLAIM_HOLDS },
		{ "{\"team\":\"crew\"}", "team", "Crew", CS_CLAIM_DIFFERS },
		{ "{\"team\":\"crew\"}", "team", "cre", CS_CLAIM_DIFFERS },
		{ "{\"team\":\"crew\"}", "team", "crews", CS_CLAIM_DIFFERS },
		{ "{\"team\":\"crew\"}", "teams", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":\"crew\"}", "Team", "crew", CS_CLAIM_ABSENT },
		{ "{ \"a\" : 1 ,\n \"team\" : [ \"x\" , \"crew\" ] }", "team", "crew",
		    CS_CLAIM_HOLDS },
		{ "{\"team\":[\"x\",\"y\"]}", "team", "crew", CS_CLAIM_DIFFERS },
		{ "{\"team\":[]}", "team", "crew", CS_CLAIM_DIFFERS },
		{ "{\"team\":[[\"crew\"]]}", "team", "crew", CS_CLAIM_DIFFERS },
		{ "{\"team\":{\"crew\":\"crew\"}}", "team", "crew", CS_CLAIM_DIFFERS },
		{ "{\"o\":{\"team\":\"crew\"}}", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"o\":[\"team\",\"crew\"],\"z\":0}", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"level\":3}", "level", "3", CS_CLAIM_HOLDS },
		{ "{\"level\":3.5,\"x\":1}", "level", "3", CS_CLAIM_DIFFERS },
		{ "{\"staff\":true}", "staff", "true", CS_CLAIM_HOLDS },
		{ "{\"staff\":\"true\"}", "staff", "true", CS_CLAIM_HOLDS },
		{ "{\"staff\":null}", "staff", "null", CS_CLAIM_ABSENT },
		{ "{\"n\":\"J\\u00f8rgen \\\"J\\\"\"}", "n", "J\xc3\xb8rgen \"J\"",
		    CS_CLAIM_HOLDS },
		{ "{\"n\":\"\\ud83d\\ude00\"}", "n", "\xf0\x9f\x98\x80", CS_CLAIM_HOLDS },
		{ "{\"n\":\"a\\/b\\nc\"}", "n", "a/b\nc", CS_CLAIM_HOLDS },
		{ "{\"\\u0074eam\":\"crew\"}", "team", "crew", CS_CLAIM_HOLDS },
		{ "{\"https://x.test/team\":\"crew\"}", "https://x.test/team", "crew",
		    CS_CLAIM_HOLDS },
		{ "{\"team\":\"\"}", "team", "", CS_CLAIM_HOLDS },
		/* no object, or cut off: nothing was said */
		{ "", "team", "crew", CS_CLAIM_ABSENT },
		{ "{}", "team", "crew", CS_CLAIM_ABSENT },
		{ "[\"team\",\"crew\"]", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":\"crew", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":[\"crew\"", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":[\"crew\",", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\"", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":", "team", "", CS_CLAIM_ABSENT },
		{ "{\"x\":\"\\ud83d\",\"team\":\"crew\"}", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"x\":\"\\q\",\"team\":\"crew\"}", "team", "crew", CS_CLAIM_ABSENT },
		{ "{\"team\":}", "team", "", CS_CLAIM_ABSENT },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		enum cs_claim got = cs_claim_find(
		    cs_str_c(rows[i].fields), cs_str_c(rows[i].name), cs_str_c(rows[i].wanted));
		if (got != rows[i].want)
			fail_msg("%s: %s = %s says %d, not %d", rows[i].fields, rows[i].name,
			    rows[i].wanted, got, rows[i].want);
	}
}

TEST(text_nested_too_deep_says_nothing)
{
	char deep[256];
	int n = snprintf(deep, sizeof(deep), "{\"a\":%.*s%.*s,\"team\":\"crew\"}", 60,
	    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 60,
	    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	CHECK_INT(cs_claim_find((cs_str){ deep, (size_t)n }, CS_STR("team"), CS_STR("crew")),
	    CS_CLAIM_ABSENT);
}

TEST(a_claim_counts_for_those_who_came_from_that_provider)
{
	begin();
	who.fields = CS_STR("{\"groups\":[\"crew\",\"night\"],\"acrs\":[\"c1\",\"c2\"]}");
	check_rule((struct cs_rule)SAID("groups", "crew"), HOLDS);
	check_rule((struct cs_rule)SAID("groups", "day"), DOES_NOT);
	check_rule((struct cs_rule)SAID("team", "crew"), CANNOT_BE_JUDGED);
	who.provider = PIN;
	check_rule((struct cs_rule)SAID("groups", "crew"), CANNOT_BE_JUDGED);
	who.provider = OIDC;
	who.fields = CS_STR("");
	check_rule((struct cs_rule)SAID("groups", "crew"), CANNOT_BE_JUDGED);
	asker.identity = NULL;
	CHECK_INT(
	    judge(CS_POLICY_ALLOW, (struct cs_rules){ .include = RULES(SAID("groups", "crew")) }),
	    CS_ACCESS_SIGN_IN);
}

TEST(an_authentication_context_is_one_of_acrs_or_acr)
{
	begin();
	who.fields = CS_STR("{\"acrs\":[\"c1\",\"c2\"]}");
	check_rule((struct cs_rule)CONTEXT("c2"), HOLDS);
	check_rule((struct cs_rule)CONTEXT("c3"), DOES_NOT);
	who.fields = CS_STR("{\"acr\":\"c3\"}");
	check_rule((struct cs_rule)CONTEXT("c3"), HOLDS);
	check_rule((struct cs_rule)CONTEXT("c1"), DOES_NOT);
	who.fields = CS_STR("{\"acr\":\"c3\",\"acrs\":[\"c1\"]}");
	check_rule((struct cs_rule)CONTEXT("c1"), HOLDS);
	who.fields = CS_STR("{\"amr\":[\"c1\"]}");
	check_rule((struct cs_rule)CONTEXT("c1"), CANNOT_BE_JUDGED);
}

/* --- programmes --- */

static enum cs_access_verdict
judge_service(struct cs_rules rules)
{
	asker.identity = NULL;
	return judge(CS_POLICY_NON_IDENTITY, rules);
}

TEST(service_tokens_open_service_auth_policies_that_name_them)
{
	begin();
	struct cs_rules one = { .include = RULES(OF(SERVICE_TOKEN, id_of(70))) };
	struct cs_rules any = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }) };
	struct cs_rules not_one = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }),
		.exclude = RULES(OF(SERVICE_TOKEN, id_of(70))) };
	CHECK_INT(judge_service(one), CS_ACCESS_SIGN_IN);
	CHECK_INT(judge_service(any), CS_ACCESS_SIGN_IN);
	asker.service_token = id_of(70);
	CHECK_INT(judge_service(one), CS_ACCESS_SERVICE);
	CHECK_INT(judge_service(any), CS_ACCESS_SERVICE);
	CHECK_INT(judge_service(not_one), CS_ACCESS_SIGN_IN);
	asker.service_token = id_of(71);
	CHECK_INT(judge_service(one), CS_ACCESS_SIGN_IN);
	CHECK_INT(judge_service(not_one), CS_ACCESS_SERVICE);
}

TEST(a_service_auth_policy_requires_and_excludes_like_any_other)
{
	begin();
	asker.service_token = id_of(70);
	struct cs_rules inside = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }),
		.require = RULES(NETWORK("192.0.2.0/24")) };
	struct cs_rules unknown = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }),
		.require = RULES(OTHER) };
	struct cs_rules except = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }),
		.exclude = RULES(COUNTRY("NO")) };
	struct cs_rules person = { .include = RULES({ .kind = CS_RULE_ANY_SERVICE_TOKEN }),
		.require = RULES(EMAIL("ann@example.test")) };
	CHECK_INT(judge_service(inside), CS_ACCESS_SERVICE);
	CHECK_INT(judge_service(unknown), CS_ACCESS_SIGN_IN);
	CHECK_INT(judge_service(except), CS_ACCESS_SIGN_IN);
	CHECK_INT(judge_service(person), CS_ACCESS_SIGN_IN);
	memcpy(asker.country, "SE", 2);
	CHECK_INT(judge_service(except), CS_ACCESS_SERVICE);
	asker.ip = addr_of("198.51.100.1");
	CHECK_INT(judge_service(inside), CS_ACCESS_SIGN_IN);
}

TEST(a_linked_application_is_the_one_that_is_named)
{
	begin();
	struct cs_rules linked = { .include = RULES(OF(LINKED_APP, id_of(31))) };
	CHECK_INT(judge_service(linked), CS_ACCESS_SIGN_IN);
	asker.linked_application = id_of(32);
	CHECK_INT(judge_service(linked), CS_ACCESS_SIGN_IN);
	asker.linked_application = id_of(31);
	CHECK_INT(judge_service(linked), CS_ACCESS_SERVICE);
}

TEST(a_rule_without_an_id_holds_for_nobody)
{
	begin();
	struct cs_rules token = { .include = RULES(OF(SERVICE_TOKEN, cs_id_zero)) };
	struct cs_rules app = { .include = RULES(OF(LINKED_APP, cs_id_zero)) };
	CHECK_INT(judge_service(token), CS_ACCESS_SIGN_IN);
	CHECK_INT(judge_service(app), CS_ACCESS_SIGN_IN);
}

TEST(bypass_and_service_auth_come_first_in_the_order_they_stand_in)
{
	static const struct cs_rule everyone[] = { EVERYONE };
	static const struct cs_rule any[] = { { .kind = CS_RULE_ANY_SERVICE_TOKEN } };
	begin();
	/* Allow A, Block B, Service Auth C, Bypass D, Allow E: C, D, A, B, E (specs: Access §8.2) */
	struct cs_policy policies[] = {
		{ .id = id_of(40), .decision = CS_POLICY_ALLOW, .rules.include = { everyone, 1 } },
		{ .id = id_of(41), .decision = CS_POLICY_DENY, .rules.include = { everyone, 1 } },
		{ .id = id_of(42),
		    .decision = CS_POLICY_NON_IDENTITY,
		    .rules.include = { any, 1 } },
		{ .id = id_of(43), .decision = CS_POLICY_BYPASS, .rules.include = { everyone, 0 } },
		{ .id = id_of(44), .decision = CS_POLICY_ALLOW, .rules.include = { everyone, 1 } },
	};
	struct cs_application app = { .id = APP, .policies = policies, .policy_count = 5 };
	struct cs_access_answer answer;
	asker.service_token = id_of(70);
	cs_access_evaluate(&config, &app, &asker, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_SERVICE);
	CHECK(cs_id_equal(answer.policy->id, id_of(42)));
	asker.service_token = cs_id_zero;
	cs_access_evaluate(&config, &app, &asker, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_ALLOW);
	CHECK(cs_id_equal(answer.policy->id, id_of(40)));
	policies[3].rules.include.count = 1;
	cs_access_evaluate(&config, &app, &asker, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_BYPASS);
	/* the one before it wins */
	asker.service_token = id_of(70);
	cs_access_evaluate(&config, &app, &asker, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_SERVICE);
	policies[0].decision = CS_POLICY_DENY;
	asker.service_token = cs_id_zero;
	policies[3].rules.include.count = 0;
	cs_access_evaluate(&config, &app, &asker, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_DENY);
}

/* --- work: an event thread is everybody's --- */

/* Whether "everyone" behind so many rules of one kind, none of which holds, is still judged. */
static bool
is_reached_behind(size_t count, struct cs_rule rule)
{
	struct cs_rule *rules = calloc(count + 1, sizeof(*rules));
	for (size_t i = 0; i < count; i++)
		rules[i] = rule;
	rules[count] = (struct cs_rule){ .kind = CS_RULE_EVERYONE };
	enum cs_access_verdict verdict =
	    judge(CS_POLICY_ALLOW, (struct cs_rules){ .include = { rules, count + 1 } });
	free(rules);
	return verdict == CS_ACCESS_ALLOW;
}

TEST(what_takes_too_much_work_cannot_be_judged)
{
	static struct cs_network many[5000];
	static char fields[4000];
	const struct cs_rule elsewhere = { .kind = CS_RULE_IP,
		.network = network_of("10.0.0.0/8") };
	begin();
	CHECK(is_reached_behind(19998, elsewhere));
	CHECK(!is_reached_behind(20000, elsewhere));
	/* a search for each length of prefix */
	lists[1] = (struct cs_list){
		.id = id_of(51), .type = CS_LIST_IP, .networks = many, .count = CS_COUNT(many)
	};
	for (size_t i = 0; i < CS_COUNT(many); i++)
		many[i] = (struct cs_network){ .bits = 128,
			.ip = { 0x20, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i } };
	CHECK(is_reached_behind(190, (struct cs_rule)OF(IP_LIST, id_of(51))));
	CHECK(!is_reached_behind(200, (struct cs_rule)OF(IP_LIST, id_of(51))));
	/* a walk through what the provider said */
	size_t at = 0;
	for (const char *piece = "{\"k\":\"v\""; at + 16 < sizeof(fields); piece = ",\"k\":\"v\"")
		at += (size_t)snprintf(fields + at, sizeof(fields) - at, "%s", piece);
	fields[at++] = '}';
	who.fields = (cs_str){ fields, at };
	CHECK(is_reached_behind(150, (struct cs_rule)SAID("groups", "x")));
	CHECK(!is_reached_behind(170, (struct cs_rule)SAID("groups", "x")));
	CHECK(!is_reached_behind(85, (struct cs_rule)CONTEXT("x")));
}

TEST_MAIN("gate/judge")
