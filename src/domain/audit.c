#include "domain/audit.h"

#include "domain/json_text.h"
#include "store/audit_store.h"

static const char *const kinds[CS_AUDIT_COUNT] = {
#define A(NAME, KIND, TEXT) [CS_AUDIT_##NAME] = KIND,
#include "domain/audit_events.def"
#undef A
};

cs_err
cs_audit_of(struct cs_tx *tx, const struct cs_domain *d, cs_id account, enum cs_audit_kind kind,
    cs_id actor, cs_id subject, cs_str details)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_audit_event event = {
		.account = account,
		.at = op->now,
		.kind = cs_str_c(kinds[kind]),
		.actor = actor,
		.subject = subject,
		.address = cs_addr_text(op->arena, &op->peer),
		.user_agent = op->user_agent,
		.details = details,
	};

	return cs_audit_append(tx, d->rng, &event);
}

cs_err
cs_audit(struct cs_tx *tx, const struct cs_domain *d, enum cs_audit_kind kind, cs_id actor,
    cs_id subject, cs_str details)
{
	return cs_audit_of(tx, d, cs_tx_op(tx)->account, kind, actor, subject, details);
}

cs_str
cs_audit_facts(struct cs_arena *a, const struct cs_audit_pair *pairs, size_t count)
{
	json_t *object = json_object();
	cs_str text;

	CS_ASSERT(object != NULL);
	for (size_t i = 0; i < count; i++)
		if (pairs[i].value.len > 0)
			json_object_set_new(object, pairs[i].key, cs_json_text_of(pairs[i].value));
	text = cs_json_dump(a, object);
	json_decref(object);
	return text;
}

cs_str
cs_audit_fact(struct cs_arena *a, const char *key, cs_str value)
{
	return cs_audit_facts(a, &(struct cs_audit_pair){ key, value }, 1);
}
