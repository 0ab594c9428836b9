/*
 * age_files.h - a file read whole, for what tests age files.
 */
#ifndef CS_TESTS_AGE_FILES_H
#define CS_TESTS_AGE_FILES_H

#include <stdlib.h>

#include "base/buf.h"

static inline void
read_whole(const char *path, struct cs_buf *out)
{
	uint8_t bytes[4096];
	size_t len;
	FILE *f = fopen(path, "re");

	cs_buf_init(out, 1 << 24);
	if (f == NULL)
		fail_msg("%s cannot be read", path);
	while ((len = fread(bytes, 1, sizeof(bytes), f)) != 0)
		cs_buf_add(out, CS_SPAN(bytes, len));
	fclose(f);
}

#endif
