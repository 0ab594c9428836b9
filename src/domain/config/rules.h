/*
 * rules.h - include, exclude and require of policies and groups (specs: Access §6.1, §7).
 *
 * Each rule is an object with exactly one of 26 keys. All 26 are taken and kept; fifteen are judged
 * (rule_kinds.def), the others are never true. A 27th is refused.
 */
#ifndef CS_DOMAIN_CONFIG_RULES_H
#define CS_DOMAIN_CONFIG_RULES_H

#include "domain/config/json.h"
#include "model/access.h"

#define CS_RULES_MAX 1000 /* in one list */

/*
 * what: the object's name in a refusal. include needs at least one rule. Addresses and domains are
 * brought to lower case. Errors: INVALID.
 */
cs_err cs_rules_decode(struct cs_arena *a, const json_t *object, const char *what,
    struct cs_rules *out, struct cs_fault *fault);

/*
 * The first key of the object's own rules that judges who somebody is ("email"), or NULL. Rules
 * inside groups are the caller's to look at (check.c).
 */
const char *cs_rules_identity_key(const json_t *object);

/* Of the rules of all three lists, those of this kind with this id. */
bool cs_rules_name(const struct cs_rules *rules, enum cs_rule_kind kind, cs_id id);

#endif
