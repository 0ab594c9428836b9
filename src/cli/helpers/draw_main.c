/*
 * libexec/countersign/draw: a sheet (docs/protocol/vault.md §4) on standard input as PNG or PDF on
 * standard output. It needs fonts, so it is not shut in; what it reads was written by the vault.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/helpers/draw.h"
#include "cli/program/sandbox.h"

#define OUT_MAX (64 << 20)

int
main(int argc, char **argv)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_DRAW_BYTES_MAX * 4);
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	struct cs_draw_sheet sheet;
	bool is_pdf = argc == 2 && strcmp(argv[1], "pdf") == 0;

	cs_buf_init_sensitive(&text, CS_DRAW_BYTES_MAX);
	cs_buf_init_sensitive(&out, OUT_MAX);
	if (!is_pdf && (argc != 2 || strcmp(argv[1], "png") != 0))
		return 2;
	cs_sandbox_keep_private();
	if (cs_failed(cs_sandbox_read(STDIN_FILENO, &text)) ||
	    cs_failed(cs_draw_decode(arena, cs_buf_str(&text), &sheet)))
		return 3;
	if (cs_failed(cs_draw_encode(&sheet, is_pdf ? CS_DRAW_PDF : CS_DRAW_PNG, &out)))
		return 3;
	return fwrite(out.p, 1, out.len, stdout) == out.len && fflush(stdout) == 0 ? 0 : 1;
}
