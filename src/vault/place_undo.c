/*
 * place_undo.c - earlier versions, and going back to one.
 */
#include "vault/place.h"

#include "vault/place_parts.h"

static cs_err
say_nothing_to_undo(struct cs_place_trouble *trouble, const char *why)
{
	cs_place_say(trouble, CS_PLACE_INVALID, "%s", why);
	return CS_FAIL(NOT_FOUND);
}

/* The version that undo of book leads to. */
static cs_err
read_parent(struct cs_folder *f, const struct cs_book *book, const struct cs_age_opener *opener,
    struct cs_book **out)
{
	char name[CS_FOLDER_VERSION_NAME];

	*out = NULL;
	if (book->parent == 0)
		return say_nothing_to_undo(f->trouble, "there is nothing to undo");
	cs_folder_version_name(book->parent, name);
	if (!cs_folder_has(f, name))
		return say_nothing_to_undo(
		    f->trouble, "nothing further back is kept: that version is gone");
	cs_err e = cs_place_read_book(f, name, opener, out);
	if (cs_failed(e))
		return cs_is(e, CS_E_NOT_FOUND) ? CS_FAIL(INVALID) : e;
	if (cs_id_equal((*out)->id, book->id) && (*out)->serial == book->parent)
		return CS_OK;
	cs_book_free(out);
	cs_place_say(
	    f->trouble, CS_PLACE_DAMAGED, "%s/%s is not the version it should be", f->path, name);
	return CS_FAIL(INVALID);
}

static cs_err
go_back(struct cs_folder *f, struct cs_book *book, const struct cs_book *to, cs_time now)
{
	/* what is undone is kept too, and pushes nothing out that could still be gone back to */
	CS_TRY(cs_folder_keep_version(f, book->serial));
	CS_TRY(cs_book_become(book, to, now));
	book->serial++;
	book->step = book->serial;
	book->parent = to->parent;
	book->changed = now;
	book->said = cs_arena_str(book->arena, to->said);
	return CS_OK;
}

cs_err
cs_place_undo(const struct cs_place *p, const struct cs_age_opener *opener, cs_str *out_said,
    struct cs_book **out_book, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	CS_AUTO(cs_book_free) struct cs_book *to = NULL;

	*out_said = CS_STR_NONE;
	*out_book = NULL;
	CS_TRY(cs_place_lock(p, trouble, &f));
	CS_TRY(cs_place_read_book(&f, CS_FOLDER_VAULT, opener, &book));
	CS_TRY(read_parent(&f, book, opener, &to));
	cs_str said = book->said;
	CS_TRY(go_back(&f, book, to, p->now));
	CS_TRY(cs_place_write_book(&f, opener, book));
	*out_said = said;
	*out_book = CS_TAKE(book);
	return CS_OK;
}

static struct cs_place_version
version_of(struct cs_arena *a, const struct cs_book *book)
{
	return (struct cs_place_version){
		.serial = book->serial,
		.changed = book->changed,
		.said = cs_arena_str(a, book->said),
		.entry_count = book->entry_count,
		.is_readable = true,
	};
}

cs_err
cs_place_history(const struct cs_place *p, const struct cs_age_opener *opener, struct cs_arena *a,
    struct cs_place_version **out, size_t *out_count, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;

	*out = CS_NEW_ARRAY(a, struct cs_place_version, CS_PLACE_VERSIONS_KEPT + 1);
	*out_count = 0;
	CS_TRY(cs_folder_open(p, trouble, &f));
	CS_TRY(cs_place_read_book(&f, CS_FOLDER_VAULT, opener, &book));
	(*out)[(*out_count)++] = version_of(a, book);
	while (*out_count <= CS_PLACE_VERSIONS_KEPT && book->parent != 0) {
		CS_AUTO(cs_book_free) struct cs_book *before = NULL;
		cs_err e = read_parent(&f, book, opener, &before);

		if (cs_is(e, CS_E_NOT_FOUND))
			break;
		if (cs_failed(e)) {
			(*out)[(*out_count)++].serial = book->parent;
			break;
		}
		(*out)[(*out_count)++] = version_of(a, before);
		cs_book_free(&book);
		book = CS_TAKE(before);
	}
	*trouble = (struct cs_place_trouble){ 0 };
	return CS_OK;
}
