#include "domain/notice.h"

#include <time.h>

#include "domain/browser.h"
#include "domain/config/bearer.h"
#include "domain/mailbox.h"
#include "model/access.h"
#include "store/account_store.h"
#include "store/notice_store.h"
#include "store/user_store.h"

/* "22 November 2026, 10:47 UTC" */
static cs_str
when(struct cs_arena *a, cs_time t)
{
	static const char *const months[12] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };
	time_t seconds = (time_t)(t.ms / CS_SECOND_MS);
	struct tm tm;

	CS_ASSERT(gmtime_r(&seconds, &tm) != NULL);
	return cs_arena_printf(a, "%d %s %d, %02d:%02d UTC", tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min);
}

static const char *
method_words(unsigned method)
{
	switch (method) {
	case CS_MFA_TOTP:
		return "authenticator application";
	case CS_MFA_SECURITY_KEY:
		return "security key";
	case CS_MFA_BIOMETRICS:
		return "built into a device, biometrics";
	}
	return "MFA device";
}

/* What each kind is called in the store, and says. */
struct kind {
	const char *name;
	const char *subject;
	const char *happened; /* "An MFA device … for ADDRESS" */
	bool has_origin; /* tells the browser and address that it came from */
};

static const struct kind kinds[] = {
	[CS_NOTICE_ADDED] = { "added", "An MFA device was added to your account",
	    "An MFA device was added", true },
	[CS_NOTICE_REMOVED] = { "removed", "An MFA device was removed from your account",
	    "An MFA device was removed", true },
	[CS_NOTICE_REVOKED] = { "revoked", "An administrator removed one of your MFA devices",
	    "An administrator removed an MFA device", false },
};

static cs_str
origin_line(const struct cs_op *op)
{
	return cs_arena_printf(op->arena, "    From:    %.*s, address %.*s\n",
	    CS_STR_ARG(cs_browser_words(op->arena, op->user_agent)),
	    CS_STR_ARG(cs_addr_text(op->arena, &op->peer)));
}

static cs_err
post(struct cs_tx *tx, const struct cs_domain *d, cs_str to, cs_str subject, cs_str text)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_message m = {
		.id = cs_id_new(d->rng),
		.account = op->account,
		.channel = CS_CHANNEL_MAIL,
		.to = to,
		.subject = subject,
		.text = text,
		.created = op->now,
		.valid_until = cs_time_add(op->now, CS_NOTICE_LIFE_MS),
	};
	struct cs_outbox_item item;

	CS_TRY(cs_mailbox_seal(d, op, &m, &item));
	return cs_outbox_add(tx, &item);
}

/* --- what happened to an authenticator --- */

static cs_str
notice_text(const struct cs_op *op, const struct kind *kind, const struct cs_account *account,
    const struct cs_user *user, const struct cs_authenticator *a, cs_str token)
{
	return cs_arena_printf(op->arena,
	    "%s for %.*s at %.*s.\n"
	    "\n"
	    "    Device:  \"%.*s\" (%s)\n"
	    "    When:    %.*s\n"
	    "%.*s"
	    "\n"
	    "If you know of this, you need not do anything.\n"
	    "\n"
	    "If this was not you, open this page and press its button:\n"
	    "\n"
	    "%.*s/not-me#%.*s\n"
	    "\n"
	    "That stops all changes to your MFA devices, signs you out everywhere and tells your\n"
	    "administrators. Opening the page alone does nothing. The link works once, until\n"
	    "%.*s.\n",
	    kind->happened, CS_STR_ARG(user->email), CS_STR_ARG(account->name), CS_STR_ARG(a->name),
	    method_words(a->method), CS_STR_ARG(when(op->arena, op->now)),
	    CS_STR_ARG(kind->has_origin ? origin_line(op) : CS_STR("")),
	    CS_STR_ARG(account->auth_origin), CS_STR_ARG(token),
	    CS_STR_ARG(when(op->arena, cs_time_add(op->now, CS_NOTICE_LIFE_MS))));
}

cs_err
cs_notice_send(struct cs_tx *tx, const struct cs_domain *d, enum cs_notice_kind kind,
    const struct cs_authenticator *a)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_notice notice = {
		.account = op->account,
		.id = cs_id_new(d->rng),
		.subject = a->subject,
		.kind = cs_str_c(kinds[kind].name),
		.name = a->name,
		.created = op->now,
		.expires = cs_time_add(op->now, CS_NOTICE_LIFE_MS),
	};
	struct cs_account account;
	struct cs_user user;
	cs_str token;

	CS_TRY(cs_user_find(tx, op->account, a->subject, &user));
	if (user.email.len == 0)
		return CS_OK;
	CS_TRY(cs_account_find(tx, op->account, &account));
	cs_bearer_make(d->rng, op->arena, CS_NOTICE_TOKEN_PREFIX, &token, notice.token_hash);
	CS_TRY(cs_notice_add(tx, &notice));
	return post(tx, d, user.email, cs_str_c(kinds[kind].subject),
	    notice_text(op, &kinds[kind], &account, &user, a, token));
}

/* --- what came of it --- */

/* "\"Blue key\" was added, 22 November 2026, 10:47 UTC" */
static cs_str
cause_words(struct cs_arena *a, const struct cs_notice *cause)
{
	const char *what = "changed";

	for (size_t i = 0; i < CS_COUNT(kinds); i++)
		if (cs_str_equal(cause->kind, cs_str_c(kinds[i].name)))
			what = i == CS_NOTICE_ADDED ? "added" : "removed";
	return cs_arena_printf(a, "\"%.*s\" was %s, %.*s", CS_STR_ARG(cause->name), what,
	    CS_STR_ARG(when(a, cause->created)));
}

cs_err
cs_notice_send_frozen(struct cs_tx *tx, const struct cs_domain *d, const struct cs_user *user,
    const struct cs_notice *cause)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account account;
	cs_str text;

	if (user->email.len == 0)
		return CS_OK;
	CS_TRY(cs_account_find(tx, op->account, &account));
	text = cs_arena_printf(op->arena,
	    "Somebody with your mail said \"this was not me\" about your MFA devices at %.*s.\n"
	    "\n"
	    "    About:   %.*s\n"
	    "    Said:    %.*s\n"
	    "%.*s"
	    "\n"
	    "Your MFA devices can no longer be changed, and you have been signed out everywhere. "
	    "You\n"
	    "can still sign in with the devices that you have. An administrator has been told and\n"
	    "can allow changes again.\n"
	    "\n"
	    "If one of the devices is not yours, or if you did not say this, talk to your\n"
	    "administrator: somebody may be reading your mail.\n",
	    CS_STR_ARG(account.name), CS_STR_ARG(cause_words(op->arena, cause)),
	    CS_STR_ARG(when(op->arena, op->now)), CS_STR_ARG(origin_line(op)));
	return post(tx, d, user->email, CS_STR("Your MFA devices are frozen"), text);
}

static cs_str
administrator_text(const struct cs_op *op, const struct cs_account *account,
    const struct cs_user *user, const struct cs_notice *cause)
{
	return cs_arena_printf(op->arena,
	    "%.*s said \"this was not me\" about their MFA devices at %.*s.\n"
	    "\n"
	    "    About:   %.*s\n"
	    "    Said:    %.*s\n"
	    "%.*s"
	    "    User:    %.*s\n"
	    "\n"
	    "They have been signed out everywhere, and nobody can change their MFA devices. "
	    "Signing\n"
	    "in with those that are enrolled goes on, also with one that somebody else has "
	    "enrolled.\n"
	    "\n"
	    "Talk to this person, and not by mail alone: whoever changed their devices may be\n"
	    "reading it. In the console, under Users, remove each device of theirs that they do\n"
	    "not know, then lift the freeze.\n",
	    CS_STR_ARG(user->email), CS_STR_ARG(account->name),
	    CS_STR_ARG(cause_words(op->arena, cause)), CS_STR_ARG(when(op->arena, op->now)),
	    CS_STR_ARG(origin_line(op)), CS_STR_ARG(cs_id_uuid_text(op->arena, user->id)));
}

cs_err
cs_notice_send_administrators(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_user *user, const struct cs_notice *cause, size_t *out_count)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_member *members;
	struct cs_account account;
	cs_str subject;
	cs_str text;

	CS_TRY(cs_notice_administrators(tx, op->account, &members, out_count));
	CS_TRY(cs_account_find(tx, op->account, &account));
	subject =
	    cs_arena_printf(op->arena, "MFA devices of %.*s are frozen", CS_STR_ARG(user->email));
	text = administrator_text(op, &account, user, cause);
	for (size_t i = 0; i < *out_count; i++)
		CS_TRY(post(tx, d, members[i].email, subject, text));
	return CS_OK;
}
