/*
 * notice_text.h - what the mails of notice.h say; notice.c's alone.
 *
 * Words and no deeds: one row for each kind, and the texts made of it, in op's arena.
 */
#ifndef CS_DOMAIN_NOTICE_TEXT_H
#define CS_DOMAIN_NOTICE_TEXT_H

#include "domain/notice.h"
#include "store/account_store.h"

/* What a kind is called in the store, and says. What is NULL is not said. */
struct cs_notice_words {
	const char *name;
	const char *subject;
	const char
	    *happened; /* "… for ADDRESS at PLACE."; NULL: FROZEN, which has texts of its own */
	const char *name_label;
	const char *detail_label;
	const char *meaning; /* lines of their own, what follows from it */
	bool has_origin; /* tells the browser and address that it came from */
	enum cs_notice_link link;
};

const struct cs_notice_words *cs_notice_words_of(enum cs_notice_kind kind);
/* NULL: of a release that knew more. */
const struct cs_notice_words *cs_notice_words_named(cs_str name);

/* Of an enum cs_mfa_method: "security key" */
const char *cs_notice_method_words(unsigned method);

struct cs_notice_letter {
	const struct cs_notice_words *words;
	const struct cs_notice_about *about;
	const struct cs_person *person;
	struct cs_account account;
	cs_str token; /* of the link; not read for a kind without one */
};

cs_str cs_notice_letter_text(const struct cs_op *op, const struct cs_notice_letter *l);

/* Somebody said "this was not me" about cause: for themselves … */
cs_str cs_notice_frozen_text(
    const struct cs_op *op, const struct cs_account *account, const struct cs_notice *cause);
/* … and for whoever looks into it. */
cs_str cs_notice_overseer_text(const struct cs_op *op, const struct cs_account *account,
    const struct cs_person *person, const struct cs_notice *cause);

#endif
