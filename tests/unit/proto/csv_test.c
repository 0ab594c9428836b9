#include "proto/csv.h"

#include "test.h"

static struct cs_csv csv;
static struct cs_csv_row row;
static struct cs_arena *arena;

static void
begin(const char *text)
{
	if (arena == NULL)
		arena = cs_arena_new(1 << 20);
	cs_arena_reset(arena);
	CHECK_OK(cs_csv_begin(cs_str_span(cs_str_c(text)), &csv));
}

static void
expect(size_t count, const char *const *fields)
{
	CHECK_OK(cs_csv_next(&csv, arena, &row));
	CHECK_INT(row.count, count);
	for (size_t i = 0; i < count; i++)
		CHECK_TEXT(row.fields[i], fields[i]);
}
#define EXPECT(...) \
	expect(CS_COUNT(((const char *[]){ __VA_ARGS__ })), (const char *[]){ __VA_ARGS__ })

TEST(rows_end_with_any_line_end_and_with_the_text)
{
	begin("a,b\r\nc,d\ne,f\rg,");
	EXPECT("a", "b");
	EXPECT("c", "d");
	EXPECT("e", "f");
	EXPECT("g", "");
	CHECK_ERR(cs_csv_next(&csv, arena, &row), NOT_FOUND);
	CHECK_ERR(cs_csv_next(&csv, arena, &row), NOT_FOUND);
}

TEST(a_quoted_field_holds_commas_line_ends_and_doubled_marks)
{
	begin("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\nnext,\"\",x");
	EXPECT("a,b", "say \"hi\"", "two\r\nlines");
	CHECK_INT(row.line, 1);
	EXPECT("next", "", "x");
	CHECK_INT(row.line, 3);
}

TEST(a_mark_within_a_plain_field_stands_for_itself)
{
	begin("5\" disk,b");
	EXPECT("5\" disk", "b");
}

TEST(a_byte_order_mark_and_empty_lines_are_passed_over)
{
	begin("\xef\xbb\xbf\r\n\na,b\n\n\r\nc,d\n\n");
	EXPECT("a", "b");
	CHECK_INT(row.line, 3);
	EXPECT("c", "d");
	CHECK_ERR(cs_csv_next(&csv, arena, &row), NOT_FOUND);
}

TEST(the_separator_is_what_the_first_line_has_most_of)
{
	begin("a;b;c\n1,5;2;3");
	EXPECT("a", "b", "c");
	EXPECT("1,5", "2", "3");
	begin("a\tb\n1,2\t3");
	EXPECT("a", "b");
	EXPECT("1,2", "3");
	begin("\"x;y;z\",b\n1,2");
	EXPECT("x;y;z", "b");
}

TEST(a_mark_that_is_missing_or_followed_by_text_is_refused)
{
	static const char *const bad[] = { "\"a", "a,\"", "\"a\"b,c", "\"a\" ,c", "\"a\"\"" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		begin(bad[i]);
		CHECK_ERR(cs_csv_next(&csv, arena, &row), INVALID);
	}
	CHECK_ERR(cs_csv_begin(CS_SPAN("a\xff", 2), &csv), INVALID);
	CHECK_ERR(cs_csv_begin(CS_SPAN("a\0b", 3), &csv), INVALID);
}

TEST(too_many_fields_and_too_long_ones_are_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 1 << 20);
	for (int i = 0; i < CS_CSV_FIELDS_MAX; i++)
		cs_buf_add_c(&b, ",");
	cs_buf_add_byte(&b, 0);
	begin((const char *)b.p);
	CHECK_ERR(cs_csv_next(&csv, arena, &row), LIMIT);
	cs_buf_reset(&b);
	for (int i = 0; i <= CS_CSV_FIELD_MAX + 1; i++)
		cs_buf_add_c(&b, "x");
	cs_buf_add_byte(&b, 0);
	begin((const char *)b.p);
	CHECK_ERR(cs_csv_next(&csv, arena, &row), LIMIT);
	b.p[0] = '"';
	begin((const char *)b.p);
	CHECK_ERR(cs_csv_next(&csv, arena, &row), LIMIT);
}

TEST(many_marks_take_no_more_time_than_their_bytes)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	size_t rows = 0;

	cs_buf_init(&b, 8 << 20);
	for (int i = 0; i < 1000000; i++)
		cs_buf_add_c(&b, "\"\"\"\"\n");
	cs_buf_add_byte(&b, 0);
	begin((const char *)b.p);
	while (!cs_failed(cs_csv_next(&csv, arena, &row))) {
		CHECK_TEXT(row.fields[0], "\"");
		rows++;
		cs_arena_reset(arena);
	}
	CHECK_INT(rows, 1000000);
}

TEST(a_column_is_found_whatever_its_case)
{
	begin("Name, SECRET ,x");
	CHECK_OK(cs_csv_next(&csv, arena, &row));
	CHECK_INT(cs_csv_column(&row, "name"), 0);
	CHECK_INT(cs_csv_column(&row, "Secret"), 1);
	CHECK_INT(cs_csv_column(&row, "y"), -1);
}

TEST(what_is_written_reads_the_same)
{
	static const char *const fields[] = { "plain", "", "a,b", "a;b", " spaced ", "say \"hi\"",
		"two\r\nlines", "\ttab", "\"" };
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 4096);
	for (size_t i = 0; i < CS_COUNT(fields); i++)
		cs_csv_add(&b, cs_str_c(fields[i]), i == 0);
	cs_buf_add_byte(&b, 0);
	begin((const char *)b.p);
	expect(CS_COUNT(fields), fields);
	CHECK_ERR(cs_csv_next(&csv, arena, &row), NOT_FOUND);
}

TEST_MAIN("proto/csv")
