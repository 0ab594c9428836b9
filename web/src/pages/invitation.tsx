// An invitation to the console: the token is in the fragment, which no server sees and no GET
// acts on; the button posts it.
import { useRef, useState } from 'preact/hooks';
import { Failure, asFailure, go, post } from '../api';
import { dropLinkToken, useLinkToken, useTitle } from '../page';
import { Submit } from '../parts/button';
import { FailureBanner, Heading, useSpoken } from '../parts/error';
import { describedBy, Field, Summary, type Wrong } from '../parts/field';
import { Frame } from '../parts/frame';
import { NewPassword, weakness } from '../parts/new_password';
import { Slip } from '../parts/slip';
import { t } from '../text';

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
	const [wrongName, setWrongName] = useState<Wrong>(null);
	const [wrongPassword, setWrongPassword] = useState<Wrong>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [sending, setSending] = useState(false);
	const busy = useRef(false);
	const both = wrongName !== null && wrongPassword !== null;
	useTitle(t('invitation.title'), t('brand'), failure !== null || wrongName !== null || wrongPassword !== null);
	useSpoken(failure);

	const accept = async (e: Event) => {
		e.preventDefault();
		if (busy.current)
			return;
		const badName = name.trim() === '' ? t('invitation.name_empty') : null;
		const badPassword = password === '' ? t('invitation.password_empty') : null;
		setWrongName(badName);
		setWrongPassword(badPassword);
		setFailure(null);
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
			const refused = asFailure(caught);
			const weak = weakness(refused);
			setFailure(refused);
			setWrongPassword(weak);
			if (weak)
				passwordInput.current?.focus();
			busy.current = false;
			setSending(false);
		}
	};

	if (failure && ENDED.includes(failure.code))
		return <Ended failure={failure} />;
	return (
		<Slip label={t('stub.invitation')} what={t('stub.console')} icon="user" failure={failure}>
			<Heading>{t('invitation.title')}</Heading>
			{failure && !wrongPassword && <FailureBanner failure={failure} />}
			<p class="muted">{t('invitation.lead')}</p>
			{both && <Summary wrong={[['name', String(wrongName)], ['password', String(wrongPassword)]]} />}
			<form class="stack" noValidate onSubmit={accept}>
				<Field id="name" label={t('invitation.name')} wrong={wrongName}>
					<input ref={nameInput} id="name" class="input" autocomplete="name" value={name} aria-invalid={wrongName !== null}
						aria-describedby={describedBy('name', wrongName, false)} onInput={(e) => setName(e.currentTarget.value)} />
				</Field>
				<NewPassword id="password" label={t('invitation.password')} value={password} wrong={wrongPassword} input={passwordInput} onInput={setPassword} />
				<Submit busy={sending} busyLabel={t('checking')}>{t('invitation.accept')}</Submit>
			</form>
		</Slip>
	);
}
