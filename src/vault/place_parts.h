/*
 * place_parts.h - what the files of place*.c share. Not for others.
 */
#ifndef CS_VAULT_PLACE_PARTS_H
#define CS_VAULT_PLACE_PARTS_H

#include "vault/folder.h"

/* The folder of a vault that there is, locked. To be closed, whatever it said. */
cs_err cs_place_lock(
    const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out);
/* NOT_FOUND also when the file is not there; else as cs_place_read. */
cs_err cs_place_read_book(struct cs_folder *f, const char *name, const struct cs_age_opener *opener,
    struct cs_book **out);
/* path: for the trouble. */
cs_err cs_place_open_book(struct cs_place_trouble *trouble, const char *path, cs_span file,
    const struct cs_age_opener *opener, struct cs_book **out);
/* vault.age, replaced once opener was seen to open what replaces it. */
cs_err cs_place_write_book(
    struct cs_folder *f, const struct cs_age_opener *opener, const struct cs_book *book);

#endif
