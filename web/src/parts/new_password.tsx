// A password that is chosen: while it is typed it says whether it will do.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure, post } from '../api';
import { counted, t } from '../text';
import { describedBy, Field, type Wrong } from './field';
import { Icon } from './icon';

const PAUSE_MS = 300;

type Reason = 'short' | 'common' | 'own' | 'same';
interface Verdict { of: string; reason: Reason | null; least: number }

function why(reason: string, least: number): string
{
	switch (reason) {
	case 'short': return counted('new_password.short', least);
	case 'own': return t('new_password.own');
	case 'same': return t('new_password.same');
	default: return t('new_password.common');
	}
}

// The sentence of a password that the server refused; null for any other failure.
export function weakness(failure: Failure): string | null
{
	return failure.code === 'weak_password' ? why(failure.values.reason ?? 'common', Number(failure.values.least ?? 15)) : null;
}

// `least`: how long it must be for somebody who is known; the check knows nobody and asks for the most.
export function NewPassword({ id, label, least, value, wrong, input, onInput }: {
	id: string;
	label: string;
	least?: number;
	value: string;
	wrong: Wrong;
	input: RefObject<HTMLInputElement | null>;
	onInput: (password: string) => void;
})
{
	const [shown, setShown] = useState(false);
	const [verdict, setVerdict] = useState<Verdict | null>(null);
	useEffect(() => {
		if (value === '')
			return undefined;
		let left = false;
		// What the check cannot say now is said when it is sent.
		const timer = setTimeout(() => {
			post<Omit<Verdict, 'of'>>('/member/password/check', { password: value }).then((answer) => left || setVerdict({ ...answer, of: value }), () => undefined);
		}, PAUSE_MS);
		return () => {
			left = true;
			clearTimeout(timer);
		};
	}, [value]);
	const now = verdict?.of === value ? verdict : null;
	// It may be that a second factor is asked for, and then eight do.
	const isUnknown = now?.reason === 'short' && least === undefined;
	const isLong = now?.reason === 'short' && least !== undefined && [...value].length >= least;
	return (
		<Field id={id} label={label} hint={t('new_password.hint')} wrong={wrong}>
			<input ref={input} id={id} class="input" {...(shown ? { type: 'text' as const } : { type: 'password' as const })} autocomplete="new-password"
				spellcheck={false} autocapitalize="off" value={value} aria-invalid={wrong !== null}
				aria-describedby={`${describedBy(id, wrong, true)} ${id}-live`} onInput={(e) => onInput(e.currentTarget.value)} />
			<p class={now && now.reason === null ? 'live ok' : 'live'} id={`${id}-live`} role="status">
				{now && (now.reason === null ? <><Icon name="check" /> {t('new_password.good')}</>
					: isLong ? t('new_password.long') : isUnknown ? t('new_password.short_unknown') : why(now.reason, now.reason === 'short' ? least ?? now.least : now.least))}</p>
			<button type="button" class="link" onClick={() => setShown(!shown)}>{t(shown ? 'new_password.hide' : 'new_password.show')}</button>
		</Field>
	);
}
