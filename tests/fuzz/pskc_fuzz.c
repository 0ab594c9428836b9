/*
 * pskc_fuzz.c - a key container, with a key and a password that open the corpus's own; what is read
 * can be written and read again.
 */
#include "proto/pskc.h"

#include "fuzz.h"

static void
fill(void *ctx, uint8_t *out, size_t len)
{
	memset(out, 7, len);
}

static void
check_again(struct cs_arena *a, const struct cs_pskc *file)
{
	static const struct cs_random same = { fill, NULL };
	static const struct cs_pskc_opener none = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_pskc again;
	size_t count = 0;

	cs_buf_init(&b, 32 << 20);
	for (size_t i = 0; i < file->count; i++)
		if (file->keys[i].kind == CS_PSKC_HOTP && file->keys[i].secret.len != 0)
			file->keys[count++] = file->keys[i];
	if (count == 0 || cs_failed(cs_pskc_encode(file->keys, count, NULL, &same, &b)))
		return;
	cs_err e = cs_pskc_decode(a, cs_buf_span(&b), &none, &again);
	if (cs_is(e, CS_E_LIMIT))
		return;
	CS_ASSERT(!cs_failed(e) && again.count == count);
	for (size_t i = 0; i < count; i++) {
		CS_ASSERT(again.keys[i].secret.len == file->keys[i].secret.len);
		CS_ASSERT(again.keys[i].counter == file->keys[i].counter);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[16] = { 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90,
		0x12, 0x34, 0x56, 0x78, 0x90, 0x12 };
	const struct cs_pskc_opener with = { CS_SPAN(key, sizeof(key)), CS_SPAN("qwerty", 6) };
	struct cs_arena *a = cs_arena_new(32 << 20);
	struct cs_pskc file;
	cs_err e = cs_pskc_decode(a, CS_SPAN(data, size), &with, &file);

	if (cs_failed(e)) {
		CS_ASSERT(file.problem != NULL && file.count == 0);
	} else {
		CS_ASSERT(file.count >= 1 && file.count <= CS_PSKC_KEYS_MAX);
		check_again(a, &file);
	}
	cs_arena_free(&a);
	return 0;
}
