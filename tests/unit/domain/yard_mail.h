/*
 * yard_mail.h - what a yard's outbox holds, and what people read in it of their recovery.
 */
#ifndef CS_TESTS_YARD_MAIL_H
#define CS_TESTS_YARD_MAIL_H

#include "yard.h"

#include "domain/mailbox.h"
#include "store/outbox_store.h"

struct post {
	cs_str to;
	cs_str subject;
	cs_str text;
};

#define POSTS_MAX 256
struct mailbag {
	struct post items[POSTS_MAX];
	size_t count;
};

struct leasing {
	struct cs_outbox_item item;
	bool is_there;
	cs_id node;
};

static inline cs_err
lease(struct cs_tx *tx, void *ctx)
{
	struct leasing *m = ctx;
	cs_time now = cs_tx_op(tx)->now;
	cs_err e = cs_outbox_lease(tx, m->node, now, cs_time_add(now, 1000), &m->item);

	m->is_there = !cs_failed(e);
	if (!m->is_there)
		return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
	return cs_outbox_done(tx, m->item.account, m->item.id, m->node, now);
}

/* Everything that waits to be delivered. */
static inline void
collect(struct yard *y, struct mailbag *bag)
{
	struct leasing m = { .node = y->d.node, .is_there = true };
	struct cs_message got;

	bag->count = 0;
	for (;;) {
		CHECK_OK(cs_store_write(y->d.store, &y->op, lease, &m));
		if (!m.is_there)
			return;
		CHECK_OK(cs_mailbox_unseal(&y->d, &y->op, &m.item, &got));
		CS_ASSERT(bag->count < POSTS_MAX);
		bag->items[bag->count++] = (struct post){ got.to, got.subject, got.text };
	}
}

static inline size_t
count_posts(const struct mailbag *bag, const char *subject, const char *to)
{
	size_t n = 0;

	for (size_t i = 0; i < bag->count; i++)
		n += cs_str_equal(bag->items[i].subject, cs_str_c(subject)) &&
		     (to == NULL || cs_str_equal(bag->items[i].to, cs_str_c(to)));
	return n;
}

/* The code in the latest mail with this subject; empty: there is none. */
static inline cs_str
code_in(const struct mailbag *bag, const char *subject)
{
	cs_str found = CS_STR_NONE;

	for (size_t i = 0; i < bag->count; i++) {
		cs_str rest = bag->items[i].text;
		cs_str line;
		if (!cs_str_equal(bag->items[i].subject, cs_str_c(subject)))
			continue;
		while (cs_str_cut(&rest, '\n', &line))
			if (cs_str_starts(line, CS_STR("    ")))
				found = cs_str_trim(line);
	}
	return found;
}

/* The token of the button in the latest mail that stops. */
static inline cs_str
token_in(const struct mailbag *bag)
{
	static const cs_str mark = CS_STR("/console/stop-recovery#");
	cs_str found = CS_STR_NONE;

	for (size_t i = 0; i < bag->count; i++) {
		cs_str rest = bag->items[i].text;
		cs_str line;
		while (cs_str_cut(&rest, '\n', &line)) {
			const char *at = memmem(line.p, line.len, mark.p, mark.len);
			if (at != NULL)
				found =
				    cs_str_slice(line, (size_t)(at - line.p) + mark.len, line.len);
		}
	}
	return found;
}

#define CODE_MAIL "Your code to recover your account"
#define ACCESS_MAIL "Your temporary access code"

#endif
