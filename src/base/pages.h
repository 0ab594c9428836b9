/*
 * pages.h - whole pages for what must not be left behind: locked when the system lets us
 * (RLIMIT_MEMLOCK, old kernels), left out of core dumps, wiped when given back.
 *
 * A child made by fork sees a copy, which is not locked: whoever forks to stay wipes or execs.
 */
#ifndef CS_BASE_PAGES_H
#define CS_BASE_PAGES_H

#include <stddef.h>

/* Zeroed; len is rounded up to pages. NULL when there is no memory. */
void *cs_pages_new(size_t len);
/* len: as it was asked for. NULL is taken. */
void cs_pages_free(void *p, size_t len);

#endif
