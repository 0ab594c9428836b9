// Before anything else a second factor is set up: because an account asks for it, because the old one
// was taken away, or because it was lost and the wait is over.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, asFailure, post } from '../../api';
import { Enrol } from '../../pages/enrol';
import { say, useTitle } from '../../page';
import { BackupCodes, type BackupCodeSet } from '../../parts/backup_codes';
import { useSlow } from '../../parts/button';
import { Heading } from '../../parts/error';
import { Slip } from '../../parts/slip';
import { locale } from '../../text';
import { day } from '../../time';
import { rich, t } from '../text';
import { DoorFailure, doorStub, Quiet, StillStuck, useDoorSpoken } from './bits';
import type { DoorFlow, MemberConfirmed, Standing } from './standing';

const KINDS = ['security_key', 'biometrics', 'totp'];

type Stage = { at: 'why' | 'set-up' | 'address' } | { at: 'codes'; then: Standing | null };

export function EnrolStep({ flow }: { flow: DoorFlow })
{
	const { standing } = flow;
	const [stage, setStage] = useState<Stage>({ at: 'why' });
	switch (stage.at) {
	case 'why':
		return <Why flow={flow} go={() => setStage({ at: 'set-up' })} />;
	case 'address':
		return <ConfirmAddress flow={flow} go={() => setStage({ at: 'set-up' })} />;
	case 'codes':
		return <NewCodes flow={flow} onDone={() => (stage.then ? flow.next(stage.then) : flow.restart())} />;
	default:
		return (
			<Enrol<MemberConfirmed> meta={null} kinds={KINDS} who={standing.member?.email ?? ''} organization={t('brand')}
				lead={t('set_up.lead')} next={t('set_up.next')}
				onSwitch={flow.restart} onSignIn={flow.restart} onCancel={() => setStage({ at: 'why' })}
				onFail={(failure) => {
					if (failure.code === 'verify_email_first')
						setStage({ at: 'address' });
					else
						flow.fail(failure);
				}}
				onDone={({ backup_codes, standing: then }) => {
					if (backup_codes === 'needed' || !then)
						setStage({ at: 'codes', then: then ?? null });
					else
						flow.next(then);
				}} />
		);
	}
}

// Who asks for it, since when, and what happens.
function Why({ flow, go }: { flow: DoorFlow; go: () => void })
{
	const { enrol, support } = flow.standing;
	const why = enrol?.why ?? 'enforced';
	useTitle(t('set_up.title'), t('brand'), flow.notice !== null);
	const accounts = new Intl.ListFormat(locale).format(enrol?.accounts ?? []);
	return (
		<Slip {...doorStub(flow)} foot={<StillStuck support={support} />}>
			<Heading>{t('set_up.title')}</Heading>
			{flow.notice && <DoorFailure failure={flow.notice} />}
			<p>{why === 'recovery' ? t('set_up.recovery') : why === 'reset' ? t('set_up.reset')
				: enrol?.deadline ? t('set_up.enforced_since', { accounts, date: day(enrol.deadline) })
				: accounts ? t('set_up.enforced', { accounts }) : t('set_up.enforced_here')}</p>
			<ol class="how">
				{(['set_up.step_device', 'set_up.step_codes', 'set_up.step_in'] as const).map((step, i) => (
					<li key={step}><span class="n" aria-hidden="true">{i + 1}</span><p>{t(step)}</p></li>
				))}
			</ol>
			<button type="button" class="btn primary wide" onClick={go}>{t('set_up.go')}</button>
		</Slip>
	);
}

// Notices have to arrive somewhere before there is anything to lose.
function ConfirmAddress({ flow, go }: { flow: DoorFlow; go: () => void })
{
	const [sent, setSent] = useState<string | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	const slow = useSlow(busy);
	const title = t(sent ? 'address.sent_title' : 'address.title');
	useTitle(title, t('brand'), failure !== null);
	useDoorSpoken(failure);
	const send = async () => {
		if (running.current)
			return;
		running.current = true;
		setBusy(true);
		setFailure(null);
		try {
			const { sent_to } = await post<{ sent_to: string }>('/member/email/verify', {});
			setSent(sent_to);
			say(t('address.sent_title'));
		} catch (e) {
			const caught = asFailure(e);
			if (caught.code === 'signed_out')
				flow.fail(caught);
			else
				setFailure(caught);
		}
		running.current = false;
		setBusy(false);
	};
	return (
		<Slip {...doorStub(flow)} failure={failure} foot={<StillStuck support={flow.standing.support} />}>
			<Heading key={title}>{title}</Heading>
			{failure && <DoorFailure failure={failure} />}
			{sent ? (
				<>
					<p>{rich('address.sent', { email: <strong class="mono">{sent}</strong> })}</p>
					<button type="button" class="btn primary wide" onClick={go}>{t('address.opened')}</button>
					<button type="button" class="btn quiet wide" aria-busy={busy} onClick={send}>{t('address.again')}</button>
				</>
			) : (
				<>
					<p class="muted">{t('address.why')}</p>
					<button type="button" class="btn primary wide" aria-busy={busy} onClick={send}>{slow ? t('working') : t('address.send')}</button>
				</>
			)}
		</Slip>
	);
}

// The end of setting up the first one: nothing leads past the codes but keeping them.
function NewCodes({ flow, onDone }: { flow: DoorFlow; onDone: () => void })
{
	const [set, setSet] = useState<BackupCodeSet | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const running = useRef(false);
	useTitle(t('codes_step.title'), t('brand'), failure !== null);
	useDoorSpoken(failure);
	const make = async () => {
		if (running.current)
			return;
		running.current = true;
		setFailure(null);
		try {
			setSet((await post<{ backup_codes: BackupCodeSet }>('/me/backup-codes', {})).backup_codes);
		} catch (e) {
			setFailure(asFailure(e));
		}
		running.current = false;
	};
	useEffect(() => void make(), []);
	if (set)
		return <BackupCodes set={set} onDone={onDone} onRegenerate={() => void make()} />;
	return (
		<Slip {...doorStub(flow)} failure={failure}>
			<Heading>{t('codes_step.title')}</Heading>
			{failure ? (
				<>
					<DoorFailure failure={failure} />
					<p class="muted">{t('codes_step.later')}</p>
					<button type="button" class="btn primary wide" onClick={() => void make()}>{t('try_again')}</button>
					<Quiet onClick={onDone}>{t('codes_step.skip')}</Quiet>
				</>
			) : <p class="muted">{t('loading')}</p>}
		</Slip>
	);
}
