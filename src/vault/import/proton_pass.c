/*
 * Proton Pass's JSON, data.json of its ZIP: vaults of items, of which logins have an address in
 * "totpUri", and any item may have more of them in fields of its own.
 */
#include "vault/import/parts.h"

#define STATE_TRASHED 2

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '{') && cs_import_mentions(file, "\"vaults\"") &&
	       cs_import_mentions(file, "\"items\"") && cs_import_mentions(file, "\"metadata\"");
}

static cs_err
take_uri(struct cs_import *in, cs_str uri, const struct cs_entry *known)
{
	return uri.len == 0 ? CS_OK : cs_import_uri(in, uri, known, true);
}

/* What has no one-time password is none of ours, and not counted. */
static cs_err
take_item(struct cs_import *in, const json_t *item, cs_str vault)
{
	const json_t *data = json_object_get(item, "data");
	const json_t *content = json_object_get(data, "content");
	const json_t *metadata = json_object_get(data, "metadata");
	static const char *const names[] = { "itemUsername", "username", "itemEmail" };
	struct cs_entry e = cs_import_entry();
	int64_t state;
	size_t i;
	json_t *extra;

	if (cs_arena_room(in->arena) < 4 * CS_ENTRY_TEXT_MAX * CS_ENTRY_TAGS_MAX)
		return CS_FAIL(LIMIT);
	e.issuer = cs_import_text(metadata, "name");
	e.note = cs_import_text(metadata, "note");
	for (i = 0; i < CS_COUNT(names) && e.account.len == 0; i++)
		e.account = cs_import_text(content, names[i]);
	cs_import_add_tag(in, &e, vault);
	if (cs_import_number(item, "state", 0, &state) && state == STATE_TRASHED)
		cs_import_add_tag(in, &e, CS_STR("trash"));
	CS_TRY(take_uri(in, cs_import_text(content, "totpUri"), &e));
	json_array_foreach(json_object_get(data, "extraFields"), i, extra)
	{
		const json_t *field = json_object_get(extra, "data");

		CS_TRY(take_uri(in, cs_import_text(field, "totpUri"), &e));
	}
	return CS_OK;
}

static cs_err
read_file(struct cs_import *in)
{
	CS_AUTO(cs_import_json_free) json_t *file = NULL;
	const char *id;
	size_t i;
	json_t *vault, *item;

	CS_TRY(cs_import_json(in->file, &file));
	json_t *vaults = json_object_get(file, "vaults");
	if (!json_is_object(vaults))
		return cs_import_problem(
		    in, "it is no Proton Pass export: there are no vaults in it");
	json_object_foreach(vaults, id, vault)
	{
		json_array_foreach(json_object_get(vault, "items"), i, item)
		    CS_TRY(take_item(in, item, cs_import_text(vault, "name")));
	}
	return CS_OK;
}

const struct cs_import_format cs_import_proton_pass = {
	.name = "proton-pass",
	.title = "Proton Pass's JSON",
	.is_mine = is_mine,
	.read = read_file,
};
