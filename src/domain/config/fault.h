/*
 * fault.h - why a configuration was refused, in words for whoever wrote it.
 *
 * The code that detects what is wrong calls cs_refuse and returns what that returns; frames above
 * pass both on. The front door (api/cloudflare) gives each kind its number and status.
 */
#ifndef CS_DOMAIN_CONFIG_FAULT_H
#define CS_DOMAIN_CONFIG_FAULT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

enum cs_fault_kind {
	CS_FAULT_NONE = 0,
	CS_FAULT_REQUEST, /* the content is wrong, or does not fit the rest */
	CS_FAULT_EXISTS, /* an application has this host and path already */
	CS_FAULT_NOT_ENABLED, /* the account has no organization yet */
	CS_FAULT_PROVE_FIRST, /* a member in person has to give the password again */
};

#define CS_FAULT_MAX 4000

/* One object that has to be changed first. */
struct cs_fault_object {
	const char *kind; /* "application", "policy" */
	cs_str name;
	cs_str path; /* of the API */
	cs_str page; /* of the console */
};

#define CS_FAULT_OBJECTS_MAX 1000

struct cs_fault {
	/* Where objects are kept, to be set before; NULL: none are. */
	struct cs_arena *arena;
	struct cs_fault_object *objects;
	size_t object_count;
	enum cs_fault_kind kind;
	size_t len;
	char text[CS_FAULT_MAX]; /* UTF-8, cut when longer; may quote what was sent */
};

/* As new: no reason, no objects; the arena stays. */
void cs_fault_clear(struct cs_fault *f);
/* Beside the reason. Texts are copied; dropped without an arena, and beyond the maximum. */
void cs_fault_add_object(struct cs_fault *f, const struct cs_fault_object *object);

/* Keeps the first reason. Always INVALID, so that it can be returned. */
__attribute__((format(printf, 2, 3))) cs_err cs_refuse(struct cs_fault *f, const char *fmt, ...);
__attribute__((format(printf, 3, 4))) cs_err cs_refuse_as(
    struct cs_fault *f, enum cs_fault_kind kind, const char *fmt, ...);

#endif
