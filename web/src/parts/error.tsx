// Failures in words: what happened, what to do.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Failure } from '../api';
import { say, useArrival } from '../page';
import { counted, has, t } from '../text';
import { duration, useSecondsLeft } from '../time';
import { Icon } from './icon';

// The sentence of a failure's code. The page never shows what else the server says.
export function sentence(failure: Failure, left = 0): string
{
	const key = `error.${failure.code}`;
	if (failure.code === 'wrong_pin')
		return counted('error.wrong_pin', failure.triesLeft);
	// A wait without an end is not a wait that is over.
	const ended = `${key}.${failure.until === null ? 'open' : 'now'}`;
	if (left === 0 && has(ended))
		return t(ended);
	const values = { wait: duration(left), provider: t('error.the_provider'), ...failure.values };
	return t(has(key) ? key : 'error.unknown', values);
}

export function secondsOf(failure: Failure): number
{
	return failure.until === null ? 0 : Math.max(0, Math.ceil((failure.until - Date.now()) / 1000));
}

// The seconds tick on the page; they are spoken once.
export function FailureText({ failure }: { failure: Failure })
{
	const left = useSecondsLeft(failure.until);
	return <>{sentence(failure, left)}</>;
}

// `words`: where the code's own sentence does not fit.
export function useSpoken(failure: Failure | null, words?: string): void
{
	useEffect(() => {
		if (failure)
			say(words ?? sentence(failure, secondsOf(failure)), true);
	}, [failure]);
}

export function Banner({ kind, title, children, action }: {
	kind: 'note' | 'ok' | 'warn' | 'danger';
	title?: string;
	children?: ComponentChildren;
	action?: ComponentChildren;
})
{
	const icon = { note: 'info', ok: 'check', warn: 'alert', danger: 'alert' } as const;
	return (
		<div class={`banner ${kind}`}>
			<Icon name={icon[kind]} />
			<div>{title && <strong>{title}</strong>}{children}</div>
			{action}
		</div>
	);
}

export function FailureBanner({ failure }: { failure: Failure })
{
	return <Banner kind="danger"><FailureText failure={failure} /></Banner>;
}

// A heading that takes the focus when its view replaces another one.
export function Heading({ children }: { children: ComponentChildren })
{
	const ref = useArrival<HTMLHeadingElement>();
	return <h1 ref={ref} tabIndex={-1}>{children}</h1>;
}

