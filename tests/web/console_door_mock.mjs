// The way in, as docs/protocol/member-api.md has it: password, second factor, enrolment, recovery, and
// what links in mails are good for.
import { randomBytes } from 'node:crypto';
import { Refused, refuse } from './console_refused.mjs';
import * as self from './console_profile_mock.mjs';

const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
const refuseWith = (status, code, more) => { throw Object.assign(new Refused(status, code), { more }); };

export const MAIL_CODE = '41820637';
export const ACCESS_CODE = '7k3m-9qxv-2t';
const USED_BACKUP_CODE = 'h2wv8rpt6m';

// half: how far the sign-in has come. asks: what comes after the password.
export function doorOf(over = {})
{
	return {
		asks: null, half: null, remember: { days: 30 }, remembered: false, enrol: { why: 'enforced', accounts: ['Halden Maritime'], deadline: null }, used: null, case: null, stopped: false,
		support: { email: 'help@halden.example' }, sso: { email: 'sso@halden.example', redirect: '/console/' }, confirmed: true, deviceKnown: true, codeFor: 900, resendAfter: 60, begunHere: false, ...over,
	};
}

export function caseOf(over = {})
{
	const begun = { what: 'begun', at: soon(-420), browser: 'Firefox on Linux', address: '185.12.64.7', by: 'you' };
	const mailed = { ...begun, what: 'email_verified', at: soon(-240) };
	const known = { ...begun, what: 'device_verified', at: soon(-239) };
	const states = {
		email: { code: { expires_at: soon(900), resend_at: soon(60), tries_left: 5 }, timeline: [begun] },
		device: { device: { is_known: false, missing: ['cookie', 'network'] }, timeline: [begun, mailed] },
		waiting: { device: { is_known: true, missing: [] }, wait: { days: 3, seconds: 3 * 86400, thin: false, because: [], release_at: soon(2 * 86400 + 4 * 3600 + 300) }, timeline: [begun, mailed, known] },
		ready: { device: { is_known: true, missing: [] }, wait: { days: 3, seconds: 3 * 86400, thin: false, because: [], release_at: soon(-60) }, access_code_sent_at: soon(-60), access_expires_at: soon(6 * 86400),
			timeline: [begun, mailed, known, { what: 'released', at: soon(-60), browser: '', address: '', by: 'system' }] },
	};
	const state = over.state ?? 'email';
	return { state, begun_at: begun.at, begun_by: 'you', email_hint: 'm•••@halden.example', code: null, device: null, wait: null,
		access_code_sent_at: null, access_expires_at: null, can_stop: false, ...states[state], ...over, id: over.id ?? randomBytes(16).toString('hex') };
}

const NOBODY = { step: 'password', member: null, methods: [], backup_codes_left: null, remember: null, enrol: null, recommend_enrol: null, recovery: null, recovery_wait: { seconds: 3 * 86400, thin_seconds: 5 * 86400 }, used_backup_code: null, new_browser: false, redirect: null };

export function standing(w)
{
	const { door } = w;
	const support = door.support;
	if (w.session)
		return { ...self.selfStanding(w), used_backup_code: door.used, new_browser: false, support };
	if (!door.half)
		return { ...NOBODY, support };
	const { id, email, name } = w.member;
	return { ...NOBODY, step: door.half, member: { id, email, name }, methods: [...new Set(w.devices.map((d) => d.kind)), ...(w.backup?.left ? ['backup_code'] : [])], backup_codes_left: w.backup?.left ?? null,
		remember: door.half === 'challenge' ? door.remember : null, enrol: door.half === 'enrol' ? door.enrol : null, recovery: door.case, support };
}

const half = (w, step) => (w.door.half === step ? undefined : refuse(401, 'signed_out'));

function complete(w)
{
	w.door.half = null;
	w.door.case = null;
	w.session = true;
	return standing(w);
}

const theirs = (name) => self.MEMBER.find(([n]) => n === name)[2];

// As somebody who is in: at step "enrol" the password of a moment ago is enough.
function within(w, answer, ...rest)
{
	if (w.door.half !== 'enrol')
		return answer(w, ...rest);
	w.session = true;
	w.passwordUntil = Date.now() + 60000;
	try {
		return answer(w, ...rest);
	} finally {
		w.session = false;
		w.passwordUntil = 0;
	}
}

const enrolling = (name) => [name, null, (w, ...rest) => within(w, theirs(name), ...rest)];

function stage(w, state, more = {})
{
	w.door.case = { ...caseOf({ state, id: w.door.case?.id }), ...more };
	return standing(w);
}

const recovering = (w, ...states) => {
	half(w, 'challenge');
	if (!states.includes(w.door.case?.state))
		refuse(410, 'ended');
};

const SHORT = (b, least) => ([...b.password].length < least ? refuseWith(400, 'weak_password', { reason: 'short', least }) : undefined);

export const MEMBER = [
	['GET /member/sign-in', null, standing],
	['POST /member/sign-in', null, (w, b) => {
		if (b.email !== w.member.email || b.password !== w.password)
			refuse(400, 'wrong_password');
		w.door.half = w.door.remembered ? null : w.door.asks;
		if (!w.door.half)
			return complete(w);
		return standing(w);
	}],
	['POST /member/sign-in/sso', null, (w, b) => (b.email === w.door.sso.email ? { redirect: w.door.sso.redirect } : refuse(400, 'not_sso'))],
	['POST /member/sign-out', null, (w) => {
		if (!w.session && !w.door.half)
			refuse(401, 'signed_out');
		w.session = false;
		w.door.half = null;
		return { redirect: '/console/' };
	}],
	['POST /challenges', null, (w, b) => {
		if (b.purpose !== 'sign_in')
			return theirs('POST /challenges')(w, b);
		half(w, 'challenge');
		w.session = true;
		w.passwordUntil = Infinity;
		try {
			return { ...theirs('POST /challenges')(w, { purpose: 'manage' }), purpose: 'sign_in' };
		} finally {
			w.session = false;
			w.passwordUntil = 0;
		}
	}],
	['POST /challenges/:id/answer', null, (w, b, [key]) => {
		if (w.session)
			return theirs('POST /challenges/:id/answer')(w, b, [key]);
		half(w, 'challenge');
		if (b.factor === 'backup_code' && b.code === USED_BACKUP_CODE)
			refuseWith(403, 'code_used', { used_at: '2026-10-02T07:12:00Z' });
		w.session = true;
		w.passwordUntil = Infinity;
		try {
			theirs('POST /challenges/:id/answer')(w, Object.fromEntries(Object.entries(b).filter(([n]) => n !== 'remember')), [key]);
		} catch (e) {
			w.session = false;
			throw e;
		} finally {
			w.passwordUntil = 0;
			w.window = null;
		}
		w.door.used = b.factor === 'backup_code' ? { left: w.backup.left } : null;
		// Password and second factor were given a moment ago: what is lost may be replaced.
		if (w.door.used)
			Object.assign(w, { passwordUntil: Date.now() + 600000, window: { opened_at: soon(0), expires_at: soon(600), by: null } });
		w.door.remembered = b.remember === true;
		return complete(w);
	}],
	['POST /enrolments', null, (w, b) => {
		if (w.door.half === 'enrol' && !w.door.confirmed)
			refuse(403, 'verify_email_first');
		// What goes when the new one is confirmed is in nobody's way.
		const all = w.devices;
		if (w.door.half === 'enrol')
			w.devices = [];
		try {
			return within(w, theirs('POST /enrolments'), b);
		} finally {
			w.devices = all;
		}
	}],
	['POST /enrolments/:id/confirm', null, (w, b, p) => {
		const entering = w.door.half === 'enrol';
		const old = entering && w.door.enrol.why === 'recovery' ? w.devices : [];
		const answer = within(w, theirs('POST /enrolments/:id/confirm'), b, p);
		if (!entering)
			return answer;
		w.devices = w.devices.filter((d) => !old.includes(d));
		w.passwordUntil = Date.now() + 600000;
		return { ...answer, standing: complete(w), backup_codes: 'needed' };
	}],
	enrolling('POST /me/backup-codes'),
	enrolling('POST /me/devices/:id/rename'),
	['POST /member/email/verify', null, (w, ...rest) => (w.door.half === 'enrol' ? { sent_to: w.member.email } : theirs('POST /member/email/verify')(w, ...rest))],
	['POST /member/password/forgotten', null, () => ({})],
	['POST /member/password/reset', null, (w, b) => {
		if (b.token !== 'cm_good-token')
			refuse(410, 'ended');
		SHORT(b, 8);
		w.password = b.password;
		return { email: w.member.email, second_factor: w.devices.length > 0 };
	}],
	['POST /member/email/confirm', null, (w, b) => {
		if (b.token === 'cm_taken-token')
			refuse(409, 'email_taken');
		return b.token === 'cm_good-token' ? { email: w.member.email } : refuse(410, 'ended');
	}],
	['POST /member/recovery', null, (w) => {
		half(w, 'challenge');
		if (w.door.stopped)
			refuseWith(409, 'stopped_lately', { retry_after_s: 7200 });
		if (w.door.case && w.door.case.state !== 'ended' && !(w.door.case.state === 'email' && !w.door.case.code))
			return standing(w);
		return stage(w, 'email', { code: { expires_at: soon(w.door.codeFor), resend_at: soon(w.door.resendAfter), tries_left: 5 } });
	}],
	['POST /member/recovery/verify', null, (w, b) => {
		recovering(w, 'email');
		if (b.code !== MAIL_CODE)
			refuseWith(400, 'wrong_code', { tries_left: --w.door.case.code.tries_left });
		return stage(w, w.door.deviceKnown ? 'waiting' : 'device');
	}],
	['POST /member/recovery/device', null, (w) => {
		recovering(w, 'device');
		return w.door.deviceKnown ? stage(w, 'waiting') : standing(w);
	}],
	['POST /member/recovery/open', null, (w, b) => {
		recovering(w, 'ready');
		if (b.code.replace(/[^a-z0-9]/gi, '').toLowerCase() !== ACCESS_CODE.replaceAll('-', ''))
			refuseWith(400, 'wrong_code', { tries_left: 9 });
		w.door.half = 'enrol';
		w.door.enrol = { why: 'recovery', accounts: [], deadline: null };
		return standing(w);
	}],
	['POST /member/recovery/give-up', null, (w) => {
		recovering(w, 'email', 'device');
		w.door.case = null;
		return standing(w);
	}],
	['POST /recovery/stop', null, (w, b) => (b.token === 'cn_good-token'
		? { member_email_hint: 'm•••@halden.example', begun_at: soon(-3600), stopped_at: soon(0) } : refuse(410, 'ended'))],
];
