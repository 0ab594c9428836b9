// One identity provider: how it is reached, and what its own second factor counts as.
import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icon';
import { permitted } from '../api';
import { changesOf, useForm } from '../form';
import { Badge, Copy, Head, Id, ReadOnly, Section, Switch, Time } from '../parts/bits';
import { Choose, Text } from '../parts/fields';
import { Load, useLoad } from '../parts/load';
import { SaveBar } from '../parts/save';
import { RemoveObject, Uses } from '../parts/uses';
import { hold, navigate } from '../route';
import { useConsole } from '../session';
import { t } from '../text';
import { type Method, METHODS, type Provider } from '../types';
import { type Use, usesOf, worldOf } from '../uses';
import { methodName, methodsWords } from '../words';
import { AMR } from './settings_amr';
import { connectionName } from './user';

export interface Seen { claim: 'amr' | 'acr'; value: string; first_seen: string; last_seen: string; counts_as: Method[] }

interface Values {
	name: string;
	type: string;
	issuer: string;
	clientId: string;
	secret: string;
	scopes: string;
	claims: string;
	emailClaim: string;
	domains: string;
	pkce: boolean;
	mapping: Record<string, Method[]>;
	acr: string;
	maxAge: string;
}

const text = (v: unknown): string => (Array.isArray(v) ? v.join(' ') : String(v ?? ''));
const words = (v: string): string[] => v.split(/[\s,]+/).filter(Boolean);

function valuesOf(p: Provider | null): Values
{
	const c = p?.config ?? {};
	return {
		name: p?.name ?? '', type: p?.type ?? 'oidc', issuer: text(c.issuer_url), clientId: text(c.client_id), secret: '', scopes: text(c.scopes) || 'openid email profile',
		claims: text(c.claims), emailClaim: text(c.email_claim_name), domains: text(c.authoritative_domains), pkce: c.pkce_enabled !== false,
		mapping: p?.countersign?.amr_mapping ?? {}, acr: p?.countersign?.acr_values ?? '', maxAge: p?.countersign?.max_age == null ? '' : String(p.countersign.max_age),
	};
}

function bodyOf(p: Provider | null, v: Values): object
{
	const { redirect_url: _, ...kept } = p?.config ?? {};
	if (v.type === 'onetimepin')
		return { name: v.name.trim(), type: v.type, config: kept };
	return {
		name: v.name.trim(), type: v.type,
		config: {
			...kept, client_id: v.clientId.trim(), issuer_url: v.issuer.trim() || undefined, client_secret: v.secret || undefined, scopes: words(v.scopes),
			claims: words(v.claims), email_claim_name: v.emailClaim.trim() || undefined, authoritative_domains: words(v.domains), pkce_enabled: v.pkce,
		},
		countersign: { ...p?.countersign, amr_mapping: v.mapping, acr_values: v.acr.trim(), max_age: v.maxAge === '' ? null : Number(v.maxAge) },
	};
}

// Said of what was done, and of no second factor that is known here.
const NO_METHOD = ['pwd', 'sms', 'tel', 'geo', 'kba', 'sc', 'pin', 'user', 'mca', 'rba', 'wia', 'mfa'];

const STANDARD = new Map(AMR.flatMap(([values, method]) => values.map((v): [string, Method] => [v, method])));

// Values as they come, and what each counts as: by the standard, by an own meaning, or nothing.
function AmrMapping({ value, seen, off, onChange }: { value: Record<string, Method[]>; seen: Seen[] | null; off: boolean; onChange: (mapping: Record<string, Method[]>) => void })
{
	const [own, setOwn] = useState('');
	const came = (seen ?? []).filter((s) => s.claim === 'amr');
	const rows = [...new Set([...came.map((s) => s.value), ...Object.keys(value)])];
	const set = (name: string, method: string) => {
		const { [name]: _, ...rest } = value;
		onChange(method === '' ? rest : { ...rest, [name]: [method as Method] });
	};
	return (
		<Section title={t('amr.seen_title')} why={t('amr.seen_why')}>
			{rows.length === 0 ? <p class="why">{t('amr.seen_none')}</p> : (
				<div class="tablewrap"><table class="flow">
					<caption class="vh">{t('amr.seen_title')}</caption>
					<thead><tr><th scope="col">{t('amr.value')}</th><th scope="col">{t('amr.counts_as')}</th><th scope="col">{t('amr.first')}</th><th scope="col">{t('amr.last')}</th></tr></thead>
					<tbody>{rows.map((name) => {
						const s = came.find((x) => x.value === name);
						const standard = STANDARD.get(name);
						const meant = value[name] ?? [];
						return (
							<tr key={name}>
								<td><code>{name}</code> {!standard && meant.length === 0 && !NO_METHOD.includes(name) && <Badge kind="warn">{t('amr.unknown')}</Badge>}</td>
								<td data-l={t('amr.counts_as')}>{standard ? methodName(standard) : meant.length > 1 ? methodsWords(meant) : (
									<Choose id={`amr-${name}`} bare label={t('amr.meaning_of', { value: name })} off={off} value={meant[0] ?? ''} onChange={(m) => set(name, m)}
										options={[['', t('amr.nothing')], ...METHODS.map((m): [string, string] => [m, methodName(m)])]} />
								)}</td>
								<td data-l={t('amr.first')} class="num"><Time at={s?.first_seen} /></td>
								<td data-l={t('amr.last')} class="num"><Time at={s?.last_seen} never={t('never')} /></td>
							</tr>
						);
					})}</tbody>
				</table></div>
			)}
			{!off && (
				<form class="row add-one" onSubmit={(e) => {
					e.preventDefault();
					if (own.trim() !== '' && !STANDARD.has(own.trim()))
						onChange({ ...value, [own.trim()]: ['security_key'] });
					setOwn('');
				}}>
					<div class="grow"><Text id="amr-own" label={t('amr.add')} hint={t('amr.add_hint')} mono value={own} onChange={setOwn} /></div>
					<button type="submit" class="btn"><Icon name="plus" /> {t('item.add')}</button>
				</form>
			)}
		</Section>
	);
}

function Connection({ value, set, off, isNew, wrong }: { value: Values; set: (patch: Partial<Values>) => void; off: boolean; isNew: boolean; wrong: { id: string; said: string } | null })
{
	const fault = (id: string) => (wrong?.id === id ? wrong.said : null);
	return (
		<div class="stack form">
			<Text id="name" label={t('provider.name')} hint={t('provider.name_hint')} off={off} wrong={fault('name')} value={value.name} onChange={(name) => set({ name })} />
			{isNew && <Choose id="type" label={t('provider.type')} hint={t('lists.type_hint')} value={value.type} onChange={(type) => set({ type })} options={[['oidc', connectionName('oidc')], ['onetimepin', connectionName('onetimepin')]]} />}
			{value.type === 'oidc' && (
				<>
					<Text id="issuer" label={t('provider.issuer')} hint={t('provider.issuer_hint')} mono off={off} wrong={fault('issuer')} value={value.issuer} onChange={(issuer) => set({ issuer })} />
					<Text id="client-id" label={t('provider.client_id')} mono off={off} wrong={fault('client-id')} value={value.clientId} onChange={(clientId) => set({ clientId })} />
					<Text id="secret" label={t('provider.secret')} hint={t(isNew ? 'provider.secret_new' : 'provider.secret_kept')} secret off={off} value={value.secret} onChange={(secret) => set({ secret })} />
					<Text id="scopes" label={t('provider.scopes')} mono off={off} value={value.scopes} onChange={(scopes) => set({ scopes })} />
					<Text id="claims" label={t('provider.claims')} hint={t('provider.claims_hint')} mono off={off} value={value.claims} onChange={(claims) => set({ claims })} />
					<Text id="email-claim" label={t('provider.email_claim')} hint={t('provider.email_claim_hint')} mono off={off} value={value.emailClaim} onChange={(emailClaim) => set({ emailClaim })} />
					<Text id="domains" label={t('provider.domains')} hint={t('provider.domains_hint')} mono off={off} value={value.domains} onChange={(domains) => set({ domains })} />
					<Switch id="pkce" label={t('provider.pkce')} off={off} on={value.pkce} onChange={(pkce) => set({ pkce })} />
				</>
			)}
		</div>
	);
}

function Editor({ provider, seen, uses, again }: { provider: Provider | null; seen: Seen[] | null; uses: Use[]; again: () => void })
{
	const { api, may } = useConsole();
	const off = !may('orgs_write');
	const form = useForm(valuesOf(provider));
	const { value, set } = form;
	const [wrong, setWrong] = useState<{ id: string; said: string } | null>(null);
	const [removing, setRemoving] = useState(false);
	const redirect = text(provider?.config.redirect_url);
	const acr = (seen ?? []).filter((s) => s.claim === 'acr').map((s) => s.value);
	const problem = () => {
		const checks: [string, boolean, string][] = [
			['name', value.name.trim() === '', t('provider.name_empty')],
			['issuer', value.type === 'oidc' && !provider?.config.auth_url && !/^https?:\/\/\S+$/.test(value.issuer.trim()), t('provider.issuer_wrong')],
			['client-id', value.type === 'oidc' && value.clientId.trim() === '', t('provider.client_id_empty')],
			['max-age', value.maxAge !== '' && !/^\d+$/.test(value.maxAge), t('provider.max_age_wrong')],
		];
		const bad = checks.find(([, is]) => is);
		setWrong(bad ? { id: bad[0], said: bad[2] } : null);
		if (bad)
			document.getElementById(bad[0])?.focus();
		return bad?.[2] ?? null;
	};
	const shown = (v: string) => v || '–';
	return (
		<>
			<Head title={provider?.name ?? t('providers.new')} crumb={[t('providers.title'), '/console/identity-providers']} sub={provider && <><span>{connectionName(provider.type)} · </span><Id text={provider.id} label={t('copy.id')} /></>}>
				{provider && !off && <button type="button" class="btn danger" onClick={() => setRemoving(true)}>{t('provider.remove')}</button>}
			</Head>
			<ReadOnly off={off} />
			<div class="split">
				<div>
					<Connection value={value} set={set} off={off} isNew={provider === null} wrong={wrong} />
					{provider && value.type === 'oidc' && (
						<>
							<AmrMapping value={value.mapping} seen={seen} off={off} onChange={(mapping) => set({ mapping })} />
							<Section title={t('provider.ask')} why={t('provider.ask_why')}>
								<div class="stack form">
									<Text id="acr" label="acr_values" hint={t('provider.acr_hint')} mono off={off} value={value.acr} onChange={(acr) => set({ acr })} />
									{acr.length > 0 && <p class="muted">{t('amr.acr_seen')} {acr.map((v) => <><code>{v}</code> </>)}</p>}
									<Text id="max-age" label="max_age" hint={t('provider.max_age_hint')} mono off={off} wrong={wrong?.id === 'max-age' ? wrong.said : null} value={value.maxAge} onChange={(maxAge) => set({ maxAge: maxAge.trim() })} />
								</div>
							</Section>
						</>
					)}
				</div>
				<aside class="stack">
					{redirect && <section class="panel sunk"><h2>{t('provider.redirect')}</h2><p>{t('provider.redirect_why')}</p><p class="id"><span class="mono">{redirect}</span><Copy text={redirect} label={t('provider.redirect_copy')} /></p></section>}
					{provider && <section class="panel"><h2>{t('use.title')}</h2>{uses.length === 0 ? <p class="muted">{t('providers.everywhere')}</p> : <Uses of={uses} />}</section>}
				</aside>
			</div>
			<SaveBar create={!provider && t('providers.create')} discard={() => {
				setWrong(null);
				form.reset();
			}} done={t('provider.saved', { name: value.name })} check={problem}
				changes={changesOf(form, {
					name: [t('provider.name'), shown], type: [t('provider.type'), connectionName], issuer: [t('provider.issuer'), shown], clientId: [t('provider.client_id'), shown],
					secret: [t('provider.secret'), (v) => (v ? t('provider.secret_new_one') : t('provider.secret_old'))], scopes: [t('provider.scopes'), shown], claims: [t('provider.claims'), shown],
					emailClaim: [t('provider.email_claim'), shown], domains: [t('provider.domains'), shown], pkce: [t('provider.pkce'), (v) => t(v ? 'on' : 'off')],
					mapping: [t('amr.seen_title'), (v) => Object.entries(v).map(([k, m]) => `${k} = ${methodsWords(m)}`).join(', ') || '–'],
					acr: ['acr_values', shown], maxAge: ['max_age', shown],
				})}
				save={async () => {
					if (provider) {
						await api.put(`/access/identity_providers/${provider.id}`, bodyOf(provider, value));
						form.reset();
						again();
					} else {
						const made = await api.post<Provider>('/access/identity_providers', bodyOf(null, value));
						hold(null);
						navigate(`/console/identity-providers/${made.id}`);
					}
				}} />
			{removing && provider && (
				<RemoveObject kind={t('kind.provider')} name={provider.name} uses={uses} gone={t('provider.gone')} to="/console/identity-providers" done={t('removed', { name: provider.name })}
					remove={() => api.remove(`/access/identity_providers/${provider.id}`)} onClose={() => setRemoving(false)} />
			)}
		</>
	);
}

export function ProviderPage({ id }: { id: string | null })
{
	const { api } = useConsole();
	const loaded = useLoad(`provider ${id}`, async () => {
		if (!id)
			return { provider: null, seen: null, uses: [] };
		const [provider, seen, world] = await Promise.all([
			api.get<Provider>(`/access/identity_providers/${id}`),
			permitted(api.own.get<{ seen_values: Seen[] }>(`/identity_providers/${id}/seen_values`).then((x) => x.seen_values), null), worldOf(api),
		]);
		return { provider, seen, uses: usesOf(id, world) };
	});
	return <Load of={loaded} title={t('providers.single')}>{(data) => <Editor {...data} again={loaded.again} />}</Load>;
}
