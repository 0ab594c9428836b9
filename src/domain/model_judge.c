/*
 * model_judge.c - whether a model fits what an account, or one of its applications, wants.
 */
#include "domain/models.h"

static void
refuse(struct cs_model_judgement *out, enum cs_model_reason reason, cs_id list)
{
	*out = (struct cs_model_judgement){ .reason = reason, .list = list };
}

/* True: not on it. */
static bool
passes_denied(const struct cs_access_config *config, const struct cs_model_config *level,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	cs_id list;

	enum cs_model_reason why = cs_models_judge_denied(config, level, model->aaguid, &list);

	refuse(out, why, list);
	return out->reason == CS_MODEL_FITS;
}

static bool
passes_required(const struct cs_access_config *config, const struct cs_model_config *level,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	cs_id list;

	enum cs_model_reason why =
	    cs_models_judge_required(config, level, model->aaguid, model->evidence, &list);

	refuse(out, why, list);
	return out->reason == CS_MODEL_FITS;
}

unsigned
cs_models_refused_statuses(const struct cs_organization *organization)
{
	return organization->exists ? organization->refused_statuses : CS_MDS_REFUSED;
}

void
cs_models_judge(const struct cs_access_config *config, const struct cs_application *application,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	static const struct cs_model_config nothing;
	const struct cs_model_config *own = application != NULL ? &application->models : &nothing;
	const struct cs_model_config *all = &config->organization.models;
	unsigned statuses = model->statuses & cs_models_refused_statuses(&config->organization);

	if (!passes_denied(config, all, model, out) || !passes_denied(config, own, model, out))
		return;
	if (statuses != 0) {
		refuse(out, CS_MODEL_REPORTED, cs_id_zero);
		out->statuses = statuses;
		return;
	}
	if (!passes_required(config, all, model, out) || !passes_required(config, own, model, out))
		return;
	out->verdict = CS_GRANTED;
}

void
cs_models_judge_use(const struct cs_access_config *config, const struct cs_application *application,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	if (config->organization.models_are_rechecked) {
		cs_models_judge(config, application, model, out);
		return;
	}
	refuse(out, CS_MODEL_FITS, cs_id_zero);
	if (application != NULL && (!passes_denied(config, &application->models, model, out) ||
				       !passes_required(config, &application->models, model, out)))
		return;
	out->verdict = CS_GRANTED;
}
