// Pages that ask nothing: signed out, refused, not found, trouble.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, type Organization, type SignInState, signIn } from '../api';
import { useTitle } from '../page';
import { Heading, FailureText, sentence, useSpoken } from '../parts/error';
import { Frame } from '../parts/frame';
import { Slip, stubOf } from '../parts/slip';
import { has, t } from '../text';
import { SignIn } from './sign_in';

// Whose house this is; the page stands without it when the server does not say.
function useOrganization(): Organization | null
{
	const [organization, set] = useState<Organization | null>(null);
	useEffect(() => {
		signIn(null).then((state) => set(state.organization), () => undefined);
	}, []);
	return organization;
}

function Plain({ title, failure, children }: { title: string; failure?: Failure | null; children: ComponentChildren })
{
	const organization = useOrganization();
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

export function SignedOutPage()
{
	return (
		<Plain title={t('signed_out.title')}>
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
	const [again, setAgain] = useState(false);
	const failure = failureInAddress();
	const meta = new URLSearchParams(location.search).get('meta');
	if (again)
		return <SignIn meta={meta} failed={failure} />;
	return (
		<Plain title={t('refused.title')} failure={failure}>
			<p class="muted">{failure ? sentence(failure) : t('refused.lead')}</p>
			<button type="button" class="btn primary wide" onClick={() => setAgain(true)}>{t('signed_out.again')}</button>
		</Plain>
	);
}

export function MissingPage()
{
	return (
		<Plain title={t('missing.title')} failure={null}>
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
