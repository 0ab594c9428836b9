/*
 * audit_search_contract.c - looking into the trail: what is found, and that nothing of others is.
 */
#include "contract.h"

#include "store/audit_search_store.h"
#include "store/member_store.h"
#include "store/user_store.h"

static const cs_id ann = { { 0xe, 1 } };
static const cs_id bea = { { 0xe, 2 } };
static const cs_id cyd = { { 0xe, 3 } };

static void
add_member(struct cs_tx *tx, cs_id account, cs_id id, const char *email, int64_t joined)
{
	struct cs_member member = { .id = id, .email = cs_str_c(email), .created = { 1 } };
	struct cs_member found;

	if (cs_failed(cs_member_find(tx, id, &found)))
		CHECK_OK(cs_member_add(tx, &member));
	CHECK_OK(cs_membership_add(tx, account, id, CS_ROLE_READ_ONLY, (cs_time){ joined }));
}

static void
note(struct contract *t, struct cs_tx *tx, cs_id account, int64_t at, const char *kind, cs_id actor,
    cs_id subject)
{
	const struct cs_audit_event e = { .account = account,
		.at = { at },
		.kind = cs_str_c(kind),
		.actor = actor,
		.subject = subject,
		.address = CS_STR("192.0.2.7"),
		.user_agent = CS_STR("Firefox"),
		.details = CS_STR("{\"name\":\"x\"}") };

	CHECK_OK(cs_audit_append(tx, t->rng, &e));
}

static struct cs_audit_filter
all(void)
{
	return (struct cs_audit_filter){ .before = { INT64_MAX } };
}

static size_t
count(struct contract *t, struct cs_tx *tx, const struct cs_audit_filter *f)
{
	struct cs_audit_found *list;
	size_t n;

	CHECK_OK(cs_audit_search(tx, t->account, f, 100, &list, &n));
	return n;
}

CONTRACT(a_trail_is_searched_by_kind_person_address_and_time)
{
	struct cs_audit_filter f = all();
	struct cs_tx *tx = contract_begin(t);

	add_member(tx, t->account, ann, "ann@one.test", 1);
	add_member(tx, t->account, bea, "bea@two.test", 1);
	note(t, tx, t->account, 10, "member.joined", ann, bea);
	note(t, tx, t->account, 20, "member.role.changed", ann, bea);
	note(t, tx, t->account, 30, "config.created", bea, cyd);
	note(t, tx, t->other, 40, "member.joined", ann, bea);
	CHECK_INT(count(t, tx, &f), 3);
	f.kind = CS_STR("member.joined");
	CHECK_INT(count(t, tx, &f), 1);
	f.kind = CS_STR("member");
	CHECK_INT(count(t, tx, &f), 0);
	f = all();
	f.kind_head = CS_STR("member.");
	CHECK_INT(count(t, tx, &f), 2);
	f.kind_head = CS_STR("member_");
	CHECK_INT(count(t, tx, &f), 0);
	f = all();
	f.actor = ann;
	CHECK_INT(count(t, tx, &f), 2);
	f.subject = cyd;
	CHECK_INT(count(t, tx, &f), 0);
	f = all();
	f.actor_email = CS_STR("ann@");
	CHECK_INT(count(t, tx, &f), 2);
	f.actor_email = CS_STR("%");
	CHECK_INT(count(t, tx, &f), 0);
	f = all();
	f.subject_email = CS_STR("two.test");
	CHECK_INT(count(t, tx, &f), 2);
	f = all();
	f.address = CS_STR("192.0.2");
	CHECK_INT(count(t, tx, &f), 3);
	f.address = CS_STR("198.51");
	CHECK_INT(count(t, tx, &f), 0);
	f = all();
	f.since = (cs_time){ 20 };
	f.until = (cs_time){ 30 };
	CHECK_INT(count(t, tx, &f), 1);
	contract_commit(t);
}

CONTRACT(what_is_found_names_people_of_the_account_and_comes_newest_first)
{
	struct cs_audit_filter f = all();
	struct cs_audit_found *list;
	size_t n;
	struct cs_tx *tx = contract_begin(t);

	add_member(tx, t->account, ann, "ann@one.test", 1);
	add_member(tx, t->other, bea, "bea@two.test", 1);
	const struct cs_user user = {
		.account = t->account, .id = cyd, .email = CS_STR("Cyd@one.test")
	};
	CHECK_OK(cs_user_add(tx, &user, CS_STR("cyd@one.test"), true));
	note(t, tx, t->account, 10, "a", ann, cyd);
	note(t, tx, t->account, 20, "b", bea, ann);
	CHECK_OK(cs_audit_search(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 2);
	CHECK_TEXT(list[0].event.kind, "b");
	CHECK_INT(list[0].actor_email.len, 0);
	CHECK(!list[0].is_actor_known);
	CHECK_TEXT(list[0].subject_email, "ann@one.test");
	CHECK_TEXT(list[1].actor_email, "ann@one.test");
	CHECK_TEXT(list[1].subject_email, "Cyd@one.test");
	CHECK_TEXT(list[1].event.details, "{\"name\":\"x\"}");
	f.before = list[0].event.at;
	f.before_id = list[0].event.id;
	CHECK_OK(cs_audit_search(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 1);
	CHECK_TEXT(list[0].event.kind, "a");
	contract_commit(t);
}

CONTRACT(events_of_one_moment_are_paged_without_loss_or_doubles)
{
	struct cs_audit_filter f = all();
	struct cs_audit_found *list;
	size_t n;
	size_t seen = 0;
	struct cs_tx *tx = contract_begin(t);

	for (int i = 0; i < 7; i++)
		note(t, tx, t->account, 10, "a", ann, ann);
	for (;;) {
		CHECK_OK(cs_audit_search(tx, t->account, &f, 2, &list, &n));
		if (n == 0)
			break;
		seen += n;
		CHECK(seen <= 7);
		f.before = list[n - 1].event.at;
		f.before_id = list[n - 1].event.id;
	}
	CHECK_INT(seen, 7);
	contract_commit(t);
}

CONTRACT(of_the_realm_an_account_finds_what_was_done_to_its_members_since_they_are)
{
	struct cs_audit_filter f = all();
	struct cs_audit_found *list;
	size_t n;
	struct cs_tx *tx = contract_begin(t);

	add_member(tx, t->account, ann, "ann@one.test", 15);
	add_member(tx, t->other, bea, "bea@two.test", 1);
	note(t, tx, cs_id_zero, 10, "before", ann, ann);
	note(t, tx, cs_id_zero, 20, "own", ann, ann);
	note(t, tx, cs_id_zero, 30, "by_stranger", bea, ann);
	note(t, tx, cs_id_zero, 40, "to_stranger", ann, bea);
	note(t, tx, cs_id_zero, 50, "of_nobody", cs_id_zero, cs_id_zero);
	CHECK_OK(cs_audit_search_realm(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 2);
	CHECK_TEXT(list[0].event.kind, "by_stranger");
	CHECK(!list[0].is_actor_known);
	CHECK_TEXT(list[1].event.kind, "own");
	CHECK(list[1].is_actor_known);
	f.actor_email = CS_STR("bea@two.test");
	CHECK_OK(cs_audit_search_realm(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 0);
	/* who a stranger was, and from where they came, is not to be guessed at by filters */
	f = all();
	f.actor = bea;
	CHECK_OK(cs_audit_search_realm(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 0);
	f = all();
	f.address = CS_STR("192.0.2");
	note(t, tx, cs_id_zero, 35, "by_nobody", cs_id_zero, ann);
	CHECK_OK(cs_audit_search_realm(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 2);
	CHECK_TEXT(list[0].event.kind, "by_nobody");
	CHECK_TEXT(list[1].event.kind, "own");
	CHECK_OK(cs_membership_remove(tx, t->account, ann));
	f = all();
	CHECK_OK(cs_audit_search_realm(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 0);
	contract_commit(t);
}

CONTRACT(members_find_what_was_done_to_themselves)
{
	struct cs_audit_found *list;
	size_t n;
	struct cs_tx *tx = contract_begin(t);

	add_member(tx, t->account, ann, "ann@one.test", 15);
	add_member(tx, t->account, bea, "bea@two.test", 1);
	note(t, tx, cs_id_zero, 10, "own", ann, ann);
	note(t, tx, cs_id_zero, 20, "by_bea", bea, ann);
	note(t, tx, cs_id_zero, 30, "hers", bea, bea);
	note(t, tx, t->account, 40, "account", bea, ann);
	CHECK_OK(cs_audit_search_self(tx, ann, (cs_time){ INT64_MAX }, cs_id_zero, 10, &list, &n));
	CHECK_INT(n, 2);
	CHECK_TEXT(list[0].event.kind, "by_bea");
	CHECK_INT(list[0].actor_email.len, 0);
	CHECK_TEXT(list[1].actor_email, "ann@one.test");
	contract_commit(t);
}

CONTRACT(a_forgotten_event_is_found_without_what_was_personal)
{
	struct cs_audit_filter f = all();
	struct cs_audit_found *list;
	const struct cs_audit_head *heads;
	size_t n;
	int64_t rows;
	struct cs_tx *tx = contract_begin(t);

	add_member(tx, t->account, ann, "ann@one.test", 1);
	note(t, tx, t->account, 10, "a", ann, ann);
	CHECK_OK(cs_audit_seal(tx, ann, (cs_time){ 20 }, (cs_time){ 30 }, &n, &heads, &n));
	CHECK_OK(cs_audit_forget(tx, t->account, (cs_time){ 20 }, 10, &rows));
	CHECK_INT(rows, 1);
	CHECK_OK(cs_audit_search(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 1);
	CHECK(list[0].event.is_forgotten);
	CHECK(list[0].event.seq == 1);
	CHECK_INT(
	    list[0].actor_email.len + list[0].event.address.len + list[0].event.details.len, 0);
	f.actor = ann;
	CHECK_OK(cs_audit_search(tx, t->account, &f, 100, &list, &n));
	CHECK_INT(n, 0);
	contract_commit(t);
}
