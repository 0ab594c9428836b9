/*
 * Entries written for other programs, and read back by the importers: the same entries, or said why
 * not.
 */
#include <stdlib.h>

#include "test.h"

#include "sample.h"
#include "vault/export_wire.h"
#include "vault/import.h"

#define ARENA_MAX ((size_t)256 << 20)

static struct cs_arena *arena;
static struct cs_buf file;
static struct cs_export x;
static struct cs_import in;

static cs_err
write_as(const char *format, const char *password, const struct cs_entry *entries, size_t count)
{
	if (arena == NULL)
		arena = cs_arena_new(ARENA_MAX);
	cs_arena_reset(arena);
	cs_buf_clear(&file);
	cs_buf_init_sensitive(&file, CS_EXPORT_BYTES_MAX);
	x = (struct cs_export){
		.arena = arena,
		.entries = entries,
		.count = count,
		.password = cs_str_span(cs_str_c(password)),
		.rng = &sample_random,
		.out = &file,
	};
	return cs_export_write(&x, cs_str_c(format));
}

static cs_err
read_back(const char *password)
{
	const struct cs_import_format *found;

	in = (struct cs_import){
		.arena = arena,
		.file = cs_buf_span(&file),
		.password = cs_str_span(cs_str_c(password)),
	};
	return cs_import_read(&in, NULL, &found);
}

static const char *
remark_of(size_t entry, bool is_left_out)
{
	for (size_t i = 0; i < x.remark_count; i++)
		if (x.remarks[i].entry == entry && x.remarks[i].is_left_out == is_left_out)
			return cs_arena_c(arena, x.remarks[i].text);
	return NULL;
}

static bool
is_same(const struct cs_entry *a, const struct cs_entry *b)
{
	return cs_str_equal(a->issuer, b->issuer) && cs_str_equal(a->account, b->account) &&
	       cs_entry_makes_same_codes(a, b) &&
	       (a->kind == CS_ENTRY_TOTP || a->kind == CS_ENTRY_STEAM || a->counter == b->counter);
}

static cs_str tags[] = { CS_STR("work"), CS_STR("two words, one comma") };
static struct cs_entry_spare spares[] = { { CS_STR("aaaa-bbbb"), { 0 } },
	{ CS_STR("cc,cc"), { 1763804467123 } } };
static const char yubikey_key[] = "0123456789abcdef";

static struct cs_entry
full(void)
{
	struct cs_entry e = sample_totp("Example \"Co\", Ltd", "al:ice@x.test", "Hello!");

	e.hotp = (struct cs_hotp){ CS_SHA512, 8 };
	e.period_s = 60;
	e.note = CS_STR("line one\nline \"two\"\t;");
	e.icon = CS_STR("example");
	e.tags = tags;
	e.tag_count = CS_COUNT(tags);
	e.spares = spares;
	e.spare_count = CS_COUNT(spares);
	return e;
}

enum { FULL, PLAIN, HOTP, HOTP_256, STEAM, NAMELESS, ACCOUNTLESS, YUBIKEY, CAPSULE, ALL };

static struct cs_entry *
samples(void)
{
	static struct cs_entry e[ALL];

	e[FULL] = full();
	e[PLAIN] = sample_totp("\xc3\x89t\xc3\xa9", "\xc3\xa9lise", "12345678901234567890");
	e[HOTP] = sample_hotp("Count", "12345678901234567890", INT64_MAX);
	e[HOTP].hotp = (struct cs_hotp){ CS_SHA1, 6 };
	e[HOTP_256] = sample_hotp("Count", "x", 0);
	e[STEAM] = sample_totp("Boeing", "Sophia", "98765");
	e[STEAM].kind = CS_ENTRY_STEAM;
	e[STEAM].hotp.digits = 5;
	e[NAMELESS] = sample_totp("", "only an account", "\x01\x02");
	e[ACCOUNTLESS] = sample_totp("Only an issuer", "", "\x03\x04\x05");
	e[YUBIKEY] = (struct cs_entry){ .kind = CS_ENTRY_YUBIKEY,
		.issuer = CS_STR("YubiKey"),
		.account = CS_STR("1"),
		.secret = CS_SPAN(yubikey_key, 16),
		.private_id = CS_SPAN("abcdef", 6),
		.public_id = CS_SPAN("123456", 6),
		.counter = 5 };
	e[CAPSULE] = (struct cs_entry){
		.kind = CS_ENTRY_CAPSULE, .issuer = CS_STR("Lent"), .capsule = &sample_lent
	};
	return e;
}

/* Written as format and read back: what was not left out is the same, in order. */
static void
check_round(const char *format, const char *password)
{
	const struct cs_entry *all = samples();
	size_t at = 0;

	CHECK_OK(write_as(format, password, all, ALL));
	CHECK_OK(read_back(password));
	for (size_t i = 0; i < ALL; i++) {
		if (remark_of(i, true) != NULL)
			continue;
		CHECK(at < in.item_count && in.items[at].refused.len == 0);
		if (!is_same(&all[i], &in.items[at].entry))
			fail_msg("%s: entry %zu came back as another", format, i);
		at++;
	}
	CHECK_INT(at, in.item_count);
	CHECK_INT(ALL - x.left_out, in.item_count);
}

TEST(what_is_written_is_read_back_the_same_in_every_format)
{
	check_round("otpauth", NULL);
	CHECK_INT(x.left_out, 2);
	check_round("aegis", NULL);
	CHECK_INT(x.left_out, 2);
	check_round("google", NULL);
	check_round("pskc", NULL);
	CHECK_INT(x.left_out, 4);
	check_round("csv", NULL);
	CHECK_INT(x.left_out, 1);
}

TEST(what_is_encrypted_is_read_back_with_its_password_alone)
{
	check_round("aegis", "correct horse");
	CHECK_ERR(read_back("wrong horse"), FORBIDDEN);
	CHECK_ERR(read_back(NULL), FORBIDDEN);
	check_round("pskc", "correct horse");
	CHECK_ERR(read_back("wrong horse"), FORBIDDEN);
	check_round("pskc", "hex:000102030405060708090a0b0c0d0e0f");
	CHECK_ERR(read_back("hex:000102030405060708090a0b0c0d0e0e"), FORBIDDEN);
	CHECK_ERR(read_back(NULL), FORBIDDEN);
}

static bool
holds(const char *text)
{
	return file.len != 0 && memmem(file.p, file.len, text, strlen(text)) != NULL;
}

TEST(an_encrypted_file_holds_no_secret_and_no_name_of_aegiss)
{
	CHECK_OK(write_as("aegis", NULL, samples(), ALL));
	CHECK(holds("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && holds("Boeing"));
	CHECK_OK(write_as("aegis", "pw", samples(), ALL));
	CHECK(!holds("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") && !holds("Boeing"));
	CHECK(holds("\"n\": 32768") && holds("\"repaired\": true"));
	CHECK_OK(write_as("pskc", NULL, samples(), ALL));
	CHECK(holds("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="));
	CHECK_OK(write_as("pskc", "pw", samples(), ALL));
	CHECK(!holds("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=") && !holds("PlainValue>MT"));
}

TEST(csv_and_entries_and_aegis_keep_what_they_have_a_place_for)
{
	CHECK_OK(write_as("csv", NULL, samples(), ALL));
	CHECK(remark_of(FULL, false) == NULL);
	CHECK_OK(read_back(NULL));
	const struct cs_entry *e = &in.items[FULL].entry;
	CHECK_TEXT(e->note, "line one\nline \"two\"\t;");
	CHECK_TEXT(e->icon, "example");
	CHECK_INT(e->tag_count, 2);
	CHECK_TEXT(e->tags[1], "two words, one comma");
	CHECK_INT(e->spare_count, 2);
	CHECK_TEXT(e->spares[1].code, "cc,cc");
	CHECK(e->spares[0].used.ms == 0 && e->spares[1].used.ms == 1763804467123);
	CHECK_OK(write_as("aegis", NULL, samples(), ALL));
	CHECK_OK(read_back(NULL));
	CHECK_TEXT(in.items[FULL].entry.note, "line one\nline \"two\"\t;");
	CHECK_INT(in.items[FULL].entry.tag_count, 2);
	CHECK_OK(write_as("entries", NULL, samples(), ALL));
	CHECK_INT(x.left_out, 0);
	CHECK_INT(x.remark_count, 0);
}

TEST(no_field_of_a_csv_is_a_formula_and_each_comes_back)
{
	static const char *const names[] = { "=cmd|'/c calc'!A1", "+1", "-2+3", "@SUM(A1)", "'=1",
		"'quoted'", "plain" };
	static cs_str tag[] = { CS_STR("=tag") };
	static struct cs_entry_spare spare[] = { { CS_STR("-spare"), { 0 } } };
	struct cs_entry e[CS_COUNT(names)];

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		e[i] = sample_totp(names[i], names[i], "12345678901234567890");
		e[i].note = cs_str_c(names[i]);
		e[i].tags = tag;
		e[i].spares = spare;
		e[i].tag_count = e[i].spare_count = 1;
	}
	CHECK_OK(write_as("csv", NULL, e, CS_COUNT(names)));
	cs_str rest = cs_buf_str(&file), line;
	while (cs_str_cut(&rest, '\n', &line))
		CHECK(line.len == 0 || strchr("=+-@", line.p[0]) == NULL);
	CHECK(memmem(file.p, file.len, ",=", 2) == NULL);
	CHECK(memmem(file.p, file.len, ",\"=", 3) == NULL);
	CHECK_OK(read_back(NULL));
	CHECK_INT(in.item_count, CS_COUNT(names));
	for (size_t i = 0; i < in.item_count; i++) {
		CHECK_TEXT(in.items[i].entry.issuer, names[i]);
		CHECK_TEXT(in.items[i].entry.account, names[i]);
		CHECK_TEXT(in.items[i].entry.note, names[i]);
		CHECK_TEXT(in.items[i].entry.tags[0], "=tag");
		CHECK_TEXT(in.items[i].entry.spares[0].code, "-spare");
	}
}

TEST(entries_come_back_whole_from_the_vaults_own_lines)
{
	CS_AUTO(cs_book_free) struct cs_book *book = cs_book_new(&sample_random);

	CHECK_OK(write_as("entries", NULL, samples(), ALL));
	CHECK_OK(cs_entries_decode(book, cs_buf_span(&file)));
	CHECK_INT(book->entry_count, ALL);
	for (size_t i = 0; i < ALL; i++) {
		CHECK(cs_str_equal(book->entries[i].issuer, samples()[i].issuer));
		CHECK_INT(book->entries[i].kind, samples()[i].kind);
	}
	CHECK_INT(book->entries[CAPSULE].capsule->count, sample_lent.count);
}

TEST(what_a_format_cannot_carry_is_said_entry_by_entry)
{
	CHECK_OK(write_as("google", NULL, samples(), ALL));
	CHECK(remark_of(FULL, true) != NULL);
	CHECK(remark_of(PLAIN, true) == NULL && remark_of(PLAIN, false) == NULL);
	CHECK(remark_of(STEAM, true) != NULL);
	CHECK(remark_of(YUBIKEY, true) != NULL && remark_of(CAPSULE, true) != NULL);
	CHECK_OK(write_as("pskc", NULL, samples(), ALL));
	assert_string_equal(remark_of(HOTP_256, true), "that format counts with SHA-1 alone");
	assert_string_equal(
	    remark_of(FULL, false), "its note, its tags, its icon, its backup codes");
	CHECK_OK(write_as("aegis", NULL, samples(), ALL));
	assert_string_equal(remark_of(FULL, false), "its icon, its backup codes");
}

/* Otherwise it would be read as six digits and 30 s, and show wrong codes for ever. */
TEST(googles_format_changes_no_period_no_digits_and_no_hash_silently)
{
	struct cs_entry e[3] = { sample_totp("A", "a", "1"), sample_totp("B", "b", "2"),
		sample_totp("C", "c", "3") };

	e[0].period_s = 31;
	e[1].hotp.digits = 7;
	e[2].hotp = (struct cs_hotp){ CS_SHA256, 8 };
	CHECK_OK(write_as("google", NULL, e, 3));
	CHECK_INT(x.left_out, 2);
	CHECK_OK(read_back(NULL));
	CHECK_INT(in.item_count, 1);
	CHECK_INT(in.items[0].entry.hotp.hash, CS_SHA256);
	CHECK_INT(in.items[0].entry.hotp.digits, 8);
}

TEST(more_than_ten_go_into_several_codes_that_know_of_one_another)
{
	struct cs_entry e[25];
	size_t lines = 0;

	for (size_t i = 0; i < 25; i++)
		e[i] = sample_totp("Site", "user", "12345678901234567890");
	CHECK_OK(write_as("google", NULL, e, 25));
	for (size_t i = 0; i < file.len; i++)
		lines += file.p[i] == '\n';
	CHECK_INT(lines, 3);
	CHECK_OK(read_back(NULL));
	CHECK_INT(in.item_count, 25);
	/* Without its last line, the missing code is named. */
	while (file.p[file.len - 2] != '\n')
		file.len--;
	file.len--;
	CHECK_OK(read_back(NULL));
	CHECK_INT(in.item_count, 21);
	CHECK_TEXT(in.items[20].refused,
	    "code 3 of the 3 of this export is missing, and every account in it");
}

TEST(unknown_formats_and_passwords_without_use_are_refused)
{
	CHECK_ERR(write_as("word", NULL, samples(), 1), INVALID);
	CHECK(x.problem != NULL && file.len == 0);
	CHECK_ERR(write_as("csv", "pw", samples(), 1), INVALID);
	CHECK(x.problem != NULL && file.len == 0);
	CHECK_ERR(write_as("pskc", "hex:0011", samples(), 1), INVALID);
	CHECK(x.problem != NULL);
}

TEST(nothing_given_is_an_empty_file_of_the_format)
{
	CHECK_OK(write_as("csv", NULL, NULL, 0));
	CHECK_OK(write_as("aegis", NULL, NULL, 0));
	CHECK_OK(read_back(NULL));
	CHECK_INT(in.item_count, 0);
	CHECK_OK(write_as("google", NULL, NULL, 0));
	CHECK_INT(file.len, 0);
}

/* --- what convert says --- */

static void
encode_wire(const char *problem, struct cs_buf *out)
{
	cs_buf_init_sensitive(out, CS_EXPORT_WIRE_MAX);
	CHECK_OK(cs_export_wire_encode(&x, problem, cs_buf_span(&file), out));
}

TEST(what_convert_says_is_read_back_as_it_was)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_export_answer a;

	CHECK_OK(write_as("google", NULL, samples(), ALL));
	encode_wire(NULL, &text);
	CHECK_OK(cs_export_wire_decode(arena, cs_buf_span(&text), &a));
	CHECK_INT(a.given, ALL);
	CHECK_INT(a.written, ALL - x.left_out);
	CHECK_INT(a.remark_count, x.remark_count);
	for (size_t i = 0; i < a.remark_count; i++)
		CHECK(a.remarks[i].entry == x.remarks[i].entry &&
		      a.remarks[i].is_left_out == x.remarks[i].is_left_out &&
		      cs_str_equal(a.remarks[i].text, x.remarks[i].text));
	CHECK(a.file.len == file.len && memcmp(a.file.p, file.p, file.len) == 0);
	for (size_t i = 0; i < text.len - file.len; i++)
		CHECK(cs_failed(cs_export_wire_decode(arena, CS_SPAN(text.p, i), &a)));
	cs_buf_clear(&text);
	encode_wire("that cannot be", &text);
	CHECK_OK(cs_export_wire_decode(arena, cs_buf_span(&text), &a));
	CHECK_TEXT(a.problem, "that cannot be");
}

TEST(an_answer_that_convert_never_gives_is_refused)
{
	static const char *const bad[] = {
		"",
		"\n",
		"countersign export 2\ngiven 0\nwritten 0\n\n",
		"countersign import 1\ngiven 0\nwritten 0\n\n",
		"countersign export 1\n\n",
		"countersign export 1\ngiven 1\n\n",
		"countersign export 1\ngiven 2\nwritten 1\n\n",
		"countersign export 1\ngiven 1\nwritten 2\n\n",
		"countersign export 1\ngiven 1\nwritten 0\nleft-out 1 x\n\n",
		"countersign export 1\ngiven 1\nwritten 0\nleft-out 0\n\n",
		"countersign export 1\ngiven 1\nwritten 1\nother 0 x\n\n",
		"countersign export 1\ngiven 1\nwritten 1\nlost 0 x\nlost 0 x\nlost 0 x\n\n",
		"countersign export 1\ngiven 99999999999\nwritten 0\n\n",
		"countersign export 1\ngiven 0\nwritten 0\n",
		"countersign export 1\ngiven 1\nwritten 1\nlost 0 \x1b[2J\n\n",
	};
	struct cs_export_answer a;

	if (arena == NULL)
		arena = cs_arena_new(ARENA_MAX);
	for (size_t i = 0; i < CS_COUNT(bad); i++)
		if (!cs_failed(cs_export_wire_decode(arena, cs_str_span(cs_str_c(bad[i])), &a)))
			fail_msg("taken: %s", bad[i]);
}

TEST(ten_thousand_are_written_in_every_format)
{
	static const char *const formats[] = { "otpauth", "aegis", "google", "pskc", "csv",
		"entries" };
	struct cs_entry *e = calloc(10000, sizeof(*e));

	CHECK(e != NULL);
	for (size_t i = 0; i < 10000; i++)
		e[i] = sample_totp("Site", "user", "12345678901234567890");
	for (size_t i = 0; i < CS_COUNT(formats); i++) {
		CHECK_OK(write_as(formats[i], NULL, e, 10000));
		CHECK_INT(x.left_out, 0);
	}
	free(e);
}

TEST_MAIN("vault/export")
