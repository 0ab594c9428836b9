#include "domain/notice_text.h"

#include <stdio.h>
#include <time.h>

#include "domain/browser.h"
#include "model/access.h"

cs_str
cs_notice_when(struct cs_arena *a, cs_time t)
{
	static const char *const months[12] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };
	time_t seconds = (time_t)(t.ms / CS_SECOND_MS);
	struct tm tm;

	CS_ASSERT(gmtime_r(&seconds, &tm) != NULL);
	return cs_arena_printf(a, "%d %s %d, %02d:%02d UTC", tm.tm_mday, months[tm.tm_mon],
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min);
}

const char *
cs_notice_method_words(unsigned method)
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

static const struct cs_notice_words kinds[CS_NOTICE_KINDS] = {
	[CS_NOTICE_ADDED] = {
		.name = "added",
		.subject = "An MFA device was added to your account",
		.happened = "An MFA device was added",
		.name_label = "Device",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_REMOVED] = {
		.name = "removed",
		.subject = "An MFA device was removed from your account",
		.happened = "An MFA device was removed",
		.name_label = "Device",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_REVOKED] = {
		.name = "revoked",
		.subject = "An administrator removed one of your MFA devices",
		.happened = "An administrator removed an MFA device",
		.name_label = "Device",
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_REPLACED] = {
		.name = "replaced",
		.subject = "Your authenticator application was replaced",
		.happened = "The authenticator application was replaced by another one",
		.name_label = "Device",
		.meaning = "Codes of the one that was there before no longer work.\n",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_TWO_FACTOR_ON] = {
		.name = "two_factor_on",
		.subject = "Two-factor authentication is on",
		.happened = "Two-factor authentication was switched on",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_TWO_FACTOR_OFF] = {
		.name = "two_factor_off",
		.subject = "Two-factor authentication is off",
		.happened = "Two-factor authentication was switched off",
		.meaning = "The last MFA device was removed, and with it the backup codes and the browsers\n"
			   "that were remembered. The password alone signs you in from now on.\n",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_TWO_FACTOR_RESET] = {
		.name = "two_factor_reset",
		.subject = "Your two-factor authentication was reset",
		.happened = "Two-factor authentication was reset",
		.detail_label = "By",
		.meaning = "All your MFA devices and backup codes were removed, and you have been signed out\n"
			   "everywhere. At the next sign-in you set up a new MFA device.\n",
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_CODES_MADE] = {
		.name = "codes_made",
		.subject = "New backup codes were made",
		.happened = "New backup codes were made",
		.meaning = "Any that were made before no longer work.\n",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_CODE_USED] = {
		.name = "code_used",
		.subject = "A backup code was used",
		.happened = "A backup code was used",
		.detail_label = "Left",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_RECOVERY_BEGUN] = {
		.name = "recovery_begun",
		.subject = "Account recovery was begun",
		.happened = "Account recovery was begun",
		.detail_label = "By",
		.meaning = "Somebody says that they can use none of your MFA devices any more, and asks to\n"
			   "set up a new one. It opens nothing before a waiting time is over.\n",
		.has_origin = true,
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_HELPED] = {
		.name = "recovery_helped",
		.subject = "Somebody in charge helps with account recovery",
		.happened = "Somebody in charge helps with account recovery",
		.detail_label = "What",
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_WAITING] = {
		.name = "recovery_waiting",
		.subject = "Account recovery is waiting",
		.happened = "Account recovery is waiting",
		.detail_label = "Opens",
		.has_origin = true,
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_RESTARTED] = {
		.name = "recovery_restarted",
		.subject = "Account recovery waits anew",
		.happened = "The waiting time of account recovery began anew",
		.detail_label = "Opens",
		.has_origin = true,
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_READY] = {
		.name = "recovery_ready",
		.subject = "Account recovery is ready",
		.happened = "The waiting time of account recovery is over",
		.detail_label = "By",
		.meaning = "An access code was mailed. With the password and this code a new MFA device can be\n"
			   "set up.\n",
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_OPENED] = {
		.name = "recovery_opened",
		.subject = "Account recovery was opened",
		.happened = "The access code of account recovery was used",
		.meaning = "A new MFA device can be set up now. What was there before goes on working until\n"
			   "that is done.\n",
		.has_origin = true,
		.link = CS_NOTICE_STOP_RECOVERY,
	},
	[CS_NOTICE_RECOVERY_STOPPED] = {
		.name = "recovery_stopped",
		.subject = "Account recovery was stopped",
		.happened = "Account recovery was stopped",
		.detail_label = "By",
		.meaning = "Nothing of your account was changed. If somebody else began it they know your\n"
			   "password: set another one.\n",
		.has_origin = true,
	},
	[CS_NOTICE_RECOVERY_FINISHED] = {
		.name = "recovery_finished",
		.subject = "Account recovery is finished",
		.happened = "A new MFA device was set up by account recovery",
		.meaning = "The MFA devices and backup codes of before were removed.\n",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_NEW_BROWSER] = {
		.name = "new_browser",
		.subject = "A sign-in from a new browser",
		.happened = "There was a sign-in from a browser that had not been used before",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_EMAIL_CHANGED] = {
		.name = "email_changed",
		.subject = "Your address is being changed",
		.happened = "The address was changed",
		.name_label = "To",
		.detail_label = "State",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_PASSWORD_CHANGED] = {
		.name = "password_changed",
		.subject = "Your password was changed",
		.happened = "The password was changed",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_PASSWORD_RESET] = {
		.name = "password_reset",
		.subject = "Your password was reset",
		.happened = "The password was reset by a mailed link",
		.detail_label = "Tokens", /* of the API, when there are any */
		.meaning = "You have been signed out everywhere.\n",
		.has_origin = true,
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_SSO_ON] = {
		.name = "sso_on",
		.subject = "You sign in through your identity provider from now on",
		.happened = "Single sign-on was switched on",
		.detail_label = "By",
		.meaning = "You have been signed out everywhere. Your identity provider signs you in from now\n"
			   "on, and asks for the second factor: your password and your MFA devices are not\n"
			   "asked for here any more.\n",
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_SSO_OFF] = {
		.name = "sso_off",
		.subject = "You sign in with a password from now on",
		.happened = "Single sign-on was switched off",
		.detail_label = "By",
		.meaning = "You have been signed out everywhere. Your old password is gone: press \"Forgotten?\"\n"
			   "at the sign-in, and set one by the link that is mailed to you. MFA devices that you\n"
			   "had here before count again.\n",
		.link = CS_NOTICE_NOT_ME,
	},
	[CS_NOTICE_FROZEN] = {
		.name = "frozen",
		.subject = "Your MFA devices are frozen",
	},
};

const struct cs_notice_words *
cs_notice_words_of(enum cs_notice_kind kind)
{
	return &kinds[kind];
}

const struct cs_notice_words *
cs_notice_words_named(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(kinds); i++)
		if (cs_str_equal(name, cs_str_c(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

/* --- the lines of a mail --- */

/* "    Device:  …\n"; nothing without a label or a value. */
static cs_str
line(struct cs_arena *a, const char *label, cs_str value)
{
	char head[16];

	if (label == NULL || value.len == 0)
		return CS_STR("");
	snprintf(head, sizeof(head), "%s:", label);
	return cs_arena_printf(a, "    %-8s %.*s\n", head, CS_STR_ARG(value));
}

/* What goes on without a request has none. */
static bool
has_origin(const struct cs_notice_words *words, const struct cs_op *op)
{
	return words->has_origin && (op->peer.family != 0 || op->user_agent.len > 0);
}

static cs_str
origin_line(const struct cs_op *op)
{
	return line(op->arena, "From",
	    cs_arena_printf(op->arena, "%.*s, address %.*s",
		CS_STR_ARG(cs_browser_words(op->arena, op->user_agent)),
		CS_STR_ARG(cs_addr_text(op->arena, &op->peer))));
}

/* A device stands in quotes with its kind; what else has a name is shown as it is. */
static cs_str
name_line(
    struct cs_arena *a, const struct cs_notice_words *words, const struct cs_notice_about *about)
{
	if (words->detail_label != NULL || about->detail.len == 0)
		return line(a, words->name_label, about->name);
	return line(a, words->name_label,
	    cs_arena_printf(
		a, "\"%.*s\" (%.*s)", CS_STR_ARG(about->name), CS_STR_ARG(about->detail)));
}

/* An organisation by its name; the console by where it is. */
static cs_str
place_of(struct cs_arena *a, const struct cs_account *account)
{
	return cs_id_is_zero(account->id)
		   ? cs_arena_printf(a, "Countersign (%.*s)", CS_STR_ARG(account->auth_host))
		   : account->name;
}

static const char *
what_not_me_does(const struct cs_notice_letter *l)
{
	return cs_id_is_zero(l->account.id) ? "That stops all changes to your MFA devices, signs "
					      "you out everywhere and tells the\n"
					      "other owners of your accounts."
					    : "That stops all changes to your MFA devices, signs "
					      "you out everywhere and tells your\n"
					      "administrators.";
}

/* Empty for a kind without one. */
static cs_str
link_lines(const struct cs_op *op, const struct cs_notice_letter *l)
{
	bool stops = l->words->link == CS_NOTICE_STOP_RECOVERY;

	if (l->words->link == CS_NOTICE_NO_LINK)
		return CS_STR("");
	return cs_arena_printf(op->arena,
	    "\n"
	    "If you know of this, you need not do anything.\n"
	    "\n"
	    "If this was not you, open this page and press its button:\n"
	    "\n"
	    "%.*s/%s#%.*s\n"
	    "\n"
	    "%s Opening the page alone does nothing.\n"
	    "The link works once, until %.*s.\n",
	    CS_STR_ARG(l->account.auth_origin), stops ? "console/stop-recovery" : "not-me",
	    CS_STR_ARG(l->token),
	    stops ? "That ends the recovery: nobody gets in by it." : what_not_me_does(l),
	    CS_STR_ARG(cs_notice_when(op->arena, cs_time_add(op->now, CS_NOTICE_LIFE_MS))));
}

cs_str
cs_notice_letter_text(const struct cs_op *op, const struct cs_notice_letter *l)
{
	struct cs_arena *a = op->arena;
	const struct cs_notice_words *words = l->words;
	cs_str place = place_of(a, &l->account);

	return cs_arena_printf(a,
	    "%s for %.*s at %.*s.\n"
	    "\n"
	    "%.*s%.*s%.*s%.*s"
	    "%s%s%.*s",
	    words->happened, CS_STR_ARG(l->person->email), CS_STR_ARG(place),
	    CS_STR_ARG(name_line(a, words, l->about)),
	    CS_STR_ARG(line(a, words->detail_label, l->about->detail)),
	    CS_STR_ARG(line(a, "When", cs_notice_when(a, op->now))),
	    CS_STR_ARG(has_origin(words, op) ? origin_line(op) : CS_STR("")),
	    words->meaning != NULL ? "\n" : "", words->meaning != NULL ? words->meaning : "",
	    CS_STR_ARG(link_lines(op, l)));
}

/* --- what came of it --- */

/* "\"Blue key\" was added, 22 November 2026, 10:47 UTC" */
static cs_str
cause_words(struct cs_arena *a, const struct cs_notice *cause)
{
	const struct cs_notice_words *words = cs_notice_words_named(cause->kind);
	cs_str at = cs_notice_when(a, cause->created);

	if (words == NULL || cause->name.len == 0)
		return cs_arena_printf(a, "%s, %.*s",
		    words != NULL ? words->subject : "a mail from here", CS_STR_ARG(at));
	if (words == &kinds[CS_NOTICE_ADDED] || words == &kinds[CS_NOTICE_REPLACED])
		return cs_arena_printf(
		    a, "\"%.*s\" was added, %.*s", CS_STR_ARG(cause->name), CS_STR_ARG(at));
	if (words == &kinds[CS_NOTICE_REMOVED] || words == &kinds[CS_NOTICE_REVOKED])
		return cs_arena_printf(
		    a, "\"%.*s\" was removed, %.*s", CS_STR_ARG(cause->name), CS_STR_ARG(at));
	return cs_arena_printf(
	    a, "%s (%.*s), %.*s", words->subject, CS_STR_ARG(cause->name), CS_STR_ARG(at));
}

static cs_str
frozen_lines(const struct cs_op *op, const struct cs_notice *cause)
{
	struct cs_arena *a = op->arena;

	return cs_arena_printf(a, "%.*s%.*s%.*s",
	    CS_STR_ARG(line(a, "About", cause_words(a, cause))),
	    CS_STR_ARG(line(a, "Said", cs_notice_when(a, op->now))), CS_STR_ARG(origin_line(op)));
}

cs_str
cs_notice_frozen_text(
    const struct cs_op *op, const struct cs_account *account, const struct cs_notice *cause)
{
	bool is_member = cs_id_is_zero(account->id);
	cs_str place = place_of(op->arena, account);

	return cs_arena_printf(op->arena,
	    "Somebody with your mail said \"this was not me\" about your MFA devices at %.*s.\n"
	    "\n"
	    "%.*s"
	    "\n"
	    "Your MFA devices can no longer be changed, and you have been signed out everywhere. "
	    "You\n"
	    "can still sign in with the devices that you have. %s\n"
	    "\n"
	    "If one of the devices is not yours, or if you did not say this, talk to %s:\n"
	    "somebody may be reading your mail.\n",
	    CS_STR_ARG(place), CS_STR_ARG(frozen_lines(op, cause)),
	    is_member
		? "The other owners of your\n"
		  "accounts have been told. One of them, or whoever runs this server, can allow\n"
		  "changes again."
		: "An administrator has been told\nand can allow changes again.",
	    is_member ? "another owner" : "your\nadministrator");
}

cs_str
cs_notice_overseer_text(const struct cs_op *op, const struct cs_account *account,
    const struct cs_person *person, const struct cs_notice *cause)
{
	bool is_member = cs_id_is_zero(account->id);
	cs_str place = place_of(op->arena, account);

	return cs_arena_printf(op->arena,
	    "%.*s said \"this was not me\" about their MFA devices at %.*s.\n"
	    "\n"
	    "%.*s%.*s"
	    "\n"
	    "They have been signed out everywhere, and nobody can change their MFA devices. "
	    "Signing\n"
	    "in with those that are enrolled goes on, also with one that somebody else has "
	    "enrolled.\n"
	    "\n"
	    "Talk to this person, and not by mail alone: whoever changed their devices may be\n"
	    "reading it. %s\n",
	    CS_STR_ARG(person->email), CS_STR_ARG(place), CS_STR_ARG(frozen_lines(op, cause)),
	    CS_STR_ARG(line(
		op->arena, is_member ? "Member" : "User", cs_id_uuid_text(op->arena, person->id))),
	    is_member ? "In the console, under Members, disable their two-factor authentication\n"
			"unless they know all their devices, then lift the freeze."
		      : "In the console, under Users, remove each device of theirs that they do\n"
			"not know, then lift the freeze.");
}
