/*
 * seen_values.c - /api/v1/accounts/{account}/identity_providers/{id}/seen_values: what a provider
 * really sends in claims that can be mapped, and what each value counts as.
 */
#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/console/console.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "domain/provider_value.h"
#include "gate/amr.h"

/* By the table, by the provider's mapping and by the organisation's word about "mfa". */
static json_t *
counts_as(const struct cs_access_config *config, cs_id provider, cs_str value)
{
	const struct cs_identity identity = {
		.provider = provider, .amr = { value }, .amr_count = 1
	};
	unsigned methods = cs_amr_methods(config, &identity, config->organization.mfa.methods);

	return cs_mfa_methods_encode(methods);
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
	const struct cs_provider_value *values;
	struct cs_op op = *c->op;
	cs_id provider;
	size_t count;
	json_t *list;
	json_t *o;

	op.account = cs_door_of(c)->grant.account;
	CS_TRY(cs_call_id(c, "id", &provider));
	CS_TRY(cs_gate_acquire(c->domain->gate, op.account, &held));
	if (!provider_exists(cs_snapshot_config(held), provider))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_provider_values_read(c->domain, &op, provider, &values, &count));
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
		    list, show_value(op.arena, cs_snapshot_config(held), provider, &values[i]));
	o = json_object();
	json_object_set_new(o, "seen_values", list);
	return cs_body_answer(c, o);
}
