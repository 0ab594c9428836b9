#include "domain/site.h"

struct cs_factor_env
cs_site_env(const struct cs_signin *s)
{
	return (struct cs_factor_env){
		.now = s->op->now,
		.rng = s->d->rng,
		.keyring = s->d->keyring,
		.arena = s->op->arena,
		.host = s->config->auth_host,
		.origin = s->config->auth_origin,
	};
}

enum cs_refusal_kind
cs_site_model_refusal(const struct cs_model_judgement *judgement)
{
	return judgement->reason == CS_MODEL_UNPROVEN ? CS_REFUSAL_MODEL_UNPROVEN
						      : CS_REFUSAL_MODEL_REFUSED;
}
