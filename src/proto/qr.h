/*
 * qr.h - a text as the modules of a QR code (ISO/IEC 18004, by libqrencode). Pure.
 */
#ifndef CS_PROTO_QR_H
#define CS_PROTO_QR_H

#include "base/err.h"
#include "base/span.h"

#define CS_QR_QUIET_MODULES 4
#define CS_QR_TEXT_MAX 2048 /* bytes; the largest symbol with medium correction holds 2,331 */

struct cs_qr;

/* How much of it may be lost: 15 % on paper, 7 % where nothing smears it and room is dear. */
enum cs_qr_correction { CS_QR_MEDIUM = 0, CS_QR_LOW };

/*
 * Byte mode; case is kept.
 *   text	1..CS_QR_TEXT_MAX bytes, UTF-8
 * Errors: INVALID, LIMIT.
 */
cs_err cs_qr_new(cs_str text, enum cs_qr_correction correction, struct cs_qr **out);
/* Wiped: the modules say what the text says. */
void cs_qr_free(struct cs_qr **q);
/* Modules along one side, without the quiet ones: 21..177. */
int cs_qr_side(const struct cs_qr *q);
/* Anything outside is light: the quiet zone need not be asked for separately. */
bool cs_qr_is_dark(const struct cs_qr *q, int x, int y);

#endif
