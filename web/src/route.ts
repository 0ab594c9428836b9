// Pages of the signed-in person change without loading the document again.
import { useEffect, useState } from 'preact/hooks';

export interface Route { path: string; notice: string }

// "/account/devices/" is the same page as "/account/devices".
const path = () => location.pathname.replace(/(.)\/+$/, '$1');

let current: Route = { path: path(), notice: '' };
let changed: (route: Route) => void = () => undefined;

// `notice` is shown once on the page one arrives at.
export function navigate(to: string, notice = ''): void
{
	history.pushState(null, '', to);
	current = { path: to, notice };
	changed(current);
	scrollTo(0, 0);
}

const OWN = ['/', '/account/devices', '/account/backup-codes', '/AddMfaDevice'];

function follow(e: MouseEvent): void
{
	const link = (e.target as Element).closest?.('a');
	if (!link || link.target || link.origin !== location.origin || !OWN.includes(link.pathname) ||
	    e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey)
		return;
	e.preventDefault();
	navigate(link.pathname);
}

export function useRoute(): Route
{
	const [route, set] = useState(current);
	useEffect(() => {
		const back = () => set((current = { path: path(), notice: '' }));
		changed = set;
		addEventListener('popstate', back);
		document.addEventListener('click', follow);
		return () => {
			removeEventListener('popstate', back);
			document.removeEventListener('click', follow);
		};
	}, []);
	return route;
}
