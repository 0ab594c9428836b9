/*
 * libexec/countersign/scan: the QR codes in a picture. Standard input: PNG or JPEG; standard output:
 * each payload percent-encoded, one a line (docs/protocol/vault.md §4). Whoever made the picture may
 * be an enemy: from the first byte on this process can read, write and end, and nothing else.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/codec.h"
#include "cli/helpers/picture.h"
#include "cli/program/sandbox.h"

#define OUT_MAX (CS_PICTURE_CODES_MAX * 3 * 4096)

static void
add_payload(void *ctx, cs_span payload)
{
	struct cs_buf *out = ctx;

	cs_percent_encode((cs_str){ (const char *)payload.p, payload.len }, out);
	cs_buf_add_c(out, "\n");
}

/* What went wrong, as one word on standard output: it is the vault that speaks to people. */
static int
refuse(const char *why)
{
	printf("problem %s\n", why);
	return 3;
}

static int
scan(cs_span file, struct cs_buf *out)
{
	CS_AUTO(cs_picture_clear) struct cs_picture picture = { 0 };
	cs_err e = cs_picture_decode(file, &picture);

	if (cs_is(e, CS_E_LIMIT))
		return refuse("limit");
	if (cs_failed(e))
		return refuse("damaged");
	e = cs_picture_find_codes(&picture, add_payload, out);
	if (cs_failed(e))
		return refuse(cs_is(e, CS_E_LIMIT) ? "limit" : "damaged");
	if (cs_failed(cs_buf_finish(out, NULL)))
		return refuse("limit");
	fwrite(out->p, 1, out->len, stdout);
	return fflush(stdout) == 0 ? 0 : 1;
}

int
main(void)
{
	static const struct cs_sandbox limits = { .memory_max = 512 << 20, .cpu_s = 60 };
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&file, CS_PICTURE_BYTES_MAX);
	cs_buf_init_sensitive(&out, OUT_MAX);
	if (cs_failed(cs_sandbox_enter(&limits)))
		return 1;
	if (cs_failed(cs_sandbox_read(STDIN_FILENO, &file)))
		return refuse("limit");
	return scan(cs_buf_span(&file), &out);
}
