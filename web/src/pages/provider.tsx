// Who are you: the choice of a provider, or the e-mail address for a PIN.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, type Provider, type SignInState, asFailure, go, post, withMeta } from '../api';
import { say, useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { FailureBanner, Heading, useSpoken } from '../parts/error';
import { describedBy, Field, type Wrong } from '../parts/field';
import { Icon } from '../parts/icon';
import { Slip, stubOf } from '../parts/slip';
import { rich, t } from '../text';
import { useSecondsLeft } from '../time';
import type { Flow } from './sign_in';

// What can be mended on this page; everything else ends the sign-in.
const HERE = ['provider_down', 'provider_refused', 'not_allowed', 'too_many', 'body', 'network', 'unavailable'];

interface Props { flow: Flow; above: ComponentChildren; mayGo: boolean }

export function ProviderPage({ flow, above, mayGo }: Props)
{
	const { providers } = flow.state;
	const only = providers.length === 1 && providers[0]?.type === 'onetimepin' ? providers[0] : null;
	const [chosen, choose] = useState<Provider | null>(only);
	if (chosen)
		return <Email flow={flow} above={above} provider={chosen} {...(only ? {} : { back: () => choose(null) })} />;
	return <Choice flow={flow} above={above} mayGo={mayGo} choose={choose} />;
}

function Address()
{
	return <>{rich('sign_in.address', { host: <span class="mono">{location.host}</span> })}</>;
}

function Choice({ flow, above, mayGo, choose }: Props & { choose: (p: Provider) => void })
{
	const { state, meta } = flow;
	const [going, setGoing] = useState<Provider | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useTitle(t('sign_in.title'), state.organization.name, failure !== null || above !== null);
	useSpoken(failure);

	const start = async (provider: Provider) => {
		if (going)
			return;
		if (provider.type === 'onetimepin')
			return choose(provider);
		setGoing(provider);
		setFailure(null);
		say(t('sign_in.going', { provider: provider.name }));
		try {
			const { redirect } = await post<{ redirect: string }>('/sign-in/oidc', withMeta(meta, { provider: provider.id }));
			go(redirect);
		} catch (e) {
			const caught = asFailure(e).with({ provider: provider.name });
			setGoing(null);
			if (HERE.includes(caught.code))
				setFailure(caught);
			else
				flow.fail(caught);
		}
	};

	useEffect(() => {
		const [one] = state.providers;
		if (mayGo && state.auto_redirect && one?.type === 'oidc')
			start(one);
	}, []);

	return (
		<Slip {...stubOf(state)} failure={failure} foot={<Address />}>
			<Heading>{t('sign_in.title')}</Heading>
			{above}
			{failure && <FailureBanner failure={failure} />}
			{state.organization.header_text && <p>{state.organization.header_text}</p>}
			<p class="muted">{t(state.providers.length > 0 ? 'sign_in.lead' : 'sign_in.none')}</p>
			{state.providers.length > 0 && (
				<ul class="choices">
					{state.providers.map((provider) => (
						<li key={provider.id}>
							<button type="button" aria-busy={going === provider} onClick={() => start(provider)}>
								<Icon name={provider.type === 'onetimepin' ? 'mail' : 'org'} />
								<span class="grow">
									<span class="t">{provider.name}</span>
									<span class="d">{note(provider, going, state)}</span>
								</span>
								<Icon name="right" />
							</button>
						</li>
					))}
				</ul>
			)}
		</Slip>
	);
}

function note(provider: Provider, going: Provider | null, state: SignInState): string
{
	if (provider === going)
		return t('sign_in.going', { provider: provider.name });
	if (provider.id === state.last_provider)
		return t('sign_in.last');
	return t(provider.type === 'onetimepin' ? 'sign_in.pin_hint' : 'sign_in.provider_hint');
}

function Email({ flow, above, provider, back }: {
	flow: Flow;
	above: ComponentChildren;
	provider: Provider;
	back?: () => void;
})
{
	const { state, meta } = flow;
	const input = useFocus<HTMLInputElement>();
	const [email, setEmail] = useState('');
	const [wrong, setWrong] = useState<Wrong>(null);
	const busy = useRef(false);
	const [sending, setSending] = useState(false);
	const until = wrong && typeof wrong !== 'string' && wrong.code === 'too_many' ? wrong.until : null;
	const blocked = useSecondsLeft(until) > 0;
	useTitle(t('email.title'), state.organization.name, wrong !== null || above !== null);
	useSpoken(typeof wrong === 'string' ? null : wrong);

	const refuse = (reason: Wrong) => {
		setWrong(reason);
		input.current?.focus();
	};
	const send = async (e: Event) => {
		e.preventDefault();
		if (busy.current || blocked)
			return;
		const address = email.trim();
		if (address === '')
			return refuse(t('email.empty'));
		// Only the server knows what an address is; this catches the half-typed one.
		if (!/^[^\s@]+@[^\s@]+$/.test(address))
			return refuse(t('email.malformed'));
		busy.current = true;
		setSending(true);
		try {
			flow.next(await post<SignInState>('/sign-in/pin', withMeta(meta, { provider: provider.id, email: address })));
		} catch (caught) {
			const failure = asFailure(caught).with({ provider: provider.name });
			if (HERE.includes(failure.code))
				refuse(failure);
			else
				flow.fail(failure);
		} finally {
			busy.current = false;
			setSending(false);
		}
	};

	return (
		<Slip {...stubOf(state)} failure={wrong && typeof wrong !== 'string' ? wrong : null} foot={<Address />}>
			<h1>{t('email.title')}</h1>
			{above}
			{state.organization.header_text && <p>{state.organization.header_text}</p>}
			<p class="muted" id="lead">{t('email.lead')}</p>
			<form class="stack" noValidate onSubmit={send}>
				<Field id="email" label={t('email.label')} wrong={wrong}>
					<input ref={input} id="email" class="input" type="email" autocomplete="email" spellcheck={false}
						autocapitalize="off" value={email} aria-invalid={wrong !== null} maxLength={254}
						aria-describedby={describedBy('email', wrong, false) ?? 'lead'}
						onInput={(e) => setEmail(e.currentTarget.value)} />
				</Field>
				<Submit busy={sending} busyLabel={t('email.sending')} blocked={blocked} described="email-err">{t('email.send')}</Submit>
			</form>
			{back && <button type="button" class="btn quiet wide" onClick={back}>{t('sign_in.back')}</button>}
		</Slip>
	);
}
