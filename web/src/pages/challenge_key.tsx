// A security key, or the biometrics of a device: the browser asks, this page waits and says so.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../api';
import { kindIcon } from '../kind';
import { lastWay } from '../memory';
import { say, useFocus, useTitle } from '../page';
import { Await, KeyFailure } from '../parts/await';
import { useSpoken } from '../parts/error';
import { Slip } from '../parts/slip';
import { t } from '../text';
import { useSecondsLeft } from '../time';
import { builtInName, get, mayStartItself, type Request, timeOf, useCeremony } from '../webauthn';
import type { QuestionProps } from './challenge';
import { namesOf } from './ways';

// Of all that may answer, those of one kind: a person who chose the key is not shown the
// fingerprint first. How many there are says whether the transports tell the kinds apart.
function only(kind: string, count: number, request: Request): Request
{
	const plugged = ['usb', 'nfc', 'smart-card'];
	const isBuiltIn = ({ transports = [] }: PublicKeyCredentialDescriptorJSON) =>
		transports.some((way) => way === 'internal' || way === 'hybrid') && !transports.some((way) => plugged.includes(way));
	const known = request.allowCredentials ?? [];
	const chosen = known.filter((credential) => isBuiltIn(credential) === (kind === 'biometrics'));
	return {
		...request,
		hints: [kind === 'biometrics' ? 'client-device' : 'security-key'],
		allowCredentials: chosen.length === count ? chosen : known,
	};
}

export function KeyQuestion({ asking, challenge, way, builtIn, others, foot, send }: QuestionProps)
{
	const button = useFocus<HTMLButtonElement>();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [checking, setChecking] = useState(false);
	const byItself = useRef(false);
	const biometrics = way.kind === 'biometrics';
	const options = only(way.kind, way.methods.length, challenge.webauthn ?? { challenge: '' });

	const waiting = useCeremony(timeOf(options), async (leave) => {
		const response = await get(options, leave);
		setChecking(true);
		setFailure(await send({ factor: 'webauthn', response }));
		setChecking(false);
	}, (caught) => {
		// A browser that wants a click first: nothing has failed yet.
		if (!byItself.current || caught.code !== 'key_not_asked')
			setFailure(caught);
	});
	const start = () => {
		byItself.current = false;
		if (blocked)
			return;
		setFailure(null);
		waiting.start();
	};
	useEffect(() => {
		// Behind the browser's window nothing can be chosen any more.
		if (lastWay() !== way.kind || asking.above !== null || asking.beside || !mayStartItself())
			return;
		byItself.current = true;
		waiting.start();
	}, []);

	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	const name = biometrics && builtIn ? builtInName() : null;
	const values = { name: t(name ? `builtin_in.${name}` : 'builtin_in.none') };
	const title = failure ? failedTitle(failure, biometrics) : biometrics ? t('challenge.bio_title', values) : t('challenge.key_title');
	useTitle(title, asking.organization, failure !== null || asking.above !== null);
	useSpoken(failure);
	useEffect(() => {
		if (waiting.until !== null)
			say(t(biometrics ? 'await.bio' : 'await.key'));
	}, [waiting.until]);

	return (
		<Slip {...asking.stub} edge={challenge.edge} failure={failure} below={asking.below(challenge)} foot={foot}>
			<h1>{title}</h1>
			{asking.above}
			{asking.notice}
			{failure && <KeyFailure failure={failure} />}
			{asking.beside}
			<Await icon={kindIcon(way.kind)} title={namesOf(way.methods)} waiting={waiting} checking={checking} start={start} button={button}
				blocked={blocked} small={failure !== null}
				how={t(biometrics ? (builtIn ? 'challenge.bio_how' : 'challenge.bio_elsewhere') : 'challenge.key_how')}
				doing={t(biometrics ? 'await.bio' : 'await.key')}>
				{failure ? t(biometrics ? 'await.again' : 'await.key_again') : biometrics ? t('await.use', values) : t('await.use_key')}
			</Await>
			{others}
		</Slip>
	);
}

function failedTitle(failure: Failure, biometrics: boolean): string
{
	switch (failure.code) {
	case 'cloned': case 'model_refused': case 'model_unproven': return t('challenge.refused_title');
	case 'too_many': return t('challenge.too_many_title');
	case 'network': case 'unavailable': return t('challenge.unsent_title');
	default: return t(biometrics ? 'challenge.bio_failed_title' : 'challenge.key_failed_title');
	}
}
