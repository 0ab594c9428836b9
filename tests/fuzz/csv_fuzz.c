/*
 * csv_fuzz.c - rows of any text: never past its end, and a row that is written again reads the same.
 */
#include "proto/csv.h"

#include "fuzz.h"

static void
check_again(struct cs_arena *a, const struct cs_csv_row *row)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_csv_row again;
	struct cs_csv csv;

	cs_buf_init(&b, 64 << 20);
	/* A field in front, since a byte order mark there would be none of the row's. */
	cs_csv_add(&b, CS_STR("x"), true);
	for (size_t i = 0; i < row->count; i++)
		cs_csv_add(&b, row->fields[i], false);
	CS_ASSERT(!cs_failed(cs_csv_begin(cs_buf_span(&b), &csv)));
	csv.separator = ',';
	cs_err e = cs_csv_next(&csv, a, &again);
	if (cs_is(e, CS_E_LIMIT)) /* marks that are doubled now, one field more */
		return;
	CS_ASSERT(!cs_failed(e) && again.count == row->count + 1);
	for (size_t i = 0; i < row->count; i++)
		CS_ASSERT(cs_str_equal(again.fields[i + 1], row->fields[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_arena *a = cs_arena_new(64 << 20);
	struct cs_csv_row row;
	struct cs_csv csv;
	size_t rows = 0;

	if (!cs_failed(cs_csv_begin(CS_SPAN(data, size), &csv)))
		while (!cs_failed(cs_csv_next(&csv, a, &row))) {
			CS_ASSERT(row.count >= 1 && row.count <= CS_CSV_FIELDS_MAX);
			CS_ASSERT(++rows <= size);
			check_again(a, &row);
		}
	cs_arena_free(&a);
	return 0;
}
