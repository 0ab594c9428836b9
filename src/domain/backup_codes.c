#include "domain/backup_codes.h"

#include "domain/audit.h"
#include "domain/authenticator.h"
#include "domain/manage.h"
#include "domain/notice.h"
#include "domain/throttle.h"
#include "model/access.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"

bool
cs_backup_codes_are_allowed(const struct cs_access_config *config, cs_id account)
{
	return cs_id_is_zero(account) || config->organization.users_have_backup_codes;
}

/* --- inside transactions of others --- */

cs_err
cs_backup_codes_find(struct cs_tx *tx, cs_id account, cs_id subject, struct cs_authenticator *out,
    bool *out_is_there)
{
	cs_err e =
	    cs_authenticator_find_issued(tx, account, subject, CS_STR(CS_FACTOR_BACKUP_CODE), out);

	*out_is_there = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

cs_err
cs_backup_codes_remove_in(struct cs_tx *tx, cs_id account, cs_id subject)
{
	struct cs_authenticator codes;
	bool is_there;

	CS_TRY(cs_backup_codes_find(tx, account, subject, &codes, &is_there));
	if (!is_there)
		return CS_OK;
	/* Nothing of any application rests on what a member has proved. */
	return cs_id_is_zero(account) ? cs_authenticator_remove(tx, account, codes.id)
				      : cs_authenticator_revoke_in(tx, codes.id);
}

cs_err
cs_backup_codes_settle_in(struct cs_tx *tx, cs_id account, cs_id subject)
{
	const struct cs_authenticator *list;
	size_t count;

	CS_TRY(cs_authenticator_list(tx, account, subject, &list, &count));
	return count > 0 ? CS_OK : cs_backup_codes_remove_in(tx, account, subject);
}

/* "9", and from CS_BACKUP_CODES_FEW on what to do about it. */
static cs_str
left_in_words(struct cs_arena *a, int left)
{
	return left > CS_BACKUP_CODES_FEW
		   ? cs_arena_printf(a, "%d", left)
		   : cs_arena_printf(a, "%d. Make new ones before you need them.", left);
}

static cs_err
note(struct cs_tx *tx, const struct cs_domain *d, cs_id account, cs_id subject,
    enum cs_notice_kind kind, enum cs_audit_kind event, int left)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;
	const struct cs_notice_about about = {
		.kind = kind,
		.account = account,
		.subject = subject,
		.detail = kind == CS_NOTICE_CODE_USED ? left_in_words(a, left) : CS_STR_NONE,
	};

	CS_TRY(cs_notice_tell(tx, d, &about));
	return cs_audit_of(tx, d, account, event, subject, subject,
	    cs_audit_fact(a, "left", cs_arena_printf(a, "%d", left)));
}

cs_err
cs_backup_codes_used_in(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_authenticator *codes, const struct cs_factor_result *result)
{
	return note(tx, d, codes->account, codes->subject, CS_NOTICE_CODE_USED,
	    CS_AUDIT_BACKUP_CODE_USED, result->left);
}

/* --- for the person's own page --- */

cs_err
cs_backup_codes_state(
    struct cs_tx *tx, cs_id account, cs_id subject, struct cs_backup_codes_state *out)
{
	struct cs_authenticator codes;

	*out = (struct cs_backup_codes_state){ .total = CS_BACKUP_CODES };
	CS_TRY(cs_backup_codes_find(tx, account, subject, &codes, &out->is_there));
	if (!out->is_there)
		return CS_OK;
	out->left = cs_backup_code_left(&codes);
	out->made = codes.created;
	return CS_OK;
}

struct read_ctx {
	cs_id subject;
	struct cs_backup_codes_state *out;
};

static cs_err
read_state(struct cs_tx *tx, void *ctx)
{
	const struct read_ctx *c = ctx;

	return cs_backup_codes_state(tx, cs_tx_op(tx)->account, c->subject, c->out);
}

cs_err
cs_backup_codes_read(
    struct cs_domain *d, const struct cs_op *op, cs_id subject, struct cs_backup_codes_state *out)
{
	struct read_ctx c = { .subject = subject, .out = out };

	return cs_store_read(d->store, op, read_state, &c);
}

/* --- making --- */

void
cs_backup_sheet_clear(struct cs_backup_sheet *sheet)
{
	cs_buf_clear(&sheet->codes);
}

struct make_ctx {
	const struct cs_domain *d;
	const struct cs_holder *holder;
	struct cs_authenticator codes; /* with the id and version of the set that there is */
	bool is_first;
	struct cs_refusal why;
};

/* Codes go with something else; then as for any change (manage.h). */
static cs_err
check(struct cs_tx *tx, struct make_ctx *c)
{
	const struct cs_holder *h = c->holder;
	const struct cs_authenticator *list;
	size_t count;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NO_DEVICE };
	CS_TRY(cs_authenticator_list(tx, h->account, h->subject, &list, &count));
	return count == 0 ? CS_OK : cs_manage_may(tx, h, CS_ACT_CODES, &c->why);
}

static cs_err
take_rate(struct cs_tx *tx, struct make_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_span subject = cs_id_span(&c->holder->subject);
	uint8_t key[CS_RATE_KEY_LEN];

	cs_rate_key(CS_STR("backup_codes.make"), op->account, &subject, 1, key);
	return cs_rate_take(tx, key, CS_HOUR_MS, CS_BACKUP_CODES_PER_HOUR, &c->why);
}

static cs_err
prepare(struct cs_tx *tx, void *ctx)
{
	struct make_ctx *c = ctx;
	const struct cs_holder *h = c->holder;
	bool is_there;

	CS_TRY(check(tx, c));
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(take_rate(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_backup_codes_find(tx, h->account, h->subject, &c->codes, &is_there));
	c->is_first = !is_there;
	return CS_OK;
}

/*
 * The same record goes on: where somebody was let in with a code of the old set, they stay. What such a code
 * opened for changes is closed.
 */
static void
describe(struct make_ctx *c, const struct cs_op *op)
{
	if (c->is_first)
		c->codes = (struct cs_authenticator){
			.account = c->holder->account,
			.id = cs_id_new(c->d->rng),
			.subject = c->holder->subject,
			.factor = CS_STR(CS_FACTOR_BACKUP_CODE),
			.method = CS_MFA_TOTP, /* it counts where an application would */
			.name = CS_STR("Backup codes"),
			.state = CS_AUTHENTICATOR_ACTIVE,
			.is_issued = true,
		};
	c->codes.created = op->now;
}

/* Whoever has a code of the old set may change nothing by it any more, in whichever session. */
static cs_err
replace_set(struct cs_tx *tx, const struct cs_authenticator *codes)
{
	CS_TRY(cs_authenticator_reissue(tx, codes));
	return cs_manage_window_remove_of_authenticator(tx, codes->account, codes->id);
}

static cs_err
keep(struct cs_tx *tx, void *ctx)
{
	struct make_ctx *c = ctx;
	const struct cs_holder *h = c->holder;

	CS_TRY(check(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(c->is_first ? cs_authenticator_issue(tx, &c->codes) : replace_set(tx, &c->codes));
	return note(tx, c->d, h->account, h->subject, CS_NOTICE_CODES_MADE,
	    CS_AUDIT_BACKUP_CODES_MADE, CS_BACKUP_CODES);
}

static cs_str
issuer_of(const struct cs_access_config *config, cs_id account)
{
	if (cs_id_is_zero(account))
		return CS_STR("Countersign");
	return config->organization.name.len > 0 ? config->organization.name : config->account_name;
}

/* Hashed outside of any transaction: ten of them take a while. */
static cs_err
issue(struct make_ctx *c, const struct cs_op *op, struct cs_backup_sheet *out)
{
	const struct cs_factor_env env = {
		.now = op->now,
		.rng = c->d->rng,
		.keyring = c->d->keyring,
		.pwhasher = c->d->pwhasher,
		.arena = op->arena,
	};

	const struct cs_factor *factor;

	CS_TRY(cs_factor_find(CS_STR(CS_FACTOR_BACKUP_CODE), &factor));
	describe(c, op);
	CS_TRY(factor->issue(&env, &c->codes, &out->codes));
	return cs_store_write(c->d->store, op, keep, c);
}

cs_err
cs_backup_codes_make(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_holder *h, struct cs_backup_sheet *out,
    struct cs_refusal *why)
{
	struct make_ctx *c = CS_NEW(op->arena, struct make_ctx);
	cs_err e;

	*out = (struct cs_backup_sheet){
		.made = op->now, .account = h->email, .issuer = issuer_of(config, h->account)
	};
	cs_buf_init_sensitive(&out->codes, CS_ISSUED_MAX);
	*c = (struct make_ctx){ .d = d, .holder = h };
	if (!cs_backup_codes_are_allowed(config, h->account)) {
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	}
	CS_TRY(cs_store_write(d->store, op, prepare, c));
	*why = c->why;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	e = issue(c, op, out);
	*why = c->why;
	if (cs_failed(e) || why->kind != CS_REFUSAL_NONE)
		cs_buf_clear(&out->codes);
	return e;
}
