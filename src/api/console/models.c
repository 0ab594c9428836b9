/*
 * models.c - /api/v1/accounts/{account}/…: attestation roots, models by name, the FIDO metadata, and
 * who would be outside of a list.
 */
#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/console/console.h"
#include "api/status.h"
#include "base/codec.h"
#include "domain/json_text.h"
#include "domain/models.h"

#define ROOT_NAME_MAX 200

static cs_id
account_of(const struct cs_call *c)
{
	return cs_door_of(c)->grant.account;
}

static cs_id
actor_of(const struct cs_call *c)
{
	return cs_door_of(c)->grant.member;
}

void
cs_console_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error)
{
	const struct cs_door *door = c->principal.grant;
	struct cs_refusal said = *why;

	if (door != NULL) {
		switch (door->refusal) {
		case CS_DOOR_NONE:
			break;
		case CS_DOOR_MISSING:
		case CS_DOOR_UNKNOWN:
		case CS_DOOR_INACTIVE:
			said.kind = CS_REFUSAL_SIGNED_OUT;
			break;
		case CS_DOOR_ADDRESS:
		case CS_DOOR_FORBIDDEN:
			said.kind = CS_REFUSAL_NOT_ALLOWED;
			break;
		case CS_DOOR_FORGED:
			said.kind = CS_REFUSAL_CSRF;
			break;
		case CS_DOOR_ELSEWHERE:
			said.kind = CS_REFUSAL_NOT_FOUND;
			break;
		case CS_DOOR_PROVE_FIRST:
			said.kind = CS_REFUSAL_PROVE_FIRST;
			break;
		}
	}
	cs_status_refuse(c, &said, error);
}

static void
put(json_t *object, const char *key, json_t *value)
{
	CS_ASSERT(json_object_set_new(object, key, value) == 0);
}

static void
append(json_t *array, json_t *value)
{
	CS_ASSERT(json_array_append_new(array, value) == 0);
}

static json_t *
object_new(void)
{
	json_t *j = json_object();

	CS_ASSERT(j != NULL);
	return j;
}

static json_t *
array_new(void)
{
	json_t *j = json_array();

	CS_ASSERT(j != NULL);
	return j;
}

static cs_err
answer_list(struct cs_call *c, const char *key, json_t *list)
{
	json_t *answer = object_new();

	put(answer, key, list);
	return cs_body_answer(c, answer);
}

static json_t *
aaguid_json(const uint8_t aaguid[static CS_AAGUID_LEN])
{
	char hex[CS_AAGUID_HEX_LEN];

	cs_aaguid_hex(aaguid, hex);
	return cs_json_text_of((cs_str){ hex, sizeof(hex) });
}

static json_t *
statuses_json(unsigned statuses)
{
	json_t *list = array_new();

	for (unsigned left = statuses; left != 0; left &= left - 1)
		append(list, cs_json_text_of(cs_mds_status_name(left & -left)));
	return list;
}

/* --- attestation roots --- */

static json_t *
root_json(const struct cs_root *root)
{
	CS_AUTO(cs_buf_clear) struct cs_buf print;
	json_t *j = object_new();

	cs_buf_init(&print, 2 * sizeof(root->fingerprint));
	cs_hex_encode(CS_SPAN(root->fingerprint, sizeof(root->fingerprint)), &print);
	put(j, "id", cs_json_id_of(root->id));
	put(j, "name", cs_json_text_of(root->name));
	put(j, "subject", cs_json_text_of(root->subject));
	put(j, "not_before", cs_json_time_of(root->not_before));
	put(j, "expires_at", cs_json_time_of(root->not_after));
	put(j, "fingerprint", cs_json_text_of(cs_buf_str(&print)));
	put(j, "created_at", cs_json_time_of(root->created));
	return j;
}

static cs_err
answer_roots(struct cs_call *c, const struct cs_roots *roots)
{
	json_t *list = array_new();

	for (size_t i = 0; i < roots->count; i++)
		append(list, root_json(&roots->items[i]));
	return answer_list(c, "attestation_roots", list);
}

cs_err
cs_console_get_roots(struct cs_call *c)
{
	struct cs_roots roots;

	CS_TRY(cs_roots_list(c->domain, c->op, account_of(c), &roots));
	return answer_roots(c, &roots);
}

cs_err
cs_console_post_roots(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_roots roots;
	cs_str name, pem;

	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "name", ROOT_NAME_MAX, &name));
	CS_TRY(cs_body_text(c, body, "pem", CS_CONSOLE_PEM_MAX, &pem));
	CS_TRY(cs_roots_add(c->domain, c->op, account_of(c), actor_of(c), cs_str_trim(name),
	    cs_str_span(pem), &roots));
	return answer_roots(c, &roots);
}

cs_err
cs_console_delete_root(struct cs_call *c)
{
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_roots_remove(c->domain, c->op, account_of(c), actor_of(c), id));
	return cs_body_answer(c, object_new());
}

/* --- models --- */

static const char *
kind_name(enum cs_aaguid_kind kind)
{
	switch (kind) {
	case CS_AAGUID_KEY:
		return "security_key";
	case CS_AAGUID_PLATFORM:
		return "platform";
	case CS_AAGUID_MANAGER:
		return "password_manager";
	case CS_AAGUID_UNKNOWN:
		break;
	}
	return "unknown";
}

cs_err
cs_console_get_known(struct cs_call *c)
{
	struct cs_known_model *models;
	size_t count;

	CS_TRY(cs_models_known(c->domain, c->op, &models, &count));
	json_t *list = array_new();
	for (size_t i = 0; i < count; i++) {
		json_t *j = object_new();
		put(j, "aaguid", aaguid_json(models[i].aaguid));
		put(j, "name", cs_json_text_of(models[i].name));
		put(j, "kind", json_string(kind_name(models[i].kind)));
		put(j, "source", json_string(models[i].is_in_metadata ? "mds" : "own"));
		put(j, "statuses", statuses_json(models[i].statuses));
		append(list, j);
	}
	return answer_list(c, "known_authenticators", list);
}

cs_err
cs_console_get_metadata(struct cs_call *c)
{
	struct cs_metadata m;

	CS_TRY(cs_metadata_find(c->domain, c->op, &m));
	if (!m.is_there)
		return answer_list(c, "metadata", json_null());
	json_t *j = object_new();
	put(j, "no", json_integer(m.no));
	put(j, "next_update", cs_json_text_of(m.next_update));
	put(j, "imported_at", cs_json_time_of(m.imported));
	put(j, "models", json_integer(m.models));
	return answer_list(c, "metadata", j);
}

/* --- who would be outside --- */

static const char *
evidence_name(enum cs_evidence evidence)
{
	switch (evidence) {
	case CS_EVIDENCE_SELF:
		return "self";
	case CS_EVIDENCE_UNTRUSTED:
		return "untrusted";
	case CS_EVIDENCE_VERIFIED:
		return "verified";
	case CS_EVIDENCE_NONE:
		break;
	}
	return "none";
}

static json_t *
stray_json(const struct cs_model_stray *s)
{
	json_t *user = object_new(), *j = object_new();

	put(user, "id", cs_json_id_of(s->user));
	put(user, "email", cs_json_text_of(s->email));
	put(j, "id", cs_json_id_of(s->authenticator));
	put(j, "user", user);
	put(j, "name", cs_json_text_of(s->name));
	put(j, "model", cs_json_text_of(s->model));
	put(j, "aaguid", aaguid_json(s->aaguid));
	put(j, "evidence", json_string(evidence_name(s->evidence)));
	put(j, "reason",
	    json_string(s->reason == CS_MODEL_UNPROVEN ? "model_unproven" : "model_refused"));
	return j;
}

/* Absent: as a list is unless it says otherwise. */
static cs_err
read_evidence(struct cs_call *c, bool *wants_verified)
{
	cs_str text;

	*wants_verified = true;
	CS_TRY(cs_call_query(c, "evidence", &text));
	if (text.len == 0 || cs_str_equal(text, CS_STR("verified")))
		return CS_OK;
	*wants_verified = false;
	return cs_str_equal(text, CS_STR("claimed")) ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_console_get_outside(struct cs_call *c)
{
	struct cs_model_strays strays;
	bool wants_verified;
	cs_str text;
	cs_id list;

	CS_TRY(cs_call_query(c, "list", &text));
	CS_TRY(read_evidence(c, &wants_verified));
	if (cs_failed(cs_id_from_uuid(text, &list)) && cs_failed(cs_id_from_hex(text, &list)))
		return CS_FAIL(INVALID);
	CS_TRY(cs_models_outside(c->domain, c->op, account_of(c), list, wants_verified, &strays));
	json_t *items = array_new();
	for (size_t i = 0; i < strays.count; i++)
		append(items, stray_json(&strays.items[i]));
	json_t *answer = object_new();
	put(answer, "outside", items);
	put(answer, "total", json_integer(strays.total));
	return cs_body_answer(c, answer);
}
