// One table for all lists. Below 720 pixels each row is a block whose cells carry their heads.
import type { ComponentChildren } from 'preact';
import { requery } from '../route';
import { counted, t } from '../text';
import { Icon, type IconName } from '../../parts/icon';

export interface Column<R> {
	key: string;
	label: string;
	cell: (row: R, index: number) => ComponentChildren;
	num?: boolean;
	minor?: boolean; // not shown below 720 pixels
	act?: boolean; // buttons: no visible head, top right in a block
	keep?: boolean; // buttons that keep a line of their own in a block
}

export function Table<R>({ caption, columns, rows, id, busy = false }: {
	caption: string;
	columns: Column<R>[];
	rows: R[];
	id: (row: R) => string;
	busy?: boolean;
})
{
	return (
		<div class="tablewrap">
			<table class={busy ? 'flow busy' : 'flow'} aria-busy={busy}>
				<caption class="vh">{caption}</caption>
				<thead>
					<tr>{columns.map((c) => (
						<th key={c.key} scope="col" class={`${c.act ? 'act' : ''} ${c.num ? 'num' : ''}`}>{c.act ? <span class="vh">{c.label}</span> : c.label}</th>
					))}</tr>
				</thead>
				<tbody>{rows.map((row, i) => (
					<tr key={id(row)}>{columns.map((c, n) => (
						<td key={c.key} class={`${c.act ? 'act' : ''} ${c.keep ? 'keep' : ''} ${c.num ? 'num' : ''} ${c.minor ? 'hide-s' : ''}`}
							data-l={n > 0 && !c.act ? c.label : undefined}>{c.cell(row, i)}</td>
					))}</tr>
				))}</tbody>
			</table>
		</div>
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
