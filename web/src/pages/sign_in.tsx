// Signing in: the server's state says which question comes next; this shows it.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, type Meta, type SignInState, asFailure, go, post, signIn, withMeta } from '../api';
import { navigate } from '../route';
import { Banner, Heading, sentence, useSpoken } from '../parts/error';
import { Frame } from '../parts/frame';
import { useSlow } from '../parts/button';
import { Slip, stubOf } from '../parts/slip';
import { say, useTitle } from '../page';
import { t } from '../text';
import { ChallengePage } from './challenge';
import { DeniedPage } from './denied';
import { EnrolPage } from './enrol';
import { PinPage } from './pin';
import { ProviderPage } from './provider';
import { TroublePage } from './plain';

// What each step gets. `next` takes the state that a call answered; `fail` takes what a step
// cannot mend itself.
export interface Flow {
	meta: Meta;
	state: SignInState;
	next: (state: SignInState) => void;
	fail: (failure: Failure) => void;
	switchUser: () => void;
}

// After these the server's state is the truth: it is read again, and the sentence stands above it.
const STALE = ['signed_out', 'answered', 'enrolled_already'];

// `onDone` is for a page that wants somebody signed in before it shows itself: it is called
// instead of going to the portal's own address. `failed` is what an earlier redirect brought.
export function SignIn({ meta, failed = null, onDone }: { meta: Meta; failed?: Failure | null; onDone?: () => void })
{
	const [state, setState] = useState<SignInState | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [notice, setNotice] = useState<Failure | null>(failed);
	const [switched, setSwitched] = useState(failed !== null);

	const stale = useRef(0);

	const load = useCallback(async () => {
		setFailure(null);
		setState(null);
		try {
			setState(await signIn(meta));
		} catch (e) {
			setFailure(asFailure(e));
		}
	}, [meta]);

	useEffect(() => {
		load();
		// Back from the application: the page kept by the browser would show a step long gone.
		const shown = (e: PageTransitionEvent) => {
			if (e.persisted)
				load();
		};
		addEventListener('pageshow', shown);
		return () => removeEventListener('pageshow', shown);
	}, [load]);

	useSpoken(notice);
	if (failure)
		return <TroublePage failure={failure} state={state} retry={load} />;
	if (!state)
		return <Waiting />;

	const flow: Flow = {
		meta,
		state,
		next: (next) => {
			stale.current = 0;
			setNotice(null);
			setState(next);
		},
		fail: (e) => {
			// A state that is stale again and again would be read for ever.
			if (STALE.includes(e.code) && stale.current++ < 2) {
				load().then(() => setNotice(e));
			} else {
				setFailure(e);
			}
		},
		switchUser: async () => {
			try {
				const next = await post<SignInState>('/sign-in/switch', withMeta(meta));
				// The provider may still know the old user: going there by itself would undo the switch.
				setSwitched(true);
				setNotice(null);
				setState(next);
			} catch (e) {
				setFailure(asFailure(e));
			}
		},
	};
	const above = notice && <Banner kind="danger">{sentence(notice)}</Banner>;
	return (
		<Frame organization={state.organization}>
			{state.step === 'provider' && <ProviderPage flow={flow} above={above} mayGo={!switched} />}
			{state.step === 'pin' && <PinPage flow={flow} />}
			{state.step === 'enrol' && <EnrolPage flow={flow} />}
			{state.step === 'challenge' && <ChallengePage flow={flow} above={above} />}
			{state.step === 'continue' && <OpeningPage flow={flow} {...(onDone ? { onDone } : {})} />}
			{state.step === 'denied' && <DeniedPage flow={flow} />}
		</Frame>
	);
}

export function Waiting()
{
	const slow = useSlow(true);
	useTitle(t('loading.title'), '', false);
	useEffect(() => {
		if (slow)
			say(t('loading'));
	}, [slow]);
	return <Frame organization={null}><p class="below">{slow && t('loading')}</p></Frame>;
}

function OpeningPage({ flow, onDone }: { flow: Flow; onDone?: () => void })
{
	const { state, meta } = flow;
	const what = state.application?.name ?? t('stub.portal');
	const title = t('opening.title', { application: what });
	useTitle(title, state.organization.name, false);

	useEffect(() => {
		say(title);
		post<{ redirect: string }>('/sign-in/continue', withMeta(meta)).then(({ redirect }) => {
			// The page that asked for the sign-in is still here: it goes on by itself.
			if (onDone && redirect === (meta ?? '/'))
				onDone();
			else if (meta === null && redirect === '/')
				navigate('/');
			else
				go(redirect);
		}).catch((e) => flow.fail(asFailure(e)));
	}, []);
	return (
		<Slip {...stubOf(state)}>
			<Heading>{title}</Heading>
			<p class="muted">{state.application ? t('opening.lead', { application: what }) : t('opening.portal')}</p>
		</Slip>
	);
}
