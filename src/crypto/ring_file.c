/*
 * ring_file.c - keys in a file: strict when read, never half written.
 */
#include "crypto/ring_file.h"
#include "base/codec.h"
#include "base/log.h"
#include "crypto/library.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* id, state, key and moment with their separators */
#define LINE_LEN (16 + 1 + 4 + 1 + 44 + 1 + CS_RFC3339_LEN + 1)
#define FILE_MAX (CS_RING_KEYS_MAX * LINE_LEN)

cs_err
cs_ring_new(struct cs_ring **out)
{
	cs_library();
	*out = sodium_malloc(sizeof(**out));
	if (*out == NULL) {
		CS_LOG(NULL, KEYRING_REFUSED, CS_F_C("reason", "no guarded memory"));
		return CS_FAIL(UNAVAILABLE);
	}
	memset(*out, 0, sizeof(**out));
	return CS_OK;
}

void
cs_ring_free(struct cs_ring **r)
{
	sodium_free(*r); /* wipes; NULL is fine */
	*r = NULL;
}

const struct cs_ring_key *
cs_ring_find(const struct cs_ring *r, const uint8_t *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (memcmp(r->key[i].id, id, CS_KEY_ID_LEN) == 0)
			return &r->key[i];
	return NULL;
}

static cs_err
derive_id(const uint8_t key[static CS_RING_KEY_LEN], uint8_t out[static CS_KEY_ID_LEN])
{
	uint8_t mac[CS_SHA256_LEN];
	cs_str label = CS_STR("countersign key id");

	CS_TRY(cs_hmac_sha256(CS_SPAN(key, CS_RING_KEY_LEN), cs_str_span(label), mac));
	memcpy(out, mac, CS_KEY_ID_LEN);
	return CS_OK;
}

cs_err
cs_ring_add(struct cs_ring *r, const struct cs_random *rng, cs_time now)
{
	if (r->count == CS_RING_KEYS_MAX)
		return CS_FAIL(LIMIT);
	struct cs_ring_key *k = &r->key[r->count];
	cs_random_fill(rng, k->bytes, sizeof(k->bytes));
	CS_TRY(derive_id(k->bytes, k->id));
	cs_time_rfc3339(now, k->created);
	/* Two keys alike: the source of randomness is broken. */
	if (cs_ring_find(r, k->id) != NULL)
		return CS_FAIL(CRYPTO);
	r->count++;
	return CS_OK;
}

/* The shape that cs_time_rfc3339 gives; the moment is for people and is not read. */
static bool
is_moment(cs_str s)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd.dddZ";

	if (s.len != CS_RFC3339_LEN)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != shape[i])
			return false;
	return true;
}

static cs_err
decode_key(cs_str id, cs_str key, cs_str created, struct cs_ring_key *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	uint8_t derived[CS_KEY_ID_LEN];

	cs_buf_init_sensitive(&b, CS_RING_KEY_LEN + CS_KEY_ID_LEN);
	if (id.len != 2 * CS_KEY_ID_LEN || key.len != 44 || !is_moment(created))
		return CS_FAIL(INVALID);
	CS_TRY(cs_base64_decode(key, &b));
	CS_TRY(cs_hex_decode(id, &b));
	if (b.len != CS_RING_KEY_LEN + CS_KEY_ID_LEN)
		return CS_FAIL(INVALID);
	memcpy(out->bytes, b.p, CS_RING_KEY_LEN);
	memcpy(out->id, b.p + CS_RING_KEY_LEN, CS_KEY_ID_LEN);
	memcpy(out->created, created.p, CS_RFC3339_LEN);
	CS_TRY(derive_id(out->bytes, derived));
	return memcmp(derived, out->id, CS_KEY_ID_LEN) == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
decode_line(cs_str line, struct cs_ring *r, bool *out_is_in_use)
{
	cs_str id, state, key;

	if (r->count == CS_RING_KEYS_MAX || !cs_str_cut(&line, ' ', &id) ||
	    !cs_str_cut(&line, ' ', &state) || !cs_str_cut(&line, ' ', &key))
		return CS_FAIL(INVALID);
	*out_is_in_use = cs_str_equal(state, CS_STR("use"));
	if (!*out_is_in_use && !cs_str_equal(state, CS_STR("keep")))
		return CS_FAIL(INVALID);
	struct cs_ring_key *k = &r->key[r->count];
	CS_TRY(decode_key(id, key, line, k));
	if (cs_ring_find(r, k->id) != NULL)
		return CS_FAIL(INVALID);
	r->count++;
	return CS_OK;
}

cs_err
cs_ring_decode(cs_str text, struct cs_ring *out, size_t *out_line)
{
	size_t in_use = 0, number = 0;
	cs_str line;

	out->count = 0;
	*out_line = 0;
	/* A file that does not end in a line's end was cut. */
	if (text.len > FILE_MAX || !cs_str_ends(text, CS_STR("\n")))
		return CS_FAIL(INVALID);
	while (cs_str_cut(&text, '\n', &line)) {
		bool is_in_use = false;

		*out_line = ++number;
		CS_TRY(decode_line(line, out, &is_in_use));
		if (is_in_use) {
			in_use++;
			out->in_use = out->count - 1;
		}
	}
	*out_line = 0;
	return in_use == 1 ? CS_OK : CS_FAIL(INVALID);
}

void
cs_ring_encode(const struct cs_ring *r, struct cs_buf *out)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct cs_ring_key *k = &r->key[i];

		cs_hex_encode(CS_SPAN(k->id, sizeof(k->id)), out);
		cs_buf_add_c(out, i == r->in_use ? " use " : " keep ");
		cs_base64_encode(CS_SPAN(k->bytes, sizeof(k->bytes)), out);
		cs_buf_add_byte(out, ' ');
		cs_buf_add(out, CS_SPAN(k->created, sizeof(k->created)));
		cs_buf_add_byte(out, '\n');
	}
}

/* --- reading --- */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
free_guarded(char **p)
{
	sodium_free(*p);
	*p = NULL;
}

/* Says once why, and gives the error. */
static cs_err
refuse(const char *path, const char *reason, size_t line, enum cs_code code)
{
	CS_LOG(NULL, KEYRING_REFUSED, CS_F_C("file", path), CS_F_C("reason", reason),
	    CS_F_INT("line", (int64_t)line));
	return (cs_err){ code };
}

static cs_err
check_file(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return refuse(path, strerror(errno), 0, CS_E_UNAVAILABLE);
	if (!S_ISREG(st.st_mode))
		return refuse(path, "not a regular file", 0, CS_E_INVALID);
	if ((st.st_mode & 0177) != 0)
		return refuse(path, "its mode must be 0600 or stricter", 0, CS_E_INVALID);
	if (geteuid() != 0 && st.st_uid != 0 && st.st_uid != geteuid())
		return refuse(path, "it belongs to another user", 0, CS_E_INVALID);
	return CS_OK;
}

/* Up to max bytes; a file that is longer gives max + 1. */
static cs_err
read_whole(const char *path, int fd, char *out, size_t max, size_t *out_len)
{
	size_t len = 0;

	*out_len = 0;
	while (len <= max) {
		ssize_t n = read(fd, out + len, max + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refuse(path, strerror(errno), 0, CS_E_UNAVAILABLE);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*out_len = len;
	return CS_OK;
}

cs_err
cs_ring_read(const char *path, struct cs_ring **out)
{
	CS_AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CS_AUTO(cs_ring_free) struct cs_ring *r = NULL;
	CS_AUTO(free_guarded) char *text = NULL;
	size_t len = 0, line;

	*out = NULL;
	if (fd < 0)
		return refuse(path, strerror(errno), 0, CS_E_UNAVAILABLE);
	CS_TRY(check_file(path, fd));
	CS_TRY(cs_ring_new(&r));
	text = sodium_malloc(FILE_MAX + 1);
	if (text == NULL)
		return refuse(path, "no guarded memory", 0, CS_E_UNAVAILABLE);
	CS_TRY(read_whole(path, fd, text, FILE_MAX, &len));
	if (cs_failed(cs_ring_decode((cs_str){ text, len }, r, &line)))
		return refuse(path,
		    line != 0 ? "not a line of a keyring" : "not a keyring with one key in use",
		    line, CS_E_INVALID);
	*out = CS_TAKE(r);
	return CS_OK;
}

/* --- writing --- */

struct cs_ring_writer {
	int dir;
	const char *path;
	const char *name; /* within dir */
	char new_name[NAME_MAX + 1];
};

cs_err
cs_ring_writer_open(const char *path, struct cs_ring_writer **out)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	*out = NULL;
	if (strlen(path) >= sizeof(dir) || strlen(name) == 0 || strlen(name) > NAME_MAX - 5)
		return refuse("", "no usable file name", 0, CS_E_INVALID);
	CS_AUTO(cs_ring_writer_close) struct cs_ring_writer *w = calloc(1, sizeof(*w));
	CS_ASSERT(w != NULL);
	/* "." and "/" need no copy; elsewhere the folder is what stands before the slash. */
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash == NULL ? 0 : slash - path), path);
	w->path = path;
	w->name = name;
	snprintf(w->new_name, sizeof(w->new_name), ".%s.new", name);
	w->dir = open(slash == NULL   ? "."
		      : slash == path ? "/"
				      : dir,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir < 0 || flock(w->dir, LOCK_EX) != 0)
		return refuse(path, strerror(errno), 0, CS_E_UNAVAILABLE);
	*out = CS_TAKE(w);
	return CS_OK;
}

void
cs_ring_writer_close(struct cs_ring_writer **w)
{
	if (*w == NULL)
		return;
	close_fd(&(*w)->dir); /* gives the lock up */
	free(*w);
	*w = NULL;
}

static bool
write_all(int fd, cs_span bytes)
{
	while (bytes.len != 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = (cs_span){ bytes.p + n, bytes.len - (size_t)n };
	}
	return true;
}

/* The new file, complete and synced, under its temporary name. */
static cs_err
write_new(const struct cs_ring_writer *w, const struct cs_ring *r, const struct stat *like)
{
	CS_AUTO(close_fd) int fd = -1;
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init_sensitive(&text, FILE_MAX);
	cs_ring_encode(r, &text);
	CS_TRY(cs_buf_finish(&text, NULL));
	/* What a crash left there is nobody's: we hold the lock. */
	(void)unlinkat(w->dir, w->new_name, 0);
	fd =
	    openat(w->dir, w->new_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || (like != NULL && fchown(fd, like->st_uid, like->st_gid) != 0) ||
	    !write_all(fd, cs_buf_span(&text)) || fsync(fd) != 0)
		return refuse(w->path, strerror(errno), 0, CS_E_UNAVAILABLE);
	return CS_OK;
}

cs_err
cs_ring_replace(const struct cs_ring_writer *w, const struct cs_ring *r)
{
	struct stat st;

	if (fstatat(w->dir, w->name, &st, 0) != 0)
		return refuse(w->path, strerror(errno), 0, CS_E_UNAVAILABLE);
	CS_TRY(write_new(w, r, &st));
	if (renameat(w->dir, w->new_name, w->dir, w->name) != 0 || fsync(w->dir) != 0)
		return refuse(w->path, strerror(errno), 0, CS_E_UNAVAILABLE);
	return CS_OK;
}

cs_err
cs_ring_create(const struct cs_ring_writer *w, const struct cs_ring *r)
{
	CS_TRY(write_new(w, r, NULL));
	/* link(2) never replaces, whoever else made the file meanwhile. */
	bool is_made = linkat(w->dir, w->new_name, w->dir, w->name, 0) == 0;
	int why = errno;
	(void)unlinkat(w->dir, w->new_name, 0);
	if (!is_made && why == EEXIST)
		return CS_FAIL(CONFLICT);
	if (!is_made || fsync(w->dir) != 0)
		return refuse(w->path, strerror(is_made ? errno : why), 0, CS_E_UNAVAILABLE);
	return CS_OK;
}
