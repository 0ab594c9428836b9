/*
 * samples.h - other projects' files, which lie beside this checkout and never in it. Include after
 * test.h. A case that needs them begins with NEED_SAMPLES().
 */
#ifndef CS_TESTS_SAMPLES_H
#define CS_TESTS_SAMPLES_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* name: below vectors/, "third-party/pskc/x.xml". */
static inline void
sample_path(const char *name, char *out, size_t len)
{
	const char *shared = getenv("CS_SHARED"), *vectors = getenv("CS_TEST_VECTORS");

	if (shared != NULL)
		snprintf(out, len, "%s/vectors/%s", shared, name);
	else
		snprintf(out, len, "%s/../../../shared/vectors/%s",
		    vectors != NULL ? vectors : "tests/vectors", name);
}

static inline bool
samples_are_here(void)
{
	char path[4096];

	sample_path("third-party", path, sizeof(path));
	return access(path, R_OK) == 0;
}

#define NEED_SAMPLES() \
	if (!samples_are_here()) \
	SKIP("the samples of other projects are not here")

/* out is initialised here, to be cleared. */
static inline void
sample_read(const char *name, struct cs_buf *out)
{
	char path[4096];

	sample_path(name, path, sizeof(path));
	if (!sample_read_path(path, out))
		fail_msg("%s cannot be read", path);
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
