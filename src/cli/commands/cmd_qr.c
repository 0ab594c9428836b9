/* qr: an entry as a QR code, on the terminal, as a picture or on paper. */
#include "cli/program/file_out.h"
#include "cli/session/json_out.h"
#include "cli/session/new_entry.h"
#include "cli/commands/qr_screen.h"
#include "cli/session/session.h"
#include "cli/commands/sheet.h"
#include "cli/program/terminal.h"
#include "proto/qr_svg.h"

#define SVG_MAX (1 << 20)
#define SVG_MODULE_PX 6

static int
write_svg(cs_str uri, const char *path, bool is_over)
{
	CS_AUTO(cs_buf_clear) struct cs_buf svg;

	cs_buf_init_sensitive(&svg, SVG_MAX);
	if (cs_failed(cs_qr_svg_encode(uri, SVG_MODULE_PX, &svg))) {
		cs_complain("that is too much for one QR code");
		return CS_CLI_FAILED;
	}
	return cs_file_write(path, cs_buf_span(&svg), is_over);
}

static int
write_sheet(cs_str name, cs_str uri, const char *path, bool is_over)
{
	CS_AUTO(cs_sheet_clear) struct cs_sheet sheet;

	cs_sheet_init(&sheet);
	cs_sheet_begin(&sheet, name, uri);
	cs_sheet_line(&sheet, CS_STR("Who has this code can sign in with it: keep it locked up."));
	return cs_sheet_write(&sheet, path, is_over);
}

static int
write_file(const struct cs_cli_line *line, cs_str name, cs_str uri, const char *path, bool is_over)
{
	int status = cs_terminal_confirm(line,
	    "Write the secret of %.*s to %s, where nothing protects it?", CS_STR_ARG(name), path);

	if (status != CS_CLI_OK)
		return status;
	status = cs_str_ends(cs_str_c(path), CS_STR(".svg"))
		     ? write_svg(uri, path, is_over)
		     : write_sheet(name, uri, path, is_over);
	if (status == CS_CLI_OK && line->is_json)
		return cs_json_show(json_pack("{s:o}", "file", cs_json_str(cs_str_c(path))));
	return status;
}

static int
show(cs_str name, cs_str uri)
{
	struct cs_qr_screen screen = { .title = name,
		.payload = uri,
		.caption = CS_STR("Scan it with the phone's authenticator.") };
	CS_AUTO(cs_buf_clear) struct cs_buf answer;

	cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
	return cs_qr_screen_show(&screen, "Enter when it is done: ", &answer);
}

int
cs_cmd_qr(struct cs_cli_line *line)
{
	const char *path = NULL;
	bool is_over = false;
	const struct cs_cli_option options[] = {
		{ "output", 'o', "FILE", "write it: .png, .pdf or .svg", .value = &path },
		{ "force", 'f', NULL, "write over a file of that name", .flag = &is_over },
	};
	CS_SESSION_AUTO struct cs_session s = { 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	struct cs_entry *e = NULL;
	int status;

	cs_buf_init_sensitive(&uri, CS_QR_TEXT_MAX);
	if (!cs_line_take(line, options, CS_COUNT(options), 1, -1, &status))
		return status;
	status = cs_session_open_entry(&s, line, &e);
	if (status != CS_CLI_OK)
		return status;
	if (!cs_entry_uri(e, &uri)) {
		cs_complain("%s: there is no QR code for a %.*s", cs_session_name(&s, e),
		    CS_STR_ARG(cs_entry_kind_name(e->kind)));
		return CS_CLI_FAILED;
	}
	cs_str name = cs_entry_name(s.arena, e);
	if (path != NULL)
		return write_file(line, name, cs_buf_str(&uri), path, is_over);
	return show(name, cs_buf_str(&uri));
}
