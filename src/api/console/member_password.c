/*
 * member_password.c - a member's password and addresses (docs/protocol/member-api.md, "Passwords and
 * addresses").
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/status.h"
#include "domain/json_text.h"
#include "domain/member_address.h"
#include "domain/member_forgot.h"
#include "domain/member_profile.h"
#include "domain/password.h"
#include "domain/person.h"

#define TOKEN_MAX 128
#define NAME_MAX_BYTES 128

static cs_err
say_no(struct cs_call *c, const struct cs_refusal *why)
{
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

/* Public calls: the server realm's auth host alone answers them. */
static cs_err
check_host(const struct cs_call *c)
{
	return cs_id_is_zero(c->op->account) ? CS_OK : CS_FAIL(NOT_FOUND);
}

static cs_err
read_text(struct cs_call *c, const char *name, size_t max, cs_str *out)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;

	CS_TRY(cs_body_decode(c, &body));
	return cs_body_text(c, body, name, max, out);
}

static cs_err
answer_nothing(struct cs_call *c, const struct cs_refusal *why)
{
	return why->kind != CS_REFUSAL_NONE ? say_no(c, why) : cs_body_answer(c, json_object());
}

static cs_err
answer_text(struct cs_call *c, const char *name, cs_str text, const struct cs_refusal *why)
{
	if (why->kind != CS_REFUSAL_NONE)
		return say_no(c, why);
	return cs_body_answer(c, json_pack("{s:o}", name, cs_json_text_of(text)));
}

/* --- passwords --- */

cs_err
cs_console_post_password_check(struct cs_call *c)
{
	struct cs_password_rule rule = { .least = CS_PASSWORD_LEAST_ALONE };
	struct cs_refusal why;
	cs_str password;

	CS_TRY(check_host(c));
	CS_TRY(read_text(c, "password", CS_PASSWORD_MAX, &password));
	cs_password_judge(password, &rule, &why);
	if (why.kind == CS_REFUSAL_BODY)
		return say_no(c, &why);
	return cs_body_answer(
	    c, json_pack("{s:s?, s:i}", "reason", why.reason, "least", (int)rule.least));
}

cs_err
cs_console_post_password_forgotten(struct cs_call *c)
{
	cs_str email;

	CS_TRY(check_host(c));
	CS_TRY(read_text(c, "email", CS_EMAIL_MAX, &email));
	CS_TRY(cs_member_forgot(c->domain, c->op, email));
	return cs_body_answer(c, json_object());
}

cs_err
cs_console_post_password_reset(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_member_reset reset;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str password;
	cs_str token;

	CS_TRY(check_host(c));
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "token", TOKEN_MAX, &token));
	CS_TRY(cs_body_text(c, body, "password", CS_PASSWORD_MAX, &password));
	CS_TRY(cs_member_reset(c->domain, c->op, token, password, &reset, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return say_no(c, &why);
	return cs_body_answer(c, json_pack("{s:o, s:b}", "email", cs_json_text_of(reset.email),
				     "second_factor", reset.has_second_factor));
}

cs_err
cs_console_post_prove(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;
	cs_str password;
	cs_time expires;

	CS_TRY(read_text(c, "password", CS_PASSWORD_MAX, &password));
	CS_TRY(cs_member_prove(
	    c->domain, c->op, c->principal.member, password, &step, &expires, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return say_no(c, &why);
	cs_member_set_cookies(c, &step);
	return cs_body_answer(c, json_pack("{s:o}", "expires_at", cs_json_time_of(expires)));
}

cs_err
cs_console_post_password(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str password;

	CS_TRY(read_text(c, "password", CS_PASSWORD_MAX, &password));
	CS_TRY(cs_member_change_password(c->domain, c->op, c->principal.member, password, &why));
	return answer_nothing(c, &why);
}

/* --- addresses --- */

cs_err
cs_console_post_email(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str sent_to;
	cs_str email;

	CS_TRY(read_text(c, "email", CS_EMAIL_MAX, &email));
	CS_TRY(cs_member_ask_email(c->domain, c->op, c->principal.member, email, &sent_to, &why));
	return answer_text(c, "sent_to", sent_to, &why);
}

cs_err
cs_console_post_email_verify(struct cs_call *c)
{
	const struct cs_member_seen *who = c->principal.member;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	/* Whoever is asked for a second factor has an address that is proved. */
	if (who->session.stage == CS_MEMBER_CHALLENGE) {
		why.kind = CS_REFUSAL_NOT_ALLOWED;
		return say_no(c, &why);
	}
	CS_TRY(cs_member_ask_verify(c->domain, c->op, who, &why));
	return answer_text(c, "sent_to", who->member.email, &why);
}

cs_err
cs_console_post_email_confirm(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str token;
	cs_str email;

	CS_TRY(check_host(c));
	CS_TRY(read_text(c, "token", TOKEN_MAX, &token));
	CS_TRY(cs_member_confirm(c->domain, c->op, token, &email, &why));
	return answer_text(c, "email", email, &why);
}

cs_err
cs_console_post_name(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str name;

	CS_TRY(read_text(c, "name", NAME_MAX_BYTES, &name));
	CS_TRY(cs_member_rename(c->domain, c->op, c->principal.member, name, &why));
	return answer_nothing(c, &why);
}

/* --- contacts --- */

static json_t *
contact_of(const struct cs_member_contact *contact)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(contact->id));
	json_object_set_new(o, "email", cs_json_text_of(contact->email));
	json_object_set_new(o, "verified_at", cs_json_time_of(contact->verified));
	json_object_set_new(o, "until", cs_json_time_of(contact->until));
	return o;
}

cs_err
cs_console_get_contacts(struct cs_call *c)
{
	const struct cs_member_contact *list;
	json_t *contacts;
	size_t count;

	CS_TRY(cs_member_contacts(c->domain, c->op, c->principal.member, &list, &count));
	contacts = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(contacts, contact_of(&list[i]));
	return cs_body_answer(c, json_pack("{s:o}", "contacts", contacts));
}

cs_err
cs_console_post_contact(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str email;

	CS_TRY(read_text(c, "email", CS_EMAIL_MAX, &email));
	CS_TRY(cs_member_add_contact(c->domain, c->op, c->principal.member, email, &why));
	return why.kind != CS_REFUSAL_NONE ? say_no(c, &why) : cs_console_get_contacts(c);
}

cs_err
cs_console_post_contact_remove(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_member_remove_contact(c->domain, c->op, c->principal.member, id, &why));
	return why.kind != CS_REFUSAL_NONE ? say_no(c, &why) : cs_console_get_contacts(c);
}
