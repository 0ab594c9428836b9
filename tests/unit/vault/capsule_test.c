/*
 * capsule_test.c - what is lent is the codes of the window and nothing else: held over many entries
 * of random secrets, periods and windows.
 */
#include "vault/capsule.h"

#include "base/codec.h"
#include "test.h"
#include "sample.h"
#include "vault/code.h"

#define NOW_MS INT64_C(1763804467123)
#define ROUNDS 200

static struct cs_arena *arena;

static void
renew_arena(void)
{
	if (arena == NULL)
		arena = cs_arena_new(16 << 20);
	cs_arena_reset(arena);
}

static int64_t
below(uint32_t bound)
{
	return cs_random_below(&sample_random, bound);
}

/* An entry of time with everything that must stay at home. secret: at least 64 bytes. */
static struct cs_entry
random_entry(uint8_t *secret)
{
	static const int64_t periods[] = { 30, 30, 30, 15, 60, 7, 3600 };
	static cs_str tags[] = { CS_STR("private tag") };
	static struct cs_entry_spare spares[] = { { CS_STR("spare-code"), { 0 } } };
	struct cs_entry e = sample_totp("Example", "alice@example.test", "");
	size_t len = (size_t)(10 + below(55));

	cs_random_fill(&sample_random, secret, len);
	e.secret = CS_SPAN(secret, len);
	e.id = cs_id_new(&sample_random);
	e.period_s = periods[below(CS_COUNT(periods))];
	e.hotp.hash = (enum cs_hash)below(3);
	e.hotp.digits = (int)(6 + below(5));
	e.note = CS_STR("private note");
	e.tags = tags;
	e.tag_count = 1;
	e.spares = spares;
	e.spare_count = 1;
	if (below(4) == 0) {
		e.kind = CS_ENTRY_STEAM;
		e.hotp = (struct cs_hotp){ CS_SHA1, 5 };
	}
	return e;
}

static bool
holds(cs_span bytes, cs_span what)
{
	return what.len != 0 && memmem(bytes.p, bytes.len, what.p, what.len) != NULL;
}

/* The capsule as it travels. */
static void
encode(const struct cs_entry *e, struct cs_buf *out)
{
	cs_buf_init_sensitive(out, CS_BOOK_BYTES_MAX);
	CHECK_OK(cs_entries_encode(e, 1, out));
}

static void
check_without(const struct cs_entry *lent, const struct cs_entry *e)
{
	static void (*const codecs[])(cs_span, struct cs_buf *) = { cs_hex_encode, cs_base32_encode,
		cs_base64_encode, cs_base64url_encode };
	CS_AUTO(cs_buf_clear) struct cs_buf sent;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	encode(lent, &sent);
	cs_buf_init_sensitive(&text, 1024);
	CHECK(!holds(cs_buf_span(&sent), e->secret));
	/* Ten bytes of it, wherever they are, are more than chance. */
	for (size_t at = 0; at + 10 <= e->secret.len; at++)
		CHECK(!holds(cs_buf_span(&sent), CS_SPAN(e->secret.p + at, 10)));
	for (size_t i = 0; i < CS_COUNT(codecs); i++) {
		cs_buf_reset(&text);
		codecs[i](e->secret, &text);
		/* without what the last letter shares with the padding */
		CHECK(!holds(cs_buf_span(&sent), CS_SPAN(text.p, 12)));
	}
	CHECK(!holds(cs_buf_span(&sent), CS_SPAN("private", 7)));
	CHECK(!holds(cs_buf_span(&sent), CS_SPAN("spare", 5)));
	CHECK(!holds(cs_buf_span(&sent), CS_SPAN("otpauth", 7)));
	CHECK_INT(lent->secret.len, 0);
	CHECK(cs_id_is_zero(lent->id));
}

/* Each step of the window has the entry's own code, in its place; no other step has any. */
static void
check_window(const struct cs_entry *lent, const struct cs_entry *e, cs_time now, cs_time until)
{
	int64_t period_ms = e->period_s * 1000, first = now.ms / period_ms;
	int64_t last = (until.ms - 1) / period_ms;
	struct cs_code_shown own, theirs;

	CHECK_INT(lent->capsule->count, last - first + 1);
	for (int64_t step = first - 50; step <= last + 50; step++) {
		cs_time at = { step * period_ms };

		if (step < first || step > last) {
			CHECK_ERR(cs_code_at(lent, at, &theirs), NOT_FOUND);
			continue;
		}
		CHECK_OK(cs_code_at(e, at, &own));
		CHECK_OK(cs_code_at(lent, at, &theirs));
		CHECK_TEXT(((cs_str){ theirs.text, theirs.len }), own.text);
		CHECK_INT(theirs.from.ms, own.from.ms);
	}
}

TEST(a_capsule_is_the_codes_of_its_window_and_nothing_else)
{
	uint8_t secret[64];

	for (int i = 0; i < ROUNDS; i++) {
		renew_arena();
		struct cs_entry lent, e = random_entry(secret);
		cs_time now = { NOW_MS + below(1000000000) };
		cs_time until = cs_time_add(now, 1 + below(8 * 3600 * 1000));

		CHECK_OK(cs_capsule_of_time(arena, &e, now, until, &lent));
		check_without(&lent, &e);
		check_window(&lent, &e, now, until);
	}
}

TEST(a_capsule_dies_on_time)
{
	uint8_t secret[64];

	for (int i = 0; i < ROUNDS; i++) {
		renew_arena();
		struct cs_entry lent, e = random_entry(secret);
		struct cs_code_shown code;
		cs_time now = { NOW_MS };
		cs_time until = cs_time_add(now, 1 + below(3600 * 1000));

		CHECK_OK(cs_capsule_of_time(arena, &e, now, until, &lent));
		CHECK_OK(cs_code_at(&lent, now, &code));
		CHECK_OK(cs_code_at(&lent, cs_time_add(until, -1), &code));
		CHECK(code.until.ms <= until.ms && code.ends.ms == until.ms);
		CHECK_ERR(cs_code_at(&lent, until, &code), NOT_FOUND);
		CHECK_INT(code.len, 0);
		CHECK_ERR(
		    cs_code_at(&lent, cs_time_add(until, below(1000000000)), &code), NOT_FOUND);
		CHECK_ERR(
		    cs_code_at(&lent, cs_time_add(until, 3650 * CS_DAY_MS), &code), NOT_FOUND);
	}
}

TEST(a_capsule_arrives_as_it_was_sent)
{
	uint8_t secret[64];

	for (int i = 0; i < 20; i++) {
		renew_arena();
		struct cs_entry lent, e = random_entry(secret);
		cs_time now = { NOW_MS }, until = { NOW_MS + 1 + below(86400000) };
		CS_AUTO(cs_book_free) struct cs_book *theirs = cs_book_new(&sample_random);
		CS_AUTO(cs_buf_clear) struct cs_buf sent;

		CHECK_OK(cs_capsule_of_time(arena, &e, now, until, &lent));
		encode(&lent, &sent);
		CHECK_OK(cs_entries_decode(theirs, cs_buf_span(&sent)));
		CHECK_INT(theirs->entry_count, 1);
		check_window(&theirs->entries[0], &e, now, until);
		CHECK(cs_entry_makes_same_codes(&theirs->entries[0], &lent));
	}
}

TEST(a_capsule_with_more_than_digits_and_capitals_is_not_taken)
{
	static const char *const bad[] = { "11111%20", "%1B[2JAB", "11111%0A", "11111a", "11111-",
		"\xe2\x80\xaeZZZ", "\xc2\x9bZZZZ", "%00%00ZZZZ" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CS_AUTO(cs_book_free) struct cs_book *theirs = cs_book_new(&sample_random);
		CS_AUTO(cs_buf_clear) struct cs_buf sent;

		cs_buf_init(&sent, 1024);
		cs_buf_printf(&sent,
		    "countersign entries 1\n\nentry -\nissuer Example\n"
		    "capsule totp 1763804460 30 6 2026-11-22T09:43:00.000Z\ncodes %s\n\n",
		    bad[i]);
		CHECK_ERR(cs_entries_decode(theirs, cs_buf_span(&sent)), INVALID);
		cs_buf_reset(&sent);
		cs_buf_add_c(&sent,
		    "countersign entries 1\n\nentry -\nissuer Example\n"
		    "capsule totp 1763804460 30 6 2026-11-22T09:43:00.000Z\ncodes 11111Z\n\n");
		CHECK_OK(cs_entries_decode(theirs, cs_buf_span(&sent)));
	}
}

TEST(what_cannot_be_lent_is_refused_and_leaves_nothing)
{
	renew_arena();
	struct cs_entry lent, totp = sample_totp("A", "b", "0123456789");
	struct cs_entry hotp = sample_hotp("A", "0123456789", 5), yubikey = sample_yubikey();
	struct cs_entry capsule = sample_capsule();
	cs_time now = { NOW_MS }, soon = { NOW_MS + 1 };
	int64_t first_ms = NOW_MS / 30000 * 30000;

	CHECK_ERR(cs_capsule_of_time(arena, &totp, now, now, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_time(arena, &totp, soon, now, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_time(arena, &totp, (cs_time){ -1 }, now, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_time(arena, &hotp, now, soon, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_time(arena, &yubikey, now, soon, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_time(arena, &capsule, now, soon, &lent), INVALID);
	CHECK_OK(cs_capsule_of_time(arena, &totp, now, cs_time_add(now, 7 * CS_DAY_MS), &lent));
	CHECK_OK(cs_capsule_of_time(
	    arena, &totp, now, (cs_time){ first_ms + CS_CAPSULE_CODES_MAX * 30000 }, &lent));
	CHECK_INT(lent.capsule->count, CS_CAPSULE_CODES_MAX);
	CHECK_ERR(cs_capsule_of_time(arena, &totp, now,
		      (cs_time){ first_ms + CS_CAPSULE_CODES_MAX * 30000 + 1 }, &lent),
	    LIMIT);
	CHECK_ERR(cs_capsule_of_time(arena, &totp, now, (cs_time){ INT64_MAX }, &lent), LIMIT);
	CHECK(lent.capsule == NULL);

	CHECK_ERR(cs_capsule_of_counter(arena, &totp, 1, now, soon, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_counter(arena, &hotp, 0, now, soon, &lent), INVALID);
	CHECK_ERR(cs_capsule_of_counter(arena, &hotp, 1, now, now, &lent), INVALID);
	CHECK_ERR(
	    cs_capsule_of_counter(arena, &hotp, CS_CAPSULE_HOTP_MAX + 1, now, soon, &lent), LIMIT);
	CHECK_INT(hotp.counter, 5);
	hotp.counter = INT64_MAX - 2;
	CHECK_ERR(cs_capsule_of_counter(arena, &hotp, 3, now, soon, &lent), LIMIT);
	CHECK_INT(hotp.counter, INT64_MAX - 2);
	CHECK(lent.capsule == NULL);
}

/* Whatever is lent and whatever is used in between: no counter is given twice. */
TEST(no_counter_is_lent_twice_nor_used_by_the_owner_after)
{
	static bool is_given[20000];
	struct cs_entry lent, e = sample_hotp("Counter", "0123456789abcdefghij", 100);
	struct cs_code_shown own, theirs;
	cs_time now = { NOW_MS }, until = { NOW_MS + 1000 };

	for (int i = 0; i < ROUNDS; i++) {
		renew_arena();
		if (below(3) == 0) {
			CHECK(!is_given[e.counter]);
			is_given[e.counter++] = true;
			continue;
		}
		size_t count = (size_t)(1 + below(CS_CAPSULE_HOTP_MAX));
		uint64_t first = e.counter;
		CHECK_OK(cs_capsule_of_counter(arena, &e, count, now, until, &lent));
		CHECK_INT(e.counter, first + count);
		check_without(&lent, &e);
		struct cs_capsule c = *lent.capsule;
		lent.capsule = &c;
		for (; c.used < count; c.used++) {
			struct cs_entry at = e;

			at.counter = first + c.used;
			CHECK(!is_given[at.counter]);
			is_given[at.counter] = true;
			CHECK_OK(cs_code_at(&at, now, &own));
			CHECK_OK(cs_code_at(&lent, now, &theirs));
			CHECK_TEXT(((cs_str){ theirs.text, theirs.len }), own.text);
			CHECK_INT(theirs.counter, at.counter);
		}
		CHECK_ERR(cs_code_at(&lent, now, &theirs), NOT_FOUND);
	}
}

TEST(lent_counter_codes_die_on_time_too)
{
	renew_arena();
	struct cs_entry lent, e = sample_hotp("Counter", "0123456789abcdefghij", 0);
	struct cs_code_shown code;
	cs_time now = { NOW_MS }, until = { NOW_MS + 3600000 };

	CHECK_OK(cs_capsule_of_counter(arena, &e, 5, now, until, &lent));
	CHECK_OK(cs_code_at(&lent, cs_time_add(until, -1), &code));
	CHECK_INT(code.until.ms, 0);
	CHECK_ERR(cs_code_at(&lent, until, &code), NOT_FOUND);
}

TEST(undo_does_not_give_back_what_was_lent)
{
	renew_arena();
	CS_AUTO(cs_book_free) struct cs_book *before = sample_book();
	CS_AUTO(cs_book_free) struct cs_book *after = sample_book();
	struct cs_entry lent, *hotp = &after->entries[1];
	cs_time now = { NOW_MS }, until = { NOW_MS + 3600000 };
	uint64_t first = hotp->counter;

	/* the same entries: the sample's ids are random */
	for (size_t i = 0; i < after->entry_count; i++)
		after->entries[i].id = before->entries[i].id;
	CHECK_OK(cs_capsule_of_counter(arena, hotp, 5, now, until, &lent));
	CHECK_OK(cs_book_note_event(after, &(struct cs_book_event){ .at = now,
					       .what = CS_STR("lent"),
					       .entry = hotp->id,
					       .whom = CS_STR("Ben B."),
					       .until = until,
					       .counter = first,
					       .count = 5 }));
	size_t events = after->event_count;
	CHECK_OK(cs_book_become(after, before, (cs_time){ 1 }));
	struct cs_entry *back = cs_book_entry(after, before->entries[1].id);
	CHECK(back != NULL);
	CHECK_INT(back->counter, first + 5);
	CHECK(after->event_count >= events);
}

TEST_MAIN("vault/capsule")
