/*
 * models_contract.c - attestation roots, the FIDO metadata, and evidence about enrolled
 * authenticators.
 */
#include "contract.h"

#include "store/attestation_root_store.h"
#include "store/mds_store.h"

static const cs_id first = { { 0xa, 1 } };
static const cs_id second = { { 0xa, 2 } };

static struct cs_attestation_root
root_of(cs_id id, uint8_t print, const char *name)
{
	return (struct cs_attestation_root){
		.id = id,
		.name = cs_str_c(name),
		.certificate = cs_str_span(CS_STR("certificate")),
		.fingerprint = { print },
		.created = { print },
	};
}

CONTRACT(a_root_is_of_one_account_and_found_as_it_was_added)
{
	struct cs_attestation_root *list, root = root_of(first, 1, "Maker");
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_attestation_root_add(tx, t->account, &root));
	CHECK_OK(cs_attestation_root_list(tx, t->account, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0].name, "Maker");
	CHECK_TEXT(list[0].certificate, "certificate");
	CHECK_INT(list[0].fingerprint[0], 1);
	CHECK_OK(cs_attestation_root_list(tx, t->other, &list, &count));
	CHECK_INT(count, 0);
	CHECK_ERR(cs_attestation_root_find(tx, t->other, first, &root), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(one_certificate_is_one_root_and_the_first_stays)
{
	struct cs_attestation_root *list, a = root_of(first, 1, "Old"),
					  b = root_of(second, 1, "New");
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_attestation_root_add(tx, t->account, &a));
	CHECK_OK(cs_attestation_root_add(tx, t->account, &b));
	CHECK_OK(cs_attestation_root_list(tx, t->account, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0].name, "Old");
	CHECK_OK(cs_attestation_root_add(tx, t->other, &b));
	contract_commit(t);
}

CONTRACT(a_root_is_removed_once_and_by_its_account)
{
	struct cs_attestation_root root = root_of(first, 1, "Maker");
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_attestation_root_add(tx, t->account, &root));
	CHECK_ERR(cs_attestation_root_remove(tx, t->other, first), CONFLICT);
	CHECK_OK(cs_attestation_root_remove(tx, t->account, first));
	CHECK_ERR(cs_attestation_root_remove(tx, t->account, first), CONFLICT);
	contract_commit(t);
}

CONTRACT(metadata_is_absent_at_first_and_replaced_afterwards)
{
	struct cs_mds_head head, one = { 7, CS_STR("2026-12-01"), { 5 } },
				 two = { 8, CS_STR("2027-01-01"), { 6 } };
	struct cs_tx *tx = contract_begin(t);
	CHECK_ERR(cs_mds_head_find(tx, &head), NOT_FOUND);
	CHECK_INT(head.no, 0);
	CHECK_OK(cs_mds_head_set(tx, &one));
	CHECK_OK(cs_mds_head_set(tx, &two));
	CHECK_OK(cs_mds_head_find(tx, &head));
	CHECK_INT(head.no, 8);
	CHECK_TEXT(head.next_update, "2027-01-01");
	CHECK_INT(head.imported.ms, 6);
	contract_commit(t);
}

CONTRACT(an_entry_that_comes_twice_keeps_every_report)
{
	struct cs_mds_row found,
	    a = { CS_STR("aa"), CS_STR("Key"), CS_STR("REVOKED"), CS_STR("x") },
	    b = { CS_STR("aa"), CS_STR("Other"), CS_STR("FIDO_CERTIFIED"), CS_STR("y") };
	int64_t count;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_mds_entry_add(tx, &a));
	CHECK_OK(cs_mds_entry_add(tx, &b));
	CHECK_OK(cs_mds_entry_find(tx, CS_STR("aa"), &found));
	CHECK_TEXT(found.description, "Key");
	CHECK_TEXT(found.status, "REVOKED FIDO_CERTIFIED");
	CHECK_TEXT(found.body, "x");
	CHECK_ERR(cs_mds_entry_find(tx, CS_STR("bb"), &found), NOT_FOUND);
	CHECK_OK(cs_mds_entry_count(tx, &count));
	CHECK_INT(count, 1);
	contract_commit(t);
}

CONTRACT(entries_are_listed_by_key_from_behind_one_and_removed_together)
{
	struct cs_mds_row *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	const char *keys[] = { "cc", "aa", "bb" };
	for (size_t i = 0; i < CS_COUNT(keys); i++) {
		struct cs_mds_row row = { .key = cs_str_c(keys[i]), .body = CS_STR("big") };
		CHECK_OK(cs_mds_entry_add(tx, &row));
	}
	CHECK_OK(cs_mds_entry_list(tx, CS_STR("aa"), &list, &count));
	CHECK_INT(count, 2);
	CHECK_TEXT(list[0].key, "bb");
	CHECK_TEXT(list[1].key, "cc");
	CHECK_INT(list[0].body.len, 0);
	CHECK_OK(cs_mds_entry_remove_all(tx));
	CHECK_OK(cs_mds_entry_list(tx, CS_STR(""), &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(evidence_of_an_authenticator_that_is_not_there_is_not_set)
{
	struct cs_tx *tx = contract_begin(t);
	CHECK_ERR(
	    cs_evidence_set(tx, t->account, first, CS_EVIDENCE_VERIFIED, CS_EVIDENCE_UNTRUSTED),
	    CONFLICT);
	contract_rollback(t);
}
