/* FreeOTP 1: Android's preferences, a JSON text for each token. */
#include "vault/import/freeotp.h"
#include "vault/import/xml_parts.h"

static bool
is_mine(cs_span file)
{
	return cs_import_begins(file, '<') && cs_import_mentions(file, "<map>") &&
	       cs_import_mentions(file, "<string") && cs_import_mentions(file, "secret") &&
	       (cs_import_mentions(file, "issuerExt") || cs_import_mentions(file, "label"));
}

static cs_err
take_token(struct cs_import *in, const struct cs_xml_node *string)
{
	CS_AUTO(cs_import_json_free) json_t *token = NULL;
	struct cs_entry e = cs_import_entry();

	if (cs_failed(cs_import_json(cs_str_span(string->text), &token)) ||
	    !json_is_object(token)) {
		cs_import_split_label(&e, cs_xml_attribute(string, "name"));
		return cs_import_take(in, &e, "its token is not whole", NULL);
	}
	return cs_import_freeotp_token(in, token, CS_SPAN_NONE, CS_FREEOTP_BEFORE);
}

static cs_err
read_file(struct cs_import *in)
{
	const struct cs_xml_node *map;

	CS_TRY(cs_import_xml(in, "map", &map));
	for (const struct cs_xml_node *s = cs_xml_child(map, "string"); s != NULL;
	     s = cs_xml_again(s)) {
		if (cs_str_equal(cs_xml_attribute(s, "name"), CS_STR("tokenOrder")))
			continue;
		CS_TRY(take_token(in, s));
	}
	return CS_OK;
}

const struct cs_import_format cs_import_freeotp1 = {
	.name = "freeotp",
	.title = "FreeOTP 1, its tokens.xml",
	.is_mine = is_mine,
	.read = read_file,
};
