// Which page was asked for, across a journey to somebody's identity provider and back.
const KEY = 'countersign.place';

export function keepPlace(): void
{
	try {
		sessionStorage.setItem(KEY, location.pathname + location.search);
	} catch {
		// Then they arrive at the first page.
	}
}

// Once. null: nothing was kept, or it is no page of the console.
export function takePlace(): string | null
{
	try {
		const place = sessionStorage.getItem(KEY);
		sessionStorage.removeItem(KEY);
		return place?.startsWith('/console/') ? place : null;
	} catch {
		return null;
	}
}
