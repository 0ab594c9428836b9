// One table for all lists. Below 720 pixels each row is a block whose cells carry their heads.
import type { ComponentChildren } from 'preact';
import { requery } from '../route';
import { counted, t } from '../text';
import { Icon, type IconName } from '../../parts/icon';
import { inOrder, nextOrder, type Order, orderOf } from './order';
import { Grip, useDrag } from './drag';

export interface Column<R> {
	key: string;
	label: string;
	cell: (row: R, index: number) => ComponentChildren;
	by?: (row: R) => string | number | null | undefined; // can be sorted, by this; all rows have to be here
	num?: boolean; // numbers and times
	minor?: boolean; // not shown below 720 pixels
	act?: boolean; // buttons: no visible head, top right in a block
	keep?: boolean; // buttons that keep a line of their own in a block
}

// Sorting again changes the view of a list, not the page one is on: Back leads to the order before.
const sortBy = (sort: string) => requery({ sort, page: '' });

function Head<R>({ column, order }: { column: Column<R>; order: Order | null })
{
	const is = order?.key === column.key;
	const label = column.act ? <span class="vh">{column.label}</span> : column.label;
	return (
		<th scope="col" class={`${column.act ? 'act' : ''} ${column.num ? 'num' : ''}`}
			{...(is ? { 'aria-sort': order.down ? 'descending' as const : 'ascending' as const } : {})}>
			{column.by ? (
				<button type="button" class="sort" onClick={() => sortBy(nextOrder(column, order))}>
					{label}<Icon name={is ? (order.down ? 'move_down' : 'move_up') : 'sort'} />
				</button>
			) : label}
		</th>
	);
}

// Where rows are blocks there are no heads to press.
function SortChoice<R>({ columns, order }: { columns: Column<R>[]; order: Order | null })
{
	const sortable = columns.filter((c) => c.by);
	return (
		<div class="sort-s">
			<label for="sort">{t('sort.by')}</label>
			<select id="sort" class="input" value={order ? `${order.down ? '-' : ''}${order.key}` : ''} onChange={(e) => sortBy(e.currentTarget.value)}>
				<option value="">{t('sort.own')}</option>
				{sortable.flatMap((c) => [
					<option key={c.key} value={c.key}>{c.label}</option>,
					<option key={`-${c.key}`} value={`-${c.key}`}>{t('sort.down', { column: c.label })}</option>,
				])}
			</select>
		</div>
	);
}

export function Table<R>({ caption, columns, rows, id, busy = false, part, drag }: {
	caption: string;
	columns: Column<R>[];
	rows: R[];
	id: (row: R) => string;
	busy?: boolean;
	part?: { page: number; per: number }; // of the rows in their order
	drag?: { may: (from: number, to: number) => boolean; move: (from: number, to: number) => void };
})
{
	const order = orderOf(new URLSearchParams(location.search));
	const dragged = useDrag(drag);
	const all = inOrder(rows, columns, order);
	const shown = part ? all.slice((part.page - 1) * part.per, part.page * part.per) : all;
	return (
		<>
			{rows.length > 1 && columns.some((c) => c.by) && <SortChoice columns={columns} order={order} />}
			<div class="tablewrap">
				<table class={busy ? 'flow busy' : 'flow'} aria-busy={busy}>
					<caption class="vh">{caption}</caption>
					<thead>
						<tr>{columns.map((c) => <Head key={c.key} column={c} order={order} />)}</tr>
					</thead>
					<tbody>{shown.map((row, i) => (
						<tr key={id(row)} {...dragged.row(i)}>{columns.map((c, n) => (
							<td key={c.key} class={`${c.act ? 'act' : ''} ${c.keep ? 'keep' : ''} ${c.num ? 'num' : ''} ${c.minor ? 'hide-s' : ''}`}
								data-l={n > 0 && !c.act ? c.label : undefined}>{n === 0 && drag && <Grip {...dragged.grip(i)} />}{c.cell(row, i)}</td>
						))}</tr>
					))}</tbody>
				</table>
			</div>
		</>
	);
}

export function Empty({ icon, title, children, action }: { icon: IconName; title: string; children: ComponentChildren; action?: ComponentChildren })
{
	return (
		<div class="empty">
			<Icon name={icon} />
			<h2>{title}</h2>
			<p>{children}</p>
			{action}
		</div>
	);
}

export function NoMatch({ onClear }: { onClear: () => void })
{
	return (
		<Empty icon="search" title={t('no_match.title')} action={<button type="button" class="btn" onClick={onClear}>{t('filters.clear')}</button>}>
			{t('no_match')}
		</Empty>
	);
}

export function Pager({ page, per, total }: { page: number; per: number; total: number })
{
	const from = (page - 1) * per + 1;
	const to = Math.min(page * per, total);
	const go = (n: number) => requery({ page: n === 1 ? '' : String(n) });
	const button = (label: string, n: number, off: boolean) => (
		<button type="button" class="btn" aria-disabled={off} onClick={() => off || go(n)}>{label}</button>
	);
	if (total <= per && page === 1)
		return <p class="pager"><span>{counted('pager.all', total)}</span></p>;
	return (
		<div class="pager">
			<span>{t('pager.range', { from: from.toLocaleString('en-GB'), to: to.toLocaleString('en-GB'), total: total.toLocaleString('en-GB') })}</span>
			<span class="row">{button(t('pager.previous'), page - 1, page === 1)}{button(t('pager.next'), page + 1, to >= total)}</span>
		</div>
	);
}
