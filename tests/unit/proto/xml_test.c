#include "proto/xml.h"

#include "base/buf.h"
#include "test.h"

static struct cs_arena *arena;
static struct cs_xml xml;

static cs_err
decode(const char *text)
{
	if (arena == NULL)
		arena = cs_arena_new(64 << 20);
	cs_arena_reset(arena);
	return cs_xml_decode(arena, cs_str_span(cs_str_c(text)), &xml);
}

TEST(elements_attributes_and_text_are_a_tree)
{
	CHECK_OK(decode("<?xml version='1.0'?><!-- no --><a:r xmlns:a='urn:x' k='v'>\n one<i/> two"
			"<c> first </c><d/><c>second</c></a:r>"));
	CHECK_TEXT(xml.root->name, "r");
	CHECK_TEXT(xml.root->space, "urn:x");
	CHECK_TEXT(cs_xml_attribute(xml.root, "k"), "v");
	CHECK(cs_xml_attribute(xml.root, "l").p == NULL);
	CHECK_TEXT(xml.root->text, "\n one two");
	const struct cs_xml_node *c = cs_xml_child(xml.root, "c");
	CHECK_TEXT(c->text, " first ");
	CHECK_TEXT(cs_xml_child_text(xml.root, "c"), "first");
	CHECK_TEXT(cs_xml_again(c)->text, "second");
	CHECK(cs_xml_again(cs_xml_again(c)) == NULL);
	CHECK(cs_xml_child(NULL, "c") == NULL && cs_xml_child_text(NULL, "c").len == 0);
	CHECK(!xml.is_cut);
}

TEST(references_and_cdata_are_resolved_in_text_and_attributes)
{
	CHECK_OK(
	    decode("<a k='&lt;&amp;&#38;&#x41;&quot;'>&lt;x&gt; &amp;&#65;<![CDATA[<&>]]></a>"));
	CHECK_TEXT(cs_xml_attribute(xml.root, "k"), "<&&A\"");
	CHECK_TEXT(xml.root->text, "<x> &A<&>");
}

TEST(a_byte_order_mark_is_passed_over_and_a_declared_encoding_opens_nothing)
{
	CHECK_OK(decode("\xef\xbb\xbf<a>\xc3\xa9</a>"));
	CHECK_TEXT(xml.root->text, "\xc3\xa9");
	CHECK_OK(decode("<?xml version='1.0' encoding='KOI8-R'?><a>\xc3\xa9</a>"));
	CHECK_TEXT(xml.root->text, "\xc3\xa9");
}

TEST(a_doctype_is_refused_whatever_it_says)
{
	static const char *const bad[] = {
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
		"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'> %p;]><a/>",
		"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;'>]>"
		"<a>&d;&d;&d;&d;</a>",
		"<!DOCTYPE a [<!ATTLIST a k CDATA 'secret'>]><a/>",
	};

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(bad[i]), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK(xml.root == NULL);
	}
}

TEST(what_is_not_well_formed_is_refused)
{
	static const char *const bad[] = { "", " ", "x", "<", "<a", "<a/><b/>", "<a></b>",
		"<a>&e;</a>", "<a k=v/>", "<a k='1' k='2'/>", "<a>\x01</a>", "<a>\xff</a>",
		"<a>&#0;</a>", "<a><b>x", "<a><b>x</b", "<a/>x", "<a><b></a></b>",
		"<a>&#xD800;</a>" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(bad[i]), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK(xml.root == NULL);
	}
	CHECK_ERR(cs_xml_decode(arena, CS_SPAN("\xff\xfe<\0a\0/\0>\0", 10), &xml), INVALID);
}

TEST(a_text_that_ends_inside_its_root_is_said_to_be_cut)
{
	CHECK_OK(decode("<a><b>x</b>"));
	CHECK(xml.is_cut);
	CHECK_TEXT(cs_xml_child_text(xml.root, "b"), "x");
	CHECK_OK(decode("<a><b>x</b><b k='"));
	CHECK(xml.is_cut && cs_xml_again(cs_xml_child(xml.root, "b")) == NULL);
	CHECK_OK(decode("<a><b>x</b></a>"));
	CHECK(!xml.is_cut);
}

static void
nest(struct cs_buf *b, int depth)
{
	cs_buf_init(b, 8 << 20);
	for (int i = 0; i < depth; i++)
		cs_buf_add_c(b, "<a>");
	for (int i = 0; i < depth; i++)
		cs_buf_add_c(b, "</a>");
	cs_buf_add_byte(b, 0);
}

TEST(depth_attributes_and_memory_are_bounded)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	nest(&b, CS_XML_DEPTH_MAX);
	CHECK_OK(decode((const char *)b.p));
	cs_buf_clear(&b);
	nest(&b, CS_XML_DEPTH_MAX + 1);
	CHECK_ERR(decode((const char *)b.p), LIMIT);
	cs_buf_reset(&b);
	cs_buf_add_c(&b, "<a");
	for (int i = 0; i <= CS_XML_ATTRIBUTES_MAX; i++)
		cs_buf_printf(&b, " k%d=''", i);
	cs_buf_add_c(&b, "/>");
	cs_buf_add_byte(&b, 0);
	CHECK_ERR(decode((const char *)b.p), LIMIT);
	cs_buf_reset(&b);
	cs_buf_add_c(&b, "<a>");
	for (int i = 0; i < 1000000; i++)
		cs_buf_add_c(&b, "<b/>");
	cs_buf_add_c(&b, "</a>");
	cs_buf_add_byte(&b, 0);
	CHECK_ERR(decode((const char *)b.p), LIMIT);
}

TEST(what_is_escaped_reads_the_same)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	const char *text = "a<b>&\"'\n\r\t\xc3\xa9]]>";

	cs_buf_init(&b, 4096);
	cs_buf_add_c(&b, "<a k=\"");
	cs_xml_escape(cs_str_c(text), &b);
	cs_buf_add_c(&b, "\">");
	cs_xml_escape(cs_str_c(text), &b);
	cs_buf_add_c(&b, "</a>");
	cs_buf_add_byte(&b, 0);
	CHECK_OK(decode((const char *)b.p));
	CHECK_TEXT(xml.root->text, text);
	CHECK_TEXT(cs_xml_attribute(xml.root, "k"), text);
}

TEST_MAIN("proto/xml")
