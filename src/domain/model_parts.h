/*
 * model_parts.h - what the files behind models.h share.
 */
#ifndef CS_DOMAIN_MODEL_PARTS_H
#define CS_DOMAIN_MODEL_PARTS_H

#include "domain/models.h"

/* Every account's id, in the operation's arena. */
cs_err cs_models_accounts(struct cs_domain *d, const struct cs_op *op, cs_id **ids, size_t *count);

/* Of an enrolled authenticator what its AAGUID alone says, with the evidence as it is stored. */
cs_err cs_models_of(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out);

/* An enrolled authenticator, with what was kept of its registration, judged by today's roots. */
cs_err cs_models_again(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out);

#endif
