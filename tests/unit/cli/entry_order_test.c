/*
 * entry_order_test.c - the orders of a list.
 */
#include "cli/session/entry_order.h"

#include "test.h"

static struct cs_entry
named(uint8_t id, const char *issuer, const char *account)
{
	return (struct cs_entry){
		.id = { { id } },
		.issuer = cs_str_c(issuer),
		.account = cs_str_c(account),
	};
}

/* want: the ids, in the order they have to come out */
static void
check_order(struct cs_entry *entries, size_t count, enum cs_entry_order order, const char *want)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_entry *list[16];
	char got[17] = "";

	CS_ASSERT(count <= CS_COUNT(list));
	for (size_t i = 0; i < count; i++)
		list[i] = &entries[i];
	cs_entries_sort(a, list, count, order);
	for (size_t i = 0; i < count; i++)
		got[i] = (char)list[i]->id.b[0];
	CHECK_TEXT(cs_str_c(got), want);
}

TEST(names_are_sorted_without_regard_to_case_then_by_account)
{
	struct cs_entry e[] = { named('1', "mail", "zoe"), named('2', "Bank", "alice"),
		named('3', "Mail", "bob"), named('4', "bank", "Alfred") };

	check_order(e, CS_COUNT(e), CS_ORDER_NAME, "4231");
	check_order(e, CS_COUNT(e), CS_ORDER_ACCOUNT, "4231");
}

TEST(by_account_the_account_leads)
{
	struct cs_entry e[] = { named('1', "a", "z"), named('2', "z", "a") };

	check_order(e, CS_COUNT(e), CS_ORDER_NAME, "12");
	check_order(e, CS_COUNT(e), CS_ORDER_ACCOUNT, "21");
}

TEST(what_has_no_service_stands_where_its_account_would)
{
	struct cs_entry e[] = { named('1', "Mail", "x"), named('2', "", "bank"),
		named('3', "Zoo", "") };

	check_order(e, CS_COUNT(e), CS_ORDER_NAME, "213");
}

TEST(the_latest_stands_in_front)
{
	struct cs_entry e[] = { named('1', "a", ""), named('2', "b", ""), named('3', "c", "") };

	e[0].added = (cs_time){ 10 };
	e[1].added = (cs_time){ 30 };
	e[2].added = (cs_time){ 20 };
	check_order(e, CS_COUNT(e), CS_ORDER_ADDED, "231");
	e[0].changed = (cs_time){ 9 };
	check_order(e, CS_COUNT(e), CS_ORDER_CHANGED, "123");
}

TEST(what_is_equal_has_an_order_all_the_same)
{
	struct cs_entry e[] = { named('2', "Mail", "a"), named('1', "mail", "A") };

	check_order(e, CS_COUNT(e), CS_ORDER_NAME, "12");
}

TEST(the_vaults_own_order_is_left_alone)
{
	struct cs_entry e[] = { named('2', "b", ""), named('1', "a", "") };

	check_order(e, CS_COUNT(e), CS_ORDER_NONE, "21");
}

TEST(an_order_is_known_by_its_name_alone)
{
	enum cs_entry_order order;

	CHECK_OK(cs_entry_order_decode(CS_STR("changed"), &order));
	CHECK_INT(order, CS_ORDER_CHANGED);
	CHECK_ERR(cs_entry_order_decode(CS_STR("Changed"), &order), INVALID);
	CHECK_ERR(cs_entry_order_decode(CS_STR(""), &order), INVALID);
	CHECK_INT(order, CS_ORDER_NAME);
}

TEST(texts_that_differ_in_case_alone_are_the_same_name)
{
	CHECK(cs_entry_text_equal(CS_STR("Mail"), CS_STR("mAIL")));
	CHECK(!cs_entry_text_equal(CS_STR("Mail"), CS_STR("Mai")));
	CHECK(cs_entry_text_equal(CS_STR(""), CS_STR("")));
}

TEST_MAIN("cli/entry_order")
