/*
 * third_party.h - samples of other projects, run from where they lie beside this one and never
 * copied. Their folder is $CS_SHARED, or ../shared.
 */
#ifndef CS_TESTS_CRYPTO_THIRD_PARTY_H
#define CS_TESTS_CRYPTO_THIRD_PARTY_H

#include "test.h"
#include "vectors.h"

/* NULL when they are not on this machine. */
static inline json_t *
third_party_load(const char *name)
{
	char path[2048];
	const char *shared = getenv("CS_SHARED"), *vectors = getenv("CS_TEST_VECTORS");

	if (shared != NULL)
		snprintf(path, sizeof(path), "%s/vectors/third-party/%s", shared, name);
	else
		snprintf(path, sizeof(path), "%s/../../../shared/vectors/third-party/%s",
		    vectors != NULL ? vectors : "tests/vectors", name);
	return json_load_file(path, 0, NULL);
}

/* Says that all was skipped when the file is not there; cmocka's own skip() reads as a failure. */
#define THIRD_PARTY_MAIN(SUITE, FILE_NAME) \
	int main(void) \
	{ \
		CS_AUTO(vectors_free) json_t *probe = third_party_load(FILE_NAME); \
\
		if (probe == NULL) { \
			puts("1..0 # SKIP the samples of other projects are not here"); \
			return 0; \
		} \
		return _cmocka_run_group_tests(SUITE, test_list, test_count, NULL, NULL); \
	}

#endif
