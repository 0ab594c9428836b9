#include "base/err.h"

#include "test.h"

static int freed;

static void
count_free(int **p)
{
	if (*p != NULL)
		freed++;
	*p = NULL;
}

static cs_err
fail_halfway(int *steps)
{
	(*steps)++;
	CS_TRY(CS_FAIL(CONFLICT));
	(*steps)++;
	return CS_OK;
}

TEST(zeroed_memory_is_no_error)
{
	cs_err e;

	memset(&e, 0, sizeof(e));
	CHECK(!cs_failed(e));
	CHECK_OK(CS_OK);
}

TEST(try_returns_the_error_and_does_nothing_more)
{
	int steps = 0;

	CHECK_ERR(fail_halfway(&steps), CONFLICT);
	CHECK_INT(steps, 1);
}

TEST(what_was_taken_is_not_freed)
{
	int value = 0;
	int *kept;

	freed = 0;
	{
		CS_AUTO(count_free) int *p = &value;
		kept = CS_TAKE(p);
	}
	CHECK_INT(freed, 0);
	CHECK(kept == &value);
	{
		CS_AUTO(count_free) int *p = &value;

		CHECK(p == &value);
	}
	CHECK_INT(freed, 1);
}

TEST(every_code_has_a_name_of_its_own)
{
	for (int a = CS_E_NONE; a <= CS_E_INTERNAL; a++) {
		CHECK(strcmp(cs_code_name((enum cs_code)a), "unknown") != 0);
		for (int b = CS_E_NONE; b < a; b++)
			CHECK(strcmp(cs_code_name((enum cs_code)a),
				  cs_code_name((enum cs_code)b)) != 0);
	}
}

TEST_MAIN("base/err")
