/*
 * xml.c - libxml2 reads, its SAX calls build a tree of our own in the arena.
 *
 * Of libxml2's own tree nothing is used: a tree of somebody else's making holds entities, catalogues
 * and a heap full of what was read.
 */
#include "proto/xml.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>

#include "base/buf.h"

#define TEXT_MAX CS_XML_BYTES_MAX

struct open {
	struct cs_xml_node *node;
	const struct cs_xml_node **link; /* where its next child goes */
	struct cs_buf text;
};

struct builder {
	struct cs_arena *arena;
	xmlParserCtxt *parser;
	struct cs_xml_node *root;
	struct open stack[CS_XML_DEPTH_MAX];
	size_t depth;
	enum cs_code failed;
};

static void
give_up(struct builder *b, enum cs_code code)
{
	if (b->failed == CS_E_NONE)
		b->failed = code;
	xmlStopParser(b->parser);
}

/* Input chooses how much: the arena may be full. */
static cs_str
copy(struct builder *b, const void *p, size_t len)
{
	void *to = NULL;

	if (cs_failed(cs_arena_try(b->arena, len + 1, &to))) {
		give_up(b, CS_E_LIMIT);
		return CS_STR_NONE;
	}
	if (len != 0)
		memcpy(to, p, len);
	return (cs_str){ to, len };
}

static cs_str
copy_name(struct builder *b, const xmlChar *name)
{
	return name == NULL ? CS_STR_NONE : copy(b, name, strlen((const char *)name));
}

/* values: five pointers each: name, prefix, URI, value, its end (libxml2, startElementNsSAX2Func). */
static void
take_attributes(struct builder *b, struct cs_xml_node *n, int count, const xmlChar *const *values)
{
	const struct cs_xml_attribute **link = &n->attributes;

	if (count > CS_XML_ATTRIBUTES_MAX)
		give_up(b, CS_E_LIMIT);
	for (int i = 0; b->failed == CS_E_NONE && i < count; i++) {
		const xmlChar *const *at = values + (ptrdiff_t)5 * i;
		void *p = NULL;

		if (cs_failed(cs_arena_try(b->arena, sizeof(struct cs_xml_attribute), &p))) {
			give_up(b, CS_E_LIMIT);
			return;
		}
		struct cs_xml_attribute *a = p;
		a->name = copy_name(b, at[0]);
		a->value = copy(b, at[3], (size_t)(at[4] - at[3]));
		*link = a;
		link = &a->next;
	}
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int spaces,
    const xmlChar **space_list, int count, int defaulted, const xmlChar **attributes)
{
	struct builder *b = ctx;
	void *p = NULL;

	if (b->failed != CS_E_NONE)
		return;
	if (b->depth >= CS_XML_DEPTH_MAX ||
	    cs_failed(cs_arena_try(b->arena, sizeof(struct cs_xml_node), &p))) {
		give_up(b, CS_E_LIMIT);
		return;
	}
	struct cs_xml_node *n = p;
	n->name = copy_name(b, name);
	n->space = copy_name(b, uri);
	take_attributes(b, n, count, (const xmlChar *const *)attributes);
	if (b->depth == 0) {
		b->root = n;
	} else {
		struct open *above = &b->stack[b->depth - 1];

		*above->link = n;
		above->link = &n->next;
	}
	struct open *o = &b->stack[b->depth++];
	o->node = n;
	o->link = &n->first;
	cs_buf_reset(&o->text);
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct builder *b = ctx;

	if (b->failed != CS_E_NONE || b->depth == 0)
		return;
	struct open *o = &b->stack[--b->depth];
	o->node->text = copy(b, o->text.p, o->text.len);
}

static void
on_text(void *ctx, const xmlChar *text, int len)
{
	struct builder *b = ctx;

	if (b->failed != CS_E_NONE || b->depth == 0)
		return;
	struct cs_buf *to = &b->stack[b->depth - 1].text;
	cs_buf_add(to, CS_SPAN(text, (size_t)len));
	if (to->has_failed)
		give_up(b, CS_E_LIMIT);
}

/* A DOCTYPE: entities that grow, files that are fetched. Nobody's export needs one. */
static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	give_up(ctx, CS_E_INVALID);
}

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.characters = on_text,
	.ignorableWhitespace = on_text,
	.cdataBlock = on_text,
	.startElementNs = on_start,
	.endElementNs = on_end,
};

/* All of the text has been seen, and its end has not been announced to the parser. */
static void
judge(struct builder *b, struct cs_xml *out)
{
	bool is_cut = b->parser->wellFormed && b->depth == 1;

	xmlParseChunk(b->parser, NULL, 0, 1);
	if (b->failed == CS_E_NONE && !b->parser->wellFormed && !is_cut)
		b->failed = CS_E_INVALID;
	if (b->failed != CS_E_NONE || b->root == NULL)
		return;
	if (is_cut)
		b->root->text = copy(b, b->stack[0].text.p, b->stack[0].text.len);
	*out = (struct cs_xml){ .root = b->root, .is_cut = is_cut };
}

/*
 * IGNORE_ENC: an encoding that libxml2 does not know itself would have files opened for it. NOENT:
 * without it an ampersand in an attribute stays escaped; there is no entity beyond XML's own.
 */
static cs_err
parse(struct builder *b, cs_span text, struct cs_xml *out)
{
	b->parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	if (b->parser == NULL)
		return CS_FAIL(LIMIT);
	*b->parser->sax = handler;
	b->parser->userData = b;
	xmlCtxtUseOptions(b->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC |
					 XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlParseChunk(b->parser, (const char *)text.p, (int)text.len, 0);
	judge(b, out);
	xmlFreeDoc(b->parser->myDoc);
	b->parser->myDoc = NULL;
	xmlFreeParserCtxt(b->parser);
	if (b->failed == CS_E_NONE && out->root == NULL)
		return CS_FAIL(INVALID);
	return (cs_err){ b->failed };
}

cs_err
cs_xml_decode(struct cs_arena *a, cs_span text, struct cs_xml *out)
{
	struct builder *b = calloc(1, sizeof(*b));

	*out = (struct cs_xml){ 0 };
	CS_ASSERT(b != NULL);
	b->arena = a;
	for (size_t i = 0; i < CS_XML_DEPTH_MAX; i++)
		cs_buf_init_sensitive(&b->stack[i].text, TEXT_MAX);
	cs_err e = CS_FAIL(INVALID);
	if (text.len > CS_XML_BYTES_MAX)
		e = CS_FAIL(LIMIT);
	else if (text.len != 0 && cs_utf8_is_valid(text))
		e = parse(b, text, out);
	for (size_t i = 0; i < CS_XML_DEPTH_MAX; i++)
		cs_buf_clear(&b->stack[i].text);
	free(b);
	if (cs_failed(e))
		*out = (struct cs_xml){ 0 };
	return e;
}

static const struct cs_xml_node *
named(const struct cs_xml_node *n, cs_str name)
{
	while (n != NULL && !cs_str_equal(n->name, name))
		n = n->next;
	return n;
}

const struct cs_xml_node *
cs_xml_child(const struct cs_xml_node *n, const char *name)
{
	return n == NULL ? NULL : named(n->first, cs_str_c(name));
}

const struct cs_xml_node *
cs_xml_again(const struct cs_xml_node *n)
{
	return named(n->next, n->name);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

cs_str
cs_xml_trim(cs_str text)
{
	size_t from = 0;
	size_t to = text.len;

	while (from < to && is_space(text.p[from]))
		from++;
	while (to > from && is_space(text.p[to - 1]))
		to--;
	return cs_str_slice(text, from, to);
}

cs_str
cs_xml_child_text(const struct cs_xml_node *n, const char *name)
{
	const struct cs_xml_node *c = cs_xml_child(n, name);

	return c == NULL ? CS_STR_NONE : cs_xml_trim(c->text);
}

cs_str
cs_xml_attribute(const struct cs_xml_node *n, const char *name)
{
	if (n == NULL)
		return CS_STR_NONE;
	for (const struct cs_xml_attribute *at = n->attributes; at != NULL; at = at->next)
		if (cs_str_equal(at->name, cs_str_c(name)))
			return at->value;
	return CS_STR_NONE;
}

void
cs_xml_escape(cs_str text, struct cs_buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c == '\t' ||
		    c == '\n' || c == '\r')
			cs_buf_printf(out, "&#%d;", c);
		else
			cs_buf_add_byte(out, (uint8_t)c);
	}
}
