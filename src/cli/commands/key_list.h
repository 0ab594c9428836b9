/*
 * key_list.h - names and the age1… keys behind them, which contact and recipient both keep.
 */
#ifndef CS_CLI_KEY_LIST_H
#define CS_CLI_KEY_LIST_H

#include "cli/program/terminal.h"
#include "cli/session/json_out.h"

struct cs_key_list {
	struct cs_table table;
	json_t *all; /* owned until it is shown */
};

/* a: an arena that lasts until it is shown. */
void cs_key_list_begin(struct cs_key_list *l, struct cs_arena *a);
void cs_key_list_add(struct cs_key_list *l, cs_str name, cs_str recipient);
/* As --json has it, or as a table. Returns an exit status. */
int cs_key_list_show(struct cs_key_list *l, const struct cs_cli_line *line);
/* One of them: {"name", "recipient"}. */
json_t *cs_key_json(cs_str name, cs_str recipient);

/* What a name may be: neither empty nor in spaces, UTF-8 without control characters, and no key. */
bool cs_key_name_is_good(cs_str name);

#endif
