#include "store/sql.h"

#include "store/store_parts.h"

#include <stdlib.h>

static const char *const query_text[CS_Q_COUNT] = {
#define Q(NAME, TEXT) [CS_Q_##NAME] = TEXT,
#include "store/queries.def"
#undef Q
};

static const char *const query_name[CS_Q_COUNT] = {
#define Q(NAME, TEXT) [CS_Q_##NAME] = #NAME,
#include "store/queries.def"
#undef Q
};

const char *
cs_query_name(int name)
{
	return name >= 0 && name < CS_Q_COUNT ? query_name[name] : "(other)";
}

cs_err
cs_fault_error(enum cs_fault f)
{
	switch (f) {
	case CS_FAULT_NONE:
		return CS_OK;
	case CS_FAULT_CONFLICT:
		return CS_FAIL(CONFLICT);
	case CS_FAULT_RETRY:
	case CS_FAULT_BUSY:
	case CS_FAULT_LOST:
		return CS_FAIL(UNAVAILABLE);
	case CS_FAULT_OTHER:
		break;
	}
	return CS_FAIL(STORE);
}

cs_err
cs_conn_fail(struct cs_conn *c, enum cs_fault f, const char *statement, const char *code,
    const char *message)
{
	/* The first fault is the cause; what follows in a dead transaction only repeats it. */
	if (c->fault != CS_FAULT_NONE && c->fault != CS_FAULT_CONFLICT && f != CS_FAULT_LOST)
		return cs_fault_error(c->fault);
	c->fault = f;
	if (f == CS_FAULT_OTHER)
		CS_LOG(c->op, STORE_FAILED, CS_F_C("statement", statement), CS_F_C("code", code),
		    CS_F_C("message", message));
	return cs_fault_error(f);
}

/* --- statements of a connection --- */

struct cs_stmt *
cs_stmt_new(struct cs_conn *c, const char *text)
{
	struct cs_stmt *q = calloc(1, sizeof(*q));
	CS_ASSERT(q != NULL);
	q->conn = c;
	q->text = text;
	q->name = -1;
	q->error = c->driver->prepare(q);
	return q;
}

void
cs_stmt_free(struct cs_stmt **q)
{
	if (*q == NULL)
		return;
	(*q)->conn->driver->forget(*q);
	free(*q);
	*q = NULL;
}

struct cs_stmt *
cs_conn_stmt(struct cs_conn *c, enum cs_query name)
{
	CS_ASSERT(name < CS_Q_COUNT);
	struct cs_stmt *q = c->stmts[name];
	if (q == NULL) {
		q = calloc(1, sizeof(*q));
		CS_ASSERT(q != NULL);
		q->conn = c;
		q->text = query_text[name];
		q->name = (int)name;
		c->stmts[name] = q;
	}
	return q;
}

cs_err
cs_conn_prepare_all(struct cs_conn *c)
{
	for (int i = 0; i < CS_Q_COUNT; i++)
		CS_TRY(c->driver->prepare(cs_conn_stmt(c, (enum cs_query)i)));
	return CS_OK;
}

static cs_err
finish(struct cs_stmt *q)
{
	q->has_row = false;
	if (!q->is_started)
		return CS_OK;
	q->is_started = false;
	return q->conn->driver->reset(q);
}

cs_err
cs_conn_finish_stmts(struct cs_conn *c)
{
	cs_err first = CS_OK;

	for (int i = 0; i < CS_Q_COUNT; i++) {
		if (c->stmts[i] == NULL || !c->stmts[i]->is_started)
			continue;
		cs_err e = cs_sql_end(c->stmts[i]);
		if (!cs_failed(first))
			first = e;
	}
	return first;
}

void
cs_conn_free_stmts(struct cs_conn *c)
{
	for (int i = 0; i < CS_Q_COUNT; i++)
		cs_stmt_free(&c->stmts[i]);
}

/* --- binding --- */

struct cs_stmt *
cs_sql_begin(struct cs_tx *tx, enum cs_query name)
{
	struct cs_stmt *q = cs_conn_stmt(tx->conn, name);
	cs_err left = finish(q);

	q->tx = tx;
	q->param_count = 0;
	q->affected = 0;
	q->error = cs_fault_error(tx->conn->fault);
	if (!cs_failed(q->error))
		q->error = left;
	if (!cs_failed(q->error))
		q->error = tx->conn->driver->prepare(q);
	return q;
}

static struct cs_value *
next_param(struct cs_stmt *q)
{
	CS_ASSERT(q->param_count < CS_PARAMS_MAX && !q->is_started);
	struct cs_value *v = &q->params[q->param_count++];
	*v = (struct cs_value){ .kind = CS_VALUE_NULL };
	return v;
}

void
cs_bind_i64(struct cs_stmt *q, int64_t v)
{
	*next_param(q) = (struct cs_value){ .kind = CS_VALUE_INT, .num = v };
}

void
cs_bind_bool(struct cs_stmt *q, bool v)
{
	cs_bind_i64(q, v ? 1 : 0);
}

void
cs_bind_time(struct cs_stmt *q, cs_time t)
{
	cs_bind_i64(q, t.ms);
}

void
cs_bind_id(struct cs_stmt *q, cs_id id)
{
	struct cs_value *v = next_param(q);
	v->kind = CS_VALUE_BYTES;
	v->id = id;
	v->bytes = cs_id_span(&v->id);
}

/* Neither database's binding takes NULL for "empty": it would become NULL. */
static cs_span
never_null(cs_span bytes)
{
	return bytes.p == NULL ? CS_SPAN("", 0) : bytes;
}

void
cs_bind_span(struct cs_stmt *q, cs_span bytes)
{
	*next_param(q) = (struct cs_value){ .kind = CS_VALUE_BYTES, .bytes = never_null(bytes) };
}

void
cs_bind_str(struct cs_stmt *q, cs_str text)
{
	*next_param(q) =
	    (struct cs_value){ .kind = CS_VALUE_TEXT, .bytes = never_null(cs_str_span(text)) };
}

void
cs_bind_null(struct cs_stmt *q)
{
	next_param(q);
}

/* --- running --- */

cs_err
cs_sql_step(struct cs_stmt *q, bool *has_row)
{
	*has_row = false;
	q->has_row = false;
	CS_TRY(q->error);
	if (!q->is_started)
		CS_ASSERT(q->param_count == q->declared_params);
	q->is_started = true;
	q->error = q->conn->driver->step(q, has_row);
	q->has_row = *has_row;
	if (!*has_row && !cs_failed(q->error))
		q->error = finish(q);
	return q->error;
}

bool
cs_sql_next(struct cs_stmt *q)
{
	bool has_row;

	return !cs_failed(cs_sql_step(q, &has_row)) && has_row;
}

cs_err
cs_sql_one(struct cs_stmt *q)
{
	bool has_row;

	CS_TRY(cs_sql_step(q, &has_row));
	return has_row ? CS_OK : CS_FAIL(NOT_FOUND);
}

cs_err
cs_sql_exec(struct cs_stmt *q, int64_t *rows)
{
	bool has_row = true;

	*rows = 0;
	while (has_row)
		CS_TRY(cs_sql_step(q, &has_row));
	*rows = q->affected;
	return CS_OK;
}

cs_err
cs_sql_exec_one(struct cs_stmt *q)
{
	int64_t rows;

	CS_TRY(cs_sql_exec(q, &rows));
	return rows == 1 ? CS_OK : CS_FAIL(NOT_FOUND);
}

cs_err
cs_sql_grow(struct cs_tx *tx, void **list, size_t size, size_t count, size_t most)
{
	bool is_full = count == 0 || (count >= 16 && (count & (count - 1)) == 0);
	if (count >= most)
		return CS_FAIL(LIMIT);
	if (!is_full)
		return CS_OK;
	void *p = NULL;
	CS_TRY(cs_arena_try(cs_tx_op(tx)->arena, (count == 0 ? 16 : count * 2) * size, &p));
	if (count != 0)
		memcpy(p, *list, count * size);
	*list = p;
	return CS_OK;
}

cs_str
cs_sql_like(struct cs_arena *a, const char *head, cs_str text, const char *tail)
{
	char *p = cs_arena_alloc(a, 2 * text.len + 2);
	size_t len = 0;

	if (text.len == 0 && (head[0] == '%' || tail[0] == '%'))
		return CS_STR("");
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '!')
			p[len++] = '!';
		p[len++] = text.p[i];
	}
	return cs_arena_printf(a, "%s%.*s%s", head, CS_STR_ARG(((cs_str){ p, len })), tail);
}

cs_err
cs_sql_swap(struct cs_stmt *q)
{
	int64_t rows;

	CS_TRY(cs_sql_exec(q, &rows));
	return rows == 1 ? CS_OK : CS_FAIL(CONFLICT);
}

cs_err
cs_sql_run(struct cs_stmt *q)
{
	int64_t rows;

	return cs_sql_exec(q, &rows);
}

cs_err
cs_sql_end(struct cs_stmt *q)
{
	cs_err e = finish(q);

	if (!cs_failed(q->error))
		q->error = e;
	return q->error;
}

/* --- columns --- */

static void
spoil(struct cs_stmt *q, cs_err e)
{
	if (!cs_failed(q->error))
		q->error = e;
}

/* A column of one kind, or NULL; anything else is a schema or statement mistake. */
static struct cs_value
column_of(struct cs_stmt *q, int column, int kind)
{
	static const struct cs_value none = { .kind = CS_VALUE_NULL };

	CS_ASSERT(q->has_row && column < q->conn->driver->column_count(q));
	struct cs_value v = q->conn->driver->column(q, column);
	if (v.kind == CS_VALUE_NULL || (int)v.kind == kind)
		return v;
	spoil(q, cs_conn_fail(q->conn, CS_FAULT_OTHER, cs_query_name(q->name), "column",
		     "a column has another type than the code expects"));
	return none;
}

int64_t
cs_col_i64(struct cs_stmt *q, int column)
{
	return column_of(q, column, CS_VALUE_INT).num;
}

bool
cs_col_bool(struct cs_stmt *q, int column)
{
	return cs_col_i64(q, column) != 0;
}

cs_time
cs_col_time(struct cs_stmt *q, int column)
{
	return (cs_time){ cs_col_i64(q, column) };
}

void
cs_col_bytes(struct cs_stmt *q, int column, uint8_t *out, size_t len)
{
	memset(out, 0, len);
	cs_span got = column_of(q, column, CS_VALUE_BYTES).bytes;
	if (got.len == len)
		memcpy(out, got.p, len);
	else
		spoil(q, cs_conn_fail(q->conn, CS_FAULT_OTHER, cs_query_name(q->name), "column",
			     "bytes of another length than the code expects"));
}

cs_id
cs_col_id(struct cs_stmt *q, int column)
{
	cs_id id = cs_id_zero;

	if (!cs_col_is_null(q, column))
		cs_col_bytes(q, column, id.b, sizeof(id.b));
	return id;
}

/* Sized by what is stored, so it may exceed what the operation's arena has room for: LIMIT. */
static cs_span
copied(struct cs_stmt *q, cs_span bytes)
{
	struct cs_arena *a = q->tx->op->arena;
	void *p = NULL;
	cs_err e = CS_OK;

	if (bytes.len >= cs_arena_room(a))
		e = CS_FAIL(LIMIT);
	else
		e = cs_arena_try(a, bytes.len + 1, &p);
	if (cs_failed(e)) {
		spoil(q, e);
		return CS_SPAN("", 0);
	}
	if (bytes.len != 0)
		memcpy(p, bytes.p, bytes.len);
	return CS_SPAN(p, bytes.len);
}

cs_str
cs_col_str(struct cs_stmt *q, int column)
{
	cs_span s = copied(q, column_of(q, column, CS_VALUE_TEXT).bytes);
	return (cs_str){ (const char *)s.p, s.len };
}

cs_span
cs_col_span(struct cs_stmt *q, int column)
{
	return copied(q, column_of(q, column, CS_VALUE_BYTES).bytes);
}

bool
cs_col_is_null(struct cs_stmt *q, int column)
{
	CS_ASSERT(q->has_row && column < q->conn->driver->column_count(q));
	return q->conn->driver->column(q, column).kind == CS_VALUE_NULL;
}
