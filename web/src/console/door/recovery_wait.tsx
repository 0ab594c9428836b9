// The wait: how long, why so long, what happened and what comes, and how it is stopped.
import { useEffect, useState } from 'preact/hooks';
import { useArrival, useTitle } from '../../page';
import { Icon } from '../../parts/icon';
import { Slip } from '../../parts/slip';
import { locale } from '../../text';
import { here, useSecondsLeft } from '../../time';
import { type Step, Timeline } from '../parts/timeline';
import { has, t } from '../text';
import { DoorFailure } from './bits';
import type { StageProps } from './recovery';
import type { RecoveryCase, RecoveryEvent } from './standing';

const DAY = 86400;
const HOUR = 3600;
const LOOK_MS = 15000;
const LOOK_WAITING_MS = 30000;

const unit = (n: number, name: 'day' | 'hour' | 'minute' | 'second') =>
	new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(n);

// "2 days 4 hours", "4 hours 12 minutes", "12 minutes", "40 seconds"
export function timeLeft(seconds: number): string
{
	const two = (size: number, big: 'day' | 'hour', small: 'hour' | 'minute', part: number) => {
		const rest = Math.floor((seconds % size) / part);
		return unit(Math.floor(seconds / size), big) + (rest > 0 ? ` ${unit(rest, small)}` : '');
	};
	if (seconds >= DAY)
		return two(DAY, 'day', 'hour', HOUR);
	if (seconds >= HOUR)
		return two(HOUR, 'hour', 'minute', 60);
	return seconds >= 60 ? unit(Math.ceil(seconds / 60), 'minute') : unit(seconds, 'second');
}

const FULL = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const exact = (at: string) => FULL.format(new Date(at));

// "Saturday 21 November, 12:58 · Firefox on Linux"
function about({ at, browser, address, by }: RecoveryEvent): string
{
	return [exact(at), by === 'staff' ? t('recovery.by_staff') : browser || address].filter(Boolean).join(' · ');
}

const COMES = ['released', 'set_up', 'removed'] as const;

// What happened, where it stands, what comes.
export function CaseTimeline({ open }: { open: RecoveryCase })
{
	const { timeline, state, wait } = open;
	const done: Step[] = timeline.map((event) => ({ state: event.what === 'ended' ? 'stopped' : 'done', title: t(`recovery.event.${event.what}`), about: about(event) }));
	const now: Step[] = state === 'waiting' && wait ? [{ state: 'now', title: t('recovery.now.waiting'), about: t('recovery.now.waiting_about') }]
		: state === 'device' ? [{ state: 'now', title: t('recovery.now.device') }]
		: state === 'ready' ? [{ state: 'now', title: t('recovery.now.ready') }] : [];
	const comes = COMES.slice(state === 'ready' ? 1 : 0);
	return <Timeline steps={[...done, ...now, ...comes.map((what): Step => ({ state: 'next', title: t(`recovery.next.${what}`), about: t(`recovery.next.${what}_about`) }))]} />;
}

function whyLong(because: string[]): string
{
	const known = because.map((why) => `recovery.because.${why.replaceAll(' ', '_')}`).filter(has).map((key) => t(key));
	return new Intl.ListFormat(locale).format(known);
}

export function WaitingStage({ flow, open, failure, foot, look }: StageProps & { look: () => Promise<void> })
{
	const heading = useArrival<HTMLHeadingElement>();
	const wait = open.wait;
	const left = useSecondsLeft(wait ? here(wait.release_at) : null);
	const email = flow.standing.member?.email ?? open.email_hint;
	const over = left === 0;
	const [, tick] = useState(0);
	useTitle(over ? t('recovery.over_title') : t('recovery.waiting_page', { time: timeLeft(left) }), t('brand'), false);
	// Sent by another hand than this one's, and stopped or sped up by one before that: look.
	useEffect(() => {
		const timer = setInterval(() => {
			tick((n) => n + 1);
			void look();
		}, over ? LOOK_MS : LOOK_WAITING_MS);
		return () => clearInterval(timer);
	}, [over]);
	const because = wait ? whyLong(wait.because) : '';
	return (
		<Slip wide label={t('recovery.of', { email })} what={over ? t('recovery.over_stub') : t('recovery.left', { time: timeLeft(left) })} big
			{...(wait && !over ? { who: t('recovery.until', { when: exact(wait.release_at) }) } : {})} edge={open.id} failure={failure} foot={(
				<>
					<div class="veto">
						<div class="grow"><h2>{t('recovery.not_you')}</h2><p>{t('recovery.not_you_how')}</p></div>
					</div>
					{foot}
				</>
			)}>
			<h1 ref={heading} tabIndex={-1}>{t(over ? 'recovery.over_title' : 'recovery.waiting_title')}</h1>
			{failure && <DoorFailure failure={failure} />}
			<p>{over ? t('recovery.over') : t('recovery.waiting')}</p>
			{wait && <p class="muted">{wait.thin && because ? t('recovery.why_long', { time: timeLeft(wait.seconds), because }) : t('recovery.why', { time: timeLeft(wait.seconds) })}</p>}
			<CaseTimeline open={open} />
			<p class="muted small"><Icon name="info" /> {t('recovery.come_back')}</p>
		</Slip>
	);
}

