// What a page owes its reader beside its elements: a title, the focus, a word to screen readers.
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from './text';

// Says a sentence through the live regions of index.html; `alarm` interrupts.
export function say(sentence: string, alarm = false): void
{
	const region = document.getElementById(alarm ? 'alarm' : 'live');
	if (!region)
		return;
	// The same sentence twice is spoken twice only if the region was empty in between.
	region.textContent = '';
	setTimeout(() => { region.textContent = sentence; }, 50);
}

let entitled = '';

// What was said of the view before is over: who reads on to the end of the document is not to find it.
function forgetSaid(page: string): void
{
	if (page === entitled)
		return;
	entitled = page;
	for (const id of ['live', 'alarm']) {
		const region = document.getElementById(id);
		if (region)
			region.textContent = '';
	}
}

export function useTitle(title: string, organization: string, failed: boolean): void
{
	useEffect(() => {
		const page = organization ? t('title', { page: title, organization }) : title;
		forgetSaid(page);
		document.title = failed ? t('error_prefix', { title: page }) : page;
	}, [title, organization, failed]);
}

// The token in the fragment of a mail's link. Such a link, opened where the page is already, changes
// the fragment and loads nothing: the page begins again with the new one.
export function useLinkToken(): { token: string; isSpent: boolean }
{
	const [link] = useState(() => ({ token: location.hash.slice(1), isSpent: history.state?.spent === true }));
	useEffect(() => {
		const again = () => location.reload();
		addEventListener('hashchange', again);
		return () => removeEventListener('hashchange', again);
	}, []);
	return link;
}

// Nothing of a spent token stays in the history; whoever comes back is told that it ended.
export const dropLinkToken = () => history.replaceState({ spent: true }, '', location.pathname);

let views = 0;

// Moves the focus to the heading of a new view, before it is painted: a key pressed in between
// would go nowhere. The first view of a document leaves it where the
// browser put it: its reader starts at the top anyway.
export function useArrival<T extends HTMLElement>(): RefObject<T | null>
{
	const ref = useRef<T>(null);
	useLayoutEffect(() => {
		if (views++ > 0)
			ref.current?.focus();
	}, []);
	return ref;
}

// For a view whose one input is what everybody came for.
export function useFocus<T extends HTMLElement>(): RefObject<T | null>
{
	const ref = useRef<T>(null);
	useLayoutEffect(() => {
		views++;
		ref.current?.focus();
	}, []);
	return ref;
}
