#include "vault/book.h"

#include <stdlib.h>

#include "sample.h"

#include "test.h"

#define BOOK_AUTO CS_AUTO(cs_book_free) struct cs_book *
#define ROOM (1 << 20)
#define REMOVED_AT ((cs_time){ 1795340467000 })

static void
encode(const struct cs_book *b, struct cs_buf *out)
{
	cs_buf_init_sensitive(out, CS_BOOK_BYTES_MAX);
	CHECK_OK(cs_book_encode(b, out));
}

TEST(a_book_with_every_kind_comes_back_as_it_was)
{
	BOOK_AUTO b = sample_book();
	BOOK_AUTO again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(cs_buf_clear) struct cs_buf text_again;

	encode(b, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &again));
	encode(again, &text_again);
	CHECK(cs_str_equal(cs_buf_str(&text), cs_buf_str(&text_again)));
	CHECK_INT(again->entry_count, 5);
	CHECK_INT(again->serial, 4);
	CHECK_INT(again->step, 4);
	CHECK_INT(again->parent, 3);
	CHECK_TEXT(again->said, "renamed Example (alice)");
	CHECK_TEXT(again->contacts[0].name, "Ben B.");
	CHECK_TEXT(again->entries[0].note, "first line\n100 % sure\ttabbed");
	CHECK_TEXT(again->entries[0].tags[1], "a b%");
	CHECK_TEXT(again->entries[0].spares[1].code, "-");
	CHECK_INT(again->entries[0].spares[1].used.ms, 1763804467123);
	CHECK_INT(again->entries[1].counter, 41);
	CHECK_INT(again->entries[2].kind, CS_ENTRY_STEAM);
	CHECK_INT(again->entries[3].counter, 7);
	CHECK_INT(again->events[0].count, 5);
	for (size_t i = 0; i < 5; i++) {
		CHECK(cs_id_equal(again->entries[i].id, b->entries[i].id));
		CHECK(cs_entry_makes_same_codes(&again->entries[i], &b->entries[i]));
	}
}

TEST(the_text_is_what_the_document_says)
{
	BOOK_AUTO b = sample_book();
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	encode(b, &text);
	cs_buf_add_byte(&text, 0);
	CHECK(strncmp((char *)text.p, "countersign vault 1\nid ", 23) == 0);
	CHECK(strstr((char *)text.p,
		  "\nserial 4\nstep 4\nparent 3\nchanged 2025-11-22T09:41:07.123Z\n"
		  "said renamed Example (alice)\nrecipient age1aaa vault\n") != NULL);
	CHECK(strstr((char *)text.p, "\nuri otpauth://totp/Example:alice%40example.test?"
				     "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example"
				     "&algorithm=SHA1&digits=6&period=30\n") != NULL);
	CHECK(strstr((char *)text.p, "\nnote first line%0A100 %25 sure%09tabbed\n") != NULL);
	CHECK(strstr((char *)text.p, "\nspare 1234%205678\nspare %2D 2025-11-22T09:41:07.123Z\n") !=
	      NULL);
	CHECK(strstr((char *)text.p,
		  "\nyubikey cbcdcecfcgch 616263646566 30313233343536373839616263646566 7\n") !=
	      NULL);
	CHECK(strstr((char *)text.p, "\ncapsule totp 1763804460 30 6 2025-11-22T09:42:30.000Z\n"
				     "codes 111111 222222 333333\n") != NULL);
	CHECK(strstr((char *)text.p,
		  " Ben%20B. until=2025-11-23T12:13:20.000Z counter=36 count=5\n") != NULL);
}

TEST(a_book_cut_anywhere_is_refused_or_whole_to_the_last_entry)
{
	BOOK_AUTO b = sample_book();
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	encode(b, &text);
	for (size_t len = 0; len < text.len; len++) {
		BOOK_AUTO cut = NULL;
		cs_err e = cs_book_decode(CS_SPAN(text.p, len), &cut);

		/* at the end of an entry there is nothing to see: the age file around it knows */
		if (!cs_failed(e))
			CHECK(text.p[len - 1] == '\n' && text.p[len - 2] == '\n');
		else
			CHECK(cs_is(e, CS_E_INVALID) && cut == NULL);
	}
}

TEST(no_flipped_byte_makes_it_crash_or_lie_about_its_bounds)
{
	BOOK_AUTO b = sample_book();
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	size_t refused = 0;

	encode(b, &text);
	for (size_t at = 0; at < text.len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			BOOK_AUTO flipped = NULL;
			const char *why;

			text.p[at] ^= (uint8_t)(1 << bit);
			if (cs_failed(cs_book_decode(cs_buf_span(&text), &flipped)))
				refused++;
			for (size_t i = 0; flipped != NULL && i < flipped->entry_count; i++)
				CHECK(cs_entry_is_whole(&flipped->entries[i], &why));
			text.p[at] ^= (uint8_t)(1 << bit);
		}
	}
	CHECK(refused > text.len * 3);
}

static const char head[] = "countersign vault 1\n"
			   "id 01234567-89ab-4cde-8f01-23456789abcd\nserial 1\n"
			   "recipient age1aaa vault\n";
#define TOTP_URI "uri otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ\n"
#define ENTRY_ID "entry 11111111-2222-4333-8444-555555555555\n"

static cs_err
decode(const char *text, struct cs_book **out)
{
	return cs_book_decode(cs_str_span(cs_str_c(text)), out);
}

static cs_err
decode_behind_head(const char *rest)
{
	BOOK_AUTO b = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init(&text, ROOM);
	cs_buf_add_c(&text, head);
	cs_buf_add_c(&text, rest);
	return cs_book_decode(cs_buf_span(&text), &b);
}

TEST(a_text_by_somebody_else_is_taken_where_it_keeps_to_the_format)
{
	CHECK_OK(decode_behind_head("\n"));
	CHECK_OK(decode_behind_head("\n" ENTRY_ID TOTP_URI "\n"));
	CHECK_OK(decode_behind_head("\n" ENTRY_ID "uri otpauth://totp/b?secret=gezdgnbv\n\n"));
}

TEST(what_breaks_the_format_is_refused)
{
	static const char *const wrong[] = {
		"",
		"surprise x\n\n",
		"serial 2\n\n",
		"recipient age1bbb vault\n\n", /* that name is there */
		"said a\nchanged 2025-11-22T09:41:07.123Z\n\n", /* wrong order */
		"parent 1\n\n", /* not before this one */
		"step 2\n\n",
		"said \n\n",
		"sharing AGE-SECRET-KEY-1AAA\n\n", /* behind the recipients */
		"said %41\n\n", /* nothing that has to be written so */
		"said %0a\n\n",
		"said %0\n\n",
		"said %00\n\n",
		"said a\tb\n\n",
		"said \xc3(\n\n",
		"contact age1ccc\n\n",
		"contact age1ccc  Ben\n\n",
		"contact age1ccc Ben \n\n",
		"contact age1ccc Ben more\n\n",
		"contact age1ccc -\n\n",
		"event 2025-11-22T09:41:07.123Z shared -\n\n",
		"event 2025-11-22T09:41:07.123Z shared - - serial=0\n\n",
		"event 2025-11-22T09:41:07.123Z shared - - serial=1 serial=1\n\n",
		"event 2025-11-22T09:41:07.123Z shared - - colour=1\n\n",
		"event 2025-11-32T09:41:07.123Z shared - -\n\n",
		"\n" ENTRY_ID TOTP_URI, /* no empty line */
		"\n" ENTRY_ID TOTP_URI "\n\n",
		"\n" ENTRY_ID "\n", /* no secret */
		"\n" TOTP_URI "\n",
		"\nentry -\n" TOTP_URI "\n",
		"\nentry 00000000-0000-0000-0000-000000000000\n" TOTP_URI "\n",
		"\n" ENTRY_ID TOTP_URI "\n" ENTRY_ID TOTP_URI "\n", /* one id twice */
		"\n" ENTRY_ID TOTP_URI TOTP_URI "\n",
		"\n" ENTRY_ID TOTP_URI "note a\nnote b\n\n",
		"\n" ENTRY_ID TOTP_URI "tag a\nnote b\n\n",
		"\n" ENTRY_ID TOTP_URI "colour red\n\n",
		"\n" ENTRY_ID TOTP_URI "spare a 2025-11-22T09:41:07.123Z b\n\n",
		"\n" ENTRY_ID TOTP_URI "tag %1B\n\n",
		"\n" ENTRY_ID TOTP_URI "tag \xc2\x9b\n\n", /* CSI in one character */
		"\n" ENTRY_ID "uri otpauth://totp/A:b?secret=1\n\n",
		"\n" ENTRY_ID "uri otpauth://totp/?secret=GEZDGNBVGY3TQOJQ\n\n", /* nameless */
		"\n" ENTRY_ID "uri otpauth://totp/a%07?secret=GEZDGNBVGY3TQOJQ\n\n",
		"\n" ENTRY_ID "issuer A\nyubikey - 616263646566 3031 7\n\n",
		"\n" ENTRY_ID "issuer A\ncapsule totp 0 30 6 2025-11-22T09:41:07.123Z\n\n",
		"\n" ENTRY_ID "issuer A\ncodes 111111\n\n",
		/* a secret that would be gone when it is written again */
		"\n" ENTRY_ID TOTP_URI
		"capsule totp 0 30 6 2025-11-22T09:41:07.123Z\ncodes 111111\n\n",
		"\n" ENTRY_ID TOTP_URI
		"yubikey - 616263646566 30313233343536373839616263646566 7\n\n",
		"\n" ENTRY_ID
		"issuer A\ncapsule totp 0 30 6 2025-11-22T09:41:07.123Z\ncodes 11111\n\n",
		"\n" ENTRY_ID
		"issuer A\ncapsule yubikey 0 30 6 2025-11-22T09:41:07.123Z\ncodes 111111\n\n",
		"\n" ENTRY_ID
		"issuer A\ncapsule hotp 0 2 6 2025-11-22T09:41:07.123Z\ncodes 111111\n\n",
	};

	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		if (!cs_is(decode_behind_head(wrong[i]), CS_E_INVALID))
			print_error("taken: %s\n", wrong[i]);
		CHECK_ERR(decode_behind_head(wrong[i]), INVALID);
	}
}

TEST(a_newer_version_is_told_from_damage)
{
	BOOK_AUTO b = NULL;

	CHECK_ERR(decode("countersign vault 2\nwhatever\n", &b), CONFLICT);
	CHECK_ERR(decode("countersign vault 0\n\n", &b), INVALID);
	CHECK_ERR(decode("countersign vault 01\n\n", &b), INVALID);
	CHECK_ERR(decode("countersign entries 1\n\n", &b), INVALID);
	CHECK_ERR(decode("something else\n", &b), INVALID);
	CHECK_ERR(decode("", &b), INVALID);
}

TEST(entries_alone_are_added_behind_what_is_there)
{
	BOOK_AUTO from = sample_book();
	BOOK_AUTO to = cs_book_new(&sample_random);
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_entry one = sample_totp("One", "", "secret");
	struct cs_entry without_id = sample_totp("Two", "", "secret");

	cs_buf_init_sensitive(&text, ROOM);
	CHECK_OK(cs_book_add(to, &sample_random, &one, NULL));
	CHECK_OK(cs_entries_encode(from->entries, from->entry_count, &text));
	CHECK_OK(cs_entries_decode(to, cs_buf_span(&text)));
	CHECK_INT(to->entry_count, 6);
	CHECK_TEXT(to->entries[0].issuer, "One");
	cs_buf_reset(&text);
	CHECK_OK(cs_entries_encode(&without_id, 1, &text));
	CHECK_OK(cs_entries_decode(to, cs_buf_span(&text)));
	CHECK(cs_id_is_zero(to->entries[6].id));
	CHECK_ERR(
	    cs_entries_decode(to, cs_str_span(CS_STR("countersign entries 2\n\n"))), CONFLICT);
	CHECK_ERR(cs_entries_decode(to, cs_str_span(CS_STR("countersign vault 1\n\n"))), INVALID);
	CHECK_INT(to->entry_count, 7);
}

TEST(a_name_that_a_uri_cannot_carry_comes_back_all_the_same)
{
	static const char *const names[][2] = {
		{ "a:b", "c:d" },
		{ "", "a:b" },
		{ " blank", "end " },
		{ "100%", "Öffi & Söhne" },
		{ "x", "" },
		{ "", "x" },
		{ "?#&=+", "/\\" },
	};

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		BOOK_AUTO b = sample_book();
		BOOK_AUTO again = NULL;
		CS_AUTO(cs_buf_clear) struct cs_buf text;
		struct cs_entry e = sample_totp(names[i][0], names[i][1], "secret");

		CHECK_OK(cs_book_add(b, &sample_random, &e, NULL));
		encode(b, &text);
		CHECK_OK(cs_book_decode(cs_buf_span(&text), &again));
		CHECK_TEXT(again->entries[5].issuer, names[i][0]);
		CHECK_TEXT(again->entries[5].account, names[i][1]);
	}
}

TEST(the_longest_entry_fits)
{
	BOOK_AUTO b = sample_book();
	BOOK_AUTO again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	static char name[CS_ENTRY_TEXT_MAX + 2];
	static char note[CS_ENTRY_NOTE_MAX + 1];
	static char secret[CS_ENTRY_SECRET_MAX + 2];

	for (size_t i = 0; i < CS_ENTRY_TEXT_MAX; i += 2)
		memcpy(name + i, "\xc3\xbc", 2);
	memset(note, '\n', CS_ENTRY_NOTE_MAX);
	memset(secret, 'x', CS_ENTRY_SECRET_MAX);
	struct cs_entry e = sample_totp(name, name, secret);
	e.note = cs_str_c(note);
	CHECK_OK(cs_book_add(b, &sample_random, &e, NULL));
	encode(b, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &again));
	CHECK_TEXT(again->entries[5].account, name);
	CHECK_INT(again->entries[5].note.len, CS_ENTRY_NOTE_MAX);
	memcpy(name + CS_ENTRY_TEXT_MAX, "x", 2);
	e = sample_totp(name, "", "secret");
	CHECK_ERR(cs_book_add(b, &sample_random, &e, NULL), INVALID);
}

static size_t
found(const struct cs_book *b, const char *words)
{
	struct cs_entry **out;

	return cs_book_find(b, cs_str_c(words), &out);
}

TEST(an_entry_is_found_by_id_then_name_then_words)
{
	BOOK_AUTO b = sample_book();
	struct cs_entry more[] = { sample_totp("GitHub", "alice", "one"),
		sample_totp("GitHub Enterprise", "alice", "two"),
		sample_totp("ÖBB", "Жук", "three") };
	struct cs_entry **out;
	char uuid[CS_ID_UUID_LEN + 1] = { 0 };

	for (size_t i = 0; i < CS_COUNT(more); i++)
		CHECK_OK(cs_book_add(b, &sample_random, &more[i], NULL));
	CHECK_INT(found(b, "github"), 1);
	CHECK_INT(found(b, " GITHUB "), 1);
	CHECK_INT(found(b, "github:ALICE"), 1);
	CHECK_INT(found(b, "git"), 2);
	CHECK_INT(found(b, "alice git"), 2);
	CHECK_INT(found(b, "enter alice"), 1);
	CHECK_INT(found(b, "öbb"), 1);
	CHECK_INT(found(b, "жук"), 1);
	CHECK_INT(found(b, "work"), 1); /* a tag */
	CHECK_INT(found(b, "nothing like it"), 0);
	CHECK_INT(found(b, "  "), 0);
	cs_id_uuid(b->entries[2].id, uuid);
	for (size_t len = 4; len <= CS_ID_UUID_LEN; len++) {
		CHECK_INT(cs_book_find(b, (cs_str){ uuid, len }, &out), 1);
		CHECK(out[0] == &b->entries[2]);
	}
	CHECK_INT(cs_book_search(b, CS_STR("GIT"), &out), 2);
	CHECK_INT(cs_book_search(b, CS_STR_NONE, &out), b->entry_count);
}

TEST(an_entry_that_is_removed_leaves_the_others_in_order)
{
	BOOK_AUTO b = sample_book();
	cs_id gone = b->entries[1].id;

	CHECK_OK(cs_book_remove(b, &b->entries[1], REMOVED_AT));
	CHECK_INT(b->entry_count, 4);
	CHECK(cs_book_entry(b, gone) == NULL);
	CHECK_TEXT(b->entries[1].issuer, "Game");
	CHECK_OK(cs_book_remove(b, &b->entries[3], REMOVED_AT));
	CHECK_INT(b->entry_count, 3);
}

TEST(one_id_is_not_added_twice)
{
	BOOK_AUTO b = sample_book();
	struct cs_entry e = b->entries[0];

	CHECK_ERR(cs_book_add(b, &sample_random, &e, NULL), CONFLICT);
}

TEST(becoming_an_earlier_book_gives_no_counter_back)
{
	BOOK_AUTO now = sample_book();
	BOOK_AUTO before = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_entry other = sample_hotp("Other", "somebodyelse", 99);

	encode(now, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &before));
	now->entries[1].counter = 50;
	now->entries[1].issuer = CS_STR("Renamed");
	CHECK_OK(cs_book_add(now, &sample_random, &other, NULL));
	CHECK_OK(cs_book_note_event(
	    now, &(struct cs_book_event){ .at = { 1 }, .what = CS_STR("shared") }));
	CHECK_OK(cs_book_add_recipient(before, CS_STR("age1old"), CS_STR("vault")));
	CHECK_OK(cs_book_add_recipient(before, CS_STR("age1ddd"), CS_STR("laptop")));
	CHECK_OK(cs_book_become(now, before, REMOVED_AT));
	CHECK_INT(now->entry_count, 5);
	CHECK_INT(now->entries[1].counter, 50);
	CHECK_TEXT(now->entries[1].issuer, "Counter");
	CHECK_INT(now->event_count, 3); /* one says what was used of Other */
	CHECK_INT(now->recipient_count, 3);
	CHECK_TEXT(now->recipients[0].recipient, "age1aaa"); /* who opens it now */
	CHECK_TEXT(now->recipients[2].name, "laptop");
}

TEST(becoming_a_backup_with_other_ids_gives_no_counter_back_either)
{
	BOOK_AUTO now = sample_book();
	BOOK_AUTO backup = sample_book();

	now->entries[1].counter = 77;
	CHECK(!cs_id_equal(now->entries[1].id, backup->entries[1].id));
	CHECK_OK(cs_book_note_event(
	    backup, &(struct cs_book_event){ .at = { 5 }, .what = CS_STR("phone") }));
	CHECK_OK(cs_book_become(now, backup, REMOVED_AT));
	CHECK_INT(now->entries[1].counter, 77);
	CHECK(cs_id_equal(now->entries[1].id, backup->entries[1].id));
	CHECK_INT(now->event_count, 3);
}

TEST(a_counter_of_another_secret_is_left_alone)
{
	BOOK_AUTO now = sample_book();
	BOOK_AUTO before = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	encode(now, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &before));
	now->entries[1].secret = CS_SPAN("a new secret", 12);
	now->entries[1].counter = 1000;
	CHECK_OK(cs_book_become(now, before, REMOVED_AT));
	CHECK_INT(now->entries[1].counter, 41);
}

TEST(a_counter_that_was_removed_comes_back_no_lower)
{
	BOOK_AUTO now = sample_book();
	BOOK_AUTO backup = NULL;
	BOOK_AUTO again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(cs_buf_clear) struct cs_buf text_again;

	encode(now, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &backup));
	now->entries[1].counter = 50;
	CHECK_OK(cs_book_remove(now, &now->entries[1], REMOVED_AT));
	encode(now, &text_again);
	CHECK_OK(cs_book_decode(cs_buf_span(&text_again), &again));
	CHECK_OK(cs_book_become(again, backup, REMOVED_AT));
	CHECK_TEXT(again->entries[1].issuer, "Counter");
	CHECK_INT(again->entries[1].counter, 50);
}

TEST(a_counter_that_an_earlier_book_does_not_have_is_not_forgotten_with_it)
{
	BOOK_AUTO now = sample_book();
	BOOK_AUTO backup = NULL;
	BOOK_AUTO empty = cs_book_new(&sample_random);
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	encode(now, &text);
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &backup));
	now->entries[1].counter = 50;
	CHECK_OK(cs_book_become(now, empty, REMOVED_AT));
	CHECK_INT(now->entry_count, 0);
	CHECK_OK(cs_book_become(now, backup, REMOVED_AT));
	CHECK_INT(now->entries[1].counter, 50);
	CHECK_OK(cs_book_become(now, empty, REMOVED_AT));
	backup->entries[1].counter = 60;
	CHECK_OK(cs_book_become(now, backup, REMOVED_AT));
	CHECK_INT(now->entries[1].counter, 60);
}

TEST(the_key_that_others_send_to_is_kept_and_a_backups_comes_back)
{
	BOOK_AUTO book = sample_book();
	BOOK_AUTO earlier = sample_book();
	BOOK_AUTO again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text = { 0 };

	CHECK_ERR(cs_book_set_sharing(book, CS_STR("age1aaa")), INVALID);
	CHECK_OK(cs_book_set_sharing(book, CS_STR("AGE-SECRET-KEY-1AAA")));
	CHECK_OK(cs_book_become(book, earlier, REMOVED_AT));
	CHECK_TEXT(book->sharing, "AGE-SECRET-KEY-1AAA");
	CHECK_OK(cs_book_set_sharing(earlier, CS_STR("AGE-SECRET-KEY-1BBB")));
	CHECK_OK(cs_book_become(book, earlier, REMOVED_AT));
	CHECK_TEXT(book->sharing, "AGE-SECRET-KEY-1BBB");
	cs_buf_init(&text, CS_BOOK_BYTES_MAX);
	CHECK_OK(cs_book_encode(book, &text));
	CHECK_OK(cs_book_decode(cs_buf_span(&text), &again));
	CHECK_TEXT(again->sharing, "AGE-SECRET-KEY-1BBB");
}

TEST(a_backup_counts_when_it_has_the_last_step)
{
	BOOK_AUTO b = sample_book();

	CHECK(!cs_book_is_backed_up(b));
	CHECK_OK(cs_book_note_event(
	    b, &(struct cs_book_event){ .what = CS_STR("backup"), .serial = 3 }));
	CHECK(!cs_book_is_backed_up(b));
	CHECK_OK(cs_book_note_event(
	    b, &(struct cs_book_event){ .what = CS_STR("exported"), .serial = 4 }));
	CHECK(!cs_book_is_backed_up(b));
	CHECK_OK(cs_book_note_event(
	    b, &(struct cs_book_event){ .what = CS_STR("backup"), .serial = 4 }));
	CHECK(cs_book_is_backed_up(b));
}

TEST(more_recipients_than_an_opener_should_try_are_refused)
{
	BOOK_AUTO b = sample_book();
	char name[8];

	for (int i = 2; i < CS_BOOK_RECIPIENTS_MAX; i++) {
		snprintf(name, sizeof(name), "r%d", i);
		CHECK_OK(cs_book_add_recipient(b, CS_STR("age1x"), cs_str_c(name)));
	}
	CHECK_ERR(cs_book_add_recipient(b, CS_STR("age1x"), CS_STR("one more")), LIMIT);
	CHECK_OK(cs_book_add_recipient(b, CS_STR("age1y"), CS_STR("r2")));
	CHECK(cs_book_remove_recipient(b, CS_STR("r2")));
	CHECK(!cs_book_remove_recipient(b, CS_STR("r2")));
}

TEST_MAIN("vault/book")
