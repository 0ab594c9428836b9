/*
 * arena.h - memory of one operation: freed together, wiped on reset, with a hard cap.
 *
 * Allocation aborts only for the programme's own small objects; anything sized by input goes
 * through cs_arena_try and can say LIMIT.
 */
#ifndef CS_BASE_ARENA_H
#define CS_BASE_ARENA_H

#include "base/err.h"
#include "base/span.h"

struct cs_arena;

struct cs_arena *cs_arena_new(size_t max_bytes);
/* For secrets: its memory is base/pages.h's. Larger blocks, so not for an operation of a server. */
struct cs_arena *cs_arena_new_locked(size_t max_bytes);
void cs_arena_free(struct cs_arena **a);
/* Wipes and forgets every allocation, keeps one block for the next operation. */
void cs_arena_reset(struct cs_arena *a);

/* Zeroed, 16-byte aligned. Aborts when the cap is reached: for sizes the programme chose. */
void *cs_arena_alloc(struct cs_arena *a, size_t len);
/* The same for sizes that input chose. Errors: LIMIT. */
cs_err cs_arena_try(struct cs_arena *a, size_t len, void **out);
/*
 * How many bytes what is read may still take, with a quarter of the cap left for what the programme
 * makes of it: those allocations abort.
 */
size_t cs_arena_room(const struct cs_arena *a);
#define CS_NEW(arena, type) ((type *)cs_arena_alloc((arena), sizeof(type)))
/* count is checked against overflow; aborts as cs_arena_alloc does. */
#define CS_NEW_ARRAY(arena, type, count) ((type *)cs_arena_array((arena), sizeof(type), (count)))
void *cs_arena_array(struct cs_arena *a, size_t size, size_t count);

/* Copies that live in the arena; the copy is followed by a NUL that is not counted. */
cs_str cs_arena_str(struct cs_arena *a, cs_str s);
cs_span cs_arena_span(struct cs_arena *a, cs_span s);
/* Terminated copy, for libraries that demand one. */
char *cs_arena_c(struct cs_arena *a, cs_str s);
__attribute__((format(printf, 2, 3))) cs_str cs_arena_printf(
    struct cs_arena *a, const char *fmt, ...);

#endif
