/*
 * migrate_contract.c - every earlier state of the schema, filled with rows, becomes the newest one
 * and keeps them.
 */
#include "contract.h"

#include "database.h"
#include "store/migrate.h"
#include "store/store_parts.h"

#include <stdlib.h>

#define TABLES_MAX 128

struct table {
	char name[64];
	int64_t rows;
};

struct census {
	struct table tables[TABLES_MAX];
	size_t count;
};

/* Another database than the case's own, whose schema is the newest already. */
struct bench {
	char url[CONTRACT_URL_MAX];
	struct cs_conn *conn;
	struct cs_op op;
};

static const char list_sqlite[] = "SELECT name FROM sqlite_master WHERE type = 'table' AND name "
				  "NOT LIKE 'sqlite_%' ORDER BY name";
static const char list_postgres[] = "SELECT CAST(tablename AS TEXT) FROM pg_tables"
				    " WHERE schemaname = current_schema() ORDER BY tablename";

static void
bench_open(struct contract *t, struct bench *b)
{
	const struct cs_driver *d = t->is_postgres ? &cs_driver_postgres : &cs_driver_sqlite;

	*b = (struct bench){ .op = t->op };
	test_database_new(b->url, sizeof(b->url), false);
	const char *target = t->is_postgres ? b->url : b->url + strlen("sqlite:");
	CHECK_OK(d->open(target, CS_MODE_WRITE, cs_store_monotonic_ms() + 60000, &b->conn));
}

static void
bench_close(struct bench *b)
{
	if (b->conn != NULL)
		b->conn->driver->close(&b->conn);
	test_database_drop(b->url);
}

static int64_t
count_rows(struct bench *b, const char *table)
{
	char text[128];

	snprintf(text, sizeof(text), "SELECT count(*) FROM %s", table);
	CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(b->conn, text);
	CHECK_OK(cs_sql_one(q));
	int64_t n = cs_col_i64(q, 0);
	CHECK_OK(cs_sql_end(q));
	return n;
}

static void
take_census(struct bench *b, struct census *c)
{
	CS_AUTO(cs_stmt_free)
	struct cs_stmt *q =
	    cs_stmt_new(b->conn, b->conn->driver->has_one_writer ? list_sqlite : list_postgres);
	struct cs_tx tx = { .conn = b->conn, .op = &b->op };
	bool has_row;

	c->count = 0;
	q->tx = &tx;
	for (;;) {
		CHECK_OK(cs_sql_step(q, &has_row));
		if (!has_row)
			break;
		cs_str name = cs_col_str(q, 0);
		CS_ASSERT(c->count < TABLES_MAX && name.len < sizeof(c->tables[0].name));
		memcpy(c->tables[c->count++].name, name.p, name.len + 1);
	}
	for (size_t i = 0; i < c->count; i++)
		c->tables[i].rows = count_rows(b, c->tables[i].name);
}

static int64_t
rows_of(const struct census *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->tables[i].name, name) == 0)
			return c->tables[i].rows;
	return -1;
}

/* The rows that states/NNNN_NAME.sql has for the tables of a migration. */
static void
fill(struct bench *b, const struct cs_migration *m)
{
	char path[512];
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(1024 * 1024);

	snprintf(path, sizeof(path), CONTRACT_STATES "/%04d_%s.sql", m->number, m->name);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		print_error("%s is missing: write some rows for this migration's tables\n", path);
	CHECK(f != NULL);
	char *text = cs_arena_alloc(arena, 256 * 1024);
	size_t len = fread(text, 1, 256 * 1024 - 1, f);
	fclose(f);
	CHECK(len > 0);
	char *sql = cs_migration_expand(&b->conn->driver->dialect, text);
	CHECK_OK(b->conn->driver->script(b->conn, sql));
	free(sql);
}

static bool
is_bookkeeping(const char *table)
{
	return strcmp(table, "schema_migration") == 0;
}

/* State `from`, with rows in every table, to the newest: the same rows are still there. */
static void
check_from(struct contract *t, size_t from)
{
	struct census before, after;
	struct bench b;

	bench_open(t, &b);
	for (size_t i = 1; i <= from; i++) {
		CHECK_OK(cs_migrate(b.conn, i));
		fill(&b, &cs_migrations[i - 1]);
	}
	take_census(&b, &before);
	for (size_t i = 0; i < before.count; i++) {
		if (before.tables[i].rows == 0)
			print_error("%s is empty at state %zu\n", before.tables[i].name, from);
		CHECK(before.tables[i].rows > 0);
	}
	CHECK_OK(cs_migrate(b.conn, cs_migration_count));
	CHECK_OK(cs_migrate_check(b.conn));
	take_census(&b, &after);
	for (size_t i = 0; i < before.count; i++) {
		int64_t rows = rows_of(&after, before.tables[i].name);
		if (is_bookkeeping(before.tables[i].name))
			CHECK_INT(rows, (int64_t)cs_migration_count);
		else if (rows != before.tables[i].rows)
			print_error("%s: %lld rows were %lld\n", before.tables[i].name,
			    (long long)rows, (long long)before.tables[i].rows);
		CHECK(is_bookkeeping(before.tables[i].name) || rows == before.tables[i].rows);
	}
	bench_close(&b);
}

CONTRACT(every_earlier_state_becomes_the_newest_and_keeps_its_rows)
{
	for (size_t from = 1; from <= cs_migration_count; from++)
		check_from(t, from);
}

CONTRACT(migrating_twice_changes_nothing)
{
	struct census once, twice;
	struct bench b;

	bench_open(t, &b);
	CHECK_OK(cs_migrate(b.conn, cs_migration_count));
	take_census(&b, &once);
	CHECK_OK(cs_migrate(b.conn, cs_migration_count));
	take_census(&b, &twice);
	CHECK_INT(once.count, twice.count);
	CHECK_INT(rows_of(&twice, "schema_migration"), (int64_t)cs_migration_count);
	bench_close(&b);
}

CONTRACT(a_new_database_has_the_server_realm)
{
	CHECK_INT(contract_count(t, "SELECT count(*) FROM account WHERE name = 'server'"), 1);
	contract_begin(t);
	CS_AUTO(cs_stmt_free)
	struct cs_stmt *q = cs_stmt_new(t->conn, "SELECT id FROM account WHERE name = 'server'");
	CHECK_OK(cs_sql_one(q));
	CHECK(cs_id_is_zero(cs_col_id(q, 0)));
	CHECK_OK(cs_sql_end(q));
	contract_rollback(t);
}

static void
check_conflict(struct contract *t, const char *sql)
{
	struct cs_store_config cfg = { .url = cs_str_c(t->url), .readers = 1 };
	struct cs_store *s;

	contract_script(t, sql);
	CHECK_ERR(cs_store_open(&cfg, &s), CONFLICT);
	CHECK_ERR(cs_store_open_migrated(&cfg, &s), CONFLICT);
}

CONTRACT(a_migration_with_another_text_is_refused)
{
	/* one checksum becomes another's */
	check_conflict(t, "UPDATE schema_migration SET checksum = (SELECT m.checksum FROM"
			  " schema_migration m WHERE m.number = 2) WHERE number = 1");
}

CONTRACT(a_newer_database_is_refused)
{
	check_conflict(t, "INSERT INTO schema_migration (number, name, checksum)"
			  " SELECT 9999, name, checksum FROM schema_migration WHERE number = 1");
}

CONTRACT(an_older_database_is_opened_only_by_migrating)
{
	struct cs_store_config cfg = { .readers = 1 };
	struct cs_store *s;
	struct bench b;

	bench_open(t, &b);
	cfg.url = cs_str_c(b.url);
	CHECK_ERR(cs_store_open(&cfg, &s), CONFLICT);
	CHECK_OK(cs_migrate(b.conn, 1));
	CHECK_ERR(cs_store_open(&cfg, &s), CONFLICT);
	CHECK_OK(cs_store_open_migrated(&cfg, &s));
	cs_store_close(&s);
	CHECK_OK(cs_store_open(&cfg, &s));
	cs_store_close(&s);
	bench_close(&b);
}

/* --- several nodes starting at once --- */

struct starter {
	const char *url;
	pthread_t thread;
	cs_err result;
};

static void *
start_main(void *arg)
{
	struct starter *s = arg;
	struct cs_store_config cfg = { .url = cs_str_c(s->url), .readers = 1 };
	struct cs_store *store;

	s->result = cs_store_open_migrated(&cfg, &store);
	cs_store_close(&store);
	return NULL;
}

CONTRACT(nodes_that_start_at_once_migrate_once)
{
	struct starter s[6];
	struct bench b;

	bench_open(t, &b);
	for (size_t i = 0; i < CS_COUNT(s); i++) {
		s[i].url = b.url;
		pthread_create(&s[i].thread, NULL, start_main, &s[i]);
	}
	for (size_t i = 0; i < CS_COUNT(s); i++) {
		pthread_join(s[i].thread, NULL);
		CHECK_OK(s[i].result);
	}
	CHECK_INT(count_rows(&b, "schema_migration"), (int64_t)cs_migration_count);
	bench_close(&b);
}

/* --- foreign keys while a table is rebuilt --- */

CONTRACT_ON(CONTRACT_SQLITE, rebuilding_a_parent_table_keeps_its_children)
{
	static const char rebuild[] =
	    "CREATE TABLE account2 (id BLOB PRIMARY KEY NOT NULL, name TEXT NOT"
	    " NULL, auth_host TEXT UNIQUE, created INTEGER NOT NULL) STRICT;"
	    "INSERT INTO account2 SELECT * FROM account; DROP TABLE account;"
	    "ALTER TABLE account2 RENAME TO account";
	struct bench b;

	bench_open(t, &b);
	CHECK_OK(cs_migrate(b.conn, 1));
	fill(&b, &cs_migrations[0]);
	int64_t children = count_rows(&b, "setting");
	CHECK_OK(b.conn->driver->begin(b.conn, CS_MODE_MIGRATE));
	CHECK_OK(b.conn->driver->script(b.conn, rebuild));
	CHECK_OK(b.conn->driver->commit(b.conn));
	CHECK_INT(count_rows(&b, "setting"), children);
	bench_close(&b);
}

CONTRACT_ON(CONTRACT_SQLITE, a_migration_that_would_orphan_rows_is_undone)
{
	struct bench b;

	bench_open(t, &b);
	CHECK_OK(cs_migrate(b.conn, 1));
	fill(&b, &cs_migrations[0]);
	int64_t parents = count_rows(&b, "account");
	CHECK_OK(b.conn->driver->begin(b.conn, CS_MODE_MIGRATE));
	CHECK_OK(b.conn->driver->script(b.conn, "DELETE FROM account"));
	CHECK_ERR(b.conn->driver->commit(b.conn), STORE);
	b.conn->driver->rollback(b.conn);
	CHECK_INT(count_rows(&b, "account"), parents);
	/* and keys are enforced again */
	b.conn->fault = CS_FAULT_NONE;
	CHECK_ERR(b.conn->driver->script(b.conn, "DELETE FROM account"), CONFLICT);
	bench_close(&b);
}

/* The check reads the whole database: with a million users it is most of a start. */
CONTRACT_ON(CONTRACT_SQLITE, a_start_with_nothing_to_apply_does_not_read_every_row)
{
	struct bench b;

	bench_open(t, &b);
	CHECK_OK(cs_migrate(b.conn, cs_migration_count));
	CHECK_OK(b.conn->driver->script(b.conn, "PRAGMA foreign_keys = OFF;"
						"INSERT INTO setting SELECT x'01', 'k', 'v';"));
	CHECK_OK(b.conn->driver->script(b.conn, "PRAGMA foreign_keys = ON"));
	CHECK_OK(cs_migrate(b.conn, cs_migration_count));
	/* nothing is open, and keys are enforced again */
	CHECK_ERR(
	    b.conn->driver->script(b.conn, "INSERT INTO setting SELECT x'02', 'k', 'v'"), CONFLICT);
	bench_close(&b);
}
