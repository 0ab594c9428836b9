/*
 * webauthn_told.h - what proto/webauthn_cases.h told, for tests.
 */
#ifndef CS_TESTS_PROTO_WEBAUTHN_TOLD_H
#define CS_TESTS_PROTO_WEBAUTHN_TOLD_H

#include "test.h"
#include "vectors.h"

#include "proto/webauthn_cases.h"

#define TOLD_MAX 256

struct told {
	size_t count;
	struct {
		char id[128];
		enum cs_webauthn_verdict verdict;
	} one[TOLD_MAX];
};

static inline void
told_add(void *ctx, cs_str id, enum cs_webauthn_verdict v)
{
	struct told *t = ctx;

	CHECK(t->count < TOLD_MAX && id.len < sizeof(t->one[0].id));
	memcpy(t->one[t->count].id, id.p, id.len);
	t->one[t->count].id[id.len] = '\0';
	t->one[t->count++].verdict = v;
}

/* All of a file's cases. They were recorded or made for the year 2026. */
static inline void
told_judge(const json_t *file, struct told *t)
{
	char *text = json_dumps(file, JSON_COMPACT);
	const char *problem;

	*t = (struct told){ 0 };
	cs_err e = cs_webauthn_cases_judge(
	    CS_SPAN(text, strlen(text)), cs_seconds(INT64_C(1795000000)), told_add, t, &problem);
	free(text);
	if (cs_failed(e))
		fail_msg("the file could not be judged: %s", problem);
}

#endif
