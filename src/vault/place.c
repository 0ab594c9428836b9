/*
 * place.c - reading a vault, and changing it: read, change, look whether what is about to be written
 * opens again, and only then replace.
 */
#include "vault/place.h"

#include <limits.h>
#include <stdio.h>

#include "vault/place_parts.h"

cs_err
cs_place_seal(const struct cs_random *rng, const struct cs_book *book, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	cs_age_recipient recipients[CS_BOOK_RECIPIENTS_MAX];

	cs_buf_init_sensitive(&text, CS_BOOK_BYTES_MAX);
	for (size_t i = 0; i < book->recipient_count; i++)
		CS_TRY(cs_age_recipient_decode(book->recipients[i].recipient, &recipients[i]));
	CS_TRY(cs_book_encode(book, &text));
	return cs_age_encrypt(rng, recipients, book->recipient_count, cs_buf_span(&text), out);
}

/* What cs_age_decrypt or cs_book_decode said of a file that should hold a book. */
static void
say_unreadable(struct cs_place_trouble *trouble, const char *path, cs_err e)
{
	switch (e.code) {
	case CS_E_CONFLICT:
		cs_place_say(trouble, CS_PLACE_TOO_NEW,
		    "%s was made by a newer version of countersign", path);
		break;
	case CS_E_NOT_FOUND:
		cs_place_say(trouble, CS_PLACE_DAMAGED,
		    "%s is not for this key: it is another vault's, or damaged", path);
		break;
	case CS_E_FORBIDDEN:
		cs_place_say(trouble, CS_PLACE_WRONG_KEY, "that does not open %s", path);
		break;
	case CS_E_UNAVAILABLE:
		cs_place_say(trouble, CS_PLACE_LOCKED,
		    "nobody answers who could open %s: countersign unlock", path);
		break;
	case CS_E_LIMIT:
		cs_place_say(trouble, CS_PLACE_TOO_DEAR, "%s holds more than a vault may", path);
		break;
	default:
		cs_place_say(trouble, CS_PLACE_DAMAGED,
		    "%s is damaged: a backup, or an earlier one of the folder versions, may open",
		    path);
		break;
	}
}

static cs_err
open_book(cs_span file, const struct cs_age_opener *opener, struct cs_book **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	*out = NULL;
	cs_buf_init_sensitive(&text, CS_BOOK_BYTES_MAX);
	CS_TRY(cs_age_decrypt(file, opener, &text));
	return cs_book_take(&text, out);
}

cs_err
cs_place_open_book(struct cs_place_trouble *trouble, const char *path, cs_span file,
    const struct cs_age_opener *opener, struct cs_book **out)
{
	cs_err e = open_book(file, opener, out);

	if (cs_failed(e))
		say_unreadable(trouble, path, e);
	return e;
}

cs_err
cs_place_read_book(
    struct cs_folder *f, const char *name, const struct cs_age_opener *opener, struct cs_book **out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	char path[PATH_MAX];
	bool is_found;

	*out = NULL;
	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	CS_TRY(cs_folder_read(f, name, &file, &is_found));
	if (!is_found) {
		cs_place_say(f->trouble, CS_PLACE_NONE, "there is no vault in %s%s", f->path,
		    cs_folder_has(f, CS_FOLDER_IDENTITY)
			? ", but an identity.age: countersign restore BACKUP"
			: "");
		return CS_FAIL(NOT_FOUND);
	}
	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	return cs_place_open_book(f->trouble, path, cs_buf_span(&file), opener, out);
}

cs_err
cs_place_read(const struct cs_place *p, const struct cs_age_opener *opener, struct cs_book **out,
    struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f;

	*out = NULL;
	CS_TRY(cs_folder_open(p, trouble, &f));
	return cs_place_read_book(&f, CS_FOLDER_VAULT, opener, out);
}

static cs_err
say_not_whole(struct cs_place_trouble *trouble, const struct cs_book *book)
{
	const char *why = "it has become too large";

	for (size_t i = 0; i < book->entry_count; i++) {
		if (!cs_entry_is_whole(&book->entries[i], &why))
			break;
	}
	cs_place_say(trouble, CS_PLACE_INVALID, "the vault cannot be kept like this: %s", why);
	return CS_FAIL(INVALID);
}

/* Nothing may take the place of a vault that whoever changes it could not open again. */
cs_err
cs_place_write_book(
    struct cs_folder *f, const struct cs_age_opener *opener, const struct cs_book *book)
{
	CS_AUTO(cs_book_free) struct cs_book *again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	if (cs_failed(cs_place_seal(f->rng, book, &file)) ||
	    cs_failed(open_book(cs_buf_span(&file), opener, &again)) ||
	    again->entry_count != book->entry_count)
		return say_not_whole(f->trouble, book);
	return cs_folder_write(f, CS_FOLDER_VAULT, cs_buf_span(&file));
}

cs_err
cs_place_lock(const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out)
{
	CS_TRY(cs_folder_open(p, trouble, out));
	/* no empty lock file in a folder without a vault */
	if (!cs_folder_has(out, CS_FOLDER_VAULT)) {
		cs_place_say(trouble, CS_PLACE_NONE, "there is no vault in %s", p->folder);
		return CS_FAIL(NOT_FOUND);
	}
	return cs_folder_lock(out);
}

/* A step of its own: the version before it is kept, and undo leads there. */
static cs_err
take_step(struct cs_folder *f, struct cs_book *book, cs_str said, cs_time now)
{
	int64_t before = book->serial - 1;

	CS_TRY(cs_folder_keep_version(f, before));
	cs_folder_forget_oldest(f);
	book->parent = before;
	book->step = book->serial;
	book->said = said;
	book->changed = now;
	return CS_OK;
}

cs_err
cs_place_edit(const struct cs_place *p, const struct cs_age_opener *opener, cs_str said,
    cs_place_change change, void *ctx, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;

	CS_TRY(cs_place_lock(p, trouble, &f));
	CS_TRY(cs_place_read_book(&f, CS_FOLDER_VAULT, opener, &book));
	CS_TRY(change(ctx, book));
	book->serial++;
	if (said.p != NULL)
		CS_TRY(take_step(&f, book, said, p->now));
	return cs_place_write_book(&f, opener, book);
}

bool
cs_place_is_reminder_due(const struct cs_place *p, const struct cs_book *book)
{
	struct cs_place_trouble trouble;
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };

	if ((book != NULL && cs_book_is_backed_up(book)) ||
	    cs_failed(cs_folder_open(p, &trouble, &f)))
		return false;
	return cs_folder_touch_daily(&f, CS_FOLDER_REMINDED, p->now);
}
