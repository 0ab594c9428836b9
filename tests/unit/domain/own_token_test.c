#include "yard.h"

#include "domain/config/token_condition.h"
#include "store/member_store.h"

#define ONE "192.0.2.7"

struct making {
	struct yard *y;
	cs_id account;
	cs_str email;
	enum cs_role role;
	cs_id id;
};

static cs_err
make_in(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;

	CS_TRY(cs_member_for(tx, &m->y->d, m->email, &m->id));
	return cs_membership_add(tx, m->account, m->id, m->role, cs_tx_op(tx)->now);
}

static cs_id
person(struct yard *y, cs_id account, const char *email, enum cs_role role)
{
	struct making m = { .y = y, .account = account, .email = cs_str_c(email), .role = role };

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_in, &m));
	return m.id;
}

static struct cs_grant
in_person(cs_id member)
{
	return (struct cs_grant){ .member = member, .permissions = CS_MAY_OWN, .is_proved = true };
}

static struct cs_token_wish
wish(struct yard *y)
{
	return (struct cs_token_wish){ .account = y->halden.account,
		.name = CS_STR("deploy"),
		.permissions = CS_MAY_APPS_READ,
		.condition = CS_STR("") };
}

static bool
make(struct yard *y, const struct cs_grant *who, const struct cs_token_wish *w,
    struct cs_api_token *out, cs_str *text)
{
	struct cs_api_token token;
	cs_str value;

	cs_fault_clear(&y->fault);
	cs_err e = cs_own_token_make(&y->d, &y->op, who, w, &token, &value, &y->fault);
	if (cs_failed(e)) {
		CHECK_ERR(e, INVALID);
		CHECK_INT(value.len, 0);
		return false;
	}
	if (out != NULL)
		*out = token;
	if (text != NULL)
		*text = value;
	return true;
}

static enum cs_token_state
verify(struct yard *y, cs_str text, struct cs_grant *grant)
{
	enum cs_token_state state;

	CHECK_OK(cs_api_token_verify(&y->d, &y->op, text, grant, &state));
	CHECK(state == CS_TOKEN_ACTIVE || grant->permissions == 0);
	return state;
}

static void
from(struct yard *y, const char *address)
{
	CHECK_OK(cs_addr_decode(cs_str_c(address), &y->op.peer));
}

/* --- making --- */

TEST(a_token_does_what_was_asked_for_and_its_value_comes_once)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_api_token t;
	struct cs_grant grant;
	cs_str text;

	CHECK(make(y, &who, &w, &t, &text));
	CHECK(text.len >= 40 && text.len <= 80);
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(grant.permissions, CS_MAY_APPS_READ);
	CHECK(cs_id_equal(grant.account, y->halden.account));
	CHECK(cs_id_equal(grant.member, y->halden.owner));
	CHECK_OK(cs_own_token_get(&y->d, &y->op, &who, t.id, &t));
	CHECK_TEXT(t.name, "deploy");
}

/* A token outlives the session: whoever copied its cookie must not have one. */
TEST(a_session_alone_makes_changes_and_rolls_no_token_and_may_revoke_one)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_grant thief = who;
	struct cs_token_wish w = wish(y);
	struct cs_api_token token;
	struct cs_grant grant;
	cs_str text;
	cs_str rolled;

	CHECK(make(y, &who, &w, &token, &text));
	cs_id id = token.id;
	thief.is_proved = false;
	CHECK(!make(y, &thief, &w, NULL, NULL));
	CHECK_INT(y->fault.kind, CS_FAULT_PROVE_FIRST);
	w.permissions = CS_MAY_APPS_READ | CS_MAY_MEMBERS_WRITE;
	CHECK_ERR(cs_own_token_change(&y->d, &y->op, &thief, id, &w, &token, &y->fault), INVALID);
	CHECK_INT(y->fault.kind, CS_FAULT_PROVE_FIRST);
	CHECK_OK(cs_own_token_get(&y->d, &y->op, &who, id, &token));
	CHECK_ERR(cs_own_token_roll(&y->d, &y->op, &thief, id, &rolled, &y->fault), INVALID);
	CHECK_INT(y->fault.kind, CS_FAULT_PROVE_FIRST);
	CHECK_INT(rolled.len, 0);
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(grant.permissions, CS_MAY_APPS_READ);
	CHECK_OK(cs_own_token_remove(&y->d, &y->op, &thief, id, &y->fault));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_UNKNOWN);
}

TEST(nobody_makes_a_token_that_may_more_than_they)
{
	static const struct {
		enum cs_role role;
		uint32_t too_much;
	} rows[] = {
		{ CS_ROLE_ADMINISTRATOR, CS_MAY_ACCOUNT_WRITE },
		{ CS_ROLE_USER_MANAGER, CS_MAY_ORGS_WRITE },
		{ CS_ROLE_HELP_DESK, CS_MAY_USERS_WRITE },
		{ CS_ROLE_READ_ONLY, CS_MAY_ORGS_REVOKE },
	};
	YARD(y);

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		cs_str email = cs_arena_printf(y->arena, "m%zu@halden.test", i);
		cs_id member =
		    person(y, y->halden.account, cs_arena_c(y->arena, email), rows[i].role);
		struct cs_grant who = in_person(member);
		struct cs_token_wish w = wish(y);
		w.permissions = rows[i].too_much | CS_MAY_ORGS_READ;
		CHECK(!make(y, &who, &w, NULL, NULL));
		yard_check_reason(y, "a token may do no more than you");
		w.permissions = CS_MAY_ORGS_READ;
		CHECK(make(y, &who, &w, NULL, NULL));
	}
}

TEST(a_token_is_of_an_account_that_one_belongs_to)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_api_token t;

	w.account = y->oslo.account;
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "no member of this account");
	w.account = cs_id_zero;
	CHECK(make(y, &who, &w, &t, NULL));
	CHECK(cs_id_equal(t.account, y->halden.account));
	person(y, y->oslo.account, "owner@halden.test", CS_ROLE_READ_ONLY);
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "must name one account");
}

TEST(names_times_and_permissions_are_checked)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	char endless[121];
	struct cs_token_wish w = wish(y);

	memset(endless, 'a', sizeof(endless));
	w.name = CS_STR("");
	CHECK(!make(y, &who, &w, NULL, NULL));
	w.name = (cs_str){ endless, sizeof(endless) };
	CHECK(!make(y, &who, &w, NULL, NULL));
	w = wish(y);
	w.permissions = 0;
	CHECK(!make(y, &who, &w, NULL, NULL));
	w = wish(y);
	w.expires = y->op.now;
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "in the future");
	w.expires = cs_time_add(y->op.now, 10);
	w.not_before = w.expires;
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "behind not_before");
}

TEST(a_member_has_at_most_a_hundred)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);

	/* init made the first */
	for (int i = 1; i < CS_API_TOKENS_MAX; i++)
		CHECK(make(y, &who, &w, NULL, NULL));
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "revoke one first");
}

/* --- limits --- */

TEST(a_token_opens_from_its_addresses_alone)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_grant grant;
	cs_str text;

	w.condition = CS_STR("{\"request_ip\":{\"in\":[\"192.0.2.0/24\",\"2001:db8::/"
			     "32\"],\"not_in\":[\"192.0.2.9\"]}}");
	CHECK(make(y, &who, &w, NULL, &text));
	from(y, ONE);
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	CHECK(grant.is_limited);
	from(y, "2001:db8::1");
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	from(y, "192.0.2.9");
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ELSEWHERE);
	from(y, "198.51.100.1");
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ELSEWHERE);
	y->op.peer = (struct cs_addr){ .family = 0 };
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ELSEWHERE);
}

TEST(a_token_opens_between_its_times_alone)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_grant grant;
	cs_str text;

	w.not_before = cs_time_add(y->op.now, 1000);
	w.expires = cs_time_add(y->op.now, 2000);
	CHECK(make(y, &who, &w, NULL, &text));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_INACTIVE);
	y->op.now = w.not_before;
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	y->op.now = w.expires;
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_INACTIVE);
}

/* --- changing --- */

TEST(a_changed_token_keeps_its_value_and_does_what_is_asked_now)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_api_token t;
	struct cs_grant grant;
	cs_str text;

	CHECK(make(y, &who, &w, &t, &text));
	w.permissions = CS_MAY_LOGS_READ;
	CHECK_OK(cs_own_token_change(&y->d, &y->op, &who, t.id, &w, &t, &y->fault));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	CHECK_INT(grant.permissions, CS_MAY_LOGS_READ);
	w.is_disabled = true;
	CHECK_OK(cs_own_token_change(&y->d, &y->op, &who, t.id, &w, &t, &y->fault));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_INACTIVE);
	w.account = y->oslo.account;
	CHECK_ERR(cs_own_token_change(&y->d, &y->op, &who, t.id, &w, &t, &y->fault), INVALID);
	yard_check_reason(y, "stays in its account");
}

TEST(a_token_that_is_over_can_be_renamed_and_stays_over)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_api_token t;
	struct cs_grant grant;
	cs_str text;

	w.expires = cs_time_add(y->op.now, 1000);
	CHECK(make(y, &who, &w, &t, &text));
	y->op.now = cs_time_add(y->op.now, 5000);
	w.name = CS_STR("old");
	CHECK_OK(cs_own_token_change(&y->d, &y->op, &who, t.id, &w, &t, &y->fault));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_INACTIVE);
	w.expires = cs_time_add(w.expires, 1);
	CHECK_ERR(cs_own_token_change(&y->d, &y->op, &who, t.id, &w, &t, &y->fault), INVALID);
}

TEST(a_rolled_token_has_another_value)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_api_token t;
	struct cs_grant grant;
	cs_str before;
	cs_str after;

	CHECK(make(y, &who, &w, &t, &before));
	CHECK_OK(cs_own_token_roll(&y->d, &y->op, &who, t.id, &after, &y->fault));
	CHECK_INT(verify(y, before, &grant), CS_TOKEN_UNKNOWN);
	CHECK_INT(verify(y, after, &grant), CS_TOKEN_ACTIVE);
	CHECK(cs_id_equal(grant.token, t.id));
	CHECK_OK(cs_own_token_remove(&y->d, &y->op, &who, t.id, &y->fault));
	CHECK_INT(verify(y, after, &grant), CS_TOKEN_UNKNOWN);
	CHECK_ERR(cs_own_token_get(&y->d, &y->op, &who, t.id, &t), NOT_FOUND);
}

TEST(nobody_touches_somebody_elses_token)
{
	YARD(y);
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_grant other =
	    in_person(person(y, y->halden.account, "bob@halden.test", CS_ROLE_OWNER));
	struct cs_token_wish w = wish(y);
	struct cs_api_token *list;
	struct cs_api_token t;
	struct cs_api_token seen;
	size_t count;
	cs_str text;

	CHECK(make(y, &who, &w, &t, NULL));
	CHECK_OK(cs_own_token_list(&y->d, &y->op, &other, &list, &count));
	CHECK_INT(count, 0);
	CHECK_ERR(cs_own_token_get(&y->d, &y->op, &other, t.id, &seen), NOT_FOUND);
	CHECK_ERR(
	    cs_own_token_change(&y->d, &y->op, &other, t.id, &w, &seen, &y->fault), NOT_FOUND);
	CHECK_ERR(cs_own_token_roll(&y->d, &y->op, &other, t.id, &text, &y->fault), NOT_FOUND);
	CHECK_ERR(cs_own_token_remove(&y->d, &y->op, &other, t.id, &y->fault), NOT_FOUND);
}

/* --- tokens that make tokens --- */

static struct cs_grant
by_token(struct yard *y, uint32_t permissions, cs_time expires, const char *condition)
{
	struct cs_grant who = in_person(y->halden.owner);
	struct cs_token_wish w = wish(y);
	struct cs_grant grant;
	cs_str text;

	w.permissions = permissions | CS_MAY_API_TOKENS_WRITE;
	w.expires = expires;
	w.condition = cs_str_c(condition);
	CHECK(make(y, &who, &w, NULL, &text));
	CHECK_INT(verify(y, text, &grant), CS_TOKEN_ACTIVE);
	return grant;
}

TEST(a_token_hands_on_no_more_than_it_has)
{
	YARD(y);
	struct cs_grant who = by_token(y, CS_MAY_APPS_READ, (cs_time){ 0 }, "");
	struct cs_token_wish w = wish(y);

	CHECK(make(y, &who, &w, NULL, NULL));
	w.permissions = CS_MAY_APPS_READ | CS_MAY_APPS_WRITE;
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "Apps and Policies Write");
	w = wish(y);
	person(y, y->oslo.account, "owner@halden.test", CS_ROLE_OWNER);
	w.account = y->oslo.account;
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "its own account alone");
}

TEST(a_token_does_not_get_at_the_value_of_a_stronger_one)
{
	YARD(y);
	struct cs_grant person_grant = in_person(y->halden.owner);
	struct cs_grant who = by_token(y, CS_MAY_APPS_READ, (cs_time){ 0 }, "");
	struct cs_token_wish w = wish(y);
	struct cs_api_token strong;
	cs_str text;

	w.permissions = CS_MAY_ORGS_WRITE;
	CHECK(make(y, &person_grant, &w, &strong, NULL));
	CHECK_ERR(cs_own_token_roll(&y->d, &y->op, &who, strong.id, &text, &y->fault), INVALID);
	CHECK_INT(text.len, 0);
	cs_fault_clear(&y->fault);
	w.permissions = CS_MAY_APPS_READ;
	CHECK_ERR(
	    cs_own_token_change(&y->d, &y->op, &who, strong.id, &w, &strong, &y->fault), INVALID);
}

TEST(a_token_that_ends_makes_none_that_outlives_it)
{
	YARD(y);
	cs_time end = cs_time_add(y->op.now, 5000);
	struct cs_grant who = by_token(y, CS_MAY_APPS_READ, end, "");
	struct cs_token_wish w = wish(y);

	CHECK(!make(y, &who, &w, NULL, NULL));
	w.expires = cs_time_add(end, 1);
	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "no later");
	w.expires = end;
	CHECK(make(y, &who, &w, NULL, NULL));
}

TEST(a_token_that_is_limited_to_addresses_makes_none)
{
	YARD(y);
	from(y, ONE);
	struct cs_grant who = by_token(
	    y, CS_MAY_APPS_READ, (cs_time){ 0 }, "{\"request_ip\":{\"in\":[\"192.0.2.7\"]}}");
	struct cs_token_wish w = wish(y);

	CHECK(!make(y, &who, &w, NULL, NULL));
	yard_check_reason(y, "limited to addresses");
}

/* --- conditions --- */

static bool
decodes(struct yard *y, const char *text, cs_str *out)
{
	cs_fault_clear(&y->fault);
	cs_err e = cs_token_condition_decode(y->arena, yard_json(y, text), out, &y->fault);

	CHECK(!cs_failed(e) || cs_is(e, CS_E_INVALID));
	return !cs_failed(e);
}

TEST(a_condition_that_asks_nothing_is_none)
{
	static const char *const texts[] = { "{}", "{'request_ip':null}", "{'request_ip':{}}",
		"{'request_ip':{'in':[],'not_in':null}}" };
	YARD(y);
	cs_str out;

	for (size_t i = 0; i < CS_COUNT(texts); i++) {
		CHECK(decodes(y, texts[i], &out));
		CHECK_INT(out.len, 0);
	}
}

TEST(a_condition_that_could_not_be_kept_is_refused)
{
	static const char *const texts[] = { "{'country':['NO']}", "{'request_ip':[]}",
		"{'request_ip':{'within':['192.0.2.0/24']}}",
		"{'request_ip':{'in':'192.0.2.0/24'}}", "{'request_ip':{'in':['192.0.2.1/24']}}",
		"{'request_ip':{'in':['somewhere']}}", "{'request_ip':{'in':[7]}}",
		"{'request_ip':{'in':['192.0.2.0/33']}}" };
	YARD(y);
	cs_str out;

	for (size_t i = 0; i < CS_COUNT(texts); i++) {
		CHECK(!decodes(y, texts[i], &out));
		CHECK_INT(out.len, 0);
	}
}

TEST(a_stored_condition_that_cannot_be_read_lets_nobody)
{
	YARD(y);
	from(y, ONE);
	CHECK(!cs_token_condition_has(CS_STR("{"), &y->op.peer));
	CHECK(!cs_token_condition_has(CS_STR("{\"other\":1}"), &y->op.peer));
	CHECK(cs_token_condition_has(CS_STR(""), &y->op.peer));
	CHECK(cs_token_condition_has(
	    CS_STR("{\"request_ip\":{\"not_in\":[\"198.51.100.0/24\"]}}"), &y->op.peer));
}

TEST_MAIN("own_token")
