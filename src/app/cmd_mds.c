/*
 * cmd_mds.c - the FIDO metadata: taking a BLOB from a file, and saying what is there and whom it
 * hits.
 */
#include "app/command.h"

#include "app/settings.h"
#include "domain/models.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define ROOTS_MAX 64
#define ROOT_FILE_MAX ((size_t)1 << 20)

struct work {
	struct cs_domain domain;
	struct cs_op op;
};

static int
say(const char *what, const char *which, const char *why)
{
	fprintf(stderr, "countersignd mds: %s %s: %s\n", what, which, why);
	return CS_EXIT_FAILED;
}

static cs_err
read_all(FILE *f, struct cs_buf *out)
{
	uint8_t part[65536];
	size_t len;

	while (!out->has_failed && (len = fread(part, 1, sizeof(part), f)) != 0)
		cs_buf_add(out, CS_SPAN(part, len));
	return ferror(f) ? CS_FAIL(UNAVAILABLE) : cs_buf_finish(out, NULL);
}

/* Says what is wrong itself. */
static bool
read_file(const char *path, struct cs_buf *out)
{
	FILE *f = fopen(path, "re");

	if (f == NULL) {
		say("cannot open", path, strerror(errno));
		return false;
	}
	cs_err e = read_all(f, out);
	fclose(f);
	if (cs_failed(e))
		say("cannot read", path, cs_is(e, CS_E_LIMIT) ? "it is too large" : "error");
	return !cs_failed(e);
}

/* --- what there is, and whom it hits --- */

static void
print_statuses(unsigned statuses)
{
	for (unsigned left = statuses; left != 0; left &= left - 1) {
		cs_str name = cs_mds_status_name(left & -left);
		printf(" %.*s", CS_STR_ARG(name));
	}
}

/* Control characters of people's own words must not reach a terminal. */
static void
print_words(cs_str text)
{
	for (size_t i = 0; i < text.len; i++)
		putchar((uint8_t)text.p[i] < 0x20 || text.p[i] == 0x7f ? '?' : text.p[i]);
}

static void
print_stray(const struct cs_model_stray *s)
{
	char id[CS_ID_UUID_LEN];

	cs_id_uuid(s->authenticator, id);
	printf("%.*s ", (int)sizeof(id), id);
	print_words(s->email);
	printf(" \"");
	print_words(s->name);
	printf("\" (");
	print_words(s->model);
	printf("):");
	print_statuses(s->statuses);
	printf("\n");
}

static int
print_hit(struct work *w)
{
	struct cs_model_strays hit;

	cs_err e = cs_models_hit(&w->domain, &w->op, &hit);
	if (cs_failed(e))
		return say("cannot look through", "authenticators", cs_code_name(e.code));
	for (size_t i = 0; i < hit.count; i++)
		print_stray(&hit.items[i]);
	if (hit.total > (int64_t)hit.count)
		printf("… and more\n");
	printf("%lld enrolled authenticators are of a model that is reported as refused\n",
	    (long long)hit.total);
	return CS_EXIT_OK;
}

static int
show(struct work *w)
{
	struct cs_metadata m;

	cs_err e = cs_metadata_find(&w->domain, &w->op, &m);
	if (cs_failed(e))
		return say("cannot read", "the metadata", cs_code_name(e.code));
	if (!m.is_there) {
		printf("no metadata was imported\n");
		return CS_EXIT_OK;
	}
	cs_str imported = cs_time_text(w->op.arena, m.imported);
	printf("metadata number %lld: %lld models, imported %.*s, next one %.*s\n", (long long)m.no,
	    (long long)m.models, CS_STR_ARG(imported), CS_STR_ARG(m.next_update));
	return print_hit(w);
}

/* --- importing --- */

static bool
is_public_root(cs_span der)
{
	return cs_str_equal((cs_str){ (const char *)der.p, der.len },
	    (cs_str){ (const char *)cs_mds_public_root.p, cs_mds_public_root.len });
}

/*
 * The roots of a file, or the built-in one. Under a public root anybody may have a certificate: as
 * soon as that one is among them, the signer has to be the FIDO Alliance by name.
 */
static int
choose_roots(
    struct work *w, const char *path, struct cs_mds_expected *out, struct cs_anchors **anchors)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	cs_span *ders = CS_NEW(w->op.arena, cs_span);
	size_t count = 1;

	cs_buf_init(&file, ROOT_FILE_MAX);
	*ders = cs_mds_public_root;
	if (path != NULL && !read_file(path, &file))
		return CS_EXIT_FAILED;
	if (path != NULL && cs_failed(cs_certificate_decode_file(
				w->op.arena, cs_buf_span(&file), ROOTS_MAX, &ders, &count)))
		return say("cannot use", path, "it is no certificate");
	for (size_t i = 0; i < count; i++) {
		if (is_public_root(ders[i]))
			out->signer = CS_MDS_PUBLIC_SIGNER;
	}
	if (cs_failed(cs_anchors_new(ders, count, anchors)))
		return say("cannot use", "the roots", "too many");
	out->roots = *anchors;
	return CS_EXIT_OK;
}

static int
tell(struct work *w, const char *path, const struct cs_metadata_outcome *o)
{
	if (o->refusal != CS_MDS_REFUSAL_NONE)
		return say("did not take", path,
		    cs_arena_c(w->op.arena, cs_mds_refusal_words(o->refusal)));
	if (o->is_older)
		return say("did not take", path, "what is there is newer");
	printf("metadata number %lld: %zu models taken, %zu of other kinds passed over, "
	       "evidence about %lld enrolled authenticators changed\n",
	    (long long)o->no, o->models, o->ignored, (long long)o->rejudged);
	if (o->is_overdue)
		printf(
		    "note: the next one has been there since %.*s\n", CS_STR_ARG(o->next_update));
	return print_hit(w);
}

static int
import(struct work *w, const char *path, const char *root)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *anchors = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf blob;
	struct cs_mds_expected expected = { .at = NULL };
	struct cs_metadata_outcome outcome;

	cs_buf_init(&blob, CS_MDS_BLOB_MAX);
	int status = choose_roots(w, root, &expected, &anchors);
	if (status != CS_EXIT_OK)
		return status;
	if (!read_file(path, &blob))
		return CS_EXIT_FAILED;
	cs_err e = cs_metadata_import(&w->domain, &w->op, &expected, cs_buf_span(&blob), &outcome);
	if (cs_failed(e))
		return say("could not take", path, cs_code_name(e.code));
	return tell(w, path, &outcome);
}

static int
open_and(const struct cs_settings *c, struct cs_command_line *line, const char *root)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(ARENA_BYTES);
	CS_AUTO(cs_store_close) struct cs_store *store = NULL;
	const struct cs_store_config cfg = { .url = c->database, .readers = 1 };
	cs_time now = cs_clock_now(line->clock);

	cs_err e = cs_store_open(&cfg, &store);
	if (cs_failed(e))
		return say("cannot open", "the database", cs_code_name(e.code));
	struct work w = {
		.domain = { .store = store, .rng = &cs_random_system },
		.op = { .id = cs_id_new(&cs_random_system),
		    .now = now,
		    .deadline = cs_time_add(now, CS_HOUR_MS),
		    .arena = arena },
	};
	return line->word_count == 2 ? import(&w, line->words[1], root) : show(&w);
}

static bool
is_understood(const struct cs_command_line *line, const char *root)
{
	if (line->word_count == 2)
		return strcmp(line->words[0], "import") == 0;
	return line->word_count == 1 && strcmp(line->words[0], "show") == 0 && root == NULL;
}

int
cs_cmd_mds(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;
	const char *root = cs_option(line, "root", false);

	cs_buf_init(&problem, 4096);
	if (!is_understood(line, root)) {
		fputs("usage: countersignd mds [--config FILE] import FILE [--root PEM] | show\n",
		    stderr);
		return CS_EXIT_USAGE;
	}
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem))) {
		fprintf(stderr, "%.*s\n", (int)problem.len, (const char *)problem.p);
		return CS_EXIT_CONFIG;
	}
	return open_and(config, line, root);
}
