/*
 * recovery_property_test.c - whatever happens in whatever order: nobody gets in by recovery without
 * the password, the mailbox, a browser and the wait, or those who may stand for these; and a veto wins.
 *
 * Each run plays random events of a seeded generator against a member who owns nothing, and keeps a
 * model of its own of what has been proved. The model is written from the promises (recovery.h), not
 * from the code: it looks at the answers alone.
 */
#include "recovery_yard.h"

#define RUNS 1500
#define RUNS_IN_A_YARD 50 /* a yard costs more than a run */
#define EVENTS 24

#define KNOWN 1 /* the member's */
#define FRESH 2 /* somebody's who has password and mailbox */
#define THIEF 3 /* the same */

struct model {
	cs_id member;
	cs_str email;
	cs_id staff[2];
	struct cs_member_session half[4]; /* by browser; the latest */
	bool has_half[4];
	cs_str codes[2]; /* the latest that was mailed, of either kind */
	cs_str tokens[8]; /* of this case's mails */
	size_t token_count;
	/* of the open case */
	cs_id recovery;
	bool is_mail_proved;
	bool is_browser_proved; /* by KNOWN */
	uint8_t vouched; /* which browser; 0: none */
	bool is_started; /* by one in charge */
	size_t starter;
	bool is_waiting;
	cs_time wait_from;
	int64_t least_ms;
	bool is_hastened;
	size_t hastener;
	bool is_ready;
	cs_time reset; /* the last one of the password */
	/* over the run */
	cs_time now; /* as a clock would say that is never set back */
	uint64_t seed;
};

static struct mailbag bag;

/* --- randomness of our own: the same runs everywhere --- */

static uint32_t
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Ids, tokens and codes too. */
static void
fill(void *ctx, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)draw(ctx);
}

static uint32_t
next(struct model *m)
{
	return draw(&m->seed);
}

static uint32_t
below(struct model *m, uint32_t n)
{
	return next(m) % n;
}

/* --- what has been proved --- */

static void
forget_case(struct model *m)
{
	m->recovery = cs_id_zero;
	m->is_mail_proved = m->is_browser_proved = m->is_waiting = m->is_ready = false;
	m->is_started = m->is_hastened = false;
	m->vouched = 0;
	m->token_count = 0;
	m->codes[0] = m->codes[1] = CS_STR_NONE;
}

/* The case that is open now may be another one, or none. */
static void
follow(struct yard *y, struct model *m)
{
	struct looking l = state_of(y, m->member);

	if (!l.is_open || !cs_id_equal(l.rc.id, m->recovery))
		forget_case(m);
	if (l.is_open)
		m->recovery = l.rc.id;
}

/* Those of earlier runs are written to as well. */
static void
keep_own(struct model *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < bag.count; i++)
		if (cs_str_equal(bag.items[i].to, m->email))
			bag.items[kept++] = bag.items[i];
	bag.count = kept;
}

static void
read_mail(struct yard *y, struct model *m)
{
	collect(y, &bag);
	keep_own(m);
	cs_str code = code_in(&bag, CODE_MAIL);
	cs_str access = code_in(&bag, ACCESS_MAIL);
	cs_str token = token_in(&bag);
	if (code.len > 0)
		m->codes[0] = code;
	if (access.len > 0)
		m->codes[1] = access;
	if (token.len > 0 && m->token_count < CS_COUNT(m->tokens))
		m->tokens[m->token_count++] = token;
}

static bool
is_open(struct yard *y, const struct model *m)
{
	return state_of(y, m->member).is_open;
}

static int64_t
wait_wanted(const struct yard *y, const struct model *m, bool is_thin)
{
	bool is_fresh = m->reset.ms > 0 && y->op.now.ms - m->reset.ms < CS_RECOVERY_RESET_MS;

	return is_thin || is_fresh ? LONG_WAIT : SHORT_WAIT;
}

static void
note_waiting(struct yard *y, struct model *m, bool is_thin)
{
	m->is_waiting = true;
	m->wait_from = y->op.now;
	m->least_ms = wait_wanted(y, m, is_thin);
}

/* --- events --- */

static void
ev_password(struct yard *y, struct model *m)
{
	uint8_t browser = (uint8_t)(1 + below(m, 3));

	m->half[browser] = half(y, m->member, browser);
	m->has_half[browser] = true;
}

static struct cs_member_session *
some_half(struct model *m, uint8_t *out_browser)
{
	*out_browser = (uint8_t)(1 + below(m, 3));
	return m->has_half[*out_browser] ? &m->half[*out_browser] : NULL;
}

static void
begin_by(struct yard *y, struct model *m, uint8_t browser)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_begin(&y->d, &y->op, &m->half[browser], &why));
}

static void
ev_begin(struct yard *y, struct model *m)
{
	uint8_t browser;

	if (some_half(m, &browser) != NULL)
		begin_by(y, m, browser);
}

static void
note_looked(struct yard *y, struct model *m, uint8_t browser)
{
	struct looking l = state_of(y, m->member);
	bool is_here = cs_str_equal(cs_network_of(y->arena, &y->op.peer), CS_STR("192.0.2.0/24"));

	if (!l.is_open || l.rc.state != CS_RECOVERY_WAITING || m->is_waiting)
		return;
	/* it may wait only with the known browser, or with who was vouched for */
	CHECK(browser == KNOWN || m->is_started);
	CHECK(m->is_mail_proved);
	m->is_browser_proved = browser == KNOWN;
	if (browser != KNOWN)
		m->vouched = browser;
	note_waiting(y, m, browser != KNOWN || !is_here);
	CHECK(l.rc.release_at.ms >= m->wait_from.ms + m->least_ms);
}

static void
verify_by(struct yard *y, struct model *m, uint8_t browser, bool wants_right)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	bool is_right = wants_right && m->codes[0].len > 0;

	CHECK_OK(cs_recovery_verify(
	    &y->d, &y->op, &m->half[browser], is_right ? m->codes[0] : CS_STR("00000000"), &why));
	if (why.kind != CS_REFUSAL_NONE)
		return;
	CHECK(is_right);
	m->is_mail_proved = true;
	note_looked(y, m, browser);
	if (!m->is_waiting)
		m->vouched = browser; /* whom those in charge would vouch for */
}

static void
ev_verify(struct yard *y, struct model *m)
{
	uint8_t browser;

	if (some_half(m, &browser) != NULL)
		verify_by(y, m, browser, below(m, 4) != 0);
}

static void
look_by(struct yard *y, struct model *m, uint8_t browser)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_look(&y->d, &y->op, &m->half[browser], &why));
	if (why.kind == CS_REFUSAL_NONE)
		note_looked(y, m, browser);
}

static void
ev_look(struct yard *y, struct model *m)
{
	uint8_t browser;

	if (some_half(m, &browser) != NULL)
		look_by(y, m, browser);
}

/* Whether the model says that this browser may have an access code now. */
static bool
is_due(const struct model *m, uint8_t browser)
{
	bool is_here = browser == KNOWN || browser == m->vouched;
	bool is_alone = !m->is_browser_proved && m->is_hastened && m->starter == m->hastener;

	return m->is_mail_proved && m->is_waiting && is_here && m->is_ready && !is_alone &&
	       (m->is_browser_proved || m->is_started);
}

static void
open_by(struct yard *y, struct model *m, uint8_t browser, bool wants_right)
{
	struct cs_member_session *s = &m->half[browser];
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	bool is_right = wants_right && m->codes[1].len > 0;
	cs_str token;

	CHECK_OK(cs_recovery_open(
	    &y->d, &y->op, s, is_right ? m->codes[1] : CS_STR("0000000000"), &token, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return;
	CHECK(is_right);
	CHECK(is_due(m, browser));
	CHECK_OK(cs_session_token_hash(token, s->token_hash));
	s->stage = CS_MEMBER_ENROL;
	s->recovery = state_of(y, m->member).rc.id;
}

static void
ev_open(struct yard *y, struct model *m)
{
	uint8_t browser;

	if (some_half(m, &browser) != NULL)
		open_by(y, m, browser, below(m, 4) != 0);
}

/* By a session that some access code opened: it works as long as nothing stopped it. */
static void
enrol_by(struct yard *y, struct model *m, uint8_t browser)
{
	struct cs_member_session *s = &m->half[browser];
	struct looking l = state_of(y, m->member);
	bool may =
	    is_there(y, s) && l.is_open && cs_id_equal(l.rc.id, s->recovery) && is_due(m, browser);

	cs_err e = try_complete(y, s, true, NULL);
	if (cs_failed(e)) {
		CHECK(cs_is(e, CS_E_CONFLICT));
		return;
	}
	CHECK(may);
	l = state_of(y, m->member);
	CHECK(!l.is_open);
	CHECK_INT(l.authenticators, 1);
	m->has_half[browser] = false;
}

static void
ev_enrol(struct yard *y, struct model *m)
{
	uint8_t browser;
	struct cs_member_session *s = some_half(m, &browser);

	if (s != NULL && s->stage == CS_MEMBER_ENROL)
		enrol_by(y, m, browser);
}

static void
check_stopped(struct yard *y, struct model *m)
{
	CHECK(!is_open(y, m));
	for (uint8_t i = 1; i < 4; i++) {
		struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
		struct cs_member_session copy = m->half[i];
		cs_str token;
		if (!m->has_half[i] || copy.stage == CS_MEMBER_DONE)
			continue;
		CHECK(!is_there(y, &copy));
		if (copy.stage == CS_MEMBER_ENROL)
			CHECK_ERR(try_complete(y, &copy, true, NULL), CONFLICT);
		copy.stage = CS_MEMBER_CHALLENGE;
		CHECK_OK(cs_recovery_open(&y->d, &y->op, &copy, m->codes[1], &token, &why));
		CHECK(why.kind != CS_REFUSAL_NONE);
		m->has_half[i] = false;
	}
}

static void
ev_veto_by_mail(struct yard *y, struct model *m)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_stopped stopped;

	if (m->token_count == 0 || below(m, 3) != 0)
		return;
	cs_str token = m->tokens[below(m, (uint32_t)m->token_count)];
	bool was_open = is_open(y, m);
	CHECK_OK(cs_recovery_stop_by_token(&y->d, &y->op, token, &stopped, &why));
	/* any mail of the case stops it, at any moment, unless the link is seven days old */
	if (was_open && y->op.now.ms < m->wait_from.ms + 7 * CS_DAY_MS && m->token_count == 1)
		CHECK(why.kind == CS_REFUSAL_NONE || why.kind == CS_REFUSAL_ENDED);
	if (why.kind == CS_REFUSAL_NONE)
		check_stopped(y, m);
}

static void
ev_veto_by_newest_mail(struct yard *y, struct model *m)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_stopped stopped;
	cs_str token = token_in(&bag);

	if (token.len == 0 || !is_open(y, m) || below(m, 3) != 0)
		return;
	CHECK_OK(cs_recovery_stop_by_token(&y->d, &y->op, token, &stopped, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	check_stopped(y, m);
}

static void
ev_time(struct yard *y, struct model *m)
{
	static const int64_t steps[] = { CS_MINUTE_MS, CS_HOUR_MS, 20 * CS_HOUR_MS, 72 * CS_HOUR_MS,
		120 * CS_HOUR_MS };

	pass(y, steps[below(m, CS_COUNT(steps))]);
}

static void
ev_clock_back(struct yard *y, struct model *m)
{
	if (below(m, 4) == 0)
		pass(y, -(int64_t)below(m, 48) * CS_HOUR_MS);
}

static void
ev_move(struct yard *y, struct model *m)
{
	go_to(y, below(m, 2) == 0 ? HOME : ABROAD);
}

static void
ev_reset(struct yard *y, struct model *m)
{
	if (below(m, 4) != 0)
		return;
	reset_password(y, m->member);
	m->reset = y->op.now;
	for (int i = 1; i < 4; i++)
		if (m->has_half[i])
			CHECK(!is_there(y, &m->half[i]));
	memset(m->has_half, 0, sizeof(m->has_half));
	m->codes[1] = CS_STR_NONE;
	if (!m->is_waiting)
		return;
	/* what was waited for does not count */
	m->is_hastened = m->is_ready = false;
	m->wait_from = y->op.now;
	m->least_ms = LONG_WAIT;
	CHECK_INT(state_of(y, m->member).rc.state, CS_RECOVERY_WAITING);
}

static void
ev_staff_start(struct yard *y, struct model *m)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_row row;
	struct cs_op op = y->op;
	size_t who = below(m, 2);
	bool was_waiting = m->is_waiting;

	if (below(m, 3) != 0)
		return;
	op.account = y->halden.account;
	CHECK_OK(cs_recovery_staff_start(
	    &y->d, &op, m->staff[who], m->member, CS_STR("asked"), &row, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return;
	follow(y, m);
	CHECK(!was_waiting);
	if (!m->is_started)
		m->starter = who;
	m->is_started = true;
	if (m->is_mail_proved)
		note_waiting(y, m, true);
}

static void
ev_staff_speed_up(struct yard *y, struct model *m)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct looking l = state_of(y, m->member);
	struct cs_recovery_row row;
	struct cs_op op = y->op;
	size_t who = below(m, 2);

	if (!l.is_open || below(m, 3) != 0)
		return;
	op.account = y->halden.account;
	CHECK_OK(cs_recovery_staff_speed_up(
	    &y->d, &op, m->staff[who], l.rc.id, CS_STR("asked"), &row, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return;
	m->is_hastened = true;
	m->hastener = who;
}

static void
ev_sign_in(struct yard *y, struct model *m)
{
	if (below(m, 6) != 0)
		return;
	struct cs_member_session s = half(y, m->member, KNOWN);
	CHECK_OK(try_complete(y, &s, false, NULL));
	CHECK(!is_open(y, m));
}

static void
ev_veto_by_session(struct yard *y, struct model *m)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_session s = half(y, m->member, KNOWN);

	if (!is_open(y, m) || below(m, 6) != 0)
		return;
	/* one that was signed in all the while: made so here, without ending the case */
	s.stage = CS_MEMBER_DONE;
	cs_random_fill(y->d.rng, s.token_hash, sizeof(s.token_hash));
	s.id = cs_id_new(y->d.rng);
	CHECK_OK(cs_store_write(y->d.store, &y->op, add_session, &s));
	CHECK_OK(cs_recovery_stop(&y->d, &y->op, &s, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	check_stopped(y, m);
}

/* --- going on: what somebody would do next who wants to get in --- */

static void
go_on_half(struct yard *y, struct model *m, uint8_t browser)
{
	if (m->has_half[browser] && is_there(y, &m->half[browser]) &&
	    m->half[browser].expires.ms > y->op.now.ms)
		return;
	m->half[browser] = half(y, m->member, browser);
	m->has_half[browser] = true;
}

static void
do_next(struct yard *y, struct model *m, uint8_t browser, const struct looking *l)
{
	enum cs_recovery_state state = l->is_open ? l->rc.state : CS_RECOVERY_ENDED;

	switch (state) {
	case CS_RECOVERY_ENDED:
		begin_by(y, m, browser);
		break;
	case CS_RECOVERY_EMAIL:
		if (m->codes[0].len == 0 || !cs_id_equal(l->rc.device, m->half[browser].device))
			begin_by(y, m, browser);
		else
			verify_by(y, m, browser, true);
		break;
	case CS_RECOVERY_DEVICE:
		look_by(y, m, browser);
		break;
	case CS_RECOVERY_WAITING:
		pass(y, (24 + (int64_t)below(m, 72)) * CS_HOUR_MS);
		break;
	case CS_RECOVERY_READY:
		open_by(y, m, browser, true);
		break;
	case CS_RECOVERY_OPENED:
		if (m->half[browser].stage == CS_MEMBER_ENROL)
			enrol_by(y, m, browser);
		else
			begin_by(y, m, browser);
		break;
	}
}

static void
ev_go_on(struct yard *y, struct model *m)
{
	uint8_t browser = below(m, 3) == 0 ? (uint8_t)(1 + below(m, 3)) : KNOWN;
	struct looking l = state_of(y, m->member);

	go_on_half(y, m, browser);
	do_next(y, m, browser, &l);
}

typedef void event_fn(struct yard *y, struct model *m);

static event_fn *const events[] = { ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on,
	ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on, ev_go_on,
	ev_go_on, ev_go_on, ev_go_on, ev_password, ev_begin, ev_verify, ev_verify, ev_look, ev_open,
	ev_open, ev_enrol, ev_time, ev_clock_back, ev_move, ev_reset, ev_staff_start,
	ev_staff_speed_up, ev_staff_speed_up, ev_veto_by_mail, ev_veto_by_newest_mail,
	ev_veto_by_session, ev_sign_in };

struct counts {
	int begun;
	int waited;
	int released;
	int opened;
	int finished;
	int stopped;
};

static enum cs_recovery_state
state_in(const struct looking *l)
{
	return l->is_open ? l->rc.state : CS_RECOVERY_ENDED;
}

static void
count(const struct looking *before, const struct looking *after, struct counts *c)
{
	enum cs_recovery_state was = state_in(before);
	enum cs_recovery_state is = state_in(after);

	c->begun += was == CS_RECOVERY_ENDED && is != CS_RECOVERY_ENDED;
	c->waited += was < CS_RECOVERY_WAITING && is == CS_RECOVERY_WAITING;
	c->released += was == CS_RECOVERY_WAITING && is == CS_RECOVERY_READY;
	c->opened += was == CS_RECOVERY_READY && is == CS_RECOVERY_OPENED;
	c->stopped += was != CS_RECOVERY_ENDED && is == CS_RECOVERY_ENDED;
}

struct ending {
	cs_id id;
	struct cs_recovery_case rc;
};

static cs_err
find_ending(struct cs_tx *tx, void *ctx)
{
	struct ending *e = ctx;

	return cs_recovery_find(tx, e->id, &e->rc);
}

static bool
ended_well(struct yard *y, cs_id recovery)
{
	struct ending e = { .id = recovery };

	CHECK_OK(cs_store_read(y->d.store, &y->op, find_ending, &e));
	return e.rc.end == CS_RECOVERY_FINISHED;
}

/* Whatever is mailed goes with a change of the case. */
static bool
has_changed(const struct looking *a, const struct looking *b)
{
	return a->is_open != b->is_open || !cs_id_equal(a->rc.id, b->rc.id) ||
	       a->rc.version != b->rc.version;
}

static void
play(struct yard *y, struct model *m, struct counts *c)
{
	for (int i = 0; i < EVENTS; i++) {
		struct looking before = state_of(y, m->member);
		events[below(m, CS_COUNT(events))](y, m);
		step(y);
		struct looking after = state_of(y, m->member);
		if (!has_changed(&before, &after))
			continue;
		if (after.is_open && !cs_id_equal(after.rc.id, m->recovery))
			forget_case(m);
		if (after.is_open && after.rc.state == CS_RECOVERY_READY && !m->is_ready) {
			/* the wait was over when it was released, whatever the clock says later */
			CHECK(m->is_waiting);
			CHECK(m->is_hastened || y->op.now.ms >= m->wait_from.ms + m->least_ms);
			m->is_ready = true;
		}
		read_mail(y, m);
		count(&before, &after, c);
		follow(y, m);
		c->finished += before.is_open && before.rc.state == CS_RECOVERY_OPENED &&
			       ended_well(y, before.rc.id);
	}
}

static void
one_run(struct yard *y, uint64_t seed, const cs_id staff[2], struct counts *c)
{
	struct model m = { .seed = seed, .staff = { staff[0], staff[1] } };
	char email[64];

	snprintf(email, sizeof(email), "m%llu@halden.test", (unsigned long long)seed);
	const char *address = cs_arena_c(y->arena, cs_str_c(email));
	m.email = cs_str_c(address);
	*(uint64_t *)y->d.rng->ctx = seed * UINT64_C(0x9e3779b97f4a7c15);
	m.member = add_member(y, y->halden.account, address, CS_ROLE_READ_ONLY, true);
	go_to(y, HOME);
	sign_in(y, m.member, KNOWN);
	pass(y, CS_DAY_MS);
	read_mail(y, &m);
	play(y, &m, c);
	pass(y, 30 * CS_DAY_MS);
}

TEST(whatever_happens_nobody_gets_in_by_recovery_who_did_not_prove_all_of_it)
{
	struct counts c = { 0 };

	for (uint64_t seed = 1; seed <= RUNS;) {
		REFUGE(y);
		uint64_t own = ~seed;
		const struct cs_random rng = { fill, &own };
		y->d.rng = &rng;
		const cs_id staff[2] = {
			add_staff(y, "one@halden.test", CS_ROLE_HELP_DESK),
			add_staff(y, "two@halden.test", CS_ROLE_ADMINISTRATOR),
		};
		for (int i = 0; i < RUNS_IN_A_YARD && seed <= RUNS; i++, seed++)
			one_run(y, seed, staff, &c);
	}
	/* the runs go everywhere, or the test says nothing */
	print_message("begun %d, waited %d, released %d, opened %d, finished %d, ended %d\n",
	    c.begun, c.waited, c.released, c.opened, c.finished, c.stopped);
	CHECK(c.begun > RUNS / 2);
	CHECK(c.waited > RUNS / 5);
	CHECK(c.released > RUNS / 10);
	CHECK(c.opened > RUNS / 10);
	CHECK(c.finished > RUNS / 20);
	CHECK(c.stopped > RUNS / 4);
}

TEST_MAIN("domain/recovery_property")
