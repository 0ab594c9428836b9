/* Mails about one's devices, the objection to them, and what administrators do afterwards. */
#include "house.h"

#include "domain/admin.h"
#include "domain/authenticator.h"
#include "domain/freeze.h"
#include "domain/notice.h"
#include "model/access.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"
#include "store/member_store.h"
#include "store/proof_store.h"
#include "store/session_store.h"

static const cs_id ada = { { 'a', 'd', 'a' } };
static const cs_id key = { { 'k', 'e', 'y' } };
static const cs_id session = { { 's' } };

static void
add_member(struct cs_tx *tx, const char *id, const char *email, enum cs_role role)
{
	const struct cs_member m = {
		.id = house_id(id), .email = cs_str_c(email), .created = { 1 }
	};

	CHECK_OK(cs_member_add(tx, &m));
	CHECK_OK(
	    cs_member_activate(tx, m.id, CS_STR("$argon2id$"), CS_STR("Name"), (cs_time){ 1 }));
	CHECK_OK(cs_membership_add(tx, cs_tx_op(tx)->account, m.id, role, (cs_time){ 1 }));
}

static struct cs_authenticator
the_key(const struct house *h)
{
	return (struct cs_authenticator){
		.account = h->config.account,
		.id = key,
		.subject = ada,
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.name = CS_STR("Blue key"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = h->op.now,
	};
}

static void
add_session(struct cs_tx *tx, const struct house *h)
{
	const struct cs_global_session s = {
		.account = h->config.account,
		.id = session,
		.token_hash = { 's' },
		.device = house_id("browser"),
		.identity = { .user = ada,
		    .email = CS_STR("ada@example.test"),
		    .provider = house_id("pin"),
		    .signed_in = h->op.now,
		    .fields = CS_STR("{}") },
		.created = h->op.now,
		.expires = cs_time_add(h->op.now, CS_DAY_MS),
	};
	const struct cs_manage_window w = {
		.account = h->config.account,
		.id = house_id("window"),
		.session = session,
		.device = house_id("browser"),
		.subject = ada,
		.authenticator = key,
		.purpose = CS_MANAGE_CHANGE,
		.opened = h->op.now,
		.expires = cs_time_add(h->op.now, CS_MINUTE_MS),
	};
	const struct cs_stored_proof p = {
		.proof = { .account = h->config.account,
		    .id = house_id("proof"),
		    .subject = ada,
		    .device = house_id("browser"),
		    .authenticator = key,
		    .method = CS_MFA_SECURITY_KEY,
		    .at = h->op.now },
	};

	CHECK_OK(cs_global_session_add(tx, &s));
	CHECK_OK(cs_manage_window_set(tx, &w));
	CHECK_OK(cs_proof_add(tx, &p));
}

/* Ada with one key, a session, its window and a proof; an owner, an administrator, a help desk. */
static cs_err
people(struct cs_tx *tx, void *ctx)
{
	struct house *h = ctx;
	const struct cs_user user = { .account = h->config.account,
		.id = ada,
		.email = CS_STR("ada@example.test"),
		.name = CS_STR("Ada"),
		.created = h->op.now };
	struct cs_authenticator a = the_key(h);

	CHECK_OK(cs_user_add(tx, &user, user.email, true));
	CHECK_OK(cs_authenticator_add(tx, &a, false, session));
	CHECK_OK(cs_authenticator_confirm(tx, &a, a.name, CS_SPAN_NONE, h->op.now));
	add_session(tx, h);
	add_member(tx, "owner", "owner@halden.test", CS_ROLE_OWNER);
	add_member(tx, "admin", "admin@halden.test", CS_ROLE_ADMINISTRATOR);
	add_member(tx, "help", "help@halden.test", CS_ROLE_HELP_DESK);
	return CS_OK;
}

static struct house *
settle(void)
{
	struct house *h = house_open();

	h->op.user_agent =
	    CS_STR("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
	CHECK_OK(cs_store_write(h->d.store, &h->op, people, h));
	return h;
}

struct sending {
	struct house *h;
	enum cs_notice_kind kind;
	struct cs_authenticator a;
};

static cs_err
send_one(struct cs_tx *tx, void *ctx)
{
	struct sending *s = ctx;

	return cs_notice_tell_of(tx, &s->h->d, s->kind, &s->a);
}

static struct cs_message
send(struct house *h, enum cs_notice_kind kind)
{
	struct sending s = { h, kind, the_key(h) };
	struct cs_message m = { .id = { { 0 } } };

	CHECK_OK(cs_store_write(h->d.store, &h->op, send_one, &s));
	CHECK(house_mail_take(h, &m));
	return m;
}

static bool
says(const struct cs_message *m, const char *words)
{
	cs_str want = cs_str_c(words);

	for (size_t i = 0; i + want.len <= m->text.len; i++)
		if (memcmp(m->text.p + i, want.p, want.len) == 0)
			return true;
	print_error("not in the mail: %s\n%.*s\n", words, CS_STR_ARG(m->text));
	return false;
}

/* What is behind the '#' of the mail's link; empty when there is none. */
static cs_str
token_of(const struct cs_message *m)
{
	cs_str rest = m->text;
	cs_str line;
	cs_str link = CS_STR("https://auth.example.test/not-me#");

	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, link))
			return cs_str_slice(line, link.len, line.len);
	return CS_STR_NONE;
}

static enum cs_refusal_kind
object(struct house *h, cs_str token, struct cs_frozen *out)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_freeze_by_notice(&h->d, &h->op, token, out, &why));
	return why.kind;
}

struct count_ctx {
	struct cs_user user;
	size_t authenticators;
	bool has_session;
	bool has_window;
	size_t proofs;
};

static cs_err
look_in(struct cs_tx *tx, void *ctx)
{
	struct count_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *list;
	const struct cs_stored_proof *proofs;
	struct cs_global_session s;
	struct cs_manage_window w;

	CHECK_OK(cs_user_find(tx, op->account, ada, &c->user));
	CHECK_OK(cs_authenticator_list(tx, op->account, ada, &list, &c->authenticators));
	CHECK_OK(cs_proof_list(
	    tx, op->account, ada, house_id("browser"), (cs_time){ 0 }, &proofs, &c->proofs));
	c->has_session = !cs_failed(cs_global_session_find(tx, op->account, session, op->now, &s));
	c->has_window = !cs_failed(
	    cs_manage_window_find(tx, op->account, session, CS_MANAGE_CHANGE, op->now, &w));
	return CS_OK;
}

static struct count_ctx
look(struct house *h)
{
	struct count_ctx c = { .authenticators = 0 };

	CHECK_OK(cs_store_read(h->d.store, &h->op, look_in, &c));
	return c;
}

/* --- what mails say --- */

TEST(a_mail_says_what_was_done_when_and_from_where_in_words)
{
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);

	CHECK_TEXT(m.to, "ada@example.test");
	CHECK_TEXT(m.subject, "An MFA device was added to your account");
	CHECK(says(&m, "An MFA device was added for ada@example.test at Halden."));
	CHECK(says(&m, "Device:  \"Blue key\" (security key)"));
	CHECK(says(&m, "When:    22 November 2026, 09:33 UTC"));
	CHECK(says(&m, "From:    Firefox on Linux, address 192.0.2.7"));
	CHECK(says(&m, "until 29 November 2026, 09:33 UTC."));
	CHECK(cs_str_starts(token_of(&m), CS_STR("cn_")));
	/* it may wait for the mail server as long as its link is good, and no longer */
	CHECK_INT(m.valid_until.ms - m.created.ms, 7 * CS_DAY_MS);
	house_close(h);
}

TEST(a_mail_does_not_tell_where_an_administrator_sits)
{
	struct house *h = settle();
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_message m;

	CHECK_OK(cs_authenticator_revoke(&h->d, &h->op, house_id("admin"), ada, key, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK(house_mail_take(h, &m));
	CHECK_TEXT(m.subject, "An administrator removed one of your MFA devices");
	CHECK(says(&m, "\"Blue key\" (security key)"));
	CHECK(cs_str_starts(token_of(&m), CS_STR("cn_")));
	for (size_t i = 0; i + 9 <= m.text.len; i++)
		CHECK(memcmp(m.text.p + i, "192.0.2.7", 9) != 0);
	CHECK_INT(look(h).authenticators, 0);
	/* once: the second time there is none, and nobody is told */
	CHECK_OK(cs_authenticator_revoke(&h->d, &h->op, house_id("admin"), ada, key, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK(!house_mail_take(h, &m));
	house_close(h);
}

TEST(every_mail_has_a_token_of_its_own)
{
	struct house *h = settle();
	struct cs_message one = send(h, CS_NOTICE_ADDED);
	struct cs_message two = send(h, CS_NOTICE_REMOVED);

	CHECK_TEXT(two.subject, "An MFA device was removed from your account");
	CHECK(!cs_str_equal(token_of(&one), token_of(&two)));
	house_close(h);
}

/* --- objecting --- */

TEST(this_was_not_me_freezes_and_ends_everything_that_is_open)
{
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	struct cs_frozen frozen;
	struct count_ctx c = look(h);

	CHECK(c.has_session && c.has_window && c.proofs == 1 && c.user.frozen.ms == 0);
	h->op.now = cs_time_add(h->op.now, CS_SECOND_MS);
	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_NONE);
	CHECK_TEXT(frozen.notice.kind, "added");
	CHECK_TEXT(frozen.notice.name, "Blue key");
	CHECK_INT(frozen.since.ms, h->op.now.ms);
	CHECK_INT(frozen.told, 2);
	c = look(h);
	CHECK_INT(c.user.frozen.ms, h->op.now.ms);
	CHECK(!c.has_session && !c.has_window);
	CHECK_INT(c.proofs, 0);
	/* and takes nothing away: what is theirs and what is not is not for a mail to say */
	CHECK_INT(c.authenticators, 1);
	CHECK_INT(c.user.status, CS_USER_ACTIVE);
	house_close(h);
}

TEST(the_person_and_the_administrators_are_told_of_it_and_nobody_else)
{
	static const char *const to[] = { "ada@example.test", "admin@halden.test",
		"owner@halden.test" };
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	struct cs_frozen frozen;
	int seen = 0;

	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_NONE);
	for (int i = 0; i < 3; i++) {
		CHECK(house_mail_take(h, &m));
		CHECK(token_of(&m).len == 0);
		CHECK(says(&m, "\"Blue key\" was added, 22 November 2026, 09:33 UTC"));
		for (size_t j = 0; j < CS_COUNT(to); j++)
			seen |= cs_str_equal(m.to, cs_str_c(to[j])) ? 1 << j : 0;
		CHECK(says(&m, cs_str_starts(m.to, CS_STR("ada@"))
				   ? "An administrator has been told"
				   : "ada@example.test said \"this was not me\""));
	}
	CHECK_INT(seen, 7);
	CHECK(!house_mail_take(h, &m));
	house_close(h);
}

TEST(a_token_is_good_once)
{
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	struct cs_frozen frozen;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_NONE);
	CHECK_OK(cs_admin_unfreeze(&h->d, &h->op, house_id("admin"), ada, &why));
	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_ENDED);
	CHECK(frozen.notice.name.len == 0 && frozen.told == 0);
	CHECK_INT(look(h).user.frozen.ms, 0);
	house_close(h);
}

TEST(a_token_is_good_for_seven_days)
{
	struct house *h = settle();
	struct cs_message first = send(h, CS_NOTICE_ADDED);
	struct cs_message second = send(h, CS_NOTICE_ADDED);
	struct cs_frozen frozen;

	h->op.now = cs_time_add(h->op.now, 7 * CS_DAY_MS - 1);
	CHECK_INT(object(h, token_of(&first), &frozen), CS_REFUSAL_NONE);
	h->op.now = cs_time_add(h->op.now, 1);
	CHECK_INT(object(h, token_of(&second), &frozen), CS_REFUSAL_ENDED);
	house_close(h);
}

TEST(a_token_is_nothing_in_another_account)
{
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	struct cs_frozen frozen;

	h->op.account = cs_id_zero;
	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_ENDED);
	h->op.account = h->config.account;
	CHECK_INT(look(h).user.frozen.ms, 0);
	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_NONE);
	house_close(h);
}

TEST(what_is_no_token_does_nothing)
{
	static const char *const wrong[] = { "", "cn_", "cst_AAAA",
		"cn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cn_AAAA AAAA" };
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	cs_str token = token_of(&m);
	struct cs_frozen frozen;

	for (size_t i = 0; i < CS_COUNT(wrong); i++)
		CHECK_INT(object(h, cs_str_c(wrong[i]), &frozen), CS_REFUSAL_ENDED);
	/* nor a good one with anything at its end, or without its beginning */
	CHECK_INT(object(h, cs_arena_printf(h->arena, "%.*sA", CS_STR_ARG(token)), &frozen),
	    CS_REFUSAL_ENDED);
	CHECK_INT(object(h, cs_str_slice(token, 3, token.len), &frozen), CS_REFUSAL_ENDED);
	CHECK_INT(look(h).user.frozen.ms, 0);
	house_close(h);
}

TEST(whoever_is_frozen_stays_so_since_the_first_time)
{
	struct house *h = settle();
	struct cs_message one = send(h, CS_NOTICE_ADDED);
	struct cs_message two = send(h, CS_NOTICE_REMOVED);
	struct cs_frozen frozen;
	cs_time since = h->op.now;

	CHECK_INT(object(h, token_of(&one), &frozen), CS_REFUSAL_NONE);
	h->op.now = cs_time_add(h->op.now, CS_HOUR_MS);
	CHECK_INT(object(h, token_of(&two), &frozen), CS_REFUSAL_NONE);
	CHECK_INT(frozen.since.ms, since.ms);
	CHECK_INT(look(h).user.frozen.ms, since.ms);
	house_close(h);
}

/* --- administrators --- */

TEST(an_administrator_unfreezes)
{
	struct house *h = settle();
	struct cs_message m = send(h, CS_NOTICE_ADDED);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;

	CHECK_INT(object(h, token_of(&m), &frozen), CS_REFUSAL_NONE);
	CHECK_OK(cs_admin_unfreeze(&h->d, &h->op, house_id("admin"), house_id("nobody"), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	h->op.account = cs_id_zero;
	CHECK_OK(cs_admin_unfreeze(&h->d, &h->op, house_id("admin"), ada, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	h->op.account = h->config.account;
	CHECK(look(h).user.frozen.ms != 0);
	CHECK_OK(cs_admin_unfreeze(&h->d, &h->op, house_id("admin"), ada, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(look(h).user.frozen.ms, 0);
	/* once more is fine */
	CHECK_OK(cs_admin_unfreeze(&h->d, &h->op, house_id("admin"), ada, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	house_close(h);
}

TEST(disabling_ends_sessions_and_windows_and_enabling_opens_none)
{
	struct house *h = settle();
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct count_ctx c;

	CHECK_OK(cs_admin_set_status(
	    &h->d, &h->op, house_id("admin"), house_id("nobody"), CS_USER_DISABLED, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK_OK(
	    cs_admin_set_status(&h->d, &h->op, house_id("admin"), ada, CS_USER_DISABLED, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	c = look(h);
	CHECK_INT(c.user.status, CS_USER_DISABLED);
	CHECK(!c.has_session && !c.has_window);
	CHECK_OK(
	    cs_admin_set_status(&h->d, &h->op, house_id("admin"), ada, CS_USER_DISABLED, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_OK(cs_admin_set_status(&h->d, &h->op, house_id("admin"), ada, CS_USER_ACTIVE, &why));
	c = look(h);
	CHECK_INT(c.user.status, CS_USER_ACTIVE);
	CHECK(!c.has_session);
	house_close(h);
}

TEST_MAIN("domain/freeze")
