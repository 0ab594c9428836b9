/* The vault's own lines (docs/protocol/vault.md §3): nothing is lost. */
#include "vault/book.h"
#include "vault/export/parts.h"

cs_err
cs_export_entries_write(struct cs_export *x)
{
	return cs_entries_encode(x->entries, x->count, x->out);
}
