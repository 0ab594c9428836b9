#include "domain/yard.h"

#include <sqlite3.h>

#include "base/codec.h"
#include "base/log.h"
#include "domain/audit.h"
#include "domain/audit_verify.h"
#include "domain/background.h"
#include "store/audit_store.h"

/* A row of Halden's, in a statement of tamper. */
#define MINE "account_id = (SELECT id FROM me)"

/* What somebody does who may write to the database. */
static void
tamper(struct yard *y, const char *sql)
{
	char me[128];
	char hex[CS_ID_HEX_LEN];
	sqlite3 *db = NULL;

	cs_id_hex(y->halden.account, hex);
	snprintf(
	    me, sizeof(me), "CREATE TEMP TABLE me AS SELECT x'%.*s' AS id", CS_ID_HEX_LEN, hex);
	CHECK_INT(sqlite3_open(y->url + strlen("sqlite:"), &db), SQLITE_OK);
	CHECK_INT(sqlite3_busy_timeout(db, 10000), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, me, NULL, NULL, NULL), SQLITE_OK);
	char *why = NULL;
	sqlite3_exec(db, sql, NULL, NULL, &why);
	if (why != NULL)
		fail_msg("%s", why);
	CHECK(sqlite3_total_changes(db) > 0);
	sqlite3_close(db);
}

struct some {
	struct yard *y;
	int count;
};

static cs_err
add_events(struct cs_tx *tx, void *ctx)
{
	const struct some *s = ctx;

	for (int i = 0; i < s->count; i++)
		CS_TRY(cs_audit(tx, &s->y->d, CS_AUDIT_SIGNED_IN, (cs_id){ { 5 } },
		    (cs_id){ { 6 } }, CS_STR("{\"name\":\"Phone\"}")));
	return CS_OK;
}

static void
happen(struct yard *y, cs_id account, int count)
{
	struct some s = { y, count };
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_store_write(y->d.store, &op, add_events, &s));
}

static cs_err
take_off(struct cs_tx *tx, void *ctx)
{
	const struct cs_audit_head *heads;
	size_t count;

	return cs_audit_seal(tx, (cs_id){ { 9 } }, cs_tx_op(tx)->now,
	    cs_time_add(cs_tx_op(tx)->now, 1), ctx, &heads, &count);
}

static void
seal(struct yard *y)
{
	size_t sealed = CS_AUDIT_SEAL_MAX;

	while (sealed == CS_AUDIT_SEAL_MAX)
		CHECK_OK(cs_store_write(y->d.store, &y->op, take_off, &sealed));
}

/* Halden's trail has at least eight events, all sealed. */
static struct yard *
trail_open(void)
{
	struct yard *y = yard_open();

	happen(y, y->halden.account, 8);
	happen(y, y->oslo.account, 8);
	seal(y);
	return y;
}

#define TRAIL(NAME) CS_AUTO(yard_close) struct yard *NAME = trail_open()

static struct cs_audit_report
report_of(struct yard *y, cs_id account)
{
	struct cs_audit_report r;

	CHECK_OK(cs_audit_verify(y->d.store, &y->op, account, &r));
	return r;
}

static struct cs_audit_report
report(struct yard *y)
{
	return report_of(y, y->halden.account);
}

static void
check_break(struct yard *y, enum cs_audit_break broken, int64_t at)
{
	struct cs_audit_report r = report(y);

	CHECK_INT(r.broken, broken);
	CHECK_INT(r.fits_until + 1, at);
	/* nobody else's trail is spoken ill of */
	CHECK_INT(report_of(y, y->oslo.account).broken, CS_AUDIT_WHOLE);
}

TEST(a_trail_that_nobody_touched_is_whole)
{
	TRAIL(y);
	struct cs_audit_report r = report(y);

	CHECK_INT(r.broken, CS_AUDIT_WHOLE);
	CHECK(r.sealed >= 8);
	CHECK_INT(r.fits_until, r.sealed);
	CHECK_INT(r.unsealed, 0);
}

TEST(what_is_not_sealed_yet_is_counted_and_breaks_nothing)
{
	TRAIL(y);
	int64_t sealed = report(y).sealed;

	happen(y, y->halden.account, 3);
	CHECK_INT(report(y).unsealed, 3);
	CHECK_INT(report(y).sealed, sealed);
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
}

TEST(an_account_in_which_nothing_happened_is_whole)
{
	TRAIL(y);
	struct cs_audit_report r = report_of(y, (cs_id){ { 0xee } });

	CHECK_INT(r.broken, CS_AUDIT_WHOLE);
	CHECK_INT(r.sealed, 0);
}

static cs_err
forget(struct cs_tx *tx, void *ctx)
{
	const cs_id *account = ctx;
	int64_t rows;

	CS_TRY(cs_audit_forget(tx, *account, cs_time_add(cs_tx_op(tx)->now, 1), 4, &rows));
	return rows == 4 ? CS_OK : CS_FAIL(INTERNAL);
}

TEST(what_was_forgotten_by_the_rules_is_no_break)
{
	TRAIL(y);

	CHECK_OK(cs_store_write(y->d.store, &y->op, forget, &y->halden.account));
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
}

TEST(an_edited_kind_is_told_with_its_number)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET kind = 'x' WHERE " MINE " AND seq = 4");
	check_break(y, CS_AUDIT_EDITED, 4);
}

TEST(an_edited_moment_is_told_with_its_number)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET at = at + 1 WHERE " MINE " AND seq = 1");
	check_break(y, CS_AUDIT_EDITED, 1);
}

TEST(an_edited_personal_part_is_told_with_its_number)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET details = '{}' WHERE " MINE " AND seq = 6");
	check_break(y, CS_AUDIT_EDITED, 6);
}

TEST(an_edited_link_is_told_with_its_number)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET link = zeroblob(32) WHERE " MINE " AND seq = 5");
	check_break(y, CS_AUDIT_EDITED, 5);
}

TEST(a_deleted_event_is_told_with_its_number)
{
	TRAIL(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq = 5");
	check_break(y, CS_AUDIT_DELETED, 5);
}

TEST(the_first_event_can_be_the_deleted_one)
{
	TRAIL(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq = 1");
	check_break(y, CS_AUDIT_DELETED, 1);
}

TEST(an_event_whose_number_was_taken_away_is_told_as_deleted)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET seq = NULL, link = NULL WHERE " MINE " AND seq = 3");
	check_break(y, CS_AUDIT_DELETED, 3);
}

TEST(a_tail_that_was_cut_off_behind_its_head_is_told)
{
	TRAIL(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq >= 7");
	check_break(y, CS_AUDIT_DELETED, 7);
}

TEST(a_trail_deleted_as_a_whole_is_told_by_its_head)
{
	TRAIL(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE);
	check_break(y, CS_AUDIT_DELETED, 1);
}

TEST(two_events_that_changed_numbers_are_told_as_reordered)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET seq = 100 WHERE " MINE " AND seq = 3;"
		  "UPDATE audit_event SET seq = 3 WHERE " MINE " AND seq = 4;"
		  "UPDATE audit_event SET seq = 4 WHERE " MINE " AND seq = 100");
	check_break(y, CS_AUDIT_REORDERED, 3);
}

TEST(two_events_that_changed_numbers_and_left_the_links_are_told_as_reordered)
{
	TRAIL(y);

	tamper(y, "CREATE TEMP TABLE l AS SELECT seq, link FROM audit_event WHERE " MINE ";"
		  "UPDATE audit_event SET seq = 100 WHERE " MINE " AND seq = 3;"
		  "UPDATE audit_event SET seq = 3 WHERE " MINE " AND seq = 5;"
		  "UPDATE audit_event SET seq = 5 WHERE " MINE " AND seq = 100;"
		  "UPDATE audit_event SET link = (SELECT link FROM l WHERE l.seq ="
		  " audit_event.seq) WHERE " MINE " AND seq IN (3, 5)");
	check_break(y, CS_AUDIT_REORDERED, 3);
}

TEST(an_event_that_was_moved_behind_the_others_is_told_as_reordered)
{
	TRAIL(y);

	tamper(y, "UPDATE audit_event SET seq = 1000 WHERE " MINE " AND seq = 2");
	check_break(y, CS_AUDIT_REORDERED, 2);
}

TEST(the_first_of_several_breaks_is_told)
{
	TRAIL(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq = 3;"
		  "UPDATE audit_event SET kind = 'x' WHERE " MINE " AND seq = 6");
	check_break(y, CS_AUDIT_DELETED, 3);
}

TEST(a_head_that_was_set_back_is_told)
{
	TRAIL(y);
	int64_t sealed = report(y).sealed;

	tamper(y, "UPDATE audit_head SET seq = seq - 1, link = (SELECT e.link FROM audit_event e"
		  " WHERE e.account_id = audit_head.account_id AND e.seq = audit_head.seq - 1)"
		  " WHERE " MINE);
	check_break(y, CS_AUDIT_HEAD_ALTERED, sealed + 1);
}

TEST(a_head_that_was_removed_is_told)
{
	TRAIL(y);
	int64_t sealed = report(y).sealed;

	tamper(y, "DELETE FROM audit_head WHERE " MINE);
	check_break(y, CS_AUDIT_HEAD_ALTERED, sealed + 1);
}

TEST(an_event_beside_the_chain_is_told)
{
	TRAIL(y);

	tamper(y, "INSERT INTO audit_event SELECT account_id, x'00112233445566778899aabbccddeeff',"
		  " at, ord, kind, actor_id, subject_id, address, user_agent, details, salt,"
		  " personal_digest, -1, link FROM audit_event WHERE " MINE " AND seq = 2");
	check_break(y, CS_AUDIT_INSERTED, report(y).sealed);
}

TEST(breaks_are_found_in_trails_of_many_pieces)
{
	TRAIL(y);

	happen(y, y->halden.account, 1200);
	seal(y);
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
	tamper(y, "UPDATE audit_event SET seq = 5000 WHERE " MINE " AND seq = 2;"
		  "UPDATE audit_event SET seq = 2 WHERE " MINE " AND seq = 1100;"
		  "UPDATE audit_event SET seq = 1100 WHERE " MINE " AND seq = 5000");
	check_break(y, CS_AUDIT_REORDERED, 2);
	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq IN (2, 1100)");
	check_break(y, CS_AUDIT_DELETED, 2);
}

struct tally {
	size_t accounts, broken;
	cs_id first, last;
};

static cs_err
count_report(void *ctx, cs_id account, cs_str name, const struct cs_audit_report *r)
{
	struct tally *t = ctx;

	if (t->accounts++ == 0)
		t->first = account;
	t->broken += r->broken != CS_AUDIT_WHOLE ? 1 : 0;
	t->last = account;
	return CS_OK;
}

TEST(every_account_is_walked_once_and_the_server_realm_first)
{
	TRAIL(y);
	struct tally t = { 0 };

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq = 5");
	CHECK_OK(cs_audit_verify_all(y->d.store, &y->op, count_report, &t));
	CHECK_INT(t.accounts, 3);
	CHECK_INT(t.broken, 1);
	CHECK(cs_id_is_zero(t.first));
	CHECK(!cs_id_equal(t.first, t.last));
}

/* --- witnesses --- */

/* A head of Halden's as claims, with the link that is stored. */
static cs_str
claims_of(struct yard *y, int64_t seq, const uint8_t link[static CS_SHA256_LEN])
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex = { .max = 2 * CS_SHA256_LEN };

	cs_hex_encode(CS_SPAN(link, CS_SHA256_LEN), &hex);
	return cs_arena_printf(y->arena,
	    "{\"type\":\"audit_head\",\"account\":\"%.*s\",\"seq\":%lld,\"link\":\"%.*s\"}",
	    CS_STR_ARG(cs_id_uuid_text(y->arena, y->halden.account)), (long long)seq, (int)hex.len,
	    (const char *)hex.p);
}

static cs_err
find_head(struct cs_tx *tx, void *ctx)
{
	struct cs_audit_head *h = ctx;

	return cs_audit_head_find(tx, h->account, h);
}

static cs_str
head_claims(struct yard *y)
{
	struct cs_audit_head h = { .account = y->halden.account };

	CHECK_OK(cs_store_read(y->d.store, &y->op, find_head, &h));
	return claims_of(y, h.seq, h.link);
}

static cs_str
signed_by(struct yard *y, cs_id account, cs_str claims)
{
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_keys_sign(&y->d, &op, cs_str_span(claims), &token));
	return cs_arena_str(y->arena, cs_buf_str(&token));
}

static cs_str
signed_head(struct yard *y)
{
	return signed_by(y, y->halden.account, head_claims(y));
}

static struct cs_audit_witness
witness(struct yard *y, cs_str line)
{
	struct cs_audit_witness w;

	CHECK_OK(cs_audit_witness_verify(y->d.store, &y->op, line, &w));
	return w;
}

TEST(a_signed_head_fits_and_its_signature_is_proved)
{
	TRAIL(y);
	struct cs_audit_witness w = witness(y, signed_head(y));

	CHECK_INT(w.verdict, CS_AUDIT_FITS);
	CHECK(w.is_proved);
	CHECK_INT(w.seq, report(y).sealed);
	CHECK(cs_id_equal(w.account, y->halden.account));
}

TEST(a_head_fits_while_the_trail_grows)
{
	TRAIL(y);
	cs_str line = signed_head(y);

	happen(y, y->halden.account, 3);
	seal(y);
	CHECK_INT(witness(y, line).verdict, CS_AUDIT_FITS);
}

TEST(a_head_without_signature_fits_unproved)
{
	TRAIL(y);
	struct cs_audit_witness w = witness(y, head_claims(y));

	CHECK_INT(w.verdict, CS_AUDIT_FITS);
	CHECK(!w.is_proved);
}

TEST(a_tail_cut_off_together_with_its_head_is_shown_by_the_witness_alone)
{
	TRAIL(y);
	cs_str line = signed_head(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE " AND seq = (SELECT seq FROM audit_head"
		  " WHERE " MINE ");"
		  "UPDATE audit_head SET seq = seq - 1, link = (SELECT e.link FROM audit_event e"
		  " WHERE e.account_id = audit_head.account_id AND e.seq = audit_head.seq - 1)"
		  " WHERE " MINE);
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
	CHECK_INT(witness(y, line).verdict, CS_AUDIT_GONE);
	/* and what happens afterwards under that number does not hide it */
	happen(y, y->halden.account, 1);
	seal(y);
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
	CHECK_INT(witness(y, line).verdict, CS_AUDIT_DIFFERS);
}

TEST(a_trail_deleted_with_its_head_is_shown_by_the_witness)
{
	TRAIL(y);
	cs_str line = signed_head(y);

	tamper(y, "DELETE FROM audit_event WHERE " MINE "; DELETE FROM audit_head WHERE " MINE);
	CHECK_INT(report(y).broken, CS_AUDIT_WHOLE);
	CHECK_INT(witness(y, line).verdict, CS_AUDIT_GONE);
}

TEST(a_head_with_another_link_differs)
{
	TRAIL(y);
	static const uint8_t link[CS_SHA256_LEN] = { 1 };
	cs_str claims = claims_of(y, 3, link);

	CHECK_INT(witness(y, claims).verdict, CS_AUDIT_DIFFERS);
	CHECK_INT(witness(y, signed_by(y, y->halden.account, claims)).verdict, CS_AUDIT_DIFFERS);
}

TEST(a_head_whose_signature_was_changed_is_forged)
{
	TRAIL(y);
	cs_str line = signed_head(y);
	char *text = cs_arena_c(y->arena, line);
	char *digit = text + cs_str_find(line, '.', cs_str_find(line, '.', 0) + 1) + 20;

	*digit = *digit == 'A' ? 'B' : 'A';
	CHECK_INT(witness(y, cs_str_c(text)).verdict, CS_AUDIT_FORGED);
}

TEST(claims_under_another_heads_signature_are_forged)
{
	TRAIL(y);
	cs_str line = signed_head(y);
	static const uint8_t link[CS_SHA256_LEN] = { 1 };
	size_t first = cs_str_find(line, '.', 0);
	size_t second = cs_str_find(line, '.', first + 1);
	cs_str payload = cs_base64url_text(y->arena, cs_str_span(claims_of(y, 2, link)));

	CHECK_INT(witness(y, cs_arena_printf(y->arena, "%.*s.%.*s%.*s", (int)first, line.p,
				 CS_STR_ARG(payload), (int)(line.len - second), line.p + second))
		      .verdict,
	    CS_AUDIT_FORGED);
}

TEST(a_head_signed_by_another_accounts_key_is_not_proved)
{
	TRAIL(y);

	CHECK(!witness(y, signed_by(y, y->oslo.account, head_claims(y))).is_proved);
}

TEST(a_head_whose_key_is_no_longer_kept_still_has_to_fit)
{
	TRAIL(y);
	cs_str line = signed_head(y);

	tamper(y, "DELETE FROM signing_key");
	CHECK_INT(witness(y, line).verdict, CS_AUDIT_FITS);
	CHECK(!witness(y, line).is_proved);
}

TEST(what_is_no_head_is_told_as_such)
{
	static const char *const lines[] = {
		"",
		"# a remark",
		"..",
		"a.b.c",
		"{",
		"[]",
		"{}",
		"{\"type\":\"audit_head\"}",
		"{\"event\":\"server_started\",\"head\":\"a.b.c\"}",
		"{\"event\":\"audit_head\",\"head\":\"a.b.c\"}",
		"{\"event\":\"audit_head\",\"head\":7}",
		"{\"type\":\"audit_head\",\"account\":\"00000000-0000-0000-0000-000000000000\","
		"\"seq\":0,\"link\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		"{\"type\":\"audit_head\",\"account\":\"00000000-0000-0000-0000-000000000000\","
		"\"seq\":1,\"link\":\"00\"}",
		"{\"type\":\"other\",\"account\":\"00000000-0000-0000-0000-000000000000\","
		"\"seq\":1,\"link\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}",
	};
	TRAIL(y);

	for (size_t i = 0; i < CS_COUNT(lines); i++)
		CHECK_INT(witness(y, cs_str_c(lines[i])).verdict, CS_AUDIT_NO_HEAD);
	/* an application's token, by the same key */
	CHECK_INT(witness(y, signed_by(y, y->halden.account, CS_STR("{\"type\":\"app\"}"))).verdict,
	    CS_AUDIT_NO_HEAD);
}

/* The log that the sealer writes is a witness as it is. */
TEST(the_sealers_own_log_lines_are_heads_that_fit)
{
	TRAIL(y);
	FILE *log = tmpfile();
	char line[4096];
	size_t heads = 0;
	cs_time next;

	CHECK(log != NULL);
	happen(y, y->halden.account, 2);
	y->op.now = cs_time_add(y->op.now, CS_MINUTE_MS);
	cs_log_init(fileno(log), CS_LEVEL_INFO);
	CHECK_OK(cs_seal_step(&y->d, &y->op, &next));
	cs_log_init(STDERR_FILENO, CS_LEVEL_INFO);
	rewind(log);
	while (fgets(line, sizeof(line), log) != NULL) {
		struct cs_audit_witness w = witness(y, cs_str_c(line));
		if (w.verdict == CS_AUDIT_NO_HEAD)
			continue;
		heads++;
		CHECK_INT(w.verdict, CS_AUDIT_FITS);
		CHECK(w.is_proved);
		CHECK_INT(w.seq, report_of(y, w.account).sealed);
	}
	fclose(log);
	CHECK(heads >= 1);
}

TEST_MAIN("domain/audit_verify")
