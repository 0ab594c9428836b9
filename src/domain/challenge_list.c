#include "domain/challenge_list.h"

#include <stdlib.h>

#include "domain/backup_codes.h"
#include "domain/site.h"

/* What a proof made with it would count as; 0: nothing here judges it. */
static unsigned
method_of(const struct cs_authenticator *a, const struct cs_factor **out)
{
	return cs_failed(cs_factor_find(a->factor, out)) ? 0 : a->method & (*out)->methods;
}

/* Those that sign come first: they cannot be phished. Backup codes are for when all else is gone. */
static int
by_preference(const void *left, const void *right)
{
	const struct cs_authenticator *a = left;
	const struct cs_authenticator *b = right;
	bool a_signs = a->credential_id.len > 0;
	bool b_signs = b->credential_id.len > 0;

	if (a->is_issued != b->is_issued)
		return a->is_issued ? 1 : -1;
	if (a_signs != b_signs)
		return a_signs ? -1 : 1;
	return (a->last_used.ms < b->last_used.ms) - (a->last_used.ms > b->last_used.ms);
}

/* Backup codes are in no list; where the organisation has none, those that are left are no answer. */
static cs_err
find_codes(
    struct cs_tx *tx, const struct cs_signin *s, struct cs_authenticator *out, bool *is_there)
{
	const struct cs_holder *h = s->holder;

	*is_there = false;
	return cs_backup_codes_are_allowed(s->config, h->account)
		   ? cs_backup_codes_find(tx, h->account, h->subject, out, is_there)
		   : CS_OK;
}

cs_err
cs_asked_choose(struct cs_tx *tx, const struct cs_signin *s, const struct cs_authenticator *all,
    size_t count, struct cs_asked *out)
{
	struct cs_authenticator codes;
	const struct cs_factor *f;
	bool is_there;

	CS_TRY(find_codes(tx, s, &codes, &is_there));
	out->count = 0;
	out->list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_authenticator, count + 1);
	for (size_t i = 0; i < count; i++)
		if ((method_of(&all[i], &f) & out->challenge.methods) != 0)
			out->list[out->count++] = all[i];
	if (is_there && (method_of(&codes, &f) & out->challenge.methods) != 0)
		out->list[out->count++] = codes;
	qsort(out->list, out->count, sizeof(*out->list), by_preference);
	return CS_OK;
}

struct cs_authenticator *
cs_asked_of(
    struct cs_arena *arena, const struct cs_asked *asked, const struct cs_factor *f, size_t *count)
{
	struct cs_authenticator *list =
	    CS_NEW_ARRAY(arena, struct cs_authenticator, asked->count + 1);

	*count = 0;
	for (size_t i = 0; i < asked->count; i++)
		if (cs_str_equal(asked->list[i].factor, cs_str_c(f->name)))
			list[(*count)++] = asked->list[i];
	return list;
}

struct cs_factor_env
cs_asked_env(const struct cs_signin *s, const struct cs_challenge *challenge)
{
	struct cs_factor_env env = cs_site_env(s);

	env.nonce = CS_SPAN(challenge->nonce, sizeof(challenge->nonce));
	return env;
}
