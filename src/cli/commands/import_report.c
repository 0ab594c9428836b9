#include "cli/commands/import_report.h"

#include "cli/session/json_out.h"
#include "cli/program/terminal.h"
#include "proto/totp.h"

static const char *const names[] = {
	[CS_MERGE_REFUSED] = "refused",
	[CS_MERGE_NEW] = "new",
	[CS_MERGE_SAME] = "same",
	[CS_MERGE_DIFFERS] = "differs",
};

/* In the order in which they are told. */
static const enum cs_merge_verdict order[] = {
	CS_MERGE_NEW,
	CS_MERGE_SAME,
	CS_MERGE_DIFFERS,
	CS_MERGE_REFUSED,
};

size_t
cs_import_report_count(const struct cs_import_report *r, enum cs_merge_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		count += r->items[i].verdict == verdict;
	return count;
}

bool
cs_import_report_has_changes(const struct cs_import_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct cs_merge_item *item = &r->items[i];

		if (item->verdict == CS_MERGE_NEW || item->verdict == CS_MERGE_DIFFERS)
			return true;
		if (item->verdict == CS_MERGE_SAME && item->there != NULL &&
		    item->entry->counter > item->there->counter)
			return true;
	}
	return false;
}

static void
show_counts(const struct cs_import_report *r)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	const char *between = ": ";

	cs_buf_init(&text, 256);
	cs_buf_printf(&text, "%zu in", r->count);
	for (size_t i = 0; i < CS_COUNT(order); i++) {
		size_t count = cs_import_report_count(r, order[i]);

		if (count == 0)
			continue;
		cs_buf_printf(&text, "%s%zu %s", between, count, names[order[i]]);
		between = ", ";
	}
	cs_say(stdout, "%.*s", CS_STR_ARG(cs_buf_str(&text)));
}

static bool
is_shown(const struct cs_import_report *r, const struct cs_merge_item *item)
{
	return r->is_preview || item->verdict == CS_MERGE_REFUSED ||
	       item->verdict == CS_MERGE_DIFFERS || item->reason.len > 0;
}

void
cs_import_report_show(const struct cs_import_report *r)
{
	static const struct cs_table_column columns[] = {
		{ .title = "Verdict" },
		{ .title = "Kind" },
		{ .title = "Name", .may_be_cut = true },
		{ .title = "Reason", .may_be_cut = true },
	};
	struct cs_table table;

	cs_table_init(&table, r->arena, columns, CS_COUNT(columns));
	for (size_t i = 0; i < r->count; i++) {
		const struct cs_merge_item *item = &r->items[i];

		if (!is_shown(r, item))
			continue;
		cs_table_add(&table, cs_str_c(names[item->verdict]));
		cs_table_add(&table, cs_entry_kind_name(item->entry->kind));
		cs_table_add(&table, cs_entry_name(r->arena, item->entry));
		cs_table_add(&table, item->reason);
	}
	cs_table_show(&table, stdout);
	show_counts(r);
}

static json_t *
item_json(const struct cs_merge_item *item)
{
	const struct cs_entry *e = item->entry;
	bool has_hash =
	    e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_HOTP || e->kind == CS_ENTRY_STEAM;
	bool has_period = e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_STEAM;
	bool has_counter = e->kind == CS_ENTRY_HOTP || e->kind == CS_ENTRY_YUBIKEY;
	json_t *j = json_object();

	json_object_set_new(j, "verdict", json_string(names[item->verdict]));
	json_object_set_new(j, "reason", cs_json_str(item->reason));
	json_object_set_new(j, "issuer", cs_json_str(e->issuer));
	json_object_set_new(j, "account", cs_json_str(e->account));
	json_object_set_new(j, "type", cs_json_str(cs_entry_kind_name(e->kind)));
	json_object_set_new(
	    j, "algorithm", has_hash ? cs_json_str(cs_otp_hash_name(e->hotp.hash)) : json_null());
	json_object_set_new(j, "digits", has_hash ? json_integer(e->hotp.digits) : json_null());
	json_object_set_new(j, "period", has_period ? json_integer(e->period_s) : json_null());
	json_object_set_new(
	    j, "counter", has_counter ? json_integer((json_int_t)e->counter) : json_null());
	return j;
}

int
cs_import_report_json(const struct cs_import_report *r)
{
	json_t *j = json_object();
	json_t *entries = json_array();
	json_t *counts = json_object();

	json_object_set_new(j, "format", cs_json_str(r->format));
	json_object_set_new(j, "preview", json_boolean(r->is_preview));
	json_object_set_new(j, "compared", json_boolean(r->is_compared));
	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(entries, item_json(&r->items[i]));
	json_object_set_new(j, "entries", entries);
	json_object_set_new(counts, "in", json_integer((json_int_t)r->count));
	for (size_t i = 0; i < CS_COUNT(order); i++)
		json_object_set_new(counts, names[order[i]],
		    json_integer((json_int_t)cs_import_report_count(r, order[i])));
	json_object_set_new(j, "counts", counts);
	return cs_json_show(j);
}
