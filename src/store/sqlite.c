/*
 * sqlite.c - the embedded driver. WAL, synchronous=FULL: a COMMIT that returned is on disk.
 */
#include "store/store_driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

/* What surrounds every unit of work, prepared once. */
enum control {
	BEGIN_READ,
	BEGIN_WRITE,
	COMMIT,
	ROLLBACK,
	SAVEPOINT,
	RELEASE,
	ROLLBACK_TO,
	CONTROLS
};

static const char *const control_text[CONTROLS] = {
	[BEGIN_READ] = "BEGIN",
	[BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
	[SAVEPOINT] = "SAVEPOINT unit",
	[RELEASE] = "RELEASE unit",
	[ROLLBACK_TO] = "ROLLBACK TO unit",
};

struct sqlite_conn {
	struct cs_conn base;
	sqlite3 *db;
	sqlite3_stmt *controls[CONTROLS];
};

static struct sqlite_conn *
of(struct cs_conn *c)
{
	return (struct sqlite_conn *)c;
}

static enum cs_fault
classify(int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_FOREIGNKEY:
	case SQLITE_CONSTRAINT_TRIGGER: /* what ON DELETE RESTRICT says */
		return CS_FAULT_CONFLICT;
	default:
		break;
	}
	switch (extended & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_INTERRUPT:
		return CS_FAULT_BUSY;
	default:
		return CS_FAULT_OTHER;
	}
}

static cs_err
fail(struct cs_conn *c, int rc, const char *statement)
{
	return cs_conn_fail(
	    c, classify(rc), statement, sqlite3_errstr(rc), sqlite3_errmsg(of(c)->db));
}

static cs_err
script(struct cs_conn *c, const char *text)
{
	int rc = sqlite3_exec(of(c)->db, text, NULL, NULL, NULL);
	return rc == SQLITE_OK ? CS_OK : fail(c, rc, text);
}

/* An SQLite result code. */
static int
run_control(struct cs_conn *c, enum control which)
{
	sqlite3_stmt **st = &of(c)->controls[which];
	int rc = SQLITE_OK;

	if (*st == NULL)
		rc = sqlite3_prepare_v3(
		    of(c)->db, control_text[which], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(*st);
	sqlite3_reset(*st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static cs_err
control(struct cs_conn *c, enum control which)
{
	int rc = run_control(c, which);
	return rc == SQLITE_OK ? CS_OK : fail(c, rc, control_text[which]);
}

/* --- opening --- */

/* Give up between steps of a long statement when the operation has run out of time. */
static int
check_time(void *ctx)
{
	const struct cs_conn *c = ctx;
	return c->give_up_at != 0 && cs_store_monotonic_ms() > c->give_up_at;
}

/*
 * Nobody else may read the file, whatever the umask; the WAL takes its mode over. A file that is
 * there is not opened: closing it again would let go of every lock that this process holds on it
 * (POSIX), and another programme that looks into the database would then believe itself alone and
 * remove the WAL under the writer.
 */
static cs_err
create_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		return CS_OK;
	}
	if (errno == EEXIST && faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0)
		return CS_OK;
	CS_LOG(NULL, STORE_TARGET_REFUSED, CS_F_C("file", path), CS_F_C("reason", strerror(errno)));
	return CS_FAIL(UNAVAILABLE);
}

/* Double quotes are names only, no schema can run code, no file can be loaded as code. */
static bool
harden(sqlite3 *db)
{
	static const struct {
		int option;
		int on;
	} options[] = {
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	};

	for (size_t i = 0; i < CS_COUNT(options); i++)
		if (sqlite3_db_config(db, options[i].option, options[i].on, NULL) != SQLITE_OK)
			return false;
	return true;
}

/*
 * No mmap and small caches: the system's page cache serves all connections at once. The writer's
 * holds a full batch, or it would spill to the log in the middle. Fewer checkpoints than SQLite's own
 * 4 MiB of log, since most pages of a sign-in come again soon.
 */
static const char writer_pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				     "PRAGMA secure_delete = ON; PRAGMA cache_size = -8192;"
				     "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
				     "PRAGMA wal_autocheckpoint = 4000;"
				     "PRAGMA journal_size_limit = 67108864;";
static const char reader_pragmas[] = "PRAGMA cache_size = -1024; PRAGMA mmap_size = 0;"
				     "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;";

static bool
has_wal(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	bool is_wal = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		is_wal = strcmp((const char *)sqlite3_column_text(st, 0), "wal") == 0;
	sqlite3_finalize(st);
	return is_wal;
}

/* How long another process's lock is waited for. Whoever migrates may take every step in turn. */
#define BUSY_MS 5000
#define BUSY_MIGRATING_MS 60000

static cs_err
set_up(struct sqlite_conn *c, enum cs_mode mode)
{
	sqlite3_busy_timeout(c->db, BUSY_MS);
	if (!harden(c->db))
		return CS_FAIL(STORE);
	if (mode == CS_MODE_READ) {
		sqlite3_progress_handler(c->db, 10000, check_time, c);
		return script(&c->base, reader_pragmas);
	}
	CS_TRY(script(&c->base, writer_pragmas));
	/* Some file systems cannot share memory; then the pragma leaves another mode in place. */
	return has_wal(c->db) ? CS_OK : CS_FAIL(STORE);
}

static void
sqlite_close_conn(struct cs_conn **conn)
{
	if (*conn == NULL)
		return;
	cs_conn_free_stmts(*conn);
	for (int i = 0; i < CONTROLS; i++)
		sqlite3_finalize(of(*conn)->controls[i]);
	sqlite3_close(of(*conn)->db);
	free(*conn);
	*conn = NULL;
}

static cs_err
sqlite_open_conn(const char *target, enum cs_mode mode, int64_t give_up_at, struct cs_conn **out)
{
	CS_AUTO(sqlite_close_conn) struct cs_conn *c = NULL;

	*out = NULL;
	CS_TRY(create_file(target));
	c = calloc(1, sizeof(struct sqlite_conn));
	CS_ASSERT(c != NULL);
	c->driver = &cs_driver_sqlite;
	int rc = sqlite3_open_v2(target, &of(c)->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		SQLITE_OPEN_EXRESCODE,
	    NULL);
	if (rc == SQLITE_OK && cs_failed(set_up(of(c), mode)))
		rc = SQLITE_CANTOPEN;
	if (rc != SQLITE_OK) {
		CS_LOG(NULL, STORE_TARGET_REFUSED, CS_F_C("file", target),
		    CS_F_C("reason", sqlite3_errstr(rc)));
		return CS_FAIL(UNAVAILABLE);
	}
	*out = CS_TAKE(c);
	return CS_OK;
}

/* --- transactions --- */

static cs_err
sqlite_begin(struct cs_conn *c, enum cs_mode mode)
{
	c->fault = CS_FAULT_NONE;
	c->is_rolled_back = false;
	c->mode = mode;
	if (mode == CS_MODE_READ)
		return control(c, BEGIN_READ);
	if (mode == CS_MODE_WRITE)
		return control(c, BEGIN_WRITE);
	/* Inside a transaction the pragma is ignored, and dropping a table would empty its
	 * children: it has to come first. */
	CS_TRY(script(c, "PRAGMA foreign_keys = OFF"));
	sqlite3_busy_timeout(of(c)->db, BUSY_MIGRATING_MS);
	return script(c, "BEGIN EXCLUSIVE");
}

static void
end_migration(struct cs_conn *c)
{
	if (c->mode == CS_MODE_MIGRATE) {
		(void)sqlite3_exec(of(c)->db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
		sqlite3_busy_timeout(of(c)->db, BUSY_MS);
	}
	c->mode = CS_MODE_READ;
}

/* What a migration left must hold although the keys were not enforced meanwhile. */
static cs_err
check_keys(struct cs_conn *c)
{
	sqlite3_stmt *st = NULL;

	int rc = sqlite3_prepare_v2(of(c)->db, "PRAGMA foreign_key_check", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	sqlite3_finalize(st);
	if (rc == SQLITE_DONE)
		return CS_OK;
	return cs_conn_fail(c, CS_FAULT_OTHER, "foreign_key_check", sqlite3_errstr(rc),
	    "a migration would leave rows without their parents");
}

static void
sqlite_rollback(struct cs_conn *c)
{
	if (!sqlite3_get_autocommit(of(c)->db))
		(void)run_control(c, ROLLBACK);
	end_migration(c);
}

static cs_err
sqlite_commit(struct cs_conn *c)
{
	c->fault = CS_FAULT_NONE;
	if (c->mode == CS_MODE_MIGRATE)
		CS_TRY(check_keys(c));
	int rc = run_control(c, COMMIT);
	if (rc == SQLITE_OK) {
		end_migration(c);
		return CS_OK;
	}
	cs_err e = fail(c, rc, "COMMIT");
	/* The frames may or may not have reached the disk before the error. */
	if (c->mode != CS_MODE_READ && c->fault != CS_FAULT_BUSY)
		e = CS_FAIL(UNCERTAIN);
	sqlite_rollback(c);
	return e;
}

static cs_err
sqlite_savepoint(struct cs_conn *c)
{
	c->fault = CS_FAULT_NONE;
	return control(c, SAVEPOINT);
}

static cs_err
sqlite_release(struct cs_conn *c)
{
	return control(c, RELEASE);
}

static cs_err
sqlite_rollback_to(struct cs_conn *c)
{
	c->fault = CS_FAULT_NONE;
	/* After a full disk or an I/O error SQLite may have undone the whole transaction. */
	c->is_rolled_back = sqlite3_get_autocommit(of(c)->db) != 0;
	if (c->is_rolled_back)
		return CS_FAIL(STORE);
	CS_TRY(control(c, ROLLBACK_TO));
	return control(c, RELEASE);
}

/* --- statements --- */

/* $1 would be a name, numbered by first appearance; ?1 is the number. */
static void
number_params(const char *text, char *out)
{
	for (; *text != '\0'; text++)
		*out++ = *text == '$' ? '?' : *text;
	*out = '\0';
}

static cs_err
sqlite_prepare(struct cs_stmt *q)
{
	if (q->handle != NULL)
		return CS_OK;
	char *text = malloc(strlen(q->text) + 1);
	CS_ASSERT(text != NULL);
	number_params(q->text, text);
	sqlite3_stmt *st = NULL;
	int rc =
	    sqlite3_prepare_v3(of(q->conn)->db, text, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
	free(text);
	if (rc != SQLITE_OK)
		return fail(q->conn, rc, q->name < 0 ? q->text : cs_query_name(q->name));
	q->handle = st;
	q->declared_params = (unsigned)sqlite3_bind_parameter_count(st);
	CS_ASSERT(q->declared_params <= CS_PARAMS_MAX);
	return CS_OK;
}

static int
bind_one(sqlite3_stmt *st, int index, const struct cs_value *v)
{
	switch (v->kind) {
	case CS_VALUE_NULL:
		break;
	case CS_VALUE_INT:
		return sqlite3_bind_int64(st, index, v->num);
	case CS_VALUE_TEXT:
		return sqlite3_bind_text64(
		    st, index, (const char *)v->bytes.p, v->bytes.len, SQLITE_STATIC, SQLITE_UTF8);
	case CS_VALUE_BYTES:
		return sqlite3_bind_blob64(st, index, v->bytes.p, v->bytes.len, SQLITE_STATIC);
	}
	return sqlite3_bind_null(st, index);
}

static cs_err
bind_all(struct cs_stmt *q)
{
	for (unsigned i = 0; i < q->param_count; i++) {
		int rc = bind_one(q->handle, (int)i + 1, &q->params[i]);
		if (rc != SQLITE_OK)
			return fail(q->conn, rc, cs_query_name(q->name));
	}
	q->row = 0;
	return CS_OK;
}

static cs_err
sqlite_step(struct cs_stmt *q, bool *has_row)
{
	*has_row = false;
	if (q->row == 0)
		CS_TRY(bind_all(q));
	q->row++;
	int rc = sqlite3_step(q->handle);
	if (rc == SQLITE_ROW) {
		*has_row = true;
		return CS_OK;
	}
	if (rc != SQLITE_DONE)
		return fail(q->conn, rc, q->name < 0 ? q->text : cs_query_name(q->name));
	q->affected = sqlite3_changes64(of(q->conn)->db);
	return CS_OK;
}

static int
sqlite_column_total(const struct cs_stmt *q)
{
	return sqlite3_column_count(q->handle);
}

static struct cs_value
sqlite_column_value(const struct cs_stmt *q, int column)
{
	sqlite3_stmt *st = q->handle;
	struct cs_value v = { .kind = CS_VALUE_NULL };

	switch (sqlite3_column_type(st, column)) {
	case SQLITE_INTEGER:
		v.kind = CS_VALUE_INT;
		v.num = sqlite3_column_int64(st, column);
		break;
	case SQLITE_TEXT:
		v.kind = CS_VALUE_TEXT;
		v.bytes.p = sqlite3_column_text(st, column);
		v.bytes.len = (size_t)sqlite3_column_bytes(st, column);
		break;
	case SQLITE_BLOB:
		v.kind = CS_VALUE_BYTES;
		v.bytes.p = sqlite3_column_blob(st, column);
		v.bytes.len = (size_t)sqlite3_column_bytes(st, column);
		break;
	default:
		break;
	}
	return v;
}

/* A RETURNING statement that is not stepped to its end would hold up the commit. */
static cs_err
sqlite_reset_stmt(struct cs_stmt *q)
{
	sqlite3_stmt *st = q->handle;
	int rc = SQLITE_ROW;

	if (q->row == 0 || st == NULL)
		return CS_OK;
	q->row = 0;
	if (!sqlite3_stmt_readonly(st) && sqlite3_stmt_busy(st))
		while (rc == SQLITE_ROW)
			rc = sqlite3_step(st);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return fail(q->conn, rc, cs_query_name(q->name));
	return CS_OK;
}

static void
sqlite_forget(struct cs_stmt *q)
{
	sqlite3_finalize(q->handle);
	q->handle = NULL;
}

/* --- announcements: one process, so change_wait.c needs no help --- */

static cs_err
sqlite_notify(struct cs_conn *c)
{
	return CS_OK;
}

static int
sqlite_listen(struct cs_conn *c)
{
	return -1;
}

static bool
sqlite_listened(struct cs_conn *c, bool *out_any)
{
	*out_any = false;
	return true;
}

const struct cs_driver cs_driver_sqlite = {
	.name = "sqlite",
	.has_one_writer = true,
	.dialect = {
	    .blob = "BLOB",
	    .integer = "INTEGER",
	    .strict = "STRICT",
	    .clustered = "STRICT, WITHOUT ROWID",
	    .id_zero = "x'00000000000000000000000000000000'",
	    .find_table = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
	},
	.open = sqlite_open_conn,
	.close = sqlite_close_conn,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.savepoint = sqlite_savepoint,
	.release = sqlite_release,
	.rollback_to = sqlite_rollback_to,
	.script = script,
	.prepare = sqlite_prepare,
	.step = sqlite_step,
	.column = sqlite_column_value,
	.column_count = sqlite_column_total,
	.reset = sqlite_reset_stmt,
	.forget = sqlite_forget,
	.notify = sqlite_notify,
	.listen = sqlite_listen,
	.listened = sqlite_listened,
};
