#include "domain/config/rules.h"

#define EMAIL_MAX 320
#define INNER_MAX 2048

struct rule_row {
	const char *key;
	enum cs_rule_kind kind;
	bool is_identity;
	const char *inner;
};

static const struct rule_row rows[] = {
#define R(KEY, KIND, IS_IDENTITY, INNER) { KEY, KIND, IS_IDENTITY, INNER },
#include "domain/config/rule_kinds.def"
#undef R
};

static const char *const list_names[] = { "include", "exclude", "require" };

static const struct rule_row *
find_row(const char *key)
{
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	}
	return NULL;
}

static cs_str
lower(struct cs_arena *a, cs_str s)
{
	char *p = cs_arena_c(a, s);
	for (size_t i = 0; i < s.len; i++) {
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	}
	return (cs_str){ p, s.len };
}

/* user_risk_score holds a list. Which scores there are is not for us to say. */
static cs_err
check_scores(const json_t *list, const char *what, struct cs_fault *fault)
{
	bool are_texts = json_array_size(list) != 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		are_texts = are_texts && json_string_length(json_array_get(list, i)) != 0;
	return are_texts ? CS_OK
			 : cs_refuse(fault,
			       "%s: user_risk_score of rule user_risk_score must be an array of "
			       "strings such as low",
			       what);
}

/* Every other inner member is a text. */
static cs_err
check_inner(
    const struct rule_row *row, const json_t *inner, const char *what, struct cs_fault *fault)
{
	cs_str names = cs_str_c(row->inner);
	cs_str name;
	while (cs_str_cut(&names, ' ', &name)) {
		char key[32] = { 0 };
		CS_ASSERT(name.len < sizeof(key));
		memcpy(key, name.p, name.len);
		const json_t *v = cs_json_get(inner, key);
		if (v == NULL)
			return cs_refuse(fault, "%s: rule %s needs %s", what, row->key, key);
		if (strcmp(row->key, "user_risk_score") == 0) {
			CS_TRY(check_scores(v, what, fault));
			continue;
		}
		if (!json_is_string(v) || json_string_length(v) == 0 ||
		    json_string_length(v) > INNER_MAX)
			return cs_refuse(fault,
			    "%s: %s of rule %s must be a string of 1 to %d bytes", what, key,
			    row->key, INNER_MAX);
	}
	return CS_OK;
}

static cs_err
decode_email(
    struct cs_arena *a, cs_str text, const char *what, struct cs_rule *out, struct cs_fault *fault)
{
	size_t at = cs_str_find(text, '@', 0);
	if (at == 0 || at + 1 >= text.len || text.len > EMAIL_MAX)
		return cs_refuse(
		    fault, "%s: %.*s is not an e-mail address", what, CS_STR_ARG(text));
	out->text = lower(a, text);
	return CS_OK;
}

static cs_err
decode_domain(
    struct cs_arena *a, cs_str text, const char *what, struct cs_rule *out, struct cs_fault *fault)
{
	if (cs_str_find(text, '@', 0) != text.len || text.len > EMAIL_MAX)
		return cs_refuse(
		    fault, "%s: the domain of email_domain is written without @", what);
	out->text = lower(a, text);
	return CS_OK;
}

/* Two characters of ISO 3166-1, or one of Cloudflare's own that look like it ("T1"). */
static cs_err
decode_country(
    struct cs_arena *a, cs_str text, const char *what, struct cs_rule *out, struct cs_fault *fault)
{
	char *code = cs_arena_c(a, text);
	bool is_good = text.len == 2;
	for (size_t i = 0; i < text.len && is_good; i++) {
		if (code[i] >= 'a' && code[i] <= 'z')
			code[i] = (char)(code[i] - 'a' + 'A');
		is_good = (code[i] >= 'A' && code[i] <= 'Z') ||
			  (i == 1 && code[i] >= '0' && code[i] <= '9');
	}
	if (!is_good)
		return cs_refuse(
		    fault, "%s: country_code of rule geo must be two letters (ISO 3166-1)", what);
	out->text = (cs_str){ code, text.len };
	return CS_OK;
}

/*
 * What a provider says of somebody: which one, which claim, and the value looked for. Like every id
 * of these kinds, one that is no UUID names nothing here: kept, and never judged.
 */
static void
decode_said(
    struct cs_arena *a, const json_t *inner, cs_str name, const char *value, struct cs_rule *out)
{
	if (cs_failed(cs_id_from_uuid(cs_json_text(inner, "identity_provider_id"), &out->id)))
		out->kind = CS_RULE_OTHER;
	out->name = cs_arena_str(a, name);
	out->text = cs_arena_str(a, cs_json_text(inner, value));
}

static cs_err
decode_id(const struct rule_row *row, cs_str text, const char *what, struct cs_rule *out,
    struct cs_fault *fault)
{
	if (cs_failed(cs_id_from_uuid(text, &out->id)))
		return cs_refuse(fault, "%s: the id of rule %s is not a UUID", what, row->key);
	return CS_OK;
}

static cs_err
decode_judged(struct cs_arena *a, const struct rule_row *row, const json_t *inner, const char *what,
    struct cs_rule *out, struct cs_fault *fault)
{
	cs_str text = cs_json_text(inner, row->inner);
	switch (row->kind) {
	case CS_RULE_EMAIL:
		return decode_email(a, text, what, out, fault);
	case CS_RULE_EMAIL_DOMAIN:
		return decode_domain(a, text, what, out, fault);
	case CS_RULE_IP:
		if (cs_failed(cs_network_decode(text, &out->network)))
			return cs_refuse(fault, "%s: %.*s is not an address or a network", what,
			    CS_STR_ARG(text));
		return CS_OK;
	case CS_RULE_GROUP:
	case CS_RULE_LOGIN_METHOD:
	case CS_RULE_EMAIL_LIST:
	case CS_RULE_IP_LIST:
		return decode_id(row, text, what, out, fault);
	case CS_RULE_SERVICE_TOKEN:
	case CS_RULE_LINKED_APP:
		if (cs_failed(cs_id_from_uuid(text, &out->id)))
			out->kind = CS_RULE_OTHER;
		return CS_OK;
	case CS_RULE_GEO:
		return decode_country(a, text, what, out, fault);
	case CS_RULE_OIDC:
		decode_said(a, inner, cs_json_text(inner, "claim_name"), "claim_value", out);
		return CS_OK;
	case CS_RULE_AUTH_CONTEXT:
		decode_said(a, inner, CS_STR(""), "ac_id", out);
		return CS_OK;
	case CS_RULE_AUTH_METHOD:
		out->text = cs_arena_str(a, text);
		return CS_OK;
	case CS_RULE_EVERYONE:
	case CS_RULE_ANY_SERVICE_TOKEN:
	case CS_RULE_OTHER:
		return CS_OK;
	}
	return CS_FAIL(INTERNAL);
}

static cs_err
decode_rule(struct cs_arena *a, const json_t *rule, const char *what, struct cs_rule *out,
    struct cs_fault *fault)
{
	if (!json_is_object(rule) || json_object_size(rule) != 1)
		return cs_refuse(fault, "%s: a rule must be an object with exactly one key", what);
	void *member = json_object_iter((json_t *)(uintptr_t)rule);
	const char *key = json_object_iter_key(member);
	const json_t *inner = json_object_iter_value(member);
	const struct rule_row *row = find_row(key);
	if (row == NULL)
		return cs_refuse(fault, "%s: unknown rule type %.64s", what, key);
	if (!json_is_object(inner))
		return cs_refuse(fault, "%s: rule %s must hold an object", what, row->key);
	CS_TRY(check_inner(row, inner, what, fault));
	out->kind = row->kind;
	return decode_judged(a, row, inner, what, out, fault);
}

static cs_err
decode_list(struct cs_arena *a, const json_t *object, const char *name, const char *what,
    struct cs_rule_list *out, struct cs_fault *fault)
{
	const json_t *list = cs_json_get(object, name);
	if (list != NULL && !json_is_array(list))
		return cs_refuse(fault, "%s: %s must be an array", what, name);
	size_t count = json_array_size(list);
	if (count > CS_RULES_MAX)
		return cs_refuse(
		    fault, "%s: %s holds more than %d rules", what, name, CS_RULES_MAX);
	struct cs_rule *rules = CS_NEW_ARRAY(a, struct cs_rule, count + 1);
	for (size_t i = 0; i < count; i++)
		CS_TRY(decode_rule(a, json_array_get(list, i), what, &rules[i], fault));
	*out = (struct cs_rule_list){ rules, count };
	return CS_OK;
}

cs_err
cs_rules_decode(struct cs_arena *a, const json_t *object, const char *what, struct cs_rules *out,
    struct cs_fault *fault)
{
	*out = (struct cs_rules){ 0 };
	CS_TRY(decode_list(a, object, "include", what, &out->include, fault));
	CS_TRY(decode_list(a, object, "exclude", what, &out->exclude, fault));
	CS_TRY(decode_list(a, object, "require", what, &out->require, fault));
	if (out->include.count == 0)
		return cs_refuse(fault, "%s: include needs at least one rule", what);
	return CS_OK;
}

const char *
cs_rules_identity_key(const json_t *object)
{
	for (size_t l = 0; l < CS_COUNT(list_names); l++) {
		const json_t *list = cs_json_get(object, list_names[l]);
		for (size_t i = 0; i < json_array_size(list); i++) {
			json_t *rule = json_array_get(list, i);
			const char *key = json_object_iter_key(json_object_iter(rule));
			const struct rule_row *row = key == NULL ? NULL : find_row(key);
			if (row != NULL && row->is_identity)
				return row->key;
		}
	}
	return NULL;
}

static bool
list_names_id(const struct cs_rule_list *list, enum cs_rule_kind kind, cs_id id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->rules[i].kind == kind && cs_id_equal(list->rules[i].id, id))
			return true;
	}
	return false;
}

bool
cs_rules_name(const struct cs_rules *rules, enum cs_rule_kind kind, cs_id id)
{
	return list_names_id(&rules->include, kind, id) ||
	       list_names_id(&rules->exclude, kind, id) || list_names_id(&rules->require, kind, id);
}
