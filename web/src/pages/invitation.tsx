// An invitation to the console: the token is in the fragment, which no server sees and no GET
// acts on; the button posts it.
import { useRef, useState } from 'preact/hooks';
import { Failure, asFailure, go, post } from '../api';
import { dropLinkToken, useLinkToken, useTitle } from '../page';
import { Submit } from '../parts/button';
import { FailureBanner, Heading, useSpoken } from '../parts/error';
import { describedBy, Field, Summary, type Wrong } from '../parts/field';
import { Frame } from '../parts/frame';
import { Slip } from '../parts/slip';
import { counted, t } from '../text';

const PASSWORD_MIN = 15;

// The token is spent, too old or was never one.
const ENDED = ['link_ended', 'ended', 'answered', 'not_found'];

export function InvitationPage()
{
	const { token, isSpent } = useLinkToken();
	return (
		<Frame organization={null}>
			{/^[\w-]+$/.test(token) ? <Redeem token={token} /> : isSpent && token === '' ? <Ended /> : <Incomplete />}
		</Frame>
	);
}

function Incomplete()
{
	useTitle(t('invitation.missing_title'), t('brand'), true);
	return (
		<Slip label={t('stub.invitation')} what={t('stub.console')} icon="user">
			<Heading>{t('invitation.missing_title')}</Heading>
			<p class="muted">{t('invitation.missing')}</p>
		</Slip>
	);
}

// Whoever used it has a password by now.
function Ended({ failure = null }: { failure?: Failure | null })
{
	useTitle(t('invitation.ended_title'), t('brand'), failure !== null);
	return (
		<Slip label={t('stub.invitation')} what={t('stub.console')} icon="user" failure={failure}>
			<Heading>{t('invitation.ended_title')}</Heading>
			<p class="muted">{t('invitation.ended')}</p>
			<a class="btn wide" href="/console/">{t('invitation.sign_in')}</a>
		</Slip>
	);
}

function Redeem({ token }: { token: string })
{
	const nameInput = useRef<HTMLInputElement>(null);
	const passwordInput = useRef<HTMLInputElement>(null);
	const [name, setName] = useState('');
	const [password, setPassword] = useState('');
	const [shown, setShown] = useState(false);
	const [wrongName, setWrongName] = useState<Wrong>(null);
	const [wrongPassword, setWrongPassword] = useState<Wrong>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [sending, setSending] = useState(false);
	const busy = useRef(false);
	const both = wrongName !== null && wrongPassword !== null;
	useTitle(t('invitation.title'), t('brand'), failure !== null || wrongName !== null || wrongPassword !== null);
	useSpoken(failure);

	const problem = () => {
		const missing = PASSWORD_MIN - [...password].length;
		if (password === '')
			return t('invitation.password_empty');
		return missing > 0 ? counted('invitation.password_short', missing) : null;
	};
	const accept = async (e: Event) => {
		e.preventDefault();
		if (busy.current)
			return;
		const badName = name.trim() === '' ? t('invitation.name_empty') : null;
		const badPassword = problem();
		setWrongName(badName);
		setWrongPassword(badPassword);
		if (badName !== null !== (badPassword !== null))
			(badName ? nameInput : passwordInput).current?.focus();
		if (badName || badPassword)
			return;
		busy.current = true;
		setSending(true);
		try {
			const { redirect } = await post<{ redirect: string }>('/invitations/redeem', { token, password, name: name.trim() });
			dropLinkToken();
			go(redirect);
		} catch (caught) {
			setFailure(asFailure(caught));
			busy.current = false;
			setSending(false);
		}
	};

	if (failure && ENDED.includes(failure.code))
		return <Ended failure={failure} />;
	return (
		<Slip label={t('stub.invitation')} what={t('stub.console')} icon="user" failure={failure}>
			<Heading>{t('invitation.title')}</Heading>
			{failure && <FailureBanner failure={failure} />}
			<p class="muted">{t('invitation.lead')}</p>
			{both && <Summary wrong={[['name', String(wrongName)], ['password', String(wrongPassword)]]} />}
			<form class="stack" noValidate onSubmit={accept}>
				<Field id="name" label={t('invitation.name')} wrong={wrongName}>
					<input ref={nameInput} id="name" class="input" autocomplete="name" value={name} aria-invalid={wrongName !== null}
						aria-describedby={describedBy('name', wrongName, false)} onInput={(e) => setName(e.currentTarget.value)} />
				</Field>
				<Field id="password" label={t('invitation.password')} hint={t('invitation.password_hint')} wrong={wrongPassword}>
					<input ref={passwordInput} id="password" class="input" {...(shown ? { type: 'text' as const } : { type: 'password' as const })} autocomplete="new-password"
						spellcheck={false} autocapitalize="off" value={password} aria-invalid={wrongPassword !== null}
						aria-describedby={describedBy('password', wrongPassword, true)} onInput={(e) => setPassword(e.currentTarget.value)} />
					<button type="button" class="link" onClick={() => setShown(!shown)}>
						{t(shown ? 'invitation.hide' : 'invitation.show')}</button>
				</Field>
				<Submit busy={sending} busyLabel={t('checking')}>{t('invitation.accept')}</Submit>
			</form>
		</Slip>
	);
}
