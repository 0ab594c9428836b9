/*
 * contract.c - runs the registered cases, each on a fresh database.
 */
#include "contract.h"

#include "database.h"
#include "store/migrate.h"
#include "store/store_parts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define CASES_MAX 512

struct contract_case {
	const char *name;
	contract_fn *fn;
	enum contract_where where;
};

static struct contract_case cases[CASES_MAX];
static size_t case_count;

void
contract_register(const char *name, contract_fn *fn, enum contract_where where)
{
	CS_ASSERT(case_count < CASES_MAX);
	cases[case_count++] = (struct contract_case){ name, fn, where };
}

/* --- what a case is given --- */

struct cs_store *
contract_open(const struct contract *t, const char *url)
{
	struct cs_store_config cfg = { .url = cs_str_c(url), .readers = 8 };
	struct cs_store *s = NULL;

	CHECK_OK(cs_store_open_migrated(&cfg, &s));
	return s;
}

static void
add_accounts(struct contract *t)
{
	static const char text[] =
	    "INSERT INTO account (id, name, auth_host, created) VALUES ($1, 'tenant', NULL, 0)";

	for (int i = 1; i <= 2; i++) {
		cs_id *id = i == 1 ? &t->account : &t->other;
		*id = (cs_id){ { (uint8_t)i } };
		contract_begin(t);
		CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(t->conn, text);
		cs_bind_id(q, *id);
		CHECK_OK(cs_sql_swap(q));
		contract_commit(t);
	}
}

static void
ensure_conn(struct contract *t)
{
	const struct cs_driver *d = t->is_postgres ? &cs_driver_postgres : &cs_driver_sqlite;
	const char *target = t->is_postgres ? t->url : t->url + strlen("sqlite:");

	if (t->conn == NULL)
		CHECK_OK(d->open(target, CS_MODE_WRITE, cs_store_monotonic_ms() + 60000, &t->conn));
}

struct cs_tx *
contract_begin(struct contract *t)
{
	ensure_conn(t);
	CS_ASSERT(t->tx == NULL);
	CHECK_OK(t->conn->driver->begin(t->conn, CS_MODE_WRITE));
	t->conn->op = &t->op;
	t->tx = calloc(1, sizeof(*t->tx));
	*t->tx = (struct cs_tx){ .store = t->store, .conn = t->conn, .op = &t->op };
	return t->tx;
}

static void
end_tx(struct contract *t)
{
	t->conn->op = NULL;
	free(t->tx);
	t->tx = NULL;
}

void
contract_commit(struct contract *t)
{
	CHECK_OK(cs_conn_finish_stmts(t->conn));
	CHECK_OK(t->conn->driver->commit(t->conn));
	end_tx(t);
}

void
contract_rollback(struct contract *t)
{
	(void)cs_failed(cs_conn_finish_stmts(t->conn));
	t->conn->driver->rollback(t->conn);
	t->conn->fault = CS_FAULT_NONE;
	end_tx(t);
}

void
contract_script(struct contract *t, const char *sql)
{
	ensure_conn(t);
	CHECK_OK(t->conn->driver->script(t->conn, sql));
}

int64_t
contract_count(struct contract *t, const char *sql)
{
	ensure_conn(t);
	CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(t->conn, sql);
	CHECK_OK(cs_sql_one(q));
	int64_t n = cs_col_i64(q, 0);
	CHECK_OK(cs_sql_end(q));
	return n;
}

/* --- one case --- */

/* cmocka hands over the case in the state's place. */
static int
set_up(void **state)
{
	const struct contract_case *c = *state;
	struct contract *t = calloc(1, sizeof(*t));

	*state = t;
	t->run = c->fn;
	t->arena = cs_arena_new(64 * 1024 * 1024);
	t->rng = &cs_random_system;
	t->op.now = (cs_time){ 1795305600000 };
	t->op.deadline = cs_time_add(t->op.now, 60000);
	t->op.arena = t->arena;
	t->op.id = cs_id_new(t->rng);
	t->is_postgres = test_database_new(t->url, sizeof(t->url), true);
	t->store = contract_open(t, t->url);
	add_accounts(t);
	return 0;
}

static int
tear_down(void **state)
{
	struct contract *t = *state;

	if (t->tx != NULL)
		contract_rollback(t);
	if (t->conn != NULL)
		t->conn->driver->close(&t->conn);
	cs_store_close(&t->store);
	test_database_drop(t->url);
	cs_arena_free(&t->arena);
	free(t);
	return 0;
}

static void
run_case(void **state)
{
	struct contract *t = *state;

	t->run(t);
}

static bool
runs_here(const struct contract_case *c, bool is_postgres, const char *filter)
{
	if (filter != NULL && strstr(c->name, filter) == NULL)
		return false;
	return c->where == CONTRACT_BOTH || (c->where == CONTRACT_POSTGRES) == is_postgres;
}

int
main(int argc, char **argv)
{
	static struct CMUnitTest tests[CASES_MAX];
	size_t count = 0;
	bool is_postgres = test_database_is_postgres();
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* What a case provokes is logged; only with a filter does anybody want to read it. */
	cs_log_init(argc > 1 ? 2 : quiet, CS_LEVEL_INFO);
	for (size_t i = 0; i < case_count; i++)
		if (runs_here(&cases[i], is_postgres, argc > 1 ? argv[1] : NULL))
			tests[count++] = (struct CMUnitTest){ cases[i].name, run_case, set_up,
				tear_down, &cases[i] };
	int rc = _cmocka_run_group_tests("store", tests, count, NULL, NULL);
	test_database_clean();
	return rc;
}
