/*
 * xml.h - XML (W3C XML 1.0, namespaces) as a small tree, out of files that anybody may have written.
 *
 * There is no DOCTYPE, and so no entity but the five that XML has; nothing is fetched, nothing is
 * opened. UTF-8 alone, with or without a byte order mark, whatever encoding is declared. Depth,
 * names and attributes are bounded; the rest is by the arena, which holds everything and may be
 * sensitive.
 */
#ifndef CS_PROTO_XML_H
#define CS_PROTO_XML_H

#include "base/arena.h"

#define CS_XML_BYTES_MAX (32 << 20)
#define CS_XML_DEPTH_MAX 64
#define CS_XML_ATTRIBUTES_MAX 32 /* of one element */

struct cs_xml_attribute {
	cs_str name; /* without its prefix */
	cs_str value;
	const struct cs_xml_attribute *next;
};

struct cs_xml_node {
	cs_str name; /* without its prefix */
	cs_str space; /* the namespace's URI; empty: none */
	cs_str text; /* all of its own character data, joined; references resolved */
	const struct cs_xml_attribute *attributes;
	const struct cs_xml_node *first; /* elements alone, in order */
	const struct cs_xml_node *next;
};

struct cs_xml {
	const struct cs_xml_node *root;
	/* The file ends where the root's end tag should be; every element within it is whole. */
	bool is_cut;
};

/*
 * Errors: INVALID (not well-formed, a DOCTYPE, not UTF-8, cut inside an element of the root), LIMIT.
 */
cs_err cs_xml_decode(struct cs_arena *a, cs_span text, struct cs_xml *out);

/* The first child of that name; its next sibling of the same name; NULL when there is none. */
const struct cs_xml_node *cs_xml_child(const struct cs_xml_node *n, const char *name);
const struct cs_xml_node *cs_xml_again(const struct cs_xml_node *n);
/* child's text without white space around it; empty when n is NULL or has no such child. */
cs_str cs_xml_child_text(const struct cs_xml_node *n, const char *name);
/* Empty when there is none. */
cs_str cs_xml_attribute(const struct cs_xml_node *n, const char *name);
/* Without leading and trailing white space of XML (space, tab, line ends). */
cs_str cs_xml_trim(cs_str text);

/* text, so that XML reads it back: & < > " and line ends as references. */
struct cs_buf;
void cs_xml_escape(cs_str text, struct cs_buf *out);

#endif
