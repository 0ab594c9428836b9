#include "domain/holder.h"

const struct cs_holder_kind *
cs_holder_kind_of(cs_id account)
{
	return cs_id_is_zero(account) ? &cs_holder_member : &cs_holder_user;
}

void
cs_holder_of_user(const struct cs_global_session *session, struct cs_holder *out)
{
	*out = (struct cs_holder){
		.kind = &cs_holder_user,
		.account = session->account,
		.subject = session->identity.user,
		.session = session->id,
		.device = session->device,
		.email = session->identity.email,
		.name = session->identity.name,
		.signed_in = session->identity.signed_in,
		.expires = session->expires,
		.stage = CS_MEMBER_DONE,
	};
	memcpy(out->token_hash, session->token_hash, sizeof(out->token_hash));
}

void
cs_holder_of_member(
    const struct cs_member *member, const struct cs_member_session *session, struct cs_holder *out)
{
	*out = (struct cs_holder){
		.kind = &cs_holder_member,
		.account = cs_id_zero,
		.subject = member->id,
		.session = session->id,
		.device = session->device,
		.email = member->email,
		.name = member->name,
		.signed_in = session->created,
		.expires = session->expires,
		.stage = session->stage,
	};
	memcpy(out->token_hash, session->token_hash, sizeof(out->token_hash));
}
