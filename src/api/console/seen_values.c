/*
 * seen_values.c - /api/v1/accounts/{account}/identity_providers/{id}/seen_values: what a provider
 * really sends in claims that can be mapped, and what each value counts as.
 */
#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/console/console.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "gate/amr.h"
#include "store/provider_value_store.h"

struct seen_ctx {
	cs_id provider;
	const struct cs_provider_value *values;
	size_t count;
};

static cs_err
read_values(struct cs_tx *tx, void *ctx)
{
	struct seen_ctx *c = ctx;

	return cs_provider_value_list(
	    tx, cs_tx_op(tx)->account, c->provider, &c->values, &c->count);
}

/* By the table, by the provider's mapping and by the organisation's word about "mfa". */
static json_t *
counts_as(const struct cs_access_config *config, cs_id provider, cs_str value)
{
	const struct cs_identity identity = {
		.provider = provider, .amr = { value }, .amr_count = 1
	};
	unsigned methods = cs_amr_methods(config, &identity, config->organization.mfa.methods);
	json_t *list = json_array();

	for (unsigned bit = 1; bit <= CS_MFA_SECURITY_KEY; bit <<= 1)
		if ((methods & bit) != 0)
			json_array_append_new(list, json_string(cs_mfa_method_name(bit)));
	return list;
}

static json_t *
show_value(struct cs_arena *a, const struct cs_access_config *config, cs_id provider,
    const struct cs_provider_value *v)
{
	bool is_amr = cs_str_equal(v->claim, CS_STR("amr"));
	json_t *o = json_object();

	json_object_set_new(o, "claim", cs_json_text_of(v->claim));
	json_object_set_new(o, "value", cs_json_text_of(v->value));
	json_object_set_new(o, "first_seen", cs_json_text_of(cs_time_text(a, v->first_seen)));
	json_object_set_new(o, "last_seen", cs_json_text_of(cs_time_text(a, v->last_seen)));
	json_object_set_new(
	    o, "counts_as", is_amr ? counts_as(config, provider, v->value) : json_array());
	return o;
}

static bool
provider_exists(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, id))
			return true;
	return false;
}

cs_err
cs_console_get_seen_values(struct cs_call *c)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct cs_op op = *c->op;
	struct seen_ctx seen = { .count = 0 };
	json_t *list;
	json_t *o;

	op.account = cs_door_of(c)->grant.account;
	CS_TRY(cs_call_id(c, "id", &seen.provider));
	CS_TRY(cs_gate_acquire(c->domain->gate, op.account, &held));
	if (!provider_exists(cs_snapshot_config(held), seen.provider))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_store_read(c->domain->store, &op, read_values, &seen));
	list = json_array();
	for (size_t i = 0; i < seen.count; i++)
		json_array_append_new(list,
		    show_value(op.arena, cs_snapshot_config(held), seen.provider, &seen.values[i]));
	o = json_object();
	json_object_set_new(o, "seen_values", list);
	return cs_body_answer(c, o);
}
