// Adding an MFA device: which kind, what must be proved first, then the set-up of that kind.
import { useState } from 'preact/hooks';
import { type Confirmed, Failure, type Meta, type SignInState } from '../api';
import { FACTORS, kindIcon, kindName } from '../kind';
import { useTitle } from '../page';
import { Heading } from '../parts/error';
import { Icon } from '../parts/icon';
import { Slip, type Stub, stubOf, Who } from '../parts/slip';
import { has, locale, t } from '../text';
import { builtInName, canUseKeys, useBuiltIn } from '../webauthn';
import { MakeCodes } from './backup_codes';
import { CodeSetUp } from './enrol_code';
import { KeySetUp } from './enrol_key';
import { Prove } from './prove';
import type { Flow } from './sign_in';

// A kind that cannot be added now, and why: a text's last part.
export interface Barred { kind: string; reason: string }

// A password that is asked for beside the code, in the words of who asks. `give` hands it in, before the
// code is: a sentence when it is wrong. `late`: what it opened has closed meanwhile.
export interface OwnPassword { label: string; empty: string; late: string; show: string; hide: string; give: (password: string) => Promise<string | null> }

// `A` is what the server answers when the new one is confirmed: where a sign-in stands then.
interface Props<A extends Confirmed> {
	meta: Meta;
	// Sent along when the enrolment begins: what it is in place of.
	more?: object;
	kinds: string[];
	barred?: Barred[];
	// The names of the security keys and biometrics there are; empty when nobody knows.
	names?: string[];
	needs?: 'nothing' | 'prove' | 'sign_in';
	isFirst?: boolean;
	who: string;
	organization: string;
	title?: string;
	lead?: string;
	// As members' document has it: the key of an application behind a link.
	folded?: boolean;
	// As it has it, too: an application is confirmed with its first code and one's own password.
	password?: OwnPassword;
	// What happens after it, as a sentence.
	next: string;
	onDone: (answer: A, name: string) => void;
	onFail: (failure: Failure) => void;
	onSignIn: () => void;
	onSwitch?: () => void;
	onCancel?: () => void;
}

// What the set-up of a kind gets.
export interface SetUpProps<A extends Confirmed = Confirmed> extends Props<A> { names: string[]; onBack?: () => void }

export type EnrolledState = SignInState & Confirmed;

// Inside a sign-in, when the policy asks for what is not there: nothing at all, or none of those
// that would do. Whoever has something is told first, and proves it.
export function EnrolPage({ flow }: { flow: Flow })
{
	const { state } = flow;
	const [adding, setAdding] = useState(false);
	const [added, setAdded] = useState<EnrolledState | null>(null);
	const application = state.application?.name;
	const hasDevices = state.enrol?.has_devices === true;
	if (added) {
		return <MakeCodes who={state.user?.email ?? ''} organization={state.organization.name} steps={[t('codes.step_set_up'), t('codes.step_name')]}
			onDone={() => flow.next(added)} onCancel={() => flow.next(added)} />;
	}
	if (hasDevices && !adding)
		return <Another flow={flow} add={() => setAdding(true)} />;
	return <Enrol<EnrolledState> meta={flow.meta} kinds={state.methods} isFirst={!hasDevices} who={state.user?.email ?? ''} organization={state.organization.name}
		{...(state.enrol?.needs === 'prove' ? { needs: 'prove' } : {})} {...(hasDevices ? { onCancel: () => setAdding(false) } : {})}
		lead={t(hasDevices ? 'enrol.asked_kind' : 'enrol.asked', { application: application ?? state.organization.name })}
		next={application ? t('enrol.next', { application }) : t('enrol.next_portal')}
		onDone={(answer) => (answer.backup_codes === 'needed' ? setAdded(answer) : flow.next(answer))} onFail={flow.fail} onSwitch={flow.switchUser} onSignIn={flow.switchUser} />;
}

function Another({ flow, add }: { flow: Flow; add: () => void })
{
	const { state } = flow;
	const values = {
		kinds: new Intl.ListFormat(locale, { type: 'disjunction' }).format(state.methods.map((kind) => kindName(kind))),
		application: state.application?.name ?? t('stub.portal'),
	};
	useTitle(t('enrol.another_title'), state.organization.name, false);
	return (
		<Slip {...stubOf(state)}>
			<Heading>{t('enrol.another_title')}</Heading>
			<p>{t('enrol.another', values)}</p>
			<p class="muted">{t('enrol.another_next')}</p>
			<button type="button" class="btn primary wide" onClick={add}>{t('enrol.another_go')}</button>
			<button type="button" class="btn wide" onClick={flow.switchUser}>{t('denied.switch')}</button>
		</Slip>
	);
}

// The stub of an enrolment: what is added, and whose it will be. Before a kind is chosen, where.
export function enrolStub(who: string, kind: string | null, organization: string, onSwitch?: () => void): Stub
{
	return {
		label: t('stub.device'),
		what: kind ? kindName(kind) : organization,
		icon: kind ? kindIcon(kind) : 'shield' as const,
		who: <Who email={who} {...(onSwitch ? { onSwitch } : {})} />,
	};
}

// Why a kind cannot be added in this browser, as a text's last part; null when it can.
function hindrance(kind: string, builtIn: boolean): 'unknown' | 'no_keys' | 'no_biometrics' | null
{
	if (!(kind in FACTORS))
		return 'unknown';
	if (FACTORS[kind] === 'webauthn' && !canUseKeys())
		return 'no_keys';
	return kind === 'biometrics' && !builtIn ? 'no_biometrics' : null;
}

export function Enrol<A extends Confirmed>(props: Props<A>)
{
	const builtIn = useBuiltIn();
	const [chosen, choose] = useState<string | null>(null);
	const [first, setFirst] = useState(props.kinds.length > 0 && props.needs || 'nothing');
	const [proved, setProved] = useState(0);

	if (first === 'prove') {
		return <Prove who={props.who} organization={props.organization} onFail={props.onFail} onDone={() => {
			setFirst('nothing');
			setProved(proved + 1);
		}} {...(props.onCancel ? { onCancel: props.onCancel } : {})} />;
	}
	if (first === 'sign_in')
		return <SignInAgain {...props} />;
	if (builtIn === undefined)
		return <Loading {...props} kind={null} title={props.title ?? t('enrol.choose_title')} />;

	const [only] = props.kinds;
	const kind = chosen ?? (props.kinds.length === 1 && only && hindrance(only, builtIn) === null ? only : null);
	if (kind === null)
		return <Kinds {...props} builtIn={builtIn} choose={choose} />;
	const setUp: SetUpProps<A> = {
		...props,
		names: props.names ?? [],
		// Who had something to prove with has another one.
		isFirst: props.isFirst === true && proved === 0,
		onFail: (failure) => {
			if (failure.code === 'prove_first')
				setFirst('prove');
			else if (failure.code === 'sign_in_again')
				setFirst('sign_in');
			else
				props.onFail(failure);
		},
		...(chosen !== null ? { onBack: () => choose(null) } : {}),
	};
	return FACTORS[kind] === 'totp'
		? <CodeSetUp key={proved} {...setUp} />
		: <KeySetUp key={`${kind} ${proved}`} {...setUp} kind={kind} />;
}

// "Touch ID" where the maker says so: people look for the name they know.
function cardName(kind: string, builtIn: boolean): string
{
	return kind === 'biometrics' && builtIn ? t(`builtin.${builtInName()}`) : kindName(kind);
}

function Kinds({ kinds, barred = [], builtIn, who, organization, title: named, lead, onSwitch, onCancel, choose }: Omit<Props<never>, 'onDone'> & {
	builtIn: boolean;
	choose: (kind: string) => void;
})
{
	const title = kinds.length > 0 ? named ?? t('enrol.choose_title') : t('enrol.none_title');
	useTitle(title, organization, false);
	const cards = [
		...kinds.map((kind) => ({ kind, reason: hindrance(kind, builtIn) })),
		...barred.filter(({ reason }) => has(`enrol.barred.${reason}`)),
	];
	const works = kinds.filter((kind) => hindrance(kind, builtIn) === null);
	return (
		<Slip {...enrolStub(who, null, organization, onSwitch)}>
			<Heading>{title}</Heading>
			<p class="muted">{kinds.length > 0 ? lead ?? t('enrol.choose_lead') : t('enrol.none', { organization })}</p>
			{cards.length > 0 && (
				<ul class="choices">
					{cards.map(({ kind, reason }) => <Card key={kind} kind={kind} reason={reason} builtIn={builtIn} choose={choose} />)}
				</ul>
			)}
			{kinds.some((kind) => hindrance(kind, builtIn) === 'no_keys') && (
				<p class="muted small">{works.length > 0
					? t('enrol.works', { kinds: new Intl.ListFormat(locale).format(works.map((kind) => cardName(kind, builtIn))) })
					: t('enrol.works_elsewhere')}</p>
			)}
			{onCancel && (
				<button type="button" class="btn quiet wide" onClick={onCancel}>
					{t(kinds.length > 0 ? 'cancel' : 'enrol.back')}</button>
			)}
		</Slip>
	);
}

// One that cannot be chosen stays in its place and says why; it is no button.
function Card({ kind, reason, builtIn, choose }: { kind: string; reason: string | null; builtIn: boolean; choose: (kind: string) => void })
{
	const hint = `kind.${kind}_hint`;
	const why = `enrol.barred.${reason}`;
	const words = (
		<>
			<Icon name={kindIcon(kind)} />
			<span class="grow">
				<span class="t">{cardName(kind, builtIn)}</span>
				<span class="d">{reason !== null ? has(why) && t(why) : has(hint) && t(hint)}</span>
			</span>
		</>
	);
	return reason !== null
		? <li class="barred">{words}</li>
		: <li><button type="button" onClick={() => choose(kind)}>{words}<Icon name="right" /></button></li>;
}

export function Loading({ who, organization, onSwitch, kind, title }: { who: string; organization: string; onSwitch?: () => void; kind?: string | null; title: string })
{
	return (
		<Slip {...enrolStub(who, kind ?? null, organization, onSwitch)} wide={kind === 'totp'}>
			<Heading>{title}</Heading>
			<p class="muted">{t('loading')}</p>
		</Slip>
	);
}

export function Ended({ who, organization, onSwitch, kind, sentence, again }: Pick<SetUpProps, 'who' | 'organization' | 'onSwitch'> & { kind: string; sentence: string; again: () => void })
{
	useTitle(t('enrol.ended_title'), organization, true);
	return (
		<Slip {...enrolStub(who, kind, organization, onSwitch)} failure={new Failure('ended')}>
			<Heading>{t('enrol.ended_title')}</Heading>
			<p class="muted">{sentence}</p>
			<button type="button" class="btn primary wide" onClick={again}>{t('enrol.again')}</button>
		</Slip>
	);
}

// The first one wants a sign-in of these minutes: a session left open is not enough.
function SignInAgain({ who, organization, onSignIn, onCancel }: Pick<SetUpProps, 'who' | 'organization' | 'onSignIn' | 'onCancel'>)
{
	useTitle(t('enrol.sign_in_title'), organization, false);
	return (
		<Slip {...enrolStub(who, null, organization)}>
			<Heading>{t('enrol.sign_in_title')}</Heading>
			<p class="muted">{t('enrol.sign_in')}</p>
			<button type="button" class="btn primary wide" onClick={onSignIn}>{t('enrol.sign_in_go')}</button>
			{onCancel && <button type="button" class="btn quiet wide" onClick={onCancel}>{t('cancel')}</button>}
		</Slip>
	);
}
