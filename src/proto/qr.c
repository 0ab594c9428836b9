#include "proto/qr.h"

#include "base/buf.h"
#include "crypto/secret.h"

#include <stdlib.h>

#include <qrencode.h>

struct cs_qr {
	QRcode *code;
};

cs_err
cs_qr_new(cs_str text, enum cs_qr_correction correction, struct cs_qr **out)
{
	CS_AUTO(cs_qr_free) struct cs_qr *q = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf terminated;

	*out = NULL;
	cs_buf_init_sensitive(&terminated, CS_QR_TEXT_MAX + 1);
	if (text.len == 0)
		return CS_FAIL(INVALID);
	if (text.len > CS_QR_TEXT_MAX)
		return CS_FAIL(LIMIT);
	cs_buf_add_str(&terminated, text);
	cs_buf_add_byte(&terminated, '\0');
	q = calloc(1, sizeof(*q));
	CS_ASSERT(q != NULL);
	/* the last argument keeps the case: otherwise letters are made capital */
	q->code = QRcode_encodeString((const char *)terminated.p, 0,
	    correction == CS_QR_LOW ? QR_ECLEVEL_L : QR_ECLEVEL_M, QR_MODE_8, 1);
	if (q->code == NULL)
		return CS_FAIL(LIMIT);
	*out = CS_TAKE(q);
	return CS_OK;
}

void
cs_qr_free(struct cs_qr **q)
{
	if (*q == NULL)
		return;
	if ((*q)->code != NULL) {
		size_t side = (size_t)(*q)->code->width;
		cs_wipe((*q)->code->data, side * side);
		QRcode_free((*q)->code);
	}
	free(*q);
	*q = NULL;
}

int
cs_qr_side(const struct cs_qr *q)
{
	return q->code->width;
}

bool
cs_qr_is_dark(const struct cs_qr *q, int x, int y)
{
	int side = q->code->width;

	if (x < 0 || y < 0 || x >= side || y >= side)
		return false;
	/* bit 0 of a module says black; the others say what it is for */
	return (q->code->data[y * side + x] & 1) != 0;
}
