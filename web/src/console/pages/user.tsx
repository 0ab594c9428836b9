// One user: their devices, what is known of their sign-ins, and what can be done for them.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { Menu } from '../../parts/menu';
import { Ask } from '../parts/ask';
import { Badge, Copy, Head, Id, Section, Time } from '../parts/bits';
import { Load, useLoad } from '../parts/load';
import { Table } from '../parts/table';
import { toast } from '../parts/toast';
import { dashed } from '../items';
import { navigate, type Route } from '../route';
import { useConsole } from '../session';
import { counted, has, t } from '../text';
import type { ActiveSession, App, Authenticator, LogRow, Organization, Policy, User } from '../types';
import { methodName } from '../words';
import { closesWithout } from '../reach';
import { UserState } from './users';

interface Seen { idp?: { type?: string }; geo?: { country?: string }; ip?: string; iat?: number; amr?: string[] }

interface Data {
	user: User;
	devices: Authenticator[];
	sessions: ActiveSession[];
	seen: Seen | null;
	log: LogRow[];
	closes: (left: Authenticator[]) => App[];
}

const MODEL_NONE = /^0*$/;

function Model({ device }: { device: Authenticator })
{
	const more = device.countersign;
	const bare = (device.aaguid ?? '').replace(/-/g, '');
	if (device.type === 'totp')
		return <span class="muted">{t('device.no_model')}</span>;
	return (
		<>
			{more?.model || t('device.model_unknown')} {more?.evidence && (
				<Badge kind={more.evidence === 'verified' ? 'ok' : ''}>{t(more.evidence === 'verified' ? 'evidence.is_verified' : 'evidence.is_claimed')}</Badge>
			)}
			{!MODEL_NONE.test(bare) && <span class="d mono">{dashed(bare)}</span>}
		</>
	);
}

function RemoveDevice({ data, device, onClose, again }: { data: Data; device: Authenticator; onClose: () => void; again: () => void })
{
	const { api } = useConsole();
	const { user } = data;
	const left = data.devices.filter((d) => d.id !== device.id);
	const now = new Set(data.closes(data.devices).map((a) => a.id));
	const closing = data.closes(left).filter((a) => !now.has(a.id));
	const who = user.name || user.email;
	return (
		<Ask title={t('device.remove_title', { name: device.name })} verb={t('device.remove_go')} keep={t('keep')} onClose={onClose} act={async () => {
			await api.remove(`/access/users/${user.id}/mfa_authenticators/${device.id}`);
			onClose();
			toast(t('device.removed', { name: device.name, who }));
			again();
		}}>
			<p>{t('device.stops')}</p>
			<p>{left.length === 0 ? t('device.last', { who }) : <>{t('device.remains', { who })} <strong>{new Intl.ListFormat('en-GB').format(left.map((d) => d.name))}</strong>.</>}</p>
			{left.length > 0 && closing.length > 0 && (
				<Banner kind="warn" title={counted('device.closes', closing.length)}>{new Intl.ListFormat('en-GB').format(closing.map((a) => a.name))}</Banner>
			)}
			<p class="muted">{t('device.told', { who })}</p>
		</Ask>
	);
}

function Devices({ data, again }: { data: Data; again: () => void })
{
	const { may } = useConsole();
	const [removing, setRemoving] = useState<Authenticator | null>(null);
	return (
		<Section title={t('devices.title')}>
			{data.devices.length === 0 ? <p class="why">{t('devices.none')}</p> : (
				<Table caption={t('devices.title')} rows={data.devices} id={(d) => d.id} columns={[
					{ key: 'name', label: t('devices.name'), cell: (d) => <><span class="t">{d.name}</span><span class="d"><Id text={d.id} label={t('devices.copy', { name: d.name })} /></span></> },
					{ key: 'method', label: t('devices.method'), cell: (d) => <>{methodName(d.type)}{d.countersign?.backed_up && <span class="d">{t('devices.synced')}</span>}</> },
					{ key: 'model', label: t('devices.model'), cell: (d) => <Model device={d} /> },
					{ key: 'added', label: t('devices.added'), num: true, cell: (d) => <Time at={d.created_at} /> },
					{ key: 'used', label: t('devices.used'), num: true, cell: (d) => <Time at={d.last_used_at} never={t('never')} /> },
					...(may('orgs_write') || may('orgs_revoke') ? [{ key: 'act', label: t('actions'), act: true, cell: (d: Authenticator) => (
						<Menu label={t('actions_for', { name: d.name })} actions={[{ label: t('device.remove_go'), icon: 'x', danger: true, act: () => setRemoving(d) }]} />
					) }] : []),
				]} />
			)}
			{removing && <RemoveDevice data={data} device={removing} again={again} onClose={() => setRemoving(null)} />}
		</Section>
	);
}

export function connectionName(c: string): string
{
	return has(`connection.${c}`) ? t(`connection.${c}` as 'connection.oidc') : c;
}

function Sessions({ sessions }: { sessions: ActiveSession[] })
{
	return (
		<Section title={t('sessions.title')}>
			{sessions.length === 0 ? <p class="why">{t('sessions.none')}</p> : (
				<Table caption={t('sessions.title')} rows={sessions} id={(s) => s.metadata.nonce} columns={[
					{ key: 'browser', label: t('sessions.browser'), cell: (s) => <><span class="t">{s.name && s.name !== s.metadata.nonce ? s.name : t('sessions.unnamed')}</span><span class="d mono">{s.metadata.nonce}</span></> },
					{ key: 'apps', label: t('sessions.apps'), cell: (s) => Object.values(s.metadata.apps ?? {}).map((a) => a.name || a.hostname).join(', ') || t('sessions.no_apps') },
					{ key: 'since', label: t('sessions.since'), num: true, cell: (s) => <Time at={new Date(s.metadata.iat * 1000).toISOString()} /> },
					{ key: 'until', label: t('sessions.until'), num: true, cell: (s) => <Time at={new Date(s.expiration * 1000).toISOString()} /> },
				]} />
			)}
		</Section>
	);
}

type Doing = 'revoke' | 'unfreeze' | 'disable' | 'delete' | null;

function Doings({ data, doing, stop, again }: { data: Data; doing: Doing; stop: () => void; again: () => void })
{
	const { api } = useConsole();
	const { user } = data;
	const who = user.name || user.email;
	const done = (sentence: string) => {
		stop();
		toast(sentence);
		again();
	};
	switch (doing) {
	case 'revoke':
		return (
			<Ask title={t('revoke.title', { who })} verb={t('revoke.go')} keep={t('revoke.keep')} onClose={stop} act={async () => {
				await api.post('/access/organizations/revoke_user', { email: user.email });
				done(t('revoke.done', { who }));
			}}><p>{t('revoke.why')}</p></Ask>
		);
	case 'unfreeze':
		return (
			<Ask title={t('unfreeze.title', { who })} verb={t('unfreeze.go')} keep={t('unfreeze.keep')} danger={false} onClose={stop} act={async () => {
				await api.own.post(`/users/${user.id}/unfreeze`);
				done(t('unfreeze.done', { who }));
			}}><p>{t('unfreeze.why')}</p></Ask>
		);
	case 'disable':
		return (
			<Ask title={t('disable.title', { who })} verb={t('disable.go')} keep={t('disable.keep')} onClose={stop} act={async () => {
				await api.own.post(`/users/${user.id}/status`, { status: 'disabled' });
				done(t('disable.done', { who }));
			}}><p>{t('disable.why')}</p></Ask>
		);
	case 'delete':
		return (
			<Ask title={t('user.delete_title', { who })} verb={t('user.delete_go')} keep={t('keep')} onClose={stop} act={async () => {
				await api.remove(`/access/users/${user.id}`);
				stop();
				navigate('/console/users', t('removed', { name: who }));
			}}><p>{t('user.delete_why')}</p></Ask>
		);
	default:
		return null;
	}
}

function Facts({ data }: { data: Data })
{
	const { user, seen } = data;
	return (
		<section class="panel">
			<h2>{t('facts.title')}</h2>
			<dl class="facts">
				<div><dt>{t('facts.email')}</dt><dd>{user.email}</dd></div>
				<div><dt>{t('facts.first')}</dt><dd><Time at={user.created_at} /></dd></div>
				<div><dt>{t('facts.last')}</dt><dd><Time at={user.last_successful_login} never={t('never')} /></dd></div>
				{seen && (
					<>
						<div><dt>{t('facts.by')}</dt><dd>{connectionName(seen.idp?.type ?? '–')}{seen.amr && seen.amr.length > 0 && <span class="d">amr <code>{seen.amr.join(' ')}</code></span>}</dd></div>
						{seen.ip && <div><dt>{t('facts.from')}</dt><dd><span class="mono">{seen.ip}</span>{seen.geo?.country && ` · ${seen.geo.country}`}</dd></div>}
					</>
				)}
			</dl>
		</section>
	);
}

function LastSignIns({ data }: { data: Data })
{
	return (
		<section class="panel">
			<h2>{t('log.last')}</h2>
			{data.log.length === 0 ? <p class="muted">{t('log.none_yet')}</p> : (
				<dl class="facts">{data.log.map((r) => (
					<div key={r.ray_id}><dt><Time at={r.created_at} exact /></dt><dd>{r.app_name || r.app_domain || t('log.portal')} {!r.allowed && <Badge kind="danger">{t('log.refused')}</Badge>}</dd></div>
				))}</dl>
			)}
			<p class="more"><a href={`/console/sign-ins?${new URLSearchParams({ email: data.user.email })}`}>{t('log.all_of', { who: data.user.name || data.user.email })}</a></p>
		</section>
	);
}

function Page({ data, again, notice }: { data: Data; again: () => void; notice: string })
{
	const { api, account, may } = useConsole();
	const [doing, setDoing] = useState<Doing>(null);
	const { user } = data;
	const disabled = user.countersign?.status === 'disabled';
	const link = `${account.auth_origin}/AddMfaDevice`;
	const enable = async () => {
		await api.own.post(`/users/${user.id}/status`, { status: 'active' });
		toast(t('enable.done', { who: user.name || user.email }));
		again();
	};
	return (
		<>
			<Head title={user.name || user.email} crumb={[t('users.title'), '/console/users']} badge={<UserState user={user} />}
				sub={<><span>{user.email} · </span><Id text={user.id} label={t('copy.id')} /></>}>
				<Copy text={link} label={t('enrol.copy')} words={t('enrol.copy')} />
				{may('orgs_revoke') && <button type="button" class="btn danger" onClick={() => setDoing('revoke')}>{t('revoke.open')}</button>}
				{may('users_write') && (
					<Menu label={t('actions_for', { name: user.name || user.email })} actions={[
						disabled ? { label: t('enable.go'), icon: 'check', act: () => void enable().catch(() => toast(t('enable.failed'))) }
							: { label: t('disable.go'), icon: 'lock', act: () => setDoing('disable') },
						{ label: t('user.delete_go'), icon: 'x', danger: true, act: () => setDoing('delete') },
					]} />
				)}
			</Head>
			{notice && <Banner kind="ok">{notice}</Banner>}
			{user.countersign?.frozen && (
				<Banner kind="warn" title={t('frozen.title')} action={may('orgs_revoke') && <button type="button" class="btn" onClick={() => setDoing('unfreeze')}>{t('unfreeze.go')}</button>}>
					{t('frozen.why', { who: user.name || user.email })}
				</Banner>
			)}
			<div class="split">
				<div>
					<Devices data={data} again={again} />
					<Section title={t('enrol.title')}>
						<p class="why">{t(data.devices.length === 0 ? 'enrol.why_none' : 'enrol.why')}</p>
						<p class="secret"><span class="mono">{link}</span><Copy text={link} label={t('enrol.copy')} /></p>
					</Section>
					<Sessions sessions={data.sessions} />
				</div>
				<aside class="stack"><Facts data={data} /><LastSignIns data={data} /></aside>
			</div>
			<Doings data={data} doing={doing} stop={() => setDoing(null)} again={again} />
		</>
	);
}

export function UserPage({ id, route }: { id: string; route: Route })
{
	const { api, may } = useConsole();
	const loaded = useLoad<Data>(`user ${id}`, async () => {
		const [user, devices, sessions, seen, org, apps, policies] = await Promise.all([
			api.get<User>(`/access/users/${id}`), api.get<Authenticator[]>(`/access/users/${id}/mfa_authenticators`),
			api.get<ActiveSession[]>(`/access/users/${id}/active_sessions`),
			permitted(api.get<Seen>(`/access/users/${id}/last_seen_identity`), null),
			permitted(api.get<Organization>('/access/organizations'), null),
			may('apps_read') ? api.all<App>('/access/apps') : [], may('apps_read') ? api.all<Policy>('/access/policies') : [],
		]);
		const log = may('logs_read') ? await api.get<LogRow[]>('/access/logs/access_requests', { user_id: user.id, limit: 5 }) : [];
		return { user, devices, sessions, seen, log, closes: (left) => closesWithout(left, org, apps, policies) };
	});
	return <Load of={loaded} title={t('users.user')}>{(data) => <Page data={data} again={loaded.again} notice={route.notice} />}</Load>;
}
