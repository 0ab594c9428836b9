/*
 * shares.c - cutting the key, and putting it together again.
 */
#include "vault/shares.h"

#include "crypto/equal.h"
#include "crypto/shamir.h"
#include "vault/share_trouble.h"

#include <stdarg.h>
#include <stdio.h>

cs_err
cs_shares_split(const struct cs_random *rng, const struct cs_secret *key, int need, int of,
    struct cs_share out[static CS_SHARES_MAX])
{
	uint8_t parts[CS_SHARES_MAX * CS_SHARE_KEY_LEN], set[2];
	cs_span bytes = cs_secret_span(key);

	if (bytes.len != CS_SHARE_KEY_LEN)
		return CS_FAIL(INVALID);
	if (need < 2 || need > of || of > CS_SHARES_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(cs_shamir_split(rng, bytes, (size_t)need, (size_t)of, parts));
	cs_random_fill(rng, set, sizeof(set));
	for (int i = 0; i < of; i++) {
		out[i] = (struct cs_share){
			.set = (uint16_t)(set[0] << 8 | set[1]),
			.need = need,
			.of = of,
			.number = i + 1,
		};
		memcpy(out[i].part, parts + i * CS_SHARE_KEY_LEN, CS_SHARE_KEY_LEN);
	}
	cs_wipe(parts, sizeof(parts));
	return CS_OK;
}

void
cs_share_say(struct cs_share_trouble *trouble, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(trouble->text, sizeof(trouble->text), fmt, ap);
	va_end(ap);
}

static cs_err
check_one_set(const struct cs_share *shares, size_t count, struct cs_share_trouble *trouble)
{
	for (size_t i = 1; i < count; i++)
		if (shares[i].set != shares[0].set || shares[i].need != shares[0].need ||
		    shares[i].of != shares[0].of) {
			cs_share_say(trouble,
			    "share %d of set %04X and share %d of set %04X do not belong together",
			    shares[0].number, shares[0].set, shares[i].number, shares[i].set);
			return CS_FAIL(CONFLICT);
		}
	return CS_OK;
}

static cs_err
check_none_twice(const struct cs_share *shares, size_t count, struct cs_share_trouble *trouble)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			if (shares[i].number != shares[j].number)
				continue;
			bool is_same = cs_equal(shares[i].part, shares[j].part, CS_SHARE_KEY_LEN);
			cs_share_say(trouble,
			    is_same ? "share %d was given twice"
				    : "two shares that differ both say that they are number %d",
			    shares[i].number);
			return CS_FAIL(CONFLICT);
		}
	return CS_OK;
}

static cs_err
check_enough(const struct cs_share *shares, size_t count, struct cs_share_trouble *trouble)
{
	size_t need = (size_t)shares[0].need;

	if (count >= need)
		return CS_OK;
	cs_share_say(trouble, "%zu more share%s needed: any %zu of the %d, and %s here",
	    need - count, need - count == 1 ? " is" : "s are", need, shares[0].of,
	    count == 1 ? "one is" : "fewer are");
	return CS_FAIL(NOT_FOUND);
}

/* What is more than needed lies on the same curve, or somebody has changed a share. */
static cs_err
check_the_rest(const uint8_t *xs, const uint8_t *parts, size_t need, size_t count,
    struct cs_share_trouble *trouble)
{
	uint8_t at[CS_SHARE_KEY_LEN];

	for (size_t i = need; i < count; i++) {
		CS_TRY(cs_shamir_value(xs, parts, need, CS_SHARE_KEY_LEN, xs[i], at));
		bool is_same = cs_equal(at, parts + i * CS_SHARE_KEY_LEN, CS_SHARE_KEY_LEN);
		cs_wipe(at, sizeof(at));
		if (!is_same) {
			cs_share_say(trouble,
			    "share %d does not fit the others: one of these %zu was changed", xs[i],
			    count);
			return CS_FAIL(CONFLICT);
		}
	}
	return CS_OK;
}

static cs_err
join(const uint8_t *xs, const uint8_t *parts, size_t need, size_t count, struct cs_secret **out,
    struct cs_share_trouble *trouble)
{
	uint8_t key[CS_SHARE_KEY_LEN];

	CS_TRY(check_the_rest(xs, parts, need, count, trouble));
	CS_TRY(cs_shamir_value(xs, parts, need, CS_SHARE_KEY_LEN, 0, key));
	cs_err err = cs_secret_from(CS_SPAN(key, sizeof(key)), out);
	cs_wipe(key, sizeof(key));
	return err;
}

cs_err
cs_shares_join(const struct cs_share *shares, size_t count, struct cs_secret **out,
    struct cs_share_trouble *trouble)
{
	uint8_t xs[CS_SHARES_MAX], parts[CS_SHARES_MAX * CS_SHARE_KEY_LEN];

	*out = NULL;
	*trouble = (struct cs_share_trouble){ "" };
	if (count == 0 || count > CS_SHARES_MAX) {
		cs_share_say(
		    trouble, count == 0 ? "there is no share" : "these are too many shares");
		return count == 0 ? CS_FAIL(NOT_FOUND) : CS_FAIL(LIMIT);
	}
	CS_TRY(check_one_set(shares, count, trouble));
	CS_TRY(check_none_twice(shares, count, trouble));
	CS_TRY(check_enough(shares, count, trouble));
	for (size_t i = 0; i < count; i++) {
		xs[i] = (uint8_t)shares[i].number;
		memcpy(parts + i * CS_SHARE_KEY_LEN, shares[i].part, CS_SHARE_KEY_LEN);
	}
	cs_err err = join(xs, parts, (size_t)shares[0].need, count, out, trouble);
	cs_wipe(parts, sizeof(parts));
	return err;
}
