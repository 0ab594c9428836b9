/*
 * identity.h - what get-identity says of a signed-in person (specs: Access §10.1).
 */
#ifndef CS_DOMAIN_IDENTITY_H
#define CS_DOMAIN_IDENTITY_H

#include "domain/domain.h"
#include "model/session.h"

/*
 * The object of a global session, or of an application session opened from one. Of what we do not
 * know (device posture, mTLS, country) the members are there and say so.
 */
cs_str cs_identity_encode(const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_identity *identity, cs_time issued);
/*
 * What rules are judged by, out of such an object: user, email, name, provider, amr and fields.
 * Texts live in the arena. Errors: INVALID.
 */
cs_err cs_identity_decode(struct cs_arena *a, cs_str text, struct cs_identity *out);

#endif
