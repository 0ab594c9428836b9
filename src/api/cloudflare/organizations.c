#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/organization.h"
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
	return show(c, 200);
}

cs_err
cs_cf_organization_patch(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_patch_organization(&e.change, e.body));
	return show(c, 200);
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
