#include "domain/two_factor_reset.h"

#include "domain/audit.h"
#include "domain/backup_codes.h"
#include "domain/member_session.h"
#include "domain/notice.h"
#include "domain/person.h"
#include "domain/recovery.h"
#include "domain/two_factor.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"
#include "store/member_link_store.h"
#include "store/member_store.h"

/* --- what there is --- */

static cs_err
remove_one(struct cs_tx *tx, const struct cs_domain *d, const struct cs_authenticator *a)
{
	cs_str name = cs_audit_fact(cs_tx_op(tx)->arena, "name", a->name);

	CS_TRY(cs_authenticator_remove(tx, cs_id_zero, a->id));
	return cs_audit_of(
	    tx, d, cs_id_zero, CS_AUDIT_AUTHENTICATOR_REVOKED, cs_id_zero, a->subject, name);
}

cs_err
cs_two_factor_remove_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member, cs_id except)
{
	const struct cs_authenticator *list;
	struct cs_authenticator codes;
	size_t count;
	bool has_codes;

	CS_TRY(cs_authenticator_list(tx, cs_id_zero, member, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (!cs_id_equal(list[i].id, except))
			CS_TRY(remove_one(tx, d, &list[i]));
	CS_TRY(cs_backup_codes_find(tx, cs_id_zero, member, &codes, &has_codes));
	if (has_codes)
		CS_TRY(cs_authenticator_remove(tx, cs_id_zero, codes.id));
	CS_TRY(cs_authenticator_remove_all_pending(tx, cs_id_zero, member));
	/* A new address that was asked for with what is gone now. */
	CS_TRY(cs_member_link_void(tx, member, CS_LINK_CHANGE_EMAIL));
	return cs_remembered_forget_all(tx, member);
}

/* --- all of it --- */

static cs_err
audit(struct cs_tx *tx, const struct cs_domain *d, const struct cs_two_factor_reset *r)
{
	const struct cs_audit_pair facts[] = {
		{ "by", r->by },
		{ "reason", r->reason },
	};

	return cs_audit_of(tx, d, cs_id_zero, CS_AUDIT_TWO_FACTOR_RESET, r->actor, r->member,
	    cs_audit_facts(cs_tx_op(tx)->arena, facts, CS_COUNT(facts)));
}

/*
 * A freeze is lifted: whoever resets has looked, and who is frozen could enrol nothing and never come
 * in again.
 */
static cs_err
let_enrol(struct cs_tx *tx, const struct cs_member *member)
{
	if (member->frozen.ms > 0)
		CS_TRY(cs_member_set_frozen(tx, member->id, (cs_time){ 0 }));
	return cs_member_set_must_enrol(tx, member->id, CS_MUST_ENROL_RESET);
}

cs_err
cs_two_factor_reset_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_two_factor_reset *r)
{
	const struct cs_notice_about about = {
		.kind = CS_NOTICE_TWO_FACTOR_RESET,
		.subject = r->member,
		.detail = r->by,
	};
	struct cs_member member;
	bool is_other;

	CS_TRY(cs_member_find(tx, r->member, &member));
	if (!cs_id_is_zero(member.sso_account))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_two_factor_remove_in(tx, d, member.id, cs_id_zero));
	CS_TRY(cs_two_factor_settle_in(tx, d, member.id, &is_other));
	CS_TRY(cs_recovery_end_in(tx, d, member.id, CS_RECOVERY_FACTORS_RESET));
	CS_TRY(cs_member_end_sessions_in(tx, member.id, cs_id_zero));
	CS_TRY(let_enrol(tx, &member));
	CS_TRY(audit(tx, d, r));
	return cs_notice_tell(tx, d, &about);
}

/* --- the operator --- */

struct by_operator {
	struct cs_domain *d;
	cs_str email;
	bool had;
};

static cs_err
reset_by_operator(struct cs_tx *tx, void *ctx)
{
	struct by_operator *o = ctx;
	struct cs_member member;

	CS_TRY(cs_member_by_email(
	    tx, cs_email_key(cs_tx_op(tx)->arena, cs_str_trim(o->email)), &member));
	if (!cs_id_is_zero(member.sso_account))
		return CS_FAIL(CONFLICT);
	o->had = member.two_factor_since.ms > 0;
	const struct cs_two_factor_reset r = {
		.member = member.id,
		.by = CS_STR("the operator"),
	};
	return cs_two_factor_reset_in(tx, o->d, &r);
}

cs_err
cs_two_factor_reset_by_operator(
    struct cs_domain *d, const struct cs_op *op, cs_str email, bool *out_had)
{
	struct by_operator o = { .d = d, .email = email };

	*out_had = false;
	CS_TRY(cs_store_write(d->store, op, reset_by_operator, &o));
	*out_had = o.had;
	return CS_OK;
}
