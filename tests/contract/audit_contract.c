#include "contract.h"

#include "store/audit_store.h"

static const cs_id node_a = { { 0xa } }, node_b = { { 0xb } };

static struct cs_audit_event
event(cs_id account, cs_time at, const char *kind)
{
	return (struct cs_audit_event){
		.account = account,
		.at = at,
		.kind = cs_str_c(kind),
		.actor = { { 5 } },
		.subject = { { 6 } },
		.address = CS_STR("192.0.2.7"),
		.user_agent = CS_STR("Browser/1"),
		.details = CS_STR("{\"name\":\"Phone\"}"),
	};
}

static void
append(struct contract *t, cs_id account, int count)
{
	contract_begin(t);
	for (int i = 0; i < count; i++) {
		struct cs_audit_event ev = event(account, t->op.now, "sign_in");
		CHECK_OK(cs_audit_append(t->tx, t->rng, &ev));
	}
	contract_commit(t);
}

static size_t
seal(struct contract *t, const struct cs_audit_head **heads, size_t *count)
{
	const struct cs_audit_head *borrowed;
	size_t sealed, head_count;

	contract_begin(t);
	CHECK_OK(cs_audit_seal(t->tx, node_a, t->op.now, cs_time_add(t->op.now, 5000), &sealed,
	    heads == NULL ? &borrowed : heads, count == NULL ? &head_count : count));
	contract_commit(t);
	return sealed;
}

/* In small steps, so that the seams are walked over too. */
static struct cs_audit_walk
walk(struct contract *t, cs_id account)
{
	struct cs_audit_walk w = { .account = account };

	contract_begin(t);
	while (!w.is_over)
		CHECK_OK(cs_audit_walk(t->tx, &w, 3));
	contract_rollback(t);
	return w;
}

static bool
is_intact(struct contract *t)
{
	return !walk(t, t->account).is_broken;
}

CONTRACT(an_event_is_listed_as_it_was_appended)
{
	const struct cs_audit_event *list;
	size_t count;
	cs_time end = { INT64_MAX };

	append(t, t->account, 1);
	append(t, t->other, 2);
	contract_begin(t);
	CHECK_OK(cs_audit_list(t->tx, t->account, end, cs_id_zero, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0].kind, "sign_in");
	CHECK_TEXT(list[0].address, "192.0.2.7");
	CHECK_TEXT(list[0].user_agent, "Browser/1");
	CHECK_TEXT(list[0].details, "{\"name\":\"Phone\"}");
	CHECK_INT(list[0].actor.b[0], 5);
	CHECK_INT(list[0].subject.b[0], 6);
	CHECK_INT(list[0].at.ms, t->op.now.ms);
	CHECK_INT(list[0].seq, 0);
	CHECK(!list[0].is_forgotten);
	contract_rollback(t);
}

CONTRACT(events_are_listed_newest_first_and_in_pages)
{
	const struct cs_audit_event *list;
	size_t count;

	contract_begin(t);
	for (int i = 0; i < 5; i++) {
		struct cs_audit_event ev = event(t->account, cs_time_add(t->op.now, i), "x");
		CHECK_OK(cs_audit_append(t->tx, t->rng, &ev));
	}
	CHECK_OK(
	    cs_audit_list(t->tx, t->account, (cs_time){ INT64_MAX }, cs_id_zero, 2, &list, &count));
	CHECK_INT(count, 2);
	CHECK_INT(list[0].at.ms, t->op.now.ms + 4);
	CHECK_OK(cs_audit_list(t->tx, t->account, list[1].at, list[1].id, 10, &list, &count));
	CHECK_INT(count, 3);
	CHECK_INT(list[0].at.ms, t->op.now.ms + 2);
	contract_commit(t);
}

CONTRACT(an_event_vanishes_with_its_transaction)
{
	struct cs_audit_event ev = event(t->account, t->op.now, "x");

	contract_begin(t);
	CHECK_OK(cs_audit_append(t->tx, t->rng, &ev));
	contract_rollback(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM audit_event"), 0);
}

CONTRACT(sealing_numbers_each_accounts_events_from_one)
{
	const struct cs_audit_head *heads;
	size_t count;

	append(t, t->account, 3);
	append(t, t->other, 2);
	CHECK_INT(seal(t, &heads, &count), 5);
	CHECK_INT(count, 2);
	CHECK_INT(heads[0].seq, 3);
	CHECK_INT(heads[1].seq, 2);
	CHECK(cs_id_equal(heads[1].account, t->other));
	CHECK_INT(seal(t, &heads, &count), 0);
	CHECK_INT(count, 0);
	append(t, t->other, 1);
	CHECK_INT(seal(t, &heads, &count), 1);
	CHECK_INT(heads[0].seq, 3);
	CHECK(is_intact(t));
	CHECK_INT(walk(t, t->other).seq, 3);
	CHECK(!walk(t, t->other).is_broken);
}

CONTRACT(events_of_one_transaction_keep_their_order)
{
	const struct cs_audit_event *list;
	size_t count;
	static const char *const kinds[] = { "a", "b", "c", "d" };

	contract_begin(t);
	for (size_t i = 0; i < CS_COUNT(kinds); i++) {
		struct cs_audit_event ev = event(t->account, t->op.now, kinds[i]);
		CHECK_OK(cs_audit_append(t->tx, t->rng, &ev));
	}
	contract_commit(t);
	seal(t, NULL, NULL);
	contract_begin(t);
	CHECK_OK(
	    cs_audit_list(t->tx, t->account, (cs_time){ INT64_MAX }, cs_id_zero, 9, &list, &count));
	for (size_t i = 0; i < count; i++)
		CHECK_TEXT(list[i].kind, kinds[list[i].seq - 1]);
	contract_rollback(t);
}

CONTRACT(more_than_one_step_of_sealing_makes_one_chain)
{
	append(t, t->account, CS_AUDIT_SEAL_MAX + 7);
	CHECK_INT(seal(t, NULL, NULL), CS_AUDIT_SEAL_MAX);
	CHECK_INT(seal(t, NULL, NULL), 7);
	CHECK(is_intact(t));
	CHECK_INT(walk(t, t->account).seq, CS_AUDIT_SEAL_MAX + 7);
}

CONTRACT(only_the_holder_of_the_lease_seals)
{
	const struct cs_audit_head *heads;
	size_t sealed, count;

	append(t, t->account, 1);
	contract_begin(t);
	CHECK_OK(cs_audit_seal(
	    t->tx, node_a, t->op.now, cs_time_add(t->op.now, 5000), &sealed, &heads, &count));
	CHECK_ERR(cs_audit_seal(t->tx, node_b, cs_time_add(t->op.now, 4999),
		      cs_time_add(t->op.now, 9000), &sealed, &heads, &count),
	    CONFLICT);
	CHECK_OK(cs_audit_seal(t->tx, node_b, cs_time_add(t->op.now, 5000),
	    cs_time_add(t->op.now, 9000), &sealed, &heads, &count));
	contract_commit(t);
}

CONTRACT(an_account_without_events_is_intact)
{
	struct cs_audit_walk w = walk(t, t->account);

	CHECK(!w.is_broken);
	CHECK_INT(w.seq, 0);
}

/* --- what a walk notices --- */

static void
check_tampering(struct contract *t, const char *sql, int64_t intact_until)
{
	append(t, t->account, 8);
	seal(t, NULL, NULL);
	CHECK(is_intact(t));
	contract_script(t, sql);
	struct cs_audit_walk w = walk(t, t->account);
	CHECK(w.is_broken);
	CHECK_INT(w.seq, intact_until);
}

CONTRACT(a_changed_kind_is_noticed)
{
	check_tampering(t, "UPDATE audit_event SET kind = 'sign_out' WHERE seq = 4", 3);
}

CONTRACT(a_changed_moment_is_noticed)
{
	check_tampering(t, "UPDATE audit_event SET at = at + 1 WHERE seq = 1", 0);
}

CONTRACT(changed_details_are_noticed)
{
	check_tampering(t, "UPDATE audit_event SET details = '{}' WHERE seq = 7", 6);
}

CONTRACT(a_changed_address_is_noticed)
{
	check_tampering(t, "UPDATE audit_event SET address = '192.0.2.8' WHERE seq = 2", 1);
}

CONTRACT(an_event_that_was_taken_out_is_noticed)
{
	check_tampering(t, "DELETE FROM audit_event WHERE seq = 5", 4);
}

CONTRACT(a_tail_that_was_cut_off_is_noticed)
{
	check_tampering(t, "DELETE FROM audit_event WHERE seq >= 7", 6);
}

CONTRACT(two_events_that_changed_places_are_noticed)
{
	check_tampering(t,
	    "UPDATE audit_event SET seq = 100 WHERE seq = 3;"
	    "UPDATE audit_event SET seq = 3 WHERE seq = 4;"
	    "UPDATE audit_event SET seq = 4 WHERE seq = 100",
	    2);
}

CONTRACT(a_chain_that_was_cut_with_its_head_no_longer_fits_a_witness)
{
	const struct cs_audit_head *heads;
	size_t count;
	uint8_t link[CS_SHA256_LEN];

	append(t, t->account, 4);
	seal(t, &heads, &count);
	contract_begin(t);
	CHECK_OK(cs_audit_link_find(t->tx, t->account, heads[0].seq, link));
	CHECK(memcmp(link, heads[0].link, sizeof(link)) == 0);
	contract_rollback(t);
	contract_script(t, "DELETE FROM audit_event WHERE seq = 4; UPDATE audit_head SET seq = 3,"
			   " link = (SELECT e.link FROM audit_event e WHERE e.seq = 3)");
	/* the database alone is consistent again: that is what witnesses are for */
	CHECK(is_intact(t));
	contract_begin(t);
	CHECK_ERR(cs_audit_link_find(t->tx, t->account, heads[0].seq, link), NOT_FOUND);
	contract_rollback(t);
}

/* Where the event at the break went, looked for two at a time. */
static int64_t
moved_to(struct contract *t)
{
	const struct cs_audit_walk w = walk(t, t->account);
	int64_t from = 0, found = 0;

	contract_begin(t);
	while (from >= 0 && found == 0)
		CHECK_OK(cs_audit_moved_find(t->tx, &w, 2, &from, &found));
	contract_rollback(t);
	return found;
}

CONTRACT(an_event_is_found_where_it_was_moved_with_its_link)
{
	check_tampering(t, "UPDATE audit_event SET seq = 100 WHERE seq = 3", 2);
	CHECK_INT(moved_to(t), 100);
}

CONTRACT(an_event_is_found_where_it_was_moved_without_its_link)
{
	check_tampering(t,
	    "CREATE TABLE l AS SELECT seq AS n, link AS was FROM audit_event;"
	    "UPDATE audit_event SET seq = 100 WHERE seq = 3;"
	    "UPDATE audit_event SET seq = 3 WHERE seq = 6;"
	    "UPDATE audit_event SET seq = 6 WHERE seq = 100;"
	    "UPDATE audit_event SET link = (SELECT was FROM l WHERE n = seq)",
	    2);
	CHECK_INT(moved_to(t), 6);
}

CONTRACT(an_event_that_is_gone_or_edited_is_found_nowhere)
{
	check_tampering(t, "UPDATE audit_event SET kind = 'x' WHERE seq = 3", 2);
	CHECK_INT(moved_to(t), 0);
	contract_script(t, "DELETE FROM audit_event WHERE seq = 3");
	CHECK_INT(moved_to(t), 0);
}

CONTRACT(what_has_a_number_and_what_has_none_are_counted)
{
	int64_t sealed, unsealed;

	append(t, t->account, 3);
	append(t, t->other, 1);
	seal(t, NULL, NULL);
	append(t, t->account, 2);
	contract_begin(t);
	CHECK_OK(cs_audit_count(t->tx, t->account, &sealed, &unsealed));
	CHECK_INT(sealed, 3);
	CHECK_INT(unsealed, 2);
	CHECK_OK(cs_audit_count(t->tx, (cs_id){ { 0xee } }, &sealed, &unsealed));
	CHECK_INT(sealed + unsealed, 0);
	contract_rollback(t);
}

CONTRACT(the_head_of_an_account_is_found_and_is_zero_before_the_first)
{
	const struct cs_audit_head *heads;
	struct cs_audit_head head;
	size_t count;

	append(t, t->account, 2);
	contract_begin(t);
	CHECK_OK(cs_audit_head_find(t->tx, t->account, &head));
	CHECK_INT(head.seq, 0);
	contract_rollback(t);
	seal(t, &heads, &count);
	contract_begin(t);
	CHECK_OK(cs_audit_head_find(t->tx, t->account, &head));
	CHECK_INT(head.seq, 2);
	CHECK(memcmp(head.link, heads[0].link, sizeof(head.link)) == 0);
	contract_rollback(t);
}

/* --- forgetting --- */

CONTRACT(personal_parts_are_forgotten_and_the_chain_holds)
{
	const struct cs_audit_event *list;
	size_t count;
	int64_t rows;

	append(t, t->account, 4);
	seal(t, NULL, NULL);
	contract_begin(t);
	CHECK_OK(cs_audit_forget(t->tx, t->account, t->op.now, 100, &rows));
	CHECK_INT(rows, 0);
	CHECK_OK(cs_audit_forget(t->tx, t->account, cs_time_add(t->op.now, 1), 3, &rows));
	CHECK_INT(rows, 3);
	CHECK_OK(cs_audit_forget(t->tx, t->account, cs_time_add(t->op.now, 1), 3, &rows));
	CHECK_INT(rows, 1);
	CHECK_OK(
	    cs_audit_list(t->tx, t->account, (cs_time){ INT64_MAX }, cs_id_zero, 9, &list, &count));
	CHECK_INT(count, 4);
	CHECK(list[0].is_forgotten);
	CHECK_TEXT(list[0].kind, "sign_in");
	CHECK_INT(list[0].address.len, 0);
	CHECK(cs_id_is_zero(list[0].actor));
	contract_commit(t);
	CHECK(is_intact(t));
	CHECK_INT(contract_count(t,
		      "SELECT count(*) FROM audit_event WHERE coalesce(actor_id, subject_id,"
		      " salt) IS NOT NULL OR coalesce(address, user_agent, details)"
		      " IS NOT NULL"),
	    0);
	/* and still notices */
	contract_script(t, "UPDATE audit_event SET kind = 'x' WHERE seq = 2");
	CHECK(!is_intact(t));
}

CONTRACT(what_is_not_sealed_yet_is_not_forgotten)
{
	int64_t rows;

	append(t, t->account, 2);
	contract_begin(t);
	CHECK_OK(cs_audit_forget(t->tx, t->account, cs_time_add(t->op.now, 1), 100, &rows));
	CHECK_INT(rows, 0);
	contract_commit(t);
}

CONTRACT(heads_are_listed_by_account)
{
	const struct cs_audit_head *heads;
	size_t count;

	append(t, t->account, 2);
	append(t, cs_id_zero, 1);
	append(t, t->other, 3);
	seal(t, NULL, NULL);
	contract_begin(t);
	CHECK_OK(cs_audit_head_list(t->tx, cs_id_zero, 10, &heads, &count));
	CHECK_INT(count, 2);
	CHECK(cs_id_equal(heads[0].account, t->account));
	CHECK_INT(heads[0].seq, 2);
	CHECK_INT(heads[1].seq, 3);
	contract_rollback(t);
}
