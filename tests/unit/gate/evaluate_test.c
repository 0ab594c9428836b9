#include "test.h"

#include "gate/evaluate.h"
#include "sample.h"

static struct cs_access_config config;
static struct cs_application app;
static struct cs_access_answer answer;

static enum cs_access_verdict
judge(const struct cs_policy *policies, size_t count, const struct cs_identity *who)
{
	struct cs_asker asker = { .identity = who, .ip = addr_of("192.0.2.7") };
	app.policies = policies;
	app.policy_count = count;
	cs_access_evaluate(&config, &app, &asker, &answer);
	return answer.verdict;
}

static void
fresh(void)
{
	config = sample_config();
	app = (struct cs_application){ .id = APP };
}

/* What one policy, alone or in front of "allow everyone", says to Ann. */
static enum cs_access_verdict
judge_one(enum cs_policy_decision decision, struct cs_rules rules)
{
	struct cs_identity who = ann();
	struct cs_policy one = { .id = id_of(40), .decision = decision, .rules = rules };
	return judge(&one, 1, &who);
}

static bool
is_allowed_by(struct cs_rules rules)
{
	fresh();
	return judge_one(CS_POLICY_ALLOW, rules) == CS_ACCESS_ALLOW;
}

static bool
is_blocked_by(struct cs_rules rules)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_policy two[] = {
		{ .decision = CS_POLICY_DENY, .rules = rules },
		{ .decision = CS_POLICY_ALLOW, .rules.include = RULES(EVERYONE) },
	};
	return judge(two, 2, &who) != CS_ACCESS_ALLOW;
}

#define INCLUDE(...) ((struct cs_rules){ .include = RULES(__VA_ARGS__) })

TEST(an_email_rule_holds_without_regard_to_case)
{
	CHECK(is_allowed_by(INCLUDE(EMAIL("ann@example.test"))));
	CHECK(!is_allowed_by(INCLUDE(EMAIL("bob@example.test"))));
	CHECK(!is_allowed_by(INCLUDE(EMAIL("ann@example.test.evil.test"))));
	CHECK(!is_allowed_by(INCLUDE(EMAIL(""))));
}

TEST(a_domain_rule_holds_for_what_stands_behind_the_last_at_sign)
{
	CHECK(is_allowed_by(INCLUDE(DOMAIN("example.test"))));
	CHECK(!is_allowed_by(INCLUDE(DOMAIN("test"))));
	CHECK(!is_allowed_by(INCLUDE(DOMAIN("sub.example.test"))));
	CHECK(!is_allowed_by(INCLUDE(DOMAIN("ple.test"))));
	CHECK(!is_allowed_by(INCLUDE(DOMAIN(""))));
	fresh();
	struct cs_identity odd = ann();
	odd.email = CS_STR("\"a@example.test\"@evil.test");
	struct cs_policy p = { .decision = CS_POLICY_ALLOW,
		.rules = INCLUDE(DOMAIN("example.test")) };
	CHECK_INT(judge(&p, 1, &odd), CS_ACCESS_DENY);
	odd.email = CS_STR("example.test");
	CHECK_INT(judge(&p, 1, &odd), CS_ACCESS_DENY);
}

TEST(login_method_amr_and_ip_rules_hold_for_what_they_name)
{
	CHECK(is_allowed_by(INCLUDE(LOGIN(OIDC))));
	CHECK(!is_allowed_by(INCLUDE(LOGIN(PIN))));
	CHECK(is_allowed_by(INCLUDE(AMR("otp"))));
	CHECK(!is_allowed_by(INCLUDE(AMR("hwk"))));
	CHECK(!is_allowed_by(INCLUDE(AMR("OTP"))));
	CHECK(is_allowed_by(INCLUDE(NETWORK("192.0.2.0/24"))));
	CHECK(!is_allowed_by(INCLUDE(NETWORK("198.51.100.0/24"))));
	CHECK(!is_allowed_by(INCLUDE(NETWORK("::/0"))));
}

TEST(an_address_that_is_not_known_is_in_no_network_and_not_outside_of_one)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_asker nowhere = { .identity = &who };
	struct cs_policy p = { .decision = CS_POLICY_ALLOW,
		.rules = INCLUDE(NETWORK("0.0.0.0/0")) };
	app.policies = &p;
	app.policy_count = 1;
	cs_access_evaluate(&config, &app, &nowhere, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_DENY);
	p.rules = (struct cs_rules){ .include = RULES(EVERYONE),
		.exclude = RULES(NETWORK("198.51.100.0/24")) };
	cs_access_evaluate(&config, &app, &nowhere, &answer);
	CHECK_INT(answer.verdict, CS_ACCESS_DENY);
}

TEST(a_policy_matches_when_any_include_all_require_and_no_exclude_hold)
{
	CHECK(is_allowed_by(INCLUDE(EMAIL("bob@example.test"), DOMAIN("example.test"))));
	CHECK(!is_allowed_by((struct cs_rules){ .include = { 0 } }));
	CHECK(is_allowed_by((struct cs_rules){
	    .include = RULES(EVERYONE), .require = RULES(DOMAIN("example.test"), AMR("otp")) }));
	CHECK(!is_allowed_by((struct cs_rules){
	    .include = RULES(EVERYONE), .require = RULES(DOMAIN("example.test"), AMR("hwk")) }));
	CHECK(!is_allowed_by((struct cs_rules){ .include = RULES(EVERYONE),
	    .exclude = RULES(EMAIL("bob@example.test"), EMAIL("ann@example.test")) }));
	CHECK(is_allowed_by((struct cs_rules){
	    .include = RULES(EVERYONE), .exclude = RULES(EMAIL("bob@example.test")) }));
	CHECK(!is_allowed_by((struct cs_rules){ .require = RULES(EVERYONE) }));
}

TEST(a_rule_that_cannot_be_judged_lets_nobody_in)
{
	CHECK(!is_allowed_by(INCLUDE(OTHER)));
	CHECK(is_allowed_by(INCLUDE(OTHER, EVERYONE)));
	CHECK(!is_allowed_by(
	    (struct cs_rules){ .include = RULES(EVERYONE), .require = RULES(OTHER) }));
	CHECK(!is_allowed_by(
	    (struct cs_rules){ .include = RULES(EVERYONE), .exclude = RULES(OTHER) }));
}

TEST(a_rule_that_cannot_be_judged_does_not_lift_a_block)
{
	CHECK(is_blocked_by(INCLUDE(OTHER)));
	CHECK(is_blocked_by(
	    (struct cs_rules){ .include = RULES(EVERYONE), .require = RULES(OTHER) }));
	CHECK(is_blocked_by(
	    (struct cs_rules){ .include = RULES(EVERYONE), .exclude = RULES(OTHER) }));
	CHECK(!is_blocked_by((struct cs_rules){
	    .include = RULES(OTHER), .require = RULES(EMAIL("bob@example.test")) }));
	CHECK(!is_blocked_by((struct cs_rules){
	    .include = RULES(OTHER), .exclude = RULES(EMAIL("ann@example.test")) }));
}

static void
with_groups(const struct cs_rule_group *groups, size_t count)
{
	fresh();
	config.groups = groups;
	config.group_count = count;
}

TEST(a_group_is_judged_like_a_policy_body)
{
	const struct cs_rule_group groups[] = {
		{ .id = id_of(50),
		    .rules = { .include = RULES(DOMAIN("example.test")),
			.exclude = RULES(EMAIL("ann@example.test")) } },
		{ .id = id_of(51),
		    .rules = { .include = RULES(DOMAIN("example.test")),
			.require = RULES(AMR("otp")) } },
	};
	with_groups(groups, 2);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(50)))), CS_ACCESS_DENY);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(51)))), CS_ACCESS_ALLOW);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, (struct cs_rules){ .include = RULES(EVERYONE),
						 .exclude = RULES(GROUP(id_of(50))) }),
	    CS_ACCESS_ALLOW);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, (struct cs_rules){ .include = RULES(EVERYONE),
						 .exclude = RULES(GROUP(id_of(51))) }),
	    CS_ACCESS_DENY);
}

TEST(groups_nest)
{
	const struct cs_rule_group groups[] = {
		{ .id = id_of(50), .rules = INCLUDE(GROUP(id_of(51))) },
		{ .id = id_of(51), .rules = INCLUDE(GROUP(id_of(52))) },
		{ .id = id_of(52), .rules = INCLUDE(EMAIL("ann@example.test")) },
	};
	with_groups(groups, 3);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(50)))), CS_ACCESS_ALLOW);
}

TEST(a_group_that_is_not_there_lets_nobody_in)
{
	CHECK(!is_allowed_by(INCLUDE(GROUP(id_of(59)))));
	CHECK(!is_allowed_by(
	    (struct cs_rules){ .include = RULES(EVERYONE), .exclude = RULES(GROUP(id_of(59))) }));
}

TEST(groups_in_a_circle_let_nobody_in)
{
	const struct cs_rule_group groups[] = {
		{ .id = id_of(50), .rules = INCLUDE(GROUP(id_of(51))) },
		{ .id = id_of(51), .rules = INCLUDE(GROUP(id_of(50))) },
		{ .id = id_of(52),
		    .rules = { .include = RULES(EVERYONE), .exclude = RULES(GROUP(id_of(52))) } },
		{ .id = id_of(53), .rules = INCLUDE(GROUP(id_of(50)), EVERYONE) },
	};
	with_groups(groups, 4);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(50)))), CS_ACCESS_DENY);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(52)))), CS_ACCESS_DENY);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, (struct cs_rules){ .include = RULES(EVERYONE),
						 .exclude = RULES(GROUP(id_of(50))) }),
	    CS_ACCESS_DENY);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(53)))), CS_ACCESS_ALLOW);
}

TEST(groups_that_fan_out_without_end_are_given_up)
{
	/* 2^24 ways down, were they all walked */
	static struct cs_rule rules[24][2];
	static struct cs_rule_group groups[25];
	for (uint32_t i = 0; i < 24; i++) {
		rules[i][0] = rules[i][1] = (struct cs_rule)GROUP(id_of(101 + i));
		groups[i] = (struct cs_rule_group){ .id = id_of(100 + i),
			.rules.include = { .rules = rules[i], .count = 2 } };
	}
	groups[24] =
	    (struct cs_rule_group){ .id = id_of(124), .rules = INCLUDE(EMAIL("bob@example.test")) };
	with_groups(groups, 25);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, INCLUDE(GROUP(id_of(100)))), CS_ACCESS_DENY);
	CHECK_INT(judge_one(CS_POLICY_ALLOW, (struct cs_rules){ .include = RULES(EVERYONE),
						 .exclude = RULES(GROUP(id_of(100))) }),
	    CS_ACCESS_DENY);
}

static const struct cs_rule any_one = EVERYONE;
static const struct cs_rule no_one = { .kind = CS_RULE_EMAIL };
static const struct cs_rules everyone = { .include = { &any_one, 1 } };
static const struct cs_rules nobody = { .include = { &no_one, 1 } };

TEST(no_policy_means_no_access)
{
	fresh();
	struct cs_identity who = ann();
	CHECK_INT(judge(NULL, 0, &who), CS_ACCESS_DENY);
	CHECK_INT(judge(NULL, 0, NULL), CS_ACCESS_DENY);
	CHECK(answer.policy == NULL);
}

/* specs: Access §8.2: Allow A, Block B, Service Auth C, Bypass D, Allow E runs C, D, A, B, E */
TEST(the_order_is_service_auth_and_bypass_then_allow_and_block)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_policy p[] = {
		{ .decision = CS_POLICY_ALLOW, .rules = everyone },
		{ .decision = CS_POLICY_DENY, .rules = everyone },
		{ .decision = CS_POLICY_NON_IDENTITY, .rules = everyone },
		{ .decision = CS_POLICY_BYPASS, .rules = everyone },
		{ .decision = CS_POLICY_ALLOW, .rules = everyone },
	};
	const enum cs_access_verdict verdicts[] = { CS_ACCESS_SERVICE, CS_ACCESS_BYPASS,
		CS_ACCESS_ALLOW, CS_ACCESS_DENY, CS_ACCESS_ALLOW };
	const size_t order[] = { 2, 3, 0, 1, 4 };
	for (size_t i = 0; i < CS_COUNT(order); i++) {
		CHECK_INT(judge(p, CS_COUNT(p), &who), verdicts[i]);
		CHECK(answer.policy == &p[order[i]]);
		p[order[i]].rules = nobody;
	}
	CHECK_INT(judge(p, CS_COUNT(p), &who), CS_ACCESS_DENY);
	CHECK(answer.policy == NULL);
}

TEST(without_an_identity_an_allow_policy_asks_to_sign_in)
{
	fresh();
	struct cs_policy p = { .decision = CS_POLICY_ALLOW, .rules = everyone };
	CHECK_INT(judge(&p, 1, NULL), CS_ACCESS_SIGN_IN);
	p.decision = CS_POLICY_DENY;
	CHECK_INT(judge(&p, 1, NULL), CS_ACCESS_DENY);
}

TEST(a_bypass_never_depends_on_an_identity)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_policy p = { .decision = CS_POLICY_BYPASS,
		.rules = { .include = RULES(EMAIL("ann@example.test")) } };
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_DENY);
	p.rules = (struct cs_rules){ .include = RULES(EVERYONE),
		.exclude = RULES(EMAIL("mallory@example.test")) };
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_DENY);
	CHECK_INT(judge(&p, 1, NULL), CS_ACCESS_DENY);
}

TEST(a_service_auth_policy_that_is_not_met_is_told)
{
	fresh();
	struct cs_policy p[] = {
		{ .decision = CS_POLICY_NON_IDENTITY, .rules = INCLUDE(OTHER) },
		{ .decision = CS_POLICY_ALLOW, .rules = everyone },
	};
	CHECK_INT(judge(p, 2, NULL), CS_ACCESS_SIGN_IN);
	CHECK(answer.has_unmet_service_policy);
	CHECK_INT(judge(p + 1, 1, NULL), CS_ACCESS_SIGN_IN);
	CHECK(!answer.has_unmet_service_policy);
}

TEST(an_identity_of_another_provider_must_sign_in_anew)
{
	fresh();
	struct cs_identity who = ann();
	const cs_id only_pin[] = { PIN }, both[] = { PIN, OIDC };
	struct cs_policy p = { .decision = CS_POLICY_ALLOW, .rules = everyone };
	app.allowed_idps = only_pin;
	app.allowed_idp_count = 1;
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_SIGN_IN);
	app.allowed_idps = both;
	app.allowed_idp_count = 2;
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_ALLOW);
}

TEST(an_identity_of_a_provider_that_was_removed_must_sign_in_anew)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_policy p = { .decision = CS_POLICY_ALLOW, .rules = everyone };
	config.provider_count = 1;
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_SIGN_IN);
	who.provider = cs_id_zero;
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_SIGN_IN);
}

TEST(the_session_lasts_as_policy_then_application_then_organisation_say)
{
	fresh();
	struct cs_identity who = ann();
	struct cs_policy p = { .decision = CS_POLICY_ALLOW,
		.rules = everyone,
		.has_session_duration = true,
		.session_duration_ms = 0 };
	app.has_session_duration = true;
	app.session_duration_ms = CS_HOUR_MS;
	judge(&p, 1, &who);
	CHECK_INT(answer.session_duration_ms, 0);
	p.has_session_duration = false;
	judge(&p, 1, &who);
	CHECK_INT(answer.session_duration_ms, CS_HOUR_MS);
	app.has_session_duration = false;
	judge(&p, 1, &who);
	CHECK_INT(answer.session_duration_ms, 24 * CS_HOUR_MS);
}

/* --- specs: Access §4.4, row by row --- */

static const struct cs_mfa_config unset = { .is_set = false };
static const struct cs_mfa_config disabled = { .is_set = true, .is_disabled = true };
static const struct cs_mfa_config org_mfa = { .is_set = true,
	.has_methods = true,
	.methods = CS_MFA_TOTP | CS_MFA_SECURITY_KEY,
	.has_duration = true,
	.duration_ms = 8 * CS_HOUR_MS };
static const struct cs_mfa_config app_mfa = { .is_set = true,
	.has_methods = true,
	.methods = CS_MFA_BIOMETRICS,
	.has_duration = true,
	.duration_ms = 30 * CS_MINUTE_MS };
static const struct cs_mfa_config policy_mfa = { .is_set = true,
	.has_methods = true,
	.methods = CS_MFA_SECURITY_KEY,
	.has_duration = true,
	.duration_ms = 5 * CS_MINUTE_MS };

static struct cs_mfa_requirement
resolve(struct cs_mfa_config org, bool for_all, struct cs_mfa_config of_app,
    struct cs_mfa_config of_policy)
{
	fresh();
	config.organization.mfa = org;
	config.organization.mfa_is_required_for_all = for_all;
	app.mfa = of_app;
	struct cs_policy p = { .decision = CS_POLICY_ALLOW, .rules = everyone, .mfa = of_policy };
	struct cs_identity who = ann();
	CHECK_INT(judge(&p, 1, &who), CS_ACCESS_ALLOW);
	return answer.mfa;
}

TEST(required_at_all_levels_prompts_as_the_policy_says)
{
	struct cs_mfa_requirement need = resolve(org_mfa, true, app_mfa, policy_mfa);
	CHECK(need.is_required);
	CHECK_INT(need.methods, CS_MFA_SECURITY_KEY);
	CHECK_INT(need.duration_ms, 5 * CS_MINUTE_MS);
}

TEST(a_policy_that_disables_it_does_not_prompt)
{
	CHECK(!resolve(org_mfa, true, app_mfa, disabled).is_required);
}

TEST(an_application_that_disables_it_does_not_prompt)
{
	CHECK(!resolve(org_mfa, true, disabled, unset).is_required);
}

TEST(an_organisation_that_requires_it_prompts_with_its_methods_and_duration)
{
	struct cs_mfa_requirement need = resolve(org_mfa, true, unset, unset);
	CHECK(need.is_required);
	CHECK_INT(need.methods, CS_MFA_TOTP | CS_MFA_SECURITY_KEY);
	CHECK_INT(need.duration_ms, 8 * CS_HOUR_MS);
}

TEST(an_application_of_its_own_prompts_with_its_methods_and_duration)
{
	struct cs_mfa_requirement need = resolve(org_mfa, false, app_mfa, unset);
	CHECK(need.is_required);
	CHECK_INT(need.methods, CS_MFA_BIOMETRICS);
	CHECK_INT(need.duration_ms, 30 * CS_MINUTE_MS);
}

TEST(a_policy_of_its_own_wins_over_an_application_that_disables_it)
{
	struct cs_mfa_requirement need = resolve(org_mfa, false, disabled, policy_mfa);
	CHECK(need.is_required);
	CHECK_INT(need.methods, CS_MFA_SECURITY_KEY);
}

TEST(on_but_not_required_does_not_prompt)
{
	CHECK(!resolve(org_mfa, false, unset, unset).is_required);
	CHECK(!resolve(unset, true, unset, unset).is_required);
	CHECK(!resolve(unset, false, unset, unset).is_required);
}

/* {"mfa_disabled":false,"session_duration":"0m"} */
TEST(what_a_level_leaves_out_comes_from_the_next)
{
	struct cs_mfa_config only_duration = { .is_set = true, .has_duration = true };
	struct cs_mfa_requirement need = resolve(org_mfa, false, only_duration, unset);
	CHECK(need.is_required);
	CHECK_INT(need.methods, CS_MFA_TOTP | CS_MFA_SECURITY_KEY);
	CHECK_INT(need.duration_ms, 0);
	struct cs_mfa_config only_methods = {
		.is_set = true, .has_methods = true, .methods = CS_MFA_TOTP
	};
	need = resolve(org_mfa, false, app_mfa, only_methods);
	CHECK_INT(need.methods, CS_MFA_TOTP);
	CHECK_INT(need.duration_ms, 30 * CS_MINUTE_MS);
	need = resolve(org_mfa, false, disabled, only_duration);
	CHECK_INT(need.methods, CS_MFA_TOTP | CS_MFA_SECURITY_KEY);
	CHECK_INT(need.duration_ms, 0);
}

TEST(a_requirement_without_any_method_satisfies_nobody)
{
	struct cs_mfa_config bare = { .is_set = true };
	struct cs_mfa_requirement need = resolve(unset, false, bare, unset);
	CHECK(need.is_required);
	CHECK_INT(need.methods, 0);
	CHECK(!cs_mfa_is_satisfied(&need, CS_MFA_TOTP, NOW, true, false, NOW));
	CHECK(!cs_mfa_is_satisfied(&need, CS_MFA_TOTP, NOW, true, true, NOW));
}

TEST(only_the_policy_that_matched_counts)
{
	fresh();
	config.organization.mfa = org_mfa;
	struct cs_policy p[] = {
		{ .decision = CS_POLICY_ALLOW, .rules = nobody, .mfa = policy_mfa },
		{ .decision = CS_POLICY_ALLOW, .rules = everyone, .mfa = disabled },
	};
	struct cs_identity who = ann();
	CHECK_INT(judge(p, 2, &who), CS_ACCESS_ALLOW);
	CHECK(!answer.mfa.is_required);
	p[0].rules = everyone;
	CHECK_INT(judge(p, 2, &who), CS_ACCESS_ALLOW);
	CHECK_INT(answer.mfa.duration_ms, 5 * CS_MINUTE_MS);
}

/* --- proofs --- */

static bool
satisfies(int64_t duration_ms, unsigned method, int64_t age_ms, bool is_own, bool login_only)
{
	struct cs_mfa_requirement need = { .is_required = true,
		.methods = CS_MFA_TOTP | CS_MFA_BIOMETRICS,
		.duration_ms = duration_ms };
	return cs_mfa_is_satisfied(
	    &need, method, cs_time_add(NOW, -age_ms), is_own, login_only, NOW);
}

TEST(a_proof_counts_for_its_duration_from_when_it_was_made)
{
	CHECK(satisfies(CS_HOUR_MS, CS_MFA_TOTP, 0, false, false));
	CHECK(satisfies(CS_HOUR_MS, CS_MFA_TOTP, CS_HOUR_MS - 1, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, CS_HOUR_MS, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, 100 * CS_HOUR_MS, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, CS_HOUR_MS, true, false));
}

TEST(a_proof_that_a_wrong_clock_made_in_the_future_does_not_count)
{
	CHECK(satisfies(CS_HOUR_MS, CS_MFA_TOTP, -5 * CS_MINUTE_MS, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, -5 * CS_MINUTE_MS - 1, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, -400 * CS_DAY_MS, false, false));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_TOTP, -400 * CS_DAY_MS, true, false));
}

TEST(a_proof_of_another_method_or_none_does_not_count)
{
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_SECURITY_KEY, 0, false, false));
	CHECK(!satisfies(CS_HOUR_MS, 0, 0, false, false));
	CHECK(!satisfies(CS_HOUR_MS, 0, 0, true, true));
	CHECK(!satisfies(0, 0, 0, true, false));
}

TEST(with_0m_a_proof_counts_for_its_own_session_whatever_its_age)
{
	CHECK(satisfies(0, CS_MFA_TOTP, 100 * CS_HOUR_MS, true, false));
	CHECK(!satisfies(0, CS_MFA_TOTP, 0, false, false));
}

TEST(when_age_is_for_the_sign_in_only_the_method_still_counts)
{
	CHECK(satisfies(CS_HOUR_MS, CS_MFA_TOTP, 100 * CS_HOUR_MS, false, true));
	CHECK(!satisfies(CS_HOUR_MS, CS_MFA_SECURITY_KEY, 0, false, true));
}

TEST_MAIN("gate/evaluate")
