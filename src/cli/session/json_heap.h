/*
 * json_heap.h - what jansson has held is wiped when it is freed.
 */
#ifndef CS_CLI_JSON_HEAP_H
#define CS_CLI_JSON_HEAP_H

/* Before the first value: what a program that reads or writes secrets as JSON begins with. */
void cs_json_begin(void);

#endif
