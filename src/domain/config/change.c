#include "domain/config/change.h"

#include "domain/config/check.h"
#include "domain/config/publish.h"
#include "store/change_store.h"

static const char *const shown_only[] = { "id", "uid", "aud", "account_id", "app_count", "reusable",
	"created_at", "updated_at", "read_only", "mfa_configuration_allowed" };

struct application_of {
	const struct cs_config_change *change;
	cs_tx_fn *step;
	void *ctx;
};

static cs_err
check_whole(struct cs_tx *tx, const struct cs_config_change *c)
{
	struct cs_image image;
	cs_err e = cs_image_load(tx, c->account, cs_tx_op(tx)->arena, &image);
	if (cs_is(e, CS_E_LIMIT))
		return cs_refuse(c->fault, "the configuration of this account is too large");
	CS_TRY(e);
	return cs_config_check(&image, c->fault);
}

static cs_err
apply(struct cs_tx *tx, void *ctx)
{
	struct application_of *a = ctx;
	cs_fault_clear(a->change->fault);
	CS_TRY(a->step(tx, a->ctx));
	CS_TRY(check_whole(tx, a->change));
	return cs_change_add(tx, a->change->account, CS_CHANGE_CONFIG, cs_id_zero);
}

cs_err
cs_config_apply(const struct cs_config_change *c, cs_tx_fn *step, void *ctx)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(2 * CS_CONFIG_ARENA_MAX);
	struct cs_op wide = *c->op;
	wide.arena = arena;
	wide.account = c->account;
	struct application_of a = { .change = c, .step = step, .ctx = ctx };
	CS_TRY(cs_store_write(c->domain->store, &wide, apply, &a));
	/* the change is kept either way: when this fails, whoever follows the changes tries again */
	cs_err e = cs_config_publish(c->domain, c->op, c->account);
	return cs_failed(e) ? CS_FAIL(UNCERTAIN) : CS_OK;
}

cs_err
cs_config_record(struct cs_tx *tx, const struct cs_config_change *c, enum cs_audit_kind what,
    const char *kind, cs_id object, cs_str name)
{
	CS_AUTO(cs_json_free) json_t *facts = json_object();
	cs_json_put(facts, "kind", json_string(kind));
	cs_json_put(facts, "name", cs_json_of_str(name));
	cs_str details;
	CS_TRY(cs_json_encode(cs_tx_op(tx)->arena, facts, &details));
	return cs_audit(tx, c->domain, what, c->actor, object, details);
}

void
cs_config_body(const json_t *body, json_t **out)
{
	*out = json_deep_copy(body);
	CS_ASSERT(*out != NULL);
	for (size_t i = 0; i < CS_COUNT(shown_only); i++)
		(void)json_object_del(*out, shown_only[i]);
}

struct reading {
	cs_id account;
	struct cs_image *image;
};

static cs_err
read_rows(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	return cs_image_load(tx, r->account, NULL, r->image);
}

cs_err
cs_config_read(struct cs_domain *d, const struct cs_op *op, cs_id account, struct cs_arena *rows,
    struct cs_image *out)
{
	struct cs_op wide = *op;
	wide.arena = rows;
	struct reading r = { .account = account, .image = out };
	return cs_store_read(d->store, &wide, read_rows, &r);
}
