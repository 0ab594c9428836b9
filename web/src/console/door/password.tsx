// Who is it: address and password, nothing that says which of the two was wrong.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Failure, asFailure, go, post } from '../../api';
import { useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Heading } from '../../parts/error';
import { Field, describedBy, type Wrong } from '../../parts/field';
import { Slip } from '../../parts/slip';
import { useSecondsLeft } from '../../time';
import { t } from '../text';
import { DoorFailure } from './bits';
import { keepPlace } from './place';
import type { Standing } from './standing';

// `known`: the only one who can go on here.
export function PasswordStep({ known, typed, notice, again, forgotten, next }: {
	known: string;
	typed: { email: string };
	notice: Failure | null;
	again: boolean;
	forgotten: () => void;
	next: (standing: Standing) => void;
})
{
	const [email, setEmail] = useState(known || typed.email);
	const [password, setPassword] = useState('');
	const [shown, setShown] = useState(false);
	const [wrongEmail, setWrongEmail] = useState<Wrong>(null);
	const [wrongPassword, setWrongPassword] = useState<Wrong>(null);
	const [failure, setFailure] = useState<Failure | null>(notice);
	const [busy, setBusy] = useState<'password' | 'sso' | null>(null);
	const emailInput = useRef<HTMLInputElement>(null);
	const passwordInput = useRef<HTMLInputElement>(null);
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	const title = t(again ? 'sign_in.again' : 'sign_in.title');
	useTitle(title, t('brand'), failure !== null || wrongEmail !== null || wrongPassword !== null);
	useLayoutEffect(() => (email ? passwordInput : emailInput).current?.focus(), []);

	const badEmail = () => (/^\S+@\S+$/.test(email.trim()) ? null : t('sign_in.email_empty'));
	const run = async (what: 'password' | 'sso', work: () => Promise<void>) => {
		setBusy(what);
		setFailure(null);
		try {
			await work();
		} catch (e) {
			setFailure(asFailure(e));
			setPassword('');
			passwordInput.current?.focus();
			setBusy(null);
		}
	};
	const send = (e: Event) => {
		e.preventDefault();
		if (busy || blocked)
			return;
		const problems = [badEmail(), password === '' ? t('sign_in.password_empty') : null] as const;
		setWrongEmail(problems[0]);
		setWrongPassword(problems[1]);
		if (problems[0] || problems[1]) {
			(problems[0] ? emailInput : passwordInput).current?.focus();
			return;
		}
		void run('password', async () => next(await post<Standing>('/member/sign-in', { email: email.trim(), password })));
	};
	const bySso = () => {
		if (busy)
			return;
		const problem = badEmail();
		setWrongPassword(null);
		setWrongEmail(problem && t('sign_in.sso_email'));
		if (problem) {
			emailInput.current?.focus();
			return;
		}
		void run('sso', async () => {
			const { redirect } = await post<{ redirect: string }>('/member/sign-in/sso', { email: email.trim() });
			keepPlace();
			go(redirect);
		});
	};
	return (
		<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" failure={failure} foot={!again && t('sign_in.users')}>
			<Heading>{title}</Heading>
			{again && <p class="muted">{t('sign_in.again_why')}</p>}
			<form class="stack" noValidate onSubmit={send}>
				<div role="alert">{failure && <DoorFailure failure={failure} />}</div>
				<Field id="email" label={t('sign_in.email')} wrong={wrongEmail}>
					<input ref={emailInput} id="email" class="input" type="email" autocomplete="username" spellcheck={false} value={email} readOnly={known !== ''}
						aria-invalid={wrongEmail !== null} aria-describedby={describedBy('email', wrongEmail, false)} onInput={(e) => {
							typed.email = e.currentTarget.value;
							setEmail(e.currentTarget.value);
						}} />
				</Field>
				<Field id="password" label={t('sign_in.password')} wrong={wrongPassword}>
					<input ref={passwordInput} id="password" class="input" {...(shown ? { type: 'text' as const } : { type: 'password' as const })} autocomplete="current-password"
						spellcheck={false} autocapitalize="off" value={password} aria-invalid={wrongPassword !== null} aria-describedby={describedBy('password', wrongPassword, false)}
						onInput={(e) => setPassword(e.currentTarget.value)} />
					<div class="row between">
						<button type="button" class="link tall" onClick={() => setShown(!shown)}>{t(shown ? 'sign_in.hide' : 'sign_in.show')}</button>
						<button type="button" class="link tall" onClick={forgotten}>{t('sign_in.forgotten')}</button>
					</div>
				</Field>
				<Submit busy={busy === 'password'} busyLabel={t('sign_in.busy')} blocked={blocked}>{t('sign_in.go')}</Submit>
			</form>
			<button type="button" class="btn wide" aria-busy={busy === 'sso'} onClick={bySso}>{t('sign_in.sso')}</button>
		</Slip>
	);
}
