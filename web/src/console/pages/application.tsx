// One application: where it is, who signs in how, what people meet. Its policies have a tab.
import { useState } from 'preact/hooks';
import { Banner } from '../../parts/error';
import { permitted } from '../api';
import { Icon } from '../../parts/icon';
import { Menu } from '../../parts/menu';
import { changesOf, useForm } from '../form';
import { Ask } from '../parts/ask';
import { Copy, Head, Id, ReadOnly, Setting, Switch } from '../parts/bits';
import { Choose, Duration, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SaveBar } from '../parts/save';
import { toast } from '../parts/toast';
import { navigate, type Route } from '../route';
import { useConsole } from '../session';
import { t } from '../text';
import type { App, List, Organization, Policy, Provider } from '../types';
import { durationFault, durationWords } from '../words';
import { PoliciesTab } from './application_policies';
import { placeFault, placesOf } from './applications';

export interface AppData { app: App; org: Organization | null; providers: Provider[]; policies: Policy[]; lists: List[] }

// What is shown can be sent back whole; policies that are not sent stay as they are.
export function bodyOf(app: App, change: object): object
{
	const { id: _i, aud: _a, created_at: _c, updated_at: _u, policies: _p, ...rest } = app;
	return { ...rest, ...change };
}

interface General {
	name: string;
	places: string[];
	session: string;
	idps: string[];
	redirect: boolean;
	visible: boolean;
	logo: string;
	message: string;
	url: string;
	sameSite: string;
	httpOnly: boolean;
	answers401: boolean;
}

const generalOf = (a: App): General => ({
	name: a.name, places: placesOf(a), session: a.session_duration ?? '', idps: a.allowed_idps ?? [], redirect: a.auto_redirect_to_identity,
	visible: a.app_launcher_visible, logo: a.logo_url ?? '', message: a.custom_deny_message ?? '', url: a.custom_deny_url ?? '',
	sameSite: a.same_site_cookie_attribute ?? 'none', httpOnly: a.http_only_cookie_attribute ?? true, answers401: a.service_auth_401_redirect ?? false,
});

function changeOf(app: App, g: General): object
{
	const places = g.places.map((p) => p.trim()).filter(Boolean);
	const old = new Map((app.destinations ?? []).map((d) => [d.uri, d]));
	return {
		name: g.name.trim(), domain: places.includes(app.domain) ? app.domain : places[0],
		destinations: places.map((uri) => old.get(uri) ?? { type: 'public', uri }),
		self_hosted_domains: undefined, session_duration: g.session || undefined, allowed_idps: g.idps,
		auto_redirect_to_identity: g.redirect && g.idps.length === 1, app_launcher_visible: g.visible, logo_url: g.logo.trim() || undefined,
		custom_deny_message: g.message.trim() || undefined, custom_deny_url: g.url.trim() || undefined,
		same_site_cookie_attribute: g.sameSite, http_only_cookie_attribute: g.httpOnly, service_auth_401_redirect: g.answers401,
	};
}

function Places({ places, off, wrong, onChange }: { places: string[]; off: boolean; wrong: (string | null)[]; onChange: (places: string[]) => void })
{
	return (
		<>
			{places.map((place, i) => (
				<div class="row top place" key={i}>
					<div class="grow"><Text id={`place-${i}`} label={t('app.place_n', { n: i + 1 })} mono off={off} wrong={wrong[i] ?? null} value={place}
						onChange={(v) => onChange(places.map((p, n) => (n === i ? v : p)))} /></div>
					{!off && places.length > 1 && (
						<button type="button" class="btn icon beside" aria-label={t('app.place_remove', { place })} onClick={() => {
							onChange(places.filter((_, n) => n !== i));
							document.getElementById('place-add')?.focus();
						}}><Icon name="x" /></button>
					)}
				</div>
			))}
			<p class="muted">{t('app.place_hint')}</p>
			{!off && (
				<p><button type="button" class="btn" id="place-add" onClick={() => {
					onChange([...places, '']);
					setTimeout(() => document.getElementById(`place-${places.length}`)?.focus(), 0);
				}}><Icon name="plus" /> {t('app.place_add')}</button></p>
			)}
		</>
	);
}

function GeneralTab({ data, again }: { data: AppData; again: () => void })
{
	const { api, may } = useConsole();
	const { app, providers } = data;
	const off = !may('apps_write');
	const form = useForm(generalOf(app));
	const { value, set } = form;
	const [strict, setStrict] = useState(false);
	const wrong = value.places.map((p) => (strict ? placeFault(p.trim()) : null));
	const yes = (on: boolean) => t(on ? 'on' : 'off');
	const nameOf = (id: string) => providers.find((p) => p.id === id)?.name ?? id;
	const problem = () => {
		setStrict(true);
		if (value.name.trim() === '') {
			document.getElementById('name')?.focus();
			return t('app.name_empty');
		}
		const bad = value.places.findIndex((p) => placeFault(p.trim()));
		if (bad >= 0)
			document.getElementById(`place-${bad}`)?.focus();
		return (bad >= 0 ? placeFault(value.places[bad]?.trim() ?? '') : null) ?? (value.session ? durationFault(value.session) : null);
	};
	return (
		<>
			<Setting title={t('app.general')} why={t('app.general_why')}>
				<Text id="name" label={t('app.name')} off={off} wrong={strict && value.name.trim() === '' ? t('app.name_empty') : null} value={value.name} onChange={(name) => set({ name })} />
				<Switch id="visible" label={t('app.visible')} hint={t('app.visible_hint')} off={off} on={value.visible} onChange={(visible) => set({ visible })} />
				<Text id="logo" label={t('app.logo')} hint={t('app.logo_hint')} off={off} value={value.logo} onChange={(logo) => set({ logo })} />
			</Setting>
			<Setting title={t('app.places')} why={t('app.places_why')}>
				<Places places={value.places} off={off} wrong={wrong} onChange={(places) => set({ places })} />
			</Setting>
			<Setting title={t('app.session')} why={t('app.session_why')}>
				<Duration id="session" bare label={t('app.session')} off={off} none={t('app.session_none')} presets={['30m', '1h', '8h', '24h', '168h', '720h']} value={value.session} onChange={(session) => set({ session })} />
			</Setting>
			<Setting title={t('providers.title')} why={t('app.idps_why')}>
				<ul class="pick">{providers.map((p) => (
					<li key={p.id}><label class="check">
						<input type="checkbox" disabled={off} checked={value.idps.includes(p.id)} onChange={(e) => set({ idps: providers.map((x) => x.id).filter((x) => (x === p.id ? e.currentTarget.checked : value.idps.includes(x))) })} />
						<span class="grow"><strong>{p.name}</strong></span>
					</label></li>
				))}</ul>
				<p class="muted">{t(value.idps.length === 0 ? 'app.idps_all' : 'app.idps_some')}</p>
				<Switch id="redirect" label={t('app.redirect')} hint={t('app.redirect_hint')} off={off || value.idps.length !== 1} on={value.redirect && value.idps.length === 1} onChange={(redirect) => set({ redirect })} />
			</Setting>
			<Setting title={t('app.refused')} why={t('app.refused_why')}>
				<Text id="message" label={t('app.message')} hint={t('optional')} lines={3} off={off} value={value.message} onChange={(message) => set({ message })} />
				<Text id="url" label={t('app.url')} hint={t('app.url_hint')} off={off} value={value.url} onChange={(url) => set({ url })} />
				<Switch id="answers401" label={t('app.401')} hint={t('app.401_hint')} off={off} on={value.answers401} onChange={(answers401) => set({ answers401 })} />
			</Setting>
			<Setting title={t('app.cookie')} why={t('app.cookie_why')}>
				<Choose id="same-site" label={t('app.same_site')} off={off} value={value.sameSite} onChange={(sameSite) => set({ sameSite })}
					options={[['none', t('app.same_site_none')], ['lax', t('app.same_site_lax')], ['strict', t('app.same_site_strict')]]} />
				<Switch id="http-only" label={t('app.http_only')} hint={t('app.http_only_hint')} off={off} on={value.httpOnly} onChange={(httpOnly) => set({ httpOnly })} />
			</Setting>
			<SaveBar discard={form.reset} done={t('app.saved', { name: value.name })} check={problem}
				changes={changesOf(form, {
					name: [t('app.name'), String], places: [t('app.places'), (v) => v.join(', ')], session: [t('app.session'), (v) => (v ? durationWords(v) : t('app.session_none'))],
					idps: [t('providers.title'), (v) => (v.length === 0 ? t('app.idps_any') : v.map(nameOf).join(', '))], redirect: [t('app.redirect'), yes],
					visible: [t('app.visible'), yes], logo: [t('app.logo'), (v) => v || '–'], message: [t('app.message'), (v) => v || '–'], url: [t('app.url'), (v) => v || '–'],
					sameSite: [t('app.same_site'), String], httpOnly: [t('app.http_only'), yes], answers401: [t('app.401'), yes],
				})}
				save={async () => {
					await api.put(`/access/apps/${app.id}`, bodyOf(app, changeOf(app, value)));
					form.reset();
					again();
				}} />
		</>
	);
}

function Tabs({ id, at, name }: { id: string; at: 'general' | 'policies'; name: string })
{
	const tab = (key: 'general' | 'policies', href: string, label: string) => <a href={href} {...(at === key ? { 'aria-current': 'page' as const } : {})}>{label}</a>;
	return (
		<nav class="tabs" aria-label={name}>
			{tab('general', `/console/applications/${id}`, t('app.tab_general'))}
			{tab('policies', `/console/applications/${id}/policies`, t('app.tab_policies'))}
		</nav>
	);
}

function Page({ data, tab, again, notice }: { data: AppData; tab: 'general' | 'policies'; again: () => void; notice: string })
{
	const { api, may } = useConsole();
	const [doing, setDoing] = useState<'revoke' | 'delete' | null>(null);
	const { app } = data;
	const place = placesOf(app)[0] ?? '';
	return (
		<>
			<Head title={app.name} crumb={[t('apps.title'), '/console/applications']} sub={<><span class="mono">{place}</span> · <Id text={app.id} label={t('copy.id')} /></>}>
				{place && !place.includes('*') && <a class="btn" href={`${location.protocol}//${place}`} target="_blank" rel="noreferrer">{t('app.open')} <Icon name="external" /></a>}
				<Menu label={t('actions_for', { name: app.name })} actions={[
					...(may('apps_revoke') ? [{ label: t('app.revoke'), icon: 'out' as const, act: () => setDoing('revoke') }] : []),
					...(may('apps_write') ? [{ label: t('app.delete'), icon: 'x' as const, danger: true, act: () => setDoing('delete') }] : []),
					{ label: t('app.signins'), icon: 'clock', act: () => navigate(`/console/sign-ins?app=${app.id}`) },
				]} />
			</Head>
			<Tabs id={app.id} at={tab} name={app.name} />
			{notice && <Banner kind="ok">{notice}</Banner>}
			<ReadOnly off={!may('apps_write')} />
			{tab === 'general' ? <GeneralTab data={data} again={again} /> : <PoliciesTab data={data} again={again} />}
			{tab === 'general' && <p class="muted aud">{t('app.aud')} <span class="mono">{app.aud}</span> <Copy text={app.aud} label={t('app.aud_copy')} /></p>}
			{doing === 'revoke' && (
				<Ask title={t('app.revoke_title', { name: app.name })} verb={t('app.revoke_go')} keep={t('revoke.keep')} onClose={() => setDoing(null)} act={async () => {
					await api.post(`/access/apps/${app.id}/revoke_tokens`);
					setDoing(null);
					toast(t('app.revoked', { name: app.name }));
				}}><p>{t('app.revoke_why')}</p></Ask>
			)}
			{doing === 'delete' && (
				<Ask title={t('app.delete_title', { name: app.name })} verb={t('app.delete')} keep={t('keep')} typed={app.name} onClose={() => setDoing(null)} act={async () => {
					await api.remove(`/access/apps/${app.id}`);
					navigate('/console/applications', t('removed', { name: app.name }));
				}}><p>{t('app.delete_why', { place })}</p></Ask>
			)}
		</>
	);
}

export function ApplicationPage({ id, tab, route }: { id: string; tab: 'general' | 'policies'; route: Route })
{
	const { api } = useConsole();
	const loaded = useLoad<AppData>(`app ${id}`, async () => {
		const [app, org, providers, policies, lists] = await Promise.all([
			api.get<App>(`/access/apps/${id}`), permitted(api.get<Organization>('/access/organizations'), null),
			api.all<Provider>('/access/identity_providers'), api.all<Policy>('/access/policies'), permitted(api.get<List[]>('/gateway/lists', { type: 'AAGUID' }), []),
		]);
		return { app, org, providers, policies, lists };
	});
	return <Load of={loaded} title={t('apps.single')}>{(data) => <Page key={tab} data={data} tab={tab} again={loaded.again} notice={route.notice} />}</Load>;
}
