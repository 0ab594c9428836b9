#include "domain/removal.h"

#include "gate/amr.h"

static unsigned
methods_of(const struct cs_authenticator *list, size_t count, cs_id without)
{
	unsigned methods = 0;

	for (size_t i = 0; i < count; i++)
		if (!cs_id_equal(list[i].id, without))
			methods |= list[i].method;
	return methods;
}

/* What app asks this person for; none where they need no second factor, or may not go anyway. */
static unsigned
asked_by(const struct cs_signin *s, const struct cs_application *app)
{
	const struct cs_identity *identity = &s->session->identity;
	const struct cs_asker asker = cs_gate_asker(s->d->gate, s->config, identity, &s->op->peer);
	struct cs_access_answer access;
	enum cs_amr_verdict amr;

	cs_access_evaluate(s->config, app, &asker, &access);
	if (access.verdict != CS_ACCESS_ALLOW || !access.mfa.is_required)
		return 0;
	amr = cs_amr_judge(s->config, app, &access.mfa, identity, cs_amr_time(identity),
	    access.mfa.duration_ms == 0, s->op->now, false);
	return amr == CS_AMR_COUNTS ? 0 : access.mfa.methods;
}

void
cs_removal_foresee(const struct cs_signin *s, const struct cs_authenticator *list, size_t count,
    cs_id removed, struct cs_removal *out)
{
	const struct cs_access_config *config = s->config;
	unsigned before = methods_of(list, count, cs_id_zero);
	unsigned after = methods_of(list, count, removed);

	*out = (struct cs_removal){ .closes = NULL };
	for (size_t i = 0; i < count; i++)
		out->remain += !cs_id_equal(list[i].id, removed);
	/*
	 * Most close nothing, and members open no applications. Room for all of these, for each device,
	 * is more than a call has.
	 */
	if (before == after || s->session == NULL)
		return;
	const struct cs_application **closes = CS_NEW_ARRAY(
	    s->op->arena, const struct cs_application *, config->application_count + 1);
	out->closes = closes;
	for (size_t i = 0; i < config->application_count; i++) {
		unsigned asked = asked_by(s, &config->applications[i]);

		if ((asked & before) != 0 && (asked & after) == 0)
			closes[out->close_count++] = &config->applications[i];
	}
}
