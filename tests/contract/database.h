/*
 * database.h - throw-away databases for tests, by CS_TEST_DATABASE:
 *     sqlite:                            files in a temporary folder
 *     postgresql://…/postgres?…          databases of that server (see with-postgres)
 */
#ifndef CS_TESTS_DATABASE_H
#define CS_TESTS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

bool test_database_is_postgres(void);
/* A new database; has_schema: with all migrations applied already. Says whether PostgreSQL. */
bool test_database_new(char *url, size_t len, bool has_schema);
void test_database_drop(const char *url);
/* At the end of the program. */
void test_database_clean(void);

#endif
