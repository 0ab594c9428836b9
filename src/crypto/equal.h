/*
 * equal.h - comparison in constant time. There is no other for what is secret.
 */
#ifndef CS_CRYPTO_EQUAL_H
#define CS_CRYPTO_EQUAL_H

#include <stdbool.h>
#include <stddef.h>

bool cs_equal(const void *a, const void *b, size_t len);

#endif
