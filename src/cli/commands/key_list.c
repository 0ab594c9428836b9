#include "cli/commands/key_list.h"

#include "vault/entry.h"

json_t *
cs_key_json(cs_str name, cs_str recipient)
{
	return json_pack(
	    "{s:o, s:o}", "name", cs_json_str(name), "recipient", cs_json_str(recipient));
}

void
cs_key_list_begin(struct cs_key_list *l, struct cs_arena *a)
{
	static const struct cs_table_column columns[] = {
		{ "NAME", .may_be_cut = true },
		{ .title = "RECIPIENT" },
	};

	cs_table_init(&l->table, a, columns, CS_COUNT(columns));
	l->all = json_array();
}

void
cs_key_list_add(struct cs_key_list *l, cs_str name, cs_str recipient)
{
	cs_table_add(&l->table, name);
	cs_table_add(&l->table, recipient);
	json_array_append_new(l->all, cs_key_json(name, recipient));
}

int
cs_key_list_show(struct cs_key_list *l, const struct cs_cli_line *line)
{
	json_t *all = CS_TAKE(l->all);

	if (line->is_json)
		return cs_json_show(all);
	json_decref(all);
	cs_table_show(&l->table, stdout);
	return cs_output_end();
}

bool
cs_key_name_is_good(cs_str name)
{
	if (name.len == 0 || name.len > CS_ENTRY_TEXT_MAX || cs_str_trim(name).len != name.len ||
	    !cs_utf8_is_valid(cs_str_span(name)) ||
	    cs_str_equal_nocase(cs_str_slice(name, 0, 4), CS_STR("age1")))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		if ((uint8_t)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	}
	return true;
}
