// Counted quick filters: links, so that each opens in a tab of its own.
export interface Quick { label: string; count?: number; href: string; on: boolean }

export function QuickFilters({ label, filters }: { label: string; filters: Quick[] })
{
	return (
		<nav class="chips" aria-label={label}>
			{filters.map((f) => (
				<a key={f.href} class="chip" href={f.href} {...(f.on ? { 'aria-current': 'page' as const } : {})}>
					{f.label}{f.count !== undefined && <> <b>{f.count.toLocaleString('en-GB')}</b></>}
				</a>
			))}
		</nav>
	);
}
