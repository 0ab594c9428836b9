// The second factor is asked for: the best way first, the others one click away.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Challenge, Failure, type SignInState, asFailure, post, withMeta } from '../api';
import { FACTORS, kindName } from '../kind';
import { lastWay, rememberWay } from '../memory';
import { useTitle } from '../page';
import { Heading } from '../parts/error';
import { Icon } from '../parts/icon';
import { Slip, type Stub, stubOf } from '../parts/slip';
import { t } from '../text';
import { duration, here, settingSeconds, useSecondsLeft } from '../time';
import { canUseKeys, useBuiltIn } from '../webauthn';
import { BackupQuestion } from './challenge_backup';
import { CodeQuestion } from './challenge_code';
import { KeyQuestion } from './challenge_key';
import { Lost } from './lost';
import type { Flow } from './sign_in';
import { OtherWays, type Way, WayList } from './ways';

// What is asked for, by whom, and what an answer leads to.
export interface Asking {
	organization: string;
	// What the application on the phone calls it, where that is another name.
	entry?: string;
	stub: Stub;
	above: ComponentChildren;
	below: (challenge: Challenge) => string;
	begin: () => Promise<Challenge>;
	answer: (challenge: Challenge, answer: object) => Promise<void>;
	fail: (failure: Failure) => void;
	cancel?: () => void;
	// The rest is for members; without it everything is as users know it.
	notice?: ComponentChildren;
	beside?: ComponentChildren; // chosen along with the answer
	keysFirst?: boolean; // in the server's order, whatever worked here last
	by?: string | undefined; // the kind that somebody has said they have at hand
	othersTitle?: string;
	instead?: (way: Way, builtIn: boolean) => string; // what a way is called among the others
	foot?: (lost: () => void) => ComponentChildren;
	lost?: (lost: LostProps) => ComponentChildren;
}

// What the page for somebody without their device gets.
export interface LostProps {
	asking: Asking;
	challenge: Challenge;
	ways: Way[];
	builtIn: boolean;
	go: (way: Way) => void;
	back: () => void;
}

export interface QuestionProps {
	asking: Asking;
	challenge: Challenge;
	way: Way;
	others: ComponentChildren;
	foot: ComponentChildren;
	builtIn: boolean;
	send: (answer: object) => Promise<Failure | null>;
}

// Inside a sign-in.
export function ChallengePage({ flow, above }: { flow: Flow; above: ComponentChildren })
{
	const { state, meta } = flow;
	const asking: Asking = {
		organization: state.organization.name,
		stub: stubOf(state, flow.switchUser),
		above,
		below: (challenge) => counts(challenge.ask_again_after),
		begin: () => post<Challenge>('/challenges', withMeta(meta)),
		answer: async (challenge, answer) =>
			flow.next(await post<SignInState>(`/challenges/${challenge.id}/answer`, withMeta(meta, answer))),
		fail: flow.fail,
	};
	return <Ask asking={asking} />;
}

function waysOf(challenge: Challenge): Way[]
{
	const kinds = [...new Set(challenge.methods.map((m) => m.kind))];
	return kinds.map((kind) => ({
		kind,
		methods: challenge.methods.filter((m) => m.kind === kind),
		usable: FACTORS[kind] === 'webauthn' ? canUseKeys() && challenge.webauthn !== null : kind in FACTORS,
	}));
}

// What worked here last; else the server's order, but not the biometrics of another device. Backup
// codes come last in that order.
function firstOf(ways: Way[], builtIn: boolean, last: string | null): Way | undefined
{
	const usable = ways.filter((way) => way.usable);
	return usable.find((way) => way.kind === last) ??
		usable.find((way) => way.kind !== 'biometrics' || builtIn) ?? usable[0];
}

export function Ask({ asking }: { asking: Asking })
{
	const [challenge, setChallenge] = useState<Challenge | null>(null);
	const [ended, setEnded] = useState(false);
	const builtIn = useBuiltIn();

	const begin = async () => {
		try {
			setChallenge(await asking.begin());
			setEnded(false);
		} catch (e) {
			asking.fail(asFailure(e));
		}
	};
	useEffect(() => { begin(); }, []);

	if (ended)
		return <Ended asking={asking} again={begin} />;
	if (!challenge || builtIn === undefined) {
		return (
			<Slip {...asking.stub}>
				<h1>{t('challenge.loading_title')}</h1>
				<p class="muted">{t('loading')}</p>
			</Slip>
		);
	}
	return <Ways key={challenge.id} asking={asking} challenge={challenge} builtIn={builtIn} end={() => setEnded(true)} />;
}

// What a question shows itself; everything else is for whoever asked.
const HERE = ['wrong_code', 'code_used', 'malformed_code', 'malformed_response', 'wrong_response', 'not_verified', 'cloned',
	'model_refused', 'model_unproven', 'too_many', 'network', 'unavailable'];

const lostPage = (props: LostProps) => (props.asking.lost ? props.asking.lost(props) : <Lost {...props} />);

const QUESTIONS = { totp: CodeQuestion, webauthn: KeyQuestion, backup_code: BackupQuestion };

function Ways({ asking, challenge, builtIn, end }: { asking: Asking; challenge: Challenge; builtIn: boolean; end: () => void })
{
	const ways = waysOf(challenge);
	const [way, choose] = useState(firstOf(ways, builtIn, asking.by ?? (asking.keysFirst ? null : lastWay())));
	const [lost, setLost] = useState(false);
	const endsAt = here(challenge.expires_at);
	const left = useSecondsLeft(endsAt);

	useEffect(() => {
		if (left === 0 && Date.now() >= endsAt)
			end();
	}, [left]);

	// null: it led on, or whoever asked says why not.
	const send = async (answer: object): Promise<Failure | null> => {
		try {
			await asking.answer(challenge, answer);
			// A backup code stands in for what is missing today.
			if (way?.kind !== 'backup_code')
				rememberWay(way?.kind ?? null);
			return null;
		} catch (e) {
			const caught = asFailure(e);
			if (HERE.includes(caught.code))
				return caught;
			if (caught.code === 'ended')
				end();
			else
				asking.fail(caught);
			return null;
		}
	};
	const go = (to: Way) => {
		setLost(false);
		choose(to);
	};

	if (lost)
		return <>{lostPage({ asking, challenge, ways, builtIn, go, back: () => setLost(false) })}</>;
	if (!way)
		return <Unsupported asking={asking} ways={ways} challenge={challenge} builtIn={builtIn} go={go} lost={() => setLost(true)} />;
	const Question = QUESTIONS[FACTORS[way.kind] ?? 'totp'];
	return (
		<Question key={way.kind} asking={asking} challenge={challenge} way={way} builtIn={builtIn} send={send}
			others={<OtherWays title={asking.othersTitle} ways={ways.filter((w) => w.kind !== way.kind)} builtIn={builtIn} go={go} name={asking.instead} />}
			foot={<Foot asking={asking} lost={() => setLost(true)} />} />
	);
}

function Foot({ asking, lost }: { asking: Asking; lost: () => void })
{
	return (
		<>
			{asking.foot ? asking.foot(lost)
				: <button type="button" class="btn wide" onClick={lost}><Icon name="phone" /> {t('challenge.lost')}</button>}
			{asking.cancel && <button type="button" class="btn quiet wide" onClick={asking.cancel}>{t('cancel')}</button>}
		</>
	);
}

// How long the answer counts.
function counts(setting: string | null): string
{
	const seconds = setting === null ? null : settingSeconds(setting);
	if (seconds === null)
		return '';
	return seconds === 0 ? t('challenge.every_time') : t('challenge.counts', { duration: duration(seconds) });
}

function Ended({ asking, again }: { asking: Asking; again: () => void })
{
	useTitle(t('challenge.ended_title'), asking.organization, true);
	return (
		<Slip {...asking.stub} failure={new Failure('ended')}>
			<Heading>{t('challenge.ended_title')}</Heading>
			<p class="muted">{t('challenge.ended')}</p>
			<button type="button" class="btn primary wide" onClick={again}>{t('challenge.again')}</button>
			{asking.cancel && <button type="button" class="btn quiet wide" onClick={asking.cancel}>{t('cancel')}</button>}
		</Slip>
	);
}

// Nothing of what may answer can be asked for by this page in this browser.
function Unsupported({ asking, ways, challenge, builtIn, go, lost }: {
	asking: Asking;
	ways: Way[];
	challenge: Challenge;
	builtIn: boolean;
	go: (way: Way) => void;
	lost: () => void;
})
{
	const keys = ways.some((way) => FACTORS[way.kind] === 'webauthn');
	const title = t(keys ? 'challenge.no_keys_title' : 'challenge.unsupported_title');
	useTitle(title, asking.organization, true);
	return (
		<Slip {...asking.stub} edge={challenge.edge} foot={<Foot asking={asking} lost={lost} />}>
			<Heading>{title}</Heading>
			<p class="muted">{keys
				? t('challenge.no_keys')
				: t('challenge.unsupported', { kinds: ways.map((way) => kindName(way.kind)).join(', ') })}</p>
			<WayList ways={ways} builtIn={builtIn} go={go} name={asking.instead} />
		</Slip>
	);
}
