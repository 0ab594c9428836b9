#include "vault/shares.h"

#include "test.h"

#include <ctype.h>

static const char *const all_words[] = {
#define W(WORD) #WORD,
#include "vault/words.def"
#undef W
};

static struct cs_secret *
new_key(void)
{
	struct cs_secret *key = NULL;

	CHECK_OK(cs_secret_random(&cs_random_system, CS_SHARE_KEY_LEN, &key));
	return key;
}

static bool
is_key(const struct cs_secret *a, const struct cs_secret *b)
{
	return a != NULL && memcmp(cs_secret_span(a).p, cs_secret_span(b).p, CS_SHARE_KEY_LEN) == 0;
}

struct sheet {
	struct cs_secret *key;
	struct cs_share shares[CS_SHARES_MAX];
	struct cs_share_trouble trouble;
};

static void
sheet_free(struct sheet *s)
{
	cs_secret_free(&s->key);
}

static void
sheet_new(struct sheet *s, int need, int of)
{
	*s = (struct sheet){ .key = new_key() };
	CHECK_OK(cs_shares_split(&cs_random_system, s->key, need, of, s->shares));
}

static void
check_trouble(const struct cs_share_trouble *t, const char *part)
{
	if (strstr(t->text, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", t->text, part);
	for (const char *c = t->text; *c != '\0'; c++)
		CHECK((unsigned char)*c >= 0x20 && (unsigned char)*c < 0x7f);
}

/* --- the list --- */

TEST(the_words_are_1024_in_order_and_told_apart_by_four_letters)
{
	CHECK_INT(CS_COUNT(all_words), 1024);
	for (size_t i = 0; i < CS_COUNT(all_words); i++) {
		size_t len = strlen(all_words[i]);

		CHECK(len >= 4 && len <= 6);
		CHECK_INT(strspn(all_words[i], "abcdefghijklmnopqrstuvwxyz"), len);
		/* Below by the first four letters is both. */
		if (i != 0 && strncmp(all_words[i - 1], all_words[i], 4) >= 0)
			fail_msg("%s, %s", all_words[i - 1], all_words[i]);
	}
}

static bool
is_one_letter_away(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b), at = 0;

	if (a_len > b_len)
		return is_one_letter_away(b, a);
	if (b_len - a_len > 1)
		return false;
	while (at < a_len && a[at] == b[at])
		at++;
	return strcmp(a + at + (a_len == b_len), b + at + 1) == 0;
}

TEST(no_word_is_one_letter_away_from_another)
{
	for (size_t i = 0; i < CS_COUNT(all_words); i++)
		for (size_t j = 0; j < i; j++)
			if (is_one_letter_away(all_words[i], all_words[j]))
				fail_msg("%s and %s", all_words[i], all_words[j]);
}

/* --- splitting and joining --- */

static void
check_subset(struct sheet *s, unsigned subset, int need)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;
	struct cs_share chosen[CS_SHARES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < CS_SHARES_MAX; i++)
		if (subset >> i & 1)
			chosen[count++] = s->shares[i];
	cs_err err = cs_shares_join(chosen, count, &key, &s->trouble);
	if (count >= (size_t)need) {
		CHECK_OK(err);
		CHECK(is_key(key, s->key));
		return;
	}
	CHECK_ERR(err, NOT_FOUND);
	CHECK(key == NULL);
}

TEST(any_three_of_five_give_the_key_and_no_two_do)
{
	CS_AUTO(sheet_free) struct sheet s;

	sheet_new(&s, 3, 5);
	for (unsigned subset = 0; subset < 1 << 5; subset++)
		check_subset(&s, subset, 3);
	check_subset(&s, 1, 3);
	check_trouble(&s.trouble, "2 more shares are needed: any 3 of the 5");
	check_subset(&s, 3, 3);
	check_trouble(&s.trouble, "1 more share is needed");
}

TEST(every_subset_of_two_of_two_and_four_of_seven)
{
	CS_AUTO(sheet_free) struct sheet two, seven;

	sheet_new(&two, 2, 2);
	for (unsigned subset = 0; subset < 1 << 2; subset++)
		check_subset(&two, subset, 2);
	sheet_new(&seven, 4, 7);
	for (unsigned subset = 0; subset < 1 << 7; subset++)
		check_subset(&seven, subset, 4);
}

TEST(numbers_that_cannot_be_are_refused)
{
	CS_AUTO(cs_secret_free) struct cs_secret *key = new_key(), *other = NULL;
	struct cs_share out[CS_SHARES_MAX];

	CHECK_ERR(cs_shares_split(&cs_random_system, key, 1, 5, out), LIMIT);
	CHECK_ERR(cs_shares_split(&cs_random_system, key, 6, 5, out), LIMIT);
	CHECK_ERR(cs_shares_split(&cs_random_system, key, 2, 17, out), LIMIT);
	CHECK_OK(cs_secret_random(&cs_random_system, 16, &other));
	CHECK_ERR(cs_shares_split(&cs_random_system, other, 2, 3, out), INVALID);
}

TEST(shares_of_different_sets_are_refused)
{
	CS_AUTO(sheet_free) struct sheet a, b;
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;

	sheet_new(&a, 2, 3);
	sheet_new(&b, 2, 3);
	b.shares[1].set = (uint16_t)(a.shares[0].set + 1);
	struct cs_share mixed[] = { a.shares[0], b.shares[1] };
	CHECK_ERR(cs_shares_join(mixed, 2, &key, &a.trouble), CONFLICT);
	check_trouble(&a.trouble, "do not belong together");
	CHECK(key == NULL);
}

TEST(a_share_given_twice_is_refused)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;

	sheet_new(&s, 2, 3);
	struct cs_share twice[] = { s.shares[0], s.shares[1], s.shares[1] };
	CHECK_ERR(cs_shares_join(twice, 3, &key, &s.trouble), CONFLICT);
	check_trouble(&s.trouble, "share 2 was given twice");
	twice[2].part[7] ^= 1;
	CHECK_ERR(cs_shares_join(twice, 3, &key, &s.trouble), CONFLICT);
	check_trouble(&s.trouble, "both say that they are number 2");
	CHECK(key == NULL);
}

TEST(a_share_that_somebody_changed_is_noticed_by_one_more_than_needed)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_secret_free) struct cs_secret *key = NULL;

	sheet_new(&s, 3, 5);
	s.shares[1].part[31] ^= 0x80;
	CHECK_ERR(cs_shares_join(s.shares, 4, &key, &s.trouble), CONFLICT);
	check_trouble(&s.trouble, "does not fit the others");
	CHECK(key == NULL);
	CHECK_ERR(cs_shares_join(s.shares, 17, &key, &s.trouble), LIMIT);
}

/* --- as text --- */

static bool
is_same_share(const struct cs_share *a, const struct cs_share *b)
{
	return a->set == b->set && a->need == b->need && a->of == b->of && a->number == b->number &&
	       memcmp(a->part, b->part, sizeof(a->part)) == 0;
}

static void
words_of(const struct cs_share *s, struct cs_buf *out)
{
	cs_buf_init_sensitive(out, 1024);
	cs_share_words(s, out);
}

TEST(words_and_qr_come_back_whatever_they_look_like)
{
	CS_AUTO(sheet_free) struct sheet s;
	struct cs_share back;

	sheet_new(&s, 16, 16);
	for (size_t i = 0; i < 16; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf text, qr;

		words_of(&s.shares[i], &text);
		CHECK_OK(cs_share_decode(cs_buf_str(&text), &back, &s.trouble));
		CHECK(is_same_share(&back, &s.shares[i]));
		for (size_t j = 0; j < text.len; j++)
			text.p[j] = (uint8_t)(text.p[j] == ' ' ? '\n' : toupper(text.p[j]));
		CHECK_OK(cs_share_decode(cs_buf_str(&text), &back, &s.trouble));
		CHECK(is_same_share(&back, &s.shares[i]));
		cs_buf_init_sensitive(&qr, 256);
		cs_share_qr(&s.shares[i], &qr);
		CHECK_INT(qr.len, strlen(CS_SHARE_QR_PREFIX) + 64);
		CHECK_OK(cs_share_decode(cs_buf_str(&qr), &back, &s.trouble));
		CHECK(is_same_share(&back, &s.shares[i]));
	}
}

TEST(four_letters_of_each_word_and_numbers_are_enough)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text, cut = { .max = 1024 };
	struct cs_share back;
	cs_str rest, word;

	sheet_new(&s, 2, 3);
	words_of(&s.shares[2], &text);
	rest = cs_buf_str(&text);
	for (int i = 1; cs_str_cut(&rest, ' ', &word); i++)
		cs_buf_printf(&cut, i % 2 == 0 ? "%d. %.4s\r\n" : "%d %.4s\t", i, word.p);
	CHECK_OK(cs_share_decode(cs_buf_str(&cut), &back, &s.trouble));
	CHECK(is_same_share(&back, &s.shares[2]));
}

/* This very text has been printed by somebody: it has to be read for ever. */
TEST(a_share_that_was_printed_once_is_read)
{
	struct cs_share s = { .set = 0xbeef, .need = 3, .of = 5, .number = 2 }, back;
	struct cs_share_trouble trouble;
	CS_AUTO(cs_buf_clear) struct cs_buf text, qr;

	for (size_t i = 0; i < sizeof(s.part); i++)
		s.part[i] = (uint8_t)(i * 7 + 1);
	words_of(&s, &text);
	CHECK_TEXT(cs_buf_str(&text), "belt pivot breeze crater alone comic entire deal calf rent "
				      "ibis attend detect drama rare snake "
				      "flight stove vixen local idea final caddie fever pack wheat "
				      "eleven cinema snack answer swarm small");
	cs_buf_init_sensitive(&qr, 256);
	cs_share_qr(&s, &qr);
	CHECK_TEXT(cs_buf_str(&qr),
	    "COUNTERSIGN-SHARE-1:DPXPEQIBBAHRMHJEFMZDSQCHJZKVYY3KOF4H7BUNSSN2FKNQW67MLTGT3IBO4O3D");
	CHECK_OK(cs_share_decode(cs_buf_str(&text), &back, &trouble));
	CHECK(is_same_share(&back, &s));
}

/* The words with one of them replaced, as text. */
static void
with_word(const struct cs_buf *text, size_t at, const char *other, struct cs_buf *out)
{
	cs_str rest = cs_buf_str(text), word;

	cs_buf_init_sensitive(out, 2048);
	for (size_t i = 0; cs_str_cut(&rest, ' ', &word); i++) {
		if (i == at)
			cs_buf_add_c(out, other);
		else
			cs_buf_add_str(out, word);
		cs_buf_add_byte(out, ' ');
	}
}

static cs_str
word_at(const struct cs_buf *text, size_t at)
{
	cs_str rest = cs_buf_str(text), word = CS_STR_NONE;

	for (size_t i = 0; i <= at; i++)
		CHECK(cs_str_cut(&rest, ' ', &word));
	return word;
}

TEST(any_one_wrong_word_is_named_with_the_right_one)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_share back;

	sheet_new(&s, 2, 3);
	words_of(&s.shares[0], &text);
	for (size_t at = 0; at < CS_SHARE_WORDS; at++)
		for (size_t w = at; w < 1024; w += 37) {
			CS_AUTO(cs_buf_clear) struct cs_buf wrong;
			cs_str right = word_at(&text, at);
			char want[64];

			if (cs_str_equal(right, cs_str_c(all_words[w])))
				continue;
			with_word(&text, at, all_words[w], &wrong);
			CHECK_ERR(cs_share_decode(cs_buf_str(&wrong), &back, &s.trouble), INVALID);
			snprintf(want, sizeof(want),
			    "word %zu, \"%s\", is wrong: should it be \"%.*s\"?", at + 1,
			    all_words[w], CS_STR_ARG(right));
			CHECK_TEXT(cs_str_c(s.trouble.text), want);
			CHECK_INT(back.need, 0);
		}
}

TEST(two_wrong_words_are_noticed_and_none_is_blamed)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_share back;

	sheet_new(&s, 2, 3);
	words_of(&s.shares[0], &text);
	for (size_t i = 0; i < CS_SHARE_WORDS; i++)
		for (size_t j = i + 1; j < CS_SHARE_WORDS; j++) {
			CS_AUTO(cs_buf_clear) struct cs_buf one, two;
			const char *a = all_words[(i * 31 + j) % 1024];
			const char *b = all_words[(j * 17 + i + 500) % 1024];

			if (cs_str_equal(word_at(&text, i), cs_str_c(a)) ||
			    cs_str_equal(word_at(&text, j), cs_str_c(b)))
				continue;
			with_word(&text, i, a, &one);
			one.len--;
			with_word(&one, j, b, &two);
			CHECK_ERR(cs_share_decode(cs_buf_str(&two), &back, &s.trouble), INVALID);
			CHECK(strstr(s.trouble.text, "should it be") == NULL);
		}
}

TEST(words_that_changed_places_are_named)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text, one, two;
	struct cs_share back;
	char first[16], second[16];

	sheet_new(&s, 2, 3);
	/* No part of a share is drawn so that two words are alike: the set's bits see to it here. */
	s.shares[0].set = 0x1234;
	words_of(&s.shares[0], &text);
	snprintf(first, sizeof(first), "%.*s", CS_STR_ARG(word_at(&text, 0)));
	snprintf(second, sizeof(second), "%.*s", CS_STR_ARG(word_at(&text, 1)));
	CHECK(strcmp(first, second) != 0);
	with_word(&text, 0, second, &one);
	one.len--;
	with_word(&one, 1, first, &two);
	CHECK_ERR(cs_share_decode(cs_buf_str(&two), &back, &s.trouble), INVALID);
	check_trouble(&s.trouble, "words 1 and 2");
	check_trouble(&s.trouble, "change places");
}

TEST(a_word_that_is_none_is_named_with_the_nearest)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text, typo, dirt;
	struct cs_share back;

	sheet_new(&s, 2, 3);
	words_of(&s.shares[0], &text);
	with_word(&text, 6, "abbez", &typo);
	CHECK_ERR(cs_share_decode(cs_buf_str(&typo), &back, &s.trouble), INVALID);
	CHECK_TEXT(cs_str_c(s.trouble.text),
	    "word 7, \"abbez\", is not one of a share's words: is it \"abbey\"?");
	with_word(&text, 31, "\x1b[31mred\xe2\x80\xae", &dirt);
	CHECK_ERR(cs_share_decode(cs_buf_str(&dirt), &back, &s.trouble), INVALID);
	check_trouble(&s.trouble, "word 32, \"??");
}

TEST(words_too_few_or_too_many_are_counted)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_share back;

	sheet_new(&s, 2, 3);
	words_of(&s.shares[0], &text);
	cs_str all = cs_buf_str(&text);
	CHECK_ERR(cs_share_decode(
		      cs_str_slice(all, cs_str_find(all, ' ', 0), all.len), &back, &s.trouble),
	    INVALID);
	CHECK_TEXT(cs_str_c(s.trouble.text), "a share has 32 words, these are 31");
	cs_buf_add_c(&text, " abbey");
	CHECK_ERR(cs_share_decode(cs_buf_str(&text), &back, &s.trouble), INVALID);
	CHECK_TEXT(cs_str_c(s.trouble.text), "a share has 32 words, these are 33");
	CHECK_ERR(cs_share_decode(CS_STR(" \n"), &back, &s.trouble), INVALID);
}

TEST(a_qr_text_that_is_cut_or_changed_is_refused)
{
	CS_AUTO(sheet_free) struct sheet s;
	CS_AUTO(cs_buf_clear) struct cs_buf qr;
	struct cs_share back;

	sheet_new(&s, 2, 3);
	cs_buf_init_sensitive(&qr, 256);
	cs_share_qr(&s.shares[1], &qr);
	for (size_t len = 19; len < qr.len; len++)
		CHECK(cs_failed(
		    cs_share_decode(cs_str_slice(cs_buf_str(&qr), 0, len), &back, &s.trouble)));
	for (size_t i = strlen(CS_SHARE_QR_PREFIX); i < qr.len; i++) {
		uint8_t was = qr.p[i];

		qr.p[i] = was == 'A' ? 'B' : 'A';
		CHECK_ERR(cs_share_decode(cs_buf_str(&qr), &back, &s.trouble), INVALID);
		qr.p[i] = was;
	}
	qr.p[18] = '2';
	CHECK_ERR(cs_share_decode(cs_buf_str(&qr), &back, &s.trouble), CONFLICT);
	check_trouble(&s.trouble, "newer version");
}

TEST_MAIN("vault/shares")
