/*
 * countersign.h - what Cloudflare's API has no word for: one member "countersign", an object, of the
 * organization, of applications, lists and identity providers (docs/protocol/configuration-api.md).
 *
 * The same rule everywhere: absent in a change, what is stored stays; present, it is replaced whole;
 * null, back to the defaults. A member that it does not know is refused: it was meant to do something.
 */
#ifndef CS_DOMAIN_CONFIG_COUNTERSIGN_H
#define CS_DOMAIN_CONFIG_COUNTERSIGN_H

#include "domain/config/field.h"
#include "model/access.h"

/* Checked; *out NULL: absent or null. what: "organization". Errors: INVALID. */
cs_err cs_countersign_check(const json_t *body, const char *what, const struct cs_field_rule *rules,
    size_t count, const json_t **out, struct cs_fault *fault);

/* What body takes over from the stored object; with null in body the member goes. */
void cs_countersign_keep(const json_t *old, json_t *body);
/* The same on bodies as they are stored; *body is encoded anew in a. Errors: INVALID, LIMIT. */
cs_err cs_countersign_keep_text(
    struct cs_arena *a, cs_str old, cs_str *body, struct cs_fault *fault);

/* A member that names a list, or null. Errors: INVALID (no UUID). */
cs_err cs_list_member(const json_t *object, const char *what, const char *key, bool *out_has,
    cs_id *out_id, struct cs_fault *fault);

/* Which models of the metadata's reports may not be enrolled: bits of proto/mds.h. */
cs_err cs_statuses_decode(
    const json_t *countersign, const char *key, unsigned *out, struct cs_fault *fault);

#endif
