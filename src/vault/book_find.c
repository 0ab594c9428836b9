/*
 * book_find.c - which entry a person means.
 */
#include "vault/book.h"

#define ID_DIGITS_MIN 4

/* What is looked for, folded; a name and its folded form are as long. */
struct wanted {
	cs_str words;
	char *folded;
	size_t len;
};

typedef bool (*manner)(const struct cs_entry *e, const struct wanted *w);

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
}

static bool
by_id(const struct cs_entry *e, const struct wanted *w)
{
	char uuid[CS_ID_UUID_LEN];

	if (w->len < ID_DIGITS_MIN || w->len > sizeof(uuid))
		return false;
	for (size_t i = 0; i < w->len; i++) {
		if (!is_hex(w->folded[i]))
			return false;
	}
	cs_id_uuid(e->id, uuid);
	return cs_str_equal((cs_str){ uuid, w->len }, (cs_str){ w->folded, w->len });
}

static bool
is_name(cs_str name, const struct wanted *w)
{
	char folded[CS_ENTRY_TEXT_MAX];

	if (name.len == 0 || name.len > sizeof(folded))
		return false;
	size_t len = cs_entry_fold(name, folded);
	return cs_str_equal((cs_str){ folded, len }, (cs_str){ w->folded, w->len });
}

static bool
by_name(const struct cs_entry *e, const struct wanted *w)
{
	if (is_name(e->issuer, w) || is_name(e->account, w))
		return true;
	for (size_t colon = cs_str_find(w->words, ':', 0); colon < w->words.len;
	     colon = cs_str_find(w->words, ':', colon + 1)) {
		struct wanted issuer = { .folded = w->folded, .len = colon };
		struct wanted account = { .folded = w->folded + colon + 1,
			.len = w->len - colon - 1 };

		if (is_name(e->issuer, &issuer) && is_name(e->account, &account))
			return true;
	}
	return false;
}

static bool
has_part(cs_str text, cs_str word)
{
	char folded[CS_ENTRY_TEXT_MAX];

	if (text.len < word.len || text.len > sizeof(folded))
		return false;
	size_t len = cs_entry_fold(text, folded);
	return memmem(folded, len, word.p, word.len) != NULL;
}

static bool
has_word(const struct cs_entry *e, cs_str word)
{
	if (has_part(e->issuer, word) || has_part(e->account, word))
		return true;
	for (size_t i = 0; i < e->tag_count; i++) {
		if (has_part(e->tags[i], word))
			return true;
	}
	return false;
}

static bool
by_words(const struct cs_entry *e, const struct wanted *w)
{
	cs_str rest = { w->folded, w->len };
	cs_str word;

	while (cs_str_cut(&rest, ' ', &word)) {
		if (word.len != 0 && !has_word(e, word))
			return false;
	}
	return true;
}

static size_t
gather(const struct cs_book *b, const struct wanted *w, manner suits, struct cs_entry **out)
{
	size_t count = 0;

	for (size_t i = 0; i < b->entry_count; i++) {
		if (suits(&b->entries[i], w))
			out[count++] = &b->entries[i];
	}
	return count;
}

static size_t
look(const struct cs_book *b, cs_str words, const manner *manners, size_t manner_count,
    struct cs_entry ***out)
{
	struct wanted w = { .words = cs_str_trim(words) };
	size_t count = 0;

	*out = CS_NEW_ARRAY(b->arena, struct cs_entry *, b->entry_count + 1);
	w.folded = cs_arena_alloc(b->arena, w.words.len + 1);
	w.len = cs_entry_fold(w.words, w.folded);
	for (size_t i = 0; i < manner_count && count == 0; i++)
		count = gather(b, &w, manners[i], *out);
	return count;
}

size_t
cs_book_find(const struct cs_book *b, cs_str words, struct cs_entry ***out)
{
	static const manner manners[] = { by_id, by_name, by_words };

	if (cs_str_trim(words).len == 0) {
		*out = NULL;
		return 0;
	}
	return look(b, words, manners, CS_COUNT(manners), out);
}

size_t
cs_book_search(const struct cs_book *b, cs_str words, struct cs_entry ***out)
{
	static const manner manners[] = { by_words };

	return look(b, words, manners, CS_COUNT(manners), out);
}
