#include "domain/account_settings.h"

#include "domain/audit.h"
#include "domain/config/publish.h"
#include "domain/enforcement.h"
#include "store/change_store.h"
#include "store/member_store.h"

struct change {
	struct cs_domain *d;
	cs_id actor;
	const struct cs_account_wish *wish;
	struct cs_account_shown *out;
	bool is_renamed;
	struct cs_refusal why;
};

static cs_err
read_in(struct cs_tx *tx, struct cs_account_shown *out)
{
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_account_find(tx, account, &out->account));
	return cs_account_demands_find(tx, account, &out->demands);
}

static cs_err
read_shown(struct cs_tx *tx, void *ctx)
{
	return read_in(tx, ctx);
}

cs_err
cs_account_settings_read(struct cs_domain *d, const struct cs_op *op, struct cs_account_shown *out)
{
	*out = (struct cs_account_shown){ .demands.is_enforced = true };
	return cs_store_read(d->store, op, read_shown, out);
}

static cs_err
check_owner(struct cs_tx *tx, struct change *c)
{
	enum cs_role role;
	cs_err e = cs_membership_find(tx, cs_tx_op(tx)->account, c->actor, &role);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (role != CS_ROLE_OWNER)
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
rename_it(struct cs_tx *tx, struct change *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_str name = c->wish->name;

	c->is_renamed = c->wish->has_name && !cs_str_equal(name, c->out->account.name);
	if (!c->is_renamed)
		return CS_OK;
	CS_TRY(cs_account_set_name(tx, op->account, name));
	CS_TRY(cs_change_add(tx, op->account, CS_CHANGE_CONFIG, cs_id_zero));
	const struct cs_audit_pair facts[] = { { "name_before", c->out->account.name },
		{ "name", name } };
	return cs_audit(tx, c->d, CS_AUDIT_ACCOUNT_RENAMED, c->actor, op->account,
	    cs_audit_facts(op->arena, facts, CS_COUNT(facts)));
}

static struct cs_account_demands
wanted_of(const struct change *c)
{
	const struct cs_account_wish *w = c->wish;
	struct cs_account_demands demands = c->out->demands;

	if (w->has_enforced)
		demands.is_enforced = w->is_enforced;
	if (w->has_after)
		demands.after = w->after;
	if (w->has_remembered)
		demands.refuses_remembered = w->refuses_remembered;
	if (!demands.is_enforced)
		demands.after = (cs_time){ 0 };
	return demands;
}

/* Not any more, not yet, or not in every browser. */
static bool
is_weaker(const struct cs_account_demands *was, const struct cs_account_demands *wanted)
{
	bool is_later = wanted->after.ms > was->after.ms;

	return (was->is_enforced && (!wanted->is_enforced || is_later)) ||
	       (was->refuses_remembered && !wanted->refuses_remembered);
}

static cs_err
change(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(check_owner(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(read_in(tx, c->out));
	const struct cs_account_demands wanted = wanted_of(c);
	if (!c->wish->is_proved && is_weaker(&c->out->demands, &wanted)) {
		c->why.kind = CS_REFUSAL_PROVE_FIRST;
		return CS_OK;
	}
	CS_TRY(rename_it(tx, c));
	CS_TRY(cs_enforcement_set_in(tx, c->d, c->actor, &wanted, &c->why));
	return read_in(tx, c->out);
}

/* It stands in the subjects of mails. */
static bool
is_name(cs_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char b = (unsigned char)name.p[i];

		if (b < 0x20 || b == 0x7f)
			return false;
	}
	return name.len > 0 && name.len <= CS_ACCOUNT_NAME_MAX &&
	       cs_utf8_is_valid(cs_str_span(name));
}

cs_err
cs_account_settings_change(struct cs_domain *d, const struct cs_op *op, cs_id actor,
    const struct cs_account_wish *wish, struct cs_account_shown *out, struct cs_refusal *why)
{
	struct change c = { .d = d, .actor = actor, .wish = wish, .out = out };

	*out = (struct cs_account_shown){ .demands.is_enforced = true };
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	if (wish->has_name && !is_name(wish->name))
		return CS_OK;
	CS_TRY(cs_store_write(d->store, op, change, &c));
	*why = c.why;
	if (why->kind != CS_REFUSAL_NONE || !c.is_renamed)
		return CS_OK;
	/* the name is kept either way: when this fails, whoever follows the changes tries again */
	return cs_failed(cs_config_publish(d, op, op->account)) ? CS_FAIL(UNCERTAIN) : CS_OK;
}
