/*
 * phone_cards.h - the QR codes that set up a phone: one an entry, or several in one as Google
 * Authenticator hands them over.
 */
#ifndef CS_CLI_PHONE_CARDS_H
#define CS_CLI_PHONE_CARDS_H

#include "vault/entry.h"

struct cs_phone_card {
	cs_str title; /* whose it is: an entry's name, or "10 accounts" */
	cs_str caption; /* one line beneath */
	cs_str payload;
	struct cs_entry **entries; /* what is in it */
	size_t entry_count;
};

/* One that no card has. */
struct cs_phone_left {
	struct cs_entry *entry;
	const char *why; /* static */
};

struct cs_phone_cards {
	struct cs_phone_card *cards;
	size_t count;
	struct cs_phone_left *left;
	size_t left_count;
};

/*
 * Every entry is in exactly one card or left. What Google's format cannot carry gets a card of its own.
 *   a	locked; everything lives there
 *   has_room	whether a code of this payload can be shown: smaller batches are made until it can;
 *		NULL: any can
 */
void cs_phone_cards_make(struct cs_arena *a, struct cs_entry **entries, size_t count,
    bool is_google, bool (*has_room)(cs_str payload), struct cs_phone_cards *out);

#endif
