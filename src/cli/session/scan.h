/*
 * scan.h - the QR codes in a picture, read by libexec/countersign/scan.
 */
#ifndef CS_CLI_SCAN_H
#define CS_CLI_SCAN_H

#include "base/arena.h"
#include "base/buf.h"

/* By its first bytes: PNG or JPEG. */
bool cs_scan_is_picture(cs_span file);
/*
 * Every code's payload, in the arena, which is locked; 1..64 of them, UTF-8.
 * Returns an exit status; anything but CS_CLI_OK has been said (no code in it: NOT_FOUND; no picture,
 * damaged, too large: DAMAGED).
 *   what	how the picture is called when something is said of it: a file's name
 */
int cs_scan_picture(
    struct cs_arena *a, cs_span file, const char *what, cs_str **out_payloads, size_t *out_count);

#endif
