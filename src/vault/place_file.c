/*
 * place_file.c - backups: a book's age file anywhere, by its path.
 */
#include "vault/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vault/place_parts.h"

/* From a pipe too: its end is seen, not asked for. */
static cs_err
read_to_end(int fd, struct cs_buf *out)
{
	uint8_t part[16384];

	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return CS_FAIL(UNAVAILABLE);
		if (n == 0)
			return cs_buf_finish(out, NULL);
		cs_buf_add(out, CS_SPAN(part, (size_t)n));
		if (out->has_failed)
			return CS_FAIL(LIMIT);
	}
}

/* A file that somebody named may be anything; the vault's own can only be damaged. */
static void
say_what_it_is(struct cs_place_trouble *trouble, const char *path, cs_span file)
{
	bool is_passphrase;

	if (cs_failed(cs_age_is_passphrase(file, &is_passphrase)))
		cs_place_say(trouble, CS_PLACE_DAMAGED,
		    "%s is no age file, and so no backup; or its beginning is damaged", path);
	else
		cs_place_say(trouble, CS_PLACE_DAMAGED,
		    "%s is damaged, or holds something else than a vault: an older backup may open",
		    path);
}

cs_err
cs_place_read_file(const char *path, const struct cs_age_opener *opener, struct cs_book **out,
    struct cs_place_trouble *trouble)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	cs_err e = CS_FAIL(UNAVAILABLE);

	*out = NULL;
	*trouble = (struct cs_place_trouble){ 0 };
	cs_buf_init(&file, CS_FOLDER_FILE_MAX);
	if (fd != -1) {
		e = read_to_end(fd, &file);
		close(fd);
	}
	if (cs_failed(e)) {
		cs_place_say(trouble, CS_PLACE_DISK, "%s cannot be read: %s", path,
		    cs_is(e, CS_E_LIMIT) ? "it is too large for a vault" : strerror(errno));
		return e;
	}
	e = cs_place_open_book(trouble, path, cs_buf_span(&file), opener, out);
	if (cs_is(e, CS_E_INVALID))
		say_what_it_is(trouble, path, cs_buf_span(&file));
	return e;
}
