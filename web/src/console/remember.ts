// What this browser remembers for its member: no secrets, and nothing that a page needs.

export function remembered(name: string): string | null
{
	try {
		return localStorage.getItem(`countersign.${name}`);
	} catch {
		return null;
	}
}

export function remember(name: string, value: string): void
{
	try {
		localStorage.setItem(`countersign.${name}`, value);
	} catch {
		// Without storage it is so until the page is left.
	}
}
