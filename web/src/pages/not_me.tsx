// "This was not me", from the link in a mail. The token is in the fragment, which no server sees
// and no GET acts on; the button posts it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, type Organization, type SignInState, asFailure, get, post } from '../api';
import { useSlow } from '../parts/button';
import { Banner, FailureBanner, Heading, useSpoken } from '../parts/error';
import { Frame } from '../parts/frame';
import { Slip } from '../parts/slip';
import { dropLinkToken, useLinkToken, useTitle } from '../page';
import { counted, has, t } from '../text';
import { when } from '../time';
import { useStanding } from './plain';
import { Waiting } from './sign_in';

interface Stopped {
	what: string; // what the mail was about
	name: string;
	at: string;
	frozen_at: string;
	administrators_told: number;
}

// The token is spent, too old, or not from here.
const OVER = ['ended', 'link_ended', 'not_found', 'body'];

// On the console's host a mail is to a member; no other answers this. undefined until it has been said.
function useIsMember(): boolean | undefined
{
	const [is, set] = useState<boolean>();
	useEffect(() => {
		get('/member/sign-in').then(() => set(true), () => set(false));
	}, []);
	return is;
}

const AUTHENTICATION = '/console/profile/authentication';

export function NotMePage()
{
	const isMember = useIsMember();
	const { token, isSpent } = useLinkToken();
	const state = useStanding();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [stopped, setStopped] = useState<Stopped | null>(null);
	const over = failure !== null ? OVER.includes(failure.code) : isSpent && token === '';
	const whole = over || /^[\w-]+$/.test(token);
	const title = stopped ? 'not_me.done_title' : !whole ? 'not_me.incomplete_title' : over ? 'not_me.over_title' : 'not_me.title';
	const organization: Organization | null = isMember ? null : (state as SignInState | null | undefined)?.organization ?? null;
	useTitle(t(title), organization?.name ?? '', failure !== null || !whole);
	useSpoken(failure);

	if (isMember === undefined)
		return <Waiting />;
	const home = isMember ? AUTHENTICATION : '/account/devices';
	return (
		<Frame organization={organization}>
			<Slip label={t('stub.mail')} what={t(isMember ? 'brand' : 'devices.title')} icon="mail" failure={failure}>
				<Heading key={title}>{t(title)}</Heading>
				{stopped ? <Done stopped={stopped} isMember={isMember} />
					: !whole ? <p class="muted">{t('not_me.incomplete')}</p>
					: over ? <><p class="muted">{t(isMember ? 'not_me.member_over' : 'not_me.over')}</p><a class="btn primary wide" href={home}>{t(isMember ? 'not_me.member_look' : 'not_me.look')}</a></>
					: <Ask token={token} isMember={isMember} home={home} failure={failure} fail={setFailure} done={(answer) => {
						setFailure(null);
						setStopped(answer);
					}} />}
			</Slip>
		</Frame>
	);
}

function Ask({ token, isMember, home, failure, fail, done }: {
	token: string;
	isMember: boolean;
	home: string;
	failure: Failure | null;
	fail: (failure: Failure) => void;
	done: (stopped: Stopped) => void;
})
{
	const [busy, setBusy] = useState(false);
	const running = useRef(false);
	const slow = useSlow(busy);
	const stop = async () => {
		if (running.current)
			return;
		running.current = true;
		setBusy(true);
		try {
			const answer = await post<Stopped>('/not-me', { token });
			dropLinkToken();
			done(answer);
		} catch (e) {
			fail(asFailure(e));
			running.current = false;
			setBusy(false);
		}
	};
	return (
		<>
			{failure && <FailureBanner failure={failure} />}
			<p>{t('not_me.lead')}</p>
			<ul class="facts stack-s">
				<li>{t(isMember ? 'not_me.member_freezes' : 'not_me.freezes')}</li>
				<li>{t('not_me.signs_out')}</li>
				<li>{t(isMember ? 'not_me.member_tells' : 'not_me.tells')}</li>
			</ul>
			<button type="button" class="btn danger solid wide" aria-busy={busy} onClick={stop}>{slow ? t('not_me.busy') : t('not_me.stop')}</button>
			<a class="btn quiet wide" href={home}>{t('not_me.was_me')}</a>
		</>
	);
}

function Done({ stopped, isMember }: { stopped: Stopped; isMember: boolean })
{
	const { what, name, at, administrators_told: told } = stopped;
	const said = `not_me.${what}`;
	return (
		<>
			<Banner kind="ok">{t(has(said) ? said : 'not_me.other', { name, when: when(at) })}</Banner>
			<p>{isMember ? told > 0 ? counted('not_me.member_told', told) : t('not_me.member_told_nobody') : told > 0 ? counted('not_me.told', told) : t('not_me.told_nobody')}</p>
			<p class="muted">{t(isMember ? 'not_me.member_next' : 'not_me.next')}</p>
			<a class="btn wide" href="/">{t('signed_out.again')}</a>
		</>
	);
}
