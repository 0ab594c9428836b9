/*
 * models.h - lists of models (AAGUIDs): whether one that somebody proved with may be used.
 *
 * Pure: the same answer for the gateway on each request and for the domain at enrolment and sign-in.
 * What the FIDO metadata reports of a model is not in the configuration: domain/models.h.
 */
#ifndef CS_GATE_MODELS_H
#define CS_GATE_MODELS_H

#include "model/access.h"
#include "model/session.h"

enum cs_model_reason {
	CS_MODEL_FITS = 0,
	CS_MODEL_UNLISTED, /* a required list does not have it */
	CS_MODEL_UNPROVEN, /* it has, and wants a verified chain, which is not there */
	CS_MODEL_REFUSED, /* on a deny list */
	CS_MODEL_REPORTED, /* the metadata says something that this account refuses */
};

/* The zero AAGUID is in no list. */
bool cs_models_list_has(const struct cs_list *list, const uint8_t aaguid[static CS_AAGUID_LEN]);

/* By one level's deny list. *list: the one that refuses; zero when it fits. */
enum cs_model_reason cs_models_judge_denied(const struct cs_access_config *config,
    const struct cs_model_config *level, const uint8_t aaguid[static CS_AAGUID_LEN], cs_id *list);
/* By one level's required list. */
enum cs_model_reason cs_models_judge_required(const struct cs_access_config *config,
    const struct cs_model_config *level, const uint8_t aaguid[static CS_AAGUID_LEN],
    enum cs_evidence evidence, cs_id *list);

/*
 * Whether what a session was opened with may still be used for app: by the application's own lists,
 * and by the organisation's where it wants models looked at again. True where there is no model.
 */
bool cs_models_session_fits(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_proved_model *model);

#endif
