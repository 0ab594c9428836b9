#include "cli/program/terminal.h"

#define GAP 2 /* between columns */
#define COLUMN_MIN 3

void
cs_table_init(struct cs_table *t, struct cs_arena *a, const struct cs_table_column *columns,
    size_t column_count)
{
	CS_ASSERT(column_count <= CS_TABLE_COLUMNS_MAX);
	*t = (struct cs_table){ .arena = a, .columns = columns, .column_count = column_count };
}

void
cs_table_add(struct cs_table *t, cs_str cell)
{
	if (t->cell_count == t->cell_room) {
		size_t room = t->cell_room == 0 ? 64 : 2 * t->cell_room;
		cs_str *cells = CS_NEW_ARRAY(t->arena, cs_str, room);
		if (t->cell_count > 0)
			memcpy(cells, t->cells, t->cell_count * sizeof(*cells));
		t->cells = cells;
		t->cell_room = room;
	}
	t->cells[t->cell_count++] = cs_terminal_text(t->arena, cell);
}

static void
measure(const struct cs_table *t, size_t *widths)
{
	for (size_t c = 0; c < t->column_count; c++)
		widths[c] = cs_terminal_width(cs_str_c(t->columns[c].title));
	for (size_t i = 0; i < t->cell_count; i++) {
		size_t width = cs_terminal_width(t->cells[i]);
		if (width > widths[i % t->column_count])
			widths[i % t->column_count] = width;
	}
}

/* Take from the widest column that may be cut, a column of the screen at a time, until all fits. */
static void
squeeze(const struct cs_table *t, size_t *widths, size_t room)
{
	for (;;) {
		size_t sum = GAP * (t->column_count - 1);
		size_t widest = t->column_count;
		for (size_t c = 0; c < t->column_count; c++) {
			sum += widths[c];
			if (t->columns[c].may_be_cut && widths[c] > COLUMN_MIN &&
			    (widest == t->column_count || widths[c] > widths[widest]))
				widest = c;
		}
		if (sum <= room || widest == t->column_count)
			return;
		widths[widest]--;
	}
}

static void
pad(FILE *to, size_t count)
{
	static const char spaces[] = "                                ";

	for (; count > sizeof(spaces) - 1; count -= sizeof(spaces) - 1)
		fwrite(spaces, 1, sizeof(spaces) - 1, to);
	fwrite(spaces, 1, count, to);
}

static void
show_cell(const struct cs_table *t, FILE *to, size_t c, size_t width, cs_str cell)
{
	size_t taken = cs_terminal_width(cell);
	bool is_cut = taken > width;
	bool is_last = c + 1 == t->column_count;

	if (is_cut) {
		cell = cs_terminal_fit(cell, width - 1);
		taken = cs_terminal_width(cell) + 1;
	}
	if (t->columns[c].is_right)
		pad(to, width - taken);
	fwrite(cell.p, 1, cell.len, to);
	if (is_cut)
		fputs("…", to);
	if (!is_last)
		pad(to, GAP + (t->columns[c].is_right ? 0 : width - taken));
}

void
cs_table_show(const struct cs_table *t, FILE *to)
{
	size_t widths[CS_TABLE_COLUMNS_MAX];

	if (t->cell_count == 0)
		return;
	measure(t, widths);
	if (cs_terminal_is_out())
		squeeze(t, widths, cs_terminal_columns());
	fputs(cs_style(to, CS_STYLE_BOLD), to);
	for (size_t c = 0; c < t->column_count; c++)
		show_cell(t, to, c, widths[c], cs_str_c(t->columns[c].title));
	fprintf(to, "%s\n", cs_style(to, CS_STYLE_NONE));
	for (size_t i = 0; i < t->cell_count; i++) {
		size_t c = i % t->column_count;
		show_cell(t, to, c, widths[c], t->cells[i]);
		if (c + 1 == t->column_count)
			fputc('\n', to);
	}
}
