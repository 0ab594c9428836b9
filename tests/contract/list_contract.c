#include "contract.h"

#include "store/list_store.h"

static cs_id
add_list(struct contract *t, const char *type, const char *name)
{
	struct cs_list_row row = {
		.id = cs_id_new(t->rng),
		.type = cs_str_c(type),
		.name = cs_str_c(name),
		.body = CS_STR("{}"),
		.created = t->op.now,
	};
	CHECK_OK(cs_list_add(t->tx, t->account, &row));
	return row.id;
}

static void
add_item(struct contract *t, cs_id list, const char *content, int64_t ord)
{
	CHECK_OK(cs_list_item_add(t->tx, t->account,
	    &(struct cs_list_item){
		.list = list,
		.content = cs_str_c(content),
		.description = CS_STR("of the yard"),
		.ord = ord,
		.created = t->op.now,
	    }));
}

CONTRACT(a_list_comes_back_as_it_was_written_with_the_number_of_its_items)
{
	contract_begin(t);
	cs_id id = add_list(t, "EMAIL", "Crew");
	add_item(t, id, "b@example.test", 0);
	add_item(t, id, "a@example.test", 1);
	struct cs_list_row *rows;
	size_t count;
	CHECK_OK(cs_list_list(t->tx, t->account, &rows, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(rows[0].id, id));
	CHECK_TEXT(rows[0].type, "EMAIL");
	CHECK_TEXT(rows[0].name, "Crew");
	CHECK_INT(rows[0].item_count, 2);
	CHECK_OK(cs_list_list(t->tx, t->other, &rows, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(items_lie_in_their_order_and_each_once)
{
	contract_begin(t);
	cs_id id = add_list(t, "EMAIL", "Crew");
	add_item(t, id, "b@example.test", 0);
	add_item(t, id, "a@example.test", 1);
	add_item(t, id, "b@example.test", 2);
	struct cs_list_item *items;
	size_t count;
	CHECK_OK(cs_list_item_list(t->tx, t->account, id, &items, &count));
	CHECK_INT(count, 2);
	CHECK_TEXT(items[0].content, "b@example.test");
	CHECK_TEXT(items[0].description, "of the yard");
	CHECK_TEXT(items[1].content, "a@example.test");
	int64_t last;
	CHECK_OK(cs_list_item_count(t->tx, t->account, id, &count, &last));
	CHECK_INT(count, 2);
	CHECK_INT(last, 1);
	contract_commit(t);
}

CONTRACT(an_item_is_removed_once_and_its_absence_is_no_error)
{
	contract_begin(t);
	cs_id id = add_list(t, "IP", "Offices");
	add_item(t, id, "192.0.2.0/24", 0);
	CHECK_OK(cs_list_item_remove(t->tx, t->account, id, CS_STR("192.0.2.0/24")));
	CHECK_OK(cs_list_item_remove(t->tx, t->account, id, CS_STR("192.0.2.0/24")));
	size_t count = 7;
	int64_t last;
	CHECK_OK(cs_list_item_count(t->tx, t->account, id, &count, &last));
	CHECK_INT(count, 0);
	CHECK_INT(last, -1);
	contract_commit(t);
}

CONTRACT(a_list_goes_with_its_items_and_no_other_does)
{
	contract_begin(t);
	cs_id one = add_list(t, "IP", "One");
	cs_id two = add_list(t, "IP", "Two");
	add_item(t, one, "192.0.2.1", 0);
	add_item(t, two, "192.0.2.2", 0);
	CHECK_ERR(cs_list_remove(t->tx, t->other, one), NOT_FOUND);
	CHECK_OK(cs_list_remove(t->tx, t->account, one));
	CHECK_ERR(cs_list_remove(t->tx, t->account, one), NOT_FOUND);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM list_item"), 1);
}

CONTRACT(what_is_judged_comes_whole_and_by_list)
{
	contract_begin(t);
	cs_id mail = add_list(t, "EMAIL", "Crew");
	cs_id sites = add_list(t, "URL", "Sites");
	cs_id keys = add_list(t, "AAGUID", "Keys");
	add_item(t, mail, "a@example.test", 0);
	add_item(t, sites, "https://example.test/", 0);
	add_item(t, keys, "00112233445566778899aabbccddeeff", 0);
	struct cs_list_item *items;
	size_t count;
	CHECK_OK(cs_list_item_all(t->tx, t->account, &items, &count));
	CHECK_INT(count, 2);
	for (size_t i = 0; i < count; i++)
		CHECK(cs_id_equal(items[i].list, mail) || cs_id_equal(items[i].list, keys));
	contract_commit(t);
}

CONTRACT(an_item_of_an_unknown_list_is_refused)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_list_item item = { .list = { { 9 } }, .content = CS_STR("a"), .ord = 0 };
	CHECK_ERR(cs_list_item_add(tx, t->account, &item), CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_list_of_one_account_cannot_be_changed_by_another)
{
	contract_begin(t);
	cs_id id = add_list(t, "EMAIL", "Crew");
	struct cs_list_row row = { .id = id, .name = CS_STR("Theirs"), .body = CS_STR("{}") };
	CHECK_ERR(cs_list_set(t->tx, t->other, &row), NOT_FOUND);
	CHECK_OK(cs_list_item_remove(t->tx, t->other, id, CS_STR("a@example.test")));
	CHECK_OK(cs_list_set(t->tx, t->account, &row));
	contract_commit(t);
}
