#include "domain/house.h"

#include "notify/mail.h"
#include "notify/notify.h"
#include "store/audit_store.h"
#include "store/change_store.h"

static cs_err
add_mail(struct cs_tx *tx, void *ctx)
{
	return cs_outbox_add(tx, ctx);
}

static void
send(struct house *h, cs_time valid_until)
{
	struct cs_message m = {
		.id = cs_id_new(h->d.rng),
		.account = h->op.account,
		.channel = CS_CHANNEL_MAIL,
		.to = CS_STR("ada@example.test"),
		.subject = CS_STR("s"),
		.text = CS_STR("t\n"),
		.created = h->op.now,
		.valid_until = valid_until,
	};
	struct cs_outbox_item item;

	CHECK_OK(cs_mailbox_seal(&h->d, &h->op, &m, &item));
	CHECK_OK(cs_store_write(h->d.store, &h->op, add_mail, &item));
}

static cs_err
count_waiting(struct cs_tx *tx, void *ctx)
{
	return cs_outbox_count_waiting(tx, ctx);
}

static int64_t
waiting(struct house *h)
{
	int64_t count = -1;

	CHECK_OK(cs_store_read(h->d.store, &h->op, count_waiting, &count));
	return count;
}

TEST(a_message_comes_out_of_the_outbox_as_it_went_in)
{
	struct house *h = house_open();
	struct cs_message m;

	send(h, cs_time_add(h->op.now, CS_HOUR_MS));
	CHECK(house_mail_take(h, &m));
	CHECK_TEXT(m.to, "ada@example.test");
	CHECK_TEXT(m.subject, "s");
	CHECK_TEXT(m.text, "t\n");
	CHECK_INT(waiting(h), 0);
	house_close(h);
}

TEST(a_name_of_several_lines_in_the_subject_stops_no_mail)
{
	struct house *h = house_open();
	const struct cs_mail_config cfg = { .from_address = CS_STR("no-reply@example.test") };
	CS_AUTO(cs_buf_clear) struct cs_buf composed = { .max = 4096 };
	struct cs_message m = {
		.id = cs_id_new(h->d.rng),
		.account = h->op.account,
		.channel = CS_CHANNEL_MAIL,
		.to = CS_STR("ada@example.test"),
		.subject = CS_STR("Your sign-in PIN for Wiki\r\nBcc: eve@example.test\t\x7f"),
		.text = CS_STR("t\n"),
		.created = h->op.now,
		.valid_until = cs_time_add(h->op.now, CS_HOUR_MS),
	};
	struct cs_outbox_item item;

	CHECK_OK(cs_mailbox_seal(&h->d, &h->op, &m, &item));
	CHECK_OK(cs_store_write(h->d.store, &h->op, add_mail, &item));
	CHECK(house_mail_take(h, &m));
	CHECK_TEXT(m.subject, "Your sign-in PIN for Wiki  Bcc: eve@example.test  ");
	CHECK_OK(cs_mail_compose(&cfg, &m, &composed));
	house_close(h);
}

TEST(a_message_that_cannot_be_delivered_now_is_tried_again_later)
{
	struct house *h = house_open();
	cs_time next;

	/* without notify nothing can leave */
	send(h, cs_time_add(h->op.now, CS_HOUR_MS));
	CHECK_OK(cs_deliver_step(&h->d, &h->op, &next));
	CHECK(next.ms == h->op.now.ms);
	CHECK_INT(waiting(h), 1);
	CHECK_OK(cs_deliver_step(&h->d, &h->op, &next));
	CHECK(next.ms > h->op.now.ms);
	struct cs_message m;
	CHECK(!house_mail_take(h, &m));
	h->op.now = cs_time_add(h->op.now, 5 * CS_SECOND_MS);
	CHECK(house_mail_take(h, &m));
	house_close(h);
}

TEST(a_message_whose_time_is_over_never_leaves_and_is_wiped)
{
	struct house *h = house_open();
	struct cs_message m;
	cs_time next;

	send(h, h->op.now);
	CHECK(!house_mail_take(h, &m));
	CHECK_INT(waiting(h), 1);
	CHECK_OK(cs_sweep_step(&h->d, &h->op, &next));
	CHECK_INT(waiting(h), 0);
	house_close(h);
}

/* --- following --- */

static struct cs_app_session
remembered(struct house *h)
{
	struct cs_app_session s = {
		.account = h->op.account,
		.id = house_id("session"),
		.token_hash = { 1, 2, 3 },
		.application = h->apps[HOUSE_NOTES].id,
		.host = CS_STR("notes.test"),
		.global_session = house_id("global"),
		.identity = { .user = house_id("ada"),
		    .email = CS_STR("ada@example.test"),
		    .provider = h->providers[0].id },
		.created = h->op.now,
		.expires = cs_time_add(h->op.now, CS_HOUR_MS),
	};

	CHECK_OK(cs_gate_session_put(h->d.gate, &s, cs_gate_epoch(h->d.gate)));
	return s;
}

static cs_err
end_user(struct cs_tx *tx, void *ctx)
{
	return cs_session_end_user_in(tx, house_id("ada"));
}

TEST(what_another_node_revoked_is_forgotten_with_the_next_poll)
{
	struct house *h = house_open();
	const struct cs_app_session kept = remembered(h);
	struct cs_app_session s;
	cs_time next;

	CHECK_OK(cs_gate_session_find(h->d.gate, h->arena, kept.token_hash, &s));
	/* the other node's transaction: this node's gate hears nothing by itself */
	CHECK_OK(cs_store_write(h->d.store, &h->op, end_user, NULL));
	CHECK_OK(cs_gate_session_find(h->d.gate, h->arena, kept.token_hash, &s));
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	CHECK_ERR(cs_gate_session_find(h->d.gate, h->arena, kept.token_hash, &s), NOT_FOUND);
	house_close(h);
}

TEST(without_a_poll_the_gate_stops_deciding_by_itself)
{
	struct house *h = house_open();
	cs_time next;

	CHECK(cs_gate_is_fresh(h->d.gate, h->op.now));
	h->op.now = cs_time_add(h->op.now, CS_CHANGE_STALE_MS);
	CHECK(!cs_gate_is_fresh(h->d.gate, h->op.now));
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	CHECK(cs_gate_is_fresh(h->d.gate, h->op.now));
	house_close(h);
}

static cs_err
add_and_forget(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_change_add(tx, op->account, CS_CHANGE_USER, house_id("ada")));
	return cs_change_forget(tx, cs_time_add(op->now, 1));
}

TEST(a_node_that_missed_changes_forgets_every_session)
{
	struct house *h = house_open();
	const struct cs_app_session kept = remembered(h);
	struct cs_app_session s;
	cs_time next;

	CHECK_OK(cs_store_write(h->d.store, &h->op, add_and_forget, NULL));
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	CHECK_ERR(cs_gate_session_find(h->d.gate, h->arena, kept.token_hash, &s), NOT_FOUND);
	/* and serves its account all the same */
	cs_id account;
	CHECK_OK(cs_gate_account_by_auth_host(h->d.gate, CS_STR("auth.example.test"), &account));
	house_close(h);
}

static cs_err
fail_republish(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
change_config(struct cs_tx *tx, void *ctx)
{
	return cs_change_add(tx, cs_tx_op(tx)->account, CS_CHANGE_CONFIG, cs_id_zero);
}

TEST(a_change_that_cannot_be_published_leaves_the_gate_to_go_stale)
{
	struct house *h = house_open();
	int64_t seq = h->follower.seq;
	cs_time next;

	CHECK_OK(cs_store_write(h->d.store, &h->op, change_config, NULL));
	h->d.republish = fail_republish;
	h->op.now = cs_time_add(h->op.now, CS_CHANGE_STALE_MS);
	CHECK_ERR(cs_follow_step(&h->d, &h->op, &h->follower, &next), UNAVAILABLE);
	CHECK(!cs_gate_is_fresh(h->d.gate, h->op.now));
	CHECK(h->follower.seq == seq);
	h->d.republish = house_republish;
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	CHECK(cs_gate_is_fresh(h->d.gate, h->op.now));
	CHECK(h->follower.seq == seq + 1);
	house_close(h);
}

static cs_err
find_head(struct cs_tx *tx, void *ctx)
{
	const struct cs_audit_head *heads;
	size_t count;

	CS_TRY(cs_audit_head_list(tx, cs_id_zero, 10, &heads, &count));
	*(int64_t *)ctx = count > 0 ? heads[count - 1].seq : 0;
	return CS_OK;
}

TEST(the_audit_trail_is_sealed_step_by_step)
{
	struct house *h = house_open();
	int64_t seq = -1;
	cs_time next;

	CHECK_OK(cs_session_end_user(&h->d, &h->op, house_id("ada"), true));
	CHECK_OK(cs_store_read(h->d.store, &h->op, find_head, &seq));
	CHECK_INT(seq, 0);
	CHECK_OK(cs_seal_step(&h->d, &h->op, &next));
	CHECK(next.ms > h->op.now.ms);
	CHECK_OK(cs_store_read(h->d.store, &h->op, find_head, &seq));
	CHECK(seq >= 1);
	house_close(h);
}

TEST_MAIN("domain/background")
