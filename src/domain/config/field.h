/*
 * field.h - the known members of a configuration object as a table: name, form, bounds.
 *
 * Members that no row names are kept and not looked at. null counts as absent.
 */
#ifndef CS_DOMAIN_CONFIG_FIELD_H
#define CS_DOMAIN_CONFIG_FIELD_H

#include "base/id.h"
#include "domain/config/json.h"

enum cs_field_form {
	CS_FORM_TEXT, /* max: characters' bytes */
	CS_FORM_BOOL,
	CS_FORM_INT, /* min, max */
	CS_FORM_DURATION, /* as Go writes it; min, max in milliseconds */
	CS_FORM_MFA_DURATION, /* minutes and hours, 0m..720h */
	CS_FORM_OBJECT,
	CS_FORM_ARRAY, /* max: elements */
	CS_FORM_TEXTS, /* max: elements; each text at most 1024 bytes */
	CS_FORM_UUIDS, /* max: elements */
};

struct cs_field_rule {
	const char *name;
	enum cs_field_form form;
	int64_t min;
	int64_t max;
	bool is_required; /* and a required text or list is not empty */
};

/* what: the object's name in a refusal, "application". Errors: INVALID. */
cs_err cs_fields_check(const json_t *object, const char *what, const struct cs_field_rule *rules,
    size_t count, struct cs_fault *fault);

/* An array of UUIDs that was checked; absent reads as none. Copied to the arena. */
const cs_id *cs_field_ids(struct cs_arena *a, const json_t *object, const char *key, size_t *count);
/* The same for texts. */
const cs_str *cs_field_texts(
    struct cs_arena *a, const json_t *object, const char *key, size_t *count);

#endif
