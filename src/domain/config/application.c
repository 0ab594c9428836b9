#include "domain/config/application.h"

#include "crypto/random.h"
#include "domain/config/countersign.h"
#include "domain/config/decode.h"
#include "domain/config/policy.h"
#include "gate/path.h"
#include "store/change_store.h"
#include "store/session_store.h"

struct step {
	const struct cs_config_change *change;
	struct cs_application application;
	struct cs_access_row row;
	const json_t *policies; /* the body's; NULL: stay as they are */
};

static cs_err
prepare(const struct cs_config_change *c, const json_t *body, cs_id id, struct step *out)
{
	struct cs_arena *a = c->op->arena;
	*out = (struct step){
		.change = c,
		.row = { .id = id, .created = c->op->now, .updated = c->op->now },
		.policies = cs_json_get(body, "policies"),
	};
	CS_TRY(cs_application_decode(a, body, &out->application, c->fault));
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	cs_config_body(body, &stored);
	(void)json_object_del(stored, "policies");
	out->row.name = out->application.name;
	return cs_json_encode(a, stored, &out->row.body);
}

static cs_err
load(struct cs_tx *tx, const struct step *s, struct cs_image *image)
{
	CS_TRY(cs_image_load(tx, s->change->account, NULL, image));
	if (!image->organization.exists)
		return cs_refuse_as(
		    s->change->fault, CS_FAULT_NOT_ENABLED, "Access is not enabled");
	return CS_OK;
}

/* --- places --- */

struct overlap {
	cs_str host;
	bool is_found;
};

static bool
see_host(void *ctx, cs_str host)
{
	struct overlap *o = ctx;
	o->is_found = cs_host_patterns_overlap(o->host, host);
	return !o->is_found;
}

/* A host belongs to one account: its sign-in pages and its cookies are that account's. */
static cs_err
check_host(struct cs_tx *tx, const struct step *s, cs_str host, bool is_pattern)
{
	const struct cs_config_change *c = s->change;
	cs_id owner;
	cs_err e = cs_account_by_host(tx, host, &owner);
	if (!cs_is(e, CS_E_NOT_FOUND)) {
		CS_TRY(e);
		return cs_refuse(c->fault, "application: %.*s is a sign-in host", CS_STR_ARG(host));
	}
	struct overlap o = { .host = host };
	CS_TRY(cs_place_is_foreign(tx, c->account, host, &o.is_found));
	if (!o.is_found)
		CS_TRY(cs_place_each_foreign(tx, c->account, is_pattern, see_host, &o));
	if (o.is_found)
		return cs_refuse_as(
		    c->fault, CS_FAULT_EXISTS, "%.*s cannot be used here", CS_STR_ARG(host));
	return CS_OK;
}

static cs_err
write_places(struct cs_tx *tx, const struct step *s)
{
	const struct cs_config_change *c = s->change;
	CS_TRY(cs_place_remove(tx, c->account, s->row.id));
	for (size_t i = 0; i < s->application.destination_count; i++) {
		const struct cs_destination *d = &s->application.destinations[i];
		struct cs_place place = {
			.application = s->row.id,
			.host = d->host,
			.path = d->path,
			.is_pattern = cs_str_find(d->host, '*', 0) < d->host.len,
		};
		CS_TRY(check_host(tx, s, d->host, place.is_pattern));
		cs_err e = cs_place_add(tx, c->account, &place);
		if (cs_is(e, CS_E_CONFLICT))
			return cs_refuse_as(c->fault, CS_FAULT_EXISTS,
			    "an application guards %.*s%.*s already", CS_STR_ARG(d->host),
			    CS_STR_ARG(d->path));
		CS_TRY(e);
	}
	return CS_OK;
}

/* --- policies --- */

static cs_err
no_policy(const struct step *s, cs_str id)
{
	return cs_refuse(s->change->fault, "application: there is no policy %.*s", CS_STR_ARG(id));
}

/* A policy object of its own, new or known. */
static cs_err
write_own_policy(struct cs_tx *tx, const struct step *s, const json_t *body, bool is_new, cs_id id)
{
	const struct cs_config_change *c = s->change;
	struct cs_access_row row;
	CS_TRY(cs_policy_prepare(c, cs_tx_op(tx)->arena, body, id, s->row.id, &row));
	CS_TRY(is_new ? cs_policy_add(tx, c->account, &row) : cs_policy_set(tx, c->account, &row));
	return cs_config_record(tx, c, is_new ? CS_AUDIT_CONFIG_CREATED : CS_AUDIT_CONFIG_UPDATED,
	    "policy", id, row.name);
}

/*
 * One element of policies. What GET shows can be sent back whole: a reusable policy's content is
 * then passed over, an own one's is written.
 */
static cs_err
take_policy(struct cs_tx *tx, const struct step *s, const struct cs_image *image,
    const json_t *element, cs_id *id)
{
	cs_str text = json_is_string(element)
			  ? (cs_str){ json_string_value(element), json_string_length(element) }
			  : cs_json_text(element, "id");
	if (text.len == 0) {
		*id = cs_id_new(s->change->domain->rng);
		return write_own_policy(tx, s, element, true, *id);
	}
	if (cs_failed(cs_id_from_uuid(text, id)))
		return no_policy(s, text);
	const struct cs_image_policy *p = cs_image_policy(image, *id);
	if (p == NULL)
		return no_policy(s, text);
	if (cs_id_is_zero(p->row.application))
		return CS_OK;
	if (!cs_id_equal(p->row.application, s->row.id))
		return no_policy(s, text);
	if (cs_json_get(element, "include") == NULL)
		return CS_OK;
	return write_own_policy(tx, s, element, false, *id);
}

static cs_err
drop_links(struct cs_tx *tx, const struct step *s, const struct cs_image *image)
{
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(image, s->row.id, &count);
	for (size_t i = 0; i < count; i++)
		CS_TRY(cs_policy_link_remove(tx, s->change->account, s->row.id, links[i].policy));
	return CS_OK;
}

static bool
has_id(const cs_id *ids, size_t count, cs_id id)
{
	for (size_t i = 0; i < count; i++) {
		if (cs_id_equal(ids[i], id))
			return true;
	}
	return false;
}

static cs_err
drop_unlisted(struct cs_tx *tx, const struct step *s, const struct cs_image *image,
    const cs_id *kept, size_t count)
{
	const struct cs_config_change *c = s->change;
	for (size_t i = 0; i < image->policy_count; i++) {
		const struct cs_access_row *row = &image->policies[i].row;
		if (!cs_id_equal(row->application, s->row.id) || has_id(kept, count, row->id))
			continue;
		CS_TRY(cs_policy_remove(tx, c->account, row->id));
		CS_TRY(cs_config_record(
		    tx, c, CS_AUDIT_CONFIG_REMOVED, "policy", row->id, CS_STR("")));
	}
	return CS_OK;
}

static cs_err
write_policies(struct cs_tx *tx, const struct step *s, const struct cs_image *image)
{
	size_t count = json_array_size(s->policies);
	cs_id *ids = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_id, count + 1);
	CS_TRY(drop_links(tx, s, image));
	for (size_t i = 0; i < count; i++) {
		const json_t *element = json_array_get(s->policies, i);
		CS_TRY(take_policy(tx, s, image, element, &ids[i]));
		if (has_id(ids, i, ids[i]))
			return cs_refuse(s->change->fault, "application: a policy is listed twice");
		int64_t precedence = cs_policy_precedence(element);
		struct cs_policy_link link = {
			.application = s->row.id,
			.policy = ids[i],
			.precedence = precedence >= 0 ? precedence : (int64_t)i + 1,
		};
		CS_TRY(cs_policy_link_add(tx, s->change->account, &link));
	}
	return drop_unlisted(tx, s, image, ids, count);
}

/* --- the application itself --- */

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_image image;
	CS_TRY(load(tx, s, &image));
	CS_TRY(cs_application_add(tx, c->account, &s->row));
	CS_TRY(write_places(tx, s));
	if (s->policies != NULL)
		CS_TRY(write_policies(tx, s, &image));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_CREATED, "application", s->row.id, s->row.name);
}

cs_err
cs_config_add_application(const struct cs_config_change *c, const json_t *body, cs_id *id)
{
	struct step s;
	*id = cs_id_new(c->domain->rng);
	CS_TRY(prepare(c, body, *id, &s));
	cs_random_fill(c->domain->rng, s.row.aud, sizeof(s.row.aud));
	return cs_config_apply(c, add, &s);
}

/* The row that replaces the stored one. */
static cs_err
settle_row(struct cs_tx *tx, const struct step *s, struct cs_access_row *out)
{
	struct cs_access_row old;
	*out = s->row;
	CS_TRY(cs_application_find(tx, s->change->account, s->row.id, &old));
	return cs_countersign_keep_text(
	    cs_tx_op(tx)->arena, old.body, &out->body, s->change->fault);
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_image image;
	struct cs_access_row row;
	CS_TRY(load(tx, s, &image));
	CS_TRY(settle_row(tx, s, &row));
	CS_TRY(cs_application_set(tx, c->account, &row));
	CS_TRY(write_places(tx, s));
	if (s->policies != NULL)
		CS_TRY(write_policies(tx, s, &image));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_UPDATED, "application", s->row.id, s->row.name);
}

cs_err
cs_config_set_application(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s;
	CS_TRY(prepare(c, body, id, &s));
	return cs_config_apply(c, set, &s);
}

/* --- the two settings that have a call of their own --- */

static const char *const setting_keys[] = { "allow_iframe", "skip_interstitial" };

struct settings_step {
	const struct cs_config_change *change;
	cs_id id;
	const json_t *body;
	bool is_patch;
};

static cs_err
check_settings(const json_t *body, struct cs_fault *fault)
{
	for (size_t i = 0; i < CS_COUNT(setting_keys); i++) {
		const json_t *v = cs_json_get(body, setting_keys[i]);
		if (v != NULL && !json_is_boolean(v))
			return cs_refuse(
			    fault, "application: %s is true or false", setting_keys[i]);
	}
	return CS_OK;
}

static void
merge_settings(const struct settings_step *s, json_t *stored)
{
	for (size_t i = 0; i < CS_COUNT(setting_keys); i++) {
		json_t *v = cs_json_get(s->body, setting_keys[i]);
		if (v != NULL)
			cs_json_put(stored, setting_keys[i], json_incref(v));
		else if (!s->is_patch)
			(void)json_object_del(stored, setting_keys[i]);
	}
}

static cs_err
set_settings(struct cs_tx *tx, void *ctx)
{
	const struct settings_step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_access_row row;
	CS_TRY(cs_application_find(tx, c->account, s->id, &row));
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	CS_TRY(cs_json_decode(cs_str_span(row.body), &stored, c->fault));
	merge_settings(s, stored);
	row.name = cs_json_text(stored, "name");
	row.updated = c->op->now;
	CS_TRY(cs_json_encode(cs_tx_op(tx)->arena, stored, &row.body));
	CS_TRY(cs_application_set(tx, c->account, &row));
	return cs_config_record(tx, c, CS_AUDIT_CONFIG_UPDATED, "application", s->id, row.name);
}

cs_err
cs_config_set_application_settings(
    const struct cs_config_change *c, cs_id id, const json_t *body, bool is_patch)
{
	struct settings_step s = { .change = c, .id = id, .body = body, .is_patch = is_patch };
	CS_TRY(check_settings(body, c->fault));
	return cs_config_apply(c, set_settings, &s);
}

static cs_err
end_sessions(struct cs_tx *tx, const struct step *s)
{
	CS_TRY(cs_app_session_remove_of_application(tx, s->change->account, s->row.id));
	return cs_change_add(tx, s->change->account, CS_CHANGE_APPLICATION, s->row.id);
}

static cs_err
remove_application(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	CS_TRY(cs_application_remove(tx, c->account, s->row.id));
	CS_TRY(end_sessions(tx, s));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_REMOVED, "application", s->row.id, CS_STR(""));
}

cs_err
cs_config_remove_application(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id } };
	cs_err e = cs_config_apply(c, remove_application, &s);
	cs_gate_drop_application(c->domain->gate, c->account, id);
	return e;
}

static cs_err
revoke(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_access_row row;
	CS_TRY(cs_application_find(tx, s->change->account, s->row.id, &row));
	CS_TRY(end_sessions(tx, s));
	return cs_config_record(
	    tx, s->change, CS_AUDIT_APPLICATION_REVOKED, "application", s->row.id, CS_STR(""));
}

cs_err
cs_config_revoke_application(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id } };
	struct cs_op op = *c->op;
	op.account = c->account;
	cs_err e = cs_store_write(c->domain->store, &op, revoke, &s);
	cs_gate_drop_application(c->domain->gate, c->account, id);
	return e;
}
