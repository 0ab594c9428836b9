/*
 * lists.h - finding something in a list of the configuration. Pure.
 */
#ifndef CS_GATE_LISTS_H
#define CS_GATE_LISTS_H

#include "model/access.h"

/* The order that an IP list's array keeps; texts are in that of cs_str_order (model/access.h). */
int cs_list_network_order(const struct cs_network *a, const struct cs_network *b);

/* NULL when there is none of this type. */
const struct cs_list *cs_list_find(
    const struct cs_access_config *config, enum cs_list_type type, cs_id id);
/* EMAIL: ASCII case does not count. AAGUID: 32 lower-case hex digits. At most 320 bytes. */
bool cs_list_has_text(const struct cs_list *list, cs_str text);
/* IP: whether some network holds it. */
bool cs_list_has_address(const struct cs_list *list, const struct cs_addr *address);

#endif
