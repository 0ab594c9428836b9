// Service tokens: credentials of programs. A secret is shown once.
import { useState } from 'preact/hooks';
import { useSlow } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { Banner } from '../../parts/error';
import { Icon } from '../../parts/icon';
import { Menu } from '../../parts/menu';
import { asRefusal, type Refusal } from '../api';
import { Ask } from '../parts/ask';
import { Badge, Copy, Head, Id, Time } from '../parts/bits';
import { FailureBlock } from '../parts/failure';
import { Choose, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { Empty, Table } from '../parts/table';
import { toast } from '../parts/toast';
import { RemoveObject } from '../parts/uses';
import type { Route } from '../route';
import { useConsole } from '../session';
import { t } from '../text';
import type { ServiceToken } from '../types';
import { type Use, usesOf, type World, worldOf } from '../uses';

// The gate: until somebody says that they have it, nothing closes this.
function Secret({ token, rotated, onClose }: { token: ServiceToken; rotated: boolean; onClose: () => void })
{
	const [kept, setKept] = useState(false);
	const headers = `CF-Access-Client-Id: ${token.client_id}\nCF-Access-Client-Secret: ${token.client_secret}`;
	return (
		<Dialog title={t(rotated ? 'token.rotated' : 'token.made', { name: token.name })} wide onClose={() => kept && onClose()}>
			<Banner kind="warn" title={t('token.once')}>{t('token.once_why')}</Banner>
			<div><p class="t" id="cid">{t('token.client_id')}</p><p class="secret"><span class="mono">{token.client_id}</span><Copy text={token.client_id} label={t('token.copy_id')} /></p></div>
			<div><p class="t">{t('token.secret')}</p><p class="secret"><span class="mono">{token.client_secret}</span><Copy text={token.client_secret ?? ''} label={t('token.copy_secret')} /></p></div>
			<Copy text={headers} label={t('token.copy_headers')} words={t('token.copy_headers')} />
			<label class="check"><input type="checkbox" checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} /><span><strong>{t('token.kept')}</strong></span></label>
			<div class="row acts"><button type="button" class="btn primary" aria-disabled={!kept} aria-describedby="gate" onClick={() => kept && onClose()}>{t('token.done')}</button>
				<span id="gate" class="muted">{!kept && t('token.gate')}</span></div>
		</Dialog>
	);
}

const LENGTHS: [string, string][] = [['720h', 'token.month'], ['8760h', 'token.year'], ['17520h', 'token.two_years'], ['forever', 'token.forever']];

function NewToken({ onMade, onClose }: { onMade: (token: ServiceToken) => void; onClose: () => void })
{
	const { api, lost } = useConsole();
	const [name, setName] = useState('');
	const [length, setLength] = useState('8760h');
	const [wrong, setWrong] = useState<string | null>(null);
	const [failure, setFailure] = useState<Refusal | null>(null);
	const [busy, setBusy] = useState(false);
	const slow = useSlow(busy);
	const send = async (e: Event) => {
		e.preventDefault();
		const fault = name.trim() === '' ? t('token.name_empty') : null;
		setWrong(fault);
		if (fault || busy) {
			document.getElementById('token-name')?.focus();
			return;
		}
		setBusy(true);
		try {
			onMade(await api.post<ServiceToken>('/access/service_tokens', { name: name.trim(), duration: length }));
		} catch (caught) {
			const refusal = asRefusal(caught);
			if (!lost(refusal))
				setFailure(refusal);
			setBusy(false);
		}
	};
	return (
		<Dialog title={t('tokens.new')} onClose={onClose}>
			{failure && <FailureBlock failure={failure} />}
			<form class="stack" noValidate onSubmit={send}>
				<Text id="token-name" label={t('token.name')} hint={t('token.name_hint')} wrong={wrong} value={name} onChange={setName} />
				<Choose id="token-length" label={t('token.length')} hint={length === 'forever' ? t('token.forever_why') : undefined} value={length} onChange={setLength} options={LENGTHS.map(([v, key]) => [v, t(key as 'token.year')])} />
				<div class="row acts">
					<button type="submit" class="btn primary" aria-busy={busy}>{slow ? t('working') : t('tokens.go')}</button>
					<button type="button" class="btn" onClick={onClose}>{t('cancel')}</button>
				</div>
			</form>
		</Dialog>
	);
}

function State({ token }: { token: ServiceToken })
{
	const over = token.expires_at && Date.parse(token.expires_at) < Date.now();
	if (token.enabled === false)
		return <Badge>{t('token.off')}</Badge>;
	return over ? <Badge kind="danger">{t('token.over')}</Badge> : <Badge kind="ok">{t('token.works')}</Badge>;
}

type Doing = { what: 'rotate' | 'off' | 'remove'; token: ServiceToken } | null;

function Tokens({ tokens, world, busy, again, show }: { tokens: ServiceToken[]; world: World; busy: boolean; again: () => void; show: (token: ServiceToken) => void })
{
	const { api, may } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	const stop = () => setDoing(null);
	const uses = (x: ServiceToken): Use[] => usesOf(x.id, world);
	const change = async (token: ServiceToken, enabled: boolean) => {
		await api.put(`/access/service_tokens/${token.id}`, { name: token.name, enabled });
		stop();
		toast(t(enabled ? 'token.is_on' : 'token.is_off', { name: token.name }));
		again();
	};
	const actions = (x: ServiceToken) => [
		{ label: t('token.rotate'), icon: 'refresh' as const, act: () => setDoing({ what: 'rotate', token: x }) },
		{ label: t('token.refresh'), icon: 'clock' as const, act: () => void api.post(`/access/service_tokens/${x.id}/refresh`).then(() => {
			toast(t('token.refreshed', { name: x.name }));
			again();
		}, () => toast(t('token.failed'))) },
		x.enabled === false ? { label: t('token.turn_on'), icon: 'check' as const, act: () => void change(x, true).catch(() => toast(t('token.failed'))) }
			: { label: t('token.turn_off'), icon: 'lock' as const, act: () => setDoing({ what: 'off', token: x }) },
		{ label: t('token.remove'), icon: 'x' as const, danger: true, act: () => setDoing({ what: 'remove', token: x }) },
	];
	return (
		<>
			<Table caption={t('tokens.title')} rows={tokens} id={(x) => x.id} busy={busy} columns={[
				{ key: 'name', label: t('token.name'), by: (x) => x.name, cell: (x) => <><span class="t">{x.name}</span><span class="d"><Id text={x.client_id} label={t('token.copy_id_of', { name: x.name })} /></span></> },
				{ key: 'state', label: t('users.status'), cell: (x) => <State token={x} /> },
				{ key: 'until', label: t('token.until'), num: true, by: (x) => x.expires_at, cell: (x) => <Time at={x.expires_at} never={t('token.no_end')} /> },
				{ key: 'seen', label: t('token.seen'), num: true, by: (x) => x.last_seen_at, cell: (x) => <Time at={x.last_seen_at} never={t('never')} /> },
				{ key: 'uses', label: t('lists.used'), cell: (x) => (uses(x).length === 0 ? <span class="muted">{t('use.nowhere')}</span> : uses(x).map((u, i) => <>{i > 0 && ', '}<a href={u.href}>{u.name}</a></>)) },
				...(may('service_tokens_write') ? [{ key: 'act', label: t('actions'), act: true, cell: (x: ServiceToken) => <Menu label={t('actions_for', { name: x.name })} actions={actions(x)} /> }] : []),
			]} />
			{doing?.what === 'rotate' && (
				<Ask title={t('token.rotate_title', { name: doing.token.name })} verb={t('token.rotate')} keep={t('token.rotate_keep')} onClose={stop} act={async () => {
					const made = await api.post<ServiceToken>(`/access/service_tokens/${doing.token.id}/rotate`);
					stop();
					show({ ...doing.token, ...made });
				}}><p>{t('token.rotate_why')}</p></Ask>
			)}
			{doing?.what === 'off' && (
				<Ask title={t('token.off_title', { name: doing.token.name })} verb={t('token.turn_off')} keep={t('token.off_keep')} onClose={stop} act={() => change(doing.token, false)}><p>{t('token.off_why')}</p></Ask>
			)}
			{doing?.what === 'remove' && (
				<RemoveObject kind={t('kind.token')} name={doing.token.name} uses={uses(doing.token)} gone={t('token.gone')} to="/console/service-tokens" done={t('removed', { name: doing.token.name })} onClose={stop}
					remove={async () => {
						await api.remove(`/access/service_tokens/${doing.token.id}`);
						stop();
						again();
					}} />
			)}
		</>
	);
}

export function TokensPage({ route }: { route: Route })
{
	const { api, may } = useConsole();
	const [adding, setAdding] = useState(false);
	const [secret, setSecret] = useState<{ token: ServiceToken; rotated: boolean } | null>(null);
	const loaded = useLoad('tokens', async () => {
		const [tokens, world] = await Promise.all([api.all<ServiceToken>('/access/service_tokens'), worldOf(api)]);
		return { tokens, world };
	});
	const add = may('service_tokens_write') && <button type="button" class="btn primary" onClick={() => setAdding(true)}><Icon name="plus" /> {t('tokens.new')}</button>;
	return (
		<>
			<Head title={t('tokens.title')} sub={t('tokens.sub')}>{loaded.data && loaded.data.tokens.length > 0 && add}</Head>
			{route.notice && <Banner kind="ok">{route.notice}</Banner>}
			<Load of={loaded}>{({ tokens, world }) => (tokens.length === 0
				? <Empty icon="lock" title={t('tokens.empty_title')} action={add}>{t('tokens.empty')}</Empty>
				: <Tokens tokens={tokens} world={world} busy={loaded.busy} again={loaded.again} show={(token) => setSecret({ token, rotated: true })} />)}</Load>
			{adding && (
				<NewToken onClose={() => setAdding(false)} onMade={(token) => {
					setAdding(false);
					setSecret({ token, rotated: false });
				}} />
			)}
			{secret && (
				<Secret token={secret.token} rotated={secret.rotated} onClose={() => {
					setSecret(null);
					loaded.again();
				}} />
			)}
		</>
	);
}
