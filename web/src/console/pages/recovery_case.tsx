// One member's way back: what is known, what time is left, and what those in charge can do.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { duration, here, useSecondsLeft } from '../../time';
import { Refusal } from '../api';
import { timeLeft } from '../door/recovery_wait';
import { nameOf, roleWords } from '../members';
import { AskReason } from '../parts/ask_reason';
import { Badge, Head, Id, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { type Step, Timeline } from '../parts/timeline';
import { toast } from '../parts/toast';
import { approvalsOf, BECAUSE_WORDS, END_WORDS, findCase, type Happening, isOpen, type RecoveryCase, stillToCome, WHAT_WORDS } from '../recovery_cases';
import type { Route } from '../route';
import { useConsole } from '../session';
import { rich, t } from '../text';
import { CaseState } from './recovery_cases';

function byWords(h: Happening): string
{
	return t(h.by === 'staff' ? 'recovery_cases.by_staff' : h.by === 'system' ? 'recovery_cases.by_system' : 'recovery_cases.by_member');
}

function About({ h }: { h: Happening })
{
	return <><Time at={h.at} exact /> · {byWords(h)}{h.browser && ` · ${h.browser}`}{h.address && <> · <span class="mono">{h.address}</span></>}</>;
}

// How it ended is a sentence of its own; that it came to a new second factor is no stop.
function endOf(c: RecoveryCase, h: Happening): Step
{
	return { state: c.end === 'finished' ? 'done' : 'stopped', title: t(c.end ? END_WORDS[c.end] : 'recovery_cases.over'), about: <About h={h} /> };
}

function stepsOf(c: RecoveryCase): Step[]
{
	const steps = c.timeline.map((h): Step => (h.what === 'ended' ? endOf(c, h) : { state: 'done', title: t(WHAT_WORDS[h.what] ?? 'recovery_cases.something'), about: <About h={h} /> }));
	if (c.opened_at)
		steps.splice(isOpen(c) ? steps.length : -1, 0, { state: 'done', title: t('recovery_cases.opened'), about: <Time at={c.opened_at} exact /> });
	if (c.state === 'waiting')
		steps.push({ state: 'now', title: t('recovery_cases.waiting_now'), about: <>{t('recovery_cases.waiting_until')} <Time at={c.wait?.release_at} exact />. {t('recovery_cases.waiting_why')}</> });
	const first = c.state === 'waiting' ? 'next' : 'now';
	return [...steps, ...stillToCome(c).map((title, i): Step => ({ state: i === 0 ? first : 'next', title }))];
}

function Clock({ of }: { of: RecoveryCase })
{
	const until = of.state === 'waiting' ? of.wait?.release_at : of.state === 'ready' ? of.access_expires_at : null;
	const left = useSecondsLeft(until ? here(until) : null);
	if (!until)
		return null;
	return (
		<section class="panel sunk clock">
			<h2>{t(of.state === 'waiting' ? 'recovery_cases.left' : 'recovery_cases.left_code')}</h2>
			<p class="big num" role="timer">{duration(left)}</p>
			<p class="muted"><Time at={until} exact /></p>
			{of.state === 'waiting' && of.wait && (
				<p class="muted">{t(of.wait.thin ? 'recovery_cases.wait_thin' : 'recovery_cases.wait_full', { time: timeLeft(of.wait.seconds) })}{of.wait.because.length > 0 && ` ${t('recovery_cases.because', { why: of.wait.because.map((b) => (BECAUSE_WORDS[b] ? t(BECAUSE_WORDS[b]) : b)).join(', ') })}`}</p>
			)}
		</section>
	);
}

function missingWords(c: RecoveryCase): string
{
	const missing = c.device?.missing ?? [];
	if (missing.length === 2)
		return t('recovery_cases.missing_both');
	return t(missing[0] === 'network' ? 'recovery_cases.missing_network' : 'recovery_cases.missing_cookie');
}

function browserWords(c: RecoveryCase): string
{
	if (c.evidence.vouched_for)
		return t('recovery_cases.browser_vouched');
	if (!c.device)
		return t('recovery_cases.browser_open');
	return t(c.device.is_known || c.evidence.known_browser ? 'recovery_cases.browser_known' : 'recovery_cases.browser_unknown');
}

function Evidence({ of }: { of: RecoveryCase })
{
	const { evidence } = of;
	const proved = of.timeline.some((h) => h.what === 'email_verified');
	return (
		<Section title={t('recovery_cases.evidence')} why={t('recovery_cases.evidence_why')}>
			<dl class="facts wide">
				<div><dt>{t('recovery_cases.password')}</dt><dd>{t(of.begun_by === 'staff' && !proved ? 'recovery_cases.password_not_yet' : 'recovery_cases.password_right')}
					{evidence.password_reset_lately && <> <Badge kind="warn" icon="alert">{t('recovery_cases.password_reset')}</Badge></>}</dd></div>
				<div><dt>{t('recovery_cases.address')}</dt><dd>{t(proved ? 'recovery_cases.address_proved' : 'recovery_cases.address_open')}</dd></div>
				<div><dt>{t('recovery_cases.browser')}</dt><dd>{browserWords(of)}</dd></div>
				{of.device && of.device.missing.length > 0 && <div><dt>{t('recovery_cases.missing')}</dt><dd>{missingWords(of)}</dd></div>}
				{of.device && <div><dt>{t('recovery_cases.network')}</dt><dd>{t(evidence.same_network ? 'recovery_cases.network_same' : 'recovery_cases.network_other')}</dd></div>}
				{evidence.address && <div><dt>{t('recovery_cases.from')}</dt><dd class="mono">{evidence.address}</dd></div>}
			</dl>
		</Section>
	);
}

function Approvals({ of }: { of: RecoveryCase })
{
	if (of.approvals.length === 0)
		return null;
	return (
		<Section title={t('recovery_cases.acts')}>
			<ul class="rows lines">{of.approvals.map((a) => (
				<li key={a.what + a.by.id}><div class="grow"><strong>{t(a.what === 'speed_up' ? 'acted.speed_up' : 'acted.start', { who: a.by.email })}</strong><span class="d">{a.reason}</span></div><Time at={a.at} exact /></li>
			))}</ul>
		</Section>
	);
}

// What would be done next by those in charge, in the state that it is in; null: nothing but stopping.
type Act = 'start' | 'speed_up';
function actOf(c: RecoveryCase): Act | null
{
	if (c.state === 'waiting')
		return 'speed_up';
	return (c.state === 'email' || c.state === 'device') && !c.evidence.vouched_for ? 'start' : null;
}

type Doing = 'stop' | Act | null;
interface Question { of: RecoveryCase; done: (sentence: string) => void; stop: () => void }

function Stop({ of, done, stop }: Question)
{
	const { api } = useConsole();
	const who = nameOf(of.member);
	return (
		<AskReason title={t('recovery_cases.stop_title', { who })} verb={t('recovery_cases.stop_go')} keep={t('recovery_cases.stop_keep')} onClose={stop} act={async (reason) => {
			await api.own.post(`/recovery_cases/${of.id}/stop`, { reason });
			done(t('recovery_cases.stop_done', { who }));
		}}>
			<p>{t('recovery_cases.stop_what')}</p>
			<p class="muted">{t('members.told', { who })}</p>
		</AskReason>
	);
}

// "It takes two of you", or who was the first.
function Two({ of, act }: { of: RecoveryCase; act: Act })
{
	const first = approvalsOf(of, act)[0];
	return of.wants_two ? <p>{first ? t('recovery_cases.second', { who: first.by.email }) : t('recovery_cases.two')}</p> : null;
}

const isFirst = (of: RecoveryCase, act: Act): boolean => of.wants_two && approvalsOf(of, act).length === 0;

function Vouch({ of, done, stop }: Question)
{
	const { api } = useConsole();
	const who = nameOf(of.member);
	return (
		<AskReason title={t('recovery_cases.vouch_title', { who })} verb={t(isFirst(of, 'start') ? 'recovery_cases.first' : 'recovery_cases.vouch_go')} keep={t('recovery_cases.vouch_keep')} onClose={stop} act={async (reason) => {
			const now = await api.own.post<RecoveryCase>('/recovery_cases', { member: of.member.id, reason });
			done(t(now.evidence.vouched_for ? 'recovery_cases.vouch_done' : 'recovery_cases.half_done', { who }));
		}}>
			<p>{t('recovery_cases.vouch_what')}</p>
			<Banner kind="warn">{t('recovery_cases.speak')}</Banner>
			<Two of={of} act="start" />
			<p class="muted">{t('members.told', { who })}</p>
		</AskReason>
	);
}

function SpeedUp({ of, done, stop }: Question)
{
	const { api } = useConsole();
	const who = nameOf(of.member);
	return (
		<AskReason title={t('recovery_cases.speed_title', { who })} verb={t(isFirst(of, 'speed_up') ? 'recovery_cases.first' : 'recovery_cases.speed_go')} keep={t('recovery_cases.speed_keep')} onClose={stop} act={async (reason) => {
			const now = await api.own.post<RecoveryCase>(`/recovery_cases/${of.id}/speed-up`, { reason });
			done(t(now.state === 'waiting' ? 'recovery_cases.half_done' : 'recovery_cases.speed_done', { who }));
		}}>
			<p>{t('recovery_cases.speed_what', { email: of.email_hint })}</p>
			<Banner kind="warn">{t('recovery_cases.speak')}</Banner>
			<Two of={of} act="speed_up" />
			<p class="muted">{t('members.told', { who })}</p>
		</AskReason>
	);
}

const QUESTIONS = { stop: Stop, start: Vouch, speed_up: SpeedUp };

// Why this person cannot do it just now; null: they can.
function useWhyNot(c: RecoveryCase, act: Act | null): string | null
{
	const { me, account } = useConsole();
	const mine = (a: Act) => approvalsOf(c, a).some((x) => x.by.email === me.member.email);
	if (c.member.email === me.member.email)
		return t('recovery_cases.not_yourself');
	if (act === null)
		return null;
	if (c.wants_two && account.role !== 'owner')
		return t('recovery_cases.not_owners');
	if (mine(act))
		return t(c.wants_two ? 'recovery_cases.second_wanted' : 'recovery_cases.others_wanted');
	return act === 'speed_up' && mine('start') ? t('recovery_cases.vouched_self') : null;
}

function Page({ of, again, notice }: { of: RecoveryCase; again: () => void; notice: string })
{
	const { may, me } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	const act = actOf(of);
	const whyNot = useWhyNot(of, act);
	const helps = (may('recovery_help') || may('members_write')) && isOpen(of);
	const mine = of.member.email === me.member.email;
	const first = act && approvalsOf(of, act)[0];
	const Asked = doing && QUESTIONS[doing];
	return (
		<>
			<Head title={nameOf(of.member)} crumb={[t('recovery_cases.title'), '/console/recovery']} badge={<CaseState of={of} />}
				sub={<><span>{roleWords(of.member.role)} · {of.member.email} · </span><Id text={of.id} label={t('copy.id')} /></>}>
				{helps && act && (
					<button type="button" class="btn" {...(whyNot ? { 'aria-disabled': true, 'aria-describedby': 'why-not' } : {})} onClick={() => whyNot || setDoing(act)}>
						{t(act === 'start' ? 'recovery_cases.vouch_open' : 'recovery_cases.speed_open')}</button>
				)}
				{helps && !mine && <button type="button" class="btn danger" onClick={() => setDoing('stop')}>{t('recovery_cases.stop_open')}</button>}
			</Head>
			{notice && <Banner kind="ok">{notice}</Banner>}
			{helps && of.wants_two && first && (
				<Banner kind="warn" title={t('recovery_cases.half')}>{t(act === 'start' ? 'recovery_cases.half_vouch' : 'recovery_cases.half_speed', { who: first.by.email })}</Banner>
			)}
			{helps && whyNot && <p id="why-not" class="muted note">{whyNot}</p>}
			<div class="split">
				<div>
					<Section title={t('recovery_cases.course')}><Timeline steps={stepsOf(of)} /></Section>
					<Evidence of={of} />
					<Approvals of={of} />
				</div>
				<aside class="stack">
					<Clock of={of} />
					<section class="panel">
						<h2>{t('recovery_cases.never')}</h2>
						<ul class="never">
							<li>{t('recovery_cases.never_unseen')}</li>
							<li>{t('recovery_cases.never_alone')}</li>
							<li>{t('recovery_cases.never_own')}</li>
						</ul>
					</section>
					<section class="panel">
						<h2>{t('members.member')}</h2>
						<p><a href={`/console/members/${of.member.id}`}>{nameOf(of.member)}</a></p>
						<p class="muted">{rich('recovery_cases.mailed', { email: <span class="mono" key="e">{of.email_hint}</span> })}</p>
					</section>
				</aside>
			</div>
			{Asked && <Asked of={of} stop={() => setDoing(null)} done={(sentence) => {
				setDoing(null);
				toast(sentence);
				again();
			}} />}
		</>
	);
}

export function RecoveryCasePage({ id, route }: { id: string; route: Route })
{
	const { api } = useConsole();
	const loaded = useLoad(`recovery case ${id}`, async () => {
		const found = await findCase(api, id);
		if (!found)
			throw new Refusal('not_found');
		return found;
	});
	return <Load of={loaded} title={t('recovery_cases.single')}>{(of) => <Page of={of} again={loaded.again} notice={route.notice} />}</Load>;
}
