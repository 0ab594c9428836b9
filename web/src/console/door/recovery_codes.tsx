// The two codes of a recovery: of the first mail, and at the end of the wait.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../../api';
import { backupCodeOf } from '../../pages/challenge_backup';
import { say, useFocus, useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { CodeInput, describedBy, Field, type Wrong } from '../../parts/field';
import { Slip } from '../../parts/slip';
import { clock, here, useSecondsLeft, when } from '../../time';
import { counted, rich, t } from '../text';
import { DoorFailure, doorStub } from './bits';
import { GiveUp, type StageProps } from './recovery';
import { CaseTimeline } from './recovery_wait';

const DIGITS = 8;
const ACCESS_LENGTH = 10;

// What is said at the field; everything else stands above the question.
function wrongOf(failure: Failure | null, problem: string | null): Wrong
{
	if (problem)
		return problem;
	if (failure?.code === 'wrong_code')
		return counted('recovery.wrong_code', failure.triesLeft);
	return failure?.code === 'malformed_code' ? t('recovery.malformed') : null;
}

const isAbove = (failure: Failure | null): failure is Failure => failure !== null && !['wrong_code', 'malformed_code'].includes(failure.code);

// Sends another: a new one only when a minute has passed.
function Again({ at, run, sent }: { at: string | null; run: StageProps['run']; sent: string })
{
	const left = useSecondsLeft(at ? here(at) : null);
	return (
		<button type="button" class="btn quiet" aria-disabled={left > 0} onClick={async () => {
			if (left === 0 && !await run('/member/recovery'))
				say(sent);
		}}><span class="num">{left > 0 ? t('recovery.again_in', { time: clock(left) }) : t('recovery.again')}</span></button>
	);
}

export function MailStage(props: StageProps)
{
	return props.open.code ? <MailCode {...props} code={props.open.code} /> : <NoCode {...props} />;
}

// Those in charge began it: the mailbox is still to be shown.
function NoCode({ flow, failure, busy, run, foot }: StageProps)
{
	useTitle(t('recovery.staff_title'), t('brand'), failure !== null);
	const button = useFocus<HTMLButtonElement>();
	return (
		<Slip {...doorStub(flow)} failure={failure} foot={foot}>
			<h1>{t('recovery.staff_title')}</h1>
			{failure && <DoorFailure failure={failure} />}
			<p>{t('recovery.staff_began')}</p>
			<button ref={button} type="button" class="btn primary wide" aria-busy={busy} onClick={() => void run('/member/recovery')}>{t('recovery.send')}</button>
		</Slip>
	);
}

function MailCode({ flow, open, code, failure, busy, run, foot }: StageProps & { code: { expires_at: string; resend_at: string; tries_left: number } })
{
	const input = useFocus<HTMLInputElement>();
	const [digits, setDigits] = useState('');
	const [problem, setProblem] = useState<string | null>(null);
	const endsAt = here(code.expires_at);
	const left = useSecondsLeft(endsAt);
	const over = left === 0 && Date.now() >= endsAt;
	const wrong = wrongOf(failure, problem);
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	useTitle(t(over ? 'recovery.mail_over_title' : 'recovery.mail_title'), t('brand'), wrong !== null || failure !== null || over);
	useEffect(() => {
		if (over)
			say(t('recovery.mail_over'), true);
	}, [over]);
	const send = (typed: string) => {
		if (busy || blocked)
			return;
		const fault = typed.length === 0 ? t('recovery.code_empty') : typed.length < DIGITS ? t('recovery.code_short') : null;
		setProblem(fault);
		if (!fault)
			void run('/member/recovery/verify', { code: typed });
	};
	return (
		<Slip {...doorStub(flow)} failure={failure} foot={foot}>
			<h1>{t(over ? 'recovery.mail_over_title' : 'recovery.mail_title')}</h1>
			{isAbove(failure) && <DoorFailure failure={failure} />}
			{over ? <p>{t('recovery.mail_over')}</p> : (
				<>
					<p class="muted" id="lead">{rich('recovery.mail_lead', { email: <strong class="mono">{open.email_hint}</strong> })}</p>
					<form class="stack" noValidate onSubmit={(e) => {
						e.preventDefault();
						send(digits);
					}}>
						<Field id="mail-code" label={t('recovery.mail_code')} wrong={wrong}>
							<CodeInput id="mail-code" digits={DIGITS} value={digits} wrong={wrong} described="lead" busy={busy} input={input} onInput={setDigits} onComplete={send} />
						</Field>
						<Submit busy={busy} busyLabel={t('working')} blocked={blocked}>{t('recovery.next')}</Submit>
					</form>
				</>
			)}
			<div class="row between"><Again at={code.resend_at} run={run} sent={t('recovery.mail_sent')} /></div>
			<p class="muted small">{t('recovery.mail_delayed')} {!over && <span class="num nowrap">{t('recovery.mail_ends', { time: clock(left) })}</span>}</p>
			<GiveUp run={run} />
		</Slip>
	);
}

// The wait is over: what came by mail opens one sign-in, which can only set up a second factor.
export function AccessStage({ flow, open, failure, busy, run, foot }: StageProps)
{
	const input = useFocus<HTMLInputElement>();
	const [text, setText] = useState('');
	const [problem, setProblem] = useState<string | null>(null);
	const sending = useRef(false);
	const wrong = wrongOf(failure, problem);
	useTitle(t('recovery.access_title'), t('brand'), wrong !== null || failure !== null);
	useLayoutEffect(() => {
		if (wrong) {
			input.current?.focus();
			input.current?.select();
		}
	}, [failure, problem]);
	const send = async (e: Event) => {
		e.preventDefault();
		if (sending.current)
			return;
		const code = backupCodeOf(text);
		const fault = code === '' ? t('recovery.access_empty') : code.length !== ACCESS_LENGTH ? t('recovery.access_short') : null;
		setProblem(fault);
		if (fault)
			return;
		sending.current = true;
		await run('/member/recovery/open', { code });
		sending.current = false;
	};
	return (
		<Slip wide {...doorStub(flow)} failure={failure} foot={foot}>
			<h1>{t('recovery.access_title')}</h1>
			{isAbove(failure) && <DoorFailure failure={failure} />}
			<p class="muted" id="lead">{rich('recovery.access_lead', { email: <strong class="mono">{open.email_hint}</strong> })}
				{open.access_expires_at && ` ${t('recovery.access_until', { when: when(open.access_expires_at) })}`}</p>
			<form class="stack" noValidate onSubmit={send}>
				<Field id="access" label={t('recovery.access_code')} hint={t('recovery.access_hint')} wrong={wrong}>
					<input ref={input} id="access" class="input mono" autocomplete="one-time-code" autocapitalize="none" autocorrect="off" spellcheck={false} value={text}
						readOnly={busy} aria-invalid={wrong !== null} aria-describedby={`${describedBy('access', wrong, true)} lead`} onInput={(e) => setText(e.currentTarget.value)} />
				</Field>
				<Submit busy={busy} busyLabel={t('working')}>{t('recovery.next')}</Submit>
			</form>
			<Again at={open.code?.resend_at ?? null} run={run} sent={t('recovery.mail_sent')} />
			<h2>{t('recovery.so_far')}</h2>
			<CaseTimeline open={open} />
		</Slip>
	);
}
