// Label, error, hint, input: in this order, the label always visible, what was typed stays.
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api';
import { useArrival } from '../page';
import { t } from '../text';
import { FailureText } from './error';
import { Icon } from './icon';

// What is wrong with a field: a failure of the server's, or a sentence of this page's own.
export type Wrong = Failure | string | null;

export function Field({ id, label, hint, wrong, children }: {
	id: string;
	label: string;
	hint?: ComponentChildren;
	wrong: Wrong;
	children: ComponentChildren;
})
{
	return (
		<div class={wrong ? 'field bad' : 'field'}>
			<label for={id}>{label}</label>
			{wrong && (
				<p class="err" id={`${id}-err`}>
					<Icon name="alert" />
					<span>
						<span class="vh">{t('error_prefix', { title: '' })}</span>
						{typeof wrong === 'string' ? wrong : <FailureText failure={wrong} />}
					</span>
				</p>
			)}
			{hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
			{children}
		</div>
	);
}

export function describedBy(id: string, wrong: Wrong, hint: boolean): string | undefined
{
	return [wrong && `${id}-err`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
}

// Several wrong fields: the list of them comes first and takes the focus.
export function Summary({ wrong }: { wrong: [id: string, sentence: string][] })
{
	const ref = useArrival<HTMLDivElement>();
	return (
		<div class="summary" ref={ref} tabIndex={-1} role="group" aria-labelledby="summary">
			<h2 id="summary">{t('summary')}</h2>
			<ul>{wrong.map(([id, sentence]) => <li key={id}><a href={`#${id}`} onClick={(e) => {
				e.preventDefault();
				document.getElementById(id)?.focus();
			}}>{sentence}</a></li>)}</ul>
		</div>
	);
}

const DIGITS = 6;

// "529 038", "529-038", "Your PIN is 529038, valid for 10 minutes" → "529038"
export function digitsOf(text: string, digits = DIGITS): string
{
	const plain = text.normalize('NFKC');
	const whole = new RegExp(`(?<!\\d)\\d{${digits / 2}}[\\s\u00a0-]?\\d{${digits / 2}}(?!\\d)`).exec(plain)?.[0] ?? plain;
	return whole.replace(/\D/g, '').slice(0, digits);
}

// One input for the digits of a code, six unless told. `onComplete` is called once, when the last digit is typed or pasted;
// after an error only Enter sends, so that somebody who corrects a digit is not cut short.
// `quiet`: an error leaves the focus where it is, because a summary of several takes it.
export function CodeInput({ id, digits: count = DIGITS, value, wrong, quiet = false, described, busy, input, onInput, onComplete }: {
	id: string;
	digits?: number;
	value: string;
	wrong: Wrong;
	quiet?: boolean;
	described?: string;
	busy: boolean;
	input: RefObject<HTMLInputElement | null>;
	onInput: (digits: string) => void;
	onComplete?: (digits: string) => void;
})
{
	const armed = useRef(true);

	useLayoutEffect(() => {
		if (wrong) {
			armed.current = false;
			if (quiet)
				return;
			input.current?.focus();
			input.current?.select();
		}
	}, [wrong]);

	const take = (digits: string) => {
		onInput(digits);
		if (digits.length === count && armed.current && onComplete) {
			armed.current = false;
			onComplete(digits);
		}
	};
	// maxlength would cut "529 038" before it is cleaned: what comes in one piece is taken here.
	const whole = (e: Event, data: DataTransfer | null) => {
		e.preventDefault();
		if (!busy && data)
			take(digitsOf(data.getData('text'), count));
	};
	return (
		<input ref={input} id={id} class="input code-input" inputMode="numeric" autocomplete="one-time-code"
			autocorrect="off" spellcheck={false} maxLength={count} value={value} readOnly={busy} aria-invalid={wrong !== null}
			aria-describedby={[describedBy(id, wrong, false), described].filter(Boolean).join(' ') || undefined}
			onPaste={(e) => whole(e, e.clipboardData)} onDrop={(e) => whole(e, e.dataTransfer)}
			onInput={(e) => {
				const digits = digitsOf(e.currentTarget.value, count);
				// The value that the framework holds may be the same already: then it would not repaint.
				e.currentTarget.value = digits;
				take(digits);
			}} />
	);
}
