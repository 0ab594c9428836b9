#include "vault/merge.h"

#include "sample.h"

#include "test.h"

#define BOOK_AUTO CS_AUTO(cs_book_free) struct cs_book *
#define ARENA_AUTO CS_AUTO(cs_arena_free) struct cs_arena *

static struct cs_import
import_of(struct cs_arena *a, const struct cs_entry *entries, size_t count)
{
	struct cs_import in = { .arena = a };

	in.items = CS_NEW_ARRAY(a, struct cs_import_item, count);
	in.item_count = count;
	for (size_t i = 0; i < count; i++)
		in.items[i].entry = entries[i];
	return in;
}

TEST(every_item_has_one_verdict)
{
	BOOK_AUTO book = sample_book();
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry entries[] = {
		sample_totp("example", " ALICE@example.test", "12345678901234567890"), /* same */
		sample_totp("Example", "alice@example.test", "another secret"), /* same name */
		sample_totp("Elsewhere", "alice", "12345678901234567890"), /* same codes */
		sample_totp("New", "", "brand new"),
		sample_totp("New", "", "brand new"), /* twice in the file */
		sample_totp("", "", "nameless"),
		sample_totp("Bad", "", ""),
		sample_hotp("Counter", "abcdefghijklmnopqrst", 99), /* higher */
		sample_capsule(),
		sample_yubikey(),
	};
	static const enum cs_merge_verdict want[] = { CS_MERGE_SAME, CS_MERGE_DIFFERS,
		CS_MERGE_DIFFERS, CS_MERGE_NEW, CS_MERGE_SAME, CS_MERGE_REFUSED, CS_MERGE_REFUSED,
		CS_MERGE_SAME, CS_MERGE_SAME, CS_MERGE_SAME };
	struct cs_import in = import_of(a, entries, CS_COUNT(entries));

	CHECK_OK(cs_merge_judge(book, &in, &items));
	for (size_t i = 0; i < CS_COUNT(want); i++)
		CHECK_INT(items[i].verdict, want[i]);
	CHECK_TEXT(items[1].reason, "another of this name makes other codes");
	CHECK_TEXT(items[2].reason, "makes the same codes as Example (alice@example.test)");
	CHECK(items[4].there == &in.items[3].entry);
	CHECK(items[5].reason.len != 0 && items[6].reason.len != 0);
	CHECK_OK(cs_merge_apply(book, &sample_random, items, in.item_count));
	CHECK_INT(book->entry_count, 5 + 3);
	CHECK_INT(book->entries[1].counter, 99);
}

TEST(the_higher_counter_of_two_in_one_file_is_kept)
{
	BOOK_AUTO book = cs_book_new(&sample_random);
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry entries[] = { sample_hotp("H", "secret", 5), sample_hotp("H", "secret", 9),
		sample_hotp("H", "secret", 7) };
	struct cs_import in = import_of(a, entries, CS_COUNT(entries));

	CHECK_OK(cs_merge_judge(book, &in, &items));
	CHECK_OK(cs_merge_apply(book, &sample_random, items, in.item_count));
	CHECK_INT(book->entry_count, 1);
	CHECK_INT(book->entries[0].counter, 9);
}

TEST(a_lower_counter_from_elsewhere_does_not_turn_ours_back)
{
	BOOK_AUTO book = sample_book();
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry e = sample_hotp("Counter", "abcdefghijklmnopqrst", 3);
	struct cs_import in = import_of(a, &e, 1);

	CHECK_OK(cs_merge_judge(book, &in, &items));
	CHECK_INT(items[0].verdict, CS_MERGE_SAME);
	CHECK_OK(cs_merge_apply(book, &sample_random, items, 1));
	CHECK_INT(book->entries[1].counter, 41);
}

TEST(under_another_name_no_code_comes_a_second_time)
{
	BOOK_AUTO book = sample_book();
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry entries[] = {
		sample_hotp("Renamed since", "abcdefghijklmnopqrst", 0),
		sample_hotp("Another", "abcdefghijklmnopqrsu", 0),
	};
	struct cs_import in = import_of(a, entries, CS_COUNT(entries));
	size_t before = book->entry_count;
	uint64_t used = book->entries[1].counter;

	CHECK(used > 0);
	CHECK_OK(cs_merge_judge(book, &in, &items));
	CHECK_INT(items[0].verdict, CS_MERGE_DIFFERS);
	CHECK_INT(items[1].verdict, CS_MERGE_NEW);
	CHECK_OK(cs_merge_apply(book, &sample_random, items, in.item_count));
	CHECK_INT(book->entries[before].counter, used);
	CHECK_INT(book->entries[before + 1].counter, 0);
}

TEST(without_a_book_items_are_compared_with_each_other)
{
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry entries[] = { sample_totp("A", "", "x"), sample_totp("A", "", "x") };
	struct cs_import in = import_of(a, entries, 2);

	CHECK_OK(cs_merge_judge(NULL, &in, &items));
	CHECK_INT(items[0].verdict, CS_MERGE_NEW);
	CHECK_INT(items[1].verdict, CS_MERGE_SAME);
}

TEST(what_an_importer_refused_or_dropped_is_said)
{
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry entries[] = { sample_totp("A", "", "x"), sample_totp("A", "", "x") };
	struct cs_import in = import_of(a, entries, 2);

	in.items[0].refused = CS_STR("not of this world");
	in.items[1].dropped = CS_STR("its icon's picture");
	CHECK_OK(cs_merge_judge(NULL, &in, &items));
	CHECK_INT(items[0].verdict, CS_MERGE_REFUSED);
	CHECK_TEXT(items[0].reason, "not of this world");
	/* a refused one is nothing to be compared with */
	CHECK_INT(items[1].verdict, CS_MERGE_NEW);
	CHECK_TEXT(items[1].reason, "without its icon's picture");
}

TEST(a_same_one_whose_note_is_not_taken_says_so)
{
	BOOK_AUTO book = sample_book();
	ARENA_AUTO a = cs_arena_new(1 << 20);
	struct cs_merge_item *items;
	struct cs_entry e = sample_totp("Example", "alice@example.test", "12345678901234567890");
	e.note = CS_STR("another note");
	struct cs_import in = import_of(a, &e, 1);

	CHECK_OK(cs_merge_judge(book, &in, &items));
	CHECK_TEXT(items[0].reason, "its note stays as it is here");
}

TEST(ten_thousand_alike_take_no_longer_than_others)
{
	enum { COUNT = 10000 };
	BOOK_AUTO book = cs_book_new(&sample_random);
	ARENA_AUTO a = cs_arena_new(64 << 20);
	struct cs_merge_item *items;
	struct cs_entry *entries = CS_NEW_ARRAY(a, struct cs_entry, COUNT);
	size_t differs = 0;

	for (size_t i = 0; i < COUNT; i++) {
		cs_str secret = cs_arena_printf(a, "secret %zu", i);
		entries[i] = sample_totp("Alike", "", secret.p);
	}
	struct cs_import in = import_of(a, entries, COUNT);
	CHECK_OK(cs_merge_judge(book, &in, &items));
	for (size_t i = 0; i < COUNT; i++)
		differs += items[i].verdict == CS_MERGE_DIFFERS;
	CHECK_INT(differs, COUNT - 1);
	CHECK_OK(cs_merge_apply(book, &sample_random, items, COUNT));
	CHECK_INT(book->entry_count, COUNT);
}

TEST_MAIN("vault/merge")
