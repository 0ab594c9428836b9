#include "domain/manage.h"

#include "crypto/equal.h"
#include "domain/audit.h"
#include "domain/authenticator.h"
#include "domain/device_name.h"
#include "domain/models.h"
#include "domain/notice.h"
#include "domain/session.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

/* --- may they? --- */

/* NOT_FOUND also when it is another browser's: a window is worth nothing elsewhere. */
static cs_err
find_window(struct cs_tx *tx, const struct cs_global_session *session,
    enum cs_manage_purpose purpose, struct cs_manage_window *out)
{
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_manage_window_find(tx, op->account, session->id, purpose, op->now, out));
	if (cs_id_equal(out->device, session->device) &&
	    cs_id_equal(out->subject, session->identity.user))
		return CS_OK;
	*out = (struct cs_manage_window){ .expires = { 0 } };
	return CS_FAIL(NOT_FOUND);
}

static cs_err
has_window(struct cs_tx *tx, const struct cs_global_session *session,
    enum cs_manage_purpose purpose, struct cs_manage_window *window, bool *out)
{
	cs_err e = find_window(tx, session, purpose, window);

	*out = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* Whether this is still the session that the request came with, by the token it came with. */
static cs_err
is_current(struct cs_tx *tx, const struct cs_global_session *session, bool *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_global_session now;
	cs_err e = cs_global_session_find(tx, op->account, session->id, op->now, &now);

	*out = !cs_failed(e) && cs_equal(now.token_hash, session->token_hash, CS_TOKEN_HASH_LEN);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* What the person as such may not, whatever they prove. */
static enum cs_refusal_kind
why_not_they(const struct cs_user *user)
{
	if (user->status != CS_USER_ACTIVE)
		return CS_REFUSAL_NOT_ALLOWED;
	return user->frozen.ms != 0 ? CS_REFUSAL_FROZEN : CS_REFUSAL_NONE;
}

/* has_window counts for those alone who have something to prove with. */
static enum cs_refusal_kind
why_not_now(
    const struct cs_op *op, const struct cs_global_session *session, size_t count, bool has_window)
{
	if (count > 0)
		return has_window ? CS_REFUSAL_NONE : CS_REFUSAL_PROVE_FIRST;
	if (op->now.ms - session->identity.signed_in.ms > CS_FIRST_ENROL_MS)
		return CS_REFUSAL_SIGN_IN_AGAIN;
	return CS_REFUSAL_NONE;
}

cs_err
cs_manage_check(struct cs_tx *tx, const struct cs_global_session *session, struct cs_refusal *why)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *list;
	struct cs_manage_window window;
	struct cs_user user;
	size_t count;
	bool is_there;
	bool is_open;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_SIGNED_OUT };
	CS_TRY(is_current(tx, session, &is_there));
	if (!is_there)
		return CS_OK;
	CS_TRY(cs_user_find(tx, op->account, session->identity.user, &user));
	why->kind = why_not_they(&user);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_list(tx, op->account, user.id, &list, &count));
	CS_TRY(has_window(tx, session, CS_MANAGE_CHANGE, &window, &is_open));
	why->kind = why_not_now(op, session, count, is_open);
	return CS_OK;
}

/* --- opening --- */

cs_err
cs_manage_check_challenge(
    struct cs_tx *tx, const struct cs_global_session *session, struct cs_refusal *why)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *list;
	struct cs_user user;
	size_t count;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_user_find(tx, op->account, session->identity.user, &user));
	why->kind = why_not_they(&user);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_list(tx, op->account, user.id, &list, &count));
	if (count == 0)
		why->kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

static struct cs_manage_window
new_window(const struct cs_domain *d, const struct cs_op *op,
    const struct cs_global_session *session, enum cs_manage_purpose purpose, cs_id authenticator)
{
	return (struct cs_manage_window){
		.account = op->account,
		.id = cs_id_new(d->rng),
		.session = session->id,
		.device = session->device,
		.subject = session->identity.user,
		.authenticator = authenticator,
		.purpose = purpose,
		.opened = op->now,
		.expires = cs_time_add(op->now, CS_MANAGE_LIFE_MS),
	};
}

void
cs_manage_opening_make(const struct cs_signin *s, struct cs_manage_opening *out)
{
	cs_session_token_make(s->d, s->op, &out->token, out->token_hash);
	out->window = new_window(s->d, s->op, s->session, CS_MANAGE_CHANGE, cs_id_zero);
}

cs_err
cs_manage_open(struct cs_tx *tx, const struct cs_domain *d, const struct cs_global_session *session,
    const struct cs_manage_opening *opening)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_manage_window *w = &opening->window;
	struct cs_user user;

	CS_ASSERT(!cs_id_is_zero(w->authenticator) && cs_id_equal(w->session, session->id));
	CS_TRY(cs_global_session_set_token(
	    tx, op->account, session->id, session->token_hash, opening->token_hash));
	CS_TRY(cs_user_find(tx, op->account, w->subject, &user));
	if (why_not_they(&user) != CS_REFUSAL_NONE)
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_manage_window_set(tx, w));
	return cs_audit(tx, d, CS_AUDIT_DEVICES_UNLOCKED, w->subject, w->subject, CS_STR_NONE);
}

cs_err
cs_manage_enrolled(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_global_session *session, const struct cs_authenticator *a)
{
	const struct cs_manage_window naming =
	    new_window(d, cs_tx_op(tx), session, CS_MANAGE_NAME, a->id);

	CS_TRY(cs_manage_window_set(tx, &naming));
	return cs_notice_send(tx, d, CS_NOTICE_ADDED, a);
}

/* --- listing --- */

struct list_ctx {
	const struct cs_signin *s;
	struct cs_devices *out;
};

static cs_err
name_models(struct cs_tx *tx, struct cs_devices *out)
{
	cs_str *models = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_str, out->count + 1);

	out->models = models;
	for (size_t i = 0; i < out->count; i++)
		if (out->list[i].has_aaguid)
			CS_TRY(cs_models_name(tx, out->list[i].aaguid, &models[i]));
	return CS_OK;
}

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct list_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_global_session *session = c->s->session;
	struct cs_devices *out = c->out;
	struct cs_manage_window naming;
	struct cs_user user;
	bool may_name;

	*out = (struct cs_devices){ .count = 0 };
	CS_TRY(cs_user_find(tx, op->account, session->identity.user, &user));
	CS_TRY(cs_authenticator_list(tx, op->account, user.id, &out->list, &out->count));
	CS_TRY(name_models(tx, out));
	CS_TRY(has_window(tx, session, CS_MANAGE_CHANGE, &out->window, &out->has_window));
	CS_TRY(has_window(tx, session, CS_MANAGE_NAME, &naming, &may_name));
	out->frozen = user.frozen;
	out->just_enrolled = naming.authenticator;
	out->needs = why_not_they(&user);
	if (out->needs == CS_REFUSAL_NONE)
		out->needs = why_not_now(op, session, out->count, out->has_window);
	return CS_OK;
}

cs_err
cs_manage_list(const struct cs_signin *s, struct cs_devices *out)
{
	struct list_ctx c = { s, out };

	return cs_store_read(s->d->store, s->op, list, &c);
}

/* --- changing --- */

struct change_ctx {
	const struct cs_signin *s;
	cs_id id;
	cs_str name;
	struct cs_authenticator *removed;
	struct cs_refusal why;
};

/* One of theirs that is active; NOT_FOUND in why for everything else. */
static cs_err
find_own(struct cs_tx *tx, struct change_ctx *c, struct cs_authenticator *out)
{
	cs_err e = cs_authenticator_find(tx, cs_tx_op(tx)->account, c->id, out);

	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	if (cs_failed(e) || out->state != CS_AUTHENTICATOR_ACTIVE ||
	    !cs_id_equal(out->subject, c->s->session->identity.user))
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}

/* Who has just enrolled one may name it without proving more than they have. */
static cs_err
check_naming(struct cs_tx *tx, struct change_ctx *c)
{
	struct cs_manage_window naming;
	bool may_name;

	CS_TRY(cs_manage_check(tx, c->s->session, &c->why));
	if (c->why.kind != CS_REFUSAL_PROVE_FIRST)
		return CS_OK;
	CS_TRY(has_window(tx, c->s->session, CS_MANAGE_NAME, &naming, &may_name));
	if (may_name && cs_id_equal(naming.authenticator, c->id))
		c->why.kind = CS_REFUSAL_NONE;
	return CS_OK;
}

static cs_err
check_name_is_free(struct cs_tx *tx, struct change_ctx *c)
{
	const struct cs_authenticator *all;
	size_t count;

	CS_TRY(cs_authenticator_list(
	    tx, cs_tx_op(tx)->account, c->s->session->identity.user, &all, &count));
	for (size_t i = 0; i < count; i++)
		if (cs_str_equal(all[i].name, c->name) && !cs_id_equal(all[i].id, c->id))
			c->why.kind = CS_REFUSAL_NAME_TAKEN;
	return CS_OK;
}

static cs_err
rename_in(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_authenticator a;

	CS_TRY(check_naming(tx, c));
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(find_own(tx, c, &a));
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(check_name_is_free(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_set_name(tx, op->account, c->id, c->name));
	return cs_audit(tx, c->s->d, CS_AUDIT_AUTHENTICATOR_RENAMED, a.subject, a.subject,
	    cs_audit_fact(op->arena, "name", c->name));
}

cs_err
cs_manage_rename(const struct cs_signin *s, cs_id id, cs_str name, struct cs_refusal *why)
{
	struct change_ctx c = { .s = s, .id = id, .name = cs_str_trim(name) };

	if (c.name.len == 0 || !cs_device_name_is_good(c.name)) {
		why->kind = CS_REFUSAL_BODY;
		return CS_OK;
	}
	CS_TRY(cs_store_write(s->d->store, s->op, rename_in, &c));
	*why = c.why;
	return CS_OK;
}

static cs_err
remove_in(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_authenticator *a = c->removed;

	CS_TRY(cs_manage_check(tx, c->s->session, &c->why));
	/* Without any there is nothing that a sign-in could allow to remove. */
	if (c->why.kind == CS_REFUSAL_SIGN_IN_AGAIN)
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(find_own(tx, c, a));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_revoke_in(tx, c->id));
	CS_TRY(cs_notice_send(tx, c->s->d, CS_NOTICE_REMOVED, a));
	return cs_audit(tx, c->s->d, CS_AUDIT_AUTHENTICATOR_REMOVED, a->subject, a->subject,
	    cs_audit_fact(op->arena, "factor", a->factor));
}

cs_err
cs_manage_remove(const struct cs_signin *s, cs_id id, struct cs_authenticator *out_removed,
    struct cs_refusal *why)
{
	struct change_ctx c = { .s = s, .id = id, .removed = out_removed };
	cs_err e = cs_store_write(s->d->store, s->op, remove_in, &c);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	if (cs_failed(e) || c.why.kind == CS_REFUSAL_NONE)
		cs_gate_drop_authenticator(s->d->gate, s->op->account, id);
	*why = c.why;
	return e;
}

static cs_err
close_in(struct cs_tx *tx, void *ctx)
{
	const struct cs_signin *s = ctx;

	return cs_manage_window_remove(tx, cs_tx_op(tx)->account, s->session->id, CS_MANAGE_CHANGE);
}

cs_err
cs_manage_close(const struct cs_signin *s)
{
	struct cs_signin copy = *s;

	return cs_store_write(s->d->store, s->op, close_in, &copy);
}
