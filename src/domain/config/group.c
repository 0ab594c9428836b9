#include "domain/config/group.h"

#include "domain/config/check.h"
#include "domain/config/decode.h"

struct step {
	const struct cs_config_change *change;
	struct cs_access_row row;
};

/* Decoded once here, for its reasons; the text is what is stored. */
static cs_err
prepare(const struct cs_config_change *c, const json_t *body, cs_id id, struct step *out)
{
	struct cs_arena *a = c->op->arena;
	struct cs_rule_group group;
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	cs_config_body(body, &stored);
	CS_TRY(cs_group_decode(a, stored, &group, c->fault));
	*out = (struct step){
		.change = c,
		.row = { .id = id,
		    .name = group.name,
		    .created = c->op->now,
		    .updated = c->op->now },
	};
	return cs_json_encode(a, stored, &out->row.body);
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	CS_TRY(cs_group_add(tx, s->change->account, &s->row));
	return cs_config_record(
	    tx, s->change, CS_AUDIT_CONFIG_CREATED, "group", s->row.id, s->row.name);
}

cs_err
cs_config_add_group(const struct cs_config_change *c, const json_t *body, cs_id *id)
{
	struct step s;
	*id = cs_id_new(c->domain->rng);
	CS_TRY(prepare(c, body, *id, &s));
	return cs_config_apply(c, add, &s);
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	CS_TRY(cs_group_set(tx, s->change->account, &s->row));
	return cs_config_record(
	    tx, s->change, CS_AUDIT_CONFIG_UPDATED, "group", s->row.id, s->row.name);
}

cs_err
cs_config_set_group(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s;
	CS_TRY(prepare(c, body, id, &s));
	return cs_config_apply(c, set, &s);
}

static cs_err
remove_group(struct cs_tx *tx, void *ctx)
{
	const struct step *s = ctx;
	struct cs_image image;
	CS_TRY(cs_image_load(tx, s->change->account, cs_tx_op(tx)->arena, &image));
	const struct cs_image_group *g = cs_image_group(&image, s->row.id);
	if (g == NULL)
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_config_check_unused_group(&image, s->row.id, s->change->fault));
	CS_TRY(cs_group_remove(tx, s->change->account, s->row.id));
	return cs_config_record(
	    tx, s->change, CS_AUDIT_CONFIG_REMOVED, "group", s->row.id, g->group.name);
}

cs_err
cs_config_remove_group(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id } };
	return cs_config_apply(c, remove_group, &s);
}
