/*
 * sample.h - a configuration to judge by, changed by each test as it needs.
 */
#ifndef CS_TESTS_GATE_SAMPLE_H
#define CS_TESTS_GATE_SAMPLE_H

#include "gate/snapshot.h"
#include "model/access.h"
#include "model/session.h"

static inline cs_id
id_of(uint32_t n)
{
	cs_id id = { { 0 } };
	for (size_t i = 0; i < 4; i++)
		id.b[15 - i] = (uint8_t)(n >> (8 * i));
	return id;
}

#define ACCOUNT id_of(1)
#define PIN id_of(10)
#define OIDC id_of(11)
#define USER id_of(20)
#define APP id_of(30)

#define NOW ((cs_time){ INT64_C(1795000000000) })

#define RULES(...) \
	{ \
		.rules = (const struct cs_rule[]){ __VA_ARGS__ }, \
		.count = sizeof((struct cs_rule[]){ __VA_ARGS__ }) / sizeof(struct cs_rule), \
	}
#define EVERYONE \
	{ \
		.kind = CS_RULE_EVERYONE \
	}
#define OTHER \
	{ \
		.kind = CS_RULE_OTHER \
	}
#define EMAIL(TEXT) \
	{ \
		.kind = CS_RULE_EMAIL, .text = CS_STR(TEXT) \
	}
#define DOMAIN(TEXT) \
	{ \
		.kind = CS_RULE_EMAIL_DOMAIN, .text = CS_STR(TEXT) \
	}
#define LOGIN(ID) \
	{ \
		.kind = CS_RULE_LOGIN_METHOD, .id = ID \
	}
#define AMR(TEXT) \
	{ \
		.kind = CS_RULE_AUTH_METHOD, .text = CS_STR(TEXT) \
	}
#define GROUP(ID) \
	{ \
		.kind = CS_RULE_GROUP, .id = ID \
	}
#define NETWORK(TEXT) \
	{ \
		.kind = CS_RULE_IP, .network = network_of(TEXT) \
	}

static inline struct cs_network
network_of(const char *text)
{
	struct cs_network n;
	CHECK_OK(cs_network_decode(cs_str_c(text), &n));
	return n;
}

static inline struct cs_addr
addr_of(const char *text)
{
	struct cs_addr a;
	CHECK_OK(cs_addr_decode(cs_str_c(text), &a));
	return a;
}

static const struct cs_identity_provider sample_providers[] = {
	{ .id = { { [15] = 10 } }, .type = CS_IDP_ONETIMEPIN },
	{ .id = { { [15] = 11 } }, .type = CS_IDP_OIDC },
};

static inline struct cs_identity
ann(void)
{
	return (struct cs_identity){
		.user = USER,
		.email = CS_STR("Ann@Example.test"),
		.provider = OIDC,
		.amr = { CS_STR("pwd"), CS_STR("otp") },
		.amr_count = 2,
	};
}

static inline struct cs_access_config
sample_config(void)
{
	return (struct cs_access_config){
		.account = ACCOUNT,
		.auth_host = CS_STR("auth.example.test"),
		.organization = { .exists = true, .session_duration_ms = 24 * CS_HOUR_MS },
		.providers = sample_providers,
		.provider_count = CS_COUNT(sample_providers),
	};
}

#endif
