/*
 * mds_test.c - countersignd mds, as an operator types it.
 */
#include "app/command.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mint_blob.h"
#include "test.h"

#include "store/store.h"

#include <openssl/pem.h>

#define PAYLOAD(NO, NEXT) "{\"no\":" NO ",\"nextUpdate\":\"" NEXT "\",\"entries\":[]}"

/* A database with its configuration, a root and a signer; what was printed last. */
struct desk {
	char folder[64];
	struct cs_arena *arena;
	struct minted root;
	struct minted signer;
	char output[8192];
	int status;
};

static const char *
path_of(const struct desk *d, const char *name)
{
	return cs_arena_printf(d->arena, "%s/%s", d->folder, name).p;
}

static void
write_file(const struct desk *d, const char *name, cs_span content)
{
	FILE *f = fopen(path_of(d, name), "we");

	CHECK(f != NULL && fwrite(content.p, 1, content.len, f) == content.len);
	CHECK(fclose(f) == 0);
}

static void
write_blob(const struct desk *d, const char *name, const char *payload)
{
	write_file(d, name,
	    blob_of(d->arena, blob_header(d->arena, "ES256", &d->signer.der, 1), cs_str_c(payload),
		d->signer.key));
}

static void
desk_open(struct desk *d)
{
	CS_AUTO(cs_store_close) struct cs_store *store = NULL;

	*d = (struct desk){ .arena = cs_arena_new(8 << 20), .folder = "/tmp/cs-mds-XXXXXX" };
	CHECK(mkdtemp(d->folder) != NULL);
	d->root = mint_root("CN=Root");
	d->signer = blob_signer(&d->root, false);
	const char *url = cs_arena_printf(d->arena, "sqlite:%s/db", d->folder).p;
	write_file(d, "conf",
	    cs_str_span(cs_arena_printf(
		d->arena, "database = \"%s\"\nkeyring = \"%s/keyring\"\n", url, d->folder)));
	write_file(d, "root", d->root.der);
	CHECK_OK(cs_store_open_migrated(
	    &(struct cs_store_config){ .url = cs_str_c(url), .readers = 1 }, &store));
}

static void
desk_close(struct desk *d)
{
	static const char *const files[] = { "conf", "root", "blob", "db", "db-wal", "db-shm" };

	for (size_t i = 0; i < CS_COUNT(files); i++)
		unlink(path_of(d, files[i]));
	rmdir(d->folder);
	minted_clear(&d->root);
	minted_clear(&d->signer);
	cs_arena_free(&d->arena);
}

#define DESK(NAME) \
	CS_AUTO(desk_close) struct desk NAME; \
	desk_open(&NAME)

static cs_time
now(void *ctx)
{
	return MINT_NOW;
}

/* countersignd mds WORDS…; words are ended by NULL. What it printed is in output. */
static int
mds(struct desk *d, const char *const *words)
{
	const struct cs_clock clock = { now, NULL };
	char *copies[8];
	struct cs_command_line line = {
		.clock = &clock, .config_path = path_of(d, "conf"), .words = copies
	};
	char path[] = "/tmp/cs-mds-out-XXXXXX";
	int file = mkstemp(path), out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);

	for (; words[line.word_count] != NULL; line.word_count++)
		copies[line.word_count] = cs_arena_c(d->arena, cs_str_c(words[line.word_count]));
	CHECK(file >= 0 && out >= 0 && err >= 0 && unlink(path) == 0);
	fflush(NULL);
	CHECK(dup2(file, STDOUT_FILENO) >= 0 && dup2(file, STDERR_FILENO) >= 0);
	d->status = cs_cmd_mds(&line);
	fflush(NULL);
	CHECK(dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
	close(out);
	close(err);
	ssize_t len = pread(file, d->output, sizeof(d->output) - 1, 0);
	CHECK(len >= 0);
	d->output[len] = '\0';
	close(file);
	return d->status;
}
#define MDS(DESK, ...) mds(&(DESK), (const char *const[]){ __VA_ARGS__, NULL })

static bool
says(const struct desk *d, const char *text)
{
	return strstr(d->output, text) != NULL;
}

TEST(metadata_is_imported_and_shown)
{
	DESK(d);
	write_blob(&d, "blob", PAYLOAD("7", "2026-12-01"));
	CHECK_INT(MDS(d, "show"), CS_EXIT_OK);
	CHECK(says(&d, "no metadata was imported"));
	CHECK_INT(MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "root")), CS_EXIT_OK);
	CHECK(says(&d, "metadata number 7: 0 models taken"));
	CHECK(!says(&d, "note:"));
	CHECK(says(&d, "0 enrolled authenticators are of a model that is reported as refused"));
	CHECK_INT(MDS(d, "show"), CS_EXIT_OK);
	CHECK(says(&d, "metadata number 7: 0 models"));
	CHECK(says(&d, "next one 2026-12-01"));
}

TEST(metadata_that_is_overdue_comes_with_a_note)
{
	DESK(d);
	write_blob(&d, "blob", PAYLOAD("7", "2026-11-21"));
	CHECK_INT(MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "root")), CS_EXIT_OK);
	CHECK(says(&d, "note: the next one has been there since 2026-11-21"));
}

TEST(metadata_that_is_older_or_not_signed_by_the_root_is_not_taken)
{
	DESK(d);
	write_blob(&d, "blob", PAYLOAD("7", "2026-12-01"));
	CHECK_INT(MDS(d, "import", path_of(&d, "blob")), CS_EXIT_FAILED);
	CHECK(says(&d, "end in no root that is given"));
	CHECK_INT(MDS(d, "show"), CS_EXIT_OK);
	CHECK(says(&d, "no metadata was imported"));
	CHECK_INT(MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "root")), CS_EXIT_OK);
	write_blob(&d, "blob", PAYLOAD("6", "2026-12-01"));
	CHECK_INT(
	    MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "root")), CS_EXIT_FAILED);
	CHECK(says(&d, "what is there is newer"));
}

TEST(files_that_cannot_be_used_are_named)
{
	DESK(d);
	write_blob(&d, "blob", PAYLOAD("7", "2026-12-01"));
	CHECK_INT(MDS(d, "import", path_of(&d, "nothing")), CS_EXIT_FAILED);
	CHECK(says(&d, "/nothing: No such file"));
	CHECK_INT(
	    MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "conf")), CS_EXIT_FAILED);
	CHECK(says(&d, "/conf: it is no certificate"));
	CHECK_INT(
	    MDS(d, "import", path_of(&d, "blob"), "--root", path_of(&d, "gone")), CS_EXIT_FAILED);
	CHECK_INT(
	    MDS(d, "import", path_of(&d, "conf"), "--root", path_of(&d, "root")), CS_EXIT_FAILED);
	CHECK(says(&d, "not a JWS"));
}

TEST(other_words_are_not_understood)
{
	DESK(d);
	CHECK_INT(MDS(d, "import"), CS_EXIT_USAGE);
	CHECK_INT(MDS(d, "show", "more"), CS_EXIT_USAGE);
	CHECK_INT(MDS(d, "fetch", "blob"), CS_EXIT_USAGE);
	CHECK_INT(MDS(d, "import", "one", "two"), CS_EXIT_USAGE);
	CHECK_INT(MDS(d, "show", "--root", "x"), CS_EXIT_USAGE);
	CHECK(says(&d, "usage: countersignd mds"));
}

TEST_MAIN("app/mds")
