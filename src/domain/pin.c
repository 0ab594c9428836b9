#include "domain/pin.h"

#include "domain/audit.h"
#include "domain/auth_log.h"
#include "domain/mailbox.h"
#include "domain/throttle.h"
#include "idp/email_pin.h"
#include "store/device_store.h"
#include "store/rate_store.h"
#include "store/user_store.h"

/* --- begin --- */

/* Whether some policy could admit this address, as it stands now and from here. */
static bool
app_admits(
    const struct cs_signin *s, const struct cs_application *app, const struct cs_identity *identity)
{
	const struct cs_asker asker = cs_gate_asker(s->d->gate, s->config, identity, &s->op->peer);
	struct cs_access_answer answer;

	cs_access_evaluate(s->config, app, &asker, &answer);
	return answer.verdict == CS_ACCESS_ALLOW;
}

/* For the portal: any application. All are judged, so that time does not tell which. */
static bool
is_admitted(const struct cs_signin *s, cs_id provider, cs_str email)
{
	const struct cs_identity identity = {
		.email = email, .provider = provider, .signed_in = s->op->now
	};
	bool is_any = false;

	if (s->app != NULL)
		return app_admits(s, s->app, &identity);
	for (size_t i = 0; i < s->config->application_count; i++)
		is_any |= app_admits(s, &s->config->applications[i], &identity);
	return is_any;
}

/* --- so many for one address --- */

/*
 * An address is no secret: who knows one uses up what strangers may ask for and guess at. A browser in
 * which its owner has shown a second factor has a budget of its own, as for that factor (throttle.h).
 */
static cs_err
is_from_known_browser(struct cs_tx *tx, const struct cs_signin *s, cs_str email_key, bool *out)
{
	cs_id account = cs_tx_op(tx)->account;
	struct cs_user owner = { .id = cs_id_zero };
	cs_err e;

	*out = false;
	if (!s->has_device)
		return CS_OK;
	e = cs_user_find_proved(tx, account, email_key, &owner);
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	return cs_device_is_known(tx, account, owner.id, s->device, out);
}

static cs_err
address_key(struct cs_tx *tx, const struct cs_signin *s, cs_str what, cs_str email_key,
    uint8_t out[static CS_RATE_KEY_LEN])
{
	const cs_span whose[] = { cs_str_span(email_key), cs_id_span(&s->device) };
	bool is_known;

	CS_TRY(is_from_known_browser(tx, s, email_key, &is_known));
	cs_rate_key(what, cs_tx_op(tx)->account, whose, is_known ? 2 : 1, out);
	return CS_OK;
}

struct begin_ctx {
	const struct cs_signin *s;
	struct cs_pin pin;
	struct cs_outbox_item mail;
	cs_str email_key;
	struct cs_refusal why;
};

static cs_err
take_rate(
    struct cs_tx *tx, struct begin_ctx *c, const uint8_t key[static CS_RATE_KEY_LEN], int64_t limit)
{
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	return cs_rate_take(tx, key, CS_HOUR_MS, limit, &c->why);
}

static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_network source = cs_addr_source(&c->s->op->peer);
	const cs_span network = CS_SPAN(source.ip, sizeof(source.ip));
	uint8_t key[CS_RATE_KEY_LEN];

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	cs_rate_key(CS_STR("pin.source"), cs_tx_op(tx)->account, &network, 1, key);
	CS_TRY(take_rate(tx, c, key, CS_PIN_REQUESTS_PER_SOURCE));
	CS_TRY(address_key(tx, c->s, CS_STR("pin.sent"), c->email_key, key));
	CS_TRY(take_rate(tx, c, key, CS_PINS_PER_HOUR));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_pin_set(tx, &c->pin));
	CS_TRY(cs_outbox_add(tx, &c->mail));
	return cs_audit(tx, c->s->d, CS_AUDIT_PIN_REQUESTED, cs_id_zero, cs_id_zero,
	    cs_audit_fact(c->s->op->arena, "email", c->pin.email));
}

static cs_str
mail_text(const struct cs_signin *s, cs_str pin)
{
	cs_str where = s->app != NULL ? s->app->name : s->config->organization.name;
	cs_str host = s->app != NULL ? cs_authority_host(s->meta.authority) : s->config->auth_host;

	return cs_arena_printf(s->op->arena,
	    "Your PIN for %.*s (%.*s) is\n"
	    "\n"
	    "    %.*s\n"
	    "\n"
	    "It works once, for 10 minutes, in the browser window that asked for it.\n"
	    "\n"
	    "If this was not you, you need not do anything: nobody can sign in without this PIN.\n"
	    "Do not pass it on to anybody; we never ask for it by phone or mail.\n",
	    CS_STR_ARG(where), CS_STR_ARG(host), CS_STR_ARG(pin));
}

static cs_err
make_mail(const struct cs_signin *s, const struct cs_pin *p, cs_str pin, bool is_live,
    struct cs_outbox_item *out)
{
	cs_str where = s->app != NULL ? s->app->name : s->config->organization.name;
	const struct cs_message m = {
		.id = cs_id_new(s->d->rng),
		.account = s->op->account,
		.channel = CS_CHANNEL_MAIL,
		.to = p->email,
		.subject =
		    cs_arena_printf(s->op->arena, "Your sign-in PIN for %.*s", CS_STR_ARG(where)),
		.text = mail_text(s, pin),
		.created = s->op->now,
		/* Over before anybody can take it to the mail server, for refused addresses. */
		.valid_until = is_live ? p->expires : s->op->now,
	};

	return cs_mailbox_seal(s->d, s->op, &m, out);
}

static cs_err
make_pin(const struct cs_signin *s, struct begin_ctx *c, bool is_live)
{
	uint8_t *mac = CS_NEW_ARRAY(s->op->arena, uint8_t, CS_PEPPERED_LEN);
	cs_id judged_by = is_live ? c->pin.id : cs_id_new(s->d->rng);
	char digits[CS_EMAIL_PIN_LEN];
	cs_err e;

	/* Made for another row, no PIN fits this one. */
	CS_TRY(cs_email_pin_make(s->d->keyring, s->d->rng, judged_by, digits, mac));
	c->pin.mac = CS_SPAN(mac, CS_PEPPERED_LEN);
	e = make_mail(s, &c->pin, (cs_str){ digits, sizeof(digits) }, is_live, &c->mail);
	cs_wipe(digits, sizeof(digits));
	return e;
}

cs_err
cs_pin_begin(const struct cs_signin *s, cs_id provider, cs_str email, struct cs_refusal *why)
{
	const struct cs_identity_provider *p = cs_signin_provider(s, provider);
	struct begin_ctx c = { .s = s };
	cs_str address;

	if (p == NULL || p->type != CS_IDP_ONETIMEPIN) {
		why->kind = CS_REFUSAL_NOT_FOUND;
		return CS_OK;
	}
	if (cs_failed(cs_email_decode(s->op->arena, email, &address))) {
		why->kind = CS_REFUSAL_BODY;
		return CS_OK;
	}
	c.email_key = cs_email_key(s->op->arena, address);
	c.pin = (struct cs_pin){
		.account = s->op->account,
		.id = cs_id_new(s->d->rng),
		.provider = provider,
		.email = address,
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, CS_PIN_LIFE_MS),
	};
	memcpy(c.pin.flow_hash, s->flow_hash, sizeof(c.pin.flow_hash));
	CS_TRY(make_pin(s, &c, is_admitted(s, provider, address)));
	CS_TRY(cs_store_write(s->d->store, s->op, begin, &c));
	*why = c.why;
	return CS_OK;
}

/* --- finish --- */

struct try_ctx {
	const struct cs_signin *s;
	struct cs_pin pin;
	uint8_t wrong_key[CS_RATE_KEY_LEN];
	int64_t tries;
	struct cs_refusal why;
};

static cs_err
over_unless(cs_err e, struct cs_refusal *why)
{
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	why->kind = CS_REFUSAL_PIN_OVER;
	return CS_OK;
}

/* Debited here and committed before the PIN is looked at. */
static cs_err
take_try(struct cs_tx *tx, void *ctx)
{
	struct try_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(over_unless(cs_pin_find(tx, op->account, c->s->flow_hash, &c->pin), &c->why));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(address_key(
	    tx, c->s, CS_STR("pin.wrong"), cs_email_key(op->arena, c->pin.email), c->wrong_key));
	CS_TRY(cs_rate_take(tx, c->wrong_key, CS_DAY_MS, CS_PIN_WRONG_PER_DAY, &c->why));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(over_unless(cs_pin_debit(tx, &c->pin, CS_PIN_TRIES, op->now, &c->tries), &c->why));
	/* What was no try costs nothing. */
	return c->why.kind != CS_REFUSAL_NONE ? cs_rate_refund(tx, c->wrong_key) : CS_OK;
}

static cs_err
note_wrong(struct cs_tx *tx, void *ctx)
{
	struct try_ctx *c = ctx;
	const struct cs_auth_event event = {
		.reason = CS_AUTH_PIN,
		.email = c->pin.email,
		.provider = c->pin.provider,
		.app = c->s->app,
	};

	CS_TRY(cs_auth_log(tx, c->s->d, c->s->config, &event));
	return cs_audit(tx, c->s->d, CS_AUDIT_PIN_REFUSED, cs_id_zero, cs_id_zero,
	    cs_audit_fact(c->s->op->arena, "email", c->pin.email));
}

static cs_err
refuse_wrong(struct try_ctx *c, struct cs_refusal *why)
{
	int left = CS_PIN_TRIES - (int)c->tries;

	*why = (struct cs_refusal){ .kind = left > 0 ? CS_REFUSAL_WRONG_PIN : CS_REFUSAL_PIN_OVER,
		.tries_left = left };
	return cs_store_write(c->s->d->store, c->s->op, note_wrong, c);
}

static cs_err
spend(struct cs_tx *tx, void *ctx)
{
	struct try_ctx *c = ctx;

	CS_TRY(cs_pin_close(tx, &c->pin, CS_PIN_USED, cs_tx_op(tx)->now));
	return cs_rate_refund(tx, c->wrong_key);
}

static void
claim(const struct try_ctx *c, struct cs_claims *out)
{
	*out = (struct cs_claims){
		.who = {
			.provider = c->pin.provider,
			.sub = cs_email_key(c->s->op->arena, c->pin.email),
			.email = c->pin.email,
			.email_is_proved = true,
		},
		.fields = CS_STR("{}"),
	};
}

cs_err
cs_pin_finish(const struct cs_signin *s, cs_str typed, struct cs_signed_in *out,
    struct cs_claims *out_claims, struct cs_refusal *why)
{
	struct try_ctx *c = CS_NEW(s->op->arena, struct try_ctx);
	enum cs_verdict verdict;
	cs_err e;

	*out = (struct cs_signed_in){ .is_disabled = true };
	*out_claims = (struct cs_claims){ .amr_count = 0 };
	c->s = s;
	if (!s->has_flow || !cs_email_pin_is_well_formed(typed)) {
		why->kind = s->has_flow ? CS_REFUSAL_MALFORMED_CODE : CS_REFUSAL_PIN_OVER;
		return CS_OK;
	}
	CS_TRY(cs_store_write(s->d->store, s->op, take_try, c));
	*why = c->why;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_email_pin_verify(s->d->keyring, c->pin.id, c->pin.mac, typed, &verdict));
	if (verdict != CS_GRANTED)
		return refuse_wrong(c, why);
	claim(c, out_claims);
	e = cs_signin_open(s, out_claims, spend, c, out);
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	why->kind = CS_REFUSAL_PIN_OVER;
	return CS_OK;
}

static cs_err
cancel(struct cs_tx *tx, void *ctx)
{
	const struct cs_signin *s = ctx;
	struct cs_pin pin;
	cs_err e = cs_pin_find(tx, s->op->account, s->flow_hash, &pin);

	if (!cs_failed(e))
		e = cs_pin_close(tx, &pin, CS_PIN_VOID, s->op->now);
	/* None is open: that is what was wanted. */
	return cs_is(e, CS_E_NOT_FOUND) || cs_is(e, CS_E_CONFLICT) ? CS_OK : e;
}

cs_err
cs_pin_cancel(const struct cs_signin *s)
{
	struct cs_signin copy = *s;

	return s->has_flow ? cs_store_write(s->d->store, s->op, cancel, &copy) : CS_OK;
}
