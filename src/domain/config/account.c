#include "domain/config/account.h"

#include "domain/audit.h"
#include "domain/config/destination.h"
#include "domain/config/member.h"
#include "domain/person.h"
#include "store/access_store.h"
#include "store/account_store.h"
#include "store/change_store.h"
#include "store/member_store.h"

#define ACCOUNT_NAME_MAX 100

/* --- origins --- */

static cs_err
no_origin(cs_str text, struct cs_fault *fault)
{
	return cs_refuse(
	    fault, "%.*s is not an origin such as https://auth.example.com", CS_STR_ARG(text));
}

cs_err
cs_origin_decode(
    struct cs_arena *a, cs_str text, cs_str *origin, cs_str *host, struct cs_fault *fault)
{
	*origin = *host = CS_STR_NONE;
	bool is_https = cs_str_starts(text, CS_STR("https://"));
	if (!is_https && !cs_str_starts(text, CS_STR("http://")))
		return no_origin(text, fault);
	cs_str rest = cs_str_slice(text, is_https ? 8 : 7, text.len);
	if (cs_str_ends(rest, CS_STR("/")))
		rest.len--;
	struct cs_destination d;
	CS_TRY(cs_destination_decode(a, rest, &d, fault));
	if (d.path.len != 0 || cs_str_find(d.host, '*', 0) != d.host.len)
		return no_origin(text, fault);
	cs_str port = cs_str_slice(rest, d.host.len, rest.len);
	if (cs_str_equal(port, is_https ? CS_STR(":443") : CS_STR(":80")))
		port = CS_STR("");
	*host = d.host;
	*origin = cs_arena_printf(
	    a, "%s://%.*s%.*s", is_https ? "https" : "http", CS_STR_ARG(d.host), CS_STR_ARG(port));
	return CS_OK;
}

/* --- the account --- */

struct creation {
	const struct cs_domain *domain;
	struct cs_account account;
	cs_str console_host;
	cs_str console_origin;
	cs_str email;
	struct cs_fault *fault;
	struct cs_created_account *out;
};

static cs_err
check_host_is_free(struct cs_tx *tx, const struct creation *c, cs_id account, cs_str host)
{
	cs_id owner;
	cs_err e = cs_account_by_host(tx, host, &owner);
	if (!cs_is(e, CS_E_NOT_FOUND)) {
		CS_TRY(e);
		if (!cs_id_equal(owner, account))
			return cs_refuse(
			    c->fault, "%.*s is another account's host", CS_STR_ARG(host));
	}
	bool is_foreign = false;
	CS_TRY(cs_place_is_foreign(tx, account, host, &is_foreign));
	return is_foreign ? cs_refuse(c->fault, "an application guards %.*s", CS_STR_ARG(host))
			  : CS_OK;
}

static cs_err
set_console(struct cs_tx *tx, const struct creation *c)
{
	if (c->console_host.len == 0)
		return CS_OK;
	CS_TRY(check_host_is_free(tx, c, cs_id_zero, c->console_host));
	CS_TRY(cs_account_set_host(tx, cs_id_zero, c->console_host, c->console_origin));
	return cs_change_add(tx, cs_id_zero, CS_CHANGE_CONFIG, cs_id_zero);
}

static cs_err
add_owner(struct cs_tx *tx, const struct creation *c)
{
	CS_TRY(cs_member_for(tx, c->domain, c->email, &c->out->owner));
	CS_TRY(
	    cs_membership_add(tx, c->account.id, c->out->owner, CS_ROLE_OWNER, cs_tx_op(tx)->now));
	CS_TRY(cs_invitation_create(tx, c->domain, c->account.id, c->email, CS_ROLE_OWNER,
	    cs_id_zero, &c->out->invitation_token));
	const struct cs_new_api_token token = {
		.account = c->account.id,
		.name = CS_STR("first token"),
		.creator = c->out->owner,
		.permissions = CS_MAY_EVERYTHING,
	};
	cs_id id;
	return cs_api_token_create(tx, c->domain, &token, &id, &c->out->api_token);
}

static cs_err
create(struct cs_tx *tx, void *ctx)
{
	const struct creation *c = ctx;
	*c->fault = (struct cs_fault){ 0 };
	CS_TRY(set_console(tx, c));
	CS_TRY(check_host_is_free(tx, c, c->account.id, c->account.auth_host));
	CS_TRY(cs_account_add(tx, &c->account));
	CS_TRY(add_owner(tx, c));
	CS_TRY(cs_change_add(tx, c->account.id, CS_CHANGE_CONFIG, cs_id_zero));
	return cs_audit(tx, c->domain, CS_AUDIT_ACCOUNT_CREATED, cs_id_zero, c->account.id,
	    cs_audit_fact(cs_tx_op(tx)->arena, "name", c->account.name));
}

cs_err
cs_account_create(struct cs_domain *d, const struct cs_op *op, const struct cs_new_account *wanted,
    struct cs_created_account *out, struct cs_fault *fault)
{
	*out = (struct cs_created_account){ 0 };
	*fault = (struct cs_fault){ 0 };
	struct creation c = {
		.domain = d,
		.account = { .id = cs_id_new(d->rng), .name = wanted->name, .created = op->now },
		.fault = fault,
		.out = out,
	};
	if (wanted->name.len == 0 || wanted->name.len > ACCOUNT_NAME_MAX)
		return cs_refuse(fault, "an account's name has 1 to %d bytes", ACCOUNT_NAME_MAX);
	CS_TRY(cs_origin_decode(
	    op->arena, wanted->auth_origin, &c.account.auth_origin, &c.account.auth_host, fault));
	if (wanted->console_origin.len != 0)
		CS_TRY(cs_origin_decode(
		    op->arena, wanted->console_origin, &c.console_origin, &c.console_host, fault));
	if (cs_failed(cs_email_decode(op->arena, wanted->owner_email, &c.email)))
		return cs_refuse(
		    fault, "%.*s is not an e-mail address", CS_STR_ARG(wanted->owner_email));
	c.email = cs_email_key(op->arena, c.email);
	struct cs_op own = *op;
	own.account = out->account = c.account.id;
	return cs_store_write(d->store, &own, create, &c);
}
