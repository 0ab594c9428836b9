/*
 * model_judge.c - whether a model fits what an account, or one of its applications, wants.
 */
#include "domain/models.h"

static const struct cs_list *
find_list(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->list_count; i++) {
		if (cs_id_equal(config->lists[i].id, id) && config->lists[i].type == CS_LIST_AAGUID)
			return &config->lists[i];
	}
	return NULL;
}

/* Negative, zero, positive, as the bytes are ordered. */
static int
compare(cs_str a, cs_str b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++) {
		if (a.p[i] != b.p[i])
			return (uint8_t)a.p[i] < (uint8_t)b.p[i] ? -1 : 1;
	}
	return (a.len > b.len) - (a.len < b.len);
}

bool
cs_models_list_has(const struct cs_list *list, const uint8_t aaguid[static CS_AAGUID_LEN])
{
	char hex[CS_AAGUID_HEX_LEN];
	size_t low = 0, high = list->count;

	if (cs_aaguid_is_zero(aaguid))
		return false;
	cs_aaguid_hex(aaguid, hex);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare((cs_str){ hex, sizeof(hex) }, list->texts[middle]);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static void
refuse(struct cs_model_judgement *out, enum cs_model_reason reason, cs_id list)
{
	*out = (struct cs_model_judgement){ .reason = reason, .list = list };
}

/* True: not on it. */
static bool
passes_denied(const struct cs_access_config *config, const struct cs_model_config *models,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	if (!models->has_denied)
		return true;
	const struct cs_list *list = find_list(config, models->denied);
	if (list != NULL && !cs_models_list_has(list, model->aaguid))
		return true;
	refuse(out, CS_MODEL_REFUSED, models->denied);
	return false;
}

static bool
passes_required(const struct cs_access_config *config, const struct cs_model_config *models,
    const struct cs_model *model, struct cs_model_judgement *out)
{
	if (!models->has_required)
		return true;
	const struct cs_list *list = find_list(config, models->required);
	if (list == NULL || !cs_models_list_has(list, model->aaguid)) {
		refuse(out, CS_MODEL_UNLISTED, models->required);
		return false;
	}
	if (list->wants_verified && model->evidence != CS_EVIDENCE_VERIFIED) {
		refuse(out, CS_MODEL_UNPROVEN, models->required);
		return false;
	}
	return true;
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

	refuse(out, CS_MODEL_FITS, cs_id_zero);
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
