#include "domain/enrol_place.h"

cs_err
cs_enrol_owned_read(struct cs_tx *tx, const struct cs_signin *s, struct cs_enrol_owned *out)
{
	return cs_authenticator_list(
	    tx, s->holder->account, s->holder->subject, &out->list, &out->count);
}

/* The first of a factor; NULL: they have none. */
static const struct cs_authenticator *
one_of(const struct cs_enrol_owned *owned, cs_str factor)
{
	for (size_t i = 0; i < owned->count; i++)
		if (cs_str_equal(owned->list[i].factor, factor))
			return &owned->list[i];
	return NULL;
}

/*
 * Whoever comes by a recovery, or after a reset, begins anew: the only one of its factor gives way
 * when the new one is confirmed, without having been asked for.
 */
static cs_id
gives_way(const struct cs_signin *s, const struct cs_factor *factor,
    const struct cs_enrol_owned *owned, cs_id replaces)
{
	const struct cs_authenticator *old = one_of(owned, cs_str_c(factor->name));

	if (s->holder->stage != CS_MEMBER_ENROL || !factor->is_single || old == NULL)
		return replaces;
	return old->id;
}

/* Only what there can be one of is replaced: of all else another is added, and one removed. */
static enum cs_refusal_kind
why_not_place(const struct cs_factor *factor, const struct cs_enrol_owned *owned, cs_id replaces,
    bool is_anew)
{
	const struct cs_authenticator *old =
	    factor->is_single ? one_of(owned, cs_str_c(factor->name)) : NULL;

	if (!cs_id_is_zero(replaces))
		return old != NULL && cs_id_equal(old->id, replaces) ? CS_REFUSAL_NONE
								     : CS_REFUSAL_NOT_FOUND;
	if (old != NULL)
		return CS_REFUSAL_ENROLLED_ALREADY;
	return owned->count >= CS_AUTHENTICATORS_MAX && !is_anew ? CS_REFUSAL_TOO_MANY_DEVICES
								 : CS_REFUSAL_NONE;
}

cs_err
cs_enrol_check_person(struct cs_tx *tx, const struct cs_signin *s, const struct cs_factor *factor,
    enum cs_act act, struct cs_enrol_owned *owned, cs_id *replaces, struct cs_refusal *why)
{
	bool is_asked = !cs_id_is_zero(*replaces);
	bool is_anew = s->holder->stage == CS_MEMBER_ENROL;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_enrol_owned_read(tx, s, owned));
	*replaces = gives_way(s, factor, owned, *replaces);
	why->kind = why_not_place(factor, owned, *replaces, is_anew);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	return cs_manage_may(tx, s->holder, is_asked && !is_anew ? CS_ACT_REPLACE : act, why);
}
