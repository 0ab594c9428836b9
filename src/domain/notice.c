#include "domain/notice.h"

#include "domain/config/bearer.h"
#include "domain/mailbox.h"
#include "domain/notice_text.h"
#include "store/account_store.h"
#include "store/notice_store.h"

static cs_err
post_all(struct cs_tx *tx, const struct cs_domain *d, const struct cs_person *person,
    cs_str subject, cs_str text)
{
	for (size_t i = 0; i < person->address_count; i++)
		CS_TRY(cs_mailbox_post(tx, d, person->addresses[i], subject, text));
	return CS_OK;
}

/* One token for all addresses: whoever is first has used it. */
static cs_err
add_notice(struct cs_tx *tx, const struct cs_domain *d, struct cs_notice_letter *l)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_notice notice = {
		.account = l->about->account,
		.id = cs_id_new(d->rng),
		.subject = l->about->subject,
		.kind = cs_str_c(l->words->name),
		.name = l->about->name,
		.object = l->about->object,
		.created = op->now,
		.expires = cs_time_add(op->now, CS_NOTICE_LIFE_MS),
	};

	if (l->words->link == CS_NOTICE_NO_LINK)
		return CS_OK;
	cs_bearer_make(d->rng, op->arena, CS_NOTICE_TOKEN_PREFIX, &l->token, notice.token_hash);
	return cs_notice_add(tx, &notice);
}

cs_err
cs_notice_tell(struct cs_tx *tx, const struct cs_domain *d, const struct cs_notice_about *about)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_person person;
	struct cs_notice_letter l = {
		.words = cs_notice_words_of(about->kind), .about = about, .person = &person
	};

	CS_ASSERT(l.words->happened != NULL);
	CS_TRY(
	    cs_holder_kind_of(about->account)->find(tx, about->account, about->subject, &person));
	if (person.address_count == 0)
		return CS_OK;
	CS_TRY(cs_account_find(tx, about->account, &l.account));
	CS_TRY(add_notice(tx, d, &l));
	return post_all(tx, d, &person, cs_str_c(l.words->subject), cs_notice_letter_text(op, &l));
}

cs_err
cs_notice_tell_of(struct cs_tx *tx, const struct cs_domain *d, enum cs_notice_kind kind,
    const struct cs_authenticator *a)
{
	const struct cs_notice_about about = {
		.kind = kind,
		.account = a->account,
		.subject = a->subject,
		.name = a->name,
		.detail = cs_str_c(cs_notice_method_words(a->method)),
	};

	return cs_notice_tell(tx, d, &about);
}

cs_err
cs_notice_take(struct cs_tx *tx, cs_str token, enum cs_notice_link link, struct cs_notice *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	uint8_t hash[CS_TOKEN_HASH_LEN];
	const struct cs_notice_words *words;
	cs_err e;

	*out = (struct cs_notice){ .expires = { 0 } };
	if (cs_failed(cs_bearer_hash(token, CS_NOTICE_TOKEN_PREFIX, hash)))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_notice_find(tx, op->account, hash, out));
	words = cs_notice_words_named(out->kind);
	if (words == NULL || words->link != link)
		return CS_FAIL(NOT_FOUND);
	e = cs_notice_set_used(tx, op->account, out->id, op->now);
	return cs_is(e, CS_E_CONFLICT) ? CS_FAIL(NOT_FOUND) : e;
}

cs_err
cs_notice_tell_frozen(struct cs_tx *tx, const struct cs_domain *d, const struct cs_person *person,
    const struct cs_notice *cause, size_t *out_count)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account account;
	const cs_str *overseers;
	cs_str subject;
	cs_str text;

	CS_TRY(cs_account_find(tx, person->account, &account));
	CS_TRY(post_all(tx, d, person, cs_str_c(cs_notice_words_of(CS_NOTICE_FROZEN)->subject),
	    cs_notice_frozen_text(op, &account, cause)));
	CS_TRY(cs_holder_kind_of(person->account)
		   ->overseers(tx, person->account, person->id, &overseers, out_count));
	subject =
	    cs_arena_printf(op->arena, "MFA devices of %.*s are frozen", CS_STR_ARG(person->email));
	text = cs_notice_overseer_text(op, &account, person, cause);
	for (size_t i = 0; i < *out_count; i++)
		CS_TRY(cs_mailbox_post(tx, d, overseers[i], subject, text));
	return CS_OK;
}
