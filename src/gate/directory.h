/*
 * directory.h - which account answers for which host. Private to gate/.
 *
 * An immutable view of all accounts' snapshots, swapped whole. A reader takes a reference under a
 * lock that a writer holds only while it swaps the pointer, never while it builds.
 */
#ifndef CS_GATE_DIRECTORY_H
#define CS_GATE_DIRECTORY_H

#include "gate/snapshot.h"

struct cs_directory;

void cs_directory_new(struct cs_directory **out);
void cs_directory_free(struct cs_directory **d);

/* Takes the reference. See cs_gate_publish. */
void cs_directory_publish(struct cs_directory *d, struct cs_snapshot **snapshot);
void cs_directory_forget(struct cs_directory *d, cs_id account);

/* References for the caller, or NULL. */
const struct cs_snapshot *cs_directory_by_account(struct cs_directory *d, cs_id account);
const struct cs_snapshot *cs_directory_by_auth_host(struct cs_directory *d, cs_str host);
const struct cs_snapshot *cs_directory_by_app_host(struct cs_directory *d, cs_str host);

#endif
