// Pages that ask nothing: signed out, refused, not found, trouble.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, type Organization, type SignInState, signIn } from '../api';
import { useTitle } from '../page';
import { Heading, FailureText, sentence, useSpoken } from '../parts/error';
import { Frame } from '../parts/frame';
import { Slip, stubOf } from '../parts/slip';
import { has, t } from '../text';
import { SignIn, Waiting } from './sign_in';

// Whose house this is, and who is signed in; undefined until the server has said, null when it does not.
export function useStanding(): SignInState | null | undefined
{
	const [state, set] = useState<SignInState | null>();
	useEffect(() => {
		signIn(null).then(set, () => set(null));
	}, []);
	return state;
}

interface PlainProps { title: string; organization: Organization | null; failure?: Failure | null; children: ComponentChildren }

function Plain({ title, organization, failure, children }: PlainProps)
{
	useTitle(title, organization?.name ?? '', failure !== undefined);
	return (
		<Frame organization={organization}>
			<Slip label={location.host} what={organization?.name ?? t('brand')} failure={failure ?? null}>
				<Heading>{title}</Heading>
				{children}
			</Slip>
		</Frame>
	);
}

// Anybody can link here: it says what is true, not what the address claims.
export function SignedOutPage()
{
	const state = useStanding();
	if (state === undefined)
		return <Waiting />;
	const organization = state?.organization ?? null;
	if (state?.user) {
		return (
			<Plain title={t('signed_out.not_title')} organization={organization}>
				<p class="muted">{t('signed_out.not', { email: state.user.email })}</p>
				<a class="btn wide" href="/">{t('missing.home')}</a>
			</Plain>
		);
	}
	return (
		<Plain title={t('signed_out.title')} organization={organization}>
			<p class="muted">{t('signed_out.lead')}</p>
			<a class="btn primary wide" href="/">{t('signed_out.again')}</a>
		</Plain>
	);
}

// What a redirect says in the address: a code this page has a sentence for, and a request id.
export function failureInAddress(): Failure | null
{
	const query = new URLSearchParams(location.search);
	const code = query.get('code') ?? '';
	const id = query.get('id') ?? '';
	if (!/^[a-z_]+$/.test(code) || !has(`error.${code}`))
		return null;
	return new Failure(code, /^[\w-]{1,64}$/.test(id) ? id : '');
}

export function RefusedPage()
{
	const organization = useStanding()?.organization ?? null;
	const [again, setAgain] = useState(false);
	const failure = failureInAddress();
	const meta = new URLSearchParams(location.search).get('meta');
	if (again)
		return <SignIn meta={meta} failed={failure} />;
	return (
		<Plain title={t('refused.title')} organization={organization} failure={failure}>
			<p class="muted">{failure ? sentence(failure) : t('refused.lead')}</p>
			<button type="button" class="btn primary wide" onClick={() => setAgain(true)}>{t('signed_out.again')}</button>
		</Plain>
	);
}

export function MissingPage()
{
	const organization = useStanding()?.organization ?? null;
	return (
		<Plain title={t('missing.title')} organization={organization} failure={null}>
			<p class="muted">{t('missing.lead')}</p>
			<a class="btn primary wide" href="/">{t('missing.home')}</a>
		</Plain>
	);
}

// After these, doing the same again cannot help.
const FINAL = ['link_ended', 'no_application', 'not_allowed', 'enrolled_already'];

export function TroublePage({ failure, state, retry }: { failure: Failure; state: SignInState | null; retry: () => void })
{
	useTitle(t('trouble.title'), state?.organization.name ?? '', true);
	useSpoken(failure);
	const stub = state ? stubOf(state) : { label: location.host, what: t('brand') };
	return (
		<Frame organization={state?.organization ?? null}>
			<Slip {...stub} failure={failure}>
				<Heading>{t('trouble.title')}</Heading>
				<p class="muted"><FailureText failure={failure} /></p>
				{FINAL.includes(failure.code)
					? <a class="btn wide" href="/">{t('missing.home')}</a>
					: <button type="button" class="btn primary wide" onClick={retry}>{t('try_again')}</button>}
			</Slip>
		</Frame>
	);
}
