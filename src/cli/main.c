/*
 * countersign: the command line for people. One row here and one cmd_NAME.c a command; this file
 * links libc alone, so that it starts as fast as a shell builtin feels.
 */

#include <stdio.h>
#include <string.h>

static int
help(FILE *out)
{
	fputs("usage: countersign COMMAND\n\n"
	      "  version   Print the version.\n"
	      "  help      Print this.\n\n"
	      "The server is countersignd; see countersignd(8).\n",
	    out);
	return out == stdout ? 0 : 2;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0)
		return puts("countersign " CS_VERSION) < 0;
	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0)
		return help(stdout);
	fprintf(stderr, "countersign: there is no command '%s'\n", name);
	return help(stderr);
}
