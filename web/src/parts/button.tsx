import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

// True once `busy` has lasted 400 ms: before that a change of words only flickers.
export function useSlow(busy: boolean): boolean
{
	const [slow, set] = useState(false);
	useEffect(() => {
		if (!busy) {
			set(false);
			return undefined;
		}
		const timer = setTimeout(() => set(true), 400);
		return () => clearTimeout(timer);
	}, [busy]);
	return slow;
}

// The button that sends a form. It stays focusable when it is busy or blocked, so that the reason
// (`described`, the id of the element that says it) can be read.
export function Submit({ busy, busyLabel, blocked = false, described, wide = true, children }: {
	busy: boolean;
	busyLabel: string;
	blocked?: boolean;
	described?: string | undefined;
	wide?: boolean;
	children: ComponentChildren;
})
{
	const slow = useSlow(busy);
	return (
		<button type="submit" class={wide ? 'btn primary wide' : 'btn primary'} aria-busy={busy} aria-disabled={blocked}
			aria-describedby={blocked ? described : undefined}>{slow ? busyLabel : children}</button>
	);
}
