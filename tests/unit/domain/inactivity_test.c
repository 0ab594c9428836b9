/* Service tokens that nothing uses any more. */
#include "service_yard.h"

#include "domain/background.h"
#include "store/audit_store.h"

static void
set_inactivity(struct yard *y, const char *action, int days)
{
	struct cs_config_change c = change_of(y);
	const char *body = cs_arena_printf(y->arena,
	    "{'service_token_inactivity':{'enabled':true,'action':'%s',"
	    "'inactivity_threshold_days':%d}}",
	    action, days)
			       .p;
	CHECK_OK(cs_config_patch_organization(&c, yard_json(y, body)));
}

static void
sweep(struct yard *y)
{
	cs_time next;
	y->op.account = cs_id_zero;
	CHECK_OK(cs_sweep_step(&y->d, &y->op, &next));
	y->op.account = y->halden.account;
}

static bool
is_there(struct yard *y, cs_id id)
{
	struct cs_service_token_row row;
	return !cs_failed(cs_service_token_read(&y->d, &y->op, y->halden.account, id, &row));
}

struct seen_at {
	cs_id account, id;
	cs_time at;
};

static cs_err
write_seen(struct cs_tx *tx, void *ctx)
{
	const struct seen_at *s = ctx;
	return cs_service_token_set_seen(tx, s->account, s->id, s->at);
}

static void
use(struct yard *y, cs_id id)
{
	struct seen_at s = { y->halden.account, id, y->op.now };
	CHECK_OK(cs_store_write(y->d.store, &y->op, write_seen, &s));
}

struct count {
	cs_id account;
	const char *kind;
	size_t n;
};

static cs_err
count_kind(struct cs_tx *tx, void *ctx)
{
	struct count *c = ctx;
	const struct cs_audit_event *list;
	size_t count;
	CS_TRY(
	    cs_audit_list(tx, c->account, (cs_time){ INT64_MAX }, cs_id_zero, 1000, &list, &count));
	c->n = 0;
	for (size_t i = 0; i < count; i++)
		c->n += cs_str_equal(list[i].kind, cs_str_c(c->kind));
	return CS_OK;
}

static size_t
count_audit(struct yard *y, const char *kind)
{
	struct count c = { y->halden.account, kind, 0 };
	CHECK_OK(cs_store_read(y->d.store, &y->op, count_kind, &c));
	return c.n;
}

/* What the sweep allows other nodes to write down whom they saw. */
#define LAG_MS (10 * CS_MINUTE_MS)

TEST(a_token_that_nothing_uses_is_disabled_at_once_and_for_all)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Forgotten'}", &secret);
	wait_for(y, CS_DAY_MS);
	/* setting it up is not using it */
	set_inactivity(y, "disable", 30);
	wait_for(y, 29 * CS_DAY_MS + LAG_MS);
	sweep(y);
	CHECK(opens(y, id, secret));
	wait_for(y, CS_HOUR_MS);
	sweep(y);
	CHECK(!opens(y, id, secret));
	CHECK(is_there(y, id) && !read_row(y, id).token.is_enabled);
	CHECK_INT(count_audit(y, "service_token.suspended"), 1);
	/* enabled again by somebody who means to use it: not taken away an hour later */
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_set_service_token(&c, id, yard_json(y, "{'enabled':true}"), &secret));
	wait_for(y, 2 * CS_HOUR_MS);
	sweep(y);
	CHECK(read_row(y, id).token.is_enabled);
	wait_for(y, 30 * CS_DAY_MS);
	sweep(y);
	CHECK(!read_row(y, id).token.is_enabled);
	/* what is disabled is not disabled again */
	wait_for(y, 31 * CS_DAY_MS);
	sweep(y);
	CHECK_INT(count_audit(y, "service_token.suspended"), 2);
}

TEST(a_token_that_nothing_uses_is_deleted_where_that_is_asked_for)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret, other;
	cs_id id = add(y, "{'name':'Forgotten'}", &secret);
	cs_id off = add(y, "{'name':'Off','enabled':false}", &other);
	set_inactivity(y, "delete", 365);
	wait_for(y, 364 * CS_DAY_MS);
	sweep(y);
	CHECK(is_there(y, id) && is_there(y, off));
	wait_for(y, CS_DAY_MS + LAG_MS + 1);
	sweep(y);
	CHECK(!is_there(y, id) && !is_there(y, off));
	CHECK_INT(count_audit(y, "service_token.expelled"), 2);
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	CHECK_INT(cs_snapshot_config(held)->service_token_count, 0);
}

TEST(a_token_in_use_stays_and_so_does_one_that_a_rule_names)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	cs_id used = add(y, "{'name':'Used'}", &secret);
	cs_id in_policy = add(y, "{'name':'In a policy'}", &secret);
	cs_id in_group = add(y, "{'name':'In a group'}", &secret);
	cs_id unused = add(y, "{'name':'Unused'}", &secret);
	yard_add_group(y, cs_arena_printf(y->arena,
			      "{'name':'G','include':[{'service_token':{'token_id':'%.*s'}}]}",
			      CS_STR_ARG(cs_id_uuid_text(y->arena, in_group)))
			      .p);
	struct cs_config_change c = change_of(y);
	cs_id policy;
	CHECK_OK(cs_config_add_policy(&c,
	    yard_json(y, cs_arena_printf(y->arena,
			     "{'name':'P','decision':'non_identity','include':[{'everyone':{}}],"
			     "'exclude':[{'service_token':{'token_id':'%.*s'}}]}",
			     CS_STR_ARG(cs_id_uuid_text(y->arena, in_policy)))
			     .p),
	    &policy));
	set_inactivity(y, "delete", 30);
	wait_for(y, 20 * CS_DAY_MS);
	use(y, used);
	wait_for(y, 20 * CS_DAY_MS);
	sweep(y);
	CHECK(is_there(y, used) && is_there(y, in_policy) && is_there(y, in_group));
	CHECK(!is_there(y, unused));
	/* once nothing names it */
	c = change_of(y);
	CHECK_OK(cs_config_remove_policy(&c, policy));
	wait_for(y, 2 * CS_HOUR_MS);
	sweep(y);
	CHECK(!is_there(y, in_policy) && is_there(y, in_group) && is_there(y, used));
	wait_for(y, 30 * CS_DAY_MS);
	sweep(y);
	CHECK(!is_there(y, used) && is_there(y, in_group));
}

TEST(nothing_is_retired_where_it_is_not_asked_for)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Forgotten'}", &secret);
	wait_for(y, 900 * CS_DAY_MS);
	sweep(y);
	CHECK(read_row(y, id).token.is_enabled);
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_patch_organization(
	    &c, yard_json(y, "{'service_token_inactivity':{'enabled':false,'action':'delete',"
			     "'inactivity_threshold_days':30}}")));
	wait_for(y, 2 * CS_HOUR_MS);
	sweep(y);
	CHECK(is_there(y, id));
}

TEST(one_node_looks_for_unused_tokens_and_once_an_hour)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	set_inactivity(y, "disable", 30);
	cs_id id = add(y, "{'name':'Forgotten'}", &secret);
	wait_for(y, 30 * CS_DAY_MS + LAG_MS);
	sweep(y); /* not yet due, and the hour's look */
	wait_for(y, CS_HOUR_MS - 1);
	y->d.node = cs_id_new(y->d.rng); /* another node's */
	sweep(y);
	CHECK(read_row(y, id).token.is_enabled);
	wait_for(y, 1);
	sweep(y);
	CHECK(!read_row(y, id).token.is_enabled);
}

TEST_MAIN("domain/config/inactivity")
