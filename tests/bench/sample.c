#include "sample.h"

#include "crypto/mac.h"

#include <stdio.h>

static cs_id
id_of(uint8_t kind, size_t n)
{
	cs_id id = { { kind } };

	for (size_t i = 15; n > 0; i--, n >>= 8)
		id.b[i] = (uint8_t)n;
	return id;
}

static cs_str
token_of(size_t n, char out[static BENCH_TOKEN_MAX])
{
	char *p = out;

	p += snprintf(p, 64, "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.");
	memset(p, 'p', BENCH_PAYLOAD);
	p += BENCH_PAYLOAD;
	p += snprintf(p, 32, "%010zu.", n);
	memset(p, 's', BENCH_SIGNATURE);
	return (cs_str){ out, (size_t)(p - out) + BENCH_SIGNATURE };
}

static struct cs_snapshot *
snapshot(void)
{
	static const struct cs_rule rules[] = {
		{ .kind = CS_RULE_EMAIL, .text = CS_STR("boss@example.test") },
		{ .kind = CS_RULE_EMAIL_DOMAIN, .text = CS_STR("example.test") },
	};
	static const struct cs_destination place = { .host = CS_STR(BENCH_HOST) };
	static struct cs_policy policy = {
		.decision = CS_POLICY_ALLOW,
		.rules.include = { rules, CS_COUNT(rules) },
	};
	static struct cs_application app = {
		.destinations = &place,
		.destination_count = 1,
		.policies = &policy,
		.policy_count = 1,
	};
	static struct cs_identity_provider provider = { .type = CS_IDP_ONETIMEPIN };
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	struct cs_snapshot *out;

	policy.id = id_of(3, 1);
	provider.id = id_of(7, 1);
	app.id = id_of(2, 1);
	*config = (struct cs_access_config){
		.account = id_of(1, 1),
		.auth_host = CS_STR("auth.example.test"),
		.auth_origin = CS_STR("https://auth.example.test"),
		.organization = {
			.exists = true,
			.mfa = { .is_set = true, .has_methods = true, .methods = CS_MFA_TOTP,
				.has_duration = true, .duration_ms = CS_DAY_MS },
			.mfa_is_required_for_all = true,
		},
		.applications = &app,
		.application_count = 1,
		.providers = &provider,
		.provider_count = 1,
	};
	CS_ASSERT(!cs_failed(cs_snapshot_new(&arena, config, &out)));
	return out;
}

void
cs_bench_gate(size_t sessions, cs_time now, struct cs_gate **out)
{
	struct cs_snapshot *s = snapshot();

	cs_gate_new(&(struct cs_gate_config){ .max_sessions = sessions + 1000 }, out);
	cs_gate_publish(*out, &s);
	cs_gate_set_fresh(*out, cs_time_add(now, CS_DAY_MS));
	for (size_t n = 0; n < sessions; n++) {
		char token[BENCH_TOKEN_MAX], email[64];
		struct cs_app_session session = {
			.account = id_of(1, 1),
			.id = id_of(4, n),
			.application = id_of(2, 1),
			.host = CS_STR(BENCH_HOST),
			.global_session = id_of(5, n),
			.identity.user = id_of(6, n),
			.identity.provider = id_of(7, 1),
			.expires = cs_time_add(now, CS_DAY_MS),
			.proof_method = CS_MFA_TOTP,
			.proof_at = now,
			.authenticator = id_of(8, n),
		};
		snprintf(email, sizeof(email), "user%zu@example.test", n);
		session.identity.email = cs_str_c(email);
		cs_sha256(cs_str_span(token_of(n, token)), session.token_hash);
		CS_ASSERT(!cs_failed(cs_gate_session_put(*out, &session, cs_gate_epoch(*out))));
	}
}
