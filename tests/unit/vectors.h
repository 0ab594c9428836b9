/*
 * vectors.h - published and agreed values as data: tests/vectors/NAME, JSON. Include after test.h.
 */
#ifndef CS_TESTS_VECTORS_H
#define CS_TESTS_VECTORS_H

#include <stdlib.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/codec.h"

/* Ends the test when the file is not there or not JSON. */
static inline json_t *
vectors_load(const char *name)
{
	char path[1024];
	json_error_t why;
	const char *folder = getenv("CS_TEST_VECTORS");

	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "tests/vectors", name);
	json_t *all = json_load_file(path, 0, &why);
	if (all == NULL)
		fail_msg("%s: %s", path, why.text);
	return all;
}

static inline void
vectors_free(json_t **all)
{
	json_decref(*all);
	*all = NULL;
}

/* A string member that must be there; borrowed. */
static inline cs_str
vector_text(const json_t *row, const char *name)
{
	const json_t *j = json_object_get(row, name);

	if (!json_is_string(j))
		fail_msg("the vector has no text \"%s\"", name);
	return (cs_str){ json_string_value(j), json_string_length(j) };
}

/* A number member that must be there. */
static inline int64_t
vector_int(const json_t *row, const char *name)
{
	const json_t *j = json_object_get(row, name);

	if (!json_is_integer(j))
		fail_msg("the vector has no number \"%s\"", name);
	return json_integer_value(j);
}

/* A member in hex; *out is initialised here, to be cleared by the caller. */
static inline void
vector_hex(const json_t *row, const char *name, struct cs_buf *out)
{
	cs_buf_init(out, 4096);
	CHECK_OK(cs_hex_decode(vector_text(row, name), out));
}

#endif
