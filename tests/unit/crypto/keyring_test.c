#include "crypto/keyring.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "test.h"
#include "vectors.h"

/* A folder of its own for each test, and the keyring's path in it. */
static char folder[64], path[96];

static void
begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/cs-keyring-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/keyring", folder);
	/* The refusals that are tested need not be read. */
	cs_log_init(open("/dev/null", O_WRONLY | O_CLOEXEC), CS_LEVEL_ERROR);
}

static void
end(void)
{
	unlink(path);
	CHECK_INT(rmdir(folder), 0); /* nothing else was left there */
}

static void
write_file(cs_str text, mode_t mode)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
	CHECK(fd >= 0);
	CHECK_INT(fchmod(fd, mode), 0);
	CHECK_INT(write(fd, text.p, text.len), (ssize_t)text.len);
	close(fd);
}

static size_t
read_file(char *out, size_t max)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, out, max);

	close(fd);
	CHECK(n >= 0);
	return (size_t)n;
}

static struct cs_keyring *
open_new(void)
{
	struct cs_keyring *k = NULL;

	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	CHECK_OK(cs_keyring_open(path, &k));
	return k;
}

/* Randomness that gives one vector's nonce. */
static void
fill_from_buf(void *ctx, uint8_t *out, size_t len)
{
	const struct cs_buf *b = ctx;

	CHECK_INT(b->len, len);
	memcpy(out, b->p, len);
}

static const struct cs_binding bind = {
	.purpose = "authenticator.secret",
	.account = { { 1 } },
	.row = { { 2 } },
	.owner = { { 3 } },
};

static cs_id
vector_id(const json_t *row, const char *name)
{
	cs_id id;

	CHECK_OK(cs_id_from_hex(vector_text(row, name), &id));
	return id;
}

TEST(the_format_at_rest_is_as_documented)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/sealed.json");
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = NULL;
	const json_t *row;
	size_t i;

	begin();
	write_file(vector_text(all, "keyring"), 0600);
	CHECK_OK(cs_keyring_open(path, &k));
	CHECK(json_array_size(json_object_get(all, "sealed")) >= 5);
	json_array_foreach(json_object_get(all, "sealed"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf plain;
		CS_AUTO(cs_buf_clear) struct cs_buf nonce;
		CS_AUTO(cs_buf_clear) struct cs_buf sealed;
		CS_AUTO(cs_buf_clear) struct cs_buf got = { .max = 1000 };
		struct cs_binding b = { json_string_value(json_object_get(row, "purpose")),
			vector_id(row, "account"), vector_id(row, "row"), vector_id(row, "owner") };

		vector_hex(row, "plain", &plain);
		vector_hex(row, "nonce", &nonce);
		vector_hex(row, "sealed", &sealed);
		CHECK_OK(cs_unseal(k, cs_buf_span(&sealed), &b, &got));
		CHECK(cs_str_equal(cs_buf_str(&got), cs_buf_str(&plain)));
		bool in_use = json_is_true(json_object_get(row, "in_use"));
		CHECK(cs_seal_is_current(k, cs_buf_span(&sealed)) == in_use);
		cs_buf_reset(&got);
		struct cs_random r = { fill_from_buf, &nonce };
		CHECK_OK(cs_seal(k, &r, cs_buf_span(&plain), &b, &got));
		CHECK(cs_str_equal(cs_buf_str(&got), cs_buf_str(&sealed)) == in_use);
	}
	end();
}

TEST(peppered_values_are_as_documented)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/sealed.json");
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = NULL;
	const json_t *row;
	size_t i;

	begin();
	write_file(vector_text(all, "keyring"), 0600);
	CHECK_OK(cs_keyring_open(path, &k));
	json_array_foreach(json_object_get(all, "peppered"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf message;
		CS_AUTO(cs_buf_clear) struct cs_buf want;
		const char *purpose = json_string_value(json_object_get(row, "purpose"));
		uint8_t got[CS_PEPPERED_LEN];
		bool is_equal = false;

		vector_hex(row, "message", &message);
		vector_hex(row, "peppered", &want);
		CHECK_INT(want.len, CS_PEPPERED_LEN);
		CHECK_OK(cs_pepper_check(k, purpose, cs_buf_span(&message), want.p, &is_equal));
		CHECK(is_equal);
		CHECK_OK(cs_pepper(k, purpose, cs_buf_span(&message), got));
		CHECK((memcmp(got, want.p, sizeof(got)) == 0) ==
		      json_is_true(json_object_get(row, "in_use")));
	}
	end();
}

TEST(what_was_sealed_opens_and_seals_differ_each_time)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf one = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf two = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	CS_AUTO(cs_secret_free) struct cs_secret *s = NULL;

	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &one));
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &two));
	CHECK_INT(one.len, 6 + CS_SEAL_OVERHEAD);
	CHECK(memcmp(one.p, two.p, one.len) != 0);
	CHECK(cs_seal_is_current(k, cs_buf_span(&one)));
	cs_buf_add_c(&plain, "before ");
	CHECK_OK(cs_unseal(k, cs_buf_span(&one), &bind, &plain));
	CHECK_TEXT(cs_buf_str(&plain), "before secret");
	CHECK_OK(cs_unseal_secret(k, cs_buf_span(&two), &bind, &s));
	CHECK_TEXT(cs_secret_span(s), "secret");
	end();
}

TEST(a_seal_with_any_bit_altered_does_not_open)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };

	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &sealed));
	cs_buf_add_c(&plain, "before");
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		sealed.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain), CRYPTO);
		CHECK_TEXT(cs_buf_str(&plain), "before");
		sealed.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < sealed.len; len++)
		CHECK_ERR(cs_unseal(k, CS_SPAN(sealed.p, len), &bind, &plain), CRYPTO);
	cs_buf_add_byte(&sealed, 0);
	CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain), CRYPTO);
	CHECK_TEXT(cs_buf_str(&plain), "before");
	end();
}

TEST(a_seal_moved_to_another_purpose_account_row_or_owner_does_not_open)
{
	struct cs_binding other[5] = { bind, bind, bind, bind, bind };

	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &sealed));
	other[0].purpose = "authenticator.secreT";
	other[1].purpose = "authenticator.secret2";
	other[2].account.b[15] = 1;
	other[3].row = bind.owner;
	other[3].owner = bind.row;
	other[4].owner = cs_id_zero;
	for (size_t i = 0; i < CS_COUNT(other); i++)
		CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &other[i], &plain), CRYPTO);
	CHECK_OK(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain));
	end();
}

TEST(a_seal_of_another_keyring_does_not_open)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	uint8_t peppered[CS_PEPPERED_LEN];
	bool is_equal = true;

	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &sealed));
	CHECK_OK(cs_pepper(k, "pin", CS_SPAN("1", 1), peppered));
	unlink(path);
	cs_keyring_close(&k);
	k = open_new();
	CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain), CRYPTO);
	CHECK(!cs_seal_is_current(k, cs_buf_span(&sealed)));
	CHECK_ERR(cs_pepper_check(k, "pin", CS_SPAN("1", 1), peppered, &is_equal), CRYPTO);
	CHECK(!is_equal);
	end();
}

/* How many bytes the log has grown by since it was made `fd`. */
static int64_t
logged(int fd)
{
	return (int64_t)lseek(fd, 0, SEEK_END);
}

TEST(a_strangers_value_is_refused_without_an_alarm_and_a_stored_one_with_it)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	char name[] = "/tmp/cs-keyring-log-XXXXXX";
	int fd = mkstemp(name);
	/* which byte is altered: the version, the key id, the nonce, the text, its tag */
	const size_t at[] = { 0, 1, 9, 33, CS_SEAL_OVERHEAD + 5 };

	CHECK(fd >= 0);
	unlink(name);
	cs_log_init(fd, CS_LEVEL_ERROR);
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("secret", 6), &bind, &sealed));
	CHECK_OK(cs_unseal_foreign(k, cs_buf_span(&sealed), &bind, &plain));
	CHECK_TEXT(cs_buf_str(&plain), "secret");
	for (size_t i = 0; i < CS_COUNT(at); i++) {
		int64_t before = logged(fd);

		sealed.p[at[i]] ^= 1;
		CHECK_ERR(cs_unseal_foreign(k, cs_buf_span(&sealed), &bind, &plain), CRYPTO);
		CHECK_ERR(cs_unseal_foreign(k, CS_SPAN(sealed.p, 3), &bind, &plain), CRYPTO);
		CHECK(logged(fd) == before);
		CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain), CRYPTO);
		CHECK(logged(fd) > before);
		sealed.p[at[i]] ^= 1;
	}
	CHECK_TEXT(cs_buf_str(&plain), "secret");
	end();
}

TEST(sizes_are_bounded)
{
	static uint8_t big[65537];

	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100000 };
	CS_AUTO(cs_buf_clear) struct cs_buf small = { .max = 5 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100000 };
	struct cs_secret *s = NULL;

	CHECK_ERR(cs_seal(k, &cs_random_system, CS_SPAN(big, 65537), &bind, &sealed), LIMIT);
	CHECK_INT(sealed.len, 0);
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN(big, 65536), &bind, &sealed));
	CHECK_OK(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain));
	CHECK_INT(plain.len, 65536);
	CHECK_ERR(cs_unseal_secret(k, cs_buf_span(&sealed), &bind, &s), INVALID);
	CHECK_ERR(cs_unseal(k, cs_buf_span(&sealed), &bind, &small), LIMIT);
	cs_buf_reset(&small);
	CHECK_ERR(cs_seal(k, &cs_random_system, CS_SPAN(big, 1), &bind, &small), LIMIT);
	cs_buf_reset(&sealed);
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN_NONE, &bind, &sealed));
	CHECK_ERR(cs_unseal_secret(k, cs_buf_span(&sealed), &bind, &s), INVALID);
	end();
}

TEST(a_peppered_value_fits_its_message_and_purpose_only)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	uint8_t a[CS_PEPPERED_LEN];
	bool is_equal = false;

	CHECK_OK(cs_pepper(k, "pin", CS_SPAN("123456", 6), a));
	CHECK_OK(cs_pepper_check(k, "pin", CS_SPAN("123456", 6), a, &is_equal));
	CHECK(is_equal);
	CHECK_OK(cs_pepper_check(k, "pin", CS_SPAN("123457", 6), a, &is_equal));
	CHECK(!is_equal);
	CHECK_OK(cs_pepper_check(k, "pim", CS_SPAN("123456", 6), a, &is_equal));
	CHECK(!is_equal);
	a[CS_PEPPERED_LEN - 1] ^= 1;
	CHECK_OK(cs_pepper_check(k, "pin", CS_SPAN("123456", 6), a, &is_equal));
	CHECK(!is_equal);
	end();
}

TEST(a_rotation_goes_add_use_and_old_seals_still_open)
{
	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	CS_AUTO(cs_buf_clear) struct cs_buf old = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf new = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	uint8_t id[CS_KEY_ID_LEN], none[CS_KEY_ID_LEN] = { 0 }, pepper[CS_PEPPERED_LEN];
	bool is_equal = false;

	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("old", 3), &bind, &old));
	CHECK_OK(cs_pepper(k, "pin", CS_SPAN("1", 1), pepper));
	CHECK_OK(cs_keyring_file_add(path, &cs_random_system, cs_seconds(2), id));
	CHECK_OK(cs_keyring_reload(k));
	CHECK(cs_seal_is_current(k, cs_buf_span(&old)));
	CHECK_ERR(cs_keyring_file_use(path, none), NOT_FOUND);
	CHECK_OK(cs_keyring_file_use(path, id));
	CHECK(cs_seal_is_current(k, cs_buf_span(&old)));
	CHECK_OK(cs_keyring_reload(k));
	CHECK(!cs_seal_is_current(k, cs_buf_span(&old)));
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("new", 3), &bind, &new));
	CHECK(memcmp(new.p + 1, id, sizeof(id)) == 0);
	CHECK_OK(cs_unseal(k, cs_buf_span(&old), &bind, &plain));
	CHECK_OK(cs_unseal(k, cs_buf_span(&new), &bind, &plain));
	CHECK_TEXT(cs_buf_str(&plain), "oldnew");
	CHECK_OK(cs_pepper_check(k, "pin", CS_SPAN("1", 1), pepper, &is_equal));
	CHECK(is_equal);
	end();
}

TEST(an_existing_file_is_never_overwritten_by_create)
{
	char before[200], after[200];

	begin();
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	size_t len = read_file(before, sizeof(before));
	CHECK_ERR(cs_keyring_create(path, &cs_random_system, cs_seconds(2)), CONFLICT);
	CHECK_INT(read_file(after, sizeof(after)), len);
	CHECK(memcmp(before, after, len) == 0);
	end();
}

TEST(the_file_is_private_from_the_start_and_after_each_change)
{
	struct stat st;
	uint8_t id[CS_KEY_ID_LEN];

	begin();
	mode_t mask = umask(0);
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_OK(cs_keyring_file_add(path, &cs_random_system, cs_seconds(2), id));
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	umask(mask);
	end();
}

TEST(what_a_crash_left_behind_does_not_hinder)
{
	char stale[128];
	uint8_t id[CS_KEY_ID_LEN];

	begin();
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	snprintf(stale, sizeof(stale), "%s/.keyring.new", folder);
	int fd = open(stale, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0);
	close(fd);
	CHECK_OK(cs_keyring_file_add(path, &cs_random_system, cs_seconds(2), id));
	end();
}

TEST(a_file_that_others_can_read_is_refused)
{
	static const mode_t loose[] = { 0640, 0604, 0660, 0644, 0601, 0610, 0700 };
	char text[200];
	struct cs_keyring *k = NULL;

	begin();
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	size_t len = read_file(text, sizeof(text));
	for (size_t i = 0; i < CS_COUNT(loose); i++) {
		write_file((cs_str){ text, len }, loose[i]);
		CHECK_ERR(cs_keyring_open(path, &k), INVALID);
		CHECK(k == NULL);
	}
	write_file((cs_str){ text, len }, 0400);
	CHECK_OK(cs_keyring_open(path, &k));
	cs_keyring_close(&k);
	end();
}

TEST(a_file_that_is_missing_or_no_file_is_refused)
{
	struct cs_keyring *k = NULL;
	uint8_t id[CS_KEY_ID_LEN];

	begin();
	CHECK_ERR(cs_keyring_open(path, &k), UNAVAILABLE);
	CHECK_ERR(cs_keyring_file_add(path, &cs_random_system, cs_seconds(1), id), UNAVAILABLE);
	CHECK_ERR(cs_keyring_open(folder, &k), INVALID);
	CHECK_INT(mkfifo(path, 0600), 0);
	CHECK_ERR(cs_keyring_open(path, &k), INVALID);
	CHECK_ERR(cs_keyring_create("/nonexistent.example/x", &cs_random_system, cs_seconds(1)),
	    UNAVAILABLE);
	CHECK_ERR(cs_keyring_create("/tmp/", &cs_random_system, cs_seconds(1)), INVALID);
	end();
}

static void
check_text_refused(struct cs_keyring *k, const char *text)
{
	struct cs_keyring *fresh = NULL;

	write_file(cs_str_c(text), 0600);
	CHECK_ERR(cs_keyring_open(path, &fresh), INVALID);
	CHECK_ERR(cs_keyring_reload(k), INVALID);
}

#define ID_0 "69790e93796ad7d5"
#define KEY_0 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define ID_1 "e3b469f58fd1d0ea"
#define KEY_1 "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
#define WHEN "2026-11-22T09:41:00.123Z"

TEST(damaged_files_are_refused_and_the_old_keys_stay)
{
	static const char *const bad[] = {
		"",
		"\n",
		ID_0 " use " KEY_0 " " WHEN, /* cut before the line's end */
		ID_0 " keep " KEY_0 " " WHEN "\n", /* none in use */
		ID_0 " use " KEY_0 " " WHEN "\n" ID_1 " use " KEY_1 " " WHEN "\n", /* two in use */
		ID_0 " use " KEY_0 " " WHEN "\n" ID_0 " keep " KEY_0 " " WHEN "\n", /* twice */
		ID_0 " use " KEY_0 " " WHEN "\n\n", /* an empty line */
		ID_0 " use " KEY_1 " " WHEN "\n", /* the key of another id */
		ID_0 " use " KEY_0 "\n",
		ID_0 " use " KEY_0 " " WHEN " x\n",
		ID_0 " use  " KEY_0 " " WHEN "\n",
		ID_0 " Use " KEY_0 " " WHEN "\n",
		ID_0 " used " KEY_0 " " WHEN "\n",
		ID_0 "00 use " KEY_0 " " WHEN "\n",
		" " ID_0 " use " KEY_0 " " WHEN "\n",
		ID_0 " use " KEY_0 " " WHEN "\r\n",
		ID_0 " use " KEY_0 " 2026-11-22\n",
		ID_0 " use " KEY_0 " 2026-11-22T09:41:00.123+\n",
		ID_0 " use AAAA " WHEN "\n",
		"# comment\n" ID_0 " use " KEY_0 " " WHEN "\n",
	};

	begin();
	write_file(CS_STR(ID_0 " use " KEY_0 " " WHEN "\n"), 0600);
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = NULL;
	CHECK_OK(cs_keyring_open(path, &k));
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
	CHECK_OK(cs_seal(k, &cs_random_system, CS_SPAN("x", 1), &bind, &sealed));
	for (size_t i = 0; i < CS_COUNT(bad); i++)
		check_text_refused(k, bad[i]);
	CHECK_OK(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain));
	end();
}

TEST(a_keyring_holds_64_keys_and_no_more)
{
	uint8_t id[CS_KEY_ID_LEN];
	struct cs_keyring *k = NULL;

	begin();
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	for (int i = 1; i < 64; i++)
		CHECK_OK(cs_keyring_file_add(path, &cs_random_system, cs_seconds(i), id));
	CHECK_ERR(cs_keyring_file_add(path, &cs_random_system, cs_seconds(65), id), LIMIT);
	CHECK_ERR(cs_keyring_file_use(path, id), NOT_FOUND); /* zero after the refusal */
	CHECK_OK(cs_keyring_open(path, &k));
	cs_keyring_close(&k);
	end();
}

/* --- threads --- */

static atomic_bool is_over;

static void *
seal_and_unseal(void *arg)
{
	const struct cs_keyring *k = arg;
	uintptr_t failures = 0;

	while (!atomic_load(&is_over)) {
		CS_AUTO(cs_buf_clear) struct cs_buf sealed = { .max = 100 };
		CS_AUTO(cs_buf_clear) struct cs_buf plain = { .max = 100 };
		uint8_t pepper[CS_PEPPERED_LEN];

		failures +=
		    cs_failed(cs_seal(k, &cs_random_system, CS_SPAN("x", 1), &bind, &sealed));
		failures += cs_failed(cs_unseal(k, cs_buf_span(&sealed), &bind, &plain));
		failures += cs_failed(cs_pepper(k, "pin", CS_SPAN("x", 1), pepper));
		(void)cs_seal_is_current(k, cs_buf_span(&sealed));
	}
	return (void *)failures;
}

TEST(threads_seal_and_unseal_while_keys_rotate)
{
	pthread_t t[3];
	void *failures;
	uint8_t id[CS_KEY_ID_LEN];

	begin();
	CS_AUTO(cs_keyring_close) struct cs_keyring *k = open_new();
	atomic_store(&is_over, false);
	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, seal_and_unseal, k), 0);
	for (int i = 0; i < 40; i++) {
		CHECK_OK(cs_keyring_file_add(path, &cs_random_system, cs_seconds(i), id));
		CHECK_OK(cs_keyring_file_use(path, id));
		CHECK_OK(cs_keyring_reload(k));
	}
	atomic_store(&is_over, true);
	for (size_t i = 0; i < CS_COUNT(t); i++) {
		pthread_join(t[i], &failures);
		CHECK(failures == NULL);
	}
	end();
}

static void *
add_ten(void *arg)
{
	uint8_t id[CS_KEY_ID_LEN];
	uintptr_t failures = 0;

	for (int i = 0; i < 10; i++)
		failures +=
		    cs_failed(cs_keyring_file_add(path, &cs_random_system, cs_seconds(i), id));
	return (void *)failures;
}

TEST(no_key_is_lost_when_several_add_at_once)
{
	pthread_t t[4];
	void *failures;
	char text[8192];
	size_t lines = 0;

	begin();
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1)));
	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, add_ten, NULL), 0);
	for (size_t i = 0; i < CS_COUNT(t); i++) {
		pthread_join(t[i], &failures);
		CHECK(failures == NULL);
	}
	size_t len = read_file(text, sizeof(text));
	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	CHECK_INT(lines, 41);
	end();
}

TEST_MAIN("crypto/keyring")
