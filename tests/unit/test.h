/*
 * test.h - tests that are sentences and register themselves.
 *
 *     TEST(a_code_is_refused_when_replayed)
 *     {
 *             CHECK_OK(…);
 *     }
 *     TEST_MAIN("proto/totp")
 */
#ifndef CS_TESTS_TEST_H
#define CS_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/span.h"

#define TEST_MAX 512

static struct CMUnitTest test_list[TEST_MAX];
static size_t test_count;

static inline void
test_register(const char *name, CMUnitTestFunction fn)
{
	CS_ASSERT(test_count < TEST_MAX);
	test_list[test_count++] = (struct CMUnitTest){ .name = name, .test_func = fn };
}

#define TEST(NAME) \
	static void NAME(void **test_state_); \
	__attribute__((constructor)) static void NAME##_register_(void) \
	{ \
		test_register(#NAME, NAME); \
	} \
	static void NAME([[maybe_unused]] void **test_state_)

#define TEST_MAIN(SUITE) \
	int main(void) \
	{ \
		return _cmocka_run_group_tests(SUITE, test_list, test_count, NULL, NULL); \
	}

#define CHECK(cond) _assert_true((cond) ? 1 : 0, #cond, __FILE__, __LINE__)
#define CHECK_INT(got, want) assert_int_equal((got), (want))
#define CHECK_ERR(expr, CODE) \
	_assert_true(cs_is((expr), CS_E_##CODE), #expr " says " #CODE, __FILE__, __LINE__)
#define CHECK_OK(expr) CHECK_ERR(expr, NONE)
/*
 * Ends a case that this machine cannot run. It passes, and says a line that script/test counts it
 * as skipped by: cmocka's own skip() prints "not ok", which reads as a failure.
 */
#define SKIP(WHY) \
	do { \
		print_message("# SKIP %s: %s\n", __func__, (WHY)); \
		return; \
	} while (0)

/* got: cs_str or cs_span; want: a literal */
#define CHECK_TEXT(got, want) check_text((got).p, (got).len, (want), __FILE__, __LINE__)

static inline void
check_text(const void *p, size_t len, const char *want, const char *file, int line)
{
	if (len != strlen(want) || (len != 0 && memcmp(p, want, len) != 0)) {
		print_error("got \"%.*s\", wanted \"%s\"\n", (int)len, (const char *)p, want);
		_fail(file, line);
	}
}

#endif
