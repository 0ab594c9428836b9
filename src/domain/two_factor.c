#include "domain/two_factor.h"

#include "domain/audit.h"
#include "domain/backup_codes.h"
#include "domain/notice.h"
#include "store/authenticator_store.h"
#include "store/member_session_store.h"
#include "store/member_store.h"

cs_err
cs_two_factor_is_on(struct cs_tx *tx, cs_id member, bool *out)
{
	const struct cs_authenticator *list;
	size_t count;

	*out = false;
	CS_TRY(cs_authenticator_list(tx, cs_id_zero, member, &list, &count));
	*out = count > 0;
	return CS_OK;
}

/* Whoever was led to enrol has done so. */
static cs_err
switch_on(struct cs_tx *tx, const struct cs_member *member)
{
	if (member->must_enrol != CS_MUST_ENROL_NOT)
		CS_TRY(cs_member_set_must_enrol(tx, member->id, CS_MUST_ENROL_NOT));
	return cs_member_set_two_factor(tx, member->id, cs_tx_op(tx)->now);
}

static cs_err
switch_off(struct cs_tx *tx, const struct cs_member *member)
{
	CS_TRY(cs_backup_codes_settle_in(tx, cs_id_zero, member->id));
	CS_TRY(cs_remembered_forget_all(tx, member->id));
	return cs_member_set_two_factor(tx, member->id, (cs_time){ 0 });
}

/* *out_is_on: as it is now. */
static cs_err
settle(struct cs_tx *tx, const struct cs_domain *d, cs_id id, bool *out_is_on, bool *out_changed)
{
	struct cs_member member;

	*out_changed = false;
	CS_TRY(cs_member_find(tx, id, &member));
	CS_TRY(cs_two_factor_is_on(tx, id, out_is_on));
	if (*out_is_on == (member.two_factor_since.ms != 0))
		return CS_OK;
	*out_changed = true;
	CS_TRY(*out_is_on ? switch_on(tx, &member) : switch_off(tx, &member));
	return cs_audit_of(tx, d, cs_id_zero,
	    *out_is_on ? CS_AUDIT_TWO_FACTOR_ON : CS_AUDIT_TWO_FACTOR_OFF, id, id, CS_STR_NONE);
}

cs_err
cs_two_factor_settle_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id member, bool *out_changed)
{
	bool is_on;

	return settle(tx, d, member, &is_on, out_changed);
}

cs_err
cs_two_factor_changed_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member)
{
	struct cs_notice_about about = { .account = cs_id_zero, .subject = member };
	bool is_on;
	bool changed;

	CS_TRY(settle(tx, d, member, &is_on, &changed));
	if (!changed)
		return CS_OK;
	about.kind = is_on ? CS_NOTICE_TWO_FACTOR_ON : CS_NOTICE_TWO_FACTOR_OFF;
	return cs_notice_tell(tx, d, &about);
}
