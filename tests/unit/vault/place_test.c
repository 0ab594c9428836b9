#include "vault/place.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../folder.h"
#include "sample.h"

#include "test.h"

#define BOOK_AUTO CS_AUTO(cs_book_free) struct cs_book *
#define SECRET_AUTO CS_AUTO(cs_secret_free) struct cs_secret *
#define PASSPHRASE CS_STR("correct horse")
#define WORK 1

struct vault {
	char folder[TEST_FOLDER_SIZE + 8];
	char parent[TEST_FOLDER_SIZE];
	struct cs_place place;
	struct cs_secret *identity;
	struct cs_secret *recovery;
	struct cs_age_identities who;
	struct cs_age_opener opener;
	struct cs_place_trouble trouble;
};

static void
vault_clear(struct vault *v)
{
	char command[TEST_FOLDER_SIZE + 16];

	cs_secret_free(&v->identity);
	cs_secret_free(&v->recovery);
	snprintf(command, sizeof(command), "rm -rf '%s'", v->parent);
	if (v->parent[0] == '/')
		CHECK_INT(system(command), 0);
}

static void
vault_at(struct vault *v)
{
	*v = (struct vault){ 0 };
	test_folder_new("vault", v->parent);
	snprintf(v->folder, sizeof(v->folder), "%s/a/b", v->parent);
	v->place = (struct cs_place){ v->folder, &cs_random_system, { 1763804467000 } };
	CHECK_OK(cs_age_identity_new(&cs_random_system, &v->recovery));
}

static void
vault_unlock(struct vault *v, cs_str passphrase)
{
	cs_secret_free(&v->identity);
	CHECK_OK(cs_place_unlock(&v->place, passphrase, &v->identity, &v->trouble));
	v->who = (struct cs_age_identities){ &v->identity, 1 };
	v->opener = cs_age_identities_opener(&v->who);
}

/* A vault with the sample's entries. */
static void
vault_make(struct vault *v)
{
	BOOK_AUTO book = sample_book();

	vault_at(v);
	book->serial = book->step = book->parent = 0;
	CHECK(cs_book_remove_recipient(book, CS_STR("recovery")));
	CHECK_OK(cs_place_make(&v->place, PASSPHRASE, WORK, v->recovery, book, &v->trouble));
	vault_unlock(v, PASSPHRASE);
}

static struct cs_book *
vault_read(struct vault *v)
{
	struct cs_book *book;

	CHECK_OK(cs_place_read(&v->place, &v->opener, &book, &v->trouble));
	return book;
}

static cs_err
add_entry(void *ctx, struct cs_book *book)
{
	struct cs_entry e = sample_totp(ctx, "", "some secret");

	return cs_book_add(book, &cs_random_system, &e, NULL);
}

static cs_err
count_on(void *ctx, struct cs_book *book)
{
	uint64_t *out = ctx;

	*out = book->entries[1].counter++;
	return CS_OK;
}

static cs_err
rename_first(void *ctx, struct cs_book *book)
{
	book->entries[0].issuer = cs_str_c(ctx);
	return CS_OK;
}

static cs_err
refuse(void *ctx, struct cs_book *book)
{
	book->entries[0].issuer = CS_STR("never seen");
	return CS_FAIL(CONFLICT);
}

#define VAULT_AUTO CS_AUTO(vault_clear) struct vault

static cs_err
edit(struct vault *v, const char *said, cs_place_change change, const void *ctx)
{
	return cs_place_edit(
	    &v->place, &v->opener, cs_str_c(said), change, (void *)(uintptr_t)ctx, &v->trouble);
}

static mode_t
mode_of(const struct vault *v, const char *name)
{
	char path[TEST_FOLDER_SIZE + 64];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", v->folder, name);
	CHECK_INT(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static bool
is_there(const struct vault *v, const char *name)
{
	char path[TEST_FOLDER_SIZE + 64];

	snprintf(path, sizeof(path), "%s/%s", v->folder, name);
	return access(path, F_OK) == 0;
}

static void
shell(const struct vault *v, const char *script)
{
	char command[TEST_FOLDER_SIZE + 256];

	snprintf(command, sizeof(command), "cd '%s' && %s", v->folder, script);
	CHECK_INT(system(command), 0);
}

TEST(a_vault_is_made_private_and_opens_with_either_key)
{
	VAULT_AUTO v;
	BOOK_AUTO by_identity = NULL;
	BOOK_AUTO by_recovery = NULL;

	vault_make(&v);
	CHECK_INT(mode_of(&v, ""), 0700);
	CHECK_INT(mode_of(&v, "vault.age"), 0600);
	CHECK_INT(mode_of(&v, "identity.age"), 0600);
	by_identity = vault_read(&v);
	CHECK_INT(by_identity->entry_count, 5);
	CHECK_INT(by_identity->recipient_count, 2);
	struct cs_age_identities who = { &v.recovery, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	CHECK_OK(cs_place_read(&v.place, &opener, &by_recovery, &v.trouble));
	CHECK_INT(by_recovery->entry_count, 5);
}

TEST(a_second_vault_is_not_made_in_the_same_folder)
{
	VAULT_AUTO v;
	BOOK_AUTO book = cs_book_new(&cs_random_system);

	vault_make(&v);
	CHECK_ERR(
	    cs_place_make(&v.place, PASSPHRASE, WORK, v.recovery, book, &v.trouble), CONFLICT);
	CHECK_INT(v.trouble.problem, CS_PLACE_INVALID);
	vault_unlock(&v, PASSPHRASE);
}

TEST(an_identity_without_a_vault_is_put_aside_and_not_lost)
{
	VAULT_AUTO v;
	BOOK_AUTO book = cs_book_new(&cs_random_system);

	vault_make(&v);
	shell(&v, "mv vault.age ../backup.age && sha256sum identity.age | cut -c1-64 > ../sum");
	CHECK_OK(cs_place_make(&v.place, CS_STR("other"), WORK, v.recovery, book, &v.trouble));
	shell(&v, "test \"$(sha256sum versions/*-identity.age | cut -c1-64)\" = \"$(cat ../sum)\"");
}

TEST(a_work_factor_that_could_not_be_opened_again_is_refused)
{
	VAULT_AUTO v;
	BOOK_AUTO book = cs_book_new(&cs_random_system);

	vault_at(&v);
	CHECK_ERR(cs_place_make(&v.place, PASSPHRASE, 0, v.recovery, book, &v.trouble), LIMIT);
	CHECK_ERR(cs_place_make(&v.place, PASSPHRASE, 21, v.recovery, book, &v.trouble), LIMIT);
	CHECK_INT(v.trouble.problem, CS_PLACE_TOO_DEAR);
	CHECK(access(v.folder, F_OK) == -1);
}

TEST(a_wrong_passphrase_says_only_that)
{
	VAULT_AUTO v;
	SECRET_AUTO none = NULL;

	vault_make(&v);
	CHECK_ERR(cs_place_unlock(&v.place, CS_STR("correct horsf"), &none, &v.trouble), FORBIDDEN);
	CHECK_INT(v.trouble.problem, CS_PLACE_WRONG_KEY);
	CHECK_TEXT(cs_str_c(v.trouble.text), "wrong passphrase");
	CHECK_ERR(cs_place_unlock(&v.place, CS_STR(""), &none, &v.trouble), FORBIDDEN);
	CHECK(none == NULL);
}

TEST(where_there_is_no_vault_that_is_said)
{
	VAULT_AUTO v;
	BOOK_AUTO none = NULL;
	SECRET_AUTO key = NULL;
	struct cs_age_identities who = { &v.recovery, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);

	vault_at(&v);
	CHECK_ERR(cs_place_read(&v.place, &opener, &none, &v.trouble), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_NONE);
	CHECK_ERR(cs_place_unlock(&v.place, PASSPHRASE, &key, &v.trouble), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_NONE);
	CHECK_ERR(
	    cs_place_edit(&v.place, &opener, CS_STR("x"), refuse, NULL, &v.trouble), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_NONE);
	v.place.folder = v.parent;
	CHECK_ERR(
	    cs_place_edit(&v.place, &opener, CS_STR("x"), refuse, NULL, &v.trouble), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_NONE);
	snprintf(v.folder, sizeof(v.folder), "%s/lock", v.parent);
	CHECK(access(v.folder, F_OK) == -1);
}

TEST(a_step_can_be_undone_and_the_one_before_as_well)
{
	VAULT_AUTO v;
	BOOK_AUTO once = NULL;
	BOOK_AUTO twice = NULL;
	cs_str said;
	uint64_t counter = 0;

	vault_make(&v);
	CHECK_OK(edit(&v, "added One", add_entry, "One"));
	CHECK_OK(edit(&v, NULL, count_on, &counter));
	CHECK_OK(edit(&v, "renamed Example", rename_first, "Other"));
	CHECK_OK(edit(&v, NULL, count_on, &counter));
	CHECK_INT(counter, 42);
	CHECK_OK(cs_place_undo(&v.place, &v.opener, &said, &once, &v.trouble));
	CHECK_TEXT(said, "renamed Example");
	CHECK_INT(once->entry_count, 6);
	CHECK_TEXT(once->entries[0].issuer, "Example");
	CHECK_INT(once->entries[1].counter, 43);
	CHECK_OK(cs_place_undo(&v.place, &v.opener, &said, &twice, &v.trouble));
	CHECK_TEXT(said, "added One");
	CHECK_INT(twice->entry_count, 5);
	CHECK_INT(twice->entries[1].counter, 43);
	cs_book_free(&twice);
	CHECK_ERR(cs_place_undo(&v.place, &v.opener, &said, &twice, &v.trouble), NOT_FOUND);
	CHECK(twice == NULL);
	CHECK_OK(edit(&v, NULL, count_on, &counter));
	CHECK_INT(counter, 43);
}

TEST(a_change_that_says_no_leaves_everything_as_it_was)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	shell(&v, "cp vault.age ../before");
	CHECK_ERR(edit(&v, "tried", refuse, NULL), CONFLICT);
	shell(&v, "cmp vault.age ../before && test ! -e versions");
	book = vault_read(&v);
	CHECK_TEXT(book->entries[0].issuer, "Example");
}

TEST(what_could_not_be_read_again_is_not_written)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	CHECK_ERR(edit(&v, "renamed", rename_first, "a\x1b[2J"), INVALID);
	CHECK_INT(v.trouble.problem, CS_PLACE_INVALID);
	CHECK(strstr(v.trouble.text, "control characters") != NULL);
	book = vault_read(&v);
	CHECK_TEXT(book->entries[0].issuer, "Example");
}

static cs_err
lock_out(void *ctx, struct cs_book *book)
{
	book->recipients[0] = book->recipients[1];
	return CS_OK;
}

TEST(a_vault_that_its_owner_could_not_open_is_not_written)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	CHECK_ERR(edit(&v, "locked out", lock_out, NULL), INVALID);
	book = vault_read(&v);
	CHECK_INT(book->entry_count, 5);
}

TEST(the_last_twenty_versions_are_kept)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_place_version *versions;
	size_t count;
	cs_str said;
	char name[16];

	vault_make(&v);
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "N%d", i);
		CHECK_OK(edit(&v, name, rename_first, name));
	}
	shell(&v, "test $(ls versions | wc -l) = 20");
	CHECK_OK(cs_place_history(&v.place, &v.opener, a, &versions, &count, &v.trouble));
	CHECK_INT(count, 21);
	CHECK_TEXT(versions[0].said, "N29");
	CHECK_TEXT(versions[20].said, "N9");
	CHECK(versions[20].is_readable);
	for (int i = 0; i < 20; i++) {
		cs_book_free(&book);
		CHECK_OK(cs_place_undo(&v.place, &v.opener, &said, &book, &v.trouble));
		snprintf(name, sizeof(name), "N%d", 28 - i);
		CHECK_TEXT(book->entries[0].issuer, name);
	}
	cs_book_free(&book);
	CHECK_ERR(cs_place_undo(&v.place, &v.opener, &said, &book, &v.trouble), NOT_FOUND);
}

TEST(a_damaged_version_is_listed_as_such_and_not_gone_back_to)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_place_version *versions;
	size_t count;
	cs_str said;

	vault_make(&v);
	CHECK_OK(edit(&v, "one", rename_first, "One"));
	CHECK_OK(edit(&v, "two", rename_first, "Two"));
	shell(&v, "for f in versions/*; do echo damaged > ../x && mv ../x $f; done");
	CHECK_OK(cs_place_history(&v.place, &v.opener, a, &versions, &count, &v.trouble));
	CHECK_INT(count, 2);
	CHECK(!versions[1].is_readable && versions[1].serial == 2);
	CHECK_ERR(cs_place_undo(&v.place, &v.opener, &said, &book, &v.trouble), INVALID);
	CHECK_INT(v.trouble.problem, CS_PLACE_DAMAGED);
	book = vault_read(&v);
	CHECK_TEXT(book->entries[0].issuer, "Two");
}

TEST(another_vaults_version_is_not_gone_back_to)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	cs_str said;

	vault_make(&v);
	CHECK_OK(edit(&v, "one", rename_first, "One"));
	CHECK_OK(edit(&v, "two", rename_first, "Two"));
	shell(&v, "cp versions/1.age versions/2.age");
	CHECK_ERR(cs_place_undo(&v.place, &v.opener, &said, &book, &v.trouble), INVALID);
	CHECK(strstr(v.trouble.text, "not the version") != NULL);
}

TEST(a_vault_cut_or_flipped_anywhere_is_refused_and_left_as_it_is)
{
	VAULT_AUTO v;
	CS_AUTO(cs_buf_clear) struct cs_buf good;
	char path[TEST_FOLDER_SIZE + 32];

	vault_make(&v);
	snprintf(path, sizeof(path), "%s/vault.age", v.folder);
	cs_buf_init(&good, 1 << 20);
	int fd = open(path, O_RDONLY);
	uint8_t *at = cs_buf_reserve(&good, (size_t)lseek(fd, 0, SEEK_END));
	CHECK_INT(pread(fd, at, good.len, 0), good.len);
	close(fd);
	for (size_t i = 0; i < good.len * 2; i++) {
		BOOK_AUTO book = NULL;
		size_t len = i < good.len ? i : good.len;
		size_t flipped = i - good.len;
		cs_err e;

		if (i >= good.len)
			good.p[flipped] ^= 1;
		fd = open(path, O_WRONLY | O_TRUNC);
		CHECK_INT(write(fd, good.p, len), len);
		close(fd);
		e = cs_place_read(&v.place, &v.opener, &book, &v.trouble);
		CHECK(cs_failed(e) && book == NULL);
		CHECK(
		    v.trouble.problem == CS_PLACE_DAMAGED || v.trouble.problem == CS_PLACE_TOO_NEW);
		CHECK(cs_failed(edit(&v, "x", rename_first, "x")));
		CHECK(strchr(v.trouble.text, '\n') == NULL && v.trouble.text[0] != '\0');
		if (i >= good.len)
			good.p[flipped] ^= 1;
	}
	shell(&v, "test ! -e versions");
	fd = open(path, O_WRONLY | O_TRUNC);
	CHECK_INT(write(fd, good.p, good.len), good.len);
	close(fd);
	cs_book_free(&(struct cs_book *){ vault_read(&v) });
}

TEST(an_identity_cut_or_flipped_anywhere_is_refused)
{
	VAULT_AUTO v;
	CS_AUTO(cs_buf_clear) struct cs_buf good;
	char path[TEST_FOLDER_SIZE + 32];

	vault_make(&v);
	snprintf(path, sizeof(path), "%s/identity.age", v.folder);
	cs_buf_init(&good, 1 << 20);
	int fd = open(path, O_RDONLY);
	uint8_t *at = cs_buf_reserve(&good, (size_t)lseek(fd, 0, SEEK_END));
	CHECK_INT(pread(fd, at, good.len, 0), good.len);
	close(fd);
	for (size_t i = 0; i < good.len * 2; i++) {
		SECRET_AUTO none = NULL;
		size_t len = i < good.len ? i : good.len;

		if (i >= good.len)
			good.p[i - good.len] ^= 1;
		fd = open(path, O_WRONLY | O_TRUNC);
		CHECK_INT(write(fd, good.p, len), len);
		close(fd);
		CHECK(cs_failed(cs_place_unlock(&v.place, PASSPHRASE, &none, &v.trouble)));
		CHECK(v.trouble.problem != CS_PLACE_OK && v.trouble.problem != CS_PLACE_NONE);
		if (i >= good.len)
			good.p[i - good.len] ^= 1;
	}
}

TEST(files_that_others_could_have_put_there_are_refused)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	shell(&v, "chmod 622 vault.age");
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
	CHECK_INT(v.trouble.problem, CS_PLACE_DISK);
	shell(&v, "chmod 600 vault.age && mv vault.age ../v && ln -s ../v vault.age");
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
	CHECK(strstr(v.trouble.text, "symbolic link") != NULL);
	shell(&v, "rm vault.age && mkfifo vault.age");
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
	shell(&v, "rm vault.age && cp ../v vault.age && chmod 600 vault.age && chmod 777 .");
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
	CHECK_INT(v.trouble.problem, CS_PLACE_DISK);
	shell(&v, "chmod 700 . && rm lock && ln -s ../v lock");
	CHECK_ERR(edit(&v, "x", rename_first, "x"), UNAVAILABLE);
	shell(
	    &v, "rm lock && mkdir ../elsewhere && rm -rf versions && ln -s ../elsewhere versions");
	CHECK_ERR(edit(&v, "x", rename_first, "x"), UNAVAILABLE);
	CHECK(strstr(v.trouble.text, "symbolic link") != NULL);
	shell(&v, "rmdir ../elsewhere && rm versions");
	shell(&v, "truncate -s 200M vault.age");
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
	CHECK(strstr(v.trouble.text, "too large") != NULL);
	if (geteuid() == 0) {
		shell(&v, "cp ../v vault.age && chown 12345 vault.age");
		CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), UNAVAILABLE);
		CHECK(strstr(v.trouble.text, "another user") != NULL);
	}
}

static cs_err
take_folder_away(void *ctx, struct cs_book *book)
{
	shell(ctx, "mv ../b ../../gone");
	book->entries[0].issuer = CS_STR("written");
	return CS_OK;
}

static cs_err
remove_folder(void *ctx, struct cs_book *book)
{
	shell(ctx, "rm -rf ../b");
	book->entries[0].issuer = CS_STR("written");
	return CS_OK;
}

TEST(a_folder_that_vanishes_between_reading_and_writing_is_one_line)
{
	VAULT_AUTO v;

	vault_make(&v);
	CHECK_ERR(edit(&v, "x", remove_folder, &v), UNAVAILABLE);
	CHECK_INT(v.trouble.problem, CS_PLACE_DISK);
	CHECK(strchr(v.trouble.text, '\n') == NULL);
	CHECK_ERR(edit(&v, "x", rename_first, "x"), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_NONE);
}

TEST(a_folder_that_is_moved_meanwhile_keeps_one_state_or_the_other)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	cs_err e;

	vault_make(&v);
	e = edit(&v, "x", take_folder_away, &v);
	snprintf(v.folder, sizeof(v.folder), "%.255s/gone", v.parent);
	book = vault_read(&v);
	CHECK(cs_str_equal(
	    book->entries[0].issuer, cs_failed(e) ? CS_STR("Example") : CS_STR("written")));
}

TEST(leftovers_of_writers_that_were_killed_are_taken_away)
{
	VAULT_AUTO v;

	vault_make(&v);
	CHECK_OK(edit(&v, "x", rename_first, "x"));
	shell(
	    &v, "touch .vault.age.abc123 .identity.age.zzz999 versions/.7.age.abcdef .mine notes");
	CHECK_OK(edit(&v, "y", rename_first, "y"));
	CHECK(!is_there(&v, ".vault.age.abc123") && !is_there(&v, ".identity.age.zzz999"));
	CHECK(!is_there(&v, "versions/.7.age.abcdef"));
	CHECK(is_there(&v, ".mine") && is_there(&v, "notes"));
}

TEST(a_new_passphrase_opens_and_the_old_one_does_not)
{
	VAULT_AUTO v;
	SECRET_AUTO none = NULL;

	vault_make(&v);
	CHECK_OK(cs_place_set_passphrase(&v.place, v.identity, CS_STR("new"), WORK, &v.trouble));
	CHECK_ERR(cs_place_unlock(&v.place, PASSPHRASE, &none, &v.trouble), FORBIDDEN);
	vault_unlock(&v, CS_STR("new"));
	cs_book_free(&(struct cs_book *){ vault_read(&v) });
}

TEST(a_passphrase_is_not_set_for_a_key_that_opens_nothing)
{
	VAULT_AUTO v;
	SECRET_AUTO foreign = NULL;

	vault_make(&v);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &foreign));
	CHECK(
	    cs_failed(cs_place_set_passphrase(&v.place, foreign, CS_STR("new"), WORK, &v.trouble)));
	vault_unlock(&v, PASSPHRASE);
}

TEST(the_recovery_key_gives_a_new_passphrase_and_keeps_accounts_and_versions)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	BOOK_AUTO undone = NULL;
	SECRET_AUTO old = NULL;
	cs_str said;

	vault_make(&v);
	CHECK_OK(edit(&v, "renamed", rename_first, "New"));
	CHECK_OK(cs_secret_from(cs_secret_span(v.identity), &old));
	CHECK_OK(cs_place_recover(&v.place, v.recovery, CS_STR("fresh"), WORK, &v.trouble));
	vault_unlock(&v, CS_STR("fresh"));
	book = vault_read(&v);
	CHECK_INT(book->entry_count, 5);
	CHECK_INT(book->recipient_count, 2);
	CHECK_OK(cs_place_undo(&v.place, &v.opener, &said, &undone, &v.trouble));
	CHECK_TEXT(undone->entries[0].issuer, "Example");
	/* who forgot the passphrase does not find the old key still opening it */
	struct cs_age_identities who = { &old, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	cs_book_free(&book);
	CHECK(cs_failed(cs_place_read(&v.place, &opener, &book, &v.trouble)));
	cs_book_free(&(struct cs_book *){ vault_read(&v) });
}

TEST(a_wrong_recovery_key_changes_nothing)
{
	VAULT_AUTO v;
	SECRET_AUTO foreign = NULL;

	vault_make(&v);
	shell(&v, "cat vault.age identity.age > ../before");
	CHECK_OK(cs_age_identity_new(&cs_random_system, &foreign));
	CHECK_ERR(cs_place_recover(&v.place, foreign, CS_STR("x"), WORK, &v.trouble), FORBIDDEN);
	CHECK_INT(v.trouble.problem, CS_PLACE_WRONG_KEY);
	shell(&v, "cat vault.age identity.age | cmp - ../before");
}

TEST(a_lost_identity_file_is_made_again_by_the_recovery_key)
{
	VAULT_AUTO v;
	SECRET_AUTO none = NULL;

	vault_make(&v);
	shell(&v, "rm identity.age");
	CHECK_ERR(cs_place_unlock(&v.place, PASSPHRASE, &none, &v.trouble), NOT_FOUND);
	CHECK_INT(v.trouble.problem, CS_PLACE_DAMAGED);
	CHECK_OK(cs_place_recover(&v.place, v.recovery, CS_STR("fresh"), WORK, &v.trouble));
	vault_unlock(&v, CS_STR("fresh"));
}

static void
child_counts(const struct vault *v, int times)
{
	struct vault mine = *v;

	for (int i = 0; i < times; i++) {
		uint64_t counter = 0;
		char line[32];

		mine.who = (struct cs_age_identities){ &mine.identity, 1 };
		mine.opener = cs_age_identities_opener(&mine.who);
		if (cs_failed(edit(&mine, NULL, count_on, &counter)))
			_exit(1);
		int n = snprintf(line, sizeof(line), "%llu\n", (unsigned long long)counter);
		if (write(STDOUT_FILENO, line, (size_t)n) != n)
			_exit(1);
	}
	_exit(0);
}

TEST(writers_at_the_same_time_never_get_the_same_counter)
{
	VAULT_AUTO v;
	char path[TEST_FOLDER_SIZE + 32];
	pid_t children[8];

	vault_make(&v);
	snprintf(path, sizeof(path), "%s/../counters", v.folder);
	for (size_t i = 0; i < CS_COUNT(children); i++) {
		fflush(stdout);
		children[i] = fork();
		if (children[i] == 0) {
			int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

			dup2(fd, STDOUT_FILENO);
			child_counts(&v, 25);
		}
	}
	for (size_t i = 0; i < CS_COUNT(children); i++) {
		int status;

		CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
	}
	shell(&v, "test $(wc -l < ../counters) = 200");
	shell(&v, "test $(sort -u ../counters | wc -l) = 200");
	shell(&v, "test $(sort -n ../counters | head -1) = 41");
	shell(&v, "test $(sort -n ../counters | tail -1) = 240");
}

TEST(a_backup_is_read_back_from_anywhere)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;
	BOOK_AUTO again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	char path[TEST_FOLDER_SIZE + 32];

	vault_make(&v);
	book = vault_read(&v);
	cs_buf_init(&file, 1 << 20);
	snprintf(path, sizeof(path), "%s/backup", v.parent);
	CHECK_OK(cs_place_seal(&cs_random_system, book, &file));
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	CHECK_INT(write(fd, file.p, file.len), file.len);
	close(fd);
	CHECK_OK(cs_place_read_file(path, &v.opener, &again, &v.trouble));
	CHECK_INT(again->entry_count, 5);
	cs_book_free(&again);
	CHECK_ERR(cs_place_read_file("/nowhere", &v.opener, &again, &v.trouble), UNAVAILABLE);
	CHECK_INT(v.trouble.problem, CS_PLACE_DISK);
	CHECK_ERR(cs_place_read_file("/etc/passwd", &v.opener, &again, &v.trouble), INVALID);
	CHECK_INT(v.trouble.problem, CS_PLACE_DAMAGED);
	cs_secret_free(&v.identity);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &v.identity));
	CHECK_ERR(cs_place_read_file(path, &v.opener, &again, &v.trouble), NOT_FOUND);
}

TEST(a_reminder_comes_once_a_day_until_there_is_a_backup)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	book = vault_read(&v);
	CHECK(cs_place_is_reminder_due(&v.place, book));
	CHECK(!cs_place_is_reminder_due(&v.place, book));
	v.place.now.ms += CS_DAY_MS - 1000;
	CHECK(!cs_place_is_reminder_due(&v.place, book));
	v.place.now.ms += 1000;
	CHECK(cs_place_is_reminder_due(&v.place, book));
	v.place.now.ms += CS_DAY_MS;
	CHECK_OK(cs_book_note_event(
	    book, &(struct cs_book_event){ .what = CS_STR("backup"), .serial = book->serial }));
	CHECK(!cs_place_is_reminder_due(&v.place, book));
}

TEST(a_pipe_in_the_reminders_place_is_not_waited_for)
{
	VAULT_AUTO v;

	vault_make(&v);
	shell(&v, "mkfifo reminded");
	CHECK(!cs_place_is_reminder_due(&v.place, NULL));
}

TEST(a_trouble_is_one_line_whatever_the_folder_is_called)
{
	VAULT_AUTO v;
	BOOK_AUTO book = NULL;

	vault_make(&v);
	v.place.folder = "/nowhere\n\x1b[2J/\xff";
	CHECK_ERR(cs_place_read(&v.place, &v.opener, &book, &v.trouble), NOT_FOUND);
	CHECK(strchr(v.trouble.text, '\n') == NULL && strchr(v.trouble.text, '\x1b') == NULL);
	CHECK(cs_utf8_is_valid(cs_str_span(cs_str_c(v.trouble.text))));
}

TEST_MAIN("vault/place")
