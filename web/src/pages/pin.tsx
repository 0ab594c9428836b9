// The PIN that came by e-mail. Nothing here says whether the address may sign in.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure, type SignInState, asFailure, post, signIn, withMeta } from '../api';
import { say, useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { FailureBanner, Heading, useSpoken } from '../parts/error';
import { CodeInput, Field, type Wrong } from '../parts/field';
import { Slip, stubOf } from '../parts/slip';
import { rich, t } from '../text';
import { clock, here, useSecondsLeft } from '../time';
import type { Flow } from './sign_in';

const HERE = ['wrong_pin', 'pin_over', 'malformed_code', 'too_many', 'network', 'unavailable'];

export function PinPage({ flow }: { flow: Flow })
{
	// A new PIN is a new question: its input sends by itself again.
	return <Question key={flow.state.pin?.expires_at} flow={flow} />;
}

function Question({ flow }: { flow: Flow })
{
	const { state, meta } = flow;
	const input = useFocus<HTMLInputElement>();
	const [pin, setPin] = useState('');
	const [wrong, setWrong] = useState<Wrong>(null);
	const [checking, setChecking] = useState(false);
	const busy = useRef(false);
	const email = state.pin?.email ?? '';
	const endsAt = state.pin ? here(state.pin.expires_at) : null;
	const left = useSecondsLeft(endsAt);
	const resendIn = useSecondsLeft(state.pin ? here(state.pin.resend_at) : null);
	const failure = typeof wrong === 'string' ? null : wrong;
	const over = failure?.code === 'pin_over';
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	useTitle(t(over ? 'pin.over_title' : 'pin.title'), state.organization.name, wrong !== null);
	useSpoken(failure);

	useEffect(() => {
		if (left === 60)
			say(t('pin.one_minute'));
		if (left === 0 && !over)
			setWrong(new Failure('pin_over'));
	}, [left]);

	const caughtOne = async (e: unknown) => {
		const caught = asFailure(e);
		if (caught.code === 'pin_over') {
			// The PIN may have done its work in another window: then there is nothing to mend here.
			const now = await signIn(meta).catch(() => null);
			if (now?.user)
				return flow.next(now);
		}
		if (HERE.includes(caught.code))
			setWrong(caught);
		else
			flow.fail(caught);
	};
	const run = async (work: () => Promise<SignInState>) => {
		if (busy.current)
			return null;
		busy.current = true;
		setChecking(true);
		try {
			const next = await work();
			flow.next(next);
			return next;
		} catch (e) {
			await caughtOne(e);
			return null;
		} finally {
			busy.current = false;
			setChecking(false);
		}
	};
	const verify = (digits: string) => {
		if (blocked)
			return;
		if (digits.length === 0)
			return setWrong(t('pin.empty'));
		if (digits.length < 6)
			return setWrong(t('pin.short'));
		run(() => post('/sign-in/pin/verify', withMeta(meta, { pin: digits })));
	};
	const provider = state.providers.find((p) => p.type === 'onetimepin')?.id;
	const resend = async () => {
		if (resendIn > 0)
			return;
		if (await run(() => post('/sign-in/pin', withMeta(meta, { provider, email }))))
			say(t('pin.resent'));
	};
	const cancel = () => run(() => post('/sign-in/pin/cancel', withMeta(meta)));

	// A PIN that has ended leaves no input that looks as if it still worked.
	if (over) {
		return (
			<Slip {...stubOf(state)} failure={failure}>
				<Heading>{t('pin.over_title')}</Heading>
				<FailureBanner failure={failure} />
				<Resend left={resendIn} run={resend} primary />
				<button type="button" class="btn quiet wide" onClick={cancel}>{t('pin.change')}</button>
			</Slip>
		);
	}
	return (
		<Slip {...stubOf(state)} failure={failure}>
			<h1>{t('pin.title')}</h1>
			<p class="muted" id="lead">{rich('pin.lead', { email: <strong class="mono">{email}</strong> })}</p>
			<form class="stack" noValidate onSubmit={(e) => {
				e.preventDefault();
				verify(pin);
			}}>
				<Field id="pin" label={t('pin.label')} wrong={wrong}>
					<CodeInput id="pin" value={pin} wrong={wrong} described="lead" busy={checking} input={input}
						onInput={setPin} onComplete={verify} />
				</Field>
				<Submit busy={checking} busyLabel={t('checking')} blocked={blocked} described="pin-err">{t('continue')}</Submit>
			</form>
			<div class="row between">
				<Resend left={resendIn} run={resend} />
				<button type="button" class="btn quiet" onClick={cancel}>{t('pin.change')}</button>
			</div>
			<p class="muted small">
				{t('pin.delayed')} <span class="num nowrap">{t('pin.ends', { time: clock(left) })}</span>
			</p>
		</Slip>
	);
}

function Resend({ left, run, primary = false }: { left: number; run: () => void; primary?: boolean })
{
	return (
		<button type="button" class={primary ? 'btn primary wide' : 'btn quiet'} aria-disabled={left > 0} onClick={run}>
			<span class="num">{left > 0 ? t('pin.resend_in', { time: clock(left) }) : t('pin.resend')}</span>
		</button>
	);
}
