#include "app/command.h"
#include "app/settings.h"

#include "crypto/jws.h"
#include "domain/audit_verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A line of the log is a little longer than the token in it. */
#define LINE_MAX_BYTES (2 * CS_JWS_MAX_BYTES)
#define ARENA_BYTES (64 << 20)

/* How far the witness reaches in one account. */
struct reach {
	struct reach *next;
	cs_id account;
	int64_t seq;
};

struct verification {
	struct cs_store *store;
	const struct cs_op *op;
	struct reach *reaches;
	int64_t heads, unproved, other_lines;
	int64_t breaks;
};

static const char *const breaks[] = {
	[CS_AUDIT_WHOLE] = "whole",
	[CS_AUDIT_EDITED] = "edited",
	[CS_AUDIT_DELETED] = "deleted",
	[CS_AUDIT_REORDERED] = "reordered",
	[CS_AUDIT_HEAD_ALTERED] = "the head was altered",
	[CS_AUDIT_INSERTED] = "events were inserted beside the chain",
};

static const char *const verdicts[] = {
	[CS_AUDIT_NO_HEAD] = "no head",
	[CS_AUDIT_FITS] = "fits",
	[CS_AUDIT_GONE] = "is gone from the trail",
	[CS_AUDIT_DIFFERS] = "is another one in the trail",
	[CS_AUDIT_FORGED] = "is not signed by the account's key",
};

static int
say(const char *what, const char *about, const char *why)
{
	fprintf(stderr, "countersignd audit: %s %s: %s\n", what, about, why);
	return CS_EXIT_FAILED;
}

/* --- the witness --- */

static struct reach *
find_reach(const struct verification *v, cs_id account)
{
	for (struct reach *r = v->reaches; r != NULL; r = r->next) {
		if (cs_id_equal(r->account, account))
			return r;
	}
	return NULL;
}

static void
add_reach(struct verification *v, const struct cs_audit_witness *w)
{
	struct reach *r = find_reach(v, w->account);

	if (r == NULL) {
		r = CS_NEW(v->op->arena, struct reach);
		*r = (struct reach){ .next = v->reaches, .account = w->account };
		v->reaches = r;
	}
	if (w->seq > r->seq)
		r->seq = w->seq;
}

static void
take_verdict(struct verification *v, const struct cs_audit_witness *w, int64_t line_number)
{
	char account[CS_ID_UUID_LEN];

	if (w->verdict == CS_AUDIT_NO_HEAD) {
		v->other_lines++;
		return;
	}
	v->heads++;
	if (w->verdict == CS_AUDIT_FITS) {
		v->unproved += w->is_proved ? 0 : 1;
		add_reach(v, w);
		return;
	}
	cs_id_uuid(w->account, account);
	printf("witness, line %lld: BROKEN: event %lld of account %.*s %s\n",
	    (long long)line_number, (long long)w->seq, (int)sizeof(account), account,
	    verdicts[w->verdict]);
	v->breaks++;
}

/* One line without its end; false behind the last. What is longer than any head is cut. */
static bool
read_line(FILE *f, char *line, int size, cs_str *out)
{
	if (fgets(line, size, f) == NULL)
		return false;
	size_t len = strlen(line);
	bool is_whole = len > 0 && line[len - 1] == '\n';
	for (int c = 0; !is_whole && c != '\n' && c != EOF;)
		c = fgetc(f);
	*out = cs_str_trim((cs_str){ line, is_whole ? len - 1 : len });
	return true;
}

static cs_err
read_heads(struct verification *v, FILE *f)
{
	char line[LINE_MAX_BYTES];
	struct cs_audit_witness w;
	cs_str text;

	for (int64_t n = 1; read_line(f, line, sizeof(line), &text); n++) {
		CS_TRY(cs_audit_witness_verify(v->store, v->op, text, &w));
		take_verdict(v, &w, n);
	}
	return ferror(f) ? CS_FAIL(UNAVAILABLE) : CS_OK;
}

static int
verify_witness(struct verification *v, const char *path)
{
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return say("cannot read", path, strerror(errno));
	cs_err e = read_heads(v, f);
	fclose(f);
	if (cs_failed(e))
		return say("cannot compare", path, cs_code_name(e.code));
	if (v->heads == 0)
		return say("nothing is proved by", path, "it holds no head");
	printf("witness: %lld heads, %lld of them without a signature that could be checked, "
	       "%lld other lines\n",
	    (long long)v->heads, (long long)v->unproved, (long long)v->other_lines);
	return CS_EXIT_OK;
}

/* --- the chains --- */

static bool
is_about_an_event(enum cs_audit_break broken)
{
	return broken == CS_AUDIT_EDITED || broken == CS_AUDIT_DELETED ||
	       broken == CS_AUDIT_REORDERED;
}

static cs_err
tell(void *ctx, cs_id account, cs_str name, const struct cs_audit_report *r)
{
	struct verification *v = ctx;
	const struct reach *reach = find_reach(v, account);
	char id[CS_ID_UUID_LEN];

	cs_id_uuid(account, id);
	printf("%.*s %.*s: %lld sealed, %lld not yet: ", (int)sizeof(id), id, CS_STR_ARG(name),
	    (long long)r->sealed, (long long)r->unsealed);
	if (r->broken != CS_AUDIT_WHOLE) {
		printf("BROKEN behind event %lld: ", (long long)r->fits_until);
		if (is_about_an_event(r->broken))
			printf("event %lld was ", (long long)r->fits_until + 1);
		printf("%s\n", breaks[r->broken]);
		v->breaks++;
		return CS_OK;
	}
	printf("whole");
	if (reach != NULL)
		printf(", witnessed to event %lld", (long long)reach->seq);
	printf("\n");
	return CS_OK;
}

static int
verify_all(struct verification *v, const char *witness)
{
	if (witness != NULL && verify_witness(v, witness) != CS_EXIT_OK)
		return CS_EXIT_FAILED;
	cs_err e = cs_audit_verify_all(v->store, v->op, tell, v);
	if (cs_failed(e))
		return say("cannot walk", "the audit trail", cs_code_name(e.code));
	return v->breaks == 0 ? CS_EXIT_OK : CS_EXIT_FAILED;
}

static int
verify(const struct cs_settings *c, const struct cs_clock *clock, const char *witness)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(ARENA_BYTES);
	CS_AUTO(cs_store_close) struct cs_store *store = NULL;
	const struct cs_store_config cfg = { .url = c->database, .readers = 1 };
	cs_time now = cs_clock_now(clock);
	const struct cs_op op = {
		.id = cs_id_new(&cs_random_system),
		.now = now,
		.deadline = cs_time_add(now, CS_HOUR_MS),
		.arena = arena,
	};

	cs_err e = cs_store_open(&cfg, &store);
	if (cs_failed(e))
		return say("cannot open", "the database", cs_code_name(e.code));
	struct verification v = { .store = store, .op = &op };
	return verify_all(&v, witness);
}

int
cs_cmd_audit(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;
	const char *witness = cs_option(line, "witness", false);

	cs_buf_init(&problem, 4096);
	if (line->word_count != 1 || strcmp(line->words[0], "verify") != 0) {
		fputs(
		    "usage: countersignd audit [--config FILE] verify [--witness FILE]\n", stderr);
		return CS_EXIT_USAGE;
	}
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem))) {
		fprintf(stderr, "%.*s\n", (int)problem.len, (const char *)problem.p);
		return CS_EXIT_CONFIG;
	}
	return verify(config, line->clock, witness);
}
