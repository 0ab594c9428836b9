// The slow way back for somebody who has the password and nothing else: what it takes, where it
// stands, how long it lasts, and who to ask at each stage.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, asFailure, post } from '../../api';
import { say, useTitle } from '../../page';
import { useSlow } from '../../parts/button';
import { Banner, Heading } from '../../parts/error';
import { Slip } from '../../parts/slip';
import { t } from '../text';
import { DoorFailure, doorStub, Quiet, StillStuck, useDoorSpoken } from './bits';
import { AccessStage, MailStage } from './recovery_codes';
import { CaseTimeline, timeLeft, WaitingStage } from './recovery_wait';
import { type DoorFlow, readStanding, type RecoveryCase, type Standing } from './standing';

// What a stage gets. `run` calls, and takes the standing that is answered; null when that was refused.
export interface StageProps {
	flow: DoorFlow;
	open: RecoveryCase;
	failure: Failure | null;
	busy: boolean;
	run: (path: string, body?: object) => Promise<Failure | null>;
	foot: ComponentChildren;
}


export function RecoveryStep({ flow, back, begun }: { flow: DoorFlow; back: () => void; begun: (id: string) => void })
{
	const { standing } = flow;
	const open = standing.recovery;
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	const state = open?.state ?? 'none';

	const run = async (path: string, body: object = {}): Promise<Failure | null> => {
		if (running.current)
			return null;
		running.current = true;
		setBusy(true);
		setFailure(null);
		let refused: Failure | null = null;
		try {
			const next = await post<Standing>(path, body);
			if (next.recovery)
				begun(next.recovery.id);
			flow.next(next);
		} catch (e) {
			refused = asFailure(e);
			if (refused.code === 'signed_out')
				flow.fail(refused);
			else if (refused.code === 'ended')
				await again(refused);
			else
				setFailure(refused);
		}
		running.current = false;
		setBusy(false);
		return refused;
	};
	// The case is further, or over.
	const again = async (why: Failure) => {
		try {
			const now = await readStanding();
			if (now.step === 'challenge' && now.recovery?.state === state)
				setFailure(why);
			flow.next(now);
		} catch (e) {
			flow.fail(asFailure(e));
		}
	};
	const look = async () => {
		try {
			flow.next(await readStanding());
		} catch {
			// The page goes on counting; the next look may do.
		}
	};
	useEffect(() => setFailure(null), [state]);
	useDoorSpoken(failure);

	const foot = (
		<>
			<StillStuck support={standing.support} />
			<button type="button" class="link tall center" onClick={back}>{t('recovery.usual')}</button>
		</>
	);
	if (!open || open.state === 'ended')
		return <Begin flow={flow} ended={open} failure={failure} busy={busy} begin={() => void run('/member/recovery')} foot={foot} />;
	const props: StageProps = { flow, open, failure, busy, run, foot };
	switch (open.state) {
	case 'email': return <MailStage key={open.code?.expires_at} {...props} />;
	case 'device': return <DeviceStage {...props} />;
	case 'waiting': return <WaitingStage {...props} look={look} />;
	case 'ready': return <AccessStage {...props} />;
	}
}

// With what we know of a browser and its network, or with less.
function waitOf({ recovery_wait }: Standing): string
{
	if (!recovery_wait)
		return t('recovery.step.wait_some');
	const { seconds, thin_seconds } = recovery_wait;
	return t(seconds === thin_seconds ? 'recovery.step.wait' : 'recovery.step.wait_or', { time: timeLeft(seconds), longer: timeLeft(thin_seconds) });
}

function Begin({ flow, ended, failure, busy, begin, foot }: {
	flow: DoorFlow;
	ended: RecoveryCase | null;
	failure: Failure | null;
	busy: boolean;
	begin: () => void;
	foot: ComponentChildren;
})
{
	const slow = useSlow(busy);
	useTitle(t('recovery.begin_title'), t('brand'), failure !== null);
	return (
		<Slip {...doorStub(flow)} failure={failure} foot={foot}>
			<Heading>{t('recovery.begin_title')}</Heading>
			{ended && <Banner kind="note" title={t('recovery.ended_title')}>{t('recovery.ended')}</Banner>}
			{failure && <DoorFailure failure={failure} />}
			<p class="muted">{t('recovery.lead')}</p>
			<ol class="how">
				{(['mail', 'browser', 'wait', 'set_up'] as const).map((step, i) => (
					<li key={step}>
						<span class="n" aria-hidden="true">{i + 1}</span>
						<div class="stack-s"><h2>{step === 'wait' ? waitOf(flow.standing) : t(`recovery.step.${step}`)}</h2><p class="muted small">{t(`recovery.step.${step}_how`)}</p></div>
					</li>
				))}
			</ol>
			<p class="muted small">{t('recovery.told')}</p>
			<button type="button" class="btn primary wide" aria-busy={busy} onClick={begin}>{slow ? t('working') : t('recovery.begin')}</button>
		</Slip>
	);
}

// The address is proved, this browser is not known: what was missing, and where it may be found.
function DeviceStage({ flow, open, failure, busy, run, foot }: StageProps)
{
	const [looked, setLooked] = useState(false);
	const slow = useSlow(busy);
	const missing = open.device?.missing ?? [];
	useTitle(t('recovery.device_title'), t('brand'), failure !== null);
	const look = async () => {
		if (!await run('/member/recovery/device')) {
			setLooked(true);
			say(t('recovery.device_still'));
		}
	};
	return (
		<Slip wide {...doorStub(flow)} failure={failure} foot={foot}>
			<Heading>{t('recovery.device_title')}</Heading>
			{failure && <DoorFailure failure={failure} />}
			<Banner kind="warn" title={t('recovery.missing_title')}>
				<ul class="facts">{missing.map((what) => <li key={what}>{t(`recovery.missing.${what}`)}</li>)}</ul>
			</Banner>
			{looked && <p>{t('recovery.device_still')}</p>}
			<p>{t('recovery.device_lead')}</p>
			<ol class="how">
				{(['other', 'network', 'owner', 'operator'] as const).map((step, i) => (
					<li key={step}>
						<span class="n" aria-hidden="true">{i + 1}</span>
						<div class="stack-s"><h2>{t(`recovery.device.${step}`)}</h2><p class="muted small">{t(`recovery.device.${step}_how`)}</p></div>
					</li>
				))}
			</ol>
			<button type="button" class="btn primary wide" aria-busy={busy} onClick={() => void look()}>{slow ? t('working') : t('recovery.device_again')}</button>
			<GiveUp run={run} />
			<h2>{t('recovery.so_far')}</h2>
			<CaseTimeline open={open} />
		</Slip>
	);
}

// By the session that began it, before it waits.
export function GiveUp({ run }: { run: StageProps['run'] })
{
	return <Quiet onClick={() => void run('/member/recovery/give-up')}>{t('recovery.give_up')}</Quiet>;
}

