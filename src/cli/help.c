/*
 * help.c - see help.h. Lines of 80 columns, or of as many as a narrower terminal has.
 */
#include "cli/help.h"

#include <string.h>
#include <sys/ioctl.h>

#define COLUMNS 79
#define COLUMNS_MIN 40
#define INDENT 16
#define INDENT_NAMES 24
/* Longer words are no mistyped command. */
#define NAME_MAX_LEN 24
#define MISTAKES_MAX 2

/* Lines of 60 columns: half a screen is enough for the way to the first code. */
/* clang-format off */
static const char first_steps[] =
	"usage: countersign COMMAND [WORDS] [OPTIONS]\n"
	"\n"
	"Codes for signing in, out of an encrypted vault.\n"
	"\n"
	"To your first code:\n"
	"  countersign init               make your vault, once\n"
	"  countersign add Example:alice  paste the key that the site\n"
	"                                 shows with its QR code\n"
	"  countersign code example       the code, now\n"
	"  countersign import FILE        or take what another app\n"
	"                                 exported\n";

static const char more_help[] =
	"\n"
	"countersign help           what each of them does\n"
	"countersign help COMMAND   what one of them takes\n";

static const char last_words[] =
	"\n"
	"countersign help COMMAND says what one of them takes, and\n"
	"man countersign the rest. The server is countersignd.\n";
/* clang-format on */

static size_t
columns_of(FILE *out)
{
	struct winsize size = { 0 };

	if (ioctl(fileno(out), TIOCGWINSZ, &size) == -1 || size.ws_col == 0 ||
	    size.ws_col > COLUMNS)
		return COLUMNS;
	return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

/* Words at a hanging indent; the line is at column *at. */
static void
write_wrapped(FILE *out, const char *text, size_t indent, size_t *at)
{
	size_t columns = columns_of(out);

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (*at > indent && *at + 1 + len > columns) {
			fprintf(out, "\n%*s", (int)indent, "");
			*at = indent;
		} else if (*at > indent) {
			putc(' ', out);
			*at += 1;
		}
		fwrite(text, 1, len, out);
		*at += len;
		text += len + strspn(text + len, " ");
	}
}

static void
write_group(FILE *out, const char *group)
{
	fprintf(out, "\n%s\n", group);
	for (size_t i = 0; i < cs_cli_command_count; i++) {
		size_t at = INDENT;

		if (strcmp(cs_cli_commands[i].group, group) != 0)
			continue;
		fprintf(out, "  %-*s", INDENT - 2, cs_cli_commands[i].name);
		write_wrapped(out, cs_cli_commands[i].help, INDENT, &at);
		putc('\n', out);
	}
}

static void
write_group_names(FILE *out, const char *group)
{
	size_t at = INDENT_NAMES;

	fprintf(out, "%-*s", INDENT_NAMES, group);
	for (size_t i = 0; i < cs_cli_command_count; i++) {
		if (strcmp(cs_cli_commands[i].group, group) == 0)
			write_wrapped(out, cs_cli_commands[i].name, INDENT_NAMES, &at);
	}
	putc('\n', out);
}

static bool
is_first_of_group(size_t i)
{
	size_t first = 0;

	while (strcmp(cs_cli_commands[first].group, cs_cli_commands[i].group) != 0)
		first++;
	return first == i;
}

void
cs_help_write(FILE *out)
{
	fputs(first_steps, out);
	for (size_t i = 0; i < cs_cli_command_count; i++) {
		if (is_first_of_group(i))
			write_group(out, cs_cli_commands[i].group);
	}
	fputs(last_words, out);
}

void
cs_help_write_short(FILE *out)
{
	fputs(first_steps, out);
	putc('\n', out);
	for (size_t i = 0; i < cs_cli_command_count; i++) {
		if (is_first_of_group(i))
			write_group_names(out, cs_cli_commands[i].group);
	}
	fputs(more_help, out);
}

void
cs_help_write_names(FILE *out)
{
	for (size_t i = 0; i < cs_cli_command_count; i++)
		fprintf(out, "%s\t%s\n", cs_cli_commands[i].name, cs_cli_commands[i].help);
}

void
cs_help_write_one(FILE *out, const struct cs_cli_command *command)
{
	size_t at = 0;

	fprintf(out, "usage: countersign %s%s%s\n\n", command->name,
	    command->usage[0] == '\0' ? "" : " ", command->usage);
	write_wrapped(out, command->help, 0, &at);
	putc('\n', out);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters left out, put in, wrong, or two of them swapped. */
static size_t
mistakes(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_LEN + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3],
		       *two_above = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(
			    least(row[j - 1], above[j]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

const struct cs_cli_command *
cs_help_nearest(const char *name)
{
	const struct cs_cli_command *nearest = NULL;
	size_t len = strlen(name), best = MISTAKES_MAX + 1;

	for (size_t i = 0; i < cs_cli_command_count; i++) {
		size_t n = len > 1 && strncmp(cs_cli_commands[i].name, name, len) == 0
			       ? 0
			       : mistakes(name, cs_cli_commands[i].name);
		/* a word of three letters with two wrong is another word */
		if (n < best && n < len) {
			best = n;
			nearest = &cs_cli_commands[i];
		}
	}
	return nearest;
}
