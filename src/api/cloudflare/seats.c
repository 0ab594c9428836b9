#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/users.h"

#define SEATS_MAX 1000

/* {"seat_uid","access_seat","gateway_seat"}: a seat is a user, under the user's id. */
static cs_err
check_seat(struct cs_call *c, const struct cs_op *op, const json_t *seat, cs_id *out_id,
    struct cs_user_profile *out)
{
	struct cs_fault *fault = &cs_door_of(c)->fault;
	if (!json_is_object(seat) || !json_is_boolean(json_object_get(seat, "access_seat")) ||
	    !json_is_boolean(json_object_get(seat, "gateway_seat")))
		return cs_refuse(fault, "a seat has seat_uid, access_seat and gateway_seat");
	if (cs_failed(cs_id_from_uuid(cs_json_text(seat, "seat_uid"), out_id)))
		return cs_refuse(fault, "seat_uid must be a UUID");
	cs_err e = cs_users_find(c->domain, op, *out_id, out);
	return cs_is(e, CS_E_NOT_FOUND) ? cs_refuse(fault, "there is no seat %.*s",
					      CS_STR_ARG(cs_json_text(seat, "seat_uid")))
					: e;
}

static cs_err
show_seats(struct cs_call *c, const struct cs_op *op, const json_t *body, json_t *out)
{
	for (size_t i = 0; i < json_array_size(body); i++) {
		const json_t *seat = json_array_get(body, i);
		struct cs_user_profile profile;
		cs_id id;
		CS_TRY(check_seat(c, op, seat, &id, &profile));
		json_t *j = json_object();
		cs_json_put(j, "seat_uid", cs_json_of_str(cs_id_uuid_text(op->arena, id)));
		cs_json_put(j, "access_seat", json_incref(json_object_get(seat, "access_seat")));
		cs_json_put(j, "gateway_seat", json_incref(json_object_get(seat, "gateway_seat")));
		cs_json_put(j, "created_at", cs_show_time(op->arena, profile.user.created));
		cs_json_put(j, "updated_at", cs_show_time(op->arena, op->now));
		CS_ASSERT(json_array_append_new(out, j) == 0);
	}
	return CS_OK;
}

/* A bare array. Taken and answered as it was asked: seats are not limited here, so none is kept. */
cs_err
cs_cf_seats_edit(struct cs_call *c)
{
	struct cs_fault *fault = &cs_door_of(c)->fault;
	struct cs_op op = *c->op;
	cs_span text = c->rq->body;
	CS_AUTO(cs_json_free)
	json_t *body = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
	CS_AUTO(cs_json_free) json_t *shown = json_array();
	op.account = cs_door_of(c)->grant.account;
	if (!json_is_array(body) || json_array_size(body) > SEATS_MAX)
		return cs_refuse(fault, "the body must be an array of at most %d seats", SEATS_MAX);
	CS_TRY(show_seats(c, &op, body, shown));
	return cs_door_answer_message(c, CS_TAKE(shown), 10000,
	    "Seats are not limited here: every user who may sign in has one, and nothing was "
	    "changed. To keep somebody out, disable or remove the user.");
}
