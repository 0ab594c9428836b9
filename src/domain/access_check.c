#include "domain/access_check.h"

#include "domain/identity.h"
#include "domain/person.h"
#include "store/member_store.h"

struct find {
	const struct cs_access_question *question;
	struct cs_user_profile *out;
};

static cs_err
find_id(struct cs_tx *tx, const struct find *f, cs_id *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_str email = f->question->email;
	struct cs_user user;

	*out = f->question->user;
	if (!cs_id_is_zero(*out))
		return CS_OK;
	if (email.len == 0) {
		struct cs_member member;

		CS_TRY(cs_member_find(tx, f->question->member, &member));
		email = member.email;
	}
	CS_TRY(cs_user_find_proved(
	    tx, op->account, cs_email_key(op->arena, cs_str_trim(email)), &user));
	*out = user.id;
	return CS_OK;
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	const struct find *f = ctx;
	cs_id id;

	CS_TRY(find_id(tx, f, &id));
	return cs_user_profile_find(tx, cs_tx_op(tx)->account, id, f->out);
}

cs_err
cs_access_check(struct cs_domain *d, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_access_question *question,
    struct cs_checked_access *out)
{
	struct find f = { .question = question, .out = &out->who };

	*out = (struct cs_checked_access){ .answer = { .verdict = CS_ACCESS_DENY } };
	CS_TRY(cs_store_read(d->store, op, find, &f));
	if (out->who.last_identity.len == 0)
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_identity_decode(op->arena, out->who.last_identity, &out->identity));
	const struct cs_asker asker = cs_gate_asker(d->gate, config, &out->identity, &question->ip);
	cs_access_evaluate(config, app, &asker, &out->answer);
	if (out->who.user.status != CS_USER_ACTIVE)
		out->answer.verdict = CS_ACCESS_DENY;
	return CS_OK;
}
