#include "store/member_link_store.h"

#include "store/sql.h"

static cs_err
replace(struct cs_tx *tx, const struct cs_member_link *link)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_REPLACE);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, link->member);
	cs_bind_i64(q, link->purpose);
	cs_bind_str(q, link->email);
	return cs_sql_run(q);
}

cs_err
cs_member_link_add(struct cs_tx *tx, const struct cs_member_link *link)
{
	CS_TRY(replace(tx, link));
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_ADD);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, link->id);
	cs_bind_id(q, link->member);
	cs_bind_i64(q, link->purpose);
	cs_bind_span(q, CS_SPAN(link->token_hash, sizeof(link->token_hash)));
	cs_bind_str(q, link->email);
	cs_bind_time(q, link->created);
	cs_bind_time(q, link->expires);
	return cs_sql_run(q);
}

cs_err
cs_member_link_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_member_link *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_FIND);

	*out = (struct cs_member_link){ 0 };
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(cs_sql_one(q));
	out->id = cs_col_id(q, 0);
	out->member = cs_col_id(q, 1);
	out->purpose = (enum cs_member_link_purpose)cs_col_i64(q, 2);
	out->email = cs_col_str(q, 3);
	out->created = cs_col_time(q, 4);
	out->expires = cs_col_time(q, 5);
	if (!cs_col_is_null(q, 6))
		out->used = cs_col_time(q, 6);
	memcpy(out->token_hash, token_hash, CS_SHA256_LEN);
	return cs_sql_end(q);
}

cs_err
cs_member_link_use(struct cs_tx *tx, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_USE);

	cs_bind_time(q, now);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_link_void(struct cs_tx *tx, cs_id member, enum cs_member_link_purpose purpose)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_VOID);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_i64(q, purpose);
	return cs_sql_run(q);
}

cs_err
cs_member_link_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_LINK_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}

/* --- contacts --- */

cs_err
cs_member_contact_set(struct cs_tx *tx, const struct cs_member_contact *contact)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CONTACT_SET);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, contact->id);
	cs_bind_id(q, contact->member);
	cs_bind_str(q, contact->email);
	cs_bind_time(q, contact->verified);
	cs_bind_time(q, contact->until);
	cs_bind_time(q, contact->created);
	return cs_sql_run(q);
}

/* A member's own ones are counted where they are added; addresses of before may come on top. */
#define LIST_MAX 100

cs_err
cs_member_contact_list(struct cs_tx *tx, cs_id member, cs_time now,
    const struct cs_member_contact **out, size_t *out_count)
{
	struct cs_member_contact *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_member_contact, LIST_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CONTACT_LIST);
	size_t count = 0;

	*out = list;
	*out_count = 0;
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_time(q, now);
	cs_bind_i64(q, LIST_MAX);
	while (count < LIST_MAX && cs_sql_next(q)) {
		list[count++] = (struct cs_member_contact){
			.id = cs_col_id(q, 0),
			.member = member,
			.email = cs_col_str(q, 1),
			.verified = cs_col_time(q, 2),
			.until = cs_col_time(q, 3),
			.created = cs_col_time(q, 4),
		};
	}
	*out_count = count;
	return cs_sql_end(q);
}

cs_err
cs_member_contact_verify(struct cs_tx *tx, cs_id member, cs_str email, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CONTACT_VERIFY);

	cs_bind_time(q, now);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_str(q, email);
	return cs_sql_exec_one(q);
}

cs_err
cs_member_contact_remove(struct cs_tx *tx, cs_id member, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CONTACT_REMOVE);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_member_contact_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CONTACT_SWEEP);

	cs_bind_time(q, now);
	return cs_sql_run(q);
}
