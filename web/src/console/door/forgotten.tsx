// A password is forgotten: a link to the mailbox. The second factor is asked for as ever afterwards.
import { useRef, useState } from 'preact/hooks';
import { type Failure, asFailure, post } from '../../api';
import { useFocus, useTitle } from '../../page';
import { Submit } from '../../parts/button';
import { Heading } from '../../parts/error';
import { describedBy, Field, type Wrong } from '../../parts/field';
import { Frame } from '../../parts/frame';
import { Slip } from '../../parts/slip';
import { rich, t } from '../text';
import { DoorFailure, Quiet, useDoorSpoken } from './bits';

const STUB = { icon: 'mail' as const };

export function Forgotten({ email: known, back }: { email: string; back?: () => void })
{
	const [sent, setSent] = useState<string | null>(null);
	return sent === null ? <AskForLink known={known} onSent={setSent} {...(back ? { back } : {})} /> : <Sent email={sent} {...(back ? { back } : {})} />;
}

export function ForgottenPage()
{
	return <Frame organization={null}><Forgotten email="" /></Frame>;
}

function AskForLink({ known, onSent, back }: { known: string; onSent: (email: string) => void; back?: () => void })
{
	const input = useFocus<HTMLInputElement>();
	const [email, setEmail] = useState(known);
	const [wrong, setWrong] = useState<Wrong>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	useTitle(t('forgotten.title'), t('brand'), wrong !== null || failure !== null);
	useDoorSpoken(failure);
	const send = async (e: Event) => {
		e.preventDefault();
		const problem = /^\S+@\S+$/.test(email.trim()) ? null : t('sign_in.email_empty');
		setWrong(problem);
		setFailure(null);
		if (problem || running.current)
			return input.current?.focus();
		running.current = true;
		setBusy(true);
		try {
			await post('/member/password/forgotten', { email: email.trim() });
			return onSent(email.trim());
		} catch (caught) {
			setFailure(asFailure(caught));
		}
		running.current = false;
		setBusy(false);
	};
	return (
		<Slip label={t('forgotten.label')} what={t('brand')} {...STUB} failure={failure} foot={t('forgotten.second')}>
			<Heading>{t('forgotten.title')}</Heading>
			{failure && <DoorFailure failure={failure} />}
			<p class="muted">{t('forgotten.lead')}</p>
			<form class="stack" noValidate onSubmit={send}>
				<Field id="email" label={t('sign_in.email')} wrong={wrong}>
					<input ref={input} id="email" class="input" type="email" autocomplete="username" spellcheck={false} value={email}
						aria-invalid={wrong !== null} aria-describedby={describedBy('email', wrong, false)} onInput={(e) => setEmail(e.currentTarget.value)} />
				</Field>
				<Submit busy={busy} busyLabel={t('working')}>{t('forgotten.go')}</Submit>
			</form>
			{back ? <Quiet onClick={back}>{t('door.back')}</Quiet> : <a class="btn quiet wide" href="/console/">{t('door.to_sign_in')}</a>}
		</Slip>
	);
}

// The same for every address.
function Sent({ email, back }: { email: string; back?: () => void })
{
	useTitle(t('forgotten.sent_title'), t('brand'), false);
	return (
		<Slip label={t('forgotten.label')} what={t('brand')} {...STUB} foot={t('forgotten.second')}>
			<Heading>{t('forgotten.sent_title')}</Heading>
			<p>{rich('forgotten.sent', { email: <strong class="mono">{email}</strong> })}</p>
			<p class="muted">{t('forgotten.delayed')}</p>
			{back ? <button type="button" class="btn wide" onClick={back}>{t('door.to_sign_in')}</button> : <a class="btn wide" href="/console/">{t('door.to_sign_in')}</a>}
		</Slip>
	);
}
