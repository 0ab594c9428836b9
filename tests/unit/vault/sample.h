/*
 * sample.h - a book with an entry of every kind, and randomness that is the same every time.
 */
#ifndef CS_TESTS_UNIT_VAULT_SAMPLE_H
#define CS_TESTS_UNIT_VAULT_SAMPLE_H

#include "vault/book.h"
#include "vault/capsule.h"

static inline void
sample_fill(void *ctx, uint8_t *out, size_t len)
{
	uint32_t *state = ctx;

	for (size_t i = 0; i < len; i++) {
		*state = *state * 1664525u + 1013904223u;
		out[i] = (uint8_t)(*state >> 24);
	}
}

static uint32_t sample_state = 1;
static const struct cs_random sample_random = { sample_fill, &sample_state };

static inline struct cs_entry
sample_totp(const char *issuer, const char *account, const char *secret)
{
	return (struct cs_entry){
		.kind = CS_ENTRY_TOTP,
		.issuer = cs_str_c(issuer),
		.account = cs_str_c(account),
		.secret = cs_str_span(cs_str_c(secret)),
		.hotp = { CS_SHA1, 6 },
		.period_s = 30,
		.added = { 1763804467123 },
		.changed = { 1763804467123 },
	};
}

static inline struct cs_entry
sample_hotp(const char *issuer, const char *secret, uint64_t counter)
{
	struct cs_entry e = sample_totp(issuer, "bob", secret);

	e.kind = CS_ENTRY_HOTP;
	e.hotp.hash = CS_SHA256;
	e.hotp.digits = 8;
	e.period_s = 0;
	e.counter = counter;
	return e;
}

static const struct cs_capsule sample_lent = {
	.of = CS_ENTRY_TOTP,
	.code_len = 6,
	.codes = "111111222222333333",
	.count = 3,
	.start_s = 1763804460,
	.period_s = 30,
	.until = { 1763804550000 },
};

static inline struct cs_entry
sample_capsule(void)
{
	return (struct cs_entry){
		.kind = CS_ENTRY_CAPSULE,
		.issuer = CS_STR("Lent"),
		.account = CS_STR("by Anna"),
		.capsule = &sample_lent,
		.added = { 1763804467123 },
	};
}

static inline struct cs_entry
sample_yubikey(void)
{
	return (struct cs_entry){
		.kind = CS_ENTRY_YUBIKEY,
		.issuer = CS_STR("Key"),
		.secret = CS_SPAN("0123456789abcdef", 16),
		.public_id = CS_SPAN("\1\2\3\4\5\6", 6),
		.private_id = CS_SPAN("abcdef", 6),
		.counter = 7,
	};
}

static inline struct cs_book *
sample_book(void)
{
	static cs_str tags[] = { CS_STR("work"), CS_STR("a b%") };
	static struct cs_entry_spare spares[] = { { CS_STR("1234 5678"), { 0 } },
		{ CS_STR("-"), { 1763804467123 } } };
	struct cs_book *b = cs_book_new(&sample_random);
	struct cs_entry e[] = {
		sample_totp("Example", "alice@example.test", "12345678901234567890"),
		sample_hotp("Counter", "abcdefghijklmnopqrst", 41),
		sample_totp("Game", "carol", "steamsteam"),
		sample_yubikey(),
		sample_capsule(),
	};

	e[0].note = CS_STR("first line\n100 % sure\ttabbed");
	e[0].icon = CS_STR("example");
	e[0].tags = tags;
	e[0].tag_count = 2;
	e[0].spares = spares;
	e[0].spare_count = 2;
	e[2].kind = CS_ENTRY_STEAM;
	e[2].hotp.digits = 5;
	b->serial = 4;
	b->step = 4;
	b->parent = 3;
	b->said = CS_STR("renamed Example (alice)");
	b->changed = (cs_time){ 1763804467123 };
	CS_ASSERT(!cs_failed(cs_book_add_recipient(b, CS_STR("age1aaa"), CS_STR("vault"))));
	CS_ASSERT(!cs_failed(cs_book_add_recipient(b, CS_STR("age1bbb"), CS_STR("recovery"))));
	CS_ASSERT(!cs_failed(cs_book_add_contact(b, CS_STR("Ben B."), CS_STR("age1ccc"))));
	for (size_t i = 0; i < CS_COUNT(e); i++)
		CS_ASSERT(!cs_failed(cs_book_add(b, &sample_random, &e[i], NULL)));
	CS_ASSERT(!cs_failed(cs_book_note_event(b, &(struct cs_book_event){ .at = { 1763804467123 },
						       .what = CS_STR("lent"),
						       .entry = b->entries[1].id,
						       .whom = CS_STR("Ben B."),
						       .until = { 1763900000000 },
						       .counter = 36,
						       .count = 5 })));
	return b;
}

#endif
