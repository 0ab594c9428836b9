/*
 * enrol_place.h - where a new authenticator goes, and whether there is room; enrol.c's and
 * enrol_finish.c's alone: asked when it is begun, and again when it is confirmed.
 */
#ifndef CS_DOMAIN_ENROL_PLACE_H
#define CS_DOMAIN_ENROL_PLACE_H

#include "domain/manage.h"
#include "domain/signin.h"
#include "factor/factor.h"
#include "store/authenticator_store.h"

/* The holder's active ones, in the arena of the transaction's operation. */
struct cs_enrol_owned {
	const struct cs_authenticator *list;
	size_t count;
};

cs_err cs_enrol_owned_read(struct cs_tx *tx, const struct cs_signin *s, struct cs_enrol_owned *out);

/*
 * What does not need the authenticator itself. act: SEE or ADD, where nothing is asked to give way.
 * *replaces: what is asked to give way, or zero; then what it is to take the place of, or zero.
 * *why: NONE, ENROLLED_ALREADY, NOT_FOUND, TOO_MANY_DEVICES (enrol.h), or as cs_manage_may.
 */
cs_err cs_enrol_check_person(struct cs_tx *tx, const struct cs_signin *s,
    const struct cs_factor *factor, enum cs_act act, struct cs_enrol_owned *owned, cs_id *replaces,
    struct cs_refusal *why);

#endif
