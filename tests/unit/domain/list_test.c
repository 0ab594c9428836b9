#include "yard.h"

#include "domain/config/list.h"
#include "domain/config/list_values.h"

static struct cs_config_change
change_of(struct yard *y)
{
	y->fault = (struct cs_fault){ 0 };
	y->op.account = y->halden.account;
	return yard_change(y);
}

static cs_id
add(struct yard *y, const char *text)
{
	struct cs_config_change c = change_of(y);
	cs_id id;
	CHECK_OK(cs_config_add_list(&c, yard_json(y, text), &id));
	return id;
}

/* The contents in their order, with spaces between. */
static cs_str
contents(struct yard *y, cs_id id)
{
	struct cs_list_row row;
	struct cs_list_item *items;
	size_t count;
	cs_str all = CS_STR("");
	CHECK_OK(cs_list_read(&y->d, &y->op, y->halden.account, id, &row, &items, &count));
	CHECK_INT(row.item_count, count);
	for (size_t i = 0; i < count; i++)
		all = cs_arena_printf(y->arena, "%.*s%s%.*s", CS_STR_ARG(all), i == 0 ? "" : " ",
		    CS_STR_ARG(items[i].content));
	return all;
}

/* --- values --- */

TEST(values_are_brought_to_one_form)
{
	static const struct {
		enum cs_list_type type;
		const char *text, *want;
	} rows[] = {
		{ CS_LIST_AAGUID, "00112233445566778899AABBCCDDEEFF",
		    "00112233445566778899aabbccddeeff" },
		{ CS_LIST_AAGUID, "00112233-4455-6677-8899-aabbccddeeff",
		    "00112233445566778899aabbccddeeff" },
		{ CS_LIST_EMAIL, "Ann@Example.TEST", "ann@example.test" },
		{ CS_LIST_IP, "192.0.2.7", "192.0.2.7" },
		{ CS_LIST_IP, "192.0.2.0/24", "192.0.2.0/24" },
		{ CS_LIST_IP, "2001:DB8:0:0::7", "2001:db8::7" },
		{ CS_LIST_IP, "2001:DB8::/32", "2001:db8::/32" },
		{ CS_LIST_OTHER, "Anything At All", "Anything At All" },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_fault fault = { 0 };
		cs_str got;
		CHECK_OK(cs_list_value_decode(
		    a, rows[i].type, cs_str_c(rows[i].text), "items[0]", &got, &fault));
		CHECK_TEXT(got, rows[i].want);
	}
}

TEST(what_cannot_be_a_value_is_refused_with_place_and_reason)
{
	static const struct {
		const char *type, *items, *reason;
	} rows[] = {
		{ "AAGUID", "[{'value':'00112233445566778899aabbccddeeff0'}]",
		    "items[0]: \"00112233445566778899aabbccddeeff0\" is not an AAGUID: it has 33 "
		    "hex "
		    "digits, not 32" },
		{ "AAGUID", "[{'value':'00112233445566778899aabbccddeef'}]", "31 hex digits" },
		{ "AAGUID", "[{'value':'0011223344556677-8899-aabb-ccdd-eeff'}]", "dashes" },
		{ "AAGUID", "[{'value':'00112233-445566778899aabbccddeeff'}]", "dashes" },
		{ "AAGUID", "[{'value':'g0112233445566778899aabbccddeeff'}]", "only hex digits" },
		{ "AAGUID", "[{'value':' 0112233445566778899aabbccddeeff'}]", "only hex digits" },
		{ "EMAIL", "[{'value':'a@b.test'},{'value':'nobody'}]",
		    "items[1]: \"nobody\" is not an e-mail address" },
		{ "EMAIL", "[{'value':'@b.test'}]", "not an e-mail address" },
		{ "EMAIL", "[{'value':'a@'}]", "not an e-mail address" },
		{ "EMAIL", "[{'value':'a@b@c.test'}]", "not an e-mail address" },
		{ "EMAIL", "[{'value':'a b@c.test'}]", "not an e-mail address" },
		{ "IP", "[{'value':'192.0.2.1/24'}]", "host bits" },
		{ "IP", "[{'value':'192.0.2.256'}]", "not an address" },
		{ "IP", "[{'value':'[2001:db8::1]:80'}]", "not an address" },
		{ "IP", "[{'value':'192.0.2.0/33'}]", "not an address" },
		{ "URL", "[{'value':''}]", "must not be empty" },
		{ "EMAIL", "[{'value':7}]", "items[0] must be an object with a string" },
		{ "EMAIL", "['a@b.test']", "items[0] must be an object" },
		{ "EMAIL", "[{'description':'x'}]", "items[0] must be an object" },
		{ "EMAIL", "[{'value':'a@b.test','description':7}]", "description must be" },
		{ "EMAIL", "{}", "items must be an array" },
		{ "EMAIL", "[{'value':'a@b.test'},{'value':'c@b.test'},{'value':'A@B.test'}]",
		    "items[2] repeats items[0]: \"a@b.test\"" },
		{ "AAGUID",
		    "[{'value':'00112233445566778899aabbccddeeff'},"
		    "{'value':'00112233-4455-6677-8899-AABBCCDDEEFF'}]",
		    "items[1] repeats items[0]" },
	};
	YARD(y);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_config_change c = change_of(y);
		cs_id id;
		const char *text = cs_arena_printf(
		    y->arena, "{'name':'L','type':'%s','items':%s}", rows[i].type, rows[i].items)
				       .p;
		CHECK_ERR(cs_config_add_list(&c, yard_json(y, text), &id), INVALID);
		yard_check_reason(y, rows[i].reason);
	}
	struct cs_list_row *lists;
	size_t count;
	CHECK_OK(cs_list_read_all(&y->d, &y->op, y->halden.account, &lists, &count));
	CHECK_INT(count, 0);
}

TEST(a_list_of_every_type_is_taken_and_no_other)
{
	static const char *const types[] = { "SERIAL", "URL", "DOMAIN", "EMAIL", "IP", "CATEGORY",
		"LOCATION", "DEVICE", "AAGUID" };
	static const char *const wrong[] = { "", "email", "AAGUIDS", "SSID" };
	YARD(y);
	for (size_t i = 0; i < CS_COUNT(types); i++)
		add(y, cs_arena_printf(y->arena, "{'name':'L','type':'%s'}", types[i]).p);
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		struct cs_config_change c = change_of(y);
		cs_id id;
		const char *text =
		    cs_arena_printf(y->arena, "{'name':'L','type':'%s'}", wrong[i]).p;
		CHECK_ERR(cs_config_add_list(&c, yard_json(y, text), &id), INVALID);
		yard_check_reason(y, "unknown type");
	}
}

/* --- changes --- */

TEST(put_replaces_the_items_it_is_given_and_keeps_them_otherwise)
{
	YARD(y);
	cs_id id = add(y,
	    "{'name':'Crew','type':'EMAIL','items':[{'value':'a@b.test'},{'value':'c@b.test'}]}");
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_set_list(&c, id, yard_json(y, "{'name':'Mates'}")));
	CHECK_TEXT(contents(y, id), "a@b.test c@b.test");
	c = change_of(y);
	CHECK_OK(cs_config_set_list(&c, id,
	    yard_json(y, "{'name':'Mates','items':[{'value':'d@b.test'},{'value':'a@b.test'}]}")));
	CHECK_TEXT(contents(y, id), "d@b.test a@b.test");
	c = change_of(y);
	CHECK_OK(cs_config_set_list(&c, id, yard_json(y, "{'name':'Mates','items':[]}")));
	CHECK_TEXT(contents(y, id), "");
	c = change_of(y);
	CHECK_ERR(cs_config_set_list(&c, id, yard_json(y, "{'items':[]}")), INVALID);
	yard_check_reason(y, "name is required");
}

TEST(an_item_that_stays_keeps_its_time)
{
	YARD(y);
	cs_id id = add(y, "{'name':'Crew','type':'EMAIL','items':[{'value':'a@b.test'}]}");
	cs_time before = y->op.now;
	y->op.now = cs_time_add(before, CS_HOUR_MS);
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_set_list(&c, id,
	    yard_json(y, "{'name':'Crew','items':[{'value':'b@b.test'},{'value':'a@b.test'}]}")));
	struct cs_list_row row;
	struct cs_list_item *items;
	size_t count;
	CHECK_OK(cs_list_read(&y->d, &y->op, y->halden.account, id, &row, &items, &count));
	CHECK_INT(count, 2);
	CHECK_INT(items[0].created.ms, y->op.now.ms);
	CHECK_INT(items[1].created.ms, before.ms);
}

TEST(patch_removes_first_then_appends_and_passes_over_what_changes_nothing)
{
	YARD(y);
	cs_id id = add(y,
	    "{'name':'Crew','type':'EMAIL','items':[{'value':'a@b.test'},{'value':'c@b.test'}]}");
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_patch_list(&c, id,
	    yard_json(y, "{'append':[{'value':'C@b.test'},{'value':'e@b.test'}],"
			 "'remove':['A@b.test','nobody@b.test','no address']}")));
	CHECK_TEXT(contents(y, id), "c@b.test e@b.test");
}

TEST(a_patch_that_is_refused_has_changed_nothing)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "{'remove':['a@b.test'],'append':[{'value':'nobody'}]}",
		    "append[0]: \"nobody\" is not an e-mail address" },
		{ "{'remove':['a@b.test'],'append':[{'value':'x@b.test'},{'value':'x@b.test'}]}",
		    "append[1] repeats append[0]" },
		{ "{'append':[{'value':'x@b.test'}],'remove':'a@b.test'}", "remove must be" },
		{ "{'append':[{'value':'x@b.test'}],'remove':[7]}", "remove[0] must be a string" },
		{ "{'append':[{'value':'x@b.test'}],'type':'IP'}",
		    "the type is EMAIL and cannot be changed" },
		{ "{'append':[{'value':'x@b.test'}],'name':''}", "name" },
		{ "{'append':[{'value':'x@b.test'}],'countersign':{'evidence':'claimed'}}",
		    "type AAGUID alone" },
	};
	YARD(y);
	cs_id id = add(y, "{'name':'Crew','type':'EMAIL','items':[{'value':'a@b.test'}]}");
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_config_change c = change_of(y);
		CHECK_ERR(cs_config_patch_list(&c, id, yard_json(y, rows[i].text)), INVALID);
		yard_check_reason(y, rows[i].reason);
		CHECK_TEXT(contents(y, id), "a@b.test");
	}
}

TEST(a_list_takes_five_thousand_items_and_not_one_more)
{
	YARD(y);
	json_t *items = json_array();
	for (int i = 0; i < CS_LIST_ITEMS_MAX; i++)
		json_array_append_new(
		    items, json_pack("{s:o}", "value", json_sprintf("u%d@b.test", i)));
	json_t *body = json_pack("{s:s,s:s,s:o}", "name", "Many", "type", "EMAIL", "items", items);
	struct cs_config_change c = change_of(y);
	cs_id id;
	CHECK_OK(cs_config_add_list(&c, body, &id));
	c = change_of(y);
	CHECK_ERR(
	    cs_config_patch_list(&c, id, yard_json(y, "{'append':[{'value':'one@more.test'}]}")),
	    INVALID);
	yard_check_reason(y, "it would have 5001 items");
	c = change_of(y);
	CHECK_OK(cs_config_patch_list(
	    &c, id, yard_json(y, "{'remove':['u0@b.test'],'append':[{'value':'one@more.test'}]}")));
	json_array_append_new(items, json_pack("{s:s}", "value", "two@more.test"));
	c = change_of(y);
	CHECK_ERR(cs_config_set_list(&c, id, body), INVALID);
	yard_check_reason(y, "5001 values");
	json_decref(body);
}

TEST(evidence_is_kept_replaced_or_reset_as_the_body_says)
{
	static const struct {
		const char *text;
		bool is_verified;
	} rows[] = {
		{ "{'name':'K'}", false },
		{ "{'name':'K','countersign':{'evidence':'verified'}}", true },
		{ "{'name':'K','countersign':{'evidence':'claimed'}}", false },
		{ "{'name':'K','countersign':{}}", true },
		{ "{'name':'K','countersign':{'evidence':'claimed'}}", false },
		{ "{'name':'K','countersign':null}", true },
	};
	static const struct {
		const char *text, *reason;
	} wrong[] = {
		{ "{'name':'K','countersign':{'evidence':'hoped'}}", "\"verified\" or" },
		{ "{'name':'K','countersign':{'evidence':7}}", "\"verified\" or" },
		{ "{'name':'K','countersign':{'proof':'claimed'}}",
		    "unknown key countersign.proof" },
		{ "{'name':'K','countersign':'claimed'}", "must be an object" },
	};
	YARD(y);
	cs_id id = add(y, "{'name':'K','type':'AAGUID','countersign':{'evidence':'claimed'}}");
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_config_change c = change_of(y);
		CHECK_OK(cs_config_set_list(&c, id, yard_json(y, rows[i].text)));
		CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
		CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
		CHECK_INT(cs_snapshot_config(held)->list_count, 1);
		CHECK_INT(cs_snapshot_config(held)->lists[0].wants_verified, rows[i].is_verified);
	}
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		struct cs_config_change c = change_of(y);
		CHECK_ERR(cs_config_set_list(&c, id, yard_json(y, wrong[i].text)), INVALID);
		yard_check_reason(y, wrong[i].reason);
	}
}

/* --- in force --- */

static enum cs_access_verdict
ask(struct yard *y, const char *email, const char *ip)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	const struct cs_application *app = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	CHECK_INT(
	    cs_snapshot_route(held, CS_STR("berth.test"), CS_STR("/"), &app), CS_ROUTE_APPLICATION);
	const struct cs_identity who = {
		.user = { { 7 } }, .email = cs_str_c(email), .provider = y->pin
	};
	struct cs_addr from;
	CHECK_OK(cs_addr_decode(cs_str_c(ip), &from));
	const struct cs_asker asker =
	    cs_gate_asker(y->d.gate, cs_snapshot_config(held), &who, &from);
	struct cs_access_answer answer;
	cs_access_evaluate(cs_snapshot_config(held), app, &asker, &answer);
	return answer.verdict;
}

static const char *
uuid(struct yard *y, cs_id id)
{
	return cs_arena_c(y->arena, cs_id_uuid_text(y->arena, id));
}

static cs_id
add_berth(struct yard *y, const char *rules)
{
	struct cs_config_change c = change_of(y);
	cs_id id;
	const char *text = cs_arena_printf(y->arena,
	    "{'type':'self_hosted','name':'Berth','domain':'berth.test','policies':"
	    "[{'name':'Crew','decision':'allow',%s}]}",
	    rules)
			       .p;
	CHECK_OK(cs_config_add_application(&c, yard_json(y, text), &id));
	return id;
}

TEST(a_change_of_a_list_is_in_force_when_the_call_returns)
{
	YARD(y);
	yard_add_organization(y);
	cs_id crew = add(y, "{'name':'Crew','type':'EMAIL','items':[{'value':'ann@b.test'}]}");
	cs_id sites = add(y,
	    "{'name':'Sites','type':'IP','items':[{'value':'192.0.2.0/24'},{'value':'2001:db8::7'}]"
	    "}");
	add_berth(
	    y, cs_arena_printf(y->arena,
		   "'include':[{'email_list':{'id':'%s'}}],'require':[{'ip_list':{'id':'%s'}}]",
		   uuid(y, crew), uuid(y, sites))
		   .p);
	CHECK_INT(ask(y, "Ann@b.test", "192.0.2.7"), CS_ACCESS_ALLOW);
	CHECK_INT(ask(y, "ann@b.test", "2001:db8::7"), CS_ACCESS_ALLOW);
	CHECK_INT(ask(y, "ann@b.test", "2001:db8::8"), CS_ACCESS_DENY);
	CHECK_INT(ask(y, "bob@b.test", "192.0.2.7"), CS_ACCESS_DENY);
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_patch_list(
	    &c, crew, yard_json(y, "{'remove':['ann@b.test'],'append':[{'value':'bob@b.test'}]}")));
	CHECK_INT(ask(y, "ann@b.test", "192.0.2.7"), CS_ACCESS_DENY);
	CHECK_INT(ask(y, "bob@b.test", "192.0.2.7"), CS_ACCESS_ALLOW);
	c = change_of(y);
	CHECK_OK(cs_config_set_list(&c, sites, yard_json(y, "{'name':'Sites','items':[]}")));
	CHECK_INT(ask(y, "bob@b.test", "192.0.2.7"), CS_ACCESS_DENY);
}

TEST(a_rule_that_names_no_list_or_one_of_another_type_is_refused)
{
	YARD(y);
	yard_add_organization(y);
	cs_id crew = add(y, "{'name':'Crew','type':'EMAIL'}");
	const struct {
		const char *rule, *reason;
	} rows[] = {
		{ "{'email_list':{'id':'11111111-1111-4111-8111-111111111111'}}",
		    "there is no list 11111111-1111-4111-8111-111111111111" },
		{ "{'ip_list':{'id':'11111111-1111-4111-8111-111111111111'}}", "there is no list" },
		{ cs_arena_printf(y->arena, "{'ip_list':{'id':'%s'}}", uuid(y, crew)).p,
		    "list \"Crew\" is of type EMAIL, not IP" },
		{ "{'email_list':{'id':'crew'}}", "not a UUID" },
	};
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_config_change c = change_of(y);
		cs_id id;
		const char *text =
		    cs_arena_printf(y->arena, "{'name':'G','include':[%s]}", rows[i].rule).p;
		CHECK_ERR(cs_config_add_group(&c, yard_json(y, text), &id), INVALID);
		yard_check_reason(y, rows[i].reason);
	}
}

TEST(a_list_in_use_is_not_removed_and_all_that_use_it_are_named)
{
	YARD(y);
	yard_add_organization(y);
	cs_id crew = add(y, "{'name':'Crew','type':'EMAIL'}");
	const char *rule =
	    cs_arena_printf(y->arena, "[{'email_list':{'id':'%s'}}]", uuid(y, crew)).p;
	struct cs_config_change c = change_of(y);
	cs_id ids[7];
	for (size_t i = 0; i < CS_COUNT(ids); i++) {
		c = change_of(y);
		const char *text =
		    cs_arena_printf(y->arena, "{'name':'Group %zu','include':%s}", i, rule).p;
		CHECK_OK(cs_config_add_group(&c, yard_json(y, text), &ids[i]));
	}
	cs_id app = add_berth(
	    y, cs_arena_printf(y->arena, "'include':[{'everyone':{}}],'exclude':%s", rule).p);
	c = change_of(y);
	CHECK_ERR(cs_config_remove_list(&c, crew), INVALID);
	yard_check_reason(y, "policy \"Crew\"");
	for (size_t i = 0; i < CS_COUNT(ids); i++)
		yard_check_reason(y, cs_arena_printf(y->arena, "group \"Group %zu\"", i).p);
	for (size_t i = 0; i < CS_COUNT(ids); i++) {
		c = change_of(y);
		CHECK_OK(cs_config_remove_group(&c, ids[i]));
	}
	c = change_of(y);
	CHECK_ERR(cs_config_remove_list(&c, crew), INVALID);
	c = change_of(y);
	CHECK_OK(cs_config_remove_application(&c, app));
	c = change_of(y);
	CHECK_OK(cs_config_remove_list(&c, crew));
	c = change_of(y);
	CHECK_ERR(cs_config_remove_list(&c, crew), NOT_FOUND);
}

TEST(a_list_is_its_account_s_alone)
{
	YARD(y);
	cs_id crew = add(y, "{'name':'Crew','type':'EMAIL','items':[{'value':'a@b.test'}]}");
	struct cs_config_change c = change_of(y);
	c.account = y->oslo.account;
	y->op.account = y->oslo.account;
	CHECK_ERR(cs_config_set_list(&c, crew, yard_json(y, "{'name':'Ours'}")), NOT_FOUND);
	CHECK_ERR(cs_config_patch_list(&c, crew, yard_json(y, "{}")), NOT_FOUND);
	CHECK_ERR(cs_config_remove_list(&c, crew), NOT_FOUND);
	CHECK_TEXT(contents(y, crew), "a@b.test");
}

TEST_MAIN("domain/config/list")
