#include "app/command.h"
#include "app/gateway.h"
#include "app/parts.h"

#include <stdio.h>

static int
explain(void)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init(&out, 64 * 1024);
	cs_settings_explain(&out);
	fwrite(out.p, 1, out.len, stdout);
	return CS_EXIT_OK;
}

int
cs_cmd_check_config(struct cs_command_line *line)
{
	CS_AUTO(cs_settings_free) struct cs_settings *config = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf problem;

	cs_buf_init(&problem, 4096);
	if (cs_option(line, "explain", true) != NULL)
		return explain();
	if (!cs_no_words_left(line))
		return CS_EXIT_USAGE;
	/* all that a start would refuse the file for */
	if (cs_failed(cs_settings_open(line->config_path, &config, &problem)) ||
	    cs_failed(cs_gateway_check(config, &problem)) ||
	    cs_failed(cs_parts_check(config, &problem))) {
		fprintf(stderr, "%.*s\n", (int)problem.len, (const char *)problem.p);
		return CS_EXIT_CONFIG;
	}
	printf("%s is right\n", line->config_path);
	return CS_EXIT_OK;
}
