/*
 * sample.h - the synthetic session that the server and the load generator (requests.lua) both know:
 * number N has the token  header "." 560 × "p", N in ten digits "." 342 × "s".
 */
#ifndef CS_TESTS_BENCH_SAMPLE_H
#define CS_TESTS_BENCH_SAMPLE_H

#include "gate/gate.h"

#define BENCH_HOST "app.example.test"
#define BENCH_PAYLOAD 560
#define BENCH_SIGNATURE 342
#define BENCH_TOKEN_MAX 1024

/* A gate with one application that wants a second factor, and this many signed-in people. */
void cs_bench_gate(size_t sessions, cs_time now, struct cs_gate **out);

#endif
