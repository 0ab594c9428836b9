/*
 * folder.h - files of a vault's folder: ours alone, read whole, replaced whole, under its lock.
 * For place*.c; everybody else uses place.h.
 */
#ifndef CS_VAULT_FOLDER_H
#define CS_VAULT_FOLDER_H

#include "base/buf.h"
#include "crypto/random.h"
#include "vault/place.h"

#define CS_FOLDER_VAULT "vault.age"
#define CS_FOLDER_IDENTITY "identity.age"
#define CS_FOLDER_VERSIONS "versions"
#define CS_FOLDER_REMINDED "reminded"
#define CS_FOLDER_FILE_MAX ((size_t)CS_BOOK_BYTES_MAX + (2 << 20)) /* the age file around a book */

struct cs_folder {
	const char *path;
	const struct cs_random *rng;
	int fd; /* -1: not open */
	int lock_fd; /* -1: not locked */
	struct cs_place_trouble *trouble;
};

/* Say what is wrong; from outside or not, the text is made one line of plain characters. */
__attribute__((format(printf, 3, 4))) void cs_place_say(
    struct cs_place_trouble *trouble, enum cs_place_problem problem, const char *fmt, ...);

/* All return errors with trouble. To be closed, whatever it said. */
cs_err cs_folder_open(
    const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out);
/* Makes the folder, and those above it, when it is not there. */
cs_err cs_folder_make(
    const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out);
void cs_folder_close(struct cs_folder *f);

/*
 * Until the folder is closed. Takes away what writers that were killed left half done.
 * Errors: UNAVAILABLE (BUSY after CS_PLACE_LOCK_MS; DISK).
 */
cs_err cs_folder_lock(struct cs_folder *f);

/* Say what errno says of a file in the folder, or of the folder itself. UNAVAILABLE. */
cs_err cs_folder_trouble(const struct cs_folder *f, const char *name, const char *what);
void cs_folder_sweep(struct cs_folder *f);

/* *out_found false: there is no such file. out: sensitive. Errors: UNAVAILABLE, LIMIT. */
cs_err cs_folder_read(struct cs_folder *f, const char *name, struct cs_buf *out, bool *out_found);
/* Errors: UNAVAILABLE; the old file is there then, unless it is said that nobody knows. */
cs_err cs_folder_write(struct cs_folder *f, const char *name, cs_span bytes);
bool cs_folder_has(const struct cs_folder *f, const char *name);

/* Set the file's time to now, unless it was set within a day: then, and when it cannot be, false. */
bool cs_folder_touch_daily(struct cs_folder *f, const char *name, cs_time now);

/* "versions/SERIAL.age" in name. */
#define CS_FOLDER_VERSION_NAME 48
void cs_folder_version_name(int64_t serial, char name[static CS_FOLDER_VERSION_NAME]);
/* Keep vault.age, as it is, as a version. Errors: UNAVAILABLE. */
cs_err cs_folder_keep_version(struct cs_folder *f, int64_t serial);
/* All but the last CS_PLACE_VERSIONS_KEPT go. */
void cs_folder_forget_oldest(struct cs_folder *f);
/* Put a file aside among the versions, under its name and a number. Errors: UNAVAILABLE. */
cs_err cs_folder_put_aside(struct cs_folder *f, const char *name, int64_t number);

#endif
