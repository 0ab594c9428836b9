/*
 * store_driver.h - the seam between the store and its two databases.
 *
 * A connection is used by one thread at a time. Everything above the seam (transactions, verbs,
 * migrations) is written once. A driver classifies what its database says into a cs_fault, which
 * stays on the connection until the transaction ends: after a fault the transaction is dead on both
 * databases, though SQLite would go on.
 */
#ifndef CS_STORE_STORE_DRIVER_H
#define CS_STORE_STORE_DRIVER_H

#include "base/log.h"
#include "store/sql.h"

enum cs_fault {
	CS_FAULT_NONE = 0,
	CS_FAULT_CONFLICT, /* a UNIQUE or FOREIGN KEY constraint */
	CS_FAULT_RETRY, /* serialisation failure or deadlock: run the whole unit again */
	CS_FAULT_BUSY, /* another process holds the lock, or time ran out */
	CS_FAULT_LOST, /* the connection is gone: close it */
	CS_FAULT_OTHER, /* logged with its facts */
};

struct cs_value {
	enum { CS_VALUE_NULL = 0, CS_VALUE_INT, CS_VALUE_TEXT, CS_VALUE_BYTES } kind;
	int64_t num;
	cs_span bytes; /* text and bytes; borrowed */
	cs_id id; /* home of bytes for ids, which are bound by value */
};

#define CS_PARAMS_MAX 32

/* One statement on one connection; its parameters are collected here and bound at once. */
struct cs_stmt {
	struct cs_conn *conn;
	struct cs_tx *tx; /* NULL outside transactions */
	const char *text;
	int name; /* enum cs_query; -1: not of the closed set (migrations, tests) */
	cs_err error; /* sticky */
	unsigned param_count;
	struct cs_value params[CS_PARAMS_MAX];
	int64_t affected; /* known when done */
	bool is_started;
	bool has_row;
	/* the driver's own */
	void *handle; /* sqlite3_stmt, or a note that it is prepared */
	void *result; /* PGresult */
	int row;
	unsigned types[CS_PARAMS_MAX];
	unsigned declared_params;
};

enum cs_mode {
	CS_MODE_READ,
	CS_MODE_WRITE,
	CS_MODE_MIGRATE, /* alone in the database; foreign keys are checked at the end */
};

struct cs_dialect {
	const char *blob, *integer, *strict, *clustered, *id_zero;
	const char *find_table; /* $1: counts tables of that name */
};

struct cs_conn {
	const struct cs_driver *driver;
	enum cs_fault fault;
	enum cs_mode mode; /* of the transaction that is open */
	int64_t give_up_at; /* monotonic ms; 0: never */
	const struct cs_op *op; /* for log lines; NULL outside operations */
	bool is_rolled_back; /* the database ended the transaction by itself */
	struct cs_stmt *stmts[CS_Q_COUNT];
};

struct cs_driver {
	const char *name;
	bool has_one_writer;
	struct cs_dialect dialect;

	/* target: the URL (PostgreSQL) or path (SQLite). mode WRITE also serves MIGRATE.
	 * Errors: INVALID (the target can never work), UNAVAILABLE. */
	cs_err (*open)(
	    const char *target, enum cs_mode mode, int64_t give_up_at, struct cs_conn **out);
	void (*close)(struct cs_conn **c);

	/* The following leave a fault on the connection when they fail. */
	cs_err (*begin)(struct cs_conn *c, enum cs_mode mode);
	/* UNCERTAIN: sent, but nobody knows. */
	cs_err (*commit)(struct cs_conn *c);
	void (*rollback)(struct cs_conn *c);
	/* Only where has_one_writer. */
	cs_err (*savepoint)(struct cs_conn *c);
	cs_err (*release)(struct cs_conn *c);
	cs_err (*rollback_to)(struct cs_conn *c);

	/* Several statements without parameters. */
	cs_err (*script)(struct cs_conn *c, const char *text);
	cs_err (*prepare)(struct cs_stmt *q);
	/* The first call binds and executes. */
	cs_err (*step)(struct cs_stmt *q, bool *has_row);
	struct cs_value (*column)(const struct cs_stmt *q, int column);
	int (*column_count)(const struct cs_stmt *q);
	/* Ready for the next execution; a writing statement is run to its end first. */
	cs_err (*reset)(struct cs_stmt *q);
	void (*forget)(struct cs_stmt *q);

	/* Announce a change to other nodes when the transaction commits. */
	cs_err (*notify)(struct cs_conn *c);
	/* Announcements on a connection that serves nothing else; fd -1: there are none. */
	int (*listen)(struct cs_conn *c);
	/* Takes what came; false: the connection is gone. */
	bool (*listened)(struct cs_conn *c, bool *out_any);
};

extern const struct cs_driver cs_driver_sqlite;
extern const struct cs_driver cs_driver_postgres;

int64_t cs_store_monotonic_ms(void);
/* What a fault is to callers. */
cs_err cs_fault_error(enum cs_fault f);
/* Sets the fault, logs an OTHER with its facts, returns the error. code: the database's own. */
cs_err cs_conn_fail(struct cs_conn *c, enum cs_fault f, const char *statement, const char *code,
    const char *message);
/* The statement's name in the closed set, for logs. */
const char *cs_query_name(int name);

/* A statement outside the closed set: migrations and tests. Free with cs_stmt_free. */
struct cs_stmt *cs_stmt_new(struct cs_conn *c, const char *text);
void cs_stmt_free(struct cs_stmt **q);
/* Opens a statement of the closed set on a connection, prepared on first use. */
struct cs_stmt *cs_conn_stmt(struct cs_conn *c, enum cs_query name);
/* Prepares every statement. Errors: STORE. */
cs_err cs_conn_prepare_all(struct cs_conn *c);
/* Ends what a closure left open. */
cs_err cs_conn_finish_stmts(struct cs_conn *c);
void cs_conn_free_stmts(struct cs_conn *c);

#endif
