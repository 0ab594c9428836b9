// The six digits of an authenticator application.
import { useRef, useState } from 'preact/hooks';
import { Failure } from '../api';
import { useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { useSpoken } from '../parts/error';
import { CodeInput, Field, type Wrong } from '../parts/field';
import { Slip } from '../parts/slip';
import { rich, t } from '../text';
import { useSecondsLeft, when } from '../time';
import type { QuestionProps } from './challenge';

export function CodeQuestion({ asking, challenge, way, others, foot, send }: QuestionProps)
{
	const input = useFocus<HTMLInputElement>();
	const [code, setCode] = useState('');
	const [wrong, setWrong] = useState<Wrong>(null);
	const [checking, setChecking] = useState(false);
	const busy = useRef(false);
	const failure = typeof wrong === 'string' ? null : wrong;
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	const [device] = way.methods;
	useTitle(t('challenge.title'), asking.organization, wrong !== null || asking.above !== null);
	useSpoken(failure);

	const answer = async (digits: string) => {
		if (busy.current || blocked)
			return;
		if (digits.length === 0)
			return setWrong(t('code.empty'));
		if (digits.length < 6)
			return setWrong(new Failure('malformed_code'));
		busy.current = true;
		setChecking(true);
		const refused = await send({ factor: 'totp', code: digits });
		if (refused)
			setWrong(refused);
		busy.current = false;
		setChecking(false);
	};

	return (
		<Slip {...asking.stub} edge={challenge.edge} failure={failure} below={asking.below(challenge)} foot={foot}>
			<h1>{t('challenge.title')}</h1>
			{asking.above}
			{asking.notice}
			<div class="muted" id="lead">
				<p>{rich('challenge.lead', { organization: <strong>{asking.entry ?? asking.organization}</strong> })}</p>
				{device && (
					<p class="small">{device.last_used_at
						? t('challenge.device', { name: device.name, when: when(device.last_used_at) })
						: t('challenge.device_new', { name: device.name })}</p>
				)}
			</div>
			{asking.beside}
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
			{others}
		</Slip>
	);
}
