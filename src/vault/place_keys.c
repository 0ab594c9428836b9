/*
 * place_keys.c - making a vault, and who opens it.
 */
#include "vault/place.h"

#include "vault/place_parts.h"

#define VAULT_NAME CS_STR("vault")
#define RECOVERY_NAME CS_STR("recovery")
#define FORMER_NAME CS_STR("vault before")
#define IDENTITY_TEXT_MAX 4096
#define RECIPIENT_TEXT_MAX 128

static cs_err
say_too_dear(struct cs_place_trouble *trouble)
{
	cs_place_say(
	    trouble, CS_PLACE_TOO_DEAR, "a work factor is 1 to %d", CS_AGE_WORK_FACTOR_MAX);
	return CS_FAIL(LIMIT);
}

/* identity.age: one line under the passphrase. */
static cs_err
write_identity(
    struct cs_folder *f, const struct cs_secret *identity, cs_str passphrase, int work_factor)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	cs_err e;

	cs_buf_init_sensitive(&text, IDENTITY_TEXT_MAX);
	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	if (work_factor < 1 || work_factor > CS_AGE_WORK_FACTOR_MAX)
		return say_too_dear(f->trouble);
	cs_age_identity_encode(identity, &text);
	cs_buf_add_byte(&text, '\n');
	e = cs_age_encrypt_passphrase(f->rng, passphrase, work_factor, cs_buf_span(&text), &file);
	if (cs_failed(e)) {
		cs_place_say(f->trouble, CS_PLACE_TOO_DEAR,
		    "there is not enough memory for work factor %d", work_factor);
		return e;
	}
	return cs_folder_write(f, CS_FOLDER_IDENTITY, cs_buf_span(&file));
}

static cs_err
set_recipient(struct cs_book *book, const struct cs_secret *identity, cs_str name)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	cs_age_recipient r = cs_age_recipient_of(identity);

	cs_buf_init(&text, RECIPIENT_TEXT_MAX);
	cs_age_recipient_encode(&r, &text);
	return cs_book_add_recipient(book, cs_buf_str(&text), name);
}

static cs_err
prepare_folder(const struct cs_place *p, struct cs_folder *f, struct cs_place_trouble *trouble)
{
	CS_TRY(cs_folder_make(p, trouble, f));
	CS_TRY(cs_folder_lock(f));
	if (cs_folder_has(f, CS_FOLDER_VAULT)) {
		cs_place_say(
		    trouble, CS_PLACE_INVALID, "there is a vault in %s already", p->folder);
		return CS_FAIL(CONFLICT);
	}
	if (cs_folder_has(f, CS_FOLDER_IDENTITY))
		return cs_folder_put_aside(f, CS_FOLDER_IDENTITY, p->now.ms);
	return CS_OK;
}

cs_err
cs_place_make(const struct cs_place *p, cs_str passphrase, int work_factor,
    const struct cs_secret *recovery, struct cs_book *book, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	struct cs_age_identities who = { &identity, 1 };

	*trouble = (struct cs_place_trouble){ 0 };
	if (work_factor < 1 || work_factor > CS_AGE_WORK_FACTOR_MAX)
		return say_too_dear(trouble);
	CS_TRY(cs_age_identity_new(p->rng, &identity));
	CS_TRY(set_recipient(book, identity, VAULT_NAME));
	if (recovery != NULL)
		CS_TRY(set_recipient(book, recovery, RECOVERY_NAME));
	book->serial++;
	if (book->entry_count != 0)
		book->step = book->serial;
	book->changed = p->now;
	CS_TRY(prepare_folder(p, &f, trouble));
	CS_TRY(write_identity(&f, identity, passphrase, work_factor));
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	return cs_place_write_book(&f, &opener, book);
}

/* The first line that is no comment, as age-keygen writes them. */
static cs_err
identity_in(cs_str text, struct cs_secret **out)
{
	cs_str line;

	while (cs_str_cut(&text, '\n', &line)) {
		line = cs_str_trim(line);
		if (line.len != 0 && line.p[0] != '#')
			return cs_age_identity_decode(line, out);
	}
	return CS_FAIL(INVALID);
}

static cs_err
say_not_unlocked(struct cs_place_trouble *trouble, const char *folder, cs_err e)
{
	switch (e.code) {
	case CS_E_FORBIDDEN:
		cs_place_say(trouble, CS_PLACE_WRONG_KEY, "wrong passphrase");
		break;
	case CS_E_LIMIT:
		cs_place_say(trouble, CS_PLACE_TOO_DEAR,
		    "%s/identity.age asks for more work than a vault's would: it is damaged, or "
		    "not "
		    "what countersign wrote",
		    folder);
		break;
	case CS_E_CONFLICT:
		cs_place_say(trouble, CS_PLACE_TOO_NEW,
		    "%s/identity.age was made by a newer version", folder);
		break;
	case CS_E_UNAVAILABLE:
		cs_place_say(trouble, CS_PLACE_TOO_DEAR,
		    "there is not enough memory to open %s/identity.age", folder);
		break;
	default:
		cs_place_say(trouble, CS_PLACE_DAMAGED,
		    "%s/identity.age is damaged: with the recovery key, countersign recover makes "
		    "a new one",
		    folder);
		return CS_FAIL(INVALID);
	}
	return e;
}

cs_err
cs_place_unlock(const struct cs_place *p, cs_str passphrase, struct cs_secret **out_identity,
    struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	struct cs_age_passphrase who = { passphrase, CS_AGE_WORK_FACTOR_MAX };
	struct cs_age_opener opener = cs_age_passphrase_opener(&who);
	bool is_found;

	*out_identity = NULL;
	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	cs_buf_init_sensitive(&text, IDENTITY_TEXT_MAX);
	CS_TRY(cs_folder_open(p, trouble, &f));
	CS_TRY(cs_folder_read(&f, CS_FOLDER_IDENTITY, &file, &is_found));
	if (!is_found) {
		bool has_vault = cs_folder_has(&f, CS_FOLDER_VAULT);
		cs_place_say(trouble, has_vault ? CS_PLACE_DAMAGED : CS_PLACE_NONE,
		    has_vault ? "%s/identity.age is gone: with the recovery key, countersign "
				"recover makes a new one"
			      : "there is no vault in %s",
		    p->folder);
		return CS_FAIL(NOT_FOUND);
	}
	cs_err e = cs_age_decrypt(cs_buf_span(&file), &opener, &text);
	if (!cs_failed(e))
		e = identity_in(cs_buf_str(&text), out_identity);
	return cs_failed(e) ? say_not_unlocked(trouble, p->folder, e) : CS_OK;
}

cs_err
cs_place_set_passphrase(const struct cs_place *p, struct cs_secret *identity, cs_str passphrase,
    int work_factor, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	struct cs_age_identities who = { &identity, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);

	CS_TRY(cs_place_lock(p, trouble, &f));
	/* never a passphrase for a key that opens nothing */
	CS_TRY(cs_place_read_book(&f, CS_FOLDER_VAULT, &opener, &book));
	return write_identity(&f, identity, passphrase, work_factor);
}

static cs_str
recipient_named(const struct cs_book *book, cs_str name)
{
	for (size_t i = 0; i < book->recipient_count; i++) {
		if (cs_str_equal(book->recipients[i].name, name))
			return book->recipients[i].recipient;
	}
	return CS_STR_NONE;
}

/* Both the former identity and the new one open it, whichever of them identity.age holds just then. */
static cs_err
add_identity(struct cs_book *book, const struct cs_secret *identity)
{
	cs_str former = recipient_named(book, VAULT_NAME);

	if (former.len != 0)
		CS_TRY(cs_book_add_recipient(book, former, FORMER_NAME));
	return set_recipient(book, identity, VAULT_NAME);
}

/* An earlier version for the new identity too; one that cannot be read stays as it is. */
static cs_err
bring_along(struct cs_folder *f, int64_t serial, const struct cs_age_opener *opener,
    const struct cs_secret *identity, int64_t *out_parent)
{
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	char name[CS_FOLDER_VERSION_NAME];

	*out_parent = 0;
	cs_folder_version_name(serial, name);
	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	CS_TRY(cs_place_read_book(f, name, opener, &book));
	*out_parent = book->parent;
	CS_TRY(set_recipient(book, identity, VAULT_NAME));
	CS_TRY(cs_place_seal(f->rng, book, &file));
	return cs_folder_write(f, name, cs_buf_span(&file));
}

static void
bring_versions_along(struct cs_folder *f, int64_t serial, const struct cs_age_opener *opener,
    const struct cs_secret *identity)
{
	for (int i = 0; i < CS_PLACE_VERSIONS_KEPT && serial != 0; i++) {
		if (cs_failed(bring_along(f, serial, opener, identity, &serial)))
			break;
	}
	*f->trouble = (struct cs_place_trouble){ 0 };
}

cs_err
cs_place_recover(const struct cs_place *p, struct cs_secret *recovery, cs_str passphrase,
    int work_factor, struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_folder_close) struct cs_folder f = { .fd = -1, .lock_fd = -1 };
	CS_AUTO(cs_book_free) struct cs_book *book = NULL;
	CS_AUTO(cs_secret_free) struct cs_secret *identity = NULL;
	struct cs_age_identities who = { &recovery, 1 };
	struct cs_age_opener opener = cs_age_identities_opener(&who);
	cs_err e;

	CS_TRY(cs_place_lock(p, trouble, &f));
	e = cs_place_read_book(&f, CS_FOLDER_VAULT, &opener, &book);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		cs_place_say(trouble, CS_PLACE_WRONG_KEY,
		    "that key does not open %s/vault.age: it is another vault's, or the file is "
		    "damaged",
		    p->folder);
		return CS_FAIL(FORBIDDEN);
	}
	CS_TRY(e);
	CS_TRY(cs_age_identity_new(p->rng, &identity));
	CS_TRY(add_identity(book, identity));
	book->serial++;
	CS_TRY(cs_place_write_book(&f, &opener, book));
	CS_TRY(write_identity(&f, identity, passphrase, work_factor));
	bring_versions_along(&f, book->parent, &opener, identity);
	if (!cs_book_remove_recipient(book, FORMER_NAME))
		return CS_OK;
	book->serial++;
	return cs_place_write_book(&f, &opener, book);
}
