/*
 * migrate.h - forward-only schema steps, embedded from migrations/.
 *
 * Each is applied in a transaction of its own, alone in the database, and recorded with the SHA-256
 * of its text before the dialect's words are filled in.
 */
#ifndef CS_STORE_MIGRATE_H
#define CS_STORE_MIGRATE_H

#include "store/store_driver.h"

struct cs_migration {
	int number;
	const char *name;
	const char *text;
};

extern const struct cs_migration cs_migrations[];
extern const size_t cs_migration_count;

/*
 * Bring the schema to state `upto` (at most cs_migration_count; tests stop earlier).
 * Errors: CONFLICT (a checksum differs, or the database is newer), STORE.
 */
cs_err cs_migrate(struct cs_conn *c, size_t upto);
/* Errors: CONFLICT (older, newer or different). */
cs_err cs_migrate_check(struct cs_conn *c);
/* The text in one database's words; free() it. */
char *cs_migration_expand(const struct cs_dialect *d, const char *text);

#endif
