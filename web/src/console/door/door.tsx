// The way into the console: the server says which step comes next, this shows it.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Failure, asFailure, post } from '../../api';
import { useSlow } from '../../parts/button';
import { Heading } from '../../parts/error';
import { Slip } from '../../parts/slip';
import { useTitle } from '../../page';
import { remember, remembered } from '../remember';
import { t } from '../text';
import { DoorFailure, useDoorSpoken } from './bits';
import { ChallengeStep } from './challenge';
import { EnrolStep } from './enrol';
import { Forgotten } from './forgotten';
import { PasswordStep } from './password';
import { RecoveryStep } from './recovery';
import { type After, type DoorFlow, NOBODY, readStanding, type Standing } from './standing';

// After these the server's standing is the truth: it is read again, and the sentence stands above it.
const STALE = ['signed_out', 'answered', 'sign_in_again', 'no_device'];

// `email`: who was signed in here a moment ago, and has to be again.
export function Door({ email = '', onDone }: { email?: string; onDone: (after: After) => void | Promise<void> })
{
	const [standing, setStanding] = useState<Standing | null>(email ? NOBODY : null);
	const [notice, setNotice] = useState<Failure | null>(whyNotByProvider);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [aside, setAside] = useState<'forgotten' | 'recovery' | 'challenge' | null>(null);
	const typed = useRef({ email });
	const stale = useRef(0);
	const after = useRef<After>({ usedCode: null, newPhone: false });

	const take = (next: Standing) => {
		if (next.used_backup_code)
			after.current.usedCode = next.used_backup_code;
		if (next.step === 'done')
			return void onDone(after.current);
		setStanding(next);
	};
	const load = useCallback(async () => {
		setFailure(null);
		try {
			take(await readStanding());
		} catch (e) {
			setFailure(asFailure(e));
		}
	}, []);
	useEffect(() => {
		// Said once, and not again when the page is loaded again.
		if (notice)
			history.replaceState(history.state, '', location.pathname);
		if (!email)
			void load();
	}, []);

	if (failure)
		return <Stopped failure={failure} retry={load} />;
	if (!standing)
		return <Loading />;

	const flow: DoorFlow = {
		standing,
		notice,
		next: (next) => {
			stale.current = 0;
			setNotice(null);
			take(next);
		},
		fail: (e) => {
			// A standing that is stale again and again would be read for ever.
			if (STALE.includes(e.code) && stale.current++ < 2) {
				setNotice(e);
				void load();
			} else {
				setFailure(e);
			}
		},
		restart: async () => {
			try {
				await post('/member/sign-out', {});
			} catch (e) {
				if (asFailure(e).code !== 'signed_out')
					return setFailure(asFailure(e));
			}
			after.current = { usedCode: null, newPhone: false };
			setAside(null);
			setNotice(null);
			setStanding(NOBODY);
		},
	};
	switch (standing.step) {
	case 'challenge':
		if (aside === 'recovery' || (aside === null && standing.recovery && remembered('recovery') === standing.recovery.id)) {
			return <RecoveryStep flow={flow} back={() => setAside('challenge')} begun={(id) => remember('recovery', id)} />;
		}
		return <ChallengeStep flow={flow} wantPhone={(wanted) => { after.current.newPhone = wanted; }} recover={() => setAside('recovery')} />;
	case 'enrol':
		return <EnrolStep flow={flow} />;
	default:
		return aside === 'forgotten'
			? <Forgotten email={email || typed.current.email} back={() => setAside(null)} />
			: <PasswordStep known={email} typed={typed.current} notice={notice} again={email !== ''} forgotten={() => setAside('forgotten')} next={(next) => {
				setAside(null);
				flow.next(next);
			}} />;
	}
}

// Whoever comes back from an identity provider without being signed in is told why by the address.
const REASONS = ['not_allowed', 'provider_down', 'provider_refused', 'link_ended'];

function whyNotByProvider(): Failure | null
{
	const code = new URLSearchParams(location.search).get('code');
	return code !== null && REASONS.includes(code) ? new Failure(`sso_${code}`) : null;
}

function Loading()
{
	const slow = useSlow(true);
	return <p class="below" role="status">{slow && t('loading')}</p>;
}

function Stopped({ failure, retry }: { failure: Failure; retry: () => void })
{
	useTitle(t('failed.title'), t('brand'), true);
	useDoorSpoken(failure);
	return (
		<Slip label={t('sign_in.label')} what={t('brand')} icon="shield" failure={failure}>
			<Heading>{t('failed.title')}</Heading>
			<DoorFailure failure={failure} />
			<button type="button" class="btn primary wide" onClick={retry}>{t('try_again')}</button>
		</Slip>
	);
}
