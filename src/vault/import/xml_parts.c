#include "vault/import/xml_parts.h"

cs_err
cs_import_xml(struct cs_import *in, const char *root, const struct cs_xml_node **out)
{
	struct cs_xml xml;
	cs_err e = cs_xml_decode(in->arena, in->file, &xml);

	*out = NULL;
	if (cs_is(e, CS_E_INVALID))
		return cs_import_problem(in, "it is not well-formed XML, or it has a DOCTYPE");
	CS_TRY(e);
	if (xml.is_cut)
		return cs_import_problem(in, "it is cut short");
	if (!cs_str_equal(xml.root->name, cs_str_c(root)))
		return cs_import_problem(in, "it is XML, but not what was expected");
	*out = xml.root;
	return CS_OK;
}

cs_str
cs_import_android_string(const struct cs_xml_node *map, const char *name)
{
	for (const struct cs_xml_node *s = cs_xml_child(map, "string"); s != NULL;
	     s = cs_xml_again(s))
		if (cs_str_equal(cs_xml_attribute(s, "name"), cs_str_c(name)))
			return s->text;
	return CS_STR_NONE;
}
