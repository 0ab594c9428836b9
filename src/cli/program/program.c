#include "cli/program/program.h"

#include "cli/program/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Help is as wide as a terminal of old, or as the narrower one that there is. */
#define HELP_COLUMNS 80
#define HELP_COLUMNS_MIN 50
#define HELP_INDENT 31
#define HELP_MAX 8192

const char *
cs_program_env(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

bool
cs_program_folder(char *out, size_t len)
{
	ssize_t got = readlink("/proc/self/exe", out, len - 1);

	while (got > 0 && out[got - 1] != '/')
		got--;
	if (got <= 1)
		return false;
	out[got - 1] = '\0';
	return true;
}

void
cs_program_keep_to_itself(void)
{
	const struct rlimit none = { 0 };

	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &none);
	umask(077);
}

/* A descriptor 0, 1 or 2 that is closed would be given to the next file that is opened. */
static void
open_the_first_three(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			open("/dev/null", O_RDWR);
	}
}

static void
say_usage(FILE *to, const struct cs_cli_line *line)
{
	fprintf(to, "usage: countersign %s%s%s\n", line->command->name,
	    line->command->usage[0] != '\0' ? " " : "", line->command->usage);
}

int
cs_line_misused(const struct cs_cli_line *line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cs_complain("%s", text);
	say_usage(stderr, line);
	return CS_CLI_USAGE;
}

bool
cs_line_number(const struct cs_cli_line *line, const char *option, const char *text, int64_t min,
    int64_t max, int64_t *out)
{
	*out = 0;
	if (cs_str_to_i64(cs_str_c(text), out) && *out >= min && *out <= max)
		return true;
	cs_line_misused(line, "%s takes a number from %lld to %lld, not '%s'", option,
	    (long long)min, (long long)max, text);
	return false;
}

/* Text at column at, which is where the line stands already. */
static void
show_wrapped(const char *text, size_t at)
{
	CS_AUTO(cs_buf_clear) struct cs_buf lines;
	size_t columns = cs_terminal_columns();

	columns = columns > HELP_COLUMNS ? HELP_COLUMNS : columns;
	columns = columns < HELP_COLUMNS_MIN ? HELP_COLUMNS_MIN : columns;
	cs_buf_init(&lines, 2 * HELP_MAX);
	cs_terminal_wrap(cs_str_c(text), 0, columns - at, &lines);
	cs_str rest = cs_buf_str(&lines), part;
	for (bool is_first = true; cs_str_cut(&rest, '\n', &part); is_first = false)
		printf("%*s%.*s\n", is_first ? 0 : (int)at, "", CS_STR_ARG(part));
}

static void
show_option(const struct cs_cli_option *o)
{
	char left[64];

	if (o->help == NULL)
		return;
	snprintf(left, sizeof(left), "%s%c%s--%s%s%s", o->letter != 0 ? "-" : "  ",
	    o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ", " : " ", o->name,
	    o->value_name != NULL ? " " : "", o->value_name != NULL ? o->value_name : "");
	size_t taken = 2 + cs_terminal_width(cs_str_c(left));
	printf("  %s", left);
	if (taken >= HELP_INDENT)
		printf("\n%*s", HELP_INDENT, "");
	else
		printf("%*s", (int)(HELP_INDENT - taken), "");
	show_wrapped(o->help, HELP_INDENT);
}

static void
show_help(const struct cs_cli_line *line, const struct cs_cli_option *options, size_t count,
    const struct cs_cli_option *everywhere, size_t everywhere_count)
{
	say_usage(stdout, line);
	putchar('\n');
	show_wrapped(line->command->help, 0);
	if (count > 0)
		printf("\nOptions\n");
	for (size_t i = 0; i < count; i++)
		show_option(&options[i]);
	printf("\nWith every command\n");
	for (size_t i = 0; i < everywhere_count; i++)
		show_option(&everywhere[i]);
	printf("\nMore is in countersign(1).\n");
}

/* What cs_line_take is in the middle of. */
struct taking {
	struct cs_cli_line *line;
	const struct cs_cli_option *tables[2];
	size_t counts[2];
	int at; /* the word it is at */
	int kept; /* how many words stay */
};

static const struct cs_cli_option *
find_option(const struct taking *t, const char *name, size_t len, char letter)
{
	for (size_t table = 0; table < 2; table++) {
		for (size_t i = 0; i < t->counts[table]; i++) {
			const struct cs_cli_option *o = &t->tables[table][i];
			if (letter != 0
				? o->letter == letter
				: strlen(o->name) == len && strncmp(o->name, name, len) == 0)
				return o;
		}
	}
	return NULL;
}

/* value: what stands behind it in the same word, or NULL. False when that was said to be wrong. */
static bool
take_one(struct taking *t, const struct cs_cli_option *o, const char *value)
{
	if (o->flag != NULL) {
		if (value != NULL) {
			cs_line_misused(t->line, "--%s takes no value", o->name);
			return false;
		}
		*o->flag = true;
		return true;
	}
	if (value == NULL && t->at + 1 >= t->line->word_count) {
		cs_line_misused(t->line, "--%s needs %s", o->name,
		    o->value_name != NULL ? o->value_name : "a value");
		return false;
	}
	if (value == NULL)
		value = t->line->words[++t->at];
	if (o->list != NULL) {
		if (o->list->count == CS_CLI_LIST_MAX) {
			cs_line_misused(
			    t->line, "--%s stands more than %d times", o->name, CS_CLI_LIST_MAX);
			return false;
		}
		o->list->values[o->list->count++] = value;
		return true;
	}
	if (*o->value != NULL) {
		cs_line_misused(t->line, "--%s stands twice", o->name);
		return false;
	}
	*o->value = value;
	return true;
}

static bool
take_long(struct taking *t, const char *word)
{
	size_t len = strcspn(word, "=");
	const struct cs_cli_option *o = find_option(t, word, len, 0);

	if (o == NULL) {
		cs_line_misused(t->line, "there is no option --%.*s", (int)len, word);
		return false;
	}
	return take_one(t, o, word[len] == '=' ? word + len + 1 : NULL);
}

/* "-da" are two flags; "-oFILE" is one option and its value. */
static bool
take_letters(struct taking *t, const char *word)
{
	for (; *word != '\0'; word++) {
		const struct cs_cli_option *o = find_option(t, NULL, 0, *word);
		if (o == NULL) {
			cs_line_misused(t->line, "there is no option -%c", *word);
			return false;
		}
		if (o->flag == NULL)
			return take_one(t, o, word[1] != '\0' ? word + 1 : NULL);
		if (!take_one(t, o, NULL))
			return false;
	}
	return true;
}

static bool
take_words(struct taking *t)
{
	struct cs_cli_line *line = t->line;
	bool has_ended = false;

	for (t->at = 0; t->at < line->word_count; t->at++) {
		char *word = line->words[t->at];
		if (has_ended || word[0] != '-' || word[1] == '\0')
			line->words[t->kept++] = word;
		else if (strcmp(word, "--") == 0)
			has_ended = true;
		else if (word[1] == '-' ? !take_long(t, word + 2) : !take_letters(t, word + 1))
			return false;
	}
	line->word_count = t->kept;
	return true;
}

static bool
has_right_number(const struct cs_cli_line *line, int words_min, int words_max)
{
	if (line->word_count < words_min) {
		cs_line_misused(line,
		    line->word_count == 0 ? "%s needs to know what"
					  : "%s needs more words than that",
		    line->name);
		return false;
	}
	if (words_max >= 0 && line->word_count > words_max) {
		cs_line_misused(line, "'%s' is one word too many", line->words[words_max]);
		return false;
	}
	return true;
}

/* docs/protocol/vault.md §1. False: said why not. */
static bool
find_vault(struct cs_cli_line *line, char *out, size_t len)
{
	const char *vault =
	    line->folder != NULL ? line->folder : cs_program_env("COUNTERSIGN_VAULT");
	const char *data = cs_program_env("XDG_DATA_HOME");
	const char *home = cs_program_env("HOME");
	char here[PATH_MAX] = "";
	int n = -1;

	if (vault != NULL && vault[0] == '/')
		n = snprintf(out, len, "%s", vault);
	else if (vault != NULL && getcwd(here, sizeof(here)) != NULL)
		n = snprintf(out, len, "%s/%s", here, vault);
	/* XDG: a relative path is no path. */
	else if (vault == NULL && data != NULL && data[0] == '/')
		n = snprintf(out, len, "%s/countersign", data);
	else if (vault == NULL && home != NULL && home[0] == '/')
		n = snprintf(out, len, "%s/.local/share/countersign", home);
	if (n > 0 && (size_t)n < len)
		return true;
	cs_complain("where is the vault? Neither --vault, COUNTERSIGN_VAULT nor HOME says so");
	return false;
}

bool
cs_line_take(struct cs_cli_line *line, const struct cs_cli_option *options, size_t count,
    int words_min, int words_max, int *out_status)
{
	bool is_help = false;
	const struct cs_cli_option everywhere[] = {
		{ "help", 'h', NULL, "show this", .flag = &is_help },
		{ "json", 0, NULL, "answer in JSON", .flag = &line->is_json },
		{ "yes", 'y', NULL, "do not ask, do it", .flag = &line->is_yes },
		{ "vault", 0, "FOLDER", "the vault's folder", .value = &line->folder },
		{ "passphrase-file", 0, "FILE",
		    "its first line is the passphrase; - for standard input",
		    .value = &line->passphrase_file },
	};
	struct taking taking = {
		.line = line,
		.tables = { options, everywhere },
		.counts = { count, CS_COUNT(everywhere) },
	};

	*out_status = CS_CLI_USAGE;
	if (!take_words(&taking))
		return false;
	if (is_help) {
		show_help(line, options, count, everywhere, CS_COUNT(everywhere));
		*out_status = CS_CLI_OK;
		return false;
	}
	if (!has_right_number(line, words_min, words_max))
		return false;
	*out_status = CS_CLI_NO_VAULT;
	if (!find_vault(line, line->folder_room, sizeof(line->folder_room)))
		return false;
	line->folder = line->folder_room;
	*out_status = CS_CLI_OK;
	return true;
}

int
cs_program_main(int argc, char **argv)
{
	struct cs_cli_line line = {
		.name = argc > 1 ? argv[1] : "",
		.words = argv + (argc > 1 ? 2 : argc),
		.word_count = argc > 1 ? argc - 2 : 0,
	};

	cs_program_keep_to_itself();
	open_the_first_three();
	/* For wcwidth: text here is UTF-8 whatever the environment says. */
	setlocale(LC_CTYPE, "C.UTF-8");
	line.now = cs_clock_now(&cs_clock_wall);
	line.command = cs_cli_command_named(line.name);
	if (line.command != NULL && line.command->run != NULL)
		return line.command->run(&line);
	cs_complain("this program has no command '%s'; it is run by countersign", line.name);
	return CS_CLI_USAGE;
}
