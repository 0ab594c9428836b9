// Setting up a security key or the biometrics of this device: what to expect, the browser's
// ceremony, then its name.
import { useEffect, useState } from 'preact/hooks';
import { type Confirmed, Failure, type KeyEnrolment, asFailure, post, withMeta } from '../api';
import { kindIcon } from '../kind';
import { say, useTitle } from '../page';
import { Await, KeyFailure } from '../parts/await';
import { Heading, useSpoken } from '../parts/error';
import { Slip } from '../parts/slip';
import { rememberWay } from '../memory';
import { t } from '../text';
import { builtInName, create, timeOf, useCeremony } from '../webauthn';
import { enrolStub, Loading, type SetUpProps } from './enrol';
import { NameIt } from './enrol_name';

// What can be tried again here; after these of the server's with a new enrolment.
const HERE = ['malformed_response', 'wrong_response', 'not_verified', 'kind_refused', 'model_refused', 'model_unproven',
	'enrolled_already', 'ended', 'too_many', 'network', 'unavailable'];

export function KeySetUp<A extends Confirmed>(props: SetUpProps<A> & { kind: string })
{
	const { meta, kind, onFail } = props;
	const [enrolment, setEnrolment] = useState<KeyEnrolment | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [confirmed, setConfirmed] = useState<A | null>(null);

	const begin = async () => {
		try {
			setEnrolment(await post<KeyEnrolment>('/enrolments', withMeta(meta, { factor: 'webauthn', kind, ...props.more })));
		} catch (e) {
			onFail(asFailure(e));
		}
	};
	useEffect(() => { begin(); }, []);

	const confirm = async (id: string, response: object): Promise<void> => {
		try {
			const answer = await post<A>(`/enrolments/${id}/confirm`, withMeta(meta, { response }));
			rememberWay(answer.enrolled.kind);
			if (answer.enrolled.is_named_by_us)
				setConfirmed(answer);
			else
				props.onDone(answer, answer.enrolled.name);
		} catch (e) {
			const caught = asFailure(e);
			if (!HERE.includes(caught.code))
				return onFail(caught);
			setFailure(caught.code === 'enrolled_already' ? new Failure('key_known', caught.requestId) : caught);
			await begin();
		}
	};

	if (confirmed) {
		return <NameIt {...props} enrolled={confirmed.enrolled} onNamed={(name) => props.onDone(confirmed, name)} />;
	}
	if (!enrolment)
		return <Loading {...props} title={titleOf(kind)} />;
	return <SetUp {...props} enrolment={enrolment} failure={failure} setFailure={setFailure} confirm={confirm} />;
}

function titleOf(kind: string): string
{
	return kind === 'biometrics' ? t('enrol.bio_title', { name: t(`builtin_in.${builtInName()}`) }) : t('enrol.key_title');
}

function Step({ n, title, text }: { n: number; title: string; text: string })
{
	return (
		<li>
			<span class="n" aria-hidden="true">{n}</span>
			<div><h2>{title}</h2><p class="muted small">{text}</p></div>
		</li>
	);
}

// What is going to happen, before it does: windows that open unannounced are closed unread.
function Expect({ kind }: { kind: string })
{
	const name = builtInName();
	if (kind === 'biometrics') {
		return (
			<ol class="how">
				<Step n={1} title={t('enrol.bio_window')} text={t('enrol.bio_window_how')} />
				<Step n={2} title={t('enrol.bio_confirm', { name: t(`builtin_in.${name}`) })} text={t('enrol.bio_confirm_how')} />
			</ol>
		);
	}
	return (
		<ol class="how">
			<Step n={1} title={t('enrol.key_ready')} text={t('enrol.key_ready_how')} />
			<Step n={2} title={t('enrol.key_window')} text={t(name === 'windows' ? 'enrol.key_window_windows' : 'enrol.key_window_how')} />
			<Step n={3} title={t('enrol.key_touch')} text={t('enrol.key_touch_how')} />
		</ol>
	);
}

function SetUp({ kind, lead, who, organization, names, onSwitch, onBack, onCancel, enrolment, failure, setFailure, confirm }: Omit<SetUpProps<never>, 'onDone'> & {
	kind: string;
	enrolment: KeyEnrolment;
	failure: Failure | null;
	setFailure: (failure: Failure | null) => void;
	confirm: (id: string, response: object) => Promise<void>;
})
{
	const [checking, setChecking] = useState(false);
	const biometrics = kind === 'biometrics';
	const known = enrolment.options.excludeCredentials ?? [];
	const waiting = useCeremony(timeOf(enrolment.options), async (leave) => {
		const response = await create(enrolment.options, leave);
		setChecking(true);
		await confirm(enrolment.id, response);
		setChecking(false);
	}, (caught) => {
		const [name] = names;
		// The browser does not tell which one it is: with one there is no doubt.
		setFailure(caught.code === 'key_known' && known.length === 1 && names.length === 1 && name
			? new Failure('key_known_as').with({ name }) : caught);
	});
	const idle = waiting.until === null;
	useTitle(titleOf(kind), organization, failure !== null);
	useSpoken(failure);
	useEffect(() => {
		if (waiting.until !== null)
			say(t(biometrics ? 'await.bio' : 'await.key'));
	}, [waiting.until]);

	return (
		<Slip {...enrolStub(who, kind, organization, onSwitch)} edge={enrolment.id} failure={failure}>
			<Heading>{titleOf(kind)}</Heading>
			{lead && <p class="muted">{lead}</p>}
			<Expect kind={kind} />
			{failure && <KeyFailure failure={failure} />}
			<Await icon={kindIcon(kind)} waiting={waiting} checking={checking} small={failure !== null} how={t(biometrics ? 'enrol.bio_start' : 'enrol.key_start')}
				doing={t(biometrics ? 'await.bio' : 'await.key')} start={() => {
					setFailure(null);
					waiting.start();
				}}>
				{failure ? t(biometrics ? 'await.again' : 'await.key_again')
					: biometrics ? t('enrol.bio_go', { name: t(`builtin_in.${builtInName()}`) }) : t('enrol.key_go')}
			</Await>
			{onBack && idle && <button type="button" class="btn quiet wide" onClick={onBack}>{t('enrol.other_kind')}</button>}
			{!onBack && onCancel && idle && <button type="button" class="btn quiet wide" onClick={onCancel}>{t('cancel')}</button>}
		</Slip>
	);
}
