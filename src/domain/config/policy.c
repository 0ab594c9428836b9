#include "domain/config/policy.h"

#include "domain/config/check.h"
#include "domain/config/decode.h"

struct step {
	const struct cs_config_change *change;
	struct cs_access_row row;
	int64_t precedence;
};

cs_err
cs_policy_prepare(const struct cs_config_change *c, struct cs_arena *a, const json_t *body,
    cs_id id, cs_id application, struct cs_access_row *out)
{
	struct cs_policy policy;
	CS_TRY(cs_policy_decode(a, body, &policy, c->fault));
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	cs_config_body(body, &stored);
	/* kept with the link to the application */
	(void)json_object_del(stored, "precedence");
	*out = (struct cs_access_row){
		.id = id,
		.application = application,
		.name = policy.name,
		.type = cs_arena_str(a, cs_json_text(stored, "decision")),
		.created = c->op->now,
		.updated = c->op->now,
	};
	return cs_json_encode(a, stored, &out->body);
}

int64_t
cs_policy_precedence(const json_t *body)
{
	const json_t *v = cs_json_get(body, "precedence");
	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static cs_err
load(struct cs_tx *tx, const struct step *s, struct cs_image *image)
{
	return cs_image_load(tx, s->change->account, cs_tx_op(tx)->arena, image);
}

static cs_err
record(struct cs_tx *tx, const struct step *s, enum cs_audit_kind what, cs_str name)
{
	return cs_config_record(tx, s->change, what, "policy", s->row.id, name);
}

/* --- reusable --- */

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	CS_TRY(cs_policy_add(tx, s->change->account, &s->row));
	return record(tx, s, CS_AUDIT_CONFIG_CREATED, s->row.name);
}

cs_err
cs_config_add_policy(const struct cs_config_change *c, const json_t *body, cs_id *id)
{
	struct step s = { .change = c };
	*id = cs_id_new(c->domain->rng);
	CS_TRY(cs_policy_prepare(c, c->op->arena, body, *id, cs_id_zero, &s.row));
	return cs_config_apply(c, add, &s);
}

static cs_err
find_reusable(struct cs_tx *tx, const struct step *s, struct cs_access_row *out)
{
	CS_TRY(cs_policy_find(tx, s->change->account, s->row.id, out));
	return cs_id_is_zero(out->application) ? CS_OK : CS_FAIL(NOT_FOUND);
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_access_row old;
	CS_TRY(find_reusable(tx, s, &old));
	CS_TRY(cs_policy_set(tx, s->change->account, &s->row));
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, s->row.name);
}

cs_err
cs_config_set_policy(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s = { .change = c };
	CS_TRY(cs_policy_prepare(c, c->op->arena, body, id, cs_id_zero, &s.row));
	return cs_config_apply(c, set, &s);
}

static cs_err
remove_policy(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_access_row old;
	struct cs_image image;
	CS_TRY(find_reusable(tx, s, &old));
	CS_TRY(load(tx, s, &image));
	CS_TRY(cs_config_check_unused_policy(&image, s->row.id, s->change->fault));
	CS_TRY(cs_policy_remove(tx, s->change->account, s->row.id));
	return record(
	    tx, s, CS_AUDIT_CONFIG_REMOVED, cs_image_policy(&image, s->row.id)->policy.name);
}

cs_err
cs_config_remove_policy(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id } };
	return cs_config_apply(c, remove_policy, &s);
}

/* --- of one application --- */

static cs_err
add_to_application(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_image image;
	CS_TRY(load(tx, s, &image));
	if (cs_image_application(&image, s->row.application) == NULL)
		return CS_FAIL(NOT_FOUND);
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(&image, s->row.application, &count);
	struct cs_policy_link link = {
		.application = s->row.application,
		.policy = s->row.id,
		.precedence = s->precedence,
	};
	if (link.precedence < 0)
		link.precedence = count == 0 ? 1 : links[count - 1].precedence + 1;
	CS_TRY(cs_policy_add(tx, s->change->account, &s->row));
	CS_TRY(cs_policy_link_add(tx, s->change->account, &link));
	return record(tx, s, CS_AUDIT_CONFIG_CREATED, s->row.name);
}

cs_err
cs_config_add_app_policy(
    const struct cs_config_change *c, cs_id application, const json_t *body, cs_id *id)
{
	struct step s = { .change = c, .precedence = cs_policy_precedence(body) };
	*id = cs_id_new(c->domain->rng);
	CS_TRY(cs_policy_prepare(c, c->op->arena, body, *id, application, &s.row));
	return cs_config_apply(c, add_to_application, &s);
}

/* The link of a policy that was made for this application alone. */
static cs_err
find_own(const struct step *s, const struct cs_image *image, struct cs_policy_link *out)
{
	size_t count = 0;
	const struct cs_policy_link *links = cs_image_links(image, s->row.application, &count);
	for (size_t i = 0; i < count; i++) {
		if (!cs_id_equal(links[i].policy, s->row.id))
			continue;
		if (cs_id_is_zero(cs_image_policy(image, s->row.id)->row.application))
			return cs_refuse(s->change->fault,
			    "a reusable policy is changed at the account's policies");
		*out = links[i];
		return CS_OK;
	}
	return CS_FAIL(NOT_FOUND);
}

static cs_err
set_in_application(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_image image;
	struct cs_policy_link link;
	CS_TRY(load(tx, s, &image));
	CS_TRY(find_own(s, &image, &link));
	CS_TRY(cs_policy_set(tx, s->change->account, &s->row));
	if (s->precedence >= 0) {
		link.precedence = s->precedence;
		CS_TRY(cs_policy_link_set(tx, s->change->account, &link));
	}
	return record(tx, s, CS_AUDIT_CONFIG_UPDATED, s->row.name);
}

cs_err
cs_config_set_app_policy(
    const struct cs_config_change *c, cs_id application, cs_id id, const json_t *body)
{
	struct step s = { .change = c, .precedence = cs_policy_precedence(body) };
	CS_TRY(cs_policy_prepare(c, c->op->arena, body, id, application, &s.row));
	return cs_config_apply(c, set_in_application, &s);
}

static cs_err
remove_from_application(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_image image;
	struct cs_policy_link link;
	CS_TRY(load(tx, s, &image));
	CS_TRY(find_own(s, &image, &link));
	CS_TRY(cs_policy_link_remove(tx, s->change->account, link.application, link.policy));
	CS_TRY(cs_policy_remove(tx, s->change->account, link.policy));
	return record(
	    tx, s, CS_AUDIT_CONFIG_REMOVED, cs_image_policy(&image, link.policy)->policy.name);
}

cs_err
cs_config_remove_app_policy(const struct cs_config_change *c, cs_id application, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id, .application = application } };
	return cs_config_apply(c, remove_from_application, &s);
}
