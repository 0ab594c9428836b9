#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/organization.h"
#include "domain/models.h"
#include "domain/session.h"

static cs_err
show(struct cs_call *c, int status)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	if (!v.image.organization.exists)
		return cs_refuse_as(&cs_door_of(c)->fault, CS_FAULT_NOT_ENABLED,
		    "Access is not enabled. Create an organization first.");
	return cs_door_answer(c, status, cs_show_organization(v.arena, &v.image));
}

/*
 * A list that wants verified models takes none while no root is loaded that could vouch for one:
 * whoever requires it should hear of that now. Whether it is so; false also when nobody knows.
 */
static bool
list_takes_nobody(struct cs_call *c, const struct cs_op *op, const struct cs_access_config *config)
{
	const struct cs_organization *o = &config->organization;
	struct cs_metadata metadata;
	struct cs_roots roots;
	bool wants_verified = false;
	for (size_t i = 0; i < config->list_count && o->models.has_required; i++)
		if (cs_id_equal(config->lists[i].id, o->models.required))
			wants_verified = config->lists[i].wants_verified;
	if (!wants_verified)
		return false;
	return !cs_failed(cs_roots_list(c->domain, op, op->account, &roots)) && roots.count == 0 &&
	       !cs_failed(cs_metadata_find(c->domain, op, &metadata)) && !metadata.is_there;
}

static bool
is_worth_saying(struct cs_call *c, const struct cs_op *op)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	return !cs_failed(cs_gate_acquire(c->domain->gate, op->account, &held)) &&
	       list_takes_nobody(c, op, cs_snapshot_config(held));
}

/* After a change. */
static cs_err
show_changed(struct cs_call *c, const struct cs_op *op)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	json_t *shown = cs_show_organization(v.arena, &v.image);
	if (!is_worth_saying(c, op))
		return cs_door_answer(c, 200, shown);
	return cs_door_answer_message(c, shown, 10000,
	    "required_aaguids names a list that wants verified models, and neither an attestation "
	    "root nor the FIDO metadata is loaded: until then no security key and no biometrics "
	    "can be enrolled");
}

cs_err
cs_cf_organization_get(struct cs_call *c)
{
	return show(c, 200);
}

cs_err
cs_cf_organization_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_organization(&e.change, e.body));
	return show(c, 201);
}

cs_err
cs_cf_organization_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_organization(&e.change, e.body));
	return show_changed(c, &e.op);
}

cs_err
cs_cf_organization_patch(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_patch_organization(&e.change, e.body));
	return show_changed(c, &e.op);
}

/*
 * All sessions of all users with this address end. devices (body_devices in npm's client) and
 * warp_session_reauth are taken: there is no device client whose registration could be revoked.
 */
cs_err
cs_cf_organization_revoke_user(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	CS_TRY(cs_edit_begin(c, &e));
	static const char *const flags[] = { "devices", "body_devices", "warp_session_reauth" };
	for (size_t i = 0; i < CS_COUNT(flags); i++) {
		const json_t *v = cs_json_get(e.body, flags[i]);
		if (v != NULL && !json_is_boolean(v))
			return cs_refuse(e.change.fault, "%s must be true or false", flags[i]);
	}
	cs_str email = cs_json_text(e.body, "email");
	if (email.len == 0 || email.len > 320)
		return cs_refuse(e.change.fault, "email is required");
	size_t count = 0;
	CS_TRY(cs_session_revoke_email(c->domain, &e.op, email, &count));
	return cs_door_answer(c, 200, json_true());
}
