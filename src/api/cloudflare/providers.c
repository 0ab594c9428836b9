#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/config/provider.h"

static cs_err
show(struct cs_call *c, int status, cs_id id)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	const struct cs_image_provider *p = cs_image_provider(&v.image, id);
	if (p == NULL)
		return CS_FAIL(NOT_FOUND);
	return cs_door_answer(c, status, cs_show_provider(v.arena, &v.image, &p->row));
}

cs_err
cs_cf_provider_list(struct cs_call *c)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_view_begin(c, &v));
	for (size_t i = 0; i < v.image.provider_count; i++) {
		const struct cs_access_row *row = &v.image.providers[i].row;
		if (cs_page_takes(&p))
			cs_page_put(&p, cs_show_provider(v.arena, &v.image, row));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_provider_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	return show(c, 200, id);
}

cs_err
cs_cf_provider_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_add_provider(&e.change, e.body, &id));
	return show(c, 201, id);
}

cs_err
cs_cf_provider_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_config_set_provider(&e.change, id, e.body));
	return show(c, 200, id);
}

cs_err
cs_cf_provider_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_config_remove_provider(&e.change, id));
	return cs_door_answer(c, 202, cs_show_id(e.arena, id));
}
