#include "domain/users.h"

#include "domain/audit.h"
#include "domain/models.h"
#include "domain/person.h"
#include "domain/session.h"
#include "store/authenticator_store.h"
#include "store/session_store.h"

/* --- reading --- */

struct page_ctx {
	struct cs_user_filter filter;
	int64_t max;
	int64_t skip;
	const struct cs_user_profile **out;
	size_t *out_count;
	int64_t *out_total;
};

static cs_err
read_page(struct cs_tx *tx, void *ctx)
{
	struct page_ctx *c = ctx;

	return cs_user_page(tx, cs_tx_op(tx)->account, &c->filter, c->max, c->skip, c->out,
	    c->out_count, c->out_total);
}

cs_err
cs_users_page(struct cs_domain *d, const struct cs_op *op, const struct cs_user_filter *filter,
    int64_t max, int64_t skip, const struct cs_user_profile **out, size_t *out_count,
    int64_t *out_total)
{
	struct page_ctx c = {
		.filter = {
			.email = cs_email_key(op->arena, filter->email),
			.name = cs_email_key(op->arena, filter->name),
			.search = cs_email_key(op->arena, filter->search),
		},
		.max = max,
		.skip = skip,
		.out = out,
		.out_count = out_count,
		.out_total = out_total,
	};

	*out = NULL;
	*out_count = 0;
	*out_total = 0;
	return cs_store_read(d->store, op, read_page, &c);
}

static cs_err
count_methods(struct cs_tx *tx, void *ctx)
{
	return cs_user_count_methods(tx, cs_tx_op(tx)->account, ctx);
}

cs_err
cs_users_count(struct cs_domain *d, const struct cs_op *op, struct cs_user_counts *out)
{
	*out = (struct cs_user_counts){ 0 };
	return cs_store_read(d->store, op, count_methods, out);
}

struct find_ctx {
	cs_id id;
	struct cs_user_profile *out;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct find_ctx *c = ctx;

	return cs_user_profile_find(tx, cs_tx_op(tx)->account, c->id, c->out);
}

cs_err
cs_users_find(struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_user_profile *out)
{
	struct find_ctx c = { id, out };

	*out = (struct cs_user_profile){ .devices = 0 };
	return cs_store_read(d->store, op, find, &c);
}

struct sessions_ctx {
	cs_id id;
	struct cs_user_sessions *out;
};

static cs_err
read_sessions(struct cs_tx *tx, void *ctx)
{
	struct sessions_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_user user;

	CS_TRY(cs_user_find(tx, op->account, c->id, &user));
	CS_TRY(cs_global_session_list(
	    tx, op->account, c->id, op->now, &c->out->globals, &c->out->global_count));
	return cs_app_session_list(
	    tx, op->account, c->id, op->now, &c->out->apps, &c->out->app_count);
}

cs_err
cs_users_sessions(
    struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_user_sessions *out)
{
	struct sessions_ctx c = { id, out };

	*out = (struct cs_user_sessions){ .app_count = 0 };
	return cs_store_read(d->store, op, read_sessions, &c);
}

struct authenticators_ctx {
	cs_id id;
	const struct cs_user_authenticator **out;
	size_t *out_count;
};

static cs_err
read_authenticators(struct cs_tx *tx, void *ctx)
{
	struct authenticators_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *list;
	struct cs_user_authenticator *out;
	struct cs_user user;
	size_t count;

	CS_TRY(cs_user_find(tx, op->account, c->id, &user));
	CS_TRY(cs_authenticator_list(tx, op->account, c->id, &list, &count));
	out = CS_NEW_ARRAY(op->arena, struct cs_user_authenticator, count + 1);
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct cs_user_authenticator){ .authenticator = &list[i] };
		if (list[i].has_aaguid)
			CS_TRY(cs_models_name(tx, list[i].aaguid, &out[i].model));
	}
	*c->out = out;
	*c->out_count = count;
	return CS_OK;
}

cs_err
cs_users_authenticators(struct cs_domain *d, const struct cs_op *op, cs_id id,
    const struct cs_user_authenticator **out, size_t *out_count)
{
	struct authenticators_ctx c = { id, out, out_count };

	*out = NULL;
	*out_count = 0;
	return cs_store_read(d->store, op, read_authenticators, &c);
}

/* --- changes --- */

struct change_ctx {
	const struct cs_config_change *change;
	struct cs_user user;
	cs_str email; /* as sent */
};

static cs_err
write_change(const struct cs_config_change *c, cs_tx_fn *fn, struct change_ctx *ctx)
{
	struct cs_op op = *c->op;

	op.account = c->account;
	return cs_store_write(c->domain->store, &op, fn, ctx);
}

static cs_err
record(struct cs_tx *tx, const struct change_ctx *c, enum cs_audit_kind what)
{
	return cs_audit(tx, c->change->domain, what, c->change->actor, c->user.id,
	    cs_audit_fact(cs_tx_op(tx)->arena, "email", c->user.email));
}

static cs_err
check_name(cs_str name, struct cs_fault *fault)
{
	if (name.len > CS_USER_NAME_MAX)
		return cs_refuse(fault, "name is longer than %d bytes", CS_USER_NAME_MAX);
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
			return cs_refuse(fault, "name must not hold control characters");
	return CS_OK;
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_str key = cs_email_key(op->arena, c->user.email);
	struct cs_user other;
	cs_err e = cs_user_find_proved(tx, op->account, key, &other);

	if (!cs_failed(e))
		return cs_refuse(c->change->fault, "there is a user with this address already");
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	CS_TRY(cs_user_add(tx, &c->user, key, true));
	return record(tx, c, CS_AUDIT_USER_CREATED);
}

cs_err
cs_users_add(const struct cs_config_change *c, cs_str email, cs_str name, cs_id *out_id)
{
	struct change_ctx x = { .change = c };

	*out_id = cs_id_zero;
	x.user = (struct cs_user){
		.account = c->account,
		.id = cs_id_new(c->domain->rng),
		.name = name,
		.status = CS_USER_ACTIVE,
		.created = c->op->now,
	};
	if (cs_failed(cs_email_decode(c->op->arena, email, &x.user.email)))
		return cs_refuse(c->fault, "email must be one mail address");
	CS_TRY(check_name(name, c->fault));
	CS_TRY(write_change(c, add, &x));
	*out_id = x.user.id;
	return CS_OK;
}

static cs_err
set_name(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_str name = c->user.name;

	CS_TRY(cs_user_find(tx, op->account, c->user.id, &c->user));
	if (!cs_str_equal_nocase(c->user.email, c->email))
		return cs_refuse(
		    c->change->fault, "email is not this user's, and cannot be changed");
	CS_TRY(cs_user_set_name(tx, op->account, c->user.id, name));
	c->user.name = name;
	return record(tx, c, CS_AUDIT_USER_RENAMED);
}

cs_err
cs_users_rename(const struct cs_config_change *c, cs_id id, cs_str email, cs_str name)
{
	struct change_ctx x = { .change = c, .user = { .id = id, .name = name }, .email = email };

	if (name.len == 0)
		return cs_refuse(c->fault, "name is required");
	CS_TRY(check_name(name, c->fault));
	return write_change(c, set_name, &x);
}

static cs_err
remove_user(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_user_find(tx, op->account, c->user.id, &c->user));
	CS_TRY(cs_session_end_user_in(tx, c->user.id));
	CS_TRY(cs_user_remove(tx, op->account, c->user.id));
	return record(tx, c, CS_AUDIT_USER_REMOVED);
}

cs_err
cs_users_remove(const struct cs_config_change *c, cs_id id)
{
	struct change_ctx x = { .change = c, .user = { .id = id } };
	cs_err e = write_change(c, remove_user, &x);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	cs_gate_drop_user(c->domain->gate, c->account, id);
	return e;
}
