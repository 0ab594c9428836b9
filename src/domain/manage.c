#include "domain/manage.h"

#include "domain/audit.h"
#include "domain/authenticator.h"
#include "domain/device_name.h"
#include "domain/models.h"
#include "domain/notice.h"
#include "domain/session.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"

/* --- may they? --- */

cs_err
cs_manage_find_window(struct cs_tx *tx, const struct cs_holder *h, enum cs_manage_purpose purpose,
    struct cs_manage_window *out_window, bool *out_is_open)
{
	cs_err e = cs_manage_window_find(
	    tx, h->account, h->session, purpose, cs_tx_op(tx)->now, out_window);

	*out_is_open = !cs_failed(e) && cs_id_equal(out_window->device, h->device) &&
		       cs_id_equal(out_window->subject, h->subject);
	if (!*out_is_open)
		*out_window = (struct cs_manage_window){ .expires = { 0 } };
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

cs_err
cs_manage_check_window(struct cs_tx *tx, const struct cs_holder *h, enum cs_manage_purpose purpose,
    struct cs_refusal *why)
{
	struct cs_manage_window window;
	bool is_open;

	CS_TRY(cs_manage_find_window(tx, h, purpose, &window, &is_open));
	why->kind = is_open ? CS_REFUSAL_NONE : CS_REFUSAL_PROVE_FIRST;
	return CS_OK;
}

/* What the person as such may not, whatever they prove. */
static enum cs_refusal_kind
why_not_they(const struct cs_person *person)
{
	if (!person->is_active)
		return CS_REFUSAL_NOT_ALLOWED;
	return person->frozen.ms != 0 ? CS_REFUSAL_FROZEN : CS_REFUSAL_NONE;
}

/* Whether h is still who they were as the request began, and may change anything at all. */
static cs_err
check_person(struct cs_tx *tx, const struct cs_holder *h, struct cs_person *person, size_t *count,
    struct cs_refusal *why)
{
	const struct cs_authenticator *list;
	bool is_there;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_SIGNED_OUT };
	CS_TRY(h->kind->is_current(tx, h, &is_there));
	if (!is_there)
		return CS_OK;
	CS_TRY(h->kind->find(tx, h->account, h->subject, person));
	why->kind = why_not_they(person);
	return cs_authenticator_list(tx, h->account, h->subject, &list, count);
}

cs_err
cs_manage_may(struct cs_tx *tx, const struct cs_holder *h, enum cs_act act, struct cs_refusal *why)
{
	struct cs_person person;
	size_t count = 0;

	CS_TRY(check_person(tx, h, &person, &count, why));
	return why->kind != CS_REFUSAL_NONE ? CS_OK
					    : h->kind->check(tx, h, &person, count, act, why);
}

/* --- opening --- */

cs_err
cs_manage_check_challenge(struct cs_tx *tx, const struct cs_holder *h, struct cs_refusal *why)
{
	struct cs_person person;
	size_t count = 0;

	CS_TRY(check_person(tx, h, &person, &count, why));
	if (why->kind == CS_REFUSAL_NONE && count == 0)
		why->kind = CS_REFUSAL_ENDED;
	return why->kind != CS_REFUSAL_NONE ? CS_OK : h->kind->check_challenge(tx, h, &person, why);
}

static struct cs_manage_window
new_window(const struct cs_domain *d, const struct cs_op *op, const struct cs_holder *h,
    enum cs_manage_purpose purpose, cs_id authenticator)
{
	return (struct cs_manage_window){
		.account = h->account,
		.id = cs_id_new(d->rng),
		.session = h->session,
		.device = h->device,
		.subject = h->subject,
		.authenticator = authenticator,
		.purpose = purpose,
		.opened = op->now,
		.expires = cs_time_add(op->now, CS_MANAGE_LIFE_MS),
	};
}

void
cs_manage_opening_make(const struct cs_domain *d, const struct cs_op *op, const struct cs_holder *h,
    enum cs_manage_purpose purpose, struct cs_manage_opening *out)
{
	cs_session_token_make(d, op, &out->token, out->token_hash);
	out->window = new_window(d, op, h, purpose, cs_id_zero);
}

static cs_err
open_window(struct cs_tx *tx, const struct cs_holder *h, const struct cs_manage_opening *opening)
{
	struct cs_person person;

	CS_ASSERT(cs_id_equal(opening->window.session, h->session));
	CS_TRY(h->kind->set_token(tx, h, opening->token_hash));
	CS_TRY(h->kind->find(tx, h->account, h->subject, &person));
	if (why_not_they(&person) != CS_REFUSAL_NONE)
		return CS_FAIL(CONFLICT);
	return cs_manage_window_set(tx, &opening->window);
}

cs_err
cs_manage_open(struct cs_tx *tx, const struct cs_domain *d, const struct cs_holder *h,
    const struct cs_manage_opening *opening)
{
	CS_ASSERT(opening->window.purpose == CS_MANAGE_CHANGE &&
		  !cs_id_is_zero(opening->window.authenticator));
	CS_TRY(open_window(tx, h, opening));
	return cs_audit(tx, d, CS_AUDIT_DEVICES_UNLOCKED, h->subject, h->subject, CS_STR_NONE);
}

cs_err
cs_manage_open_password(struct cs_tx *tx, const struct cs_domain *d, const struct cs_holder *h,
    const struct cs_manage_opening *opening)
{
	(void)d;
	CS_ASSERT(opening->window.purpose == CS_MANAGE_PASSWORD);
	return open_window(tx, h, opening);
}

cs_err
cs_manage_enrolled(struct cs_tx *tx, const struct cs_domain *d, const struct cs_holder *h,
    const struct cs_authenticator *a, bool replaced)
{
	const struct cs_manage_window naming =
	    new_window(d, cs_tx_op(tx), h, CS_MANAGE_NAME, a->id);

	CS_TRY(cs_manage_window_set(tx, &naming));
	CS_TRY(cs_notice_tell_of(tx, d, replaced ? CS_NOTICE_REPLACED : CS_NOTICE_ADDED, a));
	return h->kind->changed(tx, d, h->account, h->subject);
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
list_windows(struct cs_tx *tx, const struct cs_holder *h, struct cs_devices *out)
{
	struct cs_manage_window naming;
	bool may_name;

	CS_TRY(cs_manage_find_window(tx, h, CS_MANAGE_CHANGE, &out->window, &out->has_window));
	CS_TRY(cs_manage_find_window(
	    tx, h, CS_MANAGE_PASSWORD, &out->password_window, &out->has_password_window));
	CS_TRY(cs_manage_find_window(tx, h, CS_MANAGE_NAME, &naming, &may_name));
	out->just_enrolled = naming.authenticator;
	return CS_OK;
}

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct list_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	struct cs_devices *out = c->out;
	struct cs_refusal why;

	*out = (struct cs_devices){ .count = 0 };
	CS_TRY(h->kind->find(tx, h->account, h->subject, &out->person));
	CS_TRY(cs_authenticator_list(tx, h->account, h->subject, &out->list, &out->count));
	CS_TRY(name_models(tx, out));
	CS_TRY(list_windows(tx, h, out));
	out->needs = why_not_they(&out->person);
	if (out->needs != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(h->kind->check(tx, h, &out->person, out->count, CS_ACT_ADD, &why));
	out->needs = why.kind;
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
	bool is_confirmed;
	struct cs_authenticator *removed;
	struct cs_refusal why;
};

/* One of theirs that is active; NOT_FOUND in why for everything else. */
static cs_err
find_own(struct cs_tx *tx, struct change_ctx *c, struct cs_authenticator *out)
{
	const struct cs_holder *h = c->s->holder;
	cs_err e = cs_authenticator_find(tx, h->account, c->id, out);

	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	if (cs_failed(e) || out->state != CS_AUTHENTICATOR_ACTIVE ||
	    !cs_id_equal(out->subject, h->subject))
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}

/* Who has just enrolled one may name it without proving more than they have. */
static cs_err
check_naming(struct cs_tx *tx, struct change_ctx *c)
{
	const struct cs_holder *h = c->s->holder;
	struct cs_manage_window naming;
	bool may_name;

	CS_TRY(cs_manage_may(tx, h, CS_ACT_RENAME, &c->why));
	if (c->why.kind != CS_REFUSAL_PROVE_FIRST)
		return CS_OK;
	CS_TRY(cs_manage_find_window(tx, h, CS_MANAGE_NAME, &naming, &may_name));
	if (may_name && cs_id_equal(naming.authenticator, c->id))
		c->why.kind = CS_REFUSAL_NONE;
	return CS_OK;
}

static cs_err
check_name_is_free(struct cs_tx *tx, struct change_ctx *c)
{
	const struct cs_holder *h = c->s->holder;
	const struct cs_authenticator *all;
	size_t count;

	CS_TRY(cs_authenticator_list(tx, h->account, h->subject, &all, &count));
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
check_last(struct cs_tx *tx, struct change_ctx *c)
{
	const struct cs_holder *h = c->s->holder;
	const struct cs_authenticator *all;
	size_t count;

	CS_TRY(cs_authenticator_list(tx, h->account, h->subject, &all, &count));
	return count > 1 ? CS_OK : h->kind->check_last(tx, h, c->is_confirmed, &c->why);
}

static cs_err
check_remove(struct cs_tx *tx, struct change_ctx *c)
{
	CS_TRY(cs_manage_may(tx, c->s->holder, CS_ACT_REMOVE, &c->why));
	/* Without any there is nothing that a sign-in could allow to remove. */
	if (c->why.kind == CS_REFUSAL_SIGN_IN_AGAIN)
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(find_own(tx, c, c->removed));
	return c->why.kind == CS_REFUSAL_NONE ? check_last(tx, c) : CS_OK;
}

static cs_err
remove_in(struct cs_tx *tx, void *ctx)
{
	struct change_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	struct cs_authenticator *a = c->removed;

	CS_TRY(check_remove(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_revoke_in(tx, c->id));
	CS_TRY(cs_notice_tell_of(tx, c->s->d, CS_NOTICE_REMOVED, a));
	CS_TRY(cs_audit(tx, c->s->d, CS_AUDIT_AUTHENTICATOR_REMOVED, a->subject, a->subject,
	    cs_audit_fact(cs_tx_op(tx)->arena, "factor", a->factor)));
	return h->kind->changed(tx, c->s->d, h->account, h->subject);
}

cs_err
cs_manage_remove(const struct cs_signin *s, cs_id id, bool is_confirmed,
    struct cs_authenticator *out_removed, struct cs_refusal *why)
{
	struct change_ctx c = {
		.s = s, .id = id, .is_confirmed = is_confirmed, .removed = out_removed
	};
	cs_err e = cs_store_write(s->d->store, s->op, remove_in, &c);

	/*
	 * Also when the commit is uncertain: forgetting too much costs one look at the store. Not what
	 * was opened with this one alone: backup codes may have gone with it.
	 */
	if (cs_failed(e) || c.why.kind == CS_REFUSAL_NONE)
		s->holder->kind->drop(s->d, s->op->account, s->holder->subject);
	*why = c.why;
	return e;
}

static cs_err
close_in(struct cs_tx *tx, void *ctx)
{
	const struct cs_signin *s = ctx;

	const struct cs_holder *h = s->holder;

	CS_TRY(cs_manage_window_remove(tx, h->account, h->session, CS_MANAGE_PASSWORD));
	return cs_manage_window_remove(tx, h->account, h->session, CS_MANAGE_CHANGE);
}

cs_err
cs_manage_close(const struct cs_signin *s)
{
	struct cs_signin copy = *s;

	return cs_store_write(s->d->store, s->op, close_in, &copy);
}
