/*
 * amr.c - what an identity provider's own second factor is worth here.
 */
#include "gate/amr.h"

#include "gate/models.h"

/*
 * RFC 8176 §2 has more: pwd, pin, kba are what somebody knows; sms, tel and mca another channel; geo
 * and rba a judgement; sc, user, wia and pop do not say what was asked for. None of them counts.
 */
static const struct {
	const char *value;
	enum cs_mfa_method method;
} rows[] = {
	{ "hwk", CS_MFA_SECURITY_KEY },
	{ "swk", CS_MFA_SECURITY_KEY },
	{ "otp", CS_MFA_TOTP },
	{ "face", CS_MFA_BIOMETRICS },
	{ "fpt", CS_MFA_BIOMETRICS },
	{ "iris", CS_MFA_BIOMETRICS },
	{ "retina", CS_MFA_BIOMETRICS },
	{ "vbm", CS_MFA_BIOMETRICS },
};

unsigned
cs_amr_method(cs_str value)
{
	for (size_t i = 0; i < CS_COUNT(rows); i++)
		if (cs_str_equal(value, cs_str_c(rows[i].value)))
			return rows[i].method;
	return 0;
}

static const struct cs_identity_provider *
find_provider(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, id))
			return &config->providers[i];
	return NULL;
}

static unsigned
mapped(const struct cs_identity_provider *p, cs_str value)
{
	unsigned methods = 0;
	for (size_t i = 0; p != NULL && i < p->amr_mapping_count; i++)
		if (cs_str_equal(p->amr_mappings[i].value, value))
			methods |= p->amr_mappings[i].methods;
	return methods;
}

unsigned
cs_amr_methods(
    const struct cs_access_config *config, const struct cs_identity *identity, unsigned allowed)
{
	const struct cs_identity_provider *p = find_provider(config, identity->provider);
	unsigned methods = 0;
	for (size_t i = 0; i < identity->amr_count; i++) {
		cs_str value = identity->amr[i];
		methods |= cs_amr_method(value) | mapped(p, value);
		if (config->organization.amr.counts_mfa && cs_str_equal(value, CS_STR("mfa")))
			methods |= allowed;
	}
	return methods & allowed;
}

cs_time
cs_amr_time(const struct cs_identity *identity)
{
	bool is_known =
	    identity->auth_time.ms > 0 && identity->auth_time.ms < identity->signed_in.ms;
	return is_known ? identity->auth_time : identity->signed_in;
}

/* specs: Access §4.6: the stricter rule, unless the organisation chose the newer one. */
static bool
models_forbid(const struct cs_organization *o, const struct cs_application *app)
{
	bool is_required = o->models.has_required || (app != NULL && app->models.has_required);
	return is_required && !o->amr.applies_with_aaguids;
}

enum cs_amr_verdict
cs_amr_judge(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_mfa_requirement *need, const struct cs_identity *identity, cs_time asked_at,
    bool is_own, cs_time now, bool age_is_login_only)
{
	const struct cs_organization *o = &config->organization;
	if (!o->mfa.is_set || !o->amr.is_enabled)
		return CS_AMR_OFF;
	if (models_forbid(o, app))
		return CS_AMR_MODELS;
	if (identity->amr_count == 0)
		return CS_AMR_NOT_SENT;
	struct cs_mfa_requirement by_provider = {
		.is_required = true,
		.methods = cs_amr_methods(config, identity, need->methods),
		.duration_ms = o->amr.duration_ms,
	};
	if (by_provider.methods == 0)
		return CS_AMR_NO_METHOD;
	bool counts = cs_mfa_is_satisfied(
	    &by_provider, by_provider.methods, asked_at, is_own, age_is_login_only, now);
	return counts ? CS_AMR_COUNTS : CS_AMR_OVER;
}

bool
cs_mfa_session_is_satisfied(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_mfa_requirement *need, const struct cs_app_session *session, cs_time now)
{
	bool login_only = config->mfa_age_is_login_only;
	if (!need->is_required)
		return true;
	if (session->proof_source == CS_PROOF_AMR)
		return cs_amr_judge(config, app, need, &session->identity, session->proof_at,
			   session->proof_is_own, now, login_only) == CS_AMR_COUNTS;
	if (!cs_models_session_fits(config, app, &session->model))
		return false;
	return cs_mfa_is_satisfied(
	    need, session->proof_method, session->proof_at, session->proof_is_own, login_only, now);
}
