/*
 * share_words.c - looked up from the first to the last: a share is read once in a lifetime.
 */
#include "vault/share_words.h"

#include "vault/share_trouble.h"

#define WORDS 1024
#define WORD_MAX 8
#define TELLING 4 /* letters that tell one word from every other */

static const char words[WORDS][WORD_MAX] = {
#define W(WORD) #WORD,
#include "vault/words.def"
#undef W
};

const char *
cs_share_word(uint16_t number)
{
	CS_ASSERT(number < WORDS);
	return words[number];
}

/* A word as it was typed: letters in lower case, whatever else it has is '?'. */
struct typed {
	char text[16];
	size_t len; /* as typed, may be more than text holds */
};

static struct typed
typed_of(cs_str token)
{
	struct typed t = { .len = token.len };

	for (size_t i = 0; i < token.len && i + 1 < sizeof(t.text); i++) {
		char c = token.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		t.text[i] = (char)(c >= 'a' && c <= 'z' ? c : '?');
	}
	return t;
}

/* The word that it is, or the first four letters or more of; WORDS when it is none. */
static size_t
word_of(const struct typed *t)
{
	for (size_t i = 0; t->len >= TELLING && t->len < WORD_MAX && i < WORDS; i++)
		if (strncmp(words[i], t->text, t->len) == 0)
			return i;
	return WORDS;
}

/* Levenshtein's distance. */
static size_t
distance(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b), row[WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 0; i < a_len; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < b_len; j++) {
			size_t best = corner + (a[i] != b[j]);

			corner = row[j + 1];
			if (corner + 1 < best)
				best = corner + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			row[j + 1] = best;
		}
	}
	return row[b_len];
}

static cs_err
unknown_word(size_t number, const struct typed *t, struct cs_share_trouble *trouble)
{
	size_t best = 0, best_distance = SIZE_MAX;

	for (size_t i = 0; i < WORDS; i++) {
		size_t d = distance(t->text, words[i]);

		if (d < best_distance) {
			best = i;
			best_distance = d;
		}
	}
	if (best_distance <= 2)
		cs_share_say(trouble,
		    "word %zu, \"%s\", is not one of a share's words: is it \"%s\"?", number,
		    t->text, words[best]);
	else
		cs_share_say(
		    trouble, "word %zu, \"%s\", is not one of a share's words", number, t->text);
	return CS_FAIL(INVALID);
}

cs_err
cs_share_word_find(cs_str typed, size_t place, uint16_t *out, struct cs_share_trouble *trouble)
{
	struct typed t = typed_of(typed);
	size_t word = word_of(&t);

	*out = 0;
	if (word == WORDS)
		return unknown_word(place, &t, trouble);
	*out = (uint16_t)word;
	return CS_OK;
}
