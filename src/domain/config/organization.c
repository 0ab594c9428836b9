#include "domain/config/organization.h"

#include "domain/config/countersign.h"
#include "domain/config/decode.h"
#include "domain/config/mfa.h"
#include "store/authenticator_store.h"

#include <inttypes.h>

struct step {
	const struct cs_config_change *change;
	const json_t *body;
	bool is_patch;
};

static const char *const kept_when_absent[] = { "name", "auth_domain" };

/* The port does not count. */
static bool
host_is_same(cs_str a, cs_str b)
{
	return cs_str_equal_nocase(
	    cs_str_slice(a, 0, cs_str_find(a, ':', 0)), cs_str_slice(b, 0, cs_str_find(b, ':', 0)));
}

/*
 * A key is bound to the name of the host that it was enrolled at (WebAuthn's rp.id): another name
 * would shut out everybody who has one.
 */
static cs_err
check_auth_domain(struct cs_tx *tx, const struct step *s, const json_t *old, const json_t *body)
{
	int64_t keys;
	if (host_is_same(cs_json_text(old, "auth_domain"), cs_json_text(body, "auth_domain")))
		return CS_OK;
	CS_TRY(cs_authenticator_count_factor(tx, s->change->account, CS_STR("webauthn"), &keys));
	if (keys == 0)
		return CS_OK;
	return cs_refuse(s->change->fault,
	    "organization: auth_domain cannot be changed while security keys or biometrics are "
	    "enrolled (%" PRId64 "): they work on this host's name alone",
	    keys);
}

/*
 * Strict is forced for organizations made since October 2026 (specs: Access §12.6), and none here is
 * older. Only what is asked for now counts: what was stored before it was refused changes nothing.
 */
static cs_err
check_service_tokens(const struct step *s)
{
	struct cs_inactivity checked;
	if (json_is_false(cs_json_get(s->body, "strict_service_token_auth")))
		return cs_refuse(s->change->fault,
		    "organization: strict_service_token_auth cannot be turned off: a service token "
		    "that does not authenticate is answered 401, one that is not admitted 403");
	return cs_inactivity_decode(s->body, &checked, s->change->fault);
}

static cs_err
check_and_encode(
    struct cs_tx *tx, const struct step *s, const json_t *body, struct cs_access_row *row)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	struct cs_organization o;
	CS_TRY(check_service_tokens(s));
	CS_TRY(cs_organization_decode(a, body, &o, s->change->fault));
	row->created = row->updated = s->change->op->now;
	row->name = o.name;
	return cs_json_encode(a, body, &row->body);
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	CS_AUTO(cs_json_free) json_t *body = NULL;
	cs_config_body(s->body, &body);
	struct cs_access_row row = { 0 };
	cs_countersign_keep(NULL, body);
	CS_TRY(cs_mfa_config_settle_amr(NULL, body, c->fault));
	CS_TRY(check_and_encode(tx, s, body, &row));
	cs_err e = cs_organization_add(tx, c->account, &row);
	if (cs_is(e, CS_E_CONFLICT))
		return cs_refuse(c->fault, "this account has an organization already");
	CS_TRY(e);
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_CREATED, "organization", c->account, row.name);
}

cs_err
cs_config_add_organization(const struct cs_config_change *c, const json_t *body)
{
	struct step s = { .change = c, .body = body };
	return cs_config_apply(c, add, &s);
}

/* What the new body takes over from the stored one. */
static cs_err
merge(const struct step *s, json_t *old, json_t *body)
{
	if (s->is_patch) {
		json_t *named = json_copy(body);
		CS_ASSERT(named != NULL);
		json_object_clear(body);
		CS_ASSERT(json_object_update(body, old) == 0);
		CS_ASSERT(json_object_update(body, named) == 0);
		json_decref(named);
	}
	for (size_t i = 0; i < CS_COUNT(kept_when_absent); i++) {
		const char *key = kept_when_absent[i];
		json_t *v = cs_json_get(old, key);
		if (cs_json_get(body, key) == NULL && v != NULL)
			cs_json_put(body, key, json_incref(v));
	}
	cs_countersign_keep(old, body);
	return cs_mfa_config_settle_amr(old, body, s->change->fault);
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_access_row row;
	cs_err e = cs_organization_find(tx, c->account, &row);
	if (cs_is(e, CS_E_NOT_FOUND))
		return cs_refuse_as(c->fault, CS_FAULT_NOT_ENABLED, "Access is not enabled");
	CS_TRY(e);
	CS_AUTO(cs_json_free) json_t *old = NULL;
	CS_TRY(cs_json_decode(cs_str_span(row.body), &old, c->fault));
	CS_AUTO(cs_json_free) json_t *body = NULL;
	cs_config_body(s->body, &body);
	CS_TRY(merge(s, old, body));
	CS_TRY(check_auth_domain(tx, s, old, body));
	CS_TRY(check_and_encode(tx, s, body, &row));
	CS_TRY(cs_organization_set(tx, c->account, &row));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_UPDATED, "organization", c->account, row.name);
}

cs_err
cs_config_set_organization(const struct cs_config_change *c, const json_t *body)
{
	struct step s = { .change = c, .body = body };
	return cs_config_apply(c, set, &s);
}

cs_err
cs_config_patch_organization(const struct cs_config_change *c, const json_t *body)
{
	struct step s = { .change = c, .body = body, .is_patch = true };
	return cs_config_apply(c, set, &s);
}
