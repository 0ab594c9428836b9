/*
 * postgres.c - the driver for PostgreSQL and what speaks its protocol (libpq 15).
 *
 * Sockets are non-blocking and every wait has an end: a server that answers nothing costs an
 * operation its own time, never more. Parameters and results are binary; the server says the types
 * when a statement is prepared, and anything but int, text and bytea is refused then.
 */
#include "store/store_driver.h"

#include <endian.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

#define CHANNEL "countersign_change"
/* The server gives up by statement_timeout; this much later we stop waiting for it to say so. */
#define GRACE_MS 2000
/* For what has no operation behind it (opening, migrations). */
#define PATIENCE_MS 30000
/* Any constant: it only has to be the same on all nodes. */
#define MIGRATION_LOCK "5207463285"

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25 };

struct pg_conn {
	struct cs_conn base;
	PGconn *pg;
	unsigned prepared; /* names statements */
};

static struct pg_conn *
of(struct cs_conn *c)
{
	return (struct pg_conn *)c;
}

static int64_t
patience(const struct cs_conn *c)
{
	int64_t now = cs_store_monotonic_ms();
	return (c->give_up_at != 0 ? c->give_up_at : now + PATIENCE_MS) + GRACE_MS;
}

/* --- what the server said --- */

static enum cs_fault
classify(const char *sqlstate)
{
	static const struct {
		const char *prefix;
		enum cs_fault fault;
	} states[] = {
		{ "23505", CS_FAULT_CONFLICT }, /* unique_violation */
		{ "23503", CS_FAULT_CONFLICT }, /* foreign_key_violation */
		{ "23001", CS_FAULT_CONFLICT }, /* restrict_violation */
		{ "40001", CS_FAULT_RETRY }, /* serialization_failure */
		{ "40P01", CS_FAULT_RETRY }, /* deadlock_detected */
		{ "55P03", CS_FAULT_BUSY }, /* lock_not_available */
		{ "57014", CS_FAULT_BUSY }, /* query_canceled: statement_timeout */
		{ "53", CS_FAULT_BUSY }, /* insufficient_resources: memory, disk, connections */
		{ "25006", CS_FAULT_LOST }, /* read_only_sql_transaction: became a standby */
		{ "57P", CS_FAULT_LOST }, /* shutting down, crashed, starting up */
		{ "08", CS_FAULT_LOST }, /* connection exceptions */
		{ "25P03", CS_FAULT_LOST }, /* idle_in_transaction_session_timeout */
	};

	for (size_t i = 0; i < CS_COUNT(states); i++)
		if (strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) == 0)
			return states[i].fault;
	return CS_FAULT_OTHER;
}

static cs_err
lost(struct cs_conn *c)
{
	return cs_conn_fail(c, CS_FAULT_LOST, "", "", "");
}

/* res: the failed result. Only the primary message is logged: the detail quotes values. */
static cs_err
fail(struct cs_conn *c, const PGresult *res, const char *statement)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	if (PQstatus(of(c)->pg) == CONNECTION_BAD || state == NULL)
		return lost(c);
	return cs_conn_fail(c, classify(state), statement, state, message == NULL ? "" : message);
}

/* --- waiting with an end --- */

static bool
wait_socket(PGconn *pg, short events, int64_t give_up_at)
{
	struct pollfd p = { .fd = PQsocket(pg), .events = events };

	for (;;) {
		int64_t left = give_up_at - cs_store_monotonic_ms();
		if (p.fd < 0 || left <= 0)
			return false;
		int n = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

static bool
flush(PGconn *pg, int64_t give_up_at)
{
	int left;

	while ((left = PQflush(pg)) == 1) {
		if (!wait_socket(pg, POLLIN | POLLOUT, give_up_at) || PQconsumeInput(pg) == 0)
			return false;
	}
	return left == 0;
}

/* The next result; NULL at the end of the command (*is_lost false) or of the link. */
static PGresult *
next_result(struct cs_conn *c, bool *is_lost)
{
	PGconn *pg = of(c)->pg;
	int64_t give_up_at = patience(c);

	*is_lost = true;
	if (!flush(pg, give_up_at))
		return NULL;
	while (PQisBusy(pg)) {
		if (!wait_socket(pg, POLLIN, give_up_at))
			return NULL;
		if (PQconsumeInput(pg) == 0)
			break; /* PQgetResult says what the server said last, if anything */
	}
	*is_lost = false;
	return PQgetResult(pg);
}

/*
 * After a PQsend…: the last result, or the first that is an error. sent: what PQsend… returned.
 * Errors: a fault (the result, if any, is freed).
 */
static cs_err
await(struct cs_conn *c, int sent, const char *statement, PGresult **out)
{
	PGresult *last = NULL;
	bool is_lost = sent == 0;

	*out = NULL;
	while (!is_lost) {
		PGresult *r = next_result(c, &is_lost);
		if (r == NULL)
			break;
		bool is_error = last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR;
		PQclear(is_error ? r : last);
		last = is_error ? last : r;
	}
	cs_err e = CS_OK;
	if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR)
		e = fail(c, last, statement);
	else if (is_lost || last == NULL || PQstatus(of(c)->pg) == CONNECTION_BAD)
		e = lost(c);
	if (cs_failed(e)) {
		PQclear(last);
		return e;
	}
	*out = last;
	return CS_OK;
}

static cs_err
script(struct cs_conn *c, const char *text)
{
	PGresult *r;

	CS_TRY(await(c, PQsendQuery(of(c)->pg, text), text, &r));
	PQclear(r);
	return CS_OK;
}

/* --- opening --- */

static bool
connect_wait(PGconn *pg, int64_t give_up_at)
{
	PostgresPollingStatusType s = PGRES_POLLING_WRITING;

	while (s == PGRES_POLLING_READING || s == PGRES_POLLING_WRITING) {
		short events = s == PGRES_POLLING_READING ? POLLIN : POLLOUT;
		if (!wait_socket(pg, events, give_up_at))
			return false;
		s = PQconnectPoll(pg);
	}
	return s == PGRES_POLLING_OK;
}

static void
ignore_notice(void *ctx, const PGresult *res)
{
}

/* A link that died silently is noticed within half a minute even while it idles. The URL stands
 * last and so wins over these. */
static PGconn *
connect_start(const char *url)
{
	static const char *const names[] = { "application_name", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "tcp_user_timeout", "client_encoding",
		"dbname", NULL };
	const char *values[] = { "countersignd", "10", "5", "3", "15000", "UTF8", url, NULL };

	return PQconnectStartParams(names, values, 1);
}

static void
pg_close_conn(struct cs_conn **conn)
{
	if (*conn == NULL)
		return;
	cs_conn_free_stmts(*conn);
	PQfinish(of(*conn)->pg);
	free(*conn);
	*conn = NULL;
}

/*
 * Order and equality of text must be those of bytes, as on SQLite: the cluster's collation decides.
 * A server that acknowledges before it has written is told not to. Tables are small when they are
 * young: without indices each read would lock the whole table for SERIALIZABLE.
 */
static const char greet[] = "SELECT datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8')"
			    " AND pg_encoding_to_char(encoding) = 'UTF8',"
			    " CASE WHEN current_setting('synchronous_commit') = 'off'"
			    " THEN set_config('synchronous_commit', 'on', false) END,"
			    " set_config('enable_seqscan', 'off', false),"
			    " set_config('idle_in_transaction_session_timeout', '60000', false)"
			    " FROM pg_database WHERE datname = current_database()";

static cs_err
check_server(struct cs_conn *c)
{
	PGresult *r;

	CS_TRY(await(c, PQsendQuery(of(c)->pg, greet), "greet", &r));
	bool is_fit = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
	PQclear(r);
	if (is_fit)
		return CS_OK;
	CS_LOG(NULL, STORE_TARGET_REFUSED,
	    CS_F_C("reason", "the database must have encoding UTF8 and collation C"));
	return CS_FAIL(INVALID);
}

/* The URL holds a password and stays out of the log; libpq's text does not quote it. */
static cs_err
refused(PGconn *pg, const char *url)
{
	char *why = NULL;

	PQconninfoOption *parsed = PQconninfoParse(url, &why);
	bool is_url = parsed != NULL;
	PQconninfoFree(parsed);
	PQfreemem(why);
	if (!is_url) {
		CS_LOG(NULL, STORE_TARGET_REFUSED, CS_F_C("reason", "not a connection URL"));
		return CS_FAIL(INVALID);
	}
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
pg_open_conn(const char *target, enum cs_mode mode, int64_t give_up_at, struct cs_conn **out)
{
	CS_AUTO(pg_close_conn) struct cs_conn *c = calloc(1, sizeof(struct pg_conn));

	CS_ASSERT(c != NULL);
	*out = NULL;
	c->driver = &cs_driver_postgres;
	c->give_up_at = give_up_at;
	of(c)->pg = connect_start(target);
	CS_ASSERT(of(c)->pg != NULL);
	if (PQstatus(of(c)->pg) == CONNECTION_BAD || !connect_wait(of(c)->pg, give_up_at))
		return refused(of(c)->pg, target);
	PQsetNoticeReceiver(of(c)->pg, ignore_notice, NULL);
	if (PQsetnonblocking(of(c)->pg, 1) != 0)
		return CS_FAIL(UNAVAILABLE);
	CS_TRY(check_server(c));
	c->give_up_at = 0;
	*out = CS_TAKE(c);
	return CS_OK;
}

/* --- transactions --- */

/* A migration waits for its lock first and must then see what the one before it did. */
static const char *const isolation[] = {
	[CS_MODE_READ] = "REPEATABLE READ READ ONLY",
	[CS_MODE_WRITE] = "SERIALIZABLE READ WRITE",
	[CS_MODE_MIGRATE] = "READ COMMITTED READ WRITE",
};

static cs_err
pg_begin(struct cs_conn *c, enum cs_mode mode)
{
	char text[160];
	int64_t left = c->give_up_at == 0 ? 0 : c->give_up_at - cs_store_monotonic_ms();

	c->fault = CS_FAULT_NONE;
	c->mode = mode;
	if (c->give_up_at != 0 && left <= 0)
		return cs_conn_fail(c, CS_FAULT_BUSY, "", "", "");
	snprintf(text, sizeof(text), "BEGIN ISOLATION LEVEL %s; SET LOCAL statement_timeout = %lld",
	    isolation[mode], (long long)left);
	CS_TRY(script(c, text));
	if (mode == CS_MODE_MIGRATE)
		return script(c, "SELECT pg_advisory_xact_lock(" MIGRATION_LOCK ")");
	return CS_OK;
}

static void
pg_rollback(struct cs_conn *c)
{
	if (PQstatus(of(c)->pg) == CONNECTION_OK && c->fault != CS_FAULT_LOST)
		(void)cs_failed(script(c, "ROLLBACK"));
}

/*
 * An ERROR comes before the commit record is written; whatever else cuts the answer off (FATAL, a
 * dead link, silence) may have come after.
 */
static cs_err
pg_commit(struct cs_conn *c)
{
	PGresult *r;

	cs_err e = await(c, PQsendQuery(of(c)->pg, "COMMIT"), "COMMIT", &r);
	if (cs_failed(e))
		return c->fault == CS_FAULT_LOST && c->mode != CS_MODE_READ ? CS_FAIL(UNCERTAIN)
									    : e;
	bool is_committed = strcmp(PQcmdStatus(r), "COMMIT") == 0;
	PQclear(r);
	if (is_committed)
		return CS_OK;
	return cs_conn_fail(c, CS_FAULT_OTHER, "COMMIT", "", "the server rolled back instead");
}

/* --- statements --- */

static const char *
text_name(const struct cs_stmt *q)
{
	return q->name < 0 ? q->text : cs_query_name(q->name);
}

static bool
is_known_type(Oid t)
{
	return t == OID_INT8 || t == OID_INT4 || t == OID_TEXT || t == OID_BYTEA;
}

static cs_err
take_types(struct cs_stmt *q, const PGresult *r)
{
	int params = PQnparams(r);

	CS_ASSERT(params <= CS_PARAMS_MAX);
	q->declared_params = (unsigned)params;
	for (int i = 0; i < params; i++) {
		q->types[i] = PQparamtype(r, i);
		if (!is_known_type(q->types[i]))
			return cs_conn_fail(q->conn, CS_FAULT_OTHER, text_name(q), "type",
			    "a parameter is neither int, text nor bytea; cast it");
	}
	for (int i = 0; i < PQnfields(r); i++)
		if (!is_known_type(PQftype(r, i)) && PQftype(r, i) != OID_BOOL)
			return cs_conn_fail(q->conn, CS_FAULT_OTHER, text_name(q), "type",
			    "a column is neither int, bool, text nor bytea; cast it");
	return CS_OK;
}

/* Statements are named by their place in the connection; handle only says that this is done. */
static void
statement_name(const struct cs_stmt *q, char out[static 24])
{
	snprintf(out, 24, "q%lu", (unsigned long)(uintptr_t)q->handle);
}

static cs_err
pg_prepare(struct cs_stmt *q)
{
	struct pg_conn *c = of(q->conn);
	char name[24];
	PGresult *r;

	if (q->handle != NULL)
		return CS_OK;
	q->handle = (void *)(uintptr_t)++c->prepared;
	statement_name(q, name);
	cs_err e = await(q->conn, PQsendPrepare(c->pg, name, q->text, 0, NULL), text_name(q), &r);
	if (!cs_failed(e)) {
		PQclear(r);
		e = await(q->conn, PQsendDescribePrepared(c->pg, name), text_name(q), &r);
	}
	if (!cs_failed(e)) {
		e = take_types(q, r);
		PQclear(r);
	}
	if (cs_failed(e))
		q->handle = NULL;
	return e;
}

struct pg_params {
	const char *values[CS_PARAMS_MAX];
	int lengths[CS_PARAMS_MAX];
	int formats[CS_PARAMS_MAX];
	union {
		uint32_t i4;
		uint64_t i8;
	} numbers[CS_PARAMS_MAX];
};

static bool
encode_int(struct pg_params *p, unsigned i, int64_t num, unsigned type)
{
	if (type == OID_INT4) {
		p->numbers[i].i4 = htobe32((uint32_t)(int32_t)num);
		p->values[i] = (const char *)&p->numbers[i].i4;
		p->lengths[i] = 4;
		return num >= INT32_MIN && num <= INT32_MAX;
	}
	p->numbers[i].i8 = htobe64((uint64_t)num);
	p->values[i] = (const char *)&p->numbers[i].i8;
	p->lengths[i] = 8;
	return type == OID_INT8;
}

static bool
encode(struct pg_params *p, unsigned i, const struct cs_value *v, unsigned type)
{
	p->formats[i] = 1;
	if (v->kind == CS_VALUE_NULL) {
		p->values[i] = NULL;
		p->lengths[i] = 0;
		return true;
	}
	if (v->kind == CS_VALUE_INT)
		return encode_int(p, i, v->num, type);
	p->values[i] = (const char *)v->bytes.p;
	p->lengths[i] = (int)v->bytes.len;
	return v->bytes.len <= INT32_MAX &&
	       type == (v->kind == CS_VALUE_TEXT ? OID_TEXT : OID_BYTEA);
}

static cs_err
execute(struct cs_stmt *q)
{
	struct pg_params p;
	char name[24];
	PGresult *r;

	for (unsigned i = 0; i < q->param_count; i++)
		if (!encode(&p, i, &q->params[i], q->types[i]))
			return cs_conn_fail(q->conn, CS_FAULT_OTHER, text_name(q), "type",
			    "a parameter was bound with another type than the statement has");
	statement_name(q, name);
	CS_TRY(await(q->conn,
	    PQsendQueryPrepared(
		of(q->conn)->pg, name, (int)q->param_count, p.values, p.lengths, p.formats, 1),
	    text_name(q), &r));
	q->result = r;
	q->row = -1;
	char *end;
	q->affected = strtoll(PQcmdTuples(r), &end, 10);
	return CS_OK;
}

static cs_err
pg_step(struct cs_stmt *q, bool *has_row)
{
	*has_row = false;
	if (q->result == NULL)
		CS_TRY(execute(q));
	q->row++;
	*has_row = q->row < PQntuples(q->result);
	return CS_OK;
}

static int
pg_column_total(const struct cs_stmt *q)
{
	return PQnfields(q->result);
}

static int64_t
decode_int(const char *p, int len)
{
	uint64_t i8;
	uint32_t i4;

	switch (len) {
	case 1: /* bool */
		return p[0] != 0;
	case 4:
		memcpy(&i4, p, sizeof(i4));
		return (int32_t)be32toh(i4);
	default:
		CS_ASSERT(len == 8);
		memcpy(&i8, p, sizeof(i8));
		return (int64_t)be64toh(i8);
	}
}

static struct cs_value
pg_column_value(const struct cs_stmt *q, int column)
{
	struct cs_value v = { .kind = CS_VALUE_NULL };
	const PGresult *r = q->result;

	if (PQgetisnull(r, q->row, column))
		return v;
	const char *p = PQgetvalue(r, q->row, column);
	int len = PQgetlength(r, q->row, column);
	switch (PQftype(r, column)) {
	case OID_TEXT:
		v.kind = CS_VALUE_TEXT;
		v.bytes = CS_SPAN(p, (size_t)len);
		break;
	case OID_BYTEA:
		v.kind = CS_VALUE_BYTES;
		v.bytes = CS_SPAN(p, (size_t)len);
		break;
	default:
		v.kind = CS_VALUE_INT;
		v.num = decode_int(p, len);
		break;
	}
	return v;
}

static cs_err
pg_reset_stmt(struct cs_stmt *q)
{
	PQclear(q->result);
	q->result = NULL;
	return CS_OK;
}

/* The server forgets its part with the connection. */
static void
pg_forget(struct cs_stmt *q)
{
	(void)cs_failed(pg_reset_stmt(q));
}

/* --- announcements --- */

static cs_err
pg_notify(struct cs_conn *c)
{
	return script(c, "NOTIFY " CHANNEL);
}

static int
pg_listen(struct cs_conn *c)
{
	c->fault = CS_FAULT_NONE;
	return cs_failed(script(c, "LISTEN " CHANNEL)) ? -1 : PQsocket(of(c)->pg);
}

static bool
pg_listened(struct cs_conn *c, bool *out_any)
{
	PGnotify *n;

	*out_any = false;
	if (PQconsumeInput(of(c)->pg) == 0)
		return false;
	while ((n = PQnotifies(of(c)->pg)) != NULL) {
		*out_any = true;
		PQfreemem(n);
	}
	return PQstatus(of(c)->pg) == CONNECTION_OK;
}

const struct cs_driver cs_driver_postgres = {
	.name = "postgresql",
	.has_one_writer = false,
	.dialect = {
	    .blob = "BYTEA",
	    .integer = "BIGINT",
	    .strict = "",
	    .clustered = "",
	    .id_zero = "'\\x00000000000000000000000000000000'",
	    .find_table = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
			  " AND CAST(tablename AS TEXT) = $1",
	},
	.open = pg_open_conn,
	.close = pg_close_conn,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.script = script,
	.prepare = pg_prepare,
	.step = pg_step,
	.column = pg_column_value,
	.column_count = pg_column_total,
	.reset = pg_reset_stmt,
	.forget = pg_forget,
	.notify = pg_notify,
	.listen = pg_listen,
	.listened = pg_listened,
};
