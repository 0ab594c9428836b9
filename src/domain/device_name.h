/*
 * device_name.h - what people call their authenticators: one line, unique among their own.
 */
#ifndef CS_DOMAIN_DEVICE_NAME_H
#define CS_DOMAIN_DEVICE_NAME_H

#include "base/arena.h"
#include "model/subject.h"

#define CS_DEVICE_NAME_MAX 64 /* characters */

/* At most CS_DEVICE_NAME_MAX characters, none of them a control character. Empty is fine. */
bool cs_device_name_is_good(cs_str name);
/* Whether one of list is called that. */
bool cs_device_name_is_taken(const struct cs_authenticator *list, size_t count, cs_str name);
/*
 * A name for a new one of this method: its model's, when somebody knows it, else a usual one; with a
 * number where one of list has it.
 */
cs_str cs_device_name_for(struct cs_arena *a, const struct cs_authenticator *list, size_t count,
    cs_str model, unsigned method);

#endif
