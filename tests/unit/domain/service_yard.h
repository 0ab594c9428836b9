/*
 * service_yard.h - a yard's service tokens: made, read back, and tried at the gate.
 */
#ifndef CS_TESTS_SERVICE_YARD_H
#define CS_TESTS_SERVICE_YARD_H

#include "yard.h"

#include "domain/config/service_token.h"

static inline struct cs_config_change
change_of(struct yard *y)
{
	y->fault = (struct cs_fault){ 0 };
	y->op.account = y->halden.account;
	return yard_change(y);
}

static inline cs_id
add(struct yard *y, const char *text, cs_str *secret)
{
	struct cs_config_change c = change_of(y);
	cs_id id;
	CHECK_OK(cs_config_add_service_token(&c, yard_json(y, text), &id, secret));
	return id;
}

static inline struct cs_service_token_row
read_row(struct yard *y, cs_id id)
{
	struct cs_service_token_row row;
	CHECK_OK(cs_service_token_read(&y->d, &y->op, y->halden.account, id, &row));
	return row;
}

/* Who the gate says a secret of this token is, by what is published. */
static inline bool
opens(struct yard *y, cs_id id, cs_str secret)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	struct cs_service_token_row row = read_row(y, id);
	const struct cs_client client = {
		cs_arena_printf(y->arena, "%.*s.access", CS_STR_ARG(row.token.client_id)), secret
	};
	const struct cs_service_token *t =
	    cs_service_authenticate(cs_snapshot_config(held), &client, y->op.now);
	return t != NULL && cs_id_equal(t->id, id);
}

static inline void
wait_for(struct yard *y, int64_t ms)
{
	y->op.now = cs_time_add(y->op.now, ms);
}

#endif
