/*
 * list_values.h - what may stand in a list of each type, in its one form. Pure.
 *
 * EMAIL: an address, lower case. IP: an address or a network, as base/net.h writes it. AAGUID: 32
 * hex digits, lower case, also taken with the dashes of a UUID. The other types of Cloudflare are
 * kept as written; nothing here judges them. Source: specs: Access §14.
 */
#ifndef CS_DOMAIN_CONFIG_LIST_VALUES_H
#define CS_DOMAIN_CONFIG_LIST_VALUES_H

#include "domain/config/json.h"
#include "model/access.h"
#include "store/list_store.h"

#define CS_LIST_VALUE_MAX 1024
#define CS_LIST_JSON_MAX ((size_t)2 * 1024 * 1024)

/* "AAGUID"; one of the nine names of the API. Errors: INVALID. */
cs_err cs_list_type_decode(cs_str name, enum cs_list_type *out, struct cs_fault *fault);

/* where: the place in the body, for a refusal: "items[3]". Errors: INVALID, with the reason. */
cs_err cs_list_value_decode(struct cs_arena *a, enum cs_list_type type, cs_str text,
    const char *where, cs_str *out, struct cs_fault *fault);

/*
 * An array of {"value", "description"}, named where; list, ord and created are the caller's to set.
 * A value that is there twice is refused, as are more than CS_LIST_ITEMS_MAX. Errors: INVALID.
 */
cs_err cs_list_items_decode(struct cs_arena *a, enum cs_list_type type, const json_t *array,
    const char *where, struct cs_list_item **out, size_t *count, struct cs_fault *fault);
/* An array of values to remove; what cannot be in such a list is passed over. Errors: INVALID. */
cs_err cs_list_removals_decode(struct cs_arena *a, enum cs_list_type type, const json_t *array,
    cs_str **out, size_t *count, struct cs_fault *fault);

#endif
