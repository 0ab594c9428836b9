#include "store/attestation_root_store.h"

#include "store/sql.h"

cs_err
cs_attestation_root_add(struct cs_tx *tx, cs_id account, const struct cs_attestation_root *root)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ATTESTATION_ROOT_ADD);

	cs_bind_id(q, account);
	cs_bind_id(q, root->id);
	cs_bind_str(q, root->name);
	cs_bind_span(q, root->certificate);
	cs_bind_span(q, CS_SPAN(root->fingerprint, sizeof(root->fingerprint)));
	cs_bind_time(q, root->created);
	return cs_sql_run(q);
}

static void
read_root(struct cs_stmt *q, struct cs_attestation_root *out)
{
	*out = (struct cs_attestation_root){
		.id = cs_col_id(q, 0),
		.name = cs_col_str(q, 1),
		.certificate = cs_col_span(q, 2),
		.created = cs_col_time(q, 4),
	};
	cs_col_bytes(q, 3, out->fingerprint, sizeof(out->fingerprint));
}

cs_err
cs_attestation_root_list(
    struct cs_tx *tx, cs_id account, struct cs_attestation_root **out, size_t *count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ATTESTATION_ROOT_LIST);
	struct cs_attestation_root *list = CS_NEW_ARRAY(
	    cs_tx_op(tx)->arena, struct cs_attestation_root, CS_ATTESTATION_ROOTS_READ);

	*out = list;
	*count = 0;
	cs_bind_id(q, account);
	cs_bind_i64(q, CS_ATTESTATION_ROOTS_READ + 1);
	while (cs_sql_next(q)) {
		if (*count == CS_ATTESTATION_ROOTS_READ)
			return CS_FAIL(LIMIT);
		read_root(q, &list[(*count)++]);
	}
	return cs_sql_end(q);
}

cs_err
cs_attestation_root_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_attestation_root *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ATTESTATION_ROOT_FIND);

	*out = (struct cs_attestation_root){ 0 };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	read_root(q, out);
	return cs_sql_end(q);
}

cs_err
cs_attestation_root_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ATTESTATION_ROOT_REMOVE);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_evidence_set(
    struct cs_tx *tx, cs_id account, cs_id id, enum cs_evidence from, enum cs_evidence to)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_EVIDENCE_SET);

	cs_bind_i64(q, to);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_i64(q, from);
	return cs_sql_swap(q);
}
