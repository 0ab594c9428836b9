/*
 * Other programs' files, read by what convert runs. The files of tests/vectors/import are of our own
 * making (make.py); those of CS_SHARED/vectors/third-party are what the programs themselves wrote.
 */
#include "test.h"

#include "base/codec.h"
#include "crypto/foreign.h"
#include "proto/totp.h"
#include "vault/import_wire.h"
#include "vectors.h"

#define ARENA_MAX ((size_t)64 << 20)

static void
load(const char *folder, const char *name, struct cs_buf *out)
{
	char path[2048];
	size_t got;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	cs_buf_init_sensitive(out, CS_IMPORT_BYTES_MAX);
	while ((got = fread(cs_buf_reserve(out, 65536), 1, 65536, f)) == 65536)
		;
	out->len -= 65536 - got;
	fclose(f);
}

static const char *
own_folder(void)
{
	static char folder[1024];
	const char *vectors = getenv("CS_TEST_VECTORS");

	snprintf(folder, sizeof(folder), "%s/import", vectors != NULL ? vectors : "tests/vectors");
	return folder;
}

/* NULL: not here. */
static const char *
shared_folder(void)
{
	static char folder[1024];
	const char *shared = getenv("CS_SHARED");
	const char *vectors = getenv("CS_TEST_VECTORS");
	char path[1100];

	if (shared != NULL)
		snprintf(folder, sizeof(folder), "%s/vectors/third-party", shared);
	else
		snprintf(folder, sizeof(folder), "%s/../../../shared/vectors/third-party",
		    vectors != NULL ? vectors : "tests/vectors");
	snprintf(path, sizeof(path), "%s/imports_manifest.json", folder);
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return NULL;
	fclose(f);
	return folder;
}

static cs_err
read_as(struct cs_arena *a, cs_span file, const char *password, const char *format,
    struct cs_import *in, const struct cs_import_format **found)
{
	*in = (struct cs_import){
		.arena = a,
		.file = file,
		.password = cs_str_span(cs_str_c(password)),
	};
	return cs_import_read(in, format, found);
}

static cs_err
read_text(struct cs_arena *a, const char *text, struct cs_import *in)
{
	const struct cs_import_format *found;

	return read_as(a, cs_str_span(cs_str_c(text)), NULL, NULL, in, &found);
}

static void
check_same_text(cs_str got, const json_t *row, const char *name, const char *file)
{
	cs_str want = vector_text(row, name);

	if (!cs_str_equal(got, want))
		fail_msg("%s: %s is \"%.*s\" and not \"%.*s\"", file, name, CS_STR_ARG(got),
		    CS_STR_ARG(want));
}

static void
check_number(int64_t got, const json_t *row, const char *name, const char *file)
{
	const json_t *want = json_object_get(row, name);

	if (json_is_integer(want) && json_integer_value(want) != got)
		fail_msg("%s: %s is %lld and not %lld", file, name, (long long)got,
		    (long long)json_integer_value(want));
}

/* Whether e has the secret that row names in Base32. */
static bool
has_secret(const struct cs_entry *e, const json_t *row)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, 512);
	cs_base32_encode(e->secret, &text);
	return cs_str_equal(cs_buf_str(&text), vector_text(row, "secret"));
}

static void
check_code(const struct cs_entry *e, const json_t *row, const char *file)
{
	check_same_text(cs_entry_kind_name(e->kind), row, "type", file);
	check_same_text(cs_otp_hash_name(e->hotp.hash), row, "algorithm", file);
	check_number(e->hotp.digits, row, "digits", file);
	if (e->kind == CS_ENTRY_HOTP)
		check_number((int64_t)e->counter, row, "counter", file);
	else
		check_number(e->period_s, row, "period", file);
}

/* The kept items, by their secrets: FreeOTP 2's are in no order of their own. */
static void
check_entries(const struct cs_import *in, const json_t *row, const char *file)
{
	const json_t *wanted = json_object_get(row, "entries");
	size_t i, j, kept = 0;
	json_t *want;

	for (i = 0; i < in->item_count; i++)
		kept += in->items[i].refused.len == 0;
	if (kept != json_array_size(wanted) ||
	    (int64_t)(in->item_count - kept) != vector_int(row, "refused"))
		fail_msg("%s: %zu kept and %zu refused", file, kept, in->item_count - kept);
	json_array_foreach(wanted, i, want)
	{
		for (j = 0; j < in->item_count && !has_secret(&in->items[j].entry, want); j++)
			;
		if (j == in->item_count)
			fail_msg("%s: the entry %zu is not there", file, i);
		check_same_text(in->items[j].entry.issuer, want, "issuer", file);
		check_same_text(in->items[j].entry.account, want, "account", file);
		check_code(&in->items[j].entry, want, file);
	}
}

static const char *
password_of(const json_t *row)
{
	return json_string_value(json_object_get(row, "password"));
}

/* For every file of our own: fn(row, its bytes). */
static void
each_own(void (*fn)(const json_t *row, cs_span file))
{
	CS_AUTO(vectors_free) json_t *rows = vectors_load("import/manifest.json");
	size_t i;
	json_t *row;

	CHECK(json_array_size(rows) >= 25);
	json_array_foreach(rows, i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf file;

		load(own_folder(), json_string_value(json_object_get(row, "file")), &file);
		fn(row, cs_buf_span(&file));
	}
}

static void
check_own(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	const char *name = json_string_value(json_object_get(row, "file"));
	const struct cs_import_format *found;
	struct cs_import in;

	cs_err e = read_as(a, file, password_of(row), NULL, &in, &found);
	if (cs_failed(e))
		fail_msg("%s: %s", name, in.problem);
	if (strcmp(found->name, json_string_value(json_object_get(row, "format"))) != 0)
		fail_msg("%s was taken for %s", name, found->name);
	check_entries(&in, row, name);
}

TEST(every_file_of_our_own_making_gives_its_entries)
{
	each_own(check_own);
}

static void
check_password_is_asked_for(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	const struct cs_import_format *found;
	struct cs_import in;

	if (password_of(row) == NULL)
		return;
	CHECK_ERR(read_as(a, file, NULL, NULL, &in, &found), FORBIDDEN);
	CHECK(in.problem != NULL && in.item_count == 0);
	CHECK_INT(cs_import_answer_of(&in, found, CS_FAIL(FORBIDDEN)).outcome, CS_IMPORT_PASSWORD);
	CHECK_ERR(read_as(a, file, "incorrect horse", NULL, &in, &found), FORBIDDEN);
	CHECK(in.problem != NULL && in.item_count == 0);
	CHECK_INT(
	    cs_import_answer_of(&in, found, CS_FAIL(FORBIDDEN)).outcome, CS_IMPORT_WRONG_PASSWORD);
}

TEST(a_password_is_asked_for_and_a_wrong_one_is_told_from_damage)
{
	each_own(check_password_is_asked_for);
}

/* Whatever came out: entries that are whole and counted, or a sentence. */
static void
check_answer(struct cs_import *in, const struct cs_import_format *found, cs_err e)
{
	struct cs_import_answer answer = cs_import_answer_of(in, found, e);
	const char *reason;

	if (cs_failed(e)) {
		CHECK(answer.outcome != CS_IMPORT_READ && answer.problem.len > 0 &&
		      answer.problem.len < 120);
		CHECK_INT(in->item_count, 0);
	}
	for (size_t i = 0; i < in->item_count; i++)
		CHECK(in->items[i].refused.len > 0 ||
		      cs_entry_is_whole(&in->items[i].entry, &reason));
}

/* Those that cost a key derivation are opened for a few cuts only: the rest without a password. */
static void
check_every_cut(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	const struct cs_import_format *found;
	struct cs_import in;

	for (size_t len = 0; len < file.len; len++) {
		const char *password = len % 401 == 0 ? password_of(row) : NULL;
		cs_err e = read_as(a, CS_SPAN(file.p, len), password, NULL, &in, &found);

		check_answer(&in, found, e);
		cs_arena_reset(a);
	}
}

TEST(a_file_cut_at_any_byte_is_a_sentence_and_never_half_an_entry)
{
	each_own(check_every_cut);
}

static void
check_every_flip(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	CS_AUTO(cs_buf_clear) struct cs_buf copy;
	const struct cs_import_format *found;
	struct cs_import in;

	cs_buf_init(&copy, file.len);
	cs_buf_add(&copy, file);
	for (size_t at = 0; at < file.len; at++) {
		const char *password = at % 401 == 0 ? password_of(row) : NULL;
		uint8_t bit = (uint8_t)(1u << (at % 8));

		copy.p[at] ^= bit;
		cs_err e = read_as(a, cs_buf_span(&copy), password, NULL, &in, &found);
		check_answer(&in, found, e);
		copy.p[at] ^= bit;
		cs_arena_reset(a);
	}
}

TEST(a_flipped_bit_anywhere_is_a_sentence_or_another_whole_entry)
{
	each_own(check_every_flip);
}

/* A file that one format knows, told to be another's. */
static void
check_other_formats(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	const struct cs_import_format *found;
	struct cs_import in;

	for (size_t i = 0; cs_import_formats[i] != NULL; i++) {
		cs_err e = read_as(a, file, NULL, cs_import_formats[i]->name, &in, &found);

		check_answer(&in, found, e);
		cs_arena_reset(a);
	}
}

TEST(a_file_told_to_be_another_programs_is_a_sentence)
{
	each_own(check_other_formats);
}

static void
check_wire(const json_t *row, cs_span file)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	const struct cs_import_format *found;
	struct cs_import_answer answer, again;
	struct cs_import in;

	cs_buf_init_sensitive(&text, CS_IMPORT_WIRE_MAX);
	CHECK_OK(read_as(a, file, password_of(row), NULL, &in, &found));
	answer = cs_import_answer_of(&in, found, CS_OK);
	CHECK_OK(cs_import_wire_encode(&answer, &text));
	CHECK_OK(cs_import_wire_decode(a, cs_buf_span(&text), &again));
	CHECK_INT(again.outcome, CS_IMPORT_READ);
	CHECK_INT(again.items.item_count, in.item_count);
	check_entries(&again.items, row, "the wire");
	for (size_t i = 0; i < in.item_count; i++) {
		CHECK(cs_str_equal(again.items.items[i].refused, in.items[i].refused));
		CHECK(cs_str_equal(again.items.items[i].dropped, in.items[i].dropped));
		CHECK_INT(again.items.items[i].entry.kind, in.items[i].entry.kind);
	}
	for (size_t len = 0; len < text.len; len++) {
		cs_err e = cs_import_wire_decode(a, CS_SPAN(text.p, len), &again);
		CHECK(
		    cs_failed(e) || again.items.item_count < in.item_count || len + 200 > text.len);
	}
}

TEST(what_convert_says_is_read_back_as_it_was)
{
	each_own(check_wire);
}

TEST(a_problem_is_read_back_with_its_kind_and_its_sentence)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);

	for (int i = CS_IMPORT_PASSWORD; i < CS_IMPORT_OUTCOMES; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf text;
		struct cs_import_answer again, answer = {
			.outcome = (enum cs_import_outcome)i,
			.format = CS_STR("aegis"),
			.problem = CS_STR("it is under a password"),
		};

		cs_buf_init(&text, 4096);
		CHECK_OK(cs_import_wire_encode(&answer, &text));
		CHECK_OK(cs_import_wire_decode(a, cs_buf_span(&text), &again));
		CHECK_INT(again.outcome, i);
		CHECK_TEXT(again.problem, "it is under a password");
		CHECK_TEXT(again.format, "aegis");
	}
}

TEST(an_answer_that_convert_never_gives_is_refused)
{
	static const char *const texts[] = {
		"",
		"countersign import 2\nformat aegis\n",
		"countersign entries 1\n",
		"countersign import 1\nproblem fire it burns\n",
		"countersign import 1\nproblem damaged it is\n\nentry -\nissuer A\n",
		"countersign import 1\nformat aegis\nentry -\nissuer A\n",
		"countersign import 1\nformat aegis\n\nentry -\nissuer A\n",
		"countersign import 1\nformat aegis\n\nentry -\nissuer A\nas totp SHA1 6 30 0\n",
		"countersign import 1\nformat aegis\n\nentry -\nissuer A\nas pgp SHA1 6 30 "
		"0\nrefused x\n",
		"countersign import 1\nformat aegis\n\nentry -\nissuer A\nas totp SHA1 6 -1 "
		"0\nrefused x\n",
		"countersign import 1\nformat aegis\n\nentry -\nuri otpauth://totp/?secret=AAAA\n",
		"countersign import 1\nformat aegis\nfire now\n",
		"countersign import 1\nformat aegis\n \nentry -\nuri "
		"otpauth://totp/A:b?secret=MZXW6YTB\n",
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	struct cs_import_answer answer;

	for (size_t i = 0; i < CS_COUNT(texts); i++)
		CHECK_ERR(
		    cs_import_wire_decode(a, cs_str_span(cs_str_c(texts[i])), &answer), INVALID);
}

/* --- entries that are not taken --- */

TEST(what_cannot_be_taken_is_refused_with_its_reason_and_its_names)
{
	static const struct {
		const char *info;
		const char *reason;
	} cases[] = {
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"!\"}", "its secret is not Base32" },
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"\"}", "its secret is not Base32" },
		{ "\"type\":\"totp\",\"info\":{}", "its secret is not Base32" },
		{ "\"type\":\"totp\"", "its secret is not Base32" },
		{ "\"type\":\"yandex\",\"info\":{\"secret\":\"MZXW6YTB\"}",
		    "Yandex's codes are not made here" },
		{ "\"type\":\"motp\",\"info\":{\"secret\":\"MZXW6YTB\"}",
		    "mOTP's codes are not made here" },
		{ "\"type\":\"fido\",\"info\":{\"secret\":\"MZXW6YTB\"}",
		    "it is of a kind that is not known here" },
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"MZXW6YTB\",\"algo\":\"MD5\"}",
		    "its algorithm is none of SHA1, SHA256 and SHA512" },
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"MZXW6YTB\",\"digits\":\"six\"}",
		    "its number of digits makes no sense" },
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"MZXW6YTB\",\"digits\":-1}",
		    "its number of digits makes no sense" },
		{ "\"type\":\"totp\",\"info\":{\"secret\":\"MZXW6YTB\",\"period\":0.5}",
		    "its period makes no sense" },
		{ "\"type\":\"hotp\",\"info\":{\"secret\":\"MZXW6YTB\",\"counter\":-1}",
		    "its counter makes no sense" },
		{ "\"type\":\"hotp\",\"info\":{\"secret\":\"MZXW6YTB\",\"counter\":1e300}",
		    "its counter makes no sense" },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);

	for (size_t i = 0; i < CS_COUNT(cases); i++) {
		cs_str text = cs_arena_printf(a,
		    "{\"version\":1,\"header\":{\"slots\":null},\"db\":{\"entries\":["
		    "{\"name\":\"alice\",\"issuer\":\"Example\",%s}]}}",
		    cases[i].info);
		struct cs_import in;

		CHECK_OK(read_text(a, text.p, &in));
		CHECK_INT(in.item_count, 1);
		CHECK_TEXT(in.items[0].refused, cases[i].reason);
		CHECK_TEXT(in.items[0].entry.issuer, "Example");
		CHECK_TEXT(in.items[0].entry.account, "alice");
		CHECK_INT(in.items[0].entry.secret.len, 0);
	}
}

TEST(what_no_entry_may_be_is_refused_by_the_bounds_of_an_entry)
{
	static const char *const infos[] = {
		"\"name\":\"\",\"issuer\":\"\",\"info\":{\"secret\":\"MZXW6YTB\"}",
		"\"name\":\"a\",\"info\":{\"secret\":\"MZXW6YTB\",\"digits\":0}",
		"\"name\":\"a\",\"info\":{\"secret\":\"MZXW6YTB\",\"digits\":11}",
		"\"name\":\"a\",\"info\":{\"secret\":\"MZXW6YTB\",\"period\":0}",
		"\"name\":\"a\",\"info\":{\"secret\":\"MZXW6YTB\",\"period\":86400}",
		"\"name\":\"a\",\"info\":{\"secret\":\"MZXW6YTB\",\"period\":-30}",
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);

	for (size_t i = 0; i < CS_COUNT(infos); i++) {
		cs_str text = cs_arena_printf(a,
		    "{\"version\":1,\"header\":{\"slots\":null},\"db\":{\"entries\":[{\"type\":"
		    "\"totp\",%s}]}}",
		    infos[i]);
		struct cs_import in;

		CHECK_OK(read_text(a, text.p, &in));
		CHECK_INT(in.item_count, 1);
		CHECK(in.items[0].refused.len > 0);
	}
}

TEST(names_are_mended_and_what_is_cut_is_said)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	char *note = cs_arena_alloc(a, 6001);
	struct cs_import in;

	memset(note, 'x', 6000);
	cs_str text = cs_arena_printf(a,
	    "{\"version\":1,\"header\":{\"slots\":null},\"db\":{\"entries\":[{\"type\":\"totp\","
	    "\"name\":\"al\\nice\\u001b[31m\",\"issuer\":\" Example\\t\",\"note\":\"one\\r\\ntwo\","
	    "\"info\":{\"secret\":\"mzxw 6ytb\"}},{\"type\":\"totp\",\"name\":\"long\","
	    "\"note\":\"%s\",\"info\":{\"secret\":\"MZXW6YTB\"}}]}}",
	    note);
	CHECK_OK(read_text(a, text.p, &in));
	CHECK_INT(in.item_count, 2);
	CHECK_TEXT(in.items[0].entry.account, "al ice [31m");
	CHECK_TEXT(in.items[0].entry.issuer, "Example");
	CHECK_TEXT(in.items[0].entry.note, "one\ntwo");
	CHECK_INT(in.items[0].dropped.len, 0);
	CHECK_INT(in.items[1].entry.note.len, CS_ENTRY_NOTE_MAX);
	CHECK_TEXT(in.items[1].dropped, "the end of a long note");
}

TEST(an_export_that_only_its_account_can_open_is_refused_with_the_way_out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	struct cs_import in;

	CHECK_ERR(
	    read_text(a,
		"{\"encrypted\":true,\"encKeyValidation_DO_NOT_EDIT\":\"2.a|b|c\",\"items\":[]}",
		&in),
	    INVALID);
	CHECK_TEXT(cs_str_c(in.problem),
	    "only the Bitwarden account that wrote it can open it: export it again as \"password "
	    "protected\"");
}

TEST(what_early_versions_did_not_write_yet_is_not_missed)
{
	static const struct {
		const char *text;
		const char *format;
		const char *issuer;
		const char *account;
	} cases[] = {
		{ "{\"version\":1,\"db\":{\"entries\":[{\"type\":\"totp\",\"name\":\"alice\","
		  "\"issuer\":\"Example\",\"info\":{\"secret\":\"jbswy3dpehpk3pxp\"}}]}}",
		    "aegis", "Example", "alice" },
		{ "{\"services\":[{\"name\":\"Example\",\"secret\":\"JBSW Y3DP EHPK 3PXP\","
		  "\"otp\":{\"account\":\"alice\",\"digits\":null}}]}",
		    "2fas", "Example", "alice" },
		{ "{\"items\":[{\"name\":\"Example\",\"login\":{\"username\":\"alice\","
		  "\"totp\":\"jbswy3dpehpk3pxp\"}}]}",
		    "bitwarden", "Example", "alice" },
		{ "[{\"secret\":\"JBSWY3DPEHPK3PXP\",\"label\":\"Example - alice\"}]", "andotp",
		    "Example", "alice" },
		{ "{\"tokens\":[{\"type\":\"TOTP\",\"label\":\"alice\",\"issuerInt\":\"Example\","
		  "\"secret\":[72,101,108,108,111,33,-34,-83,-66,-17]}],\"tokenOrder\":[]}",
		    "freeotp+", "Example", "alice" },
		/* A password manager's name of the thing, when the address has none. */
		{ "{\"encrypted\":false,\"items\":[{\"name\":\"Example\",\"login\":{\"totp\":"
		  "\"otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP\"}}]}",
		    "bitwarden", "Example", "alice" },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);

	for (size_t i = 0; i < CS_COUNT(cases); i++) {
		const struct cs_import_format *found;
		struct cs_import in;

		CHECK_OK(read_as(a, cs_str_span(cs_str_c(cases[i].text)), NULL, NULL, &in, &found));
		CHECK_TEXT(cs_str_c(found->name), cases[i].format);
		CHECK_INT(in.item_count, 1);
		CHECK_TEXT(in.items[0].refused, "");
		CHECK_TEXT(in.items[0].entry.issuer, cases[i].issuer);
		CHECK_TEXT(in.items[0].entry.account, cases[i].account);
		CHECK_TEXT(in.items[0].entry.secret, "Hello!\xde\xad\xbe\xef");
	}
}

TEST(what_nobody_writes_is_known_by_nobody)
{
	static const char *const texts[] = { "", "\n", "{", "{}", "[]", "hello", "null", "\xff" };
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	struct cs_import in;

	for (size_t i = 0; i < CS_COUNT(texts); i++) {
		CHECK_ERR(read_text(a, texts[i], &in), INVALID);
		CHECK(in.problem != NULL);
	}
	const struct cs_import_format *found;
	CHECK_ERR(read_as(a, CS_SPAN_NONE, NULL, "no-such-format", &in, &found), INVALID);
	CHECK(found == NULL);
}

TEST(json_that_is_too_deep_is_damage)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	char deep[4096] = "{\"header\":{\"slots\":null},\"db\":";
	size_t len = strlen(deep);
	struct cs_import in;

	memset(deep + len, '[', sizeof(deep) - len - 1);
	CHECK_ERR(read_text(a, deep, &in), INVALID);
}

/* --- work factors --- */

static void
check_limit(const char *text)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
	const struct cs_import_format *found;
	struct cs_import in;

	CHECK_ERR(read_as(a, cs_str_span(cs_str_c(text)), "x", NULL, &in, &found), LIMIT);
	CHECK_INT(cs_import_answer_of(&in, found, CS_FAIL(LIMIT)).outcome, CS_IMPORT_LIMIT);
}

TEST(work_that_would_eat_the_machine_is_not_begun)
{
	check_limit(
	    "{\"version\":1,\"header\":{\"slots\":[{\"type\":1,\"n\":1073741824,\"r\":8,\"p\":1,"
	    "\"salt\":\"00\",\"key\":\"00\",\"key_params\":{\"nonce\":\"00\",\"tag\":\"00\"}}],"
	    "\"params\":{\"nonce\":\"00\",\"tag\":\"00\"}},\"db\":\"AAAA\"}");
	check_limit(
	    "{\"encrypted\":true,\"passwordProtected\":true,\"salt\":\"x\",\"kdfType\":0,"
	    "\"kdfIterations\":1000000000,\"encKeyValidation_DO_NOT_EDIT\":\"\",\"data\":\"\"}");
	check_limit("{\"encrypted\":true,\"passwordProtected\":true,\"salt\":\"x\",\"kdfType\":1,"
		    "\"kdfIterations\":3,\"kdfMemory\":9000000000000,\"kdfParallelism\":4,"
		    "\"encKeyValidation_DO_NOT_EDIT\":\"\",\"data\":\"\"}");
	check_limit("{\"authenticator_tokens\":[{\"key_derivation_iterations\":1000000000,"
		    "\"salt\":\"x\",\"encrypted_seed\":\"AAAA\"}]}");
	check_limit("{\"version\":1,\"kdfParams\":{\"memLimit\":2147483648,\"opsLimit\":1,"
		    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"encryptionNonce\":\"AAAA\","
		    "\"encryptedData\":\"AAAA\"}");
	check_limit("{\"version\":1,\"kdfParams\":{\"memLimit\":1073741824,\"opsLimit\":9,"
		    "\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},\"encryptionNonce\":\"AAAA\","
		    "\"encryptedData\":\"AAAA\"}");
}

/* --- what the programs themselves wrote --- */

static const json_t *
superset_of(const json_t *superset, const struct cs_entry *e)
{
	size_t i;
	json_t *row;

	json_array_foreach(superset, i, row)
	{
		if (has_secret(e, row))
			return row;
	}
	return NULL;
}

/* What a program cannot say is as it is by default. */
enum {
	LOSES_NOTHING = 0,
	LOSES_FIGURES = 1, /* algorithm, digits, period, and that it is a HOTP */
	LOSES_ALGORITHM = 2,
	LOSES_ISSUER = 4,
	LOSES_COUNTER = 8,
	LOSES_CASE = 16,
	NAMES_STEAM = 32, /* the issuer of a Steam entry is another */
};

static const struct {
	const char *file;
	size_t count;
	int loses;
} samples[] = {
	{ "imports/aegis-suite_aegis_plain.json", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_aegis_encrypted.json", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_andotp_plain.json", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_andotp_encrypted.bin", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_andotp_encrypted_old.bin", 6, LOSES_NOTHING },
	{ "imports/aegis-suite_2fas_authenticator_plain_v4.2fas", 5, LOSES_NOTHING },
	{ "imports/aegis-suite_2fas_authenticator_encrypted_v4.2fas", 5, LOSES_NOTHING },
	{ "imports/aegis-suite_2fas_authenticator.json", 6, LOSES_FIGURES },
	{ "imports/aegis-suite_bitwarden.json", 4, NAMES_STEAM },
	{ "imports/aegis-suite_freeotp_plus.json", 6, LOSES_NOTHING },
	{ "imports/aegis-suite_stratum_plain.json", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_stratum_encrypted.bin", 7, LOSES_NOTHING },
	{ "imports/aegis-suite_duo.json", 2, LOSES_ISSUER | LOSES_COUNTER },
	{ "imports/aegis-suite_proton_authenticator.json", 3, LOSES_NOTHING },
	{ "imports/aegis-suite_totp_authenticator.bin", 3, LOSES_ALGORITHM | LOSES_CASE },
	{ "imports/aegis-suite_steam.json", 1, NAMES_STEAM },
};

static void
check_names(const struct cs_entry *e, const json_t *want, int loses, const char *file)
{
	bool is_steam = e->kind == CS_ENTRY_STEAM && (loses & NAMES_STEAM) != 0;

	if ((loses & LOSES_CASE) != 0)
		CHECK(cs_str_equal_nocase(e->account, vector_text(want, "name")));
	else if (!is_steam || e->account.len > 0)
		check_same_text(e->account, want, "name", file);
	if (is_steam)
		CHECK(e->issuer.len > 0);
	else if ((loses & LOSES_ISSUER) != 0)
		CHECK_INT(e->issuer.len, 0);
	else
		check_same_text(e->issuer, want, "issuer", file);
}

static void
check_sample(const struct cs_entry *e, const json_t *want, int loses, const char *file)
{
	check_names(e, want, loses, file);
	if ((loses & LOSES_FIGURES) != 0) {
		CHECK_INT(e->kind, CS_ENTRY_TOTP);
		CHECK(e->hotp.hash == CS_SHA1 && e->hotp.digits == 6 && e->period_s == 30);
		return;
	}
	check_same_text(cs_entry_kind_name(e->kind), want, "type", file);
	if ((loses & LOSES_ALGORITHM) == 0)
		check_same_text(cs_otp_hash_name(e->hotp.hash), want, "algo", file);
	check_number(e->hotp.digits, want, "digits", file);
	if (e->kind != CS_ENTRY_HOTP)
		check_number(e->period_s, want, "period", file);
	else if ((loses & LOSES_COUNTER) == 0)
		check_number((int64_t)e->counter, want, "counter", file);
}

static const json_t *
row_of(const json_t *manifest, const char *file)
{
	size_t i;
	json_t *row;

	json_array_foreach(manifest, i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "file")), file) == 0)
			return row;
	}
	fail_msg("the manifest has no %s", file);
	return NULL;
}

static json_t *
load_json(const char *folder, const char *name)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	json_error_t why;

	load(folder, name, &text);
	json_t *all = json_loadb((const char *)text.p, text.len, 0, &why);
	CHECK(all != NULL);
	return all;
}

TEST(every_sample_of_other_programs_gives_the_entries_that_it_was_made_of)
{
	const char *folder = shared_folder();

	if (folder == NULL)
		SKIP("the samples of other programs are not here");
	CS_AUTO(vectors_free) json_t *manifest = load_json(folder, "imports_manifest.json");
	CS_AUTO(vectors_free)
	json_t *superset = load_json(folder, "imports_aegis_suite_expected_superset.json");
	for (size_t i = 0; i < CS_COUNT(samples); i++) {
		CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(ARENA_MAX);
		CS_AUTO(cs_buf_clear) struct cs_buf file;
		const struct cs_import_format *found;
		struct cs_import in;

		load(folder, samples[i].file, &file);
		cs_err e = read_as(a, cs_buf_span(&file),
		    password_of(row_of(manifest, samples[i].file)), NULL, &in, &found);
		if (cs_failed(e) || in.item_count != samples[i].count)
			fail_msg("%s: %zu entries, %s", samples[i].file, in.item_count,
			    in.problem != NULL ? in.problem : "no problem");
		for (size_t j = 0; j < in.item_count; j++) {
			const json_t *want = superset_of(superset, &in.items[j].entry);

			CHECK_INT(in.items[j].refused.len, 0);
			if (want == NULL)
				fail_msg("%s: a secret that was not in it", samples[i].file);
			check_sample(&in.items[j].entry, want, samples[i].loses, samples[i].file);
		}
	}
}

TEST_MAIN("vault/import")
