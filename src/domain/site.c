#include "domain/site.h"

struct cs_factor_env
cs_site_env(const struct cs_signin *s)
{
	return (struct cs_factor_env){
		.now = s->op->now,
		.rng = s->d->rng,
		.keyring = s->d->keyring,
		.pwhasher = s->d->pwhasher,
		.arena = s->op->arena,
		.host = s->config->auth_host,
		.origin = s->config->auth_origin,
	};
}

enum cs_refusal_kind
cs_site_model_refusal(const struct cs_model_judgement *judgement)
{
	if (judgement->verdict == CS_GRANTED)
		return CS_REFUSAL_NONE;
	return judgement->reason == CS_MODEL_UNPROVEN ? CS_REFUSAL_MODEL_UNPROVEN
						      : CS_REFUSAL_MODEL_REFUSED;
}

enum cs_refusal_kind
cs_site_factor_refusal(const struct cs_factor *f, enum cs_reason reason)
{
	switch (reason) {
	case CS_REASON_MALFORMED:
		return f->is_guessable ? CS_REFUSAL_MALFORMED_CODE : CS_REFUSAL_MALFORMED_RESPONSE;
	case CS_REASON_REPLAYED:
		return CS_REFUSAL_CODE_USED;
	case CS_REASON_UNVERIFIED:
		return CS_REFUSAL_NOT_VERIFIED;
	case CS_REASON_CLONED:
		return CS_REFUSAL_CLONED;
	case CS_REASON_NONE:
	case CS_REASON_MISMATCH:
		break;
	}
	return f->is_guessable ? CS_REFUSAL_WRONG_CODE : CS_REFUSAL_WRONG_RESPONSE;
}
