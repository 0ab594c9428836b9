#include "app/settings.h"

#include "base/net.h"
#include "base/time.h"

#include <confuse.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { TEXT, NUMBER, FLAG, DURATION, WORD, LISTENERS, NETWORKS, PEERS };

struct setting {
	const char *section;
	const char *key;
	enum kind kind;
	size_t offset;
	char *fallback; /* libconfuse copies it, but does not say const */
	int64_t least;
	int64_t most;
	const char *help;
};

static const struct setting settings[] = {
#define S(SECTION, KEY, KIND, FIELD, DEFAULT, LEAST, MOST, HELP) \
	{ SECTION, KEY, KIND, offsetof(struct cs_settings, FIELD), DEFAULT, LEAST, MOST, HELP },
#include "app/settings.def"
#undef S
};

static const struct setting proxy_settings[] = {
#define S(SECTION, KEY, KIND, FIELD, DEFAULT, LEAST, MOST, HELP) \
	{ SECTION, KEY, KIND, offsetof(struct cs_settings_proxy, FIELD), DEFAULT, LEAST, MOST, \
		HELP },
#include "app/proxy_settings.def"
#undef S
};

/* What a WORD may be. */
static const struct {
	const char *key;
	const char *words[5];
} words[] = {
	{ "log_level", { "error", "warn", "info", "debug" } },
	{ "security", { "starttls", "tls", "none" } },
	{ "dialect", { "nginx", "forwarded", "envoy", "haproxy" } },
};

static const char *const sections[] = { "mail", "outbound", "password" };
#define OPTIONS_MAX 32

/*
 * libconfuse's error callback carries no context of ours; the message goes to the decode that runs
 * on this thread.
 */
static _Thread_local struct {
	cs_str name;
	struct cs_buf *problem;
} decoding;

__attribute__((format(printf, 2, 0))) static void
report(cfg_t *cfg, const char *fmt, va_list args)
{
	char why[256];

	if (decoding.problem->len > 0)
		return; /* the first reason is the cause */
	vsnprintf(why, sizeof(why), fmt, args);
	cs_buf_printf(decoding.problem, "%.*s:%d: %s", CS_STR_ARG(decoding.name), cfg->line, why);
}

static const struct setting *
row_of(const char *section, const char *key)
{
	const char *wanted = strcmp(section, "root") == 0 ? "" : section;

	for (size_t i = 0; i < CS_COUNT(settings); i++) {
		if (strcmp(settings[i].section, wanted) == 0 && strcmp(settings[i].key, key) == 0)
			return &settings[i];
	}
	for (size_t i = 0; i < CS_COUNT(proxy_settings); i++) {
		if (strcmp(section, "proxy") == 0 && strcmp(proxy_settings[i].key, key) == 0)
			return &proxy_settings[i];
	}
	return NULL;
}

static int
check_text(cfg_t *cfg, const struct setting *row, const char *value)
{
	int64_t len = (int64_t)strlen(value);

	if (len < row->least || len > row->most) {
		cfg_error(cfg, "%s takes a text of %lld to %lld bytes", row->key,
		    (long long)row->least, (long long)row->most);
		return -1;
	}
	if (!cs_utf8_is_valid(CS_SPAN(value, strlen(value)))) {
		cfg_error(cfg, "%s is not UTF-8", row->key);
		return -1;
	}
	return 0;
}

static const char *const *
words_of(const struct setting *row)
{
	for (size_t i = 0; i < CS_COUNT(words); i++)
		if (strcmp(words[i].key, row->key) == 0)
			return words[i].words;
	cs_assert_failed("a setting of kind WORD has a row in words[]", __FILE__, __LINE__);
}

static void
list_words(const struct setting *row, struct cs_buf *out)
{
	for (const char *const *w = words_of(row); *w != NULL; w++)
		cs_buf_printf(out, " %s", *w);
}

static int
check_word(cfg_t *cfg, const struct setting *row, const char *value)
{
	CS_AUTO(cs_buf_clear) struct cs_buf list = { .max = 128 };

	for (const char *const *w = words_of(row); *w != NULL; w++)
		if (strcmp(*w, value) == 0)
			return 0;
	list_words(row, &list);
	cfg_error(cfg, "%s cannot be '%.32s'; it takes:%.*s", row->key, value, (int)list.len,
	    (const char *)list.p);
	return -1;
}

static bool
is_network(cs_str text)
{
	struct cs_network n;

	return !cs_failed(cs_network_decode(text, &n));
}

static bool
is_listener(cs_str text)
{
	struct cs_addr a;
	size_t colon = cs_str_find(text, ':', 0);
	/* an IPv6 address without brackets has more than one colon, and no port */
	bool has_port = cs_str_starts(text, CS_STR("[")) ||
			(colon < text.len && cs_str_find(text, ':', colon + 1) == text.len);

	return cs_str_starts(text, CS_STR("unix:/")) ||
	       (has_port && !cs_failed(cs_addr_decode(text, &a)));
}

/* What is wrong with a text of a list; NULL for nothing. */
static const char *
fault_of(enum kind kind, cs_str text)
{
	if (kind == LISTENERS && !is_listener(text))
		return "neither ADDRESS:PORT nor unix:/PATH";
	if (kind == NETWORKS && !is_network(text))
		return "no network such as 10.0.0.0/8";
	if (kind == PEERS && !cs_str_starts(text, CS_STR("unix:/")) && !is_network(text))
		return "no network such as 10.0.0.0/8, and no unix:/PATH";
	return NULL;
}

static int
check_list(cfg_t *cfg, const struct setting *row, cfg_opt_t *opt)
{
	if (cfg_opt_size(opt) > CS_SETTINGS_LIST_MAX) {
		cfg_error(cfg, "%s takes at most %d texts", row->key, CS_SETTINGS_LIST_MAX);
		return -1;
	}
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		const char *text = cfg_opt_getnstr(opt, i);

		if (check_text(cfg, row, text) != 0)
			return -1;
		const char *fault = fault_of(row->kind, cs_str_c(text));
		if (fault != NULL) {
			cfg_error(cfg, "%s: '%.64s' is %s", row->key, text, fault);
			return -1;
		}
	}
	return 0;
}

static int
check_number(cfg_t *cfg, const struct setting *row, int64_t value)
{
	if (value >= row->least && value <= row->most)
		return 0;
	cfg_error(cfg, "%s takes a number from %lld to %lld", row->key, (long long)row->least,
	    (long long)row->most);
	return -1;
}

static int
check_duration(cfg_t *cfg, const struct setting *row, const char *value)
{
	int64_t ms;

	if (!cs_failed(cs_duration_decode(cs_str_c(value), &ms)) && ms >= row->least &&
	    ms <= row->most)
		return 0;
	cfg_error(cfg, "%s takes a duration such as \"%s\", from %lld to %lld milliseconds",
	    row->key, row->fallback, (long long)row->least, (long long)row->most);
	return -1;
}

static int
check_option(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct setting *row = row_of(cfg_name(cfg), cfg_opt_name(opt));

	if (row == NULL)
		return 0; /* a section itself */
	switch (row->kind) {
	case TEXT:
		return check_text(cfg, row, cfg_opt_getstr(opt));
	case NUMBER:
		return check_number(cfg, row, cfg_opt_getnint(opt, 0));
	case DURATION:
		return check_duration(cfg, row, cfg_opt_getstr(opt));
	case WORD:
		return check_word(cfg, row, cfg_opt_getstr(opt));
	case LISTENERS:
	case NETWORKS:
	case PEERS:
		return check_list(cfg, row, opt);
	case FLAG:
		return 0;
	}
	return -1;
}

static cfg_opt_t
option_of(const struct setting *row)
{
	switch (row->kind) {
	case NUMBER:
		return (cfg_opt_t)CFG_INT(row->key, strtol(row->fallback, NULL, 10), CFGF_NONE);
	case FLAG:
		return (cfg_opt_t)CFG_BOOL(
		    row->key, strcmp(row->fallback, "true") == 0 ? cfg_true : cfg_false, CFGF_NONE);
	case LISTENERS:
	case NETWORKS:
	case PEERS:
		return (cfg_opt_t)CFG_STR_LIST(row->key, row->fallback, CFGF_NONE);
	case TEXT:
	case WORD:
	case DURATION:
		break;
	}
	return (cfg_opt_t)CFG_STR(row->key, row->fallback, CFGF_NONE);
}

static size_t
options_of(const char *section, const struct setting *rows, size_t count, cfg_opt_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].section, section) == 0)
			out[n++] = option_of(&rows[i]);
	}
	CS_ASSERT(n < OPTIONS_MAX);
	out[n] = (cfg_opt_t)CFG_END();
	return n;
}

static void
guard_options(cfg_t *cfg, const struct setting *rows, size_t count)
{
	char path[128];

	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s%s%s", rows[i].section,
		    rows[i].section[0] != '\0' ? "|" : "", rows[i].key);
		cfg_set_validate_func(cfg, path, check_option);
	}
}

static cfg_t *
grammar(void)
{
	cfg_opt_t inner[CS_COUNT(sections)][OPTIONS_MAX];
	cfg_opt_t proxy[OPTIONS_MAX];
	cfg_opt_t top[OPTIONS_MAX];
	size_t n = options_of("", settings, CS_COUNT(settings), top);

	for (size_t i = 0; i < CS_COUNT(sections); i++) {
		options_of(sections[i], settings, CS_COUNT(settings), inner[i]);
		top[n++] = (cfg_opt_t)CFG_SEC(sections[i], inner[i], CFGF_NONE);
	}
	options_of("proxy", proxy_settings, CS_COUNT(proxy_settings), proxy);
	top[n++] =
	    (cfg_opt_t)CFG_SEC("proxy", proxy, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	CS_ASSERT(n < OPTIONS_MAX);
	top[n] = (cfg_opt_t)CFG_END();
	cfg_t *cfg = cfg_init(top, CFGF_NONE); /* copies the options */
	CS_ASSERT(cfg != NULL);
	cfg_set_error_function(cfg, report);
	guard_options(cfg, settings, CS_COUNT(settings));
	guard_options(cfg, proxy_settings, CS_COUNT(proxy_settings));
	return cfg;
}

static void
take(cfg_t *from, const struct setting *row, struct cs_arena *a, void *base)
{
	void *field = (char *)base + row->offset;
	struct cs_settings_list *list = field;

	switch (row->kind) {
	case TEXT:
	case WORD:
		*(cs_str *)field = cs_arena_str(a, cs_str_c(cfg_getstr(from, row->key)));
		return;
	case NUMBER:
		*(int64_t *)field = cfg_getint(from, row->key);
		return;
	case FLAG:
		*(bool *)field = cfg_getbool(from, row->key) == cfg_true;
		return;
	case DURATION:
		CS_ASSERT(
		    !cs_failed(cs_duration_decode(cs_str_c(cfg_getstr(from, row->key)), field)));
		return;
	case LISTENERS:
	case NETWORKS:
	case PEERS:
		list->count = cfg_size(from, row->key);
		for (unsigned i = 0; i < list->count; i++)
			list->items[i] = cs_arena_str(a, cs_str_c(cfg_getnstr(from, row->key, i)));
		return;
	}
}

static cs_err
take_all(cfg_t *cfg, struct cs_settings *c)
{
	for (size_t i = 0; i < CS_COUNT(settings); i++) {
		bool is_top = settings[i].section[0] == '\0';
		take(
		    is_top ? cfg : cfg_getsec(cfg, settings[i].section), &settings[i], c->arena, c);
	}
	c->proxy_count = cfg_size(cfg, "proxy");
	if (c->proxy_count > CS_SETTINGS_PROXIES_MAX) {
		cfg_error(cfg, "at most %d proxy sections", CS_SETTINGS_PROXIES_MAX);
		return CS_FAIL(INVALID);
	}
	for (unsigned p = 0; p < c->proxy_count; p++) {
		cfg_t *section = cfg_getnsec(cfg, "proxy", p);
		c->proxies[p].name = cs_arena_str(c->arena, cs_str_c(cfg_title(section)));
		for (size_t i = 0; i < CS_COUNT(proxy_settings); i++)
			take(section, &proxy_settings[i], c->arena, &c->proxies[p]);
	}
	return CS_OK;
}

static struct cs_settings *
config_new(void)
{
	struct cs_arena *arena = cs_arena_new(2 * CS_SETTINGS_MAX_BYTES);
	struct cs_settings *c = CS_NEW(arena, struct cs_settings);

	c->arena = arena;
	return c;
}

void
cs_settings_free(struct cs_settings **c)
{
	if (*c == NULL)
		return;
	struct cs_arena *arena = (*c)->arena; /* the struct lives in its own arena */
	cs_arena_free(&arena);
	*c = NULL;
}

static void
close_grammar(cfg_t **cfg)
{
	cfg_free(*cfg);
	*cfg = NULL;
}

/* What no single key can say. */
static cs_err
check_whole(const struct cs_settings *c, struct cs_buf *problem)
{
	for (size_t i = 0; i < c->proxy_count; i++) {
		if (c->proxies[i].dialect.len == 0) {
			cs_buf_printf(problem, "%.*s: proxy '%.*s' names no dialect",
			    CS_STR_ARG(decoding.name), CS_STR_ARG(c->proxies[i].name));
			return CS_FAIL(INVALID);
		}
		if (c->proxies[i].peers.count == 0) {
			cs_buf_printf(problem,
			    "%.*s: proxy '%.*s' names no peers: nobody could ask",
			    CS_STR_ARG(decoding.name), CS_STR_ARG(c->proxies[i].name));
			return CS_FAIL(INVALID);
		}
	}
	if (c->listen.count == 0) {
		cs_buf_printf(problem, "%.*s: listen is empty: no request could come in",
		    CS_STR_ARG(decoding.name));
		return CS_FAIL(INVALID);
	}
	if (c->mail.server.len > 0 && c->mail.from.len == 0) {
		cs_buf_printf(problem, "%.*s: mail.server is set but mail.from is not",
		    CS_STR_ARG(decoding.name));
		return CS_FAIL(INVALID);
	}
	return CS_OK;
}

cs_err
cs_settings_decode(cs_str name, cs_str text, struct cs_settings **out, struct cs_buf *problem)
{
	CS_AUTO(close_grammar) cfg_t *cfg = NULL;
	CS_AUTO(cs_settings_free) struct cs_settings *c = config_new();

	*out = NULL;
	decoding.name = name;
	decoding.problem = problem;
	if (text.len > CS_SETTINGS_MAX_BYTES) {
		cs_buf_printf(problem, "%.*s: larger than %d KiB", CS_STR_ARG(name),
		    CS_SETTINGS_MAX_BYTES / 1024);
		return CS_FAIL(INVALID);
	}
	CS_TRY(cs_settings_scan(name, text, problem));
	cfg = grammar();
	if (cfg_parse_buf(cfg, cs_arena_c(c->arena, text)) != CFG_SUCCESS) {
		if (problem->len == 0)
			cs_buf_printf(problem, "%.*s: cannot be read", CS_STR_ARG(name));
		return CS_FAIL(INVALID);
	}
	CS_TRY(take_all(cfg, c));
	CS_TRY(check_whole(c, problem));
	*out = CS_TAKE(c);
	return CS_OK;
}

static cs_err
read_file(const char *path, struct cs_buf *text, struct cs_buf *problem)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (f == NULL) {
		cs_buf_printf(problem, "%s: %s", path, strerror(errno));
		return CS_FAIL(INVALID);
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		cs_buf_add(text, CS_SPAN(chunk, n));
	bool is_bad = ferror(f) != 0 || cs_failed(cs_buf_finish(text, NULL));
	fclose(f);
	if (!is_bad)
		return CS_OK;
	cs_buf_printf(problem, "%s: cannot be read, or is larger than %d KiB", path,
	    CS_SETTINGS_MAX_BYTES / 1024);
	return CS_FAIL(INVALID);
}

cs_err
cs_settings_open(const char *path, struct cs_settings **out, struct cs_buf *problem)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	*out = NULL;
	cs_buf_init(&text, CS_SETTINGS_MAX_BYTES);
	CS_TRY(read_file(path, &text, problem));
	return cs_settings_decode(cs_str_c(path), cs_buf_str(&text), out, problem);
}

static void
explain_rows(const struct setting *rows, size_t count, struct cs_buf *out)
{
	static const char *const kinds[] = {
		[TEXT] = "text",
		[NUMBER] = "number",
		[FLAG] = "true or false",
		[DURATION] = "duration",
		[WORD] = "one of:",
		[LISTENERS] = "list of addresses",
		[NETWORKS] = "list of networks",
		[PEERS] = "list of networks or sockets",
	};

	for (size_t i = 0; i < count; i++) {
		const struct setting *r = &rows[i];
		cs_buf_printf(out, "%s%s%s\n    %s", r->section, r->section[0] != '\0' ? "." : "",
		    r->key, kinds[r->kind]);
		if (r->kind == NUMBER || r->kind == DURATION)
			cs_buf_printf(out, ", %lld to %lld%s", (long long)r->least,
			    (long long)r->most, r->kind == DURATION ? " ms" : "");
		if (r->kind == WORD)
			list_words(r, out);
		cs_buf_printf(
		    out, "; default %s\n    %s\n", r->fallback[0] ? r->fallback : "none", r->help);
	}
}

void
cs_settings_explain(struct cs_buf *out)
{
	explain_rows(settings, CS_COUNT(settings), out);
	explain_rows(proxy_settings, CS_COUNT(proxy_settings), out);
}
