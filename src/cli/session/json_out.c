#include "cli/session/json_out.h"

#include "cli/program/command.h"
#include "cli/program/terminal.h"
#include "vault/capsule.h"

#include <stdio.h>

json_t *
cs_json_str(cs_str s)
{
	return json_stringn(s.p != NULL ? s.p : "", s.len);
}

json_t *
cs_json_time(cs_time t)
{
	char text[CS_RFC3339_LEN];

	if (t.ms == 0)
		return json_null();
	cs_time_rfc3339(t, text);
	return json_stringn(text, sizeof(text));
}

json_t *
cs_json_id(cs_id id)
{
	char text[CS_ID_UUID_LEN];

	cs_id_uuid(id, text);
	return json_stringn(text, sizeof(text));
}

static bool
has_hash(const struct cs_entry *e)
{
	return e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_HOTP || e->kind == CS_ENTRY_STEAM;
}

static json_t *
tags_of(const struct cs_entry *e)
{
	json_t *tags = json_array();

	for (size_t i = 0; i < e->tag_count; i++)
		json_array_append_new(tags, cs_json_str(e->tags[i]));
	return tags;
}

static json_int_t
spares_left(const struct cs_entry *e)
{
	json_int_t left = 0;

	for (size_t i = 0; i < e->spare_count; i++)
		left += e->spares[i].used.ms == 0;
	return left;
}

json_t *
cs_json_entry(const struct cs_entry *e)
{
	json_t *j = json_object();

	json_object_set_new(j, "id", cs_json_id(e->id));
	json_object_set_new(j, "issuer", cs_json_str(e->issuer));
	json_object_set_new(j, "account", cs_json_str(e->account));
	json_object_set_new(j, "type", cs_json_str(cs_entry_kind_name(e->kind)));
	if (has_hash(e)) {
		json_object_set_new(j, "algorithm", cs_json_str(cs_otp_hash_name(e->hotp.hash)));
		json_object_set_new(j, "digits", json_integer(e->hotp.digits));
	}
	if (e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_STEAM)
		json_object_set_new(j, "period", json_integer(e->period_s));
	if (e->kind == CS_ENTRY_HOTP || e->kind == CS_ENTRY_YUBIKEY)
		json_object_set_new(j, "counter", json_integer((json_int_t)e->counter));
	if (e->capsule != NULL)
		json_object_set_new(j, "until", cs_json_time(e->capsule->until));
	json_object_set_new(j, "note", cs_json_str(e->note));
	json_object_set_new(j, "icon", cs_json_str(e->icon));
	json_object_set_new(j, "tags", tags_of(e));
	json_object_set_new(j, "spare_codes", json_integer((json_int_t)e->spare_count));
	json_object_set_new(j, "spare_codes_left", json_integer(spares_left(e)));
	json_object_set_new(j, "added", cs_json_time(e->added));
	json_object_set_new(j, "changed", cs_json_time(e->changed));
	return j;
}

int
cs_json_show(json_t *value)
{
	bool is_written = json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 &&
			  putchar('\n') != EOF && fflush(stdout) == 0;

	json_decref(value);
	if (is_written)
		return CS_CLI_OK;
	cs_complain("the answer could not be written");
	return CS_CLI_DISK;
}
