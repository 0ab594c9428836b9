// What this browser remembers for its reader's convenience. Never a secret, never relied upon.
const LAST_WAY = 'countersign.last_way';

// The kind that a second factor was last confirmed with here.
export function lastWay(): string | null
{
	try {
		return localStorage.getItem(LAST_WAY);
	} catch {
		return null;
	}
}

// null: what worked last did not work now, so that the next visit begins with the usual order.
export function rememberWay(kind: string | null): void
{
	try {
		if (kind === null)
			localStorage.removeItem(LAST_WAY);
		else
			localStorage.setItem(LAST_WAY, kind);
	} catch {
		// A browser that keeps nothing.
	}
}

// What its reader has read and put away, by a name.
export function hidden(name: string): boolean
{
	try {
		return localStorage.getItem(`countersign.hidden.${name}`) !== null;
	} catch {
		return false;
	}
}

export function hide(name: string): void
{
	try {
		localStorage.setItem(`countersign.hidden.${name}`, '1');
	} catch {
		// It will be shown again.
	}
}
