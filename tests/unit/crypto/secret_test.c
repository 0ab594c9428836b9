#include "crypto/secret.h"

#include <pthread.h>

#include "test.h"

TEST(a_secret_keeps_what_it_was_made_from)
{
	CS_AUTO(cs_secret_free) struct cs_secret *s = NULL;

	CHECK_OK(cs_secret_from(CS_SPAN("12345678901234567890", 20), &s));
	CHECK_TEXT(cs_secret_span(s), "12345678901234567890");
}

TEST(an_empty_or_too_long_secret_is_refused)
{
	uint8_t bytes[CS_SECRET_MAX + 1] = { 0 };
	struct cs_secret *s = NULL;

	CHECK_ERR(cs_secret_from(CS_SPAN_NONE, &s), INVALID);
	CHECK(s == NULL);
	CHECK_ERR(cs_secret_from(CS_SPAN(bytes, sizeof(bytes)), &s), INVALID);
	CHECK_ERR(cs_secret_random(&cs_random_system, 0, &s), INVALID);
	CHECK_ERR(cs_secret_random(&cs_random_system, CS_SECRET_MAX + 1, &s), INVALID);
	CHECK_OK(cs_secret_from(CS_SPAN(bytes, CS_SECRET_MAX), &s));
	cs_secret_free(&s);
	CHECK(s == NULL);
	cs_secret_free(&s);
}

TEST(random_secrets_differ)
{
	CS_AUTO(cs_secret_free) struct cs_secret *a = NULL;
	CS_AUTO(cs_secret_free) struct cs_secret *b = NULL;

	CHECK_OK(cs_secret_random(&cs_random_system, 20, &a));
	CHECK_OK(cs_secret_random(&cs_random_system, 20, &b));
	CHECK_INT(cs_secret_span(a).len, 20);
	CHECK(memcmp(cs_secret_span(a).p, cs_secret_span(b).p, 20) != 0);
}

TEST(a_freed_secret_is_wiped)
{
	struct cs_secret *s = NULL;
	uint8_t bytes[CS_SECRET_MAX];

	memset(bytes, 0xaa, sizeof(bytes));
	CHECK_OK(cs_secret_from(CS_SPAN(bytes, sizeof(bytes)), &s));
	/* The slot stays mapped after free. */
	const uint8_t *slot = cs_secret_span(s).p;
	cs_secret_free(&s);
	for (size_t i = sizeof(void *); i < CS_SECRET_MAX; i++)
		CHECK_INT(slot[i], 0);
}

TEST(many_secrets_do_not_overlap)
{
	struct cs_secret *s[500];

	for (uint32_t i = 0; i < CS_COUNT(s); i++)
		CHECK_OK(cs_secret_from(CS_SPAN(&i, sizeof(i)), &s[i]));
	for (uint32_t i = 0; i < CS_COUNT(s); i++)
		CHECK(memcmp(cs_secret_span(s[i]).p, &i, sizeof(i)) == 0);
	for (uint32_t i = 0; i < CS_COUNT(s); i++)
		cs_secret_free(&s[i]);
}

static void *
come_and_go(void *arg)
{
	for (int i = 0; i < 2000; i++) {
		CS_AUTO(cs_secret_free) struct cs_secret *s = NULL;

		if (cs_failed(cs_secret_from(CS_SPAN(&arg, sizeof(arg)), &s)) ||
		    memcmp(cs_secret_span(s).p, &arg, sizeof(arg)) != 0)
			return NULL;
	}
	return arg;
}

TEST(threads_share_the_slots_without_meeting)
{
	pthread_t t[4];
	void *result;

	for (uintptr_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, come_and_go, (void *)(i + 1)), 0);
	for (uintptr_t i = 0; i < CS_COUNT(t); i++) {
		pthread_join(t[i], &result);
		CHECK(result == (void *)(i + 1));
	}
}

TEST(wiping_clears_exactly_what_was_named)
{
	uint8_t b[4] = { 1, 2, 3, 4 };

	cs_wipe(b + 1, 2);
	CHECK(b[0] == 1 && b[1] == 0 && b[2] == 0 && b[3] == 4);
	cs_wipe(NULL, 0);
}

TEST_MAIN("crypto/secret")
