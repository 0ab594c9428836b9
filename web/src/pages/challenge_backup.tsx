// One of the codes that were kept for the day on which nothing else is at hand.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../api';
import { useFocus, useTitle } from '../page';
import { Submit } from '../parts/button';
import { useSpoken } from '../parts/error';
import { describedBy, Field, type Wrong } from '../parts/field';
import { Slip } from '../parts/slip';
import { counted, t } from '../text';
import { day, useSecondsLeft } from '../time';
import type { QuestionProps } from './challenge';

const LENGTH = 10;

// "7K3M-9qxv 2t" → "7k3m9qxv2t". What looks alike is the server's to forgive.
export function backupCodeOf(text: string): string
{
	return text.normalize('NFKC').toLowerCase().replace(/[^a-z0-9]/g, '');
}

// A code of the authenticator application fails for other reasons than one from a sheet.
function inWords(failure: Failure): string | Failure
{
	switch (failure.code) {
	case 'wrong_code': return t('backup_code.wrong');
	case 'malformed_code': return t('backup_code.short');
	case 'code_used': return failure.values['used_at'] ? t('backup_code.used_on', { when: day(failure.values['used_at']) }) : t('backup_code.used');
	default: return failure;
	}
}

export function BackupQuestion({ asking, challenge, way, others, foot, send }: QuestionProps)
{
	const input = useFocus<HTMLInputElement>();
	const [text, setText] = useState('');
	const [failure, setFailure] = useState<Failure | null>(null);
	const [problem, setProblem] = useState<string | null>(null);
	const [checking, setChecking] = useState(false);
	const busy = useRef(false);
	const blocked = useSecondsLeft(failure?.code === 'too_many' ? failure.until : null) > 0;
	const said = failure ? inWords(failure) : null;
	const wrong: Wrong = problem ?? said;
	const left = way.methods[0]?.left;
	useTitle(t('backup_code.title'), asking.organization, wrong !== null || asking.above !== null);
	useSpoken(failure, typeof said === 'string' ? said : undefined);
	useLayoutEffect(() => {
		if (wrong) {
			input.current?.focus();
			input.current?.select();
		}
	}, [failure, problem]);

	const answer = async (e: Event) => {
		e.preventDefault();
		if (busy.current || blocked)
			return;
		const code = backupCodeOf(text);
		setFailure(null);
		setProblem(code === '' ? t('backup_code.empty') : code.length !== LENGTH ? t('backup_code.short') : null);
		if (code.length !== LENGTH)
			return;
		busy.current = true;
		setChecking(true);
		setFailure(await send({ factor: 'backup_code', code }));
		busy.current = false;
		setChecking(false);
	};

	return (
		<Slip {...asking.stub} edge={challenge.edge} failure={failure} below={asking.below(challenge)} foot={foot}>
			<h1>{t('backup_code.title')}</h1>
			{asking.above}
			{asking.notice}
			<p class="muted" id="lead">{t('backup_code.lead')} {left !== undefined && counted('backup_code.left', left)}</p>
			{asking.beside}
			<form class="stack" noValidate onSubmit={answer}>
				<Field id="backup" label={t('backup_code.label')} hint={t('backup_code.hint')} wrong={wrong}>
					<input ref={input} id="backup" class="input mono" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck={false}
						value={text} readOnly={checking} aria-invalid={wrong !== null} aria-describedby={`${describedBy('backup', wrong, true)} lead`}
						onInput={(e) => setText(e.currentTarget.value)} />
				</Field>
				<Submit busy={checking} busyLabel={t('checking')} blocked={blocked} described="backup-err">{t('continue')}</Submit>
			</form>
			{others}
		</Slip>
	);
}
