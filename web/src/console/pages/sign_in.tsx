// A member's own sign-in: address and password, nothing that says which of the two was wrong.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Banner, Heading } from '../../parts/error';
import { Field, describedBy, type Wrong } from '../../parts/field';
import { Frame } from '../../parts/frame';
import { Slip } from '../../parts/slip';
import { duration, useSecondsLeft } from '../../time';
import { asRefusal, own, type Refusal } from '../api';
import { has, t } from '../text';

function Sentence({ failure }: { failure: Refusal })
{
	const left = useSecondsLeft(failure.until);
	const key = `error.${failure.code}`;
	if (failure.code === 'too_many')
		return <>{t(left > 0 ? 'error.too_many' : 'error.too_many.now', { wait: duration(left) })}</>;
	return <>{t(has(key) ? key : 'error.unknown', { role: '' })}</>;
}

function Form({ email: known, onDone, onFail }: { email: string; onDone: () => void | Promise<void>; onFail: (failure: Refusal | null) => void })
{
	const [email, setEmail] = useState(known);
	const [password, setPassword] = useState('');
	const [wrongEmail, setWrongEmail] = useState<Wrong>(null);
	const [wrongPassword, setWrongPassword] = useState<Wrong>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const emailInput = useRef<HTMLInputElement>(null);
	const passwordInput = useRef<HTMLInputElement>(null);
	useLayoutEffect(() => (known ? passwordInput : emailInput).current?.focus(), []);

	const send = async (e: Event) => {
		e.preventDefault();
		if (busy)
			return;
		const badEmail = /^\S+@\S+$/.test(email.trim()) ? null : t('sign_in.email_empty');
		const badPassword = password === '' ? t('sign_in.password_empty') : null;
		setWrongEmail(badEmail);
		setWrongPassword(badPassword);
		if (badEmail || badPassword) {
			(badEmail ? emailInput : passwordInput).current?.focus();
			return;
		}
		setBusy(true);
		setFailure(null);
		onFail(null);
		try {
			await own.post('/member/sign-in', { email: email.trim(), password });
			await onDone();
		} catch (caught) {
			const refusal = asRefusal(caught);
			setFailure(refusal);
			onFail(refusal);
			setPassword('');
			passwordInput.current?.focus();
		}
		setBusy(false);
	};
	return (
		<form class="stack" noValidate onSubmit={send}>
			<div role="alert">{failure && <Banner kind="danger"><Sentence failure={failure} /></Banner>}</div>
			<Field id="email" label={t('sign_in.email')} wrong={wrongEmail}>
				<input ref={emailInput} id="email" class="input" type="email" autocomplete="username" spellcheck={false} value={email} readOnly={known !== ''}
					aria-invalid={wrongEmail !== null} aria-describedby={describedBy('email', wrongEmail, false)} onInput={(e) => setEmail(e.currentTarget.value)} />
			</Field>
			<Field id="password" label={t('sign_in.password')} wrong={wrongPassword}>
				<input ref={passwordInput} id="password" class="input" type="password" autocomplete="current-password" value={password}
					aria-invalid={wrongPassword !== null} aria-describedby={describedBy('password', wrongPassword, false)} onInput={(e) => setPassword(e.currentTarget.value)} />
			</Field>
			<Submit busy={busy} busyLabel={t('sign_in.busy')}>{t('sign_in.go')}</Submit>
		</form>
	);
}

export function SignInPage({ onDone }: { onDone: () => void | Promise<void> })
{
	const [failure, setFailure] = useState<Refusal | null>(null);
	useTitle(t('sign_in.title'), t('brand'), failure !== null);
	return (
		<Frame organization={null}>
			<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" failure={failure} foot={t('sign_in.users')}>
				<Heading>{t('sign_in.title')}</Heading>
				<Form email="" onDone={onDone} onFail={setFailure} />
			</Slip>
		</Frame>
	);
}

// In front of the page, so that what was typed there stays.
export function SignInAgain({ email, onDone }: { email: string; onDone: () => Promise<void> })
{
	const ref = useRef<HTMLDialogElement>(null);
	useLayoutEffect(() => {
		const opener = document.activeElement;
		ref.current?.showModal();
		ref.current?.querySelector<HTMLElement>('#password')?.focus();
		return () => (opener as HTMLElement | null)?.focus?.();
	}, []);
	return (
		<dialog ref={ref} class="dlg" aria-labelledby="again-title" onCancel={(e) => e.preventDefault()}>
			<div class="in stack">
				<h2 id="again-title">{t('sign_in.again')}</h2>
				<p class="muted">{t('sign_in.again_why')}</p>
				<Form email={email} onDone={onDone} onFail={() => undefined} />
			</div>
		</dialog>
	);
}

// Before there is a console to show anything in. No failure: signed in, and no account.
export function Trouble({ failure, retry }: { failure: Refusal | null; retry: () => void })
{
	const title = t(failure ? 'failed.title' : 'no_account.title');
	useTitle(title, t('brand'), true);
	return (
		<Frame organization={null}>
			<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" failure={failure}>
				<Heading>{title}</Heading>
				<p class="muted">{failure ? <Sentence failure={failure} /> : t('no_account')}</p>
				<button type="button" class="btn primary wide" onClick={retry}>{t('try_again')}</button>
			</Slip>
		</Frame>
	);
}
