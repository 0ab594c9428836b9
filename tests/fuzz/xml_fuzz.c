/*
 * xml_fuzz.c - XML into a tree: bounded, whole, and written again it reads the same.
 */
#include "base/buf.h"
#include "proto/xml.h"

#include "fuzz.h"

static void
check(const struct cs_xml_node *n, size_t depth)
{
	CS_ASSERT(depth < CS_XML_DEPTH_MAX && n->name.len != 0);
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(n->text)));
	for (const struct cs_xml_attribute *a = n->attributes; a != NULL; a = a->next)
		CS_ASSERT(a->name.len != 0 && cs_utf8_is_valid(cs_str_span(a->value)));
	for (const struct cs_xml_node *c = n->first; c != NULL; c = c->next)
		check(c, depth + 1);
}

static void
check_text_again(struct cs_arena *a, cs_str text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_xml again;

	cs_buf_init(&b, CS_XML_BYTES_MAX);
	cs_buf_add_c(&b, "<a>");
	cs_xml_escape(text, &b);
	cs_buf_add_c(&b, "</a>");
	if (!cs_failed(cs_xml_decode(a, cs_buf_span(&b), &again)))
		CS_ASSERT(cs_str_equal(again.root->text, text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_arena *a = cs_arena_new(16 << 20);
	struct cs_xml xml;

	if (cs_failed(cs_xml_decode(a, CS_SPAN(data, size), &xml))) {
		CS_ASSERT(xml.root == NULL);
	} else {
		check(xml.root, 0);
		check_text_again(a, xml.root->text);
	}
	cs_arena_free(&a);
	return 0;
}
