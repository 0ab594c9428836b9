// The second factor is asked for.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Challenge, Failure, type SignInState, asFailure, post, withMeta } from '../api';
import { kindName, SUPPORTED } from '../kind';
import { useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { Heading, useSpoken } from '../parts/error';
import { CodeInput, Field, type Wrong } from '../parts/field';
import { Slip, stubOf } from '../parts/slip';
import { rich, t } from '../text';
import { duration, here, settingSeconds, useSecondsLeft, when } from '../time';
import type { Flow } from './sign_in';

const HERE = ['wrong_code', 'code_used', 'malformed_code', 'too_many', 'network', 'unavailable'];

export function ChallengePage({ flow, above }: { flow: Flow; above: ComponentChildren })
{
	const { state, meta } = flow;
	const [challenge, setChallenge] = useState<Challenge | null>(null);
	const [ended, setEnded] = useState(false);

	const ask = async () => {
		try {
			setChallenge(await post<Challenge>('/challenges', withMeta(meta)));
			setEnded(false);
		} catch (e) {
			flow.fail(asFailure(e));
		}
	};
	useEffect(() => { ask(); }, []);

	if (ended)
		return <Ended flow={flow} ask={ask} />;
	if (!challenge) {
		return (
			<Slip {...stubOf(state, flow.switchUser)}>
				<h1>{t('challenge.title')}</h1>
				<p class="muted">{t('loading')}</p>
			</Slip>
		);
	}
	const device = challenge.methods.find((m) => SUPPORTED.includes(m.factor));
	if (!device)
		return <Unsupported flow={flow} challenge={challenge} />;
	return <Question key={challenge.id} flow={flow} above={above} challenge={challenge} device={device} end={() => setEnded(true)} />;
}

// How long the answer counts.
function counts(setting: string | null): string
{
	const seconds = setting === null ? null : settingSeconds(setting);
	if (seconds === null)
		return '';
	return seconds === 0 ? t('challenge.every_time') : t('challenge.counts', { duration: duration(seconds) });
}

function Question({ flow, above, challenge, device, end }: {
	flow: Flow;
	above: ComponentChildren;
	challenge: Challenge;
	device: Challenge['methods'][number];
	end: () => void;
})
{
	const { state } = flow;
	const input = useFocus<HTMLInputElement>();
	const [code, setCode] = useState('');
	const [wrong, setWrong] = useState<Wrong>(null);
	const [checking, setChecking] = useState(false);
	const busy = useRef(false);
	const endsAt = here(challenge.expires_at);
	const left = useSecondsLeft(endsAt);
	const failure = typeof wrong === 'string' ? null : wrong;
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	useTitle(t('challenge.title'), state.organization.name, wrong !== null || above !== null);
	useSpoken(failure);

	useEffect(() => {
		if (left === 0 && Date.now() >= endsAt)
			end();
	}, [left]);

	const answer = async (digits: string) => {
		if (busy.current || blocked)
			return;
		if (digits.length === 0)
			return setWrong(t('code.empty'));
		if (digits.length < 6)
			return setWrong(new Failure('malformed_code'));
		busy.current = true;
		setChecking(true);
		try {
			flow.next(await post<SignInState>(`/challenges/${challenge.id}/answer`,
				withMeta(flow.meta, { factor: device.factor, code: digits })));
		} catch (e) {
			const caught = asFailure(e);
			if (HERE.includes(caught.code))
				setWrong(caught);
			else if (caught.code === 'ended')
				end();
			else
				flow.fail(caught);
		} finally {
			busy.current = false;
			setChecking(false);
		}
	};

	return (
		<Slip {...stubOf(state, flow.switchUser)} edge={challenge.edge} failure={failure}
			below={counts(challenge.ask_again_after)} foot={t('challenge.no_code')}>
			<h1>{t('challenge.title')}</h1>
			{above}
			<div class="muted" id="lead">
				<p>{rich('challenge.lead', { organization: <strong>{state.organization.name}</strong> })}</p>
				<p class="small">{device.last_used_at
					? t('challenge.device', { name: device.name, when: when(device.last_used_at) })
					: t('challenge.device_new', { name: device.name })}</p>
			</div>
			<form class="stack" noValidate onSubmit={(e) => {
				e.preventDefault();
				answer(code);
			}}>
				<Field id="code" label={t('code.label')} wrong={wrong}>
					<CodeInput id="code" value={code} wrong={wrong} described="lead" busy={checking} input={input}
						onInput={setCode} onComplete={answer} />
				</Field>
				<Submit busy={checking} busyLabel={t('checking')} blocked={blocked} described="code-err">{t('continue')}</Submit>
			</form>
		</Slip>
	);
}

function Ended({ flow, ask }: { flow: Flow; ask: () => void })
{
	useTitle(t('challenge.ended_title'), flow.state.organization.name, true);
	return (
		<Slip {...stubOf(flow.state, flow.switchUser)} failure={new Failure('ended')}>
			<Heading>{t('challenge.ended_title')}</Heading>
			<p class="muted">{t('challenge.ended')}</p>
			<button type="button" class="btn primary wide" onClick={ask}>{t('challenge.again')}</button>
		</Slip>
	);
}

function Unsupported({ flow, challenge }: { flow: Flow; challenge: Challenge })
{
	const kinds = challenge.methods.map((m) => kindName(m.factor)).join(', ');
	useTitle(t('challenge.unsupported_title'), flow.state.organization.name, true);
	return (
		<Slip {...stubOf(flow.state, flow.switchUser)} edge={challenge.edge}>
			<Heading>{t('challenge.unsupported_title')}</Heading>
			<p class="muted">{t('challenge.unsupported', { kinds })}</p>
		</Slip>
	);
}
