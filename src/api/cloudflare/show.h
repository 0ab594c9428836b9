/*
 * show.h - stored rows as the API shows them: the body as it was written, with id and times.
 */
#ifndef CS_API_CLOUDFLARE_SHOW_H
#define CS_API_CLOUDFLARE_SHOW_H

#include "domain/config/image.h"
#include "domain/config/json.h"

/* The caller's; so are all of these. The arena is for short texts. */
json_t *cs_show_organization(struct cs_arena *a, const struct cs_image *image);
json_t *cs_show_provider(
    struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row);
json_t *cs_show_group(struct cs_arena *a, const struct cs_access_row *row);
/* With app_count. */
json_t *cs_show_policy(
    struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row);
/* As one application uses it: with its precedence there. */
json_t *cs_show_linked_policy(
    struct cs_arena *a, const struct cs_image *image, const struct cs_policy_link *link);
/* With its policies, whole. */
json_t *cs_show_application(
    struct cs_arena *a, const struct cs_image *image, const struct cs_access_row *row);
/* {"id":…}, what a removal answers. */
json_t *cs_show_id(struct cs_arena *a, cs_id id);
/* In lower case. */
json_t *cs_show_hex(cs_span bytes);
json_t *cs_show_time(struct cs_arena *a, cs_time t);

#endif
