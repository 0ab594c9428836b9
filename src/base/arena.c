/*
 * arena.c - a list of zeroed blocks, cut from the front.
 *
 * Under AddressSanitizer what is not handed out is poisoned, so that reading behind an allocation
 * or after a reset is found as it would be with malloc.
 */
#include "base/arena.h"

#include "base/pages.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, len) ASAN_POISON_MEMORY_REGION((p), (len))
#define UNPOISON(p, len) ASAN_UNPOISON_MEMORY_REGION((p), (len))
#else
#define POISON(p, len) ((void)(p), (void)(len))
#define UNPOISON(p, len) ((void)(p), (void)(len))
#endif

#define ALIGN 16
#define BLOCK_MIN 4096
#define BLOCK_MAX 65536
/* Two system calls each: of locked blocks there shall be few. */
#define LOCKED_BLOCK_MIN 65536
#define LOCKED_BLOCK_MAX (4 << 20)

struct block {
	struct block *next;
	size_t cap;
	size_t used;
	alignas(ALIGN) uint8_t bytes[];
};

struct cs_arena {
	size_t max;
	size_t used; /* handed out, rounded up */
	bool is_locked;
	size_t next_cap; /* of the next block, unless more is asked for at once */
	struct block *newest; /* the oldest, at the end of the list, is the one kept by a reset */
};

struct cs_arena *
cs_arena_new(size_t max_bytes)
{
	struct cs_arena *a = calloc(1, sizeof(*a));

	CS_ASSERT(a != NULL && max_bytes < SIZE_MAX / 4);
	a->max = max_bytes;
	return a;
}

struct cs_arena *
cs_arena_new_locked(size_t max_bytes)
{
	struct cs_arena *a = cs_arena_new(max_bytes);

	a->is_locked = true;
	return a;
}

static struct block *
new_block(const struct cs_arena *a, size_t cap)
{
	struct block *b =
	    a->is_locked ? cs_pages_new(sizeof(*b) + cap) : calloc(1, sizeof(*b) + cap);

	if (b != NULL)
		b->cap = cap;
	return b;
}

static void
free_block(const struct cs_arena *a, struct block *b)
{
	UNPOISON(b->bytes, b->cap);
	if (a->is_locked) {
		cs_pages_free(b, sizeof(*b) + b->cap);
		return;
	}
	explicit_bzero(b->bytes, b->used);
	free(b);
}

static void
wipe_block(struct block *b)
{
	UNPOISON(b->bytes, b->cap);
	explicit_bzero(b->bytes, b->used);
	b->used = 0;
}

void
cs_arena_reset(struct cs_arena *a)
{
	while (a->newest != NULL && a->newest->next != NULL) {
		struct block *b = a->newest;

		a->newest = b->next;
		free_block(a, b);
	}
	if (a->newest != NULL) {
		a->next_cap = a->newest->cap * 2;
		wipe_block(a->newest);
		POISON(a->newest->bytes, a->newest->cap);
	}
	a->used = 0;
}

void
cs_arena_free(struct cs_arena **a)
{
	if (*a == NULL)
		return;
	cs_arena_reset(*a);
	if ((*a)->newest != NULL)
		free_block(*a, (*a)->newest);
	free(*a);
	*a = NULL;
}

/*
 * Blocks double, so that a large operation has few; the first is small, since it is kept. One that a
 * single length called for does not make the next ones larger: locked pages are all taken at once.
 */
static bool
add_block(struct cs_arena *a, size_t len)
{
	size_t least = a->is_locked ? LOCKED_BLOCK_MIN - sizeof(struct block) : BLOCK_MIN;
	size_t most = a->is_locked ? LOCKED_BLOCK_MAX - sizeof(struct block) : BLOCK_MAX;
	size_t cap = a->newest == NULL ? least : a->next_cap;

	if (cap > most)
		cap = most;
	a->next_cap = cap * 2;
	if (cap < len)
		cap = len;
	struct block *b = new_block(a, cap);
	if (b == NULL)
		return false;
	b->next = a->newest;
	a->newest = b;
	POISON(b->bytes, cap);
	return true;
}

cs_err
cs_arena_try(struct cs_arena *a, size_t len, void **out)
{
	*out = NULL;
	if (len > a->max)
		return CS_FAIL(LIMIT);
	size_t rounded = len == 0 ? ALIGN : (len + ALIGN - 1) / ALIGN * ALIGN;
	if (rounded > a->max - a->used)
		return CS_FAIL(LIMIT);
	if ((a->newest == NULL || rounded > a->newest->cap - a->newest->used) &&
	    !add_block(a, rounded))
		return CS_FAIL(LIMIT);
	*out = a->newest->bytes + a->newest->used;
	UNPOISON(*out, len);
	a->newest->used += rounded;
	a->used += rounded;
	return CS_OK;
}

size_t
cs_arena_room(const struct cs_arena *a)
{
	size_t most = a->max - a->max / 4;

	return a->used < most ? most - a->used : 0;
}

void *
cs_arena_alloc(struct cs_arena *a, size_t len)
{
	void *p;
	cs_err err = cs_arena_try(a, len, &p);

	CS_ASSERT(!cs_failed(err));
	return p;
}

void *
cs_arena_array(struct cs_arena *a, size_t size, size_t count)
{
	size_t len;
	bool overflows = __builtin_mul_overflow(size, count, &len);

	CS_ASSERT(!overflows);
	return cs_arena_alloc(a, len);
}

char *
cs_arena_c(struct cs_arena *a, cs_str s)
{
	char *p = cs_arena_alloc(a, s.len + 1);

	if (s.len != 0)
		memcpy(p, s.p, s.len);
	return p;
}

cs_str
cs_arena_str(struct cs_arena *a, cs_str s)
{
	return (cs_str){ cs_arena_c(a, s), s.len };
}

cs_span
cs_arena_span(struct cs_arena *a, cs_span s)
{
	return cs_str_span(cs_arena_str(a, (cs_str){ (const char *)s.p, s.len }));
}

cs_str
cs_arena_printf(struct cs_arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	CS_ASSERT(len >= 0);
	char *p = cs_arena_alloc(a, (size_t)len + 1);
	vsnprintf(p, (size_t)len + 1, fmt, again);
	va_end(again);
	return (cs_str){ p, (size_t)len };
}
