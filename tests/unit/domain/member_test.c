#include "yard.h"

#include "domain/background.h"
#include "domain/session.h"
#include "store/api_token_store.h"
#include "store/member_store.h"

#define HELP_DESK \
	(CS_MAY_ORGS_READ | CS_MAY_ORGS_REVOKE | CS_MAY_LOGS_READ | CS_MAY_MEMBERS_READ | \
	    CS_MAY_RECOVERY_HELP | CS_MAY_OWN)
#define READ_ONLY \
	(CS_MAY_APPS_READ | CS_MAY_ORGS_READ | CS_MAY_LISTS_READ | CS_MAY_SERVICE_TOKENS_READ | \
	    CS_MAY_LOGS_READ | CS_MAY_MEMBERS_READ | CS_MAY_OWN)
#define PASSWORD "correct horse battery"

/* --- invitations --- */

/* Always the same browser. */
static const cs_id device = { { 0xb, 7 } };

static enum cs_refusal_kind
redeem(struct yard *y, cs_str token, const char *password, cs_str *cookie)
{
	const struct cs_redemption r = { .token = token,
		.password = cs_str_c(password),
		.name = CS_STR("Ann"),
		.has_device = true,
		.device = device };
	struct cs_member_step step;
	struct cs_refusal why;
	CHECK_OK(cs_invitation_redeem(&y->d, &y->op, &r, &step, &why));
	CHECK((why.kind == CS_REFUSAL_NONE) == (step.token.len != 0));
	*cookie = step.token;
	return why.kind;
}

static bool
may(struct yard *y, cs_str cookie, cs_id account, struct cs_grant *grant)
{
	const struct cs_member_browser browser = {
		.session = cookie, .has_device = true, .device = device
	};
	enum cs_verdict verdict;
	CHECK_OK(cs_member_authorize(&y->d, &y->op, &browser, account, grant, &verdict));
	CHECK(verdict == CS_GRANTED || grant->permissions == 0);
	return verdict == CS_GRANTED;
}

TEST(an_owner_redeems_the_first_invitation_and_is_signed_in)
{
	YARD(y);
	cs_str cookie;
	struct cs_grant grant;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	CHECK(may(y, cookie, y->halden.account, &grant));
	CHECK_INT(grant.permissions, CS_MAY_EVERYTHING);
	CHECK(cs_id_equal(grant.member, y->halden.owner));
	CHECK(cs_id_is_zero(grant.token));
}

TEST(an_invitation_works_once)
{
	YARD(y);
	cs_str cookie;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_LINK_ENDED);
}

TEST(an_invitation_ends_after_seven_days)
{
	YARD(y);
	cs_str cookie;
	y->op.now = cs_time_add(y->op.now, 7 * CS_DAY_MS);
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_LINK_ENDED);
	y->op.now = cs_time_add(y->op.now, -1);
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
}

TEST(what_is_no_invitation_is_refused)
{
	YARD(y);
	cs_str cookie;
	cs_str good = y->halden.invitation_token;
	cs_str other = cs_arena_str(y->arena, good);
	((char *)(uintptr_t)other.p)[10] = good.p[10] == 'A' ? 'B' : 'A';
	const cs_str tokens[] = { CS_STR(""), CS_STR("csi_"), other, y->halden.api_token,
		cs_str_slice(good, 0, good.len - 1), cs_str_slice(good, 4, good.len) };
	for (size_t i = 0; i < CS_COUNT(tokens); i++)
		CHECK_INT(redeem(y, tokens[i], PASSWORD, &cookie), CS_REFUSAL_LINK_ENDED);
	CHECK_INT(redeem(y, good, PASSWORD, &cookie), CS_REFUSAL_NONE);
}

TEST(a_password_has_at_least_fifteen_characters)
{
	YARD(y);
	cs_str cookie;
	cs_str token = y->halden.invitation_token;
	CHECK_INT(redeem(y, token, "", &cookie), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(redeem(y, token, "14 characters.", &cookie), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(redeem(y, token, "fifteen characters\xff", &cookie), CS_REFUSAL_BODY);
	CHECK_INT(redeem(y, token, "owner@halden.test", &cookie), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(redeem(y, token, "fifteen letters", &cookie), CS_REFUSAL_NONE);
}

TEST(a_cookie_is_worth_nothing_in_another_browser)
{
	YARD(y);
	cs_str cookie;
	struct cs_grant grant;
	enum cs_verdict verdict;
	struct cs_member_browser other = { .has_device = true, .device = { { 0xb, 8 } } };
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	other.session = cookie;
	CHECK_OK(cs_member_authorize(&y->d, &y->op, &other, y->halden.account, &grant, &verdict));
	CHECK_INT(verdict, CS_DENIED);
	other.has_device = false;
	CHECK_OK(cs_member_authorize(&y->d, &y->op, &other, y->halden.account, &grant, &verdict));
	CHECK_INT(verdict, CS_DENIED);
	CHECK(may(y, cookie, y->halden.account, &grant));
}

struct inviting {
	struct yard *yard;
	cs_str email;
	enum cs_role role;
	cs_str token;
	cs_id member;
};

static cs_err
invite_to_oslo(struct cs_tx *tx, void *ctx)
{
	struct inviting *i = ctx;
	CS_TRY(cs_member_for(tx, &i->yard->d, i->email, &i->member));
	return cs_invitation_create(tx, &i->yard->d, i->yard->oslo.account, i->email, i->role,
	    i->yard->oslo.owner, &i->token);
}

static cs_str
invited_to_oslo(struct yard *y, const char *email, enum cs_role role, cs_id *member)
{
	struct inviting i = { .yard = y, .email = cs_str_c(email), .role = role };
	struct cs_op op = y->op;
	op.account = y->oslo.account;
	CHECK_OK(cs_store_write(y->d.store, &op, invite_to_oslo, &i));
	if (member != NULL)
		*member = i.member;
	return i.token;
}

TEST(somebody_who_has_a_password_must_prove_it)
{
	YARD(y);
	cs_str cookie;
	struct cs_grant grant;
	cs_id same;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	cs_str token = invited_to_oslo(y, "owner@halden.test", CS_ROLE_READ_ONLY, &same);
	CHECK(cs_id_equal(same, y->halden.owner));
	CHECK_INT(redeem(y, token, "somebody else's guess", &cookie), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(redeem(y, token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	CHECK(may(y, cookie, y->oslo.account, &grant));
	CHECK_INT(grant.permissions, READ_ONLY);
	CHECK(may(y, cookie, y->halden.account, &grant));
	CHECK_INT(grant.permissions, CS_MAY_EVERYTHING);
}

TEST(ten_wrong_passwords_end_an_invitation)
{
	YARD(y);
	cs_str cookie;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	cs_str token = invited_to_oslo(y, "owner@halden.test", CS_ROLE_OWNER, NULL);
	for (int i = 0; i < 10; i++)
		CHECK_INT(
		    redeem(y, token, "somebody else's guess", &cookie), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(redeem(y, token, PASSWORD, &cookie), CS_REFUSAL_LINK_ENDED);
}

/* --- sessions --- */

TEST(a_cookie_opens_no_account_that_its_member_is_not_in)
{
	YARD(y);
	cs_str cookie;
	struct cs_grant grant;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	CHECK(!may(y, cookie, y->oslo.account, &grant));
	CHECK(!may(y, cookie, cs_id_zero, &grant));
	CHECK(!may(y, CS_STR(""), y->halden.account, &grant));
	CHECK(!may(y, y->halden.api_token, y->halden.account, &grant));
}

TEST(a_members_session_ends_after_twelve_hours)
{
	YARD(y);
	cs_time next;
	cs_str cookie;
	struct cs_grant grant;
	CHECK_INT(redeem(y, y->halden.invitation_token, PASSWORD, &cookie), CS_REFUSAL_NONE);
	y->op.now = cs_time_add(y->op.now, 12 * CS_HOUR_MS - 1);
	CHECK(may(y, cookie, y->halden.account, &grant));
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK(!may(y, cookie, y->halden.account, &grant));
	CHECK_OK(cs_sweep_step(&y->d, &y->op, &next));
	y->op.now = cs_time_add(y->op.now, -1);
	CHECK(!may(y, cookie, y->halden.account, &grant));
}

/* --- API tokens --- */

static enum cs_token_state
verify(struct yard *y, cs_str token, struct cs_grant *grant)
{
	enum cs_token_state state;
	CHECK_OK(cs_api_token_verify(&y->d, &y->op, token, grant, &state));
	CHECK(state == CS_TOKEN_ACTIVE || grant->permissions == 0);
	return state;
}

TEST(the_first_token_may_do_everything_in_its_account)
{
	YARD(y);
	struct cs_grant grant;
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(grant.permissions, CS_MAY_EVERYTHING);
	CHECK(cs_id_equal(grant.account, y->halden.account));
	CHECK(y->halden.api_token.len >= 40 && y->halden.api_token.len <= 80);
	CHECK_INT(verify(y, y->oslo.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK(cs_id_equal(grant.account, y->oslo.account));
}

TEST(what_is_no_token_is_unknown)
{
	YARD(y);
	struct cs_grant grant;
	cs_str good = y->halden.api_token;
	const cs_str tokens[] = { CS_STR(""), CS_STR("cst_"), cs_str_slice(good, 4, good.len),
		cs_str_slice(good, 0, good.len - 1), y->halden.invitation_token,
		CS_STR("cst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") };
	for (size_t i = 0; i < CS_COUNT(tokens); i++)
		CHECK_INT(verify(y, tokens[i], &grant), CS_TOKEN_UNKNOWN);
}

struct making {
	struct yard *yard;
	struct cs_new_api_token wanted;
	enum cs_role role;
	cs_str text;
};

static cs_err
make_token(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;
	cs_id id;
	if (m->role != CS_ROLE_NONE) {
		CS_TRY(
		    cs_member_for(tx, &m->yard->d, CS_STR("bob@halden.test"), &m->wanted.creator));
		CS_TRY(cs_membership_add(
		    tx, m->wanted.account, m->wanted.creator, m->role, cs_tx_op(tx)->now));
	}
	return cs_api_token_create(tx, &m->yard->d, &m->wanted, &id, &m->text);
}

static cs_str
make(struct yard *y, struct making *m)
{
	struct cs_op op = y->op;
	op.account = y->halden.account;
	m->yard = y;
	m->wanted.account = y->halden.account;
	m->wanted.name = CS_STR("n");
	CHECK_OK(cs_store_write(y->d.store, &op, make_token, m));
	return m->text;
}

TEST(a_token_may_no_more_than_its_creator)
{
	static const struct {
		enum cs_role role;
		uint32_t permissions;
	} rows[] = {
		{ CS_ROLE_OWNER, CS_MAY_EVERYTHING },
		{ CS_ROLE_ADMINISTRATOR, CS_MAY_EVERYTHING & ~(uint32_t)CS_MAY_ACCOUNT_WRITE },
		{ CS_ROLE_USER_MANAGER, HELP_DESK | CS_MAY_USERS_WRITE },
		{ CS_ROLE_HELP_DESK, HELP_DESK },
		{ CS_ROLE_READ_ONLY, READ_ONLY },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		YARD(y);
		struct cs_grant grant;
		struct making m = { .role = rows[i].role,
			.wanted = { .permissions = CS_MAY_EVERYTHING } };
		CHECK_INT(verify(y, make(y, &m), &grant), CS_TOKEN_ACTIVE);
		CHECK_INT(grant.permissions, rows[i].permissions);
	}
}

TEST(a_token_may_no_more_than_was_granted_to_it)
{
	YARD(y);
	struct cs_grant grant;
	struct making m = { .wanted = {
				.permissions = CS_MAY_APPS_READ, .creator = y->halden.owner } };
	CHECK_INT(verify(y, make(y, &m), &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(grant.permissions, CS_MAY_APPS_READ);
}

static cs_err
leave(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;
	return cs_membership_remove(tx, y->halden.account, y->halden.owner);
}

TEST(a_token_ends_with_its_creators_membership)
{
	YARD(y);
	struct cs_grant grant;
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK_OK(cs_store_write(y->d.store, &y->op, leave, y));
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_UNKNOWN);
}

TEST(a_token_is_good_from_its_first_to_before_its_last_moment)
{
	YARD(y);
	struct cs_grant grant;
	cs_time from = cs_time_add(y->op.now, 1000);
	cs_time until = cs_time_add(y->op.now, 5000);
	struct making m = { .wanted = { .permissions = 1,
				.creator = y->halden.owner,
				.not_before = from,
				.expires = until } };
	cs_str token = make(y, &m);
	CHECK_INT(verify(y, token, &grant), CS_TOKEN_INACTIVE);
	y->op.now = from;
	CHECK_INT(verify(y, token, &grant), CS_TOKEN_ACTIVE);
	y->op.now = until;
	CHECK_INT(verify(y, token, &grant), CS_TOKEN_INACTIVE);
}

static cs_err
read_token(struct cs_tx *tx, void *ctx)
{
	struct cs_api_token *token = ctx;
	uint8_t hash[CS_SHA256_LEN];
	memcpy(hash, token->token_hash, sizeof(hash));
	return cs_api_token_by_hash(tx, hash, token);
}

static cs_time
last_use(struct yard *y)
{
	struct cs_api_token token = { 0 };
	cs_sha256(cs_str_span(y->halden.api_token), token.token_hash);
	CHECK_OK(cs_store_read(y->d.store, &y->op, read_token, &token));
	return token.last_used;
}

TEST(the_use_of_a_token_is_remembered_a_minute_coarse)
{
	YARD(y);
	struct cs_grant grant;
	cs_time first = y->op.now;
	CHECK_INT(last_use(y).ms, 0);
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(last_use(y).ms, first.ms);
	y->op.now = cs_time_add(first, CS_MINUTE_MS - 1);
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(last_use(y).ms, first.ms);
	y->op.now = cs_time_add(first, CS_MINUTE_MS);
	CHECK_INT(verify(y, y->halden.api_token, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(last_use(y).ms, y->op.now.ms);
}

TEST_MAIN("domain/config/member")
