#include "cli/commands/sheet.h"

#include "base/codec.h"
#include "cli/program/command.h"
#include "cli/program/file_out.h"
#include "cli/program/helper.h"
#include "cli/program/terminal.h"

#define TEXT_MAX (4 << 20)
#define FILE_MAX (64 << 20)

void
cs_sheet_init(struct cs_sheet *s)
{
	cs_buf_init_sensitive(&s->text, TEXT_MAX);
}

void
cs_sheet_clear(struct cs_sheet *s)
{
	cs_buf_clear(&s->text);
}

static void
add(struct cs_sheet *s, const char *name, cs_str value)
{
	cs_buf_add_c(&s->text, name);
	cs_percent_encode(value, &s->text);
	cs_buf_add_c(&s->text, "\n");
}

void
cs_sheet_begin(struct cs_sheet *s, cs_str title, cs_str payload)
{
	cs_buf_add_c(&s->text, "\n");
	add(s, "title ", title);
	if (payload.len != 0)
		add(s, "qr ", payload);
}

void
cs_sheet_line(struct cs_sheet *s, cs_str text)
{
	add(s, "line ", text);
}

static const char *
format_of(const char *path)
{
	cs_str p = cs_str_c(path);

	if (cs_str_ends(p, CS_STR(".pdf")))
		return "pdf";
	return cs_str_ends(p, CS_STR(".png")) || cs_str_equal(p, CS_STR("-")) ? "png" : NULL;
}

int
cs_sheet_write(const struct cs_sheet *s, const char *path, bool is_over)
{
	const char *args[] = { format_of(path), NULL };
	struct cs_helper helper = {
		.program = "draw", .args = args, .input = cs_buf_span(&s->text)
	};
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	int status;

	cs_buf_init_sensitive(&file, FILE_MAX);
	if (args[0] == NULL) {
		cs_complain("%s: a picture is .png, a sheet of paper .pdf", path);
		return CS_CLI_USAGE;
	}
	if (cs_failed(cs_buf_finish(&s->text, NULL))) {
		cs_complain("that is too much for one sheet");
		return CS_CLI_FAILED;
	}
	if (cs_failed(cs_helper_run(&helper, &file, &status)))
		return CS_CLI_FAILED;
	if (status != 0) {
		cs_complain("%s: it could not be drawn; a picture holds about 40 codes, a .pdf any "
			    "number",
		    path);
		return CS_CLI_FAILED;
	}
	return cs_file_write(path, cs_buf_span(&file), is_over);
}
