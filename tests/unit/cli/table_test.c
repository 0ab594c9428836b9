/*
 * table_test.c - tables on a page (what a terminal's width does to one: tests/cli).
 */
#include "cli/program/terminal.h"

#include "test.h"

#include <locale.h>
#include <stdlib.h>

static const struct cs_table_column columns[] = {
	{ .title = "SERVICE", .may_be_cut = true },
	{ .title = "LEFT", .is_right = true },
	{ .title = "NOTE" },
};

static void
check_table(const char *const *cells, size_t count, const char *want)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_table t;
	char *page = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&page, &len);

	setlocale(LC_CTYPE, "C.UTF-8");
	cs_table_init(&t, a, columns, CS_COUNT(columns));
	for (size_t i = 0; i < count; i++)
		cs_table_add(&t, cs_str_c(cells[i]));
	cs_table_show(&t, to);
	CHECK_INT(fclose(to), 0);
	CHECK_TEXT(((cs_str){ page, len }), want);
	free(page);
}

TEST(columns_stand_below_their_titles_and_numbers_to_the_right)
{
	const char *const cells[] = { "Example", "7", "", "Mail", "29", "old" };

	check_table(cells, 6,
	    "SERVICE  LEFT  NOTE\n"
	    "Example     7  \n"
	    "Mail       29  old\n");
}

TEST(a_column_is_as_wide_as_its_widest_cell_is_shown)
{
	const char *const cells[] = { "例え例え例", "1", "x", "Zoë", "2", "y" };

	check_table(cells, 6,
	    "SERVICE     LEFT  NOTE\n"
	    "例え例え例     1  x\n"
	    "Zoë            2  y\n");
}

TEST(a_cell_cannot_steer_the_terminal_or_begin_a_row)
{
	const char *const cells[] = { "a\nb", "1", "\x1b[2J" };

	check_table(cells, 3,
	    "SERVICE  LEFT  NOTE\n"
	    "a\\x0ab      1  \\x1b[2J\n");
}

TEST(a_table_without_rows_is_nothing)
{
	check_table(NULL, 0, "");
}

TEST(a_table_has_room_for_many_rows)
{
	enum { ROWS = 100 };
	const char *cells[3 * ROWS];
	char want[64 + ROWS * 32] = "SERVICE  LEFT  NOTE\n";

	for (size_t i = 0; i < ROWS; i++) {
		cells[3 * i] = "a";
		cells[3 * i + 1] = "1";
		cells[3 * i + 2] = "z";
		strncat(want, "a           1  z\n", sizeof(want) - strlen(want) - 1);
	}
	check_table(cells, CS_COUNT(cells), want);
}

TEST_MAIN("cli/table")
