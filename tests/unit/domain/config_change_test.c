#include "yard.h"

#include <pthread.h>

#include "store/change_store.h"
#include "store/identity_store.h"
#include "store/user_store.h"

/* --- what is in force --- */

/* What the policies of host say to an address right now. */
static enum cs_access_verdict
ask(struct yard *y, const char *host, const char *email)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	const struct cs_application *app = NULL;
	if (cs_failed(cs_gate_acquire_by_app_host(y->d.gate, cs_str_c(host), &held)) ||
	    cs_snapshot_route(held, cs_str_c(host), CS_STR("/"), &app) != CS_ROUTE_APPLICATION)
		return CS_ACCESS_SERVICE; /* which no policy here says: not guarded at all */
	struct cs_identity who = {
		.user = { { 7 } }, .email = cs_str_c(email), .provider = y->pin
	};
	const struct cs_asker asker = { .identity = &who };
	struct cs_access_answer answer;
	cs_access_evaluate(cs_snapshot_config(held), app, &asker, &answer);
	return answer.verdict;
}

static bool
is_guarded(struct yard *y, const char *host)
{
	return ask(y, host, "nobody@nowhere.test") != CS_ACCESS_SERVICE;
}

#define BERTH \
	"{'type':'self_hosted','name':'Berth','domain':'berth.test','policies':[" \
	"{'name':'Crew','decision':'allow','include':[{'email_domain':{'domain':'halden.test'}}]}" \
	"]}"

TEST(what_is_created_is_in_force_when_the_call_returns)
{
	YARD(y);
	yard_add_organization(y);
	CHECK(!is_guarded(y, "berth.test"));
	yard_add_app(y, BERTH);
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_ALLOW);
	CHECK_INT(ask(y, "berth.test", "eve@elsewhere.test"), CS_ACCESS_DENY);
}

TEST(what_is_changed_is_in_force_when_the_call_returns)
{
	YARD(y);
	yard_add_organization(y);
	cs_id group =
	    yard_add_group(y, "{'name':'G','include':[{'email':{'email':'Ann@halden.test'}}]}");
	char uuid[CS_ID_UUID_LEN];
	cs_id_uuid(group, uuid);
	yard_add_app(y, cs_arena_printf(y->arena,
			    "{'type':'self_hosted','domain':'berth.test','policies':[{'name':'p',"
			    "'decision':'allow','include':[{'group':{'id':'%.*s'}}]}]}",
			    CS_ID_UUID_LEN, uuid)
			    .p);
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_ALLOW);
	struct cs_config_change c = yard_change(y);
	CHECK_OK(cs_config_set_group(&c, group,
	    yard_json(y, "{'name':'G','include':[{'email':{'email':'bob@halden.test'}}]}")));
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_DENY);
	CHECK_INT(ask(y, "berth.test", "bob@halden.test"), CS_ACCESS_ALLOW);
}

TEST(what_is_removed_is_gone_when_the_call_returns)
{
	YARD(y);
	yard_add_organization(y);
	cs_id app = yard_add_app(y, BERTH);
	struct cs_config_change c = yard_change(y);
	CHECK_OK(cs_config_remove_application(&c, app));
	CHECK(!is_guarded(y, "berth.test"));
	CHECK_ERR(cs_config_remove_application(&c, app), NOT_FOUND);
	yard_add_app(y, BERTH);
	CHECK(is_guarded(y, "berth.test"));
}

static struct cs_app_session
session_of(struct yard *y, cs_id app)
{
	return (struct cs_app_session){
		.account = y->halden.account,
		.id = { { 1 } },
		.token_hash = { 1 },
		.application = app,
		.host = CS_STR("berth.test"),
		.identity = { .user = { { 7 } }, .email = CS_STR("ann@halden.test") },
		.expires = cs_time_add(y->op.now, CS_HOUR_MS),
	};
}

TEST(revoking_an_application_drops_its_sessions_from_memory)
{
	YARD(y);
	yard_add_organization(y);
	cs_id app = yard_add_app(y, BERTH);
	struct cs_app_session s = session_of(y, app);
	CHECK_OK(cs_gate_session_put(y->d.gate, &s, cs_gate_epoch(y->d.gate)));
	CHECK_INT(cs_gate_session_count(y->d.gate), 1);
	struct cs_config_change c = yard_change(y);
	CHECK_ERR(cs_config_revoke_application(&c, (cs_id){ { 9 } }), NOT_FOUND);
	CHECK_INT(cs_gate_session_count(y->d.gate), 1);
	CHECK_OK(cs_config_revoke_application(&c, app));
	CHECK_INT(cs_gate_session_count(y->d.gate), 0);
}

struct changes {
	int64_t after;
	const struct cs_change *list;
	size_t count;
};

static cs_err
list_changes(struct cs_tx *tx, void *ctx)
{
	struct changes *c = ctx;
	return cs_change_list(tx, c->after, 100, &c->list, &c->count);
}

static cs_err
last_change(struct cs_tx *tx, void *ctx)
{
	struct changes *c = ctx;
	return cs_change_last(tx, &c->after);
}

TEST(other_nodes_hear_of_every_change)
{
	YARD(y);
	yard_add_organization(y);
	cs_id app = yard_add_app(y, BERTH);
	struct changes seen = { 0 };
	CHECK_OK(cs_store_read(y->d.store, &y->op, last_change, &seen));
	struct cs_config_change c = yard_change(y);
	CHECK_OK(cs_config_remove_application(&c, app));
	CHECK_OK(cs_store_read(y->d.store, &y->op, list_changes, &seen));
	CHECK_INT(seen.count, 2);
	CHECK_INT(seen.list[0].kind, CS_CHANGE_APPLICATION);
	CHECK(cs_id_equal(seen.list[0].key, app));
	CHECK_INT(seen.list[1].kind, CS_CHANGE_CONFIG);
	CHECK(cs_id_equal(seen.list[1].account, y->halden.account));
}

/* --- what is refused leaves nothing --- */

TEST(a_refused_change_leaves_nothing_behind)
{
	YARD(y);
	yard_add_organization(y);
	struct changes before = { 0 };
	struct changes after = { 0 };
	CHECK_OK(cs_store_read(y->d.store, &y->op, last_change, &before));
	struct cs_config_change c = yard_change(y);
	cs_id id;
	CHECK_ERR(
	    cs_config_add_application(&c,
		yard_json(y,
		    "{'type':'self_hosted','domain':'berth.test','policies':["
		    "{'name':'a','decision':'allow','include':[{'everyone':{}}],'precedence':2},"
		    "{'name':'b','decision':'allow','include':[{'everyone':{}}],'precedence':2}]}"),
		&id),
	    INVALID);
	yard_check_reason(y, "precedences must be unique");
	CHECK_OK(cs_store_read(y->d.store, &y->op, last_change, &after));
	CHECK_INT(before.after, after.after);
	struct cs_image image;
	CHECK_OK(cs_config_read(&y->d, &y->op, y->halden.account, y->arena, &image));
	CHECK_INT(image.application_count + image.policy_count + image.place_count, 0);
	CHECK(!is_guarded(y, "berth.test"));
}

TEST(groups_nest_sixteen_deep_and_no_deeper)
{
	YARD(y);
	cs_id inner = yard_add_group(y, "{'name':'1','include':[{'everyone':{}}]}");
	struct cs_config_change c = yard_change(y);
	for (int depth = 2; depth <= 17; depth++) {
		char uuid[CS_ID_UUID_LEN];
		cs_id_uuid(inner, uuid);
		const json_t *body = yard_json(y,
		    cs_arena_printf(y->arena, "{'name':'%d','include':[{'group':{'id':'%.*s'}}]}",
			depth, CS_ID_UUID_LEN, uuid)
			.p);
		cs_id next;
		cs_err e = cs_config_add_group(&c, body, &next);
		if (depth <= 16)
			CHECK_OK(e);
		else
			CHECK_ERR(e, INVALID);
		if (!cs_failed(e))
			inner = next;
	}
	yard_check_reason(y, "nested deeper");
}

/* --- tenants --- */

static cs_err
oslo_guards(struct yard *y, const char *domain)
{
	struct cs_config_change c = yard_change(y);
	cs_id id;
	c.account = y->oslo.account;
	c.actor = y->oslo.owner;
	return cs_config_add_application(&c,
	    yard_json(
		y, cs_arena_printf(y->arena, "{'type':'self_hosted','domain':'%s'}", domain).p),
	    &id);
}

TEST(one_account_cannot_guard_a_host_of_another)
{
	YARD(y);
	yard_add_organization(y);
	struct cs_config_change c = yard_change(y);
	c.account = y->oslo.account;
	CHECK_OK(cs_config_add_organization(
	    &c, yard_json(y, "{'name':'Oslo','auth_domain':'auth.oslo.test:8443'}")));
	yard_add_app(y, BERTH);
	yard_add_app(y, "{'type':'self_hosted','domain':'*.dock.test'}");
	static const char *const refused[] = { "berth.test", "BERTH.test:8081", "berth.test/admin",
		"*.test", "a.dock.test", "*.dock.test", "a*.dock.test" };
	for (size_t i = 0; i < CS_COUNT(refused); i++) {
		CHECK_ERR(oslo_guards(y, refused[i]), INVALID);
		CHECK_INT(y->fault.kind, CS_FAULT_EXISTS);
	}
	CHECK_OK(oslo_guards(y, "dock.test"));
	CHECK_OK(oslo_guards(y, "a.b.dock.test"));
}

TEST(no_account_can_guard_a_sign_in_host)
{
	YARD(y);
	yard_add_organization(y);
	struct cs_config_change c = yard_change(y);
	cs_id id;
	static const char *const hosts[] = { "auth.halden.test", "auth.oslo.test",
		"console.example.test" };
	for (size_t i = 0; i < CS_COUNT(hosts); i++) {
		const json_t *body = yard_json(y,
		    cs_arena_printf(y->arena, "{'type':'self_hosted','domain':'%s'}", hosts[i]).p);
		CHECK_ERR(cs_config_add_application(&c, body, &id), INVALID);
		yard_check_reason(y, "is a sign-in host");
	}
}

TEST(one_account_cannot_touch_anothers_objects)
{
	YARD(y);
	yard_add_organization(y);
	cs_id group = yard_add_group(y, "{'name':'G','include':[{'everyone':{}}]}");
	cs_id app = yard_add_app(y, BERTH);
	struct cs_config_change c = yard_change(y);
	c.account = y->oslo.account;
	const json_t *body = yard_json(y, "{'name':'mine','include':[{'everyone':{}}]}");
	CHECK_ERR(cs_config_set_group(&c, group, body), NOT_FOUND);
	CHECK_ERR(cs_config_remove_group(&c, group), NOT_FOUND);
	CHECK_ERR(cs_config_remove_application(&c, app), NOT_FOUND);
	CHECK_ERR(cs_config_revoke_application(&c, app), NOT_FOUND);
	CHECK(is_guarded(y, "berth.test"));
}

TEST(an_accounts_auth_domain_is_its_sign_in_host)
{
	YARD(y);
	struct cs_config_change c = yard_change(y);
	CHECK_ERR(cs_config_add_organization(
		      &c, yard_json(y, "{'name':'n','auth_domain':'auth.oslo.test'}")),
	    INVALID);
	yard_check_reason(y, "auth_domain must be auth.halden.test");
	c.account = y->oslo.account;
	CHECK_OK(cs_config_add_organization(
	    &c, yard_json(y, "{'name':'n','auth_domain':'AUTH.oslo.test'}")));
}

/* --- secrets --- */

TEST(a_client_secret_is_sealed_for_its_provider_alone)
{
	YARD(y);
	struct cs_config_change c = yard_change(y);
	struct cs_image image;
	cs_id id;
	CHECK_OK(cs_config_add_provider(&c,
	    yard_json(y,
		"{'name':'IdP','type':'oidc','config':{'client_id':'c','client_secret':'hush',"
		"'issuer_url':'https://idp.test'}}"),
	    &id));
	CHECK_OK(cs_config_read(&y->d, &y->op, y->halden.account, y->arena, &image));
	const struct cs_access_row *row = &image.providers[0].row;
	CHECK(memmem(row->body.p, row->body.len, "hush", 4) == NULL);
	CHECK(memmem(row->sealed.p, row->sealed.len, "hush", 4) == NULL);
	struct cs_binding bind = {
		.purpose = "idp.client_secret", .account = y->halden.account, .row = id
	};
	struct cs_buf plain;
	cs_buf_init_sensitive(&plain, 64);
	CHECK_OK(cs_unseal(y->d.keyring, row->sealed, &bind, &plain));
	CHECK_TEXT(cs_buf_str(&plain), "hush");
	cs_buf_reset(&plain);
	bind.row.b[0] ^= 1;
	CHECK_ERR(cs_unseal(y->d.keyring, row->sealed, &bind, &plain), CRYPTO);
	cs_buf_clear(&plain);
}

struct visit {
	cs_id account;
	cs_id provider;
};

static cs_err
sign_in_once(struct cs_tx *tx, void *ctx)
{
	const struct visit *v = ctx;
	const struct cs_user user = {
		.account = v->account, .id = { { 42 } }, .email = CS_STR("ada@halden.test")
	};
	const struct cs_user_identity identity = {
		.account = v->account, .provider = v->provider, .sub = CS_STR("42"), .user = user.id
	};
	CS_TRY(cs_user_add(tx, &user, user.email, false));
	return cs_user_identity_add(tx, &identity, cs_seconds(1));
}

#define IDP(ISSUER) \
	"{'name':'IdP','type':'oidc','config':{'client_id':'c','client_secret':'hush'," \
	"'issuer_url':'" ISSUER "'}}"

TEST(a_provider_that_people_have_signed_in_by_keeps_its_issuer)
{
	YARD(y);
	struct cs_config_change c = yard_change(y);
	struct visit v = { .account = y->halden.account };
	CHECK_OK(cs_config_add_provider(&c, yard_json(y, IDP("https://idp.test")), &v.provider));
	CHECK_OK(cs_config_set_provider(&c, v.provider, yard_json(y, IDP("https://id.test"))));
	CHECK_OK(cs_store_write(y->d.store, &y->op, sign_in_once, &v));
	CHECK_ERR(cs_config_set_provider(&c, v.provider, yard_json(y, IDP("https://evil.test"))),
	    INVALID);
	CHECK_OK(cs_config_set_provider(&c, v.provider, yard_json(y, IDP("https://id.test"))));
}

/* --- what can no longer be read denies --- */

struct damage {
	struct yard *yard;
	enum { ORGANIZATION, GROUP, POLICY, APPLICATION } kind;
	cs_id id;
};

static cs_err
do_damage(struct cs_tx *tx, void *ctx)
{
	const struct damage *d = ctx;
	cs_id account = d->yard->halden.account;
	const struct cs_access_row row = { .id = d->id,
		.body = CS_STR("{\"name\":"),
		.name = CS_STR("n"),
		.type = CS_STR("allow") };
	switch (d->kind) {
	case ORGANIZATION:
		return cs_organization_set(tx, account, &row);
	case GROUP:
		return cs_group_set(tx, account, &row);
	case POLICY:
		return cs_policy_set(tx, account, &row);
	case APPLICATION:
		return cs_application_set(tx, account, &row);
	}
	return CS_FAIL(INTERNAL);
}

struct site {
	cs_id group;
	cs_id policy;
	cs_id app;
};

/* berth.test refuses the members of a group that holds nobody yet, and admits everybody else. */
static struct site
build_site(struct yard *y)
{
	struct site s;
	struct cs_config_change c = yard_change(y);
	char uuid[CS_ID_UUID_LEN];
	yard_add_organization(y);
	s.group = yard_add_group(y, "{'name':'G','include':[{'email':{'email':'x@y.test'}}]}");
	cs_id_uuid(s.group, uuid);
	CHECK_OK(cs_config_add_policy(&c,
	    yard_json(y, cs_arena_printf(y->arena,
			     "{'name':'P','decision':'allow','include':[{'everyone':{}}],"
			     "'exclude':[{'group':{'id':'%.*s'}}]}",
			     CS_ID_UUID_LEN, uuid)
			     .p),
	    &s.policy));
	cs_id_uuid(s.policy, uuid);
	s.app =
	    yard_add_app(y, cs_arena_printf(y->arena,
				"{'type':'self_hosted','domain':'berth.test','policies':['%.*s']}",
				CS_ID_UUID_LEN, uuid)
				.p);
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_ALLOW);
	return s;
}

static void
check_denies_after(struct yard *y, struct damage d)
{
	CHECK_OK(cs_store_write(y->d.store, &y->op, do_damage, &d));
	CHECK_OK(cs_config_publish(&y->d, &y->op, y->halden.account));
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_DENY);
}

TEST(an_application_that_cannot_be_read_stays_guarded_and_denies)
{
	YARD(y);
	struct site s = build_site(y);
	check_denies_after(y, (struct damage){ y, APPLICATION, s.app });
}

TEST(an_application_denies_when_a_policy_of_it_cannot_be_read)
{
	YARD(y);
	struct site s = build_site(y);
	check_denies_after(y, (struct damage){ y, POLICY, s.policy });
}

TEST(an_application_denies_when_a_group_it_excludes_cannot_be_read)
{
	YARD(y);
	struct site s = build_site(y);
	check_denies_after(y, (struct damage){ y, GROUP, s.group });
}

TEST(an_application_denies_when_a_group_beneath_a_group_cannot_be_read)
{
	YARD(y);
	struct site s = build_site(y);
	struct cs_config_change c = yard_change(y);
	cs_id beneath =
	    yard_add_group(y, "{'name':'H','include':[{'email':{'email':'x@y.test'}}]}");
	char uuid[CS_ID_UUID_LEN];
	cs_id_uuid(beneath, uuid);
	CHECK_OK(cs_config_set_group(&c, s.group,
	    yard_json(
		y, cs_arena_printf(y->arena, "{'name':'G','include':[{'group':{'id':'%.*s'}}]}",
		       CS_ID_UUID_LEN, uuid)
		       .p)));
	CHECK_INT(ask(y, "berth.test", "ann@halden.test"), CS_ACCESS_ALLOW);
	check_denies_after(y, (struct damage){ y, GROUP, beneath });
}

TEST(everything_denies_when_the_organization_cannot_be_read)
{
	YARD(y);
	(void)build_site(y);
	check_denies_after(y, (struct damage){ y, ORGANIZATION, cs_id_zero });
}

/* --- many at once --- */

struct writer {
	struct yard *yard;
	cs_id group;
	int number;
	bool is_good;
};

static void *
write_often(void *ctx)
{
	struct writer *w = ctx;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(16 << 20);
	struct cs_op op = w->yard->op;
	struct cs_fault fault = { 0 };
	op.arena = arena;
	struct cs_config_change c = yard_change(w->yard);
	c.op = &op;
	c.fault = &fault;
	w->is_good = true;
	for (int i = 0; i < 10; i++) {
		CS_AUTO(cs_json_free)
		json_t *body = json_pack("{s:s,s:[{s:{s:o}}]}", "name", "G", "include", "email",
		    "email", json_sprintf("%d-%d@halden.test", w->number, i));
		w->is_good = w->is_good && !cs_failed(cs_config_set_group(&c, w->group, body));
	}
	return NULL;
}

/* The time is up when the change is kept: publishing it can no longer read the store. */
static cs_err
use_up_the_time(struct cs_tx *tx, void *ctx)
{
	struct yard *y = ctx;
	y->op.deadline = cs_time_add(y->op.now, -1000);
	return CS_OK;
}

TEST(a_change_that_is_kept_and_not_yet_in_force_is_not_said_to_have_failed)
{
	YARD(y);
	struct cs_config_change c = yard_change(y);
	/* after UNAVAILABLE clients send it again by themselves, and would make everything twice */
	CHECK_ERR(cs_config_apply(&c, use_up_the_time, y), UNCERTAIN);
}

TEST(the_last_of_many_changes_at_once_is_the_one_in_force)
{
	YARD(y);
	cs_id group = yard_add_group(y, "{'name':'G','include':[{'everyone':{}}]}");
	struct writer writers[4];
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) {
		writers[i] = (struct writer){ .yard = y, .group = group, .number = i };
		CHECK_INT(pthread_create(&threads[i], NULL, write_often, &writers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		CHECK(writers[i].is_good);
	}
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct cs_image image;
	CHECK_OK(cs_config_read(&y->d, &y->op, y->halden.account, y->arena, &image));
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	cs_str in_force = cs_snapshot_config(held)->groups[0].rules.include.rules[0].text;
	const struct cs_access_row *row = &image.groups[0].row;
	CHECK(memmem(row->body.p, row->body.len, in_force.p, in_force.len) != NULL);
}

/* --- accounts --- */

TEST(the_server_realm_and_every_account_have_their_hosts)
{
	YARD(y);
	cs_id id;
	CHECK_OK(cs_gate_account_by_auth_host(y->d.gate, CS_STR("console.example.test"), &id));
	CHECK(cs_id_is_zero(id));
	CHECK_OK(cs_gate_account_by_auth_host(y->d.gate, CS_STR("auth.oslo.test"), &id));
	CHECK(cs_id_equal(id, y->oslo.account));
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->oslo.account, &held));
	CHECK_TEXT(cs_snapshot_config(held)->auth_origin, "https://auth.oslo.test:8443");
	CHECK(!cs_snapshot_config(held)->organization.exists);
}

TEST(an_account_is_refused_a_host_or_an_address_that_is_wrong)
{
	YARD(y);
	static const struct {
		const char *origin, *email, *reason;
	} rows[] = {
		{ "auth.new.test", "a@new.test", "is not an origin" },
		{ "ftp://auth.new.test", "a@new.test", "is not an origin" },
		{ "https://auth.new.test/x", "a@new.test", "is not an origin" },
		{ "https://*.new.test", "a@new.test", "is not an origin" },
		{ "https://auth.new.test:99999", "a@new.test", "not a host name" },
		{ "https://user@auth.new.test", "a@new.test", "not a host name" },
		{ "https://AUTH.halden.test", "a@new.test", "another account's host" },
		{ "http://auth.halden.test:8080", "a@new.test", "another account's host" },
		{ "https://console.example.test", "a@new.test", "another account's host" },
		{ "https://auth.new.test", "new.test", "not an e-mail address" },
		{ "https://auth.new.test", "a@new.test, b@new.test", "not an e-mail address" },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		const struct cs_new_account wanted = { .name = CS_STR("n"),
			.auth_origin = cs_str_c(rows[i].origin),
			.owner_email = cs_str_c(rows[i].email) };
		struct cs_created_account out;
		CHECK_ERR(cs_account_create(&y->d, &y->op, &wanted, &out, &y->fault), INVALID);
		yard_check_reason(y, rows[i].reason);
	}
}

TEST(an_origin_is_kept_as_browsers_send_it)
{
	YARD(y);
	static const char *const rows[][3] = {
		{ "https://Auth.New.test", "https://auth.new.test", "auth.new.test" },
		{ "https://auth.new.test:443/", "https://auth.new.test", "auth.new.test" },
		{ "http://auth.new.test:80", "http://auth.new.test", "auth.new.test" },
		{ "http://auth.new.test:8080", "http://auth.new.test:8080", "auth.new.test" },
		{ "https://auth.new.test:80", "https://auth.new.test:80", "auth.new.test" },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		cs_str origin;
		cs_str host;
		CHECK_OK(
		    cs_origin_decode(y->arena, cs_str_c(rows[i][0]), &origin, &host, &y->fault));
		CHECK_TEXT(origin, rows[i][1]);
		CHECK_TEXT(host, rows[i][2]);
	}
}

TEST(a_provider_is_asked_for_the_claims_that_rules_judge)
{
	YARD(y);
	yard_add_organization(y);
	struct cs_config_change c = yard_change(y);
	cs_id id;
	CHECK_OK(cs_config_add_provider(&c,
	    yard_json(y, "{'name':'D','type':'oidc','config':{'client_id':'c','client_secret':'s',"
			 "'issuer_url':'https://idp.test','claims':['team']}}"),
	    &id));
	cs_str uuid = cs_id_uuid_text(y->arena, id);
	yard_add_group(
	    y, cs_arena_printf(y->arena,
		   "{'name':'G','include':[{'oidc':{'claim_name':'groups','claim_value':'crew',"
		   "'identity_provider_id':'%.*s'}},{'oidc':{'claim_name':'team','claim_value':'a',"
		   "'identity_provider_id':'%.*s'}}],'exclude':[{'auth_context':{'id':'x','ac_id':'"
		   "c1',"
		   "'identity_provider_id':'%.*s'}}]}",
		   CS_STR_ARG(uuid), CS_STR_ARG(uuid), CS_STR_ARG(uuid))
		   .p);
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	const struct cs_identity_provider *p = cs_snapshot_provider(held, id);
	static const char *const want[] = { "team", "groups", "acr", "acrs" };
	CHECK_INT(p->claim_count, CS_COUNT(want));
	for (size_t i = 0; i < CS_COUNT(want); i++)
		CHECK_TEXT(p->claims[i], want[i]);
	/* nobody judges anything of the other one */
	CHECK_INT(cs_snapshot_provider(held, y->pin)->claim_count, 0);
}

TEST_MAIN("domain/config/change")
