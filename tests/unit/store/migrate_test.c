#include "store/migrate.h"

#include "test.h"

#include <ctype.h>
#include <stdlib.h>

static void
check_expands(const struct cs_dialect *d, const char *text, const char *want)
{
	char *got = cs_migration_expand(d, text);

	assert_string_equal(got, want);
	free(got);
}

TEST(words_become_those_of_the_database)
{
	static const char text[] = "CREATE TABLE t (a {BLOB} NOT NULL, b {INT}) {STRICT};";

	check_expands(
	    &cs_driver_sqlite.dialect, text, "CREATE TABLE t (a BLOB NOT NULL, b INTEGER) STRICT;");
	check_expands(
	    &cs_driver_postgres.dialect, text, "CREATE TABLE t (a BYTEA NOT NULL, b BIGINT) ;");
	check_expands(&cs_driver_sqlite.dialect, "{CLUSTERED}{CLUSTERED}",
	    "STRICT, WITHOUT ROWIDSTRICT, WITHOUT ROWID");
	check_expands(&cs_driver_sqlite.dialect, "", "");
	check_expands(&cs_driver_sqlite.dialect, "SELECT 1", "SELECT 1");
}

TEST(migrations_are_numbered_without_gaps)
{
	CHECK(cs_migration_count >= 1);
	for (size_t i = 0; i < cs_migration_count; i++)
		CHECK_INT(cs_migrations[i].number, (int)i + 1);
}

/* What SQLite would take silently and PostgreSQL would not. */
TEST(migrations_name_no_type_of_one_database)
{
	static const char *const words[] = { "BIGINT", "INTEGER", "BYTEA", " BLOB", "VARCHAR",
		"AUTOINCREMENT", "SERIAL", "DEFERR", "now()", "CURRENT_TIMESTAMP" };

	for (size_t i = 0; i < cs_migration_count; i++)
		for (size_t w = 0; w < CS_COUNT(words); w++)
			if (strstr(cs_migrations[i].text, words[w]) != NULL)
				fail_msg("%s: %s", cs_migrations[i].name, words[w]);
}

TEST(every_table_of_a_migration_is_strict)
{
	for (size_t i = 0; i < cs_migration_count; i++) {
		const char *at = cs_migrations[i].text;
		while ((at = strstr(at, "CREATE TABLE")) != NULL) {
			const char *end = strstr(at, ";");
			CHECK(end != NULL);
			cs_str table = { at, (size_t)(end - at) };
			CHECK(cs_str_ends(table, CS_STR("{STRICT}")) ||
			      cs_str_ends(table, CS_STR("{CLUSTERED}")));
			at = end;
		}
	}
}

TEST_MAIN("store/migrate")
