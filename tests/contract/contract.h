/*
 * contract.h - what every case of the store's contract suite is given.
 *
 * One program runs on the database that CS_TEST_DATABASE names ("sqlite:" or a PostgreSQL URL), each
 * case on a database of its own with the newest schema. A noun's cases are in NOUN_contract.c:
 *
 *     CONTRACT(a_setting_is_found_again)
 *     {
 *             struct cs_tx *tx = contract_begin(t);
 *             CHECK_OK(cs_setting_set(tx, t->account, CS_STR("a"), CS_STR("1")));
 *             contract_commit(t);
 *     }
 */
#ifndef CS_TESTS_CONTRACT_H
#define CS_TESTS_CONTRACT_H

#include "test.h"

#include "base/log.h"
#include "crypto/random.h"
#include "store/store.h"

#define CONTRACT_URL_MAX 512

struct contract;
typedef void contract_fn(struct contract *t);

struct contract {
	contract_fn *run;
	char url[CONTRACT_URL_MAX];
	bool is_postgres;
	struct cs_store *store;
	struct cs_arena *arena;
	struct cs_op op; /* now is 2026-11-22, ten seconds to the deadline */
	const struct cs_random *rng; /* the system's */
	cs_id account, other; /* two tenants that exist */
	struct cs_conn *conn; /* of contract_begin */
	struct cs_tx *tx;
};

/*
 * A write transaction outside the store's own, so that a case reads from top to bottom. One at a
 * time. After a failed verb of the kind that ends a transaction: contract_rollback.
 */
struct cs_tx *contract_begin(struct contract *t);
void contract_commit(struct contract *t);
void contract_rollback(struct contract *t);

/* Another node on the same database; close it yourself. */
struct cs_store *contract_open(const struct contract *t, const char *url);
/* A second tenant-like row etc.: several statements of plain SQL, without results. */
void contract_script(struct contract *t, const char *sql);
/* The first column of the first row. */
int64_t contract_count(struct contract *t, const char *sql);

enum contract_where { CONTRACT_BOTH, CONTRACT_POSTGRES, CONTRACT_SQLITE };
void contract_register(const char *name, contract_fn *fn, enum contract_where where);

#define CONTRACT_ON(WHERE, NAME) \
	static void NAME(struct contract *t); \
	__attribute__((constructor)) static void NAME##_register_(void) \
	{ \
		contract_register(#NAME, NAME, (WHERE)); \
	} \
	static void NAME([[maybe_unused]] struct contract *t)
#define CONTRACT(NAME) CONTRACT_ON(CONTRACT_BOTH, NAME)

#endif
