/*
 * mfa.c - the second factor that a place asks for, and whether a proof meets it.
 */
#include "gate/mfa.h"

#define DEFAULT_DURATION_MS CS_DAY_MS
/* What clocks of several nodes may differ. A proof from further ahead was made by a wrong clock. */
#define CLOCK_SKEW_MS (5 * CS_MINUTE_MS)

/*
 * specs: Access §4.4. The first level that says something decides whether; methods and duration
 * come from the first level that names them.
 */
struct cs_mfa_requirement
cs_mfa_resolve(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_policy *policy)
{
	static const struct cs_mfa_config unset = { .is_set = false };
	const struct cs_organization *org = &config->organization;
	const struct cs_mfa_config *levels[] = { policy != NULL ? &policy->mfa : &unset, &app->mfa,
		&org->mfa };
	struct cs_mfa_requirement need = {
		.is_required = org->mfa.is_set && org->mfa_is_required_for_all,
	};
	for (size_t i = 0; i < 2; i++) {
		if (!levels[i]->is_set)
			continue;
		need.is_required = !levels[i]->is_disabled;
		break;
	}
	if (!need.is_required)
		return need;
	bool has_methods = false, has_duration = false;
	need.duration_ms = DEFAULT_DURATION_MS;
	for (size_t i = 0; i < CS_COUNT(levels); i++) {
		const struct cs_mfa_config *level = levels[i];
		if (!level->is_set || level->is_disabled)
			continue;
		if (level->has_methods && !has_methods)
			need.methods = level->methods;
		if (level->has_duration && !has_duration)
			need.duration_ms = level->duration_ms;
		has_methods |= level->has_methods;
		has_duration |= level->has_duration;
	}
	return need;
}

bool
cs_mfa_is_satisfied(const struct cs_mfa_requirement *need, unsigned method, cs_time proof_at,
    bool proof_is_own, bool age_is_login_only, cs_time now)
{
	if (!need->is_required)
		return true;
	if ((need->methods & method) == 0)
		return false;
	if (age_is_login_only)
		return true;
	if (need->duration_ms == 0)
		return proof_is_own;
	int64_t age_ms = now.ms - proof_at.ms;
	return age_ms >= -CLOCK_SKEW_MS && age_ms < need->duration_ms;
}
