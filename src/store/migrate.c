#include "store/migrate.h"

#include "base/buf.h"
#include "crypto/mac.h"

#include <stdlib.h>

const struct cs_migration cs_migrations[] = {
#include "store/migrations.inc"
};
const size_t cs_migration_count = CS_COUNT(cs_migrations);

static const char create_log[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
				 "number {INT} PRIMARY KEY NOT NULL, name TEXT NOT NULL,"
				 " checksum {BLOB} NOT NULL) {STRICT}";
static const char list_log[] = "SELECT number, checksum FROM schema_migration ORDER BY number";
static const char add_log[] =
    "INSERT INTO schema_migration (number, name, checksum) VALUES ($1, $2, $3)";

/* --- the dialect's words --- */

static const char *
word(const struct cs_dialect *d, cs_str name)
{
	const struct {
		cs_str name;
		const char *word;
	} words[] = {
		{ CS_STR("BLOB"), d->blob },
		{ CS_STR("INT"), d->integer },
		{ CS_STR("STRICT"), d->strict },
		{ CS_STR("CLUSTERED"), d->clustered },
		{ CS_STR("ID_ZERO"), d->id_zero },
	};

	for (size_t i = 0; i < CS_COUNT(words); i++)
		if (cs_str_equal(words[i].name, name))
			return words[i].word;
	cs_assert_failed("a migration uses words that README.md names", __FILE__, __LINE__);
}

char *
cs_migration_expand(const struct cs_dialect *d, const char *text)
{
	struct cs_buf b;
	cs_str s = cs_str_c(text);
	size_t at = 0;

	cs_buf_init(&b, 1024 * 1024);
	while (at < s.len) {
		size_t open = cs_str_find(s, '{', at);
		cs_buf_add_str(&b, cs_str_slice(s, at, open));
		if (open == s.len)
			break;
		size_t close = cs_str_find(s, '}', open);
		cs_buf_add_c(&b, word(d, cs_str_slice(s, open + 1, close)));
		at = close + 1;
	}
	cs_buf_add_byte(&b, '\0');
	CS_ASSERT(!cs_failed(cs_buf_finish(&b, NULL)));
	char *out = strdup((const char *)b.p);
	CS_ASSERT(out != NULL);
	cs_buf_clear(&b);
	return out;
}

static cs_err
run_text(struct cs_conn *c, const char *text)
{
	char *expanded = cs_migration_expand(&c->driver->dialect, text);
	cs_err e = c->driver->script(c, expanded);
	free(expanded);
	return e;
}

/* --- what was applied --- */

static cs_err
mismatch(int64_t number, const char *why)
{
	CS_LOG(NULL, SCHEMA_MISMATCH, CS_F_INT("migration", number), CS_F_C("reason", why));
	return CS_FAIL(CONFLICT);
}

static void
checksum(const struct cs_migration *m, uint8_t out[static CS_SHA256_LEN])
{
	cs_sha256(cs_str_span(cs_str_c(m->text)), out);
}

static cs_err
check_applied(struct cs_stmt *q, size_t index)
{
	uint8_t want[CS_SHA256_LEN], got[CS_SHA256_LEN];
	int64_t number = cs_col_i64(q, 0);

	cs_col_bytes(q, 1, got, sizeof(got));
	if (index >= cs_migration_count)
		return mismatch(number, "the database is newer than this programme");
	checksum(&cs_migrations[index], want);
	if (number != cs_migrations[index].number || memcmp(got, want, sizeof(want)) != 0)
		return mismatch(number, "it was applied with another text");
	return q->error;
}

/* How many were applied; they must be the first ones of ours. */
static cs_err
count_applied(struct cs_conn *c, size_t *out)
{
	CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(c, list_log);
	bool has_row = true;

	for (*out = 0; has_row; *out += has_row ? 1 : 0) {
		CS_TRY(cs_sql_step(q, &has_row));
		if (has_row)
			CS_TRY(check_applied(q, *out));
	}
	return CS_OK;
}

static cs_err
record(struct cs_conn *c, const struct cs_migration *m)
{
	CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(c, add_log);
	uint8_t sum[CS_SHA256_LEN];

	checksum(m, sum);
	cs_bind_i64(q, m->number);
	cs_bind_str(q, cs_str_c(m->name));
	cs_bind_span(q, CS_SPAN(sum, sizeof(sum)));
	return cs_sql_swap(q);
}

/* --- applying --- */

/* Inside a transaction that is alone in the database. */
static cs_err
apply_next(struct cs_conn *c, size_t upto, bool *is_done)
{
	size_t applied;

	*is_done = false;
	CS_TRY(run_text(c, create_log));
	CS_TRY(count_applied(c, &applied));
	*is_done = applied >= upto;
	if (*is_done)
		return CS_OK;
	CS_TRY(run_text(c, cs_migrations[applied].text));
	CS_TRY(record(c, &cs_migrations[applied]));
	CS_LOG(NULL, MIGRATION_APPLIED, CS_F_INT("migration", cs_migrations[applied].number),
	    CS_F_C("name", cs_migrations[applied].name));
	return CS_OK;
}

static cs_err
migrate_one(struct cs_conn *c, size_t upto, bool *is_done)
{
	*is_done = false;
	CS_TRY(c->driver->begin(c, CS_MODE_MIGRATE));
	cs_err e = apply_next(c, upto, is_done);
	/* with nothing applied there is nothing to keep; SQLite's commit reads every row's parents */
	if (!cs_failed(e) && !*is_done)
		e = c->driver->commit(c);
	if (cs_failed(e) || *is_done)
		c->driver->rollback(c);
	return e;
}

cs_err
cs_migrate(struct cs_conn *c, size_t upto)
{
	bool is_done = false;

	CS_ASSERT(upto <= cs_migration_count);
	while (!is_done)
		CS_TRY(migrate_one(c, upto, &is_done));
	return CS_OK;
}

static cs_err
has_log(struct cs_conn *c, bool *out)
{
	CS_AUTO(cs_stmt_free) struct cs_stmt *q = cs_stmt_new(c, c->driver->dialect.find_table);

	*out = false;
	cs_bind_str(q, CS_STR("schema_migration"));
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0) == 1;
	return cs_sql_end(q);
}

cs_err
cs_migrate_check(struct cs_conn *c)
{
	size_t applied;
	bool is_there;

	CS_TRY(has_log(c, &is_there));
	if (!is_there)
		return mismatch(0, "the database is empty");
	CS_TRY(count_applied(c, &applied));
	if (applied == cs_migration_count)
		return CS_OK;
	return mismatch((int64_t)applied, "the database is older than this programme");
}
