/*
 * access_config_fuzz.c - one JSON body, decoded as each configuration object; what is accepted must
 * be accepted again in the text it is stored as, and mean the same.
 */
#include "domain/config/change.h"
#include "domain/config/decode.h"
#include "domain/config/list_values.h"

#include "fuzz.h"

struct decoded {
	struct cs_organization organization;
	struct cs_identity_provider provider;
	struct cs_application application;
	struct cs_policy policy;
	struct cs_rule_group group;
	bool is_taken[5];
};

static bool
is_taken(cs_err e, struct cs_fault *fault)
{
	/* a refusal always says why, in valid UTF-8 */
	CS_ASSERT(cs_failed(e) == (fault->kind != CS_FAULT_NONE));
	CS_ASSERT(fault->len < CS_FAULT_MAX && cs_utf8_is_valid(CS_SPAN(fault->text, fault->len)));
	*fault = (struct cs_fault){ 0 };
	return !cs_failed(e);
}

/* A list's items: what was brought to one form is of that form, and there once. */
static void
check_items(struct cs_arena *a, const json_t *body)
{
	struct cs_fault f = { 0 };
	enum cs_list_type type;
	struct cs_list_item *items;
	size_t count;
	if (!is_taken(cs_list_type_decode(cs_json_text(body, "type"), &type, &f), &f) ||
	    !is_taken(cs_list_items_decode(
			  a, type, json_object_get(body, "items"), "items", &items, &count, &f),
		&f))
		return;
	for (size_t i = 0; i < count; i++) {
		cs_str again;
		CS_ASSERT(!cs_failed(
		    cs_list_value_decode(a, type, items[i].content, "again", &again, &f)));
		CS_ASSERT(cs_str_equal(again, items[i].content));
		CS_ASSERT(i == 0 || !cs_str_equal(items[i - 1].content, items[i].content));
	}
}

static void
decode_all(struct cs_arena *a, const json_t *body, struct decoded *out)
{
	struct cs_fault f = { 0 };
	check_items(a, body);
	out->is_taken[0] = is_taken(cs_organization_decode(a, body, &out->organization, &f), &f);
	out->is_taken[1] = is_taken(cs_provider_decode(a, body, &out->provider, &f), &f);
	out->is_taken[2] = is_taken(cs_application_decode(a, body, &out->application, &f), &f);
	out->is_taken[3] = is_taken(cs_policy_decode(a, body, &out->policy, &f), &f);
	out->is_taken[4] = is_taken(cs_group_decode(a, body, &out->group, &f), &f);
}

static void
check_rules(const struct cs_rules *a, const struct cs_rules *b)
{
	CS_ASSERT(a->include.count == b->include.count && a->include.count > 0);
	CS_ASSERT(a->exclude.count == b->exclude.count);
	CS_ASSERT(a->require.count == b->require.count);
	for (size_t i = 0; i < a->include.count; i++) {
		CS_ASSERT(a->include.rules[i].kind == b->include.rules[i].kind);
		CS_ASSERT(cs_str_equal(a->include.rules[i].text, b->include.rules[i].text));
	}
}

static void
check_same(const struct decoded *a, const struct decoded *b)
{
	CS_ASSERT(memcmp(a->is_taken, b->is_taken, sizeof(a->is_taken)) == 0);
	if (a->is_taken[2]) {
		CS_ASSERT(a->application.destination_count > 0);
		CS_ASSERT(a->application.destination_count == b->application.destination_count);
	}
	if (a->is_taken[3])
		check_rules(&a->policy.rules, &b->policy.rules);
	if (a->is_taken[4])
		check_rules(&a->group.rules, &b->group.rules);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64 << 20);
	CS_AUTO(cs_json_free) json_t *body = NULL;
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	CS_AUTO(cs_json_free) json_t *again = NULL;
	struct cs_fault fault = { 0 };
	if (!is_taken(cs_json_decode((cs_span){ data, size }, &body, &fault), &fault))
		return 0;
	struct decoded first;
	struct decoded second;
	cs_str text;
	decode_all(a, body, &first);
	cs_config_body(body, &stored);
	if (cs_failed(cs_json_encode(a, stored, &text)))
		return 0;
	CS_ASSERT(!cs_failed(cs_json_decode(cs_str_span(text), &again, &fault)));
	decode_all(a, again, &second);
	check_same(&first, &second);
	return 0;
}
