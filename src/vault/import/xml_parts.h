/*
 * xml_parts.h - reading XML files of other programs.
 */
#ifndef CS_VAULT_IMPORT_XML_PARTS_H
#define CS_VAULT_IMPORT_XML_PARTS_H

#include "proto/xml.h"
#include "vault/import/parts.h"

/* The root, of that name, whole. Errors: INVALID (problem says why), LIMIT. */
cs_err cs_import_xml(struct cs_import *in, const char *root, const struct cs_xml_node **out);

/* The text of <string name="…"> below Android's <map>; empty when there is none. */
cs_str cs_import_android_string(const struct cs_xml_node *map, const char *name);

#endif
