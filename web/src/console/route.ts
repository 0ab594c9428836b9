// Where one is in the console: the address is the state. Filters are query parameters; going back
// restores them and how far one had scrolled.
import { useEffect, useState } from 'preact/hooks';

export interface Route { path: string; query: URLSearchParams; notice: string }

const ROOT = '/console';

interface Entry { index: number; scroll: number }

// "/console/users/" is the same page as "/console/users".
const path = () => location.pathname.replace(/(.)\/+$/, '$1');
const read = (notice = ''): Route => ({ path: path(), query: new URLSearchParams(location.search), notice });

let current: Route = read();
let changed: (route: Route) => void = () => undefined;
let index = (history.state as Entry | null)?.index ?? 0;
let scroll = 0;

// Somebody with unsaved changes: called with what would go on if they let them go.
let held: ((go: () => void) => void) | null = null;
let passing = false;

export function hold(by: ((go: () => void) => void) | null): void
{
	held = by;
}

function leaveBy(go: () => void): void
{
	if (held)
		held(() => { held = null; go(); });
	else
		go();
}

function push(to: string, notice: string): void
{
	history.replaceState({ index, scroll: scrollY } satisfies Entry, '');
	history.pushState({ index: ++index, scroll: 0 } satisfies Entry, '', to);
	current = read(notice);
	scroll = 0;
	changed(current);
	scrollTo(0, 0);
}

// `notice` is shown once on the page one arrives at.
export function navigate(to: string, notice = ''): void
{
	leaveBy(() => push(to, notice));
}

// Changes the query of this page: another view of the same list. `replace`: while typing.
export function requery(values: Record<string, string>, replace = false): void
{
	const query = new URLSearchParams(location.search);
	for (const [name, value] of Object.entries(values))
		value === '' ? query.delete(name) : query.set(name, value);
	const to = location.pathname + (query.size > 0 ? `?${query}` : '');
	if (replace) {
		history.replaceState({ index, scroll: scrollY } satisfies Entry, '', to);
	} else {
		history.replaceState({ index, scroll: scrollY } satisfies Entry, '');
		history.pushState({ index: ++index, scroll: 0 } satisfies Entry, '', to);
	}
	current = read();
	changed(current);
}

// To be called when a page has its content: only then is it as long as it was.
export function restoreScroll(): void
{
	if (scroll > 0)
		scrollTo(0, scroll);
	scroll = 0;
}

function follow(e: MouseEvent): void
{
	const link = (e.target as Element).closest?.('a');
	if (!link || link.target || link.download || link.origin !== location.origin || !link.pathname.startsWith(ROOT + '/') ||
	    e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey)
		return;
	e.preventDefault();
	navigate(link.pathname + link.search);
}

function back(e: PopStateEvent): void
{
	const entry = e.state as Entry | null;
	const to = entry?.index ?? 0;
	if (held && !passing) {
		// The browser has gone already: it is called back until the person has decided.
		const steps = to - index;
		history.go(-steps);
		passing = true;
		leaveBy(() => history.go(steps));
		return;
	}
	if (passing && to === index) {
		passing = false;
		return;
	}
	passing = false;
	index = to;
	scroll = entry?.scroll ?? 0;
	current = read();
	changed(current);
}

export function useRoute(): Route
{
	const [route, set] = useState(current);
	useEffect(() => {
		changed = set;
		history.scrollRestoration = 'manual';
		addEventListener('popstate', back);
		document.addEventListener('click', follow);
		return () => {
			removeEventListener('popstate', back);
			document.removeEventListener('click', follow);
		};
	}, []);
	return route;
}

// "/console/users/5b…" against "/console/users/:id" → ["5b…"]; null when it is another page.
export function match(pattern: string, at: string): string[] | null
{
	const found = new RegExp(`^(?:${pattern.replaceAll(':id', '([^/]+)')})$`).exec(at);
	return found ? found.slice(1).map((part) => decodeURIComponent(part ?? '')) : null;
}
