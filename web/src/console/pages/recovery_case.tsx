// One member's way back: what is known, what time is left, and what those in charge can do.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { duration, here, useSecondsLeft } from '../../time';
import { Refusal } from '../api';
import { nameOf, roleWords } from '../members';
import { AskReason } from '../parts/ask_reason';
import { Head, Id, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { type Step, Timeline } from '../parts/timeline';
import { toast } from '../parts/toast';
import { type Approval, findCase, type Happening, isOpen, isOwners, type RecoveryCase, stillToCome, WHAT_WORDS } from '../recovery_cases';
import type { Route } from '../route';
import { useConsole } from '../session';
import { has, rich, t } from '../text';
import { CaseState } from './recovery_cases';

const approvalsOf = (c: RecoveryCase): Approval[] => c.approvals.filter((a) => a.what === 'speed_up');

function byWords(h: Happening): string
{
	return t(h.by === 'staff' ? 'recovery_cases.by_staff' : h.by === 'system' ? 'recovery_cases.by_system' : 'recovery_cases.by_member');
}

function About({ h }: { h: Happening })
{
	return <><Time at={h.at} exact /> · {byWords(h)}{h.browser && ` · ${h.browser}`}{h.address && <> · <span class="mono">{h.address}</span></>}</>;
}

function stepsOf(c: RecoveryCase): Step[]
{
	const done = c.timeline.map((h): Step => ({ state: h.what === 'ended' ? 'stopped' : 'done', title: t(WHAT_WORDS[h.what]), about: <About h={h} /> }));
	const now: Step[] = c.state === 'waiting' ? [{ state: 'now', title: t('recovery_cases.waiting_now'), about: t('recovery_cases.waiting_why') }] : [];
	const rest = stillToCome(c);
	const first = now.length > 0 ? 'next' : 'now';
	return [...done, ...now, ...rest.map((title, i): Step => ({ state: i === 0 ? first : 'next', title }))];
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
				<p class="muted">{t(of.wait.thin ? 'recovery_cases.wait_thin' : 'recovery_cases.wait_full', { days: of.wait.days })}{of.wait.because.length > 0 && ` ${t('recovery_cases.because', { why: of.wait.because.join(', ') })}`}</p>
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

// What the server wrote down beside what every case has: shown by its names.
function More({ evidence }: { evidence: Record<string, unknown> })
{
	const shown = Object.entries(evidence).filter(([, v]) => v !== null && v !== '' && typeof v !== 'object');
	return <>{shown.map(([k, v]) => <div key={k}><dt>{has(`evidence.${k}`) ? t(`evidence.${k}` as 'evidence.title') : k.replaceAll('_', ' ')}</dt><dd class="mono">{String(v)}</dd></div>)}</>;
}

function Evidence({ of }: { of: RecoveryCase })
{
	const proved = of.timeline.some((h) => h.what === 'email_verified');
	return (
		<Section title={t('recovery_cases.evidence')} why={t('recovery_cases.evidence_why')}>
			<dl class="facts wide">
				<div><dt>{t('recovery_cases.password')}</dt><dd>{t(of.begun_by === 'staff' && !proved ? 'recovery_cases.password_not_yet' : 'recovery_cases.password_right')}</dd></div>
				<div><dt>{t('recovery_cases.address')}</dt><dd>{t(proved ? 'recovery_cases.address_proved' : 'recovery_cases.address_open')}</dd></div>
				<div><dt>{t('recovery_cases.browser')}</dt><dd>{!of.device ? t('recovery_cases.browser_open') : of.device.is_known ? t('recovery_cases.browser_known') : t('recovery_cases.browser_unknown')}</dd></div>
				{of.device && of.device.missing.length > 0 && <div><dt>{t('recovery_cases.missing')}</dt><dd>{missingWords(of)}</dd></div>}
				<More evidence={of.evidence ?? {}} />
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
				<li key={a.what + a.by.id}><div class="grow"><strong>{t(has(`acted.${a.what}`) ? `acted.${a.what}` as 'acted.start' : 'acted.start', { who: a.by.email })}</strong><span class="d">{a.reason}</span></div><Time at={a.at} exact /></li>
			))}</ul>
		</Section>
	);
}

type Doing = 'stop' | 'speed-up' | null;

function Doings({ of, doing, stop, again }: { of: RecoveryCase; doing: Doing; stop: () => void; again: () => void })
{
	const { api } = useConsole();
	const who = nameOf(of.member);
	const act = (path: string, done: (c: RecoveryCase) => string) => async (reason: string) => {
		const after = await api.own.post<RecoveryCase>(`/recovery_cases/${of.id}/${path}`, { reason });
		stop();
		toast(done(after));
		again();
	};
	if (doing === 'stop') {
		return (
			<AskReason title={t('recovery_cases.stop_title', { who })} verb={t('recovery_cases.stop_go')} keep={t('recovery_cases.stop_keep')} onClose={stop} act={act('stop', () => t('recovery_cases.stop_done', { who }))}>
				<p>{t('recovery_cases.stop_what')}</p>
				<p class="muted">{t('members.told', { who })}</p>
			</AskReason>
		);
	}
	if (doing === 'speed-up') {
		const first = isOwners(of) && approvalsOf(of).length === 0;
		return (
			<AskReason title={t('recovery_cases.speed_title', { who })} verb={t(first ? 'recovery_cases.speed_first' : 'recovery_cases.speed_go')} keep={t('recovery_cases.speed_keep')} onClose={stop}
				act={act('speed-up', (after) => t(after.state === 'ready' ? 'recovery_cases.speed_done' : 'recovery_cases.speed_half', { who }))}>
				<p>{t('recovery_cases.speed_what', { email: of.email_hint })}</p>
				<Banner kind="warn">{t('recovery_cases.speed_warn')}</Banner>
				{isOwners(of) && <p>{t(first ? 'recovery_cases.speed_two' : 'recovery_cases.speed_second', { who: approvalsOf(of)[0]?.by.email ?? '' })}</p>}
				<p class="muted">{t('members.told', { who })}</p>
			</AskReason>
		);
	}
	return null;
}

// Why this person cannot speed it up just now; null: they can.
function useWhyNot(c: RecoveryCase): string | null
{
	const { me, account } = useConsole();
	if (c.member.email === me.member.email)
		return t('recovery_cases.not_yourself');
	if (isOwners(c) && account.role !== 'owner')
		return t('recovery_cases.not_owners');
	if (approvalsOf(c).some((a) => a.by.email === me.member.email))
		return t('recovery_cases.second_wanted');
	return c.state === 'ready' ? t('recovery_cases.ready_already') : null;
}

function Page({ of, again, notice }: { of: RecoveryCase; again: () => void; notice: string })
{
	const { may } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	const whyNot = useWhyNot(of);
	const helps = (may('recovery_help') || may('members_write')) && isOpen(of);
	const given = approvalsOf(of)[0];
	return (
		<>
			<Head title={nameOf(of.member)} crumb={[t('recovery_cases.title'), '/console/recovery']} badge={<CaseState of={of} />}
				sub={<><span>{roleWords(of.member.role)} · {of.member.email} · </span><Id text={of.id} label={t('copy.id')} /></>}>
				{helps && <button type="button" class="btn" {...(whyNot ? { 'aria-disabled': true, 'aria-describedby': 'why-not' } : {})} onClick={() => whyNot || setDoing('speed-up')}>{t('recovery_cases.speed_open')}</button>}
				{helps && <button type="button" class="btn danger" onClick={() => setDoing('stop')}>{t('recovery_cases.stop_open')}</button>}
			</Head>
			{notice && <Banner kind="ok">{notice}</Banner>}
			{helps && isOwners(of) && given && of.state !== 'ready' && (
				<Banner kind="warn" title={t('recovery_cases.half')}>{t('recovery_cases.half_why', { who: given.by.email })}</Banner>
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
			<Doings of={of} doing={doing} stop={() => setDoing(null)} again={again} />
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
