/*
 * sql.h - for people who write verbs (NOUN_store.c), not for callers of the store.
 *
 * The set of statements is closed: rows Q(NAME, "text") of queries/NOUN.def, listed by queries.def.
 * One text serves SQLite and PostgreSQL. Parameters are $1, $2, … in order of first appearance.
 * All statements are prepared when the store opens, so a typing error is a failed start.
 *
 *     struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SESSION_FIND);
 *     cs_bind_id(q, account);
 *     cs_bind_span(q, hash);
 *     CS_TRY(cs_sql_one(q));              // NOT_FOUND when there is no row
 *     out->id = cs_col_id(q, 0);
 *     return cs_sql_end(q);               // not needed on an error path
 *
 * Binding goes left to right: each call binds the next parameter. Errors of binding and of columns
 * are sticky in the statement and come out of cs_sql_one/step/exec/end. Spans and texts are borrowed
 * until the statement runs.
 *
 * A violated UNIQUE or FOREIGN KEY constraint is CONFLICT and, as any error that the database itself
 * reports, ends the transaction: every later statement of it fails likewise and nothing is kept,
 * even if the closure returns OK. To go on after a collision write ON CONFLICT DO NOTHING and look
 * at the rows affected (cs_sql_swap), which is an answer and ends nothing.
 */
#ifndef CS_STORE_SQL_H
#define CS_STORE_SQL_H

#include "base/time.h"
#include "store/store.h"

enum cs_query {
#define Q(NAME, TEXT) CS_Q_##NAME,
#include "store/queries.def"
#undef Q
	CS_Q_COUNT
};

struct cs_stmt;

/* Never NULL; one statement of each name at a time per transaction. */
struct cs_stmt *cs_sql_begin(struct cs_tx *tx, enum cs_query name);

void cs_bind_i64(struct cs_stmt *q, int64_t v);
void cs_bind_bool(struct cs_stmt *q, bool v);
void cs_bind_time(struct cs_stmt *q, cs_time t);
void cs_bind_id(struct cs_stmt *q, cs_id id);
void cs_bind_span(struct cs_stmt *q, cs_span bytes); /* BLOB / BYTEA */
void cs_bind_str(struct cs_stmt *q, cs_str text); /* TEXT; {NULL,0} binds the empty text */
void cs_bind_null(struct cs_stmt *q);

/* For statements that return rows. *has_row false: done. */
cs_err cs_sql_step(struct cs_stmt *q, bool *has_row);
/*
 * The same for a loop: whether there is another row. false too when it failed, or what was read of the
 * row before: cs_sql_end tells, and has to be asked. Behind a bound on how many are wanted:
 *
 *     while (count < MAX && cs_sql_next(q))
 *             read_thing(q, &list[count++]);
 *     *out_count = count;
 *     return cs_sql_end(q);
 */
bool cs_sql_next(struct cs_stmt *q);
/* Exactly the first row. Errors: NOT_FOUND. */
cs_err cs_sql_one(struct cs_stmt *q);
/* For statements that return none. *rows: affected. */
cs_err cs_sql_exec(struct cs_stmt *q, int64_t *rows);
/* NOT_FOUND unless exactly one row was affected. */
cs_err cs_sql_exec_one(struct cs_stmt *q);
/*
 * Room in tx's arena for element count of a list whose length is not known before: *list is moved
 * as it doubles. Errors: LIMIT (count is most already, or the arena's cap).
 */
cs_err cs_sql_grow(struct cs_tx *tx, void **list, size_t size, size_t count, size_t most);
/*
 * A pattern for LIKE … ESCAPE '!': text as it is written, between head and tail ("%" or ""). Nothing
 * for nothing, where either is "%". In the arena.
 */
cs_str cs_sql_like(struct cs_arena *a, const char *head, cs_str text, const char *tail);
/* A compare-and-swap: CONFLICT unless exactly one row was affected. */
cs_err cs_sql_swap(struct cs_stmt *q);
/* Affects any number of rows. */
cs_err cs_sql_run(struct cs_stmt *q);
cs_err cs_sql_end(struct cs_stmt *q);

/* Columns of the current row, from 0; text and bytes are copied into the operation's arena. */
int64_t cs_col_i64(struct cs_stmt *q, int column);
bool cs_col_bool(struct cs_stmt *q, int column);
cs_time cs_col_time(struct cs_stmt *q, int column);
cs_id cs_col_id(struct cs_stmt *q, int column); /* NULL reads as zero */
cs_str cs_col_str(struct cs_stmt *q, int column);
cs_span cs_col_span(struct cs_stmt *q, int column);
/* Exactly len bytes, or the statement fails with STORE. */
void cs_col_bytes(struct cs_stmt *q, int column, uint8_t *out, size_t len);
bool cs_col_is_null(struct cs_stmt *q, int column);

#endif
