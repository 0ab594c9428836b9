#include "contract.h"

#include "store/setting_store.h"

CONTRACT(a_setting_is_found_as_it_was_set)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_OK(cs_setting_set(tx, t->account, CS_STR("colour"), CS_STR("grün")));
	CHECK_OK(cs_setting_find(tx, t->account, CS_STR("colour"), &got));
	CHECK_TEXT(got, "grün");
	CHECK_OK(cs_setting_set(tx, t->account, CS_STR("colour"), CS_STR("")));
	CHECK_OK(cs_setting_find(tx, t->account, CS_STR("colour"), &got));
	CHECK_TEXT(got, "");
	contract_commit(t);
}

CONTRACT(a_setting_that_was_never_set_is_not_found)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_ERR(cs_setting_find(tx, t->account, CS_STR("colour"), &got), NOT_FOUND);
	CHECK_INT(got.len, 0);
	contract_commit(t);
}

CONTRACT(a_setting_belongs_to_one_account)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_OK(cs_setting_set(tx, t->account, CS_STR("colour"), CS_STR("red")));
	CHECK_ERR(cs_setting_find(tx, t->other, CS_STR("colour"), &got), NOT_FOUND);
	CHECK_ERR(cs_setting_find(tx, cs_id_zero, CS_STR("colour"), &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(the_server_realm_has_settings)
{
	struct cs_tx *tx = contract_begin(t);

	CHECK_OK(cs_setting_set(tx, cs_id_zero, CS_STR("colour"), CS_STR("red")));
	contract_commit(t);
}

CONTRACT(a_setting_of_an_unknown_account_is_refused)
{
	struct cs_tx *tx = contract_begin(t);

	CHECK_ERR(cs_setting_set(tx, (cs_id){ { 9, 9 } }, CS_STR("a"), CS_STR("b")), CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_setting_is_added_once)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_OK(cs_setting_add(tx, t->account, CS_STR("a"), CS_STR("1")));
	CHECK_ERR(cs_setting_add(tx, t->account, CS_STR("a"), CS_STR("2")), CONFLICT);
	/* that was an answer: the transaction goes on */
	CHECK_OK(cs_setting_find(tx, t->account, CS_STR("a"), &got));
	CHECK_TEXT(got, "1");
	contract_commit(t);
}

CONTRACT(a_setting_is_swapped_only_from_what_it_is)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_ERR(cs_setting_swap(tx, t->account, CS_STR("a"), CS_STR("1"), CS_STR("2")), CONFLICT);
	CHECK_OK(cs_setting_add(tx, t->account, CS_STR("a"), CS_STR("1")));
	CHECK_ERR(cs_setting_swap(tx, t->account, CS_STR("a"), CS_STR("0"), CS_STR("2")), CONFLICT);
	CHECK_OK(cs_setting_swap(tx, t->account, CS_STR("a"), CS_STR("1"), CS_STR("2")));
	CHECK_OK(cs_setting_find(tx, t->account, CS_STR("a"), &got));
	CHECK_TEXT(got, "2");
	contract_commit(t);
}

CONTRACT(a_removed_setting_is_gone)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str got;

	CHECK_OK(cs_setting_add(tx, t->account, CS_STR("a"), CS_STR("1")));
	CHECK_OK(cs_setting_remove(tx, t->account, CS_STR("a")));
	CHECK_ERR(cs_setting_find(tx, t->account, CS_STR("a"), &got), NOT_FOUND);
	CHECK_OK(cs_setting_remove(tx, t->account, CS_STR("a")));
	contract_commit(t);
}
