#include "gate/models.h"

#include "gate/lists.h"

#define HEX_LEN (2 * CS_AAGUID_LEN)

bool
cs_models_list_has(const struct cs_list *list, const uint8_t aaguid[static CS_AAGUID_LEN])
{
	static const char digits[] = "0123456789abcdef";
	char hex[HEX_LEN];
	uint8_t all = 0;
	for (size_t i = 0; i < CS_AAGUID_LEN; i++) {
		all |= aaguid[i];
		hex[2 * i] = digits[aaguid[i] >> 4];
		hex[2 * i + 1] = digits[aaguid[i] & 15];
	}
	return all != 0 && cs_list_has_text(list, (cs_str){ hex, sizeof(hex) });
}

enum cs_model_reason
cs_models_judge_denied(const struct cs_access_config *config, const struct cs_model_config *level,
    const uint8_t aaguid[static CS_AAGUID_LEN], cs_id *list)
{
	*list = cs_id_zero;
	if (!level->has_denied)
		return CS_MODEL_FITS;
	const struct cs_list *denied = cs_list_find(config, CS_LIST_AAGUID, level->denied);
	if (denied != NULL && !cs_models_list_has(denied, aaguid))
		return CS_MODEL_FITS;
	*list = level->denied;
	return CS_MODEL_REFUSED;
}

enum cs_model_reason
cs_models_judge_required(const struct cs_access_config *config, const struct cs_model_config *level,
    const uint8_t aaguid[static CS_AAGUID_LEN], enum cs_evidence evidence, cs_id *list)
{
	*list = cs_id_zero;
	if (!level->has_required)
		return CS_MODEL_FITS;
	const struct cs_list *required = cs_list_find(config, CS_LIST_AAGUID, level->required);
	bool is_listed = required != NULL && cs_models_list_has(required, aaguid);
	if (is_listed && (!required->wants_verified || evidence == CS_EVIDENCE_VERIFIED))
		return CS_MODEL_FITS;
	*list = level->required;
	return is_listed ? CS_MODEL_UNPROVEN : CS_MODEL_UNLISTED;
}

static bool
level_takes(const struct cs_access_config *config, const struct cs_model_config *level,
    const struct cs_proved_model *m)
{
	cs_id list;
	return cs_models_judge_denied(config, level, m->aaguid, &list) == CS_MODEL_FITS &&
	       cs_models_judge_required(config, level, m->aaguid, m->evidence, &list) ==
		   CS_MODEL_FITS;
}

bool
cs_models_session_fits(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_proved_model *model)
{
	const struct cs_organization *o = &config->organization;
	if (!model->is_there)
		return true;
	if (o->models_are_rechecked && !level_takes(config, &o->models, model))
		return false;
	return app == NULL || level_takes(config, &app->models, model);
}
