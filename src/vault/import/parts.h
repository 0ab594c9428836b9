/*
 * parts.h - what formats share: making an entry out of what a file says, and reading JSON within
 * bounds.
 *
 * A format fills an entry and hands it to cs_import_take with the reason it found, or none. Nothing
 * is dropped by leaving it out: what cannot be taken is refused, and counted.
 */
#ifndef CS_VAULT_IMPORT_PARTS_H
#define CS_VAULT_IMPORT_PARTS_H

#include "vault/import.h"

#include <jansson.h>

/* totp, SHA-1, 6 digits, 30 s, no names, no secret. */
struct cs_entry cs_import_entry(void);

/*
 * Base32 as people and programs write it: either case, with spaces, dashes and padding.
 *   out	in the import's arena
 */
bool cs_import_base32(struct cs_import *in, cs_str text, cs_span *out);
/* Either case. */
bool cs_import_hex(struct cs_import *in, cs_str text, cs_span *out);
/* Standard or URL alphabet, padded or not, line breaks passed over. */
bool cs_import_base64(struct cs_import *in, cs_str text, cs_span *out);
/* "SHA1", "sha-256", "HmacSHA512", "HMAC-SHA-1"; empty: SHA-1. false: another one. */
bool cs_import_hash(cs_str text, enum cs_hash *out);
/* Make e a steam entry: five letters, SHA-1, 30 s. */
void cs_import_make_steam(struct cs_entry *e);
/* "Issuer:account" or "Issuer: account" into both, when issuer is still empty. */
void cs_import_split_label(struct cs_entry *e, cs_str label);

/*
 * Add e when why is NULL, else refuse it. Names are mended on the way: control characters become
 * spaces and line ends of a note line feeds; what is too long for a note is cut, and said in dropped.
 */
cs_err cs_import_take(
    struct cs_import *in, const struct cs_entry *e, const char *why, const char *dropped);

/* What is no tag, or one too many, is passed over. */
void cs_import_add_tag(struct cs_import *in, struct cs_entry *e, cs_str tag);

/*
 * One URI into one item: otpauth://totp|hotp|steam/…, steam://SECRET, or a bare Base32 secret when
 * is_bare_ok. Others are refused with their reason (otpauth://yaotp, motp://).
 *   also	what else is known: note, tags, icon; its issuer and account where the URI has none
 */
cs_err cs_import_uri(
    struct cs_import *in, cs_str uri, const struct cs_entry *also, bool is_bare_ok);

/*
 * JSON, at most CS_IMPORT_DEPTH deep. *out is to be freed; what the library copied of a secret goes
 * with the process.
 * Errors: INVALID.
 */
#define CS_IMPORT_DEPTH 64
cs_err cs_import_json(cs_span text, json_t **out);
void cs_import_json_free(json_t **j);
/* Borrowed from the value; empty when absent, null or no string. */
cs_str cs_import_text(const json_t *object, const char *name);
/* The "name" of that one of list, an array, whose "id" is object's string key; empty: there is none. */
cs_str cs_import_named_by_id(const json_t *object, const char *key, const json_t *list);
/* Number, or a string of decimal digits; fallback when absent, null or empty. false: something else. */
bool cs_import_number(const json_t *object, const char *name, int64_t fallback, int64_t *out);
bool cs_import_says_true(const json_t *object, const char *name);
/* [-28, 110, …], Java's signed bytes. out: in the import's arena. */
bool cs_import_secret_numbers(struct cs_import *in, const json_t *array, cs_span *out);
/* {"digits": …, "period": …, "counter": …} of names as given (NULL: not there); NULL or why not. */
const char *cs_import_figures(struct cs_entry *e, const json_t *object, const char *digits,
    const char *period, const char *counter);

/* What a file begins with, white space and a byte order mark aside. */
bool cs_import_begins(cs_span file, char c);
/* Whether the first bytes hold a JSON member's name: "\"servicesEncrypted\"". Cheap. */
bool cs_import_mentions(cs_span file, const char *text);

/* No password was given: problem says which one is asked for. FORBIDDEN. */
cs_err cs_import_needs_password(struct cs_import *in, const char *what);
/* One was, and it is wrong. FORBIDDEN. */
cs_err cs_import_wrong_password(struct cs_import *in);

#endif
