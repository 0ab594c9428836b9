#include "cli/commands/phone_cards.h"

#include "test.h"

#include "proto/migration.h"
#include "proto/otpauth.h"

static struct cs_arena *arena;

static struct cs_entry *
entry(enum cs_entry_kind kind, const char *issuer, int digits, int64_t period_s)
{
	struct cs_entry *e = CS_NEW(arena, struct cs_entry);

	*e = (struct cs_entry){ .kind = kind,
		.issuer = cs_str_c(issuer),
		.account = CS_STR("ada@example.test"),
		.secret = CS_SPAN("12345678901234567890", 20),
		.hotp = { .hash = CS_SHA1, .digits = digits },
		.period_s = period_s };
	return e;
}

static int
set_up(void **state)
{
	arena = cs_arena_new_locked(16 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	cs_arena_free(&arena);
	return 0;
}

static size_t
entries_in(const struct cs_phone_cards *c)
{
	size_t count = c->left_count;

	for (size_t i = 0; i < c->count; i++)
		count += c->cards[i].entry_count;
	return count;
}

TEST(every_entry_has_a_card_of_its_own_that_reads_back_as_it)
{
	struct cs_entry *all[] = { entry(CS_ENTRY_TOTP, "One", 6, 30),
		entry(CS_ENTRY_HOTP, "Two", 8, 0) };
	struct cs_phone_cards cards;
	struct cs_otpauth o;

	cs_phone_cards_make(arena, all, 2, false, NULL, &cards);
	CHECK_INT(cards.count, 2);
	CHECK_OK(cs_otpauth_decode(arena, cards.cards[1].payload, &o));
	CHECK(o.type == CS_OTPAUTH_HOTP && o.hotp.digits == 8);
	CHECK_TEXT(o.issuer, "Two");
	cs_otpauth_clear(&o);
}

TEST(a_counter_in_two_places_is_warned_of)
{
	struct cs_entry *all[] = { entry(CS_ENTRY_HOTP, "Two", 6, 0) };
	struct cs_phone_cards cards;

	cs_phone_cards_make(arena, all, 1, false, NULL, &cards);
	CHECK(cards.cards[0].caption.len != 0);
}

TEST(what_a_phone_cannot_take_is_left_and_says_why)
{
	struct cs_entry *all[] = { entry(CS_ENTRY_YUBIKEY, "Key", 6, 0),
		entry(CS_ENTRY_TOTP, "One", 6, 30) };
	struct cs_phone_cards cards;

	cs_phone_cards_make(arena, all, 2, true, NULL, &cards);
	CHECK_INT(cards.left_count, 1);
	CHECK(cards.left[0].entry == all[0] && strlen(cards.left[0].why) != 0);
	CHECK_INT(entries_in(&cards), 2);
}

TEST(google_takes_ten_a_code_and_the_rest_in_the_next)
{
	struct cs_entry *all[23];
	struct cs_phone_cards cards;
	struct cs_migration m;

	for (size_t i = 0; i < CS_COUNT(all); i++)
		all[i] = entry(CS_ENTRY_TOTP, "Many", 6, 30);
	cs_phone_cards_make(arena, all, CS_COUNT(all), true, NULL, &cards);
	CHECK_INT(cards.count, 3);
	CHECK_OK(cs_migration_decode(arena, cards.cards[2].payload, &m));
	CHECK_INT(m.count, 3);
	CHECK_INT(m.batch.size, 3);
	CHECK_INT(m.batch.index, 2);
	CHECK_INT(entries_in(&cards), CS_COUNT(all));
}

TEST(what_google_cannot_carry_has_a_card_of_its_own)
{
	struct cs_entry *all[] = { entry(CS_ENTRY_TOTP, "Sixty", 6, 60),
		entry(CS_ENTRY_TOTP, "Thirty", 6, 30), entry(CS_ENTRY_TOTP, "Seven", 7, 30) };
	struct cs_phone_cards cards;

	cs_phone_cards_make(arena, all, 3, true, NULL, &cards);
	CHECK_INT(cards.count, 3);
	CHECK(cs_migration_is_uri(cards.cards[0].payload));
	CHECK(!cs_migration_is_uri(cards.cards[1].payload));
	CHECK_INT(entries_in(&cards), 3);
}

static bool
is_short(cs_str payload)
{
	return payload.len < 400;
}

TEST(a_small_window_gets_smaller_batches)
{
	struct cs_entry *all[12];
	struct cs_phone_cards cards;

	for (size_t i = 0; i < CS_COUNT(all); i++)
		all[i] = entry(CS_ENTRY_TOTP, "Many", 6, 30);
	cs_phone_cards_make(arena, all, CS_COUNT(all), true, is_short, &cards);
	CHECK(cards.count > 2);
	for (size_t i = 0; i < cards.count; i++)
		CHECK(is_short(cards.cards[i].payload));
	CHECK_INT(entries_in(&cards), CS_COUNT(all));
}

TEST(of_nothing_there_are_no_cards)
{
	struct cs_phone_cards cards;

	cs_phone_cards_make(arena, NULL, 0, true, NULL, &cards);
	CHECK(cards.count == 0 && cards.left_count == 0);
}

int
main(void)
{
	return _cmocka_run_group_tests("cli/phone_cards", test_list, test_count, set_up, tear_down);
}
