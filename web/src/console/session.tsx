// Who is signed in, which account is looked at, what they may do there.
import { type ComponentChildren, createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks';
import { go } from '../api';
import { useSlow } from '../parts/button';
import { Api, asRefusal, forget, own, Refusal } from './api';
import { AfterSignIn } from './door/after';
import { takePlace } from './door/place';
import type { After } from './door/standing';
import { SignInAgain, SignInPage, Trouble } from './pages/sign_in';
import { remember, remembered } from './remember';
import { navigate } from './route';
import { ProveAgain } from './parts/own_password';
import { toast } from './parts/toast';
import { t } from './text';
import type { Account, Member } from './types';

export interface Console {
	me: Member;
	account: Account;
	roleName: string;
	api: Api;
	may: (permission: string) => boolean;
	// Whether the failure means that nobody is signed in any more: then that is asked first.
	lost: (failure: Refusal) => boolean;
	epoch: number; // grows when somebody has signed in again
	reload: () => Promise<void>; // what is known of the member has changed
	switchTo: (account: string) => void;
	signOut: () => Promise<void>;
}

const Context = createContext<Console | null>(null);

export function useConsole(): Console
{
	const console = useContext(Context);
	if (!console)
		throw new Error('outside of the session');
	return console;
}

// An address may name the account; else it is the one of last time.
const lastAccount = (): string | null => new URLSearchParams(location.search).get('account') ?? remembered('account');

export function Session({ children }: { children: ComponentChildren })
{
	const [me, setMe] = useState<Member | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [chosen, choose] = useState(lastAccount);
	const [again, setAgain] = useState(false);
	const [epoch, setEpoch] = useState(0);
	const [after, setAfter] = useState<After | null>(null);
	const [done, setDone] = useState('');
	const [asked, askPassword] = useState<{ done: () => void; fail: (why: Refusal) => void; refusal: Refusal } | null>(null);
	const slow = useSlow(me === null && failure === null);

	const load = useCallback(async () => {
		setFailure(null);
		try {
			setMe(await own.get<Member>('/member'));
			const place = takePlace();
			if (place)
				navigate(place);
		} catch (e) {
			setFailure(asRefusal(e));
		}
	}, []);
	useEffect(() => void load(), []);
	// When there is a page again to say it on.
	useEffect(() => {
		if (done)
			toast(done);
	}, [done]);

	const entered = async (next: After) => {
		if (next.usedCode || next.newPhone)
			setAfter(next);
		await load();
	};
	const account = me?.accounts.find((a) => a.id === chosen) ?? me?.accounts[0];
	const isSso = me?.member.is_sso ?? false;
	// Whoever comes by a provider has no password here; a fresh sign-in stands for it.
	const api = useMemo(() => new Api(account?.id ?? '', (refusal) => new Promise<void>((proved, fail) => {
		if (isSso)
			fail(new Refusal('sso_again', refusal.requestId));
		else
			askPassword({ done: proved, fail, refusal });
	})), [account?.id, isSso]);

	const lost = useCallback((refusal: Refusal) => {
		if (refusal.code === 'signed_out')
			setAgain(true);
		// The configuration API says the same to somebody unknown and to somebody who may not.
		if (refusal.code === 'no_permission')
			own.get('/member').catch((e) => asRefusal(e).code === 'signed_out' && setAgain(true));
		return refusal.code === 'signed_out';
	}, []);

	if (failure?.code === 'signed_out')
		return <SignInPage onDone={(next) => entered(next)} />;
	if (failure)
		return <Trouble failure={failure} retry={load} />;
	if (!me)
		return <p class="waiting muted" role="status">{slow && t('loading')}</p>;
	if (!account)
		return <Trouble failure={null} retry={load} />;

	const value: Console = {
		me,
		account,
		roleName: t(`role.${account.role}`),
		api,
		// Who may change or end something may also look at it.
		may: (permission) => account.may.some((p) => p === permission || (permission.endsWith('_read') && p.startsWith(permission.slice(0, -'read'.length)))),
		lost,
		epoch,
		reload: async () => {
			try {
				setMe(await own.get<Member>('/member'));
			} catch (e) {
				// The page is still there, with what was known before.
				lost(asRefusal(e));
			}
		},
		switchTo: (id) => {
			remember('account', id);
			forget();
			choose(id);
		},
		signOut: async () => go((await own.post<{ redirect: string }>('/member/sign-out')).redirect),
	};
	return (
		<Context.Provider value={value}>
			{after
				? <AfterSignIn after={after} onDone={(sentence) => {
					setAfter(null);
					setDone(sentence);
				}} />
				: children}
			{asked && (
				<ProveAgain email={me.member.email} onDone={() => {
					askPassword(null);
					asked.done();
				}} onLeave={(why) => {
					askPassword(null);
					asked.fail(why ?? asked.refusal);
				}} />
			)}
			{again && (
				<SignInAgain email={me.member.email} onDone={async () => {
					await load();
					setAgain(false);
					setEpoch(epoch + 1);
				}} />
			)}
		</Context.Provider>
	);
}
