/*
 * samples.h - other projects' files, which lie beside this checkout and never in it. Include after
 * test.h. A case that needs one that is not there is skipped.
 */
#ifndef CS_TESTS_SAMPLES_H
#define CS_TESTS_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

#define SAMPLE_MAX (32 << 20)

static inline bool
sample_read_path(const char *path, struct cs_buf *out)
{
	FILE *f = fopen(path, "rb");
	uint8_t chunk[65536];
	size_t len;

	cs_buf_init(out, SAMPLE_MAX);
	if (f == NULL)
		return false;
	while ((len = fread(chunk, 1, sizeof(chunk), f)) != 0)
		cs_buf_add(out, CS_SPAN(chunk, len));
	fclose(f);
	return !out->has_failed;
}

/* name: below vectors/, "third-party/pskc/x.xml". out is initialised here, to be cleared. */
static inline void
sample_read(const char *name, struct cs_buf *out)
{
	char path[4096];
	const char *shared = getenv("CS_SHARED"), *vectors = getenv("CS_TEST_VECTORS");

	if (shared != NULL)
		snprintf(path, sizeof(path), "%s/vectors/%s", shared, name);
	else
		snprintf(path, sizeof(path), "%s/../../../shared/vectors/%s",
		    vectors != NULL ? vectors : "tests/vectors", name);
	if (!sample_read_path(path, out)) {
		cs_buf_clear(out);
		skip();
	}
}

/* A file of ours: name below tests/vectors/. */
static inline void
vector_read(const char *name, struct cs_buf *out)
{
	char path[4096];
	const char *vectors = getenv("CS_TEST_VECTORS");

	snprintf(path, sizeof(path), "%s/%s", vectors != NULL ? vectors : "tests/vectors", name);
	if (!sample_read_path(path, out))
		fail_msg("%s cannot be read", path);
}

#endif
