/*
 * fuzz.h - what every target defines. It aborts (CS_ASSERT) when what it decoded contradicts itself,
 * and returns 0 whatever the input.
 */
#ifndef CS_TESTS_FUZZ_FUZZ_H
#define CS_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
