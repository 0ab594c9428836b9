/*
 * ring_file.h - the keyring's file, decoded and written. For crypto/ alone; format in keyring.h.
 */
#ifndef CS_CRYPTO_RING_FILE_H
#define CS_CRYPTO_RING_FILE_H

#include "base/time.h"
#include "crypto/keyring.h"

#define CS_RING_KEYS_MAX 64
#define CS_RING_KEY_LEN 32

struct cs_ring_key {
	uint8_t id[CS_KEY_ID_LEN];
	uint8_t bytes[CS_RING_KEY_LEN];
	char created[CS_RFC3339_LEN];
};

/* In guarded memory. */
struct cs_ring {
	size_t count;
	size_t in_use; /* index of the key that seals */
	struct cs_ring_key key[CS_RING_KEYS_MAX];
};

/* Guarded and locked. Errors: UNAVAILABLE (no memory may be locked). */
cs_err cs_ring_new(struct cs_ring **out);
void cs_ring_free(struct cs_ring **r);
/* NULL when there is none; not constant-time: ids are public. */
const struct cs_ring_key *cs_ring_find(const struct cs_ring *r, const uint8_t *id);
/* A fresh key at the end, not in use. Errors: LIMIT. */
cs_err cs_ring_add(struct cs_ring *r, const struct cs_random *rng, cs_time now);

/* The whole text. Errors: INVALID; *out_line is the line at fault, or 0 for the whole. */
cs_err cs_ring_decode(cs_str text, struct cs_ring *out, size_t *out_line);
/* out must be sensitive. */
void cs_ring_encode(const struct cs_ring *r, struct cs_buf *out);

/* Checks mode and owner, decodes; logs KEYRING_REFUSED. Errors: INVALID, UNAVAILABLE. */
cs_err cs_ring_read(const char *path, struct cs_ring **out);

/*
 * Hold this from before reading to after writing: one writer at a time, by a lock on the file's
 * folder, since the file itself is replaced. Errors: UNAVAILABLE, INVALID.
 */
struct cs_ring_writer;
cs_err cs_ring_writer_open(const char *path, struct cs_ring_writer **out);
void cs_ring_writer_close(struct cs_ring_writer **w);
/* A new file beside the old, synced, then put in its place with its owner. Errors: UNAVAILABLE. */
cs_err cs_ring_replace(const struct cs_ring_writer *w, const struct cs_ring *r);
/* The same where there is none yet. Errors: CONFLICT, UNAVAILABLE. */
cs_err cs_ring_create(const struct cs_ring_writer *w, const struct cs_ring *r);

#endif
