#include "domain/config/image.h"

#include "base/log.h"
#include "domain/config/decode.h"
#include "domain/config/list.h"
#include "domain/config/list_values.h"
#include "domain/config/rules.h"

static void
report_broken(const struct cs_op *op, const char *kind, cs_id id, const struct cs_fault *fault)
{
	CS_LOG(op, CONFIG_BROKEN, CS_F_C("kind", kind), CS_F_ID("object", id),
	    CS_F_STR("reason", ((cs_str){ fault->text, fault->len })));
}

/* What is in the store was checked when it was written; a later programme may be stricter. */
static json_t *
parse(const struct cs_access_row *row, struct cs_fault *fault)
{
	json_t *body = NULL;
	return cs_failed(cs_json_decode(cs_str_span(row->body), &body, fault)) ? NULL : body;
}

static bool
decode_group(const struct cs_op *op, struct cs_arena *a, struct cs_image_group *g)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = parse(&g->row, &fault);
	if (body == NULL || cs_failed(cs_group_decode(a, body, &g->group, &fault))) {
		report_broken(op, "group", g->row.id, &fault);
		return false;
	}
	g->group.id = g->row.id;
	g->identity_key = cs_rules_identity_key(body);
	return true;
}

static bool
decode_policy(const struct cs_op *op, struct cs_arena *a, struct cs_image_policy *p)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = parse(&p->row, &fault);
	if (body == NULL || cs_failed(cs_policy_decode(a, body, &p->policy, &fault))) {
		report_broken(op, "policy", p->row.id, &fault);
		return false;
	}
	p->policy.id = p->row.id;
	return true;
}

static bool
decode_provider(const struct cs_op *op, struct cs_arena *a, struct cs_image_provider *p)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = parse(&p->row, &fault);
	if (body == NULL || cs_failed(cs_provider_decode(a, body, &p->provider, &fault))) {
		report_broken(op, "identity provider", p->row.id, &fault);
		return false;
	}
	p->provider.id = p->row.id;
	p->provider.sealed_client_secret = cs_arena_span(a, p->row.sealed);
	return true;
}

static bool
decode_application(const struct cs_op *op, struct cs_arena *a, struct cs_image_application *app)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = parse(&app->row, &fault);
	bool is_good =
	    body != NULL && !cs_failed(cs_application_decode(a, body, &app->application, &fault));
	if (!is_good)
		report_broken(op, "application", app->row.id, &fault);
	app->application.id = app->row.id;
	memcpy(app->application.aud, app->row.aud, sizeof(app->row.aud));
	return is_good;
}

static bool
decode_list(const struct cs_op *op, struct cs_arena *a, struct cs_image_list *l)
{
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = NULL;
	if (cs_failed(cs_json_decode(cs_str_span(l->row.body), &body, &fault)) ||
	    cs_failed(cs_list_type_decode(l->row.type, &l->list.type, &fault))) {
		report_broken(op, "list", l->row.id, &fault);
		return false;
	}
	l->list.id = l->row.id;
	l->list.name = cs_arena_str(a, l->row.name);
	l->list.wants_verified = cs_list_body_wants_verified(body);
	return true;
}

static cs_err
load_organization(struct cs_tx *tx, struct cs_arena *a, struct cs_image *out)
{
	cs_err e = cs_organization_find(tx, out->account.id, &out->organization_row);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	out->organization.exists = true;
	if (a == NULL)
		return CS_OK;
	struct cs_fault fault = { 0 };
	CS_AUTO(cs_json_free) json_t *body = parse(&out->organization_row, &fault);
	if (body == NULL ||
	    cs_failed(cs_organization_decode(a, body, &out->organization, &fault))) {
		report_broken(cs_tx_op(tx), "organization", out->account.id, &fault);
		out->organization_is_broken = true;
		out->organization.exists = true;
	}
	return CS_OK;
}

static cs_err
count_bytes(const struct cs_access_rows *rows, size_t *total)
{
	for (size_t i = 0; i < rows->count; i++)
		*total += rows->rows[i].body.len;
	return *total <= CS_CONFIG_MAX_BYTES ? CS_OK : CS_FAIL(LIMIT);
}

static cs_err
load_providers(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *out, size_t *total)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_access_rows rows;
	CS_TRY(cs_provider_list(tx, out->account.id, &rows));
	CS_TRY(count_bytes(&rows, total));
	out->providers = CS_NEW_ARRAY(op->arena, struct cs_image_provider, rows.count + 1);
	for (; out->provider_count < rows.count; out->provider_count++) {
		struct cs_image_provider *entry = &out->providers[out->provider_count];
		entry->row = rows.rows[out->provider_count];
		entry->is_broken = decoded != NULL && !decode_provider(op, decoded, entry);
	}
	return CS_OK;
}

static cs_err
load_groups(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *out, size_t *total)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_access_rows rows;
	CS_TRY(cs_group_list(tx, out->account.id, &rows));
	CS_TRY(count_bytes(&rows, total));
	out->groups = CS_NEW_ARRAY(op->arena, struct cs_image_group, rows.count + 1);
	for (; out->group_count < rows.count; out->group_count++) {
		struct cs_image_group *entry = &out->groups[out->group_count];
		entry->row = rows.rows[out->group_count];
		entry->is_broken = decoded != NULL && !decode_group(op, decoded, entry);
	}
	return CS_OK;
}

static cs_err
load_policies(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *out, size_t *total)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_access_rows rows;
	CS_TRY(cs_policy_list(tx, out->account.id, &rows));
	CS_TRY(count_bytes(&rows, total));
	out->policies = CS_NEW_ARRAY(op->arena, struct cs_image_policy, rows.count + 1);
	for (; out->policy_count < rows.count; out->policy_count++) {
		struct cs_image_policy *entry = &out->policies[out->policy_count];
		entry->row = rows.rows[out->policy_count];
		entry->is_broken = decoded != NULL && !decode_policy(op, decoded, entry);
	}
	return CS_OK;
}

static cs_err
load_applications(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *out, size_t *total)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_access_rows rows;
	CS_TRY(cs_application_list(tx, out->account.id, &rows));
	CS_TRY(count_bytes(&rows, total));
	out->applications = CS_NEW_ARRAY(op->arena, struct cs_image_application, rows.count + 1);
	for (; out->application_count < rows.count; out->application_count++) {
		struct cs_image_application *entry = &out->applications[out->application_count];
		entry->row = rows.rows[out->application_count];
		entry->is_broken = decoded != NULL && !decode_application(op, decoded, entry);
	}
	return CS_OK;
}

static cs_err
load_lists(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *out, size_t *total)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_list_row *rows;
	size_t count;
	CS_TRY(cs_list_list(tx, out->account.id, &rows, &count));
	out->lists = CS_NEW_ARRAY(op->arena, struct cs_image_list, count + 1);
	for (; out->list_count < count; out->list_count++) {
		struct cs_image_list *entry = &out->lists[out->list_count];
		entry->row = rows[out->list_count];
		*total += entry->row.body.len;
		entry->is_broken = decoded != NULL && !decode_list(op, decoded, entry);
	}
	return *total <= CS_CONFIG_MAX_BYTES ? CS_OK : CS_FAIL(LIMIT);
}

cs_err
cs_image_load(struct cs_tx *tx, cs_id account, struct cs_arena *decoded, struct cs_image *out)
{
	*out = (struct cs_image){ 0 };
	size_t total = 0;
	CS_TRY(cs_account_find(tx, account, &out->account));
	CS_TRY(load_organization(tx, decoded, out));
	CS_TRY(load_providers(tx, decoded, out, &total));
	CS_TRY(load_groups(tx, decoded, out, &total));
	CS_TRY(load_policies(tx, decoded, out, &total));
	CS_TRY(load_applications(tx, decoded, out, &total));
	CS_TRY(load_lists(tx, decoded, out, &total));
	CS_TRY(cs_service_token_list(tx, account, &out->service_tokens, &out->service_token_count));
	CS_TRY(cs_policy_link_list(tx, account, &out->links, &out->link_count));
	return cs_place_list(tx, account, &out->places, &out->place_count);
}

const struct cs_image_group *
cs_image_group(const struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->group_count; i++) {
		if (cs_id_equal(image->groups[i].row.id, id))
			return &image->groups[i];
	}
	return NULL;
}

const struct cs_image_policy *
cs_image_policy(const struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->policy_count; i++) {
		if (cs_id_equal(image->policies[i].row.id, id))
			return &image->policies[i];
	}
	return NULL;
}

const struct cs_image_provider *
cs_image_provider(const struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->provider_count; i++) {
		if (cs_id_equal(image->providers[i].row.id, id))
			return &image->providers[i];
	}
	return NULL;
}

const struct cs_image_application *
cs_image_application(const struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->application_count; i++) {
		if (cs_id_equal(image->applications[i].row.id, id))
			return &image->applications[i];
	}
	return NULL;
}

size_t
cs_image_policy_uses(const struct cs_image *image, cs_id policy)
{
	size_t uses = 0;
	for (size_t i = 0; i < image->link_count; i++)
		uses += cs_id_equal(image->links[i].policy, policy);
	return uses;
}

const struct cs_policy_link *
cs_image_links(const struct cs_image *image, cs_id application, size_t *count)
{
	size_t from = 0;
	while (
	    from < image->link_count && !cs_id_equal(image->links[from].application, application))
		from++;
	*count = 0;
	while (from + *count < image->link_count &&
	       cs_id_equal(image->links[from + *count].application, application))
		(*count)++;
	return image->link_count == 0 ? NULL : &image->links[from == image->link_count ? 0 : from];
}

const struct cs_image_list *
cs_image_list(const struct cs_image *image, cs_id id)
{
	for (size_t i = 0; i < image->list_count; i++) {
		if (cs_id_equal(image->lists[i].row.id, id))
			return &image->lists[i];
	}
	return NULL;
}
