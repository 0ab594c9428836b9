#include "domain/yard.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "domain/audit.h"
#include "domain/audit_verify.h"
#include "domain/background.h"
#include "domain/witness.h"
#include "store/audit_store.h"

static char *
path_of(const struct yard *y, const char *name)
{
	return cs_arena_c(y->arena, cs_arena_printf(y->arena, "%s/%s", y->dir, name));
}

static void
configure(struct yard *y, const char *path)
{
	cs_witness_free(&y->d.witness);
	y->d.witness = cs_witness_new(cs_str_c(path));
}

static struct yard *
watched_open(void)
{
	struct yard *y = yard_open();

	y->d.node = (cs_id){ { 0xa } };
	configure(y, path_of(y, "witness"));
	return y;
}

static void
watched_close(struct yard **y)
{
	cs_witness_free(&(*y)->d.witness);
	unlink(path_of(*y, "witness"));
	yard_close(y);
}

#define WATCHED(NAME) CS_AUTO(watched_close) struct yard *NAME = watched_open()

static cs_err
add_event(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;

	return cs_audit(
	    tx, &y->d, CS_AUDIT_SIGNED_IN, (cs_id){ { 5 } }, (cs_id){ { 6 } }, CS_STR_NONE);
}

static void
happen(struct yard *y, cs_id account)
{
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_store_write(y->d.store, &op, add_event, y));
}

static cs_err
step(struct yard *y)
{
	cs_time next;

	return cs_seal_step(&y->d, &y->op, &next);
}

static void
drop_witness(struct yard *y)
{
	cs_witness_free(&y->d.witness);
}

/* --- what the file says --- */

struct said {
	size_t lines, heads, misfits;
	int64_t reach; /* the account's newest head */
};

static struct said
said(struct yard *y, cs_id account, const char *name)
{
	FILE *f = fopen(path_of(y, name), "re");
	struct cs_audit_witness w;
	struct said s = { 0 };
	char line[4096];

	CHECK(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t len = strlen(line);
		CHECK(line[len - 1] == '\n');
		s.lines++;
		CHECK_OK(
		    cs_audit_witness_verify(y->d.store, &y->op, (cs_str){ line, len - 1 }, &w));
		if (w.verdict == CS_AUDIT_NO_HEAD)
			continue;
		s.heads++;
		s.misfits += w.verdict == CS_AUDIT_FITS && w.is_proved ? 0 : 1;
		if (cs_id_equal(w.account, account) && w.seq > s.reach)
			s.reach = w.seq;
	}
	fclose(f);
	return s;
}

static int64_t
sealed(struct yard *y, cs_id account)
{
	struct cs_audit_report r;

	CHECK_OK(cs_audit_verify(y->d.store, &y->op, account, &r));
	CHECK_INT(r.unsealed, 0);
	return r.sealed;
}

/* The file reaches to the end of the account's trail. */
static void
check_reach(struct yard *y, cs_id account)
{
	struct said s = said(y, account, "witness");

	CHECK_INT(s.misfits, 0);
	CHECK(s.reach > 0);
	CHECK_INT(s.reach, sealed(y, account));
}

/* Keys are made by the first signing, which is an event in turn: until nothing is left. */
static void
settle(struct yard *y)
{
	for (int i = 0; i < 3; i++)
		CHECK_OK(step(y));
}

TEST(every_accounts_head_is_written_signed_and_fits)
{
	WATCHED(y);

	happen(y, cs_id_zero);
	settle(y);
	check_reach(y, y->halden.account);
	check_reach(y, y->oslo.account);
	check_reach(y, cs_id_zero);
}

TEST(the_file_is_for_its_owner_alone)
{
	WATCHED(y);
	struct stat st;

	settle(y);
	CHECK_INT(stat(path_of(y, "witness"), &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
}

TEST(what_grows_is_appended_and_nothing_else)
{
	WATCHED(y);

	settle(y);
	size_t lines = said(y, cs_id_zero, "witness").lines;
	CHECK_OK(step(y));
	CHECK_INT(said(y, cs_id_zero, "witness").lines, lines);
	happen(y, y->oslo.account);
	CHECK_OK(step(y));
	CHECK_INT(said(y, cs_id_zero, "witness").lines, lines + 1);
	check_reach(y, y->oslo.account);
}

TEST(what_a_crash_kept_from_the_file_is_in_it_after_a_restart)
{
	WATCHED(y);

	settle(y);
	size_t lines = said(y, cs_id_zero, "witness").lines;
	/* sealed and committed, and then no more */
	drop_witness(y);
	happen(y, y->halden.account);
	CHECK_OK(step(y));
	configure(y, path_of(y, "witness"));
	CHECK(said(y, y->halden.account, "witness").reach < sealed(y, y->halden.account));
	CHECK_OK(step(y));
	check_reach(y, y->halden.account);
	CHECK(said(y, cs_id_zero, "witness").lines > lines);
}

TEST(a_line_that_a_crash_cut_off_is_no_head_and_spoils_none)
{
	WATCHED(y);

	settle(y);
	CHECK_INT(truncate(path_of(y, "witness"), 700), 0);
	configure(y, path_of(y, "witness"));
	CHECK_OK(step(y));
	struct said s = said(y, y->halden.account, "witness");
	CHECK_INT(s.lines, s.heads + 1);
	check_reach(y, y->halden.account);
	check_reach(y, y->oslo.account);
}

TEST(a_file_that_was_moved_away_is_made_anew)
{
	WATCHED(y);

	settle(y);
	CHECK_INT(unlink(path_of(y, "witness")), 0);
	happen(y, y->halden.account);
	CHECK_OK(step(y));
	check_reach(y, y->halden.account);
}

TEST(sealing_goes_on_without_the_file_and_its_loss_is_logged_once)
{
	WATCHED(y);
	FILE *log = tmpfile();
	char line[4096];
	int told = 0;

	configure(y, path_of(y, "folder/witness"));
	CHECK(log != NULL);
	cs_log_init(fileno(log), CS_LEVEL_INFO);
	for (int i = 0; i < 3; i++) {
		happen(y, y->halden.account);
		CHECK_ERR(step(y), UNAVAILABLE);
	}
	cs_log_init(STDERR_FILENO, CS_LEVEL_INFO);
	CHECK(sealed(y, y->halden.account) >= 3);
	rewind(log);
	while (fgets(line, sizeof(line), log) != NULL)
		told += strstr(line, "audit_witness_failed") != NULL ? 1 : 0;
	fclose(log);
	CHECK_INT(told, 1);
}

TEST(once_the_file_can_be_written_it_gets_every_head_without_a_new_event)
{
	WATCHED(y);
	const char *folder = path_of(y, "folder");
	const char *path = path_of(y, "folder/witness");

	configure(y, path);
	CHECK_ERR(step(y), UNAVAILABLE);
	CHECK_ERR(step(y), UNAVAILABLE);
	CHECK_INT(mkdir(folder, 0700), 0);
	settle(y);
	struct said s = said(y, y->oslo.account, "folder/witness");
	CHECK_INT(s.misfits, 0);
	CHECK_INT(s.reach, sealed(y, y->oslo.account));
	CHECK_INT(unlink(path), 0);
	CHECK_INT(rmdir(folder), 0);
}

TEST(what_is_no_file_is_not_written_to)
{
	WATCHED(y);

	configure(y, y->dir);
	CHECK_ERR(step(y), UNAVAILABLE);
	configure(y, "/dev/null");
	CHECK_ERR(step(y), UNAVAILABLE);
}

static cs_err
seal_elsewhere(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_audit_head *heads;
	size_t sealed_count, head_count;

	return cs_audit_seal(tx, (cs_id){ { 0xb } }, op->now, cs_time_add(op->now, CS_MINUTE_MS),
	    &sealed_count, &heads, &head_count);
}

TEST(what_another_node_sealed_is_in_the_file_once_this_one_seals_again)
{
	WATCHED(y);

	settle(y);
	y->op.now = cs_time_add(y->op.now, CS_MINUTE_MS);
	happen(y, y->halden.account);
	CHECK_OK(cs_store_write(y->d.store, &y->op, seal_elsewhere, NULL));
	CHECK_OK(step(y));
	CHECK(said(y, y->halden.account, "witness").reach < sealed(y, y->halden.account));
	y->op.now = cs_time_add(y->op.now, CS_MINUTE_MS);
	CHECK_OK(step(y));
	check_reach(y, y->halden.account);
}

TEST_MAIN("domain/witness")
