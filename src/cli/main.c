/*
 * countersign: the command line for people. This program links libc alone, so that it starts as fast
 * as a shell's own command feels; what needs libraries it runs from libexec/countersign/.
 */
#include "cli/cmd_oath.h"

#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int cs_cmd_version(struct cs_cli_line *line);
static int cs_cmd_help(struct cs_cli_line *line);
static int cs_cmd_oath(struct cs_cli_line *line);

#define RUN_countersign(FUNCTION) FUNCTION
#define PROGRAM_countersign NULL
#define RUN_vault(FUNCTION) NULL
#define PROGRAM_vault "vault"
#define RUN_watch(FUNCTION) NULL
#define PROGRAM_watch "watch"
#define RUN_check(FUNCTION) NULL
#define PROGRAM_check "check"

static const struct cs_cli_command commands[] = {
#define C(PROGRAM, NAME, GROUP, USAGE, HELP, FUNCTION) \
	{ NAME, GROUP, USAGE, HELP, RUN_##PROGRAM(FUNCTION), PROGRAM_##PROGRAM },
#include "cli/commands.def"
#undef C
};

static void
write_help(FILE *out)
{
	fputs("usage: countersign COMMAND\n", out);
	for (size_t i = 0; i < CS_COUNT(commands); i++) {
		const struct cs_cli_command *c = &commands[i];
		if (i == 0 || strcmp(c->group, commands[i - 1].group) != 0)
			fprintf(out, "\n%s\n", c->group);
		fprintf(out, "  %-9s %s\n", c->name, c->help);
	}
	fputs("\nThe server is countersignd; see countersignd(8).\n", out);
}

static int
cs_cmd_version(struct cs_cli_line *line)
{
	return puts("countersign " CS_VERSION) < 0 ? CS_CLI_FAILED : CS_CLI_OK;
}

static int
cs_cmd_help(struct cs_cli_line *line)
{
	write_help(stdout);
	return CS_CLI_OK;
}

/* The words behind the name stand in one array with it. */
static int
cs_cmd_oath(struct cs_cli_line *line)
{
	static char name[] = "oathtool";
	char **argv = line->words - 1;

	argv[0] = name;
	return cs_oath_main(line->word_count + 1, argv);
}

static bool
is_called_oathtool(const char *self)
{
	const char *slash = strrchr(self, '/');

	return strcmp(slash == NULL ? self : slash + 1, "oathtool") == 0;
}

/*
 * Beside this program as it is built, or where it is installed: never by PATH. On its own stack, so that
 * a code does not pay for pages of paths.
 */
__attribute__((noinline)) static int
run_program(const char *program, char **argv)
{
	static const char *const folders[] = { "libexec/countersign", "../libexec/countersign" };
	char self[PATH_MAX];
	char path[PATH_MAX + 64];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	while (len > 0 && self[len - 1] != '/')
		len--;
	for (size_t i = 0; len > 0 && i < CS_COUNT(folders); i++) {
		snprintf(path, sizeof(path), "%.*s%s/%s", (int)len, self, folders[i], program);
		execv(path, argv);
	}
	fprintf(stderr, "countersign: libexec/countersign/%s cannot be run: %s\n", program,
	    strerror(errno));
	return CS_CLI_FAILED;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	struct cs_cli_line line = {
		.name = name,
		.words = argv + (argc > 1 ? 2 : argc),
		.word_count = argc > 1 ? argc - 2 : 0,
	};

	if (argc > 0 && is_called_oathtool(argv[0]))
		return cs_oath_main(argc, argv);
	if (strcmp(name, "--help") == 0 || strcmp(name, "--version") == 0)
		name += 2;
	for (size_t i = 0; i < CS_COUNT(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		return commands[i].run != NULL ? commands[i].run(&line)
					       : run_program(commands[i].program, argv);
	}
	fprintf(stderr, "countersign: there is no command '%s'\n", name);
	write_help(stderr);
	return CS_CLI_USAGE;
}
