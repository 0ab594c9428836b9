// What a page shows comes from the server: waiting for it, having it, not getting it.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { say } from '../../page';
import { useSlow } from '../../parts/button';
import { asRefusal, keep, recall, type Refusal } from '../api';
import { restoreScroll } from '../route';
import { useConsole } from '../session';
import { t } from '../text';
import { Head } from './bits';
import { FailureBlock } from './failure';

export interface Loaded<T> {
	data: T | undefined;
	failure: Refusal | null;
	busy: boolean;
	again: () => void;
}

// `key` names what is loaded: when it changes, what was there stays (dimmed) until the new has come.
export function useLoad<T>(key: string, load: () => Promise<T>): Loaded<T>
{
	const { lost, account, epoch } = useConsole();
	const stalled = useRef(false);
	const name = `${account.id} ${key}`;
	const [state, set] = useState<{ key: string; data: T | undefined; failure: Refusal | null; busy: boolean }>(
		() => ({ key: name, data: recall<T>(name), failure: null, busy: true }));
	const [round, next] = useState(0);

	useEffect(() => {
		let left = false;
		set((was) => ({ key: name, data: recall<T>(name) ?? was.data, failure: null, busy: true }));
		load().then((data) => {
			keep(name, data);
			if (!left)
				set({ key: name, data, failure: null, busy: false });
		}, (e) => {
			const failure = asRefusal(e);
			if (left)
				return;
			stalled.current = lost(failure);
			if (!stalled.current)
				set((was) => ({ ...was, failure, busy: false }));
		});
		return () => { left = true; };
	}, [name, round]);
	// What the end of the session kept back comes with the next one.
	useEffect(() => {
		if (stalled.current || state.failure)
			next((n) => n + 1);
		stalled.current = false;
	}, [epoch]);

	return { data: state.data, failure: state.failure, busy: state.busy, again: () => next((n) => n + 1) };
}

// `title`: the heading while there is nothing to show, for pages whose own heading needs the data.
export function Load<T>({ of, title, children }: { of: Loaded<T>; title?: string; children: (data: T) => ComponentChildren })
{
	const first = useRef(true);
	useLayoutEffect(() => {
		if (of.data === undefined)
			return;
		if (first.current)
			restoreScroll();
		// The row that had the focus is gone: the next key shall not go nowhere.
		else if (document.activeElement === document.body)
			document.querySelector<HTMLElement>('h1')?.focus();
		first.current = false;
	}, [of.data]);

	if (of.data === undefined) {
		return (
			<>
				{title && of.failure && <Head title={title} failed />}
				{of.failure ? <FailureBlock failure={of.failure} retry={of.again} /> : <Waiting />}
			</>
		);
	}
	return (
		<>
			{of.failure && <FailureBlock failure={of.failure} retry={of.again} stale />}
			{children(of.data)}
		</>
	);
}

function Waiting()
{
	const slow = useSlow(true);
	useEffect(() => {
		if (slow)
			say(t('loading'));
	}, [slow]);
	return <p class="waiting muted">{slow && t('loading')}</p>;
}
