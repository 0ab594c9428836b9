/*
 * body.h - JSON request bodies: one object, no duplicate keys, texts within bounds.
 */
#ifndef CS_API_BODY_H
#define CS_API_BODY_H

#include <jansson.h>

#include "api/router.h"

/* For CS_AUTO. */
static inline void
cs_body_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

/* An empty body reads as {}. Errors: INVALID. */
cs_err cs_body_decode(const struct cs_call *c, json_t **out);
/*
 * A text member of at most max bytes, copied to the arena; absent and null read as empty.
 * Errors: INVALID (not a text, too long, holds a NUL).
 */
cs_err cs_body_text(
    const struct cs_call *c, const json_t *body, const char *name, size_t max, cs_str *out);
/* A UUID. Errors: INVALID. */
cs_err cs_body_id(const struct cs_call *c, const json_t *body, const char *name, cs_id *out);

/* The answer 200 with a JSON object; takes it. */
cs_err cs_body_answer(struct cs_call *c, json_t *object);

#endif
