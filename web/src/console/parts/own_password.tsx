// One's own password again: it opens this session's ten minutes, in which changes are taken.
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { say } from '../../page';
import { Submit } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { describedBy, Field } from '../../parts/field';
import { asRefusal, own, Refusal } from '../api';
import { t } from '../text';
import { FailureBlock } from './failure';

interface Typing {
	input: RefObject<HTMLInputElement | null>;
	password: string;
	type: (password: string) => void;
	wrong: string | null;
	failure: Refusal | null;
	busy: boolean;
	send: (e: Event) => Promise<void>;
}

// `lost`: whether the page does something else about it.
export function useOwnPassword(input: RefObject<HTMLInputElement | null>, onDone: () => void, lost: (refusal: Refusal) => boolean): Typing
{
	const [password, setPassword] = useState('');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const refuse = (sentence: string) => {
		setWrong(sentence);
		say(sentence, true);
		input.current?.focus();
		input.current?.select();
	};
	const send = async (e: Event) => {
		e.preventDefault();
		if (busy)
			return;
		setFailure(null);
		if (password === '')
			return refuse(t('profile.password.empty'));
		setWrong(null);
		setBusy(true);
		try {
			await own.post('/member/prove', { password });
			return onDone();
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (refusal.code === 'wrong_password')
				refuse(t('profile.password.wrong'));
			else if (!lost(refusal))
				setFailure(refusal);
		}
		setBusy(false);
	};
	return { input, password, type: setPassword, wrong, failure, busy, send };
}

// With the address beside it, so that a password manager knows whose it is.
export function OwnPassword({ id, email, lead, of }: { id: string; email: string; lead?: string | undefined; of: Typing })
{
	const [shown, setShown] = useState(false);
	return (
		<>
			<input class="vh" type="text" autocomplete="username" tabIndex={-1} aria-hidden="true" readOnly value={email} />
			<Field id={id} label={t('profile.password.yours')} hint={lead} wrong={of.wrong}>
				<input ref={of.input} id={id} data-first class="input" {...(shown ? { type: 'text' as const } : { type: 'password' as const })} autocomplete="current-password"
					spellcheck={false} autocapitalize="off" value={of.password} aria-invalid={of.wrong !== null}
					aria-describedby={describedBy(id, of.wrong, lead !== undefined)} onInput={(e) => of.type(e.currentTarget.value)} />
				<button type="button" class="link" onClick={() => setShown(!shown)}>{t(shown ? 'profile.password.hide' : 'profile.password.show')}</button>
			</Field>
		</>
	);
}

// In front of the page, and of the question that it asks: what was chosen there stays. `onLeave` is
// given why, when it was not the person who left.
export function ProveAgain({ email, onDone, onLeave }: { email: string; onDone: () => void; onLeave: (why: Refusal | null) => void })
{
	const input = useRef<HTMLInputElement>(null);
	const typing = useOwnPassword(input, onDone, (refusal) => {
		if (refusal.code === 'signed_out')
			onLeave(refusal);
		return refusal.code === 'signed_out';
	});
	return (
		<Dialog title={t('prove.title')} onClose={() => onLeave(null)}>
			<p>{t('prove.why')}</p>
			{typing.failure && <FailureBlock failure={typing.failure} />}
			<form class="stack" noValidate onSubmit={typing.send}>
				<OwnPassword id="prove-password" email={email} of={typing} />
				<div class="row acts">
					<Submit busy={typing.busy} busyLabel={t('working')} wide={false}>{t('prove.go')}</Submit>
					<button type="button" class="btn" onClick={() => onLeave(null)}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}
