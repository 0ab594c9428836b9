/*
 * access_contract.c - what guards applications is kept per account, whole, and without doubles.
 */
#include "contract.h"

#include "store/access_store.h"
#include "store/account_store.h"

static const cs_id app_1 = { { 0xa, 1 } }, app_2 = { { 0xa, 2 } };
static const cs_id policy_1 = { { 0xb, 1 } }, policy_2 = { { 0xb, 2 } };
static const cs_id group_1 = { { 0xc, 1 } }, group_2 = { { 0xc, 2 } };
static const cs_id idp_1 = { { 0xd, 1 } }, idp_2 = { { 0xd, 2 } };

static struct cs_access_row
row_of(cs_id id, const char *body)
{
	struct cs_access_row row = {
		.id = id,
		.name = CS_STR("a name"),
		.type = CS_STR("a type"),
		.body = cs_str_c(body),
		.created = { 1000 },
		.updated = { 1000 },
	};
	memcpy(row.aud, id.b, sizeof(id.b));
	return row;
}

static void
add_app(struct contract *t, cs_id account, cs_id id)
{
	struct cs_access_row row = row_of(id, "{}");
	CHECK_OK(cs_application_add(contract_begin(t), account, &row));
	contract_commit(t);
}

static cs_err
try_place(struct contract *t, cs_id account, cs_id app, const char *host, const char *path)
{
	struct cs_place place = {
		.application = app,
		.host = cs_str_c(host),
		.path = cs_str_c(path),
		.is_pattern = strchr(host, '*') != NULL,
	};
	cs_err e = cs_place_add(contract_begin(t), account, &place);
	if (cs_failed(e))
		contract_rollback(t);
	else
		contract_commit(t);
	return e;
}

/* --- accounts --- */

CONTRACT(an_account_is_found_by_id_and_by_host)
{
	struct cs_account account = {
		.id = { { 9 } },
		.name = CS_STR("Halden"),
		.auth_host = CS_STR("auth.halden.test"),
		.auth_origin = CS_STR("https://auth.halden.test:8443"),
		.created = { 5 },
	};
	struct cs_account found;
	cs_id id;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_account_add(tx, &account));
	CHECK_OK(cs_account_find(tx, account.id, &found));
	CHECK_TEXT(found.name, "Halden");
	CHECK_TEXT(found.auth_host, "auth.halden.test");
	CHECK_TEXT(found.auth_origin, "https://auth.halden.test:8443");
	CHECK_OK(cs_account_by_host(tx, account.auth_host, &id));
	CHECK(cs_id_equal(id, account.id));
	CHECK_ERR(cs_account_by_host(tx, CS_STR("auth.other.test"), &id), NOT_FOUND);
	CHECK_ERR(cs_account_find(tx, (cs_id){ { 8 } }, &found), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(two_accounts_cannot_have_one_host)
{
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_account_set_host(tx, t->account, CS_STR("a.test"), CS_STR("https://a.test")));
	CHECK_ERR(cs_account_set_host(tx, t->other, CS_STR("a.test"), CS_STR("https://a.test")),
	    CONFLICT);
	contract_rollback(t);
}

CONTRACT(accounts_are_listed_with_the_server_realm_first)
{
	struct cs_account *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_account_list(tx, cs_id_zero, 10, &list, &count));
	CHECK_INT(count, 3);
	CHECK(cs_id_is_zero(list[0].id));
	CHECK_INT(list[0].auth_host.len, 0);
	CHECK_OK(cs_account_list(tx, t->other, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_account_list(tx, cs_id_zero, 2, &list, &count));
	CHECK_INT(count, 2);
	contract_commit(t);
}

/* --- organization --- */

CONTRACT(an_account_has_one_organization)
{
	struct cs_access_row row = row_of(cs_id_zero, "{\"name\":\"Å\"}");
	struct cs_access_row found;
	struct cs_tx *tx = contract_begin(t);
	CHECK_ERR(cs_organization_find(tx, t->account, &found), NOT_FOUND);
	CHECK_ERR(cs_organization_set(tx, t->account, &row), NOT_FOUND);
	CHECK_OK(cs_organization_add(tx, t->account, &row));
	CHECK_ERR(cs_organization_add(tx, t->account, &row), CONFLICT);
	row.body = CS_STR("{}");
	row.updated.ms = 2000;
	CHECK_OK(cs_organization_set(tx, t->account, &row));
	CHECK_OK(cs_organization_find(tx, t->account, &found));
	CHECK_TEXT(found.body, "{}");
	CHECK_INT(found.created.ms, 1000);
	CHECK_INT(found.updated.ms, 2000);
	CHECK_ERR(cs_organization_find(tx, t->other, &found), NOT_FOUND);
	contract_commit(t);
}

/* --- providers --- */

CONTRACT(a_provider_keeps_its_body_and_its_sealed_secret)
{
	struct cs_access_row row = row_of(idp_1, "{\"k\":1}");
	struct cs_access_rows list;
	struct cs_tx *tx = contract_begin(t);
	row.sealed = CS_SPAN("\0\1sealed", 8);
	CHECK_OK(cs_provider_add(tx, t->account, &row));
	row = row_of(idp_2, "{}");
	CHECK_OK(cs_provider_add(tx, t->account, &row));
	CHECK_OK(cs_provider_list(tx, t->account, &list));
	CHECK_INT(list.count, 2);
	CHECK_TEXT(list.rows[0].body, "{\"k\":1}");
	CHECK_INT(list.rows[0].sealed.len, 8);
	CHECK_INT(list.rows[1].sealed.len, 0);
	CHECK_OK(cs_provider_list(tx, t->other, &list));
	CHECK_INT(list.count, 0);
	CHECK_ERR(cs_provider_remove(tx, t->other, idp_1), NOT_FOUND);
	CHECK_OK(cs_provider_remove(tx, t->account, idp_1));
	CHECK_ERR(
	    cs_provider_set(tx, t->account, &(struct cs_access_row){ .id = idp_1 }), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(an_account_has_one_onetimepin_provider)
{
	struct cs_access_row row = row_of(idp_1, "{}");
	row.type = CS_STR("onetimepin");
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_provider_add(tx, t->account, &row));
	CHECK_OK(cs_provider_add(tx, t->other, &row));
	row.id = idp_2;
	CHECK_ERR(cs_provider_add(tx, t->account, &row), CONFLICT);
	contract_rollback(t);
}

/* --- applications and places --- */

CONTRACT(an_application_keeps_its_audience_when_it_is_changed)
{
	add_app(t, t->account, app_1);
	struct cs_access_row row = row_of(app_1, "{\"new\":true}");
	struct cs_access_row found;
	memset(row.aud, 0xff, sizeof(row.aud));
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_application_set(tx, t->account, &row));
	CHECK_OK(cs_application_find(tx, t->account, app_1, &found));
	CHECK_TEXT(found.body, "{\"new\":true}");
	CHECK(memcmp(found.aud, app_1.b, sizeof(app_1.b)) == 0);
	CHECK_ERR(cs_application_find(tx, t->other, app_1, &found), NOT_FOUND);
	CHECK_ERR(cs_application_set(tx, t->other, &row), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(two_applications_cannot_guard_one_place)
{
	add_app(t, t->account, app_1);
	add_app(t, t->account, app_2);
	CHECK_OK(try_place(t, t->account, app_1, "app.test", ""));
	CHECK_OK(try_place(t, t->account, app_2, "app.test", "/admin"));
	CHECK_ERR(try_place(t, t->account, app_2, "app.test", ""), CONFLICT);
	CHECK_ERR(try_place(t, t->account, app_2, "app.test", "/admin"), CONFLICT);
}

static bool
count_hosts(void *ctx, cs_str host)
{
	(*(int *)ctx)++;
	return host.len != 0;
}

CONTRACT(hosts_of_other_accounts_are_seen)
{
	bool is_foreign = false;
	int all = 0;
	int patterns = 0;
	add_app(t, t->account, app_1);
	add_app(t, t->other, app_2);
	CHECK_OK(try_place(t, t->account, app_1, "own.test", ""));
	CHECK_OK(try_place(t, t->other, app_2, "app.test", ""));
	CHECK_OK(try_place(t, t->other, app_2, "app.test", "/x"));
	CHECK_OK(try_place(t, t->other, app_2, "*.shop.test", ""));
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_place_is_foreign(tx, t->account, CS_STR("app.test"), &is_foreign));
	CHECK(is_foreign);
	CHECK_OK(cs_place_is_foreign(tx, t->account, CS_STR("own.test"), &is_foreign));
	CHECK(!is_foreign);
	CHECK_OK(cs_place_each_foreign(tx, t->account, true, count_hosts, &all));
	CHECK_INT(all, 2);
	CHECK_OK(cs_place_each_foreign(tx, t->account, false, count_hosts, &patterns));
	CHECK_INT(patterns, 1);
	contract_commit(t);
}

CONTRACT(removing_an_application_takes_its_places_links_and_own_policies)
{
	add_app(t, t->account, app_1);
	CHECK_OK(try_place(t, t->account, app_1, "app.test", ""));
	struct cs_access_row own = row_of(policy_1, "{}");
	struct cs_access_row shared = row_of(policy_2, "{}");
	own.application = app_1;
	struct cs_access_rows list;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_policy_add(tx, t->account, &own));
	CHECK_OK(cs_policy_add(tx, t->account, &shared));
	CHECK_OK(
	    cs_policy_link_add(tx, t->account, &(struct cs_policy_link){ app_1, policy_1, 1 }));
	CHECK_OK(
	    cs_policy_link_add(tx, t->account, &(struct cs_policy_link){ app_1, policy_2, 2 }));
	contract_commit(t);
	tx = contract_begin(t);
	CHECK_OK(cs_application_remove(tx, t->account, app_1));
	CHECK_OK(cs_policy_list(tx, t->account, &list));
	CHECK_INT(list.count, 1);
	CHECK(cs_id_equal(list.rows[0].id, policy_2));
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM application_policy"), 0);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM application_place"), 0);
}

/* --- policies and links --- */

CONTRACT(a_linked_policy_cannot_be_removed)
{
	add_app(t, t->account, app_1);
	struct cs_access_row row = row_of(policy_1, "{}");
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_policy_add(tx, t->account, &row));
	CHECK_OK(
	    cs_policy_link_add(tx, t->account, &(struct cs_policy_link){ app_1, policy_1, 1 }));
	contract_commit(t);
	CHECK_ERR(cs_policy_remove(contract_begin(t), t->account, policy_1), CONFLICT);
	contract_rollback(t);
}

CONTRACT(a_policy_of_another_account_cannot_be_linked)
{
	add_app(t, t->account, app_1);
	struct cs_access_row row = row_of(policy_1, "{}");
	CHECK_OK(cs_policy_add(contract_begin(t), t->other, &row));
	contract_commit(t);
	CHECK_ERR(cs_policy_link_add(contract_begin(t), t->account,
		      &(struct cs_policy_link){ app_1, policy_1, 1 }),
	    CONFLICT);
	contract_rollback(t);
}

CONTRACT(links_are_listed_by_application_and_precedence)
{
	add_app(t, t->account, app_1);
	add_app(t, t->account, app_2);
	struct cs_access_row one = row_of(policy_1, "{}");
	struct cs_access_row two = row_of(policy_2, "{}");
	struct cs_policy_link *links;
	size_t count;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_policy_add(tx, t->account, &one));
	CHECK_OK(cs_policy_add(tx, t->account, &two));
	const struct cs_policy_link wanted[] = { { app_2, policy_1, 3 }, { app_1, policy_1, 9 },
		{ app_1, policy_2, 4 } };
	for (size_t i = 0; i < CS_COUNT(wanted); i++)
		CHECK_OK(cs_policy_link_add(tx, t->account, &wanted[i]));
	CHECK_ERR(cs_policy_link_add(tx, t->account, &wanted[0]), CONFLICT);
	CHECK_OK(cs_policy_link_list(tx, t->account, &links, &count));
	CHECK_INT(count, 3);
	CHECK_INT(links[0].precedence, 4);
	CHECK_INT(links[1].precedence, 9);
	CHECK(cs_id_equal(links[2].application, app_2));
	CHECK_OK(cs_policy_link_remove(tx, t->account, app_1, policy_2));
	CHECK_ERR(cs_policy_link_remove(tx, t->account, app_1, policy_2), NOT_FOUND);
	contract_commit(t);
}

/* --- groups --- */

CONTRACT(groups_are_listed_in_the_order_of_creation)
{
	struct cs_access_row late = row_of(group_1, "{}");
	struct cs_access_row early = row_of(group_2, "{}");
	struct cs_access_rows list;
	late.created.ms = 5000;
	struct cs_tx *tx = contract_begin(t);
	CHECK_OK(cs_group_add(tx, t->account, &late));
	CHECK_OK(cs_group_add(tx, t->account, &early));
	CHECK_OK(cs_group_list(tx, t->account, &list));
	CHECK_INT(list.count, 2);
	CHECK(cs_id_equal(list.rows[0].id, group_2));
	CHECK_OK(cs_group_list(tx, t->other, &list));
	CHECK_INT(list.count, 0);
	contract_commit(t);
}

CONTRACT(more_rows_than_fit_at_first_are_all_listed)
{
	struct cs_access_rows list;
	struct cs_tx *tx = contract_begin(t);
	for (int i = 0; i < 100; i++) {
		struct cs_access_row row = row_of((cs_id){ { 1, (uint8_t)i } }, "{}");
		row.created.ms = i;
		CHECK_OK(cs_group_add(tx, t->account, &row));
	}
	CHECK_OK(cs_group_list(tx, t->account, &list));
	CHECK_INT(list.count, 100);
	for (size_t i = 0; i < list.count; i++)
		CHECK_INT(list.rows[i].id.b[1], i);
	contract_commit(t);
}
