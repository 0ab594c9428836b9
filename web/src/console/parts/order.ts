// In which order a list is shown. It stands in the address: "sort=name", "sort=-name" for the last first.

export interface Sortable<R> { key: string; num?: boolean; by?: (row: R) => string | number | null | undefined }
export interface Order { key: string; down: boolean }

export function orderOf(query: URLSearchParams): Order | null
{
	const sort = query.get('sort') ?? '';
	return sort === '' ? null : { key: sort.replace(/^-/, ''), down: sort.startsWith('-') };
}

// What pressing a head leads to: times and numbers begin with the latest and the most; the third press
// gives the list its own order back.
export function nextOrder({ key, num = false }: Sortable<never>, now: Order | null): string
{
	const first = num ? `-${key}` : key;
	const second = num ? key : `-${key}`;
	if (now?.key !== key)
		return first;
	return now.down === num ? second : '';
}

const words = new Intl.Collator('en-GB', { numeric: true, sensitivity: 'base' });

// Rows that have nothing there come last either way.
export function inOrder<R>(rows: R[], columns: Sortable<R>[], order: Order | null): R[]
{
	const by = columns.find((c) => c.key === order?.key)?.by;
	if (!order || !by)
		return rows;
	const turn = order.down ? -1 : 1;
	const nothing = (v: unknown) => v === null || v === undefined || v === '';
	return rows.map((row) => ({ row, v: by(row) })).sort(({ v: a }, { v: b }) => {
		if (nothing(a) || nothing(b))
			return Number(nothing(a)) - Number(nothing(b));
		return turn * (typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b)));
	}).map(({ row }) => row);
}
