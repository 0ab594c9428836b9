// The log of sign-ins: who went where, and whether they were let in. Filters stand in the address.
import { useState } from 'preact/hooks';
import { Badge, Head, Time } from '../parts/bits';
import { Choose } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SearchBox } from '../parts/search';
import { Empty, NoMatch } from '../parts/table';
import { requery, type Route } from '../route';
import { useConsole } from '../session';
import { has, t } from '../text';
import type { App, LogRow } from '../types';
import { methodsWords } from '../words';
import { connectionName } from './user';

const PER = 50;
const SPANS: Record<string, number> = { day: 86400, week: 604800, month: 2592000 };
const CLEAR = { email: '', app: '', allowed: '', span: '', page: '' };

// Started at a minute, so that the same page asks the same thing.
const since = (span: string): string | undefined =>
	(SPANS[span] ? new Date(Math.floor(Date.now() / 60000) * 60000 - SPANS[span] * 1000).toISOString() : undefined);

function Details({ row }: { row: LogRow })
{
	const shown = Object.entries(row).filter(([, v]) => v !== '' && v !== null && v !== undefined && typeof v !== 'object');
	return <dl class="kv">{shown.map(([k, v]) => <><dt>{k}</dt><dd>{String(v)}</dd></>)}</dl>;
}

function reasonName(row: LogRow): string
{
	if (!row.reason)
		return '';
	return t(has(`denied.${row.reason}`) ? `denied.${row.reason}` as 'denied.policy' : 'denied.other');
}

function Who({ row }: { row: LogRow })
{
	if (row.service_token_name)
		return <a href="/console/service-tokens">{row.service_token_name}</a>;
	if (!row.user_email)
		return <span class="muted">{t('log.nobody')}</span>;
	return row.user_id ? <a href={`/console/users/${row.user_id}`}>{row.user_email}</a> : <>{row.user_email}</>;
}

function Row({ row }: { row: LogRow })
{
	const [open, setOpen] = useState(false);
	const what = row.action === 'logout' ? t('log.signed_out') : row.allowed ? t('log.let_in') : t('log.refused');
	return (
		<>
			<tr>
				<td><button type="button" class="link t" aria-expanded={open} onClick={() => setOpen(!open)}><Time at={row.created_at} exact /></button></td>
				<td data-l={t('users.user')}><Who row={row} /></td>
				<td data-l={t('apps.single')}>{row.app_name || row.app_domain || t('log.portal')}<span class="d mono">{row.app_domain}</span></td>
				<td data-l={t('log.what')}><Badge kind={row.action === 'logout' ? '' : row.allowed ? 'ok' : 'danger'}>{what}</Badge>{reasonName(row) && <span class="d">{reasonName(row)}</span>}</td>
				<td data-l={t('log.how')}>{connectionName(row.connection) || '–'}{row.mfa_methods && row.mfa_methods.length > 0 && <span class="d">{methodsWords(row.mfa_methods)}</span>}</td>
				<td data-l={t('facts.from')}><span class="mono">{row.ip_address}</span>{row.country && <span class="d">{row.country}</span>}</td>
			</tr>
			{open && <tr><td colSpan={6} class="open"><Details row={row} /></td></tr>}
		</>
	);
}

export function SignInsPage({ route }: { route: Route })
{
	const { api } = useConsole();
	const get = (name: string) => route.query.get(name) ?? '';
	const [email, app, allowed, span] = [get('email'), get('app'), get('allowed'), get('span')];
	const page = Math.max(1, Number(get('page')) || 1);
	const filtered = email !== '' || app !== '' || allowed !== '' || span !== '';
	const loaded = useLoad(`log ${email} ${app} ${allowed} ${span} ${page}`, async () => {
		const [rows, apps] = await Promise.all([
			api.get<LogRow[]>('/access/logs/access_requests', { limit: PER, per_page: PER, page, email, app_uid: app, allowed, since: since(span), direction: 'desc' }),
			api.all<App>('/access/apps').catch(() => []),
		]);
		return { rows, apps };
	});
	return (
		<>
			<Head title={t('log.title')} sub={t('log.sub')} />
			<SearchBox label={t('log.search')} q={email} name="email" />
			<div class="filters">
				<Choose id="span" bare label={t('log.span')} value={span} onChange={(v) => requery({ span: v, page: '' })} options={[['', t('log.any_time')], ['day', t('log.day')], ['week', t('log.week')], ['month', t('log.month')]]} />
				<Choose id="allowed" bare label={t('log.what')} value={allowed} onChange={(v) => requery({ allowed: v, page: '' })} options={[['', t('log.any_result')], ['true', t('log.let_in')], ['false', t('log.refused')]]} />
				<Choose id="which" bare label={t('apps.single')} value={app} onChange={(v) => requery({ app: v, page: '' })} options={[['', t('log.any_app')], ...(loaded.data?.apps ?? []).map((a): [string, string] => [a.id, a.name])]} />
				{filtered && <button type="button" class="btn quiet" onClick={() => requery(CLEAR)}>{t('filters.clear')}</button>}
			</div>
			<Load of={loaded}>{({ rows }) => (rows.length === 0
				? filtered || page > 1 ? <NoMatch onClear={() => requery(CLEAR)} /> : <Empty icon="clock" title={t('log.empty_title')}>{t('log.empty')}</Empty>
				: (
					<>
						<div class="tablewrap"><table class={loaded.busy ? 'flow busy' : 'flow'} aria-busy={loaded.busy}>
							<caption class="vh">{t('log.caption')}</caption>
							<thead><tr>{[t('log.when'), t('users.user'), t('apps.single'), t('log.what'), t('log.how'), t('facts.from')].map((h) => <th key={h} scope="col">{h}</th>)}</tr></thead>
							<tbody>{rows.map((r) => <Row key={r.ray_id + r.created_at} row={r} />)}</tbody>
						</table></div>
						<div class="pager"><span>{t('log.newest')}</span><span class="row">
							<button type="button" class="btn" aria-disabled={page === 1} onClick={() => page > 1 && requery({ page: page === 2 ? '' : String(page - 1) })}>{t('log.newer')}</button>
							<button type="button" class="btn" aria-disabled={rows.length < PER} onClick={() => rows.length >= PER && requery({ page: String(page + 1) })}>{t('log.older')}</button>
						</span></div>
					</>
				))}</Load>
		</>
	);
}
